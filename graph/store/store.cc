#include "graph/store/store.h"

#include <fmt/format.h>

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <filesystem>
#include <map>
#include <mutex>
#include <set>
#include <span>
#include <utility>

#include "graph/error.h"
#include "graph/snapshot_builder.h"
#include "graph/store/ack_mark.h"
#include "graph/store/change_log.h"
#include "graph/store/codec.h"
#include "graph/store/database.h"
#include "graph/store/embedded_log.h"
#include "graph/store/free_slots.h"
#include "graph/store/health.h"
#include "graph/store/kill_point.h"
#include "graph/store/loader.h"
#include "graph/store/row_batch.h"
#include "graph/store/time_travel.h"
#include "graph/validate.h"

namespace braid::graph::store {
namespace {

constexpr std::string_view kMarkFile = "ACKNOWLEDGED";
constexpr int kMaxAttempts = 8;           // at a log that others write to as well
constexpr std::size_t kCatchUpStep = 64;  // entries of the log that are applied in one batch
constexpr std::chrono::milliseconds kCancelPoll(20);

Revision Next(Revision revision) { return Revision{Number(revision) + 1}; }

absl::Status CheckEnvelope(const ChangeSet& change_set) {
  ErrorList errors;
  if (!IsUuid(change_set.id)) {
    errors.Add({Reason::kValueOutOfRange,
                "id",
                "the change set's id is not a UUID in lower case with hyphens, such as "
                "3f2b8c1e-7a54-4d0c-9b1e-2f6d8a90c471",
                {}});
  }
  if (change_set.message.size() > kMaxMessageBytes) {
    errors.Add(
        {Reason::kValueOutOfRange,
         "message",
         fmt::format("the message has {} bytes; at most {} are kept", change_set.message.size(), kMaxMessageBytes),
         {}});
  }
  if (change_set.author.name.size() > kMaxAuthorBytes) {
    errors.Add({Reason::kValueOutOfRange,
                "author.name",
                fmt::format("the author's name has {} bytes; at most {} are kept", change_set.author.name.size(),
                            kMaxAuthorBytes),
                {}});
  }
  return errors.ToStatus();
}

absl::Status IdReused(std::string_view id, Revision revision) {
  return MakeError(
      Reason::kChangeSetIdReused,
      fmt::format("change set {} is revision {} already, with another content; use a new id", id, Number(revision)),
      "id", std::string(id));
}

absl::Status OutcomeUnknown(std::string_view id, const absl::Status& cause) {
  return MakeError(
      Reason::kOutcomeUnknown,
      fmt::format("change set {} may have been applied or not ({}); ask for its outcome, or send it again under "
                  "the same id",
                  id, std::string(cause.message())),
      {}, std::string(id));
}

bool HasReason(const absl::Status& status, Reason reason) {
  const std::optional<ErrorInfo> info = ErrorInfoOf(status);
  return info && info->reason == reason;
}

absl::Status CheckMark(const std::optional<Mark>& mark, const StoreState& state, const Database& database) {
  if (!mark) {
    if (Number(state.applied) == 0) return absl::OkStatus();
    return Damaged(
        fmt::format("the file {} is missing beside a store of revision {}", kMarkFile, Number(state.applied)));
  }
  if (mark->store_id != UuidBytes(state.store_id)) {
    return Damaged(fmt::format("the file {} belongs to another store", kMarkFile));
  }
  if (mark->revision > state.applied) {
    return Damaged(
        fmt::format("revision {} was acknowledged, but the store ends at revision {}: the end of its log is lost",
                    Number(mark->revision), Number(state.applied)));
  }
  Digest128 chain = state.chain;
  if (mark->revision < state.log_head) {
    if (mark->revision < state.log_oldest) return absl::OkStatus();
    BRAID_ASSIGN_OR_RETURN(const std::optional<std::string> part,
                           database.Get(Table::kLog, EncodeLogRowKey(mark->revision, 0)));
    if (!part) return Damaged(fmt::format("log: revision {} is missing", Number(mark->revision)));
    BRAID_ASSIGN_OR_RETURN(const EntryHeader header, DecodeEntryHeader(*part));
    chain = header.chain;
  }
  if (mark->chain != chain) {
    return Damaged(fmt::format("revision {} is not the one that was acknowledged", Number(mark->revision)));
  }
  return absl::OkStatus();
}

}  // namespace

class Store::Impl {
 public:
  Impl(const StoreOptions& options, Validator validator) : options_(options), validator_(std::move(validator)) {}
  ~Impl();

