// StreamPaths through a real client: the answer of FindPaths, path by path, and what becomes of it when the client
// leaves.

#include <cstdint>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/service/hard_question.h"
#include "tests/service/path_questions.h"
#include "tests/service/server_fixture.h"

namespace braid::service {
namespace {

class ShippedStreamsTest : public ServerTest {
 protected:
  ShippedStreamsTest() : ServerTest({}, Content::kShipped) {}
};

// What a reply says beside its paths, as the summary of a stream says it.
v1::PathsSummary SummaryOf(const v1::FindPathsResponse& reply) {
  v1::PathsSummary summary;
  *summary.mutable_header() = reply.header();
  *summary.mutable_completeness() = reply.completeness();
  summary.set_outcome(reply.outcome());
  summary.set_loosen(reply.loosen());
  summary.set_pattern(reply.pattern());
  summary.set_max_path_count(reply.max_path_count());
  summary.set_max_hops(reply.max_hops());
  summary.set_min_modalities(reply.min_modalities());
  return summary;
}

TEST_F(ShippedStreamsTest, AStreamIsTheAnswerOfFindPathsByteForByte) {
  constexpr unsigned kSeed = 7;
  SCOPED_TRACE(kSeed);
  std::mt19937 random(kSeed);
  int found = 0, cut = 0;
  for (int i = 0; i < 120; ++i) {
    const v1::FindPathsRequest request = RandomQuestion(random);
    SCOPED_TRACE(request.ShortDebugString());
    grpc::ClientContext context;
    v1::FindPathsResponse reply;
    ASSERT_TRUE(paths_->FindPaths(&context, request, &reply).ok());
    const Streamed streamed = Stream(*paths_, request);
    ASSERT_TRUE(streamed.status.ok()) << streamed.status.error_message();
    ASSERT_EQ(streamed.summaries.size(), 1U);
    EXPECT_TRUE(streamed.summary_is_last);
    ASSERT_EQ(static_cast<int>(streamed.paths.size()), reply.paths_size());
    for (int p = 0; p < reply.paths_size(); ++p) {
      ASSERT_EQ(streamed.paths[static_cast<std::size_t>(p)].SerializeAsString(), reply.paths(p).SerializeAsString());
    }
    ASSERT_EQ(streamed.summaries[0].SerializeAsString(), SummaryOf(reply).SerializeAsString());
    found += reply.paths().empty() ? 0 : 1;
    cut += reply.completeness().state() == v1::COMPLETENESS_STATE_TRUNCATED ? 1 : 0;
  }
  EXPECT_GE(found, 40);
  EXPECT_GE(cut, 5);
}

TEST_F(ShippedStreamsTest, ABadQuestionEndsTheStreamWithItsError) {
  v1::FindPathsRequest request;
  request.add_source_ids("dimension:thoughts");
  const Streamed streamed = Stream(*paths_, request);
  const Failure failure(streamed.status);
  EXPECT_EQ(failure.code, grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(failure.info.reason(), "FIELD_REQUIRED");
  EXPECT_EQ(failure.field(), "target_ids");
  EXPECT_TRUE(streamed.paths.empty());
  EXPECT_TRUE(streamed.summaries.empty());
}

TEST_F(ShippedStreamsTest, APathComesBeforeTheSearchIsOver) {
  v1::FindPathsRequest request;
  request.add_source_ids("dimension:thoughts");
  request.add_target_ids("dimension:relationships");
  request.set_max_path_count(1000);
  request.set_max_hops(12);
  request.set_pattern("mechanism");
  grpc::ClientContext context;
  const auto reader = paths_->StreamPaths(&context, request);
  v1::StreamPathsResponse part;
  ASSERT_TRUE(reader->Read(&part));
  EXPECT_TRUE(part.has_path());
  EXPECT_EQ(server().counts().ended, 0U);
  context.TryCancel();
  while (reader->Read(&part)) {
  }
  EXPECT_EQ(reader->Finish().error_code(), grpc::StatusCode::CANCELLED);
  EXPECT_TRUE(Eventually([&] { return server().counts().ended == 1; }));
}

// --- Clients that leave.

// A server whose own limit on work is out of the way, so that nothing but the caller ends a search.
class LeavingClientTest : public ServerTest {
 protected:
  LeavingClientTest()
      : ServerTest([] {
          ServerOptions options;
          options.limits.max_work = std::int64_t{1} << 60;
          return options;
        }()) {}

  // What a search may do between the cancellation and its end: to the next look at it, and what one step takes.
  static constexpr std::uint64_t kMostWork = 2048;
};

TEST_F(LeavingClientTest, AStreamThatIsCancelledWhileItSearchesStops) {
  Commit(HardGraph());
  const CallCounts before = server().counts();
  grpc::ClientContext context;
  const auto reader = paths_->StreamPaths(&context, HardQuestion());
  ASSERT_TRUE(Eventually([&] { return server().counts().begun == before.begun + 1; }));
  context.TryCancel();
  v1::StreamPathsResponse part;
  EXPECT_FALSE(reader->Read(&part));
  EXPECT_EQ(reader->Finish().error_code(), grpc::StatusCode::CANCELLED);
  ASSERT_TRUE(Eventually([&] { return server().counts().ended == before.ended + 1; }));
  EXPECT_LE(server().counts().most_work_after_cancel, kMostWork);
}

// One path is easily found; that there is no other takes for ever.
TEST_F(LeavingClientTest, AStreamThatIsCancelledAfterItsFirstPathStops) {
  std::vector<v1::Change> changes = HardGraph();
  for (const v1::Change& change : EasyChain()) changes.push_back(change);
  Commit(changes);
  const CallCounts before = server().counts();
  grpc::ClientContext context;
  const auto reader = paths_->StreamPaths(&context, HardQuestion());
  v1::StreamPathsResponse part;
  ASSERT_TRUE(reader->Read(&part));
  EXPECT_EQ(part.path().modality_ids_size(), 4);
  EXPECT_EQ(server().counts().ended, before.ended) << "it looks for another";
  context.TryCancel();
  EXPECT_FALSE(reader->Read(&part));
  EXPECT_EQ(reader->Finish().error_code(), grpc::StatusCode::CANCELLED);
  ASSERT_TRUE(Eventually([&] { return server().counts().ended == before.ended + 1; }));
  EXPECT_LE(server().counts().most_work_after_cancel, kMostWork);
}

TEST_F(LeavingClientTest, ACallThatIsCancelledStops) {
  Commit(HardGraph());
  for (int i = 0; i < 5; ++i) {
    const CallCounts before = server().counts();
    grpc::ClientContext context;
    v1::FindPathsResponse reply;
    std::thread canceller([&] {
      Eventually([&] { return server().counts().begun == before.begun + 1; });
      context.TryCancel();
    });
    EXPECT_EQ(paths_->FindPaths(&context, HardQuestion(), &reply).error_code(), grpc::StatusCode::CANCELLED);
    canceller.join();
    ASSERT_TRUE(Eventually([&] { return server().counts().ended == before.ended + 1; }));
  }
  EXPECT_GT(server().counts().most_work_after_cancel, 0U) << "no search was cancelled under way";
  EXPECT_LE(server().counts().most_work_after_cancel, kMostWork);
}

}  // namespace
}  // namespace braid::service
