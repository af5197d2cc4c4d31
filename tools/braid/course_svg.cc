#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <sstream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tools/braid/course_plot.h"
#include "tools/braid/svg.h"
#include "tools/braid/words.h"

namespace braid::cli {
namespace {

// Lengths in the picture's own units.
constexpr double kLeft = 190, kRight = 190;  // of the sessions: labels, what levels mean
constexpr double kLeastWidth = 960;
constexpr double kLeastPitch = 44;
constexpr double kTop = 50, kTitle = 34, kBelowCurve = 34;  // session numbers below a curve
constexpr double kCurve = 220, kStrip = 90;
constexpr double kRow = 22;
constexpr double kLineBelow = 18;  // from one line of text to the next
constexpr double kLetter = 6.6;    // columns of text that surely fit
constexpr std::size_t kLabelCharacters = 26;

constexpr std::string_view kStyle =
    ".f{fill:none;stroke:#0550ae;stroke-width:1.5}.s{fill:#0550ae}.n{font-size:11px}.c{stroke:#953800}"
    ".b{stroke:#1a7f37;stroke-dasharray:4 3}.x{stroke:#cf222e;stroke-dasharray:4 3}.e{fill:#953800}.o{fill:#cf222e}"
    ".w{fill:#bf8700;fill-opacity:.16}@media(prefers-color-scheme:dark){.f{stroke:#58a6ff}.s{fill:#58a6ff}"
    ".c{stroke:#f0883e}.b{stroke:#3fb950}.x{stroke:#f85149}.e{fill:#f0883e}.o{fill:#f85149}.w{fill:#d29922}}";

std::string_view ClassOf(CourseLevel::Mark mark) {
  switch (mark) {
    case CourseLevel::Mark::kReliablyBetter:
      return "b";
    case CourseLevel::Mark::kReliablyWorse:
      return "x";
    case CourseLevel::Mark::kCutoff:
      break;
  }
  return "c";
}

// The whole plot in words, for those who do not see it.
std::string Described(const CoursePlot& plot) {
  std::string text;
  for (const CourseCurve& curve : plot.curves) {
    text += curve.title + ":";
    for (const CoursePoint& point : curve.points) {
      text += fmt::format(" {} at session {};", NumberText(point.score), point.session);
    }
    for (const CourseLevel& level : curve.levels) text += fmt::format(" {};", LevelText(level));
    text.back() = '.';
    text += ' ';
  }
  for (const CourseRow& row : plot.rows) {
    text += row.label.empty() ? "and:" : row.label + ":";
    for (const auto& [session, word] : row.cells) text += fmt::format(" {} at session {};", word, session);
    text.back() = '.';
    text += ' ';
  }
  for (const std::string& line : plot.legend) text += line + ". ";
  if (!text.empty()) text.pop_back();
  return text;
}

class Picture {
 public:
  explicit Picture(const CoursePlot& plot) : plot_(plot) {
    const double sessions = plot.last_session - plot.first_session + 1;
    pitch_ = std::max(kLeastPitch, (kLeastWidth - kLeft - kRight) / sessions);
    right_ = kLeft + pitch_ * sessions;
  }

  std::string Draw() {
    double y = kTop;
    std::string body;
    for (const CourseCurve& curve : plot_.curves) body += Curve(curve, &y);
    for (const CourseRow& row : plot_.rows) body += Row(row, &y);
    const std::string waiting = Waiting(y);
    body += Legend(&y);
    return SvgHead(right_ + kRight, y + 8, plot_.title, Described(plot_), kStyle) + waiting +
           SvgText(16, 28, "t", plot_.title) + body + "</svg>\n";
  }

 private:
  double XOf(int session) const { return kLeft + pitch_ * (session - plot_.first_session + .5); }

  // The sessions at which changes wait, shaded down to `bottom`.
  std::string Waiting(double bottom) const {
    std::string out;
    for (const CourseRow& row : plot_.rows) {
      if (row.kind != CourseRow::Kind::kHold) continue;
      for (const auto& [session, word] : row.cells) {
        out += fmt::format("<rect class=\"w\" x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.1f}\" height=\"{:.1f}\"/>\n",
                           XOf(session) - pitch_ / 2, kTop, pitch_, bottom - kTop);
      }
    }
    return out;
  }

