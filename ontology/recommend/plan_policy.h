// The constants of recommendations: judgements, read from the policy in force (ontology/policy.h), never constants in
// code. Units, ranges and rationale stand in proto/braid/v1/policy.proto and ontology/policy.textproto; the defaults
// here are the shipped numbers, without ids.
//
// Thread safety: values.

#ifndef BRAID_ONTOLOGY_RECOMMEND_PLAN_POLICY_H_
#define BRAID_ONTOLOGY_RECOMMEND_PLAN_POLICY_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace braid::ontology {

struct PlanPolicy {
  struct {
    double full_reach_plausibility = 0.18;
    double most = 0.95;
    double stage_floor = 0.5;
    double disliked_factor = 0.5;
    double preferred_share = 0.25;
    double unchanged_factor = 0.5;
    double worse_factor = 0.25;
  } benefit;
  struct {
    double modality = 0.01;  // μ
    double technique = 0.003;
    double change = 0.02;  // λ
    std::size_t default_max_techniques = 5;
    std::size_t pool_size = 5;
    double equally_good_within = 0.02;
  } cost;
  struct {
    double home_share = 0.5;
    double least_bridge_plausibility = 0.25;
    std::size_t max_bridge_hops = 2;
    double slot_weight = 0.1;
    double key_level_share = 0.6;
    std::vector<std::string> stage_model_ids, grid_model_ids, start_stage_ids, deeper_level_rule_ids;
  } modes;
  struct {
    std::vector<std::string> withdrawal_ids, confrontation_ids, flag_ids;
  } repair;
  struct {
    std::vector<std::string> rule_ids;
  } safety;
  struct {
    double improving_index = 0.5;
    std::int32_t measure_within_sessions = 4;
    std::vector<std::string> relapse_prevention_ids;
  } progress;
  struct {
    std::size_t most_modality_options = 8;
    std::size_t fragile_at_most = 4;
    std::size_t most_breakpoints = 64;
    double confirm_within = 1e-6;
    std::uint64_t most_work_per_change = 200'000;
  } report;
};

}  // namespace braid::ontology

#endif  // BRAID_ONTOLOGY_RECOMMEND_PLAN_POLICY_H_
