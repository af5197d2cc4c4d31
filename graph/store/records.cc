#include "graph/store/records.h"

#include <chrono>
#include <cmath>
#include <type_traits>
#include <utility>

#include "braid/storage/v1/records.pb.h"

namespace braid::graph::store {
namespace {

// One set of overloads: the templates below find those of the header too.
using store::FromRecord;
using store::ToRecord;

// What the templates below call.
void ToRecord(const Label& label, record::Label& out);
bool FromRecord(record::Label& in, Label& out);
void ToRecord(const Attribute& attribute, record::Attribute& out);
bool FromRecord(record::Attribute& in, Attribute& out);
void ToRecord(const Mapping& mapping, record::Mapping& out);
bool FromRecord(record::Mapping& in, Mapping& out);
void ToRecord(const Claim& claim, record::Claim& out);
bool FromRecord(record::Claim& in, Claim& out);
void ToRecord(const AttributeSchema& schema, record::AttributeSchema& out);
bool FromRecord(record::AttributeSchema& in, AttributeSchema& out);
void ToRecord(const EndpointRule& rule, record::EndpointRule& out);
bool FromRecord(record::EndpointRule& in, EndpointRule& out);
void ToRecord(const NodeAt& node, record::NodeAt& out);
bool FromRecord(record::NodeAt& in, NodeAt& out);

// Whether `number` lies in [least, most], and then `out` set to it.
template <typename E>
bool SetEnum(std::uint32_t number, E least, E most, E& out) {
  if (number < static_cast<std::uint32_t>(least) || number > static_cast<std::uint32_t>(most)) return false;
  out = static_cast<E>(number);
  return true;
}

void ToRecord(const Attribute& attribute, record::Attribute& out) {
  out.set_name(attribute.name);
  std::visit(
      [&out](const auto& value) {
        using T = std::decay_t<decltype(value)>;
        if constexpr (std::is_same_v<T, std::string>) {
          out.set_text(value);
        } else if constexpr (std::is_same_v<T, std::vector<std::string>>) {
          record::TextList* list = out.mutable_text_list();
          for (const std::string& text : value) list->add_values(text);
        } else if constexpr (std::is_same_v<T, double>) {
          out.set_number(value);
        } else if constexpr (std::is_same_v<T, std::int64_t>) {
          out.set_integer(value);
        } else {
          static_assert(std::is_same_v<T, bool>);
          out.set_boolean(value);
        }
      },
      attribute.value);
}

template <typename Repeated>
std::vector<std::string> TakeStrings(Repeated& in) {
  std::vector<std::string> out;
  out.reserve(static_cast<std::size_t>(in.size()));
  for (std::string& text : in) out.push_back(std::move(text));
  return out;
}

bool FromRecord(record::Attribute& in, Attribute& out) {
  out.name = std::move(*in.mutable_name());
  switch (in.value_case()) {
    case record::Attribute::kText:
      out.value = std::move(*in.mutable_text());
      return true;
    case record::Attribute::kTextList:
      out.value = TakeStrings(*in.mutable_text_list()->mutable_values());
      return true;
    case record::Attribute::kNumber:
      out.value = in.number();
      return true;
    case record::Attribute::kInteger:
      out.value = std::int64_t{in.integer()};
      return true;
    case record::Attribute::kBoolean:
      out.value = in.boolean();
      return true;
    case record::Attribute::VALUE_NOT_SET:
      return false;
  }
  return false;
}

template <typename Values, typename Repeated>
void ToRecords(const Values& values, Repeated& out) {
  out.Reserve(static_cast<int>(values.size()));
  for (const auto& value : values) ToRecord(value, *out.Add());
}

template <typename Repeated, typename Value>
bool FromRecords(Repeated& in, std::vector<Value>& out) {
  out.clear();
  out.resize(static_cast<std::size_t>(in.size()));
  for (int i = 0; i < in.size(); ++i) {
    if (!FromRecord(*in.Mutable(i), out[static_cast<std::size_t>(i)])) return false;
  }
  return true;
}

void ToRecord(const Label& label, record::Label& out) {
  out.set_text(label.text);
  out.set_language(label.language);
  out.set_role(static_cast<std::uint32_t>(label.role));
  out.set_scope(label.scope);
}

bool FromRecord(record::Label& in, Label& out) {
  out.text = std::move(*in.mutable_text());
  out.language = std::move(*in.mutable_language());
  out.scope = std::move(*in.mutable_scope());
  return SetEnum(in.role(), LabelRole::kPreferred, LabelRole::kAbbreviation, out.role);
}

void ToRecord(const Mapping& mapping, record::Mapping& out) {
  out.set_predicate_id(mapping.predicate_id);
  out.set_object_id(mapping.object_id);
  out.set_object_label(mapping.object_label);
  out.set_justification(mapping.justification);
  if (mapping.confidence) out.set_confidence(*mapping.confidence);
  out.set_negated(mapping.negated);
  ToRecords(mapping.attributes, *out.mutable_attributes());
}

bool FromRecord(record::Mapping& in, Mapping& out) {
  out.predicate_id = std::move(*in.mutable_predicate_id());
  out.object_id = std::move(*in.mutable_object_id());
  out.object_label = std::move(*in.mutable_object_label());
  out.justification = std::move(*in.mutable_justification());
  if (in.has_confidence()) out.confidence = in.confidence();
  out.negated = in.negated();
  return FromRecords(*in.mutable_attributes(), out.attributes);
}

void ToRecord(const Claim& claim, record::Claim& out) {
  out.set_polarity(static_cast<std::uint32_t>(claim.polarity));
  for (const std::string& id : claim.evidence_ids) out.add_evidence_ids(id);
  out.set_asserted_by(claim.asserted_by);
  out.set_note(claim.note);
}

bool FromRecord(record::Claim& in, Claim& out) {
  out.evidence_ids = TakeStrings(*in.mutable_evidence_ids());
  out.asserted_by = std::move(*in.mutable_asserted_by());
  out.note = std::move(*in.mutable_note());
  return SetEnum(in.polarity(), Polarity::kSupports, Polarity::kHarm, out.polarity);
}

void ToRecord(const AttributeSchema& schema, record::AttributeSchema& out) {
  out.set_name(schema.name);
  out.set_type(static_cast<std::uint32_t>(schema.type));
  out.set_description(schema.description);
  out.set_unit(schema.unit);
  if (schema.minimum) out.set_minimum(*schema.minimum);
  if (schema.maximum) out.set_maximum(*schema.maximum);
  for (const std::string& value : schema.allowed_values) out.add_allowed_values(value);
  out.set_required(schema.required);
}

bool FromRecord(record::AttributeSchema& in, AttributeSchema& out) {
  out.name = std::move(*in.mutable_name());
  out.description = std::move(*in.mutable_description());
  out.unit = std::move(*in.mutable_unit());
  if (in.has_minimum()) out.minimum = in.minimum();
  if (in.has_maximum()) out.maximum = in.maximum();
  out.allowed_values = TakeStrings(*in.mutable_allowed_values());
  out.required = in.required();
  return SetEnum(in.type(), AttributeType::kText, AttributeType::kBoolean, out.type);
}

void ToRecord(const EndpointRule& rule, record::EndpointRule& out) {
  for (const std::string& kind : rule.from) out.add_from(kind);
  for (const std::string& kind : rule.to) out.add_to(kind);
}

bool FromRecord(record::EndpointRule& in, EndpointRule& out) {
  out.from = TakeStrings(*in.mutable_from());
  out.to = TakeStrings(*in.mutable_to());
  return true;
}

void ToRecord(const NodeAt& node, record::NodeAt& out) {
  ToRecord(node.node, *out.mutable_node());
  out.set_index(Number(node.index));
}

bool FromRecord(record::NodeAt& in, NodeAt& out) {
  out.index = NodeIndex{in.index()};
  return FromRecord(*in.mutable_node(), out.node);
}

template <typename T, typename Record>
void ToSides(const BeforeAfter<T>& change, Record& out) {
  if (change.before) ToRecord(*change.before, *out.mutable_before());
  if (change.after) ToRecord(*change.after, *out.mutable_after());
}

template <typename T, typename Record>
bool FromSides(Record& in, LoggedChange& out) {
  BeforeAfter<T> change;
  if (in.has_before() && !FromRecord(*in.mutable_before(), change.before.emplace())) return false;
  if (in.has_after() && !FromRecord(*in.mutable_after(), change.after.emplace())) return false;
  const bool changes = change.before || change.after;
  out = std::move(change);
  return changes;
}

}  // namespace

std::uint32_t StrengthParts(const std::optional<double>& strength) {
  return strength ? static_cast<std::uint32_t>(std::llround(*strength * kStrengthUnit)) : 0;
}

std::optional<double> StrengthFromParts(std::uint32_t parts) {
  if (parts == 0) return std::nullopt;
  return static_cast<double>(parts) / kStrengthUnit;
}

bool SetEdgeEnums(std::uint32_t sign, std::uint32_t certainty, std::uint32_t basis, Edge& out) {
  return SetEnum(sign, Sign::kUnset, Sign::kMinus, out.sign) &&
         SetEnum(certainty, Certainty::kUnset, Certainty::kHigh, out.certainty) &&
         SetEnum(basis, CertaintyBasis::kNone, CertaintyBasis::kComputed, out.certainty_basis);
}

void ToRecord(const Node& node, record::Node& out) {
  out.set_id(node.id);
  out.set_kind(node.kind);
  ToRecords(node.labels, *out.mutable_labels());
  out.set_definition(node.definition);
  ToRecords(node.attributes, *out.mutable_attributes());
  ToRecords(node.mappings, *out.mutable_mappings());
  out.set_obsolete(node.obsolete);
  for (const std::string& id : node.replaced_by) out.add_replaced_by(id);
  for (const std::string& id : node.aliases) out.add_aliases(id);
  out.set_create_revision(Number(node.create_revision));
  out.set_update_revision(Number(node.update_revision));
}

bool FromRecord(record::Node& in, Node& out) {
  out.id = std::move(*in.mutable_id());
  out.kind = std::move(*in.mutable_kind());
  out.definition = std::move(*in.mutable_definition());
  out.obsolete = in.obsolete();
  out.replaced_by = TakeStrings(*in.mutable_replaced_by());
  out.aliases = TakeStrings(*in.mutable_aliases());
  out.create_revision = Revision{in.create_revision()};
  out.update_revision = Revision{in.update_revision()};
  return FromRecords(*in.mutable_labels(), out.labels) && FromRecords(*in.mutable_attributes(), out.attributes) &&
         FromRecords(*in.mutable_mappings(), out.mappings);
}

void ToTail(const Edge& edge, record::EdgeTail& out) {
  ToRecords(edge.claims, *out.mutable_claims());
  ToRecords(edge.attributes, *out.mutable_attributes());
}

bool FromTail(record::EdgeTail& in, Edge& out) {
  return FromRecords(*in.mutable_claims(), out.claims) && FromRecords(*in.mutable_attributes(), out.attributes);
}

void ToRecord(const Edge& edge, record::Edge& out) {
  out.set_subject_id(edge.key.subject_id);
  out.set_relation(edge.key.relation);
  out.set_object_id(edge.key.object_id);
  out.set_strength_parts(StrengthParts(edge.strength));
  out.set_sign(static_cast<std::uint32_t>(edge.sign));
  out.set_certainty(static_cast<std::uint32_t>(edge.certainty));
  out.set_certainty_basis(static_cast<std::uint32_t>(edge.certainty_basis));
  out.set_primary(edge.primary);
  if (!edge.claims.empty() || !edge.attributes.empty()) ToTail(edge, *out.mutable_tail());
  out.set_update_revision(Number(edge.update_revision));
}

bool FromRecord(record::Edge& in, Edge& out) {
  out.key = {std::move(*in.mutable_subject_id()), std::move(*in.mutable_relation()),
             std::move(*in.mutable_object_id())};
  out.strength = StrengthFromParts(in.strength_parts());
  out.primary = in.primary();
  out.update_revision = Revision{in.update_revision()};
  return SetEdgeEnums(in.sign(), in.certainty(), in.certainty_basis(), out) && FromTail(*in.mutable_tail(), out);
}

void ToRecord(const Kind& kind, record::Kind& out) {
  out.set_name(kind.name);
  out.set_id_prefix(kind.id_prefix);
  out.set_description(kind.description);
  ToRecords(kind.attributes, *out.mutable_attributes());
  out.set_ends_only(kind.ends_only);
  out.set_is_group(kind.is_group);
  out.set_needs_group(kind.needs_group);
}

bool FromRecord(record::Kind& in, Kind& out) {
  out.name = std::move(*in.mutable_name());
  out.id_prefix = std::move(*in.mutable_id_prefix());
  out.description = std::move(*in.mutable_description());
  out.ends_only = in.ends_only();
  out.is_group = in.is_group();
  out.needs_group = in.needs_group();
  return FromRecords(*in.mutable_attributes(), out.attributes);
}

void ToRecord(const Relation& relation, record::Relation& out) {
  out.set_name(relation.name);
  out.set_inverse_name(relation.inverse_name);
  out.set_description(relation.description);
  out.set_phrase(relation.phrase);
  out.set_inverse_phrase(relation.inverse_phrase);
  out.set_sub_relation_of(relation.sub_relation_of);
  ToRecords(relation.endpoints, *out.mutable_endpoints());
  out.set_same_kind(relation.same_kind);
  out.set_max_per_subject(relation.max_per_subject);
  out.set_walkable(relation.walkable);
  if (relation.default_strength) out.set_default_strength(*relation.default_strength);
  out.set_transitive(relation.transitive);
  out.set_acyclic(relation.acyclic);
  out.set_symmetric(relation.symmetric);
  out.set_takes_strength(relation.takes_strength);
  out.set_takes_sign(relation.takes_sign);
  out.set_takes_certainty(relation.takes_certainty);
  out.set_self_loops(relation.self_loops);
  out.set_defines_group(relation.defines_group);
  out.set_one_primary(relation.one_primary);
  out.set_inherited(static_cast<std::uint32_t>(relation.inherited));
  ToRecords(relation.attributes, *out.mutable_attributes());
}

bool FromRecord(record::Relation& in, Relation& out) {
  out.name = std::move(*in.mutable_name());
  out.inverse_name = std::move(*in.mutable_inverse_name());
  out.description = std::move(*in.mutable_description());
  out.phrase = std::move(*in.mutable_phrase());
  out.inverse_phrase = std::move(*in.mutable_inverse_phrase());
  out.sub_relation_of = std::move(*in.mutable_sub_relation_of());
  out.same_kind = in.same_kind();
  out.max_per_subject = in.max_per_subject();
  out.walkable = in.walkable();
  if (in.has_default_strength()) out.default_strength = in.default_strength();
  out.transitive = in.transitive();
  out.acyclic = in.acyclic();
  out.symmetric = in.symmetric();
  out.takes_strength = in.takes_strength();
  out.takes_sign = in.takes_sign();
  out.takes_certainty = in.takes_certainty();
  out.self_loops = in.self_loops();
  out.defines_group = in.defines_group();
  out.one_primary = in.one_primary();
  return SetEnum(in.inherited(), Inheritance::kNone, Inheritance::kDown, out.inherited) &&
         FromRecords(*in.mutable_endpoints(), out.endpoints) && FromRecords(*in.mutable_attributes(), out.attributes);
}

void ToRecord(const Document& document, record::Document& out) {
  out.set_name(document.name);
  out.set_content_type(document.content_type);
  out.set_content(document.content);
  out.set_update_revision(Number(document.update_revision));
}

bool FromRecord(record::Document& in, Document& out) {
  out.name = std::move(*in.mutable_name());
  out.content_type = std::move(*in.mutable_content_type());
  out.content = std::move(*in.mutable_content());
  out.update_revision = Revision{in.update_revision()};
  return true;
}

void ToRecord(const RevisionInfo& info, record::RevisionInfo& out) {
  out.set_number(Number(info.number));
  out.set_change_set_id(info.change_set_id);
  out.set_author_name(info.author.name);
  out.set_author_proved(info.author.proved);
  out.set_time_us(std::chrono::duration_cast<std::chrono::microseconds>(info.time.time_since_epoch()).count());
  out.set_message(info.message);
  out.set_request_digest_high(info.request_digest.high);
  out.set_request_digest_low(info.request_digest.low);
  out.set_change_count(info.change_count);
}

bool FromRecord(record::RevisionInfo& in, RevisionInfo& out) {
  out.number = Revision{in.number()};
  out.change_set_id = std::move(*in.mutable_change_set_id());
  out.author = {std::move(*in.mutable_author_name()), in.author_proved()};
  out.time = std::chrono::system_clock::time_point(std::chrono::microseconds(in.time_us()));
  out.message = std::move(*in.mutable_message());
  out.request_digest = {in.request_digest_high(), in.request_digest_low()};
  out.change_count = in.change_count();
  return true;
}

void ToRecord(const LoggedChange& change, record::LoggedChange& out) {
  struct {
    record::LoggedChange& out;
    void operator()(const BeforeAfter<NodeAt>& sides) const { ToSides(sides, *out.mutable_node()); }
    void operator()(const BeforeAfter<Edge>& sides) const { ToSides(sides, *out.mutable_edge()); }
    void operator()(const BeforeAfter<Kind>& sides) const { ToSides(sides, *out.mutable_kind()); }
    void operator()(const BeforeAfter<Relation>& sides) const { ToSides(sides, *out.mutable_relation()); }
    void operator()(const BeforeAfter<Document>& sides) const { ToSides(sides, *out.mutable_document()); }
  } write{out};
  std::visit(write, change);
}

bool FromRecord(record::LoggedChange& in, LoggedChange& out) {
  switch (in.change_case()) {
    case record::LoggedChange::kNode:
      return FromSides<NodeAt>(*in.mutable_node(), out);
    case record::LoggedChange::kEdge:
      return FromSides<Edge>(*in.mutable_edge(), out);
    case record::LoggedChange::kKind:
      return FromSides<Kind>(*in.mutable_kind(), out);
    case record::LoggedChange::kRelation:
      return FromSides<Relation>(*in.mutable_relation(), out);
    case record::LoggedChange::kDocument:
      return FromSides<Document>(*in.mutable_document(), out);
    case record::LoggedChange::CHANGE_NOT_SET:
      return false;
  }
  return false;
}

}  // namespace braid::graph::store
