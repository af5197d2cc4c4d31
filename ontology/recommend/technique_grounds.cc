#include "ontology/recommend/technique_grounds.h"

#include <algorithm>
#include <optional>
#include <set>
#include <string>
#include <tuple>

#include "ontology/evidence/evidence_table.h"

namespace braid::ontology {
namespace {

using graph::NodeIndex;
using graph::RelationIndex;
using graph::Snapshot;

class Collector {
 public:
  Collector(const Snapshot& snapshot, const graph::Weights& weights, const TechniqueBenefit& technique,
            const ConcernBenefits& benefits)
      : snapshot_(snapshot),
        costs_(snapshot, EvidenceAlone(weights)),
        technique_(technique),
        benefits_(benefits),
        originates_in_(snapshot.schema().FindRelation("originates_in")),
        grounded_in_(snapshot.schema().FindRelation("grounded_in")),
        treats_(snapshot.schema().FindRelation("treats")) {}

  TechniqueGrounds Collect(const std::vector<NodeIndex>& flags) {
    TechniqueGrounds grounds;
    grounds.continuation = Continuation();
    grounds.counter_findings = CounterFindings();
    grounds.depends_on = DependsOn(flags);
    return grounds;
  }

 private:
  void SortById(std::vector<NodeIndex>& nodes) const {
    std::sort(nodes.begin(), nodes.end(), [&](NodeIndex a, NodeIndex b) { return snapshot_.id(a) < snapshot_.id(b); });
  }

  void AddHop(NodeIndex from, RelationIndex relation, NodeIndex to, std::vector<graph::Hop>& hops) {
    const std::optional<graph::EdgeEntry> edge = snapshot_.FindEdge(from, relation, to);
    if (!edge.has_value() || !edge->arc.supported()) return;
    hops.push_back({from, to, relation, false, costs_.Cost(from, edge->arc)});
  }

  std::vector<NodeIndex> TheoriesOf(NodeIndex node) const {
    std::vector<NodeIndex> theories;
    for (const graph::Arc& arc : snapshot_.out(node, *grounded_in_)) {
      if (!snapshot_.IsObsolete(arc.node)) theories.push_back(arc.node);
    }
    SortById(theories);
    return theories;
  }

  std::vector<graph::Hop> Continuation() {
    std::vector<graph::Hop> hops;
    const NodeIndex from = technique_.from;
    if (from == graph::kNoNode || !originates_in_.has_value() || !grounded_in_.has_value()) return hops;
    AddHop(technique_.technique, *originates_in_, from, hops);
    const std::vector<NodeIndex> own = TheoriesOf(technique_.technique);
    for (const NodeIndex theory : TheoriesOf(from)) {
      const bool is_shared = own.empty() || std::find(own.begin(), own.end(), theory) != own.end();
      if (is_shared) AddHop(from, *grounded_in_, theory, hops);
    }
    return hops;
  }

  std::vector<CounterFinding> CounterFindings() const {
    std::vector<CounterFinding> found;
    if (!treats_.has_value()) return found;
    for (const ConcernBenefits::Concern& concern : benefits_.concerns()) {
      const std::optional<graph::EdgeEntry> edge = snapshot_.FindEdge(technique_.technique, *treats_, concern.node);
      if (!edge.has_value()) continue;
      for (const graph::Claim& claim : edge->claims) {
        if (claim.polarity == graph::Polarity::kSupports) continue;
        for (const std::string& id : claim.evidence_ids) {
          const std::optional<NodeIndex> finding = snapshot_.Find(id);
          if (finding.has_value()) found.push_back({*finding, concern.node, claim.polarity});
        }
      }
    }
    const auto key = [&](const CounterFinding& each) {
      return std::tuple(snapshot_.id(each.finding), snapshot_.id(each.concern), each.polarity);
    };
    std::sort(found.begin(), found.end(),
              [&](const CounterFinding& a, const CounterFinding& b) { return key(a) < key(b); });
    found.erase(std::unique(found.begin(), found.end()), found.end());
    return found;
  }

  std::vector<NodeIndex> DependsOn(const std::vector<NodeIndex>& flags) const {
    std::set<NodeIndex> nodes(flags.begin(), flags.end());
    nodes.insert(technique_.technique);
    if (technique_.from != graph::kNoNode) nodes.insert(technique_.from);
    for (const NeedBenefit& need : technique_.needs) {
      nodes.insert(need.witness.nodes.begin(), need.witness.nodes.end());
    }
    for (const RuleFactor& rule : technique_.fit.rule_factors) nodes.insert(rule.rule);
    for (const ConcernBenefits::Concern& concern : benefits_.concerns()) {
      const Benefit benefit = benefits_.evidence().BenefitOf(technique_.technique, concern.node);
      for (const std::string& id : FindingsBehind(snapshot_, technique_.technique, concern.node, benefit)) {
        if (const std::optional<NodeIndex> finding = snapshot_.Find(id); finding.has_value()) nodes.insert(*finding);
      }
    }
    std::vector<NodeIndex> sorted(nodes.begin(), nodes.end());
    SortById(sorted);
    return sorted;
  }

  const Snapshot& snapshot_;
  graph::CostModel costs_;
  const TechniqueBenefit& technique_;
  const ConcernBenefits& benefits_;
  std::optional<RelationIndex> originates_in_, grounded_in_, treats_;
};

}  // namespace

TechniqueGrounds GroundsOf(const Snapshot& snapshot, const graph::Weights& weights, const TechniqueBenefit& technique,
                           const std::vector<NodeIndex>& flags, const ConcernBenefits& benefits) {
  return Collector(snapshot, weights, technique, benefits).Collect(flags);
}

}  // namespace braid::ontology
