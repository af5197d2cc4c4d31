#include "tools/braid/forest_plot.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <utility>

#include "tools/braid/session.h"

namespace braid::cli {
namespace {

constexpr double kFarthest = 3;     // from zero, on the axis
constexpr double kNormal95 = 1.96;  // half-width of a 95 % interval, as precise as a plot
constexpr std::size_t kIndent = 3;
constexpr std::size_t kLabelColumns = 44;
constexpr std::size_t kLeastBar = 21, kMostBar = 61;  // columns

std::string SignedText(double value) {
  const std::string digits = fmt::format("{:.2f}", std::abs(value));
  return value < 0 && digits != "0.00" ? "−" + digits : digits;
}

// --- The rows

ForestRow Heading(std::string label) { return {ForestRow::Mark::kHeading, std::move(label), 0, 0, 0, {}, false}; }

ForestRow RowOf(const v1::PairFinding& finding) {
  const v1::FindingEffect& effect = finding.effect();
  return {ForestRow::Mark::kFinding,
          finding.finding().label(),
          effect.g(),
          effect.interval().low(),
          effect.interval().high(),
          finding.weight(),
          finding.finding().verification() != v1::VERIFICATION_SOURCE};
}

ForestRow RowOf(const v1::EffectEstimate& estimate, std::string label) {
  const double reach = kNormal95 * std::sqrt(estimate.variance());
  return {ForestRow::Mark::kPooled,
          std::move(label),
          estimate.mean(),
          estimate.mean() - reach,
          estimate.mean() + reach,
          {},
          false};
}

void AddStratum(const v1::SynthesizeResponse& reply, int index, std::vector<ForestRow>& rows) {
  const v1::EvidenceStratum& stratum = reply.strata(index);
  rows.push_back(Heading(StratumText(stratum)));
  for (const v1::PairFinding& finding : reply.findings()) {
    if (finding.has_stratum_index() && finding.stratum_index() == index) rows.push_back(RowOf(finding));
  }
  const std::int64_t studies = stratum.study_count();
  std::string label = stratum.from_meta_analysis() ? "as published" : "pooled";
  if (studies > 0) label += fmt::format(", {} {}", studies, studies == 1 ? "study" : "studies");
  rows.push_back({ForestRow::Mark::kPooled,
                  std::move(label),
                  stratum.estimate(),
                  stratum.interval().low(),
                  stratum.interval().high(),
                  {},
                  false});
  if (!stratum.has_prediction()) return;
  rows.push_back({ForestRow::Mark::kPrediction,
                  "prediction",
                  stratum.estimate(),
                  stratum.prediction().low(),
                  stratum.prediction().high(),
                  {},
                  false});
}

void AddShrinkage(const v1::SynthesizeResponse& reply, std::vector<ForestRow>& rows) {
  const v1::Benefit& benefit = reply.benefit();
  if (!benefit.has_stratum()) return;
  rows.push_back(Heading("against usual care, after shrinkage"));
  for (const v1::ShrinkageStep& step : benefit.shrinkage()) rows.push_back(RowOf(step.estimate(), step.label()));
  rows.push_back({ForestRow::Mark::kPrediction,
                  "in one setting",
                  benefit.estimate().mean(),
                  benefit.prediction().low(),
                  benefit.prediction().high(),
                  {},
                  false});
}

// To the next half outwards.
void SetAxis(ForestPlot& plot) {
  double low = 0, high = .5;
  for (const ForestRow& row : plot.rows) {
    if (row.mark == ForestRow::Mark::kHeading) continue;
    low = std::min(low, row.low);
    high = std::max(high, row.high);
  }
  plot.axis_low = std::max(std::floor(low * 2) / 2, -kFarthest);
  plot.axis_high = std::min(std::ceil(high * 2) / 2, kFarthest);
}

// --- In a terminal

// A line of columns on the axis.
class Bar {
 public:
  Bar(const ForestPlot& plot, std::size_t columns) : plot_(plot), cells_(columns, " ") { Put(0, "│"); }

