// Decides whether a change set may be applied to a snapshot, and what exactly it changes.
//
// This is the schema's enforcement. It reads the base and an overlay of the changes before; its cost grows with the
// change set and, for acyclic relations, with the part of the relation that a search for a cycle walks.
//
// Thread safety: pure function.

#ifndef BRAID_GRAPH_VALIDATE_H_
#define BRAID_GRAPH_VALIDATE_H_

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "graph/change.h"
#include "graph/snapshot.h"

namespace braid::graph {

// Where new nodes get their slots: the least free one, deterministically.
class SlotAllocator {
 public:
  virtual ~SlotAllocator() = default;
  virtual NodeIndex Take() = 0;
};

inline constexpr std::size_t kMaxChanges = 1'000'000;  // of one change set

// Checks `change_set` against `base` and returns what the log is to keep. Changes are applied in order, each seeing the
// ones before it, with three exceptions that make files and forms easy to write: kinds, then relations, are put first,
// wherever they stand, and everything is held to the schema that the whole set leaves; an edge may name a node that a
// later change of the set puts; a node may be deleted before its edges are. Properties of the whole (no dangling edge,
// no cycle, one primary, most per subject, replacements and evidence that exist, ids and aliases that name one node
// each) are checked at the end.
//
// What comes back has one entry a node, edge or document, from what it was in `base` to what the set leaves (kinds and
// relations: one a change), no-ops left out (a put of what is there already, update revisions aside; what was put and
// deleted again). It is in an order in which each fits what the ones before leave: schema, deleted edges, deleted
// nodes, put nodes, put edges, documents; within each, in the order of the changes. Slots are taken only once
// everything has passed.
//
// What it normalises: strengths to parts in a billion; symmetric edges to subject before object; attributes sorted by
// name; an unset certainty to kLow where a claim names who asserts it or an evidence, else kNoSource; revisions to the
// new one.
//
// What it does not look for, since its cost would grow with the graph: claims and replacements in `base` that name a
// node which the set deletes.
//
// Errors: every violation at once, at most 100 (graph/error.h), in order of the changes, fields named
// `changes[i].put_edge.edge.strength` and so on:
//   kInvalidArgument    FIELD_REQUIRED, CURIE_MALFORMED, VALUE_OUT_OF_RANGE (NaN too), ENUM_UNKNOWN
//   kNotFound           NODE_NOT_FOUND (with the nearest ids), EDGE_NOT_FOUND, KIND_NOT_FOUND, RELATION_NOT_FOUND
//   kFailedPrecondition SCHEMA_VIOLATION (domain, range, an attribute, the kind of an existing node, a self-loop,
//                       most per subject, one primary), CYCLE (listed in the description and in metadata `cycle`, the
//                       first id repeated at the end; past 50 ids an ellipsis), NODE_IN_USE, NODE_EXISTS (an id or
//                       alias that names another node already), PRECONDITION_FAILED
//   kAborted            ETAG_MISMATCH, HEAD_MOVED (metadata expected, found)
//   kResourceExhausted  LIMIT_EXCEEDED (more than kMaxChanges)
// Preconditions are checked first; where one fails nothing else is looked at.
//
// O(size of the set · log n), and beside that: for an acyclic relation, the edges that a search from the added ones
// walks; for a relation with one primary, the edges of the subjects touched.
absl::StatusOr<std::vector<LoggedChange>> ValidateChangeSet(const Snapshot& base, const ChangeSet& change_set,
                                                            Revision next, SlotAllocator& slots);

// An error NODE_NOT_FOUND for `id`, with up to five of the nearest ids (graph/nearest.h): in the description with their
// labels, in metadata `nearest` with commas between.
absl::Status NodeNotFound(const Snapshot& snapshot, std::string_view id, std::string field);

}  // namespace braid::graph

#endif  // BRAID_GRAPH_VALIDATE_H_
