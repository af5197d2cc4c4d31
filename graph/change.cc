#include "graph/change.h"

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <variant>
#include <vector>

#include "xxhash.h"

namespace braid::graph {
namespace {

// Feeds values to XXH3 so that no two different ones give the same bytes: numbers in eight bytes, little-endian; texts
// and lists behind their length; optionals and variants behind a tag. What a change ignores
// (revisions) is left out.
class Digester {
 public:
  Digester() : state_(XXH3_createState(), XXH3_freeState) {
    if (state_ == nullptr) std::abort();  // out of memory, as `new` would end
    XXH3_128bits_reset(state_.get());
  }

  Digest128 Finish() const {
    const XXH128_hash_t hash = XXH3_128bits_digest(state_.get());
    return {hash.high64, hash.low64};
  }

  void Put(std::uint64_t number) {
    unsigned char bytes[8];
    for (std::size_t i = 0; i < 8; ++i) bytes[i] = static_cast<unsigned char>(number >> (8 * i));
    XXH3_128bits_update(state_.get(), bytes, sizeof bytes);
  }
  void Put(std::string_view text) {
    Put(std::uint64_t{text.size()});
    XXH3_128bits_update(state_.get(), text.data(), text.size());
  }
  void Put(const std::string& text) { Put(std::string_view(text)); }
  void Put(bool value) { Put(std::uint64_t{value ? 1U : 0U}); }
  void Put(double number) { Put(std::bit_cast<std::uint64_t>(number)); }
  void Put(std::int64_t number) { Put(static_cast<std::uint64_t>(number)); }
  void Put(std::uint32_t number) { Put(std::uint64_t{number}); }
  template <typename T>
  requires std::is_enum_v<T>
  void Put(T value) { Put(static_cast<std::uint64_t>(value)); }
  template <typename T>
  void Put(const std::vector<T>& list) {
    Put(std::uint64_t{list.size()});
    for (const T& item : list) Put(item);
  }
  template <typename T>
  void Put(const std::optional<T>& value) {
    Put(value.has_value());
    if (value) Put(*value);
  }
  template <typename... T>
  void Put(const std::variant<T...>& value) {
    Put(std::uint64_t{value.index()});
    std::visit([&](const auto& alternative) { Put(alternative); }, value);
  }

  void Put(const Label& label) { All(label.text, label.language, label.role, label.scope); }
  void Put(const Attribute& attribute) { All(attribute.name, attribute.value); }
  void Put(const Mapping& mapping) {
    All(mapping.predicate_id, mapping.object_id, mapping.object_label, mapping.justification, mapping.confidence,
        mapping.negated, mapping.attributes);
  }
  void Put(const Node& node) {
    All(node.id, node.kind, node.labels, node.definition, node.attributes, node.mappings, node.obsolete,
        node.replaced_by, node.aliases);
  }
  void Put(const Claim& claim) { All(claim.polarity, claim.evidence_ids, claim.asserted_by, claim.note); }
  void Put(const EdgeKey& key) { All(key.subject_id, key.relation, key.object_id); }
  void Put(const Edge& edge) {
    All(edge.key, edge.strength, edge.sign, edge.certainty, edge.certainty_basis, edge.primary, edge.claims,
        edge.attributes);
  }
  void Put(const Document& document) { All(document.name, document.content_type, document.content); }
  void Put(const AttributeSchema& schema) {
    All(schema.name, schema.type, schema.description, schema.unit, schema.minimum, schema.maximum,
        schema.allowed_values, schema.required);
  }
  void Put(const Kind& kind) {
    All(kind.name, kind.id_prefix, kind.description, kind.attributes, kind.ends_only, kind.is_group, kind.needs_group);
  }
  void Put(const EndpointRule& rule) { All(rule.from, rule.to); }
  void Put(const Relation& relation) {
    All(relation.name, relation.inverse_name, relation.description, relation.phrase, relation.inverse_phrase,
        relation.plus_phrase, relation.plus_inverse_phrase, relation.minus_phrase, relation.minus_inverse_phrase,
        relation.sub_relation_of, relation.endpoints, relation.same_kind, relation.max_per_subject, relation.walkable,
        relation.default_strength, relation.transitive, relation.acyclic, relation.symmetric, relation.takes_strength,
        relation.takes_sign, relation.takes_certainty, relation.self_loops, relation.defines_group,
        relation.one_primary, relation.inherited, relation.attributes);
  }
  void Put(const PutNode& change) { Put(change.node); }
  void Put(const DeleteNode& change) { Put(change.id); }
  void Put(const PutEdge& change) { Put(change.edge); }
  void Put(const DeleteEdge& change) { Put(change.key); }
  void Put(const PutKind& change) { Put(change.kind); }
  void Put(const PutRelation& change) { Put(change.relation); }
  void Put(const PutDocument& change) { Put(change.document); }
  void Put(const EtagIs& condition) { All(condition.id, condition.etag); }
  void Put(const EdgeEtagIs& condition) { All(condition.key, condition.etag); }
  void Put(const Exists& condition) { Put(condition.id); }
  void Put(const Absent& condition) { Put(condition.id); }
  void Put(const HeadIs& condition) { Put(condition.revision); }

 private:
  template <typename... T>
  void All(const T&... values) {
    (Put(values), ...);
  }

  std::unique_ptr<XXH3_state_t, XXH_errorcode (*)(XXH3_state_t*)> state_;
};

}  // namespace

Digest128 DigestOf(const ChangeSet& change_set) {
  Digester digester;
  digester.Put(change_set.preconditions);
  digester.Put(change_set.changes);
  return digester.Finish();
}

}  // namespace braid::graph
