// Clients that read, search and write at once: every reader sees whole commits only, and none goes back in time.
//
// The same without gRPC, for the thread sanitizer: concurrent_handlers_test.cc.

#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include "fmt/format.h"
#include "gtest/gtest.h"
#include "tests/service/server_fixture.h"

namespace braid::service {
namespace {

class ConcurrentCallsTest : public ServerTest {};

// Each commit writes one number into the definitions of two nodes: a reader that sees two different ones saw half a
// commit.
std::vector<v1::Change> Pair(int writer, int number) {
  std::vector<v1::Change> changes;
  for (const char* side : {"left", "right"}) {
    v1::Change change = PutNode(fmt::format("technique:{}_{}", side, writer), "technique", "Pair");
    change.mutable_put_node()->mutable_node()->set_definition(fmt::format("{}", number));
    changes.push_back(change);
  }
  return changes;
}

TEST_F(ConcurrentCallsTest, ReadersSeeWholeCommitsAndNeverGoBack) {
  constexpr int kWriters = 2;
  constexpr int kReaders = 3;
  constexpr int kCommits = 40;
  for (int writer = 0; writer < kWriters; ++writer) Commit(Pair(writer, 0));

  std::atomic<int> writing = kWriters;
  std::atomic<int> torn = 0, back = 0, failed = 0;
  std::vector<std::thread> threads;
  for (int writer = 0; writer < kWriters; ++writer) {
    threads.emplace_back([&, writer] {
      for (int i = 1; i <= kCommits; ++i) {
        v1::CommitResponse response;
        if (!curation_->Commit(Context().get(), Request(Pair(writer, i)), &response).ok()) ++failed;
      }
      --writing;
    });
  }
  for (int reader = 0; reader < kReaders; ++reader) {
    threads.emplace_back([&, reader] {
      const int watched = reader % kWriters;
      v1::BatchLookupRequest request;
      request.add_ids(fmt::format("technique:left_{}", watched));
      request.add_ids(fmt::format("technique:right_{}", watched));
      request.set_view(v1::VIEW_FULL);
      std::int64_t newest = 0;
      while (writing > 0) {
        v1::BatchLookupResponse response;
        if (!lookup_->BatchLookup(Context().get(), request, &response).ok()) {
          ++failed;
          continue;
        }
        if (response.items(0).node().definition() != response.items(1).node().definition()) ++torn;
        if (response.header().revision() < newest) ++back;
        newest = response.header().revision();
      }
    });
  }
  threads.emplace_back([&] {
    v1::FindPathsRequest request;
    request.add_source_ids("dimension:thoughts");
    request.add_target_ids("dimension:relationships");
    while (writing > 0) {
      v1::FindPathsResponse response;
      if (!paths_->FindPaths(Context().get(), request, &response).ok() || response.paths_size() != 1) ++failed;
    }
  });
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(torn, 0);
  EXPECT_EQ(back, 0);
  EXPECT_EQ(failed, 0);
  EXPECT_EQ(graph::Number(store().head()->revision()), 2U + kWriters + kWriters * kCommits);
}

TEST_F(ConcurrentCallsTest, OneWriterWinsWhereAllRelyOnTheSameHead) {
  constexpr int kWriters = 6;
  std::atomic<int> won = 0, lost = 0, other = 0;
  std::vector<std::thread> threads;
  for (int writer = 0; writer < kWriters; ++writer) {
    threads.emplace_back([&, writer] {
      v1::CommitRequest request = Request(Pair(writer, 0));
      request.add_preconditions()->set_head_revision(2);
      v1::CommitResponse response;
      const Failure failure(curation_->Commit(Context().get(), request, &response));
      if (failure.code == grpc::StatusCode::OK) {
        ++won;
      } else if (failure.info.reason() == "HEAD_MOVED") {
        ++lost;
      } else {
        ++other;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(won, 1);
  EXPECT_EQ(lost, kWriters - 1);
  EXPECT_EQ(other, 0);
}

}  // namespace
}  // namespace braid::service
