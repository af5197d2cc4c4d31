// PlanService through a real client, on the shipped ontology.

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "google/protobuf/text_format.h"
#include "gtest/gtest.h"
#include "tests/service/server_fixture.h"

namespace braid::service {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::IsSupersetOf;

class PlanServiceTest : public ServerTest {
 protected:
  PlanServiceTest() : ServerTest({}, Content::kShipped) {}

  static v1::RecommendRequest Request(const std::string& text) {
    v1::RecommendRequest request;
    EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &request)) << text;
    return request;
  }
  grpc::Status Try(const v1::RecommendRequest& request, v1::RecommendResponse* response) {
    return plans_->Recommend(Context().get(), request, response);
  }
  v1::RecommendResponse Ask(const v1::RecommendRequest& request) {
    v1::RecommendResponse response;
    const grpc::Status status = Try(request, &response);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return response;
  }
  v1::RecommendResponse Ask(const std::string& text) { return Ask(Request(text)); }
};

// A client with low mood, in contemplation, whose therapist knows three modalities.
constexpr char kLowMood[] = R"(
  profile {
    needs { node_id: "dimension:thoughts" rating: 0.7 }
    needs { node_id: "dimension:behaviours" rating: 0.8 }
    needs { node_id: "process:rumination" }
    concern_ids: "concern:depression"
    flags_assessed: true
    stage_id: "stage:contemplation"
    goals: "get back to football"
    therapist {
      modality_ids: ["modality:cbt", "modality:ba", "modality:mi"] training_level_id: "level:competent"
    }
    alliance { measure_id: "measure:srs" scores: 37 }
  }
)";

std::vector<std::string> Texts(const google::protobuf::RepeatedPtrField<std::string>& ids) {
  return {ids.begin(), ids.end()};
}

std::set<std::string> NodeIds(const v1::Recommendation& recommendation) {
  std::set<std::string> ids;
  for (const v1::Node& node : recommendation.nodes()) ids.insert(node.id());
  return ids;
}

TEST_F(PlanServiceTest, AnswersWithAPlanThatIsExplained) {
  const v1::RecommendResponse reply = Ask(kLowMood);
  const v1::Recommendation& answer = reply.recommendation();
  EXPECT_EQ(reply.header().revision(), 1);
  EXPECT_FALSE(reply.header().policy_version().empty());
  EXPECT_EQ(reply.completeness().state(), v1::COMPLETENESS_STATE_EXACT);
  ASSERT_EQ(answer.outcome(), v1::OUTCOME_FOUND);
  ASSERT_GE(answer.plans_size(), 1);
  EXPECT_GE(answer.plans(0).technique_ids_size(), 2);
  std::set<std::string> explained;
  for (const v1::RecommendedTechnique& technique : answer.techniques()) {
    EXPECT_FALSE(technique.text().empty()) << technique.technique_id();
    for (const v1::NeedBenefit& benefit : technique.benefits()) {
      EXPECT_GT(benefit.benefit(), 0);
      ASSERT_GE(benefit.witness().hops_size(), 1);
      EXPECT_EQ(benefit.witness().hops(0).from_id(), benefit.need_id());
      EXPECT_EQ(benefit.witness().hops().rbegin()->to_id(), technique.technique_id());
    }
    explained.insert(technique.technique_id());
  }
  for (const v1::Plan& plan : answer.plans()) {
    EXPECT_THAT(explained, IsSupersetOf(Texts(plan.technique_ids())));
    std::vector<std::string> in_phases;
    for (const v1::PlanPhase& phase : plan.phases()) {
      in_phases.insert(in_phases.end(), phase.technique_ids().begin(), phase.technique_ids().end());
    }
    EXPECT_EQ(in_phases, Texts(plan.technique_ids()));
    EXPECT_NEAR(plan.value(), plan.cover() - plan.modality_cost() - plan.technique_cost() - plan.change_cost(), 1e-12);
    EXPECT_THAT(NodeIds(answer), IsSupersetOf(Texts(plan.technique_ids())));
  }
  EXPECT_GE(answer.relationship().steps_size(), 1);
  EXPECT_THAT(answer.goals(), Contains("get back to football"));
  EXPECT_THAT(answer.note_on_use(), HasSubstr("no diagnosis"));
  EXPECT_FALSE(answer.summary().empty());
}

TEST_F(PlanServiceTest, TheSameQuestionHasTheSameBytes) {
  const std::string first = Ask(kLowMood).recommendation().SerializeAsString();
  EXPECT_TRUE(first == Ask(kLowMood).recommendation().SerializeAsString());
}

TEST_F(PlanServiceTest, AnswersAProfileWithoutNeedsWithTheRelationshipAlone) {
  const v1::Recommendation answer = Ask("profile { flags_assessed: true }").recommendation();
  EXPECT_EQ(answer.outcome(), v1::OUTCOME_EMPTY_PROFILE);
  EXPECT_EQ(answer.plans_size(), 0);
  EXPECT_GE(answer.relationship().steps_size(), 1);
}

TEST_F(PlanServiceTest, RefusesAQuestionWithoutAProfile) {
  v1::RecommendResponse response;
  const Failure failure(Try(Request(""), &response));
  EXPECT_EQ(failure.code, grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(failure.info.reason(), "FIELD_REQUIRED");
  EXPECT_EQ(failure.field(), "profile");
}

TEST_F(PlanServiceTest, DrawsTheAnswerInEachFormat) {
  v1::RenderPlanRequest request;
  *request.mutable_recommend() = Request(kLowMood);
  request.set_subject_reference("Patient/123");
  const std::vector<std::pair<v1::PlanFormat, std::string>> formats = {
      {v1::PLAN_FORMAT_TEXT, "text/plain; charset=utf-8"},
      {v1::PLAN_FORMAT_FULL_TEXT, "text/plain; charset=utf-8"},
      {v1::PLAN_FORMAT_CDS_HOOKS, "application/json"},
      {v1::PLAN_FORMAT_FHIR, "application/fhir+json"}};
  for (const auto& [format, media_type] : formats) {
    request.set_format(format);
    v1::RenderPlanResponse response;
    const grpc::Status status = plans_->RenderPlan(Context().get(), request, &response);
    ASSERT_TRUE(status.ok()) << status.error_message();
    EXPECT_EQ(response.media_type(), media_type);
    EXPECT_THAT(response.content(), HasSubstr("Psychoeducation"));
    EXPECT_EQ(response.header().revision(), 1);
    EXPECT_EQ(response.losses().empty(), format == v1::PLAN_FORMAT_TEXT || format == v1::PLAN_FORMAT_FULL_TEXT);
  }
}

TEST_F(PlanServiceTest, RefusesADrawingOfNothing) {
  v1::RenderPlanRequest request;
  request.set_subject_reference(std::string(201, 'x'));
  v1::RenderPlanResponse response;
  const Failure failure(plans_->RenderPlan(Context().get(), request, &response));
  EXPECT_EQ(failure.code, grpc::StatusCode::INVALID_ARGUMENT);
  ASSERT_EQ(failure.bad_request.field_violations_size(), 3);
  EXPECT_EQ(failure.bad_request.field_violations(0).field(), "recommend");
  EXPECT_EQ(failure.bad_request.field_violations(1).field(), "format");
  EXPECT_EQ(failure.bad_request.field_violations(2).field(), "subject_reference");
  request.Clear();
  request.mutable_recommend();
  request.set_format(v1::PLAN_FORMAT_TEXT);
  EXPECT_EQ(Failure(plans_->RenderPlan(Context().get(), request, &response)).field(), "recommend.profile");
}

}  // namespace
}  // namespace braid::service
