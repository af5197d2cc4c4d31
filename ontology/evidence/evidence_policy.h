// The constants of evidence synthesis: judgements, read from the policy in force (ontology/policy.h), never constants
// in code. Units, ranges and rationale stand in proto/braid/v1/policy.proto and ontology/policy.textproto; the defaults
// here are the shipped numbers, without names of comparators.
//
// Thread safety: values.

#ifndef BRAID_ONTOLOGY_EVIDENCE_EVIDENCE_POLICY_H_
#define BRAID_ONTOLOGY_EVIDENCE_EVIDENCE_POLICY_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace braid::ontology {

// What an intervention was compared with. Effects of different classes are never pooled.
enum class ComparatorClass : std::uint8_t {
  kUsualCare,      // usual care, placebo, attention
  kMixedInactive,  // controls, passive controls, waitlist or usual care
  kWaitlist,       // waitlist, no treatment
  kActive,         // another therapy
  kMedication,
  kAdditive,     // the same with and without it
  kAssociation,  // nothing: a correlation
  kNone,         // the finding names none
  kUnclassified  // a name that the policy does not list
};

std::string_view NameOf(ComparatorClass comparator);

// Comparators by name. In a name `*` stands for any text; letters' case does not count; the first list that has a match
// decides.
struct ComparatorNames {
  ComparatorClass comparator = ComparatorClass::kUnclassified;
  std::vector<std::string> names;
};

struct EvidencePolicy {
  struct {
    double outcome_correlation = 0.5;
    std::size_t full_model_min_studies = 5;
    double tau_squared_floor = 0.04;
    double default_tau_squared = 0.04;
    double half_life_years = 0;  // 0: age does not count
  } pooling;
  struct {
    double mixed_inactive_factor = 0.8;
    double waitlist_factor = 0.6;
  } ladder;
  struct {
    std::size_t study_count = 3;
    std::size_t participants_per_study = 60;
  } imputation;
  struct {
    double high_risk_share_serious = 0.25;
    double high_risk_share_very_serious = 0.75;
    double i_squared_serious = 0.5;
    double i_squared_very_serious = 0.75;
    double worthwhile_effect = 0.2;
    double large_effect = 0.5;
    std::size_t optimal_participants = 400;
    std::size_t egger_min_studies = 10;
    double egger_p = 0.10;
    int max_indirectness_steps = 2;
  } certainty;
  struct {
    double modality_prior_sd = 0.35;
    double component_share = 0.5;  // δ
    double component_sd = 0.20;
  } shrinkage;
  struct {
    double cautious_quantile = 0.25;
    double rationale_only_rate = 0.04;
    double concern_group_factor = 0.7;
  } benefit;
  struct {
    double coarse_above_sd = 0.2;
    double rate_step = 0.05;
  } rounding;
  std::vector<ComparatorNames> comparators;

  // The first list with a name that matches, or nullptr. O(names · length).
  const ComparatorNames* FindComparator(std::string_view name) const;
};

}  // namespace braid::ontology

#endif  // BRAID_ONTOLOGY_EVIDENCE_EVIDENCE_POLICY_H_
