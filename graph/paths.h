// The k best simple paths under constraints, exact, in a total order (algorithms.md, section 2).
//
// A best-first search over partial simple paths (A*Prune: Liu & Ramakrishnan 2001), led by a resumable search backwards
// in the product of graph and pattern, which a ball around the sources steers (graph/path_engine.h, path_goals.h,
// path_balls.h). It departs from algorithms.md, section 2.3, in who explores: there partial paths do, up to where the
// backward search has come; here the backward search alone does, by A*, and partial paths follow what it reports.
//
// Order of answers: (cost, hops, ids of the nodes in byte order, relation names, forwards before backwards). It is
// total, so the answer for k is a prefix of the answer for k' > k. Node numbers never decide.
//
// Thread safety: pure function; any number of searches may share a snapshot.

#ifndef BRAID_GRAPH_PATHS_H_
#define BRAID_GRAPH_PATHS_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "absl/status/statusor.h"
#include "graph/budget.h"
#include "graph/ids.h"
#include "graph/pattern.h"
#include "graph/snapshot.h"
#include "graph/weights.h"

namespace braid::graph {

// What is asked. Interior nodes are never sources or targets. A node of both gives the path of no hops if that meets
// every constraint, and may be an end of longer ones.
struct PathQuery {
  std::vector<NodeIndex> sources;  // at least one, nodes that exist; duplicates are one
  std::vector<NodeIndex> targets;
  std::uint32_t max_paths = 5;                  // [1, 1000]; of FindPaths only
  std::uint32_t max_hops = 6;                   // [1, 12]
  std::uint32_t min_groups = 0;                 // [0, 4]: distinct groups (Snapshot::group) on the path, ends included
  std::vector<bool> kinds;                      // by KindIndex: which nodes may be on a path, ends included; empty: all
  std::vector<bool> relations;                  // by RelationIndex: which may be walked; empty: all walkable ones
  std::vector<NodeIndex> avoid;                 // never on a path; a source or target here is simply no end
  std::vector<NodeIndex> must_pass;             // at most 3, each on every path (an end counts)
  Certainty min_certainty = Certainty::kUnset;  // of edges whose relation takes one; kUnset: none
  std::optional<Automaton> pattern;             // unset: any sequence of hops
  bool distinct_nodes = false;                  // of the paths over one sequence of nodes only the first in the order
  // In [0, 1]. Going through the answers in order, a path is kept if for every path kept before at least this share of
  // its interior nodes is not on that one; without interior it is kept. Greedy: no claim of a best diverse set.
  double diverse_share = 0;
  Weights weights;
};

struct Hop {
  NodeIndex from = kNoNode;
  NodeIndex to = kNoNode;
  RelationIndex relation{};
  bool reversed = false;  // walked from object to subject; never for a symmetric relation
  HopCost cost;
  friend bool operator==(const Hop&, const Hop&) = default;
};

struct FoundPath {
  std::uint64_t cost = 0;        // micro-nats, the sum over hops
  std::vector<NodeIndex> nodes;  // one more than hops
  std::vector<Hop> hops;
  std::vector<NodeIndex> groups;  // distinct, in order of the path
};

// How a search stands, or ended.
struct PathSearchState {
  Limit cut_by = Limit::kNone;  // kNone: what was given is exact
  // How many of the paths given, at their end, are right in cost but maybe not in order. Only where cut_by is kTies:
  // more than 4 096 paths have one cost, and these are the first of those seen.
  std::uint64_t uncertified = 0;
  bool more_exist = false;    // paths beyond those given are known to exist; false: none, or the search did not look
  std::uint64_t pending = 0;  // found when the search was cut, and held back since others could still come before
  std::uint64_t work_used = 0;
  // Every path not given costs at least this. Absent: there is none.
  std::optional<std::uint64_t> lower_bound;
};

struct PathAnswer;
struct PathTuning;  // graph/path_search.h

// The paths one after another, best first, each as soon as no other can come before it.
//
// Thread safety: one thread at a time.
class PathSearch {
 public:
  // `snapshot` and `budget` outlive the search. `query.max_paths` is not looked at.
  // Errors: as FindPaths.
  static absl::StatusOr<PathSearch> Start(const Snapshot& snapshot, PathQuery query, Budget& budget);

  // Nullopt: there is no other, or the search was cut; state() tells.
  std::optional<FoundPath> Next();
  PathSearchState state() const;

  PathSearch(PathSearch&&) noexcept;
  PathSearch& operator=(PathSearch&&) noexcept;
  ~PathSearch();

 private:
  friend PathAnswer SearchPaths(const Snapshot&, const PathQuery&, Budget&, const PathTuning&);
  friend absl::StatusOr<PathSearch> StartSearch(const Snapshot&, PathQuery, Budget&, const PathTuning&);
  class Engine;
  static PathSearch Begin(const Snapshot& snapshot, PathQuery query, Budget& budget, const PathTuning& tuning);
  explicit PathSearch(std::unique_ptr<Engine> engine);
  std::unique_ptr<Engine> engine_;
};

struct PathAnswer : PathSearchState {
  std::vector<FoundPath> paths;  // best first; without the uncertified ones a prefix of the exact answer
};

// The first `query.max_paths` paths.
//
// Errors: kInvalidArgument  a number out of its range, an index out of the snapshot
// An empty answer that was not cut means: no such path.
// O(work) time and memory; exponential in max_hops at worst, about 2·max_hops pops a path in graphs like ours.
absl::StatusOr<PathAnswer> FindPaths(const Snapshot& snapshot, const PathQuery& query, Budget& budget);

}  // namespace braid::graph

#endif  // BRAID_GRAPH_PATHS_H_
