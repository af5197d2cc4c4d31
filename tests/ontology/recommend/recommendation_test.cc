#include "ontology/recommend/recommendation.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "fmt/format.h"
#include "fmt/ranges.h"
#include "gtest/gtest.h"
#include "ontology/lookup.h"
#include "tests/ontology/recommend/clients.h"
#include "tests/ontology/shipped.h"

namespace braid::ontology {
namespace {

using graph::NodeIndex;
using graph::Snapshot;

constexpr std::uint32_t kRandomClients = 150;

const Snapshot& Shipped() { return *ShippedOntology(); }

NodeIndex At(std::string_view id) {
  const auto node = Shipped().Find(id);
  EXPECT_TRUE(node.has_value()) << id;
  return node.value_or(graph::kNoNode);
}

bool Holds(const std::vector<std::string>& ids, std::string_view id) {
  return std::find(ids.begin(), ids.end(), id) != ids.end();
}

// Straight from the edges, knowing nothing of screening: whether a raised flag bars or defers `node`.
bool IsVetoed(NodeIndex node, const std::vector<NodeIndex>& flags) {
  const auto relation = *Shipped().schema().FindRelation("contraindicated_by");
  for (const NodeIndex flag : flags) {
    const auto edge = Shipped().FindEdge(node, relation, flag);
    if (!edge.has_value()) continue;
    for (const graph::Attribute& attribute : edge->attributes) {
      if (attribute.name == "caution" && std::get<std::string>(attribute.value) != "ADAPT") return true;
    }
  }
  return false;
}

double RankOf(NodeIndex level) {
  for (const graph::Attribute& attribute : Shipped().attributes(level)) {
    if (attribute.name == "rank") return static_cast<double>(std::get<std::int64_t>(attribute.value));
  }
  ADD_FAILURE() << Shipped().id(level) << " has no rank";
  return 0;
}

double RankAskedFor(NodeIndex technique) {
  double rank = 0;
  const auto relation = *Shipped().schema().FindRelation("requires_level");
  for (const graph::Arc& arc : Shipped().out(technique, relation)) rank = std::max(rank, RankOf(arc.node));
  return rank;
}

bool IsRefused(NodeIndex node, const Client& client) {
  return std::any_of(client.preferences.begin(), client.preferences.end(), [&](const Client::Preference& preference) {
    return preference.node == node && preference.attitude == Attitude::kRefused;
  });
}

void ExpectSafe(NodeIndex technique, const Client& client) {
  SCOPED_TRACE(Shipped().id(technique));
  EXPECT_FALSE(IsVetoed(technique, client.flags));
  EXPECT_FALSE(IsRefused(technique, client));
  EXPECT_FALSE(Matches(Shipped(), technique, {"safety_status", {"never_recommend"}}));
  if (!client.therapist.has_value()) return;
  if (client.therapist->training_level.has_value()) {
    EXPECT_LE(RankAskedFor(technique), RankOf(*client.therapist->training_level));
  }
  const auto belongs_to = *Shipped().schema().FindRelation("originates_in");
  const auto& mastered = client.therapist->modalities;
  const graph::Arcs modalities = Shipped().out(technique, belongs_to);
  const bool is_competent = std::any_of(modalities.begin(), modalities.end(), [&](const graph::Arc& arc) {
    return std::find(mastered.begin(), mastered.end(), arc.node) != mastered.end();
  });
  EXPECT_TRUE(is_competent || RankAskedFor(technique) <= 1);
}

TEST(Recommendation, NeverHoldsWhatIsVetoedRefusedHarmfulOrBeyondCompetence) {
  for (std::uint32_t seed = 1; seed <= kRandomClients; ++seed) {
    SCOPED_TRACE(fmt::format("seed {}", seed));
    const ClientProfile profile = RandomProfile(seed);
    const Client client = ReadShipped(profile);
    const Recommendation recommendation = RecommendTo(profile);
    for (const std::string& id : AllIds(recommendation)) ExpectSafe(At(id), client);
    for (const RecommendedPlan& plan : recommendation.plans) {
      for (const RecommendedItem& item : plan.items) {
        EXPECT_FALSE(IsVetoed(item.benefit.from, client.flags)) << Shipped().id(item.benefit.from);
        EXPECT_FALSE(IsRefused(item.benefit.from, client)) << Shipped().id(item.benefit.from);
      }
    }
  }
}

TEST(Recommendation, PutsNoTwoTechniquesThatConflictIntoAPlan) {
  const auto conflicts = *Shipped().schema().FindRelation("conflicts_with");
  for (std::uint32_t seed = 1; seed <= kRandomClients; ++seed) {
    SCOPED_TRACE(fmt::format("seed {}", seed));
    for (const RecommendedPlan& plan : RecommendTo(RandomProfile(seed)).plans) {
      for (const RecommendedItem& a : plan.items) {
        for (const RecommendedItem& b : plan.items) {
          EXPECT_FALSE(Shipped().FindEdge(a.benefit.technique, conflicts, b.benefit.technique).has_value())
              << Shipped().id(a.benefit.technique) << " and " << Shipped().id(b.benefit.technique);
        }
      }
    }
  }
}

TEST(Recommendation, HasAWitnessForEveryItemAndTheRelationshipInEveryReply) {
  for (std::uint32_t seed = 1; seed <= kRandomClients; ++seed) {
    SCOPED_TRACE(fmt::format("seed {}", seed));
    const Recommendation recommendation = RecommendTo(RandomProfile(seed));
    const std::vector<std::string> base = RelationshipIds(recommendation);
    for (const char* id :
         {"technique:empathic_reflection", "technique:goal_consensus", "technique:progress_feedback"}) {
      EXPECT_TRUE(Holds(base, id) || ExclusionOf(recommendation, id) != nullptr) << id;
    }
    for (const RecommendedPlan& plan : recommendation.plans) {
      for (const RecommendedItem& item : plan.items) {
        SCOPED_TRACE(Shipped().id(item.benefit.technique));
        const bool is_required = std::any_of(plan.items.begin(), plan.items.end(), [&](const RecommendedItem& other) {
          const auto required = RequiredBy(Shipped(), other.benefit.technique);
          return std::find(required.begin(), required.end(), item.benefit.technique) != required.end();
        });
        EXPECT_TRUE(!item.benefit.needs.empty() || is_required);
        for (const NeedBenefit& need : item.benefit.needs) {
          EXPECT_EQ(need.witness.nodes.front(), recommendation.needs[need.need].node);
          EXPECT_EQ(need.witness.nodes.back(), item.benefit.technique);
          EXPECT_GT(need.benefit, 0);
        }
      }
    }
  }
}

TEST(Recommendation, PlansHoldNothingThatStandsBeforeThemAlready) {
  std::size_t before = 0;
  for (std::uint32_t seed = 1; seed <= kRandomClients; ++seed) {
    SCOPED_TRACE(fmt::format("seed {}", seed));
    const Recommendation recommendation = RecommendTo(RandomProfile(seed));
    std::set<NodeIndex> standing;
    for (const SafetyStep& step : recommendation.safety) {
      if (step.urgency <= FlagUrgency::kUrgent) standing.insert(step.techniques.begin(), step.techniques.end());
    }
    for (const RelationshipStep& step : recommendation.relationship.steps) standing.insert(step.technique);
    before += standing.size();
    for (const RecommendedPlan& plan : recommendation.plans) {
      for (const RecommendedItem& item : plan.items) {
        EXPECT_FALSE(standing.contains(item.benefit.technique)) << Shipped().id(item.benefit.technique);
      }
    }
  }
  EXPECT_GT(before, kRandomClients);
}

TEST(Recommendation, AFlagNeverAddsACandidate) {
  for (std::uint32_t seed = 1; seed <= 40; ++seed) {
    SCOPED_TRACE(fmt::format("seed {}", seed));
    ClientProfile profile = RandomProfile(seed);
    profile.flags.clear();
    const Client without = ReadShipped(profile);
    profile.flags = {"flag:active_psychosis"};
    const Client with = ReadShipped(profile);
    const EvidenceBase evidence(ShippedOntology(), PolicyOf(Shipped())->evidence);
    ConcernBenefits before(evidence, without), after(evidence, with);
    const auto screened = ScreenTechniques(ShippedRecommender().base().techniques, without, {}, before, {});
    const auto flagged = ScreenTechniques(ShippedRecommender().base().techniques, with, {}, after, {});
    ASSERT_EQ(screened.size(), flagged.size());
    for (std::size_t i = 0; i < screened.size(); ++i) {
      EXPECT_TRUE(flagged[i].exclusion.has_value() || !screened[i].exclusion.has_value())
          << Shipped().id(screened[i].technique);
    }
  }
}

TEST(Recommendation, ARaisedFlagTakesAwayEverythingThatItBars) {
  const auto relation = *Shipped().schema().FindRelation("contraindicated_by");
  ClientProfile profile = CaseProfile(2);
  Shipped().VisitNodes(Shipped().schema().FindKind("flag"), {}, [&](NodeIndex flag) {
    SCOPED_TRACE(Shipped().id(flag));
    profile.flags = {std::string(Shipped().id(flag))};
    const std::set<std::string> all = AllIds(RecommendTo(profile));
    for (const graph::Arc& arc : Shipped().in(flag, relation)) {
      EXPECT_FALSE(IsVetoed(arc.node, {flag}) && all.contains(std::string(Shipped().id(arc.node))))
          << Shipped().id(arc.node);
    }
    return true;
  });
}

TEST(Recommendation, MoreSessionsAreNeverWorthLess) {
  for (std::uint32_t seed = 1; seed <= 30; ++seed) {
    SCOPED_TRACE(fmt::format("seed {}", seed));
    ClientProfile profile = RandomProfile(seed);
    profile.mode = IntegrationMode::kResponsive;
    profile.model.reset();
    // A rule may ask how many sessions there are: it would change what techniques are worth.
    profile.concerns = {"concern:depression"};
    double before = -1;
    for (const int sessions : {4, 8, 16, 64}) {
      profile.sessions.available = sessions;
      const Recommendation recommendation = RecommendTo(profile);
      const double value = recommendation.plans.empty() ? 0 : recommendation.plans.front().parts.value;
      EXPECT_GE(value, before);
      before = value;
    }
  }
}

TEST(Recommendation, WithoutNeedsThereIsNoPlanButTheRelationship) {
  const Recommendation recommendation = RecommendTo({});
  EXPECT_EQ(recommendation.outcome, PlanOutcome::kEmptyProfile);
  EXPECT_TRUE(recommendation.plans.empty());
  EXPECT_FALSE(recommendation.relationship.steps.empty());
  EXPECT_FALSE(recommendation.relationship.measure_with.empty());
  const bool asks_for_flags = std::any_of(recommendation.ask_first.begin(), recommendation.ask_first.end(),
                                          [](const UnknownField& field) { return field.field == "flag"; });
  EXPECT_TRUE(asks_for_flags);
  for (const UnknownField& field : recommendation.ask_first) {
    EXPECT_NE(field.field, "sessions.missed") << "no safety rule asks about it";
  }
}

TEST(Recommendation, HoldsThePlanUntilAStrainedAllianceIsRepaired) {
  ClientProfile profile = CaseProfile(1);
  EXPECT_FALSE(RecommendTo(profile).relationship.holds_plan);
  profile.alliance.scores = {30};
  const RelationshipBlock strained = RecommendTo(profile).relationship;
  EXPECT_TRUE(strained.holds_plan);
  EXPECT_EQ(strained.alliance, AllianceState::kStrained);
}

TEST(Recommendation, MeetsAWithdrawalOtherThanAConfrontation) {
  ClientProfile profile = CaseProfile(6);
  const auto first_two = [&] {
    std::vector<std::string> ids = RelationshipIds(RecommendTo(profile));
    ids.resize(2);
    return ids;
  };
  EXPECT_EQ(first_two(), (std::vector<std::string>{"technique:rupture_repair", "technique:goal_consensus"}));
  profile.alliance.markers = {RuptureMarker::kConfrontation};
  EXPECT_EQ(first_two(), (std::vector<std::string>{"technique:rupture_repair", "technique:immediacy"}));
}

TEST(Recommendation, RefusesALimitThatIsNone) {
  graph::Budget budget;
  RecommendOptions options;
  options.max_techniques = 0;
  EXPECT_EQ(ShippedRecommender().Recommend(ReadShipped(CaseProfile(1)), options, budget).status().code(),
            absl::StatusCode::kInvalidArgument);
}

TEST(Recommendation, AHomesShareIsNotFilledWithWhatDoesNothing) {
  ClientProfile profile = RandomProfile(2540);
  ASSERT_EQ(profile.mode, IntegrationMode::kAssimilative);
  for (const RecommendedPlan& plan : RecommendTo(profile).plans) {
    for (const RecommendedItem& item : plan.items) {
      EXPECT_FALSE(item.benefit.needs.empty()) << Shipped().id(item.benefit.technique);
    }
  }
}

TEST(Recommendation, AnAssimilativePlanIsHalfAtHomeAndBridgesWhatItImports) {
  ClientProfile profile = CaseProfile(1);
  profile.mode = IntegrationMode::kAssimilative;
  profile.therapist->home_modality = "modality:cbt";
  const Recommendation recommendation = RecommendTo(profile);
  ASSERT_FALSE(recommendation.plans.empty());
  for (const RecommendedPlan& plan : recommendation.plans) {
    std::int64_t at_home = 0;
    for (const RecommendedItem& item : plan.items) {
      const bool is_home = item.benefit.from == At("modality:cbt");
      at_home += is_home ? item.sessions : 0;
      EXPECT_EQ(item.bridge.has_value(), !is_home);
      if (item.bridge.has_value()) {
        EXPECT_GE(item.bridge->plausibility, 0.25);
      }
    }
    EXPECT_GE(2 * at_home, plan.sessions);
  }
}

TEST(Recommendation, ACommonFactorsPlanHoldsWhatFostersAFactorAlone) {
  ClientProfile profile = CaseProfile(1);
  profile.therapist.reset();
  profile.mode = IntegrationMode::kCommonFactors;
  const auto fosters = *Shipped().schema().FindRelation("fosters");
  const Recommendation recommendation = RecommendTo(profile);
  ASSERT_FALSE(recommendation.plans.empty());
  for (const RecommendedItem& item : recommendation.plans.front().items) {
    EXPECT_FALSE(Shipped().out(item.benefit.technique, fosters).empty()) << Shipped().id(item.benefit.technique);
  }
}

TEST(Recommendation, TheGridModelFillsASlotForEachDimensionInNeed) {
  ClientProfile profile = CaseProfile(1);
  profile.therapist.reset();
  profile.mode = IntegrationMode::kModelLed;
  profile.model = "model:basic_id_model";
  const Recommendation recommendation = RecommendTo(profile);
  ASSERT_FALSE(recommendation.plans.empty());
  EXPECT_EQ(recommendation.slots.size(), 5U);
  EXPECT_EQ(recommendation.plans.front().slots_filled, 5);
}

// Every rule of a model that holds, and prefers what may be used, has something in the plan.
TEST(Recommendation, AModelThatLeadsHasItsOwnMethodsInThePlan) {
  const auto prefers = *Shipped().schema().FindRelation("prefers");
  const auto taken_from = *Shipped().schema().FindRelation("originates_in");
  ClientProfile profile;
  profile.needs = {{"dimension:thoughts", {}, 0.8}, {"dimension:relationships", {}, 0.6}, {"process:worry"}};
  profile.needs.push_back({"process:maladaptive_relational_pattern"});
  profile.needs.push_back({"process:behavioural_avoidance"});
  profile.concerns = {"concern:gad"};
  profile.flags_assessed = true;
  profile.facts.wants_mindfulness = true;
  profile.mode = IntegrationMode::kModelLed;
  for (const char* const model : {"model:mbit_model", "model:cyclical_model"}) {
    SCOPED_TRACE(model);
    profile.model = model;
    const Recommendation recommendation = RecommendTo(profile);
    ASSERT_FALSE(recommendation.plans.empty());
    const RecommendedPlan& plan = recommendation.plans.front();
    ASSERT_FALSE(recommendation.slots.empty());
    EXPECT_EQ(plan.slots_filled, static_cast<int>(recommendation.slots.size()));
    for (const std::string& rule : recommendation.slots) {
      EXPECT_TRUE(std::any_of(plan.items.begin(), plan.items.end(), [&](const RecommendedItem& item) {
        const NodeIndex technique = item.benefit.technique;
        const graph::Arcs modalities = Shipped().out(technique, taken_from);
        return Shipped().FindEdge(At(rule), prefers, technique).has_value() ||
               std::any_of(modalities.begin(), modalities.end(), [&](const graph::Arc& arc) {
                 return Shipped().FindEdge(At(rule), prefers, arc.node).has_value();
               });
      })) << rule;
    }
  }
}

// By effects on symptoms alone there would be none in the plan: the slots are what puts it there.
TEST(Recommendation, AClientWhoIsNotReadyIsMetAtTheirStageFirst) {
  ClientProfile profile = CaseProfile(1);
  const auto prefers = *Shipped().schema().FindRelation("prefers");
  const auto suits_the_stage = [&](const RecommendedPlan& plan) {
    return std::any_of(plan.items.begin(), plan.items.end(), [&](const RecommendedItem& item) {
      return Shipped().FindEdge(At("rule:ttm_c"), prefers, item.benefit.technique).has_value();
    });
  };
  const Recommendation undecided = RecommendTo(profile);
  EXPECT_EQ(undecided.slots, std::vector<std::string>{"rule:ttm_c"});
  ASSERT_FALSE(undecided.plans.empty());
  for (const RecommendedPlan& plan : undecided.plans) {
    EXPECT_EQ(plan.slots_filled, 1);
    EXPECT_TRUE(suits_the_stage(plan));
  }
  profile.stage = "stage:action";
  const Recommendation ready = RecommendTo(profile);
  EXPECT_TRUE(ready.slots.empty());
  ASSERT_FALSE(ready.plans.empty());
  EXPECT_FALSE(suits_the_stage(ready.plans.front()));
  // Where nothing of it may be used, the plan goes without.
  profile.stage = "stage:contemplation";
  for (const graph::Arc& arc : Shipped().out(At("rule:ttm_c"), prefers)) {
    profile.preferences.push_back({std::string(Shipped().id(arc.node)), Attitude::kRefused});
  }
  const Recommendation refused = RecommendTo(profile);
  EXPECT_TRUE(refused.slots.empty());
  EXPECT_FALSE(refused.plans.empty());
}

TEST(Recommendation, TheStageDecidesWhereTheModelOfStagesLeads) {
  ClientProfile profile = CaseProfile(1);
  profile.therapist.reset();
  const auto of_stage = [](const Recommendation& recommendation) {
    return std::count_if(recommendation.exclusions.begin(), recommendation.exclusions.end(),
                         [](const Exclusion& exclusion) { return exclusion.reason == ExclusionReason::kStage; });
  };
  EXPECT_EQ(of_stage(RecommendTo(profile)), 0);
  profile.mode = IntegrationMode::kModelLed;
  profile.model = "model:ttm_model";
  EXPECT_GT(of_stage(RecommendTo(profile)), 0);
}

// --- The six cases of the founding fact base: what can be said of them already.

TEST(Cases, LowMoodActivatesTargetsRuminationAndHasTheBaseLayer) {
  const Recommendation recommendation = RecommendTo(CaseProfile(1));
  ASSERT_FALSE(recommendation.plans.empty());
  const std::vector<std::string> base = RelationshipIds(recommendation);
  EXPECT_TRUE(Holds(base, "technique:progress_feedback"));
  EXPECT_TRUE(Holds(base, "technique:goal_consensus"));
  const std::vector<std::string> ids = IdsOf(recommendation.plans.front());
  SCOPED_TRACE(fmt::format("{}", ids));
  EXPECT_TRUE(Holds(ids, "technique:behavioural_activation_tq"));
  const auto suits = *Shipped().schema().FindRelation("suits_stage");
  EXPECT_TRUE(Shipped().FindEdge(At(ids.front()), suits, At("stage:contemplation")).has_value());
  EXPECT_FALSE(Holds(ids, "technique:contingency_management"));
  EXPECT_FALSE(Holds(ids, "technique:thought_record"));
  const auto need = std::find_if(recommendation.needs.begin(), recommendation.needs.end(),
                                 [](const WeighedNeed& n) { return n.node == At("process:rumination"); });
  EXPECT_GT(recommendation.plans.front().parts.covers[static_cast<std::size_t>(need - recommendation.needs.begin())],
            0);
}

TEST(Cases, PanicWithAHeartConditionExposesWithoutOverbreathing) {
  const Recommendation recommendation = RecommendTo(CaseProfile(2));
  ASSERT_FALSE(recommendation.plans.empty());
  const std::set<std::string> all = AllIds(recommendation);
  SCOPED_TRACE(fmt::format("{}", IdsOf(recommendation.plans.front())));
  for (const char* id : {"technique:hyperventilation_test", "technique:interoceptive_exposure", "technique:tipp",
                         "technique:applied_tension"}) {
    EXPECT_FALSE(all.contains(id)) << id;
    ASSERT_NE(ExclusionOf(recommendation, id), nullptr) << id;
    EXPECT_FALSE(ExclusionOf(recommendation, id)->because.empty());
  }
  for (const SafetyStep& step : recommendation.safety) EXPECT_FALSE(step.response.empty());
  EXPECT_TRUE(all.contains("technique:drop_safety_behaviours"));
  const auto& items = recommendation.plans.front().items;
  const auto exposure = std::find_if(items.begin(), items.end(), [](const RecommendedItem& item) {
    return item.benefit.technique == At("technique:graded_in_vivo_exposure");
  });
  ASSERT_NE(exposure, items.end());
  EXPECT_EQ(exposure->benefit.from, At("modality:cbt"));
  EXPECT_FALSE(exposure->adaptations.empty()) << "it is used with a note";
}

TEST(Cases, ASuicidalCrisisIsMetWithSafetyFirstAndMemoryWorkWaits) {
  const Recommendation recommendation = RecommendTo(CaseProfile(3));
  ASSERT_FALSE(recommendation.safety.empty());
  EXPECT_EQ(recommendation.safety.front().urgency, FlagUrgency::kEmergency);
  const std::vector<std::string> safety = SafetyIds(recommendation);
  ASSERT_GE(safety.size(), 2U);
  EXPECT_TRUE(Holds(safety, "technique:safety_planning"));
  EXPECT_TRUE(Holds(safety, "technique:lethal_means_counselling"));
  EXPECT_TRUE(recommendation.relationship.holds_plan);
  const std::set<std::string> all = AllIds(recommendation);
  for (const char* id : {"technique:imaginal_exposure", "technique:bilateral_stimulation",
                         "technique:imagery_rescripting", "technique:two_chair_critic", "technique:empty_chair",
                         "technique:free_association", "technique:defence_interpretation"}) {
    EXPECT_FALSE(all.contains(id)) << id;
    const Exclusion* exclusion = ExclusionOf(recommendation, id);
    ASSERT_NE(exclusion, nullptr) << id;
    EXPECT_FALSE(exclusion->lifted_by.empty()) << id;
  }
}

// A modality is barred as a treatment; to answer a flag, or to repair the relationship, with what is part of it is not.
TEST(Recommendation, WhatIsBarredAsATreatmentAloneStandsBesideThePlans) {
  const Recommendation crisis = RecommendTo(CaseProfile(3));
  ASSERT_FALSE(crisis.relationship.steps.empty());
  EXPECT_EQ(RelationshipIds(crisis).front(), "technique:rupture_repair");
  EXPECT_EQ(ExclusionOf(crisis, "technique:rupture_repair"), nullptr);
  for (const RecommendedPlan& plan : crisis.plans) EXPECT_FALSE(Holds(IdsOf(plan), "technique:rupture_repair"));

  ClientProfile manic = CaseProfile(1);
  manic.flags = {"flag:mania"};
  manic.therapist->modalities = {"modality:ipsrt", "modality:cbt"};
  manic.therapist->training_level = "level:specialist";
  const Recommendation mania = RecommendTo(manic);
  EXPECT_EQ(SafetyIds(mania).front(), "technique:social_rhythm");
  for (const RecommendedPlan& plan : mania.plans) EXPECT_FALSE(Holds(IdsOf(plan), "technique:social_rhythm"));
}

TEST(Recommendation, OptionsHaveARecordForTheClientsConcernsAndADislikeDoesNotHideThem) {
  const auto option = [](const Recommendation& recommendation, std::string_view id) -> const ModalityOption* {
    const auto& all = recommendation.modalities;
    const auto at = std::find_if(all.begin(), all.end(), [&](const ModalityOption& o) { return o.modality == At(id); });
    return at == all.end() ? nullptr : &*at;
  };
  // Solution-focused therapy has effects across all concerns, and none known in a crisis like this.
  const Recommendation crisis = RecommendTo(CaseProfile(3));
  EXPECT_EQ(option(crisis, "modality:sfbt"), nullptr);
  ASSERT_NE(option(crisis, "modality:mbt"), nullptr);
  EXPECT_EQ(option(crisis, "modality:mbt")->access, ModalityAccess::kDeliverable);
  EXPECT_NE(option(crisis, "modality:dbt"), nullptr);

  ClientProfile assaulted = CaseProfile(4);
  ASSERT_NE(option(RecommendTo(assaulted), "modality:pe"), nullptr);
  assaulted.preferences.push_back({"modality:pe", Attitude::kDisliked});
  const Recommendation disliked = RecommendTo(assaulted);
  ASSERT_NE(option(disliked, "modality:pe"), nullptr);
  EXPECT_EQ(option(disliked, "modality:pe")->fit.preference, 0.5);
  assaulted.preferences.back().attitude = Attitude::kRefused;
  EXPECT_EQ(option(RecommendTo(assaulted), "modality:pe"), nullptr);
}

TEST(Cases, TraumaWorkIsOpenToAStableClientAndDebriefingIsNot) {
  const Recommendation recommendation = RecommendTo(CaseProfile(4));
  ASSERT_FALSE(recommendation.plans.empty());
  SCOPED_TRACE(fmt::format("{}", IdsOf(recommendation.plans.front())));
  EXPECT_FALSE(AllIds(recommendation).contains("technique:critical_incident_debriefing"));
  const auto& items = recommendation.plans.front().items;
  EXPECT_TRUE(std::any_of(items.begin(), items.end(), [](const RecommendedItem& item) {
    return item.benefit.from == At("modality:cpt") || item.benefit.from == At("modality:emdr");
  }));
}

TEST(Cases, HiddenFearRulesConjointWorkOutWhateverIsPreferred) {
  const Recommendation recommendation = RecommendTo(CaseProfile(5));
  const std::set<std::string> all = AllIds(recommendation);
  SCOPED_TRACE(fmt::format("{}", all));
  for (const char* id : {"technique:couple_communication", "technique:circular_questioning", "technique:enactment",
                         "technique:cycle_deescalation", "technique:softening", "technique:reframing"}) {
    EXPECT_FALSE(all.contains(id)) << id;
    EXPECT_NE(ExclusionOf(recommendation, id), nullptr) << id;
  }
  for (const RecommendedPlan& plan : recommendation.plans) {
    for (const RecommendedItem& item : plan.items) EXPECT_NE(item.benefit.from, At("modality:eft_couples"));
  }
  EXPECT_TRUE(all.contains("technique:safety_planning"));
  EXPECT_TRUE(all.contains("technique:case_advocacy"));
}

TEST(Cases, GettingWorseLeadsToRepairAndNoHarderExposure) {
  const Recommendation recommendation = RecommendTo(CaseProfile(6));
  const std::vector<std::string> block = RelationshipIds(recommendation);
  ASSERT_FALSE(block.empty());
  EXPECT_EQ(block.front(), "technique:rupture_repair");
  EXPECT_TRUE(Holds(block, "technique:goal_consensus"));
  EXPECT_TRUE(recommendation.relationship.holds_plan);
  const std::set<std::string> all = AllIds(recommendation);
  for (const char* id : {"technique:graded_in_vivo_exposure", "technique:erp", "technique:transference_interpretation",
                         "technique:dispute_demands", "technique:attack_confrontation"}) {
    EXPECT_FALSE(all.contains(id)) << id;
  }
}

}  // namespace
}  // namespace braid::ontology
