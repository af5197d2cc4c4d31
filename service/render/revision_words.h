// A revised plan in words, from its own numbers and labels.
//
// As in plan_words.h: a sentence says what a field says and no more, and what a client or therapist wrote is in none of
// them. Who goes back a stage goes on in a spiral: no sentence calls that a failure (Prochaska & DiClemente 1983;
// Prochaska, DiClemente & Norcross 1992).
//
// Thread safety: pure functions.

#ifndef BRAID_SERVICE_RENDER_REVISION_WORDS_H_
#define BRAID_SERVICE_RENDER_REVISION_WORDS_H_

#include "braid/v1/course.pb.h"
#include "braid/v1/node.pb.h"
#include "google/protobuf/repeated_ptr_field.h"

namespace braid::service {

// Fills, whatever they held: text, held_until, changes[].because, stage_movements[].text, next_measurements[].because.
//
// REQUIRES: all others are set, needs[].because by the engine; `nodes` has a label for every id. An id without a node
// stands for itself. Filling twice changes nothing. O(size of the message · log nodes).
void FillWords(const google::protobuf::RepeatedPtrField<v1::Node>& nodes, v1::PlanRevision& revision);

}  // namespace braid::service

#endif  // BRAID_SERVICE_RENDER_REVISION_WORDS_H_
