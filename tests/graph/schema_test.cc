#include "graph/schema.h"

#include <functional>
#include <limits>
#include <string>
#include <utility>

#include "gmock/gmock.h"
#include "graph/error.h"
#include "gtest/gtest.h"

namespace braid::graph {
namespace {

// A relation that differs from `{name}` as `edit` says.
Relation Make(
    std::string name, const std::function<void(Relation&)>& edit = [](Relation&) {}) {
  Relation relation;
  relation.name = std::move(name);
  edit(relation);
  return relation;
}

// Kinds a and b; relations plain, base, sub (of base) and dag (acyclic).
Schema Sample() {
  Schema schema;
  for (const char* name : {"a", "b"}) {
    Kind kind;
    kind.name = name;
    schema = schema.With(kind).value();
  }
  schema = schema.With(Make("plain", [](Relation& r) { r.default_strength = 0.5; })).value();
  schema = schema.With(Make("base")).value();
  schema = schema.With(Make("sub", [](Relation& r) { r.sub_relation_of = "base"; })).value();
  return schema.With(Make("dag", [](Relation& r) { r.acyclic = true; })).value();
}

TEST(Schema, NumbersByOrderAndKeepsTheNumberOfWhatIsReplaced) {
  Schema schema = Sample();
  EXPECT_EQ(schema.FindKind("b"), KindIndex{1});
  EXPECT_EQ(schema.FindRelation("sub"), RelationIndex{2});
  EXPECT_EQ(schema.FindKind("c"), std::nullopt);
  EXPECT_EQ(schema.FindRelation(""), std::nullopt);

  Kind kind;
  kind.name = "a";
  kind.description = "another";
  const Schema next = schema.With(kind).value();
  EXPECT_EQ(next.kind_count(), 2U);
  EXPECT_EQ(next.kind(*next.FindKind("a")).description, "another");
  EXPECT_EQ(schema.kind(KindIndex{0}).description, "") << "the schema before is not touched";
}

TEST(Schema, ASubRelationIsOneOfEveryAncestor) {
  const Schema schema = Sample().With(Make("subsub", [](Relation& r) { r.sub_relation_of = "sub"; })).value();
  const auto index = [&](const char* name) { return *schema.FindRelation(name); };
  EXPECT_TRUE(schema.IsSubRelation(index("subsub"), index("base")));
  EXPECT_TRUE(schema.IsSubRelation(index("base"), index("base")));
  EXPECT_FALSE(schema.IsSubRelation(index("base"), index("sub")));
  EXPECT_FALSE(schema.IsSubRelation(index("plain"), index("base")));
}

TEST(Schema, EndpointsFitOneRule) {
  const auto allows = [](const std::function<void(Relation&)>& edit, int from, int to) {
    const Schema schema = Sample().With(Make("r", edit)).value();
    return schema.AllowsEndpoints(*schema.FindRelation("r"), KindIndex(from), KindIndex(to));
  };
  EXPECT_TRUE(allows([](Relation&) {}, 0, 1)) << "no rule: any kinds";
  const auto directed = [](Relation& r) { r.endpoints = {{{"a"}, {"b"}}}; };
  EXPECT_TRUE(allows(directed, 0, 1));
  EXPECT_FALSE(allows(directed, 1, 0));
  EXPECT_FALSE(allows(directed, 0, 0));
  const auto open = [](Relation& r) { r.endpoints = {{{}, {"b"}}}; };
  EXPECT_TRUE(allows(open, 1, 1));
  EXPECT_FALSE(allows(open, 1, 0));
  const auto symmetric = [](Relation& r) {
    r.endpoints = {{{"a"}, {"b"}}};
    r.symmetric = true;
  };
  EXPECT_TRUE(allows(symmetric, 1, 0)) << "stored whichever way the ids lie";
  EXPECT_FALSE(allows(symmetric, 1, 1));
  const auto same = [](Relation& r) { r.same_kind = true; };
  EXPECT_TRUE(allows(same, 1, 1));
  EXPECT_FALSE(allows(same, 0, 1));
}

struct RelationCase {
  const char* name;
  Relation relation;
  Reason reason;
  std::string field;
};

TEST(Schema, RefusesRelationsThatMeanNothing) {
  const double kNan = std::numeric_limits<double>::quiet_NaN();
  const AttributeSchema text{.name = "x",
                             .type = AttributeType::kText,
                             .description = {},
                             .unit = {},
                             .minimum = {},
                             .maximum = {},
                             .allowed_values = {},
                             .required = false};
  const RelationCase cases[] = {
      {"no name", Make(""), Reason::kFieldRequired, "name"},
      {"upper case", Make("Engages"), Reason::kValueOutOfRange, "name"},
      {"digit first", Make("1x"), Reason::kValueOutOfRange, "name"},
      {"too long", Make(std::string(61, 'x')), Reason::kValueOutOfRange, "name"},
      {"inverse", Make("r", [](auto& r) { r.inverse_name = "by r"; }), Reason::kValueOutOfRange, "inverse_name"},
      {"no UTF-8", Make("r", [](auto& r) { r.phrase = "\xFF"; }), Reason::kValueOutOfRange, "phrase"},
      {"default 0", Make("r", [](auto& r) { r.default_strength = 0; }), Reason::kValueOutOfRange, "default_strength"},
      {"default 1.4", Make("r", [](auto& r) { r.default_strength = 1.4; }), Reason::kValueOutOfRange,
       "default_strength"},
      {"default NaN", Make("r", [=](auto& r) { r.default_strength = kNan; }), Reason::kValueOutOfRange,
       "default_strength"},
      {"inheritance", Make("r", [](auto& r) { r.inherited = static_cast<Inheritance>(9); }), Reason::kEnumUnknown,
       "inherited"},
      {"from",
       Make("r",
            [](auto& r) {
              r.endpoints = {{{"a", "x"}, {}}};
            }),
       Reason::kKindNotFound, "endpoints[0].from_kinds[1]"},
      {"to",
       Make("r",
            [](auto& r) {
              r.endpoints = {{{"a"}, {"b"}}, {{}, {"x"}}};
            }),
       Reason::kKindNotFound, "endpoints[1].to_kinds[0]"},
      {"super", Make("r", [](auto& r) { r.sub_relation_of = "x"; }), Reason::kRelationNotFound, "sub_relation_of"},
      {"itself", Make("r", [](auto& r) { r.sub_relation_of = "r"; }), Reason::kCycle, "sub_relation_of"},
      {"circle", Make("base", [](auto& r) { r.sub_relation_of = "sub"; }), Reason::kCycle, "sub_relation_of"},
      {"acyclic symmetric", Make("r", [](auto& r) { r.symmetric = r.acyclic = true; }), Reason::kValueOutOfRange,
       "acyclic"},
      {"primary symmetric", Make("r", [](auto& r) { r.symmetric = r.one_primary = true; }), Reason::kValueOutOfRange,
       "one_primary"},
      {"acyclic loops", Make("r", [](auto& r) { r.acyclic = r.self_loops = true; }), Reason::kValueOutOfRange,
       "self_loops"},
      {"attribute twice",
       Make("r",
            [=](auto& r) {
              r.attributes = {text, text};
            }),
       Reason::kValueOutOfRange, "attributes[1].name"},
      {"attribute type",
       Make("r",
            [=](auto& r) {
              r.attributes = {text};
              r.attributes[0].type = static_cast<AttributeType>(0);
            }),
       Reason::kEnumUnknown, "attributes[0].type"},
      {"range of a text",
       Make("r",
            [=](auto& r) {
              r.attributes = {text};
              r.attributes[0].minimum = 1;
            }),
       Reason::kValueOutOfRange, "attributes[0].minimum"},
      {"empty range",
       Make("r",
            [=](auto& r) {
              r.attributes = {text};
              r.attributes[0].type = AttributeType::kNumber;
              r.attributes[0].minimum = 2;
              r.attributes[0].maximum = 1;
            }),
       Reason::kValueOutOfRange, "attributes[0].minimum"},
      {"values of a number",
       Make("r",
            [=](auto& r) {
              r.attributes = {text};
              r.attributes[0].type = AttributeType::kNumber;
              r.attributes[0].allowed_values = {"1"};
            }),
       Reason::kValueOutOfRange, "attributes[0].allowed_values"},
      // Replacing.
      {"symmetric now", Make("base", [](auto& r) { r.symmetric = true; }), Reason::kSchemaViolation, "symmetric"},
      {"strength now", Make("base", [](auto& r) { r.takes_strength = true; }), Reason::kSchemaViolation,
       "takes_strength"},
      {"default now", Make("base", [](auto& r) { r.default_strength = 1; }), Reason::kSchemaViolation,
       "default_strength"},
      {"default no more", Make("plain"), Reason::kSchemaViolation, "default_strength"},
      {"acyclic now", Make("base", [](auto& r) { r.acyclic = true; }), Reason::kSchemaViolation, "acyclic"},
      {"below an acyclic one now", Make("base", [](auto& r) { r.sub_relation_of = "dag"; }), Reason::kSchemaViolation,
       "sub_relation_of"},
  };
  for (const RelationCase& c : cases) {
    SCOPED_TRACE(c.name);
    const absl::StatusOr<Schema> result = Sample().With(c.relation);
    ASSERT_FALSE(result.ok());
    const ErrorInfo info = ErrorInfoOf(result.status()).value();
    EXPECT_EQ(info.reason, c.reason) << result.status();
    EXPECT_EQ(info.violations[0].field, c.field) << result.status();
  }
}

TEST(Schema, TakesReplacementsThatChangeNoMeaning) {
  const Schema schema = Sample();
  EXPECT_TRUE(schema.With(Make("plain", [](Relation& r) { r.default_strength = 0.9; })).ok());
  EXPECT_TRUE(schema.With(Make("sub")).ok()) << "it may leave its super-relation";
  EXPECT_TRUE(schema.With(Make("base", [](Relation& r) { r.sub_relation_of = "plain"; })).ok());
  EXPECT_TRUE(schema
                  .With(Make("dag",
                             [](Relation& r) {
                               r.max_per_subject = 1;
                               r.acyclic = true;
                             }))
                  .ok());
}

TEST(Schema, ListsTheCircleOfSubRelations) {
  const absl::Status status = Sample().With(Make("base", [](Relation& r) { r.sub_relation_of = "sub"; })).status();
  EXPECT_THAT(ErrorInfoOf(status).value().metadata, testing::ElementsAre(testing::Pair("cycle", "base,sub,base")));
}

TEST(Schema, RefusesMalformedKindsWithAllThatIsWrong) {
  Kind kind;
  kind.name = "a b";
  kind.id_prefix = "x:";
  kind.description = "\xFF";
  const ErrorInfo info = ErrorInfoOf(Schema().With(kind).status()).value();
  ASSERT_EQ(info.violations.size(), 3U);
  EXPECT_EQ(info.violations[0].field, "name");
  EXPECT_EQ(info.violations[1].field, "id_prefix");
  EXPECT_EQ(info.violations[2].field, "description");
}

}  // namespace
}  // namespace braid::graph
