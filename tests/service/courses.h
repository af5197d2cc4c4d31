// A client with depression and a course of sessions, for tests of revisions through a real server.

#ifndef BRAID_TESTS_SERVICE_COURSES_H_
#define BRAID_TESTS_SERVICE_COURSES_H_

#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "tests/parsed.h"
#include "tests/service/server_fixture.h"

namespace braid::service {

using test::Parsed;

// PHQ-9 at intake: 18. Its reliable change is 6 points, its cut-off 10; the SRS is strained below 36.
inline v1::RecommendRequest Depressed() {
  return Parsed<v1::RecommendRequest>(R"(
    profile {
      needs { node_id: "concern:depression" }
      needs { node_id: "process:rumination" }
      concern_ids: "concern:depression"
      flags_assessed: true
      stage_id: "stage:action"
      therapist {
        modality_ids: ["modality:cbt", "modality:ba", "modality:mi"] training_level_id: "level:competent"
      }
      measures { measure_id: "measure:phq9" scores: 18 }
      alliance { measure_id: "measure:srs" }
    }
  )");
}

inline std::vector<std::string> Texts(const google::protobuf::RepeatedPtrField<std::string>& texts) {
  return {texts.begin(), texts.end()};
}

// A server of the shipped ontology.
class CourseTest : public ServerTest {
 protected:
  explicit CourseTest(LogLevel log = LogLevel::kOff) : ServerTest({}, Content::kShipped, log) {}

  // The plan that is recommended to the client, in force.
  v1::ReviseRequest InForce() {
    v1::ReviseRequest request;
    *request.mutable_recommend() = Depressed();
    v1::RecommendResponse response;
    const grpc::Status status = plans_->Recommend(Context().get(), request.recommend(), &response);
    EXPECT_TRUE(status.ok()) << status.error_message();
    EXPECT_GE(response.recommendation().plans_size(), 1);
    *request.mutable_recommend()->mutable_in_force_ids() = response.recommendation().plans(0).technique_ids();
    return request;
  }

  // A session in which the whole plan in force was worked with, and the scores after it.
  static v1::SessionRecord Session(const v1::ReviseRequest& request, int number, double phq9, double srs = 38) {
    v1::SessionRecord session;
    session.set_number(number);
    *session.mutable_technique_ids() = request.recommend().in_force_ids();
    v1::Score* score = session.add_scores();
    score->set_measure_id("measure:phq9");
    score->set_score(phq9);
    session.set_alliance_score(srs);
    return session;
  }

  // Sessions from the first on, with the scores after each.
  v1::ReviseRequest After(const std::vector<double>& phq9) {
    v1::ReviseRequest request = InForce();
    for (std::size_t i = 0; i < phq9.size(); ++i) {
      *request.mutable_course()->add_sessions() = Session(request, static_cast<int>(i) + 1, phq9[i]);
    }
    return request;
  }

  grpc::Status Try(const v1::ReviseRequest& request, v1::ReviseResponse* response) {
    return plans_->Revise(Context().get(), request, response);
  }
  v1::ReviseResponse Revise(const v1::ReviseRequest& request) {
    v1::ReviseResponse response;
    const grpc::Status status = Try(request, &response);
    EXPECT_TRUE(status.ok()) << status.error_message() << Failure(status).status.DebugString();
    return response;
  }
};

// The question after `revision`, as a caller asks it who keeps nothing but what was sent and came back.
inline v1::ReviseRequest Next(v1::ReviseRequest request, const v1::PlanRevision& revision,
                              const v1::SessionRecord& session) {
  *request.mutable_recommend()->mutable_in_force_ids() = revision.technique_ids();
  if (revision.held_by() == v1::REVISION_HOLD_UNSPECIFIED) {
    request.set_plan_made_after_session(revision.session_number());
  }
  *request.mutable_course()->add_sessions() = session;
  return request;
}

// What does not hang on how much time a call was given.
inline std::string Bytes(v1::ReviseResponse response) {
  response.mutable_completeness()->clear_limits();
  return response.SerializeAsString();
}

}  // namespace braid::service

#endif  // BRAID_TESTS_SERVICE_COURSES_H_
