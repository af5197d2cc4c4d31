#include "tests/service/plan_laws.h"

#include <algorithm>
#include <optional>
#include <set>
#include <string_view>
#include <utility>

#include "fmt/format.h"
#include "ontology/client_facts.h"
#include "ontology/client_profile.h"
#include "ontology/lookup.h"
#include "ontology/recommend/client_rules.h"
#include "service/wire/profiles.h"

namespace braid::service {
namespace {

using graph::NodeIndex;
using graph::Snapshot;

// What a recommendation may not do, looked up in edges.
class Judge {
 public:
  Judge(const Snapshot& snapshot, const v1::ClientProfile& profile, const v1::Recommendation& answer)
      : snapshot_(snapshot), answer_(answer) {
    absl::StatusOr<ontology::Client> client = ontology::ReadClient(snapshot, wire::DecodeProfile(profile), nullptr);
    if (!client.ok()) {
      Break("the profile is refused: {}", std::string(client.status().message()));
      return;
    }
    client_ = *std::move(client);
    readable_ = true;
    FindBarred();
  }

  std::vector<std::string> Broken() && {
    if (readable_) {
      for (const std::string& id : Offered()) CheckTechnique(id);
      for (const v1::Plan& plan : answer_.plans()) CheckPlan(plan);
      CheckBaseLayer();
      CheckNames();
    }
    return std::move(broken_);
  }

 private:
  template <typename... T>
  void Break(fmt::format_string<T...> text, T&&... values) {
    broken_.push_back(fmt::format(text, std::forward<T>(values)...));
  }

  // Targets of hard safety rules that hold.
  void FindBarred() {
    const absl::StatusOr<ontology::RuleBook> book = ontology::RuleBook::Read(snapshot_);
    const graph::RelationIndex avoids = *snapshot_.schema().FindRelation("avoids");
    for (const ontology::RuleVerdict& verdict :
         ontology::JudgeRules(*book, ontology::ClientFacts(snapshot_, client_), client_.model)) {
      const NodeIndex rule = verdict.rule->node;
      if (verdict.truth != ontology::Truth::kTrue || ontology::TextOf(snapshot_, rule, "rule_type") != "safety") {
        continue;
      }
      for (const graph::Arc& arc : snapshot_.out(rule, avoids)) {
        if (arc.strength == graph::kStrengthUnit) barred_.insert(arc.node);
      }
    }
  }

  std::set<std::string> Offered() const {
    std::set<std::string> ids;
    for (const v1::SafetyStep& step : answer_.safety())
      ids.insert(step.technique_ids().begin(), step.technique_ids().end());
    for (const v1::RelationshipStep& step : answer_.relationship().steps()) ids.insert(step.technique_id());
    for (const v1::Plan& plan : answer_.plans()) ids.insert(plan.technique_ids().begin(), plan.technique_ids().end());
    return ids;
  }

  bool IsVetoed(NodeIndex node) const {
    const graph::RelationIndex relation = *snapshot_.schema().FindRelation("contraindicated_by");
    for (const NodeIndex flag : client_.flags) {
      const std::optional<graph::EdgeEntry> edge = snapshot_.FindEdge(node, relation, flag);
      if (!edge.has_value()) continue;
      for (const graph::Attribute& attribute : edge->attributes) {
        if (attribute.name == "caution" && std::get<std::string>(attribute.value) != "ADAPT") return true;
      }
    }
    return false;
  }

  bool IsRefused(NodeIndex node) const {
    return std::any_of(client_.preferences.begin(), client_.preferences.end(), [&](const auto& preference) {
      return preference.node == node && preference.attitude == ontology::Attitude::kRefused;
    });
  }

  double RankAskedFor(NodeIndex technique) const {
    double rank = 0;
    for (const graph::Arc& arc : snapshot_.out(technique, *snapshot_.schema().FindRelation("requires_level"))) {
      rank = std::max(rank, ontology::NumberOf(snapshot_, arc.node, "rank").value_or(0));
    }
    return rank;
  }

  bool IsMastered(NodeIndex technique) const {
    if (!client_.therapist.has_value() || RankAskedFor(technique) <= 1) return true;
    const auto& mastered = client_.therapist->modalities;
    const graph::Arcs modalities = snapshot_.out(technique, *snapshot_.schema().FindRelation("originates_in"));
    return std::any_of(modalities.begin(), modalities.end(), [&](const graph::Arc& arc) {
      return std::find(mastered.begin(), mastered.end(), arc.node) != mastered.end();
    });
  }

  void CheckTechnique(const std::string& id) {
    const std::optional<NodeIndex> node = snapshot_.Find(id);
    if (!node.has_value()) return Break("{} is no node", id);
    if (IsVetoed(*node)) Break("{} is vetoed by a flag", id);
    if (barred_.contains(*node)) Break("{} is barred by a hard rule", id);
    if (IsRefused(*node)) Break("{} is refused", id);
    if (ontology::TextOf(snapshot_, *node, "safety_status") == "never_recommend") Break("{} harms", id);
    if (!IsMastered(*node)) Break("{} is beyond the therapist's competence", id);
    if (client_.therapist.has_value() && client_.therapist->training_level.has_value() &&
        RankAskedFor(*node) > ontology::NumberOf(snapshot_, *client_.therapist->training_level, "rank").value_or(0)) {
      Break("{} asks for more training", id);
    }
  }

