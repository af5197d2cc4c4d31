// The shipped patterns between every kind of end.

#include <string>
#include <vector>

#include "fmt/format.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "ontology/integrative_paths.h"
#include "tests/ontology/shipped.h"

namespace braid::ontology {
namespace {

// A shipped pattern as it reads where both outer steps must be taken, and where neither may.
struct StrictForms {
  const char* name;
  const char* between_dimensions;
  const char* between_processes;
};
constexpr char kThroughInfluence[] = "U+ L (D* U* L)* D* | L (D* U* L)* (D+ U* | U+) L (D* U* L)* D* | L (D* U* L)* D+";
const std::vector<StrictForms>& Forms() {
  static const auto& outer = *new std::string(fmt::format("<acts_on ({}) >acts_on", kThroughInfluence));
  static const auto& forms =
      *new std::vector<StrictForms>{{"spread", "<acts_on (>influences[+])* >acts_on", "(>influences[+])*"},
                                    {"bridge", "<acts_on U* L (D* U* L)* D* >acts_on", "U* L (D* U* L)* D*"},
                                    {"mechanism", outer.c_str(), kThroughInfluence}};
  return forms;
}

class PatternEndsTest : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_NE(snapshot_, nullptr);
    policy_ = *PolicyOf(*snapshot_);
  }

  PathReply Find(const std::string& source, const std::string& target, const std::string& pattern, int hops) {
    PathRequest request;
    request.source_ids = {source};
    request.target_ids = {target};
    request.pattern = pattern;
    request.max_hops = hops;
    request.min_modalities = 0;
    request.max_path_count = 40;
    graph::Budget budget;
    absl::StatusOr<PathReply> reply = FindIntegrativePaths(*snapshot_, policy_, request, PathLimits{}, budget);
    EXPECT_TRUE(reply.ok()) << reply.status();
    return reply.ok() ? *std::move(reply) : PathReply{};
  }

  // What a path is: cost, nodes, relations.
  std::vector<std::string> Texts(const PathReply& reply) const {
    std::vector<std::string> texts;
    for (const ExplainedPath& path : reply.paths) {
      std::string& text = texts.emplace_back(fmt::format("{}", path.cost_micronats));
      for (const ExplainedHop& hop : path.hops) {
        text += fmt::format(" {}{} {}", hop.hop.reversed ? "<" : ">",
                            snapshot_->schema().relation(hop.hop.relation).name, snapshot_->id(hop.hop.to));
      }
    }
    return texts;
  }

  const graph::SnapshotPtr snapshot_ = ShippedOntology();
  Policy policy_;
};

const char* const kDimensions[] = {"dimension:thoughts", "dimension:emotions", "dimension:behaviours",
                                   "dimension:relationships", "dimension:context"};

TEST_F(PatternEndsTest, BetweenDimensionsBothOuterStepsAreTaken) {
  for (const StrictForms& form : Forms()) {
    for (const char* source : kDimensions) {
      for (const char* target : kDimensions) {
        if (std::string(source) == target) continue;
        SCOPED_TRACE(fmt::format("{} {} {}", form.name, source, target));
        const std::vector<std::string> found = Texts(Find(source, target, form.name, 6));
        EXPECT_EQ(found, Texts(Find(source, target, form.between_dimensions, 6)));
        EXPECT_FALSE(found.empty());
      }
    }
  }
}

TEST_F(PatternEndsTest, BetweenProcessesNeitherIs) {
  const char* const pairs[][2] = {{"process:rumination", "process:loneliness"},
                                  {"process:low_mood", "process:withdrawal_inactivity"},
                                  {"process:self_criticism", "process:shame"},
                                  {"process:rumination", "process:rumination"}};
  for (const StrictForms& form : Forms()) {
    for (const auto& [source, target] : pairs) {
      SCOPED_TRACE(fmt::format("{} {} {}", form.name, source, target));
      EXPECT_EQ(Texts(Find(source, target, form.name, 5)), Texts(Find(source, target, form.between_processes, 5)));
    }
  }
}

TEST_F(PatternEndsTest, BetweenADimensionAndAProcessTheOneIs) {
  for (const StrictForms& form : Forms()) {
    SCOPED_TRACE(form.name);
    const PathReply there = Find("dimension:emotions", "process:loneliness", form.name, 6);
    const std::string left_only = fmt::format("<acts_on ({})", form.between_processes);
    EXPECT_EQ(Texts(there), Texts(Find("dimension:emotions", "process:loneliness", left_only, 6)));
    EXPECT_FALSE(there.paths.empty());
    const PathReply back = Find("process:loneliness", "dimension:emotions", form.name, 6);
    const std::string right_only = fmt::format("({}) >acts_on", form.between_processes);
    EXPECT_EQ(Texts(back), Texts(Find("process:loneliness", "dimension:emotions", right_only, 6)));
    EXPECT_FALSE(back.paths.empty());
  }
}

TEST_F(PatternEndsTest, AConcernIsAnEndAsADimensionIs) {
  const std::vector<std::string> found = Texts(Find("concern:depression", "process:loneliness", "bridge", 5));
  EXPECT_EQ(found, Texts(Find("concern:depression", "process:loneliness", "<acts_on U* L (D* U* L)* D*", 5)));
  EXPECT_FALSE(found.empty());
}

// `bridge` read backwards is `bridge`: the same paths, each turned round.
TEST_F(PatternEndsTest, TheBridgeIsItsOwnMirrorImageBetweenAllKindsOfEnds) {
  const char* const ends[] = {"dimension:thoughts", "dimension:relationships", "process:rumination",
                              "process:loneliness", "concern:depression"};
  for (const char* source : ends) {
    for (const char* target : ends) {
      if (std::string(source) >= target) continue;
      SCOPED_TRACE(fmt::format("{} {}", source, target));
      const PathReply there = Find(source, target, "bridge", 6);
      const PathReply back = Find(target, source, "bridge", 6);
      ASSERT_EQ(there.paths.size(), back.paths.size());
      ASSERT_FALSE(there.paths.empty());
      for (std::size_t i = 0; i < there.paths.size(); ++i) {
        EXPECT_EQ(there.paths[i].cost_micronats, back.paths[i].cost_micronats) << i;
      }
    }
  }
}

}  // namespace
}  // namespace braid::ontology
