#include "ontology/seed.h"

#include <charconv>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <optional>
#include <string_view>
#include <system_error>
#include <utility>

#include "fmt/format.h"
#include "graph/error.h"
#include "graph/schema.h"
#include "graph/validate.h"
#include "ontology/kgx_rows.h"
#include "ontology/policy.h"
#include "ontology/schema_text.h"

namespace braid::ontology {
namespace {

namespace fs = std::filesystem;
using graph::Reason;

constexpr char kSchemaFile[] = "schema.textproto";
constexpr char kPolicyFile[] = "policy.textproto";

// Tables by file name, in byte order.
using Tables = std::map<std::string, fs::path>;

absl::StatusOr<std::string> ReadFile(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::string content{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  if (in.good() || in.eof()) return content;
  return absl::NotFoundError(fmt::format("{}: no such file, or it cannot be read", path.string()));
}

// The tables in `directory`, added to `tables`. A directory that is not there has none.
absl::Status ListTables(const fs::path& directory, Tables& tables) {
  std::error_code error;
  for (fs::directory_iterator at(directory, error), end; !error && at != end; at.increment(error)) {
    if (at->path().extension() == ".tsv") tables.emplace(at->path().filename().string(), at->path());
  }
  if (!error || error == std::errc::no_such_file_or_directory) return absl::OkStatus();
  return absl::NotFoundError(fmt::format("{}: {}", directory.string(), error.message()));
}

// Everything that is wrong with the files, each with its place.
class Complaints {
 public:
  void Add(std::string_view file, std::size_t line, std::size_t column, std::string_view message) {
    const std::string place = fmt::format("{}:{}:{}", file, line, column);
    if (errors_.empty()) {
      first_ = {{"file", std::string(file)}, {"line", std::to_string(line)}, {"column", std::to_string(column)}};
    }
    errors_.Add({Reason::kRecordInvalid, place, fmt::format("{}: {}", place, message), {}});
  }

  // What a text form's reader says. Its complaints about meaning have fields instead of places; they go under line 1.
  void AddTextForm(std::string_view file, const absl::Status& status) {
    if (status.ok()) return;
    const graph::ErrorInfo info = *graph::ErrorInfoOf(status);
    for (const graph::Violation& violation : info.violations) {
      std::size_t line = 1, column = 1;
      if (violation.reason == Reason::kRecordInvalid) ParsePlace(violation.field, line, column);
      Add(file, line, column, violation.description);
    }
  }

  absl::Status ToStatus() const {
    if (errors_.empty()) return absl::OkStatus();
    graph::ErrorInfo info = *graph::ErrorInfoOf(errors_.ToStatus());
    info.metadata.insert(info.metadata.begin(), first_.begin(), first_.end());
    return graph::MakeError(info);
  }

 private:
  // `12:7`, as ontology/text_form.h names a place.
  static void ParsePlace(const std::string& place, std::size_t& line, std::size_t& column) {
    line = std::stoul(place);
    column = std::stoul(place.substr(place.find(':') + 1));
  }

  graph::ErrorList errors_;
  std::vector<std::pair<std::string, std::string>> first_;
};

// Everything but the tables: the first changes, and the schema that the tables are read by.
struct Frame {
  std::vector<graph::Change> changes;
  std::vector<std::string> change_line;
  graph::Schema schema;
};

absl::Status PutIntoSchema(const graph::Change& change, graph::Schema& schema) {
  if (const auto* kind = std::get_if<graph::PutKind>(&change)) {
    BRAID_ASSIGN_OR_RETURN(schema, schema.With(kind->kind));
  } else if (const auto* relation = std::get_if<graph::PutRelation>(&change)) {
    BRAID_ASSIGN_OR_RETURN(schema, schema.With(relation->relation));
  }
  return absl::OkStatus();
}

Frame ReadFrame(std::string_view schema_text, std::string policy_text, Complaints& complaints) {
  Frame frame;
  absl::StatusOr<std::vector<graph::Change>> changes = SchemaChangesFromText(schema_text);
  complaints.AddTextForm(kSchemaFile, changes.status());
  if (!changes.ok()) return frame;
  frame.changes = *std::move(changes);
  for (const graph::Change& change : frame.changes) {
    complaints.AddTextForm(kSchemaFile, PutIntoSchema(change, frame.schema));
  }
  frame.change_line.assign(frame.changes.size(), kSchemaFile);
  complaints.AddTextForm(kPolicyFile, ParsePolicy(policy_text, &frame.schema).status());
  frame.changes.push_back(graph::PutDocument{
      {std::string(kPolicyDocument), std::string(kPolicyContentType), std::move(policy_text), graph::Revision{}}});
  frame.change_line.push_back(kPolicyFile);
  return frame;
}

bool StartsWith(std::string_view text, std::string_view prefix) { return text.substr(0, prefix.size()) == prefix; }

// Nodes before what refers to them, whatever the names of their files.
absl::Status ReadTables(const Tables& tables, KgxReader& reader, Complaints& complaints) {
  const std::pair<std::string_view, void (KgxReader::*)(const std::string&, std::string_view)> passes[] = {
      {"nodes", &KgxReader::ReadNodes}, {"edges", &KgxReader::ReadEdges}, {"mappings", &KgxReader::ReadMappings}};
  for (const auto& [prefix, read] : passes) {
    for (const auto& [name, path] : tables) {
      if (!StartsWith(name, prefix)) continue;
      BRAID_ASSIGN_OR_RETURN(const std::string content, ReadFile(path));
      (reader.*read)(name, content);
    }
  }
  for (const auto& [name, path] : tables) {
    if (!StartsWith(name, "nodes") && !StartsWith(name, "edges") && !StartsWith(name, "mappings")) {
      complaints.Add(name, 1, 1, "a table whose name begins with neither `nodes`, `edges` nor `mappings`");
    }
  }
  for (const FileError& error : reader.errors()) {
    complaints.Add(error.file, error.error.line, error.error.column, error.error.message);
  }
  return absl::OkStatus();
}

std::string LineOf(const RowPlace& place) { return fmt::format("{}:{}", place.file, place.line); }

// RFC 9562, version 8: 122 bits of ours under the version's and the variant's.
std::string UuidOf(const graph::Digest128& digest) {
  const std::uint64_t high = (digest.high & 0xFFFF'FFFF'FFFF'0FFFULL) | 0x8000ULL;
  const std::uint64_t low = (digest.low & 0x3FFF'FFFF'FFFF'FFFFULL) | 0x8000'0000'0000'0000ULL;
  return fmt::format("{:08x}-{:04x}-{:04x}-{:04x}-{:012x}", high >> 32, (high >> 16) & 0xFFFF, high & 0xFFFF, low >> 48,
                     low & 0xFFFF'FFFF'FFFFULL);
}

Seed Assemble(Frame frame, KgxReader& reader, std::size_t file_count) {
  Seed seed;
  seed.change_set.changes = std::move(frame.changes);
  seed.change_line = std::move(frame.change_line);
  for (Placed<graph::Node>& node : reader.nodes()) {
    seed.change_line.push_back(LineOf(node.place));
    seed.change_set.changes.push_back(graph::PutNode{std::move(node.value)});
  }
  for (Placed<graph::Edge>& edge : reader.edges()) {
    seed.change_line.push_back(LineOf(edge.place));
    seed.change_set.changes.push_back(graph::PutEdge{std::move(edge.value)});
  }
  seed.change_set.author.name = "seed";
  seed.change_set.message = fmt::format("The ontology as shipped: {} nodes and {} edges from {} files",
                                        reader.nodes().size(), reader.edges().size(), file_count);
  seed.change_set.id = UuidOf(graph::DigestOf(seed.change_set));
  return seed;
}

// `changes[17].put_edge…` → 17.
std::optional<std::size_t> ChangeIndex(std::string_view field) {
  constexpr std::string_view kPrefix = "changes[";
  if (!StartsWith(field, kPrefix)) return std::nullopt;
  std::size_t index = 0;
  const char* begin = field.data() + kPrefix.size();
  const auto [end, error] = std::from_chars(begin, field.data() + field.size(), index);
  return error == std::errc{} && end != begin ? std::optional(index) : std::nullopt;
}

}  // namespace

absl::StatusOr<Seed> ReadSeed(const std::string& directory) {
  const fs::path root(directory);
  BRAID_ASSIGN_OR_RETURN(const std::string schema_text, ReadFile(root / kSchemaFile));
  BRAID_ASSIGN_OR_RETURN(std::string policy_text, ReadFile(root / kPolicyFile));
  Tables tables;
  BRAID_RETURN_IF_ERROR(ListTables(root, tables));
  BRAID_RETURN_IF_ERROR(ListTables(root / "seed", tables));

  Complaints complaints;
  Frame frame = ReadFrame(schema_text, std::move(policy_text), complaints);
  // By a schema that is itself wrong every row would be wrong: its own errors are worth more.
  BRAID_RETURN_IF_ERROR(complaints.ToStatus());
  KgxReader reader(frame.schema);
  BRAID_RETURN_IF_ERROR(ReadTables(tables, reader, complaints));
  BRAID_RETURN_IF_ERROR(complaints.ToStatus());
  return Assemble(std::move(frame), reader, tables.size() + 2);
}

absl::Status TraceToLines(const absl::Status& status, const Seed& seed) {
  std::optional<graph::ErrorInfo> info = graph::ErrorInfoOf(status);
  if (!info.has_value()) return status;
  for (graph::Violation& violation : info->violations) {
    const std::optional<std::size_t> change = ChangeIndex(violation.field);
    if (!change.has_value() || *change >= seed.change_line.size()) continue;
    const std::string& line = seed.change_line[*change];
    violation.field = fmt::format("{}: {}", line, violation.field);
    violation.description = fmt::format("{}: {}", line, violation.description);
  }
  return graph::MakeError(*info);
}

}  // namespace braid::ontology
