#include "ontology/client_facts.h"

#include <optional>
#include <ostream>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "ontology/alliance.h"
#include "ontology/client_vocabulary.h"
#include "ontology/conditions/evaluation.h"
#include "ontology/conditions/parser.h"
#include "tests/ontology/shipped.h"
#include "tests/ontology/sketch.h"

namespace braid::ontology {
namespace {

// The truth of `when` for the client whom `profile` tells of.
Truth TruthFor(const graph::Snapshot& snapshot, const ClientProfile& profile, std::string_view when) {
  const absl::StatusOr<Client> client = ReadClient(snapshot, profile, nullptr);
  EXPECT_TRUE(client.ok()) << client.status();
  const absl::StatusOr<Condition> condition = ParseCondition(when, ClientVocabulary(), &snapshot);
  EXPECT_TRUE(condition.ok()) << condition.status();
  if (!client.ok() || !condition.ok()) return Truth::kUnknown;
  return TruthOf(*condition, ClientFacts(snapshot, *client));
}

Truth TruthFor(const ClientProfile& profile, std::string_view when) {
  return TruthFor(*ShippedOntology(), profile, when);
}

struct FactCase {
  const char* name;
  void (*tell)(ClientProfile&);
  const char* when;  // true of a client of whom this is told, unknown of one of whom nothing is
  friend void PrintTo(const FactCase& value, std::ostream* out) { *out << value.name; }
};

class ClientFactTest : public testing::TestWithParam<FactCase> {};

TEST_P(ClientFactTest, IsKnownWhereItIsToldAndUnknownWhereNot) {
  ClientProfile profile;
  EXPECT_EQ(TruthFor(profile, GetParam().when), Truth::kUnknown);
  GetParam().tell(profile);
  EXPECT_EQ(TruthFor(profile, GetParam().when), Truth::kTrue);
  EXPECT_EQ(TruthFor(profile, std::string("not (") + GetParam().when + ")"), Truth::kFalse);
}

using P = ClientProfile;
INSTANTIATE_TEST_SUITE_P(
    All, ClientFactTest,
    testing::Values(
        FactCase{"flag", [](P& p) { p.flags = {"flag:mania"}; }, "flag has flag:mania"},
        FactCase{"no_flag", [](P& p) { p.flags_assessed = true; }, "not flag hasany [flag:mania, flag:pregnancy]"},
        FactCase{"concern", [](P& p) { p.concerns = {"concern:ocd"}; },
                 "concern has concern:ocd and not concern has concern:panic"},
        FactCase{"concern_as_need", [](P& p) { p.needs = {{"concern:ocd"}}; }, "concern has concern:ocd"},
        FactCase{"process", [](P& p) { p.needs = {{"process:worry"}}; },
                 "process has process:worry and not process has process:shame"},
        FactCase{"stage", [](P& p) { p.stage = "stage:action"; }, "stage in [stage:preparation, stage:action]"},
        FactCase{"coping_style", [](P& p) { p.traits.coping_style = CopingStyle::kExternalising; },
                 "trait.coping_style = externalising"},
        FactCase{"reactance", [](P& p) { p.traits.reactance = Reactance::kMedium; }, "trait.reactance = medium"},
        FactCase{"impairment", [](P& p) { p.traits.functional_impairment = FunctionalImpairment::kHigh; },
                 "trait.functional_impairment = high"},
        FactCase{"distress", [](P& p) { p.traits.subjective_distress = SubjectiveDistress::kLow; },
                 "trait.subjective_distress = low"},
        FactCase{"support", [](P& p) { p.social_support = SocialSupport::kModerate; }, "support.social = moderate"},
        FactCase{"format", [](P& p) { p.format = TreatmentFormat::kFamily; }, "format = family"},
        FactCase{"thoughts",
                 [](P& p) {
                   p.needs = {{"dimension:thoughts", {}, 0.5}};
                 },
                 "need.thoughts >= 0.5 and need.thoughts <= 0.5"},
        FactCase{"no_need",
                 [](P& p) {
                   p.needs = {{"dimension:emotions", {}, 0.0}};
                 },
                 "need.emotions = 0"},
        FactCase{"behaviours",
                 [](P& p) {
                   p.needs = {{"dimension:behaviours", 3, 1.0}};
                 },
                 "need.behaviours = 1"},
        FactCase{"relationships",
                 [](P& p) {
                   p.needs = {{"dimension:relationships", {}, 0.25}};
                 },
                 "need.relationships = 0.25"},
        FactCase{"context",
                 [](P& p) {
                   p.needs = {{"dimension:context", {}, 0.7}};
                 },
                 "need.context > 0.6"},
        FactCase{"available", [](P& p) { p.sessions.available = 8; }, "sessions.available = 8"},
        FactCase{"done", [](P& p) { p.sessions.done = 3; }, "sessions.done = 3"},
        FactCase{"missed", [](P& p) { p.sessions.missed = 2; }, "sessions.missed = 2"},
        FactCase{"since_event", [](P& p) { p.weeks_since_event = 3; }, "weeks.since_event = 3"},
        FactCase{"since_loss", [](P& p) { p.weeks_since_loss = 25; }, "weeks.since_loss = 25"},
        FactCase{"duration", [](P& p) { p.months_duration = 24; }, "months.duration = 24"},
        FactCase{"age", [](P& p) { p.age_years = 17; }, "age.years = 17"},
        FactCase{"risk_item", [](P& p) { p.risk_item = 1; }, "risk.item = 1"},
        FactCase{"preference",
                 [](P& p) {
                   p.preferences = {{"modality:act", Attitude::kRefused}};
                 },
                 "fact.stated_preference"},
        FactCase{"stated", [](P& p) { p.facts.stated_preference = true; }, "fact.stated_preference"},
        FactCase{"mindfulness", [](P& p) { p.facts.wants_mindfulness = true; }, "fact.wants_mindfulness"},
        FactCase{"culture", [](P& p) { p.facts.cultural_mismatch = false; }, "not fact.cultural_mismatch"},
        FactCase{"dose", [](P& p) { p.facts.adequate_dose = true; }, "fact.adequate_dose"},
        FactCase{"level", [](P& p) { p.facts.symptom_level_tried = true; }, "fact.symptom_level_tried"},
        FactCase{"shared", [](P& p) { p.facts.shared_process = false; }, "not fact.shared_process"},
        FactCase{"avoids", [](P& p) { p.facts.avoids_a_modality = true; }, "fact.avoids_a_modality"},
        FactCase{"sequence", [](P& p) { p.facts.reliable_sequence = true; }, "fact.reliable_sequence"}),
    [](const auto& param_info) { return param_info.param.name; });

TEST(ClientFacts, ReliableWorseningIsAnAlarmUnlessProgressIsGiven) {
  ClientProfile profile;
  profile.measures = {{"measure:phq9", {9, 16}}};
  EXPECT_EQ(TruthFor(profile, "progress.state = alarm"), Truth::kTrue);
  profile.measures.front().scores = {9, 14};
  EXPECT_EQ(TruthFor(profile, "progress.state = unknown"), Truth::kTrue) << "5 points are less than 6";
  profile.measures.front().scores = {16, 9};
  EXPECT_EQ(TruthFor(profile, "progress.state = unknown"), Truth::kTrue) << "that is better";
  profile.measures.front().scores = {9, 16};
  profile.progress_state = ProgressState::kOnTrack;
  EXPECT_EQ(TruthFor(profile, "progress.state = on_track"), Truth::kTrue);
}

TEST(ClientFacts, ARaisedFlagSaysNothingOfTheOthersUntilTheyAreAssessed) {
  ClientProfile profile;
  profile.flags = {"flag:pregnancy"};
  EXPECT_EQ(TruthFor(profile, "flag has flag:mania"), Truth::kUnknown);
  profile.flags_assessed = true;
  EXPECT_EQ(TruthFor(profile, "flag has flag:mania"), Truth::kFalse);
}

TEST(ClientFacts, AWeightIsNoRatingAndARatingOfNoughtNoNeed) {
  ClientProfile profile;
  profile.needs = {{"dimension:thoughts", 1}, {"process:worry", {}, 0.0}};
  EXPECT_EQ(TruthFor(profile, "need.thoughts >= 0.4"), Truth::kUnknown);
  EXPECT_EQ(TruthFor(profile, "process has process:worry"), Truth::kUnknown);
}

TEST(ClientFacts, WhatIsAKindOfSomethingIsThatThing) {
  const graph::SnapshotPtr snapshot =
      Sketch("concern:panic is_a concern:anxiety\nconcern:anxiety is_a concern:distress");
  ClientProfile profile;
  profile.concerns = {"concern:panic"};
  EXPECT_EQ(TruthFor(*snapshot, profile, "concern hasall [concern:distress, concern:panic]"), Truth::kTrue);
  profile.concerns = {"concern:distress"};
  EXPECT_EQ(TruthFor(*snapshot, profile, "concern has concern:panic"), Truth::kFalse);
}

TEST(ClientFacts, TheStatesAreUnknownInAWord) {
  ClientProfile profile;
  EXPECT_EQ(TruthFor(profile, "alliance.state = unknown and progress.state = unknown"), Truth::kTrue);
  profile.progress_state = ProgressState::kAlarm;
  EXPECT_EQ(TruthFor(profile, "progress.state = alarm"), Truth::kTrue);
  profile.progress_state = ProgressState::kTooEarly;
  EXPECT_EQ(TruthFor(profile, "progress.state = too_early"), Truth::kTrue);
  profile.alliance.markers = {RuptureMarker::kConfrontation};
  EXPECT_EQ(TruthFor(profile, "alliance.state = ruptured"), Truth::kTrue);
}

// --- The alliance.

struct AllianceCase {
  const char* name;
  const char* measure;
  std::vector<double> scores;
  std::vector<RuptureMarker> markers;
  AllianceState state;
  friend void PrintTo(const AllianceCase& value, std::ostream* out) { *out << value.name; }
};

// The shipped SRS has a cut-off of 36 (below is worse), the WAI-SR none, no alliance measure a reliable change;
// `change` puts one on the WAI-SR, and `higher_worse` turns the SRS around.
graph::SnapshotPtr WithMeasures() {
  const graph::SnapshotPtr shipped = ShippedOntology();
  const auto attribute = [](graph::Node& node, std::string name) -> graph::AttributeValue& {
    for (graph::Attribute& each : node.attributes) {
      if (each.name == name) return each.value;
    }
    return node.attributes.emplace_back(graph::Attribute{std::move(name), {}}).value;
  };
  graph::PutNode srs{shipped->node(*shipped->Find("measure:srs"))};
  srs.node.id = "measure:reversed";
  attribute(srs.node, "direction") = std::string("higher_worse");
  attribute(srs.node, "cutoff_rule") = std::string(">=");
  graph::PutNode wai{shipped->node(*shipped->Find("measure:wai_sr"))};
  wai.node.id = "measure:changing";
  attribute(wai.node, "reliable_change") = 5.0;
  return Commit(shipped, {srs, wai});
}

class AllianceTest : public testing::TestWithParam<AllianceCase> {};

TEST_P(AllianceTest, HasTheState) {
  static const graph::SnapshotPtr snapshot = WithMeasures();
  Client::Alliance alliance;
  alliance.measure = snapshot->Find(GetParam().measure);
  alliance.scores = GetParam().scores;
  alliance.markers = GetParam().markers;
  EXPECT_EQ(StateOf(*snapshot, alliance), GetParam().state);
}

constexpr AllianceState kUnknown = AllianceState::kUnknown;
constexpr AllianceState kOk = AllianceState::kOk;
constexpr AllianceState kStrained = AllianceState::kStrained;
constexpr AllianceState kRuptured = AllianceState::kRuptured;

INSTANTIATE_TEST_SUITE_P(
    All, AllianceTest,
    testing::Values(AllianceCase{"no_score", "measure:srs", {}, {}, kUnknown},
                    AllianceCase{"at_the_cutoff", "measure:srs", {36}, {}, kOk},
                    AllianceCase{"below_the_cutoff", "measure:srs", {35.5}, {}, kStrained},
                    AllianceCase{"back_above_the_cutoff", "measure:srs", {30, 37}, {}, kOk},
                    AllianceCase{"one_fall", "measure:srs", {38, 39, 38}, {}, kOk},
                    AllianceCase{"two_falls_above_the_cutoff", "measure:srs", {40, 39, 38}, {}, kStrained},
                    AllianceCase{"two_falls_long_ago", "measure:srs", {40, 39, 38, 38}, {}, kOk},
                    AllianceCase{"case_06", "measure:srs", {37, 37, 36, 35, 33, 31, 29}, {}, kStrained},
                    AllianceCase{"marked", "measure:srs", {40}, {RuptureMarker::kWithdrawal}, kRuptured},
                    AllianceCase{"reversed_ok", "measure:reversed", {35}, {}, kOk},
                    AllianceCase{"reversed_past_the_cutoff", "measure:reversed", {36}, {}, kStrained},
                    AllianceCase{"reversed_falls", "measure:reversed", {1, 2, 3}, {}, kStrained},
                    AllianceCase{"reversed_rises", "measure:reversed", {3, 2, 1}, {}, kOk},
                    AllianceCase{"no_cutoff", "measure:wai_sr", {50}, {}, kUnknown},
                    AllianceCase{"no_cutoff_but_falls", "measure:wai_sr", {50, 49, 48}, {}, kStrained},
                    AllianceCase{"reliable_fall", "measure:changing", {50, 55, 45}, {}, kRuptured},
                    AllianceCase{"less_than_reliable", "measure:changing", {50, 46}, {}, kUnknown}),
    [](const auto& param_info) { return param_info.param.name; });

}  // namespace
}  // namespace braid::ontology
