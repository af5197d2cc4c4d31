// The fact base (comma-separated tables) and the seed (tab-separated files), read as plainly as can be for their
// comparison.
//
// Deliberately not ontology/seed.h: what a test compares with must not come from the code that it would have to accuse.

#ifndef BRAID_TESTS_ONTOLOGY_SEED_FIDELITY_FILES_H_
#define BRAID_TESTS_ONTOLOGY_SEED_FIDELITY_FILES_H_

#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

namespace braid::ontology::testing {

using FactRow = std::map<std::string, std::string, std::less<>>;  // column → cell

// The tables by file stem, `techniques` → its rows, and every id that a first column gives to a thing.
struct FactBase {
  std::map<std::string, std::vector<FactRow>, std::less<>> tables;
  std::set<std::string, std::less<>> ids;
};

// Reads every *.csv of `directory` (RFC 4180, header row).
FactBase ReadFactBase(const std::filesystem::path& directory);

// `tq_exposure` → `technique:exposure`; empty where the prefix is unknown.
std::string CurieOf(std::string_view fact_id);

// `text` with every id of `facts` in it as a CURIE.
std::string ProseOf(const FactBase& facts, std::string_view text);

// `a; b;c` → a, b, c.
std::vector<std::string> SplitList(std::string_view cell);

using SeedRow =
    std::map<std::string, std::vector<std::string>, std::less<>>;   // column → items; empty cells are left out
using EdgeKey = std::tuple<std::string, std::string, std::string>;  // subject, predicate, object

struct Seed {
  std::map<std::string, SeedRow, std::less<>> nodes;
  std::map<EdgeKey, std::vector<SeedRow>> edges;  // one row for each claim beyond the first
  std::vector<SeedRow> mappings;
};

// A file as it stands: the header and the rows, unescaped into items.
struct SeedFile {
  std::string name;
  std::vector<std::string> columns;
  std::vector<SeedRow> rows;
};

// Reads the *.tsv of `directory` in byte order of their names.
std::vector<SeedFile> ReadSeedFiles(const std::filesystem::path& directory);

Seed SeedOf(const std::vector<SeedFile>& files);

// The only item of `column`, or nothing.
std::string Only(const SeedRow& row, std::string_view column);

}  // namespace braid::ontology::testing

#endif  // BRAID_TESTS_ONTOLOGY_SEED_FIDELITY_FILES_H_
