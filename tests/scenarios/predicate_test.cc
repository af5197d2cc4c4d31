// The language of scenarios: each atom shown true and false, by changing a reply as little as it takes.

#include "tests/scenarios/predicate.h"

#include <algorithm>
#include <functional>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "google/protobuf/text_format.h"
#include "gtest/gtest.h"
#include "tests/ontology/shipped.h"
#include "tests/scenarios/scenario_file.h"

namespace braid::scenarios {
namespace {

using testing::HasSubstr;

v1::Recommendation Reply() {
  v1::Recommendation reply;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(R"(
    outcome: OUTCOME_FOUND
    safety {
      flag_id: "flag:acute_suicidality" urgency: FLAG_URGENCY_EMERGENCY response: "Assess now"
      technique_ids: ["technique:safety_planning", "technique:lethal_means_counselling"]
    }
    relationship {
      alliance: ALLIANCE_STATE_RUPTURED holds_plan: true
      steps { technique_id: "technique:rupture_repair" rule_ids: "rule:rel_alliance_low" }
      steps { technique_id: "technique:goal_consensus" }
    }
    needs { node_id: "process:rumination" share: 0.4 cover: 0.2 }
    needs { node_id: "dimension:context" share: 0.6 cover: 0 }
    plans { technique_ids: ["technique:change_talk", "technique:grounding"] session_count: 6 }
    plans { technique_ids: ["technique:defusion"] session_count: 4 }
    techniques {
      technique_id: "technique:change_talk" modality_id: "modality:mi"
      rules { rule_id: "rule:ttm_c" prefers: true }
      rules { rule_id: "rule:ttm_a" }
    }
    techniques {
      technique_id: "technique:grounding" modality_id: "modality:dbt"
      adaptations { flag_id: "flag:cardiac_disease" }
    }
    techniques { technique_id: "technique:defusion" modality_id: "modality:act" }
    modalities { modality_id: "modality:mi" access: MODALITY_ACCESS_DELIVERABLE }
    modalities { modality_id: "modality:pe" access: MODALITY_ACCESS_REFERRAL }
    exclusions {
      technique_id: "technique:tipp" reason: EXCLUSION_REASON_FLAG cause_id: "flag:cardiac_disease"
      because: "The heart comes first"
    }
    overrides { override { technique_id: "technique:body_scan" } exclusion { technique_id: "technique:body_scan" } }
    ask_first { field: "flag" ids: "flag:mania" }
    assess { field: "stage" }
    tracking { measure_id: "measure:phq9" course: MEASURE_COURSE_RELIABLY_WORSE }
    obstacles { constraint: PLAN_CONSTRAINT_SESSIONS }
    goals: "sleep"
    nodes { id: "technique:thought_record" labels { text: "Thought record" } }
  )",
                                                            &reply));
  return reply;
}

Predicate Read(const std::string& text) {
  auto predicate = ParsePredicate(text, *ontology::ShippedOntology());
  EXPECT_TRUE(predicate.ok()) << text << ": " << predicate.status();
  return predicate.ok() ? *std::move(predicate) : Predicate{};
}

std::string ErrorOf(const std::string& text) {
  const auto predicate = ParsePredicate(text, *ontology::ShippedOntology());
  EXPECT_FALSE(predicate.ok()) << text;
  return std::string(predicate.status().message());
}

// A predicate that holds for Reply() and the least change after which it does not.
struct Row {
  std::string word;  // what it shows
  std::string predicate;
  std::function<void(v1::Recommendation&)> change;
};

void DropFirstOfSafety(v1::Recommendation& reply) {
  reply.mutable_safety(0)->mutable_technique_ids()->DeleteSubrange(0, 1);
}
void DropFirstOfPlan(v1::Recommendation& reply) {
  reply.mutable_plans(0)->mutable_technique_ids()->DeleteSubrange(0, 1);
}
void SwapPlan(v1::Recommendation& reply) { reply.mutable_plans(0)->mutable_technique_ids()->SwapElements(0, 1); }

