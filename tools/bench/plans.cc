// How long the best plans take, and how certain they are when there is no time.
//
//   build/bin/plans_bench [SEEDS]        default: 40
//
// Problems of 10 needs, each candidate serving 2 to 6 of them, with sessions, conflicts, five modalities at a price and
// burden; the five best plans are kept. Bar (issue "Evidence and plans"): at 300 candidates and 8 items exact within
// 500 ms, or a certified gap of at most 2 % at a deadline of 100 ms.

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <limits>
#include <optional>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "graph/budget.h"
#include "ontology/plans/plan_problem.h"
#include "ontology/plans/plan_solver.h"

namespace braid::bench {
namespace {

using Clock = std::chrono::steady_clock;
using graph::Budget;

constexpr std::size_t kNeeds = 10;
constexpr std::chrono::milliseconds kDeadline{100};
constexpr std::chrono::seconds kPatience{20};  // after which an exact answer is not waited for

ontology::PlanProblem Draw(std::size_t candidates, std::size_t max_items, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  const auto draw = [&](double below) { return static_cast<double>(random() >> 11U) * 0x1p-53 * below; };
  ontology::PlanProblem problem;
  for (std::size_t i = 0; i < kNeeds; ++i) problem.needs.push_back({fmt::format("need:{}", i), .2 + draw(.8)});
  for (std::size_t i = 0; i < candidates; ++i) {
    ontology::PlanCandidate candidate;
    candidate.id = fmt::format("technique:{:04}", i);
    candidate.modality = fmt::format("modality:{}", random() % 5);
    candidate.sessions = 1 + static_cast<std::int64_t>(random() % 6);
    candidate.burden = .003;
    const std::size_t gains = 2 + random() % 5;
    for (std::size_t need = 0; need < kNeeds; ++need) {
      if (random() % kNeeds < gains) candidate.gains.push_back({need, draw(.4)});
    }
    problem.candidates.push_back(std::move(candidate));
  }
  for (std::size_t i = 0; i < candidates; ++i) {
    const std::size_t other = random() % candidates;
    if (other != i) problem.conflicts.emplace_back(other, i);
  }
  problem.max_items = max_items;
  problem.max_sessions = static_cast<std::int64_t>(max_items) * 3;
  problem.modality_cost = .01;
  problem.pool_size = 5;
  problem.equally_good_within = .02;
  return problem;
}

struct Run {
  double milliseconds = 0;
  double gap = 0;
  bool exact = false;
  std::uint64_t work = 0;
};

Run Solve(const ontology::PlanProblem& problem, Clock::duration time) {
  const Clock::time_point start = Clock::now();
  Budget budget(std::numeric_limits<std::uint64_t>::max(), start + time);
  const auto answer = ontology::SolvePlans(problem, budget);
  if (!answer.ok()) std::abort();
  const double took = std::chrono::duration<double, std::milli>(Clock::now() - start).count();
  return {took, answer->gap, answer->stopped_by == graph::Limit::kNone, budget.work_used()};
}

double Quantile(std::vector<double> values, std::size_t percent) {
  std::sort(values.begin(), values.end());
  return values[std::min(values.size() - 1, values.size() * percent / 100)];
}

void Report(std::size_t candidates, std::size_t max_items, std::uint64_t seeds) {
  std::vector<double> times, gaps, work;
  std::size_t exact = 0;
  for (std::uint64_t seed = 0; seed < seeds; ++seed) {
    const ontology::PlanProblem problem = Draw(candidates, max_items, seed);
    const Run whole = Solve(problem, kPatience);
    times.push_back(whole.milliseconds);
    work.push_back(static_cast<double>(whole.work));
    exact += whole.exact ? 1 : 0;
    gaps.push_back(Solve(problem, kDeadline).gap);
  }
  fmt::print("{:>10} {:>6} {:>9.2f} {:>9.2f} {:>9.2f} {:>7}/{:<4} {:>12.0f} {:>9.4f} {:>9.4f}\n", candidates, max_items,
             Quantile(times, 50), Quantile(times, 99), Quantile(times, 100), exact, seeds, Quantile(work, 50),
             Quantile(gaps, 50), Quantile(gaps, 99));
}

}  // namespace
}  // namespace braid::bench

int main(int argc, char** argv) {
  const std::uint64_t seeds = argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 40;
  if (seeds == 0) {
    fmt::print(stderr, "usage: plans_bench [SEEDS]\n");
    return 2;
  }
  fmt::print("{:>10} {:>6} {:>29} {:>12} {:>12} {:>19}\n", "", "", "milliseconds until exact", "", "work",
             "gap at 100 ms");
  fmt::print("{:>10} {:>6} {:>9} {:>9} {:>9} {:>12} {:>12} {:>9} {:>9}\n", "candidates", "items", "p50", "p99", "worst",
             "exact", "p50", "p50", "p99");
  const std::pair<std::size_t, std::size_t> sizes[] = {{60, 5}, {60, 6}, {150, 6}, {300, 6}, {300, 8}};
  for (const auto& [candidates, max_items] : sizes) braid::bench::Report(candidates, max_items, seeds);
  return 0;
}
