#include "service/render/phrases.h"

#include <algorithm>
#include <cmath>

#include "fmt/format.h"
#include "ontology/path_words.h"

namespace braid::service {
namespace {

constexpr double kRateStep = 5;  // in 100: algorithms.md, 3.6

}  // namespace

Labels::Labels(const google::protobuf::RepeatedPtrField<v1::Node>& nodes) {
  for (const v1::Node& node : nodes) nodes_.emplace(node.id(), &node);
}

const v1::Node* Labels::Find(const std::string& id) const {
  const auto found = nodes_.find(id);
  return found == nodes_.end() ? nullptr : found->second;
}

std::string Labels::Of(const std::string& id) const {
  const v1::Node* node = Find(id);
  return node == nullptr || node->preferred_label().empty() ? id : node->preferred_label();
}

std::string Labels::ListOf(const Ids& ids) const {
  std::vector<std::string> labels;
  labels.reserve(static_cast<std::size_t>(ids.size()));
  for (const std::string& id : ids) labels.push_back(Of(id));
  return ontology::Listed(labels);
}

std::string Labels::EitherOf(const Ids& ids) const {
  std::string text;
  for (int i = 0; i < ids.size(); ++i) {
    if (i > 0) text += i + 1 == ids.size() ? " or " : ", ";
    text += Of(ids.Get(i));
  }
  return text;
}

std::string Counted(std::int64_t count, std::string_view one, std::string_view many) {
  return fmt::format("{} {}", count, count == 1 ? one : many);
}

std::string Sentence(std::string_view text) {
  if (text.empty()) return {};
  constexpr std::string_view kEnds = ".?!:";
  return std::string(text) + (kEnds.find(text.back()) == std::string_view::npos ? "." : "");
}

std::string Joined(const std::vector<std::string>& sentences) {
  std::string text;
  for (const std::string& sentence : sentences) {
    if (sentence.empty()) continue;
    if (!text.empty()) text += ' ';
    text += sentence;
  }
  return text;
}

std::string NumberText(double value) { return fmt::format("{:.4g}", value); }

std::string CertaintyWords(v1::Certainty certainty) {
  switch (certainty) {
    case v1::CERTAINTY_HIGH:
      return "high certainty";
    case v1::CERTAINTY_MODERATE:
      return "moderate certainty";
    case v1::CERTAINTY_LOW:
      return "low certainty";
    case v1::CERTAINTY_VERY_LOW:
      return "very low certainty";
    case v1::CERTAINTY_NO_SOURCE:
      return "no source";
    default:
      return "certainty not rated";
  }
}

std::string RateIn100(double rate) {
  if (rate <= 0) return "none";
  const double rounded = std::round(100 * rate / kRateStep) * kRateStep;
  return rounded < kRateStep ? fmt::format("fewer than {:.0f}", kRateStep) : fmt::format("about {:.0f}", rounded);
}

std::string EffectWords(const v1::ConcernBenefit& benefit) {
  const std::string certainty = CertaintyWords(benefit.certainty());
  const std::string borrowed = benefit.borrowed() ? ", from related data" : "";
  switch (benefit.status()) {
    case v1::BENEFIT_STATUS_HARM:
      return "a comparison shows harm";
    case v1::BENEFIT_STATUS_NO_BENEFIT_SHOWN:
      return fmt::format("studied, no benefit shown, {}", certainty);
    case v1::BENEFIT_STATUS_RATIONALE_ONLY:
      return fmt::format("a rationale only, {}{}", certainty, borrowed);
    default:
      return fmt::format("{} more in 100 than in usual care, {}{}", RateIn100(benefit.rate()), certainty, borrowed);
  }
}

std::string BenefitWords(const v1::ConcernBenefit& benefit, const Labels& labels) {
  return fmt::format("{}: {}", labels.Of(benefit.concern_id()), EffectWords(benefit));
}

const v1::ConcernBenefit* MainEvidence(const v1::RecommendedTechnique& technique) {
  const v1::ConcernBenefit* main = nullptr;
  const auto rank = [](const v1::ConcernBenefit& benefit) {
    return std::make_pair(benefit.status() == v1::BENEFIT_STATUS_COMPUTED, benefit.share());
  };
  for (const v1::ConcernBenefit& benefit : technique.evidence()) {
    if (main == nullptr || rank(benefit) > rank(*main)) main = &benefit;
  }
  return main;
}

std::string CautionWords(const v1::FlagCaution& caution, const Labels& labels) {
  std::string text = labels.Of(caution.flag_id());
  if (!caution.note().empty()) text += ": " + caution.note();
  return text;
}

std::string_view UrgencyWords(v1::FlagUrgency urgency) {
  switch (urgency) {
    case v1::FLAG_URGENCY_EMERGENCY:
      return "to be answered now";
    case v1::FLAG_URGENCY_URGENT:
      return "to be answered before other work";
    case v1::FLAG_URGENCY_PLANNED:
      return "to be answered in the plan";
    default:
      return "to be kept in mind";
  }
}

std::string SafetySubject(const v1::SafetyStep& step, const Labels& labels) {
  return step.flag_id().empty() ? labels.ListOf(step.rule_ids()) : labels.Of(step.flag_id());
}

std::string SafetyWords(const v1::SafetyStep& step, const Labels& labels) {
  const std::string offer =
      step.technique_ids().empty() ? "" : fmt::format("Offer {}.", labels.ListOf(step.technique_ids()));
  return Joined({fmt::format("{}, {}:", SafetySubject(step, labels), UrgencyWords(step.urgency())),
                 Sentence(step.response()), offer});
}

bool IsForSafety(v1::ExclusionReason reason) {
  switch (reason) {
    case v1::EXCLUSION_REASON_NEVER_RECOMMEND:
    case v1::EXCLUSION_REASON_FLAG:
    case v1::EXCLUSION_REASON_RULE:
    case v1::EXCLUSION_REASON_MODALITY_BARRED:
    case v1::EXCLUSION_REASON_HARM:
      return true;
    default:
      return false;
  }
}

std::string ModeWords(v1::IntegrationMode mode) {
  std::string word =
      v1::IntegrationMode_Name(mode == v1::INTEGRATION_MODE_UNSPECIFIED ? v1::INTEGRATION_MODE_RESPONSIVE : mode);
  constexpr std::string_view kPrefix = "INTEGRATION_MODE_";
  if (word.starts_with(kPrefix)) word.erase(0, kPrefix.size());
  for (char& letter : word) {
    if (letter == '_') letter = ' ';
    if (letter >= 'A' && letter <= 'Z') letter = static_cast<char>(letter - 'A' + 'a');
  }
  return word;
}

std::string_view CounterWords(v1::Polarity polarity) {
  switch (polarity) {
    case v1::POLARITY_NO_DIFFERENCE:
      return "no difference from an active comparison";
    case v1::POLARITY_NULL:
      return "no benefit";
    case v1::POLARITY_MIXED:
      return "mixed results";
    case v1::POLARITY_AGAINST:
      return "evidence against it";
    case v1::POLARITY_HARM:
      return "harm";
    default:
      return "no support";
  }
}

std::string_view ReasonWords(v1::ExclusionReason reason) {
  switch (reason) {
    case v1::EXCLUSION_REASON_NEVER_RECOMMEND:
      return "known to harm";
    case v1::EXCLUSION_REASON_NO_MODALITY:
      return "of no modality";
    case v1::EXCLUSION_REASON_FLAG:
      return "barred or deferred by a safety flag";
    case v1::EXCLUSION_REASON_RULE:
      return "barred by a rule";
    case v1::EXCLUSION_REASON_MODALITY_BARRED:
      return "of modalities that are barred";
    case v1::EXCLUSION_REASON_HARM:
      return "found to harm in a concern of the client";
    case v1::EXCLUSION_REASON_TRAINING:
      return "asking for more training than the therapist has";
    case v1::EXCLUSION_REASON_COMPETENCE:
      return "outside the therapist’s modalities";
    case v1::EXCLUSION_REASON_REFUSED:
      return "not consented to";
    case v1::EXCLUSION_REASON_FORCED_OUT:
      return "ruled out by the request";
    case v1::EXCLUSION_REASON_CERTAINTY:
      return "less certain than was asked for";
    case v1::EXCLUSION_REASON_STAGE:
      return "not for this stage of change";
    case v1::EXCLUSION_REASON_NO_BENEFIT:
      return "doing nothing for any need";
    case v1::EXCLUSION_REASON_MODE:
      return "without a place in this way of integrating";
    case v1::EXCLUSION_REASON_REQUIRES:
      return "requiring what is excluded";
    default:
      return "for another reason";
  }
}

const v1::RecommendedTechnique* FindTechnique(const v1::Recommendation& recommendation, const std::string& id) {
  const auto& techniques = recommendation.techniques();
  const auto found = std::find_if(techniques.begin(), techniques.end(),
                                  [&](const v1::RecommendedTechnique& one) { return one.technique_id() == id; });
  return found == techniques.end() ? nullptr : &*found;
}

const v1::Plan* BestPlan(const v1::Recommendation& recommendation) {
  return recommendation.plans().empty() ? nullptr : &recommendation.plans(0);
}

}  // namespace braid::service
