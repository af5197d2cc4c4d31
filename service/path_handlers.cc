#include "service/path_handlers.h"

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "graph/error.h"
#include "graph/snapshot.h"
#include "ontology/integrative_paths.h"
#include "ontology/policy.h"
#include "service/reading.h"
#include "service/search_budget.h"
#include "service/wire/paths.h"
#include "service/wire/resources.h"

namespace braid::service {
namespace {

void AddLimit(const std::string& name, std::int64_t value, bool asked, v1::Completeness* out) {
  v1::LimitInForce* limit = out->add_limits();
  limit->set_name(name);
  limit->set_value(value);
  limit->set_origin(asked ? "request" : "default");
}

void EncodeLimits(const v1::FindPathsRequest& request, const ontology::PathReply& reply, const SearchBudget& budget,
                  v1::Completeness* out) {
  for (const v1::LimitInForce& limit : budget.limits) *out->add_limits() = limit;
  AddLimit("max_hops", reply.max_hops, request.has_max_hops(), out);
  AddLimit("max_paths", reply.max_path_count, request.has_max_path_count(), out);
}

}  // namespace

absl::Status PathHandlers::FindPaths(CallContext& call, const v1::FindPathsRequest& request,
                                     v1::FindPathsResponse* response) const {
  BRAID_ASSIGN_OR_RETURN(const ontology::PathRequest question, wire::DecodePathRequest(request));
  BRAID_ASSIGN_OR_RETURN(const wire::NodeView view, wire::DecodeView(request.view(), false, request.languages()));
  BRAID_ASSIGN_OR_RETURN(const graph::SnapshotPtr snapshot, Pin(core_, call, request.consistency()));
  BRAID_ASSIGN_OR_RETURN(SearchBudget budget, MakeSearchBudget(core_.limits, call, request.budget()));
  const ontology::PathLimits limits{static_cast<std::uint32_t>(core_.limits.max_paths),
                                    static_cast<std::uint32_t>(core_.limits.max_hops)};
  BRAID_ASSIGN_OR_RETURN(
      const ontology::PathReply reply,
      ontology::FindIntegrativePaths(*snapshot, *ontology::PolicyOf(*snapshot), question, limits, budget.budget));
  if (reply.search.cut_by == graph::Limit::kCancelled) {
    return graph::MakeError(graph::Reason::kCancelled, "the caller cancelled the call");
  }
  wire::EncodePathReply(*snapshot, reply, view, response);
  EncodeLimits(request, reply, budget, response->mutable_completeness());
  FillHeader(core_, *snapshot, reply.notices, response->mutable_header());
  return absl::OkStatus();
}

}  // namespace braid::service
