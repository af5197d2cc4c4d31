#include "ontology/seed.h"

#include <filesystem>
#include <fstream>
#include <map>
#include <string>

#include "gmock/gmock.h"
#include "graph/error.h"
#include "gtest/gtest.h"
#include "tests/temporary_directory.h"

namespace braid::ontology {
namespace {

using graph::ErrorInfo;
using graph::Reason;
using testing::ElementsAre;
using testing::HasSubstr;

constexpr char kSchema[] = R"(
kinds {
  name: "technique" id_prefix: "technique"
  attributes { name: "sessions" type: ATTRIBUTE_TYPE_INTEGER }
  attributes { name: "cost" type: ATTRIBUTE_TYPE_NUMBER }
  attributes { name: "usable" type: ATTRIBUTE_TYPE_BOOLEAN }
  attributes { name: "founders" type: ATTRIBUTE_TYPE_TEXT_LIST }
  attributes { name: "note" type: ATTRIBUTE_TYPE_TEXT }
}
kinds { name: "process" id_prefix: "process" attributes { name: "role" type: ATTRIBUTE_TYPE_TEXT } }
relations {
  name: "engages" walkable: true takes_strength: true takes_sign: true takes_certainty: true default_strength: 0.6
  attributes { name: "rank" type: ATTRIBUTE_TYPE_INTEGER }
}
relations { name: "requires" attributes { name: "idea" type: ATTRIBUTE_TYPE_TEXT } }
)";

constexpr char kPolicy[] = R"(
weights {
  certainty_factors { no_source: 0.1 very_low: 0.25 low: 0.5 moderate: 0.8 high: 1 }
  degree_exponent: 0.4 hop_factor: 0.9
}
patterns { name: "hop" pattern: ">engages" default_max_hops: 3 }
default_pattern: "hop"
)";

constexpr char kNodes[] =
    "id\tcategory\tname\tdescription\texact_synonym\tbroad_synonym\tabbreviation\tobsolete\treplaced_by\talias\t"
    "sessions\tcost\tusable\tfounders\tnote\trole\n"
    "technique:a\ttechnique\tAlpha\tThe first\\tone\tErste@de|First\tLetter\tAL|A@pt-BR\t\t\ttechnique:alef\t"
    "4\t0.25\ttrue\tOne|Two\tsay a\\|b\t\n"
    "technique:old\ttechnique\tOld\t\t\t\t\ttrue\ttechnique:a\t\t\t\t\t\t\t\n"
    "process:p\tprocess\tPe\t\t\t\t\t\t\t\t\t\t\t\t\tchange\n";

constexpr char kEdges[] =
    "subject\tpredicate\tobject\tstrength\tsign\tcertainty\tprimary\tclaim_polarity\tclaim_evidence\tclaim_asserted_"
    "by\t"
    "claim_note\trank\n"
    "technique:a\tengages\tprocess:p\t0.9\t-\tvery_low\ttrue\tsupports\tprocess:p|technique:a\tA. Name\tnoted\t2\n"
    "technique:a\tengages\tprocess:p\t\t\t\t\tharm\t\t\tworse\t\n";

constexpr char kMappings[] =
    "subject_id\tpredicate_id\tobject_id\tobject_label\tmapping_justification\tconfidence\tpredicate_modifier\trow_id\n"
    "technique:a\tskos:closeMatch\tMESH:D1\tAy\tsemapv:ManualMappingCuration\t0.9\tNot\tm1\n";

using Files = std::map<std::string, std::string>;

Files GoodFiles() {
  return {{"schema.textproto", kSchema},
          {"policy.textproto", kPolicy},
          {"seed/nodes.tsv", kNodes},
          {"seed/edges.tsv", kEdges},
          {"seed/mappings.tsv", kMappings}};
}

absl::StatusOr<Seed> Read(const Files& files) {
  const test::TemporaryDirectory directory;
  for (const auto& [name, content] : files) {
    const std::filesystem::path path = std::filesystem::path(directory.path()) / name;
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path, std::ios::binary) << content;
  }
  return ReadSeed(directory.path());
}

template <typename Put>
std::vector<Put> Puts(const Seed& seed) {
  std::vector<Put> puts;
  for (const graph::Change& change : seed.change_set.changes) {
    if (const auto* put = std::get_if<Put>(&change)) puts.push_back(*put);
  }
  return puts;
}

