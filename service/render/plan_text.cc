#include "service/render/plan_text.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <string_view>
#include <utility>
#include <vector>

#include "fmt/format.h"
#include "ontology/path_words.h"
#include "service/render/phrases.h"
#include "service/render/question_words.h"
#include "service/render/text_page.h"

namespace braid::service {
namespace {

using ontology::Listed;

// On one screen: at most so many items of a list whose rest is counted.
constexpr int kFewItems = 3;
constexpr int kBarCells = 10;
constexpr std::size_t kNeedColumns = 16;  // of a need beside its label: bar, share and blanks
constexpr std::string_view kNeedGap = " │ ";
constexpr int kFewNeeds = 3;      // of one technique
constexpr int kFewQuestions = 8;  // ids of one question

// What is left of the cells is light: `███▒▒▒▒▒▒▒`. Full only where the value is.
std::string Bar(double value) {
  const int cells = std::clamp(static_cast<int>(std::floor(value * kBarCells)), value > 0 ? 1 : 0, kBarCells);
  std::string bar;
  for (int i = 0; i < kBarCells; ++i) bar += i < cells ? "█" : "░";
  return bar;
}

class Writer {
 public:
  Writer(const v1::Recommendation& recommendation, bool full)
      : all_(recommendation),
        labels_(recommendation.nodes()),
        page_(kTextColumns),
        full_(full),
        only_concern_(OnlyConcern()) {}

  std::string Write(const v1::ResponseHeader& header, const v1::Completeness& completeness) {
    Summary(header);
    Safety();
    AskFirst();
    Relationship();
    BestPlan(completeness);
    Needs();
    if (!full_) page_.Blank();
    OtherPlans();
    OtherTechniques();
    Modalities();
    Exclusions();
    Overrides();
    Assess();
    Tracking();
    ClientWords();
    Robustness();
    Assumptions();
    Closing(header);
    return page_.text();
  }

 private:
  // A section of its own in full; on one screen its title runs into its first line.
  void Section(std::string_view title) {
    if (full_) return page_.Heading(title);
    title_ = title;
  }
  void Say(std::string_view text) {
    if (text.empty()) return;
    if (title_.empty()) return full_ ? page_.Bullet(text) : page_.Line(text);
    page_.RunIn(std::exchange(title_, {}), text);
  }

  // How many of `count` items to show.
  int Shown(int count) const { return full_ ? count : std::min(count, kFewItems); }
  void CountRest(int rest) {
    if (rest > 0) page_.Line(fmt::format("… and {} more in the full text.", rest));
  }
  // `A, B, C and 4 more`: the first of many, all of them in full.
  std::string Few(const Ids& ids, int most) const {
    std::vector<std::string> names;
    for (const std::string& id : ids) {
      if (full_ || static_cast<int>(names.size()) < most) names.push_back(labels_.Of(id));
    }
    if (const int rest = ids.size() - static_cast<int>(names.size()); rest > 0) {
      names.push_back(fmt::format("{} more", rest));
    }
    return Listed(names);
  }

  void Summary(const v1::ResponseHeader& header) {
    std::string remark = ModeWords(all_.mode());
    if (!all_.model_id().empty()) remark += ", " + labels_.Of(all_.model_id());
    remark += fmt::format(" · revision {}", header.revision());
    if (!header.policy_version().empty()) remark += fmt::format(", policy {}", header.policy_version());
    page_.Heading("Plan", remark);
    if (full_ || all_.plans().empty()) page_.Line(all_.summary());
    for (const v1::PlanObstacle& obstacle : all_.obstacles()) page_.Bullet(obstacle.text());
    if (!all_.change_level().text().empty()) page_.Line(all_.change_level().text());
    if (full_ && !all_.slot_ids().empty()) {
      page_.Line(
          fmt::format("Before benefits are compared, a plan has something for {}.", labels_.ListOf(all_.slot_ids())));
    }
  }

  void Safety() {
    if (all_.safety().empty()) return;
    page_.Heading("Safety first");
    for (const v1::SafetyStep& step : all_.safety()) {
      page_.Item(1, "! ", SafetyWords(step, labels_));
      if (full_) StepTechniques(step.technique_ids());
    }
  }

