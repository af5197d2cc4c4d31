// The store's RocksDB: tables, the state that says what they should hold, and writes that keep the two together.
//
// Every write carries the digests of the tables as they are after it (digest.h): the old value of each row is read, its
// hash taken out of the sum, the new one's added, in the same batch.
//
// Thread safety: any method from any thread; writes take turns.

#ifndef BRAID_GRAPH_STORE_DATABASE_H_
#define BRAID_GRAPH_STORE_DATABASE_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "graph/store/codec.h"
#include "graph/store/health.h"
#include "graph/store/row_batch.h"

namespace braid::graph::store {

class Database {
 public:
  // Opens the RocksDB in `directory`, or makes a new, empty store where `may_create` and there is none.
  //
  // Errors: kDataLoss  RocksDB refuses its files, or there is no state where there must be one
  //         kFailedPrecondition (FORMAT_NEWER); kUnavailable  another process holds the directory, or I/O
  static absl::StatusOr<std::unique_ptr<Database>> Open(const std::string& directory, bool may_create,
                                                        const std::shared_ptr<Health>& health);
  ~Database();

  // Where the store stands. After a write that failed it is read again from the database, which may fail.
  absl::StatusOr<StoreState> State() const;
  // The same, after the write that is under way, if there is one.
  absl::StatusOr<StoreState> SettledState() const;

  struct WriteResult {
    absl::Status status;
    bool attempted = false;  // the batch was handed to RocksDB: where `status` is not OK, it may be there or not
  };
  // Writes `batch` and the state that `update` makes of the present one, atomically and synced. The digests in the
  // state are this function's own care.
  WriteResult Write(const RowBatch& batch, const std::function<void(StoreState&)>& update);

  // Lets the log files that opening has replayed go, their rows into table files, so that the next start need not
  // replay them. Called once all was checked: opening itself changes nothing that a damaged store might still need.
  // Does not wait.
  absl::Status ReleaseLogs();

  absl::StatusOr<std::optional<std::string>> Get(Table table, std::string_view key) const;

  // Calls `visit` with the rows of `table` from the key `from` on, in byte order of keys, until it returns false.
  absl::Status Scan(Table table, std::string_view from,
                    const std::function<bool(std::string_view key, std::string_view value)>& visit) const;

  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

 private:
  class Impl;
  explicit Database(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace braid::graph::store

#endif  // BRAID_GRAPH_STORE_DATABASE_H_
