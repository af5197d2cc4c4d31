#include "tests/graph/outside/row_graph.h"

#include <zlib.h>

#include <array>
#include <cstdlib>
#include <memory>
#include <sstream>
#include <stdexcept>
#include <utility>

#include "fmt/format.h"
#include "graph/snapshot_builder.h"

namespace braid::graph {

std::optional<std::filesystem::path> OutsideData(std::string_view name) {
  const char* given = std::getenv("BRAID_DATA");
  const std::filesystem::path base =
      given != nullptr ? std::filesystem::path(given) : std::filesystem::path(BRAID_SOURCE_DIR) / ".." / "shared";
  for (const std::filesystem::path& folder : {base / name, base / "data" / name}) {
    if (std::filesystem::is_directory(folder)) return folder;
  }
  return std::nullopt;
}

std::vector<std::vector<std::string>> ReadTable(const std::filesystem::path& file, char separator) {
  // zlib reads a file that is not gzipped as it stands.
  const std::unique_ptr<gzFile_s, int (*)(gzFile)> input(gzopen(file.c_str(), "rb"), gzclose);
  std::string text;
  std::array<char, 1U << 16U> buffer;
  int count = -1;
  while (input != nullptr && (count = gzread(input.get(), buffer.data(), buffer.size())) > 0) {
    text.append(buffer.data(), static_cast<std::size_t>(count));
  }
  if (count < 0) throw std::runtime_error(fmt::format("{} cannot be read", file.string()));

  std::vector<std::vector<std::string>> rows;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    std::vector<std::string>& row = rows.emplace_back();
    std::istringstream cells(line);
    for (std::string cell; std::getline(cells, cell, separator);) row.push_back(cell);
  }
  return rows;
}

void RowGraph::AddKind(const std::string& name) {
  Kind kind;
  kind.name = kind.id_prefix = name;
  kinds_.push_back(std::move(kind));
}

void RowGraph::AddRelation(const std::string& name, bool symmetric) {
  Relation relation;
  relation.name = name;
  if (!symmetric) relation.inverse_name = name + "_of";
  relation.symmetric = symmetric;
  relation.walkable = relation.takes_strength = true;
  relation.default_strength = 1.0;
  relation_numbers_[name] = static_cast<std::uint16_t>(relations_.size());
  relations_.push_back(std::move(relation));
}

void RowGraph::AddNode(const std::string& id, const std::string& kind) {
  if (!node_numbers_.emplace(id, static_cast<std::uint32_t>(nodes_.size())).second) return;
  Node node;
  node.id = id;
  node.kind = kind;
  nodes_.push_back(std::move(node));
}

void RowGraph::AddEdge(const std::string& subject, const std::string& relation, const std::string& object,
                       std::optional<double> strength) {
  const auto number = relation_numbers_.find(relation);
  if (number == relation_numbers_.end()) throw std::invalid_argument(fmt::format("no relation {}", relation));
  const bool swap = relations_[number->second].symmetric && object < subject;
  edges_[{NodeOf(swap ? object : subject), number->second, NodeOf(swap ? subject : object)}] = strength;
}

std::uint32_t RowGraph::NodeOf(const std::string& id) const {
  const auto number = node_numbers_.find(id);
  if (number == node_numbers_.end()) throw std::invalid_argument(fmt::format("no node {}", id));
  return number->second;
}

SnapshotPtr RowGraph::Build() const {
  BulkLoader loader;
  for (const Kind& kind : kinds_) loader.AddKind(kind);
  for (const Relation& relation : relations_) loader.AddRelation(relation);
  for (std::uint32_t i = 0; i < nodes_.size(); ++i) loader.AddNode(NodeIndex{i}, nodes_[i]);
  for (const auto& [ends, strength] : edges_) {
    const auto& [subject, relation, object] = ends;
    Edge edge;
    edge.strength = strength;
    loader.AddEdge(NodeIndex{subject}, RelationIndex{relation}, NodeIndex{object}, std::move(edge));
  }
  return std::move(loader).Build(Revision{1}).value();
}

}  // namespace braid::graph
