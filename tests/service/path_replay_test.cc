// Every hop of every path is walked again with nothing but lookups: node, edge and degrees from LookupService, weights
// from GetPolicy, and the cost by the formula as it is written down, in arithmetic of this file's own.

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <map>
#include <random>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "gtest/gtest.h"
#include "tests/service/path_questions.h"
#include "tests/service/server_fixture.h"

namespace braid::service {
namespace {

class PathReplayTest : public ServerTest {
 protected:
  PathReplayTest() : ServerTest({}, Content::kShipped) {
    v1::GetSchemaResponse schema;
    EXPECT_TRUE(lookup_->GetSchema(Context().get(), {}, &schema).ok());
    for (const v1::Relation& relation : schema.schema().relations()) relations_[relation.name()] = relation;
    for (const v1::Kind& kind : schema.schema().kinds()) kinds_[kind.name()] = kind;
    v1::GetPolicyResponse policy;
    EXPECT_TRUE(lookup_->GetPolicy(Context().get(), {}, &policy).ok());
    weights_ = policy.policy().weights();
  }

  // All edges of one relation at a node on one side.
  const std::vector<v1::Edge>& Edges(const std::string& id, const std::string& relation, bool outgoing) {
    const auto [at, is_new] = edges_.try_emplace({id, relation, outgoing});
    if (!is_new) return at->second;
    v1::ListNeighborsRequest request;
    request.set_id(id);
    request.set_relation(relation);
    request.set_direction(outgoing ? v1::DIRECTION_OUTGOING : v1::DIRECTION_INCOMING);
    request.set_page_size(1000);
    do {
      v1::ListNeighborsResponse reply;
      EXPECT_TRUE(lookup_->ListNeighbors(Context().get(), request, &reply).ok());
      for (const v1::Neighbor& neighbor : reply.neighbors()) {
        // A relation is listed with its sub-relations; a degree is of one alone.
        if (neighbor.edge().key().relation() == relation) at->second.push_back(neighbor.edge());
      }
      request.set_page_token(reply.next_page_token());
    } while (!request.page_token().empty());
    return at->second;
  }

  bool IsWalkable(const v1::Edge& edge) {
    const v1::Relation& relation = relations_[edge.key().relation()];
    if (!edge.has_strength() && !relation.has_default_strength()) return false;
    bool supported = edge.claims().empty();
    for (const v1::Claim& claim : edge.claims()) supported = supported || claim.polarity() == v1::POLARITY_SUPPORTS;
    return supported;
  }

  std::int64_t Degree(const std::string& id, const std::string& relation, bool outgoing) {
    std::set<std::tuple<std::string, std::string>> ends;
    const bool symmetric = relations_[relation].symmetric();
    for (const bool side : {true, false}) {
      if (side != outgoing && !symmetric) continue;
      for (const v1::Edge& edge : Edges(id, relation, side)) {
        if (IsWalkable(edge)) ends.emplace(edge.key().subject_id(), edge.key().object_id());
      }
    }
    return static_cast<std::int64_t>(ends.size());
  }

  double CertaintyFactor(const v1::Edge& edge) {
    if (!relations_[edge.key().relation()].takes_certainty()) return 1;
    const v1::CertaintyFactors& factors = weights_.certainty_factors();
    switch (edge.certainty()) {
      case v1::CERTAINTY_HIGH:
        return factors.high();
      case v1::CERTAINTY_MODERATE:
        return factors.moderate();
      case v1::CERTAINTY_LOW:
        return factors.low();
      case v1::CERTAINTY_VERY_LOW:
        return factors.very_low();
      default:
        return factors.no_source();
    }
  }

