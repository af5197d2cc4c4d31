#include "ontology/client_profile.h"

#include <algorithm>
#include <cstdint>
#include <functional>
#include <limits>
#include <optional>
#include <ostream>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "fmt/format.h"
#include "gmock/gmock.h"
#include "graph/error.h"
#include "gtest/gtest.h"
#include "tests/ontology/shipped.h"

namespace braid::ontology {
namespace {

using graph::Reason;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

// A client of whom everything is told (case 6 of the fact base, and more).
ClientProfile Whole() {
  ClientProfile profile;
  profile.needs = {{"dimension:thoughts", {}, 0.8}, {"process:self_criticism", 2, {}}, {"process:worry", {}, 0.0}};
  profile.concerns = {"concern:social_anxiety", "concern:depression"};
  profile.concern_weights = {{"concern:depression", 0.25}};
  profile.flags = {"flag:high_reactance"};
  profile.flags_assessed = true;
  profile.stage = "stage:action";
  profile.traits = {CopingStyle::kInternalising, Reactance::kHigh, FunctionalImpairment::kModerate,
                    SubjectiveDistress::kHigh};
  profile.goals = {"speak in meetings"};
  profile.strengths = {"humour"};
  profile.preferences = {{"technique:thought_record", Attitude::kDisliked}, {"modality:cft", Attitude::kLiked}};
  profile.therapist.emplace();
  profile.therapist->modalities = {"modality:cbt", "modality:cft"};
  profile.therapist->training_level = "level:competent";
  profile.therapist->home_modality = "modality:cbt";
  profile.prior_responses = {{"modality:cbt", PriorOutcome::kDeteriorated, true, 7}};
  profile.alliance.measure = "measure:srs";
  profile.alliance.scores = {37, 36, 29};
  profile.alliance.markers = {RuptureMarker::kWithdrawal};
  profile.measures = {{"measure:phq9", {9, 10, 16}}};
  profile.sessions = {12, 7, 1};
  profile.progress_state = ProgressState::kAlarm;
  profile.format = TreatmentFormat::kIndividual;
  profile.social_support = SocialSupport::kModerate;
  profile.facts.adequate_dose = true;
  profile.weeks_since_event = 0;
  profile.weeks_since_loss = 5200;
  profile.months_duration = 30;
  profile.age_years = 34;
  profile.risk_item = 0;
  profile.mode = IntegrationMode::kModelLed;
  profile.model = "model:pbt_model";
  return profile;
}

// Everything that a status says, payload and all.
std::string SaidBy(const absl::Status& status) {
  std::string said = status.ToString();
  const std::optional<graph::ErrorInfo> info = graph::ErrorInfoOf(status);
  if (!info.has_value()) return said;
  for (const graph::Violation& violation : info->violations) {
    said += fmt::format("\n{} {} {}", violation.field, violation.description, violation.subject);
  }
  for (const auto& [key, value] : info->metadata) said += fmt::format("\n{} {}", key, value);
  return said;
}

TEST(ReadClient, KeepsAllThatIsTold) {
  const graph::SnapshotPtr snapshot = ShippedOntology();
  std::vector<Notice> notices;
  const absl::StatusOr<Client> read = ReadClient(*snapshot, Whole(), &notices);
  ASSERT_TRUE(read.ok()) << SaidBy(read.status());
  const Client& client = *read;
  const auto id = [&](graph::NodeIndex node) { return std::string(snapshot->id(node)); };
  ASSERT_EQ(client.needs.size(), 3U);
  EXPECT_EQ(id(client.needs[1].node), "process:self_criticism");
  EXPECT_EQ(client.needs[0].effective_weight(), 0.8);
  EXPECT_EQ(client.needs[1].effective_weight(), 2);
  EXPECT_FALSE(client.needs[2].is_need());
  ASSERT_EQ(client.concern_weights.size(), 2U);
  EXPECT_EQ(client.concern_weights[0].concern, client.concerns[0]);
  EXPECT_EQ(client.concern_weights[0].weight, 1);
  EXPECT_EQ(client.concern_weights[1].weight, 0.25);
  EXPECT_EQ(id(client.flags.at(0)), "flag:high_reactance");
  EXPECT_TRUE(client.flags_assessed);
  EXPECT_EQ(id(client.stage.value()), "stage:action");
  EXPECT_EQ(client.traits.reactance, Reactance::kHigh);
  EXPECT_THAT(client.goals, ElementsAre("speak in meetings"));
  EXPECT_THAT(client.strengths, ElementsAre("humour"));
  EXPECT_EQ(client.preferences.at(0).attitude, Attitude::kDisliked);
  EXPECT_EQ(id(client.preferences.at(1).node), "modality:cft");
  EXPECT_EQ(client.therapist.value().modalities.size(), 2U);
  EXPECT_EQ(id(client.therapist->training_level.value()), "level:competent");
  EXPECT_EQ(id(client.therapist->home_modality.value()), "modality:cbt");
  EXPECT_EQ(client.prior_responses.at(0).outcome, PriorOutcome::kDeteriorated);
  EXPECT_TRUE(client.prior_responses[0].dropped_out);
  EXPECT_EQ(client.prior_responses[0].session_count, 7);
  EXPECT_EQ(id(client.alliance.measure.value()), "measure:srs");
  EXPECT_THAT(client.alliance.scores, ElementsAre(37, 36, 29));
  EXPECT_THAT(client.alliance.markers, ElementsAre(RuptureMarker::kWithdrawal));
  EXPECT_THAT(client.measures.at(0).scores, ElementsAre(9, 10, 16));
  EXPECT_EQ(client.sessions.available, 12);
  EXPECT_EQ(client.progress_state, ProgressState::kAlarm);
  EXPECT_EQ(client.format, TreatmentFormat::kIndividual);
  EXPECT_EQ(client.social_support, SocialSupport::kModerate);
  EXPECT_EQ(client.facts.adequate_dose, true);
  EXPECT_EQ(client.facts.shared_process, std::nullopt);
  EXPECT_EQ(client.weeks_since_event, 0);
  EXPECT_EQ(client.age_years, 34);
  EXPECT_EQ(client.risk_item, 0);
  EXPECT_EQ(client.mode, IntegrationMode::kModelLed);
  EXPECT_EQ(id(client.model.value()), "model:pbt_model");
  EXPECT_THAT(notices, IsEmpty());
}

TEST(ReadClient, TakesAClientOfWhomNothingIsTold) {
  const absl::StatusOr<Client> client = ReadClient(*ShippedOntology(), {}, nullptr);
  ASSERT_TRUE(client.ok()) << client.status();
  EXPECT_THAT(client->needs, IsEmpty());
  EXPECT_FALSE(client->flags_assessed);
  EXPECT_FALSE(client->therapist.has_value());
}

TEST(ReadClient, KeepsAConcernAndAFlagOnce) {
  ClientProfile profile;
  profile.concerns = {"concern:panic", "concern:ocd", "concern:panic"};
  profile.flags = {"flag:mania", "flag:mania"};
  const Client client = ReadClient(*ShippedOntology(), profile, nullptr).value();
  EXPECT_EQ(client.concerns.size(), 2U);
  EXPECT_EQ(client.flags.size(), 1U);
}

// --- What is refused: the whole client with one thing wrong.

struct BadProfile {
  const char* name;
  std::function<void(ClientProfile&)> spoil;
  Reason reason;
  const char* field;
  const char* secret = nullptr;  // the value, which must not come back
  friend void PrintTo(const BadProfile& value, std::ostream* out) { *out << value.name; }
};

class BadClientTest : public testing::TestWithParam<BadProfile> {};

TEST_P(BadClientTest, IsRefusedByItsFieldAndWithoutItsValue) {
  ClientProfile profile = Whole();
  GetParam().spoil(profile);
  const absl::Status status = ReadClient(*ShippedOntology(), profile, nullptr).status();
  const std::optional<graph::ErrorInfo> info = graph::ErrorInfoOf(status);
  ASSERT_TRUE(info.has_value()) << status;
  ASSERT_EQ(info->violations.size(), 1U) << SaidBy(status);
  EXPECT_EQ(info->violations[0].reason, GetParam().reason) << status;
  EXPECT_EQ(info->violations[0].field, GetParam().field);
  EXPECT_THAT(info->violations[0].description, testing::StartsWith(GetParam().field));
  const std::string secret = GetParam().secret != nullptr ? GetParam().secret : "nothing given away";
  EXPECT_THAT(SaidBy(status), testing::Not(HasSubstr(secret)));
}

using P = ClientProfile;
constexpr Reason kRange = Reason::kValueOutOfRange;
constexpr Reason kRequired = Reason::kFieldRequired;
constexpr Reason kEnum = Reason::kEnumUnknown;

INSTANTIATE_TEST_SUITE_P(
    All, BadClientTest,
    testing::ValuesIn(std::vector<BadProfile>{
        {"rating_above_1", [](P& p) { p.needs[0].rating = 1.0625; }, kRange, "profile.needs[0].rating", "1.0625"},
        {"rating_below_0", [](P& p) { p.needs[0].rating = -0.0625; }, kRange, "profile.needs[0].rating", "0.0625"},
        {"rating_nan", [](P& p) { p.needs[0].rating = kNan; }, kRange, "profile.needs[0].rating", "nan"},
        {"weight_0", [](P& p) { p.needs[1].weight = 0; }, kRange, "profile.needs[1].weight"},
        {"need_twice", [](P& p) { p.needs[1].node = "dimension:thoughts"; }, kRange, "profile.needs[1].node_id",
         "dimension:thoughts"},
        {"too_many_concerns", [](P& p) { p.concern_weights.clear(); p.concerns.assign(65, "concern:panic"); }, kRange,
         "profile.concern_ids", "panic"},
        {"too_many_flags", [](P& p) { p.flags.assign(65, "flag:mania"); }, kRange, "profile.flag_ids", "mania"},
        {"concern_weight_0", [](P& p) { p.concern_weights[0].weight = 0; }, kRange,
         "profile.concern_weights[0].weight"},
        {"concern_weight_nan", [](P& p) { p.concern_weights[0].weight = kNan; }, kRange,
         "profile.concern_weights[0].weight"},
        {"concern_weight_of_none", [](P& p) { p.concern_weights[0].concern = "concern:ocd"; }, kRange,
         "profile.concern_weights[0].concern_id", "concern:ocd"},
        {"concern_weight_twice", [](P& p) { p.concern_weights.push_back({"concern:depression", 2}); }, kRange,
         "profile.concern_weights[1].concern_id", "concern:depression"},
        {"concern_weight_empty", [](P& p) { p.concern_weights[0].concern = ""; }, kRequired,
         "profile.concern_weights[0].concern_id"},
        {"flag_malformed", [](P& p) { p.flags[0] = "hurts himself"; }, Reason::kCurieMalformed, "profile.flag_ids[0]",
         "himself"},
        {"stage_unknown", [](P& p) { p.stage = "stage:denial"; }, Reason::kNodeNotFound, "profile.stage_id", "denial"},
        {"stage_is_a_level", [](P& p) { p.stage = "level:basic"; }, kRange, "profile.stage_id", "level:basic"},
        {"coping_style", [](P& p) { p.traits.coping_style = CopingStyle{77}; }, kEnum, "profile.traits.coping_style",
         "77"},
        {"reactance", [](P& p) { p.traits.reactance = Reactance{-1}; }, kEnum, "profile.traits.reactance"},
        {"impairment", [](P& p) { p.traits.functional_impairment = FunctionalImpairment{4}; }, kEnum,
         "profile.traits.functional_impairment"},
        {"distress", [](P& p) { p.traits.subjective_distress = SubjectiveDistress{4}; }, kEnum,
         "profile.traits.subjective_distress"},
        {"goal_empty", [](P& p) { p.goals.emplace_back(); }, kRequired, "profile.goals[1]"},
        {"goal_too_long", [](P& p) { p.goals[0] = std::string(1001, 'q'); }, kRange, "profile.goals[0]", "qq"},
        {"goal_not_utf8", [](P& p) { p.goals[0] = "qqq\xFF"; }, kRange, "profile.goals[0]", "qq"},
        {"too_many_goals", [](P& p) { p.goals.assign(65, "qqq"); }, kRange, "profile.goals", "qq"},
        {"strength_too_long", [](P& p) { p.strengths[0] = std::string(1001, 'q'); }, kRange, "profile.strengths[0]",
         "qq"},
        {"preference_unset", [](P& p) { p.preferences[1].attitude = Attitude::kUnspecified; }, kRequired,
         "profile.preferences[1].attitude"},
        {"preference_unknown", [](P& p) { p.preferences[1].attitude = Attitude{88}; }, kEnum,
         "profile.preferences[1].attitude", "88"},
        {"preference_of_a_process", [](P& p) { p.preferences[0].node = "process:worry"; }, kRange,
         "profile.preferences[0].id", "worry"},
        {"preference_twice", [](P& p) { p.preferences[1].node = p.preferences[0].node; }, kRange,
         "profile.preferences[1].id", "thought_record"},
        {"too_many_preferences", [](P& p) { p.preferences.assign(65, p.preferences[0]); }, kRange,
         "profile.preferences", "thought_record"},
        {"therapist_modality", [](P& p) { p.therapist->modalities[1] = "modality:cbtt"; p.therapist->home_modality.reset(); },
         Reason::kNodeNotFound, "profile.therapist.modality_ids[1]", "cbtt"},
        {"therapist_level", [](P& p) { p.therapist->training_level = "stage:action"; }, kRange,
         "profile.therapist.training_level_id", "stage:action"},
        {"home_without_competence", [](P& p) { p.therapist->home_modality = "modality:mbct"; }, kRange,
         "profile.therapist.home_modality_id", "mbct"},
        {"prior_outcome_unset",
         [](P& p) { p.prior_responses[0] = {"modality:cbt", PriorOutcome::kUnknown, false, {}}; }, kRequired,
         "profile.prior_responses[0].outcome"},
        {"prior_outcome_unknown", [](P& p) { p.prior_responses[0].outcome = PriorOutcome{5}; }, kEnum,
         "profile.prior_responses[0].outcome"},
        {"prior_sessions", [](P& p) { p.prior_responses[0].session_count = 1001; }, kRange,
         "profile.prior_responses[0].session_count", "1001"},
        {"prior_twice", [](P& p) { p.prior_responses.push_back(p.prior_responses[0]); }, kRange,
         "profile.prior_responses[1].id"},
        {"alliance_without_measure", [](P& p) { p.alliance.measure.reset(); }, kRequired,
         "profile.alliance.measure_id"},
        {"alliance_by_outcome", [](P& p) { p.alliance.measure = "measure:pcl5"; }, kRange,
         "profile.alliance.measure_id", "pcl5"},
        {"alliance_score", [](P& p) { p.alliance.scores[2] = 40.5; }, kRange, "profile.alliance.scores[2]", "40.5"},
        {"alliance_score_nan", [](P& p) { p.alliance.scores[0] = kNan; }, kRange, "profile.alliance.scores[0]"},
        {"too_many_scores", [](P& p) { p.alliance.scores.assign(501, 36.5); }, kRange, "profile.alliance.scores",
         "36.5"},
        {"marker_unset", [](P& p) { p.alliance.markers[0] = RuptureMarker::kUnspecified; }, kRequired,
         "profile.alliance.markers[0]"},
        {"marker_unknown", [](P& p) { p.alliance.markers[0] = RuptureMarker{3}; }, kEnum,
         "profile.alliance.markers[0]"},
        {"measure_empty", [](P& p) { p.measures[0].measure = ""; }, kRequired, "profile.measures[0].measure_id"},
        {"measure_without_score", [](P& p) { p.measures[0].scores.clear(); }, kRequired, "profile.measures[0].scores"},
        {"measure_score", [](P& p) { p.measures[0].scores[1] = 27.5; }, kRange, "profile.measures[0].scores[1]",
         "27.5"},
        {"measure_score_infinite",
         [](P& p) { p.measures[0] = {"measure:cssrs", {std::numeric_limits<double>::infinity()}}; }, kRange,
         "profile.measures[0].scores[0]"},
        {"measure_twice", [](P& p) { p.measures.push_back(p.measures[0]); }, kRange,
         "profile.measures[1].measure_id", "phq9"},
        {"sessions_available", [](P& p) { p.sessions.available = -41; }, kRange, "profile.sessions.available_count",
         "41"},
        {"sessions_done", [](P& p) { p.sessions.done = 1001; }, kRange, "profile.sessions.done_count", "1001"},
        {"sessions_missed", [](P& p) { p.sessions.missed = 1001; }, kRange, "profile.sessions.missed_count", "1001"},
        {"progress", [](P& p) { p.progress_state = ProgressState{6}; }, kEnum, "profile.progress_state"},
        {"format", [](P& p) { p.format = TreatmentFormat{5}; }, kEnum, "profile.format"},
        {"support", [](P& p) { p.social_support = SocialSupport{4}; }, kEnum, "profile.social_support"},
        {"preference_denied", [](P& p) { p.facts.stated_preference = false; }, kRange,
         "profile.facts.stated_preference"},
        {"weeks_since_event", [](P& p) { p.weeks_since_event = 5201; }, kRange, "profile.weeks_since_event", "5201"},
        {"weeks_since_loss", [](P& p) { p.weeks_since_loss = -1; }, kRange, "profile.weeks_since_loss"},
        {"months_duration", [](P& p) { p.months_duration = 1201; }, kRange, "profile.months_duration", "1201"},
        {"age_years", [](P& p) { p.age_years = 131; }, kRange, "profile.age_years", "131"},
        {"risk_item", [](P& p) { p.risk_item = 7341; }, kRange, "profile.risk_item", "7341"},
        {"mode", [](P& p) { p.mode = IntegrationMode{7}; }, kEnum, "profile.mode"},
        {"led_by_no_model", [](P& p) { p.model.reset(); }, kRequired, "profile.model_id"},
        {"model_without_its_mode", [](P& p) { p.mode = IntegrationMode::kResponsive; }, kRange, "profile.model_id",
         "pbt_model"},
        {"no_home",
         [](P& p) { p.mode = IntegrationMode::kAssimilative; p.model.reset(); p.therapist.reset(); }, kRequired,
         "profile.therapist.home_modality_id"},
    }),
    [](const auto& param_info) { return param_info.param.name; });

TEST(ReadClient, ReportsEveryViolationAtOnceWithTheNearestIds) {
  ClientProfile profile = Whole();
  profile.stage = "stage:akshun";
  profile.age_years = -1;
  profile.preferences[0].node = "technique:thought_recrod";
  profile.measures[0].scores[0] = 99;
  const std::optional<graph::ErrorInfo> info =
      graph::ErrorInfoOf(ReadClient(*ShippedOntology(), profile, nullptr).status());
  ASSERT_TRUE(info.has_value());
  std::vector<std::string> fields;
  for (const graph::Violation& violation : info->violations) fields.push_back(violation.field);
  EXPECT_THAT(fields, testing::UnorderedElementsAre("profile.stage_id", "profile.age_years",
                                                    "profile.preferences[0].id", "profile.measures[0].scores[0]"));
  EXPECT_THAT(info->violations,
              Contains(testing::Field(&graph::Violation::description, HasSubstr("technique:thought_record"))));
}

// Every text and number of a profile is one that occurs nowhere else; whichever of them are refused, none comes back.
TEST(ReadClient, SaysNothingThatAProfileHoldsWhateverIsWrong) {
  const graph::SnapshotPtr snapshot = ShippedOntology();
  for (unsigned seed = 1; seed <= 300; ++seed) {
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    std::mt19937 random(seed);
    std::vector<std::string> planted;
    const auto text = [&](std::string_view prefix) {
      planted.push_back(fmt::format("zq{:08x}", random()));
      return fmt::format("{}{}", prefix, planted.back());
    };
    const auto number = [&] {
      const std::int32_t value = -static_cast<std::int32_t>(random() % 900'000'000 + 100'000'000);
      planted.push_back(fmt::to_string(-value));
      return value;
    };
    const auto perhaps = [&] { return random() % 2 == 0; };
    ClientProfile profile = Whole();
    const auto spoil_id = [&](auto& id, std::string_view prefix) {
      if (perhaps()) id = text(perhaps() ? prefix : "a secret ");
    };
    spoil_id(profile.needs[0].node, "process:");
    spoil_id(profile.concerns[0], "concern:");
    spoil_id(profile.flags[0], "flag:");
    spoil_id(profile.concern_weights[0].concern, "concern:");
    spoil_id(profile.stage, "stage:");
    spoil_id(profile.preferences[0].node, "technique:");
    spoil_id(profile.therapist->modalities[0], "modality:");
    spoil_id(profile.therapist->training_level, "level:");
    spoil_id(profile.therapist->home_modality, "modality:");
    spoil_id(profile.prior_responses[0].node, "technique:");
    spoil_id(profile.alliance.measure, "measure:");
    spoil_id(profile.measures[0].measure, "measure:");
    spoil_id(profile.model, "model:");
    profile.goals = {text(""), text(std::string(1000, ' '))};
    profile.strengths = {text("\xFF"), text("")};
    const auto spoil_number = [&](auto& value) {
      if (perhaps()) value = number();
    };
    spoil_number(profile.needs[0].rating);
    spoil_number(profile.needs[1].weight);
    spoil_number(profile.concern_weights[0].weight);
    spoil_number(profile.prior_responses[0].session_count);
    spoil_number(profile.alliance.scores[1]);
    spoil_number(profile.measures[0].scores[1]);
    spoil_number(profile.sessions.available);
    spoil_number(profile.sessions.done);
    spoil_number(profile.sessions.missed);
    spoil_number(profile.weeks_since_event);
    spoil_number(profile.weeks_since_loss);
    spoil_number(profile.months_duration);
    spoil_number(profile.age_years);
    spoil_number(profile.risk_item);
    if (perhaps()) profile.traits.coping_style = CopingStyle{number()};
    if (perhaps()) profile.preferences[1].attitude = Attitude{number()};
    if (perhaps()) profile.prior_responses[0].outcome = PriorOutcome{number()};
    if (perhaps()) profile.alliance.markers[0] = RuptureMarker{number()};
    if (perhaps()) profile.progress_state = ProgressState{number()};
    if (perhaps()) profile.format = TreatmentFormat{number()};
    if (perhaps()) profile.mode = IntegrationMode{number()};
    std::vector<Notice> notices;
    const absl::Status status = ReadClient(*snapshot, profile, &notices).status();
    ASSERT_FALSE(status.ok());  // a goal is too long
    std::string said = SaidBy(status);
    for (const Notice& notice : notices) said += notice.message + notice.from_id + notice.to_id + notice.field;
    for (const std::string& value : planted) ASSERT_THAT(said, testing::Not(HasSubstr(value)));
  }
}

}  // namespace
}  // namespace braid::ontology
