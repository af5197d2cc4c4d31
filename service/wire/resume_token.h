// Resume tokens: how far an answer in order went, bound to its request, its revision and its policy. In the form of a
// page token.
//
// Thread safety: pure functions.

#ifndef BRAID_SERVICE_WIRE_RESUME_TOKEN_H_
#define BRAID_SERVICE_WIRE_RESUME_TOKEN_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "google/protobuf/message.h"
#include "graph/ids.h"

namespace braid::service::wire {

struct ResumeToken {
  graph::Revision revision{};
  std::string policy_version;
  std::size_t given = 0;  // answers, over all pages
  friend bool operator==(const ResumeToken&, const ResumeToken&) = default;
};

// What a token is bound to: the method, the store, and every field of the request but `budget`, `max_path_count`,
// `resume_token` and `consistency`.
std::uint64_t ResumeDigest(const google::protobuf::Message& request, std::string_view store_id);

std::string EncodeResumeToken(const ResumeToken& token, std::uint64_t digest);

// Errors: kInvalidArgument PAGE_TOKEN_INVALID, field `resume_token`: not one of ours, damaged, of another request or
//         store, or of more answers than `most`.
absl::StatusOr<ResumeToken> DecodeResumeToken(std::string_view text, std::uint64_t digest, std::size_t most);

}  // namespace braid::service::wire

#endif  // BRAID_SERVICE_WIRE_RESUME_TOKEN_H_
