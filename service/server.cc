#include "service/server.h"

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <limits>
#include <mutex>
#include <optional>
#include <string_view>
#include <thread>
#include <utility>

#include "fmt/format.h"
#include "graph/error.h"
#include "grpcpp/ext/proto_server_reflection_plugin.h"
#include "grpcpp/grpcpp.h"
#include "grpcpp/health_check_service_interface.h"
#include "grpcpp/resource_quota.h"
#include "service/grpc_services.h"
#include "service/health.h"
#include "service/listen_address.h"

namespace braid::service {
namespace {

using graph::store::StoreHealth;

constexpr int kMaxSendBytes = 16 << 20;
constexpr std::size_t kBufferBytes = 256U << 20U;  // of messages under way, over all connections
constexpr std::chrono::milliseconds kHealthInterval{250};

// Process-wide switches of gRPC that must be set before a server is built.
void EnablePlugins() {
  static const bool done = [] {
    grpc::EnableDefaultHealthCheckService(true);
    grpc::reflection::InitProtoReflectionServerBuilderPlugin();
    return true;
  }();
  static_cast<void>(done);
}

// Each of these is a default that a server in the open must not have (gRPC 1.51): connections of peers that are gone
// are found within 80 s, pings are borne every 10 s, long connections are renewed so that clients spread over replicas,
// and a second process cannot quietly share the port.
void Harden(const Limits& limits, grpc::ServerBuilder& builder) {
  builder.SetMaxReceiveMessageSize(static_cast<int>(limits.message_bytes));
  builder.SetMaxSendMessageSize(kMaxSendBytes);
  builder.AddChannelArgument(GRPC_ARG_MAX_CONCURRENT_STREAMS, static_cast<int>(limits.streams));
  builder.AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_TIME_MS, 60'000);
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, 20'000);
  builder.AddChannelArgument(GRPC_ARG_HTTP2_MIN_RECV_PING_INTERVAL_WITHOUT_DATA_MS, 10'000);
  builder.AddChannelArgument(GRPC_ARG_HTTP2_MAX_PING_STRIKES, 2);
  builder.AddChannelArgument(GRPC_ARG_MAX_CONNECTION_IDLE_MS, 15 * 60'000);
  builder.AddChannelArgument(GRPC_ARG_MAX_CONNECTION_AGE_MS, 60 * 60'000);
  builder.AddChannelArgument(GRPC_ARG_MAX_CONNECTION_AGE_GRACE_MS, 30'000);
  grpc::ResourceQuota quota("braid");
  quota.Resize(kBufferBytes);
  builder.SetResourceQuota(quota);
}

absl::Status CheckLimit(std::string_view name, std::int64_t value, std::int64_t least, std::int64_t most) {
  if (value >= least && value <= most) return absl::OkStatus();
  return graph::MakeError(graph::Reason::kValueOutOfRange,
                          fmt::format("limits.{} is {}; use {} to {}", name, value, least, most),
                          fmt::format("limits.{}", name));
}

void CheckLimits(const Limits& limits, graph::ErrorList& errors) {
  constexpr std::int64_t kAny = std::numeric_limits<std::int64_t>::max();
  errors.Add(CheckLimit("message_bytes", limits.message_bytes, 1024, 64 << 20));
  errors.Add(CheckLimit("max_paths", limits.max_paths, 1, 1000));
  errors.Add(CheckLimit("max_hops", limits.max_hops, 1, 12));
  errors.Add(CheckLimit("max_terminals", limits.max_terminals, 2, 8));
  errors.Add(CheckLimit("max_work", limits.max_work, 1, kAny));
  errors.Add(CheckLimit("max_travel_changes", limits.max_travel_changes, 0, kAny));
  errors.Add(CheckLimit("streams", limits.streams, 1, 100'000));
  errors.Add(CheckLimit("page_size", limits.page_size, 1, 1000));
}

absl::Status CheckListen(const ServerOptions& options) {
  BRAID_ASSIGN_OR_RETURN(const ListenAddress address, ParseListenAddress(options.listen));
  if (address.loopback || options.insecure_i_know) return absl::OkStatus();
  return graph::MakeError(graph::Reason::kValueOutOfRange,
                          fmt::format("listen: {} can be reached from elsewhere and nothing is encrypted; use a "
                                      "loopback address, or insist with insecure_i_know",
                                      options.listen),
                          "listen");
}

}  // namespace

absl::Status CheckOptions(const ServerOptions& options) {
  graph::ErrorList errors;
  errors.Add(CheckListen(options));
  CheckLimits(options.limits, errors);
  return errors.ToStatus();
}

class Server::Impl {
 public:
  Impl(graph::store::Store& store, const ServerOptions& options, const Log& log)
      : core_{store, options.limits, options.software_version}, runner_(log), services_(core_, runner_), log_(log) {}

  ~Impl() { Shutdown(kGrace); }

  absl::Status Serve(ListenAddress listen) {
    EnablePlugins();
    grpc::ServerBuilder builder;
    Harden(core_.limits, builder);
    int port = 0;
    builder.AddListeningPort(ToString(listen), grpc::InsecureServerCredentials(), &port);
    for (grpc::Service* service : services_.services()) builder.RegisterService(service);
    server_ = builder.BuildAndStart();
    if (server_ == nullptr || port == 0) {
      return graph::MakeError(
          graph::Reason::kOverloaded,
          fmt::format("cannot listen on {}: another process may; choose another `listen`", ToString(listen)), "listen");
    }
    listen.port = static_cast<std::uint16_t>(port);
    address_ = ToString(listen);
    health_ = std::thread([this] { WatchHealth(); });
    return absl::OkStatus();
  }

  const std::string& address() const { return address_; }
  CallCounts counts() const { return runner_.counts(); }

  void Shutdown(std::chrono::milliseconds grace) {
    if (server_ == nullptr) return;
    runner_.Drain();
    {
      const std::lock_guard lock(mutex_);
      draining_ = true;
    }
    wake_.notify_all();
    if (health_.joinable()) health_.join();  // it has said NOT_SERVING once it ends
    server_->Shutdown(std::chrono::system_clock::now() + grace);
    server_->Wait();
    server_.reset();
  }

 private:
  // Tells the health service what has changed, until the server drains.
  void WatchHealth() {
    std::optional<bool> shown;
    std::unique_lock lock(mutex_);
    while (true) {
      const StoreHealth store = core_.store.health();
      if (draining_ || shown != store.writable) {
        ShowHealth(store, draining_, *server_->GetHealthCheckService());
        if (shown.has_value() && !draining_) Report(store);
        shown = store.writable;
      }
      if (draining_) return;
      wake_.wait_for(lock, kHealthInterval, [this] { return draining_; });
    }
  }

  void Report(const StoreHealth& store) const {
    if (store.writable) {
      log_.Write(LogLevel::kInfo, "the store takes writes again");
    } else {
      log_.Write(LogLevel::kError, fmt::format("the store takes no writes: {}", store.why));
    }
  }

  const Core core_;
  CallRunner runner_;
  GrpcServices services_;
  const Log& log_;
  std::unique_ptr<grpc::Server> server_;
  std::string address_;
  std::mutex mutex_;
  std::condition_variable wake_;
  bool draining_ = false;
  std::thread health_;
};

Server::Server(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Server::~Server() = default;

absl::StatusOr<std::unique_ptr<Server>> Server::Start(graph::store::Store& store, const ServerOptions& options,
                                                      const Log& log) {
  BRAID_RETURN_IF_ERROR(CheckOptions(options));
  BRAID_ASSIGN_OR_RETURN(const ListenAddress listen, ParseListenAddress(options.listen));
  auto impl = std::make_unique<Impl>(store, options, log);
  BRAID_RETURN_IF_ERROR(impl->Serve(listen));
  return std::unique_ptr<Server>(new Server(std::move(impl)));
}

const std::string& Server::address() const { return impl_->address(); }
CallCounts Server::counts() const { return impl_->counts(); }
void Server::Shutdown(std::chrono::milliseconds grace) { impl_->Shutdown(grace); }

}  // namespace braid::service
