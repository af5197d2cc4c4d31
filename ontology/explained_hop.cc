#include "ontology/explained_hop.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "ontology/path_words.h"

namespace braid::ontology {
namespace {

using graph::NodeIndex;
using graph::RelationIndex;
using graph::Snapshot;

// The edge that a hop crosses. A symmetric one is stored one way and walked both.
graph::EdgeEntry EdgeOf(const Snapshot& snapshot, const graph::Hop& hop) {
  const NodeIndex subject = hop.reversed ? hop.to : hop.from;
  const NodeIndex object = hop.reversed ? hop.from : hop.to;
  const std::optional<graph::EdgeEntry> edge = snapshot.FindEdge(subject, hop.relation, object);
  return edge.has_value() ? *edge : *snapshot.FindEdge(object, hop.relation, subject);
}

void AddDiscords(const Snapshot& snapshot, const PathWords& words, CounterReason reason, std::string_view relation_name,
                 const std::vector<NodeIndex>& modalities, std::vector<CounterEvidence>* out) {
  const std::optional<RelationIndex> relation = snapshot.schema().FindRelation(relation_name);
  if (!relation.has_value()) return;
  for (std::size_t i = 0; i < modalities.size(); ++i) {
    for (std::size_t j = i + 1; j < modalities.size(); ++j) {
      std::optional<graph::EdgeEntry> edge = snapshot.FindEdge(modalities[i], *relation, modalities[j]);
      if (!edge.has_value()) edge = snapshot.FindEdge(modalities[j], *relation, modalities[i]);
      if (edge.has_value()) out->push_back({reason, *edge, words.Discord(*edge)});
    }
  }
}

}  // namespace

ExplainedHop ExplainHop(const Snapshot& snapshot, const graph::Hop& hop, const std::vector<std::string>& languages) {
  const PathWords words(snapshot, languages);
  ExplainedHop explained{hop, EdgeOf(snapshot, hop), 1, {}, {}};
  const std::uint32_t strength = explained.edge.arc.strength;
  explained.strength = strength > 0 ? static_cast<double>(strength) / graph::kStrengthUnit
                                    : snapshot.schema().relation(hop.relation).default_strength.value_or(1);
  explained.text = words.HopText(hop, explained.edge);
  explained.rests_on = words.RestsOn(explained.edge);
  return explained;
}

std::vector<CounterEvidence> CounterEvidenceTo(const Snapshot& snapshot, const std::vector<ExplainedHop>& hops,
                                               const std::vector<NodeIndex>& modalities,
                                               const std::vector<std::string>& languages) {
  const PathWords words(snapshot, languages);
  std::vector<CounterEvidence> counter;
  for (const ExplainedHop& hop : hops) {
    for (const graph::Claim& claim : hop.edge.claims) {
      if (claim.polarity == graph::Polarity::kSupports) continue;
      counter.push_back({CounterReason::kClaim, hop.edge, words.CounterClaim(hop.edge, claim)});
    }
  }
  AddDiscords(snapshot, words, CounterReason::kTension, "tension_with", modalities, &counter);
  AddDiscords(snapshot, words, CounterReason::kConflict, "conflicts_with", modalities, &counter);
  return counter;
}

}  // namespace braid::ontology
