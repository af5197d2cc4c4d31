#include "ontology/recommend/plan_benefits.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string_view>
#include <utility>

#include "fmt/format.h"
#include "ontology/client_focus.h"
#include "ontology/lookup.h"

namespace braid::ontology {
namespace {

using graph::NodeIndex;
using graph::RelationIndex;
using graph::Snapshot;

bool Holds(const std::vector<NodeIndex>& nodes, NodeIndex node) {
  return std::find(nodes.begin(), nodes.end(), node) != nodes.end();
}

// How a stage of change leans on processes.
class StageScheme {
 public:
  StageScheme(const Snapshot& snapshot, std::optional<NodeIndex> stage)
      : snapshot_(snapshot),
        stage_(stage),
        engages_(snapshot.schema().FindRelation("engages")),
        suits_(snapshot.schema().FindRelation("suits_stage")) {
    const auto emphasises = snapshot.schema().FindRelation("emphasises");
    const auto corresponds = snapshot.schema().FindRelation("corresponds_to");
    const auto kind = snapshot.schema().FindKind("stage");
    if (!stage.has_value() || !emphasises.has_value() || !kind.has_value()) return;
    snapshot.VisitNodes(*kind, {}, [&](NodeIndex of) {
      for (const graph::Arc& arc : snapshot.out(of, *emphasises)) {
        const double emphasis = of == *stage ? static_cast<double>(arc.strength) / graph::kStrengthUnit : 0;
        Add(arc.node, emphasis);
        if (!corresponds.has_value()) continue;
        for (const graph::Arc& same : snapshot.out(arc.node, *corresponds)) Add(same.node, emphasis);
      }
      return true;
    });
  }

  // In [0, 1]. Where the scheme decides, the processes that the technique engages come first; else what is said of the
  // technique itself counts as well: that mentalizing resembles a process of contemplation does not make it unfit
  // later.
  double FitOf(NodeIndex technique, StageMatching matching) const {
    if (!stage_.has_value()) return 1;
    const double own = SuitsStage(technique) ? 1 : 0;
    const std::optional<double> emphasis = EmphasisOn(technique);
    if (!emphasis.has_value()) return own;
    return matching == StageMatching::kDecides ? *emphasis : std::max(*emphasis, own);
  }

 private:
  // The greatest of a process of the scheme that it engages; nullopt: it engages none.
  std::optional<double> EmphasisOn(NodeIndex technique) const {
    std::optional<double> emphasis;
    if (engages_.has_value()) {
      for (const graph::Arc& arc : snapshot_.out(technique, *engages_)) {
        const auto at = emphasis_.find(arc.node);
        if (at != emphasis_.end()) emphasis = std::max(emphasis.value_or(0), at->second);
      }
    }
    return emphasis;
  }

  void Add(NodeIndex process, double emphasis) {
    double& known = emphasis_[process];
    known = std::max(known, emphasis);
  }
  // What names no stage suits all.
  bool SuitsStage(NodeIndex technique) const {
    if (!suits_.has_value()) return true;
    const graph::Arcs stages = snapshot_.out(technique, *suits_);
    return stages.empty() ||
           std::any_of(stages.begin(), stages.end(), [&](const graph::Arc& arc) { return arc.node == *stage_; });
  }

  const Snapshot& snapshot_;
  std::optional<NodeIndex> stage_;
  std::optional<RelationIndex> engages_, suits_;
  std::map<NodeIndex, double> emphasis_;  // of every process of the scheme; 0: not at this stage
};

class Weigher {
 public:
  Weigher(const BenefitQuestion& question, const std::vector<WeighedNeed>& needs, const ConcernBenefits& benefits)
      : question_(question),
        snapshot_(question.snapshot),
        policy_(question.policy.plans),
        needs_(needs),
        benefits_(benefits),
        stages_(question.snapshot, question.client.stage),
        treats_(question.snapshot.schema().FindRelation("treats")),
        made_for_(question.snapshot.schema().FindRelation("made_for")) {
    problems_ = question.client.concerns;
    for (const WeighedNeed& need : needs) problems_.push_back(need.node);
    problems_ = WithAncestors(snapshot_, std::move(problems_));
    NeedPaths paths(snapshot_, question.policy.weights, question.avoid);
    const ClientFocus focus = FocusOf(snapshot_, question.policy, question.client);
    for (const WeighedNeed& need : needs) {
      paths_.push_back(paths.From(need.node, focus.EndsFor(snapshot_, need.node)));
    }
  }

