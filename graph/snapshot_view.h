// A snapshot under one set of weights, as the searches see it (graph/search_view.h).
//
// Thread safety: one search, one view (it remembers logarithms).

#ifndef BRAID_GRAPH_SNAPSHOT_VIEW_H_
#define BRAID_GRAPH_SNAPSHOT_VIEW_H_

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <utility>

#include "graph/search_view.h"
#include "graph/snapshot.h"
#include "graph/snapshot_bgl.h"
#include "graph/weights.h"

namespace braid::graph {

class SnapshotView {
 public:
  using Graph = Snapshot;

  // `snapshot` outlives it. REQUIRES: IsValid(weights).
  SnapshotView(const Snapshot& snapshot, const Weights& weights) : snapshot_(&snapshot), costs_(snapshot, weights) {}

  const Snapshot& graph() const { return *snapshot_; }
  const Schema& schema() const { return snapshot_->schema(); }
  std::size_t node_count() const { return snapshot_->node_count(); }
  NodeIndex vertex(NodeIndex index) const { return index; }
  NodeIndex index(NodeIndex vertex) const { return vertex; }
  std::string_view id(NodeIndex vertex) const { return snapshot_->id(vertex); }

  NodeFacts node(NodeIndex vertex) const {
    if (!snapshot_->IsNode(vertex)) return {};
    return {
        .kind = snapshot_->kind(vertex), .group = snapshot_->group(vertex), .usable = !snapshot_->IsObsolete(vertex)};
  }
  EdgeFacts edge(const EdgeDescriptor& edge) const {
    return {.relation = edge.arc.relation,
            .sign = edge.arc.sign(),
            .certainty = edge.arc.certainty,
            .supported = edge.arc.supported()};
  }

  std::pair<OutEdgeIterator, OutEdgeIterator> OutEdges(NodeIndex vertex, RelationIndex relation) const {
    const Arcs arcs = snapshot_->out(vertex, relation);
    return {OutEdgeIterator(vertex, arcs.begin()), OutEdgeIterator(vertex, arcs.end())};
  }
  std::pair<InEdgeIterator, InEdgeIterator> InEdges(NodeIndex vertex, RelationIndex relation) const {
    const Arcs arcs = snapshot_->in(vertex, relation);
    return {InEdgeIterator(vertex, arcs.begin()), InEdgeIterator(vertex, arcs.end())};
  }

  HopCost Cost(const EdgeDescriptor& edge) { return costs_.Cost(edge.subject, edge.arc); }
  std::uint64_t LeastCost(const EdgeDescriptor& edge, NodeIndex here) {
    return costs_.LeastCost(edge.subject, edge.arc, here);
  }
  std::uint64_t LeastCost(RelationIndex relation, NodeIndex vertex, bool is_source) {
    return costs_.LeastCost(relation, vertex, is_source);
  }
  void Prefetch(NodeIndex vertex) const { snapshot_->Prefetch(vertex); }
  void PrefetchEdges(NodeIndex vertex) const { snapshot_->PrefetchArcs(vertex); }

 private:
  const Snapshot* snapshot_;
  CostModel costs_;
};
static_assert(SearchView<SnapshotView>);

}  // namespace braid::graph

#endif  // BRAID_GRAPH_SNAPSHOT_VIEW_H_
