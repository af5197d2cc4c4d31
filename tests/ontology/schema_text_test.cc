#include "ontology/schema_text.h"

#include <fstream>
#include <iterator>
#include <string>

#include "braid/v1/schema.pb.h"
#include "gmock/gmock.h"
#include "google/protobuf/text_format.h"
#include "graph/error.h"
#include "gtest/gtest.h"

namespace braid::ontology {
namespace {

using graph::Reason;
using testing::HasSubstr;

std::string ReadShipped(const char* name) {
  std::ifstream in(std::string(BRAID_SOURCE_DIR) + "/ontology/" + name, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

graph::Schema SchemaOf(const std::vector<graph::Change>& changes) {
  graph::Schema schema;
  for (const graph::Change& change : changes) {
    if (const auto* kind = std::get_if<graph::PutKind>(&change)) schema = schema.With(kind->kind).value();
    if (const auto* relation = std::get_if<graph::PutRelation>(&change))
      schema = schema.With(relation->relation).value();
  }
  return schema;
}

TEST(SchemaText, ShippedSchemaSurvivesTheWayThereAndBack) {
  const absl::StatusOr<std::vector<graph::Change>> changes = SchemaChangesFromText(ReadShipped("schema.textproto"));
  ASSERT_TRUE(changes.ok()) << changes.status();
  const graph::Schema schema = SchemaOf(*changes);
  v1::Schema message;
  SchemaToMessage(schema, &message);
  std::string text;
  google::protobuf::TextFormat::PrintToString(message, &text);
  const absl::StatusOr<std::vector<graph::Change>> again = SchemaChangesFromText(text);
  ASSERT_TRUE(again.ok()) << again.status();
  ASSERT_EQ(again->size(), changes->size());
  for (std::size_t i = 0; i < changes->size(); ++i) {
    if (const auto* kind = std::get_if<graph::PutKind>(&(*changes)[i])) {
      EXPECT_EQ(kind->kind, std::get<graph::PutKind>((*again)[i]).kind);
    } else {
      EXPECT_EQ(std::get<graph::PutRelation>((*changes)[i]).relation,
                std::get<graph::PutRelation>((*again)[i]).relation);
    }
  }
}

TEST(SchemaText, EveryFieldSurvivesTheWayThereAndBack) {
  graph::Kind kind{"k", "kp", "A kind", {}, true, true, true};
  kind.attributes = {{"a", graph::AttributeType::kTextList, "d", "u", 1.5, 2.5, {"x", "y"}, true},
                     {"b", graph::AttributeType::kBoolean, "", "", {}, {}, {}, false}};
  v1::Kind kind_message;
  KindToMessage(kind, &kind_message);
  EXPECT_EQ(KindFromMessage(kind_message).value(), kind);

  graph::Relation relation;
  relation.name = "r";
  relation.inverse_name = "ir";
  relation.description = "d";
  relation.phrase = "p";
  relation.inverse_phrase = "ip";
  relation.plus_phrase = "pp";
  relation.plus_inverse_phrase = "pip";
  relation.minus_phrase = "mp";
  relation.minus_inverse_phrase = "mip";
  relation.sub_relation_of = "s";
  relation.endpoints = {{{"k"}, {}}, {{}, {"k", "l"}}};
  relation.same_kind = true;
  relation.max_per_subject = 3;
  relation.walkable = true;
  relation.default_strength = 0.5;
  relation.transitive = relation.acyclic = relation.symmetric = true;
  relation.takes_strength = relation.takes_sign = relation.takes_certainty = true;
  relation.self_loops = relation.defines_group = relation.one_primary = true;
  relation.inherited = graph::Inheritance::kDown;
  relation.attributes = kind.attributes;
  v1::Relation relation_message;
  RelationToMessage(relation, &relation_message);
  EXPECT_EQ(RelationFromMessage(relation_message).value(), relation);
}

TEST(SchemaText, PutsARelationAfterTheOneItIsACaseOf) {
  const absl::StatusOr<std::vector<graph::Change>> changes = SchemaChangesFromText(
      "relations { name: 'c' sub_relation_of: 'b' } relations { name: 'b' sub_relation_of: 'a' } relations { name: 'a' "
      "}");
  ASSERT_TRUE(changes.ok()) << changes.status();
  std::vector<std::string> names;
  for (const graph::Change& change : *changes) names.push_back(std::get<graph::PutRelation>(change).relation.name);
  EXPECT_THAT(names, testing::ElementsAre("a", "b", "c"));
}

TEST(SchemaText, KeepsACircleForTheSchemaToRefuse) {
  const absl::StatusOr<std::vector<graph::Change>> changes = SchemaChangesFromText(
      "relations { name: 'a' sub_relation_of: 'b' } relations { name: 'b' sub_relation_of: 'a' }");
  ASSERT_TRUE(changes.ok()) << changes.status();
  EXPECT_EQ(changes->size(), 2U);
}

struct BadSchema {
  const char* name;
  const char* text;
  const char* place;
  const char* message;
  friend void PrintTo(const BadSchema& value, std::ostream* out) { *out << value.name; }
};

class BadSchemaTest : public testing::TestWithParam<BadSchema> {};

TEST_P(BadSchemaTest, IsRefusedWithLineAndColumn) {
  const absl::Status status = SchemaChangesFromText(GetParam().text).status();
  const std::optional<graph::ErrorInfo> info = graph::ErrorInfoOf(status);
  ASSERT_TRUE(info.has_value()) << status;
  EXPECT_EQ(info->reason, Reason::kRecordInvalid);
  EXPECT_EQ(info->violations[0].field, GetParam().place);
  EXPECT_THAT(info->violations[0].description, HasSubstr(GetParam().message));
}

INSTANTIATE_TEST_SUITE_P(
    All, BadSchemaTest,
    testing::Values(
        BadSchema{"not_a_text_form", "kinds [", "1:8", "Expected"},
        BadSchema{"unknown_field", "kinds {\n  colour: 1\n}", "2:9", "no field named \"colour\""},
        BadSchema{"unknown_type", "kinds { name: 'k'\n attributes { name: 'a' type: ATTRIBUTE_TYPE_DATE } }", "2:51",
                  "ATTRIBUTE_TYPE_DATE"},
        BadSchema{"untyped_attribute", "kinds { name: 'a' }\nkinds { name: 'k' attributes { name: 'a' } }", "2:1",
                  "kinds[1].attributes[0].type"},
        BadSchema{"negative_count", "relations { name: 'r' max_per_subject: -1 }", "1:1", "max_per_subject"},
        BadSchema{"kind_twice", "kinds { name: 'k' }\n  kinds { name: 'k' }", "2:3", "`k` comes twice"},
        BadSchema{"relation_twice", "relations { name: 'r' }\nrelations { name: 'r' }", "2:1", "`r` comes twice"}),
    [](const auto& param_info) { return param_info.param.name; });

TEST(SchemaFromMessage, UnknownEnumsAreNamed) {
  v1::Relation message;
  message.set_inherited(static_cast<v1::Inheritance>(7));
  message.add_attributes()->set_type(static_cast<v1::AttributeType>(9));
  const std::optional<graph::ErrorInfo> info = graph::ErrorInfoOf(RelationFromMessage(message).status());
  ASSERT_TRUE(info.has_value());
  ASSERT_EQ(info->violations.size(), 2U);
  EXPECT_EQ(info->violations[0].field, "inherited");
  EXPECT_EQ(info->violations[1].field, "attributes[0].type");
  EXPECT_EQ(info->violations[0].reason, Reason::kEnumUnknown);
}

}  // namespace
}  // namespace braid::ontology
