// Published results first: what two hands, metafor and Stata found for the same numbers.

#include "ontology/evidence/meta_analysis.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <random>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "ontology/evidence/distributions.h"

namespace braid::ontology {
namespace {

// Half a unit of the fourth decimal, and a little for figures that were printed from rounded ones.
constexpr double kPrinted = 0.5e-4 + 1e-9;

std::vector<Study> Studies(const std::vector<double>& effects, const std::vector<double>& variances) {
  std::vector<Study> studies;
  for (std::size_t i = 0; i < effects.size(); ++i) {
    studies.push_back({std::string(1, static_cast<char>('a' + i)), effects[i], variances[i]});
  }
  return studies;
}

PoolingOptions Options(TauEstimator estimator, IntervalMethod interval) {
  PoolingOptions options;
  options.estimator = estimator;
  options.interval = interval;
  options.small_k_rules = false;
  return options;
}

constexpr TauEstimator kReml = TauEstimator::kRestrictedMaximumLikelihood;
constexpr TauEstimator kDl = TauEstimator::kDerSimonianLaird;
constexpr IntervalMethod kPlain = IntervalMethod::kHartungKnapp;
constexpr IntervalMethod kModified = IntervalMethod::kModifiedHartungKnapp;

TEST(Pool, ThreeStudiesByHand) {
  const std::vector<Study> studies = Studies({.2, .5, .8}, {.04, .04, .04});
  for (const TauEstimator estimator : {kReml, kDl}) {
    const Pooled pooled = *Pool(studies, Options(estimator, kPlain));
    EXPECT_NEAR(pooled.q, 4.5, 1e-12);
    EXPECT_NEAR(pooled.tau_squared, .05, 1e-12);
    EXPECT_NEAR(pooled.mean, .5, 1e-12);
    EXPECT_NEAR(pooled.variance, .03, 1e-12);
    EXPECT_NEAR(pooled.standard_error, .1732, kPrinted);
    EXPECT_NEAR(pooled.hartung_knapp_q, 1, 1e-12);
    EXPECT_NEAR(100 * pooled.i_squared, 55.56, .005);
    EXPECT_NEAR(pooled.interval.low, -.2452, kPrinted);
    EXPECT_NEAR(pooled.interval.high, 1.2452, kPrinted);
  }
  EXPECT_NEAR(StudentTQuantile(.975, 2), 4.3027, kPrinted);
}

TEST(Pool, TwoStudiesByHandShowWhyFewAreSpecial) {
  const std::vector<Study> studies = Studies({.1, .7}, {.02, .08});
  EXPECT_NEAR(Pool(studies, Options(TauEstimator::kCommonEffect, IntervalMethod::kNormal))->mean, .22, 1e-12);
  const Pooled pooled = *Pool(studies, Options(kDl, kPlain));
  EXPECT_NEAR(pooled.q, 3.6, 1e-12);
  EXPECT_NEAR(pooled.tau_squared, .13, 1e-12);
  EXPECT_NEAR(pooled.mean, .35, 1e-12);
  EXPECT_NEAR(std::sqrt(pooled.variance), .2958, kPrinted);
  EXPECT_NEAR(pooled.interval.low, -3.4085, kPrinted);
  EXPECT_NEAR(pooled.interval.high, 4.1085, kPrinted);
}

std::vector<Study> SixStudies() {
  return Studies({.095, .277, .367, .664, .462, .185}, {.033, .031, .050, .011, .043, .023});
}

TEST(Pool, SixStudiesAsPrinted) {
  const Pooled dl = *Pool(SixStudies(), Options(kDl, kModified));
  EXPECT_NEAR(Pool(SixStudies(), Options(TauEstimator::kCommonEffect, kPlain))->mean, .4093, kPrinted);
  EXPECT_NEAR(dl.q, 11.7433, kPrinted);
  EXPECT_NEAR(dl.tau_squared, .0363, kPrinted);
  EXPECT_NEAR((dl.q - 5) / dl.tau_squared, 185.8567, kPrinted);  // C
  EXPECT_NEAR(dl.mean, .3577, kPrinted);
  EXPECT_NEAR(std::sqrt(dl.variance), .1045, kPrinted);
  EXPECT_NEAR(100 * dl.i_squared, 57.42, .005);

  const Pooled modified = *Pool(SixStudies());  // our settings
  EXPECT_NEAR(modified.tau_squared, .0316, kPrinted);
  EXPECT_NEAR(modified.mean, .3595, kPrinted);
  EXPECT_NEAR(modified.hartung_knapp_q, .8127, kPrinted);
  EXPECT_NEAR(modified.interval.low, .1009, kPrinted);
  EXPECT_NEAR(modified.interval.high, .6181, kPrinted);

  const Pooled plain = *Pool(SixStudies(), Options(kReml, kPlain));
  EXPECT_NEAR(plain.interval.low, .1264, kPrinted);
  EXPECT_NEAR(plain.interval.high, .5926, kPrinted);
}

// Colditz et al. 1994: cases and non-cases, vaccinated, then control.
std::vector<Study> Bcg() {
  const double cells[][4] = {{4, 119, 11, 128},       {6, 300, 29, 274},        {3, 228, 11, 209},
                             {62, 13536, 248, 12619}, {33, 5036, 47, 5761},     {180, 1361, 372, 1079},
                             {8, 2537, 10, 619},      {505, 87886, 499, 87892}, {29, 7470, 45, 7232},
                             {17, 1699, 65, 1600},    {186, 50448, 141, 27197}, {5, 2493, 3, 2338},
                             {27, 16886, 29, 17825}};
  std::vector<Study> studies;
  for (const auto& [a, b, c, d] : cells) {
    const double n1 = a + b, n2 = c + d;
    studies.push_back({std::string(1, static_cast<char>('a' + studies.size())), std::log(a / n1) - std::log(c / n2),
                       1 / a - 1 / n1 + 1 / c - 1 / n2});
  }
  return studies;
}

TEST(Pool, BcgVaccineAsPublished) {
  const Pooled fixed = *Pool(Bcg(), Options(TauEstimator::kCommonEffect, IntervalMethod::kNormal));
  EXPECT_NEAR(fixed.mean, -.4303, kPrinted);
  EXPECT_NEAR(fixed.interval.low, -.5097, kPrinted);
  EXPECT_NEAR(fixed.interval.high, -.3509, kPrinted);
  EXPECT_NEAR(fixed.q, 152.2330, kPrinted);

  const Pooled dl = *Pool(Bcg(), Options(kDl, IntervalMethod::kNormal));
  EXPECT_NEAR(dl.tau_squared, .3088, kPrinted);
  EXPECT_NEAR(dl.mean, -.7141, kPrinted);
  EXPECT_NEAR(dl.interval.low, -1.0644, kPrinted);
  EXPECT_NEAR(dl.interval.high, -.3638, kPrinted);
  EXPECT_NEAR(100 * dl.i_squared, 92.1173, kPrinted);

  const Pooled reml = *Pool(Bcg(), Options(kReml, kPlain));
  EXPECT_NEAR(reml.tau_squared, .3132, kPrinted);
  EXPECT_NEAR(reml.mean, -.7145, kPrinted);
  EXPECT_NEAR(std::sqrt(reml.variance), .1798, kPrinted);
  EXPECT_NEAR(reml.standard_error, .1808, kPrinted);
  EXPECT_NEAR(reml.interval.low, -1.1084, kPrinted);
  EXPECT_NEAR(reml.interval.high, -.3206, kPrinted);
}

// Raudenbush 1985: v = SE² rounded to 4 decimals, as it was published.
std::vector<Study> TeacherExpectancy() {
  const std::vector<double> y = {.03, .12, -.14, 1.18, .26,  -.06, -.02, -.32, .27, .80,
                                 .54, .18, -.02, .23,  -.18, -.06, .30,  .07,  -.07};
  std::vector<double> v = {.125, .147, .167, .373, .369, .103, .103, .220, .164, .251,
                           .302, .223, .289, .290, .159, .167, .139, .094, .174};
  for (double& x : v) x = std::round(x * x * 1e4) / 1e4;
  return Studies(y, v);
}

TEST(Pool, TeacherExpectancyAsPublishedWithItsBlups) {
  const std::vector<Study> studies = TeacherExpectancy();
  const Pooled reml = *Pool(studies, Options(kReml, IntervalMethod::kNormal));
  EXPECT_NEAR(reml.q, 35.8295, kPrinted);
  EXPECT_NEAR(reml.tau_squared, .0188, kPrinted);
  EXPECT_NEAR(reml.mean, .0837, kPrinted);
  EXPECT_NEAR(reml.mean / reml.standard_error, 1.6208, kPrinted);
  EXPECT_NEAR(100 * reml.i_squared, 41.85, .005);
  EXPECT_NEAR(Pool(studies, Options(kDl, IntervalMethod::kNormal))->tau_squared, .0259, kPrinted);
  const double blups[] = {.0543, .1006, -.0064};
  for (std::size_t i = 0; i < 3; ++i) {
    const Study& s = studies[i];
    EXPECT_NEAR((s.effect * reml.tau_squared + reml.mean * s.variance) / (reml.tau_squared + s.variance), blups[i],
                kPrinted);
  }
}

TEST(Pool, PredictionIntervalFollowsItsFormula) {
  const Pooled pooled = *Pool(SixStudies());
  ASSERT_TRUE(pooled.prediction.has_value());
  const double half = StudentTQuantile(.975, 4) * std::sqrt(pooled.tau_squared + pooled.variance);
  EXPECT_DOUBLE_EQ(pooled.prediction->low, pooled.mean - half);
  EXPECT_DOUBLE_EQ(pooled.prediction->high, pooled.mean + half);
}

TEST(Pool, ShrinkageTakesANormalVarianceAsWideAsTheInterval) {
  const Pooled pooled = *Pool(SixStudies());
  const double half = (pooled.interval.high - pooled.interval.low) / 2;
  EXPECT_NEAR(Normal95() * std::sqrt(pooled.normal_variance), half, 1e-12);
}

TEST(Pool, FewStudiesGetAFloorForTauANormalIntervalAndNoPrediction) {
  const Pooled pooled = *Pool(Studies({.4, .5, .6}, {.04, .04, .04}));
  EXPECT_EQ(pooled.tau_squared, .04);
  EXPECT_EQ(pooled.i_squared, 0);  // of the data, not of the floor
  EXPECT_FALSE(pooled.prediction.has_value());
  EXPECT_NEAR(pooled.interval.high - pooled.mean, Normal95() * std::sqrt(.08 / 3), 1e-12);
  EXPECT_NEAR(pooled.normal_variance, .08 / 3, 1e-12);
}

TEST(Pool, OneStudyGetsTheFloorOnItsVariance) {
  const Pooled pooled = *Pool(Studies({.8}, {.10}));
  EXPECT_NEAR(pooled.normal_variance, .14, 1e-12);
  EXPECT_EQ(pooled.mean, .8);
  EXPECT_EQ(pooled.hartung_knapp_q, 1);
  EXPECT_FALSE(pooled.prediction.has_value());
  EXPECT_NEAR(Pool(Studies({.8}, {.10}), Options(kReml, kPlain))->normal_variance, .10, 1e-12);
}

TEST(Pool, WhatCannotBePooledHasNoWeight) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  std::vector<Study> studies = SixStudies();
  const Pooled without = *Pool(studies);
  studies.insert(studies.begin(), {"0", 9, 0});
  studies.push_back({"z", 9, -1});
  studies.push_back({"y", 9, nan});
  studies.push_back({"x", nan, 1});
  studies.push_back({"w", 9, std::numeric_limits<double>::infinity()});
  const Pooled with = *Pool(studies);
  EXPECT_EQ(with.mean, without.mean);
  EXPECT_EQ(with.study_count, 6U);
  ASSERT_EQ(with.weights.size(), 11U);
  EXPECT_EQ(with.weights[0], 0);
  EXPECT_EQ(with.weights[10], 0);
  double total = 0;
  for (const double weight : with.weights) total += weight;
  EXPECT_NEAR(total, 1, 1e-12);
  EXPECT_FALSE(Pool({}).has_value());
  EXPECT_FALSE(Pool({{"a", 1, 0}}).has_value());
}

TEST(Pool, IdenticalEffectsHaveNoHeterogeneity) {
  const Pooled pooled = *Pool(Studies({.3, .3, .3, .3, .3}, {.01, .02, .03, .04, .05}));
  EXPECT_EQ(pooled.tau_squared, 0);
  EXPECT_NEAR(pooled.mean, .3, 1e-12);
  EXPECT_EQ(pooled.i_squared, 0);
}

// Σ over studies of the restricted likelihood, up to a constant, as written in the textbooks.
double RestrictedLogLikelihood(const std::vector<Study>& studies, double tau_squared) {
  double w = 0, wy = 0, logs = 0;
  for (const Study& s : studies) {
    w += 1 / (s.variance + tau_squared);
    wy += s.effect / (s.variance + tau_squared);
    logs += std::log(s.variance + tau_squared);
  }
  double spread = 0;
  for (const Study& s : studies) spread += (s.effect - wy / w) * (s.effect - wy / w) / (s.variance + tau_squared);
  return -0.5 * (logs + std::log(w) + spread);
}

// 2 to 30 studies of one true spread.
std::vector<Study> RandomStudies(std::uint32_t seed) {
  std::mt19937 random(seed);
  std::uniform_int_distribution<std::size_t> count(2, 30);
  std::uniform_real_distribution<double> variance(.005, .3);
  const double tau = std::uniform_real_distribution<double>(0, .6)(random);
  const std::size_t k = count(random);
  std::vector<Study> studies;
  for (std::size_t i = 0; i < k; ++i) {
    const double v = variance(random);
    const double y = std::normal_distribution<double>(.4, std::sqrt(v + tau * tau))(random);
    studies.push_back({std::to_string(i), y, v});
  }
  return studies;
}

constexpr std::uint32_t kSeeds = 200;

TEST(Pool, RemlIsWhereTheRestrictedLikelihoodIsHighest) {
  for (std::uint32_t seed = 1; seed <= kSeeds; ++seed) {
    SCOPED_TRACE(seed);
    std::vector<Study> studies = RandomStudies(seed);
    const double found = Pool(studies, Options(kReml, kPlain))->tau_squared;
    const double best = RestrictedLogLikelihood(studies, found);
    for (double other = 0; other < 3; other += .01) {
      EXPECT_LE(RestrictedLogLikelihood(studies, other), best + 1e-9) << "at " << other << ", found " << found;
    }
  }
}

TEST(Pool, OrderDoesNotMatterToTheLastBit) {
  for (std::uint32_t seed = 1; seed <= kSeeds; ++seed) {
    SCOPED_TRACE(seed);
    std::vector<Study> studies = RandomStudies(seed);
    const Pooled before = *Pool(studies);
    std::shuffle(studies.begin(), studies.end(), std::mt19937(seed));
    const Pooled after = *Pool(studies);
    EXPECT_EQ(before.mean, after.mean);
    EXPECT_EQ(before.tau_squared, after.tau_squared);
    EXPECT_EQ(before.interval.low, after.interval.low);
    EXPECT_EQ(before.normal_variance, after.normal_variance);
    EXPECT_EQ(before.egger_p, after.egger_p);
  }
}

TEST(Pool, AConstantMovesTheMeanAndNothingElse) {
  for (std::uint32_t seed = 1; seed <= kSeeds; ++seed) {
    SCOPED_TRACE(seed);
    std::vector<Study> studies = RandomStudies(seed);
    const Pooled before = *Pool(studies);
    for (Study& study : studies) study.effect += 3;
    const Pooled after = *Pool(studies);
    EXPECT_NEAR(after.mean, before.mean + 3, 1e-9);
    EXPECT_NEAR(after.tau_squared, before.tau_squared, 1e-9);
    EXPECT_NEAR(after.normal_variance, before.normal_variance, 1e-9);
    EXPECT_NEAR(after.i_squared, before.i_squared, 1e-8);
  }
}

TEST(Pool, ScaleGoesThrough) {
  for (std::uint32_t seed = 1; seed <= kSeeds; ++seed) {
    SCOPED_TRACE(seed);
    std::vector<Study> studies = RandomStudies(seed);
    const Pooled before = *Pool(studies, Options(kReml, kModified));
    for (Study& study : studies) {
      study.effect *= 4;
      study.variance *= 16;
    }
    const Pooled after = *Pool(studies, Options(kReml, kModified));
    EXPECT_NEAR(after.mean, 4 * before.mean, 1e-8);
    EXPECT_NEAR(after.tau_squared, 16 * before.tau_squared, 1e-7);
    EXPECT_NEAR(after.interval.high, 4 * before.interval.high, 1e-7);
  }
}

TEST(Pool, ModifiedHartungKnappIsNeverNarrowerThanPlainOrThanItsOwnNormalError) {
  for (std::uint32_t seed = 1; seed <= kSeeds; ++seed) {
    SCOPED_TRACE(seed);
    std::vector<Study> studies = RandomStudies(seed);
    const Pooled plain = *Pool(studies, Options(kReml, kPlain));
    const Pooled modified = *Pool(studies, Options(kReml, kModified));
    EXPECT_LE(plain.standard_error, modified.standard_error * (1 + 1e-12));
    EXPECT_GE(modified.standard_error, std::sqrt(modified.variance) * (1 - 1e-12));
  }
}

// The same regression the other way: effect on standard error, weighted by 1/v, whose slope is Egger's intercept.
double EggerByWeightedRegression(const std::vector<Study>& studies) {
  double w = 0, wx = 0, wy = 0;
  for (const Study& s : studies) {
    w += 1 / s.variance;
    wx += std::sqrt(s.variance) / s.variance;
    wy += s.effect / s.variance;
  }
  double sxx = 0, sxy = 0, sse = 0;
  for (const Study& s : studies) {
    const double x = std::sqrt(s.variance) - wx / w;
    sxx += x * x / s.variance;
    sxy += x * (s.effect - wy / w) / s.variance;
  }
  for (const Study& s : studies) {
    const double e = s.effect - wy / w - sxy / sxx * (std::sqrt(s.variance) - wx / w);
    sse += e * e / s.variance;
  }
  const double df = static_cast<double>(studies.size()) - 2;
  return StudentTTwoSided(sxy / sxx / std::sqrt(sse / df / sxx), df);
}

TEST(EggerP, IsThatOfTheWeightedRegression) {
  for (const std::vector<Study>& studies : {Bcg(), SixStudies(), TeacherExpectancy()}) {
    EXPECT_NEAR(*EggerP(studies), EggerByWeightedRegression(studies), 1e-9);
  }
  EXPECT_FALSE(EggerP(Studies({1, 2}, {1, 2})).has_value());
  EXPECT_FALSE(EggerP(Studies({1, 2, 3}, {1, 1, 1})).has_value());  // one precision: no line
}

TEST(CombineOutcomes, AveragesAndKeepsWhatOutcomesShare) {
  const std::vector<Study> two = {{"b", .6, .09}, {"a", .2, .04}};
  const Study mean = CombineOutcomes(two, .5);
  EXPECT_EQ(mean.id, "a");
  EXPECT_NEAR(mean.effect, .4, 1e-12);
  EXPECT_NEAR(mean.variance, (.09 + .04 + 2 * .5 * .3 * .2) / 4, 1e-12);
  // All of one variance and wholly correlated, averaging adds nothing; independent ones halve it.
  EXPECT_NEAR(CombineOutcomes({{"a", 1, .1}, {"b", 1, .1}}, .999999).variance, .1, 1e-6);
  EXPECT_NEAR(CombineOutcomes({{"a", 1, .1}, {"b", 1, .1}}, 0).variance, .05, 1e-12);
  EXPECT_EQ(CombineOutcomes({{"a", .3, .1}}, .5).effect, .3);
}

TEST(CombineOutcomes, LeastSquaresIsTheBestLinearCombination) {
  const std::vector<Study> three = {{"a", .2, .04}, {"b", .6, .09}, {"c", .1, .25}};
  const double rho = .6;
  const Study best = CombineOutcomes(three, rho, CombineMethod::kGeneralizedLeastSquares);
  // No weights that sum to 1 do better: try a grid around.
  for (double a = -1; a <= 2; a += .05) {
    for (double b = -1; b <= 2; b += .05) {
      const double w[] = {a, b, 1 - a - b};
      double v = 0;
      for (int i = 0; i < 3; ++i) {
        for (int j = 0; j < 3; ++j) {
          const double cov = (i == j ? 1 : rho) * std::sqrt(three[static_cast<std::size_t>(i)].variance *
                                                            three[static_cast<std::size_t>(j)].variance);
          v += w[i] * w[j] * cov;
        }
      }
      EXPECT_LE(best.variance, v + 1e-12);
    }
  }
  EXPECT_NEAR(CombineOutcomes(three, 0, CombineMethod::kGeneralizedLeastSquares).effect,
              (.2 / .04 + .6 / .09 + .1 / .25) / (1 / .04 + 1 / .09 + 1 / .25), 1e-12);
}

}  // namespace
}  // namespace braid::ontology
