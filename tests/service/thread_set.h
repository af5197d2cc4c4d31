// Which threads ran something.

#ifndef BRAID_TESTS_SERVICE_THREAD_SET_H_
#define BRAID_TESTS_SERVICE_THREAD_SET_H_

#include <mutex>
#include <set>
#include <thread>

namespace braid::service {

// Thread safety: any method from any thread.
class ThreadSet {
 public:
  void Add() {
    const std::lock_guard lock(mutex_);
    ids_.insert(std::this_thread::get_id());
  }
  std::set<std::thread::id> ids() const {
    const std::lock_guard lock(mutex_);
    return ids_;
  }

 private:
  mutable std::mutex mutex_;
  std::set<std::thread::id> ids_;
};

}  // namespace braid::service

#endif  // BRAID_TESTS_SERVICE_THREAD_SET_H_
