#include "ontology/alliance.h"

#include <optional>
#include <vector>

#include "ontology/lookup.h"
#include "ontology/policy.h"

namespace braid::ontology {
namespace {

using graph::NodeIndex;
using graph::Snapshot;

// How much worse `now` is than `before`, in points.
double Fall(const Snapshot& snapshot, NodeIndex measure, double before, double now) {
  return Matches(snapshot, measure, {"direction", {"higher_worse"}}) ? now - before : before - now;
}

bool IsBelowCutoff(const Snapshot& snapshot, NodeIndex measure, double cutoff, double score) {
  return Matches(snapshot, measure, {"cutoff_rule", {">="}}) ? score >= cutoff : score < cutoff;
}

bool FellReliably(const Snapshot& snapshot, NodeIndex measure, const std::vector<double>& scores) {
  const std::optional<double> reliable = NumberOf(snapshot, measure, "reliable_change");
  return reliable.has_value() && Fall(snapshot, measure, scores.front(), scores.back()) >= *reliable;
}

bool FellTwice(const Snapshot& snapshot, NodeIndex measure, const std::vector<double>& scores) {
  const std::size_t count = scores.size();
  return count >= 3 && Fall(snapshot, measure, scores[count - 3], scores[count - 2]) > 0 &&
         Fall(snapshot, measure, scores[count - 2], scores[count - 1]) > 0;
}

}  // namespace

AllianceState StateOf(const Snapshot& snapshot, const Client::Alliance& alliance) {
  if (!alliance.markers.empty()) return AllianceState::kRuptured;
  if (!alliance.measure.has_value() || alliance.scores.empty()) return AllianceState::kUnknown;
  const NodeIndex measure = *alliance.measure;
  if (FellReliably(snapshot, measure, alliance.scores)) return AllianceState::kRuptured;
  const std::optional<double> cutoff = NumberOf(snapshot, measure, "clinical_cutoff");
  const bool is_below = cutoff.has_value() && IsBelowCutoff(snapshot, measure, *cutoff, alliance.scores.back());
  if (is_below || FellTwice(snapshot, measure, alliance.scores)) return AllianceState::kStrained;
  return cutoff.has_value() ? AllianceState::kOk : AllianceState::kUnknown;
}

}  // namespace braid::ontology
