#include "ontology/recommend/exclusions.h"

#include <algorithm>
#include <set>
#include <utility>

#include "fmt/format.h"
#include "ontology/lookup.h"

namespace braid::ontology {
namespace {

using graph::NodeIndex;
using graph::Snapshot;

constexpr std::string_view kAnyConcern = "concern:any";

bool Holds(const std::vector<NodeIndex>& nodes, NodeIndex node) {
  return std::find(nodes.begin(), nodes.end(), node) != nodes.end();
}

// Screens the techniques of one snapshot for one client.
class Screener {
 public:
  Screener(const TechniqueIndex& index, const Client& client, const std::vector<RuleVerdict>& verdicts,
           const ScreeningOptions& options)
      : index_(index), snapshot_(index.snapshot()), client_(client), options_(options) {
    for (const NodeIndex flag : WithAncestors(snapshot_, client.flags)) raised_.insert(flag);
    for (const RuleVerdict& verdict : verdicts) {
      if (verdict.truth != Truth::kTrue) continue;
      for (const RuleTarget& target : verdict.rule->avoids) {
        if (target.is_hard()) barred_by_rules_[target.node].push_back(verdict.rule->node);
      }
    }
    for (const Client::Preference& preference : client.preferences) {
      if (preference.attitude == Attitude::kRefused) refused_.push_back(preference.node);
    }
    if (client.therapist.has_value() && client.therapist->training_level.has_value()) {
      therapist_rank_ = index_.RankOf(*client.therapist->training_level);
    }
  }

  std::vector<ScreenedTechnique> ScreenTechniques(const ConcernBenefits& benefits) {
    std::vector<ScreenedTechnique> all;
    for (const Entry& technique : index_.techniques()) all.push_back(ScreenOne(technique, benefits));
    return all;
  }

  std::vector<ScreenedModality> ScreenModalities() {
    std::vector<ScreenedModality> all;
    for (const Entry& modality : index_.modalities()) {
      ScreenedModality screened;
      screened.modality = modality.node;
      screened.is_barred = !BarsOf(modality.node).empty();
      screened.is_listed = IsCompetentIn(modality.node);
      if (IsBeyondTherapist(modality)) screened.missing_level = modality.level;
      for (const FlagCaution& caution : modality.cautions) {
        if (raised_.contains(caution.flag)) screened.adaptations.push_back(caution);
      }
      all.push_back(std::move(screened));
    }
    return all;
  }

 private:
  using Entry = TechniqueIndex::Entry;

  // Why a modality cannot be the one that a technique is taken from.
  struct Bar {
    ExclusionReason reason;
    NodeIndex cause;
    std::optional<FlagCaution> caution;
  };

  // Whether the technique is out for this reason; false where an override sets it aside, and the next is looked for.
  bool Excludes(Exclusion exclusion, ScreenedTechnique& screened) const {
    if (options_.overrides != nullptr && options_.overrides->SetsAside(exclusion)) return false;
    screened.exclusion = std::move(exclusion);
    return true;
  }

  std::string_view Label(NodeIndex node) const { return snapshot_.PreferredLabel(node); }
  bool ById(NodeIndex a, NodeIndex b) const { return snapshot_.id(a) < snapshot_.id(b); }

  // The cautions of raised flags that bar or defer: the strictest first, then by id.
  std::vector<FlagCaution> VetoesOf(std::vector<FlagCaution> cautions) const {
    std::erase_if(cautions, [&](const FlagCaution& caution) {
      return caution.level == CautionLevel::kAdapt || !raised_.contains(caution.flag);
    });
    std::stable_sort(cautions.begin(), cautions.end(),
                     [](const FlagCaution& a, const FlagCaution& b) { return a.level > b.level; });
    return cautions;
  }

