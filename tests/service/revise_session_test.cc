// ReviseSession through a real client: a conversation that is Revise step by step, and how it may end.

#include <chrono>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "gmock/gmock.h"
#include "tests/service/courses.h"

namespace braid::service {
namespace {

using testing::HasSubstr;
using testing::Not;

// One call, as a tool makes it.
class Talk {
 public:
  Talk(v1::PlanService::Stub& stub, std::unique_ptr<grpc::ClientContext> context)
      : context_(std::move(context)), stream_(stub.ReviseSession(context_.get())) {}

  bool Begin(const v1::ReviseRequest& request) {
    v1::ReviseSessionRequest message;
    *message.mutable_begin() = request;
    return stream_->Write(message);
  }
  bool Tell(const v1::SessionRecord& session) {
    v1::ReviseSessionRequest message;
    *message.mutable_session() = session;
    return stream_->Write(message);
  }
  bool Take(const std::vector<std::string>& ids) {
    v1::ReviseSessionRequest message;
    message.mutable_plan_taken();
    for (const std::string& id : ids) message.mutable_plan_taken()->add_technique_ids(id);
    return stream_->Write(message);
  }
  bool Say(const v1::ReviseSessionRequest& message) { return stream_->Write(message); }
  v1::ReviseResponse Read() {
    v1::ReviseSessionResponse reply;
    EXPECT_TRUE(stream_->Read(&reply));
    return reply.revise();
  }
  // How the call ends, with nothing more to read.
  Failure End() {
    v1::ReviseSessionResponse reply;
    EXPECT_FALSE(stream_->Read(&reply));
    return Failure(stream_->Finish());
  }
  grpc::Status Done() {
    stream_->WritesDone();
    v1::ReviseSessionResponse reply;
    EXPECT_FALSE(stream_->Read(&reply));
    return stream_->Finish();
  }
  void Cancel() { context_->TryCancel(); }

