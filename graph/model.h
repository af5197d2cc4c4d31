// What the graph is made of, as plain values: nodes, edges, claims, documents.
//
// These are the types that every layer speaks. The resident, compact forms are the snapshot's own (graph/snapshot.h),
// the records on disk the store's (graph/store/FORMAT.md), the messages the service's.
//
// Thread safety: values.

#ifndef BRAID_GRAPH_MODEL_H_
#define BRAID_GRAPH_MODEL_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "graph/ids.h"

namespace braid::graph {

enum class LabelRole : std::uint8_t { kPreferred = 1, kSynonym = 2, kAbbreviation = 3 };

// A name of a node in one language. `scope` of a synonym: empty, or `exact`, `narrow`, `broad`, `related`.
struct Label {
  std::string text;
  std::string language;  // BCP 47, `en`
  LabelRole role = LabelRole::kPreferred;
  std::string scope;
  friend bool operator==(const Label&, const Label&) = default;
};

// The label to show for a thing with `labels`: the preferred one in the first of `languages` (ranges of RFC 4647: `en`
// takes `en-GB`) that has one, else in English, else any preferred one, else the first label; nullptr where there is no
// label.
const Label* PreferredLabel(const std::vector<Label>& labels, const std::vector<std::string>& languages = {});

using AttributeValue = std::variant<std::string, std::vector<std::string>, double, std::int64_t, bool>;

struct Attribute {
  std::string name;
  AttributeValue value;
  friend bool operator==(const Attribute&, const Attribute&) = default;
};

// A link to a term of another vocabulary, with SSSOM's words.
struct Mapping {
  std::string predicate_id;  // `skos:closeMatch`
  std::string object_id;     // `DOID:1470`
  std::string object_label;
  std::string justification;         // `semapv:ManualMappingCuration`
  std::optional<double> confidence;  // [0, 1]
  bool negated = false;
  std::vector<Attribute> attributes;  // row id, source of the object, …
  friend bool operator==(const Mapping&, const Mapping&) = default;
};

// A node. `labels` hold at most one kPreferred a language; `attributes` are sorted by name, names unique.
struct Node {
  std::string id;
  std::string kind;
  std::vector<Label> labels;
  std::string definition;
  std::vector<Attribute> attributes;
  std::vector<Mapping> mappings;
  bool obsolete = false;
  std::vector<std::string> replaced_by;  // of an obsolete node; followed where there is exactly one
  std::vector<std::string> aliases;      // other ids that mean this node
  // Set by the store; ignored in a change.
  Revision create_revision{};
  Revision update_revision{};

  // The text of PreferredLabel(labels, languages), else the id.
  std::string_view PreferredLabel(const std::vector<std::string>& languages = {}) const;

  friend bool operator==(const Node&, const Node&) = default;
};

enum class Polarity : std::uint8_t { kSupports = 1, kNoDifference = 2, kNull = 3, kMixed = 4, kAgainst = 5, kHarm = 6 };

// What one body of evidence, or one person, says about an edge.
struct Claim {
  Polarity polarity = Polarity::kSupports;
  std::vector<std::string> evidence_ids;
  std::string asserted_by;
  std::string note;
  friend bool operator==(const Claim&, const Claim&) = default;
};

// How sure the support of an edge is, lowest first; kUnset lets the store choose (an editor's claim is kLow, else
// kNoSource) and is never stored on a relation that takes a certainty.
enum class Certainty : std::uint8_t { kUnset = 0, kNoSource = 1, kVeryLow = 2, kLow = 3, kModerate = 4, kHigh = 5 };
inline constexpr std::size_t kCertaintyCount = 6;
enum class CertaintyBasis : std::uint8_t { kNone = 0, kCurated = 1, kComputed = 2 };
enum class Sign : std::uint8_t { kUnset = 0, kPlus = 1, kMinus = 2 };

// The identity of an edge.
struct EdgeKey {
  std::string subject_id;
  std::string relation;
  std::string object_id;
  friend auto operator<=>(const EdgeKey&, const EdgeKey&) = default;
};

// `technique:exposure engages process:extinction_learning`
std::string ToString(const EdgeKey& key);

// Strengths are kept as parts in a billion, so that a decimal of up to nine digits comes back as it was written.
inline constexpr std::uint32_t kStrengthUnit = 1'000'000'000;

struct Edge {
  EdgeKey key;
  std::optional<double> strength;  // (0, 1]; unset: the relation's default, if it has one
  Sign sign = Sign::kUnset;
  Certainty certainty = Certainty::kUnset;
  CertaintyBasis certainty_basis = CertaintyBasis::kNone;
  bool primary = false;
  std::vector<Claim> claims;          // none: expert opinion
  std::vector<Attribute> attributes;  // sorted by name, names unique
  // Set by the store; ignored in a change.
  Revision update_revision{};

  friend bool operator==(const Edge&, const Edge&) = default;
};

// Something that is versioned and logged like a node but is not in the graph: a policy, a proposal, a waiver.
struct Document {
  std::string name;          // `policy`
  std::string content_type;  // `text/x-textproto; message=braid.v1.Policy`
  std::string content;
  Revision update_revision{};
  friend bool operator==(const Document&, const Document&) = default;
};

// An etag is the number of the revision that last wrote the thing: within one store that names its state. Opaque to
// callers.
std::string EtagOf(Revision update_revision);

}  // namespace braid::graph

#endif  // BRAID_GRAPH_MODEL_H_
