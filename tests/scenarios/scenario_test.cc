// Every scenario through a real server: what a careful therapist would sign, on the ontology as it is shipped.

#include <gtest/gtest.h>

#include <algorithm>
#include <iostream>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "tests/ontology/shipped.h"
#include "tests/scenarios/reply.h"
#include "tests/scenarios/scenario_file.h"
#include "tests/service/server_fixture.h"

namespace braid::scenarios {
namespace {

const std::vector<CheckedScenario>& Scenarios() {
  static const std::vector<CheckedScenario>& scenarios = *[] {
    auto read = ReadScenarios(std::string(BRAID_SOURCE_DIR) + "/tests/scenarios/cases", *ontology::ShippedOntology());
    EXPECT_TRUE(read.ok()) << read.status();
    return new std::vector<CheckedScenario>(read.ok() ? *std::move(read) : std::vector<CheckedScenario>{});
  }();
  return scenarios;
}

// A server for all tests of the program: answers change nothing.
class Server : public service::ServerTest {
 public:
  Server() : ServerTest({}, service::Content::kShipped) {}

  grpc::Status Ask(const Scenario& scenario, Reply* reply) {
    if (scenario.has_revise()) return plans_->Revise(Context().get(), scenario.revise(), reply);
    v1::RecommendResponse response;
    const grpc::Status status = plans_->Recommend(Context().get(), scenario.request(), &response);
    reply->mutable_recommendation()->Swap(response.mutable_recommendation());
    return status;
  }

 private:
  void TestBody() override {}
};

class ScenarioTest : public testing::Test {
 protected:
  static void SetUpTestSuite() { server_ = std::make_unique<Server>(); }
  static void TearDownTestSuite() { server_.reset(); }

  static Reply ReplyTo(const CheckedScenario& scenario) {
    Reply reply;
    const grpc::Status status = server_->Ask(scenario.scenario, &reply);
    EXPECT_TRUE(status.ok()) << scenario.name << ": " << status.error_message();
    return reply;
  }

