// What the scores of a course say of each need, and what to do about it.
//
// A need is read from the first of these that was scored:
//
//   1  measures of the need itself, of what it is a kind of, or of its kinds
//   2  measures of the client's concerns: a process or dimension has seldom one of its own
//   3  outcome measures that the ontology ties to nothing: they measure distress in general
//
// Of several measures the one that looks worst decides, those alone that were scored within `measure_within_sessions`
// where one was. Where one is reliably better and another reliably worse they contradict each other, and nothing is
// concluded but to measure again and to consult.
//
// Thread safety: pure functions.

#ifndef BRAID_ONTOLOGY_PROGRESS_NEED_REVIEW_H_
#define BRAID_ONTOLOGY_PROGRESS_NEED_REVIEW_H_

#include <cstdint>
#include <optional>
#include <vector>

#include "graph/ids.h"
#include "graph/snapshot.h"
#include "ontology/alliance.h"
#include "ontology/client_profile.h"
#include "ontology/measure.h"
#include "ontology/progress/course.h"
#include "ontology/progress/need_rules.h"
#include "ontology/progress/score_course.h"
#include "ontology/recommend/plan_policy.h"

namespace braid::ontology {

// A scored measure.
struct MeasureReview {
  Measure measure;
  ScoreCourse course;
};

struct TechniqueDose {
  graph::NodeIndex technique = graph::kNoNode;
  std::int32_t sessions = 0;         // in which it was worked with
  std::int32_t least = 1, most = 1;  // as the ontology has them; least <= most
};

struct NeedReview {
  graph::NodeIndex need = graph::kNoNode;
  NeedDecision decision;
  NeedVerb waiting_verb = NeedVerb::kKeep;  // of the rules after SAFETY and REPAIR
  std::optional<MeasureReview> score;       // that decides
  std::vector<MeasureReview> other_scores;  // by id of the measure
  bool is_contradicted = false;
  std::vector<TechniqueDose> doses;  // by id
  DoseState dose_state = DoseState::kNothing;
  bool no_alternative = false;         // Revise: plans were sought, and nothing came in for the need
  std::int32_t review_at_session = 0;  // kReview: when the techniques will have had their least dose; else 0
};

// What reviews depend on beside the need.
struct CourseReading {
  const graph::Snapshot& snapshot;
  const PlanPolicy& policy;
  const Client& before;  // the course
  const Client& now;
  const ClientCourse& course;
  bool flag_raised = false;
  AllianceState alliance = AllianceState::kUnknown;
  std::int32_t plan_made_after = 0;
};

// The measures of the course that were scored, by id. O(measures · course).
std::vector<MeasureReview> ReviewMeasures(const CourseReading& reading);

// The dose of a technique so far. Without figures of the ontology one session is its least, and its most.
TechniqueDose DoseOf(const graph::Snapshot& snapshot, const ClientCourse& course, graph::NodeIndex technique);

// `techniques`, by id: those of the plan in force that do something for `need`. One that was never worked with counts
// as too little only while the plan is younger than the least dose of all of them: a plan that is not followed is not
// waited for. O(measures · edges of the need).
NeedReview ReviewNeed(const CourseReading& reading, const std::vector<MeasureReview>& measures, graph::NodeIndex need,
                      const std::vector<graph::NodeIndex>& techniques);

// The measures that speak for `need` as the ontology has them, scored or not, by id: of tier 1, else of the concerns.
std::vector<graph::NodeIndex> MeasuresOf(const graph::Snapshot& snapshot, const Client& client, graph::NodeIndex need);

}  // namespace braid::ontology

#endif  // BRAID_ONTOLOGY_PROGRESS_NEED_REVIEW_H_
