// A plain boost::adjacency_list with bundled properties as the searches see it (graph/search_view.h): the same searches
// that run on a Snapshot run on it.

#ifndef BRAID_TESTS_GRAPH_LIST_VIEW_H_
#define BRAID_TESTS_GRAPH_LIST_VIEW_H_

#include <boost/graph/adjacency_list.hpp>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "graph/search_view.h"
#include "graph/snapshot.h"
#include "graph/weights.h"

namespace braid::graph {

struct ListNode {
  std::string id;  // empty: a free slot
  NodeFacts facts;
};
struct ListEdge {
  EdgeFacts facts;
  HopCost cost;  // unset where the edge cannot be walked
};
using ListGraph = boost::adjacency_list<boost::vecS, boost::vecS, boost::bidirectionalS, ListNode, ListEdge>;

class ListView {
 public:
  using Graph = ListGraph;
  using Vertex = boost::graph_traits<ListGraph>::vertex_descriptor;
  using EdgeDescription = boost::graph_traits<ListGraph>::edge_descriptor;

  ListView(const ListGraph& graph, Schema schema) : graph_(graph), schema_(std::move(schema)) {}

  const ListGraph& graph() const { return graph_; }
  const Schema& schema() const { return schema_; }
  std::size_t node_count() const { return num_vertices(graph_); }
  Vertex vertex(NodeIndex index) const { return Number(index); }
  NodeIndex index(Vertex vertex) const { return NodeIndex{static_cast<std::uint32_t>(vertex)}; }
  std::string_view id(Vertex vertex) const { return graph_[vertex].id; }
  NodeFacts node(Vertex vertex) const { return graph_[vertex].facts; }
  EdgeFacts edge(const EdgeDescription& edge) const { return graph_[edge].facts; }
  // It has no index of relations.
  auto OutEdges(Vertex vertex, RelationIndex) const { return out_edges(vertex, graph_); }
  auto InEdges(Vertex vertex, RelationIndex) const { return in_edges(vertex, graph_); }
  HopCost Cost(const EdgeDescription& edge) const { return graph_[edge].cost; }
  std::uint64_t LeastCost(const EdgeDescription& edge, Vertex) const { return graph_[edge].cost.total(); }
  std::uint64_t LeastCost(RelationIndex, Vertex, bool) const { return 0; }
  void Prefetch(Vertex) const {}
  void PrefetchEdges(Vertex) const {}

 private:
  ListGraph graph_;
  Schema schema_;
};
static_assert(SearchView<ListView>);

// What `snapshot` holds, under the same node numbers.
inline ListView ListViewOf(const Snapshot& snapshot, const Weights& weights) {
  ListGraph graph(snapshot.slot_count());
  CostModel costs(snapshot, weights);
  for (std::uint32_t i = 0; i < snapshot.slot_count(); ++i) {
    const NodeIndex node{i};
    if (!snapshot.IsNode(node)) continue;
    graph[i] = {std::string(snapshot.id(node)),
                {.kind = snapshot.kind(node), .group = snapshot.group(node), .usable = !snapshot.IsObsolete(node)}};
    for (const Arc& arc : snapshot.out(node)) {
      ListEdge edge{
          {.relation = arc.relation, .sign = arc.sign(), .certainty = arc.certainty, .supported = arc.supported()}, {}};
      if (arc.supported() && snapshot.schema().relation(arc.relation).walkable) edge.cost = costs.Cost(node, arc);
      add_edge(i, Number(arc.node), edge, graph);
    }
  }
  return {graph, snapshot.schema()};
}

}  // namespace braid::graph

#endif  // BRAID_TESTS_GRAPH_LIST_VIEW_H_
