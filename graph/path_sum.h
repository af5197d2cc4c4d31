// How two things relate, summed over all paths: a degree-weighted path count (algorithms.md, section 2.4; Himmelstein &
// Baranzini 2015, Heterogeneous network edge prediction).
//
//   sum = Σ Π s·κ · Π (d_u d_v)^(-w/2) · γ^hops
//
// over every simple path that the query asks for, filters, `distinct_nodes` and `diverse_share` included. Each term is
// worked out in double from strengths and exact degrees, not from the rounded cost, and terms are added in the order of
// paths, so that count and sum are the same however the graph is numbered. Hetionet's definition: s·κ = 1, γ = 1,
// w = 2 × its damping, epsilon 0, its metapath as the pattern. With w = 0 as well the sum is the number of paths.
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
  // No path left out contributes more: certified from the costs, which exceed no exact one by more than rounding can.
  // 0: none was left out. Where one was, how close the bound comes may hang on the numbering of nodes.
  double largest_omitted = 0;
  // cut_by: why the sum is not of all that epsilon asked for; kTies: more than 262 144 paths have one cost.
  // lower_bound, more_exist and pending are about the paths that were not summed.
  PathSearchState search;
};

// Sums, best first, until every further path is sure to contribute less than `epsilon` of the sum; in [0, 1], 0: all.
// The paths left out may together contribute more: there is no bound on how many they are.
// `query.max_paths` is not looked at.
//
// Errors: as FindPaths; kInvalidArgument VALUE_OUT_OF_RANGE `epsilon`
// O(work) as FindPaths; memory as well.
absl::StatusOr<PathSum> SumPaths(const Snapshot& snapshot, const PathQuery& query, double epsilon, Budget& budget);

}  // namespace braid::graph

#endif  // BRAID_GRAPH_PATH_SUM_H_
