// CurationService: what proto/braid/v1/curation_service.proto promises.

#ifndef BRAID_SERVICE_CURATION_HANDLERS_H_
#define BRAID_SERVICE_CURATION_HANDLERS_H_

#include "absl/status/status.h"
#include "braid/v1/curation_service.pb.h"
#include "service/call_context.h"
#include "service/core.h"

namespace braid::service {

// Thread safety: any method from any thread. On an error the response is not looked at.
class CurationHandlers {
 public:
  explicit CurationHandlers(const Core& core) : core_(core) {}

  absl::Status Commit(CallContext& call, const v1::CommitRequest& request, v1::CommitResponse* response) const;
  absl::Status GetChangeSet(CallContext& call, const v1::GetChangeSetRequest& request,
                            v1::GetChangeSetResponse* response) const;

 private:
  const Core& core_;
};

}  // namespace braid::service

#endif  // BRAID_SERVICE_CURATION_HANDLERS_H_
