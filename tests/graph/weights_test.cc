#include "graph/weights.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <string>

#include "fmt/format.h"
#include "tests/graph/path_oracle.h"

namespace braid::graph {
namespace {

// `x` with edges of "likes" (directed, takes a certainty) and "knows" (symmetric, definitional).
class WeightsTest : public ::testing::Test {
 protected:
  WeightsTest() {
    Kind kind;
    kind.name = kind.id_prefix = "thing";
    graph_.kinds = {kind};
    Relation likes;
    likes.name = "likes";
    likes.inverse_name = "liked_by";
    likes.walkable = likes.takes_strength = likes.takes_certainty = true;
    Relation knows;
    knows.name = "knows";
    knows.walkable = knows.takes_strength = knows.symmetric = true;
    knows.default_strength = 0.5;
    graph_.relations = {likes, knows};
  }

  void Add(const std::string& subject, const std::string& relation, const std::string& object,
           std::optional<double> strength, Certainty certainty = Certainty::kUnset) {
    for (const std::string& id : {subject, object}) {
      if (!ids_.insert(id).second) continue;
      Node node;
      node.id = id;
      node.kind = "thing";
      graph_.nodes.push_back(node);
    }
    Edge edge;
    edge.key = EdgeKey{subject, relation, object};
    edge.strength = strength;
    edge.certainty = certainty;
    graph_.edges.push_back(edge);
  }

  Edge& last() { return graph_.edges.back(); }

  HopCost CostOf(const std::string& subject, const std::string& relation, const std::string& object,
                 const Weights& weights = {}) const {
    const SnapshotPtr snapshot = SnapshotOf(graph_);
    const EdgeEntry edge =
        snapshot
            ->FindEdge(snapshot->Find(subject).value(), snapshot->schema().FindRelation(relation).value(),
                       snapshot->Find(object).value())
            .value();
    return CostModel(*snapshot, weights).Cost(edge.subject, edge.arc);
  }