  void Replay(const v1::Path& path) {
    ASSERT_EQ(path.nodes_size(), path.hops_size() + 1);
    std::int64_t cost = 0;
    double plausibility = 1;
    std::set<std::string> seen;
    for (int i = 0; i < path.nodes_size(); ++i) {
      EXPECT_TRUE(seen.insert(path.nodes(i).id()).second) << "not simple";
      const bool inside = i > 0 && i + 1 < path.nodes_size();
      EXPECT_FALSE(inside && kinds_[path.nodes(i).kind()].ends_only()) << path.nodes(i).id();
    }
    for (int i = 0; i < path.hops_size(); ++i) {
      const v1::Hop& hop = path.hops(i);
      EXPECT_EQ(hop.from_id(), path.nodes(i).id());
      EXPECT_EQ(hop.to_id(), path.nodes(i + 1).id());
      const v1::EdgeKey& key = hop.edge().key();
      const v1::Relation& relation = relations_[key.relation()];
      EXPECT_TRUE(relation.walkable());
      const bool as_stored = key.subject_id() == hop.from_id() && key.object_id() == hop.to_id();
      const bool turned = key.subject_id() == hop.to_id() && key.object_id() == hop.from_id();
      EXPECT_TRUE(relation.symmetric() ? as_stored || turned : hop.reversed() ? turned : as_stored);

      const v1::Edge* stored = nullptr;
      for (const v1::Edge& edge : Edges(key.subject_id(), key.relation(), true)) {
        if (edge.key().object_id() == key.object_id()) stored = &edge;
      }
      ASSERT_NE(stored, nullptr) << "no such edge: " << key.ShortDebugString();
      EXPECT_TRUE(IsWalkable(*stored));
      EXPECT_EQ(stored->SerializeAsString(), hop.edge().SerializeAsString());

      const double strength = stored->has_strength() ? stored->strength() : relation.default_strength();
      const double p = strength * CertaintyFactor(*stored);
      EXPECT_EQ(hop.strength(), strength);
      const auto degree_term = [&](std::int64_t degree) {
        return degree < 2 ? 0LL : std::llround(1e6 * (weights_.degree_exponent() / 2) * std::log(degree));
      };
      EXPECT_EQ(hop.cost().evidence_micronats(), std::max(1LL, std::llround(-1e6 * std::log(p))));
      EXPECT_EQ(hop.cost().specificity_micronats(), degree_term(Degree(key.subject_id(), key.relation(), true)) +
                                                        degree_term(Degree(key.object_id(), key.relation(), false)));
      EXPECT_EQ(hop.cost().length_micronats(), std::llround(-1e6 * std::log(weights_.hop_factor())));
      cost += hop.cost().evidence_micronats() + hop.cost().specificity_micronats() + hop.cost().length_micronats();
      plausibility *= p;
    }
    EXPECT_EQ(path.cost_micronats(), cost);
    EXPECT_NEAR(path.plausibility(), plausibility, 1e-12);
    EXPECT_NEAR(path.plausibility() * path.specificity() * path.length_factor(),
                std::exp(-1e-6 * static_cast<double>(cost)), 1e-5);
    CheckModalities(path);
  }

  // A technique crosses the modality of its primary edge, a modality itself.
  void CheckModalities(const v1::Path& path) {
    std::vector<std::string> crossed;
    const auto add = [&](const std::string& id) {
      if (std::find(crossed.begin(), crossed.end(), id) == crossed.end()) crossed.push_back(id);
    };
    for (const v1::Node& node : path.nodes()) {
      if (node.kind() == "modality") add(node.id());
      if (node.kind() != "technique") continue;
      for (const v1::Edge& edge : Edges(node.id(), "originates_in", true)) {
        if (edge.primary()) add(edge.key().object_id());
      }
    }
    EXPECT_EQ(crossed, std::vector<std::string>(path.modality_ids().begin(), path.modality_ids().end()));
  }

  std::map<std::string, v1::Relation> relations_;
  std::map<std::string, v1::Kind> kinds_;
  v1::PathWeights weights_;
  std::map<std::tuple<std::string, std::string, bool>, std::vector<v1::Edge>> edges_;
};

TEST_F(PathReplayTest, EveryHopOfEveryPathCostsWhatItSays) {
  constexpr unsigned kSeed = 3;
  SCOPED_TRACE(kSeed);
  std::mt19937 random(kSeed);
  std::size_t hops = 0;
  std::int64_t before = -1;
  for (int i = 0; i < 300; ++i) {
    const v1::FindPathsRequest request = RandomQuestion(random);
    SCOPED_TRACE(request.ShortDebugString());
    v1::FindPathsResponse reply;
    ASSERT_TRUE(paths_->FindPaths(Context().get(), request, &reply).ok());
    before = -1;
    for (const v1::Path& path : reply.paths()) {
      Replay(path);
      if (HasFatalFailure()) return;
      EXPECT_GE(path.cost_micronats(), before) << "best first";
      before = path.cost_micronats();
      hops += static_cast<std::size_t>(path.hops_size());
      EXPECT_GE(path.modality_ids_size(), reply.min_modalities());
      EXPECT_LE(path.hops_size(), reply.max_hops());
    }
  }
  EXPECT_GE(hops, 2000U);
}

}  // namespace
}  // namespace braid::service
