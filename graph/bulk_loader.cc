#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <future>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "graph/error.h"
#include "graph/page.h"
#include "graph/record.h"
#include "graph/snapshot_builder.h"
#include "graph/snapshot_data.h"

namespace braid::graph {
namespace {

struct UnlistedDetail {
  NodeDetailPtr detail;
  NodeIndex node;
};

struct Indexes {
  decltype(SnapshotData::by_id) by_id;
  decltype(SnapshotData::by_kind) by_kind;
  decltype(SnapshotData::terms) terms;
  std::string twice;  // an id that two nodes have; empty: none
};

// The first bytes of `text` as a number that orders as they do.
std::uint64_t Head(std::string_view text) {
  std::uint64_t head = 0;
  for (std::size_t i = 0; i < sizeof head; ++i) head = head << 8U | (i < text.size() ? std::uint8_t(text[i]) : 0U);
  return head;
}

// Sorts by `less`, which orders by `text_of` first. Most comparisons are of the heads, which lie side by side:
// following two pointers for each would cost two cache misses.
template <typename T, typename TextOf, typename Less>
void SortByText(std::vector<const T*>& items, const TextOf& text_of, const Less& less) {
  std::vector<std::pair<std::uint64_t, const T*>> keyed;
  keyed.reserve(items.size());
  for (const T* item : items) keyed.emplace_back(Head(text_of(*item)), item);
  std::sort(keyed.begin(), keyed.end(), [&less](const auto& a, const auto& b) {
    return a.first != b.first ? a.first < b.first : less(a.second, b.second);
  });
  std::transform(keyed.begin(), keyed.end(), items.begin(), [](const auto& entry) { return entry.second; });
}

// Records in order of (kind, id), from their order by id: a counting sort.
std::vector<const NodeRecord*> OrderByKind(const std::vector<const NodeRecord*>& by_id, std::size_t kind_count) {
  std::vector<std::size_t> start(kind_count + 1);
  for (const NodeRecord* record : by_id) ++start[Number(record->kind()) + std::size_t{1}];
  for (std::size_t kind = 0; kind < kind_count; ++kind) start[kind + 1] += start[kind];
  std::vector<const NodeRecord*> ordered(by_id.size());
  for (const NodeRecord* record : by_id) ordered[start[Number(record->kind())]++] = record;
  return ordered;
}

// Runs in the second thread. Reads the records only; the details are its own until it is done.
Indexes MakeIndexes(std::vector<const NodeRecord*> records, const std::vector<UnlistedDetail>& details,
                    std::size_t kind_count) {
  Indexes indexes;
  SortByText(
      records, [](const NodeRecord& record) { return record.id(); }, RecordById{});
  const auto same_id = [](const NodeRecord* a, const NodeRecord* b) { return a->id() == b->id(); };
  if (const auto at = std::adjacent_find(records.begin(), records.end(), same_id); at != records.end()) {
    indexes.twice = (*at)->id();
    return indexes;
  }
  indexes.by_id = decltype(indexes.by_id)::FromSorted(records);
  indexes.by_kind = decltype(indexes.by_kind)::FromSorted(OrderByKind(records, kind_count));
  std::vector<const Term*> terms;
  for (const UnlistedDetail& entry : details) {
    entry.detail->ListTerms(entry.node);
    for (const Term& term : entry.detail->terms()) terms.push_back(&term);
  }
  SortByText(
      terms, [](const Term& term) { return term.text; }, TermOrder{});
  indexes.terms = decltype(indexes.terms)::FromSorted(terms);
  return indexes;
}

// The out arcs of the page that is being read.
class OpenPage {
 public:
  void Add(std::size_t slot, const Arc& arc, EdgeExtra extra) {
    arcs_.push_back(arc);
    extras_.push_back(std::move(extra));
    ++counts_[slot];
  }
  const Arc* last() const { return arcs_.empty() ? nullptr : &arcs_.back(); }

  ArcBlockPtr Freeze() {
    if (arcs_.empty()) return ArcBlock::Empty(Direction::kOut);
    std::array<ArcRun, kPageNodes> lists;
    for (std::size_t slot = 0, begin = 0; slot < kPageNodes; begin += counts_[slot++]) {
      lists[slot] = {std::span(arcs_).subspan(begin, counts_[slot]), extras_.data() + begin};
    }
    ArcBlockPtr block = ArcBlock::Make(Direction::kOut, lists);
    arcs_.clear();
    extras_.clear();
    counts_.fill(0);
    return block;
  }

 private:
  std::vector<Arc> arcs_;
  std::vector<EdgeExtra> extras_;
  std::array<std::size_t, kPageNodes> counts_{};
};

}  // namespace

class BulkLoader::State {
 public:
  void Add(Kind kind) { kinds_.push_back(std::move(kind)); }
  void Add(Relation relation) { relations_.push_back(std::move(relation)); }
  void Add(Document document) { documents_.emplace_back(new DocumentRecord(std::move(document))); }
  void Add(NodeIndex index, Node node);
  void Add(NodeIndex subject, RelationIndex relation, NodeIndex object, Edge edge);
  absl::StatusOr<SnapshotPtr> Build(Revision revision);

