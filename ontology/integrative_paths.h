// Which integrative paths connect a client's dimensions: the question turned into a graph question, and the answer into
// words.
//
// Thread safety: pure functions on one snapshot and one policy.

#ifndef BRAID_ONTOLOGY_INTEGRATIVE_PATHS_H_
#define BRAID_ONTOLOGY_INTEGRATIVE_PATHS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "graph/budget.h"
#include "graph/paths.h"
#include "graph/snapshot.h"
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
  bool redirect = true;
  std::vector<std::string> languages;
};

enum class CounterReason { kClaim = 1, kTension, kConflict };
struct CounterEvidence {
  CounterReason reason = CounterReason::kClaim;
  graph::EdgeEntry edge;
  std::string text;
};

struct ExplainedHop {
  graph::Hop hop;
  graph::EdgeEntry edge;
  double strength = 1;   // that counted
  std::string text;      // as walked: "Activation is strengthened by Behavioural activation"
  std::string rests_on;  // "expert opinion (low certainty)", "3 findings (moderate certainty)", "definition"
};

struct ExplainedPath {
  std::uint64_t cost_micronats = 0;
  std::vector<graph::NodeIndex> nodes;
  std::vector<ExplainedHop> hops;
  double plausibility = 1, specificity = 1, length_factor = 1;  // their product is exp(-cost / 1e6) but for rounding
  std::vector<graph::NodeIndex> modalities;
  std::vector<CounterEvidence> counter_evidence;
  std::string explanation;
};

enum class Outcome { kFound = 1, kNoPath, kEndpointExcluded, kNotReached };

struct PathReply {
  Outcome outcome = Outcome::kNoPath;
  std::vector<ExplainedPath> paths;
  std::string loosen;  // kNoPath: the first of min_certainty, min_modalities, pattern, must_pass_ids, avoid_ids and
                       // max_hops (two more) without which there is a path
  graph::PathAnswer search;                                            // paths moved out; how it ended
  std::string pattern;                                                 // used, as text; empty for `any`
  std::uint32_t max_path_count = 0, max_hops = 0, min_modalities = 0;  // in force
  std::vector<Notice> notices;
};

// What the server allows at most (configuration `limits.*`).
struct PathLimits {
  std::uint32_t max_paths = 1000;
  std::uint32_t max_hops = 12;
};

// Answers `request` on `snapshot`. A named pattern is its `inner_pattern` where every source and target is of a kind
// that may stand inside a path (a process), else its `pattern`; its defaults for hops and modalities hold where the
// request says none. Avoided are: `avoid_ids` with their descendants along `is_a`, and what the policy's rules keep off
// paths, with descendants, except what the request names as an end, in `must_pass_ids` or in `allow_ids`. A source that
// is a target too stays both.
//
// kEndpointExcluded: after kinds, avoided and obsolete nodes no source or no target is left. kNoPath: one constraint
// after the other is dropped, in the order of `loosen`'s field, on what is left of the same budget; what the policy
// keeps off paths is never dropped. The search's own numbers are those of the question as asked.
//
// Errors: every bad field at once: FIELD_REQUIRED, CURIE_MALFORMED, NODE_NOT_FOUND (nearest ids), KIND_NOT_FOUND,
//         RELATION_NOT_FOUND, VALUE_OUT_OF_RANGE, PATTERN_INVALID; LIMIT_EXCEEDED where within the documented range but
//         over `limits`, naming the limit.
absl::StatusOr<PathReply> FindIntegrativePaths(const graph::Snapshot& snapshot, const Policy& policy,
                                               const PathRequest& request, const PathLimits& limits,
                                               graph::Budget& budget);

}  // namespace braid::ontology

#endif  // BRAID_ONTOLOGY_INTEGRATIVE_PATHS_H_