  PlainGraph graph_;
  std::set<std::string> ids_;
};

TEST_F(WeightsTest, GivesTheWorkedCosts) {
  // algorithms.md, section 11.1: w = .4, γ = .9.
  Add("t:a", "likes", "t:b", 0.9, Certainty::kModerate);
  EXPECT_EQ(CostOf("t:a", "likes", "t:b"), (HopCost{328'504, 0, 105'361}));
  EXPECT_EQ(CostOf("t:a", "likes", "t:b").total(), 433'865);

  Add("t:c", "likes", "t:d", 0.8, Certainty::kLow);  // degrees 2 and 4
  Add("t:c", "likes", "t:e", 0.8, Certainty::kLow);
  for (const char* liker : {"t:f", "t:g", "t:h"}) Add(liker, "likes", "t:d", 0.8, Certainty::kLow);
  EXPECT_NEAR(static_cast<double>(CostOf("t:c", "likes", "t:d").total()), 1'437'540, 3);

  Add("t:i", "likes", "t:j", 0.7, Certainty::kHigh);  // degrees 3 and 1
  Add("t:i", "likes", "t:k", 0.7, Certainty::kHigh);
  Add("t:i", "likes", "t:l", 0.7, Certainty::kHigh);
  EXPECT_NEAR(static_cast<double>(CostOf("t:i", "likes", "t:j").total()), 681'758, 3);
}

TEST_F(WeightsTest, CountsIncidentEdgesOfASymmetricRelationAtBothEnds) {
  Add("t:b", "knows", "t:c", 1.0);
  Add("t:a", "knows", "t:b", 1.0);
  Add("t:b", "knows", "t:d", 1.0);
  Add("t:b", "likes", "t:e", 1.0, Certainty::kHigh);  // another relation: not counted
  const auto third = static_cast<std::uint64_t>(std::llround(1e6 * 0.2 * std::log(3.0)));
  EXPECT_EQ(CostOf("t:b", "knows", "t:c").specificity, third);
  EXPECT_EQ(CostOf("t:a", "knows", "t:b").specificity, third);
}

TEST_F(WeightsTest, CountsOnlyEdgesThatAreSupported) {
  Add("t:a", "likes", "t:b", 1.0, Certainty::kHigh);
  Add("t:a", "likes", "t:c", 1.0, Certainty::kHigh);
  last().claims = {Claim{Polarity::kHarm, {}, "test", {}}};
  Add("t:a", "likes", "t:d", std::nullopt, Certainty::kHigh);  // no strength, and no default for it
  EXPECT_EQ(CostOf("t:a", "likes", "t:b").specificity, 0);
}

TEST_F(WeightsTest, TakesTheDefaultStrengthWhereThereIsNone) {
  Add("t:a", "knows", "t:b", std::nullopt);
  EXPECT_EQ(CostOf("t:a", "knows", "t:b").evidence, 693'147);
}

TEST_F(WeightsTest, KeepsEveryTermWithinItsRange) {
  Add("t:a", "likes", "t:b", 1.0, Certainty::kHigh);
  Weights free;
  free.hop_factor = 1.0;
  EXPECT_EQ(CostOf("t:a", "likes", "t:b", free), (HopCost{1, 0, 0})) << "never free, or a circle could be";

  Add("t:c", "likes", "t:d", 1e-9, Certainty::kHigh);
  Add("t:c", "likes", "t:e", 1e-9, Certainty::kHigh);
  Weights dear;
  dear.certainty_factor.fill(std::numeric_limits<double>::denorm_min());
  dear.degree_exponent = 1e300;
  dear.hop_factor = std::numeric_limits<double>::denorm_min();
  EXPECT_EQ(CostOf("t:c", "likes", "t:d", dear), (HopCost{kMaxTermMicronats, kMaxTermMicronats, kMaxTermMicronats}));
}

TEST_F(WeightsTest, TakesTheFactorOfTheCertaintyWhereTheRelationTakesOne) {
  const double factors[] = {0.10, 0.10, 0.25, 0.50, 0.80, 1.0};  // an old edge without one has no source
  for (std::size_t i = 0; i < kCertaintyCount; ++i) {
    const std::string object = fmt::format("t:likes_{}", i);
    Add("t:a", "likes", object, 1.0, static_cast<Certainty>(i));
    const auto want = static_cast<std::uint64_t>(std::max(1LL, std::llround(-1e6 * std::log(factors[i]))));
    EXPECT_EQ(CostOf("t:a", "likes", object).evidence, want) << object;
  }
  Weights weights;
  weights.certainty_factor.fill(0.5);
  weights.certainty_factor[0] = 1.0;
  Add("t:b", "knows", "t:c", 1.0, Certainty::kLow);  // definitional, whatever the edge says
  EXPECT_EQ(CostOf("t:b", "knows", "t:c", weights).evidence, 1);
}

TEST_F(WeightsTest, LeastCostLeavesOutTheDegreeAtTheOtherEnd) {
  Add("t:c", "likes", "t:d", 0.8, Certainty::kLow);  // degrees 2 and 4
  Add("t:c", "likes", "t:e", 0.8, Certainty::kLow);
  for (const char* liker : {"t:f", "t:g", "t:h"}) Add(liker, "likes", "t:d", 0.8, Certainty::kLow);
  const SnapshotPtr snapshot = SnapshotOf(graph_);
  const NodeIndex c = snapshot->Find("t:c").value(), d = snapshot->Find("t:d").value();
  const Arc arc = snapshot->FindEdge(c, snapshot->schema().FindRelation("likes").value(), d)->arc;
  CostModel costs(*snapshot, {});
  const HopCost cost = costs.Cost(c, arc);
  EXPECT_EQ(costs.LeastCost(c, arc, c), cost.evidence + 138'629 + cost.length);  // 1e6·.2·ln 2
  EXPECT_EQ(costs.LeastCost(c, arc, d), cost.evidence + 277'259 + cost.length);  // 1e6·.2·ln 4
  EXPECT_EQ(cost.specificity, 138'629 + 277'259);
}

TEST_F(WeightsTest, RemembersDegreesBeyondItsTableToo) {
  for (int i = 0; i < 1030; ++i) Add("t:hub", "likes", fmt::format("t:{}", i), 1.0, Certainty::kHigh);
  const auto want = static_cast<std::uint64_t>(std::llround(1e6 * 0.2 * std::log(1030.0)));
  EXPECT_EQ(CostOf("t:hub", "likes", "t:7").specificity, want);
}

TEST(WeightsValidTest, RefusesWhatIsNoFactor) {
  EXPECT_TRUE(IsValid(Weights{}));
  for (const double bad : {0.0, -0.5, 1.5, std::nan(""), std::numeric_limits<double>::infinity()}) {
    Weights weights;
    weights.hop_factor = bad;
    EXPECT_FALSE(IsValid(weights)) << bad;
    weights = {};
    weights.certainty_factor[3] = bad;
    EXPECT_FALSE(IsValid(weights)) << bad;
  }
  for (const double bad : {-0.1, std::nan(""), std::numeric_limits<double>::infinity()}) {
    Weights weights;
    weights.degree_exponent = bad;
    EXPECT_FALSE(IsValid(weights)) << bad;
  }
  Weights zero;
  zero.degree_exponent = 0;
  EXPECT_TRUE(IsValid(zero));
}

}  // namespace
}  // namespace braid::graph
