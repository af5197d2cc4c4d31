// How the best plan holds where the policy's judgements are set otherwise (algorithms.md, 3.7).
//
// A recommendation rests on numbers that nobody has measured: how far a grade of certainty is trusted, how much of a
// package's effect is its component's. The policy names variants of them (Policy::variants); the question is asked
// again under each. The policy itself is none of them.
//
// Thread safety: a VariantBases is shared by any number of threads; what it makes, it makes once.

#ifndef BRAID_ONTOLOGY_RECOMMEND_PLAN_ROBUSTNESS_H_
#define BRAID_ONTOLOGY_RECOMMEND_PLAN_ROBUSTNESS_H_

#include <cstddef>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "graph/budget.h"
#include "graph/ids.h"
#include "graph/snapshot.h"
#include "ontology/client_profile.h"
#include "ontology/evidence/synthesis.h"
#include "ontology/policy.h"
#include "ontology/recommend/client_rules.h"
#include "ontology/recommend/plan_question.h"
#include "ontology/recommend/recommend_options.h"

namespace braid::ontology {

struct PlanVariant {
  std::string name;        // `flat_certainty`
  std::string difference;  // in words
  // Of the best plan under it, by id; empty: there is none, or nothing is worth what it asks.
  std::vector<graph::NodeIndex> techniques;
};

struct PlanRobustness {
  std::vector<PlanVariant> variants;  // in the policy's order
  // kNone, or what cut one of the searches: then some of the plans are the best that were found.
  graph::Limit stopped_by = graph::Limit::kNone;

  // In how many variants the best plan holds it.
  std::size_t KeptIn(graph::NodeIndex technique) const;
};

// The evidence of a snapshot, pooled under each variant of a policy: at the first request for it.
class VariantBases {
 public:
  VariantBases(graph::SnapshotPtr snapshot, std::shared_ptr<const Policy> policy, const TechniqueIndex& techniques,
               const RuleBook& rules);

  // In the policy's order.
  const std::deque<QuestionBase>& bases() const;

 private:
  graph::SnapshotPtr snapshot_;
  std::shared_ptr<const Policy> policy_;
  const TechniqueIndex& techniques_;
  const RuleBook& rules_;
  mutable std::once_flag once_;
  mutable std::deque<EvidenceBase> evidence_;
  mutable std::deque<QuestionBase> bases_;
};

// The best plan under each variant. What an override sets aside, it sets aside there too; what is forced in and
// excluded under a variant is not in its plan.
// REQUIRES: options.robustness of `asked`.
PlanRobustness RobustnessOf(const Policy& policy, const VariantBases& variants, const PlanQuestion& asked,
                            graph::Budget& budget);

}  // namespace braid::ontology

#endif  // BRAID_ONTOLOGY_RECOMMEND_PLAN_ROBUSTNESS_H_
