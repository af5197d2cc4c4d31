// Connecting maps in words: labels from the nodes, verbs from the schema, nothing that the data does not say.
//
// Thread safety: a MapWords only reads; any number may share a snapshot.

#ifndef BRAID_ONTOLOGY_MAP_WORDS_H_
#define BRAID_ONTOLOGY_MAP_WORDS_H_

#include <string>
#include <vector>

#include "graph/snapshot.h"
#include "ontology/connecting_map.h"
#include "ontology/path_words.h"

namespace braid::ontology {

class MapWords {
 public:
  // Both must outlive it.
  MapWords(const graph::Snapshot& snapshot, const std::vector<std::string>& languages)
      : snapshot_(&snapshot), languages_(&languages), words_(snapshot, languages) {}

  // Where the terminals meet, how, what that rests on, and the weakest links.
  //
  //   Emotions (through Shame), Relationships (through Shame) and Thoughts (through Self-criticism) meet in Shame:
  //   Self-criticism feeds Shame. Rests on definition (3 of 4 steps) and expert opinion (1). Weakest link: …
  std::string Explain(const ExplainedMap& map) const;

  // `If not through Shame, they meet in Low mood: …`, or `Without Shame they fall apart: Thoughts and Emotions;
  // Relationships`. REQUIRES: all of it but `text` is filled.
  std::string Alternative(const ExplainedAlternative& alternative) const;

 private:
  std::string Label(graph::NodeIndex node) const;
  std::vector<std::string> Labels(const std::vector<graph::NodeIndex>& nodes) const;
  std::string Terminal(const ExplainedMap& map, std::size_t number) const;
  std::string Meeting(const ExplainedMap& map) const;
  std::string Story(const ExplainedMap& map) const;
  bool IsEndsOnly(graph::NodeIndex node) const;

  const graph::Snapshot* snapshot_;
  const std::vector<std::string>* languages_;
  PathWords words_;
};

}  // namespace braid::ontology

#endif  // BRAID_ONTOLOGY_MAP_WORDS_H_