  // The hard rules that bar it or what it is a kind of.
  std::vector<NodeIndex> RulesAgainst(const Entry& entry) const {
    std::vector<NodeIndex> rules;
    for (const NodeIndex name : entry.names) {
      const auto at = barred_by_rules_.find(name);
      if (at == barred_by_rules_.end()) continue;
      for (const NodeIndex rule : at->second) {
        if (!Holds(rules, rule)) rules.push_back(rule);
      }
    }
    return rules;
  }
  std::optional<NodeIndex> RefusalOf(const Entry& entry) const {
    const auto at =
        std::find_if(entry.names.begin(), entry.names.end(), [&](NodeIndex name) { return Holds(refused_, name); });
    return at == entry.names.end() ? std::nullopt : std::optional(*at);
  }

  // In the order of reasons.
  const std::vector<Bar>& BarsOf(NodeIndex modality) {
    const auto [at, is_new] = bars_.try_emplace(modality);
    if (!is_new) return at->second;
    std::vector<Bar>& bars = at->second;
    const Entry& entry = index_.modality(modality);
    for (const FlagCaution& veto : VetoesOf(entry.cautions)) {
      bars.push_back({ExclusionReason::kFlag, veto.flag, veto});
    }
    for (const NodeIndex rule : RulesAgainst(entry)) bars.push_back({ExclusionReason::kRule, rule, {}});
    if (const std::optional<NodeIndex> refusal = RefusalOf(entry); refusal.has_value()) {
      bars.push_back({ExclusionReason::kRefused, *refusal, {}});
    }
    return bars;
  }

  // The modalities that a technique may be taken from: those that nothing bars but what was set aside. Empty: it is
  // excluded by the first that bars the first.
  std::vector<NodeIndex> AllowedModalities(const std::vector<NodeIndex>& modalities, ScreenedTechnique& screened) {
    std::set<NodeIndex> set_aside;
    const auto next_bar = [&](NodeIndex modality) -> const Bar* {
      for (const Bar& bar : BarsOf(modality)) {
        if (!set_aside.contains(bar.cause)) return &bar;
      }
      return nullptr;
    };
    while (true) {
      std::vector<NodeIndex> allowed;
      for (const NodeIndex modality : modalities) {
        if (next_bar(modality) == nullptr) allowed.push_back(modality);
      }
      if (!allowed.empty()) return allowed;
      const Bar& bar = *next_bar(modalities.front());
      if (Excludes(ModalityBar(screened.technique, modalities.front(), bar), screened)) return {};
      set_aside.insert(bar.cause);
    }
  }

  bool IsBeyondTherapist(const Entry& entry) const {
    return entry.level != graph::kNoNode && therapist_rank_.has_value() &&
           index_.RankOf(entry.level) > *therapist_rank_;
  }

  bool IsCompetentIn(NodeIndex modality) const {
    return !client_.therapist.has_value() || Holds(client_.therapist->modalities, modality);
  }

  NodeIndex ModalityToTakeFrom(const std::vector<NodeIndex>& allowed) const {
    if (client_.therapist.has_value() && client_.therapist->home_modality.has_value() &&
        Holds(allowed, *client_.therapist->home_modality)) {
      return *client_.therapist->home_modality;
    }
    const auto competent =
        std::find_if(allowed.begin(), allowed.end(), [&](NodeIndex modality) { return IsCompetentIn(modality); });
    return competent == allowed.end() ? allowed.front() : *competent;
  }

  std::string SentenceOf(std::string_view subject, const FlagCaution& caution) const {
    if (caution.level == CautionLevel::kDefer) {
      return fmt::format("{} waits while this is so: {}", subject, Label(caution.flag));
    }
    return fmt::format("{} is not used while this is so: {}", subject, Label(caution.flag));
  }
  std::string LiftOf(const FlagCaution& caution) const {
    if (caution.level == CautionLevel::kDefer) {
      return fmt::format("It can be looked at again when this is resolved: {}", Label(caution.flag));
    }
    return fmt::format("It can be looked at again if this proves not to be so: {}", Label(caution.flag));
  }

