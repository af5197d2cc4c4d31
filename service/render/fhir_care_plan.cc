#include "service/render/fhir_care_plan.h"

#include <algorithm>
#include <set>
#include <string_view>
#include <utility>
#include <vector>

#include "fmt/format.h"
#include "service/render/fhir_evidence.h"
#include "service/render/json_parts.h"
#include "service/render/phrases.h"
#include "service/render/render_losses.h"

namespace braid::service {
namespace {

constexpr std::string_view kUnnamedSubject = "The client whom this plan is for; not named";

Json ConceptOf(const std::string& id, const Labels& labels) {
  return {{"coding", {CodingOf(id, labels)}}, {"text", labels.Of(id)}};
}

class CarePlan {
 public:
  CarePlan(const v1::Recommendation& recommendation, const v1::ResponseHeader& header,
           const std::string& subject_reference)
      : all_(recommendation),
        header_(header),
        labels_(recommendation.nodes()),
        evidence_(recommendation, labels_),
        subject_(subject_reference.empty() ? Json{{"display", kUnnamedSubject}}
                                           : Json{{"reference", subject_reference}}),
        url_("urn:uuid:" + NamedUuid(Name(subject_reference))) {}

  Json Bundle() {
    Json entries = Json::array({BundleEntry(url_, Resource())});
    evidence_.AppendTo(entries);
    return {{"resourceType", "Bundle"}, {"type", "collection"}, {"entry", std::move(entries)}};
  }

  // Techniques that are explained and stand in no activity: of plans behind the first.
  bool leaves_techniques_out() const {
    return std::any_of(all_.techniques().begin(), all_.techniques().end(),
                       [&](const auto& technique) { return !shown_.contains(technique.technique_id()); });
  }

 private:
  std::string Name(const std::string& subject_reference) const {
    const v1::Plan* plan = BestPlan(all_);
    return fmt::format("CarePlan|{}|{}|{}|{}", header_.store_id(), header_.revision(), subject_reference,
                       plan == nullptr ? std::string() : fmt::format("{}", fmt::join(plan->technique_ids(), ",")));
  }

  Json Resource() {
    Json plan = {{"resourceType", "CarePlan"}};
    Json goals = Goals();
    if (!goals.empty()) plan["contained"] = goals;
    plan["status"] = "draft";
    plan["intent"] = "proposal";
    plan["title"] = Title();
    if (!all_.summary().empty()) plan["description"] = all_.summary();
    plan["subject"] = subject_;
    if (Json references = evidence_.References(); !references.empty()) plan["supportingInfo"] = std::move(references);
    for (std::size_t i = 0; i < goals.size(); ++i) {
      plan["goal"].push_back({{"reference", fmt::format("#{}", goals[i]["id"].get<std::string>())}});
    }
    if (Json activities = Activities(); !activities.empty()) plan["activity"] = std::move(activities);
    plan["note"] = Notes();
    return plan;
  }

  std::string Title() const {
    const std::string model = all_.model_id().empty() ? "" : ", led by " + labels_.Of(all_.model_id());
    return fmt::format("Psychotherapy plan, {}{}", ModeWords(all_.mode()), model);
  }

  Json Goals() const {
    Json goals = Json::array();
    for (const std::string& goal : all_.goals()) {
      goals.push_back({{"resourceType", "Goal"},
                       {"id", fmt::format("goal-{}", goals.size() + 1)},
                       {"lifecycleStatus", "proposed"},
                       {"description", {{"text", goal}}},
                       {"subject", subject_}});
    }
    return goals;
  }

  // In the order in which a recommendation is read: safety, the relationship, the best plan. Each technique once.
  Json Activities() {
    Json activities = Json::array();
    for (const v1::SafetyStep& step : all_.safety()) {
      activities.push_back(SafetyActivity(step));
      for (const std::string& id : step.technique_ids()) AddTechnique(id, nullptr, activities);
    }
    for (const v1::RelationshipStep& step : all_.relationship().steps()) {
      AddTechnique(step.technique_id(), nullptr, activities);
    }
    if (const v1::Plan* plan = BestPlan(all_); plan != nullptr) {
      const char* held = all_.relationship().holds_plan() ? "Held until the working alliance is repaired" : nullptr;
      for (const std::string& id : plan->technique_ids()) AddTechnique(id, held, activities);
    }
    return activities;
  }