  // FULL: what is known of techniques that stand in no plan.
  void StepTechniques(const Ids& ids) {
    for (const std::string& id : ids) {
      const v1::RecommendedTechnique* technique = FindTechnique(all_, id);
      if (technique != nullptr) page_.DetailBullet(fmt::format("{}: {}", labels_.Of(id), technique->text()));
    }
  }

  // On one screen a question about many comes down to those that would bar something of the best plan, then the others.
  std::string AskFirstText(const v1::OpenQuestion& question) const {
    if (full_ || question.ids_size() <= kFewQuestions) return question.text();
    std::set<std::string> barring;
    if (const v1::Plan* plan = service::BestPlan(all_); plan != nullptr) {
      for (const std::string& id : plan->technique_ids()) {
        if (const auto* technique = FindTechnique(all_, id); technique != nullptr) {
          barring.insert(technique->ask_first_flag_ids().begin(), technique->ask_first_flag_ids().end());
        }
      }
    }
    std::vector<std::string> ids(question.ids().begin(), question.ids().end());
    std::stable_partition(ids.begin(), ids.end(), [&](const std::string& id) { return barring.contains(id); });
    v1::OpenQuestion few = question;
    few.mutable_ids()->Assign(ids.begin(), ids.begin() + kFewQuestions);
    return fmt::format("{} There are {} more in the full text.", QuestionText(few, labels_),
                       ids.size() - kFewQuestions);
  }

  void AskFirst() {
    if (all_.ask_first().empty()) return;
    page_.Heading("Ask first");
    const int shown = Shown(all_.ask_first_size());
    for (int i = 0; i < shown; ++i) page_.Bullet(AskFirstText(all_.ask_first(i)));
    CountRest(all_.ask_first_size() - shown);
  }

  void Relationship() {
    const v1::RelationshipBlock& relationship = all_.relationship();
    page_.Heading("Relationship");
    page_.Line(relationship.text());
    if (!full_) return;
    for (const v1::RelationshipStep& step : relationship.steps()) {
      std::vector<std::string> text;
      if (const auto* technique = FindTechnique(all_, step.technique_id()); technique != nullptr) {
        text.push_back(technique->text());
      }
      if (!step.rule_ids().empty()) text.push_back(fmt::format("By: {}.", labels_.ListOf(step.rule_ids())));
      if (!step.factor_ids().empty()) text.push_back(fmt::format("Fosters {}.", labels_.ListOf(step.factor_ids())));
      if (!step.evidence_ids().empty()) {
        text.push_back(fmt::format("Goes with better outcomes by {}.", labels_.ListOf(step.evidence_ids())));
      }
      page_.Bullet(
          fmt::format("{}{}: {}", labels_.Of(step.technique_id()), step.is_repair() ? " (repair)" : "", Joined(text)));
    }
  }

  void BestPlan(const v1::Completeness& completeness) {
    const v1::Plan* plan = service::BestPlan(all_);
    if (plan == nullptr) return;
    page_.Heading(all_.relationship().holds_plan() ? "Best plan, after the repair" : "Best plan",
                  fmt::format("{}, at least {}{}", Counted(plan->technique_ids_size(), "technique", "techniques"),
                              Counted(plan->session_count(), "session", "sessions"), ConcernRemark()));
    if (completeness.state() == v1::COMPLETENESS_STATE_TRUNCATED) {
      page_.Line(
          fmt::format("The search was cut: there may be a plan that is better{}. {}",
                      completeness.has_gap() ? fmt::format(" by {} at most", NumberText(completeness.gap())) : "",
                      completeness.advice()));
    }
    int place = 0;
    for (const v1::PlanPhase& phase : plan->phases()) {
      if (full_ && !phase.stage_id().empty())
        page_.Line(fmt::format("From the stage {}:", labels_.Of(phase.stage_id())));
      for (const std::string& id : phase.technique_ids()) Technique(++place, id);
    }
    if (full_) PlanFigures(*plan);
  }

  std::string Title(const v1::RecommendedTechnique& technique) const {
    const std::string from =
        technique.modality_id().empty() ? "" : fmt::format(", from {}", labels_.Of(technique.modality_id()));
    return fmt::format("{}{}, {}", labels_.Of(technique.technique_id()), from,
                       Counted(technique.session_count(), "session", "sessions"));
  }

