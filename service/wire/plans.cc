#include "service/wire/plans.h"

#include <algorithm>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "graph/error.h"
#include "ontology/evidence/evidence_table.h"
#include "ontology/evidence/summary.h"
#include "ontology/explained_hop.h"
#include "service/wire/evidence.h"
#include "service/wire/named_nodes.h"
#include "service/wire/paths.h"
#include "service/wire/profiles.h"

namespace braid::service::wire {
namespace {

using google::protobuf::RepeatedPtrField;
using graph::NodeIndex;
using graph::Snapshot;

// The API's enums begin with one more, *unspecified*; else the order is ours. Whoever breaks that is told here.
template <auto kOurs, auto kTheirs>
constexpr bool kFollows = static_cast<int>(kOurs) + 1 == static_cast<int>(kTheirs);
static_assert(kFollows<ontology::FlagUrgency::kEmergency, v1::FLAG_URGENCY_EMERGENCY> &&
              kFollows<ontology::FlagUrgency::kConsider, v1::FLAG_URGENCY_CONSIDER>);
static_assert(kFollows<ontology::ExclusionReason::kNeverRecommend, v1::EXCLUSION_REASON_NEVER_RECOMMEND> &&
              kFollows<ontology::ExclusionReason::kForcedOut, v1::EXCLUSION_REASON_FORCED_OUT> &&
              kFollows<ontology::ExclusionReason::kRequires, v1::EXCLUSION_REASON_REQUIRES>);
static_assert(kFollows<ontology::ChangeLevelStrategy::kLowest, v1::CHANGE_LEVEL_STRATEGY_LOWEST> &&
              kFollows<ontology::ChangeLevelStrategy::kKey, v1::CHANGE_LEVEL_STRATEGY_KEY>);
static_assert(kFollows<ontology::CautionLevel::kAdapt, v1::CAUTION_LEVEL_ADAPT> &&
              kFollows<ontology::CautionLevel::kExclude, v1::CAUTION_LEVEL_EXCLUDE>);
static_assert(kFollows<ontology::TechniqueStanding::kSafety, v1::TECHNIQUE_STANDING_SAFETY> &&
              kFollows<ontology::TechniqueStanding::kEquallyGood, v1::TECHNIQUE_STANDING_EQUALLY_GOOD> &&
              kFollows<ontology::TechniqueStanding::kNoPlan, v1::TECHNIQUE_STANDING_NO_PLAN>);
static_assert(kFollows<ontology::TechniqueChange::Parameter::kNeedWeight, v1::PLAN_PARAMETER_NEED_WEIGHT> &&
              kFollows<ontology::TechniqueChange::Parameter::kPreference, v1::PLAN_PARAMETER_PREFERENCE> &&
              kFollows<ontology::TechniqueChange::Finding::kFound, v1::CHANGE_FINDING_FOUND> &&
              kFollows<ontology::TechniqueChange::Finding::kUndecided, v1::CHANGE_FINDING_UNDECIDED>);
static_assert(kFollows<ontology::PlanConstraint::kItems, v1::PLAN_CONSTRAINT_ITEMS> &&
              kFollows<ontology::PlanConstraint::kForcedOut, v1::PLAN_CONSTRAINT_FORCED_OUT>);

// Of these both begin with what is not known, or not allowed.
template <auto kOurs, auto kTheirs>
constexpr bool kSame = static_cast<int>(kOurs) == static_cast<int>(kTheirs);
static_assert(kSame<ontology::OverrideRule::kWithReason, v1::OVERRIDE_RULE_WITH_REASON> &&
              kSame<ontology::OverrideRule::kWithAcknowledgement, v1::OVERRIDE_RULE_WITH_ACKNOWLEDGEMENT>);
static_assert(kSame<ontology::AllianceState::kOk, v1::ALLIANCE_STATE_OK> &&
              kSame<ontology::AllianceState::kRuptured, v1::ALLIANCE_STATE_RUPTURED>);
static_assert(kSame<ontology::ModalityAccess::kDeliverable, v1::MODALITY_ACCESS_DELIVERABLE> &&
              kSame<ontology::ModalityAccess::kReferral, v1::MODALITY_ACCESS_REFERRAL>);
static_assert(kSame<ontology::MeasureCourse::kNoReliableChange, v1::MEASURE_COURSE_NO_RELIABLE_CHANGE> &&
              kSame<ontology::MeasureCourse::kReliablyWorse, v1::MEASURE_COURSE_RELIABLY_WORSE>);

template <typename Theirs, typename Ours>
Theirs Following(Ours ours) {
  return static_cast<Theirs>(static_cast<int>(ours) + 1);
}

std::vector<std::string> Texts(const RepeatedPtrField<std::string>& texts) { return {texts.begin(), texts.end()}; }

v1::Outcome OutcomeOf(ontology::PlanOutcome outcome) {
  switch (outcome) {
    case ontology::PlanOutcome::kSolved:
      return v1::OUTCOME_FOUND;
    case ontology::PlanOutcome::kEmptyProfile:
      return v1::OUTCOME_EMPTY_PROFILE;
    case ontology::PlanOutcome::kNoCandidate:
      return v1::OUTCOME_NO_CANDIDATE;
    case ontology::PlanOutcome::kInfeasible:
      return v1::OUTCOME_INFEASIBLE;
    case ontology::PlanOutcome::kUndecided:
      return v1::OUTCOME_NOT_REACHED;
  }
  return v1::OUTCOME_UNSPECIFIED;
}

void EncodeCaution(const Snapshot& snapshot, const ontology::FlagCaution& caution, NamedNodes& named,
                   v1::FlagCaution* out) {
  out->set_flag_id(named.Name(caution.flag));
  out->set_bearer_id(named.Name(caution.bearer));
  out->set_level(Following<v1::CautionLevel>(caution.level));
  out->set_note(std::string(ontology::TextOf(snapshot, caution.bearer, "caution_note")));
}

// Puts one answer into messages.
class Encoder {
 public:
  explicit Encoder(const PlanSource& source)
      : source_(source),
        snapshot_(source.base.snapshot),
        policy_(source.base.policy),
        named_(snapshot_),
        benefits_(source.base.evidence, source.client) {}

