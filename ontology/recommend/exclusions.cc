#include "ontology/recommend/exclusions.h"

#include <algorithm>
#include <limits>
#include <set>
#include <span>
#include <tuple>

#include "fmt/format.h"
#include "ontology/lookup.h"
#include "ontology/policy.h"

namespace braid::ontology {
namespace {

using graph::NodeIndex;
using graph::RelationIndex;
using graph::Snapshot;

constexpr std::string_view kAnyConcern = "concern:any";

bool Holds(const std::vector<NodeIndex>& nodes, NodeIndex node) {
  return std::find(nodes.begin(), nodes.end(), node) != nodes.end();
}

CautionLevel LevelOf(std::span<const graph::Attribute> attributes) {
  for (const graph::Attribute& attribute : attributes) {
    if (attribute.name != "caution") continue;
    const auto* text = std::get_if<std::string>(&attribute.value);
    if (text != nullptr && *text == "ADAPT") return CautionLevel::kAdapt;
    if (text != nullptr && *text == "DEFER") return CautionLevel::kDefer;
  }
  return CautionLevel::kExclude;  // what cannot be read is taken as the strictest
}

// Screens the techniques of one snapshot for one client.
class Screener {
 public:
  Screener(const Snapshot& snapshot, const Client& client, const std::vector<RuleVerdict>& verdicts,
           const ScreeningOptions& options)
      : snapshot_(snapshot),
        client_(client),
        options_(options),
        cautions_(snapshot.schema().FindRelation("contraindicated_by")),
        belongs_to_(snapshot.schema().FindRelation("originates_in")),
        asks_for_(snapshot.schema().FindRelation("requires_level")) {
    for (const NodeIndex flag : WithAncestors(snapshot, client.flags)) raised_.insert(flag);
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
      therapist_rank_ = RankOf(*client.therapist->training_level);
    }
    least_rank_ = LeastRank();
  }

  std::vector<ScreenedTechnique> ScreenTechniques(ConcernBenefits& benefits) {
    std::vector<ScreenedTechnique> all;
    VisitKind("technique", [&](NodeIndex technique) { all.push_back(ScreenOne(technique, benefits)); });
    return all;
  }

  std::vector<ScreenedModality> ScreenModalities() {
    std::vector<ScreenedModality> all;
    VisitKind("modality", [&](NodeIndex modality) {
      ScreenedModality screened;
      screened.modality = modality;
      screened.is_barred = !BarsOf(modality).empty();
      screened.is_listed = IsCompetentIn(modality);
      screened.missing_level = LevelBeyondTherapist(modality).value_or(graph::kNoNode);
      for (const FlagCaution& caution : CautionsOf(modality)) {
        if (raised_.contains(caution.flag)) screened.adaptations.push_back(caution);
      }
      all.push_back(std::move(screened));
    });
    return all;
  }

 private:
  // Why a modality cannot be the one that a technique is taken from.
  struct Bar {
    ExclusionReason reason;
    NodeIndex cause;
    std::optional<FlagCaution> caution;
  };

  template <typename Visit>
  void VisitKind(std::string_view name, const Visit& visit) const {
    const std::optional<graph::KindIndex> kind = snapshot_.schema().FindKind(name);
    if (!kind.has_value()) return;
    snapshot_.VisitNodes(*kind, {}, [&](NodeIndex node) {
      if (!snapshot_.IsObsolete(node)) visit(node);
      return true;
    });
  }

  // Whether the technique is out for this reason; false where an override sets it aside, and the next is looked for.
  bool Excludes(Exclusion exclusion, ScreenedTechnique& screened) const {
    if (options_.overrides != nullptr && options_.overrides->SetsAside(exclusion)) return false;
    screened.exclusion = std::move(exclusion);
    return true;
  }

  std::string_view Label(NodeIndex node) const { return snapshot_.PreferredLabel(node); }
  bool ById(NodeIndex a, NodeIndex b) const { return snapshot_.id(a) < snapshot_.id(b); }

  std::span<const graph::Attribute> AttributesOf(NodeIndex subject, RelationIndex relation, NodeIndex object) const {
    const std::optional<graph::EdgeEntry> edge = snapshot_.FindEdge(subject, relation, object);
    return edge.has_value() ? edge->attributes : std::span<const graph::Attribute>{};
  }

