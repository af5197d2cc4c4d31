// Rows of KGX-style tables turned into nodes and edges: the columns that ontology/seed/README.md describes.
//
// A row is checked for its form: columns, ids, words, numbers, and that kinds, relations and attributes are the
// schema's. What it means (ends that exist, ranges, circles) is checked where it is committed.
//
// Thread safety: one reader, one thread.

#ifndef BRAID_ONTOLOGY_KGX_ROWS_H_
#define BRAID_ONTOLOGY_KGX_ROWS_H_

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "graph/model.h"
#include "graph/schema.h"
#include "ontology/tsv.h"

namespace braid::ontology {

// Where a row stands.
struct RowPlace {
  std::string file;
  std::size_t line = 1;
};

template <typename T>
struct Placed {
  T value;
  RowPlace place;  // the first row of several
};

struct FileError {
  std::string file;
  TsvError error;
};

class KgxReader {
 public:
  // `schema` must outlive the reader.
  explicit KgxReader(const graph::Schema& schema) : schema_(&schema) {}

  // Each adds what the file holds to nodes() or edges() and what is wrong with it to errors(). Mappings go to nodes
  // that were read before.
  void ReadNodes(const std::string& file, std::string_view content);
  void ReadEdges(const std::string& file, std::string_view content);
  void ReadMappings(const std::string& file, std::string_view content);

  std::vector<Placed<graph::Node>>& nodes() { return nodes_; }
  std::vector<Placed<graph::Edge>>& edges() { return edges_; }
  const std::vector<FileError>& errors() const { return errors_; }

 private:
  class File;
  void AddNode(File& file, const TsvRow& row);
  void AddEdge(File& file, const TsvRow& row);
  void AddMapping(File& file, const TsvRow& row);

  const graph::Schema* schema_;
  std::vector<Placed<graph::Node>> nodes_;
  std::vector<Placed<graph::Edge>> edges_;
  std::map<std::string, std::size_t, std::less<>> node_by_id_;  // places in nodes_
  std::map<graph::EdgeKey, std::size_t> edge_by_key_;           // places in edges_
  std::vector<FileError> errors_;
};

}  // namespace braid::ontology

#endif  // BRAID_ONTOLOGY_KGX_ROWS_H_
