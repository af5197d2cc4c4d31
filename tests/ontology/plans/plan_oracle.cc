#include "tests/ontology/plans/plan_oracle.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <tuple>
#include <utility>

namespace braid::ontology {
namespace {

std::vector<const PlanCandidate*> InOrder(const PlanProblem& problem, const PlanIds& ids) {
  std::vector<const PlanCandidate*> found;
  for (const std::string& id : ids) {
    for (const PlanCandidate& candidate : problem.candidates) {
      if (candidate.id == id) found.push_back(&candidate);
    }
  }
  return found;
}

// Smaller comes first.
using Key = std::tuple<int, std::int64_t, std::int64_t, std::size_t, std::int64_t, PlanIds>;

Key KeyOf(const PlanProblem& problem, const PlanIds& ids) {
  double sum = 0, covered = 0;
  for (const PlanNeed& need : problem.needs) sum += need.weight;
  std::map<std::string, double> of_need;
  std::int64_t sessions = 0;
  for (const PlanCandidate* candidate : InOrder(problem, ids)) {
    sessions += candidate->sessions;
    for (const PlanGain& gain : candidate->gains) {
      if (gain.benefit > 0) of_need[problem.needs[gain.need].id] = problem.needs[gain.need].weight / sum;
    }
  }
  for (const auto& [id, weight] : of_need) covered += weight;
  return {-OracleSlots(problem, ids),
          -std::llround(OracleValue(problem, ids) * 1e9),
          -std::llround(covered * 1e9),
          ids.size(),
          sessions,
          ids};
}

}  // namespace

double OracleValue(const PlanProblem& problem, const PlanIds& ids) {
  const std::vector<const PlanCandidate*> items = InOrder(problem, ids);
  std::map<std::string, std::size_t> needs;
  double sum = 0;
  for (std::size_t i = 0; i < problem.needs.size(); ++i) needs[problem.needs[i].id] = i;
  for (const auto& [id, place] : needs) sum += problem.needs[place].weight;
  double value = 0;
  for (const auto& [id, place] : needs) {
    double missed = 1;
    for (const PlanCandidate* item : items) {
      for (const PlanGain& gain : item->gains) {
        if (gain.need == place) missed *= 1 - gain.benefit;
      }
    }
    value += problem.needs[place].weight / sum * (1 - missed);
  }
  std::set<std::string> modalities;
  double burden = 0;
  std::size_t changes = 0;
  for (const PlanCandidate* item : items) {
    if (!problem.home || item->modality != problem.home->modality) modalities.insert(item->modality);
    burden += item->burden;
    if (!item->in_force) ++changes;
  }
  for (const PlanCandidate& candidate : problem.candidates) {
    if (candidate.in_force && !std::binary_search(ids.begin(), ids.end(), candidate.id)) ++changes;
  }
  std::size_t opened = modalities.size();
  if (!problem.home && opened > 0) --opened;
  return value - problem.modality_cost * static_cast<double>(opened) - burden -
         problem.change_cost * static_cast<double>(changes);
}

bool OracleFeasible(const PlanProblem& problem, const PlanIds& ids) {
  const auto has = [&](const std::string& id) { return std::binary_search(ids.begin(), ids.end(), id); };
  std::int64_t sessions = 0, home = 0;
  for (const PlanCandidate& candidate : problem.candidates) {
    if (candidate.force == PlanForce::kIn && !has(candidate.id)) return false;
    if (!has(candidate.id)) continue;
    if (candidate.force == PlanForce::kOut) return false;
    if (!std::all_of(candidate.requires_ids.begin(), candidate.requires_ids.end(), has)) return false;
    sessions += candidate.sessions;
    if (problem.home && candidate.modality == problem.home->modality) home += candidate.sessions;
  }
  for (const auto& [one, other] : problem.conflicts) {
    if (has(problem.candidates[one].id) && has(problem.candidates[other].id)) return false;
  }
  const double share = problem.home ? problem.home->share : 0;
  return ids.size() <= problem.max_items && (!problem.max_sessions || sessions <= *problem.max_sessions) &&
         static_cast<double>(home) >= share * static_cast<double>(sessions) - 1e-12;
}

int OracleSlots(const PlanProblem& problem, const PlanIds& ids) {
  std::set<std::size_t> slots;
  for (const PlanCandidate* candidate : InOrder(problem, ids)) {
    slots.insert(candidate->slots.begin(), candidate->slots.end());
  }
  return static_cast<int>(slots.size());
}

std::vector<PlanIds> OracleFeasibleSets(const PlanProblem& problem) {
  std::vector<PlanIds> sets;
  for (std::uint32_t bits = 0; bits < std::uint32_t{1} << problem.candidates.size(); ++bits) {
    PlanIds ids;
    for (std::size_t i = 0; i < problem.candidates.size(); ++i) {
      if ((bits >> i & 1U) != 0) ids.push_back(problem.candidates[i].id);
    }
    if (ids.size() > problem.max_items) continue;
    std::sort(ids.begin(), ids.end());
    if (OracleFeasible(problem, ids)) sets.push_back(std::move(ids));
  }
  return sets;
}

std::vector<PlanIds> OraclePlans(const PlanProblem& problem, std::size_t count) {
  std::map<PlanIds, Key> keys;
  for (const PlanIds& ids : OracleFeasibleSets(problem)) keys.emplace(ids, KeyOf(problem, ids));
  std::vector<Key> tight;
  for (const auto& [ids, key] : keys) {
    bool loses = true;
    for (std::size_t i = 0; i < ids.size(); ++i) {
      PlanIds fewer = ids;
      fewer.erase(fewer.begin() + static_cast<std::ptrdiff_t>(i));
      const auto at = keys.find(fewer);
      if (at != keys.end() && at->second < key) loses = false;
    }
    if (loses) tight.push_back(key);
  }
  std::sort(tight.begin(), tight.end());
  std::vector<PlanIds> best;
  for (std::size_t i = 0; i < std::min(count, tight.size()); ++i) best.push_back(std::get<PlanIds>(tight[i]));
  return best;
}

PlanProblem RandomPlanProblem(std::mt19937_64& random, std::size_t max_candidates) {
  const auto draw = [&](std::size_t below) { return static_cast<std::size_t>(random() % below); };
  const auto maybe = [&](std::size_t percent) { return draw(100) < percent; };
  PlanProblem problem;
  problem.pool_size = 5;
  problem.equally_good_within = .02;
  const std::size_t needs = 1 + draw(5);
  for (std::size_t i = 0; i < needs; ++i) {
    problem.needs.push_back({"need:" + std::to_string(i), static_cast<double>(draw(4) + (i == 0 ? 1 : 0))});
  }
  if (maybe(40)) problem.slots = {"behaviour", "affect", "cognition"};
  const std::size_t modalities = 1 + draw(4);
  const bool changes = maybe(50), in = maybe(25), out = maybe(25), requires_others = maybe(40);
  const std::size_t candidates = 1 + draw(max_candidates);
  for (std::size_t i = 0; i < candidates; ++i) {
    PlanCandidate candidate;
    candidate.id = "technique:" + std::string(1, static_cast<char>('a' + i));
    candidate.modality = "modality:" + std::to_string(draw(modalities));
    candidate.sessions = static_cast<std::int64_t>(draw(5));
    candidate.burden = static_cast<double>(draw(4)) * .01;
    for (std::size_t need = 0; need < needs; ++need) {
      if (maybe(40)) candidate.gains.push_back({need, static_cast<double>(draw(10)) * .05});
    }
    for (std::size_t slot = 0; slot < problem.slots.size(); ++slot) {
      if (maybe(20)) candidate.slots.push_back(slot);
    }
    if (requires_others && i > 0 && maybe(25)) {
      candidate.requires_ids = {"technique:" + std::string(1, static_cast<char>('a' + draw(i)))};
    }
    if (in && maybe(12)) candidate.force = PlanForce::kIn;
    if (out && maybe(12)) candidate.force = PlanForce::kOut;
    candidate.in_force = changes && maybe(30);
    problem.candidates.push_back(std::move(candidate));
  }
  for (std::size_t a = 0; a < candidates; ++a) {
    for (std::size_t b = 0; b < a; ++b) {
      if (maybe(8)) problem.conflicts.emplace_back(a, b);
    }
  }
  if (maybe(40)) problem.home = PlanHome{"modality:0", static_cast<double>(1 + draw(4)) * .2};
  problem.max_items = 1 + draw(6);
  if (maybe(60)) problem.max_sessions = static_cast<std::int64_t>(3 + draw(14));
  problem.modality_cost = static_cast<double>(draw(4)) * .01;
  problem.change_cost = changes ? static_cast<double>(draw(6)) * .01 : 0;
  return problem;
}

PlanProblem Permuted(const PlanProblem& problem, std::mt19937_64& random) {
  PlanProblem permuted = problem;
  std::vector<std::size_t> order(problem.needs.size()), place(order.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::shuffle(order.begin(), order.end(), random);
  for (std::size_t i = 0; i < order.size(); ++i) {
    permuted.needs[i] = problem.needs[order[i]];
    place[order[i]] = i;
  }
  for (PlanCandidate& candidate : permuted.candidates) {
    for (PlanGain& gain : candidate.gains) gain.need = place[gain.need];
    std::shuffle(candidate.gains.begin(), candidate.gains.end(), random);
    for (std::size_t& slot : candidate.slots) slot = problem.slots.size() - 1 - slot;
  }
  std::reverse(permuted.slots.begin(), permuted.slots.end());
  std::vector<std::size_t> shuffled(problem.candidates.size()), now_at(shuffled.size());
  std::iota(shuffled.begin(), shuffled.end(), std::size_t{0});
  std::shuffle(shuffled.begin(), shuffled.end(), random);
  const std::vector<PlanCandidate> before = permuted.candidates;
  for (std::size_t i = 0; i < shuffled.size(); ++i) {
    permuted.candidates[i] = before[shuffled[i]];
    now_at[shuffled[i]] = i;
  }
  std::shuffle(permuted.conflicts.begin(), permuted.conflicts.end(), random);
  for (auto& [one, other] : permuted.conflicts) {
    one = now_at[one];
    other = now_at[other];
    if (random() % 2 == 0) std::swap(one, other);
  }
  return permuted;
}

PlanProblem ToyPlanProblem(std::size_t max_items, std::int64_t max_sessions) {
  PlanProblem problem;
  problem.needs = {{"need:t", .4}, {"need:e", .3}, {"need:r", .3}};
  const auto add = [&](std::string id, std::int64_t sessions, std::vector<PlanGain> gains) {
    PlanCandidate candidate;
    candidate.id = std::move(id);
    candidate.modality = "modality:one";
    candidate.sessions = sessions;
    candidate.gains = std::move(gains);
    problem.candidates.push_back(std::move(candidate));
  };
  add("technique:a", 3, {{0, .30}, {1, .10}});
  add("technique:b", 2, {{0, .25}, {2, .05}});
  add("technique:c", 2, {{1, .20}, {2, .10}});
  add("technique:d", 3, {{2, .25}});
  problem.max_items = max_items;
  problem.max_sessions = max_sessions;
  problem.pool_size = 5;
  problem.equally_good_within = .02;
  return problem;
}

}  // namespace braid::ontology
