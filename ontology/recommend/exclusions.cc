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
           ConcernBenefits& benefits, const ScreeningOptions& options)
      : snapshot_(snapshot),
        client_(client),
        benefits_(benefits),
        options_(options),
        cautions_(snapshot.schema().FindRelation("contraindicated_by")),
        belongs_to_(snapshot.schema().FindRelation("originates_in")),
        asks_for_(snapshot.schema().FindRelation("requires_level")) {
    for (const NodeIndex flag : WithAncestors(snapshot, client.flags)) raised_.insert(flag);
    for (const RuleVerdict& verdict : verdicts) {
      if (verdict.truth != Truth::kTrue) continue;
      for (const RuleTarget& target : verdict.rule->avoids) {
        if (target.is_hard()) barred_by_rule_.emplace(target.node, verdict.rule->node);
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

  std::vector<ScreenedTechnique> Screen() {
    std::vector<ScreenedTechnique> all;
    const std::optional<graph::KindIndex> kind = snapshot_.schema().FindKind("technique");
    if (!kind.has_value()) return all;
    snapshot_.VisitNodes(*kind, {}, [&](NodeIndex technique) {
      if (!snapshot_.IsObsolete(technique)) all.push_back(ScreenOne(technique));
      return true;
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

  // The strictest caution of a raised flag that bars or defers; of equals the first by id.
  std::optional<FlagCaution> VetoOf(const std::vector<FlagCaution>& cautions) const {
    std::optional<FlagCaution> veto;
    for (const FlagCaution& caution : cautions) {
      if (caution.level == CautionLevel::kAdapt || !raised_.contains(caution.flag)) continue;
      if (!veto.has_value() || veto->level < caution.level) veto = caution;
    }
    return veto;
  }

  // The hard rule that bars `node` or what it is a kind of.
  std::optional<NodeIndex> RuleAgainst(NodeIndex node) const {
    for (const NodeIndex ancestor : WithAncestors(snapshot_, {node})) {
      const auto at = barred_by_rule_.find(ancestor);
      if (at != barred_by_rule_.end()) return at->second;
    }
    return std::nullopt;
  }
  std::optional<NodeIndex> RefusalOf(NodeIndex node) const {
    for (const NodeIndex ancestor : WithAncestors(snapshot_, {node})) {
      if (Holds(refused_, ancestor)) return ancestor;
    }
    return std::nullopt;
  }

  const std::optional<Bar>& BarOf(NodeIndex modality) {
    const auto [at, is_new] = bars_.try_emplace(modality);
    if (!is_new) return at->second;
    if (const std::optional<FlagCaution> veto = VetoOf(CautionsOf(modality)); veto.has_value()) {
      at->second = Bar{ExclusionReason::kFlag, veto->flag, veto};
    } else if (const std::optional<NodeIndex> rule = RuleAgainst(modality); rule.has_value()) {
      at->second = Bar{ExclusionReason::kRule, *rule, {}};
    } else if (const std::optional<NodeIndex> refusal = RefusalOf(modality); refusal.has_value()) {
      at->second = Bar{ExclusionReason::kRefused, *refusal, {}};
    }
    return at->second;
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

  // The level that a technique asks for: its own, else the highest of what it is a kind of.
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

  // The first reason up to kRule.
  std::optional<Exclusion> OutrightBar(NodeIndex technique, const std::vector<FlagCaution>& cautions,
                                       bool has_modality) const {
    const std::string_view label = Label(technique);
    if (Matches(snapshot_, technique, {"safety_status", {"never_recommend"}})) {
      return Exclusion{technique,
                       ExclusionReason::kNeverRecommend,
                       graph::kNoNode,
                       {},
                       fmt::format("{} is known to harm and is never recommended", label),
                       {},
                       false};
    }
    if (!has_modality) {
      return Exclusion{
          technique, ExclusionReason::kNoModality, graph::kNoNode, {}, fmt::format("{} belongs to no modality", label),
          {}};
    }
    if (const std::optional<FlagCaution> veto = VetoOf(cautions); veto.has_value()) {
      return Exclusion{technique, ExclusionReason::kFlag, veto->flag, veto, SentenceOf(label, *veto), LiftOf(*veto)};
    }
    if (const std::optional<NodeIndex> rule = RuleAgainst(technique); rule.has_value()) {
      return Exclusion{technique,
                       ExclusionReason::kRule,
                       *rule,
                       {},
                       fmt::format("{} is barred by a rule: {}", label, Label(*rule)),
                       "It can be looked at again when the rule no longer holds"};
    }
    return std::nullopt;
  }

  // Every modality is barred: by what bars the first.
  Exclusion ModalityBar(NodeIndex technique, NodeIndex modality, const Bar& bar) const {
    if (bar.reason == ExclusionReason::kRefused) {
      return {technique,
              ExclusionReason::kRefused,
              bar.cause,
              {},
              fmt::format("The client does not consent to {}", Label(bar.cause)),
              "It can be offered if the client asks"};
    }
    Exclusion exclusion{technique, ExclusionReason::kModalityBarred, bar.cause, bar.caution, {}, {}};
    if (bar.caution.has_value()) {
      exclusion.because = fmt::format("{} comes from {}: {}", Label(technique), Label(modality),
                                      SentenceOf(Label(modality), *bar.caution));
      exclusion.lifted_by = LiftOf(*bar.caution);
    } else {
      exclusion.because =
          fmt::format("{} comes from {}, which a rule bars: {}", Label(technique), Label(modality), Label(bar.cause));
      exclusion.lifted_by = "It can be looked at again when the rule no longer holds";
    }
    return exclusion;
  }

  std::optional<Exclusion> HarmOf(NodeIndex technique) {
    if (!benefits_.are_of_profile()) return std::nullopt;
    for (const ConcernBenefits::Concern& concern : benefits_.concerns()) {
      if (benefits_.Of(technique, concern.node).status != BenefitStatus::kHarm) continue;
      return Exclusion{technique,
                       ExclusionReason::kHarm,
                       concern.node,
                       {},
                       fmt::format("{} was found to do harm in {}", Label(technique), Label(concern.node)),
                       {}};
    }
    return std::nullopt;
  }

  std::optional<Exclusion> BeyondCompetence(NodeIndex technique, NodeIndex from) const {
    if (!client_.therapist.has_value()) return std::nullopt;
    const std::optional<NodeIndex> level = LevelFor(technique);
    if (level.has_value() && therapist_rank_.has_value() && RankOf(*level) > *therapist_rank_) {
      return Exclusion{technique,
                       ExclusionReason::kTraining,
                       *level,
                       {},
                       fmt::format("{} asks for more training: {}", Label(technique), Label(*level)),
                       fmt::format("Refer, or train: {}", Label(*level))};
    }
    const bool is_anybodys = level.has_value() && RankOf(*level) <= least_rank_;
    if (is_anybodys || IsCompetentIn(from)) return std::nullopt;
    return Exclusion{technique,
                     ExclusionReason::kCompetence,
                     from,
                     {},
                     fmt::format("{} belongs to none of the therapist’s modalities", Label(technique)),
                     fmt::format("Refer, or train in {}", Label(from))};
  }

  bool IsCertainEnough(NodeIndex technique) {
    const auto& concerns = benefits_.concerns();
    return std::any_of(concerns.begin(), concerns.end(), [&](const ConcernBenefits::Concern& concern) {
      return benefits_.Of(technique, concern.node).certainty.certainty >= options_.min_certainty;
    });
  }

  // The first reason after the modality is known.
  std::optional<Exclusion> LaterReason(NodeIndex technique, NodeIndex from) {
    if (std::optional<Exclusion> harm = HarmOf(technique); harm.has_value()) return harm;
    if (std::optional<Exclusion> beyond = BeyondCompetence(technique, from); beyond.has_value()) return beyond;
    if (const std::optional<NodeIndex> refusal = RefusalOf(technique); refusal.has_value()) {
      return Exclusion{technique,
                       ExclusionReason::kRefused,
                       *refusal,
                       {},
                       fmt::format("The client does not consent to {}", Label(*refusal)),
                       "It can be offered if the client asks"};
    }
    if (options_.min_certainty != graph::Certainty::kUnset && !IsCertainEnough(technique)) {
      return Exclusion{technique,
                       ExclusionReason::kCertainty,
                       graph::kNoNode,
                       {},
                       fmt::format("What is known of {} is less certain than was asked for", Label(technique)),
                       "Ask for a lower certainty"};
    }
    return std::nullopt;
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

  ScreenedTechnique ScreenOne(NodeIndex technique) {
    ScreenedTechnique screened;
    screened.technique = technique;
    const std::vector<NodeIndex> modalities = ModalitiesOf(technique);
    const std::vector<FlagCaution> cautions = CautionsOf(technique);
    screened.exclusion = OutrightBar(technique, cautions, !modalities.empty());
    if (screened.exclusion.has_value()) return screened;

    std::vector<NodeIndex> allowed;
    for (const NodeIndex modality : modalities) {
      if (!BarOf(modality).has_value()) allowed.push_back(modality);
    }
    if (allowed.empty()) {
      screened.exclusion = ModalityBar(technique, modalities.front(), *BarOf(modalities.front()));
      return screened;
    }
    screened.from = ModalityToTakeFrom(allowed);
    screened.exclusion = LaterReason(technique, screened.from);
    if (screened.exclusion.has_value()) return screened;
    Mind(cautions, screened);
    Mind(CautionsOf(screened.from), screened);
    std::sort(screened.ask_first.begin(), screened.ask_first.end(),
              [&](NodeIndex a, NodeIndex b) { return ById(a, b); });
    return screened;
  }

  const Snapshot& snapshot_;
  const Client& client_;
  ConcernBenefits& benefits_;
  const ScreeningOptions& options_;
  std::optional<RelationIndex> cautions_, belongs_to_, asks_for_;
  std::set<NodeIndex> raised_;
  std::map<NodeIndex, NodeIndex> barred_by_rule_;  // to the first rule by id
  std::vector<NodeIndex> refused_;
  std::optional<double> therapist_rank_;
  double least_rank_ = 0;
  std::map<NodeIndex, std::optional<Bar>> bars_;  // by modality
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

const Benefit& ConcernBenefits::Of(NodeIndex technique, NodeIndex concern) {
  const auto at = known_.find({technique, concern});
  if (at != known_.end()) return at->second;
  return known_.emplace(std::pair(technique, concern), evidence_.BenefitOf(technique, concern)).first->second;
}

double ConcernBenefits::MeanRate(NodeIndex technique) {
  double mean = 0;
  for (const Concern& concern : concerns_) mean += concern.share * Of(technique, concern.node).rate;
  return mean;
}

std::vector<ScreenedTechnique> ScreenTechniques(const Snapshot& snapshot, const Client& client,
                                                const std::vector<RuleVerdict>& verdicts, ConcernBenefits& benefits,
                                                const ScreeningOptions& options) {
  return Screener(snapshot, client, verdicts, benefits, options).Screen();
}

std::string_view NameOf(ExclusionReason reason) {
  constexpr std::string_view kNames[] = {
      "never_recommend", "no_modality", "flag",      "rule",  "modality_barred", "harm", "training", "competence",
      "refused",         "forced_out",  "certainty", "stage", "no_benefit",      "mode", "requires"};
  return kNames[static_cast<std::size_t>(reason)];
}

}  // namespace braid::ontology
