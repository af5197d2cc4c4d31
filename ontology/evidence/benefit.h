// From an effect to a benefit that means the same for every intervention (algorithms.md, 3.4 to 3.6).
//
// Normal–normal shrinkage, modality first, then the technique in it; then the effect that is exceeded with probability
// ¾, as a success-rate difference (Kraemer & Kupfer 2006): of 100 pairs of one treated and one untreated, how many more
// favour the treatment. So what is poorly studied counts cautiously.
//
// Thread safety: pure functions.

#ifndef BRAID_ONTOLOGY_EVIDENCE_BENEFIT_H_
#define BRAID_ONTOLOGY_EVIDENCE_BENEFIT_H_

#include <optional>

#include "ontology/evidence/evidence_policy.h"
#include "ontology/evidence/meta_analysis.h"

namespace braid::ontology {

struct Normal {
  double mean = 0;
  double variance = 0;  // greater than 0
};

// What two independent sources say of one quantity together: precisions add.
Normal Combine(const Normal& a, const Normal& b);

// N(0, prior sd²), with `pooled` where there is one.
Normal ShrinkModality(const std::optional<Normal>& pooled, const EvidencePolicy& policy);
// What a technique is worth before its own data: N(δm, δ²v + component sd²). δ < 1, because a package's effect is not
// its component's.
Normal TechniquePrior(const Normal& modality, const EvidencePolicy& policy);

// √(variance + τ²): how far the effect in one setting may lie from the estimate.
double PredictiveSd(double variance, double tau_squared);

// m − z·sd with Φ(z) = 1 − quantile, at least 0: the effect that is exceeded with probability 1 − quantile.
double CautiousEffect(double mean, double predictive_sd, double quantile);

// 2Φ(u/√2) − 1, in [0, 1) for u >= 0.
double SuccessRateDifference(double effect);

// A number as precise as it is known, for people.
struct Rounded {
  double value = 0;
  int decimals = 0;
};

// To 1 decimal where sd is above the policy's, else to 2.
Rounded RoundEffect(double effect, double predictive_sd, const EvidencePolicy& policy);
// To the nearest step, 5 in 100 as shipped.
double RoundRate(double rate, const EvidencePolicy& policy);

}  // namespace braid::ontology

#endif  // BRAID_ONTOLOGY_EVIDENCE_BENEFIT_H_