  std::string Curve(const CourseCurve& curve, double* y) const {
    std::string out = SvgText(16, *y + 16, "h", curve.title);
    if (!curve.note.empty()) out += SvgText(right_ + kRight - 16, *y + 16, "d r", curve.note);
    const double top = *y + kTitle;
    const double bottom = top + (curve.is_alliance ? kStrip : kCurve);
    const auto y_of = [&](double score) {
      return bottom -
             (bottom - top) * (std::clamp(score, curve.low, curve.high) - curve.low) / (curve.high - curve.low);
    };
    out += SvgLine(kLeft, top, kLeft, bottom, "a") + SvgLine(kLeft, bottom, right_, bottom, "a");
    for (const double tick : {curve.low, curve.high}) {
      out += SvgLine(kLeft - 5, y_of(tick), kLeft, y_of(tick), "a");
      out += SvgText(kLeft - 9, y_of(tick) + 4.5, "d r", NumberText(tick));
    }
    for (int session = plot_.first_session; session <= plot_.last_session; ++session) {
      out += SvgLine(XOf(session), bottom, XOf(session), bottom + 4, "a");
      out += SvgText(XOf(session), bottom + 18, "d m n", fmt::format("{}", session));
    }
    out += SvgText(kLeft - 9, bottom + 18, "d r n", "session");
    out += Levels(curve, y_of);
    for (const CourseBand& band : curve.bands) out += Band(band, y_of);
    *y = bottom + kBelowCurve;
    return out + Scores(curve, y_of);
  }

  // What levels mean stands right of them, one beneath the other even where levels are close.
  template <typename YOf>
  std::string Levels(const CourseCurve& curve, const YOf& y_of) const {
    std::vector<CourseLevel> levels = curve.levels;
    std::sort(levels.begin(), levels.end(), [](const auto& a, const auto& b) { return a.score > b.score; });
    std::string out;
    double free = 0;
    for (const CourseLevel& level : levels) {
      const double y = y_of(level.score);
      out += SvgLine(kLeft, y, right_, y, ClassOf(level.mark));
      free = std::max(y, free);
      out += SvgText(right_ + 8, free + 4.5, "d", LevelText(level));
      free += kLineBelow - 3;
    }
    return out;
  }

  template <typename YOf>
  std::string Band(const CourseBand& band, const YOf& y_of) const {
    const auto mark = [&](double score, std::string_view classes, std::string_view share) {
      const double x = XOf(band.session), y = y_of(score);
      return SvgTitled(fmt::format("session {}: of clients with a like baseline {} is worse off than {}", band.session,
                                   share, NumberText(score)),
                       fmt::format("<path class=\"{}\" d=\"M{:.1f} {:.1f}L{:.1f} {:.1f}L{:.1f} {:.1f}Z\"/>\n", classes,
                                   x - 5, y - 4, x + 5, y - 4, x, y + 4));
    };
    return mark(band.worst_fifth, "e", "one in five") + mark(band.worst_tenth, "o", "one in ten");
  }

  template <typename YOf>
  std::string Scores(const CourseCurve& curve, const YOf& y_of) const {
    std::vector<std::string> corners;
    std::string marks;
    for (const CoursePoint& point : curve.points) {
      const double x = XOf(point.session), y = y_of(point.score);
      corners.push_back(fmt::format("{:.1f},{:.1f}", x, y));
      marks += SvgTitled(fmt::format("session {}: {}", point.session, NumberText(point.score)),
                         fmt::format("<circle class=\"s\" cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"4\"/>\n", x, y) +
                             SvgText(x, y - 8, "m n", NumberText(point.score)));
    }
    return fmt::format("<polyline class=\"f\" points=\"{}\"/>\n{}", fmt::join(corners, " "), marks);
  }

  std::string Row(const CourseRow& row, double* y) const {
    const double base = *y + 15;
    *y += kRow;
    std::string out = row.label.empty()
                          ? std::string()
                          : SvgTitled(row.label, SvgText(16, base, "", SvgShortened(row.label, kLabelCharacters)));
    for (const auto& [session, word] : row.cells) {
      out += SvgText(XOf(session), base, row.kind == CourseRow::Kind::kEvent ? "d m" : "m", word);
    }
    return out;
  }

  std::string Legend(double* y) const {
    const auto columns = static_cast<std::size_t>((right_ + kRight - 32) / kLetter);
    std::string out;
    *y += 10;
    for (const std::string& text : plot_.legend) {
      std::istringstream lines(Wrap(text, 0, columns));
      for (std::string line; std::getline(lines, line); *y += kLineBelow) out += SvgText(16, *y + 12, "d", line);
    }
    return out;
  }

  const CoursePlot& plot_;
  double pitch_ = 0, right_ = 0;
};

}  // namespace

std::string CourseSvg(const CoursePlot& plot) { return Picture(plot).Draw(); }

}  // namespace braid::cli
