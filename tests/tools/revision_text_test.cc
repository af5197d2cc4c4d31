#include "tools/braid/revision_text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <clocale>
#include <string>
#include <vector>

#include "tests/parsed.h"

namespace braid::cli {
namespace {

using test::Parsed;
using ::testing::HasSubstr;
using ::testing::Not;

// Widths of characters, as in the program.
class RevisionText : public ::testing::Test {
 protected:
  static void SetUpTestSuite() { ASSERT_NE(std::setlocale(LC_ALL, "C.UTF-8"), nullptr); }
};

v1::ReviseResponse Reply() {
  return Parsed<v1::ReviseResponse>(R"(
    header { revision: 7 }
    revision {
      session_number: 8
      progress_state: PROGRESS_STATE_OFF_TRACK
      consult: true
      change_cost: 0.02
      replanned: true
      text: "All of it in a run."
      technique_ids: "technique:b" technique_ids: "technique:d"
      changes { kind: CHANGE_KIND_SWITCHED technique_id: "technique:b" replaced_technique_id: "technique:a"
                need_id: "process:n" session_count: 6 because: "It is worth more." }
      changes { kind: CHANGE_KIND_KEPT technique_id: "technique:d" session_count: 1 because: "The rules keep it." vanishes_at: 0.25 }
      needs { need_id: "process:n" verb: REVIEW_VERB_REPAIR waiting_verb: REVIEW_VERB_REVIEW consult: true
              because: "The alliance is strained." review_at_session: 9 contradicted: true
              score { measure_id: "measure:m" baseline: 18 latest: 17 latest_session: 8 improvement: 1
                      reliable_change_index: 0.3267 reliable_change: 6 clinical_cutoff: 10 track: SCORE_TRACK_OFF_TRACK
                      expected { session_number: 8 worst_tenth: 16 worst_fifth: 14 } }
              doses { technique_id: "technique:a" session_count: 1 least: 6 most: 12 } }
      next_measurements { measure_id: "measure:m" session_number: 9 because: "An alarm." }
      stage_movements { session_number: 5 text: "From Action to Contemplation, which is part of the spiral of change." }
    }
    recommendation {
      safety { flag_id: "flag:f" urgency: FLAG_URGENCY_URGENT response: "Ask about it" technique_ids: "technique:s" }
      ask_first { text: "Is there mania?" }
      relationship { text: "Repair first." }
      note_on_use: "Decision support."
      nodes { id: "flag:f" preferred_label: "Self-harm" } nodes { id: "technique:s" preferred_label: "Safety plan" }
    }
    nodes { id: "technique:a" preferred_label: "Thought record" }
    nodes { id: "technique:b" preferred_label: "Exposure" }
    nodes { id: "technique:d" preferred_label: "Activity scheduling" }
    nodes { id: "process:n" preferred_label: "Low mood" }
    nodes { id: "measure:m" preferred_label: "PHQ-9" })");
}

std::string Draw(const v1::ReviseResponse& reply, bool full, std::size_t width = 120) {
  return DrawRevision(reply, "<plot>\n", Terminal(ColorMode::kNever, width), full);
}

void ExpectInOrder(const std::string& text, const std::vector<std::string>& parts) {
  std::size_t at = 0;
  for (const std::string& part : parts) {
    at = text.find(part, at);
    ASSERT_NE(at, std::string::npos) << part << "\n" << text;
  }
}

TEST_F(RevisionText, SaysTheVerdictThenSafetyThenTheCourseThenWhatChangesAndWhy) {
  const std::string text = Draw(Reply(), false);
  ExpectInOrder(text,
                {"After session 8: off track · consult\n",
                 "   ! Discuss the case with a supervisor or colleagues before the next session: Low mood.\n",
                 "   · Session 5: From Action to Contemplation",
                 "Safety first\n   ! Self-harm, to be answered before other work: Ask about it. Offer Safety plan.\n",
                 "<plot>\n", "Plan from now on (sought anew; each change costs λ 0.02)\n",
                 "   ⇄ Switched: Exposure instead of Thought record, 6 sessions, for Low mood. It is worth more.\n",
                 "   = Kept: Activity scheduling (while λ is below 0.25).\n",
                 "   In the order to take them up: Exposure; Activity scheduling.\n",
                 "Needs\n   · Low mood: REPAIR, then REVIEW, consult. The alliance is strained. Its measures "
                 "contradict each other.",
                 "Review after\n     session 9.\n", "Measure next\n   · PHQ-9 at session 9: An alarm.\n",
                 "Ask first\n   Safety rules leave 1 question open; --full shows them.\n",
                 "Relationship\n   Repair first.\n", "revision 7\nDecision support.\n"});
  EXPECT_THAT(text, Not(HasSubstr("The rules keep it."))) << "in brief";
  EXPECT_THAT(text, Not(HasSubstr("in a run"))) << "its parts are there";
}

TEST_F(RevisionText, InFullEveryReasonDoseAndScoreIsThere) {
  ExpectInOrder(
      Draw(Reply(), true),
      {"   = Kept: Activity scheduling, 1 session. The rules keep it.\n",
       "      · PHQ-9: 18 to 17 (session 8); better by 1; reliable change index 0.3267; reliable from 6; clinical",
       "expected after 8 sessions: one in five worse off than 14, one in ten than 16; off track; its constants are not",
       "\n        verified in their source.\n", "      · Thought record: 1 session so far, typically 6 to 12.\n",
       "   · Is there mania?\n"});
}

TEST_F(RevisionText, TheVerdictNamesEachVerbOnceInTheOrderOfTheRules) {
  v1::ReviseResponse reply = Reply();
  for (const v1::ReviewVerb verb : {v1::REVIEW_VERB_REPLAN, v1::REVIEW_VERB_KEEP, v1::REVIEW_VERB_REPLAN}) {
    reply.mutable_revision()->add_needs()->set_verb(verb);
  }
  EXPECT_THAT(Draw(reply, false), testing::StartsWith("After session 8: off track · keep · replan · consult\n"));
}

TEST_F(RevisionText, SaysWhatChangesWaitFor) {
  v1::ReviseResponse reply = Reply();
  reply.mutable_revision()->set_held_by(v1::REVISION_HOLD_ALLIANCE);
  reply.mutable_revision()->set_held_until("Until the rupture is repaired.");
  EXPECT_THAT(Draw(reply, false), HasSubstr("After session 8: off track · repair first, changes wait · consult\n"));
  EXPECT_THAT(Draw(reply, false), HasSubstr("   ! Until the rupture is repaired.\n"));
  reply.mutable_revision()->set_held_by(v1::REVISION_HOLD_SAFETY);
  EXPECT_THAT(Draw(reply, false), HasSubstr("safety first, changes wait"));
}

TEST_F(RevisionText, WhatIsNotThereHasNoHeading) {
  v1::ReviseResponse reply;
  reply.mutable_revision()->set_session_number(3);
  const std::string text = Draw(reply, true);
  EXPECT_THAT(text, testing::StartsWith("After session 3\n"));
  for (const char* heading : {"Safety first", "Needs", "Measure next", "Ask first", "consult"}) {
    EXPECT_THAT(text, Not(HasSubstr(heading)));
  }
  EXPECT_THAT(text, HasSubstr("Plan from now on (not sought anew; each change costs λ 0)"));
  EXPECT_THAT(text, HasSubstr("There is no technique in the plan, before or after."));
}

TEST_F(RevisionText, NoLineIsWiderThanTheTerminal) {
  for (std::size_t width = 50; width <= 120; width += 7) {
    const std::string text = Draw(Reply(), true, width);
    std::size_t begin = 0;
    for (std::size_t end = text.find('\n'); end != std::string::npos; begin = end + 1, end = text.find('\n', begin)) {
      EXPECT_LE(DisplayWidth(text.substr(begin, end - begin)), width) << text.substr(begin, end - begin);
    }
  }
}

TEST_F(RevisionText, ASimulationIsABlockASessionAndCallsOutWhatWentToAndFro) {
  v1::SimulateCourseResponse reply;
  reply.mutable_header()->set_revision(7);
  reply.set_note_on_use("Decision support.");
  *reply.mutable_nodes() = Reply().nodes();
  *reply.add_steps() = Reply().revision();
  reply.mutable_steps(0)->set_session_number(7);
  *reply.add_steps() = Reply().revision();
  const Terminal terminal(ColorMode::kNever, 120);
  EXPECT_THAT(DrawSimulation(reply, terminal, false), Not(HasSubstr("To and fro")));
  *reply.add_flaps() = Parsed<v1::PlanFlap>("technique_id: 'technique:b' changed_at_session: 7 undone_at_session: 8");
  const std::string text = DrawSimulation(reply, terminal, false);
  ExpectInOrder(text, {"After session 7: ", "⇄ Switched: Exposure", "· Low mood: REPAIR",
                       "After session 8: ", "⇄ Switched: Exposure", "To and fro for nothing",
                       "! Exposure: changed after session 7, undone after session 8, though nothing new was learned.",
                       "revision 7\nDecision support.\n"});
  EXPECT_THAT(text, Not(HasSubstr("PHQ-9 at session 9")));
  EXPECT_THAT(DrawSimulation(reply, terminal, true), HasSubstr("PHQ-9 at session 9"));
  reply.clear_steps();
  EXPECT_THAT(DrawSimulation(reply, terminal, false), HasSubstr("There is no session after"));
}

}  // namespace
}  // namespace braid::cli
