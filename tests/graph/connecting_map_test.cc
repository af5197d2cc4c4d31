#include "graph/connecting_map.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <map>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "fmt/format.h"
#include "graph/error.h"
#include "graph/group_steiner.h"
#include "graph/map_layer.h"
#include "graph/map_layer_view.h"
#include "graph/map_tree.h"
#include "graph/paths.h"
#include "tests/graph/draw.h"
#include "tests/graph/list_view.h"
#include "tests/graph/map_oracle.h"
#include "tests/graph/path_oracle.h"

namespace braid::graph {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using Terminals = std::vector<std::size_t>;

MapAnswer Ask(const Snapshot& snapshot, const MapQuery& query) {
  Budget budget;
  return FindConnectingMap(snapshot, query, budget).value();
}

std::vector<std::string> Ids(const Snapshot& snapshot, const std::vector<NodeIndex>& nodes) {
  std::vector<std::string> ids;
  for (const NodeIndex node : nodes) ids.emplace_back(snapshot.id(node));
  return ids;
}

// Everything that an answer says, ids in the place of node numbers.
std::string TreeText(const Snapshot& snapshot, const ConnectingTree& tree) {
  std::string text = fmt::format("{}:", tree.cost);
  for (const NodeIndex node : tree.nodes) text += fmt::format(" {}", snapshot.id(node));
  for (const Hop& hop : tree.edges) {
    text += fmt::format("; {} {}{} {} {}", snapshot.id(hop.from), hop.reversed ? "<" : ">",
                        snapshot.schema().relation(hop.relation).name, snapshot.id(hop.to), hop.cost.total());
  }
  text += fmt::format("; touches {}; branching {}", fmt::join(Ids(snapshot, tree.touches), " "),
                      fmt::join(Ids(snapshot, tree.branching), " "));
  return text;
}
std::string Text(const Snapshot& snapshot, const MapAnswer& answer) {
  const auto certified = [&](const CertifiedTree& best) {
    return fmt::format("[{}] >= {}", best.tree ? TreeText(snapshot, *best.tree) : "", best.lower_bound);
  };
  std::string text;
  for (const MapPart& part : answer.parts) {
    text += fmt::format("part {}: {}\n", fmt::join(part.terminals, " "), certified(part.best));
    for (const MapAlternative& other : part.alternatives) {
      text += fmt::format("  without {}: {}", fmt::join(Ids(snapshot, other.without), " "), certified(other.best));
      for (const Terminals& set : other.joinable) text += fmt::format(" ({})", fmt::join(set, " "));
      text += "\n";
    }
  }
  return text + fmt::format("excluded {}", fmt::join(answer.excluded, " "));
}

// Checks everything about a tree that can be seen from the tree.
void ExpectTree(const Snapshot& snapshot, const ConnectingTree& tree, const Terminals& terminals,
                const PlainMapQuery& query, const MapOracle& oracle) {
  ASSERT_EQ(tree.nodes.size(), tree.edges.size() + 1);
  ASSERT_EQ(tree.touches.size(), terminals.size());
  std::map<std::string, int> degree;
  std::set<std::string> reached = {std::string(snapshot.id(tree.touches.front()))};
  std::uint64_t cost = 0;
  for (const Hop& hop : tree.edges) {
    const std::string from(snapshot.id(hop.from));
    const std::string to(snapshot.id(hop.to));
    EXPECT_EQ(reached.count(from), 1U) << "an edge begins where none has led";
    EXPECT_TRUE(reached.insert(to).second) << "an edge closes a circle";
    EXPECT_EQ(oracle.CostBetween(from, to), hop.cost.total());
    cost += hop.cost.total();
    ++degree[from];
    ++degree[to];
  }
  EXPECT_EQ(cost, tree.cost);
  const std::vector<std::string> nodes = Ids(snapshot, tree.nodes);
  EXPECT_EQ(std::vector<std::string>(reached.begin(), reached.end()), nodes) << "and in byte order";
  std::vector<std::string> branching;
  for (const std::string& node : nodes) {
    if (degree[node] >= 3) branching.push_back(node);
    if (oracle.IsEndsOnly(node)) {
      EXPECT_LE(degree[node], 1) << node << " is for ends only";
    }
  }
  EXPECT_EQ(Ids(snapshot, tree.branching), branching);
  for (std::size_t i = 0; i < terminals.size(); ++i) {
    const std::vector<std::string>& members = query.terminals[terminals[i]];
    const std::string touch(snapshot.id(tree.touches[i]));
    EXPECT_TRUE(std::find(members.begin(), members.end(), touch) != members.end()) << touch;
    EXPECT_TRUE(reached.count(touch) > 0);
  }
}

void ExpectBest(const Snapshot& snapshot, const CertifiedTree& best, const Terminals& terminals,
                const std::string& without, const PlainMapQuery& query, MapOracle& oracle) {
  const std::optional<TreeSize> want = oracle.Best(terminals, without);
  ASSERT_EQ(best.tree.has_value(), want.has_value());
  if (!want.has_value()) return;
  EXPECT_EQ(best.tree->cost, want->cost);
  EXPECT_EQ(best.tree->edges.size(), want->edges);
  EXPECT_TRUE(best.exact());
  EXPECT_EQ(best.gap(), 0);
  ExpectTree(snapshot, *best.tree, terminals, query, oracle);
}

// The nodes that an alternative must be sought without, from the lists.
std::vector<std::string> Avoidable(const PlainGraph& graph, const std::vector<std::string>& nodes,
                                   const PlainMapQuery& query, const MapOracle& oracle) {
  std::vector<std::string> avoidable;
  for (const std::string& node : nodes) {
    bool is_avoidable = !oracle.IsEndsOnly(node);
    for (const auto& members : query.terminals) {
      std::set<std::string> usable;
      for (const std::string& member : members) {
        PlainQuery itself;
        itself.sources = itself.targets = {member};
        itself.avoid = query.avoid;
        if (!FindAllPaths(graph, itself).empty()) usable.insert(member);
      }
      if (usable == std::set<std::string>{node}) is_avoidable = false;
    }
    if (is_avoidable) avoidable.push_back(node);
  }
  return avoidable;
}

void ExpectAnswer(const PlainGraph& graph, const Snapshot& snapshot, const MapAnswer& answer,
                  const PlainMapQuery& query, MapOracle& oracle) {
  EXPECT_EQ(answer.cut_by, Limit::kNone);
  EXPECT_THAT(answer.untried, IsEmpty());
  std::vector<Terminals> parts;
  std::set<std::size_t> in_some_part;
  for (const MapPart& part : answer.parts) {
    parts.push_back(part.terminals);
    in_some_part.insert(part.terminals.begin(), part.terminals.end());
    ExpectBest(snapshot, part.best, part.terminals, {}, query, oracle);
    if (testing::Test::HasFatalFailure()) return;

    std::vector<std::string> tried;
    std::set<std::string> seen;
    std::pair<bool, TreeSize> before{};
    for (const MapAlternative& other : part.alternatives) {
      ASSERT_FALSE(other.without.empty());
      for (const std::string& without : Ids(snapshot, other.without)) {
        tried.push_back(without);
        ExpectBest(snapshot, other.best, part.terminals, without, query, oracle);
        if (testing::Test::HasFatalFailure()) return;
        if (other.best.tree.has_value()) {
          EXPECT_THAT(Ids(snapshot, other.best.tree->nodes), testing::Not(testing::Contains(without)));
          EXPECT_THAT(other.joinable, IsEmpty());
        } else {
          // Of the terminals of this part.
          std::vector<Terminals> joinable;
          for (const Terminals& set : oracle.Joinable(without)) {
            Terminals& common = joinable.emplace_back();
            std::set_intersection(set.begin(), set.end(), part.terminals.begin(), part.terminals.end(),
                                  std::back_inserter(common));
          }
          for (const Terminals& set : other.joinable) EXPECT_THAT(joinable, testing::Contains(set));
        }
      }
      const std::pair<bool, TreeSize> now{
          !other.best.tree.has_value(),
          other.best.tree.has_value() ? TreeSize{other.best.tree->cost, other.best.tree->edges.size()} : TreeSize{}};
      EXPECT_LE(before, now) << "alternatives are sorted";
      before = now;
      if (other.best.tree.has_value()) {
        EXPECT_TRUE(seen.insert(TreeText(snapshot, *other.best.tree)).second) << "an alternative comes twice";
      }
    }
    std::sort(tried.begin(), tried.end());
    if (part.terminals.size() == 1) {
      EXPECT_THAT(tried, IsEmpty());
    } else {
      EXPECT_EQ(tried, Avoidable(graph, Ids(snapshot, part.best.tree->nodes), query, oracle));
    }
  }
  EXPECT_EQ(parts, oracle.Joinable());
  for (std::size_t i = 0; i < query.terminals.size(); ++i) {
    const bool is_excluded = std::count(answer.excluded.begin(), answer.excluded.end(), i) > 0;
    EXPECT_NE(is_excluded, in_some_part.count(i) > 0);
  }
}

TEST(ConnectingMapPropertyTest, EqualsExhaustionOnRandomGraphs) {
  std::size_t whole = 0, alternatives = 0;
  for (std::uint64_t seed = 1; seed <= 1000; ++seed) {
    SCOPED_TRACE(fmt::format("seed {}", seed));
    std::mt19937_64 random(seed);
    const PlainGraph graph = RandomGraph(random);
    const PlainMapQuery query = RandomMapQuery(graph, random);
    const SnapshotPtr snapshot = SnapshotOf(graph, &random);
    MapOracle oracle(graph, query);
    const MapAnswer answer = Ask(*snapshot, MapQueryOf(*snapshot, query));
    ExpectAnswer(graph, *snapshot, answer, query, oracle);
    if (HasFailure()) return;
    if (answer.parts.size() == 1 && answer.excluded.empty()) ++whole;
    for (const MapPart& part : answer.parts) alternatives += part.alternatives.size();
  }
  // The generator is worth its name.
  EXPECT_GT(whole, 400U);
  EXPECT_LT(whole, 950U);
  EXPECT_GT(alternatives, 500U);
}

TEST(ConnectingMapPropertyTest, EqualsExhaustionWithPendantTerminals) {
  for (std::uint64_t seed = 1; seed <= 1200; ++seed) {
    SCOPED_TRACE(fmt::format("seed {}", seed));
    std::mt19937_64 random(seed);
    const auto [graph, query] = RandomPendants(random);
    const SnapshotPtr snapshot = SnapshotOf(graph, &random);
    MapOracle oracle(graph, query);
    MapQuery asked = MapQueryOf(*snapshot, query);
    asked.alternatives = seed % 4 == 0;
    const MapAnswer answer = Ask(*snapshot, asked);
    ASSERT_EQ(answer.parts.size(), 1U);
    if (asked.alternatives) {
      ExpectAnswer(graph, *snapshot, answer, query, oracle);
    } else {
      ExpectBest(*snapshot, answer.parts[0].best, answer.parts[0].terminals, {}, query, oracle);
    }
    if (HasFailure()) return;
  }
}

// Equivalents that several terminals share, ends-only ones among them.
TEST(ConnectingMapPropertyTest, EqualsExhaustionWhereTerminalsOverlap) {
  for (std::uint64_t seed = 1; seed <= 1200; ++seed) {
    SCOPED_TRACE(fmt::format("seed {}", seed));
    std::mt19937_64 random(seed);
    auto [graph, query] = RandomPendants(random);
    const std::vector<std::vector<std::string>> single = query.terminals;
    for (auto& terminal : query.terminals) {
      for (auto more = random() % 3; more > 0; --more) terminal.push_back(single[random() % single.size()].front());
    }
    const SnapshotPtr snapshot = SnapshotOf(graph, &random);
    MapOracle oracle(graph, query);
    MapQuery asked = MapQueryOf(*snapshot, query);
    asked.alternatives = seed % 4 == 0;
    const MapAnswer answer = Ask(*snapshot, asked);
    if (asked.alternatives) {
      ExpectAnswer(graph, *snapshot, answer, query, oracle);
    } else {
      ASSERT_EQ(answer.parts.size(), 1U);
      ExpectBest(*snapshot, answer.parts[0].best, answer.parts[0].terminals, {}, query, oracle);
    }
    if (HasFailure()) return;
  }
}

TEST(ConnectingMapPropertyTest, TwoTerminalsCostWhatTheBestPathCosts) {
  std::size_t joined = 0;
  for (std::uint64_t seed = 1; seed <= 600; ++seed) {
    SCOPED_TRACE(fmt::format("seed {}", seed));
    std::mt19937_64 random(seed);
    const PlainGraph graph = RandomGraph(random);
    PlainMapQuery query = RandomMapQuery(graph, random);
    query.kinds.clear();  // of a path they hold for the ends too
    query.terminals.resize(2);
    const SnapshotPtr snapshot = SnapshotOf(graph);
    const MapQuery asked = MapQueryOf(*snapshot, query);
    PathQuery path;
    path.sources = asked.terminals[0];
    path.targets = asked.terminals[1];
    path.max_paths = 1;
    path.max_hops = 12;
    path.relations = asked.relations;
    path.avoid = asked.avoid;
    path.min_certainty = asked.min_certainty;
    path.weights = asked.weights;
    Budget budget;
    const PathAnswer best = FindPaths(*snapshot, path, budget).value();
    const MapAnswer answer = Ask(*snapshot, asked);
    const bool is_joined = answer.parts.size() == 1 && answer.excluded.empty();
    ASSERT_EQ(is_joined, !best.paths.empty());
    if (!is_joined) continue;
    ++joined;
    EXPECT_EQ(answer.parts[0].best.tree->cost, best.paths[0].cost);
    EXPECT_EQ(answer.parts[0].best.tree->edges.size(), best.paths[0].hops.size());
  }
  EXPECT_GT(joined, 300U);
}

TEST(ConnectingMapPropertyTest, NumberingAndOrderOfInsertionDoNotMatter) {
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    SCOPED_TRACE(fmt::format("seed {}", seed));
    std::mt19937_64 random(seed);
    const PlainGraph graph = RandomGraph(random);
    const PlainMapQuery query = RandomMapQuery(graph, random);
    const SnapshotPtr a = SnapshotOf(graph);
    const SnapshotPtr b = SnapshotOf(graph, &random);
    EXPECT_EQ(Text(*a, Ask(*a, MapQueryOf(*a, query))), Text(*b, Ask(*b, MapQueryOf(*b, query))));
    if (HasFailure()) return;
  }
}

