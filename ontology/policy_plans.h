// The part of the policy that recommendations read.
//
// Thread safety: pure functions.

#ifndef BRAID_ONTOLOGY_POLICY_PLANS_H_
#define BRAID_ONTOLOGY_POLICY_PLANS_H_

#include "graph/error.h"
#include "ontology/recommend/plan_policy.h"

namespace braid::v1 {
class PlanPolicy;
}

namespace braid::ontology {

// Reads and checks the message; adds every field that is out of its range, and so every one that is missing and may not
// be 0, to `errors` as VALUE_OUT_OF_RANGE, by its name in the policy (`plans.cost.modality`), and ids that are none as
// CURIE_MALFORMED.
PlanPolicy ReadPlanPolicy(const braid::v1::PlanPolicy& message, graph::ErrorList& errors);

}  // namespace braid::ontology

#endif  // BRAID_ONTOLOGY_POLICY_PLANS_H_
