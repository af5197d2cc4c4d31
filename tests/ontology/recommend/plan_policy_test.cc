// The policy of plans: what is shipped, and what is refused.

#include "ontology/recommend/plan_policy.h"

#include <fstream>
#include <iterator>
#include <optional>
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
  EXPECT_FALSE(shipped.modes.stage_model_ids.empty());
  EXPECT_FALSE(shipped.modes.start_stage_ids.empty());
  EXPECT_FALSE(shipped.repair.flag_ids.empty());
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
      {" modality: 0.01", " modality: inf", Reason::kValueOutOfRange, "plans.cost.modality"},
      {" technique: 0.003", " technique: -1", Reason::kValueOutOfRange, "plans.cost.technique"},
      {" change: 0.02", " change: 2", Reason::kValueOutOfRange, "plans.cost.change"},
      {"default_max_techniques: 5", "default_max_techniques: 21", Reason::kValueOutOfRange,
       "plans.cost.default_max_techniques"},
      {"pool_size: 5", "pool_size: 0", Reason::kValueOutOfRange, "plans.cost.pool_size"},
      {"equally_good_within: 0.02", "equally_good_within: -1", Reason::kValueOutOfRange,
       "plans.cost.equally_good_within"},
      {"home_share: 0.5", "home_share: 1.1", Reason::kValueOutOfRange, "plans.modes.home_share"},
      {"least_bridge_plausibility: 0.25", "", Reason::kValueOutOfRange, "plans.modes.least_bridge_plausibility"},
      {"max_bridge_hops: 2", "max_bridge_hops: 5", Reason::kValueOutOfRange, "plans.modes.max_bridge_hops"},
      {"slot_weight: 0.1", "slot_weight: 0", Reason::kValueOutOfRange, "plans.modes.slot_weight"},
      {"\"model:ttm_model\"", "\"ttm\"", Reason::kCurieMalformed, "plans.modes.stage_model_ids[0]"},
      {"\"stage:contemplation\"", "\"contemplation\"", Reason::kCurieMalformed, "plans.modes.start_stage_ids[1]"},
      {"\"technique:immediacy\"", "\"immediacy\"", Reason::kCurieMalformed, "plans.repair.confrontation_ids[1]"},
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

}  // namespace
}  // namespace braid::ontology
