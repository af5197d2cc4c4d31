#include "tests/ontology/seed_fidelity_files.h"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <utility>

namespace braid::ontology::testing {
namespace {

std::string ReadFile(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

std::vector<std::filesystem::path> FilesWith(const std::filesystem::path& directory, std::string_view extension) {
  std::vector<std::filesystem::path> paths;
  for (const auto& entry : std::filesystem::directory_iterator(directory)) {
    if (entry.path().extension() == extension) paths.push_back(entry.path());
  }
  std::sort(paths.begin(), paths.end());
  return paths;
}

std::vector<std::vector<std::string>> ParseCsv(std::string_view text) {
  std::vector<std::vector<std::string>> records;
  std::vector<std::string> record;
  std::string field;
  bool quoted = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (quoted) {
      if (c != '"') {
        field += c;
      } else if (i + 1 < text.size() && text[i + 1] == '"') {
        field += text[++i];
      } else {
        quoted = false;
      }
    } else if (c == '"') {
      quoted = true;
    } else if (c == ',') {
      record.push_back(std::exchange(field, {}));
    } else if (c == '\n') {
      record.push_back(std::exchange(field, {}));
      records.push_back(std::exchange(record, {}));
    } else if (c != '\r') {
      field += c;
    }
  }
  return records;
}

// `a|b\|c` → a, b|c.
std::vector<std::string> ParseItems(std::string_view cell) {
  std::vector<std::string> items(1);
  for (std::size_t i = 0; i < cell.size(); ++i) {
    if (cell[i] == '|') {
      items.emplace_back();
    } else if (cell[i] == '\\' && i + 1 < cell.size()) {
      const char c = cell[++i];
      items.back() += c == 't' ? '\t' : c == 'n' ? '\n' : c;
    } else {
      items.back() += cell[i];
    }
  }
  return items;
}

std::vector<std::string> SplitAt(std::string_view line, char separator) {
  std::vector<std::string> parts(1);
  for (const char c : line) {
    if (c == separator) {
      parts.emplace_back();
    } else {
      parts.back() += c;
    }
  }
  return parts;
}

SeedFile ParseTsv(const std::filesystem::path& path) {
  SeedFile file;
  file.name = path.filename().string();
  std::vector<std::string> lines = SplitAt(ReadFile(path), '\n');
  if (!lines.empty() && lines.back().empty()) lines.pop_back();  // the end of the last line, not a line
  file.columns = SplitAt(lines.front(), '\t');
  for (std::size_t i = 1; i < lines.size(); ++i) {
    const std::vector<std::string> cells = SplitAt(lines[i], '\t');
    SeedRow& row = file.rows.emplace_back();
    for (std::size_t c = 0; c < cells.size(); ++c) {
      // A cell past the header gets a name that no rule knows and that the test of the form reports.
      if (!cells[c].empty()) row[c < file.columns.size() ? file.columns[c] : "(beyond)"] = ParseItems(cells[c]);
    }
  }
  return file;
}

bool IsIdCharacter(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'; }

}  // namespace

FactBase ReadFactBase(const std::filesystem::path& directory) {
  FactBase facts;
  for (const std::filesystem::path& path : FilesWith(directory, ".csv")) {
    const std::vector<std::vector<std::string>> records = ParseCsv(ReadFile(path));
    std::vector<FactRow>& rows = facts.tables[path.stem().string()];
    for (std::size_t i = 1; i < records.size(); ++i) {
      FactRow& row = rows.emplace_back();
      for (std::size_t c = 0; c < records[i].size(); ++c) row[records[0].at(c)] = records[i][c];
      if (!CurieOf(row["id"]).empty()) facts.ids.insert(row["id"]);
    }
  }
  return facts;
}

std::string CurieOf(std::string_view fact_id) {
  static const auto* const kPrefixes = new std::map<std::string, std::string, std::less<>>{
      {"cf", "factor:"},         {"con", "concern:"},     {"dim", "dimension:"}, {"ev", "evidence:"},
      {"flag", "flag:"},         {"im", "model:"},        {"me", "measure:"},    {"mod", "modality:"},
      {"pr", "process:"},        {"route", "route:"},     {"rule", "rule:"},     {"stage", "stage:"},
      {"sts", "trait:"},         {"th", "theory:"},       {"tl", "level:"},      {"tq", "technique:"},
      {"ttml", "change_level:"}, {"ttmp", "process:ttm_"}};
  const std::size_t end = fact_id.find('_');
  if (end == std::string_view::npos) return {};
  const auto found = kPrefixes->find(fact_id.substr(0, end));
  return found == kPrefixes->end() ? std::string() : found->second + std::string(fact_id.substr(end + 1));
}

std::string ProseOf(const FactBase& facts, std::string_view text) {
  std::string prose;
  for (std::size_t i = 0; i < text.size();) {
    std::size_t end = i;
    while (end < text.size() && IsIdCharacter(text[end])) ++end;
    if (end == i) {
      prose += text[i++];
      continue;
    }
    const std::string_view word = text.substr(i, end - i);
    prose += facts.ids.contains(word) ? CurieOf(word) : std::string(word);
    i = end;
  }
  return prose;
}

std::vector<std::string> SplitList(std::string_view cell) {
  std::vector<std::string> items;
  for (std::string& item : SplitAt(cell, ';')) {
    item.erase(0, item.find_first_not_of(' '));
    if (!item.empty()) items.push_back(std::move(item));
  }
  return items;
}

std::vector<SeedFile> ReadSeedFiles(const std::filesystem::path& directory) {
  std::vector<SeedFile> files;
  for (const std::filesystem::path& path : FilesWith(directory, ".tsv")) files.push_back(ParseTsv(path));
  return files;
}

Seed SeedOf(const std::vector<SeedFile>& files) {
  Seed seed;
  for (const SeedFile& file : files) {
    for (const SeedRow& row : file.rows) {
      if (file.name.starts_with("nodes")) {
        seed.nodes[Only(row, "id")] = row;
      } else if (file.name.starts_with("edges")) {
        seed.edges[{Only(row, "subject"), Only(row, "predicate"), Only(row, "object")}].push_back(row);
      } else {
        seed.mappings.push_back(row);
      }
    }
  }
  return seed;
}

std::string Only(const SeedRow& row, std::string_view column) {
  const auto found = row.find(column);
  return found == row.end() || found->second.size() != 1 ? std::string() : found->second.front();
}

}  // namespace braid::ontology::testing
