// Scenarios as they stand in tests/scenarios/cases, one a file.
//
// Thread safety: values; pure functions but for reading files.

#ifndef BRAID_TESTS_SCENARIOS_SCENARIO_FILE_H_
#define BRAID_TESTS_SCENARIOS_SCENARIO_FILE_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "graph/snapshot.h"
#include "tests/scenarios/predicate.h"
#include "tests/scenarios/scenario.pb.h"

namespace braid::scenarios {

struct CheckedExpectation {
  Expectation expectation;
  Predicate predicate;

  // What the expectation asks for: the predicate of a must holds, that of a must-not does not.
  bool IsMetBy(const Reply& reply) const {
    return Holds(predicate, reply) == (expectation.kind() == Expectation::MUST);
  }
};

struct CheckedScenario {
  std::string name;  // of the file, without its ending
  Scenario scenario;
  std::vector<CheckedExpectation> expectations;

  // Of a course: that of the client before it.
  const v1::RecommendRequest& request() const {
    return scenario.has_revise() ? scenario.revise().recommend() : scenario.request();
  }
};

// Errors: INVALID_ARGUMENT, naming the file and the line, or the expectation and the column: text that is no scenario;
// a part that is missing; an expectation whose id is there twice, or whose predicate cannot be read, or speaks of a
// revision where none is asked for; a mapping to an id that the request does not name.
absl::StatusOr<CheckedScenario> ReadScenario(const std::string& name, const std::string& text,
                                             const graph::Snapshot& snapshot);

// Those of `directory`, by name. Errors: as above, the first; NOT_FOUND where there is none.
absl::StatusOr<std::vector<CheckedScenario>> ReadScenarios(const std::string& directory,
                                                           const graph::Snapshot& snapshot);

}  // namespace braid::scenarios

#endif  // BRAID_TESTS_SCENARIOS_SCENARIO_FILE_H_
