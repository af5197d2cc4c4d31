#include "service/render/plan_sentences.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <utility>
#include <vector>

#include "fmt/format.h"
#include "ontology/path_words.h"

namespace braid::service {
namespace {

using google::protobuf::RepeatedPtrField;
using ontology::Listed;

std::string HopsText(const RepeatedPtrField<v1::Hop>& hops) {
  std::string text;
  for (const v1::Hop& hop : hops) {
    if (!text.empty()) text += "; ";
    text += hop.text();
  }
  return Sentence(text);
}

// `Rests on 2 findings (moderate certainty) and expert opinion (low certainty).`, each once, in the order of the hops.
std::string GroundsText(const RepeatedPtrField<v1::Hop>& hops) {
  std::vector<std::string> grounds;
  for (const v1::Hop& hop : hops) {
    if (hop.rests_on().empty()) continue;
    if (std::find(grounds.begin(), grounds.end(), hop.rests_on()) == grounds.end()) grounds.push_back(hop.rests_on());
  }
  return grounds.empty() ? std::string() : fmt::format("Rests on {}.", Listed(grounds));
}

std::string PurposeText(const v1::RecommendedTechnique& technique, TechniqueRole role, const Labels& labels) {
  if (technique.benefits().empty()) {
    switch (role) {
      case TechniqueRole::kSafety:
        return "Stands here for safety.";
      case TechniqueRole::kRelationship:
        return "Stands here for the relationship.";
      case TechniqueRole::kPlan:
        return "Does nothing for a need itself; another technique requires it.";
    }
  }
  std::vector<std::string> needs;
  for (const v1::NeedBenefit& benefit : technique.benefits()) needs.push_back(labels.Of(benefit.need_id()));
  return fmt::format("Works on {}.", Listed(needs));
}

std::string EvidenceText(const v1::RecommendedTechnique& technique, const Labels& labels) {
  std::string text;
  for (const v1::ConcernBenefit& benefit : technique.evidence()) {
    text += (text.empty() ? "" : "; ") + BenefitWords(benefit, labels);
  }
  return text.empty() ? text : fmt::format("Evidence: {}.", text);
}

std::string RuleText(const v1::RecommendedTechnique& technique, bool prefers, const Labels& labels) {
  std::vector<std::string> rules;
  for (const v1::RuleEffect& rule : technique.rules()) {
    if (rule.prefers() == prefers) rules.push_back(fmt::format("“{}”", labels.Of(rule.rule_id())));
  }
  if (rules.empty()) return {};
  return fmt::format("{} by {}: {}.", prefers ? "Preferred" : "Advised against", rules.size() == 1 ? "a rule" : "rules",
                     Listed(rules));
}

std::string CounterText(const v1::RecommendedTechnique& technique, const Labels& labels) {
  std::map<std::pair<v1::Polarity, std::string>, int> counts;
  for (const v1::CounterFinding& finding : technique.counter_findings()) {
    ++counts[{finding.polarity(), finding.concern_id()}];
  }
  std::vector<std::string> parts;
  for (const auto& [what, count] : counts) {
    parts.push_back(fmt::format("{} for {} ({})", CounterWords(what.first), labels.Of(what.second),
                                Counted(count, "finding", "findings")));
  }
  return parts.empty() ? std::string() : fmt::format("What does not support it: {}.", Listed(parts));
}

std::string StabilityText(const v1::RecommendedTechnique& technique) {
  if (!technique.is_fragile()) return {};
  return fmt::format(
      "Fragile: the best plan holds it in {} of the other settings of the policy, so it rests mostly on "
      "how the policy is set.",
      technique.kept_in_variant_count());
}

std::string SessionText(std::int64_t count) { return Counted(count, "session", "sessions"); }

std::string PlanOf(const Ids& technique_ids, const Labels& labels) {
  return technique_ids.empty() ? "The plan would then be empty."
                               : fmt::format("The plan would then be: {}.", labels.ListOf(technique_ids));
}

std::string ScoresText(const v1::MeasureTracking& tracking) {
  if (!tracking.has_last_score()) return "not taken yet";
  if (tracking.score_count() < 2 || !tracking.has_first_score()) {
    return fmt::format("{} at the one time it was taken", NumberText(tracking.last_score()));
  }
  std::string text =
      fmt::format("from {} to {}", NumberText(tracking.first_score()), NumberText(tracking.last_score()));
  if (!tracking.has_improvement()) return text;
  const double points = tracking.improvement();
  if (points == 0) return text + ", unchanged";
  return text + fmt::format(", {} by {}", points > 0 ? "better" : "worse", NumberText(std::abs(points)));
}

std::string_view CourseText(v1::MeasureCourse course) {
  switch (course) {
    case v1::MEASURE_COURSE_NO_RELIABLE_CHANGE:
      return "No reliable change.";
    case v1::MEASURE_COURSE_RELIABLY_BETTER:
      return "Reliably better.";
    case v1::MEASURE_COURSE_RECOVERED:
      return "Reliably better, and past the cut-off.";
    case v1::MEASURE_COURSE_RELIABLY_WORSE:
      return "Reliably worse: look again at the plan and at safety.";
    default:
      return {};
  }
}

std::string ConstantsText(const v1::MeasureTracking& tracking) {
  std::vector<std::string> parts;
  if (tracking.has_reliable_change()) {
    parts.push_back(
        fmt::format("a change of {} points is more than error of measurement", NumberText(tracking.reliable_change())));
  }
  if (tracking.has_clinical_cutoff()) {
    parts.push_back(fmt::format("the range of those who need help ends at {}", NumberText(tracking.clinical_cutoff())));
  }
  if (parts.empty()) return "The ontology has no figure for what change would count.";
  std::string text = Listed(parts);
  text.front() = static_cast<char>(text.front() - 'a' + 'A');  // both parts begin with a letter of ASCII
  return tracking.verification() == v1::VERIFICATION_SOURCE ? text + "." : text + " (recalled, not verified).";
}

// What would have to change, before the finding.
std::string ParameterText(const v1::PlanChange& change, const Labels& labels) {
  switch (change.parameter()) {
    case v1::PLAN_PARAMETER_NEED_WEIGHT:
      return fmt::format("the weight of {}", labels.Of(change.need_id()));
    case v1::PLAN_PARAMETER_BENEFIT:
      return fmt::format("how far it meets {}", labels.Of(change.need_id()));
    case v1::PLAN_PARAMETER_SESSIONS:
      return "the number of sessions";
    case v1::PLAN_PARAMETER_ITEMS:
      return "the number of techniques";
    case v1::PLAN_PARAMETER_COMPETENCE:
      return fmt::format("competence in {}", labels.Of(change.node_id()));
    case v1::PLAN_PARAMETER_PREFERENCE:
      return fmt::format("the dislike of {}", labels.Of(change.node_id()));
    default:
      return "this";
  }
}

std::string FoundText(const v1::PlanChange& change, const Labels& labels) {
  const std::string now = NumberText(change.now());
  const std::string threshold = NumberText(change.threshold());
  const std::string_view way = change.threshold() < change.now() ? "below" : "above";
  switch (change.parameter()) {
    case v1::PLAN_PARAMETER_NEED_WEIGHT:
      return fmt::format("It comes in where {} weighs {} {} (now {}).", labels.Of(change.need_id()), way, threshold,
                         now);
    case v1::PLAN_PARAMETER_BENEFIT:
      return fmt::format("It comes in where its benefit for {} is {} {} (now {}; a ranking aid).",
                         labels.Of(change.need_id()), way, threshold, now);
    case v1::PLAN_PARAMETER_SESSIONS:
      return fmt::format("It comes in with {} sessions (now {}).", threshold, now);
    case v1::PLAN_PARAMETER_ITEMS:
      return fmt::format("It comes in where a plan may hold {} techniques (now {}).", threshold, now);
    case v1::PLAN_PARAMETER_COMPETENCE:
      return fmt::format("It comes in where the therapist is competent in {}.", labels.Of(change.node_id()));
    case v1::PLAN_PARAMETER_PREFERENCE:
      return fmt::format("It comes in where the client does not dislike {}.", labels.Of(change.node_id()));
    default:
      return {};
  }
}

}  // namespace

std::string WitnessText(const v1::Witness& witness) {
  return Joined({HopsText(witness.hops()), HopsText(witness.continuation()), GroundsText(witness.hops())});
}

std::string TechniqueText(const v1::RecommendedTechnique& technique, TechniqueRole role, const Labels& labels) {
  std::vector<std::string> text = {PurposeText(technique, role, labels), EvidenceText(technique, labels)};
  if (technique.stage_factor() < 1 && !technique.benefits().empty()) {
    text.push_back("Suits the client’s stage of change only in part.");
  }
  if (technique.preference_factor() < 1 && !technique.benefits().empty()) {
    text.push_back("The client would rather not: offer it as a choice.");
  }
  if (technique.response_factor() < 1 && !technique.benefits().empty()) {
    text.push_back("What was tried of it before did not help enough.");
  }
  text.push_back(RuleText(technique, true, labels));
  text.push_back(RuleText(technique, false, labels));
  for (const v1::FlagCaution& caution : technique.adaptations()) {
    text.push_back(Sentence("Adapt to " + CautionWords(caution, labels)));
  }
  if (!technique.ask_first_flag_ids().empty()) {
    text.push_back(fmt::format("Ask first about {}.", labels.ListOf(technique.ask_first_flag_ids())));
  }
  if (!technique.bridge_theory_ids().empty()) {
    text.push_back(fmt::format("Fits the home approach by {}.", labels.ListOf(technique.bridge_theory_ids())));
  }
  text.push_back(CounterText(technique, labels));
  text.push_back(StabilityText(technique));
  return Joined(text);
}

std::string RelationshipText(const v1::RelationshipBlock& relationship, const Labels& labels) {
  std::vector<std::string> text;
  switch (relationship.alliance()) {
    case v1::ALLIANCE_STATE_RUPTURED:
      text.emplace_back("The working alliance is ruptured.");
      break;
    case v1::ALLIANCE_STATE_STRAINED:
      text.emplace_back("The working alliance is strained.");
      break;
    case v1::ALLIANCE_STATE_OK:
      text.emplace_back("Nothing says that the working alliance is strained.");
      break;
    default:
      text.emplace_back("How the working alliance is, is not known.");
  }
  if (!relationship.measure_ids().empty()) {
    text.push_back(fmt::format("Measure it first, with {}.", labels.EitherOf(relationship.measure_ids())));
  }
  if (relationship.holds_plan()) {
    text.emplace_back(
        "Nothing of the plan is taken up before it is repaired, home practice is eased, and goals and tasks are "
        "offered "
        "for review; safety does not wait.");
  }
  std::vector<std::string> repairs, others;
  for (const v1::RelationshipStep& step : relationship.steps()) {
    (step.is_repair() ? repairs : others).push_back(labels.Of(step.technique_id()));
  }
  if (!repairs.empty()) text.push_back(fmt::format("To repair it: {}.", Listed(repairs)));
  if (!others.empty()) text.push_back(fmt::format("To build it: {}.", Listed(others)));
  return Joined(text);
}

std::string ChangeLevelText(const v1::ChangeLevelMatch& match, const Labels& labels) {
  const std::string level = fmt::format("“{}”", labels.Of(match.level_id()));
  const std::string dimension = labels.Of(match.dimension_id());
  std::vector<std::string> text;
  switch (match.strategy()) {
    case v1::CHANGE_LEVEL_STRATEGY_DEEPER:
      text.push_back(fmt::format(
          "By level of change, it goes on at {}, the next deeper one that covers a need ({}), since work at "
          "the surface was tried in vain.",
          level, dimension));
      break;
    case v1::CHANGE_LEVEL_STRATEGY_KEY:
      text.push_back(fmt::format(
          "By level of change, it begins at {}: most of the needs lie in {}, so that this level is taken as "
          "the key, by judgement.",
          level, dimension));
      break;
    default:
      text.push_back(
          fmt::format("By level of change, it begins at {}, the one nearest to the surface that covers a need ({}).",
                      level, dimension));
  }
  if (match.modality_ids().empty()) {
    text.emplace_back("Nothing within reach works there, so the plan has nothing for it.");
  } else if (match.matches_stage()) {
    text.push_back(
        fmt::format("At the client’s stage of change {} works there.", labels.EitherOf(match.modality_ids())));
  } else {
    text.push_back(fmt::format("{} works there, though it is not matched with the client’s stage of change.",
                               labels.EitherOf(match.modality_ids())));
  }
  return Joined(text);
}

std::string ModalityText(const v1::ModalityOption& modality, const Labels& labels) {
  std::vector<std::string> text;
  switch (modality.access()) {
    case v1::MODALITY_ACCESS_DELIVERABLE:
      text.emplace_back("The therapist can work from it.");
      break;
    case v1::MODALITY_ACCESS_REFERRAL:
      text.push_back(modality.missing_level_id().empty()
                         ? "The therapist is not competent in it: refer, or train."
                         : fmt::format("It asks for more training than the therapist has ({}): refer, or train.",
                                       labels.Of(modality.missing_level_id())));
      break;
    default:
      text.emplace_back("Nothing is known of who treats.");
  }
  if (modality.session_count() > 0) {
    text.push_back(fmt::format("At least {} of the best plan.", SessionText(modality.session_count())));
  }
  text.push_back(fmt::format("For the client’s concerns, {} more in 100 than in usual care, {}.",
                             RateIn100(modality.rate()), CertaintyWords(modality.certainty())));
  if (modality.preference_factor() < 1) text.emplace_back("The client would rather not.");
  if (modality.response_factor() < 1) text.emplace_back("It was tried before and did not help enough.");
  if (modality.rule_factor() > 1) text.emplace_back("Rules that hold for the client prefer it.");
  if (modality.rule_factor() < 1) text.emplace_back("Rules that hold for the client advise against it.");
  for (const v1::FlagCaution& caution : modality.adaptations()) {
    text.push_back(Sentence("Adapt to " + CautionWords(caution, labels)));
  }
  return Joined(text);
}

std::string TrackingText(const v1::MeasureTracking& tracking, const Labels& labels) {
  return Joined({fmt::format("{}: {}.", labels.Of(tracking.measure_id()), ScoresText(tracking)),
                 std::string(CourseText(tracking.course())), ConstantsText(tracking)});
}

std::string ObstacleText(const v1::PlanObstacle& obstacle, const Labels& labels) {
  switch (obstacle.constraint()) {
    case v1::PLAN_CONSTRAINT_ITEMS:
      return fmt::format("Let a plan hold at least {}.", Counted(obstacle.least(), "technique", "techniques"));
    case v1::PLAN_CONSTRAINT_SESSIONS:
      return fmt::format("Plan for at least {}.", SessionText(obstacle.least()));
    case v1::PLAN_CONSTRAINT_HOME_SHARE:
      return fmt::format(
          "At most {:.0f} in 100 sessions can come from the home approach: choose another way of "
          "integrating, or another home.",
          std::floor(100 * obstacle.share()));
    case v1::PLAN_CONSTRAINT_CONFLICT: {
      std::vector<std::string> pairs;
      for (int i = 0; i + 1 < obstacle.technique_ids_size(); i += 2) {
        pairs.push_back(
            fmt::format("{} or {}", labels.Of(obstacle.technique_ids(i)), labels.Of(obstacle.technique_ids(i + 1))));
      }
      return fmt::format("These conflict; do without {}.", Listed(pairs));
    }
    case v1::PLAN_CONSTRAINT_FORCED_OUT:
      return fmt::format("Let back in what was ruled out: {}.", labels.ListOf(obstacle.technique_ids()));
    default:
      return {};
  }
}

std::string ChangeText(const v1::PlanChange& change, const Labels& labels) {
  switch (change.finding()) {
    case v1::CHANGE_FINDING_FOUND:
      return Joined({FoundText(change, labels), PlanOf(change.technique_ids(), labels)});
    case v1::CHANGE_FINDING_NOT_IN_RANGE:
      return fmt::format("No change of {} alone brings it in, as far as was looked.", ParameterText(change, labels));
    default:
      return fmt::format("Whether a change of {} alone brings it in is not known: the search was cut.",
                         ParameterText(change, labels));
  }
}

std::string UncoveredBecause(const v1::PlanNeed& need, v1::Outcome outcome) {
  if (need.cover() > 0) return {};
  if (!need.has_candidate()) return "No technique that is not excluded does anything for it.";
  switch (outcome) {
    case v1::OUTCOME_INFEASIBLE:
      return "Techniques would do something for it, but no plan meets every constraint.";
    case v1::OUTCOME_NOT_REACHED:
      return "Techniques would do something for it, but the search was cut before there was a plan.";
    default:
      return "Techniques would do something for it; within the limits of the plan, other needs came first.";
  }
}

std::string AcknowledgementText(const v1::AppliedOverride& applied) {
  if (applied.override().acknowledged_cause_id().empty() || !applied.has_exclusion()) return {};
  return Sentence("Acknowledged: " + applied.exclusion().because());
}

std::string RobustnessText(const v1::Recommendation& recommendation, const Labels& labels) {
  if (!recommendation.has_robustness()) return {};
  const v1::Plan* best = BestPlan(recommendation);
  std::set<std::string> chosen;
  if (best != nullptr) chosen.insert(best->technique_ids().begin(), best->technique_ids().end());
  const auto& variants = recommendation.robustness().variants();
  const auto same = std::count_if(variants.begin(), variants.end(), [&](const v1::PlanVariant& variant) {
    return std::set<std::string>(variant.technique_ids().begin(), variant.technique_ids().end()) == chosen;
  });
  std::vector<std::string> text = {
      fmt::format("The best plan stays the same in {} of {} other settings of the policy.", same, variants.size())};
  std::vector<std::string> fragile;
  for (const std::string& id : chosen) {
    const v1::RecommendedTechnique* technique = FindTechnique(recommendation, id);
    if (technique != nullptr && technique->is_fragile()) fragile.push_back(labels.Of(id));
  }
  if (!fragile.empty()) {
    text.push_back(fmt::format("Mostly a matter of how the policy is set: {}.", Listed(fragile)));
  }
  return Joined(text);
}

}  // namespace braid::service
