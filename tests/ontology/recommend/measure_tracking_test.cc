// What scores say: against the reliable change index, and the measures that the ontology has.

#include "ontology/recommend/measure_tracking.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <string_view>
#include <vector>

#include "fmt/format.h"
#include "gtest/gtest.h"
#include "ontology/lookup.h"
#include "tests/ontology/recommend/clients.h"
#include "tests/ontology/shipped.h"

namespace braid::ontology {
namespace {

using graph::NodeIndex;

MeasureTracking TrackOf(const ClientProfile& profile, std::string_view measure) {
  for (const MeasureTracking& tracking : TrackMeasures(*ShippedOntology(), ReadShipped(profile))) {
    if (ShippedOntology()->id(tracking.measure) == measure) return tracking;
  }
  ADD_FAILURE() << measure << " is not tracked";
  return {};
}

MeasureTracking TrackOf(const std::string& measure, std::vector<double> scores) {
  ClientProfile profile;
  profile.measures = {{measure, std::move(scores)}};
  return TrackOf(profile, measure);
}

// Jacobson & Truax 1991, the index as it is published: RCI = 1.96 · change / reliable change, against 1.96.
TEST(MeasureTracking, AgreesWithTheReliableChangeIndexForEveryPairOfScores) {
  for (int first = 0; first <= 27; ++first) {
    for (int last = 0; last <= 27; ++last) {
      SCOPED_TRACE(fmt::format("{} to {}", first, last));
      const MeasureTracking tracking = TrackOf("measure:phq9", {static_cast<double>(first), static_cast<double>(last)});
      const double index = 1.96 * (first - last) / 6;  // a lower score is better
      EXPECT_EQ(tracking.improvement, static_cast<double>(first - last));
      const bool is_better =
          tracking.course == MeasureCourse::kReliablyBetter || tracking.course == MeasureCourse::kRecovered;
      EXPECT_EQ(is_better, index > 1.96 - 1e-9);
      EXPECT_EQ(tracking.course == MeasureCourse::kReliablyWorse, index < -1.96 + 1e-9);
      EXPECT_EQ(tracking.course == MeasureCourse::kRecovered, is_better && first >= 10 && last < 10);
    }
  }
}

TEST(MeasureTracking, MirrorsMeasuresThatRunTheOtherWay) {
  EXPECT_EQ(TrackOf("measure:ors", {30, 25}).course, MeasureCourse::kReliablyWorse);
  EXPECT_EQ(TrackOf("measure:ors", {30, 25.5}).course, MeasureCourse::kNoReliableChange);
  EXPECT_EQ(TrackOf("measure:ors", {20, 25}).course, MeasureCourse::kRecovered) << "25 is no longer below it";
  EXPECT_EQ(TrackOf("measure:ors", {15, 20}).course, MeasureCourse::kReliablyBetter);
}

TEST(MeasureTracking, SaysNothingOfWhatCannotBeSaid) {
  EXPECT_EQ(TrackOf("measure:phq9", {16}).course, MeasureCourse::kUnknown) << "one score";
  EXPECT_FALSE(TrackOf("measure:phq9", {16}).improvement.has_value());
  EXPECT_EQ(TrackOf("measure:pswq", {70, 20}).course, MeasureCourse::kUnknown) << "no reliable change is known";
  EXPECT_EQ(TrackOf("measure:pswq", {70, 20}).improvement, 50);
}

TEST(MeasureTracking, GoesFromTheFirstScoreToTheLast) {
  const MeasureTracking tracking = TrackOf(CaseProfile(6), "measure:phq9");
  EXPECT_EQ(tracking.first_score, 9);
  EXPECT_EQ(tracking.last_score, 16);
  EXPECT_EQ(tracking.score_count, 7U);
  EXPECT_EQ(tracking.improvement, -7);
  EXPECT_EQ(tracking.reliable_change, 6);
  EXPECT_EQ(tracking.course, MeasureCourse::kReliablyWorse);
  EXPECT_TRUE(IsReliablyWorse(*ShippedOntology(), ReadShipped(CaseProfile(6))));
  EXPECT_FALSE(IsReliablyWorse(*ShippedOntology(), ReadShipped(CaseProfile(1))));
}

TEST(MeasureTracking, NamesWhatMeasuresTheConcernsWithoutScoresToo) {
  ClientProfile profile = CaseProfile(4);
  const MeasureTracking taken = TrackOf(profile, "measure:pcl5");
  EXPECT_EQ(taken.last_score, 52);
  EXPECT_EQ(taken.reliable_change, 10) << "the change that would count";
  profile.measures.clear();
  const MeasureTracking not_taken = TrackOf(profile, "measure:pcl5");
  EXPECT_FALSE(not_taken.last_score.has_value());
  EXPECT_EQ(not_taken.reliable_change, 10);
  ASSERT_EQ(not_taken.concerns.size(), 1U);
  EXPECT_EQ(ShippedOntology()->id(not_taken.concerns.front()), "concern:ptsd");
}

TEST(MeasureTracking, HoldsEachMeasureOnceById) {
  const auto measures = *ShippedOntology()->schema().FindRelation("measures");
  for (std::uint32_t seed = 1; seed <= 60; ++seed) {
    SCOPED_TRACE(fmt::format("seed {}", seed));
    const Client client = ReadShipped(RandomProfile(seed));
    std::vector<std::string> ids;
    for (const MeasureTracking& tracking : TrackMeasures(*ShippedOntology(), client)) {
      ids.emplace_back(ShippedOntology()->id(tracking.measure));
      for (const NodeIndex concern : tracking.concerns) {
        EXPECT_TRUE(ShippedOntology()->FindEdge(tracking.measure, measures, concern).has_value());
        EXPECT_NE(std::find(client.concerns.begin(), client.concerns.end(), concern), client.concerns.end());
      }
      EXPECT_FALSE(tracking.concerns.empty()) << "no score was given";
    }
    EXPECT_TRUE(std::is_sorted(ids.begin(), ids.end()));
    EXPECT_EQ(std::adjacent_find(ids.begin(), ids.end()), ids.end());
  }
}

}  // namespace
}  // namespace braid::ontology
