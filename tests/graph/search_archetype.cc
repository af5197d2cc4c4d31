// That the searches ask of a graph no more than Boost's BidirectionalGraph and graph/search_view.h promise: they
// compile on archetypes, which have nothing else. That it compiles is the test; nothing of it is ever run.

#include <boost/concept_archetype.hpp>
#include <boost/graph/graph_concepts.hpp>
#include <boost/graph/graph_traits.hpp>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <utility>

#include "graph/map_layer_view.h"
#include "graph/path_engine.h"
#include "graph/search_view.h"

namespace braid::graph {

// What a descriptor can do, and no more: it has neither an order nor a hash.
template <int kTag>
struct DescriptorArchetype {
  friend bool operator==(const DescriptorArchetype&, const DescriptorArchetype&) { return true; }
};

struct GraphArchetype {
  using vertex_descriptor = DescriptorArchetype<0>;
  using edge_descriptor = DescriptorArchetype<1>;
  using directed_category = boost::bidirectional_tag;
  using edge_parallel_category = boost::allow_parallel_edge_tag;
  using traversal_category = boost::bidirectional_graph_tag;
  using out_edge_iterator = boost::input_iterator_archetype<edge_descriptor>;
  using in_edge_iterator = out_edge_iterator;
  using degree_size_type = std::size_t;
  using vertices_size_type = std::size_t;
  using edges_size_type = std::size_t;
  using vertex_iterator = void;
  using edge_iterator = void;
  using adjacency_iterator = void;
  static vertex_descriptor null_vertex() { return {}; }
};
using ArchetypeEdges = std::pair<GraphArchetype::out_edge_iterator, GraphArchetype::out_edge_iterator>;

GraphArchetype::vertex_descriptor source(const GraphArchetype::edge_descriptor&, const GraphArchetype&) { return {}; }
GraphArchetype::vertex_descriptor target(const GraphArchetype::edge_descriptor&, const GraphArchetype&) { return {}; }
ArchetypeEdges out_edges(const GraphArchetype::vertex_descriptor&, const GraphArchetype&) { return {}; }
ArchetypeEdges in_edges(const GraphArchetype::vertex_descriptor&, const GraphArchetype&) { return {}; }
std::size_t out_degree(const GraphArchetype::vertex_descriptor&, const GraphArchetype&) { return 0; }
std::size_t in_degree(const GraphArchetype::vertex_descriptor&, const GraphArchetype&) { return 0; }
std::size_t degree(const GraphArchetype::vertex_descriptor&, const GraphArchetype&) { return 0; }
BOOST_CONCEPT_ASSERT((boost::BidirectionalGraphConcept<GraphArchetype>));

struct ViewArchetype {
  using Graph = GraphArchetype;
  using Vertex = Graph::vertex_descriptor;
  using EdgeDescription = Graph::edge_descriptor;

  const Graph& graph() const { return the_graph; }
  const Schema& schema() const { return the_schema; }
  std::size_t node_count() const { return 0; }
  Vertex vertex(NodeIndex) const { return {}; }
  NodeIndex index(Vertex) const { return kNoNode; }
  std::string_view id(Vertex) const { return {}; }
  NodeFacts node(Vertex) const { return {}; }
  EdgeFacts edge(const EdgeDescription&) const { return {}; }
  ArchetypeEdges OutEdges(Vertex, RelationIndex) const { return {}; }
  ArchetypeEdges InEdges(Vertex, RelationIndex) const { return {}; }
  HopCost Cost(const EdgeDescription&) { return {}; }
  std::uint64_t LeastCost(const EdgeDescription&, Vertex) { return 0; }
  std::uint64_t LeastCost(RelationIndex, Vertex, bool) const { return 0; }
  void Prefetch(Vertex) const {}
  void PrefetchEdges(Vertex) const {}

  Graph the_graph;
  Schema the_schema;
};
static_assert(SearchView<ViewArchetype>);

// The best paths.
template class PathEngine<ViewArchetype>;

// The connecting map.
template MapLayer MapLayerOf<ViewArchetype>(ViewArchetype&, const MapQuery&, Budget&);

}  // namespace braid::graph
