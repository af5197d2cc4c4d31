// Between the model's types and the records of proto/braid/storage/v1.
//
// For .cc files of this folder: nothing of Protobuf's is included, only named.
//
// The readers take over the strings of a record, so each wants one that it may empty. What they return is what was
// written; an enumeration's number outside its range makes them return false.

#ifndef BRAID_GRAPH_STORE_RECORDS_H_
#define BRAID_GRAPH_STORE_RECORDS_H_

#include <cstdint>
#include <optional>

#include "graph/change.h"
#include "graph/model.h"
#include "graph/schema.h"

namespace braid::storage::v1 {
class Document;
class Edge;
class EdgeTail;
class Kind;
class LoggedChange;
class Node;
class Relation;
class RevisionInfo;
}  // namespace braid::storage::v1

namespace braid::graph::store {

namespace record = braid::storage::v1;

void ToRecord(const Node& node, record::Node& out);
bool FromRecord(record::Node& in, Node& out);

void ToRecord(const Edge& edge, record::Edge& out);
bool FromRecord(record::Edge& in, Edge& out);
void ToTail(const Edge& edge, record::EdgeTail& out);
bool FromTail(record::EdgeTail& in, Edge& out);

void ToRecord(const Kind& kind, record::Kind& out);
bool FromRecord(record::Kind& in, Kind& out);
void ToRecord(const Relation& relation, record::Relation& out);
bool FromRecord(record::Relation& in, Relation& out);
void ToRecord(const Document& document, record::Document& out);
bool FromRecord(record::Document& in, Document& out);

void ToRecord(const RevisionInfo& info, record::RevisionInfo& out);
bool FromRecord(record::RevisionInfo& in, RevisionInfo& out);

void ToRecord(const LoggedChange& change, record::LoggedChange& out);
bool FromRecord(record::LoggedChange& in, LoggedChange& out);

// Strengths as parts of kStrengthUnit; 0: not given.
std::uint32_t StrengthParts(const std::optional<double>& strength);
std::optional<double> StrengthFromParts(std::uint32_t parts);

// Whether the numbers are those of the enumerations, and `sign` and so on then set.
bool SetEdgeEnums(std::uint32_t sign, std::uint32_t certainty, std::uint32_t basis, Edge& out);

}  // namespace braid::graph::store

#endif  // BRAID_GRAPH_STORE_RECORDS_H_
