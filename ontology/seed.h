// The shipped ontology, or any other in the same files, as one change set.
//
// A directory holds `schema.textproto`, `policy.textproto` and, in itself or in its folder `seed/`, tab-separated files
// in the KGX manner: `nodes*.tsv`, `edges*.tsv`, `mappings*.tsv` (SSSOM). ontology/seed/README.md describes the
// columns. Files are read in byte order of their names; an attribute's type comes from the schema.
//
// Thread safety: pure function.

#ifndef BRAID_ONTOLOGY_SEED_H_
#define BRAID_ONTOLOGY_SEED_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "graph/change.h"

namespace braid::ontology {

// The change set that makes revision 1 of an empty store: kinds, relations, policy, nodes, edges. Its id is a UUID
// derived from the content (RFC 9562 version 8: a digest), so that the same content is applied once.
//
// What a line says is checked for form here; what it means, against the schema, when it is committed: `change_line` of
// the result tells the line that a change came from, so that a refusal can be traced to it.
//
// Errors: kInvalidArgument RECORD_INVALID, every bad line of every file at once (at most 100), with metadata of the
// first:
//         `file`, `line`, `column`; kNotFound  the directory or one of its two text files is missing
struct Seed {
  graph::ChangeSet change_set;
  std::vector<std::string> change_line;  // for each change, `nodes_technique.tsv:17`
};
absl::StatusOr<Seed> ReadSeed(const std::string& directory);

// `status`, which came of committing or validating `seed`, with each violation's field `changes[i].…` preceded by file
// and line.
absl::Status TraceToLines(const absl::Status& status, const Seed& seed);

}  // namespace braid::ontology

#endif  // BRAID_ONTOLOGY_SEED_H_
