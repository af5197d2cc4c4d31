// The policy of plans: what is shipped, and what is refused.

#include "ontology/recommend/plan_policy.h"

#include <cmath>
#include <cstddef>
#include <fstream>
#include <iterator>
#include <optional>
#include <set>
#include <string>

#include "graph/error.h"
#include "gtest/gtest.h"
#include "ontology/policy.h"

namespace braid::ontology {
namespace {

using graph::Reason;

std::string ShippedText() {
  std::ifstream in(std::string(BRAID_SOURCE_DIR) + "/ontology/policy.textproto", std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

TEST(PlanPolicy, ShippedNumbersAreTheDefaults) {
  const PlanPolicy shipped = ParsePolicy(ShippedText())->plans;
  const PlanPolicy defaults;
  EXPECT_EQ(shipped.benefit.full_reach_plausibility, defaults.benefit.full_reach_plausibility);
  EXPECT_EQ(shipped.benefit.most, defaults.benefit.most);
  EXPECT_EQ(shipped.benefit.stage_floor, defaults.benefit.stage_floor);
  EXPECT_EQ(shipped.benefit.disliked_factor, defaults.benefit.disliked_factor);
  EXPECT_EQ(shipped.benefit.preferred_share, defaults.benefit.preferred_share);
  EXPECT_EQ(shipped.benefit.unchanged_factor, defaults.benefit.unchanged_factor);
  EXPECT_EQ(shipped.benefit.worse_factor, defaults.benefit.worse_factor);
  EXPECT_EQ(shipped.benefit.exhausted_factor, defaults.benefit.exhausted_factor);
  EXPECT_EQ(shipped.progress.improving_index, defaults.progress.improving_index);
  EXPECT_EQ(shipped.progress.measure_within_sessions, defaults.progress.measure_within_sessions);
  EXPECT_EQ(shipped.cost.modality, defaults.cost.modality);
  EXPECT_EQ(shipped.cost.technique, defaults.cost.technique);
  EXPECT_EQ(shipped.cost.change, defaults.cost.change);
  EXPECT_EQ(shipped.cost.default_max_techniques, defaults.cost.default_max_techniques);
  EXPECT_EQ(shipped.cost.pool_size, defaults.cost.pool_size);
  EXPECT_EQ(shipped.cost.equally_good_within, defaults.cost.equally_good_within);
  EXPECT_EQ(shipped.modes.home_share, defaults.modes.home_share);
  EXPECT_EQ(shipped.modes.least_bridge_plausibility, defaults.modes.least_bridge_plausibility);
  EXPECT_EQ(shipped.modes.max_bridge_hops, defaults.modes.max_bridge_hops);
  EXPECT_EQ(shipped.modes.slot_weight, defaults.modes.slot_weight);
  EXPECT_EQ(shipped.modes.key_level_share, defaults.modes.key_level_share);
  EXPECT_FALSE(shipped.modes.deeper_level_rule_ids.empty());
  EXPECT_FALSE(shipped.modes.stage_model_ids.empty());
  EXPECT_FALSE(shipped.modes.start_stage_ids.empty());
  EXPECT_FALSE(shipped.repair.flag_ids.empty());
  EXPECT_FALSE(shipped.safety.rule_ids.empty());
  EXPECT_EQ(shipped.report.most_modality_options, defaults.report.most_modality_options);
  EXPECT_EQ(shipped.report.fragile_at_most, defaults.report.fragile_at_most);
  EXPECT_EQ(shipped.report.most_breakpoints, defaults.report.most_breakpoints);
  EXPECT_EQ(shipped.report.confirm_within, defaults.report.confirm_within);
  EXPECT_EQ(shipped.report.most_work_per_change, defaults.report.most_work_per_change);
}

// The shipped text with one thing in it exchanged, and the field that must be named.
struct BadPlans {
  const char* from;
  const char* to;
  Reason reason;
  const char* field;
};

TEST(PlanPolicy, RefusesWhatIsOutOfRangeByItsField) {
  const BadPlans cases[] = {
      {"full_reach_plausibility: 0.18", "", Reason::kValueOutOfRange, "plans.benefit.full_reach_plausibility"},
      {"most: 0.95", "most: 1", Reason::kValueOutOfRange, "plans.benefit.most"},
      {"stage_floor: 0.5", "stage_floor: 0", Reason::kValueOutOfRange, "plans.benefit.stage_floor"},
      {"disliked_factor: 0.5", "disliked_factor: nan", Reason::kValueOutOfRange, "plans.benefit.disliked_factor"},
      {"preferred_share: 0.25", "preferred_share: -1", Reason::kValueOutOfRange, "plans.benefit.preferred_share"},
      {"unchanged_factor: 0.5", "unchanged_factor: 1.5", Reason::kValueOutOfRange, "plans.benefit.unchanged_factor"},
      {"worse_factor: 0.25", "worse_factor: 0.6", Reason::kValueOutOfRange, "plans.benefit.worse_factor"},
      {"exhausted_factor: 0.1", "exhausted_factor: 0.3", Reason::kValueOutOfRange, "plans.benefit.exhausted_factor"},
      {"improving_index: 0.5", "improving_index: 1.96", Reason::kValueOutOfRange, "plans.progress.improving_index"},
      {"measure_within_sessions: 4", "", Reason::kValueOutOfRange, "plans.progress.measure_within_sessions"},
      {" modality: 0.01", " modality: inf", Reason::kValueOutOfRange, "plans.cost.modality"},
      {" technique: 0.003", " technique: -1", Reason::kValueOutOfRange, "plans.cost.technique"},
      {" change: 0.01", " change: 2", Reason::kValueOutOfRange, "plans.cost.change"},
      {"default_max_techniques: 5", "default_max_techniques: 21", Reason::kValueOutOfRange,
       "plans.cost.default_max_techniques"},
      {"pool_size: 5", "pool_size: 0", Reason::kValueOutOfRange, "plans.cost.pool_size"},
      {"equally_good_within: 0.02", "equally_good_within: -1", Reason::kValueOutOfRange,
       "plans.cost.equally_good_within"},
      {"home_share: 0.5", "home_share: 1.1", Reason::kValueOutOfRange, "plans.modes.home_share"},
      {"least_bridge_plausibility: 0.25", "", Reason::kValueOutOfRange, "plans.modes.least_bridge_plausibility"},
      {"max_bridge_hops: 2", "max_bridge_hops: 5", Reason::kValueOutOfRange, "plans.modes.max_bridge_hops"},
      {"slot_weight: 0.1", "slot_weight: 0", Reason::kValueOutOfRange, "plans.modes.slot_weight"},
      {"key_level_share: 0.6", "key_level_share: 0", Reason::kValueOutOfRange, "plans.modes.key_level_share"},
      {"\"rule:ttm_level\"", "\"level\"", Reason::kCurieMalformed, "plans.modes.deeper_level_rule_ids[0]"},
      {"\"model:ttm_model\"", "\"ttm\"", Reason::kCurieMalformed, "plans.modes.stage_model_ids[0]"},
      {"\"stage:contemplation\"", "\"contemplation\"", Reason::kCurieMalformed, "plans.modes.start_stage_ids[1]"},
      {"\"technique:immediacy\"", "\"immediacy\"", Reason::kCurieMalformed, "plans.repair.confrontation_ids[1]"},
      {"\"rule:outcome_alarm\"", "\"alarm\"", Reason::kCurieMalformed, "plans.safety.rule_ids[0]"},
      {"most_modality_options: 8", "", Reason::kValueOutOfRange, "plans.report.most_modality_options"},
      {"fragile_at_most: 4", "fragile_at_most: 0", Reason::kValueOutOfRange, "plans.report.fragile_at_most"},
      {"most_breakpoints: 64", "most_breakpoints: 1001", Reason::kValueOutOfRange, "plans.report.most_breakpoints"},
      {"confirm_within: 0.000001", "confirm_within: 0.1", Reason::kValueOutOfRange, "plans.report.confirm_within"},
      {"most_work_per_change: 200000", "", Reason::kValueOutOfRange, "plans.report.most_work_per_change"},
      {"\"flat_certainty\"", "\"steep_certainty\"", Reason::kValueOutOfRange, "plans.variants[1].name"},
      {"\"flat_certainty\"", "\"Flat\"", Reason::kValueOutOfRange, "plans.variants[1].name"},
      {"\"The less certain is trusted less: each factor of certainty squared\"", "\"\"", Reason::kFieldRequired,
       "plans.variants[0].difference"},
      {"component_share: 0.25", "component_share: 2", Reason::kValueOutOfRange,
       "plans.variants[2].numbers.evidence.shrinkage.component_share"},
      {"very_low: 0.0625", "very_low: 0.001", Reason::kValueOutOfRange,
       "plans.variants[0].numbers.weights.certainty_factors.very_low"},
      {"evidence { shrinkage { component_share: 0.25 } }", "plans { repair { flag_ids: \"flag:mania\" } }",
       Reason::kValueOutOfRange, "plans.variants[2].numbers.plans.repair.flag_ids"},
  };
  const std::string shipped = ShippedText();
  for (const BadPlans& bad : cases) {
    SCOPED_TRACE(std::string(bad.from) + " -> " + bad.to);
    std::string text = shipped;
    const std::size_t at = text.find(bad.from, text.find("\nplans {"));
    ASSERT_NE(at, std::string::npos);
    text.replace(at, std::string(bad.from).size(), bad.to);
    const std::optional<graph::ErrorInfo> info = graph::ErrorInfoOf(ParsePolicy(text).status());
    ASSERT_TRUE(info.has_value());
    EXPECT_EQ(info->violations[0].reason, bad.reason);
    EXPECT_EQ(info->violations[0].field, bad.field);
  }
}

// A variant that says what the policy says would count as agreement.
TEST(PlanPolicy, EachVariantSetsSomethingOtherwiseAndHasNoneOfItsOwn) {
  const Policy policy = *ParsePolicy(ShippedText());
  ASSERT_EQ(policy.variants.size(), 9U);
  std::set<std::string> versions = {policy.version};
  for (const PolicyVariant& variant : policy.variants) {
    SCOPED_TRACE(variant.name);
    EXPECT_TRUE(variant.policy->variants.empty());
    EXPECT_EQ(variant.policy->patterns.size(), policy.patterns.size()) << "the rest is as in the policy";
    versions.insert(variant.policy->version);
    const bool is_other =
        variant.policy->weights.certainty_factor != policy.weights.certainty_factor ||
        variant.policy->evidence.shrinkage.component_share != policy.evidence.shrinkage.component_share ||
        variant.policy->evidence.shrinkage.modality_prior_sd != policy.evidence.shrinkage.modality_prior_sd ||
        variant.policy->evidence.benefit.cautious_quantile != policy.evidence.benefit.cautious_quantile ||
        variant.policy->evidence.benefit.rationale_only_rate != policy.evidence.benefit.rationale_only_rate;
    EXPECT_TRUE(is_other);
  }
  EXPECT_EQ(versions.size(), 10U) << "no two are the same";
}

TEST(PlanPolicy, SteepAndFlatAreTheSquareAndTheRootOfEachFactor) {
  const Policy policy = *ParsePolicy(ShippedText());
  for (std::size_t i = 0; i < policy.weights.certainty_factor.size(); ++i) {
    const double factor = policy.weights.certainty_factor[i];
    EXPECT_NEAR(policy.variants[0].policy->weights.certainty_factor[i], factor * factor, 5e-4);
    EXPECT_NEAR(policy.variants[1].policy->weights.certainty_factor[i], std::sqrt(factor), 5e-4);
  }
}

}  // namespace
}  // namespace braid::ontology
