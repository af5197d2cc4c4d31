// Makes the next snapshot: from one that there is, at a cost of what is edited; or from rows, in bulk.
//
// Both do what they are told: what may be told is decided before, by graph/validate.h, or was decided when the log was
// written.
//
// Thread safety: one thread. Reads of the base go on undisturbed.

#ifndef BRAID_GRAPH_SNAPSHOT_BUILDER_H_
#define BRAID_GRAPH_SNAPSHOT_BUILDER_H_

#include <memory>

#include "absl/status/statusor.h"
#include "graph/change.h"
#include "graph/ids.h"
#include "graph/model.h"
#include "graph/schema.h"
#include "graph/snapshot.h"

namespace braid::graph {

// Edits are staged page by page, so that many edits of one page copy it once.
class SnapshotBuilder {
 public:
  explicit SnapshotBuilder(SnapshotPtr base);
  ~SnapshotBuilder();

  // Applies one logged change forwards (`after` replaces `before`) or backwards (time travel, the last change first).
  // Forwards, what is written gets `revision`, and a node keeps the create_revision of its `before`; backwards,
  // `before` comes back with the revisions in it.
  //
  // An edge may be put before the node it names, and a node be deleted before its edges are: at Build all must be
  // there.
  //
  // REQUIRES: the change fits the state it is applied to (before, or after, is what is there); within one change set an
  // id has one slot and a slot one id; kinds and relations come in the log's order.
  void Apply(const LoggedChange& change, Revision revision);
  void Undo(const LoggedChange& change);

  // The new snapshot at `revision`. Consumes the builder. O(edits · (page + log n)); a hub costs one chunk an edit and
  // its list of chunks. A change of which kinds are groups or which relations define them looks at every page.
  SnapshotPtr Build(Revision revision) &&;

 private:
  class State;
  std::unique_ptr<State> state_;
};

// Builds a snapshot from rows, for the store's start: the same as putting each, in O(nodes log nodes + edges). While
// the edges are read a second thread makes the indexes.
//
// Call in this order: kinds and relations, each in the order of their numbers; nodes, in any order of slots; edges, in
// ascending order of (subject, relation, object). Documents at any time. Revisions are taken from what is given.
//
// What does not fit (an unknown kind, relation or slot; a slot or id twice; a wrong order) is remembered, and Build
// says the first: the rows come from a disk.
class BulkLoader {
 public:
  BulkLoader();
  ~BulkLoader();

  void AddKind(Kind kind);
  void AddRelation(Relation relation);
  void AddDocument(Document document);
  void AddNode(NodeIndex index, Node node);
  void AddEdge(NodeIndex subject, RelationIndex relation, NodeIndex object, Edge edge);  // edge.key is not looked at

  // Consumes the loader.
  // Errors: kDataLoss (STORE_DAMAGED), naming the row that does not fit
  absl::StatusOr<SnapshotPtr> Build(Revision revision) &&;

 private:
  class State;
  std::unique_ptr<State> state_;
};

}  // namespace braid::graph

#endif  // BRAID_GRAPH_SNAPSHOT_BUILDER_H_
