// Evidence synthesis: what the findings of the ontology say about a technique or modality for a concern, pooled, graded
// and turned into a benefit, with every step shown (algorithms.md, section 3).
//
// What may be pooled stands in ontology/evidence/stratum.h.
//
// The benefit is measured against usual care, because it must mean the same for every candidate: the first of usual
// care or placebo, mixed inactive, none or waitlist that has data, the latter two at a discount; after treatment before
// at follow-up, trials before observational evidence. For a technique the effect of adding it comes first: it is the
// technique's own. A contrast with an active therapy or medication is never the benefit. It is shown, and where no
// inactive stratum exists and it names an intervention of the ontology, that one's shrunken effect and the difference
// are added (Bucher et al. 1997).
//
// Where there are no data for the concern, it is borrowed: from the modality (of several, the one that is surest), from
// other concerns of the group, from *any concern*; and where that gives nothing, a small benefit stands for the
// rationale only. What was studied here and found nothing has no benefit, whatever its modality was found to do; the
// modality's numbers are still shown, as borrowed.
//
// Results are the same bytes on every machine: sums run in the order of ids, comparisons are made in billionths.
//
// Thread safety: an EvidenceBase gives the same answers from when it is built; any number of threads may ask one.

#ifndef BRAID_ONTOLOGY_EVIDENCE_SYNTHESIS_H_
#define BRAID_ONTOLOGY_EVIDENCE_SYNTHESIS_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "absl/status/statusor.h"
#include "graph/model.h"
#include "graph/snapshot.h"
#include "graph/weights.h"
#include "ontology/evidence/benefit.h"
#include "ontology/evidence/certainty.h"
#include "ontology/evidence/evidence_policy.h"
#include "ontology/evidence/finding.h"
#include "ontology/evidence/meta_analysis.h"
#include "ontology/evidence/stratum.h"
#include "ontology/lookup.h"

namespace braid::ontology {

enum class BenefitStatus : std::uint8_t {
  kComputed,
  kRationaleOnly,   // never studied, or too little to be sure: the policy's floor
  kNoBenefitShown,  // studied, and nothing found
  kHarm,            // excluded from every plan
};

// Where the data of a benefit come from.
enum class BenefitPlace : std::uint8_t { kConcern, kConcernGroup, kAnyConcern, kNowhere };

// What is put together on one level: a modality, or a technique.
struct ShrinkageStep {
  graph::NodeIndex node = graph::kNoNode;
  Normal prior;
  std::optional<Normal> data;  // against usual care; unset: none of its own
  Normal estimate;             // both together
};

// The benefit of an intervention for a concern against usual care, and how it came about.
struct Benefit {
  BenefitStatus status = BenefitStatus::kRationaleOnly;
  BenefitPlace place = BenefitPlace::kNowhere;
  graph::NodeIndex place_concern = graph::kNoNode;  // the concern whose data were used
  // The data of the intervention itself, discounted to usual care; unset: none there.
  std::optional<Normal> own;
  std::optional<Stratum> stratum;                      // they come from; of an indirect comparison, the difference
  double ladder_factor = 1;                            // the discount
  graph::NodeIndex compared_through = graph::kNoNode;  // indirect comparison: the comparator's node
  graph::NodeIndex modality = graph::kNoNode;          // a technique: whose estimate is its prior
  std::optional<Normal> modality_estimate;             // shrunken
  std::vector<ShrinkageStep> shrinkage;                // from the top down; never empty
  double place_factor = 1;                             // by which the last step's mean is multiplied
  Normal estimate{0, 1};                               // after shrinkage, factor of the place included
  double tau_squared = 0;                              // of the nearest pooled level
  double predictive_sd = 0;
  Interval predictive;  // 95 %
  double cautious_effect = 0;
  double rate = 0;                               // success-rate difference
  std::optional<double> number_needed_to_treat;  // where rate > 0
  CertaintyAssessment certainty;
  std::string how;  // one sentence: what it rests on
};

// What ranking needs of a Benefit, each field as there.
struct BenefitInBrief {
  BenefitStatus status = BenefitStatus::kRationaleOnly;
  BenefitPlace place = BenefitPlace::kNowhere;
  bool has_own = false;  // Benefit::own is set
  graph::Certainty certainty = graph::Certainty::kUnset;
  double rate = 0;
  double mean = 0;  // of `estimate`
  double predictive_sd = 0;
};

// A finding that warns without excluding: harm without a comparison, or for *any concern*.
struct Caution {
  graph::NodeIndex finding = graph::kNoNode;
  graph::NodeIndex concern = graph::kNoNode;
};

// What a finding says of a pair.
struct FindingClaim {
  graph::NodeIndex intervention = graph::kNoNode;
  graph::NodeIndex concern = graph::kNoNode;
  graph::Polarity polarity = graph::Polarity::kSupports;
};

// What there is to say about a pair. A forest plot has a row for each finding with a stratum (effect.g,
// effect.interval, weight), and under them the stratum's estimate, interval and, where there is one, prediction.
struct Synthesis {
  graph::NodeIndex intervention = graph::kNoNode;
  graph::NodeIndex concern = graph::kNoNode;
  std::vector<PairFinding> findings;  // all of the pair, by id
  std::vector<Stratum> strata;        // by (family, comparator, time, comparator_id)
  Benefit benefit;
  std::vector<Caution> cautions;
  std::size_t claims_without_finding = 0;  // editors' claims on the pair
};

// All evidence of a snapshot, read and pooled once.
class EvidenceBase {
 public:
  // Reads the `treats` edges of techniques and modalities with their findings. A schema without these kinds and
  // relations gives an empty base. O(findings + edges).
  EvidenceBase(graph::SnapshotPtr snapshot, const EvidencePolicy& policy);
  ~EvidenceBase();
  EvidenceBase(EvidenceBase&&) noexcept;
  EvidenceBase& operator=(EvidenceBase&&) noexcept;

