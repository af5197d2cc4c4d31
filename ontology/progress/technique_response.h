// What techniques did for the needs of a client so far, from the scores of the sessions in which each was in use.
//
// Thread safety: pure functions.

#ifndef BRAID_ONTOLOGY_PROGRESS_TECHNIQUE_RESPONSE_H_
#define BRAID_ONTOLOGY_PROGRESS_TECHNIQUE_RESPONSE_H_

#include <vector>

#include "graph/ids.h"
#include "graph/snapshot.h"
#include "ontology/client_profile.h"
#include "ontology/progress/course.h"
#include "ontology/progress/need_review.h"
#include "ontology/recommend/client_fit.h"
#include "ontology/recommend/plan_policy.h"

namespace braid::ontology {

struct ResponseReading {
  const graph::Snapshot& snapshot;
  const PlanPolicy& policy;
  const Client& before;  // the course
  const ClientCourse& course;
  const std::vector<graph::NodeIndex>& in_force;
};

// The techniques that were worked with, each once, in order of their first session. O(course).
std::vector<graph::NodeIndex> TechniquesIn(const ClientCourse& course);

// A factor below 1 for each technique that had its least dose and each need whose scores, by the measure that decides
// for it, say that nothing or the worse came of it:
//
//   exhausted_factor  unchanged or worse after its most dose
//   worse_factor      worse, reliably or not
//   unchanged_factor  unchanged, or improving and not reliably
//   1                 on track now and still in the plan, reliably better, or the scores cannot say
//
// From the last score before the technique's first session, or the first there is, to the last score while it was in
// use: of one in force the last of all. O(techniques · needs · course).
std::vector<NeedResponse> ResponsesOf(const ResponseReading& reading, const std::vector<NeedReview>& needs);

}  // namespace braid::ontology

#endif  // BRAID_ONTOLOGY_PROGRESS_TECHNIQUE_RESPONSE_H_
