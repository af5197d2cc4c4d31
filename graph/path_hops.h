// The hops at a node, cheapest first, found and priced only as far as a search asks for them.
//
// A best-first search looks at few of the hops that it could take: most cost more than it will ever spend. So a node's
// hops are ordered by what is known of them from this end (LeastCost), which reads the edge and nothing else; the other
// end, with its facts and degrees, is looked up when the hop's turn comes. At a hub the hops of a relation are not even
// listed before the hub's own degree has been paid.
//
// Hops to nodes that a search already knows more about (`Near`) are kept apart: it ranks them one by one.
//
// Private to the path search.

#ifndef BRAID_GRAPH_PATH_HOPS_H_
#define BRAID_GRAPH_PATH_HOPS_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <type_traits>
#include <vector>

#include "graph/path_space.h"

namespace braid::graph {

// Where a search has no ball to look out for.
struct NothingIsNear {
  bool operator()(NodeIndex) const { return false; }
};

template <SearchView View>
class HopLists {
 public:
  using Space = PathSpace<View>;

  struct Hop {
    typename Space::Crossing crossing;
    std::uint32_t least = 0;          // no more than its cost
    std::uint32_t cost = 0;           // 0: not yet priced
    std::uint32_t other = kNoNumber;  // place of the other end, once priced
  };
  // Hops of one node in order of `least`.
  struct Run {
    std::uint64_t floor = 0;           // no hop of it costs less
    std::uint32_t begin = 0, end = 0;  // in order_
    std::uint32_t sorted = 0;          // so many from `begin` on are in order, and no other comes before them
    bool listed = false;
    RelationIndex relation{};  // where not listed
    bool here_is_source = false;
  };

  // `leaving`: the hops by which a path leaves a node; else those by which it comes there.
  // Of at most `few` edges all hops are listed at once, whatever their relation.
  HopLists(Space& space, bool leaving, std::size_t few) : space_(space), leaving_(leaving), few_(few) {}

  // Makes room for about so many nodes.
  void Reserve(std::size_t nodes) {
    hops_.reserve(nodes * kUsualHops);
    order_.reserve(nodes * kUsualHops);
  }

  // What is known of the hops at a place.
  struct Lists {
    std::uint32_t near_begin = 0, near_end = 0;  // numbers of hops
    std::uint32_t runs_begin = 0, runs_end = 0;  // numbers of runs, of hops to other nodes (a run that is not yet
                                                 // listed will have the near ones too)
  };

  // The lists of `place`, made when first asked for; is_near(node) is asked once a hop. Nullopt: the budget ended it.
  template <typename IsNear>
  std::optional<Lists> ListsOf(std::uint32_t place, IsNear is_near);

  // No hop from the `position`-th of a run on costs less than this; kUnreachable: there is none.
  std::uint64_t Floor(std::uint32_t run, std::uint32_t position) const;
  // So many hops of a run are in order already: HopIn gives those without more work.
  std::uint32_t KnownOrder(std::uint32_t run) const { return runs_[run].sorted; }
  const Hop& HopIn(std::uint32_t run, std::uint32_t position) const { return hops_[NumberIn(runs_[run], position)]; }
  // The number of the `position`-th hop of a run; kNoNumber: there is none. Nullopt: the budget ended it.
  std::optional<std::uint32_t> HopAt(std::uint32_t place, std::uint32_t run, std::uint32_t position);

  const Hop& hop(std::uint32_t number) const { return hops_[number]; }
  // The hop with its other end and, where that may be on a path, its cost.
  const Hop& Priced(std::uint32_t number);

 private:
  static constexpr std::size_t kUsualHops = 16;
  static constexpr std::uint32_t kFirstSorted = 16;  // of a long run, to begin with

  Hop HopOf(const typename Space::Crossing& crossing, NodeIndex here) {
    return Hop{.crossing = crossing,
               .least = static_cast<std::uint32_t>(space_.view().LeastCost(crossing.edge, space_.view().vertex(here)))};
  }
  template <typename IsNear>
  bool ListAll(NodeIndex here, IsNear is_near);
  template <typename IsNear>
  bool ListNear(NodeIndex here, IsNear is_near);
  bool ListRun(NodeIndex here, Run& run);
  void Sort(Run& run, std::uint32_t wanted);
  // A hop in order_: less where it is cheaper.
  std::uint64_t RankOf(std::uint32_t hop) const { return std::uint64_t{hops_[hop].least} << 32U | hop; }
  std::uint32_t NumberIn(const Run& run, std::uint32_t position) const {
    return static_cast<std::uint32_t>(order_[run.begin + position]);
  }
  // Makes one run of the hops from number `first` on.
  void OrderFrom(std::uint32_t first, Run& run) {
    run.begin = static_cast<std::uint32_t>(order_.size());
    for (auto hop = first; hop < hops_.size(); ++hop) order_.push_back(RankOf(hop));
    run.end = static_cast<std::uint32_t>(order_.size());
    run.listed = true;
  }

