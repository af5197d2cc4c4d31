#include "ontology/policy_plans.h"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "braid/v1/policy.pb.h"
#include "fmt/format.h"
#include "graph/ids.h"

namespace braid::ontology {
namespace {

class Reader {
 public:
  explicit Reader(graph::ErrorList& errors) : errors_(errors) {}

  // In (0, high], or [0, high] where 0 is `allowed`. Negated comparisons, so that a NaN is out of range.
  double Number(double value, bool zero_allowed, double high, std::string_view name) {
    if ((zero_allowed ? value >= 0 : value > 0) && value <= high) return value;
    Add(fmt::format("{}", value), fmt::format("{}0, {}]", zero_allowed ? '[' : '(', high), name);
    return value;
  }
  double Share(double value, std::string_view name) { return Number(value, false, 1, name); }
  std::size_t Count(int value, int high, std::string_view name) {
    if (value >= 1 && value <= high) return static_cast<std::size_t>(value);
    Add(fmt::format("{}", value), fmt::format("[1, {}]", high), name);
    return 1;
  }
  std::vector<std::string> Ids(const google::protobuf::RepeatedPtrField<std::string>& ids, std::string_view name) {
    for (int i = 0; i < ids.size(); ++i) {
      if (graph::IsCurie(ids[i])) continue;
      const std::string field = fmt::format("plans.{}[{}]", name, i);
      errors_.Add({graph::Reason::kCurieMalformed,
                   field,
                   fmt::format("{} `{}` is no id; write it as `technique:exposure`", field, ids[i]),
                   {}});
    }
    return {ids.begin(), ids.end()};
  }

 private:
  void Add(const std::string& value, const std::string& range, std::string_view name) {
    const std::string field = fmt::format("plans.{}", name);
    errors_.Add(
        {graph::Reason::kValueOutOfRange, field, fmt::format("{} is {}; use a value in {}", field, value, range), {}});
  }

  graph::ErrorList& errors_;
};

constexpr double kMostBenefit = 0.999;        // below 1, as PlanGain::benefit
constexpr double kMostImprovingIndex = 1.95;  // below kReliableIndex

}  // namespace

PlanPolicy ReadPlanPolicy(const v1::PlanPolicy& message, graph::ErrorList& errors) {
  Reader reader(errors);
  PlanPolicy policy;
  const v1::PlanBenefitPolicy& benefit = message.benefit();
  policy.benefit.full_reach_plausibility =
      reader.Share(benefit.full_reach_plausibility(), "benefit.full_reach_plausibility");
  policy.benefit.most = reader.Number(benefit.most(), false, kMostBenefit, "benefit.most");
  policy.benefit.stage_floor = reader.Share(benefit.stage_floor(), "benefit.stage_floor");
  policy.benefit.disliked_factor = reader.Share(benefit.disliked_factor(), "benefit.disliked_factor");
  policy.benefit.preferred_share = reader.Number(benefit.preferred_share(), true, 1, "benefit.preferred_share");
  policy.benefit.unchanged_factor = reader.Share(benefit.unchanged_factor(), "benefit.unchanged_factor");
  policy.benefit.worse_factor =
      reader.Number(benefit.worse_factor(), false, benefit.unchanged_factor(), "benefit.worse_factor");
  const v1::PlanCostPolicy& cost = message.cost();
  policy.cost.modality = reader.Number(cost.modality(), true, 1, "cost.modality");
  policy.cost.technique = reader.Number(cost.technique(), true, 1, "cost.technique");
  policy.cost.change = reader.Number(cost.change(), true, 1, "cost.change");
  policy.cost.default_max_techniques = reader.Count(cost.default_max_techniques(), 20, "cost.default_max_techniques");
  policy.cost.pool_size = reader.Count(cost.pool_size(), 20, "cost.pool_size");
  policy.cost.equally_good_within = reader.Number(cost.equally_good_within(), true, 1, "cost.equally_good_within");
  const v1::PlanModePolicy& modes = message.modes();
  policy.modes.home_share = reader.Share(modes.home_share(), "modes.home_share");
  policy.modes.least_bridge_plausibility =
      reader.Share(modes.least_bridge_plausibility(), "modes.least_bridge_plausibility");
  policy.modes.max_bridge_hops = reader.Count(modes.max_bridge_hops(), 4, "modes.max_bridge_hops");
  policy.modes.slot_weight = reader.Share(modes.slot_weight(), "modes.slot_weight");
  policy.modes.stage_model_ids = reader.Ids(modes.stage_model_ids(), "modes.stage_model_ids");
  policy.modes.grid_model_ids = reader.Ids(modes.grid_model_ids(), "modes.grid_model_ids");
  policy.modes.start_stage_ids = reader.Ids(modes.start_stage_ids(), "modes.start_stage_ids");
  policy.modes.key_level_share = reader.Share(modes.key_level_share(), "modes.key_level_share");
  policy.modes.deeper_level_rule_ids = reader.Ids(modes.deeper_level_rule_ids(), "modes.deeper_level_rule_ids");
  const v1::PlanRepairPolicy& repair = message.repair();
  policy.repair.withdrawal_ids = reader.Ids(repair.withdrawal_ids(), "repair.withdrawal_ids");
  policy.repair.confrontation_ids = reader.Ids(repair.confrontation_ids(), "repair.confrontation_ids");
  policy.repair.flag_ids = reader.Ids(repair.flag_ids(), "repair.flag_ids");
  policy.safety.rule_ids = reader.Ids(message.safety().rule_ids(), "safety.rule_ids");
  const v1::PlanProgressPolicy& progress = message.progress();
  policy.progress.improving_index =
      reader.Number(progress.improving_index(), false, kMostImprovingIndex, "progress.improving_index");
  policy.progress.measure_within_sessions = static_cast<std::int32_t>(
      reader.Count(progress.measure_within_sessions(), 100, "progress.measure_within_sessions"));
  policy.progress.relapse_prevention_ids =
      reader.Ids(progress.relapse_prevention_ids(), "progress.relapse_prevention_ids");
  const v1::PlanReportPolicy& report = message.report();
  policy.report.most_modality_options =
      reader.Count(report.most_modality_options(), 100, "report.most_modality_options");
  policy.report.fragile_at_most = reader.Count(report.fragile_at_most(), 100, "report.fragile_at_most");
  policy.report.most_breakpoints = reader.Count(report.most_breakpoints(), 1000, "report.most_breakpoints");
  policy.report.confirm_within = reader.Number(report.confirm_within(), false, 0.01, "report.confirm_within");
  policy.report.most_work_per_change =
      reader.Count(report.most_work_per_change(), 1'000'000'000, "report.most_work_per_change");
  return policy;
}

}  // namespace braid::ontology
