#include "ontology/recommend/need_paths.h"

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "fmt/format.h"
#include "graph/budget.h"
#include "graph/paths.h"
#include "graph/pattern.h"
#include "gtest/gtest.h"
#include "tests/ontology/shipped.h"
#include "tests/ontology/sketch.h"

namespace braid::ontology {
namespace {

using graph::NodeIndex;
using graph::Snapshot;

graph::Weights EvidenceAlone() {
  graph::Weights weights;
  weights.degree_exponent = 0;
  weights.hop_factor = 1;
  return weights;
}

NodeIndex At(const Snapshot& snapshot, std::string_view id) {
  const std::optional<NodeIndex> node = snapshot.Find(id);
  EXPECT_TRUE(node.has_value()) << id;
  return node.value_or(graph::kNoNode);
}

std::vector<NodeIndex> NodesOf(const Snapshot& snapshot, std::string_view kind) {
  std::vector<NodeIndex> nodes;
  snapshot.VisitNodes(snapshot.schema().FindKind(kind), {}, [&](NodeIndex node) {
    nodes.push_back(node);
    return true;
  });
  return nodes;
}

// The first path by the general path search, which knows nothing of layers.
std::optional<NeedPath> ByPathSearch(const Snapshot& snapshot, NodeIndex need, NodeIndex technique,
                                     const std::vector<NodeIndex>& avoid) {
  graph::PathQuery query;
  query.sources = {need};
  query.targets = {technique};
  query.max_paths = 1;
  query.max_hops = 3;
  query.avoid = avoid;
  query.weights = EvidenceAlone();
  const bool is_process = snapshot.schema().kind(snapshot.kind(need)).name == "process";
  auto pattern =
      graph::CompilePattern(is_process ? "<influences? <engages" : "<acts_on <influences? <engages", snapshot.schema());
  EXPECT_TRUE(pattern.ok()) << pattern.status();
  query.pattern = *pattern;
  graph::Budget budget;
  const auto answer = graph::FindPaths(snapshot, query, budget);
  EXPECT_TRUE(answer.ok()) << answer.status();
  if (answer->paths.empty()) return std::nullopt;
  const graph::FoundPath& path = answer->paths.front();
  return NeedPath{path.cost, path.nodes, path.hops};
}

void ExpectAsPathSearch(const Snapshot& snapshot, NodeIndex need, const std::vector<NodeIndex>& avoid) {
  const std::map<NodeIndex, NeedPath> paths = NeedPaths(snapshot, graph::Weights{}, avoid).From(need);
  for (const NodeIndex technique : NodesOf(snapshot, "technique")) {
    SCOPED_TRACE(fmt::format("{} to {}", snapshot.id(need), snapshot.id(technique)));
    const std::optional<NeedPath> expected = ByPathSearch(snapshot, need, technique, avoid);
    const auto found = paths.find(technique);
    ASSERT_EQ(found != paths.end(), expected.has_value());
    if (expected.has_value()) {
      EXPECT_EQ(found->second, *expected);
    }
  }
}

// Few strengths, so that ties are common.
std::string RandomDrawing(std::mt19937& random) {
  const auto below = [&](int n) { return std::uniform_int_distribution<int>(0, n - 1)(random); };
  const char* const strengths[] = {"0.3", "0.6", "0.9"};
  const char* const certainties[] = {"low", "very_low", "high"};
  std::map<std::string, std::string> lines;
  for (int i = 0; i < 24; ++i) {
    const std::string weight = fmt::format("{} {}", strengths[below(3)], certainties[below(3)]);
    lines[fmt::format("technique:t{} engages- process:p{} ", below(5), below(6))] = weight;
    const int from = below(6), to = below(6);
    if (from != to) lines[fmt::format("process:p{} influences+ process:p{} ", from, to)] = weight;
    lines[fmt::format("process:p{} acts_on dimension:d{} ", below(6), below(2))] = strengths[below(3)];
    lines[fmt::format("process:p{} maintains concern:c{} ", below(6), below(2))] = weight;
  }
  std::string drawing;
  for (int i = 0; i < 5; ++i) drawing += fmt::format("technique:t{} originates_in modality:m primary\n", i);
  for (const auto& [edge, weight] : lines) drawing += edge + weight + "\n";
  return drawing;
}

TEST(NeedPaths, AreThePathSearchsFirstOnesOnRandomGraphs) {
  for (std::uint32_t seed = 1; seed <= 40; ++seed) {
    SCOPED_TRACE(fmt::format("seed {}", seed));
    std::mt19937 random(seed);
    const graph::SnapshotPtr snapshot = Sketch(RandomDrawing(random));
    std::vector<NodeIndex> avoid;
    if (seed % 2 == 0) avoid.push_back(NodesOf(*snapshot, "process").front());
    for (const char* kind : {"dimension", "concern", "process"}) {
      for (const NodeIndex need : NodesOf(*snapshot, kind)) {
        if (avoid.empty() || need != avoid.front()) ExpectAsPathSearch(*snapshot, need, avoid);
      }
    }
  }
}

// A dimension that is read as some of its processes is reached as cheaply as by way of the best of them.
TEST(NeedPaths, ReadADimensionAsTheProcessesThatAreGiven) {
  std::size_t found = 0;
  for (std::uint32_t seed = 1; seed <= 40; ++seed) {
    SCOPED_TRACE(fmt::format("seed {}", seed));
    std::mt19937 random(seed);
    const graph::SnapshotPtr snapshot = Sketch(RandomDrawing(random));
    NeedPaths paths(*snapshot, graph::Weights{}, {});
    const NodeIndex dimension = NodesOf(*snapshot, "dimension").front();
    std::vector<NodeIndex> ends = NodesOf(*snapshot, "process");
    ends.resize(2);
    std::map<NodeIndex, std::uint64_t> best;
    for (const auto& [technique, path] : paths.From(dimension))
      EXPECT_EQ(path, paths.From(dimension, {dimension})[technique]);
    for (const NodeIndex end : ends) {
      const auto first = snapshot->FindEdge(end, *snapshot->schema().FindRelation("acts_on"), dimension);
      if (!first.has_value()) continue;
      const std::uint64_t hop = graph::CostModel(*snapshot, EvidenceAlone()).Cost(end, first->arc).total();
      for (const auto& [technique, path] : paths.From(end)) {
        const auto [at, is_new] = best.emplace(technique, hop + path.cost_micronats);
        if (!is_new) at->second = std::min(at->second, hop + path.cost_micronats);
      }
    }
    const std::map<NodeIndex, NeedPath> read = paths.From(dimension, ends);
    EXPECT_EQ(read.size(), best.size());
    for (const auto& [technique, path] : read) {
      EXPECT_EQ(path.cost_micronats, best[technique]) << snapshot->id(technique);
      EXPECT_TRUE(path.nodes[1] == ends[0] || path.nodes[1] == ends[1]);
    }
    found += read.size();
  }
  EXPECT_GT(found, 40U);
}

TEST(NeedPaths, AreThePathSearchsFirstOnesInTheShippedOntology) {
  const graph::SnapshotPtr snapshot = ShippedOntology();
  ASSERT_NE(snapshot, nullptr);
  for (const char* id : {"dimension:context", "concern:panic", "process:rumination"}) {
    ExpectAsPathSearch(*snapshot, At(*snapshot, id), {});
  }
}

TEST(NeedPaths, GoUpstreamOnceAndNeverDownstream) {
  const graph::SnapshotPtr snapshot = Sketch(
      "process:mood acts_on dimension:emotions 0.9\n"
      "process:sleep influences+ process:mood 0.6 low\n"
      "process:shifts influences+ process:sleep 0.6 low\n"
      "process:mood influences+ process:appetite 0.6 low\n"
      "technique:hygiene originates_in modality:cbt primary\n"
      "technique:advocacy originates_in modality:cbt primary\n"
      "technique:meals originates_in modality:cbt primary\n"
      "technique:hygiene engages- process:sleep 0.9 low\n"
      "technique:advocacy engages- process:shifts 0.9 low\n"
      "technique:meals engages- process:appetite 0.9 low\n");
  const auto paths = NeedPaths(*snapshot, graph::Weights{}, {}).From(At(*snapshot, "dimension:emotions"));
  ASSERT_EQ(paths.size(), 1U);
  EXPECT_EQ(snapshot->id(paths.begin()->first), "technique:hygiene");
  EXPECT_NEAR(PlausibilityOf(paths.begin()->second), 0.9 * 0.3 * 0.45, 1e-6);
}

TEST(NeedPaths, ReplayToTheSameCost) {
  const graph::SnapshotPtr snapshot = ShippedOntology();
  ASSERT_NE(snapshot, nullptr);
  graph::CostModel costs(*snapshot, EvidenceAlone());
  const auto paths = NeedPaths(*snapshot, graph::Weights{}, {}).From(At(*snapshot, "dimension:thoughts"));
  ASSERT_GT(paths.size(), 20U);
  for (const auto& [technique, path] : paths) {
    SCOPED_TRACE(snapshot->id(technique));
    EXPECT_EQ(path.nodes.back(), technique);
    std::uint64_t cost = 0;
    for (const graph::Hop& hop : path.hops) {
      const auto edge = snapshot->FindEdge(hop.to, hop.relation, hop.from);
      ASSERT_TRUE(edge.has_value());
      cost += costs.Cost(hop.to, edge->arc).total();
    }
    EXPECT_EQ(cost, path.cost_micronats);
  }
}

TEST(NeedPaths, LeadToNoTechniqueThatBelongsToNoModality) {
  const graph::SnapshotPtr snapshot = Sketch("technique:venting engages- process:anger 0.9 low\n");
  EXPECT_TRUE(NeedPaths(*snapshot, graph::Weights{}, {}).From(At(*snapshot, "process:anger")).empty());
}

TEST(NeedPaths, AvoidWhatIsToBeAvoidedButNotTheNeedItself) {
  const graph::SnapshotPtr snapshot = Sketch(
      "process:bond acts_on dimension:relationships 0.9\n"
      "technique:empathy originates_in modality:cbt primary\n"
      "technique:empathy engages+ process:bond 0.9 low\n");
  const NodeIndex bond = At(*snapshot, "process:bond");
  NeedPaths paths(*snapshot, graph::Weights{}, {bond});
  EXPECT_TRUE(paths.From(At(*snapshot, "dimension:relationships")).empty());
  EXPECT_EQ(paths.From(bond).size(), 1U);
}

}  // namespace
}  // namespace braid::ontology
