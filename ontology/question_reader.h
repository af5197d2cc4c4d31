// What the questions of several methods have in common, from a request to the graph: ids, kinds, relations, and what
// the policy keeps off.
//
// Thread safety: one request, one reader.

#ifndef BRAID_ONTOLOGY_QUESTION_READER_H_
#define BRAID_ONTOLOGY_QUESTION_READER_H_

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "graph/error.h"
#include "graph/ids.h"
#include "graph/snapshot.h"
#include "ontology/client_focus.h"
#include "ontology/lookup.h"
#include "ontology/policy.h"

namespace braid::ontology {

class QuestionReader {
 public:
  // All outlive it. `redirect`: aliases and replacements are followed, each with a notice.
  QuestionReader(const graph::Snapshot& snapshot, const Policy& policy, bool redirect, std::vector<Notice>* notices)
      : snapshot_(snapshot), policy_(policy), redirect_(redirect), notices_(notices) {}

  // What is wrong with what was read so far, each with its field; whoever reads on adds to it.
  graph::ErrorList& errors() { return errors_; }

  // The nodes of `ids`, each once; NODE_NOT_FOUND, CURIE_MALFORMED at `field[i]`.
  std::vector<graph::NodeIndex> Nodes(const std::vector<std::string>& ids, std::string_view field);

  // By KindIndex, those of `kinds` (empty: all) without `excluded_kinds`; both empty: an empty vector. KIND_NOT_FOUND.
  std::vector<bool> Kinds(const std::vector<std::string>& kinds, const std::vector<std::string>& excluded_kinds);

  // By RelationIndex, those of `relations` (empty: all walkable ones) and their sub-relations, without
  // `excluded_relations` and theirs; both empty: an empty vector. RELATION_NOT_FOUND; VALUE_OUT_OF_RANGE where nothing
  // of a relation can be walked.
  std::vector<bool> Relations(const std::vector<std::string>& relations,
                              const std::vector<std::string>& excluded_relations);

  // What the policy's rules keep off, with descendants, and what is not the client's; without what `is_asked_for` and
  // what a raised flag calls for.
  std::vector<graph::NodeIndex> KeptOff(const ClientFocus& focus,
                                        const std::function<bool(graph::NodeIndex)>& is_asked_for) const;

 private:
  void MarkKinds(const std::vector<std::string>& names, std::string_view field, bool wanted, std::vector<bool>* kinds);
  void MarkRelations(const std::vector<std::string>& names, std::string_view field, bool wanted,
                     std::vector<bool>* relations);

  const graph::Snapshot& snapshot_;
  const Policy& policy_;
  const bool redirect_;
  std::vector<Notice>* notices_;
  graph::ErrorList errors_;
};

}  // namespace braid::ontology

#endif  // BRAID_ONTOLOGY_QUESTION_READER_H_
