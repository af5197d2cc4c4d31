// What screening asks of techniques and modalities that depends on no client: read once for a snapshot.
//
// What a technique or modality is a kind of has a say in it: cautions of a flag hold for its kinds, unless a kind has
// an edge of its own to that flag; of several the strictest. The level that it asks for is its own, else the highest of
// what it is a kind of.
//
// Thread safety: never changes once made.

#ifndef BRAID_ONTOLOGY_RECOMMEND_TECHNIQUE_INDEX_H_
#define BRAID_ONTOLOGY_RECOMMEND_TECHNIQUE_INDEX_H_

#include <unordered_map>
#include <vector>

#include "graph/ids.h"
#include "graph/snapshot.h"
#include "ontology/recommend/exclusion.h"

namespace braid::ontology {

class TechniqueIndex {
 public:
  struct Entry {
    graph::NodeIndex node = graph::kNoNode;
    std::vector<graph::NodeIndex> names;            // it, and what it is a kind of
    std::vector<FlagCaution> cautions;              // of all flags, by id of the flag
    graph::NodeIndex level = graph::kNoNode;        // that it asks for; kNoNode: none
    bool is_never_recommended = false;              // of a technique: known to harm
    std::vector<graph::NodeIndex> modalities = {};  // of a technique: it belongs to; the primary first, by rank, by id
  };

  // O(techniques and modalities · (ancestors + edges)). `snapshot` outlives it.
  explicit TechniqueIndex(const graph::Snapshot& snapshot);

  const graph::Snapshot& snapshot() const { return snapshot_; }
  // Those that are not obsolete, by id.
  const std::vector<Entry>& techniques() const { return techniques_; }
  const std::vector<Entry>& modalities() const { return modalities_; }
  // REQUIRES: a modality that is not obsolete.
  const Entry& modality(graph::NodeIndex node) const { return modalities_[places_.at(node)]; }

  // A level without a rank is above all others.
  double RankOf(graph::NodeIndex level) const;
  double least_rank() const { return least_rank_; }  // of all levels; infinite where there is none

 private:
  const graph::Snapshot& snapshot_;
  std::vector<Entry> techniques_, modalities_;
  std::unordered_map<graph::NodeIndex, std::size_t> places_;  // in modalities_
  double least_rank_;
};

}  // namespace braid::ontology

#endif  // BRAID_ONTOLOGY_RECOMMEND_TECHNIQUE_INDEX_H_
