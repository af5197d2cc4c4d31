// The answers of EvidenceService, between messages and our types.
//
// Thread safety: pure functions.

#ifndef BRAID_SERVICE_WIRE_EVIDENCE_H_
#define BRAID_SERVICE_WIRE_EVIDENCE_H_

#include <optional>

#include "absl/status/statusor.h"
#include "braid/v1/evidence.pb.h"
#include "braid/v1/evidence_service.pb.h"
#include "graph/model.h"
#include "graph/snapshot.h"
#include "ontology/evidence/evidence_table.h"
#include "ontology/evidence/synthesis.h"
#include "service/wire/resources.h"

namespace braid::service::wire {

// Nullopt: unspecified. Errors: kInvalidArgument ENUM_UNKNOWN, field `polarity`
absl::StatusOr<std::optional<graph::Polarity>> DecodePolarity(v1::Polarity polarity);

// Everything but the header.
void EncodeSynthesis(const ontology::EvidenceBase& base, const ontology::Synthesis& synthesis, const NodeView& view,
                     v1::SynthesizeResponse* out);

void EncodeBenefit(const graph::Snapshot& snapshot, const ontology::Benefit& benefit,
                   const ontology::EvidencePolicy& policy, const NodeView& view, v1::Benefit* out);
void EncodeListedFinding(const graph::Snapshot& snapshot, const ontology::ListedFinding& listed, const NodeView& view,
                         v1::ListedFinding* out);
void EncodeCell(const graph::Snapshot& snapshot, const ontology::EvidenceCell& cell, graph::NodeIndex concern,
                v1::EvidenceCell* out);

}  // namespace braid::service::wire

#endif  // BRAID_SERVICE_WIRE_EVIDENCE_H_
