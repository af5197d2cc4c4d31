// The schema as a type: which kinds and relations there are, and the properties that the engine honours.
//
// A schema is data. It arrives as kinds and relations put by commits, lives in the snapshot, and is enforced by
// graph/validate.h. Nothing here knows a kind or a relation by name.
//
// Thread safety: a Schema is immutable once built; any number of threads may share it.

#ifndef BRAID_GRAPH_SCHEMA_H_
#define BRAID_GRAPH_SCHEMA_H_

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "graph/ids.h"

namespace braid::graph {

class ErrorList;

enum class AttributeType : std::uint8_t { kText = 1, kTextList = 2, kNumber = 3, kInteger = 4, kBoolean = 5 };

// What an attribute of a kind or relation may hold.
struct AttributeSchema {
  std::string name;
  AttributeType type = AttributeType::kText;
  std::string description;
  std::string unit;                         // empty: none
  std::optional<double> minimum, maximum;   // inclusive; numbers and integers only
  std::vector<std::string> allowed_values;  // of a text or of each item of a list; empty: any
  bool required = false;

  friend bool operator==(const AttributeSchema&, const AttributeSchema&) = default;
};

// A kind of node.
struct Kind {
  std::string name;       // `technique`; [a-z][a-z0-9_]*, at most 60 bytes
  std::string id_prefix;  // the prefix of ids made for it, empty: none; imported nodes keep theirs
  std::string description;
  std::vector<AttributeSchema> attributes;
  bool ends_only = false;    // first or last on a path, never inside it
  bool is_group = false;     // a node of this kind is its own group (a modality crosses itself)
  bool needs_group = false;  // a node of this kind is walked only where it has a group

  friend bool operator==(const Kind&, const Kind&) = default;
};

// What travels along a relation to the descendants of its subject (algorithms.md, section 9).
enum class Inheritance : std::uint8_t { kNone = 0, kDown = 1 };

// Kinds that an edge may run between. Empty `from` or `to`: any kind.
struct EndpointRule {
  std::vector<std::string> from;
  std::vector<std::string> to;
  friend bool operator==(const EndpointRule&, const EndpointRule&) = default;
};

// A relation between nodes.
struct Relation {
  std::string name;          // `engages`; as Kind::name
  std::string inverse_name;  // how it reads from object to subject: `engaged_by`; empty for symmetric ones
  std::string description;
  // How a sentence says it, subject first ("engages") and object first ("is engaged by"; symmetric ones leave it
  // empty), and what takes their place where the edge has a sign ("weakens", "is weakened by").
  std::string phrase, inverse_phrase;
  std::string plus_phrase, plus_inverse_phrase;
  std::string minus_phrase, minus_inverse_phrase;
  std::string sub_relation_of;             // empty: none; must exist, no cycles
  std::vector<EndpointRule> endpoints;     // an edge must fit one of them
  bool same_kind = false;                  // both ends must be of one kind, whichever it is
  std::uint32_t max_per_subject = 0;       // edges of one subject; 0: any number
  bool walkable = false;                   // may be a hop of a path
  std::optional<double> default_strength;  // (0, 1]; for an edge without one; unset: such an edge is not walkable
  bool transitive = false;
  bool acyclic = false;
  bool symmetric = false;  // stored once, subject before object in byte order of the ids; read both ways
  bool takes_strength = false;
  bool takes_sign = false;
  bool takes_certainty = false;  // false: definitional (certainty factor 1, exempt from a minimum certainty)
  bool self_loops = false;       // false: an edge from a node to itself is refused
  bool defines_group = false;    // the primary edge's object is the subject's group
  bool one_primary = false;      // a subject with any such edge has exactly one marked primary
  Inheritance inherited = Inheritance::kNone;
  std::vector<AttributeSchema> attributes;

  friend bool operator==(const Relation&, const Relation&) = default;
};

// An immutable set of kinds and relations with stable numbers.
class Schema {
 public:
  Schema() = default;

  // The schema of exactly these, in order of their numbers. Unchecked: for what was checked when it was first put, and
  // comes from the log or the store now. O(schema).
  static Schema Of(std::vector<Kind> kinds, std::vector<Relation> relations);

  // This schema with `kind` added, or replacing the one of the same name (which keeps its number). Each call copies the
  // schema: O(schema).
  //
  // Replacing looks at no node and no edge. What would change the meaning of stored edges or break an acyclic relation
  // is refused; a rule that is only stricter than before (an attribute required now, fewer kinds as ends) holds for
  // what is put from then on.
  //
  // Errors, each with the field (`attributes[2].name`), as named in the API:
  //   kInvalidArgument    a malformed name or prefix, duplicate attributes, a default out of (0, 1], a symmetric
  //                       relation with what only a directed one can have
  //   kNotFound           KIND_NOT_FOUND, RELATION_NOT_FOUND: a relation names a kind or super-relation not there
  //   kFailedPrecondition CYCLE: sub-relations in a circle. SCHEMA_VIOLATION: a replaced relation's `symmetric`,
  //                       `takes_strength` or whether it has a `default_strength` would change, or it would become
  //                       acyclic, by itself or by a new super-relation
  //   kResourceExhausted  LIMIT_EXCEEDED: more than 65 535 of either
  absl::StatusOr<Schema> With(Kind kind) const;
  absl::StatusOr<Schema> With(Relation relation) const;

  std::size_t kind_count() const { return kinds_.size(); }
  std::size_t relation_count() const { return relations_.size(); }

  const Kind& kind(KindIndex index) const { return kinds_[Number(index)]; }
  const Relation& relation(RelationIndex index) const { return relations_[Number(index)]; }

  std::optional<KindIndex> FindKind(std::string_view name) const;
  std::optional<RelationIndex> FindRelation(std::string_view name) const;

  // Whether `relation` is `ancestor` or a sub-relation of it, however deep. O(depth).
  bool IsSubRelation(RelationIndex relation, RelationIndex ancestor) const;

  // Whether an edge of `relation` may run from a node of kind `from` to one of kind `to`. Symmetric relations are tried
  // both ways.
  bool AllowsEndpoints(RelationIndex relation, KindIndex from, KindIndex to) const;

 private:
  void CheckKindNames(std::span<const std::string> names, const std::string& field, ErrorList& errors) const;
  void CheckSuperRelation(const Relation& relation, ErrorList& errors) const;
  void CheckReplacement(const Relation& before, const Relation& after, ErrorList& errors) const;
  std::vector<std::string> AcyclicAncestors(const Relation& relation) const;  // itself not among them

  std::vector<Kind> kinds_;
  std::vector<Relation> relations_;
  std::map<std::string, KindIndex, std::less<>> kind_by_name_;
  std::map<std::string, RelationIndex, std::less<>> relation_by_name_;
};

}  // namespace braid::graph

#endif  // BRAID_GRAPH_SCHEMA_H_
