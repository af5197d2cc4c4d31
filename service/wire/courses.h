// Courses of sessions and revised plans, between messages and our types.
//
// Thread safety: pure functions.

#ifndef BRAID_SERVICE_WIRE_COURSES_H_
#define BRAID_SERVICE_WIRE_COURSES_H_

#include <cstdint>
#include <optional>

#include "absl/status/statusor.h"
#include "braid/v1/course.pb.h"
#include "braid/v1/plan_service.pb.h"
#include "graph/snapshot.h"
#include "ontology/progress/course.h"
#include "ontology/progress/revision.h"
#include "ontology/recommend/recommend_question.h"
#include "service/wire/named_nodes.h"

namespace braid::service::wire {

// As written: what each field means stands in proto/braid/v1/plan_service.proto.
struct ReviseRequest {
  ontology::RecommendRequest recommend;
  ontology::Course course;
  std::int32_t plan_made_after = 0;
  std::optional<double> change_cost;
};

// What values may be is checked where they are used (ontology/progress/course.h, revision.h); here only what has no
// form of ours. Errors: kInvalidArgument FIELD_REQUIRED (recommend, course), and those of DecodeRecommendRequest with
// `recommend` before their fields
absl::StatusOr<ReviseRequest> DecodeReviseRequest(const v1::ReviseRequest& request);

// Nothing is checked in these.
ontology::Course DecodeCourse(const v1::Course& message);
ontology::Course::Session DecodeSession(const v1::SessionRecord& message);

// Everything but the words, which service/render/revision_words.h puts in from the rest, and but the recommendation.
// What it names is added to `named`. NeedReview::because is the engine's.
void EncodeRevision(const graph::Snapshot& snapshot, const ontology::PlanRevision& revision, NamedNodes& named,
                    v1::PlanRevision* out);
void EncodeFlap(const ontology::PlanFlap& flap, NamedNodes& named, v1::PlanFlap* out);

}  // namespace braid::service::wire

#endif  // BRAID_SERVICE_WIRE_COURSES_H_
