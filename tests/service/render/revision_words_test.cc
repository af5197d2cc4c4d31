#include "service/render/revision_words.h"

#include <gmock/gmock.h>
#include <google/protobuf/util/message_differencer.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <regex>
#include <set>
#include <string>
#include <vector>

#include "service/render/phrases.h"
#include "tests/parsed.h"
#include "tests/service/render/sample.h"

namespace braid::service {
namespace {

using test::Parsed;
using ::testing::AllOf;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::StartsWith;

using Nodes = google::protobuf::RepeatedPtrField<v1::Node>;

// A revision with something in every list, as the encoder would give it before FillWords.
constexpr char kSample[] = R"pb(
  session_number: 9
  needs {
    need_id: "concern:depression"
    verb: REVIEW_VERB_SWITCH
    waiting_verb: REVIEW_VERB_SWITCH
    consult: true
    score { measure_id: "measure:phq9" baseline: 14 latest: 21 latest_session: 9 improvement: -7 }
    doses { technique_id: "technique:activation" session_count: 6 least: 4 most: 8 }
    dose_state: DOSE_STATE_ADEQUATE
    because: "Reliably worse (from 14 to 21, 7 points worse) in spite of the dose"
  }
  needs {
    need_id: "concern:insomnia"
    verb: REVIEW_VERB_KEEP
    waiting_verb: REVIEW_VERB_KEEP
    score { measure_id: "measure:isi" baseline: 20 latest: 12 latest_session: 8 improvement: 8 }
    because: "Reliably better: from 20 to 12, 8 points better"
  }
  needs {
    need_id: "concern:panic"
    verb: REVIEW_VERB_TAPER
    waiting_verb: REVIEW_VERB_TAPER
    score { measure_id: "measure:pdss" baseline: 18 latest: 3 latest_session: 9 improvement: 15 recovered: true }
    because: "Recovered at the last two measurements: from 18 to 3, 15 points better"
  }
  needs {
    need_id: "process:rumination"
    verb: REVIEW_VERB_MEASURE
    waiting_verb: REVIEW_VERB_MEASURE
    because: "It was never measured"
  }
  changes {
    kind: CHANGE_KIND_DROPPED
    technique_id: "technique:interoceptive"
    need_id: "concern:panic"
    cause: CHANGE_CAUSE_RECOVERED
  }
  changes {
    kind: CHANGE_KIND_DROPPED
    technique_id: "technique:restriction"
    cause: CHANGE_CAUSE_BARRED
    exclusion { technique_id: "technique:restriction" because: "A seizure disorder bars it" }
  }
  changes {
    kind: CHANGE_KIND_SWITCHED
    technique_id: "technique:restructuring"
    replaced_technique_id: "technique:activation"
    need_id: "concern:depression"
    cause: CHANGE_CAUSE_WORTH_MORE
    vanishes_at: 0.0613
    session_count: 5
  }
  changes {
    kind: CHANGE_KIND_ADDED
    technique_id: "technique:relapse_plan"
    cause: CHANGE_CAUSE_PREVENTS_RELAPSE
    session_count: 2
  }
  changes {
    kind: CHANGE_KIND_KEPT
    technique_id: "technique:stimulus_control"
    need_id: "concern:insomnia"
    cause: CHANGE_CAUSE_RULES
    session_count: 1
  }
  consult: true
  stage_movements {
    session_number: 6
    from_id: "stage:action"
    to_id: "stage:contemplation"
    direction: STAGE_DIRECTION_RECYCLING
  }
  stage_movements {
    session_number: 8
    from_id: "stage:contemplation"
    to_id: "stage:action"
    direction: STAGE_DIRECTION_ONWARD
  }
  next_measurements { measure_id: "measure:isi" session_number: 10 }
  next_measurements { measure_id: "measure:phq9" session_number: 10 }
  next_measurements { measure_id: "measure:rrs" session_number: 10 }
  alliance: ALLIANCE_STATE_OK
  replanned: true
  change_cost: 0.02
  technique_ids: "technique:restructuring"
  technique_ids: "technique:stimulus_control"
  technique_ids: "technique:relapse_plan"
  progress_state: PROGRESS_STATE_ALARM
)pb";

Nodes SampleNodes() {
  Nodes nodes;
  const std::vector<std::pair<std::string, std::string>> labels = {
      {"concern:depression", "Depression"},
      {"concern:insomnia", "Insomnia"},
      {"concern:panic", "Panic disorder"},
      {"measure:isi", "ISI"},
      {"measure:pdss", "PDSS"},
      {"measure:phq9", "PHQ-9"},
      {"measure:rrs", "Ruminative Responses Scale"},
      {"process:rumination", "Rumination"},
      {"stage:action", "Action"},
      {"stage:contemplation", "Contemplation"},
      {"technique:activation", "Behavioural activation"},
      {"technique:interoceptive", "Interoceptive exposure"},
      {"technique:relapse_plan", "Relapse prevention"},
      {"technique:restriction", "Sleep restriction"},
      {"technique:restructuring", "Cognitive restructuring"},
      {"technique:stimulus_control", "Stimulus control"}};
  for (const auto& [id, label] : labels) {
    v1::Node* node = nodes.Add();
    node->set_id(id);
    node->set_preferred_label(label);
  }
  return nodes;
}

v1::PlanRevision Sample() { return Parsed<v1::PlanRevision>(kSample); }

v1::PlanRevision Filled(v1::PlanRevision revision) {
  FillWords(SampleNodes(), revision);
  return revision;
}
v1::PlanRevision Filled() { return Filled(Sample()); }

std::set<std::string> NumbersIn(const std::string& text) {
  static const std::regex number(R"(\d+(\.\d+)?)");
  std::set<std::string> numbers;
  for (std::sregex_iterator at(text.begin(), text.end(), number), end; at != end; ++at) numbers.insert(at->str());
  return numbers;
}

// Every number of the message as a sentence may give it, and those of its own texts and labels.
std::set<std::string> NumbersOf(v1::PlanRevision message) {
  std::set<std::string> numbers;
  const auto add_text = [&](const std::string& text) { numbers.merge(NumbersIn(text)); };
  for (const v1::Node& node : SampleNodes()) add_text(node.preferred_label());
  ForEachLeaf(message, [&](const Leaf& leaf) {
    using Field = google::protobuf::FieldDescriptor;
    const auto* reflection = leaf.message->GetReflection();
    switch (leaf.field->cpp_type()) {
      case Field::CPPTYPE_DOUBLE:
        numbers.insert(NumberText(std::abs(reflection->GetDouble(*leaf.message, leaf.field))));
        break;
      case Field::CPPTYPE_INT32:
        numbers.insert(std::to_string(reflection->GetInt32(*leaf.message, leaf.field)));
        break;
      case Field::CPPTYPE_INT64:
        numbers.insert(std::to_string(reflection->GetInt64(*leaf.message, leaf.field)));
        break;
      default:
        add_text(leaf.text());
    }
  });
  return numbers;
}

// The fields that FillWords fills.
bool IsOurs(const Leaf& leaf) {
  return leaf.path == "text" || leaf.path == "held_until" || leaf.path == "changes[].because" ||
         leaf.path == "stage_movements[].text" || leaf.path == "next_measurements[].because";
}

// Every value of an enum but the first, which is never sent.
template <typename Enum>
std::vector<Enum> Sent(const google::protobuf::EnumDescriptor* type) {
  std::vector<Enum> values;
  for (int i = 1; i < type->value_count(); ++i) values.push_back(static_cast<Enum>(type->value(i)->number()));
  return values;
}

TEST(RevisionWords, SayNoNumberThatTheMessageDoesNot) {
  const std::set<std::string> allowed = NumbersOf(Sample());
  v1::PlanRevision filled = Filled();
  int said = 0;
  ForEachLeaf(filled, [&](const Leaf& leaf) {
    if (!IsOurs(leaf)) return;
    for (const std::string& number : NumbersIn(leaf.text())) {
      EXPECT_TRUE(allowed.contains(number)) << leaf.path << ": " << leaf.text();
      ++said;
    }
  });
  EXPECT_GT(said, 10);
}

TEST(RevisionWords, FillEveryFieldOfWordsAndLeaveTheOthersAsTheyWere) {
  v1::PlanRevision given = Sample();
  given.set_held_by(v1::REVISION_HOLD_ALLIANCE);
  v1::PlanRevision filled = Filled(given);
  std::set<std::string> before, after;
  ForEachLeaf(given, [&](const Leaf& leaf) { before.insert(leaf.path + "=" + leaf.text()); });
  ForEachLeaf(filled, [&](const Leaf& leaf) {
    if (!IsOurs(leaf)) after.insert(leaf.path + "=" + leaf.text());
  });
  EXPECT_EQ(before, after);
  EXPECT_THAT(filled.text(), Not(IsEmpty()));
  EXPECT_THAT(filled.held_until(), StartsWith("Until "));
  for (const v1::TechniqueChange& change : filled.changes()) EXPECT_THAT(change.because(), EndsWith("."));
  for (const v1::StageMovement& movement : filled.stage_movements()) EXPECT_THAT(movement.text(), EndsWith("."));
  for (const v1::NextMeasurement& next : filled.next_measurements()) EXPECT_THAT(next.because(), EndsWith("."));
}

TEST(RevisionWords, FillingTwiceChangesNothing) {
  const v1::PlanRevision once = Filled();
  EXPECT_TRUE(google::protobuf::util::MessageDifferencer::Equals(once, Filled(once)));
}

TEST(RevisionWords, TheWholeIsToldInOrder) {
  EXPECT_EQ(
      Filled().text(),
      "Plans were sought anew; each change had to be worth 0.02 (a ranking aid). Discuss the case with a "
      "supervisor or colleagues before the next session, for Depression. What to do, need by need: measure "
      "(Rumination); recovered, taper (Panic disorder); keep what is done (Insomnia); reliably worse, switch "
      "(Depression). Goes: Interoceptive exposure and Sleep restriction. Switched: Cognitive restructuring in the "
      "place of Behavioural activation. Comes in: Relapse prevention. Stays: Stimulus control. From Contemplation "
      "on to Action: what suits that stage counts from now on. Measure next: ISI by session 10, PHQ-9 by session "
      "10 and Ruminative Responses Scale by session 10.");
}

TEST(RevisionWords, EachChangeSaysWhatItRestsOnWithTheNumbers) {
  const v1::PlanRevision filled = Filled();
  EXPECT_EQ(filled.changes(0).because(),
            "Panic disorder: Recovered at the last two measurements: from 18 to 3, 15 points better. It does nothing "
            "for a need that has not recovered.");
  EXPECT_EQ(filled.changes(1).because(),
            "It is barred now, and goes whatever else is weighed. A seizure disorder bars it.");
  EXPECT_EQ(filled.changes(2).because(),
            "Depression: Reliably worse (from 14 to 21, 7 points worse) in spite of the dose. The best plan for the "
            "client as they are now has it in the place of Behavioural activation. It would not be done if each change "
            "had to be worth 0.0613 or more (now 0.02; a ranking aid).");
  EXPECT_EQ(filled.changes(3).because(), "It helps to keep what was won: Panic disorder.");
  EXPECT_EQ(filled.changes(4).because(), "Insomnia: Reliably better: from 20 to 12, 8 points better.");
}

TEST(RevisionWords, EveryCauseHasItsOwnReasonForEveryKindOfChange) {
  for (const auto kind : Sent<v1::ChangeKind>(v1::ChangeKind_descriptor())) {
    std::set<std::string> reasons;
    for (const auto cause : Sent<v1::ChangeCause>(v1::ChangeCause_descriptor())) {
      v1::PlanRevision revision = Sample();
      v1::TechniqueChange* change = revision.mutable_changes(2);
      change->set_kind(kind);
      change->set_cause(cause);
      revision.set_held_by(v1::REVISION_HOLD_SAFETY);
      reasons.insert(Filled(revision).changes(2).because());
    }
    EXPECT_EQ(reasons.size(), Sent<v1::ChangeCause>(v1::ChangeCause_descriptor()).size()) << kind;
    EXPECT_FALSE(reasons.contains("")) << kind;
  }
}

TEST(RevisionWords, WhatIsExcludedNowIsSaidOfWhatGoes) {
  v1::PlanRevision revision = Sample();
  v1::Exclusion* exclusion = revision.mutable_changes(2)->mutable_exclusion();
  exclusion->set_because("It does nothing for any need");
  EXPECT_THAT(Filled(revision).changes(2).because(),
              HasSubstr("Behavioural activation: It does nothing for any need."));
}

TEST(RevisionWords, WhatStaysThoughItDoesNotHelpSaysWhy) {
  v1::PlanRevision revision = Sample();
  v1::TechniqueChange* change = revision.mutable_changes(4);
  change->set_need_id("concern:depression");
  EXPECT_THAT(Filled(revision).changes(4).because(), EndsWith("It stays, since no other plan was taken up."));
  change->set_kind(v1::CHANGE_KIND_INTENSIFIED);
  EXPECT_THAT(Filled(revision).changes(4).because(), EndsWith("One more step of its dose."));
  change->clear_need_id();
  EXPECT_EQ(Filled(revision).changes(4).because(), "Nothing calls for a change of it.");
}

TEST(RevisionWords, AHoldSaysUntilWhenAndWhatGoesAllTheSame) {
  v1::PlanRevision revision = Sample();
  revision.set_held_by(v1::REVISION_HOLD_SAFETY);
  v1::PlanRevision safety = Filled(revision);
  EXPECT_EQ(safety.held_until(), "Until the safety flag that was raised is addressed or resolved.");
  EXPECT_THAT(safety.text(), StartsWith("Changes wait, because a safety flag comes first. " + safety.held_until() +
                                        " What is barred goes all the same."));
  revision.set_held_by(v1::REVISION_HOLD_ALLIANCE);
  revision.set_alliance(v1::ALLIANCE_STATE_RUPTURED);
  revision.clear_changes();
  v1::PlanRevision ruptured = Filled(revision);
  EXPECT_THAT(ruptured.held_until(), HasSubstr("rupture is repaired"));
  EXPECT_THAT(ruptured.text(), Not(HasSubstr("barred")));
  revision.set_alliance(v1::ALLIANCE_STATE_STRAINED);
  EXPECT_THAT(Filled(revision).held_until(), HasSubstr("strain"));
  revision.clear_held_by();
  EXPECT_THAT(Filled(revision).held_until(), IsEmpty());
}

TEST(RevisionWords, APlanThatWasNotSoughtStands) {
  v1::PlanRevision revision = Sample();
  revision.set_replanned(false);
  EXPECT_THAT(Filled(revision).text(), StartsWith("The plan in force stands, but for what is said here."));
  while (revision.changes_size() > 1) revision.mutable_changes()->DeleteSubrange(0, 1);
  EXPECT_THAT(Filled(revision).text(), StartsWith("The plan in force stands. "));
  revision.set_replanned(true);
  EXPECT_THAT(Filled(revision).text(), Not(HasSubstr("left no room")));
  revision.set_rules_gave_way(true);
  EXPECT_THAT(Filled(revision).text(), HasSubstr("What the rules would keep left no room for a plan"));
  revision.set_change_cost(0);
  EXPECT_THAT(Filled(revision).text(), StartsWith("Plans were sought anew, as if none were in force."));
}

TEST(RevisionWords, GoingBackAStageIsPartOfChangeAndNoFailure) {
  v1::PlanRevision filled = Filled();
  EXPECT_THAT(filled.stage_movements(0).text(),
              AllOf(StartsWith("From Action to Contemplation: change goes in a spiral"), HasSubstr("more than once")));
  filled.mutable_stage_movements()->RemoveLast();
  filled = Filled(filled);
  EXPECT_THAT(filled.text(), HasSubstr(filled.stage_movements(0).text()));
  ForEachLeaf(filled, [&](const Leaf& leaf) {
    for (const char* blame : {"fail", "setback", "lapse again", "worse than", "lost"}) {
      if (IsOurs(leaf)) {
        EXPECT_THAT(leaf.text(), Not(HasSubstr(blame))) << leaf.path;
      }
    }
  });
  v1::PlanRevision unknown = Sample();
  unknown.mutable_stage_movements(0)->clear_from_id();
  unknown.mutable_stage_movements(0)->clear_direction();
  EXPECT_EQ(Filled(unknown).stage_movements(0).text(),
            "The client is at Contemplation: what suits that stage counts from now on.");
}

TEST(RevisionWords, EachMeasurementSaysWhatItIsFor) {
  v1::PlanRevision revision = Sample();
  v1::PlanRevision filled = Filled(revision);
  EXPECT_EQ(filled.next_measurements(0).because(), "It shows what comes of the change.");
  EXPECT_EQ(filled.next_measurements(1).because(), "Depression: its course is to be discussed.");
  EXPECT_EQ(filled.next_measurements(2).because(), "There is no score yet that speaks of Rumination.");
  revision.clear_changes();
  EXPECT_EQ(Filled(revision).next_measurements(0).because(),
            "Its last score is of session 8, and is to be renewed before it says too little.");
  revision.mutable_needs(1)->mutable_score()->set_latest_session(0);
  EXPECT_EQ(Filled(revision).next_measurements(0).because(),
            "Its last score is of the intake, and is to be renewed before it says too little.");
  revision.mutable_needs()->RemoveLast();
  EXPECT_EQ(Filled(revision).next_measurements(2).because(), "It says whether the working alliance is repaired.");
}

TEST(RevisionWords, WhatNothingIsKnownForIsSaid) {
  EXPECT_THAT(Filled().text(), Not(HasSubstr("Nothing was found")));
  v1::PlanRevision revision = Sample();
  revision.mutable_needs(0)->set_no_alternative(true);
  EXPECT_THAT(Filled(revision).text(),
              HasSubstr("Nothing was found to come in for Depression: look again at what keeps the problem going."));
}

TEST(RevisionWords, EveryVerbHasWordsOfItsOwn) {
  std::set<std::string> texts;
  for (const auto verb : Sent<v1::ReviewVerb>(v1::ReviewVerb_descriptor())) {
    v1::PlanRevision revision;
    v1::NeedReview* need = revision.add_needs();
    need->set_need_id("concern:panic");
    need->set_verb(verb);
    texts.insert(Filled(revision).text());
    EXPECT_THAT(Filled(revision).text(), HasSubstr("(Panic disorder)")) << verb;
  }
  EXPECT_EQ(texts.size(), Sent<v1::ReviewVerb>(v1::ReviewVerb_descriptor()).size());
  EXPECT_THAT(Filled(v1::PlanRevision()).text(), HasSubstr("No need is known yet."));
}

TEST(RevisionWords, AnIdWithoutANodeStandsForItself) {
  v1::PlanRevision revision = Sample();
  FillWords({}, revision);
  EXPECT_THAT(revision.text(), HasSubstr("technique:restructuring in the place of technique:activation"));
}

TEST(RevisionWords, AnotherMeasureIsAskedForWhereOneHasNoRoomAndSaysWhy) {
  v1::PlanRevision revision = Sample();
  revision.mutable_needs(0)->mutable_score()->set_no_room(true);
  revision.add_next_measurements()->set_measure_id("measure:bdi2");
  const v1::PlanRevision filled = Filled(revision);
  EXPECT_EQ(filled.next_measurements().rbegin()->because(),
            "What was taken leaves no room to see an improvement of Depression.");
}

TEST(RevisionWords, MeasuresThatContradictEachOtherAreBothAskedForAndSayWhy) {
  v1::PlanRevision revision = Sample();
  revision.mutable_needs(0)->set_contradicted(true);
  revision.mutable_needs(0)->add_other_scores()->set_measure_id("measure:bdi2");
  revision.add_next_measurements()->set_measure_id("measure:bdi2");
  const v1::PlanRevision filled = Filled(revision);
  EXPECT_EQ(filled.next_measurements().rbegin()->because(),
            "Two measures contradict each other on Depression: take both again.");
}

}  // namespace
}  // namespace braid::service
