// The best plan under the policy's variants: against a recommender made with each of them.

#include "ontology/recommend/plan_robustness.h"

#include <algorithm>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "fmt/format.h"
#include "fmt/ranges.h"
#include "gtest/gtest.h"
#include "ontology/policy.h"
#include "tests/ontology/recommend/clients.h"
#include "tests/ontology/shipped.h"

namespace braid::ontology {
namespace {

using graph::NodeIndex;

RecommendOptions Robustly() {
  RecommendOptions options;
  options.robustness = true;
  return options;
}

std::vector<std::string> SortedIdsOf(const std::vector<NodeIndex>& nodes) {
  std::vector<std::string> ids;
  for (const NodeIndex node : nodes) ids.emplace_back(ShippedOntology()->id(node));
  std::sort(ids.begin(), ids.end());
  return ids;
}

// One recommender for each variant, each as if its policy were the one in force.
const std::vector<Recommender>& VariantRecommenders() {
  static const std::vector<Recommender>& made = *[] {
    auto* all = new std::vector<Recommender>;
    for (const PolicyVariant& variant : PolicyOf(*ShippedOntology())->variants) {
      all->push_back(*Recommender::Create(ShippedOntology(), variant.policy));
    }
    return all;
  }();
  return made;
}

TEST(PlanRobustness, EachVariantIsTheAnswerOfItsPolicy) {
  const std::vector<PolicyVariant>& variants = PolicyOf(*ShippedOntology())->variants;
  for (std::uint32_t seed = 1; seed <= 25; ++seed) {
    const ClientProfile profile = RandomProfile(seed);
    const Recommendation answer = RecommendTo(profile, Robustly());
    ASSERT_TRUE(answer.robustness.has_value());
    ASSERT_EQ(answer.robustness->variants.size(), 9U);
    for (std::size_t i = 0; i < variants.size(); ++i) {
      SCOPED_TRACE(fmt::format("seed {}, {}", seed, variants[i].name));
      graph::Budget budget;
      const auto alone = VariantRecommenders()[i].Recommend(ReadShipped(profile), {}, budget);
      ASSERT_TRUE(alone.ok()) << alone.status();
      std::vector<std::string> expected;
      if (!alone->plans.empty()) expected = IdsOf(alone->plans.front());
      std::sort(expected.begin(), expected.end());
      EXPECT_EQ(answer.robustness->variants[i].name, variants[i].name);
      EXPECT_EQ(SortedIdsOf(answer.robustness->variants[i].techniques), expected);
    }
  }
}

TEST(PlanRobustness, CountsTheVariantsThatKeepATechniqueAndNotThePolicyItself) {
  std::size_t fragile = 0, firm = 0, below_nine_in_best = 0;
  for (std::uint32_t seed = 1; seed <= 80; ++seed) {
    SCOPED_TRACE(fmt::format("seed {}", seed));
    const Recommendation answer = RecommendTo(RandomProfile(seed), Robustly());
    for (const RecommendedPlan& plan : answer.plans) {
      for (const RecommendedItem& item : plan.items) {
        std::size_t kept = 0;
        for (const PlanVariant& variant : answer.robustness->variants) {
          kept += std::count(variant.techniques.begin(), variant.techniques.end(), item.benefit.technique) > 0 ? 1 : 0;
        }
        EXPECT_EQ(item.kept_in_variants, kept);
        EXPECT_EQ(item.is_fragile, kept <= 4);
        (item.is_fragile ? fragile : firm) += 1;
        below_nine_in_best += &plan == &answer.plans.front() && kept < 9 ? 1 : 0;
      }
    }
  }
  EXPECT_GT(fragile, 10U);
  EXPECT_GT(firm, 10U);
  EXPECT_GT(below_nine_in_best, 5U) << "the variants never differ";
}

TEST(PlanRobustness, IsNotThereUnlessAskedFor) {
  const Recommendation answer = RecommendTo(CaseProfile(1));
  EXPECT_FALSE(answer.robustness.has_value());
  for (const RecommendedItem& item : answer.plans.front().items) {
    EXPECT_FALSE(item.kept_in_variants.has_value());
    EXPECT_FALSE(item.is_fragile);
  }
}

TEST(PlanRobustness, WhatIsForcedAndOverriddenHoldsUnderEachVariantToo) {
  const ClientProfile profile = CaseProfile(1);
  const Recommendation before = RecommendTo(profile);
  RecommendOptions options = Robustly();
  options.forced_in = {before.plans.back().items.back().benefit.technique};
  options.forced_out = {before.plans.front().items.front().benefit.technique};
  if (options.forced_in == options.forced_out) GTEST_FAIL() << "the first and last plan are one";
  const Recommendation answer = RecommendTo(profile, options);
  for (const PlanVariant& variant : answer.robustness->variants) {
    const auto& in = variant.techniques;
    EXPECT_EQ(std::count(in.begin(), in.end(), options.forced_in.front()), 1) << variant.name;
    EXPECT_EQ(std::count(in.begin(), in.end(), options.forced_out.front()), 0) << variant.name;
  }
}

TEST(PlanRobustness, SaysWhatCutIt) {
  graph::Budget budget(1, {});
  const auto answer = ShippedRecommender().Recommend(ReadShipped(CaseProfile(1)), Robustly(), budget);
  ASSERT_TRUE(answer.ok());
  EXPECT_EQ(answer->robustness->stopped_by, graph::Limit::kWork);
}

TEST(PlanRobustness, ManyThreadsMayAskForTheFirstTime) {
  const auto made = Recommender::Create(ShippedOntology(), PolicyOf(*ShippedOntology()));
  ASSERT_TRUE(made.ok());
  const Client client = ReadShipped(CaseProfile(4));
  std::vector<std::vector<std::string>> answers(4);
  std::vector<std::thread> threads;
  for (std::vector<std::string>& answer : answers) {
    threads.emplace_back([&] {
      graph::Budget budget;
      const auto recommendation = made->Recommend(client, Robustly(), budget);
      for (const PlanVariant& variant : recommendation->robustness->variants) {
        answer.push_back(fmt::format("{}: {}", variant.name, fmt::join(SortedIdsOf(variant.techniques), " ")));
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (const std::vector<std::string>& answer : answers) EXPECT_EQ(answer, answers.front());
  EXPECT_EQ(answers.front().size(), 9U);
}

TEST(CoverRange, BeginsAtThePlansCoverAndIsOfTheBestPlanAlone) {
  for (std::uint32_t seed = 1; seed <= 80; ++seed) {
    SCOPED_TRACE(fmt::format("seed {}", seed));
    const Recommendation answer = RecommendTo(RandomProfile(seed));
    for (const RecommendedPlan& plan : answer.plans) {
      ASSERT_EQ(plan.cover_range.has_value(), &plan == &answer.plans.front());
      if (!plan.cover_range.has_value()) continue;
      EXPECT_NEAR(plan.cover_range->low, plan.parts.benefit, 1e-9);
      EXPECT_GE(plan.cover_range->high, plan.cover_range->low);
      EXPECT_LT(plan.cover_range->high, 1);
      if (!plan.items.empty() && plan.parts.benefit > 0) {
        EXPECT_GT(plan.cover_range->high, plan.cover_range->low);
      }
    }
  }
}

}  // namespace
}  // namespace braid::ontology
