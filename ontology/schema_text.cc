#include "ontology/schema_text.h"

#include <algorithm>
#include <limits>
#include <map>
#include <set>
#include <string>
#include <utility>

#include "braid/v1/schema.pb.h"
#include "fmt/format.h"
#include "graph/error.h"
#include "ontology/text_form.h"

namespace braid::ontology {
namespace {

using graph::AttributeType;
using graph::ErrorList;
using graph::Reason;

// graph::AttributeType has the numbers of the message's enum: one cast either way, held by these.
static_assert(static_cast<int>(AttributeType::kText) == v1::ATTRIBUTE_TYPE_TEXT);
static_assert(static_cast<int>(AttributeType::kTextList) == v1::ATTRIBUTE_TYPE_TEXT_LIST);
static_assert(static_cast<int>(AttributeType::kNumber) == v1::ATTRIBUTE_TYPE_NUMBER);
static_assert(static_cast<int>(AttributeType::kInteger) == v1::ATTRIBUTE_TYPE_INTEGER);
static_assert(static_cast<int>(AttributeType::kBoolean) == v1::ATTRIBUTE_TYPE_BOOLEAN);

std::vector<std::string> Strings(const google::protobuf::RepeatedPtrField<std::string>& field) {
  return {field.begin(), field.end()};
}

template <typename Attributes>
std::vector<graph::AttributeSchema> AttributesFromMessages(const Attributes& messages, ErrorList& errors) {
  std::vector<graph::AttributeSchema> attributes;
  for (const v1::AttributeSchema& message : messages) {
    const std::string at = fmt::format("attributes[{}]", attributes.size());
    if (message.type() == v1::ATTRIBUTE_TYPE_UNSPECIFIED || !v1::AttributeType_IsValid(message.type())) {
      errors.Add({Reason::kEnumUnknown, at + ".type",
                  fmt::format("attribute `{}` has type {}, which is none; use ATTRIBUTE_TYPE_TEXT, TEXT_LIST, NUMBER, "
                              "INTEGER or BOOLEAN",
                              message.name(), static_cast<int>(message.type())),
                  message.name()});
    }
    graph::AttributeSchema& attribute = attributes.emplace_back();
    attribute.name = message.name();
    attribute.type = static_cast<AttributeType>(message.type());
    attribute.description = message.description();
    attribute.unit = message.unit();
    if (message.has_minimum()) attribute.minimum = message.minimum();
    if (message.has_maximum()) attribute.maximum = message.maximum();
    attribute.allowed_values = Strings(message.allowed_values());
    attribute.required = message.required();
  }
  return attributes;
}

void AttributesToMessages(const std::vector<graph::AttributeSchema>& attributes,
                          google::protobuf::RepeatedPtrField<v1::AttributeSchema>* messages) {
  for (const graph::AttributeSchema& attribute : attributes) {
    v1::AttributeSchema* message = messages->Add();
    message->set_name(attribute.name);
    message->set_type(static_cast<v1::AttributeType>(attribute.type));
    message->set_description(attribute.description);
    message->set_unit(attribute.unit);
    if (attribute.minimum.has_value()) message->set_minimum(*attribute.minimum);
    if (attribute.maximum.has_value()) message->set_maximum(*attribute.maximum);
    message->mutable_allowed_values()->Assign(attribute.allowed_values.begin(), attribute.allowed_values.end());
    message->set_required(attribute.required);
  }
}

// The relations in an order in which each comes after the one that it is a case of. One whose super-relation is not
// among them, or that is in a circle, keeps its place after the others: graph::Schema::With says what is wrong with it.
std::vector<graph::Relation> InOrderOfPutting(std::vector<graph::Relation> relations) {
  std::set<std::string, std::less<>> waiting;
  for (const graph::Relation& relation : relations) waiting.insert(relation.name);
  std::vector<graph::Relation> ordered;
  while (!relations.empty()) {
    const auto ready = std::find_if(relations.begin(), relations.end(), [&](const graph::Relation& relation) {
      return waiting.count(relation.sub_relation_of) == 0;
    });
    const auto next = ready == relations.end() ? relations.begin() : ready;
    waiting.erase(next->name);
    ordered.push_back(std::move(*next));
    relations.erase(next);
  }
  return ordered;
}

// Reports what is wrong with the element at `at` of the text, where it begins.
void ReportAt(const std::string& at, const absl::Status& status, const TextPlaces& places, ErrorList& errors) {
  if (status.ok()) return;
  const graph::ErrorInfo info = *graph::ErrorInfoOf(status);
  for (const graph::Violation& violation : info.violations) {
    errors.Add(TextFormError(places.at(at), fmt::format("{}.{}: {}", at, violation.field, violation.description)));
  }
}

// Reads the elements of one repeated field (`field`, in `messages`) by `from_message`, reporting names that come twice.
template <typename T, typename Messages>
std::vector<T> ReadElements(std::string_view field, const Messages& messages, const TextPlaces& places,
                            absl::StatusOr<T> (*from_message)(const typename Messages::value_type&),
                            ErrorList& errors) {
  std::vector<T> elements;
  std::set<std::string> names;
  for (int i = 0; i < messages.size(); ++i) {
    const std::string at = fmt::format("{}[{}]", field, i);
    absl::StatusOr<T> element = from_message(messages[i]);
    ReportAt(at, element.status(), places, errors);
    if (!names.insert(messages[i].name()).second) {
      errors.Add(TextFormError(places.at(at), fmt::format("{}.name: `{}` comes twice", at, messages[i].name())));
    }
    if (element.ok()) elements.push_back(*std::move(element));
  }
  return elements;
}

}  // namespace

absl::StatusOr<graph::Kind> KindFromMessage(const v1::Kind& message) {
  ErrorList errors;
  graph::Kind kind;
  kind.name = message.name();
  kind.id_prefix = message.id_prefix();
  kind.description = message.description();
  kind.attributes = AttributesFromMessages(message.attributes(), errors);
  kind.ends_only = message.ends_only();
  kind.is_group = message.is_group();
  kind.needs_group = message.needs_group();
  BRAID_RETURN_IF_ERROR(errors.ToStatus());
  return kind;
}

absl::StatusOr<graph::Relation> RelationFromMessage(const v1::Relation& message) {
  ErrorList errors;
  graph::Relation relation;
  relation.name = message.name();
  relation.inverse_name = message.inverse_name();
  relation.description = message.description();
  relation.phrase = message.phrase();
  relation.inverse_phrase = message.inverse_phrase();
  relation.plus_phrase = message.plus_phrase();
  relation.plus_inverse_phrase = message.plus_inverse_phrase();
  relation.minus_phrase = message.minus_phrase();
  relation.minus_inverse_phrase = message.minus_inverse_phrase();
  relation.sub_relation_of = message.sub_relation_of();
  for (const v1::EndpointRule& rule : message.endpoints()) {
    relation.endpoints.push_back({Strings(rule.from_kinds()), Strings(rule.to_kinds())});
  }
  relation.same_kind = message.same_kind();
  if (message.max_per_subject() < 0) {
    errors.Add({Reason::kValueOutOfRange, "max_per_subject",
                fmt::format("relation `{}` allows {} edges a subject; use 0 (any number) or more", message.name(),
                            message.max_per_subject()),
                message.name()});
  }
  relation.max_per_subject = static_cast<std::uint32_t>(std::max(message.max_per_subject(), 0));
  relation.walkable = message.walkable();
  if (message.has_default_strength()) relation.default_strength = message.default_strength();
  relation.transitive = message.transitive();
  relation.acyclic = message.acyclic();
  relation.symmetric = message.symmetric();
  relation.takes_strength = message.takes_strength();
  relation.takes_sign = message.takes_sign();
  relation.takes_certainty = message.takes_certainty();
  relation.self_loops = message.self_loops();
  relation.defines_group = message.defines_group();
  relation.one_primary = message.one_primary();
  if (!v1::Inheritance_IsValid(message.inherited())) {
    errors.Add({Reason::kEnumUnknown, "inherited",
                fmt::format("relation `{}` has inheritance {}, which is none; use INHERITANCE_DOWN, or leave it out",
                            message.name(), static_cast<int>(message.inherited())),
                message.name()});
  }
  relation.inherited =
      message.inherited() == v1::INHERITANCE_DOWN ? graph::Inheritance::kDown : graph::Inheritance::kNone;
  relation.attributes = AttributesFromMessages(message.attributes(), errors);
  BRAID_RETURN_IF_ERROR(errors.ToStatus());
  return relation;
}

void KindToMessage(const graph::Kind& kind, v1::Kind* message) {
  message->set_name(kind.name);
  message->set_id_prefix(kind.id_prefix);
  message->set_description(kind.description);
  AttributesToMessages(kind.attributes, message->mutable_attributes());
  message->set_ends_only(kind.ends_only);
  message->set_is_group(kind.is_group);
  message->set_needs_group(kind.needs_group);
}

void RelationToMessage(const graph::Relation& relation, v1::Relation* message) {
  message->set_name(relation.name);
  message->set_inverse_name(relation.inverse_name);
  message->set_description(relation.description);
  message->set_phrase(relation.phrase);
  message->set_inverse_phrase(relation.inverse_phrase);
  message->set_plus_phrase(relation.plus_phrase);
  message->set_plus_inverse_phrase(relation.plus_inverse_phrase);
  message->set_minus_phrase(relation.minus_phrase);
  message->set_minus_inverse_phrase(relation.minus_inverse_phrase);
  message->set_sub_relation_of(relation.sub_relation_of);
  for (const graph::EndpointRule& rule : relation.endpoints) {
    v1::EndpointRule* endpoint = message->add_endpoints();
    endpoint->mutable_from_kinds()->Assign(rule.from.begin(), rule.from.end());
    endpoint->mutable_to_kinds()->Assign(rule.to.begin(), rule.to.end());
  }
  message->set_same_kind(relation.same_kind);
  message->set_max_per_subject(static_cast<std::int32_t>(relation.max_per_subject));
  message->set_walkable(relation.walkable);
  if (relation.default_strength.has_value()) message->set_default_strength(*relation.default_strength);
  message->set_transitive(relation.transitive);
  message->set_acyclic(relation.acyclic);
  message->set_symmetric(relation.symmetric);
  message->set_takes_strength(relation.takes_strength);
  message->set_takes_sign(relation.takes_sign);
  message->set_takes_certainty(relation.takes_certainty);
  message->set_self_loops(relation.self_loops);
  message->set_defines_group(relation.defines_group);
  message->set_one_primary(relation.one_primary);
  if (relation.inherited == graph::Inheritance::kDown) message->set_inherited(v1::INHERITANCE_DOWN);
  AttributesToMessages(relation.attributes, message->mutable_attributes());
}

void SchemaToMessage(const graph::Schema& schema, v1::Schema* message) {
  for (std::size_t i = 0; i < schema.kind_count(); ++i) {
    KindToMessage(schema.kind(static_cast<graph::KindIndex>(i)), message->add_kinds());
  }
  for (std::size_t i = 0; i < schema.relation_count(); ++i) {
    RelationToMessage(schema.relation(static_cast<graph::RelationIndex>(i)), message->add_relations());
  }
}

absl::StatusOr<std::vector<graph::Change>> SchemaChangesFromText(std::string_view text) {
  v1::Schema message;
  TextPlaces places;
  BRAID_RETURN_IF_ERROR(ParseTextForm(text, &message, &places));
  ErrorList errors;
  std::vector<graph::Kind> kinds = ReadElements("kinds", message.kinds(), places, &KindFromMessage, errors);
  std::vector<graph::Relation> relations =
      ReadElements("relations", message.relations(), places, &RelationFromMessage, errors);
  BRAID_RETURN_IF_ERROR(errors.ToStatus());
  std::vector<graph::Change> changes;
  for (graph::Kind& kind : kinds) changes.push_back(graph::PutKind{std::move(kind)});
  for (graph::Relation& relation : InOrderOfPutting(std::move(relations))) {
    changes.push_back(graph::PutRelation{std::move(relation)});
  }
  return changes;
}

}  // namespace braid::ontology
