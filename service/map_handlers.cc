#include "service/map_handlers.h"

#include <cstddef>
#include <memory>
#include <optional>
#include <utility>

#include "graph/error.h"
#include "graph/snapshot.h"
#include "ontology/connecting_map.h"
#include "ontology/policy.h"
#include "service/reading.h"
#include "service/search_budget.h"
#include "service/wire/maps.h"
#include "service/wire/resources.h"

namespace braid::service {
namespace {

// One answer under way, with all that it needs, so that a stream can go on with it.
class Answer {
 public:
  // `core` and `call` outlive it.
  static absl::StatusOr<std::shared_ptr<Answer>> Begin(const Core& core, CallContext& call,
                                                       const v1::ConnectDimensionsRequest& request) {
    BRAID_ASSIGN_OR_RETURN(const ontology::MapRequest question, wire::DecodeMapRequest(request));
    BRAID_ASSIGN_OR_RETURN(wire::NodeView view, wire::DecodeView(request.view(), false, request.languages()));
    BRAID_ASSIGN_OR_RETURN(graph::SnapshotPtr snapshot, Pin(core, call, request.consistency()));
    BRAID_ASSIGN_OR_RETURN(SearchBudget budget, MakeSearchBudget(core.limits, call, request.budget()));
    std::shared_ptr<Answer> answer(new Answer(core, call, std::move(snapshot), std::move(budget), std::move(view)));
    BRAID_ASSIGN_OR_RETURN(answer->search_,
                           ontology::ConnectingMapSearch::Start(*answer->snapshot_, *answer->policy_, question,
                                                                static_cast<std::size_t>(core.limits.max_terminals),
                                                                answer->budget_.budget));
    return answer;
  }

  // False: all parts were given.
  absl::StatusOr<bool> Next(v1::ConnectDimensionsResponse* part) {
    if (ended_) return false;
    part->Clear();
    if (const std::optional<ontology::ExplainedMap> map = search_->Next(); map.has_value()) {
      wire::EncodeMap(*snapshot_, *map, view_, part->mutable_map());
      return true;
    }
    ended_ = true;
    const absl::StatusOr<ontology::MapSummary> summary = search_->Finish();
    BRAID_RETURN_IF_ERROR(CheckNotCancelled(call_, budget_.budget));
    BRAID_RETURN_IF_ERROR(summary.status());
    wire::EncodeMapSummary(*snapshot_, *summary, view_, part->mutable_summary());
    v1::Completeness* completeness = part->mutable_summary()->mutable_completeness();
    for (const v1::LimitInForce& limit : budget_.limits) *completeness->add_limits() = limit;
    FillHeader(core_, *snapshot_, summary->notices, part->mutable_summary()->mutable_header());
    return true;
  }

 private:
  Answer(const Core& core, CallContext& call, graph::SnapshotPtr snapshot, SearchBudget budget, wire::NodeView view)
      : core_(core),
        call_(call),
        snapshot_(std::move(snapshot)),
        policy_(ontology::PolicyOf(*snapshot_)),
        budget_(std::move(budget)),
        view_(std::move(view)) {}

  const Core& core_;
  CallContext& call_;
  const graph::SnapshotPtr snapshot_;
  const std::shared_ptr<const ontology::Policy> policy_;
  SearchBudget budget_;
  const wire::NodeView view_;
  std::optional<ontology::ConnectingMapSearch> search_;
  bool ended_ = false;
};

}  // namespace

absl::StatusOr<Parts<v1::ConnectDimensionsResponse>> MapHandlers::ConnectDimensions(
    CallContext& call, const v1::ConnectDimensionsRequest& request) const {
  BRAID_ASSIGN_OR_RETURN(std::shared_ptr<Answer> answer, Answer::Begin(core_, call, request));
  return Parts<v1::ConnectDimensionsResponse>(
      [answer = std::move(answer)](v1::ConnectDimensionsResponse* part) { return answer->Next(part); });
}

}  // namespace braid::service