  std::vector<NodeIndex> TheoriesOf(NodeIndex node) const {
    std::vector<NodeIndex> theories;
    for (const graph::Arc& arc : snapshot_.out(node, *snapshot_.schema().FindRelation("grounded_in"))) {
      theories.push_back(arc.node);
    }
    return theories;
  }

  bool AreBridged(NodeIndex a, NodeIndex b) const {
    const graph::RelationIndex bridges = *snapshot_.schema().FindRelation("bridges");
    for (const NodeIndex x : TheoriesOf(a)) {
      for (const NodeIndex y : TheoriesOf(b)) {
        if (x == y || snapshot_.FindEdge(x, bridges, y).has_value() || snapshot_.FindEdge(y, bridges, x).has_value()) {
          return true;
        }
      }
    }
    return false;
  }

  bool AreLinked(std::string_view relation, NodeIndex a, NodeIndex b) const {
    const graph::RelationIndex index = *snapshot_.schema().FindRelation(relation);
    return snapshot_.FindEdge(a, index, b).has_value() || snapshot_.FindEdge(b, index, a).has_value();
  }
  bool Conflict(NodeIndex a, NodeIndex b) const { return AreLinked("conflicts_with", a, b); }

  void CheckPlan(const v1::Plan& plan) {
    std::vector<std::pair<NodeIndex, NodeIndex>> items;  // technique, modality
    for (const std::string& id : plan.technique_ids()) {
      const v1::RecommendedTechnique* technique = Explained(id);
      const std::optional<NodeIndex> node = snapshot_.Find(id);
      if (technique == nullptr || !node.has_value()) {
        Break("{} is not explained", id);
        continue;
      }
      const std::optional<NodeIndex> from = snapshot_.Find(technique->modality_id());
      if (!from.has_value()) {
        Break("{} comes from no modality", id);
        continue;
      }
      if (IsVetoed(*from) || barred_.contains(*from) || IsRefused(*from)) {
        Break("{} comes from {}, which is barred", id, technique->modality_id());
      }
      items.emplace_back(*node, *from);
    }
    for (std::size_t i = 0; i < items.size(); ++i) {
      for (std::size_t j = 0; j < i; ++j) {
        const bool of_modalities = items[i].second != items[j].second && Conflict(items[i].second, items[j].second) &&
                                   !AreBridged(items[i].second, items[j].second) &&
                                   !AreBridged(items[i].first, items[j].first);
        if (Conflict(items[i].first, items[j].first) || of_modalities) {
          Break("{} and {} conflict", snapshot_.id(items[i].first), snapshot_.id(items[j].first));
        }
        if (AreLinked("alternative_to", items[i].second, items[j].second)) {
          Break("{} and {} are of alternative packages", snapshot_.id(items[i].first), snapshot_.id(items[j].first));
        }
      }
    }
  }

  const v1::RecommendedTechnique* Explained(const std::string& id) const {
    for (const v1::RecommendedTechnique& technique : answer_.techniques()) {
      if (technique.technique_id() == id) return &technique;
    }
    return nullptr;
  }

  void CheckBaseLayer() {
    for (const char* id :
         {"technique:empathic_reflection", "technique:goal_consensus", "technique:progress_feedback"}) {
      const auto& steps = answer_.relationship().steps();
      const auto& exclusions = answer_.exclusions();
      const bool is_there =
          std::any_of(steps.begin(), steps.end(), [&](const auto& s) { return s.technique_id() == id; });
      const bool is_out =
          std::any_of(exclusions.begin(), exclusions.end(), [&](const auto& e) { return e.technique_id() == id; });
      if (!is_there && !is_out) Break("{} is neither in the relationship block nor excluded", id);
    }
  }

  void CheckNames() {
    std::set<std::string> named;
    for (const v1::Node& node : answer_.nodes()) named.insert(node.id());
    const auto check = [&](const std::string& id) {
      if (!id.empty() && !named.contains(id)) Break("{} is named without its label", id);
    };
    for (const std::string& id : Offered()) check(id);
    for (const v1::Exclusion& exclusion : answer_.exclusions()) {
      check(exclusion.technique_id());
      check(exclusion.cause_id());
    }
    for (const v1::RecommendedTechnique& technique : answer_.techniques()) {
      check(technique.modality_id());
      for (const v1::NeedBenefit& benefit : technique.benefits()) {
        for (const v1::Hop& hop : benefit.witness().hops()) {
          check(hop.from_id());
          check(hop.to_id());
        }
      }
    }
    if (answer_.note_on_use().empty()) Break("there is no note on use");
  }

  const Snapshot& snapshot_;
  const v1::Recommendation& answer_;
  ontology::Client client_;
  bool readable_ = false;
  std::set<NodeIndex> barred_;
  std::vector<std::string> broken_;
};

}  // namespace

std::vector<std::string> Broken(const Snapshot& snapshot, const v1::ClientProfile& profile,
                                const v1::Recommendation& recommendation) {
  return Judge(snapshot, profile, recommendation).Broken();
}

}  // namespace braid::service