TEST(ConnectingMapPropertyTest, RunsOnAnAdjacencyListAsOnASnapshot) {
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    SCOPED_TRACE(fmt::format("seed {}", seed));
    std::mt19937_64 random(seed);
    const PlainGraph graph = RandomGraph(random);
    const SnapshotPtr snapshot = SnapshotOf(graph, &random);
    const MapQuery query = MapQueryOf(*snapshot, RandomMapQuery(graph, random));
    ListView view = ListViewOf(*snapshot, query.weights);
    Budget budget;
    const MapAnswer answer = MapSearch(MapLayerOf(view, query, budget), true, budget).Finish();
    EXPECT_EQ(Text(*snapshot, answer), Text(*snapshot, Ask(*snapshot, query)));
    if (HasFailure()) return;
  }
}

TEST(ConnectingMapPropertyTest, AHashTableOfStatesGivesWhatAnArrayGives) {
  for (std::uint64_t seed = 1; seed <= 100; ++seed) {
    SCOPED_TRACE(fmt::format("seed {}", seed));
    std::mt19937_64 random(seed);
    const auto [graph, plain] = RandomPendants(random);
    const SnapshotPtr snapshot = SnapshotOf(graph);
    const MapQuery query = MapQueryOf(*snapshot, plain);
    ListView view = ListViewOf(*snapshot, query.weights);
    Budget budget;
    const MapLayer layer = MapLayerOf(view, query, budget);
    std::vector<LayerTree> trees;
    for (const std::size_t max_dense : {GroupSteinerSearch::kMaxDenseStates, std::size_t{0}}) {
      GroupSteinerSearch search(layer, {0, 1, 2, 3, 4}, std::nullopt, budget, max_dense);
      while (search.Improve()) {
      }
      trees.push_back(search.best().value());
    }
    EXPECT_EQ(trees[0].links, trees[1].links);
    EXPECT_EQ(trees[0].cost, trees[1].cost);
  }
}

