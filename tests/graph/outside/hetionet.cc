#include "tests/graph/outside/hetionet.h"

#include <google/protobuf/struct.pb.h>
#include <google/protobuf/util/json_util.h>

#include <algorithm>
#include <cctype>
#include <cstddef>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <utility>
#include <vector>

#include "fmt/format.h"
#include "tests/graph/outside/row_graph.h"

namespace braid::graph {
namespace {

// `Biological Process` → `biological_process`, `Gene > regulates > Gene` → `gene_regulates_gene`.
std::string NameOf(const std::string& words) {
  std::string name;
  for (const char c : words) {
    if (std::isalnum(static_cast<unsigned char>(c)) != 0) {
      name += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    } else if (!name.empty() && name.back() != '_') {
      name += '_';
    }
  }
  return name;
}

// A metapath taken apart: kinds, and between each two the letters of the edge, with `<` or `>` where it is directed.
struct Metapath {
  explicit Metapath(const std::string& text) {
    const auto is_kind = [](char c) { return std::isupper(static_cast<unsigned char>(c)) != 0; };
    for (auto at = text.begin(); at != text.end();) {
      const bool kind = is_kind(*at);
      const auto end = std::find_if(at, text.end(), [&](char c) { return is_kind(c) != kind; });
      (kind ? kinds : edges).emplace_back(at, end);
      at = end;
    }
    if (kinds.size() != edges.size() + 1) throw std::invalid_argument(fmt::format("{} is no metapath", text));
  }
  std::vector<std::string> kinds;
  std::vector<std::string> edges;
};

// Takes the kinds and edge types that are declared, and then the rows.
class HetnetReader {
 public:
  void AddKind(const std::string& abbreviation, const std::string& words) {
    net_.kinds[abbreviation] = NameOf(words);
    rows_.AddKind(NameOf(words));
  }
  // An edge type that is not directed is symmetric where both ends are of one kind; elsewhere the kinds tell which end
  // is the subject.
  void AddRelation(const std::string& abbreviation, const std::string& words) {
    const Metapath type(abbreviation);
    const bool directed = type.edges[0].back() == '>';
    net_.relations[abbreviation] = NameOf(words);
    rows_.AddRelation(NameOf(words), !directed && type.kinds[0] == type.kinds[1]);
  }
  void AddNode(const std::string& id, const std::string& kind) { rows_.AddNode(id, NameOf(kind)); }
  void AddEdge(const std::string& from, const std::string& abbreviation, const std::string& to) {
    rows_.AddEdge(from, net_.relations.at(abbreviation), to);
  }
  Hetnet Read() && {
    net_.snapshot = rows_.Build();
    return std::move(net_);
  }

 private:
  Hetnet net_;
  RowGraph rows_;
};

}  // namespace

std::string Hetnet::PatternOf(const std::string& metapath) const {
  const Metapath path(metapath);
  std::string pattern;
  for (std::size_t i = 0; i < path.edges.size(); ++i) {
    const std::string& from = path.kinds[i];
    const std::string& to = path.kinds[i + 1];
    std::string edge = path.edges[i];
    const bool backwards = edge.front() == '<';
    const bool directed = backwards || edge.back() == '>';
    if (backwards) edge = edge.substr(1) + '>';
    auto relation = relations.find((backwards ? to : from) + edge + (backwards ? from : to));
    if (relation == relations.end() && !directed) relation = relations.find(to + edge + from);
    const auto kind = kinds.find(to);
    if (relation == relations.end() || kind == kinds.end()) {
      throw std::invalid_argument(fmt::format("{}: no such edge type as {}{}{}", metapath, from, path.edges[i], to));
    }
    pattern += fmt::format("{}{}@{} ", !directed ? '-' : backwards ? '<' : '>', relation->second, kind->second);
  }
  return pattern;
}

Hetnet ReadHetnetJson(const std::filesystem::path& file) {
  std::ifstream input(file);
  const std::string text{std::istreambuf_iterator<char>(input), {}};
  google::protobuf::Struct json;
  if (!google::protobuf::util::JsonStringToMessage(text, &json).ok()) {
    throw std::runtime_error(fmt::format("{} is no JSON object", file.string()));
  }
  const auto list = [](const google::protobuf::Struct& from, const char* field) {
    return from.fields().at(field).list_value().values();
  };
  const auto& abbreviations = json.fields().at("kind_to_abbrev").struct_value().fields();
  const auto abbreviation = [&](const std::string& words) { return abbreviations.at(words).string_value(); };
  // hetnetpy may name an edge from either end.
  std::map<std::pair<std::string, std::string>, std::string> types;  // (kind of edge, kind of source) → edge type

  HetnetReader reader;
  for (const auto& kind : list(json, "metanode_kinds")) {
    reader.AddKind(abbreviation(kind.string_value()), kind.string_value());
  }
  for (const auto& tuple : list(json, "metaedge_tuples")) {
    const auto& part = tuple.list_value().values();
    const std::string from = part[0].string_value(), to = part[1].string_value(), edge = part[2].string_value();
    const std::string arrow = part[3].string_value() == "both" ? "" : ">";
    const std::string type = abbreviation(from) + abbreviation(edge) + arrow + abbreviation(to);
    types[{edge, from}] = type;
    reader.AddRelation(type, fmt::format("{} {} {}", from, edge, to));
  }
  const auto id = [](const std::string& kind, const std::string& name) { return fmt::format("{}::{}", kind, name); };
  for (const auto& node : list(json, "nodes")) {
    const auto& field = node.struct_value().fields();
    const std::string kind = field.at("kind").string_value();
    reader.AddNode(id(kind, field.at("identifier").string_value()), kind);
  }
  for (const auto& edge : list(json, "edges")) {
    const auto from = list(edge.struct_value(), "source_id"), to = list(edge.struct_value(), "target_id");
    const std::string kind = edge.struct_value().fields().at("kind").string_value();
    const std::string source = id(from[0].string_value(), from[1].string_value());
    const std::string target = id(to[0].string_value(), to[1].string_value());
    const auto type = types.find({kind, from[0].string_value()});
    if (type != types.end()) {
      reader.AddEdge(source, type->second, target);
    } else {
      reader.AddEdge(target, types.at({kind, to[0].string_value()}), source);
    }
  }
  return std::move(reader).Read();
}

Hetnet ReadHetnetTables(const std::filesystem::path& folder) {
  // Calls visit(row) for the rows below the header.
  const auto for_each = [](const std::filesystem::path& file, const auto& visit) {
    const std::vector<std::vector<std::string>> rows = ReadTable(file, '\t');
    for (std::size_t i = 1; i < rows.size(); ++i) visit(rows[i]);
  };
  using Row = std::vector<std::string>;
  HetnetReader reader;
  for_each(folder / "metanodes.tsv", [&](const Row& row) { reader.AddKind(row[1], row[0]); });
  for_each(folder / "metaedges.tsv", [&](const Row& row) { reader.AddRelation(row[1], row[0]); });
  for_each(folder / "nodes.tsv.gz", [&](const Row& row) { reader.AddNode(row[0], row[2]); });
  for (const auto& file : std::filesystem::directory_iterator(folder / "edges")) {
    for_each(file.path(), [&](const Row& row) { reader.AddEdge(row[0], row[1], row[2]); });
  }
  return std::move(reader).Read();
}

Weights HetnetWeights(double damping) {
  Weights weights;
  weights.degree_exponent = 2 * damping;  // ours is of the product of both degrees, to half the exponent
  weights.hop_factor = 1;
  return weights;
}

}  // namespace braid::graph
