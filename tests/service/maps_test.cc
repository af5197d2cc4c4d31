// ConnectDimensions through a real client.

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "fmt/format.h"
#include "gmock/gmock.h"
#include "graph/change.h"
#include "gtest/gtest.h"
#include "tests/service/server_fixture.h"

namespace braid::service {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

struct Streamed {
  std::vector<v1::ConnectingMap> maps;
  std::vector<v1::MapSummary> summaries;
  bool summary_was_last = true;
  grpc::Status status;
};

Streamed Stream(v1::PathService::Stub& stub, const v1::ConnectDimensionsRequest& request) {
  Streamed streamed;
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(30));
  const auto reader = stub.ConnectDimensions(&context, request);
  for (v1::ConnectDimensionsResponse part; reader->Read(&part);) {
    streamed.summary_was_last = part.has_summary();
    if (part.has_map()) streamed.maps.push_back(part.map());
    if (part.has_summary()) streamed.summaries.push_back(part.summary());
  }
  streamed.status = reader->Finish();
  return streamed;
}

v1::ConnectDimensionsRequest Ask(const std::vector<std::string>& terminals) {
  v1::ConnectDimensionsRequest request;
  for (const std::string& id : terminals) request.add_terminal_ids(id);
  return request;
}

v1::ConnectDimensionsRequest AllFive() {
  return Ask({"dimension:thoughts", "dimension:emotions", "dimension:behaviours", "dimension:relationships",
              "dimension:context"});
}

class ShippedMapsTest : public ServerTest {
 protected:
  ShippedMapsTest() : ServerTest({}, Content::kShipped) {}
};

TEST_F(ShippedMapsTest, MapsImproveAndExactlyOneSummaryEndsThem) {
  const Streamed streamed = Stream(*paths_, AllFive());
  ASSERT_TRUE(streamed.status.ok()) << streamed.status.error_message();
  ASSERT_EQ(streamed.summaries.size(), 1U);
  EXPECT_TRUE(streamed.summary_was_last);
  const v1::MapSummary& summary = streamed.summaries[0];
  EXPECT_EQ(summary.header().revision(), 1);
  EXPECT_FALSE(summary.header().policy_version().empty());
  EXPECT_EQ(summary.outcome(), v1::OUTCOME_FOUND);
  EXPECT_EQ(summary.completeness().state(), v1::COMPLETENESS_STATE_EXACT);
  EXPECT_FALSE(summary.completeness().has_gap());
  EXPECT_GT(summary.completeness().work_used(), 0);
  ASSERT_EQ(summary.parts_size(), 1);
  EXPECT_EQ(summary.parts(0).terminal_ids_size(), 5);
  EXPECT_THAT(summary.parts(0).alternatives(), IsEmpty()) << "nobody asked for them";
  EXPECT_THAT(summary.kinds(), ElementsAre("process"));

  ASSERT_FALSE(streamed.maps.empty());
  for (std::size_t i = 1; i < streamed.maps.size(); ++i) {
    EXPECT_LE(streamed.maps[i].cost_micronats(), streamed.maps[i - 1].cost_micronats());
  }
  const v1::ConnectingMap& best = summary.parts(0).map();
  EXPECT_EQ(best.gap(), 0);
  EXPECT_EQ(best.lower_bound_micronats(), best.cost_micronats());
  EXPECT_EQ(best.explanation(), streamed.maps.back().explanation());
  EXPECT_THAT(best.shared_ids(), ElementsAre("process:compulsions", "process:family_accommodation"));
  EXPECT_EQ(best.nodes_size(), best.edges_size() + 1);
  std::int64_t cost = 0;
  for (const v1::Hop& edge : best.edges()) {
    cost += edge.cost().evidence_micronats() + edge.cost().specificity_micronats() + edge.cost().length_micronats();
    EXPECT_FALSE(edge.rests_on().empty());
  }
  EXPECT_EQ(cost, best.cost_micronats());
}

TEST_F(ShippedMapsTest, TheSameQuestionGetsTheSameBytes) {
  v1::ConnectDimensionsRequest request = AllFive();
  request.set_alternatives(true);
  const auto ask = [&] {
    v1::MapSummary summary = Stream(*paths_, request).summaries.at(0);
    summary.mutable_completeness()->clear_limits();  // how much time there was is no part of the answer
    return summary.SerializeAsString();
  };
  EXPECT_TRUE(ask() == ask());
}

