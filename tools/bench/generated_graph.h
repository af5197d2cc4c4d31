// The graph that benchmarks run on: generated, the same for the same seed, heavy with hubs.
//
// `nodes` nodes of two kinds and `nodes · edges_per_node` edges of four relations. Half of the ends are drawn evenly,
// half by a power law, so that a few nodes have very many edges; node 0 is the object of `hub_edges` further ones. With
// `groups`, there are as many nodes of a third kind after those, and every node of kind `b` belongs to one of them.

#ifndef BRAID_TOOLS_BENCH_GENERATED_GRAPH_H_
#define BRAID_TOOLS_BENCH_GENERATED_GRAPH_H_

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "graph/change.h"
#include "graph/snapshot.h"

namespace braid::bench {

struct GraphSize {
  std::uint32_t nodes = 1'000'000;
  std::uint32_t edges_per_node = 6;
  std::uint32_t hub_edges = 0;
  std::uint32_t groups = 0;
  double hub_power = 4;  // of the power law: at 1 M nodes the largest node has 93 587 edges with 4, 12 000 with 2.5
  std::uint64_t seed = 20261125;
};

std::string NodeId(std::uint32_t node);

// Kinds and relations, then nodes, then edges in order of (subject, relation, object), as changes.
void Generate(const GraphSize& size, const std::function<void(graph::Change)>& put);

// The same as a snapshot at revision 1, in memory only.
graph::SnapshotPtr GenerateSnapshot(const GraphSize& size);

}  // namespace braid::bench

#endif  // BRAID_TOOLS_BENCH_GENERATED_GRAPH_H_