  absl::Status Open(std::shared_ptr<ChangeLog> log);

  const std::string& store_id() const { return store_id_; }
  SnapshotPtr head() const;
  ChangeLog& log() const { return *log_; }
  StoreHealth health() const { return health_->Get(); }

  absl::StatusOr<CommitResult> Commit(const ChangeSet& change_set);
  absl::StatusOr<std::vector<LoggedChange>> Validate(const ChangeSet& change_set) const;
  absl::StatusOr<RevisionInfo> FindChangeSet(std::string_view id) const;
  absl::StatusOr<SnapshotPtr> AtLeast(Revision revision, std::chrono::steady_clock::time_point deadline,
                                      const std::function<bool()>& cancelled) const;
  absl::StatusOr<SnapshotPtr> At(Revision revision) const;
  absl::Status CheckReadable(Revision revision) const;

 private:
  using Answer = absl::StatusOr<CommitResult>;

  // A commit in the queue.
  struct Request {
    const ChangeSet& change_set;
    Digest128 digest;
    std::optional<Answer> answer;  // guarded by queue_mutex_
  };
  using Answers = std::vector<std::optional<Answer>>;

  // What a group is going to append, and the graph that it leads to.
  struct Draft {
    Draft(SnapshotPtr base, const FreeSlots& free) : head(std::move(base)), first(head), slots(free, *first) {}

    SnapshotPtr head;
    SnapshotPtr first;  // the head before the group
    SlotPlan slots;
    std::vector<LogEntry> entries;
    std::vector<std::size_t> requests;              // of each entry
    std::map<std::string_view, std::size_t> by_id;  // entries by change-set id
    RowBatch rows;
  };

  Mark MarkOf(const StoreState& state) const;
  absl::Status ApplyLog();
  absl::Status ApplyEntries(std::span<const LogEntry> entries);
  absl::Status WriteRows(const RowBatch& rows, Revision applied);
  absl::Status Acknowledge();
  void Publish(SnapshotPtr snapshot);

  absl::StatusOr<std::vector<LoggedChange>> Check(const Snapshot& head, const ChangeSet& change_set,
                                                  SlotPlan& slots) const;
  void CommitGroup(std::span<Request* const> group, Answers& answers);
  std::optional<Answer> Admit(const Request& request, std::size_t index, Draft& draft);
  absl::Status AddEntry(const Request& request, std::size_t index, std::vector<LoggedChange> changes, Draft& draft);
  // True where the group is done, false where it must be checked again against a head that has moved.
  bool Append(std::span<Request* const> group, Draft& draft, Answers& answers);
  void Settle(std::span<Request* const> group, const Draft& draft, Answers& answers);
  void Doubt(std::span<Request* const> group, const Draft& draft, const absl::Status& cause, Answers& answers);
  void KeepDoubts(std::span<Request* const> group, Answers& answers) const;
  static void AnswerRest(Answers& answers, const absl::Status& status);

  const StoreOptions options_;
  const Validator validator_;
  const std::shared_ptr<Health> health_ = std::make_shared<Health>();
  std::string store_id_;
  std::unique_ptr<Database> database_;
  std::shared_ptr<ChangeLog> log_;
  std::unique_ptr<TimeTravel> travel_;

  mutable std::mutex head_mutex_;
  mutable std::condition_variable head_moved_;
  SnapshotPtr head_;

  // Change sets whose append may still land, and the head that it needs for that.
  mutable std::mutex doubt_mutex_;
  std::set<std::string, std::less<>> doubtful_;
  Revision doubtful_head_{};

