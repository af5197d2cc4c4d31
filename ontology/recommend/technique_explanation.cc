#include "ontology/recommend/technique_explanation.h"

#include <algorithm>
#include <cstddef>
#include <functional>
#include <string>
#include <utility>

#include "fmt/format.h"
#include "graph/error.h"
#include "ontology/client_facts.h"
#include "ontology/lookup.h"
#include "ontology/plans/plan_answers.h"
#include "ontology/recommend/plan_question.h"

namespace braid::ontology {
namespace {

using graph::NodeIndex;
using graph::Snapshot;

using Parameter = TechniqueChange::Parameter;
using Finding = TechniqueChange::Finding;

bool Holds(const std::vector<NodeIndex>& nodes, NodeIndex node) {
  return std::find(nodes.begin(), nodes.end(), node) != nodes.end();
}

TechniqueStanding StandingOf(WhyNotReason reason) {
  switch (reason) {
    case WhyNotReason::kChosen:
      return TechniqueStanding::kChosen;
    case WhyNotReason::kForcedOut:
      return TechniqueStanding::kExcluded;
    case WhyNotReason::kImpossible:
      return TechniqueStanding::kImpossible;
    case WhyNotReason::kEquallyGood:
      return TechniqueStanding::kEquallyGood;
    case WhyNotReason::kConflict:
      return TechniqueStanding::kConflict;
    case WhyNotReason::kOutweighed:
      return TechniqueStanding::kOutweighed;
    case WhyNotReason::kNoPlan:
      break;
  }
  return TechniqueStanding::kNoPlan;
}

bool SameTruths(const std::vector<RuleVerdict>& a, const std::vector<RuleVerdict>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](const RuleVerdict& x, const RuleVerdict& y) { return x.truth == y.truth; });
}

class Explainer {
 public:
  Explainer(const QuestionBase& base, const Client& client, const RecommendOptions& options, NodeIndex technique,
            PlanQuestion& question, graph::Budget& budget)
      : base_(base),
        snapshot_(base.snapshot),
        client_(client),
        options_(options),
        technique_(technique),
        id_(snapshot_.id(technique)),
        question_(question),
        budget_(budget) {}

  absl::StatusOr<TechniqueExplanation> Explain() {
    answer_.technique = technique_;
    answer_.needs = question_.needs();
    if (question_.IsInPlace(technique_)) {
      answer_.standing = IsForSafety() ? TechniqueStanding::kSafety : TechniqueStanding::kRelationship;
      answer_.item = question_.ItemOf(technique_);
    } else if (const Exclusion* exclusion = question_.ExclusionOf(technique_); exclusion != nullptr) {
      answer_.standing = TechniqueStanding::kExcluded;
      answer_.exclusion = *exclusion;
      if (exclusion->reason == ExclusionReason::kCompetence) AddCompetence();
    } else if (question_.needs().empty()) {
      answer_.standing = TechniqueStanding::kNoPlan;
    } else {
      BRAID_RETURN_IF_ERROR(ExplainCandidate());
    }
    answer_.stopped_by = budget_.stopped_by();
    return std::move(answer_);
  }

 private:
  bool IsForSafety() const {
    const std::vector<SafetyStep>& steps = question_.safety();
    return std::any_of(steps.begin(), steps.end(), [&](const SafetyStep& step) {
      return step.urgency <= FlagUrgency::kUrgent && Holds(step.techniques, technique_);
    });
  }

  std::vector<NodeIndex> NodesOf(const std::vector<std::string>& ids) const {
    std::vector<NodeIndex> nodes;
    for (const std::string& id : ids) nodes.push_back(*snapshot_.Find(id));
    return nodes;
  }

  absl::Status ExplainCandidate() {
    BRAID_ASSIGN_OR_RETURN(const WhyNotAnswer why, WhyNot(question_.problem(), id_, budget_));
    answer_.standing = StandingOf(why.reason);
    answer_.item = question_.ItemOf(technique_);
    answer_.conflicts = NodesOf(why.conflict_ids);
    if (why.plan.has_value()) answer_.plan_with = question_.Describe(*why.plan);
    answer_.loss = why.loss;
    answer_.slots_lost = why.slots_lost;
    answer_.displaced = NodesOf(why.displaced_ids);
    answer_.joining = NodesOf(why.joining_ids);
    answer_.obstacles = why.obstacles;
    answer_.obstacles_together = why.together;
    if (answer_.standing == TechniqueStanding::kChosen) return absl::OkStatus();
    BRAID_RETURN_IF_ERROR(AddNeedWeights());
    BRAID_RETURN_IF_ERROR(AddBenefit());
    AddSessions();
    AddItems();
    AddPreferences();
    return absl::OkStatus();
  }

