#include "graph/store/health.h"

#include <fmt/format.h>

#include <utility>

#include "graph/error.h"

namespace braid::graph::store {

void Health::Fail(Failure failure, std::string why) {
  const std::lock_guard lock(mutex_);
  if (failure_ == Failure::kLasting) return;
  failure_ = failure;
  why_ = std::move(why);
}

void Health::Recover() {
  const std::lock_guard lock(mutex_);
  if (failure_ == Failure::kLasting) return;
  failure_ = Failure::kNone;
  why_.clear();
}

StoreHealth Health::Get() const {
  const std::lock_guard lock(mutex_);
  return {failure_ == Failure::kNone, why_};
}

absl::Status Health::WriteStatus() const {
  const std::lock_guard lock(mutex_);
  switch (failure_) {
    case Failure::kNone:
      return absl::OkStatus();
    case Failure::kDiskFull:
      return MakeError(Reason::kDiskFull, fmt::format("the disk is full: {}; free space, then send it again", why_));
    case Failure::kPassing:
      return MakeError(Reason::kStoreReadOnly, fmt::format("the store only reads: {}; try again later", why_));
    case Failure::kLasting:
      break;
  }
  return MakeError(Reason::kStoreReadOnly, fmt::format("the store only reads until it is restarted: {}", why_));
}

}  // namespace braid::graph::store
