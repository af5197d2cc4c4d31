#include "ontology/recommend/change_levels.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "fmt/format.h"
#include "graph/budget.h"
#include "gtest/gtest.h"
#include "ontology/client_facts.h"
#include "ontology/lookup.h"
#include "ontology/policy.h"
#include "tests/ontology/recommend/clients.h"
#include "tests/ontology/shipped.h"

namespace braid::ontology {
namespace {

using graph::NodeIndex;
using graph::Snapshot;

constexpr std::string_view kStages[] = {"precontemplation", "contemplation", "preparation",
                                        "action",           "maintenance",   "relapse"};

const Snapshot& Shipped() { return *ShippedOntology(); }
NodeIndex At(std::string_view id) { return *Shipped().Find(id); }
std::string IdOf(NodeIndex node) { return std::string(Shipped().id(node)); }
const Policy& ShippedPolicy() {
  static const std::shared_ptr<const Policy>& policy = *new auto(PolicyOf(Shipped()));
  return *policy;
}

struct Rated {
  const char* need;
  double weight;
};

ClientProfile Staged(std::string_view stage, const std::vector<Rated>& needs) {
  ClientProfile profile;
  for (const Rated& rated : needs) profile.needs.push_back({rated.need, rated.weight, {}});
  if (!stage.empty()) profile.stage = fmt::format("stage:{}", stage);
  profile.flags_assessed = true;
  profile.mode = IntegrationMode::kModelLed;
  profile.model = "model:ttm_model";
  return profile;
}

ClientProfile TriedInVain(ClientProfile profile) {
  profile.progress_state = ProgressState::kOffTrack;
  profile.facts.adequate_dose = true;
  profile.facts.symptom_level_tried = true;
  return profile;
}

// Something for a need from each of `modalities`; of all that there are, where it is empty.
std::vector<TechniqueBenefit> From(const std::vector<std::string>& modalities) {
  std::vector<TechniqueBenefit> candidates;
  const auto add = [&](NodeIndex modality) {
    TechniqueBenefit candidate;
    candidate.from = modality;
    candidate.needs.emplace_back();
    candidates.push_back(candidate);
    return true;
  };
  for (const std::string& id : modalities) add(At(id));
  if (modalities.empty()) Shipped().VisitNodes(*Shipped().schema().FindKind("modality"), {}, add);
  return candidates;
}

std::optional<ChangeLevelMatch> LevelFor(const ClientProfile& profile, const std::vector<TechniqueBenefit>& candidates,
                                         const Policy& policy = ShippedPolicy()) {
  const Client client = ReadShipped(profile);
  const RuleBook& rules = ShippedRecommender().base().rules;
  const std::vector<RuleVerdict> verdicts = JudgeRules(rules, ClientFacts(Shipped(), client), client.model);
  return ChangeLevelOf(Shipped(), policy, client, NeedsOf(Shipped(), client), verdicts, candidates);
}

// `symptom_situational LOWEST` and the like; `none`.
std::string ChoiceFor(const ClientProfile& profile) {
  const std::optional<ChangeLevelMatch> match = LevelFor(profile, From({}));
  if (!match.has_value()) return "none";
  const std::string id = IdOf(match->level);
  const char* const strategies[] = {"LOWEST", "DEEPER", "KEY"};
  return fmt::format("{} {}", id.substr(id.find(':') + 1), strategies[static_cast<std::size_t>(match->strategy)]);
}

std::set<std::string> ModalitiesAt(std::string_view stage, const ClientProfile& needs,
                                   const std::vector<TechniqueBenefit>& candidates, bool* for_stage = nullptr) {
  ClientProfile profile = needs;
  profile.stage.reset();
  if (!stage.empty()) profile.stage = fmt::format("stage:{}", stage);
  std::set<std::string> ids;
  const std::optional<ChangeLevelMatch> match = LevelFor(profile, candidates);
  if (!match.has_value()) return ids;
  if (for_stage != nullptr) *for_stage = match->for_stage;
  for (const NodeIndex modality : match->modalities) {
    const std::string id = IdOf(modality);
    ids.insert(id.substr(id.find(':') + 1));
  }
  return ids;
}

// --- The matrix, as it is published and as the fact base completes it (domain/ttm_stage_level_modality.csv).

// For each level, needs that begin there.
std::map<std::string, ClientProfile> NeedsAtEachLevel() {
  return {{"symptom_situational", Staged("", {{"dimension:behaviours", 1}})},
          {"maladaptive_cognitions", Staged("", {{"dimension:thoughts", 1}})},
          {"interpersonal_conflicts", Staged("", {{"dimension:relationships", 1}})},
          {"family_conflicts", Staged("", {{"dimension:context", 1}})},
          {"intrapersonal_conflicts", TriedInVain(Staged("", {{"dimension:emotions", 1}}))}};
}

TEST(ChangeLevels, TheMatrixOfStageByLevelSaysWhoWorksThere) {
  using Cell = std::pair<std::string_view, std::string_view>;
  const std::map<Cell, std::set<std::string>> matrix = {
      {{"precontemplation", "symptom_situational"}, {"mi"}},
      {{"contemplation", "symptom_situational"}, {"mi"}},
      {{"preparation", "symptom_situational"}, {"cbt", "pst"}},
      {{"action", "symptom_situational"}, {"ba", "cbt", "emdr", "pe"}},
      {{"maintenance", "symptom_situational"}, {"cbt", "mbrp"}},
      {{"relapse", "symptom_situational"}, {"mi"}},
      {{"contemplation", "maladaptive_cognitions"}, {"ct"}},
      {{"preparation", "maladaptive_cognitions"}, {"ct", "rebt"}},
      {{"action", "maladaptive_cognitions"}, {"ct"}},
      {{"maintenance", "maladaptive_cognitions"}, {"mbct"}},
      {{"precontemplation", "interpersonal_conflicts"}, {"person_centred"}},
      {{"contemplation", "interpersonal_conflicts"}, {"ipt"}},
      {{"preparation", "interpersonal_conflicts"}, {"cat"}},
      {{"action", "interpersonal_conflicts"}, {"bct", "eft_couples", "ipt"}},
      {{"maintenance", "interpersonal_conflicts"}, {"group_dynamic"}},
      {{"contemplation", "family_conflicts"}, {"systemic"}},
      {{"preparation", "family_conflicts"}, {"systemic"}},
      {{"action", "family_conflicts"}, {"systemic"}},
      {{"maintenance", "family_conflicts"}, {"systemic"}},
      {{"precontemplation", "intrapersonal_conflicts"}, {"psychoanalysis"}},
      {{"contemplation", "intrapersonal_conflicts"}, {"existential", "stpp"}},
      {{"preparation", "intrapersonal_conflicts"}, {"gestalt"}},
      {{"action", "intrapersonal_conflicts"}, {"eft_individual"}},
      {{"maintenance", "intrapersonal_conflicts"}, {"existential"}},
  };
  // Where the matrix has no cell: who works at the level, and no stage is said.
  const std::map<std::string, std::set<std::string>> whatever_the_stage = {
      {"symptom_situational", {"cbti"}},
      {"maladaptive_cognitions", {"cpt", "ct_ptsd", "mct"}},
      {"interpersonal_conflicts", {"fap"}},
      {"family_conflicts", {"fbt", "narrative"}},
      {"intrapersonal_conflicts", {"analytical", "ifs"}},
  };
  for (const auto& [level, needs] : NeedsAtEachLevel()) {
    for (const std::string_view stage : kStages) {
      SCOPED_TRACE(fmt::format("{} × {}", stage, level));
      ClientProfile profile = needs;
      profile.stage = fmt::format("stage:{}", stage);
      EXPECT_EQ(IdOf(LevelFor(profile, From({}))->level), "change_level:" + level);
      bool for_stage = false;
      const std::set<std::string> found = ModalitiesAt(stage, needs, From({}), &for_stage);
      const auto cell = matrix.find({stage, level});
      EXPECT_EQ(for_stage, cell != matrix.end());
      EXPECT_EQ(found, cell != matrix.end() ? cell->second : whatever_the_stage.at(level));
    }
  }
}

TEST(ChangeLevels, WhoseStageIsNotSaidComesInOnlyWhereNobodyOfTheStageIsWithinReach) {
  const ClientProfile thoughts = NeedsAtEachLevel().at("maladaptive_cognitions");
  using Ids = std::set<std::string>;
  bool for_stage = false;
  EXPECT_EQ(ModalitiesAt("action", thoughts, From({"modality:ct", "modality:cpt"}), &for_stage), Ids{"ct"});
  EXPECT_TRUE(for_stage);
  EXPECT_EQ(ModalitiesAt("action", thoughts, From({"modality:cpt", "modality:mct"}), &for_stage), (Ids{"cpt", "mct"}));
  EXPECT_FALSE(for_stage);
  // MBCT works at the level, and is for another stage.
  EXPECT_EQ(ModalitiesAt("action", thoughts, From({"modality:mbct", "modality:mi"}), &for_stage), Ids{});
  EXPECT_FALSE(for_stage);
  // What is only required by others does nothing for a need.
  std::vector<TechniqueBenefit> required = From({"modality:ct"});
  required.front().needs.clear();
  EXPECT_EQ(ModalitiesAt("action", thoughts, required, &for_stage), Ids{});
  // Of an unknown stage nothing can be matched.
  EXPECT_EQ(ModalitiesAt("", thoughts, From({"modality:ct", "modality:cpt", "modality:mi"}), &for_stage),
            (Ids{"cpt", "ct"}));
  EXPECT_FALSE(for_stage);
}

// --- Shares.

TEST(ChangeLevels, ANeedIsSpreadOverItsDimensionsByStrength) {
  const Client client = ReadShipped(Staged("action", {{"dimension:thoughts", 2}, {"process:shame", 1}}));
  const std::vector<WeighedNeed> needs = NeedsOf(Shipped(), client);
  // By hand: shame lies in emotions (0.9) and relationships (0.6).
  const std::map<std::string, double> by_hand = {
      {"dimension:emotions", 0.2}, {"dimension:relationships", 2.0 / 15}, {"dimension:thoughts", 2.0 / 3}};
  std::map<std::string, double> shares;
  for (const auto& [dimension, share] : SharesOfDimensions(Shipped(), ShippedPolicy(), client, needs)) {
    shares[IdOf(dimension)] = share;
  }
  ASSERT_EQ(shares.size(), by_hand.size());
  for (const auto& [dimension, share] : by_hand) EXPECT_NEAR(shares.at(dimension), share, 1e-12) << dimension;
}

TEST(ChangeLevels, AConcernIsReadAsTheClientsOwnProcessesInIt) {
  const auto shares_of = [](const std::vector<Rated>& needs) {
    const Client client = ReadShipped(Staged("action", needs));
    std::map<std::string, double> shares;
    for (const auto& [dimension, share] :
         SharesOfDimensions(Shipped(), ShippedPolicy(), client, NeedsOf(Shipped(), client))) {
      shares[IdOf(dimension)] = share;
    }
    return shares;
  };
  EXPECT_GT(shares_of({{"concern:depression", 1}}).size(), 2U);
  // Rumination keeps depression going: with it named, both lie where it lies.
  const auto own = shares_of({{"concern:depression", 1}, {"process:rumination", 1}});
  const auto alone = shares_of({{"process:rumination", 1}});
  ASSERT_EQ(own.size(), alone.size());
  for (const auto& [dimension, share] : alone) EXPECT_NEAR(own.at(dimension), share, 1e-12) << dimension;
}

TEST(ChangeLevels, SharesSumToOneOfWhatLiesInADimension) {
  for (std::uint32_t seed = 1; seed <= 60; ++seed) {
    SCOPED_TRACE(fmt::format("seed {}", seed));
    const Client client = ReadShipped(RandomProfile(seed));
    const std::vector<DimensionShare> shares =
        SharesOfDimensions(Shipped(), ShippedPolicy(), client, NeedsOf(Shipped(), client));
    double sum = 0;
    for (const DimensionShare& share : shares) {
      EXPECT_GT(share.share, 0);
      sum += share.share;
    }
    EXPECT_NEAR(sum, shares.empty() ? 0 : 1, 1e-12);
    EXPECT_TRUE(std::is_sorted(shares.begin(), shares.end(),
                               [](const auto& a, const auto& b) { return IdOf(a.dimension) < IdOf(b.dimension); }));
  }
}

// --- Which level.

TEST(ChangeLevels, WorkBeginsNearestToTheSurface) {
  EXPECT_EQ(ChoiceFor(Staged("action", {{"dimension:emotions", 1}, {"dimension:thoughts", 1}})),
            "symptom_situational LOWEST");
  EXPECT_EQ(ChoiceFor(Staged("action", {{"dimension:relationships", 1}, {"dimension:thoughts", 1}})),
            "maladaptive_cognitions LOWEST");
  EXPECT_EQ(ChoiceFor(Staged("action", {{"dimension:context", 1}})), "family_conflicts LOWEST");
}

TEST(ChangeLevels, ADimensionOfThePolicysShareMakesItsLowestLevelTheKey) {
  const auto needs = [](double thoughts) {
    return Staged("action", {{"dimension:thoughts", thoughts}, {"dimension:behaviours", 1 - thoughts}});
  };
  EXPECT_EQ(ChoiceFor(needs(0.59)), "symptom_situational LOWEST");
  EXPECT_EQ(ChoiceFor(needs(0.61)), "maladaptive_cognitions KEY");
  // The key level is the lowest one: nothing is passed over.
  EXPECT_EQ(ChoiceFor(needs(0.1)), "symptom_situational LOWEST");
  Policy early = ShippedPolicy();
  early.plans.modes.key_level_share = 0.55;
  EXPECT_EQ(LevelFor(needs(0.59), From({}), early)->strategy, ChangeLevelStrategy::kKey);
}

TEST(ChangeLevels, WhatWasTriedInVainAtTheSurfaceGoesOnALevelDeeper) {
  const ClientProfile both = Staged("action", {{"dimension:behaviours", 1}, {"dimension:relationships", 1}});
  EXPECT_EQ(ChoiceFor(both), "symptom_situational LOWEST");
  EXPECT_EQ(ChoiceFor(TriedInVain(both)), "interpersonal_conflicts DEEPER");
  // Each of the three is needed, and unknown is not known.
  ClientProfile on_track = TriedInVain(both);
  on_track.progress_state = ProgressState::kOnTrack;
  EXPECT_EQ(ChoiceFor(on_track), "symptom_situational LOWEST");
  ClientProfile too_short = TriedInVain(both);
  too_short.facts.adequate_dose.reset();
  EXPECT_EQ(ChoiceFor(too_short), "symptom_situational LOWEST");
  ClientProfile never_tried = TriedInVain(both);
  never_tried.facts.symptom_level_tried = false;
  EXPECT_EQ(ChoiceFor(never_tried), "symptom_situational LOWEST");
  // The surface as the key goes deeper too; a key level below it was not what was tried.
  EXPECT_EQ(ChoiceFor(TriedInVain(Staged("action", {{"dimension:behaviours", 3}, {"dimension:context", 1}}))),
            "family_conflicts DEEPER");
  EXPECT_EQ(ChoiceFor(TriedInVain(Staged("action", {{"dimension:thoughts", 3}, {"dimension:behaviours", 1}}))),
            "maladaptive_cognitions KEY");
  // No deeper level covers what the client needs.
  EXPECT_EQ(ChoiceFor(TriedInVain(Staged("action", {{"dimension:behaviours", 1}}))), "symptom_situational LOWEST");
}

TEST(ChangeLevels, OnlyAModelOfStagesAsksForALevel) {
  ClientProfile profile = Staged("action", {{"dimension:behaviours", 1}});
  profile.model = "model:basic_id_model";
  EXPECT_EQ(ChoiceFor(profile), "none");
  profile.model.reset();
  profile.mode = IntegrationMode::kResponsive;
  EXPECT_EQ(ChoiceFor(profile), "none");
}

// --- In plans.

bool WorksAt(NodeIndex modality, NodeIndex level) {
  return Shipped().FindEdge(modality, *Shipped().schema().FindRelation("works_at"), level).has_value();
}

// Against every technique of the plan, by the edges themselves.
TEST(ChangeLevels, APlanHasSomethingForTheLevelBeforeBenefitsAreCompared) {
  std::size_t with_level = 0, filled = 0;
  std::set<ChangeLevelStrategy> strategies;
  for (std::uint32_t seed = 1; seed <= 60; ++seed) {
    SCOPED_TRACE(fmt::format("seed {}", seed));
    ClientProfile profile = RandomProfile(seed);
    profile.mode = IntegrationMode::kModelLed;
    profile.model = "model:ttm_model";
    if (profile.therapist.has_value()) profile.therapist->home_modality.reset();
    profile.stage = fmt::format("stage:{}", kStages[seed % std::size(kStages)]);
    if (seed % 3 == 0) profile = TriedInVain(profile);
    const Recommendation recommendation = RecommendTo(profile);
    const std::optional<ChangeLevelMatch>& match = recommendation.change_level;
    if (!match.has_value()) continue;
    ++with_level;
    strategies.insert(match->strategy);
    ASSERT_FALSE(recommendation.slots.empty());
    EXPECT_EQ(recommendation.slots.front(), IdOf(match->level));
    EXPECT_TRUE(Shipped()
                    .FindEdge(match->level, *Shipped().schema().FindRelation("covers"), match->dimension.dimension)
                    .has_value());
    for (const NodeIndex modality : match->modalities) EXPECT_TRUE(WorksAt(modality, match->level)) << IdOf(modality);
    if (recommendation.plans.empty()) continue;
    const RecommendedPlan& best = recommendation.plans.front();
    const bool is_filled = std::any_of(best.items.begin(), best.items.end(),
                                       [&](const RecommendedItem& item) { return match->IsFilledBy(item.benefit); });
    filled += is_filled ? 1 : 0;
    EXPECT_FALSE(is_filled && match->modalities.empty());
    // The level is counted beside the rules of the model, and as one of them.
    const auto rules_filled =
        std::count_if(recommendation.slots.begin() + 1, recommendation.slots.end(), [&](const std::string& rule) {
          return std::any_of(best.items.begin(), best.items.end(), [&](const RecommendedItem& item) {
            const std::vector<RuleFactor>& factors = item.benefit.fit.rule_factors;
            return !item.benefit.needs.empty() && std::any_of(factors.begin(), factors.end(), [&](const auto& factor) {
              return factor.prefers && IdOf(factor.rule) == rule;
            });
          });
        });
    EXPECT_EQ(best.slots_filled, static_cast<int>(rules_filled) + (is_filled ? 1 : 0));
  }
  EXPECT_GT(with_level, 30U);
  EXPECT_GT(filled, 15U);
  EXPECT_EQ(strategies.size(), 3U);
}

}  // namespace
}  // namespace braid::ontology
