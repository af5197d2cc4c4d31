// What a course of sessions looks like: scores over sessions, what they are read against, and beneath them what was
// done and what the rules said, session by session; drawn in a terminal or as a picture.
//
// Scores are drawn as they are, higher up where they are higher, whichever way the measure runs.
//
// Thread safety: values; pure functions.

#ifndef BRAID_TOOLS_BRAID_COURSE_PLOT_H_
#define BRAID_TOOLS_BRAID_COURSE_PLOT_H_

#include <map>
#include <string>
#include <vector>

#include "braid/v1/plan_service.pb.h"
#include "tools/braid/terminal.h"

namespace braid::cli {

struct CoursePoint {
  int session = 0;  // 0: the intake
  double score = 0;
};

// A score that others are read against.
struct CourseLevel {
  enum class Mark { kCutoff, kReliablyBetter, kReliablyWorse };
  Mark mark = Mark::kCutoff;
  double score = 0;
};

// Where clients with a like baseline stand at a session: one in five is worse off than `worst_fifth`, one in ten than
// `worst_tenth`.
struct CourseBand {
  int session = 0;
  double worst_fifth = 0, worst_tenth = 0;
};

// The scores of one measure.
struct CourseCurve {
  std::string title;
  std::string note;                 // what the levels leave unsaid; may be empty
  bool is_alliance = false;         // drawn as a strip: low, its axis only as long as it needs to be
  double low = 0, high = 1;         // the axis; low < high
  std::vector<CoursePoint> points;  // by session, at least one
  std::vector<CourseLevel> levels;  // on the axis
  std::vector<CourseBand> bands;    // by session
};

// Short words beneath the curves, by session.
struct CourseRow {
  enum class Kind { kEvent, kHold, kVerb, kPlan };
  Kind kind = Kind::kVerb;
  std::string label;  // empty: goes on with the row above
  std::map<int, std::string> cells;
};

struct CoursePlot {
  std::string title;
  int first_session = 0, last_session = 0;
  std::vector<CourseCurve> curves;  // in the order in which they were first scored; the alliance last
  std::vector<CourseRow> rows;      // events, why changes wait, needs by id, how the plan changes
  std::vector<std::string> legend;  // what the short words mean: those that occur
};

// What a plot is drawn from.
struct CourseSources {
  const v1::ReviseRequest& request;
  const v1::SimulateCourseResponse& simulation;     // of `request`: the verbs of earlier sessions
  const v1::ReviseResponse& reply;                  // to `request`: those of the last
  const std::map<std::string, v1::Node>& measures;  // whole, one by each id that `request` has
};

// Every score of `request`; of a profile's scores the last, at intake. What scores are read against is as the latest
// review has it, else as the measure's node has it.
CoursePlot PlotOf(const CourseSources& sources);

// `clinical cut-off 10`, `reliably better from 12`
std::string LevelText(const CourseLevel& level);

// Curves over rows, sessions from left to right; where they are too many for the terminal, one part after the other,
// each under its sessions. No line is wider than the terminal, of at least 40 columns. Every score has its mark and its
// figure. Ends with the legend.
std::string DrawCourse(const CoursePlot& plot, const Terminal& terminal);

// The same as an SVG document, in one piece: the same bytes for the same plot, readable on light and on dark ground,
// with everything in words for those who do not see it.
std::string CourseSvg(const CoursePlot& plot);

}  // namespace braid::cli

#endif  // BRAID_TOOLS_BRAID_COURSE_PLOT_H_
