#include "graph/snapshot_builder.h"

#include <algorithm>
#include <cassert>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <utility>
#include <variant>
#include <vector>

#include "graph/page.h"
#include "graph/record.h"
#include "graph/snapshot_data.h"

namespace braid::graph {
namespace {

struct SlotEdit {
  std::uint32_t slot = 0;
  NodeRecordPtr record;  // null: freed
};

// What is staged for one page, in the order it came.
struct PageEdits {
  std::vector<SlotEdit> slots;
  std::vector<ArcEdit> out;
  std::vector<ArcEdit> in;
};

// Puts edits in order of place, and of several of one place keeps the last.
template <typename Edit, typename Place>
void KeepLast(std::vector<Edit>& edits, Place place) {
  const auto less = [&](const Edit& a, const Edit& b) { return place(a) < place(b); };
  std::stable_sort(edits.begin(), edits.end(), less);
  const auto same = [&](const Edit& a, const Edit& b) { return place(a) == place(b); };
  // From behind: unique keeps the first that it meets.
  const auto first = std::unique(edits.rbegin(), edits.rend(), same).base();
  edits.erase(edits.begin(), first);
}

ArcBlockPtr EditArcs(const ArcBlockPtr& base, std::vector<ArcEdit>& edits) {
  if (edits.empty()) return base;
  KeepLast(edits, [](const ArcEdit& edit) { return std::pair(edit.slot, KeyOf(edit.arc)); });
  return base->WithEdits(edits);
}

// A slot block that is copied at its first change.
class SlotDraft {
 public:
  explicit SlotDraft(SlotBlockPtr base) : base_(std::move(base)) {}
  const Slot& slot(std::size_t at) const { return (copy_ != nullptr ? *copy_ : *base_).slots[at]; }
  SlotBlock& Change() {
    if (copy_ == nullptr) copy_ = boost::intrusive_ptr<SlotBlock>(new SlotBlock(*base_));
    return *copy_;
  }
  SlotBlockPtr Freeze() const { return copy_ != nullptr ? SlotBlockPtr(copy_) : base_; }

 private:
  SlotBlockPtr base_;
  boost::intrusive_ptr<SlotBlock> copy_;
};

template <typename T>
void Replace(std::vector<T>& items, const std::optional<T>& from, const std::optional<T>& to) {
  if (!from) return items.push_back(*to);
  const auto at = std::find_if(items.begin(), items.end(), [&](const T& item) { return item.name == from->name; });
  assert(at != items.end());
  if (to) {
    *at = *to;
  } else {
    items.erase(at);  // the last one: only its creation is undone
  }
}

template <typename T, typename Flag>
bool Differ(const std::optional<T>& a, const std::optional<T>& b, Flag flag) {
  return a && b && (*a).*flag != (*b).*flag;
}

}  // namespace

class SnapshotBuilder::State {
 public:
  explicit State(SnapshotPtr base) : base_(std::move(base)), next_(base_->data()) {}

  void Replace(const std::optional<NodeAt>& from, std::optional<NodeAt> to);
  void Replace(const std::optional<Edge>& from, std::optional<Edge> to);
  void Replace(const std::optional<Kind>& from, const std::optional<Kind>& to);
  void Replace(const std::optional<Relation>& from, const std::optional<Relation>& to);
  void Replace(const std::optional<Document>& from, std::optional<Document> to);
  SnapshotPtr Build(Revision revision);

 private:
  void Remove(const NodeAt& node);
  void Put(NodeAt node);
  void Put(Edge edge);
  void Erase(const EdgeKey& key);
  std::optional<NodeIndex> Find(const std::string& id) const;
  void Stage(NodeIndex subject, NodeIndex object, const Arc& out, EdgeExtra extra, bool erase);
  void SetSchema(std::vector<Kind> kinds, std::vector<Relation> relations);
  std::vector<Kind> Kinds() const;
  std::vector<Relation> Relations() const;
  NodePagePtr EditPage(const NodePage& base, std::size_t number, PageEdits& edits) const;
  bool MayDefineGroup(RelationIndex relation) const;
  void Regroup(const ArcBlock& out, std::size_t number, std::size_t slot, SlotDraft& draft) const;
  void DropFreeSlotsAtTheEnd();

