// Page tokens: where a list is to go on, bound to the request and the revision that it began with.
//
// A token is base64url of: a version, a checksum, the request's digest, the revision, the position. It holds nothing
// secret and needs no key: the checksum tells a damaged or invented token, the digest one of another request; what a
// token names is checked again where it is used.
//
// Thread safety: pure functions.

#ifndef BRAID_SERVICE_WIRE_PAGE_TOKEN_H_
#define BRAID_SERVICE_WIRE_PAGE_TOKEN_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "google/protobuf/message.h"
#include "graph/ids.h"

namespace braid::service::wire {

struct PageToken {
  graph::Revision revision{};
  std::vector<std::string> position;  // of the last item given; what the parts mean is the method's
  friend bool operator==(const PageToken&, const PageToken&) = default;
};

// The request's field that a token travels in, and with it what may differ from page to page.
enum class TokenField : std::uint8_t {
  kPage,    // `page_token`: a list's; `page_size` may differ
  kResume,  // `resume_token`: an answer's (service/wire/resume_token.h); `budget` and `max_path_count` may differ
};

// What a token is bound to: the method (by its request's type), the store, and every field of the request but the
// token itself, `consistency` and what may differ.
std::uint64_t RequestDigest(const google::protobuf::Message& request, std::string_view store_id,
                            TokenField field = TokenField::kPage);

std::string EncodePageToken(const PageToken& token, std::uint64_t request_digest);

// Errors: kInvalidArgument PAGE_TOKEN_INVALID, naming `field`: not one of ours, damaged, of another request or store,
//         or not of `parts` parts.
absl::StatusOr<PageToken> DecodePageToken(std::string_view text, std::uint64_t request_digest, std::size_t parts,
                                          TokenField field = TokenField::kPage);

// Items a page: `requested`, 0 meaning 50 and more than `most` meaning `most`.
// Errors: kInvalidArgument VALUE_OUT_OF_RANGE, field `page_size`: negative
absl::StatusOr<std::size_t> PageSize(std::int32_t requested, std::size_t most);

}  // namespace braid::service::wire

#endif  // BRAID_SERVICE_WIRE_PAGE_TOKEN_H_
