#include "ontology/recommend/plan_robustness.h"

#include <algorithm>
#include <utility>

#include "ontology/plans/plan_solver.h"

namespace braid::ontology {

std::size_t PlanRobustness::KeptIn(graph::NodeIndex technique) const {
  return static_cast<std::size_t>(std::count_if(variants.begin(), variants.end(), [&](const PlanVariant& variant) {
    return std::find(variant.techniques.begin(), variant.techniques.end(), technique) != variant.techniques.end();
  }));
}

VariantBases::VariantBases(graph::SnapshotPtr snapshot, std::shared_ptr<const Policy> policy,
                           const TechniqueIndex& techniques, const RuleBook& rules)
    : snapshot_(std::move(snapshot)), policy_(std::move(policy)), techniques_(techniques), rules_(rules) {}

const std::deque<QuestionBase>& VariantBases::bases() const {
  std::call_once(once_, [&] {
    for (const PolicyVariant& variant : policy_->variants) {
      const EvidenceBase& evidence = evidence_.emplace_back(snapshot_, variant.policy->evidence);
      bases_.push_back({*snapshot_, *variant.policy, techniques_, rules_, evidence});
    }
  });
  return bases_;
}

PlanRobustness RobustnessOf(const Policy& policy, const VariantBases& variants, const PlanQuestion& asked,
                            graph::Budget& budget) {
  PlanRobustness robustness;
  for (std::size_t i = 0; i < policy.variants.size(); ++i) {
    const QuestionBase& base = variants.bases()[i];
    PlanProblem problem = PlanQuestion(base, asked).problem();
    problem.pool_size = 1;
    PlanVariant variant{policy.variants[i].name, policy.variants[i].difference, {}};
    const absl::StatusOr<PlanAnswer> answer = SolvePlans(problem, budget);
    if (answer.ok() && !answer->plans.empty()) {
      for (const std::string& id : answer->plans.front().item_ids) {
        variant.techniques.push_back(*base.snapshot.Find(id));
      }
    }
    if (answer.ok() && robustness.stopped_by == graph::Limit::kNone) robustness.stopped_by = answer->stopped_by;
    robustness.variants.push_back(std::move(variant));
  }
  return robustness;
}

}  // namespace braid::ontology