  // Whether a reason up to kRule excludes it.
  bool IsBarredOutright(const Entry& entry, ScreenedTechnique& screened) const {
    const NodeIndex technique = entry.node;
    const std::string_view label = Label(technique);
    if (entry.is_never_recommended && Excludes({technique,
                                                ExclusionReason::kNeverRecommend,
                                                graph::kNoNode,
                                                {},
                                                fmt::format("{} is known to harm and is never recommended", label),
                                                {},
                                                OverrideRule::kNever},
                                               screened)) {
      return true;
    }
    if (entry.modalities.empty() && Excludes({technique,
                                              ExclusionReason::kNoModality,
                                              graph::kNoNode,
                                              {},
                                              fmt::format("{} belongs to no modality", label),
                                              {},
                                              OverrideRule::kNever},
                                             screened)) {
      return true;
    }
    for (const FlagCaution& veto : VetoesOf(entry.cautions)) {
      if (Excludes({technique, ExclusionReason::kFlag, veto.flag, veto, SentenceOf(label, veto), LiftOf(veto),
                    OverrideRuleOf(veto)},
                   screened)) {
        return true;
      }
    }
    for (const NodeIndex rule : RulesAgainst(entry)) {
      if (Excludes({technique,
                    ExclusionReason::kRule,
                    rule,
                    {},
                    fmt::format("{} is barred by a rule: {}", label, Label(rule)),
                    "It can be looked at again when the rule no longer holds",
                    OverrideRule::kWithAcknowledgement},
                   screened)) {
        return true;
      }
    }
    return false;
  }

  static OverrideRule OverrideRuleOf(const FlagCaution& caution) {
    return caution.level == CautionLevel::kExclude ? OverrideRule::kWithAcknowledgement : OverrideRule::kWithReason;
  }

  Exclusion RefusalExclusion(NodeIndex technique, NodeIndex refused) const {
    return {technique,
            ExclusionReason::kRefused,
            refused,
            {},
            fmt::format("The client does not consent to {}", Label(refused)),
            "It can be offered if the client asks",
            OverrideRule::kNever};
  }

  // Every modality is barred: by what bars the first.
  Exclusion ModalityBar(NodeIndex technique, NodeIndex modality, const Bar& bar) const {
    if (bar.reason == ExclusionReason::kRefused) return RefusalExclusion(technique, bar.cause);
    Exclusion exclusion{technique, ExclusionReason::kModalityBarred,  bar.cause, bar.caution, {},
                        {},        OverrideRule::kWithAcknowledgement};
    if (bar.caution.has_value()) {
      exclusion.because = fmt::format("{} comes from {}: {}", Label(technique), Label(modality),
                                      SentenceOf(Label(modality), *bar.caution));
      exclusion.lifted_by = LiftOf(*bar.caution);
      exclusion.override_rule = OverrideRuleOf(*bar.caution);
    } else {
      exclusion.because =
          fmt::format("{} comes from {}, which a rule bars: {}", Label(technique), Label(modality), Label(bar.cause));
      exclusion.lifted_by = "It can be looked at again when the rule no longer holds";
    }
    return exclusion;
  }

  bool IsHarmful(const ConcernBenefits& benefits, ScreenedTechnique& screened) const {
    if (!benefits.are_of_profile()) return false;
    for (const ConcernBenefits::Concern& concern : benefits.concerns()) {
      if (benefits.Of(screened.technique, concern.node).status == BenefitStatus::kHarm &&
          Excludes({screened.technique,
                    ExclusionReason::kHarm,
                    concern.node,
                    {},
                    fmt::format("{} was found to do harm in {}", Label(screened.technique), Label(concern.node)),
                    {},
                    OverrideRule::kNever},
                   screened)) {
        return true;
      }
    }
    return false;
  }

