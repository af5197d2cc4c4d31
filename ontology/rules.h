// What a change set must fulfil beside the schema: rules that need the field's words.
//
// Thread safety: pure function.

#ifndef BRAID_ONTOLOGY_RULES_H_
#define BRAID_ONTOLOGY_RULES_H_

#include "absl/status/status.h"
#include "graph/change.h"
#include "graph/snapshot.h"

namespace braid::ontology {

// Refuses a policy document that cannot be read, is out of range, or whose patterns do not compile against the schema
// as the change set leaves it: the one that it puts, or where it changes the schema alone, the one that is there.
// And rules whose conditions cannot be read (rule_conditions.h). Handed to graph::store::Store as its Validator, after
// graph::ValidateChangeSet. O(changes), and a compilation where it comes to one.
//
// Errors, all at once: those of CheckRuleConditions; those of ParsePolicy with fields under
//         `changes[i].set_policy.policy`; kFailedPrecondition SCHEMA_VIOLATION where the policy in force does not fit a
//         changed schema
absl::Status CheckChangeSet(const graph::Snapshot& head, const graph::ChangeSet& change_set);

}  // namespace braid::ontology

#endif  // BRAID_ONTOLOGY_RULES_H_
