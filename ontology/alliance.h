// The state of the working alliance, from scores and what was noticed (algorithms.md, section 7).
//
// Thread safety: pure function.

#ifndef BRAID_ONTOLOGY_ALLIANCE_H_
#define BRAID_ONTOLOGY_ALLIANCE_H_

#include <cstdint>

#include "graph/snapshot.h"
#include "ontology/client_profile.h"

namespace braid::ontology {

enum class AllianceState : std::uint8_t { kUnknown, kOk, kStrained, kRuptured };

// The first that holds:
//
//   kRuptured  a rupture is marked, or the last score is below the first by the measure's reliable change
//   kStrained  the last score is in the range that the measure's cut-off marks, or it fell twice in a row
//   kOk        the measure has a cut-off
//   kUnknown   no score, or none that says so: a scale without a cut-off shows a fall and never that all is well
//
// A fall is a change for the worse, whichever way the measure runs.
AllianceState StateOf(const graph::Snapshot& snapshot, const Client::Alliance& alliance);

}  // namespace braid::ontology

#endif  // BRAID_ONTOLOGY_ALLIANCE_H_
