#include "ontology/relationship_factors.h"

#include <algorithm>
#include <map>
#include <optional>
#include <tuple>
#include <utility>

#include "fmt/format.h"
#include "graph/weights.h"
#include "ontology/path_words.h"

namespace braid::ontology {
namespace {

using graph::NodeIndex;
using graph::RelationIndex;
using graph::Snapshot;

void SortById(const Snapshot& snapshot, std::vector<NodeIndex>& nodes) {
  std::sort(nodes.begin(), nodes.end(), [&](NodeIndex a, NodeIndex b) { return snapshot.id(a) < snapshot.id(b); });
}

std::vector<std::string> EvidenceOf(const Snapshot& snapshot, const FactorReading& reading, NodeIndex factor) {
  std::vector<std::string> ids;
  const std::optional<RelationIndex> supported_by = snapshot.schema().FindRelation(reading.supported_by);
  if (!supported_by.has_value()) return ids;
  for (const graph::Arc& arc : snapshot.out(factor, *supported_by)) {
    if (!snapshot.IsObsolete(arc.node)) ids.emplace_back(snapshot.id(arc.node));
  }
  std::sort(ids.begin(), ids.end());
  return ids;
}

std::string TextOf(const Snapshot& snapshot, const graph::Relation& fosters, const RelationshipFactor& factor,
                   const std::vector<std::string>& languages) {
  std::vector<std::string> techniques;
  for (const NodeIndex node : factor.fostered_by) techniques.emplace_back(snapshot.PreferredLabel(node, languages));
  return fmt::format("{} {} {}", snapshot.PreferredLabel(factor.factor, languages),
                     fosters.inverse_phrase.empty() ? fosters.inverse_name : fosters.inverse_phrase,
                     Listed(techniques));
}

}  // namespace

std::vector<RelationshipFactor> FactorsBeside(const Snapshot& snapshot, const Policy& policy,
                                              const std::vector<NodeIndex>& nodes,
                                              const std::vector<std::string>& languages, std::size_t most) {
  if (!policy.factor_reading.has_value()) return {};
  const FactorReading& reading = *policy.factor_reading;
  const std::optional<RelationIndex> fosters = snapshot.schema().FindRelation(reading.fosters);
  if (!fosters.has_value()) return {};

  graph::CostModel costs(snapshot, policy.weights);
  std::map<NodeIndex, RelationshipFactor> by_factor;
  for (const NodeIndex node : nodes) {
    for (const graph::Arc& arc : snapshot.out(node, *fosters)) {
      if (!arc.supported() || snapshot.IsObsolete(arc.node)) continue;
      if (reading.shown.has_value() && !Matches(snapshot, arc.node, *reading.shown)) continue;
      const std::uint64_t cost = costs.Cost(node, arc).total();
      RelationshipFactor& factor = by_factor[arc.node];
      if (std::find(factor.fostered_by.begin(), factor.fostered_by.end(), node) != factor.fostered_by.end()) continue;
      factor.cost_micronats = factor.fostered_by.empty() ? cost : std::min(factor.cost_micronats, cost);
      factor.factor = arc.node;
      factor.fostered_by.push_back(node);
    }
  }

  std::vector<RelationshipFactor> factors;
  for (auto& [node, factor] : by_factor) factors.push_back(std::move(factor));
  std::sort(factors.begin(), factors.end(), [&](const RelationshipFactor& a, const RelationshipFactor& b) {
    return std::tuple(a.cost_micronats, snapshot.id(a.factor)) < std::tuple(b.cost_micronats, snapshot.id(b.factor));
  });
  factors.resize(std::min(factors.size(), most));
  for (RelationshipFactor& factor : factors) {
    SortById(snapshot, factor.fostered_by);
    factor.evidence_ids = EvidenceOf(snapshot, reading, factor.factor);
    factor.text = TextOf(snapshot, snapshot.schema().relation(*fosters), factor, languages);
  }
  return factors;
}

}  // namespace braid::ontology
