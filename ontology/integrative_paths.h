// Which integrative paths connect a client's dimensions: the question turned into a graph question, and the answer into
// words.
//
// Thread safety: pure functions on one snapshot and one policy; a search is one thread's at a time.

#ifndef BRAID_ONTOLOGY_INTEGRATIVE_PATHS_H_
#define BRAID_ONTOLOGY_INTEGRATIVE_PATHS_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "graph/budget.h"
#include "graph/paths.h"
#include "graph/snapshot.h"
#include "ontology/explained_hop.h"
#include "ontology/lookup.h"
#include "ontology/path_question.h"
#include "ontology/policy.h"
#include "ontology/relationship_factors.h"

namespace braid::ontology {

struct ExplainedPath {
  std::uint64_t cost_micronats = 0;
  std::vector<graph::NodeIndex> nodes;
  std::vector<ExplainedHop> hops;
  double plausibility = 1, specificity = 1, length_factor = 1;  // their product is exp(-cost / 1e6) but for rounding
  std::vector<graph::NodeIndex> modalities;
  std::vector<CounterEvidence> counter_evidence;
  std::vector<RelationshipFactor> relationship_factors;  // at most 3
  std::string explanation;
};

enum class Outcome { kFound = 1, kNoPath, kEndpointExcluded, kNotReached };

// What is to be said of an answer beside its paths.
struct PathSummary {
  Outcome outcome = Outcome::kNoPath;
  std::string loosen;             // kNoPath: as FindLoosening
  graph::PathSearchState search;  // of the question as asked; without what `loosen` took
  std::string pattern;            // used, as text; empty for `any`
  std::uint32_t max_path_count = 0, max_hops = 0, min_modalities = 0;  // in force
  std::size_t given = 0;                                               // paths, those of the pages before included
  bool more_may_exist = false;  // the same request with `given` as it is here may give more
  std::vector<Notice> notices;
};

// The paths of an answer one after another, best first, each as soon as it is certain to be next.
class IntegrativeSearch {
 public:
  // Reads the request. All that is handed in but `request` outlives the search.
  // Errors: as ReadPathQuestion
  static absl::StatusOr<IntegrativeSearch> Start(const graph::Snapshot& snapshot, const Policy& policy,
                                                 const PathRequest& request, const PathLimits& limits,
                                                 graph::Budget& budget);

  // Nullopt: k paths were given, there is no other, or the search was cut.
  std::optional<ExplainedPath> Next();

  // How it ended. REQUIRES: Next has returned nullopt; to be called once.
  //
  // kEndpointExcluded: after kinds, avoided and obsolete nodes no source or no target is left. kNoPath: FindLoosening
  // says which constraint to drop, on what is left of the same budget. kNotReached: cut before any path (of this page)
  // was certain. A page without a path after others that had some is kFound.
  absl::StatusOr<PathSummary> Finish();

  IntegrativeSearch(IntegrativeSearch&&) noexcept;
  IntegrativeSearch& operator=(IntegrativeSearch&&) noexcept;
  ~IntegrativeSearch();

 private:
  class Engine;
  explicit IntegrativeSearch(std::unique_ptr<Engine> engine);
  std::unique_ptr<Engine> engine_;
};

struct PathReply : PathSummary {
  std::vector<ExplainedPath> paths;
};

// All of an answer. Errors: as ReadPathQuestion.
absl::StatusOr<PathReply> FindIntegrativePaths(const graph::Snapshot& snapshot, const Policy& policy,
                                               const PathRequest& request, const PathLimits& limits,
                                               graph::Budget& budget);

}  // namespace braid::ontology

#endif  // BRAID_ONTOLOGY_INTEGRATIVE_PATHS_H_
