// The policy: judgements in numbers, read from a document in the snapshot.
//
// The document `policy` holds the text form of braid.v1.Policy, comments and all; what is read from it here is checked,
// so that the rest of the code may trust it. `graph/` gets numbers only.
//
// Thread safety: every function from any thread.

#ifndef BRAID_ONTOLOGY_POLICY_H_
#define BRAID_ONTOLOGY_POLICY_H_

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "graph/pattern.h"
#include "graph/schema.h"
#include "graph/snapshot.h"
#include "graph/weights.h"
#include "ontology/evidence/evidence_policy.h"
#include "ontology/recommend/plan_policy.h"

namespace braid::v1 {
class Policy;
}

namespace braid::ontology {

inline constexpr std::string_view kPolicyDocument = "policy";
inline constexpr std::string_view kPolicyContentType = "text/x-textproto; message=braid.v1.Policy";

// What a request writes in the place of a pattern's name to ask for every sequence of hops.
inline constexpr std::string_view kAnyPattern = "any";

struct NamedPattern {
  std::string name;
  std::string pattern;
  std::string question;
  std::uint32_t default_max_hops = 6;
  std::uint32_t default_min_modalities = 0;
};

struct AvoidRule {
  std::string rationale;
  std::vector<std::string> node_ids;
};

// Nodes whose attribute, a text, is one of `values`.
struct AttributeMatch {
  std::string attribute;
  std::vector<std::string> values;
};

// As braid.v1.ClientReading, relations by name.
struct ClientReading {
  std::string lies_in;
  std::string belongs_to;
  AttributeMatch kept_off;
  std::string calls_for;
};

// As braid.v1.FactorReading.
struct FactorReading {
  std::string fosters;
  std::string supported_by;
  std::optional<AttributeMatch> shown;  // unset: all
};

// As braid.v1.MapLayer, kinds and relations by name.
struct MapLayer {
  struct Kind {
    std::string kind;
    std::optional<AttributeMatch> only;  // unset: all of the kind
  };
  struct Extension {
    std::string kind;
    std::vector<std::string> relations;
  };
  std::vector<std::string> relations;
  std::vector<Kind> kinds;
  std::vector<Extension> extensions;
};

struct Policy;

// The policy with some of its numbers set otherwise.
struct PolicyVariant {
  std::string name;
  std::string difference;                // in words
  std::shared_ptr<const Policy> policy;  // the whole of it, without variants of its own; never null
};

struct Policy {
  graph::Weights weights;
  std::vector<NamedPattern> patterns;
  graph::PatternDefinitions definitions;
  std::string default_pattern;
  std::vector<AvoidRule> avoid_rules;
  std::optional<ClientReading> client_reading;  // unset: a profile changes nothing
  std::optional<FactorReading> factor_reading;  // unset: no factor is shown
  std::optional<MapLayer> map_layer;            // unset: everything that can be walked
  EvidencePolicy evidence;                      // unset: the shipped numbers, no name of a comparator
  PlanPolicy plans;                             // unset: the shipped numbers
  std::vector<PolicyVariant> variants;          // of `plans.variants`
  std::string version;                          // digest of the content, comments aside: 16 hexadecimal digits

  const NamedPattern* FindPattern(std::string_view name) const;
};

// Whether `node` has the attribute with one of the values. O(attributes of the node).
bool Matches(const graph::Snapshot& snapshot, graph::NodeIndex node, const AttributeMatch& match);

// Reads and checks the text form. `schema`, where given, is what the patterns must compile against and has the
// relations that are named.
//
// Errors: kInvalidArgument  RECORD_INVALID with line and column where it cannot be read; else every bad field at once,
// by its
//         name (`weights.hop_factor`, `patterns[1].pattern`): VALUE_OUT_OF_RANGE, FIELD_REQUIRED, CURIE_MALFORMED,
//         ENUM_UNKNOWN, PATTERN_INVALID
//         kNotFound  RELATION_NOT_FOUND, KIND_NOT_FOUND, where no field before it is bad
absl::StatusOr<Policy> ParsePolicy(std::string_view text, const graph::Schema* schema = nullptr);

// The text form of a message: what SetPolicy stores.
std::string PolicyText(const braid::v1::Policy& message);
// The message of a stored text, as GetPolicy returns it.
absl::StatusOr<std::unique_ptr<braid::v1::Policy>> PolicyMessage(std::string_view text);

// The policy in force in `snapshot`; the defaults of graph::Weights and no pattern where it holds none, or one that
// cannot be read (ontology/rules.h lets none be committed). Read once for each document and remembered for the last
// few.
std::shared_ptr<const Policy> PolicyOf(const graph::Snapshot& snapshot);

}  // namespace braid::ontology

#endif  // BRAID_ONTOLOGY_POLICY_H_
