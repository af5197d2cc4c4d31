#include "ontology/evidence/benefit.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "ontology/evidence/distributions.h"

namespace braid::ontology {

Normal Combine(const Normal& a, const Normal& b) {
  const double precision = 1 / a.variance + 1 / b.variance;
  return {(a.mean / a.variance + b.mean / b.variance) / precision, 1 / precision};
}

Normal ShrinkModality(const std::optional<Normal>& pooled, const EvidencePolicy& policy) {
  const double sd = policy.shrinkage.modality_prior_sd;
  const Normal prior{0, sd * sd};
  return pooled.has_value() ? Combine(prior, *pooled) : prior;
}

Normal TechniquePrior(const Normal& modality, const EvidencePolicy& policy) {
  const double share = policy.shrinkage.component_share;
  const double sd = policy.shrinkage.component_sd;
  return {share * modality.mean, share * share * modality.variance + sd * sd};
}

double PredictiveSd(double variance, double tau_squared) { return std::sqrt(variance + tau_squared); }

double CautiousEffect(double mean, double predictive_sd, double quantile) {
  return std::max(0.0, mean + NormalQuantile(quantile) * predictive_sd);
}

double SuccessRateDifference(double effect) { return 2 * NormalCdf(effect / std::numbers::sqrt2) - 1; }

Rounded RoundEffect(double effect, double predictive_sd, const EvidencePolicy& policy) {
  const int decimals = predictive_sd > policy.rounding.coarse_above_sd ? 1 : 2;
  const double unit = decimals == 1 ? 10 : 100;
  return {std::round(effect * unit) / unit, decimals};
}

double RoundRate(double rate, const EvidencePolicy& policy) {
  return std::round(rate / policy.rounding.rate_step) * policy.rounding.rate_step;
}

}  // namespace braid::ontology