// With a budget of one unit more each time the search ends at every pop.
TEST(ConnectingMapPropertyTest, TheBoundsHoldTheOptimumWhereverTheSearchIsCut) {
  std::size_t gaps = 0;
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    SCOPED_TRACE(fmt::format("seed {}", seed));
    std::mt19937_64 random(seed);
    const auto [graph, plain] = RandomPendants(random);
    const SnapshotPtr snapshot = SnapshotOf(graph);
    const MapQuery query = MapQueryOf(*snapshot, plain);
    const std::uint64_t optimum = Ask(*snapshot, query).parts[0].best.tree->cost;
    std::uint64_t lower = 0, upper = ~std::uint64_t{0};
    for (std::uint64_t max_work = 1;; ++max_work) {
      Budget budget(max_work, {});
      const MapAnswer answer = FindConnectingMap(*snapshot, query, budget).value();
      ASSERT_EQ(answer.parts.size(), 1U);
      const CertifiedTree& best = answer.parts[0].best;
      EXPECT_LE(best.lower_bound, optimum);
      EXPECT_GE(best.lower_bound, lower) << "more work, less certainty";
      lower = best.lower_bound;
      if (best.tree.has_value()) {
        EXPECT_GE(best.tree->cost, optimum);
        EXPECT_LE(best.tree->cost, upper) << "more work, a dearer tree";
        upper = best.tree->cost;
        EXPECT_DOUBLE_EQ(best.gap(), static_cast<double>(upper - lower) / static_cast<double>(upper));
        if (best.gap() > 0) ++gaps;
      }
      EXPECT_LE(answer.work_used, max_work + 1);
      if (HasFailure()) return;
      if (answer.cut_by == Limit::kNone) break;
      EXPECT_EQ(answer.cut_by, Limit::kWork);
    }
    EXPECT_EQ(upper, optimum);
    EXPECT_EQ(lower, optimum);
  }
  EXPECT_GT(gaps, 1000U) << "the budgets cut while something was open";
}

