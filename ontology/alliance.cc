#include "ontology/alliance.h"

#include <cstddef>
#include <optional>
#include <vector>

#include "ontology/measure.h"

namespace braid::ontology {
namespace {

// Whether `now` is worse than `before` by `least` points or more, or by any.
bool Fell(const Measure& measure, double before, double now, std::optional<double> least = std::nullopt) {
  const std::optional<double> improvement = ImprovementOf(measure, before, now);
  if (!improvement.has_value()) return false;
  return least.has_value() ? -*improvement >= *least : *improvement < 0;
}

bool FellReliably(const Measure& measure, const std::vector<double>& scores) {
  const std::optional<double> least = LeastReliableChange(measure);
  return least.has_value() && Fell(measure, scores.front(), scores.back(), least);
}

bool FellTwice(const Measure& measure, const std::vector<double>& scores) {
  const std::size_t count = scores.size();
  return count >= 3 && Fell(measure, scores[count - 3], scores[count - 2]) &&
         Fell(measure, scores[count - 2], scores[count - 1]);
}

}  // namespace

AllianceState StateOf(const graph::Snapshot& snapshot, const Client::Alliance& alliance) {
  if (!alliance.markers.empty()) return AllianceState::kRuptured;
  if (!alliance.measure.has_value() || alliance.scores.empty()) return AllianceState::kUnknown;
  const Measure measure = ReadMeasure(snapshot, *alliance.measure);
  if (FellReliably(measure, alliance.scores)) return AllianceState::kRuptured;
  const std::optional<bool> is_below = IsClinical(measure, alliance.scores.back());
  if (is_below.value_or(false) || FellTwice(measure, alliance.scores)) return AllianceState::kStrained;
  return is_below.has_value() ? AllianceState::kOk : AllianceState::kUnknown;
}

}  // namespace braid::ontology
