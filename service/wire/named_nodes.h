// The nodes that an answer names, gathered as its ids are written.
//
// Thread safety: none; one answer, one NamedNodes.

#ifndef BRAID_SERVICE_WIRE_NAMED_NODES_H_
#define BRAID_SERVICE_WIRE_NAMED_NODES_H_

#include <set>
#include <string>
#include <vector>

#include "braid/v1/node.pb.h"
#include "google/protobuf/repeated_ptr_field.h"
#include "graph/ids.h"
#include "graph/snapshot.h"
#include "service/wire/resources.h"

namespace braid::service::wire {

// Ids of nodes as they are named; at the end, the nodes themselves.
class NamedNodes {
 public:
  // `snapshot` outlives it.
  explicit NamedNodes(const graph::Snapshot& snapshot) : snapshot_(snapshot) {}

  // Empty for kNoNode.
  std::string Name(graph::NodeIndex node);
  // An id that is no node's stands for itself.
  const std::string& Name(const std::string& id);
  void Add(const std::vector<graph::NodeIndex>& nodes, google::protobuf::RepeatedPtrField<std::string>* out);
  void Add(const std::vector<std::string>& ids, google::protobuf::RepeatedPtrField<std::string>* out);

  // What `other` names, of the same snapshot.
  void Add(const NamedNodes& other) { nodes_.insert(other.nodes_.begin(), other.nodes_.end()); }

  // Each once, in byte order of ids.
  void Encode(const NodeView& view, google::protobuf::RepeatedPtrField<v1::Node>* out) const;

 private:
  const graph::Snapshot& snapshot_;
  std::set<graph::NodeIndex> nodes_;
};

}  // namespace braid::service::wire

#endif  // BRAID_SERVICE_WIRE_NAMED_NODES_H_
