// Paths in words: labels from the nodes, verbs from the schema, nothing that the data does not say.
//
// Thread safety: a PathWords only reads; any number may share a snapshot.

#ifndef BRAID_ONTOLOGY_PATH_WORDS_H_
#define BRAID_ONTOLOGY_PATH_WORDS_H_

#include <string>
#include <string_view>
#include <vector>

#include "graph/paths.h"
#include "graph/snapshot.h"
#include "ontology/integrative_paths.h"

namespace braid::ontology {

// `a`, `a and b`, `a, b and c`.
std::string Listed(const std::vector<std::string>& items);

// `Depression (through Hopelessness)`; a label that has brackets already keeps one pair: `Therapy (Maudsley; FBT)`.
std::string WithRemark(std::string_view label, std::string_view remark);

class PathWords {
 public:
  // Both must outlive it.
  PathWords(const graph::Snapshot& snapshot, const std::vector<std::string>& languages);

  // An edge as its subject's deed: `Behavioural activation strengthens Activation`. The verb is the relation's phrase,
  // the one for the edge's sign where there is one.
  std::string Statement(const graph::EdgeEntry& edge) const;

  // A hop in the direction of walking: `Activation is strengthened by Behavioural activation`.
  std::string HopText(const graph::Hop& hop, const graph::EdgeEntry& edge) const;

  // `definition`, `3 findings (moderate certainty)`, `opinion of A. Name (low certainty)`, `expert opinion (low
  // certainty)`.
  std::string RestsOn(const graph::EdgeEntry& edge) const;

  // A claim that does not support its edge: `2 findings speak against: Exposure weakens Avoidance`.
  std::string CounterClaim(const graph::EdgeEntry& edge, const graph::Claim& claim) const;

  // Two modalities that do not go together: `CBT is in tension with ACT: do one at a time`.
  std::string Discord(const graph::EdgeEntry& edge) const;

  // The path: where it leads from and to, what is done to what on the way, whose techniques those are, what all that
  // rests on, and the weakest link.
  //
  //   From Thoughts (through Cognitive distortions) to Relationships (through Family rigidity): Cognitive restructuring
  //   (CBT) weakens Cognitive distortions and strengthens Reappraisal; Reframing (SFT) also strengthens Reappraisal and
  //   weakens Family rigidity. Joins Cognitive behavioural therapy (CBT) and Systemic and family therapy (SFT). Rests
  //   on expert opinion (4 of 6 steps) and definition (2). Weakest links: …
  std::string Explain(const ExplainedPath& path) const;

  // The last part of that, of any hops: `Rests on expert opinion (4 of 6 steps) and definition (2). Weakest links: …`.
  std::string Support(const std::vector<ExplainedHop>& hops) const;

  // The label, for a technique with its modality: `Cognitive restructuring (CBT)`.
  std::string WithGroup(graph::NodeIndex node) const;

 private:
  struct Ground;  // what an edge rests on
  Ground GroundOf(const graph::EdgeEntry& edge) const;
  std::string Label(graph::NodeIndex node) const;
  std::string Abbreviation(graph::NodeIndex node) const;  // the first; empty: none
  std::string_view Verb(const graph::EdgeEntry& edge, bool reversed) const;
  bool LiesIn(const ExplainedPath& path, std::size_t hop, graph::NodeIndex end) const;
  std::string Heading(const ExplainedPath& path, bool from_end, bool to_end) const;
  std::string Body(const ExplainedPath& path, std::size_t begin, std::size_t end) const;
  std::string Modalities(const ExplainedPath& path) const;
  std::string Grounds(const std::vector<ExplainedHop>& hops) const;
  std::string WeakestLinks(const std::vector<ExplainedHop>& hops) const;

  const graph::Snapshot* snapshot_;
  const std::vector<std::string>* languages_;
};

}  // namespace braid::ontology

#endif  // BRAID_ONTOLOGY_PATH_WORDS_H_
