// What a commit states about the head before it may be applied. Private to graph/validate.cc.
//
// Thread safety: pure function.

#ifndef BRAID_GRAPH_PRECONDITIONS_H_
#define BRAID_GRAPH_PRECONDITIONS_H_

#include <span>

#include "absl/status/status.h"
#include "graph/change.h"
#include "graph/snapshot.h"

namespace braid::graph {

// OK where all hold in `base`; else every one that does not, with fields `preconditions[i].…` and the errors of
// graph/change.h. O(preconditions · log n).
absl::Status CheckPreconditions(const Snapshot& base, std::span<const Precondition> preconditions);

}  // namespace braid::graph

#endif  // BRAID_GRAPH_PRECONDITIONS_H_
