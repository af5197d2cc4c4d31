#include "service/plan_reading.h"

#include <utility>

#include "graph/error.h"
#include "ontology/policy.h"
#include "service/reading.h"
#include "service/wire/plans.h"

namespace braid::service {
namespace {

Recommenders::Made MakeRecommender(const graph::SnapshotPtr& snapshot) {
  BRAID_ASSIGN_OR_RETURN(ontology::Recommender recommender,
                         ontology::Recommender::Create(snapshot, ontology::PolicyOf(*snapshot)));
  return std::make_shared<const ontology::Recommender>(std::move(recommender));
}

}  // namespace

Recommenders::Recommenders() : SnapshotMemory(MakeRecommender) {}

absl::StatusOr<Asked> ReadAsked(const Core& core, Recommenders& recommenders, const CallContext& call,
                                const v1::RecommendRequest& request, const ontology::RecommendRequest& question) {
  Asked asked;
  BRAID_ASSIGN_OR_RETURN(asked.view, wire::DecodeView(request.view(), false, request.languages()));
  BRAID_ASSIGN_OR_RETURN(asked.snapshot, Pin(core, call, request.consistency()));
  BRAID_ASSIGN_OR_RETURN(asked.question, ontology::ReadQuestion(*asked.snapshot, question, &asked.notices));
  BRAID_ASSIGN_OR_RETURN(asked.recommender, recommenders.Of(asked.snapshot));
  return asked;
}

void FillCompleteness(graph::Limit stopped_by, double gap, const SearchBudget& budget, v1::Completeness* out) {
  wire::EncodePlanCompleteness(stopped_by, gap, budget.budget.work_used(), out);
  for (const v1::LimitInForce& limit : budget.limits) *out->add_limits() = limit;
}

}  // namespace braid::service
