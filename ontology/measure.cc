#include "ontology/measure.h"

#include <cmath>
#include <string_view>

#include "ontology/lookup.h"

namespace braid::ontology {
namespace {

using graph::NodeIndex;
using graph::Snapshot;

MeasureDirection DirectionOf(std::string_view word) {
  if (word == "higher_worse") return MeasureDirection::kHigherIsWorse;
  if (word == "lower_worse" || word == "higher_better") return MeasureDirection::kHigherIsBetter;
  return MeasureDirection::kUnknown;
}

std::optional<double> Positive(std::optional<double> value) {
  return value.has_value() && *value > 0 ? value : std::nullopt;
}

std::optional<ScoreNorm> NormOf(std::optional<double> mean, std::optional<double> sd) {
  if (!mean.has_value() || !sd.has_value() || *sd <= 0) return std::nullopt;
  return ScoreNorm{*mean, *sd};
}

// S_diff; nullopt: SD or reliability is not known.
std::optional<double> ErrorOfDifference(const Measure& measure) {
  if (!measure.sd.has_value() || !measure.reliability.has_value()) return std::nullopt;
  return *measure.sd * std::sqrt(2 * (1 - *measure.reliability));
}

}  // namespace

Measure ReadMeasure(const Snapshot& snapshot, NodeIndex node) {
  const auto number = [&](std::string_view name) { return NumberOf(snapshot, node, name); };
  Measure measure;
  measure.node = node;
  measure.range_min = number("range_min");
  measure.range_max = number("range_max");
  measure.direction = DirectionOf(TextOf(snapshot, node, "direction"));
  measure.clinical_cutoff = number("clinical_cutoff");
  measure.clinical_from = TextOf(snapshot, node, "cutoff_rule") != "<";
  measure.reliable_change = Positive(number("reliable_change"));
  measure.sd = Positive(number("sd"));
  measure.reliability = number("reliability");
  if (measure.reliability.has_value() && !(*measure.reliability >= 0 && *measure.reliability < 1)) {
    measure.reliability.reset();
  }
  measure.functional = NormOf(number("functional_mean"), number("functional_sd"));
  measure.clinical = NormOf(number("clinical_mean"), number("clinical_sd"));
  return measure;
}

std::optional<double> ImprovementOf(const Measure& measure, double before, double after) {
  switch (measure.direction) {
    case MeasureDirection::kHigherIsWorse:
      return before - after;
    case MeasureDirection::kHigherIsBetter:
      return after - before;
    case MeasureDirection::kUnknown:
      break;
  }
  return std::nullopt;
}

std::optional<double> ReliableChangeIndex(const Measure& measure, double before, double after) {
  const std::optional<double> improvement = ImprovementOf(measure, before, after);
  if (!improvement.has_value()) return std::nullopt;
  if (const std::optional<double> error = ErrorOfDifference(measure); error.has_value()) return *improvement / *error;
  if (!measure.reliable_change.has_value()) return std::nullopt;
  return kReliableIndex * *improvement / *measure.reliable_change;
}

std::optional<double> LeastReliableChange(const Measure& measure) {
  if (const std::optional<double> error = ErrorOfDifference(measure); error.has_value()) return kReliableIndex * *error;
  return measure.reliable_change;
}

std::optional<double> CutoffOf(const Measure& measure) {
  if (!measure.functional.has_value() || !measure.clinical.has_value()) return measure.clinical_cutoff;
  const ScoreNorm& f = *measure.functional;
  const ScoreNorm& d = *measure.clinical;
  return (d.sd * f.mean + f.sd * d.mean) / (d.sd + f.sd);
}

std::optional<bool> IsClinical(const Measure& measure, double score) {
  const std::optional<double> cutoff = CutoffOf(measure);
  if (!cutoff.has_value()) return std::nullopt;
  return measure.clinical_from ? score >= *cutoff : score < *cutoff;
}

}  // namespace braid::ontology
