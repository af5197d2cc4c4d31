#include "service/wire/courses.h"

#include <set>
#include <string>
#include <variant>
#include <vector>

#include "gmock/gmock.h"
#include "graph/error.h"
#include "gtest/gtest.h"
#include "tests/ontology/shipped.h"
#include "tests/parsed.h"

namespace braid::service::wire {
namespace {

using ontology::Course;
using test::Parsed;
using testing::ElementsAre;

std::vector<std::string> FieldsOf(const absl::Status& status) {
  std::vector<std::string> fields;
  const graph::ErrorInfo info = graph::ErrorInfoOf(status).value();
  for (const graph::Violation& violation : info.violations) {
    fields.push_back(violation.field);
  }
  return fields;
}

TEST(DecodeCourse, TakesEveryField) {
  const Course course = DecodeCourse(Parsed<v1::Course>(R"pb(
    alliance_measure_id: "measure:srs"
    sessions {
      date: "2026-01-05"
      scores { measure_id: "measure:phq9" score: 17 }
    }
    sessions {
      number: 3
      missed: true
      technique_ids: "technique:a"
      technique_ids: "technique:b"
      alliance_score: 31.5
      events { flag { flag_id: "flag:x" change: FLAG_CHANGE_RESOLVED } }
      events { rupture: RUPTURE_MARKER_CONFRONTATION }
      events { rupture_repaired: true }
      events { stage_id: "stage:action" }
      events { therapist { modality_ids: "modality:m" training_level_id: "level:l" home_modality_id: "modality:h" } }
      events {
        needs {
          needs { node_id: "process:p" rating: 0.5 weight: 2 }
          concern_ids: "concern:c"
          goals: "sleep"
        }
      }
      events { preference { id: "technique:t" attitude: ATTITUDE_REFUSED } }
      events {}
    }
  )pb"));
  EXPECT_EQ(course.alliance_measure, "measure:srs");
  ASSERT_EQ(course.sessions.size(), 2U);
  const Course::Session& intake = course.sessions[0];
  EXPECT_EQ(intake.number, 0);
  EXPECT_EQ(intake.date, "2026-01-05");
  EXPECT_FALSE(intake.missed);
  EXPECT_FALSE(intake.alliance_score.has_value());
  ASSERT_EQ(intake.scores.size(), 1U);
  EXPECT_EQ(intake.scores[0].measure, "measure:phq9");
  EXPECT_EQ(intake.scores[0].score, 17);
  const Course::Session& third = course.sessions[1];
  EXPECT_EQ(third.number, 3);
  EXPECT_TRUE(third.missed);
  EXPECT_THAT(third.techniques, ElementsAre("technique:a", "technique:b"));
  EXPECT_EQ(third.alliance_score, 31.5);
  ASSERT_EQ(third.events.size(), 8U);
  const auto& flag = std::get<Course::FlagEvent>(third.events[0]);
  EXPECT_EQ(flag.flag, "flag:x");
  EXPECT_EQ(flag.change, ontology::FlagChange::kResolved);
  EXPECT_EQ(std::get<ontology::RuptureMarker>(third.events[1]), ontology::RuptureMarker::kConfrontation);
  EXPECT_TRUE(std::get<Course::RuptureRepaired>(third.events[2]).is_true);
  EXPECT_EQ(std::get<Course::StageEvent>(third.events[3]).stage, "stage:action");
  const auto& therapist = std::get<ontology::ClientProfile::Therapist>(third.events[4]);
  EXPECT_THAT(therapist.modalities, ElementsAre("modality:m"));
  EXPECT_EQ(therapist.training_level, "level:l");
  EXPECT_EQ(therapist.home_modality, "modality:h");
  const auto& needs = std::get<Course::NeedsEvent>(third.events[5]);
  ASSERT_EQ(needs.needs.size(), 1U);
  EXPECT_EQ(needs.needs[0].node, "process:p");
  EXPECT_EQ(needs.needs[0].rating, 0.5);
  EXPECT_EQ(needs.needs[0].weight, 2);
  EXPECT_THAT(needs.concerns, ElementsAre("concern:c"));
  EXPECT_THAT(needs.goals, ElementsAre("sleep"));
  const auto& preference = std::get<ontology::ClientProfile::Preference>(third.events[6]);
  EXPECT_EQ(preference.node, "technique:t");
  EXPECT_EQ(preference.attitude, ontology::Attitude::kRefused);
  EXPECT_TRUE(std::holds_alternative<std::monostate>(third.events[7]));
}

TEST(DecodeCourse, WhatIsNotSaidStaysUnset) {
  const Course course = DecodeCourse(Parsed<v1::Course>("sessions { events { rupture_repaired: false } }"));
  EXPECT_FALSE(course.alliance_measure.has_value());
  EXPECT_FALSE(course.sessions[0].alliance_score.has_value());
  EXPECT_FALSE(std::get<Course::RuptureRepaired>(course.sessions[0].events[0]).is_true);
}

TEST(DecodeReviseRequest, TakesEveryField) {
  const auto request = DecodeReviseRequest(Parsed<v1::ReviseRequest>(R"pb(
    recommend {
      profile { flags_assessed: true }
      in_force_ids: "technique:a"
    }
    course { sessions { number: 4 } }
    plan_made_after_session: 2
    change_cost: 0
  )pb"));
  ASSERT_TRUE(request.ok()) << request.status();
  EXPECT_TRUE(request->recommend.profile.flags_assessed);
  EXPECT_THAT(request->recommend.in_force_ids, ElementsAre("technique:a"));
  EXPECT_EQ(request->course.sessions[0].number, 4);
  EXPECT_EQ(request->plan_made_after, 2);
  EXPECT_EQ(request->change_cost, 0);
  const auto plain = DecodeReviseRequest(Parsed<v1::ReviseRequest>("recommend { profile {} } course {}"));
  ASSERT_TRUE(plain.ok()) << plain.status();
  EXPECT_FALSE(plain->change_cost.has_value()) << "unset means the policy's, 0 starts anew";
}

TEST(DecodeReviseRequest, NamesAllThatHasNoFormAtOnce) {
  EXPECT_THAT(FieldsOf(DecodeReviseRequest(v1::ReviseRequest()).status()), ElementsAre("recommend", "course"));
  v1::ReviseRequest request;
  request.mutable_recommend()->set_min_certainty(static_cast<v1::Certainty>(77));
  EXPECT_THAT(FieldsOf(DecodeReviseRequest(request).status()),
              ElementsAre("recommend.profile", "recommend.min_certainty", "course"));
}

// --- A revision

graph::NodeIndex Node(const std::string& id) { return ontology::ShippedOntology()->Find(id).value(); }

ontology::MeasureReview Score(const std::string& measure) {
  ontology::MeasureReview review;
  review.measure = ontology::ReadMeasure(*ontology::ShippedOntology(), Node(measure));
  review.course.baseline = 20;
  review.course.latest = 13;
  review.course.latest_session = 6;
  review.course.improvement = 7;
  review.course.index = 2.25;
  review.course.change = ontology::ChangeState::kImproving;
  review.course.track = ontology::TrackState::kOffTrack;
  review.course.reliably_better = true;
  review.course.recovered = true;
  review.course.no_room = true;
  review.course.expected = ontology::ExpectedResponse{Node("concern:panic"), 18, 22, 5, 21, 18};
  return review;
}

// Something in every field.
ontology::PlanRevision Full() {
  ontology::PlanRevision revision;
  revision.session = 6;
  ontology::NeedReview need;
  need.need = Node("concern:depression");
  need.decision = {ontology::NeedVerb::kReview, true, "so it is"};
  need.waiting_verb = ontology::NeedVerb::kReplan;
  need.score = Score("measure:phq9");
  need.other_scores = {Score("measure:bdi2")};
  need.is_contradicted = true;
  need.doses = {{Node("technique:defusion"), 2, 3, 9}};
  need.dose_state = ontology::DoseState::kTooLittle;
  need.review_at_session = 8;
  need.no_alternative = true;
  revision.needs = {need};
  ontology::RevisedTechnique change;
  change.kind = ontology::ChangeKind::kSwitched;
  change.cause = ontology::ChangeCause::kWorthMore;
  change.technique = Node("technique:defusion");
  change.replaced = Node("technique:interoceptive_exposure");
  change.need = Node("concern:depression");
  change.vanishes_at = 0.25;
  change.exclusion =
      ontology::Exclusion{Node("technique:interoceptive_exposure"),
                          ontology::ExclusionReason::kFlag,
                          Node("flag:cardiac_disease"),
                          ontology::FlagCaution{Node("flag:cardiac_disease"), Node("technique:interoceptive_exposure"),
                                                ontology::CautionLevel::kExclude},
                          "a flag bars it",
                          "when it is gone",
                          ontology::OverrideRule::kWithAcknowledgement};
  change.sessions = 4;
  revision.changes = {change};
  revision.hold = ontology::RevisionHold::kAlliance;
  revision.consult = true;
  revision.stage_movements = {{5, Node("stage:action"), Node("stage:contemplation"), true}};
  revision.next_measurements = {{Node("measure:gad7"), 7}};
  revision.alliance = ontology::AllianceState::kRuptured;
  revision.progress = ontology::ProgressState::kOffTrack;
  revision.replanned = true;
  revision.rules_gave_way = true;
  revision.change_cost = 0.02;
  revision.techniques = {Node("technique:psychoeducation")};
  return revision;
}

// Fields of `message`, and of those in it, that are unset, by their paths.
void AddUnset(const google::protobuf::Message& message, const std::string& prefix, std::set<std::string>& unset) {
  const auto* reflection = message.GetReflection();
  const auto* type = message.GetDescriptor();
  for (int i = 0; i < type->field_count(); ++i) {
    const auto* field = type->field(i);
    const std::string path = prefix + field->name();
    const bool many = field->is_repeated();
    if (many ? reflection->FieldSize(message, field) == 0 : !reflection->HasField(message, field)) {
      unset.insert(path);
    } else if (field->cpp_type() == google::protobuf::FieldDescriptor::CPPTYPE_MESSAGE) {
      AddUnset(many ? reflection->GetRepeatedMessage(message, field, 0) : reflection->GetMessage(message, field),
               path + ".", unset);
    }
  }
}

TEST(EncodeRevision, FillsEveryFieldButTheWords) {
  const graph::SnapshotPtr snapshot = ontology::ShippedOntology();
  NamedNodes named(*snapshot);
  v1::PlanRevision message;
  EncodeRevision(*snapshot, Full(), named, &message);
  std::set<std::string> unset;
  AddUnset(message, "", unset);
  unset.erase("changes.exclusion.caution.note");  // not every caution has one
  EXPECT_THAT(
      unset, ElementsAre("changes.because", "held_until", "next_measurements.because", "stage_movements.text", "text"));
}

TEST(EncodeRevision, GivesEachValueItsField) {
  const graph::SnapshotPtr snapshot = ontology::ShippedOntology();
  NamedNodes named(*snapshot);
  v1::PlanRevision message;
  EncodeRevision(*snapshot, Full(), named, &message);
  EXPECT_EQ(message.session_number(), 6);
  EXPECT_EQ(message.held_by(), v1::REVISION_HOLD_ALLIANCE);
  EXPECT_EQ(message.alliance(), v1::ALLIANCE_STATE_RUPTURED);
  EXPECT_EQ(message.progress_state(), v1::PROGRESS_STATE_OFF_TRACK);
  EXPECT_EQ(message.change_cost(), 0.02);
  EXPECT_THAT(message.technique_ids(), ElementsAre("technique:psychoeducation"));
  const v1::NeedReview& need = message.needs(0);
  EXPECT_EQ(need.verb(), v1::REVIEW_VERB_REVIEW);
  EXPECT_EQ(need.waiting_verb(), v1::REVIEW_VERB_REPLAN);
  EXPECT_EQ(need.because(), "so it is");
  EXPECT_EQ(need.dose_state(), v1::DOSE_STATE_TOO_LITTLE);
  EXPECT_EQ(need.review_at_session(), 8);
  EXPECT_TRUE(need.no_alternative());
  EXPECT_EQ(need.doses(0).session_count(), 2);
  EXPECT_EQ(need.doses(0).least(), 3);
  EXPECT_EQ(need.doses(0).most(), 9);
  EXPECT_EQ(need.other_scores(0).measure_id(), "measure:bdi2");
  const v1::ScoreReview& score = need.score();
  EXPECT_EQ(score.measure_id(), "measure:phq9");
  EXPECT_EQ(score.baseline(), 20);
  EXPECT_EQ(score.latest(), 13);
  EXPECT_EQ(score.latest_session(), 6);
  EXPECT_EQ(score.improvement(), 7);
  EXPECT_EQ(score.reliable_change_index(), 2.25);
  EXPECT_EQ(score.reliable_change(), 6) << "as the ontology has it";
  EXPECT_EQ(score.clinical_cutoff(), 10);
  EXPECT_EQ(score.change(), v1::SCORE_CHANGE_IMPROVING);
  EXPECT_EQ(score.track(), v1::SCORE_TRACK_OFF_TRACK);
  EXPECT_EQ(score.verification(), v1::VERIFICATION_RECALLED);
  EXPECT_EQ(score.expected().band_id(), "concern:panic");
  EXPECT_EQ(score.expected().session_number(), 5);
  EXPECT_EQ(score.expected().worst_tenth(), 21);
  EXPECT_EQ(score.expected().worst_fifth(), 18);
  const v1::TechniqueChange& change = message.changes(0);
  EXPECT_EQ(change.kind(), v1::CHANGE_KIND_SWITCHED);
  EXPECT_EQ(change.cause(), v1::CHANGE_CAUSE_WORTH_MORE);
  EXPECT_EQ(change.technique_id(), "technique:defusion");
  EXPECT_EQ(change.replaced_technique_id(), "technique:interoceptive_exposure");
  EXPECT_EQ(change.vanishes_at(), 0.25);
  EXPECT_EQ(change.session_count(), 4);
  EXPECT_EQ(change.exclusion().reason(), v1::EXCLUSION_REASON_FLAG);
  EXPECT_EQ(change.exclusion().caution().level(), v1::CAUTION_LEVEL_EXCLUDE);
  EXPECT_EQ(message.stage_movements(0).direction(), v1::STAGE_DIRECTION_RECYCLING);
  EXPECT_EQ(message.next_measurements(0).session_number(), 7);
}

TEST(EncodeRevision, LeavesUnsetWhatIsNotKnown) {
  const graph::SnapshotPtr snapshot = ontology::ShippedOntology();
  ontology::PlanRevision revision = Full();
  revision.stage_movements = {{5, graph::kNoNode, Node("stage:action"), false}};
  revision.changes[0].vanishes_at.reset();
  revision.changes[0].exclusion.reset();
  revision.needs[0].score->course = {};
  NamedNodes named(*snapshot);
  v1::PlanRevision message;
  EncodeRevision(*snapshot, revision, named, &message);
  EXPECT_EQ(message.stage_movements(0).direction(), v1::STAGE_DIRECTION_UNSPECIFIED);
  EXPECT_EQ(message.stage_movements(0).from_id(), "");
  EXPECT_FALSE(message.changes(0).has_vanishes_at());
  EXPECT_FALSE(message.changes(0).has_exclusion());
  EXPECT_FALSE(message.needs(0).score().has_improvement());
  EXPECT_FALSE(message.needs(0).score().has_reliable_change_index());
  EXPECT_FALSE(message.needs(0).score().has_expected());
}

// Every id that the message holds, in whichever field.
void AddIds(const google::protobuf::Message& message, std::set<std::string>& ids) {
  const auto* reflection = message.GetReflection();
  std::vector<const google::protobuf::FieldDescriptor*> fields;
  reflection->ListFields(message, &fields);
  for (const auto* field : fields) {
    const int count = field->is_repeated() ? reflection->FieldSize(message, field) : 1;
    for (int i = 0; i < count; ++i) {
      if (field->cpp_type() == google::protobuf::FieldDescriptor::CPPTYPE_MESSAGE) {
        AddIds(field->is_repeated() ? reflection->GetRepeatedMessage(message, field, i)
                                    : reflection->GetMessage(message, field),
               ids);
      } else if (field->name().ends_with("_id") || field->name().ends_with("_ids")) {
        ids.insert(field->is_repeated() ? reflection->GetRepeatedString(message, field, i)
                                        : reflection->GetString(message, field));
      }
    }
  }
}

TEST(EncodeRevision, NamesEveryNodeThatTheMessageHolds) {
  const graph::SnapshotPtr snapshot = ontology::ShippedOntology();
  NamedNodes named(*snapshot);
  v1::PlanRevision message;
  EncodeRevision(*snapshot, Full(), named, &message);
  v1::PlanFlap flap;
  EncodeFlap({Node("technique:role_play"), 3, 4}, named, &flap);
  EXPECT_EQ(flap.technique_id(), "technique:role_play");
  EXPECT_EQ(flap.changed_at_session(), 3);
  EXPECT_EQ(flap.undone_at_session(), 4);
  std::set<std::string> ids;
  AddIds(message, ids);
  AddIds(flap, ids);
  google::protobuf::RepeatedPtrField<v1::Node> nodes;
  named.Encode({}, &nodes);
  std::vector<std::string> encoded;
  for (const v1::Node& node : nodes) encoded.push_back(node.id());
  EXPECT_EQ(encoded, std::vector<std::string>(ids.begin(), ids.end())) << "each once, in byte order";
  EXPECT_GT(encoded.size(), 10U);
}

}  // namespace
}  // namespace braid::service::wire
