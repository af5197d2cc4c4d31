// What stands in the way of any plan at all.
//
// Private to ontology/plans: callers use plan_solver.h.
//
// Thread safety: pure functions; a Budget belongs to one thread.

#ifndef BRAID_ONTOLOGY_PLANS_PLAN_OBSTACLES_H_
#define BRAID_ONTOLOGY_PLANS_PLAN_OBSTACLES_H_

#include "absl/status/statusor.h"
#include "graph/budget.h"
#include "ontology/plans/plan_problem.h"
#include "ontology/plans/plan_solver.h"

namespace braid::ontology {

// Sets answer.outcome: kInfeasible with its obstacles where no feasible set has an item, kUndecided where the budget
// ends first, and otherwise leaves the answer alone. Errors: those of Validate.
absl::Status FindObstacles(const PlanProblem& problem, graph::Budget& budget, PlanAnswer* answer);

}  // namespace braid::ontology

#endif  // BRAID_ONTOLOGY_PLANS_PLAN_OBSTACLES_H_
