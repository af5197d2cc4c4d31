// The graph from its tables, with everything in them checked.
//
// Thread safety: pure function; uses a thread of its own beside the caller's.

#ifndef BRAID_GRAPH_STORE_LOADER_H_
#define BRAID_GRAPH_STORE_LOADER_H_

#include "absl/status/statusor.h"
#include "graph/snapshot.h"
#include "graph/store/database.h"

namespace braid::graph::store {

// Reads every row of every table once: builds the graph of `state.applied` while a second thread goes through the log
// and the change sets, and compares digests and row counts with `state`. The log must be dense, its hash chain whole.
//
// Errors: kDataLoss  naming the table and what does not fit
absl::StatusOr<SnapshotPtr> Load(const Database& database, const StoreState& state);

}  // namespace braid::graph::store

#endif  // BRAID_GRAPH_STORE_LOADER_H_
