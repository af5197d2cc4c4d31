#include "ontology/progress/score_course.h"

#include <cstddef>

namespace braid::ontology {
namespace {

bool IsWorse(const Measure& measure, double score, double than) {
  return ImprovementOf(measure, than, score).value_or(0) < 0;
}

// By points, as the change is published: an index of exactly 1.96 must not be lost to rounding.
bool IsReliablyBetter(const Measure& measure, double before, double after) {
  const std::optional<double> least = LeastReliableChange(measure);
  const std::optional<double> improvement = ImprovementOf(measure, before, after);
  return least.has_value() && improvement.has_value() && *improvement >= *least;
}

bool IsRecovered(const Measure& measure, double baseline, double score) {
  return IsReliablyBetter(measure, baseline, score) && !IsClinical(measure, score).value_or(true);
}

ChangeState ChangeOf(const Measure& measure, double baseline, double score, const CourseThresholds& thresholds) {
  const std::optional<double> index = ReliableChangeIndex(measure, baseline, score);
  if (!index.has_value()) return ChangeState::kUnknown;
  if (IsReliablyBetter(measure, score, baseline)) return ChangeState::kReliablyWorse;
  if (*index >= thresholds.improving_index) return ChangeState::kImproving;
  return *index <= -thresholds.improving_index ? ChangeState::kWorsening : ChangeState::kUnchanged;
}

// Whether the range ends before a reliable improvement: that nothing got better says nothing there.
bool HasNoRoom(const Measure& measure, double baseline) {
  const std::optional<double> least = LeastReliableChange(measure);
  const bool higher_is_worse = measure.direction == MeasureDirection::kHigherIsWorse;
  const std::optional<double>& best = higher_is_worse ? measure.range_min : measure.range_max;
  if (!least.has_value() || !best.has_value()) return false;
  const std::optional<double> room = ImprovementOf(measure, baseline, *best);
  return room.has_value() && *room < *least;
}

std::optional<ExpectedResponse> ExpectedAt(const std::vector<ExpectedResponse>& expected, double baseline,
                                           std::int32_t session) {
  std::optional<ExpectedResponse> found;
  for (const ExpectedResponse& response : expected) {
    const bool fits =
        baseline >= response.intake_least && baseline <= response.intake_most && response.session <= session;
    if (fits && (!found.has_value() || response.session > found->session)) found = response;
  }
  return found;
}

TrackState TrackOf(const Measure& measure, const ScoreCourse& course) {
  if (course.change == ChangeState::kReliablyWorse) return TrackState::kAlarm;
  if (!course.expected.has_value()) return TrackState::kUnknown;
  if (IsWorse(measure, *course.latest, course.expected->worst_tenth)) return TrackState::kAlarm;
  return IsWorse(measure, *course.latest, course.expected->worst_fifth) ? TrackState::kOffTrack : TrackState::kOnTrack;
}

}  // namespace

ScoreCourse ScoreCourseOf(const Measure& measure, const std::vector<ScorePoint>& points,
                          const std::vector<ExpectedResponse>& expected, const CourseThresholds& thresholds) {
  ScoreCourse course;
  if (points.empty()) return course;
  const double baseline = points.front().score;
  const double latest = points.back().score;
  course.baseline = baseline;
  course.latest = latest;
  course.latest_session = points.back().session;
  if (points.size() < 2) return course;
  course.improvement = ImprovementOf(measure, baseline, latest);
  course.index = ReliableChangeIndex(measure, baseline, latest);
  course.change = ChangeOf(measure, baseline, latest, thresholds);
  course.no_room = HasNoRoom(measure, baseline);
  if (course.no_room && course.change != ChangeState::kReliablyWorse) course.change = ChangeState::kUnknown;
  course.reliably_better = IsReliablyBetter(measure, baseline, latest);
  course.expected = ExpectedAt(expected, baseline, course.latest_session);
  course.track = TrackOf(measure, course);
  const std::size_t count = points.size();
  course.recovered =
      count >= 3 && IsRecovered(measure, baseline, latest) && IsRecovered(measure, baseline, points[count - 2].score);
  return course;
}

}  // namespace braid::ontology
