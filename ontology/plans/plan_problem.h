// Which techniques make the best plan, as a problem of numbers: needs, what each technique does for them, what it asks,
// and what must hold.
//
// All that is known of psychotherapy, of the client and of the policy is in the numbers; nothing here reads a graph or
// a message. Names of the literature: maximum coverage with probabilities, a knapsack, and fixed charges.
//
// Thread safety: values; any use is safe.

#ifndef BRAID_ONTOLOGY_PLANS_PLAN_PROBLEM_H_
#define BRAID_ONTOLOGY_PLANS_PLAN_PROBLEM_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"

namespace braid::ontology {

inline constexpr std::int64_t kMaxPlanSessions = 1'000'000;  // of one candidate

struct PlanNeed {
  std::string id;     // a CURIE
  double weight = 0;  // raw: finite, >= 0; the sum is taken as 1
};

// How far one item alone would meet one need.
struct PlanGain {
  std::size_t need = 0;  // place in PlanProblem::needs
  double benefit = 0;    // b, in [0, 1)
};

enum class PlanForce : std::uint8_t { kFree, kIn, kOut };

struct PlanCandidate {
  std::string id;                         // a CURIE
  std::string modality;                   // the one that it is taken from
  std::int64_t sessions = 1;              // that it takes, in [0, kMaxPlanSessions]
  double burden = 0;                      // what it asks of the client, in units of benefit: finite, >= 0
  std::vector<PlanGain> gains;            // each need at most once
  std::vector<std::size_t> slots;         // places in PlanProblem::slots that it fills
  std::vector<std::string> requires_ids;  // candidates that must be in any plan with this one
  PlanForce force = PlanForce::kFree;
  bool in_force = false;   // part of the plan in force (S0)
  std::int64_t stage = 0;  // earlier stages come first in a sequence
};

// A share of the sessions that must be in one modality (assimilative integration).
struct PlanHome {
  std::string modality;
  double share = 0;  // of the plan's sessions, in [0, 1]
};

// The value of a set S of candidates, with weights ŵ that sum to 1:
//
//   F(S) = Σ_j ŵ_j (1 − Π_{t∈S} (1 − b_tj)) − μ·opened(S) − Σ_{t∈S} burden_t − λ·|S Δ S0|
//
// opened(S) counts the modalities of S but one; with a home, those that are not the home. The cover is monotone and
// submodular: a need that is nearly met gains little more. That what two techniques do for a need is independent is an
// assumption. Items of S0 that are no candidates any more are not counted: they go whatever λ is.
//
// A set is feasible if it has at most `max_items` items and `max_sessions` sessions, no conflicting pair, every item
// that one of its items requires, every item forced in and none forced out, and its share of home.
struct PlanProblem {
  std::vector<PlanNeed> needs;
  std::vector<PlanCandidate> candidates;
  std::vector<std::pair<std::size_t, std::size_t>> conflicts;  // places in `candidates`
  std::vector<std::string> slots;                              // at most 64: plans that fill more of them come first
  std::optional<PlanHome> home;
  std::size_t max_items = 0;
  std::optional<std::int64_t> max_sessions;
  double modality_cost = 0;  // μ, >= 0
  double change_cost = 0;    // λ, >= 0

  // Of the answer, not of the problem.
  std::size_t pool_size = 1;       // how many plans are kept, >= 1
  double equally_good_within = 0;  // plans whose values differ by no more cannot be told apart, >= 0
};

// Errors, all of them at once, each naming the field and the candidate or need by id: FIELD_REQUIRED (an id is empty),
// VALUE_OUT_OF_RANGE (a number out of its range, an id twice, a place past the end, an id of no candidate, a candidate
// that conflicts with itself). Values are not repeated: they may come from a client's profile.
absl::Status Validate(const PlanProblem& problem);

}  // namespace braid::ontology

#endif  // BRAID_ONTOLOGY_PLANS_PLAN_PROBLEM_H_
