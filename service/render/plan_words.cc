#include "service/render/plan_words.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <set>
#include <string_view>
#include <utility>
#include <vector>

#include "fmt/format.h"
#include "ontology/path_words.h"
#include "service/render/phrases.h"
#include "service/render/plan_sentences.h"
#include "service/render/question_words.h"

namespace braid::service {
namespace {

using ontology::Listed;

constexpr std::string_view kAnyConcern = "concern:any";

// What the recommendation holds each technique for. A technique of the plan is one, whatever else it stands for.
class Roles {
 public:
  explicit Roles(const v1::Recommendation& recommendation) {
    for (const v1::SafetyStep& step : recommendation.safety()) {
      safety_.insert(step.technique_ids().begin(), step.technique_ids().end());
    }
    for (const v1::Plan& plan : recommendation.plans()) {
      plan_.insert(plan.technique_ids().begin(), plan.technique_ids().end());
    }
  }

  TechniqueRole Of(const std::string& id) const {
    if (plan_.contains(id)) return TechniqueRole::kPlan;
    return safety_.contains(id) ? TechniqueRole::kSafety : TechniqueRole::kRelationship;
  }

 private:
  std::set<std::string_view> safety_, plan_;
};

void FillTechnique(v1::RecommendedTechnique& technique, TechniqueRole role, const Labels& labels) {
  for (v1::NeedBenefit& benefit : *technique.mutable_benefits()) {
    if (benefit.has_witness()) benefit.mutable_witness()->set_text(WitnessText(benefit.witness()));
  }
  technique.set_text(TechniqueText(technique, role, labels));
}

template <typename Test>
bool AnyEvidence(const v1::Recommendation& recommendation, Test test) {
  return std::any_of(recommendation.techniques().begin(), recommendation.techniques().end(),
                     [&](const auto& technique) {
                       return std::any_of(technique.evidence().begin(), technique.evidence().end(), test);
                     });
}

std::vector<std::string> Assumptions(const v1::Recommendation& recommendation) {
  std::vector<std::string> text = {
      "What was not told is unknown, and not taken as absent.",
      "What two techniques do for one need is taken as independent.",
      "Effects are read cautiously: each as what is exceeded more often than not in a setting like the studied ones.",
      "How techniques reach needs, and what a further technique or modality costs, are editors’ judgements.",
  };
  if (AnyEvidence(recommendation, [](const auto& benefit) { return benefit.concern_id() == kAnyConcern; })) {
    text.emplace_back("No concern was named: effects are those found across concerns.");
  }
  if (AnyEvidence(recommendation, [](const auto& benefit) { return benefit.borrowed(); })) {
    text.emplace_back(
        "Where a technique has no data of its own for a concern, those of its modality or of related "
        "concerns stand in, at less weight.");
  }
  if (AnyEvidence(recommendation,
                  [](const auto& benefit) { return benefit.status() == v1::BENEFIT_STATUS_RATIONALE_ONLY; })) {
    text.emplace_back("Where there are too few data, a rationale counts as a small benefit.");
  }
  if (std::any_of(recommendation.modalities().begin(), recommendation.modalities().end(),
                  [](const auto& modality) { return modality.access() == v1::MODALITY_ACCESS_UNSPECIFIED; })) {
    text.emplace_back("Nothing is known of who treats: competence was not looked at.");
  }
  return text;
}

// --- The summary, a sentence each.

std::string SafetySummary(const v1::Recommendation& recommendation, const Labels& labels) {
  if (recommendation.safety().empty()) return "Nothing that was told calls for a safety step first.";
  std::vector<std::string> subjects;
  const v1::FlagUrgency urgency = recommendation.safety(0).urgency();
  for (const v1::SafetyStep& step : recommendation.safety()) {
    if (step.urgency() == urgency) subjects.push_back(SafetySubject(step, labels));
  }
  return fmt::format("Safety comes first; {}: {}.", UrgencyWords(urgency), Listed(subjects));
}

std::string RelationshipSummary(const v1::RelationshipBlock& relationship, const Labels& labels) {
  if (relationship.holds_plan()) {
    return "The working relationship is under strain, so it is repaired before anything of the plan is taken up.";
  }
  if (!relationship.measure_ids().empty()) {
    return fmt::format("How client and therapist work together is not known yet: ask, with {}.",
                       labels.EitherOf(relationship.measure_ids()));
  }
  return "The working relationship is the ground of the plan and is looked after throughout.";
}

// `, beginning at the level “Symptom or situational problems”`, where the plan has something for it; else empty.
std::string LevelSummary(const v1::Recommendation& recommendation, const v1::Plan& plan, const Labels& labels) {
  if (!recommendation.has_change_level()) return {};
  const v1::ChangeLevelMatch& match = recommendation.change_level();
  const bool is_filled =
      std::any_of(plan.technique_ids().begin(), plan.technique_ids().end(), [&](const std::string& id) {
        const v1::RecommendedTechnique* technique = FindTechnique(recommendation, id);
        return technique != nullptr && !technique->benefits().empty() &&
               std::find(match.modality_ids().begin(), match.modality_ids().end(), technique->modality_id()) !=
                   match.modality_ids().end();
      });
  return is_filled ? fmt::format(", beginning at the level “{}”", labels.Of(match.level_id())) : std::string();
}

std::string PlanSummary(const v1::Recommendation& recommendation, const v1::Plan& plan, const Labels& labels) {
  std::vector<std::string> reached;
  for (const v1::PlanNeed& need : recommendation.needs()) {
    if (need.cover() > 0) reached.push_back(labels.Of(need.node_id()));
  }
  if (plan.technique_ids().empty()) {
    return "The best plan holds no technique beyond that: none is worth more than it asks for.";
  }
  return fmt::format("The plan has {} in at least {}: {}. It works on {}{}.",
                     Counted(plan.technique_ids_size(), "technique", "techniques"),
                     Counted(plan.session_count(), "session", "sessions"), labels.ListOf(plan.technique_ids()),
                     Listed(reached), LevelSummary(recommendation, plan, labels));
}

// `How sure the findings are: moderate certainty for A and B; very low certainty for C.`, the surest first.
std::string CertaintySummary(const v1::Recommendation& recommendation, const v1::Plan& plan, const Labels& labels) {
  constexpr std::array kLevels = {v1::CERTAINTY_HIGH,     v1::CERTAINTY_MODERATE,  v1::CERTAINTY_LOW,
                                  v1::CERTAINTY_VERY_LOW, v1::CERTAINTY_NO_SOURCE, v1::CERTAINTY_UNSPECIFIED};
  std::string text;
  for (const v1::Certainty level : kLevels) {
    std::vector<std::string> members;
    for (const std::string& id : plan.technique_ids()) {
      const v1::RecommendedTechnique* technique = FindTechnique(recommendation, id);
      const v1::ConcernBenefit* main = technique == nullptr ? nullptr : MainEvidence(*technique);
      if (main != nullptr && main->certainty() == level) members.push_back(labels.Of(id));
    }
    if (members.empty()) continue;
    text += fmt::format("{}{} for {}", text.empty() ? "How sure what is known of their effect is: " : "; ",
                        CertaintyWords(level), Listed(members));
  }
  return Sentence(text);
}

std::string NoPlanSummary(const v1::Recommendation& recommendation) {
  switch (recommendation.outcome()) {
    case v1::OUTCOME_EMPTY_PROFILE:
      return "There is no plan yet, because no need was named: find out first what the client needs help with.";
    case v1::OUTCOME_NO_CANDIDATE:
      return "There is no plan: no technique that is not excluded does anything for a need.";
    case v1::OUTCOME_INFEASIBLE: {
      std::vector<std::string> ways;
      for (const v1::PlanObstacle& obstacle : recommendation.obstacles()) ways.push_back(obstacle.text());
      return Joined({fmt::format("There is no plan that meets every constraint{}",
                                 ways.empty()                          ? "."
                                 : ways.size() == 1                    ? "; this would make one possible:"
                                 : recommendation.obstacles_together() ? "; all of this would make one possible:"
                                                                       : "; any one of this would make one possible:"),
                     Joined(ways)});
    }
    default:
      return "The search was cut before there was a plan: allow more time, or ask for fewer techniques.";
  }
}

std::string EquallyGoodSummary(const v1::Recommendation& recommendation) {
  const int others = std::max(0, recommendation.equally_good_count() - 1);
  if (others == 0) return {};
  return fmt::format("{} as good as far as the data can tell: choose by what the client prefers.",
                     others == 1 ? "One other plan is" : fmt::format("{} other plans are", others));
}

std::string UncoveredSummary(const v1::Recommendation& recommendation, const Labels& labels) {
  std::vector<std::string> uncovered;
  for (const v1::PlanNeed& need : recommendation.needs()) {
    if (need.cover() <= 0) uncovered.push_back(labels.Of(need.node_id()));
  }
  return uncovered.empty() ? std::string() : fmt::format("Not covered yet: {}.", Listed(uncovered));
}

std::string AskSummary(const v1::Recommendation& recommendation) {
  const int count = recommendation.ask_first_size();
  if (count == 0) return {};
  return count == 1 ? "One question of safety is to be asked before anything is taken up."
                    : fmt::format("{} questions of safety are to be asked before anything is taken up.", count);
}

// 3 to 8 sentences where there is a plan.
std::string SummaryOf(const v1::Recommendation& recommendation, const Labels& labels) {
  std::vector<std::string> text = {SafetySummary(recommendation, labels),
                                   RelationshipSummary(recommendation.relationship(), labels)};
  if (const v1::Plan* plan = BestPlan(recommendation); plan != nullptr) {
    text.push_back(PlanSummary(recommendation, *plan, labels));
    text.push_back(CertaintySummary(recommendation, *plan, labels));
    text.push_back(EquallyGoodSummary(recommendation));
    text.push_back(UncoveredSummary(recommendation, labels));
  } else {
    text.push_back(NoPlanSummary(recommendation));
  }
  text.push_back(AskSummary(recommendation));
  return Joined(text);
}

// --- The explanation of one technique.

std::string PlanWithText(const v1::TechniqueExplanation& explanation, const Labels& labels) {
  if (!explanation.has_plan_with()) return {};
  return fmt::format("The best plan with it: {}.", labels.ListOf(explanation.plan_with().technique_ids()));
}

std::string LossText(const v1::TechniqueExplanation& explanation) {
  std::vector<std::string> parts = {fmt::format("worth less by {} (a ranking aid)", NumberText(explanation.loss()))};
  if (explanation.lost_slot_count() > 0) {
    parts.push_back(fmt::format("something for {} fewer of what comes before benefits", explanation.lost_slot_count()));
  }
  return Listed(parts);
}

std::string StandingText(const v1::TechniqueExplanation& explanation, const Labels& labels) {
  const std::string name = labels.Of(explanation.technique_id());
  switch (explanation.standing()) {
    case v1::TECHNIQUE_STANDING_SAFETY:
      return fmt::format("{} is recommended for safety: it stands before the plan.", name);
    case v1::TECHNIQUE_STANDING_RELATIONSHIP:
      return fmt::format("{} is recommended for the relationship, beside the plan.", name);
    case v1::TECHNIQUE_STANDING_CHOSEN:
      return fmt::format("{} is in the best plan.", name);
    case v1::TECHNIQUE_STANDING_EXCLUDED:
      return Joined({fmt::format("{} is excluded.", name), Sentence(explanation.exclusion().because()),
                     Sentence(explanation.exclusion().lifted_by())});
    case v1::TECHNIQUE_STANDING_EQUALLY_GOOD:
      return fmt::format("{} is not in the best plan, but a plan with it cannot be told apart from that by the data.",
                         name);
    case v1::TECHNIQUE_STANDING_CONFLICT:
      return fmt::format("{} conflicts with {}, which the best plan holds; a plan with it instead is {}.", name,
                         labels.ListOf(explanation.conflict_ids()), LossText(explanation));
    case v1::TECHNIQUE_STANDING_OUTWEIGHED:
      return fmt::format("{} is not in the best plan: a plan with it is {}.", name, LossText(explanation));
    case v1::TECHNIQUE_STANDING_IMPOSSIBLE: {
      std::vector<std::string> text = {fmt::format("No plan can hold {} within the constraints.", name)};
      for (const v1::PlanObstacle& obstacle : explanation.obstacles()) text.push_back(obstacle.text());
      return Joined(text);
    }
    case v1::TECHNIQUE_STANDING_NO_PLAN:
      return fmt::format("There is no plan at all, so none holds {}.", name);
    default:
      return {};
  }
}

TechniqueRole RoleOf(v1::TechniqueStanding standing) {
  switch (standing) {
    case v1::TECHNIQUE_STANDING_SAFETY:
      return TechniqueRole::kSafety;
    case v1::TECHNIQUE_STANDING_RELATIONSHIP:
      return TechniqueRole::kRelationship;
    default:
      return TechniqueRole::kPlan;
  }
}

}  // namespace

std::string NoteOnUse() {
  return "Decision support for professionals: no diagnosis, no prediction for a person, no substitute for clinical "
         "judgement or emergency care. Findings are published; links, costs and computed certainty are judgements "
         "written down beforehand. Decide with the client.";
}

void FillWords(v1::Recommendation& recommendation) {
  const Labels labels(recommendation.nodes());
  const Roles roles(recommendation);
  v1::RelationshipBlock& relationship = *recommendation.mutable_relationship();
  relationship.set_text(RelationshipText(relationship, labels));
  if (recommendation.has_change_level()) {
    v1::ChangeLevelMatch& level = *recommendation.mutable_change_level();
    level.set_text(ChangeLevelText(level, labels));
  }
  for (v1::PlanNeed& need : *recommendation.mutable_needs()) {
    need.set_uncovered_because(UncoveredBecause(need, recommendation.outcome()));
  }
  for (v1::RecommendedTechnique& technique : *recommendation.mutable_techniques()) {
    FillTechnique(technique, roles.Of(technique.technique_id()), labels);
  }
  for (v1::ModalityOption& modality : *recommendation.mutable_modalities()) {
    modality.set_text(ModalityText(modality, labels));
  }
  for (v1::AppliedOverride& applied : *recommendation.mutable_overrides()) {
    applied.set_acknowledgement(AcknowledgementText(applied));
  }
  for (v1::OpenQuestion& question : *recommendation.mutable_ask_first()) {
    question.set_text(QuestionText(question, labels));
  }
  for (v1::OpenQuestion& question : *recommendation.mutable_assess()) question.set_text(QuestionText(question, labels));
  for (v1::MeasureTracking& tracking : *recommendation.mutable_tracking()) {
    tracking.set_text(TrackingText(tracking, labels));
  }
  for (v1::PlanObstacle& obstacle : *recommendation.mutable_obstacles()) {
    obstacle.set_text(ObstacleText(obstacle, labels));
  }
  if (recommendation.has_robustness()) {
    recommendation.mutable_robustness()->set_text(RobustnessText(recommendation, labels));
  }
  recommendation.set_summary(SummaryOf(recommendation, labels));
  recommendation.set_note_on_use(NoteOnUse());
  recommendation.clear_assumptions();
  for (std::string& assumption : Assumptions(recommendation)) recommendation.add_assumptions(std::move(assumption));
}

void FillWords(const google::protobuf::RepeatedPtrField<v1::Node>& nodes, v1::TechniqueExplanation& explanation) {
  const Labels labels(nodes);
  if (explanation.has_technique()) {
    FillTechnique(*explanation.mutable_technique(), RoleOf(explanation.standing()), labels);
  }
  for (v1::PlanObstacle& obstacle : *explanation.mutable_obstacles()) {
    obstacle.set_text(ObstacleText(obstacle, labels));
  }
  for (v1::PlanChange& change : *explanation.mutable_changes()) change.set_text(ChangeText(change, labels));
  explanation.set_text(Joined({StandingText(explanation, labels), PlanWithText(explanation, labels)}));
}

}  // namespace braid::service
