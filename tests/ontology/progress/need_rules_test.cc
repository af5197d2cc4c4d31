#include "ontology/progress/need_rules.h"

#include <cstdint>
#include <random>

#include "fmt/format.h"
#include "gtest/gtest.h"

namespace braid::ontology {
namespace {

// Measured now, unchanged, all techniques had their least dose: rule 9.
NeedSituation Unchanged() {
  NeedSituation s;
  s.alliance = AllianceState::kOk;
  s.sessions_done = 8;
  s.dose = DoseState::kAdequate;
  s.course.baseline = 16;
  s.course.latest = 16;
  s.course.latest_session = 8;
  s.course.improvement = 0;
  s.course.index = 0;
  s.course.change = ChangeState::kUnchanged;
  return s;
}

NeedVerb VerbOf(const NeedSituation& situation) { return Decide(situation, {}).verb; }

TEST(Decide, EachRuleDecidesWhereNoneBeforeItHolds) {
  NeedSituation s = Unchanged();
  EXPECT_EQ(VerbOf(s), NeedVerb::kReplan);
  s.course.change = ChangeState::kImproving;
  EXPECT_EQ(VerbOf(s), NeedVerb::kIntensify);
  s.course.change = ChangeState::kReliablyWorse;
  EXPECT_EQ(VerbOf(s), NeedVerb::kSwitch);
  s.dose = DoseState::kTooLittle;
  s.course.change = ChangeState::kUnchanged;
  EXPECT_EQ(VerbOf(s), NeedVerb::kReview);
  s.course.change = ChangeState::kReliablyWorse;
  EXPECT_EQ(VerbOf(s), NeedVerb::kHold);
  s.course.change = ChangeState::kUnchanged;
  s.course.track = TrackState::kOnTrack;
  EXPECT_EQ(VerbOf(s), NeedVerb::kKeep);
  s.course.recovered = true;
  EXPECT_EQ(VerbOf(s), NeedVerb::kTaper);
  s.sessions_done = 12;
  EXPECT_EQ(VerbOf(s), NeedVerb::kMeasure);
  s.alliance = AllianceState::kStrained;
  EXPECT_EQ(VerbOf(s), NeedVerb::kRepair);
  s.flag_raised = true;
  EXPECT_EQ(VerbOf(s), NeedVerb::kSafety);
}

TEST(Decide, AMeasurementIsOldFromTheThresholdOn) {
  NeedSituation s = Unchanged();
  s.sessions_done = 11;
  EXPECT_EQ(VerbOf(s), NeedVerb::kReplan);
  s.sessions_done = 12;
  EXPECT_EQ(VerbOf(s), NeedVerb::kMeasure);
  EXPECT_EQ(Decide(s, {.measure_within_sessions = 5}).verb, NeedVerb::kReplan);
}

TEST(Decide, WhatIsNotKnownIsMeasuredAndNeverTakenForNoChange) {
  NeedSituation s = Unchanged();
  s.course = {};
  EXPECT_EQ(VerbOf(s), NeedVerb::kMeasure) << "never measured";
  s.course.baseline = s.course.latest = 16;
  s.course.latest_session = 8;
  EXPECT_EQ(VerbOf(s), NeedVerb::kMeasure) << "one score, and the dose was had";
  s.dose = DoseState::kTooLittle;
  EXPECT_EQ(VerbOf(s), NeedVerb::kReview) << "one score, and it is early";
}

TEST(Decide, WhatImprovesAtFullDoseIsReplanned) {
  NeedSituation s = Unchanged();
  s.course.change = ChangeState::kImproving;
  s.dose = DoseState::kFull;
  EXPECT_EQ(VerbOf(s), NeedVerb::kReplan);
}

TEST(Decide, WhatThePlanHasNothingForIsKeptWhileItImproves) {
  NeedSituation s = Unchanged();
  s.dose = DoseState::kNothing;
  EXPECT_EQ(VerbOf(s), NeedVerb::kReplan);
  s.course.change = ChangeState::kImproving;
  EXPECT_EQ(VerbOf(s), NeedVerb::kKeep);
  s.course.change = ChangeState::kReliablyWorse;
  EXPECT_EQ(VerbOf(s), NeedVerb::kSwitch);
}

TEST(Decide, AnAlarmAsksForConsultationWhicheverRuleDecides) {
  NeedSituation s = Unchanged();
  EXPECT_FALSE(Decide(s, {}).consult);
  s.course.track = TrackState::kAlarm;
  EXPECT_TRUE(Decide(s, {}).consult);
  s.alliance = AllianceState::kRuptured;
  EXPECT_TRUE(Decide(s, {}).consult);
  s.flag_raised = true;
  EXPECT_TRUE(Decide(s, {}).consult);
}

TEST(Decide, NamesTheScores) {
  NeedSituation s = Unchanged();
  s.course.latest = 23;
  s.course.improvement = -7;
  s.course.change = ChangeState::kReliablyWorse;
  EXPECT_EQ(Decide(s, {}).because, "Reliably worse (from 16 to 23, 7 points worse) in spite of the dose");
}

// A raised flag and a strained alliance are above everything else, and every situation has its rule and its reason.
TEST(Decide, SafetyAndRepairComeFirstInEverySituation) {
  std::mt19937 random(1);
  const auto below = [&](int n) { return static_cast<int>(random() % static_cast<std::uint32_t>(n)); };
  for (int i = 0; i < 20'000; ++i) {
    SCOPED_TRACE(fmt::format("situation {}", i));
    NeedSituation s = Unchanged();
    s.flag_raised = below(4) == 0;
    s.alliance = static_cast<AllianceState>(below(4));
    s.sessions_done = below(20);
    s.dose = static_cast<DoseState>(below(4));
    s.course.change = static_cast<ChangeState>(below(5));
    s.course.track = static_cast<TrackState>(below(4));
    s.course.reliably_better = s.course.change == ChangeState::kImproving && below(2) == 0;
    s.course.recovered = s.course.reliably_better && below(2) == 0;
    if (below(5) == 0) s.course = {};
    const NeedDecision decision = Decide(s, {});
    const bool strained = s.alliance == AllianceState::kStrained || s.alliance == AllianceState::kRuptured;
    EXPECT_EQ(decision.verb == NeedVerb::kSafety, s.flag_raised);
    EXPECT_EQ(decision.verb == NeedVerb::kRepair, !s.flag_raised && strained);
    if (!s.course.latest.has_value() && !s.flag_raised && !strained) {
      EXPECT_EQ(decision.verb, NeedVerb::kMeasure);
    }
    if (s.course.change == ChangeState::kUnknown) {
      EXPECT_NE(decision.verb, NeedVerb::kSwitch);
      EXPECT_NE(decision.verb, NeedVerb::kReplan);
    }
    EXPECT_FALSE(decision.because.empty());
  }
}

}  // namespace
}  // namespace braid::ontology
