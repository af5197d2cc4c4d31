#include "service/render/cds_hooks.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "fmt/format.h"
#include "service/render/json_parts.h"
#include "service/render/phrases.h"
#include "service/render/render_losses.h"

namespace braid::service {
namespace {

// "<140-character": CDS Hooks 2.0, card attributes.
constexpr std::size_t kMostSummaryCharacters = 139;

constexpr std::string_view kTopicSystem = "urn:braid:card";
constexpr std::string_view kOverrideSystem = "urn:braid:override";

std::string_view IndicatorOf(v1::FlagUrgency urgency) {
  switch (urgency) {
    case v1::FLAG_URGENCY_EMERGENCY:
      return "critical";
    case v1::FLAG_URGENCY_URGENT:
      return "warning";
    default:
      return "info";
  }
}

bool IsContinuation(char byte) { return (static_cast<unsigned char>(byte) & 0xC0U) == 0x80U; }

// Cut at a blank, with `…`, where it has too many characters.
std::string Shortened(const std::string& text) {
  std::size_t characters = 0;
  std::size_t last_blank = std::string::npos;
  std::size_t room = 0;  // bytes of all characters but the one that `…` takes
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (IsContinuation(text[at])) continue;
    if (characters == kMostSummaryCharacters - 1) room = at;
    if (text[at] == ' ' && characters < kMostSummaryCharacters) last_blank = at;
    ++characters;
  }
  if (characters <= kMostSummaryCharacters) return text;
  return text.substr(0, last_blank == std::string::npos ? room : last_blank) + "…";
}

class Markdown {
 public:
  void Paragraph(std::string_view text) {
    if (!text.empty()) Block(MarkdownText(text));
  }
  void Heading(std::string_view text) { Block(fmt::format("**{}**", MarkdownText(text))); }
  void Items(const std::vector<std::string>& texts, bool numbered = false) {
    std::string list;
    for (std::size_t i = 0; i < texts.size(); ++i) {
      if (!list.empty()) list += '\n';
      list += numbered ? fmt::format("{}. ", i + 1) : "- ";
      list += MarkdownText(texts[i]);
    }
    if (!list.empty()) Block(list);
  }
  // A heading, where there is anything under it.
  void Section(std::string_view heading, const std::vector<std::string>& texts) {
    if (texts.empty()) return;
    Heading(heading);
    Items(texts);
  }

  const std::string& text() const { return text_; }

 private:
  void Block(const std::string& block) { text_ += (text_.empty() ? "" : "\n\n") + block; }

  std::string text_;
};

class Cards {
 public:
  Cards(const v1::Recommendation& recommendation, const v1::ResponseHeader& header)
      : all_(recommendation), header_(header), labels_(recommendation.nodes()) {}

  Json Response() {
    for (const v1::SafetyStep& step : all_.safety()) Safety(step);
    AskFirst();
    Relationship();
    BestPlan();
    Exclusions();
    return {{"cards", std::move(cards_)}};
  }

 private:
  Json& Add(std::string_view topic, const std::string& name, const std::string& summary, std::string_view indicator,
            const Markdown& detail) {
    const std::string shortened = Shortened(summary);
    Markdown whole;
    if (shortened != summary) whole.Paragraph(summary);
    const std::string text =
        whole.text() + (whole.text().empty() || detail.text().empty() ? "" : "\n\n") + detail.text();
    cards_.push_back({{"uuid", NamedUuid(fmt::format("card|{}|{}", topic, name))},
                      {"summary", shortened},
                      {"detail", text},
                      {"indicator", indicator},
                      {"source",
                       {{"label", SourceLabel()},
                        {"topic", {{"system", kTopicSystem}, {"code", topic}, {"display", TopicWords(topic)}}}}}});
    return cards_.back();
  }

  std::string SourceLabel() const {
    std::string label = fmt::format("Braid, ontology revision {}", header_.revision());
    return header_.policy_version().empty() ? label : label + fmt::format(", policy {}", header_.policy_version());
  }

  static std::string_view TopicWords(std::string_view topic) {
    if (topic == "safety") return "Safety";
    if (topic == "ask_first") return "Questions of safety";
    if (topic == "relationship") return "Relationship";
    return topic == "plan" ? "Plan" : "Not to be used";
  }

  void Safety(const v1::SafetyStep& step) {
    Markdown detail;
    detail.Paragraph(Sentence(step.response()));
    if (!step.rule_ids().empty()) detail.Section("Asked for by", LabelsOf(step.rule_ids()));
    const std::string subject = SafetySubject(step, labels_);
    Json& card = Add("safety", fmt::format("{}|{}", step.flag_id(), fmt::join(step.rule_ids(), ",")),
                     fmt::format("{}: {}", subject, UrgencyWords(step.urgency())), IndicatorOf(step.urgency()), detail);
    OfferTechniques(step.technique_ids(), card);
  }

  std::vector<std::string> LabelsOf(const Ids& ids) const {
    std::vector<std::string> labels;
    for (const std::string& id : ids) labels.push_back(labels_.Of(id));
    return labels;
  }

