// An instrument, as the ontology has it, and what a change of its scores means.
//
//   S_diff = SD·√(2(1 − r))        RCI = (now − before) / S_diff, turned so that + is better
//   cut-off c = (s_d·m_f + s_f·m_d) / (s_d + s_f), d those who need help, f those who do not
//
// Source: Jacobson & Truax 1991, Clinical significance (their criterion c). |RCI| >= 1.96 is reliable. Where the
// ontology has no SD and reliability but a published reliable change of n points, RCI := 1.96·change/n; where it has no
// norms, the published cut-off (algorithms.md, section 6).
//
// Thread safety: values; pure functions.

#ifndef BRAID_ONTOLOGY_MEASURE_H_
#define BRAID_ONTOLOGY_MEASURE_H_

#include <cstdint>
#include <optional>

#include "graph/ids.h"
#include "graph/snapshot.h"

namespace braid::ontology {

inline constexpr double kReliableIndex = 1.96;  // of a normal distribution, two-sided, 5 %

enum class MeasureDirection : std::uint8_t { kUnknown, kHigherIsWorse, kHigherIsBetter };

struct ScoreNorm {
  double mean = 0, sd = 0;  // sd > 0
};

// What is unset the ontology does not say.
struct Measure {
  graph::NodeIndex node = graph::kNoNode;
  std::optional<double> range_min, range_max;  // points
  MeasureDirection direction = MeasureDirection::kUnknown;
  std::optional<double> clinical_cutoff;  // published; with `clinical_from` the first score of the clinical range, else
                                          // the first below which it lies
  bool clinical_from = true;
  std::optional<double> reliable_change;  // published, in points, > 0
  std::optional<double> sd, reliability;  // > 0; in [0, 1)
  std::optional<ScoreNorm> functional, clinical;
};

// O(attributes of the node).
Measure ReadMeasure(const graph::Snapshot& snapshot, graph::NodeIndex measure);

// By how many points `after` is better than `before`; nullopt: which way the measure runs is not known.
std::optional<double> ImprovementOf(const Measure& measure, double before, double after);

// RCI of that change; nullopt: neither SD and reliability nor a reliable change is known, or not which way it runs.
std::optional<double> ReliableChangeIndex(const Measure& measure, double before, double after);

// The least change in points that is reliable; nullopt as above.
std::optional<double> LeastReliableChange(const Measure& measure);

// The score between those who need help and those who do not: from the norms, else as published.
std::optional<double> CutoffOf(const Measure& measure);

// Whether `score` is in the clinical range; nullopt: there is no cut-off.
std::optional<bool> IsClinical(const Measure& measure, double score);

}  // namespace braid::ontology

#endif  // BRAID_ONTOLOGY_MEASURE_H_
