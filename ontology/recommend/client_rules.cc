#include "ontology/recommend/client_rules.h"

#include <algorithm>
#include <set>
#include <string_view>
#include <utility>

#include "fmt/format.h"
#include "graph/error.h"
#include "ontology/client_vocabulary.h"
#include "ontology/conditions/parser.h"
#include "ontology/lookup.h"
#include "ontology/policy.h"

namespace braid::ontology {
namespace {

using graph::NodeIndex;
using graph::Snapshot;

std::vector<RuleTarget> TargetsOf(const Snapshot& snapshot, NodeIndex rule, std::string_view relation) {
  std::vector<RuleTarget> targets;
  const std::optional<graph::RelationIndex> index = snapshot.schema().FindRelation(relation);
  if (!index.has_value()) return targets;
  for (const graph::Arc& arc : snapshot.out(rule, *index)) {
    if (!snapshot.IsObsolete(arc.node)) {
      const bool is_given = arc.strength != 0;
      targets.push_back({arc.node, is_given ? static_cast<double>(arc.strength) / graph::kStrengthUnit : 1});
    }
  }
  std::sort(targets.begin(), targets.end(),
            [&](const RuleTarget& a, const RuleTarget& b) { return snapshot.id(a.node) < snapshot.id(b.node); });
  return targets;
}

std::vector<NodeIndex> ModelsOf(const Snapshot& snapshot, NodeIndex rule) {
  std::vector<NodeIndex> models;
  const std::optional<graph::RelationIndex> part_of = snapshot.schema().FindRelation("part_of");
  if (!part_of.has_value()) return models;
  for (const graph::Arc& arc : snapshot.out(rule, *part_of)) models.push_back(arc.node);
  return models;
}

}  // namespace

absl::StatusOr<RuleBook> RuleBook::Read(const Snapshot& snapshot) {
  RuleBook book;
  graph::ErrorList errors;
  const std::optional<graph::KindIndex> kind = snapshot.schema().FindKind("rule");
  if (!kind.has_value()) return book;
  snapshot.VisitNodes(*kind, {}, [&](NodeIndex node) {
    if (snapshot.IsObsolete(node)) return true;
    absl::StatusOr<Condition> condition = ParseCondition(TextOf(snapshot, node, "when"), ClientVocabulary(), &snapshot);
    if (!condition.ok()) {
      errors.Add({graph::Reason::kPreconditionFailed, "",
                  fmt::format("the condition of {} cannot be read: {}; correct the rule", snapshot.id(node),
                              std::string(condition.status().message())),
                  std::string(snapshot.id(node))});
      return true;
    }
    const std::string_view type = TextOf(snapshot, node, "rule_type");
    book.rules_.push_back({node, *std::move(condition), type == "safety", type == "relationship",
                           Matches(snapshot, node, {"scope", {"model"}}), ModelsOf(snapshot, node),
                           TargetsOf(snapshot, node, "prefers"), TargetsOf(snapshot, node, "avoids")});
    return true;
  });
  BRAID_RETURN_IF_ERROR(errors.ToStatus());
  return book;
}

std::vector<RuleVerdict> JudgeRules(const RuleBook& book, const FieldValues& facts, std::optional<NodeIndex> model) {
  std::vector<RuleVerdict> verdicts;
  for (const Rule& rule : book.rules()) {
    const bool leads =
        model.has_value() && std::find(rule.models.begin(), rule.models.end(), *model) != rule.models.end();
    if (rule.of_model_only && !leads) continue;
    Verdict verdict = Evaluate(rule.condition, facts);
    verdicts.push_back({&rule, verdict.truth, std::move(verdict.unknown)});
  }
  return verdicts;
}

std::vector<UnknownField> AskFirst(const std::vector<RuleVerdict>& verdicts, const Vocabulary& vocabulary) {
  std::vector<UnknownField> fields;
  for (const std::string_view name : vocabulary.Names()) {
    std::set<std::string> ids;
    bool is_needed = false;
    for (const RuleVerdict& verdict : verdicts) {
      if (!verdict.rule->is_safety) continue;
      for (const UnknownField& unknown : verdict.unknown) {
        if (unknown.field != name) continue;
        is_needed = true;
        ids.insert(unknown.ids.begin(), unknown.ids.end());
      }
    }
    if (is_needed) fields.push_back({std::string(name), {ids.begin(), ids.end()}});
  }
  return fields;
}

}  // namespace braid::ontology
