#include "ontology/recommend/plan_modes.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <map>
#include <set>
#include <string_view>

#include "fmt/format.h"
#include "graph/weights.h"
#include "ontology/lookup.h"

namespace braid::ontology {
namespace {

using graph::NodeIndex;
using graph::RelationIndex;
using graph::Snapshot;

using NodeSet = std::set<NodeIndex>;

template <typename Nodes>
bool Meet(const NodeSet& set, const Nodes& nodes) {
  return !set.empty() && std::any_of(nodes.begin(), nodes.end(), [&](NodeIndex node) { return set.contains(node); });
}

bool IsLedBy(const Snapshot& snapshot, const Client& client, const std::vector<std::string>& model_ids) {
  return client.model.has_value() &&
         std::find(model_ids.begin(), model_ids.end(), snapshot.id(*client.model)) != model_ids.end();
}

// What theories, modalities and techniques have to do with one another.
class Kinship {
 public:
  Kinship(const Snapshot& snapshot, const Policy& policy)
      : snapshot_(snapshot),
        max_hops_(policy.plans.modes.max_bridge_hops),
        costs_(snapshot, EvidenceAlone(policy.weights)),
        grounded_in_(snapshot.schema().FindRelation("grounded_in")),
        bridges_(snapshot.schema().FindRelation("bridges")),
        compatible_(snapshot.schema().FindRelation("compatible_with")),
        conflicts_(snapshot.schema().FindRelation("conflicts_with")),
        alternatives_(snapshot.schema().FindRelation("alternative_to")),
        part_of_(snapshot.schema().FindRelation("part_of")) {}

  // By number of node.
  NodeSet Neighbors(NodeIndex node, std::optional<RelationIndex> relation) const {
    NodeSet nodes;
    if (!relation.has_value()) return nodes;
    for (const graph::Arc& arc : snapshot_.out(node, *relation)) nodes.insert(arc.node);
    if (!snapshot_.schema().relation(*relation).symmetric) return nodes;
    for (const graph::Arc& arc : snapshot_.in(node, *relation)) nodes.insert(arc.node);
    return nodes;
  }

  NodeSet TheoriesOf(NodeIndex node) const { return Neighbors(node, grounded_in_); }
  NodeSet TheoriesOf(const TechniqueBenefit& item) const {
    NodeSet theories = TheoriesOf(item.technique);
    return theories.empty() ? TheoriesOf(item.from) : theories;
  }

  // What conflicts with `node`, or is an alternative to it, or to what it is a kind of.
  NodeSet ConflictsOf(NodeIndex node) const { return NeighborsOfKinds(node, conflicts_); }
  NodeSet AlternativesTo(NodeIndex node) const { return NeighborsOfKinds(node, alternatives_); }
  // Whether a theory of one is bridged to a theory of the other.
  bool AreBridged(NodeIndex a, NodeIndex b) const {
    const NodeSet theories = TheoriesOf(b);
    for (const NodeIndex theory : TheoriesOf(a)) {
      for (const NodeIndex bridged : Neighbors(theory, bridges_)) {
        if (theories.contains(bridged)) return true;
      }
    }
    return false;
  }

  // What a technique comes from, and the theories that it rests on.
  struct School {
    NodeIndex modality = graph::kNoNode;
    NodeSet theories;

    friend bool operator==(const School&, const School&) = default;
  };

  bool GoTogether(const School& a, const School& b) {
    for (const NodeIndex theory : a.theories) {
      const auto [against, is_new] = against_.try_emplace(theory);
      if (is_new) against->second = Neighbors(theory, conflicts_);
      if (Meet(against->second, b.theories)) return false;
    }
    if (a.modality == b.modality || Neighbors(a.modality, compatible_).contains(b.modality)) return true;
    return std::any_of(a.theories.begin(), a.theories.end(),
                       [&](NodeIndex theory) { return Meet(KinOf(theory), b.theories); });
  }

  struct Way {
    std::uint64_t cost = 0;
    std::vector<NodeIndex> theories;
  };
  // The most plausible way from each theory to one of `home`, of at most max_bridge_hops.
  std::map<NodeIndex, Way> WaysTo(const NodeSet& home) {
    std::map<NodeIndex, Way> ways;
    for (const NodeIndex theory : home) ways.emplace(theory, Way{0, {theory}});
    for (std::size_t hop = 0; hop < max_hops_; ++hop) {
      const std::map<NodeIndex, Way> before = ways;
      for (const auto& [theory, way] : before) {
        Widen(theory, way, bridges_, ways);
        Widen(theory, way, compatible_, ways);
      }
    }
    return ways;
  }

