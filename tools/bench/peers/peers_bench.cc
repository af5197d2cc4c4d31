// Writes the generated graph and questions for other path engines, and our own answers to them with their times.
//
// Usage: peers_bench DIRECTORY [NODES] [PAIRS]      see README.md
//
// The question: the ten cheapest simple paths between two nodes, over all hops both ways, without constraints. Peers
// know no limit of hops and ours is at most 12, so a pair is taken only where ten paths of at most 12 hops are sure to
// be the ten best of all: no walk of more hops costs less than the tenth.

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <limits>
#include <queue>
#include <random>
#include <stdexcept>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "graph/paths.h"
#include "graph/weights.h"
#include "tools/bench/generated_graph.h"

namespace braid::bench {
namespace {

constexpr std::uint32_t kPaths = 10;
constexpr std::uint32_t kMostHops = 12;
constexpr int kRuns = 5;  // of each pair; the median counts
constexpr std::uint64_t kFar = std::numeric_limits<std::uint64_t>::max();

struct FlatArc {
  std::uint32_t from, to;
  std::uint64_t cost;
};

// All hops, the cheapest between two nodes: what a graph without parallel edges can say.
class FlatGraph {
 public:
  explicit FlatGraph(const graph::Snapshot& snapshot) : begin_(snapshot.slot_count() + 1, 0) {
    graph::CostModel costs(snapshot, {});
    for (std::uint32_t from = 0; from < snapshot.slot_count(); ++from) {
      const graph::NodeIndex subject{from};
      for (const graph::Arc& arc : snapshot.out(subject)) {
        const std::uint64_t cost = costs.Cost(subject, arc).total();
        arcs_.push_back({from, Number(arc.node), cost});
        arcs_.push_back({Number(arc.node), from, cost});
      }
    }
    const auto key = [](const FlatArc& arc) { return std::tuple(arc.from, arc.to, arc.cost); };
    std::sort(arcs_.begin(), arcs_.end(), [&](const FlatArc& a, const FlatArc& b) { return key(a) < key(b); });
    const auto parallel = [](const FlatArc& a, const FlatArc& b) { return a.from == b.from && a.to == b.to; };
    arcs_.erase(std::unique(arcs_.begin(), arcs_.end(), parallel), arcs_.end());
    for (const FlatArc& arc : arcs_) ++begin_[arc.from + std::size_t{1}];
    for (std::size_t i = 1; i < begin_.size(); ++i) begin_[i] += begin_[i - 1];
  }

  const std::vector<FlatArc>& arcs() const { return arcs_; }

  // The least cost of a walk of more than kMostHops hops.
  std::uint64_t LeastCostOfLongWalk(std::uint32_t source, std::uint32_t target) const {
    std::vector<std::uint64_t> cost(begin_.size() - 1, kFar);  // of a walk of exactly so many hops
    cost[source] = 0;
    for (std::uint32_t hop = 0; hop <= kMostHops; ++hop) {
      std::vector<std::uint64_t> next(cost.size(), kFar);
      for (const FlatArc& arc : arcs_) {
        if (cost[arc.from] != kFar) next[arc.to] = std::min(next[arc.to], cost[arc.from] + arc.cost);
      }
      cost = std::move(next);
    }
    return LeastOnwards(std::move(cost), target);
  }

 private:
  // Dijkstra from all nodes at once, each at its own cost.
  std::uint64_t LeastOnwards(std::vector<std::uint64_t> cost, std::uint32_t target) const {
    using Item = std::pair<std::uint64_t, std::uint32_t>;
    std::priority_queue<Item, std::vector<Item>, std::greater<>> queue;
    for (std::uint32_t node = 0; node < cost.size(); ++node) {
      if (cost[node] != kFar) queue.emplace(cost[node], node);
    }
    while (!queue.empty()) {
      const auto [least, node] = queue.top();
      queue.pop();
      if (node == target) return least;
      if (least != cost[node]) continue;
      for (std::size_t i = begin_[node]; i < begin_[node + std::size_t{1}]; ++i) {
        if (least + arcs_[i].cost >= cost[arcs_[i].to]) continue;
        cost[arcs_[i].to] = least + arcs_[i].cost;
        queue.emplace(cost[arcs_[i].to], arcs_[i].to);
      }
    }
    return kFar;
  }

