// How a technique reaches a need: the most plausible path between them, edge by edge (algorithms.md, section 8).
//
//   a dimension or concern   <acts_on (<influences)? <engages
//   a process                (<influences)? <engages
//
// `acts_on` includes its sub-relations (`maintains`). At most one influence, and backwards: to treat what feeds a
// problem, or what would reduce it, helps with the problem; to treat what follows from it does not. A path counts its
// evidence alone, Π s·κ: neither degrees nor length, since it is not ranked among others but asked how firm it is.
//
// Order of paths: (cost, hops, ids of the nodes, relation names), as graph/paths.h; total, so that one is the first.
//
// Thread safety: one thread.

#ifndef BRAID_ONTOLOGY_RECOMMEND_NEED_PATHS_H_
#define BRAID_ONTOLOGY_RECOMMEND_NEED_PATHS_H_

#include <cstdint>
#include <map>
#include <set>
#include <vector>

#include "graph/ids.h"
#include "graph/paths.h"
#include "graph/snapshot.h"
#include "graph/weights.h"

namespace braid::ontology {

struct NeedPath {
  std::uint64_t cost_micronats = 0;     // the sum over hops; exp(-cost / 1e6) is the path's plausibility
  std::vector<graph::NodeIndex> nodes;  // from the need to the technique
  std::vector<graph::Hop> hops;         // one less than nodes; costs are evidence alone

  friend bool operator==(const NeedPath&, const NeedPath&) = default;
};

// In (0, 1].
double PlausibilityOf(const NeedPath& path);

// `weights` with which neither a hub nor a longer path costs more.
graph::Weights EvidenceAlone(graph::Weights weights);

class NeedPaths {
 public:
  // `avoid`: processes and techniques that are on no path, unless they are the need itself. Obsolete nodes never are,
  // nor techniques of no modality.
  // A schema without the relations gives no path. `snapshot` outlives it. REQUIRES: IsValid(weights), of which the
  // certainty factors count.
  NeedPaths(const graph::Snapshot& snapshot, const graph::Weights& weights, const std::vector<graph::NodeIndex>& avoid);

  // The first path to each technique that has one.
  //
  //   ends  the processes that a dimension or concern is read as; empty, or `need` itself: all that lie in it
  //
  // O(arcs within three hops).
  std::map<graph::NodeIndex, NeedPath> From(graph::NodeIndex need, const std::vector<graph::NodeIndex>& ends = {});

 private:
  using Layer = std::map<graph::NodeIndex, NeedPath>;  // the first path to each node

  bool IsOpen(graph::NodeIndex node) const;
  bool ComesBefore(const NeedPath& a, const NeedPath& b) const;
  void Offer(NeedPath path, Layer& layer) const;
  // The paths of `from`, one hop over one of `relations` backwards further, into `to`.
  void Extend(const Layer& from, const std::vector<graph::RelationIndex>& relations, Layer& to);

  const graph::Snapshot& snapshot_;
  graph::CostModel costs_;
  std::set<graph::NodeIndex> avoid_;
  std::vector<graph::RelationIndex> acts_on_, influences_, engages_;
};

}  // namespace braid::ontology

#endif  // BRAID_ONTOLOGY_RECOMMEND_NEED_PATHS_H_
