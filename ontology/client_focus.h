// What a client's profile says about where to look: which nodes stand for a dimension, and which are kept off.
//
// The reading itself is policy (Policy::client_reading, proto/braid/v1/policy.proto): a dimension or concern that a
// question names is read as the client's own processes in it when any are named; maintaining processes that are neither
// named nor belong to one of the client's concerns are avoided; what the policy keeps off paths is let in where a
// raised flag calls for it. Without a profile the answer is general and says so.
//
// Thread safety: pure functions. Nothing of a profile is kept, logged or put into an error: an error names the field.

#ifndef BRAID_ONTOLOGY_CLIENT_FOCUS_H_
#define BRAID_ONTOLOGY_CLIENT_FOCUS_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "graph/ids.h"
#include "graph/snapshot.h"
#include "ontology/client_profile.h"
#include "ontology/lookup.h"
#include "ontology/policy.h"

namespace braid::ontology {

struct ClientFocus {
  // Of a dimension or concern: the client's own processes in it, in byte order of ids; `node` itself where none are
  // named or `node` is neither.
  std::vector<graph::NodeIndex> EndsFor(const graph::Snapshot& snapshot, graph::NodeIndex node) const;

  std::vector<graph::NodeIndex> processes;  // named among the needs, each once
  std::vector<graph::NodeIndex> concerns;   // of concern_ids and the needs, each once
  // The maintaining processes that are not this client's, in byte order of ids; none where the profile names neither a
  // process nor a concern.
  std::vector<graph::NodeIndex> avoided;
  std::vector<graph::NodeIndex> called_for;   // nodes that a raised flag calls for, with descendants
  std::vector<graph::RelationIndex> lies_in;  // the relations by which a process lies in a dimension or concern
};

// What a checked client says. O(profile + processes + edges of its concerns).
ClientFocus FocusOf(const graph::Snapshot& snapshot, const Policy& policy, const Client& client);

// What `profile` says; all of it is checked, whatever of it counts here. Errors and `notices`: those of ReadClient.
absl::StatusOr<ClientFocus> ReadClientFocus(const graph::Snapshot& snapshot, const Policy& policy,
                                            const ClientProfile& profile, std::vector<Notice>* notices);

}  // namespace braid::ontology

#endif  // BRAID_ONTOLOGY_CLIENT_FOCUS_H_
