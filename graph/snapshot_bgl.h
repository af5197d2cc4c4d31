// The Boost.Graph face of a snapshot: a model of its incidence, bidirectional, vertex-list and edge-list graphs,
// directed, with parallel edges (of different relations) and, where the schema keeps them, loops.
//
//   vertex   a slot, NodeIndex; a free slot is an isolated vertex without an id
//   edge     a stored edge, from its subject to its object; a symmetric one too, once: who walks it both ways says so
//
// Property maps: vertex_index (dense from 0), vertex_name (the id), and what WeightMap makes of a function of an edge.
//
// Included only where a Boost algorithm is called: it is slow to compile.
//
// Thread safety: as Snapshot.

#ifndef BRAID_GRAPH_SNAPSHOT_BGL_H_
#define BRAID_GRAPH_SNAPSHOT_BGL_H_

#include <boost/graph/graph_traits.hpp>
#include <boost/graph/properties.hpp>
#include <boost/iterator/iterator_facade.hpp>
#include <boost/property_map/property_map.hpp>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string_view>
#include <tuple>
#include <utility>

#include "graph/ids.h"
#include "graph/snapshot.h"
#include "graph/weights.h"

namespace braid::graph {

// A stored edge. `arc` is its out arc: arc.node is the object.
struct EdgeDescriptor {
  NodeIndex subject = kNoNode;
  Arc arc{};

  friend bool operator==(const EdgeDescriptor& a, const EdgeDescriptor& b) { return a.key() == b.key(); }
  friend bool operator<(const EdgeDescriptor& a, const EdgeDescriptor& b) { return a.key() < b.key(); }
  std::tuple<NodeIndex, RelationIndex, NodeIndex> key() const { return {subject, arc.relation, arc.node}; }
};

class VertexIterator : public boost::iterator_facade<VertexIterator, NodeIndex, boost::random_access_traversal_tag,
                                                     NodeIndex, std::ptrdiff_t> {
 public:
  VertexIterator() = default;
  explicit VertexIterator(std::size_t at) : at_(static_cast<std::ptrdiff_t>(at)) {}

 private:
  friend class boost::iterator_core_access;
  NodeIndex dereference() const { return NodeIndex{static_cast<std::uint32_t>(at_)}; }
  bool equal(const VertexIterator& other) const { return at_ == other.at_; }
  void increment() { ++at_; }
  void decrement() { --at_; }
  void advance(std::ptrdiff_t n) { at_ += n; }
  std::ptrdiff_t distance_to(const VertexIterator& other) const { return other.at_ - at_; }

  std::ptrdiff_t at_ = 0;
};

// The edges of one node in one direction.
template <bool kOut>
class IncidentEdgeIterator
    : public boost::iterator_facade<IncidentEdgeIterator<kOut>, EdgeDescriptor, boost::forward_traversal_tag,
                                    EdgeDescriptor, std::ptrdiff_t> {
 public:
  IncidentEdgeIterator() = default;
  IncidentEdgeIterator(NodeIndex node, Arcs::iterator at) : node_(node), at_(at) {}

 private:
  friend class boost::iterator_core_access;
  EdgeDescriptor dereference() const {
    EdgeDescriptor edge{node_, *at_};
    if constexpr (!kOut) std::swap(edge.subject, edge.arc.node);
    return edge;
  }
  bool equal(const IncidentEdgeIterator& other) const { return at_ == other.at_; }
  void increment() { ++at_; }

  NodeIndex node_ = kNoNode;
  Arcs::iterator at_;
};
using OutEdgeIterator = IncidentEdgeIterator<true>;
using InEdgeIterator = IncidentEdgeIterator<false>;

// All edges, by subject.
class EdgeIterator : public boost::iterator_facade<EdgeIterator, EdgeDescriptor, boost::forward_traversal_tag,
                                                   EdgeDescriptor, std::ptrdiff_t> {
 public:
  EdgeIterator() = default;
  EdgeIterator(const Snapshot& snapshot, std::size_t subject) : snapshot_(&snapshot), subject_(subject) { Enter(); }

 private:
  friend class boost::iterator_core_access;
  NodeIndex node() const { return NodeIndex{static_cast<std::uint32_t>(subject_)}; }
  EdgeDescriptor dereference() const { return {node(), *at_}; }
  bool equal(const EdgeIterator& other) const { return subject_ == other.subject_ && at_ == other.at_; }
  void increment() {
    if (++at_ != end_) return;
    ++subject_;
    Enter();
  }
  // Goes to the first edge of the first subject from `subject_` on that has one.
  void Enter() {
    at_ = end_ = {};
    for (; subject_ < snapshot_->slot_count(); ++subject_) {
      const Arcs arcs = snapshot_->out(node());
      if (arcs.empty()) continue;
      at_ = arcs.begin();
      end_ = arcs.end();
      return;
    }
  }

  const Snapshot* snapshot_ = nullptr;
  std::size_t subject_ = 0;
  Arcs::iterator at_;
  Arcs::iterator end_;
};

struct SnapshotTraversal : boost::bidirectional_graph_tag, boost::vertex_list_graph_tag, boost::edge_list_graph_tag {};

}  // namespace braid::graph

