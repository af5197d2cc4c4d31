// How a question about plans is read: decoded, at its revision, with what its answer takes.
//
// Thread safety: pure functions but for the store and the memory, which have their own promises.

#ifndef BRAID_SERVICE_PLAN_READING_H_
#define BRAID_SERVICE_PLAN_READING_H_

#include <memory>
#include <vector>

#include "absl/status/statusor.h"
#include "braid/v1/plan_service.pb.h"
#include "graph/snapshot.h"
#include "ontology/lookup.h"
#include "ontology/recommend/recommend_question.h"
#include "ontology/recommend/recommendation.h"
#include "service/call_context.h"
#include "service/core.h"
#include "service/search_budget.h"
#include "service/snapshot_memory.h"
#include "service/wire/resources.h"

namespace braid::service {

// The recommenders of the last few revisions, each under the policy of its own.
class Recommenders : public SnapshotMemory<ontology::Recommender> {
 public:
  Recommenders();
};

// A question that was read, at its revision.
struct Asked {
  graph::SnapshotPtr snapshot;
  std::shared_ptr<const ontology::Recommender> recommender;
  wire::NodeView view;
  std::vector<ontology::Notice> notices;
  ontology::RecommendQuestion question;
};

// `question` is `request`, decoded.
// Errors: those of DecodeView, Pin, ontology::ReadQuestion and of Recommenders::Of
absl::StatusOr<Asked> ReadAsked(const Core& core, Recommenders& recommenders, const CallContext& call,
                                const v1::RecommendRequest& request, const ontology::RecommendRequest& question);

// Everything of `out` that hangs on how the search ended; `gap` is that of ontology::Recommendation.
void FillCompleteness(graph::Limit stopped_by, double gap, const SearchBudget& budget, v1::Completeness* out);

}  // namespace braid::service

#endif  // BRAID_SERVICE_PLAN_READING_H_
