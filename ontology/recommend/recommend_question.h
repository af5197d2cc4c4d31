// A question for a recommendation, as a caller asks it and as the ontology knows it.
//
// Thread safety: values; pure functions.

#ifndef BRAID_ONTOLOGY_RECOMMEND_RECOMMEND_QUESTION_H_
#define BRAID_ONTOLOGY_RECOMMEND_RECOMMEND_QUESTION_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "graph/ids.h"
#include "graph/model.h"
#include "graph/snapshot.h"
#include "ontology/client_profile.h"
#include "ontology/lookup.h"
#include "ontology/recommend/recommendation.h"

namespace braid::ontology {

// As written: what each field means stands in proto/braid/v1/plan_service.proto.
struct RecommendRequest {
  struct Override {
    std::string technique_id, reason, acknowledged_cause_id;
  };

  ClientProfile profile;
  std::vector<std::string> forced_in_ids, forced_out_ids, in_force_ids;
  std::vector<Override> overrides;
  std::optional<std::int32_t> max_techniques;
  graph::Certainty min_certainty = graph::Certainty::kUnset;
  bool robustness = false;
  bool redirect = true;
};

struct RecommendQuestion {
  Client client;
  RecommendOptions options;
};

// Errors, all at once, each with its field: those of ReadClient; of the ids CURIE_MALFORMED, NODE_NOT_FOUND with the
// nearest, VALUE_OUT_OF_RANGE where a node is no technique, is there twice (an override: with the same cause), or a
// list is too long; of an override without a technique or a reason FIELD_REQUIRED; VALUE_OUT_OF_RANGE for a reason over
// 1 000 bytes and for max_techniques. `notices`, where not null, learns what was redirected. O(request).
absl::StatusOr<RecommendQuestion> ReadQuestion(const graph::Snapshot& snapshot, const RecommendRequest& request,
                                               std::vector<Notice>* notices);

// The plan in force that `ids` mean, under `field`, as ReadQuestion reads that of a request. Errors, all at once: as
// there, of the ids and the length of the list. O(ids).
absl::StatusOr<std::vector<graph::NodeIndex>> ReadPlanInForce(const graph::Snapshot& snapshot,
                                                              const std::vector<std::string>& ids,
                                                              std::string_view field, bool redirect,
                                                              std::vector<Notice>* notices);

}  // namespace braid::ontology

#endif  // BRAID_ONTOLOGY_RECOMMEND_RECOMMEND_QUESTION_H_
