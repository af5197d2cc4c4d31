// ServerService: what proto/braid/v1/server_service.proto promises.

#ifndef BRAID_SERVICE_SERVER_HANDLERS_H_
#define BRAID_SERVICE_SERVER_HANDLERS_H_

#include "absl/status/status.h"
#include "braid/v1/server_service.pb.h"
#include "service/call_context.h"
#include "service/core.h"

namespace braid::service {

// Thread safety: any method from any thread. On an error the response is not looked at.
class ServerHandlers {
 public:
  explicit ServerHandlers(const Core& core) : core_(core) {}

  absl::Status GetServerInfo(CallContext& call, const v1::GetServerInfoRequest& request,
                             v1::GetServerInfoResponse* response) const;

 private:
  const Core& core_;
};

}  // namespace braid::service

#endif  // BRAID_SERVICE_SERVER_HANDLERS_H_
