#include "ontology/evidence/evidence_table.h"

#include <set>
#include <utility>

namespace braid::ontology {
namespace {

bool LetsThrough(const FindingFilter& filter, const FindingClaim& claim) {
  return (!filter.intervention.has_value() || *filter.intervention == claim.intervention) &&
         (!filter.concern.has_value() || *filter.concern == claim.concern) &&
         (!filter.polarity.has_value() || *filter.polarity == claim.polarity);
}

}  // namespace

std::optional<ListedFinding> Match(const EvidenceBase& base, const FindingFilter& filter, graph::NodeIndex finding) {
  ListedFinding listed;
  for (const FindingClaim& claim : base.ClaimsOf(finding)) {
    if (LetsThrough(filter, claim)) listed.claims.push_back(claim);
  }
  const bool asks_for_claim =
      filter.intervention.has_value() || filter.concern.has_value() || filter.polarity.has_value();
  if (asks_for_claim && listed.claims.empty()) return std::nullopt;
  listed.finding = ReadFinding(base.snapshot(), finding);
  if (filter.verified.has_value() && *filter.verified != listed.finding.verified) return std::nullopt;
  return listed;
}

EvidenceCell CellOf(const EvidenceBase& base, graph::NodeIndex intervention, graph::NodeIndex concern) {
  EvidenceCell cell;
  cell.studied = base.IsStudied(intervention, concern);
  if (!cell.studied) {
    cell.benefit = base.BenefitOf(intervention, concern);
    return cell;
  }
  Synthesis synthesis = base.Synthesize(intervention, concern);
  for (const PairFinding& finding : synthesis.findings) {
    ++cell.polarities[static_cast<std::size_t>(finding.polarity)];
    if (!finding.finding.verified) ++cell.unverified_count;
  }
  cell.benefit = std::move(synthesis.benefit);
  return cell;
}

bool IsBorrowed(const Benefit& benefit) {
  return benefit.stratum.has_value() && (!benefit.own.has_value() || benefit.place != BenefitPlace::kConcern ||
                                         benefit.compared_through != graph::kNoNode);
}

std::vector<std::string> FindingsBehind(const graph::Snapshot& snapshot, graph::NodeIndex intervention,
                                        graph::NodeIndex concern, const Benefit& benefit) {
  std::set<std::string> ids;
  const std::optional<graph::RelationIndex> treats = snapshot.schema().FindRelation("treats");
  if (!treats.has_value()) return {};
  for (const graph::NodeIndex subject : {intervention, benefit.modality, benefit.compared_through}) {
    for (const graph::NodeIndex object : {concern, benefit.place_concern}) {
      if (subject == graph::kNoNode || object == graph::kNoNode) continue;
      const std::optional<graph::EdgeEntry> edge = snapshot.FindEdge(subject, *treats, object);
      if (!edge.has_value()) continue;
      for (const graph::Claim& claim : edge->claims) ids.insert(claim.evidence_ids.begin(), claim.evidence_ids.end());
    }
  }
  return {ids.begin(), ids.end()};
}

}  // namespace braid::ontology