TEST_F(ShippedMapsTest, AlternativesSayWhatThereIsIfNotThroughANode) {
  v1::ConnectDimensionsRequest request = Ask({"dimension:thoughts", "dimension:emotions", "dimension:relationships"});
  request.set_alternatives(true);
  const Streamed streamed = Stream(*paths_, request);
  ASSERT_EQ(streamed.summaries.size(), 1U);
  const v1::MapPart& part = streamed.summaries[0].parts(0);
  ASSERT_GE(part.alternatives_size(), 1);
  for (const v1::MapAlternative& other : part.alternatives()) {
    EXPECT_THAT(other.text(), testing::StartsWith("If not through "));
    EXPECT_GE(other.map().cost_micronats(), part.map().cost_micronats());
    for (const v1::Node& node : other.map().nodes()) {
      EXPECT_THAT(other.without_ids(), Not(testing::Contains(node.id())));
    }
  }
}

TEST_F(ShippedMapsTest, AProfileChangesWhatStandsForADimensionAndIsNotRepeated) {
  v1::ConnectDimensionsRequest request = Ask({"dimension:thoughts", "dimension:emotions", "dimension:relationships"});
  request.mutable_profile()->add_needs()->set_node_id("process:rumination");
  request.mutable_profile()->add_needs()->set_node_id("process:loneliness");
  request.mutable_profile()->add_concern_ids("concern:depression");
  Streamed streamed = Stream(*paths_, request);
  ASSERT_EQ(streamed.summaries.size(), 1U) << streamed.status.error_message();
  const v1::ConnectingMap& map = streamed.summaries[0].parts(0).map();
  EXPECT_EQ(map.terminals(0).terminal_id(), "dimension:thoughts");
  EXPECT_EQ(map.terminals(0).node_id(), "process:rumination");
  for (const v1::Notice& notice : streamed.summaries[0].header().notices()) {
    EXPECT_NE(notice.reason(), v1::NOTICE_REASON_GENERAL);
    EXPECT_THAT(notice.ShortDebugString(), Not(HasSubstr("process:")));
  }

  request.mutable_profile()->mutable_needs(0)->set_node_id("process:my_secret");
  const Failure failure(Stream(*paths_, request).status);
  EXPECT_EQ(failure.code, grpc::StatusCode::NOT_FOUND);
  EXPECT_EQ(failure.field(), "profile.needs[0].node_id");
  EXPECT_THAT(failure.status.DebugString(), Not(HasSubstr("my_secret")));
}

TEST_F(ShippedMapsTest, ABudgetCutsWithACertifiedGap) {
  const std::int64_t exact = Stream(*paths_, AllFive()).summaries.at(0).parts(0).map().cost_micronats();
  bool was_between = false;
  for (std::int64_t max_work = 250; max_work < 20'000; max_work += 250) {
    v1::ConnectDimensionsRequest request = AllFive();
    request.mutable_budget()->set_max_work(max_work);
    const Streamed streamed = Stream(*paths_, request);
    ASSERT_EQ(streamed.summaries.size(), 1U) << streamed.status.error_message();
    const v1::MapSummary& summary = streamed.summaries[0];
    if (summary.completeness().state() == v1::COMPLETENESS_STATE_EXACT) break;
    EXPECT_EQ(summary.completeness().limit(), v1::COMPLETENESS_LIMIT_WORK);
    EXPECT_THAT(summary.completeness().advice(), HasSubstr("max_work"));
    EXPECT_LE(summary.completeness().lower_bound_micronats(), exact);
    ASSERT_TRUE(summary.completeness().has_gap());
    if (summary.outcome() == v1::OUTCOME_NOT_REACHED) {
      EXPECT_EQ(summary.completeness().gap(), 1);
      continue;
    }
    was_between = true;
    const v1::ConnectingMap& map = summary.parts(0).map();
    EXPECT_GE(map.cost_micronats(), exact);
    EXPECT_LE(map.lower_bound_micronats(), exact);
    EXPECT_EQ(map.gap(), summary.completeness().gap());
  }
  EXPECT_TRUE(was_between) << "no budget cut between the first map and the last";
}

