// The search for the k best simple paths (algorithms.md, section 2): partial paths from the sources, best first, over
// the hops that the search from the goals has reported.
//
// A* on partial paths (A*Prune: Liu & Ramakrishnan 2001), with exact bounds: what a partial path must still cost is the
// cost of a label (graph/path_goals.h), the least over walks, a superset of simple paths. The search from the goals is
// the one that explores; it is asked on whenever a path over a hop not yet reported could cost less than the best
// partial path. So a path is found when no other can come before it, each has exactly one derivation (the pattern is
// deterministic), and partial paths are made almost only of answers.
//
// A template over SearchView. Private to the path search; graph/paths.h is its face.

#ifndef BRAID_GRAPH_PATH_ENGINE_H_
#define BRAID_GRAPH_PATH_ENGINE_H_

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <iterator>
#include <optional>
#include <queue>
#include <set>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "graph/path_goals.h"
#include "graph/path_search.h"
#include "graph/path_space.h"
#include "graph/paths.h"

namespace braid::graph {

// What `distinct_nodes` and `diverse_share` keep of the paths, shown in order.
class PathFilter {
 public:
  explicit PathFilter(const PathQuery& query)
      : distinct_nodes_(query.distinct_nodes), diverse_share_(query.diverse_share) {}

  bool WouldKeep(const std::vector<NodeIndex>& nodes) const {
    return !(distinct_nodes_ && kept_.contains(nodes)) && IsFarFromAll(nodes);
  }
  bool Keep(const std::vector<NodeIndex>& nodes) {
    const bool keep = WouldKeep(nodes);
    if (keep && (distinct_nodes_ || diverse_share_ > 0)) kept_.insert(nodes);
    return keep;
  }

 private:
  bool IsFarFromAll(const std::vector<NodeIndex>& nodes) const;

  const bool distinct_nodes_;
  const double diverse_share_;
  std::set<std::vector<NodeIndex>> kept_;
};

template <SearchView View>
class PathEngine {
 public:
  // `view` and `budget` outlive it. REQUIRES: `query` is valid, as FindPaths checks it.
  PathEngine(View& view, PathQuery query, Budget& budget, const PathTuning& tuning)
      : view_(view),
        query_(std::move(query)),
        budget_(budget),
        tuning_(tuning),
        space_(view, query_, budget),
        goals_(space_, BallNodes(), tuning),
        filter_(query_) {}

  std::optional<FoundPath> Next();
  PathSearchState state() const;

 private:
  enum class Phase : std::uint8_t { kBefore, kSearching, kOver };

  // The hops on from a state with so many left, best first: a part of successors_.
  struct SuccessorList {
    std::uint32_t hops_left = 0;
    std::uint32_t begin = 0, end = 0;
    std::uint32_t next = kNoNumber;  // of the same state
  };
  struct Successor {
    std::uint64_t bound;  // hop and what must follow
    GoalHop hop;
  };
  // A simple path from a source, as its last hop and the path before that.
  struct Prefix {
    std::uint32_t label = kNoNumber;  // the cheapest way on when it was made
    std::uint32_t state = kNoNumber;
    std::uint32_t parent = kNoNumber;
    std::uint32_t hop = kNoNumber;  // the last; kNoNumber: none
    std::uint32_t list = kNoNumber;
    std::uint32_t next = kNoNumber;  // of those that were visited at the same state
    std::uint64_t cost = 0;
    std::uint8_t hops = 0;
    std::uint8_t group_count = 0;  // distinct ones, counted to min_groups
    std::array<NodeIndex, 4> groups{};
  };
  // What waits: a prefix to be visited (`successor` is kNoNumber), or the successors of one from `successor` on.
  struct Item {
    std::uint64_t bound;  // no path from here costs less
    std::uint64_t created;
    std::uint32_t prefix;
    std::uint32_t successor;
    std::uint8_t hops;
    bool operator>(const Item& other) const {
      return std::tie(bound, hops, created) > std::tie(other.bound, other.hops, other.created);
    }
  };
  // What is known of a state on the way from the sources.
  struct Departures {
    std::vector<GoalHop> hops;           // reported
    std::uint32_t lists = kNoNumber;     // made
    std::uint32_t prefixes = kNoNumber;  // visited here
  };
  // A path in the form in which the order compares it. All in one group are of one cost.
  struct Candidate {
    std::uint32_t prefix;
    std::vector<NodeIndex> nodes;
    std::vector<std::uint32_t> hops;  // numbers of hops
  };

