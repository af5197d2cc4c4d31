// Small ontologies for tests, drawn in text.
//
//   technique:restructuring engages- process:distortions 0.9 low
//   technique:restructuring originates_in modality:cbt primary
//   concern:panic
//
//   process:bingeing role=maintaining
//
// One edge a line: subject, relation with its sign, object, then in any order a strength, a certainty, `primary`. A
// node's kind is its prefix, its label the rest of its id, spelled out: `Restructuring`. A line of one word is a node
// without an edge; what follows it as `name=value` are its attributes.

#ifndef BRAID_TESTS_ONTOLOGY_SKETCH_H_
#define BRAID_TESTS_ONTOLOGY_SKETCH_H_

#include <string>
#include <string_view>
#include <vector>

#include "graph/change.h"
#include "graph/snapshot.h"

namespace braid::ontology {

// The changes that a drawing stands for: the kinds and relations of kSketchSchema, then nodes, then edges.
std::vector<graph::Change> SketchChanges(std::string_view drawing);

// A snapshot in which they, and `more`, are the first commit. Fails the test, and returns an empty one, where they are
// refused.
graph::SnapshotPtr Sketch(std::string_view drawing, std::vector<graph::Change> more = {});

// The snapshot after committing `changes` on `base`.
graph::SnapshotPtr Commit(const graph::SnapshotPtr& base, std::vector<graph::Change> changes);

// A node of its own, for what a drawing cannot say.
graph::PutNode NodeOf(std::string id, std::vector<graph::Label> labels = {});

// Kinds dimension, concern, process (with a role), technique, modality, flag, factor (with a group), evidence, rule
// (with when); relations acts_on, maintains, influences, engages, originates_in, is_a, and, not walkable, tension_with,
// conflicts_with, about, answered_by, fosters, supported_by.
extern const char kSketchSchema[];

}  // namespace braid::ontology

#endif  // BRAID_TESTS_ONTOLOGY_SKETCH_H_
