// What a predicate can say of a recommendation (predicate.h).
//
// Thread safety: pure functions.

#ifndef BRAID_TESTS_SCENARIOS_RECOMMENDATION_ATOMS_H_
#define BRAID_TESTS_SCENARIOS_RECOMMENDATION_ATOMS_H_

#include <functional>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "braid/v1/plan.pb.h"
#include "tests/scenarios/predicate_reader.h"

namespace braid::scenarios {

using RecommendationStatement = std::function<bool(const v1::Recommendation&)>;

struct RecommendationAtom {
  std::string_view word;  // that it begins with
  // Reads on after that word.
  absl::StatusOr<RecommendationStatement> (*read)(PredicateReader& in);
};

// All but `before`.
const std::vector<RecommendationAtom>& RecommendationAtoms();

// `before` begins with ids, at which `in` stands.
absl::StatusOr<RecommendationStatement> ReadBefore(PredicateReader& in);

}  // namespace braid::scenarios

#endif  // BRAID_TESTS_SCENARIOS_RECOMMENDATION_ATOMS_H_
