#include "service/evidence_memory.h"

#include <algorithm>

#include "ontology/policy.h"

namespace braid::service {

std::shared_ptr<const ontology::EvidenceBase> EvidenceMemory::Of(const graph::SnapshotPtr& snapshot) {
  {
    const std::lock_guard lock(mutex_);
    const auto found =
        std::find_if(kept_.begin(), kept_.end(), [&](const auto& base) { return &base->snapshot() == snapshot.get(); });
    if (found != kept_.end()) {
      kept_.splice(kept_.begin(), kept_, found);
      return kept_.front();
    }
  }
  auto base = std::make_shared<const ontology::EvidenceBase>(snapshot, ontology::PolicyOf(*snapshot)->evidence);
  const std::lock_guard lock(mutex_);
  kept_.push_front(base);
  if (kept_.size() > kKept) kept_.pop_back();
  return base;
}

}  // namespace braid::service
