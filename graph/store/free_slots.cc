#include "graph/store/free_slots.h"

#include <algorithm>
#include <variant>

namespace braid::graph::store {

FreeSlots::FreeSlots(const Snapshot& head) : never_used_(static_cast<std::uint32_t>(head.slot_count())) {
  head.VisitFreeSlots([this](NodeIndex slot) { free_.insert(free_.end(), Number(slot)); });
}

void FreeSlots::Apply(std::span<const LoggedChange> changes) {
  const std::lock_guard lock(mutex_);
  for (const LoggedChange& change : changes) {
    const auto* node = std::get_if<BeforeAfter<NodeAt>>(&change);
    if (node == nullptr) continue;
    if (node->before) Release(Number(node->before->index));
    if (node->after) Take(Number(node->after->index));
  }
}

void FreeSlots::Take(std::uint32_t slot) {
  for (; never_used_ <= slot; ++never_used_) free_.insert(free_.end(), never_used_);
  free_.erase(slot);
}

void FreeSlots::Release(std::uint32_t slot) { free_.insert(slot); }

std::uint32_t FreeSlots::AtLeast(std::uint32_t from) const {
  const std::lock_guard lock(mutex_);
  const auto found = free_.lower_bound(from);
  return found != free_.end() ? *found : std::max(from, never_used_);
}

NodeIndex SlotPlan::Take() {
  std::uint32_t slot = free_.AtLeast(now_.next);
  // A plan outside the writer's turn may look at slots that a commit has just freed: in its own head they are taken.
  while (slot < head_.slot_count() && head_.IsNode(NodeIndex{slot})) slot = free_.AtLeast(slot + 1);
  if (!now_.freed.empty() && *now_.freed.begin() < slot) {
    slot = *now_.freed.begin();
    now_.freed.erase(now_.freed.begin());
  } else {
    now_.next = slot + 1;
  }
  return NodeIndex{slot};
}

void SlotPlan::Accept(std::span<const LoggedChange> changes) {
  for (const LoggedChange& change : changes) {
    const auto* node = std::get_if<BeforeAfter<NodeAt>>(&change);
    if (node == nullptr) continue;
    if (node->before) now_.freed.insert(Number(node->before->index));
    if (node->after) now_.freed.erase(Number(node->after->index));
  }
  accepted_ = now_;
}

void SlotPlan::Refuse() { now_ = accepted_; }

}  // namespace braid::graph::store
