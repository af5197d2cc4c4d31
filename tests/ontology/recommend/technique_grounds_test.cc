// Where a technique comes from, what speaks against it, and what a recommendation of it depends on.

#include "ontology/recommend/technique_grounds.h"

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "fmt/format.h"
#include "gtest/gtest.h"
#include "tests/ontology/recommend/clients.h"
#include "tests/ontology/shipped.h"

namespace braid::ontology {
namespace {

using graph::NodeIndex;
using graph::Snapshot;

constexpr std::uint32_t kRandomClients = 80;

const Snapshot& Shipped() { return *ShippedOntology(); }

std::set<NodeIndex> ObjectsOf(NodeIndex subject, std::string_view relation) {
  std::set<NodeIndex> objects;
  for (const graph::Arc& arc : Shipped().out(subject, *Shipped().schema().FindRelation(relation))) {
    objects.insert(arc.node);
  }
  return objects;
}

template <typename Check>
void ForEachItem(const Check& check) {
  for (std::uint32_t seed = 1; seed <= kRandomClients; ++seed) {
    SCOPED_TRACE(fmt::format("seed {}", seed));
    const Recommendation answer = RecommendTo(RandomProfile(seed));
    for (const RecommendedPlan& plan : answer.plans) {
      for (const RecommendedItem& item : plan.items) {
        SCOPED_TRACE(Shipped().id(item.benefit.technique));
        check(answer, item);
      }
    }
  }
}

TEST(TechniqueGrounds, LeadToTheModalityAndToTheTheoriesThatBothRestOn) {
  std::size_t shared = 0;
  ForEachItem([&](const Recommendation&, const RecommendedItem& item) {
    const std::vector<graph::Hop>& hops = item.grounds.continuation;
    ASSERT_FALSE(hops.empty());
    EXPECT_EQ(hops.front().from, item.benefit.technique);
    EXPECT_EQ(hops.front().to, item.benefit.from);
    EXPECT_EQ(Shipped().schema().relation(hops.front().relation).name, "originates_in");
    const std::set<NodeIndex> own = ObjectsOf(item.benefit.technique, "grounded_in");
    std::set<NodeIndex> expected = ObjectsOf(item.benefit.from, "grounded_in");
    std::erase_if(expected, [&](NodeIndex theory) { return !own.empty() && !own.contains(theory); });
    std::set<NodeIndex> found;
    for (std::size_t i = 1; i < hops.size(); ++i) {
      EXPECT_EQ(hops[i].from, item.benefit.from);
      EXPECT_TRUE(Shipped().FindEdge(hops[i].from, hops[i].relation, hops[i].to).has_value());
      found.insert(hops[i].to);
    }
    EXPECT_EQ(found, expected);
    shared += found.size();
  });
  EXPECT_GT(shared, 100U);
}

// Over the claims of every `treats` edge, one by one.
TEST(TechniqueGrounds, HoldEveryClaimForTheConcernsThatDoesNotSupportIt) {
  std::size_t against = 0;
  ForEachItem([&](const Recommendation& answer, const RecommendedItem& item) {
    std::set<std::string> expected, found;
    for (const ConcernBenefits::Concern& concern : answer.concerns) {
      const auto edge =
          Shipped().FindEdge(item.benefit.technique, *Shipped().schema().FindRelation("treats"), concern.node);
      if (!edge.has_value()) continue;
      for (const graph::Claim& claim : edge->claims) {
        for (const std::string& id : claim.evidence_ids) {
          if (claim.polarity != graph::Polarity::kSupports) {
            expected.insert(fmt::format("{} {} {}", id, Shipped().id(concern.node), static_cast<int>(claim.polarity)));
          }
        }
      }
    }
    for (const CounterFinding& each : item.grounds.counter_findings) {
      found.insert(fmt::format("{} {} {}", Shipped().id(each.finding), Shipped().id(each.concern),
                               static_cast<int>(each.polarity)));
    }
    EXPECT_EQ(found, expected);
    EXPECT_EQ(found.size(), item.grounds.counter_findings.size()) << "each once";
    against += found.size();
  });
  EXPECT_GT(against, 5U);
}

TEST(TechniqueGrounds, DependOnEveryNodeBehindTheNumbersInByteOrder) {
  std::size_t findings = 0, rules = 0;
  ForEachItem([&](const Recommendation&, const RecommendedItem& item) {
    const std::vector<NodeIndex>& all = item.grounds.depends_on;
    const auto holds = [&](NodeIndex node) { return std::find(all.begin(), all.end(), node) != all.end(); };
    EXPECT_TRUE(holds(item.benefit.technique));
    EXPECT_TRUE(holds(item.benefit.from));
    for (const NeedBenefit& need : item.benefit.needs) {
      for (const NodeIndex node : need.witness.nodes) EXPECT_TRUE(holds(node)) << Shipped().id(node);
    }
    for (const RuleFactor& rule : item.benefit.fit.rule_factors) EXPECT_TRUE(holds(rule.rule));
    for (const FlagCaution& caution : item.adaptations) EXPECT_TRUE(holds(caution.flag));
    for (const NodeIndex flag : item.ask_first) EXPECT_TRUE(holds(flag));
    for (const CounterFinding& each : item.grounds.counter_findings) EXPECT_TRUE(holds(each.finding));
    const auto by_id = [](NodeIndex a, NodeIndex b) { return Shipped().id(a) < Shipped().id(b); };
    EXPECT_TRUE(std::is_sorted(all.begin(), all.end(), by_id));
    EXPECT_EQ(std::adjacent_find(all.begin(), all.end()), all.end());
    for (const NodeIndex node : all) {
      const std::string_view kind = Shipped().schema().kind(Shipped().kind(node)).name;
      findings += kind == "evidence" ? 1 : 0;
      rules += kind == "rule" ? 1 : 0;
    }
  });
  EXPECT_GT(findings, 100U);
  EXPECT_GT(rules, 10U);
}

TEST(TechniqueGrounds, AreThereForWhatStandsBeforePlansToo) {
  const Recommendation answer = RecommendTo(CaseProfile(3));
  std::set<std::string> expected, found;
  for (const std::string& id : SafetyIds(answer)) expected.insert(id);
  for (const std::string& id : RelationshipIds(answer)) expected.insert(id);
  for (const RecommendedItem& item : answer.standing) {
    found.insert(std::string(Shipped().id(item.benefit.technique)));
    EXPECT_FALSE(item.grounds.depends_on.empty());
  }
  EXPECT_EQ(found, expected);
  EXPECT_EQ(answer.standing.size(), expected.size());
}

}  // namespace
}  // namespace braid::ontology
