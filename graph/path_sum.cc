#include "graph/path_sum.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <optional>
#include <utility>

#include "fmt/format.h"
#include "graph/error.h"
#include "graph/path_search.h"
#include "graph/weights.h"

namespace braid::graph {
namespace {

// A sum needs no order among paths of one cost, so it may hold more of them than an answer in order is worth: where
// hubs cost nothing, all paths of a length have one cost.
constexpr std::size_t kMaxTies = std::size_t{1} << 18U;

class Summation {
 public:
  Summation(const Snapshot& snapshot, const PathQuery& query, double epsilon)
      : snapshot_(snapshot), costs_(snapshot, query.weights), max_hops_(query.max_hops), epsilon_(epsilon) {}

  PathSum Run(PathSearch search) {
    while (!IsNegligible(search.state().lower_bound)) {
      const std::optional<FoundPath> path = search.Next();
      if (!path) break;
      // Asked of the path itself too: the bound before it says less, and how much less hangs on the numbering.
      if (IsNegligible(path->cost)) return Result(search.state(), path->cost);
      result_.sum += Contribution(*path);
      ++result_.count;
    }
    return Result(search.state(), std::nullopt);
  }

 private:
  double Contribution(const FoundPath& path) const {
    double product = 1;
    for (const Hop& hop : path.hops) {
      const NodeIndex subject = hop.reversed ? hop.to : hop.from;
      const NodeIndex object = hop.reversed ? hop.from : hop.to;
      std::optional<EdgeEntry> edge = snapshot_.FindEdge(subject, hop.relation, object);
      if (!edge) edge = snapshot_.FindEdge(object, hop.relation, subject);  // symmetric, and stored the other way
      product *= costs_.Contribution(edge->subject, edge->arc);
    }
    return product;
  }

  // What a path of at least `cost` contributes at most.
  double MostOf(std::uint64_t cost) const {
    const std::uint64_t excess = CostModel::kMaxCostExcess * max_hops_;
    return std::exp(-1e-6 * static_cast<double>(cost - std::min(cost, excess)));
  }

  // Never before the first path: no contribution is less than nothing.
  bool IsNegligible(std::optional<std::uint64_t> cost) const { return cost && MostOf(*cost) < epsilon_ * result_.sum; }

  // `omitted`: the cost of a path that was found and is not in the sum.
  PathSum Result(const PathSearchState& state, std::optional<std::uint64_t> omitted) {
    result_.search = state;
    if (omitted) {
      result_.search.more_exist = true;
      result_.search.lower_bound = omitted;
    }
    if (result_.search.lower_bound) result_.largest_omitted = MostOf(*result_.search.lower_bound);
    return result_;
  }

  const Snapshot& snapshot_;
  const CostModel costs_;
  const std::uint32_t max_hops_;
  const double epsilon_;
  PathSum result_;
};

}  // namespace

absl::StatusOr<PathSum> SumPaths(const Snapshot& snapshot, const PathQuery& query, double epsilon, Budget& budget) {
  if (!(epsilon >= 0 && epsilon <= 1)) {
    return MakeError(Reason::kValueOutOfRange, fmt::format("epsilon: {} is out of range; use 0 to 1", epsilon),
                     "epsilon");
  }
  PathQuery unbounded = query;
  unbounded.max_paths = 1;  // any valid number
  BRAID_ASSIGN_OR_RETURN(PathSearch search,
                         StartSearch(snapshot, std::move(unbounded), budget, PathTuning{.max_ties = kMaxTies}));
  return Summation(snapshot, query, epsilon).Run(std::move(search));
}

}  // namespace braid::graph
