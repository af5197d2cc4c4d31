#include "graph/overlay.h"

#include <algorithm>
#include <tuple>

namespace braid::graph {
namespace {

// The finaliser of SplitMix64 (Steele, Lea & Flood 2014): spreads dense numbers over a hash table.
constexpr std::uint64_t Mix(std::uint64_t x) {
  x = (x ^ (x >> 30U)) * 0xBF58'476D'1CE4'E5B9U;
  x = (x ^ (x >> 27U)) * 0x94D0'49BB'1331'11EBU;
  return x ^ (x >> 31U);
}

constexpr std::uint32_t Number(Vertex vertex) { return static_cast<std::uint32_t>(vertex); }

}  // namespace

std::size_t Overlay::EdgeIdHash::operator()(const EdgeId& id) const {
  const std::uint64_t ends = std::uint64_t{Number(id.subject)} << 32U | Number(id.object);
  return Mix(ends + Mix(graph::Number(id.relation)));
}

Overlay::Overlay(const Snapshot& base)
    : base_(base),
      slot_count_(static_cast<std::uint32_t>(base.slot_count())),
      base_relations_(base.schema().relation_count()) {}

std::optional<Vertex> Overlay::FindEver(std::string_view id) const {
  if (const auto found = node_by_id_.find(id); found != node_by_id_.end()) return nodes_[found->second].vertex;
  const std::optional<NodeIndex> node = base_.Find(id);
  return node ? std::optional(Vertex{graph::Number(*node)}) : std::nullopt;
}

std::optional<Vertex> Overlay::Find(std::string_view id) const {
  if (const auto found = node_by_id_.find(id); found != node_by_id_.end()) {
    const StagedNode& node = nodes_[found->second];
    return node.put != nullptr ? std::optional(node.vertex) : std::nullopt;
  }
  return FindEver(id);
}

StagedNode& Overlay::Stage(std::string_view id) {
  const auto [entry, inserted] = node_by_id_.try_emplace(id, static_cast<std::uint32_t>(nodes_.size()));
  if (!inserted) return nodes_[entry->second];
  StagedNode& node = nodes_.emplace_back();
  node.id = id;
  if (const std::optional<NodeIndex> slot = base_.Find(id)) {
    node.vertex = Vertex{graph::Number(*slot)};
    node.in_base = true;
  } else {
    node.vertex = Vertex{slot_count_ + static_cast<std::uint32_t>(new_nodes_.size())};
    new_nodes_.push_back(entry->second);
  }
  return node;
}

void Overlay::Put(const Node& node, std::size_t change) {
  StagedNode& staged = Stage(node.id);
  staged.put = &node;
  staged.change = change;
}

bool Overlay::DeleteNode(std::string_view id, std::size_t change) {
  if (!Find(id)) return false;
  StagedNode& staged = Stage(id);
  staged.put = nullptr;
  staged.change = change;
  return true;
}

const StagedNode* Overlay::staged(Vertex vertex) const {
  if (Number(vertex) >= slot_count_) return &nodes_[new_nodes_[Number(vertex) - slot_count_]];
  const auto found = node_by_id_.find(base_.id(NodeIndex{Number(vertex)}));
  return found == node_by_id_.end() ? nullptr : &nodes_[found->second];
}

bool Overlay::Exists(Vertex vertex) const {
  const StagedNode* node = staged(vertex);
  return node == nullptr || node->put != nullptr;
}

std::optional<NodeIndex> Overlay::slot(Vertex vertex) const {
  if (Number(vertex) >= slot_count_) return std::nullopt;
  return NodeIndex{Number(vertex)};
}

std::string_view Overlay::id(Vertex vertex) const {
  if (const std::optional<NodeIndex> node = slot(vertex)) return base_.id(*node);
  return staged(vertex)->id;
}

std::string_view Overlay::kind(Vertex vertex) const {
  // A node keeps its kind, so that of the base holds whatever the change set says.
  if (const std::optional<NodeIndex> node = slot(vertex)) return base_.schema().kind(base_.kind(*node)).name;
  return staged(vertex)->put->kind;
}

bool Overlay::InBase(const EdgeId& id) const {
  const std::optional<NodeIndex> subject = slot(id.subject);
  const std::optional<NodeIndex> object = slot(id.object);
  if (!subject || !object || graph::Number(id.relation) >= base_relations_) return false;
  return base_.FindEdge(*subject, id.relation, *object).has_value();
}

StagedEdge& Overlay::Stage(const EdgeId& id) {
  const auto [entry, inserted] = edge_by_id_.try_emplace(id, static_cast<std::uint32_t>(edges_.size()));
  if (!inserted) return edges_[entry->second];
  StagedEdge& edge = edges_.emplace_back();
  edge.id = id;
  edge.in_base = InBase(id);
  return edge;
}

void Overlay::Put(const EdgeId& id, const Edge& edge, std::size_t change) {
  StagedEdge& staged = Stage(id);
  staged.put = &edge;
  staged.change = change;
}

bool Overlay::DeleteEdge(const EdgeId& id, std::size_t change) {
  const StagedEdge* known = staged(id);
  const bool exists = known != nullptr ? known->put != nullptr : InBase(id);
  if (!exists) return false;
  StagedEdge& edge = Stage(id);
  edge.put = nullptr;
  edge.change = change;
  return true;
}

const StagedEdge* Overlay::staged(const EdgeId& id) const {
  const auto found = edge_by_id_.find(id);
  return found == edge_by_id_.end() ? nullptr : &edges_[found->second];
}

void Overlay::Seal() {
  by_subject_.resize(edges_.size());
  for (std::size_t i = 0; i < edges_.size(); ++i) by_subject_[i] = static_cast<std::uint32_t>(i);
  std::sort(by_subject_.begin(), by_subject_.end(), [&](std::uint32_t a, std::uint32_t b) {
    const auto key = [&](std::uint32_t i) {
      return std::tuple(edges_[i].id.subject, edges_[i].id.relation, edges_[i].change, i);
    };
    return key(a) < key(b);
  });
}

std::span<const std::uint32_t> Overlay::TouchedOut(Vertex subject, RelationIndex relation) const {
  const auto key = [&](std::uint32_t i) { return std::pair(edges_[i].id.subject, edges_[i].id.relation); };
  const std::pair wanted(subject, relation);
  const auto first =
      std::partition_point(by_subject_.begin(), by_subject_.end(), [&](std::uint32_t i) { return key(i) < wanted; });
  const auto last = std::partition_point(first, by_subject_.end(), [&](std::uint32_t i) { return key(i) == wanted; });
  return {first, last};
}

void Overlay::VisitOut(Vertex subject, RelationIndex relation, const EdgeVisitor& visit) const {
  const std::optional<NodeIndex> node = slot(subject);
  if (node && graph::Number(relation) < base_relations_) {
    for (const Arc& arc : base_.out(*node, relation)) {
      const EdgeId id{subject, relation, Vertex{graph::Number(arc.node)}};
      const StagedEdge* edge = edges_.empty() ? nullptr : staged(id);
      if (edge != nullptr && edge->put == nullptr) continue;
      const Edge* put = edge == nullptr ? nullptr : edge->put;
      if (!visit(id, put, put != nullptr ? put->primary : arc.primary())) return;
    }
  }
  for (const std::uint32_t i : TouchedOut(subject, relation)) {
    if (edges_[i].added() && !visit(edges_[i].id, edges_[i].put, edges_[i].put->primary)) return;
  }
}

std::size_t Overlay::CountOut(Vertex subject, RelationIndex relation) const {
  const std::optional<NodeIndex> node = slot(subject);
  std::size_t count = node && graph::Number(relation) < base_relations_ ? base_.out(*node, relation).size() : 0;
  for (const std::uint32_t i : TouchedOut(subject, relation)) {
    if (edges_[i].added()) ++count;
    if (edges_[i].in_base && edges_[i].put == nullptr) --count;
  }
  return count;
}

bool Overlay::StaysOfBase(const EdgeId& id) const {
  const StagedEdge* edge = staged(id);
  return edge == nullptr || edge->put != nullptr;
}

void Overlay::VisitRemaining(NodeIndex node, const std::function<bool(const EdgeId&)>& visit) const {
  const Vertex vertex{graph::Number(node)};
  for (const Arc& arc : base_.out(node)) {
    const EdgeId id{vertex, arc.relation, Vertex{graph::Number(arc.node)}};
    if (StaysOfBase(id) && !visit(id)) return;
  }
  for (const Arc& arc : base_.in(node)) {
    const EdgeId id{Vertex{graph::Number(arc.node)}, arc.relation, vertex};
    // A self-loop was shown as an out edge.
    if (arc.node != node && StaysOfBase(id) && !visit(id)) return;
  }
}

}  // namespace braid::graph
