// The strata of one question: which findings may be pooled, and what they say together (algorithms.md, section 3.1).
//
// A stratum is one class of comparators, one time point and one kind of design (a contrast with an active therapy: one
// therapy); strata are never mixed. In a stratum the findings of one publication are one sample, whose outcomes are
// averaged. One meta-analysis stands for all that it could see: one with a published interval before one without, one
// about this intervention and concern alone before one that covers several, then the newest, the larger, the lesser
// id. Only trials that appeared after its search are added, or after its year where the search is not given. It enters
// as it is, with its own τ² or the policy's. Without a meta-analysis the trials are pooled.
//
// Thread safety: pure functions.

#ifndef BRAID_ONTOLOGY_EVIDENCE_STRATUM_H_
#define BRAID_ONTOLOGY_EVIDENCE_STRATUM_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "graph/model.h"
#include "ontology/evidence/benefit.h"
#include "ontology/evidence/certainty.h"
#include "ontology/evidence/evidence_policy.h"
#include "ontology/evidence/finding.h"
#include "ontology/evidence/meta_analysis.h"

namespace braid::ontology {

// What became of a finding in its pair.
enum class FindingUse : std::uint8_t {
  kPooled,          // in its stratum's estimate
  kNotComputable,   // why: Effect::unusable
  kSuperseded,      // an older or smaller meta-analysis of the stratum
  kInMetaAnalysis,  // a trial that the stratum's meta-analysis could see
  kBesideInterval,  // its publication gives a figure with an interval in the same stratum
};

// A finding as it counts for one pair.
struct PairFinding {
  Finding finding;
  Effect effect;
  graph::Polarity polarity = graph::Polarity::kSupports;  // of the pair's claim
  FindingUse use = FindingUse::kNotComputable;
  std::optional<std::size_t> stratum;  // place among the pair's strata, of a usable one
  double weight = 0;                   // share of the stratum's estimate; outcomes of one sample share its weight
  std::string why;                     // one sentence: why it was used, or not
};

enum class EvidenceFamily : std::uint8_t { kTrials, kObservational, kCorrelational };

// The pooled estimate of one stratum. Effects are Hedges' g against its own comparator, without discount.
struct Stratum {
  ComparatorClass comparator = ComparatorClass::kUsualCare;
  TimePoint time = TimePoint::kPost;
  EvidenceFamily family = EvidenceFamily::kTrials;
  std::string comparator_id;  // kActive: the one intervention compared with; empty: several, or none of the ontology
  bool from_meta_analysis = false;  // a published pooled figure, alone or with trials added
  Normal estimate;                  // what shrinkage takes
  Interval interval;                // 95 %
  std::optional<Interval> prediction;
  double tau_squared = 0;  // of a published figure its own or, where it gives none, the policy's
  bool tau_squared_assumed = false;
  std::optional<Pooled> pooled;  // where we pooled trials: heterogeneity, weights
  std::size_t study_count = 0;
  std::optional<std::size_t> participant_count;  // unset where not all report it
  CertaintyInput grading;  // what the grade follows from, so that a caller may add what makes its use less direct
  CertaintyAssessment certainty;
};

// The strata of `findings`, which are those of one pair; sets what became of each finding. `reference_year` is the year
// from which age counts where the policy discounts it.
std::vector<Stratum> PoolStrata(std::vector<PairFinding>& findings, const EvidencePolicy& policy,
                                std::optional<std::int64_t> reference_year = std::nullopt);

std::string_view NameOf(TimePoint time);
std::string_view NameOf(EvidenceFamily family);
std::string_view NameOf(FindingUse use);

}  // namespace braid::ontology

#endif  // BRAID_ONTOLOGY_EVIDENCE_STRATUM_H_
