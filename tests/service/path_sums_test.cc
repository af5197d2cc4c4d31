// SumPaths through a real client, against the paths themselves.

#include <cmath>
#include <functional>
#include <string>

#include "gtest/gtest.h"
#include "tests/service/server_fixture.h"

namespace braid::service {
namespace {

class PathSumsTest : public ServerTest {
 protected:
  PathSumsTest() : ServerTest({}, Content::kShipped) {}

  v1::SumPathsResponse Sum(const v1::SumPathsRequest& request) {
    v1::SumPathsResponse reply;
    const grpc::Status status = paths_->SumPaths(Context().get(), request, &reply);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return reply;
  }
  static v1::SumPathsRequest Ask(const std::string& source, const std::string& target, const std::string& pattern) {
    v1::SumPathsRequest request;
    request.add_source_ids(source);
    request.add_target_ids(target);
    request.set_pattern(pattern);
    return request;
  }
};

TEST_F(PathSumsTest, IsTheSumOverThePaths) {
  const struct {
    const char* source;
    const char* target;
    const char* pattern;
  } questions[] = {{"process:rumination", "process:low_mood", ">influences+"},
                   {"dimension:thoughts", "dimension:relationships", "bridge"},
                   {"dimension:emotions", "process:loneliness", "spread"}};
  for (const auto& question : questions) {
    SCOPED_TRACE(question.pattern);
    v1::SumPathsRequest request = Ask(question.source, question.target, question.pattern);
    request.set_epsilon(0);
    const v1::SumPathsResponse sum = Sum(request);
    v1::FindPathsRequest find;
    find.add_source_ids(question.source);
    find.add_target_ids(question.target);
    find.set_pattern(question.pattern);
    find.set_max_hops(4);
    find.set_min_modalities(0);
    find.set_max_path_count(1000);
    v1::FindPathsResponse paths;
    ASSERT_TRUE(paths_->FindPaths(Context().get(), find, &paths).ok());
    ASSERT_LT(paths.paths_size(), 1000);
    double expected = 0;
    for (const v1::Path& path : paths.paths()) expected += std::exp(-1e-6 * static_cast<double>(path.cost_micronats()));
    EXPECT_EQ(sum.path_count(), paths.paths_size());
    EXPECT_NEAR(sum.sum(), expected, 1e-5 * expected);  // costs are rounded to a micro-nat a term, sums are not
    EXPECT_EQ(sum.largest_omitted(), 0);
    EXPECT_EQ(sum.outcome(), v1::OUTCOME_FOUND);
    EXPECT_EQ(sum.completeness().state(), v1::COMPLETENESS_STATE_EXACT);
    EXPECT_EQ(sum.max_hops(), 4);
    EXPECT_EQ(sum.min_modalities(), 0);
  }
}

TEST_F(PathSumsTest, WithoutDampingAHubCostsNothing) {
  v1::SumPathsRequest request = Ask("process:rumination", "process:low_mood", ">influences");
  request.set_degree_exponent(0);
  const v1::SumPathsResponse sum = Sum(request);
  EXPECT_EQ(sum.path_count(), 1);
  EXPECT_NEAR(sum.sum(), 0.8 * 0.5 * 0.9, 1e-12);  // strength, low certainty, one hop
  EXPECT_EQ(sum.degree_exponent(), 0);
  request.clear_degree_exponent();
  EXPECT_LT(Sum(request).sum(), sum.sum());
  EXPECT_EQ(Sum(request).degree_exponent(), 0.4);
}

TEST_F(PathSumsTest, ALargeEpsilonLeavesOutAndBoundsWhatItLeavesOut) {
  v1::SumPathsRequest request = Ask("dimension:thoughts", "dimension:relationships", "bridge");
  request.set_epsilon(0);
  const v1::SumPathsResponse all = Sum(request);
  request.set_epsilon(0.05);
  const v1::SumPathsResponse some = Sum(request);
  EXPECT_LT(some.path_count(), all.path_count());
  EXPECT_GT(some.largest_omitted(), 0);
  EXPECT_LE(all.sum() - some.sum(),
            some.largest_omitted() * static_cast<double>(all.path_count() - some.path_count()) * (1 + 1e-9));
  EXPECT_EQ(some.epsilon(), 0.05);
}

TEST_F(PathSumsTest, NothingToSumIsAnAnswerThatNamesWhatToLoosen) {
  v1::SumPathsRequest request = Ask("dimension:thoughts", "dimension:relationships", "bridge");
  request.set_min_modalities(2);  // two techniques do not fit into four hops
  const v1::SumPathsResponse sum = Sum(request);
  EXPECT_EQ(sum.outcome(), v1::OUTCOME_NO_PATH);
  EXPECT_EQ(sum.path_count(), 0);
  EXPECT_EQ(sum.sum(), 0);
  EXPECT_EQ(sum.loosen(), "min_modalities");
}

TEST_F(PathSumsTest, ABudgetCutsASumAndItSaysSo) {
  v1::SumPathsRequest request = Ask("dimension:thoughts", "dimension:relationships", "mechanism");
  request.set_max_hops(8);
  request.set_epsilon(0);
  request.mutable_budget()->set_max_work(20'000);
  const v1::SumPathsResponse sum = Sum(request);
  EXPECT_EQ(sum.completeness().state(), v1::COMPLETENESS_STATE_TRUNCATED);
  EXPECT_EQ(sum.completeness().limit(), v1::COMPLETENESS_LIMIT_WORK);
  EXPECT_GT(sum.largest_omitted(), 0);
}

TEST_F(PathSumsTest, BadNumbersAreRefusedWithTheirFields) {
  const auto refused = [&](const std::function<void(v1::SumPathsRequest&)>& edit) {
    v1::SumPathsRequest request = Ask("dimension:thoughts", "dimension:relationships", "bridge");
    edit(request);
    v1::SumPathsResponse reply;
    const Failure failure(paths_->SumPaths(Context().get(), request, &reply));
    EXPECT_EQ(failure.code, grpc::StatusCode::INVALID_ARGUMENT);
    return failure.field();
  };
  EXPECT_EQ(refused([](auto& r) { r.set_degree_exponent(4.5); }), "degree_exponent");
  EXPECT_EQ(refused([](auto& r) { r.set_degree_exponent(std::nan("")); }), "degree_exponent");
  EXPECT_EQ(refused([](auto& r) { r.set_epsilon(-0.1); }), "epsilon");
  EXPECT_EQ(refused([](auto& r) { r.set_epsilon(1.1); }), "epsilon");
  EXPECT_EQ(refused([](auto& r) { r.clear_source_ids(); }), "source_ids");
  EXPECT_EQ(refused([](auto& r) { r.set_max_hops(13); }), "max_hops");
}

}  // namespace
}  // namespace braid::service