  void Technique(int place, const std::string& id) {
    const v1::RecommendedTechnique* technique = FindTechnique(all_, id);
    if (technique == nullptr) return;
    page_.Item(1, fmt::format("{}. ", place), Title(*technique));
    if (full_) {
      TechniqueInFull(*technique);
    } else {
      TechniqueInBrief(*technique);
    }
  }

  // The concern that all effects are for, if it is one.
  std::string OnlyConcern() const {
    std::set<std::string> concerns;
    for (const v1::RecommendedTechnique& technique : all_.techniques()) {
      for (const v1::ConcernBenefit& benefit : technique.evidence()) concerns.insert(benefit.concern_id());
    }
    return concerns.size() == 1 ? *concerns.begin() : std::string();
  }
  std::string ConcernRemark() const {
    return full_ || only_concern_.empty() ? "" : fmt::format("; effects in {}", labels_.Of(only_concern_));
  }

  // What it does most for first, equals in the order of needs.
  static Ids MainNeeds(const v1::RecommendedTechnique& technique) {
    std::vector<const v1::NeedBenefit*> benefits;
    for (const v1::NeedBenefit& benefit : technique.benefits()) benefits.push_back(&benefit);
    std::stable_sort(benefits.begin(), benefits.end(),
                     [](const v1::NeedBenefit* a, const v1::NeedBenefit* b) { return a->benefit() > b->benefit(); });
    Ids ids;
    for (const v1::NeedBenefit* benefit : benefits) *ids.Add() = benefit->need_id();
    return ids;
  }

  void TechniqueInBrief(const v1::RecommendedTechnique& technique) {
    std::string text =
        technique.benefits().empty() ? "Required by another" : "For " + Few(MainNeeds(technique), kFewNeeds);
    if (const v1::ConcernBenefit* main = MainEvidence(technique); main != nullptr) {
      text += ": " + (only_concern_.empty() ? BenefitWords(*main, labels_) : EffectWords(*main));
    }
    std::vector<std::string> minding = {Sentence(text)};
    for (const v1::FlagCaution& caution : technique.adaptations()) {
      minding.push_back(Sentence("Adapt to " + CautionWords(caution, labels_)));
    }
    if (!technique.ask_first_flag_ids().empty()) {
      minding.push_back(fmt::format("Ask first about {}.", Few(technique.ask_first_flag_ids(), kFewItems)));
    }
    if (technique.is_fragile()) minding.emplace_back("Rests mostly on how the policy is set.");
    page_.Detail(Joined(minding));
  }

  // Of a plan that was revised: what the course so far leaves of the benefit.
  static std::string ResponseText(const v1::NeedBenefit& benefit) {
    if (benefit.response_factor() == 1) return {};
    return fmt::format(" × response so far {}", NumberText(benefit.response_factor()));
  }

  void TechniqueInFull(const v1::RecommendedTechnique& technique) {
    page_.Detail(technique.text());
    for (const v1::NeedBenefit& benefit : technique.benefits()) {
      page_.DetailBullet(fmt::format("{}: ranks {} = reach {} × rate {}{} × its factors{}. {}",
                                     labels_.Of(benefit.need_id()), NumberText(benefit.benefit()),
                                     NumberText(benefit.reach()), NumberText(benefit.rate()), ResponseText(benefit),
                                     benefit.is_direct() ? ", from data of its own" : "", benefit.witness().text()));
    }
    page_.DetailBullet(fmt::format("Factors: stage {}, preference {}, rules {}, earlier response {}.",
                                   NumberText(technique.stage_factor()), NumberText(technique.preference_factor()),
                                   NumberText(technique.rule_factor()), NumberText(technique.response_factor())));
    for (const v1::RuleEffect& rule : technique.rules()) {
      page_.DetailBullet(fmt::format("{} by “{}”, strength {}.", rule.prefers() ? "Preferred" : "Advised against",
                                     labels_.Of(rule.rule_id()), NumberText(rule.strength())));
    }
    for (const v1::ConcernBenefit& benefit : technique.evidence()) {
      page_.DetailBullet(Joined({fmt::format("{}:", labels_.Of(benefit.concern_id())), Sentence(benefit.summary()),
                                 benefit.evidence_ids().empty()
                                     ? std::string()
                                     : fmt::format("Findings: {}.", labels_.ListOf(benefit.evidence_ids()))}));
    }
    if (!technique.counter_findings().empty()) {
      std::vector<std::string> findings;
      for (const v1::CounterFinding& finding : technique.counter_findings()) {
        findings.push_back(labels_.Of(finding.evidence_id()));
      }
      page_.DetailBullet(fmt::format("Findings that do not support it: {}.", Listed(findings)));
    }
    if (technique.has_kept_in_variant_count()) {
      page_.DetailBullet(fmt::format("The best plan holds it in {} of {} other settings of the policy.",
                                     technique.kept_in_variant_count(), all_.robustness().variants_size()));
    }
    if (!technique.depends_on_ids().empty()) {
      page_.DetailBullet(fmt::format("Ages with: {}.", labels_.ListOf(technique.depends_on_ids())));
    }
  }

