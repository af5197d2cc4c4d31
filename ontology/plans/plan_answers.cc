#include "ontology/plans/plan_answers.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <iterator>
#include <utility>

#include "graph/error.h"
#include "ontology/plans/plan_value.h"

namespace braid::ontology {
namespace {

using graph::Reason;
using Ids = std::vector<std::string>;

bool Holds(const Plan& plan, std::string_view id) {
  return std::binary_search(plan.item_ids.begin(), plan.item_ids.end(), id);
}

Ids Minus(const Ids& one, const Ids& other) {
  Ids rest;
  std::set_difference(one.begin(), one.end(), other.begin(), other.end(), std::back_inserter(rest));
  return rest;
}

template <typename List>
auto FindId(List& list, std::string_view id) {
  return std::find_if(list.begin(), list.end(), [&](const auto& each) { return each.id == id; });
}

template <typename List>
absl::Status CheckId(const List& list, std::string_view id, const char* field) {
  if (FindId(list, id) != list.end()) return absl::OkStatus();
  return graph::MakeError(Reason::kNodeNotFound, fmt::format("'{}' is not in the problem", id), field, std::string(id));
}

// A plan, and what it is worth as the parameter moves. For a need's weight: times the sum of raw weights.
struct Line {
  Plan plan;
  double intercept = 0;
  double slope = 0;

  double At(double x) const { return intercept + slope * x; }
};

// The problem as a function of its parameter.
class MovingProblem {
 public:
  // REQUIRES: the parameter's ids are of the problem, which is valid.
  MovingProblem(const PlanProblem& problem, const PlanParameter& parameter)
      : problem_(problem), kind_(parameter.kind), id_(parameter.candidate_id) {
    problem_.pool_size = 1;
    need_ = static_cast<std::size_t>(FindId(problem_.needs, parameter.need_id) - problem_.needs.begin());
    if (kind_ == PlanParameter::Kind::kBenefit) {
      std::vector<PlanGain>& gains = FindId(problem_.candidates, id_)->gains;
      gain_ = std::find_if(gains.begin(), gains.end(), [&](const PlanGain& gain) { return gain.need == need_; });
      if (gain_ == gains.end()) gain_ = gains.insert(gains.end(), {need_, 0});
    }
  }
  MovingProblem(const MovingProblem&) = delete;
  MovingProblem& operator=(const MovingProblem&) = delete;

  double& value() {
    switch (kind_) {
      case PlanParameter::Kind::kNeedWeight:
        return problem_.needs[need_].weight;
      case PlanParameter::Kind::kBenefit:
        return gain_->benefit;
      case PlanParameter::Kind::kChangeCost:
        break;
    }
    return problem_.change_cost;
  }

  // The best plan at `x`, or nullopt where there is none or the budget ended the search.
  std::optional<Line> Solve(double x, graph::Budget& budget) {
    value() = x;
    absl::StatusOr<PlanAnswer> answer = SolvePlans(problem_, budget);
    if (!answer.ok() || answer->outcome != PlanOutcome::kSolved || answer->stopped_by != graph::Limit::kNone) {
      return std::nullopt;
    }
    return LineOf(std::move(answer->plans.front()), answer->need_ids, x);
  }

  absl::Status Check() const { return Validate(problem_); }

 private:
  Line LineOf(Plan plan, const Ids& need_ids, double x) const {
    Line line;
    const PlanParts& parts = plan.parts;
    const double cover =
        kind_ == PlanParameter::Kind::kChangeCost ? 0 : CoverOf(problem_.needs[need_].id, plan, need_ids);
    if (kind_ == PlanParameter::Kind::kChangeCost) {
      line.slope = -static_cast<double>(parts.changes);
      line.intercept = parts.value - line.slope * x;
    } else if (kind_ == PlanParameter::Kind::kBenefit) {
      if (Holds(plan, id_)) line.slope = Weight() * (1 - cover) / (1 - x);
      line.intercept = parts.value - line.slope * x;
    } else {
      // F·W = Σ_i w_i·cover_i − W·penalties, and W is the other weights and x.
      const double penalties = parts.benefit - parts.value;
      line.slope = cover - penalties;
      line.intercept = parts.value * WeightSum() - line.slope * x;
    }
    line.plan = std::move(plan);
    return line;
  }

  static double CoverOf(const std::string& need_id, const Plan& plan, const Ids& need_ids) {
    return plan.parts.covers[static_cast<std::size_t>(std::lower_bound(need_ids.begin(), need_ids.end(), need_id) -
                                                      need_ids.begin())];
  }
  double WeightSum() const {
    double sum = 0;
    for (const PlanNeed& need : problem_.needs) sum += need.weight;
    return sum;
  }
  double Weight() const { return problem_.needs[need_].weight / WeightSum(); }

  PlanProblem problem_;
  const PlanParameter::Kind kind_;
  const std::string id_;
  std::size_t need_ = 0;
  std::vector<PlanGain>::iterator gain_;  // kBenefit
};

// The lines of best plans from one value of a parameter to another, in that order.
class Envelope {
 public:
  // Told of each breakpoint and the plan beyond; true ends the walk.
  using Visitor = std::function<bool(double, const Line&)>;

