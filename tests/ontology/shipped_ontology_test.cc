// The ontology as it is shipped: that it loads, and that the questions it was written for have their answers.

#include <algorithm>
#include <set>
#include <string>

#include "fmt/format.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "ontology/integrative_paths.h"
#include "ontology/lookup.h"
#include "ontology/policy.h"
#include "tests/ontology/golden.h"
#include "tests/ontology/shipped.h"

namespace braid::ontology {
namespace {

using graph::SnapshotPtr;

class ShippedOntologyTest : public testing::Test {
 protected:
  void SetUp() override {
    snapshot_ = ShippedOntology();
    ASSERT_NE(snapshot_, nullptr);
    policy_ = *PolicyOf(*snapshot_);
  }

  PathReply Find(const PathRequest& request) {
    graph::Budget budget;
    absl::StatusOr<PathReply> reply = FindIntegrativePaths(*snapshot_, policy_, request, PathLimits{}, budget);
    EXPECT_TRUE(reply.ok()) << reply.status();
    return reply.ok() ? *std::move(reply) : PathReply{};
  }

  std::vector<std::string> Ids(const ExplainedPath& path) const {
    std::vector<std::string> ids;
    for (const graph::NodeIndex node : path.nodes) ids.emplace_back(snapshot_->id(node));
    return ids;
  }

