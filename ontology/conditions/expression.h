// A condition as a tree, and as text.
//
// Thread safety: values; pure functions.

#ifndef BRAID_ONTOLOGY_CONDITIONS_EXPRESSION_H_
#define BRAID_ONTOLOGY_CONDITIONS_EXPRESSION_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "ontology/conditions/vocabulary.h"

namespace braid::ontology {

// What an atom says of its field: the first three of a kSet, the next three of a kWord, from kEquals on of a kNumber,
// kHolds of a kFact.
enum class Operator : std::uint8_t {
  kHas,
  kHasAny,
  kHasAll,
  kIn,
  kEquals,
  kDiffers,
  kLess,
  kAtMost,
  kMore,
  kAtLeast,
  kHolds,
};

// As it is written: `hasany`, `<=`; empty for kHolds.
std::string_view TextOf(Operator op);

// One statement about one field.
struct Atom {
  FieldIndex field{};
  Operator op = Operator::kHolds;
  std::vector<std::string>
      values;         // ids or words, as they were written; one of kHas, and of kEquals and kDiffers of a word
  double number = 0;  // of a kNumber

  friend bool operator==(const Atom&, const Atom&) = default;
};

struct Expression {
  enum class Type : std::uint8_t {
    kTrue,
    kAtom,
    kNot,  // of one part
    kAll,  // of two or more: `a and b`
    kAny,  // of two or more: `a or b`
  };
  Type type = Type::kTrue;
  std::vector<Expression> parts;
  Atom atom;  // of a kAtom

  friend bool operator==(const Expression&, const Expression&) = default;
};

// A condition over a vocabulary, which outlives it. Made by ParseCondition (parser.h).
struct Condition {
  const Vocabulary* vocabulary = nullptr;
  Expression root;
};

// The text of an expression, with one blank between words and no parentheses but those that it needs: reading it again
// gives the same expression. O(length).
std::string TextOf(const Expression& expression, const Vocabulary& vocabulary);
inline std::string TextOf(const Condition& condition) { return TextOf(condition.root, *condition.vocabulary); }

}  // namespace braid::ontology

#endif  // BRAID_ONTOLOGY_CONDITIONS_EXPRESSION_H_
