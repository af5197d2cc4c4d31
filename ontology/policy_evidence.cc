#include "ontology/policy_evidence.h"

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "braid/v1/policy.pb.h"
#include "fmt/format.h"

namespace braid::ontology {
namespace {

using graph::ErrorList;
using graph::Reason;

std::optional<ComparatorClass> ClassOf(v1::ComparatorClass comparator) {
  switch (comparator) {
    case v1::COMPARATOR_CLASS_USUAL_CARE:
      return ComparatorClass::kUsualCare;
    case v1::COMPARATOR_CLASS_MIXED_INACTIVE:
      return ComparatorClass::kMixedInactive;
    case v1::COMPARATOR_CLASS_WAITLIST:
      return ComparatorClass::kWaitlist;
    case v1::COMPARATOR_CLASS_ACTIVE:
      return ComparatorClass::kActive;
    case v1::COMPARATOR_CLASS_MEDICATION:
      return ComparatorClass::kMedication;
    case v1::COMPARATOR_CLASS_ADDITIVE:
      return ComparatorClass::kAdditive;
    case v1::COMPARATOR_CLASS_ASSOCIATION:
      return ComparatorClass::kAssociation;
    default:
      return std::nullopt;
  }
}

class Reader {
 public:
  Reader(const v1::EvidencePolicy& message, ErrorList& errors) : message_(message), errors_(errors) {}

  EvidencePolicy Read() {
    ReadPooling();
    ReadLadderAndImputation();
    ReadCertainty();
    ReadShrinkage();
    ReadBenefitAndRounding();
    for (int i = 0; i < message_.comparators_size(); ++i) {
      ReadComparators(message_.comparators(i), fmt::format("evidence.comparators[{}]", i));
    }
    return std::move(policy_);
  }

 private:
  struct Range {
    double low;
    bool low_included;
    double high;
  };
  static constexpr Range kShare = {0, false, 1};

  void Add(Reason reason, std::string field, std::string description) {
    errors_.Add({reason, std::move(field), std::move(description), {}});
  }

  // Negated comparisons, so that a NaN is out of range.
  bool InRange(double value, const Range& range, std::string_view name) {
    const bool above = range.low_included ? value >= range.low : value > range.low;
    if (above && value <= range.high) return true;
    const std::string field = fmt::format("evidence.{}", name);
    Add(Reason::kValueOutOfRange, field,
        fmt::format("{} is {}; use a value in {}{}, {}]", field, value, range.low_included ? '[' : '(', range.low,
                    range.high));
    return false;
  }
  double Number(double value, const Range& range, std::string_view name) {
    InRange(value, range, name);
    return value;
  }
  std::size_t Count(int value, int low, int high, std::string_view name) {
    return InRange(value, {static_cast<double>(low), true, static_cast<double>(high)}, name)
               ? static_cast<std::size_t>(value)
               : 0;
  }
  void NotBelow(double value, double other, std::string_view name, std::string_view other_name) {
    if (!(value < other)) return;
    const std::string field = fmt::format("evidence.{}", name);
    Add(Reason::kValueOutOfRange, field,
        fmt::format("{} is {}, less than {} ({}); it may not be", field, value, other_name, other));
  }

  void ReadPooling() {
    const v1::PoolingPolicy& from = message_.pooling();
    auto& to = policy_.pooling;
    to.outcome_correlation = Number(from.outcome_correlation(), {0, true, 0.99}, "pooling.outcome_correlation");
    to.full_model_min_studies = Count(from.full_model_min_studies(), 3, 20, "pooling.full_model_min_studies");
    to.tau_squared_floor = Number(from.tau_squared_floor(), {0, true, 1}, "pooling.tau_squared_floor");
    to.default_tau_squared = Number(from.default_tau_squared(), kShare, "pooling.default_tau_squared");
    to.half_life_years = Number(from.half_life_years(), {0, true, 1000}, "pooling.half_life_years");
  }

  void ReadLadderAndImputation() {
    policy_.ladder.mixed_inactive_factor =
        Number(message_.ladder().mixed_inactive_factor(), kShare, "ladder.mixed_inactive_factor");
    policy_.ladder.waitlist_factor = Number(message_.ladder().waitlist_factor(), kShare, "ladder.waitlist_factor");
    policy_.imputation.study_count = Count(message_.imputation().study_count(), 1, 100, "imputation.study_count");
    policy_.imputation.participants_per_study =
        Count(message_.imputation().participants_per_study(), 2, 10000, "imputation.participants_per_study");
  }

