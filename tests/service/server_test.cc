// The server around the methods: health, reflection, metadata, limits, options, the end.

#include <algorithm>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "service/listen_address.h"
#include "tests/service/plain_rpc.h"
#include "tests/service/server_fixture.h"

namespace braid::service {
namespace {

using testing::HasSubstr;

class ServerAroundTest : public ServerTest {};

TEST_F(ServerAroundTest, GetServerInfoTellsWhatTheServerIsAndHolds) {
  v1::GetServerInfoResponse response;
  ASSERT_TRUE(info_->GetServerInfo(Context().get(), {}, &response).ok());
  EXPECT_EQ(response.header().revision(), 2);
  EXPECT_EQ(response.header().software_version(), "test");
  EXPECT_EQ(response.oldest_revision(), 1);
  EXPECT_EQ(response.node_count(), 9);
  EXPECT_EQ(response.edge_count(), 8);
  EXPECT_TRUE(response.writable());
  EXPECT_GE(response.storage_format(), 1);
  std::vector<std::string> names;
  for (const v1::LimitInForce& limit : response.limits()) names.push_back(limit.name());
  EXPECT_TRUE(std::is_sorted(names.begin(), names.end()));
  EXPECT_THAT(names, testing::Contains("limits.max_work"));
  EXPECT_TRUE(std::is_sorted(response.features().begin(), response.features().end()));
}

TEST_F(ServerAroundTest, ARequestIdComesBackAndOneIsMadeWhereThereIsNone) {
  v1::GetServerInfoResponse response;
  const auto with = Context();
  with->AddMetadata("braid-request-id", "call-17");
  ASSERT_TRUE(info_->GetServerInfo(with.get(), {}, &response).ok());
  const auto given = with->GetServerTrailingMetadata().find("braid-request-id");
  ASSERT_NE(given, with->GetServerTrailingMetadata().end());
  EXPECT_EQ(std::string(given->second.data(), given->second.size()), "call-17");

  const auto without = Context();
  ASSERT_TRUE(info_->GetServerInfo(without.get(), {}, &response).ok());
  const auto made = without->GetServerTrailingMetadata().find("braid-request-id");
  ASSERT_NE(made, without->GetServerTrailingMetadata().end());
  EXPECT_EQ(made->second.size(), 36U);
}

TEST_F(ServerAroundTest, HealthSaysServingForTheServerAndEachService) {
  for (const char* service : {"", "braid.v1.LookupService", "braid.v1.PathService", "braid.v1.CurationService",
                              "braid.v1.HistoryService", "braid.v1.ServerService"}) {
    EXPECT_TRUE(Eventually([&] { return HealthOf(channel(), service) == Health::kServing; })) << service;
  }
  EXPECT_EQ(HealthOf(channel(), "braid.v1.NoSuchService"), Health::kUnknownService);
}

TEST_F(ServerAroundTest, ReflectionListsEveryService) {
  EXPECT_THAT(ServicesByReflection(channel()),
              testing::IsSupersetOf({"braid.v1.CurationService", "braid.v1.HistoryService", "braid.v1.LookupService",
                                     "braid.v1.PathService", "braid.v1.ServerService", "grpc.health.v1.Health"}));
}

TEST_F(ServerAroundTest, AShutDownServerTakesNoCallsAndShuttingDownTwiceIsNothing) {
  server().Shutdown();
  server().Shutdown();
  v1::GetServerInfoResponse response;
  EXPECT_EQ(info_->GetServerInfo(Context().get(), {}, &response).error_code(), grpc::StatusCode::UNAVAILABLE);
}

TEST_F(ServerAroundTest, APortThatIsTakenIsRefused) {
  ServerOptions options;
  options.listen = server().address();
  const Log log(LogLevel::kOff);
  const auto second = Server::Start(store(), options, log);
  ASSERT_FALSE(second.ok());
  EXPECT_EQ(second.status().code(), absl::StatusCode::kResourceExhausted);
  EXPECT_THAT(std::string(second.status().message()), HasSubstr(server().address()));
}

TEST(CheckOptions, RefusesAnAddressThatOthersReachUnlessInsisted) {
  ServerOptions options;
  options.listen = "0.0.0.0:7400";
  EXPECT_EQ(CheckOptions(options).code(), absl::StatusCode::kInvalidArgument);
  options.insecure_i_know = true;
  EXPECT_TRUE(CheckOptions(options).ok());
}

TEST(CheckOptions, NamesEveryLimitThatIsOutOfRange) {
  ServerOptions options;
  options.limits.max_hops = 13;
  options.limits.page_size = 0;
  const auto info = graph::ErrorInfoOf(CheckOptions(options));
  ASSERT_TRUE(info.has_value());
  ASSERT_EQ(info->violations.size(), 2U);
  EXPECT_EQ(info->violations[0].field, "limits.max_hops");
  EXPECT_EQ(info->violations[1].field, "limits.page_size");
}

struct AddressCase {
  std::string text;
  bool valid;
  bool loopback;
};

TEST(ListenAddress, IsReadAndKnowsLoopback) {
  const std::vector<AddressCase> cases = {
      {"127.0.0.1:7400", true, true},
      {"127.8.9.1:0", true, true},
      {"localhost:1", true, true},
      {"[::1]:7400", true, true},
      {"[::]:7400", true, false},
      {"0.0.0.0:7400", true, false},
      {"10.0.0.1:7400", true, false},
      {"example.org:1", true, false},
      {"127.0.0.1.example.org:1", true, false},
      {"127.0.0.1", false, false},
      {":7400", false, false},
      {"127.0.0.1:", false, false},
      {"127.0.0.1:x", false, false},
      {"127.0.0.1:65536", false, false},
      {"::1:7400", false, false},
      {"127.0.0.1:74 00", false, false},
      {"", false, false},
  };
  for (const AddressCase& c : cases) {
    const auto address = ParseListenAddress(c.text);
    ASSERT_EQ(address.ok(), c.valid) << c.text;
    if (!address.ok()) continue;
    EXPECT_EQ(address->loopback, c.loopback) << c.text;
    EXPECT_EQ(ToString(*address), c.text);
  }
}

}  // namespace
}  // namespace braid::service
