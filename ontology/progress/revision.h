// From a plan in force and a course of sessions to the plan from now on (algorithms.md, section 6).
//
// The client is read as they are now (client_course.h) and each need reviewed by its scores (need_review.h). Then, the
// first that holds:
//
//   held      a flag was raised and is not addressed, or the alliance is strained or ruptured: the plan stays, but for
//             what is barred now
//   sought    a need asks to switch or to plan anew by a score that is newer than the plan, something was learned that
//             the plan depends on, part of the plan is barred, there is no plan, or the request forces something in or
//             out: the problem of a recommendation is solved once more, with what each change costs (λ), what had its
//             dose without response counting for less, what was recovered from asking for nothing, and what the rules
//             keep kept
//   kept      else the plan stays, but for what recovery asks: what serves recovered needs alone goes, and what
//             prevents relapse comes in
//
// Barred is what a recommendation excludes for safety, harm, training, competence or refusal, and no override sets
// aside: it goes whatever λ. Where what is kept leaves no room for a plan, it is kept no longer; where there is none
// even so, the plan stays and the recommendation says what stands in the way.
//
// What a technique did for a need is read from the scores of the sessions in which it was in use, so that one that was
// given up is not judged by what another did.
//
// Thread safety: pure functions.

#ifndef BRAID_ONTOLOGY_PROGRESS_REVISION_H_
#define BRAID_ONTOLOGY_PROGRESS_REVISION_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "absl/status/statusor.h"
#include "graph/budget.h"
#include "graph/ids.h"
#include "ontology/alliance.h"
#include "ontology/client_profile.h"
#include "ontology/progress/client_course.h"
#include "ontology/progress/course.h"
#include "ontology/progress/need_review.h"
#include "ontology/recommend/recommend_options.h"
#include "ontology/recommend/recommendation.h"

namespace braid::ontology {

inline constexpr double kMaxChangeCost = 1000;

struct RevisionQuestion {
  Client before;             // the course
  RecommendOptions options;  // in_force: the plan in force
  ClientCourse course;
  std::int32_t plan_made_after = 0;  // of course.sessions, in [0, the last number]
  // λ, in [0, kMaxChangeCost]; nullopt: the policy's; 0: nothing is kept by rules; from 1 on nothing is sought, since
  // no plan is worth 1.
  std::optional<double> change_cost;
};

// Numbered as the messages' enums.
enum class ChangeKind : std::uint8_t { kNone, kDropped, kSwitched, kAdded, kIntensified, kKept };
enum class ChangeCause : std::uint8_t {
  kNone,
  kBarred,
  kRecovered,
  kPreventsRelapse,
  kWorthMore,
  kRules,
  kHeld,
  kForced
};
enum class RevisionHold : std::uint8_t { kNone, kSafety, kAlliance };

struct RevisedTechnique {
  ChangeKind kind = ChangeKind::kKept;
  ChangeCause cause = ChangeCause::kRules;
  graph::NodeIndex technique = graph::kNoNode;
  graph::NodeIndex replaced = graph::kNoNode;  // kSwitched: what goes
  graph::NodeIndex need = graph::kNoNode;      // that it does most for; kNoNode: none that is known
  std::optional<double> vanishes_at;           // λ; nullopt: whatever it is, or nothing was sought
  std::optional<Exclusion> exclusion;          // dropped, and excluded now
  std::int64_t sessions = 0;                   // from now on; dropped: 0
};

struct NextMeasurement {
  graph::NodeIndex measure = graph::kNoNode;
  std::int32_t session = 0;
};

struct PlanRevision {
  Client client;  // now
  std::int32_t session = 0;
  std::vector<NeedReview> needs;          // by id
  std::vector<RevisedTechnique> changes;  // by kind, then id
  RevisionHold hold = RevisionHold::kNone;
  bool consult = false;
  std::vector<StageMovement> stage_movements;      // since the plan was made
  std::vector<NextMeasurement> next_measurements;  // by id of the measure
  AllianceState alliance = AllianceState::kUnknown;
  ProgressState progress = ProgressState::kUnknown;
  bool replanned = false;
  bool rules_gave_way = false;  // what the rules would keep left no room for a plan
  double change_cost = 0;
  std::vector<graph::NodeIndex> techniques;  // from now on, in the order to take them up
  Recommendation recommendation;             // for `client`; its first plan is that of `techniques`
};

// Whether its own numbers are in range. Errors, all at once: kInvalidArgument VALUE_OUT_OF_RANGE: plan_made_after,
// change_cost, fields `plan_made_after_session`, `change_cost`. REQUIRES: the course has a record.
absl::Status CheckQuestion(const RevisionQuestion& question);

// Errors: those of CheckQuestion and of Recommender::Recommend.
// Two recommendations' time, one where nothing is sought, and the solves of ChangesThatPay.
absl::StatusOr<PlanRevision> Revise(const Recommender& recommender, const RevisionQuestion& question,
                                    graph::Budget& budget);

// A change that was undone at the next session, though nothing new was learned.
struct PlanFlap {
  graph::NodeIndex technique = graph::kNoNode;
  std::int32_t changed_at = 0, undone_at = 0;
};

struct CourseSimulation {
  // One for each record after plan_made_after, without its recommendation; cut by the budget, those before.
  std::vector<PlanRevision> steps;
  std::vector<PlanFlap> flaps;
  graph::Limit stopped_by = graph::Limit::kNone;
};

// Revises after each session, each time the plan that the revision before left. A held revision takes account of
// nothing: what came before it stays new. Errors: as Revise.
absl::StatusOr<CourseSimulation> Simulate(const Recommender& recommender, const RevisionQuestion& question,
                                          graph::Budget& budget);

// The question after `revision`: its plan in force, and made after its session unless it was held.
RevisionQuestion Continued(const RevisionQuestion& question, const PlanRevision& revision);

}  // namespace braid::ontology

#endif  // BRAID_ONTOLOGY_PROGRESS_REVISION_H_
