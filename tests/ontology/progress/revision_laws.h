// What a revision may never do, looked up in the question and in edges.

#ifndef BRAID_TESTS_ONTOLOGY_PROGRESS_REVISION_LAWS_H_
#define BRAID_TESTS_ONTOLOGY_PROGRESS_REVISION_LAWS_H_

#include <string>
#include <vector>

#include "ontology/progress/revision.h"

namespace braid::ontology {

// The laws that `revision` breaks as the answer to `question`, a sentence each:
//
//   changes during a hold but for what is barred; a technique that a raised flag bars or the client refuses; a
//   technique that goes though its need is not to be changed; a technique that is not accounted for once; something
//   without a reason
std::vector<std::string> BrokenLaws(const graph::Snapshot& snapshot, const RevisionQuestion& question,
                                    const PlanRevision& revision);

}  // namespace braid::ontology

#endif  // BRAID_TESTS_ONTOLOGY_PROGRESS_REVISION_LAWS_H_
