#include "ontology/plans/plan_solver.h"

#include <algorithm>
#include <iterator>
#include <tuple>
#include <utility>

#include "graph/error.h"
#include "ontology/plans/plan_obstacles.h"
#include "ontology/plans/plan_search.h"

namespace braid::ontology {
namespace {

// F lost without each item of a plan, a session; an item of no sessions counts as one of one.
std::vector<double> LossesASession(const PlanModel& model, const PlanItems& items, double value) {
  std::vector<double> losses;
  for (const PlanItem item : items) {
    PlanItems fewer;
    std::remove_copy(items.begin(), items.end(), std::back_inserter(fewer), item);
    const auto sessions = static_cast<double>(std::max<std::int64_t>(model.item(item).sessions, 1));
    losses.push_back((value - model.Parts(fewer).value) / sessions);
  }
  return losses;
}

// In the order to take them up. Where items require each other in a circle none can be first: then all may.
std::vector<std::string> Sequence(const PlanModel& model, const PlanItems& items, double value) {
  const std::vector<double> losses = LossesASession(model, items, value);
  std::vector<bool> placed(items.size(), false);
  const auto is_placed = [&](PlanItem item) {
    return placed[static_cast<std::size_t>(std::lower_bound(items.begin(), items.end(), item) - items.begin())];
  };
  const auto key = [&](std::size_t i) {
    const PlanItems& required = model.item(items[i]).requires_items;
    const bool ready = std::all_of(required.begin(), required.end(), is_placed);
    return std::tuple(ready ? 0 : 1, model.item(items[i]).stage, -RoundedValue(losses[i]), items[i]);
  };
  std::vector<std::string> ids;
  while (ids.size() < items.size()) {
    std::size_t next = items.size();
    for (std::size_t i = 0; i < items.size(); ++i) {
      if (!placed[i] && (next == items.size() || key(i) < key(next))) next = i;
    }
    placed[next] = true;
    ids.push_back(model.item(items[next]).id);
  }
  return ids;
}

void TakePlans(const PlanModel& model, const PlanSearch& search, double equally_good_within, PlanAnswer* answer) {
  for (const PlanPool::Entry& entry : search.plans()) answer->plans.push_back(MakePlan(model, entry.items));
  const PlanRank& best = search.plans().front().rank;
  const std::int64_t within = RoundedValue(equally_good_within);
  for (const PlanPool::Entry& entry : search.plans()) {
    if (entry.rank.slots == best.slots && best.value - entry.rank.value <= within) ++answer->equally_good;
  }
  answer->slots_bound = search.slots_bound();
  answer->value_bound = search.value_bound();
  const double value = answer->plans.front().parts.value;
  if (!search.stopped() || (answer->slots_bound == best.slots && answer->value_bound <= value)) {
    answer->gap = 0;
  } else if (answer->slots_bound > best.slots || answer->value_bound <= 0) {
    answer->gap = 1;
  } else {
    answer->gap = std::min((answer->value_bound - value) / answer->value_bound, 1.0);
  }
}

}  // namespace

Plan MakePlan(const PlanModel& model, const PlanItems& items) {
  Plan plan;
  for (const PlanItem item : items) plan.item_ids.push_back(model.item(item).id);
  plan.parts = model.Parts(items);
  plan.slots_filled = model.Rank(items).slots;
  plan.sessions = model.Sessions(items);
  plan.sequence_ids = Sequence(model, items, plan.parts.value);
  return plan;
}

absl::StatusOr<PlanAnswer> SolvePlans(const PlanProblem& problem, graph::Budget& budget) {
  BRAID_ASSIGN_OR_RETURN(const PlanModel model, PlanModel::Make(problem));
  PlanAnswer answer;
  answer.need_ids = model.need_ids();
  if (model.weight_sum() <= 0) {
    answer.outcome = PlanOutcome::kEmptyProfile;
    return answer;
  }
  const auto& items = model.items();
  if (std::all_of(items.begin(), items.end(), [](const auto& item) { return item.force == PlanForce::kOut; })) {
    answer.outcome = PlanOutcome::kNoCandidate;
    return answer;
  }
  PlanSearch search(model, problem.pool_size, budget);
  search.Run();
  answer.stopped_by = search.stopped() ? budget.stopped_by() : graph::Limit::kNone;
  const bool found = !search.plans().empty();
  if (found) {
    answer.outcome = PlanOutcome::kSolved;
    TakePlans(model, search, problem.equally_good_within, &answer);
  }
  // The plan of no items alone: nothing is worth what it asks, or nothing is possible.
  if (!search.stopped() && (!found || answer.plans.front().item_ids.empty())) {
    BRAID_RETURN_IF_ERROR(FindObstacles(problem, budget, &answer));
    if (answer.outcome != PlanOutcome::kSolved) answer.plans.clear();
  }
  return answer;
}

}  // namespace braid::ontology
