// How a handler answers in a stream.

#ifndef BRAID_SERVICE_PARTS_H_
#define BRAID_SERVICE_PARTS_H_

#include <functional>

#include "absl/status/statusor.h"

namespace braid::service {

// A streamed answer, pulled part by part as fast as its reader takes it, each part worked on where the call is: fills
// the next message, or returns false when the last one has been given. An error ends the stream with it. Not asked
// again once the call was cancelled or its deadline is past.
template <typename Response>
using Parts = std::function<absl::StatusOr<bool>(Response*)>;

}  // namespace braid::service

#endif  // BRAID_SERVICE_PARTS_H_
