// What a one-edge commit costs in memory, by the size of the graph and at a hub; and what the graph weighs.
//
//   build/bin/snapshot_bench [--benchmark_filter=…]
//
// Bars (issue "Foundation"): OneEdge/1000000 at most 2 × OneEdge/100000, OneEdgeAtHub/1000000 too; 48 bytes an edge,
// 160 a node.

#include <benchmark/benchmark.h>

#include <cstdint>
#include <map>
#include <memory>
#include <utility>

#include "graph/change.h"
#include "graph/snapshot.h"
#include "graph/snapshot_builder.h"
#include "tools/bench/generated_graph.h"

namespace braid::bench {
namespace {

constexpr std::uint32_t kHubEdges = 100'000;

graph::SnapshotPtr GraphOf(std::uint32_t nodes) {
  static std::map<std::uint32_t, graph::SnapshotPtr> made;
  graph::SnapshotPtr& snapshot = made[nodes];
  if (snapshot == nullptr) {
    snapshot = GenerateSnapshot({.nodes = nodes, .hub_edges = nodes >= kHubEdges ? kHubEdges - 1 : 0});
  }
  return snapshot;
}

// Puts and takes away one edge by turns; each is one commit's work in memory: apply, build, let the old snapshot go.
void EditOneEdge(benchmark::State& state, const graph::SnapshotPtr& base, std::uint32_t subject, std::uint32_t object) {
  graph::Edge edge;
  edge.key = {NodeId(subject), "r3", NodeId(object)};
  edge.strength = 0.5;
  edge.certainty = graph::Certainty::kLow;
  graph::SnapshotPtr head = base;
  bool there = false;
  std::uint64_t revision = 2;
  for (auto _ : state) {
    graph::BeforeAfter<graph::Edge> change;
    (there ? change.before : change.after) = edge;
    graph::SnapshotBuilder builder(head);
    builder.Apply(change, graph::Revision{revision});
    head = std::move(builder).Build(graph::Revision{revision});
    ++revision;
    there = !there;
  }
}

void OneEdge(benchmark::State& state) {
  const auto nodes = static_cast<std::uint32_t>(state.range(0));
  EditOneEdge(state, GraphOf(nodes), nodes / 2 + 1, nodes / 3);
}
BENCHMARK(OneEdge)->Arg(10'000)->Arg(100'000)->Arg(1'000'000);

// Node 0 has at least 100 000 incoming edges.
void OneEdgeAtHub(benchmark::State& state) {
  const auto nodes = static_cast<std::uint32_t>(state.range(0));
  EditOneEdge(state, GraphOf(nodes), nodes / 2 + 1, 0);
}
BENCHMARK(OneEdgeAtHub)->Arg(100'000)->Arg(1'000'000);

void Weight(benchmark::State& state) {
  const auto snapshot = GraphOf(static_cast<std::uint32_t>(state.range(0)));
  graph::MemoryUse use;
  for (auto _ : state) use = snapshot->MemoryBytes();
  const auto edges = static_cast<double>(snapshot->edge_count());
  const auto nodes = static_cast<double>(snapshot->node_count());
  state.counters["edges"] = edges;
  state.counters["page_bytes"] = static_cast<double>(use.pages);
  state.counters["record_bytes_per_node"] = static_cast<double>(use.records) / nodes;
  state.counters["index_bytes_per_node"] = static_cast<double>(use.indexes) / nodes;
  state.counters["page_bytes_per_edge"] = static_cast<double>(use.pages) / edges;
  state.counters["all_bytes_per_edge"] = static_cast<double>(use.pages + use.records + use.indexes) / edges;
}
BENCHMARK(Weight)->Arg(1'000'000)->Iterations(1)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace braid::bench

BENCHMARK_MAIN();
