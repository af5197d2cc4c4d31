// Revise and SimulateCourse through a real client, on the shipped ontology.

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <ostream>
#include <set>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "tests/service/courses.h"

namespace braid::service {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::IsSupersetOf;
using testing::Not;
using testing::UnorderedElementsAreArray;

class ReviseTest : public CourseTest {};

const v1::NeedReview& ReviewOf(const v1::PlanRevision& revision, const std::string& need) {
  for (const v1::NeedReview& review : revision.needs()) {
    if (review.need_id() == need) return review;
  }
  ADD_FAILURE() << "no review of " << need;
  return v1::NeedReview::default_instance();
}

std::set<std::string> IdsOf(const google::protobuf::RepeatedPtrField<v1::Node>& nodes) {
  std::set<std::string> ids;
  for (const v1::Node& node : nodes) ids.insert(node.id());
  return ids;
}

// What every answer holds, whatever is revised.
void CheckWhole(const v1::ReviseRequest& request, const v1::ReviseResponse& response) {
  const v1::PlanRevision& revision = response.revision();
  EXPECT_EQ(revision.session_number(), request.course().sessions().rbegin()->number());
  EXPECT_FALSE(revision.text().empty());
  std::set<std::string> before, after;
  for (const v1::TechniqueChange& change : revision.changes()) {
    EXPECT_FALSE(change.because().empty()) << change.technique_id();
    const bool goes = change.kind() == v1::CHANGE_KIND_DROPPED;
    const bool comes = change.kind() == v1::CHANGE_KIND_ADDED || change.kind() == v1::CHANGE_KIND_SWITCHED;
    if (!goes) after.insert(change.technique_id());
    if (!comes) before.insert(change.technique_id());
    if (!change.replaced_technique_id().empty()) before.insert(change.replaced_technique_id());
    EXPECT_THAT(IdsOf(response.nodes()), Contains(change.technique_id()));
  }
  EXPECT_THAT(before, UnorderedElementsAreArray(Texts(request.recommend().in_force_ids())));
  EXPECT_THAT(after, UnorderedElementsAreArray(Texts(revision.technique_ids())));
  for (const v1::NeedReview& need : revision.needs()) {
    EXPECT_NE(need.verb(), v1::REVIEW_VERB_UNSPECIFIED);
    EXPECT_FALSE(need.because().empty());
    EXPECT_THAT(IdsOf(response.nodes()), Contains(need.need_id()));
  }
  for (const v1::NextMeasurement& next : revision.next_measurements()) {
    EXPECT_GT(next.session_number(), revision.session_number());
    EXPECT_FALSE(next.because().empty());
  }
  EXPECT_EQ(revision.held_until().empty(), revision.held_by() == v1::REVISION_HOLD_UNSPECIFIED);
  EXPECT_EQ(response.completeness().state(), v1::COMPLETENESS_STATE_EXACT);
  EXPECT_EQ(response.header().revision(), 1);
  EXPECT_FALSE(response.recommendation().summary().empty());
}

TEST_F(ReviseTest, KeepsWhatHelps) {
  const v1::ReviseRequest request = After({17, 15, 13, 11});
  const v1::ReviseResponse response = Revise(request);
  CheckWhole(request, response);
  const v1::PlanRevision& revision = response.revision();
  EXPECT_FALSE(revision.replanned());
  EXPECT_FALSE(revision.consult());
  for (const v1::TechniqueChange& change : revision.changes()) EXPECT_EQ(change.kind(), v1::CHANGE_KIND_KEPT);
  const v1::NeedReview& review = ReviewOf(revision, "concern:depression");
  EXPECT_EQ(review.verb(), v1::REVIEW_VERB_KEEP);
  EXPECT_EQ(review.score().measure_id(), "measure:phq9");
  EXPECT_EQ(review.score().baseline(), 18);
  EXPECT_EQ(review.score().latest(), 11);
  EXPECT_EQ(review.score().improvement(), 7);
  EXPECT_EQ(review.score().reliable_change(), 6);
  EXPECT_TRUE(review.score().reliably_better());
  EXPECT_FALSE(review.score().recovered());
}

TEST_F(ReviseTest, SwitchesAndConsultsWhereItGotReliablyWorseInSpiteOfTheDose) {
  const v1::ReviseRequest request = After({18, 19, 20, 21, 22, 23, 24, 25, 26, 26, 26, 26, 26, 26, 26, 26});
  const v1::ReviseResponse response = Revise(request);
  CheckWhole(request, response);
  EXPECT_EQ(ReviewOf(response.revision(), "concern:depression").verb(), v1::REVIEW_VERB_SWITCH);
  EXPECT_TRUE(response.revision().consult());
  EXPECT_TRUE(response.revision().replanned());
  EXPECT_THAT(response.revision().text(), HasSubstr("Discuss the case"));
  EXPECT_EQ(Texts(response.revision().technique_ids()), Texts(response.recommendation().plans(0).technique_ids()))
      << "changes and plans are of one solution";
}

TEST_F(ReviseTest, ARaisedFlagHoldsEveryOtherChangeUntilItIsAddressed) {
  v1::ReviseRequest request = After({18, 19, 20, 21, 22, 23, 24, 25, 26, 26, 26, 26, 26, 26, 26});
  v1::FlagEvent* flag = request.mutable_course()->mutable_sessions()->rbegin()->add_events()->mutable_flag();
  flag->set_flag_id("flag:recent_loss");
  flag->set_change(v1::FLAG_CHANGE_RAISED);
  v1::ReviseResponse response = Revise(request);
  CheckWhole(request, response);
  EXPECT_EQ(response.revision().held_by(), v1::REVISION_HOLD_SAFETY);
  EXPECT_EQ(ReviewOf(response.revision(), "concern:depression").verb(), v1::REVIEW_VERB_SAFETY);
  EXPECT_EQ(ReviewOf(response.revision(), "concern:depression").waiting_verb(), v1::REVIEW_VERB_SWITCH);
  for (const v1::TechniqueChange& change : response.revision().changes()) {
    const bool is_barred = change.kind() == v1::CHANGE_KIND_DROPPED && change.cause() == v1::CHANGE_CAUSE_BARRED;
    const bool waits = change.kind() == v1::CHANGE_KIND_KEPT && change.cause() == v1::CHANGE_CAUSE_HELD;
    EXPECT_TRUE(is_barred || waits) << change.DebugString();
  }

  *request.mutable_course()->add_sessions() = Session(request, 16, 26);
  flag = request.mutable_course()->mutable_sessions()->rbegin()->add_events()->mutable_flag();
  flag->set_flag_id("flag:recent_loss");
  flag->set_change(v1::FLAG_CHANGE_ADDRESSED);
  response = Revise(request);
  EXPECT_EQ(response.revision().held_by(), v1::REVISION_HOLD_UNSPECIFIED);
  EXPECT_TRUE(response.revision().replanned());
}

TEST_F(ReviseTest, AStrainedAllianceIsRepairedFirst) {
  v1::ReviseRequest request = After({18, 18, 18});
  request.mutable_course()->mutable_sessions()->rbegin()->set_alliance_score(24);
  const v1::ReviseResponse response = Revise(request);
  CheckWhole(request, response);
  EXPECT_EQ(response.revision().held_by(), v1::REVISION_HOLD_ALLIANCE);
  EXPECT_NE(response.revision().alliance(), v1::ALLIANCE_STATE_OK);
  EXPECT_EQ(ReviewOf(response.revision(), "concern:depression").verb(), v1::REVIEW_VERB_REPAIR);
  EXPECT_TRUE(response.recommendation().relationship().holds_plan());
  std::vector<std::string> next;
  for (const auto& measurement : response.revision().next_measurements()) next.push_back(measurement.measure_id());
  EXPECT_THAT(next, Contains("measure:srs"));
}

TEST_F(ReviseTest, WhatIsBarredNowGoesWhateverChangesCost) {
  v1::ReviseRequest request = After({18, 17});
  const std::string refused = request.recommend().in_force_ids(0);
  v1::Preference* preference =
      request.mutable_course()->mutable_sessions()->rbegin()->add_events()->mutable_preference();
  preference->set_id(refused);
  preference->set_attitude(v1::ATTITUDE_REFUSED);
  request.set_change_cost(1000);
  const v1::ReviseResponse response = Revise(request);
  CheckWhole(request, response);
  EXPECT_THAT(response.revision().technique_ids(), Not(Contains(refused)));
  const auto& changes = response.revision().changes();
  const auto change =
      std::find_if(changes.begin(), changes.end(), [&](const auto& one) { return one.technique_id() == refused; });
  ASSERT_NE(change, changes.end());
  EXPECT_EQ(change->cause(), v1::CHANGE_CAUSE_BARRED);
  EXPECT_EQ(change->exclusion().reason(), v1::EXCLUSION_REASON_REFUSED);
  EXPECT_FALSE(change->has_vanishes_at());
}

TEST_F(ReviseTest, StartsAnewAtNoCostAndKeepsThePlanAtAGreatOne) {
  v1::ReviseRequest request = InForce();
  const std::vector<std::string> recommended = Texts(request.recommend().in_force_ids());
  request.mutable_recommend()->mutable_in_force_ids()->Clear();
  request.mutable_recommend()->add_in_force_ids("technique:problem_solving_tq");
  request.mutable_course()->add_sessions();
  request.set_change_cost(0);
  v1::ReviseResponse response = Revise(request);
  CheckWhole(request, response);
  EXPECT_TRUE(response.revision().replanned());
  EXPECT_EQ(Texts(response.revision().technique_ids()), recommended) << "nothing happened: as Recommend";
  request.set_change_cost(1000);
  response = Revise(request);
  CheckWhole(request, response);
  EXPECT_FALSE(response.revision().replanned());
  EXPECT_THAT(response.revision().technique_ids(), testing::ElementsAre("technique:problem_solving_tq"));
}

TEST_F(ReviseTest, TheSameQuestionHasTheSameBytes) {
  const v1::ReviseRequest request = After({18, 19, 20, 25});
  const std::string first = Bytes(Revise(request));
  EXPECT_TRUE(first == Bytes(Revise(request)));
}

TEST_F(ReviseTest, FollowsAnAliasAndSaysSoByItsField) {
  v1::Change merged;
  v1::Node* node = merged.mutable_put_node()->mutable_node();
  v1::GetNodeRequest get;
  get.set_id("technique:role_play");
  get.set_view(v1::VIEW_FULL);
  v1::GetNodeResponse got;
  ASSERT_TRUE(lookup_->GetNode(Context().get(), get, &got).ok());
  *node = got.node();
  node->add_alias_ids("technique:acting_it_out");
  Commit({merged});
  v1::ReviseRequest request = After({17});
  request.mutable_recommend()->add_forced_out_ids("technique:acting_it_out");
  request.mutable_course()->mutable_sessions(0)->add_technique_ids("technique:acting_it_out");
  const v1::ReviseResponse response = Revise(request);
  std::vector<std::string> fields;
  for (const v1::Notice& notice : response.header().notices()) fields.push_back(notice.field());
  EXPECT_THAT(fields, IsSupersetOf({"recommend.forced_out_ids[0]"}));
  const int last = request.course().sessions(0).technique_ids_size() - 1;
  EXPECT_THAT(fields, Contains("course.sessions[0].technique_ids[" + std::to_string(last) + "]"));
}

// --- What is refused

struct BadCourse {
  std::string name;
  std::function<void(v1::ReviseRequest&)> spoil;
  std::string reason;
  std::string field;
};
void PrintTo(const BadCourse& course, std::ostream* out) { *out << course.name; }

v1::SessionRecord& Last(v1::ReviseRequest& request) { return *request.mutable_course()->mutable_sessions()->rbegin(); }

// Values that no error may repeat.
constexpr char kOwnDate[] = "1999-07-04";
constexpr char kOwnId[] = "measure:ownsecret";
constexpr double kOwnScore = 777.125;

class BadCourseTest : public CourseTest, public testing::WithParamInterface<BadCourse> {};

void ExpectNothingOwn(const Failure& failure) {
  for (const char* own : {kOwnDate, "ownsecret", "777"}) {
    EXPECT_THAT(failure.status.DebugString(), Not(HasSubstr(own)));
    EXPECT_THAT(failure.message, Not(HasSubstr(own)));
  }
}

TEST_P(BadCourseTest, IsRefusedByFieldAndNeverByValue) {
  v1::ReviseRequest request = After({17, 16});
  GetParam().spoil(request);
  v1::ReviseResponse response;
  const Failure failure(Try(request, &response));
  EXPECT_EQ(failure.info.reason(), GetParam().reason) << failure.status.DebugString();
  ASSERT_EQ(failure.bad_request.field_violations_size(), 1) << failure.status.DebugString();
  EXPECT_EQ(failure.field(), GetParam().field);
  EXPECT_EQ(failure.code,
            GetParam().reason == "NODE_NOT_FOUND" ? grpc::StatusCode::NOT_FOUND : grpc::StatusCode::INVALID_ARGUMENT);
  ExpectNothingOwn(failure);

  v1::SimulateCourseRequest simulation;
  *simulation.mutable_revise() = request;
  v1::SimulateCourseResponse steps;
  const Failure simulated(plans_->SimulateCourse(Context().get(), simulation, &steps));
  EXPECT_EQ(simulated.info.reason(), GetParam().reason);
  EXPECT_EQ(simulated.field(), "revise." + GetParam().field);
}

INSTANTIATE_TEST_SUITE_P(
    All, BadCourseTest,
    testing::Values(
        BadCourse{"no_question", [](auto& r) { r.clear_recommend(); }, "FIELD_REQUIRED", "recommend"},
        BadCourse{"no_profile", [](auto& r) { r.mutable_recommend()->clear_profile(); }, "FIELD_REQUIRED",
                  "recommend.profile"},
        BadCourse{"no_course", [](auto& r) { r.clear_course(); }, "FIELD_REQUIRED", "course"},
        BadCourse{"no_session", [](auto& r) { r.mutable_course()->clear_sessions(); }, "FIELD_REQUIRED",
                  "course.sessions"},
        BadCourse{"unknown_need",
                  [](auto& r) { r.mutable_recommend()->mutable_profile()->mutable_needs(0)->set_node_id(kOwnId); },
                  "NODE_NOT_FOUND", "recommend.profile.needs[0].node_id"},
        BadCourse{"unknown_technique_in_force",
                  [](auto& r) { r.mutable_recommend()->set_in_force_ids(0, "technique:unheard_of"); }, "NODE_NOT_FOUND",
                  "recommend.in_force_ids[0]"},
        BadCourse{"number_not_above", [](auto& r) { Last(r).set_number(1); }, "VALUE_OUT_OF_RANGE",
                  "course.sessions[1].number"},
        BadCourse{"date_before",
                  [](auto& r) {
                    r.mutable_course()->mutable_sessions(0)->set_date("2026-01-01");
                    Last(r).set_date(kOwnDate);
                  },
                  "VALUE_OUT_OF_RANGE", "course.sessions[1].date"},
        BadCourse{"no_date", [](auto& r) { Last(r).set_date("ownsecret"); }, "VALUE_OUT_OF_RANGE",
                  "course.sessions[1].date"},
        BadCourse{"score_out_of_range", [](auto& r) { Last(r).mutable_scores(0)->set_score(kOwnScore); },
                  "VALUE_OUT_OF_RANGE", "course.sessions[1].scores[0].score"},
        BadCourse{"unknown_measure", [](auto& r) { Last(r).mutable_scores(0)->set_measure_id(kOwnId); },
                  "NODE_NOT_FOUND", "course.sessions[1].scores[0].measure_id"},
        BadCourse{"measure_twice", [](auto& r) { *Last(r).add_scores() = Last(r).scores(0); }, "VALUE_OUT_OF_RANGE",
                  "course.sessions[1].scores[1].measure_id"},
        BadCourse{"technique_twice",
                  [](auto& r) {
                    Last(r).clear_technique_ids();
                    for (int i = 0; i < 2; ++i) Last(r).add_technique_ids("technique:thought_record");
                  },
                  "VALUE_OUT_OF_RANGE", "course.sessions[1].technique_ids[1]"},
        BadCourse{"alliance_score_out_of_range", [](auto& r) { Last(r).set_alliance_score(kOwnScore); },
                  "VALUE_OUT_OF_RANGE", "course.sessions[1].alliance_score"},
        BadCourse{"alliance_measures_contradict",
                  [](auto& r) { r.mutable_course()->set_alliance_measure_id("measure:wai_sr"); }, "VALUE_OUT_OF_RANGE",
                  "course.alliance_measure_id"},
        BadCourse{"empty_event", [](auto& r) { Last(r).add_events(); }, "FIELD_REQUIRED",
                  "course.sessions[1].events[0]"},
        BadCourse{"flag_without_change",
                  [](auto& r) { Last(r).add_events()->mutable_flag()->set_flag_id("flag:recent_loss"); },
                  "FIELD_REQUIRED", "course.sessions[1].events[0].flag.change"},
        BadCourse{"made_after_the_end", [](auto& r) { r.set_plan_made_after_session(777); }, "VALUE_OUT_OF_RANGE",
                  "plan_made_after_session"},
        BadCourse{"cost_below_nothing", [](auto& r) { r.set_change_cost(-1); }, "VALUE_OUT_OF_RANGE", "change_cost"},
        BadCourse{"budget_of_nothing", [](auto& r) { r.mutable_recommend()->mutable_budget()->set_max_work(0); },
                  "VALUE_OUT_OF_RANGE", "recommend.budget.max_work"}),
    [](const auto& param_info) { return param_info.param.name; });

TEST_F(ReviseTest, NamesEveryBadFieldOfACourseAtOnce) {
  v1::ReviseRequest request = After({17, 16, 15});
  v1::Course& course = *request.mutable_course();
  course.mutable_sessions(0)->mutable_scores(0)->set_score(kOwnScore);
  course.mutable_sessions(1)->set_number(1);
  course.mutable_sessions(1)->add_technique_ids("technique:ownsecret");
  course.mutable_sessions(2)->set_date(kOwnDate + std::string("x"));
  course.mutable_sessions(2)->add_events()->set_stage_id("ownsecret");
  course.mutable_sessions(2)->add_events()->mutable_needs()->add_needs()->set_node_id("process:ownsecret");
  request.set_plan_made_after_session(777);
  request.set_change_cost(2000);
  v1::ReviseResponse response;
  const Failure failure(Try(request, &response));
  std::vector<std::string> fields;
  for (const auto& violation : failure.bad_request.field_violations()) fields.push_back(violation.field());
  const int unknown = course.sessions(1).technique_ids_size() - 1;
  EXPECT_THAT(fields, UnorderedElementsAreArray(
                          {std::string("plan_made_after_session"), std::string("change_cost"),
                           std::string("course.sessions[0].scores[0].score"), std::string("course.sessions[1].number"),
                           "course.sessions[1].technique_ids[" + std::to_string(unknown) + "]",
                           std::string("course.sessions[2].date"), std::string("course.sessions[2].events[0].stage_id"),
                           std::string("course.sessions[2].events[1].needs.needs[0].node_id")}));
  ExpectNothingOwn(failure);
}

TEST_F(ReviseTest, AnOverrideOfWhatNobodyOverridesIsOneOfTheQuestion) {
  v1::ReviseRequest request = After({17});
  v1::Override* override = request.mutable_recommend()->add_overrides();
  override->set_technique_id("technique:critical_incident_debriefing");
  override->set_reason("because");
  v1::ReviseResponse response;
  const Failure failure(Try(request, &response));
  EXPECT_EQ(failure.code, grpc::StatusCode::FAILED_PRECONDITION);
  EXPECT_THAT(failure.field(), HasSubstr("recommend.overrides[0]"));
}

// --- Simulations

TEST_F(ReviseTest, ASimulationIsRevisionAfterRevision) {
  v1::SimulateCourseRequest request;
  *request.mutable_revise() = After({18, 19, 20, 21, 22, 23, 24, 24, 20, 15, 9, 8});
  request.mutable_revise()->mutable_course()->mutable_sessions(5)->set_alliance_score(20);
  request.mutable_revise()->set_plan_made_after_session(2);
  v1::SimulateCourseResponse response;
  const grpc::Status status = plans_->SimulateCourse(Context().get(), request, &response);
  ASSERT_TRUE(status.ok()) << status.error_message();
  ASSERT_EQ(response.steps_size(), 10);
  EXPECT_EQ(response.flaps_size(), 0);
  EXPECT_THAT(response.note_on_use(), HasSubstr("no diagnosis"));
  EXPECT_EQ(response.completeness().state(), v1::COMPLETENESS_STATE_EXACT);
  EXPECT_EQ(response.header().revision(), 1);

  v1::ReviseRequest now = request.revise();
  now.mutable_course()->mutable_sessions()->DeleteSubrange(3, 9);
  std::set<std::string> named, holds;
  for (int i = 0; i < response.steps_size(); ++i) {
    const v1::ReviseResponse revised = Revise(now);
    EXPECT_EQ(response.steps(i).SerializeAsString(), revised.revision().SerializeAsString()) << "step " << i;
    named.merge(IdsOf(revised.nodes()));
    holds.insert(v1::RevisionHold_Name(response.steps(i).held_by()));
    if (i + 4 <= 12 && i + 1 < response.steps_size()) {
      now = Next(now, revised.revision(), request.revise().course().sessions(i + 3));
    }
  }
  EXPECT_EQ(IdsOf(response.nodes()), named);
  EXPECT_EQ(holds.size(), 2U) << "a hold, and none";
}

TEST_F(ReviseTest, ASimulationNeedsAQuestion) {
  v1::SimulateCourseResponse response;
  const Failure failure(plans_->SimulateCourse(Context().get(), v1::SimulateCourseRequest(), &response));
  EXPECT_EQ(failure.info.reason(), "FIELD_REQUIRED");
  EXPECT_EQ(failure.field(), "revise");
}

TEST_F(ReviseTest, ASimulationThatIsCutByWorkEndsThereAndSaysSo) {
  v1::SimulateCourseRequest request;
  *request.mutable_revise() = After({18, 19, 20, 21, 22, 23, 24, 24, 24, 24, 24, 24, 24, 24, 24, 24});
  request.mutable_revise()->set_change_cost(0);
  v1::SimulateCourseResponse whole;
  ASSERT_TRUE(plans_->SimulateCourse(Context().get(), request, &whole).ok());
  ASSERT_EQ(whole.steps_size(), 16);
  ASSERT_GT(whole.completeness().work_used(), 100);
  request.mutable_revise()->mutable_recommend()->mutable_budget()->set_max_work(whole.completeness().work_used() / 2);
  v1::SimulateCourseResponse cut;
  ASSERT_TRUE(plans_->SimulateCourse(Context().get(), request, &cut).ok());
  EXPECT_EQ(cut.completeness().state(), v1::COMPLETENESS_STATE_TRUNCATED);
  EXPECT_EQ(cut.completeness().limit(), v1::COMPLETENESS_LIMIT_WORK);
  EXPECT_LT(cut.steps_size(), 16);
  for (int i = 0; i < cut.steps_size(); ++i) {
    EXPECT_EQ(cut.steps(i).SerializeAsString(), whole.steps(i).SerializeAsString());
  }
}

// --- Nothing is kept

class KeptBytesTest : public CourseTest {
 protected:
  KeptBytesTest() : CourseTest(LogLevel::kDebug) {}

