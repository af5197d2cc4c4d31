// Handlers that read, search, travel in time and write at once, without gRPC: its library, and the mutexes in it, are
// not built for the thread sanitizer, which takes everything that passes through it for a race.

#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include "fmt/format.h"
#include "gtest/gtest.h"
#include "service/curation_handlers.h"
#include "service/lookup_handlers.h"
#include "service/path_handlers.h"
#include "service/work_pool.h"
#include "tests/service/server_fixture.h"

namespace braid::service {
namespace {

std::vector<v1::Change> Renamed(int number) {
  return {PutNode("technique:reframing", "technique", fmt::format("Reframing {}", number)),
          PutNode("technique:restructuring", "technique", fmt::format("Restructuring {}", number))};
}

// The number that a label of Renamed ends with; what comes before the first commit has none.
std::string NumberOf(const v1::Node& node) {
  const std::string& label = node.preferred_label();
  const std::size_t blank = label.rfind(' ');
  return blank == std::string::npos || label.find_first_of("0123456789") == std::string::npos ? ""
                                                                                              : label.substr(blank);
}

TEST(ConcurrentHandlersTest, EveryReadSeesWholeCommits) {
  constexpr int kCommits = 60;
  SeededStore seeded;
  const Core core{seeded.store(), Limits(), "test"};
  const LookupHandlers lookup(core);
  const PathHandlers paths(core);
  const CurationHandlers curation(core);
  std::atomic<int> committed = 0, torn = 0, failed = 0;
  {
    WorkPool pool(6, 10'000);
    const auto post = [&](auto task) {
      if (!pool.Post(task)) ++failed;
    };
    for (int i = 0; i < kCommits; ++i) {
      post([&, i] {
        CallContext call;
        v1::CommitResponse response;
        curation.Commit(call, Request(Renamed(i)), &response).ok() ? ++committed : ++failed;
      });
      for (const std::int64_t revision : {std::int64_t{0}, std::int64_t{2}}) {
        post([&, revision] {
          CallContext call;
          v1::BatchLookupRequest request;
          request.add_ids("technique:reframing");
          request.add_ids("technique:restructuring");
          if (revision > 0) request.mutable_consistency()->set_at_exact_snapshot(revision);
          v1::BatchLookupResponse response;
          if (!lookup.BatchLookup(call, request, &response).ok()) ++failed;
          if (NumberOf(response.items(0).node()) != NumberOf(response.items(1).node())) ++torn;
        });
      }
      post([&] {
        CallContext call;
        v1::FindPathsRequest request;
        request.add_source_ids("dimension:thoughts");
        request.add_target_ids("dimension:relationships");
        v1::FindPathsResponse response;
        if (!paths.FindPaths(call, request, &response).ok() || response.paths_size() != 1) ++failed;
      });
    }
  }
  EXPECT_EQ(committed, kCommits);
  EXPECT_EQ(torn, 0);
  EXPECT_EQ(failed, 0);
}

}  // namespace
}  // namespace braid::service
