// Degree-weighted path counts against Hetionet: the scores that its authors publish on their worked example, and on the
// real graph those of an independent enumerator that reproduces all of the published ones.

#include "tests/graph/outside/hetionet.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <filesystem>
#include <optional>
#include <stdexcept>
#include <string>

#include "fmt/format.h"
#include "graph/path_sum.h"
#include "graph/pattern.h"
#include "tests/graph/outside/row_graph.h"

namespace braid::graph {
namespace {

class HetionetTest : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!folder_) {
      GTEST_SKIP() << "Hetionet is not here, so path counts were NOT compared with it; set BRAID_DATA to the directory "
                      "that holds hetionet/";
    }
  }

  const std::optional<std::filesystem::path> folder_ = OutsideData("hetionet");
};

PathSum SumOf(const Hetnet& net, const std::string& metapath, const std::string& source, const std::string& target,
              double damping) {
  PathQuery query;
  query.sources = {net.snapshot->Find(source).value()};
  query.targets = {net.snapshot->Find(target).value()};
  query.max_hops = 12;  // the metapath says how many
  query.pattern = CompilePattern(net.PatternOf(metapath), net.snapshot->schema()).value();
  query.weights = HetnetWeights(damping);
  Budget budget;
  return SumPaths(*net.snapshot, query, 0, budget).value();
}

// 1e-9, or half of the last decimal where the authors rounded: 0.1767767 is √2/8 to 7 decimals, 0.25 is itself.
double ToleranceOf(const std::string& published) {
  constexpr std::size_t kFewestRounded = 7;
  const std::size_t decimals = published.size() - std::min(published.size(), published.find('.') + 1);
  return decimals < kFewestRounded ? 1e-9 : std::max(1e-9, 0.5 * std::pow(10, -static_cast<double>(decimals)));
}

TEST_F(HetionetTest, GivesAllPublishedScoresOfTheWorkedExample) {
  const Hetnet net = ReadHetnetJson(*folder_ / "disease-gene-example-graph.json");
  EXPECT_EQ(net.snapshot->node_count(), 11);
  EXPECT_EQ(net.snapshot->edge_count(), 14);

  const auto rows = ReadTable(*folder_ / "expected_paths.tsv", '\t');
  ASSERT_EQ(rows.size(), 1 + 406) << "a header and the scores";
  for (std::size_t i = 1; i < rows.size(); ++i) {
    const std::string& metapath = rows[i].at(0);
    const std::string source = fmt::format("{}::{}", rows[i].at(1), rows[i].at(2));
    const std::string target = fmt::format("{}::{}", rows[i].at(3), rows[i].at(4));
    SCOPED_TRACE(fmt::format("{} from {} to {}", metapath, source, target));
    const PathSum sum = SumOf(net, metapath, source, target, 0.5);
    EXPECT_NEAR(sum.sum, std::stod(rows[i].at(5)), ToleranceOf(rows[i].at(5)));
    EXPECT_EQ(sum.count, std::stoull(rows[i].at(6)));
    EXPECT_EQ(sum.search.cut_by, Limit::kNone);
  }
}

TEST_F(HetionetTest, AgreesWithAnIndependentEnumeratorOnTheRealGraph) {
  const Hetnet net = ReadHetnetTables(*folder_);
  EXPECT_EQ(net.snapshot->node_count(), 41'297);
  EXPECT_EQ(net.snapshot->edge_count(), 563'271);

  const auto rows = ReadTable(*folder_ / "crosscheck_paths.tsv", '\t');
  ASSERT_EQ(rows.size(), 1 + 543) << "a header and the scores";
  for (std::size_t i = 1; i < rows.size(); ++i) {
    SCOPED_TRACE(fmt::format("{} from {} to {}", rows[i].at(0), rows[i].at(1), rows[i].at(2)));
    const PathSum sum = SumOf(net, rows[i][0], rows[i][1], rows[i][2], 0.4);
    EXPECT_NEAR(sum.sum, std::stod(rows[i].at(4)), 1e-9);
    EXPECT_EQ(sum.count, std::stoull(rows[i].at(3)));
    EXPECT_EQ(sum.search.cut_by, Limit::kNone);
  }
}

TEST(HetnetPatternTest, SaysAMetapathAsAPattern) {
  Hetnet net;
  net.kinds = {{"D", "disease"}, {"G", "gene"}, {"BP", "biological_process"}};
  net.relations = {{"DaG", "associates"}, {"Gr>G", "regulates"}, {"GpBP", "participates"}};
  EXPECT_EQ(net.PatternOf("DaGpBP"), "-associates@gene -participates@biological_process ");
  EXPECT_EQ(net.PatternOf("BPpGaD"), "-participates@gene -associates@disease ");
  EXPECT_EQ(net.PatternOf("Gr>G<rG"), ">regulates@gene <regulates@gene ");
  for (const char* wrong : {"", "Da", "DbG", "Dr>G", "aG"}) {
    EXPECT_THROW(net.PatternOf(wrong), std::invalid_argument) << wrong;
  }
}

}  // namespace
}  // namespace braid::graph
