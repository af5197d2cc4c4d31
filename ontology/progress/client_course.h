// The client as they are now: as the profile has them, and what a course of sessions changed.
//
// Thread safety: pure functions.

#ifndef BRAID_ONTOLOGY_PROGRESS_CLIENT_COURSE_H_
#define BRAID_ONTOLOGY_PROGRESS_CLIENT_COURSE_H_

#include <cstdint>
#include <vector>

#include "graph/ids.h"
#include "graph/snapshot.h"
#include "ontology/client_profile.h"
#include "ontology/progress/course.h"
#include "ontology/progress/score_course.h"

namespace braid::ontology {

// `before` after `course`: with the flags, stage, therapist, needs and preferences that events left, the scores of the
// course behind those of the profile, the ruptures that are not repaired, and the sessions held and missed; of what
// was available, what is left. A rupture counts as repaired, too, once the alliance is scored outside the range that
// its measure's cut-off marks, at a later session. REQUIRES: `course` is of ReadCourse for `before`. O(course).
Client ClientAfter(const graph::Snapshot& snapshot, const Client& before, const ClientCourse& course);

// All scores of a measure, in order of sessions: the last of the profile as that of the intake. O(course).
std::vector<ScorePoint> ScoresOf(const Client& before, const ClientCourse& course, graph::NodeIndex measure);

// In how many sessions a technique was worked with. O(course).
std::int32_t SessionsWith(const ClientCourse& course, graph::NodeIndex technique);

// The number of the last record. REQUIRES: there is one.
inline std::int32_t SessionNow(const ClientCourse& course) { return course.sessions.back().number; }

struct StageMovement {
  std::int32_t session = 0;
  graph::NodeIndex from = graph::kNoNode;  // kNoNode: it was not known
  graph::NodeIndex to = graph::kNoNode;
  bool is_recycling = false;  // to an earlier stage, or to one that suits none but those who fell back
};

// In order. A stage that was named again is no movement. O(course).
std::vector<StageMovement> StageMovements(const graph::Snapshot& snapshot, const Client& before,
                                          const ClientCourse& course);

// Whether something was learned after session `number` that a plan depends on beside scores: an event about needs,
// stage, therapist, preferences, or a flag.
bool HasNewsAfter(const ClientCourse& course, std::int32_t number);

// The flags that were raised after session `number` and are neither addressed nor resolved, each once, in order.
std::vector<graph::NodeIndex> FlagsToAddress(const ClientCourse& course, std::int32_t number);

}  // namespace braid::ontology

#endif  // BRAID_ONTOLOGY_PROGRESS_CLIENT_COURSE_H_
