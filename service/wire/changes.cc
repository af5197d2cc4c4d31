#include "service/wire/changes.h"

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <random>
#include <utility>
#include <variant>

#include "fmt/format.h"
#include "graph/error.h"
#include "ontology/policy.h"
#include "ontology/schema_text.h"
#include "service/wire/resources.h"

namespace braid::service::wire {
namespace {

using graph::ErrorList;
using graph::Reason;

constexpr int kMaxChanges = 1'000'000;

// What `decoded` holds, its errors under `field`; an empty change where it holds none.
template <typename Put, typename T>
graph::Change Take(absl::StatusOr<T> decoded, const std::string& field, ErrorList& errors) {
  if (decoded.ok()) return Put{*std::move(decoded)};
  errors.Add(graph::PrefixFields(decoded.status(), field));
  return Put{};
}

graph::Change Missing(const std::string& field, ErrorList& errors) {
  AddRequired(field, errors);
  return graph::DeleteNode{};
}

graph::Change DecodeChange(const v1::Change& message, const std::string& field, ErrorList& errors) {
  switch (message.action_case()) {
    case v1::Change::kPutNode: {
      const std::string inner = field + ".put_node.node";
      if (!message.put_node().has_node()) return Missing(inner, errors);
      return graph::PutNode{DecodeNode(message.put_node().node(), inner, errors)};
    }
    case v1::Change::kDeleteNode:
      return graph::DeleteNode{message.delete_node().id()};
    case v1::Change::kPutEdge: {
      const std::string inner = field + ".put_edge.edge";
      if (!message.put_edge().has_edge()) return Missing(inner, errors);
      return graph::PutEdge{DecodeEdge(message.put_edge().edge(), inner, errors)};
    }
    case v1::Change::kDeleteEdge:
      if (!message.delete_edge().has_key()) return Missing(field + ".delete_edge.key", errors);
      return graph::DeleteEdge{DecodeEdgeKey(message.delete_edge().key())};
    case v1::Change::kPutKind: {
      const std::string inner = field + ".put_kind.kind";
      if (!message.put_kind().has_kind()) return Missing(inner, errors);
      return Take<graph::PutKind>(ontology::KindFromMessage(message.put_kind().kind()), inner, errors);
    }
    case v1::Change::kPutRelation: {
      const std::string inner = field + ".put_relation.relation";
      if (!message.put_relation().has_relation()) return Missing(inner, errors);
      return Take<graph::PutRelation>(ontology::RelationFromMessage(message.put_relation().relation()), inner, errors);
    }
    case v1::Change::kSetPolicy:
      if (!message.set_policy().has_policy()) return Missing(field + ".set_policy.policy", errors);
      return graph::PutDocument{{std::string(ontology::kPolicyDocument), std::string(ontology::kPolicyContentType),
                                 ontology::PolicyText(message.set_policy().policy()), graph::Revision{}}};
    case v1::Change::ACTION_NOT_SET:
      break;
  }
  return Missing(field + ".action", errors);
}

graph::Precondition DecodePrecondition(const v1::Precondition& message, const std::string& field, ErrorList& errors) {
  switch (message.condition_case()) {
    case v1::Precondition::kEtag: {
      const v1::EtagIs& etag = message.etag();
      if (etag.etag().empty()) AddRequired(field + ".etag.etag", errors);
      if (etag.has_edge_key() == !etag.id().empty()) {
        errors.Add({Reason::kFieldRequired, field + ".etag.id",
                    fmt::format("{}.etag names a node by `id` or an edge by `edge_key`: one of the two", field), ""});
      }
      if (etag.has_edge_key()) return graph::EdgeEtagIs{DecodeEdgeKey(etag.edge_key()), etag.etag()};
      return graph::EtagIs{etag.id(), etag.etag()};
    }
    case v1::Precondition::kExists:
      return graph::Exists{message.exists()};
    case v1::Precondition::kAbsent:
      return graph::Absent{message.absent()};
    case v1::Precondition::kHeadRevision:
      if (message.head_revision() < 0) {
        errors.Add({Reason::kValueOutOfRange, field + ".head_revision",
                    fmt::format("{}.head_revision {} is negative", field, message.head_revision()), ""});
        break;
      }
      return graph::HeadIs{graph::Revision{static_cast<std::uint64_t>(message.head_revision())}};
    case v1::Precondition::CONDITION_NOT_SET:
      AddRequired(field + ".condition", errors);
      break;
  }
  return graph::Exists{};
}

bool IsUuid(std::string_view text) {
  if (text.size() != 36) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const bool hyphen = i == 8 || i == 13 || i == 18 || i == 23;
    const bool hex = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
    if (hyphen ? c != '-' : !hex) return false;
  }
  return true;
}

std::string DecodeChangeSetId(const std::string& text, ErrorList& errors) {
  if (text.empty()) return MakeUuid();
  absl::StatusOr<std::string> id = CanonicalUuid(text, "change_set_id");
  if (id.ok()) return *std::move(id);
  errors.Add(id.status());
  return text;
}

constexpr NodeView FullView() { return {true, {}}; }

struct AppliedChangeEncoder {
  v1::AppliedChange* out;