  void Encode(const ontology::Recommendation& answer, v1::Recommendation* out) {
    out->set_outcome(OutcomeOf(answer.outcome));
    out->set_mode(static_cast<v1::IntegrationMode>(answer.mode));
    if (source_.client.model.has_value()) out->set_model_id(named_.Name(*source_.client.model));
    for (const ontology::SafetyStep& step : answer.safety) EncodeSafety(step, out->add_safety());
    EncodeRelationship(answer.relationship, out->mutable_relationship());
    EncodeNeeds(answer, out);
    for (const ontology::RecommendedPlan& plan : answer.plans) {
      EncodePlan(plan, out->add_plans());
      EncodeDifference(plan, answer.plans.front(), out->mutable_plans()->rbegin().operator->());
    }
    out->set_equally_good_count(static_cast<std::int32_t>(answer.equally_good));
    EncodeTechniques(answer, out);
    for (const ontology::ModalityOption& option : answer.modalities) EncodeModality(option, out->add_modalities());
    for (const ontology::Exclusion& exclusion : answer.exclusions) EncodeExclusion(exclusion, out->add_exclusions());
    for (const ontology::AppliedOverride& override : answer.overrides) EncodeOverride(override, out->add_overrides());
    for (const ontology::UnknownField& field : answer.ask_first) EncodeQuestion(field, out->add_ask_first());
    for (const ontology::UnknownField& field : answer.assess) EncodeQuestion(field, out->add_assess());
    for (const ontology::MeasureTracking& tracking : answer.tracking) EncodeTracking(tracking, out->add_tracking());
    for (const ontology::PlanObstacle& obstacle : answer.obstacles) EncodeObstacle(obstacle, out->add_obstacles());
    out->set_obstacles_together(answer.obstacles_together);
    named_.Add(answer.slots, out->mutable_slot_ids());
    if (answer.change_level.has_value()) EncodeChangeLevel(*answer.change_level, out->mutable_change_level());
    if (answer.robustness.has_value()) EncodeRobustness(*answer.robustness, out->mutable_robustness());
    for (const std::string& goal : source_.client.goals) out->add_goals(goal);
    for (const std::string& strength : source_.client.strengths) out->add_strengths(strength);
    named_.Encode(source_.view, out->mutable_nodes());
  }

