#include "ontology/connecting_map.h"

#include <string>
#include <vector>

#include "fmt/format.h"
#include "gmock/gmock.h"
#include "graph/error.h"
#include "gtest/gtest.h"
#include "tests/ontology/golden.h"
#include "tests/ontology/shipped.h"
#include "tests/ontology/sketch.h"

namespace braid::ontology {
namespace {

using graph::NodeIndex;
using graph::Snapshot;
using graph::SnapshotPtr;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

std::vector<std::string> Ids(const Snapshot& snapshot, const std::vector<NodeIndex>& nodes) {
  std::vector<std::string> ids;
  for (const NodeIndex node : nodes) ids.emplace_back(snapshot.id(node));
  return ids;
}

MapRequest Ask(std::vector<std::string> terminals) {
  MapRequest request;
  request.terminal_ids = std::move(terminals);
  return request;
}

absl::StatusOr<MapSummary> Answer(const SnapshotPtr& snapshot, const Policy& policy, const MapRequest& request) {
  graph::Budget budget;
  auto search = ConnectingMapSearch::Start(*snapshot, policy, request, graph::kMaxTerminals, budget);
  if (!search.ok()) return search.status();
  return search->Finish();
}

std::vector<std::string> FieldsOf(const absl::Status& status) {
  std::vector<std::string> fields;
  const std::optional<graph::ErrorInfo> info = graph::ErrorInfoOf(status);
  for (const graph::Violation& violation : info.has_value() ? info->violations : std::vector<graph::Violation>()) {
    fields.push_back(fmt::format("{} {}", violation.field, graph::NameOf(violation.reason)));
  }
  return fields;
}

// --- The shipped ontology.

const std::vector<std::string>& AllDimensions() {
  static const auto& ids =
      *new std::vector<std::string>{"dimension:thoughts", "dimension:emotions", "dimension:behaviours",
                                    "dimension:relationships", "dimension:context"};
  return ids;
}

std::string TextOf(const Snapshot& snapshot, const ExplainedMap& map) {
  std::string text = fmt::format("cost {} shared {}\n", map.cost_micronats, fmt::join(Ids(snapshot, map.shared), " "));
  for (const ExplainedHop& edge : map.edges) {
    text += fmt::format("  {} [{}, {}]\n", edge.text, edge.strength, edge.rests_on);
  }
  for (const RelationshipFactor& factor : map.relationship_factors) text += fmt::format("  {}\n", factor.text);
  return text + map.explanation + "\n";
}

std::string TextOf(const Snapshot& snapshot, const MapSummary& summary) {
  std::string text;
  for (const ExplainedMapPart& part : summary.parts) {
    text += fmt::format("== {}\n", fmt::join(Ids(snapshot, part.terminals), " "));
    if (part.map.has_value()) text += TextOf(snapshot, *part.map);
    for (const ExplainedAlternative& other : part.alternatives) {
      text += fmt::format("-- {} {}\n", other.map.has_value() ? std::to_string(other.map->cost_micronats) : "-",
                          other.text);
    }
  }
  return text;
}

TEST(ShippedMaps, ReadAsTheyAreMeantTo) {
  const SnapshotPtr snapshot = ShippedOntology();
  const auto policy = PolicyOf(*snapshot);
  std::string text;
  const auto add = [&](const std::string& title, const MapRequest& request) {
    const absl::StatusOr<MapSummary> summary = Answer(snapshot, *policy, request);
    ASSERT_TRUE(summary.ok()) << summary.status();
    EXPECT_EQ(summary->outcome, Outcome::kFound);
    EXPECT_EQ(summary->cut_by, graph::Limit::kNone);
    text += fmt::format("# {}\n{}\n", title, TextOf(*snapshot, *summary));
  };
  add("All five dimensions", Ask(AllDimensions()));
  add("Thoughts, emotions and relationships",
      Ask({"dimension:thoughts", "dimension:emotions", "dimension:relationships"}));
  MapRequest client = Ask({"dimension:thoughts", "dimension:emotions", "dimension:relationships"});
  client.profile.emplace();
  client.profile->needs = {{"process:rumination", 1}, {"process:loneliness", 1}};
  client.profile->concerns = {"concern:depression"};
  add("The same for a client with rumination, loneliness and depression", client);
  MapRequest techniques = Ask({"process:rumination", "process:loneliness", "process:sleep_disruption"});
  techniques.include_kinds = {"technique", "process"};
  add("Rumination, loneliness and sleep, with techniques and ways of change", techniques);
  ExpectGolden("shipped_maps.txt", text);
}

// --- Small ontologies.

// Thoughts and emotions meet in shame; relationships joins in over loneliness. Insight lies in everything.
constexpr char kShame[] = R"(
process:criticism role=maintaining
process:shame role=maintaining
process:loneliness role=maintaining
process:rumination role=maintaining
process:apart role=maintaining
process:insight role=change
process:criticism acts_on dimension:thoughts 0.9
process:shame acts_on dimension:emotions 0.9
process:loneliness acts_on dimension:relationships 0.9
process:rumination acts_on dimension:thoughts 0.6
process:insight acts_on dimension:thoughts 0.9
process:insight acts_on dimension:emotions 0.9
process:insight acts_on dimension:relationships 0.9
process:criticism influences+ process:shame 0.9 low
process:shame influences+ process:loneliness 0.6 low
process:rumination influences+ process:shame 0.3 low
process:rumination maintains concern:depression 0.6 low
technique:compassion originates_in modality:cft primary
technique:compassion engages- process:shame 0.9 moderate
technique:compassion engages- process:loneliness 0.9 moderate
technique:homeless engages- process:shame 0.9 moderate
process:apart acts_on dimension:social 0.6
)";

SnapshotPtr ShameOntology() { return Sketch(kShame); }

Policy ShamePolicy() {
  Policy policy;
  policy.weights.degree_exponent = 0;
  policy.map_layer = MapLayer{{"acts_on", "influences"},
                              {{"process", AttributeMatch{"role", {"maintaining"}}}},
                              {{"process", {}}, {"technique", {"engages"}}}};
  policy.client_reading = ClientReading{"acts_on", "maintains", {"role", {"maintaining"}}, "about"};
  policy.version = "test";
  return policy;
}

absl::StatusOr<MapSummary> Answer(const MapRequest& request) {
  static const SnapshotPtr& snapshot = *new SnapshotPtr(ShameOntology());
  return Answer(snapshot, ShamePolicy(), request);
}

const ExplainedMap& BestOf(const absl::StatusOr<MapSummary>& summary) { return *summary.value().parts.at(0).map; }

MapRequest Three() { return Ask({"dimension:thoughts", "dimension:emotions", "dimension:relationships"}); }

TEST(ConnectingMap, TheDefaultLayerIsWhatKeepsProblemsGoing) {
  const SnapshotPtr snapshot = ShameOntology();
  const absl::StatusOr<MapSummary> summary = Answer(Three());
  ASSERT_TRUE(summary.ok()) << summary.status();
  EXPECT_EQ(summary->outcome, Outcome::kFound);
  EXPECT_THAT(Ids(*snapshot, BestOf(summary).shared), ElementsAre("process:shame"));
  EXPECT_EQ(BestOf(summary).gap, 0);
  EXPECT_EQ(BestOf(summary).explanation,
            "Thoughts (through Criticism), Emotions (through Shame) and Relationships (through Loneliness) meet in "
            "Shame: Criticism feeds Shame; Shame feeds Loneliness. Rests on definition (3 of 5 steps) and expert "
            "opinion (2). Weakest link: Shame feeds Loneliness (expert opinion, low certainty).");
  EXPECT_THAT(summary->kinds, ElementsAre("process"));
  EXPECT_THAT(summary->relations, testing::UnorderedElementsAre("acts_on", "maintains", "influences"));
  EXPECT_EQ(summary->notices.back().reason, NoticeReason::kGeneral);
}

TEST(ConnectingMap, WaysOfChangeAndTechniquesComeInOnRequest) {
  const SnapshotPtr snapshot = ShameOntology();
  MapRequest request = Three();
  request.include_kinds = {"process"};
  EXPECT_THAT(Ids(*snapshot, BestOf(Answer(request)).shared), ElementsAre("process:insight"));

  request = Ask({"process:shame", "process:loneliness"});
  EXPECT_THAT(BestOf(Answer(request)).modalities, IsEmpty());
  request.include_kinds = {"technique"};
  const absl::StatusOr<MapSummary> summary = Answer(request);
  EXPECT_THAT(Ids(*snapshot, BestOf(summary).nodes), Contains("technique:compassion"));
  EXPECT_THAT(Ids(*snapshot, BestOf(summary).modalities), ElementsAre("modality:cft"));
  EXPECT_THAT(summary->relations, Contains("engages"));
}

TEST(ConnectingMap, ALayerOfTheRequestsOwnTakesThePoliciesPlace) {
  MapRequest request = Ask({"process:shame", "process:loneliness"});
  request.kinds = {"technique"};
  request.relations = {"engages"};
  const absl::StatusOr<MapSummary> summary = Answer(request);
  ASSERT_TRUE(summary.ok()) << summary.status();
  EXPECT_EQ(BestOf(summary).edges.size(), 2U);
  EXPECT_THAT(summary->relations, ElementsAre("engages"));
}

TEST(ConnectingMap, AsksWhatThereIsIfNotThroughEachNode) {
  const absl::StatusOr<MapSummary> summary = Answer(Three());
  std::vector<std::string> texts;
  for (const ExplainedAlternative& other : summary->parts[0].alternatives) texts.push_back(other.text);
  EXPECT_THAT(texts, ElementsAre("If not through Criticism, they meet in Shame: Rumination feeds Shame; Shame feeds "
                                 "Loneliness.",
                                 "Without Loneliness they fall apart: Thoughts and Emotions; Relationships.",
                                 "Without Shame they fall apart: Thoughts; Emotions; Relationships."))
      << "in order of the request's terminals";
}

TEST(ConnectingMap, WithAProfileADimensionIsTheClientsOwnProcesses) {
  const SnapshotPtr snapshot = ShameOntology();
  MapRequest request = Three();
  request.profile.emplace();
  request.profile->needs = {{"process:rumination", 1}, {"process:shame", 1}, {"process:loneliness", 1}};
  const absl::StatusOr<MapSummary> summary = Answer(request);
  ASSERT_TRUE(summary.ok()) << summary.status();
  EXPECT_THAT(Ids(*snapshot, BestOf(summary).nodes),
              ElementsAre("process:loneliness", "process:rumination", "process:shame"));
  EXPECT_THAT(BestOf(summary).explanation, testing::StartsWith("Thoughts (as Rumination), Emotions (as Shame)"));
  for (const Notice& notice : summary->notices) {
    EXPECT_EQ(notice.reason, NoticeReason::kClientReading);
    EXPECT_THAT(notice.message + notice.from_id + notice.to_id, Not(HasSubstr("process:")));
  }
  EXPECT_EQ(summary->notices.size(), 3U);
}

TEST(ConnectingMap, WhatIsNotTheClientsIsAvoided) {
  MapRequest request = Three();
  request.profile.emplace();
  request.profile->concerns = {"concern:depression"};  // rumination, neither shame nor loneliness
  const absl::StatusOr<MapSummary> summary = Answer(request);
  ASSERT_TRUE(summary.ok()) << summary.status();
  EXPECT_EQ(summary->outcome, Outcome::kNoPath);
  request.allow_ids = {"process:shame", "process:loneliness"};
  EXPECT_EQ(Answer(request)->outcome, Outcome::kFound);
}

TEST(ConnectingMap, WhatCannotBeJoinedIsSaidAndWhatWouldHelp) {
  MapRequest request = Ask({"dimension:social", "dimension:thoughts", "dimension:emotions"});
  absl::StatusOr<MapSummary> summary = Answer(request);
  ASSERT_TRUE(summary.ok()) << summary.status();
  EXPECT_EQ(summary->outcome, Outcome::kFound);
  ASSERT_EQ(summary->parts.size(), 2U);
  EXPECT_EQ(summary->parts[0].terminals.size(), 2U);
  EXPECT_EQ(summary->parts[1].map->explanation, "Social cannot be joined with the others.");
  EXPECT_EQ(summary->loosen, "");

  request = Three();
  request.avoid_ids = {"process:shame"};
  EXPECT_EQ(Answer(request)->loosen, "avoid_ids");
  request.min_certainty = graph::Certainty::kHigh;
  EXPECT_EQ(Answer(request)->loosen, "include_kinds") << "neither of the two alone helps, insight does";
  request = Three();
  request.min_certainty = graph::Certainty::kHigh;
  EXPECT_EQ(Answer(request)->loosen, "min_certainty");
  request.min_certainty = graph::Certainty::kUnset;
  request.relations = {"acts_on"};
  EXPECT_EQ(Answer(request)->loosen, "relations");
  request = Ask({"process:shame", "process:loneliness"});
  request.relations = {"engages"};
  request.kinds = {"modality"};
  EXPECT_EQ(Answer(request)->loosen, "kinds");
  request = Ask({"dimension:social", "dimension:thoughts"});
  EXPECT_EQ(Answer(request)->outcome, Outcome::kNoPath);
}

TEST(ConnectingMap, ATerminalThatIsLeftOutIsSaid) {
  const SnapshotPtr snapshot = ShameOntology();
  MapRequest request = Ask({"dimension:thoughts", "dimension:emotions", "technique:homeless"});
  const absl::StatusOr<MapSummary> summary = Answer(request);
  ASSERT_TRUE(summary.ok()) << summary.status();
  EXPECT_EQ(summary->outcome, Outcome::kFound);
  EXPECT_THAT(Ids(*snapshot, summary->left_out), ElementsAre("technique:homeless"));
  EXPECT_EQ(summary->notices[0].reason, NoticeReason::kEndExcluded);
  EXPECT_EQ(summary->notices[0].message, "`technique:homeless` is left out: it is of no modality.");
  request = Ask({"dimension:thoughts", "dimension:emotions"});
  request.avoid_ids = {"dimension:emotions"};
  EXPECT_EQ(Answer(request)->outcome, Outcome::kEndpointExcluded);
}

TEST(ConnectingMap, ImprovementsComeBeforeTheWhole) {
  const SnapshotPtr snapshot = ShameOntology();
  const Policy policy = ShamePolicy();
  graph::Budget budget;
  auto search = ConnectingMapSearch::Start(*snapshot, policy, Three(), 8, budget);
  ASSERT_TRUE(search.ok()) << search.status();
  std::optional<ExplainedMap> last;
  while (auto next = search->Next()) last = std::move(next);
  ASSERT_TRUE(last.has_value());
  EXPECT_EQ(last->explanation, search->Finish()->parts[0].map->explanation);
}

TEST(ConnectingMap, ABudgetCutsAndSaysSo) {
  const SnapshotPtr snapshot = ShameOntology();
  graph::Budget budget(3, {});
  const Policy policy = ShamePolicy();
  auto search = ConnectingMapSearch::Start(*snapshot, policy, Three(), 8, budget);
  ASSERT_TRUE(search.ok()) << search.status();
  const absl::StatusOr<MapSummary> summary = search->Finish();
  EXPECT_EQ(summary->outcome, Outcome::kNotReached);
  EXPECT_EQ(summary->cut_by, graph::Limit::kWork);
}

TEST(ConnectingMap, EveryBadFieldIsNamedAtOnce) {
  MapRequest request = Ask({"dimension:thoughts", "dimension:thougts", "x", "dimension:thoughts"});
  request.kinds = {"planet"};
  request.relations = {"hates", "about"};
  request.include_kinds = {"modality"};
  request.avoid_ids = {"process:nothing"};
  request.profile.emplace();
  request.profile->needs = {{"process:secret", 1}};
  const absl::Status status = Answer(request).status();
  EXPECT_THAT(FieldsOf(status),
              testing::UnorderedElementsAre("profile.needs[0].node_id NODE_NOT_FOUND", "terminal_ids[1] NODE_NOT_FOUND",
                                            "terminal_ids[2] CURIE_MALFORMED", "terminal_ids[3] VALUE_OUT_OF_RANGE",
                                            "kinds[0] KIND_NOT_FOUND", "relations[0] RELATION_NOT_FOUND",
                                            "relations[1] VALUE_OUT_OF_RANGE", "include_kinds[0] VALUE_OUT_OF_RANGE",
                                            "avoid_ids[0] NODE_NOT_FOUND"));
  EXPECT_THAT(status.ToString(), Not(HasSubstr("secret")));
  EXPECT_THAT(FieldsOf(Answer(Ask({})).status()), ElementsAre("terminal_ids FIELD_REQUIRED"));
  EXPECT_THAT(FieldsOf(Answer(Ask({"dimension:thoughts"})).status()), ElementsAre("terminal_ids VALUE_OUT_OF_RANGE"));
  EXPECT_THAT(FieldsOf(Answer(Ask(std::vector<std::string>(9, "dimension:thoughts"))).status()),
              ElementsAre("terminal_ids VALUE_OUT_OF_RANGE"));
}

TEST(ConnectingMap, TheServersLimitIsNamed) {
  const SnapshotPtr snapshot = ShameOntology();
  const Policy policy = ShamePolicy();
  graph::Budget budget;
  const auto search = ConnectingMapSearch::Start(*snapshot, policy, Three(), 2, budget);
  EXPECT_THAT(FieldsOf(search.status()), ElementsAre("terminal_ids LIMIT_EXCEEDED"));
  EXPECT_THAT(search.status().message(), HasSubstr("limits.max_terminals"));
}

TEST(ConnectingMap, WithoutALayerInThePolicyEverythingThatIsWalkableIsIn) {
  const SnapshotPtr snapshot = ShameOntology();
  Policy policy = ShamePolicy();
  policy.map_layer.reset();
  const absl::StatusOr<MapSummary> summary = Answer(snapshot, policy, Three());
  EXPECT_THAT(Ids(*snapshot, BestOf(summary).shared), ElementsAre("process:insight"));
}

}  // namespace
}  // namespace braid::ontology
