// How long connecting maps take: random layers, hub-heavy, 6 edges a node, in which every node may be in a tree.
//
//   build/bin/maps_bench [QUESTIONS]
//
// Each line is the median and the worst of QUESTIONS (default 9) questions of k terminals drawn evenly, without
// alternatives, exact. Bars: at most 1 s for k <= 5 at 20 000 nodes (algorithms.md, section 4).

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <random>
#include <vector>

#include "graph/budget.h"
#include "graph/connecting_map.h"
#include "tools/bench/generated_graph.h"

namespace braid::bench {
namespace {

using Clock = std::chrono::steady_clock;

struct Measured {
  double milliseconds = 0;
  std::uint64_t work = 0;
};

Measured Ask(const graph::Snapshot& snapshot, std::size_t k, std::mt19937_64& random) {
  graph::MapQuery query;
  query.alternatives = false;
  for (std::size_t i = 0; i < k; ++i) {
    query.terminals.push_back({graph::NodeIndex{static_cast<std::uint32_t>(random() % snapshot.slot_count())}});
  }
  graph::Budget budget;
  const auto begin = Clock::now();
  const graph::MapAnswer answer = graph::FindConnectingMap(snapshot, query, budget).value();
  const std::chrono::duration<double, std::milli> taken = Clock::now() - begin;
  if (!answer.parts.at(0).best.exact()) std::abort();
  return {taken.count(), answer.work_used};
}

void Measure(std::uint32_t nodes, std::size_t k, std::size_t questions) {
  const graph::SnapshotPtr snapshot = GenerateSnapshot({.nodes = nodes});
  std::mt19937_64 random(nodes + k);
  std::vector<Measured> measured;
  for (std::size_t i = 0; i < questions; ++i) measured.push_back(Ask(*snapshot, k, random));
  std::sort(measured.begin(), measured.end(),
            [](const Measured& a, const Measured& b) { return a.milliseconds < b.milliseconds; });
  const Measured& median = measured[questions / 2];
  fmt::print("{:>7} {:>2} {:>10.1f} {:>10.1f} {:>14}\n", nodes, k, median.milliseconds, measured.back().milliseconds,
             median.work);
}

int Main(int argc, char** argv) {
  const std::size_t questions = argc > 1 ? std::max(1UL, std::strtoul(argv[1], nullptr, 10)) : 9;
  fmt::print("{:>7} {:>2} {:>10} {:>10} {:>14}\n", "nodes", "k", "median ms", "worst ms", "median work");
  for (const std::uint32_t nodes : {5'000U, 20'000U}) {
    for (std::size_t k = 3; k <= 6; ++k) Measure(nodes, k, questions);
  }
  return 0;
}

}  // namespace
}  // namespace braid::bench

int main(int argc, char** argv) { return braid::bench::Main(argc, argv); }