  std::size_t BallNodes() const {
    return std::max<std::size_t>(
        tuning_.least_ball,
        static_cast<std::size_t>(tuning_.ball_factor * std::sqrt(static_cast<double>(view_.node_count()))));
  }

  // --- The search. These return false where it must stop.
  bool Advance();
  bool StepGoals();
  void OnStart(std::uint32_t label);
  void OnHop(const GoalHop& hop);
  bool StepPaths();
  bool Visit(const Item& item);
  void VisitSuccessor(const Item& item);
  void PushChild(std::uint32_t parent, const GoalHop& hop, std::uint64_t bound);

  Departures& DeparturesOf(std::uint32_t state) {
    if (state >= departures_.size()) departures_.resize(std::max<std::size_t>(state + 1, departures_.size() * 2));
    return departures_[state];
  }
  std::uint32_t HopsLeft(const Prefix& prefix) const { return space_.max_hops() - prefix.hops; }
  // Whether `hop` is the cheapest way on over its edge with so many hops left.
  bool IsFor(const GoalHop& hop, std::uint32_t hops_left) const {
    return hops_left > 0 && goals_.label(hop.label).IsBestFor(hops_left - 1);
  }
  std::uint64_t BoundOf(const GoalHop& hop) const { return goals_.hop(hop.hop).cost + goals_.label(hop.label).cost; }
  std::uint32_t ListOf(std::uint32_t state, std::uint32_t hops_left);
  bool IsBefore(const Successor& a, const Successor& b) const;
  void PushItem(std::uint32_t prefix, std::uint32_t successor, std::uint8_t hops, std::uint64_t bound) {
    heap_.push(Item{.bound = bound, .created = created_++, .prefix = prefix, .successor = successor, .hops = hops});
  }
  void PushSuccessor(std::uint32_t prefix, std::uint32_t successor, std::uint64_t bound);
  const Place& PlaceOf(const Prefix& prefix) const { return space_.place(goals_.state(prefix.state).place); }
  bool IsOn(std::uint32_t prefix, NodeIndex node) const;
  void AddGroup(Prefix& prefix) const;

  // --- What was found. Paths arrive in order of cost; those of one cost are held back until no other can join them.
  bool Find(std::uint32_t prefix);
  std::vector<Candidate> SortedGroup() const;
  void ReleaseGroup();
  void Cut();
  std::uint64_t Frontier() const {
    return std::min(heap_.empty() ? kUnreachable : heap_.top().bound, begun_ ? goals_.frontier() : 0);
  }
  std::vector<NodeIndex> NodesOf(std::uint32_t prefix) const;
  Candidate CandidateOf(std::uint32_t prefix) const;
  bool IsBefore(const Candidate& a, const Candidate& b) const;
  bool IsReversed(const typename GoalSearch<View>::Hop& hop) const { return !hop.crossing.forwards; }
  std::string_view NameOfRelation(std::uint32_t hop) const {
    return view_.schema().relation(goals_.hop(hop).crossing.facts.relation).name;
  }
  FoundPath PathOf(const Candidate& candidate);

  View& view_;
  const PathQuery query_;
  Budget& budget_;
  const PathTuning tuning_;
  PathSpace<View> space_;
  GoalSearch<View> goals_;
  bool begun_ = false;

  std::vector<Prefix> prefixes_;
  std::vector<Successor> successors_;
  std::vector<SuccessorList> lists_;
  std::vector<Departures> departures_;  // by state
  std::priority_queue<Item, std::vector<Item>, std::greater<>> heap_;
  std::uint64_t created_ = 0;