const std::vector<Row>& Rows() {
  static const std::vector<Row>& rows = *new std::vector<Row>{
      {"includes", "includes technique:safety_planning", DropFirstOfSafety},
      {"includes", "includes all [technique:rupture_repair, technique:change_talk]", DropFirstOfPlan},
      {"includes", "includes any [technique:tipp, technique:change_talk]", DropFirstOfPlan},
      {"includes", "includes modality:mi", DropFirstOfPlan},
      {"includes", "includes modality:mi", [](auto& reply) { reply.mutable_techniques(0)->clear_modality_id(); }},
      {"includes", "includes technique:change_talk", [](auto& reply) { reply.mutable_plans()->SwapElements(0, 1); }},
      {"safety", "safety includes technique:safety_planning", DropFirstOfSafety},
      {"relationship", "relationship includes technique:rupture_repair",
       [](auto& reply) { reply.mutable_relationship()->mutable_steps()->DeleteSubrange(0, 1); }},
      {"plan", "plan includes technique:change_talk", DropFirstOfPlan},
      {"plan", "plan includes modality:dbt",
       [](auto& reply) { reply.mutable_techniques(1)->set_modality_id("modality:act"); }},
      {"recommends", "recommends technique:defusion", [](auto& reply) { reply.mutable_plans()->RemoveLast(); }},
      {"recommends", "recommends modality:pe", [](auto& reply) { reply.mutable_modalities()->RemoveLast(); }},
      {"excludes", "excludes technique:tipp",
       [](auto& reply) { reply.mutable_plans(1)->add_technique_ids("technique:tipp"); }},
      {"excludes", "excludes [technique:tipp, modality:cft]",
       [](auto& reply) { reply.add_modalities()->set_modality_id("modality:cft"); }},
      {"leads", "leads with [technique:safety_planning, technique:lethal_means_counselling]",
       [](auto& reply) { reply.mutable_safety(0)->mutable_technique_ids()->SwapElements(0, 1); }},
      {"leads", "leads with [technique:safety_planning]", DropFirstOfSafety},
      {"before", "technique:change_talk before technique:grounding", SwapPlan},
      {"before", "technique:goal_consensus before any [technique:grounding, technique:tipp]",
       [](auto& reply) { reply.mutable_safety(0)->add_technique_ids("technique:grounding"); }},
      {"before", "any [technique:change_talk, technique:tipp] before technique:grounding", DropFirstOfPlan},
      {"before", "all [technique:rupture_repair, technique:change_talk] before technique:grounding", SwapPlan},
      {"covers", "covers process:rumination", [](auto& reply) { reply.mutable_needs(0)->set_cover(0); }},
      {"covers", "covers process:rumination >= 0.2", [](auto& reply) { reply.mutable_needs(0)->set_cover(0.19); }},
      {"weighs", "weighs dimension:context most", [](auto& reply) { reply.mutable_needs(0)->set_share(0.7); }},
      {"weighs", "weighs dimension:context most", [](auto& reply) { reply.mutable_needs()->RemoveLast(); }},
      {"excluded", "excluded technique:tipp", [](auto& reply) { reply.clear_exclusions(); }},
      {"excluded", "excluded technique:tipp because flag",
       [](auto& reply) { reply.mutable_exclusions(0)->set_reason(v1::EXCLUSION_REASON_COMPETENCE); }},
      {"excluded", "excluded technique:tipp because flag:cardiac_disease",
       [](auto& reply) { reply.mutable_exclusions(0)->set_cause_id("flag:pregnancy"); }},
      {"overridden", "overridden technique:body_scan", [](auto& reply) { reply.clear_overrides(); }},
      {"overridden", "overridden technique:body_scan",
       [](auto& reply) { reply.mutable_overrides(0)->clear_exclusion(); }},
      {"names", "names modality:mi as deliverable",
       [](auto& reply) { reply.mutable_modalities(0)->set_access(v1::MODALITY_ACCESS_REFERRAL); }},
      {"names", "names any [modality:pe, modality:act] as referral",
       [](auto& reply) { reply.mutable_modalities()->RemoveLast(); }},
      {"adapts", "adapts technique:grounding for flag:cardiac_disease",
       [](auto& reply) { reply.mutable_techniques(1)->mutable_adaptations(0)->set_flag_id("flag:pregnancy"); }},
      {"adapts", "adapts technique:grounding", [](auto& reply) { reply.mutable_techniques(1)->clear_adaptations(); }},
      {"follows", "follows rule:rel_alliance_low",
       [](auto& reply) { reply.mutable_relationship()->mutable_steps(0)->clear_rule_ids(); }},
      {"follows", "follows rule:ttm_c",
       [](auto& reply) { reply.mutable_techniques(0)->mutable_rules(0)->set_prefers(false); }},
      {"tracks", "tracks measure:phq9", [](auto& reply) { reply.clear_tracking(); }},
      {"tracks", "tracks measure:phq9 as reliably_worse",
       [](auto& reply) { reply.mutable_tracking(0)->set_course(v1::MEASURE_COURSE_UNSPECIFIED); }},
      {"asks", "asks first flag:mania", [](auto& reply) { reply.mutable_ask_first(0)->clear_ids(); }},
      {"asks", "asks first flag", [](auto& reply) { reply.mutable_ask_first()->Swap(reply.mutable_assess()); }},
      {"asks", "asks stage", [](auto& reply) { reply.clear_assess(); }},
      {"says", "says \"THE HEART comes\"", [](auto& reply) { reply.mutable_exclusions(0)->clear_because(); }},
      {"says", "says \"assess now\"", [](auto& reply) { reply.mutable_safety(0)->clear_response(); }},
      {"holds", "holds plan", [](auto& reply) { reply.mutable_relationship()->set_holds_plan(false); }},
      {"sessions", "sessions <= 6", [](auto& reply) { reply.mutable_plans(0)->set_session_count(7); }},
      {"sessions", "sessions <= 6", [](auto& reply) { reply.clear_plans(); }},
      {"outcome", "outcome = found", [](auto& reply) { reply.set_outcome(v1::OUTCOME_INFEASIBLE); }},
      {"alliance", "alliance = ruptured",
       [](auto& reply) { reply.mutable_relationship()->set_alliance(v1::ALLIANCE_STATE_STRAINED); }},
      {"urgency", "urgency = emergency",
       [](auto& reply) { reply.mutable_safety(0)->set_urgency(v1::FLAG_URGENCY_PLANNED); }},
      {"urgency", "not urgency = none", [](auto& reply) { reply.clear_safety(); }},
      {"obstacle", "obstacle = sessions", [](auto& reply) { reply.clear_obstacles(); }},
  };
  return rows;
}

