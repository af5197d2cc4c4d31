// Courses for tests of revisions, over the shipped ontology.

#ifndef BRAID_TESTS_ONTOLOGY_PROGRESS_COURSES_H_
#define BRAID_TESTS_ONTOLOGY_PROGRESS_COURSES_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "ontology/progress/revision.h"

namespace braid::ontology {

// The node of that id. Fails the test where there is none.
graph::NodeIndex Node(std::string_view id);
std::vector<graph::NodeIndex> Nodes(const std::vector<std::string>& ids);
// Ids, in the order of the nodes.
std::vector<std::string> IdsOf(const std::vector<graph::NodeIndex>& nodes);

// A client with a low mood, who avoids and broods, whose alliance is scored by the SRS and was 38 at first.
ClientProfile LowMood();

// A course in sessions 0, 1, 2, …, each with the score of `measure`, and from the first on with all of `techniques`
// worked with and an SRS of 38.
ClientCourse CourseOfScores(std::string_view measure, const std::vector<double>& scores,
                            const std::vector<std::string>& techniques);

// The question of LowMood in force `plan`, worked with at every session, after PHQ-9 scores of `scores`.
RevisionQuestion LowMoodQuestion(const std::vector<double>& scores, const std::vector<std::string>& plan);

// Without limits. Fails the test where it is refused.
PlanRevision ReviseFor(const RevisionQuestion& question);

// The review of a need, and what becomes of a technique: the switch that it goes by, too. Fails the test where there is
// none.
const NeedReview& ReviewOf(const PlanRevision& revision, std::string_view need);
const RevisedTechnique& ChangeOf(const PlanRevision& revision, std::string_view technique);

}  // namespace braid::ontology

#endif  // BRAID_TESTS_ONTOLOGY_PROGRESS_COURSES_H_
