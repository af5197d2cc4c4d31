#include "ontology/integrative_paths.h"

#include <cmath>
#include <string>

#include "fmt/format.h"
#include "gmock/gmock.h"
#include "graph/error.h"
#include "gtest/gtest.h"
#include "tests/ontology/golden.h"
#include "tests/ontology/sketch.h"

namespace braid::ontology {
namespace {

using graph::Reason;
using graph::SnapshotPtr;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

// Two schools that meet on one process, a way that goes through one school only, and a chain of influences.
constexpr char kBridge[] = R"(
process:distortions acts_on dimension:thoughts 0.9
process:rigidity acts_on dimension:relationships 0.9
process:rumination acts_on dimension:thoughts 0.6
process:loneliness acts_on dimension:relationships 0.6
technique:restructuring originates_in modality:cognitive primary
technique:restructuring engages- process:distortions 0.9 low
technique:restructuring engages+ process:reappraisal 0.6 low
technique:reframing originates_in modality:systemic primary
technique:reframing engages+ process:reappraisal 0.6 low
technique:reframing engages- process:rigidity 0.9 very_low
technique:pacing originates_in modality:cognitive primary
technique:pacing engages- process:rumination 0.6 low
technique:pacing engages- process:withdrawal 0.6 low
process:withdrawal influences+ process:loneliness 0.6 low
)";

Policy BridgePolicy() {
  Policy policy;
  policy.weights.degree_exponent = 0;
  policy.definitions = {{"U", "<influences"}, {"D", ">influences"}, {"L", "<engages >engages"}};
  policy.patterns = {{"bridge", "(<acts_on)? U* L (D* U* L)* D* (>acts_on)?", "", 6, 2},
                     {"spread", "(<acts_on)? (>influences)* (>acts_on)?", "", 6, 0}};
  policy.default_pattern = "bridge";
  policy.version = "test";
  return policy;
}

PathRequest Ask(const char* source, const char* target) {
  PathRequest request;
  request.source_ids = {source};
  request.target_ids = {target};
  return request;
}

absl::StatusOr<PathReply> Find(const SnapshotPtr& snapshot, const PathRequest& request,
                               const Policy& policy = BridgePolicy(), const PathLimits& limits = {}) {
  graph::Budget budget;
  return FindIntegrativePaths(*snapshot, policy, request, limits, budget);
}

// The nodes of each path, without prefixes.
std::vector<std::string> Routes(const SnapshotPtr& snapshot, const PathReply& reply) {
  std::vector<std::string> routes;
  for (const ExplainedPath& path : reply.paths) {
    std::string& route = routes.emplace_back();
    for (const graph::NodeIndex node : path.nodes) {
      const std::string id(snapshot->id(node));
      route += (route.empty() ? "" : " ") + id.substr(id.find(':') + 1);
    }
  }
  return routes;
}

constexpr char kIntegrative[] = "thoughts distortions restructuring reappraisal reframing rigidity relationships";
constexpr char kOneSchool[] = "thoughts rumination pacing withdrawal loneliness relationships";

TEST(FindIntegrativePaths, TheDefaultPatternAsksForTwoSchools) {
  const SnapshotPtr snapshot = Sketch(kBridge);
  const absl::StatusOr<PathReply> reply = Find(snapshot, Ask("dimension:thoughts", "dimension:relationships"));
  ASSERT_TRUE(reply.ok()) << reply.status();
  EXPECT_EQ(reply->outcome, Outcome::kFound);
  EXPECT_THAT(Routes(snapshot, *reply), ElementsAre(kIntegrative));
  EXPECT_EQ(reply->pattern, "(<acts_on)? U* L (D* U* L)* D* (>acts_on)?");
  EXPECT_EQ(reply->max_path_count, 5U);
  EXPECT_EQ(reply->max_hops, 6U);
  EXPECT_EQ(reply->min_modalities, 2U);
}

TEST(FindIntegrativePaths, ARequestOverridesThePatternsDefaults) {
  const SnapshotPtr snapshot = Sketch(kBridge);
  PathRequest request = Ask("dimension:thoughts", "dimension:relationships");
  request.min_modalities = 0;
  const absl::StatusOr<PathReply> reply = Find(snapshot, request);
  ASSERT_TRUE(reply.ok()) << reply.status();
  EXPECT_THAT(Routes(snapshot, *reply), testing::UnorderedElementsAre(kIntegrative, kOneSchool));
  request.max_hops = 5;
  EXPECT_THAT(Routes(snapshot, *Find(snapshot, request)), ElementsAre(kOneSchool));
}

TEST(FindIntegrativePaths, BetweenProcessesTheOuterStepsAreNotTaken) {
  const SnapshotPtr snapshot = Sketch(kBridge);
  const absl::StatusOr<PathReply> reply = Find(snapshot, Ask("process:distortions", "process:rigidity"));
  ASSERT_TRUE(reply.ok()) << reply.status();
  EXPECT_THAT(Routes(snapshot, *reply), ElementsAre("distortions restructuring reappraisal reframing rigidity"));
}

TEST(FindIntegrativePaths, AnyMeansEverySequenceOfHops) {
  const SnapshotPtr snapshot = Sketch(kBridge);
  PathRequest request = Ask("dimension:thoughts", "modality:systemic");
  request.pattern = "any";
  const absl::StatusOr<PathReply> reply = Find(snapshot, request);
  ASSERT_TRUE(reply.ok()) << reply.status();
  EXPECT_EQ(reply->pattern, "");
  EXPECT_EQ(reply->min_modalities, 0U);
  EXPECT_THAT(Routes(snapshot, *reply),
              testing::Contains("thoughts distortions restructuring reappraisal reframing systemic"));
}

TEST(FindIntegrativePaths, TheFactorsMultiplyToTheCost) {
  const SnapshotPtr snapshot = Sketch(kBridge);
  Policy policy = BridgePolicy();
  policy.weights.degree_exponent = 0.4;
  const absl::StatusOr<PathReply> reply = Find(snapshot, Ask("dimension:thoughts", "dimension:relationships"), policy);
  ASSERT_TRUE(reply.ok()) << reply.status();
  const ExplainedPath& path = reply->paths[0];
  EXPECT_NEAR(path.plausibility * path.specificity * path.length_factor,
              std::exp(-1e-6 * static_cast<double>(path.cost_micronats)), 1e-6);
  EXPECT_NEAR(path.plausibility, .9 * .45 * .3 * .3 * .225 * .9, 1e-12);
  EXPECT_LT(path.specificity, 1);
  EXPECT_NEAR(path.length_factor, std::pow(0.9, 6), 1e-5);
  EXPECT_EQ(path.hops[1].strength, 0.9);
}

TEST(FindIntegrativePaths, SaysOnWhatEachHopRests) {
  graph::Edge edge;
  edge.key = {"technique:pacing", "engages", "process:rumination"};
  edge.sign = graph::Sign::kMinus;
  edge.certainty = graph::Certainty::kModerate;
  edge.claims = {{graph::Polarity::kSupports, {"process:withdrawal", "process:rumination"}, "", ""},
                 {graph::Polarity::kSupports, {"process:rumination"}, "", ""},
                 {graph::Polarity::kNull, {"process:loneliness"}, "", "one small trial"}};
  graph::Edge signed_edge;
  signed_edge.key = {"process:withdrawal", "influences", "process:loneliness"};
  signed_edge.sign = graph::Sign::kPlus;
  signed_edge.certainty = graph::Certainty::kLow;
  signed_edge.claims = {{graph::Polarity::kSupports, {}, "A. Name", ""}};
  const SnapshotPtr snapshot = Sketch(kBridge, {graph::PutEdge{edge}, graph::PutEdge{signed_edge}});
  PathRequest request = Ask("dimension:thoughts", "dimension:relationships");
  request.min_modalities = 1;
  request.must_pass_ids = {"technique:pacing"};
  const absl::StatusOr<PathReply> reply = Find(snapshot, request);
  ASSERT_TRUE(reply.ok()) << reply.status();
  ASSERT_THAT(Routes(snapshot, *reply), ElementsAre(kOneSchool));
  const ExplainedPath& path = reply->paths[0];
  std::vector<std::string> rests;
  for (const ExplainedHop& hop : path.hops) rests.push_back(hop.rests_on);
  EXPECT_THAT(rests, ElementsAre("definition", "2 findings (moderate certainty)", "expert opinion (low certainty)",
                                 "opinion of A. Name (low certainty)", "definition"));
  ASSERT_EQ(path.counter_evidence.size(), 1U);
  EXPECT_EQ(path.counter_evidence[0].reason, CounterReason::kClaim);
  EXPECT_EQ(path.counter_evidence[0].text, "Pacing weakens Rumination: 1 finding finds no benefit (one small trial)");
}

TEST(FindIntegrativePaths, ShowsWhereSchoolsOfThePathDoNotGoTogether) {
  graph::Edge tension;
  tension.key = {"modality:cognitive", "tension_with", "modality:systemic"};
  tension.attributes = {{"note", std::string("Explain the switch")}};
  graph::Edge conflict;
  conflict.key = {"modality:cognitive", "conflicts_with", "modality:systemic"};
  const SnapshotPtr snapshot = Sketch(kBridge, {graph::PutEdge{tension}, graph::PutEdge{conflict}});
  const absl::StatusOr<PathReply> reply = Find(snapshot, Ask("dimension:thoughts", "dimension:relationships"));
  ASSERT_TRUE(reply.ok()) << reply.status();
  const std::vector<CounterEvidence>& against = reply->paths[0].counter_evidence;
  ASSERT_EQ(against.size(), 2U);
  EXPECT_EQ(against[0].reason, CounterReason::kTension);
  EXPECT_EQ(against[0].text, "Cognitive is in tension with Systemic: Explain the switch");
  EXPECT_EQ(against[1].reason, CounterReason::kConflict);
}

// --- Why there is no path.

struct Loosening {
  const char* name;
  std::function<void(PathRequest&)> tighten;
  const char* loosen;
  friend void PrintTo(const Loosening& value, std::ostream* out) { *out << value.name; }
};

class LooseningTest : public testing::TestWithParam<Loosening> {};

TEST_P(LooseningTest, NamesTheFirstConstraintWithoutWhichThereIsAPath) {
  const SnapshotPtr snapshot = Sketch(kBridge);
  PathRequest request = Ask("dimension:thoughts", "dimension:relationships");
  GetParam().tighten(request);
  const absl::StatusOr<PathReply> reply = Find(snapshot, request);
  ASSERT_TRUE(reply.ok()) << reply.status();
  EXPECT_EQ(reply->outcome, Outcome::kNoPath);
  EXPECT_THAT(reply->paths, IsEmpty());
  EXPECT_EQ(reply->loosen, GetParam().loosen);
}

INSTANTIATE_TEST_SUITE_P(
    All, LooseningTest,
    testing::Values(Loosening{"certainty", [](PathRequest& r) { r.min_certainty = graph::Certainty::kLow; },
                              "min_certainty"},
                    Loosening{"modalities", [](PathRequest& r) { r.max_hops = 5; }, "min_modalities"},
                    Loosening{"pattern",
                              [](PathRequest& r) {
                                r.pattern = "spread";
                                r.max_hops = 12;
                              },
                              "pattern"},
                    Loosening{"must_pass",
                              [](PathRequest& r) {
                                r.must_pass_ids = {"modality:systemic", "technique:pacing"};
                                r.max_hops = 6;
                              },
                              "must_pass_ids"},
                    Loosening{"avoid",
                              [](PathRequest& r) {
                                r.avoid_ids = {"process:reappraisal", "process:withdrawal"};
                              },
                              "avoid_ids"},
                    Loosening{"hops",
                              [](PathRequest& r) {
                                r.max_hops = 4;
                                r.min_modalities = 0;
                                r.pattern = "<acts_on U* L (D* U* L)* D* >acts_on";
                              },
                              "max_hops"},
                    Loosening{"nothing_alone_helps",
                              [](PathRequest& r) {
                                r.avoid_ids = {"process:reappraisal", "process:withdrawal"};
                                r.max_hops = 2;
                              },
                              ""}),
    [](const auto& param_info) { return param_info.param.name; });

TEST(FindIntegrativePaths, WhatThePolicyKeepsOffIsNeverLoosened) {
  const SnapshotPtr snapshot = Sketch(kBridge);
  Policy policy = BridgePolicy();
  policy.avoid_rules = {{"the point where all meet", {"process:reappraisal", "process:not_there"}}};
  PathRequest request = Ask("dimension:thoughts", "dimension:relationships");
  request.avoid_ids = {"process:withdrawal"};
  const absl::StatusOr<PathReply> reply = Find(snapshot, request, policy);
  ASSERT_TRUE(reply.ok()) << reply.status();
  EXPECT_EQ(reply->outcome, Outcome::kNoPath);
  EXPECT_EQ(reply->loosen, "");
}

TEST(FindIntegrativePaths, ARequestMayAllowWhatThePolicyKeepsOff) {
  const SnapshotPtr snapshot = Sketch(kBridge);
  Policy policy = BridgePolicy();
  policy.avoid_rules = {{"the point where all meet", {"process:reappraisal"}}};
  PathRequest request = Ask("dimension:thoughts", "dimension:relationships");
  EXPECT_THAT(Find(snapshot, request, policy)->paths, IsEmpty());
  request.allow_ids = {"process:reappraisal"};
  EXPECT_THAT(Routes(snapshot, *Find(snapshot, request, policy)), ElementsAre(kIntegrative));
  request.allow_ids = {};
  request.must_pass_ids = {"process:reappraisal"};
  EXPECT_THAT(Routes(snapshot, *Find(snapshot, request, policy)), ElementsAre(kIntegrative));
}

TEST(FindIntegrativePaths, AvoidingSomethingAvoidsItsKinds) {
  const SnapshotPtr snapshot =
      Sketch(std::string(kBridge) + "process:reappraisal is_a process:coping\nprocess:coping is_a process:skill\n");
  PathRequest request = Ask("dimension:thoughts", "dimension:relationships");
  request.avoid_ids = {"process:skill"};
  const absl::StatusOr<PathReply> reply = Find(snapshot, request);
  ASSERT_TRUE(reply.ok()) << reply.status();
  EXPECT_EQ(reply->outcome, Outcome::kNoPath);
}

// --- Ends.

TEST(FindIntegrativePaths, ExcludedEndsAreAnAnswer) {
  graph::PutNode gone = NodeOf("dimension:gone");
  gone.node.obsolete = true;
  const SnapshotPtr snapshot = Sketch(kBridge, {gone});
  PathRequest request = Ask("dimension:gone", "dimension:relationships");
  EXPECT_EQ(Find(snapshot, request)->outcome, Outcome::kEndpointExcluded);
  request = Ask("dimension:thoughts", "dimension:relationships");
  request.avoid_ids = {"dimension:relationships"};
  EXPECT_EQ(Find(snapshot, request)->outcome, Outcome::kEndpointExcluded);
  request.avoid_ids = {};
  request.excluded_kinds = {"dimension"};
  EXPECT_EQ(Find(snapshot, request)->outcome, Outcome::kEndpointExcluded);
  request.excluded_kinds = {};
  request.kinds = {"process", "technique"};
  EXPECT_EQ(Find(snapshot, request)->outcome, Outcome::kEndpointExcluded);
  // One end that is left is enough.
  request = Ask("dimension:gone", "dimension:relationships");
  request.source_ids.push_back("dimension:thoughts");
  EXPECT_EQ(Find(snapshot, request)->outcome, Outcome::kFound);
}

TEST(FindIntegrativePaths, FollowsReplacementsOfEnds) {
  graph::PutNode old = NodeOf("dimension:cognition");
  old.node.obsolete = true;
  old.node.replaced_by = {"dimension:thoughts"};
  const SnapshotPtr snapshot = Sketch(kBridge, {old});
  PathRequest request = Ask("dimension:cognition", "dimension:relationships");
  const absl::StatusOr<PathReply> reply = Find(snapshot, request);
  EXPECT_THAT(Routes(snapshot, *reply), ElementsAre(kIntegrative));
  ASSERT_EQ(reply->notices.size(), 2U);
  EXPECT_EQ(reply->notices[0].reason, NoticeReason::kReplacementFollowed);
  EXPECT_EQ(reply->notices[0].field, "source_ids[0]");
  EXPECT_EQ(reply->notices[1].reason, NoticeReason::kGeneral);
  request.redirect = false;
  EXPECT_EQ(Find(snapshot, request)->outcome, Outcome::kEndpointExcluded);
}

TEST(FindIntegrativePaths, KindsAndRelationsFilterInsideTheSearch) {
  const SnapshotPtr snapshot = Sketch(kBridge);
  PathRequest request = Ask("dimension:thoughts", "dimension:relationships");
  request.min_modalities = 0;
  request.excluded_relations = {"influences"};
  EXPECT_THAT(Routes(snapshot, *Find(snapshot, request)), ElementsAre(kIntegrative));
  request.excluded_relations = {};
  request.relations = {"acts_on", "engages"};
  EXPECT_THAT(Routes(snapshot, *Find(snapshot, request)), ElementsAre(kIntegrative));
  request.excluded_kinds = {"technique"};
  EXPECT_EQ(Find(snapshot, request)->outcome, Outcome::kNoPath);
}

TEST(FindIntegrativePaths, ACutBeforeAnythingIsCertainSaysSo) {
  const SnapshotPtr snapshot = Sketch(kBridge);
  graph::Budget budget(1, std::nullopt);
  const absl::StatusOr<PathReply> reply = FindIntegrativePaths(
      *snapshot, BridgePolicy(), Ask("dimension:thoughts", "dimension:relationships"), PathLimits{}, budget);
  ASSERT_TRUE(reply.ok()) << reply.status();
  EXPECT_EQ(reply->outcome, Outcome::kNotReached);
  EXPECT_EQ(reply->search.cut_by, graph::Limit::kWork);
}

// --- Bad requests.

struct BadRequest {
  const char* name;
  std::function<void(PathRequest&)> spoil;
  Reason reason;
  const char* field;
  friend void PrintTo(const BadRequest& value, std::ostream* out) { *out << value.name; }
};

class BadRequestTest : public testing::TestWithParam<BadRequest> {};

TEST_P(BadRequestTest, IsRefusedWithItsField) {
  const SnapshotPtr snapshot = Sketch(kBridge);
  PathRequest request = Ask("dimension:thoughts", "dimension:relationships");
  GetParam().spoil(request);
  const absl::Status status = Find(snapshot, request, BridgePolicy(), {100, 8}).status();
  const std::optional<graph::ErrorInfo> info = graph::ErrorInfoOf(status);
  ASSERT_TRUE(info.has_value()) << status;
  EXPECT_EQ(info->violations[0].reason, GetParam().reason) << status;
  EXPECT_EQ(info->violations[0].field, GetParam().field);
}

INSTANTIATE_TEST_SUITE_P(
    All, BadRequestTest,
    testing::Values(
        BadRequest{"no_source", [](PathRequest& r) { r.source_ids = {}; }, Reason::kFieldRequired, "source_ids"},
        BadRequest{"no_target", [](PathRequest& r) { r.target_ids = {}; }, Reason::kFieldRequired, "target_ids"},
        BadRequest{"too_many_sources", [](PathRequest& r) { r.source_ids.assign(65, "dimension:thoughts"); },
                   Reason::kValueOutOfRange, "source_ids"},
        BadRequest{"malformed", [](PathRequest& r) { r.source_ids = {"thoughts"}; }, Reason::kCurieMalformed,
                   "source_ids[0]"},
        BadRequest{"unknown", [](PathRequest& r) { r.target_ids = {"dimension:relations"}; }, Reason::kNodeNotFound,
                   "target_ids[0]"},
        BadRequest{"k_zero", [](PathRequest& r) { r.max_path_count = 0; }, Reason::kValueOutOfRange, "max_path_count"},
        BadRequest{"k_too_large", [](PathRequest& r) { r.max_path_count = 1'000'000; }, Reason::kValueOutOfRange,
                   "max_path_count"},
        BadRequest{"k_over_limit", [](PathRequest& r) { r.max_path_count = 101; }, Reason::kLimitExceeded,
                   "max_path_count"},
        BadRequest{"hops_zero", [](PathRequest& r) { r.max_hops = 0; }, Reason::kValueOutOfRange, "max_hops"},
        BadRequest{"hops_too_many", [](PathRequest& r) { r.max_hops = 13; }, Reason::kValueOutOfRange, "max_hops"},
        BadRequest{"hops_over_limit", [](PathRequest& r) { r.max_hops = 9; }, Reason::kLimitExceeded, "max_hops"},
        BadRequest{"modalities_negative", [](PathRequest& r) { r.min_modalities = -1; }, Reason::kValueOutOfRange,
                   "min_modalities"},
        BadRequest{"modalities_too_many", [](PathRequest& r) { r.min_modalities = 5; }, Reason::kValueOutOfRange,
                   "min_modalities"},
        BadRequest{"kind",
                   [](PathRequest& r) {
                     r.kinds = {"process", "ghost"};
                   },
                   Reason::kKindNotFound, "kinds[1]"},
        BadRequest{"excluded_kind", [](PathRequest& r) { r.excluded_kinds = {"ghost"}; }, Reason::kKindNotFound,
                   "excluded_kinds[0]"},
        BadRequest{"relation", [](PathRequest& r) { r.relations = {"knows"}; }, Reason::kRelationNotFound,
                   "relations[0]"},
        BadRequest{"relation_not_walked", [](PathRequest& r) { r.relations = {"about"}; }, Reason::kValueOutOfRange,
                   "relations[0]"},
        BadRequest{"excluded_relation", [](PathRequest& r) { r.excluded_relations = {"knows"}; },
                   Reason::kRelationNotFound, "excluded_relations[0]"},
        BadRequest{"avoid", [](PathRequest& r) { r.avoid_ids = {"process:ghost"}; }, Reason::kNodeNotFound,
                   "avoid_ids[0]"},
        BadRequest{"allow", [](PathRequest& r) { r.allow_ids = {"process:ghost"}; }, Reason::kNodeNotFound,
                   "allow_ids[0]"},
        BadRequest{"must_pass", [](PathRequest& r) { r.must_pass_ids = {"process:ghost"}; }, Reason::kNodeNotFound,
                   "must_pass_ids[0]"},
        BadRequest{
            "must_pass_four",
            [](PathRequest& r) {
              r.must_pass_ids = {"process:distortions", "process:rigidity", "process:rumination", "process:loneliness"};
            },
            Reason::kValueOutOfRange, "must_pass_ids"},
        BadRequest{"pattern_name", [](PathRequest& r) { r.pattern = "brigde"; }, Reason::kPatternInvalid, "pattern"},
        BadRequest{"pattern_syntax", [](PathRequest& r) { r.pattern = ">engages ("; }, Reason::kPatternInvalid,
                   "pattern"}),
    [](const auto& param_info) { return param_info.param.name; });

TEST(FindIntegrativePaths, ReportsAllBadFieldsAtOnce) {
  const SnapshotPtr snapshot = Sketch(kBridge);
  PathRequest request = Ask("thoughts", "dimension:nowhere");
  request.max_hops = 99;
  const std::optional<graph::ErrorInfo> info = graph::ErrorInfoOf(Find(snapshot, request).status());
  ASSERT_TRUE(info.has_value());
  EXPECT_EQ(info->violations.size(), 3U);
}

// --- In words.

TEST(PathWords, TellEachShapeOfPath) {
  const SnapshotPtr snapshot = Sketch(std::string(kBridge) + R"(
process:rumination acts_on dimension:relationships 0.6
process:low_mood influences+ process:rumination 0.6 very_low
technique:activation originates_in modality:cognitive primary
technique:activation engages- process:low_mood 0.9 low
technique:activation engages- process:withdrawal 0.6 moderate
technique:joining originates_in modality:systemic primary
technique:joining engages- process:withdrawal 0.6 low
technique:joining engages- process:loneliness 0.6 low
)");
  struct Case {
    const char* title;
    const char* source;
    const char* target;
    const char* pattern;
  };
  const Case cases[] = {
      {"two schools meet on a process", "dimension:thoughts", "dimension:relationships", "bridge"},
      {"the same, backwards", "dimension:relationships", "dimension:thoughts", "bridge"},
      {"one process lies in both", "dimension:thoughts", "dimension:relationships", "spread"},
      {"between processes", "process:low_mood", "process:loneliness", "bridge"},
      {"upstream first", "process:rumination", "process:loneliness", "<influences <engages >engages <engages >engages"},
      {"a chain of influences", "process:low_mood", "dimension:thoughts", ">influences >acts_on"},
      {"one hop", "process:withdrawal", "process:loneliness", ">influences"},
      {"one hop backwards", "process:loneliness", "process:withdrawal", "<influences"},
      {"no hop", "process:rumination", "process:rumination", "any"},
      {"one school by its technique", "process:low_mood", "modality:cognitive", "<engages >originates_in"},
  };
  std::string text;
  for (const Case& c : cases) {
    PathRequest request = Ask(c.source, c.target);
    request.pattern = c.pattern;
    request.max_path_count = 3;
    const absl::StatusOr<PathReply> reply = Find(snapshot, request);
    ASSERT_TRUE(reply.ok()) << c.title << ": " << reply.status();
    ASSERT_FALSE(reply->paths.empty()) << c.title;
    text += fmt::format("# {}\n", c.title);
    for (const ExplainedPath& path : reply->paths) {
      text += path.explanation + "\n";
      for (const ExplainedHop& hop : path.hops) text += fmt::format("  {}: {}\n", hop.text, hop.rests_on);
    }
    text += "\n";
  }
  ExpectGolden("path_words.txt", text);
}

}  // namespace
}  // namespace braid::ontology
