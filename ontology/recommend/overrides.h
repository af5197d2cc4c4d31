// A therapist's decisions against exclusions: theirs, documented, and repeated in the answer.
//
// An override sets the first exclusion of its technique aside, and that one alone: the next reason may still exclude
// it, and asks for an override of its own. What is overridden becomes a candidate; it is not forced in. Some exclusions
// cannot be overridden, and what a flag or a hard rule rules out asks that the cause is acknowledged by its node
// (OverrideRule). An acknowledgement that is given must be of the cause, needed or not: a therapist who has seen
// another cause has not seen this one.
//
// Thread safety: an OverrideLedger belongs to one thread.

#ifndef BRAID_ONTOLOGY_RECOMMEND_OVERRIDES_H_
#define BRAID_ONTOLOGY_RECOMMEND_OVERRIDES_H_

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "graph/error.h"
#include "graph/ids.h"
#include "graph/snapshot.h"
#include "ontology/recommend/exclusion.h"

namespace braid::ontology {

struct ExclusionOverride {
  graph::NodeIndex technique = graph::kNoNode;
  std::string reason;                                  // the therapist's words: echoed, never interpreted
  std::optional<graph::NodeIndex> acknowledged_cause;  // Exclusion::cause, as the therapist has seen it
  std::size_t place = 0;                               // in the request: an error names `overrides[place]`
};

// An override, and what it set aside.
struct AppliedOverride {
  ExclusionOverride override;
  std::optional<Exclusion> exclusion;  // nullopt: nothing excludes the technique

  bool needs_acknowledgement() const {
    return exclusion.has_value() && exclusion->override_rule == OverrideRule::kWithAcknowledgement;
  }
};

// Which overrides have set what aside, while exclusions are found one after the other.
class OverrideLedger {
 public:
  // Of several overrides of one technique each sets one exclusion aside: the one whose cause it acknowledges, else the
  // first that is left, in the order given.
  OverrideLedger(const graph::Snapshot& snapshot, const std::vector<ExclusionOverride>& overrides);

  // Whether `exclusion`, the next one found of its technique, is set aside. It is kept; what may not be set aside is an
  // error of status(), and is not.
  bool SetsAside(const Exclusion& exclusion);

  // By id of the technique, then in the order given.
  const std::vector<AppliedOverride>& applied() const { return applied_; }
  // Errors: kFailedPrecondition PRECONDITION_FAILED for each override of what may not be overridden, or whose
  //         acknowledgement is missing or of another cause; field `overrides[i]`. It says what kind of reason excludes
  //         the technique, never the flag, concern or refusal: those are the client's.
  absl::Status status() const { return errors_.ToStatus(); }

 private:
  const graph::Snapshot& snapshot_;
  std::vector<AppliedOverride> applied_;
  graph::ErrorList errors_;
};

}  // namespace braid::ontology

#endif  // BRAID_ONTOLOGY_RECOMMEND_OVERRIDES_H_