  SnapshotPtr base_;  // keeps alive what the indexes name until Build has put it into pages
  SnapshotData next_;
  std::map<std::size_t, PageEdits> pages_;
  std::unordered_map<std::string, NodeIndex> removed_;  // ids of nodes removed here, by which their edges still go
  std::unordered_map<std::string, std::vector<Edge>> waiting_;  // put before the node of this id, in order
  bool regroup_all_ = false;
};

// --- Nodes

void SnapshotBuilder::State::Replace(const std::optional<NodeAt>& from, std::optional<NodeAt> to) {
  if (from) Remove(*from);
  if (to) Put(*std::move(to));
}

void SnapshotBuilder::State::Remove(const NodeAt& node) {
  const NodeRecord* const* found = next_.by_id.Find(node.node.id);
  assert(found != nullptr && (*found)->index() == node.index);
  const NodeRecord* record = *found;  // alive: in a page of the base or in pages_
  next_.by_id.Erase(record);
  next_.by_kind.Erase(record);
  if (record->detail() != nullptr) {
    for (const Term& term : record->detail()->terms()) next_.terms.Erase(&term);
  }
  pages_[PageOf(node.index)].slots.push_back({static_cast<std::uint32_t>(SlotOf(node.index)), nullptr});
  removed_[node.node.id] = node.index;
  --next_.node_count;
}

void SnapshotBuilder::State::Put(NodeAt at) {
  const std::optional<KindIndex> kind = next_.schema->FindKind(at.node.kind);
  assert(kind.has_value());
  NodeDetailPtr detail;
  if (NodeDetail::IsNeeded(at.node)) {
    detail = NodeDetailPtr(new NodeDetail(at.node));
    detail->ListTerms(at.index);
    for (const Term& term : detail->terms()) next_.terms.Insert(&term);
  }
  NodeRecordPtr record = NodeRecord::Make(at.node, at.index, *kind, std::move(detail));
  next_.by_id.Insert(record.get());
  next_.by_kind.Insert(record.get());
  pages_[PageOf(at.index)].slots.push_back({static_cast<std::uint32_t>(SlotOf(at.index)), std::move(record)});
  next_.slot_count = std::max<std::size_t>(next_.slot_count, Number(at.index) + std::size_t{1});
  ++next_.node_count;
  auto waiting = waiting_.extract(at.node.id);
  if (waiting.empty()) return;
  for (Edge& edge : waiting.mapped()) Put(std::move(edge));
}

// --- Edges

void SnapshotBuilder::State::Replace(const std::optional<Edge>& from, std::optional<Edge> to) {
  if (!from) ++next_.edge_count;
  if (!to) --next_.edge_count;
  if (to) {
    Put(*std::move(to));
  } else if (from) {
    Erase(from->key);
  }
}

std::optional<NodeIndex> SnapshotBuilder::State::Find(const std::string& id) const {
  const NodeRecord* const* record = next_.by_id.Find(id);
  if (record == nullptr) return std::nullopt;
  return (*record)->index();
}

void SnapshotBuilder::State::Put(Edge edge) {
  const std::optional<NodeIndex> subject = Find(edge.key.subject_id);
  const std::optional<NodeIndex> object = Find(edge.key.object_id);
  if (!subject || !object) {
    std::vector<Edge>& queue = waiting_[subject ? edge.key.object_id : edge.key.subject_id];
    return queue.push_back(std::move(edge));
  }
  const std::optional<RelationIndex> relation = next_.schema->FindRelation(edge.key.relation);
  assert(relation.has_value());
  const Arc out = MakeArc(edge, *object, *relation, next_.schema->relation(*relation));
  Stage(*subject, *object, out, MakeExtra(std::move(edge)), false);
}

void SnapshotBuilder::State::Erase(const EdgeKey& key) {
  for (const std::string& id : {key.subject_id, key.object_id}) {
    const auto waiting = waiting_.find(id);
    if (waiting == waiting_.end()) continue;
    std::erase_if(waiting->second, [&](const Edge& edge) { return edge.key == key; });
    if (waiting->second.empty()) waiting_.erase(waiting);
  }
  const auto find_also_removed = [&](const std::string& id) {
    const std::optional<NodeIndex> index = Find(id);
    const auto removed = removed_.find(id);
    return index || removed == removed_.end() ? index : removed->second;
  };
  const std::optional<NodeIndex> subject = find_also_removed(key.subject_id);
  const std::optional<NodeIndex> object = find_also_removed(key.object_id);
  if (!subject || !object) return;  // it was waiting
  Arc out{};
  out.node = *object;
  out.relation = next_.schema->FindRelation(key.relation).value();
  Stage(*subject, *object, out, {}, true);
}

void SnapshotBuilder::State::Stage(NodeIndex subject, NodeIndex object, const Arc& out, EdgeExtra extra, bool erase) {
  Arc in = out;
  in.node = subject;
  const auto slot = [](NodeIndex index) { return static_cast<std::uint32_t>(SlotOf(index)); };
  pages_[PageOf(subject)].out.push_back({slot(subject), out, std::move(extra), erase});
  pages_[PageOf(object)].in.push_back({slot(object), in, {}, erase});
}

// --- Schema and documents

std::vector<Kind> SnapshotBuilder::State::Kinds() const {
  std::vector<Kind> kinds;
  for (std::size_t i = 0; i < next_.schema->kind_count(); ++i) {
    kinds.push_back(next_.schema->kind(KindIndex{static_cast<std::uint16_t>(i)}));
  }
  return kinds;
}

std::vector<Relation> SnapshotBuilder::State::Relations() const {
  std::vector<Relation> relations;
  for (std::size_t i = 0; i < next_.schema->relation_count(); ++i) {
    relations.push_back(next_.schema->relation(RelationIndex{static_cast<std::uint16_t>(i)}));
  }
  return relations;
}

void SnapshotBuilder::State::SetSchema(std::vector<Kind> kinds, std::vector<Relation> relations) {
  next_.schema = std::make_shared<const Schema>(Schema::Of(std::move(kinds), std::move(relations)));
}

void SnapshotBuilder::State::Replace(const std::optional<Kind>& from, const std::optional<Kind>& to) {
  std::vector<Kind> kinds = Kinds();
  graph::Replace(kinds, from, to);
  SetSchema(std::move(kinds), Relations());
  if (Differ(from, to, &Kind::is_group)) regroup_all_ = true;
}

void SnapshotBuilder::State::Replace(const std::optional<Relation>& from, const std::optional<Relation>& to) {
  std::vector<Relation> relations = Relations();
  graph::Replace(relations, from, to);
  SetSchema(Kinds(), std::move(relations));
  if (Differ(from, to, &Relation::defines_group)) regroup_all_ = true;
}

void SnapshotBuilder::State::Replace(const std::optional<Document>& from, std::optional<Document> to) {
  if (to) {
    next_.documents.Insert(DocumentPtr(new DocumentRecord(*std::move(to))));
  } else if (from) {
    next_.documents.Erase(std::string_view(from->name));
  }
}

// --- Build

// A relation whose creation was undone here is in the schema no more; it may have defined the groups of what it is
// erased at.
bool SnapshotBuilder::State::MayDefineGroup(RelationIndex relation) const {
  return Number(relation) >= next_.schema->relation_count() || next_.schema->relation(relation).defines_group;
}

void SnapshotBuilder::State::Regroup(const ArcBlock& out, std::size_t number, std::size_t slot,
                                     SlotDraft& draft) const {
  const Slot& now = draft.slot(slot);
  const NodeIndex self{static_cast<std::uint32_t>(number * kPageNodes + slot)};
  const NodeIndex group = now.record == nullptr ? kNoNode : GroupOf(*next_.schema, now.kind, self, out, slot);
  if (group != now.group) draft.Change().slots[slot].group = group;
}

NodePagePtr SnapshotBuilder::State::EditPage(const NodePage& base, std::size_t number, PageEdits& edits) const {
  ArcBlockPtr out = EditArcs(base.out, edits.out);
  ArcBlockPtr in = EditArcs(base.in, edits.in);
  SlotDraft draft(base.slots);
  KeepLast(edits.slots, [](const SlotEdit& edit) { return edit.slot; });
  for (const SlotEdit& edit : edits.slots) {
    SlotBlock& block = draft.Change();
    Slot& slot = block.slots[edit.slot];
    block.taken += (edit.record != nullptr ? 1U : 0U) - (slot.record != nullptr ? 1U : 0U);
    slot =
        edit.record == nullptr ? Slot{} : Slot{edit.record, slot.group, edit.record->kind(), edit.record->obsolete()};
    Regroup(*out, number, edit.slot, draft);
  }
  for (const ArcEdit& edit : edits.out) {
    // Only a primary arc, or the one that the group came by, can change a group: a hub's arcs are not looked through.
    const bool may_change = edit.arc.primary() || edit.arc.node == draft.slot(edit.slot).group;
    if (may_change && MayDefineGroup(edit.arc.relation)) Regroup(*out, number, edit.slot, draft);
  }
  for (std::size_t slot = 0; regroup_all_ && slot < kPageNodes; ++slot) Regroup(*out, number, slot, draft);
  SlotBlockPtr slots = draft.Freeze();
  if (slots->taken == 0 && out->empty() && in->empty()) return nullptr;
  return NodePagePtr(new NodePage(std::move(slots), std::move(out), std::move(in)));
}

void SnapshotBuilder::State::DropFreeSlotsAtTheEnd() {
  std::size_t& count = next_.slot_count;
  while (count > 0) {
    const NodeIndex last{static_cast<std::uint32_t>(count - 1)};
    if (next_.slot(last).record != nullptr) return;
    count = next_.page(PageOf(last)).slots->taken == 0 ? PageOf(last) * kPageNodes : count - 1;
  }
}

SnapshotPtr SnapshotBuilder::State::Build(Revision revision) {
  assert(waiting_.empty());
  if (regroup_all_) {
    for (std::size_t number = 0; number * kPageNodes < next_.slot_count; ++number) pages_[number];
  }
  for (auto& [number, edits] : pages_) next_.pages.Set(number, EditPage(next_.page(number), number, edits));
  DropFreeSlotsAtTheEnd();
  next_.revision = revision;
  return std::make_shared<const Snapshot>(std::make_unique<const SnapshotData>(std::move(next_)));
}

SnapshotBuilder::SnapshotBuilder(SnapshotPtr base) : state_(std::make_unique<State>(std::move(base))) {}
SnapshotBuilder::~SnapshotBuilder() = default;

void SnapshotBuilder::Apply(const LoggedChange& change, Revision revision) {
  std::visit(
      [&]<typename T>(const BeforeAfter<T>& both) {
        std::optional<T> after = both.after;
        if constexpr (std::is_same_v<T, NodeAt>) {
          if (after) {
            after->node.create_revision = both.before ? both.before->node.create_revision : revision;
            after->node.update_revision = revision;
          }
        } else if constexpr (requires { after->update_revision; }) {
          if (after) after->update_revision = revision;
        }
        state_->Replace(both.before, std::move(after));
      },
      change);
}

void SnapshotBuilder::Undo(const LoggedChange& change) {
  std::visit([&]<typename T>(const BeforeAfter<T>& both) { state_->Replace(both.after, both.before); }, change);
}

SnapshotPtr SnapshotBuilder::Build(Revision revision) && { return state_->Build(revision); }

}  // namespace braid::graph
