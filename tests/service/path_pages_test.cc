// Pages of an answer through a real client: resume tokens, what they are bound to, and answers that were cut.

#include <algorithm>
#include <cstdint>
#include <functional>
#include <random>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "ontology/policy.h"
#include "service/wire/resume_token.h"
#include "tests/service/path_questions.h"
#include "tests/service/server_fixture.h"

namespace braid::service {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

class PathPagesTest : public ServerTest {
 protected:
  PathPagesTest() : ServerTest({}, Content::kShipped) {}

  grpc::Status Ask(const v1::FindPathsRequest& request, v1::FindPathsResponse* reply) {
    grpc::ClientContext context;
    return paths_->FindPaths(&context, request, reply);
  }
  v1::FindPathsResponse Find(const v1::FindPathsRequest& request) {
    v1::FindPathsResponse reply;
    const grpc::Status status = Ask(request, &reply);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return reply;
  }
  Failure Refused(const v1::FindPathsRequest& request) {
    v1::FindPathsResponse reply;
    return Failure(Ask(request, &reply));
  }

  static v1::FindPathsRequest Bridge(int count) {
    v1::FindPathsRequest request;
    request.add_source_ids("dimension:thoughts");
    request.add_target_ids("dimension:relationships");
    request.set_max_path_count(count);
    return request;
  }
};

std::vector<std::string> Bytes(const google::protobuf::RepeatedPtrField<v1::Path>& paths) {
  std::vector<std::string> bytes;
  for (const v1::Path& path : paths) bytes.push_back(path.SerializeAsString());
  return bytes;
}

TEST_F(PathPagesTest, PagesInOrderAreOneLargeAnswer) {
  constexpr unsigned kSeed = 11;
  SCOPED_TRACE(kSeed);
  std::mt19937 random(kSeed);
  int pages_followed = 0;
  for (int i = 0; i < 25; ++i) {
    v1::FindPathsRequest request = RandomQuestion(random);
    request.clear_budget();
    request.set_max_path_count(50);
    SCOPED_TRACE(request.ShortDebugString());
    const v1::FindPathsResponse whole = Find(request);
    std::vector<std::string> joined;
    while (true) {
      request.set_max_path_count(static_cast<int>(1 + random() % 20));
      // Streams and calls share tokens.
      const bool streams = random() % 2 == 0;
      v1::Completeness completeness;
      if (streams) {
        const Streamed page = Stream(*paths_, request);
        ASSERT_EQ(page.summaries.size(), 1U) << page.status.error_message();
        for (const v1::Path& path : page.paths) joined.push_back(path.SerializeAsString());
        completeness = page.summaries[0].completeness();
      } else {
        const v1::FindPathsResponse page = Find(request);
        for (std::string& path : Bytes(page.paths())) joined.push_back(std::move(path));
        completeness = page.completeness();
      }
      request.set_resume_token(completeness.resume_token());
      if (request.resume_token().empty() || joined.size() >= 50) break;
      ++pages_followed;
    }
    if (joined.size() > 50) joined.resize(50);
    ASSERT_EQ(joined, Bytes(whole.paths()));
  }
  EXPECT_GE(pages_followed, 20);
}

TEST_F(PathPagesTest, AnExhaustedAnswerHasNoToken) {
  v1::FindPathsRequest request = Bridge(1000);
  request.clear_source_ids();
  request.clear_target_ids();
  request.add_source_ids("process:rumination");
  request.add_target_ids("process:low_mood");
  request.set_pattern(">influences{1,3}");
  const v1::FindPathsResponse reply = Find(request);
  EXPECT_GT(reply.paths_size(), 1);
  EXPECT_LT(reply.paths_size(), 1000);
  EXPECT_EQ(reply.completeness().state(), v1::COMPLETENESS_STATE_EXACT);
  EXPECT_FALSE(reply.completeness().more_exist());
  EXPECT_THAT(reply.completeness().resume_token(), IsEmpty());
}

TEST_F(PathPagesTest, AThousandPathsOverAllPagesIsTheEnd) {
  v1::FindPathsRequest request = Bridge(700);
  request.set_view(v1::VIEW_BASIC);
  request.set_min_modalities(0);
  v1::FindPathsResponse reply = Find(request);
  ASSERT_EQ(reply.paths_size(), 700);
  request.set_resume_token(reply.completeness().resume_token());
  const Failure failure = Refused(request);
  EXPECT_EQ(failure.info.reason(), "VALUE_OUT_OF_RANGE");
  EXPECT_EQ(failure.field(), "max_path_count");
  EXPECT_THAT(failure.message, HasSubstr("300 or fewer"));
  request.set_max_path_count(300);
  reply = Find(request);
  EXPECT_EQ(reply.paths_size(), 300);
  EXPECT_THAT(reply.completeness().resume_token(), IsEmpty());
}

TEST_F(PathPagesTest, AnAnswerGoesOnAtTheRevisionThatItBeganAt) {
  const v1::FindPathsResponse whole = Find(Bridge(10));
  v1::FindPathsRequest request = Bridge(4);
  request.set_resume_token(Find(request).completeness().resume_token());
  // The edit takes away what the answer is made of.
  v1::Change change;
  *change.mutable_delete_edge()->mutable_key() = whole.paths(5).hops(1).edge().key();
  Commit({change});
  request.set_max_path_count(6);
  const v1::FindPathsResponse rest = Find(request);
  EXPECT_EQ(rest.header().revision(), whole.header().revision());
  std::vector<std::string> expected = Bytes(whole.paths());
  expected.erase(expected.begin(), expected.begin() + 4);
  EXPECT_EQ(Bytes(rest.paths()), expected);
}

TEST_F(PathPagesTest, ATokenForAnotherRevisionIsAFailedPrecondition) {
  v1::FindPathsRequest request = Bridge(4);
  request.set_resume_token(Find(request).completeness().resume_token());
  const std::int64_t next = Commit({PutNode("technique:new", "technique", "New")});
  request.mutable_consistency()->set_at_exact_snapshot(next);
  EXPECT_EQ(Refused(request).code, grpc::StatusCode::FAILED_PRECONDITION);
  EXPECT_EQ(Refused(request).info.reason(), "PRECONDITION_FAILED");
  request.mutable_consistency()->set_at_least_as_fresh(next);
  EXPECT_EQ(Refused(request).code, grpc::StatusCode::FAILED_PRECONDITION);
  request.mutable_consistency()->set_at_exact_snapshot(1);
  EXPECT_EQ(Find(request).paths_size(), 4);
  request.mutable_consistency()->set_store_id("another");
  EXPECT_EQ(Refused(request).info.reason(), "STORE_CHANGED");
}

TEST_F(PathPagesTest, ATokenOfAnotherPolicyIsAFailedPrecondition) {
  v1::FindPathsRequest request = Bridge(4);
  const std::uint64_t digest = wire::ResumeDigest(request, store().store_id());
  const std::string policy = Find(request).header().policy_version();
  request.set_resume_token(wire::EncodeResumeToken({graph::Revision{1}, policy, 4}, digest));
  EXPECT_EQ(Find(request).paths_size(), 4);
  request.set_resume_token(wire::EncodeResumeToken({graph::Revision{1}, "0123456789abcdef", 4}, digest));
  EXPECT_EQ(Refused(request).code, grpc::StatusCode::FAILED_PRECONDITION);
}

TEST_F(PathPagesTest, ATokenOfAnotherRequestIsRefused) {
  const v1::FindPathsRequest asked = Bridge(4);
  const std::string token = Find(asked).completeness().resume_token();
  const auto refused_after = [&](const std::function<void(v1::FindPathsRequest&)>& edit) {
    v1::FindPathsRequest request = asked;
    request.set_resume_token(token);
    edit(request);
    const Failure failure = Refused(request);
    EXPECT_EQ(failure.field(), "resume_token") << failure.message;
    return failure.info.reason();
  };
  EXPECT_EQ(refused_after([](auto& r) { r.set_source_ids(0, "dimension:emotions"); }), "PAGE_TOKEN_INVALID");
  EXPECT_EQ(refused_after([](auto& r) { r.set_min_modalities(0); }), "PAGE_TOKEN_INVALID");
  EXPECT_EQ(refused_after([](auto& r) { r.set_diverse_share(0.5); }), "PAGE_TOKEN_INVALID");
  EXPECT_EQ(refused_after([](auto& r) { r.mutable_profile()->add_concern_ids("concern:depression"); }),
            "PAGE_TOKEN_INVALID");
  EXPECT_EQ(refused_after([](auto& r) { r.set_resume_token("AAAA"); }), "PAGE_TOKEN_INVALID");
  EXPECT_EQ(refused_after([](auto& r) { r.mutable_resume_token()->back() ^= 1; }), "PAGE_TOKEN_INVALID");
}

// --- Cut answers.

TEST_F(PathPagesTest, AThousandWorkUnitsGiveAPrefixWithABoundAndTheRestFollows) {
  const std::vector<std::vector<std::string>> questions = {{"process:rumination", "process:low_mood", "spread"},
                                                           {"process:loneliness", "process:low_mood", "spread"},
                                                           {"dimension:emotions", "dimension:context", "spread"},
                                                           {"process:rumination", "process:loneliness", "bridge"},
                                                           {"process:self_criticism", "process:shame", "bridge"},
                                                           {"dimension:thoughts", "dimension:relationships", "bridge"}};
  int with_paths = 0;
  for (const std::int64_t work : {1'000, 3'000, 10'000}) {
    for (const std::vector<std::string>& question : questions) {
      v1::FindPathsRequest request;
      request.add_source_ids(question[0]);
      request.add_target_ids(question[1]);
      request.set_pattern(question[2]);
      request.set_max_path_count(100);
      SCOPED_TRACE(request.ShortDebugString() + " " + std::to_string(work));
      const v1::FindPathsResponse whole = Find(request);
      request.mutable_budget()->set_max_work(work);
      const v1::FindPathsResponse cut = Find(request);
      if (cut.completeness().state() == v1::COMPLETENESS_STATE_EXACT) continue;
      EXPECT_EQ(cut.completeness().limit(), v1::COMPLETENESS_LIMIT_WORK);
      EXPECT_FALSE(cut.completeness().advice().empty());
      EXPECT_EQ(cut.outcome(), cut.paths().empty() ? v1::OUTCOME_NOT_REACHED : v1::OUTCOME_FOUND);
      ASSERT_LT(cut.paths_size(), whole.paths_size());
      std::vector<std::string> joined = Bytes(cut.paths());
      EXPECT_TRUE(std::equal(joined.begin(), joined.end(), Bytes(whole.paths()).begin())) << "not a prefix";
      ASSERT_TRUE(cut.completeness().has_lower_bound_micronats());
      EXPECT_LE(cut.completeness().lower_bound_micronats(), whole.paths(cut.paths_size()).cost_micronats());
      with_paths += cut.paths().empty() ? 0 : 1;

      ASSERT_FALSE(cut.completeness().resume_token().empty());
      request.set_resume_token(cut.completeness().resume_token());
      request.clear_budget();
      request.set_max_path_count(whole.paths_size() - cut.paths_size());
      for (std::string& path : Bytes(Find(request).paths())) joined.push_back(std::move(path));
      EXPECT_EQ(joined, Bytes(whole.paths()));
    }
  }
  EXPECT_GE(with_paths, 1) << "no cut answer had a path";
}

}  // namespace
}  // namespace braid::service
