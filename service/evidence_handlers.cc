#include "service/evidence_handlers.h"

#include <algorithm>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "fmt/format.h"
#include "graph/error.h"
#include "graph/snapshot.h"
#include "ontology/evidence/evidence_table.h"
#include "ontology/evidence/synthesis.h"
#include "ontology/lookup.h"
#include "ontology/policy.h"
#include "service/reading.h"
#include "service/wire/evidence.h"
#include "service/wire/resources.h"

namespace braid::service {
namespace {

using graph::NodeIndex;
using graph::Reason;
using graph::Snapshot;
using ontology::EvidenceBase;
using ontology::Notice;
using wire::NodeView;

constexpr std::size_t kPositionParts = 1;  // of ListEvidence and GetEvidenceMatrix: id
constexpr int kMaxColumns = 200;

// What a reader must know before the figures.
void AddNotices(const EvidenceBase& base, const ontology::Synthesis& synthesis, std::vector<Notice>& notices) {
  const Snapshot& snapshot = base.snapshot();
  if (!base.IsStudied(synthesis.intervention, synthesis.concern)) {
    notices.push_back(
        {ontology::NoticeReason::kNotStudied, "",
         fmt::format("no finding and no claim speaks about {} for {}", snapshot.PreferredLabel(synthesis.intervention),
                     snapshot.PreferredLabel(synthesis.concern)),
         "", ""});
  }
  const auto unverified = std::count_if(synthesis.findings.begin(), synthesis.findings.end(),
                                        [](const auto& finding) { return !finding.finding.verified; });
  if (unverified > 0) {
    notices.push_back({ontology::NoticeReason::kUnverified, "",
                       fmt::format("{} of {} findings were not verified in their source; each says so", unverified,
                                   synthesis.findings.size()),
                       "", ""});
  }
}

absl::StatusOr<ontology::FindingFilter> DecodeFilter(const Snapshot& snapshot, const v1::ListEvidenceRequest& request,
                                                     std::vector<Notice>& notices) {
  ontology::FindingFilter filter;
  const bool redirect = !request.no_redirect();
  if (!request.intervention_id().empty()) {
    BRAID_ASSIGN_OR_RETURN(filter.intervention, ontology::FindIntervention(snapshot, request.intervention_id(),
                                                                           "intervention_id", redirect, &notices));
  }
  if (!request.concern_id().empty()) {
    BRAID_ASSIGN_OR_RETURN(filter.concern,
                           ontology::FindConcern(snapshot, request.concern_id(), "concern_id", redirect, &notices));
  }
  BRAID_ASSIGN_OR_RETURN(filter.polarity, wire::DecodePolarity(request.polarity()));
  if (request.has_verified()) filter.verified = request.verified();
  return filter;
}

std::string_view KindName(const Snapshot& snapshot, NodeIndex node) {
  return snapshot.schema().kind(snapshot.kind(node)).name;
}

// --- The matrix

struct Matrix {
  std::vector<NodeIndex> concerns;                 // the columns
  std::vector<graph::KindIndex> kinds;             // of rows
  NodeIndex modality = graph::kNoNode;             // kNoNode: all
  std::optional<graph::RelationIndex> originates;  // unset: the schema has none
  bool include_unstudied = false;
};

absl::Status ReadColumns(const Snapshot& snapshot, const v1::GetEvidenceMatrixRequest& request,
                         std::vector<Notice>& notices, Matrix& matrix) {
  if (request.concern_ids_size() > kMaxColumns) {
    return graph::MakeError(
        Reason::kValueOutOfRange,
        fmt::format("concern_ids: {} ids are more than {}; ask in parts", request.concern_ids_size(), kMaxColumns),
        "concern_ids");
  }
  for (int i = 0; i < request.concern_ids_size(); ++i) {
    BRAID_ASSIGN_OR_RETURN(const NodeIndex concern,
                           ontology::FindConcern(snapshot, request.concern_ids(i), fmt::format("concern_ids[{}]", i),
                                                 !request.no_redirect(), &notices));
    std::vector<NodeIndex>& columns = matrix.concerns;
    if (std::find(columns.begin(), columns.end(), concern) == columns.end()) columns.push_back(concern);
  }
  const std::optional<graph::KindIndex> kind = snapshot.schema().FindKind("concern");
  if (!matrix.concerns.empty() || !kind.has_value()) return absl::OkStatus();
  snapshot.VisitNodes(kind, {}, [&](NodeIndex concern) {
    if (!snapshot.IsObsolete(concern)) matrix.concerns.push_back(concern);
    return true;
  });
  return absl::OkStatus();
}

absl::StatusOr<Matrix> DecodeMatrix(const Snapshot& snapshot, const v1::GetEvidenceMatrixRequest& request,
                                    std::vector<Notice>& notices) {
  Matrix matrix;
  matrix.include_unstudied = request.include_unstudied();
  matrix.originates = snapshot.schema().FindRelation("originates_in");
  for (const char* kind : {"technique", "modality"}) {
    const std::optional<graph::KindIndex> index = snapshot.schema().FindKind(kind);
    if (index.has_value()) matrix.kinds.push_back(*index);
  }
  if (!request.kind().empty()) {
    BRAID_ASSIGN_OR_RETURN(const graph::KindIndex kind, ontology::FindKind(snapshot.schema(), request.kind(), "kind"));
    if (request.kind() != "technique" && request.kind() != "modality") {
      return graph::MakeError(
          Reason::kValueOutOfRange,
          fmt::format("kind: `{}` is no kind of intervention; use technique or modality", request.kind()), "kind");
    }
    matrix.kinds = {kind};
  }
  if (!request.modality_id().empty()) {
    BRAID_ASSIGN_OR_RETURN(matrix.modality, ontology::FindIntervention(snapshot, request.modality_id(), "modality_id",
                                                                       !request.no_redirect(), &notices));
    if (KindName(snapshot, matrix.modality) != "modality") {
      return graph::MakeError(Reason::kValueOutOfRange,
                              fmt::format("modality_id: `{}` is of kind {}; name a modality",
                                          snapshot.id(matrix.modality), KindName(snapshot, matrix.modality)),
                              "modality_id", std::string(snapshot.id(matrix.modality)));
    }
  }
  BRAID_RETURN_IF_ERROR(ReadColumns(snapshot, request, notices, matrix));
  return matrix;
}

bool IsOfModality(const Snapshot& snapshot, const Matrix& matrix, NodeIndex intervention) {
  if (matrix.modality == graph::kNoNode || intervention == matrix.modality) return true;
  if (!matrix.originates.has_value()) return false;
  const auto arcs = snapshot.out(intervention, *matrix.originates);
  return std::any_of(arcs.begin(), arcs.end(), [&](const graph::Arc& arc) { return arc.node == matrix.modality; });
}

bool IsRow(const EvidenceBase& base, const Matrix& matrix, NodeIndex node) {
  const Snapshot& snapshot = base.snapshot();
  const auto& kinds = matrix.kinds;
  if (snapshot.IsObsolete(node) || std::find(kinds.begin(), kinds.end(), snapshot.kind(node)) == kinds.end() ||
      !IsOfModality(snapshot, matrix, node)) {
    return false;
  }
  return matrix.include_unstudied || std::any_of(matrix.concerns.begin(), matrix.concerns.end(),
                                                 [&](NodeIndex concern) { return base.IsStudied(node, concern); });
}

}  // namespace

EvidenceHandlers::EvidenceHandlers(const Core& core)
    : core_(core), memory_([](const graph::SnapshotPtr& snapshot) {
        return std::make_shared<const EvidenceBase>(snapshot, ontology::PolicyOf(*snapshot)->evidence);
      }) {}

absl::Status EvidenceHandlers::Synthesize(CallContext& call, const v1::SynthesizeRequest& request,
                                          v1::SynthesizeResponse* response) const {
  BRAID_ASSIGN_OR_RETURN(const NodeView view, wire::DecodeView(request.view(), false, request.languages()));
  BRAID_ASSIGN_OR_RETURN(const graph::SnapshotPtr snapshot, Pin(core_, call, request.consistency()));
  std::vector<Notice> notices;
  BRAID_ASSIGN_OR_RETURN(const NodeIndex intervention,
                         ontology::FindIntervention(*snapshot, request.intervention_id(), "intervention_id",
                                                    !request.no_redirect(), &notices));
  BRAID_ASSIGN_OR_RETURN(const NodeIndex concern, ontology::FindConcern(*snapshot, request.concern_id(), "concern_id",
                                                                        !request.no_redirect(), &notices));
  BRAID_ASSIGN_OR_RETURN(const std::shared_ptr<const EvidenceBase> base, memory_.Of(snapshot));
  const ontology::Synthesis synthesis = base->Synthesize(intervention, concern);
  AddNotices(*base, synthesis, notices);
  wire::EncodeSynthesis(*base, synthesis, view, response);
  FillHeader(core_, *snapshot, notices, response->mutable_header());
  return absl::OkStatus();
}

absl::Status EvidenceHandlers::ListEvidence(CallContext& call, const v1::ListEvidenceRequest& request,
                                            v1::ListEvidenceResponse* response) const {
  BRAID_ASSIGN_OR_RETURN(const Page page, Page::Open(core_, call, request, kPositionParts));
  const Snapshot& snapshot = page.snapshot();
  std::vector<Notice> notices;
  BRAID_ASSIGN_OR_RETURN(const ontology::FindingFilter filter, DecodeFilter(snapshot, request, notices));
  BRAID_ASSIGN_OR_RETURN(const std::shared_ptr<const EvidenceBase> base, memory_.Of(page.snapshot_ptr()));
  const NodeView view{false, {request.languages().begin(), request.languages().end()}};
  const std::string after = page.position().empty() ? "" : page.position().front();
  std::size_t bytes = 0;
  const std::optional<graph::KindIndex> kind = snapshot.schema().FindKind("evidence");
  if (kind.has_value()) {
    snapshot.VisitNodes(kind, after, [&](NodeIndex node) {
      if (snapshot.IsObsolete(node)) return true;
      const std::optional<ontology::ListedFinding> listed = ontology::Match(*base, filter, node);
      if (!listed.has_value()) return true;
      if (static_cast<std::size_t>(response->findings_size()) == page.size() || bytes > wire::kMaxReplyBytes) {
        response->set_next_page_token(page.NextToken({response->findings().rbegin()->finding().evidence_id()}));
        return false;
      }
      v1::ListedFinding* out = response->add_findings();
      wire::EncodeListedFinding(snapshot, *listed, view, out);
      bytes += out->ByteSizeLong();
      return true;
    });
  }
  FillHeader(core_, snapshot, notices, response->mutable_header());
  return absl::OkStatus();
}

absl::Status EvidenceHandlers::GetEvidenceMatrix(CallContext& call, const v1::GetEvidenceMatrixRequest& request,
                                                 v1::GetEvidenceMatrixResponse* response) const {
  BRAID_ASSIGN_OR_RETURN(const NodeView view, wire::DecodeView(request.view(), false, request.languages()));
  BRAID_ASSIGN_OR_RETURN(const Page page, Page::Open(core_, call, request, kPositionParts));
  const Snapshot& snapshot = page.snapshot();
  std::vector<Notice> notices;
  BRAID_ASSIGN_OR_RETURN(const Matrix matrix, DecodeMatrix(snapshot, request, notices));
  BRAID_ASSIGN_OR_RETURN(const std::shared_ptr<const EvidenceBase> base, memory_.Of(page.snapshot_ptr()));
  for (const NodeIndex concern : matrix.concerns) wire::EncodeNode(snapshot, concern, view, response->add_concerns());
  const std::string after = page.position().empty() ? "" : page.position().front();
  std::size_t bytes = 0;
  absl::Status alive;
  const std::optional<graph::KindIndex> only = matrix.kinds.size() == 1 ? std::optional(matrix.kinds[0]) : std::nullopt;
  snapshot.VisitNodes(only, after, [&](NodeIndex node) {
    if (!IsRow(*base, matrix, node)) return true;
    if (static_cast<std::size_t>(response->rows_size()) == page.size() || bytes > wire::kMaxReplyBytes) {
      response->set_next_page_token(page.NextToken({response->rows().rbegin()->intervention().id()}));
      return false;
    }
    if (alive = call.CheckAlive(); !alive.ok()) return false;
    v1::EvidenceMatrixRow* row = response->add_rows();
    wire::EncodeNode(snapshot, node, view, row->mutable_intervention());
    for (const NodeIndex concern : matrix.concerns) {
      wire::EncodeCell(snapshot, ontology::CellOf(*base, node, concern), concern, row->add_cells());
    }
    bytes += row->ByteSizeLong();
    return true;
  });
  BRAID_RETURN_IF_ERROR(alive);
  FillHeader(core_, snapshot, notices, response->mutable_header());
  return absl::OkStatus();
}

}  // namespace braid::service
