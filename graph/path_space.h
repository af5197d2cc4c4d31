// The space in which paths are searched: graph × pattern × groups counted × nodes passed (algorithms.md, section 2.3).
//
// Says which nodes and hops a query may use and where a hop leads, and remembers what it has looked up of a node. A
// template over SearchView; private to the path search. Its memory is that of the query, never of the graph.

#ifndef BRAID_GRAPH_PATH_SPACE_H_
#define BRAID_GRAPH_PATH_SPACE_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "graph/budget.h"
#include "graph/ids.h"
#include "graph/paths.h"
#include "graph/pattern.h"
#include "graph/search_view.h"

namespace braid::graph {

inline constexpr std::uint32_t kNoNumber = std::numeric_limits<std::uint32_t>::max();
inline constexpr std::uint64_t kUnreachable = std::numeric_limits<std::uint64_t>::max();

constexpr std::uint64_t AddCosts(std::uint64_t a, std::uint64_t b) {
  return a == kUnreachable || b == kUnreachable ? kUnreachable : a + b;
}

// What a node is to a query.
struct Place {
  NodeIndex node = kNoNode;
  NodeIndex group = kNoNode;
  KindIndex kind{};
  bool is_walkable = false;  // may be on a path at all
  bool is_source = false;
  bool is_target = false;
  bool may_be_inside = false;  // a path may run through it
  std::uint8_t passed = 0;     // bit i: it is must_pass[i]
};

// Where a partial path stands, beside the node.
struct Stance {
  Automaton::State pattern = 0;
  std::uint8_t groups = 0;  // nodes with a group so far, this one included, counted to min_groups
  std::uint8_t passed = 0;  // bit i: must_pass[i] is on it
  friend bool operator==(const Stance&, const Stance&) = default;
};

template <SearchView View>
class PathSpace {
 public:
  using Edge = EdgeOf<View>;

  // REQUIRES: `query` was checked. All three must outlive the space.
  PathSpace(View& view, const PathQuery& query, Budget& budget);

  View& view() { return view_; }
  Budget& budget() { return budget_; }
  std::uint32_t max_hops() const { return query_.max_hops; }
  std::uint8_t min_groups() const { return min_groups_; }

  // Places of the ends that the filters leave, once each, in byte order of their ids.
  const std::vector<std::uint32_t>& sources() const { return sources_; }
  const std::vector<std::uint32_t>& targets() const { return targets_; }
  // Whether the filters leave every node that must be passed; where not, there is no path.
  bool CanPassAll() const { return can_pass_all_; }

  // Makes room for about so many nodes.
  void Reserve(std::size_t nodes) {
    place_of_.reserve(2 * nodes);
    places_.reserve(2 * nodes);
  }
  // The number of a node's place. Looks the node up once.
  std::uint32_t PlaceOf(NodeIndex node);
  const Place& place(std::uint32_t number) const { return places_[number]; }
  std::string_view id(std::uint32_t number) const { return view_.id(view_.vertex(places_[number].node)); }

  Stance Start(std::uint32_t source) const { return Entered({}, source, 0); }
  bool IsGoal(const Stance& stance) const {
    return pattern_.IsAccepting(stance.pattern) && stance.groups == min_groups_ && stance.passed == all_passed_;
  }
  // The stances in which a path may end at a target.
  std::vector<Stance> Goals() const;

  // A hop as the search meets it at one of its ends.
  struct Crossing {
    Edge edge{};
    NodeIndex other = kNoNode;  // the end where the search does not stand
    EdgeFacts facts;
    bool forwards = false;  // in the path's own direction: from the edge's source to its target, or symmetric
  };

