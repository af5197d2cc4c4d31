#include "service/render/render_losses.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace braid::service {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::vector<std::string> Fields(const v1::Recommendation& recommendation, const RenderCoverage& coverage) {
  std::vector<std::string> fields;
  for (const v1::RenderLoss& loss : LossesOf(recommendation, coverage)) fields.push_back(loss.field());
  return fields;
}

v1::Recommendation TwoPlans() {
  v1::Recommendation recommendation;
  recommendation.set_summary("s");
  for (int i = 0; i < 2; ++i) {
    v1::Plan& plan = *recommendation.add_plans();
    plan.add_technique_ids("technique:a");
    plan.set_value(0.5);
    plan.mutable_cover_range()->set_low(0.1);
    plan.mutable_cover_range()->set_high(0.2);
  }
  return recommendation;
}

TEST(RenderLosses, WhatIsSetAndNotCarriedIsNamedOnce) {
  EXPECT_THAT(Fields(TwoPlans(), {.carried = {"plans[].technique_ids[]"}, .reasons = {}, .otherwise = "."}),
              ElementsAre("plans[].value", "plans[].cover_range", "summary"));
}

TEST(RenderLosses, AMessageStandsForItsFields) {
  EXPECT_THAT(Fields(TwoPlans(), {.carried = {"plans[]", "summary"}, .reasons = {}, .otherwise = "."}), IsEmpty());
  EXPECT_THAT(Fields(TwoPlans(), {.carried = {"summary"}, .reasons = {}, .otherwise = "."}), ElementsAre("plans[]"));
  EXPECT_THAT(Fields(TwoPlans(), {.carried = {"plans[].cover_range.low", "summary"}, .reasons = {}, .otherwise = "."}),
              ElementsAre("plans[].technique_ids[]", "plans[].value", "plans[].cover_range.high"));
}

TEST(RenderLosses, ANameThatBeginsAlikeIsAnother) {
  v1::Recommendation recommendation;
  recommendation.set_mode(v1::INTEGRATION_MODE_RESPONSIVE);
  recommendation.set_model_id("model:x");
  EXPECT_THAT(Fields(recommendation, {.carried = {"mode"}, .reasons = {}, .otherwise = "."}), ElementsAre("model_id"));
}

TEST(RenderLosses, TheNearestReasonIsGiven) {
  const RenderCoverage coverage = {.carried = {"plans[].technique_ids[]"},
                                   .reasons = {{"plans[]", "far"}, {"plans[].cover_range", "near"}},
                                   .otherwise = "none"};
  std::vector<std::string> reasons;
  for (const v1::RenderLoss& loss : LossesOf(TwoPlans(), coverage)) reasons.push_back(loss.because());
  EXPECT_THAT(reasons, ElementsAre("far", "near", "none"));
}

}  // namespace
}  // namespace braid::service
