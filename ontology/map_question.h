// A request for a connecting map read into the question that graph/ is asked: ids to nodes, the policy's layer, the
// client's profile.
//
// Thread safety: pure functions on one snapshot and one policy.

#ifndef BRAID_ONTOLOGY_MAP_QUESTION_H_
#define BRAID_ONTOLOGY_MAP_QUESTION_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "graph/budget.h"
#include "graph/connecting_map.h"
#include "graph/snapshot.h"
#include "ontology/client_focus.h"
#include "ontology/lookup.h"
#include "ontology/policy.h"

namespace braid::ontology {

// As ConnectDimensionsRequest (proto/braid/v1/path_service.proto) says, field by field.
struct MapRequest {
  std::vector<std::string> terminal_ids;
  std::vector<std::string> kinds, relations, include_kinds;
  std::vector<std::string> avoid_ids, allow_ids;
  graph::Certainty min_certainty = graph::Certainty::kUnset;
  bool alternatives = true;
  std::optional<ClientProfile> profile;
  bool redirect = true;
  std::vector<std::string> languages;
};

// A request read.
struct MapQuestion {
  graph::MapQuery Query() const;

  graph::MapQuery asked;  // without `avoid`
  std::vector<graph::NodeIndex> avoided_by_request;
  std::vector<graph::NodeIndex> avoided_by_policy;  // and for the sake of the profile
  std::vector<graph::NodeIndex> terminals;          // as named, in order; asked.terminals is what stands for them
  std::vector<std::string> kinds, relations;        // in force, by name, in order of the schema; without conditions
};

// Reads `request`. The layer is the policy's, widened by `include_kinds`, where the request names no kinds or relations
// of its own. Avoided are: `avoid_ids` with their descendants along `is_a`; what the policy's rules keep off; and the
// maintaining processes that are not the profile's. Of the last two what the request names as a terminal or in
// `allow_ids`, and what a raised flag calls for, is let in.
//
// With a profile a terminal that is a dimension or concern stands for the client's own processes in it, where any are
// named. `notices` learns of that, of redirects, of terminals that are left out and why, and of an answer without a
// profile; no notice names a value of the profile.
//
// Errors: every bad field at once: FIELD_REQUIRED, CURIE_MALFORMED, NODE_NOT_FOUND (nearest ids), KIND_NOT_FOUND,
//         RELATION_NOT_FOUND, VALUE_OUT_OF_RANGE (fewer than 2 or more than 8 terminals, one named twice, a kind that
//         the policy does not add); LIMIT_EXCEEDED where over `max_terminals`.
absl::StatusOr<MapQuestion> ReadMapQuestion(const graph::Snapshot& snapshot, const Policy& policy,
                                            const MapRequest& request, std::size_t max_terminals,
                                            std::vector<Notice>* notices);

// The first constraint, in the fixed order min_certainty, kinds, relations, avoid_ids and include_kinds (all that the
// policy offers), without which every terminal that is not left out can be joined. Empty where none of them alone
// helps, or where the budget ends before that is known. What the policy keeps off is never dropped.
absl::StatusOr<std::string> FindMapLoosening(const graph::Snapshot& snapshot, const Policy& policy,
                                             const MapRequest& request, const MapQuestion& question,
                                             graph::Budget& budget);

}  // namespace braid::ontology

#endif  // BRAID_ONTOLOGY_MAP_QUESTION_H_
