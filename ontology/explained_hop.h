// One edge of an answer in words, and what speaks against an answer.
//
// Thread safety: pure functions.

#ifndef BRAID_ONTOLOGY_EXPLAINED_HOP_H_
#define BRAID_ONTOLOGY_EXPLAINED_HOP_H_

#include <string>
#include <vector>

#include "graph/paths.h"
#include "graph/snapshot.h"

namespace braid::ontology {

enum class CounterReason { kClaim = 1, kTension, kConflict };
struct CounterEvidence {
  CounterReason reason = CounterReason::kClaim;
  graph::EdgeEntry edge;
  std::string text;
};

struct ExplainedHop {
  graph::Hop hop;
  graph::EdgeEntry edge;
  double strength = 1;   // that counted
  std::string text;      // as walked: "Activation is strengthened by Behavioural activation"
  std::string rests_on;  // "expert opinion (low certainty)", "3 findings (moderate certainty)", "definition"
};

// REQUIRES: `hop` crosses an edge of the snapshot.
ExplainedHop ExplainHop(const graph::Snapshot& snapshot, const graph::Hop& hop,
                        const std::vector<std::string>& languages);

// The claims on the hops' own edges that do not support them, in order of the hops; then the tensions, then the
// conflicts between `modalities`, in their order.
std::vector<CounterEvidence> CounterEvidenceTo(const graph::Snapshot& snapshot, const std::vector<ExplainedHop>& hops,
                                               const std::vector<graph::NodeIndex>& modalities,
                                               const std::vector<std::string>& languages);

}  // namespace braid::ontology

#endif  // BRAID_ONTOLOGY_EXPLAINED_HOP_H_
