#include "graph/value_checks.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <optional>
#include <span>
#include <utility>
#include <variant>
#include <vector>

#include "fmt/format.h"
#include "graph/error.h"
#include "graph/ids.h"
#include "graph/nearest.h"
#include "graph/text.h"

namespace braid::graph {
namespace {

constexpr std::size_t kMaxDocumentNameBytes = 200;
constexpr std::array<std::string_view, 4> kSynonymScopes = {"exact", "narrow", "broad", "related"};

bool IsBlank(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; });
}

// A tag of BCP 47 by its shape: letters, then parts of letters and digits, each of 1 to 8.
bool IsLanguageTag(std::string_view tag) {
  const auto is_letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
  std::size_t length = 0;
  bool first = true;
  for (const char c : tag) {
    if (c == '-') {
      if (length == 0) return false;
      length = 0;
      first = false;
    } else if (!is_letter(c) && (first || c < '0' || c > '9')) {
      return false;
    } else if (++length > 8) {
      return false;
    }
  }
  return length > 0;
}

// Languages are compared without regard to case, and an unset one is English.
std::string LanguageKey(std::string_view tag) {
  std::string key(tag.empty() ? "en" : tag);
  for (char& c : key) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return key;
}

// `; did you mean a or b?`, or nothing.
std::string Suggestion(std::span<const std::string_view> names, std::string_view name) {
  const std::vector<std::string> near = NearestNames(names, name);
  return near.empty() ? std::string() : fmt::format("; did you mean {}?", fmt::join(near, " or "));
}

std::string_view NameOf(AttributeType type) {
  switch (type) {
    case AttributeType::kText:
      return "text";
    case AttributeType::kTextList:
      return "text list";
    case AttributeType::kNumber:
      return "number";
    case AttributeType::kInteger:
      return "integer";
    case AttributeType::kBoolean:
      return "boolean";
  }
  return "unknown";
}

AttributeType TypeOf(const AttributeValue& value) {
  // In the order of the variant's alternatives.
  constexpr std::array kTypes = {AttributeType::kText, AttributeType::kTextList, AttributeType::kNumber,
                                 AttributeType::kInteger, AttributeType::kBoolean};
  static_assert(kTypes.size() == std::variant_size_v<AttributeValue>);
  return kTypes[value.index()];
}

// Checks the attributes of one thing, in two steps: what no schema would take, and what this schema says.
class AttributeChecker {
 public:
  // `prefix` stands before `attributes[i]`; `of` says whose they are.
  AttributeChecker(std::span<const Attribute> attributes, std::string_view prefix, std::string_view of,
                   ErrorList& errors)
      : attributes_(attributes), prefix_(prefix), of_(of), errors_(errors) {}

  void CheckValues() {
    for (std::size_t i = 0; i < attributes_.size(); ++i) {
      const Attribute& attribute = attributes_[i];
      if (attribute.name.empty()) {
        errors_.Add({Reason::kFieldRequired, Field(i) + ".name", "an attribute needs a name", {}});
      } else if (!IsValidUtf8(attribute.name)) {
        errors_.Add(CheckUtf8(attribute.name, Field(i) + ".name"));
      }
      const auto earlier = attributes_.first(i);
      if (std::any_of(earlier.begin(), earlier.end(), [&](const auto& a) { return a.name == attribute.name; })) {
        Add(Reason::kValueOutOfRange, i, "is given twice; keep one");
      }
      if (const double* number = std::get_if<double>(&attribute.value); number && !std::isfinite(*number)) {
        Add(Reason::kValueOutOfRange, i, fmt::format("is {}; use a finite number", *number));
      }
      if (!IsTextValid(attribute.value)) Add(Reason::kValueOutOfRange, i, "is not valid UTF-8");
    }
  }

