#include "ontology/plans/plan_obstacles.h"

#include <algorithm>
#include <functional>
#include <optional>
#include <utility>

#include "graph/error.h"
#include "ontology/plans/plan_search.h"

namespace braid::ontology {
namespace {

using Cost = std::function<std::int64_t(const PlanCandidate&)>;

std::int64_t One(const PlanCandidate&) { return 1; }
std::int64_t Sessions(const PlanCandidate& candidate) { return candidate.sessions; }

class ObstacleSearch {
 public:
  ObstacleSearch(const PlanProblem& problem, graph::Budget& budget)
      : asked_(problem), budget_(budget), has_forced_in_(HasForcedIn(problem)) {
    for (const PlanCandidate& candidate : problem.candidates) {
      if (candidate.force == PlanForce::kOut) out_.push_back(candidate.id);
    }
  }

  // Every constraint that would do alone if it were changed; else all that must be, together.
  std::vector<PlanObstacle> Alone();
  std::vector<PlanObstacle> Together();
  bool IsPossible() { return Cheapest(asked_, One).has_value(); }

 private:
  using Ids = std::vector<std::string>;  // ascending

  static bool HasForcedIn(const PlanProblem& problem) {
    return std::any_of(problem.candidates.begin(), problem.candidates.end(),
                       [](const PlanCandidate& candidate) { return candidate.force == PlanForce::kIn; });
  }

  // The feasible set with an item that costs least, or nullopt where there is none.
  std::optional<Ids> Cheapest(PlanProblem problem, const Cost& cost);
  std::optional<Ids> CheapestClosure(const PlanProblem& problem, const Cost& cost) const;
  std::optional<Ids> Solve(const PlanProblem& problem);
  void AddShare(PlanProblem problem, std::vector<PlanObstacle>* obstacles);
  static void LetAllIn(PlanProblem* problem);
  static bool Has(const Ids& ids, const std::string& id) { return std::binary_search(ids.begin(), ids.end(), id); }
  bool IsOut(const std::string& id) const { return std::find(out_.begin(), out_.end(), id) != out_.end(); }
  Ids OutOf(const Ids& ids) const;
  Ids ConflictsOf(const Ids& ids) const;
  std::int64_t Total(const Ids& ids, const Cost& cost) const;
  double Share(const Ids& ids) const;

