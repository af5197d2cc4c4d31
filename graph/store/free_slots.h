// Which numbers new nodes get: always the least free one, so that the same commits give the same numbers.
//
// Thread safety: FreeSlots locks itself; a SlotPlan is for one thread.

#ifndef BRAID_GRAPH_STORE_FREE_SLOTS_H_
#define BRAID_GRAPH_STORE_FREE_SLOTS_H_

#include <cstdint>
#include <mutex>
#include <optional>
#include <set>
#include <span>

#include "graph/change.h"
#include "graph/ids.h"
#include "graph/snapshot.h"
#include "graph/validate.h"

namespace braid::graph::store {

// The free slots of the head.
class FreeSlots {
 public:
  explicit FreeSlots(const Snapshot& head);  // O(slots)

  // Follows a change set that became part of the head. O(log free) a node made or deleted.
  void Apply(std::span<const LoggedChange> changes);

  // The least free slot that is not below `from`: one that was in use, or one never used.
  std::uint32_t AtLeast(std::uint32_t from) const;

 private:
  void Take(std::uint32_t slot);
  void Release(std::uint32_t slot);

  mutable std::mutex mutex_;
  std::set<std::uint32_t> free_;
  std::uint32_t never_used_ = 0;  // slots from here on were never used
};

// The slots of change sets that are not part of the head yet: those of one group, in their order.
class SlotPlan : public SlotAllocator {
 public:
  // `head` must outlive the plan and be the graph that the first change set is checked against.
  SlotPlan(const FreeSlots& free, const Snapshot& head) : free_(free), head_(head) {}

  NodeIndex Take() override;

  // Ends a change set: its slots are taken, and those of the nodes it deletes are free for the next.
  void Accept(std::span<const LoggedChange> changes);
  // Forgets what was taken since the last Accept.
  void Refuse();

 private:
  // The free slots of the head below `next_` are given away, and so is what the group freed and gave again.
  struct Position {
    std::uint32_t next = 0;
    std::set<std::uint32_t> freed;
  };

  const FreeSlots& free_;
  const Snapshot& head_;
  Position now_;
  Position accepted_;
};

}  // namespace braid::graph::store

#endif  // BRAID_GRAPH_STORE_FREE_SLOTS_H_
