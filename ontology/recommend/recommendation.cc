#include "ontology/recommend/recommendation.h"

#include <algorithm>
#include <map>
#include <set>
#include <string_view>
#include <utility>

#include "graph/error.h"
#include "ontology/client_vocabulary.h"

namespace braid::ontology {
namespace {

using graph::NodeIndex;

// Puts the answer to one question together.
class Composer {
 public:
  Composer(const QuestionBase& base, const Client& client, const RecommendOptions& options, PlanQuestion& question)
      : base_(base), client_(client), options_(options), question_(question) {}

  absl::StatusOr<Recommendation> Compose(graph::Budget& budget) {
    answer_.mode = question_.mode();
    answer_.safety = question_.safety();
    answer_.relationship = question_.relationship();
    answer_.needs = question_.needs();
    answer_.concerns = question_.benefits().concerns();
    answer_.slots = question_.slots();
    answer_.change_level = question_.change_level();
    answer_.overrides = question_.overrides();
    answer_.tracking = TrackMeasures(base_.snapshot, client_);
    AddQuestions();
    BRAID_RETURN_IF_ERROR(AddPlans(budget));
    AddStanding();
    AddModalities();
    AddUncovered();
    AddExclusions();
    return std::move(answer_);
  }

 private:
  void AddQuestions() {
    answer_.ask_first = AskFirst(question_.verdicts(), ClientVocabulary());
    std::set<std::string> asked;
    for (const UnknownField& field : answer_.ask_first) asked.insert(field.field);
    for (const std::string_view name : ClientVocabulary().Names()) {
      std::set<std::string> ids;
      bool is_needed = false;
      for (const RuleVerdict& verdict : question_.verdicts()) {
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

  absl::Status AddPlans(graph::Budget& budget) {
    BRAID_ASSIGN_OR_RETURN(const PlanAnswer solved,
                           options_.only_kept ? KeptPlan() : SolvePlans(question_.problem(), budget));
    answer_.outcome = solved.outcome;
    answer_.equally_good = solved.equally_good;
    answer_.obstacles = solved.obstacles;
    answer_.obstacles_together = solved.together;
    answer_.stopped_by = solved.stopped_by;
    answer_.gap = solved.gap;
    for (const Plan& plan : solved.plans) answer_.plans.push_back(question_.Describe(plan));
    if (answer_.plans.empty()) return absl::OkStatus();
    AddKeptWithoutBenefit(answer_.plans.front());
    answer_.plans.front().cover_range = question_.CoverRangeOf(answer_.plans.front());
    if (options_.stability && !options_.only_kept) {
      const PlanPolicy& policy = base_.policy.plans;
      BRAID_ASSIGN_OR_RETURN(
          answer_.stability,
          ChangesThatPay(question_.problem(), {policy.report.most_breakpoints, policy.report.confirm_within}, budget));
    }
    return absl::OkStatus();
  }

  // The plan of what is kept, whatever it is worth.
  absl::StatusOr<PlanAnswer> KeptPlan() const {
    BRAID_ASSIGN_OR_RETURN(const PlanModel model, PlanModel::Make(question_.problem()));
    PlanItems items;
    for (const NodeIndex technique : question_.Kept()) {
      const std::optional<PlanItem> item = model.Find(base_.snapshot.id(technique));
      if (item.has_value()) items.push_back(*item);
    }
    PlanAnswer answer;
    answer.outcome = PlanOutcome::kSolved;
    answer.need_ids = model.need_ids();
    answer.plans = {MakePlan(model, items)};
    answer.equally_good = 1;
    return answer;
  }

  // What is kept and does nothing for a need comes last.
  void AddKeptWithoutBenefit(RecommendedPlan& plan) {
    for (const NodeIndex technique : question_.Kept()) {
      const auto is_it = [&](const RecommendedItem& item) { return item.benefit.technique == technique; };
      if (std::any_of(plan.items.begin(), plan.items.end(), is_it)) continue;
      plan.items.push_back(question_.ItemOf(technique));
      plan.sessions += plan.items.back().sessions;
    }
  }

  void AddStanding() {
    std::set<NodeIndex> standing;
    for (const SafetyStep& step : answer_.safety) standing.insert(step.techniques.begin(), step.techniques.end());
    for (const RelationshipStep& step : answer_.relationship.steps) standing.insert(step.technique);
    for (const NodeIndex technique : standing) answer_.standing.push_back(question_.ItemOf(technique));
    std::sort(answer_.standing.begin(), answer_.standing.end(),
              [&](const RecommendedItem& a, const RecommendedItem& b) {
                return base_.snapshot.id(a.benefit.technique) < base_.snapshot.id(b.benefit.technique);
              });
  }

  void AddModalities() {
    std::map<NodeIndex, std::int64_t> sessions;
    if (!answer_.plans.empty()) {
      for (const RecommendedItem& item : answer_.plans.front().items) sessions[item.benefit.from] += item.sessions;
    }
    answer_.modalities =
        ModalityOptions(base_.techniques, base_.policy, client_, question_.verdicts(), question_.benefits(), sessions);
  }

  void AddUncovered() {
    for (std::size_t need = 0; need < answer_.needs.size(); ++need) {
      if (!answer_.plans.empty() && answer_.plans.front().parts.covers[need] > 0) continue;
      const std::vector<NodeIndex>& met = options_.met_needs;
      if (std::find(met.begin(), met.end(), answer_.needs[need].node) != met.end()) continue;
      const auto serves = [&](const TechniqueBenefit& candidate) {
        return std::any_of(candidate.needs.begin(), candidate.needs.end(),
                           [&](const NeedBenefit& benefit) { return benefit.need == need; });
      };
      const std::vector<TechniqueBenefit>& candidates = question_.candidates();
      answer_.uncovered.push_back(
          {answer_.needs[need].node, std::any_of(candidates.begin(), candidates.end(), serves)});
    }
  }

  void AddExclusions() {
    const std::vector<NodeIndex> kept = question_.Kept();
    for (const ScreenedTechnique& screened : question_.screened()) {
      const Exclusion* exclusion = question_.ExclusionOf(screened.technique);
      const bool is_kept = std::find(kept.begin(), kept.end(), screened.technique) != kept.end();
      if (exclusion != nullptr && !is_kept) answer_.exclusions.push_back(*exclusion);
    }
    std::stable_sort(answer_.exclusions.begin(), answer_.exclusions.end(),
                     [](const Exclusion& a, const Exclusion& b) { return a.reason < b.reason; });
  }

  const QuestionBase& base_;
  const Client& client_;
  const RecommendOptions& options_;
  PlanQuestion& question_;
  Recommendation answer_;
};

// Says of each technique in how many variants it stays.
void AddRobustness(const Policy& policy, PlanRobustness robustness, Recommendation& answer) {
  for (RecommendedPlan& plan : answer.plans) {
    for (RecommendedItem& item : plan.items) {
      const std::size_t kept = robustness.KeptIn(item.benefit.technique);
      item.kept_in_variants = kept;
      item.is_fragile = !robustness.variants.empty() && kept <= policy.plans.report.fragile_at_most;
    }
  }
  answer.robustness = std::move(robustness);
}

}  // namespace

absl::StatusOr<Recommender> Recommender::Create(graph::SnapshotPtr snapshot, std::shared_ptr<const Policy> policy) {
  BRAID_ASSIGN_OR_RETURN(RuleBook rules, RuleBook::Read(*snapshot));
  return Recommender(std::move(snapshot), std::move(policy), std::move(rules));
}

Recommender::Recommender(graph::SnapshotPtr snapshot, std::shared_ptr<const Policy> policy, RuleBook rules)
    : snapshot_(std::move(snapshot)),
      policy_(std::move(policy)),
      techniques_(std::make_unique<const TechniqueIndex>(*snapshot_)),
      rules_(std::make_unique<const RuleBook>(std::move(rules))),
      evidence_(snapshot_, policy_->evidence),
      variants_(std::make_unique<const VariantBases>(snapshot_, policy_, *techniques_, *rules_)) {}

absl::StatusOr<Recommendation> Recommender::Recommend(const Client& client, const RecommendOptions& options,
                                                      graph::Budget& budget) const {
  const QuestionBase asked = base();
  PlanQuestion question(asked, client, options);
  BRAID_RETURN_IF_ERROR(question.status());
  BRAID_ASSIGN_OR_RETURN(Recommendation answer, Composer(asked, client, options, question).Compose(budget));
  if (options.robustness) {
    AddRobustness(*policy_, RobustnessOf(*policy_, *variants_, question, budget), answer);
  }
  return answer;
}

}  // namespace braid::ontology
