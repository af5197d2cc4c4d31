// Questions about a plan: why a candidate is not in it, what would bring it in, and how firmly each change against the
// plan in force stands.
//
// Thread safety: pure functions; a Budget belongs to one thread.

#ifndef BRAID_ONTOLOGY_PLANS_PLAN_ANSWERS_H_
#define BRAID_ONTOLOGY_PLANS_PLAN_ANSWERS_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "graph/budget.h"
#include "ontology/plans/plan_problem.h"
#include "ontology/plans/plan_solver.h"

namespace braid::ontology {

enum class WhyNotReason : std::uint8_t {
  kChosen,  // it is in the best plan
  kForcedOut,
  kImpossible,   // no feasible plan has it: see `obstacles`
  kEquallyGood,  // a plan with it fills as many slots and loses no more than equally_good_within
  kConflict,     // it conflicts with chosen items, and a plan with it instead of them loses `loss`
  kOutweighed,   // the best plan with it loses `loss`
  kNoPlan        // there is no plan at all, with or without it; or the budget ended before there was one
};

struct WhyNotAnswer {
  WhyNotReason reason = WhyNotReason::kNoPlan;
  std::vector<std::string> conflict_ids;   // chosen items that it conflicts with, whatever the reason
  std::optional<Plan> plan;                // the best with it
  double loss = 0;                         // F of the best plan − F of `plan`
  int slots_lost = 0;                      // and of slots filled
  std::vector<std::string> displaced_ids;  // in the best plan and not in `plan`
  std::vector<std::string> joining_ids;    // in `plan` and not in the best one, beside the candidate
  std::vector<PlanObstacle> obstacles;     // kImpossible
  bool together = false;                   // as PlanAnswer::together
  // kNone, or what cut one of the two searches: then plans and loss are of the best that were found.
  graph::Limit stopped_by = graph::Limit::kNone;
};

// Why candidate `id` is not in the best plan: solves once more with it forced in.
//
// Errors: those of Validate; NODE_NOT_FOUND: `id` is no candidate.
absl::StatusOr<WhyNotAnswer> WhyNot(const PlanProblem& problem, std::string_view id, graph::Budget& budget);

// A number of the problem that may be other than it is.
struct PlanParameter {
  enum class Kind : std::uint8_t { kNeedWeight, kBenefit, kChangeCost };

  Kind kind = Kind::kNeedWeight;
  std::string need_id;       // kNeedWeight (its raw weight) and kBenefit
  std::string candidate_id;  // kBenefit: how far this one meets the need
};

struct EnvelopeLimits {
  std::size_t max_breakpoints = 0;  // plans that are looked for between two others; policy
  double confirm_within = 0;        // a threshold is tried so far before and behind; policy, > 0
};

enum class ChangeOutcome : std::uint8_t {
  kAlreadyChosen,
  kFound,
  kNotInRange,  // nowhere in the range is it in a plan
  kUndecided,   // max_breakpoints or the budget ended the search; stopped_by says which: kNone for the first
  kNoPlan       // at some value there is no plan at all
};

struct ChangeAnswer {
  ChangeOutcome outcome = ChangeOutcome::kNoPlan;
  double now = 0;            // what the parameter is
  double threshold = 0;      // kFound: the candidate is in the best plan beyond
  std::optional<Plan> plan;  // kFound: the plan beyond
  bool confirmed = false;    // kFound: solving confirm_within before and behind has found it out and in
  std::size_t solves = 0;
  graph::Limit stopped_by = graph::Limit::kNone;
};

// The least change of one parameter within [low, high], all else equal, that brings candidate `id` into the best plan;
// of two equal changes the upward one. For a fixed plan, F (for a weight: F times the sum of raw weights) is linear in
// the parameter, so that the best value is the upper envelope of lines. It is traced from the present value outward.
//
// Errors: those of Validate; NODE_NOT_FOUND: a candidate or need is not in the problem; VALUE_OUT_OF_RANGE: not low <=
//         now <= high, or a bound that the parameter may not have.
// Source: Eisner & Severance 1976. At most two solves a breakpoint.
absl::StatusOr<ChangeAnswer> WhatWouldChange(const PlanProblem& problem, std::string_view id,
                                             const PlanParameter& parameter, double low, double high,
                                             const EnvelopeLimits& limits, graph::Budget& budget);

// One change of the best plan against the plan in force.
struct PlanChange {
  std::string id;
  bool added = false;  // else dropped
  // The change_cost from which on it is no part of the best plan; nullopt: whatever the cost, it is.
  std::optional<double> vanishes_at;
};

struct StabilityAnswer {
  std::vector<PlanChange> changes;  // in order of ids
  bool complete = true;  // false: some vanishes_at may have been missed, for the reason that stopped_by names
  graph::Limit stopped_by = graph::Limit::kNone;  // kNone with !complete: max_breakpoints, or no plan
};

// How firmly each change against the plan in force stands: the change_cost at which it goes.
//
// Errors: those of Validate.
absl::StatusOr<StabilityAnswer> ChangesThatPay(const PlanProblem& problem, const EnvelopeLimits& limits,
                                               graph::Budget& budget);

}  // namespace braid::ontology

#endif  // BRAID_ONTOLOGY_PLANS_PLAN_ANSWERS_H_
