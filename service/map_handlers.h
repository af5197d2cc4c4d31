// ConnectDimensions of PathService: what proto/braid/v1/path_service.proto promises.

#ifndef BRAID_SERVICE_MAP_HANDLERS_H_
#define BRAID_SERVICE_MAP_HANDLERS_H_

#include "absl/status/statusor.h"
#include "braid/v1/path_service.pb.h"
#include "service/call_context.h"
#include "service/core.h"
#include "service/parts.h"

namespace braid::service {

// Thread safety: any method from any thread.
class MapHandlers {
 public:
  explicit MapHandlers(const Core& core) : core_(core) {}

  // Each part runs the search until a better map is known, the last one to its end. `call` outlives the parts.
  absl::StatusOr<Parts<v1::ConnectDimensionsResponse>> ConnectDimensions(
      CallContext& call, const v1::ConnectDimensionsRequest& request) const;

 private:
  const Core& core_;
};

}  // namespace braid::service

#endif  // BRAID_SERVICE_MAP_HANDLERS_H_
