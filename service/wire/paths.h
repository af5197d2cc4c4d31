// The question and the answer of FindPaths, between messages and our types.
//
// Thread safety: pure functions.

#ifndef BRAID_SERVICE_WIRE_PATHS_H_
#define BRAID_SERVICE_WIRE_PATHS_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "braid/v1/path_service.pb.h"
#include "graph/snapshot.h"
#include "ontology/integrative_paths.h"
#include "ontology/path_sums.h"
#include "service/wire/resources.h"

namespace braid::service::wire {

// Ranges and names are checked where they are used (ontology/path_question.h); here only what has no form of ours.
// `resume_token` is the caller's to read.
// Errors: kInvalidArgument ENUM_UNKNOWN (min_certainty), VALUE_OUT_OF_RANGE (more than 64 ends)
absl::StatusOr<ontology::PathRequest> DecodePathRequest(const v1::FindPathsRequest& request);
absl::StatusOr<ontology::SumRequest> DecodeSumRequest(const v1::SumPathsRequest& request);

void EncodePath(const graph::Snapshot& snapshot, const ontology::ExplainedPath& path, const NodeView& view,
                v1::Path* out);
void EncodeHop(const graph::Snapshot& snapshot, const ontology::ExplainedHop& hop, v1::Hop* out);
void EncodeCounterEvidence(const graph::Snapshot& snapshot, const ontology::CounterEvidence& counter,
                           v1::CounterEvidence* out);
void EncodeRelationshipFactor(const graph::Snapshot& snapshot, const ontology::RelationshipFactor& factor,
                              const std::vector<std::string>& languages, v1::RelationshipFactor* out);
v1::Outcome OutcomeOf(ontology::Outcome outcome);

// Everything but the limits in force and the token.
void EncodeCompleteness(const graph::PathSearchState& search, v1::Completeness* out);

// Everything but the header, the limits in force and the token.
void EncodePathSummary(const ontology::PathSummary& summary, v1::PathsSummary* out);
void EncodeSum(const ontology::SumReply& reply, v1::SumPathsResponse* out);

}  // namespace braid::service::wire

#endif  // BRAID_SERVICE_WIRE_PATHS_H_
