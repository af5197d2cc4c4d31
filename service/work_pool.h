// Threads for what may wait or compute, which gRPC's own threads must do neither of.
//
// Thread safety: any method from any thread.

#ifndef BRAID_SERVICE_WORK_POOL_H_
#define BRAID_SERVICE_WORK_POOL_H_

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace braid::service {

// At most `max_threads`, started as they are needed, and a queue of at most `max_queued` tasks: beyond it a task is
// refused, so that overload becomes an answer and not memory.
class WorkPool {
 public:
  WorkPool(std::size_t max_threads, std::size_t max_queued) : max_threads_(max_threads), max_queued_(max_queued) {}
  // Runs what is queued, then ends.
  ~WorkPool();

  // False where the queue is full; `task` will not run then. Tasks must not throw.
  [[nodiscard]] bool Post(std::function<void()> task);

  WorkPool(const WorkPool&) = delete;
  WorkPool& operator=(const WorkPool&) = delete;

 private:
  void Run();

  const std::size_t max_threads_;
  const std::size_t max_queued_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<std::function<void()>> tasks_;
  std::vector<std::thread> threads_;
  std::size_t idle_ = 0;
  bool stopping_ = false;
};

}  // namespace braid::service

#endif  // BRAID_SERVICE_WORK_POOL_H_
