#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tools/braid/course_plot.h"
#include "tools/braid/words.h"

namespace braid::cli {
namespace {

constexpr std::size_t kIndent = 3;
constexpr std::size_t kMostWidth = 120;
constexpr std::size_t kMostLabel = 28;  // columns, and a third of the width
constexpr std::size_t kMostPitch = 9;   // columns a session where there is room
constexpr int kCurveLines = 14, kStripLines = 5;

// One column: what stands there, and how.
struct Cell {
  std::string glyph = " ";
  Style style = Style::kPlain;
};
using Line = std::vector<Cell>;

std::string Text(const Line& line, const Terminal& terminal) {
  auto end = line.end();
  while (end != line.begin() && std::prev(end)->glyph == " ") --end;
  std::string out;
  for (auto begin = line.begin(); begin != end;) {
    const auto next = std::find_if(begin, end, [&](const Cell& cell) { return cell.style != begin->style; });
    std::string run;
    for (auto cell = begin; cell != next; ++cell) run += cell->glyph;
    out += terminal.Styled(run, begin->style);
    begin = next;
  }
  return out;
}

Style StyleOf(CourseLevel::Mark mark) {
  switch (mark) {
    case CourseLevel::Mark::kReliablyBetter:
      return Style::kGreen;
    case CourseLevel::Mark::kReliablyWorse:
      return Style::kRed;
    case CourseLevel::Mark::kCutoff:
      break;
  }
  return Style::kYellow;
}

std::string_view GlyphOf(CourseLevel::Mark mark) { return mark == CourseLevel::Mark::kCutoff ? "─" : "┄"; }

Style StyleOf(CourseRow::Kind kind) {
  switch (kind) {
    case CourseRow::Kind::kEvent:
      return Style::kDim;
    case CourseRow::Kind::kHold:
      return Style::kYellow;
    case CourseRow::Kind::kVerb:
      return Style::kPlain;
    case CourseRow::Kind::kPlan:
      break;
  }
  return Style::kCyan;
}

constexpr char kScore[] = "●", kBetween[] = "·", kWorstFifth[] = "▿", kWorstTenth[] = "▼";

class CourseDrawing {
 public:
  CourseDrawing(const CoursePlot& plot, const Terminal& terminal)
      : plot_(plot), terminal_(terminal), width_(std::min(terminal.width(), kMostWidth)) {
    LayOut();
  }

  std::string Draw() {
    for (first_ = plot_.first_session; first_ <= plot_.last_session; first_ += fitting_) {
      end_ = std::min(first_ + fitting_, plot_.last_session + 1);
      Part();
    }
    out_ += '\n';
    for (const std::string& line : plot_.legend) Dim(line);
    return std::move(out_);
  }

 private:
  // As many sessions beside each other as fit, as far apart as fits.
  void LayOut() {
    std::size_t widest = DisplayWidth(fmt::format("{}", plot_.last_session));
    label_ = DisplayWidth("session");
    for (const CourseCurve& curve : plot_.curves) {
      for (const CoursePoint& point : curve.points) widest = std::max(widest, NumberText(point.score).size());
      for (const double tick : {curve.low, curve.high}) label_ = std::max(label_, NumberText(tick).size());
      for (const CourseLevel& level : curve.levels) label_ = std::max(label_, NumberText(level.score).size());
    }
    for (const CourseRow& row : plot_.rows) {
      label_ = std::max(label_, DisplayWidth(row.label));
      for (const auto& [session, word] : row.cells) widest = std::max(widest, DisplayWidth(word));
    }
    label_ = std::min({label_, kMostLabel, width_ / 3});
    const std::size_t beside = kIndent + label_ + 2;  // a blank and the axis
    const std::size_t room = width_ > beside ? width_ - beside : 0;
    const int span = plot_.last_session - plot_.first_session + 1;
    const auto sessions = static_cast<std::size_t>(span);
    pitch_ = std::max(widest + 1, std::min(room / sessions, kMostPitch));
    fitting_ = static_cast<int>(std::clamp<std::size_t>(room / pitch_, 1, sessions));
  }

  bool IsInside(int session) const { return session >= first_ && session < end_; }

  template <typename Entries>
  bool HasInside(const Entries& entries) const {
    return std::any_of(entries.begin(), entries.end(), [&](const auto& entry) { return IsInside(entry.session); });
  }
  bool HasInside(const CourseRow& row) const {
    const auto cell = row.cells.lower_bound(first_);
    return cell != row.cells.end() && cell->first < end_;
  }

  // All curves and rows of [first_, end_).
  void Part() {
    const bool is_empty =
        std::none_of(plot_.curves.begin(), plot_.curves.end(),
                     [&](const CourseCurve& curve) { return HasInside(curve.points); }) &&
        std::none_of(plot_.rows.begin(), plot_.rows.end(), [&](const CourseRow& row) { return HasInside(row); });
    if (is_empty) {
      out_ += '\n';
      return Dim(fmt::format("Sessions {} to {}: nothing is known.", first_, end_ - 1));
    }
    for (const CourseCurve& curve : plot_.curves) {
      if (HasInside(curve.points)) Curve(curve);
    }
    out_ += '\n';
    Line numbers = Blank();
    for (int session = first_; session < end_; ++session)
      Put(session, fmt::format("{}", session), Style::kDim, &numbers);
    Row("session", numbers);
    for (const CourseRow& row : plot_.rows) {
      if (HasInside(row)) Words(row);
    }
  }

  Line Blank() const {
    const int sessions = end_ - first_;
    return Line(pitch_ * static_cast<std::size_t>(sessions));
  }

  // Where the mark of a session stands. A word is put around it.
  int ColumnOf(int session) const {
    const auto pitch = static_cast<int>(pitch_);
    return (session - first_) * pitch + (pitch - 1) / 2;
  }

