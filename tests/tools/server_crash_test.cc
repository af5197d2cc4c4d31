// The real server, killed with SIGKILL under a write load: nothing acknowledged is lost, nothing is torn, every outcome
// that a client could not see is answered by its id. BRAID_CRASH_ROUNDS sets how many kills (20).

#include <fmt/format.h>
#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>

#include <atomic>
#include <boost/uuid/random_generator.hpp>
#include <boost/uuid/uuid_io.hpp>
#include <chrono>
#include <condition_variable>
#include <csignal>
#include <cstdlib>
#include <map>
#include <memory>
#include <mutex>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "braid/v1/curation_service.grpc.pb.h"
#include "braid/v1/lookup_service.grpc.pb.h"
#include "tests/temporary_directory.h"
#include "tests/tools/process.h"

namespace braid {
namespace {

constexpr int kWriters = 4;
constexpr int kNodesPerSet = 5;

int Rounds() {
  const char* rounds = std::getenv("BRAID_CRASH_ROUNDS");
  return rounds == nullptr ? 20 : std::atoi(rounds);
}

std::string NodeId(const std::string& change_set_id, int i) { return fmt::format("thing:{}_{}", change_set_id, i); }

// A set of nodes and the edges that chain them: torn if some are there and others are not.
v1::CommitRequest ChainOf(const std::string& change_set_id) {
  v1::CommitRequest request;
  request.set_change_set_id(change_set_id);
  for (int i = 0; i < kNodesPerSet; ++i) {
    v1::Node* node = request.add_changes()->mutable_put_node()->mutable_node();
    node->set_id(NodeId(change_set_id, i));
    node->set_kind("thing");
    node->set_definition(std::string(200, static_cast<char>('a' + i)));
  }
  for (int i = 1; i < kNodesPerSet; ++i) {
    v1::EdgeKey* key = request.add_changes()->mutable_put_edge()->mutable_edge()->mutable_key();
    key->set_subject_id(NodeId(change_set_id, i - 1));
    key->set_relation("next");
    key->set_object_id(NodeId(change_set_id, i));
  }
  return request;
}

v1::CommitRequest SchemaOf() {
  v1::CommitRequest request;
  request.set_change_set_id("00000000-0000-4000-8000-000000000001");
  v1::Kind* kind = request.add_changes()->mutable_put_kind()->mutable_kind();
  kind->set_name("thing");
  kind->set_id_prefix("thing");
  v1::Relation* relation = request.add_changes()->mutable_put_relation()->mutable_relation();
  relation->set_name("next");
  relation->set_inverse_name("previous");
  relation->set_phrase("comes before");
  relation->set_inverse_phrase("comes after");
  return request;
}

std::shared_ptr<grpc::Channel> Connect(const std::string& address) {
  return grpc::CreateChannel(address, grpc::InsecureChannelCredentials());
}

// What clients know of the change sets that they sent.
class Record {
 public:
  void Acknowledge(const std::string& id, std::int64_t revision) {
    const std::lock_guard lock(mutex_);
    acknowledged_[id] = revision;
    ++fresh_;
    changed_.notify_all();
  }
  void Unknown(const std::string& id) {
    const std::lock_guard lock(mutex_);
    unknown_.push_back(id);
  }
  // Waits until `count` more are acknowledged; false if that takes half a minute.
  bool WaitForMore(int count) {
    std::unique_lock lock(mutex_);
    fresh_ = 0;
    return changed_.wait_for(lock, std::chrono::seconds(30), [&] { return fresh_ >= count; });
  }
  const std::map<std::string, std::int64_t>& acknowledged() const { return acknowledged_; }
  std::vector<std::string> TakeUnknown() { return std::exchange(unknown_, {}); }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  int fresh_ = 0;
  std::map<std::string, std::int64_t> acknowledged_;
  std::vector<std::string> unknown_;
};

// Commits until a call fails, which is when the server is gone.
void Write(const std::string& address, Record* record) {
  const auto stub = v1::CurationService::NewStub(Connect(address));
  boost::uuids::random_generator ids;
  while (true) {
    const std::string id = to_string(ids());
    grpc::ClientContext call;
    call.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(20));
    v1::CommitResponse reply;
    if (!stub->Commit(&call, ChainOf(id), &reply).ok()) {
      record->Unknown(id);
      return;
    }
    record->Acknowledge(id, reply.revision().number());
  }
}

class Checker {
 public:
  explicit Checker(const std::string& address)
      : curation_(v1::CurationService::NewStub(Connect(address))),
        lookup_(v1::LookupService::NewStub(Connect(address))) {}

