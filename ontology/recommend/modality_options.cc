#include "ontology/recommend/modality_options.h"

#include <algorithm>
#include <cstddef>
#include <utility>

namespace braid::ontology {
namespace {

using graph::NodeIndex;

ModalityAccess AccessOf(const Client& client, const ScreenedModality& modality) {
  if (!client.therapist.has_value()) return ModalityAccess::kUnknown;
  const bool is_able = modality.is_listed && modality.missing_level == graph::kNoNode;
  return is_able ? ModalityAccess::kDeliverable : ModalityAccess::kReferral;
}

bool IsHarmful(const ConcernBenefits& benefits, NodeIndex modality) {
  return benefits.are_of_profile() &&
         std::any_of(benefits.concerns().begin(), benefits.concerns().end(),
                     [&](const ConcernBenefits::Concern& concern) {
                       return benefits.Of(modality, concern.node).status == BenefitStatus::kHarm;
                     });
}

// Effects found across all concerns say little of what does for these: of a crisis, say.
bool HasRecord(const ConcernBenefits& benefits, NodeIndex modality) {
  return !benefits.are_of_profile() ||
         std::any_of(benefits.concerns().begin(), benefits.concerns().end(),
                     [&](const ConcernBenefits::Concern& concern) {
                       const BenefitPlace place = benefits.Of(modality, concern.node).place;
                       return place == BenefitPlace::kConcern || place == BenefitPlace::kConcernGroup;
                     });
}

// What it does, whatever the client thinks of it.
double BenefitWithoutPreference(const ModalityOption& option) {
  return option.rate * option.fit.rules * option.fit.response;
}

// What it rests on, the surest of the concerns.
graph::Certainty CertaintyOf(const ConcernBenefits& benefits, NodeIndex modality) {
  graph::Certainty surest = graph::Certainty::kUnset;
  for (const ConcernBenefits::Concern& concern : benefits.concerns()) {
    surest = std::max(surest, benefits.Of(modality, concern.node).certainty);
  }
  return surest;
}

// 0: of the plan; 1: deliverable, or not known; 2: by referral.
int RankOf(const ModalityOption& option) {
  if (option.sessions > 0) return 0;
  return option.access == ModalityAccess::kReferral ? 2 : 1;
}

// Keeps the best of each rank but the first, and of those what does as well as the leading one of the plan. `options`
// are in their order.
void KeepTheBest(const PlanPolicy& policy, std::vector<ModalityOption>& options) {
  const bool has_leading = !options.empty() && options.front().sessions > 0;
  const double least = has_leading ? BenefitWithoutPreference(options.front()) - policy.cost.equally_good_within : 0;
  std::size_t kept[3] = {};
  std::vector<ModalityOption> rest;
  for (ModalityOption& option : options) {
    const int rank = RankOf(option);
    const double benefit = BenefitWithoutPreference(option);
    const bool is_worth_it = benefit > 0 && benefit >= least && kept[rank] < policy.report.most_modality_options;
    if (rank > 0 && !is_worth_it) continue;
    ++kept[rank];
    rest.push_back(std::move(option));
  }
  options = std::move(rest);
}

}  // namespace

std::vector<ModalityOption> ModalityOptions(const TechniqueIndex& index, const Policy& policy, const Client& client,
                                            const std::vector<RuleVerdict>& verdicts, const ConcernBenefits& benefits,
                                            const std::map<NodeIndex, std::int64_t>& sessions) {
  std::vector<ModalityOption> options;
  for (ScreenedModality& screened : ScreenModalities(index, client, verdicts)) {
    const NodeIndex modality = screened.modality;
    const auto taken = sessions.find(modality);
    const bool is_taken = taken != sessions.end();
    const bool is_out = screened.is_barred || IsHarmful(benefits, modality) || !HasRecord(benefits, modality);
    if (!is_taken && is_out) continue;
    ModalityOption option;
    option.modality = modality;
    option.access = AccessOf(client, screened);
    option.sessions = is_taken ? taken->second : 0;
    option.rate = benefits.MeanRate(modality);
    option.fit = FitOf(client, verdicts, policy.plans, index.modality(modality).names);
    option.benefit = option.rate * option.fit.product();
    option.certainty = CertaintyOf(benefits, modality);
    option.adaptations = std::move(screened.adaptations);
    option.missing_level = screened.missing_level;
    options.push_back(std::move(option));
  }
  std::stable_sort(options.begin(), options.end(), [](const ModalityOption& a, const ModalityOption& b) {
    if (RankOf(a) != RankOf(b)) return RankOf(a) < RankOf(b);
    return a.sessions != b.sessions ? a.sessions > b.sessions : a.benefit > b.benefit;
  });
  KeepTheBest(policy.plans, options);
  return options;
}

}  // namespace braid::ontology