  void OfferTechniques(const Ids& ids, Json& card) const {
    if (ids.empty()) return;
    Json suggestions = Json::array();
    for (const std::string& id : ids) {
      suggestions.push_back({{"label", fmt::format("Offer {}", labels_.Of(id))},
                             {"uuid", NamedUuid(fmt::format("{}|{}", card["uuid"].get<std::string>(), id))}});
    }
    card["suggestions"] = std::move(suggestions);
    card["selectionBehavior"] = "any";
  }

  void AskFirst() {
    if (all_.ask_first().empty() && all_.assess().empty()) return;
    const auto texts = [](const auto& questions) {
      std::vector<std::string> all;
      for (const v1::OpenQuestion& question : questions) all.push_back(question.text());
      return all;
    };
    Markdown detail;
    detail.Section("Before anything is taken up", texts(all_.ask_first()));
    detail.Section("Also worth asking", texts(all_.assess()));
    Add("ask_first", "",
        all_.ask_first().empty()
            ? fmt::format("{} would sharpen the plan", Counted(all_.assess_size(), "question", "questions"))
            : fmt::format("{} of safety to ask first", Counted(all_.ask_first_size(), "question", "questions")),
        all_.ask_first().empty() ? "info" : "warning", detail);
  }

  void Relationship() {
    const v1::RelationshipBlock& relationship = all_.relationship();
    Markdown detail;
    detail.Paragraph(relationship.text());
    Ids techniques;
    for (const v1::RelationshipStep& step : relationship.steps()) *techniques.Add() = step.technique_id();
    Json& card = Add("relationship", "",
                     relationship.holds_plan() ? "Repair the working alliance before the plan is taken up"
                                               : "The relationship comes before techniques",
                     relationship.holds_plan() ? "warning" : "info", detail);
    OfferTechniques(techniques, card);
  }

  void BestPlan() {
    const v1::Plan* plan = service::BestPlan(all_);
    Markdown detail;
    detail.Paragraph(all_.summary());
    detail.Paragraph(all_.change_level().text());
    if (plan != nullptr) PlanDetail(*plan, detail);
    PlanRemarks(detail);
    Json& card = Add(
        "plan", "",
        plan == nullptr
            ? "No plan can be recommended yet"
            : fmt::format("{}, at least {}: {}", Counted(plan->technique_ids_size(), "technique", "techniques"),
                          Counted(plan->session_count(), "session", "sessions"), labels_.ListOf(plan->technique_ids())),
        "info", detail);
    if (plan == nullptr) return;
    Json suggestions = Json::array();
    for (int i = 0; i < std::max(1, std::min(all_.equally_good_count(), all_.plans_size())); ++i) {
      const Ids& ids = all_.plans(i).technique_ids();
      suggestions.push_back({{"label", ids.empty() ? "No technique" : labels_.ListOf(ids)},
                             {"uuid", NamedUuid(fmt::format("plan|{}", fmt::join(ids, ",")))},
                             {"isRecommended", i == 0}});
    }
    card["suggestions"] = std::move(suggestions);
    card["selectionBehavior"] = "at-most-one";
  }

  void PlanDetail(const v1::Plan& plan, Markdown& detail) const {
    std::vector<std::string> techniques;
    for (const std::string& id : plan.technique_ids()) {
      const v1::RecommendedTechnique* technique = FindTechnique(all_, id);
      if (technique == nullptr) continue;
      techniques.push_back(fmt::format("{} ({}): {}", labels_.Of(id),
                                       Counted(technique->session_count(), "session", "sessions"), technique->text()));
    }
    if (techniques.empty()) return;
    detail.Heading("Techniques, in the order to take them up");
    detail.Items(techniques, true);
  }

  void PlanRemarks(Markdown& detail) const {
    std::vector<std::string> uncovered, modalities, tracking, obstacles, overrides;
    for (const v1::PlanNeed& need : all_.needs()) {
      if (need.uncovered_because().empty()) continue;
      uncovered.push_back(fmt::format("{}: {}", labels_.Of(need.node_id()), need.uncovered_because()));
    }
    for (const v1::ModalityOption& modality : all_.modalities()) {
      modalities.push_back(fmt::format("{}: {}", labels_.Of(modality.modality_id()), modality.text()));
    }
    for (const v1::MeasureTracking& one : all_.tracking()) tracking.push_back(one.text());
    for (const v1::PlanObstacle& obstacle : all_.obstacles()) obstacles.push_back(obstacle.text());
    for (const v1::AppliedOverride& applied : all_.overrides()) {
      overrides.push_back(
          Joined({labels_.Of(applied.override().technique_id()) + ":", Sentence(applied.override().reason()),
                  Sentence(applied.exclusion().because()), applied.acknowledgement()}));
    }
    detail.Section(all_.obstacles_together() ? "All of these would make a plan possible"
                                             : "Any of these would make a plan possible",
                   obstacles);
    detail.Section("Not covered", uncovered);
    detail.Section("Modalities", modalities);
    detail.Section("Overridden by the therapist", overrides);
    detail.Section("Tracking", tracking);
    detail.Section("Goals, in the client’s words", {all_.goals().begin(), all_.goals().end()});
    detail.Section("Strengths, in the client’s words", {all_.strengths().begin(), all_.strengths().end()});
    if (all_.has_robustness()) detail.Section("Under other settings of the policy", {all_.robustness().text()});
    detail.Section("Assumed", {all_.assumptions().begin(), all_.assumptions().end()});
    detail.Paragraph(all_.note_on_use());
  }

