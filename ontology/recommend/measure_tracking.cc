#include "ontology/recommend/measure_tracking.h"

#include <algorithm>
#include <string_view>

#include "ontology/lookup.h"
#include "ontology/policy.h"

namespace braid::ontology {
namespace {

using graph::NodeIndex;
using graph::Snapshot;

// +1 where a higher score is better, -1 where it is worse, 0 where the ontology does not say.
double DirectionOf(const Snapshot& snapshot, NodeIndex measure) {
  if (Matches(snapshot, measure, {"direction", {"higher_worse"}})) return -1;
  return Matches(snapshot, measure, {"direction", {"higher_better", "lower_worse"}}) ? 1 : 0;
}

// Whether a score is in the range of those who need help.
bool NeedsHelp(const Snapshot& snapshot, NodeIndex measure, double cutoff, double score) {
  return Matches(snapshot, measure, {"cutoff_rule", {">="}}) ? score >= cutoff : score < cutoff;
}

MeasureCourse CourseOf(const Snapshot& snapshot, const MeasureTracking& tracking) {
  if (!tracking.improvement.has_value() || !tracking.reliable_change.has_value()) return MeasureCourse::kUnknown;
  if (*tracking.improvement <= -*tracking.reliable_change) return MeasureCourse::kReliablyWorse;
  if (*tracking.improvement < *tracking.reliable_change) return MeasureCourse::kNoReliableChange;
  const std::optional<double>& cutoff = tracking.clinical_cutoff;
  const bool crossed = cutoff.has_value() && NeedsHelp(snapshot, tracking.measure, *cutoff, *tracking.first_score) &&
                       !NeedsHelp(snapshot, tracking.measure, *cutoff, *tracking.last_score);
  return crossed ? MeasureCourse::kRecovered : MeasureCourse::kReliablyBetter;
}

MeasureTracking Track(const Snapshot& snapshot, NodeIndex measure, const std::vector<double>& scores) {
  MeasureTracking tracking;
  tracking.measure = measure;
  tracking.score_count = scores.size();
  tracking.reliable_change = NumberOf(snapshot, measure, "reliable_change");
  tracking.clinical_cutoff = NumberOf(snapshot, measure, "clinical_cutoff");
  tracking.verified = Matches(snapshot, measure, {"verified", {"source"}});
  tracking.recalled = Matches(snapshot, measure, {"verified", {"recalled", "partial"}});
  if (!scores.empty()) {
    tracking.first_score = scores.front();
    tracking.last_score = scores.back();
  }
  const double direction = DirectionOf(snapshot, measure);
  if (scores.size() > 1 && direction != 0) tracking.improvement = direction * (scores.back() - scores.front());
  tracking.course = CourseOf(snapshot, tracking);
  return tracking;
}

std::vector<NodeIndex> ConcernsOf(const Snapshot& snapshot, const Client& client) {
  std::vector<NodeIndex> concerns = client.concerns;
  for (const Client::Need& need : client.needs) {
    if (need.is_need() && snapshot.schema().kind(snapshot.kind(need.node)).name == "concern") {
      concerns.push_back(need.node);
    }
  }
  std::sort(concerns.begin(), concerns.end(),
            [&](NodeIndex a, NodeIndex b) { return snapshot.id(a) < snapshot.id(b); });
  concerns.erase(std::unique(concerns.begin(), concerns.end()), concerns.end());
  return concerns;
}

}  // namespace

std::vector<MeasureTracking> TrackMeasures(const Snapshot& snapshot, const Client& client) {
  std::vector<MeasureTracking> all;
  for (const Client::MeasureScores& measure : client.measures) {
    all.push_back(Track(snapshot, measure.measure, measure.scores));
  }
  const std::optional<graph::RelationIndex> measures = snapshot.schema().FindRelation("measures");
  if (measures.has_value()) {
    for (const NodeIndex concern : ConcernsOf(snapshot, client)) {
      for (const graph::Arc& arc : snapshot.in(concern, *measures)) {
        if (snapshot.IsObsolete(arc.node)) continue;
        auto at = std::find_if(all.begin(), all.end(),
                               [&](const MeasureTracking& tracking) { return tracking.measure == arc.node; });
        if (at == all.end()) at = all.insert(all.end(), Track(snapshot, arc.node, {}));
        at->concerns.push_back(concern);
      }
    }
  }
  std::sort(all.begin(), all.end(), [&](const MeasureTracking& a, const MeasureTracking& b) {
    return snapshot.id(a.measure) < snapshot.id(b.measure);
  });
  return all;
}

bool IsReliablyWorse(const Snapshot& snapshot, const Client& client) {
  return std::any_of(client.measures.begin(), client.measures.end(), [&](const Client::MeasureScores& measure) {
    return Track(snapshot, measure.measure, measure.scores).course == MeasureCourse::kReliablyWorse;
  });
}

}  // namespace braid::ontology
