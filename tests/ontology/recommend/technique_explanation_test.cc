// Why, why not and what would change it: each answer against asking again with that one thing changed.

#include "ontology/recommend/technique_explanation.h"

#include <algorithm>
#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "fmt/format.h"
#include "graph/error.h"
#include "gtest/gtest.h"
#include "ontology/lookup.h"
#include "tests/ontology/recommend/clients.h"
#include "tests/ontology/shipped.h"

namespace braid::ontology {
namespace {

using graph::NodeIndex;
using graph::Snapshot;
using Finding = TechniqueChange::Finding;
using Parameter = TechniqueChange::Parameter;

const Snapshot& Shipped() { return *ShippedOntology(); }

std::string IdOf(NodeIndex node) { return std::string(Shipped().id(node)); }

absl::StatusOr<TechniqueExplanation> TryExplain(const ClientProfile& profile, std::string_view id,
                                                const RecommendOptions& options = {}) {
  graph::Budget budget;
  return Explain(ShippedRecommender(), ReadShipped(profile), options, Shipped().Find(id).value(), budget);
}

TechniqueExplanation ExplainTo(const ClientProfile& profile, std::string_view id,
                               const RecommendOptions& options = {}) {
  auto explanation = TryExplain(profile, id, options);
  EXPECT_TRUE(explanation.ok()) << explanation.status();
  return explanation.ok() ? *std::move(explanation) : TechniqueExplanation{};
}

bool IsInBest(const Recommendation& answer, std::string_view id) {
  if (answer.plans.empty()) return false;
  const std::vector<std::string> ids = IdsOf(answer.plans.front());
  return std::find(ids.begin(), ids.end(), id) != ids.end();
}

std::vector<std::string> IdsOf(const std::vector<NodeIndex>& nodes) {
  std::vector<std::string> ids;
  for (const NodeIndex node : nodes) ids.push_back(IdOf(node));
  return ids;
}

const TechniqueChange* ChangeOf(const TechniqueExplanation& explanation, Parameter parameter) {
  const auto at = std::find_if(explanation.changes.begin(), explanation.changes.end(),
                               [&](const TechniqueChange& change) { return change.parameter == parameter; });
  return at == explanation.changes.end() ? nullptr : &*at;
}

// A therapist for anything, no rule about sessions: what differs is the plan alone.
ClientProfile PlainProfile(std::uint32_t seed) {
  ClientProfile profile = RandomProfile(seed);
  profile.mode = IntegrationMode::kResponsive;
  profile.model.reset();
  if (profile.needs.empty()) profile.needs.push_back({"process:rumination"});
  return profile;
}

// Techniques that are candidates and not in the best plan: of the other plans.
std::vector<std::string> RunnersUp(const Recommendation& answer) {
  std::vector<std::string> ids;
  for (const RecommendedPlan& plan : answer.plans) {
    for (const std::string& id : IdsOf(plan)) {
      if (!IsInBest(answer, id) && std::find(ids.begin(), ids.end(), id) == ids.end()) ids.push_back(id);
    }
  }
  return ids;
}

TEST(TechniqueExplanation, StandsWhereTheRecommendationPutsIt) {
  std::map<TechniqueStanding, std::size_t> met;
  for (std::uint32_t seed = 1; seed <= 12; ++seed) {
    const ClientProfile profile = RandomProfile(seed);
    const Recommendation answer = RecommendTo(profile);
    std::vector<std::string> ids;
    for (const std::string& id : AllIds(answer)) ids.push_back(id);
    for (std::size_t i = 0; i < answer.exclusions.size(); i += 9) ids.push_back(IdOf(answer.exclusions[i].technique));
    for (const std::string& id : ids) {
      SCOPED_TRACE(fmt::format("seed {}, {}", seed, id));
      const TechniqueExplanation explanation = ExplainTo(profile, id);
      ++met[explanation.standing];
      const Exclusion* exclusion = ExclusionOf(answer, id);
      EXPECT_EQ(explanation.standing == TechniqueStanding::kExcluded, exclusion != nullptr);
      EXPECT_EQ(explanation.standing == TechniqueStanding::kChosen, IsInBest(answer, id));
      EXPECT_EQ(explanation.item.has_value(), exclusion == nullptr);
      if (exclusion != nullptr) {
        EXPECT_EQ(explanation.exclusion->reason, exclusion->reason);
        EXPECT_EQ(explanation.exclusion->cause, exclusion->cause);
      }
      const std::vector<std::string> relationship = RelationshipIds(answer);
      if (std::find(relationship.begin(), relationship.end(), id) != relationship.end()) {
        EXPECT_TRUE(explanation.standing == TechniqueStanding::kRelationship ||
                    explanation.standing == TechniqueStanding::kSafety);
      }
    }
  }
  for (const TechniqueStanding standing : {TechniqueStanding::kRelationship, TechniqueStanding::kChosen,
                                           TechniqueStanding::kExcluded, TechniqueStanding::kEquallyGood}) {
    EXPECT_GT(met[standing], 0U) << static_cast<int>(standing);
  }
}

TEST(TechniqueExplanation, TheLossIsThatOfForcingItIn) {
  std::size_t tried = 0;
  for (std::uint32_t seed = 1; seed <= 25; ++seed) {
    const ClientProfile profile = PlainProfile(seed);
    const Recommendation answer = RecommendTo(profile);
    for (const std::string& id : RunnersUp(answer)) {
      SCOPED_TRACE(fmt::format("seed {}, {}", seed, id));
      RecommendOptions options;
      options.forced_in = {*Shipped().Find(id)};
      const Recommendation with = RecommendTo(profile, options);
      const TechniqueExplanation explanation = ExplainTo(profile, id);
      ASSERT_TRUE(explanation.plan_with.has_value());
      EXPECT_EQ(IdsOf(*explanation.plan_with), IdsOf(with.plans.front()));
      EXPECT_NEAR(explanation.loss, answer.plans.front().parts.value - with.plans.front().parts.value, 1e-9);
      EXPECT_EQ(explanation.slots_lost, answer.plans.front().slots_filled - with.plans.front().slots_filled);
      EXPECT_EQ(explanation.standing == TechniqueStanding::kEquallyGood,
                explanation.slots_lost == 0 && explanation.loss <= 0.02 + 1e-9);
      const std::vector<std::string> now = IdsOf(answer.plans.front()), then = IdsOf(with.plans.front());
      for (const std::string& gone : IdsOf(explanation.displaced)) {
        EXPECT_NE(std::find(now.begin(), now.end(), gone), now.end());
        EXPECT_EQ(std::find(then.begin(), then.end(), gone), then.end());
      }
      ++tried;
    }
  }
  EXPECT_GT(tried, 30U);
}

TEST(TechniqueExplanation, BeyondTheWeightItIsInThePlanAndBeforeItIsNot) {
  std::size_t found = 0;
  for (std::uint32_t seed = 1; seed <= 16; ++seed) {
    const ClientProfile profile = PlainProfile(seed);
    const Recommendation answer = RecommendTo(profile);
    for (const std::string& id : RunnersUp(answer)) {
      for (const TechniqueChange& change : ExplainTo(profile, id).changes) {
        if (change.parameter != Parameter::kNeedWeight || change.finding != Finding::kFound) continue;
        SCOPED_TRACE(fmt::format("seed {}, {}, {}", seed, id, IdOf(change.need)));
        const auto is_in_at = [&](double weight) {
          ClientProfile other = profile;
          for (auto& need : other.needs) {
            if (need.node == IdOf(change.need)) need.weight = weight;
          }
          return IsInBest(RecommendTo(other), id);
        };
        const double outward = *change.threshold > *change.now ? 1e-4 : -1e-4;
        EXPECT_FALSE(is_in_at(*change.now));
        if (*change.threshold + outward <= 0) continue;  // a weight of 0 is none
        EXPECT_TRUE(is_in_at(*change.threshold + outward));
        EXPECT_FALSE(is_in_at(*change.threshold - outward));
        ++found;
      }
    }
  }
  EXPECT_GT(found, 10U);
}

TEST(TechniqueExplanation, TheFewestSessionsAreThoseThatAskingAgainFinds) {
  std::size_t found = 0;
  for (std::uint32_t seed = 1; seed <= 20; ++seed) {
    ClientProfile profile = PlainProfile(seed);
    profile.sessions.available = 5;
    for (const std::string& id : RunnersUp(RecommendTo(profile))) {
      SCOPED_TRACE(fmt::format("seed {}, {}", seed, id));
      const TechniqueExplanation explanation = ExplainTo(profile, id);
      const TechniqueChange* change = ChangeOf(explanation, Parameter::kSessions);
      ASSERT_NE(change, nullptr);
      EXPECT_EQ(change->now, 5);
      if (change->finding == Finding::kUndecided) continue;
      const auto is_in_at = [&](int sessions) {
        ClientProfile other = profile;
        other.sessions.available = sessions;
        return IsInBest(RecommendTo(other), id);
      };
      const int last = change->finding == Finding::kFound ? static_cast<int>(*change->threshold) : 30;
      for (int sessions = 6; sessions < last; ++sessions) EXPECT_FALSE(is_in_at(sessions)) << sessions;
      if (change->finding != Finding::kFound) continue;
      EXPECT_TRUE(is_in_at(last));
      ++found;
    }
  }
  EXPECT_GT(found, 5U);
}

TEST(TechniqueExplanation, TheFewestTechniquesAreThoseThatAskingAgainFinds) {
  std::size_t found = 0;
  for (std::uint32_t seed = 1; seed <= 20; ++seed) {
    const ClientProfile profile = PlainProfile(seed);
    RecommendOptions options;
    options.max_techniques = 2;
    for (const std::string& id : RunnersUp(RecommendTo(profile, options))) {
      SCOPED_TRACE(fmt::format("seed {}, {}", seed, id));
      const TechniqueExplanation explanation = ExplainTo(profile, id, options);
      const TechniqueChange* change = ChangeOf(explanation, Parameter::kItems);
      ASSERT_NE(change, nullptr);
      EXPECT_EQ(change->now, 2);
      if (change->finding != Finding::kFound) continue;
      for (std::size_t items = 3; items <= static_cast<std::size_t>(*change->threshold); ++items) {
        RecommendOptions more;
        more.max_techniques = items;
        EXPECT_EQ(IsInBest(RecommendTo(profile, more), id), static_cast<double>(items) == change->threshold) << items;
      }
      ++found;
    }
  }
  EXPECT_GT(found, 5U);
}

TEST(TechniqueExplanation, OneMoreCompetenceIsWhatAskingAgainFinds) {
  const auto belongs_to = *Shipped().schema().FindRelation("originates_in");
  std::size_t found = 0, looked_at = 0;
  for (const int number : {1, 2, 4, 6}) {
    const ClientProfile profile = CaseProfile(number);
    for (const Exclusion& exclusion : RecommendTo(profile).exclusions) {
      if (exclusion.reason != ExclusionReason::kCompetence) continue;
      const std::string id = IdOf(exclusion.technique);
      SCOPED_TRACE(fmt::format("case {}, {}", number, id));
      const TechniqueExplanation explanation = ExplainTo(profile, id);
      EXPECT_EQ(explanation.changes.size(), Shipped().out(exclusion.technique, belongs_to).size());
      for (const TechniqueChange& change : explanation.changes) {
        ASSERT_EQ(change.parameter, Parameter::kCompetence);
        ClientProfile other = profile;
        other.therapist->modalities.push_back(IdOf(change.node));
        const Recommendation then = RecommendTo(other);
        EXPECT_EQ(change.finding == Finding::kFound, IsInBest(then, id));
        if (change.finding == Finding::kFound) {
          EXPECT_EQ(IdsOf(change.techniques), IdsOf(then.plans.front()));
          ++found;
        }
        ++looked_at;
      }
    }
  }
  EXPECT_GT(looked_at, 20U);
  EXPECT_GT(found, 0U);
}

TEST(TechniqueExplanation, WhatIsDislikedMayComeInWhereItIsNotAnyMore) {
  std::size_t found = 0, looked_at = 0;
  for (std::uint32_t seed = 1; seed <= 30; ++seed) {
    ClientProfile profile = PlainProfile(seed);
    profile.preferences.clear();
    const Recommendation liked = RecommendTo(profile);
    if (liked.plans.empty()) continue;
    for (const std::string& id : IdsOf(liked.plans.front())) {
      ClientProfile other = profile;
      other.preferences = {{id, Attitude::kDisliked}};
      if (IsInBest(RecommendTo(other), id)) continue;
      SCOPED_TRACE(fmt::format("seed {}, {}", seed, id));
      const TechniqueExplanation explanation = ExplainTo(other, id);
      const TechniqueChange* change = ChangeOf(explanation, Parameter::kPreference);
      ASSERT_NE(change, nullptr);
      EXPECT_EQ(IdOf(change->node), id);
      EXPECT_EQ(change->finding, Finding::kFound);
      EXPECT_EQ(IdsOf(change->techniques), IdsOf(liked.plans.front()));
      found += change->finding == Finding::kFound ? 1 : 0;
      ++looked_at;
    }
  }
  EXPECT_GT(looked_at, 5U);
  EXPECT_EQ(found, looked_at);
}

TEST(TechniqueExplanation, MoreBenefitForItsLargestNeedIsSought) {
  const ClientProfile profile = CaseProfile(1);
  const Recommendation answer = RecommendTo(profile);
  for (const std::string& id : RunnersUp(answer)) {
    SCOPED_TRACE(id);
    const TechniqueExplanation explanation = ExplainTo(profile, id);
    const TechniqueChange* change = ChangeOf(explanation, Parameter::kBenefit);
    ASSERT_NE(change, nullptr);
    double largest = 0;
    for (const NeedBenefit& need : explanation.item->benefit.needs) largest = std::max(largest, need.benefit);
    EXPECT_EQ(change->now, largest);
    if (change->finding == Finding::kFound) {
      EXPECT_GT(*change->threshold, largest) << "less of it brings nothing in";
    }
  }
}

TEST(TechniqueExplanation, FailsAsRecommendAndOnWhatIsNoTechnique) {
  RecommendOptions options;
  options.max_techniques = 0;
  EXPECT_EQ(TryExplain(CaseProfile(1), "technique:graded_in_vivo_exposure", options).status().code(),
            absl::StatusCode::kInvalidArgument);
  const auto refused = TryExplain(CaseProfile(1), "modality:cbt");
  EXPECT_EQ(refused.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(graph::ErrorInfoOf(refused.status())->violations[0].field, "technique_id");
}

TEST(TechniqueExplanation, WithoutNeedsThereIsNoPlanToBeIn) {
  const TechniqueExplanation explanation = ExplainTo({}, "technique:thought_record");
  EXPECT_EQ(explanation.standing, TechniqueStanding::kNoPlan);
  EXPECT_TRUE(explanation.changes.empty());
}

TEST(TechniqueExplanation, SaysWhatCutIt) {
  graph::Budget budget(1, {});
  const ClientProfile profile = CaseProfile(1);
  const std::vector<std::string> others = RunnersUp(RecommendTo(profile));
  ASSERT_FALSE(others.empty());
  const auto explanation =
      Explain(ShippedRecommender(), ReadShipped(profile), {}, *Shipped().Find(others.front()), budget);
  ASSERT_TRUE(explanation.ok()) << explanation.status();
  EXPECT_EQ(explanation->stopped_by, graph::Limit::kWork);
  for (const TechniqueChange& change : explanation->changes) EXPECT_EQ(change.finding, Finding::kUndecided);
}

}  // namespace
}  // namespace braid::ontology