TEST(Predicate, EachAtomHoldsAndAfterOneChangeDoesNot) {
  for (const Row& row : Rows()) {
    SCOPED_TRACE(row.predicate);
    const Predicate predicate = Read(row.predicate);
    const Predicate opposite = Read("not (" + row.predicate + ")");
    v1::Recommendation reply = Reply();
    EXPECT_TRUE(Holds(predicate, reply));
    EXPECT_FALSE(Holds(opposite, reply));
    row.change(reply);
    EXPECT_FALSE(Holds(predicate, reply));
    EXPECT_TRUE(Holds(opposite, reply));
  }
}

TEST(Predicate, NoAtomIsLeftOutAbove) {
  for (const std::string_view word : AtomWords()) {
    EXPECT_TRUE(std::any_of(Rows().begin(), Rows().end(), [&](const Row& row) { return row.word == word; })) << word;
  }
}

TEST(Predicate, AndBindsTighterThanOr) {
  const v1::Recommendation reply = Reply();
  EXPECT_TRUE(Holds(Read("holds plan or holds plan and outcome = infeasible"), reply));
  EXPECT_FALSE(Holds(Read("(holds plan or holds plan) and outcome = infeasible"), reply));
  EXPECT_FALSE(Holds(Read("not holds plan or outcome = infeasible"), reply));
  EXPECT_FALSE(Holds(Read("not holds plan and outcome = found"), reply));
}

TEST(Predicate, NothingIsRecommendedByAnEmptyReply) {
  const v1::Recommendation reply;
  for (const Row& row : Rows()) {
    if (row.word == "excludes") continue;
    EXPECT_FALSE(Holds(Read(row.predicate), reply)) << row.predicate;
  }
}

// What the client says and what nodes are called would let any reply say anything.
TEST(Predicate, SaysOnlyWhatBraidWrote) {
  const v1::Recommendation reply = Reply();
  EXPECT_FALSE(Holds(Read("says \"sleep\""), reply));
  EXPECT_FALSE(Holds(Read("says \"thought record\""), reply));
  EXPECT_FALSE(Holds(Read("says \"technique:\""), reply));
}

TEST(Predicate, AnErrorSaysWhereAndWhatIsMeant) {
  EXPECT_THAT(ErrorOf("includes technique:change_tallk"),
              AllOf(HasSubstr("column 10"), HasSubstr("technique:change_talk")));
  EXPECT_THAT(ErrorOf("holds plan and include technique:tipp"), AllOf(HasSubstr("column 16"), HasSubstr("includes")));
  EXPECT_THAT(ErrorOf("includes flag:mania"), AllOf(HasSubstr("column 10"), HasSubstr("technique or modality")));
  EXPECT_THAT(ErrorOf("safety includes modality:cbt"), HasSubstr("the id of a technique"));
  EXPECT_THAT(ErrorOf("outcome = fund"), AllOf(HasSubstr("column 11"), HasSubstr("found")));
  EXPECT_THAT(ErrorOf("excluded technique:tipp because flags"), AllOf(HasSubstr("column 33"), HasSubstr("competence")));
  EXPECT_THAT(ErrorOf("asks first flag:manya"), AllOf(HasSubstr("column 12"), HasSubstr("flag:mania")));
  EXPECT_THAT(ErrorOf("says nothing"), HasSubstr("text in quotes"));
  EXPECT_THAT(ErrorOf("says \"nothing"), HasSubstr("text in quotes"));
  EXPECT_THAT(ErrorOf("says \"\""), HasSubstr("text in quotes"));
  EXPECT_THAT(ErrorOf("sessions <= many"), HasSubstr("a number"));
  EXPECT_THAT(ErrorOf("covers process:rumination >= 0.1x"), HasSubstr("a number"));
  EXPECT_THAT(ErrorOf("(holds plan"), AllOf(HasSubstr("column 12"), HasSubstr("the end was found")));
  EXPECT_THAT(ErrorOf("holds plan holds plan"), HasSubstr("column 12"));
  EXPECT_THAT(ErrorOf("technique:tipp after technique:defusion"), HasSubstr("`before`"));
  EXPECT_THAT(ErrorOf(""), HasSubstr("column 1"));
}