  // Calls visit(crossing) for every hop at `vertex` that a path may use by what the edge itself says: over a relation
  // that the query walks and the pattern ever crosses that way. `leaving`: the path goes from `vertex`, else to it.
  // Where given, only hops of `relation` on one side,
  // to nodes that are wanted(node), which is asked first. False where the budget ended it.
  template <typename Visit>
  bool VisitCrossings(NodeIndex node, bool leaving, Visit visit);
  template <typename Wanted, typename Visit>
  bool VisitCrossings(NodeIndex node, bool leaving, RelationIndex relation, bool here_is_source, Wanted wanted,
                      Visit visit);
  // The relations and sides of VisitCrossings: visit(relation, here_is_source).
  template <typename Visit>
  void VisitSides(bool leaving, Visit visit) const;

  std::size_t Degree(NodeIndex node) const {
    const auto vertex = view_.vertex(node);
    return out_degree(vertex, view_.graph()) + in_degree(vertex, view_.graph());
  }

  // Calls visit(stance) for every stance at `before` from which `hop` leads to `stance` at `here`.
  template <typename Visit>
  void VisitStancesBefore(const Place& before, const Crossing& hop, const Place& here, const Stance& stance,
                          Visit visit) const;

 private:
  enum Role : std::uint8_t { kSource = 1, kTarget = 2, kAvoided = 4, kMustPass = 8 };  // must_pass[i]: kMustPass << i
  static constexpr unsigned kMustPassShift = 3;

  void ReadRelations();
  void ReadNodes();
  std::uint8_t RoleOf(NodeIndex node) const {
    const auto role = roles_.find(Number(node));
    return role == roles_.end() ? std::uint8_t{0} : role->second;
  }
  std::vector<std::uint32_t> Ends(const std::vector<NodeIndex>& nodes);
  bool HasGroup(const Place& place) const { return min_groups_ > 0 && place.group != kNoNode; }
  Stance Entered(const Stance& before, std::uint32_t number, Automaton::State pattern) const;

  bool Forwards(RelationIndex relation, bool leaving, bool here_is_source) const {
    return is_symmetric_[Number(relation)] || here_is_source == leaving;
  }
  bool IsCrossed(RelationIndex relation, bool forwards) const {
    return is_crossed_[Number(relation) * std::size_t{2} + (forwards ? 1U : 0U)] != 0;
  }
  template <typename Edges, typename Wanted, typename Visit>
  bool Scan(const Edges& edges, NodeIndex here, bool leaving, bool here_is_source, Wanted wanted, Visit visit);

