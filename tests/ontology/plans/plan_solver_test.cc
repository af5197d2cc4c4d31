#include "ontology/plans/plan_solver.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <random>
#include <string>
#include <vector>

#include "graph/error.h"
#include "ontology/plans/plan_node.h"
#include "tests/ontology/plans/plan_oracle.h"

namespace braid::ontology {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

PlanAnswer Solve(const PlanProblem& problem, graph::Budget budget = {}) {
  const absl::StatusOr<PlanAnswer> answer = SolvePlans(problem, budget);
  if (!answer.ok()) {
    ADD_FAILURE() << answer.status();
    return {};
  }
  return *answer;
}

std::vector<PlanIds> IdsOf(const PlanAnswer& answer) {
  std::vector<PlanIds> ids;
  for (const Plan& plan : answer.plans) ids.push_back(plan.item_ids);
  return ids;
}

// `technique:a`, … for "a…".
PlanIds Ids(const std::string& letters) {
  PlanIds ids;
  for (const char letter : letters) ids.push_back(std::string("technique:") + letter);
  return ids;
}

PlanCandidate& Candidate(PlanProblem& problem, const std::string& letter) {
  return *std::find_if(problem.candidates.begin(), problem.candidates.end(),
                       [&](const PlanCandidate& candidate) { return candidate.id == "technique:" + letter; });
}

constexpr double kPrinted = 1e-12;

TEST(ToyPlanTest, TwoItemsInSixSessions) {
  const PlanAnswer answer = Solve(ToyPlanProblem(2, 6));
  EXPECT_EQ(answer.outcome, PlanOutcome::kSolved);
  ASSERT_GE(answer.plans.size(), 3U);
  EXPECT_EQ(answer.plans[0].item_ids, Ids("ab"));
  EXPECT_NEAR(answer.plans[0].parts.value, .235, kPrinted);
  EXPECT_EQ(answer.plans[1].item_ids, Ids("ac"));
  EXPECT_NEAR(answer.plans[1].parts.value, .234, kPrinted);
  EXPECT_EQ(answer.plans[2].item_ids, Ids("ad"));
  EXPECT_NEAR(answer.plans[2].parts.value, .225, kPrinted);
  EXPECT_EQ(answer.equally_good, 3U);
  EXPECT_EQ(answer.stopped_by, graph::Limit::kNone);
  EXPECT_EQ(answer.gap, 0);
}

TEST(ToyPlanTest, PartsAddUpToTheValueNeedByNeed) {
  const PlanAnswer answer = Solve(ToyPlanProblem(2, 6));
  EXPECT_THAT(answer.need_ids, ElementsAre("need:e", "need:r", "need:t"));
  const PlanParts& parts = answer.plans[0].parts;
  ASSERT_EQ(parts.covers.size(), 3U);
  EXPECT_NEAR(parts.covers[0], .10, kPrinted);
  EXPECT_NEAR(parts.covers[1], .05, kPrinted);
  EXPECT_NEAR(parts.covers[2], .475, kPrinted);
  EXPECT_NEAR(parts.covered_weight, 1, kPrinted);
  EXPECT_EQ(answer.plans[0].sessions, 5);
}

TEST(ToyPlanTest, FewerSessionsAndMoreItems) {
  const PlanAnswer four = Solve(ToyPlanProblem(2, 4));
  EXPECT_EQ(four.plans[0].item_ids, Ids("bc"));
  EXPECT_NEAR(four.plans[0].parts.value, .2035, kPrinted);
  const PlanAnswer seven = Solve(ToyPlanProblem(3, 7));
  EXPECT_EQ(seven.plans[0].item_ids, Ids("abc"));
  EXPECT_NEAR(seven.plans[0].parts.value, .3175, kPrinted);
  EXPECT_EQ(Solve(ToyPlanProblem(3, 10)).plans[0].item_ids, Ids("abc"));
}

TEST(ToyPlanTest, AConflictPartsThePair) {
  PlanProblem problem = ToyPlanProblem(2, 6);
  problem.conflicts = {{0, 1}};
  EXPECT_EQ(Solve(problem).plans[0].item_ids, Ids("ac"));
}

TEST(ToyPlanTest, APlanInForceStaysUntilTheSwitchPays) {
  PlanProblem problem = ToyPlanProblem(2, 6);
  Candidate(problem, "b").in_force = Candidate(problem, "d").in_force = true;
  problem.change_cost = .02;
  EXPECT_EQ(Solve(problem).plans[0].item_ids, Ids("ab"));
  EXPECT_NEAR(Solve(problem).plans[0].parts.value, .195, kPrinted);
  problem.change_cost = .03;
  EXPECT_EQ(Solve(problem).plans[0].item_ids, Ids("bd"));
  EXPECT_NEAR(Solve(problem).plans[0].parts.value, .18625, kPrinted);
}

TEST(ToyPlanTest, NoCandidateAndNoNeedAreSaid) {
  PlanProblem problem = ToyPlanProblem(2, 6);
  for (PlanNeed& need : problem.needs) need.weight = 0;
  EXPECT_EQ(Solve(problem).outcome, PlanOutcome::kEmptyProfile);
  problem = ToyPlanProblem(2, 6);
  for (PlanCandidate& candidate : problem.candidates) candidate.force = PlanForce::kOut;
  EXPECT_EQ(Solve(problem).outcome, PlanOutcome::kNoCandidate);
  problem.candidates.clear();
  EXPECT_EQ(Solve(problem).outcome, PlanOutcome::kNoCandidate);
}

TEST(ToyPlanTest, AllRequiredComesFirstThenStageThenLossASession) {
  PlanProblem problem = ToyPlanProblem(4, 10);
  EXPECT_EQ(Solve(problem).plans[0].sequence_ids,
            (PlanIds{"technique:b", "technique:a", "technique:c", "technique:d"}));
  Candidate(problem, "c").stage = -1;
  EXPECT_EQ(Solve(problem).plans[0].sequence_ids.front(), "technique:c");
  Candidate(problem, "c").requires_ids = {"technique:d"};
  EXPECT_EQ(Solve(problem).plans[0].sequence_ids,
            (PlanIds{"technique:b", "technique:a", "technique:d", "technique:c"}));
}

TEST(PlanSolverTest, NothingWorthItsBurdenIsAPlanOfNoItems) {
  PlanProblem problem = ToyPlanProblem(2, 6);
  for (PlanCandidate& candidate : problem.candidates) candidate.burden = .9;
  const PlanAnswer answer = Solve(problem);
  EXPECT_EQ(answer.outcome, PlanOutcome::kSolved);
  ASSERT_EQ(answer.plans.size(), 1U);
  EXPECT_THAT(answer.plans[0].item_ids, IsEmpty());
}

TEST(PlanSolverTest, SlotsComeBeforeBenefit) {
  PlanProblem problem = ToyPlanProblem(2, 6);
  problem.slots = {"imagery", "drugs"};
  Candidate(problem, "d").slots = {1};
  Candidate(problem, "c").slots = {0};
  Candidate(problem, "d").burden = .5;
  const PlanAnswer answer = Solve(problem);
  EXPECT_EQ(answer.plans[0].item_ids, Ids("cd"));
  EXPECT_EQ(answer.plans[0].slots_filled, 2);
  EXPECT_EQ(answer.equally_good, 1U);
}

TEST(PlanObstaclesTest, TooFewSessionsNamesTheLeastThatWork) {
  const PlanAnswer answer = Solve(ToyPlanProblem(2, 1));
  EXPECT_EQ(answer.outcome, PlanOutcome::kInfeasible);
  EXPECT_THAT(answer.plans, IsEmpty());
  ASSERT_EQ(answer.obstacles.size(), 1U);
  EXPECT_EQ(answer.obstacles[0].constraint, PlanConstraint::kSessions);
  EXPECT_EQ(answer.obstacles[0].least, 2);
  EXPECT_FALSE(answer.together);
}

TEST(PlanObstaclesTest, EachConstraintIsNamedWithItsLeastChange) {
  PlanProblem items = ToyPlanProblem(1, 10);
  Candidate(items, "a").force = PlanForce::kIn;
  Candidate(items, "a").requires_ids = {"technique:b"};
  Candidate(items, "b").requires_ids = {"technique:c"};
  PlanAnswer answer = Solve(items);
  ASSERT_EQ(answer.obstacles.size(), 1U);
  EXPECT_EQ(answer.obstacles[0].constraint, PlanConstraint::kItems);
  EXPECT_EQ(answer.obstacles[0].least, 3);

  PlanProblem conflict = ToyPlanProblem(2, 10);
  Candidate(conflict, "a").force = Candidate(conflict, "d").force = PlanForce::kIn;
  conflict.conflicts = {{3, 0}};
  answer = Solve(conflict);
  ASSERT_EQ(answer.obstacles.size(), 1U);
  EXPECT_EQ(answer.obstacles[0].constraint, PlanConstraint::kConflict);
  EXPECT_EQ(answer.obstacles[0].ids, Ids("ad"));

  PlanProblem out = ToyPlanProblem(2, 10);
  Candidate(out, "a").force = PlanForce::kIn;
  Candidate(out, "a").requires_ids = {"technique:b"};
  Candidate(out, "b").force = PlanForce::kOut;
  answer = Solve(out);
  ASSERT_EQ(answer.obstacles.size(), 1U);
  EXPECT_EQ(answer.obstacles[0].constraint, PlanConstraint::kForcedOut);
  EXPECT_EQ(answer.obstacles[0].ids, Ids("b"));

  PlanProblem home = ToyPlanProblem(2, 10);
  home.home = PlanHome{"modality:home", .5};
  Candidate(home, "a").force = PlanForce::kIn;
  Candidate(home, "b").modality = Candidate(home, "c").modality = "modality:home";
  answer = Solve(home);
  ASSERT_EQ(answer.obstacles.size(), 2U);
  EXPECT_EQ(answer.obstacles[0].constraint, PlanConstraint::kItems);
  EXPECT_EQ(answer.obstacles[0].least, 3);
  EXPECT_EQ(answer.obstacles[1].constraint, PlanConstraint::kHomeShare);
  EXPECT_DOUBLE_EQ(answer.obstacles[1].share, .4);
}

TEST(PlanObstaclesTest, WhereNoOneChangeDoesAllThatAreNeededAreNamed) {
  PlanProblem problem = ToyPlanProblem(1, 2);
  Candidate(problem, "a").force = Candidate(problem, "b").force = PlanForce::kIn;
  const PlanAnswer answer = Solve(problem);
  EXPECT_TRUE(answer.together);
  ASSERT_EQ(answer.obstacles.size(), 2U);
  EXPECT_EQ(answer.obstacles[0].constraint, PlanConstraint::kItems);
  EXPECT_EQ(answer.obstacles[0].least, 2);
  EXPECT_EQ(answer.obstacles[1].constraint, PlanConstraint::kSessions);
  EXPECT_EQ(answer.obstacles[1].least, 5);
}

TEST(PlanProblemTest, EveryBadFieldIsNamedAndNoValueRepeated) {
  PlanProblem problem = ToyPlanProblem(0, 6);
  problem.needs[1].weight = -77.5;
  problem.needs[2].id = "need:t";
  problem.candidates[0].id = "";
  problem.candidates[1].gains[0].benefit = 1;
  problem.candidates[2].requires_ids = {"technique:z"};
  problem.conflicts = {{3, 3}};
  graph::Budget budget;
  const auto info = graph::ErrorInfoOf(SolvePlans(problem, budget).status());
  ASSERT_TRUE(info.has_value());
  std::vector<std::string> fields;
  for (const graph::Violation& violation : info->violations) {
    fields.push_back(violation.field);
    EXPECT_THAT(violation.description, testing::Not(HasSubstr("77.5")));
  }
  EXPECT_THAT(fields, ElementsAre("needs[1].weight", "needs[2].id", "candidates[0].id", "candidates[1].gains",
                                  "candidates[2].requires_ids", "conflicts[0]", "max_items"));
}

// The five best of any problem, in their order, are those that trying every set finds.
TEST(PlanSolverPropertyTest, EqualsTryingEverySet) {
  std::size_t solved = 0, infeasible = 0;
  for (std::uint64_t seed = 0; seed < 1500; ++seed) {
    SCOPED_TRACE(seed);
    std::mt19937_64 random(seed);
    const PlanProblem problem = RandomPlanProblem(random, seed % 5 == 0 ? 14 : 9);
    const PlanAnswer answer = Solve(problem);
    if (answer.outcome == PlanOutcome::kNoCandidate) continue;
    const std::vector<PlanIds> sets = OracleFeasibleSets(problem);
    const bool possible = std::any_of(sets.begin(), sets.end(), [](const PlanIds& ids) { return !ids.empty(); });
    ASSERT_EQ(answer.outcome, possible ? PlanOutcome::kSolved : PlanOutcome::kInfeasible);
    if (!possible) {
      ++infeasible;
      ASSERT_FALSE(answer.obstacles.empty());
      continue;
    }
    ++solved;
    ASSERT_EQ(IdsOf(answer), OraclePlans(problem, 5));
    for (const Plan& plan : answer.plans) {
      ASSERT_NEAR(plan.parts.value, OracleValue(problem, plan.item_ids), 1e-12);
      ASSERT_EQ(plan.slots_filled, OracleSlots(problem, plan.item_ids));
    }
    ASSERT_EQ(answer.gap, 0);
    ASSERT_EQ(answer.value_bound, answer.plans[0].parts.value);
  }
  EXPECT_GT(solved, 1000U);
  EXPECT_GT(infeasible, 20U);
}

// With the change that an obstacle names the problem can be solved, and with the least less of it not.
TEST(PlanSolverPropertyTest, TheLeastChangeThatWorksIsTheLeast) {
  std::size_t tried = 0;
  for (std::uint64_t seed = 0; seed < 3000; ++seed) {
    SCOPED_TRACE(seed);
    std::mt19937_64 random(seed);
    PlanProblem problem = RandomPlanProblem(random, 6);
    problem.candidates[random() % problem.candidates.size()].force = PlanForce::kIn;
    const PlanAnswer answer = Solve(problem);
    if (answer.outcome != PlanOutcome::kInfeasible || answer.together) continue;
    for (const PlanObstacle& obstacle : answer.obstacles) {
      PlanProblem enough = problem, less = problem;
      ++tried;
      if (obstacle.constraint == PlanConstraint::kItems) {
        enough.max_items = static_cast<std::size_t>(obstacle.least);
        less.max_items = enough.max_items - 1;
      } else if (obstacle.constraint == PlanConstraint::kSessions) {
        enough.max_sessions = obstacle.least;
        less.max_sessions = obstacle.least - 1;
      } else if (obstacle.constraint == PlanConstraint::kHomeShare) {
        enough.home->share = obstacle.share;
        less.home->share = obstacle.share + 1e-6;
      } else if (obstacle.constraint == PlanConstraint::kConflict) {
        enough.conflicts.clear();
      } else {
        for (PlanCandidate& candidate : enough.candidates) {
          const bool back = std::count(obstacle.ids.begin(), obstacle.ids.end(), candidate.id) > 0;
          if (back) candidate.force = PlanForce::kFree;
        }
      }
      ASSERT_FALSE(OracleFeasibleSets(enough).empty());
      ASSERT_TRUE(OracleFeasibleSets(less).empty());
    }
  }
  EXPECT_GT(tried, 300U);
}

TEST(PlanSolverPropertyTest, TheOrderOfTheInputChangesNothing) {
  for (std::uint64_t seed = 0; seed < 300; ++seed) {
    SCOPED_TRACE(seed);
    std::mt19937_64 random(seed);
    const PlanProblem problem = RandomPlanProblem(random, 14);
    const PlanAnswer one = Solve(problem), other = Solve(Permuted(problem, random));
    ASSERT_EQ(one.outcome, other.outcome);
    ASSERT_EQ(IdsOf(one), IdsOf(other));
    ASSERT_EQ(one.equally_good, other.equally_good);
    for (std::size_t i = 0; i < one.plans.size(); ++i) {
      ASSERT_EQ(one.plans[i].parts.value, other.plans[i].parts.value);  // to the last bit
      ASSERT_EQ(one.plans[i].parts.covers, other.plans[i].parts.covers);
      ASSERT_EQ(one.plans[i].sequence_ids, other.plans[i].sequence_ids);
    }
  }
}

// Of three random sets S ⊆ S' and an item outside: F(S) <= F(S'), and the item adds to S at least what it adds to S'.
TEST(PlanSolverPropertyTest, WithoutPenaltiesTheValueIsMonotoneAndSubmodular) {
  for (std::uint64_t seed = 0; seed < 2000; ++seed) {
    SCOPED_TRACE(seed);
    std::mt19937_64 random(seed);
    PlanProblem problem = RandomPlanProblem(random, 12);
    problem.modality_cost = problem.change_cost = 0;
    for (PlanCandidate& candidate : problem.candidates) candidate.burden = 0;
    const PlanModel model = *PlanModel::Make(problem);
    PlanItems small, large, small_and, large_and;
    const auto added = static_cast<PlanItem>(random() % model.items().size());
    for (PlanItem item = 0; item < model.items().size(); ++item) {
      const std::uint64_t drawn = random() % 3;
      if (item != added && drawn == 0) small.push_back(item);
      if (item != added && drawn <= 1) large.push_back(item);
      if (item == added || drawn == 0) small_and.push_back(item);
      if (item == added || drawn <= 1) large_and.push_back(item);
    }
    const auto value = [&](const PlanItems& items) { return model.Parts(items).value; };
    ASSERT_LE(value(small), value(large) + 1e-15);
    ASSERT_GE(value(small_and) - value(small), value(large_and) - value(large) - 1e-15);
  }
}

// The best value, and the most slots, of what is taken with up to `room` of open()[at, …) that fit.
void ExpectBounds(const PlanModel& model, const PlanNode& node) {
  const std::size_t open = node.open().size();
  for (std::uint32_t bits = 0; bits < std::uint32_t{1} << open; ++bits) {
    PlanItems items = node.taken();
    std::size_t first = open, second = open, count = 0;
    for (std::size_t i = 0; i < open; ++i) {
      if ((bits >> i & 1U) == 0) continue;
      if (++count == 1) first = i;
      if (count >= 2) second = i;  // the last: any but the first will do
      items.push_back(node.open()[i].item);
    }
    std::sort(items.begin(), items.end());
    if (count > node.room() || model.Sessions(items) > model.max_sessions()) continue;
    const double value = model.Parts(items).value - kValueSlack;
    ASSERT_GE(node.FactorBound(), value);
    ASSERT_GE(node.GainBound(first), value);
    ASSERT_GE(node.SessionsBound(first), value);
    ASSERT_GE(node.TangentBound(first), value);
    ASSERT_GE(node.SlotsBound(first), model.Rank(items).slots);
    if (count >= 2) {
      ASSERT_GE(node.PairBound(first, second), value);
    }
    if (model.Feasible(items)) {
      ASSERT_TRUE(node.CanBeMadeFeasible());
    }
  }
}

TEST(PlanNodePropertyTest, NoCompletionIsWorthMoreThanABoundSays) {
  for (std::uint64_t seed = 0; seed < 2000; ++seed) {
    SCOPED_TRACE(seed);
    std::mt19937_64 random(seed);
    PlanProblem problem = RandomPlanProblem(random, 10);
    for (PlanCandidate& candidate : problem.candidates) candidate.force = PlanForce::kFree;
    const PlanModel model = *PlanModel::Make(problem);
    PlanItems point;  // any will do
    for (PlanItem item = 0; item < model.items().size(); ++item) {
      if (random() % 3 == 0) point.push_back(item);
    }
    const PlanTangent tangent(model, point);
    const auto keep_all = [](double, int) { return false; };
    PlanNode node;
    node.SetRoot(model, tangent);
    node.Prune(keep_all);
    while (true) {
      ExpectBounds(model, node);
      if (HasFatalFailure() || node.room() == 0 || node.open().empty()) break;
      const PlanNode parent = node;
      node.SetChild(parent, random() % std::min<std::size_t>(parent.open().size(), 3), parent.open().size());
      node.Prune(keep_all);
    }
  }
}

// However early the budget ends a search: value <= optimum <= bound, and every plan may be used.
TEST(PlanSolverPropertyTest, ACutAnswerBoundsTheOptimum) {
  std::size_t cut = 0, gaps = 0;
  for (std::uint64_t seed = 0; seed < 300; ++seed) {
    std::mt19937_64 random(seed);
    const PlanProblem problem = RandomPlanProblem(random, 14);
    const PlanAnswer exact = Solve(problem);
    if (exact.outcome != PlanOutcome::kSolved) continue;
    const Plan& best = exact.plans[0];
    for (std::uint64_t work = 0; work < 400; work += 1 + work / 8) {
      SCOPED_TRACE(testing::Message() << "seed " << seed << ", work " << work);
      const PlanAnswer answer = Solve(problem, graph::Budget(work, std::nullopt));
      if (answer.stopped_by == graph::Limit::kNone) continue;
      ++cut;
      ASSERT_EQ(answer.stopped_by, graph::Limit::kWork);
      if (answer.outcome == PlanOutcome::kUndecided) continue;
      const Plan& found = answer.plans[0];
      for (const Plan& plan : answer.plans) ASSERT_TRUE(OracleFeasible(problem, plan.item_ids));
      ASSERT_LE(found.slots_filled, best.slots_filled);
      ASSERT_GE(answer.slots_bound, best.slots_filled);
      ASSERT_GE(answer.value_bound, best.parts.value - kValueSlack);
      if (found.slots_filled == best.slots_filled) {
        ASSERT_LE(found.parts.value, best.parts.value + 1e-9);
      }
      ASSERT_GE(answer.gap, 0);
      ASSERT_LE(answer.gap, 1);
      if (answer.gap > 0 && answer.gap < 1) ++gaps;
    }
  }
  EXPECT_GT(cut, 300U);
  EXPECT_GT(gaps, 50U);
}

TEST(PlanSolverTest, ACancelledSearchSaysSo) {
  std::mt19937_64 random(7);
  PlanProblem problem;
  problem.needs = {{"need:a", 1}, {"need:b", 1}, {"need:c", 1}};
  for (int i = 0; i < 200; ++i) {
    PlanCandidate candidate;
    candidate.id = "technique:" + std::to_string(i);
    for (std::size_t need = 0; need < 3; ++need) {
      candidate.gains.push_back({need, static_cast<double>(random() % 1000) / 5000});
    }
    problem.candidates.push_back(std::move(candidate));
  }
  problem.max_items = 8;
  problem.pool_size = 5;
  const PlanAnswer answer =
      Solve(problem, graph::Budget(std::numeric_limits<std::uint64_t>::max(), std::nullopt, [] { return true; }));
  EXPECT_EQ(answer.stopped_by, graph::Limit::kCancelled);
  EXPECT_EQ(answer.outcome, PlanOutcome::kSolved);
  EXPECT_GT(answer.gap, 0);
}

}  // namespace
}  // namespace braid::ontology
