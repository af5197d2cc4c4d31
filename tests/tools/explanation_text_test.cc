#include "tools/braid/explanation_text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace braid::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

v1::ExplainResponse Outweighed() {
  v1::ExplainResponse reply;
  reply.mutable_header()->set_revision(7);
  reply.set_note_on_use("Decision support.");
  v1::Node& node = *reply.add_nodes();
  node.set_id("technique:x");
  node.set_preferred_label("Coping imagery");
  v1::TechniqueExplanation& explanation = *reply.mutable_explanation();
  explanation.set_technique_id("technique:x");
  explanation.set_standing(v1::TECHNIQUE_STANDING_OUTWEIGHED);
  explanation.set_text("Coping imagery is not in the best plan.");
  v1::RecommendedTechnique& technique = *explanation.mutable_technique();
  technique.set_text("Works on Worry.");
  v1::NeedBenefit& benefit = *technique.add_benefits();
  benefit.set_need_id("process:worry");
  benefit.set_benefit(0.125);
  benefit.mutable_witness()->set_text("Worry is weakened by Coping imagery.");
  explanation.add_changes()->set_text("It comes in with 9 sessions (now 6).");
  return reply;
}

TEST(ExplanationText, SaysWhereItStandsWhyAndWhatWouldChangeIt) {
  const std::string text = DrawExplanation(Outweighed(), Terminal(ColorMode::kNever));
  std::size_t at = 0;
  for (const char* part :
       {"Coping imagery (technique:x)\n", "not in the best plan", "Works on Worry.",
        "· process:worry (0.125): Worry is weakened by Coping imagery.", "a ranking aid", "What would bring it in",
        "· It comes in with 9 sessions (now 6).", "revision 7", "Decision support."}) {
    at = text.find(part, at);
    ASSERT_NE(at, std::string::npos) << part << "\n" << text;
  }
}

TEST(ExplanationText, WhatIsNotThereHasNoHeading) {
  v1::ExplainResponse reply = Outweighed();
  reply.mutable_explanation()->clear_technique();
  reply.mutable_explanation()->clear_changes();
  reply.mutable_explanation()->mutable_exclusion()->mutable_caution()->set_note("Begin low.");
  const std::string text = DrawExplanation(reply, Terminal(ColorMode::kNever));
  EXPECT_THAT(text, HasSubstr("Begin low."));
  EXPECT_THAT(text, Not(HasSubstr("What speaks for it")));
  EXPECT_THAT(text, Not(HasSubstr("What would bring it in")));
}

}  // namespace
}  // namespace braid::cli