  static std::unique_ptr<Server> server_;
};

std::unique_ptr<Server> ScenarioTest::server_;

void Check(const CheckedScenario& scenario, const Reply& reply) {
  for (const CheckedExpectation& checked : scenario.expectations) {
    EXPECT_TRUE(checked.IsMetBy(reply)) << (checked.expectation.kind() == Expectation::MUST ? "must " : "must not ")
                                        << checked.expectation.id() << ": " << checked.expectation.text() << '\n'
                                        << Explain(checked.predicate, reply);
  }
  if (!testing::Test::HasFailure()) return;
  std::cout << scenario.scenario.title() << '\n' << Outline(reply.recommendation());
  if (reply.has_revision()) std::cout << Outline(reply.revision());
}

void CheckRefusal(const Refusal& refusal, const service::Failure& failure) {
  EXPECT_EQ(failure.info.reason(), refusal.reason()) << refusal.text();
  EXPECT_EQ(failure.field(), refusal.field());
  if (refusal.unsaid().empty()) return;
  EXPECT_EQ(failure.message.find(refusal.unsaid()), std::string::npos) << failure.message;
  EXPECT_EQ(failure.status.DebugString().find(refusal.unsaid()), std::string::npos) << failure.status.DebugString();
}

// Each file is a test of its own, under its own name.
class EachScenarioTest : public ScenarioTest, public testing::WithParamInterface<const CheckedScenario*> {};

TEST_P(EachScenarioTest, IsAnsweredAsACarefulTherapistWouldSign) {
  const CheckedScenario& scenario = *GetParam();
  if (!scenario.scenario.has_refusal()) return Check(scenario, ReplyTo(scenario));
  Reply reply;
  CheckRefusal(scenario.scenario.refusal(), service::Failure(server_->Ask(scenario.scenario, &reply)));
}

// Everything there is, recommended at once.
v1::Recommendation Everything() {
  const graph::Snapshot& snapshot = *ontology::ShippedOntology();
  v1::Recommendation reply;
  v1::Plan* plan = reply.add_plans();
  snapshot.VisitNodes(snapshot.schema().FindKind("technique"), {}, [&](graph::NodeIndex node) {
    plan->add_technique_ids(std::string(snapshot.id(node)));
    return true;
  });
  snapshot.VisitNodes(snapshot.schema().FindKind("modality"), {}, [&](graph::NodeIndex node) {
    v1::ModalityOption* option = reply.add_modalities();
    option->set_modality_id(std::string(snapshot.id(node)));
    option->set_access(v1::MODALITY_ACCESS_DELIVERABLE);
    // One technique a modality, so that the plan is from all of them.
    v1::RecommendedTechnique* technique = reply.add_techniques();
    technique->set_modality_id(std::string(snapshot.id(node)));
    technique->set_technique_id(option->modality_id());
    plan->add_technique_ids(technique->technique_id());
    return true;
  });
  reply.set_summary("It is proven to be superior, far better, and the most effective; dissociation waits.");
  return reply;
}

// And the plan in force thrown over, for no reason, with everything taken up at once.
v1::PlanRevision ChangesEverything() {
  v1::PlanRevision revision;
  for (const v1::ChangeKind kind : {v1::CHANGE_KIND_DROPPED, v1::CHANGE_KIND_ADDED, v1::CHANGE_KIND_INTENSIFIED}) {
    for (const std::string& id : PlanIds(Everything().plans(0))) {
      v1::TechniqueChange* change = revision.add_changes();
      change->set_kind(kind);
      change->set_technique_id(id);
    }
  }
  revision.set_replanned(true);
  revision.set_text("A failure, a setback, a superior treatment.");
  return revision;
}

// What no reply could miss would promise nothing: each expectation is missed by some reply to another client, by an
// empty one, or by one that recommends everything; of a course by some other course, or by everything changed.
TEST_F(ScenarioTest, EveryExpectationCanBeMissed) {
  Reply everything;
  *everything.mutable_recommendation() = Everything();
  std::vector<Reply> recommendations = {{}, everything};
  *everything.mutable_revision() = ChangesEverything();
  std::vector<Reply> revisions = {everything};
  for (const CheckedScenario& scenario : Scenarios()) {
    if (scenario.scenario.has_refusal()) continue;
    (scenario.scenario.has_revise() ? revisions : recommendations).push_back(ReplyTo(scenario));
  }
  for (const CheckedScenario& scenario : Scenarios()) {
    const std::vector<Reply>& replies = scenario.scenario.has_revise() ? revisions : recommendations;
    for (const CheckedExpectation& checked : scenario.expectations) {
      EXPECT_TRUE(
          std::any_of(replies.begin(), replies.end(), [&](const Reply& reply) { return !checked.IsMetBy(reply); }))
          << scenario.name << ' ' << checked.expectation.id() << ": " << checked.expectation.predicate();
    }
  }
}

// What courses are to be spread over: each verb, each kind of change, each reason to wait.
TEST_F(ScenarioTest, CoursesMeetEveryVerbEveryKindOfChangeAndEveryHold) {
  std::set<int> verbs, kinds, holds;
  std::size_t courses = 0, second_visits = 0;
  for (const CheckedScenario& scenario : Scenarios()) {
    if (!scenario.scenario.has_revise()) continue;
    (scenario.name.rfind("course_second_visit_", 0) == 0 ? second_visits : courses) += 1;
    if (scenario.scenario.has_refusal()) continue;
    const v1::PlanRevision revision = ReplyTo(scenario).revision();
    for (const v1::NeedReview& need : revision.needs()) verbs.insert(need.verb());
    for (const v1::TechniqueChange& change : revision.changes()) kinds.insert(change.kind());
    holds.insert(revision.held_by());
  }
  EXPECT_GE(courses, 15U);
  EXPECT_EQ(second_visits, 6U) << "one of each case of the fact base";
  EXPECT_EQ(verbs.size(), static_cast<std::size_t>(v1::ReviewVerb_descriptor()->value_count() - 1));
  EXPECT_EQ(kinds.size(), static_cast<std::size_t>(v1::ChangeKind_descriptor()->value_count() - 1));
  EXPECT_EQ(holds.size(), static_cast<std::size_t>(v1::RevisionHold_descriptor()->value_count())) << "and none";
}

// The six of the fact base, and what the others are to be spread over.
TEST(Scenarios, AreOverEveryModeManyModelsFlagsAndStages) {
  std::set<int> modes;
  std::set<std::string> models, flags, stages;
  std::size_t of_the_fact_base = 0;
  for (const CheckedScenario& scenario : Scenarios()) {
    const v1::ClientProfile& profile = scenario.request().profile();
    modes.insert(profile.mode());
    models.insert(profile.model_id());
    flags.insert(profile.flag_ids().begin(), profile.flag_ids().end());
    stages.insert(profile.stage_id());
    of_the_fact_base += scenario.name.rfind("case_", 0) == 0 ? 1 : 0;
  }
  EXPECT_EQ(of_the_fact_base, 6U);
  EXPECT_GE(Scenarios().size(), 6U + 12U);
  EXPECT_EQ(modes.size(), static_cast<std::size_t>(v1::IntegrationMode_descriptor()->value_count() - 1));
  EXPECT_GE(models.size(), 6U);
  EXPECT_GE(flags.size(), 12U);
  EXPECT_EQ(stages.size(), 7U) << "all six, and none";
}

std::vector<const CheckedScenario*> All() {
  std::vector<const CheckedScenario*> all;
  for (const CheckedScenario& scenario : Scenarios()) all.push_back(&scenario);
  return all;
}

INSTANTIATE_TEST_SUITE_P(Cases, EachScenarioTest, testing::ValuesIn(All()),
                         [](const auto& test) { return test.param->name; });

}  // namespace
}  // namespace braid::scenarios
