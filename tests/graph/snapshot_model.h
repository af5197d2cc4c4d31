// A plain graph in standard containers: the oracle of the snapshot's tests.

#ifndef BRAID_TESTS_GRAPH_SNAPSHOT_MODEL_H_
#define BRAID_TESTS_GRAPH_SNAPSHOT_MODEL_H_

#include <cstdint>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "graph/change.h"
#include "graph/model.h"
#include "graph/schema.h"
#include "graph/snapshot.h"

namespace braid::graph {

struct GraphModel {
  Revision revision{};
  std::vector<Kind> kinds;
  std::vector<Relation> relations;
  std::map<std::string, NodeAt> nodes;
  std::map<EdgeKey, Edge> edges;
  std::map<std::string, Document> documents;
};

// Compares all that a snapshot can be asked with the model, by loops over the model and not by its own ways. Failures
// are reported to GoogleTest.
void ExpectSame(const Snapshot& snapshot, const GraphModel& model);

// Changes drawn at random: nodes and edges put, replaced and deleted (a node's edges before it or after), edges that
// come before their nodes, hubs that grow past a chunk and shrink again, kinds and relations added and changed,
// documents.
class RandomEdits {
 public:
  explicit RandomEdits(std::uint64_t seed);

  const GraphModel& model() const { return model_; }

  // The changes of the next revision, with which `model` is brought along.
  std::vector<LoggedChange> NextRevision();

 private:
  std::uint64_t Below(std::uint64_t end) { return random_() % end; }
  bool Chance(std::uint64_t in) { return Below(in) == 0; }
  std::string AnyId() { return "n:" + std::to_string(Below(420)); }
  const Relation& AnyRelation() { return model_.relations[Below(model_.relations.size())]; }
  NodeIndex SlotFor(const std::string& id) const;
  Node DrawNode(const std::string& id);
  Edge DrawEdge(const EdgeKey& key);
  EdgeKey DrawKey();
  void PutKind(Kind kind);
  void PutRelation(Relation relation);
  void PutNode(const std::string& id);
  void DeleteNode(const std::string& id);
  void PutEdge(const EdgeKey& key);
  void DeleteEdge(const EdgeKey& key);
  void EditSchema();
  void EditDocument();
  void EditHub();

  std::mt19937_64 random_;
  GraphModel model_;
  std::vector<LoggedChange> changes_;
  std::map<std::string, NodeIndex> freed_;  // slots of the nodes that this revision deleted
  bool hub_grows_ = true;
};

}  // namespace braid::graph

#endif  // BRAID_TESTS_GRAPH_SNAPSHOT_MODEL_H_