  void Encode(const ontology::TechniqueExplanation& answer, v1::ExplainResponse* response) {
    v1::TechniqueExplanation* out = response->mutable_explanation();
    out->set_technique_id(named_.Name(answer.technique));
    out->set_standing(Following<v1::TechniqueStanding>(answer.standing));
    if (answer.item.has_value()) EncodeItem(answer.needs, *answer.item, out->mutable_technique());
    if (answer.exclusion.has_value()) EncodeExclusion(*answer.exclusion, out->mutable_exclusion());
    named_.Add(answer.conflicts, out->mutable_conflict_ids());
    if (answer.plan_with.has_value()) {
      EncodePlan(*answer.plan_with, out->mutable_plan_with());
      named_.Add(answer.displaced, out->mutable_plan_with()->mutable_leaving_ids());
      named_.Add(answer.joining, out->mutable_plan_with()->mutable_joining_ids());
    }
    out->set_loss(answer.loss);
    out->set_lost_slot_count(answer.slots_lost);
    for (const ontology::PlanObstacle& obstacle : answer.obstacles) EncodeObstacle(obstacle, out->add_obstacles());
    out->set_obstacles_together(answer.obstacles_together);
    for (const ontology::TechniqueChange& change : answer.changes) EncodeChange(change, out->add_changes());
    named_.Encode(source_.view, response->mutable_nodes());
  }

 private:
  void EncodeSafety(const ontology::SafetyStep& step, v1::SafetyStep* out) {
    out->set_flag_id(named_.Name(step.flag));
    out->set_urgency(Following<v1::FlagUrgency>(step.urgency));
    out->set_response(step.response);
    named_.Add(step.techniques, out->mutable_technique_ids());
    named_.Add(step.rules, out->mutable_rule_ids());
  }

  void EncodeRelationship(const ontology::RelationshipBlock& block, v1::RelationshipBlock* out) {
    out->set_alliance(static_cast<v1::AllianceState>(block.alliance));
    named_.Add(block.measure_with, out->mutable_measure_ids());
    out->set_holds_plan(block.holds_plan);
    for (const ontology::RelationshipStep& step : block.steps) {
      v1::RelationshipStep* message = out->add_steps();
      message->set_technique_id(named_.Name(step.technique));
      message->set_is_repair(step.is_repair);
      named_.Add(step.rules, message->mutable_rule_ids());
      named_.Add(step.factors, message->mutable_factor_ids());
      named_.Add(step.evidence_ids, message->mutable_evidence_ids());
    }
  }

  void EncodeNeeds(const ontology::Recommendation& answer, v1::Recommendation* out) {
    for (std::size_t i = 0; i < answer.needs.size(); ++i) {
      const ontology::WeighedNeed& need = answer.needs[i];
      v1::PlanNeed* message = out->add_needs();
      message->set_node_id(named_.Name(need.node));
      message->set_share(need.share);
      if (!answer.plans.empty()) message->set_cover(answer.plans.front().parts.covers[i]);
      const auto uncovered = std::find_if(answer.uncovered.begin(), answer.uncovered.end(),
                                          [&](const auto& other) { return other.need == need.node; });
      message->set_has_candidate(uncovered == answer.uncovered.end() || uncovered->has_candidate);
    }
  }

