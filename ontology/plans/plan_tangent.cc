#include "ontology/plans/plan_tangent.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>

namespace braid::ontology {
namespace {

// What sessions at `price` and the largest scores left come to: convex in the price.
double Bound(const PlanModel& model, const std::vector<double>& scores, double price) {
  std::vector<double> paid;
  for (std::size_t i = 0; i < scores.size(); ++i) {
    const double left = scores[i] - price * static_cast<double>(model.items()[i].sessions);
    if (left > 0) paid.push_back(left);
  }
  const auto end = paid.begin() + static_cast<std::ptrdiff_t>(std::min(model.max_items(), paid.size()));
  std::partial_sort(paid.begin(), end, paid.end(), std::greater<>());
  double bound = price * static_cast<double>(model.max_sessions());
  for (auto at = paid.begin(); at != end; ++at) bound += *at;
  return bound;
}

double BestPrice(const PlanModel& model, const std::vector<double>& scores) {
  if (model.max_sessions() == std::numeric_limits<std::int64_t>::max()) return 0;
  constexpr int kHalvings = 40;  // any price will do: this is closer than it needs to be
  double low = 0, high = 0;      // no item pays at `high`, but for those of no sessions
  for (std::size_t i = 0; i < scores.size(); ++i) {
    const std::int64_t sessions = model.items()[i].sessions;
    if (sessions > 0) high = std::max(high, scores[i] / static_cast<double>(sessions));
  }
  for (int i = 0; i < kHalvings; ++i) {
    const double third = (high - low) / 3;
    const bool falls = Bound(model, scores, low + third) > Bound(model, scores, high - third);
    (falls ? low : high) += falls ? third : -third;
  }
  return low;
}

}  // namespace

PlanTangent::PlanTangent(const PlanModel& model, const PlanItems& items) : exponents(model.weights().size(), 0) {
  for (const PlanItem item : items) {
    for (const PlanModel::Gain& gain : model.item(item).gains) exponents[gain.need] += gain.exponent;
  }
  for (std::size_t i = 0; i < exponents.size(); ++i) slopes.push_back(model.weights()[i] * std::exp(-exponents[i]));
  for (const PlanModel::Item& item : model.items()) {
    double score = item.linear;
    for (const PlanModel::Gain& gain : item.gains) score += slopes[gain.need] * gain.exponent;
    scores.push_back(score);
  }
  price = BestPrice(model, scores);
  for (std::size_t i = 0; i < scores.size(); ++i) scores[i] -= price * static_cast<double>(model.items()[i].sessions);
}

}  // namespace braid::ontology
