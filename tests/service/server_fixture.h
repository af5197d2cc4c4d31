// A real server in this process, on a port of its own, over a real RocksDB in a folder of its own, and a real client of
// it.

#ifndef BRAID_TESTS_SERVICE_SERVER_FIXTURE_H_
#define BRAID_TESTS_SERVICE_SERVER_FIXTURE_H_

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "braid/v1/curation_service.grpc.pb.h"
#include "braid/v1/evidence_service.grpc.pb.h"
#include "braid/v1/history_service.grpc.pb.h"
#include "braid/v1/lookup_service.grpc.pb.h"
#include "braid/v1/path_service.grpc.pb.h"
#include "braid/v1/plan_service.grpc.pb.h"
#include "braid/v1/server_service.grpc.pb.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"
#include "graph/store/store.h"
#include "grpcpp/grpcpp.h"
#include "gtest/gtest.h"
#include "service/core.h"
#include "service/log.h"
#include "service/server.h"
#include "tests/temporary_directory.h"

namespace braid::service {

// A change of a request under construction.
v1::Change PutNode(const std::string& id, const std::string& kind, const std::string& label);
// `edge` is `subject relation object`, as edges are written everywhere.
v1::Change PutEdge(const std::string& edge);
v1::Change PutEdge(const std::string& edge, double strength, v1::Sign sign = v1::SIGN_UNSPECIFIED);
v1::EdgeKey KeyOf(const std::string& edge);
v1::CommitRequest Request(const std::vector<v1::Change>& changes);

// What a client received, taken apart.
struct Failure {
  grpc::StatusCode code = grpc::StatusCode::OK;
  std::string message;
  google::rpc::Status status;
  google::rpc::ErrorInfo info;
  google::rpc::BadRequest bad_request;  // empty where there was none

  explicit Failure(const grpc::Status& received);

  // Of the first violation that names one; else empty.
  std::string field() const;
  std::string metadata(const std::string& key) const;
  template <typename Detail>
  bool Has(Detail* detail) const {
    for (const auto& any : status.details()) {
      if (any.UnpackTo(detail)) return true;
    }
    return false;
  }
};

// What a store begins with.
enum class Content {
  kSmall,    // the shipped schema and policy (revision 1) and a few nodes (revision 2), as drawn below
  kShipped,  // the shipped ontology (revision 1)
};

// A real store in a folder of its own. kSmall is
//
//   thoughts <- distortions <-(-) restructuring(cbt) (+)-> reappraisal <-(+) reframing(systemic) (-)-> rigidity ->
//   relationships
class SeededStore {
 public:
  explicit SeededStore(const Limits& limits = {}, Content content = Content::kSmall);

  graph::store::Store& store() { return *store_; }
  const std::string& directory() const { return directory_.path(); }
  // Closes it and opens it again.
  void Reopen();

 private:
  void Seed(Content content);

  test::TemporaryDirectory directory_;
  Limits limits_;
  std::unique_ptr<graph::store::Store> store_;  // closed before its directory goes
};

// Waits, looking often, until `condition` holds; false where it does not within 30 s.
bool Eventually(const std::function<bool()>& condition);

// A server of a SeededStore.
class ServerTest : public testing::Test {
 protected:
  explicit ServerTest(ServerOptions options = {}, Content content = Content::kSmall, LogLevel log = LogLevel::kOff);
  ~ServerTest() override;

  // A call that gives up after 30 s, made anew for each use.
  static std::unique_ptr<grpc::ClientContext> Context();

  // A commit of `changes` that must succeed; the revision.
  std::int64_t Commit(const std::vector<v1::Change>& changes);

  // Ends the server and opens the same store again under a new one.
  void Restart();

  graph::store::Store& store() { return store_.store(); }
  const std::string& directory() const { return store_.directory(); }
  Server& server() { return *server_; }
  std::shared_ptr<grpc::Channel> channel() { return channel_; }

  std::unique_ptr<v1::CurationService::Stub> curation_;
  std::unique_ptr<v1::EvidenceService::Stub> evidence_;
  std::unique_ptr<v1::PlanService::Stub> plans_;
  std::unique_ptr<v1::HistoryService::Stub> history_;
  std::unique_ptr<v1::LookupService::Stub> lookup_;
  std::unique_ptr<v1::PathService::Stub> paths_;
  std::unique_ptr<v1::ServerService::Stub> info_;

 private:
  void Start();

  ServerOptions options_;
  Log log_;
  SeededStore store_;
  std::unique_ptr<Server> server_;
  std::shared_ptr<grpc::Channel> channel_;
};

}  // namespace braid::service

#endif  // BRAID_TESTS_SERVICE_SERVER_FIXTURE_H_
