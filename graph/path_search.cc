#include "graph/path_search.h"

#include <algorithm>
#include <array>
#include <functional>
#include <limits>
#include <map>
#include <memory_resource>
#include <optional>
#include <queue>
#include <string_view>
#include <tuple>
#include <unordered_map>
#include <utility>
#include <vector>

#include "graph/path_bounds.h"
#include "graph/path_space.h"

namespace braid::graph {
namespace {

constexpr std::size_t kMaxGroups = 4;
constexpr std::uint32_t kNone = std::numeric_limits<std::uint32_t>::max();

// One hop that leads on from a state, with the least that a path over it costs from there.
struct Successor {
  std::uint64_t bound;  // hop and what must follow
  std::uint64_t cost;   // hop
  PathState state;
  RelationIndex relation;
  bool from_subject;
  bool reversed;
};

// The successors of a state, best bound first: a part of PathSearch::successors_.
struct SuccessorList {
  std::uint32_t begin = 0;
  std::uint32_t end = 0;
};

// A simple path from a source, as its last hop and the path before that.
struct Prefix {
  PathState state;
  std::uint64_t cost = 0;
  std::uint32_t parent = kNone;
  SuccessorList list;
  RelationIndex relation{};
  bool from_subject = false;
  bool reversed = false;
  std::uint8_t hops = 0;
  std::uint8_t group_count = 0;  // distinct ones, counted to min_groups
  std::array<NodeIndex, kMaxGroups> groups{};
};

// What waits: a prefix to be visited (`successor` is kNone), or the successors of one from `successor` on.
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

// A path in the form in which the order compares it. All in one group are of one cost.
struct Candidate {
  std::vector<NodeIndex> nodes;
  std::vector<const Prefix*> hops;
};

class PathSearch {
 public:
  PathSearch(const Snapshot& snapshot, const PathQuery& query, Budget& budget, const PathTuning& tuning)
      : snapshot_(snapshot),
        query_(query),
        budget_(budget),
        tuning_(tuning),
        space_(snapshot, query),
        bounds_(space_, budget) {}

  PathAnswer Run() {
    if (space_.CanPassAll() && !Search()) Cut();
    answer_.work_used = budget_.work_used();
    return std::move(answer_);
  }

 private:
  // --- The search. These return false where it must stop.

  bool Search() {
    if (!bounds_.GrowBall(tuning_.max_ball_arcs)) return false;
    for (const NodeIndex source : space_.sources()) PushSource(source);
    if (!bounds_.SettleLabels(tuning_.first_labels)) return false;
    while (!heap_.empty() && (!last_cost_ || heap_.top().bound <= *last_cost_)) {
      const Item item = heap_.top();
      heap_.pop();
      frontier_ = item.bound;
      if (!group_.empty() && frontier_ > group_cost_) ReleaseGroup();
      if (!Spend()) return false;
      if (!(item.successor == kNone ? Visit(item) : VisitSuccessor(item))) return false;
    }
    ReleaseGroup();
    if (!heap_.empty()) BoundRest(heap_.top().bound);
    return true;
  }

  bool Spend() {
    ++forward_work_;
    return budget_.Spend();
  }

  void PushSource(NodeIndex source) {
    Prefix prefix;
    prefix.state = space_.Start(source);
    AddGroup(prefix);
    Push(std::move(prefix), 0);
  }

  // Files `prefix` under the better of `bound` and what it knows itself, unless nothing can come of it.
  void Push(Prefix prefix, std::uint64_t bound) {
    const std::uint64_t rest = RestOf(prefix);
    if (rest == kUnreachable) return;
    const std::uint8_t hops = prefix.hops;
    const std::uint64_t least = std::max(bound, prefix.cost + rest);
    prefixes_.push_back(std::move(prefix));
    PushItem(static_cast<std::uint32_t>(prefixes_.size() - 1), kNone, hops, least);
  }

  void PushItem(std::uint32_t prefix, std::uint32_t successor, std::uint8_t hops, std::uint64_t bound) {
    heap_.push(Item{.bound = bound, .created = created_++, .prefix = prefix, .successor = successor, .hops = hops});
  }

  std::uint32_t HopsLeft(const Prefix& prefix) const { return space_.max_hops() - prefix.hops; }