  Space& space_;
  const bool leaving_;
  const std::size_t few_;
  std::vector<Hop> hops_;
  std::vector<std::uint64_t> order_;  // the parts of runs
  std::vector<Run> runs_;
  std::vector<Lists> lists_;
  std::vector<std::uint32_t> list_of_;  // by place; kNoNumber: none yet
  std::vector<Hop> near_;               // while a node is listed
};

// --- Implementation.

template <SearchView View>
template <typename IsNear>
auto HopLists<View>::ListsOf(std::uint32_t place, IsNear is_near) -> std::optional<Lists> {
  if (place >= list_of_.size()) list_of_.resize(std::max<std::size_t>(place + 1, list_of_.size() * 2), kNoNumber);
  if (list_of_[place] != kNoNumber) return lists_[list_of_[place]];
  const NodeIndex here = space_.place(place).node;
  Lists lists;
  lists.runs_begin = static_cast<std::uint32_t>(runs_.size());
  if (!(space_.Degree(here) <= few_ ? ListAll(here, is_near) : ListNear(here, is_near))) return std::nullopt;
  lists.near_begin = static_cast<std::uint32_t>(hops_.size());
  hops_.insert(hops_.end(), near_.begin(), near_.end());
  lists.near_end = static_cast<std::uint32_t>(hops_.size());
  lists.runs_end = static_cast<std::uint32_t>(runs_.size());
  list_of_[place] = static_cast<std::uint32_t>(lists_.size());
  lists_.push_back(lists);
  return lists;
}

// One run of all hops that are not near, and behind them the near ones, which are few.
template <SearchView View>
template <typename IsNear>
bool HopLists<View>::ListAll(NodeIndex here, IsNear is_near) {
  near_.clear();
  const auto first = static_cast<std::uint32_t>(hops_.size());
  const bool completed = space_.VisitCrossings(here, leaving_, [&](const typename Space::Crossing& crossing) {
    (is_near(crossing.other) ? near_ : hops_).push_back(HopOf(crossing, here));
  });
  if (completed && hops_.size() > first) {
    Run run;
    OrderFrom(first, run);
    Sort(run, 1);
    run.floor = hops_[NumberIn(run, 0)].least;
    runs_.push_back(run);
  }
  return completed;
}

// The near hops, and a run that is not listed for each relation and side. Where nothing is near no hop is looked at.
template <SearchView View>
template <typename IsNear>
bool HopLists<View>::ListNear(NodeIndex here, IsNear is_near) {
  near_.clear();
  bool completed = true;
  space_.VisitSides(leaving_, [&](RelationIndex relation, bool here_is_source) {
    if constexpr (!std::is_same_v<IsNear, NothingIsNear>) {
      completed = completed && space_.VisitCrossings(here, leaving_, relation, here_is_source, is_near,
                                                     [&](const typename Space::Crossing& crossing) {
                                                       near_.push_back(HopOf(crossing, here));
                                                     });
    }
    runs_.push_back(Run{.floor = space_.view().LeastCost(relation, space_.view().vertex(here), here_is_source),
                        .relation = relation,
                        .here_is_source = here_is_source});
  });
  return completed;
}

template <SearchView View>
bool HopLists<View>::ListRun(NodeIndex here, Run& run) {
  const auto first = static_cast<std::uint32_t>(hops_.size());
  const bool completed = space_.VisitCrossings(
      here, leaving_, run.relation, run.here_is_source, [](NodeIndex) { return true; },
      [&](const typename Space::Crossing& crossing) { hops_.push_back(HopOf(crossing, here)); });
  OrderFrom(first, run);
  return completed;
}

// Puts at least `wanted` in order, and so many more that the whole costs O(n log n) however far it goes.
template <SearchView View>
void HopLists<View>::Sort(Run& run, std::uint32_t wanted) {
  if (run.sorted >= wanted) return;
  const std::uint32_t size = run.end - run.begin;
  const std::uint32_t goal = std::min(size, std::max({wanted, kFirstSorted, run.sorted * 4}));
  const auto begin = order_.begin() + run.begin;
  if (goal < size) std::nth_element(begin + run.sorted, begin + goal, begin + size);
  std::sort(begin + run.sorted, begin + goal);
  run.sorted = goal;
}

template <SearchView View>
std::uint64_t HopLists<View>::Floor(std::uint32_t number, std::uint32_t position) const {
  const Run& run = runs_[number];
  if (!run.listed) return run.floor;
  if (position >= run.end - run.begin) return kUnreachable;
  if (position < run.sorted) return hops_[NumberIn(run, position)].least;
  return run.sorted == 0 ? run.floor : hops_[NumberIn(run, run.sorted - 1)].least;
}

template <SearchView View>
std::optional<std::uint32_t> HopLists<View>::HopAt(std::uint32_t place, std::uint32_t number, std::uint32_t position) {
  Run& run = runs_[number];
  if (!run.listed && !ListRun(space_.place(place).node, run)) return std::nullopt;
  if (position >= run.end - run.begin) return kNoNumber;
  Sort(run, position + 1);
  return NumberIn(run, position);
}

template <SearchView View>
auto HopLists<View>::Priced(std::uint32_t number) -> const Hop& {
  Hop& hop = hops_[number];
  if (hop.other == kNoNumber) {
    hop.other = space_.PlaceOf(hop.crossing.other);
    if (space_.place(hop.other).is_walkable) {
      hop.cost = static_cast<std::uint32_t>(space_.view().Cost(hop.crossing.edge).total());
    }
  }
  return hop;
}

}  // namespace braid::graph

#endif  // BRAID_GRAPH_PATH_HOPS_H_
