// The shipped ontology holds the whole fact base that it was authored from, and its files keep their form.
//
// The fact base lies beside the repository (`../shared/domain`, or `domain` in the directory named by BRAID_DATA);
// without it the comparison is skipped, aloud.

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <iterator>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/ontology/seed_fidelity_files.h"
#include "tests/ontology/seed_fidelity_rules.h"

namespace braid::ontology::testing {
namespace {

std::filesystem::path SourceDirectory() { return BRAID_SOURCE_DIR; }

std::filesystem::path FactDirectory() {
  const char* data = std::getenv("BRAID_DATA");
  return (data != nullptr ? std::filesystem::path(data) : SourceDirectory() / ".." / "shared") / "domain";
}

std::vector<SeedFile> ShippedFiles() { return ReadSeedFiles(SourceDirectory() / "ontology" / "seed"); }

class SeedFidelity : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!std::filesystem::exists(FactDirectory() / "techniques.csv")) {
      GTEST_SKIP()
          << "the fact base is not here, so the seed was NOT compared with it; set BRAID_DATA to the directory "
             "that holds domain/";
    }
    facts_ = ReadFactBase(FactDirectory());
    seed_ = SeedOf(ShippedFiles());
  }

  // Whether taking `column` out of `row` (a part of seed_) is noticed; puts it back.
  bool NoticesLossOf(SeedRow& row, const std::string& column) {
    auto cell = row.extract(column);
    const bool noticed = !FindLosses(facts_, seed_, 1).empty();
    row.insert(std::move(cell));
    return noticed;
  }

  FactBase facts_;
  Seed seed_;
};

TEST_F(SeedFidelity, KeepsEveryCellOfTheFactBase) {
  EXPECT_GT(facts_.tables.size(), 20U);
  EXPECT_THAT(FindLosses(facts_, seed_, 50), ::testing::IsEmpty());
}

// What the seed says beyond the fact base: readable names of what has none there, what instruments are about, and which
// packages are alternatives, and what was made for one problem alone.
const std::set<std::pair<std::string, std::string>>& OwnColumns() {
  static const auto* const kOwn = new std::set<std::pair<std::string, std::string>>{
      {"evidence", "name"}, {"rule", "name"}, {"source", "name"}, {"source", "description"}};
  return *kOwn;
}
constexpr const char* kOwnPredicates[] = {"alternative_to", "made_for", "measures"};
bool IsOwn(const std::string& predicate) {
  return std::find(std::begin(kOwnPredicates), std::end(kOwnPredicates), predicate) != std::end(kOwnPredicates);
}

TEST_F(SeedFidelity, NoticesTheLossOfACellInEveryColumnOfNodes) {
  std::map<std::pair<std::string, std::string>, SeedRow*> last;  // (kind, column) → the last node that has it
  for (auto& [id, row] : seed_.nodes) {
    for (const auto& [column, items] : row) {
      if (column != "id") last[{Only(row, "category"), column}] = &row;
    }
  }
  for (const auto& [place, row] : last) {
    if (OwnColumns().contains(place) || (place.first == "source" && place.second == "category")) continue;
    EXPECT_TRUE(NoticesLossOf(*row, place.second)) << place.second << " of " << Only(*row, "id");
  }
}

TEST_F(SeedFidelity, NoticesTheLossOfACellInEveryColumnOfEdges) {
  std::map<std::pair<std::string, std::string>, SeedRow*> last;  // (predicate, column) → the last row that has it
  for (auto& [key, rows] : seed_.edges) {
    for (SeedRow& row : rows) {
      for (const auto& [column, items] : row) {
        if (column != "subject" && column != "predicate" && column != "object") last[{std::get<1>(key), column}] = &row;
      }
    }
  }
  for (const auto& [place, row] : last) {
    if (IsOwn(place.first)) continue;
    EXPECT_TRUE(NoticesLossOf(*row, place.second))
        << place.second << " of " << Only(*row, "subject") << " " << place.first << " " << Only(*row, "object");
  }
}

