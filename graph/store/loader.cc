#include "graph/store/loader.h"

#include <fmt/format.h>

#include <future>
#include <optional>
#include <utility>
#include <variant>
#include <vector>

#include "graph/error.h"
#include "graph/snapshot_builder.h"
#include "graph/store/codec.h"

namespace braid::graph::store {
namespace {

// Goes through `table`, gives `visit` each row, and compares what was read with what `state` says should be there.
template <typename Visit>
absl::Status ReadTable(const Database& database, const StoreState& state, Table table, Visit visit) {
  TableDigest digest;
  absl::Status failure;
  BRAID_RETURN_IF_ERROR(database.Scan(table, {}, [&](std::string_view key, std::string_view value) {
    digest.Add(key, value);
    failure = visit(key, value);
    return failure.ok();
  }));
  BRAID_RETURN_IF_ERROR(failure);
  const TableDigest& want = state.tables[static_cast<std::size_t>(table)];
  if (digest.row_count != want.row_count) {
    return Damaged(
        fmt::format("table {}: {} rows where {} were written", NameOf(table), digest.row_count, want.row_count));
  }
  if (digest != want) {
    return Damaged(fmt::format("table {}: its content is not what was written", NameOf(table)));
  }
  return absl::OkStatus();
}

// The loader wants kinds before relations, each in the order of its numbers: the order of their keys.
absl::Status ReadDocuments(const Database& database, const StoreState& state, BulkLoader& loader) {
  std::size_t kinds = 0;
  std::size_t relations = 0;
  return ReadTable(database, state, Table::kDocuments,
                   [&](std::string_view key, std::string_view value) -> absl::Status {
                     BRAID_ASSIGN_OR_RETURN(DocumentRow row, DecodeDocumentRow(key, value));
                     if (auto* document = std::get_if<Document>(&row.value)) {
                       loader.AddDocument(std::move(*document));
                     } else if (auto* kind = std::get_if<Kind>(&row.value)) {
                       if (row.number != kinds)
                         return Damaged(fmt::format("table documents: kind {} is missing", kinds));
                       loader.AddKind(std::move(*kind));
                       ++kinds;
                     } else if (auto* relation = std::get_if<Relation>(&row.value)) {
                       if (row.number != relations)
                         return Damaged(fmt::format("table documents: relation {} is missing", relations));
                       loader.AddRelation(std::move(*relation));
                       ++relations;
                     }
                     return absl::OkStatus();
                   });
}

absl::Status ReadNodes(const Database& database, const StoreState& state, BulkLoader& loader) {
  return ReadTable(database, state, Table::kNodes, [&](std::string_view key, std::string_view value) -> absl::Status {
    BRAID_ASSIGN_OR_RETURN(const NodeIndex slot, ParseNodeRowKey(key));
    BRAID_ASSIGN_OR_RETURN(Node node, DecodeNode(value));
    loader.AddNode(slot, std::move(node));
    return absl::OkStatus();
  });
}

absl::Status ReadEdges(const Database& database, const StoreState& state, BulkLoader& loader) {
  return ReadTable(database, state, Table::kEdges, [&](std::string_view key, std::string_view value) -> absl::Status {
    BRAID_ASSIGN_OR_RETURN(const EdgeRowKey row, ParseEdgeRowKey(key));
    Edge edge;
    BRAID_RETURN_IF_ERROR(DecodeEdge(value, edge));
    loader.AddEdge(row.subject, row.relation, row.object, std::move(edge));
    return absl::OkStatus();
  });
}

absl::StatusOr<SnapshotPtr> ReadGraph(const Database& database, const StoreState& state) {
  BulkLoader loader;
  BRAID_RETURN_IF_ERROR(ReadDocuments(database, state, loader));
  BRAID_RETURN_IF_ERROR(ReadNodes(database, state, loader));
  BRAID_RETURN_IF_ERROR(ReadEdges(database, state, loader));
  return std::move(loader).Build(state.applied);
}

// Every entry is there, whole, and follows the one before it, up to the one that the state names.
absl::Status CheckLog(const Database& database, const StoreState& state) {
  Revision next = state.log_oldest;
  std::optional<Digest128> chain;
  EntryAssembler assembler;
  BRAID_RETURN_IF_ERROR(
      ReadTable(database, state, Table::kLog, [&](std::string_view key, std::string_view value) -> absl::Status {
        BRAID_ASSIGN_OR_RETURN(const LogRowKey row, ParseLogRowKey(key));
        if (row.revision != next) return Damaged(fmt::format("table log: revision {} is missing", Number(next)));
        BRAID_ASSIGN_OR_RETURN(const bool complete, assembler.Add(row, value));
        if (!complete) return absl::OkStatus();
        if (chain && assembler.previous_chain() != *chain) {
          return Damaged(fmt::format("table log: revision {} does not follow the one before it", Number(next)));
        }
        chain = assembler.chain();
        assembler.Clear();
        next = Revision{Number(next) + 1};
        return absl::OkStatus();
      }));
  if (!assembler.empty() || Number(next) != Number(state.log_head) + 1) {
    return Damaged(fmt::format("table log: it ends before revision {}", Number(state.log_head)));
  }
  if (chain && *chain != state.chain) return Damaged("table log: its hash chain is not the one that was written");
  return absl::OkStatus();
}

absl::Status CheckHistory(const Database& database, const StoreState& state) {
  BRAID_RETURN_IF_ERROR(CheckLog(database, state));
  return ReadTable(database, state, Table::kChangeSets,
                   [](std::string_view /*key*/, std::string_view /*value*/) { return absl::OkStatus(); });
}

}  // namespace

absl::StatusOr<SnapshotPtr> Load(const Database& database, const StoreState& state) {
  std::future<absl::Status> history =
      std::async(std::launch::async, [&database, &state] { return CheckHistory(database, state); });
  absl::StatusOr<SnapshotPtr> graph = ReadGraph(database, state);
  BRAID_RETURN_IF_ERROR(history.get());
  return graph;
}

}  // namespace braid::graph::store