  void PlanFigures(const v1::Plan& plan) {
    std::string range;
    if (plan.has_cover_range()) {
      range =
          fmt::format(" (range {} to {})", NumberText(plan.cover_range().low()), NumberText(plan.cover_range().high()));
    }
    page_.Line(fmt::format(
        "Value {} = cover {}{} − modalities {} − techniques {} − changes {}: an ordering aid, no chance of success.",
        NumberText(plan.value()), NumberText(plan.cover()), range, NumberText(plan.modality_cost()),
        NumberText(plan.technique_cost()), NumberText(plan.change_cost())));
    if (!all_.slot_ids().empty()) {
      page_.Line(fmt::format("It has something for {} of {} that come before benefits.", plan.filled_slot_count(),
                             all_.slot_ids_size()));
    }
  }

  void Needs() {
    if (all_.needs().empty()) return;
    page_.Heading("Needs", "how far the best plan meets each, a ranking aid; and its share in 100");
    std::size_t widest = 0;
    for (const v1::PlanNeed& need : all_.needs()) {
      widest = std::max(widest, DisplayColumns(labels_.Of(need.node_id())));
    }
    const std::size_t columns =
        full_ || 2 * (widest + kNeedColumns) + DisplayColumns(kNeedGap) + TextPage::kIndent > kTextColumns ? 1 : 2;
    std::string row;
    for (int i = 0; i < all_.needs_size(); ++i) {
      row += NeedCell(all_.needs(i), std::min(widest, kTextColumns / 2));
      const bool ends_row = i + 1 == all_.needs_size() || (static_cast<std::size_t>(i) + 1) % columns == 0;
      if (ends_row) {
        page_.Line(std::exchange(row, {}));
      } else {
        row += kNeedGap;
      }
      if (full_) page_.Detail(all_.needs(i).uncovered_because());
    }
    if (full_) return;
    for (const v1::PlanNeed& need : all_.needs()) {
      if (need.uncovered_because().empty()) continue;
      page_.Line(fmt::format("{}: {}", labels_.Of(need.node_id()), need.uncovered_because()));
    }
  }

  std::string NeedCell(const v1::PlanNeed& need, std::size_t width) const {
    const std::string label = labels_.Of(need.node_id());
    // Dots, since blanks run together.
    const std::size_t gap = width - std::min(width, DisplayColumns(label));
    std::string text = label + (gap > 1 ? " " + std::string(gap - 1, '.') : std::string(gap, '.'));
    text += fmt::format(" {} {:.0f}", Bar(need.cover()), 100 * need.share());
    if (full_) text += fmt::format(" (cover {})", NumberText(need.cover()));
    return text;
  }

  void OtherPlans() {
    const int others = full_ ? all_.plans_size() - 1 : std::min(all_.equally_good_count(), all_.plans_size()) - 1;
    if (others <= 0) return;
    Section(full_ ? "Other plans" : "As good as far as the data can tell");
    const int shown = Shown(others);
    for (int i = 1; i <= shown; ++i) {
      const v1::Plan& plan = all_.plans(i);
      Say(full_ ? Joined({i < all_.equally_good_count() ? "As good as far as the data can tell:" : "Less good:",
                          OtherPlan(plan), Sentence(labels_.ListOf(plan.technique_ids()))})
                : OtherPlan(plan));
      if (full_) PlanFigures(plan);
    }
    CountRest(others - shown);
  }

