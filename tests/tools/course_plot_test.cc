#include "tools/braid/course_plot.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <clocale>
#include <cstdint>
#include <map>
#include <random>
#include <set>
#include <sstream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tests/parsed.h"
#include "tests/tools/well_formed_xml.h"

namespace braid::cli {
namespace {

using test::Parsed;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

// Widths of characters, as in the program.
class CoursePlotTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() { ASSERT_NE(std::setlocale(LC_ALL, "C.UTF-8"), nullptr); }
};

v1::Node Measure(const std::string& id, const std::string& label, double low, double high,
                 const std::string& direction) {
  return Parsed<v1::Node>(fmt::format(R"(
    id: "{}" preferred_label: "{}"
    attributes {{ name: "range_min" number: {} }} attributes {{ name: "range_max" integer: {} }}
    attributes {{ name: "direction" text: "{}" }})",
                                      id, label, low, high, direction));
}

// What a plot is drawn from, and keeps.
struct Course {
  v1::ReviseRequest request;
  v1::SimulateCourseResponse simulation;
  v1::ReviseResponse reply;
  std::map<std::string, v1::Node> measures;

  CoursePlot Plot() const { return PlotOf({request, simulation, reply, measures}); }
};

// Four sessions: a rupture at the second holds changes, and is repaired; the third need review consults.
Course SmallCourse() {
  Course course;
  course.measures["measure:m"] = Measure("measure:m", "Mood scale", 0, 27, "higher_worse");
  course.measures["measure:a"] = Measure("measure:a", "SRS", 0, 40, "lower_worse");
  course.measures["measure:a"].MergeFrom(Parsed<v1::Node>("attributes { name: 'clinical_cutoff' number: 36 }"));
  course.request = Parsed<v1::ReviseRequest>(R"(
    recommend { profile { measures { measure_id: "measure:m" scores: 20 scores: 18 } } }
    course {
      alliance_measure_id: "measure:a"
      sessions { number: 1 scores { measure_id: "measure:m" score: 17 } alliance_score: 38 }
      sessions { number: 2 scores { measure_id: "measure:m" score: 19.5 } alliance_score: 30
                 events { rupture: RUPTURE_MARKER_WITHDRAWAL } events { rupture: RUPTURE_MARKER_CONFRONTATION }
                 events { stage_id: "stage:x" } }
      sessions { number: 3 missed: true events { rupture_repaired: true } }
      sessions { number: 4 scores { measure_id: "measure:m" score: 9 } alliance_score: 37 }
    })");
  course.simulation = Parsed<v1::SimulateCourseResponse>(R"(
    steps { session_number: 1 needs { need_id: "process:low" verb: REVIEW_VERB_REVIEW
            score { measure_id: "measure:m" expected { session_number: 1 worst_tenth: 24 worst_fifth: 21 } } } }
    steps { session_number: 2 held_by: REVISION_HOLD_ALLIANCE
            needs { need_id: "process:low" verb: REVIEW_VERB_REPAIR consult: true } }
    steps { session_number: 4 needs { need_id: "process:low" verb: REVIEW_VERB_SWITCH } }
    nodes { id: "process:low" preferred_label: "Low mood" })");
  course.reply = Parsed<v1::ReviseResponse>(R"(
    revision {
      session_number: 4
      needs { need_id: "process:low" verb: REVIEW_VERB_KEEP
              score { measure_id: "measure:m" baseline: 18 latest: 9 clinical_cutoff: 10 reliable_change: 6
                      verification: VERIFICATION_SOURCE } }
      changes { kind: CHANGE_KIND_SWITCHED } changes { kind: CHANGE_KIND_ADDED } changes { kind: CHANGE_KIND_KEPT }
    })");
  return course;
}

std::string Draw(const CoursePlot& plot, std::size_t width) {
  return DrawCourse(plot, Terminal(ColorMode::kNever, width));
}

