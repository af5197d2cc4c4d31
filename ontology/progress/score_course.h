// What the scores of one measure say of a treatment so far (algorithms.md, section 6).
//
// The first score is the baseline. A change is judged by the reliable change index (ontology/measure.h) and, where the
// ontology has expected responses for the measure, by where clients with a like baseline stand at that session.
//
// Thread safety: values; pure functions.

#ifndef BRAID_ONTOLOGY_PROGRESS_SCORE_COURSE_H_
#define BRAID_ONTOLOGY_PROGRESS_SCORE_COURSE_H_

#include <cstdint>
#include <optional>
#include <vector>

#include "graph/ids.h"
#include "ontology/measure.h"

namespace braid::ontology {

// A score, and when: after so many sessions, 0 is intake.
struct ScorePoint {
  std::int32_t session = 0;
  double score = 0;
};

// Where clients stand whose baseline was in [intake_least, intake_most], after `session` sessions: one in ten is worse
// off than `worst_tenth`, one in five than `worst_fifth`.
struct ExpectedResponse {
  graph::NodeIndex node = graph::kNoNode;  // that says so
  double intake_least = 0, intake_most = 0;
  std::int32_t session = 0;
  double worst_tenth = 0, worst_fifth = 0;  // points
};

enum class ChangeState : std::uint8_t {
  kUnknown,  // fewer than two scores, the measure has no index, or no_room and not reliably worse
  kImproving,
  kUnchanged,
  kWorsening,
  kReliablyWorse
};

enum class TrackState : std::uint8_t {
  kUnknown,  // no expected response is known for the measure, the baseline and the session
  kOnTrack,
  kOffTrack,  // in the worst fifth
  kAlarm      // in the worst tenth, or reliably worse, whatever is known of expected responses
};

struct ScoreCourse {
  std::optional<double> baseline, latest;
  std::int32_t latest_session = 0;
  std::optional<double> improvement;  // points, above 0: better
  std::optional<double> index;        // RCI
  ChangeState change = ChangeState::kUnknown;
  TrackState track = TrackState::kUnknown;
  bool no_room = false;  // from the baseline to the best score is less than a reliable change: none can show
  bool reliably_better = false;
  bool recovered = false;  // reliably better and out of the clinical range, at the last two measurements
  std::optional<ExpectedResponse> expected;  // that `track` was judged by
};

// The policy's judgements.
struct CourseThresholds {
  double improving_index = 0.5;  // |RCI| from which on a change counts as one, in (0, kReliableIndex)
};

// `points` in order of sessions. Of expected responses the one for the baseline with the greatest session that is not
// after the last score's. O(points + expected).
ScoreCourse ScoreCourseOf(const Measure& measure, const std::vector<ScorePoint>& points,
                          const std::vector<ExpectedResponse>& expected, const CourseThresholds& thresholds);

}  // namespace braid::ontology

#endif  // BRAID_ONTOLOGY_PROGRESS_SCORE_COURSE_H_
