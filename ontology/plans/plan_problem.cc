#include "ontology/plans/plan_problem.h"

#include <fmt/format.h>

#include <cmath>
#include <string_view>
#include <type_traits>
#include <unordered_set>

#include "graph/error.h"

namespace braid::ontology {
namespace {

using graph::Reason;

using Ids = std::unordered_set<std::string_view>;

// A field is a name, or what makes one: names are made of what is wrong alone, since a problem has thousands of parts.
class Checks {
 public:
  template <typename Field>
  void Require(bool holds, const Field& field, std::string_view what, std::string_view subject = {}) {
    if (holds) return;
    errors_.Add({Reason::kValueOutOfRange, NameOf(field), std::string(what), std::string(subject)});
  }
  // An id of its own.
  template <typename Field>
  void RequireId(const std::string& id, const Field& field, Ids& seen) {
    if (id.empty()) {
      errors_.Add({Reason::kFieldRequired, NameOf(field), "an id is needed", {}});
    } else {
      Require(seen.insert(id).second, field, "named twice; leave one out", id);
    }
  }
  absl::Status ToStatus() const { return errors_.ToStatus(); }

 private:
  template <typename Field>
  static std::string NameOf(const Field& field) {
    if constexpr (std::is_invocable_v<Field>) {
      return field();
    } else {
      return field;
    }
  }

  graph::ErrorList errors_;
};

bool IsCost(double value) { return std::isfinite(value) && value >= 0; }

void CheckCandidate(const PlanProblem& problem, std::size_t place, const Ids& ids, Checks& checks) {
  const PlanCandidate& candidate = problem.candidates[place];
  const auto field = [&](const char* name) { return [=] { return fmt::format("candidates[{}].{}", place, name); }; };
  checks.Require(candidate.sessions >= 0 && candidate.sessions <= kMaxPlanSessions, field("sessions"),
                 "must be in [0, 1000000]", candidate.id);
  checks.Require(IsCost(candidate.burden), field("burden"), "must be finite and 0 or more", candidate.id);
  std::vector<bool> needs(problem.needs.size());
  for (const PlanGain& gain : candidate.gains) {
    checks.Require(gain.benefit >= 0 && gain.benefit < 1, field("gains"), "benefit must be in [0, 1)", candidate.id);
    checks.Require(gain.need < needs.size(), field("gains"), "names a need past the last", candidate.id);
    if (gain.need >= needs.size()) continue;
    checks.Require(!needs[gain.need], field("gains"), "names a need twice", candidate.id);
    needs[gain.need] = true;
  }
  for (const std::size_t slot : candidate.slots) {
    checks.Require(slot < problem.slots.size(), field("slots"), "names a slot past the last", candidate.id);
  }
  for (const std::string& id : candidate.requires_ids) {
    checks.Require(ids.contains(id), field("requires_ids"), "must be candidates; leave out what requires others", id);
  }
}

}  // namespace

absl::Status Validate(const PlanProblem& problem) {
  constexpr std::size_t kMaxSlots = 64;  // a bit each
  Checks checks;
  Ids need_ids, ids;
  for (std::size_t i = 0; i < problem.needs.size(); ++i) {
    const PlanNeed& need = problem.needs[i];
    checks.RequireId(
        need.id, [=] { return fmt::format("needs[{}].id", i); }, need_ids);
    checks.Require(
        IsCost(need.weight), [=] { return fmt::format("needs[{}].weight", i); }, "must be finite and 0 or more",
        need.id);
  }
  for (std::size_t i = 0; i < problem.candidates.size(); ++i) {
    checks.RequireId(
        problem.candidates[i].id, [=] { return fmt::format("candidates[{}].id", i); }, ids);
  }
  for (std::size_t i = 0; i < problem.candidates.size(); ++i) CheckCandidate(problem, i, ids, checks);
  for (std::size_t i = 0; i < problem.conflicts.size(); ++i) {
    const auto& [one, other] = problem.conflicts[i];
    const auto field = [=] { return fmt::format("conflicts[{}]", i); };
    const std::size_t count = problem.candidates.size();
    checks.Require(one < count && other < count, field, "must be of candidates");
    checks.Require(one != other, field, "must be of two candidates");
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