  double RankOf(NodeIndex level) const {
    return NumberOf(snapshot_, level, "rank").value_or(std::numeric_limits<double>::infinity());
  }
  double LeastRank() const {
    double least = std::numeric_limits<double>::infinity();
    if (const auto kind = snapshot_.schema().FindKind("level"); kind.has_value()) {
      snapshot_.VisitNodes(*kind, {}, [&](NodeIndex level) {
        least = std::min(least, RankOf(level));
        return true;
      });
    }
    return least;
  }

  // All cautions of `node`, of raised flags and of others: its own, and of what it is a kind of where it has none of
  // its own for that flag; of several the strictest. By id of the flag.
  std::vector<FlagCaution> CautionsOf(NodeIndex node) const {
    std::vector<FlagCaution> found;
    if (!cautions_.has_value()) return found;
    for (const NodeIndex bearer : WithAncestors(snapshot_, {node})) {
      for (const graph::Arc& arc : snapshot_.out(bearer, *cautions_)) {
        const FlagCaution caution{arc.node, bearer, LevelOf(AttributesOf(bearer, *cautions_, arc.node))};
        const auto known =
            std::find_if(found.begin(), found.end(), [&](const FlagCaution& c) { return c.flag == arc.node; });
        if (known == found.end()) {
          found.push_back(caution);
        } else if (known->bearer != node && known->level < caution.level) {
          *known = caution;
        }
      }
    }
    std::sort(found.begin(), found.end(),
              [&](const FlagCaution& a, const FlagCaution& b) { return ById(a.flag, b.flag); });
    return found;
  }

  // The cautions of raised flags that bar or defer: the strictest first, then by id.
  std::vector<FlagCaution> VetoesOf(std::vector<FlagCaution> cautions) const {
    std::erase_if(cautions, [&](const FlagCaution& caution) {
      return caution.level == CautionLevel::kAdapt || !raised_.contains(caution.flag);
    });
    std::stable_sort(cautions.begin(), cautions.end(),
                     [](const FlagCaution& a, const FlagCaution& b) { return a.level > b.level; });
    return cautions;
  }

  // The hard rules that bar `node` or what it is a kind of.
  std::vector<NodeIndex> RulesAgainst(NodeIndex node) const {
    std::vector<NodeIndex> rules;
    if (barred_by_rules_.empty()) return rules;
    for (const NodeIndex ancestor : WithAncestors(snapshot_, {node})) {
      const auto at = barred_by_rules_.find(ancestor);
      if (at == barred_by_rules_.end()) continue;
      for (const NodeIndex rule : at->second) {
        if (!Holds(rules, rule)) rules.push_back(rule);
      }
    }
    return rules;
  }
  std::optional<NodeIndex> RefusalOf(NodeIndex node) const {
    if (refused_.empty()) return std::nullopt;
    for (const NodeIndex ancestor : WithAncestors(snapshot_, {node})) {
      if (Holds(refused_, ancestor)) return ancestor;
    }
    return std::nullopt;
  }

