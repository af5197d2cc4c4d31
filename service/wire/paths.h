// The question and the answer of FindPaths, between messages and our types.
//
// Thread safety: pure functions.

#ifndef BRAID_SERVICE_WIRE_PATHS_H_
#define BRAID_SERVICE_WIRE_PATHS_H_

#include "absl/status/statusor.h"
#include "braid/v1/path_service.pb.h"
#include "graph/snapshot.h"
#include "ontology/integrative_paths.h"
#include "service/wire/resources.h"

namespace braid::service::wire {

// Ranges and names are checked where they are used (ontology/integrative_paths.h); here only what has no form of ours.
// Errors: kInvalidArgument ENUM_UNKNOWN (min_certainty), VALUE_OUT_OF_RANGE (more than 64 ends)
absl::StatusOr<ontology::PathRequest> DecodePathRequest(const v1::FindPathsRequest& request);

// Everything of `reply` but the header and the limits in force. Paths past kMaxReplyBytes are left out, and the answer
// says so.
void EncodePathReply(const graph::Snapshot& snapshot, const ontology::PathReply& reply, const NodeView& view,
                     v1::FindPathsResponse* out);

}  // namespace braid::service::wire

#endif  // BRAID_SERVICE_WIRE_PATHS_H_
