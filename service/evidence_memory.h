// Evidence pooled once a snapshot: reading and pooling all of it costs more than any question about it.
//
// Thread safety: any method from any thread. Two that ask at once for the same new snapshot may both pool it.

#ifndef BRAID_SERVICE_EVIDENCE_MEMORY_H_
#define BRAID_SERVICE_EVIDENCE_MEMORY_H_

#include <cstddef>
#include <list>
#include <memory>
#include <mutex>

#include "graph/snapshot.h"
#include "ontology/evidence/synthesis.h"

namespace braid::service {

class EvidenceMemory {
 public:
  static constexpr std::size_t kKept = 4;  // bases, each with its snapshot: the head and a few that pages go on at

  // The evidence of `snapshot` under the policy in it.
  std::shared_ptr<const ontology::EvidenceBase> Of(const graph::SnapshotPtr& snapshot);

 private:
  std::mutex mutex_;
  std::list<std::shared_ptr<const ontology::EvidenceBase>> kept_;  // the last used first
};

}  // namespace braid::service

#endif  // BRAID_SERVICE_EVIDENCE_MEMORY_H_
