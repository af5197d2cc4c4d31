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

inline constexpr std::uint32_t kMaxHops = 12;  // that a query may allow

// None of these changes an answer that is exact; they trade one half of the search against the other.
struct PathTuning {
  // The ball around the sources begins with ball_factor · √nodes nodes, and at least least_ball, and grows as the
  // search goes on (measured: tools/bench/paths.cc).
  double ball_factor = 0.1;
  std::size_t least_ball = 64;
  std::size_t ball_hops = 1U << 16U;  // hops looked at for it, at most
  std::size_t few_hops = 128;         // at a node: so many are listed at once, and not relation by relation
  std::size_t max_ties = 4096;        // paths of one cost
};

// As PathSearch::Start.
absl::StatusOr<PathSearch> StartSearch(const Snapshot& snapshot, PathQuery query, Budget& budget,
                                       const PathTuning& tuning);

// REQUIRES: `query` is valid, as FindPaths checks it.
PathAnswer SearchPaths(const Snapshot& snapshot, const PathQuery& query, Budget& budget, const PathTuning& tuning = {});

}  // namespace braid::graph

#endif  // BRAID_GRAPH_PATH_SEARCH_H_
