// How a handler answers a stream of messages with a stream of replies.

#ifndef BRAID_SERVICE_CONVERSATION_H_
#define BRAID_SERVICE_CONVERSATION_H_

#include <functional>

#include "absl/status/statusor.h"

namespace braid::service {

// Takes the messages of one call in their order, the next one only once the reply to the one before was written, so
// that nothing queues up: fills `reply`, which is empty, or returns false where a message asks for none. An error ends
// the stream with it. What it remembers lives as long as the call. Not asked again once the call was cancelled or its
// deadline is past.
template <typename Request, typename Response>
using Conversation = std::function<absl::StatusOr<bool>(const Request& message, Response* reply)>;

}  // namespace braid::service

#endif  // BRAID_SERVICE_CONVERSATION_H_