  Json SafetyActivity(const v1::SafetyStep& step) const {
    Json code = {{"text", SafetySubject(step, labels_)}};
    if (!step.flag_id().empty()) code["coding"].push_back(CodingOf(step.flag_id(), labels_));
    for (const std::string& id : step.rule_ids()) code["coding"].push_back(CodingOf(id, labels_));
    Json detail = {
        {"code", std::move(code)}, {"status", "not-started"}, {"scheduledString", UrgencyWords(step.urgency())}};
    if (!step.response().empty()) detail["description"] = step.response();
    return {{"detail", std::move(detail)}};
  }

  void AddTechnique(const std::string& id, const char* held, Json& activities) {
    if (!shown_.insert(id).second) return;
    Json detail = {{"kind", "ServiceRequest"}, {"code", ConceptOf(id, labels_)}};
    const v1::RecommendedTechnique* technique = FindTechnique(all_, id);
    if (technique != nullptr) {
      for (const v1::NeedBenefit& benefit : technique->benefits()) {
        detail["reasonCode"].push_back(ConceptOf(benefit.need_id(), labels_));
      }
    }
    detail["status"] = "not-started";
    if (held != nullptr) detail["statusReason"] = {{"text", held}};
    if (technique != nullptr) {
      detail["scheduledString"] =
          fmt::format("At least {}", Counted(technique->session_count(), "session", "sessions"));
      if (const std::string text = DescriptionOf(*technique); !text.empty()) detail["description"] = text;
    }
    activities.push_back({{"detail", std::move(detail)}});
  }

  std::string DescriptionOf(const v1::RecommendedTechnique& technique) const {
    std::vector<std::string> text;
    if (!technique.modality_id().empty()) text.push_back(fmt::format("From {}.", labels_.Of(technique.modality_id())));
    text.push_back(technique.text());
    for (const v1::ConcernBenefit& benefit : technique.evidence()) {
      if (benefit.summary().empty()) continue;
      text.push_back(fmt::format("{}: {}", labels_.Of(benefit.concern_id()), Sentence(benefit.summary())));
    }
    return Joined(text);
  }

  Json Notes() const {
    Json notes = Json::array();
    const auto add = [&](const std::string& title, const std::string& text) {
      if (!text.empty()) notes.push_back({{"text", MarkdownText(title.empty() ? text : title + ": " + text)}});
    };
    add("", all_.note_on_use());
    add("", fmt::format("Ontology revision {}{}.", header_.revision(),
                        header_.policy_version().empty() ? "" : fmt::format(", policy {}", header_.policy_version())));
    for (const v1::OpenQuestion& question : all_.ask_first()) add("Ask first", question.text());
    add("Relationship", all_.relationship().text());
    add("Level of change", all_.change_level().text());
    for (const v1::PlanNeed& need : all_.needs()) {
      if (!need.uncovered_because().empty()) {
        add("Not covered", fmt::format("{}. {}", labels_.Of(need.node_id()), need.uncovered_because()));
      }
    }
    for (int i = 1; i < std::min(all_.equally_good_count(), all_.plans_size()); ++i) {
      add("As good as far as the data can tell", labels_.ListOf(all_.plans(i).technique_ids()));
    }
    for (const v1::ModalityOption& modality : all_.modalities()) {
      add(labels_.Of(modality.modality_id()), modality.text());
    }
    for (const v1::Exclusion& exclusion : all_.exclusions()) {
      add("Not for this client", Joined({labels_.Of(exclusion.technique_id()) + ".", Sentence(exclusion.because()),
                                         Sentence(exclusion.lifted_by())}));
    }
    for (const v1::AppliedOverride& applied : all_.overrides()) {
      add("Overridden by the therapist",
          Joined({labels_.Of(applied.override().technique_id()) + ".", Sentence(applied.override().reason()),
                  Sentence(applied.exclusion().because()), applied.acknowledgement()}));
    }
    for (const v1::OpenQuestion& question : all_.assess()) add("Also worth asking", question.text());
    for (const v1::MeasureTracking& tracking : all_.tracking()) add("Tracking", tracking.text());
    for (const v1::PlanObstacle& obstacle : all_.obstacles()) {
      add(all_.obstacles_together() ? "Needed for a plan, with the others" : "Would make a plan possible",
          obstacle.text());
    }
    for (const std::string& strength : all_.strengths()) add("Strength, in the client’s words", strength);
    add("Under other settings of the policy", all_.robustness().text());
    for (const std::string& assumption : all_.assumptions()) add("Assumed", assumption);
    return notes;
  }

