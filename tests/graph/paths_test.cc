#include "graph/paths.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <functional>
#include <optional>
#include <queue>
#include <random>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "fmt/format.h"
#include "graph/error.h"
#include "graph/path_engine.h"
#include "graph/path_search.h"
#include "tests/graph/list_view.h"
#include "tests/graph/path_oracle.h"

namespace braid::graph {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

// Settings that make each half of the search lead in turn.
constexpr PathTuning kTunings[] = {
    {},
    {.ball_factor = 0, .least_ball = 0},
    {.least_ball = 3, .few_hops = 0},
    {.least_ball = 100'000, .ball_hops = 12, .few_hops = 3},
};

PathAnswer Ask(const Snapshot& snapshot, const PathQuery& query) {
  Budget budget;
  return FindPaths(snapshot, query, budget).value();
}

std::vector<PlainPath> FirstOf(const std::vector<PlainPath>& paths, std::size_t count) {
  return {paths.begin(), paths.begin() + static_cast<std::ptrdiff_t>(std::min(count, paths.size()))};
}

// What an answer that was not cut says besides its paths.
void ExpectExact(const PathAnswer& answer, const std::vector<PlainPath>& all, std::size_t max_paths) {
  EXPECT_EQ(answer.cut_by, Limit::kNone);
  EXPECT_EQ(answer.pending, 0);
  EXPECT_EQ(answer.uncertified, 0);
  if (answer.more_exist) {
    EXPECT_GT(all.size(), max_paths);
  }
  if (all.size() > max_paths) {
    ASSERT_TRUE(answer.lower_bound.has_value());
    EXPECT_LE(*answer.lower_bound, all[max_paths].cost);
    EXPECT_GE(*answer.lower_bound, all[max_paths - 1].cost);
    // A tie with the last must have been seen.
    if (all[max_paths].cost == all[max_paths - 1].cost) {
      EXPECT_TRUE(answer.more_exist);
    }
  }
}

void ExpectConsistent(const PathAnswer& answer) {
  for (const FoundPath& path : answer.paths) {
    ASSERT_EQ(path.nodes.size(), path.hops.size() + 1);
    std::uint64_t cost = 0;
    for (std::size_t i = 0; i < path.hops.size(); ++i) {
      EXPECT_EQ(path.hops[i].from, path.nodes[i]);
      EXPECT_EQ(path.hops[i].to, path.nodes[i + 1]);
      cost += path.hops[i].cost.total();
    }
    EXPECT_EQ(path.cost, cost);
  }
}

TEST(PathsPropertyTest, EqualExhaustiveSearchOnRandomGraphs) {
  std::size_t answers = 0, empty = 0, ties_cut = 0;
  for (std::uint64_t seed = 1; seed <= 1500; ++seed) {
    std::mt19937_64 random(seed);
    const PlainGraph graph = RandomGraph(random);
    const Schema schema = SchemaOf(graph);
    const SnapshotPtr snapshot = SnapshotOf(graph);
    for (int i = 0; i < 6; ++i) {
      SCOPED_TRACE(fmt::format("seed {}, query {}", seed, i));
      const PlainQuery plain = RandomQuery(graph, schema, random);
      const PathQuery query = QueryOf(*snapshot, plain);
      const std::vector<PlainPath> all = FindAllPaths(graph, plain);
      const std::vector<PlainPath> want = FirstOf(all, plain.max_paths);
      for (const PathTuning& tuning : kTunings) {
        SCOPED_TRACE(fmt::format("tuning {}", &tuning - kTunings));
        Budget budget;
        const PathAnswer answer = SearchPaths(*snapshot, query, budget, tuning);
        EXPECT_EQ(PlainOf(*snapshot, answer.paths), want);
        ExpectExact(answer, all, plain.max_paths);
        ExpectConsistent(answer);
      }
      ++answers;
      if (all.empty()) ++empty;
      if (all.size() > want.size() && all[want.size()].cost == want.back().cost) ++ties_cut;
      if (HasFailure()) return;
    }
  }
  RecordProperty("answers", static_cast<int>(answers));
  RecordProperty("empty", static_cast<int>(empty));
  RecordProperty("cut_through_a_tie", static_cast<int>(ties_cut));
  // The generator is worth its name: most queries have an answer, and many cut through a tie.
  EXPECT_LT(empty, answers * 2 / 5);
  EXPECT_GT(ties_cut, answers / 20);
}

TEST(PathsPropertyTest, FewerPathsAreAPrefixOfMore) {
  for (std::uint64_t seed = 1; seed <= 300; ++seed) {
    SCOPED_TRACE(fmt::format("seed {}", seed));
    std::mt19937_64 random(seed);
    const PlainGraph graph = RandomGraph(random);
    const Schema schema = SchemaOf(graph);
    const SnapshotPtr snapshot = SnapshotOf(graph);
    PathQuery query = QueryOf(*snapshot, RandomQuery(graph, schema, random));
    query.max_paths = 10;
    const std::vector<PlainPath> ten = PlainOf(*snapshot, Ask(*snapshot, query).paths);
    for (query.max_paths = 1; query.max_paths <= 5; query.max_paths += 2) {
      const std::vector<PlainPath> few = PlainOf(*snapshot, Ask(*snapshot, query).paths);
      EXPECT_EQ(few, FirstOf(ten, query.max_paths));
    }
    if (HasFailure()) return;
  }
}

// The cost of the best path; the greatest number where there is none.
std::uint64_t BestCost(const Snapshot& snapshot, PathQuery query) {
  query.max_paths = 1;
  const PathAnswer answer = Ask(snapshot, query);
  return answer.paths.empty() ? ~std::uint64_t{0} : answer.paths.front().cost;
}

TEST(PathsPropertyTest, LooseningNeverRaisesTheBestCost) {
  const std::pair<const char*, void (*)(PathQuery&)> loosenings[] = {
      {"hops", [](PathQuery& query) { ++query.max_hops; }},
      {"groups", [](PathQuery& query) { query.min_groups -= query.min_groups > 0 ? 1 : 0; }},
      {"kinds", [](PathQuery& query) { query.kinds.clear(); }},
      {"relations", [](PathQuery& query) { query.relations.clear(); }},
      {"avoid", [](PathQuery& query) { query.avoid.clear(); }},
      {"must pass", [](PathQuery& query) { query.must_pass.clear(); }},
      {"certainty", [](PathQuery& query) { query.min_certainty = Certainty::kUnset; }},
      {"pattern", [](PathQuery& query) { query.pattern.reset(); }},
  };
  for (std::uint64_t seed = 1; seed <= 500; ++seed) {
    SCOPED_TRACE(fmt::format("seed {}", seed));
    std::mt19937_64 random(seed);
    const PlainGraph graph = RandomGraph(random);
    const Schema schema = SchemaOf(graph);
    const SnapshotPtr snapshot = SnapshotOf(graph);
    const PathQuery query = QueryOf(*snapshot, RandomQuery(graph, schema, random));
    const std::uint64_t cost = BestCost(*snapshot, query);
    for (const auto& [name, loosen] : loosenings) {
      PathQuery loose = query;
      loosen(loose);
      EXPECT_LE(BestCost(*snapshot, loose), cost) << name;
    }
    if (HasFailure()) return;
  }
}

TEST(PathsPropertyTest, TurnedRoundOnSymmetricRelationsTheCostsAreTheSame) {
  for (std::uint64_t seed = 1; seed <= 300; ++seed) {
    SCOPED_TRACE(fmt::format("seed {}", seed));
    std::mt19937_64 random(seed);
    const PlainGraph graph = RandomGraph(random);
    const Schema schema = SchemaOf(graph);
    const SnapshotPtr snapshot = SnapshotOf(graph);
    PlainQuery plain = RandomQuery(graph, schema, random);
    plain.relations = {"road"};
    plain.pattern.reset();
    PathQuery query = QueryOf(*snapshot, plain);
    const auto costs = [&] {
      const PathAnswer answer = Ask(*snapshot, query);
      std::vector<std::uint64_t> all;
      for (const FoundPath& path : answer.paths) all.push_back(path.cost);
      return all;
    };
    const std::vector<std::uint64_t> there = costs();
    std::swap(query.sources, query.targets);
    EXPECT_EQ(costs(), there);
    if (HasFailure()) return;
  }
}

TEST(PathsPropertyTest, NumbersOfNodesAndOrderOfInsertionChangeNothing) {
  for (std::uint64_t seed = 1; seed <= 400; ++seed) {
    SCOPED_TRACE(fmt::format("seed {}", seed));
    std::mt19937_64 random(seed);
    const PlainGraph graph = RandomGraph(random);
    const Schema schema = SchemaOf(graph);
    const SnapshotPtr first = SnapshotOf(graph);
    const SnapshotPtr second = SnapshotOf(graph, &random);
    const PlainQuery plain = RandomQuery(graph, schema, random);
    const PathAnswer a = Ask(*first, QueryOf(*first, plain));
    const PathAnswer b = Ask(*second, QueryOf(*second, plain));
    EXPECT_EQ(PlainOf(*first, a.paths), PlainOf(*second, b.paths));
    EXPECT_EQ(a.more_exist, b.more_exist);
    EXPECT_EQ(a.lower_bound, b.lower_bound);
    if (HasFailure()) return;
  }
}

TEST(PathsPropertyTest, APlainAdjacencyListGivesTheSamePaths) {
  std::size_t answers = 0;
  for (std::uint64_t seed = 1; seed <= 300; ++seed) {
    SCOPED_TRACE(fmt::format("seed {}", seed));
    std::mt19937_64 random(seed);
    const PlainGraph graph = RandomGraph(random);
    const Schema schema = SchemaOf(graph);
    const SnapshotPtr snapshot = SnapshotOf(graph);
    const PathQuery query = QueryOf(*snapshot, RandomQuery(graph, schema, random));
    const PathAnswer wanted = Ask(*snapshot, query);
    ListView view = ListViewOf(*snapshot, query.weights);
    Budget budget;
    PathEngine<ListView> engine(view, query, budget, {});
    std::vector<FoundPath> paths;
    for (std::optional<FoundPath> path; paths.size() < query.max_paths && (path = engine.Next());) {
      paths.push_back(*std::move(path));
    }
    ASSERT_EQ(PlainOf(*snapshot, paths), PlainOf(*snapshot, wanted.paths));
    answers += paths.size();
  }
  EXPECT_GT(answers, 300);
}

TEST(PathsPropertyTest, CutByWorkAnywhereGivesAPrefixAndACertifiedBound) {
  std::size_t partial = 0;
  for (std::uint64_t seed = 1; seed <= 150; ++seed) {
    std::mt19937_64 random(seed);
    const PlainGraph graph = RandomGraph(random);
    const Schema schema = SchemaOf(graph);
    const SnapshotPtr snapshot = SnapshotOf(graph);
    const PlainQuery plain = RandomQuery(graph, schema, random);
    const PathQuery query = QueryOf(*snapshot, plain);
    const std::vector<PlainPath> all = FindAllPaths(graph, plain);
    const std::vector<PlainPath> want = FirstOf(all, plain.max_paths);
    for (const PathTuning& tuning : kTunings) {
      Budget whole;
      SearchPaths(*snapshot, query, whole, tuning);
      const std::uint64_t needed = whole.work_used();
      const std::uint64_t stride = std::max<std::uint64_t>(1, needed / 40);
      for (std::uint64_t work = 0; work < needed; work += work + stride < needed ? stride : needed - work) {
        SCOPED_TRACE(fmt::format("seed {}, tuning {}, work {} of {}", seed, &tuning - kTunings, work, needed));
        Budget budget(work, std::nullopt);
        const PathAnswer answer = SearchPaths(*snapshot, query, budget, tuning);
        EXPECT_EQ(answer.cut_by, Limit::kWork);
        EXPECT_EQ(answer.work_used, work + 1);
        const std::size_t given = answer.paths.size();
        EXPECT_EQ(PlainOf(*snapshot, answer.paths), FirstOf(want, given));
        ASSERT_TRUE(answer.lower_bound.has_value());
        if (given < all.size()) {
          EXPECT_LE(*answer.lower_bound, all[given].cost);
        }
        EXPECT_LE(given + answer.pending, all.size());
        if (answer.more_exist) {
          EXPECT_GT(all.size(), given);
        }
        if (given > 0 && given < want.size()) ++partial;
        if (HasFailure()) return;
      }
      Budget enough(needed, std::nullopt);
      EXPECT_EQ(SearchPaths(*snapshot, query, enough, tuning).cut_by, Limit::kNone) << "seed " << seed;
    }
  }
  EXPECT_GT(partial, 100);
}

TEST(PathsPropertyTest, CutByTiesGivesPathsOfTheRightCost) {
  std::size_t cut = 0;
  for (std::uint64_t seed = 1; seed <= 400; ++seed) {
    SCOPED_TRACE(fmt::format("seed {}", seed));
    std::mt19937_64 random(seed);
    const PlainGraph graph = RandomGraph(random);
    const Schema schema = SchemaOf(graph);
    const SnapshotPtr snapshot = SnapshotOf(graph);
    const PlainQuery plain = RandomQuery(graph, schema, random);
    const std::vector<PlainPath> all = FindAllPaths(graph, plain);
    Budget budget;
    const PathAnswer answer = SearchPaths(*snapshot, QueryOf(*snapshot, plain), budget, PathTuning{.max_ties = 1});
    if (answer.cut_by == Limit::kNone) continue;
    ++cut;
    EXPECT_EQ(answer.cut_by, Limit::kTies);
    const std::vector<PlainPath> given = PlainOf(*snapshot, answer.paths);
    ASSERT_GE(given.size(), answer.uncertified);
    const std::size_t certified = given.size() - answer.uncertified;
    EXPECT_EQ(FirstOf(given, certified), FirstOf(all, certified));
    ASSERT_TRUE(answer.lower_bound.has_value());
    ASSERT_LT(certified, all.size());
    EXPECT_EQ(*answer.lower_bound, all[certified].cost);
    for (std::size_t i = certified; i < given.size(); ++i) {
      EXPECT_EQ(given[i].cost, all[i].cost);
      if (!plain.distinct_nodes) {
        EXPECT_NE(std::find(all.begin(), all.end(), given[i]), all.end()) << given[i];
      }
    }
    if (HasFailure()) return;
  }
  EXPECT_GT(cut, 50);
}

// --- Graphs by hand.

class PathsTest : public ::testing::Test {
 protected:
  PathsTest() {
    for (const char* name : {"place", "end", "method", "school"}) {
      Kind kind;
      kind.name = kind.id_prefix = name;
      graph_.kinds.push_back(kind);
    }
    graph_.kinds[1].ends_only = true;
    graph_.kinds[2].needs_group = true;
    graph_.kinds[3].is_group = true;
    Relation link;
    link.name = "link";
    link.walkable = link.symmetric = link.takes_strength = true;
    link.default_strength = 1.0;
    Relation step;
    step.name = "step";
    step.inverse_name = "step_back";
    step.walkable = step.takes_strength = true;
    step.default_strength = 1.0;
    Relation of;
    of.name = "of";
    of.inverse_name = "has";
    of.default_strength = 1.0;
    of.defines_group = of.one_primary = true;
    graph_.relations = {link, step, of};
    query_.weights.degree_exponent = 0;
    query_.weights.hop_factor = 1;
  }

  void AddNode(const std::string& id, const std::string& kind = "place") {
    Node node;
    node.id = id;
    node.kind = kind;
    graph_.nodes.push_back(node);
  }
  void AddEdge(std::string subject, const std::string& relation, std::string object, double strength = 1.0) {
    Edge edge;
    if (relation == "link" && object < subject) std::swap(subject, object);
    edge.key = EdgeKey{subject, relation, object};
    edge.strength = strength;
    edge.primary = relation == "of";
    graph_.edges.push_back(edge);
  }

  // The paths, each as its ids without their prefixes.
  std::vector<std::string> Find(const std::vector<std::string>& sources, const std::vector<std::string>& targets) {
    snapshot_ = SnapshotOf(graph_);
    query_.sources = sources;
    query_.targets = targets;
    PathQuery query = QueryOf(*snapshot_, query_);
    if (!pattern_.empty()) query.pattern = CompilePattern(pattern_, snapshot_->schema()).value();
    answer_ = Ask(*snapshot_, query);
    std::vector<std::string> texts;
    for (const FoundPath& path : answer_.paths) {
      std::string text;
      for (const NodeIndex node : path.nodes) {
        const std::string id(snapshot_->id(node));
        text += (text.empty() ? "" : " ") + id.substr(id.find(':') + 1);
      }
      texts.push_back(text);
    }
    return texts;
  }

  std::vector<std::uint64_t> Costs() const {
    std::vector<std::uint64_t> costs;
    for (const FoundPath& path : answer_.paths) costs.push_back(path.cost);
    return costs;
  }

  PlainGraph graph_;
  PlainQuery query_;
  std::string pattern_;
  SnapshotPtr snapshot_;
  PathAnswer answer_;
};

// algorithms.md, section 11.1.
class ToyGraphTest : public PathsTest {
 protected:
  ToyGraphTest() {
    for (const char* id : {"n:D1", "n:D2", "n:D3"}) AddNode(id, "end");
    for (const char* id : {"n:P1", "n:P2", "n:P3"}) AddNode(id);
    for (const char* id : {"n:T1", "n:T2"}) AddNode(id, "method");
    for (const char* id : {"n:CBT", "n:EFT"}) AddNode(id, "school");
    const std::tuple<const char*, const char*, double> links[] = {
        {"n:D1", "n:P1", .9}, {"n:P1", "n:T1", .8}, {"n:T1", "n:P2", .5}, {"n:P2", "n:D2", .9}, {"n:P1", "n:T2", .6},
        {"n:T2", "n:P2", .8}, {"n:D1", "n:P3", .7}, {"n:P3", "n:D2", .5}, {"n:T1", "n:T2", .9}, {"n:D3", "n:T2", .7}};
    for (const auto& [a, b, p] : links) AddEdge(a, "link", b, p);
    AddEdge("n:T1", "of", "n:CBT");
    AddEdge("n:T2", "of", "n:EFT");
  }

  std::vector<std::string> Find() { return PathsTest::Find({"n:D1"}, {"n:D2"}); }

  static constexpr const char* kFirst = "D1 P1 T1 T2 P2 D2";
  static constexpr const char* kSecond = "D1 P1 T2 P2 D2";
  static constexpr const char* kThird = "D1 P3 D2";
  static constexpr const char* kFourth = "D1 P1 T1 P2 D2";
  static constexpr const char* kFifth = "D1 P1 T2 T1 P2 D2";
};

TEST_F(ToyGraphTest, RanksItsFivePaths) {
  EXPECT_THAT(Find(), ElementsAre(kFirst, kSecond, kThird, kFourth, kFifth));
  EXPECT_THAT(Costs(), ElementsAre(762'371, 944'692, 1'049'822, 1'127'013, 1'520'056));
  query_.max_paths = 6;
  EXPECT_THAT(Find(), ElementsAre(kFirst, kSecond, kThird, kFourth, kFifth));
  EXPECT_EQ(answer_.cut_by, Limit::kNone);
  EXPECT_FALSE(answer_.more_exist);
  EXPECT_EQ(answer_.lower_bound, std::nullopt);
}

TEST_F(ToyGraphTest, CrossesAsManyGroupsAsAsked) {
  query_.min_groups = 2;
  EXPECT_THAT(Find(), ElementsAre(kFirst, kFifth));
  EXPECT_EQ(PlainOf(*snapshot_, answer_.paths[1]).groups, (std::vector<std::string>{"n:EFT", "n:CBT"}));
  query_.min_groups = 3;
  EXPECT_THAT(Find(), IsEmpty());
  EXPECT_EQ(answer_.cut_by, Limit::kNone);
}

TEST_F(ToyGraphTest, GoesNoFurtherThanAsked) {
  query_.max_hops = 4;
  EXPECT_THAT(Find(), ElementsAre(kSecond, kThird, kFourth));
}

TEST_F(ToyGraphTest, AvoidsAndPasses) {
  query_.avoid = {"n:T2"};
  EXPECT_THAT(Find(), ElementsAre(kThird, kFourth));
  query_.avoid.clear();
  query_.must_pass = {"n:T1"};
  EXPECT_THAT(Find(), ElementsAre(kFirst, kFourth, kFifth));
  query_.must_pass = {"n:T1", "n:T1", "n:D1"};  // named twice, and an end: satisfied
  EXPECT_THAT(Find(), ElementsAre(kFirst, kFourth, kFifth));
  query_.must_pass = {"n:D3"};  // a dead end that is never inside
  EXPECT_THAT(Find(), IsEmpty());
}

TEST_F(ToyGraphTest, KeepsToAPatternAndToKinds) {
  pattern_ = "-link@place,end*";
  EXPECT_THAT(Find(), ElementsAre(kThird));
  pattern_ = "-link@place -link@method{2} -link+";
  EXPECT_THAT(Find(), ElementsAre(kFirst, kFifth));
  pattern_.clear();
  query_.kinds = {"place", "end"};
  EXPECT_THAT(Find(), ElementsAre(kThird));
  query_.kinds = {"place"};  // the ends too
  EXPECT_THAT(Find(), IsEmpty());
}

TEST_F(PathsTest, ANodeThatIsBothEndsIsAPathOfNoHops) {
  AddNode("n:a");
  AddNode("n:b");
  AddEdge("n:a", "link", "n:b", 0.5);
  EXPECT_THAT(Find({"n:a", "n:b"}, {"n:a"}), ElementsAre("a", "b a"));
  EXPECT_THAT(Find({"n:a", "n:b"}, {"n:a", "n:b"}), ElementsAre("a", "b", "a b", "b a"));
  query_.must_pass = {"n:b"};
  EXPECT_THAT(Find({"n:a"}, {"n:a"}), IsEmpty());
  query_.must_pass.clear();
  pattern_ = "-link+";
  EXPECT_THAT(Find({"n:a"}, {"n:a"}), IsEmpty());
  pattern_.clear();
  query_.min_groups = 1;
  EXPECT_THAT(Find({"n:a"}, {"n:a"}), IsEmpty());
}

TEST_F(PathsTest, ASchoolIsAGroupByItself) {
  AddNode("n:s", "school");
  query_.min_groups = 1;
  EXPECT_THAT(Find({"n:s"}, {"n:s"}), ElementsAre("s"));
}

TEST_F(PathsTest, NeverRunsThroughAnotherSourceOrTarget) {
  for (const char* id : {"n:a", "n:b", "n:c", "n:d"}) AddNode(id);
  AddEdge("n:a", "link", "n:b");
  AddEdge("n:b", "link", "n:c");
  AddEdge("n:c", "link", "n:d");
  EXPECT_THAT(Find({"n:a", "n:b"}, {"n:d"}), ElementsAre("b c d"));
  EXPECT_THAT(Find({"n:a"}, {"n:c", "n:d"}), ElementsAre("a b c"));
  query_.must_pass = {"n:a"};  // a source that is not the end of any
  EXPECT_THAT(Find({"n:a", "n:b"}, {"n:d"}), IsEmpty());
}

TEST_F(PathsTest, WhatIsNotWalkableIsNoEndEither) {
  for (const char* id : {"n:a", "n:b", "n:old"}) AddNode(id);
  graph_.nodes.back().obsolete = true;
  AddNode("n:homeless", "method");
  for (const char* id : {"n:old", "n:homeless"}) AddEdge("n:a", "link", id);
  for (const char* id : {"n:old", "n:homeless"}) AddEdge("n:b", "link", id);
  EXPECT_THAT(Find({"n:a"}, {"n:b"}), IsEmpty());
  EXPECT_THAT(Find({"n:a"}, {"n:old", "n:homeless"}), IsEmpty());
  EXPECT_THAT(Find({"n:old"}, {"n:old"}), IsEmpty());
  query_.avoid = {"n:a"};
  EXPECT_THAT(Find({"n:a"}, {"n:a"}), IsEmpty());
  query_.avoid.clear();
  query_.must_pass = {"n:old"};
  EXPECT_THAT(Find({"n:a"}, {"n:a"}), IsEmpty());
}

TEST_F(PathsTest, OppositeAndParallelEdgesArePathsOfTheirOwnUnlessNodesMustDiffer) {
  for (const char* id : {"n:a", "n:b"}) AddNode(id);
  AddEdge("n:a", "step", "n:b");
  AddEdge("n:b", "step", "n:a");
  AddEdge("n:a", "link", "n:b");
  EXPECT_THAT(Find({"n:a"}, {"n:b"}), ElementsAre("a b", "a b", "a b"));
  const std::vector<PlainPath> paths = PlainOf(*snapshot_, answer_.paths);
  EXPECT_EQ(paths[0].hops[0], (PlainHop{"link", false}));
  EXPECT_EQ(paths[1].hops[0], (PlainHop{"step", false}));
  EXPECT_EQ(paths[2].hops[0], (PlainHop{"step", true}));
  query_.distinct_nodes = true;
  EXPECT_THAT(Find({"n:a"}, {"n:b"}), ElementsAre("a b"));
  EXPECT_EQ(PlainOf(*snapshot_, answer_.paths[0]).hops[0], (PlainHop{"link", false}));
}

TEST_F(PathsTest, ASymmetricEdgeIsWalkedForwardsFromEitherEnd) {
  for (const char* id : {"n:a", "n:b"}) AddNode(id);
  AddEdge("n:a", "link", "n:b", 0.5);
  Find({"n:b"}, {"n:a"});
  ASSERT_EQ(answer_.paths.size(), 1);
  EXPECT_FALSE(answer_.paths[0].hops[0].reversed);
  EXPECT_EQ(answer_.paths[0].hops[0].cost, (HopCost{693'147, 0, 0}));
}

TEST_F(PathsTest, EqualCostsAreOrderedByHopsThenIds) {
  query_.weights.certainty_factor[0] = 1.0;
  for (const char* id : {"n:a", "n:z", "n:p", "n:q", "n:B"}) AddNode(id);
  AddEdge("n:a", "link", "n:q");
  AddEdge("n:q", "link", "n:z");
  AddEdge("n:a", "link", "n:p");
  AddEdge("n:p", "link", "n:z");
  AddEdge("n:a", "link", "n:B");
  AddEdge("n:B", "link", "n:z");
  AddEdge("n:a", "link", "n:z", 0.999998);  // as dear as two hops
  EXPECT_THAT(Find({"n:a"}, {"n:z"}), ElementsAre("a z", "a B z", "a p z", "a q z"));
  query_.max_paths = 2;
  EXPECT_THAT(Find({"n:a"}, {"n:z"}), ElementsAre("a z", "a B z"));
  EXPECT_TRUE(answer_.more_exist);
  EXPECT_EQ(answer_.lower_bound, 2);
}

TEST_F(PathsTest, HubsAreCrossedByTheRelationsAskedFor) {
  // Two hubs with more arcs than a short list or a chunk holds, over two relations; checked by exhaustion.
  for (const char* id : {"n:hub", "n:pub"}) AddNode(id);
  std::mt19937_64 random(7);
  for (int i = 0; i < 700; ++i) {
    const std::string leaf = fmt::format("n:{}", i);
    AddNode(leaf);
    AddEdge("n:hub", random() % 2 == 0 ? "link" : "step", leaf, 0.5);
    if (i % 10 == 0) AddEdge(leaf, random() % 2 == 0 ? "link" : "step", "n:pub", random() % 2 == 0 ? 1.0 : 0.5);
  }
  query_.weights.degree_exponent = 0.4;
  query_.max_paths = 30;
  query_.max_hops = 3;
  for (const std::set<std::string>& relations : {std::set<std::string>{}, {"link"}, {"step"}}) {
    query_.relations = relations;
    for (const auto& [from, to] : {std::pair{"n:hub", "n:pub"}, {"n:pub", "n:hub"}, {"n:10", "n:20"}}) {
      Find({from}, {to});
      EXPECT_EQ(PlainOf(*snapshot_, answer_.paths), FirstOf(FindAllPaths(graph_, query_), 30));
    }
  }
}

// --- Large graphs.

// `size`² nodes in a grid, all steps of one cost: between its corners there are more paths than anyone can wait for.
class GridTest : public PathsTest {
 protected:
  PathQuery MakeGrid(int size) {
    for (int x = 0; x < size; ++x) {
      for (int y = 0; y < size; ++y) AddNode(fmt::format("n:{}_{}", x, y));
    }
    for (int x = 0; x < size; ++x) {
      for (int y = 0; y < size; ++y) {
        if (x + 1 < size) AddEdge(fmt::format("n:{}_{}", x, y), "link", fmt::format("n:{}_{}", x + 1, y));
        if (y + 1 < size) AddEdge(fmt::format("n:{}_{}", x, y), "link", fmt::format("n:{}_{}", x, y + 1));
      }
    }
    snapshot_ = SnapshotOf(graph_);
    query_.sources = {"n:0_0"};
    query_.targets = {fmt::format("n:{}_{}", size - 1, size - 1)};
    query_.max_hops = 12;
    query_.max_paths = 1000;
    return QueryOf(*snapshot_, query_);
  }
};

TEST_F(GridTest, MoreTiesThanAreSortedAreCutAndSaidSo) {
  PathQuery query = MakeGrid(7);  // 924 paths of 12 hops between the corners
  PathAnswer answer = Ask(*snapshot_, query);
  EXPECT_EQ(answer.cut_by, Limit::kNone);
  EXPECT_EQ(answer.paths.size(), 924);
  EXPECT_FALSE(answer.more_exist);

  for (int i = 0; i < 5; ++i) {  // five more ways in, each as short: 5 · 924 paths of one cost
    AddNode(fmt::format("n:in{}", i));
    AddEdge(fmt::format("n:in{}", i), "link", "n:0_0");
    query_.sources.push_back(fmt::format("n:in{}", i));
  }
  query_.sources.erase(query_.sources.begin());
  query_.targets = {"n:5_6", "n:6_5"};  // 11 hops on: 2 · 462 paths from each
  query_.max_paths = 7;
  snapshot_ = SnapshotOf(graph_);
  query = QueryOf(*snapshot_, query_);
  answer = Ask(*snapshot_, query);
  EXPECT_EQ(answer.cut_by, Limit::kTies);
  EXPECT_EQ(answer.paths.size(), 7);
  EXPECT_EQ(answer.uncertified, 7);
  EXPECT_EQ(answer.pending, 4097 - 7);
  EXPECT_EQ(answer.lower_bound, 12);
  EXPECT_TRUE(answer.more_exist);
}

TEST_F(GridTest, CancellationIsSeenSoon) {
  const PathQuery query = MakeGrid(7);
  Budget budget(std::numeric_limits<std::uint64_t>::max(), std::nullopt, [] { return true; });
  const PathAnswer answer = FindPaths(*snapshot_, query, budget).value();
  EXPECT_EQ(answer.cut_by, Limit::kCancelled);
  EXPECT_LE(answer.work_used, 2 * Budget::kCheckEvery);
}

TEST_F(GridTest, CancellationIsSeenSoonWhereverItComes) {
  const PathQuery query = MakeGrid(7);
  Budget whole;
  ASSERT_TRUE(FindPaths(*snapshot_, query, whole).ok());
  for (std::uint64_t after = 0; after * Budget::kCheckEvery < whole.work_used(); ++after) {
    std::uint64_t asked = 0;
    Budget budget(std::numeric_limits<std::uint64_t>::max(), std::nullopt, [&] { return asked++ == after; });
    const PathAnswer answer = FindPaths(*snapshot_, query, budget).value();
    if (answer.cut_by == Limit::kNone) break;
    EXPECT_EQ(answer.cut_by, Limit::kCancelled);
    EXPECT_LE(answer.work_used, (after + 2) * Budget::kCheckEvery);
  }
}

TEST_F(GridTest, ADeadlineThatIsPastCutsAndLeavesABound) {
  const PathQuery query = MakeGrid(7);
  Budget budget(std::numeric_limits<std::uint64_t>::max(), Budget::Clock::now() - std::chrono::seconds(1));
  const PathAnswer answer = FindPaths(*snapshot_, query, budget).value();
  EXPECT_EQ(answer.cut_by, Limit::kDeadline);
  ASSERT_TRUE(answer.lower_bound.has_value());
  EXPECT_LE(*answer.lower_bound, 12);
}

// --- Questions that cannot be asked.

struct BadQuery {
  std::string name, field;
  Reason reason;
  std::function<void(PathQuery&)> spoil;
};

class BadQueryTest : public PathsTest, public ::testing::WithParamInterface<BadQuery> {};

TEST_P(BadQueryTest, IsRefusedByField) {
  AddNode("n:a");
  AddNode("n:b");
  snapshot_ = SnapshotOf(graph_);
  query_.sources = {"n:a"};
  query_.targets = {"n:b"};
  PathQuery query = QueryOf(*snapshot_, query_);
  GetParam().spoil(query);
  Budget budget;
  const absl::StatusOr<PathAnswer> answer = FindPaths(*snapshot_, query, budget);
  ASSERT_FALSE(answer.ok());
  const std::optional<ErrorInfo> info = ErrorInfoOf(answer.status());
  ASSERT_TRUE(info.has_value());
  ASSERT_EQ(info->violations.size(), 1);
  EXPECT_EQ(info->violations[0].field, GetParam().field);
  EXPECT_EQ(info->violations[0].reason, GetParam().reason);
  EXPECT_EQ(answer.status().code(), absl::StatusCode::kInvalidArgument);
}

INSTANTIATE_TEST_SUITE_P(
    All, BadQueryTest,
    ::testing::Values(
        BadQuery{"no_source", "sources", Reason::kFieldRequired, [](PathQuery& q) { q.sources.clear(); }},
        BadQuery{"no_target", "targets", Reason::kFieldRequired, [](PathQuery& q) { q.targets.clear(); }},
        BadQuery{"no_path", "max_paths", Reason::kValueOutOfRange, [](PathQuery& q) { q.max_paths = 0; }},
        BadQuery{"many_paths", "max_paths", Reason::kValueOutOfRange, [](PathQuery& q) { q.max_paths = 1001; }},
        BadQuery{"no_hop", "max_hops", Reason::kValueOutOfRange, [](PathQuery& q) { q.max_hops = 0; }},
        BadQuery{"many_hops", "max_hops", Reason::kValueOutOfRange, [](PathQuery& q) { q.max_hops = 13; }},
        BadQuery{"many_groups", "min_groups", Reason::kValueOutOfRange, [](PathQuery& q) { q.min_groups = 5; }},
        BadQuery{"many_to_pass", "must_pass", Reason::kValueOutOfRange,
                 [](PathQuery& q) { q.must_pass.assign(4, NodeIndex{0}); }},
        BadQuery{"source_outside", "sources[1]", Reason::kValueOutOfRange,
                 [](PathQuery& q) { q.sources.push_back(NodeIndex{1'000'000}); }},
        BadQuery{"target_is_no_node", "targets[0]", Reason::kValueOutOfRange,
                 [](PathQuery& q) { q.targets[0] = kNoNode; }},
        BadQuery{"avoid_outside", "avoid[0]", Reason::kValueOutOfRange, [](PathQuery& q) { q.avoid = {kNoNode}; }},
        BadQuery{"kinds_of_another_schema", "kinds", Reason::kValueOutOfRange, [](PathQuery& q) { q.kinds = {true}; }},
        BadQuery{"relations_of_another_schema", "relations", Reason::kValueOutOfRange,
                 [](PathQuery& q) { q.relations = {true}; }},
        BadQuery{"pattern_of_another_schema", "pattern", Reason::kValueOutOfRange,
                 [](PathQuery& q) { q.pattern = Automaton::Any(Schema()); }},
        BadQuery{"factor_of_nothing", "weights", Reason::kValueOutOfRange,
                 [](PathQuery& q) { q.weights.hop_factor = 0; }}),
    [](const auto& param_info) { return param_info.param.name; });

}  // namespace
}  // namespace braid::graph
