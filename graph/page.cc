#include "graph/page.h"

#include <algorithm>
#include <cmath>
#include <deque>
#include <limits>
#include <memory>
#include <optional>

namespace braid::graph {
namespace {

constexpr ArcKey kEndKey = std::numeric_limits<ArcKey>::max();

constexpr ArcKey FirstKeyOf(RelationIndex relation) { return KeyOf(relation, NodeIndex{0}); }
constexpr ArcKey EndKeyOf(RelationIndex relation) { return KeyOf(relation, kNoNode); }  // kNoNode is no node

std::size_t Rank(std::span<const Arc> arcs, ArcKey key) {
  const auto at = std::lower_bound(arcs.begin(), arcs.end(), key, [](const Arc& a, ArcKey k) { return KeyOf(a) < k; });
  return static_cast<std::size_t>(at - arcs.begin());
}

ArcEntry FindIn(const ArcRun& run, ArcKey key) {
  const std::size_t at = Rank(run.arcs, key);
  if (at == run.arcs.size() || KeyOf(run.arcs[at]) != key) return {};
  return {&run.arcs[at], run.extras == nullptr ? nullptr : run.extras + at};
}

ArcRun Part(const ArcRun& run, std::size_t begin, std::size_t count) {
  return {run.arcs.subspan(begin, count), run.extras == nullptr ? nullptr : run.extras + begin};
}

// Calls `use` with [0, total) cut into the fewest even parts of at most `most`.
template <typename Use>
void CutEvenly(std::size_t total, std::size_t most, Use use) {
  const std::size_t parts = (total + most - 1) / most;
  for (std::size_t i = 0, begin = 0; i < parts; ++i) {
    const std::size_t count = total / parts + (i < total % parts ? 1 : 0);
    use(begin, count);
    begin += count;
  }
}

// Arcs being put together.
class ArcBuffer {
 public:
  void Add(const Arc& arc, const EdgeExtra* extra) {
    arcs_.push_back(arc);
    if (extra != nullptr) extras_.push_back(*extra);
  }
  void Add(const ArcRun& run) {
    arcs_.insert(arcs_.end(), run.arcs.begin(), run.arcs.end());
    if (run.extras != nullptr) extras_.insert(extras_.end(), run.extras, run.extras + run.arcs.size());
  }
  std::size_t size() const { return arcs_.size(); }
  ArcRun run() const { return {arcs_, extras_.empty() ? nullptr : extras_.data()}; }

 private:
  std::vector<Arc> arcs_;
  std::vector<EdgeExtra> extras_;
};

// `base` with `edits`, both in order of keys. Calls `on_degree(relation, more)` where a supported arc came or went.
template <typename OnDegree>
ArcBuffer Merge(const ArcRun& base, std::span<const ArcEdit> edits, bool keep_extras, OnDegree on_degree) {
  ArcBuffer merged;
  std::size_t next = 0;
  for (const ArcEdit& edit : edits) {
    const std::size_t at = next + Rank(base.arcs.subspan(next), KeyOf(edit.arc));
    merged.Add(Part(base, next, at - next));
    next = at;
    if (next < base.arcs.size() && KeyOf(base.arcs[next]) == KeyOf(edit.arc)) {
      if (base.arcs[next].supported()) on_degree(edit.arc.relation, false);
      ++next;
    }
    if (edit.erase) continue;
    if (edit.arc.supported()) on_degree(edit.arc.relation, true);
    merged.Add(edit.arc, keep_extras ? &edit.extra : nullptr);
  }
  merged.Add(Part(base, next, base.arcs.size() - next));
  return merged;
}

void CountDegrees(std::span<const Arc> arcs, std::vector<PageDegree>& degrees) {
  const std::size_t first = degrees.size();
  for (const Arc& arc : arcs) {
    if (!arc.supported()) continue;
    if (degrees.size() == first || degrees.back().relation != arc.relation) degrees.push_back({arc.relation, 0});
    ++degrees.back().count;
  }
}

// Copies spans to one place. Spans that lie side by side, as those of an edited block's untouched slots do, go as one.
template <typename T>
class Copier {
 public:
  explicit Copier(T* to) : to_(to) {}
  void Add(const T* begin, std::size_t count) {
    if (count == 0) return;
    if (begin != end_) {
      Flush();
      begin_ = begin;
    }
    end_ = begin + count;
  }
  void Flush() {
    to_ = std::uninitialized_copy(begin_, end_, to_);
    begin_ = end_ = nullptr;
  }