  void ReadCertainty() {
    const v1::CertaintyPolicy& from = message_.certainty();
    auto& to = policy_.certainty;
    to.high_risk_share_serious = Number(from.high_risk_share_serious(), kShare, "certainty.high_risk_share_serious");
    to.high_risk_share_very_serious =
        Number(from.high_risk_share_very_serious(), kShare, "certainty.high_risk_share_very_serious");
    NotBelow(to.high_risk_share_very_serious, to.high_risk_share_serious, "certainty.high_risk_share_very_serious",
             "high_risk_share_serious");
    to.i_squared_serious = Number(from.i_squared_serious(), kShare, "certainty.i_squared_serious");
    to.i_squared_very_serious = Number(from.i_squared_very_serious(), kShare, "certainty.i_squared_very_serious");
    NotBelow(to.i_squared_very_serious, to.i_squared_serious, "certainty.i_squared_very_serious", "i_squared_serious");
    to.worthwhile_effect = Number(from.worthwhile_effect(), {0, false, 2}, "certainty.worthwhile_effect");
    to.large_effect = Number(from.large_effect(), {0, false, 3}, "certainty.large_effect");
    NotBelow(to.large_effect, to.worthwhile_effect, "certainty.large_effect", "worthwhile_effect");
    to.optimal_participants = Count(from.optimal_participants(), 1, 100000, "certainty.optimal_participants");
    to.egger_min_studies = Count(from.egger_min_studies(), 3, 1000, "certainty.egger_min_studies");
    to.egger_p = Number(from.egger_p(), kShare, "certainty.egger_p");
    to.max_indirectness_steps =
        static_cast<int>(Count(from.max_indirectness_steps(), 1, 3, "certainty.max_indirectness_steps"));
  }

  void ReadShrinkage() {
    const v1::ShrinkagePolicy& from = message_.shrinkage();
    auto& to = policy_.shrinkage;
    to.modality_prior_sd = Number(from.modality_prior_sd(), {0, false, 5}, "shrinkage.modality_prior_sd");
    to.component_share = Number(from.component_share(), kShare, "shrinkage.component_share");
    to.component_sd = Number(from.component_sd(), {0, false, 5}, "shrinkage.component_sd");
  }

  void ReadBenefitAndRounding() {
    const v1::BenefitPolicy& from = message_.benefit();
    auto& to = policy_.benefit;
    to.cautious_quantile = Number(from.cautious_quantile(), {0, false, 0.5}, "benefit.cautious_quantile");
    to.rationale_only_rate = Number(from.rationale_only_rate(), {0, true, 0.5}, "benefit.rationale_only_rate");
    to.concern_group_factor = Number(from.concern_group_factor(), kShare, "benefit.concern_group_factor");
    policy_.rounding.coarse_above_sd =
        Number(message_.rounding().coarse_above_sd(), {0, true, 5}, "rounding.coarse_above_sd");
    policy_.rounding.rate_step = Number(message_.rounding().rate_step(), {0, false, 0.5}, "rounding.rate_step");
  }

  void ReadComparators(const v1::ComparatorNames& from, const std::string& at) {
    const std::optional<ComparatorClass> comparator = ClassOf(from.comparator());
    if (!comparator.has_value()) {
      Add(Reason::kEnumUnknown, at + ".comparator", fmt::format("{}.comparator is not given; name a class", at));
    }
    if (from.names().empty()) {
      Add(Reason::kFieldRequired, at + ".names", fmt::format("{}.names is missing: what findings call them", at));
    }
    for (int i = 0; i < from.names_size(); ++i) {
      const std::string field = fmt::format("{}.names[{}]", at, i);
      if (from.names(i).empty()) Add(Reason::kFieldRequired, field, fmt::format("{} is empty", field));
      if (!names_.insert(from.names(i)).second) {
        Add(Reason::kValueOutOfRange, field, fmt::format("{} `{}` comes twice; keep one", field, from.names(i)));
      }
    }
    policy_.comparators.push_back(
        {comparator.value_or(ComparatorClass::kUnclassified), {from.names().begin(), from.names().end()}});
  }

  const v1::EvidencePolicy& message_;
  ErrorList& errors_;
  EvidencePolicy policy_;
  std::set<std::string> names_;
};

}  // namespace

EvidencePolicy ReadEvidencePolicy(const v1::EvidencePolicy& message, ErrorList& errors) {
  return Reader(message, errors).Read();
}

}  // namespace braid::ontology
