// What a search may spend: the least of what the request asks, the server's limits and the call's deadline.

#ifndef BRAID_SERVICE_SEARCH_BUDGET_H_
#define BRAID_SERVICE_SEARCH_BUDGET_H_

#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "braid/v1/common.pb.h"
#include "graph/budget.h"
#include "service/call_context.h"
#include "service/core.h"

namespace braid::service {

struct SearchBudget {
  graph::Budget budget;
  std::vector<v1::LimitInForce> limits;  // `max_duration` where there is any, `max_work`: value, and where it came from
};

// Errors: kInvalidArgument VALUE_OUT_OF_RANGE (`budget.max_work`, `budget.max_duration` not above 0); kDeadlineExceeded
// where the
//         call's deadline leaves no time to search
absl::StatusOr<SearchBudget> MakeSearchBudget(const Limits& limits, const CallContext& call, const v1::Budget& asked);

// Says so where the caller's leaving ended a search: nobody reads an answer then. Errors: kCancelled
absl::Status CheckNotCancelled(CallContext& call, const graph::Budget& budget);

}  // namespace braid::service

#endif  // BRAID_SERVICE_SEARCH_BUDGET_H_