  // Whether the first way comes before: cheaper, shorter, or the first by ids.
  bool ComesBefore(const Way& a, const Way& b) const {
    if (a.cost != b.cost) return a.cost < b.cost;
    if (a.theories.size() != b.theories.size()) return a.theories.size() < b.theories.size();
    return std::lexicographical_compare(a.theories.begin(), a.theories.end(), b.theories.begin(), b.theories.end(),
                                        [&](NodeIndex x, NodeIndex y) { return snapshot_.id(x) < snapshot_.id(y); });
  }

 private:
  NodeSet NeighborsOfKinds(NodeIndex node, std::optional<RelationIndex> relation) const {
    NodeSet neighbors;
    for (const NodeIndex own : WithAncestors(snapshot_, {node})) neighbors.merge(Neighbors(own, relation));
    return neighbors;
  }

  void Widen(NodeIndex theory, const Way& way, std::optional<RelationIndex> relation, std::map<NodeIndex, Way>& ways) {
    if (!relation.has_value()) return;
    const auto offer = [&](NodeIndex subject, const graph::Arc& arc, NodeIndex other) {
      if (!arc.supported() || snapshot_.IsObsolete(other)) return;
      Way longer{way.cost + costs_.Cost(subject, arc).total(), {other}};
      longer.theories.insert(longer.theories.end(), way.theories.begin(), way.theories.end());
      const auto [at, is_new] = ways.try_emplace(other, longer);
      if (!is_new && ComesBefore(longer, at->second)) at->second = std::move(longer);
    };
    for (const graph::Arc& arc : snapshot_.out(theory, *relation)) offer(theory, arc, arc.node);
    for (const graph::Arc& arc : snapshot_.in(theory, *relation)) {
      graph::Arc forwards = arc;
      forwards.node = theory;
      offer(arc.node, forwards, arc.node);
    }
  }

  // The theories that go together with one.
  const NodeSet& KinOf(NodeIndex theory) {
    const auto [at, is_new] = kin_.try_emplace(theory);
    if (!is_new) return at->second;
    NodeSet kin = {theory};
    for (std::size_t hop = 0; hop < max_hops_; ++hop) {
      for (const NodeIndex node : NodeSet(kin)) kin.merge(Neighbors(node, bridges_));
    }
    kin.merge(Neighbors(theory, compatible_));
    if (part_of_.has_value()) {
      for (const NodeIndex whole : Neighbors(theory, part_of_)) {
        for (const graph::Arc& part : snapshot_.in(whole, *part_of_)) kin.insert(part.node);
      }
    }
    return at->second = std::move(kin);
  }

  const Snapshot& snapshot_;
  std::size_t max_hops_;
  graph::CostModel costs_;
  std::optional<RelationIndex> grounded_in_, bridges_, compatible_, conflicts_, alternatives_, part_of_;
  std::map<NodeIndex, NodeSet> kin_, against_;  // by theory
};

// Puts the constraints of one client's mode together.
class Builder {
 public:
  Builder(const Snapshot& snapshot, const Policy& policy, const Client& client, const std::vector<WeighedNeed>& needs,
          OverrideLedger* overrides, std::vector<TechniqueBenefit>& candidates,
          std::vector<ScreenedTechnique>& screened)
      : snapshot_(snapshot),
        policy_(policy.plans),
        client_(client),
        needs_(needs),
        overrides_(overrides),
        candidates_(candidates),
        screened_(screened),
        kinship_(snapshot, policy) {}

  ModeConstraints Build() {
    const IntegrationMode mode = ModeOf(client_);
    if (mode != IntegrationMode::kTechnicalEclecticism) constraints_.modality_cost = policy_.cost.modality;
    if (mode == IntegrationMode::kAssimilative) Assimilate();
    if (mode == IntegrationMode::kCommonFactors) KeepWhatFostersFactors();
    if (IsLedBy(snapshot_, client_, policy_.modes.grid_model_ids)) AddSlots();
    AddRules(mode == IntegrationMode::kModelLed);
    AddConflicts(mode == IntegrationMode::kTheoreticalIntegration);
    return std::move(constraints_);
  }

