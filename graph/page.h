// The immutable blocks that a snapshot is made of, and their edited copies. Private to the snapshot and its builder.
//
//   NodePage   kPageNodes consecutive nodes: three blocks, each shared on its own
//   SlotBlock  what each slot holds: record, kind, group
//   ArcBlock   the arcs of the page's nodes in one direction, in one allocation
//   Hub        the arcs of one node of more than kChunkArcs in one direction: a list of chunks of at most kChunkArcs
//
// An edge's arrival copies the out block of its subject's page and the in block of its object's page; a node's, the
// slot block of its page. Where an end is a hub, the block holds none of its arcs, and one chunk is copied instead.
//
// Thread safety: immutable; counters are atomic.

#ifndef BRAID_GRAPH_PAGE_H_
#define BRAID_GRAPH_PAGE_H_

#include <array>
#include <boost/smart_ptr/intrusive_ptr.hpp>
#include <boost/smart_ptr/intrusive_ref_counter.hpp>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "graph/ids.h"
#include "graph/record.h"
#include "graph/schema.h"
#include "graph/snapshot.h"

namespace braid::graph {

inline constexpr std::size_t kPageNodes = Snapshot::kPageNodes;
inline constexpr std::size_t kChunkArcs = Snapshot::kChunkArcs;

enum class Direction : std::uint8_t { kOut, kIn };

// The order of arcs in a list: relation, then node.
using ArcKey = std::uint64_t;
constexpr ArcKey KeyOf(RelationIndex relation, NodeIndex node) {
  return std::uint64_t{Number(relation)} << 32U | Number(node);
}
constexpr ArcKey KeyOf(const Arc& arc) { return KeyOf(arc.relation, arc.node); }

// What an out arc has beside itself. In arcs have none: an edge's facts are kept once.
struct EdgeExtra {
  Revision update_revision{};
  EdgeDetailPtr detail;  // null: no claims, no attributes
};
static_assert(sizeof(EdgeExtra) == 16);

// `edge` as an arc towards `other`, and what it has beside the arc. REQUIRES: `relation` is schema.relation(index).
Arc MakeArc(const Edge& edge, NodeIndex other, RelationIndex index, const Relation& relation);
EdgeExtra MakeExtra(Edge&& edge);

// An arc where it lies; `arc` is null where there is none, `extra` also for in arcs.
struct ArcEntry {
  const Arc* arc = nullptr;
  const EdgeExtra* extra = nullptr;
};

// Consecutive arcs with their extras; `extras` is null for in arcs.
struct ArcRun {
  std::span<const Arc> arcs;
  const EdgeExtra* extras = nullptr;
};

// One change of one arc: put, or erased (then only the arc's key counts). Erasing what is not there changes nothing.
struct ArcEdit {
  std::uint32_t slot = 0;
  Arc arc{};
  EdgeExtra extra;
  bool erase = false;
};

class alignas(8) ArcChunk final : public boost::intrusive_ref_counter<ArcChunk>, public Tailed {
 public:
  static boost::intrusive_ptr<const ArcChunk> Make(const ArcRun& run);
  ~ArcChunk();

  std::span<const Arc> arcs() const { return {reinterpret_cast<const Arc*>(this + 1), count_}; }
  ArcRun run() const;
  std::size_t HeapBytes() const;

 private:
  explicit ArcChunk(const ArcRun& run);

  std::uint32_t count_;
  bool has_extras_;
};
using ArcChunkPtr = boost::intrusive_ptr<const ArcChunk>;

// A chunk as its hub lists it. Key and start stand here so that a search touches no other chunk.
struct HubChunk {
  ArcChunkPtr chunk;
  ArcKey first_key = 0;
  std::size_t start = 0;  // arcs in the chunks before
};

class Hub final : public boost::intrusive_ref_counter<Hub> {
 public:
  using Ptr = boost::intrusive_ptr<const Hub>;

  static Ptr Make(const ArcRun& run);

