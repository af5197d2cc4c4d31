#include "ontology/recommend/recommendation.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <map>
#include <set>
#include <string_view>
#include <utility>

#include "fmt/format.h"
#include "graph/error.h"
#include "ontology/client_facts.h"
#include "ontology/client_focus.h"
#include "ontology/client_vocabulary.h"
#include "ontology/lookup.h"
#include "ontology/plans/plan_problem.h"

namespace braid::ontology {
namespace {

using graph::NodeIndex;
using graph::RelationIndex;
using graph::Snapshot;

constexpr std::size_t kMaxTechniques = 20;

bool Holds(const std::vector<NodeIndex>& nodes, NodeIndex node) {
  return std::find(nodes.begin(), nodes.end(), node) != nodes.end();
}

void AddOnce(NodeIndex node, std::vector<NodeIndex>& nodes) {
  if (!Holds(nodes, node)) nodes.push_back(node);
}

// What is excluded for what it does for the needs, and not for the client's sake or the therapist's, may still stand
// for safety or for the relationship.
bool IsAllowed(const ScreenedTechnique& screened) {
  if (!screened.exclusion.has_value()) return true;
  switch (screened.exclusion->reason) {
    case ExclusionReason::kCertainty:
    case ExclusionReason::kStage:
    case ExclusionReason::kNoBenefit:
    case ExclusionReason::kMode:
      return true;
    default:
      return false;
  }
}

// One recommendation.
class Composer {
 public:
  Composer(const Snapshot& snapshot, const Policy& policy, const RuleBook& rules, const EvidenceBase& evidence,
           const Client& client, const RecommendOptions& options)
      : snapshot_(snapshot),
        policy_(policy),
        client_(client),
        options_(options),
        verdicts_(JudgeRules(rules, ClientFacts(snapshot, client), client.model)),
        benefits_(evidence, client) {
    answer_.mode = ModeOf(client);
  }

  absl::StatusOr<Recommendation> Compose(graph::Budget& budget) {
    screened_ = ScreenTechniques(snapshot_, client_, verdicts_, benefits_, {options_.min_certainty});
    for (std::size_t i = 0; i < screened_.size(); ++i) place_.emplace(screened_[i].technique, i);
    AddSafety();
    AddRelationship();
    AddQuestions();
    BRAID_RETURN_IF_ERROR(AddPlans(budget));
    AddExclusions();
    return std::move(answer_);
  }

 private:
  bool ById(NodeIndex a, NodeIndex b) const { return snapshot_.id(a) < snapshot_.id(b); }
  void SortById(std::vector<NodeIndex>& nodes) const {
    std::sort(nodes.begin(), nodes.end(), [&](NodeIndex a, NodeIndex b) { return ById(a, b); });
  }
  bool IsAllowedHere(NodeIndex technique) const {
    const auto at = place_.find(technique);
    return at != place_.end() && IsAllowed(screened_[at->second]);
  }
  // What names no urgency is an emergency: the cautious reading.
  FlagUrgency UrgencyOf(NodeIndex flag) const {
    const std::string_view word = TextOf(snapshot_, flag, "urgency");
    if (word == "consider") return FlagUrgency::kConsider;
    if (word == "planned") return FlagUrgency::kPlanned;
    return word == "urgent" ? FlagUrgency::kUrgent : FlagUrgency::kEmergency;
  }

  // What a flag calls for, in the order to offer it.
  std::vector<NodeIndex> AnswersTo(NodeIndex flag) const {
    const std::optional<RelationIndex> relation = snapshot_.schema().FindRelation("answered_by");
    std::vector<std::pair<std::int64_t, NodeIndex>> rows;
    if (!relation.has_value()) return {};
    for (const graph::Arc& arc : snapshot_.out(flag, *relation)) {
      std::int64_t rank = std::numeric_limits<std::int64_t>::max();
      const std::optional<graph::EdgeEntry> edge = snapshot_.FindEdge(flag, *relation, arc.node);
      for (const graph::Attribute& attribute : edge->attributes) {
        const auto* number = std::get_if<std::int64_t>(&attribute.value);
        if (attribute.name == "rank" && number != nullptr) rank = *number;
      }
      rows.emplace_back(rank, arc.node);
    }
    std::sort(rows.begin(), rows.end(), [&](const auto& a, const auto& b) {
      return a.first != b.first ? a.first < b.first : ById(a.second, b.second);
    });
    std::vector<NodeIndex> techniques;
    for (const auto& [rank, technique] : rows) techniques.push_back(technique);
    return techniques;
  }

