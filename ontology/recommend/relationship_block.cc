#include "ontology/recommend/relationship_block.h"

#include <algorithm>
#include <cstddef>
#include <map>
#include <optional>
#include <set>
#include <string>

#include "ontology/policy.h"

namespace braid::ontology {
namespace {

using graph::NodeIndex;
using graph::RelationIndex;
using graph::Snapshot;

void AddOnce(NodeIndex node, std::vector<NodeIndex>& nodes) {
  if (std::find(nodes.begin(), nodes.end(), node) == nodes.end()) nodes.push_back(node);
}

class Builder {
 public:
  Builder(const Snapshot& snapshot, const PlanPolicy& policy, const Client& client,
          const std::vector<RuleVerdict>& verdicts, const std::function<bool(NodeIndex)>& is_allowed)
      : snapshot_(snapshot), policy_(policy), client_(client), verdicts_(verdicts), is_allowed_(is_allowed) {}

  RelationshipBlock Build() const {
    RelationshipBlock block;
    block.alliance = RuptureIsFlagged() ? AllianceState::kRuptured : StateOf(snapshot_, client_.alliance);
    block.holds_plan = block.alliance == AllianceState::kStrained || block.alliance == AllianceState::kRuptured;
    if (block.alliance == AllianceState::kUnknown) block.measure_with = AllianceMeasures();
    std::vector<NodeIndex> order;
    if (block.holds_plan) order = Repairs();
    const std::size_t repair_count = order.size();
    for (const NodeIndex technique : Preferred()) AddOnce(technique, order);
    for (std::size_t i = 0; i < order.size(); ++i) {
      const std::vector<NodeIndex> factors = FactorsOf(order[i]);
      block.steps.push_back({order[i], i < repair_count, RulesFor(order[i]), factors, FindingsFor(factors)});
    }
    return block;
  }

 private:
  bool ById(NodeIndex a, NodeIndex b) const { return snapshot_.id(a) < snapshot_.id(b); }

  bool RuptureIsFlagged() const {
    const std::vector<std::string>& ids = policy_.repair.flag_ids;
    return std::any_of(client_.flags.begin(), client_.flags.end(), [&](NodeIndex flag) {
      return std::find(ids.begin(), ids.end(), snapshot_.id(flag)) != ids.end();
    });
  }

  std::vector<NodeIndex> AllianceMeasures() const {
    std::vector<NodeIndex> measures;
    const std::optional<graph::KindIndex> kind = snapshot_.schema().FindKind("measure");
    if (!kind.has_value()) return measures;
    snapshot_.VisitNodes(*kind, {}, [&](NodeIndex node) {
      const bool fits = !snapshot_.IsObsolete(node) && Matches(snapshot_, node, {"measure_type", {"alliance"}});
      if (fits) measures.push_back(node);
      return true;
    });
    return measures;
  }

  // The techniques that a strained alliance is met with, in their order.
  std::vector<NodeIndex> Repairs() const {
    const auto is_marked = [&](RuptureMarker marker) {
      const auto& markers = client_.alliance.markers;
      return markers.empty() || std::find(markers.begin(), markers.end(), marker) != markers.end();
    };
    std::vector<NodeIndex> techniques;
    const auto add = [&](const std::vector<std::string>& ids) {
      for (const std::string& id : ids) {
        const std::optional<NodeIndex> node = snapshot_.Find(id);
        if (node.has_value() && is_allowed_(*node)) AddOnce(*node, techniques);
      }
    };
    if (is_marked(RuptureMarker::kWithdrawal)) add(policy_.repair.withdrawal_ids);
    if (is_marked(RuptureMarker::kConfrontation)) add(policy_.repair.confrontation_ids);
    return techniques;
  }

  // By the strongest preference, then id.
  std::vector<NodeIndex> Preferred() const {
    std::map<NodeIndex, double> strengths;
    for (const RuleVerdict& verdict : verdicts_) {
      if (verdict.truth != Truth::kTrue || !verdict.rule->is_relationship) continue;
      for (const RuleTarget& target : verdict.rule->prefers) {
        if (!is_allowed_(target.node)) continue;
        double& strength = strengths[target.node];
        strength = std::max(strength, target.strength);
      }
    }
    std::vector<NodeIndex> techniques;
    for (const auto& [technique, strength] : strengths) techniques.push_back(technique);
    std::sort(techniques.begin(), techniques.end(), [&](NodeIndex a, NodeIndex b) {
      return strengths[a] != strengths[b] ? strengths[a] > strengths[b] : ById(a, b);
    });
    return techniques;
  }

  std::vector<NodeIndex> RulesFor(NodeIndex technique) const {
    std::vector<NodeIndex> rules;
    for (const RuleVerdict& verdict : verdicts_) {
      const auto& prefers = verdict.rule->prefers;
      const bool names = std::any_of(prefers.begin(), prefers.end(),
                                     [&](const RuleTarget& target) { return target.node == technique; });
      if (verdict.truth == Truth::kTrue && verdict.rule->is_relationship && names) rules.push_back(verdict.rule->node);
    }
    return rules;
  }

  std::vector<NodeIndex> FactorsOf(NodeIndex technique) const {
    std::vector<NodeIndex> factors;
    const std::optional<RelationIndex> fosters = snapshot_.schema().FindRelation("fosters");
    if (!fosters.has_value()) return factors;
    for (const graph::Arc& arc : snapshot_.out(technique, *fosters)) factors.push_back(arc.node);
    std::sort(factors.begin(), factors.end(), [&](NodeIndex a, NodeIndex b) { return ById(a, b); });
    return factors;
  }

  std::vector<std::string> FindingsFor(const std::vector<NodeIndex>& factors) const {
    std::set<std::string> ids;
    const std::optional<RelationIndex> supported_by = snapshot_.schema().FindRelation("supported_by");
    if (!supported_by.has_value()) return {};
    for (const NodeIndex factor : factors) {
      for (const graph::Arc& arc : snapshot_.out(factor, *supported_by)) ids.emplace(snapshot_.id(arc.node));
    }
    return {ids.begin(), ids.end()};
  }

  const Snapshot& snapshot_;
  const PlanPolicy& policy_;
  const Client& client_;
  const std::vector<RuleVerdict>& verdicts_;
  const std::function<bool(NodeIndex)>& is_allowed_;
};

}  // namespace

RelationshipBlock RelationshipOf(const Snapshot& snapshot, const PlanPolicy& policy, const Client& client,
                                 const std::vector<RuleVerdict>& verdicts,
                                 const std::function<bool(NodeIndex)>& is_allowed) {
  return Builder(snapshot, policy, client, verdicts, is_allowed).Build();
}

}  // namespace braid::ontology