TEST(ReadSeed, PutsSchemaPolicyNodesAndEdgesInThatOrder) {
  const absl::StatusOr<Seed> seed = Read(GoodFiles());
  ASSERT_TRUE(seed.ok()) << seed.status();
  std::vector<std::size_t> order;
  for (const graph::Change& change : seed->change_set.changes) order.push_back(change.index());
  const std::size_t kind = graph::Change(graph::PutKind{}).index(),
                    relation = graph::Change(graph::PutRelation{}).index();
  const std::size_t document = graph::Change(graph::PutDocument{}).index();
  const std::size_t node = graph::Change(graph::PutNode{}).index(), edge = graph::Change(graph::PutEdge{}).index();
  EXPECT_THAT(order, ElementsAre(kind, kind, relation, relation, document, node, node, node, edge));
  EXPECT_EQ(Puts<graph::PutDocument>(*seed)[0].document.content, kPolicy);
}

TEST(ReadSeed, ReadsEveryColumnOfANode) {
  const absl::StatusOr<Seed> seed = Read(GoodFiles());
  ASSERT_TRUE(seed.ok()) << seed.status();
  const graph::Node node = Puts<graph::PutNode>(*seed)[0].node;
  graph::Node want;
  want.id = "technique:a";
  want.kind = "technique";
  want.labels = {
      {"Alpha", "en", graph::LabelRole::kPreferred, ""},    {"Erste", "de", graph::LabelRole::kSynonym, "exact"},
      {"First", "en", graph::LabelRole::kSynonym, "exact"}, {"Letter", "en", graph::LabelRole::kSynonym, "broad"},
      {"AL", "en", graph::LabelRole::kAbbreviation, ""},    {"A", "pt-BR", graph::LabelRole::kAbbreviation, ""}};
  want.definition = "The first\tone";
  want.attributes = {{"cost", 0.25},
                     {"founders", std::vector<std::string>{"One", "Two"}},
                     {"note", std::string("say a|b")},
                     {"sessions", std::int64_t{4}},
                     {"usable", true}};
  want.mappings = {
      {"skos:closeMatch", "MESH:D1", "Ay", "semapv:ManualMappingCuration", 0.9, true, {{"row_id", std::string("m1")}}}};
  want.aliases = {"technique:alef"};
  EXPECT_EQ(node, want);
  const graph::Node old = Puts<graph::PutNode>(*seed)[1].node;
  EXPECT_TRUE(old.obsolete);
  EXPECT_THAT(old.replaced_by, ElementsAre("technique:a"));
}

TEST(ReadSeed, GathersTheClaimsOfAnEdgeFromItsRows) {
  const absl::StatusOr<Seed> seed = Read(GoodFiles());
  ASSERT_TRUE(seed.ok()) << seed.status();
  ASSERT_EQ(Puts<graph::PutEdge>(*seed).size(), 1U);
  graph::Edge want;
  want.key = {"technique:a", "engages", "process:p"};
  want.strength = 0.9;
  want.sign = graph::Sign::kMinus;
  want.certainty = graph::Certainty::kVeryLow;
  want.certainty_basis = graph::CertaintyBasis::kCurated;
  want.primary = true;
  want.claims = {{graph::Polarity::kSupports, {"process:p", "technique:a"}, "A. Name", "noted"},
                 {graph::Polarity::kHarm, {}, "", "worse"}};
  want.attributes = {{"rank", std::int64_t{2}}};
  EXPECT_EQ(Puts<graph::PutEdge>(*seed)[0].edge, want);
}

TEST(ReadSeed, IdIsAVersion8UuidThatFollowsFromTheContent) {
  const absl::StatusOr<Seed> first = Read(GoodFiles()), again = Read(GoodFiles());
  Files other_files = GoodFiles();
  other_files["seed/nodes.tsv"] += "process:q\tprocess\tQu\t\t\t\t\t\t\t\t\t\t\t\t\tchange\n";
  const absl::StatusOr<Seed> other = Read(other_files);
  ASSERT_TRUE(first.ok() && again.ok() && other.ok());
  EXPECT_THAT(first->change_set.id,
              testing::MatchesRegex("[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"));
  EXPECT_EQ(first->change_set.id, again->change_set.id);
  EXPECT_NE(first->change_set.id, other->change_set.id);
}

TEST(ReadSeed, TablesMayLieBesideTheTextForms) {
  Files files = GoodFiles();
  for (const char* name : {"nodes.tsv", "edges.tsv", "mappings.tsv"}) {
    files[name] = files["seed/" + std::string(name)];
    files.erase("seed/" + std::string(name));
  }
  const absl::StatusOr<Seed> seed = Read(files);
  ASSERT_TRUE(seed.ok()) << seed.status();
  EXPECT_EQ(Puts<graph::PutNode>(*seed).size(), 3U);
}

