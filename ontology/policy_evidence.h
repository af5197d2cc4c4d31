// The part of the policy that evidence synthesis reads.
//
// Thread safety: pure functions.

#ifndef BRAID_ONTOLOGY_POLICY_EVIDENCE_H_
#define BRAID_ONTOLOGY_POLICY_EVIDENCE_H_

#include "graph/error.h"
#include "ontology/evidence/evidence_policy.h"

namespace braid::v1 {
class EvidencePolicy;
}

namespace braid::ontology {

// Reads and checks the message; adds every field that is missing or out of its range to `errors`, by its name in the
// policy (`evidence.pooling.tau_squared_floor`): VALUE_OUT_OF_RANGE, FIELD_REQUIRED, ENUM_UNKNOWN.
EvidencePolicy ReadEvidencePolicy(const braid::v1::EvidencePolicy& message, graph::ErrorList& errors);

}  // namespace braid::ontology

#endif  // BRAID_ONTOLOGY_POLICY_EVIDENCE_H_
