// The path search with its constants in the open, so that tests can make them small. Callers use graph/paths.h.

#ifndef BRAID_GRAPH_PATH_SEARCH_H_
#define BRAID_GRAPH_PATH_SEARCH_H_

#include <cstddef>
#include <cstdint>

#include "absl/status/statusor.h"
#include "graph/budget.h"
#include "graph/paths.h"
#include "graph/snapshot.h"

namespace braid::graph {

// None of these changes an answer that is exact; they trade one half of the search against the other.
struct PathTuning {
  std::size_t first_labels = 64;          // settled backwards before the search goes forwards
  std::uint64_t least_step = 256;         // work units of a step backwards
  std::size_t max_ball_arcs = 1U << 20U;  // a level of the ball that would scan more is not begun
  std::size_t max_ties = 4096;            // paths of one cost
};

// As PathSearch::Start.
absl::StatusOr<PathSearch> StartSearch(const Snapshot& snapshot, PathQuery query, Budget& budget,
                                       const PathTuning& tuning);

// REQUIRES: `query` is valid, as FindPaths checks it.
PathAnswer SearchPaths(const Snapshot& snapshot, const PathQuery& query, Budget& budget, const PathTuning& tuning = {});

}  // namespace braid::graph

#endif  // BRAID_GRAPH_PATH_SEARCH_H_
