// The schema's text form (braid.v1.Schema) and the one place where it and graph::Schema are turned into each other.
//
// Thread safety: pure functions.

#ifndef BRAID_ONTOLOGY_SCHEMA_TEXT_H_
#define BRAID_ONTOLOGY_SCHEMA_TEXT_H_

#include <memory>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "graph/change.h"
#include "graph/schema.h"

namespace braid::v1 {
class Kind;
class Relation;
class Schema;
}  // namespace braid::v1

namespace braid::ontology {

// Nothing is checked here beyond enums: graph::Schema::With does it.
// Errors: kInvalidArgument ENUM_UNKNOWN, VALUE_OUT_OF_RANGE (a negative count), fields relative to the message
absl::StatusOr<graph::Kind> KindFromMessage(const braid::v1::Kind& message);
absl::StatusOr<graph::Relation> RelationFromMessage(const braid::v1::Relation& message);
void KindToMessage(const graph::Kind& kind, braid::v1::Kind* message);
void RelationToMessage(const graph::Relation& relation, braid::v1::Relation* message);
void SchemaToMessage(const graph::Schema& schema, braid::v1::Schema* message);

// The changes that put every kind, then every relation, of a text form. Relations may name super-relations that come
// later in the text; the changes are ordered so that each is put after what it names. Errors: kInvalidArgument
// RECORD_INVALID with line and column
absl::StatusOr<std::vector<graph::Change>> SchemaChangesFromText(std::string_view text);

}  // namespace braid::ontology

#endif  // BRAID_ONTOLOGY_SCHEMA_TEXT_H_
