// What is not known of a client, as a question to a person.
//
// Thread safety: pure functions.

#ifndef BRAID_SERVICE_RENDER_QUESTION_WORDS_H_
#define BRAID_SERVICE_RENDER_QUESTION_WORDS_H_

#include <string>

#include "braid/v1/plan.pb.h"
#include "service/render/phrases.h"

namespace braid::service {

// `How old is the client?`, `Is one of these the case: Mania or Pregnancy?`. Every field of ClientVocabulary has words
// of its own (a test keeps it so); of another, `What is known of x?`.
std::string QuestionText(const v1::OpenQuestion& question, const Labels& labels);

}  // namespace braid::service

#endif  // BRAID_SERVICE_RENDER_QUESTION_WORDS_H_