TEST(Predicate, AnExplanationHasEachAtomAndWhatItComesTo) {
  EXPECT_EQ(Explain(Read("not holds plan or outcome = found and includes technique:tipp"), Reply()),
            "  true   holds plan\n  true   outcome = found\n  false  includes technique:tipp\n");
}

constexpr char kFile[] = R"(
title: "t" source: "s" story: "w"
request { profile { preferences { id: "technique:thought_record" attitude: ATTITUDE_DISLIKED } } }
expectations { id: "m1" kind: MUST text: "t" predicate: "outcome = found" }
)";

absl::StatusOr<CheckedScenario> ReadFile(const std::string& text) {
  return ReadScenario("low_mood", text, *ontology::ShippedOntology());
}

TEST(ScenarioFile, ExpectsOfAMustThatItHoldsAndOfAMustNotThatItDoesNot) {
  auto file = ReadFile(kFile);
  ASSERT_TRUE(file.ok()) << file.status();
  EXPECT_TRUE(file->expectations.front().IsMetBy(Reply()));
  EXPECT_FALSE(file->expectations.front().IsMetBy({}));
  file->expectations.front().expectation.set_kind(Expectation::MUST_NOT);
  EXPECT_FALSE(file->expectations.front().IsMetBy(Reply()));
  EXPECT_TRUE(file->expectations.front().IsMetBy({}));
}

TEST(ScenarioFile, AnErrorNamesTheFileTheExpectationAndTheColumn) {
  const auto error = [](const std::string& text) { return std::string(ReadFile(text).status().message()); };
  const std::string file = kFile;
  EXPECT_EQ(error(file + "expectations { id: \"m2\" kind: MUST text: \"t\" predicate: \"holds plans\" }"),
            "low_mood.textproto: expectation m2: column 7: `plan` is expected, `plans` was found");
  EXPECT_THAT(error(file + "expectation {"), HasSubstr("low_mood.textproto: line 5, column 13"));
  EXPECT_THAT(error(file + "expectations { id: \"m1\" kind: MUST text: \"t\" predicate: \"holds plan\" }"),
              HasSubstr("m1 is there twice"));
  EXPECT_THAT(error(file + "expectations { id: \"m2\" text: \"t\" predicate: \"holds plan\" }"),
              HasSubstr("m2: kind is not set"));
  EXPECT_THAT(error(file + "expectations { id: \"m2\" kind: MUST predicate: \"holds plan\" }"),
              HasSubstr("m2: text is empty"));
  EXPECT_THAT(error(file + "expectations { kind: MUST text: \"t\" predicate: \"holds plan\" }"), HasSubstr("no id"));
  EXPECT_THAT(error(file + "refusal { reason: \"FIELD_REQUIRED\" }"), HasSubstr("either expectations or a refusal"));
  EXPECT_THAT(error("title: \"t\" source: \"s\" story: \"w\" request {}"),
              HasSubstr("either expectations or a refusal"));
  EXPECT_THAT(error("title: \"t\" source: \"s\" story: \"w\""), HasSubstr("request is not set"));
  EXPECT_THAT(error("title: \"t\""), HasSubstr("source is empty"));
}

TEST(ScenarioFile, AMappingNamesWhatTheRequestHas) {
  const std::string file = kFile;
  EXPECT_TRUE(ReadFile(file + "mappings { words: \"w\" became: \"technique:thought_record DISLIKED\" }").ok());
  EXPECT_THAT(
      std::string(ReadFile(file + "mappings { words: \"w\" became: \"modality:pe DISLIKED\" }").status().message()),
      HasSubstr("the request does not name modality:pe"));
}

}  // namespace
}  // namespace braid::scenarios
