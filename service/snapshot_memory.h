// What is made once from a snapshot and asked many times, kept for the last few snapshots: making it costs more than
// any question about it.
//
// Thread safety: any method from any thread. Two that ask at once for the same new snapshot may both make it.

#ifndef BRAID_SERVICE_SNAPSHOT_MEMORY_H_
#define BRAID_SERVICE_SNAPSHOT_MEMORY_H_

#include <algorithm>
#include <cstddef>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <utility>

#include "absl/status/statusor.h"
#include "graph/error.h"
#include "graph/snapshot.h"

namespace braid::service {

template <typename Value>
class SnapshotMemory {
 public:
  static constexpr std::size_t kKept = 4;  // the head, and a few that pages go on at
  using Made = absl::StatusOr<std::shared_ptr<const Value>>;
  using Make = std::function<Made(const graph::SnapshotPtr& snapshot)>;

  explicit SnapshotMemory(Make make) : make_(std::move(make)) {}

  // What was made from `snapshot`. Errors: those of `make`; nothing is kept then.
  Made Of(const graph::SnapshotPtr& snapshot) {
    {
      const std::lock_guard lock(mutex_);
      const auto found =
          std::find_if(kept_.begin(), kept_.end(), [&](const Entry& entry) { return entry.snapshot == snapshot; });
      if (found != kept_.end()) {
        kept_.splice(kept_.begin(), kept_, found);
        return kept_.front().value;
      }
    }
    BRAID_ASSIGN_OR_RETURN(std::shared_ptr<const Value> value, make_(snapshot));
    const std::lock_guard lock(mutex_);
    kept_.push_front({snapshot, value});
    if (kept_.size() > kKept) kept_.pop_back();
    return value;
  }

 private:
  struct Entry {
    graph::SnapshotPtr snapshot;
    std::shared_ptr<const Value> value;
  };

  const Make make_;
  std::mutex mutex_;
  std::list<Entry> kept_;  // the last used first
};

}  // namespace braid::service

#endif  // BRAID_SERVICE_SNAPSHOT_MEMORY_H_
