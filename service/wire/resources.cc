#include "service/wire/resources.h"

#include <cstdint>
#include <utility>
#include <variant>

#include "fmt/format.h"

namespace braid::service::wire {
namespace {

using graph::ErrorList;
using graph::Reason;

// Our enums have the numbers of the API's, so that a cast is the table. Whoever breaks that is told here.
template <auto kOurs, auto kTheirs>
constexpr bool kSame = static_cast<int>(kOurs) == static_cast<int>(kTheirs);
static_assert(kSame<graph::LabelRole::kPreferred, v1::LABEL_ROLE_PREFERRED> &&
              kSame<graph::LabelRole::kSynonym, v1::LABEL_ROLE_SYNONYM> &&
              kSame<graph::LabelRole::kAbbreviation, v1::LABEL_ROLE_ABBREVIATION>);
static_assert(kSame<graph::Sign::kUnset, v1::SIGN_UNSPECIFIED> && kSame<graph::Sign::kPlus, v1::SIGN_PLUS> &&
              kSame<graph::Sign::kMinus, v1::SIGN_MINUS>);
static_assert(kSame<graph::Certainty::kUnset, v1::CERTAINTY_UNSPECIFIED> &&
              kSame<graph::Certainty::kNoSource, v1::CERTAINTY_NO_SOURCE> &&
              kSame<graph::Certainty::kVeryLow, v1::CERTAINTY_VERY_LOW> &&
              kSame<graph::Certainty::kLow, v1::CERTAINTY_LOW> &&
              kSame<graph::Certainty::kModerate, v1::CERTAINTY_MODERATE> &&
              kSame<graph::Certainty::kHigh, v1::CERTAINTY_HIGH>);
static_assert(kSame<graph::CertaintyBasis::kNone, v1::CERTAINTY_BASIS_UNSPECIFIED> &&
              kSame<graph::CertaintyBasis::kCurated, v1::CERTAINTY_BASIS_CURATED> &&
              kSame<graph::CertaintyBasis::kComputed, v1::CERTAINTY_BASIS_COMPUTED>);
static_assert(kSame<graph::Polarity::kSupports, v1::POLARITY_SUPPORTS> &&
              kSame<graph::Polarity::kNoDifference, v1::POLARITY_NO_DIFFERENCE> &&
              kSame<graph::Polarity::kNull, v1::POLARITY_NULL> && kSame<graph::Polarity::kMixed, v1::POLARITY_MIXED> &&
              kSame<graph::Polarity::kAgainst, v1::POLARITY_AGAINST> &&
              kSame<graph::Polarity::kHarm, v1::POLARITY_HARM>);

// A proto3 enum may carry any number: `known` says whether this version names it.
template <typename Ours, typename Theirs>
Ours DecodeEnum(Theirs value, bool known, Ours otherwise, const std::string& field, ErrorList& errors) {
  if (known) return static_cast<Ours>(value);
  errors.Add({Reason::kEnumUnknown, field,
              fmt::format("{}: this version knows no value {}", field, static_cast<int>(value)), ""});
  return otherwise;
}

void EncodeAttributes(const std::vector<graph::Attribute>& attributes,
                      google::protobuf::RepeatedPtrField<v1::Attribute>* out) {
  struct Setter {
    v1::Attribute* out;
    void operator()(const std::string& text) const { out->set_text(text); }
    void operator()(const std::vector<std::string>& texts) const {
      out->mutable_text_list()->mutable_items()->Assign(texts.begin(), texts.end());
    }
    void operator()(double number) const { out->set_number(number); }
    void operator()(std::int64_t integer) const { out->set_integer(integer); }
    void operator()(bool boolean) const { out->set_boolean(boolean); }
  };
  for (const graph::Attribute& attribute : attributes) {
    v1::Attribute* message = out->Add();
    message->set_name(attribute.name);
    std::visit(Setter{message}, attribute.value);
  }
}

std::vector<graph::Attribute> DecodeAttributes(const google::protobuf::RepeatedPtrField<v1::Attribute>& messages,
                                               const std::string& field, ErrorList& errors) {
  std::vector<graph::Attribute> attributes;
  attributes.reserve(static_cast<std::size_t>(messages.size()));
  for (int i = 0; i < messages.size(); ++i) {
    const v1::Attribute& message = messages[i];
    graph::Attribute& attribute = attributes.emplace_back();
    attribute.name = message.name();
    switch (message.value_case()) {
      case v1::Attribute::kText:
        attribute.value = message.text();
        break;
      case v1::Attribute::kTextList:
        attribute.value =
            std::vector<std::string>(message.text_list().items().begin(), message.text_list().items().end());
        break;
      case v1::Attribute::kNumber:
        attribute.value = message.number();
        break;
      case v1::Attribute::kInteger:
        attribute.value = message.integer();
        break;
      case v1::Attribute::kBoolean:
        attribute.value = message.boolean();
        break;
      case v1::Attribute::VALUE_NOT_SET:
        AddRequired(fmt::format("{}.attributes[{}].value", field, i), errors);
        break;
    }
  }
  return attributes;
}

void EncodeLabel(const graph::Label& label, v1::Label* out) {
  out->set_text(label.text);
  out->set_language(label.language);
  out->set_role(static_cast<v1::LabelRole>(label.role));
  out->set_scope(label.scope);
}

graph::Label DecodeLabel(const v1::Label& message, const std::string& field, ErrorList& errors) {
  graph::Label label{message.text(), message.language(), graph::LabelRole::kPreferred, message.scope()};
  if (label.language.empty()) label.language = "en";
  if (message.role() != v1::LABEL_ROLE_UNSPECIFIED) {
    label.role = DecodeEnum(message.role(), v1::LabelRole_IsValid(message.role()), label.role, field + ".role", errors);
  }
  return label;
}

void EncodeMapping(const graph::Mapping& mapping, v1::Mapping* out) {
  out->set_predicate_id(mapping.predicate_id);
  out->set_object_id(mapping.object_id);
  out->set_object_label(mapping.object_label);
  out->set_justification(mapping.justification);
  if (mapping.confidence.has_value()) out->set_confidence(*mapping.confidence);
  out->set_negated(mapping.negated);
  EncodeAttributes(mapping.attributes, out->mutable_attributes());
}

graph::Mapping DecodeMapping(const v1::Mapping& message, const std::string& field, ErrorList& errors) {
  graph::Mapping mapping;
  mapping.predicate_id = message.predicate_id();
  mapping.object_id = message.object_id();
  mapping.object_label = message.object_label();
  mapping.justification = message.justification();
  if (message.has_confidence()) mapping.confidence = message.confidence();
  mapping.negated = message.negated();
  mapping.attributes = DecodeAttributes(message.attributes(), field, errors);
  return mapping;
}

void EncodeClaim(const graph::Claim& claim, v1::Claim* out) {
  out->set_polarity(static_cast<v1::Polarity>(claim.polarity));
  out->mutable_evidence_ids()->Assign(claim.evidence_ids.begin(), claim.evidence_ids.end());
  out->set_asserted_by(claim.asserted_by);
  out->set_note(claim.note);
}

graph::Claim DecodeClaim(const v1::Claim& message, const std::string& field, ErrorList& errors) {
  graph::Claim claim;
  if (message.polarity() == v1::POLARITY_UNSPECIFIED) {
    AddRequired(field + ".polarity", errors);
  } else {
    claim.polarity = DecodeEnum(message.polarity(), v1::Polarity_IsValid(message.polarity()), claim.polarity,
                                field + ".polarity", errors);
  }
  claim.evidence_ids.assign(message.evidence_ids().begin(), message.evidence_ids().end());
  claim.asserted_by = message.asserted_by();
  claim.note = message.note();
  return claim;
}

}  // namespace

void AddRequired(const std::string& field, ErrorList& errors) {
  errors.Add({Reason::kFieldRequired, field, fmt::format("{} must be set", field), ""});
}

absl::StatusOr<NodeView> DecodeView(v1::View view, bool full_by_default,
                                    const google::protobuf::RepeatedPtrField<std::string>& languages) {
  if (!v1::View_IsValid(view)) {
    return graph::MakeError(Reason::kEnumUnknown,
                            fmt::format("view: this version knows no value {}", static_cast<int>(view)), "view");
  }
  const bool full = view == v1::VIEW_UNSPECIFIED ? full_by_default : view == v1::VIEW_FULL;
  return NodeView{full, {languages.begin(), languages.end()}};
}

void EncodeNode(const graph::Node& node, const NodeView& view, v1::Node* out) {
  out->set_id(node.id);
  out->set_kind(node.kind);
  out->set_preferred_label(std::string(node.PreferredLabel(view.languages)));
  out->set_obsolete(node.obsolete);
  out->set_etag(graph::EtagOf(node.update_revision));
  if (!view.full) return;
  for (const graph::Label& label : node.labels) EncodeLabel(label, out->add_labels());
  out->set_definition(node.definition);
  EncodeAttributes(node.attributes, out->mutable_attributes());
  for (const graph::Mapping& mapping : node.mappings) EncodeMapping(mapping, out->add_mappings());
  out->mutable_replaced_by_ids()->Assign(node.replaced_by.begin(), node.replaced_by.end());
  out->mutable_alias_ids()->Assign(node.aliases.begin(), node.aliases.end());
  out->set_create_revision(static_cast<std::int64_t>(graph::Number(node.create_revision)));
  out->set_update_revision(static_cast<std::int64_t>(graph::Number(node.update_revision)));
}

void EncodeNode(const graph::Snapshot& snapshot, graph::NodeIndex index, const NodeView& view, v1::Node* out) {
  EncodeNode(snapshot.node(index), view, out);
}

void EncodeEdge(const graph::Edge& edge, v1::Edge* out) {
  out->mutable_key()->set_subject_id(edge.key.subject_id);
  out->mutable_key()->set_relation(edge.key.relation);
  out->mutable_key()->set_object_id(edge.key.object_id);
  if (edge.strength.has_value()) out->set_strength(*edge.strength);
  out->set_sign(static_cast<v1::Sign>(edge.sign));
  out->set_certainty(static_cast<v1::Certainty>(edge.certainty));
  out->set_certainty_basis(static_cast<v1::CertaintyBasis>(edge.certainty_basis));
  out->set_primary(edge.primary);
  for (const graph::Claim& claim : edge.claims) EncodeClaim(claim, out->add_claims());
  EncodeAttributes(edge.attributes, out->mutable_attributes());
  out->set_etag(graph::EtagOf(edge.update_revision));
  out->set_update_revision(static_cast<std::int64_t>(graph::Number(edge.update_revision)));
}

graph::Node DecodeNode(const v1::Node& message, const std::string& field, ErrorList& errors) {
  graph::Node node;
  node.id = message.id();
  node.kind = message.kind();
  for (int i = 0; i < message.labels_size(); ++i) {
    node.labels.push_back(DecodeLabel(message.labels(i), fmt::format("{}.labels[{}]", field, i), errors));
  }
  node.definition = message.definition();
  node.attributes = DecodeAttributes(message.attributes(), field, errors);
  for (int i = 0; i < message.mappings_size(); ++i) {
    node.mappings.push_back(DecodeMapping(message.mappings(i), fmt::format("{}.mappings[{}]", field, i), errors));
  }
  node.obsolete = message.obsolete();
  node.replaced_by.assign(message.replaced_by_ids().begin(), message.replaced_by_ids().end());
  node.aliases.assign(message.alias_ids().begin(), message.alias_ids().end());
  return node;
}

graph::Edge DecodeEdge(const v1::Edge& message, const std::string& field, ErrorList& errors) {
  graph::Edge edge;
  if (message.has_key()) {
    edge.key = DecodeEdgeKey(message.key());
  } else {
    AddRequired(field + ".key", errors);
  }
  if (message.has_strength()) edge.strength = message.strength();
  edge.sign = DecodeEnum(message.sign(), v1::Sign_IsValid(message.sign()), edge.sign, field + ".sign", errors);
  edge.certainty = DecodeCertainty(message.certainty(), field + ".certainty", errors);
  edge.certainty_basis = DecodeEnum(message.certainty_basis(), v1::CertaintyBasis_IsValid(message.certainty_basis()),
                                    edge.certainty_basis, field + ".certainty_basis", errors);
  edge.primary = message.primary();
  for (int i = 0; i < message.claims_size(); ++i) {
    edge.claims.push_back(DecodeClaim(message.claims(i), fmt::format("{}.claims[{}]", field, i), errors));
  }
  edge.attributes = DecodeAttributes(message.attributes(), field, errors);
  return edge;
}

graph::EdgeKey DecodeEdgeKey(const v1::EdgeKey& message) {
  return {message.subject_id(), message.relation(), message.object_id()};
}

graph::Certainty DecodeCertainty(v1::Certainty certainty, const std::string& field, ErrorList& errors) {
  return DecodeEnum(certainty, v1::Certainty_IsValid(certainty), graph::Certainty::kUnset, field, errors);
}

}  // namespace braid::service::wire
