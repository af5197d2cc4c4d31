// Which of gRPC's server APIs the adapter in service/grpc_adapter.cc should use: synchronous, or callbacks?
//
// Both answer one echo (GetNode, the id comes back) to one client over loopback, alone and with 64
// calls in flight. `alone` is the time of one call; for `64_in_flight` read items_per_second.
//
//   cmake -S . -B build -DBRAID_BUILD_BENCH=ON && cmake --build build --target server_bench
//   build/bin/server_bench --benchmark_repetitions=7 --benchmark_enable_random_interleaving=true

#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <condition_variable>
#include <cstdlib>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "benchmark/benchmark.h"
#include "braid/v1/lookup_service.grpc.pb.h"
#include "grpcpp/grpcpp.h"

namespace {

using braid::v1::GetNodeRequest;
using braid::v1::GetNodeResponse;
using braid::v1::LookupService;

class SyncEcho final : public LookupService::Service {
  grpc::Status GetNode(grpc::ServerContext* /*call*/, const GetNodeRequest* request,
                       GetNodeResponse* response) override {
    response->mutable_node()->set_id(request->id());
    return grpc::Status::OK;
  }
};

class CallbackEcho final : public LookupService::CallbackService {
  grpc::ServerUnaryReactor* GetNode(grpc::CallbackServerContext* call, const GetNodeRequest* request,
                                    GetNodeResponse* response) override {
    response->mutable_node()->set_id(request->id());
    grpc::ServerUnaryReactor* reactor = call->DefaultReactor();
    reactor->Finish(grpc::Status::OK);
    return reactor;
  }
};

// A pool as the adapter would need for what may block or compute: a callback must do neither on gRPC's own threads.
class Pool {
 public:
  explicit Pool(int size) {
    for (int i = 0; i < size; ++i) threads_.emplace_back([this] { Work(); });
  }
  ~Pool() {
    {
      const std::lock_guard lock(mutex_);
      stopping_ = true;
    }
    wake_.notify_all();
    for (std::thread& thread : threads_) thread.join();
  }
  void Post(std::function<void()> task) {
    {
      const std::lock_guard lock(mutex_);
      tasks_.push_back(std::move(task));
    }
    wake_.notify_one();
  }

 private:
  void Work() {
    while (true) {
      std::function<void()> task;
      {
        std::unique_lock lock(mutex_);
        wake_.wait(lock, [this] { return stopping_ || !tasks_.empty(); });
        if (tasks_.empty()) return;
        task = std::move(tasks_.front());
        tasks_.pop_front();
      }
      task();
    }
  }

  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<std::function<void()>> tasks_;
  bool stopping_ = false;
  std::vector<std::thread> threads_;
};

class PooledCallbackEcho final : public LookupService::CallbackService {
  grpc::ServerUnaryReactor* GetNode(grpc::CallbackServerContext* call, const GetNodeRequest* request,
                                    GetNodeResponse* response) override {
    grpc::ServerUnaryReactor* reactor = call->DefaultReactor();
    pool_.Post([=] {
      response->mutable_node()->set_id(request->id());
      reactor->Finish(grpc::Status::OK);
    });
    return reactor;
  }

  Pool pool_{8};
};

// A server of `Echo` in a process of its own: in one process the client's callbacks would share threads with the
// server's. It ends when this object, or this process, does. Made before anything else touches gRPC, which does not
// survive a fork.
template <typename Echo>
class EchoProcess {
 public:
  EchoProcess() {
    int port_pipe[2];
    int life_pipe[2];
    if (pipe(port_pipe) != 0 || pipe(life_pipe) != 0) std::abort();
    child_ = fork();
    if (child_ == 0) {
      close(life_pipe[1]);
      Serve(port_pipe[1], life_pipe[0]);
    }
    close(port_pipe[1]);
    close(life_pipe[0]);
    life_ = life_pipe[1];
    if (child_ < 0 || read(port_pipe[0], &port_, sizeof port_) != sizeof port_) std::abort();
    close(port_pipe[0]);
  }
  ~EchoProcess() {
    close(life_);
    waitpid(child_, nullptr, 0);
  }
  EchoProcess(const EchoProcess&) = delete;
  EchoProcess& operator=(const EchoProcess&) = delete;

