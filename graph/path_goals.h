// The search backwards from every goal, in the product of graph, pattern, groups and nodes to pass (algorithms.md,
// section 2.3): what a path must still cost from where it stands, and over which hops.
//
// A* with the SourceBall's potential: every way from a source over a state to a goal costs at least what the state is
// filed under. So once the frontier has passed a cost C, every path of less than C runs over states that have labels
// and hops that were reported. The search goes on only as far as it is asked to.
//
// A label is a way from a state to a goal; it is kept where it has fewer hops than every cheaper one of its state
// (under a bound on hops the dearer may be the only one that fits). The potential is of the node and the hops left to
// it, so of a state's labels a dearer one may come first, but none that a later one beats in cost and hops.
//
// Private to the path search.

#ifndef BRAID_GRAPH_PATH_GOALS_H_
#define BRAID_GRAPH_PATH_GOALS_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "graph/path_balls.h"
#include "graph/path_hops.h"
#include "graph/path_search.h"
#include "graph/path_space.h"
#include "graph/search_queue.h"

namespace braid::graph {

// Where a partial path stands.
struct PathState {
  std::uint32_t place = kNoNumber;
  Stance stance;
  std::uint32_t labels = kNoNumber;  // the one with the fewest hops
};

// A cheapest way from a state to a goal with so few hops.
struct GoalLabel {
  std::uint32_t state;
  std::uint64_t cost;
  std::uint8_t hops;
  std::uint8_t hops_before;  // of the next cheaper label of the state; 0xFF: none
  std::uint32_t cheaper;     // that label
  // Whether it is the cheapest known with so many hops left.
  bool IsBestFor(std::uint32_t hops_left) const { return hops <= hops_left && hops_left < hops_before; }
};

// A hop from a state on to a label's state.
struct GoalHop {
  std::uint32_t from;   // state
  std::uint32_t label;  // where it leads
  std::uint32_t hop;    // GoalSearch::hop
};

template <SearchView View>
class GoalSearch {
 public:
  using Hop = typename HopLists<View>::Hop;

  GoalSearch(PathSpace<View>& space, std::size_t ball_nodes, const PathTuning& tuning)
      : space_(space),
        ball_nodes_(ball_nodes),
        ball_hops_(tuning.ball_hops),
        source_ball_(space, tuning.few_hops),
        hop_ball_(space),
        hops_(space, /*leaving=*/false, tuning.few_hops) {
    const std::size_t nodes = std::min<std::size_t>(kUsualNodes, space.view().node_count());
    hops_.Reserve(nodes);
    space.Reserve(nodes);
    state_of_.reserve(2 * nodes);
  }

  // Before anything else. False where the budget ended it.
  bool Begin();

  // No path that runs over a hop not yet reported costs less; kUnreachable: all are reported.
  std::uint64_t frontier() const { return queue_.empty() ? kUnreachable : queue_.least(); }

  // One step on. on_start(label): the first label of a state in which a path may start. on_hop(GoalHop): a hop is
  // reported, once for each label that it leads to. False where the budget ended it.
  template <typename OnStart, typename OnHop>
  bool Step(OnStart on_start, OnHop on_hop);

  const PathState& state(std::uint32_t number) const { return states_[number]; }
  const GoalLabel& label(std::uint32_t number) const { return labels_[number]; }
  const Hop& hop(std::uint32_t number) const { return hops_.hop(number); }

 private:
  static constexpr std::size_t kUsualNodes = 1024;  // that a search looks at: room is made for them at once
  static constexpr std::uint64_t kSourceBallShare = 2;
  static constexpr std::uint64_t kHopBallShare = 4;

  enum class Kind : std::uint8_t {
    kArrive,  // at `state`, over `hop` (kNoNumber: a goal itself), with `hops` to go
    kHop,     // `hop` towards `label` is to be taken
    kRun,     // the hops of run `hop` towards `label`, from `position` on
  };
  struct Item {
    std::uint64_t key;
    std::uint64_t cost;  // kArrive: from the state to a goal
    std::uint32_t label;
    std::uint32_t hop;
    std::uint32_t position;  // kArrive: state
    Kind kind;
    std::uint8_t hops;
  };

