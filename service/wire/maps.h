// The question and the answer of ConnectDimensions, between messages and our types.
//
// Thread safety: pure functions.

#ifndef BRAID_SERVICE_WIRE_MAPS_H_
#define BRAID_SERVICE_WIRE_MAPS_H_

#include "absl/status/statusor.h"
#include "braid/v1/path_service.pb.h"
#include "graph/snapshot.h"
#include "ontology/connecting_map.h"
#include "service/wire/resources.h"

namespace braid::service::wire {

// Ranges and names are checked where they are used (ontology/map_question.h); here only what has no form of ours.
// Errors: kInvalidArgument ENUM_UNKNOWN (min_certainty)
absl::StatusOr<ontology::MapRequest> DecodeMapRequest(const v1::ConnectDimensionsRequest& request);

void EncodeMap(const graph::Snapshot& snapshot, const ontology::ExplainedMap& map, const NodeView& view,
               v1::ConnectingMap* out);

// Everything but the header and the limits in force. Alternatives for which there is no room are `untried`, and the
// answer is TRUNCATED by SIZE.
void EncodeMapSummary(const graph::Snapshot& snapshot, const ontology::MapSummary& summary, const NodeView& view,
                      v1::MapSummary* out);

}  // namespace braid::service::wire

#endif  // BRAID_SERVICE_WIRE_MAPS_H_
