// Questions at the limits, through a real client: each ends in the documented answer.

#include <chrono>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "fmt/format.h"
#include "gmock/gmock.h"
#include "graph/change.h"
#include "gtest/gtest.h"
#include "tests/service/hard_question.h"
#include "tests/service/path_questions.h"
#include "tests/service/server_fixture.h"

namespace braid::service {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::UnorderedElementsAre;

class PathLimitsTest : public ServerTest {
 protected:
  using ServerTest::ServerTest;

  grpc::Status Ask(const v1::FindPathsRequest& request, v1::FindPathsResponse* reply) {
    return paths_->FindPaths(Context().get(), request, reply);
  }
  static v1::FindPathsRequest ThoughtsToRelationships() {
    v1::FindPathsRequest request;
    request.add_source_ids("dimension:thoughts");
    request.add_target_ids("dimension:relationships");
    return request;
  }
};

// --- Time.

TEST_F(PathLimitsTest, AMillisecondIsTooLittleForAnyAnswerAndSaysSo) {
  Commit(HardGraph());
  for (int i = 0; i < 20; ++i) {
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() + std::chrono::milliseconds(1));
    v1::FindPathsResponse reply;
    EXPECT_EQ(paths_->FindPaths(&context, HardQuestion(), &reply).error_code(), grpc::StatusCode::DEADLINE_EXCEEDED);
  }
  EXPECT_TRUE(Eventually([&] { return server().counts().ended == server().counts().begun; }));
}

TEST_F(PathLimitsTest, AMillisecondOfSearchGivesACutAnswer) {
  Commit(HardGraph());
  v1::FindPathsRequest request = HardQuestion();
  request.mutable_budget()->mutable_max_duration()->set_nanos(1'000'000);
  v1::FindPathsResponse reply;
  ASSERT_TRUE(Ask(request, &reply).ok());
  EXPECT_EQ(reply.outcome(), v1::OUTCOME_NOT_REACHED);
  EXPECT_EQ(reply.completeness().state(), v1::COMPLETENESS_STATE_TRUNCATED);
  EXPECT_EQ(reply.completeness().limit(), v1::COMPLETENESS_LIMIT_DEADLINE);
  EXPECT_FALSE(reply.completeness().resume_token().empty());
  const Streamed streamed = Stream(*paths_, request);
  ASSERT_EQ(streamed.summaries.size(), 1U);
  EXPECT_EQ(streamed.summaries[0].completeness().limit(), v1::COMPLETENESS_LIMIT_DEADLINE);
}

// --- Patterns.