TEST(ConnectingMapPropertyTest, EachImprovementIsATreeAndCostsLess) {
  std::size_t improvements = 0;
  for (std::uint64_t seed = 1; seed <= 300; ++seed) {
    SCOPED_TRACE(fmt::format("seed {}", seed));
    std::mt19937_64 random(seed);
    const auto [graph, plain] = RandomPendants(random);
    const SnapshotPtr snapshot = SnapshotOf(graph);
    MapOracle oracle(graph, plain);
    Budget budget;
    MapSearch search = MapSearch::Start(*snapshot, MapQueryOf(*snapshot, plain), budget).value();
    std::pair<std::uint64_t, std::size_t> before{~std::uint64_t{0}, 0};
    std::optional<MapImprovement> last;
    while (auto next = search.Next()) {
      ExpectTree(*snapshot, *next->best.tree, search.parts()[next->part], plain, oracle);
      const std::pair now{next->best.tree->cost, next->best.tree->edges.size()};
      EXPECT_LT(now, before);
      before = now;
      EXPECT_LE(next->best.lower_bound, oracle.Best({0, 1, 2, 3, 4})->cost);
      last = std::move(next);
      ++improvements;
    }
    EXPECT_EQ(search.Finish().parts[0].best.tree->cost, last->best.tree->cost);
    if (HasFailure()) return;
  }
  EXPECT_GT(improvements, 350U) << "some first trees are not the best";
}