  // Everything in the store's folder.
  std::string StoredBytes() const {
    std::string bytes;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(directory())) {
      if (!entry.is_regular_file()) continue;
      std::ifstream file(entry.path(), std::ios::binary);
      bytes.append(std::istreambuf_iterator<char>(file), {});
    }
    return bytes;
  }
};

TEST_F(KeptBytesTest, NothingOfAProfileOrCourseIsInAnyByteThatTheServerWrote) {
  const std::string goal = "own words of mine, nobody else's";
  v1::ReviseRequest request = After({17, 16});
  request.mutable_recommend()->mutable_profile()->add_goals(goal);
  for (v1::SessionRecord& session : *request.mutable_course()->mutable_sessions()) session.set_date(kOwnDate);
  Last(request).add_events()->mutable_needs()->add_needs()->set_node_id("concern:depression");
  Last(request).mutable_events(0)->mutable_needs()->add_goals(goal);
  v1::ReviseRequest bad = request;
  Last(bad).mutable_scores(0)->set_score(kOwnScore);
  Last(bad).add_events()->set_stage_id("stage:ownsecret");

  testing::internal::CaptureStderr();
  EXPECT_THAT(Revise(request).recommendation().goals(), Contains(goal)) << "it is echoed";
  v1::ReviseResponse response;
  EXPECT_FALSE(Try(bad, &response).ok());
  v1::SimulateCourseRequest simulation;
  *simulation.mutable_revise() = request;
  v1::SimulateCourseResponse steps;
  EXPECT_TRUE(plans_->SimulateCourse(Context().get(), simulation, &steps).ok());
  const auto context = Context();
  const auto stream = plans_->ReviseSession(context.get());
  v1::ReviseSessionRequest message;
  *message.mutable_begin() = request;
  v1::ReviseSessionResponse reply;
  EXPECT_TRUE(stream->Write(message) && stream->Read(&reply));
  *message.mutable_session() = Last(bad);
  EXPECT_TRUE(stream->Write(message));
  EXPECT_FALSE(stream->Read(&reply));
  EXPECT_EQ(stream->Finish().error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  Restart();
  const std::string log = testing::internal::GetCapturedStderr();

  EXPECT_THAT(log, HasSubstr("Revise")) << "it logs calls";
  EXPECT_THAT(log, HasSubstr("ReviseSession"));
  const std::string stored = StoredBytes();
  EXPECT_THAT(stored, HasSubstr("concern:depression")) << "what is looked through is the store";
  for (const std::string& own :
       {goal, std::string("own words"), std::string(kOwnDate), std::string("ownsecret"), std::string("777.125")}) {
    EXPECT_THAT(log, Not(HasSubstr(own)));
    EXPECT_EQ(stored.find(own), std::string::npos) << own;
  }
}

}  // namespace
}  // namespace braid::service
