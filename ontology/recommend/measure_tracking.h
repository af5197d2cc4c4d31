// What the scores of a client's measures say, and what change would count.
//
// Jacobson & Truax 1991: a change counts where it is more than the error of measurement, the measure's reliable change;
// recovered is who got better by that and crossed the cut-off, from those who need help to those who do not. In points,
// which is the same as the index RCI = 1.96 · change / reliable change against 1.96. From the first score to the last.
//
// Thread safety: pure functions on one snapshot.

#ifndef BRAID_ONTOLOGY_RECOMMEND_MEASURE_TRACKING_H_
#define BRAID_ONTOLOGY_RECOMMEND_MEASURE_TRACKING_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "graph/ids.h"
#include "graph/snapshot.h"
#include "ontology/client_profile.h"

namespace braid::ontology {

enum class MeasureCourse : std::uint8_t {
  kUnknown,  // fewer than two scores, no reliable change is known, or not which way the measure runs
  kNoReliableChange,
  kReliablyBetter,
  kRecovered,
  kReliablyWorse
};

struct MeasureTracking {
  graph::NodeIndex measure = graph::kNoNode;
  std::size_t score_count = 0;
  std::optional<double> first_score, last_score;  // nullopt: not taken yet
  std::optional<double> improvement;      // from first to last, in points, above 0: better; of two scores or more
  std::optional<double> reliable_change;  // in points, > 0; nullopt: the ontology has none
  std::optional<double> clinical_cutoff;  // nullopt: the ontology has none
  MeasureCourse course = MeasureCourse::kUnknown;
  bool verified = false;                        // its constants were read in their source
  bool recalled = false;                        // some of them are from general knowledge; neither: not said
  std::vector<graph::NodeIndex> concerns = {};  // of the client, that it measures; by id
};

// Measures of the profile, and those that measure one of its concerns (needs that are concerns included): by id.
// O(profile + measures of its concerns).
std::vector<MeasureTracking> TrackMeasures(const graph::Snapshot& snapshot, const Client& client);

// Whether a measure of the profile got reliably worse. O(measures of the profile).
bool IsReliablyWorse(const graph::Snapshot& snapshot, const Client& client);

}  // namespace braid::ontology

#endif  // BRAID_ONTOLOGY_RECOMMEND_MEASURE_TRACKING_H_
