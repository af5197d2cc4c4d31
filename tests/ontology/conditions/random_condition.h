// Random conditions over a small vocabulary, for the laws of the language.

#ifndef BRAID_TESTS_ONTOLOGY_CONDITIONS_RANDOM_CONDITION_H_
#define BRAID_TESTS_ONTOLOGY_CONDITIONS_RANDOM_CONDITION_H_

#include <cstddef>
#include <random>
#include <string>
#include <vector>

#include "ontology/conditions/expression.h"
#include "ontology/conditions/vocabulary.h"

namespace braid::ontology {

// Sets flag and concern; words colour (red, green, blue), mood (an id) and state (unknown, good, bad; unknown unless
// told otherwise); a number size in [0, 10] metres; facts a and b.
const Vocabulary& ToyVocabulary();

class RandomCondition {
 public:
  explicit RandomCondition(unsigned seed) : random_(seed) {}

  // At most `depth` levels of not, and, or.
  Expression Next(std::size_t depth);

  // Values for the toy vocabulary, each field known with `share`.
  FieldValues Values(double share);

  // Deletes, doubles or replaces a byte of `text`.
  void Mutilate(std::string& text);

  std::size_t Below(std::size_t limit) { return std::uniform_int_distribution<std::size_t>(0, limit - 1)(random_); }

 private:
  Atom NextAtom();
  // Some of `values`, at least one, in random order.
  std::vector<std::string> Some(std::vector<std::string> values);

  std::mt19937 random_;
};

}  // namespace braid::ontology

#endif  // BRAID_TESTS_ONTOLOGY_CONDITIONS_RANDOM_CONDITION_H_