TEST_F(SeedFidelity, NoticesTheLossOfAnEdgeOfEveryPredicate) {
  std::map<std::string, EdgeKey> last;
  for (const auto& [key, rows] : seed_.edges) last[std::get<1>(key)] = key;
  for (const char* predicate : kOwnPredicates) ASSERT_EQ(last.erase(predicate), 1U) << predicate;
  for (const auto& [predicate, key] : last) {
    auto edge = seed_.edges.extract(key);
    EXPECT_FALSE(FindLosses(facts_, seed_, 1).empty())
        << std::get<0>(key) << " " << predicate << " " << std::get<2>(key);
    seed_.edges.insert(std::move(edge));
  }
}

TEST_F(SeedFidelity, NoticesTheLossOfACellInEveryColumnOfMappings) {
  std::map<std::string, SeedRow*> last;
  for (SeedRow& row : seed_.mappings) {
    for (const auto& [column, items] : row) last[column] = &row;
  }
  for (const auto& [column, row] : last) EXPECT_TRUE(NoticesLossOf(*row, column)) << column;
}

// A finding names the table, the row, the column and the figure that is missing.
TEST_F(SeedFidelity, NoticesAChangedFigure) {
  SeedRow& finding = seed_.nodes.at("evidence:alliance_fluckiger2018");
  const std::vector<std::string> kept = std::exchange(finding["value"], {"0.28"});
  EXPECT_THAT(FindLosses(facts_, seed_, 2),
              ::testing::ElementsAre(R"(evidence.csv ev_alliance_fluckiger2018: value "0.278" is not in the seed)"));
  finding["value"] = kept;
}

// The files diff well: one order, no row twice, no cell outside the header.
std::vector<std::string> KeyOf(const SeedRow& row) {
  std::vector<std::string> key;
  for (const char* column : {"id", "subject", "predicate", "object", "subject_id", "predicate_id", "object_id"}) {
    key.push_back(Only(row, column));
  }
  return key;
}

TEST(SeedFiles, AreSortedWithoutRepeats) {
  const std::vector<SeedFile> files = ShippedFiles();
  ASSERT_FALSE(files.empty());
  for (const SeedFile& file : files) {
    SCOPED_TRACE(file.name);
    for (std::size_t i = 1; i < file.rows.size(); ++i) {
      std::vector<std::string> before = KeyOf(file.rows[i - 1]);
      std::vector<std::string> here = KeyOf(file.rows[i]);
      if (file.rows[i].contains("claim_evidence")) {  // one row a claim
        before.push_back(Only(file.rows[i - 1], "claim_evidence"));
        here.push_back(Only(file.rows[i], "claim_evidence"));
      }
      EXPECT_LT(before, here) << "line " << i + 2;
    }
  }
}

TEST(SeedFiles, HaveNoCellBeyondTheirHeader) {
  for (const SeedFile& file : ShippedFiles()) {
    SCOPED_TRACE(file.name);
    EXPECT_EQ(std::set<std::string>(file.columns.begin(), file.columns.end()).size(), file.columns.size());
    for (const SeedRow& row : file.rows) EXPECT_FALSE(row.contains("(beyond)"));
  }
}

TEST(SeedFiles, NameOnlyNodesThatExist) {
  const Seed seed = SeedOf(ShippedFiles());
  for (const auto& [key, rows] : seed.edges) {
    EXPECT_TRUE(seed.nodes.contains(std::get<0>(key))) << std::get<0>(key);
    EXPECT_TRUE(seed.nodes.contains(std::get<2>(key))) << std::get<2>(key);
    for (const SeedRow& row : rows) {
      const auto evidence = row.find("claim_evidence");
      if (evidence == row.end()) continue;
      for (const std::string& id : evidence->second) EXPECT_TRUE(seed.nodes.contains(id)) << id;
    }
  }
  for (const SeedRow& row : seed.mappings) EXPECT_TRUE(seed.nodes.contains(Only(row, "subject_id")));
}

}  // namespace
}  // namespace braid::ontology::testing