  void AddSafety() {
    for (const NodeIndex flag : client_.flags) {
      SafetyStep step{flag, UrgencyOf(flag), std::string(TextOf(snapshot_, flag, "default_response")), {}};
      for (const NodeIndex technique : AnswersTo(flag)) {
        if (!IsAllowedHere(technique)) continue;
        step.techniques.push_back(technique);
        if (step.urgency <= FlagUrgency::kUrgent) AddOnce(technique, in_place_);
      }
      answer_.safety.push_back(std::move(step));
    }
    std::sort(answer_.safety.begin(), answer_.safety.end(), [&](const SafetyStep& a, const SafetyStep& b) {
      return a.urgency != b.urgency ? a.urgency < b.urgency : ById(a.flag, b.flag);
    });
  }

  // The techniques that a strained alliance is met with, in their order.
  std::vector<NodeIndex> Repairs() const {
    const auto is_marked = [&](RuptureMarker marker) {
      const auto& markers = client_.alliance.markers;
      return markers.empty() || std::find(markers.begin(), markers.end(), marker) != markers.end();
    };
    std::vector<NodeIndex> techniques;
    const auto add = [&](const std::vector<std::string>& ids) {
      for (const std::string& id : ids) {
        const std::optional<NodeIndex> node = snapshot_.Find(id);
        if (node.has_value() && IsAllowedHere(*node)) AddOnce(*node, techniques);
      }
    };
    if (is_marked(RuptureMarker::kWithdrawal)) add(policy_.plans.repair.withdrawal_ids);
    if (is_marked(RuptureMarker::kConfrontation)) add(policy_.plans.repair.confrontation_ids);
    return techniques;
  }

  bool RuptureIsFlagged() const {
    const std::vector<std::string>& ids = policy_.plans.repair.flag_ids;
    return std::any_of(client_.flags.begin(), client_.flags.end(), [&](NodeIndex flag) {
      return std::find(ids.begin(), ids.end(), snapshot_.id(flag)) != ids.end();
    });
  }

  void AddRelationship() {
    RelationshipBlock& block = answer_.relationship;
    block.alliance = RuptureIsFlagged() ? AllianceState::kRuptured : StateOf(snapshot_, client_.alliance);
    block.holds_plan = block.alliance == AllianceState::kStrained || block.alliance == AllianceState::kRuptured;
    const std::optional<graph::KindIndex> measure = snapshot_.schema().FindKind("measure");
    if (block.alliance == AllianceState::kUnknown && measure.has_value()) {
      snapshot_.VisitNodes(*measure, {}, [&](NodeIndex node) {
        const bool fits = !snapshot_.IsObsolete(node) && Matches(snapshot_, node, {"measure_type", {"alliance"}});
        if (fits) block.measure_with.push_back(node);
        return true;
      });
    }
    std::vector<NodeIndex> order;
    if (block.holds_plan) order = Repairs();
    const std::size_t repair_count = order.size();
    for (const NodeIndex technique : PreferredForRelationship()) AddOnce(technique, order);
    for (std::size_t i = 0; i < order.size(); ++i) {
      const std::vector<NodeIndex> factors = FactorsOf(order[i]);
      block.steps.push_back(
          {order[i], i < repair_count, RelationshipRulesFor(order[i]), factors, FindingsFor(factors)});
      AddOnce(order[i], in_place_);
    }
  }

  // By the strongest preference, then id.
  std::vector<NodeIndex> PreferredForRelationship() const {
    std::map<NodeIndex, double> strengths;
    for (const RuleVerdict& verdict : verdicts_) {
      if (verdict.truth != Truth::kTrue || !verdict.rule->is_relationship) continue;
      for (const RuleTarget& target : verdict.rule->prefers) {
        if (!IsAllowedHere(target.node)) continue;
        double& strength = strengths[target.node];
        strength = std::max(strength, target.strength);
      }
    }
    std::vector<NodeIndex> techniques;
    for (const auto& [technique, strength] : strengths) techniques.push_back(technique);
    std::sort(techniques.begin(), techniques.end(), [&](NodeIndex a, NodeIndex b) {
      return strengths[a] != strengths[b] ? strengths[a] > strengths[b] : ById(a, b);
    });
    return techniques;
  }

