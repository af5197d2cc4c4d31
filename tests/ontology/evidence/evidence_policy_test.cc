// The policy of evidence: what is shipped, and what is refused.

#include "ontology/evidence/evidence_policy.h"

#include <fstream>
#include <iterator>
#include <string>
#include <utility>

#include "graph/error.h"
#include "gtest/gtest.h"
#include "ontology/policy.h"

namespace braid::ontology {
namespace {

using graph::Reason;

std::string ShippedText() {
  std::ifstream in(std::string(BRAID_SOURCE_DIR) + "/ontology/policy.textproto", std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

TEST(EvidencePolicy, ShippedNumbersAreTheDefaults) {
  const EvidencePolicy shipped = ParsePolicy(ShippedText())->evidence;
  const EvidencePolicy defaults;
  EXPECT_EQ(shipped.pooling.outcome_correlation, defaults.pooling.outcome_correlation);
  EXPECT_EQ(shipped.pooling.full_model_min_studies, defaults.pooling.full_model_min_studies);
  EXPECT_EQ(shipped.pooling.tau_squared_floor, defaults.pooling.tau_squared_floor);
  EXPECT_EQ(shipped.pooling.default_tau_squared, defaults.pooling.default_tau_squared);
  EXPECT_EQ(shipped.pooling.half_life_years, defaults.pooling.half_life_years);
  EXPECT_EQ(shipped.ladder.mixed_inactive_factor, defaults.ladder.mixed_inactive_factor);
  EXPECT_EQ(shipped.ladder.waitlist_factor, defaults.ladder.waitlist_factor);
  EXPECT_EQ(shipped.imputation.study_count, defaults.imputation.study_count);
  EXPECT_EQ(shipped.imputation.participants_per_study, defaults.imputation.participants_per_study);
  EXPECT_EQ(shipped.certainty.high_risk_share_serious, defaults.certainty.high_risk_share_serious);
  EXPECT_EQ(shipped.certainty.high_risk_share_very_serious, defaults.certainty.high_risk_share_very_serious);
  EXPECT_EQ(shipped.certainty.i_squared_serious, defaults.certainty.i_squared_serious);
  EXPECT_EQ(shipped.certainty.i_squared_very_serious, defaults.certainty.i_squared_very_serious);
  EXPECT_EQ(shipped.certainty.worthwhile_effect, defaults.certainty.worthwhile_effect);
  EXPECT_EQ(shipped.certainty.large_effect, defaults.certainty.large_effect);
  EXPECT_EQ(shipped.certainty.optimal_participants, defaults.certainty.optimal_participants);
  EXPECT_EQ(shipped.certainty.egger_min_studies, defaults.certainty.egger_min_studies);
  EXPECT_EQ(shipped.certainty.egger_p, defaults.certainty.egger_p);
  EXPECT_EQ(shipped.certainty.max_indirectness_steps, defaults.certainty.max_indirectness_steps);
  EXPECT_EQ(shipped.shrinkage.modality_prior_sd, defaults.shrinkage.modality_prior_sd);
  EXPECT_EQ(shipped.shrinkage.component_share, defaults.shrinkage.component_share);
  EXPECT_EQ(shipped.shrinkage.component_sd, defaults.shrinkage.component_sd);
  EXPECT_EQ(shipped.benefit.cautious_quantile, defaults.benefit.cautious_quantile);
  EXPECT_EQ(shipped.benefit.rationale_only_rate, defaults.benefit.rationale_only_rate);
  EXPECT_EQ(shipped.benefit.concern_group_factor, defaults.benefit.concern_group_factor);
  EXPECT_EQ(shipped.rounding.coarse_above_sd, defaults.rounding.coarse_above_sd);
  EXPECT_EQ(shipped.rounding.rate_step, defaults.rounding.rate_step);
  EXPECT_FALSE(shipped.comparators.empty());
}

// The shipped text with one thing in it exchanged, and the field that must be named.
struct BadEvidence {
  const char* from;
  const char* to;
  Reason reason;
  const char* field;
};

TEST(EvidencePolicy, RefusesWhatIsOutOfRangeByItsField) {
  const BadEvidence cases[] = {
      {"outcome_correlation: 0.5", "outcome_correlation: 1", Reason::kValueOutOfRange,
       "evidence.pooling.outcome_correlation"},
      {"outcome_correlation: 0.5", "outcome_correlation: nan", Reason::kValueOutOfRange,
       "evidence.pooling.outcome_correlation"},
      {"full_model_min_studies: 5", "full_model_min_studies: 2", Reason::kValueOutOfRange,
       "evidence.pooling.full_model_min_studies"},
      {"tau_squared_floor: 0.04", "tau_squared_floor: -1", Reason::kValueOutOfRange,
       "evidence.pooling.tau_squared_floor"},
      {"default_tau_squared: 0.04", "", Reason::kValueOutOfRange, "evidence.pooling.default_tau_squared"},
      {"half_life_years: 0", "half_life_years: -1", Reason::kValueOutOfRange, "evidence.pooling.half_life_years"},
      {"mixed_inactive_factor: 0.8", "mixed_inactive_factor: 1.1", Reason::kValueOutOfRange,
       "evidence.ladder.mixed_inactive_factor"},
      {"waitlist_factor: 0.6", "waitlist_factor: 0", Reason::kValueOutOfRange, "evidence.ladder.waitlist_factor"},
      {"study_count: 3", "study_count: 0", Reason::kValueOutOfRange, "evidence.imputation.study_count"},
      {"participants_per_study: 60", "participants_per_study: 1", Reason::kValueOutOfRange,
       "evidence.imputation.participants_per_study"},
      {"high_risk_share_serious: 0.25", "high_risk_share_serious: 0.8", Reason::kValueOutOfRange,
       "evidence.certainty.high_risk_share_very_serious"},
      {"i_squared_very_serious: 0.75", "i_squared_very_serious: 0.4", Reason::kValueOutOfRange,
       "evidence.certainty.i_squared_very_serious"},
      {"worthwhile_effect: 0.2", "worthwhile_effect: 0.6", Reason::kValueOutOfRange, "evidence.certainty.large_effect"},
      {"optimal_participants: 400", "optimal_participants: 0", Reason::kValueOutOfRange,
       "evidence.certainty.optimal_participants"},
      {"egger_min_studies: 10", "egger_min_studies: 2", Reason::kValueOutOfRange,
       "evidence.certainty.egger_min_studies"},
      {"egger_p: 0.1", "egger_p: 2", Reason::kValueOutOfRange, "evidence.certainty.egger_p"},
      {"max_indirectness_steps: 2", "max_indirectness_steps: 4", Reason::kValueOutOfRange,
       "evidence.certainty.max_indirectness_steps"},
      {"modality_prior_sd: 0.35", "modality_prior_sd: 0", Reason::kValueOutOfRange,
       "evidence.shrinkage.modality_prior_sd"},
      {"component_share: 0.5", "component_share: 1.5", Reason::kValueOutOfRange, "evidence.shrinkage.component_share"},
      {"component_sd: 0.2", "component_sd: inf", Reason::kValueOutOfRange, "evidence.shrinkage.component_sd"},
      {"cautious_quantile: 0.25", "cautious_quantile: 0.6", Reason::kValueOutOfRange,
       "evidence.benefit.cautious_quantile"},
      {"rationale_only_rate: 0.04", "rationale_only_rate: -0.1", Reason::kValueOutOfRange,
       "evidence.benefit.rationale_only_rate"},
      {"concern_group_factor: 0.7", "concern_group_factor: 0", Reason::kValueOutOfRange,
       "evidence.benefit.concern_group_factor"},
      {"coarse_above_sd: 0.2", "coarse_above_sd: -1", Reason::kValueOutOfRange, "evidence.rounding.coarse_above_sd"},
      {"rate_step: 0.05", "rate_step: 0", Reason::kValueOutOfRange, "evidence.rounding.rate_step"},
      {"comparator: COMPARATOR_CLASS_ADDITIVE", "", Reason::kEnumUnknown, "evidence.comparators[0].comparator"},
      {"names: [\"association\"]", "", Reason::kFieldRequired, "evidence.comparators[6].names"},
      {"names: [\"association\"]", "names: [\"\"]", Reason::kFieldRequired, "evidence.comparators[6].names[0]"},
      {"names: [\"association\"]", "names: [\"waitlist\"]", Reason::kValueOutOfRange,
       "evidence.comparators[6].names[0]"},
  };
  const std::string shipped = ShippedText();
  for (const BadEvidence& bad : cases) {
    SCOPED_TRACE(std::string(bad.from) + " -> " + bad.to);
    std::string text = shipped;
    const std::size_t at = text.find(bad.from, text.find("\nevidence {"));
    ASSERT_NE(at, std::string::npos);
    text.replace(at, std::string(bad.from).size(), bad.to);
    const std::optional<graph::ErrorInfo> info = graph::ErrorInfoOf(ParsePolicy(text).status());
    ASSERT_TRUE(info.has_value());
    EXPECT_EQ(info->violations[0].reason, bad.reason);
    EXPECT_EQ(info->violations[0].field, bad.field);
  }
}

TEST(EvidencePolicy, APolicyWithoutItComputesWithNothing) {
  const auto policy = ParsePolicy(
      "weights { certainty_factors { no_source: 0.1 very_low: 0.25 low: 0.5 moderate: 0.8 high: 1 } "
      "degree_exponent: 0.4 hop_factor: 0.9 }");
  ASSERT_TRUE(policy.ok()) << policy.status();
  EXPECT_EQ(policy->evidence.FindComparator("usual care"), nullptr);
}

}  // namespace
}  // namespace braid::ontology
