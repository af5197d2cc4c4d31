// The best plans of a problem, exactly: the five or so best, which of them are equally good, how certain that is where
// time ran out, and where there is none what stands in the way.
//
// Branch and bound over sets of candidates. The greedy search that it starts from reaches .87 to .99 of the best where
// sessions and conflicts bind; no constant is promised, but the gap is certified.
//
// Thread safety: pure functions; a Budget belongs to one thread.

#ifndef BRAID_ONTOLOGY_PLANS_PLAN_SOLVER_H_
#define BRAID_ONTOLOGY_PLANS_PLAN_SOLVER_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "graph/budget.h"
#include "ontology/plans/plan_problem.h"
#include "ontology/plans/plan_value.h"

namespace braid::ontology {

// A feasible set of candidates that no item can leave without loss.
struct Plan {
  std::vector<std::string> item_ids;      // in order of ids
  std::vector<std::string> sequence_ids;  // the same in the order to take them up: what others require first, then by
                                          // stage, by value lost without it a session, by id
  int slots_filled = 0;
  std::int64_t sessions = 0;
  PlanParts parts;  // covers as PlanAnswer::need_ids
};

enum class PlanConstraint : std::uint8_t { kItems, kSessions, kHomeShare, kConflict, kForcedOut };

// A constraint that stands in the way, and the least change of it that makes a plan possible.
struct PlanObstacle {
  PlanConstraint constraint = PlanConstraint::kItems;
  std::int64_t least = 0;        // kItems, kSessions: what max_items or max_sessions would have to be
  double share = 0;              // kHomeShare: the greatest that can be reached
  std::vector<std::string> ids;  // kConflict: pairs, one after the other, of which one must go; kForcedOut: what would
                                 // have to come back in
};

enum class PlanOutcome : std::uint8_t {
  kSolved,        // plans, at least one; the first has no items where nothing is worth what it asks
  kEmptyProfile,  // no need has a weight
  kNoCandidate,   // there is no candidate that is not forced out
  kInfeasible,    // no set of one item or more is feasible: see `obstacles`
  kUndecided      // the budget ended the search before there was a plan
};

struct PlanAnswer {
  PlanOutcome outcome = PlanOutcome::kUndecided;
  std::vector<std::string> need_ids;  // in order of ids
  std::vector<Plan> plans;            // best first (PlanRank), at most pool_size
  std::size_t equally_good = 0;       // so many of them, from the first, fill as many slots and are within
                                      // equally_good_within of the first

  // What cut the search: kNone, and the plans are exact. Else each plan is feasible and tight, but a better one may
  // have been missed; the best fills at most slots_bound slots and, where it fills as many as the first, is worth at
  // most value_bound.
  graph::Limit stopped_by = graph::Limit::kNone;
  int slots_bound = 0;
  double value_bound = 0;
  double gap = 0;  // (value_bound − value) / value_bound, at most 1; 1 where the slots are not certain

  // kInfeasible: each alone would do; with `together`, all of them are needed. Empty where the budget ended first.
  std::vector<PlanObstacle> obstacles;
  bool together = false;
};

// Solves `problem`. The same problem in any order of needs, candidates and pairs gives the same answer, unless the
// deadline or a cancellation cut it.
//
// Errors: those of Validate. A budget that ends is no error.
//
// Worst case exponential in max_items. tools/bench/plans.cc has the times: 300 candidates and 8 items in tenths of a
// second. A unit of work is an item looked at.
// Bounds: Nemhauser, Wolsey & Fisher 1978 for a submodular set function; Dantzig 1957 for the knapsack. The tangent
// (plan_tangent.h) makes the search some ninety times shorter at that size.
absl::StatusOr<PlanAnswer> SolvePlans(const PlanProblem& problem, graph::Budget& budget);

// The plan that `items` make. REQUIRES: feasible.
Plan MakePlan(const PlanModel& model, const PlanItems& items);

}  // namespace braid::ontology

#endif  // BRAID_ONTOLOGY_PLANS_PLAN_SOLVER_H_
