// Connecting maps by exhaustion: every set of nodes with its minimum spanning tree, every set of ends-only terminals
// hung on it. What tests hold graph/connecting_map.h against.
//
// It shares no code with the search: what may be crossed, and at what cost, comes from the exhaustive path search
// (tests/graph/path_oracle.h) between every two nodes.

#ifndef BRAID_TESTS_GRAPH_MAP_ORACLE_H_
#define BRAID_TESTS_GRAPH_MAP_ORACLE_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "graph/connecting_map.h"
#include "tests/graph/path_oracle.h"

namespace braid::graph {

// As MapQuery, with names.
struct PlainMapQuery {
  std::vector<std::vector<std::string>> terminals;
  std::set<std::string> kinds, relations;  // empty: all
  std::vector<std::string> avoid;
  Certainty min_certainty = Certainty::kUnset;
  Weights weights;
};
MapQuery MapQueryOf(const Snapshot& snapshot, const PlainMapQuery& query);

// The two things that every cheapest tree of a graph has in common. Less is better.
struct TreeSize {
  std::uint64_t cost = 0;
  std::size_t edges = 0;
  friend auto operator<=>(const TreeSize&, const TreeSize&) = default;
};

class MapOracle {
 public:
  MapOracle(const PlainGraph& graph, const PlainMapQuery& query);

  // Of the best tree that touches `terminals` and does not use `without` (empty: any); nullopt: there is none.
  std::optional<TreeSize> Best(const std::vector<std::size_t>& terminals, const std::string& without = {});
  // The maximal sets of terminals that a tree can touch: by size, largest first, then indices.
  std::vector<std::vector<std::size_t>> Joinable(const std::string& without = {});
  // What crossing from one node to the other costs; nullopt: it cannot be done.
  std::optional<std::uint64_t> CostBetween(const std::string& a, const std::string& b) const;
  bool IsEndsOnly(const std::string& id) const { return ends_only_.count(id) > 0; }

 private:
  using Cover = unsigned;                   // a set of terminals
  using Trees = std::map<Cover, TreeSize>;  // the best tree that touches exactly these
  const Trees& TreesWithout(const std::string& without);
  Trees Enumerate(const std::string& without) const;
  std::optional<TreeSize> Spanning(const std::vector<std::string>& nodes) const;

  std::size_t terminal_count_;
  std::vector<std::string> inner_, leaves_;  // what may be used: inside, and as an end only
  std::set<std::string> ends_only_;
  std::map<std::string, Cover> cover_;
  std::map<std::pair<std::string, std::string>, std::uint64_t> cost_;  // both ways
  std::map<std::string, Trees> trees_;
};

// 3 to 5 terminals of 1 to 3 nodes on a graph of RandomGraph.
PlainMapQuery RandomMapQuery(const PlainGraph& graph, std::mt19937_64& random);

// A sparse graph of 7 nodes with coarse costs, and 5 terminals that each hang on it: by one edge, or as an ends-only
// node by up to three.
std::pair<PlainGraph, PlainMapQuery> RandomPendants(std::mt19937_64& random);

}  // namespace braid::graph

#endif  // BRAID_TESTS_GRAPH_MAP_ORACLE_H_
