#include "graph/path_bounds.h"

#include <utility>

namespace braid::graph {

PathBounds::PathBounds(PathSpace& space, Budget& budget) : space_(space), budget_(budget) {
  for (const NodeIndex target : space.targets()) {
    for (const PathState& goal : space.Goals(target)) queue_.push(Waiting{.cost = 0, .hops = 0, .state = goal});
  }
}

bool PathBounds::GrowBall(std::size_t max_level_arcs) {
  std::vector<NodeIndex> level = space_.targets();
  for (const NodeIndex node : level) ball_.emplace(Number(node), 0);
  ball_radius_ = 0;
  for (std::uint32_t hops = 1; hops <= space_.max_hops() / 2; ++hops) {
    std::size_t arcs = 0;
    for (const NodeIndex node : level) arcs += space_.Degree(node);
    if (arcs > max_level_arcs) break;
    std::vector<NodeIndex> next;
    for (const NodeIndex node : level) {
      const bool completed = space_.VisitNodesBefore(node, budget_, [&](NodeIndex before) {
        const bool may_be_inside = space_.MayBeInside(before);
        if (!may_be_inside && !space_.IsSource(before)) return;
        if (ball_.emplace(Number(before), hops).second && may_be_inside) next.push_back(before);
      });
      if (!completed) return false;
    }
    ball_radius_ = hops;
    level = std::move(next);
  }
  return true;
}

bool PathBounds::SettleLabels(std::size_t labels) {
  const std::size_t wanted = labels_.size() + labels;
  while (!queue_.empty() && labels_.size() < wanted) {
    if (!SettleNext()) return false;
  }
  return true;
}

bool PathBounds::SettleFor(std::uint64_t work) {
  const std::uint64_t end = work_ + work;
  while (!queue_.empty() && work_ < end) {
    if (!SettleNext()) return false;
  }
  return true;
}

bool PathBounds::SettleNext() {
  const std::uint64_t before = budget_.work_used();
  if (!budget_.Spend()) return false;
  const Waiting next = queue_.top();
  queue_.pop();
  if (Keep(next) && !Extend(next)) return false;
  work_ += budget_.work_used() - before;
  return true;
}

// A label is worth keeping where it needs fewer hops than every cheaper one of its state: under a bound on hops the
// dearer may be the only one that fits. One that needs as many or more never helps, whatever path it is continued by.
bool PathBounds::Keep(const Waiting& waiting) {
  Labels& labels = labels_of_[waiting.state.Key()];
  if (labels.last != kNoLabel && labels_[labels.last].hops <= waiting.hops) return false;
  const auto index = static_cast<std::uint32_t>(labels_.size());
  labels_.push_back(Label{.cost = waiting.cost, .hops = waiting.hops, .next = kNoLabel});
  if (labels.first == kNoLabel) {
    labels.first = index;
  } else {
    labels_[labels.last].next = index;
  }
  labels.last = index;
  return true;
}

bool PathBounds::Extend(const Waiting& settled) {
  // A path never runs through a source, so what stands on one and has hops behind it has arrived at its beginning.
  if (settled.hops == space_.max_hops()) return true;
  if (settled.hops > 0 && space_.IsSource(settled.state.node)) return true;
  return space_.VisitHopsInto(settled.state, budget_, [&](const PathHop& hop, const PathState& before) {
    if (!space_.IsSource(before.node) && !space_.MayBeInside(before.node)) return;
    const auto labels = labels_of_.find(before.Key());
    if (labels != labels_of_.end() && labels_[labels->second.last].hops <= settled.hops + 1) return;
    queue_.push(Waiting{.cost = settled.cost + space_.Cost(hop).total(), .hops = settled.hops + 1, .state = before});
  });
}

std::optional<std::uint64_t> PathBounds::SettledCost(const PathState& state, std::uint32_t hops_left) const {
  const auto labels = labels_of_.find(state.Key());
  if (labels == labels_of_.end()) return std::nullopt;
  // Costs rise along the list and hops fall: the first that fits is the least.
  for (std::uint32_t i = labels->second.first; i != kNoLabel; i = labels_[i].next) {
    if (labels_[i].hops <= hops_left) return labels_[i].cost;
  }
  return std::nullopt;
}

bool PathBounds::IsOutOfReach(NodeIndex node, std::uint32_t hops_left) const {
  if (!ball_radius_) return false;
  const auto hops = ball_.find(Number(node));
  return hops == ball_.end() ? hops_left <= *ball_radius_ : hops->second > hops_left;
}

std::uint64_t PathBounds::Bound(const PathState& state, std::uint32_t hops_left) const {
  // Not the head of the queue, nor a label: that of the goal itself may not be settled yet, and the search would turn
  // back at the door.
  if (hops_left == 0) return space_.IsGoal(state) ? 0 : kUnreachable;
  if (IsOutOfReach(state.node, hops_left)) return kUnreachable;
  if (const std::optional<std::uint64_t> settled = SettledCost(state, hops_left)) return *settled;
  return queue_.empty() ? kUnreachable : queue_.top().cost;
}

}  // namespace braid::graph
