// The whole graph at one revision: immutable, shared, read without locks.
//
// Nodes are numbered densely and kept in pages of kPageNodes; a page is one immutable block with the arcs of its nodes
// in both directions, and a hub's arcs spill into chunks of at most kChunkArcs. A commit copies the pages, chunks and
// index nodes that it touches and shares the rest, so that its cost does not grow with the graph (measured:
// tools/bench). The Boost.Graph face is graph/snapshot_bgl.h, included only where a Boost algorithm is called.
//
// Thread safety: a Snapshot never changes; any number of threads may read one. Spans, pointers and string_views that it
// hands out live as long as it does.

#ifndef BRAID_GRAPH_SNAPSHOT_H_
#define BRAID_GRAPH_SNAPSHOT_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <iterator>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "graph/ids.h"
#include "graph/model.h"
#include "graph/schema.h"

namespace braid::graph {

// One direction of an edge, as the search sees it. 12 bytes.
struct Arc {
  NodeIndex node;          // the other end: the object of an out arc, the subject of an in arc
  std::uint32_t strength;  // parts of kStrengthUnit; 0: not given, the relation's default holds
  RelationIndex relation;
  Certainty certainty;
  std::uint8_t bits;

  static constexpr std::uint8_t kSupported = 1;  // no claim, or one that supports, and a strength or a default for it
  static constexpr std::uint8_t kPlus = 2;
  static constexpr std::uint8_t kMinus = 4;
  static constexpr std::uint8_t kPrimary = 8;
  static constexpr std::uint8_t kCounterEvidence = 16;  // a claim that does not support
  static constexpr unsigned kBasisShift = 5;            // the two bits above hold the CertaintyBasis

  bool supported() const { return (bits & kSupported) != 0; }
  bool primary() const { return (bits & kPrimary) != 0; }
  bool counter_evidence() const { return (bits & kCounterEvidence) != 0; }
  CertaintyBasis certainty_basis() const { return static_cast<CertaintyBasis>((bits >> kBasisShift) & 3U); }
  Sign sign() const { return (bits & kPlus) != 0 ? Sign::kPlus : (bits & kMinus) != 0 ? Sign::kMinus : Sign::kUnset; }
};
static_assert(sizeof(Arc) == 12);

struct HubChunk;      // graph/page.h: a part of a hub's arcs
struct SnapshotData;  // graph/snapshot_data.h: pages and indexes

// The arcs of one node in one direction, sorted by (relation, node): one span, or for a hub several.
class Arcs {
 public:
  class iterator;  // forward
  using const_iterator = iterator;
  using value_type = Arc;

  Arcs() = default;
  explicit Arcs(std::span<const Arc> arcs) : at_(arcs.data()), run_end_(at_ + arcs.size()), size_(arcs.size()) {}
  // `size` arcs from `at` on, whose first run ends at `run_end` and goes on in the chunks from `next`.
  Arcs(const Arc* at, const Arc* run_end, const HubChunk* next, std::size_t size)
      : at_(at), run_end_(run_end), next_(next), size_(size) {}

  inline iterator begin() const;
  inline iterator end() const;
  std::size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }

 private:
  const Arc* at_ = nullptr;
  const Arc* run_end_ = nullptr;
  const HubChunk* next_ = nullptr;
  std::size_t size_ = 0;
};

class Arcs::iterator {
 public:
  using iterator_category = std::forward_iterator_tag;
  using value_type = Arc;
  using difference_type = std::ptrdiff_t;
  using pointer = const Arc*;
  using reference = const Arc&;

  iterator() = default;
  iterator(const Arc* at, const Arc* run_end, const HubChunk* next, std::size_t left)
      : at_(at), run_end_(run_end), next_(next), left_(left) {}

  reference operator*() const { return *at_; }
  pointer operator->() const { return at_; }
  iterator& operator++() {
    --left_;
    if (++at_ == run_end_ && left_ != 0) EnterNextChunk();
    return *this;
  }
  iterator operator++(int) {
    iterator before = *this;
    ++*this;
    return before;
  }
  // Of iterators over one list.
  friend bool operator==(const iterator& a, const iterator& b) { return a.left_ == b.left_; }

 private:
  void EnterNextChunk();

  const Arc* at_ = nullptr;
  const Arc* run_end_ = nullptr;
  const HubChunk* next_ = nullptr;
  std::size_t left_ = 0;
};

Arcs::iterator Arcs::begin() const { return {at_, run_end_, next_, size_}; }
Arcs::iterator Arcs::end() const { return {}; }

// What an edge holds beside its arc. `claims` and `attributes` live in the snapshot.
struct EdgeEntry {
  NodeIndex subject = kNoNode;
  Arc arc{};  // as an out arc: arc.node is the object
  Revision update_revision{};
  std::span<const Claim> claims;
  std::span<const Attribute> attributes;
};

// How a text came to name a node; lower is the better match.
enum class TermField : std::uint8_t { kAlias = 1, kCode = 2, kPreferredLabel = 3, kSynonym = 4, kAbbreviation = 5 };

