// From the text of a condition to its tree.
//
//   expr   = term { "or" term }
//   term   = factor { "and" factor }
//   factor = "not" factor | "(" expr ")" | "true" | atom
//   atom   = set ( "has" id | "hasany" list | "hasall" list )
//          | word ( "=" | "!=" ) value | word "in" list
//          | number ( "=" | "!=" | "<" | "<=" | ">" | ">=" ) digits
//          | fact
//   list   = "[" value { "," value } "]"
//
// `and` binds tighter than `or`, `not` tightest. Which words are a set, a word, a number or a fact is for the
// vocabulary to say. An id is a CURIE without `( ) [ ] , = < > !`, digits are `12` or `0.4`. Blanks count for nothing
// but to part words.
//
// Thread safety: pure function.

#ifndef BRAID_ONTOLOGY_CONDITIONS_PARSER_H_
#define BRAID_ONTOLOGY_CONDITIONS_PARSER_H_

#include <cstddef>
#include <string_view>

#include "absl/status/statusor.h"
#include "graph/snapshot.h"
#include "ontology/conditions/expression.h"
#include "ontology/conditions/vocabulary.h"

namespace braid::ontology {

inline constexpr std::size_t kMaxConditionBytes = 8192;
inline constexpr std::size_t kMaxConditionDepth = 64;         // of `not` and parentheses within one another
inline constexpr double kMaxConditionNumber = 1'000'000'000;  // exclusive
inline constexpr int kMaxFractionDigits = 6;

// The condition that `text` writes, over `vocabulary`, which outlives it.
//
//   snapshot  where given, each id must be that of a node of its field's kind; else it need only be a CURIE
//
// Errors: kInvalidArgument CONDITION_INVALID, the first that is met. The message and metadata say where (`column`, in
// bytes from 1), what was `expected` there, and where a word is misspelt, the `nearest` ones.
// O(length · fields) without a snapshot; the recursion is bounded by kMaxConditionDepth.
absl::StatusOr<Condition> ParseCondition(std::string_view text, const Vocabulary& vocabulary,
                                         const graph::Snapshot* snapshot = nullptr);

}  // namespace braid::ontology

#endif  // BRAID_ONTOLOGY_CONDITIONS_PARSER_H_
