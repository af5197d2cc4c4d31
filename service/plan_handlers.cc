#include "service/plan_handlers.h"

#include <memory>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "graph/error.h"
#include "ontology/policy.h"
#include "ontology/recommend/recommend_question.h"
#include "service/reading.h"
#include "service/render/plan_words.h"
#include "service/search_budget.h"
#include "service/wire/plans.h"
#include "service/wire/resources.h"

namespace braid::service {
namespace {

SnapshotMemory<ontology::Recommender>::Made MakeRecommender(const graph::SnapshotPtr& snapshot) {
  BRAID_ASSIGN_OR_RETURN(ontology::Recommender recommender,
                         ontology::Recommender::Create(snapshot, ontology::PolicyOf(*snapshot)));
  return std::make_shared<const ontology::Recommender>(std::move(recommender));
}

// A question that was read, at its revision.
struct Asked {
  graph::SnapshotPtr snapshot;
  std::shared_ptr<const ontology::Recommender> recommender;
  wire::NodeView view;
  std::vector<ontology::Notice> notices;
  ontology::RecommendQuestion question;
  SearchBudget budget;
};

absl::StatusOr<Asked> Read(const Core& core, SnapshotMemory<ontology::Recommender>& memory, CallContext& call,
                           const v1::RecommendRequest& request) {
  Asked asked;
  BRAID_ASSIGN_OR_RETURN(const ontology::RecommendRequest question, wire::DecodeRecommendRequest(request));
  BRAID_ASSIGN_OR_RETURN(asked.view, wire::DecodeView(request.view(), false, request.languages()));
  BRAID_ASSIGN_OR_RETURN(asked.snapshot, Pin(core, call, request.consistency()));
  BRAID_ASSIGN_OR_RETURN(asked.question, ontology::ReadQuestion(*asked.snapshot, question, &asked.notices));
  BRAID_ASSIGN_OR_RETURN(asked.recommender, memory.Of(asked.snapshot));
  BRAID_ASSIGN_OR_RETURN(asked.budget, MakeSearchBudget(core.limits, call, request.budget()));
  return asked;
}

}  // namespace

PlanHandlers::PlanHandlers(const Core& core) : core_(core), memory_(MakeRecommender) {}

absl::Status PlanHandlers::Recommend(CallContext& call, const v1::RecommendRequest& request,
                                     v1::RecommendResponse* response) const {
  BRAID_ASSIGN_OR_RETURN(Asked asked, Read(core_, memory_, call, request));
  const absl::StatusOr<ontology::Recommendation> answer =
      asked.recommender->Recommend(asked.question.client, asked.question.options, asked.budget.budget);
  BRAID_RETURN_IF_ERROR(CheckNotCancelled(call, asked.budget.budget));
  BRAID_RETURN_IF_ERROR(answer.status());
  v1::Recommendation* out = response->mutable_recommendation();
  wire::EncodeRecommendation({*asked.recommender, asked.question.client, asked.view}, *answer, out);
  FillWords(*out);
  wire::EncodePlanCompleteness(answer->stopped_by, answer->gap, asked.budget.budget.work_used(),
                               response->mutable_completeness());
  for (const v1::LimitInForce& limit : asked.budget.limits) *response->mutable_completeness()->add_limits() = limit;
  FillHeader(core_, *asked.snapshot, asked.notices, response->mutable_header());
  return absl::OkStatus();
}

}  // namespace braid::service
