// The space in which paths are searched: graph × pattern × groups counted × nodes passed (algorithms.md, section 2.3).
//
// Says which nodes and hops a query may use, what a hop costs and where it leads, forwards and backwards. Private to
// the path search. Its memory is that of the query, never of the graph.

#ifndef BRAID_GRAPH_PATH_SPACE_H_
#define BRAID_GRAPH_PATH_SPACE_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <unordered_map>
#include <vector>

#include "graph/budget.h"
#include "graph/ids.h"
#include "graph/paths.h"
#include "graph/pattern.h"
#include "graph/snapshot.h"
#include "graph/weights.h"

namespace braid::graph {

// Where a partial path stands.
struct PathState {
  NodeIndex node = kNoNode;
  Automaton::State pattern = 0;
  std::uint8_t groups = 0;  // nodes with a group so far, this one included, counted to min_groups
  std::uint8_t passed = 0;  // bit i: must_pass[i] is on it

  // One number a state; its low 16 bits are free for the caller.
  std::uint64_t Key() const {
    return std::uint64_t{Number(node)} << 32U | std::uint64_t{pattern} << 24U | std::uint64_t{groups} << 20U |
           std::uint64_t{passed} << 16U;
  }
};

// A hop as the search crosses it, at the end where the search stands.
struct PathHop {
  NodeIndex here = kNoNode;
  Arc arc{};  // arc.node is the other end
  bool here_is_subject = false;
  bool forwards = false;  // as the pattern sees it, in the path's own direction
};

class PathSpace {
 public:
  // REQUIRES: `query` was checked. It and `snapshot` must outlive the space.
  PathSpace(const Snapshot& snapshot, const PathQuery& query);

  const Snapshot& snapshot() const { return snapshot_; }
  const Automaton& pattern() const { return pattern_; }
  std::uint32_t max_hops() const { return query_.max_hops; }
  std::uint8_t min_groups() const { return min_groups_; }

  // The ends that the filters leave, once each, in byte order of their ids.
  const std::vector<NodeIndex>& sources() const { return sources_; }
  const std::vector<NodeIndex>& targets() const { return targets_; }
  // Whether the filters leave every node that must be passed; where not, there is no path.
  bool CanPassAll() const { return can_pass_all_; }

  bool IsSource(NodeIndex node) const { return (RoleOf(node) & kSource) != 0; }
  bool IsTarget(NodeIndex node) const { return (RoleOf(node) & kTarget) != 0; }
  // Whether a path may run through `node`, if it may be on one at all.
  bool MayBeInside(NodeIndex node) const {
    return (RoleOf(node) & (kSource | kTarget)) == 0 && !snapshot_.schema().kind(snapshot_.kind(node)).ends_only;
  }

  PathState Start(NodeIndex source) const { return Entered({}, source, 0); }
  // The states in which a path may end at `target`.
  std::vector<PathState> Goals(NodeIndex target) const;
  bool IsGoal(const PathState& state) const {
    return pattern_.IsAccepting(state.pattern) && state.groups == min_groups_ && state.passed == all_passed_ &&
           IsTarget(state.node);
  }

  // Calls visit(hop, next state) for every hop that leaves `state`. False where the budget ended it.
  template <typename Visit>
  bool VisitHopsFrom(const PathState& state, Budget& budget, Visit visit) const;
  // Calls visit(hop, state before) for every hop that enters `state`, once for each state that it may come from.
  template <typename Visit>
  bool VisitHopsInto(const PathState& state, Budget& budget, Visit visit) const;
  // Calls visit(node before) for every hop that enters `node` in any state; a superset of the above.
  template <typename Visit>
  bool VisitNodesBefore(NodeIndex node, Budget& budget, Visit visit) const;

  // In micro-nats, the same at both ends.
  HopCost Cost(const PathHop& hop);

  std::size_t Degree(NodeIndex node) const { return snapshot_.out(node).size() + snapshot_.in(node).size(); }

 private:
  enum Role : std::uint8_t { kSource = 1, kTarget = 2, kAvoided = 4, kMustPass = 8 };  // must_pass[i]: kMustPass << i
  static constexpr unsigned kMustPassShift = 3;
  static constexpr std::size_t kShortList = 64;  // arcs; of longer lists, only the relations wanted are looked at

  std::uint8_t RoleOf(NodeIndex node) const {
    const auto role = roles_.find(Number(node));
    return role == roles_.end() ? std::uint8_t{0} : role->second;
  }
  std::uint8_t PassedBit(NodeIndex node) const { return static_cast<std::uint8_t>(RoleOf(node) >> kMustPassShift); }
  bool HasGroup(NodeIndex node) const { return snapshot_.group(node) != kNoNode; }
  bool IsWalkable(NodeIndex node) const;
  std::vector<NodeIndex> Ends(std::vector<NodeIndex> nodes) const;
  PathState Entered(const PathState& before, NodeIndex node, Automaton::State pattern) const;

  bool IsUsable(const Arc& arc, NodeIndex here) const {
    return arc.supported() && arc.node != here &&
           (arc.certainty >= query_.min_certainty || !takes_certainty_[Number(arc.relation)]) && IsWalkable(arc.node);
  }

