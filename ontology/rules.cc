#include "ontology/rules.h"

#include <optional>
#include <string>
#include <string_view>

#include "fmt/format.h"
#include "graph/error.h"
#include "graph/schema.h"
#include "ontology/policy.h"
#include "ontology/rule_conditions.h"

namespace braid::ontology {
namespace {

// What a change set does to the policy and to what its patterns are compiled against.
struct Effect {
  const graph::Document* policy = nullptr;  // the last one put
  std::size_t policy_change = 0;
  bool schema_changes = false;
  graph::Schema schema;  // as the change set leaves it
};

template <typename T>
absl::Status Put(const T& element, Effect& effect) {
  effect.schema_changes = true;
  BRAID_ASSIGN_OR_RETURN(effect.schema, effect.schema.With(element));
  return absl::OkStatus();
}

absl::StatusOr<Effect> EffectOf(const graph::Snapshot& head, const graph::ChangeSet& change_set) {
  Effect effect;
  effect.schema = head.schema();
  for (std::size_t i = 0; i < change_set.changes.size(); ++i) {
    const graph::Change& change = change_set.changes[i];
    if (const auto* kind = std::get_if<graph::PutKind>(&change)) {
      BRAID_RETURN_IF_ERROR(Put(kind->kind, effect));
    } else if (const auto* relation = std::get_if<graph::PutRelation>(&change)) {
      BRAID_RETURN_IF_ERROR(Put(relation->relation, effect));
    } else if (const auto* put = std::get_if<graph::PutDocument>(&change)) {
      if (put->document.name != kPolicyDocument) continue;
      effect.policy = &put->document;
      effect.policy_change = i;
    }
  }
  return effect;
}

// The policy that is there already must still make sense under a new schema.
absl::Status CheckOldPolicy(const graph::Snapshot& head, const graph::Schema& schema) {
  const graph::Document* document = head.document(kPolicyDocument);
  if (document == nullptr) return absl::OkStatus();
  const absl::Status status = ParsePolicy(document->content, &schema).status();
  if (status.ok()) return absl::OkStatus();
  return graph::MakeError(
      graph::Reason::kSchemaViolation,
      fmt::format("the policy does not fit the changed schema ({}); change it in the same change set",
                  std::string_view(status.message().data(), status.message().size())),
      {}, std::string(kPolicyDocument));
}

absl::Status CheckPolicy(const graph::Snapshot& head, const graph::ChangeSet& change_set) {
  BRAID_ASSIGN_OR_RETURN(const Effect effect, EffectOf(head, change_set));
  if (effect.policy != nullptr) {
    return graph::PrefixFields(ParsePolicy(effect.policy->content, &effect.schema).status(),
                               fmt::format("changes[{}].set_policy.policy", effect.policy_change));
  }
  return effect.schema_changes ? CheckOldPolicy(head, effect.schema) : absl::OkStatus();
}

}  // namespace

absl::Status CheckChangeSet(const graph::Snapshot& head, const graph::ChangeSet& change_set) {
  graph::ErrorList errors;
  errors.Add(CheckPolicy(head, change_set));
  errors.Add(CheckRuleConditions(head, change_set));
  return errors.ToStatus();
}

}  // namespace braid::ontology
