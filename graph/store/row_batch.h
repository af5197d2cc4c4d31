// Rows to be written together: the last word on each row, whatever was said before.
//
// Thread safety: values.

#ifndef BRAID_GRAPH_STORE_ROW_BATCH_H_
#define BRAID_GRAPH_STORE_ROW_BATCH_H_

#include <array>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <utility>

#include "absl/status/status.h"
#include "graph/change.h"
#include "graph/snapshot.h"
#include "graph/store/codec.h"

namespace braid::graph::store {

class RowBatch {
 public:
  using Rows = std::unordered_map<std::string, std::optional<std::string>>;  // nullopt: the row goes

  void Put(Table table, std::string key, std::string value) {
    tables_[static_cast<std::size_t>(table)].insert_or_assign(std::move(key), std::move(value));
  }
  void Erase(Table table, std::string key) {
    tables_[static_cast<std::size_t>(table)].insert_or_assign(std::move(key), std::nullopt);
  }
  // What `later` says of a row replaces what this says.
  void Add(RowBatch&& later) {
    for (std::size_t i = 0; i < kTableCount; ++i) {
      if (tables_[i].empty()) {
        tables_[i] = std::move(later.tables_[i]);
      } else {
        for (auto& [key, value] : later.tables_[i]) tables_[i].insert_or_assign(key, std::move(value));
      }
    }
  }

  const Rows& rows(Table table) const { return tables_[static_cast<std::size_t>(table)]; }

 private:
  std::array<Rows, kTableCount> tables_;
};

// Adds the rows of nodes, edges and documents that `changes` turn those of `before` into. `after` is the graph with
// them.
//
// Errors: kInternal  a change names a node or relation that neither graph has: a bug, or a log that is not this store's
absl::Status AddRows(std::span<const LoggedChange> changes, const Snapshot& before, const Snapshot& after,
                     RowBatch& batch);

}  // namespace braid::graph::store

#endif  // BRAID_GRAPH_STORE_ROW_BATCH_H_
