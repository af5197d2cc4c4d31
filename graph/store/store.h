// The graph on disk: RocksDB under a snapshot in memory.
//
// Promise: acknowledged is durable; a change set is seen whole or not at all, in one order; damage is reported, never
// served; an outcome that a caller could not see can be asked for by its change-set id. Isolation: commits are
// serialisable (one writer validates against the head as the change set before left it), a reader sees one revision.
//
// On disk: FORMAT.md beside this file. Options of RocksDB and their reasons: rocks_options.cc.
//
// Thread safety: every method from any thread. Reads never wait for writes.

#ifndef BRAID_GRAPH_STORE_STORE_H_
#define BRAID_GRAPH_STORE_STORE_H_

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "graph/change.h"
#include "graph/ids.h"
#include "graph/snapshot.h"

namespace braid::graph::store {

class ChangeLog;

struct StoreOptions {
  std::string directory;                         // made where it does not exist
  std::uint64_t max_travel_changes = 1'000'000;  // how far back At() walks
  std::size_t travel_cache = 4;                  // past snapshots kept
  std::size_t max_group = 64;                    // change sets that share one synced write
};

// What a commit became.
struct CommitResult {
  RevisionInfo info;
  bool repeated = false;  // this change-set id had committed before; nothing was applied now
};

// How the store is, for a health check.
struct StoreHealth {
  bool writable = true;
  std::string why;  // empty while writable
};

class Store {
 public:
  // Checks that a caller hands in beside the schema's own: rules of the field that need its words. Called in the
  // writer's turn with the head as it is then; a failure refuses the change set. Must be quick and must not call the
  // store.
  using Validator = std::function<absl::Status(const Snapshot& head, const ChangeSet& change_set)>;

  // Opens, recovers and loads: every row is read once and its digest compared.
  //
  // Errors: kDataLoss (STORE_DAMAGED)  a checksum, digest, row count, chain or the acknowledged mark does not fit:
  // what, and
  //                                    where; nothing is changed on disk
  //         kFailedPrecondition (FORMAT_NEWER)  written by a newer Braid
  //         kUnavailable       another process holds the directory; I/O that may pass
  static absl::StatusOr<std::unique_ptr<Store>> Open(const StoreOptions& options, Validator validator = {});

  // The same over a log that lives elsewhere (nullptr: in the store's own RocksDB). The tables follow the log: what it
  // has beyond them is applied here and before each commit.
  //
  // Errors: also kDataLoss where the log ends before what the tables show
  static absl::StatusOr<std::unique_ptr<Store>> Open(const StoreOptions& options, Validator validator,
                                                     std::shared_ptr<ChangeLog> log);
  ~Store();  // waits for the commits under way

  std::string_view store_id() const;  // a UUID, made with the store
  SnapshotPtr head() const;
  Revision oldest_revision() const;  // the oldest that GetRevision still reads

  // Applies a change set and makes it visible, or nothing. Returns once it is durable. Sent again under the same id:
  // the first result again, `repeated` set.
  //
  // Errors: what ValidateChangeSet and the validator say; kAlreadyExists (CHANGE_SET_ID_REUSED) the id was used for
  // another
  //         content; kInvalidArgument the id is not a UUID; kUnavailable (OUTCOME_UNKNOWN) ask FindChangeSet;
  //         (STORE_READ_ONLY) after an I/O error; kResourceExhausted (DISK_FULL)
  absl::StatusOr<CommitResult> Commit(const ChangeSet& change_set);

  // The same checks, nothing written: the changes that a commit now would make, so none where it has committed already.
  absl::StatusOr<std::vector<LoggedChange>> Validate(const ChangeSet& change_set) const;

  // The outcome of an id: the revision it became, or kNotFound (CHANGE_SET_NOT_FOUND): it was not applied, and will not
  // be. kUnavailable (OUTCOME_UNKNOWN) while a write that failed may still land: until the next commit.
  absl::StatusOr<RevisionInfo> FindChangeSet(std::string_view change_set_id) const;

  // The head, once it is at least `revision`; waits until `deadline`.
  // Errors: kUnavailable (REVISION_NOT_REACHED); kCancelled once `cancelled`, asked every 20 ms, says so
  absl::StatusOr<SnapshotPtr> AtLeast(Revision revision, std::chrono::steady_clock::time_point deadline,
                                      const std::function<bool()>& cancelled = {}) const;

  // The graph as it was at `revision`, built by walking the log back from the nearest snapshot held.
  // Errors: kOutOfRange (REVISION_NOT_KEPT, metadata oldest_revision, head_revision; REVISION_IN_FUTURE)
  absl::StatusOr<SnapshotPtr> At(Revision revision) const;

  // Headers of revisions, newest first, at most `limit`, those before `before` (0: from the head).
  absl::StatusOr<std::vector<RevisionInfo>> ListRevisions(Revision before, std::size_t limit) const;

  // One revision with its changes. Errors as At.
  absl::StatusOr<LogEntry> GetRevision(Revision revision) const;

  StoreHealth health() const;

  Store(const Store&) = delete;
  Store& operator=(const Store&) = delete;

 private:
  class Impl;
  explicit Store(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace braid::graph::store

#endif  // BRAID_GRAPH_STORE_STORE_H_
