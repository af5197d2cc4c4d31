#include "graph/snapshot.h"

#include <algorithm>
#include <array>
#include <utility>

#include "graph/page.h"
#include "graph/snapshot_data.h"

namespace braid::graph {
namespace {

std::size_t LoopCount(const ArcBlock& block, NodeIndex index, RelationIndex relation) {
  const ArcEntry loop = block.Find(SlotOf(index), KeyOf(relation, index));
  return loop.arc != nullptr && loop.arc->supported() ? 1 : 0;
}

std::uint32_t Degree(const SnapshotData& data, NodeIndex index, RelationIndex relation, Direction direction) {
  const NodePage& page = data.page(PageOf(index));
  const std::size_t slot = SlotOf(index);
  const Relation& facts = data.schema->relation(relation);
  if (!facts.symmetric) return page.arcs(direction)->degree(slot, relation);
  // A loop is one incident edge, and in both lists.
  const std::size_t loops = facts.self_loops ? LoopCount(*page.out, index, relation) : 0;
  return page.out->degree(slot, relation) + page.in->degree(slot, relation) - static_cast<std::uint32_t>(loops);
}

}  // namespace

Snapshot::Snapshot(std::unique_ptr<const SnapshotData> data) : data_(std::move(data)) {}
Snapshot::~Snapshot() = default;

SnapshotPtr Snapshot::Empty() {
  auto data = std::make_unique<SnapshotData>();
  data->schema = std::make_shared<const Schema>();
  return std::make_shared<const Snapshot>(std::move(data));
}

Revision Snapshot::revision() const { return data_->revision; }
const Schema& Snapshot::schema() const { return *data_->schema; }
std::size_t Snapshot::slot_count() const { return data_->slot_count; }
std::size_t Snapshot::node_count() const { return data_->node_count; }
std::size_t Snapshot::edge_count() const { return data_->edge_count; }

// --- Nodes

bool Snapshot::IsNode(NodeIndex index) const { return data_->slot(index).record != nullptr; }

std::string_view Snapshot::id(NodeIndex index) const {
  const NodeRecordPtr& record = data_->slot(index).record;
  return record == nullptr ? std::string_view() : record->id();
}

KindIndex Snapshot::kind(NodeIndex index) const { return data_->slot(index).kind; }
bool Snapshot::IsObsolete(NodeIndex index) const { return data_->slot(index).obsolete; }
NodeIndex Snapshot::group(NodeIndex index) const { return data_->slot(index).group; }
Revision Snapshot::update_revision(NodeIndex index) const { return data_->slot(index).record->update_revision(); }

Node Snapshot::node(NodeIndex index) const {
  const NodeRecord& record = *data_->slot(index).record;
  Node node;
  node.id = record.id();
  node.kind = schema().kind(record.kind()).name;
  node.obsolete = record.obsolete();
  node.create_revision = record.create_revision();
  node.update_revision = record.update_revision();
  if (const NodeDetail* detail = record.detail(); detail != nullptr) {
    node.labels = detail->labels;
    node.definition = detail->definition;
    node.attributes = detail->attributes;
    node.mappings = detail->mappings;
    node.replaced_by = detail->replaced_by;
    node.aliases = detail->aliases;
  }
  return node;
}

std::string_view Snapshot::PreferredLabel(NodeIndex index, const std::vector<std::string>& languages) const {
  const NodeRecordPtr& record = data_->slot(index).record;
  if (record == nullptr) return {};
  const NodeDetail* detail = record->detail();
  const Label* label = detail == nullptr ? nullptr : graph::PreferredLabel(detail->labels, languages);
  return label == nullptr ? record->id() : std::string_view(label->text);
}

std::span<const Attribute> Snapshot::attributes(NodeIndex index) const {
  const NodeRecordPtr& record = data_->slot(index).record;
  if (record == nullptr || record->detail() == nullptr) return {};
  return record->detail()->attributes;
}

std::optional<NodeIndex> Snapshot::Find(std::string_view id) const {
  const NodeRecord* const* record = data_->by_id.Find(id);
  if (record == nullptr) return std::nullopt;
  return (*record)->index();
}

void Snapshot::VisitNodes(std::optional<KindIndex> kind, std::string_view after,
                          const std::function<bool(NodeIndex)>& visit) const {
  if (!kind) {
    for (auto it = data_->by_id.UpperBound(after), end = data_->by_id.end(); it != end; ++it) {
      if (!visit((*it)->index())) return;
    }
    return;
  }
  for (auto it = data_->by_kind.UpperBound(KindAndId{*kind, after}), end = data_->by_kind.end(); it != end; ++it) {
    if ((*it)->kind() != *kind || !visit((*it)->index())) return;
  }
}

std::vector<NodeIndex> Snapshot::IdNeighborhood(std::string_view id, std::size_t count) const {
  const auto& ids = data_->by_id;
  auto it = ids.LowerBound(id);
  for (std::size_t i = 0; i < count && it != ids.begin(); ++i) --it;
  std::vector<NodeIndex> found;
  std::size_t from_on = 0;
  for (; it != ids.end() && from_on < count; ++it) {
    if ((*it)->id() >= id) ++from_on;
    found.push_back((*it)->index());
  }
  return found;
}

void Snapshot::VisitFreeSlots(const std::function<void(NodeIndex)>& visit) const {
  for (std::uint32_t i = 0; i < data_->slot_count; ++i) {
    if (!IsNode(NodeIndex{i})) visit(NodeIndex{i});
  }
}

std::vector<TermHit> Snapshot::FindTerms(std::string_view exact_or_normalized) const {
  std::vector<TermHit> hits;
  for (auto it = data_->terms.LowerBound(exact_or_normalized), end = data_->terms.end();
       it != end && (*it)->text == exact_or_normalized; ++it) {
    hits.push_back({(*it)->node, (*it)->field});
  }
  // The index orders by node number, which must not decide what a caller sees.
  std::sort(hits.begin(), hits.end(), [&](const TermHit& a, const TermHit& b) {
    return a.field != b.field ? a.field < b.field : id(a.node) < id(b.node);
  });
  return hits;
}

// --- Edges

Arcs Snapshot::out(NodeIndex index) const { return data_->page(PageOf(index)).out->arcs(SlotOf(index)); }
Arcs Snapshot::in(NodeIndex index) const { return data_->page(PageOf(index)).in->arcs(SlotOf(index)); }

Arcs Snapshot::out(NodeIndex index, RelationIndex relation) const {
  return data_->page(PageOf(index)).out->arcs(SlotOf(index), relation);
}

Arcs Snapshot::in(NodeIndex index, RelationIndex relation) const {
  return data_->page(PageOf(index)).in->arcs(SlotOf(index), relation);
}

std::uint32_t Snapshot::OutDegree(NodeIndex index, RelationIndex relation) const {
  return Degree(*data_, index, relation, Direction::kOut);
}

std::uint32_t Snapshot::InDegree(NodeIndex index, RelationIndex relation) const {
  return Degree(*data_, index, relation, Direction::kIn);
}

std::optional<EdgeEntry> Snapshot::FindEdge(NodeIndex subject, RelationIndex relation, NodeIndex object) const {
  const ArcEntry found = data_->page(PageOf(subject)).out->Find(SlotOf(subject), KeyOf(relation, object));
  if (found.arc == nullptr) return std::nullopt;
  EdgeEntry entry{subject, *found.arc, found.extra->update_revision, {}, {}};
  if (const EdgeDetail* detail = found.extra->detail.get(); detail != nullptr) {
    entry.claims = detail->claims;
    entry.attributes = detail->attributes;
  }
  return entry;
}

std::optional<Edge> Snapshot::FindEdge(const EdgeKey& key) const {
  const std::optional<NodeIndex> subject = Find(key.subject_id);
  const std::optional<RelationIndex> relation = schema().FindRelation(key.relation);
  const std::optional<NodeIndex> object = Find(key.object_id);
  if (!subject || !relation || !object) return std::nullopt;
  std::optional<EdgeEntry> entry = FindEdge(*subject, *relation, *object);
  if (!entry && schema().relation(*relation).symmetric) entry = FindEdge(*object, *relation, *subject);
  if (!entry) return std::nullopt;
  return edge(*entry);
}

Edge Snapshot::edge(const EdgeEntry& entry) const {
  Edge edge;
  edge.key = {std::string(id(entry.subject)), schema().relation(entry.arc.relation).name,
              std::string(id(entry.arc.node))};
  // Both are exact, and the quotient is rounded once: the decimal that was written comes back.
  if (entry.arc.strength != 0) edge.strength = static_cast<double>(entry.arc.strength) / kStrengthUnit;
  edge.sign = entry.arc.sign();
  edge.certainty = entry.arc.certainty;
  edge.certainty_basis = entry.arc.certainty_basis();
  edge.primary = entry.arc.primary();
  edge.claims.assign(entry.claims.begin(), entry.claims.end());
  edge.attributes.assign(entry.attributes.begin(), entry.attributes.end());
  edge.update_revision = entry.update_revision;
  return edge;
}

void Snapshot::Prefetch(NodeIndex index) const {
  const NodePage& page = data_->page(PageOf(index));
  __builtin_prefetch(&page.slots->slots[SlotOf(index)]);
  page.out->Prefetch(SlotOf(index));
  page.in->Prefetch(SlotOf(index));
}

void Snapshot::PrefetchArcs(NodeIndex index) const {
  const NodePage& page = data_->page(PageOf(index));
  page.out->PrefetchArcs(SlotOf(index));
  page.in->PrefetchArcs(SlotOf(index));
}

// --- Documents

const Document* Snapshot::document(std::string_view name) const {
  const DocumentPtr* found = data_->documents.Find(name);
  return found == nullptr ? nullptr : &(*found)->document;
}

void Snapshot::VisitDocuments(const std::function<bool(const Document&)>& visit) const {
  for (const DocumentPtr& record : data_->documents) {
    if (!visit(record->document)) return;
  }
}

MemoryUse Snapshot::MemoryBytes() const {
  MemoryUse use;
  const auto add_page = [&](std::size_t bytes) { use.pages += HeapBlock(bytes); };
  const auto add_index = [&](std::size_t bytes) { use.indexes += HeapBlock(bytes); };
  data_->pages.VisitBlocks(add_page);
  data_->by_id.VisitBlocks(add_index);
  data_->by_kind.VisitBlocks(add_index);
  data_->terms.VisitBlocks(add_index);
  data_->documents.VisitBlocks(add_index);
  for (std::size_t number = 0; number * kPageNodes < data_->slot_count; ++number) {
    const NodePage* page = data_->pages.Get(number);
    if (page == nullptr) continue;
    add_page(sizeof(NodePage));
    add_page(sizeof(SlotBlock));
    for (const ArcBlockPtr& block : {page->out, page->in}) {
      if (!block->empty()) block->VisitBlocks(add_page);
    }
    page->out->VisitExtras([&](const EdgeExtra& extra) {
      if (extra.detail != nullptr) use.values += extra.detail->ValueBytes();
    });
    for (const Slot& slot : page->slots->slots) {
      if (slot.record == nullptr) continue;
      use.records += slot.record->HeapBytes();
      if (const NodeDetail* detail = slot.record->detail(); detail != nullptr) {
        use.values += detail->ValueBytes();
        use.indexes += detail->TermBytes();
      }
    }
  }
  for (const DocumentPtr& document : data_->documents) use.values += document->ValueBytes();
  return use;
}

}  // namespace braid::graph
