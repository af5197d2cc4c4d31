// Connecting maps: the cheapest tree that touches every one of several terminals, exact and anytime (algorithms.md,
// section 4).
//
// A group Steiner tree by dynamic programming (DPBF: Ding et al. 2007, Finding top-k min-cost connected trees in
// databases; recursion of Dreyfus & Wagner 1971), run as A* with the bounds and the ½ and ⅔ rules of Li, Qin, Yu & Mao
// 2016, Efficient and progressive group Steiner tree search.
//
// The layer: what the query's kinds, relations, certainty and avoided nodes leave, walked both ways at one cost; of
// parallel edges the cheapest. Terminals are in it whatever their kind. A node of an ends-only kind is never inside a
// tree: as a terminal it is a leaf that hangs on one edge, else it is not there.
//
// Order of answers: (cost, edges). Which of several trees of equal cost and size is given is fixed by the ids of the
// nodes; node numbers never decide.
//
// Thread safety: one search, one thread at a time; any number of searches may share a snapshot.

#ifndef BRAID_GRAPH_CONNECTING_MAP_H_
#define BRAID_GRAPH_CONNECTING_MAP_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "absl/status/statusor.h"
#include "graph/budget.h"
#include "graph/ids.h"
#include "graph/model.h"
#include "graph/paths.h"
#include "graph/snapshot.h"
#include "graph/weights.h"

namespace braid::graph {

inline constexpr std::size_t kMaxTerminals = 8;

struct MapQuery {
  // 1 to 8 terminals, each of at least one node: touching one of them is enough. A node may stand for several.
  std::vector<std::vector<NodeIndex>> terminals;
  std::vector<bool> kinds;                      // by KindIndex: of nodes that are no terminals; empty: all
  std::function<bool(NodeIndex)> inside;        // what else must hold of nodes that are no terminals; empty: nothing
  std::vector<bool> relations;                  // by RelationIndex: which may be crossed; empty: all walkable ones
  std::vector<NodeIndex> avoid;                 // never in a tree, not even as a terminal
  Certainty min_certainty = Certainty::kUnset;  // of edges whose relation takes one; kUnset: none
  bool alternatives = true;                     // Finish() looks for them
  Weights weights;
};

struct ConnectingTree {
  std::uint64_t cost = 0;            // micro-nats, the sum over edges
  std::vector<NodeIndex> nodes;      // in byte order of ids; one more than edges
  std::vector<Hop> edges;            // depth first from touches[0], siblings in byte order of ids
  std::vector<NodeIndex> touches;    // by terminal joined: the node that stands for it; of several the least id
  std::vector<NodeIndex> branching;  // nodes with three or more edges, in byte order of ids
};

// A tree, and how sure it is that there is none cheaper.
struct CertifiedTree {
  std::optional<ConnectingTree> tree;
  std::uint64_t lower_bound = 0;  // every tree that joins the same terminals costs at least this
  bool exact() const { return tree.has_value() && tree->cost <= lower_bound; }
  // (cost - lower_bound) / cost, in [0, 1]; 0: exact. 1 without a tree.
  double gap() const;
};

// What there is when a node must not be used.
struct MapAlternative {
  std::vector<NodeIndex> without;  // each of them alone leaves this as the best tree; in byte order of ids
  CertifiedTree best;              // no tree: they cannot all be joined then, or (Finish().cut_by) none was found yet
  // Where they cannot all be joined: the largest sets of terminals that still can, as MapAnswer::parts.
  std::vector<std::vector<std::size_t>> joinable;
};

// Terminals that can be joined, and what joins them.
struct MapPart {
  std::vector<std::size_t> terminals;  // indices into MapQuery::terminals, ascending
  CertifiedTree best;
  // Of two terminals or more: for each node of the tree that could be done without (not an ends-only terminal, nor the
  // only node of a terminal): the best tree that avoids it, duplicates merged; by (cost, edges, ids), what cannot be
  // joined last.
  std::vector<MapAlternative> alternatives;
};

struct MapAnswer {
  // All terminals in one part, or the maximal sets that can be joined: by size, largest first, then indices.
  std::vector<MapPart> parts;
  std::vector<std::size_t> excluded;  // terminals of which the filters leave no node; in no part
  Limit cut_by = Limit::kNone;        // kNone: everything is exact
  // Nodes whose alternative was not looked for when the search was cut.
  std::vector<NodeIndex> untried;
  std::uint64_t work_used = 0;
};

// A better map than the one before.
struct MapImprovement {
  std::size_t part = 0;  // of MapSearch::parts()
  CertifiedTree best;
};

struct MapLayer;  // graph/map_layer.h

class MapSearch {
 public:
  // `snapshot` is read here only; `budget` outlives the search.
  // Errors: kInvalidArgument, each with its field: a number of terminals out of its range, an empty terminal, an index
  // out of the snapshot, a weight out of its range.
  static absl::StatusOr<MapSearch> Start(const Snapshot& snapshot, const MapQuery& query, Budget& budget);
  // On a layer that graph/map_layer_view.h took from any other graph.
  MapSearch(MapLayer layer, bool alternatives, Budget& budget);

  // The sets of terminals that will be joined, as MapAnswer::parts.
  const std::vector<std::vector<std::size_t>>& parts() const;
  // Runs until a cheaper tree is known. Nullopt: the best is certain, or the search was cut.
  // For k terminals and n nodes with m edges O(3^k n + 2^k (m + n log n)) at worst.
  std::optional<MapImprovement> Next();
  // All that Next() has left, and the alternatives.
  MapAnswer Finish();

  MapSearch(MapSearch&&) noexcept;
  MapSearch& operator=(MapSearch&&) noexcept;
  ~MapSearch();

 private:
  class Engine;
  std::unique_ptr<Engine> engine_;
};

// Everything at once.
absl::StatusOr<MapAnswer> FindConnectingMap(const Snapshot& snapshot, const MapQuery& query, Budget& budget);

}  // namespace braid::graph

#endif  // BRAID_GRAPH_CONNECTING_MAP_H_