  void EncodeChangeLevel(const ontology::ChangeLevelMatch& match, v1::ChangeLevelMatch* out) {
    out->set_level_id(named_.Name(match.level));
    out->set_strategy(Following<v1::ChangeLevelStrategy>(match.strategy));
    out->set_dimension_id(named_.Name(match.dimension.dimension));
    out->set_dimension_share(match.dimension.share);
    named_.Add(match.modalities, out->mutable_modality_ids());
    out->set_matches_stage(match.for_stage);
  }

  void EncodePlan(const ontology::RecommendedPlan& plan, v1::Plan* out) {
    for (const ontology::RecommendedItem& item : plan.items) {
      const std::string id = named_.Name(item.benefit.technique);
      out->add_technique_ids(id);
      const std::string stage = named_.Name(item.earliest_stage);
      if (out->phases().empty() || out->phases().rbegin()->stage_id() != stage) out->add_phases()->set_stage_id(stage);
      out->mutable_phases()->rbegin()->add_technique_ids(id);
    }
    out->set_session_count(plan.sessions);
    out->set_value(plan.parts.value);
    out->set_cover(plan.parts.benefit);
    out->set_modality_cost(plan.modality_cost);
    out->set_technique_cost(plan.parts.burden);
    out->set_change_cost(plan.change_cost);
    out->set_filled_slot_count(plan.slots_filled);
    if (plan.cover_range.has_value()) {
      out->mutable_cover_range()->set_low(plan.cover_range->low);
      out->mutable_cover_range()->set_high(plan.cover_range->high);
    }
  }

  void EncodeDifference(const ontology::RecommendedPlan& plan, const ontology::RecommendedPlan& from, v1::Plan* out) {
    const std::set<std::string> best = IdsOf(from);
    const std::set<std::string> own = IdsOf(plan);
    std::set_difference(own.begin(), own.end(), best.begin(), best.end(),
                        google::protobuf::RepeatedFieldBackInserter(out->mutable_joining_ids()));
    std::set_difference(best.begin(), best.end(), own.begin(), own.end(),
                        google::protobuf::RepeatedFieldBackInserter(out->mutable_leaving_ids()));
  }

  std::set<std::string> IdsOf(const ontology::RecommendedPlan& plan) const {
    std::set<std::string> ids;
    for (const auto& item : plan.items) ids.emplace(snapshot_.id(item.benefit.technique));
    return ids;
  }

  // --- Techniques

  // What the plans hold and what stands before them, each once.
  void EncodeTechniques(const ontology::Recommendation& answer, v1::Recommendation* out) {
    std::map<std::string, v1::RecommendedTechnique> techniques;
    const auto add = [&](const ontology::RecommendedItem& item) {
      const auto [at, is_new] = techniques.try_emplace(named_.Name(item.benefit.technique));
      if (is_new) EncodeItem(answer.needs, item, &at->second);
    };
    for (const ontology::RecommendedPlan& plan : answer.plans) std::for_each(plan.items.begin(), plan.items.end(), add);
    std::for_each(answer.standing.begin(), answer.standing.end(), add);
    for (auto& [id, technique] : techniques) out->add_techniques()->Swap(&technique);
  }

  void EncodeItem(const std::vector<ontology::WeighedNeed>& needs, const ontology::RecommendedItem& item,
                  v1::RecommendedTechnique* out) {
    const ontology::TechniqueBenefit& benefit = item.benefit;
    out->set_technique_id(named_.Name(benefit.technique));
    out->set_modality_id(named_.Name(benefit.from));
    out->set_session_count(item.sessions);
    out->set_stage_factor(benefit.stage);
    out->set_preference_factor(benefit.fit.preference);
    out->set_rule_factor(benefit.fit.rules);
    out->set_response_factor(benefit.fit.response);
    for (const ontology::RuleFactor& rule : benefit.fit.rule_factors) {
      v1::RuleEffect* message = out->add_rules();
      message->set_rule_id(named_.Name(rule.rule));
      message->set_prefers(rule.prefers);
      message->set_strength(rule.strength);
    }
    for (const ontology::FlagCaution& caution : item.adaptations) EncodeCaution(caution, out->add_adaptations());
    named_.Add(item.ask_first, out->mutable_ask_first_flag_ids());
    if (item.bridge.has_value()) named_.Add(item.bridge->theories, out->mutable_bridge_theory_ids());
    std::set<NodeIndex> concerns;
    for (const ontology::NeedBenefit& need : benefit.needs) {
      EncodeNeedBenefit(needs[need.need].node, need, item.grounds, out->add_benefits());
      if (need.is_direct) concerns.insert(needs[need.need].node);
    }
    for (const auto& concern : benefits_.concerns()) concerns.insert(concern.node);
    if (!benefit.needs.empty()) EncodeEvidence(benefit.technique, concerns, out);
    EncodeGrounds(item, out);
  }