  bool IsBeyondCompetence(const Entry& entry, ScreenedTechnique& screened) const {
    if (!client_.therapist.has_value()) return false;
    const NodeIndex technique = screened.technique;
    if (IsBeyondTherapist(entry) &&
        Excludes({technique,
                  ExclusionReason::kTraining,
                  entry.level,
                  {},
                  fmt::format("{} asks for more training: {}", Label(technique), Label(entry.level)),
                  fmt::format("Refer, or train: {}", Label(entry.level)),
                  OverrideRule::kWithReason},
                 screened)) {
      return true;
    }
    const bool is_anybodys = entry.level != graph::kNoNode && index_.RankOf(entry.level) <= index_.least_rank();
    return !is_anybodys && !IsCompetentIn(screened.from) &&
           Excludes({technique,
                     ExclusionReason::kCompetence,
                     screened.from,
                     {},
                     fmt::format("{} belongs to none of the therapist’s modalities", Label(technique)),
                     fmt::format("Refer, or train in {}", Label(screened.from)),
                     OverrideRule::kWithReason},
                    screened);
  }

  // Whether nothing but its modalities speaks against the excluded technique, and the therapist could do it.
  bool IsBarredAsTreatmentAlone(const Entry& entry, const Exclusion& exclusion, const ConcernBenefits& benefits) const {
    const bool is_for_modality =
        exclusion.reason == ExclusionReason::kModalityBarred || exclusion.reason == ExclusionReason::kCompetence;
    if (!is_for_modality || IsBeyondTherapist(entry) || RefusalOf(entry).has_value()) return false;
    const auto& concerns = benefits.concerns();
    const bool is_harmful =
        benefits.are_of_profile() && std::any_of(concerns.begin(), concerns.end(), [&](const auto& c) {
          return benefits.Of(entry.node, c.node).status == BenefitStatus::kHarm;
        });
    return !is_harmful && std::any_of(entry.modalities.begin(), entry.modalities.end(), [&](NodeIndex modality) {
      return IsCompetentIn(modality) && !RefusalOf(index_.modality(modality)).has_value();
    });
  }

  bool IsCertainEnough(NodeIndex technique, const ConcernBenefits& benefits) const {
    const auto& concerns = benefits.concerns();
    return std::any_of(concerns.begin(), concerns.end(), [&](const ConcernBenefits::Concern& concern) {
      return benefits.Of(technique, concern.node).certainty >= options_.min_certainty;
    });
  }

  // Whether a reason after the modality is known excludes it.
  bool IsOutLater(const Entry& entry, const ConcernBenefits& benefits, ScreenedTechnique& screened) const {
    if (IsHarmful(benefits, screened) || IsBeyondCompetence(entry, screened)) return true;
    const NodeIndex technique = screened.technique;
    if (const std::optional<NodeIndex> refusal = RefusalOf(entry);
        refusal.has_value() && Excludes(RefusalExclusion(technique, *refusal), screened)) {
      return true;
    }
    if (Holds(options_.forced_out, technique) &&
        Excludes({technique,
                  ExclusionReason::kForcedOut,
                  graph::kNoNode,
                  {},
                  fmt::format("{} is forced out by the request", Label(technique)),
                  "Do not force it out",
                  OverrideRule::kNever},
                 screened)) {
      return true;
    }
    return options_.min_certainty != graph::Certainty::kUnset && !IsCertainEnough(technique, benefits) &&
           Excludes({technique,
                     ExclusionReason::kCertainty,
                     graph::kNoNode,
                     {},
                     fmt::format("What is known of {} is less certain than was asked for", Label(technique)),
                     "Ask for a lower certainty",
                     OverrideRule::kWithReason},
                    screened);
  }

  // What stays to be minded of the cautions of a technique or of its modality.
  void Mind(const std::vector<FlagCaution>& cautions, ScreenedTechnique& screened) const {
    for (const FlagCaution& caution : cautions) {
      if (raised_.contains(caution.flag)) {
        screened.adaptations.push_back(caution);
      } else if (!client_.flags_assessed && caution.level != CautionLevel::kAdapt &&
                 !Holds(screened.ask_first, caution.flag)) {
        screened.ask_first.push_back(caution.flag);
      }
    }
  }

