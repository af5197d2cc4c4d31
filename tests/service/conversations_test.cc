// Where the messages of a conversation are worked on, one after the other, and how it may end.

#include <atomic>
#include <memory>
#include <mutex>
#include <set>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "braid/v1/plan_service.grpc.pb.h"
#include "graph/error.h"
#include "grpcpp/grpcpp.h"
#include "gtest/gtest.h"
#include "service/call_runner.h"
#include "service/log.h"
#include "tests/service/server_fixture.h"
#include "tests/service/thread_set.h"

namespace braid::service {
namespace {

using Request = v1::ReviseSessionRequest;
using Response = v1::ReviseSessionResponse;

// Answers the number of each session with it; a session that was missed with nothing. What the day says is done:
// `fail`, `throw`, or `wait` until the caller is gone.
class EchoHandlers {
 public:
  absl::StatusOr<Conversation<Request, Response>> Echo(CallContext& call) const {
    return Conversation<Request, Response>(
        [this, &call](const Request& message, Response* reply) { return Answer(call, message.session(), reply); });
  }

  mutable ThreadSet threads;
  mutable std::atomic<int> most_at_once = 0;
  mutable std::atomic<bool> waits = false, saw_cancellation = false;

 private:
  absl::StatusOr<bool> Answer(CallContext& call, const v1::SessionRecord& session, Response* reply) const {
    threads.Add();
    const int at_once = ++at_work_;
    if (at_once > most_at_once) most_at_once = at_once;
    EXPECT_FALSE(reply->has_revise()) << "a reply begins empty";
    if (session.date() == "wait") {
      waits = true;
      saw_cancellation = Eventually([&] { return call.IsCancelled(); });
    }
    reply->mutable_revise()->mutable_revision()->set_session_number(session.number());
    --at_work_;
    if (session.date() == "throw") throw std::runtime_error("a fault");
    if (session.date() == "fail") return graph::MakeError(graph::Reason::kFieldRequired, "enough", "session");
    return !session.missed();
  }

  mutable std::atomic<int> at_work_ = 0;
};

class EchoService final : public v1::PlanService::CallbackService {
 public:
  explicit EchoService(CallRunner& runner) : runner_(runner) {}
  EchoHandlers handlers;
  ThreadSet threads;  // where calls and their messages arrive

 private:
  grpc::ServerBidiReactor<Request, Response>* ReviseSession(grpc::CallbackServerContext* context) override {
    threads.Add();
    return runner_.Converse<Request>(
        context, [](const Request&) { return Work::kRead; }, handlers, &EchoHandlers::Echo);
  }
  CallRunner& runner_;
};

class ConversationsTest : public testing::Test {
 protected:
  ConversationsTest() {
    grpc::ServerBuilder builder;
    int port = 0;
    builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port);
    builder.RegisterService(&service_);
    server_ = builder.BuildAndStart();
    stub_ = v1::PlanService::NewStub(
        grpc::CreateChannel("127.0.0.1:" + std::to_string(port), grpc::InsecureChannelCredentials()));
  }
  ~ConversationsTest() override { server_->Shutdown(); }

  static Request Message(int number, const std::string& day = {}) {
    Request message;
    message.mutable_session()->set_number(number);
    message.mutable_session()->set_date(day);
    return message;
  }

  // Sends `count` messages without waiting for their replies, the last with `day`; how many replies come in order, and
  // how the call ends.
  std::pair<int, grpc::Status> Talk(int count, const std::string& day = {}) {
    grpc::ClientContext context;
    const auto stream = stub_->ReviseSession(&context);
    std::thread writer([&] {
      for (int i = 0; i < count; ++i) stream->Write(Message(i, i + 1 == count ? day : ""));
      stream->WritesDone();
    });
    int read = 0;
    for (Response reply; stream->Read(&reply); ++read) {
      EXPECT_EQ(reply.revise().revision().session_number(), read);
    }
    writer.join();
    return {read, stream->Finish()};
  }

