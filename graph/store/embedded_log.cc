#include "graph/store/embedded_log.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <list>
#include <mutex>
#include <utility>

#include "graph/error.h"
#include "graph/store/kill_point.h"
#include "graph/store/row_batch.h"

namespace braid::graph::store {
namespace {

constexpr std::uint64_t kTrimStep = 1000;  // revisions a batch

Revision Next(Revision revision) { return Revision{Number(revision) + 1}; }

AppendResult Refused(absl::Status cause) { return {AppendOutcome::kConflict, false, std::move(cause)}; }

}  // namespace

absl::Status RevisionNotHeld(Revision revision, Revision oldest, Revision head) {
  const std::vector<std::pair<std::string, std::string>> metadata = {
      {"oldest_revision", fmt::format("{}", Number(oldest))}, {"head_revision", fmt::format("{}", Number(head))}};
  if (revision > head) {
    return MakeError(Reason::kRevisionInFuture,
                     fmt::format("revision {} does not exist yet; the newest is {}", Number(revision), Number(head)),
                     {}, {}, metadata);
  }
  return MakeError(Reason::kRevisionNotKept,
                   fmt::format("revision {} is not kept any more; the oldest that can be read is {}", Number(revision),
                               Number(oldest)),
                   {}, {}, metadata);
}

// Whom to wake. A waker is called under the lock, so that none is called once its handle is gone.
class EmbeddedLog::Wakers {
 public:
  struct Handle {
    std::shared_ptr<Wakers> wakers;
    std::list<std::function<void()>>::iterator at;
  };

  static std::unique_ptr<void, void (*)(void*)> Add(const std::shared_ptr<Wakers>& wakers, std::function<void()> wake) {
    const std::lock_guard lock(wakers->mutex_);
    wakers->wakers_.push_front(std::move(wake));
    return {new Handle{wakers, wakers->wakers_.begin()}, [](void* pointer) {
              const std::unique_ptr<Handle> handle(static_cast<Handle*>(pointer));
              const std::lock_guard inner(handle->wakers->mutex_);
              handle->wakers->wakers_.erase(handle->at);
            }};
  }

  void WakeAll() {
    const std::lock_guard lock(mutex_);
    for (const std::function<void()>& wake : wakers_) wake();
  }

