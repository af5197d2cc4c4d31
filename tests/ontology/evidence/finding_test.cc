#include "ontology/evidence/finding.h"

#include <cmath>
#include <string>
#include <utility>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/ontology/evidence/evidence_sketch.h"

namespace braid::ontology {
namespace {

class ReadEffectTest : public testing::Test {
 protected:
  ReadEffectTest() {
    finding_.design = "meta_analysis";
    finding_.comparator = "usual care";
    finding_.metric = "g";
    finding_.sign_convention = "positive_favours_target";
    finding_.value = .5;
    finding_.ci_low = .3;
    finding_.ci_high = .7;
    finding_.ci_level = 95;
  }
  Effect Read() const { return ReadEffect(finding_, policy_); }

  Finding finding_;
  EvidencePolicy policy_ = ShippedEvidencePolicy();
};

TEST_F(ReadEffectTest, TakesGDAndSmdAsTheyAre) {
  for (const char* metric : {"g", "d", "SMD"}) {
    finding_.metric = metric;
    const Effect effect = Read();
    ASSERT_TRUE(effect.usable());
    EXPECT_EQ(effect.g, .5);
    EXPECT_NEAR(std::sqrt(effect.variance), .4 / (2 * 1.959964), 1e-7);
    EXPECT_EQ(effect.interval.low, .3);
    EXPECT_TRUE(effect.interval_published);
    EXPECT_FALSE(effect.level_assumed);
  }
}

TEST_F(ReadEffectTest, TurnsTheSignAndSwapsTheEnds) {
  finding_.value = -.5;
  finding_.ci_low = -.7;
  finding_.ci_high = -.3;
  finding_.sign_convention = "negative_favours_target";
  const Effect effect = Read();
  EXPECT_EQ(effect.g, .5);
  EXPECT_EQ(effect.interval.low, .3);
  EXPECT_EQ(effect.interval.high, .7);
}

TEST_F(ReadEffectTest, TurnsOddsRatiosTowardsTheTarget) {
  finding_.metric = "OR";
  finding_.value = 2;
  finding_.ci_low = 1;
  finding_.ci_high = 4;
  finding_.sign_convention = "above_1_favours_target";
  const double d = std::log(2) * std::sqrt(3) / std::acos(-1);
  EXPECT_NEAR(Read().g, d, 1e-12);
  EXPECT_NEAR(Read().interval.low, 0, 1e-12);
  EXPECT_NEAR(Read().interval.high, 2 * d, 1e-12);
  finding_.sign_convention = "below_1_favours_target";
  EXPECT_NEAR(Read().g, -d, 1e-12);
  EXPECT_NEAR(Read().interval.high, 0, 1e-12);
  finding_.value = 0;
  EXPECT_EQ(Read().unusable, Unusable::kFigureOutOfRange);
  finding_.value = 2;
  finding_.sign_convention = "positive_favours_target";
  EXPECT_EQ(Read().unusable, Unusable::kMetricNotComparable);
}

// Flückiger et al. 2018: r = .278 is d = .579.
TEST_F(ReadEffectTest, TurnsCorrelationsIntoDifferences) {
  finding_.metric = "r";
  finding_.comparator = "association";
  finding_.value = .278;
  finding_.ci_low = .256;
  finding_.ci_high = .299;
  EXPECT_NEAR(Read().g, .579, 5e-4);
  EXPECT_EQ(Read().comparator, ComparatorClass::kAssociation);
  finding_.value = 1;
  EXPECT_EQ(Read().unusable, Unusable::kFigureOutOfRange);
}

TEST_F(ReadEffectTest, NeverComputesWithWhatIsNotOnTheScale) {
  for (const char* metric : {"RR", "HR", "proportion", "mean_difference", "mean_score", ""}) {
    finding_.metric = metric;
    EXPECT_EQ(Read().unusable, Unusable::kMetricNotComparable) << metric;
  }
  finding_.metric = "g";
  finding_.sign_convention = "descriptive";
  EXPECT_EQ(Read().unusable, Unusable::kDescriptive);
  finding_.sign_convention = "positive_favours_target";
  finding_.value.reset();
  EXPECT_EQ(Read().unusable, Unusable::kNoFigure);
  for (const char* opinion : {"guideline", "expert_statement", "narrative_review"}) {
    finding_.design = opinion;
    EXPECT_EQ(Read().unusable, Unusable::kOpinion);
  }
  finding_.design = "horoscope";
  EXPECT_EQ(Read().unusable, Unusable::kUnknownDesign);
}

TEST_F(ReadEffectTest, FlagsWhatItHadToAssume) {
  finding_.metric = "ES";
  finding_.ci_level.reset();
  EXPECT_TRUE(Read().metric_unstated);
  EXPECT_TRUE(Read().level_assumed);
  finding_.ci_level = 90;
  EXPECT_NEAR(std::sqrt(Read().variance), .4 / (2 * 1.644854), 1e-6);
  EXPECT_NEAR(Read().interval.high, .5 + 1.959964 * .4 / (2 * 1.644854), 1e-6);  // at 95 % for all
}

TEST_F(ReadEffectTest, AssumesAVarianceWhereNoIntervalIsGiven) {
  finding_.ci_low.reset();
  finding_.study_count = 10;
  finding_.participant_count = 800;
  EXPECT_NEAR(Read().variance, (.04 + 4 * 10 / 800.0) / 10, 1e-12);
  EXPECT_FALSE(Read().interval_published);
  finding_.participant_count.reset();
  EXPECT_NEAR(Read().variance, (.04 + 4 / 60.0) / 10, 1e-12);
  finding_.study_count.reset();
  EXPECT_NEAR(Read().variance, (.04 + 4 / 60.0) / 3, 1e-12);
}

TEST_F(ReadEffectTest, RefusesAnIntervalThatIsNone) {
  finding_.ci_high = finding_.ci_low;
  EXPECT_EQ(Read().unusable, Unusable::kFigureOutOfRange);
  finding_.ci_high = .7;
  finding_.ci_level = 0;
  EXPECT_EQ(Read().unusable, Unusable::kFigureOutOfRange);
}

TEST_F(ReadEffectTest, ClassifiesComparatorsByName) {
  const std::pair<const char*, ComparatorClass> cases[] = {
      {"treatment as usual", ComparatorClass::kUsualCare},
      {"Placebo", ComparatorClass::kUsualCare},
      {"attention control", ComparatorClass::kUsualCare},
      {"controls", ComparatorClass::kMixedInactive},
      {"waitlist or usual care", ComparatorClass::kMixedInactive},
      {"waitlist", ComparatorClass::kWaitlist},
      {"no treatment", ComparatorClass::kWaitlist},
      {"other bona fide therapies", ComparatorClass::kActive},
      {"cognitive and behavioural interventions", ComparatorClass::kActive},
      {"pharmacotherapy", ComparatorClass::kMedication},
      {"pharmacotherapy alone", ComparatorClass::kAdditive},
      {"CBT without it", ComparatorClass::kAdditive},
      {"same therapy without transference work", ComparatorClass::kAdditive},
      {"association", ComparatorClass::kAssociation},
  };
  for (const auto& [name, comparator] : cases) {
    finding_.comparator = name;
    EXPECT_EQ(Read().comparator, comparator) << name;
    EXPECT_TRUE(Read().usable()) << name;
  }
  finding_.comparator = "moonlight";
  EXPECT_EQ(Read().unusable, Unusable::kUnclassifiedComparator);
  finding_.comparator = "all comparisons";  // active and inactive in one: neither
  EXPECT_EQ(Read().unusable, Unusable::kUnclassifiedComparator);
  finding_.comparator = "none";
  EXPECT_EQ(Read().unusable, Unusable::kNoComparator);
}

TEST(ReadEffect, FindsATherapyThatAComparatorNames) {
  EvidenceSketch sketch;
  const graph::SnapshotPtr snapshot = sketch.Snapshot();
  Finding finding;
  finding.design = "rct";
  finding.comparator = "CBT";
  const Effect effect = ReadEffect(finding, sketch.policy, snapshot.get());
  EXPECT_EQ(effect.comparator, ComparatorClass::kActive);
  EXPECT_EQ(effect.comparator_id, "modality:cbt");
}

TEST(TimePointOf, KnowsAFollowUpByItsWords) {
  for (const char* outcome : {"follow-up", "PHQ-9 at 12 months", "PTSD at one year", "relapse within 60 weeks",
                              "anxiety at 3-12 months after", "use at long follow-up"}) {
    EXPECT_EQ(TimePointOf(outcome), TimePoint::kFollowUp) << outcome;
  }
  for (const char* outcome :
       {"depression severity", "clinician severity at week 8", "monthly frequency", "", "years"}) {
    EXPECT_EQ(TimePointOf(outcome), TimePoint::kPost) << outcome;
  }
}

TEST(ReadFinding, ReadsWhatANodeSays) {
  EvidenceSketch sketch;
  FindingSketch said;
  said.id = "f";
  said.about = {"modality:cbt", "technique:activation"};
  said.concerns = {"concern:depression"};
  said.value = .4;
  said.tau_squared = .03;
  said.k = 7;
  said.n = 500;
  said.search_year = 2019;
  said.year = 2021;
  said.risk_of_bias = "high";
  said.recalled = true;
  const graph::SnapshotPtr snapshot = sketch.Add(said).Snapshot();
  const Finding finding = ReadFinding(*snapshot, *snapshot->Find("evidence:f"));
  EXPECT_EQ(finding.id, "evidence:f");
  EXPECT_EQ(finding.value, .4);
  EXPECT_FALSE(finding.ci_low.has_value());
  EXPECT_EQ(finding.tau_squared, .03);
  EXPECT_EQ(finding.study_count, 7);
  EXPECT_EQ(finding.participant_count, 500);
  EXPECT_EQ(finding.search_year, 2019);
  EXPECT_EQ(finding.year, 2021);
  EXPECT_EQ(finding.risk_of_bias, RiskOfBias::kHigh);
  EXPECT_TRUE(finding.recalled);
  EXPECT_EQ(snapshot->id(finding.source), "source:f");
  EXPECT_EQ(finding.intervention_count, 2U);
  EXPECT_EQ(finding.concern_count, 1U);
}

TEST(FindComparator, MatchesGlobsWithoutCase) {
  EvidencePolicy policy;
  policy.comparators = {{ComparatorClass::kAdditive, {"* without *"}}, {ComparatorClass::kWaitlist, {"wait*"}}};
  EXPECT_EQ(policy.FindComparator("CBT WITHOUT homework")->comparator, ComparatorClass::kAdditive);
  EXPECT_EQ(policy.FindComparator("Waiting list")->comparator, ComparatorClass::kWaitlist);
  EXPECT_EQ(policy.FindComparator("waitlist without food")->comparator, ComparatorClass::kAdditive);  // the first
  EXPECT_EQ(policy.FindComparator("without it"), nullptr);
  EXPECT_EQ(policy.FindComparator(""), nullptr);
}

}  // namespace
}  // namespace braid::ontology
