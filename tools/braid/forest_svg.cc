#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <string_view>

#include "tools/braid/forest_plot.h"
#include "tools/braid/svg.h"

namespace braid::cli {
namespace {

// Lengths in the picture's own units.
constexpr double kWidth = 960;
constexpr double kBarLeft = 560, kBarRight = 940;
constexpr double kFigureRight = 490, kWeightRight = 545;
constexpr double kTop = 74, kRow = 24, kBelow = 48;
constexpr std::size_t kLabelCharacters = 46;

constexpr std::string_view kStyle =
    ".f{stroke:#0550ae;stroke-width:1.5}.s{fill:#0550ae}.p{fill:#953800}.q{stroke:#953800;stroke-width:1.5;"
    "stroke-dasharray:3 3}@media(prefers-color-scheme:dark){.f{stroke:#58a6ff}.s{fill:#58a6ff}.p{fill:#f0883e}"
    ".q{stroke:#f0883e}}";

class Picture {
 public:
  explicit Picture(const ForestPlot& plot) : plot_(plot) {}

  std::string Draw() {
    const double bottom = kTop + kRow * static_cast<double>(plot_.rows.size());
    std::string out = SvgHead(kWidth, bottom + kBelow, "Forest plot: " + plot_.title, {}, kStyle);
    out += SvgText(16, 28, "t", plot_.title);
    out += SvgText(kFigureRight, 56, "d r", "g [95 %]") + SvgText(kWeightRight, 56, "d r", "weight");
    out += Axis(bottom);
    double y = kTop;
    for (const ForestRow& row : plot_.rows) {
      out += Row(row, y + kRow / 2);
      y += kRow;
    }
    const bool starred =
        std::any_of(plot_.rows.begin(), plot_.rows.end(), [](const auto& row) { return row.unverified; });
    if (starred) out += SvgText(16, bottom + 34, "d", "* not verified in its source");
    return out + "</svg>\n";
  }

 private:
  double XOf(double effect) const {
    const double inside = std::clamp(effect, plot_.axis_low, plot_.axis_high);
    return kBarLeft + (kBarRight - kBarLeft) * (inside - plot_.axis_low) / (plot_.axis_high - plot_.axis_low);
  }

  // A tick at every half.
  std::string Axis(double bottom) const {
    std::string out = SvgLine(kBarLeft, bottom, kBarRight, bottom, "a");
    const auto halves = std::lround((plot_.axis_high - plot_.axis_low) * 2);
    for (long i = 0; i <= halves; ++i) {
      const double effect = plot_.axis_low + static_cast<double>(i) / 2;
      const double x = XOf(effect);
      out += SvgLine(x, effect == 0 ? kTop : bottom, x, bottom + 5, "a");
      out += SvgText(x, bottom + 20, "d m", fmt::format("{}{:g}", effect < 0 ? "−" : "", std::abs(effect)));
    }
    return out + SvgText((kBarLeft + kBarRight) / 2, bottom + 38, "d m", "Hedges' g, right of zero: better");
  }

  std::string Row(const ForestRow& row, double y) const {
    const double base = y + 4.5;  // of the letters
    if (row.mark == ForestRow::Mark::kHeading) return SvgText(16, base, "h", row.label);
    const std::string label = SvgShortened(row.label, kLabelCharacters) + (row.unverified ? "*" : "");
    std::string out = SvgText(28, base, row.mark == ForestRow::Mark::kFinding ? "" : "d", label);
    out += SvgText(kFigureRight, base, "r", FigureText(row));
    if (row.weight.has_value()) {
      out += SvgText(kWeightRight, base, "d r", *row.weight > 0 ? fmt::format("{:.0f} %", 100 * *row.weight) : "–");
    }
    return SvgTitled(row.label, out + Mark(row, y));
  }

  std::string Mark(const ForestRow& row, double y) const {
    const double low = XOf(row.low), high = XOf(row.high), middle = XOf(row.effect);
    if (row.mark == ForestRow::Mark::kPooled) {
      return fmt::format("<path class=\"p\" d=\"M{:.1f} {:.1f}L{:.1f} {:.1f}L{:.1f} {:.1f}L{:.1f} {:.1f}Z\"/>\n", low,
                         y, middle, y - 6, high, y, middle, y + 6);
    }
    std::string out = SvgLine(low, y, high, y, row.mark == ForestRow::Mark::kFinding ? "f" : "q");
    // What goes on beyond the axis ends in an arrow.
    if (row.low < plot_.axis_low) out += Arrow(low, y, 1, row);
    if (row.high > plot_.axis_high) out += Arrow(high, y, -1, row);
    if (row.mark == ForestRow::Mark::kFinding) {
      const double half = 3 + 4 * std::sqrt(row.weight.value_or(0));  // the area goes with the weight
      out += fmt::format("<rect class=\"s\" x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.1f}\" height=\"{:.1f}\"/>\n",
                         middle - half, y - half, 2 * half, 2 * half);
    }
    return out;
  }

  static std::string Arrow(double x, double y, int inwards, const ForestRow& row) {
    return fmt::format("<path class=\"{}\" d=\"M{:.1f} {:.1f}L{:.1f} {:.1f}L{:.1f} {:.1f}Z\"/>\n",
                       row.mark == ForestRow::Mark::kFinding ? "s" : "p", x, y, x + 7 * inwards, y - 4, x + 7 * inwards,
                       y + 4);
  }

  const ForestPlot& plot_;
};

}  // namespace

std::string ForestSvg(const ForestPlot& plot) { return Picture(plot).Draw(); }

}  // namespace braid::cli
