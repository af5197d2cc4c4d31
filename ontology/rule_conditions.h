// The conditions of rules, as a change set leaves them: a rule that cannot be read would be passed over, and it may be
// one that protects.
//
// Thread safety: pure function.

#ifndef BRAID_ONTOLOGY_RULE_CONDITIONS_H_
#define BRAID_ONTOLOGY_RULE_CONDITIONS_H_

#include <string_view>

#include "absl/status/status.h"
#include "graph/change.h"
#include "graph/snapshot.h"

namespace braid::ontology {

inline constexpr std::string_view kRuleKind = "rule";
inline constexpr std::string_view kConditionAttribute = "when";

// Refuses a rule that is put, and is not obsolete, where its condition (ontology/conditions, over ClientVocabulary)
// cannot be read or names what the change set leaves without a node of the kind that the field takes; and the deletion
// of a node that the condition of a rule names. O(changes); with a deletion of such a kind, O(rules) too.
//
// Errors, all at once: kInvalidArgument CONDITION_INVALID, field `changes[i].put_node.node.attributes[j]`;
//         kFailedPrecondition NODE_IN_USE, field `changes[i].delete_node`.
absl::Status CheckRuleConditions(const graph::Snapshot& head, const graph::ChangeSet& change_set);

}  // namespace braid::ontology

#endif  // BRAID_ONTOLOGY_RULE_CONDITIONS_H_
