// A linear function that is nowhere below the value of a plan, near the best ones hardly above it, and the same for
// every node of a search.
//
// A set A covers need j to 1 − exp(−Y_j), with Y_j the sum over A of −ln(1 − b). That is concave in Y, so its tangent
// at any point is an upper bound, and a linear one: each item has a score, and a bound is a sum of the largest scores.
// With a price on each session the bound knows of the limit of sessions as well (a Lagrange multiplier: any price >= 0
// gives a bound). The closer the point is to what good plans cover, the tighter.
//
// Private to the search (plan_search.h).
//
// Thread safety: a value.

#ifndef BRAID_ONTOLOGY_PLANS_PLAN_TANGENT_H_
#define BRAID_ONTOLOGY_PLANS_PLAN_TANGENT_H_

#include <vector>

#include "ontology/plans/plan_value.h"

namespace braid::ontology {

struct PlanTangent {
  // The tangent at what `items` cover, with the price of a session that makes the bound of the whole problem least.
  PlanTangent(const PlanModel& model, const PlanItems& items);

  std::vector<double> exponents;  // by need: the point, Y
  std::vector<double> slopes;     // by need: ŵ·exp(−Y)
  std::vector<double> scores;     // by item, its sessions paid
  double price = 0;               // of a session
};

}  // namespace braid::ontology

#endif  // BRAID_ONTOLOGY_PLANS_PLAN_TANGENT_H_