  const PlanProblem& asked_;
  graph::Budget& budget_;
  const bool has_forced_in_;
  Ids out_;
};

std::optional<ObstacleSearch::Ids> ObstacleSearch::Solve(const PlanProblem& problem) {
  const absl::StatusOr<PlanModel> model = PlanModel::Make(problem);
  if (!model.ok()) return std::nullopt;
  PlanSearch search(*model, 1, budget_, PlanTies::kAny);
  search.Run();
  if (search.plans().empty()) return std::nullopt;
  Ids ids;
  for (const PlanItem item : search.plans().front().items) ids.push_back(model->item(item).id);
  return ids;
}

// Without a share of home all constraints are on too much: what an item requires is all that it needs, and if that is
// too much already no addition helps.
std::optional<ObstacleSearch::Ids> ObstacleSearch::CheapestClosure(const PlanProblem& problem, const Cost& cost) const {
  const absl::StatusOr<PlanModel> model = PlanModel::Make(problem);
  if (!model.ok()) return std::nullopt;
  std::optional<Ids> best;
  const auto look_at = [&](const PlanItems& items) {
    const PlanItems closure = model->Closure(items);
    if (!model->Feasible(closure)) return;
    Ids ids;
    for (const PlanItem item : closure) ids.push_back(model->item(item).id);
    if (!best || Total(ids, cost) < Total(*best, cost)) best = std::move(ids);
  };
  if (has_forced_in_) {
    look_at(model->forced_in());
  } else {
    for (PlanItem item = 0; item < model->items().size(); ++item) look_at({item});
  }
  return best;
}

std::optional<ObstacleSearch::Ids> ObstacleSearch::Cheapest(PlanProblem problem, const Cost& cost) {
  if (!problem.home) return CheapestClosure(problem, cost);
  problem.modality_cost = problem.change_cost = 0;
  problem.slots.clear();
  for (PlanCandidate& candidate : problem.candidates) {
    candidate.burden = static_cast<double>(cost(candidate));
    candidate.gains.clear();
    candidate.slots.clear();
  }
  if (has_forced_in_) return Solve(problem);
  // The set of no items would be cheapest: one item after the other leads.
  std::optional<Ids> best;
  for (PlanCandidate& candidate : problem.candidates) {
    if (candidate.force == PlanForce::kOut) continue;
    candidate.force = PlanForce::kIn;
    std::optional<Ids> ids = Solve(problem);
    candidate.force = PlanForce::kFree;
    if (ids && (!best || Total(*ids, cost) < Total(*best, cost))) best = std::move(ids);
  }
  return best;
}

void ObstacleSearch::LetAllIn(PlanProblem* problem) {
  for (PlanCandidate& candidate : problem->candidates) {
    if (candidate.force == PlanForce::kOut) candidate.force = PlanForce::kFree;
  }
}

ObstacleSearch::Ids ObstacleSearch::OutOf(const Ids& ids) const {
  Ids out;
  std::copy_if(ids.begin(), ids.end(), std::back_inserter(out), [&](const std::string& id) { return IsOut(id); });
  return out;
}

ObstacleSearch::Ids ObstacleSearch::ConflictsOf(const Ids& ids) const {
  std::vector<std::pair<std::string, std::string>> pairs;
  for (const auto& [first, second] : asked_.conflicts) {
    const std::string& one = asked_.candidates[first].id;
    const std::string& other = asked_.candidates[second].id;
    if (Has(ids, one) && Has(ids, other)) pairs.push_back(std::minmax(one, other));
  }
  std::sort(pairs.begin(), pairs.end());
  pairs.erase(std::unique(pairs.begin(), pairs.end()), pairs.end());
  Ids flat;
  for (const auto& [one, other] : pairs) flat.insert(flat.end(), {one, other});
  return flat;
}

std::int64_t ObstacleSearch::Total(const Ids& ids, const Cost& cost) const {
  std::int64_t total = 0;
  for (const PlanCandidate& candidate : asked_.candidates) {
    if (Has(ids, candidate.id)) total += cost(candidate);
  }
  return total;
}

double ObstacleSearch::Share(const Ids& ids) const {
  const std::int64_t home = Total(ids, [&](const PlanCandidate& candidate) {
    return candidate.modality == asked_.home->modality ? candidate.sessions : 0;
  });
  const std::int64_t all = Total(ids, Sessions);
  return all == 0 ? 1 : static_cast<double>(home) / static_cast<double>(all);
}

// The greatest share of home: as long as there is a plan with more, more is asked for.
void ObstacleSearch::AddShare(PlanProblem problem, std::vector<PlanObstacle>* obstacles) {
  std::optional<double> greatest;
  problem.home->share = 0;
  while (const std::optional<Ids> ids = Cheapest(problem, One)) {
    greatest = Share(*ids);
    problem.home->share = *greatest + 1 / kValueUnits;
    if (problem.home->share > 1) break;
  }
  if (greatest) obstacles->push_back({PlanConstraint::kHomeShare, 0, *greatest, {}});
}

std::vector<PlanObstacle> ObstacleSearch::Alone() {
  std::vector<PlanObstacle> obstacles;
  PlanProblem changed = asked_;
  changed.max_items = asked_.candidates.size();
  if (const auto ids = Cheapest(changed, One)) {
    obstacles.push_back({PlanConstraint::kItems, static_cast<std::int64_t>(ids->size()), 0, {}});
  }
  if (asked_.max_sessions) {
    changed = asked_;
    changed.max_sessions.reset();
    if (const auto ids = Cheapest(changed, Sessions)) {
      obstacles.push_back({PlanConstraint::kSessions, Total(*ids, Sessions), 0, {}});
    }
  }
  if (asked_.home) AddShare(asked_, &obstacles);
  changed = asked_;
  changed.conflicts.clear();
  if (const auto ids = Cheapest(changed, One)) {
    obstacles.push_back({PlanConstraint::kConflict, 0, 0, ConflictsOf(*ids)});
  }
  changed = asked_;
  LetAllIn(&changed);
  const Cost out = [&](const PlanCandidate& candidate) { return IsOut(candidate.id) ? 1 : 0; };
  if (const auto ids = Cheapest(changed, out)) {
    obstacles.push_back({PlanConstraint::kForcedOut, 0, 0, OutOf(*ids)});
  }
  return obstacles;
}

std::vector<PlanObstacle> ObstacleSearch::Together() {
  std::vector<PlanObstacle> obstacles;
  PlanProblem changed = asked_;
  changed.max_items = asked_.candidates.size();
  changed.max_sessions.reset();
  changed.home.reset();
  changed.conflicts.clear();
  LetAllIn(&changed);
  const std::optional<Ids> ids = Cheapest(changed, One);
  if (!ids) return obstacles;
  if (ids->size() > asked_.max_items) {
    obstacles.push_back({PlanConstraint::kItems, static_cast<std::int64_t>(ids->size()), 0, {}});
  }
  const std::int64_t sessions = Total(*ids, Sessions);
  if (asked_.max_sessions && sessions > *asked_.max_sessions) {
    obstacles.push_back({PlanConstraint::kSessions, sessions, 0, {}});
  }
  if (asked_.home && Share(*ids) < asked_.home->share) {
    obstacles.push_back({PlanConstraint::kHomeShare, 0, Share(*ids), {}});
  }
  if (Ids pairs = ConflictsOf(*ids); !pairs.empty()) {
    obstacles.push_back({PlanConstraint::kConflict, 0, 0, std::move(pairs)});
  }
  if (Ids out = OutOf(*ids); !out.empty()) obstacles.push_back({PlanConstraint::kForcedOut, 0, 0, std::move(out)});
  return obstacles;
}

}  // namespace

absl::Status FindObstacles(const PlanProblem& problem, graph::Budget& budget, PlanAnswer* answer) {
  BRAID_RETURN_IF_ERROR(Validate(problem));
  ObstacleSearch search(problem, budget);
  if (search.IsPossible()) return absl::OkStatus();
  answer->obstacles = search.Alone();
  answer->together = answer->obstacles.empty();
  if (answer->together) answer->obstacles = search.Together();
  answer->outcome = PlanOutcome::kInfeasible;
  // A search that was cut proves nothing.
  answer->stopped_by = budget.stopped_by();
  if (answer->stopped_by != graph::Limit::kNone) {
    answer->outcome = PlanOutcome::kUndecided;
    answer->obstacles.clear();
    answer->together = false;
  }
  return absl::OkStatus();
}

}  // namespace braid::ontology