  Envelope(MovingProblem& problem, std::size_t max_breakpoints, graph::Budget& budget)
      : problem_(problem), budget_(budget), max_solves_(2 * max_breakpoints) {}

  // False: the visitor ended it, or it is cut().
  bool Walk(const Line& from, double end, const Visitor& visit) {
    solves_ = 0;
    const std::optional<Line> last = Solve(end);
    return last && Between(from, *last, visit);
  }
  bool cut() const { return cut_; }
  bool no_plan() const { return no_plan_; }

  std::optional<Line> Solve(double x) {
    if (solves_ > max_solves_) {
      cut_ = true;
      return std::nullopt;
    }
    ++solves_;
    ++all_solves_;
    std::optional<Line> line = problem_.Solve(x, budget_);
    if (!line) {
      cut_ = true;
      no_plan_ = budget_.stopped_by() == graph::Limit::kNone;
    }
    return line;
  }
  std::size_t all_solves() const { return all_solves_; }

 private:
  // Where two lines meet no other may be higher: then that is a breakpoint. Else the higher one parts the rest in two.
  bool Between(const Line& one, const Line& other, const Visitor& visit) {
    if (one.plan.item_ids == other.plan.item_ids || one.slope == other.slope) return true;
    const double x = (other.intercept - one.intercept) / (one.slope - other.slope);
    const std::optional<Line> higher = Solve(x);
    if (!higher) return false;
    // As exact as values are compared, and no finer: below, lines cannot be told apart.
    const double least = 2 / kValueUnits * std::max(1.0, std::abs(one.At(x)));
    if (higher->At(x) <= one.At(x) + least) return !visit(x, other);
    return Between(one, *higher, visit) && Between(*higher, other, visit);
  }

