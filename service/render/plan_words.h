// A recommendation in words, from its own numbers and labels.
//
// Every sentence says what a field says and no more: rates to the nearest 5 in 100 and as a comparison with usual care
// (algorithms.md, 3.6), certainty as a word, never a chance of success of a person. Labels come from the nodes of the
// message, in their languages; the sentences are English. What a client or therapist wrote is in none of them.
//
// Thread safety: pure functions.

#ifndef BRAID_SERVICE_RENDER_PLAN_WORDS_H_
#define BRAID_SERVICE_RENDER_PLAN_WORDS_H_

#include <string>

#include "braid/v1/node.pb.h"
#include "braid/v1/plan.pb.h"
#include "google/protobuf/repeated_ptr_field.h"

namespace braid::service {

// What a recommendation is for and what it is not, what is published in it and what is judgement.
std::string NoteOnUse();

// Fills, whatever they held, every field of words that follows from the others:
//
//   summary, note_on_use, assumptions
//   relationship.text, needs[].uncovered_because, techniques[].text, techniques[].benefits[].witness.text,
//   modalities[].text, overrides[].acknowledgement, ask_first[].text, assess[].text, tracking[].text,
//   obstacles[].text, robustness.text
//
// REQUIRES: all others are set: the words of hops, of safety steps, of exclusions, of variants and the summaries of
// evidence are the ontology's; `nodes` has a label for every id. An id without a node stands for itself. Filling twice
// changes nothing. O(size of the message · log nodes).
void FillWords(v1::Recommendation& recommendation);

// The same for `technique.text`, its witnesses, `obstacles[].text`, `changes[].text` and `text`, with the nodes of the
// reply.
void FillWords(const google::protobuf::RepeatedPtrField<v1::Node>& nodes, v1::TechniqueExplanation& explanation);

}  // namespace braid::service

#endif  // BRAID_SERVICE_RENDER_PLAN_WORDS_H_
