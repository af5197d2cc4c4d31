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
static_assert(kFollows<ontology::CautionLevel::kAdapt, v1::CAUTION_LEVEL_ADAPT> &&
              kFollows<ontology::CautionLevel::kExclude, v1::CAUTION_LEVEL_EXCLUDE>);
static_assert(kFollows<ontology::PlanConstraint::kItems, v1::PLAN_CONSTRAINT_ITEMS> &&
              kFollows<ontology::PlanConstraint::kForcedOut, v1::PLAN_CONSTRAINT_FORCED_OUT>);

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

// Ids of nodes as they are named; at the end, the nodes themselves.
class NamedNodes {
 public:
  explicit NamedNodes(const Snapshot& snapshot) : snapshot_(snapshot) {}

  // Empty for kNoNode.
  std::string Name(NodeIndex node) {
    if (node == graph::kNoNode) return {};
    nodes_.insert(node);
    return std::string(snapshot_.id(node));
  }
  const std::string& Name(const std::string& id) {
    const std::optional<NodeIndex> node = snapshot_.Find(id);
    if (node.has_value()) nodes_.insert(*node);
    return id;
  }
  void Add(const std::vector<NodeIndex>& nodes, RepeatedPtrField<std::string>* out) {
    for (const NodeIndex node : nodes) out->Add(Name(node));
  }
  void Add(const std::vector<std::string>& ids, RepeatedPtrField<std::string>* out) {
    for (const std::string& id : ids) out->Add(std::string(Name(id)));
  }

  // In byte order of ids.
  void Encode(const NodeView& view, RepeatedPtrField<v1::Node>* out) const {
    std::vector<NodeIndex> nodes(nodes_.begin(), nodes_.end());
    std::sort(nodes.begin(), nodes.end(), [&](NodeIndex a, NodeIndex b) { return snapshot_.id(a) < snapshot_.id(b); });
    for (const NodeIndex node : nodes) EncodeNode(snapshot_, node, view, out->Add());
  }

 private:
  const Snapshot& snapshot_;
  std::set<NodeIndex> nodes_;
};

// Puts one answer into messages.
class Encoder {
 public:
  explicit Encoder(const PlanSource& source)
      : source_(source),
        snapshot_(source.recommender.snapshot()),
        policy_(source.recommender.policy()),
        named_(snapshot_),
        benefits_(source.recommender.evidence(), source.client) {}

  void Encode(const ontology::Recommendation& answer, v1::Recommendation* out) {
    out->set_outcome(OutcomeOf(answer.outcome));
    out->set_mode(static_cast<v1::IntegrationMode>(answer.mode));
    if (source_.client.model.has_value()) out->set_model_id(named_.Name(*source_.client.model));
    for (const ontology::SafetyStep& step : answer.safety) EncodeSafety(step, out->add_safety());
    EncodeRelationship(answer.relationship, out->mutable_relationship());
    EncodeNeeds(answer, out);
    for (const ontology::RecommendedPlan& plan : answer.plans) EncodePlan(answer, plan, out->add_plans());
    out->set_equally_good_count(static_cast<std::int32_t>(answer.equally_good));
    EncodeTechniques(answer, out);
    for (const ontology::Exclusion& exclusion : answer.exclusions) EncodeExclusion(exclusion, out->add_exclusions());
    for (const ontology::UnknownField& field : answer.ask_first) EncodeQuestion(field, out->add_ask_first());
    for (const ontology::UnknownField& field : answer.assess) EncodeQuestion(field, out->add_assess());
    for (const ontology::PlanObstacle& obstacle : answer.obstacles) EncodeObstacle(obstacle, out->add_obstacles());
    out->set_obstacles_together(answer.obstacles_together);
    named_.Add(answer.slots, out->mutable_slot_ids());
    for (const std::string& goal : source_.client.goals) out->add_goals(goal);
    for (const std::string& strength : source_.client.strengths) out->add_strengths(strength);
    named_.Encode(source_.view, out->mutable_nodes());
  }