  std::vector<NodeIndex> RelationshipRulesFor(NodeIndex technique) const {
    std::vector<NodeIndex> rules;
    for (const RuleVerdict& verdict : verdicts_) {
      const auto& prefers = verdict.rule->prefers;
      const bool names = std::any_of(prefers.begin(), prefers.end(),
                                     [&](const RuleTarget& target) { return target.node == technique; });
      if (verdict.truth == Truth::kTrue && verdict.rule->is_relationship && names) rules.push_back(verdict.rule->node);
    }
    return rules;
  }

  std::vector<NodeIndex> FactorsOf(NodeIndex technique) const {
    std::vector<NodeIndex> factors;
    const std::optional<RelationIndex> fosters = snapshot_.schema().FindRelation("fosters");
    if (!fosters.has_value()) return factors;
    for (const graph::Arc& arc : snapshot_.out(technique, *fosters)) factors.push_back(arc.node);
    SortById(factors);
    return factors;
  }

  std::vector<std::string> FindingsFor(const std::vector<NodeIndex>& factors) const {
    std::set<std::string> ids;
    const std::optional<RelationIndex> supported_by = snapshot_.schema().FindRelation("supported_by");
    if (!supported_by.has_value()) return {};
    for (const NodeIndex factor : factors) {
      for (const graph::Arc& arc : snapshot_.out(factor, *supported_by)) ids.emplace(snapshot_.id(arc.node));
    }
    return {ids.begin(), ids.end()};
  }

  void AddQuestions() {
    answer_.ask_first = AskFirst(verdicts_, ClientVocabulary());
    std::set<std::string> asked;
    for (const UnknownField& field : answer_.ask_first) asked.insert(field.field);
    for (const std::string_view name : ClientVocabulary().Names()) {
      std::set<std::string> ids;
      bool is_needed = false;
      for (const RuleVerdict& verdict : verdicts_) {
        for (const UnknownField& unknown : verdict.unknown) {
          if (verdict.rule->is_safety || unknown.field != name) continue;
          is_needed = true;
          ids.insert(unknown.ids.begin(), unknown.ids.end());
        }
      }
      if (is_needed && !asked.contains(std::string(name))) {
        answer_.assess.push_back({std::string(name), {ids.begin(), ids.end()}});
      }
    }
  }

  // What no witness runs through: what the policy keeps off paths and no flag calls for, and what keeps problems going
  // that are not the client's.
  std::vector<NodeIndex> Avoided() const {
    const ClientFocus focus = FocusOf(snapshot_, policy_, client_);
    std::vector<NodeIndex> avoided = focus.avoided;
    for (const AvoidRule& rule : policy_.avoid_rules) {
      for (const std::string& id : rule.node_ids) {
        const std::optional<NodeIndex> node = snapshot_.Find(id);
        if (node.has_value() && !Holds(focus.called_for, *node)) avoided.push_back(*node);
      }
    }
    std::erase_if(avoided, [&](NodeIndex node) { return Holds(focus.processes, node); });
    return avoided;
  }

  absl::Status AddPlans(graph::Budget& budget) {
    answer_.needs = NeedsOf(snapshot_, client_);
    const BenefitQuestion question{snapshot_,
                                   policy_,
                                   client_,
                                   verdicts_,
                                   Avoided(),
                                   StageMatchingOf(snapshot_, policy_.plans, client_),
                                   answer_.mode != IntegrationMode::kAssimilative};
    std::vector<TechniqueBenefit> candidates;
    if (!answer_.needs.empty()) candidates = WeighTechniques(question, answer_.needs, benefits_, screened_);
    std::erase_if(candidates, [&](const TechniqueBenefit& c) { return Holds(in_place_, c.technique); });
    const ModeConstraints constraints =
        ConstraintsOf(snapshot_, policy_, client_, answer_.needs, candidates, screened_);
    DropUnmet(snapshot_, in_place_, candidates, screened_);
    answer_.slots = constraints.slots;
    const PlanProblem problem = ProblemOf(candidates, constraints);
    BRAID_ASSIGN_OR_RETURN(const PlanAnswer solved, SolvePlans(problem, budget));
    answer_.outcome = solved.outcome;
    answer_.equally_good = solved.equally_good;
    answer_.obstacles = solved.obstacles;
    answer_.obstacles_together = solved.together;
    answer_.stopped_by = solved.stopped_by;
    answer_.gap = solved.gap;
    for (const Plan& plan : solved.plans) answer_.plans.push_back(PlanOf(plan, problem, candidates, constraints));
    AddUncovered(candidates);
    return absl::OkStatus();
  }