TEST_F(PathLimitsTest, APatternThatExplodesIsRefusedWithItsColumn) {
  v1::FindPathsRequest request = ThoughtsToRelationships();
  // Which of the last seven hops was a `>influences`: 2^7 states.
  request.set_pattern("(>influences | <influences)* >influences (>influences | <influences){7}");
  v1::FindPathsResponse reply;
  const Failure failure(Ask(request, &reply));
  EXPECT_EQ(failure.code, grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(failure.info.reason(), "PATTERN_INVALID");
  EXPECT_EQ(failure.field(), "pattern");
  EXPECT_THAT(failure.message, HasSubstr("64"));
  EXPECT_FALSE(failure.metadata("column").empty());
  EXPECT_EQ(Failure(Stream(*paths_, request).status).info.reason(), "PATTERN_INVALID");
}

// --- Ends.

TEST_F(PathLimitsTest, AnAvoidedSourceIsToldWithItsReasonAndIsNoMissingPath) {
  v1::FindPathsRequest request = ThoughtsToRelationships();
  request.add_avoid_ids("dimension:thoughts");
  v1::FindPathsResponse reply;
  ASSERT_TRUE(Ask(request, &reply).ok());
  EXPECT_EQ(reply.outcome(), v1::OUTCOME_ENDPOINT_EXCLUDED);
  ASSERT_GE(reply.header().notices_size(), 1);
  EXPECT_EQ(reply.header().notices(0).reason(), v1::NOTICE_REASON_END_EXCLUDED);
  EXPECT_EQ(reply.header().notices(0).field(), "source_ids[0]");
  EXPECT_EQ(reply.header().notices(0).from_id(), "dimension:thoughts");
}

TEST_F(PathLimitsTest, MorePathsAskedForThanThereAreIsAnExactAnswerWithoutAToken) {
  v1::FindPathsRequest request = ThoughtsToRelationships();
  request.set_max_path_count(1000);
  v1::FindPathsResponse reply;
  ASSERT_TRUE(Ask(request, &reply).ok());
  EXPECT_EQ(reply.paths_size(), 1);
  EXPECT_EQ(reply.completeness().state(), v1::COMPLETENESS_STATE_EXACT);
  EXPECT_FALSE(reply.completeness().more_exist());
  EXPECT_TRUE(reply.completeness().resume_token().empty());
}

// --- A hub.

// 50 000 processes feed one, which feeds 50 000 others: 100 000 edges at one node. A small way round leads from the
// first of the former to the first of the latter.
graph::ChangeSet HubGraph() {
  constexpr int kHalf = 50'000;
  graph::ChangeSet set;
  set.id = "00000000-0000-4000-8000-00000000aaaa";
  const auto put_process = [&](const std::string& id) {
    graph::Node node;
    node.id = id;
    node.kind = "process";
    set.changes.push_back(graph::PutNode{std::move(node)});
  };
  const auto put_influence = [&](const std::string& from, const std::string& to) {
    graph::Edge edge;
    edge.key = {from, "influences", to};
    edge.strength = 0.9;
    edge.sign = graph::Sign::kPlus;
    edge.certainty = graph::Certainty::kHigh;
    set.changes.push_back(graph::PutEdge{std::move(edge)});
  };
  for (const char* id : {"process:hub", "process:way1", "process:way2"}) put_process(id);
  for (int i = 0; i < kHalf; ++i) {
    put_process(fmt::format("process:in{}", i));
    put_process(fmt::format("process:out{}", i));
  }
  for (int i = 0; i < kHalf; ++i) {
    put_influence(fmt::format("process:in{}", i), "process:hub");
    put_influence("process:hub", fmt::format("process:out{}", i));
  }
  put_influence("process:in0", "process:way1");
  put_influence("process:way1", "process:way2");
  put_influence("process:way2", "process:out0");
  return set;
}

TEST_F(PathLimitsTest, AHubInTheMiddleIsCrossedExactlyAtItsPriceAndWithinTheWork) {
  const auto committed = store().Commit(HubGraph());
  ASSERT_TRUE(committed.ok()) << committed.status();
  v1::FindPathsRequest request;
  request.add_source_ids("process:in0");
  request.add_target_ids("process:out0");
  request.set_pattern(">influences*");
  v1::FindPathsResponse reply;
  ASSERT_TRUE(Ask(request, &reply).ok());
  EXPECT_EQ(reply.outcome(), v1::OUTCOME_FOUND);
  EXPECT_EQ(reply.completeness().state(), v1::COMPLETENESS_STATE_EXACT);
  ASSERT_EQ(reply.paths_size(), 2);
  EXPECT_EQ(reply.paths(0).nodes_size(), 4) << "three plain hops are cheaper than the hub";
  EXPECT_EQ(reply.paths(1).nodes(1).id(), "process:hub");
  EXPECT_LT(reply.paths(1).specificity(), 0.02);
  EXPECT_LT(reply.completeness().work_used(), 1'000'000);

  request.add_avoid_ids("process:hub");
  ASSERT_TRUE(Ask(request, &reply).ok());
  EXPECT_EQ(reply.paths_size(), 1);
  request.clear_avoid_ids();
  request.add_must_pass_ids("process:hub");
  ASSERT_TRUE(Ask(request, &reply).ok());
  EXPECT_EQ(reply.paths_size(), 1);

  // Every way leads through the hub, any way round, and there are more than anyone wants.
  request.clear_must_pass_ids();
  request.set_source_ids(0, "process:in7");
  request.set_target_ids(0, "process:in8");
  request.set_pattern("any");
  ASSERT_TRUE(Ask(request, &reply).ok());
  EXPECT_EQ(reply.paths_size(), 1);
  EXPECT_EQ(reply.completeness().state(), v1::COMPLETENESS_STATE_EXACT);

  // A budget ends it in the middle of the hub's edges.
  request.set_pattern(">influences+ <influences+");
  request.mutable_budget()->set_max_work(2'000);
  ASSERT_TRUE(Ask(request, &reply).ok());
  EXPECT_EQ(reply.completeness().state(), v1::COMPLETENESS_STATE_TRUNCATED);
  EXPECT_EQ(reply.completeness().limit(), v1::COMPLETENESS_LIMIT_WORK);
  EXPECT_LE(reply.completeness().work_used(), 2'000 + 1'024);
}

// --- A client's profile.

class ProfileTest : public ServerTest {
 protected:
  ProfileTest() : ServerTest({}, Content::kShipped) {}

  // Sends `profile`, and returns the fields of it that were refused; fails where the reply repeats one of the values
  // that the tests below plant.
  std::vector<std::string> RefusedFields(const v1::ClientProfile& profile) {
    v1::FindPathsRequest request;
    request.add_source_ids("dimension:thoughts");
    request.add_target_ids("dimension:relationships");
    *request.mutable_profile() = profile;
    v1::FindPathsResponse reply;
    const grpc::Status status = paths_->FindPaths(Context().get(), request, &reply);
    const std::string said = status.error_message() + status.error_details();
    for (const char* secret : {"secret", "7341", "1.0625", "36.5", "qq", "concern:panic", "measure:phq9"}) {
      EXPECT_THAT(said, Not(HasSubstr(secret)));
    }
    const std::string prefix = "profile.";
    std::vector<std::string> fields;
    const Failure failure(status);
    for (const auto& violation : failure.bad_request.field_violations()) {
      EXPECT_THAT(violation.field(), testing::StartsWith(prefix));
      fields.push_back(violation.field().substr(prefix.size()));
    }
    return fields;
  }
};

TEST_F(ProfileTest, NoErrorSaysWhatAProfileHolds) {
  v1::FindPathsRequest request;
  request.add_source_ids("dimension:thoughts");
  request.add_target_ids("dimension:relationships");
  v1::ClientProfile& profile = *request.mutable_profile();
  profile.add_needs()->set_node_id("process:sorrowful_secret");
  profile.add_needs()->set_node_id("a secret");
  profile.add_needs()->set_node_id("process:rumination");
  profile.mutable_needs(2)->set_weight(-31.5);
  profile.add_concern_ids("flag:secret");
  profile.add_flag_ids("concern:depression");
  v1::FindPathsResponse reply;
  const grpc::Status status = paths_->FindPaths(Context().get(), request, &reply);
  const Failure failure(status);
  EXPECT_EQ(failure.code, grpc::StatusCode::NOT_FOUND);
  EXPECT_EQ(failure.info.reason(), "NODE_NOT_FOUND");
  EXPECT_THAT(status.error_message() + status.error_details(),
              AllOf(Not(HasSubstr("secret")), Not(HasSubstr("31.5")), Not(HasSubstr("concern:depression"))));
  EXPECT_THAT(failure.message, HasSubstr("profile.needs[0].node_id"));
}

// A reply has room for about 27 violations, so the fields come in two halves.
TEST_F(ProfileTest, EveryFieldOfThePersonIsReadAndRefusedByItsName) {
  v1::ClientProfile profile;
  profile.add_needs()->set_node_id("dimension:thoughts");
  profile.mutable_needs(0)->set_rating(1.0625);
  profile.add_concern_weights()->set_concern_id("concern:panic");
  profile.set_stage_id("stage:secret");
  profile.mutable_traits()->set_coping_style(static_cast<v1::CopingStyle>(7341));
  profile.mutable_traits()->set_reactance(static_cast<v1::Reactance>(7341));
  profile.mutable_traits()->set_functional_impairment(static_cast<v1::FunctionalImpairment>(7341));
  profile.mutable_traits()->set_subjective_distress(static_cast<v1::SubjectiveDistress>(7341));
  profile.add_goals(std::string(1001, 'q'));
  profile.add_strengths(std::string(1001, 'q'));
  profile.add_preferences()->set_id("technique:secret");
  profile.set_social_support(static_cast<v1::SocialSupport>(7341));
  profile.mutable_facts()->set_stated_preference(false);
  profile.set_weeks_since_event(-7341);
  profile.set_weeks_since_loss(-7341);
  profile.set_months_duration(-7341);
  profile.set_age_years(-7341);
  profile.set_risk_item(-7341);
  EXPECT_THAT(
      RefusedFields(profile),
      UnorderedElementsAre("needs[0].rating", "concern_weights[0].concern_id", "concern_weights[0].weight", "stage_id",
                           "traits.coping_style", "traits.reactance", "traits.functional_impairment",
                           "traits.subjective_distress", "goals[0]", "strengths[0]", "preferences[0].id",
                           "preferences[0].attitude", "social_support", "facts.stated_preference", "weeks_since_event",
                           "weeks_since_loss", "months_duration", "age_years", "risk_item"));
}

TEST_F(ProfileTest, EveryFieldOfTheTreatmentIsReadAndRefusedByItsName) {
  v1::ClientProfile profile;
  profile.mutable_therapist()->add_modality_ids("modality:secret");
  profile.mutable_therapist()->set_training_level_id("level:secret");
  profile.mutable_therapist()->set_home_modality_id("modality:secret");
  profile.add_prior_responses()->set_id("modality:secret");
  profile.mutable_prior_responses(0)->set_session_count(-7341);
  profile.mutable_alliance()->add_scores(36.5);
  profile.mutable_alliance()->add_markers(static_cast<v1::RuptureMarker>(7341));
  profile.add_measures()->set_measure_id("measure:phq9");
  profile.mutable_measures(0)->add_scores(-7341);
  profile.mutable_sessions()->set_available_count(-7341);
  profile.mutable_sessions()->set_done_count(-7341);
  profile.mutable_sessions()->set_missed_count(-7341);
  profile.set_progress_state(static_cast<v1::ProgressState>(7341));
  profile.set_format(static_cast<v1::TreatmentFormat>(7341));
  profile.set_mode(static_cast<v1::IntegrationMode>(7341));
  profile.set_model_id("model:secret");
  EXPECT_THAT(RefusedFields(profile),
              UnorderedElementsAre("therapist.modality_ids[0]", "therapist.training_level_id",
                                   "therapist.home_modality_id", "prior_responses[0].id", "prior_responses[0].outcome",
                                   "prior_responses[0].session_count", "alliance.measure_id", "alliance.markers[0]",
                                   "measures[0].scores[0]", "sessions.available_count", "sessions.done_count",
                                   "sessions.missed_count", "progress_state", "format", "mode", "model_id"));
}

TEST_F(ProfileTest, WhatPathsDoNotNeedChangesNoPath) {
  v1::FindPathsRequest request;
  request.add_source_ids("dimension:thoughts");
  request.add_target_ids("dimension:relationships");
  v1::ClientProfile& profile = *request.mutable_profile();
  profile.add_needs()->set_node_id("process:rumination");
  profile.add_concern_ids("concern:depression");
  v1::FindPathsResponse narrow;
  ASSERT_TRUE(paths_->FindPaths(Context().get(), request, &narrow).ok());
  profile.set_flags_assessed(true);
  profile.set_stage_id("stage:contemplation");
  profile.add_goals("get back to football");
  profile.add_preferences()->set_id("technique:thought_record");
  profile.mutable_preferences(0)->set_attitude(v1::ATTITUDE_DISLIKED);
  profile.mutable_therapist()->add_modality_ids("modality:cbt");
  profile.mutable_alliance()->set_measure_id("measure:srs");
  profile.mutable_alliance()->add_scores(36);
  profile.mutable_facts()->set_adequate_dose(false);
  profile.set_age_years(34);
  v1::FindPathsResponse wide;
  const grpc::Status status = paths_->FindPaths(Context().get(), request, &wide);
  ASSERT_TRUE(status.ok()) << status.error_message();
  ASSERT_GE(wide.paths_size(), 1);
  wide.mutable_completeness()->clear_resume_token();  // of another request
  narrow.mutable_completeness()->clear_resume_token();
  wide.mutable_completeness()->clear_limits();  // what was left of the deadline
  narrow.mutable_completeness()->clear_limits();
  EXPECT_EQ(wide.ShortDebugString(), narrow.ShortDebugString());
}

TEST_F(ProfileTest, AnAnswerForAClientIsNotGeneralAndItsNoticesNameNobody) {
  v1::FindPathsRequest request;
  request.add_source_ids("dimension:thoughts");
  request.add_target_ids("dimension:relationships");
  v1::FindPathsResponse reply;
  ASSERT_TRUE(paths_->FindPaths(Context().get(), request, &reply).ok());
  ASSERT_EQ(reply.header().notices_size(), 1);
  EXPECT_EQ(reply.header().notices(0).reason(), v1::NOTICE_REASON_GENERAL);

  request.mutable_profile()->add_needs()->set_node_id("process:rumination");
  request.mutable_profile()->add_concern_ids("concern:depression");
  ASSERT_TRUE(paths_->FindPaths(Context().get(), request, &reply).ok());
  EXPECT_GE(reply.paths_size(), 1);
  for (const v1::Path& path : reply.paths()) EXPECT_EQ(path.nodes(0).id(), "process:rumination");
  ASSERT_EQ(reply.header().notices_size(), 1);
  EXPECT_EQ(reply.header().notices(0).reason(), v1::NOTICE_REASON_CLIENT_READING);
  EXPECT_THAT(reply.header().ShortDebugString(), AllOf(Not(HasSubstr("rumination")), Not(HasSubstr("depression"))));
}

TEST_F(ProfileTest, RelationshipFactorsComeWithTheTechniques) {
  v1::FindPathsRequest request;
  request.add_source_ids("dimension:thoughts");
  request.add_target_ids("dimension:relationships");
  request.set_max_path_count(300);
  v1::FindPathsResponse reply;
  ASSERT_TRUE(paths_->FindPaths(Context().get(), request, &reply).ok());
  int factors = 0;
  for (const v1::Path& path : reply.paths()) {
    EXPECT_LE(path.relationship_factors_size(), 3);
    for (const v1::RelationshipFactor& factor : path.relationship_factors()) {
      ++factors;
      EXPECT_FALSE(factor.label().empty());
      EXPECT_THAT(factor.text(), HasSubstr("is fostered by"));
      EXPECT_GE(factor.technique_ids_size(), 1);
      for (const std::string& technique : factor.technique_ids()) {
        bool is_on = false;
        for (const v1::Node& node : path.nodes()) is_on = is_on || node.id() == technique;
        EXPECT_TRUE(is_on) << technique;
      }
    }
  }
  EXPECT_GE(factors, 1);
}

}  // namespace
}  // namespace braid::service
