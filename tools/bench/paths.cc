// How long the k best paths take on a large graph, against one bidirectional Dijkstra in flat arrays on the same pairs.
//
//   build/bin/paths_bench [--hub-power POWER] [NODES …]        default: 2.5, 100000 1000000
//
// With a power of 2.5 the largest node has 12 000 edges of 6 M, with 4 it has 94 000 (tools/bench/generated_graph.h).
//
// The floor knows nothing of hops, patterns, groups or ties, has every cost worked out beforehand, and answers one
// cost. Bars (issue "Paths and connecting maps"), at 1 M nodes and 6 M edges, H = 6:
//   k = 10, m = 2: median at most 3 × the floor's, p99 at most 20 × its own median
//   k = 100 with a pattern of three states: at most 3 × that of k = 10
//   10 × the nodes: the median grows at most 3 ×

#include "graph/paths.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <functional>
#include <limits>
#include <map>
#include <queue>
#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "graph/budget.h"
#include "graph/pattern.h"
#include "graph/snapshot.h"
#include "graph/weights.h"
#include "tools/bench/generated_graph.h"

namespace braid::bench {
namespace {

using graph::NodeIndex;
using Pair = std::pair<NodeIndex, NodeIndex>;
using Clock = std::chrono::steady_clock;

constexpr std::size_t kPairs = 300;
constexpr std::uint64_t kSeed = 20261125;

// Bidirectional Dijkstra on arcs in flat arrays, both ways.
class Floor {
 public:
  explicit Floor(const graph::Snapshot& snapshot) {
    graph::CostModel costs(snapshot, graph::Weights{});
    std::vector<std::vector<FlatArc>> arcs(snapshot.slot_count());
    for (std::uint32_t i = 0; i < snapshot.slot_count(); ++i) {
      for (const graph::Arc& arc : snapshot.out(NodeIndex{i})) {
        if (!snapshot.schema().relation(arc.relation).walkable) continue;
        const auto cost = static_cast<std::uint32_t>(costs.Cost(NodeIndex{i}, arc).total());
        arcs[i].push_back({graph::Number(arc.node), cost});
        arcs[graph::Number(arc.node)].push_back({i, cost});
      }
    }
    starts_.push_back(0);
    for (const std::vector<FlatArc>& list : arcs) {
      arcs_.insert(arcs_.end(), list.begin(), list.end());
      starts_.push_back(static_cast<std::uint32_t>(arcs_.size()));
    }
    for (auto& distance : distance_) distance.assign(snapshot.slot_count(), kFar);
  }

  std::uint64_t Cost(NodeIndex from, NodeIndex to) {
    Queue queues[2];
    const std::uint32_t ends[2] = {graph::Number(from), graph::Number(to)};
    for (const int side : {0, 1}) Reach(queues[side], side, ends[side], 0);
    std::uint64_t best = kFar;
    while (!queues[0].empty() && !queues[1].empty() && queues[0].top().first + queues[1].top().first < best) {
      const int side = queues[0].top().first <= queues[1].top().first ? 0 : 1;
      const auto [cost, node] = queues[side].top();
      queues[side].pop();
      if (cost > distance_[side][node]) continue;
      for (std::uint32_t i = starts_[node]; i < starts_[node + 1]; ++i) {
        const FlatArc& arc = arcs_[i];
        const std::uint64_t next = cost + arc.cost;
        if (next < distance_[side][arc.node]) Reach(queues[side], side, arc.node, next);
        const std::uint64_t rest = distance_[1 - side][arc.node];
        if (rest != kFar) best = std::min(best, next + rest);
      }
    }
    for (const int side : {0, 1}) {
      for (const std::uint32_t node : touched_[side]) distance_[side][node] = kFar;
      touched_[side].clear();
    }
    return best;
  }

 private:
  static constexpr std::uint64_t kFar = std::numeric_limits<std::uint64_t>::max() / 2;
  struct FlatArc {
    std::uint32_t node;
    std::uint32_t cost;
  };
  using Entry = std::pair<std::uint64_t, std::uint32_t>;
  using Queue = std::priority_queue<Entry, std::vector<Entry>, std::greater<>>;

  void Reach(Queue& queue, int side, std::uint32_t node, std::uint64_t cost) {
    distance_[side][node] = cost;
    touched_[side].push_back(node);
    queue.emplace(cost, node);
  }