 private:
  // Takes the candidates for which `reason` gives a sentence out.
  template <typename Reason>
  void TakeOut(const Reason& reason) {
    std::map<NodeIndex, Exclusion> out;
    for (const TechniqueBenefit& candidate : candidates_) {
      std::string because = reason(candidate);
      if (because.empty()) continue;
      Exclusion exclusion;
      exclusion.technique = candidate.technique;
      exclusion.reason = ExclusionReason::kMode;
      exclusion.because = std::move(because);
      exclusion.lifted_by = "Ask for another mode of integration";
      if (overrides_ != nullptr && overrides_->SetsAside(exclusion)) continue;
      out.emplace(candidate.technique, std::move(exclusion));
    }
    for (ScreenedTechnique& screened : screened_) {
      if (const auto at = out.find(screened.technique); at != out.end()) screened.exclusion = at->second;
    }
    std::erase_if(candidates_, [&](const TechniqueBenefit& candidate) { return out.contains(candidate.technique); });
  }

  void Assimilate() {
    if (!client_.therapist.has_value() || !client_.therapist->home_modality.has_value()) return;
    const NodeIndex home = *client_.therapist->home_modality;
    constraints_.home = PlanHome{std::string(snapshot_.id(home)), policy_.modes.home_share};
    const std::map<NodeIndex, Kinship::Way> ways = kinship_.WaysTo(kinship_.TheoriesOf(home));
    TakeOut([&](const TechniqueBenefit& candidate) -> std::string {
      if (candidate.from == home) return {};
      const Kinship::Way* best = nullptr;
      for (const NodeIndex theory : kinship_.TheoriesOf(candidate)) {
        const auto at = ways.find(theory);
        if (at == ways.end()) continue;
        if (best == nullptr || kinship_.ComesBefore(at->second, *best)) best = &at->second;
      }
      const double plausibility = best == nullptr ? 0 : std::exp(-static_cast<double>(best->cost) / 1e6);
      if (best != nullptr && plausibility >= policy_.modes.least_bridge_plausibility) {
        constraints_.bridges.push_back({candidate.technique, best->theories, plausibility});
        return {};
      }
      return fmt::format("No theory of {} is near enough to one of {}", snapshot_.PreferredLabel(candidate.technique),
                         snapshot_.PreferredLabel(home));
    });
  }

  void KeepWhatFostersFactors() {
    const std::optional<RelationIndex> fosters = snapshot_.schema().FindRelation("fosters");
    TakeOut([&](const TechniqueBenefit& candidate) -> std::string {
      if (fosters.has_value() && !snapshot_.out(candidate.technique, *fosters).empty()) return {};
      return fmt::format("{} fosters no common factor", snapshot_.PreferredLabel(candidate.technique));
    });
  }

  void AddSlots() {
    const auto is_dimension = [&](const WeighedNeed& need) {
      return snapshot_.schema().kind(snapshot_.kind(need.node)).name == "dimension";
    };
    double of_dimensions = 0;
    for (const WeighedNeed& need : needs_) of_dimensions += is_dimension(need) ? need.share : 0;
    for (const WeighedNeed& need : needs_) {
      if (is_dimension(need) && need.share >= policy_.modes.slot_weight * of_dimensions) {
        constraints_.slots.emplace_back(snapshot_.id(need.node));
      }
    }
  }

  bool IsOfModel(NodeIndex rule) const {
    const std::optional<RelationIndex> part_of = snapshot_.schema().FindRelation("part_of");
    return part_of.has_value() && client_.model.has_value() &&
           snapshot_.FindEdge(rule, *part_of, *client_.model).has_value();
  }
  bool IsOfStage(NodeIndex rule) const { return Matches(snapshot_, rule, {"rule_type", {"stage"}}); }
  bool StartsAtStage() const {
    const std::vector<std::string>& stages = policy_.modes.start_stage_ids;
    return client_.stage.has_value() &&
           std::find(stages.begin(), stages.end(), snapshot_.id(*client_.stage)) != stages.end();
  }

  void AddRules(bool model_leads) {
    if (!model_leads && !StartsAtStage()) return;
    std::set<std::string> rules;
    for (const TechniqueBenefit& candidate : candidates_) {
      // What others require, and does nothing itself, meets nobody.
      if (candidate.needs.empty()) continue;
      for (const RuleFactor& factor : candidate.fit.rule_factors) {
        const bool leads = model_leads ? IsOfModel(factor.rule) : IsOfStage(factor.rule);
        if (factor.prefers && leads) rules.emplace(snapshot_.id(factor.rule));
      }
    }
    constraints_.slots.insert(constraints_.slots.end(), rules.begin(), rules.end());
  }

