// Runs handlers for gRPC: the one place that knows which of gRPC's server APIs carries a call.
//
// It is the callback API, by measurement (tools/bench/server_bench.cc, 2 cores, client in another process, medians of
// 7): with 64 calls in flight 74 k echoes a second from gRPC's own threads and 52 k through a pool, against 40 k of the
// synchronous API; alone 102, 112 and 95 microseconds, within one another's spread. So what is at hand is answered on
// gRPC's thread, and only what may wait or compute goes to a pool.
//
// Thread safety: any method from any thread.

#ifndef BRAID_SERVICE_CALL_RUNNER_H_
#define BRAID_SERVICE_CALL_RUNNER_H_

#include <atomic>
#include <cstdint>
#include <functional>
#include <mutex>
#include <set>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "google/protobuf/message.h"
#include "graph/error.h"
#include "grpcpp/server_context.h"
#include "grpcpp/support/server_callback.h"
#include "grpcpp/support/status.h"
#include "service/call_context.h"
#include "service/conversation.h"
#include "service/log.h"
#include "service/parts.h"
#include "service/work_pool.h"

namespace braid::service {

// Where a call is worked on, so that none starves another kind: waiting readers never hold up the writer that they wait
// for.
enum class Work : std::uint8_t {
  kInline,  // at hand: on gRPC's own thread
  kRead,    // computes, or reads the disk
  kWait,    // waits for a revision to come
  kWrite,   // waits for the disk
};

// Calls since the server began.
struct CallCounts {
  std::uint64_t begun = 0;
  std::uint64_t ended = 0;      // the handler is through and the status is on its way
  std::uint64_t cancelled = 0;  // by the caller, or by its deadline
  // The most that a cancelled search worked on after the last look at which it was not cancelled yet, in work units.
  std::uint64_t most_work_after_cancel = 0;
};

class CallRunner;

namespace internal {
template <typename Response>
class StreamReactor;
template <typename Request, typename Response>
class ConversationReactor;

// A call that may be waiting for its caller's next message.
class Listener {
 public:
  // Ends it where it waits; one that is at work ends after its reply.
  virtual void EndIfWaiting() = 0;

 protected:
  ~Listener() = default;
};
}  // namespace internal

// One call under way. Lives as long as its reactor.
class Call {
 public:
  Call(CallRunner& runner, grpc::CallbackServerContext& grpc, std::string method);

  // Runs a step of the handler, or says why it must not run. What the step throws becomes INTERNAL.
  absl::Status Run(const std::function<absl::Status(CallContext&)>& step);
  // The call's end: counts, logs and translates. Nothing may touch the call once the result was handed to Finish.
  grpc::Status End(const absl::Status& status);

  // From another thread.
  void Cancel();
  // Makes Run refuse, before it is called.
  void Refuse(absl::Status why) { refused_ = std::move(why); }

 private:
  absl::Status ReadMetadata();

  CallRunner& runner_;
  grpc::CallbackServerContext& grpc_;
  std::string method_;
  CallContext context_;
  absl::Status refused_;
  std::atomic<bool> cancelled_ = false;
};

class CallRunner {
 public:
  explicit CallRunner(const Log& log);

  // `handlers` outlives the runner.
  template <typename Request, typename Response, typename Handlers>
  grpc::ServerUnaryReactor* Unary(grpc::CallbackServerContext* context, const Request* request, Response* response,
                                  Work work, const Handlers& handlers,
                                  absl::Status (Handlers::*handler)(CallContext&, const Request&, Response*) const);
  template <typename Request, typename Response, typename Handlers>
  grpc::ServerWriteReactor<Response>* Stream(
      grpc::CallbackServerContext* context, const Request* request, Work work, const Handlers& handlers,
      absl::StatusOr<Parts<Response>> (Handlers::*handler)(CallContext&, const Request&) const);

  // One message is worked on at a time, where `work_of` says, and the next one is read once the reply to it was
  // written.
  template <typename Request, typename Response, typename Handlers>
  grpc::ServerBidiReactor<Request, Response>* Converse(
      grpc::CallbackServerContext* context, Work (*work_of)(const Request&), const Handlers& handlers,
      absl::StatusOr<Conversation<Request, Response>> (Handlers::*handler)(CallContext&) const);

