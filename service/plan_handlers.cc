#include "service/plan_handlers.h"

#include <cstddef>
#include <utility>

#include "absl/status/statusor.h"
#include "fmt/format.h"
#include "graph/error.h"
#include "ontology/recommend/recommend_question.h"
#include "ontology/recommend/technique_explanation.h"
#include "service/reading.h"
#include "service/render/cds_hooks.h"
#include "service/render/fhir_care_plan.h"
#include "service/render/plan_text.h"
#include "service/render/plan_words.h"
#include "service/search_budget.h"
#include "service/wire/plans.h"
#include "service/wire/resources.h"

namespace braid::service {
namespace {

constexpr std::size_t kMaxReferenceBytes = 200;

absl::StatusOr<Asked> Read(const Core& core, Recommenders& recommenders, const CallContext& call,
                           const v1::RecommendRequest& request) {
  BRAID_ASSIGN_OR_RETURN(const ontology::RecommendRequest question, wire::DecodeRecommendRequest(request));
  return ReadAsked(core, recommenders, call, request, question);
}

// A subject reference tells of the client: it is never repeated in an error.
absl::Status CheckDrawing(const v1::RenderPlanRequest& request) {
  graph::ErrorList errors;
  if (!request.has_recommend()) wire::AddRequired("recommend", errors);
  if (request.format() == v1::PLAN_FORMAT_UNSPECIFIED) {
    wire::AddRequired("format", errors);
  } else if (!v1::PlanFormat_IsValid(request.format())) {
    errors.Add({graph::Reason::kEnumUnknown, "format",
                fmt::format("format: {} is no value of PlanFormat", static_cast<int>(request.format())), ""});
  }
  if (request.subject_reference().size() > kMaxReferenceBytes) {
    errors.Add({graph::Reason::kValueOutOfRange, "subject_reference",
                fmt::format("subject_reference: {} bytes are more than {}", request.subject_reference().size(),
                            kMaxReferenceBytes),
                ""});
  }
  return errors.ToStatus();
}

void TakeDocument(PlanDocument document, const char* media_type, v1::RenderPlanResponse* out) {
  out->set_media_type(media_type);
  out->set_content(std::move(document.content));
  for (v1::RenderLoss& loss : document.losses) out->add_losses()->Swap(&loss);
}

void Draw(const v1::RenderPlanRequest& request, const v1::RecommendResponse& answer, v1::RenderPlanResponse* out) {
  const v1::Recommendation& recommendation = answer.recommendation();
  switch (request.format()) {
    case v1::PLAN_FORMAT_CDS_HOOKS:
      return TakeDocument(CdsHooksCards(recommendation, answer.header()), "application/json", out);
    case v1::PLAN_FORMAT_FHIR:
      return TakeDocument(FhirCarePlan(recommendation, answer.header(), request.subject_reference()),
                          "application/fhir+json", out);
    default:
      out->set_media_type("text/plain; charset=utf-8");
      out->set_content(PlanText(recommendation, answer.header(), answer.completeness(),
                                {.full = request.format() == v1::PLAN_FORMAT_FULL_TEXT}));
  }
}

}  // namespace

absl::Status PlanHandlers::Recommend(CallContext& call, const v1::RecommendRequest& request,
                                     v1::RecommendResponse* response) const {
  BRAID_ASSIGN_OR_RETURN(const Asked asked, Read(core_, recommenders_, call, request));
  BRAID_ASSIGN_OR_RETURN(SearchBudget budget, MakeSearchBudget(core_.limits, call, request.budget()));
  const absl::StatusOr<ontology::Recommendation> answer =
      asked.recommender->Recommend(asked.question.client, asked.question.options, budget.budget);
  BRAID_RETURN_IF_ERROR(CheckNotCancelled(call, budget.budget));
  BRAID_RETURN_IF_ERROR(answer.status());
  v1::Recommendation* out = response->mutable_recommendation();
  wire::EncodeRecommendation({asked.recommender->base(), asked.question.client, asked.view}, *answer, out);
  FillWords(*out);
  FillCompleteness(answer->stopped_by, answer->gap, budget, response->mutable_completeness());
  FillHeader(core_, *asked.snapshot, asked.notices, response->mutable_header());
  return absl::OkStatus();
}

absl::Status PlanHandlers::Explain(CallContext& call, const v1::ExplainRequest& request,
                                   v1::ExplainResponse* response) const {
  graph::ErrorList errors;
  if (!request.has_recommend()) wire::AddRequired("recommend", errors);
  if (request.technique_id().empty()) wire::AddRequired("technique_id", errors);
  BRAID_RETURN_IF_ERROR(errors.ToStatus());
  absl::StatusOr<Asked> asked = Read(core_, recommenders_, call, request.recommend());
  BRAID_RETURN_IF_ERROR(graph::PrefixFields(asked.status(), "recommend"));
  absl::StatusOr<SearchBudget> budget = MakeSearchBudget(core_.limits, call, request.recommend().budget());
  BRAID_RETURN_IF_ERROR(graph::PrefixFields(budget.status(), "recommend"));
  BRAID_ASSIGN_OR_RETURN(const graph::NodeIndex technique,
                         ontology::FindTechnique(*asked->snapshot, request.technique_id(), "technique_id",
                                                 !request.recommend().no_redirect(), &asked->notices));
  const absl::StatusOr<ontology::TechniqueExplanation> answer = ontology::Explain(
      *asked->recommender, asked->question.client, asked->question.options, technique, budget->budget);
  BRAID_RETURN_IF_ERROR(CheckNotCancelled(call, budget->budget));
  BRAID_RETURN_IF_ERROR(graph::PrefixFields(answer.status(), "recommend"));
  wire::EncodeExplanation({asked->recommender->base(), asked->question.client, asked->view}, *answer, response);
  FillWords(response->nodes(), *response->mutable_explanation());
  response->set_note_on_use(NoteOnUse());
  FillCompleteness(answer->stopped_by, 0, *budget, response->mutable_completeness());
  FillHeader(core_, *asked->snapshot, asked->notices, response->mutable_header());
  return absl::OkStatus();
}

absl::Status PlanHandlers::RenderPlan(CallContext& call, const v1::RenderPlanRequest& request,
                                      v1::RenderPlanResponse* response) const {
  BRAID_RETURN_IF_ERROR(CheckDrawing(request));
  v1::RecommendResponse answer;
  BRAID_RETURN_IF_ERROR(graph::PrefixFields(Recommend(call, request.recommend(), &answer), "recommend"));
  Draw(request, answer, response);
  response->set_outcome(answer.recommendation().outcome());
  *response->mutable_header() = std::move(*answer.mutable_header());
  *response->mutable_completeness() = std::move(*answer.mutable_completeness());
  return absl::OkStatus();
}

}  // namespace braid::service