  std::uint64_t RestOf(const Prefix& prefix) const {
    if (prefix.hops > 0) return RestFrom(prefix.state, HopsLeft(prefix));
    return bounds_.Bound(prefix.state, HopsLeft(prefix));
  }
  // What must follow a hop into `state`. A target ends the path, so there it is nothing or hopeless.
  std::uint64_t RestFrom(const PathState& state, std::uint32_t hops_left) const {
    if (space_.IsTarget(state.node)) return space_.IsGoal(state) ? 0 : kUnreachable;
    return bounds_.Bound(state, hops_left);
  }

  bool Visit(const Item& item) {
    const Prefix prefix = prefixes_[item.prefix];  // a copy: prefixes_ grows
    const bool is_target = space_.IsTarget(prefix.state.node);
    if (is_target && space_.IsGoal(prefix.state) && prefix.group_count >= space_.min_groups()) {
      if (!Find(item.prefix)) return false;
    }
    if (is_target && prefix.hops > 0) return true;
    const std::uint32_t hops_left = HopsLeft(prefix);
    if (hops_left == 0) return true;

    // A start that is also a target has just been found at its bound of 0; it goes on at once, or it would be found
    // again.
    if (!is_target) {
      if (!bounds_.IsSettled(prefix.state, hops_left) && !bounds_.is_complete() &&
          bounds_.work() <= forward_work_ + space_.Degree(prefix.state.node)) {
        const std::uint64_t step = std::max<std::uint64_t>(tuning_.least_step, space_.Degree(prefix.state.node));
        if (!bounds_.SettleFor(step)) return false;
        PushAgain(item, prefix);
        return true;
      }
      if (AddBound(prefix.cost, RestOf(prefix)) > item.bound) {
        PushAgain(item, prefix);
        return true;
      }
    }

    const std::optional<SuccessorList> list = SuccessorsOf(prefix.state, hops_left);
    if (!list) return false;
    prefixes_[item.prefix].list = *list;
    PushSuccessor(item.prefix, list->begin, item.bound);
    return true;
  }

  static std::uint64_t AddBound(std::uint64_t cost, std::uint64_t rest) {
    return rest == kUnreachable ? kUnreachable : cost + rest;
  }

  void PushAgain(const Item& item, const Prefix& prefix) {
    const std::uint64_t bound = AddBound(prefix.cost, RestOf(prefix));
    if (bound != kUnreachable) PushItem(item.prefix, kNone, item.hops, std::max(item.bound, bound));
  }

  void PushSuccessor(std::uint32_t index, std::uint32_t successor, std::uint64_t bound) {
    const Prefix& prefix = prefixes_[index];
    if (successor == prefix.list.end) return;
    const std::uint64_t least = std::max(bound, prefix.cost + successors_[successor].bound);
    PushItem(index, successor, prefix.hops, least);
  }

  bool VisitSuccessor(const Item& item) {
    PushSuccessor(item.prefix, item.successor + 1, item.bound);
    const Successor& successor = successors_[item.successor];
    if (IsOn(item.prefix, successor.state.node)) return true;

    Prefix next = prefixes_[item.prefix];
    next.parent = item.prefix;
    next.state = successor.state;
    next.cost += successor.cost;
    next.relation = successor.relation;
    next.from_subject = successor.from_subject;
    next.reversed = successor.reversed;
    next.hops = static_cast<std::uint8_t>(next.hops + 1);
    AddGroup(next);
    // A hop adds at most one group.
    if (space_.min_groups() - next.group_count > static_cast<int>(HopsLeft(next))) return true;
    Push(std::move(next), item.bound);
    return true;
  }

  bool IsOn(std::uint32_t prefix, NodeIndex node) const {
    for (; prefix != kNone; prefix = prefixes_[prefix].parent) {
      if (prefixes_[prefix].state.node == node) return true;
    }
    return false;
  }

  void AddGroup(Prefix& prefix) const {
    const NodeIndex group = snapshot_.group(prefix.state.node);
    const auto end = prefix.groups.begin() + prefix.group_count;
    if (group == kNoNode || prefix.group_count == space_.min_groups()) return;
    if (std::find(prefix.groups.begin(), end, group) == end) prefix.groups[prefix.group_count++] = group;
  }

