#include "service/render/cds_hooks.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <regex>
#include <set>
#include <string>

#include "service/render/plan_words.h"
#include "tests/service/render/carried.h"
#include "tests/service/render/sample.h"

namespace braid::service {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using Json = nlohmann::json;

v1::Recommendation Filled() {
  v1::Recommendation filled = Sample();
  FillWords(filled);
  return filled;
}

Json CardsOf(const v1::Recommendation& recommendation) {
  return Json::parse(CdsHooksCards(recommendation, SampleHeader()).content)["cards"];
}

// Characters, as the specification counts them: code points.
std::size_t Characters(const std::string& text) {
  return static_cast<std::size_t>(std::count_if(
      text.begin(), text.end(), [](char byte) { return (static_cast<unsigned char>(byte) & 0xC0U) != 0x80U; }));
}

const Json& CardOf(const Json& cards, const std::string& topic) {
  for (const Json& card : cards) {
    if (card["source"]["topic"]["code"] == topic) return card;
  }
  throw std::out_of_range(topic);
}

// What CDS Hooks 2.0 requires of cards.
void ExpectValid(const Json& cards) {
  static const std::regex uuid("[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}");
  const std::set<std::string> known = {"uuid",        "summary",           "detail",         "indicator", "source",
                                       "suggestions", "selectionBehavior", "overrideReasons"};
  std::set<std::string> uuids;
  for (const Json& card : cards) {
    for (const auto& [name, value] : card.items()) EXPECT_TRUE(known.contains(name)) << name;
    const std::string summary = card.at("summary");
    EXPECT_LT(Characters(summary), 140U) << summary;
    EXPECT_FALSE(summary.empty());
    EXPECT_TRUE((std::set<std::string>{"info", "warning", "critical"}.contains(card.at("indicator"))));
    EXPECT_FALSE(card.at("source").at("label").get<std::string>().empty());
    EXPECT_TRUE(card["source"]["topic"].contains("code"));
    EXPECT_TRUE(std::regex_match(card.at("uuid").get<std::string>(), uuid)) << card["uuid"];
    EXPECT_TRUE(uuids.insert(card["uuid"]).second) << card["uuid"];
    EXPECT_EQ(card.contains("suggestions"), card.contains("selectionBehavior"));
    if (card.contains("suggestions")) {
      EXPECT_FALSE(card["suggestions"].empty());
      int recommended = 0;
      for (const Json& suggestion : card["suggestions"]) {
        EXPECT_FALSE(suggestion.at("label").get<std::string>().empty());
        EXPECT_TRUE(std::regex_match(suggestion.at("uuid").get<std::string>(), uuid));
        EXPECT_TRUE(uuids.insert(suggestion["uuid"]).second);
        recommended += suggestion.value("isRecommended", false) ? 1 : 0;
      }
      EXPECT_LE(recommended, 1);
    }
    if (!card.contains("overrideReasons")) continue;
    for (const Json& reason : card["overrideReasons"]) {
      for (const char* part : {"system", "code", "display"}) EXPECT_FALSE(reason.at(part).get<std::string>().empty());
    }
  }
}

TEST(CdsHooks, CardsAreWhatTheSpecificationAsksFor) {
  ExpectValid(CardsOf(Filled()));
  v1::Recommendation everything;
  FillEveryField(everything);
  ExpectValid(CardsOf(everything));
  v1::Recommendation nothing;
  FillWords(nothing);
  ExpectValid(CardsOf(nothing));
}

TEST(CdsHooks, SafetyComesFirstByItsUrgency) {
  v1::Recommendation filled = Filled();
  const std::vector<std::pair<v1::FlagUrgency, std::string>> cases = {{v1::FLAG_URGENCY_EMERGENCY, "critical"},
                                                                      {v1::FLAG_URGENCY_URGENT, "warning"},
                                                                      {v1::FLAG_URGENCY_PLANNED, "info"},
                                                                      {v1::FLAG_URGENCY_CONSIDER, "info"}};
  for (const auto& [urgency, want] : cases) {
    filled.mutable_safety(0)->set_urgency(urgency);
    const Json card = CardsOf(filled).at(0);
    EXPECT_EQ(card["source"]["topic"]["code"], "safety");
    EXPECT_EQ(card["indicator"], want);
    EXPECT_THAT(card["summary"].get<std::string>(), HasSubstr("Cardiac disease"));
    EXPECT_EQ(card["suggestions"][0]["label"], "Offer Liaison with the doctor");
  }
}

TEST(CdsHooks, LongSummariesAreCutAtAWordAndStandWholeInTheDetail) {
  v1::Recommendation filled = Filled();
  for (v1::Node& node : *filled.mutable_nodes())
    node.set_preferred_label(node.preferred_label() + " für Möglichkeiten");
  ExpectValid(CardsOf(filled));
  const Json plan = CardOf(CardsOf(filled), "plan");
  const std::string summary = plan["summary"];
  ASSERT_TRUE(summary.size() > 3 && summary.substr(summary.size() - 3) == "…") << summary;
  const std::string shown = summary.substr(0, summary.size() - 3);
  const std::string detail = plan["detail"];
  EXPECT_EQ(detail.rfind(shown + " ", 0), 0U) << detail;
}

TEST(CdsHooks, PlansAsGoodAreSuggestedOneOfThem) {
  const Json plan = CardOf(CardsOf(Filled()), "plan");
  EXPECT_EQ(plan["selectionBehavior"], "at-most-one");
  ASSERT_EQ(plan["suggestions"].size(), 2U);
  EXPECT_EQ(plan["suggestions"][0]["label"], "Psychoeducation, Cognitive restructuring and Interoceptive exposure");
  EXPECT_EQ(plan["suggestions"][0]["isRecommended"], true);
  EXPECT_EQ(plan["suggestions"][1]["isRecommended"], false);
}

TEST(CdsHooks, OnlyWhatMayBeOverriddenHasAnOverrideReason) {
  const Json card = CardOf(CardsOf(Filled()), "exclusions");
  ASSERT_EQ(card["overrideReasons"].size(), 1U) << "one is never overridden, one is not for safety";
  EXPECT_EQ(card["overrideReasons"][0]["code"], "technique:holotropic|flag:cardiac");
  EXPECT_EQ(card["overrideReasons"][0]["display"],
            "Use Holotropic breathwork nevertheless, for a reason that I give, having seen: Cardiac disease");
  EXPECT_EQ(card["summary"], "3 techniques are not for this client, 2 of them for safety");
}

TEST(CdsHooks, WhatAClientWroteIsNoMarkup) {
  v1::Recommendation filled = Filled();
  filled.set_goals(0, "<img src=x> [here](javascript:x) **now**\n# big");
  const std::string detail = CardOf(CardsOf(filled), "plan")["detail"];
  EXPECT_THAT(detail, HasSubstr(R"(- \<img src=x\> \[here\](javascript:x) \*\*now\*\* \# big)"));
}

TEST(CdsHooks, TheSameRecommendationGivesTheSameBytes) {
  EXPECT_EQ(CdsHooksCards(Filled(), SampleHeader()).content, CdsHooksCards(Filled(), SampleHeader()).content);
}

TEST(CdsHooks, EveryFieldIsCarriedOrNamedAsLost) {
  ExpectCarriedOrLost("CDS Hooks", [](const v1::Recommendation& all) { return CdsHooksCards(all, SampleHeader()); });
}

TEST(CdsHooks, PlansThatAreLessGoodAreNamedAsLost) {
  v1::Recommendation filled = Filled();
  filled.set_equally_good_count(1);
  const PlanDocument document = CdsHooksCards(filled, SampleHeader());
  EXPECT_EQ(document.losses.back().field(), "plans[]");
  EXPECT_THAT(CdsHooksCards(Filled(), SampleHeader()).losses.back().field(), Not("plans[]"));
}

}  // namespace
}  // namespace braid::service