  void CheckSchema(std::span<const AttributeSchema> schemas) {
    for (std::size_t i = 0; i < attributes_.size(); ++i) {
      const auto found = std::find_if(schemas.begin(), schemas.end(), [&](const AttributeSchema& schema) {
        return schema.name == attributes_[i].name;
      });
      if (found != schemas.end()) {
        CheckOne(i, *found);
      } else if (!attributes_[i].name.empty()) {
        AddUnknown(i, schemas);
      }
    }
    for (const AttributeSchema& schema : schemas) {
      if (schema.required && std::none_of(attributes_.begin(), attributes_.end(),
                                          [&](const Attribute& attribute) { return attribute.name == schema.name; })) {
        errors_.Add(
            {Reason::kSchemaViolation,
             fmt::format("{}attributes", prefix_),
             fmt::format("{} lacks attribute `{}` ({}), which is required", of_, schema.name, NameOf(schema.type)),
             {}});
      }
    }
  }

 private:
  static bool IsTextValid(const AttributeValue& value) {
    if (const auto* text = std::get_if<std::string>(&value)) return IsValidUtf8(*text);
    const auto* list = std::get_if<std::vector<std::string>>(&value);
    return list == nullptr || std::all_of(list->begin(), list->end(), IsValidUtf8);
  }

  void CheckOne(std::size_t i, const AttributeSchema& schema) {
    const AttributeValue& value = attributes_[i].value;
    if (TypeOf(value) != schema.type) {
      Add(Reason::kSchemaViolation, i,
          fmt::format("is a {}; the schema asks for a {}", NameOf(TypeOf(value)), NameOf(schema.type)));
      return;
    }
    if (const double* number = std::get_if<double>(&value); number && std::isfinite(*number)) {
      CheckRange(i, *number, schema);
    }
    if (const auto* integer = std::get_if<std::int64_t>(&value)) {
      CheckRange(i, static_cast<double>(*integer), schema);
    }
    if (const auto* text = std::get_if<std::string>(&value)) CheckAllowed(i, *text, schema);
    if (const auto* list = std::get_if<std::vector<std::string>>(&value)) {
      for (const std::string& text : *list) CheckAllowed(i, text, schema);
    }
  }

  void CheckRange(std::size_t i, double number, const AttributeSchema& schema) {
    if (schema.minimum && number < *schema.minimum) {
      Add(Reason::kSchemaViolation, i, fmt::format("is {}; the least is {}", number, *schema.minimum));
    }
    if (schema.maximum && number > *schema.maximum) {
      Add(Reason::kSchemaViolation, i, fmt::format("is {}; the most is {}", number, *schema.maximum));
    }
  }

  void CheckAllowed(std::size_t i, std::string_view text, const AttributeSchema& schema) {
    const std::vector<std::string>& allowed = schema.allowed_values;
    if (allowed.empty() || std::find(allowed.begin(), allowed.end(), text) != allowed.end()) return;
    Add(Reason::kSchemaViolation, i, fmt::format("is `{}`; use one of: {}", Printable(text), fmt::join(allowed, ", ")));
  }

  void AddUnknown(std::size_t i, std::span<const AttributeSchema> schemas) {
    std::vector<std::string_view> names;
    for (const AttributeSchema& schema : schemas) names.push_back(schema.name);
    const std::string known = names.empty() ? "none" : fmt::format("{}", fmt::join(names, ", "));
    Add(Reason::kSchemaViolation, i,
        fmt::format("is not in the schema, which knows: {}{}", known, Suggestion(names, attributes_[i].name)));
  }

  std::string Field(std::size_t i) const { return fmt::format("{}attributes[{}]", prefix_, i); }

  void Add(Reason reason, std::size_t i, std::string_view what) {
    errors_.Add(
        {reason, Field(i), fmt::format("{}: attribute `{}` {}", of_, Printable(attributes_[i].name), what), {}});
  }

  std::span<const Attribute> attributes_;
  std::string_view prefix_;
  std::string_view of_;
  ErrorList& errors_;
};