  // Made once for a state and the hops left there. What it knew then stays a lower bound, for bounds never fall.
  // Nullopt: the budget ended it.
  std::optional<SuccessorList> SuccessorsOf(const PathState& state, std::uint32_t hops_left) {
    const std::uint64_t key = state.Key() | hops_left;
    if (const auto known = lists_.find(key); known != lists_.end()) return known->second;

    const auto begin = static_cast<std::uint32_t>(successors_.size());
    const std::uint64_t before = budget_.work_used();
    const bool completed = space_.VisitHopsFrom(state, budget_, [&](const PathHop& hop, const PathState& next) {
      if (!space_.IsTarget(next.node) && !space_.MayBeInside(next.node)) return;
      const std::uint64_t rest = RestFrom(next, hops_left - 1);
      if (rest == kUnreachable) return;
      const std::uint64_t cost = space_.Cost(hop).total();
      successors_.push_back(Successor{.bound = cost + rest,
                                      .cost = cost,
                                      .state = next,
                                      .relation = hop.arc.relation,
                                      .from_subject = hop.here_is_subject,
                                      .reversed = !hop.forwards});
    });
    forward_work_ += budget_.work_used() - before;
    if (!completed) return std::nullopt;
    std::sort(successors_.begin() + begin, successors_.end(),
              [this](const Successor& a, const Successor& b) { return IsBefore(a, b); });
    const SuccessorList list{.begin = begin, .end = static_cast<std::uint32_t>(successors_.size())};
    lists_.emplace(key, list);
    return list;
  }

  bool IsBefore(const Successor& a, const Successor& b) const {
    if (a.bound != b.bound) return a.bound < b.bound;
    if (a.state.node != b.state.node) return snapshot_.id(a.state.node) < snapshot_.id(b.state.node);
    if (a.relation != b.relation) return NameOfRelation(a.relation) < NameOfRelation(b.relation);
    return a.reversed < b.reversed;
  }

  std::string_view NameOfRelation(RelationIndex relation) const { return snapshot_.schema().relation(relation).name; }

  // --- What was found. Paths arrive in order of cost; those of one cost are held back until no other can join them.

  bool Find(std::uint32_t index) {
    const Prefix& prefix = prefixes_[index];
    if (query_.distinct_nodes) {
      const auto [seen, is_new] = cost_of_nodes_.emplace(NodesOf(index), prefix.cost);
      if (!is_new && seen->second < prefix.cost) return true;
      if (is_new) ++found_;
    } else {
      ++found_;
    }
    group_cost_ = prefix.cost;
    group_.push_back(index);
    if (group_.size() > tuning_.max_ties) {
      too_many_ties_ = true;
      return false;
    }
    if (found_ == query_.max_paths && !last_cost_) last_cost_ = prefix.cost;
    return true;
  }

  std::vector<NodeIndex> NodesOf(std::uint32_t prefix) const {
    std::vector<NodeIndex> nodes;
    for (; prefix != kNone; prefix = prefixes_[prefix].parent) nodes.push_back(prefixes_[prefix].state.node);
    std::reverse(nodes.begin(), nodes.end());
    return nodes;
  }

  Candidate CandidateOf(std::uint32_t prefix) const {
    Candidate candidate{.nodes = NodesOf(prefix), .hops = {}};
    for (; prefixes_[prefix].parent != kNone; prefix = prefixes_[prefix].parent) {
      candidate.hops.push_back(&prefixes_[prefix]);
    }
    std::reverse(candidate.hops.begin(), candidate.hops.end());
    return candidate;
  }

  // The order of answers among those of one cost.
  bool IsBefore(const Candidate& a, const Candidate& b) const {
    if (a.hops.size() != b.hops.size()) return a.hops.size() < b.hops.size();
    for (std::size_t i = 0; i < a.nodes.size(); ++i) {
      if (a.nodes[i] != b.nodes[i]) return snapshot_.id(a.nodes[i]) < snapshot_.id(b.nodes[i]);
    }
    for (std::size_t i = 0; i < a.hops.size(); ++i) {
      const Prefix& x = *a.hops[i];
      const Prefix& y = *b.hops[i];
      if (x.relation != y.relation) return NameOfRelation(x.relation) < NameOfRelation(y.relation);
      if (x.reversed != y.reversed) return y.reversed;
    }
    return false;
  }