std::vector<std::string> LinesOf(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

std::size_t CountOf(std::string_view text, std::string_view part) {
  std::size_t count = 0;
  for (std::size_t at = text.find(part); at != std::string_view::npos; at = text.find(part, at + part.size())) ++count;
  return count;
}

// --- What is drawn

TEST_F(CoursePlotTest, HoldsEveryScoreTheLastOfTheProfileAtIntake) {
  const CoursePlot plot = SmallCourse().Plot();
  ASSERT_EQ(plot.curves.size(), 2U);
  std::vector<std::pair<int, double>> points;
  for (const CoursePoint& point : plot.curves[0].points) points.emplace_back(point.session, point.score);
  EXPECT_THAT(points, ElementsAre(std::pair(0, 18.0), std::pair(1, 17.0), std::pair(2, 19.5), std::pair(4, 9.0)));
  EXPECT_TRUE(plot.curves[1].is_alliance);
  EXPECT_EQ(plot.curves[1].points.size(), 3U);
  EXPECT_EQ(plot.first_session, 0);
  EXPECT_EQ(plot.last_session, 4);
}

TEST_F(CoursePlotTest, AnAliasAndItsIdAreOneMeasure) {
  Course course = SmallCourse();
  course.measures["measure:old"] = course.measures["measure:m"];
  course.request.mutable_course()->mutable_sessions(1)->mutable_scores(0)->set_measure_id("measure:old");
  EXPECT_EQ(course.Plot().curves[0].points.size(), 4U);
}

TEST_F(CoursePlotTest, ReliableChangeIsCountedFromTheFirstScoreInTheMeasuresDirection) {
  const auto levels = [](const Course& course) {
    std::vector<std::string> texts;
    const CoursePlot plot = course.Plot();
    for (const CourseLevel& level : plot.curves[0].levels) texts.push_back(LevelText(level));
    return texts;
  };
  Course course = SmallCourse();
  EXPECT_THAT(levels(course), ElementsAre("clinical cut-off 10", "reliably better from 12", "reliably worse from 24"));
  course.measures["measure:m"] = Measure("measure:m", "Mood scale", 0, 27, "lower_worse");
  EXPECT_THAT(levels(course), ElementsAre("clinical cut-off 10", "reliably better from 24", "reliably worse from 12"));
  course.measures["measure:m"] = Measure("measure:m", "Mood scale", 0, 27, "");
  EXPECT_THAT(levels(course), ElementsAre("clinical cut-off 10")) << "which way it runs is not known";
}

TEST_F(CoursePlotTest, AMeasureThatNoReviewSpeaksOfIsReadByItsPublishedConstants) {
  Course course = SmallCourse();
  course.reply.mutable_revision()->clear_needs();
  course.simulation.clear_steps();
  EXPECT_THAT(course.Plot().curves[0].levels, IsEmpty());
  EXPECT_EQ(course.Plot().curves[0].note, "neither a cut-off nor a reliable change is known");
  course.measures["measure:m"].MergeFrom(Parsed<v1::Node>(
      "attributes { name: 'clinical_cutoff' number: 11 } attributes { name: 'reliable_change' integer: 5 }"));
  const CourseCurve curve = course.Plot().curves[0];
  ASSERT_EQ(curve.levels.size(), 3U);
  EXPECT_EQ(curve.levels[0].score, 11);
  EXPECT_EQ(curve.levels[1].score, 13);
}

TEST_F(CoursePlotTest, SaysWhatLiesBeyondTheRangeAndWhatIsNotVerified) {
  Course course = SmallCourse();
  v1::ScoreReview& review = *course.reply.mutable_revision()->mutable_needs(0)->mutable_score();
  review.set_verification(v1::VERIFICATION_UNSPECIFIED);
  review.set_reliable_change(10);  // 28 is above 27
  const CourseCurve curve = course.Plot().curves[0];
  EXPECT_EQ(curve.levels.size(), 2U);
  EXPECT_EQ(curve.note, "its constants are not verified in their source; a reliably worse score is beyond the range");
  EXPECT_THAT(Draw(course.Plot(), 100), HasSubstr("beyond the range"));
  EXPECT_THAT(CourseSvg(course.Plot()), HasSubstr("beyond the range"));
}

TEST_F(CoursePlotTest, ARangeThatIsNotKnownIsThatOfWhatIsDrawn) {
  Course course = SmallCourse();
  course.measures["measure:m"] = Parsed<v1::Node>("id: 'measure:m'");
  const CourseCurve curve = course.Plot().curves[0];
  EXPECT_EQ(curve.title, "measure:m");
  EXPECT_EQ(curve.low, 9);
  EXPECT_EQ(curve.high, 20);
}

TEST_F(CoursePlotTest, TheVerbsOfTheLastSessionAreThoseOfTheRevision) {
  const CoursePlot plot = SmallCourse().Plot();
  const auto verbs = std::find_if(plot.rows.begin(), plot.rows.end(),
                                  [](const CourseRow& row) { return row.kind == CourseRow::Kind::kVerb; });
  ASSERT_NE(verbs, plot.rows.end());
  EXPECT_EQ(verbs->label, "Low mood");
  EXPECT_THAT(verbs->cells, ElementsAre(std::pair(1, "rev"), std::pair(2, "rep!"), std::pair(4, "keep")));
}

// Two short words that are one would tell two stories.
TEST_F(CoursePlotTest, EveryVerbAndEveryEventHasAShortWordOfItsOwn) {
  Course course = SmallCourse();
  const auto* verbs = v1::ReviewVerb_descriptor();
  auto* needs = course.reply.mutable_revision()->mutable_needs();
  needs->Clear();
  for (int i = 1; i < verbs->value_count(); ++i) {
    v1::NeedReview& need = *needs->Add();
    need.set_need_id(fmt::format("process:{:02}", i));
    need.set_verb(static_cast<v1::ReviewVerb>(verbs->value(i)->number()));
  }
  course.simulation.clear_steps();
  *course.request.mutable_course()->mutable_sessions(3) = Parsed<v1::SessionRecord>(R"(
    number: 4 missed: true
    events { flag { change: FLAG_CHANGE_RAISED } } events { flag { change: FLAG_CHANGE_ADDRESSED } }
    events { flag { change: FLAG_CHANGE_RESOLVED } } events { rupture: RUPTURE_MARKER_WITHDRAWAL }
    events { rupture_repaired: true } events { stage_id: "stage:x" } events { therapist { } } events { needs { } }
    events { preference { } })");
  std::set<std::string> verb_words, event_words;
  const CoursePlot plot = course.Plot();
  for (const CourseRow& row : plot.rows) {
    const auto word = row.cells.find(4);
    if (word == row.cells.end() || row.kind == CourseRow::Kind::kPlan) continue;
    EXPECT_LE(word->second.size(), 4U);
    EXPECT_THAT(word->second, Not(HasSubstr("?")));
    if (row.kind == CourseRow::Kind::kVerb) verb_words.insert(word->second);
    if (row.kind == CourseRow::Kind::kEvent) event_words.insert(word->second);
  }
  EXPECT_EQ(verb_words.size(), static_cast<std::size_t>(verbs->value_count() - 1));
  EXPECT_EQ(event_words.size(), 10U);
}

// --- In a terminal

TEST_F(CoursePlotTest, DrawsScoresLevelsTheAllianceEventsHoldsAndVerbsUnderTheirSessions) {
  EXPECT_EQ(Draw(SmallCourse().Plot(), 62), R"(
   Mood scale, 0 to 27, lower is better
             27 ┤
             24 ┤┄┄┄┄┄┄┄┄┄┄┄┄┄▼┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄
                │
                │             ▿
                │    ●···        ······●···
                │        ·····●··          ···
                │                             ····
             12 ┤┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄···┄┄┄┄┄┄┄┄┄
             10 ┤────────────────────────────────────····─────
                │                                        ●
                │
                │
                │
              0 ┤
   score             18       17      19.5               9
   ● score; ─ clinical cut-off 10; ┄ reliably better from 12;
   ┄ reliably worse from 24; ▿ one in five of like clients is
   worse off, ▼ one in ten

   SRS, the alliance, 0 to 40, higher is better
             38 ┤             ●·
             36 ┤───────────────··──────────────────·····●────
                │                 ··           ·····
                │                   ··    ·····
             30 ┤                     ·●··
   score                      38       30                37
   ● score; ─ clinical cut-off 36

   session           0        1        2        3        4
   events                             rupt     miss
                                      stag     mend
   changes wait                       alli
   Low mood                  rev      rep!              keep
   plan                                                 +2−1

   Events: rupt = a rupture noticed; stag = another stage of
   change; miss = the session was missed; mend = ruptures
   repaired
   Changes wait: alli = until the alliance is repaired
   Needs: rev = too early to judge: keep, and review; rep =
   repair the alliance first; keep = on track or reliably
   better: keep; ! = consult
   Plan: + techniques that come in; − techniques that go
)");
}

TEST_F(CoursePlotTest, ALongCourseIsDrawnInPartsAndAnEmptyPartIsSaid) {
  Course course = SmallCourse();
  v1::SessionRecord& late = *course.request.mutable_course()->add_sessions();
  late = Parsed<v1::SessionRecord>(R"(number: 30 scores { measure_id: "measure:m" score: 8 })");
  const std::string text = Draw(course.Plot(), 80);
  EXPECT_THAT(text, HasSubstr(": nothing is known."));
  EXPECT_EQ(CountOf(text, "Mood scale, 0 to 27"), 2U);
  EXPECT_EQ(CountOf(text, "Events: "), 1U) << "the legend once";
}

// A random course of one measure and the alliance, with reviews.
Course RandomCourse(std::mt19937_64& random) {
  const auto below = [&](std::uint64_t bound) { return random() % bound; };
  Course course = SmallCourse();
  course.request.mutable_course()->clear_sessions();
  course.simulation.clear_steps();
  int number = static_cast<int>(below(3));
  for (std::uint64_t count = 1 + below(30); count > 0;
       --count, number += 1 + static_cast<int>(below(12) == 0 ? below(40) : 0)) {
    v1::SessionRecord& record = *course.request.mutable_course()->add_sessions();
    record.set_number(number);
    if (number > 0 && below(4) != 0) {
      v1::Score& score = *record.add_scores();
      score.set_measure_id("measure:m");
      score.set_score(static_cast<double>(below(109)) / 4);
    }
    if (below(3) != 0) record.set_alliance_score(static_cast<double>(below(81)) / 2);
    if (below(4) == 0) record.add_events()->set_rupture(v1::RUPTURE_MARKER_WITHDRAWAL);
    v1::PlanRevision& step = *course.simulation.add_steps();
    step.set_session_number(number);
    for (std::uint64_t need = below(4); need > 0; --need) {
      v1::NeedReview& review = *step.add_needs();
      review.set_need_id(fmt::format("process:with_a_rather_long_name_{}", need));
      review.set_verb(static_cast<v1::ReviewVerb>(1 + below(10)));
    }
  }
  course.reply.mutable_revision()->set_session_number(number);
  return course;
}

TEST_F(CoursePlotTest, NoLineIsWiderThanTheTerminalAndEveryScoreHasItsMarkAndItsFigure) {
  for (std::uint64_t seed = 1; seed <= 150; ++seed) {
    SCOPED_TRACE(fmt::format("seed {}", seed));
    std::mt19937_64 random(seed);
    const CoursePlot plot = RandomCourse(random).Plot();
    const std::size_t width = 40 + random() % 100;
    const std::string text = Draw(plot, width);
    std::size_t points = 0;
    std::vector<std::string> want;
    for (const CourseCurve& curve : plot.curves) points += curve.points.size();
    std::size_t keys = 0, figures = 0;
    for (const std::string& line : LinesOf(text)) {
      EXPECT_LE(DisplayWidth(line), width) << line;
      keys += CountOf(line, "● score");
      if (!line.starts_with("   score ")) continue;
      std::istringstream words(line.substr(8));
      for (std::string word; words >> word;) ++figures;
    }
    EXPECT_EQ(CountOf(text, "●"), points + keys);
    EXPECT_EQ(figures, points);
  }
}

// Reads the picture back: a score stands over its session's number, and a higher one never lower down.
TEST_F(CoursePlotTest, AMarkStandsOverItsSessionAndHigherScoresHigherUp) {
  for (std::uint64_t seed = 1; seed <= 100; ++seed) {
    SCOPED_TRACE(fmt::format("seed {}", seed));
    std::mt19937_64 random(seed);
    CoursePlot plot;
    plot.last_session = 9;
    CourseCurve curve;
    curve.title = "one";
    curve.high = 1 + static_cast<double>(random() % 200);
    for (int session = 0; session <= plot.last_session; ++session) {
      if (random() % 3 == 0 && !curve.points.empty()) continue;
      const double share = static_cast<double>(random() % 1001) / 1000;
      curve.points.push_back({session, share * curve.high});
    }
    plot.curves = {curve};
    const std::vector<std::string> lines = LinesOf(Draw(plot, 120));
    const auto numbers = std::find_if(lines.begin(), lines.end(),
                                      [](const std::string& line) { return line.starts_with("   session "); });
    ASSERT_NE(numbers, lines.end());
    std::vector<std::size_t> heights;
    for (const CoursePoint& point : curve.points) {
      const std::size_t column = numbers->find(fmt::format("{}", point.session));
      std::size_t found = 0;
      for (std::size_t i = 0; i < lines.size(); ++i) {
        for (std::size_t at = lines[i].find("●"); at != std::string::npos; at = lines[i].find("●", at + 1)) {
          if (DisplayWidth(lines[i].substr(0, at)) != column) continue;
          heights.push_back(i);
          ++found;
        }
      }
      EXPECT_EQ(found, 1U) << "session " << point.session;
    }
    ASSERT_EQ(heights.size(), curve.points.size());
    for (std::size_t i = 0; i < heights.size(); ++i) {
      for (std::size_t j = 0; j < heights.size(); ++j) {
        if (curve.points[i].score >= curve.points[j].score) {
          EXPECT_LE(heights[i], heights[j]);
        }
      }
    }
  }
}

TEST_F(CoursePlotTest, ColourChangesNoColumn) {
  const CoursePlot plot = SmallCourse().Plot();
  std::string coloured = DrawCourse(plot, Terminal(ColorMode::kAlways, 80));
  EXPECT_THAT(coloured, HasSubstr("\x1b["));
  for (std::size_t at = coloured.find('\x1b'); at != std::string::npos; at = coloured.find('\x1b', at)) {
    coloured.erase(at, coloured.find('m', at) - at + 1);
  }
  EXPECT_EQ(coloured, Draw(plot, 80));
}

// --- As SVG

TEST(WellFormedXml, TellsWhatIsFromWhatIsNot) {
  EXPECT_EQ(test::XmlFault("<a x=\"1\"><b/>t &amp; u</a>\n"), "");
  for (const char* bad : {"", "<a>", "<a></b>", "<a/><b/>", "t<a/>", "<a x=1/>", "<a x=\"1\" x=\"2\"/>", "<a>&</a>",
                          "<a>&nbsp;</a>", "<a x=\"<\"/>", "<a x=\"/>", "<a>\x01</a>", "<a", "<1/>"}) {
    EXPECT_NE(test::XmlFault(bad), "") << bad;
  }
}

TEST_F(CoursePlotTest, APictureIsOneWellFormedDocumentWithoutAnythingFromOutside) {
  for (std::uint64_t seed = 1; seed <= 50; ++seed) {
    SCOPED_TRACE(fmt::format("seed {}", seed));
    std::mt19937_64 random(seed);
    const CoursePlot plot = RandomCourse(random).Plot();
    const std::string svg = CourseSvg(plot);
    EXPECT_EQ(test::XmlFault(svg), "");
    EXPECT_THAT(svg, testing::StartsWith("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 "));
    EXPECT_EQ(CountOf(svg, "://"), 1U) << "but for the name of the language";
    EXPECT_THAT(svg, Not(HasSubstr("href")));
    EXPECT_THAT(svg, Not(HasSubstr("nan")));
    std::size_t points = 0;
    for (const CourseCurve& curve : plot.curves) points += curve.points.size();
    EXPECT_EQ(CountOf(svg, "<circle "), points);
    EXPECT_EQ(svg, CourseSvg(plot));
  }
}

TEST_F(CoursePlotTest, APictureSaysEverythingInWordsAndShadesWhatWaits) {
  const std::string svg = CourseSvg(SmallCourse().Plot());
  EXPECT_THAT(svg,
              HasSubstr("<title>Course, sessions 0 to 4</title>\n<desc>Mood scale, 0 to 27, lower is better: 18 at "
                        "session 0; 17 at session 1; 19.5 at session 2; 9 at session 4; clinical cut-off 10; "));
  EXPECT_THAT(svg, HasSubstr("Low mood: rev at session 1; rep! at session 2; keep at session 4."));
  EXPECT_EQ(CountOf(svg, "<rect class=\"w\""), 1U);
  EXPECT_THAT(svg, HasSubstr("one in ten is worse off than 24"));
}

TEST_F(CoursePlotTest, WhatAnEditorWritesIsTextInAPicture) {
  Course course = SmallCourse();
  course.measures["measure:m"].set_preferred_label("A <b> & \"c\" \x07");
  const std::string svg = CourseSvg(course.Plot());
  EXPECT_EQ(test::XmlFault(svg), "");
  EXPECT_THAT(svg, HasSubstr("A &lt;b&gt; &amp; &quot;c&quot; \xEF\xBF\xBD, 0 to 27"));
}

}  // namespace
}  // namespace braid::cli
