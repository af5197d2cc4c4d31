// What a handler knows of its call beside the request, whichever of gRPC's APIs brought it.

#ifndef BRAID_SERVICE_CALL_CONTEXT_H_
#define BRAID_SERVICE_CALL_CONTEXT_H_

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "graph/change.h"

namespace braid::service {

inline constexpr char kAuthorKey[] = "braid-author";            // metadata: who writes, as the caller states it
inline constexpr char kAuthorBinaryKey[] = "braid-author-bin";  // the same where it is not ASCII; wins over the other
inline constexpr char kRequestIdKey[] = "braid-request-id";  // metadata: made where the caller gives none; comes back

struct CallContext {
  using Clock = std::chrono::steady_clock;

  Clock::time_point start{};
  std::optional<Clock::time_point> deadline;  // the caller's; unset: none
  std::function<bool()> cancelled;            // asked from the handler's thread; empty: never
  std::string request_id;
  graph::Author author;  // stated; the name is empty where the caller states none

  // Told by the handler of a cancelled search: as CallCounts::most_work_after_cancel.
  std::uint64_t work_after_cancel = 0;

  bool IsCancelled() const { return cancelled && cancelled(); }

  // When work must stop so that its answer still arrives: a tenth of what was left when the call came before the
  // deadline, at least 5 ms, at most 50 ms. Unset: no deadline.
  std::optional<Clock::time_point> StopBy() const;

  // Errors: kCancelled; kDeadlineExceeded
  absl::Status CheckAlive() const;
};

// What the caller stated as author. Errors: kInvalidArgument VALUE_OUT_OF_RANGE: over 200 bytes, not UTF-8, control
// characters
absl::Status CheckAuthorName(const std::string& name);

// `offered` where it is 1 to 64 letters, digits, `-`, `_`, `.`; else a new one.
std::string RequestIdOr(std::string offered);

}  // namespace braid::service

#endif  // BRAID_SERVICE_CALL_CONTEXT_H_
