#include "ontology/recommend/plan_modes.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "fmt/format.h"
#include "graph/budget.h"
#include "gtest/gtest.h"
#include "ontology/policy.h"
#include "tests/ontology/recommend/clients.h"
#include "tests/ontology/shipped.h"

namespace braid::ontology {
namespace {

using graph::NodeIndex;
using graph::Snapshot;

const Snapshot& Shipped() { return *ShippedOntology(); }

std::vector<NodeIndex> Out(NodeIndex node, std::string_view relation) {
  std::vector<NodeIndex> nodes;
  for (const graph::Arc& arc : Shipped().out(node, *Shipped().schema().FindRelation(relation))) {
    nodes.push_back(arc.node);
  }
  return nodes;
}

std::vector<NodeIndex> TheoriesOf(const RecommendedItem& item) {
  std::vector<NodeIndex> theories = Out(item.benefit.technique, "grounded_in");
  return theories.empty() ? Out(item.benefit.from, "grounded_in") : theories;
}

bool Linked(std::string_view relation, NodeIndex a, NodeIndex b) {
  const auto index = *Shipped().schema().FindRelation(relation);
  return Shipped().FindEdge(a, index, b).has_value() || Shipped().FindEdge(b, index, a).has_value();
}

ClientProfile InMode(std::uint32_t seed, IntegrationMode mode) {
  ClientProfile profile = RandomProfile(seed);
  profile.mode = mode;
  profile.model.reset();
  if (profile.therapist.has_value()) profile.therapist->home_modality.reset();
  return profile;
}

TEST(PlanModes, AnEclecticPlanIsWorthNoLessThanAResponsiveOne) {
  for (std::uint32_t seed = 1; seed <= 40; ++seed) {
    SCOPED_TRACE(fmt::format("seed {}", seed));
    const Recommendation responsive = RecommendTo(InMode(seed, IntegrationMode::kResponsive));
    const Recommendation eclectic = RecommendTo(InMode(seed, IntegrationMode::kTechnicalEclecticism));
    if (responsive.plans.empty()) continue;
    ASSERT_FALSE(eclectic.plans.empty());
    EXPECT_GE(eclectic.plans.front().parts.value, responsive.plans.front().parts.value);
  }
}

TEST(PlanModes, TheoriesOfAnIntegratedPlanDoNotContradictEachOther) {
  std::size_t pairs = 0;
  for (std::uint32_t seed = 1; seed <= 40; ++seed) {
    SCOPED_TRACE(fmt::format("seed {}", seed));
    for (const RecommendedPlan& plan : RecommendTo(InMode(seed, IntegrationMode::kTheoreticalIntegration)).plans) {
      for (const RecommendedItem& a : plan.items) {
        for (const RecommendedItem& b : plan.items) {
          for (const NodeIndex theory : TheoriesOf(a)) {
            for (const NodeIndex other : TheoriesOf(b)) {
              pairs += theory == other ? 0 : 1;
              EXPECT_FALSE(Linked("conflicts_with", theory, other))
                  << Shipped().id(theory) << " and " << Shipped().id(other);
            }
          }
        }
      }
    }
  }
  EXPECT_GT(pairs, 20U);
}

TEST(PlanModes, ModalitiesThatConflictAreNotMixedUnlessTheirTheoriesAreBridged) {
  for (std::uint32_t seed = 1; seed <= 60; ++seed) {
    SCOPED_TRACE(fmt::format("seed {}", seed));
    for (const RecommendedPlan& plan : RecommendTo(InMode(seed, IntegrationMode::kTechnicalEclecticism)).plans) {
      for (const RecommendedItem& a : plan.items) {
        for (const RecommendedItem& b : plan.items) {
          if (!Linked("conflicts_with", a.benefit.from, b.benefit.from)) continue;
          bool are_bridged = false;
          for (const NodeIndex theory : Out(a.benefit.from, "grounded_in")) {
            for (const NodeIndex other : Out(b.benefit.from, "grounded_in")) {
              are_bridged = are_bridged || Linked("bridges", theory, other);
            }
          }
          EXPECT_TRUE(are_bridged) << Shipped().id(a.benefit.from) << " and " << Shipped().id(b.benefit.from);
        }
      }
    }
  }
}

// CPT and EMDR are both within reach of the nurse's therapist, in every mode, and each has something for her.
TEST(PlanModes, APlanTakesFromOneOfTwoAlternativePackages) {
  const NodeIndex cpt = *Shipped().Find("modality:cpt"), emdr = *Shipped().Find("modality:emdr");
  ASSERT_TRUE(Linked("alternative_to", cpt, emdr));
  std::set<NodeIndex> taken;
  std::size_t infeasible = 0;
  for (const auto mode : {IntegrationMode::kResponsive, IntegrationMode::kTechnicalEclecticism,
                          IntegrationMode::kTheoreticalIntegration, IntegrationMode::kAssimilative}) {
    SCOPED_TRACE(fmt::format("mode {}", static_cast<int>(mode)));
    ClientProfile profile = CaseProfile(4);
    profile.mode = mode;
    if (mode == IntegrationMode::kAssimilative) profile.therapist->home_modality = "modality:cbt";
    for (const char* first : {"technique:stuck_point_modules", "technique:bilateral_stimulation"}) {
      RecommendOptions options;
      options.forced_in = {*Shipped().Find(first)};
      const absl::StatusOr<Recommendation> recommendation = AskFor(profile, options);
      if (!recommendation.ok()) continue;  // the mode has no place for it
      for (const RecommendedPlan& plan : recommendation->plans) {
        std::set<NodeIndex> from;
        for (const RecommendedItem& item : plan.items) from.insert(item.benefit.from);
        EXPECT_FALSE(from.contains(cpt) && from.contains(emdr));
        taken.insert(from.begin(), from.end());
      }
    }
    // Both at once is no plan.
    RecommendOptions both;
    both.forced_in = {*Shipped().Find("technique:stuck_point_modules"),
                      *Shipped().Find("technique:bilateral_stimulation")};
    const absl::StatusOr<Recommendation> none = AskFor(profile, both);
    if (!none.ok()) continue;
    EXPECT_EQ(none->outcome, PlanOutcome::kInfeasible);
    ++infeasible;
  }
  EXPECT_GE(infeasible, 2U);
  EXPECT_TRUE(taken.contains(cpt));
  EXPECT_TRUE(taken.contains(emdr));
}

// What counts is where a technique is taken from, not who else lists it.
TEST(PlanModes, WhatIsTakenFromAThirdModalityGoesWithEitherPackage) {
  const NodeIndex restructuring = *Shipped().Find("technique:cognitive_restructuring");
  const NodeIndex cpt = *Shipped().Find("modality:cpt"), cbt = *Shipped().Find("modality:cbt");
  const auto originates_in = *Shipped().schema().FindRelation("originates_in");
  ASSERT_TRUE(Shipped().FindEdge(restructuring, originates_in, cpt).has_value());
  RecommendOptions with_emdr;
  with_emdr.forced_in = {restructuring, *Shipped().Find("technique:bilateral_stimulation")};
  ClientProfile profile = CaseProfile(4);
  profile.needs.push_back({"process:cognitive_distortion"});
  const Recommendation recommendation = RecommendTo(profile, with_emdr);
  ASSERT_FALSE(recommendation.plans.empty());
  const std::vector<RecommendedItem>& items = recommendation.plans.front().items;
  const auto item = std::find_if(items.begin(), items.end(),
                                 [&](const RecommendedItem& each) { return each.benefit.technique == restructuring; });
  ASSERT_NE(item, items.end());
  EXPECT_EQ(item->benefit.from, cbt);
  // A therapist without CBT would take it from CPT.
  profile.therapist->modalities = {"modality:cpt", "modality:emdr"};
  EXPECT_EQ(RecommendTo(profile, with_emdr).outcome, PlanOutcome::kInfeasible);
}

TEST(PlanModes, ABridgeRunsFromATheoryOfTheImportToOneOfTheHomeAndCostsWhatItsEdgesSay) {
  ClientProfile profile = CaseProfile(1);
  profile.mode = IntegrationMode::kAssimilative;
  profile.therapist->modalities = {"modality:ba", "modality:mi", "modality:cbt", "modality:act",
                                   "modality:integrative"};
  profile.therapist->training_level = "level:advanced";
  std::size_t bridged = 0;
  for (const std::string& home : profile.therapist->modalities) {
    SCOPED_TRACE(home);
    profile.therapist->home_modality = home;
    for (const RecommendedPlan& plan : RecommendTo(profile).plans) {
      for (const RecommendedItem& item : plan.items) {
        if (!item.bridge.has_value()) continue;
        ++bridged;
        const std::vector<NodeIndex>& theories = item.bridge->theories;
        const std::vector<NodeIndex> own = TheoriesOf(item), of_home = Out(*Shipped().Find(home), "grounded_in");
        EXPECT_NE(std::find(own.begin(), own.end(), theories.front()), own.end());
        EXPECT_NE(std::find(of_home.begin(), of_home.end(), theories.back()), of_home.end());
        EXPECT_LE(theories.size(), 3U);
        for (std::size_t i = 1; i < theories.size(); ++i) {
          EXPECT_TRUE(Linked("bridges", theories[i - 1], theories[i]) ||
                      Linked("compatible_with", theories[i - 1], theories[i]));
        }
        EXPECT_TRUE(theories.size() > 1 || item.bridge->plausibility == 1);
      }
    }
  }
  EXPECT_GT(bridged, 0U);
}

TEST(PlanModes, AnImportWhoseBridgeIsTooWeakStaysOut) {
  Policy strict = *PolicyOf(Shipped());
  strict.plans.modes.least_bridge_plausibility = 1;
  const auto recommender = Recommender::Create(ShippedOntology(), std::make_shared<const Policy>(strict));
  ASSERT_TRUE(recommender.ok()) << recommender.status();
  ClientProfile profile = CaseProfile(1);
  profile.mode = IntegrationMode::kAssimilative;
  profile.therapist->home_modality = "modality:cbt";
  std::size_t kept_out = 0;
  graph::Budget budget;
  const auto recommendation = recommender->Recommend(ReadShipped(profile), {}, budget);
  ASSERT_TRUE(recommendation.ok()) << recommendation.status();
  for (const Exclusion& exclusion : recommendation->exclusions) {
    kept_out += exclusion.reason == ExclusionReason::kMode ? 1 : 0;
  }
  std::size_t kept_out_by_default = 0;
  for (const Exclusion& exclusion : RecommendTo(profile).exclusions) {
    kept_out_by_default += exclusion.reason == ExclusionReason::kMode ? 1 : 0;
  }
  EXPECT_GT(kept_out, kept_out_by_default);
}

}  // namespace
}  // namespace braid::ontology