  void EncodeGrounds(const ontology::RecommendedItem& item, v1::RecommendedTechnique* out) {
    for (const ontology::CounterFinding& finding : item.grounds.counter_findings) {
      v1::CounterFinding* message = out->add_counter_findings();
      message->set_evidence_id(named_.Name(finding.finding));
      message->set_concern_id(named_.Name(finding.concern));
      message->set_polarity(static_cast<v1::Polarity>(finding.polarity));
    }
    if (item.kept_in_variants.has_value()) {
      out->set_kept_in_variant_count(static_cast<std::int32_t>(*item.kept_in_variants));
    }
    out->set_is_fragile(item.is_fragile);
    named_.Add(item.grounds.depends_on, out->mutable_depends_on_ids());
  }

  void EncodeNeedBenefit(NodeIndex need, const ontology::NeedBenefit& benefit,
                         const ontology::TechniqueGrounds& grounds, v1::NeedBenefit* out) {
    out->set_need_id(named_.Name(need));
    out->set_benefit(benefit.benefit);
    out->set_reach(benefit.reach);
    out->set_rate(benefit.rate);
    out->set_response_factor(benefit.response);
    out->set_is_direct(benefit.is_direct);
    v1::Witness* witness = out->mutable_witness();
    for (const graph::Hop& hop : benefit.witness.hops) EncodeWitnessHop(hop, witness->add_hops());
    for (const graph::Hop& hop : grounds.continuation) EncodeWitnessHop(hop, witness->add_continuation());
    witness->set_cost_micronats(static_cast<std::int64_t>(benefit.witness.cost_micronats));
    witness->set_plausibility(ontology::PlausibilityOf(benefit.witness));
  }

  void EncodeWitnessHop(const graph::Hop& hop, v1::Hop* out) {
    EncodeHop(snapshot_, ontology::ExplainHop(snapshot_, hop, source_.view.languages), out);
    named_.Name(hop.from);
    named_.Name(hop.to);
    for (const v1::Claim& claim : out->edge().claims()) {
      for (const std::string& id : claim.evidence_ids()) named_.Name(id);
    }
  }

  void EncodeEvidence(NodeIndex technique, const std::set<NodeIndex>& concerns, v1::RecommendedTechnique* out) {
    std::vector<NodeIndex> order(concerns.begin(), concerns.end());
    std::sort(order.begin(), order.end(), [&](NodeIndex a, NodeIndex b) { return snapshot_.id(a) < snapshot_.id(b); });
    for (const NodeIndex concern : order) {
      const ontology::Benefit benefit = benefits_.evidence().BenefitOf(technique, concern);
      v1::ConcernBenefit* message = out->add_evidence();
      message->set_concern_id(named_.Name(concern));
      for (const auto& shared : benefits_.concerns()) {
        if (shared.node == concern) message->set_share(shared.share);
      }
      message->set_status(Following<v1::BenefitStatus>(benefit.status));
      message->set_rate(benefit.rate);
      message->set_certainty(static_cast<v1::Certainty>(benefit.certainty.certainty));
      message->set_borrowed(ontology::IsBorrowed(benefit));
      message->set_summary(ontology::SummaryOf(benefit, policy_.evidence));
      named_.Add(ontology::FindingsBehind(snapshot_, technique, concern, benefit), message->mutable_evidence_ids());
      if (source_.view.full) {
        EncodeBenefit(snapshot_, benefit, policy_.evidence, source_.view, message->mutable_details());
      }
    }
  }

