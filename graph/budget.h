// How much a search may do before it stops and says so.
//
// Thread safety: one search, one Budget; the cancellation flag may be set from another thread.

#ifndef BRAID_GRAPH_BUDGET_H_
#define BRAID_GRAPH_BUDGET_H_

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <limits>
#include <optional>

namespace braid::graph {

// What cut an answer short.
enum class Limit : std::uint8_t {
  kNone = 0,
  kDeadline = 1,
  kWork = 2,
  kDegree = 3,
  kTies = 4,
  kSize = 5,
  kCancelled = 6
};

class Budget {
 public:
  using Clock = std::chrono::steady_clock;
  static constexpr std::uint64_t kCheckEvery = 1024;  // work units between looks at the clock and the cancellation

  Budget() = default;
  // `max_work` in work units (arcs scanned + heap pops) that may be spent: deterministic. `deadline` is not, and an
  // answer it cuts says so. `cancelled` is asked every kCheckEvery units; empty: never cancelled.
  Budget(std::uint64_t max_work, std::optional<Clock::time_point> deadline, std::function<bool()> cancelled = {});

  // Counts `units` of work. False once any limit is met, and from then on: the search must stop.
  bool Spend(std::uint64_t units = 1) {
    work_ += units;
    if (work_ < next_check_) return true;
    return Check();
  }
  std::uint64_t work_used() const { return work_; }
  // Units counted since the last look at clock and cancellation that found time left: no more than these were spent
  // after a deadline or a cancellation.
  std::uint64_t work_since_last_look() const { return work_ - last_look_; }
  Limit stopped_by() const { return stopped_by_; }

 private:
  bool Check();
  static constexpr std::uint64_t NextAfter(std::uint64_t work) {
    return work == std::numeric_limits<std::uint64_t>::max() ? work : work + 1;
  }

  std::uint64_t max_work_ = std::numeric_limits<std::uint64_t>::max();
  std::optional<Clock::time_point> deadline_;
  std::function<bool()> cancelled_;
  std::uint64_t work_ = 0;
  std::uint64_t last_look_ = 0;
  std::uint64_t next_check_ = kCheckEvery;
  Limit stopped_by_ = Limit::kNone;
};

}  // namespace braid::graph

#endif  // BRAID_GRAPH_BUDGET_H_