 private:
  void Refuse(std::string what) {
    if (status_.ok()) status_ = MakeError(Reason::kStoreDamaged, std::move(what));
  }
  bool IsNode(NodeIndex index) const { return Number(index) < records_.size() && records_[Number(index)] != nullptr; }
  bool Fits(NodeIndex subject, RelationIndex relation, NodeIndex object);
  void EndNodes();
  void ClosePage();
  template <typename Visit>
  void VisitOutArcs(Visit visit) const;
  std::vector<ArcBlockPtr> MakeInBlocks();
  void MakePages(SnapshotData& data);

  absl::Status status_;
  std::vector<Kind> kinds_;
  std::vector<Relation> relations_;
  std::shared_ptr<const Schema> schema_;  // once a node or edge has come
  std::vector<DocumentPtr> documents_;

  std::vector<NodeRecordPtr> records_;  // by slot
  std::vector<UnlistedDetail> details_;
  std::size_t node_count_ = 0;
  std::future<Indexes> indexes_;  // valid once all nodes have come

  OpenPage open_page_;
  std::vector<ArcBlockPtr> out_blocks_;  // of the pages before the open one
  NodeIndex last_subject_{0};
  std::size_t edge_count_ = 0;
};

void BulkLoader::State::Add(NodeIndex index, Node node) {
  if (!status_.ok()) return;
  if (schema_ == nullptr) schema_ = std::make_shared<const Schema>(Schema::Of(kinds_, relations_));
  if (indexes_.valid()) return Refuse(fmt::format("node {} comes after an edge", node.id));
  if (index == kNoNode || IsNode(index)) return Refuse(fmt::format("slot {} holds two nodes", Number(index)));
  const std::optional<KindIndex> kind = schema_->FindKind(node.kind);
  if (!kind) return Refuse(fmt::format("node {} is of the unknown kind {}", node.id, node.kind));
  NodeDetailPtr detail;
  if (NodeDetail::IsNeeded(node)) {
    detail = NodeDetailPtr(new NodeDetail(node));
    details_.push_back({detail, index});
  }
  if (Number(index) >= records_.size()) records_.resize(Number(index) + std::size_t{1});
  records_[Number(index)] = NodeRecord::Make(node, index, *kind, std::move(detail));
  ++node_count_;
}

// All nodes are there: their indexes are made while the edges are read.
void BulkLoader::State::EndNodes() {
  if (indexes_.valid()) return;
  if (schema_ == nullptr) schema_ = std::make_shared<const Schema>(Schema::Of(kinds_, relations_));
  std::vector<const NodeRecord*> records;
  records.reserve(node_count_);
  for (const NodeRecordPtr& record : records_) {
    if (record != nullptr) records.push_back(record.get());
  }
  indexes_ = std::async(std::launch::async, [this, all = std::move(records)]() mutable {
    return MakeIndexes(std::move(all), details_, schema_->kind_count());
  });
}

bool BulkLoader::State::Fits(NodeIndex subject, RelationIndex relation, NodeIndex object) {
  const auto name = [&] { return fmt::format("edge {} {} {}", Number(subject), Number(relation), Number(object)); };
  if (Number(relation) >= schema_->relation_count()) {
    Refuse(fmt::format("{} is of an unknown relation", name()));
  } else if (!IsNode(subject) || Number(object) >= records_.size()) {
    // Whether the object is a node is asked in MakeInBlocks, for all edges at once: here it would be a cache miss an
    // edge.
    Refuse(fmt::format("{} ends in a free slot", name()));
  } else if (edge_count_ > 0 && (subject < last_subject_ || (subject == last_subject_ && open_page_.last() != nullptr &&
                                                             KeyOf(*open_page_.last()) >= KeyOf(relation, object)))) {
    Refuse(fmt::format("{} is out of order", name()));
  }
  return status_.ok();
}

void BulkLoader::State::Add(NodeIndex subject, RelationIndex relation, NodeIndex object, Edge edge) {
  EndNodes();
  if (!status_.ok() || !Fits(subject, relation, object)) return;
  while (out_blocks_.size() < PageOf(subject)) ClosePage();
  const Arc arc = MakeArc(edge, object, relation, schema_->relation(relation));
  open_page_.Add(SlotOf(subject), arc, MakeExtra(std::move(edge)));
  last_subject_ = subject;
  ++edge_count_;
}

void BulkLoader::State::ClosePage() { out_blocks_.push_back(open_page_.Freeze()); }

template <typename Visit>
void BulkLoader::State::VisitOutArcs(Visit visit) const {
  for (std::uint32_t subject = 0; subject < records_.size(); ++subject) {
    const NodeIndex index{subject};
    for (const Arc& arc : out_blocks_[PageOf(index)]->arcs(SlotOf(index))) visit(index, arc);
  }
}

// The in arcs by a counting sort of the out arcs, which are read in order of their subjects.
std::vector<ArcBlockPtr> BulkLoader::State::MakeInBlocks() {
  std::vector<std::size_t> start(records_.size() + 1);
  VisitOutArcs([&](NodeIndex, const Arc& out) { ++start[Number(out.node) + std::size_t{1}]; });
  for (std::size_t i = 0; i < records_.size(); ++i) {
    if (start[i + 1] > 0 && records_[i] == nullptr) Refuse(fmt::format("slot {} is free, and an edge ends there", i));
    start[i + 1] += start[i];
  }
  std::vector<Arc> arcs(edge_count_);
  std::vector<std::size_t> next(start.begin(), start.end() - 1);
  VisitOutArcs([&](NodeIndex subject, const Arc& out) {
    Arc& in = arcs[next[Number(out.node)]++] = out;
    in.node = subject;
  });
  const auto less = [](const Arc& a, const Arc& b) { return KeyOf(a) < KeyOf(b); };
  std::vector<ArcBlockPtr> blocks;
  blocks.reserve(out_blocks_.size());
  for (std::size_t first = 0; first < records_.size(); first += kPageNodes) {
    std::array<ArcRun, kPageNodes> lists;
    const std::size_t end = std::min(first + kPageNodes, records_.size());
    for (std::size_t i = first; i < end; ++i) {
      const std::span<Arc> list(arcs.data() + start[i], arcs.data() + start[i + 1]);
      std::sort(list.begin(), list.end(), less);
      lists[i - first].arcs = list;
    }
    const bool empty = start[first] == start[end];
    blocks.push_back(empty ? ArcBlock::Empty(Direction::kIn) : ArcBlock::Make(Direction::kIn, lists));
  }
  return blocks;
}

void BulkLoader::State::MakePages(SnapshotData& data) {
  const std::vector<ArcBlockPtr> in_blocks = MakeInBlocks();
  for (std::size_t number = 0; number < out_blocks_.size(); ++number) {
    boost::intrusive_ptr<SlotBlock> slots(new SlotBlock);
    for (std::size_t slot = 0; slot < kPageNodes && number * kPageNodes + slot < records_.size(); ++slot) {
      const NodeIndex index{static_cast<std::uint32_t>(number * kPageNodes + slot)};
      const NodeRecordPtr& record = records_[Number(index)];
      if (record == nullptr) continue;
      const NodeIndex group = GroupOf(*schema_, record->kind(), index, *out_blocks_[number], slot);
      slots->slots[slot] = {record, group, record->kind(), record->obsolete()};
      ++slots->taken;
    }
    if (slots->taken == 0) continue;
    data.pages.Set(number, NodePagePtr(new NodePage(std::move(slots), out_blocks_[number], in_blocks[number])));
  }
}

absl::StatusOr<SnapshotPtr> BulkLoader::State::Build(Revision revision) {
  EndNodes();
  while (out_blocks_.size() * kPageNodes < records_.size()) ClosePage();
  auto data = std::make_unique<SnapshotData>();
  data->revision = revision;
  data->schema = schema_;
  data->slot_count = records_.size();
  data->node_count = node_count_;
  data->edge_count = edge_count_;
  if (status_.ok()) MakePages(*data);
  for (DocumentPtr& document : documents_) {
    if (!data->documents.Insert(document)) Refuse(fmt::format("document {} comes twice", document->document.name));
  }
  Indexes indexes = indexes_.get();
  if (!indexes.twice.empty()) Refuse(fmt::format("two nodes are called {}", indexes.twice));
  BRAID_RETURN_IF_ERROR(status_);
  data->by_id = std::move(indexes.by_id);
  data->by_kind = std::move(indexes.by_kind);
  data->terms = std::move(indexes.terms);
  return std::make_shared<const Snapshot>(std::move(data));
}

BulkLoader::BulkLoader() : state_(std::make_unique<State>()) {}
BulkLoader::~BulkLoader() = default;
void BulkLoader::AddKind(Kind kind) { state_->Add(std::move(kind)); }
void BulkLoader::AddRelation(Relation relation) { state_->Add(std::move(relation)); }
void BulkLoader::AddDocument(Document document) { state_->Add(std::move(document)); }
void BulkLoader::AddNode(NodeIndex index, Node node) { state_->Add(index, std::move(node)); }
void BulkLoader::AddEdge(NodeIndex subject, RelationIndex relation, NodeIndex object, Edge edge) {
  state_->Add(subject, relation, object, std::move(edge));
}
absl::StatusOr<SnapshotPtr> BulkLoader::Build(Revision revision) && { return state_->Build(revision); }

}  // namespace braid::graph
