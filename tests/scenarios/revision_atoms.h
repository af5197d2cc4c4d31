// What a predicate can say of a revised plan (predicate.h).
//
// Thread safety: pure functions.

#ifndef BRAID_TESTS_SCENARIOS_REVISION_ATOMS_H_
#define BRAID_TESTS_SCENARIOS_REVISION_ATOMS_H_

#include <functional>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "braid/v1/course.pb.h"
#include "tests/scenarios/predicate_reader.h"

namespace braid::scenarios {

using RevisionStatement = std::function<bool(const v1::PlanRevision&)>;

struct RevisionAtom {
  std::string_view word;  // that it begins with
  // Reads on after that word.
  absl::StatusOr<RevisionStatement> (*read)(PredicateReader& in);
};

const std::vector<RevisionAtom>& RevisionAtoms();

}  // namespace braid::scenarios

#endif  // BRAID_TESTS_SCENARIOS_REVISION_ATOMS_H_
