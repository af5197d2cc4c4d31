// LookupService: what proto/braid/v1/lookup_service.proto promises.

#ifndef BRAID_SERVICE_LOOKUP_HANDLERS_H_
#define BRAID_SERVICE_LOOKUP_HANDLERS_H_

#include "absl/status/status.h"
#include "braid/v1/lookup_service.pb.h"
#include "service/call_context.h"
#include "service/core.h"

namespace braid::service {

// Thread safety: any method from any thread. On an error the response is not looked at.
class LookupHandlers {
 public:
  explicit LookupHandlers(const Core& core) : core_(core) {}

  absl::Status GetNode(CallContext& call, const v1::GetNodeRequest& request, v1::GetNodeResponse* response) const;
  absl::Status BatchLookup(CallContext& call, const v1::BatchLookupRequest& request,
                           v1::BatchLookupResponse* response) const;
  absl::Status ListNodes(CallContext& call, const v1::ListNodesRequest& request, v1::ListNodesResponse* response) const;
  absl::Status ListNeighbors(CallContext& call, const v1::ListNeighborsRequest& request,
                             v1::ListNeighborsResponse* response) const;
  absl::Status GetSchema(CallContext& call, const v1::GetSchemaRequest& request, v1::GetSchemaResponse* response) const;
  absl::Status GetPolicy(CallContext& call, const v1::GetPolicyRequest& request, v1::GetPolicyResponse* response) const;
  absl::Status Resolve(CallContext& call, const v1::ResolveRequest& request, v1::ResolveResponse* response) const;

 private:
  const Core& core_;
};

}  // namespace braid::service

#endif  // BRAID_SERVICE_LOOKUP_HANDLERS_H_
