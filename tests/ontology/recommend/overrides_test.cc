// What a therapist may decide against, and what the request itself forces in and out.

#include "ontology/recommend/overrides.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "fmt/format.h"
#include "graph/error.h"
#include "gtest/gtest.h"
#include "tests/ontology/recommend/clients.h"
#include "tests/ontology/shipped.h"

namespace braid::ontology {
namespace {

using graph::NodeIndex;
using graph::Snapshot;

const Snapshot& Shipped() { return *ShippedOntology(); }

NodeIndex At(std::string_view id) {
  const auto node = Shipped().Find(id);
  EXPECT_TRUE(node.has_value()) << id;
  return node.value_or(graph::kNoNode);
}

RecommendOptions Overriding(NodeIndex technique, std::optional<NodeIndex> acknowledged = {}) {
  RecommendOptions options;
  options.overrides = {{technique, "weighed with the client and in supervision", acknowledged, 0}};
  return options;
}

// That the status says so of `field`, and nothing of the client.
void ExpectRefused(const absl::StatusOr<Recommendation>& answer, const std::string& field,
                   const ClientProfile& profile) {
  ASSERT_FALSE(answer.ok());
  EXPECT_EQ(answer.status().code(), absl::StatusCode::kFailedPrecondition);
  const std::optional<graph::ErrorInfo> info = graph::ErrorInfoOf(answer.status());
  ASSERT_TRUE(info.has_value());
  EXPECT_EQ(info->violations[0].reason, graph::Reason::kPreconditionFailed);
  EXPECT_EQ(info->violations[0].field, field);
  const std::string& text = info->violations[0].description;
  std::vector<std::string> own = profile.flags;
  own.insert(own.end(), profile.concerns.begin(), profile.concerns.end());
  for (const std::string& id : own) {
    EXPECT_EQ(text.find(id), std::string::npos) << text;
    EXPECT_EQ(text.find(Shipped().PreferredLabel(At(id))), std::string::npos) << text;
  }
}

bool InEveryPlan(const Recommendation& answer, NodeIndex technique) {
  return std::all_of(answer.plans.begin(), answer.plans.end(), [&](const RecommendedPlan& plan) {
    return std::any_of(plan.items.begin(), plan.items.end(),
                       [&](const RecommendedItem& item) { return item.benefit.technique == technique; });
  });
}

// Every fifth exclusion of a random client: all of a hundred clients would take minutes.
TEST(Overrides, SetTheFirstExclusionAsideAsItsRuleSaysAndOnlyThat) {
  std::set<ExclusionReason> met;
  std::set<OverrideRule> rules;
  for (std::uint32_t seed = 1; seed <= 24; ++seed) {
    const ClientProfile profile = RandomProfile(seed);
    const std::vector<Exclusion> exclusions = RecommendTo(profile).exclusions;
    for (std::size_t i = seed % 5; i < exclusions.size(); i += 5) {
      const Exclusion& before = exclusions[i];
      SCOPED_TRACE(fmt::format("seed {}, {}, {}", seed, Shipped().id(before.technique), NameOf(before.reason)));
      met.insert(before.reason);
      rules.insert(before.override_rule);
      const auto unseen = AskFor(profile, Overriding(before.technique));
      if (before.override_rule == OverrideRule::kNever) {
        ExpectRefused(unseen, "overrides[0]", profile);
        ExpectRefused(AskFor(profile, Overriding(before.technique, before.cause)), "overrides[0]", profile);
        continue;
      }
      const bool must_see = before.override_rule == OverrideRule::kWithAcknowledgement;
      if (must_see) {
        ExpectRefused(unseen, "overrides[0]", profile);
        ExpectRefused(AskFor(profile, Overriding(before.technique, before.technique)), "overrides[0]", profile);
      }
      const auto answer = must_see ? AskFor(profile, Overriding(before.technique, before.cause)) : unseen;
      ASSERT_TRUE(answer.ok()) << answer.status();
      ASSERT_EQ(answer->overrides.size(), 1U);
      ASSERT_TRUE(answer->overrides[0].exclusion.has_value());
      EXPECT_EQ(answer->overrides[0].exclusion->reason, before.reason);
      EXPECT_EQ(answer->overrides[0].exclusion->cause, before.cause);
      EXPECT_EQ(answer->overrides[0].needs_acknowledgement(), must_see);
      if (const Exclusion* next = ExclusionOf(*answer, Shipped().id(before.technique)); next != nullptr) {
        EXPECT_GE(next->reason, before.reason) << "the next reason";
        EXPECT_FALSE(next->reason == before.reason && next->cause == before.cause);
      }
    }
  }
  EXPECT_EQ(rules.size(), 3U);
  EXPECT_GE(met.size(), 8U);
}

TEST(Overrides, RefusalAndKnownHarmAreNobodysToOverride) {
  ClientProfile profile = CaseProfile(1);
  profile.preferences = {{"technique:activity_scheduling", Attitude::kRefused}};
  ExpectRefused(AskFor(profile, Overriding(At("technique:activity_scheduling"), At("technique:activity_scheduling"))),
                "overrides[0]", profile);
  // A modality's refusal is no less one.
  profile.preferences = {{"modality:ba", Attitude::kRefused}, {"modality:cbt", Attitude::kRefused}};
  for (const Exclusion& exclusion : RecommendTo(profile).exclusions) {
    if (exclusion.reason != ExclusionReason::kRefused) continue;
    EXPECT_EQ(exclusion.override_rule, OverrideRule::kNever) << Shipped().id(exclusion.technique);
  }
  ExpectRefused(AskFor(profile, Overriding(At("technique:attack_confrontation"))), "overrides[0]", profile);
}

TEST(Overrides, WhatAFlagExcludesNeedsItsAcknowledgementAndWhatItDefersAReason) {
  ClientProfile profile;
  profile.flags_assessed = true;
  const auto rule_of = [&](const char* flag, std::string_view technique) {
    profile.flags = {flag};
    const Recommendation answer = RecommendTo(profile);
    const Exclusion* exclusion = ExclusionOf(answer, technique);
    if (exclusion == nullptr || !exclusion->caution.has_value()) return std::optional<OverrideRule>{};
    EXPECT_EQ(exclusion->override_rule == OverrideRule::kWithAcknowledgement,
              exclusion->caution->level == CautionLevel::kExclude);
    return std::optional(exclusion->override_rule);
  };
  EXPECT_EQ(rule_of("flag:cardiac_disease", "technique:hyperventilation_test"), OverrideRule::kWithAcknowledgement);
  EXPECT_EQ(rule_of("flag:acute_suicidality", "technique:imaginal_exposure"), OverrideRule::kWithReason);
}

TEST(Overrides, OfTwoFlagsTheOneThatWasAcknowledgedIsSetAside) {
  const ClientProfile profile = CaseProfile(2);  // heart and lungs
  const NodeIndex technique = At("technique:hyperventilation_test");
  const Recommendation before = RecommendTo(profile);
  const Exclusion* first = ExclusionOf(before, "technique:hyperventilation_test");
  ASSERT_NE(first, nullptr);
  const auto answer = AskFor(profile, Overriding(technique, first->cause));
  ASSERT_TRUE(answer.ok()) << answer.status();
  const Exclusion* next = ExclusionOf(*answer, "technique:hyperventilation_test");
  ASSERT_NE(next, nullptr) << "the other flag still bars it";
  EXPECT_NE(next->cause, first->cause);
}

TEST(Overrides, WhatIsOverriddenIsACandidateWithItsCautionAndIsNotForcedIn) {
  ClientProfile profile = CaseProfile(2);
  profile.flags = {"flag:cardiac_disease"};
  const Recommendation before = RecommendTo(profile);
  const Exclusion* exclusion = ExclusionOf(before, "technique:interoceptive_exposure");
  ASSERT_NE(exclusion, nullptr);
  // The flag, then the rules about it: each asks for an override of its own.
  const NodeIndex technique = exclusion->technique, flag = exclusion->cause;
  RecommendOptions options = Overriding(technique, flag);
  Recommendation answer = RecommendTo(profile, options);
  for (int rounds = 0; rounds < 5; ++rounds) {
    const Exclusion* next = ExclusionOf(answer, "technique:interoceptive_exposure");
    if (next == nullptr) break;
    EXPECT_EQ(next->reason, ExclusionReason::kRule) << next->because;
    options.overrides.push_back({technique, "as before", next->cause, options.overrides.size()});
    answer = RecommendTo(profile, options);
  }
  ASSERT_EQ(ExclusionOf(answer, "technique:interoceptive_exposure"), nullptr);
  EXPECT_GE(options.overrides.size(), 2U);
  EXPECT_EQ(answer.overrides.size(), options.overrides.size());
  std::reverse(options.overrides.begin(), options.overrides.end());
  EXPECT_EQ(ExclusionOf(RecommendTo(profile, options), "technique:interoceptive_exposure"), nullptr)
      << "in whatever order they are given";

  options.forced_in = {technique};
  const auto forced = AskFor(profile, options);
  ASSERT_TRUE(forced.ok()) << forced.status();
  ASSERT_FALSE(forced->plans.empty());
  EXPECT_TRUE(InEveryPlan(*forced, technique));
  for (const RecommendedItem& item : forced->plans.front().items) {
    if (item.benefit.technique != technique) continue;
    EXPECT_TRUE(std::any_of(item.adaptations.begin(), item.adaptations.end(), [&](const FlagCaution& caution) {
      return caution.flag == flag;
    })) << "what was set aside is still to be minded";
  }
}

TEST(Overrides, OfWhatNothingExcludesAreKeptAndChangeNothing) {
  const ClientProfile profile = CaseProfile(1);
  const Recommendation before = RecommendTo(profile);
  ASSERT_FALSE(before.plans.empty());
  const auto answer = AskFor(profile, Overriding(before.plans.front().items.front().benefit.technique));
  ASSERT_TRUE(answer.ok()) << answer.status();
  ASSERT_EQ(answer->overrides.size(), 1U);
  EXPECT_FALSE(answer->overrides[0].exclusion.has_value());
  EXPECT_EQ(IdsOf(answer->plans.front()), IdsOf(before.plans.front()));
}

TEST(Overrides, ErrorsNameThePlaceInTheRequest) {
  ClientProfile profile = CaseProfile(1);
  RecommendOptions options = Overriding(At("technique:attack_confrontation"));
  options.overrides[0].place = 7;
  ExpectRefused(AskFor(profile, options), "overrides[7]", profile);
}

// --- Forced in and out.

TEST(Forced, InIsInEveryPlanAndOutInNone) {
  std::size_t tried = 0;
  for (std::uint32_t seed = 1; seed <= 60; ++seed) {
    SCOPED_TRACE(fmt::format("seed {}", seed));
    const ClientProfile profile = RandomProfile(seed);
    const Recommendation before = RecommendTo(profile);
    if (before.plans.empty() || before.plans.back().items.empty()) continue;
    const NodeIndex technique = before.plans.back().items.back().benefit.technique;
    RecommendOptions in, out;
    in.forced_in = {technique};
    out.forced_out = {technique};
    const auto with = AskFor(profile, in);
    ASSERT_TRUE(with.ok()) << with.status();
    ASSERT_FALSE(with->plans.empty());
    EXPECT_TRUE(InEveryPlan(*with, technique));
    EXPECT_LE(with->plans.front().parts.value, before.plans.front().parts.value + 1e-9);

    const auto without = AskFor(profile, out);
    ASSERT_TRUE(without.ok()) << without.status();
    const std::string id(Shipped().id(technique));
    for (const RecommendedPlan& plan : without->plans) {
      const std::vector<std::string> ids = IdsOf(plan);
      EXPECT_EQ(std::find(ids.begin(), ids.end(), id), ids.end());
    }
    ASSERT_NE(ExclusionOf(*without, id), nullptr);
    EXPECT_EQ(ExclusionOf(*without, id)->reason, ExclusionReason::kForcedOut);
    ++tried;
  }
  EXPECT_GT(tried, 20U);
}

TEST(Forced, InCannotBeWhatIsExcludedNorWhatIsForcedOut) {
  const ClientProfile profile = CaseProfile(2);
  RecommendOptions options;
  options.forced_in = {At("technique:graded_in_vivo_exposure"), At("technique:hyperventilation_test")};
  ExpectRefused(AskFor(profile, options), "forced_in_ids[1]", profile);
  options.forced_in.pop_back();
  EXPECT_TRUE(AskFor(profile, options).ok());
  options.forced_out = options.forced_in;
  ExpectRefused(AskFor(profile, options), "forced_in_ids[0]", profile);
}

TEST(Forced, OutDoesNotSilenceTheRelationshipOrSafety) {
  for (const int number : {3, 6}) {
    const ClientProfile profile = CaseProfile(number);
    const Recommendation before = RecommendTo(profile);
    RecommendOptions options;
    for (const std::string& id : SafetyIds(before)) options.forced_out.push_back(At(id));
    for (const std::string& id : RelationshipIds(before)) options.forced_out.push_back(At(id));
    const Recommendation answer = RecommendTo(profile, options);
    EXPECT_FALSE(RelationshipIds(answer).empty());
    EXPECT_EQ(SafetyIds(answer), SafetyIds(before));
    EXPECT_EQ(RelationshipIds(answer), RelationshipIds(before));
  }
}

TEST(Forced, InMayAlreadyStandBeforeThePlan) {
  RecommendOptions options;
  options.forced_in = {At("technique:progress_feedback")};
  const auto answer = AskFor(CaseProfile(1), options);
  ASSERT_TRUE(answer.ok()) << answer.status();
  EXPECT_FALSE(answer->plans.empty());
}

}  // namespace
}  // namespace braid::ontology