  void operator()(const graph::BeforeAfter<graph::NodeAt>& change) const {
    v1::NodeChange* node = out->mutable_node();
    if (change.before.has_value()) EncodeNode(change.before->node, FullView(), node->mutable_before());
    if (change.after.has_value()) EncodeNode(change.after->node, FullView(), node->mutable_after());
  }
  void operator()(const graph::BeforeAfter<graph::Edge>& change) const {
    v1::EdgeChange* edge = out->mutable_edge();
    if (change.before.has_value()) EncodeEdge(*change.before, edge->mutable_before());
    if (change.after.has_value()) EncodeEdge(*change.after, edge->mutable_after());
  }
  void operator()(const graph::BeforeAfter<graph::Kind>& change) const {
    v1::KindChange* kind = out->mutable_kind();
    if (change.before.has_value()) ontology::KindToMessage(*change.before, kind->mutable_before());
    if (change.after.has_value()) ontology::KindToMessage(*change.after, kind->mutable_after());
  }
  void operator()(const graph::BeforeAfter<graph::Relation>& change) const {
    v1::RelationChange* relation = out->mutable_relation();
    if (change.before.has_value()) ontology::RelationToMessage(*change.before, relation->mutable_before());
    if (change.after.has_value()) ontology::RelationToMessage(*change.after, relation->mutable_after());
  }
  void operator()(const graph::BeforeAfter<graph::Document>& change) const {
    v1::DocumentChange* document = out->mutable_document();
    const graph::Document& either = change.after.has_value() ? *change.after : *change.before;
    document->set_name(either.name);
    document->set_content_type(either.content_type);
    if (change.before.has_value()) document->set_before(change.before->content);
    if (change.after.has_value()) document->set_after(change.after->content);
  }
};

}  // namespace

absl::StatusOr<std::string> CanonicalUuid(std::string_view text, std::string_view field) {
  if (!IsUuid(text)) {
    return graph::MakeError(Reason::kValueOutOfRange,
                            fmt::format("{} is not a UUID, such as 0b6ab2f6-6a3c-4a55-9d3a-0f5fd1b1c7aa", field),
                            std::string(field));
  }
  std::string id(text);
  for (char& c : id) {
    if (c >= 'A' && c <= 'F') c = static_cast<char>(c - 'A' + 'a');
  }
  return id;
}

std::string MakeUuid() {
  std::random_device random;
  std::array<std::uint32_t, 4> words;
  for (std::uint32_t& word : words) word = random();
  words[1] = (words[1] & 0xFFFF'0FFFU) | 0x0000'4000U;  // version 4
  words[2] = (words[2] & 0x3FFF'FFFFU) | 0x8000'0000U;  // the variant of RFC 9562
  return fmt::format("{:08x}-{:04x}-{:04x}-{:04x}-{:04x}{:08x}", words[0], words[1] >> 16U, words[1] & 0xFFFFU,
                     words[2] >> 16U, words[2] & 0xFFFFU, words[3]);
}

absl::StatusOr<graph::ChangeSet> DecodeChangeSet(const v1::CommitRequest& request, const graph::Author& author) {
  ErrorList errors;
  graph::ChangeSet change_set;
  change_set.id = DecodeChangeSetId(request.change_set_id(), errors);
  change_set.author = author;
  change_set.message = request.message();
  if (request.changes().empty()) AddRequired("changes", errors);
  if (request.changes_size() > kMaxChanges) {
    errors.Add({Reason::kValueOutOfRange, "changes",
                fmt::format("{} changes are more than {}; split the change set", request.changes_size(), kMaxChanges),
                ""});
    return errors.ToStatus();
  }
  change_set.changes.reserve(static_cast<std::size_t>(request.changes_size()));
  for (int i = 0; i < request.changes_size(); ++i) {
    change_set.changes.push_back(DecodeChange(request.changes(i), fmt::format("changes[{}]", i), errors));
  }
  for (int i = 0; i < request.preconditions_size(); ++i) {
    change_set.preconditions.push_back(
        DecodePrecondition(request.preconditions(i), fmt::format("preconditions[{}]", i), errors));
  }
  if (!errors.empty()) return errors.ToStatus();
  return change_set;
}

void EncodeRevision(const graph::RevisionInfo& info, v1::Revision* out) {
  out->set_number(static_cast<std::int64_t>(graph::Number(info.number)));
  out->set_change_set_id(info.change_set_id);
  out->mutable_author()->set_name(info.author.name);
  out->mutable_author()->set_proved(info.author.proved);
  const auto since_epoch = info.time.time_since_epoch();
  const auto seconds = std::chrono::floor<std::chrono::seconds>(since_epoch);
  out->mutable_time()->set_seconds(seconds.count());
  out->mutable_time()->set_nanos(static_cast<std::int32_t>(std::chrono::nanoseconds(since_epoch - seconds).count()));
  out->set_message(info.message);
  out->set_change_count(static_cast<std::int64_t>(info.change_count));
}

void EncodeAppliedChange(const graph::LoggedChange& change, v1::AppliedChange* out) {
  std::visit(AppliedChangeEncoder{out}, change);
}

}  // namespace braid::service::wire
