// PathService through a real client: the answer, what it says of itself, and how it is cut.

#include <chrono>
#include <future>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/service/hard_question.h"
#include "tests/service/server_fixture.h"

namespace braid::service {
namespace {

using testing::HasSubstr;

class PathsTest : public ServerTest {
 protected:
  using ServerTest::ServerTest;

  grpc::Status FindPaths(const v1::FindPathsRequest& request, v1::FindPathsResponse* response) {
    return paths_->FindPaths(Context().get(), request, response);
  }
  static v1::FindPathsRequest ThoughtsToRelationships() {
    v1::FindPathsRequest request;
    request.add_source_ids("dimension:thoughts");
    request.add_target_ids("dimension:relationships");
    return request;
  }
};

std::vector<std::string> NodeIds(const v1::Path& path) {
  std::vector<std::string> ids;
  for (const v1::Node& node : path.nodes()) ids.push_back(node.id());
  return ids;
}

const v1::LimitInForce* LimitNamed(const v1::Completeness& completeness, const std::string& name) {
  for (const v1::LimitInForce& limit : completeness.limits()) {
    if (limit.name() == name) return &limit;
  }
  return nullptr;
}

TEST_F(PathsTest, TheIntegrativePathIsFoundAndExplained) {
  v1::FindPathsResponse response;
  ASSERT_TRUE(FindPaths(ThoughtsToRelationships(), &response).ok());
  EXPECT_EQ(response.outcome(), v1::OUTCOME_FOUND);
  ASSERT_EQ(response.paths_size(), 1);
  const v1::Path& path = response.paths(0);
  EXPECT_THAT(NodeIds(path),
              testing::ElementsAre("dimension:thoughts", "process:distortions", "technique:restructuring",
                                   "process:reappraisal", "technique:reframing", "process:rigidity",
                                   "dimension:relationships"));
  EXPECT_THAT(path.modality_ids(), testing::ElementsAre("modality:cbt", "modality:systemic"));
  EXPECT_THAT(path.modality_labels(), testing::ElementsAre("Cognitive behavioural therapy", "Systemic therapy"));
  ASSERT_EQ(path.hops_size(), 6);
  EXPECT_TRUE(path.hops(0).reversed());
  EXPECT_EQ(path.hops(0).from_id(), "dimension:thoughts");
  EXPECT_EQ(path.hops(0).edge().key().relation(), "acts_on");
  EXPECT_FALSE(path.hops(2).text().empty());
  EXPECT_FALSE(path.hops(2).rests_on().empty());
  EXPECT_THAT(path.explanation(), HasSubstr("Reframing"));
  std::int64_t cost = 0;
  for (const v1::Hop& hop : path.hops()) {
    cost += hop.cost().evidence_micronats() + hop.cost().specificity_micronats() + hop.cost().length_micronats();
  }
  EXPECT_EQ(path.cost_micronats(), cost);
}

TEST_F(PathsTest, AnAnswerSaysThatItIsExactAndUnderWhichLimits) {
  v1::FindPathsRequest request = ThoughtsToRelationships();
  request.set_max_hops(8);
  v1::FindPathsResponse response;
  ASSERT_TRUE(FindPaths(request, &response).ok());
  const v1::Completeness& completeness = response.completeness();
  EXPECT_EQ(completeness.state(), v1::COMPLETENESS_STATE_EXACT);
  EXPECT_EQ(completeness.limit(), v1::COMPLETENESS_LIMIT_UNSPECIFIED);
  EXPECT_GT(completeness.work_used(), 0);
  EXPECT_TRUE(completeness.advice().empty());
  ASSERT_NE(LimitNamed(completeness, "max_hops"), nullptr);
  EXPECT_EQ(LimitNamed(completeness, "max_hops")->value(), 8);
  EXPECT_EQ(LimitNamed(completeness, "max_hops")->origin(), "request");
  EXPECT_EQ(LimitNamed(completeness, "max_paths")->value(), 5);
  EXPECT_EQ(LimitNamed(completeness, "max_paths")->origin(), "default");
  EXPECT_EQ(LimitNamed(completeness, "max_work")->origin(), "limits.max_work");
  EXPECT_EQ(LimitNamed(completeness, "max_duration")->origin(), "deadline");
  EXPECT_EQ(response.max_path_count(), 5);
  EXPECT_EQ(response.max_hops(), 8);
  EXPECT_EQ(response.min_modalities(), 2);
  EXPECT_THAT(response.pattern(), HasSubstr("acts_on"));
  EXPECT_EQ(response.header().revision(), 2);
}

TEST_F(PathsTest, NoPathIsAnAnswerThatNamesWhatToLoosen) {
  v1::FindPathsRequest request = ThoughtsToRelationships();
  request.set_min_modalities(3);
  v1::FindPathsResponse response;
  ASSERT_TRUE(FindPaths(request, &response).ok());
  EXPECT_EQ(response.outcome(), v1::OUTCOME_NO_PATH);
  EXPECT_EQ(response.paths_size(), 0);
  EXPECT_EQ(response.loosen(), "min_modalities");
  EXPECT_EQ(response.completeness().state(), v1::COMPLETENESS_STATE_EXACT);
}

TEST_F(PathsTest, AnExcludedEndIsAnAnswer) {
  v1::FindPathsRequest request = ThoughtsToRelationships();
  request.add_avoid_ids("dimension:thoughts");
  v1::FindPathsResponse response;
  ASSERT_TRUE(FindPaths(request, &response).ok());
  EXPECT_EQ(response.outcome(), v1::OUTCOME_ENDPOINT_EXCLUDED);
}

TEST_F(PathsTest, APathIsAnsweredAtAPastRevision) {
  v1::CommitRequest commit;
  *commit.add_changes()->mutable_delete_edge()->mutable_key() = KeyOf("technique:reframing engages process:rigidity");
  v1::CommitResponse committed;
  ASSERT_TRUE(curation_->Commit(Context().get(), commit, &committed).ok());
  v1::FindPathsRequest request = ThoughtsToRelationships();
  v1::FindPathsResponse response;
  ASSERT_TRUE(FindPaths(request, &response).ok());
  EXPECT_EQ(response.outcome(), v1::OUTCOME_NO_PATH);
  request.mutable_consistency()->set_at_exact_snapshot(2);
  ASSERT_TRUE(FindPaths(request, &response).ok());
  EXPECT_EQ(response.outcome(), v1::OUTCOME_FOUND);
}

TEST_F(PathsTest, WorkBoundsASearchTheSameEveryTime) {
  Commit(HardGraph());
  v1::FindPathsRequest request = HardQuestion();
  request.mutable_budget()->set_max_work(20'000);
  v1::FindPathsResponse first, second;
  ASSERT_TRUE(FindPaths(request, &first).ok());
  ASSERT_TRUE(FindPaths(request, &second).ok());
  EXPECT_EQ(first.outcome(), v1::OUTCOME_NOT_REACHED);
  EXPECT_EQ(first.completeness().state(), v1::COMPLETENESS_STATE_TRUNCATED);
  EXPECT_EQ(first.completeness().limit(), v1::COMPLETENESS_LIMIT_WORK);
  EXPECT_FALSE(first.completeness().advice().empty());
  EXPECT_EQ(LimitNamed(first.completeness(), "max_work")->value(), 20'000);
  EXPECT_EQ(LimitNamed(first.completeness(), "max_work")->origin(), "request");
  EXPECT_EQ(first.completeness().work_used(), second.completeness().work_used());
}

TEST_F(PathsTest, ADurationBoundsASearch) {
  Commit(HardGraph());
  v1::FindPathsRequest request = HardQuestion();
  request.mutable_budget()->mutable_max_duration()->set_nanos(20'000'000);
  v1::FindPathsResponse response;
  ASSERT_TRUE(FindPaths(request, &response).ok());
  EXPECT_EQ(response.completeness().limit(), v1::COMPLETENESS_LIMIT_DEADLINE);
  EXPECT_EQ(LimitNamed(response.completeness(), "max_duration")->value(), 20);
  EXPECT_EQ(LimitNamed(response.completeness(), "max_duration")->origin(), "request");
}

TEST_F(PathsTest, ASearchStopsBeforeTheDeadlineAndGivesACutAnswer) {
  Commit(HardGraph());
  // What is kept back for the way home is 50 ms: on a machine that is busy with other tests even that may not do every
  // time.
  v1::FindPathsResponse response;
  grpc::Status status;
  for (int attempt = 0; attempt < 10; ++attempt) {
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() + std::chrono::milliseconds(700));
    status = paths_->FindPaths(&context, HardQuestion(), &response);
    if (status.ok()) break;
    ASSERT_EQ(status.error_code(), grpc::StatusCode::DEADLINE_EXCEEDED) << status.error_message();
  }
  ASSERT_TRUE(status.ok()) << status.error_message();
  EXPECT_EQ(response.outcome(), v1::OUTCOME_NOT_REACHED);
  EXPECT_EQ(response.completeness().limit(), v1::COMPLETENESS_LIMIT_DEADLINE);
}

// A server whose own limit on work is out of the way, so that nothing but the caller ends a search.
class EndlessSearchTest : public PathsTest {
 protected:
  EndlessSearchTest()
      : PathsTest([] {
          ServerOptions options;
          options.limits.max_work = std::int64_t{1} << 60;
          return options;
        }()) {}
};

TEST_F(EndlessSearchTest, AClientThatCancelsEndsTheServersWork) {
  Commit(HardGraph());
  const CallCounts before = server().counts();
  grpc::ClientContext context;
  v1::FindPathsResponse response;
  auto answer = std::async(std::launch::async, [&] { return paths_->FindPaths(&context, HardQuestion(), &response); });
  ASSERT_TRUE(Eventually([&] { return server().counts().begun == before.begun + 1; }));
  EXPECT_EQ(server().counts().ended, before.ended);
  context.TryCancel();
  EXPECT_EQ(answer.get().error_code(), grpc::StatusCode::CANCELLED);
  EXPECT_TRUE(Eventually([&] { return server().counts().ended == before.ended + 1; }));
  EXPECT_EQ(server().counts().cancelled, before.cancelled + 1);
}

TEST_F(EndlessSearchTest, AServerThatShutsDownEndsTheSearchesUnderWay) {
  Commit(HardGraph());
  const CallCounts before = server().counts();
  grpc::ClientContext context;
  v1::FindPathsResponse response;
  auto answer = std::async(std::launch::async, [&] { return paths_->FindPaths(&context, HardQuestion(), &response); });
  ASSERT_TRUE(Eventually([&] { return server().counts().begun == before.begun + 1; }));
  server().Shutdown(std::chrono::milliseconds(50));
  EXPECT_FALSE(answer.get().ok());
}

}  // namespace
}  // namespace braid::service
