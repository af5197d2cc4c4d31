// The seam through which everything is written: an ordered, append-only log of revisions with compare-and-append.
//
// The store validates, appends, applies, publishes. Where the log lives is behind this interface: in the store's own
// RocksDB (graph/store/embedded_log.h), elsewhere later, and in the tests a log that returns every outcome from a seed.
// One conformance suite runs over all of them (tests/graph/store/change_log_conformance.h).
//
// Thread safety: Append is called by one writer at a time; everything else from any thread.

#ifndef BRAID_GRAPH_STORE_CHANGE_LOG_H_
#define BRAID_GRAPH_STORE_CHANGE_LOG_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "graph/change.h"
#include "graph/ids.h"

namespace braid::graph::store {

// Rows of the store's own tables that an entry gives rise to. Opaque here: a log that shares the store's RocksDB writes
// them in the batch of the entries, atomically; one that lives elsewhere leaves them to the store.
class RowBatch;

enum class AppendOutcome : std::uint8_t {
  kCommitted,  // durable, in this order
  kConflict,   // the head is not `expected_head`: nothing was appended
  kUnknown,    // may or may not have been appended: Resolve, or read the log again, tells
};

struct AppendResult {
  AppendOutcome outcome = AppendOutcome::kUnknown;
  bool rows_written = false;  // the batch went with the entries
  absl::Status cause;  // for kUnknown, and for a refusal that certainly appended nothing (outcome kConflict, not OK)
};

class ChangeLog {
 public:
  virtual ~ChangeLog() = default;

  // Appends entries of revisions expected_head+1, +2, … all or none.
  virtual AppendResult Append(Revision expected_head, std::span<const LogEntry> entries, RowBatch* rows) = 0;

  // The revision that the change set `id` became, or nullopt where it never committed.
  virtual absl::StatusOr<std::optional<RevisionInfo>> Resolve(std::string_view change_set_id) = 0;

  // Calls `visit` for entries of revisions [from, …] in order, at most `limit`, until it returns false. Entries are
  // checked (dense numbers, hash chain); kDataLoss where one is not what was written, kOutOfRange (kRevisionNotKept)
  // where `from` was trimmed. Reading past the head visits nothing.
  virtual absl::Status Read(Revision from, std::size_t limit, const std::function<bool(const LogEntry&)>& visit) = 0;

  // The header of one revision, without its changes.
  virtual absl::StatusOr<RevisionInfo> ReadInfo(Revision revision) = 0;

  // Calls `wake` after each append that may have moved the head, from any thread, until the returned handle is
  // destroyed. A wake-up, not the truth: the reader then reads.
  virtual std::unique_ptr<void, void (*)(void*)> Tail(std::function<void()> wake) = 0;

  // The newest revision; 0: none.
  virtual absl::StatusOr<Revision> Head() = 0;
  // The oldest revision that can still be read; 1 until something was trimmed.
  virtual absl::StatusOr<Revision> Oldest() = 0;

  // Forgets entries below `oldest`. What Resolve knows of their change sets stays.
  virtual absl::Status Trim(Revision oldest) = 0;
};

}  // namespace braid::graph::store

#endif  // BRAID_GRAPH_STORE_CHANGE_LOG_H_
