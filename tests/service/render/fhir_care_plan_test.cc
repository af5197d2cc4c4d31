#include "service/render/fhir_care_plan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

#include "service/render/plan_words.h"
#include "tests/golden.h"
#include "tests/service/render/carried.h"
#include "tests/service/render/sample.h"

namespace braid::service {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;
using Json = nlohmann::json;

v1::Recommendation Filled() {
  v1::Recommendation filled = Sample();
  FillWords(filled);
  return filled;
}

Json BundleOf(const v1::Recommendation& recommendation, const std::string& subject = "Patient/123") {
  return Json::parse(FhirCarePlan(recommendation, SampleHeader(), subject).content);
}

std::vector<std::string> LossFields(const PlanDocument& document) {
  std::vector<std::string> fields;
  for (const v1::RenderLoss& loss : document.losses) fields.push_back(loss.field());
  return fields;
}

// Calls `visit` with every object in `json`.
void ForEachObject(const Json& json, const std::function<void(const Json&)>& visit) {
  if (json.is_object()) visit(json);
  for (const Json& part : json) {
    if (part.is_structured()) ForEachObject(part, visit);
  }
}

// The elements of R4 4.0.1 that each resource may have, of those that we could use, and those that it must.
struct Definition {
  std::set<std::string> may, must;
};
const std::map<std::string, Definition>& Definitions() {
  static const std::map<std::string, Definition> definitions = {
      {"Bundle", {{"type", "entry"}, {"type"}}},
      {"CarePlan",
       {{"contained", "status", "intent", "title", "description", "subject", "supportingInfo", "goal", "activity",
         "note"},
        {"status", "intent", "subject"}}},
      {"Goal", {{"id", "lifecycleStatus", "description", "subject"}, {"lifecycleStatus", "description", "subject"}}},
      {"Evidence",
       {{"identifier", "title", "status", "description", "note", "exposureBackground", "exposureVariant"},
        {"status", "exposureBackground"}}},
      {"EvidenceVariable", {{"identifier", "title", "status", "characteristic"}, {"status", "characteristic"}}}};
  return definitions;
}

void ExpectValid(const Json& bundle) {
  EXPECT_EQ(bundle.at("type"), "collection");
  std::set<std::string> urls, references;
  for (const Json& entry : bundle.at("entry")) EXPECT_TRUE(urls.insert(entry.at("fullUrl")).second) << entry["fullUrl"];
  std::set<std::string> contained;
  ForEachObject(bundle, [&](const Json& object) {
    EXPECT_FALSE(object.empty()) << "R4: an object has content";
    for (const auto& [name, value] : object.items()) {
      EXPECT_FALSE(value.is_null() || (value.is_structured() && value.empty())) << name << ": R4: no empty element";
      EXPECT_FALSE(value == "") << name;
    }
    if (object.contains("reference")) references.insert(object["reference"]);
    if (object.contains("id")) contained.insert("#" + object["id"].get<std::string>());
    if (!object.contains("resourceType")) return;
    const Definition& definition = Definitions().at(object["resourceType"]);
    for (const auto& [name, value] : object.items()) {
      EXPECT_TRUE(name == "resourceType" || definition.may.contains(name)) << object["resourceType"] << "." << name;
    }
    for (const std::string& name : definition.must) EXPECT_TRUE(object.contains(name)) << name;
    if (object["resourceType"] == "EvidenceVariable") {
      for (const Json& part : object["characteristic"]) EXPECT_TRUE(part.contains("definitionCodeableConcept"));
    }
  });
  for (const std::string& reference : references) {
    EXPECT_TRUE(reference.rfind("urn:uuid:", 0) != 0 || urls.contains(reference)) << reference;
    EXPECT_TRUE(reference.rfind('#', 0) != 0 || contained.contains(reference)) << reference;
  }
}

TEST(FhirCarePlan, IsWhatR4AsksFor) {
  ExpectValid(BundleOf(Filled()));
  ExpectValid(BundleOf(Filled(), ""));
  v1::Recommendation everything;
  FillEveryField(everything);
  ExpectValid(BundleOf(everything));
  v1::Recommendation nothing;
  FillWords(nothing);
  ExpectValid(BundleOf(nothing));
}

TEST(FhirCarePlan, ReadsAsItDid) {
  test::ExpectGolden("service/render/golden/care_plan.json",
                     FhirCarePlan(Filled(), SampleHeader(), "Patient/123").content);
}

TEST(FhirCarePlan, IsADraftAndAProposalForTheSubject) {
  const Json plan = BundleOf(Filled())["entry"][0]["resource"];
  EXPECT_EQ(plan["resourceType"], "CarePlan");
  EXPECT_EQ(plan["status"], "draft");
  EXPECT_EQ(plan["intent"], "proposal");
  EXPECT_EQ(plan["subject"]["reference"], "Patient/123");
  EXPECT_EQ(plan["contained"][0]["description"]["text"], "take the bus alone");
  EXPECT_EQ(plan["goal"][0]["reference"], "#goal-1");
}

TEST(FhirCarePlan, ActivitiesRunFromSafetyToThePlanWhichIsHeld) {
  const Json activities = BundleOf(Filled())["entry"][0]["resource"]["activity"];
  std::vector<std::string> names;
  for (const Json& activity : activities) names.push_back(activity["detail"]["code"]["text"]);
  EXPECT_THAT(names, ::testing::ElementsAre("Cardiac disease", "Liaison with the doctor", "Rupture repair",
                                            "Psychoeducation", "Cognitive restructuring", "Interoceptive exposure"));
  const Json& last = activities.back()["detail"];
  EXPECT_EQ(last["kind"], "ServiceRequest");
  EXPECT_EQ(last["status"], "not-started");
  EXPECT_EQ(last["statusReason"]["text"], "Held until the working alliance is repaired");
  EXPECT_EQ(last["code"]["coding"][0]["code"], "technique:interoceptive");
  EXPECT_EQ(last["reasonCode"][0]["text"], "Behavioural avoidance");
  EXPECT_FALSE(activities[2]["detail"].contains("statusReason")) << "the repair is not held";
}

TEST(FhirCarePlan, EveryFindingIsAnEvidenceThatThePlanRefersTo) {
  const Json bundle = BundleOf(Filled());
  std::set<std::string> cited;
  for (const Json& entry : bundle["entry"]) {
    if (entry["resource"]["resourceType"] == "Evidence") cited.insert(entry["resource"]["identifier"][0]["value"]);
  }
  EXPECT_THAT(cited, ::testing::ElementsAre("evidence:act", "evidence:cbt", "evidence:null", "evidence:rupture"));
  EXPECT_EQ(bundle["entry"][0]["resource"]["supportingInfo"].size(), 4U);
}

TEST(FhirCarePlan, WithoutASubjectItSaysSo) {
  const PlanDocument document = FhirCarePlan(Filled(), SampleHeader(), "");
  EXPECT_THAT(LossFields(document), Contains("subject_reference"));
  const Json subject = Json::parse(document.content)["entry"][0]["resource"]["subject"];
  EXPECT_FALSE(subject.contains("reference"));
  EXPECT_THAT(subject["display"].get<std::string>(), HasSubstr("not named"));
  EXPECT_THAT(LossFields(FhirCarePlan(Filled(), SampleHeader(), "Patient/1")), Not(Contains("subject_reference")));
}

TEST(FhirCarePlan, TheSameArgumentsGiveTheSameBytesAndOthersOtherNames) {
  EXPECT_EQ(BundleOf(Filled()), BundleOf(Filled()));
  EXPECT_NE(BundleOf(Filled(), "Patient/1")["entry"][0]["fullUrl"],
            BundleOf(Filled(), "Patient/2")["entry"][0]["fullUrl"]);
}

TEST(FhirCarePlan, EveryFieldIsCarriedOrNamedAsLost) {
  ExpectCarriedOrLost("FHIR",
                      [](const v1::Recommendation& all) { return FhirCarePlan(all, SampleHeader(), "Patient/123"); });
}

TEST(FhirCarePlan, WhatTheOtherPlansHoldIsNamedAsLost) {
  v1::Recommendation filled = Filled();
  EXPECT_THAT(LossFields(FhirCarePlan(filled, SampleHeader(), "Patient/1")), Contains("techniques[]"));
  EXPECT_THAT(LossFields(FhirCarePlan(filled, SampleHeader(), "Patient/1")), Not(Contains("plans[]")));
  filled.set_equally_good_count(1);
  EXPECT_THAT(LossFields(FhirCarePlan(filled, SampleHeader(), "Patient/1")), Contains("plans[]"));
}

}  // namespace
}  // namespace braid::service