  std::vector<TechniqueBenefit> Weigh(std::vector<ScreenedTechnique>& screened) {
    std::map<NodeIndex, TechniqueBenefit> without;
    std::vector<TechniqueBenefit> all;
    for (ScreenedTechnique& technique : screened) {
      if (technique.exclusion.has_value()) continue;
      double stage = StageFactorOf(technique.technique);
      if (stage == 0 && Excludes(StageExclusion(technique.technique), technique)) continue;
      if (stage == 0) stage = policy_.benefit.stage_floor;  // overridden
      TechniqueBenefit benefit = WeighOne(technique, stage);
      const bool is_for_others = IsMadeForOthers(technique.technique);
      if (is_for_others) benefit.needs.clear();
      if (benefit.needs.empty() && Excludes(NoBenefit(technique.technique, is_for_others), technique)) {
        without.emplace(technique.technique, std::move(benefit));
      } else {
        all.push_back(std::move(benefit));
      }
    }
    if (question_.bring_required) AddRequired(std::move(without), all, screened);
    return all;
  }

 private:
  // Whether the technique is out for this reason; false where an override sets it aside.
  bool Excludes(Exclusion exclusion, ScreenedTechnique& screened) const {
    if (question_.overrides != nullptr && question_.overrides->SetsAside(exclusion)) return false;
    screened.exclusion = std::move(exclusion);
    return true;
  }

  // Brings those of `without` back that one of `all` requires.
  void AddRequired(std::map<NodeIndex, TechniqueBenefit> without, std::vector<TechniqueBenefit>& all,
                   std::vector<ScreenedTechnique>& screened) const {
    std::vector<NodeIndex> back;
    for (std::size_t i = 0; i < all.size(); ++i) {
      for (const NodeIndex required : RequiredBy(snapshot_, all[i].technique)) {
        auto found = without.extract(required);
        if (found.empty()) continue;
        back.push_back(required);
        all.push_back(std::move(found.mapped()));
      }
    }
    for (ScreenedTechnique& technique : screened) {
      if (Holds(back, technique.technique)) technique.exclusion.reset();
    }
    std::sort(all.begin(), all.end(), [&](const TechniqueBenefit& a, const TechniqueBenefit& b) {
      return snapshot_.id(a.technique) < snapshot_.id(b.technique);
    });
  }

  // In [0, 1]; 0: the stage has no place for it.
  double StageFactorOf(NodeIndex technique) const {
    const double fit = stages_.FitOf(technique, question_.stage_matching);
    return question_.stage_matching == StageMatching::kDecides ? fit : std::max(fit, policy_.benefit.stage_floor);
  }

  TechniqueBenefit WeighOne(const ScreenedTechnique& screened, double stage) {
    TechniqueBenefit benefit;
    benefit.technique = screened.technique;
    benefit.from = screened.from;
    benefit.stage = stage;
    benefit.fit = FitOf(question_.client, question_.verdicts, policy_,
                        WithAncestors(snapshot_, {screened.technique, screened.from}));
    const double mean_rate = benefits_.MeanRate(screened.technique);
    for (std::size_t need = 0; need < needs_.size(); ++need) AddNeed(need, mean_rate, benefit);
    return benefit;
  }

  bool IsConcern(NodeIndex need) const { return snapshot_.schema().kind(snapshot_.kind(need)).name == "concern"; }