  const Log log_{LogLevel::kOff};
  CallRunner runner_{log_};
  EchoService service_{runner_};
  std::unique_ptr<grpc::Server> server_;
  std::unique_ptr<v1::PlanService::Stub> stub_;
};

TEST_F(ConversationsTest, MessagesAreAnsweredOneAfterTheOtherInTheirOrder) {
  const auto [read, status] = Talk(300);
  EXPECT_EQ(read, 300);
  EXPECT_TRUE(status.ok()) << status.error_message();
  EXPECT_EQ(service_.handlers.most_at_once, 1);
  EXPECT_EQ(runner_.counts().begun, 1U);
  EXPECT_TRUE(Eventually([&] { return runner_.counts().ended == 1; }));
}

TEST_F(ConversationsTest, AMessageThatAsksForNoReplyGetsNone) {
  grpc::ClientContext context;
  const auto stream = stub_->ReviseSession(&context);
  Request silent = Message(1);
  silent.mutable_session()->set_missed(true);
  EXPECT_TRUE(stream->Write(silent));
  EXPECT_TRUE(stream->Write(Message(2)));
  Response reply;
  ASSERT_TRUE(stream->Read(&reply));
  EXPECT_EQ(reply.revise().revision().session_number(), 2);
  stream->WritesDone();
  EXPECT_FALSE(stream->Read(&reply));
  EXPECT_TRUE(stream->Finish().ok());
}

TEST_F(ConversationsTest, NoMessageIsWorkedOnByAThreadOfGrpcs) {
  for (int i = 0; i < 50; ++i) EXPECT_EQ(Talk(20).first, 20);
  EXPECT_GE(service_.handlers.threads.ids().size(), 1U);
  for (const std::thread::id id : service_.threads.ids()) {
    EXPECT_FALSE(service_.handlers.threads.ids().contains(id)) << "a message was worked on where calls arrive";
  }
}

TEST_F(ConversationsTest, AMessageThatFailsEndsTheCallWithItsError) {
  const auto [read, status] = Talk(4, "fail");
  EXPECT_EQ(read, 3);
  const Failure failure(status);
  EXPECT_EQ(failure.info.reason(), "FIELD_REQUIRED");
  EXPECT_EQ(failure.field(), "session");
}

TEST_F(ConversationsTest, AMessageThatThrowsIsAnInternalError) {
  const auto [read, status] = Talk(3, "throw");
  EXPECT_EQ(read, 2);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::INTERNAL);
}

TEST_F(ConversationsTest, WorkIsToldOfTheCallersLeaving) {
  grpc::ClientContext context;
  const auto stream = stub_->ReviseSession(&context);
  ASSERT_TRUE(stream->Write(Message(1, "wait")));
  ASSERT_TRUE(Eventually([&] { return service_.handlers.waits.load(); }));
  context.TryCancel();
  EXPECT_EQ(stream->Finish().error_code(), grpc::StatusCode::CANCELLED);
  EXPECT_TRUE(Eventually([&] { return runner_.counts().ended == 1; }));
  EXPECT_TRUE(service_.handlers.saw_cancellation);
}

TEST_F(ConversationsTest, DrainingEndsThoseThatWaitAndRefusesNewOnes) {
  grpc::ClientContext context;
  const auto stream = stub_->ReviseSession(&context);
  ASSERT_TRUE(stream->Write(Message(1)));
  Response reply;
  ASSERT_TRUE(stream->Read(&reply));
  runner_.Drain();
  EXPECT_FALSE(stream->Read(&reply));
  EXPECT_EQ(Failure(stream->Finish()).info.reason(), "DRAINING");
  const auto [read, status] = Talk(1);
  EXPECT_EQ(read, 0);
  EXPECT_EQ(Failure(status).info.reason(), "DRAINING");
}

// Many conversations, some of them between two messages and some at work, while the server begins to drain: each gets
// its replies in order and then, at the latest, is told.
TEST_F(ConversationsTest, DrainingWhileMessagesComeEndsEveryConversation) {
  constexpr int kConversations = 8;
  std::atomic<int> begun = 0;
  std::vector<std::thread> callers;
  std::vector<grpc::Status> ends(kConversations);
  for (int i = 0; i < kConversations; ++i) {
    callers.emplace_back([&, i] {
      grpc::ClientContext context;
      const auto stream = stub_->ReviseSession(&context);
      Response reply;
      for (int number = 0; stream->Write(Message(number)) && stream->Read(&reply); ++number) {
        EXPECT_EQ(reply.revise().revision().session_number(), number);
        if (number == 10) ++begun;
      }
      ends[static_cast<std::size_t>(i)] = stream->Finish();
    });
  }
  EXPECT_TRUE(Eventually([&] { return begun == kConversations; }));
  runner_.Drain();
  for (std::thread& caller : callers) caller.join();
  for (const grpc::Status& end : ends) EXPECT_EQ(Failure(end).info.reason(), "DRAINING") << end.error_message();
}

}  // namespace
}  // namespace braid::service
