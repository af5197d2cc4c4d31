// A snapshot with a change set laid over it: what the graph would be, before it is. Private to graph/validate.cc.
//
// Nodes are staged first, then edges; a vertex is a node's slot in the base, or a number past all slots for an id that
// the change set brings. Ids are views into the base or the change set, which must outlive the overlay.
//
// Thread safety: one thread. Memory: O(change set).

#ifndef BRAID_GRAPH_OVERLAY_H_
#define BRAID_GRAPH_OVERLAY_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "graph/ids.h"
#include "graph/model.h"
#include "graph/snapshot.h"

namespace braid::graph {

enum class Vertex : std::uint32_t {};

// A node that the change set touches. What it leaves of it: `put`, or nullptr: it is deleted.
struct StagedNode {
  std::string_view id;
  Vertex vertex{};
  const Node* put = nullptr;
  std::size_t change = 0;  // the last change that touched it
  bool in_base = false;
};

// An edge's identity by vertices; a symmetric one with its ends in order of their ids.
struct EdgeId {
  Vertex subject{};
  RelationIndex relation{};
  Vertex object{};
  friend auto operator<=>(const EdgeId&, const EdgeId&) = default;
};

// As StagedNode.
struct StagedEdge {
  EdgeId id;
  const Edge* put = nullptr;
  std::size_t change = 0;
  bool in_base = false;

  bool added() const { return put != nullptr && !in_base; }
};

class Overlay {
 public:
  explicit Overlay(const Snapshot& base);

  const Snapshot& base() const { return base_; }

  // --- Nodes. Each O(log n).
  // The node of this id as the overlay has it; nullopt where there is none, or none any more.
  std::optional<Vertex> Find(std::string_view id) const;
  // The same, also where the change set deletes it: its edges may still be named.
  std::optional<Vertex> FindEver(std::string_view id) const;
  void Put(const Node& node, std::size_t change);
  // False where there is no such node.
  bool DeleteNode(std::string_view id, std::size_t change);

  bool Exists(Vertex vertex) const;
  std::string_view id(Vertex vertex) const;
  std::string_view kind(Vertex vertex) const;          // REQUIRES: a node of the base, or put
  std::optional<NodeIndex> slot(Vertex vertex) const;  // in the base; nullopt for an id that the change set brings
  const StagedNode* staged(Vertex vertex) const;       // nullptr: untouched

  std::span<const StagedNode> nodes() const { return nodes_; }  // in order of the first change that touched each

  // --- Edges. REQUIRES: all nodes are staged. Each O(log degree).
  void Put(const EdgeId& id, const Edge& edge, std::size_t change);
  bool DeleteEdge(const EdgeId& id, std::size_t change);
  const StagedEdge* staged(const EdgeId& id) const;  // nullptr: untouched
  std::span<const StagedEdge> edges() const { return edges_; }

  // --- The whole. REQUIRES: all edges are staged and Seal was called.
  void Seal();

  // Calls `visit` for every edge of `subject` with this relation: those that stay of the base, then those added in the
  // order of the changes. `put` is null for an untouched one. Until it returns false. O(edges).
  using EdgeVisitor = std::function<bool(const EdgeId& id, const Edge* put, bool primary)>;
  void VisitOut(Vertex subject, RelationIndex relation, const EdgeVisitor& visit) const;

  // How many edges VisitOut would show. O(log degree + edges of this subject that the change set touches).
  std::size_t CountOut(Vertex subject, RelationIndex relation) const;

  // Calls `visit` for every edge of the base that touches `vertex` and that the change set does not delete.
  void VisitRemaining(NodeIndex node, const std::function<bool(const EdgeId&)>& visit) const;

 private:
  struct EdgeIdHash {
    std::size_t operator()(const EdgeId& id) const;
  };

  StagedNode& Stage(std::string_view id);
  StagedEdge& Stage(const EdgeId& id);
  bool InBase(const EdgeId& id) const;
  bool StaysOfBase(const EdgeId& id) const;
  std::span<const std::uint32_t> TouchedOut(Vertex subject, RelationIndex relation) const;

  const Snapshot& base_;
  const std::uint32_t slot_count_;
  const std::size_t base_relations_;
  std::vector<StagedNode> nodes_;
  std::unordered_map<std::string_view, std::uint32_t> node_by_id_;  // into nodes_
  std::vector<std::uint32_t> new_nodes_;                            // vertex - slot_count_ → into nodes_
  std::vector<StagedEdge> edges_;
  std::unordered_map<EdgeId, std::uint32_t, EdgeIdHash> edge_by_id_;  // into edges_
  std::vector<std::uint32_t> by_subject_;  // into edges_, sorted by (subject, relation, change)
};

}  // namespace braid::graph

#endif  // BRAID_GRAPH_OVERLAY_H_
