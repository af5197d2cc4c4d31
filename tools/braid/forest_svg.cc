#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <string_view>

#include "tools/braid/forest_plot.h"

namespace braid::cli {
namespace {

// Lengths in the picture's own units.
constexpr double kWidth = 960;
constexpr double kBarLeft = 560, kBarRight = 940;
constexpr double kFigureRight = 490, kWeightRight = 545;
constexpr double kTop = 74, kRow = 24, kBelow = 48;
constexpr std::size_t kLabelCharacters = 46;

constexpr std::string_view kStyle =
    "text{font:13px system-ui,sans-serif;fill:#1b1f24}.t{font-size:17px;font-weight:600}.h{font-weight:600}"
    ".d{fill:#59636e}.r{text-anchor:end}.m{text-anchor:middle}.a{stroke:#8c959f;stroke-width:1}"
    ".f{stroke:#0550ae;stroke-width:1.5}.s{fill:#0550ae}.p{fill:#953800}.q{stroke:#953800;stroke-width:1.5;"
    "stroke-dasharray:3 3}@media(prefers-color-scheme:dark){text{fill:#e6edf3}.d{fill:#9198a1}.a{stroke:#656c76}"
    ".f{stroke:#58a6ff}.s{fill:#58a6ff}.p{fill:#f0883e}.q{stroke:#f0883e}}";

// `text` as character data or a quoted value. What XML cannot hold becomes U+FFFD.
std::string Escaped(std::string_view text) {
  std::string out;
  for (const char character : text) {
    switch (character) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      default:
        if (static_cast<unsigned char>(character) < 0x20) {
          out += "\xEF\xBF\xBD";
        } else {
          out += character;
        }
    }
  }
  return out;
}

std::string Shortened(std::string_view text) {
  std::size_t characters = 0;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if ((static_cast<unsigned char>(text[at]) & 0xC0U) == 0x80U) continue;  // UTF-8 goes on
    if (++characters > kLabelCharacters) return std::string(text.substr(0, at)) + "…";
  }
  return std::string(text);
}

std::string Text(double x, double y, std::string_view classes, std::string_view text) {
  return fmt::format("<text x=\"{:.1f}\" y=\"{:.1f}\" class=\"{}\">{}</text>\n", x, y, classes, Escaped(text));
}

std::string Line(double x1, double y1, double x2, double y2, std::string_view classes) {
  return fmt::format("<line x1=\"{:.1f}\" y1=\"{:.1f}\" x2=\"{:.1f}\" y2=\"{:.1f}\" class=\"{}\"/>\n", x1, y1, x2, y2,
                     classes);
}

class Picture {
 public:
  explicit Picture(const ForestPlot& plot) : plot_(plot) {}

  std::string Draw() {
    const double bottom = kTop + kRow * static_cast<double>(plot_.rows.size());
    const std::string title = Escaped(plot_.title);
    std::string out = fmt::format(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {0:.0f} {1:.0f}\" role=\"img\" aria-label=\"Forest "
        "plot: {2}\">\n<title>{2}</title>\n<style>{3}</style>\n",
        kWidth, bottom + kBelow, title, kStyle);
    out += Text(16, 28, "t", plot_.title);
    out += Text(kFigureRight, 56, "d r", "g [95 %]") + Text(kWeightRight, 56, "d r", "weight");
    out += Axis(bottom);
    double y = kTop;
    for (const ForestRow& row : plot_.rows) {
      out += Row(row, y + kRow / 2);
      y += kRow;
    }
    const bool starred =
        std::any_of(plot_.rows.begin(), plot_.rows.end(), [](const auto& row) { return row.unverified; });
    if (starred) out += Text(16, bottom + 34, "d", "* not verified in its source");
    return out + "</svg>\n";
  }

 private:
  double XOf(double effect) const {
    const double inside = std::clamp(effect, plot_.axis_low, plot_.axis_high);
    return kBarLeft + (kBarRight - kBarLeft) * (inside - plot_.axis_low) / (plot_.axis_high - plot_.axis_low);
  }

  // A tick at every half.
  std::string Axis(double bottom) const {
    std::string out = Line(kBarLeft, bottom, kBarRight, bottom, "a");
    const auto halves = std::lround((plot_.axis_high - plot_.axis_low) * 2);
    for (long i = 0; i <= halves; ++i) {
      const double effect = plot_.axis_low + static_cast<double>(i) / 2;
      const double x = XOf(effect);
      out += Line(x, effect == 0 ? kTop : bottom, x, bottom + 5, "a");
      out += Text(x, bottom + 20, "d m", fmt::format("{}{:g}", effect < 0 ? "−" : "", std::abs(effect)));
    }
    return out + Text((kBarLeft + kBarRight) / 2, bottom + 38, "d m", "Hedges' g, right of zero: better");
  }

  std::string Row(const ForestRow& row, double y) const {
    const double base = y + 4.5;  // of the letters
    if (row.mark == ForestRow::Mark::kHeading) return Text(16, base, "h", row.label);
    const std::string label = Shortened(row.label) + (row.unverified ? "*" : "");
    std::string out = fmt::format("<g><title>{}</title>\n", Escaped(row.label));
    out += Text(28, base, row.mark == ForestRow::Mark::kFinding ? "" : "d", label);
    out += Text(kFigureRight, base, "r", FigureText(row));
    if (row.weight.has_value()) {
      out += Text(kWeightRight, base, "d r", *row.weight > 0 ? fmt::format("{:.0f} %", 100 * *row.weight) : "–");
    }
    return out + Mark(row, y) + "</g>\n";
  }

  std::string Mark(const ForestRow& row, double y) const {
    const double low = XOf(row.low), high = XOf(row.high), middle = XOf(row.effect);
    if (row.mark == ForestRow::Mark::kPooled) {
      return fmt::format("<path class=\"p\" d=\"M{:.1f} {:.1f}L{:.1f} {:.1f}L{:.1f} {:.1f}L{:.1f} {:.1f}Z\"/>\n", low,
                         y, middle, y - 6, high, y, middle, y + 6);
    }
    std::string out = Line(low, y, high, y, row.mark == ForestRow::Mark::kFinding ? "f" : "q");
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
