#include "graph/schema.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <limits>
#include <span>
#include <utility>

#include "fmt/format.h"
#include "graph/error.h"
#include "graph/text.h"

namespace braid::graph {
namespace {

constexpr std::size_t kMaxNameBytes = 60;
constexpr std::size_t kMaxEntries = std::numeric_limits<std::uint16_t>::max();  // of either sort, so that indexes fit

bool IsName(std::string_view name) {
  if (name.empty() || name.size() > kMaxNameBytes || name[0] < 'a' || name[0] > 'z') return false;
  return std::all_of(name.begin(), name.end(),
                     [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'; });
}

void CheckName(std::string_view name, std::string field, ErrorList& errors) {
  if (name.empty()) {
    errors.Add({Reason::kFieldRequired, std::move(field), "a name is required: [a-z][a-z0-9_]*", {}});
  } else if (!IsName(name)) {
    std::string description =
        fmt::format("name `{}` is malformed; use [a-z][a-z0-9_]*, at most {} bytes", Printable(name), kMaxNameBytes);
    errors.Add({Reason::kValueOutOfRange, std::move(field), std::move(description), {}});
  }
}

void CheckText(std::string_view text, std::string field, ErrorList& errors) {
  if (IsValidUtf8(text)) return;
  errors.Add({Reason::kValueOutOfRange, std::move(field), "the text is not valid UTF-8", {}});
}

bool IsNumeric(AttributeType type) { return type == AttributeType::kNumber || type == AttributeType::kInteger; }
bool IsTextual(AttributeType type) { return type == AttributeType::kText || type == AttributeType::kTextList; }

void CheckBounds(const AttributeSchema& attribute, const std::string& field, ErrorList& errors) {
  if (!attribute.minimum && !attribute.maximum) return;
  const double minimum = attribute.minimum.value_or(-std::numeric_limits<double>::max());
  const double maximum = attribute.maximum.value_or(std::numeric_limits<double>::max());
  if (!IsNumeric(attribute.type)) {
    errors.Add({Reason::kValueOutOfRange,
                field + ".minimum",
                fmt::format("attribute `{}` is no number; leave minimum and maximum out", attribute.name),
                {}});
  } else if (!std::isfinite(minimum) || !std::isfinite(maximum) || minimum > maximum) {
    errors.Add({Reason::kValueOutOfRange,
                field + ".minimum",
                fmt::format("attribute `{}`: minimum {} and maximum {} leave no value; use finite ones in order",
                            attribute.name, minimum, maximum),
                {}});
  }
}

void CheckAttribute(const AttributeSchema& attribute, const std::string& field, ErrorList& errors) {
  CheckName(attribute.name, field + ".name", errors);
  if (!IsNumeric(attribute.type) && !IsTextual(attribute.type) && attribute.type != AttributeType::kBoolean) {
    errors.Add({Reason::kEnumUnknown,
                field + ".type",
                fmt::format("attribute `{}`: type {} is unknown; use text, text list, number, integer or boolean",
                            attribute.name, static_cast<int>(attribute.type)),
                {}});
    return;
  }
  CheckText(attribute.description, field + ".description", errors);
  CheckText(attribute.unit, field + ".unit", errors);
  CheckBounds(attribute, field, errors);
  if (!attribute.allowed_values.empty() && !IsTextual(attribute.type)) {
    errors.Add({Reason::kValueOutOfRange,
                field + ".allowed_values",
                fmt::format("attribute `{}` is no text; leave allowed values out", attribute.name),
                {}});
  }
  for (std::size_t i = 0; i < attribute.allowed_values.size(); ++i) {
    CheckText(attribute.allowed_values[i], fmt::format("{}.allowed_values[{}]", field, i), errors);
  }
}

void CheckAttributes(std::span<const AttributeSchema> attributes, ErrorList& errors) {
  for (std::size_t i = 0; i < attributes.size(); ++i) {
    const std::string field = fmt::format("attributes[{}]", i);
    CheckAttribute(attributes[i], field, errors);
    const auto earlier = attributes.first(i);
    if (std::any_of(earlier.begin(), earlier.end(), [&](const auto& a) { return a.name == attributes[i].name; })) {
      errors.Add({Reason::kValueOutOfRange,
                  field + ".name",
                  fmt::format("attribute `{}` is listed twice; keep one", attributes[i].name),
                  {}});
    }
  }
}

absl::Status CheckRoom(std::size_t count, std::string_view what) {
  if (count < kMaxEntries) return absl::OkStatus();
  return MakeError(Reason::kLimitExceeded, fmt::format("a schema holds at most {} {}", kMaxEntries, what), "name");
}

// What a symmetric relation cannot be: its subject is only the lesser id, so nothing may hang on which end it is.
void CheckSymmetric(const Relation& relation, ErrorList& errors) {
  const auto refuse = [&](bool set, std::string field) {
    if (!set) return;
    std::string description = fmt::format("relation `{}` is symmetric and cannot have `{}`", relation.name, field);
    errors.Add({Reason::kValueOutOfRange, std::move(field), std::move(description), {}});
  };
  refuse(!relation.inverse_name.empty(), "inverse_name");
  refuse(relation.acyclic, "acyclic");
  refuse(relation.max_per_subject != 0, "max_per_subject");
  refuse(relation.defines_group, "defines_group");
  refuse(relation.one_primary, "one_primary");
}

void CheckRelationValues(const Relation& relation, ErrorList& errors) {
  CheckName(relation.name, "name", errors);
  if (!relation.inverse_name.empty()) CheckName(relation.inverse_name, "inverse_name", errors);
  const std::pair<const std::string&, const char*> texts[] = {{relation.description, "description"},
                                                              {relation.phrase, "phrase"},
                                                              {relation.inverse_phrase, "inverse_phrase"},
                                                              {relation.plus_phrase, "plus_phrase"},
                                                              {relation.plus_inverse_phrase, "plus_inverse_phrase"},
                                                              {relation.minus_phrase, "minus_phrase"},
                                                              {relation.minus_inverse_phrase, "minus_inverse_phrase"}};
  for (const auto& [text, field] : texts) CheckText(text, field, errors);
  if (const auto& strength = relation.default_strength; strength && !(*strength > 0 && *strength <= 1)) {
    errors.Add({Reason::kValueOutOfRange,
                "default_strength",
                fmt::format("relation `{}`: default strength {} is not in (0, 1]", relation.name, *strength),
                {}});
  }
  if (relation.inherited != Inheritance::kNone && relation.inherited != Inheritance::kDown) {
    errors.Add({Reason::kEnumUnknown,
                "inherited",
                fmt::format("relation `{}`: inheritance {} is unknown; use none or down", relation.name,
                            static_cast<int>(relation.inherited)),
                {}});
  }
  if (relation.symmetric) CheckSymmetric(relation, errors);
  if (relation.acyclic && relation.self_loops) {
    errors.Add(
        {Reason::kValueOutOfRange,
         "self_loops",
         fmt::format("relation `{}` is acyclic, so it cannot allow an edge from a node to itself", relation.name),
         {}});
  }
  CheckAttributes(relation.attributes, errors);
}

}  // namespace

Schema Schema::Of(std::vector<Kind> kinds, std::vector<Relation> relations) {
  Schema schema;
  schema.kinds_ = std::move(kinds);
  schema.relations_ = std::move(relations);
  for (std::size_t i = 0; i < schema.kinds_.size(); ++i) {
    schema.kind_by_name_.emplace(schema.kinds_[i].name, static_cast<KindIndex>(i));
  }
  for (std::size_t i = 0; i < schema.relations_.size(); ++i) {
    schema.relation_by_name_.emplace(schema.relations_[i].name, static_cast<RelationIndex>(i));
  }
  return schema;
}

absl::StatusOr<Schema> Schema::With(Kind kind) const {
  ErrorList errors;
  CheckName(kind.name, "name", errors);
  if (!kind.id_prefix.empty() && !IsCuriePrefix(kind.id_prefix)) {
    errors.Add({Reason::kValueOutOfRange,
                "id_prefix",
                fmt::format("id prefix `{}` is malformed; use [A-Za-z][A-Za-z0-9_.-]*", Printable(kind.id_prefix)),
                {}});
  }
  CheckText(kind.description, "description", errors);
  CheckAttributes(kind.attributes, errors);
  const std::optional<KindIndex> known = FindKind(kind.name);
  if (!known) errors.Add(CheckRoom(kinds_.size(), "kinds"));
  BRAID_RETURN_IF_ERROR(errors.ToStatus());

  Schema next = *this;
  if (known) {
    next.kinds_[Number(*known)] = std::move(kind);
  } else {
    next.kind_by_name_.emplace(kind.name, static_cast<KindIndex>(kinds_.size()));
    next.kinds_.push_back(std::move(kind));
  }
  return next;
}

absl::StatusOr<Schema> Schema::With(Relation relation) const {
  ErrorList errors;
  CheckRelationValues(relation, errors);
  for (std::size_t i = 0; i < relation.endpoints.size(); ++i) {
    CheckKindNames(relation.endpoints[i].from, fmt::format("endpoints[{}].from_kinds", i), errors);
    CheckKindNames(relation.endpoints[i].to, fmt::format("endpoints[{}].to_kinds", i), errors);
  }
  CheckSuperRelation(relation, errors);
  const std::optional<RelationIndex> known = FindRelation(relation.name);
  if (!known) errors.Add(CheckRoom(relations_.size(), "relations"));
  if (known && errors.empty()) CheckReplacement(this->relation(*known), relation, errors);
  BRAID_RETURN_IF_ERROR(errors.ToStatus());

  Schema next = *this;
  if (known) {
    next.relations_[Number(*known)] = std::move(relation);
  } else {
    next.relation_by_name_.emplace(relation.name, static_cast<RelationIndex>(relations_.size()));
    next.relations_.push_back(std::move(relation));
  }
  return next;
}

void Schema::CheckKindNames(std::span<const std::string> names, const std::string& field, ErrorList& errors) const {
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (FindKind(names[i])) continue;
    errors.Add({Reason::kKindNotFound, fmt::format("{}[{}]", field, i),
                fmt::format("no kind `{}`; put it before the relation", Printable(names[i])), Printable(names[i])});
  }
}

void Schema::CheckSuperRelation(const Relation& relation, ErrorList& errors) const {
  if (relation.sub_relation_of.empty()) return;
  std::vector<std::string> chain = {relation.name};
  // Ends: the relations that there are form no circle, so a circle can only come back to the new one.
  for (std::string_view name = relation.sub_relation_of; !name.empty();) {
    chain.emplace_back(name);
    if (name == relation.name) {
      errors.Add(MakeError(
          Reason::kCycle,
          fmt::format("relation `{}` would be a sub-relation of itself: {}", relation.name, fmt::join(chain, " -> ")),
          "sub_relation_of", relation.name, {{"cycle", fmt::format("{}", fmt::join(chain, ","))}}));
      return;
    }
    const std::optional<RelationIndex> index = FindRelation(name);
    if (!index) {
      errors.Add({Reason::kRelationNotFound, "sub_relation_of",
                  fmt::format("no relation `{}`; put it before `{}`", Printable(name), relation.name),
                  Printable(name)});
      return;
    }
    name = this->relation(*index).sub_relation_of;
  }
}

void Schema::CheckReplacement(const Relation& before, const Relation& after, ErrorList& errors) const {
  const auto refuse = [&](bool changed, std::string field) {
    if (!changed) return;
    std::string description = fmt::format(
        "relation `{}`: `{}` cannot change as asked, since edges stored under it would change meaning or break the "
        "rule; "
        "put a relation of another name",
        after.name, field);
    errors.Add({Reason::kSchemaViolation, std::move(field), std::move(description), after.name});
  };
  refuse(before.symmetric != after.symmetric, "symmetric");
  refuse(before.takes_strength != after.takes_strength, "takes_strength");
  refuse(before.default_strength.has_value() != after.default_strength.has_value(), "default_strength");
  refuse(after.acyclic && !before.acyclic, "acyclic");
  const std::vector<std::string> acyclic_before = AcyclicAncestors(before);
  for (const std::string& ancestor : AcyclicAncestors(after)) {
    if (std::find(acyclic_before.begin(), acyclic_before.end(), ancestor) != acyclic_before.end()) continue;
    refuse(true, "sub_relation_of");
    break;
  }
}

std::vector<std::string> Schema::AcyclicAncestors(const Relation& relation) const {
  std::vector<std::string> names;
  for (std::optional<RelationIndex> index = FindRelation(relation.sub_relation_of); index;
       index = FindRelation(this->relation(*index).sub_relation_of)) {
    if (this->relation(*index).acyclic) names.push_back(this->relation(*index).name);
  }
  return names;
}

std::optional<KindIndex> Schema::FindKind(std::string_view name) const {
  const auto it = kind_by_name_.find(name);
  return it == kind_by_name_.end() ? std::nullopt : std::optional(it->second);
}

std::optional<RelationIndex> Schema::FindRelation(std::string_view name) const {
  const auto it = relation_by_name_.find(name);
  return it == relation_by_name_.end() ? std::nullopt : std::optional(it->second);
}

bool Schema::IsSubRelation(RelationIndex relation, RelationIndex ancestor) const {
  for (std::optional<RelationIndex> index = relation; index;
       index = FindRelation(this->relation(*index).sub_relation_of)) {
    if (*index == ancestor) return true;
  }
  return false;
}

bool Schema::AllowsEndpoints(RelationIndex relation, KindIndex from, KindIndex to) const {
  const Relation& rules = this->relation(relation);
  if (rules.same_kind && from != to) return false;
  if (rules.endpoints.empty()) return true;
  const auto allows = [&](KindIndex subject, KindIndex object) {
    const auto holds = [&](const std::vector<std::string>& names, KindIndex index) {
      return names.empty() || std::find(names.begin(), names.end(), kind(index).name) != names.end();
    };
    return std::any_of(rules.endpoints.begin(), rules.endpoints.end(),
                       [&](const EndpointRule& rule) { return holds(rule.from, subject) && holds(rule.to, object); });
  };
  return allows(from, to) || (rules.symmetric && allows(to, from));
}

}  // namespace braid::graph
