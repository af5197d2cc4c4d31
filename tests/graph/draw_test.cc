#include "tests/graph/draw.h"

#include <gtest/gtest.h>

#include <stdexcept>
#include <string>

namespace braid::graph {
namespace {

TEST(Draw, ReadsEveryPartOfTheGrammar) {
  const SnapshotPtr g = Draw(R"(
    kind place ends_only ; kind school is_group
    relation x definitional ; relation y below=x no_default
    a@place -x:0.25-> b ; c! <-y,-- b
    b -near:0.5,low,+- a
    a -0.75-> a ; b -,primary,null,harm-> school:one@school ; lone)");
  const auto edge = [&](std::string subject, std::string relation, std::string object) {
    return g->FindEdge(EdgeKey{std::move(subject), std::move(relation), std::move(object)}).value();
  };
  EXPECT_EQ(g->revision(), Revision{1});
  EXPECT_EQ(g->node_count(), 5U);
  EXPECT_EQ(g->edge_count(), 5U);
  EXPECT_EQ(g->node(Named(*g, "a")).kind, "place");
  EXPECT_EQ(g->node(Named(*g, "lone")).kind, "node");
  EXPECT_TRUE(g->IsObsolete(Named(*g, "c")));
  EXPECT_TRUE(g->schema().kind(KindNamed(*g, "place")).ends_only);

  const Edge x = edge("n:a", "x", "n:b");
  EXPECT_EQ(x.strength, 0.25);
  EXPECT_EQ(x.certainty, Certainty::kUnset);
  const Edge y = edge("n:b", "y", "n:c");
  EXPECT_EQ(y.strength, std::nullopt);
  EXPECT_EQ(y.sign, Sign::kMinus);
  EXPECT_EQ(y.certainty, Certainty::kHigh);
  EXPECT_EQ(g->schema().relation(RelationNamed(*g, "y")).sub_relation_of, "x");
  const Edge near = edge("n:a", "near", "n:b");  // the lesser id first
  EXPECT_EQ(near.key.subject_id, "n:a");
  EXPECT_EQ(near.sign, Sign::kPlus);
  EXPECT_EQ(near.certainty, Certainty::kLow);
  EXPECT_TRUE(g->schema().relation(RelationNamed(*g, "near")).symmetric);
  EXPECT_EQ(edge("n:a", "r", "n:a").strength, 0.75);
  const Edge claimed = edge("n:b", "r", "school:one");
  EXPECT_TRUE(claimed.primary);
  ASSERT_EQ(claimed.claims.size(), 2U);
  EXPECT_EQ(claimed.claims[1].polarity, Polarity::kHarm);
  EXPECT_EQ(NameOf(*g, Named(*g, "school:one")), "school:one");
  EXPECT_EQ(NameOf(*g, Named(*g, "b")), "b");
}

TEST(Draw, ShufflesTheNumbersAndNothingElse) {
  const char* text = "a -x-> b -y-> c -z-> d ; d -x-> a";
  const SnapshotPtr plain = Draw(text);
  bool moved = false;
  for (std::uint64_t seed = 1; seed < 10; ++seed) {
    const SnapshotPtr shuffled = Draw(text, seed);
    for (const Edge& edge : ReadDrawing(text).edges) EXPECT_EQ(shuffled->FindEdge(edge.key), plain->FindEdge(edge.key));
    moved = moved || Named(*shuffled, "a") != Named(*plain, "a");
  }
  EXPECT_TRUE(moved);
}

TEST(Draw, RefusesWhatItCannotRead) {
  for (const char* text :
       {"a ->", "a b c", "a -x:2-> b", "a -x:0-> b", "a -x:1y-> b", "a -x,wild-> b", "-> a -> b", "a@x -> b ; a@y",
        "a -> b ; a -> b", "a -x- b ; b -x- a", "kind k wild", "relation r wild"}) {
    EXPECT_THROW(Draw(text), std::invalid_argument) << text;
  }
  EXPECT_THROW(Named(*Draw("a"), "b"), std::invalid_argument);
}

}  // namespace
}  // namespace braid::graph
