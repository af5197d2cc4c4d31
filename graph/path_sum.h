// How two things relate, summed over all paths: a degree-weighted path count (algorithms.md, section 2.4; Himmelstein &
// Baranzini 2015, Heterogeneous network edge prediction).
//
//   sum = Σ Π s·κ · Π (d_u d_v)^(-w/2) · γ^hops
//
// over every simple path that the query asks for. Each term is worked out in double from strengths and exact degrees,
// not from the rounded cost, and terms are added in the order of paths. Hetionet's definition: s·κ = 1, γ = 1,
// w = 2 × its damping, epsilon 0, its metapath as the pattern.
//
// Thread safety: pure function.

#ifndef BRAID_GRAPH_PATH_SUM_H_
#define BRAID_GRAPH_PATH_SUM_H_

#include <cstdint>

#include "absl/status/statusor.h"
#include "graph/budget.h"
#include "graph/paths.h"
#include "graph/snapshot.h"

namespace braid::graph {

struct PathSum {
  std::uint64_t count = 0;  // paths summed
  double sum = 0;
  double largest_omitted = 0;  // no path left out contributes more; 0: none was left out
  PathSearchState search;      // cut_by: why the sum is not of all that epsilon asked for
};

// Sums until the next path would contribute less than `epsilon` of the sum, in [0, 1]; 0: all of them.
// `query.max_paths` is not looked at. Errors: as FindPaths; kInvalidArgument VALUE_OUT_OF_RANGE `epsilon`.
absl::StatusOr<PathSum> SumPaths(const Snapshot& snapshot, const PathQuery& query, double epsilon, Budget& budget);

}  // namespace braid::graph

#endif  // BRAID_GRAPH_PATH_SUM_H_