  // --- What is not recommended, and what is not known

  void EncodeCaution(const ontology::FlagCaution& caution, v1::FlagCaution* out) {
    wire::EncodeCaution(snapshot_, caution, named_, out);
  }

  void EncodeExclusion(const ontology::Exclusion& exclusion, v1::Exclusion* out) {
    wire::EncodeExclusion(snapshot_, exclusion, named_, out);
  }

  void EncodeOverride(const ontology::AppliedOverride& applied, v1::AppliedOverride* out) {
    v1::Override* override = out->mutable_override();
    override->set_technique_id(named_.Name(applied.override.technique));
    override->set_reason(applied.override.reason);
    if (applied.override.acknowledged_cause.has_value()) {
      override->set_acknowledged_cause_id(named_.Name(*applied.override.acknowledged_cause));
    }
    if (applied.exclusion.has_value()) EncodeExclusion(*applied.exclusion, out->mutable_exclusion());
  }

  void EncodeModality(const ontology::ModalityOption& option, v1::ModalityOption* out) {
    out->set_modality_id(named_.Name(option.modality));
    out->set_access(static_cast<v1::ModalityAccess>(option.access));
    out->set_session_count(option.sessions);
    out->set_rate(option.rate);
    out->set_benefit(option.benefit);
    out->set_certainty(static_cast<v1::Certainty>(option.certainty));
    out->set_preference_factor(option.fit.preference);
    out->set_rule_factor(option.fit.rules);
    out->set_response_factor(option.fit.response);
    for (const ontology::FlagCaution& caution : option.adaptations) EncodeCaution(caution, out->add_adaptations());
    out->set_missing_level_id(named_.Name(option.missing_level));
  }

  void EncodeTracking(const ontology::MeasureTracking& tracking, v1::MeasureTracking* out) {
    out->set_measure_id(named_.Name(tracking.measure));
    out->set_score_count(static_cast<std::int32_t>(tracking.score_count));
    if (tracking.first_score.has_value()) out->set_first_score(*tracking.first_score);
    if (tracking.last_score.has_value()) out->set_last_score(*tracking.last_score);
    if (tracking.improvement.has_value()) out->set_improvement(*tracking.improvement);
    if (tracking.reliable_change.has_value()) out->set_reliable_change(*tracking.reliable_change);
    if (tracking.clinical_cutoff.has_value()) out->set_clinical_cutoff(*tracking.clinical_cutoff);
    out->set_course(static_cast<v1::MeasureCourse>(tracking.course));
    if (tracking.verified) {
      out->set_verification(v1::VERIFICATION_SOURCE);
    } else if (tracking.recalled) {
      out->set_verification(v1::VERIFICATION_RECALLED);
    }
  }

  void EncodeRobustness(const ontology::PlanRobustness& robustness, v1::PlanRobustness* out) {
    for (const ontology::PlanVariant& variant : robustness.variants) {
      v1::PlanVariant* message = out->add_variants();
      message->set_name(variant.name);
      message->set_difference(variant.difference);
      named_.Add(variant.techniques, message->mutable_technique_ids());
    }
  }

  void EncodeChange(const ontology::TechniqueChange& change, v1::PlanChange* out) {
    out->set_parameter(Following<v1::PlanParameter>(change.parameter));
    out->set_need_id(named_.Name(change.need));
    out->set_node_id(named_.Name(change.node));
    if (change.now.has_value()) out->set_now(*change.now);
    if (change.threshold.has_value()) out->set_threshold(*change.threshold);
    out->set_finding(Following<v1::ChangeFinding>(change.finding));
    named_.Add(change.techniques, out->mutable_technique_ids());
  }