TEST(ReadSeed, MissingTextFormIsNotFound) {
  for (const char* name : {"schema.textproto", "policy.textproto"}) {
    Files files = GoodFiles();
    files.erase(name);
    EXPECT_EQ(Read(files).status().code(), absl::StatusCode::kNotFound) << name;
  }
  EXPECT_EQ(ReadSeed("no/such/directory").status().code(), absl::StatusCode::kNotFound);
}

TEST(ReadSeed, TracesARefusalToItsLine) {
  const absl::StatusOr<Seed> seed = Read(GoodFiles());
  ASSERT_TRUE(seed.ok()) << seed.status();
  const absl::Status refusal = graph::MakeError(Reason::kValueOutOfRange, "strength 1.4 is above 1",
                                                "changes[8].put_edge.edge.strength", {}, {{"nearest", "x"}});
  const ErrorInfo info = *graph::ErrorInfoOf(TraceToLines(refusal, *seed));
  EXPECT_EQ(info.violations[0].field, "edges.tsv:2: changes[8].put_edge.edge.strength");
  EXPECT_EQ(info.violations[0].description, "edges.tsv:2: strength 1.4 is above 1");
  EXPECT_EQ(info.violations[0].reason, Reason::kValueOutOfRange);
  EXPECT_EQ(info.metadata.size(), 1U);
  EXPECT_EQ(TraceToLines(absl::OkStatus(), *seed), absl::OkStatus());
  EXPECT_EQ(TraceToLines(absl::DataLossError("x"), *seed), absl::DataLossError("x"));
}

TEST(ReadSeed, ReportsEveryBadLineOfEveryFileAtOnce) {
  Files files = GoodFiles();
  files["seed/nodes.tsv"] += "x\ty\n";
  files["seed/nodes_more.tsv"] = "id\tcategory\nnocolon\tprocess\nprocess:r\tghost\n";
  files["seed/edges.tsv"] += "technique:a\tknows\tprocess:p\t\t\t\t\t\t\t\t\t\n";
  const absl::StatusOr<Seed> seed = Read(files);
  const ErrorInfo info = *graph::ErrorInfoOf(seed.status());
  std::vector<std::string> fields;
  for (const graph::Violation& violation : info.violations) fields.push_back(violation.field);
  EXPECT_THAT(fields, ElementsAre("nodes.tsv:5:3", "nodes_more.tsv:2:1", "nodes_more.tsv:3:11", "edges.tsv:4:13"));
}

TEST(ReadSeed, CountsTheErrorsPastAHundred) {
  Files files = GoodFiles();
  std::string nodes = "id\tcategory\n";
  for (int i = 0; i < 130; ++i) nodes += "nocolon\tprocess\n";
  files["seed/nodes_bad.tsv"] = nodes;
  const ErrorInfo info = *graph::ErrorInfoOf(Read(files).status());
  EXPECT_EQ(info.violations.size(), 100U);
  EXPECT_EQ(info.metadata.back(), (std::pair<std::string, std::string>("violations_dropped", "30")));
}

// One bad line each, in a file that is read beside the good ones.
struct BadLine {
  const char* name;
  const char* file;
  std::string content;
  std::string place;  // line:column
  const char* message;
  friend void PrintTo(const BadLine& value, std::ostream* out) { *out << value.name; }
};

class BadLineTest : public testing::TestWithParam<BadLine> {};

TEST_P(BadLineTest, IsRefusedWithFileLineAndColumn) {
  const BadLine& bad = GetParam();
  Files files = GoodFiles();
  files[bad.file] = bad.content;
  const absl::StatusOr<Seed> seed = Read(files);
  ASSERT_EQ(seed.status().code(), absl::StatusCode::kInvalidArgument) << seed.status();
  const ErrorInfo info = *graph::ErrorInfoOf(seed.status());
  const std::string file = std::filesystem::path(bad.file).filename().string();
  EXPECT_EQ(info.reason, Reason::kRecordInvalid);
  EXPECT_EQ(info.violations[0].field, file + ":" + bad.place);
  EXPECT_THAT(info.violations[0].description, HasSubstr(bad.message));
  EXPECT_EQ(info.violations.size(), 1U) << info.violations.back().description;
  ASSERT_GE(info.metadata.size(), 3U);
  EXPECT_EQ(info.metadata[0], (std::pair<std::string, std::string>("file", file)));
  EXPECT_EQ(info.metadata[1].second + ":" + info.metadata[2].second, bad.place);
}

