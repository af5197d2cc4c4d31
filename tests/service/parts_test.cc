// The small parts of the server, each alone.

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <limits>
#include <map>
#include <mutex>
#include <optional>
#include <string>

#include "graph/error.h"
#include "gtest/gtest.h"
#include "service/call_context.h"
#include "service/grpc_services.h"
#include "service/health.h"
#include "service/search_budget.h"
#include "service/work_pool.h"

namespace braid::service {
namespace {

using Clock = CallContext::Clock;
using std::chrono::milliseconds;

CallContext CallWith(milliseconds deadline) {
  CallContext call;
  call.start = Clock::now();
  call.deadline = call.start + deadline;
  return call;
}

TEST(CallContext, ASearchStopsATenthBeforeTheDeadlineButWithin5And50Milliseconds) {
  const std::map<int, int> reserve_by_deadline = {{1, 5}, {20, 5}, {50, 5}, {200, 20}, {500, 50}, {60'000, 50}};
  for (const auto& [deadline, reserve] : reserve_by_deadline) {
    const CallContext call = CallWith(milliseconds(deadline));
    EXPECT_EQ(*call.deadline - *call.StopBy(), milliseconds(reserve)) << deadline;
  }
  EXPECT_EQ(CallContext().StopBy(), std::nullopt);
}

TEST(CallContext, IsNotAliveOnceCancelledOrPastTheDeadline) {
  CallContext call = CallWith(std::chrono::hours(1));
  EXPECT_TRUE(call.CheckAlive().ok());
  call.cancelled = [] { return true; };
  EXPECT_EQ(call.CheckAlive().code(), absl::StatusCode::kCancelled);
  EXPECT_EQ(CallWith(milliseconds(-1)).CheckAlive().code(), absl::StatusCode::kDeadlineExceeded);
}

TEST(CallContext, ARequestIdIsKeptWhereItIsPlain) {
  EXPECT_EQ(RequestIdOr("a-1_b.C"), "a-1_b.C");
  for (const std::string& bad : {std::string(), std::string("a b"), std::string(65, 'a'), std::string("é")}) {
    EXPECT_EQ(RequestIdOr(bad).size(), 36U) << bad;
  }
  EXPECT_NE(RequestIdOr(""), RequestIdOr(""));
}

TEST(CallContext, AnAuthorIsAShortNameInUtf8) {
  EXPECT_TRUE(CheckAuthorName("Zoë Ångström").ok());
  EXPECT_TRUE(CheckAuthorName(std::string(200, 'a')).ok());
  for (const std::string& bad : {std::string(201, 'a'), std::string("a\tb"), std::string("\xff")}) {
    EXPECT_EQ(CheckAuthorName(bad).code(), absl::StatusCode::kInvalidArgument);
  }
}

std::string Describe(const absl::StatusOr<SearchBudget>& budget) {
  if (!budget.ok()) return std::string(graph::NameOf(graph::ErrorInfoOf(budget.status())->reason));
  std::string text;
  for (const v1::LimitInForce& limit : budget->limits) {
    text += limit.name() + "=" + std::to_string(limit.value()) + " " + limit.origin() + "; ";
  }
  return text;
}

TEST(SearchBudget, TheLeastOfRequestLimitsAndDeadlineApplies) {
  Limits limits;
  limits.max_work = 1000;
  v1::Budget asked;
  EXPECT_EQ(Describe(MakeSearchBudget(limits, {}, asked)), "max_work=1000 limits.max_work; ");
  asked.set_max_work(10);
  EXPECT_EQ(Describe(MakeSearchBudget(limits, {}, asked)), "max_work=10 request; ");
  asked.set_max_work(5000);
  EXPECT_EQ(Describe(MakeSearchBudget(limits, {}, asked)), "max_work=1000 limits.max_work; ");
  EXPECT_EQ(Describe(MakeSearchBudget(limits, CallWith(milliseconds(10'000)), asked)),
            "max_duration=9950 deadline; max_work=1000 limits.max_work; ");
  asked.mutable_max_duration()->set_seconds(2);
  EXPECT_EQ(Describe(MakeSearchBudget(limits, CallWith(milliseconds(10'000)), asked)),
            "max_duration=2000 request; max_work=1000 limits.max_work; ");
  asked.mutable_max_duration()->set_seconds(200);
  EXPECT_EQ(Describe(MakeSearchBudget(limits, CallWith(milliseconds(10'000)), asked)),
            "max_duration=9950 deadline; max_work=1000 limits.max_work; ");
  asked.mutable_max_duration()->set_seconds(std::numeric_limits<std::int64_t>::max());
  EXPECT_EQ(Describe(MakeSearchBudget(limits, {}, asked)), "max_work=1000 limits.max_work; ");
}

TEST(SearchBudget, NothingToSpendIsOutOfRangeAndNoTimeLeftIsTheDeadline) {
  const Limits limits;
  v1::Budget asked;
  asked.set_max_work(0);
  EXPECT_EQ(Describe(MakeSearchBudget(limits, {}, asked)), "VALUE_OUT_OF_RANGE");
  asked.clear_max_work();
  for (const std::int64_t seconds : {std::int64_t{0}, std::int64_t{-5}, std::numeric_limits<std::int64_t>::min()}) {
    asked.mutable_max_duration()->set_seconds(seconds);
    EXPECT_EQ(Describe(MakeSearchBudget(limits, {}, asked)), "VALUE_OUT_OF_RANGE") << seconds;
  }
  asked.clear_max_duration();
  EXPECT_EQ(Describe(MakeSearchBudget(limits, CallWith(milliseconds(3)), asked)), "DEADLINE_EXCEEDED");
}

TEST(SearchBudget, StopsAtItsWorkAndWhenTheCallIsCancelled) {
  Limits limits;
  limits.max_work = 5000;
  absl::StatusOr<SearchBudget> by_work = MakeSearchBudget(limits, {}, {});
  ASSERT_TRUE(by_work.ok());
  while (by_work->budget.Spend()) {
  }
  EXPECT_EQ(by_work->budget.stopped_by(), graph::Limit::kWork);

  bool cancelled = false;
  CallContext call;
  call.cancelled = [&] { return cancelled; };
  limits.max_work = std::numeric_limits<std::int64_t>::max();
  absl::StatusOr<SearchBudget> by_caller = MakeSearchBudget(limits, call, {});
  ASSERT_TRUE(by_caller.ok());
  ASSERT_TRUE(by_caller->budget.Spend(graph::Budget::kCheckEvery));
  cancelled = true;
  EXPECT_FALSE(by_caller->budget.Spend(graph::Budget::kCheckEvery));
  EXPECT_EQ(by_caller->budget.stopped_by(), graph::Limit::kCancelled);
}

// A gate that tasks wait at.
class Gate {
 public:
  void Open() {
    {
      const std::lock_guard lock(mutex_);
      open_ = true;
    }
    opened_.notify_all();
  }
  void Pass() {
    std::unique_lock lock(mutex_);
    opened_.wait(lock, [this] { return open_; });
  }

 private:
  std::mutex mutex_;
  std::condition_variable opened_;
  bool open_ = false;
};

TEST(WorkPool, RunsEverythingThatItTookBeforeItEnds) {
  std::atomic<int> ran = 0;
  {
    WorkPool pool(3, 1000);
    for (int i = 0; i < 500; ++i) ASSERT_TRUE(pool.Post([&] { ++ran; }));
  }
  EXPECT_EQ(ran, 500);
}

TEST(WorkPool, RefusesWhatItsQueueCannotHold) {
  Gate begun, gate;
  std::atomic<int> ran = 0;
  {
    WorkPool pool(1, 2);
    ASSERT_TRUE(pool.Post([&] {
      begun.Open();
      gate.Pass();
    }));
    begun.Pass();
    EXPECT_TRUE(pool.Post([&] { ++ran; }));
    EXPECT_TRUE(pool.Post([&] { ++ran; }));
    EXPECT_FALSE(pool.Post([&] { ++ran; }));
    gate.Open();
  }
  EXPECT_EQ(ran, 2);
}

TEST(WorkPool, TasksThatWaitForOneAnotherEachHaveAThread) {
  Gate first, second;
  WorkPool pool(2, 10);
  ASSERT_TRUE(pool.Post([&] {
    first.Pass();
    second.Open();
  }));
  ASSERT_TRUE(pool.Post([&] { first.Open(); }));
  second.Pass();
}

class FakeHealth final : public grpc::HealthCheckServiceInterface {
 public:
  void SetServingStatus(const std::string& service, bool serving) override { shown[service] = serving; }
  void SetServingStatus(bool serving) override {
    for (auto& [service, is_serving] : shown) is_serving = serving;
  }
  std::map<std::string, bool> shown;
};

TEST(ShowHealth, AReadOnlyStoreTakesOnlyTheWritersOutOfServiceAndADrainingServerAll) {
  FakeHealth health;
  ShowHealth({true, ""}, false, health);
  EXPECT_EQ(health.shown.size(), GrpcServices::Names().size() + 1);
  for (const auto& [service, serving] : health.shown) EXPECT_TRUE(serving) << service;

  ShowHealth({false, "disk full"}, false, health);
  for (const auto& [service, serving] : health.shown) {
    EXPECT_EQ(serving, service != "" && service != "braid.v1.CurationService") << service;
  }

  ShowHealth({true, ""}, true, health);
  for (const auto& [service, serving] : health.shown) EXPECT_FALSE(serving) << service;
}

}  // namespace
}  // namespace braid::service
