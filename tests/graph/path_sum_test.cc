#include "graph/path_sum.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <random>
#include <string>
#include <vector>

#include "fmt/format.h"
#include "graph/error.h"
#include "graph/pattern.h"
#include "tests/graph/draw.h"
#include "tests/graph/path_oracle.h"

namespace braid::graph {
namespace {

PathSum Sum(const Snapshot& snapshot, const PathQuery& query, double epsilon = 0) {
  Budget budget;
  return SumPaths(snapshot, query, epsilon, budget).value();
}

// Supported edges of the relation at the node: at its object's end (`incoming`) or its subject's; at either where the
// relation is symmetric.
int DegreeOf(const PlainGraph& graph, const std::string& node, const Relation& relation, bool incoming) {
  const auto counts = [&](const Edge& edge) {
    if (edge.key.relation != relation.name || (!edge.strength && !relation.default_strength)) return false;
    const auto supports = [](const Claim& claim) { return claim.polarity == Polarity::kSupports; };
    if (!edge.claims.empty() && std::none_of(edge.claims.begin(), edge.claims.end(), supports)) return false;
    if (relation.symmetric) return edge.key.subject_id == node || edge.key.object_id == node;
    return (incoming ? edge.key.object_id : edge.key.subject_id) == node;
  };
  return static_cast<int>(std::count_if(graph.edges.begin(), graph.edges.end(), counts));
}

// The path's own term, straight from the definition.
double TermOf(const PlainGraph& graph, const Weights& weights, const PlainPath& path) {
  double term = 1;
  for (std::size_t i = 0; i < path.hops.size(); ++i) {
    const PlainHop& hop = path.hops[i];
    const std::string& from = path.nodes[i + (hop.reversed ? 1 : 0)];
    const std::string& to = path.nodes[i + (hop.reversed ? 0 : 1)];
    const Relation& relation = *std::find_if(graph.relations.begin(), graph.relations.end(),
                                             [&](const Relation& one) { return one.name == hop.relation; });
    const Edge& edge = *std::find_if(graph.edges.begin(), graph.edges.end(), [&](const Edge& one) {
      return one.key == EdgeKey{from, relation.name, to} ||
             (relation.symmetric && one.key == EdgeKey{to, relation.name, from});
    });
    term *= edge.strength ? *edge.strength : *relation.default_strength;
    if (relation.takes_certainty) term *= weights.certainty_factor[static_cast<std::size_t>(edge.certainty)];
    term /= std::pow(DegreeOf(graph, from, relation, false), weights.degree_exponent / 2);
    term /= std::pow(DegreeOf(graph, to, relation, true), weights.degree_exponent / 2);
    term *= weights.hop_factor;
  }
  return term;
}

std::vector<double> TermsOf(const PlainGraph& graph, const PlainQuery& query) {
  std::vector<double> terms;
  for (const PlainPath& path : FindAllPaths(graph, query)) terms.push_back(TermOf(graph, query.weights, path));
  return terms;
}

double SumOf(const std::vector<double>& terms, std::uint64_t count) {
  double sum = 0;
  for (std::uint64_t i = 0; i < count; ++i) sum += terms[i];
  return sum;
}

// No term is said to be left out that contributes more than `sum.largest_omitted`.
void ExpectBounded(const PathSum& sum, const std::vector<double>& terms) {
  ASSERT_LE(sum.count, terms.size());
  EXPECT_NEAR(sum.sum, SumOf(terms, sum.count), 1e-12 * sum.sum);
  for (std::uint64_t i = sum.count; i < terms.size(); ++i) EXPECT_LE(terms[i], sum.largest_omitted);
  EXPECT_LE(sum.largest_omitted, 1);
}

// A weight that no integer cost says to 1e-9, so that terms taken from costs would show.
PlainQuery RandomSumQuery(const PlainGraph& graph, const Schema& schema, std::mt19937_64& random) {
  PlainQuery query = RandomQuery(graph, schema, random);
  query.weights.degree_exponent = random() % 3 == 0 ? 0.0 : 0.83;
  query.weights.hop_factor = random() % 3 == 0 ? 1.0 : 0.917;
  return query;
}

TEST(PathSumPropertyTest, EqualsExhaustiveSummationOnRandomGraphs) {
  std::uint64_t summed = 0;
  for (std::uint64_t seed = 1; seed <= 400; ++seed) {
    std::mt19937_64 random(seed);
    const PlainGraph graph = RandomGraph(random);
    const Schema schema = SchemaOf(graph);
    const SnapshotPtr snapshot = SnapshotOf(graph);
    const SnapshotPtr shuffled = SnapshotOf(graph, &random);
    for (int i = 0; i < 4; ++i) {
      SCOPED_TRACE(fmt::format("seed {}, query {}", seed, i));
      const PlainQuery query = RandomSumQuery(graph, schema, random);
      const std::vector<double> terms = TermsOf(graph, query);
      const PathSum sum = Sum(*snapshot, QueryOf(*snapshot, query));
      EXPECT_EQ(sum.count, terms.size());
      EXPECT_NEAR(sum.sum, SumOf(terms, terms.size()), 1e-12 * sum.sum);
      EXPECT_EQ(sum.largest_omitted, 0);
      EXPECT_EQ(sum.search.cut_by, Limit::kNone);
      EXPECT_FALSE(sum.search.lower_bound.has_value());
      const PathSum again = Sum(*shuffled, QueryOf(*shuffled, query));
      EXPECT_EQ(again.count, sum.count);
      EXPECT_EQ(again.sum, sum.sum) << "the numbering of nodes shows";
      summed += sum.count;
      if (HasFailure()) return;
    }
  }
  EXPECT_GT(summed, 10'000) << "the generator is worth its name";
}

TEST(PathSumPropertyTest, StopsExactlyWhereEveryFurtherTermIsBelowEpsilonOfTheSum) {
  // What rounding may hide, of a term: 3 micro-nats a hop, at 6 hops and on both sides.
  constexpr double kSlack = 4e-5;
  std::uint64_t stopped = 0;
  for (std::uint64_t seed = 1; seed <= 400; ++seed) {
    std::mt19937_64 random(seed);
    const PlainGraph graph = RandomGraph(random);
    const Schema schema = SchemaOf(graph);
    const SnapshotPtr snapshot = SnapshotOf(graph);
    const SnapshotPtr shuffled = SnapshotOf(graph, &random);
    const PlainQuery query = RandomSumQuery(graph, schema, random);
    const std::vector<double> terms = TermsOf(graph, query);
    for (const double epsilon : {1e-6, 0.01, 0.1, 0.4, 1.0}) {
      SCOPED_TRACE(fmt::format("seed {}, epsilon {}", seed, epsilon));
      const PathSum sum = Sum(*snapshot, QueryOf(*snapshot, query), epsilon);
      ExpectBounded(sum, terms);
      EXPECT_EQ(sum.search.cut_by, Limit::kNone);
      if (sum.count > 1) {
        EXPECT_GE(terms[sum.count - 1], epsilon * SumOf(terms, sum.count - 1) * (1 - kSlack)) << "went on too far";
      }
      if (sum.count < terms.size()) {
        EXPECT_LT(sum.largest_omitted, epsilon * sum.sum) << "stopped too soon";
        ++stopped;
      } else {
        // Nothing is left, though the search may not have found that out before epsilon stopped it.
        EXPECT_LE(sum.largest_omitted, epsilon * sum.sum);
      }
      const PathSum again = Sum(*shuffled, QueryOf(*shuffled, query), epsilon);
      EXPECT_EQ(again.count, sum.count);
      EXPECT_EQ(again.sum, sum.sum) << "the numbering of nodes shows";
      if (HasFailure()) return;
    }
  }
  EXPECT_GT(stopped, 300) << "the generator is worth its name";
}

TEST(PathSumPropertyTest, ABudgetCutsToTheFirstTermsWithABoundOnTheRest) {
  std::uint64_t cut = 0, some = 0;
  for (std::uint64_t seed = 1; seed <= 300; ++seed) {
    std::mt19937_64 random(seed);
    const PlainGraph graph = RandomGraph(random);
    const Schema schema = SchemaOf(graph);
    const SnapshotPtr snapshot = SnapshotOf(graph);
    const PlainQuery query = RandomSumQuery(graph, schema, random);
    const std::vector<double> terms = TermsOf(graph, query);
    const std::uint64_t all_work = Sum(*snapshot, QueryOf(*snapshot, query)).search.work_used;
    for (int i = 0; i < 3; ++i) {
      const std::uint64_t max_work = random() % (all_work + 1);
      SCOPED_TRACE(fmt::format("seed {}, {} of {} units", seed, max_work, all_work));
      Budget budget(max_work, std::nullopt);
      const PathSum sum = SumPaths(*snapshot, QueryOf(*snapshot, query), 0, budget).value();
      ExpectBounded(sum, terms);
      if (sum.count < terms.size()) {
        EXPECT_EQ(sum.search.cut_by, Limit::kWork);
        EXPECT_GT(sum.largest_omitted, 0);
        ++cut;
        if (sum.count > 0) ++some;
      }
      if (HasFailure()) return;
    }
  }
  EXPECT_GT(cut, 200);
  EXPECT_GT(some, 30);
}

// algorithms.md, section 11.1: the toy graph.
class PathSumToyTest : public ::testing::Test {
 protected:
  PathSumToyTest()
      : snapshot_(Draw("relation r definitional ; D1 -0.9- P1 ; P1 -0.8- T1 ; T1 -0.5- P2 ; P2 -0.9- D2 ;"
                       "P1 -0.6- T2 ; T2 -0.8- P2 ; D1 -0.7- P3 ; P3 -0.5- D2 ; T1 -0.9- T2 ; D3 -0.7- T2")) {
    query_.sources = {Named(*snapshot_, "D1")};
    query_.targets = {Named(*snapshot_, "D2")};
    query_.weights.degree_exponent = 0;
    query_.weights.hop_factor = 1;
  }

  const SnapshotPtr snapshot_;
  PathQuery query_;
};

TEST_F(PathSumToyTest, AddsTheFivePaths) {
  const PathSum sum = Sum(*snapshot_, query_);
  EXPECT_EQ(sum.count, 5);
  EXPECT_NEAR(sum.sum, .46656 + .3888 + .35 + .324 + .2187, 1e-14);
}

TEST_F(PathSumToyTest, KeepsToTheHops) {
  query_.max_hops = 4;
  const PathSum sum = Sum(*snapshot_, query_);
  EXPECT_EQ(sum.count, 3);
  EXPECT_NEAR(sum.sum, .3888 + .35 + .324, 1e-14);
}

TEST_F(PathSumToyTest, LeavesOutWhatEpsilonSaysIsTooLittle) {
  // .324 is more than a quarter of what comes before it, .2187 is not.
  const PathSum sum = Sum(*snapshot_, query_, 0.25);
  EXPECT_EQ(sum.count, 4);
  EXPECT_GE(sum.largest_omitted, .2187);
  EXPECT_LT(sum.largest_omitted, 0.25 * sum.sum);
}

TEST_F(PathSumToyTest, CountsDegreesOfTheWholeGraph) {
  // D1 P3 D2 alone, w = 1, γ = .9: degrees 2 2, 2 2. What the filter hides still counts.
  query_.weights.degree_exponent = 1;
  query_.weights.hop_factor = 0.9;
  query_.avoid = {Named(*snapshot_, "P1")};
  const PathSum sum = Sum(*snapshot_, query_);
  EXPECT_EQ(sum.count, 1);
  EXPECT_NEAR(sum.sum, .35 / 4 * .81, 1e-14);
}

TEST_F(PathSumToyTest, RefusesAnEpsilonThatIsNoShare) {
  for (const double epsilon : {-0.1, 1.1, std::numeric_limits<double>::quiet_NaN()}) {
    Budget budget;
    const absl::Status refused = SumPaths(*snapshot_, query_, epsilon, budget).status();
    EXPECT_EQ(refused.code(), absl::StatusCode::kInvalidArgument);
    ASSERT_TRUE(ErrorInfoOf(refused).has_value());
    EXPECT_EQ(ErrorInfoOf(refused)->reason, Reason::kValueOutOfRange);
    EXPECT_EQ(ErrorInfoOf(refused)->violations.front().field, "epsilon");
  }
}

TEST_F(PathSumToyTest, ChecksTheQueryButNotHowManyPathsItWants) {
  query_.max_paths = 0;
  EXPECT_EQ(Sum(*snapshot_, query_).count, 5);
  query_.max_hops = 13;
  Budget budget;
  EXPECT_EQ(SumPaths(*snapshot_, query_, 0, budget).status().code(), absl::StatusCode::kInvalidArgument);
}

TEST(PathSumTest, CountsAllPathsOfOneCost) {
  // 90 · 90 = 8 100 paths of one cost: more than an answer in order may hold.
  std::string text = "relation r definitional";
  for (int i = 0; i < 90; ++i) text += fmt::format(" ; a -1-> x{0} -1-> m ; m -1-> y{0} -1-> b", i);
  const SnapshotPtr snapshot = Draw(text);
  PathQuery query;
  query.sources = {Named(*snapshot, "a")};
  query.targets = {Named(*snapshot, "b")};
  query.pattern = CompilePattern(">r >r >r >r", snapshot->schema()).value();
  query.weights.degree_exponent = 0;
  query.weights.hop_factor = 1;
  const PathSum sum = Sum(*snapshot, query);
  EXPECT_EQ(sum.search.cut_by, Limit::kNone);
  EXPECT_EQ(sum.count, 8100);
  EXPECT_EQ(sum.sum, 8100);
}

TEST(PathSumTest, ANodeToItselfIsThePathOfNoHops) {
  const SnapshotPtr snapshot = Draw("a -0.5-> b");
  PathQuery query;
  query.sources = query.targets = {Named(*snapshot, "a")};
  const PathSum sum = Sum(*snapshot, query);
  EXPECT_EQ(sum.count, 1);
  EXPECT_EQ(sum.sum, 1);
}

TEST(PathSumTest, NoPathIsASumOfNothing) {
  const SnapshotPtr snapshot = Draw("a -0.5-> b ; c");
  PathQuery query;
  query.sources = {Named(*snapshot, "a")};
  query.targets = {Named(*snapshot, "c")};
  const PathSum sum = Sum(*snapshot, query, 1);
  EXPECT_EQ(sum.count, 0);
  EXPECT_EQ(sum.sum, 0);
  EXPECT_EQ(sum.largest_omitted, 0);
}

}  // namespace
}  // namespace braid::graph
