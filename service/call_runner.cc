#include "service/call_runner.h"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <exception>
#include <optional>
#include <string_view>
#include <thread>

#include "fmt/format.h"
#include "google/protobuf/descriptor.h"
#include "service/wire/errors.h"

namespace braid::service {
namespace {

constexpr std::size_t kMaxQueued = 1000;
constexpr std::size_t kWaitThreads = 64;
constexpr std::size_t kWriteThreads = 64;  // as many change sets as may share one synced write

// Searches are bound by the processor: a few more than cores, so that a long one does not hold up every short one.
std::size_t ReadThreads() { return std::max<std::size_t>(8, 4UL * std::thread::hardware_concurrency()); }

std::optional<std::string> Metadata(const grpc::CallbackServerContext& grpc, const char* key) {
  const auto found = grpc.client_metadata().find(key);
  if (found == grpc.client_metadata().end()) return std::nullopt;
  return std::string(found->second.data(), found->second.size());
}

// gRPC's deadline is of the system clock, which may be set; what is left of it is counted by the steady one.
std::optional<CallContext::Clock::time_point> DeadlineOf(const grpc::CallbackServerContext& grpc,
                                                         CallContext::Clock::time_point now) {
  const auto deadline = grpc.deadline();
  if (deadline == std::chrono::system_clock::time_point::max()) return std::nullopt;
  return now + (deadline - std::chrono::system_clock::now());
}

void KeepLargest(std::uint64_t value, std::atomic<std::uint64_t>& largest) {
  std::uint64_t known = largest;
  while (known < value && !largest.compare_exchange_weak(known, value)) {
  }
}

}  // namespace

std::string internal::MethodOf(const google::protobuf::Message& request) {
  constexpr std::string_view kSuffix = "Request";
  const std::string& name = request.GetDescriptor()->name();
  return name.substr(0, name.size() - kSuffix.size());
}

absl::Status internal::Draining() {
  return graph::MakeError(graph::Reason::kDraining, "the server is shutting down; try another");
}

Call::Call(CallRunner& runner, grpc::CallbackServerContext& grpc, std::string method)
    : runner_(runner), grpc_(grpc), method_(std::move(method)) {
  ++runner_.begun_;
  context_.start = CallContext::Clock::now();
  context_.deadline = DeadlineOf(grpc_, context_.start);
  context_.cancelled = [this] { return cancelled_.load(std::memory_order_relaxed); };
  context_.request_id = RequestIdOr(Metadata(grpc_, kRequestIdKey).value_or(""));
  refused_ = runner_.draining_ ? internal::Draining() : ReadMetadata();
}

absl::Status Call::ReadMetadata() {
  std::optional<std::string> author = Metadata(grpc_, kAuthorBinaryKey);
  if (!author.has_value()) author = Metadata(grpc_, kAuthorKey);
  if (!author.has_value()) return absl::OkStatus();
  BRAID_RETURN_IF_ERROR(CheckAuthorName(*author));
  context_.author = {*std::move(author), false};
  return absl::OkStatus();
}

absl::Status Call::Run(const std::function<absl::Status(CallContext&)>& step) {
  BRAID_RETURN_IF_ERROR(refused_);
  BRAID_RETURN_IF_ERROR(context_.CheckAlive());
  try {
    return step(context_);
  } catch (const std::exception& e) {
    return absl::InternalError(fmt::format("exception: {}", e.what()));
  } catch (...) {
    return absl::InternalError("an exception of an unknown type");
  }
}

grpc::Status Call::End(const absl::Status& status) {
  const std::chrono::duration<double, std::milli> took = CallContext::Clock::now() - context_.start;
  grpc::Status result = wire::ToGrpcStatus(status, context_.request_id);
  if (wire::IsHidden(status)) {
    runner_.log_.Write(LogLevel::kError,
                       fmt::format("{} {} failed: {}", method_, context_.request_id, status.ToString()));
  } else if (runner_.log_.Writes(LogLevel::kDebug)) {
    runner_.log_.Write(LogLevel::kDebug, fmt::format("{} {} code {} in {:.3f} ms", method_, context_.request_id,
                                                     static_cast<int>(result.error_code()), took.count()));
  }
  KeepLargest(context_.work_after_cancel, runner_.most_work_after_cancel_);
  grpc_.AddTrailingMetadata(kRequestIdKey, context_.request_id);
  ++runner_.ended_;
  return result;
}

void Call::Cancel() {
  cancelled_ = true;
  ++runner_.cancelled_;
}

CallRunner::CallRunner(const Log& log)
    : log_(log),
      reads_(ReadThreads(), kMaxQueued),
      waits_(kWaitThreads, kMaxQueued),
      writes_(kWriteThreads, kMaxQueued) {}

void CallRunner::Drain() {
  draining_ = true;
  const std::lock_guard lock(listeners_mutex_);
  for (internal::Listener* listener : listeners_) listener->EndIfWaiting();
}

void CallRunner::Add(internal::Listener& listener) {
  const std::lock_guard lock(listeners_mutex_);
  listeners_.insert(&listener);
}

// Waits for Drain to be through with it.
void CallRunner::Remove(internal::Listener& listener) {
  const std::lock_guard lock(listeners_mutex_);
  listeners_.erase(&listener);
}

void CallRunner::Dispatch(Work work, Call& call, const std::function<void()>& task) {
  bool taken = false;
  switch (work) {
    case Work::kInline:
      task();
      return;
    case Work::kRead:
      taken = reads_.Post(task);
      break;
    case Work::kWait:
      taken = waits_.Post(task);
      break;
    case Work::kWrite:
      taken = writes_.Post(task);
      break;
  }
  if (taken) return;
  call.Refuse(graph::MakeError(graph::Reason::kOverloaded, "too many calls are waiting; try again", "", "queue"));
  task();
}

}  // namespace braid::service