  // One change is looked for with so much work and no more: some problems ask for years where a plan may hold many
  // techniques. What it spends is of the whole budget.
  graph::Budget BudgetOfOne() const {
    return graph::Budget(base_.policy.plans.report.most_work_per_change, std::nullopt,
                         [this] { return !budget_.Spend(graph::Budget::kCheckEvery); });
  }

  // --- Traced.

  // The problem with weights as the profile gives them, not yet normalised.
  PlanProblem WithRawWeights() const {
    PlanProblem problem = question_.problem();
    for (const Client::Need& need : client_.needs) {
      const auto at = std::find_if(problem.needs.begin(), problem.needs.end(),
                                   [&](const PlanNeed& other) { return other.id == snapshot_.id(need.node); });
      if (at != problem.needs.end() && need.is_need()) at->weight = need.effective_weight();
    }
    return problem;
  }

  absl::Status Trace(const PlanProblem& problem, const PlanParameter& parameter, double high, TechniqueChange change) {
    const auto& report = base_.policy.plans.report;
    graph::Budget budget = BudgetOfOne();
    BRAID_ASSIGN_OR_RETURN(
        const ChangeAnswer found,
        WhatWouldChange(problem, id_, parameter, 0, high, {report.most_breakpoints, report.confirm_within}, budget));
    change.now = found.now;
    switch (found.outcome) {
      case ChangeOutcome::kFound:
        change.threshold = found.threshold;
        change.techniques = NodesOf(found.plan->sequence_ids);
        change.finding = found.confirmed ? Finding::kFound : Finding::kUndecided;
        break;
      case ChangeOutcome::kNotInRange:
        change.finding = Finding::kNotInRange;
        break;
      case ChangeOutcome::kAlreadyChosen:
        return absl::OkStatus();
      case ChangeOutcome::kUndecided:
      case ChangeOutcome::kNoPlan:
        break;
    }
    answer_.changes.push_back(std::move(change));
    return absl::OkStatus();
  }

  absl::Status AddNeedWeights() {
    const PlanProblem problem = WithRawWeights();
    for (const NeedBenefit& benefit : answer_.item->benefit.needs) {
      TechniqueChange change;
      change.parameter = Parameter::kNeedWeight;
      change.need = answer_.needs[benefit.need].node;
      const PlanParameter parameter{PlanParameter::Kind::kNeedWeight, std::string(snapshot_.id(change.need)), {}};
      BRAID_RETURN_IF_ERROR(Trace(problem, parameter, kMaxProfileWeight, std::move(change)));
    }
    return absl::OkStatus();
  }

  absl::Status AddBenefit() {
    const std::vector<NeedBenefit>& needs = answer_.item->benefit.needs;
    const auto most = std::max_element(
        needs.begin(), needs.end(), [](const NeedBenefit& a, const NeedBenefit& b) { return a.benefit < b.benefit; });
    if (most == needs.end()) return absl::OkStatus();
    TechniqueChange change;
    change.parameter = Parameter::kBenefit;
    change.need = answer_.needs[most->need].node;
    const PlanParameter parameter{PlanParameter::Kind::kBenefit, std::string(snapshot_.id(change.need)), id_};
    return Trace(question_.problem(), parameter, base_.policy.plans.benefit.most, std::move(change));
  }

  // --- Tried one after the other.

  // Whether the best plan of `problem` holds the technique; then it is `change`'s plan.
  bool IsFoundIn(PlanProblem problem, graph::Budget& budget, TechniqueChange& change) const {
    problem.pool_size = 1;
    const absl::StatusOr<PlanAnswer> answer = SolvePlans(problem, budget);
    if (!answer.ok() || answer->stopped_by != graph::Limit::kNone || answer->plans.empty()) return false;
    const Plan& best = answer->plans.front();
    if (!std::binary_search(best.item_ids.begin(), best.item_ids.end(), id_)) return false;
    change.finding = Finding::kFound;
    change.techniques = NodesOf(best.sequence_ids);
    return true;
  }

  // Gives the change its finding where nothing was found.
  void Add(TechniqueChange change, const graph::Budget& budget, bool found) {
    if (!found) {
      const bool was_cut = budget.stopped_by() != graph::Limit::kNone;
      change.finding = was_cut ? Finding::kUndecided : Finding::kNotInRange;
    }
    answer_.changes.push_back(std::move(change));
  }

