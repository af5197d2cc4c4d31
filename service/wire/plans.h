// The questions and answers of PlanService, between messages and our types.
//
// Thread safety: pure functions.

#ifndef BRAID_SERVICE_WIRE_PLANS_H_
#define BRAID_SERVICE_WIRE_PLANS_H_

#include "absl/status/statusor.h"
#include "braid/v1/plan_service.pb.h"
#include "ontology/recommend/exclusion.h"
#include "ontology/recommend/recommend_question.h"
#include "ontology/recommend/recommendation.h"
#include "ontology/recommend/technique_explanation.h"
#include "service/wire/named_nodes.h"
#include "service/wire/resources.h"

namespace braid::service::wire {

// What values may be is checked where they are used (ontology/recommend/recommend_question.h); here only what has no
// form of ours. Errors: kInvalidArgument FIELD_REQUIRED (profile), ENUM_UNKNOWN (min_certainty)
absl::StatusOr<ontology::RecommendRequest> DecodeRecommendRequest(const v1::RecommendRequest& request);

// What an answer is of.
struct PlanSource {
  ontology::QuestionBase base;
  const ontology::Client& client;
  const NodeView& view;
};

// Everything but the words, which service/render/plan_words.h puts in from the rest.
void EncodeRecommendation(const PlanSource& source, const ontology::Recommendation& answer, v1::Recommendation* out);
// The explanation and its nodes.
void EncodeExplanation(const PlanSource& source, const ontology::TechniqueExplanation& answer,
                       v1::ExplainResponse* out);

void EncodeExclusion(const graph::Snapshot& snapshot, const ontology::Exclusion& exclusion, NamedNodes& named,
                     v1::Exclusion* out);

// Everything but the limits in force. `gap` is that of ontology::Recommendation.
void EncodePlanCompleteness(graph::Limit stopped_by, double gap, std::uint64_t work_used, v1::Completeness* out);

}  // namespace braid::service::wire

#endif  // BRAID_SERVICE_WIRE_PLANS_H_
