// Paths for one client, in pages, and what is said beside them.

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "fmt/format.h"
#include "gmock/gmock.h"
#include "graph/error.h"
#include "gtest/gtest.h"
#include "ontology/integrative_paths.h"
#include "tests/ontology/shipped.h"
#include "tests/ontology/sketch.h"

namespace braid::ontology {
namespace {

using graph::Reason;
using graph::SnapshotPtr;
using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::Field;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

// Two ways from thoughts to relationships: through worry, and through bingeing; a third only in a crisis.
constexpr char kClinic[] = R"(
process:worry role=maintaining
process:bingeing role=maintaining
process:conflict role=maintaining
process:danger_to_self role=maintaining
process:worry acts_on dimension:thoughts
process:bingeing acts_on dimension:thoughts
process:conflict acts_on dimension:relationships
process:bingeing maintains concern:bulimia
process:worry maintains concern:anxiety
process:conflict maintains concern:anxiety
technique:talking originates_in modality:cbt primary
technique:talking engages- process:worry
technique:talking engages- process:conflict
technique:eating originates_in modality:cbt primary
technique:eating engages- process:bingeing
technique:eating engages- process:conflict
technique:safety_plan originates_in modality:crisis primary
technique:safety_plan engages- process:worry
technique:safety_plan engages- process:conflict
flag:danger answered_by technique:safety_plan
factor:empathy group=relationship
technique:talking fosters factor:empathy
)";

Policy ClinicPolicy() {
  Policy policy;
  policy.definitions = {{"U", "<influences"}, {"D", ">influences"}, {"L", "<engages >engages"}};
  policy.patterns = {{"bridge", "(<acts_on)? U* L (D* U* L)* D* (>acts_on)?", "", 6, 0}};
  policy.default_pattern = "bridge";
  policy.avoid_rules = {{"for a crisis", {"technique:safety_plan"}}};
  policy.client_reading = {"acts_on", "maintains", {"role", {"maintaining"}}, "answered_by"};
  policy.factor_reading = {"fosters", "supported_by", AttributeMatch{"group", {"relationship"}}};
  return policy;
}

PathRequest Ask(std::string source, std::string target) {
  PathRequest request;
  request.source_ids = {std::move(source)};
  request.target_ids = {std::move(target)};
  return request;
}

PathReply Find(const SnapshotPtr& snapshot, const Policy& policy, const PathRequest& request) {
  graph::Budget budget;
  absl::StatusOr<PathReply> reply = FindIntegrativePaths(*snapshot, policy, request, PathLimits{}, budget);
  EXPECT_TRUE(reply.ok()) << reply.status();
  return reply.ok() ? *std::move(reply) : PathReply{};
}

std::vector<std::string> Routes(const SnapshotPtr& snapshot, const PathReply& reply) {
  std::vector<std::string> routes;
  for (const ExplainedPath& path : reply.paths) {
    std::string& route = routes.emplace_back();
    for (const graph::NodeIndex node : path.nodes) {
      const std::string id(snapshot->id(node));
      route += (route.empty() ? "" : " ") + id.substr(id.find(':') + 1);
    }
  }
  return routes;
}

ClientProfile Of(const std::vector<std::string>& need_ids, std::vector<std::string> concern_ids = {}) {
  ClientProfile profile;
  for (const std::string& id : need_ids) profile.needs.push_back({id, 1});
  profile.concerns = std::move(concern_ids);
  return profile;
}

class ClientPathsTest : public testing::Test {
 protected:
  std::vector<std::string> RoutesOf(const ClientProfile& profile) {
    PathRequest request = Ask("dimension:thoughts", "dimension:relationships");
    request.profile = profile;
    reply_ = Find(snapshot_, ClinicPolicy(), request);
    return Routes(snapshot_, reply_);
  }