  const v1::Recommendation& all_;
  const v1::ResponseHeader& header_;
  Labels labels_;
  FhirEvidence evidence_;
  Json subject_;
  std::string url_;
  std::set<std::string> shown_;
};

const RenderCoverage& Coverage() {
  static const RenderCoverage& coverage = *new RenderCoverage{
      .carried = {"mode",
                  "model_id",
                  "safety[].flag_id",
                  "safety[].urgency",
                  "safety[].response",
                  "safety[].technique_ids[]",
                  "safety[].rule_ids[]",
                  "relationship.holds_plan",
                  "relationship.steps[].technique_id",
                  "relationship.steps[].evidence_ids[]",
                  "relationship.text",
                  "needs[].node_id",
                  "needs[].uncovered_because",
                  "plans[].technique_ids[]",
                  "equally_good_count",
                  "techniques[].technique_id",
                  "techniques[].modality_id",
                  "techniques[].session_count",
                  "techniques[].benefits[].need_id",
                  "techniques[].evidence[].concern_id",
                  "techniques[].evidence[].summary",
                  "techniques[].evidence[].evidence_ids[]",
                  "techniques[].counter_findings[]",
                  "techniques[].text",
                  "modalities[].modality_id",
                  "modalities[].text",
                  "exclusions[].technique_id",
                  "exclusions[].because",
                  "exclusions[].lifted_by",
                  "overrides[].override.technique_id",
                  "overrides[].override.reason",
                  "overrides[].exclusion.because",
                  "overrides[].acknowledgement",
                  "ask_first[].text",
                  "assess[].text",
                  "tracking[].text",
                  "obstacles[].text",
                  "obstacles_together",
                  "robustness.text",
                  "change_level.text",
                  "summary",
                  "note_on_use",
                  "assumptions[]",
                  "goals[]",
                  "strengths[]",
                  "nodes[].id",
                  "nodes[].preferred_label",
                  "nodes[].definition"},
      .reasons =
          {{"outcome", "Only in words, in `summary`."},
           {"relationship", "Only in words, in `relationship.text`."},
           {"change_level", "Only in words, in `change_level.text`."},
           {"relationship.steps[]", "R4 has no element for why an activity is there but its reasons."},
           {"needs[]", "R4 has no element for how much a need weighs and how far a plan meets it."},
           {"plans[]", "R4 has no element for the figures that plans are ordered by, and none for phases."},
           {"techniques[]", "Only in words, as far as `techniques[].text` says it."},
           {"techniques[].evidence[].details",
            "R4's Evidence has no element for results; they came with EffectEvidenceSynthesis, which is of trial use."},
           {"modalities[]", "Only in words, in `modalities[].text`."},
           {"exclusions[]", "Only in words, in `exclusions[].because`."},
           {"overrides[]", "Only in words, in `overrides[].acknowledgement`."},
           {"ask_first[]", "Only in words, in `ask_first[].text`."},
           {"assess[]", "Only in words, in `assess[].text`."},
           {"tracking[]", "Only in words, in `tracking[].text`: scores are the record's own Observations."},
           {"obstacles[]", "Only in words, in `obstacles[].text`."},
           {"robustness", "Only in words, in `robustness.text`."},
           {"nodes[]", "Only ids, labels and, of findings, definitions."}},
      .otherwise = "R4 has no element for it."};
  return coverage;
}

}  // namespace

PlanDocument FhirCarePlan(const v1::Recommendation& recommendation, const v1::ResponseHeader& header,
                          const std::string& subject_reference) {
  CarePlan plan(recommendation, header, subject_reference);
  PlanDocument document{Dump(plan.Bundle()), LossesOf(recommendation, Coverage())};
  if (plan.leaves_techniques_out()) {
    document.losses.push_back(
        Loss("techniques[]", "Techniques of other plans than the first are named, not explained."));
  }
  if (recommendation.plans_size() > std::max(1, recommendation.equally_good_count())) {
    document.losses.push_back(Loss("plans[]", "Plans that are less good than the first are left out."));
  }
  if (subject_reference.empty()) {
    document.losses.push_back(Loss("subject_reference", "No patient was named: the subject is a text that says so."));
  }
  return document;
}

}  // namespace braid::service
