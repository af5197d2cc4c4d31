#include "ontology/path_sums.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "fmt/format.h"
#include "graph/error.h"

namespace braid::ontology {
namespace {

constexpr std::uint32_t kDefaultHops = 4;
constexpr double kDefaultEpsilon = 1e-6;
constexpr double kMaxDegreeExponent = 4;

// Negated, so that a NaN is out of range.
void CheckRange(std::string_view field, double value, double most, graph::ErrorList& errors) {
  if (value >= 0 && value <= most) return;
  errors.Add({graph::Reason::kValueOutOfRange,
              std::string(field),
              fmt::format("{}: {} is out of range; use 0 to {}", field, value, most),
              {}});
}

PathRequest WithDefaults(PathRequest request, const PathLimits& limits) {
  if (!request.max_hops.has_value()) request.max_hops = std::min(kDefaultHops, limits.max_hops);
  if (!request.min_modalities.has_value()) request.min_modalities = 0;
  return request;
}

}  // namespace

absl::StatusOr<SumReply> SumIntegrativePaths(const graph::Snapshot& snapshot, const Policy& policy,
                                             const SumRequest& request, const PathLimits& limits,
                                             graph::Budget& budget) {
  SumReply reply;
  reply.degree_exponent = request.degree_exponent.value_or(policy.weights.degree_exponent);
  reply.epsilon = request.epsilon.value_or(kDefaultEpsilon);
  graph::ErrorList errors;
  absl::StatusOr<PathQuestion> question =
      ReadPathQuestion(snapshot, policy, WithDefaults(request.paths, limits), limits, &reply.notices);
  errors.Add(question.status());
  CheckRange("degree_exponent", reply.degree_exponent, kMaxDegreeExponent, errors);
  CheckRange("epsilon", reply.epsilon, 1, errors);
  BRAID_RETURN_IF_ERROR(errors.ToStatus());

  question->asked.weights.degree_exponent = reply.degree_exponent;
  reply.pattern = question->pattern;
  reply.max_hops = question->asked.max_hops;
  reply.min_modalities = question->asked.min_groups;
  const graph::PathQuery query = question->Query(snapshot);
  if (!HasEnds(query)) {
    reply.outcome = Outcome::kEndpointExcluded;
    return reply;
  }
  BRAID_ASSIGN_OR_RETURN(reply.sum, graph::SumPaths(snapshot, query, reply.epsilon, budget));
  if (reply.sum.count > 0) {
    reply.outcome = Outcome::kFound;
  } else if (reply.sum.search.cut_by != graph::Limit::kNone) {
    reply.outcome = Outcome::kNotReached;
  } else {
    BRAID_ASSIGN_OR_RETURN(reply.loosen, FindLoosening(snapshot, *question, limits, budget));
  }
  return reply;
}

}  // namespace braid::ontology
