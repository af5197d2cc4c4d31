// Plans by trying every set: an oracle for the solver, written from the definition and sharing nothing with it.

#ifndef BRAID_TESTS_ONTOLOGY_PLANS_PLAN_ORACLE_H_
#define BRAID_TESTS_ONTOLOGY_PLANS_PLAN_ORACLE_H_

#include <cstdint>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "ontology/plans/plan_problem.h"

namespace braid::ontology {

using PlanIds = std::vector<std::string>;  // ascending

// F of the candidates `ids`, in the order of ids, as PlanProblem defines it.
double OracleValue(const PlanProblem& problem, const PlanIds& ids);
bool OracleFeasible(const PlanProblem& problem, const PlanIds& ids);
int OracleSlots(const PlanProblem& problem, const PlanIds& ids);

// Every feasible set, that of no items included. REQUIRES: at most 20 candidates.
std::vector<PlanIds> OracleFeasibleSets(const PlanProblem& problem);
// The `count` best of the tight plans, best first.
std::vector<PlanIds> OraclePlans(const PlanProblem& problem, std::size_t count);

// A problem with at most `max_candidates` candidates and any mix of constraints. Numbers are coarse, so that ties
// happen.
PlanProblem RandomPlanProblem(std::mt19937_64& random, std::size_t max_candidates);
// The same problem with needs, candidates, gains, pairs and slots in another order.
PlanProblem Permuted(const PlanProblem& problem, std::mt19937_64& random);

// Needs T .4, E .3, R .3; A{T .30, E .10}, B{T .25, R .05}, C{E .20, R .10}, D{R .25} of 3, 2, 2, 3 sessions; no
// penalties; a pool of five.
PlanProblem ToyPlanProblem(std::size_t max_items, std::int64_t max_sessions);

}  // namespace braid::ontology

#endif  // BRAID_TESTS_ONTOLOGY_PLANS_PLAN_ORACLE_H_
