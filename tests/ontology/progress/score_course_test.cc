#include "ontology/progress/score_course.h"

#include <vector>

#include "gtest/gtest.h"

namespace braid::ontology {
namespace {

// Runs from 0 to 27, worse upwards; six points are reliable, ten and more need help.
Measure Scale() {
  Measure measure;
  measure.direction = MeasureDirection::kHigherIsWorse;
  measure.reliable_change = 6;
  measure.clinical_cutoff = 10;
  return measure;
}

const std::vector<ExpectedResponse> kExpected = {
    {graph::kNoNode, 15, 19, 4, 20, 16}, {graph::kNoNode, 15, 19, 8, 18, 12}, {graph::kNoNode, 20, 27, 4, 25, 22}};

ScoreCourse Course(const std::vector<double>& scores, const std::vector<ExpectedResponse>& expected = {}) {
  std::vector<ScorePoint> points;
  for (const double score : scores) points.push_back({static_cast<std::int32_t>(points.size() * 4), score});
  return ScoreCourseOf(Scale(), points, expected, {});
}

TEST(ScoreCourseOf, ChangesCountFromTheirThresholdsOn) {
  EXPECT_EQ(Course({16}).change, ChangeState::kUnknown);
  EXPECT_EQ(Course({16, 16}).change, ChangeState::kUnchanged);
  // RCI = 1.96 · points / 6: half an index is 1.53 points.
  EXPECT_EQ(Course({16, 14.5}).change, ChangeState::kUnchanged);
  EXPECT_EQ(Course({16, 14.4}).change, ChangeState::kImproving);
  EXPECT_EQ(Course({16, 17.5}).change, ChangeState::kUnchanged);
  EXPECT_EQ(Course({16, 17.6}).change, ChangeState::kWorsening);
  EXPECT_EQ(Course({16, 21.9}).change, ChangeState::kWorsening);
  EXPECT_EQ(Course({16, 22}).change, ChangeState::kReliablyWorse);
  EXPECT_FALSE(Course({16, 10.1}).reliably_better);
  EXPECT_TRUE(Course({16, 10}).reliably_better);
}

TEST(ScoreCourseOf, RecoveryTakesTwoMeasurementsBothReliableAndBelowTheCutoff) {
  EXPECT_FALSE(Course({16, 9}).recovered);
  EXPECT_TRUE(Course({16, 9, 9}).recovered);
  EXPECT_FALSE(Course({16, 9, 10}).recovered) << "back in the clinical range";
  EXPECT_FALSE(Course({16, 11, 9}).recovered);
  EXPECT_FALSE(Course({14, 9, 9}).recovered) << "below the cut-off, not reliably";
}

TEST(ScoreCourseOf, TheTrackIsThatOfTheBaselineAndTheSession) {
  EXPECT_EQ(Course({16, 16}).track, TrackState::kUnknown) << "no expected responses";
  EXPECT_EQ(Course({16, 16}, kExpected).track, TrackState::kOnTrack);
  EXPECT_EQ(Course({16, 16.1}, kExpected).track, TrackState::kOffTrack);
  EXPECT_EQ(Course({16, 20}, kExpected).track, TrackState::kOffTrack);
  EXPECT_EQ(Course({16, 20.1}, kExpected).track, TrackState::kAlarm);
  EXPECT_EQ(Course({16, 16, 13}, kExpected).track, TrackState::kOffTrack) << "session 8 asks for more than session 4";
  EXPECT_EQ(Course({16, 16, 16, 13}, kExpected).track, TrackState::kOffTrack) << "the last one known stands";
  EXPECT_EQ(Course({22, 23}, kExpected).track, TrackState::kOffTrack);
  EXPECT_EQ(Course({5, 5}, kExpected).track, TrackState::kUnknown) << "no such baseline";
}

TEST(ScoreCourseOf, ReliablyWorseIsAnAlarmWhateverIsExpected) { EXPECT_EQ(Course({10, 16}).track, TrackState::kAlarm); }

TEST(ScoreCourseOf, SaysNothingWithoutScores) {
  const ScoreCourse course = Course({});
  EXPECT_EQ(course.latest, std::nullopt);
  EXPECT_EQ(course.track, TrackState::kUnknown);
}

}  // namespace
}  // namespace braid::ontology
