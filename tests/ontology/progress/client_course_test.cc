#include "ontology/progress/client_course.h"

#include <string>
#include <string_view>
#include <vector>

#include "gtest/gtest.h"
#include "ontology/alliance.h"
#include "tests/ontology/recommend/clients.h"
#include "tests/ontology/shipped.h"

namespace braid::ontology {
namespace {

using graph::NodeIndex;

NodeIndex Node(std::string_view id) { return ShippedOntology()->Find(id).value(); }

Client Before() {
  ClientProfile profile;
  profile.needs = {{"concern:depression"}};
  profile.concerns = {"concern:depression"};
  profile.flags = {"flag:active_self_harm"};
  profile.stage = "stage:contemplation";
  profile.measures = {{"measure:phq9", {20, 18}}};
  profile.sessions.available = 12;
  profile.alliance.measure = "measure:srs";
  return ReadShipped(profile);
}

ClientCourse::Session Session(std::int32_t number, std::vector<ClientCourse::Event> events = {}) {
  ClientCourse::Session session;
  session.number = number;
  session.events = std::move(events);
  return session;
}

ClientCourse CourseWith(std::vector<ClientCourse::Session> sessions) {
  ClientCourse course;
  course.sessions = std::move(sessions);
  course.alliance_measure = Node("measure:srs");
  return course;
}

Client After(const ClientCourse& course) { return ClientAfter(*ShippedOntology(), Before(), course); }

TEST(ClientAfter, NothingHappenedAndNothingIsOther) {
  const Client now = After(CourseWith({Session(0)}));
  EXPECT_EQ(now.flags, Before().flags);
  EXPECT_EQ(now.stage, Before().stage);
  EXPECT_EQ(now.sessions.available, 12);
}

TEST(ClientAfter, SessionsThatWereHeldAreUsedUpAndMissedOnesAreNot) {
  ClientCourse::Session missed = Session(3);
  missed.missed = true;
  const Client now = After(CourseWith({Session(1), missed, Session(4)}));
  EXPECT_EQ(now.sessions.done, 3) << "one, two (of which nothing is known) and four";
  EXPECT_EQ(now.sessions.missed, 1);
  EXPECT_EQ(now.sessions.available, 9);
}

TEST(ClientAfter, FollowsEveryEvent) {
  Client::Therapist therapist;
  therapist.modalities = {Node("modality:act")};
  ClientCourse::NeedsEvent needs;
  needs.needs = {{Node("dimension:relationships"), {}, {}}};
  const Client now =
      After(CourseWith({Session(1, {ClientCourse::FlagEvent{Node("flag:mania"), FlagChange::kRaised},
                                    ClientCourse::FlagEvent{Node("flag:active_self_harm"), FlagChange::kResolved},
                                    ClientCourse::StageEvent{Node("stage:action")}, therapist, needs,
                                    Client::Preference{Node("technique:thought_record"), Attitude::kLiked},
                                    Client::Preference{Node("technique:thought_record"), Attitude::kRefused}})}));
  EXPECT_EQ(now.flags, std::vector<NodeIndex>{Node("flag:mania")});
  EXPECT_EQ(now.stage, Node("stage:action"));
  EXPECT_EQ(now.therapist->modalities, therapist.modalities);
  ASSERT_EQ(now.needs.size(), 1u);
  EXPECT_TRUE(now.concerns.empty());
  EXPECT_TRUE(now.concern_weights.empty());
  ASSERT_EQ(now.preferences.size(), 1u) << "the last word counts";
  EXPECT_EQ(now.preferences[0].attitude, Attitude::kRefused);
}

TEST(ClientAfter, AnAddressedFlagIsStillThere) {
  const ClientCourse course =
      CourseWith({Session(1, {ClientCourse::FlagEvent{Node("flag:mania"), FlagChange::kRaised}}),
                  Session(2, {ClientCourse::FlagEvent{Node("flag:mania"), FlagChange::kAddressed}})});
  EXPECT_EQ(After(course).flags.size(), 2u);
  EXPECT_TRUE(FlagsToAddress(course, 0).empty());
  EXPECT_EQ(FlagsToAddress(CourseWith({course.sessions[0]}), 0), std::vector<NodeIndex>{Node("flag:mania")});
  EXPECT_TRUE(FlagsToAddress(CourseWith({course.sessions[0]}), 1).empty()) << "the plan took account of it";
}

TEST(ClientAfter, ARuptureLastsUntilItIsRepairedOrALaterScoreIsAboveTheCutoff) {
  const auto scored = [](std::int32_t number, double score, std::vector<ClientCourse::Event> events = {}) {
    ClientCourse::Session session = Session(number, std::move(events));
    session.alliance_score = score;
    return session;
  };
  const ClientCourse::Session rupture = scored(1, 38, {RuptureMarker::kWithdrawal});
  const auto state = [](std::vector<ClientCourse::Session> sessions) {
    return StateOf(*ShippedOntology(), After(CourseWith(std::move(sessions))).alliance);
  };
  EXPECT_EQ(state({rupture}), AllianceState::kRuptured) << "the score of the session itself lifts nothing";
  EXPECT_EQ(state({rupture, Session(2)}), AllianceState::kRuptured);
  EXPECT_EQ(state({rupture, scored(2, 37)}), AllianceState::kOk);
  EXPECT_NE(state({rupture, scored(2, 35)}), AllianceState::kOk);
  EXPECT_EQ(state({rupture, Session(2, {ClientCourse::RuptureRepaired{}})}), AllianceState::kOk);
}

TEST(ScoresOf, BeginWithTheLastOfTheProfile) {
  ClientCourse::Session session = Session(2);
  session.scores = {{Node("measure:phq9"), 12}, {Node("measure:gad7"), 9}};
  const ClientCourse course = CourseWith({session});
  const std::vector<ScorePoint> phq9 = ScoresOf(Before(), course, Node("measure:phq9"));
  ASSERT_EQ(phq9.size(), 2u);
  EXPECT_EQ(phq9[0].session, 0);
  EXPECT_EQ(phq9[0].score, 18);
  EXPECT_EQ(phq9[1].session, 2);
  EXPECT_EQ(ScoresOf(Before(), course, Node("measure:gad7")).size(), 1u);
  EXPECT_EQ(After(course).measures[0].scores, (std::vector<double>{20, 18, 12}));
}

TEST(StageMovements, BackIsRecyclingAndAStartFromThereIsNot) {
  const auto move = [](std::int32_t number, std::string_view stage) {
    return Session(number, {ClientCourse::StageEvent{Node(stage)}});
  };
  const std::vector<StageMovement> moves =
      StageMovements(*ShippedOntology(), Before(),
                     CourseWith({move(1, "stage:contemplation"), move(2, "stage:action"), move(3, "stage:preparation"),
                                 move(4, "stage:action"), move(5, "stage:relapse"), move(6, "stage:contemplation")}));
  ASSERT_EQ(moves.size(), 5u) << "the same again is no movement";
  EXPECT_FALSE(moves[0].is_recycling);
  EXPECT_TRUE(moves[1].is_recycling);
  EXPECT_FALSE(moves[2].is_recycling);
  EXPECT_TRUE(moves[3].is_recycling);
  EXPECT_FALSE(moves[4].is_recycling);
  EXPECT_EQ(moves[0].from, Node("stage:contemplation"));
}

TEST(HasNewsAfter, ScoresAndRupturesAreNoneAndOtherEventsAre) {
  EXPECT_FALSE(
      HasNewsAfter(CourseWith({Session(3, {RuptureMarker::kWithdrawal, ClientCourse::RuptureRepaired{}})}), 0));
  const ClientCourse course = CourseWith({Session(3, {ClientCourse::StageEvent{Node("stage:action")}})});
  EXPECT_TRUE(HasNewsAfter(course, 2));
  EXPECT_FALSE(HasNewsAfter(course, 3));
}

}  // namespace
}  // namespace braid::ontology