void CheckLabel(const Label& label, std::size_t i, ErrorList& errors) {
  const auto field = [i](std::string_view name) { return fmt::format("labels[{}].{}", i, name); };
  if (IsBlank(label.text)) {
    errors.Add({Reason::kFieldRequired, field("text"), "a label needs a text; leave the label out instead", {}});
  }
  if (!IsValidUtf8(label.text)) errors.Add(CheckUtf8(label.text, field("text")));
  if (!label.language.empty() && !IsLanguageTag(label.language)) {
    errors.Add({Reason::kValueOutOfRange,
                field("language"),
                fmt::format("language `{}` is no BCP 47 tag; write `en` or `pt-BR`", Printable(label.language)),
                {}});
  }
  if (label.role < LabelRole::kPreferred || label.role > LabelRole::kAbbreviation) {
    errors.Add(
        {Reason::kEnumUnknown,
         field("role"),
         fmt::format("label role {} is unknown; use preferred, synonym or abbreviation", static_cast<int>(label.role)),
         {}});
  }
  if (!label.scope.empty() &&
      std::find(kSynonymScopes.begin(), kSynonymScopes.end(), label.scope) == kSynonymScopes.end()) {
    errors.Add({Reason::kEnumUnknown,
                field("scope"),
                fmt::format("scope `{}` is unknown; leave it out or use one of: {}", Printable(label.scope),
                            fmt::join(kSynonymScopes, ", ")),
                {}});
  }
}

void CheckLabels(const std::vector<Label>& labels, ErrorList& errors) {
  std::vector<std::string> preferred;
  for (std::size_t i = 0; i < labels.size(); ++i) {
    CheckLabel(labels[i], i, errors);
    if (labels[i].role != LabelRole::kPreferred) continue;
    std::string language = LanguageKey(labels[i].language);
    if (std::find(preferred.begin(), preferred.end(), language) != preferred.end()) {
      errors.Add({Reason::kValueOutOfRange,
                  fmt::format("labels[{}].role", i),
                  fmt::format("`{}` is a second preferred label in `{}`; make one of them a synonym",
                              Printable(labels[i].text), Printable(language)),
                  {}});
    }
    preferred.push_back(std::move(language));
  }
}

void CheckMapping(const Mapping& mapping, std::size_t i, ErrorList& errors) {
  const std::string prefix = fmt::format("mappings[{}].", i);
  errors.Add(CheckCurie(mapping.predicate_id, prefix + "predicate_id"));
  errors.Add(CheckCurie(mapping.object_id, prefix + "object_id"));
  errors.Add(CheckUtf8(mapping.object_label, prefix + "object_label"));
  errors.Add(CheckUtf8(mapping.justification, prefix + "justification"));
  // Not `< 0 || > 1`, which NaN would pass.
  if (mapping.confidence && !(*mapping.confidence >= 0 && *mapping.confidence <= 1)) {
    errors.Add({Reason::kValueOutOfRange,
                prefix + "confidence",
                fmt::format("confidence {} of the mapping to {} is not in [0, 1]", *mapping.confidence,
                            Printable(mapping.object_id)),
                {}});
  }
  AttributeChecker(mapping.attributes, prefix, "the mapping", errors).CheckValues();
}

void CheckReplacements(const Node& node, ErrorList& errors) {
  if (!node.obsolete && !node.replaced_by.empty()) {
    errors.Add({Reason::kValueOutOfRange, "replaced_by_ids",
                fmt::format("node `{}` is replaced but not obsolete; set `obsolete` or leave the replacement out",
                            Printable(node.id)),
                node.id});
  }
  for (std::size_t i = 0; i < node.replaced_by.size(); ++i) {
    errors.Add(CheckCurie(node.replaced_by[i], fmt::format("replaced_by_ids[{}]", i)));
  }
}

