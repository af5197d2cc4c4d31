#include "ontology/evidence/meta_analysis.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <tuple>

#include "ontology/evidence/distributions.h"

namespace braid::ontology {
namespace {

constexpr int kMaxRounds = 500;
constexpr double kSettled = 1e-12;

// The moments of one set of weights.
struct Sums {
  double w = 0, w2 = 0, w3 = 0, mean = 0;
  double spread = 0;          // Σw(y-μ)²
  double squared_spread = 0;  // Σw²(y-μ)²
};

Sums SumsOf(const std::vector<Study>& studies, double tau_squared) {
  Sums sums;
  double wy = 0;
  for (const Study& study : studies) {
    const double w = 1 / (study.variance + tau_squared);
    sums.w += w;
    sums.w2 += w * w;
    sums.w3 += w * w * w;
    wy += w * study.effect;
  }
  sums.mean = wy / sums.w;
  for (const Study& study : studies) {
    const double w = 1 / (study.variance + tau_squared);
    const double d = study.effect - sums.mean;
    sums.spread += w * d * d;
    sums.squared_spread += w * w * d * d;
  }
  return sums;
}

double DerSimonianLaird(const Sums& fixed, double degrees) {
  const double c = fixed.w - fixed.w2 / fixed.w;
  return std::max(0.0, (fixed.spread - degrees) / c);
}

struct Estimate {
  double tau_squared = 0;
  bool diverged = false;
};

Estimate Reml(const std::vector<Study>& studies, double start) {
  double tau_squared = start;
  for (int round = 0; round < kMaxRounds; ++round) {
    const Sums at = SumsOf(studies, tau_squared);
    const double ratio = at.w2 / at.w;
    const double trace = at.w - ratio;
    const double trace_of_square = at.w2 - 2 * at.w3 / at.w + ratio * ratio;
    double step = (at.squared_spread - trace) / trace_of_square;
    while (tau_squared + step < 0) {
      step /= 2;
      if (std::abs(step) < kSettled) step = -tau_squared;  // the boundary: halving would never arrive
    }
    tau_squared += step;
    if (std::abs(step) < kSettled) return {tau_squared, false};
  }
  return {start, true};
}

Estimate TauSquared(const std::vector<Study>& studies, const Sums& fixed, TauEstimator estimator) {
  if (studies.size() == 1 || estimator == TauEstimator::kCommonEffect) return {};
  const double start = DerSimonianLaird(fixed, static_cast<double>(studies.size() - 1));
  if (estimator == TauEstimator::kDerSimonianLaird) return {start, false};
  return Reml(studies, start);
}

// Cochran's typical variance turns τ² into a share.
double ISquared(const Sums& fixed, double tau_squared, double degrees) {
  if (tau_squared <= 0) return 0;
  const double typical = degrees * fixed.w / (fixed.w * fixed.w - fixed.w2);
  return tau_squared / (tau_squared + typical);
}

Interval Around(double mean, double half_width) { return {mean - half_width, mean + half_width}; }

bool Before(const Study& a, const Study& b) {
  return std::tie(a.id, a.effect, a.variance) < std::tie(b.id, b.effect, b.variance);
}

// The poolable ones in the order of ids.
std::vector<Study> InOrder(const std::vector<Study>& studies) {
  std::vector<Study> sorted;
  std::copy_if(studies.begin(), studies.end(), std::back_inserter(sorted), IsPoolable);
  std::sort(sorted.begin(), sorted.end(), Before);
  return sorted;
}

void SetIntervals(const PoolingOptions& options, bool small, Pooled& pooled) {
  const auto k = static_cast<double>(pooled.study_count);
  const bool normal = small || pooled.study_count == 1 || options.interval == IntervalMethod::kNormal;
  double factor = 1;
  if (!normal) {
    factor = options.interval == IntervalMethod::kModifiedHartungKnapp ? std::max(1.0, pooled.hartung_knapp_q)
                                                                       : pooled.hartung_knapp_q;
  }
  pooled.standard_error = std::sqrt(factor * pooled.variance);
  const double reach = normal ? Normal95() : StudentTQuantile(0.975, k - 1);
  pooled.interval = Around(pooled.mean, reach * pooled.standard_error);
  const double widening = reach / Normal95();
  pooled.normal_variance = factor * pooled.variance * widening * widening;
  if (small || pooled.study_count < 3) return;
  pooled.prediction =
      Around(pooled.mean, StudentTQuantile(0.975, k - 2) * std::sqrt(pooled.tau_squared + pooled.variance));
}

}  // namespace

bool IsPoolable(const Study& study) {
  return std::isfinite(study.effect) && std::isfinite(study.variance) && study.variance > 0;
}

std::optional<Pooled> Pool(const std::vector<Study>& studies, const PoolingOptions& options) {
  const std::vector<Study> sorted = InOrder(studies);
  if (sorted.empty()) return std::nullopt;
  Pooled pooled;
  pooled.study_count = sorted.size();
  const double degrees = static_cast<double>(sorted.size()) - 1;
  const bool small = options.small_k_rules && sorted.size() < options.full_model_min_studies;

  const Sums fixed = SumsOf(sorted, 0);
  const Estimate estimate = TauSquared(sorted, fixed, options.estimator);
  pooled.q = fixed.spread;
  pooled.i_squared = ISquared(fixed, estimate.tau_squared, degrees);
  pooled.estimator_diverged = estimate.diverged;
  pooled.tau_squared = small ? std::max(estimate.tau_squared, options.tau_squared_floor) : estimate.tau_squared;

  const Sums random = SumsOf(sorted, pooled.tau_squared);
  pooled.mean = random.mean;
  pooled.variance = 1 / random.w;
  if (sorted.size() > 1) pooled.hartung_knapp_q = random.spread / degrees;
  pooled.egger_p = EggerP(sorted);
  SetIntervals(options, small, pooled);
  for (const Study& study : studies) {
    pooled.weights.push_back(IsPoolable(study) ? 1 / (study.variance + pooled.tau_squared) / random.w : 0);
  }
  return pooled;
}

std::optional<double> EggerP(const std::vector<Study>& studies) {
  const std::vector<Study> sorted = InOrder(studies);
  if (sorted.size() < kEggerLeastStudies) return std::nullopt;
  const auto k = static_cast<double>(sorted.size());
  double mean_x = 0, mean_z = 0;
  for (const Study& study : sorted) {
    mean_x += 1 / std::sqrt(study.variance) / k;
    mean_z += study.effect / std::sqrt(study.variance) / k;
  }
  double sxx = 0, sxz = 0;
  for (const Study& study : sorted) {
    const double x = 1 / std::sqrt(study.variance) - mean_x;
    sxx += x * x;
    sxz += x * (study.effect / std::sqrt(study.variance) - mean_z);
  }
  if (sxx <= kSettled * mean_x * mean_x) return std::nullopt;
  const double slope = sxz / sxx;
  const double intercept = mean_z - slope * mean_x;
  double residual = 0;
  for (const Study& study : sorted) {
    const double e = study.effect / std::sqrt(study.variance) - intercept - slope / std::sqrt(study.variance);
    residual += e * e;
  }
  const double error = std::sqrt(residual / (k - 2) * (1 / k + mean_x * mean_x / sxx));
  if (error <= 0) return std::nullopt;
  return StudentTTwoSided(intercept / error, k - 2);
}

Study CombineOutcomes(std::vector<Study> outcomes, double correlation, CombineMethod method) {
  std::sort(outcomes.begin(), outcomes.end(), Before);
  if (outcomes.size() == 1) return outcomes[0];
  const auto n = static_cast<double>(outcomes.size());
  Study combined{outcomes[0].id, 0, 0};
  if (method == CombineMethod::kMean) {
    double variances = 0, errors = 0;
    for (const Study& outcome : outcomes) {
      combined.effect += outcome.effect / n;
      variances += outcome.variance;
      errors += std::sqrt(outcome.variance);
    }
    // Σ_{i≠j} √(v_i v_j) = (Σ√v)² − Σv
    combined.variance = (variances + correlation * (errors * errors - variances)) / (n * n);
    return combined;
  }
  // V = D^½ R D^½ with R = (1-ρ)I + ρJ, whose inverse is known (Sherman & Morrison 1950): no matrix is needed.
  double precisions = 0;  // Σ 1/√v
  for (const Study& outcome : outcomes) precisions += 1 / std::sqrt(outcome.variance);
  const double shared = correlation * precisions / (1 + (n - 1) * correlation);
  double total = 0, weighted = 0;
  for (const Study& outcome : outcomes) {
    const double precision = 1 / std::sqrt(outcome.variance);
    const double weight = (precision - shared) / (1 - correlation) * precision;
    total += weight;
    weighted += weight * outcome.effect;
  }
  combined.effect = weighted / total;
  combined.variance = 1 / total;
  return combined;
}

}  // namespace braid::ontology
