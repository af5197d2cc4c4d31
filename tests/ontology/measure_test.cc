#include "ontology/measure.h"

#include <cmath>

#include "gtest/gtest.h"
#include "tests/ontology/shipped.h"

namespace braid::ontology {
namespace {

Measure Shipped(const char* id) { return ReadMeasure(*ShippedOntology(), *ShippedOntology()->Find(id)); }

// algorithms.md, 11.3: SD 7.5, r .80.
Measure Published() {
  Measure measure;
  measure.direction = MeasureDirection::kHigherIsWorse;
  measure.sd = 7.5;
  measure.reliability = 0.8;
  return measure;
}

TEST(Measure, ReliableChangeIsThatOfJacobsonAndTruax) {
  EXPECT_NEAR(*ReliableChangeIndex(Published(), 30, 20), 2.108, 5e-4);
  EXPECT_NEAR(*ReliableChangeIndex(Published(), 30, 21), 1.897, 5e-4);
  EXPECT_NEAR(*ReliableChangeIndex(Published(), 20, 30), -2.108, 5e-4);
  EXPECT_NEAR(*LeastReliableChange(Published()), 9.297, 5e-4);
  EXPECT_NEAR(7.5 * std::sqrt(2 * 0.2), 4.7434, 5e-5);
}

// Criterion c, by hand.
TEST(Measure, CutoffLiesBetweenTheNormsByTheirSpread) {
  Measure measure;
  measure.functional = ScoreNorm{114, 23};
  measure.clinical = ScoreNorm{78, 10};
  EXPECT_NEAR(*CutoffOf(measure), (10 * 114.0 + 23 * 78.0) / 33, 1e-12);
  measure.clinical->sd = 23;
  EXPECT_NEAR(*CutoffOf(measure), 96, 1e-12) << "equal spread: half way";
}

TEST(Measure, APublishedChangeStandsInForStandardDeviationAndReliability) {
  const Measure phq9 = Shipped("measure:phq9");
  EXPECT_EQ(LeastReliableChange(phq9), 6);
  EXPECT_NEAR(*ReliableChangeIndex(phq9, 9, 16), -1.96 * 7 / 6, 1e-12);
  EXPECT_EQ(ImprovementOf(phq9, 9, 16), -7);
  EXPECT_EQ(IsClinical(phq9, 10), true);
  EXPECT_EQ(IsClinical(phq9, 9), false);
}

TEST(Measure, RunsTheWayItRuns) {
  const Measure srs = Shipped("measure:srs");
  EXPECT_EQ(ImprovementOf(srs, 37, 29), -8);
  EXPECT_EQ(IsClinical(srs, 36), false);
  EXPECT_EQ(IsClinical(srs, 35.9), true);
  EXPECT_EQ(ReliableChangeIndex(srs, 37, 29), std::nullopt) << "no reliable change is published";
}

TEST(Measure, SaysNothingThatTheOntologyDoesNotSay) {
  const Measure preferences = Shipped("measure:cnip");
  EXPECT_EQ(ImprovementOf(preferences, 1, 2), std::nullopt);
  EXPECT_EQ(LeastReliableChange(preferences), std::nullopt);
  EXPECT_EQ(CutoffOf(preferences), std::nullopt);
  EXPECT_EQ(IsClinical(preferences, 1), std::nullopt);
}

}  // namespace
}  // namespace braid::ontology
