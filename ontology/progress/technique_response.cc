#include "ontology/progress/technique_response.h"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <utility>

#include "ontology/progress/client_course.h"
#include "ontology/progress/score_course.h"

namespace braid::ontology {
namespace {

using graph::NodeIndex;

// First and last session in which a technique was in use.
std::pair<std::int32_t, std::int32_t> UseOf(const ResponseReading& reading, NodeIndex technique) {
  std::int32_t first = std::numeric_limits<std::int32_t>::max();
  std::int32_t last = 0;
  for (const ClientCourse::Session& session : reading.course.sessions) {
    if (std::count(session.techniques.begin(), session.techniques.end(), technique) == 0) continue;
    first = std::min(first, session.number);
    last = session.number;
  }
  if (std::count(reading.in_force.begin(), reading.in_force.end(), technique) > 0) last = SessionNow(reading.course);
  return {first, last};
}

// The last score before `first` with those up to `last`.
std::vector<ScorePoint> ScoresWithin(const std::vector<ScorePoint>& points, std::int32_t first, std::int32_t last) {
  auto begin = std::find_if(points.begin(), points.end(), [&](const ScorePoint& p) { return p.session >= first; });
  if (begin != points.begin()) --begin;
  const auto end = std::find_if(begin, points.end(), [&](const ScorePoint& p) { return p.session > last; });
  return {begin, end};
}

double FactorOf(const ScoreCourse& course, const TechniqueDose& dose, const PlanPolicy& policy) {
  if (course.reliably_better || course.change == ChangeState::kUnknown) return 1;
  if (course.change != ChangeState::kImproving && dose.sessions >= dose.most) return policy.benefit.exhausted_factor;
  switch (course.change) {
    case ChangeState::kReliablyWorse:
    case ChangeState::kWorsening:
      return policy.benefit.worse_factor;
    default:
      return policy.benefit.unchanged_factor;
  }
}

}  // namespace

std::vector<NodeIndex> TechniquesIn(const ClientCourse& course) {
  std::vector<NodeIndex> techniques;
  for (const ClientCourse::Session& session : course.sessions) {
    for (const NodeIndex technique : session.techniques) {
      if (std::count(techniques.begin(), techniques.end(), technique) == 0) techniques.push_back(technique);
    }
  }
  return techniques;
}

std::vector<NeedResponse> ResponsesOf(const ResponseReading& reading, const std::vector<NeedReview>& needs) {
  std::vector<NeedResponse> responses;
  const CourseThresholds thresholds{reading.policy.progress.improving_index};
  for (const NodeIndex technique : TechniquesIn(reading.course)) {
    const TechniqueDose dose = DoseOf(reading.snapshot, reading.course, technique);
    if (dose.sessions < dose.least) continue;
    const auto [first, last] = UseOf(reading, technique);
    const bool is_in_force = std::count(reading.in_force.begin(), reading.in_force.end(), technique) > 0;
    for (const NeedReview& need : needs) {
      if (!need.score.has_value() || need.is_contradicted) continue;
      const ScoreCourse& whole = need.score->course;
      if (is_in_force && (whole.track == TrackState::kOnTrack || whole.reliably_better)) continue;
      const std::vector<ScorePoint> all = ScoresOf(reading.before, reading.course, need.score->measure.node);
      const ScoreCourse course = ScoreCourseOf(need.score->measure, ScoresWithin(all, first, last), {}, thresholds);
      const double factor = FactorOf(course, dose, reading.policy);
      if (factor < 1) responses.push_back({technique, need.need, factor});
    }
  }
  return responses;
}

}  // namespace braid::ontology