  // Candidates are many and schools few: whether two schools exclude each other is asked once.
  void AddConflicts(bool theories_must_fit) {
    std::vector<Kinship::School> schools;
    std::vector<std::size_t> school_of;                   // by candidate
    std::map<NodeIndex, std::vector<std::size_t>> kinds;  // by node: candidates that are it, or kinds of it
    for (std::size_t i = 0; i < candidates_.size(); ++i) {
      Kinship::School school{candidates_[i].from, kinship_.TheoriesOf(candidates_[i])};
      const auto known = std::find(schools.begin(), schools.end(), school);
      school_of.push_back(static_cast<std::size_t>(known - schools.begin()));
      if (known == schools.end()) schools.push_back(std::move(school));
      for (const NodeIndex node : WithAncestors(snapshot_, {candidates_[i].technique})) kinds[node].push_back(i);
    }
    const std::vector<bool> apart = SchoolsApart(schools, theories_must_fit);
    for (std::size_t a = 0; a < candidates_.size(); ++a) {
      std::vector<bool> out(candidates_.size());
      NodeSet excluded = kinship_.ConflictsOf(candidates_[a].technique);
      excluded.merge(kinship_.AlternativesTo(candidates_[a].technique));
      for (const NodeIndex against : excluded) {
        const auto at = kinds.find(against);
        if (at == kinds.end()) continue;
        for (const std::size_t b : at->second) out[b] = true;
      }
      for (std::size_t b = a + 1; b < candidates_.size(); ++b) {
        if (out[b] || apart[school_of[a] * schools.size() + school_of[b]]) {
          constraints_.conflicts.emplace_back(candidates_[a].technique, candidates_[b].technique);
        }
      }
    }
  }

  // Whether two schools exclude each other, by the places of both: their modalities are alternatives, or conflict and
  // no theories of the two are bridged, or their theories do not fit where they must.
  std::vector<bool> SchoolsApart(const std::vector<Kinship::School>& schools, bool theories_must_fit) {
    std::vector<bool> apart(schools.size() * schools.size());
    std::vector<std::vector<NodeIndex>> kinds;  // by school: its modality and what that is a kind of
    for (const Kinship::School& school : schools) kinds.push_back(WithAncestors(snapshot_, {school.modality}));
    for (std::size_t a = 0; a < schools.size(); ++a) {
      const NodeSet against = kinship_.ConflictsOf(schools[a].modality);
      const NodeSet alternatives = kinship_.AlternativesTo(schools[a].modality);
      if (against.empty() && alternatives.empty() && !theories_must_fit) continue;
      for (std::size_t b = 0; b < schools.size(); ++b) {
        const NodeIndex one = schools[a].modality, other = schools[b].modality;
        const bool conflict = one != other && Meet(against, kinds[b]) && !kinship_.AreBridged(one, other);
        const bool are_alternatives = one != other && Meet(alternatives, kinds[b]);
        const bool misfit = theories_must_fit && a < b && !kinship_.GoTogether(schools[a], schools[b]);
        if (conflict || are_alternatives || misfit)
          apart[a * schools.size() + b] = apart[b * schools.size() + a] = true;
      }
    }
    return apart;
  }

  const Snapshot& snapshot_;
  const PlanPolicy& policy_;
  const Client& client_;
  const std::vector<WeighedNeed>& needs_;
  OverrideLedger* overrides_;
  std::vector<TechniqueBenefit>& candidates_;
  std::vector<ScreenedTechnique>& screened_;
  Kinship kinship_;
  ModeConstraints constraints_;
};

}  // namespace

IntegrationMode ModeOf(const Client& client) {
  return client.mode == IntegrationMode::kUnspecified ? IntegrationMode::kResponsive : client.mode;
}

StageMatching StageMatchingOf(const Snapshot& snapshot, const PlanPolicy& policy, const Client& client) {
  return IsLedBy(snapshot, client, policy.modes.stage_model_ids) ? StageMatching::kDecides : StageMatching::kFloor;
}

ModeConstraints ConstraintsOf(const Snapshot& snapshot, const Policy& policy, const Client& client,
                              const std::vector<WeighedNeed>& needs, OverrideLedger* overrides,
                              std::vector<TechniqueBenefit>& candidates, std::vector<ScreenedTechnique>& screened) {
  return Builder(snapshot, policy, client, needs, overrides, candidates, screened).Build();
}

}  // namespace braid::ontology