  const SnapshotPtr snapshot_ = Sketch(kClinic);
  PathReply reply_;
};

TEST_F(ClientPathsTest, WithoutAProfileTheAnswerIsGeneral) {
  const PathReply reply = Find(snapshot_, ClinicPolicy(), Ask("dimension:thoughts", "dimension:relationships"));
  EXPECT_THAT(Routes(snapshot_, reply),
              testing::UnorderedElementsAre("thoughts worry talking conflict relationships",
                                            "thoughts bingeing eating conflict relationships"));
  EXPECT_THAT(reply.notices, ElementsAre(Field(&Notice::reason, NoticeReason::kGeneral)));
}

TEST_F(ClientPathsTest, TheClientsOwnProcessesAreTheEnds) {
  EXPECT_THAT(RoutesOf(Of({"process:worry", "process:conflict"})), ElementsAre("worry talking conflict"));
  ASSERT_EQ(reply_.notices.size(), 2U);
  EXPECT_EQ(reply_.notices[0].reason, NoticeReason::kClientReading);
  EXPECT_EQ(reply_.notices[0].field, "source_ids[0]");
  EXPECT_EQ(reply_.notices[1].field, "target_ids[0]");
  for (const Notice& notice : reply_.notices) {
    EXPECT_THAT(notice.message + notice.from_id + notice.to_id,
                AllOf(Not(HasSubstr("worry")), Not(HasSubstr("conflict"))));
  }
}

TEST_F(ClientPathsTest, ADimensionWithoutAProcessOfTheClientsStaysItself) {
  EXPECT_THAT(RoutesOf(Of({"process:worry"}, {"concern:anxiety"})),
              ElementsAre("worry talking conflict relationships"));
}

TEST_F(ClientPathsTest, NoWayLeadsThroughAProblemThatTheClientDoesNotHave) {
  EXPECT_THAT(RoutesOf(Of({}, {"concern:anxiety"})), ElementsAre("thoughts worry talking conflict relationships"));
  EXPECT_THAT(RoutesOf(Of({"process:conflict"}, {"concern:bulimia"})),
              ElementsAre("thoughts bingeing eating conflict"));
}

TEST_F(ClientPathsTest, WhatTheRequestNamesIsLetIn) {
  PathRequest request = Ask("process:bingeing", "dimension:relationships");
  request.profile = Of({}, {"concern:anxiety"});
  EXPECT_THAT(Routes(snapshot_, Find(snapshot_, ClinicPolicy(), request)),
              ElementsAre("bingeing eating conflict relationships"));
  request = Ask("dimension:thoughts", "dimension:relationships");
  request.profile = Of({}, {"concern:anxiety"});
  request.allow_ids = {"process:bingeing"};
  EXPECT_EQ(Find(snapshot_, ClinicPolicy(), request).paths.size(), 2U);
}

TEST_F(ClientPathsTest, ARaisedFlagLetsInWhatItCallsFor) {
  ClientProfile in_danger = Of({}, {"concern:anxiety"});
  in_danger.flags = {"flag:danger"};
  EXPECT_THAT(RoutesOf(in_danger), Contains("thoughts worry safety_plan conflict relationships"));
}

TEST_F(ClientPathsTest, AnEmptyProfileIsAProfile) {
  EXPECT_EQ(RoutesOf({}).size(), 2U);
  EXPECT_THAT(reply_.notices, IsEmpty());
}

TEST_F(ClientPathsTest, ABadProfileIsReportedWithTheOtherBadFields) {
  PathRequest request = Ask("dimension:thought", "dimension:relationships");
  request.profile = Of({"process:secret"});
  graph::Budget budget;
  const absl::Status status = FindIntegrativePaths(*snapshot_, ClinicPolicy(), request, PathLimits{}, budget).status();
  const std::optional<graph::ErrorInfo> info = graph::ErrorInfoOf(status);
  ASSERT_TRUE(info.has_value()) << status;
  std::vector<std::string> fields;
  for (const graph::Violation& violation : info->violations) fields.push_back(violation.field);
  EXPECT_THAT(fields, ElementsAre("profile.needs[0].node_id", "source_ids[0]"));
  EXPECT_THAT(status.ToString(), Not(HasSubstr("secret")));
}

TEST_F(ClientPathsTest, AnExcludedEndIsToldWithItsReason) {
  PathRequest request = Ask("dimension:thoughts", "dimension:relationships");
  request.avoid_ids = {"dimension:thoughts"};
  PathReply reply = Find(snapshot_, ClinicPolicy(), request);
  EXPECT_EQ(reply.outcome, Outcome::kEndpointExcluded);
  EXPECT_EQ(reply.notices[0].reason, NoticeReason::kEndExcluded);
  EXPECT_EQ(reply.notices[0].field, "source_ids[0]");
  EXPECT_EQ(reply.notices[0].from_id, "dimension:thoughts");
  EXPECT_THAT(reply.notices[0].message, HasSubstr("avoid_ids"));

  request.profile = Of({"process:worry"});
  request.avoid_ids = {"process:worry"};
  reply = Find(snapshot_, ClinicPolicy(), request);
  EXPECT_EQ(reply.outcome, Outcome::kEndpointExcluded);
  for (const Notice& notice : reply.notices) {
    EXPECT_THAT(notice.message + notice.from_id, Not(HasSubstr("worry")));
  }
}

TEST_F(ClientPathsTest, RelationshipFactorsStandBesideTheTechniques) {
  const PathReply reply = Find(snapshot_, ClinicPolicy(), Ask("process:worry", "process:conflict"));
  ASSERT_EQ(reply.paths.size(), 1U);
  ASSERT_EQ(reply.paths[0].relationship_factors.size(), 1U);
  EXPECT_EQ(reply.paths[0].relationship_factors[0].text, "Empathy is fostered by Talking");
}

// --- Pages.

TEST_F(ClientPathsTest, AnExhaustedAnswerHasNoMoreAndACutOneMay) {
  PathRequest request = Ask("dimension:thoughts", "dimension:relationships");
  EXPECT_FALSE(Find(snapshot_, ClinicPolicy(), request).more_may_exist);
  request.max_path_count = 1;
  PathReply reply = Find(snapshot_, ClinicPolicy(), request);
  EXPECT_TRUE(reply.more_may_exist);
  EXPECT_EQ(reply.given, 1U);
  request.given = 1;
  request.max_path_count = 5;
  reply = Find(snapshot_, ClinicPolicy(), request);
  EXPECT_EQ(reply.paths.size(), 1U);
  EXPECT_EQ(reply.given, 2U);
  EXPECT_FALSE(reply.more_may_exist);
  request.given = 2;
  reply = Find(snapshot_, ClinicPolicy(), request);
  EXPECT_EQ(reply.outcome, Outcome::kFound) << "the pages before had some";
  EXPECT_THAT(reply.paths, IsEmpty());
  EXPECT_EQ(reply.loosen, "");
}

TEST_F(ClientPathsTest, APageCutBeforeItsFirstPathSaysSo) {
  PathRequest request = Ask("dimension:thoughts", "dimension:relationships");
  request.given = 1;
  graph::Budget budget(1, std::nullopt);
  const auto reply = FindIntegrativePaths(*snapshot_, ClinicPolicy(), request, PathLimits{}, budget);
  ASSERT_TRUE(reply.ok()) << reply.status();
  EXPECT_EQ(reply->outcome, Outcome::kNotReached);
  EXPECT_EQ(reply->given, 1U);
  EXPECT_TRUE(reply->more_may_exist);
}

TEST_F(ClientPathsTest, PagesHaveAThousandPathsInAll) {
  PathRequest request = Ask("dimension:thoughts", "dimension:relationships");
  request.given = 900;
  request.max_path_count = 101;
  graph::Budget budget;
  const absl::Status status = FindIntegrativePaths(*snapshot_, ClinicPolicy(), request, PathLimits{}, budget).status();
  const std::optional<graph::ErrorInfo> info = graph::ErrorInfoOf(status);
  ASSERT_TRUE(info.has_value()) << status;
  EXPECT_EQ(info->reason, Reason::kValueOutOfRange);
  EXPECT_THAT(info->violations[0].description, HasSubstr("100 or fewer"));
}

TEST(ShippedPages, TogetherAreOneLargeAnswer) {
  const SnapshotPtr snapshot = ShippedOntology();
  ASSERT_NE(snapshot, nullptr);
  const Policy policy = *PolicyOf(*snapshot);
  for (const double diverse_share : {0.0, 0.5}) {
    PathRequest request = Ask("dimension:thoughts", "dimension:relationships");
    request.diverse_share = diverse_share;
    request.max_path_count = 60;
    const std::vector<std::string> whole = Routes(snapshot, Find(snapshot, policy, request));
    EXPECT_GE(whole.size(), 20U);
    for (const int size : {1, 7, 25}) {
      SCOPED_TRACE(fmt::format("pages of {}, diverse {}", size, diverse_share));
      std::vector<std::string> pages;
      request.given = 0;
      request.max_path_count = size;
      while (pages.size() < whole.size()) {
        const PathReply reply = Find(snapshot, policy, request);
        for (std::string& route : Routes(snapshot, reply)) pages.push_back(std::move(route));
        request.given = reply.given;
        if (!reply.more_may_exist) break;
      }
      pages.resize(std::min(pages.size(), whole.size()));
      EXPECT_EQ(pages, whole);
    }
  }
}

TEST(ShippedClients, ADepressedClientMeetsNoEatingDisorder) {
  const SnapshotPtr snapshot = ShippedOntology();
  ASSERT_NE(snapshot, nullptr);
  PathRequest request = Ask("dimension:thoughts", "dimension:context");
  request.max_path_count = 200;
  request.profile = Of({"process:rumination", "process:loneliness"}, {"concern:depression"});
  const PathReply reply = Find(snapshot, *PolicyOf(*snapshot), request);
  EXPECT_GE(reply.paths.size(), 5U);
  const ClientFocus focus = ReadClientFocus(*snapshot, *PolicyOf(*snapshot), *request.profile, nullptr).value();
  for (const ExplainedPath& path : reply.paths) {
    EXPECT_EQ(snapshot->id(path.nodes.front()), "process:rumination");
    EXPECT_EQ(snapshot->id(path.nodes.back()), "process:loneliness");
    for (const graph::NodeIndex node : path.nodes) EXPECT_THAT(focus.avoided, Not(Contains(node)));
  }
}

// --- Diverse.

TEST(ShippedPaths, DiverseOnesShareLittleOfTheirWay) {
  const SnapshotPtr snapshot = ShippedOntology();
  ASSERT_NE(snapshot, nullptr);
  PathRequest request = Ask("dimension:thoughts", "dimension:relationships");
  request.diverse_share = 0.6;
  request.max_path_count = 6;
  const PathReply reply = Find(snapshot, *PolicyOf(*snapshot), request);
  ASSERT_EQ(reply.paths.size(), 6U);
  for (std::size_t i = 0; i < reply.paths.size(); ++i) {
    const auto& nodes = reply.paths[i].nodes;
    for (std::size_t j = 0; j < i; ++j) {
      const auto& before = reply.paths[j].nodes;
      const auto fresh = std::count_if(nodes.begin() + 1, nodes.end() - 1, [&](graph::NodeIndex node) {
        return std::find(before.begin(), before.end(), node) == before.end();
      });
      EXPECT_GE(static_cast<double>(fresh), 0.6 * static_cast<double>(nodes.size() - 2)) << i << " and " << j;
    }
  }
}

TEST(DiverseShare, IsFromNothingToAll) {
  const SnapshotPtr snapshot = Sketch(kClinic);
  for (const double bad : {-0.1, 1.1, std::nan("")}) {
    PathRequest request = Ask("dimension:thoughts", "dimension:relationships");
    request.diverse_share = bad;
    graph::Budget budget;
    const auto info =
        graph::ErrorInfoOf(FindIntegrativePaths(*snapshot, ClinicPolicy(), request, PathLimits{}, budget).status());
    ASSERT_TRUE(info.has_value()) << bad;
    EXPECT_EQ(info->violations[0].field, "diverse_share");
  }
}

}  // namespace
}  // namespace braid::ontology
