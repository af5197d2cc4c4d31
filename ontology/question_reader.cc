#include "ontology/question_reader.h"

#include <algorithm>
#include <cstddef>
#include <utility>

#include "absl/status/statusor.h"
#include "fmt/format.h"

namespace braid::ontology {
namespace {

using graph::KindIndex;
using graph::NodeIndex;
using graph::Reason;
using graph::RelationIndex;

bool Holds(const std::vector<NodeIndex>& nodes, NodeIndex node) {
  return std::find(nodes.begin(), nodes.end(), node) != nodes.end();
}

}  // namespace

std::vector<NodeIndex> QuestionReader::Nodes(const std::vector<std::string>& ids, std::string_view field) {
  std::vector<NodeIndex> nodes;
  for (std::size_t i = 0; i < ids.size(); ++i) {
    const absl::StatusOr<NodeIndex> node =
        FindNode(snapshot_, ids[i], fmt::format("{}[{}]", field, i), redirect_, notices_);
    errors_.Add(node.status());
    if (node.ok() && !Holds(nodes, *node)) nodes.push_back(*node);
  }
  return nodes;
}

void QuestionReader::MarkKinds(const std::vector<std::string>& names, std::string_view field, bool wanted,
                               std::vector<bool>* kinds) {
  for (std::size_t i = 0; i < names.size(); ++i) {
    const absl::StatusOr<KindIndex> kind = FindKind(snapshot_.schema(), names[i], fmt::format("{}[{}]", field, i));
    errors_.Add(kind.status());
    if (kind.ok()) (*kinds)[graph::Number(*kind)] = wanted;
  }
}

std::vector<bool> QuestionReader::Kinds(const std::vector<std::string>& kinds,
                                        const std::vector<std::string>& excluded_kinds) {
  std::vector<bool> marked;
  if (kinds.empty() && excluded_kinds.empty()) return marked;
  marked.assign(snapshot_.schema().kind_count(), kinds.empty());
  MarkKinds(kinds, "kinds", true, &marked);
  MarkKinds(excluded_kinds, "excluded_kinds", false, &marked);
  return marked;
}

void QuestionReader::MarkRelations(const std::vector<std::string>& names, std::string_view field, bool wanted,
                                   std::vector<bool>* marked) {
  const graph::Schema& schema = snapshot_.schema();
  for (std::size_t i = 0; i < names.size(); ++i) {
    const std::string at = fmt::format("{}[{}]", field, i);
    const absl::StatusOr<std::vector<RelationIndex>> relations = FindRelations(schema, names[i], at);
    errors_.Add(relations.status());
    if (!relations.ok()) continue;
    bool any_walkable = false;
    for (const RelationIndex relation : *relations) {
      const bool walkable = schema.relation(relation).walkable;
      any_walkable = any_walkable || walkable;
      (*marked)[graph::Number(relation)] = wanted && walkable;
    }
    if (wanted && !any_walkable) {
      errors_.Add({Reason::kValueOutOfRange, at,
                   fmt::format("relation `{}` is read, not walked: no path can use it", names[i]), names[i]});
    }
  }
}

std::vector<bool> QuestionReader::Relations(const std::vector<std::string>& relations,
                                            const std::vector<std::string>& excluded_relations) {
  std::vector<bool> marked;
  if (relations.empty() && excluded_relations.empty()) return marked;
  const graph::Schema& schema = snapshot_.schema();
  marked.assign(schema.relation_count(), false);
  for (std::size_t i = 0; relations.empty() && i < marked.size(); ++i) {
    marked[i] = schema.relation(static_cast<RelationIndex>(i)).walkable;
  }
  MarkRelations(relations, "relations", true, &marked);
  MarkRelations(excluded_relations, "excluded_relations", false, &marked);
  return marked;
}

std::vector<NodeIndex> QuestionReader::KeptOff(const ClientFocus& focus,
                                               const std::function<bool(NodeIndex)>& is_asked_for) const {
  const auto is_let_in = [&](NodeIndex node) { return is_asked_for(node) || Holds(focus.called_for, node); };
  std::vector<NodeIndex> ruled_out;
  for (const AvoidRule& rule : policy_.avoid_rules) {
    for (const std::string& id : rule.node_ids) {
      // An id that this ontology does not hold keeps nothing off.
      const absl::StatusOr<NodeIndex> node = FindNode(snapshot_, id, {}, true, nullptr);
      if (node.ok() && !is_let_in(*node)) ruled_out.push_back(*node);
    }
  }
  std::vector<NodeIndex> kept_off = WithDescendants(snapshot_, std::move(ruled_out));
  kept_off.insert(kept_off.end(), focus.avoided.begin(), focus.avoided.end());
  std::erase_if(kept_off, is_let_in);
  return kept_off;
}

}  // namespace braid::ontology
