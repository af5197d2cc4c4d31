// From what a caller writes to a node, never in silence.
//
// Thread safety: pure functions on one snapshot.

#ifndef BRAID_ONTOLOGY_LOOKUP_H_
#define BRAID_ONTOLOGY_LOOKUP_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "graph/ids.h"
#include "graph/snapshot.h"

namespace braid::ontology {

enum class NoticeReason {
  kAliasFollowed,
  kReplacementFollowed,
  kSeveralReplacements,
  kObsolete,
  kGeneral,
  kClientReading,
  kEndExcluded,
  kNotStudied,
  kUnverified,
};

// What happened on the way from a request to its answer.
struct Notice {
  NoticeReason reason;
  std::string field;
  std::string message;  // one sentence
  std::string from_id;
  std::string to_id;
};

// The node that `id` means: itself, what its alias stands for, or the end of the chain of sole replacements of an
// obsolete node. Each step adds a notice. With several replacements, or none, the obsolete node itself comes back and a
// notice says so. `redirect` false: aliases and replacements are not followed.
//
// Errors: kInvalidArgument CURIE_MALFORMED; kNotFound NODE_NOT_FOUND with the nearest ids; both name `field`
absl::StatusOr<graph::NodeIndex> FindNode(const graph::Snapshot& snapshot, std::string_view id, std::string_view field,
                                          bool redirect, std::vector<Notice>* notices);

// The technique or modality, the technique, the concern, that `id` means, as FindNode.
// Errors: those of FindNode; kInvalidArgument FIELD_REQUIRED where `id` is empty, VALUE_OUT_OF_RANGE where the node is
//         of another kind; all name `field`
absl::StatusOr<graph::NodeIndex> FindIntervention(const graph::Snapshot& snapshot, std::string_view id,
                                                  std::string_view field, bool redirect, std::vector<Notice>* notices);
absl::StatusOr<graph::NodeIndex> FindTechnique(const graph::Snapshot& snapshot, std::string_view id,
                                               std::string_view field, bool redirect, std::vector<Notice>* notices);
absl::StatusOr<graph::NodeIndex> FindConcern(const graph::Snapshot& snapshot, std::string_view id,
                                             std::string_view field, bool redirect, std::vector<Notice>* notices);

// `nodes` with everything that is a kind of one of them, along `is_a` however deep; each once, `nodes` first.
// O(result and its `is_a` edges).
std::vector<graph::NodeIndex> WithDescendants(const graph::Snapshot& snapshot, std::vector<graph::NodeIndex> nodes);

// `nodes` with everything that one of them is a kind of, along `is_a` however high; each once, `nodes` first.
// O(result and its `is_a` edges).
std::vector<graph::NodeIndex> WithAncestors(const graph::Snapshot& snapshot, std::vector<graph::NodeIndex> nodes);

// The attribute of a node where it is a number, whole or not. O(attributes of the node).
std::optional<double> NumberOf(const graph::Snapshot& snapshot, graph::NodeIndex node, std::string_view attribute);
// The attribute of a node where it is a text, else empty. Lives as long as the snapshot. O(attributes of the node).
std::string_view TextOf(const graph::Snapshot& snapshot, graph::NodeIndex node, std::string_view attribute);

enum class MatchField { kId = 1, kAlias, kCode, kPreferredLabel, kSynonym, kAbbreviation };

// A node that a text may mean.
struct Candidate {
  graph::NodeIndex node = graph::kNoNode;
  MatchField field = MatchField::kId;
  bool exact = false;        // byte for byte; else in normal form (graph/text.h)
  std::string matched_text;  // as the node has it
  std::string language;      // of a label
  std::string predicate_id;  // of a foreign code
};

struct ResolveQuery {
  std::string text;  // at most 1 000 bytes
  std::optional<graph::KindIndex> kind;
  bool include_obsolete = false;
};

// Every node that the text names, once each by its best match, in order (exact before normalised within a field, field,
// id). An obsolete node that is left out is answered by its sole replacement, with a notice. Errors: kInvalidArgument
// QUERY_EMPTY, VALUE_OUT_OF_RANGE; field `text`
absl::StatusOr<std::vector<Candidate>> Resolve(const graph::Snapshot& snapshot, const ResolveQuery& query,
                                               std::vector<Notice>* notices);

// `relation` and all its sub-relations, or kind, by name. Errors: kNotFound RELATION_NOT_FOUND or KIND_NOT_FOUND, with
// the names that there are; naming `field`.
absl::StatusOr<std::vector<graph::RelationIndex>> FindRelations(const graph::Schema& schema, std::string_view relation,
                                                                std::string_view field);
absl::StatusOr<graph::KindIndex> FindKind(const graph::Schema& schema, std::string_view kind, std::string_view field);

// A page of a node's edges, ordered by (relation, outgoing before incoming, id of the other node).
struct Neighbor {
  graph::EdgeEntry edge;
  bool outgoing = true;
  graph::NodeIndex node = graph::kNoNode;
};
struct NeighborQuery {
  graph::NodeIndex node = graph::kNoNode;
  std::vector<graph::RelationIndex> relations;  // empty: all
  bool outgoing = true, incoming = true;
  std::optional<graph::KindIndex> kind;
};
// Where a page ended. Empty relation: the beginning.
struct NeighborPosition {
  std::string relation;
  bool outgoing = true;
  std::string id;
};
struct NeighborPage {
  std::vector<Neighbor> neighbors;
  std::optional<NeighborPosition> next;  // unset: that was all
};
// At most `limit` (>= 1) after `position`. O(degree of the node under the relations asked for).
NeighborPage ListNeighbors(const graph::Snapshot& snapshot, const NeighborQuery& query,
                           const NeighborPosition& position, std::size_t limit);

}  // namespace braid::ontology

#endif  // BRAID_ONTOLOGY_LOOKUP_H_
