// Past snapshots: built from the nearest later one that is held, by undoing the log's entries.
//
// Thread safety: any method from any thread. Two travellers to one revision at the same time both walk.

#ifndef BRAID_GRAPH_STORE_TIME_TRAVEL_H_
#define BRAID_GRAPH_STORE_TIME_TRAVEL_H_

#include <cstddef>
#include <cstdint>
#include <list>
#include <mutex>

#include "absl/status/statusor.h"
#include "graph/ids.h"
#include "graph/snapshot.h"
#include "graph/store/change_log.h"

namespace braid::graph::store {

class TimeTravel {
 public:
  // Walks back at most `max_changes` changes (a revision without any counts as one); keeps the `cache_size` snapshots
  // used last.
  TimeTravel(ChangeLog& log, std::uint64_t max_changes, std::size_t cache_size)
      : log_(log), max_changes_(max_changes), cache_size_(cache_size) {}

  // The graph at `revision`, which is not after `head`'s.
  // Errors: kOutOfRange (REVISION_NOT_KEPT) too far back, or trimmed: metadata oldest_revision; kDataLoss
  absl::StatusOr<SnapshotPtr> At(Revision revision, const SnapshotPtr& head);

 private:
  SnapshotPtr Nearest(Revision revision, const SnapshotPtr& head);
  absl::Status CheckDistance(Revision revision, const Snapshot& from);
  absl::StatusOr<SnapshotPtr> WalkBack(Revision revision, const SnapshotPtr& from);
  void Keep(const SnapshotPtr& snapshot);

  ChangeLog& log_;
  const std::uint64_t max_changes_;
  const std::size_t cache_size_;
  std::mutex mutex_;
  std::list<SnapshotPtr> cache_;  // used last first
};

}  // namespace braid::graph::store

#endif  // BRAID_GRAPH_STORE_TIME_TRAVEL_H_
