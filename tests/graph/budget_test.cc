#include "graph/budget.h"

#include <gtest/gtest.h>

#include <chrono>
#include <limits>

namespace braid::graph {
namespace {

// Units spent until the budget refuses one, at most `most`.
std::uint64_t SpendAll(Budget& budget, std::uint64_t most) {
  std::uint64_t spent = 0;
  while (spent < most && budget.Spend()) ++spent;
  return spent;
}

TEST(BudgetTest, WithoutLimitsNeverStops) {
  Budget budget;
  EXPECT_EQ(SpendAll(budget, 10'000), 10'000);
  EXPECT_EQ(budget.work_used(), 10'000);
  EXPECT_EQ(budget.stopped_by(), Limit::kNone);
}

TEST(BudgetTest, AllowsExactlyTheWorkGiven) {
  for (const std::uint64_t work : {0U, 1U, 1023U, 1024U, 1025U, 5000U}) {
    Budget budget(work, std::nullopt);
    EXPECT_EQ(SpendAll(budget, 10'000), work);
    EXPECT_EQ(budget.stopped_by(), Limit::kWork);
  }
  Budget boundless(std::numeric_limits<std::uint64_t>::max(), std::nullopt);
  EXPECT_EQ(SpendAll(boundless, 10'000), 10'000);
}

TEST(BudgetTest, StaysStopped) {
  bool cancelled = true;
  Budget budget(1'000'000, std::nullopt, [&] { return cancelled; });
  SpendAll(budget, 10'000);
  ASSERT_EQ(budget.stopped_by(), Limit::kCancelled);
  cancelled = false;
  EXPECT_FALSE(budget.Spend());
  EXPECT_FALSE(budget.Spend(0));
  EXPECT_EQ(budget.stopped_by(), Limit::kCancelled);
}

TEST(BudgetTest, CountsUnitsSpentTogether) {
  Budget budget(100, std::nullopt);
  EXPECT_TRUE(budget.Spend(100));
  EXPECT_FALSE(budget.Spend(1));
  EXPECT_EQ(budget.work_used(), 101);
}

TEST(BudgetTest, LooksForCancellationEvery1024Units) {
  int asked = 0;
  Budget budget(1'000'000, std::nullopt, [&] { return ++asked == 3; });
  EXPECT_EQ(SpendAll(budget, 10'000), 3 * Budget::kCheckEvery - 1);
  EXPECT_EQ(asked, 3);
}

TEST(BudgetTest, StopsAtADeadlineThatIsPast) {
  Budget late(1'000'000, Budget::Clock::now() - std::chrono::seconds(1));
  EXPECT_EQ(SpendAll(late, 10'000), Budget::kCheckEvery - 1);
  EXPECT_EQ(late.stopped_by(), Limit::kDeadline);
  Budget early(1'000'000, Budget::Clock::now() + std::chrono::hours(1));
  EXPECT_EQ(SpendAll(early, 10'000), 10'000);
}

TEST(BudgetTest, NamesTheLimitThatRepeatsFirst) {
  Budget budget(1023, Budget::Clock::now() - std::chrono::seconds(1), [] { return true; });
  SpendAll(budget, 10'000);
  EXPECT_EQ(budget.stopped_by(), Limit::kWork);
}

}  // namespace
}  // namespace braid::graph
