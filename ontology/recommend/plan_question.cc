#include "ontology/recommend/plan_question.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <unordered_map>
#include <utility>

#include "fmt/format.h"
#include "ontology/client_facts.h"
#include "ontology/client_focus.h"
#include "ontology/lookup.h"

namespace braid::ontology {
namespace {

using graph::NodeIndex;
using graph::RelationIndex;

bool Holds(const std::vector<NodeIndex>& nodes, NodeIndex node) {
  return std::find(nodes.begin(), nodes.end(), node) != nodes.end();
}

void AddOnce(NodeIndex node, std::vector<NodeIndex>& nodes) {
  if (!Holds(nodes, node)) nodes.push_back(node);
}

// What is excluded for what it does for the needs, or by the request's word on plans, and not for the client's sake or
// the therapist's, may still stand for safety or for the relationship.
bool MayStandBeforePlans(ExclusionReason reason) { return !IsBar(reason) && reason != ExclusionReason::kRequires; }

}  // namespace

PlanQuestion::PlanQuestion(const QuestionBase& base, const Client& client, const RecommendOptions& options)
    : base_(base),
      snapshot_(base.snapshot),
      client_(client),
      options_(options),
      mode_(ModeOf(client)),
      verdicts_(JudgeRules(base.rules, ClientFacts(base.snapshot, client), client.model)),
      benefits_(base.evidence, client),
      overrides_(base.snapshot, options.overrides),
      needs_(NeedsOf(base.snapshot, client)) {
  Screen();
  if (options.robustness) {
    screened_before_ = screened_;
    overrides_before_.emplace(overrides_);
  }
  Weigh();
  CheckOptions();
  BuildProblem();
}

PlanQuestion::PlanQuestion(const QuestionBase& variant, const PlanQuestion& asked)
    : base_(variant),
      snapshot_(variant.snapshot),
      client_(asked.client_),
      options_(asked.options_),
      mode_(asked.mode_),
      verdicts_(asked.verdicts_),
      benefits_(variant.evidence, asked.client_),
      overrides_(*asked.overrides_before_),
      screened_(asked.screened_before_),
      place_(asked.place_),
      safety_(asked.safety_),
      relationship_(asked.relationship_),
      in_place_(asked.in_place_),
      needs_(asked.needs_) {
  Weigh();
  BuildProblem();
}

void PlanQuestion::Screen() {
  screened_ = ScreenTechniques(base_.techniques, client_, verdicts_, benefits_,
                               {options_.min_certainty, options_.forced_out, &overrides_});
  for (std::size_t i = 0; i < screened_.size(); ++i) place_.emplace(screened_[i].technique, i);
  const auto is_allowed = [this](NodeIndex technique) { return IsAllowed(technique); };
  safety_ = SafetySteps(snapshot_, base_.policy.plans, client_, verdicts_, is_allowed);
  for (const SafetyStep& step : safety_) {
    for (const NodeIndex technique : step.techniques) {
      const bool stands_here_alone = screened_[place_.at(technique)].is_barred_as_treatment_alone;
      if (step.urgency <= FlagUrgency::kUrgent || stands_here_alone) AddOnce(technique, in_place_);
    }
  }
  relationship_ = RelationshipOf(snapshot_, base_.policy.plans, client_, verdicts_, is_allowed);
  for (const RelationshipStep& step : relationship_.steps) AddOnce(step.technique, in_place_);
}

bool PlanQuestion::IsAllowed(NodeIndex technique) const {
  const auto at = place_.find(technique);
  if (at == place_.end()) return false;
  const ScreenedTechnique& screened = screened_[at->second];
  return !screened.exclusion.has_value() || screened.is_barred_as_treatment_alone ||
         MayStandBeforePlans(screened.exclusion->reason);
}

bool PlanQuestion::IsInPlace(NodeIndex technique) const { return Holds(in_place_, technique); }

const Exclusion* PlanQuestion::BarOf(NodeIndex technique) const {
  const Exclusion* exclusion = ExclusionOf(technique);
  return exclusion != nullptr && IsBar(exclusion->reason) ? exclusion : nullptr;
}

const Exclusion* PlanQuestion::ExclusionOf(NodeIndex technique) const {
  const auto at = place_.find(technique);
  if (at == place_.end() || IsInPlace(technique)) return nullptr;
  const std::optional<Exclusion>& exclusion = screened_[at->second].exclusion;
  return exclusion.has_value() ? &*exclusion : nullptr;
}

// What no witness runs through: what the policy keeps off paths and no flag calls for, and what keeps problems going
// that are not the client's.
std::vector<NodeIndex> PlanQuestion::Avoided() const {
  const ClientFocus focus = FocusOf(snapshot_, base_.policy, client_);
  std::vector<NodeIndex> avoided = focus.avoided;
  for (const AvoidRule& rule : base_.policy.avoid_rules) {
    for (const std::string& id : rule.node_ids) {
      const std::optional<NodeIndex> node = snapshot_.Find(id);
      if (node.has_value() && !Holds(focus.called_for, *node)) avoided.push_back(*node);
    }
  }
  std::erase_if(avoided, [&](NodeIndex node) { return Holds(focus.processes, node); });
  return avoided;
}

void PlanQuestion::Weigh() {
  const PlanPolicy& policy = base_.policy.plans;
  const BenefitQuestion question{snapshot_,
                                 base_.policy,
                                 client_,
                                 verdicts_,
                                 Avoided(),
                                 StageMatchingOf(snapshot_, policy, client_),
                                 mode_ != IntegrationMode::kAssimilative,
                                 &overrides_,
                                 options_.responses,
                                 options_.met_needs};
  if (!needs_.empty()) candidates_ = WeighTechniques(question, needs_, benefits_, screened_);
  std::erase_if(candidates_, [&](const TechniqueBenefit& c) { return IsInPlace(c.technique); });
  constraints_ = ConstraintsOf(snapshot_, base_.policy, client_, needs_, &overrides_, candidates_, screened_);
  DropUnmet(snapshot_, in_place_, &overrides_, candidates_, screened_);
  change_level_ = ChangeLevelOf(snapshot_, base_.policy, client_, needs_, verdicts_, candidates_);
}

void PlanQuestion::CheckOptions() {
  if (const auto& most = options_.max_techniques; most.has_value() && (*most < 1 || *most > kMaxPlanTechniques)) {
    errors_.Add({graph::Reason::kValueOutOfRange, "max_technique_count",
                 fmt::format("max_technique_count is {}; use a value in [1, {}]", *most, kMaxPlanTechniques), ""});
  }
  errors_.Add(overrides_.status());
  for (std::size_t i = 0; i < options_.forced_in.size(); ++i) {
    const NodeIndex technique = options_.forced_in[i];
    const Exclusion* exclusion = ExclusionOf(technique);
    const bool is_known = place_.contains(technique);
    if (is_known && exclusion == nullptr) continue;
    const std::string_view id = snapshot_.id(technique);
    const std::string because = is_known ? fmt::format("{} is excluded because {}; override it, or do not force it in",
                                                       id, ClauseOf(exclusion->reason))
                                         : fmt::format("{} is no technique that is in use; do not force it in", id);
    errors_.Add({graph::Reason::kPreconditionFailed, fmt::format("forced_in_ids[{}]", i), because, std::string(id)});
  }
}

std::vector<NodeIndex> PlanQuestion::Kept() const {
  std::vector<NodeIndex> kept;
  for (const NodeIndex technique : options_.kept) {
    if (place_.contains(technique) && !IsInPlace(technique) && BarOf(technique) == nullptr) AddOnce(technique, kept);
  }
  std::sort(kept.begin(), kept.end(), [&](NodeIndex a, NodeIndex b) { return snapshot_.id(a) < snapshot_.id(b); });
  return kept;
}

// What is left of its least dose, and one at least. Where a home has its share of the sessions it is all of them: what
// was delivered at home counts there.
std::int64_t PlanQuestion::SessionsOf(NodeIndex technique) const {
  std::int64_t sessions = std::llround(NumberOf(snapshot_, technique, "sessions_min").value_or(1));
  if (constraints_.home.has_value()) return std::max<std::int64_t>(sessions, 1);
  for (const RecommendOptions::Delivered& delivered : options_.delivered) {
    if (delivered.technique == technique) sessions -= delivered.sessions;
  }
  return std::max<std::int64_t>(sessions, 1);
}

std::int64_t PlanQuestion::OrderOf(NodeIndex stage) const {
  return stage == graph::kNoNode ? 0 : std::llround(NumberOf(snapshot_, stage, "order").value_or(0));
}

// kNoNode: it suits all.
NodeIndex PlanQuestion::EarliestStageOf(NodeIndex technique) const {
  const std::optional<RelationIndex> suits = snapshot_.schema().FindRelation("suits_stage");
  NodeIndex earliest = graph::kNoNode;
  if (!suits.has_value()) return earliest;
  for (const graph::Arc& arc : snapshot_.out(technique, *suits)) {
    if (earliest == graph::kNoNode || OrderOf(arc.node) < OrderOf(earliest)) earliest = arc.node;
  }
  return earliest;
}

void PlanQuestion::BuildProblem() {
  const PlanPolicy& policy = base_.policy.plans;
  if (change_level_.has_value()) problem_.slots.emplace_back(snapshot_.id(change_level_->level));
  problem_.slots.insert(problem_.slots.end(), constraints_.slots.begin(), constraints_.slots.end());
  std::map<std::string, std::size_t> slots;
  for (const std::string& slot : problem_.slots) slots.emplace(slot, slots.size());
  for (const WeighedNeed& need : needs_) {
    problem_.needs.push_back({std::string(snapshot_.id(need.node)), need.share});
  }
  std::unordered_map<std::uint32_t, std::size_t> places;
  for (const TechniqueBenefit& candidate : candidates_) {
    places.emplace(graph::Number(candidate.technique), places.size());
  }
  for (const TechniqueBenefit& candidate : candidates_) problem_.candidates.push_back(CandidateOf(candidate, slots));
  for (const auto& [a, b] : constraints_.conflicts) {
    const auto one = places.find(graph::Number(a));
    const auto other = places.find(graph::Number(b));
    if (one != places.end() && other != places.end()) problem_.conflicts.emplace_back(one->second, other->second);
  }
  problem_.home = constraints_.home;
  problem_.max_items = std::max(options_.max_techniques.value_or(policy.cost.default_max_techniques), Kept().size());
  if (client_.sessions.available.has_value()) problem_.max_sessions = *client_.sessions.available;
  problem_.modality_cost = constraints_.modality_cost;
  if (!options_.in_force.empty()) problem_.change_cost = options_.change_cost.value_or(policy.cost.change);
  problem_.pool_size = policy.cost.pool_size;
  problem_.equally_good_within = policy.cost.equally_good_within;
}

PlanCandidate PlanQuestion::CandidateOf(const TechniqueBenefit& benefit,
                                        const std::map<std::string, std::size_t>& slots) const {
  PlanCandidate candidate;
  candidate.id = snapshot_.id(benefit.technique);
  candidate.modality = snapshot_.id(benefit.from);
  candidate.sessions = SessionsOf(benefit.technique);
  candidate.burden = base_.policy.plans.cost.technique;
  for (const NeedBenefit& need : benefit.needs) {
    candidate.gains.push_back({need.need, need.benefit});
    const auto slot = slots.find(std::string(snapshot_.id(needs_[need.need].node)));
    if (slot != slots.end()) candidate.slots.push_back(slot->second);
  }
  if (change_level_.has_value() && change_level_->IsFilledBy(benefit)) {
    candidate.slots.push_back(slots.at(std::string(snapshot_.id(change_level_->level))));
  }
  for (const RuleFactor& factor : benefit.fit.rule_factors) {
    const auto slot = slots.find(std::string(snapshot_.id(factor.rule)));
    if (factor.prefers && !benefit.needs.empty() && slot != slots.end()) candidate.slots.push_back(slot->second);
  }
  // What is required and no candidate is in place, or an override does without it (DropUnmet).
  for (const NodeIndex required : RequiredBy(snapshot_, benefit.technique)) {
    const bool is_candidate = std::any_of(candidates_.begin(), candidates_.end(),
                                          [&](const TechniqueBenefit& c) { return c.technique == required; });
    if (is_candidate) candidate.requires_ids.emplace_back(snapshot_.id(required));
  }
  const bool is_forced = Holds(options_.forced_in, benefit.technique) || Holds(options_.kept, benefit.technique);
  candidate.force = is_forced ? PlanForce::kIn : PlanForce::kFree;
  candidate.in_force = Holds(options_.in_force, benefit.technique);
  candidate.stage = OrderOf(EarliestStageOf(benefit.technique));
  return candidate;
}

RecommendedItem PlanQuestion::ItemOf(NodeIndex technique) {
  if (const auto known = items_.find(technique); known != items_.end()) return known->second;
  const ScreenedTechnique& screened = screened_[place_.at(technique)];
  RecommendedItem item;
  const auto candidate = std::find_if(candidates_.begin(), candidates_.end(),
                                      [&](const TechniqueBenefit& c) { return c.technique == technique; });
  if (candidate != candidates_.end()) {
    item.benefit = *candidate;
  } else {
    item.benefit.technique = technique;
    item.benefit.from = screened.from;
  }
  item.sessions = SessionsOf(technique);
  item.earliest_stage = EarliestStageOf(technique);
  item.adaptations = screened.adaptations;
  item.ask_first = screened.ask_first;
  for (const TheoryBridge& bridge : constraints_.bridges) {
    if (bridge.technique == technique) item.bridge = bridge;
  }
  std::vector<NodeIndex> flags = screened.ask_first;
  for (const FlagCaution& caution : screened.adaptations) flags.push_back(caution.flag);
  item.grounds = GroundsOf(snapshot_, base_.policy.weights, item.benefit, flags, benefits_);
  return items_.emplace(technique, std::move(item)).first->second;
}

RecommendedPlan PlanQuestion::Describe(const Plan& plan) {
  RecommendedPlan recommended;
  recommended.sessions = plan.sessions;
  recommended.slots_filled = plan.slots_filled;
  recommended.parts = plan.parts;
  recommended.modality_cost = problem_.modality_cost * static_cast<double>(plan.parts.opened);
  recommended.change_cost = problem_.change_cost * static_cast<double>(plan.parts.changes);
  for (const std::string& id : plan.sequence_ids) recommended.items.push_back(ItemOf(*snapshot_.Find(id)));
  return recommended;
}

double PlanQuestion::RateAtQuantile(NodeIndex technique, NodeIndex need, double quantile) const {
  const EvidencePolicy& policy = base_.policy.evidence;
  if (snapshot_.schema().kind(snapshot_.kind(need)).name == "concern") {
    return RateAt(benefits_.Of(technique, need), quantile, policy);
  }
  double mean = 0;
  for (const ConcernBenefits::Concern& concern : benefits_.concerns()) {
    mean += concern.share * RateAt(benefits_.Of(technique, concern.node), quantile, policy);
  }
  return mean;
}

CoverRange PlanQuestion::CoverRangeOf(const RecommendedPlan& plan) const {
  const auto cover_at = [&](double quantile) {
    std::vector<double> rest(needs_.size(), 1.0);
    for (const RecommendedItem& item : plan.items) {
      for (const NeedBenefit& need : item.benefit.needs) {
        const double rate = RateAtQuantile(item.benefit.technique, needs_[need.need].node, quantile);
        const double factors = need.reach * need.response * item.benefit.stage * item.benefit.fit.product();
        rest[need.need] *= 1 - std::min(factors * rate, base_.policy.plans.benefit.most);
      }
    }
    double cover = 0;
    for (std::size_t need = 0; need < needs_.size(); ++need) cover += needs_[need].share * (1 - rest[need]);
    return cover;
  };
  const double quantile = base_.policy.evidence.benefit.cautious_quantile;
  return {cover_at(quantile), cover_at(1 - quantile)};
}

}  // namespace braid::ontology
