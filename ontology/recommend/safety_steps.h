// What safety asks for before anything else (algorithms.md, 6 and 7).
//
//   flags    each raised flag, by its urgency, with the techniques that it calls for
//   rules    each safety rule that holds without a raised flag, as a risk item above zero: its note is the response,
//            what it prefers its techniques. A rule that always holds asks for nothing in particular, and one that
//            names a raised flag is answered with the flag
//   worse    rules of the policy's `safety.rule_ids` that hold, as reliable worsening: to think of risk again. Their
//            techniques stand where the rule puts them, in the relationship block
//
// Thread safety: pure functions on one snapshot.

#ifndef BRAID_ONTOLOGY_RECOMMEND_SAFETY_STEPS_H_
#define BRAID_ONTOLOGY_RECOMMEND_SAFETY_STEPS_H_

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "graph/ids.h"
#include "graph/snapshot.h"
#include "ontology/client_profile.h"
#include "ontology/recommend/client_rules.h"
#include "ontology/recommend/plan_policy.h"

namespace braid::ontology {

// The sooner, the lesser.
enum class FlagUrgency : std::uint8_t { kEmergency, kUrgent, kPlanned, kConsider };

struct SafetyStep {
  graph::NodeIndex flag = graph::kNoNode;  // kNoNode: `rules` ask for it
  FlagUrgency urgency = FlagUrgency::kConsider;
  std::string response;                      // what the ontology says to do; empty: nothing
  std::vector<graph::NodeIndex> techniques;  // that it calls for and that are not excluded, in the order to offer them
  std::vector<graph::NodeIndex> rules = {};  // without a flag: by id
};

// By urgency, then flags before rules, then id. `is_allowed`: whether a technique may stand for safety.
// O(flags + rules · targets).
std::vector<SafetyStep> SafetySteps(const graph::Snapshot& snapshot, const PlanPolicy& policy, const Client& client,
                                    const std::vector<RuleVerdict>& verdicts,
                                    const std::function<bool(graph::NodeIndex)>& is_allowed);

}  // namespace braid::ontology

#endif  // BRAID_ONTOLOGY_RECOMMEND_SAFETY_STEPS_H_
