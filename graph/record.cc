#include "graph/record.h"

#include <algorithm>
#include <cstring>
#include <memory>
#include <type_traits>
#include <utility>
#include <variant>

#include "graph/text.h"

namespace braid::graph {
namespace {

// Heap bytes behind a value of each type, itself apart.
std::size_t Behind(const std::string& text) {
  static const std::size_t in_place = std::string().capacity();
  return text.capacity() > in_place ? HeapBlock(text.capacity() + 1) : 0;
}

std::size_t Behind(const Attribute& attribute);
std::size_t Behind(const Label& label);
std::size_t Behind(const Mapping& mapping);
std::size_t Behind(const Claim& claim);

template <typename T>
std::size_t Behind(const std::vector<T>& items) {
  std::size_t bytes = items.capacity() == 0 ? 0 : HeapBlock(items.capacity() * sizeof(T));
  for (const T& item : items) bytes += Behind(item);
  return bytes;
}

std::size_t Behind(const Attribute& attribute) {
  return Behind(attribute.name) + std::visit(
                                      [](const auto& value) -> std::size_t {
                                        if constexpr (std::is_arithmetic_v<std::decay_t<decltype(value)>>) {
                                          return 0;
                                        } else {
                                          return Behind(value);
                                        }
                                      },
                                      attribute.value);
}

std::size_t Behind(const Label& label) { return Behind(label.text) + Behind(label.language) + Behind(label.scope); }

std::size_t Behind(const Mapping& mapping) {
  return Behind(mapping.predicate_id) + Behind(mapping.object_id) + Behind(mapping.object_label) +
         Behind(mapping.justification) + Behind(mapping.attributes);
}

std::size_t Behind(const Claim& claim) {
  return Behind(claim.evidence_ids) + Behind(claim.asserted_by) + Behind(claim.note);
}

TermField FieldOf(LabelRole role) {
  switch (role) {
    case LabelRole::kPreferred:
      return TermField::kPreferredLabel;
    case LabelRole::kSynonym:
      return TermField::kSynonym;
    case LabelRole::kAbbreviation:
      return TermField::kAbbreviation;
  }
  return TermField::kSynonym;
}

}  // namespace

NodeDetail::NodeDetail(Node& node)
    : labels(std::move(node.labels)),
      definition(std::move(node.definition)),
      attributes(std::move(node.attributes)),
      mappings(std::move(node.mappings)),
      replaced_by(std::move(node.replaced_by)),
      aliases(std::move(node.aliases)) {}

bool NodeDetail::IsNeeded(const Node& node) {
  return !(node.labels.empty() && node.definition.empty() && node.attributes.empty() && node.mappings.empty() &&
           node.replaced_by.empty() && node.aliases.empty());
}

void NodeDetail::ListTerms(NodeIndex node) {
  std::vector<Term> terms;
  const auto add = [&](std::string_view text, TermField field) {
    if (!text.empty()) terms.push_back({text, node, field});
  };
  for (const std::string& alias : aliases) add(alias, TermField::kAlias);
  for (const Mapping& mapping : mappings) {
    if (!mapping.negated) add(mapping.object_id, TermField::kCode);
  }
  std::vector<std::string> normal;
  for (const Label& label : labels) normal.push_back(NormalizeLabel(label.text));
  const auto is_new = [&](std::size_t i) { return normal[i] != labels[i].text; };
  std::size_t new_count = 0;
  for (std::size_t i = 0; i < labels.size(); ++i) new_count += is_new(i) ? 1 : 0;
  normalized_.reserve(new_count);  // exactly: terms point into these strings, so they must not move
  for (std::size_t i = 0; i < labels.size(); ++i) {
    add(is_new(i) ? normalized_.emplace_back(std::move(normal[i])) : labels[i].text, FieldOf(labels[i].role));
  }
  const auto less = [](const Term& a, const Term& b) { return TermOrder{}(&a, &b); };
  std::sort(terms.begin(), terms.end(), less);
  const auto same = [&](const Term& a, const Term& b) { return !less(a, b); };
  terms.erase(std::unique(terms.begin(), terms.end(), same), terms.end());
  terms_.assign(terms.begin(), terms.end());  // no slack
}

std::size_t NodeDetail::ValueBytes() const {
  return HeapBlock(sizeof(NodeDetail)) + Behind(labels) + Behind(definition) + Behind(attributes) + Behind(mappings) +
         Behind(replaced_by) + Behind(aliases);
}

std::size_t NodeDetail::TermBytes() const {
  return (terms_.empty() ? 0 : HeapBlock(terms_.capacity() * sizeof(Term))) + Behind(normalized_);
}

NodeRecord::NodeRecord(const Node& node, NodeIndex index, KindIndex kind, NodeDetailPtr detail)
    : index_(index),
      create_revision_(node.create_revision),
      update_revision_(node.update_revision),
      detail_(std::move(detail)),
      id_size_(static_cast<std::uint32_t>(node.id.size())),
      kind_(kind),
      obsolete_(node.obsolete) {
  std::memcpy(reinterpret_cast<char*>(this + 1), node.id.data(), node.id.size());
}

NodeRecordPtr NodeRecord::Make(const Node& node, NodeIndex index, KindIndex kind, NodeDetailPtr detail) {
  return NodeRecordPtr(new (TailBytes{node.id.size()}) NodeRecord(node, index, kind, std::move(detail)));
}

std::size_t EdgeDetail::ValueBytes() const {
  return HeapBlock(sizeof(EdgeDetail)) + Behind(claims) + Behind(attributes);
}

std::size_t DocumentRecord::ValueBytes() const {
  return HeapBlock(sizeof(DocumentRecord)) + Behind(document.name) + Behind(document.content_type) +
         Behind(document.content);
}

}  // namespace braid::graph
