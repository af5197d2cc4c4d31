// The language of scenarios: each atom shown true and false, by changing a reply as little as it takes.

#include "tests/scenarios/predicate.h"

#include <algorithm>
#include <functional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "gmock/gmock.h"
#include "google/protobuf/text_format.h"
#include "gtest/gtest.h"
#include "tests/ontology/shipped.h"
#include "tests/scenarios/scenario_file.h"

namespace braid::scenarios {
namespace {

using testing::HasSubstr;

v1::Recommendation ExampleRecommendation() {
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

v1::PlanRevision ExampleRevision() {
  v1::PlanRevision reply;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(R"(
    session_number: 8
    needs {
      need_id: "concern:depression" verb: REVIEW_VERB_REPAIR waiting_verb: REVIEW_VERB_SWITCH consult: true
      score {
        measure_id: "measure:phq9" change: SCORE_CHANGE_RELIABLY_WORSE track: SCORE_TRACK_ALARM
      }
      other_scores { measure_id: "measure:bdi2" reliably_better: true recovered: true no_room: true }
      contradicted: true
      dose_state: DOSE_STATE_ADEQUATE
      review_at_session: 10
      no_alternative: true
      because: "The alliance is ruptured"
    }
    needs { need_id: "process:rumination" verb: REVIEW_VERB_KEEP waiting_verb: REVIEW_VERB_KEEP }
    changes {
      kind: CHANGE_KIND_DROPPED technique_id: "technique:tipp" cause: CHANGE_CAUSE_BARRED
      exclusion { technique_id: "technique:tipp" cause_id: "flag:cardiac_disease" }
    }
    changes {
      kind: CHANGE_KIND_SWITCHED technique_id: "technique:defusion" replaced_technique_id: "technique:thought_record"
      cause: CHANGE_CAUSE_WORTH_MORE vanishes_at: 0.02
    }
    changes { kind: CHANGE_KIND_ADDED technique_id: "technique:relapse_prevention" cause: CHANGE_CAUSE_PREVENTS_RELAPSE }
    changes { kind: CHANGE_KIND_INTENSIFIED technique_id: "technique:body_scan" cause: CHANGE_CAUSE_RULES }
    changes { kind: CHANGE_KIND_KEPT technique_id: "technique:grounding" cause: CHANGE_CAUSE_HELD }
    held_by: REVISION_HOLD_ALLIANCE
    consult: true
    stage_movements { to_id: "stage:relapse" direction: STAGE_DIRECTION_RECYCLING }
    next_measurements { measure_id: "measure:phq9" session_number: 9 }
    replanned: true
    progress_state: PROGRESS_STATE_ALARM
    text: "Repair comes first"
  )",
                                                            &reply));
  return reply;
}

Reply Example() {
  Reply reply;
  *reply.mutable_recommendation() = ExampleRecommendation();
  *reply.mutable_revision() = ExampleRevision();
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

// A predicate that holds for Example() and the least change of its recommendation or its revision after which it does
// not.
template <typename Part>
struct Row {
  std::string word;  // what it shows
  std::string predicate;
  std::function<void(Part&)> change;
};

void DropFirstOfSafety(v1::Recommendation& reply) {
  reply.mutable_safety(0)->mutable_technique_ids()->DeleteSubrange(0, 1);
}
void DropFirstOfPlan(v1::Recommendation& reply) {
  reply.mutable_plans(0)->mutable_technique_ids()->DeleteSubrange(0, 1);
}
void SwapPlan(v1::Recommendation& reply) { reply.mutable_plans(0)->mutable_technique_ids()->SwapElements(0, 1); }

using RecommendationRow = Row<v1::Recommendation>;
const std::vector<RecommendationRow>& RecommendationRows() {
  static const std::vector<RecommendationRow>& rows = *new std::vector<RecommendationRow>{
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

using RevisionRow = Row<v1::PlanRevision>;
const std::vector<RevisionRow>& RevisionRows() {
  static const std::vector<RevisionRow>& rows = *new std::vector<RevisionRow>{
      {"need", "need concern:depression = repair",
       [](auto& reply) { reply.mutable_needs(0)->set_verb(v1::REVIEW_VERB_SWITCH); }},
      {"need", "need any [concern:depression, process:rumination] = keep",
       [](auto& reply) { reply.mutable_needs(1)->set_verb(v1::REVIEW_VERB_TAPER); }},
      {"need", "need concern:depression waiting = switch",
       [](auto& reply) { reply.mutable_needs(0)->set_waiting_verb(v1::REVIEW_VERB_REPAIR); }},
      {"dose", "dose concern:depression = adequate",
       [](auto& reply) { reply.mutable_needs(0)->set_dose_state(v1::DOSE_STATE_FULL); }},
      {"reviews", "reviews concern:depression by 10",
       [](auto& reply) { reply.mutable_needs(0)->set_review_at_session(11); }},
      {"reviews", "reviews concern:depression by 10",
       [](auto& reply) { reply.mutable_needs(0)->clear_review_at_session(); }},
      {"contradicted", "contradicted concern:depression",
       [](auto& reply) { reply.mutable_needs(0)->clear_contradicted(); }},
      {"lacks", "lacks alternative for concern:depression",
       [](auto& reply) { reply.mutable_needs(0)->clear_no_alternative(); }},
      {"score", "score measure:phq9 = reliably_worse",
       [](auto& reply) { reply.mutable_needs(0)->mutable_score()->set_change(v1::SCORE_CHANGE_WORSENING); }},
      {"score", "score measure:phq9 = alarm",
       [](auto& reply) { reply.mutable_needs(0)->mutable_score()->set_track(v1::SCORE_TRACK_OFF_TRACK); }},
      {"score", "score measure:bdi2 = reliably_better",
       [](auto& reply) { reply.mutable_needs(0)->mutable_other_scores(0)->clear_reliably_better(); }},
      {"score", "score measure:bdi2 = recovered",
       [](auto& reply) { reply.mutable_needs(0)->mutable_other_scores(0)->clear_recovered(); }},
      {"score", "score measure:bdi2 = no_room",
       [](auto& reply) { reply.mutable_needs(0)->mutable_other_scores(0)->clear_no_room(); }},
      {"held", "held by alliance", [](auto& reply) { reply.set_held_by(v1::REVISION_HOLD_SAFETY); }},
      {"held", "not held by nothing", [](auto& reply) { reply.clear_held_by(); }},
      {"drops", "drops technique:tipp", [](auto& reply) { reply.mutable_changes(0)->set_kind(v1::CHANGE_KIND_KEPT); }},
      {"drops", "drops technique:tipp because barred",
       [](auto& reply) { reply.mutable_changes(0)->set_cause(v1::CHANGE_CAUSE_WORTH_MORE); }},
      {"drops", "drops technique:tipp because flag:cardiac_disease",
       [](auto& reply) { reply.mutable_changes(0)->clear_exclusion(); }},
      {"drops", "drops all [technique:tipp, technique:thought_record]",
       [](auto& reply) { reply.mutable_changes(1)->clear_replaced_technique_id(); }},
      {"adds", "adds technique:relapse_prevention because prevents_relapse",
       [](auto& reply) { reply.mutable_changes(2)->set_kind(v1::CHANGE_KIND_KEPT); }},
      {"adds", "adds technique:defusion",
       [](auto& reply) { reply.mutable_changes(1)->set_kind(v1::CHANGE_KIND_DROPPED); }},
      {"intensifies", "intensifies technique:body_scan",
       [](auto& reply) { reply.mutable_changes(3)->set_kind(v1::CHANGE_KIND_KEPT); }},
      {"keeps", "keeps technique:body_scan",
       [](auto& reply) { reply.mutable_changes(3)->set_kind(v1::CHANGE_KIND_DROPPED); }},
      {"keeps", "keeps technique:grounding because held",
       [](auto& reply) { reply.mutable_changes(4)->set_cause(v1::CHANGE_CAUSE_RULES); }},
      {"switches", "switches technique:thought_record to technique:defusion",
       [](auto& reply) { reply.mutable_changes(1)->set_kind(v1::CHANGE_KIND_ADDED); }},
      {"switches", "switches technique:thought_record to technique:defusion",
       [](auto& reply) { reply.mutable_changes(1)->set_replaced_technique_id("technique:tipp"); }},
      {"changes", "not changes nothing", [](auto& reply) { reply.mutable_changes()->DeleteSubrange(0, 4); }},
      {"changes", "not changes nothing but barred", [](auto& reply) { reply.mutable_changes()->DeleteSubrange(1, 3); }},
      {"vanishes", "vanishes all [technique:thought_record, technique:defusion]",
       [](auto& reply) { reply.mutable_changes(1)->clear_vanishes_at(); }},
      {"replans", "replans", [](auto& reply) { reply.clear_replanned(); }},
      {"consults", "consults", [](auto& reply) { reply.clear_consult(); }},
      {"consults", "consults for concern:depression", [](auto& reply) { reply.mutable_needs(0)->clear_consult(); }},
      {"progress", "progress = alarm", [](auto& reply) { reply.set_progress_state(v1::PROGRESS_STATE_OFF_TRACK); }},
      {"moves", "moves to stage:relapse", [](auto& reply) { reply.clear_stage_movements(); }},
      {"moves", "moves to stage:relapse as recycling",
       [](auto& reply) { reply.mutable_stage_movements(0)->set_direction(v1::STAGE_DIRECTION_ONWARD); }},
      {"measures", "measures measure:phq9 by 9",
       [](auto& reply) { reply.mutable_next_measurements(0)->set_session_number(10); }},
      {"revision", "revision says \"REPAIR comes\"", [](auto& reply) { reply.clear_text(); }},
      {"revision", "revision says \"is ruptured\"", [](auto& reply) { reply.mutable_needs(0)->clear_because(); }},
  };
  return rows;
}

template <typename Part>
void ExpectThatItHoldsUntilChanged(const Row<Part>& row, Part* (Reply::*part)()) {
  SCOPED_TRACE(row.predicate);
  const Predicate predicate = Read(row.predicate);
  const Predicate opposite = Read("not (" + row.predicate + ")");
  Reply reply = Example();
  EXPECT_TRUE(Holds(predicate, reply));
  EXPECT_FALSE(Holds(opposite, reply));
  row.change(*(reply.*part)());
  EXPECT_FALSE(Holds(predicate, reply));
  EXPECT_TRUE(Holds(opposite, reply));
}

TEST(Predicate, EachAtomHoldsAndAfterOneChangeDoesNot) {
  for (const auto& row : RecommendationRows()) ExpectThatItHoldsUntilChanged(row, &Reply::mutable_recommendation);
  for (const auto& row : RevisionRows()) ExpectThatItHoldsUntilChanged(row, &Reply::mutable_revision);
}

TEST(Predicate, NoAtomIsLeftOutAbove) {
  std::set<std::string, std::less<>> shown;
  for (const auto& row : RecommendationRows()) shown.insert(row.word);
  for (const auto& row : RevisionRows()) shown.insert(row.word);
  for (const std::string_view word : AtomWords()) EXPECT_TRUE(shown.contains(word)) << word;
}

TEST(Predicate, KnowsWhetherItSpeaksOfARevision) {
  for (const auto& row : RecommendationRows()) EXPECT_FALSE(SpeaksOfRevision(Read(row.predicate))) << row.predicate;
  for (const auto& row : RevisionRows()) {
    EXPECT_TRUE(SpeaksOfRevision(Read("outcome = found and not (" + row.predicate + ")"))) << row.predicate;
  }
}

TEST(Predicate, AndBindsTighterThanOr) {
  const Reply reply = Example();
  EXPECT_TRUE(Holds(Read("holds plan or holds plan and outcome = infeasible"), reply));
  EXPECT_FALSE(Holds(Read("(holds plan or holds plan) and outcome = infeasible"), reply));
  EXPECT_FALSE(Holds(Read("not holds plan or outcome = infeasible"), reply));
  EXPECT_FALSE(Holds(Read("not holds plan and outcome = found"), reply));
}

TEST(Predicate, NothingIsRecommendedOrChangedByAnEmptyReply) {
  const Reply reply;
  for (const auto& row : RecommendationRows()) {
    if (row.word == "excludes") continue;
    EXPECT_FALSE(Holds(Read(row.predicate), reply)) << row.predicate;
  }
  for (const auto& row : RevisionRows()) EXPECT_FALSE(Holds(Read(row.predicate), reply)) << row.predicate;
}

// What the client says and what nodes are called would let any reply say anything.
TEST(Predicate, SaysOnlyWhatBraidWrote) {
  const Reply reply = Example();
  EXPECT_FALSE(Holds(Read("says \"sleep\""), reply));
  EXPECT_FALSE(Holds(Read("says \"thought record\""), reply));
  EXPECT_FALSE(Holds(Read("says \"technique:\""), reply));
  EXPECT_FALSE(Holds(Read("revision says \"measure:\""), reply));
}

// A word that repair or safety has on its own would hold for the wrong reason.
TEST(Predicate, SaysOfEachPartWhatStandsThere) {
  EXPECT_FALSE(Holds(Read("says \"repair comes\""), Example()));
  EXPECT_FALSE(Holds(Read("revision says \"assess now\""), Example()));
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
  EXPECT_THAT(ErrorOf("need technique:tipp = keep"), HasSubstr("dimension or concern or process"));
  EXPECT_THAT(ErrorOf("need concern:ptsd = kept"), AllOf(HasSubstr("column 21"), HasSubstr("replan")));
  EXPECT_THAT(ErrorOf("drops technique:tipp because it"), AllOf(HasSubstr("column 30"), HasSubstr("worth_more")));
  EXPECT_THAT(ErrorOf("score measure:phq9 = better"), AllOf(HasSubstr("column 22"), HasSubstr("reliably_better")));
  EXPECT_THAT(ErrorOf("switches technique:tipp technique:defusion"), HasSubstr("`to`"));
  EXPECT_THAT(ErrorOf("measures measure:phq9 by next"), HasSubstr("a number"));
  EXPECT_THAT(ErrorOf(""), HasSubstr("column 1"));
}

TEST(Predicate, AnExplanationHasEachAtomAndWhatItComesTo) {
  EXPECT_EQ(Explain(Read("not holds plan or outcome = found and includes technique:tipp"), Example()),
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
  EXPECT_TRUE(file->expectations.front().IsMetBy(Example()));
  EXPECT_FALSE(file->expectations.front().IsMetBy({}));
  file->expectations.front().expectation.set_kind(Expectation::MUST_NOT);
  EXPECT_FALSE(file->expectations.front().IsMetBy(Example()));
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
  EXPECT_THAT(error("title: \"t\" source: \"s\" story: \"w\""), HasSubstr("neither request nor revise is set"));
  EXPECT_THAT(error("title: \"t\""), HasSubstr("source is empty"));
}

TEST(ScenarioFile, SpeaksOfARevisionWhereOneIsAskedForAlone) {
  const std::string client = "title: \"t\" source: \"s\" story: \"w\" ";
  const std::string expectation = "expectations { id: \"m1\" kind: MUST_NOT text: \"t\" predicate: \"replans\" }";
  EXPECT_TRUE(ReadFile(client + "revise {} " + expectation).ok());
  EXPECT_THAT(std::string(ReadFile(client + "request {} " + expectation).status().message()),
              HasSubstr("m1: a recommendation has no revision"));
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
