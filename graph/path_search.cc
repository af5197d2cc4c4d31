#include "graph/path_search.h"

#include <algorithm>
#include <array>
#include <deque>
#include <functional>
#include <iterator>
#include <limits>
#include <memory_resource>
#include <optional>
#include <queue>
#include <set>
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
  std::uint32_t prefix;
  std::vector<NodeIndex> nodes;
  std::vector<std::uint32_t> hops;  // the prefix that each ends
};

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
  bool IsFarFromAll(const std::vector<NodeIndex>& nodes) const {
    if (diverse_share_ <= 0 || nodes.size() <= 2) return true;
    const std::vector<NodeIndex> inside(nodes.begin() + 1, nodes.end() - 1);
    const double least = diverse_share_ * static_cast<double>(inside.size());
    return std::all_of(kept_.begin(), kept_.end(), [&](const std::vector<NodeIndex>& other) {
      const auto is_new = [&](NodeIndex node) { return std::find(other.begin(), other.end(), node) == other.end(); };
      return static_cast<double>(std::count_if(inside.begin(), inside.end(), is_new)) >= least;
    });
  }

  const bool distinct_nodes_;
  const double diverse_share_;
  std::set<std::vector<NodeIndex>> kept_;
};

}  // namespace

class PathSearch::Engine {
 public:
  Engine(const Snapshot& snapshot, PathQuery query, Budget& budget, const PathTuning& tuning)
      : snapshot_(snapshot),
        query_(std::move(query)),
        budget_(budget),
        tuning_(tuning),
        space_(snapshot, query_),
        bounds_(space_, budget),
        filter_(query_) {}

  std::optional<FoundPath> Next() {
    for (;;) {
      while (ready_.empty()) {
        if (phase_ == Phase::kOver) return std::nullopt;
        if (!Advance()) Cut();
      }
      FoundPath next = PathOf(ready_.front());
      ready_.pop_front();
      if (!filter_.Keep(next.nodes)) continue;
      if (ready_uncertified_) ++uncertified_;
      return next;
    }
  }

  PathSearchState state() const {
    PathSearchState state;
    state.cut_by = cut_by_;
    state.uncertified = uncertified_;
    state.pending = pending_ + (ready_uncertified_ ? ready_.size() : 0);
    state.work_used = budget_.work_used();
    const auto is_wanted = [this](const Candidate& candidate) { return filter_.WouldKeep(candidate.nodes); };
    state.more_exist = std::any_of(ready_.begin(), ready_.end(), is_wanted) ||
                       std::any_of(group_.begin(), group_.end(),
                                   [&](std::uint32_t prefix) { return filter_.WouldKeep(NodesOf(prefix)); });
    state.lower_bound = LowerBound();
    return state;
  }

 private:
  enum class Phase : std::uint8_t { kBefore, kSearching, kOver };

  // --- The search. These return false where it must stop.

  bool Advance() {
    if (phase_ == Phase::kBefore) return Begin();
    if (heap_.empty()) {
      phase_ = Phase::kOver;
      ReleaseGroup();
      return true;
    }
    const Item item = heap_.top();
    heap_.pop();
    frontier_ = item.bound;
    if (!group_.empty() && frontier_ > group_cost_) ReleaseGroup();
    if (!Spend()) return false;
    return item.successor == kNone ? Visit(item) : VisitSuccessor(item);
  }

  bool Begin() {
    phase_ = Phase::kSearching;
    if (!space_.CanPassAll()) return true;
    if (!bounds_.GrowBall(tuning_.max_ball_arcs)) return false;
    for (const NodeIndex source : space_.sources()) PushSource(source);
    return bounds_.SettleLabels(tuning_.first_labels);
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
    group_cost_ = prefixes_[index].cost;
    group_.push_back(index);
    too_many_ties_ = group_.size() > tuning_.max_ties;
    return !too_many_ties_;
  }

  std::vector<NodeIndex> NodesOf(std::uint32_t prefix) const {
    std::vector<NodeIndex> nodes;
    for (; prefix != kNone; prefix = prefixes_[prefix].parent) nodes.push_back(prefixes_[prefix].state.node);
    std::reverse(nodes.begin(), nodes.end());
    return nodes;
  }

