// A snapshot from rows in any order, as outside data comes, and where that data lies.

#ifndef BRAID_TESTS_GRAPH_OUTSIDE_ROW_GRAPH_H_
#define BRAID_TESTS_GRAPH_OUTSIDE_ROW_GRAPH_H_

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "graph/model.h"
#include "graph/snapshot.h"

namespace braid::graph {

// The folder of the data set `name`: in the directory that BRAID_DATA names or in `data` there, else in
// `../shared/data` beside the repository. Nullopt: it is not here.
std::optional<std::filesystem::path> OutsideData(std::string_view name);

// The lines of a file, gzipped or plain, each split at `separator`; empty cells stay. Throws std::runtime_error where
// the file cannot be read.
std::vector<std::vector<std::string>> ReadTable(const std::filesystem::path& file, char separator);

// Walkable relations with the default strength 1 that take a strength and no certainty.
class RowGraph {
 public:
  void AddKind(const std::string& name);
  void AddRelation(const std::string& name, bool symmetric);
  void AddNode(const std::string& id, const std::string& kind);
  // The same edge again is one edge; a symmetric one is the same whichever end comes first.
  // Throws std::invalid_argument for an end or a relation that was not added.
  void AddEdge(const std::string& subject, const std::string& relation, const std::string& object,
               std::optional<double> strength = std::nullopt);

  SnapshotPtr Build() const;

 private:
  using Ends = std::tuple<std::uint32_t, std::uint16_t, std::uint32_t>;  // subject, relation, object

  std::uint32_t NodeOf(const std::string& id) const;

  std::vector<Kind> kinds_;
  std::vector<Relation> relations_;
  std::vector<Node> nodes_;
  std::map<std::string, std::uint32_t> node_numbers_;
  std::map<std::string, std::uint16_t> relation_numbers_;
  std::map<Ends, std::optional<double>> edges_;
};

}  // namespace braid::graph

#endif  // BRAID_TESTS_GRAPH_OUTSIDE_ROW_GRAPH_H_
