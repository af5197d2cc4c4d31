#include "service/wire/resume_token.h"

#include <charconv>
#include <system_error>
#include <utility>

#include "fmt/format.h"
#include "graph/error.h"
#include "service/wire/page_token.h"

namespace braid::service::wire {
namespace {

constexpr std::size_t kParts = 2;  // policy version, answers given

bool ParseCount(std::string_view text, std::size_t* count) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), *count);
  return error == std::errc{} && end == text.data() + text.size();
}

}  // namespace

std::uint64_t ResumeDigest(const google::protobuf::Message& request, std::string_view store_id) {
  return RequestDigest(request, store_id, TokenField::kResume);
}

std::string EncodeResumeToken(const ResumeToken& token, std::uint64_t digest) {
  return EncodePageToken({token.revision, {token.policy_version, fmt::format("{}", token.given)}}, digest);
}

absl::StatusOr<ResumeToken> DecodeResumeToken(std::string_view text, std::uint64_t digest, std::size_t most) {
  BRAID_ASSIGN_OR_RETURN(PageToken page, DecodePageToken(text, digest, kParts, TokenField::kResume));
  ResumeToken token{page.revision, std::move(page.position[0]), 0};
  if (!ParseCount(page.position[1], &token.given) || token.given > most) {
    return graph::MakeError(graph::Reason::kPageTokenInvalid,
                            "the resume token is not one of this server's; begin again without one", "resume_token");
  }
  return token;
}

}  // namespace braid::service::wire