  static void Mark(int column, std::string glyph, Style style, Line* line) {
    if (column < 0 || column >= static_cast<int>(line->size())) return;
    (*line)[static_cast<std::size_t>(column)] = {std::move(glyph), style};
  }

  // `text`, each of its characters one column wide, in the middle of the session's columns.
  void Put(int session, std::string_view text, Style style, Line* line) const {
    int column = ColumnOf(session) - (static_cast<int>(DisplayWidth(text)) - 1) / 2;
    for (std::size_t at = 0; at < text.size();) {
      std::size_t end = at + 1;
      while (end < text.size() && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) ++end;  // UTF-8 goes on
      Mark(column++, std::string(text.substr(at, end - at)), style, line);
      at = end;
    }
  }

  // What stands left of the columns, `axis` next to them.
  std::string Margin(std::string_view label, bool right, std::string_view axis) const {
    const std::string shown = Shortened(label, label_);
    const std::string blanks(label_ - DisplayWidth(shown), ' ');
    return std::string(kIndent, ' ') + (right ? blanks + shown : shown + blanks) + " " + std::string(axis);
  }

  void Row(std::string_view label, const Line& line) {
    const std::string text = Margin(label, false, " ") + Text(line, terminal_);
    out_ += text.substr(0, text.find_last_not_of(' ') + 1) + '\n';
  }

  void Words(const CourseRow& row) {
    Line line = Blank();
    for (auto cell = row.cells.lower_bound(first_); cell != row.cells.end() && cell->first < end_; ++cell) {
      Put(cell->first, cell->second, StyleOf(row.kind), &line);
    }
    Row(row.label, line);
  }

  // --- A curve

  // From the top. Higher scores are never lower down; equal ones are equally high.
  static std::size_t LineOf(const CourseCurve& curve, double score, std::size_t lines) {
    const double share = (curve.high - std::clamp(score, curve.low, curve.high)) / (curve.high - curve.low);
    return static_cast<std::size_t>(std::lround(share * static_cast<double>(lines - 1)));
  }

  void Curve(const CourseCurve& curve) {
    const std::size_t count = curve.is_alliance ? kStripLines : kCurveLines;
    std::vector<Line> lines(count, Blank());
    std::vector<std::string> ticks(count);
    ticks.front() = NumberText(curve.high);
    ticks.back() = NumberText(curve.low);
    // Later marks stand over earlier ones, scores over all.
    for (const CourseLevel& level : curve.levels) {
      const std::size_t at = LineOf(curve, level.score, count);
      for (Cell& cell : lines[at]) cell = {std::string(GlyphOf(level.mark)), StyleOf(level.mark)};
      if (ticks[at].empty()) ticks[at] = NumberText(level.score);
    }
    for (const CourseBand& band : curve.bands) {
      if (!IsInside(band.session)) continue;
      const int column = ColumnOf(band.session);
      Mark(column, kWorstFifth, Style::kYellow, &lines[LineOf(curve, band.worst_fifth, count)]);
      Mark(column, kWorstTenth, Style::kRed, &lines[LineOf(curve, band.worst_tenth, count)]);
    }
    Between(curve, &lines);
    Line figures = Blank();
    for (const CoursePoint& point : curve.points) {
      if (!IsInside(point.session)) continue;
      Mark(ColumnOf(point.session), kScore, Style::kBold, &lines[LineOf(curve, point.score, count)]);
      Put(point.session, NumberText(point.score), Style::kBold, &figures);
    }
    out_ += '\n' + terminal_.Styled(Wrap(curve.title, kIndent, width_), Style::kBold);
    for (std::size_t i = 0; i < count; ++i) {
      out_ += Margin(ticks[i], true, ticks[i].empty() ? "│" : "┤") + Text(lines[i], terminal_) + '\n';
    }
    Row("score", figures);
    Dim(Key(curve));
  }

  // From score to score as the crow flies: what was between is not known.
  void Between(const CourseCurve& curve, std::vector<Line>* lines) const {
    for (std::size_t i = 1; i < curve.points.size(); ++i) {
      const CoursePoint &from = curve.points[i - 1], &to = curve.points[i];
      const int begin = ColumnOf(from.session), end = ColumnOf(to.session);
      for (int column = std::max(begin, 0); column < std::min(end, static_cast<int>(lines->front().size())); ++column) {
        const double share = static_cast<double>(column - begin) / (end - begin);
        const double score = from.score + share * (to.score - from.score);
        Mark(column, kBetween, Style::kDim, &(*lines)[LineOf(curve, score, lines->size())]);
      }
    }
  }

  std::string Key(const CourseCurve& curve) const {
    std::string key = fmt::format("{} score", kScore);
    for (const CourseLevel& level : curve.levels) key += fmt::format("; {} {}", GlyphOf(level.mark), LevelText(level));
    if (HasInside(curve.bands)) {
      key += fmt::format("; {} one in five of like clients is worse off, {} one in ten", kWorstFifth, kWorstTenth);
    }
    return curve.note.empty() ? key : fmt::format("{}; {}", key, curve.note);
  }

  void Dim(const std::string& text) { out_ += terminal_.Styled(Wrap(text, kIndent, width_), Style::kDim); }

  const CoursePlot& plot_;
  const Terminal& terminal_;
  std::size_t width_;
  std::size_t label_ = 0;
  std::size_t pitch_ = 1;
  int fitting_ = 1;
  int first_ = 0, end_ = 0;
  std::string out_;
};

}  // namespace

std::string DrawCourse(const CoursePlot& plot, const Terminal& terminal) {
  return CourseDrawing(plot, terminal).Draw();
}

}  // namespace braid::cli