class MapsTest : public ServerTest {};

TEST_F(MapsTest, WhatIsWrongIsNamedByItsField) {
  v1::ConnectDimensionsRequest request = Ask({"dimension:thoughts", "dimension:nothing"});
  request.add_include_kinds("modality");
  const Failure failure(Stream(*paths_, request).status);
  EXPECT_EQ(failure.code, grpc::StatusCode::NOT_FOUND);
  EXPECT_EQ(failure.info.reason(), "NODE_NOT_FOUND");
  std::vector<std::string> fields;
  for (const auto& violation : failure.bad_request.field_violations()) fields.push_back(violation.field());
  EXPECT_THAT(fields, ElementsAre("terminal_ids[1]", "include_kinds[0]"));

  request = Ask({"dimension:thoughts"});
  EXPECT_EQ(Failure(Stream(*paths_, request).status).field(), "terminal_ids");
  request = Ask({"dimension:thoughts", "dimension:relationships"});
  request.mutable_budget()->set_max_work(0);
  EXPECT_EQ(Failure(Stream(*paths_, request).status).field(), "budget.max_work");
  request.clear_budget();
  request.set_min_certainty(static_cast<v1::Certainty>(99));
  EXPECT_EQ(Failure(Stream(*paths_, request).status).info.reason(), "ENUM_UNKNOWN");
}

TEST_F(MapsTest, WhatCannotBeJoinedIsAnAnswer) {
  Commit({PutNode("dimension:alone", "dimension", "Alone")});
  v1::ConnectDimensionsRequest request = Ask({"dimension:alone", "dimension:thoughts", "dimension:relationships"});
  const Streamed streamed = Stream(*paths_, request);
  ASSERT_EQ(streamed.summaries.size(), 1U) << streamed.status.error_message();
  const v1::MapSummary& summary = streamed.summaries[0];
  EXPECT_EQ(summary.outcome(), v1::OUTCOME_NO_PATH) << "the processes of the small store have no role";
  ASSERT_EQ(summary.parts_size(), 3);
  request.add_include_kinds("technique");
  request.add_include_kinds("process");
  const v1::MapSummary wider = Stream(*paths_, request).summaries.at(0);
  EXPECT_EQ(wider.outcome(), v1::OUTCOME_FOUND);
  ASSERT_EQ(wider.parts_size(), 2);
  EXPECT_THAT(wider.parts(0).terminal_ids(), ElementsAre("dimension:thoughts", "dimension:relationships"));
  EXPECT_THAT(wider.parts(0).map().modality_ids(), testing::UnorderedElementsAre("modality:cbt", "modality:systemic"));
  EXPECT_THAT(wider.parts(1).terminal_ids(), ElementsAre("dimension:alone"));

  v1::ConnectDimensionsRequest two = Ask({"dimension:thoughts", "dimension:relationships"});
  EXPECT_EQ(Stream(*paths_, two).summaries.at(0).loosen(), "include_kinds");
  two.add_avoid_ids("dimension:thoughts");
  const v1::MapSummary excluded = Stream(*paths_, two).summaries.at(0);
  EXPECT_EQ(excluded.outcome(), v1::OUTCOME_ENDPOINT_EXCLUDED);
  EXPECT_THAT(excluded.left_out_ids(), ElementsAre("dimension:thoughts"));
  EXPECT_EQ(excluded.header().notices(0).reason(), v1::NOTICE_REASON_END_EXCLUDED);
}

class FewTerminalsTest : public ServerTest {
 protected:
  FewTerminalsTest()
      : ServerTest([] {
          ServerOptions options;
          options.limits.max_terminals = 2;
          return options;
        }()) {}
};

TEST_F(FewTerminalsTest, TheServersLimitIsNamed) {
  const Failure failure(
      Stream(*paths_, Ask({"dimension:thoughts", "dimension:relationships", "process:distortions"})).status);
  EXPECT_EQ(failure.code, grpc::StatusCode::RESOURCE_EXHAUSTED);
  EXPECT_THAT(failure.message, HasSubstr("limits.max_terminals"));
}