  void Draw(const ForestRow& row) {
    const bool is_finding = row.mark == ForestRow::Mark::kFinding;
    const char* line = is_finding ? "─" : row.mark == ForestRow::Mark::kPooled ? "━" : "┄";
    for (std::size_t i = ColumnOf(row.low); i <= ColumnOf(row.high); ++i) cells_[i] = line;
    if (row.mark != ForestRow::Mark::kPrediction) Put(row.effect, is_finding ? "■" : "◆");
    if (row.low < plot_.axis_low) cells_.front() = "◄";
    if (row.high > plot_.axis_high) cells_.back() = "►";
  }

  std::string Text() const { return fmt::format("{}", fmt::join(cells_, "")); }

 private:
  std::size_t ColumnOf(double effect) const {
    const double share =
        (std::clamp(effect, plot_.axis_low, plot_.axis_high) - plot_.axis_low) / (plot_.axis_high - plot_.axis_low);
    return static_cast<std::size_t>(std::lround(share * static_cast<double>(cells_.size() - 1)));
  }
  void Put(double effect, const char* mark) { cells_[ColumnOf(effect)] = mark; }

  const ForestPlot& plot_;
  std::vector<std::string> cells_;
};

// The ends of the axis and its zero, in as many columns as a bar.
std::string Ruler(const ForestPlot& plot, std::size_t columns) {
  const std::string low = SignedText(plot.axis_low), high = SignedText(plot.axis_high);
  const std::size_t used = DisplayWidth(low) + DisplayWidth(high);
  return low + std::string(columns > used ? columns - used : 1, ' ') + high;
}

std::string WeightText(const ForestRow& row) {
  if (!row.weight.has_value()) return {};
  return *row.weight > 0 ? fmt::format("{:.0f} %", 100 * *row.weight) : "–";
}

}  // namespace

std::string StratumText(const v1::EvidenceStratum& stratum) {
  const std::string comparator = EnumWord(v1::ComparatorClass_descriptor(), stratum.comparator());
  return fmt::format("{}{}, {} ({})", comparator, stratum.comparator_id().empty() ? "" : " " + stratum.comparator_id(),
                     EnumWord(v1::TimePoint_descriptor(), stratum.time_point()),
                     EnumWord(v1::EvidenceFamily_descriptor(), stratum.family()));
}

ForestPlot PlotOf(const v1::SynthesizeResponse& reply) {
  ForestPlot plot;
  plot.title = fmt::format("{} for {}", reply.intervention().preferred_label(), reply.concern().preferred_label());
  for (int i = 0; i < reply.strata_size(); ++i) AddStratum(reply, i, plot.rows);
  AddShrinkage(reply, plot.rows);
  SetAxis(plot);
  return plot;
}

std::string FigureText(const ForestRow& row) {
  const std::string interval = fmt::format("[{}, {}]", SignedText(row.low), SignedText(row.high));
  return row.mark == ForestRow::Mark::kPrediction ? interval : SignedText(row.effect) + " " + interval;
}

std::string DrawForest(const ForestPlot& plot, const Terminal& terminal) {
  std::size_t labels = 0, figures = 0;
  for (const ForestRow& row : plot.rows) {
    if (row.mark == ForestRow::Mark::kHeading) continue;
    labels = std::max(labels, DisplayWidth(Shortened(row.label, kLabelColumns)) + 2);
    figures = std::max(figures, DisplayWidth(FigureText(row)));
  }
  const std::size_t beside = kIndent + labels + figures + 16;  // the weights, and what is between columns
  const std::size_t columns =
      std::clamp(terminal.width() > beside ? terminal.width() - beside : 0, kLeastBar, kMostBar);
  // A right column is never wrapped, and all bars are as wide as the ruler.
  Table table({{""}, {"g [95 %]", true}, {"weight", true, Style::kDim}, {Ruler(plot, columns), true, Style::kCyan}});
  for (const ForestRow& row : plot.rows) {
    Bar bar(plot, columns);
    if (row.mark == ForestRow::Mark::kHeading) {
      table.AddRow({row.label, "", "", bar.Text()});
      continue;
    }
    bar.Draw(row);
    table.AddRow({"  " + Shortened(row.label, kLabelColumns) + (row.unverified ? "*" : ""), FigureText(row),
                  WeightText(row), bar.Text()});
  }
  return table.Text(terminal, kIndent);
}

}  // namespace braid::cli
