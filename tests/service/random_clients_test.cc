// No client, however strange, gets what harms. BRAID_RANDOM_CLIENTS and BRAID_RANDOM_CALLS set how many are tried in
// this process and through a server.

#include "tools/bench/random_clients.h"

#include <cstdint>
#include <cstdlib>
#include <set>
#include <string>
#include <vector>

#include "fmt/format.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "service/call_context.h"
#include "service/plan_handlers.h"
#include "service/plan_reading.h"
#include "service/wire/profiles.h"
#include "tests/golden.h"
#include "tests/service/plan_laws.h"
#include "tests/service/server_fixture.h"
#include "tools/bench/course_message.h"
#include "tools/bench/random_course.h"
#include "xxhash.h"

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
  Recommenders recommenders;
  const PlanHandlers handlers(core, recommenders);
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

// Built by g++ and by clang (CI builds both), a recommendation has the same bytes: the golden file holds a digest of
// each, beside what a reader can compare.
TEST(RandomClients, GetTheSameBytesFromEveryCompiler) {
  SeededStore store({}, Content::kShipped);
  const Core core{store.store(), {}, "test"};
  Recommenders recommenders;
  const PlanHandlers handlers(core, recommenders);
  const RandomClients clients(*store.store().head());
  std::string text;
  for (std::uint32_t seed = 1; seed <= 60; ++seed) {
    v1::RecommendRequest request;
    *request.mutable_profile() = clients.Profile(seed);
    request.set_robustness(seed % 10 == 0);
    request.set_view(seed % 2 == 0 ? v1::VIEW_FULL : v1::VIEW_BASIC);
    v1::RecommendResponse response;
    CallContext call;
    call.start = CallContext::Clock::now();
    ASSERT_TRUE(handlers.Recommend(call, request, &response).ok()) << "seed " << seed;
    const std::string bytes = response.recommendation().SerializeAsString();
    text += fmt::format("{:>2} {:016x}", seed, XXH3_64bits(bytes.data(), bytes.size()));
    if (response.recommendation().plans_size() > 0) {
      for (const std::string& id : response.recommendation().plans(0).technique_ids()) {
        text += " " + id.substr(id.find(':') + 1);
      }
    }
    text += "\n";
  }
  test::ExpectGolden("service/golden/recommendations.txt", text);
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

// Laws over what a revision changes are held by ontology/progress/random_courses_test; here, that a caller is told why.
TEST_F(RandomCallsTest, AreRevisedAndToldWhy) {
  const graph::SnapshotPtr snapshot = store().head();
  const RandomClients clients(*snapshot);
  const std::uint32_t count = CountFrom("BRAID_RANDOM_CALLS", 200);
  std::size_t revised = 0;
  for (std::uint32_t i = 0; i < count; ++i) {
    SCOPED_TRACE(fmt::format("seed {}", SeedOf(i)));
    v1::ReviseRequest request;
    v1::ClientProfile& profile = *request.mutable_recommend()->mutable_profile();
    profile = clients.Profile(SeedOf(i));
    profile.clear_measures();
    profile.clear_alliance();
    v1::RecommendResponse asked;
    ASSERT_TRUE(plans_->Recommend(Context().get(), request.recommend(), &asked).ok());
    std::vector<std::string> plan;
    if (asked.recommendation().plans_size() > 0) {
      const auto& ids = asked.recommendation().plans(0).technique_ids();
      plan.assign(ids.begin(), ids.end());
    }
    for (const std::string& id : plan) request.mutable_recommend()->add_in_force_ids(id);
    *request.mutable_course() =
        MessageOf(ontology::RandomCourse(*snapshot, wire::DecodeProfile(profile), plan, SeedOf(i)));
    v1::ReviseResponse response;
    const grpc::Status status = plans_->Revise(Context().get(), request, &response);
    ASSERT_TRUE(status.ok()) << status.error_message();
    const v1::PlanRevision& revision = response.revision();
    EXPECT_FALSE(revision.text().empty());
    EXPECT_EQ(revision.held_by() != v1::REVISION_HOLD_UNSPECIFIED, !revision.held_until().empty());
    for (const v1::NeedReview& need : revision.needs()) EXPECT_FALSE(need.because().empty()) << need.need_id();
    for (const v1::TechniqueChange& change : revision.changes()) {
      EXPECT_FALSE(change.because().empty()) << change.technique_id();
      if (change.kind() != v1::CHANGE_KIND_KEPT) ++revised;
    }
    for (const v1::NextMeasurement& next : revision.next_measurements()) EXPECT_FALSE(next.because().empty());
    if (HasFailure()) break;
  }
  EXPECT_GT(revised, count / 10);
}

}  // namespace
}  // namespace braid::service
