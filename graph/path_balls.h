// What is known of the way from the sources, where the search itself comes from the targets.
//
//   SourceBall   the least cost from a source of the nearest nodes, in so many hops, pattern and groups aside; of every
//                other node that it is more than the ball has looked at. A consistent potential for A* (Hart, Nilsson &
//                Raphael 1968) on pairs of a node and the hops left to it: it steers the search backwards, so that two
//                balls meet where one would have to fill the graph.
//   HopBall      the least hops from a source, level by level (cf. Peng et al. 2019): it ends early what cannot arrive
//                in time, where few paths or none exist.
//
// Both are relaxations: no simple path is cheaper or shorter. Private to the path search.

#ifndef BRAID_GRAPH_PATH_BALLS_H_
#define BRAID_GRAPH_PATH_BALLS_H_

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "graph/path_hops.h"
#include "graph/path_search.h"
#include "graph/path_space.h"
#include "graph/search_queue.h"

namespace braid::graph {

template <SearchView View>
class SourceBall {
 public:
  // What is known of a node outside, by the hops that a path may take to it: it costs no less.
  using Bounds = std::array<std::uint64_t, kMaxHops + 1>;

  SourceBall(PathSpace<View>& space, std::size_t few_hops) : space_(space), hops_(space, /*leaving=*/true, few_hops) {}

  // Settles nodes until it has the `most_nodes` nearest, fewer where the next would need more than `most_hops` hops
  // looked at. Growing raises potentials and lowers none. False where the budget ended it.
  //
  // The first time it takes what is nearest. After that it goes on over ways of at most half the hops of a path: those
  // meet what the other search finds in the other half, and are far fewer.
  bool Grow(std::size_t most_nodes, std::size_t most_hops);

  std::uint32_t size() const { return static_cast<std::uint32_t>(settled_.size()); }
  // Whether `node` was among the `size` nodes settled first.
  bool Contains(NodeIndex node, std::uint32_t size) const {
    if (!MaybeContains(node)) return false;
    const auto settled = settled_.find(Number(node));
    return settled != settled_.end() && settled->second.number < size;
  }
  // A way of at most `hops` hops from a source to `node` costs at least this; kUnreachable: there is none.
  std::uint64_t Potential(NodeIndex node, std::uint32_t hops) const {
    if (!MaybeContains(node)) return bounds_[hops];
    const auto settled = settled_.find(Number(node));
    return settled == settled_.end() ? bounds_[hops] : LeastCost(settled->second.ways, hops);
  }
  // The same for the nodes outside.
  const Bounds& bounds() const { return bounds_; }
  // Whether it will never be larger.
  bool IsWhole() const { return begun_ && queue_.empty(); }

 private:
  // A node that is reached (`run` is kNoNumber), or the hops of a settled one from `position` on.
  struct Item {
    std::uint64_t key;
    std::uint64_t cost;
    std::uint32_t place;
    std::uint32_t run;
    std::uint32_t position;
    std::uint8_t hops;  // to the node, or to those that the run leads to
  };
  // The cheapest way to a node in so many hops. Those of one node are found in order of cost, each with fewer hops.
  struct Way {
    std::uint64_t cost;
    std::uint32_t cheaper;  // the next, with more hops; kNoNumber: none
    std::uint8_t hops;
  };
  struct Settled {
    std::uint32_t number;  // in order
    std::uint32_t ways;    // the one with the fewest hops
  };

  // False where a way as good is known.
  bool AddWay(NodeIndex node, std::uint64_t cost, std::uint8_t hops);
  bool Settle(const Item& item);
  bool Follow(const Item& item);
  void PushHops(const Item& item);
  bool IsBeyond(const Item& item) const { return is_halved_ && item.hops > space_.max_hops() / 2; }
  void SetBounds();
  bool IsKnown(NodeIndex node, std::uint8_t hops) const {
    const auto settled = settled_.find(Number(node));
    return settled != settled_.end() && ways_[settled->second.ways].hops <= hops;
  }
  std::uint64_t LeastCost(std::uint32_t number, std::uint32_t hops) const {
    if (ways_[number].hops > hops) return bounds_[hops];
    const Way* way = &ways_[number];
    while (way->cheaper != kNoNumber && ways_[way->cheaper].hops <= hops) way = &ways_[way->cheaper];
    return hops > space_.max_hops() / 2 ? std::min(way->cost, beyond_) : way->cost;
  }