 private:
  std::unique_ptr<grpc::ClientContext> context_;
  std::unique_ptr<grpc::ClientReaderWriter<v1::ReviseSessionRequest, v1::ReviseSessionResponse>> stream_;
};

class ReviseSessionTest : public CourseTest {
 protected:
  Talk Call() { return Talk(*plans_, Context()); }
};

TEST_F(ReviseSessionTest, IsReviseStepByStep) {
  const std::vector<double> scores = {18, 19, 21, 23, 24, 25, 25, 24, 24, 24, 17, 11, 9, 8};
  v1::ReviseRequest request = After({18});
  Talk talk = Call();
  ASSERT_TRUE(talk.Begin(request));
  int held = 0, replanned = 0;
  for (std::size_t i = 1; i <= scores.size(); ++i) {
    const v1::ReviseResponse reply = talk.Read();
    ASSERT_TRUE(Bytes(reply) == Bytes(Revise(request))) << "after session " << i;
    held += reply.revision().held_by() != v1::REVISION_HOLD_UNSPECIFIED ? 1 : 0;
    replanned += reply.revision().replanned() ? 1 : 0;
    if (i == scores.size()) break;
    const v1::SessionRecord session = Session(request, static_cast<int>(i) + 1, scores[i], i == 4 ? 25 : 38);
    request = Next(request, reply.revision(), session);
    ASSERT_TRUE(talk.Tell(session));
  }
  EXPECT_TRUE(talk.Done().ok());
  EXPECT_GE(held, 1);
  EXPECT_GE(replanned, 1);
}

TEST_F(ReviseSessionTest, ThePlanThatWasTakenUpIsInForce) {
  v1::ReviseRequest request = After({18});
  Talk talk = Call();
  ASSERT_TRUE(talk.Begin(request));
  const v1::ReviseResponse first = talk.Read();
  const std::vector<std::string> taken = {"technique:problem_solving_tq", "technique:thought_record"};
  ASSERT_TRUE(talk.Take(taken)) << "which is answered by nothing";
  const v1::SessionRecord session = Session(request, 2, 17);
  ASSERT_TRUE(talk.Tell(session));
  request = Next(request, first.revision(), session);
  request.mutable_recommend()->clear_in_force_ids();
  for (const std::string& id : taken) request.mutable_recommend()->add_in_force_ids(id);
  EXPECT_TRUE(Bytes(talk.Read()) == Bytes(Revise(request)));
  EXPECT_TRUE(talk.Done().ok());
}

TEST_F(ReviseSessionTest, EveryReplyIsOfTheRevisionThatTheFirstMessagePinned) {
  v1::ReviseRequest request = After({18});
  Talk talk = Call();
  ASSERT_TRUE(talk.Begin(request));
  EXPECT_EQ(talk.Read().header().revision(), 1);
  Commit({PutNode("technique:brand_new", "technique", "Brand new")});
  ASSERT_TRUE(talk.Tell(Session(request, 2, 17)));
  EXPECT_EQ(talk.Read().header().revision(), 1);
  EXPECT_EQ(Revise(request).header().revision(), 2);
  EXPECT_TRUE(talk.Done().ok());
}

TEST_F(ReviseSessionTest, WaitsForTheRevisionThatTheFirstMessageAsksFor) {
  v1::ReviseRequest request = After({18});
  request.mutable_recommend()->mutable_consistency()->set_at_least_as_fresh(2);
  Talk talk = Call();
  ASSERT_TRUE(talk.Begin(request));
  Commit({PutNode("technique:brand_new", "technique", "Brand new")});
  EXPECT_EQ(talk.Read().header().revision(), 2);
  EXPECT_TRUE(talk.Done().ok());
}

TEST_F(ReviseSessionTest, WhoSaysNothingIsToldNothing) {
  Talk talk = Call();
  EXPECT_TRUE(talk.Done().ok());
  EXPECT_TRUE(Eventually([&] { return server().counts().ended == 1; }));
}

// Each reply has its budget to itself, however long the call has lasted.
TEST_F(ReviseSessionTest, ABudgetIsOfAReply) {
  v1::ReviseRequest request = After({18});
  request.set_change_cost(0);
  v1::ReviseResponse alone = Revise(request);
  const std::int64_t work = alone.completeness().work_used();
  ASSERT_GT(work, 0);
  request.mutable_recommend()->mutable_budget()->set_max_work(4 * work);
  Talk talk = Call();
  ASSERT_TRUE(talk.Begin(request));
  std::int64_t used = 0;
  for (int number = 2; number <= 12; ++number) {
    const v1::ReviseResponse reply = talk.Read();
    EXPECT_EQ(reply.completeness().state(), v1::COMPLETENESS_STATE_EXACT);
    used += reply.completeness().work_used();
    ASSERT_TRUE(talk.Tell(Session(request, number, 18)));
  }
  talk.Read();
  EXPECT_GT(used, 4 * work) << "together more than one budget";
  EXPECT_TRUE(talk.Done().ok());
}

TEST_F(ReviseSessionTest, ADurationIsOfAReplyToo) {
  constexpr std::chrono::seconds kDuration{1};
  v1::ReviseRequest request = After({18});
  request.set_change_cost(0);
  request.mutable_recommend()->mutable_budget()->mutable_max_duration()->set_seconds(kDuration.count());
  Talk talk = Call();
  const auto begun = std::chrono::steady_clock::now();
  ASSERT_TRUE(talk.Begin(request));
  EXPECT_EQ(talk.Read().completeness().state(), v1::COMPLETENESS_STATE_EXACT);
  ASSERT_TRUE(Eventually([&] { return std::chrono::steady_clock::now() > begun + kDuration; }));
  ASSERT_TRUE(talk.Tell(Session(request, 2, 18)));
  EXPECT_EQ(talk.Read().completeness().state(), v1::COMPLETENESS_STATE_EXACT);
  EXPECT_TRUE(talk.Done().ok());
}

// --- Errors: each ends the call.

TEST_F(ReviseSessionTest, TheFirstMessageBegins) {
  const v1::ReviseRequest request = After({18});
  Talk early = Call();
  ASSERT_TRUE(early.Tell(Session(request, 2, 17)));
  Failure failure = early.End();
  EXPECT_EQ(failure.code, grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(failure.info.reason(), "FIELD_REQUIRED");
  EXPECT_EQ(failure.field(), "begin");
  Talk taken = Call();
  ASSERT_TRUE(taken.Take({"technique:thought_record"}));
  EXPECT_EQ(taken.End().field(), "begin");
  Talk empty = Call();
  ASSERT_TRUE(empty.Say({}));
  EXPECT_EQ(empty.End().field(), "begin");
}

TEST_F(ReviseSessionTest, NoOtherMessageBegins) {
  const v1::ReviseRequest request = After({18});
  Talk talk = Call();
  ASSERT_TRUE(talk.Begin(request));
  talk.Read();
  ASSERT_TRUE(talk.Begin(request));
  const Failure failure = talk.End();
  EXPECT_EQ(failure.info.reason(), "VALUE_OUT_OF_RANGE");
  EXPECT_EQ(failure.field(), "begin");
  Talk empty = Call();
  ASSERT_TRUE(empty.Begin(request));
  empty.Read();
  ASSERT_TRUE(empty.Say({}));
  EXPECT_EQ(empty.End().field(), "session");
}

TEST_F(ReviseSessionTest, ABadBeginningIsNamedByItsFields) {
  Talk empty = Call();
  ASSERT_TRUE(empty.Begin({}));
  const Failure failure = empty.End();
  ASSERT_EQ(failure.bad_request.field_violations_size(), 2);
  EXPECT_EQ(failure.bad_request.field_violations(0).field(), "begin.recommend");
  EXPECT_EQ(failure.bad_request.field_violations(1).field(), "begin.course");

  v1::ReviseRequest request = After({18});
  request.mutable_recommend()->mutable_profile()->mutable_needs(0)->set_node_id("concern:ownsecret");
  Talk need = Call();
  ASSERT_TRUE(need.Begin(request));
  const Failure unknown = need.End();
  EXPECT_EQ(unknown.info.reason(), "NODE_NOT_FOUND");
  EXPECT_EQ(unknown.field(), "begin.recommend.profile.needs[0].node_id");
  EXPECT_THAT(unknown.status.DebugString(), Not(HasSubstr("ownsecret")));

  request = After({18});
  request.mutable_course()->mutable_sessions(0)->set_number(-1);
  Talk course = Call();
  ASSERT_TRUE(course.Begin(request));
  EXPECT_EQ(course.End().field(), "begin.course.sessions[0].number");

  request = After({18});
  request.set_change_cost(-1);
  Talk cost = Call();
  ASSERT_TRUE(cost.Begin(request));
  EXPECT_EQ(cost.End().field(), "begin.change_cost");
}

TEST_F(ReviseSessionTest, ABadSessionEndsTheCallByItsField) {
  const v1::ReviseRequest request = After({18});
  v1::SessionRecord out_of_range = Session(request, 2, 777.125);
  v1::SessionRecord not_above = Session(request, 1, 18);
  for (const auto& [session, field] :
       {std::pair(out_of_range, "session.scores[0].score"), std::pair(not_above, "session.number")}) {
    Talk talk = Call();
    ASSERT_TRUE(talk.Begin(request));
    talk.Read();
    ASSERT_TRUE(talk.Tell(session));
    const Failure failure = talk.End();
    EXPECT_EQ(failure.info.reason(), "VALUE_OUT_OF_RANGE");
    EXPECT_EQ(failure.field(), field);
    EXPECT_THAT(failure.status.DebugString(), Not(HasSubstr("777")));
  }
}

TEST_F(ReviseSessionTest, ABadPlanEndsTheCallByItsField) {
  const v1::ReviseRequest request = After({18});
  const std::vector<std::pair<std::vector<std::string>, std::string>> plans = {
      {{"technique:thought_record", "technique:unheard_of"}, "plan_taken.technique_ids[1]"},
      {{"technique:thought_record", "technique:thought_record"}, "plan_taken.technique_ids[1]"},
      {{"modality:cbt"}, "plan_taken.technique_ids[0]"},
      {std::vector<std::string>(21, "technique:thought_record"), "plan_taken.technique_ids"}};
  for (const auto& [ids, field] : plans) {
    Talk talk = Call();
    ASSERT_TRUE(talk.Begin(request));
    talk.Read();
    ASSERT_TRUE(talk.Take(ids));
    const Failure failure = talk.End();
    EXPECT_EQ(failure.field(), field) << failure.message;
    EXPECT_NE(failure.code, grpc::StatusCode::OK);
  }
}

// --- Ends

TEST_F(ReviseSessionTest, WhoCancelsEndsTheCall) {
  const CallCounts before = server().counts();
  const v1::ReviseRequest request = After({18});
  Talk talk = Call();
  ASSERT_TRUE(talk.Begin(request));
  talk.Read();
  talk.Cancel();
  EXPECT_EQ(talk.End().code, grpc::StatusCode::CANCELLED);
  EXPECT_TRUE(Eventually([&] {
    const CallCounts counts = server().counts();
    return counts.ended == counts.begun && counts.cancelled == before.cancelled + 1;
  }));
}

TEST_F(ReviseSessionTest, ACallEndsAtItsDeadline) {
  const v1::ReviseRequest request = After({18});
  auto context = std::make_unique<grpc::ClientContext>();
  context->set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(2));
  Talk talk(*plans_, std::move(context));
  ASSERT_TRUE(talk.Begin(request));
  talk.Read();
  EXPECT_EQ(talk.End().code, grpc::StatusCode::DEADLINE_EXCEEDED);
  EXPECT_TRUE(Eventually([&] { return server().counts().ended == server().counts().begun; }));
}

TEST_F(ReviseSessionTest, AServerThatShutsDownSaysSoToThoseWhoAreSilent) {
  const v1::ReviseRequest request = After({18});
  Talk talk = Call();
  ASSERT_TRUE(talk.Begin(request));
  talk.Read();
  std::thread stopper([&] { server().Shutdown(); });
  const Failure failure = talk.End();
  EXPECT_EQ(failure.code, grpc::StatusCode::UNAVAILABLE);
  EXPECT_EQ(failure.info.reason(), "DRAINING");
  stopper.join();
  EXPECT_EQ(server().counts().ended, server().counts().begun);
}

}  // namespace
}  // namespace braid::service