  std::vector<std::uint32_t> starts_;
  std::vector<FlatArc> arcs_;
  std::vector<std::uint64_t> distance_[2];
  std::vector<std::uint32_t> touched_[2];
};

std::vector<Pair> DrawPairs(std::uint32_t nodes) {
  std::mt19937_64 random(kSeed);
  std::vector<Pair> pairs;
  while (pairs.size() < kPairs) {
    const NodeIndex from{static_cast<std::uint32_t>(random() % nodes)};
    const NodeIndex to{static_cast<std::uint32_t>(random() % nodes)};
    if (from != to) pairs.emplace_back(from, to);
  }
  return pairs;
}

struct Times {
  double median = 0, p99 = 0, worst = 0;  // milliseconds
};

// Times `ask` for each pair, and prints the row.
template <typename Ask>
Times Measure(const std::string& name, const std::vector<Pair>& pairs, Ask ask) {
  for (std::size_t i = 0; i < pairs.size() / 10; ++i) ask(pairs[i]);  // caches and pages warm, as in a server
  std::vector<double> each;
  for (const Pair& pair : pairs) {
    const Clock::time_point start = Clock::now();
    ask(pair);
    each.push_back(std::chrono::duration<double, std::milli>(Clock::now() - start).count());
  }
  std::sort(each.begin(), each.end());
  const Times times{each[each.size() / 2], each[each.size() * 99 / 100], each.back()};
  fmt::print("  {:<34} {:>9.3f} {:>9.3f} {:>9.3f}\n", name, times.median, times.p99, times.worst);
  return times;
}

struct Results {
  Times floor, best, integrative, patterned;
};

Results Run(std::uint32_t nodes, double hub_power) {
  const graph::SnapshotPtr snapshot = GenerateSnapshot({.nodes = nodes, .groups = 64, .hub_power = hub_power});
  const std::vector<Pair> pairs = DrawPairs(nodes);
  fmt::print("{} nodes, {} edges, {} pairs, milliseconds\n  {:<34} {:>9} {:>9} {:>9}\n", snapshot->node_count(),
             snapshot->edge_count(), kPairs, "", "median", "p99", "worst");
  Results results;
  {
    Floor floor(*snapshot);
    results.floor = Measure("bidirectional Dijkstra, flat arrays", pairs,
                            [&](const Pair& pair) { return floor.Cost(pair.first, pair.second); });
  }
  std::uint64_t work = 0, paths = 0;
  const auto search = [&](graph::PathQuery query) {
    return [&, query = std::move(query)](const Pair& pair) mutable {
      query.sources = {pair.first};
      query.targets = {pair.second};
      graph::Budget budget;
      const graph::PathAnswer answer = graph::FindPaths(*snapshot, query, budget).value();
      work += answer.work_used;
      paths += answer.paths.size();
    };
  };
  const auto measure = [&](const std::string& name, const graph::PathQuery& query) {
    work = paths = 0;
    const Times times = Measure(name, pairs, search(query));
    const double calls = static_cast<double>(kPairs) * 1.1;
    fmt::print("    work {:.0f}, paths {:.1f} a call\n", static_cast<double>(work) / calls,
               static_cast<double>(paths) / calls);
    return times;
  };
  graph::PathQuery query;
  query.max_paths = 10;
  query.max_hops = 6;
  results.best = measure("k = 10", query);
  query.min_groups = 2;
  results.integrative = measure("k = 10, m = 2", query);
  query.pattern = graph::CompilePattern("-.* -r0 -.* -r1 -.*", snapshot->schema()).value();
  query.max_paths = 100;
  results.patterned = measure("k = 100, m = 2, 3-state pattern", query);
  return results;
}

void Judge(const char* what, double value, double bar) {
  fmt::print("{:<58} {:>7.2f}   bar {:>5.1f}   {}\n", what, value, bar, value <= bar ? "met" : "MISSED");
}

void Compare(const Results& results) {
  Judge("k = 10, m = 2: median / floor's median", results.integrative.median / results.floor.median, 3);
  Judge("k = 10, m = 2: p99 / its own median", results.integrative.p99 / results.integrative.median, 20);
  Judge("k = 100, pattern: median / that of k = 10", results.patterned.median / results.integrative.median, 3);
}

}  // namespace
}  // namespace braid::bench

int main(int argc, char** argv) {
  std::vector<std::uint32_t> sizes;
  double hub_power = 2.5;
  for (int i = 1; i < argc; ++i) {
    if (argv[i] == std::string_view("--hub-power") && i + 1 < argc) {
      hub_power = std::strtod(argv[++i], nullptr);
    } else {
      sizes.push_back(static_cast<std::uint32_t>(std::strtoul(argv[i], nullptr, 10)));
    }
  }
  if (sizes.empty()) sizes = {100'000, 1'000'000};
  std::map<std::uint32_t, braid::bench::Results> results;
  for (const std::uint32_t nodes : sizes) {
    results[nodes] = braid::bench::Run(nodes, hub_power);
    if (nodes >= 1'000'000) braid::bench::Compare(results[nodes]);
  }
  for (const auto& [nodes, result] : results) {
    if (const auto larger = results.find(nodes * 10); larger != results.end()) {
      braid::bench::Judge("k = 10, m = 2: median at 10 x the nodes",
                          larger->second.integrative.median / result.integrative.median, 3);
    }
  }
}
