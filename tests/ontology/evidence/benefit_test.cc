#include "ontology/evidence/benefit.h"

#include <algorithm>
#include <cmath>
#include <optional>

#include "gtest/gtest.h"
#include "ontology/evidence/distributions.h"

namespace braid::ontology {
namespace {

// The chain of algorithms.md, 11.2, to its last printed digit.
TEST(Benefit, ShrinkageAsWorkedOut) {
  const EvidencePolicy policy;
  const Normal modality = ShrinkModality(Normal{.6, .01}, policy);
  EXPECT_NEAR(modality.mean, .554717, 5e-7);
  EXPECT_NEAR(modality.variance, .009245, 5e-7);
  const Normal prior = TechniquePrior(modality, policy);
  EXPECT_NEAR(prior.mean, .277358, 6e-7);
  EXPECT_NEAR(prior.variance, .042311, 5e-7);

  const Normal technique = Combine(prior, {.5, .03});
  EXPECT_NEAR(technique.mean, .407632, 5e-7);
  EXPECT_NEAR(technique.variance, .017554, 5e-7);
  const double sd = PredictiveSd(technique.variance, .05);
  EXPECT_NEAR(sd, .259911, 5e-7);
  const double u = CautiousEffect(technique.mean, sd, policy.benefit.cautious_quantile);
  EXPECT_NEAR(u, .232325, 5e-7);
  const double rate = SuccessRateDifference(u);
  EXPECT_NEAR(rate, .130488, 5e-7);
  EXPECT_NEAR(1 / rate, 7.66, .005);
  EXPECT_NEAR(technique.mean - Normal95() * sd, -.102, 5e-4);
  EXPECT_NEAR(technique.mean + Normal95() * sd, .917, 5e-4);

  const double borrowed = CautiousEffect(prior.mean, PredictiveSd(prior.variance, .04), .25);
  EXPECT_NEAR(borrowed, .083848, 1e-6);
  EXPECT_NEAR(SuccessRateDifference(borrowed), .047278, 1e-6);

  const Normal with_one_study = Combine(prior, {.8, .14});
  EXPECT_NEAR(with_one_study.mean, .398654, 1e-6);
  EXPECT_NEAR(with_one_study.variance, .032492, 1e-6);
}

TEST(Benefit, WithoutDataThePriorPromisesNothing) {
  const EvidencePolicy policy;
  const Normal modality = ShrinkModality(std::nullopt, policy);
  EXPECT_EQ(modality.mean, 0);
  EXPECT_NEAR(modality.variance, .1225, 1e-12);
  EXPECT_EQ(CautiousEffect(modality.mean, PredictiveSd(modality.variance, .04), .25), 0);
  EXPECT_EQ(SuccessRateDifference(0), 0);
}

TEST(Benefit, ShrinkageLiesBetweenPriorAndData) {
  for (double mean = -1; mean <= 1; mean += .25) {
    for (double variance = .001; variance < 1; variance *= 3) {
      const Normal combined = Combine({0, .1225}, {mean, variance});
      EXPECT_LE(std::abs(combined.mean), std::abs(mean));
      EXPECT_LT(combined.variance, std::min(.1225, variance));
    }
  }
}

TEST(Benefit, QuantilesAreOrdered) {
  EXPECT_LT(CautiousEffect(.5, .3, .10), CautiousEffect(.5, .3, .25));
  EXPECT_LT(CautiousEffect(.5, .3, .25), CautiousEffect(.5, .3, .50));
  EXPECT_NEAR(CautiousEffect(.5, .3, .50), .5, 1e-12);
  EXPECT_EQ(CautiousEffect(.1, .9, .25), 0);  // never below nothing
}

TEST(Benefit, SaysNoMoreDigitsThanAreKnown) {
  const EvidencePolicy policy;
  EXPECT_DOUBLE_EQ(RoundEffect(.4768, .21, policy).value, .5);
  EXPECT_EQ(RoundEffect(.4768, .21, policy).decimals, 1);
  EXPECT_DOUBLE_EQ(RoundEffect(.4768, .20, policy).value, .48);
  EXPECT_EQ(RoundEffect(.4768, .20, policy).decimals, 2);
  EXPECT_DOUBLE_EQ(RoundRate(.130488, policy), .15);
  EXPECT_DOUBLE_EQ(RoundRate(.047278, policy), .05);
  EXPECT_DOUBLE_EQ(RoundRate(.02, policy), 0);
}

TEST(Benefit, KnowsTheDistributions) {
  EXPECT_NEAR(NormalQuantile(.75), .674490, 5e-7);
  EXPECT_NEAR(Normal95(), 1.959964, 5e-7);
  EXPECT_NEAR(NormalCdf(NormalQuantile(.3)), .3, 1e-12);
  EXPECT_NEAR(StudentTQuantile(.975, 1), 12.7062, 5e-5);
  EXPECT_NEAR(StudentTTwoSided(StudentTQuantile(.975, 7), 7), .05, 1e-12);
}

}  // namespace
}  // namespace braid::ontology
