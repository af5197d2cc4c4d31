// Trees in a layer: from the links that a search found to a tree without waste, and from there to what a caller reads.
//
// Private to the search for connecting maps. Thread safety: pure functions.

#ifndef BRAID_GRAPH_MAP_TREE_H_
#define BRAID_GRAPH_MAP_TREE_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "graph/connecting_map.h"
#include "graph/map_layer.h"

namespace braid::graph {

struct LayerTree {
  std::uint64_t cost = 0;            // scaled
  std::vector<std::uint32_t> nodes;  // ascending
  std::vector<std::uint32_t> links;  // ascending
};

// A cheap tree in the union of `links` that touches `wanted` terminals: a minimum spanning tree, an ends-only node on
// its cheapest link, without the ends that nothing needs. `root` is on it unless it is such an end.
// REQUIRES: the links join `root` with nodes of every wanted terminal. O(links · log links + links · ends dropped).
LayerTree TreeWithin(const MapLayer& layer, MapLayer::Groups wanted, std::uint32_t root,
                     std::vector<std::uint32_t> links);

// REQUIRES: `tree` touches `terminals`, at least one.
ConnectingTree ConnectingTreeOf(const MapLayer& layer, const LayerTree& tree,
                                const std::vector<std::size_t>& terminals);

// The nodes of `tree` that another tree might do without: neither an ends-only node nor the only one of a terminal.
std::vector<std::uint32_t> AvoidableNodes(const MapLayer& layer, const LayerTree& tree);

// The maximal sets of terminals among `among` that some tree without node `without` touches: by size, largest first,
// then indices. Nullopt: the budget ended it. O(n + m).
std::optional<std::vector<std::vector<std::size_t>>> JoinableTerminals(const MapLayer& layer, MapLayer::Groups among,
                                                                       std::optional<std::uint32_t> without,
                                                                       Budget& budget);

}  // namespace braid::graph

#endif  // BRAID_GRAPH_MAP_TREE_H_