  // The revision that a change set became; 0 where the server says that it was not applied.
  std::int64_t Outcome(const std::string& id) {
    v1::GetChangeSetRequest request;
    request.set_change_set_id(id);
    grpc::ClientContext call;
    v1::GetChangeSetResponse reply;
    const grpc::Status status = curation_->GetChangeSet(&call, request, &reply);
    if (status.ok()) return reply.revision().number();
    EXPECT_EQ(status.error_code(), grpc::NOT_FOUND) << status.error_message();
    return 0;
  }

  // How many of a change set's nodes and of its edges are there.
  std::pair<int, int> Found(const std::string& id) {
    v1::BatchLookupRequest request;
    for (int i = 0; i < kNodesPerSet; ++i) request.add_ids(NodeId(id, i));
    grpc::ClientContext call;
    v1::BatchLookupResponse reply;
    EXPECT_TRUE(lookup_->BatchLookup(&call, request, &reply).ok());
    int nodes = 0;
    for (const auto& item : reply.items()) nodes += item.has_node() ? 1 : 0;
    int edges = 0;
    for (int i = 0; nodes == kNodesPerSet && i < kNodesPerSet; ++i) {
      v1::ListNeighborsRequest neighbors;
      neighbors.set_id(NodeId(id, i));
      neighbors.set_direction(v1::DIRECTION_OUTGOING);
      grpc::ClientContext next_call;
      v1::ListNeighborsResponse next;
      EXPECT_TRUE(lookup_->ListNeighbors(&next_call, neighbors, &next).ok());
      edges += next.neighbors_size();
    }
    return {nodes, edges};
  }

 private:
  std::unique_ptr<v1::CurationService::Stub> curation_;
  std::unique_ptr<v1::LookupService::Stub> lookup_;
};

constexpr std::pair<int, int> kWhole = {kNodesPerSet, kNodesPerSet - 1};
constexpr std::pair<int, int> kNone = {0, 0};

TEST(ServerCrash, LosesNothingAcknowledgedAndTearsNothing) {
  const test::TemporaryDirectory directory;
  Record record;
  std::minstd_rand random(20261125);
  int unknown = 0, landed = 0;
  for (int round = 0; round < Rounds(); ++round) {
    SCOPED_TRACE(fmt::format("round {}", round));
    test::ServerProcess server(directory.path());
    {
      Checker checker(server.address());
      for (const std::string& id : record.TakeUnknown()) {
        const bool committed = checker.Outcome(id) > 0;
        EXPECT_EQ(checker.Found(id), committed ? kWhole : kNone) << id;
        ++unknown;
        landed += committed ? 1 : 0;
      }
    }
    grpc::ClientContext call;
    v1::CommitResponse reply;
    const grpc::Status schema =
        v1::CurationService::NewStub(Connect(server.address()))->Commit(&call, SchemaOf(), &reply);
    ASSERT_TRUE(schema.ok()) << schema.error_message();
    std::vector<std::thread> writers;
    for (int i = 0; i < kWriters; ++i) writers.emplace_back(Write, server.address(), &record);
    EXPECT_TRUE(record.WaitForMore(5 + static_cast<int>(random() % 60)));
    server.Stop(SIGKILL);
    for (std::thread& writer : writers) writer.join();
  }
  test::ServerProcess server(directory.path());
  Checker checker(server.address());
  for (const auto& [id, revision] : record.acknowledged()) {
    ASSERT_EQ(checker.Outcome(id), revision) << id;
    ASSERT_EQ(checker.Found(id), kWhole) << id;
  }
  std::printf("%d kills: %zu acknowledged, all there and whole; %d outcomes unseen, all answered (%d had committed)\n",
              Rounds(), record.acknowledged().size(), unknown, landed);
}

}  // namespace
}  // namespace braid