  View& view_;
  const PathQuery& query_;
  Budget& budget_;
  const Automaton pattern_;
  const std::uint8_t min_groups_;
  std::uint8_t all_passed_ = 0;
  bool can_pass_all_ = true;
  std::vector<RelationIndex> relations_;       // that the query walks, in order
  std::vector<std::uint8_t> is_symmetric_;     // by relation
  std::vector<std::uint8_t> takes_certainty_;  // by relation
  std::vector<std::uint8_t> is_crossed_;       // by (relation, forwards): walked, and by the pattern somewhere
  absl::flat_hash_map<std::uint32_t, std::uint8_t> roles_;
  absl::flat_hash_map<std::uint32_t, std::uint32_t> place_of_;  // by node
  std::vector<Place> places_;
  std::vector<std::uint32_t> sources_;
  std::vector<std::uint32_t> targets_;
};

// --- Implementation.

template <SearchView View>
PathSpace<View>::PathSpace(View& view, const PathQuery& query, Budget& budget)
    : view_(view),
      query_(query),
      budget_(budget),
      pattern_(query.pattern ? *query.pattern : Automaton::Any(view.schema())),
      min_groups_(static_cast<std::uint8_t>(query.min_groups)) {
  ReadRelations();
  ReadNodes();
}

template <SearchView View>
void PathSpace<View>::ReadRelations() {
  const Schema& schema = view_.schema();
  for (std::size_t i = 0; i < schema.relation_count(); ++i) {
    const RelationIndex index{static_cast<std::uint16_t>(i)};
    const Relation& relation = schema.relation(index);
    const bool is_walked = relation.walkable && (query_.relations.empty() || query_.relations[i]);
    if (is_walked) relations_.push_back(index);
    is_symmetric_.push_back(relation.symmetric ? 1 : 0);
    takes_certainty_.push_back(relation.takes_certainty ? 1 : 0);
    for (const bool forwards : {false, true}) {
      bool is_crossed = false;
      for (std::size_t state = 0; is_walked && state < pattern_.state_count(); ++state) {
        is_crossed = is_crossed || pattern_.MayLeave(static_cast<Automaton::State>(state), index, forwards);
      }
      is_crossed_.push_back(is_crossed ? 1 : 0);
    }
  }
}

template <SearchView View>
void PathSpace<View>::ReadNodes() {
  const auto mark = [this](NodeIndex node, unsigned role) {
    std::uint8_t& roles = roles_[Number(node)];
    roles = static_cast<std::uint8_t>(roles | role);
  };
  for (const NodeIndex node : query_.avoid) mark(node, kAvoided);
  for (const NodeIndex node : query_.sources) mark(node, kSource);
  for (const NodeIndex node : query_.targets) mark(node, kTarget);
  unsigned must_pass = kMustPass;
  for (const NodeIndex node : query_.must_pass) {
    // One bit a node, however often it is named.
    if (RoleOf(node) >= kMustPass) continue;
    mark(node, must_pass);
    all_passed_ = static_cast<std::uint8_t>(all_passed_ | must_pass >> kMustPassShift);
    must_pass <<= 1U;
  }
  for (const NodeIndex node : query_.must_pass) can_pass_all_ = can_pass_all_ && place(PlaceOf(node)).is_walkable;
  sources_ = Ends(query_.sources);
  targets_ = Ends(query_.targets);
}

template <SearchView View>
std::vector<std::uint32_t> PathSpace<View>::Ends(const std::vector<NodeIndex>& nodes) {
  std::vector<std::uint32_t> ends;
  for (const NodeIndex node : nodes) {
    const std::uint32_t number = PlaceOf(node);
    if (place(number).is_walkable) ends.push_back(number);
  }
  std::sort(ends.begin(), ends.end(), [this](std::uint32_t a, std::uint32_t b) { return id(a) < id(b); });
  ends.erase(std::unique(ends.begin(), ends.end()), ends.end());
  return ends;
}

template <SearchView View>
std::uint32_t PathSpace<View>::PlaceOf(NodeIndex node) {
  const auto [known, is_new] = place_of_.try_emplace(Number(node), static_cast<std::uint32_t>(places_.size()));
  if (!is_new) return known->second;
  const NodeFacts facts = view_.node(view_.vertex(node));
  const Kind& kind = view_.schema().kind(facts.kind);
  const std::uint8_t roles = roles_.empty() ? std::uint8_t{0} : RoleOf(node);
  Place place{.node = node, .group = facts.group, .kind = facts.kind};
  place.is_walkable = facts.usable && (query_.kinds.empty() || query_.kinds[Number(facts.kind)]) &&
                      (!kind.needs_group || facts.group != kNoNode) && (roles & kAvoided) == 0;
  place.is_source = (roles & kSource) != 0;
  place.is_target = (roles & kTarget) != 0;
  place.may_be_inside = place.is_walkable && !place.is_source && !place.is_target && !kind.ends_only;
  place.passed = static_cast<std::uint8_t>(roles >> kMustPassShift);
  places_.push_back(place);
  return known->second;
}

template <SearchView View>
Stance PathSpace<View>::Entered(const Stance& before, std::uint32_t number, Automaton::State pattern) const {
  const Place& here = places_[number];
  const int groups = before.groups + (HasGroup(here) ? 1 : 0);
  return Stance{.pattern = pattern,
                .groups = static_cast<std::uint8_t>(std::min<int>(groups, min_groups_)),
                .passed = static_cast<std::uint8_t>(before.passed | here.passed)};
}

template <SearchView View>
std::vector<Stance> PathSpace<View>::Goals() const {
  std::vector<Stance> goals;
  for (std::size_t state = 0; state < pattern_.state_count(); ++state) {
    const Stance stance{static_cast<Automaton::State>(state), min_groups_, all_passed_};
    if (IsGoal(stance)) goals.push_back(stance);
  }
  return goals;
}

// Loops are no part of a simple path.
template <SearchView View>
template <typename Edges, typename Wanted, typename Visit>
bool PathSpace<View>::Scan(const Edges& edges, NodeIndex here, bool leaving, bool here_is_source, Wanted wanted,
                           Visit visit) {
  const auto& graph = view_.graph();
  for (auto [at, end] = edges; at != end; ++at) {
    if (!budget_.Spend()) return false;
    Crossing crossing;
    crossing.edge = *at;
    crossing.other = view_.index(here_is_source ? target(crossing.edge, graph) : source(crossing.edge, graph));
    if (!wanted(crossing.other) || crossing.other == here) continue;
    crossing.facts = view_.edge(crossing.edge);
    const RelationIndex relation = crossing.facts.relation;
    crossing.forwards = Forwards(relation, leaving, here_is_source);
    if (!crossing.facts.supported || !IsCrossed(relation, crossing.forwards)) continue;
    if (crossing.facts.certainty < query_.min_certainty && takes_certainty_[Number(relation)] != 0) continue;
    visit(crossing);
  }
  return true;
}

template <SearchView View>
template <typename Visit>
bool PathSpace<View>::VisitCrossings(NodeIndex node, bool leaving, Visit visit) {
  const auto vertex = view_.vertex(node);
  const auto all = [](NodeIndex) { return true; };
  return Scan(out_edges(vertex, view_.graph()), node, leaving, true, all, visit) &&
         Scan(in_edges(vertex, view_.graph()), node, leaving, false, all, visit);
}

template <SearchView View>
template <typename Wanted, typename Visit>
bool PathSpace<View>::VisitCrossings(NodeIndex node, bool leaving, RelationIndex relation, bool here_is_source,
                                     Wanted wanted, Visit visit) {
  const auto vertex = view_.vertex(node);
  const auto visit_relation = [&](const Crossing& crossing) {
    if (crossing.facts.relation == relation) visit(crossing);
  };
  return here_is_source ? Scan(view_.OutEdges(vertex, relation), node, leaving, true, wanted, visit_relation)
                        : Scan(view_.InEdges(vertex, relation), node, leaving, false, wanted, visit_relation);
}

template <SearchView View>
template <typename Visit>
void PathSpace<View>::VisitSides(bool leaving, Visit visit) const {
  for (const RelationIndex relation : relations_) {
    for (const bool here_is_source : {true, false}) {
      if (IsCrossed(relation, Forwards(relation, leaving, here_is_source))) visit(relation, here_is_source);
    }
  }
}

template <SearchView View>
template <typename Visit>
void PathSpace<View>::VisitStancesBefore(const Place& before, const Crossing& hop, const Place& here,
                                         const Stance& stance, Visit visit) const {
  // What `here` added to the count and to the mask is taken off again. A simple path had not passed it before.
  const bool counts = HasGroup(here);
  if (counts && stance.groups == 0) return;
  const auto passed = static_cast<std::uint8_t>(stance.passed & ~here.passed);
  if ((stance.passed & here.passed) != here.passed || (passed & before.passed) != before.passed) return;
  const auto least = static_cast<std::uint8_t>(counts ? stance.groups - 1 : stance.groups);
  // A count that is full may have been full before.
  const bool both = counts && stance.groups == min_groups_;
  const std::uint8_t own = HasGroup(before) ? 1 : 0;

  std::uint64_t patterns =
      pattern_.Previous(stance.pattern, hop.facts.relation, hop.forwards, hop.facts.sign, here.kind);
  for (Automaton::State pattern = 0; patterns != 0; ++pattern, patterns >>= 1U) {
    if ((patterns & 1U) == 0) continue;
    if (least >= own) visit(Stance{pattern, least, passed});
    if (both && stance.groups >= own) visit(Stance{pattern, stance.groups, passed});
  }
}

}  // namespace braid::graph

#endif  // BRAID_GRAPH_PATH_SPACE_H_
