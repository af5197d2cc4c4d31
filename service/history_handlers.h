// HistoryService: what proto/braid/v1/history_service.proto promises.

#ifndef BRAID_SERVICE_HISTORY_HANDLERS_H_
#define BRAID_SERVICE_HISTORY_HANDLERS_H_

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "braid/v1/history_service.pb.h"
#include "service/call_context.h"
#include "service/core.h"
#include "service/parts.h"

namespace braid::service {

// Thread safety: any method from any thread. On an error the response is not looked at.
class HistoryHandlers {
 public:
  explicit HistoryHandlers(const Core& core) : core_(core) {}

  absl::Status ListRevisions(CallContext& call, const v1::ListRevisionsRequest& request,
                             v1::ListRevisionsResponse* response) const;
  absl::StatusOr<Parts<v1::GetRevisionResponse>> GetRevision(CallContext& call,
                                                             const v1::GetRevisionRequest& request) const;

 private:
  const Core& core_;
};

}  // namespace braid::service

#endif  // BRAID_SERVICE_HISTORY_HANDLERS_H_