constexpr char kN[] = "seed/nodes_x.tsv";
constexpr char kE[] = "seed/edges_x.tsv";
constexpr char kM[] = "seed/mappings_x.tsv";
const std::string kEdgeHeader =
    "subject\tpredicate\tobject\tstrength\tsign\tcertainty\tprimary\tclaim_polarity\tclaim_evidence\trank\n";
const std::string kMappingHeader =
    "subject_id\tpredicate_id\tobject_id\tmapping_justification\tconfidence\tpredicate_modifier\n";

INSTANTIATE_TEST_SUITE_P(
    Nodes, BadLineTest,
    testing::Values(
        BadLine{"empty_file", kN, "", "1:1", "empty"},
        BadLine{"no_id_column", kN, "category\nprocess\n", "1:1", "`id` is missing"},
        BadLine{"no_category_column", kN, "id\nprocess:q\n", "1:1", "`category` is missing"},
        BadLine{"unknown_column", kN, "id\tcategory\tcolour\nprocess:q\tprocess\tred\n", "1:13", "`colour`"},
        BadLine{"empty_id", kN, "id\tcategory\n\tprocess\n", "2:1", "`id` is empty"},
        BadLine{"id_without_colon", kN, "id\tcategory\nq\tprocess\n", "2:1", "`q` is no id"},
        BadLine{"id_with_blank", kN, "id\tcategory\nprocess:q r\tprocess\n", "2:1", "is no id"},
        BadLine{"empty_category", kN, "id\tcategory\nprocess:q\t\n", "2:11", "`category` is empty"},
        BadLine{"unknown_kind", kN, "id\tcategory\nprocess:q\tghost\n", "2:11", "no kind `ghost`"},
        BadLine{"id_twice", kN, "id\tcategory\nprocess:p\tprocess\n", "2:1", "it is at nodes.tsv:4 too"},
        BadLine{"attribute_of_another_kind", kN, "id\tcategory\trole\ntechnique:q\ttechnique\tx\n", "2:23",
                "no attribute `role`"},
        BadLine{"not_an_integer", kN, "id\tcategory\tsessions\ntechnique:q\ttechnique\t4.5\n", "2:23", "whole number"},
        BadLine{"integer_too_large", kN, "id\tcategory\tsessions\ntechnique:q\ttechnique\t99999999999999999999\n",
                "2:23", "whole number"},
        BadLine{"not_a_number", kN, "id\tcategory\tcost\ntechnique:q\ttechnique\t1,5\n", "2:23", "not a number"},
        BadLine{"nan", kN, "id\tcategory\tcost\ntechnique:q\ttechnique\tnan\n", "2:23", "not a number"},
        BadLine{"not_a_boolean", kN, "id\tcategory\tusable\ntechnique:q\ttechnique\tyes\n", "2:23",
                "neither `true` nor `false`"},
        BadLine{"bar_in_a_text", kN, "id\tcategory\tnote\ntechnique:q\ttechnique\ta|b\n", "2:23", "`|`"},
        BadLine{"empty_item", kN, "id\tcategory\tfounders\ntechnique:q\ttechnique\ta||b\n", "2:23", "empty item"},
        BadLine{"label_of_language_only", kN, "id\tcategory\texact_synonym\nprocess:q\tprocess\t@de\n", "2:19",
                "label without a text"},
        BadLine{"bad_replacement", kN, "id\tcategory\treplaced_by\nprocess:q\tprocess\tr\n", "2:19", "`r` is no id"},
        BadLine{"bad_alias", kN, "id\tcategory\talias\nprocess:q\tprocess\tr\n", "2:19", "`r` is no id"},
        BadLine{"bad_obsolete", kN, "id\tcategory\tobsolete\nprocess:q\tprocess\t1\n", "2:19", "no obsolete"},
        BadLine{"bad_escape", kN, "id\tcategory\tname\nprocess:q\tprocess\ta\\b\n", "2:20", "backslash"}),
    [](const auto& param_info) { return param_info.param.name; });

