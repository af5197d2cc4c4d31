// Many findings or pairs at a glance.
//
// Thread safety: pure functions.

#ifndef BRAID_ONTOLOGY_EVIDENCE_EVIDENCE_TABLE_H_
#define BRAID_ONTOLOGY_EVIDENCE_EVIDENCE_TABLE_H_

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "graph/model.h"
#include "graph/snapshot.h"
#include "ontology/evidence/synthesis.h"

namespace braid::ontology {

// Which findings are asked for. The first three look at one and the same claim.
struct FindingFilter {
  std::optional<graph::NodeIndex> intervention, concern;
  std::optional<graph::Polarity> polarity;
  std::optional<bool> verified;
};

struct ListedFinding {
  Finding finding;
  std::vector<FindingClaim> claims;  // that the filter lets through
};

// The finding with its claims, or nullopt where the filter leaves it out.
// REQUIRES: `finding` is a node of kind `evidence` of base.snapshot().
std::optional<ListedFinding> Match(const EvidenceBase& base, const FindingFilter& filter, graph::NodeIndex finding);

// One pair in brief.
struct EvidenceCell {
  bool studied = false;                     // a finding or an editor's claim speaks about it
  std::array<std::size_t, 7> polarities{};  // findings, by number of graph::Polarity
  std::size_t unverified_count = 0;
  Benefit benefit;
};

// REQUIRES and cost as EvidenceBase::Synthesize.
EvidenceCell CellOf(const EvidenceBase& base, graph::NodeIndex intervention, graph::NodeIndex concern);

// Whether the benefit rests on data of another intervention or concern.
bool IsBorrowed(const Benefit& benefit);

// The findings that speak about `intervention` or whom `benefit`, which is of it, is borrowed from or compared through,
// for `concern` or whose data are used in its place: ids in byte order, each once. O(claims of those pairs).
std::vector<std::string> FindingsBehind(const graph::Snapshot& snapshot, graph::NodeIndex intervention,
                                        graph::NodeIndex concern, const Benefit& benefit);

}  // namespace braid::ontology

#endif  // BRAID_ONTOLOGY_EVIDENCE_EVIDENCE_TABLE_H_