 private:
  void EncodeSafety(const ontology::SafetyStep& step, v1::SafetyStep* out) {
    out->set_flag_id(named_.Name(step.flag));
    out->set_urgency(Following<v1::FlagUrgency>(step.urgency));
    out->set_response(step.response);
    named_.Add(step.techniques, out->mutable_technique_ids());
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

  void EncodePlan(const ontology::Recommendation& answer, const ontology::RecommendedPlan& plan, v1::Plan* out) {
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
    const std::set<std::string> best = IdsOf(answer.plans.front());
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

  void EncodeTechniques(const ontology::Recommendation& answer, v1::Recommendation* out) {
    std::map<std::string, v1::RecommendedTechnique> techniques;
    for (const ontology::RecommendedPlan& plan : answer.plans) {
      for (const ontology::RecommendedItem& item : plan.items) {
        const auto [at, is_new] = techniques.try_emplace(named_.Name(item.benefit.technique));
        if (is_new) EncodeItem(answer, item, &at->second);
      }
    }
    for (auto& [id, technique] : techniques) out->add_techniques()->Swap(&technique);
  }

  void EncodeItem(const ontology::Recommendation& answer, const ontology::RecommendedItem& item,
                  v1::RecommendedTechnique* out) {
    const ontology::TechniqueBenefit& benefit = item.benefit;
    out->set_technique_id(named_.Name(benefit.technique));
    out->set_modality_id(named_.Name(benefit.from));
    out->set_session_count(item.sessions);
    out->set_stage_factor(benefit.stage);
    out->set_preference_factor(benefit.preference);
    out->set_rule_factor(benefit.rules);
    out->set_response_factor(benefit.response);
    for (const ontology::RuleFactor& rule : benefit.rule_factors) {
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
      EncodeNeedBenefit(answer.needs[need.need].node, need, out->add_benefits());
      if (need.is_direct) concerns.insert(answer.needs[need.need].node);
    }
    for (const auto& concern : benefits_.concerns()) concerns.insert(concern.node);
    EncodeEvidence(benefit.technique, concerns, out);
  }

  void EncodeNeedBenefit(NodeIndex need, const ontology::NeedBenefit& benefit, v1::NeedBenefit* out) {
    out->set_need_id(named_.Name(need));
    out->set_benefit(benefit.benefit);
    out->set_reach(benefit.reach);
    out->set_rate(benefit.rate);
    out->set_is_direct(benefit.is_direct);
    v1::Witness* witness = out->mutable_witness();
    for (const NodeIndex node : benefit.witness.nodes) named_.Name(node);
    for (const graph::Hop& hop : benefit.witness.hops) EncodeWitnessHop(hop, witness->add_hops());
    witness->set_cost_micronats(static_cast<std::int64_t>(benefit.witness.cost_micronats));
    witness->set_plausibility(ontology::PlausibilityOf(benefit.witness));
  }

  void EncodeWitnessHop(const graph::Hop& hop, v1::Hop* out) {
    EncodeHop(snapshot_, ontology::ExplainHop(snapshot_, hop, source_.view.languages), out);
    for (const v1::Claim& claim : out->edge().claims()) {
      for (const std::string& id : claim.evidence_ids()) named_.Name(id);
    }
  }

  void EncodeEvidence(NodeIndex technique, const std::set<NodeIndex>& concerns, v1::RecommendedTechnique* out) {
    std::vector<NodeIndex> order(concerns.begin(), concerns.end());
    std::sort(order.begin(), order.end(), [&](NodeIndex a, NodeIndex b) { return snapshot_.id(a) < snapshot_.id(b); });
    for (const NodeIndex concern : order) {
      const ontology::Benefit& benefit = benefits_.Of(technique, concern);
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
    out->set_flag_id(named_.Name(caution.flag));
    out->set_bearer_id(named_.Name(caution.bearer));
    out->set_level(Following<v1::CautionLevel>(caution.level));
    out->set_note(std::string(ontology::TextOf(snapshot_, caution.bearer, "caution_note")));
  }

  void EncodeExclusion(const ontology::Exclusion& exclusion, v1::Exclusion* out) {
    out->set_technique_id(named_.Name(exclusion.technique));
    out->set_reason(Following<v1::ExclusionReason>(exclusion.reason));
    out->set_cause_id(named_.Name(exclusion.cause));
    if (exclusion.caution.has_value()) EncodeCaution(*exclusion.caution, out->mutable_caution());
    out->set_because(exclusion.because);
    out->set_lifted_by(exclusion.lifted_by);
    if (exclusion.may_be_overridden) out->set_override_rule(v1::OVERRIDE_RULE_WITH_REASON);
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

void EncodeRecommendation(const PlanSource& source, const ontology::Recommendation& answer, v1::Recommendation* out) {
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
  } else {
    out->set_limit(v1::COMPLETENESS_LIMIT_DEADLINE);
    out->set_advice("Allow more time, or ask for fewer techniques (`max_technique_count`).");
  }
}

}  // namespace braid::service::wire