 private:
  T* to_;
  const T* begin_ = nullptr;
  const T* end_ = nullptr;
};

std::size_t RoundUp(std::size_t bytes, std::size_t unit) { return (bytes + unit - 1) / unit * unit; }

}  // namespace

// --- Arcs -----------------------------------------------------------------------------------------------------------

Arc MakeArc(const Edge& edge, NodeIndex other, RelationIndex index, const Relation& relation) {
  const auto is_support = [](const Claim& claim) { return claim.polarity == Polarity::kSupports; };
  const bool claimed = edge.claims.empty() || std::any_of(edge.claims.begin(), edge.claims.end(), is_support);
  const bool has_strength = edge.strength || relation.default_strength || !relation.takes_strength;
  unsigned bits = static_cast<unsigned>(edge.certainty_basis) << Arc::kBasisShift;
  if (claimed && has_strength) bits |= Arc::kSupported;
  if (edge.sign == Sign::kPlus) bits |= Arc::kPlus;
  if (edge.sign == Sign::kMinus) bits |= Arc::kMinus;
  if (edge.primary) bits |= Arc::kPrimary;
  if (!std::all_of(edge.claims.begin(), edge.claims.end(), is_support)) bits |= Arc::kCounterEvidence;
  const long long strength = edge.strength ? std::llround(*edge.strength * kStrengthUnit) : 0;
  return {other, static_cast<std::uint32_t>(strength), index, edge.certainty, static_cast<std::uint8_t>(bits)};
}

EdgeExtra MakeExtra(Edge&& edge) {
  if (edge.claims.empty() && edge.attributes.empty()) return {edge.update_revision, nullptr};
  return {edge.update_revision, EdgeDetailPtr(new EdgeDetail(std::move(edge.claims), std::move(edge.attributes)))};
}

void Arcs::iterator::EnterNextChunk() {
  const std::span<const Arc> arcs = next_->chunk->arcs();
  at_ = arcs.data();
  run_end_ = at_ + arcs.size();
  ++next_;
}

// --- Chunks and hubs ------------------------------------------------------------------------------------------------

ArcChunk::ArcChunk(const ArcRun& run)
    : count_(static_cast<std::uint32_t>(run.arcs.size())), has_extras_(run.extras != nullptr) {
  std::uninitialized_copy(run.arcs.begin(), run.arcs.end(), const_cast<Arc*>(arcs().data()));
  if (has_extras_) {
    std::uninitialized_copy_n(run.extras, count_, const_cast<EdgeExtra*>(this->run().extras));
  }
}

ArcChunk::~ArcChunk() {
  if (has_extras_) std::destroy_n(const_cast<EdgeExtra*>(run().extras), count_);
}

ArcChunkPtr ArcChunk::Make(const ArcRun& run) {
  const std::size_t extras = run.extras == nullptr ? 0 : run.arcs.size() * sizeof(EdgeExtra);
  return ArcChunkPtr(new (TailBytes{RoundUp(run.arcs.size_bytes(), alignof(EdgeExtra)) + extras}) ArcChunk(run));
}

ArcRun ArcChunk::run() const {
  if (!has_extras_) return {arcs(), nullptr};
  const std::size_t offset = RoundUp(arcs().size_bytes(), alignof(EdgeExtra));
  const auto* extras = reinterpret_cast<const std::byte*>(this + 1) + offset;
  return {arcs(), reinterpret_cast<const EdgeExtra*>(extras)};
}

std::size_t ArcChunk::HeapBytes() const {
  return sizeof(ArcChunk) + RoundUp(arcs().size_bytes(), alignof(EdgeExtra)) +
         (has_extras_ ? count_ * sizeof(EdgeExtra) : 0);
}

HubPtr Hub::Make(const ArcRun& run) {
  boost::intrusive_ptr<Hub> hub(new Hub);
  CutEvenly(run.arcs.size(), kChunkArcs,
            [&](std::size_t begin, std::size_t count) { hub->Append(Part(run, begin, count)); });
  for (const Arc& arc : run.arcs) {
    if (!arc.supported()) continue;
    if (hub->degrees_.empty() || hub->degrees_.back().relation != arc.relation)
      hub->degrees_.push_back({arc.relation, 0});
    ++hub->degrees_.back().count;
  }
  hub->Renumber();
  return hub;
}

// Adds `run` as the last chunk, or joins it to the last one where both are small, so that erasing cannot leave a long
// list of tiny chunks.
void Hub::Append(const ArcRun& run) {
  if (run.arcs.empty()) return;
  if (!chunks_.empty() && chunks_.back().chunk->arcs().size() + run.arcs.size() <= kChunkArcs / 2) {
    ArcBuffer joined;
    joined.Add(chunks_.back().chunk->run());
    joined.Add(run);
    chunks_.back().chunk = ArcChunk::Make(joined.run());
    return;
  }
  chunks_.push_back({ArcChunk::Make(run), KeyOf(run.arcs.front()), 0});
}

void Hub::Renumber() {
  size_ = 0;
  for (HubChunk& entry : chunks_) {
    entry.start = size_;
    size_ += entry.chunk->arcs().size();
  }
}

void Hub::AddDegree(RelationIndex relation, bool more) {
  auto at = std::lower_bound(degrees_.begin(), degrees_.end(), relation,
                             [](const Degree& degree, RelationIndex r) { return degree.relation < r; });
  if (at == degrees_.end() || at->relation != relation) at = degrees_.insert(at, {relation, 0});
  at->count += more ? 1U : -1U;
  if (at->count == 0) degrees_.erase(at);
}

std::size_t Hub::ChunkOf(ArcKey key) const {
  const auto after = std::upper_bound(chunks_.begin(), chunks_.end(), key,
                                      [](ArcKey k, const HubChunk& entry) { return k < entry.first_key; });
  return after == chunks_.begin() ? 0 : static_cast<std::size_t>(after - chunks_.begin()) - 1;
}

HubPtr Hub::WithEdits(std::span<const ArcEdit> edits) const {
  boost::intrusive_ptr<Hub> edited(new Hub);
  edited->degrees_ = degrees_;
  edited->chunks_.reserve(chunks_.size() + 1);
  std::size_t next = 0;  // the first old chunk not taken over yet
  const auto take_until = [&](std::size_t end) {
    if (next == end) return;
    // The neighbour of an edited chunk may be small as well: let Append see it. The others are shared as they are.
    if (!edited->chunks_.empty() && chunks_[next].chunk->arcs().size() <= kChunkArcs / 2) {
      edited->Append(chunks_[next++].chunk->run());
    }
    edited->chunks_.insert(edited->chunks_.end(), chunks_.begin() + static_cast<std::ptrdiff_t>(next),
                           chunks_.begin() + static_cast<std::ptrdiff_t>(end));
    next = end;
  };
  while (!edits.empty()) {
    const std::size_t chunk = ChunkOf(KeyOf(edits.front().arc));
    const ArcKey end_key = chunk + 1 < chunks_.size() ? chunks_[chunk + 1].first_key : kEndKey;
    const auto end =
        std::find_if(edits.begin(), edits.end(), [&](const ArcEdit& edit) { return KeyOf(edit.arc) >= end_key; });
    const auto count = static_cast<std::size_t>(end - edits.begin());
    const ArcRun base = chunks_[chunk].chunk->run();
    const ArcBuffer merged = Merge(base, edits.first(count), base.extras != nullptr,
                                   [&](RelationIndex relation, bool more) { edited->AddDegree(relation, more); });
    take_until(chunk);
    CutEvenly(merged.size(), kChunkArcs,
              [&](std::size_t begin, std::size_t size) { edited->Append(Part(merged.run(), begin, size)); });
    next = chunk + 1;
    edits = edits.subspan(count);
  }
  take_until(chunks_.size());
  edited->Renumber();
  return edited;
}

std::uint32_t Hub::degree(RelationIndex relation) const {
  const auto at = std::lower_bound(degrees_.begin(), degrees_.end(), relation,
                                   [](const Degree& degree, RelationIndex r) { return degree.relation < r; });
  return at == degrees_.end() || at->relation != relation ? 0 : at->count;
}

std::size_t Hub::Rank(ArcKey key) const {
  const HubChunk& entry = chunks_[ChunkOf(key)];
  return entry.start + graph::Rank(entry.chunk->arcs(), key);
}

Arcs Hub::Range(ArcKey from, ArcKey to) const {
  const std::size_t begin = Rank(from);
  const std::size_t end = Rank(to);
  if (begin == end) return {};
  std::size_t chunk = ChunkOf(from);
  // `from` may lie past the last arc of the chunk before the one that the range begins in.
  if (begin == chunks_[chunk].start + chunks_[chunk].chunk->arcs().size()) ++chunk;
  const std::span<const Arc> arcs = chunks_[chunk].chunk->arcs();
  return {arcs.data() + (begin - chunks_[chunk].start), arcs.data() + arcs.size(), chunks_.data() + chunk + 1,
          end - begin};
}

ArcEntry Hub::Find(ArcKey key) const { return FindIn(chunks_[ChunkOf(key)].chunk->run(), key); }

// --- Blocks of a page -----------------------------------------------------------------------------------------------

// What a block is frozen from: for each slot its list, or its hub.
struct ArcBlock::Draft {
  struct List {
    ArcRun run;
    std::span<const PageDegree> degrees;
    HubPtr hub;  // null: no hub
  };
  bool has_extras = false;
  std::array<List, kPageNodes> lists;
};

ArcBlock::Layout ArcBlock::LayoutOf(std::size_t arcs, std::size_t degrees, std::size_t hubs, bool has_extras) {
  Layout layout{};
  layout.extras = RoundUp(arcs * sizeof(Arc), alignof(EdgeExtra));
  layout.hubs = layout.extras + (has_extras ? arcs * sizeof(EdgeExtra) : 0);
  layout.degrees = layout.hubs + hubs * sizeof(HubPtr);
  layout.hub_slots = layout.degrees + degrees * sizeof(PageDegree);
  layout.size = layout.hub_slots + hubs;
  return layout;
}

ArcBlock::ArcBlock(const Draft& draft) : has_extras_(draft.has_extras) {
  for (std::size_t slot = 0; slot < kPageNodes; ++slot) {
    const Draft::List& list = draft.lists[slot];
    starts_[slot + 1].arc = starts_[slot].arc + static_cast<std::uint32_t>(list.run.arcs.size());
    starts_[slot + 1].degree = starts_[slot].degree + static_cast<std::uint32_t>(list.degrees.size());
    hub_count_ = static_cast<std::uint16_t>(hub_count_ + (list.hub != nullptr ? 1 : 0));
  }
  Copier<Arc> arcs(const_cast<Arc*>(arc_data()));
  Copier<EdgeExtra> extras_copier(const_cast<EdgeExtra*>(extras()));
  Copier<PageDegree> degrees_copier(const_cast<PageDegree*>(degrees()));
  auto* hub = const_cast<HubPtr*>(hubs());
  auto* hub_slot = const_cast<std::uint8_t*>(hub_slots());
  for (std::size_t slot = 0; slot < kPageNodes; ++slot) {
    const Draft::List& list = draft.lists[slot];
    arcs.Add(list.run.arcs.data(), list.run.arcs.size());
    if (has_extras_) extras_copier.Add(list.run.extras, list.run.arcs.size());
    degrees_copier.Add(list.degrees.data(), list.degrees.size());
    if (list.hub == nullptr) continue;
    std::construct_at(hub++, list.hub);
    *hub_slot++ = static_cast<std::uint8_t>(slot);
  }
  arcs.Flush();
  extras_copier.Flush();
  degrees_copier.Flush();
}

ArcBlock::~ArcBlock() {
  if (has_extras_) std::destroy_n(const_cast<EdgeExtra*>(extras()), arc_count());
  std::destroy_n(const_cast<HubPtr*>(hubs()), hub_count_);
}

ArcBlockPtr ArcBlock::Freeze(const Draft& draft) {
  std::size_t arcs = 0, degrees = 0, hubs = 0;
  for (const Draft::List& list : draft.lists) {
    arcs += list.run.arcs.size();
    degrees += list.degrees.size();
    hubs += list.hub != nullptr ? 1 : 0;
  }
  return ArcBlockPtr(new (TailBytes{LayoutOf(arcs, degrees, hubs, draft.has_extras).size}) ArcBlock(draft));
}

const ArcBlockPtr& ArcBlock::Empty(Direction direction) {
  static const ArcBlockPtr out = Make(Direction::kOut, {});
  static const ArcBlockPtr in = Make(Direction::kIn, {});
  return direction == Direction::kOut ? out : in;
}

ArcBlockPtr ArcBlock::Make(Direction direction, const std::array<ArcRun, kPageNodes>& lists) {
  Draft draft;
  draft.has_extras = direction == Direction::kOut;
  std::vector<PageDegree> degrees;
  std::array<std::size_t, kPageNodes + 1> degree_starts{};
  for (std::size_t slot = 0; slot < kPageNodes; ++slot) {
    if (lists[slot].arcs.size() > kChunkArcs) {
      draft.lists[slot].hub = Hub::Make(lists[slot]);
    } else {
      draft.lists[slot].run = lists[slot];
      CountDegrees(lists[slot].arcs, degrees);
    }
    degree_starts[slot + 1] = degrees.size();
  }
  for (std::size_t slot = 0; slot < kPageNodes; ++slot) {  // now that they do not move any more
    draft.lists[slot].degrees = {degrees.data() + degree_starts[slot], degrees.data() + degree_starts[slot + 1]};
  }
  return Freeze(draft);
}

ArcBlockPtr ArcBlock::WithEdits(std::span<const ArcEdit> edits) const {
  struct Edited {
    ArcBuffer arcs;
    std::vector<PageDegree> degrees;
  };
  std::deque<Edited> edited;  // holds what the draft points to
  Draft draft;
  draft.has_extras = has_extras_;
  for (std::size_t slot = 0; slot < kPageNodes; ++slot) {
    Draft::List& to = draft.lists[slot];
    const HubPtr* old_hub = hub(slot);
    const auto end = std::find_if(edits.begin(), edits.end(), [&](const ArcEdit& edit) { return edit.slot != slot; });
    const auto own = edits.first(static_cast<std::size_t>(end - edits.begin()));
    edits = edits.subspan(own.size());
    if (own.empty()) {
      to.run = {list(slot), has_extras_ ? extras() + starts_[slot].arc : nullptr};
      to.degrees = {degrees() + starts_[slot].degree, degrees() + starts_[slot + 1].degree};
      if (old_hub != nullptr) to.hub = *old_hub;
      continue;
    }
    Edited& store = edited.emplace_back();
    if (old_hub != nullptr) {
      to.hub = (*old_hub)->WithEdits(own);
      if (to.hub->size() > kChunkArcs) continue;
      for (const HubChunk& entry : to.hub->chunks()) store.arcs.Add(entry.chunk->run());
      to.hub = nullptr;
    } else {
      const ArcRun base{list(slot), has_extras_ ? extras() + starts_[slot].arc : nullptr};
      store.arcs = Merge(base, own, has_extras_, [](RelationIndex, bool) {});
      if (store.arcs.size() > kChunkArcs) {
        to.hub = Hub::Make(store.arcs.run());
        continue;
      }
    }
    to.run = store.arcs.run();
    CountDegrees(to.run.arcs, store.degrees);
    to.degrees = store.degrees;
  }
  return Freeze(draft);
}

const HubPtr* ArcBlock::FindHub(std::size_t slot) const {
  const std::uint8_t* begin = hub_slots();
  const std::uint8_t* end = begin + hub_count_;
  const std::uint8_t* at = std::lower_bound(begin, end, slot);
  return at == end || *at != slot ? nullptr : hubs() + (at - begin);
}

Arcs ArcBlock::arcs(std::size_t slot) const {
  const HubPtr* found = hub(slot);
  return found != nullptr ? (*found)->Range(0, kEndKey) : Arcs(list(slot));
}

Arcs ArcBlock::arcs(std::size_t slot, RelationIndex relation) const {
  if (const HubPtr* found = hub(slot); found != nullptr) {
    return (*found)->Range(FirstKeyOf(relation), EndKeyOf(relation));
  }
  const std::span<const Arc> all = list(slot);
  const std::size_t begin = Rank(all, FirstKeyOf(relation));
  const std::size_t end = Rank(all, EndKeyOf(relation));
  return Arcs(all.subspan(begin, end - begin));
}

std::uint32_t ArcBlock::degree(std::size_t slot, RelationIndex relation) const {
  if (const HubPtr* found = hub(slot); found != nullptr) return (*found)->degree(relation);
  // Who asks for the degree of a small node looks at its arcs too, and seldom at its degrees' own place in memory.
  if (const std::span<const Arc> arcs = list(slot); arcs.size() <= kCountedArcs) {
    return static_cast<std::uint32_t>(std::count_if(
        arcs.begin(), arcs.end(), [relation](const Arc& arc) { return arc.relation == relation && arc.supported(); }));
  }
  const PageDegree* begin = degrees() + starts_[slot].degree;
  const PageDegree* end = degrees() + starts_[slot + 1].degree;
  const PageDegree* at =
      std::find_if(begin, end, [&](const PageDegree& degree) { return degree.relation == relation; });
  return at == end ? 0 : at->count;
}

ArcEntry ArcBlock::Find(std::size_t slot, ArcKey key) const {
  if (const HubPtr* found = hub(slot); found != nullptr) return (*found)->Find(key);
  return FindIn({list(slot), has_extras_ ? extras() + starts_[slot].arc : nullptr}, key);
}

const SlotBlockPtr& SlotBlock::Empty() {
  static const SlotBlockPtr empty(new SlotBlock);
  return empty;
}

const NodePage& NodePage::Empty() {
  static const NodePagePtr empty(
      new NodePage(SlotBlock::Empty(), ArcBlock::Empty(Direction::kOut), ArcBlock::Empty(Direction::kIn)));
  return *empty;
}

NodeIndex GroupOf(const Schema& schema, KindIndex kind, NodeIndex self, const ArcBlock& out, std::size_t slot) {
  if (schema.kind(kind).is_group) return self;
  for (std::size_t i = 0; i < schema.relation_count(); ++i) {
    const RelationIndex relation{static_cast<std::uint16_t>(i)};
    if (!schema.relation(relation).defines_group) continue;
    for (const Arc& arc : out.arcs(slot, relation)) {
      if (arc.primary()) return arc.node;
    }
  }
  return kNoNode;
}

}  // namespace braid::graph