  std::unique_ptr<LookupService::Stub> Connect() const {
    return LookupService::NewStub(
        grpc::CreateChannel("127.0.0.1:" + std::to_string(port_), grpc::InsecureChannelCredentials()));
  }

 private:
  [[noreturn]] static void Serve(int port_out, int life_in) {
    Echo echo;
    grpc::ServerBuilder builder;
    int port = 0;
    builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port);
    builder.RegisterService(&echo);
    const std::unique_ptr<grpc::Server> server = builder.BuildAndStart();
    if (write(port_out, &port, sizeof port) != sizeof port) _exit(1);
    char byte;
    while (read(life_in, &byte, 1) > 0) {
    }
    _exit(0);
  }

  pid_t child_ = -1;
  int life_ = -1;
  int port_ = 0;
};

// Keeps `in_flight` calls under way until `calls` have been made.
class Load {
 public:
  Load(LookupService::Stub& stub, int in_flight, int calls)
      : stub_(stub), slots_(static_cast<std::size_t>(in_flight)), left_(calls) {
    request_.set_id("technique:exposure");
  }

  // False where a call failed.
  bool Run() {
    running_ = static_cast<int>(slots_.size());
    for (std::unique_ptr<Slot>& slot : slots_) {
      slot = std::make_unique<Slot>();
      Next(*slot);
    }
    std::unique_lock lock(mutex_);
    done_.wait(lock, [this] { return running_ == 0; });
    return !failed_;
  }

 private:
  struct Slot {
    std::unique_ptr<grpc::ClientContext> call;
    GetNodeResponse response;
  };

  void Next(Slot& slot) {
    if (left_.fetch_sub(1) <= 0) {
      const std::lock_guard lock(mutex_);
      if (--running_ == 0) done_.notify_all();
      return;
    }
    slot.call = std::make_unique<grpc::ClientContext>();
    stub_.async()->GetNode(slot.call.get(), &request_, &slot.response, [this, &slot](const grpc::Status& status) {
      if (!status.ok() || slot.response.node().id() != request_.id()) failed_ = true;
      Next(slot);
    });
  }

  LookupService::Stub& stub_;
  GetNodeRequest request_;
  std::vector<std::unique_ptr<Slot>> slots_;
  std::atomic<int> left_;
  std::atomic<bool> failed_ = false;
  std::mutex mutex_;
  std::condition_variable done_;
  int running_ = 0;
};

void Alone(benchmark::State& state, LookupService::Stub& stub) {
  GetNodeRequest request;
  request.set_id("technique:exposure");
  for (auto _ : state) {
    grpc::ClientContext call;
    GetNodeResponse response;
    if (!stub.GetNode(&call, request, &response).ok()) state.SkipWithError("a call failed");
  }
}

void InFlight(benchmark::State& state, LookupService::Stub& stub) {
  constexpr int kInFlight = 64;
  constexpr int kCalls = 10'000;
  for (auto _ : state) {
    if (!Load(stub, kInFlight, kCalls).Run()) state.SkipWithError("a call failed");
  }
  state.SetItemsProcessed(state.iterations() * kCalls);
}

void Register(const std::string& name, LookupService::Stub& stub) {
  benchmark::RegisterBenchmark((name + "/alone").c_str(), [&stub](benchmark::State& state) { Alone(state, stub); })
      ->UseRealTime()
      ->Unit(benchmark::kMicrosecond);
  benchmark::RegisterBenchmark((name + "/64_in_flight").c_str(),
                               [&stub](benchmark::State& state) { InFlight(state, stub); })
      ->UseRealTime()
      ->Unit(benchmark::kMillisecond);
}

}  // namespace

int main(int argc, char** argv) {
  const EchoProcess<SyncEcho> sync;
  const EchoProcess<CallbackEcho> callback;
  const EchoProcess<PooledCallbackEcho> pooled;
  const auto sync_stub = sync.Connect();
  const auto callback_stub = callback.Connect();
  const auto pooled_stub = pooled.Connect();
  Register("sync", *sync_stub);
  Register("callback", *callback_stub);
  Register("pooled_callback", *pooled_stub);
  benchmark::Initialize(&argc, argv);
  benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
}
