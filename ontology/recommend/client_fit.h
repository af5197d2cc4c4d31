// What a client makes of a technique or modality, apart from any evidence: preference, rules and earlier response
// (plan_benefits.h says what each factor is).
//
// What holds for a technique or modality holds for its kinds: `names` are always those with what they are a kind of.
//
// Thread safety: pure functions on one snapshot.

#ifndef BRAID_ONTOLOGY_RECOMMEND_CLIENT_FIT_H_
#define BRAID_ONTOLOGY_RECOMMEND_CLIENT_FIT_H_

#include <vector>

#include "graph/ids.h"
#include "ontology/client_profile.h"
#include "ontology/recommend/client_rules.h"
#include "ontology/recommend/plan_policy.h"

namespace braid::ontology {

// What a client made of a technique for one need in the course of this treatment: of its benefit there, what is left.
struct NeedResponse {
  graph::NodeIndex technique = graph::kNoNode, need = graph::kNoNode;
  double factor = 1;  // (0, 1]
};

struct RuleFactor {
  graph::NodeIndex rule = graph::kNoNode;
  bool prefers = false;
  double strength = 0;  // (0, 1]
};

struct ClientFit {
  double preference = 1;                 // (0, 1]
  double rules = 1;                      // [0, ∞)
  double response = 1;                   // (0, 1]
  std::vector<RuleFactor> rule_factors;  // of `rules`, by id of the rule

  double product() const { return preference * rules * response; }
};

// O(preferences + responses + rules · targets).
ClientFit FitOf(const Client& client, const std::vector<RuleVerdict>& verdicts, const PlanPolicy& policy,
                const std::vector<graph::NodeIndex>& names);

}  // namespace braid::ontology

#endif  // BRAID_ONTOLOGY_RECOMMEND_CLIENT_FIT_H_
