// What a client's problems share: the question turned into a graph question, and the map into words.
//
// A map is a formulation aid: its branching nodes are what several problems share. It is no plan: a cheapest tree
// rewards few links, not benefit, dose or order.
//
// Thread safety: pure functions on one snapshot and one policy; a search is one thread's at a time.

#ifndef BRAID_ONTOLOGY_CONNECTING_MAP_H_
#define BRAID_ONTOLOGY_CONNECTING_MAP_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "graph/budget.h"
#include "graph/connecting_map.h"
#include "graph/snapshot.h"
#include "ontology/explained_hop.h"
#include "ontology/integrative_paths.h"
#include "ontology/lookup.h"
#include "ontology/map_question.h"
#include "ontology/policy.h"
#include "ontology/relationship_factors.h"

namespace braid::ontology {

struct ExplainedMap {
  std::vector<graph::NodeIndex> terminals;  // that it joins, as named
  std::vector<graph::NodeIndex> touches;    // by terminal: what stands for it on the map
  std::uint64_t cost_micronats = 0;
  std::uint64_t lower_bound_micronats = 0;   // no map that joins these terminals costs less
  double gap = 0;                            // (cost - lower bound) / cost; 0: exact
  std::vector<graph::NodeIndex> nodes;       // in byte order of ids
  std::vector<graph::NodeIndex> shared;      // the branching nodes, in byte order of ids
  std::vector<ExplainedHop> edges;           // depth first from touches[0]
  std::vector<graph::NodeIndex> modalities;  // of the techniques on it, in order of nodes
  std::vector<CounterEvidence> counter_evidence;
  std::vector<RelationshipFactor> relationship_factors;  // at most 3
  std::string explanation;
};

// And if not through that node?
struct ExplainedAlternative {
  std::vector<graph::NodeIndex> without;                // each of them alone leaves this as the best map
  std::optional<ExplainedMap> map;                      // unset: the terminals cannot all be joined then
  std::vector<std::vector<graph::NodeIndex>> joinable;  // then: the largest sets that still can
  std::string text;
};

struct ExplainedMapPart {
  std::vector<graph::NodeIndex> terminals;
  std::optional<ExplainedMap> map;  // unset: cut before any was found
  std::vector<ExplainedAlternative> alternatives;
};

// The whole answer.
struct MapSummary {
  // kFound: a map joins two terminals or more. kNoPath: none does. kEndpointExcluded: fewer than two terminals are left
  // after avoided and obsolete nodes. kNotReached: cut before any map was found.
  Outcome outcome = Outcome::kNoPath;
  std::vector<ExplainedMapPart> parts;     // as graph::MapAnswer::parts
  std::vector<graph::NodeIndex> left_out;  // terminals of which nothing can be on a map
  std::vector<graph::NodeIndex> untried;   // nodes whose alternative was not looked for when the search was cut
  std::string loosen;                      // where not all are joined: as FindMapLoosening
  graph::Limit cut_by = graph::Limit::kNone;
  std::uint64_t work_used = 0;                // without what `loosen` took
  std::vector<std::string> kinds, relations;  // of the layer, in force
  std::vector<Notice> notices;
};

// Better and better maps, then the whole answer.
class ConnectingMapSearch {
 public:
  // Reads the request. All that is handed in but `request` outlives the search. Errors: as ReadMapQuestion
  static absl::StatusOr<ConnectingMapSearch> Start(const graph::Snapshot& snapshot, const Policy& policy,
                                                   const MapRequest& request, std::size_t max_terminals,
                                                   graph::Budget& budget);

  // Runs until a better map is known. Nullopt: the last one given is the best, or the search was cut. Where not all can
  // be joined, the maps of one part after the other. A map of one terminal is in Finish alone.
  std::optional<ExplainedMap> Next();

  // To be called once.
  absl::StatusOr<MapSummary> Finish();

  ConnectingMapSearch(ConnectingMapSearch&&) noexcept;
  ConnectingMapSearch& operator=(ConnectingMapSearch&&) noexcept;
  ~ConnectingMapSearch();

 private:
  class Engine;
  explicit ConnectingMapSearch(std::unique_ptr<Engine> engine);
  std::unique_ptr<Engine> engine_;
};

}  // namespace braid::ontology

#endif  // BRAID_ONTOLOGY_CONNECTING_MAP_H_
