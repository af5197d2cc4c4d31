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
// Nothing that is excluded for safety, harm, training, competence or refusal (exclusions.h) is in any of them.
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
#include "ontology/alliance.h"
#include "ontology/client_profile.h"
#include "ontology/evidence/synthesis.h"
#include "ontology/plans/plan_solver.h"
#include "ontology/policy.h"
#include "ontology/recommend/client_rules.h"
#include "ontology/recommend/exclusions.h"
#include "ontology/recommend/plan_benefits.h"
#include "ontology/recommend/plan_modes.h"

namespace braid::ontology {

// The sooner, the lesser.
enum class FlagUrgency : std::uint8_t { kEmergency, kUrgent, kPlanned, kConsider };

// What a raised flag asks for.
struct SafetyStep {
  graph::NodeIndex flag = graph::kNoNode;
  FlagUrgency urgency = FlagUrgency::kConsider;
  std::string response;                      // what the ontology says to do; empty: nothing
  std::vector<graph::NodeIndex> techniques;  // that it calls for and that are not excluded, in the order to offer them
};

struct RelationshipStep {
  graph::NodeIndex technique = graph::kNoNode;
  bool is_repair = false;
  std::vector<graph::NodeIndex> rules;    // that prefer it, by id
  std::vector<graph::NodeIndex> factors;  // that it fosters, by id
  std::vector<std::string> evidence_ids;  // findings that support those, in byte order
};

struct RelationshipBlock {
  AllianceState alliance = AllianceState::kUnknown;
  // The alliance is not known: measure it before anything else, with one of these, by id.
  std::vector<graph::NodeIndex> measure_with;
  // The alliance is strained or ruptured: no technique of the plan is taken up before it is repaired.
  bool holds_plan = false;
  std::vector<RelationshipStep> steps;  // repair first, then the strongest preference, then by id
};

struct RecommendedItem {
  TechniqueBenefit benefit;
  std::int64_t sessions = 1;
  graph::NodeIndex earliest_stage = graph::kNoNode;  // that it suits; kNoNode: it suits all
  std::vector<FlagCaution> adaptations;
  std::vector<graph::NodeIndex> ask_first;  // flags to ask about before it is taken up
  std::optional<TheoryBridge> bridge;       // of an import into the home
};

struct RecommendedPlan {
  std::vector<RecommendedItem> items;  // in the order to take them up
  std::int64_t sessions = 0;
  int slots_filled = 0;
  PlanParts parts;  // covers as Recommendation::needs
  double modality_cost = 0, change_cost = 0;
};

// A need that the best plan does nothing for.
struct UncoveredNeed {
  graph::NodeIndex need = graph::kNoNode;
  bool has_candidate = false;  // true: something would help, and other needs or limits came first
};

struct Recommendation {
  IntegrationMode mode = IntegrationMode::kResponsive;
  std::vector<SafetyStep> safety;  // by urgency, then id
  RelationshipBlock relationship;
  PlanOutcome outcome = PlanOutcome::kEmptyProfile;
  std::vector<WeighedNeed> needs;
  std::vector<RecommendedPlan> plans;  // best first
  std::size_t equally_good = 0;        // so many from the first cannot be told apart
  std::vector<std::string> slots;      // dimensions that the leading model wants worked on
  std::vector<Exclusion> exclusions;   // by reason, then id
  std::vector<UncoveredNeed> uncovered;
  std::vector<UnknownField> ask_first;  // what a safety rule would need to know
  std::vector<UnknownField> assess;     // what other rules would
  std::vector<PlanObstacle> obstacles;  // as PlanAnswer
  bool obstacles_together = false;
  graph::Limit stopped_by = graph::Limit::kNone;  // else the plans are feasible, and `gap` from the best at most
  double gap = 0;
};

struct RecommendOptions {
  std::optional<std::size_t> max_techniques;  // nullopt: the policy's
  graph::Certainty min_certainty = graph::Certainty::kUnset;
  std::vector<graph::NodeIndex> in_force;  // techniques of the plan in force; empty: there is none
};

class Recommender {
 public:
  // Reads evidence and rules once. Errors: those of RuleBook::Read.
  static absl::StatusOr<Recommender> Create(graph::SnapshotPtr snapshot, std::shared_ptr<const Policy> policy);

  const graph::Snapshot& snapshot() const { return *snapshot_; }
  const Policy& policy() const { return *policy_; }
  const EvidenceBase& evidence() const { return evidence_; }

  // The same client gives the same recommendation, unless the deadline or a cancellation cut the search.
  // Errors: VALUE_OUT_OF_RANGE: max_techniques is not in [1, 20].
  absl::StatusOr<Recommendation> Recommend(const Client& client, const RecommendOptions& options,
                                           graph::Budget& budget) const;

 private:
  Recommender(graph::SnapshotPtr snapshot, std::shared_ptr<const Policy> policy, RuleBook rules);

  graph::SnapshotPtr snapshot_;
  std::shared_ptr<const Policy> policy_;
  RuleBook rules_;
  EvidenceBase evidence_;
};

}  // namespace braid::ontology

#endif  // BRAID_ONTOLOGY_RECOMMEND_RECOMMENDATION_H_
