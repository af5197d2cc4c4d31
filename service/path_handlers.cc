#include "service/path_handlers.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "fmt/format.h"
#include "graph/error.h"
#include "graph/snapshot.h"
#include "ontology/integrative_paths.h"
#include "ontology/path_sums.h"
#include "ontology/policy.h"
#include "service/reading.h"
#include "service/search_budget.h"
#include "service/wire/paths.h"
#include "service/wire/resources.h"
#include "service/wire/resume_token.h"

namespace braid::service {
namespace {

using graph::Reason;

ontology::PathLimits LimitsOf(const Core& core) {
  return {static_cast<std::uint32_t>(core.limits.max_paths), static_cast<std::uint32_t>(core.limits.max_hops)};
}

void AddLimit(const std::string& name, std::int64_t value, bool asked, v1::Completeness* out) {
  v1::LimitInForce* limit = out->add_limits();
  limit->set_name(name);
  limit->set_value(value);
  limit->set_origin(asked ? "request" : "default");
}

absl::Status RevisionIsAnother(graph::Revision bound) {
  return graph::MakeError(
      Reason::kPreconditionFailed,
      fmt::format("resume_token goes on at revision {}, and `consistency` asks for another one; begin again without "
                  "the token, or leave `consistency` unset",
                  graph::Number(bound)),
      "resume_token");
}

// The consistency that reads where the token's answer began.
absl::StatusOr<v1::Consistency> AtTokensRevision(const v1::Consistency& asked, graph::Revision bound) {
  const auto revision = static_cast<std::int64_t>(graph::Number(bound));
  if (asked.has_at_exact_snapshot() && asked.at_exact_snapshot() != revision) return RevisionIsAnother(bound);
  if (asked.has_at_least_as_fresh() && asked.at_least_as_fresh() > revision) return RevisionIsAnother(bound);
  v1::Consistency consistency;
  consistency.set_store_id(asked.store_id());
  consistency.set_at_exact_snapshot(revision);
  return consistency;
}

// One answer under way, with all that it needs, so that a stream can go on with it.
class Answer {
 public:
  // `core` and `call` outlive it.
  static absl::StatusOr<std::unique_ptr<Answer>> Begin(const Core& core, CallContext& call,
                                                       const v1::FindPathsRequest& request) {
    BRAID_ASSIGN_OR_RETURN(ontology::PathRequest question, wire::DecodePathRequest(request));
    BRAID_ASSIGN_OR_RETURN(wire::NodeView view, wire::DecodeView(request.view(), false, request.languages()));
    const std::uint64_t digest = wire::ResumeDigest(request, core.store.store_id());
    std::optional<wire::ResumeToken> token;
    v1::Consistency consistency = request.consistency();
    if (!request.resume_token().empty()) {
      BRAID_ASSIGN_OR_RETURN(token, wire::DecodeResumeToken(request.resume_token(), digest, ontology::kMaxPathsInAll));
      BRAID_ASSIGN_OR_RETURN(consistency, AtTokensRevision(request.consistency(), token->revision));
      question.given = token->given;
    }
    BRAID_ASSIGN_OR_RETURN(graph::SnapshotPtr snapshot, Pin(core, call, consistency));
    std::shared_ptr<const ontology::Policy> policy = ontology::PolicyOf(*snapshot);
    if (token.has_value() && token->policy_version != policy->version) {
      return graph::MakeError(Reason::kPreconditionFailed,
                              "resume_token belongs to another policy; begin again without it", "resume_token");
    }
    BRAID_ASSIGN_OR_RETURN(SearchBudget budget, MakeSearchBudget(core.limits, call, request.budget()));
    std::unique_ptr<Answer> answer(
        new Answer(core, call, std::move(snapshot), std::move(policy), std::move(budget), std::move(view), digest));
    answer->hops_asked_ = request.has_max_hops();
    answer->count_asked_ = request.has_max_path_count();
    BRAID_ASSIGN_OR_RETURN(answer->search_,
                           ontology::IntegrativeSearch::Start(*answer->snapshot_, *answer->policy_, question,
                                                              LimitsOf(core), answer->budget_.budget));
    return answer;
  }

  // False: there is none, and Finish says why.
  bool Next(v1::Path* out) {
    const std::optional<ontology::ExplainedPath> path = search_->Next();
    if (path.has_value()) wire::EncodePath(*snapshot_, *path, view_, out);
    return path.has_value();
  }

  // As Next, for an answer that has grown too large for another path: only its cost is kept.
  void LeaveOutNext() {
    const std::optional<ontology::ExplainedPath> path = search_->Next();
    if (path.has_value()) left_out_ = path->cost_micronats;
  }

