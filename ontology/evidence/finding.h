// A finding of the literature, as a node of kind `evidence` holds it, and what may be computed with it.
//
// Published figures come in many metrics and sign conventions. ReadEffect turns what can be turned into one: Hedges' g,
// positive = better for the client, with its sampling variance. g, d and SMD are taken as g; an odds ratio by
// d = ln OR·√3/π (Hasselblad & Hedges 1995; Chinn 2000); a correlation by d = 2r/√(1−r²) (Rosenthal 1991); risk and
// hazard ratios, proportions, mean differences and what is marked descriptive are shown and never computed with.
//
// Thread safety: pure functions.

#ifndef BRAID_ONTOLOGY_EVIDENCE_FINDING_H_
#define BRAID_ONTOLOGY_EVIDENCE_FINDING_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "graph/snapshot.h"
#include "ontology/evidence/evidence_policy.h"
#include "ontology/evidence/meta_analysis.h"

namespace braid::ontology {

enum class Design : std::uint8_t {
  kMetaAnalysis,   // a pooled figure of trials: meta-analyses of all kinds, Cochrane and systematic reviews
  kTrial,          // one randomised trial
  kObservational,  // without randomisation
  kOpinion,        // guideline, statement, narrative review
  kUnknown
};

enum class TimePoint : std::uint8_t { kPost, kFollowUp };

enum class RiskOfBias : std::uint8_t { kNotReported, kLow, kSomeConcerns, kHigh };

// A finding in the words of its source.
struct Finding {
  graph::NodeIndex node = graph::kNoNode;
  std::string id;
  std::string label;
  std::string design, comparator, outcome, metric, sign_convention, value_text, note;
  std::optional<double> value, ci_low, ci_high;
  std::optional<double> ci_level;  // percent
  std::optional<double> tau_squared;
  std::optional<std::int64_t> study_count, participant_count;
  std::optional<std::int64_t> search_year;  // of a meta-analysis: up to when it looked
  RiskOfBias risk_of_bias = RiskOfBias::kNotReported;
  bool verified = false;  // read in the text of its source
  bool recalled = false;  // from general knowledge; neither: not said. To be shown as unverified, both
  graph::NodeIndex source = graph::kNoNode;
  std::optional<std::int64_t> year;    // of the source
  std::size_t intervention_count = 0;  // techniques and modalities that it is about
  std::size_t concern_count = 0;
};

// Why a finding is not computed with.
enum class Unusable : std::uint8_t {
  kUsable,
  kDescriptive,
  kOpinion,
  kUnknownDesign,
  kNoFigure,
  kMetricNotComparable,
  kFigureOutOfRange,  // an odds ratio not above 0, a correlation outside (-1, 1), an interval that is none
  kNoComparator,
  kUnclassifiedComparator,  // the policy does not list it: a finding for the quality report
};

// What may be computed with a finding.
struct Effect {
  Unusable unusable = Unusable::kUsable;
  Design design = Design::kUnknown;
  ComparatorClass comparator = ComparatorClass::kNone;
  std::string comparator_id;  // of a comparator that names an intervention, else empty
  TimePoint time = TimePoint::kPost;
  // The rest where it is usable. `g` and its interval: positive favours the target.
  double g = 0;
  double variance = 0;
  Interval interval;
  bool interval_published = false;  // else imputed from the number of studies and participants
  bool level_assumed = false;       // an interval without a level was taken for one of 95 %
  bool metric_unstated = false;     // metric `ES`: taken for g
  bool usable() const { return unusable == Unusable::kUsable; }
};

// REQUIRES: `node` is a node of kind `evidence`. What the node does not say is left unset.
Finding ReadFinding(const graph::Snapshot& snapshot, graph::NodeIndex node);

// Comparators are classified by the policy's names; one that is not listed but is the label of exactly one technique or
// modality in `snapshot` is active. `snapshot` may be null.
Effect ReadEffect(const Finding& finding, const EvidencePolicy& policy, const graph::Snapshot* snapshot = nullptr);

// `meta_analysis`, `rct`, … as evidence nodes write it.
Design DesignOf(std::string_view design);

// kFollowUp where an outcome says that it was measured at or over some time after treatment (`at 6 months`,
// `follow-up`), else kPost.
TimePoint TimePointOf(std::string_view outcome);

// One sentence without a full stop, for people.
std::string_view WordsFor(Unusable reason);

}  // namespace braid::ontology

#endif  // BRAID_ONTOLOGY_EVIDENCE_FINDING_H_
