#include "ontology/evidence/certainty.h"

#include <cmath>
#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace braid::ontology {
namespace {

using graph::Certainty;

class CertaintyTest : public testing::Test {
 protected:
  CertaintyTest() {  // a body of trials with nothing against it
    in_.high_risk_share = .1;
    in_.all_risks_reported = true;
    in_.i_squared = .2;
    in_.prediction = Interval{.25, .75};
    in_.interval = Interval{.4, .6};
    in_.participants = 2000;
    in_.study_count = 20;
    in_.egger_p = .5;
  }
  Certainty Grade() const { return AssessCertainty(in_, policy_).certainty; }
  int Change(CertaintyDomain domain) const {
    int change = 0;
    for (const CertaintyStep& step : AssessCertainty(in_, policy_).steps) {
      if (step.domain == domain) change += step.change;
    }
    return change;
  }
  bool Assessed(CertaintyDomain domain) const {
    for (const CertaintyStep& step : AssessCertainty(in_, policy_).steps) {
      if (step.domain == domain) return step.assessed;
    }
    return false;
  }

  CertaintyInput in_;
  EvidencePolicy policy_;
};

TEST_F(CertaintyTest, StartsByDesign) {
  EXPECT_EQ(Grade(), Certainty::kHigh);
  in_.start = CertaintyInput::Start::kObservational;
  in_.interval = Interval{.3, .9};
  EXPECT_EQ(Grade(), Certainty::kLow);
  in_.start = CertaintyInput::Start::kOpinion;
  EXPECT_EQ(Grade(), Certainty::kVeryLow);
}

TEST_F(CertaintyTest, CountsRiskOfBiasByItsWeight) {
  in_.high_risk_share = .25;
  EXPECT_EQ(Change(CertaintyDomain::kRiskOfBias), 0);
  in_.high_risk_share = .26;
  EXPECT_EQ(Change(CertaintyDomain::kRiskOfBias), -1);
  in_.high_risk_share = .76;
  EXPECT_EQ(Change(CertaintyDomain::kRiskOfBias), -2);
}

TEST_F(CertaintyTest, WithoutReportedRiskOfBiasIsAtMostModerate) {
  in_.high_risk_share.reset();
  EXPECT_EQ(Grade(), Certainty::kModerate);
  EXPECT_FALSE(Assessed(CertaintyDomain::kRiskOfBias));
  in_.high_risk_share = 0;
  in_.all_risks_reported = false;
  EXPECT_EQ(Grade(), Certainty::kModerate);
}

TEST_F(CertaintyTest, NeedsBothHeterogeneityAndACrossingForInconsistency) {
  in_.i_squared = .6;
  EXPECT_EQ(Change(CertaintyDomain::kInconsistency), 0);
  in_.prediction = Interval{-.1, .9};
  EXPECT_EQ(Change(CertaintyDomain::kInconsistency), -1);
  in_.i_squared = .8;
  EXPECT_EQ(Change(CertaintyDomain::kInconsistency), -1);
  in_.prediction = Interval{-.3, .9};
  EXPECT_EQ(Change(CertaintyDomain::kInconsistency), -2);
  in_.i_squared = .2;
  EXPECT_EQ(Change(CertaintyDomain::kInconsistency), 0);
  in_.prediction.reset();
  EXPECT_FALSE(Assessed(CertaintyDomain::kInconsistency));
}

TEST_F(CertaintyTest, LimitsIndirectnessAndNotBorrowing) {
  in_.indirectness = {"a"};
  EXPECT_EQ(Grade(), Certainty::kModerate);
  in_.indirectness = {"a", "b", "c"};
  EXPECT_EQ(Change(CertaintyDomain::kIndirectness), -2);
  EXPECT_EQ(Grade(), Certainty::kLow);
  in_.borrowing = {"d"};
  EXPECT_EQ(Grade(), Certainty::kVeryLow);
}

TEST_F(CertaintyTest, JudgesPrecisionByIntervalAndParticipants) {
  in_.participants = 399;
  EXPECT_EQ(Change(CertaintyDomain::kImprecision), -1);
  in_.interval = Interval{-.05, .45};
  EXPECT_EQ(Change(CertaintyDomain::kImprecision), -2);
  in_.participants = 400;
  EXPECT_EQ(Change(CertaintyDomain::kImprecision), -1);
  in_.interval = Interval{-.3, .6};
  EXPECT_EQ(Change(CertaintyDomain::kImprecision), -2);
  in_.interval = Interval{.1, .9};
  EXPECT_EQ(Change(CertaintyDomain::kImprecision), 0);
  in_.participants.reset();
  EXPECT_EQ(Change(CertaintyDomain::kImprecision), 0);
  in_.interval_imputed = true;
  EXPECT_EQ(Grade(), Certainty::kModerate);
}

TEST_F(CertaintyTest, TestsSmallStudyEffectsFromTenStudiesOn) {
  in_.egger_p = .09;
  EXPECT_EQ(Change(CertaintyDomain::kSmallStudyEffects), -1);
  in_.study_count = 9;
  EXPECT_EQ(Change(CertaintyDomain::kSmallStudyEffects), 0);
  EXPECT_FALSE(Assessed(CertaintyDomain::kSmallStudyEffects));
}

TEST_F(CertaintyTest, RisesOnlyForObservationalEvidenceWithNothingAgainstIt) {
  in_.start = CertaintyInput::Start::kObservational;
  in_.interval = Interval{.51, .9};
  EXPECT_EQ(Grade(), Certainty::kModerate);
  in_.indirectness = {"another population"};
  EXPECT_EQ(Grade(), Certainty::kVeryLow);
}

TEST_F(CertaintyTest, CapsWhatIsFewOrFromMemory) {
  in_.recalled = true;
  EXPECT_EQ(Grade(), Certainty::kLow);
  in_.recalled = false;
  in_.pooled_here = true;
  in_.study_count = 4;
  EXPECT_EQ(Grade(), Certainty::kModerate);
  in_.study_count = 1;
  EXPECT_EQ(Grade(), Certainty::kLow);
  in_.pooled_here = false;  // a published figure of one trial is not for us to cap
  EXPECT_EQ(Grade(), Certainty::kHigh);
}

TEST_F(CertaintyTest, IsKeptWithinItsGrades) {
  in_.high_risk_share = 1;
  in_.indirectness = {"a", "b"};
  in_.borrowing = {"c", "d"};
  EXPECT_EQ(Grade(), Certainty::kVeryLow);
}

TEST_F(CertaintyTest, StepsAddUpToTheGrade) {
  in_.high_risk_share = .5;
  in_.indirectness = {"waitlist"};
  in_.recalled = true;
  const CertaintyAssessment assessment = AssessCertainty(in_, policy_);
  int grade = 0;
  for (const CertaintyStep& step : assessment.steps) {
    grade += step.change;
    EXPECT_EQ(step.grade, grade) << NameOf(step.domain);
    EXPECT_FALSE(step.because.empty());
  }
  EXPECT_EQ(grade, 2);
  EXPECT_EQ(assessment.certainty, Certainty::kLow);
}

TEST_F(CertaintyTest, ACuratorStandsAboveTheFormula) {
  const CertaintyAssessment given = Override(AssessCertainty(in_, policy_), Certainty::kLow, "R. Editor");
  EXPECT_EQ(given.certainty, Certainty::kLow);
  EXPECT_EQ(given.steps.back().domain, CertaintyDomain::kCurator);
  EXPECT_EQ(given.steps.back().change, -2);
  EXPECT_THAT(given.steps.back().because, testing::HasSubstr("R. Editor"));
  EXPECT_THAT(given.steps.back().because, testing::HasSubstr("high"));
}

// The law of algorithms.md, 11.4, on pooled trials.
TEST(CertaintyLaw, NeverRisesWhenAStudyAtHighRiskJoins) {
  const EvidencePolicy policy;
  struct Trial {
    Study study;
    bool high_risk;
    std::size_t participants;
  };
  const auto grade = [&](const std::vector<Trial>& trials) {
    std::vector<Study> studies;
    CertaintyInput in;
    in.participants = 0;
    for (const Trial& trial : trials) {
      studies.push_back(trial.study);
      *in.participants += trial.participants;
    }
    const Pooled pooled = *Pool(studies);
    in.high_risk_share = 0;
    in.all_risks_reported = true;
    for (std::size_t i = 0; i < trials.size(); ++i) {
      if (trials[i].high_risk) *in.high_risk_share += pooled.weights[i];
    }
    in.i_squared = pooled.i_squared;
    in.prediction = pooled.prediction;
    in.interval = pooled.interval;
    in.study_count = pooled.study_count;
    in.egger_p = pooled.egger_p;
    in.pooled_here = true;
    return AssessCertainty(in, policy);
  };
  int without_a_step = 0;
  for (std::uint32_t seed = 1; seed <= 3000; ++seed) {
    SCOPED_TRACE(seed);
    std::mt19937 random(seed);
    const auto uniform = [&](double low, double high) {
      return std::uniform_real_distribution<double>(low, high)(random);
    };
    std::vector<Trial> trials;
    const std::size_t k = 5 + seed % 12;
    for (std::size_t i = 0; i < k; ++i) {
      const double v = uniform(.01, .1);
      trials.push_back(
          {{std::to_string(i), .5 + uniform(-1, 1) * std::sqrt(v), v}, false, static_cast<std::size_t>(4 / v)});
    }
    const CertaintyAssessment before = grade(trials);
    bool any_down = false;
    for (const CertaintyStep& step : before.steps) any_down |= step.change < 0;
    if (any_down) continue;
    ++without_a_step;
    const double v = uniform(.005, .3);
    trials.push_back({{"joins", uniform(-1, 2), v}, true, static_cast<std::size_t>(4 / v)});
    EXPECT_LE(grade(trials).certainty, before.certainty);
  }
  EXPECT_GT(without_a_step, 300);  // else the law was hardly tried
}

}  // namespace
}  // namespace braid::ontology