  // The one hop over `treats`, where the technique has data of its own for the concern.
  std::optional<NeedPath> DirectPath(NodeIndex need, NodeIndex technique) {
    if (!treats_.has_value() || !IsConcern(need)) return std::nullopt;
    const BenefitInBrief& benefit = benefits_.Of(technique, need);
    if (benefit.place != BenefitPlace::kConcern || !benefit.has_own) return std::nullopt;
    return NeedPath{0, {need, technique}, {{need, technique, *treats_, true, {}}}};
  }

  void AddNeed(std::size_t place, double mean_rate, TechniqueBenefit& technique) {
    const NodeIndex need = needs_[place].node;
    if (Holds(question_.met_needs, need)) return;
    NeedBenefit benefit;
    benefit.need = place;
    if (std::optional<NeedPath> direct = DirectPath(need, technique.technique); direct.has_value()) {
      benefit.is_direct = true;
      benefit.reach = 1;
      benefit.witness = *std::move(direct);
    } else {
      const auto path = paths_[place].find(technique.technique);
      if (path == paths_[place].end()) return;
      benefit.reach = std::min(1.0, PlausibilityOf(path->second) / policy_.benefit.full_reach_plausibility);
      benefit.witness = path->second;
    }
    benefit.response = ResponseFor(technique.technique, need);
    benefit.rate = IsConcern(need) ? benefits_.Of(technique.technique, need).rate : mean_rate;
    benefit.benefit = std::min(benefit.reach * benefit.rate * technique.stage * technique.fit.preference *
                                   technique.fit.rules * technique.fit.response * benefit.response,
                               policy_.benefit.most);
    if (benefit.benefit > 0) technique.needs.push_back(std::move(benefit));
  }

  double ResponseFor(NodeIndex technique, NodeIndex need) const {
    const auto response =
        std::find_if(question_.responses.begin(), question_.responses.end(),
                     [&](const NeedResponse& r) { return r.technique == technique && r.need == need; });
    return response == question_.responses.end() ? 1 : response->factor;
  }

  Exclusion StageExclusion(NodeIndex technique) const {
    const NodeIndex stage = question_.client.stage.value_or(graph::kNoNode);
    Exclusion exclusion;
    exclusion.technique = technique;
    exclusion.reason = ExclusionReason::kStage;
    exclusion.cause = stage;
    exclusion.because = fmt::format("{} has no place at this stage of change: {}", snapshot_.PreferredLabel(technique),
                                    snapshot_.PreferredLabel(stage));
    exclusion.lifted_by = "It can be looked at again at another stage";
    return exclusion;
  }
  Exclusion NoBenefit(NodeIndex technique, bool is_for_others) const {
    Exclusion exclusion;
    exclusion.technique = technique;
    exclusion.reason = ExclusionReason::kNoBenefit;
    exclusion.because = is_for_others ? fmt::format("{} is made for problems that the client is not said to have",
                                                    snapshot_.PreferredLabel(technique))
                                      : fmt::format("No benefit of {} is known for what the client needs",
                                                    snapshot_.PreferredLabel(technique));
    return exclusion;
  }

  // Made for problems of which the client has none, nor a kind of one.
  bool IsMadeForOthers(NodeIndex technique) const {
    if (!made_for_.has_value()) return false;
    const graph::Arcs problems = snapshot_.out(technique, *made_for_);
    return !problems.empty() && std::none_of(problems.begin(), problems.end(),
                                             [&](const graph::Arc& problem) { return Holds(problems_, problem.node); });
  }

