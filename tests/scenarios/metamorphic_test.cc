// What a change of one thing in a profile does to its recommendation, on the ontology as it is shipped: in the
// direction in which the fact base says, whoever the client is.

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "fmt/format.h"
#include "ontology/client_facts.h"
#include "ontology/lookup.h"
#include "ontology/recommend/plan_benefits.h"
#include "ontology/recommend/recommendation.h"
#include "tests/ontology/recommend/clients.h"
#include "tests/ontology/shipped.h"

namespace braid::ontology {
namespace {

using graph::NodeIndex;
using graph::Snapshot;

constexpr std::uint32_t kClients = 120;

const Snapshot& Shipped() { return *ShippedOntology(); }

NodeIndex At(std::string_view id) {
  const auto node = Shipped().Find(id);
  EXPECT_TRUE(node.has_value()) << id;
  return node.value_or(graph::kNoNode);
}

graph::RelationIndex Relation(std::string_view name) { return *Shipped().schema().FindRelation(name); }

std::vector<std::string> IdsOfKind(std::string_view kind) {
  std::vector<std::string> ids;
  Shipped().VisitNodes(Shipped().schema().FindKind(kind), {}, [&](NodeIndex node) {
    if (!Shipped().IsObsolete(node)) ids.emplace_back(Shipped().id(node));
    return true;
  });
  return ids;
}

std::vector<std::string> Objects(std::string_view subject, std::string_view relation) {
  std::vector<std::string> ids;
  for (const graph::Arc& arc : Shipped().out(At(subject), Relation(relation))) ids.emplace_back(Shipped().id(arc.node));
  return ids;
}

template <typename Ids>
bool Holds(const Ids& ids, const std::string& id) {
  return std::find(ids.begin(), ids.end(), id) != ids.end();
}

// Calls `check` with random clients, each with a die of its own.
template <typename Check>
void ForClients(const Check& check) {
  for (std::uint32_t seed = 1; seed <= kClients; ++seed) {
    SCOPED_TRACE(fmt::format("seed {}", seed));
    std::mt19937 random(seed);
    check(RandomProfile(seed), random);
  }
}

const std::string& One(const std::vector<std::string>& ids, std::mt19937& random) { return ids[random() % ids.size()]; }

bool BarsOrDefers(std::string_view technique, std::string_view flag) {
  const auto edge = Shipped().FindEdge(At(technique), Relation("contraindicated_by"), At(flag));
  return edge.has_value() && std::any_of(edge->attributes.begin(), edge->attributes.end(), [](const auto& attribute) {
           return attribute.name == "caution" && std::get<std::string>(attribute.value) != "ADAPT";
         });
}

TEST(Metamorphic, AFlagTakesOutWhatItBarsAndBringsInWhatAnswersIt) {
  const std::vector<std::string> flags = IdsOfKind("flag");
  const std::vector<std::string> techniques = IdsOfKind("technique");
  std::size_t barred = 0, answered = 0;
  ForClients([&](ClientProfile profile, std::mt19937& random) {
    profile.flags.clear();
    const std::set<std::string> before = AllIds(RecommendTo(profile));
    const std::string& flag = One(flags, random);
    SCOPED_TRACE(flag);
    profile.flags = {flag};
    const Recommendation after = RecommendTo(profile);
    const std::set<std::string> all = AllIds(after);
    for (const std::string& technique : techniques) {
      if (!BarsOrDefers(technique, flag)) continue;
      EXPECT_FALSE(all.contains(technique)) << technique;
      barred += before.contains(technique) ? 1 : 0;
    }
    ASSERT_FALSE(after.safety.empty());
    for (const std::string& technique : Objects(flag, "answered_by")) {
      const Exclusion* exclusion = ExclusionOf(after, technique);
      EXPECT_TRUE(Holds(SafetyIds(after), technique) || exclusion != nullptr) << technique;
      answered += Holds(SafetyIds(after), technique) ? 1 : 0;
    }
  });
  EXPECT_GT(barred, 20U);
  EXPECT_GT(answered, kClients / 2);
}

TEST(Metamorphic, AnEmergencyIsAnsweredBeforeEverythingElse) {
  ForClients([&](ClientProfile profile, std::mt19937&) {
    profile.flags.emplace_back("flag:acute_suicidality");
    std::sort(profile.flags.begin(), profile.flags.end());
    profile.flags.erase(std::unique(profile.flags.begin(), profile.flags.end()), profile.flags.end());
    const Recommendation after = RecommendTo(profile);
    ASSERT_FALSE(after.safety.empty());
    EXPECT_EQ(after.safety.front().urgency, FlagUrgency::kEmergency);
  });
}

// Where the transtheoretical model leads: awareness and feeling before, doing after.
TEST(Metamorphic, FromPrecontemplationToActionAwarenessGoesAndActionComes) {
  std::size_t went = 0, came = 0;
  const auto is_off_stage = [](const Recommendation& recommendation, std::string_view technique) {
    const Exclusion* exclusion = ExclusionOf(recommendation, technique);
    return exclusion != nullptr && exclusion->reason == ExclusionReason::kStage;
  };
  ForClients([&](ClientProfile profile, std::mt19937&) {
    profile.mode = IntegrationMode::kModelLed;
    profile.model = "model:ttm_model";
    profile.stage = "stage:precontemplation";
    const Recommendation before = RecommendTo(profile);
    profile.stage = "stage:action";
    const Recommendation after = RecommendTo(profile);
    for (const char* technique : {"technique:consciousness_raising", "technique:dramatic_relief"}) {
      EXPECT_FALSE(is_off_stage(before, technique)) << technique;
      EXPECT_FALSE(AllIds(after).contains(technique)) << technique;
      went += is_off_stage(after, technique) ? 1 : 0;
    }
    for (const char* technique :
         {"technique:counterconditioning", "technique:stimulus_control_habits", "technique:contingency_management"}) {
      EXPECT_FALSE(is_off_stage(after, technique)) << technique;
      EXPECT_FALSE(AllIds(before).contains(technique)) << technique;
      came += is_off_stage(before, technique) ? 1 : 0;
    }
  });
  EXPECT_GT(went, kClients / 4);
  EXPECT_GT(came, kClients / 4);
}

TEST(Metamorphic, ARuptureIsRepairedFirstAndHoldsThePlan) {
  std::size_t repaired = 0;
  ForClients([&](ClientProfile profile, std::mt19937&) {
    std::erase(profile.flags, "flag:unrepaired_rupture");
    profile.alliance = {};
    profile.alliance.measure = "measure:srs";
    profile.alliance.scores = {38};
    const RelationshipBlock before = RecommendTo(profile).relationship;
    EXPECT_FALSE(before.holds_plan);
    profile.alliance.markers = {RuptureMarker::kConfrontation};
    const Recommendation ruptured = RecommendTo(profile);
    const RelationshipBlock& after = ruptured.relationship;
    EXPECT_TRUE(after.holds_plan);
    EXPECT_EQ(after.alliance, AllianceState::kRuptured);
    const auto first_other = std::find_if(after.steps.begin(), after.steps.end(),
                                          [](const RelationshipStep& step) { return !step.is_repair; });
    EXPECT_TRUE(
        std::none_of(first_other, after.steps.end(), [](const RelationshipStep& step) { return step.is_repair; }));
    const bool may_repair = ExclusionOf(ruptured, "technique:rupture_repair") == nullptr;
    EXPECT_EQ(!after.steps.empty() && Shipped().id(after.steps.front().technique) == "technique:rupture_repair",
              may_repair);
    repaired += may_repair ? 1 : 0;
  });
  EXPECT_GT(repaired, kClients / 4);
}

// How far each technique alone meets each need, by ids.
std::map<std::pair<std::string, std::size_t>, double> BenefitsFor(const ClientProfile& profile) {
  static const RuleBook& rules = *new RuleBook(*RuleBook::Read(Shipped()));
  const Client client = ReadShipped(profile);
  const auto policy = PolicyOf(Shipped());
  const std::vector<RuleVerdict> verdicts = JudgeRules(rules, ClientFacts(Shipped(), client), client.model);
  ConcernBenefits benefits(ShippedRecommender().base().evidence, client);
  std::vector<ScreenedTechnique> screened =
      ScreenTechniques(ShippedRecommender().base().techniques, client, verdicts, benefits, {});
  const std::vector<WeighedNeed> needs = NeedsOf(Shipped(), client);
  std::map<std::pair<std::string, std::size_t>, double> found;
  for (const TechniqueBenefit& technique :
       WeighTechniques({Shipped(), *policy, client, verdicts, {}}, needs, benefits, screened)) {
    for (const NeedBenefit& need : technique.needs) {
      found[{std::string(Shipped().id(technique.technique)), need.need}] = need.benefit;
    }
  }
  return found;
}

TEST(Metamorphic, WhatARuleComesToAvoidIsWorthLess) {
  const std::vector<std::string> avoided = Objects("rule:sts_coping_ext", "avoids");
  ASSERT_FALSE(avoided.empty());
  std::size_t lowered = 0;
  ForClients([&](ClientProfile profile, std::mt19937&) {
    profile.mode = IntegrationMode::kResponsive;
    profile.model.reset();
    profile.therapist.reset();
    profile.traits.coping_style = CopingStyle::kUnknown;
    const auto before = BenefitsFor(profile);
    profile.traits.coping_style = CopingStyle::kExternalising;
    const auto after = BenefitsFor(profile);
    for (const auto& [pair, benefit] : before) {
      if (!Holds(avoided, pair.first)) continue;
      const auto at = after.find(pair);
      EXPECT_LT(at == after.end() ? 0 : at->second, benefit) << pair.first;
      ++lowered;
    }
  });
  EXPECT_GT(lowered, 20U);
}

TEST(Metamorphic, DislikingNeverRaisesAnything) {
  const std::vector<std::string> modalities = IdsOfKind("modality");
  std::size_t lowered = 0;
  ForClients([&](ClientProfile profile, std::mt19937& random) {
    profile.preferences.clear();
    profile.facts.stated_preference = true;  // else the first preference makes a rule hold
    const auto before = BenefitsFor(profile);
    const Recommendation without = RecommendTo(profile);
    profile.preferences = {{One(modalities, random), Attitude::kDisliked}};
    const auto after = BenefitsFor(profile);
    ASSERT_EQ(after.size(), before.size());
    for (const auto& [pair, benefit] : before) {
      EXPECT_LE(after.at(pair), benefit) << pair.first;
      lowered += after.at(pair) < benefit ? 1 : 0;
    }
    const Recommendation with = RecommendTo(profile);
    ASSERT_EQ(with.plans.empty(), without.plans.empty());
    if (!with.plans.empty() && with.plans.front().slots_filled == without.plans.front().slots_filled) {
      EXPECT_LE(with.plans.front().parts.value, without.plans.front().parts.value + 1e-9);
    }
  });
  EXPECT_GT(lowered, kClients);
}

TEST(Metamorphic, ATherapistWhoLearnsAModalityCanOnlyDoMore) {
  const std::vector<std::string> modalities = IdsOfKind("modality");
  std::size_t gained = 0;
  const auto beyond = [](const Recommendation& recommendation) {
    std::set<std::string> ids;
    for (const Exclusion& exclusion : recommendation.exclusions) {
      if (exclusion.reason == ExclusionReason::kCompetence) ids.emplace(Shipped().id(exclusion.technique));
    }
    return ids;
  };
  ForClients([&](ClientProfile profile, std::mt19937& random) {
    if (!profile.therapist.has_value()) profile.therapist.emplace().training_level = "level:specialist";
    const std::set<std::string> before = beyond(RecommendTo(profile));
    const std::string& learnt = One(modalities, random);
    if (Holds(profile.therapist->modalities, learnt)) return;
    profile.therapist->modalities.push_back(learnt);
    const std::set<std::string> after = beyond(RecommendTo(profile));
    EXPECT_TRUE(std::includes(before.begin(), before.end(), after.begin(), after.end())) << learnt;
    gained += before.size() - after.size();
  });
  EXPECT_GT(gained, kClients / 2);
}

TEST(Metamorphic, MoreSessionsNeverMakeThePlanWorse) {
  std::size_t better = 0;
  ForClients([&](ClientProfile profile, std::mt19937&) {
    // Rules that ask how many sessions there are would change what techniques are worth.
    profile.concerns = {"concern:depression"};
    profile.mode = IntegrationMode::kResponsive;
    profile.model.reset();
    std::pair<int, double> before = {-1, -1};
    for (const int sessions : {2, 5, 9, 40}) {
      profile.sessions.available = sessions;
      const Recommendation recommendation = RecommendTo(profile);
      if (recommendation.plans.empty()) continue;
      const RecommendedPlan& best = recommendation.plans.front();
      EXPECT_LE(best.sessions, sessions);
      EXPECT_GE(std::make_pair(best.slots_filled, best.parts.value + 1e-9), before);
      better += before.first >= 0 && best.parts.value > before.second + 1e-6 ? 1 : 0;
      before = {best.slots_filled, best.parts.value};
    }
  });
  EXPECT_GT(better, kClients / 4);
}

TEST(Metamorphic, WhatIsRefusedIsGoneAndNothingElseIsBarredForIt) {
  std::size_t refused = 0;
  ForClients([&](ClientProfile profile, std::mt19937& random) {
    profile.preferences.clear();
    profile.facts.stated_preference = true;
    const std::set<std::string> all = AllIds(RecommendTo(profile));
    if (all.empty()) return;
    const std::vector<std::string> ids(all.begin(), all.end());
    const std::string& technique = One(ids, random);
    profile.preferences = {{technique, Attitude::kRefused}};
    const Recommendation after = RecommendTo(profile);
    EXPECT_FALSE(AllIds(after).contains(technique)) << technique;
    const Exclusion* exclusion = ExclusionOf(after, technique);
    ASSERT_NE(exclusion, nullptr) << technique;
    // What stood beside the plans alone keeps the reason for which no plan holds it.
    EXPECT_TRUE(exclusion->reason == ExclusionReason::kRefused ||
                exclusion->reason == ExclusionReason::kModalityBarred ||
                exclusion->reason == ExclusionReason::kCompetence);
    const auto kinds = WithDescendants(Shipped(), {At(technique)});
    for (const Exclusion& other : after.exclusions) {
      if (other.reason != ExclusionReason::kRefused) continue;
      EXPECT_TRUE(std::find(kinds.begin(), kinds.end(), other.technique) != kinds.end())
          << Shipped().id(other.technique);
    }
    ++refused;
  });
  EXPECT_GT(refused, kClients / 2);
}

}  // namespace
}  // namespace braid::ontology
