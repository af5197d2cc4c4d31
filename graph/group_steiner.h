// The cheapest tree of one layer that touches every one of some terminals: DPBF as A* (graph/connecting_map.h).
//
// Private to the search for connecting maps.
//
// Thread safety: one thread at a time.

#ifndef BRAID_GRAPH_GROUP_STEINER_H_
#define BRAID_GRAPH_GROUP_STEINER_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <unordered_map>
#include <vector>

#include "graph/budget.h"
#include "graph/connecting_map.h"
#include "graph/map_layer.h"
#include "graph/map_tree.h"

namespace braid::graph {

class GroupSteinerSearch {
 public:
  // States of (node, set of terminals) that an array of 4 bytes each may number; beyond, a hash table does.
  static constexpr std::size_t kMaxDenseStates = std::size_t{1} << 24U;

  // The tree must touch `terminals`, at least one, ascending, and not use node `without`. `layer` and `budget` outlive
  // the search.
  GroupSteinerSearch(const MapLayer& layer, const std::vector<std::size_t>& terminals,
                     std::optional<std::uint32_t> without, Budget& budget,
                     std::size_t max_dense_states = kMaxDenseStates);

  // Runs until best() is cheaper than before. False: best() is certain (none: there is no such tree), or the budget
  // ended it.
  bool Improve();

  const std::optional<LayerTree>& best() const { return best_; }
  // Scaled: no such tree costs less. kNever where there is none.
  std::uint64_t lower_bound() const;
  bool cut() const { return cut_; }

  static constexpr std::uint64_t kNever = std::numeric_limits<std::uint64_t>::max();

 private:
  using Groups = MapLayer::Groups;  // here a bit for each of this search's terminals
  // Further than any two nodes are, and few enough that the sum of all distances from a node fits.
  static constexpr std::uint64_t kFar = std::uint64_t{1} << 60U;
  static constexpr std::uint32_t kNone = 0xFFFF'FFFF;

  enum class Made : std::uint8_t { kStart, kGrown, kMerged };

  // The cheapest tree known that hangs on `node` and touches `groups`.
  struct State {
    std::uint64_t cost = kNever;
    std::uint64_t bound = 0;  // what the rest costs at least
    std::uint32_t node = 0;
    std::uint32_t from = kNone;  // kStart: a start; else the state it was made of
    std::uint32_t with = kNone;  // kGrown: the link; kMerged: the other state
    std::uint32_t next_closed = kNone;
    Groups groups = 0;
    Made made = Made::kStart;
    bool closed = false;
  };

  // In the heap, least first: cost with bound, more terminals, node, groups.
  struct Open {
    std::uint64_t key = 0;
    std::uint64_t order = 0;
    std::uint32_t state = kNone;
    friend bool operator>(const Open& a, const Open& b) { return a.key != b.key ? a.key > b.key : a.order > b.order; }
  };

  // From (node, groups) to the place of its state, kNone where there is none.
  class StateIndex {
   public:
    StateIndex(std::size_t nodes, std::size_t terminals, std::size_t max_dense);
    std::uint32_t Find(std::uint32_t node, Groups groups) const;
    std::uint32_t& FindOrAdd(std::uint32_t node, Groups groups);

   private:
    std::uint64_t Key(std::uint32_t node, Groups groups) const { return std::uint64_t{node} << terminals_ | groups; }

    std::size_t terminals_;
    std::vector<std::uint32_t> dense_;                         // by key; empty: too large
    std::unordered_map<std::uint64_t, std::uint32_t> sparse_;  // then this
  };

  bool IsLeftOut(std::uint32_t node) const { return without_ == node; }
  Groups Local(MapLayer::Groups groups) const { return local_[groups]; }
  std::uint64_t& Distance(std::uint32_t node, std::size_t terminal) { return distances_[node * count_ + terminal]; }
  std::uint64_t Distance(std::uint32_t node, std::size_t terminal) const {
    return distances_[node * count_ + terminal];
  }

  bool Begin();
  bool FindDistances(std::size_t terminal);
  void FindTerminalDistances();
  void TakeOutside();
  bool TakeBestStar();
  void PushStarts();

  bool Expand(std::uint32_t at);
  bool Merge(std::uint32_t at);
  bool Grow(std::uint32_t at);
  void Push(std::uint32_t node, Groups groups, std::uint64_t cost, Made made, std::uint32_t from, std::uint32_t with);

  std::uint64_t Bound(std::uint32_t node, Groups missing) const;
  std::uint64_t StarCost(std::uint32_t node, Groups groups) const;
  void AddLinksOf(std::uint32_t state, std::vector<std::uint32_t>* links) const;
  void AddWayTo(std::uint32_t node, std::size_t terminal, std::vector<std::uint32_t>* links) const;
  void AddStar(std::uint32_t node, Groups groups, std::vector<std::uint32_t>* links) const;
  void Take(LayerTree tree);

  const MapLayer& layer_;
  const std::optional<std::uint32_t> without_;
  Budget& budget_;
  const std::size_t count_;
  const Groups all_;
  MapLayer::Groups wanted_ = 0;           // as the layer numbers them
  std::array<Groups, 256> local_{};       // from the layer's sets to ours
  std::vector<std::uint64_t> distances_;  // by (node, terminal), scaled
  std::array<std::array<std::uint64_t, kMaxTerminals>, kMaxTerminals> between_{};

  StateIndex index_;
  std::vector<State> states_;
  std::vector<std::uint32_t> last_closed_;  // by node: the head of a list of states
  std::vector<Open> open_;

  std::optional<LayerTree> best_;
  std::uint64_t upper_ = kNever;  // what best_ costs
  std::uint64_t lower_ = 0;
  bool begun_ = false, ended_ = false, cut_ = false;
};

}  // namespace braid::graph

#endif  // BRAID_GRAPH_GROUP_STEINER_H_
