// What conditions know of a client: a value for each field of ClientVocabulary (client_vocabulary.h), unknown unless
// the profile says so.
//
//   flag, concern,  what was named, and what that is a kind of along `is_a`. Flags are complete only where they were
//   process         assessed: that one is raised says nothing of the others. Concerns (`concern_ids` and needs) and
//                   processes (needs) are complete where any is named. A need with rating 0 is none.
//   need.*          the rating of the dimension whose id has that name
//   alliance.state  of its scores and markers (alliance.h)
//   progress.state  as given, else `alarm` where a measure got reliably worse (recommend/measure_tracking.h)
//   fact.stated_preference  as given, else true where there is a preference
//   all others      as given
//
// Thread safety: pure function.

#ifndef BRAID_ONTOLOGY_CLIENT_FACTS_H_
#define BRAID_ONTOLOGY_CLIENT_FACTS_H_

#include "graph/snapshot.h"
#include "ontology/client_profile.h"
#include "ontology/conditions/vocabulary.h"

namespace braid::ontology {

// The values are over ClientVocabulary(). O(profile and the ancestors of what it names).
FieldValues ClientFacts(const graph::Snapshot& snapshot, const Client& client);

}  // namespace braid::ontology

#endif  // BRAID_ONTOLOGY_CLIENT_FACTS_H_
