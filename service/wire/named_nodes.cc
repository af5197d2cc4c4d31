#include "service/wire/named_nodes.h"

#include <algorithm>
#include <optional>

namespace braid::service::wire {

using google::protobuf::RepeatedPtrField;
using graph::NodeIndex;

std::string NamedNodes::Name(NodeIndex node) {
  if (node == graph::kNoNode) return {};
  nodes_.insert(node);
  return std::string(snapshot_.id(node));
}

const std::string& NamedNodes::Name(const std::string& id) {
  const std::optional<NodeIndex> node = snapshot_.Find(id);
  if (node.has_value()) nodes_.insert(*node);
  return id;
}

void NamedNodes::Add(const std::vector<NodeIndex>& nodes, RepeatedPtrField<std::string>* out) {
  for (const NodeIndex node : nodes) out->Add(Name(node));
}

void NamedNodes::Add(const std::vector<std::string>& ids, RepeatedPtrField<std::string>* out) {
  for (const std::string& id : ids) out->Add(std::string(Name(id)));
}

void NamedNodes::Encode(const NodeView& view, RepeatedPtrField<v1::Node>* out) const {
  std::vector<NodeIndex> nodes(nodes_.begin(), nodes_.end());
  std::sort(nodes.begin(), nodes.end(), [&](NodeIndex a, NodeIndex b) { return snapshot_.id(a) < snapshot_.id(b); });
  for (const NodeIndex node : nodes) EncodeNode(snapshot_, node, view, out->Add());
}

}  // namespace braid::service::wire
