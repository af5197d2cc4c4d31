#include "service/search_budget.h"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "fmt/format.h"
#include "graph/error.h"

namespace braid::service {
namespace {

using graph::Reason;
using std::chrono::milliseconds;
using std::chrono::nanoseconds;
using std::chrono::seconds;
using TimePoint = CallContext::Clock::time_point;

constexpr seconds kLongest{365L * 24 * 3600};  // of max_duration; beyond it the sum with the clock could overflow

v1::LimitInForce InForce(const std::string& name, std::int64_t value, const std::string& origin) {
  v1::LimitInForce limit;
  limit.set_name(name);
  limit.set_value(value);
  limit.set_origin(origin);
  return limit;
}

absl::StatusOr<std::optional<TimePoint>> AskedStop(const CallContext& call, const v1::Budget& asked) {
  if (!asked.has_max_duration()) return std::nullopt;
  const seconds whole{asked.max_duration().seconds()};
  if (whole > kLongest) return std::nullopt;
  const nanoseconds duration = whole < seconds{0} ? nanoseconds{-1} : whole + nanoseconds{asked.max_duration().nanos()};
  if (duration <= nanoseconds{0}) {
    return graph::MakeError(Reason::kValueOutOfRange,
                            "budget.max_duration must be above 0; leave it unset for no bound", "budget.max_duration");
  }
  return call.start + duration;
}

absl::StatusOr<v1::LimitInForce> MaxWork(const Limits& limits, const v1::Budget& asked) {
  if (!asked.has_max_work()) return InForce("max_work", limits.max_work, "limits.max_work");
  if (asked.max_work() <= 0) {
    return graph::MakeError(
        Reason::kValueOutOfRange,
        fmt::format("budget.max_work {} is not above 0; leave it unset for the server's limit", asked.max_work()),
        "budget.max_work");
  }
  if (asked.max_work() > limits.max_work) return InForce("max_work", limits.max_work, "limits.max_work");
  return InForce("max_work", asked.max_work(), "request");
}

}  // namespace

absl::StatusOr<SearchBudget> MakeSearchBudget(const Limits& limits, const CallContext& call, const v1::Budget& asked) {
  BRAID_ASSIGN_OR_RETURN(const v1::LimitInForce max_work, MaxWork(limits, asked));
  BRAID_ASSIGN_OR_RETURN(std::optional<TimePoint> stop, AskedStop(call, asked));
  std::string origin = "request";
  if (const std::optional<TimePoint> latest = call.StopBy();
      latest.has_value() && (!stop.has_value() || *latest < *stop)) {
    if (CallContext::Clock::now() >= *latest) {
      return graph::MakeError(Reason::kDeadlineExceeded,
                              "the deadline leaves no time to search; allow at least some tens of milliseconds");
    }
    stop = latest;
    origin = "deadline";
  }
  SearchBudget made{graph::Budget(static_cast<std::uint64_t>(max_work.value()), stop, call.cancelled), {}};
  if (stop.has_value()) {
    const auto duration = std::chrono::ceil<milliseconds>(*stop - call.start);
    made.limits.push_back(InForce("max_duration", duration.count(), origin));
  }
  made.limits.push_back(max_work);
  return made;
}

absl::Status CheckNotCancelled(CallContext& call, const graph::Budget& budget) {
  if (budget.stopped_by() != graph::Limit::kCancelled) return absl::OkStatus();
  call.work_after_cancel = budget.work_since_last_look();
  return graph::MakeError(Reason::kCancelled, "the caller cancelled the call");
}

}  // namespace braid::service