  // From now on calls are refused with DRAINING, and conversations end with it before their next message.
  void Drain();

  CallCounts counts() const { return {begun_, ended_, cancelled_, most_work_after_cancel_}; }

 private:
  friend class Call;
  template <typename Response>
  friend class internal::StreamReactor;
  template <typename Request, typename Response>
  friend class internal::ConversationReactor;

  void Add(internal::Listener& listener);
  void Remove(internal::Listener& listener);

  // Runs `task` where `work` belongs; where there is no room, at once, with `call` refusing.
  void Dispatch(Work work, Call& call, const std::function<void()>& task);

  const Log& log_;
  std::atomic<bool> draining_ = false;
  std::atomic<std::uint64_t> begun_ = 0, ended_ = 0, cancelled_ = 0, most_work_after_cancel_ = 0;
  std::mutex listeners_mutex_;
  std::set<internal::Listener*> listeners_;
  WorkPool reads_;
  WorkPool waits_;
  WorkPool writes_;
};

// --- Implementation of the templates.

namespace internal {

// `GetNode` for a GetNodeRequest.
std::string MethodOf(const google::protobuf::Message& request);

absl::Status Draining();

class UnaryReactor final : public grpc::ServerUnaryReactor {
 public:
  UnaryReactor(CallRunner& runner, grpc::CallbackServerContext& context, std::string method)
      : call_(runner, context, std::move(method)) {}

  Call& call() { return call_; }
  void Answer(const std::function<absl::Status(CallContext&)>& handler) { Finish(call_.End(call_.Run(handler))); }

 private:
  void OnCancel() override { call_.Cancel(); }
  void OnDone() override { delete this; }

  Call call_;
};

template <typename Response>
class StreamReactor final : public grpc::ServerWriteReactor<Response> {
 public:
  StreamReactor(CallRunner& runner, grpc::CallbackServerContext& context, std::string method, Work work)
      : runner_(runner), work_(work), call_(runner, context, std::move(method)) {}

  Call& call() { return call_; }

  void Answer(const std::function<absl::StatusOr<Parts<Response>>(CallContext&)>& handler) {
    const absl::Status status = call_.Run([&](CallContext& context) -> absl::Status {
      BRAID_ASSIGN_OR_RETURN(parts_, handler(context));
      return absl::OkStatus();
    });
    if (status.ok()) {
      WriteNext();
    } else {
      this->Finish(call_.End(status));
    }
  }

 private:
  void WriteNext() {
    bool more = false;
    const absl::Status status = call_.Run([&](CallContext&) -> absl::Status {
      BRAID_ASSIGN_OR_RETURN(more, parts_(&part_));
      return absl::OkStatus();
    });
    if (status.ok() && more) {
      this->StartWrite(&part_);
    } else {
      this->Finish(call_.End(status));
    }
  }

  void OnWriteDone(bool ok) override {
    if (ok) {
      // This is gRPC's thread; the next part may take its time.
      runner_.Dispatch(work_, call_, [this] { WriteNext(); });
    } else {
      this->Finish(call_.End(graph::MakeError(graph::Reason::kCancelled, "the caller stopped reading")));
    }
  }
  void OnCancel() override { call_.Cancel(); }
  void OnDone() override { delete this; }

  CallRunner& runner_;
  const Work work_;
  Call call_;
  Parts<Response> parts_;
  Response part_;
};

template <typename Request, typename Response>
class ConversationReactor final : public grpc::ServerBidiReactor<Request, Response>, private Listener {
 public:
  using WorkOf = Work (*)(const Request&);

  ConversationReactor(CallRunner& runner, grpc::CallbackServerContext& context, std::string method, WorkOf work_of)
      : runner_(runner), work_of_(work_of), call_(runner, context, std::move(method)) {
    runner_.Add(*this);
  }

  void Begin(const std::function<absl::StatusOr<Conversation<Request, Response>>(CallContext&)>& handler) {
    const absl::Status status = call_.Run([&](CallContext& context) -> absl::Status {
      BRAID_ASSIGN_OR_RETURN(conversation_, handler(context));
      return absl::OkStatus();
    });
    if (status.ok()) {
      Listen();
    } else {
      End(status);
    }
  }

