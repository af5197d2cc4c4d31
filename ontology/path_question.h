// A request for paths read into the question that graph/ is asked: ids to nodes, names to numbers, the policy's
// defaults and patterns, the client's profile.
//
// Thread safety: pure functions on one snapshot and one policy.

#ifndef BRAID_ONTOLOGY_PATH_QUESTION_H_
#define BRAID_ONTOLOGY_PATH_QUESTION_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "graph/budget.h"
#include "graph/paths.h"
#include "graph/snapshot.h"
#include "ontology/client_focus.h"
#include "ontology/lookup.h"
#include "ontology/policy.h"

namespace braid::ontology {

// As FindPathsRequest (proto/braid/v1/path_service.proto) says, field by field; unset means the documented default.
struct PathRequest {
  std::vector<std::string> source_ids, target_ids;
  std::optional<std::int64_t> max_path_count, max_hops, min_modalities;
  std::string pattern;
  std::vector<std::string> kinds, excluded_kinds, relations, excluded_relations;
  std::vector<std::string> avoid_ids, must_pass_ids, allow_ids;
  graph::Certainty min_certainty = graph::Certainty::kUnset;
  bool distinct_nodes = false;
  double diverse_share = 0;
  std::optional<ClientProfile> profile;
  std::size_t given = 0;  // paths of the pages before: left out of this answer
  bool redirect = true;
  std::vector<std::string> languages;
};

// What the server allows at most (configuration `limits.*`).
struct PathLimits {
  std::uint32_t max_paths = 1000;
  std::uint32_t max_hops = 12;
};

// Paths over all pages of an answer, at most.
inline constexpr std::size_t kMaxPathsInAll = 1000;

// A request read. Avoided nodes are kept apart by whose wish they are, because only the caller's own may be loosened.
struct PathQuestion {
  // The graph question, with the caller's avoided nodes or without. Ends that are excluded are left out: where that
  // leaves no source or no target there is no question.
  graph::PathQuery Query(const graph::Snapshot& snapshot, bool with_avoid_ids = true) const;

  graph::PathQuery asked;  // with neither `avoid` nor ends that are excluded taken out
  std::vector<graph::NodeIndex> avoided_by_request;
  std::vector<graph::NodeIndex> avoided_by_policy;  // and for the sake of the profile
  std::string pattern;                              // used, as text; empty for `any`
};

// Whether there is a source and a target left to ask with.
bool HasEnds(const graph::PathQuery& query);

// Reads `request`. A named pattern's defaults for hops and modalities hold where the request says none. Avoided are:
// `avoid_ids` with their descendants along `is_a`; what the policy's rules keep off paths, with descendants; and the
// maintaining processes that are not the profile's. Of the last two what the request names as an end, in
// `must_pass_ids` or in `allow_ids`, and what a raised flag calls for, is let in. A source that is a target too stays
// both.
//
// With a profile an end that is a dimension or concern stands for the client's own processes in it, where any are
// named. `notices` learns of that, of redirects, of ends that are excluded and why, and of an answer without a profile;
// no notice names a value of the profile.
//
// Errors: every bad field at once: FIELD_REQUIRED, CURIE_MALFORMED, NODE_NOT_FOUND (nearest ids), KIND_NOT_FOUND,
//         RELATION_NOT_FOUND, VALUE_OUT_OF_RANGE, PATTERN_INVALID; LIMIT_EXCEEDED where within the documented range but
//         over `limits`, naming the limit.
absl::StatusOr<PathQuestion> ReadPathQuestion(const graph::Snapshot& snapshot, const Policy& policy,
                                              const PathRequest& request, const PathLimits& limits,
                                              std::vector<Notice>* notices);

// The first constraint, in the fixed order min_certainty, min_modalities, pattern, must_pass_ids, avoid_ids and
// max_hops (two more), without which there is a path. Empty where none of them alone helps, or where the budget ends
// before that is known. What the policy keeps off paths is never dropped.
absl::StatusOr<std::string> FindLoosening(const graph::Snapshot& snapshot, const PathQuestion& question,
                                          const PathLimits& limits, graph::Budget& budget);

}  // namespace braid::ontology

#endif  // BRAID_ONTOLOGY_PATH_QUESTION_H_
