// What safety asks for: by flags, and without one.

#include "ontology/recommend/safety_steps.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "fmt/format.h"
#include "gtest/gtest.h"
#include "ontology/client_facts.h"
#include "ontology/lookup.h"
#include "tests/ontology/recommend/clients.h"
#include "tests/ontology/shipped.h"

namespace braid::ontology {
namespace {

using graph::NodeIndex;
using graph::Snapshot;

const Snapshot& Shipped() { return *ShippedOntology(); }

const SafetyStep* StepOf(const Recommendation& answer, std::string_view rule) {
  const auto at = std::find_if(answer.safety.begin(), answer.safety.end(), [&](const SafetyStep& step) {
    return step.rules.size() == 1 && Shipped().id(step.rules.front()) == rule;
  });
  return at == answer.safety.end() ? nullptr : &*at;
}

TEST(SafetySteps, ARiskItemAboveZeroAsksForAConversationWithoutAnyFlag) {
  ClientProfile profile = CaseProfile(1);
  profile.risk_item = 0;
  EXPECT_EQ(StepOf(RecommendTo(profile), "rule:risk_item"), nullptr);
  profile.risk_item = 1;
  const Recommendation answer = RecommendTo(profile);
  const SafetyStep* step = StepOf(answer, "rule:risk_item");
  ASSERT_NE(step, nullptr);
  EXPECT_EQ(step->flag, graph::kNoNode);
  EXPECT_EQ(step->urgency, FlagUrgency::kUrgent);
  EXPECT_NE(step->response.find("same day"), std::string::npos);
  ASSERT_FALSE(step->techniques.empty());
  EXPECT_EQ(Shipped().id(step->techniques.front()), "technique:safety_planning");
  for (const RecommendedPlan& plan : answer.plans) {
    const std::vector<std::string> ids = IdsOf(plan);
    EXPECT_EQ(std::find(ids.begin(), ids.end(), "technique:safety_planning"), ids.end());
  }
}

TEST(SafetySteps, AnExclusionOfWhatASafetyRulePrefersIsRespected) {
  ClientProfile profile = CaseProfile(1);
  profile.risk_item = 1;
  profile.preferences = {{"technique:safety_planning", Attitude::kRefused}};
  const Recommendation answer = RecommendTo(profile);
  const SafetyStep* step = StepOf(answer, "rule:risk_item");
  ASSERT_NE(step, nullptr);
  EXPECT_EQ(std::count(step->techniques.begin(), step->techniques.end(), *Shipped().Find("technique:safety_planning")),
            0);
}

TEST(SafetySteps, ReliableWorseningIsAReasonToThinkOfRiskAgain) {
  const Recommendation worse = RecommendTo(CaseProfile(6));
  const SafetyStep* step = StepOf(worse, "rule:outcome_alarm");
  ASSERT_NE(step, nullptr) << "PHQ-9 from 9 to 16";
  EXPECT_EQ(step->urgency, FlagUrgency::kConsider);
  EXPECT_NE(step->response.find("risk"), std::string::npos);
  ClientProfile profile = CaseProfile(6);
  profile.measures.front().scores.back() = 14;  // 5 points: less than the reliable change
  EXPECT_EQ(StepOf(RecommendTo(profile), "rule:outcome_alarm"), nullptr);
  profile.progress_state = ProgressState::kAlarm;  // as the caller says
  EXPECT_NE(StepOf(RecommendTo(profile), "rule:outcome_alarm"), nullptr);
}

// The rule's own text, read as text: whether it names a flag that is raised.
TEST(SafetySteps, AreOneForEachRaisedFlagAndOneForEachSafetyRuleThatHoldsWithoutOne) {
  const RuleBook book = *RuleBook::Read(Shipped());
  std::size_t without_flag = 0;
  for (std::uint32_t seed = 1; seed <= 200; ++seed) {
    SCOPED_TRACE(fmt::format("seed {}", seed));
    ClientProfile profile = RandomProfile(seed);
    if (seed % 2 == 0) profile.risk_item = static_cast<std::int32_t>(seed % 3);
    if (seed % 3 == 0) profile.weeks_since_event = static_cast<std::int32_t>(seed % 7);
    const Client client = ReadShipped(profile);
    std::vector<NodeIndex> flags, rules;
    for (const SafetyStep& step : RecommendTo(profile).safety) {
      EXPECT_EQ(step.flag == graph::kNoNode, step.rules.size() == 1);
      if (step.flag != graph::kNoNode) flags.push_back(step.flag);
      if (step.urgency <= FlagUrgency::kUrgent) rules.insert(rules.end(), step.rules.begin(), step.rules.end());
    }
    std::vector<NodeIndex> raised = client.flags, expected;
    std::sort(raised.begin(), raised.end());
    std::sort(flags.begin(), flags.end());
    EXPECT_EQ(flags, raised);
    for (const RuleVerdict& verdict : JudgeRules(book, ClientFacts(Shipped(), client), client.model)) {
      const std::string when = TextOf(verdict.rule->condition);
      if (!verdict.rule->is_safety || verdict.truth != Truth::kTrue || when == "true") continue;
      const std::vector<NodeIndex> names = WithAncestors(Shipped(), client.flags);
      const bool names_raised = std::any_of(names.begin(), names.end(), [&](NodeIndex flag) {
        const std::string id(Shipped().id(flag));
        const std::size_t at = when.find(id);
        const auto after = at + id.size();
        return at != std::string::npos &&
               (after == when.size() || std::string(" ,])").find(when[after]) != std::string::npos);
      });
      if (!names_raised) expected.push_back(verdict.rule->node);
    }
    std::sort(expected.begin(), expected.end());
    std::sort(rules.begin(), rules.end());
    EXPECT_EQ(rules, expected);
    without_flag += rules.size();
  }
  EXPECT_GT(without_flag, 20U);
}

TEST(SafetySteps, ComeByUrgency) {
  for (std::uint32_t seed = 1; seed <= 60; ++seed) {
    SCOPED_TRACE(fmt::format("seed {}", seed));
    const Recommendation answer = RecommendTo(RandomProfile(seed));
    EXPECT_TRUE(std::is_sorted(answer.safety.begin(), answer.safety.end(),
                               [](const SafetyStep& a, const SafetyStep& b) { return a.urgency < b.urgency; }));
  }
}

}  // namespace
}  // namespace braid::ontology
