#include "service/call_context.h"

#include <algorithm>
#include <cstddef>
#include <string_view>
#include <utility>

#include "fmt/format.h"
#include "graph/error.h"
#include "graph/text.h"
#include "service/wire/changes.h"

namespace braid::service {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kLeastReserve{5};
constexpr milliseconds kMostReserve{50};
constexpr std::size_t kMaxAuthorBytes = 200;
constexpr std::size_t kMaxRequestIdBytes = 64;

bool IsRequestIdByte(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.';
}

bool IsControl(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; }

}  // namespace

std::optional<CallContext::Clock::time_point> CallContext::StopBy() const {
  if (!deadline.has_value()) return std::nullopt;
  const Clock::duration tenth = (*deadline - start) / 10;
  return *deadline - std::clamp<Clock::duration>(tenth, kLeastReserve, kMostReserve);
}

absl::Status CallContext::CheckAlive() const {
  if (IsCancelled()) return graph::MakeError(graph::Reason::kCancelled, "the caller cancelled the call");
  if (deadline.has_value() && Clock::now() >= *deadline) {
    return graph::MakeError(graph::Reason::kDeadlineExceeded, "the deadline passed before work on the call began");
  }
  return absl::OkStatus();
}

absl::Status CheckAuthorName(const std::string& name) {
  if (name.size() <= kMaxAuthorBytes && graph::IsValidUtf8(name) && std::none_of(name.begin(), name.end(), IsControl)) {
    return absl::OkStatus();
  }
  return graph::MakeError(graph::Reason::kValueOutOfRange,
                          fmt::format("metadata {}: a name of at most {} bytes of UTF-8 without control characters",
                                      kAuthorKey, kMaxAuthorBytes),
                          kAuthorKey);
}

std::string RequestIdOr(std::string offered) {
  const bool usable = !offered.empty() && offered.size() <= kMaxRequestIdBytes &&
                      std::all_of(offered.begin(), offered.end(), IsRequestIdByte);
  return usable ? std::move(offered) : wire::MakeUuid();
}

}  // namespace braid::service
