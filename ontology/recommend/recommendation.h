// From a client to a recommendation: what comes first for safety, the relationship, the best plans and those equally
// good, what is excluded and why, what is not covered, and what to ask.
//
// A recommendation is decision support for professionals, not a diagnosis: it ranks what is written down in an ontology
// by published findings and editors' judgements, and it takes what two techniques do for a need as independent.
//
// Techniques come in three parts; a plan holds nothing that already stands in the relationship block, or in safety as
// an emergency or urgent:
//
//   safety        what raised flags call for, the most urgent first; it stands before everything, and the alliance gate
//                 does not hold it
//   relationship  what relationship rules prefer that hold, repair first where the alliance is strained: a block beside
//                 the plan, since correlations and the effects of trials cannot be ranked on one scale
//   plans         the best sets of the others for the client's needs (ontology/plans)
//
// Nothing that is excluded, and not overridden, for safety, harm, training, competence or refusal (exclusions.h) is in
// any of them.
//
// Thread safety: a Recommender never changes once made; any number of threads may ask one.

#ifndef BRAID_ONTOLOGY_RECOMMEND_RECOMMENDATION_H_
#define BRAID_ONTOLOGY_RECOMMEND_RECOMMENDATION_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "graph/budget.h"
#include "graph/ids.h"
#include "graph/snapshot.h"
#include "ontology/client_profile.h"
#include "ontology/evidence/synthesis.h"
#include "ontology/plans/plan_answers.h"
#include "ontology/plans/plan_solver.h"
#include "ontology/policy.h"
#include "ontology/recommend/change_levels.h"
#include "ontology/recommend/client_rules.h"
#include "ontology/recommend/exclusions.h"
#include "ontology/recommend/measure_tracking.h"
#include "ontology/recommend/modality_options.h"
#include "ontology/recommend/overrides.h"
#include "ontology/recommend/plan_benefits.h"
#include "ontology/recommend/plan_question.h"
#include "ontology/recommend/plan_robustness.h"
#include "ontology/recommend/recommend_options.h"
#include "ontology/recommend/recommended_plan.h"
#include "ontology/recommend/relationship_block.h"
#include "ontology/recommend/safety_steps.h"

namespace braid::ontology {

// A need that the best plan does nothing for.
struct UncoveredNeed {
  graph::NodeIndex need = graph::kNoNode;
  bool has_candidate = false;  // true: something would help, and other needs or limits came first
};

struct Recommendation {
  IntegrationMode mode = IntegrationMode::kResponsive;
  std::vector<SafetyStep> safety;  // as SafetySteps
  RelationshipBlock relationship;
  PlanOutcome outcome = PlanOutcome::kEmptyProfile;
  std::vector<WeighedNeed> needs;
  std::vector<RecommendedPlan> plans;  // best first
  std::size_t equally_good = 0;        // so many from the first cannot be told apart
  std::vector<std::string> slots;      // what comes before benefits: PlanQuestion::slots
  // Where the plan begins: a slot of its own. nullopt: no model of stages leads, or none that is needed is covered.
  std::optional<ChangeLevelMatch> change_level;
  // What is known of the techniques that stand for safety or the relationship, by id.
  std::vector<RecommendedItem> standing;
  // What the rates rest on: the concerns of the profile, or *any concern*; by id.
  std::vector<ConcernBenefits::Concern> concerns;
  std::vector<ModalityOption> modalities;  // as ModalityOptions
  std::vector<Exclusion> exclusions;       // by reason, then id
  std::vector<AppliedOverride> overrides;  // by id of the technique
  std::vector<UncoveredNeed> uncovered;
  std::vector<UnknownField> ask_first;       // what a safety rule would need to know
  std::vector<UnknownField> assess;          // what other rules would
  std::vector<MeasureTracking> tracking;     // by id of the measure
  std::optional<PlanRobustness> robustness;  // where it was asked for
  std::vector<PlanObstacle> obstacles;       // as PlanAnswer
  bool obstacles_together = false;
  std::optional<StabilityAnswer> stability;       // where it was asked for, and plans were sought
  graph::Limit stopped_by = graph::Limit::kNone;  // else the plans are feasible, and `gap` from the best at most
  double gap = 0;
};

class Recommender {
 public:
  // Reads evidence, techniques and rules once. Errors: those of RuleBook::Read.
  static absl::StatusOr<Recommender> Create(graph::SnapshotPtr snapshot, std::shared_ptr<const Policy> policy);

  // The same client gives the same recommendation, unless the deadline or a cancellation cut the search.
  // Errors: those of PlanQuestion::status.
  absl::StatusOr<Recommendation> Recommend(const Client& client, const RecommendOptions& options,
                                           graph::Budget& budget) const;

  QuestionBase base() const { return {*snapshot_, *policy_, *techniques_, *rules_, evidence_}; }

 private:
  Recommender(graph::SnapshotPtr snapshot, std::shared_ptr<const Policy> policy, RuleBook rules);

  graph::SnapshotPtr snapshot_;
  std::shared_ptr<const Policy> policy_;
  std::unique_ptr<const TechniqueIndex> techniques_;  // where variants_ finds them, however this is moved, and
  std::unique_ptr<const RuleBook> rules_;
  EvidenceBase evidence_;
  std::unique_ptr<const VariantBases> variants_;
};

}  // namespace braid::ontology

#endif  // BRAID_ONTOLOGY_RECOMMEND_RECOMMENDATION_H_