  const BenefitQuestion& question_;
  const Snapshot& snapshot_;
  const PlanPolicy& policy_;
  const std::vector<WeighedNeed>& needs_;
  const ConcernBenefits& benefits_;
  StageScheme stages_;
  std::optional<RelationIndex> treats_, made_for_;
  std::vector<NodeIndex> problems_;                   // the client's concerns and needs, and what they are kinds of
  std::vector<std::map<NodeIndex, NeedPath>> paths_;  // by need
};

}  // namespace

std::vector<WeighedNeed> NeedsOf(const Snapshot& snapshot, const Client& client) {
  std::vector<WeighedNeed> needs;
  for (const Client::Need& need : client.needs) {
    if (need.is_need()) needs.push_back({need.node, need.effective_weight()});
  }
  std::sort(needs.begin(), needs.end(),
            [&](const WeighedNeed& a, const WeighedNeed& b) { return snapshot.id(a.node) < snapshot.id(b.node); });
  double sum = 0;
  for (const WeighedNeed& need : needs) sum += need.share;
  for (WeighedNeed& need : needs) need.share /= sum;
  return needs;
}

std::vector<TechniqueBenefit> WeighTechniques(const BenefitQuestion& question, const std::vector<WeighedNeed>& needs,
                                              const ConcernBenefits& benefits,
                                              std::vector<ScreenedTechnique>& screened) {
  return Weigher(question, needs, benefits).Weigh(screened);
}

std::vector<NodeIndex> RequiredBy(const Snapshot& snapshot, NodeIndex technique) {
  std::vector<NodeIndex> required;
  const std::optional<RelationIndex> relation = snapshot.schema().FindRelation("requires");
  if (!relation.has_value()) return required;
  for (const NodeIndex node : WithAncestors(snapshot, {technique})) {
    for (const graph::Arc& arc : snapshot.out(node, *relation)) {
      if (arc.node != technique && !Holds(required, arc.node)) required.push_back(arc.node);
    }
  }
  std::sort(required.begin(), required.end(),
            [&](NodeIndex a, NodeIndex b) { return snapshot.id(a) < snapshot.id(b); });
  return required;
}

void DropUnmet(const Snapshot& snapshot, const std::vector<NodeIndex>& in_place, OverrideLedger* overrides,
               std::vector<TechniqueBenefit>& candidates, std::vector<ScreenedTechnique>& screened) {
  std::map<NodeIndex, Exclusion> dropped;
  std::set<NodeIndex> kept;  // whatever it misses: overridden
  const auto is_met = [&](NodeIndex required) {
    return Holds(in_place, required) ||
           std::any_of(candidates.begin(), candidates.end(),
                       [&](const TechniqueBenefit& candidate) { return candidate.technique == required; });
  };
  const auto look_at = [&](NodeIndex technique) {
    if (kept.contains(technique)) return;
    const std::vector<NodeIndex> required = RequiredBy(snapshot, technique);
    const auto missing = std::find_if_not(required.begin(), required.end(), is_met);
    if (missing == required.end()) return;
    Exclusion exclusion;
    exclusion.technique = technique;
    exclusion.reason = ExclusionReason::kRequires;
    exclusion.cause = *missing;
    exclusion.because = fmt::format("{} requires {}, which is excluded", snapshot.PreferredLabel(technique),
                                    snapshot.PreferredLabel(*missing));
    exclusion.lifted_by = fmt::format("What lifts the exclusion of {}", snapshot.PreferredLabel(*missing));
    if (overrides != nullptr && overrides->SetsAside(exclusion)) {
      kept.insert(technique);
    } else {
      dropped.emplace(technique, std::move(exclusion));
    }
  };
  std::size_t before = 0;
  do {
    before = candidates.size();
    // All that miss one now, before any goes: so that the order of candidates does not decide what is missing.
    for (const TechniqueBenefit& candidate : candidates) look_at(candidate.technique);
    std::erase_if(candidates, [&](const TechniqueBenefit& candidate) { return dropped.contains(candidate.technique); });
  } while (candidates.size() < before);
  for (ScreenedTechnique& technique : screened) {
    if (const auto at = dropped.find(technique.technique); at != dropped.end()) {
      technique.exclusion = std::move(at->second);
    }
  }
}

}  // namespace braid::ontology
