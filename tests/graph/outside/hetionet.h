// Hetionet (Himmelstein et al. 2017, Systematic integration of biomedical knowledge prioritizes drugs for repurposing)
// as a snapshot: its kinds are kinds, its edge types relations, and its metapaths patterns.

#ifndef BRAID_TESTS_GRAPH_OUTSIDE_HETIONET_H_
#define BRAID_TESTS_GRAPH_OUTSIDE_HETIONET_H_

#include <filesystem>
#include <map>
#include <string>

#include "graph/snapshot.h"
#include "graph/weights.h"

namespace braid::graph {

struct Hetnet {
  SnapshotPtr snapshot;                          // a node's id is `Kind::identifier`
  std::map<std::string, std::string> kinds;      // abbreviation → name: D → disease
  std::map<std::string, std::string> relations;  // abbreviation of the edge type → name: DaG → disease_associates_gene

  // The pattern of a metapath: `DaGiG` → `-disease_associates_gene@gene -gene_interacts_gene@gene`.
  // Throws std::invalid_argument where it does not parse.
  std::string PatternOf(const std::string& metapath) const;
};

// The format of the authors' hetnetpy.
Hetnet ReadHetnetJson(const std::filesystem::path& file);

// nodes.tsv.gz, edges/*.tsv.gz, metanodes.tsv and metaedges.tsv in `folder`.
Hetnet ReadHetnetTables(const std::filesystem::path& folder);

// Degree-weighted path counts as Hetionet defines them: only degrees count, each to the power -damping.
Weights HetnetWeights(double damping);

}  // namespace braid::graph

#endif  // BRAID_TESTS_GRAPH_OUTSIDE_HETIONET_H_
