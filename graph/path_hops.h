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
#include <span>
#include <vector>

#include "graph/path_space.h"

namespace braid::graph {

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
    std::uint64_t floor = 0;  // no hop of it costs less
    std::uint32_t begin = 0, end = 0;
    std::uint32_t sorted = 0;  // so many from `begin` on are in order, and no other comes before them
    bool listed = false;
    RelationIndex relation{};  // where not listed
    bool here_is_source = false;
  };

  // `leaving`: the hops by which a path leaves a node; else those by which it comes there.
  // Of at most `few` edges all hops are listed at once, whatever their relation.
  HopLists(Space& space, bool leaving, std::size_t few) : space_(space), leaving_(leaving), few_(few) {}

  // What is known of the hops at a place.
  struct Lists {
    std::uint32_t near_begin = 0, near_end = 0;  // numbers of hops
    std::uint32_t runs_begin = 0, runs_end = 0;  // numbers of runs
  };

  // The lists of `place`, made when first asked for; is_near(node) is asked once a hop. Nullopt: the budget ended it.
  template <typename IsNear>
  std::optional<Lists> ListsOf(std::uint32_t place, IsNear is_near);

  Run& run(std::uint32_t number) { return runs_[number]; }
  // No hop from the `position`-th of a run on costs less than this; kUnreachable: there is none.
  std::uint64_t Floor(std::uint32_t run, std::uint32_t position) const;
  // The number of the `position`-th hop of a run; kNoNumber: there is none. Nullopt: the budget ended it.
  std::optional<std::uint32_t> HopAt(std::uint32_t place, std::uint32_t run, std::uint32_t position);

  const Hop& hop(std::uint32_t number) const { return hops_[number]; }
  // The hop with its other end and, where that may be on a path, its cost.
  const Hop& Priced(std::uint32_t number);

 private:
  static constexpr std::uint32_t kFirstSorted = 32;  // of a long run, to begin with

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
  static bool IsCheaper(const Hop& a, const Hop& b) {
    if (a.least != b.least) return a.least < b.least;
    return a.crossing.other < b.crossing.other;
  }

  Space& space_;
  const bool leaving_;
  const std::size_t few_;
  std::vector<Hop> hops_;
  std::vector<Run> runs_;
  std::vector<Lists> lists_;
  std::vector<std::uint32_t> list_of_;  // by place; kNoNumber: none yet
  std::vector<Hop> scratch_;
};

// --- Implementation.

template <SearchView View>
template <typename IsNear>
auto HopLists<View>::ListsOf(std::uint32_t place, IsNear is_near) -> std::optional<Lists> {
  if (place >= list_of_.size()) list_of_.resize(std::max<std::size_t>(place + 1, list_of_.size() * 2), kNoNumber);
  if (list_of_[place] != kNoNumber) return lists_[list_of_[place]];
  const NodeIndex here = space_.place(place).node;
  Lists lists;
  lists.near_begin = static_cast<std::uint32_t>(hops_.size());
  lists.runs_begin = static_cast<std::uint32_t>(runs_.size());
  const bool is_listed = space_.Degree(here) <= few_ ? ListAll(here, is_near) : ListNear(here, is_near);
  if (!is_listed) return std::nullopt;
  lists.near_end = static_cast<std::uint32_t>(
      runs_.size() > lists.runs_begin && runs_.back().listed ? runs_.back().begin : hops_.size());
  lists.runs_end = static_cast<std::uint32_t>(runs_.size());
  list_of_[place] = static_cast<std::uint32_t>(lists_.size());
  lists_.push_back(lists);
  return lists;
}

// One run of all hops that are not near.
template <SearchView View>
template <typename IsNear>
bool HopLists<View>::ListAll(NodeIndex here, IsNear is_near) {
  scratch_.clear();
  const bool completed = space_.VisitCrossings(here, leaving_, [&](const typename Space::Crossing& crossing) {
    if (crossing.other == here) return;
    (is_near(crossing.other) ? hops_ : scratch_).push_back(HopOf(crossing, here));
  });
  if (!completed) return false;
  if (scratch_.empty()) return true;
  std::sort(scratch_.begin(), scratch_.end(), IsCheaper);
  Run run{.floor = scratch_.front().least, .listed = true};
  run.begin = static_cast<std::uint32_t>(hops_.size());
  hops_.insert(hops_.end(), scratch_.begin(), scratch_.end());
  run.end = static_cast<std::uint32_t>(hops_.size());
  run.sorted = run.end - run.begin;
  runs_.push_back(run);
  return true;
}

// The near hops, and a run that is not listed for each relation and side.
template <SearchView View>
template <typename IsNear>
bool HopLists<View>::ListNear(NodeIndex here, IsNear is_near) {
  bool completed = true;
  space_.VisitSides(leaving_, [&](RelationIndex relation, bool here_is_source) {
    if (!completed) return;
    bool has_far = false;
    completed =
        space_.VisitCrossings(here, leaving_, relation, here_is_source, [&](const typename Space::Crossing& crossing) {
          if (crossing.other == here) return;
          if (is_near(crossing.other)) {
            hops_.push_back(HopOf(crossing, here));
          } else {
            has_far = true;
          }
        });
    if (!has_far) return;
    runs_.push_back(Run{.floor = space_.view().LeastCost(relation, space_.view().vertex(here), here_is_source),
                        .relation = relation,
                        .here_is_source = here_is_source});
  });
  return completed;
}

template <SearchView View>
bool HopLists<View>::ListRun(NodeIndex here, Run& run) {
  run.begin = static_cast<std::uint32_t>(hops_.size());
  const bool completed = space_.VisitCrossings(here, leaving_, run.relation, run.here_is_source,
                                               [&](const typename Space::Crossing& crossing) {
                                                 if (crossing.other != here) hops_.push_back(HopOf(crossing, here));
                                               });
  run.end = static_cast<std::uint32_t>(hops_.size());
  run.listed = true;
  return completed;
}

// Puts at least `wanted` in order, and so many more that the whole costs O(n log n) however far it goes.
template <SearchView View>
void HopLists<View>::Sort(Run& run, std::uint32_t wanted) {
  if (run.sorted >= wanted) return;
  const std::uint32_t size = run.end - run.begin;
  const std::uint32_t goal = std::min(size, std::max({wanted, kFirstSorted, run.sorted * 4}));
  const auto begin = hops_.begin() + run.begin;
  if (goal < size) std::nth_element(begin + run.sorted, begin + goal, begin + size, IsCheaper);
  std::sort(begin + run.sorted, begin + goal, IsCheaper);
  run.sorted = goal;
}

template <SearchView View>
std::uint64_t HopLists<View>::Floor(std::uint32_t number, std::uint32_t position) const {
  const Run& run = runs_[number];
  if (!run.listed) return run.floor;
  if (position >= run.end - run.begin) return kUnreachable;
  return position < run.sorted
             ? hops_[run.begin + position].least
             : std::max<std::uint64_t>(run.floor, run.sorted == 0 ? 0 : hops_[run.begin + run.sorted - 1].least);
}

template <SearchView View>
std::optional<std::uint32_t> HopLists<View>::HopAt(std::uint32_t place, std::uint32_t number, std::uint32_t position) {
  Run& run = runs_[number];
  if (!run.listed && !ListRun(space_.place(place).node, run)) return std::nullopt;
  if (position >= run.end - run.begin) return kNoNumber;
  Sort(run, position + 1);
  return run.begin + position;
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
