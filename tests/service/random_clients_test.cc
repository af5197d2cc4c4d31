// No client, however strange, gets what harms. BRAID_RANDOM_CLIENTS and BRAID_RANDOM_CALLS set how many are tried in
// this process and through a server.

#include "tools/bench/random_clients.h"

#include <cstdint>
#include <cstdlib>
#include <set>
#include <string>

#include "fmt/format.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "service/call_context.h"
#include "service/plan_handlers.h"
#include "tests/service/plan_laws.h"
#include "tests/service/server_fixture.h"

namespace braid::service {
namespace {

using testing::IsEmpty;

std::uint32_t CountFrom(const char* name, std::uint32_t fallback) {
  const char* value = std::getenv(name);
  return value == nullptr ? fallback : static_cast<std::uint32_t>(std::strtoul(value, nullptr, 10));
}

// A different part of the clients in every run would hide what fails; those of a larger count include those of a
// smaller one.
std::uint32_t SeedOf(std::uint32_t i) { return 1'000'003U * i + 17; }

TEST(RandomClients, NeverGetWhatIsVetoedConflictingHarmfulOrBeyondCompetence) {
  SeededStore store({}, Content::kShipped);
  const Core core{store.store(), {}, "test"};
  const PlanHandlers handlers(core);
  const graph::SnapshotPtr snapshot = store.store().head();
  const RandomClients clients(*snapshot);
  const std::uint32_t count = CountFrom("BRAID_RANDOM_CLIENTS", 500);
  std::set<int> outcomes, modes;
  std::size_t planned = 0;
  for (std::uint32_t i = 0; i < count; ++i) {
    SCOPED_TRACE(fmt::format("seed {}", SeedOf(i)));
    v1::RecommendRequest request;
    *request.mutable_profile() = clients.Profile(SeedOf(i));
    v1::RecommendResponse response;
    CallContext call;
    call.start = CallContext::Clock::now();
    const absl::Status status = handlers.Recommend(call, request, &response);
    ASSERT_TRUE(status.ok()) << status;
    EXPECT_THAT(Broken(*snapshot, request.profile(), response.recommendation()), IsEmpty());
    outcomes.insert(response.recommendation().outcome());
    modes.insert(response.recommendation().mode());
    if (response.recommendation().plans_size() > 0) ++planned;
    if (HasFailure()) break;
  }
  EXPECT_GT(planned, count / 2);
  EXPECT_EQ(modes.size(), 6U) << "every mode was tried";
  EXPECT_GE(outcomes.size(), 3U) << "with and without a plan";
}

class RandomCallsTest : public ServerTest {
 protected:
  RandomCallsTest() : ServerTest({}, Content::kShipped) {}
};

TEST_F(RandomCallsTest, GetTheSameThroughTheServer) {
  const graph::SnapshotPtr snapshot = store().head();
  const RandomClients clients(*snapshot);
  const std::uint32_t count = CountFrom("BRAID_RANDOM_CALLS", 200);
  for (std::uint32_t i = 0; i < count; ++i) {
    SCOPED_TRACE(fmt::format("seed {}", SeedOf(i)));
    v1::RecommendRequest request;
    *request.mutable_profile() = clients.Profile(SeedOf(i));
    v1::RecommendResponse response;
    const grpc::Status status = plans_->Recommend(Context().get(), request, &response);
    ASSERT_TRUE(status.ok()) << status.error_message();
    EXPECT_THAT(Broken(*snapshot, request.profile(), response.recommendation()), IsEmpty());
    if (HasFailure()) break;
  }
}

}  // namespace
}  // namespace braid::service
