// The best path against Boost's Dijkstra on the same snapshot, on graphs too large for exhaustion.

#include <gtest/gtest.h>

#include <boost/graph/dijkstra_shortest_paths.hpp>
#include <cstdint>
#include <limits>
#include <random>
#include <set>
#include <vector>

#include "fmt/format.h"
#include "graph/paths.h"
#include "graph/snapshot_bgl.h"
#include "tests/graph/path_oracle.h"

namespace braid::graph {
namespace {

constexpr std::size_t kNodes = 400;
constexpr std::size_t kEdges = 2000;
constexpr std::uint64_t kFar = std::numeric_limits<std::uint64_t>::max();

// One kind, one directed relation, strengths that seldom tie.
PlainGraph RandomDirectedGraph(std::mt19937_64& random) {
  PlainGraph graph;
  Kind kind;
  kind.name = kind.id_prefix = "place";
  graph.kinds = {kind};
  Relation step;
  step.name = "step";
  step.inverse_name = "step_back";
  step.walkable = step.takes_strength = true;
  graph.relations = {step};
  for (std::size_t i = 0; i < kNodes; ++i) {
    Node node;
    node.id = fmt::format("n:{}", i);
    node.kind = "place";
    graph.nodes.push_back(node);
  }
  std::set<EdgeKey> keys;
  while (keys.size() < kEdges) {
    Edge edge;
    edge.key = EdgeKey{fmt::format("n:{}", random() % kNodes), "step", fmt::format("n:{}", random() % kNodes)};
    edge.strength = static_cast<double>(random() % 900 + 100) / 1000.0;
    if (edge.key.subject_id == edge.key.object_id || !keys.insert(edge.key).second) continue;
    graph.edges.push_back(edge);
  }
  return graph;
}

TEST(PathsDijkstraTest, TheBestPathCostsWhatBoostSays) {
  std::size_t compared = 0;
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    std::mt19937_64 random(seed);
    const SnapshotPtr snapshot = SnapshotOf(RandomDirectedGraph(random));
    PathQuery query;
    query.max_paths = 1;
    query.max_hops = 12;
    query.pattern = CompilePattern("(>step)*", snapshot->schema()).value();

    const NodeIndex from{static_cast<std::uint32_t>(random() % kNodes)};
    query.sources = {from};
    CostModel costs(*snapshot, query.weights);
    std::vector<std::uint64_t> distance(snapshot->slot_count(), kFar);
    std::vector<NodeIndex> parent(snapshot->slot_count());
    const auto index = get(boost::vertex_index, *snapshot);
    boost::dijkstra_shortest_paths(*snapshot, from,
                                   boost::distance_map(boost::make_iterator_property_map(distance.begin(), index))
                                       .predecessor_map(boost::make_iterator_property_map(parent.begin(), index))
                                       .vertex_index_map(index)
                                       .weight_map(CostMap(costs)));

    for (int i = 0; i < 20; ++i) {
      const NodeIndex to{static_cast<std::uint32_t>(random() % kNodes)};
      SCOPED_TRACE(fmt::format("seed {}, {} to {}", seed, snapshot->id(from), snapshot->id(to)));
      query.targets = {to};
      Budget budget;
      const PathAnswer answer = FindPaths(*snapshot, query, budget).value();
      EXPECT_EQ(answer.cut_by, Limit::kNone);
      if (distance[Number(to)] == kFar) {
        EXPECT_TRUE(answer.paths.empty());
        continue;
      }
      std::uint32_t hops = 0;
      for (NodeIndex node = to; node != from; node = parent[Number(node)]) ++hops;
      if (hops > query.max_hops) continue;
      ASSERT_EQ(answer.paths.size(), 1);
      EXPECT_EQ(answer.paths[0].cost, distance[Number(to)]);
      ++compared;
    }
  }
  EXPECT_GT(compared, 150);
}

}  // namespace
}  // namespace braid::graph
