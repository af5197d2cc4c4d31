#include "ontology/plans/plan_problem.h"

#include <fmt/format.h>

#include <cmath>
#include <set>
#include <string_view>

#include "graph/error.h"

namespace braid::ontology {
namespace {

using graph::Reason;

class Checks {
 public:
  void Require(bool holds, std::string field, std::string_view what, std::string_view subject = {}) {
    if (holds) return;
    errors_.Add({Reason::kValueOutOfRange, std::move(field), std::string(what), std::string(subject)});
  }
  // An id of its own.
  void RequireId(const std::string& id, const std::string& field, std::set<std::string_view>& seen) {
    if (id.empty()) {
      errors_.Add({Reason::kFieldRequired, field, "an id is needed", {}});
    } else {
      Require(seen.insert(id).second, field, "named twice; leave one out", id);
    }
  }
  absl::Status ToStatus() const { return errors_.ToStatus(); }

 private:
  graph::ErrorList errors_;
};

bool IsCost(double value) { return std::isfinite(value) && value >= 0; }

void CheckCandidate(const PlanProblem& problem, const PlanCandidate& candidate, const std::string& field,
                    const std::set<std::string_view>& ids, Checks& checks) {
  checks.Require(candidate.sessions >= 0 && candidate.sessions <= kMaxPlanSessions, field + ".sessions",
                 "must be in [0, 1000000]", candidate.id);
  checks.Require(IsCost(candidate.burden), field + ".burden", "must be finite and 0 or more", candidate.id);
  std::set<std::size_t> needs;
  for (const PlanGain& gain : candidate.gains) {
    checks.Require(gain.need < problem.needs.size(), field + ".gains", "names a need past the last", candidate.id);
    checks.Require(needs.insert(gain.need).second, field + ".gains", "names a need twice", candidate.id);
    checks.Require(gain.benefit >= 0 && gain.benefit < 1, field + ".gains", "benefit must be in [0, 1)", candidate.id);
  }
  for (const std::size_t slot : candidate.slots) {
    checks.Require(slot < problem.slots.size(), field + ".slots", "names a slot past the last", candidate.id);
  }
  for (const std::string& id : candidate.requires_ids) {
    checks.Require(ids.count(id) > 0, field + ".requires_ids", "must be candidates; leave out what requires others",
                   id);
  }
}

}  // namespace

absl::Status Validate(const PlanProblem& problem) {
  constexpr std::size_t kMaxSlots = 64;  // a bit each
  Checks checks;
  std::set<std::string_view> need_ids, ids;
  for (std::size_t i = 0; i < problem.needs.size(); ++i) {
    const PlanNeed& need = problem.needs[i];
    checks.RequireId(need.id, fmt::format("needs[{}].id", i), need_ids);
    checks.Require(IsCost(need.weight), fmt::format("needs[{}].weight", i), "must be finite and 0 or more", need.id);
  }
  for (std::size_t i = 0; i < problem.candidates.size(); ++i) {
    checks.RequireId(problem.candidates[i].id, fmt::format("candidates[{}].id", i), ids);
  }
  for (std::size_t i = 0; i < problem.candidates.size(); ++i) {
    CheckCandidate(problem, problem.candidates[i], fmt::format("candidates[{}]", i), ids, checks);
  }
  for (std::size_t i = 0; i < problem.conflicts.size(); ++i) {
    const auto& [one, other] = problem.conflicts[i];
    const std::string field = fmt::format("conflicts[{}]", i);
    for (const std::string& id : {one, other}) checks.Require(ids.count(id) > 0, field, "must be of candidates", id);
    checks.Require(one != other, field, "must be of two candidates", one);
  }
  checks.Require(problem.slots.size() <= kMaxSlots, "slots", "must be at most 64");
  if (problem.home) {
    checks.Require(problem.home->share >= 0 && problem.home->share <= 1, "home.share", "must be in [0, 1]");
  }
  checks.Require(problem.max_items >= 1, "max_items", "must be 1 or more");
  checks.Require(problem.max_sessions.value_or(0) >= 0, "max_sessions", "must be 0 or more");
  checks.Require(IsCost(problem.modality_cost), "modality_cost", "must be finite and 0 or more");
  checks.Require(IsCost(problem.change_cost), "change_cost", "must be finite and 0 or more");
  checks.Require(problem.pool_size >= 1, "pool_size", "must be 1 or more");
  checks.Require(IsCost(problem.equally_good_within), "equally_good_within", "must be finite and 0 or more");
  return checks.ToStatus();
}

}  // namespace braid::ontology