  ScreenedTechnique ScreenOne(const Entry& entry, const ConcernBenefits& benefits) {
    ScreenedTechnique screened;
    screened.technique = entry.node;
    if (IsBarredOutright(entry, screened)) return screened;
    const std::vector<NodeIndex> allowed = AllowedModalities(entry.modalities, screened);
    if (!allowed.empty()) screened.from = ModalityToTakeFrom(allowed);
    if (allowed.empty() || IsOutLater(entry, benefits, screened)) {
      screened.is_barred_as_treatment_alone = IsBarredAsTreatmentAlone(entry, *screened.exclusion, benefits);
      return screened;
    }
    Mind(entry.cautions, screened);
    Mind(index_.modality(screened.from).cautions, screened);
    std::sort(screened.ask_first.begin(), screened.ask_first.end(),
              [&](NodeIndex a, NodeIndex b) { return ById(a, b); });
    return screened;
  }

  const TechniqueIndex& index_;
  const Snapshot& snapshot_;
  const Client& client_;
  const ScreeningOptions& options_;
  std::set<NodeIndex> raised_;
  std::map<NodeIndex, std::vector<NodeIndex>> barred_by_rules_;  // to the rules, by id
  std::vector<NodeIndex> refused_;
  std::optional<double> therapist_rank_;
  std::map<NodeIndex, std::vector<Bar>> bars_;  // by modality
};

}  // namespace

ConcernBenefits::ConcernBenefits(const EvidenceBase& evidence, const Client& client) : evidence_(evidence) {
  const Snapshot& snapshot = evidence.snapshot();
  std::map<NodeIndex, double> weights;
  for (const Client::ConcernWeight& weight : client.concern_weights) weights.emplace(weight.concern, weight.weight);
  for (const Client::Need& need : client.needs) {
    const bool is_concern = snapshot.schema().kind(snapshot.kind(need.node)).name == "concern";
    if (need.is_need() && is_concern) weights.emplace(need.node, 1);
  }
  are_of_profile_ = !weights.empty();
  if (const auto any = snapshot.Find(kAnyConcern); weights.empty() && any.has_value()) weights.emplace(*any, 1);
  for (const auto& [node, weight] : weights) concerns_.push_back({node, weight});
  std::sort(concerns_.begin(), concerns_.end(),
            [&](const Concern& a, const Concern& b) { return snapshot.id(a.node) < snapshot.id(b.node); });
  double sum = 0;
  for (const Concern& concern : concerns_) sum += concern.share;
  for (Concern& concern : concerns_) concern.share /= sum;
  for (const Concern& concern : concerns_) rows_.push_back(&evidence.InBrief(concern.node));
}

const BenefitInBrief& ConcernBenefits::Of(NodeIndex intervention, NodeIndex concern) const {
  const auto at =
      std::find_if(concerns_.begin(), concerns_.end(), [&](const Concern& each) { return each.node == concern; });
  return rows_[static_cast<std::size_t>(at - concerns_.begin())]->at(intervention);
}

double ConcernBenefits::MeanRate(NodeIndex intervention) const {
  double mean = 0;
  for (std::size_t i = 0; i < concerns_.size(); ++i) mean += concerns_[i].share * rows_[i]->at(intervention).rate;
  return mean;
}

std::vector<ScreenedTechnique> ScreenTechniques(const TechniqueIndex& index, const Client& client,
                                                const std::vector<RuleVerdict>& verdicts,
                                                const ConcernBenefits& benefits, const ScreeningOptions& options) {
  return Screener(index, client, verdicts, options).ScreenTechniques(benefits);
}

std::vector<ScreenedModality> ScreenModalities(const TechniqueIndex& index, const Client& client,
                                               const std::vector<RuleVerdict>& verdicts) {
  return Screener(index, client, verdicts, {}).ScreenModalities();
}

}  // namespace braid::ontology
