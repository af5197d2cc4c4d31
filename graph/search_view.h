// What the searches ask of a graph: its shape, by Boost.Graph's bidirectional graph, and the facts beside the shape.
//
// A view puts the two together. The searches (graph/path_engine.h, graph/map_layer_view.h) are templates over it and
// run on a Snapshot (graph/snapshot_view.h) as on a plain boost::adjacency_list (tests/graph/list_view.h).
//
// A symmetric relation is one edge of the graph: the searches walk it from either end. Node numbers (NodeIndex) are
// Boost's vertex_index; they name nodes in queries and answers, and never decide an order.
//
// Included only where a search is instantiated: Boost.Graph is slow to compile.

#ifndef BRAID_GRAPH_SEARCH_VIEW_H_
#define BRAID_GRAPH_SEARCH_VIEW_H_

#include <boost/graph/graph_traits.hpp>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "graph/ids.h"
#include "graph/model.h"
#include "graph/schema.h"
#include "graph/weights.h"

namespace braid::graph {

// A node as a search sees it.
struct NodeFacts {
  KindIndex kind{};
  NodeIndex group = kNoNode;  // Schema's groups; kNoNode: none
  bool usable = false;        // there is such a node and it is not obsolete
};

// An edge as a search sees it.
struct EdgeFacts {
  RelationIndex relation{};
  Sign sign = Sign::kUnset;
  Certainty certainty = Certainty::kUnset;
  bool supported = false;  // false: nothing but counter-evidence, or no strength: never walked
};

template <typename View>
using VertexOf = typename boost::graph_traits<typename View::Graph>::vertex_descriptor;
template <typename View>
using EdgeOf = typename boost::graph_traits<typename View::Graph>::edge_descriptor;

// `View::Graph` models Boost's BidirectionalGraph. All functions are O(1) unless said.
template <typename View>
concept SearchView = requires {
  typename View::Graph;
}
&&requires(View& view, VertexOf<View> vertex, const EdgeOf<View>& edge, NodeIndex index, RelationIndex relation,
           bool is_source) {
  { view.graph() } -> std::same_as<const typename View::Graph&>;
  { view.schema() } -> std::same_as<const Schema&>;
  { view.node_count() } -> std::same_as<std::size_t>;  // about: a search sizes its ball by it
  { view.vertex(index) } -> std::convertible_to<VertexOf<View>>;
  { view.index(vertex) } -> std::same_as<NodeIndex>;
  { view.id(vertex) } -> std::convertible_to<std::string_view>;  // unique; its bytes decide ties
  { view.node(vertex) } -> std::convertible_to<NodeFacts>;
  { view.edge(edge) } -> std::convertible_to<EdgeFacts>;
  // The edges of one relation that leave or enter `vertex`, as Boost's out_edges and in_edges; a view that has no
  // index of relations gives all of them.
  view.OutEdges(vertex, relation);
  view.InEdges(vertex, relation);
  // What crossing the edge costs, either way. REQUIRE, as the next two: supported, and the relation walkable.
  { view.Cost(edge) } -> std::same_as<HopCost>;
  // No more than that, without a look at the end that is not `vertex`; and no more than that of any edge of `relation`
  // at `vertex`, of which it is the source or the target.
  { view.LeastCost(edge, vertex) } -> std::same_as<std::uint64_t>;
  { view.LeastCost(relation, vertex, is_source) } -> std::same_as<std::uint64_t>;
  // Hints: the facts and degrees of `vertex` will be asked for soon; its edges will be.
  view.Prefetch(vertex);
  view.PrefetchEdges(vertex);
};

}  // namespace braid::graph

#endif  // BRAID_GRAPH_SEARCH_VIEW_H_