// --- Examples.

// The toy graph of algorithms.md, section 11.1: costs are -1e6·ln p.
constexpr char kToy[] = R"(
D1@dimension -r:0.9- P1 ; P1 -r:0.8- T1 ; T1 -r:0.5- P2 ; P2 -r:0.9- D2@dimension ; P1 -r:0.6- T2 ; T2 -r:0.8- P2
D1 -r:0.7- P3 ; P3 -r:0.5- D2 ; T1 -r:0.9- T2 ; D3@dimension -r:0.7- T2
)";

MapQuery Query(const Snapshot& snapshot, const std::vector<std::vector<std::string>>& terminals) {
  MapQuery query;
  for (const auto& terminal : terminals) {
    query.terminals.emplace_back();
    for (const std::string& name : terminal) query.terminals.back().push_back(Named(snapshot, name));
  }
  query.weights.degree_exponent = 0;
  query.weights.hop_factor = 1;
  return query;
}

std::vector<std::string> Names(const Snapshot& snapshot, const std::vector<NodeIndex>& nodes) {
  std::vector<std::string> names;
  for (const NodeIndex node : nodes) names.push_back(NameOf(snapshot, node));
  return names;
}

TEST(ConnectingMapExample, TheToyGraphHasTheNumbersOfTheSpecification) {
  const SnapshotPtr g = Draw(kToy);
  const MapAnswer answer = Ask(*g, Query(*g, {{"D1"}, {"D2"}, {"D3"}}));
  ASSERT_EQ(answer.parts.size(), 1U);
  const MapPart& part = answer.parts[0];
  EXPECT_EQ(part.best.tree->cost, 1119046U);
  EXPECT_THAT(Names(*g, part.best.tree->nodes), ElementsAre("D1", "D2", "D3", "P1", "P2", "T1", "T2"));
  EXPECT_THAT(Names(*g, part.best.tree->branching), ElementsAre("T2"));
  EXPECT_THAT(Names(*g, part.best.tree->touches), ElementsAre("D1", "D2", "D3"));

  ASSERT_EQ(part.alternatives.size(), 4U);
  const auto expect = [&](std::size_t i, const char* without, std::uint64_t cost,
                          const std::vector<std::string>& nodes) {
    const MapAlternative& other = part.alternatives[i];
    EXPECT_THAT(Names(*g, other.without), ElementsAre(without));
    EXPECT_EQ(other.best.tree->cost, cost);
    EXPECT_EQ(Names(*g, other.best.tree->nodes), nodes);
  };
  expect(0, "T1", 1301367, {"D1", "D2", "D3", "P1", "P2", "T2"});
  expect(1, "P1", 1735002, {"D1", "D2", "D3", "P2", "P3", "T2"});
  expect(2, "P2", 1840363, {"D1", "D2", "D3", "P1", "P3", "T1", "T2"});
  EXPECT_THAT(Names(*g, part.alternatives[3].without), ElementsAre("T2"));
  EXPECT_FALSE(part.alternatives[3].best.tree.has_value());
  EXPECT_THAT(part.alternatives[3].joinable, ElementsAre(Terminals{0, 1}, Terminals{2}));
}