  MovingProblem& problem_;
  graph::Budget& budget_;
  const std::size_t max_solves_;
  std::size_t solves_ = 0;
  std::size_t all_solves_ = 0;
  bool cut_ = false;
  bool no_plan_ = false;
};

absl::Status CheckParameter(const PlanProblem& problem, const PlanParameter& parameter, double low, double high) {
  if (parameter.kind != PlanParameter::Kind::kChangeCost) {
    BRAID_RETURN_IF_ERROR(CheckId(problem.needs, parameter.need_id, "parameter.need_id"));
  }
  if (parameter.kind == PlanParameter::Kind::kBenefit) {
    BRAID_RETURN_IF_ERROR(CheckId(problem.candidates, parameter.candidate_id, "parameter.candidate_id"));
  }
  MovingProblem moving(problem, parameter);
  const double now = moving.value();
  if (!(low <= now && now <= high)) {
    return graph::MakeError(Reason::kValueOutOfRange, "the range must hold what the parameter is now", "range");
  }
  for (const double bound : {low, high}) {
    moving.value() = bound;
    BRAID_RETURN_IF_ERROR(moving.Check());
  }
  return absl::OkStatus();
}

// Whether the candidate is out a little nearer to `now` than the threshold, and in a little further.
bool IsConfirmed(MovingProblem& moving, std::string_view id, const ChangeAnswer& answer, double end, double within,
                 graph::Budget& budget) {
  const bool up = end > answer.now;
  const double nearer =
      up ? std::max(answer.now, answer.threshold - within) : std::min(answer.now, answer.threshold + within);
  const double further = up ? std::min(end, answer.threshold + within) : std::max(end, answer.threshold - within);
  const std::optional<Line> out = moving.Solve(nearer, budget), in = moving.Solve(further, budget);
  return out && in && !Holds(out->plan, id) && Holds(in->plan, id);
}

}  // namespace

absl::StatusOr<WhyNotAnswer> WhyNot(const PlanProblem& problem, std::string_view id, graph::Budget& budget) {
  BRAID_RETURN_IF_ERROR(CheckId(problem.candidates, id, "candidate_id"));
  PlanProblem asked = problem;
  asked.pool_size = 1;
  BRAID_ASSIGN_OR_RETURN(const PlanAnswer best, SolvePlans(asked, budget));
  WhyNotAnswer answer;
  answer.stopped_by = best.stopped_by;
  if (best.outcome != PlanOutcome::kSolved) return answer;
  const Plan& chosen = best.plans.front();
  for (const auto& [first, second] : problem.conflicts) {
    const std::string& one = problem.candidates[first].id;
    const std::string& other = problem.candidates[second].id;
    if (one == id && Holds(chosen, other)) answer.conflict_ids.push_back(other);
    if (other == id && Holds(chosen, one)) answer.conflict_ids.push_back(one);
  }
  std::sort(answer.conflict_ids.begin(), answer.conflict_ids.end());
  answer.conflict_ids.erase(std::unique(answer.conflict_ids.begin(), answer.conflict_ids.end()),
                            answer.conflict_ids.end());
  PlanCandidate& candidate = *FindId(asked.candidates, id);
  if (Holds(chosen, id) || candidate.force == PlanForce::kOut) {
    answer.reason = Holds(chosen, id) ? WhyNotReason::kChosen : WhyNotReason::kForcedOut;
    return answer;
  }
  candidate.force = PlanForce::kIn;
  BRAID_ASSIGN_OR_RETURN(PlanAnswer with, SolvePlans(asked, budget));
  if (with.stopped_by != graph::Limit::kNone) answer.stopped_by = with.stopped_by;
  if (with.outcome != PlanOutcome::kSolved) {
    if (with.outcome == PlanOutcome::kInfeasible) answer.reason = WhyNotReason::kImpossible;
    answer.obstacles = std::move(with.obstacles);
    answer.together = with.together;
    return answer;
  }
  answer.plan = std::move(with.plans.front());
  answer.loss = chosen.parts.value - answer.plan->parts.value;
  answer.slots_lost = chosen.slots_filled - answer.plan->slots_filled;
  answer.displaced_ids = Minus(chosen.item_ids, answer.plan->item_ids);
  answer.joining_ids = Minus(answer.plan->item_ids, chosen.item_ids);
  answer.joining_ids.erase(std::find(answer.joining_ids.begin(), answer.joining_ids.end(), id));
  if (answer.slots_lost == 0 && RoundedValue(answer.loss) <= RoundedValue(problem.equally_good_within)) {
    answer.reason = WhyNotReason::kEquallyGood;
  } else {
    answer.reason = answer.conflict_ids.empty() ? WhyNotReason::kOutweighed : WhyNotReason::kConflict;
  }
  return answer;
}

absl::StatusOr<ChangeAnswer> WhatWouldChange(const PlanProblem& problem, std::string_view id,
                                             const PlanParameter& parameter, double low, double high,
                                             const EnvelopeLimits& limits, graph::Budget& budget) {
  BRAID_RETURN_IF_ERROR(Validate(problem));
  BRAID_RETURN_IF_ERROR(CheckId(problem.candidates, id, "candidate_id"));
  BRAID_RETURN_IF_ERROR(CheckParameter(problem, parameter, low, high));
  MovingProblem moving(problem, parameter);
  Envelope envelope(moving, limits.max_breakpoints, budget);
  ChangeAnswer answer;
  answer.now = moving.value();
  const std::optional<Line> here = envelope.Solve(answer.now);
  double end = high;
  if (here && Holds(here->plan, id)) {
    answer.outcome = ChangeOutcome::kAlreadyChosen;
    answer.plan = here->plan;
  } else if (here) {
    answer.outcome = ChangeOutcome::kNotInRange;
    for (const double towards : {high, low}) {
      if (towards == answer.now) continue;
      envelope.Walk(*here, towards, [&](double at, const Line& beyond) {
        if (!Holds(beyond.plan, id)) return false;
        const bool nearer = std::abs(at - answer.now) < std::abs(answer.threshold - answer.now);
        if (answer.outcome == ChangeOutcome::kFound && !nearer) return true;
        answer.outcome = ChangeOutcome::kFound;
        answer.threshold = at;
        answer.plan = beyond.plan;
        end = towards;
        return true;
      });
    }
  }
  if (envelope.cut()) {
    // What was found one way may not be the least change.
    answer.outcome = envelope.no_plan() ? ChangeOutcome::kNoPlan : ChangeOutcome::kUndecided;
    answer.plan.reset();
  } else if (answer.outcome == ChangeOutcome::kFound) {
    answer.confirmed = IsConfirmed(moving, id, answer, end, limits.confirm_within, budget);
  }
  answer.solves = envelope.all_solves();
  answer.stopped_by = budget.stopped_by();
  return answer;
}

absl::StatusOr<StabilityAnswer> ChangesThatPay(const PlanProblem& problem, const EnvelopeLimits& limits,
                                               graph::Budget& budget) {
  BRAID_RETURN_IF_ERROR(Validate(problem));
  PlanParameter parameter;
  parameter.kind = PlanParameter::Kind::kChangeCost;
  MovingProblem moving(problem, parameter);
  Envelope envelope(moving, limits.max_breakpoints, budget);
  StabilityAnswer answer;
  // No two plans differ by more than this, so that beyond, one change less is worth anything.
  double end = problem.change_cost + 1 + problem.modality_cost * static_cast<double>(problem.candidates.size());
  for (const PlanCandidate& candidate : problem.candidates) end += candidate.burden;
  if (const std::optional<Line> here = envelope.Solve(problem.change_cost)) {
    for (const PlanCandidate& candidate : problem.candidates) {
      const bool held = Holds(here->plan, candidate.id);
      if (held != candidate.in_force) answer.changes.push_back({candidate.id, held, std::nullopt});
    }
    envelope.Walk(*here, end, [&](double at, const Line& beyond) {
      for (PlanChange& change : answer.changes) {
        if (!change.vanishes_at && Holds(beyond.plan, change.id) != change.added) change.vanishes_at = at;
      }
      return false;
    });
  }
  std::sort(answer.changes.begin(), answer.changes.end(),
            [](const PlanChange& a, const PlanChange& b) { return a.id < b.id; });
  answer.complete = !envelope.cut();
  answer.stopped_by = budget.stopped_by();
  return answer;
}

}  // namespace braid::ontology
