// What can be told of a node, an edge or a document from its values and the schema alone, whatever else is in the
// graph. Private to graph/validate.cc.
//
// Every check reports all that it finds, with fields relative to the thing (`labels[0].text`) and named as in the API.
//
// Thread safety: pure functions.

#ifndef BRAID_GRAPH_VALUE_CHECKS_H_
#define BRAID_GRAPH_VALUE_CHECKS_H_

#include <cstddef>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "graph/model.h"
#include "graph/schema.h"

namespace braid::graph {

inline constexpr std::size_t kMaxDocumentBytes = std::size_t{16} << 20;

// FIELD_REQUIRED where `id` is empty, CURIE_MALFORMED where it is no CURIE.
absl::Status CheckCurie(std::string_view id, std::string field);

// VALUE_OUT_OF_RANGE where `text` is not valid UTF-8.
absl::Status CheckUtf8(std::string_view text, std::string field);

// KIND_NOT_FOUND and RELATION_NOT_FOUND, with near names of the schema; FIELD_REQUIRED where the name is empty.
absl::Status CheckKindName(std::string_view name, const Schema& schema, std::string field);
absl::Status CheckRelationName(std::string_view name, const Schema& schema, std::string field);

// O(size of the value).
absl::Status CheckNode(const Node& node, const Schema& schema);
absl::Status CheckEdge(const Edge& edge, const Schema& schema);
absl::Status CheckDocument(const Document& document);

// The form in which a thing is kept: attributes sorted, strength in parts of kStrengthUnit, certainty chosen where none
// was given, ends of a symmetric edge in order. REQUIRES: the check above passed.
Node Normalized(Node node);
Edge Normalized(Edge edge, const Relation& relation);

}  // namespace braid::graph

#endif  // BRAID_GRAPH_VALUE_CHECKS_H_
