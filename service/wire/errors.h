// The one table of errors: from a status of ours to what a caller receives.
//
// A status made by graph/error.h keeps its code, message, reason, fields and metadata. What a caller must not see, or
// could not use, is replaced: the message of DATA_LOSS and INTERNAL, and every status that no code of ours gave a
// reason (a library's own words may hold keys and paths), becomes one plain sentence with the request id, by which the
// log is searched for the cause.
//
//   detail               where
//   ErrorInfo            always: reason, domain `braid`, metadata
//   BadRequest           one violation for each that names a field, whatever the code
//   ResourceInfo         NOT_FOUND and ABORTED, one a violation
//   PreconditionFailure  FAILED_PRECONDITION, one violation each
//   QuotaFailure         RESOURCE_EXHAUSTED; `subject` is the limit's key
//   RetryInfo            UNAVAILABLE, and RESOURCE_EXHAUSTED except LIMIT_EXCEEDED
//   RequestInfo          where the message was replaced
//
// Details travel in a header, and gRPC's own clients refuse headers over 8 KiB: of many violations the first are sent,
// and metadata `violations_dropped` counts the others.
//
// Thread safety: pure functions.

#ifndef BRAID_SERVICE_WIRE_ERRORS_H_
#define BRAID_SERVICE_WIRE_ERRORS_H_

#include <cstddef>
#include <string_view>

#include "absl/status/status.h"
#include "google/rpc/status.pb.h"
#include "grpcpp/support/status.h"

namespace braid::service::wire {

inline constexpr std::string_view kErrorDomain = "braid";
inline constexpr std::size_t kMaxDetailBytes = 4096;  // of the google.rpc.Status: 5.5 KiB as a header
inline constexpr std::size_t kMaxMessageBytes = 512;  // percent-encoded it may grow threefold

// Whether a caller gets a plain sentence in the place of `status`'s message, so that the cause belongs into the log.
bool IsHidden(const absl::Status& status);

// `status` as google.rpc.Status; OK gives code 0 and nothing else.
google::rpc::Status ToRpcStatus(const absl::Status& status, std::string_view request_id);

// The same for gRPC, the google.rpc.Status as its binary details.
grpc::Status ToGrpcStatus(const absl::Status& status, std::string_view request_id);

}  // namespace braid::service::wire

#endif  // BRAID_SERVICE_WIRE_ERRORS_H_
