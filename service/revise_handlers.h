// PlanService, where it is about courses: what proto/braid/v1/plan_service.proto promises.

#ifndef BRAID_SERVICE_REVISE_HANDLERS_H_
#define BRAID_SERVICE_REVISE_HANDLERS_H_

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "braid/v1/plan_service.pb.h"
#include "service/call_context.h"
#include "service/conversation.h"
#include "service/core.h"
#include "service/plan_reading.h"

namespace braid::service {

// Thread safety: any method from any thread. On an error the response is not looked at.
class ReviseHandlers {
 public:
  // Both outlive it.
  ReviseHandlers(const Core& core, Recommenders& recommenders) : core_(core), recommenders_(recommenders) {}

  absl::Status Revise(CallContext& call, const v1::ReviseRequest& request, v1::ReviseResponse* response) const;
  absl::Status SimulateCourse(CallContext& call, const v1::SimulateCourseRequest& request,
                              v1::SimulateCourseResponse* response) const;
  // `call` outlives the conversation. Each reply has the budget of the first message to itself.
  absl::StatusOr<Conversation<v1::ReviseSessionRequest, v1::ReviseSessionResponse>> ReviseSession(
      CallContext& call) const;

 private:
  const Core& core_;
  Recommenders& recommenders_;
};

}  // namespace braid::service

#endif  // BRAID_SERVICE_REVISE_HANDLERS_H_
