// Meta-analysis: several studies of one question pooled into one estimate.
//
//   w_i = 1/v_i;  μ_F = Σwy/Σw;  Q = Σw(y-μ_F)²;  τ²_DL = max(0, (Q-(k-1))/(Σw − Σw²/Σw))
//   τ²_REML by Fisher scoring from τ²_DL;  W_i = 1/(v_i+τ²);  μ = ΣWy/ΣW;  V = 1/ΣW
//   q = ΣW(y-μ)²/(k-1);  interval μ ± t_{k-1,.975}·√(max(1,q)·V)
//   prediction interval μ ± t_{k-2,.975}·√(τ²+V);  I² = τ²/(τ² + (k-1)Σw/((Σw)²−Σw²))
//
// τ²_DL: DerSimonian & Laird 1986. τ²_REML: Viechtbauer 2005. The interval: Hartung & Knapp 2001; its max: Röver, Knapp
// & Friede 2015. Prediction interval: IntHout et al. 2016. I²: Higgins & Thompson 2002.
//
// Sums run in the order of ids, so that the result does not depend on the order of studies, and with no fused
// multiply-add, so that it does not depend on the compiler. All intervals are of 95 %.
//
// Thread safety: pure functions. O(k log k + rounds · k).

#ifndef BRAID_ONTOLOGY_EVIDENCE_META_ANALYSIS_H_
#define BRAID_ONTOLOGY_EVIDENCE_META_ANALYSIS_H_

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace braid::ontology {

// One effect with its sampling variance, in any metric: the caller sees to it that all are in the same.
struct Study {
  std::string id;
  double effect = 0;
  double variance = 0;
};

// Whether it can be pooled: a finite effect, a finite variance greater than 0.
bool IsPoolable(const Study& study);

struct Interval {
  double low = 0;
  double high = 0;
};

enum class TauEstimator {
  kRestrictedMaximumLikelihood,
  kDerSimonianLaird,
  kCommonEffect,  // τ² = 0: what is called the fixed-effect model
};

enum class IntervalMethod {
  kModifiedHartungKnapp,  // max(1, q): never narrower than the normal interval's standard error
  kHartungKnapp,          // plain: what many publications report
  kNormal,
};

// How to pool. The defaults are ours; a publication's own settings are given to reproduce it.
struct PoolingOptions {
  TauEstimator estimator = TauEstimator::kRestrictedMaximumLikelihood;
  IntervalMethod interval = IntervalMethod::kModifiedHartungKnapp;
  // Below `full_model_min_studies`: τ² at least `tau_squared_floor`, a normal interval, no prediction interval; of one
  // study the variance becomes v + tau_squared_floor. Hartung–Knapp at k = 2 has t = 12.7 and says nothing.
  bool small_k_rules = true;
  std::size_t full_model_min_studies = 5;
  double tau_squared_floor = 0.04;
};

struct Pooled {
  std::size_t study_count = 0;  // pooled ones
  double mean = 0;
  double standard_error = 0;  // of the interval: √(max(1,q)·V), √(q·V) or √V, as the method says
  Interval interval;
  std::optional<Interval> prediction;  // k >= 3, with small-k rules full_model_min_studies
  double tau_squared = 0;              // in force, after the floor
  double variance = 0;                 // V = 1/ΣW
  // What shrinkage takes (algorithms.md, 3.4): a normal variance as wide as the interval, V_mKH·(t/z)², from
  // full_model_min_studies on; V below.
  double normal_variance = 0;
  double q = 0;                     // Cochran's Q, k-1 degrees of freedom
  double hartung_knapp_q = 1;       // q; 1 for one study
  double i_squared = 0;             // of the τ² estimated, before the floor; in [0, 1)
  std::optional<double> egger_p;    // from kEggerLeastStudies studies on
  bool estimator_diverged = false;  // REML did not settle in 500 rounds: DerSimonian–Laird stands in
  std::vector<double> weights;      // share of each study given, in the order given; 0 where it cannot be pooled
};

// Least k at which the regression has a degree of freedom. Whether to look at it is policy.
inline constexpr std::size_t kEggerLeastStudies = 3;

// Nullopt: no study can be pooled.
std::optional<Pooled> Pool(const std::vector<Study>& studies, const PoolingOptions& options = {});

// Egger's test for small-study effects: y/se regressed on 1/se, two-sided p of the intercept with k-2 degrees of
// freedom (Egger et al. 1997). Nullopt below kEggerLeastStudies studies or where all precisions are equal.
std::optional<double> EggerP(const std::vector<Study>& studies);

enum class CombineMethod {
  kMean,  // plain mean, v = (1/n²)(Σv_i + Σ_{i≠j} ρ√(v_i v_j))
  // Weights V⁻¹1 under the same covariance: what metafor's aggregate() does, for reproducing publications.
  kGeneralizedLeastSquares,
};

// The outcomes of one sample as one effect, all pairs correlated by `correlation`. The id is that of the least.
// REQUIRES: outcomes not empty and poolable; 0 <= correlation < 1.
Study CombineOutcomes(std::vector<Study> outcomes, double correlation, CombineMethod method = CombineMethod::kMean);

}  // namespace braid::ontology

#endif  // BRAID_ONTOLOGY_EVIDENCE_META_ANALYSIS_H_
