// PlanService: what proto/braid/v1/plan_service.proto promises.

#ifndef BRAID_SERVICE_PLAN_HANDLERS_H_
#define BRAID_SERVICE_PLAN_HANDLERS_H_

#include "absl/status/status.h"
#include "braid/v1/plan_service.pb.h"
#include "ontology/recommend/recommendation.h"
#include "service/call_context.h"
#include "service/core.h"
#include "service/snapshot_memory.h"

namespace braid::service {

// Thread safety: any method from any thread. On an error the response is not looked at.
class PlanHandlers {
 public:
  explicit PlanHandlers(const Core& core);

  absl::Status Recommend(CallContext& call, const v1::RecommendRequest& request, v1::RecommendResponse* response) const;
  absl::Status Explain(CallContext& call, const v1::ExplainRequest& request, v1::ExplainResponse* response) const;
  absl::Status RenderPlan(CallContext& call, const v1::RenderPlanRequest& request,
                          v1::RenderPlanResponse* response) const;

 private:
  const Core& core_;
  mutable SnapshotMemory<ontology::Recommender> memory_;
};

}  // namespace braid::service

#endif  // BRAID_SERVICE_PLAN_HANDLERS_H_
