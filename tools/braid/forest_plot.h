// What a synthesis looks like as a forest plot: rows on one axis, drawn in a terminal or as a picture.
//
// A row is a finding with its interval and weight, the pooled estimate of a stratum, the interval in which a new study
// is to be expected, or a level of shrinkage. Effects are Hedges' g; right of zero favours the client.

#ifndef BRAID_TOOLS_BRAID_FOREST_PLOT_H_
#define BRAID_TOOLS_BRAID_FOREST_PLOT_H_

#include <optional>
#include <string>
#include <vector>

#include "braid/v1/evidence_service.pb.h"
#include "tools/braid/terminal.h"

namespace braid::cli {

struct ForestRow {
  enum class Mark { kHeading, kFinding, kPooled, kPrediction };
  Mark mark = Mark::kHeading;
  std::string label;
  double effect = 0, low = 0, high = 0;  // unless kHeading
  std::optional<double> weight;          // of a finding, in [0, 1]
  bool unverified = false;               // of a finding
};

struct ForestPlot {
  std::string title;
  std::vector<ForestRow> rows;
  // The axis, whole halves of g with zero inside and at most 3 from it: what lies beyond is cut, and shown as cut.
  double axis_low = 0, axis_high = 1;
};

// By strata, in their order; findings of a stratum by id; last the levels of shrinkage against usual care, where there
// are data.
ForestPlot PlotOf(const v1::SynthesizeResponse& reply);

// `mixed inactive, after treatment (trials)`
std::string StratumText(const v1::EvidenceStratum& stratum);

// `0.79 [0.70, 0.88]`
std::string FigureText(const ForestRow& row);

// The rows with their figures, weights and bars.
std::string DrawForest(const ForestPlot& plot, const Terminal& terminal);

// The same as an SVG document: the same bytes for the same plot, readable on light and on dark ground.
std::string ForestSvg(const ForestPlot& plot);

}  // namespace braid::cli

#endif  // BRAID_TOOLS_BRAID_FOREST_PLOT_H_