  // The group in order, and of one sequence of nodes the first only where that is asked.
  std::vector<Candidate> TakeGroup() {
    std::vector<Candidate> candidates;
    for (const std::uint32_t prefix : std::exchange(group_, {})) candidates.push_back(CandidateOf(prefix));
    std::sort(candidates.begin(), candidates.end(),
              [this](const Candidate& a, const Candidate& b) { return IsBefore(a, b); });
    if (query_.distinct_nodes) {
      const auto same = [](const Candidate& a, const Candidate& b) { return a.nodes == b.nodes; };
      candidates.erase(std::unique(candidates.begin(), candidates.end(), same), candidates.end());
    }
    return candidates;
  }

  // Gives out of `candidates` what the answer still lacks; how many that were.
  std::size_t Give(const std::vector<Candidate>& candidates) {
    const std::size_t count = std::min(candidates.size(), query_.max_paths - answer_.paths.size());
    for (std::size_t i = 0; i < count; ++i) answer_.paths.push_back(PathOf(candidates[i]));
    return count;
  }

  void ReleaseGroup() {
    const std::vector<Candidate> candidates = TakeGroup();
    if (Give(candidates) == candidates.size()) return;
    answer_.more_exist = true;
    BoundRest(group_cost_);
  }

  void BoundRest(std::uint64_t bound) { answer_.lower_bound = std::min(answer_.lower_bound.value_or(bound), bound); }

  // Closes an answer that was cut. Of a group with too many ties the best seen are given: each is a path of that cost.
  void Cut() {
    answer_.cut_by = too_many_ties_ ? Limit::kTies : budget_.stopped_by();
    const std::vector<Candidate> candidates = TakeGroup();
    if (too_many_ties_) answer_.uncertified = Give(candidates);
    answer_.pending = candidates.size() - answer_.uncertified;
    answer_.more_exist = found_ > query_.max_paths;
    BoundRest(frontier_);
  }

  FoundPath PathOf(const Candidate& candidate) {
    FoundPath path;
    path.nodes = candidate.nodes;
    for (std::size_t i = 0; i < candidate.hops.size(); ++i) {
      path.hops.push_back(HopOf(path.nodes[i], *candidate.hops[i]));
      path.cost += path.hops.back().cost.total();
    }
    for (const NodeIndex node : path.nodes) {
      const NodeIndex group = snapshot_.group(node);
      if (group == kNoNode || std::find(path.groups.begin(), path.groups.end(), group) != path.groups.end()) continue;
      path.groups.push_back(group);
    }
    return path;
  }

  Hop HopOf(NodeIndex from, const Prefix& end) {
    const NodeIndex to = end.state.node;
    const NodeIndex subject = end.from_subject ? from : to;
    const NodeIndex object = end.from_subject ? to : from;
    const EdgeEntry edge = snapshot_.FindEdge(subject, end.relation, object).value();
    const PathHop crossed{.here = subject, .arc = edge.arc, .here_is_subject = true, .forwards = true};
    return Hop{
        .from = from, .to = to, .relation = end.relation, .reversed = end.reversed, .cost = space_.Cost(crossed)};
  }

  const Snapshot& snapshot_;
  const PathQuery& query_;
  Budget& budget_;
  const PathTuning& tuning_;
  PathSpace space_;
  PathBounds bounds_;

  std::vector<Prefix> prefixes_;
  std::vector<Successor> successors_;
  std::pmr::monotonic_buffer_resource memory_;
  std::pmr::unordered_map<std::uint64_t, SuccessorList> lists_{&memory_};  // by state and hops left
  std::priority_queue<Item, std::vector<Item>, std::greater<>> heap_;
  std::uint64_t created_ = 0;
  std::uint64_t forward_work_ = 0;
  std::uint64_t frontier_ = 0;  // no path that was not found costs less

  std::vector<std::uint32_t> group_;  // found and not given, all of group_cost_
  std::uint64_t group_cost_ = 0;
  std::uint64_t found_ = 0;                 // that count
  std::optional<std::uint64_t> last_cost_;  // of the last that is asked for
  bool too_many_ties_ = false;
  std::map<std::vector<NodeIndex>, std::uint64_t>
      cost_of_nodes_;  // distinct_nodes: the least cost of each sequence found
  PathAnswer answer_;
};

}  // namespace

PathAnswer SearchPaths(const Snapshot& snapshot, const PathQuery& query, Budget& budget, const PathTuning& tuning) {
  return PathSearch(snapshot, query, budget, tuning).Run();
}

}  // namespace braid::graph
