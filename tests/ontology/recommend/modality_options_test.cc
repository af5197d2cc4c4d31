// The modalities to work from, and those that a client should hear of though it takes a referral.

#include "ontology/recommend/modality_options.h"

#include <algorithm>
#include <map>
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

const Snapshot& Shipped() { return *ShippedOntology(); }

const ModalityOption* OptionOf(const Recommendation& answer, std::string_view id) {
  const auto at = std::find_if(answer.modalities.begin(), answer.modalities.end(),
                               [&](const ModalityOption& option) { return Shipped().id(option.modality) == id; });
  return at == answer.modalities.end() ? nullptr : &*at;
}

bool IsBy(const Recommendation& answer, std::string_view id, ModalityAccess access) {
  const ModalityOption* option = OptionOf(answer, id);
  return option != nullptr && option->access == access;
}

// Straight from the edges: whether a raised flag bars or defers `modality` or what it is a kind of.
bool IsVetoed(NodeIndex modality, const Client& client) {
  const auto relation = *Shipped().schema().FindRelation("contraindicated_by");
  for (const NodeIndex flag : WithAncestors(Shipped(), client.flags)) {
    const auto edge = Shipped().FindEdge(modality, relation, flag);
    if (!edge.has_value()) continue;
    for (const graph::Attribute& attribute : edge->attributes) {
      if (attribute.name == "caution" && std::get<std::string>(attribute.value) != "ADAPT") return true;
    }
  }
  return false;
}

int RankOf(const ModalityOption& option) {
  if (option.sessions > 0) return 0;
  return option.access == ModalityAccess::kReferral ? 2 : 1;
}

TEST(ModalityOptions, AreThePlansThenWhatIsWithinReachThenReferralsBestFirst) {
  std::size_t referrals = 0;
  for (std::uint32_t seed = 1; seed <= 120; ++seed) {
    SCOPED_TRACE(fmt::format("seed {}", seed));
    const ClientProfile profile = RandomProfile(seed);
    const Recommendation answer = RecommendTo(profile);
    std::map<NodeIndex, std::int64_t> taken;
    if (!answer.plans.empty()) {
      for (const RecommendedItem& item : answer.plans.front().items) taken[item.benefit.from] += item.sessions;
    }
    std::size_t of_rank[3] = {};
    for (const ModalityOption& option : answer.modalities) {
      const auto at = taken.find(option.modality);
      EXPECT_EQ(option.sessions, at == taken.end() ? 0 : at->second);
      EXPECT_NEAR(option.benefit, option.rate * option.fit.preference * option.fit.rules * option.fit.response, 1e-12);
      ++of_rank[RankOf(option)];
    }
    EXPECT_EQ(of_rank[0], taken.size()) << "none of the plan's is left out";
    EXPECT_LE(of_rank[1], 8U);
    EXPECT_LE(of_rank[2], 8U);
    referrals += of_rank[2];
    for (const ModalityOption& option : answer.modalities) {
      if (option.sessions == 0 && of_rank[0] > 0) {
        EXPECT_GE(option.benefit, answer.modalities.front().benefit - 0.02) << Shipped().id(option.modality);
      }
    }
    EXPECT_TRUE(std::is_sorted(answer.modalities.begin(), answer.modalities.end(),
                               [](const ModalityOption& a, const ModalityOption& b) {
                                 if (RankOf(a) != RankOf(b)) return RankOf(a) < RankOf(b);
                                 return a.sessions != b.sessions ? a.sessions > b.sessions : a.benefit > b.benefit;
                               }));
  }
  EXPECT_GT(referrals, 50U);
}

TEST(ModalityOptions, NeverNameWhatIsVetoedOrRefusedAndSayWhatTheTherapistLacks) {
  for (std::uint32_t seed = 1; seed <= 120; ++seed) {
    SCOPED_TRACE(fmt::format("seed {}", seed));
    const ClientProfile profile = RandomProfile(seed);
    const Client client = ReadShipped(profile);
    for (const ModalityOption& option : RecommendTo(profile).modalities) {
      SCOPED_TRACE(Shipped().id(option.modality));
      EXPECT_FALSE(IsVetoed(option.modality, client));
      for (const Client::Preference& preference : client.preferences) {
        EXPECT_FALSE(preference.node == option.modality && preference.attitude == Attitude::kRefused);
      }
      if (!client.therapist.has_value()) {
        EXPECT_EQ(option.access, ModalityAccess::kUnknown);
        continue;
      }
      const auto& mastered = client.therapist->modalities;
      const bool is_listed = std::find(mastered.begin(), mastered.end(), option.modality) != mastered.end();
      if (!is_listed) {
        EXPECT_EQ(option.access, ModalityAccess::kReferral);
      }
      EXPECT_EQ(option.access == ModalityAccess::kDeliverable, is_listed && option.missing_level == graph::kNoNode);
    }
  }
}

// Case 1, x2: nothing that the therapist cannot deliver without saying so.
TEST(ModalityOptions, ForLowMoodLeadWithWhatTheTherapistCanDeliver) {
  const Recommendation answer = RecommendTo(CaseProfile(1));
  ASSERT_FALSE(answer.modalities.empty());
  EXPECT_EQ(answer.modalities.front().access, ModalityAccess::kDeliverable);
  for (const char* lacked : {"modality:mbct", "modality:schema"}) {
    const ModalityOption* option = OptionOf(answer, lacked);
    EXPECT_TRUE(option == nullptr || option->access == ModalityAccess::kReferral) << lacked;
  }
}

// Case 3, m2.
TEST(ModalityOptions, ForTheSuicidalCrisisNameTheStructuredTreatments) {
  const Recommendation answer = RecommendTo(CaseProfile(3));
  EXPECT_TRUE(IsBy(answer, "modality:mbt", ModalityAccess::kDeliverable) ||
              IsBy(answer, "modality:dbt", ModalityAccess::kReferral));
  EXPECT_EQ(OptionOf(answer, "modality:psychoanalysis"), nullptr);
}

// Case 4, m1.
TEST(ModalityOptions, ForTraumaNameWhatIsDeliverableAndTheAlternativeByReferral) {
  const Recommendation answer = RecommendTo(CaseProfile(4));
  std::vector<std::string> all;
  for (const ModalityOption& option : answer.modalities) {
    all.push_back(fmt::format("{} {} sessions {:.3f}", Shipped().id(option.modality), option.sessions, option.benefit));
  }
  SCOPED_TRACE(fmt::format("{}", fmt::join(all, ", ")));
  EXPECT_TRUE(IsBy(answer, "modality:cpt", ModalityAccess::kDeliverable) ||
              IsBy(answer, "modality:emdr", ModalityAccess::kDeliverable));
  EXPECT_TRUE(IsBy(answer, "modality:pe", ModalityAccess::kReferral));
}

TEST(ModalityOptions, AMissingLevelIsNamed) {
  ClientProfile profile = CaseProfile(4);
  profile.therapist->training_level = "level:basic";
  const Recommendation answer = RecommendTo(profile);
  const ModalityOption* option = OptionOf(answer, "modality:emdr");
  ASSERT_NE(option, nullptr);
  EXPECT_EQ(option->access, ModalityAccess::kReferral);
  EXPECT_NE(option->missing_level, graph::kNoNode);
}

}  // namespace
}  // namespace braid::ontology