  void Push(const Item& item) { queue_.Push(item.key, item); }
  // The ball as it was when the hops at a label's place were listed: what was near then was filed one by one.
  struct Ball {
    std::uint32_t size;
    typename SourceBall<View>::Bounds bounds;
  };
  const Ball& BallAt(const GoalLabel& label) const { return balls_[ball_at_[states_[label.state].place]]; }
  // No path that goes on to `label` over a hop from outside that ball costs less before it.
  std::uint64_t OutsideBound(const GoalLabel& label) const { return BallAt(label).bounds[HopsLeft(label.hops + 1)]; }
  std::uint32_t HopsLeft(int hops) const { return space_.max_hops() - static_cast<std::uint32_t>(hops); }
  std::uint64_t Potential(NodeIndex node, int hops) const { return source_ball_.Potential(node, HopsLeft(hops)); }
  // The number of the new label; nullopt: another has no more cost and no more hops.
  std::optional<std::uint32_t> Keep(const Item& item);
  std::uint32_t StateOf(std::uint32_t place, const Stance& stance);
  void PushRun(std::uint32_t label, std::uint32_t run, std::uint32_t position, std::uint64_t least);
  bool FollowRun(const Item& item);
  // Whether no path can be where `hop` starts in time to go on over it to `label`.
  bool IsTooLate(const GoalLabel& label, const Hop& hop) const {
    if (label.hops + 1 + hop_ball_.MostHops() <= space_.max_hops()) return false;
    return label.hops + 1 + hop_ball_.LeastHops(hop.crossing.other) > space_.max_hops();
  }
  void Take(std::uint32_t label, std::uint32_t hop, std::uint64_t least);
  template <typename OnStart, typename OnHop>
  bool Arrive(const Item& item, OnStart on_start, OnHop on_hop);
  bool Extend(std::uint32_t label, std::uint64_t key);
  bool GrowSourceBall();
  bool GrowHopBall();