  std::int64_t SessionsOf(NodeIndex technique) const {
    return std::max<std::int64_t>(std::llround(NumberOf(snapshot_, technique, "sessions_min").value_or(1)), 1);
  }

  std::int64_t OrderOf(NodeIndex stage) const { return std::llround(NumberOf(snapshot_, stage, "order").value_or(0)); }

  // The earliest stage that it suits; kNoNode: it suits all.
  NodeIndex EarliestStageOf(NodeIndex technique) const {
    const std::optional<RelationIndex> suits = snapshot_.schema().FindRelation("suits_stage");
    NodeIndex earliest = graph::kNoNode;
    if (!suits.has_value()) return earliest;
    for (const graph::Arc& arc : snapshot_.out(technique, *suits)) {
      if (earliest == graph::kNoNode || OrderOf(arc.node) < OrderOf(earliest)) earliest = arc.node;
    }
    return earliest;
  }

  PlanProblem ProblemOf(const std::vector<TechniqueBenefit>& candidates, const ModeConstraints& constraints) const {
    PlanProblem problem;
    std::map<std::string, std::size_t> slots;
    for (const std::string& slot : constraints.slots) slots.emplace(slot, slots.size());
    for (const WeighedNeed& need : answer_.needs) {
      problem.needs.push_back({std::string(snapshot_.id(need.node)), need.share});
    }
    std::set<NodeIndex> ids;
    for (const TechniqueBenefit& candidate : candidates) {
      ids.insert(candidate.technique);
      problem.candidates.push_back(CandidateOf(candidate, slots));
    }
    for (const auto& [a, b] : constraints.conflicts) {
      if (!ids.contains(a) || !ids.contains(b)) continue;
      problem.conflicts.emplace_back(snapshot_.id(a), snapshot_.id(b));
    }
    problem.slots = constraints.slots;
    problem.home = constraints.home;
    problem.max_items = options_.max_techniques.value_or(policy_.plans.cost.default_max_techniques);
    if (client_.sessions.available.has_value()) problem.max_sessions = *client_.sessions.available;
    problem.modality_cost = constraints.modality_cost;
    if (!options_.in_force.empty()) problem.change_cost = policy_.plans.cost.change;
    problem.pool_size = policy_.plans.cost.pool_size;
    problem.equally_good_within = policy_.plans.cost.equally_good_within;
    return problem;
  }

  PlanCandidate CandidateOf(const TechniqueBenefit& benefit, const std::map<std::string, std::size_t>& slots) const {
    PlanCandidate candidate;
    candidate.id = snapshot_.id(benefit.technique);
    candidate.modality = snapshot_.id(benefit.from);
    candidate.sessions = SessionsOf(benefit.technique);
    candidate.burden = policy_.plans.cost.technique;
    for (const NeedBenefit& need : benefit.needs) {
      candidate.gains.push_back({need.need, need.benefit});
      const auto slot = slots.find(std::string(snapshot_.id(answer_.needs[need.need].node)));
      if (slot != slots.end()) candidate.slots.push_back(slot->second);
    }
    for (const NodeIndex required : RequiredBy(snapshot_, benefit.technique)) {
      if (!Holds(in_place_, required)) candidate.requires_ids.emplace_back(snapshot_.id(required));
    }
    candidate.in_force = Holds(options_.in_force, benefit.technique);
    const NodeIndex stage = EarliestStageOf(benefit.technique);
    candidate.stage = stage == graph::kNoNode ? 0 : OrderOf(stage);
    return candidate;
  }

