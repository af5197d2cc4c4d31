#include "graph/store/row_batch.h"

#include <fmt/format.h>

#include <string_view>

#include "graph/error.h"

namespace braid::graph::store {
namespace {

class RowWriter {
 public:
  RowWriter(const Snapshot& before, const Snapshot& after, RowBatch& batch)
      : before_(before), after_(after), batch_(batch) {}

  absl::Status operator()(const BeforeAfter<NodeAt>& node) const {
    if (node.before && (!node.after || node.after->index != node.before->index)) {
      batch_.Erase(Table::kNodes, NodeRowKey(node.before->index));
    }
    if (node.after) batch_.Put(Table::kNodes, NodeRowKey(node.after->index), EncodeNode(node.after->node));
    return absl::OkStatus();
  }

  absl::Status operator()(const BeforeAfter<Edge>& edge) const {
    if (edge.before) {
      BRAID_ASSIGN_OR_RETURN(std::string key, RowKey(edge.before->key, before_));
      batch_.Erase(Table::kEdges, std::move(key));
    }
    if (edge.after) {
      BRAID_ASSIGN_OR_RETURN(std::string key, RowKey(edge.after->key, after_));
      batch_.Put(Table::kEdges, std::move(key), EncodeEdge(*edge.after));
    }
    return absl::OkStatus();
  }

  absl::Status operator()(const BeforeAfter<Kind>& kind) const {
    if (!kind.after) return absl::OkStatus();
    const std::optional<KindIndex> index = after_.schema().FindKind(kind.after->name);
    if (!index) return Missing(kind.after->name);
    batch_.Put(Table::kDocuments, KindRowKey(*index), EncodeKind(*kind.after));
    return absl::OkStatus();
  }

  absl::Status operator()(const BeforeAfter<Relation>& relation) const {
    if (!relation.after) return absl::OkStatus();
    const std::optional<RelationIndex> index = after_.schema().FindRelation(relation.after->name);
    if (!index) return Missing(relation.after->name);
    batch_.Put(Table::kDocuments, RelationRowKey(*index), EncodeRelation(*relation.after));
    return absl::OkStatus();
  }

  absl::Status operator()(const BeforeAfter<Document>& document) const {
    if (document.before) batch_.Erase(Table::kDocuments, DocumentRowKey(document.before->name));
    if (document.after) {
      batch_.Put(Table::kDocuments, DocumentRowKey(document.after->name), EncodeDocument(*document.after));
    }
    return absl::OkStatus();
  }

 private:
  static absl::Status Missing(std::string_view name) {
    return MakeError(Reason::kInternal, fmt::format("a logged change names {}, which the graph does not have", name));
  }

  // `graph` is the one that the edge is or was in: a change set may delete its nodes, or make them.
  absl::StatusOr<std::string> RowKey(const EdgeKey& key, const Snapshot& graph) const {
    const std::optional<NodeIndex> subject = graph.Find(key.subject_id);
    if (!subject) return Missing(key.subject_id);
    const std::optional<NodeIndex> object = graph.Find(key.object_id);
    if (!object) return Missing(key.object_id);
    const std::optional<RelationIndex> relation = after_.schema().FindRelation(key.relation);
    if (!relation) return Missing(key.relation);
    return EncodeEdgeRowKey({*subject, *relation, *object});
  }

  const Snapshot& before_;
  const Snapshot& after_;
  RowBatch& batch_;
};

}  // namespace

absl::Status AddRows(std::span<const LoggedChange> changes, const Snapshot& before, const Snapshot& after,
                     RowBatch& batch) {
  const RowWriter writer(before, after, batch);
  for (const LoggedChange& change : changes) BRAID_RETURN_IF_ERROR(std::visit(writer, change));
  return absl::OkStatus();
}

}  // namespace braid::graph::store
