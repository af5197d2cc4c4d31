#include "ontology/progress/need_review.h"

#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "ontology/progress/client_course.h"
#include "ontology/progress/technique_response.h"
#include "tests/ontology/progress/courses.h"
#include "tests/ontology/recommend/clients.h"
#include "tests/ontology/shipped.h"

namespace braid::ontology {
namespace {

const std::vector<std::string> kPlan = {"technique:activity_scheduling", "technique:thought_record"};

const PlanPolicy& Plans() { return ShippedRecommender().base().policy.plans; }

// The review of `need` after `course`, of a plan with `techniques` for it.
NeedReview Review(const ClientCourse& course, std::string_view need, const std::vector<std::string>& techniques = {},
                  std::int32_t plan_made_after = 0) {
  const Client before = ReadShipped(LowMood());
  const Client now = ClientAfter(*ShippedOntology(), before, course);
  const CourseReading reading{*ShippedOntology(), Plans(),        before, now, course, false,
                              AllianceState::kOk, plan_made_after};
  return ReviewNeed(reading, ReviewMeasures(reading), Node(need), Nodes(techniques));
}

void AddScore(ClientCourse& course, std::size_t session, std::string_view measure, double score) {
  course.sessions[session].scores.push_back({Node(measure), score});
}

TEST(NeedReview, ReadsTheNeedsOwnMeasureBeforeThatOfTheConcernBeforeAGeneralOne) {
  ClientCourse course = CourseOfScores("measure:core10", {20, 20}, {});
  EXPECT_EQ(Review(course, "process:worry").score->measure.node, Node("measure:core10"));
  AddScore(course, 1, "measure:phq9", 18);
  EXPECT_EQ(Review(course, "process:worry").score->measure.node, Node("measure:phq9"));
  AddScore(course, 1, "measure:pswq", 60);
  EXPECT_EQ(Review(course, "process:worry").score->measure.node, Node("measure:pswq"));
  EXPECT_TRUE(Review(course, "process:worry").other_scores.empty());
}

TEST(NeedReview, OfSeveralMeasuresTheOneThatLooksWorstDecides) {
  ClientCourse course = CourseOfScores("measure:phq9", {18, 17}, {});
  AddScore(course, 0, "measure:bdi2", 30);
  AddScore(course, 1, "measure:bdi2", 37);
  const NeedReview review = Review(course, "concern:depression");
  EXPECT_EQ(review.score->measure.node, Node("measure:bdi2"));
  ASSERT_EQ(review.other_scores.size(), 1u);
  EXPECT_EQ(review.other_scores[0].measure.node, Node("measure:phq9"));
  EXPECT_FALSE(review.is_contradicted) << "neither is reliable";
}

TEST(NeedReview, MeasuresThatContradictEachOtherAskToMeasureAgain) {
  ClientCourse course = CourseOfScores("measure:phq9", {18, 10}, kPlan);
  AddScore(course, 0, "measure:bdi2", 25);
  AddScore(course, 1, "measure:bdi2", 34);
  const NeedReview review = Review(course, "concern:depression", kPlan);
  EXPECT_TRUE(review.is_contradicted);
  EXPECT_EQ(review.decision.verb, NeedVerb::kMeasure);
  EXPECT_TRUE(review.decision.consult);
  course.sessions[1].scores.back().score = 33;  // one point less than reliable
  EXPECT_FALSE(Review(course, "concern:depression", kPlan).is_contradicted);
}

TEST(NeedReview, AStaleMeasureDoesNotOutvoteAFreshOne) {
  ClientCourse course = CourseOfScores("measure:phq9", {18, 18, 18, 18, 12, 11}, {});
  AddScore(course, 0, "measure:bdi2", 25);
  AddScore(course, 1, "measure:bdi2", 36);
  const NeedReview review = Review(course, "concern:depression");
  EXPECT_EQ(review.score->measure.node, Node("measure:phq9"));
  EXPECT_FALSE(review.is_contradicted);
}

TEST(NeedReview, AtTheFloorOfAMeasureNothingIsConcluded) {
  const ClientCourse course = CourseOfScores("measure:phq9", {5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5}, kPlan);
  const NeedReview review = Review(course, "concern:depression", kPlan);
  EXPECT_TRUE(review.score->course.no_room);
  EXPECT_EQ(review.decision.verb, NeedVerb::kMeasure);
  const ClientCourse worse = CourseOfScores("measure:phq9", {5, 11}, kPlan);
  EXPECT_EQ(Review(worse, "concern:depression", kPlan).decision.verb, NeedVerb::kHold) << "worse can be seen";
}

TEST(NeedReview, ADoseIsTooLittleUntilEachHadItsLeast) {
  const TechniqueDose first = DoseOf(*ShippedOntology(), CourseOfScores("measure:phq9", {18}, {}), Node(kPlan[0]));
  ASSERT_GE(first.least, 1);
  ASSERT_GE(first.most, first.least);
  for (std::size_t sessions = 1; sessions <= 12; ++sessions) {
    const ClientCourse course = CourseOfScores("measure:phq9", std::vector<double>(sessions + 1, 18), kPlan);
    bool had_least = true, had_most = true;
    for (const std::string& id : kPlan) {
      const TechniqueDose dose = DoseOf(*ShippedOntology(), course, Node(id));
      EXPECT_EQ(dose.sessions, static_cast<std::int32_t>(sessions));
      had_least &= dose.sessions >= dose.least;
      had_most &= dose.sessions >= dose.most;
    }
    EXPECT_EQ(Review(course, "concern:depression", kPlan).dose_state, had_most    ? DoseState::kFull
                                                                      : had_least ? DoseState::kAdequate
                                                                                  : DoseState::kTooLittle)
        << sessions;
  }
  EXPECT_EQ(Review(CourseOfScores("measure:phq9", {18, 18}, {}), "concern:depression").dose_state, DoseState::kNothing);
}

TEST(NeedReview, APlanThatIsNotFollowedIsNotWaitedForForEver) {
  ClientCourse course = CourseOfScores("measure:phq9", std::vector<double>(20, 18), {kPlan[0]});
  EXPECT_EQ(Review(course, "concern:depression", kPlan, 17).dose_state, DoseState::kTooLittle) << "a young plan";
  EXPECT_NE(Review(course, "concern:depression", kPlan, 0).dose_state, DoseState::kTooLittle);
  course = CourseOfScores("measure:phq9", std::vector<double>(20, 18), {});
  EXPECT_EQ(Review(course, "concern:depression", kPlan, 0).dose_state, DoseState::kTooLittle) << "nothing was done";
}

TEST(NeedReview, TheReviewIsWhenTheDoseWillBeHad) {
  const ClientCourse course = CourseOfScores("measure:phq9", {18, 18}, kPlan);
  const NeedReview review = Review(course, "concern:depression", kPlan);
  ASSERT_EQ(review.decision.verb, NeedVerb::kReview);
  std::int32_t missing = 0;
  for (const TechniqueDose& dose : review.doses) missing += dose.least - dose.sessions;
  EXPECT_EQ(review.review_at_session, 1 + missing);
}

double FactorOf(const ClientCourse& course, std::string_view technique, const std::vector<std::string>& in_force) {
  const Client before = ReadShipped(LowMood());
  const std::vector<graph::NodeIndex> nodes = Nodes(in_force);
  const std::vector<NeedResponse> responses = ResponsesOf({*ShippedOntology(), Plans(), before, course, nodes},
                                                          {Review(course, "concern:depression", in_force)});
  for (const NeedResponse& response : responses) {
    if (response.technique == Node(technique)) return response.factor;
  }
  return 1;
}

TEST(TechniqueResponse, CountsFromTheLeastDoseOnByWhatCameOfIt) {
  const std::string technique = kPlan[0];
  const auto after = [&](std::vector<double> scores) {
    return FactorOf(CourseOfScores("measure:phq9", scores, kPlan), technique, kPlan);
  };
  const auto least = static_cast<std::size_t>(
      DoseOf(*ShippedOntology(), CourseOfScores("measure:phq9", {18}, {}), Node(technique)).least);
  EXPECT_EQ(after(std::vector<double>(least, 18)), 1) << "one session less";
  std::vector<double> scores(least + 1, 18);
  EXPECT_EQ(after(scores), 0.5) << "unchanged";
  scores.back() = 16;
  EXPECT_EQ(after(scores), 0.5) << "improving, not reliably";
  scores.back() = 12;
  EXPECT_EQ(after(scores), 1) << "reliably better";
  scores.back() = 20;
  EXPECT_EQ(after(scores), 0.25) << "worse, not reliably";
  scores.back() = 24;
  EXPECT_EQ(after(scores), 0.25) << "reliably worse";
  const auto most = static_cast<std::size_t>(
      DoseOf(*ShippedOntology(), CourseOfScores("measure:phq9", {18}, {}), Node(technique)).most);
  ASSERT_LT(least, most);
  scores.assign(most, 18);
  EXPECT_EQ(after(scores), 0.5) << "one session less than its most";
  scores.push_back(18);
  EXPECT_EQ(after(scores), 0.1) << "unchanged after its most";
  scores.back() = 16;
  EXPECT_EQ(after(scores), 0.5) << "improving after its most";
}

// It was given up at session 4, unchanged; what came after is another's.
TEST(TechniqueResponse, WhatWasGivenUpIsJudgedByItsOwnSessions) {
  std::vector<double> scores(5, 18);
  for (const double later : {15, 12, 9, 6}) scores.push_back(later);
  ClientCourse course = CourseOfScores("measure:phq9", scores, {kPlan[1]});
  for (std::size_t i = 1; i <= 4; ++i) course.sessions[i].techniques = Nodes({kPlan[0]});
  for (std::size_t i = 5; i < scores.size(); ++i) course.sessions[i].techniques = Nodes({kPlan[1]});
  EXPECT_EQ(FactorOf(course, kPlan[0], {kPlan[1]}), 0.5) << "unchanged";
  EXPECT_EQ(FactorOf(course, kPlan[1], {kPlan[1]}), 1);
}

}  // namespace
}  // namespace braid::ontology