  // This hub with `edits`, in ascending order of arc keys, each key once. O(chunks + edits · kChunkArcs).
  Ptr WithEdits(std::span<const ArcEdit> edits) const;

  std::size_t size() const { return size_; }
  std::span<const HubChunk> chunks() const { return chunks_; }
  std::uint32_t degree(RelationIndex relation) const;
  // The arcs with keys in [from, to).
  Arcs Range(ArcKey from, ArcKey to) const;
  ArcEntry Find(ArcKey key) const;

  template <typename Visit>
  void VisitBlocks(Visit& visit) const {
    visit(sizeof(Hub));
    visit(chunks_.capacity() * sizeof(HubChunk));
    visit(degrees_.capacity() * sizeof(Degree));
    for (const HubChunk& entry : chunks_) visit(entry.chunk->HeapBytes());
  }

 private:
  struct Degree {
    RelationIndex relation{};
    std::uint32_t count = 0;
  };

  void Append(const ArcRun& run);
  void AddDegree(RelationIndex relation, bool more);
  void Renumber();
  // The chunk in which `key` is or would be.
  std::size_t ChunkOf(ArcKey key) const;
  // Arcs with keys less than `key`.
  std::size_t Rank(ArcKey key) const;

  std::vector<HubChunk> chunks_;  // none is empty
  std::vector<Degree> degrees_;   // sorted by relation; supported arcs; none is 0
  std::size_t size_ = 0;
};
using HubPtr = Hub::Ptr;

// Supported arcs of one relation at one node that is no hub.
struct PageDegree {
  RelationIndex relation{};
  std::uint16_t count = 0;
};
static_assert(kChunkArcs <= 0xFFFF);

inline constexpr std::size_t kCacheLine = 64;

class alignas(8) ArcBlock final : public boost::intrusive_ref_counter<ArcBlock>, public Tailed {
 public:
  using Ptr = boost::intrusive_ptr<const ArcBlock>;

  // No arcs.
  static const Ptr& Empty(Direction direction);

  // A page from the lists of its nodes, each in order of arc keys. O(arcs).
  static Ptr Make(Direction direction, const std::array<ArcRun, kPageNodes>& lists);

  // This block with `edits`, in ascending order of (slot, arc key), each once.
  // O(arcs in the block + what Hub::WithEdits costs).
  Ptr WithEdits(std::span<const ArcEdit> edits) const;

  bool empty() const { return arc_count() == 0 && hub_count_ == 0; }
  Arcs arcs(std::size_t slot) const;
  Arcs arcs(std::size_t slot, RelationIndex relation) const;
  std::uint32_t degree(std::size_t slot, RelationIndex relation) const;
  ArcEntry Find(std::size_t slot, ArcKey key) const;
  // Asks for the memory where the look-ups above begin.
  void Prefetch(std::size_t slot) const { __builtin_prefetch(&starts_[slot]); }
  void PrefetchArcs(std::size_t slot) const {
    const Arc* arc = arc_data() + starts_[slot].arc;
    __builtin_prefetch(arc);
    __builtin_prefetch(reinterpret_cast<const std::byte*>(arc) + kCacheLine);
  }

  // Calls `visit(const EdgeExtra&)` for each out arc's extra.
  template <typename Visit>
  void VisitExtras(Visit visit) const {
    if (!has_extras_) return;
    for (std::size_t i = 0; i < arc_count(); ++i) visit(extras()[i]);
    for (std::size_t i = 0; i < hub_count_; ++i) {
      for (const HubChunk& entry : hubs()[i]->chunks()) {
        const ArcRun run = entry.chunk->run();
        for (std::size_t j = 0; j < run.arcs.size(); ++j) visit(run.extras[j]);
      }
    }
  }
  // Calls `visit(bytes)` with the size of each allocation.
  template <typename Visit>
  void VisitBlocks(Visit visit) const {
    visit(sizeof(ArcBlock) + LayoutOf(arc_count(), degree_count(), hub_count_, has_extras_).size);
    for (std::size_t i = 0; i < hub_count_; ++i) hubs()[i]->VisitBlocks(visit);
  }