  std::vector<FlatArc> arcs_;
  std::vector<std::size_t> begin_;  // by node, in arcs_
};

struct Timed {
  double milliseconds = 0;
  std::vector<std::uint64_t> costs;
};

Timed Ask(const graph::Snapshot& snapshot, std::uint32_t source, std::uint32_t target) {
  graph::PathQuery query;
  query.sources = {graph::NodeIndex{source}};
  query.targets = {graph::NodeIndex{target}};
  query.max_paths = kPaths;
  query.max_hops = kMostHops;
  query.distinct_nodes = true;  // as in a graph without parallel edges
  Timed timed;
  std::vector<double> runs;
  for (int run = 0; run < kRuns; ++run) {
    graph::Budget budget;
    const auto start = std::chrono::steady_clock::now();
    const graph::PathAnswer answer = graph::FindPaths(snapshot, query, budget).value();
    runs.push_back(std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count());
    timed.costs.clear();
    for (const graph::FoundPath& path : answer.paths) timed.costs.push_back(path.cost);
  }
  std::nth_element(runs.begin(), runs.begin() + kRuns / 2, runs.end());
  timed.milliseconds = runs[kRuns / 2];
  return timed;
}

class Output {
 public:
  Output(const std::filesystem::path& file, const char* header) : name_(file.string()), stream_(file) {
    stream_ << header << '\n';
  }
  template <typename... Args>
  void Line(fmt::format_string<Args...> format, Args&&... args) {
    stream_ << fmt::format(format, std::forward<Args>(args)...) << '\n';
    if (!stream_) throw std::runtime_error(name_ + " cannot be written");
  }

 private:
  std::string name_;
  std::ofstream stream_;
};

void Run(const std::filesystem::path& folder, const GraphSize& size, std::size_t pairs) {
  const graph::SnapshotPtr snapshot = GenerateSnapshot(size);
  const FlatGraph flat(*snapshot);
  Output nodes(folder / "nodes.csv", "id");
  for (std::uint32_t node = 0; node < size.nodes; ++node) nodes.Line("{}", node);
  Output arcs(folder / "arcs.csv", "from,to,cost");
  for (const FlatArc& arc : flat.arcs()) arcs.Line("{},{},{}", arc.from, arc.to, arc.cost);

  Output asked(folder / "pairs.csv", "from,to");
  Output ours(folder / "braid.csv", "from,to,milliseconds,costs");
  std::mt19937_64 random(size.seed);
  std::size_t drawn = 0;
  for (std::size_t taken = 0; taken < pairs; ++drawn) {
    const auto source = static_cast<std::uint32_t>(random() % size.nodes);
    const auto target = static_cast<std::uint32_t>(random() % size.nodes);
    if (source == target) continue;
    const Timed answer = Ask(*snapshot, source, target);
    if (answer.costs.size() < kPaths || flat.LeastCostOfLongWalk(source, target) < answer.costs.back()) continue;
    asked.Line("{},{}", source, target);
    ours.Line("{},{},{:.3f},{}", source, target, answer.milliseconds, fmt::join(answer.costs, " "));
    ++taken;
  }
  fmt::print("{} nodes, {} arcs, seed {}; {} pairs of {} drawn\n", size.nodes, flat.arcs().size(), size.seed, pairs,
             drawn);
}

}  // namespace
}  // namespace braid::bench

int main(int argc, char** argv) {
  if (argc < 2 || argc > 4) {
    fmt::print(stderr, "usage: peers_bench DIRECTORY [NODES] [PAIRS]\n");
    return 2;
  }
  braid::bench::GraphSize size;
  size.nodes = argc > 2 ? static_cast<std::uint32_t>(std::strtoul(argv[2], nullptr, 10)) : 100'000;
  braid::bench::Run(argv[1], size, argc > 3 ? std::strtoul(argv[3], nullptr, 10) : 20);
}
