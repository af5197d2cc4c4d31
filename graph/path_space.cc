#include "graph/path_space.h"

#include <utility>

namespace braid::graph {

PathSpace::PathSpace(const Snapshot& snapshot, const PathQuery& query)
    : snapshot_(snapshot),
      query_(query),
      pattern_(query.pattern ? *query.pattern : Automaton::Any(snapshot.schema())),
      costs_(snapshot, query.weights),
      min_groups_(static_cast<std::uint8_t>(query.min_groups)) {
  const Schema& schema = snapshot.schema();
  for (std::size_t i = 0; i < schema.relation_count(); ++i) {
    const RelationIndex index{static_cast<std::uint16_t>(i)};
    const Relation& relation = schema.relation(index);
    const bool is_walked = relation.walkable && (query.relations.empty() || query.relations[i]);
    if (is_walked) relations_.push_back(index);
    is_walked_.push_back(is_walked);
    is_symmetric_.push_back(relation.symmetric);
    takes_certainty_.push_back(relation.takes_certainty);
    for (const bool forwards : {false, true}) {
      bool may_cross = false;
      for (std::size_t state = 0; state < pattern_.state_count(); ++state) {
        may_cross = may_cross || pattern_.MayLeave(static_cast<Automaton::State>(state), index, forwards);
      }
      may_cross_.push_back(may_cross);
    }
  }

  const auto mark = [this](NodeIndex node, unsigned role) {
    std::uint8_t& roles = roles_[Number(node)];
    roles = static_cast<std::uint8_t>(roles | role);
  };
  for (const NodeIndex node : query.avoid) mark(node, kAvoided);
  unsigned must_pass = kMustPass;
  for (const NodeIndex node : query.must_pass) {
    can_pass_all_ = can_pass_all_ && IsWalkable(node);
    // One bit a node, however often it is named.
    if (PassedBit(node) != 0) continue;
    mark(node, must_pass);
    all_passed_ = static_cast<std::uint8_t>(all_passed_ | must_pass >> kMustPassShift);
    must_pass <<= 1U;
  }
  sources_ = Ends(query.sources);
  targets_ = Ends(query.targets);
  for (const NodeIndex node : sources_) mark(node, kSource);
  for (const NodeIndex node : targets_) mark(node, kTarget);
}

bool PathSpace::IsWalkable(NodeIndex node) const {
  const KindIndex kind = snapshot_.kind(node);
  return (query_.kinds.empty() || query_.kinds[Number(kind)]) && !snapshot_.IsObsolete(node) &&
         (!snapshot_.schema().kind(kind).needs_group || HasGroup(node)) && (RoleOf(node) & kAvoided) == 0;
}

std::vector<NodeIndex> PathSpace::Ends(std::vector<NodeIndex> nodes) const {
  nodes.erase(std::remove_if(nodes.begin(), nodes.end(), [this](NodeIndex node) { return !IsWalkable(node); }),
              nodes.end());
  std::sort(nodes.begin(), nodes.end(), [this](NodeIndex a, NodeIndex b) { return snapshot_.id(a) < snapshot_.id(b); });
  nodes.erase(std::unique(nodes.begin(), nodes.end()), nodes.end());
  return nodes;
}

PathState PathSpace::Entered(const PathState& before, NodeIndex node, Automaton::State pattern) const {
  const int groups = before.groups + (HasGroup(node) ? 1 : 0);
  return PathState{.node = node,
                   .pattern = pattern,
                   .groups = static_cast<std::uint8_t>(std::min<int>(groups, min_groups_)),
                   .passed = static_cast<std::uint8_t>(before.passed | PassedBit(node))};
}

std::vector<PathState> PathSpace::Goals(NodeIndex target) const {
  std::vector<PathState> goals;
  for (std::size_t state = 0; state < pattern_.state_count(); ++state) {
    const auto pattern = static_cast<Automaton::State>(state);
    if (pattern_.IsAccepting(pattern)) goals.push_back(PathState{target, pattern, min_groups_, all_passed_});
  }
  return goals;
}

HopCost PathSpace::Cost(const PathHop& hop) {
  if (hop.here_is_subject) return costs_.Cost(hop.here, hop.arc);
  Arc out = hop.arc;
  out.node = hop.here;
  return costs_.Cost(hop.arc.node, out);
}

}  // namespace braid::graph
