#include "service/lookup_handlers.h"

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "fmt/format.h"
#include "graph/error.h"
#include "graph/snapshot.h"
#include "ontology/lookup.h"
#include "ontology/policy.h"
#include "ontology/schema_text.h"
#include "service/reading.h"
#include "service/wire/errors.h"
#include "service/wire/resources.h"

namespace braid::service {
namespace {

using graph::NodeIndex;
using graph::Reason;
using graph::Snapshot;
using graph::SnapshotPtr;
using ontology::Notice;
using wire::NodeView;

constexpr int kMaxBatch = 1000;
constexpr std::size_t kNodeParts = 1;      // of a position in ListNodes: id
constexpr std::size_t kNeighborParts = 3;  // in ListNeighbors: relation, `>` or `<`, id

// The kind named, or nullopt where the name is empty.
absl::StatusOr<std::optional<graph::KindIndex>> KindAsked(const Snapshot& snapshot, const std::string& kind) {
  if (kind.empty()) return std::nullopt;
  BRAID_ASSIGN_OR_RETURN(const graph::KindIndex index, ontology::FindKind(snapshot.schema(), kind, "kind"));
  return index;
}

absl::Status Required(const std::string& text, const std::string& field) {
  if (!text.empty()) return absl::OkStatus();
  return graph::MakeError(Reason::kFieldRequired, fmt::format("{} must be set", field), field);
}

void EncodeItem(const Snapshot& snapshot, const CallContext& call, const NodeView& view,
                const absl::StatusOr<NodeIndex>& node, v1::BatchLookupItem* item) {
  if (node.ok()) {
    wire::EncodeNode(snapshot, *node, view, item->mutable_node());
  } else {
    *item->mutable_status() = wire::ToRpcStatus(node.status(), call.request_id);
  }
}

absl::StatusOr<ontology::NeighborQuery> DecodeNeighborQuery(const Snapshot& snapshot,
                                                            const v1::ListNeighborsRequest& request,
                                                            std::vector<Notice>* notices) {
  ontology::NeighborQuery query;
  BRAID_RETURN_IF_ERROR(Required(request.id(), "id"));
  BRAID_ASSIGN_OR_RETURN(query.node, ontology::FindNode(snapshot, request.id(), "id", !request.no_redirect(), notices));
  if (!request.relation().empty()) {
    BRAID_ASSIGN_OR_RETURN(query.relations, ontology::FindRelations(snapshot.schema(), request.relation(), "relation"));
  }
  if (!v1::Direction_IsValid(request.direction())) {
    return graph::MakeError(
        Reason::kEnumUnknown,
        fmt::format("direction: this version knows no value {}", static_cast<int>(request.direction())), "direction");
  }
  query.outgoing = request.direction() != v1::DIRECTION_INCOMING;
  query.incoming = request.direction() != v1::DIRECTION_OUTGOING;
  BRAID_ASSIGN_OR_RETURN(query.kind, KindAsked(snapshot, request.kind()));
  return query;
}

ontology::NeighborPosition PositionOf(const Page& page) {
  if (page.position().empty()) return {};
  return {page.position()[0], page.position()[1] == ">", page.position()[2]};
}

void EncodeNeighbor(const Snapshot& snapshot, const ontology::Neighbor& neighbor, const NodeView& view,
                    v1::Neighbor* out) {
  wire::EncodeEdge(snapshot.edge(neighbor.edge), out->mutable_edge());
  out->set_outgoing(neighbor.outgoing);
  wire::EncodeNode(snapshot, neighbor.node, view, out->mutable_node());
}

std::vector<std::string> PositionAfter(const v1::Neighbor& neighbor) {
  return {neighbor.edge().key().relation(), neighbor.outgoing() ? ">" : "<", neighbor.node().id()};
}

v1::MatchField FieldOf(ontology::MatchField field) {
  switch (field) {
    case ontology::MatchField::kId:
      return v1::MATCH_FIELD_ID;
    case ontology::MatchField::kAlias:
      return v1::MATCH_FIELD_ALIAS;
    case ontology::MatchField::kCode:
      return v1::MATCH_FIELD_CODE;
    case ontology::MatchField::kPreferredLabel:
      return v1::MATCH_FIELD_PREFERRED_LABEL;
    case ontology::MatchField::kSynonym:
      return v1::MATCH_FIELD_SYNONYM;
    case ontology::MatchField::kAbbreviation:
      return v1::MATCH_FIELD_ABBREVIATION;
  }
  return v1::MATCH_FIELD_UNSPECIFIED;
}

void EncodeCandidate(const Snapshot& snapshot, const ontology::Candidate& candidate, const NodeView& view,
                     v1::ResolveCandidate* out) {
  wire::EncodeNode(snapshot, candidate.node, view, out->mutable_node());
  out->set_field(FieldOf(candidate.field));
  out->set_matched_text(candidate.matched_text);
  out->set_exact(candidate.exact);
  out->set_language(candidate.language);
  out->set_mapping_predicate_id(candidate.predicate_id);
}

}  // namespace

absl::Status LookupHandlers::GetNode(CallContext& call, const v1::GetNodeRequest& request,
                                     v1::GetNodeResponse* response) const {
  BRAID_RETURN_IF_ERROR(Required(request.id(), "id"));
  BRAID_ASSIGN_OR_RETURN(const NodeView view, wire::DecodeView(request.view(), true, request.languages()));
  BRAID_ASSIGN_OR_RETURN(const SnapshotPtr snapshot, Pin(core_, call, request.consistency()));
  std::vector<Notice> notices;
  BRAID_ASSIGN_OR_RETURN(const NodeIndex node,
                         ontology::FindNode(*snapshot, request.id(), "id", !request.no_redirect(), &notices));
  wire::EncodeNode(*snapshot, node, view, response->mutable_node());
  FillHeader(core_, *snapshot, notices, response->mutable_header());
  return absl::OkStatus();
}

absl::Status LookupHandlers::BatchLookup(CallContext& call, const v1::BatchLookupRequest& request,
                                         v1::BatchLookupResponse* response) const {
  if (request.ids().empty()) return graph::MakeError(Reason::kFieldRequired, "ids must hold at least one id", "ids");
  if (request.ids_size() > kMaxBatch) {
    return graph::MakeError(Reason::kValueOutOfRange,
                            fmt::format("{} ids are more than {}; ask in parts", request.ids_size(), kMaxBatch), "ids");
  }
  BRAID_ASSIGN_OR_RETURN(const NodeView view, wire::DecodeView(request.view(), false, request.languages()));
  BRAID_ASSIGN_OR_RETURN(const SnapshotPtr snapshot, Pin(core_, call, request.consistency()));
  std::vector<Notice> notices;
  std::size_t bytes = 0;
  for (int i = 0; i < request.ids_size(); ++i) {
    const std::string field = fmt::format("ids[{}]", i);
    v1::BatchLookupItem* item = response->add_items();
    item->set_id(request.ids(i));
    absl::StatusOr<NodeIndex> node =
        bytes <= wire::kMaxReplyBytes
            ? ontology::FindNode(*snapshot, request.ids(i), field, !request.no_redirect(), &notices)
            : graph::MakeError(Reason::kLimitExceeded, "the reply is as large as it may get; ask for this one apart",
                               field, "reply_bytes");
    EncodeItem(*snapshot, call, view, node, item);
    bytes += item->ByteSizeLong();
  }
  FillHeader(core_, *snapshot, notices, response->mutable_header());
  return absl::OkStatus();
}

absl::Status LookupHandlers::ListNodes(CallContext& call, const v1::ListNodesRequest& request,
                                       v1::ListNodesResponse* response) const {
  BRAID_ASSIGN_OR_RETURN(const NodeView view, wire::DecodeView(request.view(), false, request.languages()));
  BRAID_ASSIGN_OR_RETURN(const Page page, Page::Open(core_, call, request, kNodeParts));
  const Snapshot& snapshot = page.snapshot();
  BRAID_ASSIGN_OR_RETURN(const std::optional<graph::KindIndex> kind, KindAsked(snapshot, request.kind()));
  std::size_t bytes = 0;
  const std::string after = page.position().empty() ? "" : page.position().front();
  snapshot.VisitNodes(kind, after, [&](NodeIndex index) {
    if (snapshot.IsObsolete(index) && !request.include_obsolete()) return true;
    if (static_cast<std::size_t>(response->nodes_size()) == page.size() || bytes > wire::kMaxReplyBytes) {
      response->set_next_page_token(page.NextToken({response->nodes().rbegin()->id()}));
      return false;
    }
    v1::Node* node = response->add_nodes();
    wire::EncodeNode(snapshot, index, view, node);
    bytes += node->ByteSizeLong();
    return true;
  });
  FillHeader(core_, snapshot, response->mutable_header());
  return absl::OkStatus();
}

absl::Status LookupHandlers::ListNeighbors(CallContext& call, const v1::ListNeighborsRequest& request,
                                           v1::ListNeighborsResponse* response) const {
  BRAID_ASSIGN_OR_RETURN(const NodeView view, wire::DecodeView(request.view(), false, request.languages()));
  BRAID_ASSIGN_OR_RETURN(const Page page, Page::Open(core_, call, request, kNeighborParts));
  const Snapshot& snapshot = page.snapshot();
  std::vector<Notice> notices;
  BRAID_ASSIGN_OR_RETURN(const ontology::NeighborQuery query, DecodeNeighborQuery(snapshot, request, &notices));
  const ontology::NeighborPage found = ontology::ListNeighbors(snapshot, query, PositionOf(page), page.size());
  std::size_t bytes = 0;
  bool more = found.next.has_value();
  for (const ontology::Neighbor& neighbor : found.neighbors) {
    if (bytes > wire::kMaxReplyBytes) {
      more = true;
      break;
    }
    v1::Neighbor* out = response->add_neighbors();
    EncodeNeighbor(snapshot, neighbor, view, out);
    bytes += out->ByteSizeLong();
  }
  if (more) response->set_next_page_token(page.NextToken(PositionAfter(*response->neighbors().rbegin())));
  wire::EncodeNode(snapshot, query.node, view, response->mutable_node());
  FillHeader(core_, snapshot, notices, response->mutable_header());
  return absl::OkStatus();
}

absl::Status LookupHandlers::GetSchema(CallContext& call, const v1::GetSchemaRequest& request,
                                       v1::GetSchemaResponse* response) const {
  BRAID_ASSIGN_OR_RETURN(const SnapshotPtr snapshot, Pin(core_, call, request.consistency()));
  ontology::SchemaToMessage(snapshot->schema(), response->mutable_schema());
  FillHeader(core_, *snapshot, response->mutable_header());
  return absl::OkStatus();
}

absl::Status LookupHandlers::GetPolicy(CallContext& call, const v1::GetPolicyRequest& request,
                                       v1::GetPolicyResponse* response) const {
  BRAID_ASSIGN_OR_RETURN(const SnapshotPtr snapshot, Pin(core_, call, request.consistency()));
  const graph::Document* document = snapshot->document(ontology::kPolicyDocument);
  if (document == nullptr) {
    return graph::MakeError(Reason::kDocumentNotFound, "no policy was loaded yet; commit one with `set_policy`", "",
                            std::string(ontology::kPolicyDocument));
  }
  BRAID_ASSIGN_OR_RETURN(const std::unique_ptr<v1::Policy> policy, ontology::PolicyMessage(document->content));
  *response->mutable_policy() = *policy;
  response->set_update_revision(static_cast<std::int64_t>(graph::Number(document->update_revision)));
  FillHeader(core_, *snapshot, response->mutable_header());
  return absl::OkStatus();
}

absl::Status LookupHandlers::Resolve(CallContext& call, const v1::ResolveRequest& request,
                                     v1::ResolveResponse* response) const {
  BRAID_ASSIGN_OR_RETURN(const NodeView view, wire::DecodeView(request.view(), false, request.languages()));
  BRAID_ASSIGN_OR_RETURN(const SnapshotPtr snapshot, Pin(core_, call, request.consistency()));
  ontology::ResolveQuery query;
  query.text = request.text();
  query.include_obsolete = request.include_obsolete();
  BRAID_ASSIGN_OR_RETURN(query.kind, KindAsked(*snapshot, request.kind()));
  std::vector<Notice> notices;
  BRAID_ASSIGN_OR_RETURN(const std::vector<ontology::Candidate> candidates,
                         ontology::Resolve(*snapshot, query, &notices));
  for (const ontology::Candidate& candidate : candidates) {
    EncodeCandidate(*snapshot, candidate, view, response->add_candidates());
  }
  FillHeader(core_, *snapshot, notices, response->mutable_header());
  return absl::OkStatus();
}

}  // namespace braid::service