TEST(ConnectingMapExample, WhereDimensionsAreEndsOnlyTheToyGraphHasFewerWays) {
  const SnapshotPtr g = Draw(std::string("kind dimension ends_only\n") + kToy);
  const MapPart part = Ask(*g, Query(*g, {{"D1"}, {"D2"}, {"D3"}})).parts.at(0);
  EXPECT_EQ(part.best.tree->cost, 1119046U);
  ASSERT_EQ(part.alternatives.size(), 4U);
  EXPECT_EQ(part.alternatives[0].best.tree->cost, 1301367U);
  // Without P1 or P2 the specification's trees run through a dimension.
  for (std::size_t i = 1; i < 4; ++i) EXPECT_FALSE(part.alternatives[i].best.tree.has_value());
}

TEST(ConnectingMapExample, AnEndsOnlyNodeJoinsNothing) {
  // Through the place b it would cost two cheap hops.
  const SnapshotPtr g = Draw("kind gate ends_only ; a -r:0.9- b@gate ; b -r:0.9- c ; a -r:0.1- c");
  const MapAnswer answer = Ask(*g, Query(*g, {{"a"}, {"b"}, {"c"}}));
  EXPECT_EQ(answer.parts[0].best.tree->cost, 105361U + 2302585U);
  EXPECT_THAT(answer.parts[0].best.tree->branching, IsEmpty());
}

TEST(ConnectingMapExample, EdgesAreWalkedBothWaysAndSaySo) {
  const SnapshotPtr g = Draw("a -x:0.5-> b ; c -x:0.5-> b ; b -near:0.9- d");
  const MapAnswer answer = Ask(*g, Query(*g, {{"c"}, {"a"}, {"d"}}));
  std::vector<std::string> hops;
  for (const Hop& hop : answer.parts[0].best.tree->edges) {
    hops.push_back(NameOf(*g, hop.from) + (hop.reversed ? " < " : " > ") + NameOf(*g, hop.to));
  }
  EXPECT_THAT(hops, ElementsAre("c > b", "b < a", "b > d"));
}

TEST(ConnectingMapExample, OfParallelEdgesTheCheapestCounts) {
  const SnapshotPtr g = Draw("a -x:0.5-> b ; a -y:0.9-> b ; b -y:0.8-> a");
  const MapAnswer answer = Ask(*g, Query(*g, {{"a"}, {"b"}}));
  EXPECT_EQ(answer.parts[0].best.tree->cost, 105361U);
}