  // Calls visit(hop) for every usable hop at `here`, on either side, over a relation for which wanted(relation,
  // forwards). `leaving`: the path goes from here, else to here.
  template <typename Wanted, typename Visit>
  bool VisitHops(NodeIndex here, bool leaving, Budget& budget, Wanted wanted, Visit visit) const;

  const Snapshot& snapshot_;
  const PathQuery& query_;
  const Automaton pattern_;
  CostModel costs_;
  const std::uint8_t min_groups_;
  std::uint8_t all_passed_ = 0;
  bool can_pass_all_ = true;
  std::vector<RelationIndex> relations_;  // that the query walks, in order
  std::vector<bool> is_walked_;           // by relation
  std::vector<bool> is_symmetric_;        // by relation
  std::vector<bool> takes_certainty_;     // by relation
  std::vector<bool> may_cross_;           // by (relation, forwards): whether the pattern ever does
  std::unordered_map<std::uint32_t, std::uint8_t> roles_;
  std::vector<NodeIndex> sources_;
  std::vector<NodeIndex> targets_;
};

template <typename Wanted, typename Visit>
bool PathSpace::VisitHops(NodeIndex here, bool leaving, Budget& budget, Wanted wanted, Visit visit) const {
  for (const bool here_is_subject : {true, false}) {
    const Arcs all = here_is_subject ? snapshot_.out(here) : snapshot_.in(here);
    const auto forwards = [&](RelationIndex relation) {
      return is_symmetric_[Number(relation)] || here_is_subject == leaving;
    };
    const auto scan = [&](const auto& arcs) {
      for (const Arc& arc : arcs) {
        if (!budget.Spend()) return false;
        const bool is_forwards = forwards(arc.relation);
        if (!is_walked_[Number(arc.relation)] || !wanted(arc.relation, is_forwards) || !IsUsable(arc, here)) continue;
        visit(PathHop{.here = here, .arc = arc, .here_is_subject = here_is_subject, .forwards = is_forwards});
      }
      return true;
    };
    if (all.size() <= kShortList) {
      if (!scan(all)) return false;
      continue;
    }
    for (const RelationIndex relation : relations_) {
      if (!wanted(relation, forwards(relation))) continue;
      if (!scan(here_is_subject ? snapshot_.out(here, relation) : snapshot_.in(here, relation))) return false;
    }
  }
  return true;
}

template <typename Visit>
bool PathSpace::VisitHopsFrom(const PathState& state, Budget& budget, Visit visit) const {
  return VisitHops(
      state.node, /*leaving=*/true, budget,
      [&](RelationIndex relation, bool forwards) { return pattern_.MayLeave(state.pattern, relation, forwards); },
      [&](const PathHop& hop) {
        const Automaton::State next =
            pattern_.Next(state.pattern, hop.arc.relation, hop.forwards, hop.arc.sign(), snapshot_.kind(hop.arc.node));
        if (next != Automaton::kDead) visit(hop, Entered(state, hop.arc.node, next));
      });
}

template <typename Visit>
bool PathSpace::VisitHopsInto(const PathState& state, Budget& budget, Visit visit) const {
  // What this node added to the count and to the mask is taken off again. A simple path had not passed it before.
  const bool counts = min_groups_ > 0 && HasGroup(state.node);
  if (counts && state.groups == 0) return true;
  const auto most = state.groups;
  const auto least = static_cast<std::uint8_t>(counts ? state.groups - 1 : state.groups);
  // A count that is full may have been full before.
  const bool both = counts && state.groups == min_groups_;
  const auto passed = static_cast<std::uint8_t>(state.passed & ~PassedBit(state.node));
  if ((state.passed & PassedBit(state.node)) != PassedBit(state.node)) return true;

  return VisitHops(
      state.node, /*leaving=*/false, budget,
      [&](RelationIndex relation, bool forwards) { return pattern_.MayEnter(state.pattern, relation, forwards); },
      [&](const PathHop& hop) {
        const NodeIndex before = hop.arc.node;
        if ((passed & PassedBit(before)) != PassedBit(before)) return;
        const std::uint8_t own = min_groups_ > 0 && HasGroup(before) ? 1 : 0;
        std::uint64_t patterns = pattern_.Previous(state.pattern, hop.arc.relation, hop.forwards, hop.arc.sign(),
                                                   snapshot_.kind(state.node));
        for (Automaton::State pattern = 0; patterns != 0; ++pattern, patterns >>= 1U) {
          if ((patterns & 1U) == 0) continue;
          if (least >= own) visit(hop, PathState{before, pattern, least, passed});
          if (both && most >= own) visit(hop, PathState{before, pattern, most, passed});
        }
      });
}

template <typename Visit>
bool PathSpace::VisitNodesBefore(NodeIndex node, Budget& budget, Visit visit) const {
  return VisitHops(
      node, /*leaving=*/false, budget,
      [&](RelationIndex relation, bool forwards) {
        return may_cross_[Number(relation) * std::size_t{2} + (forwards ? 1U : 0U)];
      },
      [&](const PathHop& hop) { visit(hop.arc.node); });
}

}  // namespace braid::graph

#endif  // BRAID_GRAPH_PATH_SPACE_H_