  Candidate CandidateOf(std::uint32_t prefix) const {
    Candidate candidate{.prefix = prefix, .nodes = NodesOf(prefix), .hops = {}};
    for (; prefixes_[prefix].parent != kNone; prefix = prefixes_[prefix].parent) {
      candidate.hops.push_back(prefix);
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
      const Prefix& x = prefixes_[a.hops[i]];
      const Prefix& y = prefixes_[b.hops[i]];
      if (x.relation != y.relation) return NameOfRelation(x.relation) < NameOfRelation(y.relation);
      if (x.reversed != y.reversed) return y.reversed;
    }
    return false;
  }

  void ReleaseGroup() {
    std::vector<Candidate> candidates;
    for (const std::uint32_t prefix : std::exchange(group_, {})) candidates.push_back(CandidateOf(prefix));
    std::sort(candidates.begin(), candidates.end(),
              [this](const Candidate& a, const Candidate& b) { return IsBefore(a, b); });
    ready_.assign(std::make_move_iterator(candidates.begin()), std::make_move_iterator(candidates.end()));
  }

  // Closes a search that was cut. Of a group with too many ties the best seen are given: each is a path of that cost.
  void Cut() {
    phase_ = Phase::kOver;
    cut_by_ = too_many_ties_ ? Limit::kTies : budget_.stopped_by();
    if (too_many_ties_) {
      ready_uncertified_ = true;
      ReleaseGroup();
    } else {
      pending_ = group_.size();
    }
  }

  std::optional<std::uint64_t> LowerBound() const {
    std::optional<std::uint64_t> least;
    const auto add = [&least](std::uint64_t bound) { least = std::min(least.value_or(bound), bound); };
    if (!ready_.empty()) add(prefixes_[ready_.front().prefix].cost);
    if (!group_.empty()) add(group_cost_);
    if (!heap_.empty()) add(heap_.top().bound);
    if (cut_by_ != Limit::kNone) add(frontier_);
    return least;
  }

  FoundPath PathOf(const Candidate& candidate) {
    FoundPath path;
    path.nodes = candidate.nodes;
    for (std::size_t i = 0; i < candidate.hops.size(); ++i) {
      path.hops.push_back(HopOf(path.nodes[i], prefixes_[candidate.hops[i]]));
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
  const PathQuery query_;
  Budget& budget_;
  const PathTuning tuning_;
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

  Phase phase_ = Phase::kBefore;
  std::vector<std::uint32_t> group_;  // found and not released, all of group_cost_
  std::uint64_t group_cost_ = 0;
  std::deque<Candidate> ready_;  // released and not given, in order
  bool ready_uncertified_ = false;
  PathFilter filter_;
  bool too_many_ties_ = false;
  Limit cut_by_ = Limit::kNone;
  std::uint64_t uncertified_ = 0;
  std::uint64_t pending_ = 0;
};

PathSearch::PathSearch(std::unique_ptr<Engine> engine) : engine_(std::move(engine)) {}
PathSearch::PathSearch(PathSearch&&) noexcept = default;
PathSearch& PathSearch::operator=(PathSearch&&) noexcept = default;
PathSearch::~PathSearch() = default;

PathSearch PathSearch::Begin(const Snapshot& snapshot, PathQuery query, Budget& budget, const PathTuning& tuning) {
  return PathSearch(std::make_unique<Engine>(snapshot, std::move(query), budget, tuning));
}
std::optional<FoundPath> PathSearch::Next() { return engine_->Next(); }
PathSearchState PathSearch::state() const { return engine_->state(); }

PathAnswer SearchPaths(const Snapshot& snapshot, const PathQuery& query, Budget& budget, const PathTuning& tuning) {
  PathSearch search = PathSearch::Begin(snapshot, query, budget, tuning);
  PathAnswer answer;
  while (answer.paths.size() < query.max_paths) {
    std::optional<FoundPath> path = search.Next();
    if (!path) break;
    answer.paths.push_back(*std::move(path));
  }
  static_cast<PathSearchState&>(answer) = search.state();
  return answer;
}

}  // namespace braid::graph