  // FULL: what other plans hold that was not told above.
  void OtherTechniques() {
    if (!full_) return;
    std::set<std::string_view> told;
    for (const v1::SafetyStep& step : all_.safety())
      told.insert(step.technique_ids().begin(), step.technique_ids().end());
    for (const v1::RelationshipStep& step : all_.relationship().steps()) told.insert(step.technique_id());
    if (const v1::Plan* plan = service::BestPlan(all_); plan != nullptr) {
      told.insert(plan->technique_ids().begin(), plan->technique_ids().end());
    }
    bool first = true;
    for (const v1::RecommendedTechnique& technique : all_.techniques()) {
      if (told.contains(technique.technique_id())) continue;
      if (std::exchange(first, false)) page_.Heading("Techniques of other plans");
      page_.Bullet(Title(technique));
      TechniqueInFull(technique);
    }
  }

  std::string OtherPlan(const v1::Plan& plan) const {
    const std::string joining = labels_.ListOf(plan.joining_ids());
    const std::string leaving = labels_.ListOf(plan.leaving_ids());
    const std::string what = joining.empty()   ? fmt::format("Without {}", leaving)
                             : leaving.empty() ? fmt::format("With {} added", joining)
                                               : fmt::format("{} instead of {}", joining, leaving);
    return fmt::format("{} (at least {}).", what, Counted(plan.session_count(), "session", "sessions"));
  }

  void Modalities() {
    if (all_.modalities().empty()) return;
    Section("Modalities");
    if (full_) {
      for (const v1::ModalityOption& modality : all_.modalities()) {
        page_.Bullet(fmt::format("{}: {} Orders by {}.", labels_.Of(modality.modality_id()), modality.text(),
                                 NumberText(modality.benefit())));
      }
      return;
    }
    AccessLine("within the therapist’s competence", v1::MODALITY_ACCESS_DELIVERABLE);
    AccessLine("by referral or training", v1::MODALITY_ACCESS_REFERRAL);
    AccessLine("not known who can deliver", v1::MODALITY_ACCESS_UNSPECIFIED);
  }

  void AccessLine(std::string_view title, v1::ModalityAccess access) {
    std::vector<std::string> names;
    for (const v1::ModalityOption& modality : all_.modalities()) {
      if (modality.access() != access) continue;
      std::string name = labels_.Of(modality.modality_id());
      if (modality.session_count() > 0) {
        name = ontology::WithRemark(name, Counted(modality.session_count(), "session", "sessions"));
      }
      names.push_back(std::move(name));
    }
    if (!names.empty()) Say(fmt::format("{}: {}.", title, Listed(names)));
  }

  void Exclusions() {
    if (all_.exclusions().empty()) return;
    Section("Not for this client");
    int shown = 0;
    std::map<v1::ExclusionReason, int> rest;
    for (const v1::Exclusion& exclusion : all_.exclusions()) {
      if (full_ || (IsForThisClient(exclusion.reason()) && shown < kFewItems)) {
        ++shown;
        ExclusionItem(exclusion);
      } else {
        ++rest[exclusion.reason()];
      }
    }
    std::vector<std::string> counts;
    for (const auto& [reason, count] : rest) counts.push_back(fmt::format("{} {}", count, ReasonWords(reason)));
    if (!counts.empty()) Say(fmt::format("{}{}.", shown > 0 ? "And " : "", Listed(counts)));
  }

  // For safety, and because of what this client is like: what is never recommended is so for everybody.
  static bool IsForThisClient(v1::ExclusionReason reason) {
    return IsForSafety(reason) && reason != v1::EXCLUSION_REASON_NEVER_RECOMMEND;
  }

  std::string ExclusionHead(const v1::Exclusion& exclusion) const {
    return fmt::format("{} ({}{}):", labels_.Of(exclusion.technique_id()), ReasonWords(exclusion.reason()),
                       exclusion.cause_id().empty() ? "" : ": " + labels_.Of(exclusion.cause_id()));
  }

  void ExclusionItem(const v1::Exclusion& exclusion) {
    std::vector<std::string> text = {Sentence(exclusion.because())};
    if (full_) {
      text.insert(text.begin(), ExclusionHead(exclusion));
      text.push_back(Sentence(exclusion.lifted_by()));
      text.push_back(Sentence(exclusion.caution().note()));
      switch (exclusion.override_rule()) {
        case v1::OVERRIDE_RULE_WITH_REASON:
          text.emplace_back("A therapist may override it with a reason.");
          break;
        case v1::OVERRIDE_RULE_WITH_ACKNOWLEDGEMENT:
          text.push_back(fmt::format("A therapist may override it with a reason, acknowledging {}.",
                                     labels_.Of(exclusion.cause_id())));
          break;
        default:
          text.emplace_back("It cannot be overridden.");
      }
    }
    Say(Joined(text));
  }

