#include "graph/budget.h"

#include <algorithm>
#include <utility>

namespace braid::graph {

Budget::Budget(std::uint64_t max_work, std::optional<Clock::time_point> deadline, std::function<bool()> cancelled)
    : max_work_(max_work),
      deadline_(deadline),
      cancelled_(std::move(cancelled)),
      next_check_(std::min(kCheckEvery, NextAfter(max_work))) {}

bool Budget::Check() {
  if (stopped_by_ != Limit::kNone) return false;
  // Work first: it is the one limit that stops at the same place every time.
  if (work_ > max_work_) {
    stopped_by_ = Limit::kWork;
  } else if (cancelled_ && cancelled_()) {
    stopped_by_ = Limit::kCancelled;
  } else if (deadline_ && Clock::now() >= *deadline_) {
    stopped_by_ = Limit::kDeadline;
  } else {
    last_look_ = work_;
    next_check_ = std::min(work_ + kCheckEvery, NextAfter(max_work_));
    return true;
  }
  next_check_ = 0;
  return false;
}

}  // namespace braid::graph
