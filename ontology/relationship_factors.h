// The therapeutic relationship beside the techniques: which relationship factors an answer's techniques foster
// (algorithms.md, section 7, last sentence).
//
// Thread safety: pure functions.

#ifndef BRAID_ONTOLOGY_RELATIONSHIP_FACTORS_H_
#define BRAID_ONTOLOGY_RELATIONSHIP_FACTORS_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "graph/snapshot.h"
#include "ontology/policy.h"

namespace braid::ontology {

struct RelationshipFactor {
  graph::NodeIndex factor = graph::kNoNode;
  std::vector<graph::NodeIndex> fostered_by;  // techniques of the answer, in byte order of ids
  std::uint64_t cost_micronats = 0;           // of the cheapest of those edges
  std::vector<std::string> evidence_ids;      // that support the factor, in byte order
  std::string text;                           // `Empathy is fostered by Reflective listening`
};

// The factors that `nodes` foster, at most `most`, by (cost, id). O(edges of the nodes).
std::vector<RelationshipFactor> FactorsBeside(const graph::Snapshot& snapshot, const Policy& policy,
                                              const std::vector<graph::NodeIndex>& nodes,
                                              const std::vector<std::string>& languages, std::size_t most = 3);

}  // namespace braid::ontology

#endif  // BRAID_ONTOLOGY_RELATIONSHIP_FACTORS_H_