  // More sessions than all that a plan can hold change nothing. A rule may ask how many there are: then the question is
  // another.
  void AddSessions() {
    if (!client_.sessions.available.has_value()) return;
    TechniqueChange change;
    change.parameter = Parameter::kSessions;
    change.now = *client_.sessions.available;
    Client other = client_;
    PlanProblem problem = question_.problem();
    std::vector<RuleVerdict> verdicts = question_.verdicts();
    graph::Budget budget = BudgetOfOne();
    bool found = false;
    const std::int64_t most = MostSessions(problem);
    for (std::int64_t sessions = *client_.sessions.available + 1; sessions <= most && !found; ++sessions) {
      if (budget.stopped_by() != graph::Limit::kNone) break;
      other.sessions.available = static_cast<std::int32_t>(sessions);
      std::vector<RuleVerdict> now = JudgeRules(base_.rules, ClientFacts(snapshot_, other), other.model);
      if (!SameTruths(now, verdicts)) {
        problem = PlanQuestion(base_, other, options_).problem();
        verdicts = std::move(now);
      }
      problem.max_sessions = sessions;
      found = IsFoundIn(problem, budget, change);
      if (found) change.threshold = static_cast<double>(sessions);
    }
    Add(std::move(change), budget, found);
  }

  static std::int64_t MostSessions(const PlanProblem& problem) {
    std::vector<std::int64_t> sessions;
    for (const PlanCandidate& candidate : problem.candidates) sessions.push_back(candidate.sessions);
    std::sort(sessions.begin(), sessions.end(), std::greater<>());
    sessions.resize(std::min(sessions.size(), problem.max_items));
    std::int64_t sum = 0;
    for (const std::int64_t each : sessions) sum += each;
    return sum;
  }

  void AddItems() {
    TechniqueChange change;
    change.parameter = Parameter::kItems;
    PlanProblem problem = question_.problem();
    change.now = static_cast<double>(problem.max_items);
    graph::Budget budget = BudgetOfOne();
    bool found = false;
    while (!found && problem.max_items < kMaxPlanTechniques && budget.stopped_by() == graph::Limit::kNone) {
      ++problem.max_items;
      found = IsFoundIn(problem, budget, change);
      if (found) change.threshold = static_cast<double>(problem.max_items);
    }
    Add(std::move(change), budget, found);
  }

  void AddCompetence() {
    const std::optional<graph::RelationIndex> belongs_to = snapshot_.schema().FindRelation("originates_in");
    if (!belongs_to.has_value()) return;
    std::vector<NodeIndex> modalities;
    for (const graph::Arc& arc : snapshot_.out(technique_, *belongs_to)) {
      if (!snapshot_.IsObsolete(arc.node)) modalities.push_back(arc.node);
    }
    std::sort(modalities.begin(), modalities.end(),
              [&](NodeIndex a, NodeIndex b) { return snapshot_.id(a) < snapshot_.id(b); });
    for (const NodeIndex modality : modalities) {
      Client other = client_;
      other.therapist->modalities.push_back(modality);
      AddOther(Parameter::kCompetence, modality, other);
    }
  }

  void AddPreferences() {
    const std::vector<NodeIndex> names = WithAncestors(snapshot_, {technique_, answer_.item->benefit.from});
    for (std::size_t i = 0; i < client_.preferences.size(); ++i) {
      const Client::Preference& preference = client_.preferences[i];
      if (preference.attitude != Attitude::kDisliked || !Holds(names, preference.node)) continue;
      Client other = client_;
      other.preferences.erase(other.preferences.begin() + static_cast<std::ptrdiff_t>(i));
      AddOther(Parameter::kPreference, preference.node, other);
    }
  }

  // The same question of another client.
  void AddOther(Parameter parameter, NodeIndex node, const Client& other) {
    TechniqueChange change;
    change.parameter = parameter;
    change.node = node;
    graph::Budget budget = BudgetOfOne();
    const bool found = IsFoundIn(PlanQuestion(base_, other, options_).problem(), budget, change);
    Add(std::move(change), budget, found);
  }

  const QuestionBase& base_;
  const Snapshot& snapshot_;
  const Client& client_;
  const RecommendOptions& options_;
  NodeIndex technique_;
  std::string id_;
  PlanQuestion& question_;
  graph::Budget& budget_;
  TechniqueExplanation answer_;
};

}  // namespace

absl::StatusOr<TechniqueExplanation> Explain(const Recommender& recommender, const Client& client,
                                             const RecommendOptions& options, NodeIndex technique,
                                             graph::Budget& budget) {
  const QuestionBase base = recommender.base();
  const Snapshot& snapshot = base.snapshot;
  if (snapshot.schema().kind(snapshot.kind(technique)).name != "technique" || snapshot.IsObsolete(technique)) {
    return graph::MakeError(graph::Reason::kValueOutOfRange,
                            fmt::format("{} is no technique that is in use", snapshot.id(technique)), "technique_id");
  }
  PlanQuestion question(base, client, options);
  BRAID_RETURN_IF_ERROR(question.status());
  return Explainer(base, client, options, technique, question, budget).Explain();
}

}  // namespace braid::ontology