  void Overrides() {
    if (all_.overrides().empty()) return;
    Section("Overridden by the therapist");
    for (const v1::AppliedOverride& applied : all_.overrides()) {
      Say(Joined({fmt::format("{}: “{}”.", labels_.Of(applied.override().technique_id()), applied.override().reason()),
                  SetAside(applied), applied.acknowledgement()}));
    }
  }

  // An acknowledgement says it already.
  static std::string SetAside(const v1::AppliedOverride& applied) {
    if (!applied.has_exclusion()) return "Nothing excludes it.";
    return applied.acknowledgement().empty() ? Sentence("Set aside: " + applied.exclusion().because()) : std::string();
  }

  void Assess() {
    if (all_.assess().empty()) return;
    if (!full_) {
      Section("Also worth asking");
      const int rest = all_.assess_size() - 1;
      Say(Joined({all_.assess(0).text(),
                  rest > 0 ? fmt::format("{} more in the full text.", Counted(rest, "question", "questions"))
                           : std::string()}));
      return;
    }
    page_.Heading("Also worth asking");
    for (const v1::OpenQuestion& question : all_.assess()) Say(question.text());
  }

  void Tracking() {
    if (all_.tracking().empty()) return;
    Section("Tracking");
    // Those with scores say something about this client; the others are named because they would.
    int shown = 0;
    for (const bool with_scores : {true, false}) {
      for (const v1::MeasureTracking& tracking : all_.tracking()) {
        if ((tracking.score_count() > 0) != with_scores) continue;
        if (!full_ && shown >= (with_scores ? kFewItems : 2)) continue;
        Say(tracking.text());
        ++shown;
      }
    }
    CountRest(all_.tracking_size() - shown);
  }

  void ClientWords() {
    if (all_.goals().empty() && all_.strengths().empty()) return;
    Section("In the client’s words");
    WordsLine("Goals", all_.goals());
    WordsLine("Strengths", all_.strengths());
  }

  void WordsLine(std::string_view title, const Ids& texts) {
    if (texts.empty()) return;
    std::vector<std::string> quoted;
    for (int i = 0; i < Shown(texts.size()); ++i) quoted.push_back(fmt::format("“{}”", texts.Get(i)));
    std::string line = fmt::format("{}: {}", title, fmt::join(quoted, "; "));
    if (const int rest = texts.size() - Shown(texts.size()); rest > 0) {
      line += fmt::format(" and {} more in the full text", rest);
    }
    Say(line);
  }

  void Robustness() {
    if (!all_.has_robustness()) return;
    Section("Under other settings of the policy");
    Say(all_.robustness().text());
    if (!full_) return;
    for (const v1::PlanVariant& variant : all_.robustness().variants()) {
      Say(fmt::format("{}: {}: {}.", variant.name(), variant.difference(),
                      variant.technique_ids().empty() ? "no plan" : labels_.ListOf(variant.technique_ids())));
    }
  }

  void Assumptions() {
    if (!full_ || all_.assumptions().empty()) return;
    page_.Heading("Assumed");
    for (const std::string& assumption : all_.assumptions()) Say(assumption);
  }

  void Closing(const v1::ResponseHeader& header) {
    Section("Note on use");
    Say(all_.note_on_use());
    if (full_) {
      for (const v1::Notice& notice : header.notices()) Say(Sentence(notice.message()));
    }
  }

  const v1::Recommendation& all_;
  Labels labels_;
  TextPage page_;
  bool full_;
  std::string only_concern_;  // of all effects; empty: there are several
  std::string_view title_;    // that the next line begins with
};

}  // namespace

std::string PlanText(const v1::Recommendation& recommendation, const v1::ResponseHeader& header,
                     const v1::Completeness& completeness, const PlanTextOptions& options) {
  return Writer(recommendation, options.full).Write(header, completeness);
}

}  // namespace braid::service
