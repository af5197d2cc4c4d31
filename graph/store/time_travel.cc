#include "graph/store/time_travel.h"

#include <algorithm>
#include <utility>

#include "graph/error.h"
#include "graph/snapshot_builder.h"
#include "graph/store/embedded_log.h"

namespace braid::graph::store {

absl::StatusOr<SnapshotPtr> TimeTravel::At(Revision revision, const SnapshotPtr& head) {
  if (revision == head->revision()) return head;
  const SnapshotPtr from = Nearest(revision, head);
  if (from->revision() == revision) return from;
  BRAID_RETURN_IF_ERROR(CheckDistance(revision, *from));
  BRAID_ASSIGN_OR_RETURN(SnapshotPtr past, WalkBack(revision, from));
  Keep(past);
  return past;
}

SnapshotPtr TimeTravel::Nearest(Revision revision, const SnapshotPtr& head) {
  const std::lock_guard lock(mutex_);
  auto best = cache_.end();
  for (auto it = cache_.begin(); it != cache_.end(); ++it) {
    if ((*it)->revision() < revision || (*it)->revision() > head->revision()) continue;
    if (best == cache_.end() || (*it)->revision() < (*best)->revision()) best = it;
  }
  if (best == cache_.end()) return head;
  cache_.splice(cache_.begin(), cache_, best);
  return cache_.front();
}

// Counts before it walks: what is refused costs the headers of the revisions on the way, and not their changes.
absl::Status TimeTravel::CheckDistance(Revision revision, const Snapshot& from) {
  BRAID_ASSIGN_OR_RETURN(const Revision oldest, log_.Oldest());
  std::uint64_t changes = 0;
  for (std::uint64_t at = Number(from.revision()); at > Number(revision); --at) {
    if (at < Number(oldest)) return RevisionNotHeld(revision, Revision{at}, from.revision());
    BRAID_ASSIGN_OR_RETURN(const RevisionInfo info, log_.ReadInfo(Revision{at}));
    changes += std::max<std::uint64_t>(info.change_count, 1);
    if (changes > max_changes_) return RevisionNotHeld(revision, Revision{at}, from.revision());
  }
  return absl::OkStatus();
}

absl::StatusOr<SnapshotPtr> TimeTravel::WalkBack(Revision revision, const SnapshotPtr& from) {
  SnapshotBuilder builder(from);
  for (std::uint64_t at = Number(from->revision()); at > Number(revision); --at) {
    BRAID_RETURN_IF_ERROR(log_.Read(Revision{at}, 1, [&builder](const LogEntry& entry) {
      std::for_each(entry.changes.rbegin(), entry.changes.rend(),
                    [&builder](const LoggedChange& change) { builder.Undo(change); });
      return true;
    }));
  }
  return std::move(builder).Build(revision);
}

void TimeTravel::Keep(const SnapshotPtr& snapshot) {
  const std::lock_guard lock(mutex_);
  cache_.push_front(snapshot);
  if (cache_.size() > cache_size_) cache_.pop_back();
}

}  // namespace braid::graph::store
