// How two things relate, summed over all paths between them: the question of graph/path_sum.h in the ontology's words.
//
// Thread safety: pure function on one snapshot and one policy.

#ifndef BRAID_ONTOLOGY_PATH_SUMS_H_
#define BRAID_ONTOLOGY_PATH_SUMS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "graph/budget.h"
#include "graph/path_sum.h"
#include "graph/snapshot.h"
#include "ontology/integrative_paths.h"
#include "ontology/path_question.h"
#include "ontology/policy.h"

namespace braid::ontology {

// As SumPathsRequest (proto/braid/v1/path_service.proto) says. Of `paths` hops unset mean 4 and modalities unset mean
// 0, whatever the pattern; how many, which of them are alike and those of pages before are not looked at.
struct SumRequest {
  PathRequest paths;
  std::optional<double> degree_exponent;  // in [0, 4]; unset: the policy's
  std::optional<double> epsilon;          // in [0, 1]; unset: 1e-6
};

struct SumReply {
  Outcome outcome = Outcome::kNoPath;
  std::string loosen;  // kNoPath: as FindLoosening
  graph::PathSum sum;
  std::string pattern;  // used, as text; empty for `any`
  std::uint32_t max_hops = 0, min_modalities = 0;
  double degree_exponent = 0, epsilon = 0;  // in force
  std::vector<Notice> notices;
};

// Errors: as ReadPathQuestion, and VALUE_OUT_OF_RANGE `degree_exponent`, `epsilon`
absl::StatusOr<SumReply> SumIntegrativePaths(const graph::Snapshot& snapshot, const Policy& policy,
                                             const SumRequest& request, const PathLimits& limits,
                                             graph::Budget& budget);

}  // namespace braid::ontology

#endif  // BRAID_ONTOLOGY_PATH_SUMS_H_
