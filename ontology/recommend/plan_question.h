// A client's question made ready: everything that comes before a plan is sought, so that a recommendation, its variants
// and an explanation all ask the same one.
//
// In this order, since what comes first is in nobody's way: rules are judged, techniques screened, safety and the
// relationship answered; what is left is weighed for the needs and constrained by the mode, and becomes a problem of
// numbers (ontology/plans).
//
// Thread safety: one thread. It refers to what it was made from, which outlives it.

#ifndef BRAID_ONTOLOGY_RECOMMEND_PLAN_QUESTION_H_
#define BRAID_ONTOLOGY_RECOMMEND_PLAN_QUESTION_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "graph/error.h"
#include "graph/ids.h"
#include "graph/snapshot.h"
#include "ontology/client_profile.h"
#include "ontology/evidence/synthesis.h"
#include "ontology/plans/plan_problem.h"
#include "ontology/plans/plan_solver.h"
#include "ontology/policy.h"
#include "ontology/recommend/change_levels.h"
#include "ontology/recommend/client_rules.h"
#include "ontology/recommend/exclusions.h"
#include "ontology/recommend/overrides.h"
#include "ontology/recommend/plan_benefits.h"
#include "ontology/recommend/plan_modes.h"
#include "ontology/recommend/recommend_options.h"
#include "ontology/recommend/recommended_plan.h"
#include "ontology/recommend/relationship_block.h"
#include "ontology/recommend/safety_steps.h"
#include "ontology/recommend/technique_index.h"

namespace braid::ontology {

// What questions are asked of: made once for a snapshot and a policy.
struct QuestionBase {
  const graph::Snapshot& snapshot;
  const Policy& policy;
  const TechniqueIndex& techniques;
  const RuleBook& rules;
  const EvidenceBase& evidence;
};

class PlanQuestion {
 public:
  // status() says whether it may be answered.
  // O(techniques · (ancestors · cautions + concerns + needs) + candidates²).
  PlanQuestion(const QuestionBase& base, const Client& client, const RecommendOptions& options);
  // The same question under a variant of the policy, which weighs otherwise: what is excluded before benefits are
  // weighed, what safety asks for and the relationship stand as `asked` found them. REQUIRES: options.robustness of
  // `asked`. `asked` outlives it.
  PlanQuestion(const QuestionBase& variant, const PlanQuestion& asked);
  PlanQuestion(const PlanQuestion&) = delete;
  PlanQuestion& operator=(const PlanQuestion&) = delete;

  // Errors, all at once: kInvalidArgument VALUE_OUT_OF_RANGE: max_techniques, field `max_technique_count`;
  //         kFailedPrecondition PRECONDITION_FAILED: those of OverrideLedger::status; a technique of
  //         options.forced_in is excluded, field `forced_in_ids[i]`, with the kind of reason in words. What is forced
  //         in and excluded is not in problem(), so that a variant may go on without it.
  absl::Status status() const { return errors_.ToStatus(); }

  IntegrationMode mode() const { return mode_; }
  const std::vector<RuleVerdict>& verdicts() const { return verdicts_; }
  const ConcernBenefits& benefits() const { return benefits_; }
  const std::vector<ScreenedTechnique>& screened() const { return screened_; }            // by id
  const std::vector<AppliedOverride>& overrides() const { return overrides_.applied(); }  // by id
  const std::vector<SafetyStep>& safety() const { return safety_; }
  const RelationshipBlock& relationship() const { return relationship_; }
  const std::vector<WeighedNeed>& needs() const { return needs_; }
  const std::vector<TechniqueBenefit>& candidates() const { return candidates_; }  // by id
  // What comes before benefits: the level of change, then ModeConstraints::slots.
  const std::vector<std::string>& slots() const { return problem_.slots; }
  const std::optional<ChangeLevelMatch>& change_level() const { return change_level_; }
  // Needs and candidates in the order of needs() and candidates().
  const PlanProblem& problem() const& { return problem_; }
  PlanProblem problem() && { return std::move(problem_); }

  // Whether it stands for the relationship, or for safety as an emergency or urgent: no plan holds it.
  bool IsInPlace(graph::NodeIndex technique) const;
  // The exclusion of a technique that stands nowhere, or nullptr.
  const Exclusion* ExclusionOf(graph::NodeIndex technique) const;

  // The exclusion where it is for safety, harm, training, competence or refusal; else nullptr.
  const Exclusion* BarOf(graph::NodeIndex technique) const;
  // Of options.kept those that are neither barred nor in place, by id.
  std::vector<graph::NodeIndex> Kept() const;

  // A plan of problem() with what is known of its techniques. O(items · findings).
  RecommendedPlan Describe(const Plan& plan);
  // What is known of a technique that is a candidate or in place.
  RecommendedItem ItemOf(graph::NodeIndex technique);
  // RecommendedPlan::cover_range. REQUIRES: `plan` is of Describe.
  CoverRange CoverRangeOf(const RecommendedPlan& plan) const;

 private:
  void Screen();
  bool IsAllowed(graph::NodeIndex technique) const;
  std::vector<graph::NodeIndex> Avoided() const;
  void Weigh();
  void CheckOptions();
  void BuildProblem();
  PlanCandidate CandidateOf(const TechniqueBenefit& benefit, const std::map<std::string, std::size_t>& slots) const;
  std::int64_t SessionsOf(graph::NodeIndex technique) const;
  std::int64_t OrderOf(graph::NodeIndex stage) const;
  graph::NodeIndex EarliestStageOf(graph::NodeIndex technique) const;
  double RateAtQuantile(graph::NodeIndex technique, graph::NodeIndex need, double quantile) const;

  const QuestionBase& base_;
  const graph::Snapshot& snapshot_;
  const Client& client_;
  const RecommendOptions& options_;
  IntegrationMode mode_;
  std::vector<RuleVerdict> verdicts_;
  ConcernBenefits benefits_;
  OverrideLedger overrides_;
  std::vector<ScreenedTechnique> screened_;
  // Both as they were before benefits were weighed, for variants; empty without options_.robustness.
  std::vector<ScreenedTechnique> screened_before_;
  std::optional<OverrideLedger> overrides_before_;
  std::map<graph::NodeIndex, std::size_t> place_;  // in screened_
  std::vector<SafetyStep> safety_;
  RelationshipBlock relationship_;
  std::vector<graph::NodeIndex> in_place_;
  std::vector<WeighedNeed> needs_;
  std::vector<TechniqueBenefit> candidates_;
  ModeConstraints constraints_;
  std::optional<ChangeLevelMatch> change_level_;
  PlanProblem problem_;
  graph::ErrorList errors_;
  std::map<graph::NodeIndex, RecommendedItem> items_;  // that were described
};

}  // namespace braid::ontology

#endif  // BRAID_ONTOLOGY_RECOMMEND_PLAN_QUESTION_H_
