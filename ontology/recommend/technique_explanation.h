// Why a technique is in the plan or not, and what would change that (algorithms.md, section 8).
//
// Changes are of one thing each, the least of it, all else equal:
//
//   need weight   of each need that the technique does something for, before weights are normalised
//   benefit       how far it meets the need that it does most for
//   sessions      each number up to what all candidates take
//   items         each number of techniques up to kMaxPlanTechniques
//   competence    excluded for want of it: each of its modalities in turn
//   preference    disliked, it or its modality: it is not any more
//
// The first two are traced exactly (ontology/plans/plan_answers.h), the others tried in their order.
//
// Thread safety: pure function.

#ifndef BRAID_ONTOLOGY_RECOMMEND_TECHNIQUE_EXPLANATION_H_
#define BRAID_ONTOLOGY_RECOMMEND_TECHNIQUE_EXPLANATION_H_

#include <cstdint>
#include <optional>
#include <vector>

#include "absl/status/statusor.h"
#include "graph/budget.h"
#include "graph/ids.h"
#include "ontology/client_profile.h"
#include "ontology/plans/plan_solver.h"
#include "ontology/recommend/exclusion.h"
#include "ontology/recommend/recommendation.h"
#include "ontology/recommend/recommended_plan.h"

namespace braid::ontology {

enum class TechniqueStanding : std::uint8_t {
  kSafety,
  kRelationship,
  kChosen,  // in the best plan
  kExcluded,
  kEquallyGood,  // a plan with it cannot be told apart from the best
  kConflict,     // it conflicts with what was chosen, and a plan with it instead is worth less
  kOutweighed,   // a plan with it is worth less
  kImpossible,   // no plan can hold it
  kNoPlan        // there is no plan at all, or the budget ended before there was one
};

// The least change of one thing that brings a technique into the best plan.
struct TechniqueChange {
  enum class Parameter : std::uint8_t { kNeedWeight, kBenefit, kSessions, kItems, kCompetence, kPreference };
  enum class Finding : std::uint8_t {
    kFound,
    kNotInRange,  // nowhere in the range
    kUndecided    // the search was cut
  };

  Parameter parameter = Parameter::kNeedWeight;
  graph::NodeIndex need = graph::kNoNode;  // kNeedWeight, kBenefit
  graph::NodeIndex node = graph::kNoNode;  // kCompetence: the modality; kPreference: what is disliked
  // What is, and what it would have to be: beyond it, of kNeedWeight and kBenefit; at least it, of kSessions and
  // kItems. nullopt: it is no number, or, of `threshold`, there is none.
  std::optional<double> now, threshold;
  Finding finding = Finding::kUndecided;
  std::vector<graph::NodeIndex> techniques;  // the plan then, in the order to take it up
};

struct TechniqueExplanation {
  graph::NodeIndex technique = graph::kNoNode;
  TechniqueStanding standing = TechniqueStanding::kNoPlan;
  std::optional<RecommendedItem> item;       // what it does for each need; nullopt: excluded
  std::optional<Exclusion> exclusion;        // kExcluded
  std::vector<WeighedNeed> needs;            // that item->benefit.needs point into
  std::vector<graph::NodeIndex> conflicts;   // techniques of the best plan that it conflicts with, by id
  std::optional<RecommendedPlan> plan_with;  // the best that holds it; nullopt: none does, or it is not a candidate
  double loss = 0;                           // value of the best plan less that of `plan_with`
  int slots_lost = 0;
  std::vector<graph::NodeIndex> displaced, joining;  // against the best plan, beside the technique; by id
  std::vector<PlanObstacle> obstacles;               // kImpossible
  bool obstacles_together = false;
  std::vector<TechniqueChange> changes;           // in the order above; none where it is chosen or stands before plans
  graph::Limit stopped_by = graph::Limit::kNone;  // else the budget ended, and what is not decided may be
};

// Explains `technique` in the answer to the same question as Recommender::Recommend.
//
// Errors: as Recommend; VALUE_OUT_OF_RANGE, field `technique_id`: it is no technique, or an obsolete one.
// Many times the work of a recommendation: each change is looked for with at most policy.plans.report.
// most_work_per_change units (ontology/plans: items looked at), and is kUndecided where that does not do.
absl::StatusOr<TechniqueExplanation> Explain(const Recommender& recommender, const Client& client,
                                             const RecommendOptions& options, graph::NodeIndex technique,
                                             graph::Budget& budget);

}  // namespace braid::ontology

#endif  // BRAID_ONTOLOGY_RECOMMEND_TECHNIQUE_EXPLANATION_H_
