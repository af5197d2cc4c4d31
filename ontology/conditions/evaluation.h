// What a condition comes to for one set of values: true, false or unknown.
//
// Kleene's strong logic of three values (Kleene 1952, section 64): an atom over a field that is not known is unknown;
// `or` is true where one side is, `and` false where one side is, else unknown spreads. So true and false are certain:
// no value of what is unknown could change them. The reverse does not hold: `x or not x` is unknown while x is.
//
// Thread safety: pure functions.

#ifndef BRAID_ONTOLOGY_CONDITIONS_EVALUATION_H_
#define BRAID_ONTOLOGY_CONDITIONS_EVALUATION_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "ontology/conditions/expression.h"
#include "ontology/conditions/vocabulary.h"

namespace braid::ontology {

enum class Truth : std::uint8_t { kFalse, kUnknown, kTrue };

// `true`, `false`, `unknown`.
std::string_view TextOf(Truth truth);

// A field to ask about; of a set, the ids of which it is not known whether they are in it, in byte order.
struct UnknownField {
  std::string field;
  std::vector<std::string> ids;

  friend bool operator==(const UnknownField&, const UnknownField&) = default;
};

struct Verdict {
  Truth truth = Truth::kUnknown;
  // What kept it from being decided, each field once, in the vocabulary's order; empty where it is decided. Whatever
  // their values turn out to be, knowing them all decides it; a field of a part that is decided already is left out.
  std::vector<UnknownField> unknown;
};

// How a verdict came about, part by part: the parts of an `and`, `or` or `not`, none of an atom. It has the condition's
// own words and none of the values.
struct Explanation {
  Truth truth = Truth::kUnknown;
  std::string text;
  std::vector<Explanation> parts;
};

// REQUIRES: `values` are over the condition's vocabulary. O(size · depth of the condition) and a binary search for
// each id.
Truth TruthOf(const Condition& condition, const FieldValues& values);
Verdict Evaluate(const Condition& condition, const FieldValues& values);
Explanation Explain(const Condition& condition, const FieldValues& values);

}  // namespace braid::ontology

#endif  // BRAID_ONTOLOGY_CONDITIONS_EVALUATION_H_
