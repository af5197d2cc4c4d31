// A page token opens for its own request and is refused everywhere else, however it was changed.

#include "service/wire/page_token.h"

#include <random>
#include <string>

#include "absl/strings/escaping.h"
#include "braid/v1/lookup_service.pb.h"
#include "graph/error.h"
#include "gtest/gtest.h"

namespace braid::service::wire {
namespace {

constexpr std::uint64_t kDigest = 0x0123'4567'89AB'CDEF;

const PageToken kToken{graph::Revision{42}, {"engages", ">", "process:é"}};

bool IsRefused(const absl::StatusOr<PageToken>& token) {
  if (token.ok()) return false;
  const auto info = graph::ErrorInfoOf(token.status());
  return info.has_value() && info->reason == graph::Reason::kPageTokenInvalid &&
         info->violations[0].field == "page_token";
}

TEST(PageToken, ComesBackAsItWas) {
  const auto token = DecodePageToken(EncodePageToken(kToken, kDigest), kDigest, 3);
  ASSERT_TRUE(token.ok()) << token.status();
  EXPECT_EQ(*token, kToken);
  const PageToken empty{graph::Revision{0}, {""}};
  EXPECT_EQ(*DecodePageToken(EncodePageToken(empty, 0), 0, 1), empty);
}

TEST(PageToken, IsSafeInAUrl) {
  const std::string text = EncodePageToken(kToken, kDigest);
  EXPECT_EQ(text.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_="),
            std::string::npos);
}

TEST(PageToken, OfAnotherRequestOrWithOtherPartsIsRefused) {
  const std::string text = EncodePageToken(kToken, kDigest);
  EXPECT_TRUE(IsRefused(DecodePageToken(text, kDigest + 1, 3)));
  EXPECT_TRUE(IsRefused(DecodePageToken(text, kDigest, 2)));
  EXPECT_TRUE(IsRefused(DecodePageToken(text, kDigest, 4)));
}

TEST(PageToken, EveryFlippedBitIsRefused) {
  std::string bytes;
  ASSERT_TRUE(absl::WebSafeBase64Unescape(EncodePageToken(kToken, kDigest), &bytes));
  for (std::size_t bit = 0; bit < bytes.size() * 8; ++bit) {
    std::string damaged = bytes;
    damaged[bit / 8] = static_cast<char>(damaged[bit / 8] ^ (1 << (bit % 8)));
    EXPECT_TRUE(IsRefused(DecodePageToken(absl::WebSafeBase64Escape(damaged), kDigest, 3))) << "bit " << bit;
  }
}

TEST(PageToken, EveryTruncationAndRandomTextIsRefused) {
  const std::string text = EncodePageToken(kToken, kDigest);
  for (std::size_t size = 0; size < text.size(); ++size) {
    // Padding carries nothing: without it the text is the same token.
    if (text.find_first_not_of('=', size) == std::string::npos) continue;
    EXPECT_TRUE(IsRefused(DecodePageToken(text.substr(0, size), kDigest, 3))) << size;
  }
  constexpr unsigned kSeed = 20260;
  SCOPED_TRACE(kSeed);
  std::mt19937 random(kSeed);
  for (int i = 0; i < 2000; ++i) {
    std::string bytes(random() % 80, '\0');
    for (char& byte : bytes) byte = static_cast<char>(random());
    EXPECT_TRUE(IsRefused(DecodePageToken(bytes, kDigest, 3)));
    EXPECT_TRUE(IsRefused(DecodePageToken(absl::WebSafeBase64Escape(bytes), kDigest, 3)));
  }
}

TEST(RequestDigest, IsBoundToEverythingButSizeTokenAndConsistency) {
  v1::ListNodesRequest request;
  request.set_kind("technique");
  const std::uint64_t digest = RequestDigest(request, "store");
  v1::ListNodesRequest same = request;
  same.set_page_size(7);
  same.set_page_token("x");
  same.mutable_consistency()->set_at_exact_snapshot(3);
  EXPECT_EQ(RequestDigest(same, "store"), digest);
  v1::ListNodesRequest other = request;
  other.set_include_obsolete(true);
  EXPECT_NE(RequestDigest(other, "store"), digest);
  EXPECT_NE(RequestDigest(request, "another store"), digest);
  EXPECT_NE(RequestDigest(v1::ListNeighborsRequest(), "store"), RequestDigest(v1::ListNodesRequest(), "store"));
}

TEST(PageSize, ZeroIsFiftyAndMoreThanTheMostIsTheMost) {
  EXPECT_EQ(*PageSize(0, 1000), 50U);
  EXPECT_EQ(*PageSize(0, 20), 20U);
  EXPECT_EQ(*PageSize(1, 1000), 1U);
  EXPECT_EQ(*PageSize(1001, 1000), 1000U);
  EXPECT_EQ(PageSize(-1, 1000).status().code(), absl::StatusCode::kInvalidArgument);
}

}  // namespace
}  // namespace braid::service::wire