  std::mutex queue_mutex_;
  std::condition_variable queue_moved_;
  std::deque<Request*> queue_;
  bool writing_ = false;  // somebody is the leader

  // The leader's own.
  std::optional<FreeSlots> free_slots_;
  std::optional<AckMark> mark_;
  std::chrono::system_clock::time_point last_time_{};
  bool caught_up_ = true;  // the tables show all that the log has, as far as this store can know
};

Store::Impl::~Impl() {
  std::unique_lock lock(queue_mutex_);
  queue_moved_.wait(lock, [this] { return !writing_ && queue_.empty(); });
}

absl::Status Store::Impl::Open(std::shared_ptr<ChangeLog> log) {
  std::error_code error;
  std::filesystem::create_directories(options_.directory, error);
  if (error) {
    return MakeError(Reason::kStoreReadOnly, fmt::format("{} cannot be made: {}", options_.directory, error.message()));
  }
  const std::string mark_path = (std::filesystem::path(options_.directory) / kMarkFile).string();
  BRAID_ASSIGN_OR_RETURN(const std::optional<Mark> mark, AckMark::Read(mark_path));
  // Seen here, before RocksDB touches a file: a newer format is left exactly as it is.
  if (mark && mark->format > kFormatVersion) {
    return MakeError(Reason::kFormatNewer, fmt::format("{} has format {}; this Braid reads format {}: use a newer one",
                                                       options_.directory, mark->format, kFormatVersion));
  }
  BRAID_ASSIGN_OR_RETURN(database_, Database::Open(options_.directory, !mark, health_));
  BRAID_ASSIGN_OR_RETURN(const StoreState state, database_->State());
  store_id_ = state.store_id;
  BRAID_RETURN_IF_ERROR(CheckMark(mark, state, *database_));
  BRAID_ASSIGN_OR_RETURN(head_, Load(*database_, state));
  free_slots_.emplace(*head_);
  log_ = log != nullptr ? std::move(log) : std::make_shared<EmbeddedLog>(*database_);
  travel_ = std::make_unique<TimeTravel>(*log_, options_.max_travel_changes, options_.travel_cache);

  BRAID_ASSIGN_OR_RETURN(const Revision log_head, log_->Head());
  if (log_head < head_->revision()) {
    return Damaged(fmt::format("the store shows revision {}, but its log ends at revision {}",
                               Number(head_->revision()), Number(log_head)));
  }
  BRAID_ASSIGN_OR_RETURN(const Revision oldest, log_->Oldest());
  if (log_head >= oldest && Number(log_head) > 0) {
    BRAID_ASSIGN_OR_RETURN(const RevisionInfo newest, log_->ReadInfo(log_head));
    last_time_ = newest.time;
  }
  KillPoint("open.before_mark");
  BRAID_ASSIGN_OR_RETURN(mark_, AckMark::Open(mark_path, MarkOf(state)));
  BRAID_RETURN_IF_ERROR(ApplyLog());
  // What is served from now on is as good as acknowledged; and a slot that was damaged is whole again.
  BRAID_RETURN_IF_ERROR(Acknowledge());
  return database_->ReleaseLogs();
}

Mark Store::Impl::MarkOf(const StoreState& state) const {
  return {kFormatVersion, UuidBytes(state.store_id), state.applied, state.chain};
}

SnapshotPtr Store::Impl::head() const {
  const std::lock_guard lock(head_mutex_);
  return head_;
}

void Store::Impl::Publish(SnapshotPtr snapshot) {
  {
    const std::lock_guard lock(doubt_mutex_);
    // Whatever needed the old head can no longer land.
    if (snapshot->revision() > doubtful_head_) doubtful_.clear();
  }
  {
    const std::lock_guard lock(head_mutex_);
    head_ = std::move(snapshot);
  }
  head_moved_.notify_all();
}

absl::Status Store::Impl::WriteRows(const RowBatch& rows, Revision applied) {
  return database_->Write(rows, [applied](StoreState& state) { state.applied = applied; }).status;
}

absl::Status Store::Impl::Acknowledge() {
  BRAID_ASSIGN_OR_RETURN(const StoreState state, database_->State());
  return mark_->Write(MarkOf(state));
}

absl::Status Store::Impl::ApplyEntries(std::span<const LogEntry> entries) {
  SnapshotPtr snapshot = head();
  RowBatch rows;
  for (const LogEntry& entry : entries) {
    SnapshotBuilder builder(snapshot);
    for (const LoggedChange& change : entry.changes) builder.Apply(change, entry.info.number);
    SnapshotPtr next = std::move(builder).Build(entry.info.number);
    BRAID_RETURN_IF_ERROR(AddRows(entry.changes, *snapshot, *next, rows));
    snapshot = std::move(next);
  }
  BRAID_RETURN_IF_ERROR(WriteRows(rows, snapshot->revision()));
  BRAID_RETURN_IF_ERROR(Acknowledge());
  for (const LogEntry& entry : entries) free_slots_->Apply(entry.changes);
  last_time_ = std::max(last_time_, entries.back().info.time);
  Publish(std::move(snapshot));
  return absl::OkStatus();
}

// Brings the tables up to the log's head.
absl::Status Store::Impl::ApplyLog() {
  BRAID_ASSIGN_OR_RETURN(const Revision log_head, log_->Head());
  while (head()->revision() < log_head) {
    std::vector<LogEntry> entries;
    BRAID_RETURN_IF_ERROR(log_->Read(Next(head()->revision()), kCatchUpStep, [&entries](const LogEntry& entry) {
      entries.push_back(entry);
      return true;
    }));
    if (entries.empty()) return Damaged(fmt::format("log: revision {} is missing", Number(head()->revision()) + 1));
    BRAID_RETURN_IF_ERROR(ApplyEntries(entries));
  }
  caught_up_ = true;
  return absl::OkStatus();
}

absl::StatusOr<CommitResult> Store::Impl::Commit(const ChangeSet& change_set) {
  BRAID_RETURN_IF_ERROR(CheckEnvelope(change_set));
  Request request{change_set, DigestOf(change_set), std::nullopt};
  std::unique_lock lock(queue_mutex_);
  queue_.push_back(&request);
  // Whoever finds no leader leads a group, which is the front of the queue and may not hold its own request.
  while (!request.answer) {
    if (writing_) {
      queue_moved_.wait(lock);
      continue;
    }
    writing_ = true;
    const auto size =
        static_cast<std::ptrdiff_t>(std::min(queue_.size(), std::max<std::size_t>(options_.max_group, 1)));
    const std::vector<Request*> group(queue_.begin(), queue_.begin() + size);
    queue_.erase(queue_.begin(), queue_.begin() + size);
    lock.unlock();
    Answers answers(group.size());
    CommitGroup(group, answers);
    KeepDoubts(group, answers);
    lock.lock();
    for (std::size_t i = 0; i < group.size(); ++i) group[i]->answer = std::move(answers[i]);
    writing_ = false;
    // Under the lock: once it is released, the destructor may run.
    queue_moved_.notify_all();
  }
  return *std::move(request.answer);
}

void Store::Impl::CommitGroup(std::span<Request* const> group, Answers& answers) {
  for (int attempt = 0; attempt < kMaxAttempts; ++attempt) {
    if (!caught_up_) {
      if (const absl::Status status = ApplyLog(); !status.ok()) return AnswerRest(answers, status);
    }
    Draft draft(head(), *free_slots_);
    for (std::size_t i = 0; i < group.size(); ++i) answers[i] = Admit(*group[i], i, draft);
    if (draft.entries.empty() || Append(group, draft, answers)) return;
  }
  AnswerRest(answers, MakeError(Reason::kHeadMoved,
                                fmt::format("other writers came first {} times; send it again", kMaxAttempts)));
}

void Store::Impl::AnswerRest(Answers& answers, const absl::Status& status) {
  for (std::optional<Answer>& answer : answers) {
    if (!answer) answer = status;
  }
}

absl::StatusOr<std::vector<LoggedChange>> Store::Impl::Check(const Snapshot& head, const ChangeSet& change_set,
                                                             SlotPlan& slots) const {
  BRAID_ASSIGN_OR_RETURN(std::vector<LoggedChange> changes,
                         ValidateChangeSet(head, change_set, Next(head.revision()), slots));
  if (validator_) BRAID_RETURN_IF_ERROR(validator_(head, change_set));
  return changes;
}

// The answer where there is one already; nullopt where the request waits for the draft to be appended.
std::optional<Store::Impl::Answer> Store::Impl::Admit(const Request& request, std::size_t index, Draft& draft) {
  const std::string& id = request.change_set.id;
  // A repeat in one group, or another content under the same id: told once the first has committed (Settle).
  if (draft.by_id.contains(id)) return std::nullopt;
  absl::StatusOr<std::optional<RevisionInfo>> known = log_->Resolve(id);
  if (!known.ok()) return known.status();
  if (*known) {
    if ((*known)->request_digest != request.digest) return IdReused(id, (*known)->number);
    return CommitResult{**std::move(known), true};
  }
  if (absl::Status status = health_->WriteStatus(); !status.ok()) return status;
  absl::StatusOr<std::vector<LoggedChange>> changes = Check(*draft.head, request.change_set, draft.slots);
  absl::Status status = changes.ok() ? AddEntry(request, index, *std::move(changes), draft) : changes.status();
  if (status.ok()) return std::nullopt;
  draft.slots.Refuse();
  return status;
}

absl::Status Store::Impl::AddEntry(const Request& request, std::size_t index, std::vector<LoggedChange> changes,
                                   Draft& draft) {
  const Revision revision = Next(draft.head->revision());
  SnapshotBuilder builder(draft.head);
  for (const LoggedChange& change : changes) builder.Apply(change, revision);
  SnapshotPtr next = std::move(builder).Build(revision);
  RowBatch rows;
  BRAID_RETURN_IF_ERROR(AddRows(changes, *draft.head, *next, rows));
  draft.rows.Add(std::move(rows));
  draft.slots.Accept(changes);

  LogEntry entry;
  entry.info.number = revision;
  entry.info.change_set_id = request.change_set.id;
  entry.info.author = request.change_set.author;
  entry.info.time = std::max<std::chrono::system_clock::time_point>(
      last_time_, std::chrono::time_point_cast<std::chrono::microseconds>(std::chrono::system_clock::now()));
  entry.info.message = request.change_set.message;
  entry.info.request_digest = request.digest;
  entry.info.change_count = changes.size();
  entry.changes = std::move(changes);
  last_time_ = entry.info.time;
  draft.by_id.emplace(request.change_set.id, draft.entries.size());
  draft.requests.push_back(index);
  draft.entries.push_back(std::move(entry));
  draft.head = std::move(next);
  return absl::OkStatus();
}

bool Store::Impl::Append(std::span<Request* const> group, Draft& draft, Answers& answers) {
  KillPoint("commit.before_append");
  const AppendResult appended = log_->Append(draft.first->revision(), draft.entries, &draft.rows);
  KillPoint("commit.after_append");
  switch (appended.outcome) {
    case AppendOutcome::kConflict:
      if (!appended.cause.ok()) {
        AnswerRest(answers, appended.cause);
        return true;
      }
      caught_up_ = false;
      // Also what was refused, since that may have been for an entry of the draft, is looked at again.
      std::fill(answers.begin(), answers.end(), std::nullopt);
      return false;
    case AppendOutcome::kUnknown:
      Doubt(group, draft, appended.cause, answers);
      // Where it has landed it is shown at once. It may still land later, so the next commit looks again.
      ApplyLog().IgnoreError();
      caught_up_ = false;
      return true;
    case AppendOutcome::kCommitted:
      break;
  }
  absl::Status status = appended.rows_written ? absl::OkStatus() : WriteRows(draft.rows, draft.head->revision());
  if (status.ok()) status = Acknowledge();
  for (const LogEntry& entry : draft.entries) free_slots_->Apply(entry.changes);
  KillPoint("commit.before_publish");
  Publish(draft.head);
  KillPoint("commit.after_publish");
  if (!status.ok()) {
    // Committed, but not everywhere where it should be: nothing more is written until a start has checked and mended
    // it.
    health_->Fail(Failure::kLasting, std::string(status.message()));
    Doubt(group, draft, status, answers);
    return true;
  }
  Settle(group, draft, answers);
  return true;
}

void Store::Impl::Settle(std::span<Request* const> group, const Draft& draft, Answers& answers) {
  for (std::size_t i = 0; i < group.size(); ++i) {
    if (answers[i]) continue;
    const std::size_t entry = draft.by_id.at(group[i]->change_set.id);
    const RevisionInfo& info = draft.entries[entry].info;
    if (info.request_digest != group[i]->digest) {
      answers[i] = IdReused(info.change_set_id, info.number);
    } else {
      answers[i] = CommitResult{info, draft.requests[entry] != i};
    }
  }
}

void Store::Impl::Doubt(std::span<Request* const> group, const Draft& draft, const absl::Status& cause,
                        Answers& answers) {
  {
    const std::lock_guard lock(doubt_mutex_);
    doubtful_head_ = draft.first->revision();
    for (const LogEntry& entry : draft.entries) doubtful_.insert(entry.info.change_set_id);
  }
  const bool disk_full = HasReason(cause, Reason::kDiskFull);
  for (std::size_t i = 0; i < group.size(); ++i) {
    if (answers[i]) continue;
    answers[i] = disk_full ? cause : OutcomeUnknown(group[i]->change_set.id, cause);
  }
}

// An id whose earlier append may still land is not refused by what became of it this time.
void Store::Impl::KeepDoubts(std::span<Request* const> group, Answers& answers) const {
  const std::lock_guard lock(doubt_mutex_);
  for (std::size_t i = 0; i < group.size(); ++i) {
    const std::string& id = group[i]->change_set.id;
    if (answers[i]->ok() || !doubtful_.contains(id)) continue;
    const absl::Status cause = answers[i]->status();
    if (!HasReason(cause, Reason::kOutcomeUnknown) && !HasReason(cause, Reason::kDiskFull)) {
      answers[i] = OutcomeUnknown(id, cause);
    }
  }
}

absl::StatusOr<std::vector<LoggedChange>> Store::Impl::Validate(const ChangeSet& change_set) const {
  BRAID_RETURN_IF_ERROR(CheckEnvelope(change_set));
  BRAID_ASSIGN_OR_RETURN(const std::optional<RevisionInfo> known, log_->Resolve(change_set.id));
  if (known) {
    if (known->request_digest != DigestOf(change_set)) return IdReused(change_set.id, known->number);
    return std::vector<LoggedChange>();
  }
  const SnapshotPtr head = this->head();
  SlotPlan slots(*free_slots_, *head);
  return Check(*head, change_set, slots);
}

absl::StatusOr<RevisionInfo> Store::Impl::FindChangeSet(std::string_view id) const {
  bool doubtful = false;
  {
    // Looked at before the log: what becomes certain in between is found there.
    const std::lock_guard lock(doubt_mutex_);
    doubtful = doubtful_.contains(id);
  }
  BRAID_ASSIGN_OR_RETURN(std::optional<RevisionInfo> info, log_->Resolve(id));
  if (info) return *std::move(info);
  if (doubtful) return OutcomeUnknown(id, absl::UnavailableError("a write that failed may still land"));
  return MakeError(Reason::kChangeSetNotFound, fmt::format("change set {} was not applied", id), {}, std::string(id));
}

absl::StatusOr<SnapshotPtr> Store::Impl::AtLeast(Revision revision, std::chrono::steady_clock::time_point deadline,
                                                 const std::function<bool()>& cancelled) const {
  std::unique_lock lock(head_mutex_);
  while (head_->revision() < revision) {
    const auto now = std::chrono::steady_clock::now();
    if (now >= deadline) {
      return MakeError(Reason::kRevisionNotReached, fmt::format("revision {} was not reached in time; the newest is {}",
                                                                Number(revision), Number(head_->revision())));
    }
    head_moved_.wait_until(lock, cancelled ? std::min(deadline, now + kCancelPoll) : deadline);
    if (cancelled && cancelled()) return MakeError(Reason::kCancelled, "the caller gave up waiting for a revision");
  }
  return head_;
}

absl::StatusOr<SnapshotPtr> Store::Impl::At(Revision revision) const {
  const SnapshotPtr head = this->head();
  if (revision <= head->revision()) return travel_->At(revision, head);
  BRAID_ASSIGN_OR_RETURN(const Revision oldest, log_->Oldest());
  return RevisionNotHeld(revision, oldest, head->revision());
}

absl::Status Store::Impl::CheckReadable(Revision revision) const {
  BRAID_ASSIGN_OR_RETURN(const Revision oldest, log_->Oldest());
  const Revision newest = head()->revision();
  if (revision < oldest || revision > newest) return RevisionNotHeld(revision, oldest, newest);
  return absl::OkStatus();
}

absl::StatusOr<std::unique_ptr<Store>> Store::Open(const StoreOptions& options, Validator validator) {
  return Open(options, std::move(validator), nullptr);
}

absl::StatusOr<std::unique_ptr<Store>> Store::Open(const StoreOptions& options, Validator validator,
                                                   std::shared_ptr<ChangeLog> log) {
  auto impl = std::make_unique<Impl>(options, std::move(validator));
  BRAID_RETURN_IF_ERROR(impl->Open(std::move(log)));
  return std::unique_ptr<Store>(new Store(std::move(impl)));
}

Store::Store(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Store::~Store() = default;

std::string_view Store::store_id() const { return impl_->store_id(); }
SnapshotPtr Store::head() const { return impl_->head(); }

Revision Store::oldest_revision() const {
  const absl::StatusOr<Revision> oldest = impl_->log().Oldest();
  return oldest.ok() ? *oldest : impl_->head()->revision();
}

absl::StatusOr<CommitResult> Store::Commit(const ChangeSet& change_set) { return impl_->Commit(change_set); }

absl::StatusOr<std::vector<LoggedChange>> Store::Validate(const ChangeSet& change_set) const {
  return impl_->Validate(change_set);
}

absl::StatusOr<RevisionInfo> Store::FindChangeSet(std::string_view change_set_id) const {
  return impl_->FindChangeSet(change_set_id);
}

absl::StatusOr<SnapshotPtr> Store::AtLeast(Revision revision, std::chrono::steady_clock::time_point deadline,
                                           const std::function<bool()>& cancelled) const {
  return impl_->AtLeast(revision, deadline, cancelled);
}

absl::StatusOr<SnapshotPtr> Store::At(Revision revision) const { return impl_->At(revision); }

absl::StatusOr<std::vector<RevisionInfo>> Store::ListRevisions(Revision before, std::size_t limit) const {
  BRAID_ASSIGN_OR_RETURN(const Revision oldest, impl_->log().Oldest());
  const std::uint64_t end = Number(head()->revision()) + 1;
  std::uint64_t at = Number(before) == 0 ? end : std::min(end, Number(before));
  std::vector<RevisionInfo> infos;
  while (at > Number(oldest) && infos.size() < limit) {
    BRAID_ASSIGN_OR_RETURN(infos.emplace_back(), impl_->log().ReadInfo(Revision{--at}));
  }
  return infos;
}

absl::StatusOr<LogEntry> Store::GetRevision(Revision revision) const {
  BRAID_RETURN_IF_ERROR(impl_->CheckReadable(revision));
  std::optional<LogEntry> found;
  BRAID_RETURN_IF_ERROR(impl_->log().Read(revision, 1, [&found](const LogEntry& entry) {
    found = entry;
    return true;
  }));
  if (!found) return Damaged(fmt::format("log: revision {} is missing", Number(revision)));
  return *std::move(found);
}

StoreHealth Store::health() const { return impl_->health(); }

}  // namespace braid::graph::store
