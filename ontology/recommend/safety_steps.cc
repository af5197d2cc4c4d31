#include "ontology/recommend/safety_steps.h"

#include <algorithm>
#include <limits>
#include <optional>
#include <set>
#include <string_view>
#include <utility>

#include "ontology/conditions/expression.h"
#include "ontology/lookup.h"

namespace braid::ontology {
namespace {

using graph::NodeIndex;
using graph::RelationIndex;
using graph::Snapshot;

class Builder {
 public:
  Builder(const Snapshot& snapshot, const PlanPolicy& policy, const Client& client,
          const std::vector<RuleVerdict>& verdicts, const std::function<bool(NodeIndex)>& is_allowed)
      : snapshot_(snapshot), policy_(policy), client_(client), verdicts_(verdicts), is_allowed_(is_allowed) {
    for (const NodeIndex flag : WithAncestors(snapshot, client.flags)) raised_.insert(snapshot.id(flag));
  }

  std::vector<SafetyStep> Build() const {
    std::vector<SafetyStep> steps;
    for (const NodeIndex flag : client_.flags) {
      steps.push_back({flag,
                       UrgencyOf(flag),
                       std::string(TextOf(snapshot_, flag, "default_response")),
                       Allowed(AnswersTo(flag)),
                       {}});
    }
    for (const RuleVerdict& verdict : verdicts_) {
      const Rule& rule = *verdict.rule;
      if (verdict.truth != Truth::kTrue) continue;
      if (rule.is_safety && SaysSomething(rule.condition.root) && !NamesRaisedFlag(rule.condition)) {
        steps.push_back({graph::kNoNode,
                         FlagUrgency::kUrgent,
                         std::string(TextOf(snapshot_, rule.node, "note")),
                         Allowed(PreferredBy(rule)),
                         {rule.node}});
      } else if (IsToBeThoughtOf(rule.node)) {
        steps.push_back({graph::kNoNode,
                         FlagUrgency::kConsider,
                         std::string(TextOf(snapshot_, rule.node, "note")),
                         {},
                         {rule.node}});
      }
    }
    std::sort(steps.begin(), steps.end(), [&](const SafetyStep& a, const SafetyStep& b) {
      if (a.urgency != b.urgency) return a.urgency < b.urgency;
      if (a.rules.empty() != b.rules.empty()) return a.rules.empty();
      return snapshot_.id(SubjectOf(a)) < snapshot_.id(SubjectOf(b));
    });
    return steps;
  }

 private:
  static NodeIndex SubjectOf(const SafetyStep& step) { return step.rules.empty() ? step.flag : step.rules.front(); }

  // What names no urgency is an emergency: the cautious reading.
  FlagUrgency UrgencyOf(NodeIndex flag) const {
    const std::string_view word = TextOf(snapshot_, flag, "urgency");
    if (word == "consider") return FlagUrgency::kConsider;
    if (word == "planned") return FlagUrgency::kPlanned;
    return word == "urgent" ? FlagUrgency::kUrgent : FlagUrgency::kEmergency;
  }

  // What a flag calls for, in the order to offer it.
  std::vector<NodeIndex> AnswersTo(NodeIndex flag) const {
    const std::optional<RelationIndex> relation = snapshot_.schema().FindRelation("answered_by");
    std::vector<std::pair<std::int64_t, NodeIndex>> rows;
    if (!relation.has_value()) return {};
    for (const graph::Arc& arc : snapshot_.out(flag, *relation)) {
      std::int64_t rank = std::numeric_limits<std::int64_t>::max();
      const std::optional<graph::EdgeEntry> edge = snapshot_.FindEdge(flag, *relation, arc.node);
      for (const graph::Attribute& attribute : edge->attributes) {
        const auto* number = std::get_if<std::int64_t>(&attribute.value);
        if (attribute.name == "rank" && number != nullptr) rank = *number;
      }
      rows.emplace_back(rank, arc.node);
    }
    std::sort(rows.begin(), rows.end(), [&](const auto& a, const auto& b) {
      return a.first != b.first ? a.first < b.first : snapshot_.id(a.second) < snapshot_.id(b.second);
    });
    std::vector<NodeIndex> techniques;
    for (const auto& [rank, technique] : rows) techniques.push_back(technique);
    return techniques;
  }

  // The strongest first, then by id.
  static std::vector<NodeIndex> PreferredBy(const Rule& rule) {
    std::vector<RuleTarget> targets = rule.prefers;
    std::stable_sort(targets.begin(), targets.end(),
                     [](const RuleTarget& a, const RuleTarget& b) { return a.strength > b.strength; });
    std::vector<NodeIndex> techniques;
    for (const RuleTarget& target : targets) techniques.push_back(target.node);
    return techniques;
  }

  std::vector<NodeIndex> Allowed(std::vector<NodeIndex> techniques) const {
    std::erase_if(techniques, [&](NodeIndex technique) { return !is_allowed_(technique); });
    return techniques;
  }

  static bool SaysSomething(const Expression& condition) { return condition.type != Expression::Type::kTrue; }

  bool NamesRaisedFlag(const Condition& condition) const {
    return NamesRaisedFlag(condition.root, condition.vocabulary->Find("flag"));
  }
  bool NamesRaisedFlag(const Expression& part, std::optional<FieldIndex> flags) const {
    if (part.type == Expression::Type::kAtom) {
      return flags == part.atom.field && std::any_of(part.atom.values.begin(), part.atom.values.end(),
                                                     [&](const std::string& id) { return raised_.contains(id); });
    }
    return std::any_of(part.parts.begin(), part.parts.end(),
                       [&](const Expression& inner) { return NamesRaisedFlag(inner, flags); });
  }

  bool IsToBeThoughtOf(NodeIndex rule) const {
    const std::vector<std::string>& ids = policy_.safety.rule_ids;
    return std::find(ids.begin(), ids.end(), snapshot_.id(rule)) != ids.end();
  }

  const Snapshot& snapshot_;
  const PlanPolicy& policy_;
  const Client& client_;
  const std::vector<RuleVerdict>& verdicts_;
  const std::function<bool(NodeIndex)>& is_allowed_;
  std::set<std::string_view, std::less<>> raised_;  // with what they are kinds of
};

}  // namespace

std::vector<SafetyStep> SafetySteps(const Snapshot& snapshot, const PlanPolicy& policy, const Client& client,
                                    const std::vector<RuleVerdict>& verdicts,
                                    const std::function<bool(NodeIndex)>& is_allowed) {
  return Builder(snapshot, policy, client, verdicts, is_allowed).Build();
}

}  // namespace braid::ontology