  // A Bloom filter with one hash (Bloom 1970): most nodes asked for are not in the ball, and a hub asks for many.
  static constexpr unsigned kFilterBits = 16;
  static std::size_t FilterPlace(NodeIndex node) {
    return std::uint32_t{Number(node) * 0x9E3779B1U} >> (32U - kFilterBits);
  }
  bool MaybeContains(NodeIndex node) const {
    const std::size_t place = FilterPlace(node);
    return (filter_[place / 64] >> (place % 64) & 1U) != 0;
  }

  PathSpace<View>& space_;
  HopLists<View> hops_;
  SearchQueue<Item> queue_;
  bool begun_ = false;
  bool is_halved_ = false;               // takes only ways of half the hops
  std::uint64_t beyond_ = kUnreachable;  // the least that it left out since
  std::vector<Way> ways_;
  absl::flat_hash_map<std::uint32_t, Settled> settled_;  // by node
  std::array<std::uint64_t, (std::size_t{1} << kFilterBits) / 64> filter_{};
  Bounds bounds_{};
};

template <SearchView View>
class HopBall {
 public:
  explicit HopBall(PathSpace<View>& space);

  // No path from a source is at `node` after fewer hops.
  std::uint32_t LeastHops(NodeIndex node) const {
    const auto known = hops_to_.find(Number(node));
    return known == hops_to_.end() ? radius_ + 1 : known->second;
  }
  // LeastHops never gives more.
  std::uint32_t MostHops() const { return radius_ + 1; }
  // Whether the next level would scan no more than `arcs`; false too where the ball is as large as it is of use.
  bool NextLevelIsWithin(std::uint64_t arcs);
  // Adds a level. False where the budget ended it.
  bool Grow();