  // In the order of reasons.
  const std::vector<Bar>& BarsOf(NodeIndex modality) {
    const auto [at, is_new] = bars_.try_emplace(modality);
    if (!is_new) return at->second;
    std::vector<Bar>& bars = at->second;
    for (const FlagCaution& veto : VetoesOf(CautionsOf(modality))) {
      bars.push_back({ExclusionReason::kFlag, veto.flag, veto});
    }
    for (const NodeIndex rule : RulesAgainst(modality)) bars.push_back({ExclusionReason::kRule, rule, {}});
    if (const std::optional<NodeIndex> refusal = RefusalOf(modality); refusal.has_value()) {
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

  // By rank, then id.
  std::vector<NodeIndex> ModalitiesOf(NodeIndex technique) const {
    std::vector<std::tuple<bool, double, std::string_view, NodeIndex>> rows;
    if (!belongs_to_.has_value()) return {};
    for (const graph::Arc& arc : snapshot_.out(technique, *belongs_to_)) {
      if (snapshot_.IsObsolete(arc.node)) continue;
      double rank = std::numeric_limits<double>::infinity();
      for (const graph::Attribute& attribute : AttributesOf(technique, *belongs_to_, arc.node)) {
        const auto* number = std::get_if<std::int64_t>(&attribute.value);
        if (attribute.name == "rank" && number != nullptr) rank = static_cast<double>(*number);
      }
      rows.emplace_back(!arc.primary(), rank, snapshot_.id(arc.node), arc.node);
    }
    std::sort(rows.begin(), rows.end());
    std::vector<NodeIndex> modalities;
    for (const auto& row : rows) modalities.push_back(std::get<NodeIndex>(row));
    return modalities;
  }

  // The level that a technique or modality asks for: its own, else the highest of what it is a kind of.
  std::optional<NodeIndex> LevelFor(NodeIndex technique) const {
    std::optional<NodeIndex> highest;
    if (!asks_for_.has_value()) return highest;
    for (const NodeIndex node : WithAncestors(snapshot_, {technique})) {
      for (const graph::Arc& arc : snapshot_.out(node, *asks_for_)) {
        if (!highest.has_value() || RankOf(*highest) < RankOf(arc.node)) highest = arc.node;
      }
      if (node == technique && highest.has_value()) return highest;
    }
    return highest;
  }

  // The level that it asks for, where it is beyond the therapist's.
  std::optional<NodeIndex> LevelBeyondTherapist(NodeIndex node) const {
    const std::optional<NodeIndex> level = LevelFor(node);
    const bool is_beyond = level.has_value() && therapist_rank_.has_value() && RankOf(*level) > *therapist_rank_;
    return is_beyond ? level : std::nullopt;
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
  bool IsBarredOutright(const std::vector<FlagCaution>& cautions, bool has_modality,
                        ScreenedTechnique& screened) const {
    const NodeIndex technique = screened.technique;
    const std::string_view label = Label(technique);
    if (Matches(snapshot_, technique, {"safety_status", {"never_recommend"}}) &&
        Excludes({technique,
                  ExclusionReason::kNeverRecommend,
                  graph::kNoNode,
                  {},
                  fmt::format("{} is known to harm and is never recommended", label),
                  {},
                  OverrideRule::kNever},
                 screened)) {
      return true;
    }
    if (!has_modality && Excludes({technique,
                                   ExclusionReason::kNoModality,
                                   graph::kNoNode,
                                   {},
                                   fmt::format("{} belongs to no modality", label),
                                   {},
                                   OverrideRule::kNever},
                                  screened)) {
      return true;
    }
    for (const FlagCaution& veto : VetoesOf(cautions)) {
      if (Excludes({technique, ExclusionReason::kFlag, veto.flag, veto, SentenceOf(label, veto), LiftOf(veto),
                    OverrideRuleOf(veto)},
                   screened)) {
        return true;
      }
    }
    for (const NodeIndex rule : RulesAgainst(technique)) {
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

  bool IsHarmful(ConcernBenefits& benefits, ScreenedTechnique& screened) const {
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

  bool IsBeyondCompetence(ScreenedTechnique& screened) const {
    if (!client_.therapist.has_value()) return false;
    const NodeIndex technique = screened.technique;
    const std::optional<NodeIndex> beyond = LevelBeyondTherapist(technique);
    if (beyond.has_value() && Excludes({technique,
                                        ExclusionReason::kTraining,
                                        *beyond,
                                        {},
                                        fmt::format("{} asks for more training: {}", Label(technique), Label(*beyond)),
                                        fmt::format("Refer, or train: {}", Label(*beyond)),
                                        OverrideRule::kWithReason},
                                       screened)) {
      return true;
    }
    const std::optional<NodeIndex> level = LevelFor(technique);
    const bool is_anybodys = level.has_value() && RankOf(*level) <= least_rank_;
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
  bool IsBarredAsTreatmentAlone(const Exclusion& exclusion, const std::vector<NodeIndex>& modalities,
                                ConcernBenefits& benefits) {
    const NodeIndex technique = exclusion.technique;
    const bool is_for_modality =
        exclusion.reason == ExclusionReason::kModalityBarred || exclusion.reason == ExclusionReason::kCompetence;
    if (!is_for_modality || LevelBeyondTherapist(technique).has_value() || RefusalOf(technique).has_value() ||
        Holds(options_.forced_out, technique)) {
      return false;
    }
    const auto& concerns = benefits.concerns();
    const bool is_harmful =
        benefits.are_of_profile() && std::any_of(concerns.begin(), concerns.end(), [&](const auto& c) {
          return benefits.Of(technique, c.node).status == BenefitStatus::kHarm;
        });
    return !is_harmful && std::any_of(modalities.begin(), modalities.end(), [&](NodeIndex modality) {
      return IsCompetentIn(modality) && !RefusalOf(modality).has_value();
    });
  }

  bool IsCertainEnough(NodeIndex technique, ConcernBenefits& benefits) const {
    const auto& concerns = benefits.concerns();
    return std::any_of(concerns.begin(), concerns.end(), [&](const ConcernBenefits::Concern& concern) {
      return benefits.Of(technique, concern.node).certainty >= options_.min_certainty;
    });
  }

  // Whether a reason after the modality is known excludes it.
  bool IsOutLater(ConcernBenefits& benefits, ScreenedTechnique& screened) const {
    if (IsHarmful(benefits, screened) || IsBeyondCompetence(screened)) return true;
    const NodeIndex technique = screened.technique;
    if (const std::optional<NodeIndex> refusal = RefusalOf(technique);
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

  ScreenedTechnique ScreenOne(NodeIndex technique, ConcernBenefits& benefits) {
    ScreenedTechnique screened;
    screened.technique = technique;
    const std::vector<NodeIndex> modalities = ModalitiesOf(technique);
    const std::vector<FlagCaution> cautions = CautionsOf(technique);
    if (IsBarredOutright(cautions, !modalities.empty(), screened)) return screened;
    const std::vector<NodeIndex> allowed = AllowedModalities(modalities, screened);
    if (!allowed.empty()) screened.from = ModalityToTakeFrom(allowed);
    if (allowed.empty() || IsOutLater(benefits, screened)) {
      screened.is_barred_as_treatment_alone = IsBarredAsTreatmentAlone(*screened.exclusion, modalities, benefits);
      return screened;
    }
    Mind(cautions, screened);
    Mind(CautionsOf(screened.from), screened);
    std::sort(screened.ask_first.begin(), screened.ask_first.end(),
              [&](NodeIndex a, NodeIndex b) { return ById(a, b); });
    return screened;
  }

  const Snapshot& snapshot_;
  const Client& client_;
  const ScreeningOptions& options_;
  std::optional<RelationIndex> cautions_, belongs_to_, asks_for_;
  std::set<NodeIndex> raised_;
  std::map<NodeIndex, std::vector<NodeIndex>> barred_by_rules_;  // to the rules, by id
  std::vector<NodeIndex> refused_;
  std::optional<double> therapist_rank_;
  double least_rank_ = 0;
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
}

const BenefitInBrief& ConcernBenefits::Of(NodeIndex technique, NodeIndex concern) {
  const std::uint64_t key = std::uint64_t{graph::Number(technique)} << 32U | graph::Number(concern);
  const auto at = known_.find(key);
  return at != known_.end() ? at->second : known_.emplace(key, evidence_.InBrief(technique, concern)).first->second;
}

double ConcernBenefits::MeanRate(NodeIndex technique) {
  double mean = 0;
  for (const Concern& concern : concerns_) mean += concern.share * Of(technique, concern.node).rate;
  return mean;
}

std::vector<ScreenedTechnique> ScreenTechniques(const Snapshot& snapshot, const Client& client,
                                                const std::vector<RuleVerdict>& verdicts, ConcernBenefits& benefits,
                                                const ScreeningOptions& options) {
  return Screener(snapshot, client, verdicts, options).ScreenTechniques(benefits);
}

std::vector<ScreenedModality> ScreenModalities(const Snapshot& snapshot, const Client& client,
                                               const std::vector<RuleVerdict>& verdicts) {
  return Screener(snapshot, client, verdicts, {}).ScreenModalities();
}

}  // namespace braid::ontology