  // Those for safety one by one, with how each may be overridden; the others by reason.
  void Exclusions() {
    if (all_.exclusions().empty()) return;
    std::vector<std::string> for_safety, others;
    Json reasons = Json::array();
    for (const v1::Exclusion& exclusion : all_.exclusions()) {
      const std::string text = Joined({Sentence(exclusion.because()), Sentence(exclusion.lifted_by())});
      (IsForSafety(exclusion.reason()) ? for_safety : others).push_back(text);
      if (!IsForSafety(exclusion.reason())) continue;
      if (exclusion.override_rule() == v1::OVERRIDE_RULE_UNSPECIFIED) continue;
      const bool acknowledged = exclusion.override_rule() == v1::OVERRIDE_RULE_WITH_ACKNOWLEDGEMENT;
      reasons.push_back(
          {{"system", kOverrideSystem},
           {"code", fmt::format("{}|{}", exclusion.technique_id(), exclusion.cause_id())},
           {"display",
            acknowledged
                ? fmt::format("Use {} nevertheless, for a reason that I give, having seen: {}",
                              labels_.Of(exclusion.technique_id()), labels_.Of(exclusion.cause_id()))
                : fmt::format("Use {} nevertheless, for a reason that I give", labels_.Of(exclusion.technique_id()))}});
    }
    Markdown detail;
    detail.Section("For safety", for_safety);
    detail.Section("For other reasons", others);
    Json& card = Add("exclusions", "",
                     fmt::format("{} not for this client, {} of them for safety",
                                 Counted(all_.exclusions_size(), "technique is", "techniques are"), for_safety.size()),
                     "info", detail);
    if (!reasons.empty()) card["overrideReasons"] = std::move(reasons);
  }

  const v1::Recommendation& all_;
  const v1::ResponseHeader& header_;
  Labels labels_;
  Json cards_ = Json::array();
};

const RenderCoverage& Coverage() {
  static const RenderCoverage& coverage =
      *new RenderCoverage{.carried = {"safety[].flag_id",
                                      "safety[].urgency",
                                      "safety[].response",
                                      "safety[].technique_ids[]",
                                      "safety[].rule_ids[]",
                                      "relationship.holds_plan",
                                      "relationship.steps[].technique_id",
                                      "relationship.text",
                                      "needs[].node_id",
                                      "needs[].uncovered_because",
                                      "plans[].technique_ids[]",
                                      "plans[].session_count",
                                      "equally_good_count",
                                      "techniques[].technique_id",
                                      "techniques[].session_count",
                                      "techniques[].text",
                                      "modalities[].modality_id",
                                      "modalities[].text",
                                      "exclusions[].technique_id",
                                      "exclusions[].cause_id",
                                      "exclusions[].because",
                                      "exclusions[].lifted_by",
                                      "exclusions[].override_rule",
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
                                      "nodes[].preferred_label"},
                          .reasons = {{"mode", "A card has no field for it."},
                                      {"outcome", "Only in words, in `summary`."},
                                      {"relationship", "Only in words, in `relationship.text`."},
                                      {"change_level", "Only in words, in `change_level.text`."},
                                      {"techniques[]", "Only in words, as far as `techniques[].text` says it."},
                                      {"modalities[]", "Only in words, in `modalities[].text`."},
                                      {"exclusions[]", "Only in words, in `exclusions[].because`."},
                                      {"overrides[]", "Only in words, in `overrides[].acknowledgement`."},
                                      {"ask_first[]", "Only in words, in `ask_first[].text`."},
                                      {"assess[]", "Only in words, in `assess[].text`."},
                                      {"tracking[]", "Only in words, in `tracking[].text`."},
                                      {"obstacles[]", "Only in words, in `obstacles[].text`."},
                                      {"robustness", "Only in words, in `robustness.text`."}},
                          .otherwise = "A card has no field for it."};
  return coverage;
}

}  // namespace

PlanDocument CdsHooksCards(const v1::Recommendation& recommendation, const v1::ResponseHeader& header) {
  PlanDocument document{Dump(Cards(recommendation, header).Response()), LossesOf(recommendation, Coverage())};
  if (recommendation.plans_size() > std::max(1, recommendation.equally_good_count())) {
    document.losses.push_back(Loss("plans[]", "Plans that are less good than the first are left out."));
  }
  return document;
}

}  // namespace braid::service