 private:
  PathSpace<View>& space_;
  std::uint32_t radius_ = 0;
  std::vector<NodeIndex> level_;
  std::optional<std::uint64_t> level_arcs_;  // counted when first asked for
  absl::flat_hash_map<std::uint32_t, std::uint32_t> hops_to_;
};

// --- Implementation.

template <SearchView View>
bool SourceBall<View>::Grow(std::size_t most_nodes, std::size_t most_hops) {
  const std::uint64_t begun = space_.budget().work_used();
  const std::size_t expected = std::min<std::size_t>(most_nodes, space_.view().node_count());
  settled_.reserve(expected);
  ways_.reserve(expected);
  hops_.Reserve(expected);
  is_halved_ = std::exchange(begun_, true);
  if (!is_halved_) {
    for (const std::uint32_t source : space_.sources()) queue_.Push(0, Item{0, 0, source, kNoNumber, 0, 0});
  }
  while (!queue_.empty() && settled_.size() < most_nodes && space_.budget().work_used() - begun < most_hops) {
    const Item item = queue_.Pop();
    if (!space_.budget().Spend()) return false;
    if (IsBeyond(item)) {
      beyond_ = std::min(beyond_, item.key);
    } else if (!(item.run == kNoNumber ? Settle(item) : Follow(item))) {
      return false;
    }
  }
  SetBounds();
  return true;
}

template <SearchView View>
void SourceBall<View>::SetBounds() {
  bounds_.fill(kUnreachable);
  queue_.VisitAll(
      [this](std::uint64_t key, const Item& item) { bounds_[item.hops] = std::min(bounds_[item.hops], key); });
  for (std::uint32_t hops = 1; hops <= kMaxHops; ++hops) {
    bounds_[hops] = std::min(bounds_[hops], bounds_[hops - 1]);
    if (hops > space_.max_hops() / 2) bounds_[hops] = std::min(bounds_[hops], beyond_);
  }
}

template <SearchView View>
bool SourceBall<View>::AddWay(NodeIndex node, std::uint64_t cost, std::uint8_t hops) {
  const auto number = static_cast<std::uint32_t>(ways_.size());
  const auto [settled, is_new] = settled_.try_emplace(Number(node), Settled{size(), number});
  if (!is_new && ways_[settled->second.ways].hops <= hops) return false;
  ways_.push_back(
      Way{.cost = cost, .cheaper = is_new ? kNoNumber : std::exchange(settled->second.ways, number), .hops = hops});
  const std::size_t bit = FilterPlace(node);
  filter_[bit / 64] |= std::uint64_t{1} << (bit % 64);
  return true;
}

template <SearchView View>
bool SourceBall<View>::Settle(const Item& item) {
  const Place& place = space_.place(item.place);
  if (!AddWay(place.node, item.cost, item.hops)) return true;
  if (item.hops == space_.max_hops() || (!place.may_be_inside && !place.is_source)) return true;
  Item on{item.cost, item.cost, item.place, 0, 0, static_cast<std::uint8_t>(item.hops + 1)};
  if (IsBeyond(on)) {
    beyond_ = std::min(beyond_, item.cost);
    return true;
  }
  const auto lists = hops_.ListsOf(item.place, NothingIsNear{});
  if (!lists) return false;
  for (on.run = lists->runs_begin; on.run < lists->runs_end; ++on.run) PushHops(on);
  return true;
}

template <SearchView View>
void SourceBall<View>::PushHops(const Item& item) {
  const std::uint64_t floor = hops_.Floor(item.run, item.position);
  if (floor == kUnreachable) return;
  if (item.position < hops_.KnownOrder(item.run)) {
    space_.view().Prefetch(space_.view().vertex(hops_.HopIn(item.run, item.position).crossing.other));
  }
  Item later = item;
  later.key = item.cost + floor;
  queue_.Push(later.key, later);
}

template <SearchView View>
bool SourceBall<View>::Follow(const Item& item) {
  const auto number = hops_.HopAt(item.place, item.run, item.position);
  if (!number) return false;
  if (*number == kNoNumber) return true;
  // A run that has just been listed may start later than it could have.
  if (item.cost + hops_.hop(*number).least > item.key) {
    PushHops(item);
    return true;
  }
  Item next = item;
  ++next.position;
  PushHops(next);
  if (IsKnown(hops_.hop(*number).crossing.other, item.hops)) return true;
  if (is_halved_ && item.hops == space_.max_hops() / 2) {
    // Nothing goes on from there, so what is known of the hop from this end will do: the other is not looked up.
    const std::uint64_t least = item.cost + hops_.hop(*number).least;
    AddWay(hops_.hop(*number).crossing.other, least, item.hops);
    beyond_ = std::min(beyond_, least);
    return true;
  }
  const auto& hop = hops_.Priced(*number);
  if (hop.cost == 0) return true;
  space_.view().PrefetchEdges(space_.view().vertex(hop.crossing.other));
  const std::uint64_t cost = item.cost + hop.cost;
  queue_.Push(cost, Item{cost, cost, hop.other, kNoNumber, 0, item.hops});
  return true;
}

template <SearchView View>
HopBall<View>::HopBall(PathSpace<View>& space) : space_(space) {
  for (const std::uint32_t source : space.sources()) {
    const NodeIndex node = space.place(source).node;
    hops_to_.emplace(Number(node), 0);
    level_.push_back(node);
  }
}

template <SearchView View>
bool HopBall<View>::NextLevelIsWithin(std::uint64_t arcs) {
  if (level_.empty() || radius_ + 1 >= space_.max_hops() || level_.size() > arcs) return false;
  if (!level_arcs_) {
    level_arcs_ = 0;
    for (const NodeIndex node : level_) *level_arcs_ += space_.Degree(node);
  }
  return *level_arcs_ <= arcs;
}

template <SearchView View>
bool HopBall<View>::Grow() {
  std::vector<NodeIndex> next;
  for (const NodeIndex node : level_) {
    const Place place = space_.place(space_.PlaceOf(node));
    if (!place.may_be_inside && !place.is_source) continue;
    const bool completed =
        space_.VisitCrossings(node, /*leaving=*/true, [&](const typename PathSpace<View>::Crossing& crossing) {
          if (hops_to_.try_emplace(Number(crossing.other), radius_ + 1).second) next.push_back(crossing.other);
        });
    if (!completed) return false;
  }
  ++radius_;
  level_ = std::move(next);
  level_arcs_.reset();
  return true;
}

}  // namespace braid::graph

#endif  // BRAID_GRAPH_PATH_BALLS_H_
