// What the tests of the store share: directories of their own, a model of the graph, change sets from a seed.

#ifndef BRAID_TESTS_GRAPH_STORE_STORE_TEST_SUPPORT_H_
#define BRAID_TESTS_GRAPH_STORE_STORE_TEST_SUPPORT_H_

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "graph/change.h"
#include "graph/error.h"
#include "graph/model.h"
#include "graph/snapshot.h"
#include "graph/store/store.h"

namespace braid::graph::store {

// The n-th change-set id of a seed.
std::string TestId(std::uint64_t seed, std::uint64_t number);

// A whole number from the environment, or `fallback`: how long runs raise their counts.
std::uint64_t CountFromEnvironment(const char* name, std::uint64_t fallback);

// Kinds `thing` and `place`, relations `touches` (takes strength, sign and certainty) and `part_of` (definitional).
std::vector<Change> TestSchema();

Node MakeNode(std::string id, std::string label);
Edge MakeEdge(std::string subject, std::string relation, std::string object);
ChangeSet MakeChangeSet(std::string id, std::vector<Change> changes);

std::unique_ptr<Store> OpenOrDie(const std::string& directory, const StoreOptions& options = {});
// The reason of an error, or nullopt.
std::optional<Reason> ReasonOf(const absl::Status& status);

// The graph as maps: what the store must agree with.
struct GraphModel {
  Revision revision{};
  std::map<std::string, Node> nodes;
  std::map<EdgeKey, Edge> edges;
  std::map<std::string, Document> documents;
  std::vector<Kind> kinds;
  std::vector<Relation> relations;

  static GraphModel Of(const Snapshot& snapshot);
  // Applies a change set that is known to be valid, as revision + 1.
  void Apply(const ChangeSet& change_set);
  // Applies or takes back what the log kept.
  void Replay(const LogEntry& entry);

  friend bool operator==(const GraphModel&, const GraphModel&) = default;
};

// Where two graphs differ, for a reader; empty where they do not.
std::string Difference(const GraphModel& got, const GraphModel& want);

// A change set that is valid for `model`: puts, replacements and deletions of nodes, edges and documents.
ChangeSet RandomChangeSet(std::string id, const GraphModel& model, std::mt19937_64& random);

// Fills a new store in `directory`: the schema, then `commits` random change sets. Returns the graph they make.
GraphModel FillStore(const std::string& directory, std::uint64_t seed, int commits);

// Writes what the store of `directory` has in its log files into table files, so that both sorts are there.
void FlushTables(const std::string& directory);

}  // namespace braid::graph::store

#endif  // BRAID_TESTS_GRAPH_STORE_STORE_TEST_SUPPORT_H_
