// PathService: what proto/braid/v1/path_service.proto promises.

#ifndef BRAID_SERVICE_PATH_HANDLERS_H_
#define BRAID_SERVICE_PATH_HANDLERS_H_

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "braid/v1/path_service.pb.h"
#include "service/call_context.h"
#include "service/core.h"
#include "service/parts.h"

namespace braid::service {

// Thread safety: any method from any thread. On an error the response is not looked at.
class PathHandlers {
 public:
  explicit PathHandlers(const Core& core) : core_(core) {}

  absl::Status FindPaths(CallContext& call, const v1::FindPathsRequest& request, v1::FindPathsResponse* response) const;
  // `call` outlives the parts.
  absl::StatusOr<Parts<v1::StreamPathsResponse>> StreamPaths(CallContext& call,
                                                             const v1::FindPathsRequest& request) const;
  absl::Status SumPaths(CallContext& call, const v1::SumPathsRequest& request, v1::SumPathsResponse* response) const;

 private:
  const Core& core_;
};

}  // namespace braid::service

#endif  // BRAID_SERVICE_PATH_HANDLERS_H_
