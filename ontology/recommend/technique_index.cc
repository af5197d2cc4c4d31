#include "ontology/recommend/technique_index.h"

#include <algorithm>
#include <cstddef>
#include <limits>
#include <optional>
#include <span>
#include <string_view>
#include <tuple>
#include <utility>

#include "ontology/lookup.h"
#include "ontology/policy.h"

namespace braid::ontology {
namespace {

using graph::NodeIndex;
using graph::RelationIndex;
using graph::Snapshot;

CautionLevel LevelOf(std::span<const graph::Attribute> attributes) {
  for (const graph::Attribute& attribute : attributes) {
    if (attribute.name != "caution") continue;
    const auto* text = std::get_if<std::string>(&attribute.value);
    if (text != nullptr && *text == "ADAPT") return CautionLevel::kAdapt;
    if (text != nullptr && *text == "DEFER") return CautionLevel::kDefer;
  }
  return CautionLevel::kExclude;  // what cannot be read is taken as the strictest
}

class Reader {
 public:
  explicit Reader(const TechniqueIndex& index)
      : index_(index),
        snapshot_(index.snapshot()),
        cautions_(snapshot_.schema().FindRelation("contraindicated_by")),
        belongs_to_(snapshot_.schema().FindRelation("originates_in")),
        asks_for_(snapshot_.schema().FindRelation("requires_level")) {}

  std::vector<TechniqueIndex::Entry> Read(std::string_view kind) const {
    std::vector<TechniqueIndex::Entry> entries;
    const std::optional<graph::KindIndex> found = snapshot_.schema().FindKind(kind);
    if (!found.has_value()) return entries;
    snapshot_.VisitNodes(*found, {}, [&](NodeIndex node) {
      if (!snapshot_.IsObsolete(node)) entries.push_back(EntryOf(node));
      return true;
    });
    return entries;
  }

 private:
  TechniqueIndex::Entry EntryOf(NodeIndex node) const {
    TechniqueIndex::Entry entry{node, WithAncestors(snapshot_, {node}), {}};
    entry.cautions = CautionsOf(entry);
    entry.level = LevelFor(entry);
    entry.is_never_recommended = Matches(snapshot_, node, {"safety_status", {"never_recommend"}});
    entry.modalities = ModalitiesOf(node);
    return entry;
  }

  std::span<const graph::Attribute> AttributesOf(NodeIndex subject, RelationIndex relation, NodeIndex object) const {
    const std::optional<graph::EdgeEntry> edge = snapshot_.FindEdge(subject, relation, object);
    return edge.has_value() ? edge->attributes : std::span<const graph::Attribute>{};
  }

  std::vector<FlagCaution> CautionsOf(const TechniqueIndex::Entry& entry) const {
    std::vector<FlagCaution> found;
    if (!cautions_.has_value()) return found;
    for (const NodeIndex bearer : entry.names) {
      for (const graph::Arc& arc : snapshot_.out(bearer, *cautions_)) {
        const FlagCaution caution{arc.node, bearer, LevelOf(AttributesOf(bearer, *cautions_, arc.node))};
        const auto known =
            std::find_if(found.begin(), found.end(), [&](const FlagCaution& c) { return c.flag == arc.node; });
        if (known == found.end()) {
          found.push_back(caution);
        } else if (known->bearer != entry.node && known->level < caution.level) {
          *known = caution;
        }
      }
    }
    std::sort(found.begin(), found.end(),
              [&](const FlagCaution& a, const FlagCaution& b) { return snapshot_.id(a.flag) < snapshot_.id(b.flag); });
    return found;
  }

  NodeIndex LevelFor(const TechniqueIndex::Entry& entry) const {
    NodeIndex highest = graph::kNoNode;
    if (!asks_for_.has_value()) return highest;
    for (const NodeIndex node : entry.names) {
      for (const graph::Arc& arc : snapshot_.out(node, *asks_for_)) {
        if (highest == graph::kNoNode || index_.RankOf(highest) < index_.RankOf(arc.node)) highest = arc.node;
      }
      if (node == entry.node && highest != graph::kNoNode) break;
    }
    return highest;
  }

  std::vector<NodeIndex> ModalitiesOf(NodeIndex technique) const {
    std::vector<std::tuple<bool, double, std::string_view, NodeIndex>> rows;
    if (!belongs_to_.has_value()) return {};
    for (const graph::Arc& arc : snapshot_.out(technique, *belongs_to_)) {
      if (snapshot_.IsObsolete(arc.node)) continue;
      double rank = std::numeric_limits<double>::infinity();
      for (const graph::Attribute& attribute : AttributesOf(technique, *belongs_to_, arc.node)) {
        const auto* number = std::get_if<std::int64_t>(&attribute.value);
        if (attribute.name == "rank" && number != nullptr) rank = static_cast<double>(*number);
      }
      rows.emplace_back(!arc.primary(), rank, snapshot_.id(arc.node), arc.node);
    }
    std::sort(rows.begin(), rows.end());
    std::vector<NodeIndex> modalities;
    for (const auto& row : rows) modalities.push_back(std::get<NodeIndex>(row));
    return modalities;
  }

  const TechniqueIndex& index_;
  const Snapshot& snapshot_;
  std::optional<RelationIndex> cautions_, belongs_to_, asks_for_;
};

}  // namespace

TechniqueIndex::TechniqueIndex(const Snapshot& snapshot)
    : snapshot_(snapshot), least_rank_(std::numeric_limits<double>::infinity()) {
  if (const auto kind = snapshot.schema().FindKind("level"); kind.has_value()) {
    snapshot.VisitNodes(*kind, {}, [&](NodeIndex level) {
      least_rank_ = std::min(least_rank_, RankOf(level));
      return true;
    });
  }
  const Reader reader(*this);
  techniques_ = reader.Read("technique");
  modalities_ = reader.Read("modality");
  for (std::size_t i = 0; i < modalities_.size(); ++i) places_.emplace(modalities_[i].node, i);
}

double TechniqueIndex::RankOf(NodeIndex level) const {
  return NumberOf(snapshot_, level, "rank").value_or(std::numeric_limits<double>::infinity());
}

}  // namespace braid::ontology