// --- A question that takes seconds: eight corners of a cube of twelve dimensions, every edge as dear as the next.

constexpr unsigned kDimensions = 12;

graph::ChangeSet Cube() {
  graph::ChangeSet set;
  set.id = "00000000-0000-4000-8000-00000000cccc";
  const auto id = [](unsigned corner) { return fmt::format("process:c{:04}", corner); };
  for (unsigned corner = 0; corner < 1U << kDimensions; ++corner) {
    graph::Node node;
    node.id = id(corner);
    node.kind = "process";
    node.attributes = {{"role", std::string("maintaining")}};
    set.changes.push_back(graph::PutNode{std::move(node)});
  }
  for (unsigned corner = 0; corner < 1U << kDimensions; ++corner) {
    for (unsigned bit = 1; bit < 1U << kDimensions; bit <<= 1U) {
      if ((corner & bit) != 0) continue;
      graph::Edge edge;
      edge.key = {id(corner), "influences", id(corner | bit)};
      edge.sign = graph::Sign::kPlus;
      set.changes.push_back(graph::PutEdge{std::move(edge)});
    }
  }
  return set;
}

v1::ConnectDimensionsRequest HardMap() {
  std::vector<std::string> corners;
  for (const unsigned corner : {0U, 0x0FFU, 0xF0FU, 0xFF0U, 0x333U, 0xCCCU, 0x555U, 0xAAAU}) {
    corners.push_back(fmt::format("process:c{:04}", corner));
  }
  return Ask(corners);
}

class HardMapTest : public ServerTest {
 protected:
  HardMapTest()
      : ServerTest([] {
          ServerOptions options;
          options.limits.max_work = std::int64_t{1} << 60;
          return options;
        }()) {
    EXPECT_TRUE(store().Commit(Cube()).ok());
  }
};

TEST_F(HardMapTest, AMapArrivesWhileTheSearchGoesOnAndLeavingEndsIt) {
  const CallCounts before = server().counts();
  grpc::ClientContext context;
  const auto reader = paths_->ConnectDimensions(&context, HardMap());
  v1::ConnectDimensionsResponse part;
  ASSERT_TRUE(reader->Read(&part));
  EXPECT_TRUE(part.has_map());
  EXPECT_GT(part.map().gap(), 0) << "it looks for a better one";
  EXPECT_EQ(server().counts().ended, before.ended);
  context.TryCancel();
  while (reader->Read(&part)) {
  }
  EXPECT_EQ(reader->Finish().error_code(), grpc::StatusCode::CANCELLED);
  ASSERT_TRUE(Eventually([&] { return server().counts().ended == before.ended + 1; }));
  EXPECT_LE(server().counts().most_work_after_cancel, 2048U);
}

TEST_F(HardMapTest, ADeadlineCutsWithTheBestMapSoFar) {
  v1::ConnectDimensionsRequest request = HardMap();
  request.mutable_budget()->mutable_max_duration()->set_nanos(300'000'000);
  const Streamed streamed = Stream(*paths_, request);
  ASSERT_EQ(streamed.summaries.size(), 1U) << streamed.status.error_message();
  const v1::MapSummary& summary = streamed.summaries[0];
  EXPECT_EQ(summary.completeness().limit(), v1::COMPLETENESS_LIMIT_DEADLINE);
  EXPECT_EQ(summary.outcome(), v1::OUTCOME_FOUND);
  EXPECT_GT(summary.parts(0).map().gap(), 0);
  EXPECT_LT(summary.parts(0).map().gap(), 1);
  EXPECT_EQ(summary.parts(0).map().explanation(), streamed.maps.back().explanation());
}

TEST_F(HardMapTest, AMillisecondIsTooLittleAndSaysSo) {
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + std::chrono::milliseconds(1));
  const auto reader = paths_->ConnectDimensions(&context, HardMap());
  v1::ConnectDimensionsResponse part;
  while (reader->Read(&part)) {
  }
  EXPECT_EQ(reader->Finish().error_code(), grpc::StatusCode::DEADLINE_EXCEEDED);
  EXPECT_TRUE(Eventually([&] { return server().counts().ended == server().counts().begun; }));
}

}  // namespace
}  // namespace braid::service
