#include "ontology/progress/course.h"

#include <algorithm>
#include <functional>
#include <limits>
#include <ostream>
#include <string>
#include <vector>

#include "graph/error.h"
#include "gtest/gtest.h"
#include "tests/ontology/recommend/clients.h"
#include "tests/ontology/shipped.h"

namespace braid::ontology {
namespace {

using graph::Reason;

ClientProfile Profile() {
  ClientProfile profile;
  profile.needs = {{"concern:depression"}};
  profile.concerns = {"concern:depression"};
  profile.measures = {{"measure:phq9", {18}}};
  profile.alliance.measure = "measure:srs";
  return profile;
}

// A course in which everything that can happen happens.
Course Whole() {
  Course course;
  course.alliance_measure = "measure:srs";
  Course::Session intake;
  intake.date = "2026-02-28";
  intake.scores = {{"measure:gad7", 12}};
  Course::Session first;
  first.number = 1;
  first.date = "2026-03-07";
  first.techniques = {"technique:thought_record", "technique:activity_scheduling"};
  first.scores = {{"measure:phq9", 17}, {"measure:gad7", 12}};
  first.alliance_score = 37;
  first.events = {Course::FlagEvent{"flag:active_self_harm", FlagChange::kRaised}, RuptureMarker::kConfrontation};
  Course::Session second;
  second.number = 3;
  second.missed = true;
  second.scores = {{"measure:phq9", 16}};
  Course::NeedsEvent needs;
  needs.needs = {{"dimension:relationships", 2, {}}};
  needs.concerns = {"concern:depression"};
  needs.goals = {"make peace with my sister"};
  ClientProfile::Therapist therapist;
  therapist.modalities = {"modality:cbt"};
  second.events = {Course::FlagEvent{"flag:active_self_harm", FlagChange::kAddressed},
                   Course::FlagEvent{"flag:active_self_harm", FlagChange::kResolved},
                   Course::RuptureRepaired{},
                   Course::StageEvent{"stage:action"},
                   therapist,
                   needs,
                   ClientProfile::Preference{"technique:thought_record", Attitude::kDisliked}};
  course.sessions = {intake, first, second};
  return course;
}

absl::StatusOr<ClientCourse> Read(const Course& course, const ClientProfile& profile = Profile()) {
  return ReadCourse(*ShippedOntology(), profile, ReadShipped(profile), course, nullptr);
}

TEST(ReadCourse, TakesEverythingThatCanHappen) {
  const auto course = Read(Whole());
  ASSERT_TRUE(course.ok()) << course.status();
  ASSERT_EQ(course->sessions.size(), 3u);
  EXPECT_EQ(ShippedOntology()->id(*course->alliance_measure), "measure:srs");
  EXPECT_EQ(course->sessions[1].techniques.size(), 2u);
  EXPECT_EQ(course->sessions[2].events.size(), 7u);
  const auto& needs = std::get<ClientCourse::NeedsEvent>(course->sessions[2].events[5]);
  EXPECT_EQ(ShippedOntology()->id(needs.needs[0].node), "dimension:relationships");
  EXPECT_EQ(needs.needs[0].weight, 2);
}

TEST(ReadCourse, TakesOverTheMeasureOfTheAllianceFromTheProfile) {
  Course course = Whole();
  course.alliance_measure.reset();
  const auto read = Read(course);
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_EQ(ShippedOntology()->id(*read->alliance_measure), "measure:srs");
}

struct BadCourse {
  std::string name;
  std::function<void(Course&)> spoil;
  Reason reason;
  std::string field;
};
void PrintTo(const BadCourse& bad, std::ostream* out) { *out << bad.name; }

class BadCourseTest : public testing::TestWithParam<BadCourse> {};

TEST_P(BadCourseTest, IsRefusedByItsFieldAndWithoutItsValue) {
  Course course = Whole();
  GetParam().spoil(course);
  const auto read = Read(course);
  ASSERT_FALSE(read.ok());
  const auto info = graph::ErrorInfoOf(read.status());
  ASSERT_TRUE(info.has_value()) << read.status();
  const auto is_it = [&](const graph::Violation& v) {
    return v.reason == GetParam().reason && v.field == GetParam().field;
  };
  EXPECT_TRUE(std::any_of(info->violations.begin(), info->violations.end(), is_it)) << read.status();
  for (const graph::Violation& violation : info->violations) {
    EXPECT_EQ(violation.description.find("profile.needs"), std::string::npos) << violation.description;
    for (const char* value : {"12345", "nonsense", "2026-02-30", "2026-01-01", "thought_record", "self_harm"}) {
      EXPECT_EQ(violation.description.find(value), std::string::npos) << violation.description;
      EXPECT_EQ(violation.subject.find(value), std::string::npos) << violation.subject;
    }
  }
}

constexpr Reason kRange = Reason::kValueOutOfRange;
constexpr Reason kRequired = Reason::kFieldRequired;

INSTANTIATE_TEST_SUITE_P(
    All, BadCourseTest,
    testing::Values(
        BadCourse{"no_record", [](Course& c) { c.sessions.clear(); }, kRequired, "course.sessions"},
        BadCourse{"too_many_records", [](Course& c) { c.sessions.resize(201); }, kRange, "course.sessions"},
        BadCourse{"number_below_0", [](Course& c) { c.sessions[0].number = -1; }, kRange, "course.sessions[0].number"},
        BadCourse{"number_too_great", [](Course& c) { c.sessions[2].number = 12345; }, kRange,
                  "course.sessions[2].number"},
        BadCourse{"number_twice", [](Course& c) { c.sessions[2].number = 1; }, kRange, "course.sessions[2].number"},
        BadCourse{"numbers_fall", [](Course& c) { std::swap(c.sessions[0].number, c.sessions[1].number); }, kRange,
                  "course.sessions[1].number"},
        BadCourse{"no_day", [](Course& c) { c.sessions[1].date = "2026-02-30"; }, kRange, "course.sessions[1].date"},
        BadCourse{"no_date", [](Course& c) { c.sessions[1].date = "nonsense"; }, kRange, "course.sessions[1].date"},
        BadCourse{"dates_fall", [](Course& c) { c.sessions[1].date = "2026-01-01"; }, kRange,
                  "course.sessions[1].date"},
        BadCourse{"technique_empty", [](Course& c) { c.sessions[1].techniques[0] = ""; }, kRequired,
                  "course.sessions[1].technique_ids[0]"},
        BadCourse{"technique_malformed", [](Course& c) { c.sessions[1].techniques[0] = "nonsense"; },
                  Reason::kCurieMalformed, "course.sessions[1].technique_ids[0]"},
        BadCourse{"technique_unknown", [](Course& c) { c.sessions[1].techniques[1] = "technique:nonsense"; },
                  Reason::kNodeNotFound, "course.sessions[1].technique_ids[1]"},
        BadCourse{"technique_is_a_modality", [](Course& c) { c.sessions[1].techniques[0] = "modality:cbt"; }, kRange,
                  "course.sessions[1].technique_ids[0]"},
        BadCourse{"technique_is_a_concern", [](Course& c) { c.sessions[1].techniques[0] = "concern:ptsd"; }, kRange,
                  "course.sessions[1].technique_ids[0]"},
        BadCourse{"technique_twice", [](Course& c) { c.sessions[1].techniques[1] = "technique:thought_record"; },
                  kRange, "course.sessions[1].technique_ids[1]"},
        BadCourse{"too_many_techniques", [](Course& c) { c.sessions[1].techniques.resize(21); }, kRange,
                  "course.sessions[1].technique_ids"},
        BadCourse{"intake_worked_in", [](Course& c) { c.sessions[0].techniques = {"technique:thought_record"}; },
                  kRange, "course.sessions[0].technique_ids"},
        BadCourse{"missed_worked_in", [](Course& c) { c.sessions[2].techniques = {"technique:thought_record"}; },
                  kRange, "course.sessions[2].technique_ids"},
        BadCourse{"measure_unknown", [](Course& c) { c.sessions[1].scores[0].measure = "measure:nonsense"; },
                  Reason::kNodeNotFound, "course.sessions[1].scores[0].measure_id"},
        BadCourse{"measure_is_no_measure", [](Course& c) { c.sessions[1].scores[0].measure = "concern:ptsd"; }, kRange,
                  "course.sessions[1].scores[0].measure_id"},
        BadCourse{"measure_of_the_alliance",
                  [](Course& c) {
                    c.sessions[1].scores[0] = {"measure:srs", 30};
                  },
                  kRange, "course.sessions[1].scores[0].measure_id"},
        BadCourse{"measure_twice",
                  [](Course& c) {
                    c.sessions[1].scores[1] = {"measure:phq9", 3};
                  },
                  kRange, "course.sessions[1].scores[1].measure_id"},
        BadCourse{"score_above_the_range", [](Course& c) { c.sessions[1].scores[0].score = 12345; }, kRange,
                  "course.sessions[1].scores[0].score"},
        BadCourse{"score_below_the_range", [](Course& c) { c.sessions[1].scores[0].score = -1; }, kRange,
                  "course.sessions[1].scores[0].score"},
        BadCourse{"score_no_number",
                  [](Course& c) { c.sessions[1].scores[0].score = std::numeric_limits<double>::quiet_NaN(); }, kRange,
                  "course.sessions[1].scores[0].score"},
        BadCourse{"intake_scored_twice",
                  [](Course& c) {
                    c.sessions[0].scores = {{"measure:phq9", 18}};
                  },
                  kRange, "course.sessions[0].scores[0].measure_id"},
        BadCourse{"alliance_out_of_range", [](Course& c) { c.sessions[1].alliance_score = 12345; }, kRange,
                  "course.sessions[1].alliance_score"},
        BadCourse{"alliance_of_a_missed_session", [](Course& c) { c.sessions[2].alliance_score = 38; }, kRange,
                  "course.sessions[2].alliance_score"},
        BadCourse{"alliance_measures_differ", [](Course& c) { c.alliance_measure = "measure:wai_sr"; }, kRange,
                  "course.alliance_measure_id"},
        BadCourse{"alliance_measure_of_symptoms", [](Course& c) { c.alliance_measure = "measure:phq9"; }, kRange,
                  "course.alliance_measure_id"},
        BadCourse{"event_empty", [](Course& c) { c.sessions[1].events[0] = std::monostate{}; }, kRequired,
                  "course.sessions[1].events[0]"},
        BadCourse{"flag_without_change",
                  [](Course& c) {
                    c.sessions[1].events[0] = Course::FlagEvent{"flag:active_self_harm", {}};
                  },
                  kRequired, "course.sessions[1].events[0].flag.change"},
        BadCourse{"flag_of_no_change",
                  [](Course& c) {
                    c.sessions[1].events[0] = Course::FlagEvent{"flag:active_self_harm", static_cast<FlagChange>(9)};
                  },
                  Reason::kEnumUnknown, "course.sessions[1].events[0].flag.change"},
        BadCourse{"flag_unknown",
                  [](Course& c) {
                    c.sessions[1].events[0] = Course::FlagEvent{"flag:nonsense", FlagChange::kRaised};
                  },
                  Reason::kNodeNotFound, "course.sessions[1].events[0].flag.flag_id"},
        BadCourse{"flag_resolved_that_was_not_raised",
                  [](Course& c) {
                    c.sessions[1].events[0] = Course::FlagEvent{"flag:mania", FlagChange::kResolved};
                  },
                  kRange, "course.sessions[1].events[0].flag.flag_id"},
        BadCourse{"rupture_unset", [](Course& c) { c.sessions[1].events[1] = RuptureMarker::kUnspecified; }, kRequired,
                  "course.sessions[1].events[1].rupture"},
        BadCourse{"repaired_false", [](Course& c) { c.sessions[2].events[2] = Course::RuptureRepaired{false}; }, kRange,
                  "course.sessions[2].events[2].rupture_repaired"},
        BadCourse{"stage_is_no_stage", [](Course& c) { c.sessions[2].events[3] = Course::StageEvent{"concern:ptsd"}; },
                  kRange, "course.sessions[2].events[3].stage_id"},
        BadCourse{"therapist_of_no_modality",
                  [](Course& c) {
                    std::get<ClientProfile::Therapist>(c.sessions[2].events[4]).modalities = {"concern:ptsd"};
                  },
                  kRange, "course.sessions[2].events[4].therapist.modality_ids[0]"},
        BadCourse{"need_twice",
                  [](Course& c) {
                    auto& needs = std::get<Course::NeedsEvent>(c.sessions[2].events[5]).needs;
                    needs.push_back(needs[0]);
                  },
                  kRange, "course.sessions[2].events[5].needs.needs[1].node_id"},
        BadCourse{"preference_without_attitude",
                  [](Course& c) {
                    std::get<ClientProfile::Preference>(c.sessions[2].events[6]).attitude = Attitude::kUnspecified;
                  },
                  kRequired, "course.sessions[2].events[6].preference.attitude"},
        BadCourse{"too_many_events", [](Course& c) { c.sessions[1].events.resize(65); }, kRange,
                  "course.sessions[1].events"}),
    [](const auto& test) { return test.param.name; });

TEST(ReadCourse, SaysAllThatIsWrongAtOnce) {
  Course course = Whole();
  course.sessions[0].number = -1;
  course.sessions[1].scores[0].score = 99;
  course.sessions[2].events[3] = Course::StageEvent{"stage:nonsense"};
  EXPECT_EQ(graph::ErrorInfoOf(Read(course).status())->violations.size(), 3u);
}

TEST(ReadCourse, ATherapistWithoutAHomeCannotTakeOverAnAssimilativePlan) {
  ClientProfile profile = Profile();
  profile.mode = IntegrationMode::kAssimilative;
  profile.therapist.emplace();
  profile.therapist->modalities = {"modality:cbt"};
  profile.therapist->home_modality = "modality:cbt";
  const auto read = Read(Whole(), profile);
  ASSERT_FALSE(read.ok());
  EXPECT_EQ(graph::ErrorInfoOf(read.status())->violations[0].field,
            "course.sessions[2].events[4].therapist.home_modality_id");
}

TEST(ReadNextSession, AgreesWithReadCourseAtEveryCut) {
  const Course whole = Whole();
  const Client client = ReadShipped(Profile());
  ClientCourse so_far = *Read(whole);
  const std::vector<ClientCourse::Session> sessions = so_far.sessions;
  for (std::size_t cut = 1; cut < sessions.size(); ++cut) {
    so_far.sessions.assign(sessions.begin(), sessions.begin() + static_cast<std::ptrdiff_t>(cut));
    const auto next = ReadNextSession(*ShippedOntology(), Profile(), client, so_far, whole.sessions[cut], nullptr);
    ASSERT_TRUE(next.ok()) << next.status();
    EXPECT_EQ(next->number, sessions[cut].number);
    EXPECT_EQ(next->events.size(), sessions[cut].events.size());
    const auto again = ReadNextSession(*ShippedOntology(), Profile(), client, so_far, whole.sessions[cut - 1], nullptr);
    EXPECT_EQ(graph::ErrorInfoOf(again.status())->violations[0].field, "session.number");
  }
}

}  // namespace
}  // namespace braid::ontology
