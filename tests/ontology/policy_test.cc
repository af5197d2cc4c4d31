#include "ontology/policy.h"

#include <fstream>
#include <iterator>
#include <string>

#include "braid/v1/policy.pb.h"
#include "fmt/format.h"
#include "gmock/gmock.h"
#include "graph/error.h"
#include "gtest/gtest.h"
#include "ontology/rules.h"
#include "tests/ontology/sketch.h"

namespace braid::ontology {
namespace {

using graph::Reason;
using testing::HasSubstr;

constexpr char kWeights[] =
    "weights { certainty_factors { no_source: 0.1 very_low: 0.25 low: 0.5 moderate: 0.8 high: 1 } degree_exponent: 0.4 "
    "hop_factor: 0.9 }";

graph::PutDocument PolicyDocument(std::string content) {
  return {{std::string(kPolicyDocument), std::string(kPolicyContentType), std::move(content), graph::Revision{}}};
}

std::string WithPattern(const std::string& pattern) {
  return fmt::format("{} patterns {{ name: 'p' pattern: '{}' default_max_hops: 6 }} default_pattern: 'p'", kWeights,
                     pattern);
}

TEST(Policy, ReadsWhatIsThere) {
  const absl::StatusOr<Policy> policy = ParsePolicy(std::string(kWeights) +
                                                    "definitions { name: 'U' pattern: '<influences' }"
                                                    "patterns { name: 'spread' pattern: '<acts_on U* >acts_on' "
                                                    "question: 'How?' default_max_hops: 7 "
                                                    "default_min_modalities: 2 }"
                                                    "patterns { name: 'plain' pattern: 'U' default_max_hops: 6 }"
                                                    "default_pattern: 'spread'"
                                                    "avoid_rules { rationale: 'why' node_ids: 'process:p' }");
  ASSERT_TRUE(policy.ok()) << policy.status();
  EXPECT_EQ(policy->weights.degree_exponent, 0.4);
  EXPECT_EQ(policy->weights.certainty_factor, (graph::Weights{}.certainty_factor));
  ASSERT_NE(policy->FindPattern("spread"), nullptr);
  EXPECT_EQ(policy->FindPattern("spread")->pattern, "<acts_on U* >acts_on");
  EXPECT_EQ(policy->FindPattern("spread")->default_max_hops, 7U);
  EXPECT_EQ(policy->FindPattern("spread")->default_min_modalities, 2U);
  EXPECT_EQ(policy->FindPattern("plain")->pattern, "U");
  EXPECT_EQ(policy->FindPattern("other"), nullptr);
  EXPECT_EQ(policy->definitions.at("U"), "<influences");
  EXPECT_EQ(policy->avoid_rules[0].node_ids[0], "process:p");
}

std::string ClientReadingText(const std::string& lies_in, const std::string& calls_for) {
  return fmt::format(
      "client_reading {{ lies_in: '{}' belongs_to: 'maintains' kept_off {{ attribute: 'role' values: 'maintaining' }} "
      "calls_for: '{}' }}",
      lies_in, calls_for);
}

TEST(Policy, ReadsHowAClientAndTheFactorsAreRead) {
  const absl::StatusOr<Policy> policy =
      ParsePolicy(std::string(kWeights) + ClientReadingText("acts_on", "answered_by") +
                  "factor_reading { fosters: 'fosters' supported_by: 'supported_by' shown { attribute: 'group' values: "
                  "['a', 'b'] } }");
  ASSERT_TRUE(policy.ok()) << policy.status();
  ASSERT_TRUE(policy->client_reading.has_value());
  EXPECT_EQ(policy->client_reading->lies_in, "acts_on");
  EXPECT_EQ(policy->client_reading->belongs_to, "maintains");
  EXPECT_EQ(policy->client_reading->calls_for, "answered_by");
  EXPECT_THAT(policy->client_reading->kept_off.values, testing::ElementsAre("maintaining"));
  ASSERT_TRUE(policy->factor_reading.has_value());
  EXPECT_EQ(policy->factor_reading->fosters, "fosters");
  EXPECT_EQ(policy->factor_reading->supported_by, "supported_by");
  EXPECT_THAT(policy->factor_reading->shown->values, testing::ElementsAre("a", "b"));
  EXPECT_FALSE(ParsePolicy(kWeights)->client_reading.has_value());
  EXPECT_FALSE(ParsePolicy(kWeights)->factor_reading.has_value());
}

TEST(Policy, ReadsTheLayerOfMaps) {
  const absl::StatusOr<Policy> policy =
      ParsePolicy(std::string(kWeights) +
                  "map_layer { relations: ['acts_on', 'influences'] kinds { kind: 'process' only "
                  "{ attribute: 'role' values: 'maintaining' } } kinds { kind: 'concern' } "
                  "extensions { kind: 'technique' relations: 'engages' } }");
  ASSERT_TRUE(policy.ok()) << policy.status();
  ASSERT_TRUE(policy->map_layer.has_value());
  EXPECT_THAT(policy->map_layer->relations, testing::ElementsAre("acts_on", "influences"));
  ASSERT_EQ(policy->map_layer->kinds.size(), 2U);
  EXPECT_EQ(policy->map_layer->kinds[0].only->attribute, "role");
  EXPECT_FALSE(policy->map_layer->kinds[1].only.has_value());
  EXPECT_EQ(policy->map_layer->extensions.at(0).kind, "technique");
  EXPECT_THAT(policy->map_layer->extensions[0].relations, testing::ElementsAre("engages"));
  EXPECT_FALSE(ParsePolicy(kWeights)->map_layer.has_value());
}

TEST(Policy, VersionFollowsFromContentNotFromComments) {
  const std::string text = WithPattern(">engages");
  const std::string version = ParsePolicy(text)->version;
  EXPECT_THAT(version, testing::MatchesRegex("[0-9a-f]{16}"));
  EXPECT_EQ(ParsePolicy("# why\n" + text + "\n")->version, version);
  EXPECT_NE(ParsePolicy(WithPattern(">influences"))->version, version);
}

TEST(Policy, TextSurvivesTheWayThereAndBack) {
  const std::string text = WithPattern(">engages");
  const std::unique_ptr<v1::Policy> message = PolicyMessage(text).value();
  EXPECT_EQ(ParsePolicy(PolicyText(*message))->version, ParsePolicy(text)->version);
  EXPECT_FALSE(PolicyMessage("x y z").ok());
}

TEST(Policy, ShippedOneIsGood) {
  std::ifstream in(std::string(BRAID_SOURCE_DIR) + "/ontology/policy.textproto", std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  const absl::StatusOr<Policy> policy = ParsePolicy(text);
  ASSERT_TRUE(policy.ok()) << policy.status();
  EXPECT_EQ(policy->default_pattern, "bridge");
  for (const char* name : {"spread", "bridge", "mechanism"}) EXPECT_NE(policy->FindPattern(name), nullptr) << name;
}

struct BadPolicy {
  const char* name;
  std::string text;
  Reason reason;
  const char* field;
  friend void PrintTo(const BadPolicy& value, std::ostream* out) { *out << value.name; }
};

class BadPolicyTest : public testing::TestWithParam<BadPolicy> {};

TEST_P(BadPolicyTest, IsRefusedWithItsField) {
  const graph::SnapshotPtr snapshot = Sketch("");
  const absl::Status status = ParsePolicy(GetParam().text, &snapshot->schema()).status();
  const std::optional<graph::ErrorInfo> info = graph::ErrorInfoOf(status);
  ASSERT_TRUE(info.has_value()) << status;
  EXPECT_EQ(info->violations[0].reason, GetParam().reason) << status;
  EXPECT_EQ(info->violations[0].field, GetParam().field);
}

// The shipped factors with one of them replaced, and the numbers of weights.
std::string Weights(const std::string& low, const std::string& degree_exponent, const std::string& hop_factor) {
  return fmt::format(
      "weights {{ certainty_factors {{ no_source: 0.1 very_low: 0.25 low: {} moderate: 0.8 high: 1 }} degree_exponent: "
      "{} "
      "hop_factor: {} }}",
      low, degree_exponent, hop_factor);
}

INSTANTIATE_TEST_SUITE_P(
    All, BadPolicyTest,
    testing::Values(
        BadPolicy{"syntax", "weights {\n hop_factor: \n}", Reason::kRecordInvalid, "3:1"},
        BadPolicy{"unknown_field", "weight {}", Reason::kRecordInvalid, "1:8"},
        BadPolicy{"no_weights", "", Reason::kFieldRequired, "weights"},
        BadPolicy{"no_factors", "weights { degree_exponent: 0 hop_factor: 1 }", Reason::kFieldRequired,
                  "weights.certainty_factors"},
        BadPolicy{"factor_zero", Weights("0", "0.4", "0.9"), Reason::kValueOutOfRange, "weights.certainty_factors.low"},
        BadPolicy{"factor_above_one", Weights("1.1", "0.4", "0.9"), Reason::kValueOutOfRange,
                  "weights.certainty_factors.low"},
        BadPolicy{"factor_falls", Weights("0.2", "0.4", "0.9"), Reason::kValueOutOfRange,
                  "weights.certainty_factors.low"},
        BadPolicy{"factor_nan", Weights("nan", "0.4", "0.9"), Reason::kValueOutOfRange,
                  "weights.certainty_factors.low"},
        BadPolicy{"exponent_negative", Weights("0.5", "-0.1", "0.9"), Reason::kValueOutOfRange,
                  "weights.degree_exponent"},
        BadPolicy{"exponent_too_large", Weights("0.5", "4.5", "0.9"), Reason::kValueOutOfRange,
                  "weights.degree_exponent"},
        BadPolicy{"exponent_nan", Weights("0.5", "nan", "0.9"), Reason::kValueOutOfRange, "weights.degree_exponent"},
        BadPolicy{"hop_zero", Weights("0.5", "0.4", "0"), Reason::kValueOutOfRange, "weights.hop_factor"},
        BadPolicy{"hop_above_one", Weights("0.5", "0.4", "1.1"), Reason::kValueOutOfRange, "weights.hop_factor"},
        BadPolicy{"pattern_nameless", std::string(kWeights) + "patterns { pattern: '>engages' default_max_hops: 6 }",
                  Reason::kPatternInvalid, "patterns[0].name"},
        BadPolicy{"pattern_named_any",
                  std::string(kWeights) + "patterns { name: 'any' pattern: '>engages' default_max_hops: 6 }",
                  Reason::kPatternInvalid, "patterns[0].name"},
        BadPolicy{"pattern_twice",
                  WithPattern(">engages") + "patterns { name: 'p' pattern: '>engages' default_max_hops: 6 }",
                  Reason::kPatternInvalid, "patterns[1].name"},
        BadPolicy{"pattern_empty", std::string(kWeights) + "patterns { name: 'p' default_max_hops: 6 }",
                  Reason::kFieldRequired, "patterns[0].pattern"},
        BadPolicy{"hops_unset", std::string(kWeights) + "patterns { name: 'p' pattern: '>engages' }",
                  Reason::kValueOutOfRange, "patterns[0].default_max_hops"},
        BadPolicy{"hops_too_many",
                  std::string(kWeights) + "patterns { name: 'p' pattern: '>engages' default_max_hops: 13 }",
                  Reason::kValueOutOfRange, "patterns[0].default_max_hops"},
        BadPolicy{"modalities_too_many",
                  std::string(kWeights) +
                      "patterns { name: 'p' pattern: '>engages' default_max_hops: 6 default_min_modalities: 5 }",
                  Reason::kValueOutOfRange, "patterns[0].default_min_modalities"},
        BadPolicy{"pattern_syntax", WithPattern(">engages ("), Reason::kPatternInvalid, "patterns[0].pattern"},
        BadPolicy{"pattern_unknown_relation", WithPattern(">knows"), Reason::kPatternInvalid, "patterns[0].pattern"},
        BadPolicy{"pattern_not_walkable", WithPattern(">about"), Reason::kPatternInvalid, "patterns[0].pattern"},
        BadPolicy{"pattern_unknown_name", WithPattern("U"), Reason::kPatternInvalid, "patterns[0].pattern"},
        BadPolicy{"definition_name", std::string(kWeights) + "definitions { name: 'u' pattern: '>engages' }",
                  Reason::kPatternInvalid, "definitions[0].name"},
        BadPolicy{"definition_empty", std::string(kWeights) + "definitions { name: 'U' }", Reason::kFieldRequired,
                  "definitions[0].pattern"},
        BadPolicy{"definition_twice",
                  std::string(kWeights) +
                      "definitions { name: 'U' pattern: '>engages' } definitions { name: 'U' pattern: '>engages' }",
                  Reason::kPatternInvalid, "definitions[1].name"},
        BadPolicy{"default_unknown", std::string(kWeights) + "default_pattern: 'q'", Reason::kPatternInvalid,
                  "default_pattern"},
        BadPolicy{"client_reading_empty", std::string(kWeights) + "client_reading {}", Reason::kFieldRequired,
                  "client_reading.lies_in"},
        BadPolicy{"client_reading_relation", std::string(kWeights) + ClientReadingText("knows", "answered_by"),
                  Reason::kRelationNotFound, "client_reading.lies_in"},
        BadPolicy{"client_reading_flags", std::string(kWeights) + ClientReadingText("acts_on", ""),
                  Reason::kFieldRequired, "client_reading.calls_for"},
        BadPolicy{"kept_off_without_values",
                  std::string(kWeights) + "client_reading { lies_in: 'acts_on' belongs_to: 'maintains' kept_off { "
                                          "attribute: 'role' } calls_for: 'answered_by' }",
                  Reason::kFieldRequired, "client_reading.kept_off.values"},
        BadPolicy{"factor_reading_empty", std::string(kWeights) + "factor_reading {}", Reason::kFieldRequired,
                  "factor_reading.fosters"},
        BadPolicy{"factor_reading_relation",
                  std::string(kWeights) + "factor_reading { fosters: 'fosters' supported_by: 'stands_on' }",
                  Reason::kRelationNotFound, "factor_reading.supported_by"},
        BadPolicy{"shown_without_attribute",
                  std::string(kWeights) +
                      "factor_reading { fosters: 'fosters' supported_by: 'supported_by' shown { values: 'x' } }",
                  Reason::kFieldRequired, "factor_reading.shown.attribute"},
        BadPolicy{"map_layer_without_relations", std::string(kWeights) + "map_layer { kinds { kind: 'process' } }",
                  Reason::kFieldRequired, "map_layer.relations"},
        BadPolicy{"map_layer_without_kinds", std::string(kWeights) + "map_layer { relations: 'influences' }",
                  Reason::kFieldRequired, "map_layer.kinds"},
        BadPolicy{"map_layer_relation",
                  std::string(kWeights) + "map_layer { relations: 'knows' kinds { kind: 'process' } }",
                  Reason::kRelationNotFound, "map_layer.relations[0]"},
        BadPolicy{"map_layer_kind",
                  std::string(kWeights) + "map_layer { relations: 'influences' kinds { kind: 'planet' } }",
                  Reason::kKindNotFound, "map_layer.kinds[0].kind"},
        BadPolicy{"map_extension_twice",
                  std::string(kWeights) + "map_layer { relations: 'influences' kinds { kind: 'process' } extensions { "
                                          "kind: 'technique' } extensions { kind: 'technique' } }",
                  Reason::kValueOutOfRange, "map_layer.extensions[1].kind"},
        BadPolicy{"map_extension_without_kind",
                  std::string(kWeights) + "map_layer { relations: 'influences' kinds { kind: 'process' } extensions { "
                                          "relations: 'engages' } }",
                  Reason::kFieldRequired, "map_layer.extensions[0].kind"},
        BadPolicy{"rule_without_reason", std::string(kWeights) + "avoid_rules { node_ids: 'process:p' }",
                  Reason::kFieldRequired, "avoid_rules[0].rationale"},
        BadPolicy{"rule_without_nodes", std::string(kWeights) + "avoid_rules { rationale: 'r' }",
                  Reason::kFieldRequired, "avoid_rules[0].node_ids"},
        BadPolicy{"rule_with_bad_id", std::string(kWeights) + "avoid_rules { rationale: 'r' node_ids: 'p' }",
                  Reason::kCurieMalformed, "avoid_rules[0].node_ids[0]"}),
    [](const auto& param_info) { return param_info.param.name; });

TEST(Policy, ReportsAllBadFieldsAtOnce) {
  const std::optional<graph::ErrorInfo> info = graph::ErrorInfoOf(ParsePolicy(Weights("0.5", "9", "9")).status());
  ASSERT_TRUE(info.has_value());
  EXPECT_EQ(info->violations.size(), 2U);
}

TEST(PolicyOf, GivesDefaultsWhereThereIsNone) {
  const std::shared_ptr<const Policy> policy = PolicyOf(*Sketch(""));
  EXPECT_EQ(policy->weights.hop_factor, graph::Weights{}.hop_factor);
  EXPECT_TRUE(policy->default_pattern.empty());
  EXPECT_TRUE(policy->version.empty());
}

TEST(PolicyOf, FollowsTheSnapshot) {
  const graph::SnapshotPtr first = Sketch("", {PolicyDocument(WithPattern(">engages"))});
  const graph::SnapshotPtr second = Commit(first, {PolicyDocument(WithPattern(">influences"))});
  EXPECT_EQ(PolicyOf(*first)->patterns[0].pattern, ">engages");
  EXPECT_EQ(PolicyOf(*second)->patterns[0].pattern, ">influences");
  EXPECT_EQ(PolicyOf(*first), PolicyOf(*first));  // read once
}

absl::Status Check(const graph::SnapshotPtr& head, std::vector<graph::Change> changes) {
  graph::ChangeSet change_set;
  change_set.changes = std::move(changes);
  return CheckChangeSet(*head, change_set);
}

graph::PutRelation Unwalkable(const graph::Snapshot& snapshot, const char* name) {
  graph::Relation relation = snapshot.schema().relation(*snapshot.schema().FindRelation(name));
  relation.walkable = false;
  return {relation};
}

TEST(CheckChangeSet, RefusesAPolicyThatIsWrong) {
  const graph::SnapshotPtr head = Sketch("");
  EXPECT_TRUE(Check(head, {PolicyDocument(WithPattern(">engages"))}).ok());
  const absl::Status status = Check(head, {NodeOf("process:p"), PolicyDocument(WithPattern(">knows"))});
  const std::optional<graph::ErrorInfo> info = graph::ErrorInfoOf(status);
  ASSERT_TRUE(info.has_value());
  EXPECT_EQ(info->violations[0].field, "changes[1].set_policy.policy.patterns[0].pattern");
}

TEST(CheckChangeSet, CompilesPatternsAgainstTheSchemaThatTheChangeSetLeaves) {
  const graph::SnapshotPtr head = Sketch("");
  graph::Relation relation;
  relation.name = "calms";
  relation.walkable = true;
  relation.default_strength = 1;
  EXPECT_TRUE(Check(head, {PolicyDocument(WithPattern(">calms")), graph::PutRelation{relation}}).ok());
}

TEST(CheckChangeSet, RefusesASchemaThatBreaksThePolicyInForce) {
  const graph::SnapshotPtr head = Sketch("", {PolicyDocument(WithPattern(">engages"))});
  EXPECT_TRUE(Check(head, {Unwalkable(*head, "influences")}).ok());
  const absl::Status status = Check(head, {Unwalkable(*head, "engages")});
  EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_TRUE(Check(head, {Unwalkable(*head, "engages"), PolicyDocument(WithPattern(">influences"))}).ok());
}

TEST(CheckChangeSet, LeavesOtherChangesAlone) {
  const graph::SnapshotPtr head = Sketch("process:p");
  EXPECT_TRUE(Check(head, {NodeOf("process:q"), graph::DeleteNode{"process:p"}}).ok());
  EXPECT_TRUE(Check(head, {graph::PutDocument{{"note", "text/plain", "weights", graph::Revision{}}}}).ok());
}

}  // namespace
}  // namespace braid::ontology