  absl::Status Finish(v1::PathsSummary* out) {
    absl::StatusOr<ontology::PathSummary> summary = search_->Finish();
    BRAID_RETURN_IF_ERROR(CheckNotCancelled(call_, budget_.budget));
    BRAID_RETURN_IF_ERROR(summary.status());
    if (left_out_.has_value()) CutBySize(*summary);
    wire::EncodePathSummary(*summary, out);
    v1::Completeness* completeness = out->mutable_completeness();
    for (const v1::LimitInForce& limit : budget_.limits) *completeness->add_limits() = limit;
    AddLimit("max_hops", summary->max_hops, hops_asked_, completeness);
    AddLimit("max_paths", summary->max_path_count, count_asked_, completeness);
    if (summary->more_may_exist) {
      completeness->set_resume_token(
          wire::EncodeResumeToken({snapshot_->revision(), policy_->version, summary->given}, digest_));
    }
    FillHeader(core_, *snapshot_, summary->notices, out->mutable_header());
    return absl::OkStatus();
  }

 private:
  Answer(const Core& core, CallContext& call, graph::SnapshotPtr snapshot,
         std::shared_ptr<const ontology::Policy> policy, SearchBudget budget, wire::NodeView view, std::uint64_t digest)
      : core_(core),
        call_(call),
        snapshot_(std::move(snapshot)),
        policy_(std::move(policy)),
        budget_(std::move(budget)),
        view_(std::move(view)),
        digest_(digest) {}

  void CutBySize(ontology::PathSummary& summary) const {
    summary.search.cut_by = graph::Limit::kSize;
    summary.search.more_exist = true;
    summary.search.pending = 1;
    summary.search.lower_bound = *left_out_;
    summary.given -= 1;
    summary.more_may_exist = true;
  }

  const Core& core_;
  CallContext& call_;
  const graph::SnapshotPtr snapshot_;
  const std::shared_ptr<const ontology::Policy> policy_;
  SearchBudget budget_;
  const wire::NodeView view_;
  const std::uint64_t digest_;
  bool hops_asked_ = false, count_asked_ = false;
  std::optional<ontology::IntegrativeSearch> search_;
  std::optional<std::uint64_t> left_out_;  // cost of the path that had no room
};

void MoveSummary(v1::PathsSummary& summary, v1::FindPathsResponse* out) {
  *out->mutable_header() = std::move(*summary.mutable_header());
  *out->mutable_completeness() = std::move(*summary.mutable_completeness());
  out->set_outcome(summary.outcome());
  out->set_loosen(summary.loosen());
  out->set_pattern(summary.pattern());
  out->set_max_path_count(summary.max_path_count());
  out->set_max_hops(summary.max_hops());
  out->set_min_modalities(summary.min_modalities());
}

}  // namespace

absl::Status PathHandlers::FindPaths(CallContext& call, const v1::FindPathsRequest& request,
                                     v1::FindPathsResponse* response) const {
  BRAID_ASSIGN_OR_RETURN(const std::unique_ptr<Answer> answer, Answer::Begin(core_, call, request));
  std::size_t bytes = 0;
  v1::Path path;
  while (bytes <= wire::kMaxReplyBytes && answer->Next(&path)) {
    bytes += path.ByteSizeLong();
    response->add_paths()->Swap(&path);
  }
  if (bytes > wire::kMaxReplyBytes) answer->LeaveOutNext();
  v1::PathsSummary summary;
  BRAID_RETURN_IF_ERROR(answer->Finish(&summary));
  MoveSummary(summary, response);
  return absl::OkStatus();
}

absl::StatusOr<Parts<v1::StreamPathsResponse>> PathHandlers::StreamPaths(CallContext& call,
                                                                         const v1::FindPathsRequest& request) const {
  BRAID_ASSIGN_OR_RETURN(std::unique_ptr<Answer> begun, Answer::Begin(core_, call, request));
  return Parts<v1::StreamPathsResponse>([answer = std::shared_ptr<Answer>(std::move(begun)),
                                         done = false](v1::StreamPathsResponse* part) mutable -> absl::StatusOr<bool> {
    if (done) return false;
    part->Clear();
    if (answer->Next(part->mutable_path())) return true;
    done = true;
    BRAID_RETURN_IF_ERROR(answer->Finish(part->mutable_summary()));
    return true;
  });
}

absl::Status PathHandlers::SumPaths(CallContext& call, const v1::SumPathsRequest& request,
                                    v1::SumPathsResponse* response) const {
  BRAID_ASSIGN_OR_RETURN(const ontology::SumRequest question, wire::DecodeSumRequest(request));
  BRAID_ASSIGN_OR_RETURN(const graph::SnapshotPtr snapshot, Pin(core_, call, request.consistency()));
  BRAID_ASSIGN_OR_RETURN(SearchBudget budget, MakeSearchBudget(core_.limits, call, request.budget()));
  const absl::StatusOr<ontology::SumReply> reply = ontology::SumIntegrativePaths(
      *snapshot, *ontology::PolicyOf(*snapshot), question, LimitsOf(core_), budget.budget);
  BRAID_RETURN_IF_ERROR(CheckNotCancelled(call, budget.budget));
  BRAID_RETURN_IF_ERROR(reply.status());
  wire::EncodeSum(*reply, response);
  v1::Completeness* completeness = response->mutable_completeness();
  for (const v1::LimitInForce& limit : budget.limits) *completeness->add_limits() = limit;
  AddLimit("max_hops", reply->max_hops, request.has_max_hops(), completeness);
  FillHeader(core_, *snapshot, reply->notices, response->mutable_header());
  return absl::OkStatus();
}

}  // namespace braid::service
