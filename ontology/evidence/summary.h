// A benefit in words, with figures no more precise than they are known (algorithms.md, 3.6).
//
// Thread safety: pure functions.

#ifndef BRAID_ONTOLOGY_EVIDENCE_SUMMARY_H_
#define BRAID_ONTOLOGY_EVIDENCE_SUMMARY_H_

#include <string>

#include "ontology/evidence/evidence_policy.h"
#include "ontology/evidence/synthesis.h"

namespace braid::ontology {

// One or two sentences: what the benefit is, the effect with its 95 % predictive interval, the certainty, the studies
// and participants behind it, whether figures are recalled. A success rate is that of pairs, never of a person.
std::string SummaryOf(const Benefit& benefit, const EvidencePolicy& policy);

// An effect as RoundEffect gives it, `0.4` or `−0.25`.
std::string EffectText(double effect, double predictive_sd, const EvidencePolicy& policy);

}  // namespace braid::ontology

#endif  // BRAID_ONTOLOGY_EVIDENCE_SUMMARY_H_