TEST(ConnectingMapExample, OfEqualCostsTheSmallestTreeIsGiven) {
  const SnapshotPtr g = Draw("a -r:0.25- b ; a -r:0.5- m ; m -r:0.5- b");
  EXPECT_EQ(Ask(*g, Query(*g, {{"a"}, {"b"}})).parts[0].best.tree->edges.size(), 1U);
}

TEST(ConnectingMapExample, OneTerminalIsItsNode) {
  const SnapshotPtr g = Draw("kind gate ends_only ; a -- b ; b -- c@gate");
  const MapAnswer plain = Ask(*g, Query(*g, {{"b", "a"}}));
  EXPECT_EQ(plain.parts[0].best.tree->cost, 0U);
  EXPECT_THAT(Names(*g, plain.parts[0].best.tree->nodes), ElementsAre("a"));
  const MapAnswer gate = Ask(*g, Query(*g, {{"c"}}));
  EXPECT_THAT(Names(*g, gate.parts[0].best.tree->nodes), ElementsAre("c"));
}

TEST(ConnectingMapExample, OneNodeMayStandForSeveralTerminals) {
  const SnapshotPtr g = Draw("kind gate ends_only ; a -r:0.5- g@gate ; b -r:0.5- g ; a -r:0.5- b ; h@gate -r:0.5- g");
  const MapAnswer inner = Ask(*g, Query(*g, {{"a", "b"}, {"a"}}));
  EXPECT_EQ(inner.parts[0].best.tree->cost, 0U);
  // An ends-only node that stands for two is paid for once.
  const MapAnswer gate = Ask(*g, Query(*g, {{"g"}, {"g"}, {"b"}}));
  EXPECT_EQ(gate.parts[0].best.tree->cost, 693147U);
  // Two of them may be joined by an edge of their own.
  EXPECT_EQ(Ask(*g, Query(*g, {{"g"}, {"h"}})).parts[0].best.tree->cost, 693147U);
}

TEST(ConnectingMapExample, WhatCannotBeJoinedIsJoinedAsFarAsItCan) {
  const SnapshotPtr g = Draw("a -r:0.5- b ; b -r:0.5- c ; d -r:0.5- e ; f");
  const MapAnswer answer = Ask(*g, Query(*g, {{"f"}, {"a"}, {"d"}, {"c"}, {"e", "b"}}));
  std::vector<Terminals> parts;
  for (const MapPart& part : answer.parts) parts.push_back(part.terminals);
  EXPECT_THAT(parts, ElementsAre(Terminals{1, 3, 4}, Terminals{2, 4}, Terminals{0}));
  EXPECT_EQ(answer.parts[0].best.tree->cost, 2U * 693147U);
  EXPECT_EQ(answer.parts[1].best.tree->cost, 693147U);
  EXPECT_EQ(answer.parts[2].best.tree->cost, 0U);
}

TEST(ConnectingMapExample, ATerminalOfWhichNothingIsLeftIsExcluded) {
  const SnapshotPtr g = Draw("a -- b ; b -- c! ; b -- d");
  MapQuery query = Query(*g, {{"c"}, {"a"}, {"b"}, {"d"}});
  query.avoid = {Named(*g, "d")};
  const MapAnswer answer = Ask(*g, query);
  EXPECT_THAT(answer.excluded, ElementsAre(0U, 3U));
  ASSERT_EQ(answer.parts.size(), 1U);
  EXPECT_EQ(answer.parts[0].terminals, (Terminals{1, 2}));
}

TEST(ConnectingMapExample, ATerminalIsThereWhateverItsKind) {
  const SnapshotPtr g = Draw("kind place ; kind tool ; a@place -- t@tool ; t -- b@place ; a -r:0.1- b");
  MapQuery query = Query(*g, {{"a"}, {"b"}});
  query.kinds.assign(g->schema().kind_count(), false);
  query.kinds[Number(KindNamed(*g, "place"))] = true;
  EXPECT_EQ(Ask(*g, query).parts[0].best.tree->cost, 2302585U);
  query.terminals.push_back({Named(*g, "t")});
  EXPECT_EQ(Ask(*g, query).parts[0].best.tree->cost, 2U);  // at strength 1 a hop costs 1
}

