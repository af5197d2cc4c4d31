// EvidenceService: what proto/braid/v1/evidence_service.proto promises.

#ifndef BRAID_SERVICE_EVIDENCE_HANDLERS_H_
#define BRAID_SERVICE_EVIDENCE_HANDLERS_H_

#include "absl/status/status.h"
#include "braid/v1/evidence_service.pb.h"
#include "ontology/evidence/synthesis.h"
#include "service/call_context.h"
#include "service/core.h"
#include "service/snapshot_memory.h"

namespace braid::service {

// Thread safety: any method from any thread. On an error the response is not looked at.
class EvidenceHandlers {
 public:
  explicit EvidenceHandlers(const Core& core);

  absl::Status Synthesize(CallContext& call, const v1::SynthesizeRequest& request,
                          v1::SynthesizeResponse* response) const;
  absl::Status ListEvidence(CallContext& call, const v1::ListEvidenceRequest& request,
                            v1::ListEvidenceResponse* response) const;
  absl::Status GetEvidenceMatrix(CallContext& call, const v1::GetEvidenceMatrixRequest& request,
                                 v1::GetEvidenceMatrixResponse* response) const;

 private:
  const Core& core_;
  mutable SnapshotMemory<ontology::EvidenceBase> memory_;
};

}  // namespace braid::service

#endif  // BRAID_SERVICE_EVIDENCE_HANDLERS_H_
