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
using testing::Not;

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

// The heart condition bars interoceptive exposure.
constexpr char kPanicWithHeartDisease[] = R"(
  profile {
    needs { node_id: "concern:panic" }
    needs { node_id: "process:anxiety_arousal" }
    concern_ids: "concern:panic"
    flag_ids: "flag:cardiac_disease"
    flags_assessed: true
  }
)";

const v1::Exclusion* ExclusionOf(const v1::Recommendation& answer, const std::string& id) {
  for (const v1::Exclusion& exclusion : answer.exclusions()) {
    if (exclusion.technique_id() == id) return &exclusion;
  }
  return nullptr;
}

TEST_F(PlanServiceTest, AnOverrideOfASafetyExclusionNeedsItsAcknowledgementAndIsRepeated) {
  const std::string technique = "technique:interoceptive_exposure";
  v1::RecommendRequest request = Request(kPanicWithHeartDisease);
  const v1::Recommendation barred = Ask(request).recommendation();
  const v1::Exclusion* exclusion = ExclusionOf(barred, technique);
  ASSERT_NE(exclusion, nullptr);
  EXPECT_EQ(exclusion->override_rule(), v1::OVERRIDE_RULE_WITH_ACKNOWLEDGEMENT);
  const std::string cause = exclusion->cause_id();
  EXPECT_EQ(cause, "flag:cardiac_disease");

  v1::Override* override = request.add_overrides();
  override->set_technique_id(technique);
  override->set_reason("cleared by cardiology");
  v1::RecommendResponse response;
  Failure failure(Try(request, &response));
  EXPECT_EQ(failure.code, grpc::StatusCode::FAILED_PRECONDITION);
  EXPECT_EQ(failure.info.reason(), "PRECONDITION_FAILED");
  EXPECT_THAT(failure.message, Not(HasSubstr("cardiac"))) << "the flag is the client's";
  override->set_acknowledged_cause_id("flag:respiratory_disease");
  EXPECT_EQ(Failure(Try(request, &response)).code, grpc::StatusCode::FAILED_PRECONDITION) << "another cause";

  override->set_acknowledged_cause_id(cause);
  // The flag and the hard rule both bar it: what is next must be acknowledged by its own cause.
  const grpc::Status status = Try(request, &response);
  ASSERT_TRUE(status.ok()) << status.error_message();
  ASSERT_GE(response.recommendation().overrides_size(), 1);
  const v1::AppliedOverride& applied = response.recommendation().overrides(0);
  EXPECT_EQ(applied.override().reason(), "cleared by cardiology");
  EXPECT_EQ(applied.exclusion().cause_id(), cause);
  EXPECT_FALSE(applied.acknowledgement().empty());
}

TEST_F(PlanServiceTest, SomeExclusionsNobodyOverrides) {
  for (const char* technique : {"technique:critical_incident_debriefing", "technique:hyperventilation_test"}) {
    v1::RecommendRequest request = Request(kPanicWithHeartDisease);
    v1::Preference* refused = request.mutable_profile()->add_preferences();
    refused->set_id("technique:hyperventilation_test");
    refused->set_attitude(v1::ATTITUDE_REFUSED);
    request.mutable_profile()->clear_flag_ids();
    v1::Override* override = request.add_overrides();
    override->set_technique_id(technique);
    override->set_reason("because");
    v1::RecommendResponse response;
    EXPECT_EQ(Failure(Try(request, &response)).code, grpc::StatusCode::FAILED_PRECONDITION) << technique;
  }
}

TEST_F(PlanServiceTest, HoldsWhatIsForcedInAndNothingThatIsForcedOut) {
  const v1::Recommendation free = Ask(kLowMood).recommendation();
  const std::string chosen = free.plans(0).technique_ids(0);
  const std::string other = "technique:problem_solving_tq";
  ASSERT_THAT(free.plans(0).technique_ids(), Not(Contains(other)));
  v1::RecommendRequest request = Request(kLowMood);
  request.add_forced_in_ids(other);
  request.add_forced_out_ids(chosen);
  const v1::Recommendation forced = Ask(request).recommendation();
  ASSERT_EQ(forced.outcome(), v1::OUTCOME_FOUND);
  for (const v1::Plan& plan : forced.plans()) {
    EXPECT_THAT(plan.technique_ids(), Contains(other));
    EXPECT_THAT(plan.technique_ids(), Not(Contains(chosen)));
  }
  ASSERT_NE(ExclusionOf(forced, chosen), nullptr);
  EXPECT_EQ(ExclusionOf(forced, chosen)->reason(), v1::EXCLUSION_REASON_FORCED_OUT);
  EXPECT_LE(forced.plans(0).value(), free.plans(0).value());
}

