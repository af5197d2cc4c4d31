#include "ontology/recommend/plan_benefits.h"

#include <algorithm>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "gtest/gtest.h"
#include "ontology/client_facts.h"
#include "tests/ontology/recommend/clients.h"
#include "tests/ontology/shipped.h"

namespace braid::ontology {
namespace {

using graph::Snapshot;

const Snapshot& Shipped() { return *ShippedOntology(); }

struct Weighed {
  std::vector<WeighedNeed> needs;
  std::vector<TechniqueBenefit> techniques;
  std::vector<ScreenedTechnique> screened;

  const TechniqueBenefit* Find(std::string_view id) const {
    const auto at = std::find_if(techniques.begin(), techniques.end(),
                                 [&](const TechniqueBenefit& t) { return Shipped().id(t.technique) == id; });
    return at == techniques.end() ? nullptr : &*at;
  }
};

Weighed Weigh(const ClientProfile& profile, StageMatching stage_matching = StageMatching::kFloor) {
  static const EvidenceBase& evidence = *new EvidenceBase(ShippedOntology(), PolicyOf(Shipped())->evidence);
  static const RuleBook& rules = *new RuleBook(*RuleBook::Read(Shipped()));
  const auto policy = PolicyOf(Shipped());
  const Client client = ReadShipped(profile);
  const auto verdicts = JudgeRules(rules, ClientFacts(Shipped(), client), client.model);
  ConcernBenefits benefits(evidence, client);
  Weighed weighed;
  weighed.screened = ScreenTechniques(ShippedRecommender().base().techniques, client, verdicts, benefits, {});
  weighed.needs = NeedsOf(Shipped(), client);
  weighed.techniques = WeighTechniques({Shipped(), *policy, client, verdicts, {}, stage_matching}, weighed.needs,
                                       benefits, weighed.screened);
  return weighed;
}

ClientProfile Depressed() {
  ClientProfile profile;
  profile.needs = {{"process:low_mood"}, {"concern:depression"}, {"dimension:behaviours", {}, 0.0}};
  profile.concerns = {"concern:depression"};
  profile.flags_assessed = true;
  return profile;
}

constexpr std::string_view kActivation = "technique:behavioural_activation_tq";

double BenefitFor(const TechniqueBenefit& technique, std::size_t need) {
  const auto at = std::find_if(technique.needs.begin(), technique.needs.end(),
                               [&](const NeedBenefit& benefit) { return benefit.need == need; });
  return at == technique.needs.end() ? 0 : at->benefit;
}

TEST(PlanBenefits, ShareTheWeightAmongNeedsThatAreNeeds) {
  const Weighed weighed = Weigh(Depressed());
  ASSERT_EQ(weighed.needs.size(), 2U);
  EXPECT_EQ(Shipped().id(weighed.needs[0].node), "concern:depression");
  EXPECT_EQ(weighed.needs[0].share, 0.5);
}

TEST(PlanBenefits, AreTheProductOfTheirFactors) {
  ClientProfile profile = Depressed();
  profile.stage = "stage:contemplation";
  profile.traits.coping_style = CopingStyle::kInternalising;
  const double most = PolicyOf(Shipped())->plans.benefit.most;
  for (const TechniqueBenefit& t : Weigh(profile).techniques) {
    SCOPED_TRACE(Shipped().id(t.technique));
    double rules = 1;
    for (const RuleFactor& factor : t.fit.rule_factors) {
      rules *= factor.prefers ? 1 + 0.25 * factor.strength : 1 - factor.strength;
    }
    EXPECT_NEAR(t.fit.rules, rules, 1e-12);
    EXPECT_GE(t.stage, 0.5);
    for (const NeedBenefit& need : t.needs) {
      EXPECT_NEAR(need.benefit,
                  std::min(most, need.reach * need.rate * t.stage * t.fit.preference * t.fit.rules * t.fit.response),
                  1e-12);
      EXPECT_NEAR(need.reach, need.is_direct ? 1 : std::min(1.0, PlausibilityOf(need.witness) / 0.18), 1e-12);
    }
  }
}

TEST(PlanBenefits, ReachAConcernInFullWhereThereAreData) {
  const Weighed weighed = Weigh(Depressed());
  const TechniqueBenefit* activation = weighed.Find(kActivation);
  ASSERT_NE(activation, nullptr);
  const NeedBenefit& need = activation->needs.front();
  ASSERT_EQ(need.need, 0U);
  EXPECT_TRUE(need.is_direct);
  EXPECT_EQ(need.reach, 1);
  ASSERT_EQ(need.witness.hops.size(), 1U);
  EXPECT_EQ(Shipped().schema().relation(need.witness.hops[0].relation).name, "treats");
}

TEST(PlanBenefits, HalveWhatIsDislikedAndLetLikingBe) {
  const Weighed neutral = Weigh(Depressed());
  const double before = BenefitFor(*neutral.Find(kActivation), 1);
  ASSERT_GT(before, 0);
  ClientProfile profile = Depressed();
  profile.preferences = {{std::string(kActivation), Attitude::kDisliked}};
  const Weighed disliked = Weigh(profile);
  EXPECT_EQ(disliked.Find(kActivation)->fit.preference, 0.5);
  EXPECT_NEAR(BenefitFor(*disliked.Find(kActivation), 1), before / 2, 1e-12);
  profile.preferences[0].attitude = Attitude::kLiked;
  const Weighed liked = Weigh(profile);
  EXPECT_NEAR(BenefitFor(*liked.Find(kActivation), 1), before, 1e-12);
}

TEST(PlanBenefits, CountWhatWasTriedAndDidNotHelpForLess) {
  ClientProfile profile = Depressed();
  const auto response = [&](PriorOutcome outcome, bool dropped_out) {
    profile.prior_responses = {{std::string(kActivation), outcome, dropped_out}};
    const Weighed weighed = Weigh(profile);
    return weighed.Find(kActivation)->fit.response;
  };
  EXPECT_EQ(response(PriorOutcome::kDeteriorated, false), 0.25);
  EXPECT_EQ(response(PriorOutcome::kUnchanged, false), 0.5);
  EXPECT_EQ(response(PriorOutcome::kUnknown, true), 0.5);
  EXPECT_EQ(response(PriorOutcome::kImproved, false), 1);
}

TEST(PlanBenefits, LeanOnTheStageWithAFloorUnlessTheStageDecides) {
  ClientProfile profile = Depressed();
  EXPECT_EQ(Weigh(profile).Find(kActivation)->stage, 1);
  // Activation corresponds to reinforcement management, which the scheme leans on in action and not in contemplation.
  profile.stage = "stage:action";
  EXPECT_EQ(Weigh(profile).Find(kActivation)->stage, 1);
  profile.stage = "stage:contemplation";
  EXPECT_EQ(Weigh(profile).Find(kActivation)->stage, 0.5);
  EXPECT_EQ(Weigh(profile, StageMatching::kDecides).Find(kActivation), nullptr);
}

// Mentalizing corresponds to environmental reevaluation, which the scheme does not lean on in preparation; the
// technique itself is said to suit it.
TEST(PlanBenefits, TakeWhatIsSaidOfATechniqueItselfUnlessTheStageDecides) {
  ClientProfile profile;
  profile.needs = {{"process:emotion_dysregulation"}};
  profile.flags_assessed = true;
  profile.stage = "stage:preparation";
  constexpr std::string_view kMentalizing = "technique:mentalizing_stop";
  ASSERT_NE(Weigh(profile).Find(kMentalizing), nullptr);
  EXPECT_EQ(Weigh(profile).Find(kMentalizing)->stage, 1);
  EXPECT_EQ(Weigh(profile, StageMatching::kDecides).Find(kMentalizing), nullptr);
  profile.stage = "stage:maintenance";
  EXPECT_EQ(Weigh(profile).Find(kMentalizing)->stage, 0.5);
}

TEST(PlanBenefits, ReachADimensionThroughTheClientsOwnProcessesWhereTheyAreNamed) {
  ClientProfile profile;
  profile.needs = {{"dimension:thoughts"}};
  profile.flags_assessed = true;
  const auto first_processes = [&] {
    std::set<std::string> ids;
    for (const TechniqueBenefit& technique : Weigh(profile).techniques) {
      for (const NeedBenefit& need : technique.needs) {
        if (need.need == 0) ids.emplace(Shipped().id(need.witness.nodes[1]));
      }
    }
    return ids;
  };
  EXPECT_GT(first_processes().size(), 5U);
  profile.needs.push_back({"process:rumination"});
  profile.needs.push_back({"process:loneliness"});  // lies in another dimension
  EXPECT_EQ(first_processes(), std::set<std::string>{"process:rumination"});
}

TEST(PlanBenefits, CountNoHardRuleAsAFactorThatAvoids) {
  ClientProfile profile = Depressed();
  profile.traits.reactance = Reactance::kHigh;
  for (const TechniqueBenefit& technique : Weigh(profile).techniques) {
    for (const RuleFactor& factor : technique.fit.rule_factors) {
      EXPECT_GT(factor.strength, 0);
      EXPECT_TRUE(factor.prefers || factor.strength < 1) << Shipped().id(technique.technique);
    }
  }
}

TEST(PlanBenefits, OfferWhatWasMadeForAProblemToNobodyElse) {
  ClientProfile profile;
  profile.needs = {{"process:social_support"}};
  const Weighed lonely = Weigh(profile);
  EXPECT_EQ(lonely.Find("technique:twelve_step_facilitation"), nullptr);
  const auto screened =
      std::find_if(lonely.screened.begin(), lonely.screened.end(), [](const ScreenedTechnique& technique) {
        return Shipped().id(technique.technique) == "technique:twelve_step_facilitation";
      });
  ASSERT_TRUE(screened->exclusion.has_value());
  EXPECT_EQ(screened->exclusion->reason, ExclusionReason::kNoBenefit);
  EXPECT_NE(screened->exclusion->because.find("made for"), std::string::npos);
  profile.concerns = {"concern:substance_use"};
  EXPECT_NE(Weigh(profile).Find("technique:twelve_step_facilitation"), nullptr);
}

TEST(PlanBenefits, AddWhatIsRequiredAndDropWhatRequiresTheExcluded) {
  Weighed weighed = Weigh(Depressed());
  DropUnmet(Shipped(), {}, nullptr, weighed.techniques, weighed.screened);
  for (const TechniqueBenefit& technique : weighed.techniques) {
    for (const graph::NodeIndex required : RequiredBy(Shipped(), technique.technique)) {
      EXPECT_NE(weighed.Find(Shipped().id(required)), nullptr) << Shipped().id(technique.technique);
    }
  }
  // Without any of them, nothing that requires one is left.
  const auto first = std::find_if(weighed.techniques.begin(), weighed.techniques.end(), [](const TechniqueBenefit& t) {
    return !RequiredBy(Shipped(), t.technique).empty();
  });
  ASSERT_NE(first, weighed.techniques.end());
  const graph::NodeIndex dependent = first->technique;
  const graph::NodeIndex required = RequiredBy(Shipped(), dependent).front();
  std::erase_if(weighed.techniques, [&](const TechniqueBenefit& t) { return t.technique == required; });
  std::vector<TechniqueBenefit> with = weighed.techniques;
  DropUnmet(Shipped(), {required}, nullptr, with, weighed.screened);
  EXPECT_EQ(with.size(), weighed.techniques.size()) << "what stands in its place beside the plan is met";
  DropUnmet(Shipped(), {}, nullptr, weighed.techniques, weighed.screened);
  EXPECT_EQ(weighed.Find(Shipped().id(dependent)), nullptr);
  const auto screened =
      std::find_if(weighed.screened.begin(), weighed.screened.end(),
                   [&](const ScreenedTechnique& technique) { return technique.technique == dependent; });
  ASSERT_TRUE(screened->exclusion.has_value());
  EXPECT_EQ(screened->exclusion->reason, ExclusionReason::kRequires);
  EXPECT_EQ(screened->exclusion->cause, required);
}

}  // namespace
}  // namespace braid::ontology