void CheckAliases(const Node& node, ErrorList& errors) {
  for (std::size_t i = 0; i < node.aliases.size(); ++i) {
    const std::string& alias = node.aliases[i];
    const auto field = [i] { return fmt::format("alias_ids[{}]", i); };
    errors.Add(CheckCurie(alias, field()));
    const auto end = node.aliases.begin() + static_cast<std::ptrdiff_t>(i);
    if (alias == node.id || std::find(node.aliases.begin(), end, alias) != end) {
      errors.Add({Reason::kValueOutOfRange, field(),
                  fmt::format("alias `{}` names node `{}` already; leave it out", Printable(alias), Printable(node.id)),
                  node.id});
    }
  }
}

// A strength in parts of kStrengthUnit. REQUIRES: in [0, 1].
std::uint32_t PartsOf(double strength) { return static_cast<std::uint32_t>(std::llround(strength * kStrengthUnit)); }

void CheckStrength(const Edge& edge, const Relation& relation, ErrorList& errors) {
  if (!edge.strength) return;
  const double strength = *edge.strength;
  if (!(strength > 0 && strength <= 1) || PartsOf(strength) == 0) {
    errors.Add({Reason::kValueOutOfRange, "strength",
                fmt::format("edge {}: strength {} is out of range; use a value in (0, 1], at least 0.000000001",
                            ToString(edge.key), strength),
                ToString(edge.key)});
  }
  if (!relation.takes_strength) {
    errors.Add({Reason::kSchemaViolation, "strength",
                fmt::format("edge {}: `{}` takes no strength; leave it out", ToString(edge.key), relation.name),
                ToString(edge.key)});
  }
}

void CheckSign(const Edge& edge, const Relation& relation, ErrorList& errors) {
  if (edge.sign == Sign::kUnset) return;
  if (edge.sign > Sign::kMinus) {
    errors.Add(
        {Reason::kEnumUnknown, "sign",
         fmt::format("edge {}: sign {} is unknown; use plus or minus", ToString(edge.key), static_cast<int>(edge.sign)),
         ToString(edge.key)});
  } else if (!relation.takes_sign) {
    errors.Add({Reason::kSchemaViolation, "sign",
                fmt::format("edge {}: `{}` takes no sign; leave it out", ToString(edge.key), relation.name),
                ToString(edge.key)});
  }
}

void CheckCertainty(const Edge& edge, const Relation& relation, ErrorList& errors) {
  if (edge.certainty > Certainty::kHigh) {
    errors.Add({Reason::kEnumUnknown, "certainty",
                fmt::format("edge {}: certainty {} is unknown; use a grade from no source to high", ToString(edge.key),
                            static_cast<int>(edge.certainty)),
                ToString(edge.key)});
  } else if (edge.certainty != Certainty::kUnset && !relation.takes_certainty) {
    errors.Add({Reason::kSchemaViolation, "certainty",
                fmt::format("edge {}: `{}` is definitional and takes no certainty; leave it out", ToString(edge.key),
                            relation.name),
                ToString(edge.key)});
  }
  if (edge.certainty_basis > CertaintyBasis::kComputed) {
    errors.Add({Reason::kEnumUnknown, "certainty_basis",
                fmt::format("edge {}: certainty basis {} is unknown; use curated or computed", ToString(edge.key),
                            static_cast<int>(edge.certainty_basis)),
                ToString(edge.key)});
  } else if (edge.certainty_basis != CertaintyBasis::kNone && !relation.takes_certainty) {
    errors.Add({Reason::kSchemaViolation, "certainty_basis",
                fmt::format("edge {}: `{}` is definitional and has no basis of a certainty; leave it out",
                            ToString(edge.key), relation.name),
                ToString(edge.key)});
  }
}