TEST(ConnectingMapExample, ANodeThatFailsTheConditionIsNotInsideButMayBeATerminal) {
  const SnapshotPtr g = Draw("a -- t -- b ; a -r:0.1- b");
  MapQuery query = Query(*g, {{"a"}, {"b"}});
  query.inside = [t = Named(*g, "t")](NodeIndex node) { return node != t; };
  EXPECT_EQ(Ask(*g, query).parts[0].best.tree->cost, 2302585U);
  query.terminals.push_back({Named(*g, "t")});
  EXPECT_EQ(Ask(*g, query).parts[0].best.tree->cost, 2U);
}

// A ring of 3 000 nodes with as many chords.
SnapshotPtr Ring() {
  std::string text;
  for (int i = 0; i < 3000; ++i) {
    text += fmt::format("a{} -ring:0.5-> a{} -chord:0.3-> a{} ; ", i, (i + 1) % 3000, (i * 7 + 1500) % 3000);
  }
  return Draw(text);
}

TEST(ConnectingMapLimits, ACancelledSearchEndsWithinTwoThousandUnits) {
  const SnapshotPtr g = Ring();
  const MapQuery query = Query(*g, {{"a0"}, {"a100"}, {"a1000"}, {"a2000"}, {"a2999"}});
  for (const std::uint64_t after : {1U, 5000U, 20'000U}) {
    std::uint64_t work_at_cancel = 0;
    Budget* asked = nullptr;
    Budget budget(~std::uint64_t{0}, {}, [&] {
      if (work_at_cancel == 0 && asked->work_used() >= after) work_at_cancel = asked->work_used();
      return work_at_cancel != 0;
    });
    asked = &budget;
    const MapAnswer answer = FindConnectingMap(*g, query, budget).value();
    EXPECT_EQ(answer.cut_by, Limit::kCancelled);
    EXPECT_LE(answer.work_used, work_at_cancel + 2048);
  }
}

TEST(ConnectingMapLimits, AfterTheDeadlineNothingIsBegun) {
  const SnapshotPtr g = Ring();
  Budget budget(~std::uint64_t{0}, Budget::Clock::now() - std::chrono::seconds(1));
  const MapAnswer answer = FindConnectingMap(*g, Query(*g, {{"a0"}, {"a900"}}), budget).value();
  EXPECT_EQ(answer.cut_by, Limit::kDeadline);
  EXPECT_LE(answer.work_used, Budget::kCheckEvery);
  ASSERT_EQ(answer.parts.size(), 1U);
  EXPECT_FALSE(answer.parts[0].best.tree.has_value());
  EXPECT_EQ(answer.parts[0].best.gap(), 1);
}

TEST(ConnectingMapLimits, ACutSearchNamesTheNodesThatItDidNotTryToAvoid) {
  const SnapshotPtr g = Draw(kToy);
  const MapQuery query = Query(*g, {{"D1"}, {"D2"}, {"D3"}});
  const std::uint64_t whole = Ask(*g, query).work_used;
  Budget budget(whole - 1, {});
  const MapAnswer answer = FindConnectingMap(*g, query, budget).value();
  EXPECT_EQ(answer.cut_by, Limit::kWork);
  EXPECT_TRUE(answer.parts[0].best.exact());
  EXPECT_EQ(answer.parts[0].alternatives.size() + answer.untried.size(), 4U);
}

TEST(ConnectingMapErrors, NameEachField) {
  const SnapshotPtr g = Draw("a -- b");
  MapQuery query = Query(*g, {{"a"}, {"b"}});
  query.terminals[1].push_back(NodeIndex{77});
  query.terminals.emplace_back();
  query.avoid = {NodeIndex{78}};
  query.kinds = {true, true, true};
  query.relations.assign(9, true);
  query.weights.hop_factor = 2;
  Budget budget;
  const auto result = FindConnectingMap(*g, query, budget);
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.status().code(), absl::StatusCode::kInvalidArgument);
  std::vector<std::string> fields;
  const ErrorInfo info = *ErrorInfoOf(result.status());
  for (const Violation& violation : info.violations) fields.push_back(violation.field);
  EXPECT_THAT(fields, ElementsAre("terminals[1][1]", "terminals[2]", "avoid[0]", "kinds", "relations", "weights"));

  for (const std::size_t count : {0U, 9U}) {
    query = Query(*g, {});
    query.terminals.assign(count, {Named(*g, "a")});
    EXPECT_EQ(FindConnectingMap(*g, query, budget).status().code(), absl::StatusCode::kInvalidArgument);
  }
}

}  // namespace
}  // namespace braid::graph
