#include "service/render/plan_text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <sstream>
#include <string>
#include <vector>

#include "service/render/phrases.h"
#include "service/render/plan_words.h"
#include "service/render/text_page.h"
#include "tests/golden.h"
#include "tests/service/render/sample.h"

namespace braid::service {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr std::size_t kScreenLines = 55;

v1::Recommendation Filled() {
  v1::Recommendation filled = Sample();
  FillWords(filled);
  return filled;
}

std::string Text(const v1::Recommendation& recommendation, bool full) {
  return PlanText(recommendation, SampleHeader(), Exact(), {.full = full});
}

std::vector<std::string> Lines(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

TEST(PlanText, ReadsAsItDid) { test::ExpectGolden("service/render/golden/plan.txt", Text(Filled(), false)); }
TEST(PlanText, ReadsInFullAsItDid) { test::ExpectGolden("service/render/golden/plan_full.txt", Text(Filled(), true)); }

TEST(PlanText, FitsItsColumnsAndScreen) {
  for (const bool full : {false, true}) {
    for (const std::string& line : Lines(Text(Filled(), full))) EXPECT_LE(DisplayColumns(line), kTextColumns) << line;
  }
  EXPECT_LE(Lines(Text(Filled(), false)).size(), kScreenLines);
}

TEST(PlanText, StaysOnOneScreenWhateverThereIs) {
  v1::Recommendation much = Filled();
  for (int i = 0; i < 200; ++i) {
    *much.add_exclusions() = much.exclusions(1);
    *much.add_ask_first() = much.ask_first(0);
    *much.add_assess() = much.assess(0);
    *much.add_tracking() = much.tracking(0);
    *much.add_plans() = much.plans(1);
    much.add_goals("one more");
  }
  much.set_equally_good_count(much.plans_size());
  EXPECT_LE(Lines(Text(much, false)).size(), kScreenLines + 20);
  EXPECT_THAT(Text(much, false), HasSubstr("more in the full text"));
  EXPECT_THAT(Text(much, true), Not(HasSubstr("more in the full text")));
}

TEST(PlanText, SafetyAndTheRelationshipStandBeforeThePlan) {
  const std::string text = Text(Filled(), false);
  const std::vector<std::size_t> places = {text.find("SAFETY FIRST"), text.find("ASK FIRST"), text.find("RELATIONSHIP"),
                                           text.find("BEST PLAN")};
  EXPECT_TRUE(std::is_sorted(places.begin(), places.end()));
  EXPECT_NE(places.back(), std::string::npos);
}

// Whatever the recommendation says in words, and every id by its label.
TEST(PlanText, FullTextSaysEveryWord) {
  v1::Recommendation filled = Filled();
  const Labels labels(filled.nodes());
  const std::string text = Text(filled, true);
  std::string flat;
  for (const std::string& line : Lines(text)) {
    const std::size_t begin = line.find_first_not_of(' ');
    if (begin != std::string::npos) flat += line.substr(begin) + " ";
  }
  ForEachLeaf(filled, [&](const Leaf& leaf) {
    const std::string& name = leaf.field->name();
    if (leaf.text().empty() || leaf.path.rfind("nodes[]", 0) == 0 || name == "bearer_id") return;
    const std::string said = labels.Find(leaf.text()) != nullptr ? labels.Of(leaf.text()) : leaf.text();
    if (leaf.path.find("witness.hops[]") != std::string::npos) return;  // as part of witness.text
    if (leaf.path.find("witness.continuation[]") != std::string::npos || name == "field") return;
    EXPECT_THAT(flat, HasSubstr(said)) << leaf.path;
  });
}

TEST(PlanText, ACutSearchSaysSo) {
  v1::Completeness cut;
  cut.set_state(v1::COMPLETENESS_STATE_TRUNCATED);
  cut.set_gap(0.0125);
  cut.set_advice("Allow more time.");
  EXPECT_THAT(PlanText(Filled(), SampleHeader(), cut, {}),
              HasSubstr("The search was cut: there may be a plan that is better by 0.0125 at most. Allow more time."));
}

TEST(PlanText, WithoutAPlanItSaysWhyAndKeepsTheRelationship) {
  v1::Recommendation none;
  none.set_outcome(v1::OUTCOME_EMPTY_PROFILE);
  FillWords(none);
  const std::string text = Text(none, false);
  EXPECT_THAT(text, HasSubstr("no need was named"));
  EXPECT_THAT(text, HasSubstr("RELATIONSHIP"));
  EXPECT_THAT(text, HasSubstr("NOTE ON USE"));
  EXPECT_THAT(text, Not(HasSubstr("BEST PLAN")));
}

TEST(PlanText, WhatAClientWroteSteersNoTerminal) {
  v1::Recommendation filled = Filled();
  filled.set_goals(0, "run\x1b[31m away\r\nand " + std::string(300, 'x'));
  const std::string text = Text(filled, false);
  EXPECT_THAT(text, Not(HasSubstr("\x1b")));
  EXPECT_THAT(text, Not(HasSubstr("\r")));
  for (const std::string& line : Lines(text)) EXPECT_LE(DisplayColumns(line), kTextColumns);
}

TEST(TextPage, WrapsUnderTheFirstWord) {
  TextPage page(12);
  page.Item(1, "- ", "one two three");
  EXPECT_THAT(Lines(page.text()), ElementsAre(" - one two", "   three"));
}

TEST(TextPage, WideCharactersTakeTwoColumns) {
  EXPECT_EQ(DisplayColumns("療法"), 4U);
  EXPECT_EQ(DisplayColumns("e\xCC\x81t\xC3\xA9"), 3U);
  TextPage page(5);
  page.Item(0, "", "療法療法");
  EXPECT_THAT(Lines(page.text()), ElementsAre("療法", "療法"));
}

}  // namespace
}  // namespace braid::service
