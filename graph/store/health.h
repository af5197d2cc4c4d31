// Whether the store may write, and why not.
//
// RocksDB tells of errors in the background from its own threads; commits ask before they begin. An error that RocksDB
// gets over by itself (a full disk that has space again) makes the store writable again; a lasting one needs a restart.
//
// Thread safety: any method from any thread.

#ifndef BRAID_GRAPH_STORE_HEALTH_H_
#define BRAID_GRAPH_STORE_HEALTH_H_

#include <cstdint>
#include <mutex>
#include <string>

#include "absl/status/status.h"
#include "graph/store/store.h"

namespace braid::graph::store {

enum class Failure : std::uint8_t {
  kNone,
  kDiskFull,  // RocksDB tries again by itself
  kPassing,   // so here
  kLasting,   // only a restart, which checks everything, ends it
};

class Health {
 public:
  // The first lasting failure stays, whatever follows.
  void Fail(Failure failure, std::string why);
  // Ends a failure that does not last.
  void Recover();

  StoreHealth Get() const;
  // OK while writable, else DISK_FULL or STORE_READ_ONLY with the reason.
  absl::Status WriteStatus() const;

 private:
  mutable std::mutex mutex_;
  Failure failure_ = Failure::kNone;
  std::string why_;
};

}  // namespace braid::graph::store

#endif  // BRAID_GRAPH_STORE_HEALTH_H_