  Phase phase_ = Phase::kBefore;
  std::vector<std::uint32_t> group_;  // found and not released, all of group_cost_
  std::uint64_t group_cost_ = 0;
  std::deque<Candidate> ready_;  // released and not given, in order
  bool ready_uncertified_ = false;
  PathFilter filter_;
  bool too_many_ties_ = false;
  Limit cut_by_ = Limit::kNone;
  std::uint64_t cut_at_ = 0;  // no path that was not found costs less
  std::uint64_t uncertified_ = 0;
  std::uint64_t pending_ = 0;
};

// --- Implementation.

template <SearchView View>
std::optional<FoundPath> PathEngine<View>::Next() {
  for (;;) {
    while (ready_.empty()) {
      if (phase_ == Phase::kOver) return std::nullopt;
      if (!Advance()) Cut();
    }
    const Candidate next = std::move(ready_.front());
    ready_.pop_front();
    if (!filter_.Keep(next.nodes)) continue;
    if (ready_uncertified_) ++uncertified_;
    return PathOf(next);
  }
}

template <SearchView View>
PathSearchState PathEngine<View>::state() const {
  PathSearchState state;
  state.cut_by = cut_by_;
  state.uncertified = uncertified_;
  state.pending = pending_ + (ready_uncertified_ ? ready_.size() : 0);
  state.work_used = budget_.work_used();
  state.more_exist =
      std::any_of(ready_.begin(), ready_.end(), [this](const Candidate& c) { return filter_.WouldKeep(c.nodes); }) ||
      std::any_of(group_.begin(), group_.end(), [this](std::uint32_t p) { return filter_.WouldKeep(NodesOf(p)); });
  std::uint64_t bound = phase_ != Phase::kOver ? Frontier() : cut_by_ == Limit::kNone ? kUnreachable : cut_at_;
  if (!ready_.empty()) bound = std::min(bound, prefixes_[ready_.front().prefix].cost);
  if (!group_.empty()) bound = std::min(bound, group_cost_);
  if (bound != kUnreachable) state.lower_bound = bound;
  return state;
}

template <SearchView View>
bool PathEngine<View>::Advance() {
  if (phase_ == Phase::kBefore) {
    phase_ = Phase::kSearching;
    if (!space_.CanPassAll()) {
      phase_ = Phase::kOver;
      return true;
    }
    if (!goals_.Begin()) return false;
    begun_ = true;
    return true;
  }
  const std::uint64_t frontier = Frontier();
  cut_at_ = frontier;  // where it ends if the next step does not come to its own end
  if (!group_.empty() && frontier > group_cost_) {
    ReleaseGroup();
    return true;
  }
  if (frontier == kUnreachable) {
    phase_ = Phase::kOver;
    return true;
  }
  return goals_.frontier() < (heap_.empty() ? kUnreachable : heap_.top().bound) ? StepGoals() : StepPaths();
}

template <SearchView View>
bool PathEngine<View>::StepGoals() {
  return goals_.Step([this](std::uint32_t label) { OnStart(label); }, [this](const GoalHop& hop) { OnHop(hop); });
}

template <SearchView View>
void PathEngine<View>::OnStart(std::uint32_t label) {
  Prefix prefix{.label = label, .state = goals_.label(label).state};
  AddGroup(prefix);
  prefixes_.push_back(prefix);
  PushItem(static_cast<std::uint32_t>(prefixes_.size() - 1), kNoNumber, 0, goals_.label(label).cost);
}

// A hop that is reported after its state was visited is taken up by the partial paths that were there.
template <SearchView View>
void PathEngine<View>::OnHop(const GoalHop& hop) {
  Departures& departures = DeparturesOf(hop.from);
  departures.hops.push_back(hop);
  for (std::uint32_t i = departures.prefixes; i != kNoNumber; i = prefixes_[i].next) {
    const Prefix& prefix = prefixes_[i];
    if (IsFor(hop, HopsLeft(prefix))) PushChild(i, hop, 0);
  }
  departures.lists = kNoNumber;  // made before this hop: those that use them have it, the next make their own
}

template <SearchView View>
bool PathEngine<View>::StepPaths() {
  if (!budget_.Spend()) return false;
  const Item item = heap_.top();
  heap_.pop();
  if (item.successor == kNoNumber) return Visit(item);
  VisitSuccessor(item);
  return true;
}

template <SearchView View>
bool PathEngine<View>::Visit(const Item& item) {
  const Prefix& prefix = prefixes_[item.prefix];
  // A cheaper way on has been found since: the same path waits a second time, over that.
  if (!goals_.label(prefix.label).IsBestFor(HopsLeft(prefix))) return true;
  const Place& place = PlaceOf(prefix);
  if (place.is_target && prefix.group_count >= space_.min_groups() &&
      space_.IsGoal(goals_.state(prefix.state).stance) && !Find(item.prefix)) {
    return false;
  }
  // A start that is also a target may lead on to others.
  if ((place.is_target && prefix.hops > 0) || HopsLeft(prefix) == 0) return true;
  const std::uint32_t list = ListOf(prefix.state, HopsLeft(prefix));
  Departures& departures = DeparturesOf(prefix.state);
  prefixes_[item.prefix].next = std::exchange(departures.prefixes, item.prefix);
  prefixes_[item.prefix].list = list;
  PushSuccessor(item.prefix, lists_[list].begin, item.bound);
  return true;
}

template <SearchView View>
std::uint32_t PathEngine<View>::ListOf(std::uint32_t state, std::uint32_t hops_left) {
  Departures& departures = DeparturesOf(state);
  for (std::uint32_t i = departures.lists; i != kNoNumber; i = lists_[i].next) {
    if (lists_[i].hops_left == hops_left) return i;
  }
  const auto begin = static_cast<std::uint32_t>(successors_.size());
  for (const GoalHop& hop : departures.hops) {
    if (IsFor(hop, hops_left)) successors_.push_back(Successor{.bound = BoundOf(hop), .hop = hop});
  }
  std::sort(successors_.begin() + begin, successors_.end(),
            [this](const Successor& a, const Successor& b) { return IsBefore(a, b); });
  lists_.push_back(SuccessorList{.hops_left = hops_left,
                                 .begin = begin,
                                 .end = static_cast<std::uint32_t>(successors_.size()),
                                 .next = departures.lists});
  departures.lists = static_cast<std::uint32_t>(lists_.size() - 1);
  return departures.lists;
}

// Ties only decide in which order equal bounds are looked at, never an answer.
template <SearchView View>
bool PathEngine<View>::IsBefore(const Successor& a, const Successor& b) const {
  return std::tie(a.bound, a.hop.label, a.hop.hop) < std::tie(b.bound, b.hop.label, b.hop.hop);
}

template <SearchView View>
void PathEngine<View>::PushSuccessor(std::uint32_t number, std::uint32_t successor, std::uint64_t bound) {
  const Prefix& prefix = prefixes_[number];
  if (successor == lists_[prefix.list].end) return;
  PushItem(number, successor, prefix.hops, std::max(bound, prefix.cost + successors_[successor].bound));
}

template <SearchView View>
void PathEngine<View>::VisitSuccessor(const Item& item) {
  PushSuccessor(item.prefix, item.successor + 1, item.bound);
  const GoalHop& hop = successors_[item.successor].hop;
  if (IsFor(hop, HopsLeft(prefixes_[item.prefix]))) PushChild(item.prefix, hop, item.bound);
}

template <SearchView View>
void PathEngine<View>::PushChild(std::uint32_t parent, const GoalHop& hop, std::uint64_t bound) {
  const GoalLabel& label = goals_.label(hop.label);
  if (IsOn(parent, space_.place(goals_.state(label.state).place).node)) return;
  Prefix next = prefixes_[parent];
  next.label = hop.label;
  next.state = label.state;
  next.parent = parent;
  next.hop = hop.hop;
  next.list = next.next = kNoNumber;
  next.cost += goals_.hop(hop.hop).cost;
  next.hops = static_cast<std::uint8_t>(next.hops + 1);
  AddGroup(next);
  // A hop adds at most one group.
  if (space_.min_groups() - next.group_count > static_cast<int>(HopsLeft(next))) return;
  prefixes_.push_back(next);
  PushItem(static_cast<std::uint32_t>(prefixes_.size() - 1), kNoNumber, next.hops,
           std::max(bound, next.cost + label.cost));
}

template <SearchView View>
bool PathEngine<View>::IsOn(std::uint32_t prefix, NodeIndex node) const {
  for (; prefix != kNoNumber; prefix = prefixes_[prefix].parent) {
    if (PlaceOf(prefixes_[prefix]).node == node) return true;
  }
  return false;
}

template <SearchView View>
void PathEngine<View>::AddGroup(Prefix& prefix) const {
  const NodeIndex group = PlaceOf(prefix).group;
  const auto end = prefix.groups.begin() + prefix.group_count;
  if (group == kNoNode || prefix.group_count == space_.min_groups()) return;
  if (std::find(prefix.groups.begin(), end, group) == end) prefix.groups[prefix.group_count++] = group;
}

template <SearchView View>
bool PathEngine<View>::Find(std::uint32_t prefix) {
  group_cost_ = prefixes_[prefix].cost;
  group_.push_back(prefix);
  too_many_ties_ = group_.size() > tuning_.max_ties;
  return !too_many_ties_;
}

template <SearchView View>
auto PathEngine<View>::SortedGroup() const -> std::vector<Candidate> {
  std::vector<Candidate> candidates;
  for (const std::uint32_t prefix : group_) candidates.push_back(CandidateOf(prefix));
  std::sort(candidates.begin(), candidates.end(),
            [this](const Candidate& a, const Candidate& b) { return IsBefore(a, b); });
  return candidates;
}

template <SearchView View>
void PathEngine<View>::ReleaseGroup() {
  std::vector<Candidate> candidates = SortedGroup();
  group_.clear();
  ready_.assign(std::make_move_iterator(candidates.begin()), std::make_move_iterator(candidates.end()));
}

// Closes a search that was cut. Of a group with too many ties the best seen are given: each is a path of that cost.
template <SearchView View>
void PathEngine<View>::Cut() {
  phase_ = Phase::kOver;
  cut_by_ = too_many_ties_ ? Limit::kTies : budget_.stopped_by();
  if (too_many_ties_) {
    ready_uncertified_ = true;
    ReleaseGroup();
  } else {
    PathFilter filter = filter_;
    for (const Candidate& candidate : SortedGroup()) pending_ += filter.Keep(candidate.nodes) ? 1 : 0;
  }
}

template <SearchView View>
std::vector<NodeIndex> PathEngine<View>::NodesOf(std::uint32_t prefix) const {
  std::vector<NodeIndex> nodes;
  for (; prefix != kNoNumber; prefix = prefixes_[prefix].parent) nodes.push_back(PlaceOf(prefixes_[prefix]).node);
  std::reverse(nodes.begin(), nodes.end());
  return nodes;
}

template <SearchView View>
auto PathEngine<View>::CandidateOf(std::uint32_t prefix) const -> Candidate {
  Candidate candidate{.prefix = prefix, .nodes = NodesOf(prefix), .hops = {}};
  for (; prefixes_[prefix].parent != kNoNumber; prefix = prefixes_[prefix].parent) {
    candidate.hops.push_back(prefixes_[prefix].hop);
  }
  std::reverse(candidate.hops.begin(), candidate.hops.end());
  return candidate;
}

// The order of answers among those of one cost.
template <SearchView View>
bool PathEngine<View>::IsBefore(const Candidate& a, const Candidate& b) const {
  if (a.hops.size() != b.hops.size()) return a.hops.size() < b.hops.size();
  for (std::size_t i = 0; i < a.nodes.size(); ++i) {
    if (a.nodes[i] != b.nodes[i]) return view_.id(view_.vertex(a.nodes[i])) < view_.id(view_.vertex(b.nodes[i]));
  }
  for (std::size_t i = 0; i < a.hops.size(); ++i) {
    if (const int order = NameOfRelation(a.hops[i]).compare(NameOfRelation(b.hops[i])); order != 0) return order < 0;
    const bool a_reversed = IsReversed(goals_.hop(a.hops[i])), b_reversed = IsReversed(goals_.hop(b.hops[i]));
    if (a_reversed != b_reversed) return b_reversed;
  }
  return false;
}

template <SearchView View>
FoundPath PathEngine<View>::PathOf(const Candidate& candidate) {
  FoundPath path;
  path.cost = prefixes_[candidate.prefix].cost;
  path.nodes = candidate.nodes;
  for (std::size_t i = 0; i < candidate.hops.size(); ++i) {
    const auto& hop = goals_.hop(candidate.hops[i]);
    path.hops.push_back(Hop{.from = path.nodes[i],
                            .to = path.nodes[i + 1],
                            .relation = hop.crossing.facts.relation,
                            .reversed = IsReversed(hop),
                            .cost = view_.Cost(hop.crossing.edge)});
  }
  for (const NodeIndex node : path.nodes) {
    const NodeIndex group = space_.place(space_.PlaceOf(node)).group;
    if (group == kNoNode || std::find(path.groups.begin(), path.groups.end(), group) != path.groups.end()) continue;
    path.groups.push_back(group);
  }
  return path;
}

inline bool PathFilter::IsFarFromAll(const std::vector<NodeIndex>& nodes) const {
  if (diverse_share_ <= 0 || nodes.size() <= 2) return true;
  const std::vector<NodeIndex> inside(nodes.begin() + 1, nodes.end() - 1);
  const double least = diverse_share_ * static_cast<double>(inside.size());
  return std::all_of(kept_.begin(), kept_.end(), [&](const std::vector<NodeIndex>& other) {
    const auto is_new = [&](NodeIndex node) { return std::find(other.begin(), other.end(), node) == other.end(); };
    return static_cast<double>(std::count_if(inside.begin(), inside.end(), is_new)) >= least;
  });
}

}  // namespace braid::graph

#endif  // BRAID_GRAPH_PATH_ENGINE_H_