  RecommendedPlan PlanOf(const Plan& plan, const PlanProblem& problem, const std::vector<TechniqueBenefit>& candidates,
                         const ModeConstraints& constraints) const {
    RecommendedPlan recommended;
    recommended.sessions = plan.sessions;
    recommended.slots_filled = plan.slots_filled;
    recommended.parts = plan.parts;
    recommended.modality_cost = problem.modality_cost * static_cast<double>(plan.parts.opened);
    recommended.change_cost = problem.change_cost * static_cast<double>(plan.parts.changes);
    for (const std::string& id : plan.sequence_ids) {
      const auto at = std::find_if(problem.candidates.begin(), problem.candidates.end(),
                                   [&](const PlanCandidate& candidate) { return candidate.id == id; });
      const auto place = static_cast<std::size_t>(at - problem.candidates.begin());
      const TechniqueBenefit& benefit = candidates[place];
      const ScreenedTechnique& screened = screened_[place_.at(benefit.technique)];
      RecommendedItem item{
          benefit, at->sessions, EarliestStageOf(benefit.technique), screened.adaptations, screened.ask_first, {}};
      for (const TheoryBridge& bridge : constraints.bridges) {
        if (bridge.technique == benefit.technique) item.bridge = bridge;
      }
      recommended.items.push_back(std::move(item));
    }
    return recommended;
  }

  void AddUncovered(const std::vector<TechniqueBenefit>& candidates) {
    for (std::size_t need = 0; need < answer_.needs.size(); ++need) {
      if (!answer_.plans.empty() && answer_.plans.front().parts.covers[need] > 0) continue;
      const bool has_candidate = std::any_of(candidates.begin(), candidates.end(), [&](const TechniqueBenefit& c) {
        return std::any_of(c.needs.begin(), c.needs.end(), [&](const NeedBenefit& b) { return b.need == need; });
      });
      answer_.uncovered.push_back({answer_.needs[need].node, has_candidate});
    }
  }

  void AddExclusions() {
    for (const ScreenedTechnique& screened : screened_) {
      if (screened.exclusion.has_value() && !Holds(in_place_, screened.technique)) {
        answer_.exclusions.push_back(*screened.exclusion);
      }
    }
    std::stable_sort(answer_.exclusions.begin(), answer_.exclusions.end(),
                     [](const Exclusion& a, const Exclusion& b) { return a.reason < b.reason; });
  }

  const Snapshot& snapshot_;
  const Policy& policy_;
  const Client& client_;
  const RecommendOptions& options_;
  std::vector<RuleVerdict> verdicts_;
  ConcernBenefits benefits_;
  std::vector<ScreenedTechnique> screened_;  // by id
  std::map<NodeIndex, std::size_t> place_;   // in screened_
  std::vector<NodeIndex> in_place_;          // for safety or for the relationship
  Recommendation answer_;
};

}  // namespace

absl::StatusOr<Recommender> Recommender::Create(graph::SnapshotPtr snapshot, std::shared_ptr<const Policy> policy) {
  BRAID_ASSIGN_OR_RETURN(RuleBook rules, RuleBook::Read(*snapshot));
  return Recommender(std::move(snapshot), std::move(policy), std::move(rules));
}

Recommender::Recommender(graph::SnapshotPtr snapshot, std::shared_ptr<const Policy> policy, RuleBook rules)
    : snapshot_(std::move(snapshot)),
      policy_(std::move(policy)),
      rules_(std::move(rules)),
      evidence_(snapshot_, policy_->evidence) {}

absl::StatusOr<Recommendation> Recommender::Recommend(const Client& client, const RecommendOptions& options,
                                                      graph::Budget& budget) const {
  if (options.max_techniques.has_value() && (*options.max_techniques < 1 || *options.max_techniques > kMaxTechniques)) {
    return graph::MakeError(
        graph::Reason::kValueOutOfRange,
        fmt::format("max_techniques is {}; use a value in [1, {}]", *options.max_techniques, kMaxTechniques),
        "max_techniques");
  }
  return Composer(*snapshot_, *policy_, rules_, evidence_, client, options).Compose(budget);
}

}  // namespace braid::ontology