  void EncodeQuestion(const ontology::UnknownField& field, v1::OpenQuestion* out) {
    out->set_field(field.field);
    named_.Add(field.ids, out->mutable_ids());
  }

  void EncodeObstacle(const ontology::PlanObstacle& obstacle, v1::PlanObstacle* out) {
    out->set_constraint(Following<v1::PlanConstraint>(obstacle.constraint));
    out->set_least(obstacle.least);
    out->set_share(obstacle.share);
    named_.Add(obstacle.ids, out->mutable_technique_ids());
  }

  const PlanSource& source_;
  const Snapshot& snapshot_;
  const ontology::Policy& policy_;
  NamedNodes named_;
  ontology::ConcernBenefits benefits_;
};

}  // namespace

absl::StatusOr<ontology::RecommendRequest> DecodeRecommendRequest(const v1::RecommendRequest& request) {
  graph::ErrorList errors;
  if (!request.has_profile()) AddRequired("profile", errors);
  ontology::RecommendRequest question;
  question.min_certainty = DecodeCertainty(request.min_certainty(), "min_certainty", errors);
  BRAID_RETURN_IF_ERROR(errors.ToStatus());
  question.profile = DecodeProfile(request.profile());
  question.forced_in_ids = Texts(request.forced_in_ids());
  question.forced_out_ids = Texts(request.forced_out_ids());
  question.in_force_ids = Texts(request.in_force_ids());
  for (const v1::Override& given : request.overrides()) {
    question.overrides.push_back({given.technique_id(), given.reason(), given.acknowledged_cause_id()});
  }
  if (request.has_max_technique_count()) question.max_techniques = request.max_technique_count();
  question.robustness = request.robustness();
  question.redirect = !request.no_redirect();
  return question;
}

void EncodeExclusion(const Snapshot& snapshot, const ontology::Exclusion& exclusion, NamedNodes& named,
                     v1::Exclusion* out) {
  out->set_technique_id(named.Name(exclusion.technique));
  out->set_reason(Following<v1::ExclusionReason>(exclusion.reason));
  out->set_cause_id(named.Name(exclusion.cause));
  if (exclusion.caution.has_value()) EncodeCaution(snapshot, *exclusion.caution, named, out->mutable_caution());
  out->set_because(exclusion.because);
  out->set_lifted_by(exclusion.lifted_by);
  out->set_override_rule(static_cast<v1::OverrideRule>(exclusion.override_rule));
}

void EncodeRecommendation(const PlanSource& source, const ontology::Recommendation& answer, v1::Recommendation* out) {
  Encoder(source).Encode(answer, out);
}

void EncodeExplanation(const PlanSource& source, const ontology::TechniqueExplanation& answer,
                       v1::ExplainResponse* out) {
  Encoder(source).Encode(answer, out);
}

void EncodePlanCompleteness(graph::Limit stopped_by, double gap, std::uint64_t work_used, v1::Completeness* out) {
  out->set_work_used(static_cast<std::int64_t>(work_used));
  if (stopped_by == graph::Limit::kNone) {
    out->set_state(v1::COMPLETENESS_STATE_EXACT);
    return;
  }
  out->set_state(v1::COMPLETENESS_STATE_TRUNCATED);
  out->set_gap(gap);
  if (stopped_by == graph::Limit::kWork) {
    out->set_limit(v1::COMPLETENESS_LIMIT_WORK);
    out->set_advice("Raise `budget.max_work`, or ask for fewer techniques (`max_technique_count`).");
  } else if (stopped_by == graph::Limit::kSize) {
    out->set_limit(v1::COMPLETENESS_LIMIT_SIZE);
    out->set_advice(
        "The answer grew too large: go on after the last step, with its techniques in `in_force_ids` and its session "
        "in `plan_made_after_session`.");
  } else {
    out->set_limit(v1::COMPLETENESS_LIMIT_DEADLINE);
    out->set_advice("Allow more time, or ask for fewer techniques (`max_technique_count`).");
  }
}

}  // namespace braid::service::wire