void CheckClaim(const Claim& claim, std::size_t i, ErrorList& errors) {
  const auto field = [i](std::string_view name) { return fmt::format("claims[{}].{}", i, name); };
  if (claim.polarity < Polarity::kSupports || claim.polarity > Polarity::kHarm) {
    errors.Add({Reason::kEnumUnknown,
                field("polarity"),
                fmt::format("polarity {} is unknown; use supports, no difference, null, mixed, against or harm",
                            static_cast<int>(claim.polarity)),
                {}});
  }
  for (std::size_t k = 0; k < claim.evidence_ids.size(); ++k) {
    if (IsCurie(claim.evidence_ids[k])) continue;
    errors.Add(CheckCurie(claim.evidence_ids[k], fmt::format("claims[{}].evidence_ids[{}]", i, k)));
  }
  if (!IsValidUtf8(claim.asserted_by)) errors.Add(CheckUtf8(claim.asserted_by, field("asserted_by")));
  if (!IsValidUtf8(claim.note)) errors.Add(CheckUtf8(claim.note, field("note")));
}

// An editor's signed claim, or one with evidence that nobody graded yet, is low; the rest is the ontology's opinion.
Certainty DefaultCertainty(const std::vector<Claim>& claims) {
  const bool sourced = std::any_of(claims.begin(), claims.end(), [](const Claim& claim) {
    return !claim.asserted_by.empty() || !claim.evidence_ids.empty();
  });
  return sourced ? Certainty::kLow : Certainty::kNoSource;
}

void SortByName(std::vector<Attribute>& attributes) {
  std::sort(attributes.begin(), attributes.end(),
            [](const Attribute& a, const Attribute& b) { return a.name < b.name; });
}

// Each part lower-case, beginning with a letter: [a-z][a-z0-9_/.-]*.
bool IsDocumentName(std::string_view name) {
  if (name.empty() || name.size() > kMaxDocumentNameBytes || name[0] < 'a' || name[0] > 'z') return false;
  return std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '/' || c == '.' || c == '-';
  });
}

}  // namespace

absl::Status CheckCurie(std::string_view id, std::string field) {
  if (IsCurie(id)) return absl::OkStatus();
  if (id.empty()) return MakeError(Reason::kFieldRequired, "an id is required: prefix, colon, name", std::move(field));
  return MakeError(Reason::kCurieMalformed,
                   fmt::format("`{}` is no id; write a prefix [A-Za-z][A-Za-z0-9_.-]*, a colon, then 1 to 200 bytes "
                               "without blanks, control characters or `|`",
                               Printable(id)),
                   std::move(field));
}

absl::Status CheckUtf8(std::string_view text, std::string field) {
  if (IsValidUtf8(text)) return absl::OkStatus();
  return MakeError(Reason::kValueOutOfRange, fmt::format("`{}` is not valid UTF-8; encode it anew", Printable(text)),
                   std::move(field));
}

absl::Status CheckKindName(std::string_view name, const Schema& schema, std::string field) {
  if (schema.FindKind(name)) return absl::OkStatus();
  if (name.empty()) return MakeError(Reason::kFieldRequired, "a node needs a kind", std::move(field));
  std::vector<std::string_view> names;
  for (std::size_t i = 0; i < schema.kind_count(); ++i) names.push_back(schema.kind(static_cast<KindIndex>(i)).name);
  return MakeError(Reason::kKindNotFound, fmt::format("no kind `{}`{}", Printable(name), Suggestion(names, name)),
                   std::move(field), Printable(name));
}

absl::Status CheckRelationName(std::string_view name, const Schema& schema, std::string field) {
  if (schema.FindRelation(name)) return absl::OkStatus();
  if (name.empty()) return MakeError(Reason::kFieldRequired, "an edge needs a relation", std::move(field));
  std::vector<std::string_view> names;
  for (std::size_t i = 0; i < schema.relation_count(); ++i) {
    names.push_back(schema.relation(static_cast<RelationIndex>(i)).name);
  }
  return MakeError(Reason::kRelationNotFound,
                   fmt::format("no relation `{}`{}", Printable(name), Suggestion(names, name)), std::move(field),
                   Printable(name));
}

