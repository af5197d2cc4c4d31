// The reference answers of LDBC Graphalytics (Iosup et al. 2016, LDBC Graphalytics: A benchmark for large-scale graph
// analysis on parallel and distributed platforms) for breadth-first search and shortest paths, held against a Snapshot
// twice: through Boost.Graph's algorithms, and as the cost of FindPaths' best path.
//
// Weights as costs: a weight x becomes the strength exp(-x/10), whose cost is 1e5·x micro-nats. Weights have at most
// two decimals and are at most 23, so that 1e5·x is a whole number, and what the strength loses as a whole number of
// parts (kStrengthUnit) moves its cost by less than 0.01 micro-nats: after rounding, sums are exact. Without weights a
// hop of strength 1 costs 1 micro-nat, and cost is the number of hops.

#include <gtest/gtest.h>

#include <boost/graph/breadth_first_search.hpp>
#include <boost/graph/dijkstra_shortest_paths.hpp>
#include <cmath>
#include <cstdint>
#include <filesystem>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "fmt/format.h"
#include "graph/paths.h"
#include "graph/pattern.h"
#include "graph/snapshot_bgl.h"
#include "tests/graph/outside/row_graph.h"

namespace braid::graph {
namespace {

struct Case {
  const char* name;
  bool directed;
  bool weighted;        // shortest paths; else breadth-first search
  const char* edges;    // `from to weight`, or where `neighbors` is set a node and its neighbours
  const char* answers;  // node and distance from `source`
  const char* source = "1";
  bool neighbors = false;
};

constexpr Case kCases[] = {
    {"directed_example_bfs", true, false, "example/example-directed.e", "example/example-directed-BFS"},
    {"undirected_example_bfs", false, false, "example/example-undirected.e", "example/example-undirected-BFS", "2"},
    {"directed_bfs", true, false, "bfs/dir-input", "bfs/dir-output", "1", true},
    {"undirected_bfs", false, false, "bfs/undir-input", "bfs/undir-output", "1", true},
    {"directed_example_sssp", true, true, "example/example-directed.e", "example/example-directed-SSSP"},
    {"undirected_example_sssp", false, true, "example/example-undirected.e", "example/example-undirected-SSSP", "2"},
    {"directed_sssp", true, true, "sssp/dir-input.e", "sssp/dir-output"},
    {"undirected_sssp", false, true, "sssp/undir-input.e", "sssp/undir-output"},
};

constexpr double kCostOfWeight = 1e5;  // micro-nats

struct WeightedEdge {
  std::string from, to;
  double weight;
};

// By node; nullopt: it is out of reach.
using Distances = std::map<std::string, std::optional<std::uint64_t>>;

class GraphalyticsTest : public ::testing::TestWithParam<Case> {
 protected:
  void SetUp() override {
    const std::optional<std::filesystem::path> folder = OutsideData("ldbc-graphalytics");
    if (!folder) {
      GTEST_SKIP() << "Graphalytics is not here, so searches were NOT compared with its answers; set BRAID_DATA to the "
                      "directory that holds ldbc-graphalytics/";
    }
    for (const std::vector<std::string>& row : ReadTable(*folder / GetParam().edges, ' ')) ReadEdges(row);
    for (const std::vector<std::string>& row : ReadTable(*folder / GetParam().answers, ' ')) {
      want_[row.at(0)] = DistanceOf(row.at(1));
    }
    ASSERT_GT(want_.size(), 5U);
  }

  // `both_ways`: an edge without direction is two, as Boost's algorithms walk; else one of a symmetric relation.
  SnapshotPtr Build(bool both_ways) const {
    RowGraph graph;
    graph.AddKind("vertex");
    graph.AddRelation("leads_to", !GetParam().directed && !both_ways);
    for (const auto& [node, distance] : want_) graph.AddNode(node, "vertex");
    for (const WeightedEdge& edge : edges_) {
      const double strength = GetParam().weighted ? std::exp(-edge.weight * kCostOfWeight / 1e6) : 1;
      graph.AddEdge(edge.from, "leads_to", edge.to, strength);
      if (!GetParam().directed && both_ways) graph.AddEdge(edge.to, "leads_to", edge.from, strength);
    }
    return graph.Build();
  }

  Distances want_;
  const Weights weights_{.degree_exponent = 0, .hop_factor = 1};  // only strength counts

 private:
  void ReadEdges(const std::vector<std::string>& row) {
    if (GetParam().neighbors) {
      for (std::size_t i = 1; i < row.size(); ++i) edges_.push_back({row[0], row[i], 1});
    } else {
      edges_.push_back({row.at(0), row.at(1), std::stod(row.at(2))});
    }
  }

  static std::optional<std::uint64_t> DistanceOf(const std::string& text) {
    if (text == "Infinity" || text == "9223372036854775807") return std::nullopt;
    if (!GetParam().weighted) return std::stoull(text);
    return static_cast<std::uint64_t>(std::llround(std::stod(text) * kCostOfWeight));
  }

  std::vector<WeightedEdge> edges_;
};

TEST_P(GraphalyticsTest, HoldsThroughBoostGraph) {
  const SnapshotPtr snapshot = Build(/*both_ways=*/true);
  const NodeIndex source = snapshot->Find(GetParam().source).value();
  const auto index = get(boost::vertex_index, *snapshot);
  constexpr std::uint64_t kFar = std::numeric_limits<std::uint64_t>::max();
  std::vector<std::uint64_t> distance(snapshot->slot_count(), kFar);
  const auto distances = boost::make_iterator_property_map(distance.begin(), index);
  if (GetParam().weighted) {
    CostModel costs(*snapshot, weights_);
    std::vector<NodeIndex> parent(snapshot->slot_count());
    boost::dijkstra_shortest_paths(*snapshot, source,
                                   boost::distance_map(distances)
                                       .predecessor_map(boost::make_iterator_property_map(parent.begin(), index))
                                       .vertex_index_map(index)
                                       .weight_map(CostMap(costs)));
  } else {
    distance[Number(source)] = 0;
    const auto visitor = boost::make_bfs_visitor(boost::record_distances(distances, boost::on_tree_edge()));
    boost::breadth_first_search(*snapshot, source, boost::visitor(visitor).vertex_index_map(index));
  }

  Distances got;
  for (const auto& [node, want] : want_) {
    const std::uint64_t found = distance[Number(snapshot->Find(node).value())];
    got[node] = found == kFar ? std::nullopt : std::optional(found);
  }
  EXPECT_EQ(got, want_);
}

TEST_P(GraphalyticsTest, HoldsAsTheCostOfTheBestPath) {
  const SnapshotPtr snapshot = Build(/*both_ways=*/false);
  PathQuery query;
  query.sources = {snapshot->Find(GetParam().source).value()};
  query.max_paths = 1;
  query.max_hops = 12;  // no shortest path in graphs this small has more
  query.pattern = CompilePattern(">leads_to*", snapshot->schema()).value();
  query.weights = weights_;

  Distances got;
  for (const auto& [node, want] : want_) {
    query.targets = {snapshot->Find(node).value()};
    Budget budget;
    const PathAnswer answer = FindPaths(*snapshot, query, budget).value();
    EXPECT_EQ(answer.cut_by, Limit::kNone);
    got[node] = answer.paths.empty() ? std::nullopt : std::optional(answer.paths.front().cost);
  }
  EXPECT_EQ(got, want_);
}

INSTANTIATE_TEST_SUITE_P(All, GraphalyticsTest, ::testing::ValuesIn(kCases),
                         [](const auto& param_info) { return param_info.param.name; });

}  // namespace
}  // namespace braid::graph