struct TermHit {
  NodeIndex node = kNoNode;
  TermField field = TermField::kPreferredLabel;
};

// Bytes of the resident graph, by what they are for.
struct MemoryUse {
  std::size_t pages = 0;    // pages, chunks, page table
  std::size_t records = 0;  // node records with their ids, without attribute values
  std::size_t indexes = 0;  // id, kind and text indexes
  std::size_t values = 0;   // labels, definitions, attributes, mappings, claims, documents
};

class Snapshot;
using SnapshotPtr = std::shared_ptr<const Snapshot>;

class Snapshot {
 public:
  static constexpr std::size_t kPageNodes = 128;
  static constexpr std::size_t kChunkArcs = 512;

  // The graph of revision 0: no node, no kind.
  static SnapshotPtr Empty();

  Revision revision() const;
  const Schema& schema() const;

  // Slots, taken or free: what Boost.Graph calls num_vertices. Indexes run over [0, slot_count()); the last slot is
  // taken, so that the number follows from the nodes alone, however the graph came to be.
  std::size_t slot_count() const;
  std::size_t node_count() const;
  std::size_t edge_count() const;

  // --- Nodes. `index` must be < slot_count(). O(1) unless said.
  bool IsNode(NodeIndex index) const;          // false: a free slot
  std::string_view id(NodeIndex index) const;  // empty: a free slot
  KindIndex kind(NodeIndex index) const;       // REQUIRES IsNode
  bool IsObsolete(NodeIndex index) const;
  NodeIndex group(NodeIndex index) const;           // Schema's groups: itself, the primary edge's object, or kNoNode
  Revision update_revision(NodeIndex index) const;  // REQUIRES IsNode
  Node node(NodeIndex index) const;                 // the full value. REQUIRES IsNode
  std::span<const Attribute> attributes(NodeIndex index) const;  // as in node(), without a copy
  // The label without a copy of the node; as Node::PreferredLabel.
  std::string_view PreferredLabel(NodeIndex index, const std::vector<std::string>& languages = {}) const;

  // The node of exactly this id. O(log n).
  std::optional<NodeIndex> Find(std::string_view id) const;

  // Calls `visit` for nodes in byte order of their ids, those after `after` (empty: from the first), of `kind` where
  // given, until it returns false. O(log n + visited).
  void VisitNodes(std::optional<KindIndex> kind, std::string_view after,
                  const std::function<bool(NodeIndex)>& visit) const;
  // The nodes around the place of `id` in the order of ids, at most `count` before it and as many from it on;
  // ascending. O(log n + count).
  std::vector<NodeIndex> IdNeighborhood(std::string_view id, std::size_t count) const;
  // Calls `visit` for each free slot below slot_count(), ascending. O(slots).
  void VisitFreeSlots(const std::function<void(NodeIndex)>& visit) const;

  // Nodes that `key` names: an alias or foreign code exactly as written, a label, synonym or abbreviation by its
  // normalised form (graph/text.h). In order (field, id). O(log n + hits).
  std::vector<TermHit> FindTerms(std::string_view exact_or_normalized) const;

  // --- Edges.
  Arcs out(NodeIndex index) const;
  Arcs in(NodeIndex index) const;
  // The arcs of one relation only. O(log degree).
  Arcs out(NodeIndex index, RelationIndex relation) const;
  Arcs in(NodeIndex index, RelationIndex relation) const;
  // Supported arcs of exactly this relation: the degrees of algorithms.md, section 1. For a symmetric relation both are
  // the number of incident edges. O(relations at the node).
  std::uint32_t OutDegree(NodeIndex index, RelationIndex relation) const;
  std::uint32_t InDegree(NodeIndex index, RelationIndex relation) const;

  // O(log degree).
  std::optional<EdgeEntry> FindEdge(NodeIndex subject, RelationIndex relation, NodeIndex object) const;
  std::optional<Edge> FindEdge(const EdgeKey& key) const;  // by ids as written; symmetric ones in either order
  Edge edge(const EdgeEntry& entry) const;                 // the full value

  // Asks for the memory that the facts and degrees of `index` lie in, or its arcs, ahead of a look at them.
  void Prefetch(NodeIndex index) const;
  void PrefetchArcs(NodeIndex index) const;

  // --- Documents, by name. O(log documents).
  const Document* document(std::string_view name) const;
  void VisitDocuments(const std::function<bool(const Document&)>& visit) const;  // in byte order of names

  MemoryUse MemoryBytes() const;  // O(graph)

  // For the builder and the tests of this folder.
  explicit Snapshot(std::unique_ptr<const SnapshotData> data);
  const SnapshotData& data() const { return *data_; }

  ~Snapshot();
  Snapshot(const Snapshot&) = delete;
  Snapshot& operator=(const Snapshot&) = delete;

 private:
  std::unique_ptr<const SnapshotData> data_;
};

}  // namespace braid::graph

#endif  // BRAID_GRAPH_SNAPSHOT_H_
