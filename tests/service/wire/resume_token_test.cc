// A resume token opens for its own request, whatever budget and number that has, and is refused everywhere else.

#include "service/wire/resume_token.h"

#include <string>

#include "braid/v1/path_service.pb.h"
#include "graph/error.h"
#include "gtest/gtest.h"
#include "service/wire/page_token.h"

namespace braid::service::wire {
namespace {

const ResumeToken kToken{graph::Revision{42}, "0123456789abcdef", 17};

bool IsRefused(const absl::StatusOr<ResumeToken>& token) {
  if (token.ok()) return false;
  const auto info = graph::ErrorInfoOf(token.status());
  return info.has_value() && info->reason == graph::Reason::kPageTokenInvalid &&
         info->violations[0].field == "resume_token";
}

TEST(ResumeToken, ComesBackAsItWas) {
  const auto token = DecodeResumeToken(EncodeResumeToken(kToken, 5), 5, 1000);
  ASSERT_TRUE(token.ok()) << token.status();
  EXPECT_EQ(*token, kToken);
}

TEST(ResumeToken, OfAnotherRequestOrOfTooManyAnswersOrNoTokenIsRefused) {
  const std::string text = EncodeResumeToken(kToken, 5);
  EXPECT_TRUE(IsRefused(DecodeResumeToken(text, 6, 1000)));
  EXPECT_TRUE(IsRefused(DecodeResumeToken(text, 5, 16)));
  EXPECT_TRUE(IsRefused(DecodeResumeToken("", 5, 1000)));
  EXPECT_TRUE(IsRefused(DecodeResumeToken(text.substr(1), 5, 1000)));
  for (const char* count : {"", "x", "1x", "-1", " 1", "99999999999999999999999"}) {
    EXPECT_TRUE(IsRefused(DecodeResumeToken(EncodePageToken({graph::Revision{1}, {"p", count}}, 5), 5, 1000))) << count;
  }
}

TEST(ResumeDigest, LeavesOutWhatMayDiffer) {
  v1::FindPathsRequest request;
  request.add_source_ids("dimension:thoughts");
  const std::uint64_t digest = ResumeDigest(request, "store");
  request.mutable_budget()->set_max_work(5);
  request.set_max_path_count(7);
  request.set_resume_token("token");
  request.mutable_consistency()->set_at_exact_snapshot(3);
  EXPECT_EQ(ResumeDigest(request, "store"), digest);
  EXPECT_NE(ResumeDigest(request, "another"), digest);
  request.mutable_profile();
  EXPECT_NE(ResumeDigest(request, "store"), digest);
}

}  // namespace
}  // namespace braid::service::wire