  PathSpace<View>& space_;
  std::size_t ball_nodes_;  // of the ball when it grows next
  const std::size_t ball_hops_;
  SourceBall<View> source_ball_;
  HopBall<View> hop_ball_;
  HopLists<View> hops_;
  absl::flat_hash_map<std::uint64_t, std::uint32_t> state_of_;
  std::vector<PathState> states_;
  std::vector<GoalLabel> labels_;
  std::vector<Ball> balls_;             // each time that it had grown
  std::vector<std::uint32_t> ball_at_;  // by place: number of a ball; kNoNumber: not listed
  SearchQueue<Item> queue_;
  std::uint64_t ball_work_ = 0;
  std::uint64_t next_ball_at_ = 0;  // work used when the ball grows next
  std::uint64_t begun_ = 0;         // work used when the ball of hops last grew
};

// --- Implementation.

template <SearchView View>
bool GoalSearch<View>::Begin() {
  if (!GrowSourceBall()) return false;
  begun_ = space_.budget().work_used();
  for (const std::uint32_t target : space_.targets()) {
    const std::uint64_t potential = Potential(space_.place(target).node, 0);
    if (potential == kUnreachable) continue;
    for (const Stance& goal : space_.Goals()) {
      Push(Item{.key = potential,
                .cost = 0,
                .label = kNoNumber,
                .hop = kNoNumber,
                .position = StateOf(target, goal),
                .kind = Kind::kArrive,
                .hops = 0});
    }
  }
  return true;
}

template <SearchView View>
std::uint32_t GoalSearch<View>::StateOf(std::uint32_t place, const Stance& stance) {
  const std::uint64_t key = std::uint64_t{place} << 32U | std::uint64_t{stance.pattern} << 16U |
                            std::uint64_t{stance.groups} << 8U | stance.passed;
  const auto [known, is_new] = state_of_.try_emplace(key, static_cast<std::uint32_t>(states_.size()));
  if (is_new) states_.push_back(PathState{.place = place, .stance = stance});
  return known->second;
}

template <SearchView View>
template <typename OnStart, typename OnHop>
bool GoalSearch<View>::Step(OnStart on_start, OnHop on_hop) {
  if (!space_.budget().Spend() || !GrowHopBall()) return false;
  if (space_.budget().work_used() > next_ball_at_ && !GrowSourceBall()) return false;
  const Item item = queue_.Pop();
  switch (item.kind) {
    case Kind::kArrive:
      return Arrive(item, on_start, on_hop);
    case Kind::kHop:
      Take(item.label, item.hop, item.key);
      return true;
    case Kind::kRun:
      return FollowRun(item);
  }
  return true;
}

// The ball around the sources grows, to twice its size, whenever the ball has cost no more than kSourceBallShare times
// as much as the search since: an easy question does not pay for a large one, a hard one has it soon.
template <SearchView View>
bool GoalSearch<View>::GrowSourceBall() {
  const std::uint64_t before = space_.budget().work_used();
  if (!source_ball_.Grow(ball_nodes_, ball_hops_)) return false;
  const std::uint64_t now = space_.budget().work_used();
  ball_work_ += now - before;
  ball_nodes_ *= 2;
  balls_.push_back(Ball{source_ball_.size(), source_ball_.bounds()});
  next_ball_at_ = source_ball_.IsWhole() ? kUnreachable : now + ball_work_ / kSourceBallShare;
  return true;
}

// The ball of hops grows once the search has cost kHopBallShare times as much as its next level will: a search that
// ends early does not pay for it.
template <SearchView View>
bool GoalSearch<View>::GrowHopBall() {
  const std::uint64_t work = space_.budget().work_used() - begun_;
  if (!hop_ball_.NextLevelIsWithin(work / kHopBallShare)) return true;
  const bool grown = hop_ball_.Grow();
  begun_ = space_.budget().work_used();
  return grown;
}

template <SearchView View>
std::optional<std::uint32_t> GoalSearch<View>::Keep(const Item& item) {
  std::uint32_t dearer = kNoNumber, cheaper = states_[item.position].labels;
  while (cheaper != kNoNumber && labels_[cheaper].hops <= item.hops) {
    dearer = std::exchange(cheaper, labels_[cheaper].cheaper);
  }
  if (dearer != kNoNumber && labels_[dearer].cost <= item.cost) return std::nullopt;
  const auto label = static_cast<std::uint32_t>(labels_.size());
  labels_.push_back(GoalLabel{.state = item.position,
                              .cost = item.cost,
                              .hops = item.hops,
                              .hops_before = cheaper == kNoNumber ? std::uint8_t{0xFF} : labels_[cheaper].hops,
                              .cheaper = cheaper});
  if (dearer == kNoNumber) {
    states_[item.position].labels = label;
  } else {
    labels_[dearer].hops_before = item.hops;
    labels_[dearer].cheaper = label;
  }
  return label;
}

template <SearchView View>
template <typename OnStart, typename OnHop>
bool GoalSearch<View>::Arrive(const Item& item, OnStart on_start, OnHop on_hop) {
  const PathState state = states_[item.position];
  const Place place = space_.place(state.place);
  // The ball may have grown meanwhile.
  const std::uint64_t key = AddCosts(item.cost, Potential(place.node, item.hops));
  if (key > item.key) {
    if (key == kUnreachable) return true;
    Item later = item;
    later.key = key;
    Push(later);
    return true;
  }
  if (const std::optional<std::uint32_t> label = Keep(item)) {
    const bool is_first = state.labels == kNoNumber;
    if (is_first && place.is_source && state.stance == space_.Start(state.place)) on_start(*label);
    // What stands on a source and has hops behind it has arrived at its beginning: no path runs through one.
    if ((item.hops == 0 || !place.is_source) && item.hops < space_.max_hops() && !Extend(*label, item.key)) {
      return false;
    }
  }
  if (item.hop != kNoNumber) on_hop(GoalHop{.from = item.position, .label = item.label, .hop = item.hop});
  return true;
}

// Files the hops that lead to a new label: those from nodes of the ball under what is known of them, the others, in
// order, under what the ball knows of all outside it.
template <SearchView View>
bool GoalSearch<View>::Extend(std::uint32_t number, std::uint64_t key) {
  const GoalLabel label = labels_[number];
  const std::uint32_t place = states_[label.state].place;
  if (place >= ball_at_.size()) ball_at_.resize(std::max<std::size_t>(place + 1, ball_at_.size() * 2), kNoNumber);
  if (ball_at_[place] == kNoNumber) ball_at_[place] = static_cast<std::uint32_t>(balls_.size() - 1);
  const auto lists = hops_.ListsOf(
      place, [this, size = BallAt(label).size](NodeIndex node) { return source_ball_.Contains(node, size); });
  if (!lists) return false;
  for (std::uint32_t hop = lists->near_begin; hop < lists->near_end; ++hop) {
    if (IsTooLate(label, hops_.hop(hop))) continue;
    const std::uint64_t least =
        AddCosts(label.cost + hops_.hop(hop).least, Potential(hops_.hop(hop).crossing.other, label.hops + 1));
    if (least == kUnreachable) continue;
    Push(Item{.key = std::max(key, least),
              .cost = 0,
              .label = number,
              .hop = hop,
              .position = 0,
              .kind = Kind::kHop,
              .hops = label.hops});
  }
  for (std::uint32_t run = lists->runs_begin; run < lists->runs_end; ++run) PushRun(number, run, 0, key);
  return true;
}

// Passes over hops that come too late: looking at one costs less than filing it.
template <SearchView View>
void GoalSearch<View>::PushRun(std::uint32_t number, std::uint32_t run, std::uint32_t position, std::uint64_t least) {
  const GoalLabel& label = labels_[number];
  const std::uint32_t known = hops_.KnownOrder(run);
  while (position < known && IsTooLate(label, hops_.HopIn(run, position))) ++position;
  const std::uint64_t key = AddCosts(AddCosts(label.cost, hops_.Floor(run, position)), OutsideBound(label));
  if (key == kUnreachable) return;
  if (position < known) space_.view().Prefetch(space_.view().vertex(hops_.HopIn(run, position).crossing.other));
  Push(Item{.key = std::max(least, key),
            .cost = 0,
            .label = number,
            .hop = run,
            .position = position,
            .kind = Kind::kRun,
            .hops = label.hops});
}

template <SearchView View>
bool GoalSearch<View>::FollowRun(const Item& item) {
  const GoalLabel& label = labels_[item.label];
  const auto number = hops_.HopAt(states_[label.state].place, item.hop, item.position);
  if (!number) return false;
  if (*number == kNoNumber) return true;
  const Hop& hop = hops_.hop(*number);
  // A run that has just been listed may start later than it could have.
  if (label.cost + hop.least + OutsideBound(label) > item.key || IsTooLate(label, hop)) {
    PushRun(item.label, item.hop, item.position, item.key);
    return true;
  }
  PushRun(item.label, item.hop, item.position + 1, item.key);
  // Those have been filed one by one.
  if (!source_ball_.Contains(hop.crossing.other, BallAt(label).size)) Take(item.label, *number, item.key);
  return true;
}

template <SearchView View>
void GoalSearch<View>::Take(std::uint32_t number, std::uint32_t hop_number, std::uint64_t least) {
  const GoalLabel label = labels_[number];
  const PathState to = states_[label.state];
  const auto hops = static_cast<std::uint8_t>(label.hops + 1);
  if (IsTooLate(label, hops_.hop(hop_number))) return;
  const Hop& hop = hops_.Priced(hop_number);
  if (hop.cost == 0) return;  // what is no part of a path has no price
  const Place before = space_.place(hop.other);
  if (!before.may_be_inside && !before.is_source) return;
  const std::uint64_t cost = label.cost + hop.cost;
  const std::uint64_t key = AddCosts(cost, Potential(before.node, hops));
  if (key == kUnreachable) return;
  space_.view().PrefetchEdges(space_.view().vertex(before.node));
  space_.VisitStancesBefore(before, hop.crossing, space_.place(to.place), to.stance, [&](const Stance& stance) {
    if (before.is_source && stance != space_.Start(hop.other)) return;
    Push(Item{.key = std::max(least, key),
              .cost = cost,
              .label = number,
              .hop = hop_number,
              .position = StateOf(hop.other, stance),
              .kind = Kind::kArrive,
              .hops = hops});
  });
}

}  // namespace braid::graph

#endif  // BRAID_GRAPH_PATH_GOALS_H_
