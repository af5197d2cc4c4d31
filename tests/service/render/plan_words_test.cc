#include "service/render/plan_words.h"

#include <gmock/gmock.h>
#include <google/protobuf/util/message_differencer.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <regex>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "fmt/format.h"
#include "ontology/client_vocabulary.h"
#include "service/render/phrases.h"
#include "service/render/plan_sentences.h"
#include "service/render/question_words.h"
#include "tests/service/render/sample.h"

namespace braid::service {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

v1::Recommendation Filled() {
  v1::Recommendation filled = Sample();
  FillWords(filled);
  return filled;
}

// Every whole or decimal number in `text`.
std::vector<std::string> NumbersIn(const std::string& text) {
  static const std::regex number(R"(\d+(\.\d+)?)");
  std::vector<std::string> numbers;
  for (std::sregex_iterator at(text.begin(), text.end(), number), end; at != end; ++at) numbers.push_back(at->str());
  return numbers;
}

// What a sentence may say: every number of the message as it is, as a rate in 100 to the nearest 5, and its texts'.
std::set<std::string> NumbersOf(v1::Recommendation message) {
  std::set<std::string> numbers = {"5", "100"};  // `fewer than 5`, `in 100`
  const auto add = [&](double value) {
    numbers.insert(NumberText(std::abs(value)));
    numbers.insert(fmt::format("{:.0f}", std::round(std::abs(value) * 20) * 5));
  };
  ForEachLeaf(message, [&](const Leaf& leaf) {
    using Field = google::protobuf::FieldDescriptor;
    const auto* reflection = leaf.message->GetReflection();
    switch (leaf.field->cpp_type()) {
      case Field::CPPTYPE_DOUBLE:
        return add(reflection->GetDouble(*leaf.message, leaf.field));
      case Field::CPPTYPE_INT32:
        return add(reflection->GetInt32(*leaf.message, leaf.field));
      case Field::CPPTYPE_INT64:
        return add(static_cast<double>(reflection->GetInt64(*leaf.message, leaf.field)));
      default:
        for (const std::string& number : NumbersIn(leaf.text())) numbers.insert(number);
    }
  });
  // How many there are of what is listed.
  for (int count = 0; count <= 4; ++count) numbers.insert(fmt::format("{}", count));
  return numbers;
}

TEST(PlanWords, SayNoNumberThatTheMessageDoesNot) {
  const std::set<std::string> allowed = NumbersOf(Sample());
  v1::Recommendation filled = Filled();
  int texts = 0;
  ForEachLeaf(filled, [&](const Leaf& leaf) {
    if (leaf.field->name() != "text" && leaf.path != "summary" && leaf.path != "assumptions[]") return;
    ++texts;
    for (const std::string& number : NumbersIn(leaf.text())) {
      EXPECT_TRUE(allowed.contains(number)) << leaf.path << ": " << leaf.text();
    }
  });
  EXPECT_GT(texts, 10);
}

TEST(PlanWords, PromiseNoPersonAChance) {
  v1::Recommendation filled = Filled();
  ForEachLeaf(filled, [&](const Leaf& leaf) {
    EXPECT_THAT(leaf.text(), Not(HasSubstr("%"))) << leaf.path;
    EXPECT_THAT(leaf.text(), Not(HasSubstr("probab"))) << leaf.path;
  });
}

TEST(PlanWords, FillingTwiceChangesNothing) {
  const v1::Recommendation once = Filled();
  v1::Recommendation twice = once;
  FillWords(twice);
  EXPECT_TRUE(google::protobuf::util::MessageDifferencer::Equals(once, twice));
}

TEST(PlanWords, LeaveEveryOtherFieldAsItWas) {
  v1::Recommendation given = Sample();
  v1::Recommendation filled = given;
  FillWords(filled);
  std::set<std::string> before, after;
  const auto paths = [](v1::Recommendation& message, std::set<std::string>* out) {
    ForEachLeaf(message, [&](const Leaf& leaf) { out->insert(leaf.path); });
  };
  paths(given, &before);
  paths(filled, &after);
  std::vector<std::string> added;
  std::set_difference(after.begin(), after.end(), before.begin(), before.end(), std::back_inserter(added));
  EXPECT_THAT(added, ::testing::UnorderedElementsAre("summary", "note_on_use", "assumptions[]", "relationship.text",
                                                     "needs[].uncovered_because", "techniques[].text",
                                                     "techniques[].benefits[].witness.text", "modalities[].text",
                                                     "overrides[].acknowledgement", "ask_first[].text", "assess[].text",
                                                     "tracking[].text", "robustness.text"));
}

TEST(PlanWords, RateIsToTheNearestFiveOfAHundred) {
  const std::vector<std::pair<double, std::string>> cases = {
      {0, "none"},         {0.001, "fewer than 5"}, {0.0249, "fewer than 5"}, {0.0251, "about 5"},
      {0.074, "about 5"},  {0.076, "about 10"},     {0.22, "about 20"},       {0.2249, "about 20"},
      {0.226, "about 25"}, {0.5, "about 50"},       {0.99, "about 100"}};
  for (const auto& [rate, want] : cases) EXPECT_EQ(RateIn100(rate), want) << rate;
}

TEST(PlanWords, SayAtWhichLevelOfChangeAPlanBeginsAndWhy) {
  v1::Recommendation recommendation = Sample();
  v1::ChangeLevelMatch& level = *recommendation.mutable_change_level();
  level.set_level_id("change_level:thoughts");
  level.set_dimension_id("dimension:thoughts");
  level.set_strategy(v1::CHANGE_LEVEL_STRATEGY_LOWEST);
  level.add_modality_ids("modality:cbt");
  level.set_matches_stage(true);
  v1::Node& node = *recommendation.add_nodes();
  node.set_id("change_level:thoughts");
  node.set_preferred_label("Current maladaptive cognitions");
  const auto text = [&] {
    FillWords(recommendation);
    return recommendation.change_level().text();
  };
  EXPECT_THAT(text(), HasSubstr("begins at “Current maladaptive cognitions”, the one nearest to the surface"));
  EXPECT_THAT(text(), HasSubstr("At the client’s stage of change Cognitive behavioural therapy works there."));
  EXPECT_THAT(recommendation.summary(), HasSubstr(", beginning at the level “Current maladaptive cognitions”."));
  level.set_matches_stage(false);
  EXPECT_THAT(text(), HasSubstr("works there, though it is not matched with the client’s stage"));
  level.set_strategy(v1::CHANGE_LEVEL_STRATEGY_DEEPER);
  EXPECT_THAT(text(), HasSubstr("the next deeper one"));
  level.set_strategy(v1::CHANGE_LEVEL_STRATEGY_KEY);
  EXPECT_THAT(text(), HasSubstr("by judgement"));
  // What the best plan does not hold, the summary does not say.
  level.clear_modality_ids();
  EXPECT_THAT(text(), EndsWith("the plan has nothing for it."));
  EXPECT_THAT(recommendation.summary(), Not(HasSubstr("beginning at")));
}

TEST(PlanWords, SummaryHasThreeToEightSentencesSafetyFirst) {
  const std::string summary = Filled().summary();
  const auto sentences = std::count(summary.begin(), summary.end(), '.');
  EXPECT_GE(sentences, 3);
  EXPECT_LE(sentences, 8) << summary;
  EXPECT_EQ(summary.rfind("Safety comes first; to be answered before other work: Cardiac disease.", 0), 0U) << summary;
  EXPECT_THAT(summary, HasSubstr("repaired before anything of the plan is taken up"));
  EXPECT_THAT(summary, HasSubstr("3 techniques in at least 11 sessions: Psychoeducation, Cognitive restructuring and "
                                 "Interoceptive exposure"));
  EXPECT_THAT(summary, HasSubstr("moderate certainty for Interoceptive exposure; very low certainty for Cognitive"));
  EXPECT_THAT(summary, HasSubstr("One other plan is as good as far as the data can tell"));
  EXPECT_THAT(summary, HasSubstr("Not covered yet: Loneliness."));
  EXPECT_THAT(summary, HasSubstr("One question of safety is to be asked"));
}

TEST(PlanWords, SummaryOfEveryOutcomeSaysWhyThereIsNoPlan) {
  const std::vector<std::pair<v1::Outcome, std::string>> cases = {
      {v1::OUTCOME_EMPTY_PROFILE, "no need was named"},
      {v1::OUTCOME_NO_CANDIDATE, "does anything for a need"},
      {v1::OUTCOME_INFEASIBLE, "this would make one possible: Plan for at least 7 sessions."},
      {v1::OUTCOME_NOT_REACHED, "allow more time"}};
  for (const auto& [outcome, want] : cases) {
    v1::Recommendation none;
    none.set_outcome(outcome);
    if (outcome == v1::OUTCOME_INFEASIBLE) {
      v1::PlanObstacle& obstacle = *none.add_obstacles();
      obstacle.set_constraint(v1::PLAN_CONSTRAINT_SESSIONS);
      obstacle.set_least(7);
    }
    FillWords(none);
    EXPECT_THAT(none.summary(), HasSubstr(want));
    EXPECT_THAT(none.summary(), HasSubstr("Nothing that was told calls for a safety step first."));
  }
}

TEST(PlanWords, NeitherGoalsNorReasonsAreInOurSentences) {
  v1::Recommendation filled = Filled();
  ForEachLeaf(filled, [&](const Leaf& leaf) {
    if (leaf.path == "goals[]" || leaf.path == "strengths[]" || leaf.path == "overrides[].override.reason") return;
    for (const char* own : {"bus", "reliable and curious", "letter seen"}) {
      EXPECT_THAT(leaf.text(), Not(HasSubstr(own))) << leaf.path;
    }
  });
}

TEST(PlanWords, TechniqueSaysWhatSpeaksForAndAgainstIt) {
  const v1::Recommendation filled = Filled();
  const std::string& text = FindTechnique(filled, "technique:interoceptive")->text();
  for (const char* want : {"Works on Behavioural avoidance.",
                           "Panic disorder: about 20 more in 100 than in usual care, moderate certainty",
                           "only in part", "The client would rather not", "Preferred by a rule: “panic with avoidance”",
                           "Adapt to Cardiac disease: begin low", "Ask first about Pregnancy and Seizure disorder",
                           "no benefit for Panic disorder (1 finding)", "Fragile: the best plan holds it in 1"}) {
    EXPECT_THAT(text, HasSubstr(want));
  }
  EXPECT_THAT(FindTechnique(filled, "technique:restructuring")->text(),
              HasSubstr("Panic disorder: a rationale only, very low certainty"));
  EXPECT_EQ(FindTechnique(filled, "technique:repair")->text(), "Stands here for the relationship.");
  EXPECT_THAT(FindTechnique(filled, "technique:psychoeducation")->text(), HasSubstr("another technique requires it"));
}

TEST(PlanWords, WitnessIsToldHopByHopWithItsGrounds) {
  const v1::Recommendation filled = Filled();
  EXPECT_EQ(FindTechnique(filled, "technique:interoceptive")->benefits(0).witness().text(),
            "Avoidance is weakened by Interoceptive exposure. Interoceptive exposure comes from Cognitive behavioural "
            "therapy. Rests on 2 findings (moderate certainty).");
}

TEST(PlanWords, MeasureIsToldWithWhatChangeWouldCount) {
  EXPECT_EQ(Filled().tracking(0).text(),
            "PDSS: from 18 to 11, better by 7. Reliably better. A change of 5 points is more than error of measurement "
            "and the range of those who need help ends at 8.");
  v1::MeasureTracking none;
  none.set_measure_id("measure:x");
  EXPECT_EQ(TrackingText(none, Labels({})),
            "measure:x: not taken yet. The ontology has no figure for what change would count.");
}

TEST(PlanWords, WhatWasAcknowledgedIsRepeated) {
  EXPECT_EQ(Filled().overrides(0).acknowledgement(),
            "Acknowledged: Interoceptive exposure waits while this is so: Cardiac disease.");
}

TEST(PlanWords, EveryFieldOfAConditionHasAQuestionOfItsOwn) {
  std::set<std::string> texts;
  const std::vector<std::string_view> fields = ontology::ClientVocabulary().Names();
  for (const std::string_view field : fields) {
    v1::OpenQuestion question;
    question.set_field(std::string(field));
    const std::string text = QuestionText(question, Labels({}));
    EXPECT_THAT(text, EndsWith("?"));
    EXPECT_THAT(text, Not(HasSubstr("What is known of `"))) << field;
    texts.insert(text);
  }
  EXPECT_EQ(texts.size(), fields.size());
  v1::OpenQuestion other;
  other.set_field("moon.phase");
  EXPECT_EQ(QuestionText(other, Labels({})), "What is known of `moon.phase`?");
}

TEST(PlanWords, EveryObstacleNamesTheWayOut) {
  const Labels labels({});
  const auto text = [&](v1::PlanConstraint constraint) {
    v1::PlanObstacle obstacle;
    obstacle.set_constraint(constraint);
    obstacle.set_least(1);
    obstacle.set_share(0.349);
    for (const char* id : {"a", "b", "c", "d"}) obstacle.add_technique_ids(id);
    return ObstacleText(obstacle, labels);
  };
  EXPECT_EQ(text(v1::PLAN_CONSTRAINT_ITEMS), "Let a plan hold at least 1 technique.");
  EXPECT_EQ(text(v1::PLAN_CONSTRAINT_SESSIONS), "Plan for at least 1 session.");
  EXPECT_THAT(text(v1::PLAN_CONSTRAINT_HOME_SHARE), HasSubstr("At most 34 in 100 sessions"));
  EXPECT_EQ(text(v1::PLAN_CONSTRAINT_CONFLICT), "These conflict; do without a or b and c or d.");
  EXPECT_EQ(text(v1::PLAN_CONSTRAINT_FORCED_OUT), "Let back in what was ruled out: a, b, c and d.");
}

// Every value of an enum but the first, which is never sent.
std::vector<int> SentValues(const google::protobuf::EnumDescriptor* type) {
  std::vector<int> values;
  for (int i = 1; i < type->value_count(); ++i) values.push_back(type->value(i)->number());
  return values;
}

TEST(PlanWords, EveryStandingAndEveryChangeHasASentence) {
  std::set<std::string> standings, changes;
  for (const int standing : SentValues(v1::TechniqueStanding_descriptor())) {
    v1::TechniqueExplanation explanation;
    explanation.set_technique_id("technique:x");
    explanation.set_standing(static_cast<v1::TechniqueStanding>(standing));
    for (const int parameter : SentValues(v1::PlanParameter_descriptor())) {
      v1::PlanChange& change = *explanation.add_changes();
      change.set_parameter(static_cast<v1::PlanParameter>(parameter));
      change.set_finding(v1::CHANGE_FINDING_FOUND);
      change.set_need_id("process:y");
      change.set_node_id("modality:z");
      change.set_now(1);
      change.set_threshold(2.5);
    }
    FillWords({}, explanation);
    EXPECT_THAT(explanation.text(), HasSubstr("technique:x"));
    standings.insert(explanation.text());
    for (const v1::PlanChange& change : explanation.changes()) changes.insert(change.text());
  }
  EXPECT_EQ(standings.size(), SentValues(v1::TechniqueStanding_descriptor()).size());
  EXPECT_EQ(changes.size(), SentValues(v1::PlanParameter_descriptor()).size());
  for (const std::string& text : changes) EXPECT_THAT(text, HasSubstr("It comes in w"));
}

TEST(PlanWords, AChangeThatWasNotFoundIsNotClaimed) {
  v1::PlanChange change;
  change.set_parameter(v1::PLAN_PARAMETER_SESSIONS);
  change.set_threshold(9);
  change.set_finding(v1::CHANGE_FINDING_NOT_IN_RANGE);
  EXPECT_EQ(ChangeText(change, Labels({})),
            "No change of the number of sessions alone brings it in, as far as was looked.");
  change.set_finding(v1::CHANGE_FINDING_UNDECIDED);
  EXPECT_THAT(ChangeText(change, Labels({})), HasSubstr("is not known: the search was cut."));
}

TEST(PlanWords, WhatIsNotCoveredSaysWhy) {
  v1::PlanNeed need;
  EXPECT_EQ(UncoveredBecause(need, v1::OUTCOME_FOUND), "No technique that is not excluded does anything for it.");
  need.set_has_candidate(true);
  EXPECT_THAT(UncoveredBecause(need, v1::OUTCOME_FOUND), HasSubstr("other needs came first"));
  EXPECT_THAT(UncoveredBecause(need, v1::OUTCOME_INFEASIBLE), HasSubstr("no plan meets every constraint"));
  need.set_cover(0.1);
  EXPECT_THAT(UncoveredBecause(need, v1::OUTCOME_FOUND), IsEmpty());
}

}  // namespace
}  // namespace braid::service