 private:
  std::mutex mutex_;
  std::list<std::function<void()>> wakers_;
};

EmbeddedLog::EmbeddedLog(Database& database) : database_(database), wakers_(std::make_shared<Wakers>()) {}
EmbeddedLog::~EmbeddedLog() = default;

AppendResult EmbeddedLog::Append(Revision expected_head, std::span<const LogEntry> entries, RowBatch* rows) {
  const absl::StatusOr<StoreState> state = database_.State();
  if (!state.ok()) return Refused(state.status());
  if (state->log_head != expected_head) return Refused(absl::OkStatus());

  RowBatch log_only;
  RowBatch& batch = rows != nullptr ? *rows : log_only;
  Revision head = expected_head;
  Digest128 chain = state->chain;
  for (const LogEntry& entry : entries) {
    head = Next(head);
    if (entry.info.number != head) {
      return Refused(MakeError(Reason::kInternal,
                               fmt::format("entry {} where {} comes next", Number(entry.info.number), Number(head))));
    }
    EncodedEntry encoded = EncodeEntry(entry, chain);
    chain = encoded.chain;
    std::uint32_t number = 0;
    for (std::string& part : encoded.parts) batch.Put(Table::kLog, EncodeLogRowKey(head, number++), std::move(part));
    batch.Put(Table::kChangeSets, entry.info.change_set_id, EncodeRevisionInfo(entry.info));
  }
  Database::WriteResult written = database_.Write(batch, [&](StoreState& next) {
    next.log_head = head;
    next.chain = chain;
    if (rows != nullptr) next.applied = head;
  });
  if (!written.attempted) return Refused(std::move(written.status));
  wakers_->WakeAll();
  if (!written.status.ok()) return {AppendOutcome::kUnknown, false, std::move(written.status)};
  return {AppendOutcome::kCommitted, rows != nullptr, absl::OkStatus()};
}

absl::StatusOr<std::optional<RevisionInfo>> EmbeddedLog::Resolve(std::string_view change_set_id) {
  BRAID_ASSIGN_OR_RETURN(const std::optional<std::string> value, database_.Get(Table::kChangeSets, change_set_id));
  if (!value) return std::optional<RevisionInfo>();
  BRAID_ASSIGN_OR_RETURN(RevisionInfo info, DecodeRevisionInfo(*value));
  return std::optional<RevisionInfo>(std::move(info));
}

absl::Status EmbeddedLog::Explain(Revision revision, absl::Status damage) const {
  if (damage.ok()) return damage;
  BRAID_ASSIGN_OR_RETURN(const StoreState state, database_.SettledState());
  return revision < state.log_oldest ? RevisionNotHeld(revision, state.log_oldest, state.log_head) : damage;
}

absl::Status EmbeddedLog::Read(Revision from, std::size_t limit, const std::function<bool(const LogEntry&)>& visit) {
  BRAID_ASSIGN_OR_RETURN(const StoreState state, database_.State());
  if (from > state.log_head || limit == 0) return absl::OkStatus();
  if (from < state.log_oldest) return RevisionNotHeld(from, state.log_oldest, state.log_head);
  return Explain(from, ReadEntries(from, state.log_head, limit, visit));
}

absl::Status EmbeddedLog::ReadEntries(Revision from, Revision head, std::size_t limit,
                                      const std::function<bool(const LogEntry&)>& visit) const {
  EntryAssembler assembler;
  std::optional<Digest128> chain;
  Revision next = from;
  std::size_t left = limit;
  const auto take = [&](std::string_view key, std::string_view value) -> absl::StatusOr<bool> {
    BRAID_ASSIGN_OR_RETURN(const LogRowKey row, ParseLogRowKey(key));
    if (row.revision != next) return Damaged(fmt::format("log: revision {} is missing", Number(next)));
    BRAID_ASSIGN_OR_RETURN(const bool complete, assembler.Add(row, value));
    if (!complete) return true;
    if (chain && assembler.previous_chain() != *chain) {
      return Damaged(fmt::format("log: revision {} does not follow the one before it", Number(next)));
    }
    chain = assembler.chain();
    BRAID_ASSIGN_OR_RETURN(const LogEntry entry, assembler.Decode());
    assembler.Clear();
    next = Next(next);
    --left;
    return visit(entry) && left > 0 && next <= head;
  };
  absl::Status failure;
  bool ended = false;
  BRAID_RETURN_IF_ERROR(
      database_.Scan(Table::kLog, EncodeLogRowKey(from, 0), [&](std::string_view key, std::string_view value) {
        const absl::StatusOr<bool> more = take(key, value);
        if (!more.ok()) failure = more.status();
        ended = !more.ok() || !*more;
        return !ended;
      }));
  BRAID_RETURN_IF_ERROR(failure);
  if (!ended) return Damaged(fmt::format("log: revision {} is missing or cut short", Number(next)));
  return absl::OkStatus();
}

absl::StatusOr<RevisionInfo> EmbeddedLog::ReadInfo(Revision revision) {
  BRAID_ASSIGN_OR_RETURN(const StoreState state, database_.State());
  if (revision < state.log_oldest || revision > state.log_head) {
    return RevisionNotHeld(revision, state.log_oldest, state.log_head);
  }
  BRAID_ASSIGN_OR_RETURN(const std::optional<std::string> part,
                         database_.Get(Table::kLog, EncodeLogRowKey(revision, 0)));
  if (!part) return Explain(revision, Damaged(fmt::format("log: revision {} is missing", Number(revision))));
  BRAID_ASSIGN_OR_RETURN(EntryHeader header, DecodeEntryHeader(*part));
  if (header.info.number != revision)
    return Damaged(fmt::format("log: revision {} says it is another", Number(revision)));
  return std::move(header.info);
}

std::unique_ptr<void, void (*)(void*)> EmbeddedLog::Tail(std::function<void()> wake) {
  return Wakers::Add(wakers_, std::move(wake));
}

absl::StatusOr<Revision> EmbeddedLog::Head() {
  BRAID_ASSIGN_OR_RETURN(const StoreState state, database_.State());
  return state.log_head;
}

absl::StatusOr<Revision> EmbeddedLog::Oldest() {
  BRAID_ASSIGN_OR_RETURN(const StoreState state, database_.State());
  return state.log_oldest;
}

absl::Status EmbeddedLog::Trim(Revision oldest) {
  BRAID_ASSIGN_OR_RETURN(StoreState state, database_.State());
  if (oldest > Next(state.log_head)) return RevisionNotHeld(oldest, state.log_oldest, state.log_head);
  // In steps, each of which leaves a whole log, so that no batch grows with what is trimmed.
  while (state.log_oldest < oldest) {
    const Revision upto{std::min(Number(oldest), Number(state.log_oldest) + kTrimStep)};
    RowBatch batch;
    absl::Status failure;
    BRAID_RETURN_IF_ERROR(database_.Scan(Table::kLog, {}, [&](std::string_view key, std::string_view /*value*/) {
      const absl::StatusOr<LogRowKey> row = ParseLogRowKey(key);
      if (!row.ok()) failure = row.status();
      if (!row.ok() || row->revision >= upto) return false;
      batch.Erase(Table::kLog, std::string(key));
      return true;
    }));
    BRAID_RETURN_IF_ERROR(failure);
    KillPoint("log.before_trim");
    BRAID_RETURN_IF_ERROR(database_.Write(batch, [&](StoreState& next) { next.log_oldest = upto; }).status);
    state.log_oldest = upto;
  }
  return absl::OkStatus();
}

}  // namespace braid::graph::store
