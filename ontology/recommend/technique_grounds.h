// Where a technique comes from, what speaks against it, and what a recommendation of it rests on.
//
// Thread safety: pure function on one snapshot.

#ifndef BRAID_ONTOLOGY_RECOMMEND_TECHNIQUE_GROUNDS_H_
#define BRAID_ONTOLOGY_RECOMMEND_TECHNIQUE_GROUNDS_H_

#include <vector>

#include "graph/ids.h"
#include "graph/model.h"
#include "graph/paths.h"
#include "graph/snapshot.h"
#include "graph/weights.h"
#include "ontology/recommend/exclusion.h"
#include "ontology/recommend/exclusions.h"
#include "ontology/recommend/plan_benefits.h"

namespace braid::ontology {

// A finding for a concern of the client that does not support a technique.
struct CounterFinding {
  graph::NodeIndex finding = graph::kNoNode;
  graph::NodeIndex concern = graph::kNoNode;
  graph::Polarity polarity = graph::Polarity::kNull;

  friend bool operator==(const CounterFinding&, const CounterFinding&) = default;
};

// Where a technique comes from, what speaks against it, and what it rests on.
struct TechniqueGrounds {
  // From the technique to the modality that it is taken from, then from that to each theory that both rest on, by id;
  // where the technique names no theory of its own, to each of the modality's. Costs are evidence alone.
  std::vector<graph::Hop> continuation;
  std::vector<CounterFinding> counter_findings;  // by ids of finding and concern
  // The technique, its modality, all nodes on its witnesses, the rules, flags and findings behind its numbers: what
  // must be watched, since a change there lets the recommendation age. By id, each once.
  std::vector<graph::NodeIndex> depends_on;
};

// `flags`: that its cautions are about. O(edges of the technique and its modality + findings of the concerns).
TechniqueGrounds GroundsOf(const graph::Snapshot& snapshot, const graph::Weights& weights,
                           const TechniqueBenefit& technique, const std::vector<graph::NodeIndex>& flags,
                           const ConcernBenefits& benefits);

}  // namespace braid::ontology

#endif  // BRAID_ONTOLOGY_RECOMMEND_TECHNIQUE_GROUNDS_H_
