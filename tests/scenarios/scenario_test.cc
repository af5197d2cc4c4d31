// Every scenario through a real server: what a careful therapist would sign, on the ontology as it is shipped.

#include <gtest/gtest.h>

#include <iostream>
#include <memory>
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

// Each file is a test of its own, under its own name.
class ScenarioTest : public testing::TestWithParam<const CheckedScenario*> {
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

TEST_P(ScenarioTest, IsAnsweredAsACarefulTherapistWouldSign) {
  const CheckedScenario& scenario = *GetParam();
  if (!scenario.scenario.has_refusal()) return Check(scenario, ReplyTo(scenario));
  v1::RecommendResponse response;
  CheckRefusal(scenario.scenario.refusal(), service::Failure(server_->Ask(scenario.scenario.request(), &response)));
}

std::vector<const CheckedScenario*> All() {
  std::vector<const CheckedScenario*> all;
  for (const CheckedScenario& scenario : Scenarios()) all.push_back(&scenario);
  return all;
}

INSTANTIATE_TEST_SUITE_P(Scenarios, ScenarioTest, testing::ValuesIn(All()),
                         [](const auto& test) { return test.param->name; });

}  // namespace
}  // namespace braid::scenarios