 private:
  void Listen() {
    {
      // Begun under the lock: once EndIfWaiting has ended the call nothing may be begun.
      const std::lock_guard lock(mutex_);
      waiting_ = !runner_.draining_;
      if (waiting_) {
        this->StartRead(&message_);
        return;
      }
    }
    End(Draining());
  }

  void OnReadDone(bool ok) override {
    if (!StopWaiting()) return;
    if (ok) {
      // This is gRPC's thread; the answer may take its time.
      runner_.Dispatch(work_of_(message_), call_, [this] { Answer(); });
    } else {
      // The caller is through, or gone.
      End(call_.Run([](CallContext&) { return absl::OkStatus(); }));
    }
  }

  void Answer() {
    bool has_reply = false;
    reply_.Clear();
    const absl::Status status = call_.Run([&](CallContext&) -> absl::Status {
      BRAID_ASSIGN_OR_RETURN(has_reply, conversation_(message_, &reply_));
      return absl::OkStatus();
    });
    if (!status.ok()) {
      End(status);
    } else if (has_reply) {
      this->StartWrite(&reply_);
    } else {
      Listen();
    }
  }

  void OnWriteDone(bool ok) override {
    if (ok) {
      Listen();
    } else {
      End(graph::MakeError(graph::Reason::kCancelled, "the caller stopped reading"));
    }
  }

  void EndIfWaiting() override {
    if (StopWaiting()) End(Draining());
  }
  // False: it does not wait, or another thread stopped it first.
  bool StopWaiting() {
    const std::lock_guard lock(mutex_);
    return std::exchange(waiting_, false);
  }
  void End(const absl::Status& status) { this->Finish(call_.End(status)); }
  void OnCancel() override { call_.Cancel(); }
  void OnDone() override {
    runner_.Remove(*this);
    delete this;
  }

  CallRunner& runner_;
  const WorkOf work_of_;
  Call call_;
  Conversation<Request, Response> conversation_;
  Request message_;
  Response reply_;
  std::mutex mutex_;
  bool waiting_ = false;  // for a message
};

}  // namespace internal

template <typename Request, typename Response, typename Handlers>
grpc::ServerUnaryReactor* CallRunner::Unary(grpc::CallbackServerContext* context, const Request* request,
                                            Response* response, Work work, const Handlers& handlers,
                                            absl::Status (Handlers::*handler)(CallContext&, const Request&, Response*)
                                                const) {
  auto* reactor = new internal::UnaryReactor(*this, *context, internal::MethodOf(*request));
  Dispatch(work, reactor->call(), [=, &handlers] {
    reactor->Answer([=, &handlers](CallContext& call) { return (handlers.*handler)(call, *request, response); });
  });
  return reactor;
}

template <typename Request, typename Response, typename Handlers>
grpc::ServerWriteReactor<Response>* CallRunner::Stream(
    grpc::CallbackServerContext* context, const Request* request, Work work, const Handlers& handlers,
    absl::StatusOr<Parts<Response>> (Handlers::*handler)(CallContext&, const Request&) const) {
  auto* reactor = new internal::StreamReactor<Response>(*this, *context, internal::MethodOf(*request), work);
  Dispatch(work, reactor->call(), [=, &handlers] {
    reactor->Answer([=, &handlers](CallContext& call) { return (handlers.*handler)(call, *request); });
  });
  return reactor;
}

template <typename Request, typename Response, typename Handlers>
grpc::ServerBidiReactor<Request, Response>* CallRunner::Converse(
    grpc::CallbackServerContext* context, Work (*work_of)(const Request&), const Handlers& handlers,
    absl::StatusOr<Conversation<Request, Response>> (Handlers::*handler)(CallContext&) const) {
  auto* reactor = new internal::ConversationReactor<Request, Response>(
      *this, *context, internal::MethodOf(Request::default_instance()), work_of);
  reactor->Begin([=, &handlers](CallContext& call) { return (handlers.*handler)(call); });
  return reactor;
}

}  // namespace braid::service

#endif  // BRAID_SERVICE_CALL_RUNNER_H_