absl::Status CheckNode(const Node& node, const Schema& schema) {
  ErrorList errors;
  errors.Add(CheckCurie(node.id, "id"));
  errors.Add(CheckKindName(node.kind, schema, "kind"));
  CheckLabels(node.labels, errors);
  errors.Add(CheckUtf8(node.definition, "definition"));
  const std::string of = fmt::format("node `{}`", Printable(node.id));
  AttributeChecker attributes(node.attributes, "", of, errors);
  attributes.CheckValues();
  if (const std::optional<KindIndex> kind = schema.FindKind(node.kind)) {
    attributes.CheckSchema(schema.kind(*kind).attributes);
  }
  for (std::size_t i = 0; i < node.mappings.size(); ++i) CheckMapping(node.mappings[i], i, errors);
  CheckReplacements(node, errors);
  CheckAliases(node, errors);
  return errors.ToStatus();
}

absl::Status CheckEdge(const Edge& edge, const Schema& schema) {
  ErrorList errors;
  errors.Add(CheckCurie(edge.key.subject_id, "key.subject_id"));
  errors.Add(CheckRelationName(edge.key.relation, schema, "key.relation"));
  errors.Add(CheckCurie(edge.key.object_id, "key.object_id"));
  if (!errors.empty()) return errors.ToStatus();  // without its identity nothing more can be said of it

  const Relation& relation = schema.relation(*schema.FindRelation(edge.key.relation));
  CheckStrength(edge, relation, errors);
  CheckSign(edge, relation, errors);
  CheckCertainty(edge, relation, errors);
  for (std::size_t i = 0; i < edge.claims.size(); ++i) CheckClaim(edge.claims[i], i, errors);
  if (edge.attributes.empty() && relation.attributes.empty()) return errors.ToStatus();
  const std::string of = fmt::format("edge {}", ToString(edge.key));
  AttributeChecker attributes(edge.attributes, "", of, errors);
  attributes.CheckValues();
  attributes.CheckSchema(relation.attributes);
  return errors.ToStatus();
}

absl::Status CheckDocument(const Document& document) {
  ErrorList errors;
  if (document.name.empty()) {
    errors.Add({Reason::kFieldRequired, "name", "a document needs a name: [a-z][a-z0-9_/.-]*", {}});
  } else if (!IsDocumentName(document.name)) {
    errors.Add({Reason::kValueOutOfRange,
                "name",
                fmt::format("document name `{}` is malformed; use [a-z][a-z0-9_/.-]*, at most {} bytes",
                            Printable(document.name), kMaxDocumentNameBytes),
                {}});
  }
  errors.Add(CheckUtf8(document.content_type, "content_type"));
  errors.Add(CheckUtf8(document.content, "content"));
  if (document.content.size() > kMaxDocumentBytes) {
    errors.Add({Reason::kValueOutOfRange, "content",
                fmt::format("document `{}` has {} bytes; at most {} are kept", Printable(document.name),
                            document.content.size(), kMaxDocumentBytes),
                document.name});
  }
  return errors.ToStatus();
}

Node Normalized(Node node) {
  SortByName(node.attributes);
  for (Mapping& mapping : node.mappings) SortByName(mapping.attributes);
  return node;
}

Edge Normalized(Edge edge, const Relation& relation) {
  if (relation.symmetric && edge.key.object_id < edge.key.subject_id) {
    std::swap(edge.key.subject_id, edge.key.object_id);
  }
  if (edge.strength) edge.strength = static_cast<double>(PartsOf(*edge.strength)) / kStrengthUnit;
  if (relation.takes_certainty && edge.certainty == Certainty::kUnset) edge.certainty = DefaultCertainty(edge.claims);
  SortByName(edge.attributes);
  return edge;
}

}  // namespace braid::graph
