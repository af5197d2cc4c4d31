// PlanService: what proto/braid/v1/plan_service.proto promises, but for courses (revise_handlers.h).

#ifndef BRAID_SERVICE_PLAN_HANDLERS_H_
#define BRAID_SERVICE_PLAN_HANDLERS_H_

#include "absl/status/status.h"
#include "braid/v1/plan_service.pb.h"
#include "service/call_context.h"
#include "service/core.h"
#include "service/plan_reading.h"

namespace braid::service {

// Thread safety: any method from any thread. On an error the response is not looked at.
class PlanHandlers {
 public:
  // Both outlive it.
  PlanHandlers(const Core& core, Recommenders& recommenders) : core_(core), recommenders_(recommenders) {}

  absl::Status Recommend(CallContext& call, const v1::RecommendRequest& request, v1::RecommendResponse* response) const;
  absl::Status Explain(CallContext& call, const v1::ExplainRequest& request, v1::ExplainResponse* response) const;
  absl::Status RenderPlan(CallContext& call, const v1::RenderPlanRequest& request,
                          v1::RenderPlanResponse* response) const;

 private:
  const Core& core_;
  Recommenders& recommenders_;
};

}  // namespace braid::service

#endif  // BRAID_SERVICE_PLAN_HANDLERS_H_