  SnapshotPtr snapshot_;
  Policy policy_;
};

PathRequest Ask(std::string source, std::string target) {
  PathRequest request;
  request.source_ids = {std::move(source)};
  request.target_ids = {std::move(target)};
  return request;
}

TEST_F(ShippedOntologyTest, LoadsWithoutAViolation) {
  EXPECT_GT(snapshot_->node_count(), 1000U);
  EXPECT_GT(snapshot_->edge_count(), 5000U);
  EXPECT_FALSE(policy_.version.empty());
}

TEST_F(ShippedOntologyTest, EveryNodeIsFoundByItsLabel) {
  snapshot_->VisitNodes(std::nullopt, "", [&](graph::NodeIndex node) {
    const std::string label(snapshot_->PreferredLabel(node));
    const std::vector<Candidate> candidates = Resolve(*snapshot_, {label, std::nullopt, true}, nullptr).value();
    EXPECT_TRUE(std::any_of(candidates.begin(), candidates.end(), [&](const Candidate& c) { return c.node == node; }))
        << snapshot_->id(node) << " by " << label;
    return true;
  });
}

TEST_F(ShippedOntologyTest, ThoughtsAndRelationshipsAreJoinedByTwoSchoolsInThreeWaysOrMore) {
  PathRequest request = Ask("dimension:thoughts", "dimension:relationships");
  request.min_modalities = 2;
  const PathReply reply = Find(request);
  EXPECT_EQ(reply.outcome, Outcome::kFound);
  EXPECT_EQ(reply.search.cut_by, graph::Limit::kNone);
  EXPECT_EQ(reply.paths.size(), 5U);
  for (const ExplainedPath& path : reply.paths) EXPECT_GE(path.modalities.size(), 2U) << path.explanation;
}

TEST_F(ShippedOntologyTest, EveryPairOfDimensionsHasIntegrativePaths) {
  const char* dimensions[] = {"thoughts", "emotions", "behaviours", "relationships", "context"};
  for (const char* source : dimensions) {
    for (const char* target : dimensions) {
      if (std::string(source) == target) continue;
      const PathReply reply = Find(Ask(fmt::format("dimension:{}", source), fmt::format("dimension:{}", target)));
      EXPECT_GE(reply.paths.size(), 3U) << source << " to " << target;
    }
  }
}

TEST_F(ShippedOntologyTest, TheBridgeIsItsOwnMirrorImage) {
  const PathReply there = Find(Ask("dimension:thoughts", "dimension:relationships"));
  const PathReply back = Find(Ask("dimension:relationships", "dimension:thoughts"));
  ASSERT_EQ(there.paths.size(), back.paths.size());
  for (std::size_t i = 0; i < there.paths.size(); ++i)
    EXPECT_EQ(there.paths[i].cost_micronats, back.paths[i].cost_micronats);
}

// Worked paths: -ln of the product of strengths and certainty factors, and .105361 a hop, without degree terms.
// `spread` has .9·(.7·.5)·(.6·.5)·.6, `bridge` .9·.45·.30·.30·.45·.9, and so on.
struct WorkedPath {
  const char* name;
  const char* pattern;
  std::vector<std::string> nodes;
  std::uint64_t cost;
  friend void PrintTo(const WorkedPath& value, std::ostream* out) { *out << value.name; }
};

class WorkedPathTest : public ShippedOntologyTest, public testing::WithParamInterface<WorkedPath> {};

TEST_P(WorkedPathTest, CostsWhatIsPrinted) {
  policy_.weights.degree_exponent = 0;
  const WorkedPath& worked = GetParam();
  PathRequest request = Ask(worked.nodes.front(), worked.nodes.back());
  request.pattern = worked.pattern;
  request.max_path_count = 1000;
  request.min_modalities = 0;
  request.max_hops = static_cast<std::int64_t>(worked.nodes.size()) - 1;
  for (std::size_t i = 2; i + 1 < worked.nodes.size() && request.must_pass_ids.size() < 3; i += 2) {
    request.must_pass_ids.push_back(worked.nodes[i]);
  }
  const PathReply reply = Find(request);
  const auto found = std::find_if(reply.paths.begin(), reply.paths.end(),
                                  [&](const ExplainedPath& path) { return Ids(path) == worked.nodes; });
  ASSERT_NE(found, reply.paths.end()) << "among " << reply.paths.size();
  EXPECT_EQ(found->cost_micronats, worked.cost) << found->explanation;
}

INSTANTIATE_TEST_SUITE_P(
    All, WorkedPathTest,
    testing::Values(WorkedPath{"spread",
                               "spread",
                               {"dimension:emotions", "process:low_mood", "process:withdrawal_inactivity",
                                "process:loneliness", "dimension:context"},
                               3'291'426},
                    WorkedPath{"bridge",
                               "bridge",
                               {"dimension:thoughts", "process:cognitive_distortion",
                                "technique:cognitive_restructuring", "process:cognitive_reappraisal",
                                "technique:reframing", "process:family_rigidity", "dimension:relationships"},
                               4'847'850},
                    WorkedPath{"processes",
                               "bridge",
                               {"process:rumination", "technique:behavioural_activation_tq", "process:activation",
                                "technique:pacing", "process:withdrawal_inactivity", "process:loneliness"},
                               5'735'740},
                    WorkedPath{"mechanism",
                               "mechanism",
                               {"dimension:behaviours", "process:safety_behaviours", "technique:drop_safety_behaviours",
                                "process:catastrophic_misinterpretation", "process:cognitive_reappraisal",
                                "technique:reframing", "process:family_rigidity", "dimension:relationships"},
                               6'003'033}),
    [](const auto& param_info) { return param_info.param.name; });

TEST_F(ShippedOntologyTest, AnswersReadAsSentences) {
  struct Question {
    const char* source;
    const char* target;
    const char* pattern;
  };
  const Question questions[] = {{"dimension:thoughts", "dimension:relationships", "bridge"},
                                {"dimension:emotions", "dimension:context", "spread"},
                                {"dimension:behaviours", "dimension:relationships", "mechanism"},
                                {"process:rumination", "process:loneliness", "bridge"},
                                {"concern:depression", "dimension:relationships", "bridge"}};
  std::string text;
  for (const Question& question : questions) {
    PathRequest request = Ask(question.source, question.target);
    request.pattern = question.pattern;
    request.max_path_count = 3;
    text += fmt::format("# {} → {} ({})\n\n", question.source, question.target, question.pattern);
    const PathReply reply = Find(request);
    for (std::size_t i = 0; i < reply.paths.size(); ++i) {
      const ExplainedPath& path = reply.paths[i];
      text += fmt::format("{}. {}\n", i + 1, path.explanation);
      for (const CounterEvidence& against : path.counter_evidence)
        text += fmt::format("   Against: {}\n", against.text);
    }
    text += "\n";
  }
  ExpectGolden("shipped_paths.txt", text);
}

}  // namespace
}  // namespace braid::ontology
