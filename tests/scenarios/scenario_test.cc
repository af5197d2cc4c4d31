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

  grpc::Status Ask(const v1::RecommendRequest& request, v1::RecommendResponse* response) {
    return plans_->Recommend(Context().get(), request, response);
  }

 private:
  void TestBody() override {}
};

class ScenarioTest : public testing::Test {
 protected:
  static void SetUpTestSuite() { server_ = std::make_unique<Server>(); }
  static void TearDownTestSuite() { server_.reset(); }

  static v1::Recommendation ReplyTo(const CheckedScenario& scenario) {
    v1::RecommendResponse response;
    const grpc::Status status = server_->Ask(scenario.scenario.request(), &response);
    EXPECT_TRUE(status.ok()) << scenario.name << ": " << status.error_message();
    return response.recommendation();
  }

  static std::unique_ptr<Server> server_;
};

std::unique_ptr<Server> ScenarioTest::server_;

void Check(const CheckedScenario& scenario, const v1::Recommendation& reply) {
  for (const CheckedExpectation& checked : scenario.expectations) {
    EXPECT_TRUE(checked.IsMetBy(reply)) << (checked.expectation.kind() == Expectation::MUST ? "must " : "must not ")
                                        << checked.expectation.id() << ": " << checked.expectation.text() << '\n'
                                        << Explain(checked.predicate, reply);
  }
  if (testing::Test::HasFailure()) std::cout << scenario.scenario.title() << '\n' << Outline(reply);
}

void CheckRefusal(const Refusal& refusal, const service::Failure& failure) {
  EXPECT_EQ(failure.info.reason(), refusal.reason()) << refusal.text();
  EXPECT_EQ(failure.field(), refusal.field());
}

// Each file is a test of its own, under its own name.
class EachScenarioTest : public ScenarioTest, public testing::WithParamInterface<const CheckedScenario*> {};

TEST_P(EachScenarioTest, IsAnsweredAsACarefulTherapistWouldSign) {
  const CheckedScenario& scenario = *GetParam();
  if (!scenario.scenario.has_refusal()) return Check(scenario, ReplyTo(scenario));
  v1::RecommendResponse response;
  CheckRefusal(scenario.scenario.refusal(), service::Failure(server_->Ask(scenario.scenario.request(), &response)));
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

// What no reply could miss would promise nothing: each expectation is missed by some reply to another client, by an
// empty one, or by one that recommends everything.
TEST_F(ScenarioTest, EveryExpectationCanBeMissed) {
  std::vector<v1::Recommendation> replies = {{}, Everything()};
  for (const CheckedScenario& scenario : Scenarios()) {
    if (!scenario.scenario.has_refusal()) replies.push_back(ReplyTo(scenario));
  }
  for (const CheckedScenario& scenario : Scenarios()) {
    for (const CheckedExpectation& checked : scenario.expectations) {
      EXPECT_TRUE(
          std::any_of(replies.begin(), replies.end(), [&](const auto& reply) { return !checked.IsMetBy(reply); }))
          << scenario.name << ' ' << checked.expectation.id() << ": " << checked.expectation.predicate();
    }
  }
}

// The six of the fact base, and what the others are to be spread over.
TEST(Scenarios, AreOverEveryModeManyModelsFlagsAndStages) {
  std::set<int> modes;
  std::set<std::string> models, flags, stages;
  std::size_t of_the_fact_base = 0;
  for (const CheckedScenario& scenario : Scenarios()) {
    const v1::ClientProfile& profile = scenario.scenario.request().profile();
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
