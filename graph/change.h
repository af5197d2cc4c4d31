// What a commit asks for, and what the log keeps of it.
//
// Thread safety: values.

#ifndef BRAID_GRAPH_CHANGE_H_
#define BRAID_GRAPH_CHANGE_H_

#include <chrono>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "graph/ids.h"
#include "graph/model.h"
#include "graph/schema.h"

namespace braid::graph {

struct PutNode {
  Node node;
};
struct DeleteNode {  // refused while an edge touches it (kNodeInUse)
  std::string id;
};
struct PutEdge {
  Edge edge;
};
struct DeleteEdge {
  EdgeKey key;
};
struct PutKind {
  Kind kind;
};
struct PutRelation {
  Relation relation;
};
struct PutDocument {
  Document document;
};

// An elementary change. A put creates or replaces.
using Change = std::variant<PutNode, DeleteNode, PutEdge, DeleteEdge, PutKind, PutRelation, PutDocument>;

// What must be so for a change set to be applied, against the head as it is in the writer's turn.
struct EtagIs {
  std::string id;    // a node
  std::string etag;  // kEtagMismatch where it differs, kNodeNotFound where there is no such node
};
struct EdgeEtagIs {
  EdgeKey key;
  std::string etag;
};
struct Exists {
  std::string id;  // else kPreconditionFailed
};
struct Absent {
  std::string id;  // else kPreconditionFailed
};
struct HeadIs {
  Revision revision;  // else kHeadMoved
};
using Precondition = std::variant<EtagIs, EdgeEtagIs, Exists, Absent, HeadIs>;

// Who writes. `proved` where the server authenticated the name, else it is what the caller stated.
struct Author {
  std::string name;
  bool proved = false;
  friend bool operator==(const Author&, const Author&) = default;
};

// One commit: applied whole or not at all.
struct ChangeSet {
  std::string id;  // UUID in lower case with hyphens; chosen by the caller, required here
  Author author;
  std::string message;
  std::vector<Precondition> preconditions;
  std::vector<Change> changes;
};

// A 128-bit digest of what a change set asks for (changes and preconditions, not author or message), by which a repeat
// is told from another change set under the same id.
struct Digest128 {
  std::uint64_t high = 0;
  std::uint64_t low = 0;
  friend auto operator<=>(const Digest128&, const Digest128&) = default;
};

// O(size of the change set).
Digest128 DigestOf(const ChangeSet& change_set);

// One thing before and after; an absent side: it did not exist. Equal kinds of thing on both sides.
template <typename T>
struct BeforeAfter {
  std::optional<T> before;
  std::optional<T> after;
  friend bool operator==(const BeforeAfter&, const BeforeAfter&) = default;
};

// A node with the slot that it has or had: the log fixes the numbers, so that every replica agrees on them.
struct NodeAt {
  Node node;
  NodeIndex index = kNoNode;
  friend bool operator==(const NodeAt&, const NodeAt&) = default;
};
// A kind or relation needs no number here: the log's order gives it.
using LoggedChange = std::variant<BeforeAfter<NodeAt>, BeforeAfter<Edge>, BeforeAfter<Kind>, BeforeAfter<Relation>,
                                  BeforeAfter<Document>>;

// What the log keeps of one commit beside its changes.
struct RevisionInfo {
  Revision number{};
  std::string change_set_id;
  Author author;
  std::chrono::system_clock::time_point time{};  // microseconds; never earlier than the revision before
  std::string message;
  Digest128 request_digest;
  std::uint64_t change_count = 0;
  friend bool operator==(const RevisionInfo&, const RevisionInfo&) = default;
};

struct LogEntry {
  RevisionInfo info;
  std::vector<LoggedChange> changes;
  friend bool operator==(const LogEntry&, const LogEntry&) = default;
};

}  // namespace braid::graph

#endif  // BRAID_GRAPH_CHANGE_H_