  // REQUIRES: `intervention` is a technique or modality, `concern` a concern of the snapshot.
  // O(findings of the pair + modalities · concerns of the group).
  Synthesis Synthesize(graph::NodeIndex intervention, graph::NodeIndex concern) const;
  // Synthesize(…).benefit, without what only shows.
  Benefit BenefitOf(graph::NodeIndex intervention, graph::NodeIndex concern) const;
  // The same in brief, of every technique and modality that is not obsolete: computed at the first request for the
  // concern and remembered, some 60 bytes a pair, as long as the base lives.
  using BriefRow = std::unordered_map<graph::NodeIndex, BenefitInBrief>;
  const BriefRow& InBrief(graph::NodeIndex concern) const;

  // The pairs that a finding or a claim speaks about, by ids.
  struct Pair {
    graph::NodeIndex intervention = graph::kNoNode;
    graph::NodeIndex concern = graph::kNoNode;
  };
  std::vector<Pair> Pairs() const;
  // Whether a finding or an editor's claim speaks about the pair.
  bool IsStudied(graph::NodeIndex intervention, graph::NodeIndex concern) const;
  // What the finding says, by ids of intervention and concern; empty where it is about something else.
  const std::vector<FindingClaim>& ClaimsOf(graph::NodeIndex finding) const;

  const graph::Snapshot& snapshot() const;
  const EvidencePolicy& policy() const;

 private:
  class Impl;
  std::unique_ptr<const Impl> impl_;
};

// EvidenceBase::Synthesize for one question, by ids; nothing is redirected. Errors: as FindIntervention, FindConcern
absl::StatusOr<Synthesis> Synthesize(const graph::SnapshotPtr& snapshot, const EvidencePolicy& policy,
                                     std::string_view intervention_id, std::string_view concern_id);

// The success-rate difference that is exceeded with probability 1 − quantile: `rate` at the policy's quantile. The
// floor of the rationale holds at every quantile; 0 for harm and where no benefit was shown.
double RateAt(const BenefitInBrief& benefit, double quantile, const EvidencePolicy& policy);
double RateAt(const Benefit& benefit, double quantile, const EvidencePolicy& policy);

// Strength times certainty, as a hop over `treats` counts: the rate is the strength, and the certainty factor comes in
// once, here. 0: not walkable.
double PlausibilityOf(const Benefit& benefit, const graph::Weights& weights);

std::string_view NameOf(BenefitStatus status);

}  // namespace braid::ontology

#endif  // BRAID_ONTOLOGY_EVIDENCE_SYNTHESIS_H_