template <>
struct boost::graph_traits<braid::graph::Snapshot> {
  using vertex_descriptor = braid::graph::NodeIndex;
  using edge_descriptor = braid::graph::EdgeDescriptor;
  using directed_category = boost::bidirectional_tag;
  using edge_parallel_category = boost::allow_parallel_edge_tag;
  using traversal_category = braid::graph::SnapshotTraversal;
  using vertex_iterator = braid::graph::VertexIterator;
  using out_edge_iterator = braid::graph::OutEdgeIterator;
  using in_edge_iterator = braid::graph::InEdgeIterator;
  using edge_iterator = braid::graph::EdgeIterator;
  using vertices_size_type = std::size_t;
  using edges_size_type = std::size_t;
  using degree_size_type = std::size_t;
  static vertex_descriptor null_vertex() { return braid::graph::kNoNode; }
};

namespace braid::graph {

// Names and spelling of the free functions are Boost.Graph's.

inline NodeIndex source(const EdgeDescriptor& edge, const Snapshot&) { return edge.subject; }
inline NodeIndex target(const EdgeDescriptor& edge, const Snapshot&) { return edge.arc.node; }

inline std::pair<VertexIterator, VertexIterator> vertices(const Snapshot& g) {
  return {VertexIterator(0), VertexIterator(g.slot_count())};
}
inline std::size_t num_vertices(const Snapshot& g) { return g.slot_count(); }

inline std::pair<EdgeIterator, EdgeIterator> edges(const Snapshot& g) {
  return {EdgeIterator(g, 0), EdgeIterator(g, g.slot_count())};
}
inline std::size_t num_edges(const Snapshot& g) { return g.edge_count(); }

inline std::pair<OutEdgeIterator, OutEdgeIterator> out_edges(NodeIndex node, const Snapshot& g) {
  const Arcs arcs = g.out(node);
  return {OutEdgeIterator(node, arcs.begin()), OutEdgeIterator(node, arcs.end())};
}
inline std::size_t out_degree(NodeIndex node, const Snapshot& g) { return g.out(node).size(); }

inline std::pair<InEdgeIterator, InEdgeIterator> in_edges(NodeIndex node, const Snapshot& g) {
  const Arcs arcs = g.in(node);
  return {InEdgeIterator(node, arcs.begin()), InEdgeIterator(node, arcs.end())};
}
inline std::size_t in_degree(NodeIndex node, const Snapshot& g) { return g.in(node).size(); }
inline std::size_t degree(NodeIndex node, const Snapshot& g) { return out_degree(node, g) + in_degree(node, g); }

// vertex_index: Boost's algorithms index their own arrays by it.
struct VertexIndexMap {
  using key_type = NodeIndex;
  using value_type = std::size_t;
  using reference = std::size_t;
  using category = boost::readable_property_map_tag;
  friend std::size_t get(const VertexIndexMap&, NodeIndex node) { return Number(node); }
};
inline VertexIndexMap get(boost::vertex_index_t, const Snapshot&) { return {}; }
inline std::size_t get(boost::vertex_index_t, const Snapshot&, NodeIndex node) { return Number(node); }

// vertex_name: the id; empty for a free slot.
struct VertexIdMap {
  using key_type = NodeIndex;
  using value_type = std::string_view;
  using reference = std::string_view;
  using category = boost::readable_property_map_tag;
  const Snapshot* snapshot = nullptr;
  friend std::string_view get(const VertexIdMap& map, NodeIndex node) { return map.snapshot->id(node); }
};
inline VertexIdMap get(boost::vertex_name_t, const Snapshot& g) { return {&g}; }
inline std::string_view get(boost::vertex_name_t, const Snapshot& g, NodeIndex node) { return g.id(node); }

// Edge weights from a function of (EdgeDescriptor).
template <typename Value>
struct WeightMap {
  using key_type = EdgeDescriptor;
  using value_type = Value;
  using reference = Value;
  using category = boost::readable_property_map_tag;
  std::function<Value(const EdgeDescriptor&)> weight;
  friend Value get(const WeightMap& map, const EdgeDescriptor& edge) { return map.weight(edge); }
};

// What a hop costs, in micro-nats. REQUIRES: `costs` outlives the map, and the edges looked at are supported and
// walkable (filtered_graph sees to it).
inline WeightMap<std::uint64_t> CostMap(CostModel& costs) {
  return {[&costs](const EdgeDescriptor& edge) { return costs.Cost(edge.subject, edge.arc).total(); }};
}

}  // namespace braid::graph

template <>
struct boost::property_map<braid::graph::Snapshot, boost::vertex_index_t> {
  using type = braid::graph::VertexIndexMap;
  using const_type = braid::graph::VertexIndexMap;
};

template <>
struct boost::property_map<braid::graph::Snapshot, boost::vertex_name_t> {
  using type = braid::graph::VertexIdMap;
  using const_type = braid::graph::VertexIdMap;
};

#endif  // BRAID_GRAPH_SNAPSHOT_BGL_H_
