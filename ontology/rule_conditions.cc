#include "ontology/rule_conditions.h"

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <variant>

#include "fmt/format.h"
#include "graph/error.h"
#include "ontology/client_vocabulary.h"
#include "ontology/conditions/parser.h"

namespace braid::ontology {
namespace {

using graph::NodeIndex;
using graph::Reason;
using graph::Snapshot;

// An id that a condition names, and the kind that its node must be of.
struct NamedId {
  std::string id;
  std::string_view kind;
};

void AddIds(const Expression& expression, const Vocabulary& vocabulary, std::vector<NamedId>& ids) {
  for (const Expression& part : expression.parts) AddIds(part, vocabulary, ids);
  if (expression.type != Expression::Type::kAtom) return;
  const Field& field = vocabulary[expression.atom.field];
  if (field.id_kind.empty()) return;
  for (const std::string& value : expression.atom.values) ids.push_back({value, field.id_kind});
}

std::vector<NamedId> IdsOf(const Condition& condition) {
  std::vector<NamedId> ids;
  AddIds(condition.root, *condition.vocabulary, ids);
  return ids;
}

class Checker {
 public:
  Checker(const Snapshot& head, const graph::ChangeSet& change_set) : head_(head), change_set_(change_set) {
    for (std::size_t i = 0; i < change_set.changes.size(); ++i) {
      if (const auto* put = std::get_if<graph::PutNode>(&change_set.changes[i])) {
        left_[put->node.id] = put->node.kind;
      } else if (const auto* gone = std::get_if<graph::DeleteNode>(&change_set.changes[i])) {
        left_[gone->id] = std::nullopt;
        deleted_.emplace(gone->id, i);
      }
    }
  }

  absl::Status Check() {
    for (std::size_t i = 0; i < change_set_.changes.size(); ++i) {
      const auto* put = std::get_if<graph::PutNode>(&change_set_.changes[i]);
      if (put != nullptr && put->node.kind == kRuleKind && !put->node.obsolete) CheckPut(put->node, i);
    }
    if (DeletesWhatConditionsName()) CheckOldRules();
    return errors_.ToStatus();
  }

 private:
  // The kind of a node as the change set leaves it; nullopt: there is none.
  std::optional<std::string_view> KindOf(const std::string& id) const {
    if (const auto at = left_.find(id); at != left_.end()) return at->second;
    const std::optional<NodeIndex> node = head_.Find(id);
    return node.has_value() ? std::optional(KindOf(*node)) : std::nullopt;
  }
  std::string_view KindOf(NodeIndex node) const { return head_.schema().kind(head_.kind(node)).name; }

  void CheckPut(const graph::Node& node, std::size_t change) {
    const std::string at = fmt::format("changes[{}].put_node.node.attributes", change);
    for (std::size_t i = 0; i < node.attributes.size(); ++i) {
      const auto* text = std::get_if<std::string>(&node.attributes[i].value);
      if (node.attributes[i].name != kConditionAttribute || text == nullptr) continue;
      return CheckCondition(node.id, *text, fmt::format("{}[{}]", at, i));
    }
    errors_.Add(
        {Reason::kConditionInvalid, at,
         fmt::format("rule `{}` has no condition: give it the attribute `{}`, with `true` where it always holds",
                     node.id, kConditionAttribute),
         node.id});
  }

  void CheckCondition(const std::string& rule, const std::string& text, const std::string& field) {
    const absl::StatusOr<Condition> condition = ParseCondition(text, ClientVocabulary());
    if (!condition.ok()) {
      errors_.Add({Reason::kConditionInvalid, field,
                   fmt::format("rule `{}`: {}", rule, std::string(condition.status().message())), rule});
      return;
    }
    for (const NamedId& named : IdsOf(*condition)) {
      const std::optional<std::string_view> kind = KindOf(named.id);
      if (kind == named.kind) continue;
      errors_.Add({Reason::kConditionInvalid, field,
                   fmt::format("rule `{}`: its condition names `{}`, which is {}; name a {}", rule, named.id,
                               kind.has_value() ? fmt::format("a {}", *kind) : "no node", named.kind),
                   named.id});
    }
  }

  bool DeletesWhatConditionsName() const {
    const Vocabulary& vocabulary = ClientVocabulary();
    for (const auto& [id, change] : deleted_) {
      const std::optional<NodeIndex> node = head_.Find(id);
      for (const std::string_view name : vocabulary.Names()) {
        const std::string& kind = vocabulary[*vocabulary.Find(name)].id_kind;
        if (node.has_value() && !kind.empty() && KindOf(*node) == kind) return true;
      }
    }
    return false;
  }

  // Rules that the change set leaves as they are.
  void CheckOldRules() {
    const std::optional<graph::KindIndex> kind = head_.schema().FindKind(kRuleKind);
    if (!kind.has_value()) return;
    head_.VisitNodes(*kind, {}, [&](NodeIndex rule) {
      if (!head_.IsObsolete(rule) && !left_.contains(std::string(head_.id(rule)))) CheckOldRule(rule);
      return true;
    });
  }

  void CheckOldRule(NodeIndex rule) {
    for (const graph::Attribute& attribute : head_.attributes(rule)) {
      const auto* text = std::get_if<std::string>(&attribute.value);
      if (attribute.name != kConditionAttribute || text == nullptr) continue;
      const absl::StatusOr<Condition> condition = ParseCondition(*text, ClientVocabulary());
      if (!condition.ok()) continue;  // it is no worse than it was
      for (const NamedId& named : IdsOf(*condition)) {
        const auto gone = deleted_.find(named.id);
        if (gone == deleted_.end()) continue;
        errors_.Add({Reason::kNodeInUse, fmt::format("changes[{}].delete_node.id", gone->second),
                     fmt::format("`{}` is named by the condition of `{}`; change that rule in the same change set, or "
                                 "make the node obsolete",
                                 named.id, head_.id(rule)),
                     named.id});
      }
    }
  }

  const Snapshot& head_;
  const graph::ChangeSet& change_set_;
  std::map<std::string, std::optional<std::string_view>> left_;  // kind of what is put; nullopt: deleted
  std::map<std::string, std::size_t> deleted_;                   // by id: the change
  graph::ErrorList errors_;
};

}  // namespace

absl::Status CheckRuleConditions(const Snapshot& head, const graph::ChangeSet& change_set) {
  return Checker(head, change_set).Check();
}

}  // namespace braid::ontology
