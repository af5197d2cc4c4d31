// The part of a graph that connecting maps are searched in, taken out once into flat arrays.
//
// Nodes are numbered in byte order of their ids, so that comparing numbers compares ids. An edge is among the arcs of
// both its ends. An ends-only terminal is a node without arcs: its edges are starts at its neighbours, so that nothing
// can run through it.
//
// Costs are micro-nats · 2^kSizeBits + 1 an edge: of equally dear trees the one with fewer edges costs less, exactly as
// long as a tree has fewer than 2^kSizeBits edges.
//
// Private to the search for connecting maps. graph/map_layer_view.h takes one from a graph.

#ifndef BRAID_GRAPH_MAP_LAYER_H_
#define BRAID_GRAPH_MAP_LAYER_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "graph/ids.h"
#include "graph/weights.h"

namespace braid::graph {

struct MapLayer {
  static constexpr unsigned kSizeBits = 12;
  using Groups = std::uint8_t;  // a set of terminals, a bit each

  // An edge of the graph, of parallel ones the cheapest.
  struct Link {
    std::uint32_t subject = 0, object = 0;
    RelationIndex relation{};
    bool symmetric = false;
    HopCost cost;
    std::uint64_t scaled_cost() const { return (cost.total() << kSizeBits) + 1; }
  };
  struct Arc {
    std::uint32_t to = 0;
    std::uint32_t link = 0;
    std::uint64_t cost = 0;  // scaled
  };
  // Where a tree may touch terminals: at a node that is one, or over a link to an ends-only node.
  struct Start {
    std::uint32_t at = 0;
    std::uint32_t terminal = 0;
    Groups groups = 0;
    std::uint64_t cost = 0;  // scaled; 0 without a link
    std::optional<std::uint32_t> link;
  };
  // A tree of ends-only nodes alone: one, or two with a link between them.
  struct Outside {
    Groups groups = 0;
    std::uint64_t cost = 0;  // scaled
    std::uint32_t node = 0;  // the lesser of them
    std::optional<std::uint32_t> link;
  };

  // The least micro-nats that a tree of at least this scaled cost has.
  static std::uint64_t Micronats(std::uint64_t scaled) { return scaled >> kSizeBits; }

  std::size_t size() const { return nodes.size(); }
  std::span<const Arc> ArcsOf(std::uint32_t node) const {
    return std::span(arcs).subspan(first_arc[node], first_arc[node + 1] - first_arc[node]);
  }
  std::span<const Start> StartsAt(std::uint32_t node) const {
    return std::span(starts).subspan(first_start[node], first_start[node + 1] - first_start[node]);
  }

  std::size_t terminal_count = 0;
  std::vector<NodeIndex> nodes;
  std::vector<Groups> groups;                         // by node: the terminals that it may stand for
  std::vector<bool> ends_only;                        // by node
  std::vector<Link> links;                            // by (lesser end, greater end)
  std::vector<Arc> arcs;                              // by (node, to)
  std::vector<Start> starts;                          // by (at, terminal)
  std::vector<Outside> outside;                       // by (cost, node, link)
  std::vector<std::uint32_t> first_arc, first_start;  // by node, and one more
  bool cut = false;                                   // the budget ended before all of it was read; the rest is empty
};

}  // namespace braid::graph

#endif  // BRAID_GRAPH_MAP_LAYER_H_