TEST_F(PlanServiceTest, RobustnessSaysInHowManyOfNinePoliciesATechniqueStays) {
  v1::RecommendRequest request = Request(kLowMood);
  request.set_robustness(true);
  const v1::Recommendation answer = Ask(request).recommendation();
  ASSERT_EQ(answer.robustness().variants_size(), 9);
  for (const v1::RecommendedTechnique& technique : answer.techniques()) {
    if (technique.modality_id().empty() || !technique.has_kept_in_variant_count()) continue;
    const auto kept = std::count_if(answer.robustness().variants().begin(), answer.robustness().variants().end(),
                                    [&](const v1::PlanVariant& variant) {
                                      return std::count(variant.technique_ids().begin(), variant.technique_ids().end(),
                                                        technique.technique_id()) > 0;
                                    });
    EXPECT_EQ(technique.kept_in_variant_count(), kept) << technique.technique_id();
    EXPECT_EQ(technique.is_fragile(), kept <= 4) << technique.technique_id();
  }
  for (const std::string& id : answer.plans(0).technique_ids()) {
    const auto at = std::find_if(answer.techniques().begin(), answer.techniques().end(),
                                 [&](const v1::RecommendedTechnique& t) { return t.technique_id() == id; });
    ASSERT_NE(at, answer.techniques().end());
    EXPECT_TRUE(at->has_kept_in_variant_count()) << id;
    EXPECT_GE(at->depends_on_ids_size(), 2) << id;
  }
}

TEST_F(PlanServiceTest, ExplainsWhyWhyNotAndWhatWouldChangeIt) {
  const v1::Recommendation answer = Ask(kLowMood).recommendation();
  v1::ExplainRequest request;
  *request.mutable_recommend() = Request(kLowMood);
  request.set_technique_id(answer.plans(0).technique_ids(0));
  v1::ExplainResponse chosen;
  ASSERT_TRUE(plans_->Explain(Context().get(), request, &chosen).ok());
  EXPECT_EQ(chosen.explanation().standing(), v1::TECHNIQUE_STANDING_CHOSEN);
  EXPECT_GE(chosen.explanation().technique().benefits_size(), 1);
  EXPECT_FALSE(chosen.explanation().text().empty());

  request.set_technique_id("technique:problem_solving_tq");
  v1::ExplainResponse other;
  const grpc::Status status = plans_->Explain(Context().get(), request, &other);
  ASSERT_TRUE(status.ok()) << status.error_message();
  EXPECT_THAT(other.explanation().standing(),
              testing::AnyOf(v1::TECHNIQUE_STANDING_OUTWEIGHED, v1::TECHNIQUE_STANDING_EQUALLY_GOOD));
  EXPECT_THAT(other.explanation().plan_with().technique_ids(), Contains("technique:problem_solving_tq"));
  EXPECT_GE(other.explanation().changes_size(), 1);
  EXPECT_GE(other.explanation().loss(), 0);

  // What would bring it in does bring it in.
  for (const v1::PlanChange& change : other.explanation().changes()) {
    if (change.parameter() != v1::PLAN_PARAMETER_ITEMS || change.finding() != v1::CHANGE_FINDING_FOUND) continue;
    v1::RecommendRequest more = Request(kLowMood);
    more.set_max_technique_count(static_cast<std::int32_t>(change.threshold()));
    EXPECT_THAT(Ask(more).recommendation().plans(0).technique_ids(), Contains("technique:problem_solving_tq"));
  }
}

TEST_F(PlanServiceTest, ExplainSaysWhichFieldsAreMissing) {
  v1::ExplainResponse response;
  const Failure failure(plans_->Explain(Context().get(), v1::ExplainRequest(), &response));
  ASSERT_EQ(failure.bad_request.field_violations_size(), 2);
  EXPECT_EQ(failure.bad_request.field_violations(0).field(), "recommend");
  EXPECT_EQ(failure.bad_request.field_violations(1).field(), "technique_id");
  v1::ExplainRequest request;
  request.mutable_recommend();
  request.set_technique_id("technique:defusion");
  EXPECT_EQ(Failure(plans_->Explain(Context().get(), request, &response)).field(), "recommend.profile");
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
