// Path search by exhaustion, on graphs that are plain lists: what tests hold graph/paths.h against.
//
// It shares the words of the model with the engine, and nothing else: degrees, costs, groups, filters, patterns and the
// order are worked out again from the lists, the slow way.

#ifndef BRAID_TESTS_GRAPH_PATH_ORACLE_H_
#define BRAID_TESTS_GRAPH_PATH_ORACLE_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <ostream>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "graph/model.h"
#include "graph/paths.h"
#include "graph/schema.h"
#include "graph/snapshot.h"
#include "graph/weights.h"
#include "tests/graph/pattern_oracle.h"

namespace braid::graph {

struct PlainGraph {
  std::vector<Kind> kinds;
  std::vector<Relation> relations;  // a super-relation before its sub-relations
  std::vector<Node> nodes;
  std::vector<Edge> edges;
};

Schema SchemaOf(const PlainGraph& graph);

// The snapshot of `graph`. With `shuffle`, slots, order of insertion and numbers of kinds are drawn from it.
SnapshotPtr SnapshotOf(const PlainGraph& graph, std::mt19937_64* shuffle = nullptr);

// As PathQuery, with names.
struct PlainQuery {
  std::vector<std::string> sources, targets;
  std::uint32_t max_paths = 5;
  std::uint32_t max_hops = 6;
  std::uint32_t min_groups = 0;
  std::set<std::string> kinds;      // empty: all
  std::set<std::string> relations;  // empty: all
  std::vector<std::string> avoid, must_pass;
  Certainty min_certainty = Certainty::kUnset;
  std::optional<OraclePattern> pattern;
  bool distinct_nodes = false;
  Weights weights;
};

PathQuery QueryOf(const Snapshot& snapshot, const PlainQuery& query);

struct PlainHop {
  std::string relation;
  bool reversed = false;
  friend bool operator==(const PlainHop&, const PlainHop&) = default;
};

struct PlainPath {
  std::uint64_t cost = 0;
  std::vector<std::string> nodes;
  std::vector<PlainHop> hops;
  std::vector<std::string> groups;  // distinct, in order of the path
  friend bool operator==(const PlainPath&, const PlainPath&) = default;
};
std::ostream& operator<<(std::ostream& out, const PlainPath& path);

PlainPath PlainOf(const Snapshot& snapshot, const FoundPath& path);
std::vector<PlainPath> PlainOf(const Snapshot& snapshot, const std::vector<FoundPath>& paths);

// All paths that `query` asks for, however many, in order.
std::vector<PlainPath> FindAllPaths(const PlainGraph& graph, const PlainQuery& query);

// A graph of 9 to 12 nodes with every role that a kind or relation may have, and costs so coarse that ties abound.
PlainGraph RandomGraph(std::mt19937_64& random);
// The same of `nodes` nodes, with five arcs at each on average.
PlainGraph RandomGraph(std::mt19937_64& random, std::size_t nodes);

// A query on it. `schema` is the graph's and must outlive the query's pattern.
PlainQuery RandomQuery(const PlainGraph& graph, const Schema& schema, std::mt19937_64& random);

}  // namespace braid::graph

#endif  // BRAID_TESTS_GRAPH_PATH_ORACLE_H_
