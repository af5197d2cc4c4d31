#include "ontology/recommend/client_fit.h"

#include <algorithm>

namespace braid::ontology {
namespace {

using graph::NodeIndex;

bool Holds(const std::vector<NodeIndex>& nodes, NodeIndex node) {
  return std::find(nodes.begin(), nodes.end(), node) != nodes.end();
}

double PreferenceFor(const Client& client, const PlanPolicy& policy, const std::vector<NodeIndex>& names) {
  const bool is_disliked =
      std::any_of(client.preferences.begin(), client.preferences.end(), [&](const Client::Preference& preference) {
        return preference.attitude == Attitude::kDisliked && Holds(names, preference.node);
      });
  return is_disliked ? policy.benefit.disliked_factor : 1;
}

double ResponseOf(const Client& client, const PlanPolicy& policy, const std::vector<NodeIndex>& names) {
  double factor = 1;
  for (const Client::PriorResponse& response : client.prior_responses) {
    if (!Holds(names, response.node)) continue;
    if (response.outcome == PriorOutcome::kDeteriorated) factor = std::min(factor, policy.benefit.worse_factor);
    const bool did_not_help = response.outcome == PriorOutcome::kUnchanged ||
                              (response.outcome == PriorOutcome::kUnknown && response.dropped_out);
    if (did_not_help) factor = std::min(factor, policy.benefit.unchanged_factor);
  }
  return factor;
}

// The greatest strength with which one of the targets is one of `names`; 0: none is.
double StrengthOn(const std::vector<RuleTarget>& targets, const std::vector<NodeIndex>& names) {
  double strength = 0;
  for (const RuleTarget& target : targets) {
    if (target.strength > strength && Holds(names, target.node)) strength = target.strength;
  }
  return strength;
}

void WeighRules(const std::vector<RuleVerdict>& verdicts, const PlanPolicy& policy, const std::vector<NodeIndex>& names,
                ClientFit& fit) {
  for (const RuleVerdict& verdict : verdicts) {
    if (verdict.truth != Truth::kTrue) continue;
    const double avoided = StrengthOn(verdict.rule->avoids, names);
    const double preferred = StrengthOn(verdict.rule->prefers, names);
    // What is barred is no less useful where a therapist overrides the bar: a hard rule is no factor.
    if (avoided > 0 && avoided < 1) {
      fit.rules *= 1 - avoided;
      fit.rule_factors.push_back({verdict.rule->node, false, avoided});
    }
    if (preferred > 0) {
      fit.rules *= 1 + policy.benefit.preferred_share * preferred;
      fit.rule_factors.push_back({verdict.rule->node, true, preferred});
    }
  }
}

}  // namespace

ClientFit FitOf(const Client& client, const std::vector<RuleVerdict>& verdicts, const PlanPolicy& policy,
                const std::vector<NodeIndex>& names) {
  ClientFit fit;
  fit.preference = PreferenceFor(client, policy, names);
  fit.response = ResponseOf(client, policy, names);
  WeighRules(verdicts, policy, names, fit);
  return fit;
}

}  // namespace braid::ontology