  ~ArcBlock();

 private:
  static constexpr std::size_t kCountedArcs = 16;

  struct Draft;
  struct Start {
    std::uint32_t arc = 0;
    std::uint32_t degree = 0;
  };
  // Where the arrays lie behind the block: arcs, extras, hubs, degrees, slots of the hubs.
  struct Layout {
    std::size_t extras, hubs, degrees, hub_slots, size;
  };
  static Layout LayoutOf(std::size_t arcs, std::size_t degrees, std::size_t hubs, bool has_extras);

  explicit ArcBlock(const Draft& draft);
  static Ptr Freeze(const Draft& draft);

  std::size_t arc_count() const { return starts_[kPageNodes].arc; }
  std::size_t degree_count() const { return starts_[kPageNodes].degree; }
  Layout layout() const { return LayoutOf(arc_count(), degree_count(), hub_count_, has_extras_); }
  template <typename T>
  const T* At(std::size_t offset) const {
    return reinterpret_cast<const T*>(reinterpret_cast<const std::byte*>(this + 1) + offset);
  }
  const Arc* arc_data() const { return At<Arc>(0); }
  const EdgeExtra* extras() const { return At<EdgeExtra>(layout().extras); }
  const HubPtr* hubs() const { return At<HubPtr>(layout().hubs); }
  const PageDegree* degrees() const { return At<PageDegree>(layout().degrees); }
  const std::uint8_t* hub_slots() const { return At<std::uint8_t>(layout().hub_slots); }

  std::span<const Arc> list(std::size_t slot) const {
    return {arc_data() + starts_[slot].arc, arc_data() + starts_[slot + 1].arc};
  }
  // Null where the node at `slot` is no hub.
  const HubPtr* hub(std::size_t slot) const {
    return hub_count_ == 0 || starts_[slot].arc != starts_[slot + 1].arc ? nullptr : FindHub(slot);
  }
  const HubPtr* FindHub(std::size_t slot) const;

  std::array<Start, kPageNodes + 1> starts_{};  // of each slot; the last are the counts
  std::uint16_t hub_count_ = 0;
  bool has_extras_;
};
using ArcBlockPtr = ArcBlock::Ptr;
static_assert(kPageNodes <= 256);

// Kind, group and obsolescence stand beside the record because a search looks at them for every node that it meets.
struct Slot {
  NodeRecordPtr record;  // null: free
  NodeIndex group = kNoNode;
  KindIndex kind{};
  bool obsolete = false;
};
static_assert(sizeof(Slot) == 16);

struct SlotBlock : boost::intrusive_ref_counter<SlotBlock> {
  static const boost::intrusive_ptr<const SlotBlock>& Empty();

  std::array<Slot, kPageNodes> slots{};
  std::uint32_t taken = 0;
};
using SlotBlockPtr = boost::intrusive_ptr<const SlotBlock>;

struct NodePage : boost::intrusive_ref_counter<NodePage> {
  NodePage(SlotBlockPtr slots_in, ArcBlockPtr out_in, ArcBlockPtr in_in)
      : slots(std::move(slots_in)), out(std::move(out_in)), in(std::move(in_in)) {}
  static const NodePage& Empty();
  const ArcBlockPtr& arcs(Direction direction) const { return direction == Direction::kOut ? out : in; }

  SlotBlockPtr slots;
  ArcBlockPtr out;
  ArcBlockPtr in;
};
using NodePagePtr = boost::intrusive_ptr<const NodePage>;

// The group of a node of `kind` at `slot` with the out arcs of `out`: itself where the kind is a group, else the object
// of its first primary edge in the order of arcs among the relations that define groups, else kNoNode.
NodeIndex GroupOf(const Schema& schema, KindIndex kind, NodeIndex self, const ArcBlock& out, std::size_t slot);

}  // namespace braid::graph

#endif  // BRAID_GRAPH_PAGE_H_
