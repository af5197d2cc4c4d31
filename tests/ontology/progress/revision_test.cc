#include "ontology/progress/revision.h"

#include <algorithm>
#include <limits>
#include <string>
#include <vector>

#include "graph/error.h"
#include "gtest/gtest.h"
#include "ontology/policy.h"
#include "tests/ontology/progress/courses.h"
#include "tests/ontology/recommend/clients.h"
#include "tests/ontology/shipped.h"
#include "tests/ontology/sketch.h"

namespace braid::ontology {
namespace {

using Ids = std::vector<std::string>;

// The plan that is recommended to LowMood at first.
Ids FirstPlan() {
  static const Ids plan = IdsOf(RecommendTo(LowMood()).plans.front());
  return plan;
}

std::vector<double> Times(std::size_t count, double score) { return std::vector<double>(count, score); }

bool AnyChange(const PlanRevision& revision) {
  return std::any_of(revision.changes.begin(), revision.changes.end(),
                     [](const RevisedTechnique& change) { return change.kind != ChangeKind::kKept; });
}

// A course that never changed, long enough for every dose.
RevisionQuestion NoResponse() { return LowMoodQuestion(Times(13, 18), FirstPlan()); }

TEST(Revise, KeepsWhatWorks) {
  const PlanRevision revision = ReviseFor(LowMoodQuestion({18, 16, 13, 12}, FirstPlan()));
  EXPECT_EQ(ReviewOf(revision, "concern:depression").decision.verb, NeedVerb::kKeep);
  EXPECT_FALSE(AnyChange(revision));
  EXPECT_FALSE(revision.replanned);
  EXPECT_EQ(revision.progress, ProgressState::kOnTrack);
  EXPECT_EQ(IdsOf(revision.techniques).size(), FirstPlan().size());
}

TEST(Revise, WithoutResponseWhatHadItsDoseGivesWay) {
  const PlanRevision revision = ReviseFor(NoResponse());
  EXPECT_EQ(ReviewOf(revision, "concern:depression").decision.verb, NeedVerb::kReplan);
  EXPECT_TRUE(revision.replanned);
  EXPECT_EQ(revision.progress, ProgressState::kOffTrack);
  EXPECT_TRUE(AnyChange(revision));
}

TEST(Revise, WhereNothingBetterIsKnownPeopleHaveToThink) {
  const PlanRevision revision = ReviseFor(NoResponse());
  for (const NeedReview& review : revision.needs) {
    const bool any_new = std::any_of(revision.changes.begin(), revision.changes.end(), [&](const auto& change) {
      return change.need == review.need && (change.kind == ChangeKind::kAdded || change.kind == ChangeKind::kSwitched);
    });
    EXPECT_FALSE(any_new && review.no_alternative);
    EXPECT_EQ(review.decision.consult, review.no_alternative);
  }
  EXPECT_TRUE(ReviewOf(revision, "concern:depression").no_alternative);
  EXPECT_TRUE(revision.consult);
}

// Solving at either side of each threshold: the change is there, and is not.
TEST(Revise, EachChangeVanishesAtItsCost) {
  const PlanRevision revision = ReviseFor(NoResponse());
  int tried = 0;
  for (const RevisedTechnique& change : revision.changes) {
    if (!change.vanishes_at.has_value() || *change.vanishes_at + 1e-6 >= 1) continue;
    RevisionQuestion question = NoResponse();
    question.change_cost = *change.vanishes_at - 1e-6;
    const PlanRevision before = ReviseFor(question);
    question.change_cost = *change.vanishes_at + 1e-6;
    const PlanRevision beyond = ReviseFor(question);
    const auto holds = [](const PlanRevision& r, graph::NodeIndex node) {
      return std::count(r.techniques.begin(), r.techniques.end(), node) > 0;
    };
    const bool comes_in = change.kind != ChangeKind::kDropped;
    if (change.kind == ChangeKind::kSwitched) {
      EXPECT_TRUE(holds(before, change.technique) && !holds(before, change.replaced));
      EXPECT_FALSE(holds(beyond, change.technique) && !holds(beyond, change.replaced));
    } else {
      EXPECT_EQ(holds(before, change.technique), comes_in);
      EXPECT_NE(holds(beyond, change.technique), comes_in);
    }
    ++tried;
  }
  EXPECT_GT(tried, 0);
}

TEST(Revise, APlanIsSoughtOnceForTheSameScores) {
  RevisionQuestion question = NoResponse();
  question.plan_made_after = SessionNow(question.course);
  const PlanRevision revision = ReviseFor(question);
  EXPECT_EQ(ReviewOf(revision, "concern:depression").decision.verb, NeedVerb::kReplan);
  EXPECT_FALSE(revision.replanned);
  EXPECT_FALSE(AnyChange(revision));
}

TEST(Revise, ARuptureHoldsEveryChangeUntilItIsRepaired) {
  RevisionQuestion question = NoResponse();
  question.course.sessions.back().events = {RuptureMarker::kWithdrawal};
  const PlanRevision held = ReviseFor(question);
  EXPECT_EQ(held.hold, RevisionHold::kAlliance);
  EXPECT_FALSE(AnyChange(held));
  EXPECT_EQ(ReviewOf(held, "concern:depression").decision.verb, NeedVerb::kRepair);
  EXPECT_EQ(ReviewOf(held, "concern:depression").waiting_verb, NeedVerb::kReplan);
  EXPECT_TRUE(held.recommendation.relationship.holds_plan);
  question.course.sessions.back().events.emplace_back(ClientCourse::RuptureRepaired{});
  EXPECT_TRUE(AnyChange(ReviseFor(question)));
}

TEST(Revise, ARaisedFlagHoldsEverythingAndDropsWhatItBarsWhateverTheCost) {
  RevisionQuestion question = NoResponse();
  question.options.in_force.push_back(Node("technique:imaginal_exposure"));
  question.change_cost = kMaxChangeCost;
  question.course.sessions.back().events = {
      ClientCourse::FlagEvent{Node("flag:acute_suicidality"), FlagChange::kRaised}};
  const PlanRevision held = ReviseFor(question);
  EXPECT_EQ(held.hold, RevisionHold::kSafety);
  const RevisedTechnique& barred = ChangeOf(held, "technique:imaginal_exposure");
  EXPECT_EQ(barred.kind, ChangeKind::kDropped);
  EXPECT_EQ(barred.cause, ChangeCause::kBarred);
  EXPECT_TRUE(barred.exclusion.has_value());
  EXPECT_FALSE(barred.vanishes_at.has_value());
  for (const RevisedTechnique& change : held.changes) {
    EXPECT_TRUE(change.kind == ChangeKind::kKept || change.cause == ChangeCause::kBarred);
  }
  EXPECT_FALSE(held.recommendation.safety.empty());
}

TEST(Revise, RecoveryTapersAndPreparesForRelapse) {
  const PlanRevision revision = ReviseFor(LowMoodQuestion({18, 14, 8, 5, 4}, FirstPlan()));
  EXPECT_EQ(ReviewOf(revision, "concern:depression").decision.verb, NeedVerb::kTaper);
  EXPECT_EQ(revision.progress, ProgressState::kRecovered);
  EXPECT_EQ(ChangeOf(revision, "technique:relapse_prevention").kind, ChangeKind::kAdded);
  EXPECT_EQ(ChangeOf(revision, "technique:relapse_prevention").cause, ChangeCause::kPreventsRelapse);
  EXPECT_TRUE(std::any_of(revision.changes.begin(), revision.changes.end(),
                          [](const RevisedTechnique& change) { return change.cause == ChangeCause::kRecovered; }));
}

TEST(Revise, OneMissingScoreChangesNothing) {
  RevisionQuestion question = LowMoodQuestion({18, 16, 13, 12}, FirstPlan());
  question.course.sessions.back().scores.clear();
  const PlanRevision revision = ReviseFor(question);
  EXPECT_FALSE(revision.replanned);
  EXPECT_EQ(IdsOf(revision.techniques).size(), FirstPlan().size());
  EXPECT_NE(ReviewOf(revision, "concern:depression").decision.verb, NeedVerb::kMeasure);
}

TEST(Revise, FourSessionsWithoutAScoreAskForOne) {
  RevisionQuestion question = LowMoodQuestion({18, 18, 18, 18, 18, 18, 18}, FirstPlan());
  for (std::size_t i = 3; i < question.course.sessions.size(); ++i) question.course.sessions[i].scores.clear();
  const PlanRevision revision = ReviseFor(question);
  EXPECT_EQ(ReviewOf(revision, "concern:depression").decision.verb, NeedVerb::kMeasure);
  EXPECT_FALSE(AnyChange(revision));
  ASSERT_FALSE(revision.next_measurements.empty());
  EXPECT_EQ(revision.next_measurements[0].session, SessionNow(question.course) + 1);
}

TEST(Revise, WhereAMeasureHasNoRoomAnotherIsAskedFor) {
  const PlanRevision revision = ReviseFor(LowMoodQuestion(Times(13, 5), FirstPlan()));
  ASSERT_TRUE(ReviewOf(revision, "concern:depression").score->course.no_room);
  std::vector<graph::NodeIndex> asked;
  for (const NextMeasurement& next : revision.next_measurements) asked.push_back(next.measure);
  EXPECT_EQ(std::count(asked.begin(), asked.end(), Node("measure:bdi2")), 1);
  EXPECT_EQ(std::count(asked.begin(), asked.end(), Node("measure:phq9")), 0);
}

TEST(Revise, WhatTheRequestForcesIsFollowedAndSaid) {
  RevisionQuestion question = LowMoodQuestion({18, 16}, FirstPlan());
  question.options.forced_in = {Node("technique:graded_in_vivo_exposure")};
  question.options.forced_out = {question.options.in_force[0]};
  const PlanRevision revision = ReviseFor(question);
  EXPECT_EQ(ChangeOf(revision, "technique:graded_in_vivo_exposure").cause, ChangeCause::kForced);
  EXPECT_EQ(ChangeOf(revision, FirstPlan()[0]).cause, ChangeCause::kForced);
}

TEST(Revise, ANewTherapistDeliversWhatTheyAreTrainedIn) {
  RevisionQuestion question = LowMoodQuestion({18, 16}, FirstPlan());
  Client::Therapist therapist;
  therapist.modalities = {Node("modality:ipt")};
  therapist.training_level = Node("level:competent");
  question.course.sessions.back().events = {therapist};
  const PlanRevision revision = ReviseFor(question);
  for (const RevisedTechnique& change : revision.changes) {
    if (change.cause != ChangeCause::kBarred) continue;
    const ExclusionReason reason = change.exclusion->reason;
    EXPECT_TRUE(reason == ExclusionReason::kCompetence || reason == ExclusionReason::kTraining);
  }
  EXPECT_TRUE(std::any_of(revision.changes.begin(), revision.changes.end(),
                          [](const RevisedTechnique& change) { return change.cause == ChangeCause::kBarred; }));
}

TEST(Revise, AnEmptyPlanIsARecommendation) {
  RevisionQuestion question = LowMoodQuestion({18}, {});
  const PlanRevision revision = ReviseFor(question);
  EXPECT_TRUE(revision.replanned);
  for (const RevisedTechnique& change : revision.changes) EXPECT_EQ(change.kind, ChangeKind::kAdded);
  Ids ids = IdsOf(revision.techniques);
  EXPECT_EQ(ids, FirstPlan());
}

TEST(Revise, RefusesWhatIsOutOfRangeAllAtOnce) {
  RevisionQuestion question = LowMoodQuestion({18, 16}, FirstPlan());
  question.plan_made_after = 2;
  question.change_cost = std::numeric_limits<double>::quiet_NaN();
  graph::Budget budget;
  const auto revision = Revise(ShippedRecommender(), question, budget);
  ASSERT_FALSE(revision.ok());
  const auto info = graph::ErrorInfoOf(revision.status());
  ASSERT_EQ(info->violations.size(), 2u);
  EXPECT_EQ(info->violations[0].field, "plan_made_after_session");
  EXPECT_EQ(info->violations[1].field, "change_cost");
  EXPECT_EQ(Simulate(ShippedRecommender(), question, budget).status(), revision.status());
}

// What a curator adds is read, without a compiler: of clients who start at 15 to 20 one in five has more than 17 after
// three sessions, and one in ten more than 19.
TEST(Revise, ReadsExpectedResponsesThatACuratorAdds) {
  graph::PutNode band = NodeOf("response_band:phq9_15_20_after_3");
  band.node.attributes = {{"intake_least", 15.0},       {"intake_most", 20.0},
                          {"session", std::int64_t{3}}, {"verified", std::string("recalled")},
                          {"worst_fifth", 17.0},        {"worst_tenth", 19.0}};
  graph::PutEdge expected;
  expected.edge.key = {band.node.id, "expected_on", "measure:phq9"};
  const graph::SnapshotPtr snapshot = Commit(ShippedOntology(), {band, expected});
  auto recommender = Recommender::Create(snapshot, PolicyOf(*snapshot));
  ASSERT_TRUE(recommender.ok()) << recommender.status();
  const auto track_at = [&](double score) {
    graph::Budget budget;
    const auto revision = Revise(*recommender, LowMoodQuestion({18, 18, 18, score}, FirstPlan()), budget);
    EXPECT_TRUE(revision.ok()) << revision.status();
    const NeedReview& review = ReviewOf(*revision, "concern:depression");
    EXPECT_EQ(snapshot->id(review.score->course.expected->node), band.node.id);
    return review.score->course.track;
  };
  EXPECT_EQ(track_at(17), TrackState::kOnTrack);
  EXPECT_EQ(track_at(18), TrackState::kOffTrack);
  EXPECT_EQ(track_at(20), TrackState::kAlarm);
}

TEST(Simulate, EqualsRevisingAfterEachSession) {
  const RevisionQuestion question = NoResponse();
  graph::Budget budget;
  const auto simulation = Simulate(ShippedRecommender(), question, budget);
  ASSERT_TRUE(simulation.ok()) << simulation.status();
  ASSERT_EQ(simulation->steps.size(), question.course.sessions.size() - 1);
  RevisionQuestion now = question;
  now.course.sessions.resize(1);
  for (std::size_t i = 0; i < simulation->steps.size(); ++i) {
    now.course.sessions.push_back(question.course.sessions[i + 1]);
    const PlanRevision step = ReviseFor(now);
    EXPECT_EQ(step.techniques, simulation->steps[i].techniques) << i;
    EXPECT_EQ(step.session, simulation->steps[i].session);
    now = Continued(now, step);
  }
}

TEST(Simulate, StopsWhereTheBudgetDoes) {
  graph::Budget budget(4'000, {});
  const auto simulation = Simulate(ShippedRecommender(), NoResponse(), budget);
  ASSERT_TRUE(simulation.ok()) << simulation.status();
  EXPECT_EQ(simulation->stopped_by, graph::Limit::kWork);
  EXPECT_LT(simulation->steps.size(), 12u);
}

}  // namespace
}  // namespace braid::ontology
