// Nodes and edges, between messages and our types.
//
// Decoding checks form only (something is missing, an enum is unknown) and goes on, so that a caller learns everything
// at once; what a value may be is for graph/validate.h. Output-only fields of a message are ignored.
//
// Thread safety: pure functions.

#ifndef BRAID_SERVICE_WIRE_RESOURCES_H_
#define BRAID_SERVICE_WIRE_RESOURCES_H_

#include <cstddef>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "braid/v1/common.pb.h"
#include "braid/v1/node.pb.h"
#include "google/protobuf/repeated_ptr_field.h"
#include "graph/error.h"
#include "graph/model.h"
#include "graph/snapshot.h"

namespace braid::service::wire {

// A reply that has grown past this takes nothing more. One item more may be as large as a message may be, and all of it
// is still within what the server sends at most.
inline constexpr std::size_t kMaxReplyBytes = 8U << 20U;

// How much of a node a reply shows, and in which languages.
struct NodeView {
  bool full = false;
  std::vector<std::string> languages;
};

// Errors: kInvalidArgument ENUM_UNKNOWN, field `view`
absl::StatusOr<NodeView> DecodeView(v1::View view, bool full_by_default,
                                    const google::protobuf::RepeatedPtrField<std::string>& languages);

void EncodeNode(const graph::Node& node, const NodeView& view, v1::Node* out);
void EncodeNode(const graph::Snapshot& snapshot, graph::NodeIndex index, const NodeView& view, v1::Node* out);
void EncodeEdge(const graph::Edge& edge, v1::Edge* out);

// `field` is the path of the message within the request; what is wrong is added to `errors`.
graph::Node DecodeNode(const v1::Node& message, const std::string& field, graph::ErrorList& errors);
graph::Edge DecodeEdge(const v1::Edge& message, const std::string& field, graph::ErrorList& errors);
graph::EdgeKey DecodeEdgeKey(const v1::EdgeKey& message);
graph::Certainty DecodeCertainty(v1::Certainty certainty, const std::string& field, graph::ErrorList& errors);

// Adds FIELD_REQUIRED for `field`.
void AddRequired(const std::string& field, graph::ErrorList& errors);

}  // namespace braid::service::wire

#endif  // BRAID_SERVICE_WIRE_RESOURCES_H_