INSTANTIATE_TEST_SUITE_P(
    Edges, BadLineTest,
    testing::Values(
        BadLine{"no_object_column", kE, "subject\tpredicate\nprocess:p\trequires\n", "1:1", "`object` is missing"},
        BadLine{"unknown_edge_column", kE, "subject\tpredicate\tobject\tcolour\n", "1:26", "`colour`"},
        BadLine{"bad_subject", kE, kEdgeHeader + "p\trequires\tprocess:p\t\t\t\t\t\t\t\n", "2:1", "`p` is no id"},
        BadLine{"empty_object", kE, kEdgeHeader + "process:p\trequires\t\t\t\t\t\t\t\t\n", "2:20", "`object` is empty"},
        BadLine{"unknown_relation", kE, kEdgeHeader + "process:p\tknows\tprocess:q\t\t\t\t\t\t\t\n", "2:11",
                "no relation `knows`"},
        BadLine{"bad_strength", kE, kEdgeHeader + "process:p\trequires\tprocess:q\tstrong\t\t\t\t\t\t\n", "2:30",
                "not a number"},
        BadLine{"bad_sign", kE, kEdgeHeader + "process:p\trequires\tprocess:q\t\t*\t\t\t\t\t\n", "2:31",
                "`*` is no sign"},
        BadLine{"bad_certainty", kE, kEdgeHeader + "process:p\trequires\tprocess:q\t\t\tsure\t\t\t\t\n", "2:32",
                "`sure` is no certainty"},
        BadLine{"bad_primary", kE, kEdgeHeader + "process:p\trequires\tprocess:q\t\t\t\tx\t\t\t\n", "2:33",
                "`x` is no primary"},
        BadLine{"bad_polarity", kE, kEdgeHeader + "process:p\trequires\tprocess:q\t\t\t\t\tmaybe\t\t\n", "2:34",
                "`maybe`"},
        BadLine{"claim_without_polarity", kE, kEdgeHeader + "process:p\trequires\tprocess:q\t\t\t\t\t\tevidence:e\t\n",
                "2:34", "without a polarity"},
        BadLine{"bad_evidence", kE, kEdgeHeader + "process:p\trequires\tprocess:q\t\t\t\t\tnull\te\t\n", "2:39",
                "`e` is no id"},
        BadLine{"attribute_of_another_relation", kE, kEdgeHeader + "process:p\trequires\tprocess:q\t\t\t\t\t\t\t3\n",
                "2:36", "no attribute `rank`"},
        BadLine{"edge_twice", kE, kEdgeHeader + "technique:a\tengages\tprocess:p\t\t\t\t\t\t\t\n", "2:1",
                "edges.tsv:2 already"},
        BadLine{"second_row_with_strength", kE, kEdgeHeader + "technique:a\tengages\tprocess:p\t0.5\t\t\t\tnull\t\t\n",
                "2:1", "adds a claim"}),
    [](const auto& param_info) { return param_info.param.name; });

INSTANTIATE_TEST_SUITE_P(
    Others, BadLineTest,
    testing::Values(BadLine{"no_justification_column", kM, "subject_id\tpredicate_id\tobject_id\n", "1:1",
                            "`mapping_justification` is missing"},
                    BadLine{"unknown_subject", kM, kMappingHeader + "process:z\tskos:exactMatch\tX:1\tsemapv:X\t\t\n",
                            "2:1", "no file of nodes has `process:z`"},
                    BadLine{"bad_mapping_object", kM, kMappingHeader + "process:p\tskos:exactMatch\tX\tsemapv:X\t\t\n",
                            "2:27", "`X` is no id"},
                    BadLine{"bad_confidence", kM,
                            kMappingHeader + "process:p\tskos:exactMatch\tX:1\tsemapv:X\thigh\t\n", "2:40",
                            "not a number"},
                    BadLine{"bad_modifier", kM, kMappingHeader + "process:p\tskos:exactMatch\tX:1\tsemapv:X\t\tno\n",
                            "2:41", "`no` is no predicate_modifier"},
                    BadLine{"stray_table", "seed/things.tsv", "id\na\n", "1:1", "neither `nodes`"},
                    BadLine{"schema_syntax", "schema.textproto", "kinds { name \"x\" }\n", "1:14", "Expected"},
                    BadLine{"schema_unknown_field", "schema.textproto", "\nkinds { nam: \"x\" }\n", "2:12", "no field"},
                    BadLine{"schema_kind_twice", "schema.textproto",
                            "kinds { name: \"x\" id_prefix: \"x\" }\nkinds { name: \"x\" id_prefix: \"x\" }\n", "2:1",
                            "twice"},
                    BadLine{"policy_syntax", "policy.textproto", "weights {\n  hop_factor: x\n}\n", "2:15", "Expected"},
                    BadLine{"policy_out_of_range", "policy.textproto",
                            "weights { certainty_factors { no_source: 0.1 very_low: 0.25 low: 0.5 moderate: 0.8 high: "
                            "1 } hop_factor: 2 }\n",
                            "1:1", "weights.hop_factor is 2"}),
    [](const auto& param_info) { return param_info.param.name; });

}  // namespace
}  // namespace braid::ontology
