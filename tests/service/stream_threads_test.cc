// Where the parts of a stream are worked on, and how they may fail.

#include <memory>
#include <mutex>
#include <set>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>

#include "braid/v1/path_service.grpc.pb.h"
#include "graph/error.h"
#include "grpcpp/grpcpp.h"
#include "gtest/gtest.h"
#include "service/call_runner.h"
#include "service/log.h"
#include "tests/service/thread_set.h"

namespace braid::service {
namespace {

// Gives `max_path_count` paths, then ends as the first source says: `end`, `fail` or `throw`.
class CountingHandlers {
 public:
  absl::StatusOr<Parts<v1::StreamPathsResponse>> Count(CallContext& /*call*/,
                                                       const v1::FindPathsRequest& request) const {
    return Parts<v1::StreamPathsResponse>([this, left = request.max_path_count(), end = request.source_ids(0)](
                                              v1::StreamPathsResponse* part) mutable -> absl::StatusOr<bool> {
      threads.Add();
      part->mutable_path();
      if (left-- > 0) return true;
      if (end == "throw") throw std::runtime_error("a fault");
      if (end == "fail") return graph::MakeError(graph::Reason::kCancelled, "enough");
      return false;
    });
  }
  mutable ThreadSet threads;
};

class CountingService final : public v1::PathService::CallbackService {
 public:
  explicit CountingService(CallRunner& runner) : runner_(runner) {}
  CountingHandlers handlers;
  ThreadSet threads;

 private:
  grpc::ServerWriteReactor<v1::StreamPathsResponse>* StreamPaths(grpc::CallbackServerContext* context,
                                                                 const v1::FindPathsRequest* request) override {
    threads.Add();
    return runner_.Stream(context, request, Work::kRead, handlers, &CountingHandlers::Count);
  }
  CallRunner& runner_;
};

class StreamThreadsTest : public testing::Test {
 protected:
  StreamThreadsTest() {
    grpc::ServerBuilder builder;
    int port = 0;
    builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port);
    builder.RegisterService(&service_);
    server_ = builder.BuildAndStart();
    stub_ = v1::PathService::NewStub(
        grpc::CreateChannel("127.0.0.1:" + std::to_string(port), grpc::InsecureChannelCredentials()));
  }
  ~StreamThreadsTest() override { server_->Shutdown(); }

  // How many paths come, and how the stream ends.
  std::pair<int, grpc::Status> Count(int paths, const std::string& end) {
    v1::FindPathsRequest request;
    request.set_max_path_count(paths);
    request.add_source_ids(end);
    grpc::ClientContext context;
    const auto reader = stub_->StreamPaths(&context, request);
    int read = 0;
    for (v1::StreamPathsResponse part; reader->Read(&part);) ++read;
    return {read, reader->Finish()};
  }

  const Log log_{LogLevel::kOff};
  CallRunner runner_{log_};
  CountingService service_{runner_};
  std::unique_ptr<grpc::Server> server_;
  std::unique_ptr<v1::PathService::Stub> stub_;
};

TEST_F(StreamThreadsTest, NoPartIsWorkedOnByAThreadOfGrpcs) {
  for (int i = 0; i < 50; ++i) {
    const auto [read, status] = Count(20, "end");
    EXPECT_EQ(read, 20);
    EXPECT_TRUE(status.ok()) << status.error_message();
  }
  for (const std::thread::id id : service_.threads.ids()) {
    EXPECT_FALSE(service_.handlers.threads.ids().contains(id)) << "a part ran where calls arrive";
  }
}

TEST_F(StreamThreadsTest, APartThatFailsEndsTheStreamWithItsError) {
  const auto [read, status] = Count(3, "fail");
  EXPECT_EQ(read, 3);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::CANCELLED);
}

TEST_F(StreamThreadsTest, APartThatThrowsIsAnInternalError) {
  const auto [read, status] = Count(2, "throw");
  EXPECT_EQ(read, 2);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::INTERNAL);
}

}  // namespace
}  // namespace braid::service
