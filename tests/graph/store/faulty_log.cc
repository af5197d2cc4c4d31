#include "tests/graph/store/faulty_log.h"

#include <algorithm>
#include <utility>

#include "graph/error.h"
#include "graph/store/embedded_log.h"

namespace braid::graph::store {

FaultyLog::FaultyLog(std::uint64_t seed, FaultPlan plan, Rival rival)
    : random_(seed), plan_(plan), rival_(std::move(rival)) {}

AppendResult FaultyLog::Append(Revision expected_head, std::span<const LogEntry> entries, RowBatch* /*rows*/) {
  AppendResult result{AppendOutcome::kCommitted, false, absl::OkStatus()};
  {
    const std::lock_guard lock(mutex_);
    unsigned dice = static_cast<unsigned>(random_() % 100);
    const auto falls = [&dice](unsigned share) {
      const bool hit = dice < share;
      dice -= hit ? 0 : share;
      return hit;
    };
    const absl::Status lost = absl::UnavailableError("the answer was lost");
    LandPendingLocked();
    if (falls(plan_.refused)) return {AppendOutcome::kConflict, false, absl::UnavailableError("no quorum")};
    if (falls(plan_.conflict) && rival_) {
      const LogEntry entry = rival_(Revision{Number(HeadLocked()) + 1});
      LandLocked({&entry, 1});
    }
    if (HeadLocked() != expected_head) return {AppendOutcome::kConflict, false, absl::OkStatus()};
    if (falls(plan_.unknown_lost)) return {AppendOutcome::kUnknown, false, lost};
    if (falls(plan_.unknown_late)) {
      pending_ = Pending{expected_head, {entries.begin(), entries.end()}};
      return {AppendOutcome::kUnknown, false, lost};
    }
    if (falls(plan_.unknown_landed)) result = {AppendOutcome::kUnknown, false, lost};
    LandLocked(entries);
  }
  Wake();
  return result;
}

void FaultyLog::LandLocked(std::span<const LogEntry> entries) {
  for (const LogEntry& entry : entries) {
    entries_.push_back(entry);
    change_sets_[entry.info.change_set_id] = entry.info;
  }
}

void FaultyLog::LandPendingLocked() {
  if (!pending_) return;
  const Pending pending = *std::exchange(pending_, std::nullopt);
  if (pending.expected_head == HeadLocked()) LandLocked(pending.entries);
}

void FaultyLog::LandLate() {
  {
    const std::lock_guard lock(mutex_);
    LandPendingLocked();
  }
  Wake();
}

void FaultyLog::SetPlan(FaultPlan plan) {
  const std::lock_guard lock(mutex_);
  plan_ = plan;
}

absl::StatusOr<std::optional<RevisionInfo>> FaultyLog::Resolve(std::string_view change_set_id) {
  const std::lock_guard lock(mutex_);
  const auto found = change_sets_.find(change_set_id);
  if (found == change_sets_.end()) return std::optional<RevisionInfo>();
  return std::optional<RevisionInfo>(found->second);
}

absl::Status FaultyLog::CheckLocked(Revision revision) const {
  if (revision >= oldest_ && revision <= HeadLocked()) return absl::OkStatus();
  return RevisionNotHeld(revision, oldest_, HeadLocked());
}

absl::Status FaultyLog::Read(Revision from, std::size_t limit, const std::function<bool(const LogEntry&)>& visit) {
  std::vector<LogEntry> entries;
  {
    const std::lock_guard lock(mutex_);
    if (from > HeadLocked()) return absl::OkStatus();
    BRAID_RETURN_IF_ERROR(CheckLocked(from));
    const std::size_t first = Number(from) - Number(oldest_);
    const std::size_t count = std::min(limit, entries_.size() - first);
    const auto begin = entries_.begin() + static_cast<std::ptrdiff_t>(first);
    entries.assign(begin, begin + static_cast<std::ptrdiff_t>(count));
  }
  for (const LogEntry& entry : entries) {
    if (!visit(entry)) break;
  }
  return absl::OkStatus();
}

absl::StatusOr<RevisionInfo> FaultyLog::ReadInfo(Revision revision) {
  const std::lock_guard lock(mutex_);
  BRAID_RETURN_IF_ERROR(CheckLocked(revision));
  return entries_[Number(revision) - Number(oldest_)].info;
}

std::unique_ptr<void, void (*)(void*)> FaultyLog::Tail(std::function<void()> wake) {
  struct Handle {
    FaultyLog* log;
    std::list<std::function<void()>>::iterator at;
  };
  const std::lock_guard lock(wake_mutex_);
  wakers_.push_front(std::move(wake));
  return {new Handle{this, wakers_.begin()}, [](void* pointer) {
            const std::unique_ptr<Handle> handle(static_cast<Handle*>(pointer));
            const std::lock_guard inner(handle->log->wake_mutex_);
            handle->log->wakers_.erase(handle->at);
          }};
}

void FaultyLog::Wake() {
  const std::lock_guard lock(wake_mutex_);
  for (const std::function<void()>& wake : wakers_) wake();
}

absl::StatusOr<Revision> FaultyLog::Head() {
  const std::lock_guard lock(mutex_);
  return HeadLocked();
}

absl::StatusOr<Revision> FaultyLog::Oldest() {
  const std::lock_guard lock(mutex_);
  return oldest_;
}

absl::Status FaultyLog::Trim(Revision oldest) {
  const std::lock_guard lock(mutex_);
  if (Number(oldest) > Number(HeadLocked()) + 1) return RevisionNotHeld(oldest, oldest_, HeadLocked());
  if (oldest <= oldest_) return absl::OkStatus();
  entries_.erase(entries_.begin(), entries_.begin() + static_cast<std::ptrdiff_t>(Number(oldest) - Number(oldest_)));
  oldest_ = oldest;
  return absl::OkStatus();
}

}  // namespace braid::graph::store
