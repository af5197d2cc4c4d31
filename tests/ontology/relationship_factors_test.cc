#include "ontology/relationship_factors.h"

#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/ontology/shipped.h"
#include "tests/ontology/sketch.h"

namespace braid::ontology {
namespace {

using graph::NodeIndex;
using graph::SnapshotPtr;
using testing::ElementsAre;
using testing::IsEmpty;

// Empathy is fostered by three techniques, trust by two, repair by one that fosters nothing else.
constexpr char kFactors[] = R"(
factor:empathy group=relationship
factor:trust group=relationship
factor:repair group=relationship
factor:homework group=specific
technique:listening fosters factor:empathy
technique:reflecting fosters factor:empathy
technique:validating fosters factor:empathy
technique:listening fosters factor:trust
technique:reflecting fosters factor:trust
technique:rupture_repair fosters factor:repair
technique:listening fosters factor:homework
factor:empathy supported_by evidence:watson
factor:empathy supported_by evidence:elliott
technique:listening engages+ process:insight
)";

Policy FactorPolicy() {
  Policy policy;
  policy.factor_reading = {"fosters", "supported_by", AttributeMatch{"group", {"relationship", "responsiveness"}}};
  return policy;
}

std::vector<NodeIndex> Nodes(const SnapshotPtr& snapshot, const std::vector<const char*>& ids) {
  std::vector<NodeIndex> nodes;
  for (const char* id : ids) nodes.push_back(*snapshot->Find(id));
  return nodes;
}

std::vector<std::string> Texts(const std::vector<RelationshipFactor>& factors) {
  std::vector<std::string> texts;
  for (const RelationshipFactor& factor : factors) texts.push_back(factor.text);
  return texts;
}

const std::vector<const char*> kAll = {"process:insight", "technique:reflecting", "technique:listening",
                                       "technique:rupture_repair"};

TEST(FactorsBeside, ComeByCostWithTheTechniquesThatFosterThem) {
  const SnapshotPtr snapshot = Sketch(kFactors);
  const auto factors = FactorsBeside(*snapshot, FactorPolicy(), Nodes(snapshot, kAll), {});
  EXPECT_THAT(Texts(factors),
              ElementsAre("Repair is fostered by Rupture repair", "Trust is fostered by Listening and Reflecting",
                          "Empathy is fostered by Listening and Reflecting"));
  EXPECT_THAT(factors[2].fostered_by,
              ElementsAre(*snapshot->Find("technique:listening"), *snapshot->Find("technique:reflecting")));
  EXPECT_THAT(factors[2].evidence_ids, ElementsAre("evidence:elliott", "evidence:watson"));
  EXPECT_THAT(factors[0].evidence_ids, IsEmpty());
}

TEST(FactorsBeside, CostIsThatOfTheCheapestEdge) {
  const SnapshotPtr snapshot = Sketch(kFactors);
  Policy policy = FactorPolicy();
  policy.weights.degree_exponent = 2;  // the product of the degrees, so that the numbers are plain
  policy.weights.hop_factor = 1;
  const auto factors = FactorsBeside(*snapshot, policy, Nodes(snapshot, kAll), {});
  ASSERT_EQ(factors.size(), 3U);
  EXPECT_EQ(factors[0].cost_micronats, 1U);                          // 1 · 1, and the least a hop costs
  EXPECT_EQ(factors[1].cost_micronats, 1U + 2 * 693'147U);           // reflecting 2 · trust 2; listening has 3
  EXPECT_EQ(factors[2].cost_micronats, 1U + 693'147U + 1'098'612U);  // reflecting 2 · empathy 3
}

TEST(FactorsBeside, AreAtMostAsManyAsAskedForAndTheFewerAreTheFirst) {
  const SnapshotPtr snapshot = Sketch(kFactors);
  EXPECT_THAT(Texts(FactorsBeside(*snapshot, FactorPolicy(), Nodes(snapshot, kAll), {}, 1)),
              ElementsAre("Repair is fostered by Rupture repair"));
  EXPECT_THAT(FactorsBeside(*snapshot, FactorPolicy(), Nodes(snapshot, {"process:insight"}), {}), IsEmpty());
}

TEST(FactorsBeside, TiesAreOrderedById) {
  const SnapshotPtr snapshot = Sketch(
      "factor:b group=relationship\nfactor:a group=relationship\ntechnique:t fosters factor:b\n"
      "technique:t fosters factor:a\n");
  const auto factors = FactorsBeside(*snapshot, FactorPolicy(), Nodes(snapshot, {"technique:t"}), {});
  EXPECT_THAT(Texts(factors), ElementsAre("A is fostered by T", "B is fostered by T"));
}

TEST(FactorsBeside, TheSameTechniqueTwiceIsOne) {
  const SnapshotPtr snapshot = Sketch(kFactors);
  const auto factors =
      FactorsBeside(*snapshot, FactorPolicy(), Nodes(snapshot, {"technique:validating", "technique:validating"}), {});
  EXPECT_THAT(Texts(factors), ElementsAre("Empathy is fostered by Validating"));
}

TEST(FactorsBeside, AllGroupsAreShownWhereThePolicyNamesNone) {
  const SnapshotPtr snapshot = Sketch(kFactors);
  Policy policy = FactorPolicy();
  policy.factor_reading->shown.reset();
  EXPECT_EQ(FactorsBeside(*snapshot, policy, Nodes(snapshot, {"technique:listening"}), {}, 10).size(), 3U);
  EXPECT_THAT(FactorsBeside(*snapshot, Policy{}, Nodes(snapshot, {"technique:listening"}), {}), IsEmpty());
}

TEST(FactorsBeside, TheShippedRepairTechniqueFostersTheRepairOfRuptures) {
  const SnapshotPtr snapshot = ShippedOntology();
  ASSERT_NE(snapshot, nullptr);
  const auto factors =
      FactorsBeside(*snapshot, *PolicyOf(*snapshot), Nodes(snapshot, {"technique:rupture_repair"}), {});
  ASSERT_FALSE(factors.empty());
  EXPECT_EQ(snapshot->id(factors[0].factor), "factor:rupture_repair");
  EXPECT_FALSE(factors[0].evidence_ids.empty());
}

}  // namespace
}  // namespace braid::ontology
