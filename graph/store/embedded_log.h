// The log in the store's own RocksDB: the default ChangeLog.
//
// Entries, the rows that they give rise to, the answers to Resolve and the digests of all are one batch. So the log and
// the tables cannot disagree, and no outcome is unknown except where the write itself failed.

#ifndef BRAID_GRAPH_STORE_EMBEDDED_LOG_H_
#define BRAID_GRAPH_STORE_EMBEDDED_LOG_H_

#include <memory>

#include "graph/store/change_log.h"
#include "graph/store/database.h"

namespace braid::graph::store {

class EmbeddedLog : public ChangeLog {
 public:
  explicit EmbeddedLog(Database& database);  // which must outlive the log
  ~EmbeddedLog() override;

  AppendResult Append(Revision expected_head, std::span<const LogEntry> entries, RowBatch* rows) override;
  absl::StatusOr<std::optional<RevisionInfo>> Resolve(std::string_view change_set_id) override;
  absl::Status Read(Revision from, std::size_t limit, const std::function<bool(const LogEntry&)>& visit) override;
  absl::StatusOr<RevisionInfo> ReadInfo(Revision revision) override;
  std::unique_ptr<void, void (*)(void*)> Tail(std::function<void()> wake) override;
  absl::StatusOr<Revision> Head() override;
  absl::StatusOr<Revision> Oldest() override;
  absl::Status Trim(Revision oldest) override;

 private:
  class Wakers;

  absl::Status ReadEntries(Revision from, Revision head, std::size_t limit,
                           const std::function<bool(const LogEntry&)>& visit) const;
  // What it means that `revision` was not found: trimmed in the meantime, or `damage`.
  absl::Status Explain(Revision revision, absl::Status damage) const;

  Database& database_;
  std::shared_ptr<Wakers> wakers_;
};

// The error of a revision outside [oldest, head].
absl::Status RevisionNotHeld(Revision revision, Revision oldest, Revision head);

}  // namespace braid::graph::store

#endif  // BRAID_GRAPH_STORE_EMBEDDED_LOG_H_
