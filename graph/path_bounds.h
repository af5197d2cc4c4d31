// What a path must still cost from where it stands: the lower bound that leads the search (algorithms.md, section 2.3).
//
// Two parts. A Dijkstra search backwards from every goal, in the product space, that goes on only as far as it is asked
// to: what it has settled is a least cost over walks, what it has not costs at least the head of its queue. And a ball
// of hops around the targets (cf. Peng et al. 2019), which knows early what is out of reach. The bound never falls.
// Private to the path search.

#ifndef BRAID_GRAPH_PATH_BOUNDS_H_
#define BRAID_GRAPH_PATH_BOUNDS_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <memory_resource>
#include <optional>
#include <queue>
#include <unordered_map>
#include <vector>

#include "graph/budget.h"
#include "graph/path_space.h"

namespace braid::graph {

inline constexpr std::uint64_t kUnreachable = std::numeric_limits<std::uint64_t>::max();

class PathBounds {
 public:
  // Ready to answer: every bound is 0, except that no hops lead on from what is no goal. `space` and `budget` outlive
  // it.
  PathBounds(PathSpace& space, Budget& budget);

  // Knows the nodes within half of the hops of a target, level by level; a level that would scan more than
  // `max_level_arcs` is not begun. Call once. False where the budget ended it.
  bool GrowBall(std::size_t max_level_arcs);

  // Settles more, for at least `labels` labels or `work` units, whichever is given. False where the budget ended it.
  bool SettleLabels(std::size_t labels);
  bool SettleFor(std::uint64_t work);
  // Whether there is nothing left to settle.
  bool is_complete() const { return queue_.empty(); }
  // Units spent in settling.
  std::uint64_t work() const { return work_; }

  // Every simple path on from `state` to a goal in at most `hops_left` hops costs at least this; kUnreachable: there is
  // none.
  std::uint64_t Bound(const PathState& state, std::uint32_t hops_left) const;
  // Whether that is a settled cost, no mere head of the queue.
  bool IsSettled(const PathState& state, std::uint32_t hops_left) const {
    return SettledCost(state, hops_left).has_value();
  }

 private:
  static constexpr std::uint32_t kNoLabel = std::numeric_limits<std::uint32_t>::max();

  // A way from a state to a goal that is the cheapest with so few hops.
  struct Label {
    std::uint64_t cost;
    std::uint32_t hops;
    std::uint32_t next;  // of the same state, dearer, with fewer hops
  };
  struct Labels {
    std::uint32_t first = kNoLabel;
    std::uint32_t last = kNoLabel;
  };
  struct Waiting {
    std::uint64_t cost;
    std::uint32_t hops;
    PathState state;
    bool operator>(const Waiting& other) const {
      if (cost != other.cost) return cost > other.cost;
      if (hops != other.hops) return hops > other.hops;
      return state.Key() > other.state.Key();
    }
  };

  bool SettleNext();
  bool Keep(const Waiting& waiting);
  bool Extend(const Waiting& settled);
  bool IsOutOfReach(NodeIndex node, std::uint32_t hops_left) const;
  std::optional<std::uint64_t> SettledCost(const PathState& state, std::uint32_t hops_left) const;

  PathSpace& space_;
  Budget& budget_;
  std::pmr::monotonic_buffer_resource memory_;
  std::pmr::unordered_map<std::uint64_t, Labels> labels_of_{&memory_};  // by PathState::Key()
  std::vector<Label> labels_;
  std::priority_queue<Waiting, std::vector<Waiting>, std::greater<>> queue_;
  std::uint64_t work_ = 0;
  std::pmr::unordered_map<std::uint32_t, std::uint32_t> ball_{&memory_};  // node → hops to a target
  std::optional<std::uint32_t> ball_radius_;                              // unset: not grown
};

}  // namespace braid::graph

#endif  // BRAID_GRAPH_PATH_BOUNDS_H_
