#include "graph/validate.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <functional>
#include <limits>
#include <map>
#include <optional>
#include <random>
#include <set>
#include <sstream>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "fmt/format.h"
#include "gmock/gmock.h"
#include "graph/error.h"
#include "graph/snapshot_builder.h"
#include "gtest/gtest.h"

namespace braid::graph {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Pair;
using testing::SizeIs;

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr double kInfinity = std::numeric_limits<double>::infinity();

// Free slots of a snapshot, least first, and how many were taken.
class Slots : public SlotAllocator {
 public:
  explicit Slots(const Snapshot& snapshot) : next_(static_cast<std::uint32_t>(snapshot.slot_count())) {
    snapshot.VisitFreeSlots([&](NodeIndex slot) { free_.insert(slot); });
  }
  NodeIndex Take() override {
    ++taken_;
    if (free_.empty()) return NodeIndex{next_++};
    return free_.extract(free_.begin()).value();
  }
  int taken() const { return taken_; }

 private:
  std::set<NodeIndex> free_;
  std::uint32_t next_;
  int taken_ = 0;
};

absl::StatusOr<std::vector<LoggedChange>> Validate(const Snapshot& base, std::vector<Change> changes,
                                                   std::vector<Precondition> preconditions = {}) {
  ChangeSet change_set;
  change_set.changes = std::move(changes);
  change_set.preconditions = std::move(preconditions);
  Slots slots(base);
  auto logged = ValidateChangeSet(base, change_set, Revision{Number(base.revision()) + 1}, slots);
  if (!logged.ok()) {
    EXPECT_EQ(slots.taken(), 0) << "a refused set takes no slot";
  }
  return logged;
}

SnapshotPtr Applied(const SnapshotPtr& base, const std::vector<LoggedChange>& logged) {
  const Revision next{Number(base->revision()) + 1};
  SnapshotBuilder builder(base);
  for (const LoggedChange& change : logged) builder.Apply(change, next);
  return std::move(builder).Build(next);
}

SnapshotPtr Commit(const SnapshotPtr& base, std::vector<Change> changes) {
  const auto logged = Validate(*base, std::move(changes));
  EXPECT_TRUE(logged.ok()) << logged.status();
  return logged.ok() ? Applied(base, *logged) : base;
}

PutNode N(
    std::string id, std::string kind, const std::function<void(Node&)>& edit = [](Node&) {}) {
  Node node;
  node.id = std::move(id);
  node.kind = std::move(kind);
  edit(node);
  return {std::move(node)};
}

PutEdge E(
    std::string subject, std::string relation, std::string object,
    const std::function<void(Edge&)>& edit = [](Edge&) {}) {
  Edge edge;
  edge.key = {std::move(subject), std::move(relation), std::move(object)};
  edit(edge);
  return {std::move(edge)};
}

DeleteNode NoNode(std::string id) { return {std::move(id)}; }
DeleteEdge NoEdge(std::string subject, std::string relation, std::string object) {
  return {EdgeKey{std::move(subject), std::move(relation), std::move(object)}};
}

AttributeSchema Typed(
    std::string name, AttributeType type, const std::function<void(AttributeSchema&)>& edit = [](AttributeSchema&) {}) {
  AttributeSchema schema;
  schema.name = std::move(name);
  schema.type = type;
  edit(schema);
  return schema;
}

PutKind K(std::string name, std::vector<AttributeSchema> attributes = {}) {
  Kind kind;
  kind.name = name;
  kind.id_prefix = std::move(name);
  kind.attributes = std::move(attributes);
  return {std::move(kind)};
}

PutRelation R(std::string name, const std::function<void(Relation&)>& edit) {
  Relation relation;
  relation.name = std::move(name);
  edit(relation);
  return {std::move(relation)};
}

std::vector<Change> SampleSchema() {
  return {
      K("a", {Typed("rank", AttributeType::kInteger,
                    [](auto& s) {
                      s.minimum = 1;
                      s.maximum = 5;
                    }),
              Typed("note", AttributeType::kText,
                    [](auto& s) {
                      s.allowed_values = {"x", "y"};
                    }),
              Typed("tags", AttributeType::kTextList,
                    [](auto& s) {
                      s.allowed_values = {"p", "q"};
                    }),
              Typed("score", AttributeType::kNumber)}),
      K("b"),
      K("ev"),
      K("strict", {Typed("must", AttributeType::kBoolean, [](auto& s) { s.required = true; })}),
      R("plain",
        [](auto& r) {
          r.endpoints = {{{"a"}, {"b"}}};
          r.takes_strength = r.takes_sign = r.takes_certainty = true;
          r.attributes = {Typed("why", AttributeType::kText)};
        }),
      R("def", [](auto&) {}),
      R("is_a", [](auto& r) { r.same_kind = r.acyclic = r.transitive = true; }),
      R("kind_of", [](auto& r) { r.sub_relation_of = "is_a"; }),
      R("near", [](auto& r) { r.symmetric = r.takes_strength = true; }),
      R("origin", [](auto& r) { r.one_primary = true; }),
      R("few", [](auto& r) { r.max_per_subject = 2; }),
      R("loop", [](auto& r) { r.self_loops = true; }),
  };
}

// a:1 … a:4, b:1, b:2, ev:1; a:1 is_a a:2 is_a a:3; a:4 is also old:4.
SnapshotPtr Sample() {
  std::vector<Change> changes = SampleSchema();
  for (const char* id : {"a:1", "a:2", "a:3"}) changes.emplace_back(N(id, "a"));
  changes.emplace_back(N("a:4", "a", [](Node& n) { n.aliases = {"old:4"}; }));
  for (const char* id : {"b:1", "b:2"}) changes.emplace_back(N(id, "b"));
  changes.emplace_back(N("ev:1", "ev"));
  changes.emplace_back(E("a:1", "is_a", "a:2"));
  changes.emplace_back(E("a:2", "is_a", "a:3"));
  changes.emplace_back(E("a:1", "plain", "b:1", [](Edge& e) { e.strength = 0.6; }));
  changes.emplace_back(E("a:1", "near", "a:2"));
  changes.emplace_back(E("a:1", "origin", "b:1", [](Edge& e) { e.primary = true; }));
  changes.emplace_back(E("a:1", "origin", "b:2"));
  changes.emplace_back(E("a:1", "few", "b:1"));
  changes.emplace_back(E("a:1", "few", "b:2"));
  return Commit(Snapshot::Empty(), std::move(changes));
}

// --- What is refused -------------------------------------------------------------------------------------------------

struct Refusal {
  const char* name;
  std::vector<Change> changes;
  Reason reason;
  std::string field;
  std::string says = {};  // a part of the description
};

std::vector<Refusal> NodeRefusals() {
  const auto node = [](const std::function<void(Node&)>& edit) { return std::vector<Change>{N("a:9", "a", edit)}; };
  const auto attribute = [&](AttributeValue value, std::string name) {
    return node([=](Node& n) { n.attributes = {{name, value}}; });
  };
  return {
      {"no id", {N("", "a")}, Reason::kFieldRequired, "changes[0].put_node.node.id"},
      {"no CURIE", {N("thoughts", "a")}, Reason::kCurieMalformed, "changes[0].put_node.node.id", "`thoughts`"},
      {"no kind", {N("a:9", "")}, Reason::kFieldRequired, "changes[0].put_node.node.kind"},
      {"unknown kind", {N("a:9", "sctrict")}, Reason::kKindNotFound, "changes[0].put_node.node.kind", "strict"},
      {"another kind", {N("a:1", "b")}, Reason::kSchemaViolation, "changes[0].put_node.node.kind", "cannot become a b"},
      {"two kinds in a set", {N("x:9", "a"), N("x:9", "b")}, Reason::kSchemaViolation, "changes[1].put_node.node.kind"},
      {"another kind after deletion",
       {NoNode("b:2"), NoEdge("a:1", "origin", "b:2"), NoEdge("a:1", "few", "b:2"), N("b:2", "a")},
       Reason::kSchemaViolation,
       "changes[3].put_node.node.kind"},
      {"blank label", node([](Node& n) {
         n.labels = {{" ", "en", LabelRole::kPreferred, ""}};
       }),
       Reason::kFieldRequired, "changes[0].put_node.node.labels[0].text"},
      {"label not UTF-8", node([](Node& n) {
         n.labels = {{"\xFF", "en", LabelRole::kPreferred, ""}};
       }),
       Reason::kValueOutOfRange, "changes[0].put_node.node.labels[0].text"},
      {"language", node([](Node& n) {
         n.labels = {{"x", "e n", LabelRole::kPreferred, ""}};
       }),
       Reason::kValueOutOfRange, "changes[0].put_node.node.labels[0].language"},
      {"role", node([](Node& n) {
         n.labels = {{"x", "en", LabelRole{9}, ""}};
       }),
       Reason::kEnumUnknown, "changes[0].put_node.node.labels[0].role"},
      {"scope", node([](Node& n) {
         n.labels = {{"x", "en", LabelRole::kSynonym, "wide"}};
       }),
       Reason::kEnumUnknown, "changes[0].put_node.node.labels[0].scope"},
      {"two preferred labels", node([](Node& n) {
         n.labels = {{"x", "", LabelRole::kPreferred, ""}, {"y", "EN", LabelRole::kPreferred, ""}};
       }),
       Reason::kValueOutOfRange, "changes[0].put_node.node.labels[1].role", "second preferred"},
      {"definition not UTF-8", node([](Node& n) { n.definition = "\xC3"; }), Reason::kValueOutOfRange,
       "changes[0].put_node.node.definition"},
      {"attribute without name", attribute(true, ""), Reason::kFieldRequired,
       "changes[0].put_node.node.attributes[0].name"},
      {"unknown attribute", attribute(std::int64_t{1}, "rnak"), Reason::kSchemaViolation,
       "changes[0].put_node.node.attributes[0]", "did you mean rank"},
      {"attribute twice", node([](Node& n) {
         n.attributes = {{"rank", std::int64_t{1}}, {"rank", std::int64_t{2}}};
       }),
       Reason::kValueOutOfRange, "changes[0].put_node.node.attributes[1]"},
      {"attribute's type", attribute(2.0, "rank"), Reason::kSchemaViolation, "changes[0].put_node.node.attributes[0]",
       "is a number; the schema asks for a integer"},
      {"attribute too small", attribute(std::int64_t{0}, "rank"), Reason::kSchemaViolation,
       "changes[0].put_node.node.attributes[0]", "the least is 1"},
      {"attribute too large", attribute(std::int64_t{6}, "rank"), Reason::kSchemaViolation,
       "changes[0].put_node.node.attributes[0]", "the most is 5"},
      {"attribute NaN", attribute(kNan, "score"), Reason::kValueOutOfRange, "changes[0].put_node.node.attributes[0]"},
      {"attribute infinite", attribute(-kInfinity, "score"), Reason::kValueOutOfRange,
       "changes[0].put_node.node.attributes[0]"},
      {"value not allowed", attribute("z", "note"), Reason::kSchemaViolation, "changes[0].put_node.node.attributes[0]",
       "x, y"},
      {"item not allowed", attribute(std::vector<std::string>{"p", "z"}, "tags"), Reason::kSchemaViolation,
       "changes[0].put_node.node.attributes[0]"},
      {"item not UTF-8", attribute(std::vector<std::string>{"\xFF"}, "tags"), Reason::kValueOutOfRange,
       "changes[0].put_node.node.attributes[0]"},
      {"required attribute",
       {N("s:9", "strict")},
       Reason::kSchemaViolation,
       "changes[0].put_node.node.attributes",
       "must"},
      {"mapping without predicate", node([](Node& n) {
         n.mappings = {{"", "DOID:1", "", "", {}, false, {}}};
       }),
       Reason::kFieldRequired, "changes[0].put_node.node.mappings[0].predicate_id"},
      {"mapping's object", node([](Node& n) {
         n.mappings = {{"skos:exactMatch", "1470", "", "", {}, false, {}}};
       }),
       Reason::kCurieMalformed, "changes[0].put_node.node.mappings[0].object_id"},
      {"confidence", node([](Node& n) {
         n.mappings = {{"skos:exactMatch", "DOID:1", "", "", 1.1, false, {}}};
       }),
       Reason::kValueOutOfRange, "changes[0].put_node.node.mappings[0].confidence"},
      {"confidence NaN", node([](Node& n) {
         n.mappings = {{"skos:exactMatch", "DOID:1", "", "", kNan, false, {}}};
       }),
       Reason::kValueOutOfRange, "changes[0].put_node.node.mappings[0].confidence"},
      {"mapping's attribute NaN", node([](Node& n) {
         n.mappings = {{"skos:exactMatch", "DOID:1", "", "", {}, false, {{"x", kNan}}}};
       }),
       Reason::kValueOutOfRange, "changes[0].put_node.node.mappings[0].attributes[0]"},
      {"replaced but not obsolete", node([](Node& n) { n.replaced_by = {"a:1"}; }), Reason::kValueOutOfRange,
       "changes[0].put_node.node.replaced_by_ids"},
      {"replacement missing", node([](Node& n) {
         n.obsolete = true;
         n.replaced_by = {"a:11"};
       }),
       Reason::kNodeNotFound, "changes[0].put_node.node.replaced_by_ids[0]", "did you mean a:1"},
      {"replaced by itself", node([](Node& n) {
         n.obsolete = true;
         n.replaced_by = {"a:9"};
       }),
       Reason::kCycle, "changes[0].put_node.node.replaced_by_ids", "a:9 -> a:9"},
      {"alias no CURIE", node([](Node& n) { n.aliases = {"x"}; }), Reason::kCurieMalformed,
       "changes[0].put_node.node.alias_ids[0]"},
      {"alias of itself", node([](Node& n) { n.aliases = {"a:9"}; }), Reason::kValueOutOfRange,
       "changes[0].put_node.node.alias_ids[0]"},
      {"alias twice", node([](Node& n) {
         n.aliases = {"x:1", "x:1"};
       }),
       Reason::kValueOutOfRange, "changes[0].put_node.node.alias_ids[1]"},
      {"alias is a node", node([](Node& n) { n.aliases = {"b:1"}; }), Reason::kNodeExists,
       "changes[0].put_node.node.alias_ids[0]", "the id of node `b:1`"},
      {"alias of another", node([](Node& n) { n.aliases = {"old:4"}; }), Reason::kNodeExists,
       "changes[0].put_node.node.alias_ids[0]", "an alias of `a:4`"},
      {"one alias, two nodes",
       {N("a:8", "a", [](Node& n) { n.aliases = {"x:1"}; }), N("a:9", "a", [](Node& n) { n.aliases = {"x:1"}; })},
       Reason::kNodeExists,
       "changes[1].put_node.node.alias_ids[0]"},
      {"a node under an alias",
       {N("old:4", "a")},
       Reason::kNodeExists,
       "changes[0].put_node.node.id",
       "an alias of node `a:4`"},
      {"delete a missing node", {NoNode("a:11")}, Reason::kNodeNotFound, "changes[0].delete_node.id"},
      {"delete without id", {NoNode("")}, Reason::kFieldRequired, "changes[0].delete_node.id"},
      {"delete twice",
       {NoNode("a:4"), NoNode("a:4")},
       Reason::kNodeNotFound,
       "changes[1].delete_node.id",
       "deleted by changes[0]"},
      {"delete what is in use", {NoNode("a:3")}, Reason::kNodeInUse, "changes[0].delete_node.id", "a:2 is_a a:3"},
      {"delete with many edges", {NoNode("a:1")}, Reason::kNodeInUse, "changes[0].delete_node.id", "and more"},
  };
}

std::vector<Refusal> EdgeRefusals() {
  const auto plain = [](const std::function<void(Edge&)>& edit) {
    return std::vector<Change>{E("a:2", "plain", "b:1", edit)};
  };
  const auto def = [](const std::function<void(Edge&)>& edit) {
    return std::vector<Change>{E("a:2", "def", "b:1", edit)};
  };
  const auto claim = [&](Claim c) { return plain([=](Edge& e) { e.claims = {c}; }); };
  return {
      {"no subject", {E("", "plain", "b:1")}, Reason::kFieldRequired, "changes[0].put_edge.edge.key.subject_id"},
      {"object no CURIE",
       {E("a:1", "plain", "b 1")},
       Reason::kCurieMalformed,
       "changes[0].put_edge.edge.key.object_id"},
      {"no relation", {E("a:1", "", "b:1")}, Reason::kFieldRequired, "changes[0].put_edge.edge.key.relation"},
      {"unknown relation",
       {E("a:1", "plian", "b:1")},
       Reason::kRelationNotFound,
       "changes[0].put_edge.edge.key.relation",
       "did you mean plain"},
      {"subject missing",
       {E("a:11", "plain", "b:1")},
       Reason::kNodeNotFound,
       "changes[0].put_edge.edge.key.subject_id",
       "did you mean a:1"},
      {"object missing", {E("a:1", "plain", "b:11")}, Reason::kNodeNotFound, "changes[0].put_edge.edge.key.object_id"},
      {"object deleted",
       {NoNode("a:4"), E("a:1", "def", "a:4")},
       Reason::kNodeNotFound,
       "changes[1].put_edge.edge.key.object_id",
       "deleted by changes[0]"},
      {"domain",
       {E("b:1", "plain", "b:2")},
       Reason::kSchemaViolation,
       "changes[0].put_edge.edge.key.relation",
       "it runs a -> b"},
      {"range", {E("a:1", "plain", "a:2")}, Reason::kSchemaViolation, "changes[0].put_edge.edge.key.relation"},
      {"two kinds",
       {E("a:1", "is_a", "b:1")},
       Reason::kSchemaViolation,
       "changes[0].put_edge.edge.key.relation",
       "within one kind"},
      {"self-loop", {E("a:1", "def", "a:1")}, Reason::kSchemaViolation, "changes[0].put_edge.edge.key.object_id"},
      {"strength 1.4", plain([](Edge& e) { e.strength = 1.4; }), Reason::kValueOutOfRange,
       "changes[0].put_edge.edge.strength", "strength 1.4"},
      {"strength 0", plain([](Edge& e) { e.strength = 0; }), Reason::kValueOutOfRange,
       "changes[0].put_edge.edge.strength"},
      {"strength too small", plain([](Edge& e) { e.strength = 4e-10; }), Reason::kValueOutOfRange,
       "changes[0].put_edge.edge.strength"},
      {"strength negative", plain([](Edge& e) { e.strength = -0.5; }), Reason::kValueOutOfRange,
       "changes[0].put_edge.edge.strength"},
      {"strength NaN", plain([](Edge& e) { e.strength = kNan; }), Reason::kValueOutOfRange,
       "changes[0].put_edge.edge.strength"},
      {"strength infinite", plain([](Edge& e) { e.strength = kInfinity; }), Reason::kValueOutOfRange,
       "changes[0].put_edge.edge.strength"},
      {"strength not taken", def([](Edge& e) { e.strength = 0.5; }), Reason::kSchemaViolation,
       "changes[0].put_edge.edge.strength"},
      {"sign not taken", def([](Edge& e) { e.sign = Sign::kPlus; }), Reason::kSchemaViolation,
       "changes[0].put_edge.edge.sign"},
      {"sign unknown", plain([](Edge& e) { e.sign = Sign{7}; }), Reason::kEnumUnknown, "changes[0].put_edge.edge.sign"},
      {"certainty not taken", def([](Edge& e) { e.certainty = Certainty::kHigh; }), Reason::kSchemaViolation,
       "changes[0].put_edge.edge.certainty"},
      {"certainty unknown", plain([](Edge& e) { e.certainty = Certainty{17}; }), Reason::kEnumUnknown,
       "changes[0].put_edge.edge.certainty"},
      {"basis not taken", def([](Edge& e) { e.certainty_basis = CertaintyBasis::kCurated; }), Reason::kSchemaViolation,
       "changes[0].put_edge.edge.certainty_basis"},
      {"basis unknown", plain([](Edge& e) { e.certainty_basis = CertaintyBasis{9}; }), Reason::kEnumUnknown,
       "changes[0].put_edge.edge.certainty_basis"},
      {"polarity", claim({Polarity{0}, {}, "", ""}), Reason::kEnumUnknown,
       "changes[0].put_edge.edge.claims[0].polarity"},
      {"evidence no CURIE", claim({Polarity::kSupports, {"x"}, "", ""}), Reason::kCurieMalformed,
       "changes[0].put_edge.edge.claims[0].evidence_ids[0]"},
      {"evidence missing", claim({Polarity::kSupports, {"ev:1", "ev:7"}, "", ""}), Reason::kNodeNotFound,
       "changes[0].put_edge.edge.claims[0].evidence_ids[1]", "ev:1"},
      {"author not UTF-8", claim({Polarity::kSupports, {}, "\xFF", ""}), Reason::kValueOutOfRange,
       "changes[0].put_edge.edge.claims[0].asserted_by"},
      {"edge's attribute", plain([](Edge& e) {
         e.attributes = {{"whi", "x"}};
       }),
       Reason::kSchemaViolation, "changes[0].put_edge.edge.attributes[0]", "did you mean why"},
      {"most per subject",
       {E("a:1", "few", "a:2")},
       Reason::kSchemaViolation,
       "changes[0].put_edge.edge.key.subject_id",
       "at most 2"},
      {"two primary",
       {E("a:1", "origin", "b:2", [](Edge& e) { e.primary = true; })},
       Reason::kSchemaViolation,
       "changes[0].put_edge.edge.primary"},
      {"no primary", {E("a:2", "origin", "b:2")}, Reason::kSchemaViolation, "changes[0].put_edge.edge.primary"},
      {"primary deleted", {NoEdge("a:1", "origin", "b:1")}, Reason::kSchemaViolation, "changes[0].delete_edge.key"},
      {"cycle", {E("a:3", "is_a", "a:1")}, Reason::kCycle, "changes[0].put_edge.edge", "a:3 -> a:1 -> a:2 -> a:3"},
      {"cycle over a sub-relation",
       {E("a:2", "kind_of", "a:1")},
       Reason::kCycle,
       "changes[0].put_edge.edge",
       "a:2 -> a:1 -> a:2"},
      {"cycle within the set",
       {E("a:4", "is_a", "a:3"), E("a:3", "is_a", "a:4")},
       Reason::kCycle,
       "changes[1].put_edge.edge",
       "a:3 -> a:4 -> a:3"},
      {"delete a missing edge", {NoEdge("a:1", "plain", "b:2")}, Reason::kEdgeNotFound, "changes[0].delete_edge.key"},
      {"delete an edge of missing nodes",
       {NoEdge("a:11", "plain", "b:2")},
       Reason::kEdgeNotFound,
       "changes[0].delete_edge.key"},
      {"delete an edge twice",
       {NoEdge("a:1", "near", "a:2"), NoEdge("a:2", "near", "a:1")},
       Reason::kEdgeNotFound,
       "changes[1].delete_edge.key"},
      {"delete under an unknown relation",
       {NoEdge("a:1", "x", "b:1")},
       Reason::kRelationNotFound,
       "changes[0].delete_edge.key.relation"},
  };
}

std::vector<Refusal> OtherRefusals() {
  const auto document = [](std::string name, std::string content) {
    return std::vector<Change>{PutDocument{{std::move(name), "text/plain", std::move(content), {}}}};
  };
  return {
      {"nothing", {}, Reason::kFieldRequired, "changes"},
      {"kind's name", {K("A")}, Reason::kValueOutOfRange, "changes[0].put_kind.kind.name"},
      {"relation's end",
       {R("x",
          [](auto& r) {
            r.endpoints = {{{"q"}, {}}};
          })},
       Reason::kKindNotFound,
       "changes[0].put_relation.relation.endpoints[0].from_kinds[0]"},
      {"relation made symmetric",
       {R("def", [](auto& r) { r.symmetric = true; })},
       Reason::kSchemaViolation,
       "changes[0].put_relation.relation.symmetric"},
      {"document without name", document("", "x"), Reason::kFieldRequired, "changes[0].put_document.document.name"},
      {"document's name", document("Policy", "x"), Reason::kValueOutOfRange, "changes[0].put_document.document.name"},
      {"document not UTF-8", document("policy", "\xFF"), Reason::kValueOutOfRange,
       "changes[0].put_document.document.content"},
      {"document too large", document("policy", std::string((16U << 20U) + 1, 'x')), Reason::kValueOutOfRange,
       "changes[0].put_document.document.content"},
  };
}

void ExpectRefused(const std::vector<Refusal>& refusals) {
  const SnapshotPtr base = Sample();
  for (const Refusal& c : refusals) {
    SCOPED_TRACE(c.name);
    const auto result = Validate(*base, c.changes);
    ASSERT_FALSE(result.ok());
    EXPECT_EQ(result.status().code(), CodeOf(c.reason));
    const ErrorInfo info = ErrorInfoOf(result.status()).value();
    EXPECT_EQ(info.reason, c.reason) << result.status();
    EXPECT_EQ(info.violations[0].field, c.field) << result.status();
    EXPECT_THAT(info.violations[0].description, HasSubstr(c.says));
  }
}

TEST(Validate, RefusesBadNodesNamingReasonAndField) { ExpectRefused(NodeRefusals()); }
TEST(Validate, RefusesBadEdgesNamingReasonAndField) { ExpectRefused(EdgeRefusals()); }
TEST(Validate, RefusesBadSchemaAndDocumentsNamingReasonAndField) { ExpectRefused(OtherRefusals()); }

TEST(Validate, RefusesMoreThanAMillionChanges) {
  std::vector<Change> changes(kMaxChanges + 1, Change{NoNode("a:1")});
  const absl::Status status = Validate(*Sample(), std::move(changes)).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kResourceExhausted);
  EXPECT_EQ(ErrorInfoOf(status).value().violations[0].field, "changes");
}

TEST(Validate, GivesEveryViolationInOrderOfTheChanges) {
  const auto result = Validate(*Sample(), {E("a:1", "plain", "b:1", [](Edge& e) { e.strength = 2; }), N("x", "a"),
                                           E("a:3", "is_a", "a:1"), NoNode("a:2"), N("a:9", "zzz")});
  const ErrorInfo info = ErrorInfoOf(result.status()).value();
  std::vector<std::string> fields;
  for (const Violation& violation : info.violations) fields.push_back(violation.field);
  EXPECT_THAT(fields,
              ElementsAre("changes[0].put_edge.edge.strength", "changes[1].put_node.node.id",
                          "changes[2].put_edge.edge", "changes[3].delete_node.id", "changes[4].put_node.node.kind"));
}

TEST(Validate, KeepsAHundredViolationsAndCountsTheRest) {
  std::vector<Change> changes;
  for (int i = 0; i < 5000; ++i) changes.emplace_back(NoNode(fmt::format("x:{}", i)));
  const ErrorInfo info = ErrorInfoOf(Validate(*Sample(), std::move(changes)).status()).value();
  EXPECT_THAT(info.violations, SizeIs(100));
  EXPECT_EQ(info.violations[99].field, "changes[99].delete_node.id");
  EXPECT_THAT(info.metadata, testing::Contains(Pair("violations_dropped", "4900")));
}

TEST(Validate, ListsALongCycleShortened) {
  std::vector<Change> changes;
  for (int i = 0; i < 200; ++i) changes.emplace_back(N(fmt::format("c:{}", i), "a"));
  for (int i = 0; i < 200; ++i) {
    changes.emplace_back(E(fmt::format("c:{}", i), "is_a", fmt::format("c:{}", (i + 1) % 200)));
  }
  const ErrorInfo info = ErrorInfoOf(Validate(*Sample(), std::move(changes)).status()).value();
  ASSERT_THAT(info.violations, SizeIs(1));
  EXPECT_EQ(info.violations[0].field, "changes[399].put_edge.edge");
  EXPECT_LT(info.violations[0].description.size(), 1000U);
  EXPECT_THAT(info.metadata[0].second, testing::StartsWith("c:199,c:0,c:1,"));
  EXPECT_THAT(info.metadata[0].second, testing::EndsWith("…,c:199"));
}

// --- Preconditions ---------------------------------------------------------------------------------------------------

TEST(Validate, ChecksPreconditionsFirst) {
  const SnapshotPtr base = Sample();
  const struct {
    const char* name;
    Precondition precondition;
    std::optional<Reason> reason;
    std::string field = {};
  } cases[] = {
      {"etag", EtagIs{"a:1", "1"}, {}},
      {"etag of another revision", EtagIs{"a:1", "7"}, Reason::kEtagMismatch, "preconditions[0].etag.etag"},
      {"etag of no node", EtagIs{"a:11", "1"}, Reason::kNodeNotFound, "preconditions[0].etag.id"},
      {"edge's etag", EdgeEtagIs{{"a:2", "near", "a:1"}, "1"}, {}},
      {"edge's etag moved", EdgeEtagIs{{"a:1", "plain", "b:1"}, "2"}, Reason::kEtagMismatch,
       "preconditions[0].etag.etag"},
      {"etag of no edge", EdgeEtagIs{{"a:1", "plain", "b:2"}, "2"}, Reason::kEdgeNotFound,
       "preconditions[0].etag.edge_key"},
      {"exists", Exists{"a:1"}, {}},
      {"exists not", Exists{"a:9"}, Reason::kPreconditionFailed, "preconditions[0].exists"},
      {"exists, no CURIE", Exists{"a"}, Reason::kCurieMalformed, "preconditions[0].exists"},
      {"absent", Absent{"a:9"}, {}},
      {"absent not", Absent{"a:1"}, Reason::kPreconditionFailed, "preconditions[0].absent"},
      {"head", HeadIs{Revision{1}}, {}},
      {"head moved", HeadIs{Revision{0}}, Reason::kHeadMoved, "preconditions[0].head_revision"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    EXPECT_EQ(Validate(*base, {N("a:9", "a")}, {c.precondition}).ok(), !c.reason.has_value());
    if (!c.reason) continue;
    const absl::Status status = Validate(*base, {N("bad", "bad")}, {c.precondition}).status();
    const ErrorInfo info = ErrorInfoOf(status).value();
    EXPECT_THAT(info.violations, SizeIs(1)) << "nothing else is looked at";
    EXPECT_EQ(info.reason, *c.reason);
    EXPECT_EQ(info.violations[0].field, c.field);
  }
}

TEST(Validate, SaysWhatAPreconditionExpectedAndFound) {
  const absl::Status status = Validate(*Sample(), {N("a:9", "a")}, {HeadIs{Revision{8}}}).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kAborted);
  EXPECT_THAT(ErrorInfoOf(status).value().metadata, ElementsAre(Pair("expected", "8"), Pair("found", "1")));
}

// --- What is accepted ------------------------------------------------------------------------------------------------

TEST(Validate, TakesChangesInAnyConvenientOrder) {
  SnapshotPtr base = Commit(Snapshot::Empty(), {E("x:1", "r", "x:2"), N("x:1", "k"), N("x:2", "k"),
                                                R("r",
                                                  [](auto& r) {
                                                    r.endpoints = {{{"k"}, {}}};
                                                  }),
                                                K("k")});
  EXPECT_EQ(base->edge_count(), 1U);
  base = Commit(base, {NoNode("x:1"), NoEdge("x:1", "r", "x:2")});
  EXPECT_EQ(base->node_count(), 1U);
  EXPECT_EQ(base->edge_count(), 0U);
}

TEST(Validate, LeavesNoOpsOut) {
  const SnapshotPtr base = Sample();
  const auto logged = Validate(*base, {N("a:4", "a", [](Node& n) { n.aliases = {"old:4"}; }),
                                       E("a:1", "plain", "b:1", [](Edge& e) { e.strength = 0.6000000001; }),
                                       E("a:2", "near", "a:1"), N("a:9", "a"), NoNode("a:9"), K("b"), N("b:1", "b")});
  ASSERT_TRUE(logged.ok()) << logged.status();
  EXPECT_THAT(*logged, IsEmpty());
}

TEST(Validate, LogsWhatWasAndWhatIsOnceAThing) {
  const SnapshotPtr base = Sample();
  const auto logged = Validate(*base, {N("a:1", "a", [](Node& n) { n.definition = "first"; }),
                                       N("a:1", "a", [](Node& n) { n.definition = "second"; })});
  ASSERT_TRUE(logged.ok()) << logged.status();
  ASSERT_THAT(*logged, SizeIs(1));
  const auto& change = std::get<BeforeAfter<NodeAt>>(logged->front());
  EXPECT_EQ(change.before->node.definition, "");
  EXPECT_EQ(change.after->node.definition, "second");
  EXPECT_EQ(change.after->node.create_revision, Revision{1});
  EXPECT_EQ(change.after->node.update_revision, Revision{2});
  EXPECT_EQ(change.before->index, change.after->index);
}

TEST(Validate, NormalisesWhatItKeeps) {
  SnapshotPtr base = Sample();
  base = Commit(base, {E("a:3", "near", "a:2", [](Edge& e) { e.strength = 0.1234567891; }), E("a:2", "plain", "b:1"),
                       E("a:3", "plain", "b:1",
                         [](Edge& e) {
                           e.claims = {{Polarity::kNull, {"ev:1"}, "", ""}};
                         }),
                       E("a:4", "plain", "b:1",
                         [](Edge& e) {
                           e.claims = {{Polarity::kNull, {}, "X", ""}};
                         }),
                       N("a:9", "a", [](Node& n) {
                         n.attributes = {{"score", 1.5}, {"note", "x"}, {"rank", std::int64_t{3}}};
                       })});
  const Edge near = base->FindEdge({"a:2", "near", "a:3"}).value();
  EXPECT_EQ(near.key.subject_id, "a:2");
  EXPECT_EQ(near.strength, 0.123456789);
  EXPECT_EQ(near.certainty, Certainty::kUnset) << "the relation takes none";
  EXPECT_EQ(base->FindEdge({"a:2", "plain", "b:1"})->certainty, Certainty::kNoSource);
  EXPECT_EQ(base->FindEdge({"a:3", "plain", "b:1"})->certainty, Certainty::kLow);
  EXPECT_EQ(base->FindEdge({"a:4", "plain", "b:1"})->certainty, Certainty::kLow);
  const Node node = base->node(*base->Find("a:9"));
  EXPECT_THAT(node.attributes,
              ElementsAre(Attribute{"note", "x"}, Attribute{"rank", std::int64_t{3}}, Attribute{"score", 1.5}));
}

TEST(Validate, MovesAPrimaryMarkAndAnAliasWithinOneSet) {
  SnapshotPtr base = Sample();
  base = Commit(base, {E("a:1", "origin", "b:1"), E("a:1", "origin", "b:2", [](Edge& e) { e.primary = true; }),
                       N("a:1", "a", [](Node& n) { n.aliases = {"old:4"}; }), N("a:4", "a")});
  EXPECT_TRUE(base->FindEdge({"a:1", "origin", "b:2"})->primary);
  EXPECT_THAT(base->node(*base->Find("a:1")).aliases, ElementsAre("old:4"));
}

TEST(Validate, CountsWhatTheSetDeletesAgainstTheMostPerSubject) {
  const SnapshotPtr base = Commit(Sample(), {E("a:1", "few", "a:2"), NoEdge("a:1", "few", "b:1")});
  EXPECT_EQ(base->FindEdge({"a:1", "few", "b:1"}), std::nullopt);
  EXPECT_FALSE(Validate(*base, {E("a:1", "few", "b:1")}).ok());
}

// The search enters a:1 by its first added edge only, and must come back to its other edges by the second.
TEST(Validate, FindsACycleOverAnOldEdgeOfANodeThatAlsoGetsANewOne) {
  const auto result = Validate(*Sample(), {E("a:1", "is_a", "a:4"), E("a:2", "is_a", "a:1")});
  EXPECT_THAT(ErrorInfoOf(result.status()).value().metadata, ElementsAre(Pair("cycle", "a:2,a:1,a:2")));
}

TEST(Validate, NamesASelfLoopOnceAmongTheEdgesOfADeletedNode) {
  const SnapshotPtr base = Commit(Sample(), {E("a:4", "loop", "a:4")});
  EXPECT_THAT(Validate(*base, {NoNode("a:4")}).status().message(), HasSubstr("touched by a:4 loop a:4;"));
}

TEST(Validate, MergesANodeIntoAnother) {
  SnapshotPtr base = Sample();
  base = Commit(base, {NoNode("a:4"), N("a:3", "a", [](Node& n) { n.aliases = {"a:4", "old:4"}; })});
  EXPECT_EQ(base->Find("a:4"), std::nullopt);
  EXPECT_FALSE(Validate(*base, {N("a:4", "a")}).ok()) << "no id is used again for something else";
}

TEST(Validate, KeepsTheSlotOfWhatIsPutAgain) {
  SnapshotPtr base = Sample();
  const NodeIndex slot = *base->Find("a:4");
  base = Commit(base, {NoNode("a:4"), N("a:4", "a", [](Node& n) { n.definition = "x"; })});
  EXPECT_EQ(base->Find("a:4"), slot);
  EXPECT_EQ(base->node(slot).create_revision, Revision{1});
}

TEST(Validate, HoldsAnEdgeToTheSchemaThatTheSetLeaves) {
  const auto result = Validate(*Sample(), {E("a:1", "def", "b:1"), R("def", [](auto& r) { r.same_kind = true; })});
  EXPECT_EQ(ErrorInfoOf(result.status()).value().reason, Reason::kSchemaViolation);
}

TEST(Validate, SuggestsIdsThatTheSetItselfBrings) {
  const auto result = Validate(*Sample(), {N("x:exposure", "a"), E("x:exposre", "def", "b:1")});
  EXPECT_THAT(ErrorInfoOf(result.status()).value().metadata, ElementsAre(Pair("nearest", "x:exposure")));
}

TEST(NodeNotFound, NamesTheNearestWithTheirLabels) {
  const SnapshotPtr base = Commit(Sample(), {N("a:exposure", "a", [](Node& n) {
                                    n.labels = {{"Exposure", "en", LabelRole::kPreferred, ""}};
                                  })});
  const absl::Status status = NodeNotFound(*base, "a:exposre", "id");
  EXPECT_EQ(status.message(), "no node `a:exposre`; did you mean a:exposure (Exposure)?");
  EXPECT_THAT(ErrorInfoOf(status).value().metadata, ElementsAre(Pair("nearest", "a:exposure")));
  EXPECT_EQ(ErrorInfoOf(status).value().violations[0].field, "id");
}

// --- Laws, on random change sets -------------------------------------------------------------------------------------

// The rules again, as plainly as they can be written: a graph of maps, whose whole is looked through every time.
struct Model {
  std::map<std::string, Node> nodes;
  std::map<EdgeKey, Edge> edges;
};

Model ModelOf(const Snapshot& snapshot) {
  Model model;
  snapshot.VisitNodes(std::nullopt, "", [&](NodeIndex index) {
    Node node = snapshot.node(index);
    node.create_revision = node.update_revision = {};
    model.nodes.emplace(node.id, node);
    for (const Arc& arc : snapshot.out(index)) {
      Edge edge = snapshot.edge(*snapshot.FindEdge(index, arc.relation, arc.node));
      edge.update_revision = {};
      model.edges.emplace(edge.key, edge);
    }
    return true;
  });
  return model;
}

const std::set<std::string> kAcyclic = {"is_a", "kind_of"};

// Changes applied one after the other; the breaches that only the single change shows.
std::vector<std::string> ApplyTo(Model& model, const std::vector<Change>& changes) {
  std::vector<std::string> breaches;
  const auto breach = [&](const std::string& what) { breaches.push_back(what); };
  std::map<std::string, std::string> kinds;  // of every id that ever was, which no put may change
  for (const auto& [id, node] : model.nodes) kinds.emplace(id, node.kind);
  std::set<std::string> put;
  for (const Change& change : changes) {
    if (const auto* c = std::get_if<PutNode>(&change)) {
      if (const auto known = kinds.find(c->node.id); known != kinds.end() && known->second != c->node.kind)
        breach("kind");
      if (!c->node.obsolete && !c->node.replaced_by.empty()) breach("replaced but not obsolete");
      kinds.emplace(c->node.id, c->node.kind);
      model.nodes[c->node.id] = c->node;
      put.insert(c->node.id);
    } else if (const auto* d = std::get_if<DeleteNode>(&change)) {
      if (model.nodes.erase(d->id) == 0) breach("delete a missing node");
    }
  }
  for (const std::string& id : put) {
    if (!model.nodes.contains(id)) continue;
    for (const std::string& next : model.nodes[id].replaced_by) {
      if (!model.nodes.contains(next)) breach("replacement missing");
    }
  }
  const auto key_of = [](EdgeKey key) {
    if (key.relation == "near" && key.object_id < key.subject_id) std::swap(key.subject_id, key.object_id);
    return key;
  };
  for (const Change& change : changes) {
    if (const auto* c = std::get_if<PutEdge>(&change)) {
      Edge edge = c->edge;
      edge.key = key_of(edge.key);
      const auto subject = model.nodes.find(edge.key.subject_id);
      const auto object = model.nodes.find(edge.key.object_id);
      if (subject == model.nodes.end() || object == model.nodes.end()) {
        breach("end missing");
        continue;
      }
      const std::string& relation = edge.key.relation;
      const std::string from = subject->second.kind;
      const std::string to = object->second.kind;
      if (subject == object && relation != "loop") breach("self-loop");
      if (relation == "is_a" && from != to) breach("same kind");
      if (relation == "plain" && (from != "a" || to != "b")) breach("ends");
      if (relation == "plain" && edge.certainty == Certainty::kUnset) edge.certainty = Certainty::kNoSource;
      model.edges[edge.key] = edge;
    } else if (const auto* d = std::get_if<DeleteEdge>(&change)) {
      if (model.edges.erase(key_of(d->key)) == 0) breach("delete a missing edge");
    }
  }
  return breaches;
}

// Whether `to` can be reached from `from`, in one step at least.
bool Reaches(const std::map<std::string, std::vector<std::string>>& next, const std::string& from,
             const std::string& to) {
  std::set<std::string> seen;
  std::vector<std::string> open = {from};
  while (!open.empty()) {
    const std::string id = open.back();
    open.pop_back();
    if (!next.contains(id)) continue;
    for (const std::string& successor : next.at(id)) {
      if (successor == to) return true;
      if (seen.insert(successor).second) open.push_back(successor);
    }
  }
  return false;
}

// The breaches of a whole graph.
std::vector<std::string> BreachesOf(const Model& model) {
  std::vector<std::string> breaches;
  std::map<std::string, int> names;
  std::map<std::string, std::vector<std::string>> replaced;
  for (const auto& [id, node] : model.nodes) {
    ++names[id];
    for (const std::string& alias : node.aliases) ++names[alias];
    if (!node.replaced_by.empty()) replaced[id] = node.replaced_by;
  }
  for (const auto& [name, count] : names) {
    if (count > 1) breaches.push_back("two nodes named " + name);
  }
  std::map<std::string, std::vector<std::string>> above;
  std::map<std::pair<std::string, std::string>, std::pair<int, int>> counts;  // edges, primary ones
  for (const auto& [key, edge] : model.edges) {
    if (!model.nodes.contains(key.subject_id) || !model.nodes.contains(key.object_id)) breaches.push_back("dangling");
    if (kAcyclic.contains(key.relation)) above[key.subject_id].push_back(key.object_id);
    auto& [count, primary] = counts[{key.subject_id, key.relation}];
    ++count;
    primary += edge.primary ? 1 : 0;
  }
  for (const auto& [key, count] : counts) {
    if (key.second == "few" && count.first > 2) breaches.push_back("too many");
    if (key.second == "origin" && count.second != 1) breaches.push_back("primary");
  }
  for (const auto& [id, node] : model.nodes) {
    if (Reaches(above, id, id)) breaches.push_back("circle at " + id);
    if (Reaches(replaced, id, id)) breaches.push_back("circle of replacements at " + id);
  }
  return breaches;
}

class RandomChanges {
 public:
  explicit RandomChanges(unsigned seed) : random_(seed) {}

  std::vector<Change> Set() {
    std::vector<Change> changes;
    for (std::size_t n = 1 + Below(6); n > 0; --n) changes.push_back(One());
    return changes;
  }

 private:
  std::size_t Below(std::size_t n) { return random_() % n; }
  bool Chance(std::size_t percent) { return Below(100) < percent; }
  std::string Id() { return fmt::format("n:{}", Below(8)); }

  Change One() {
    const std::size_t dice = Below(100);
    if (dice < 20) return RandomNode();
    if (dice < 24) return NoNode(Id());
    if (dice < 90) return RandomEdge();
    return NoEdge(Id(), Relation(), Id());
  }

  std::string Relation() {
    static constexpr const char* kRelations[] = {"plain", "def",    "is_a", "is_a", "kind_of",
                                                 "near",  "origin", "few",  "loop"};
    return kRelations[Below(std::size(kRelations))];
  }

  Change RandomNode() {
    const std::string id = Id();
    const bool even = (id.back() - '0') % 2 == 0;
    return N(id, even != Chance(2) ? "a" : "b", [&](Node& node) {
      node.definition = fmt::format("{}", Below(3));
      node.obsolete = Chance(30);
      if (node.obsolete || Chance(2)) {
        for (std::size_t n = Below(3); n > 0; --n) node.replaced_by.push_back(Id());
      }
      if (Chance(15)) node.aliases = {Chance(30) && id != "n:0" ? "n:0" : fmt::format("alias:{}", Below(4))};
    });
  }

  Change RandomEdge() {
    const std::string relation = Relation();
    return E(Id(), relation, Id(), [&](Edge& edge) {
      if (relation == "plain" || relation == "near") edge.strength = static_cast<double>(1 + Below(10)) / 10;
      edge.primary = relation == "origin" && Chance(60);
    });
  }

  std::mt19937 random_;
};

// Whether metadata `cycle` names a circle of the graph that the changes would have made.
void ExpectTrueCycle(const ErrorInfo& info, const Model& model) {
  const auto entry =
      std::find_if(info.metadata.begin(), info.metadata.end(), [](const auto& pair) { return pair.first == "cycle"; });
  ASSERT_NE(entry, info.metadata.end());
  std::vector<std::string> ids;
  std::stringstream list(entry->second);
  for (std::string id; std::getline(list, id, ',');) ids.push_back(id);
  ASSERT_GE(ids.size(), 2U);
  EXPECT_EQ(ids.front(), ids.back());
  const auto follows = [&](const std::string& from, const std::string& to) {
    const auto node = model.nodes.find(from);
    if (node == model.nodes.end()) return false;
    const std::vector<std::string>& next = node->second.replaced_by;
    return std::find(next.begin(), next.end(), to) != next.end();
  };
  const auto is_above = [&](const std::string& from, const std::string& to) {
    return std::any_of(kAcyclic.begin(), kAcyclic.end(), [&](const std::string& relation) {
      return model.edges.contains({from, relation, to});
    });
  };
  bool edges = true;
  bool replacements = true;
  for (std::size_t i = 0; i + 1 < ids.size(); ++i) {
    edges = edges && is_above(ids[i], ids[i + 1]);
    replacements = replacements && follows(ids[i], ids[i + 1]);
  }
  EXPECT_TRUE(edges || replacements) << entry->second;
}

TEST(ValidateLaws, AcceptsExactlyWhatAPlainModelAcceptsAndTheGraphIsThenTheModel) {
  int accepted = 0;
  int refused = 0;
  int cycles = 0;
  for (unsigned seed = 1; seed <= 200; ++seed) {
    RandomChanges random(seed);
    std::vector<Change> first = SampleSchema();
    for (int i = 0; i < 8; ++i) first.emplace_back(N(fmt::format("n:{}", i), i % 2 == 0 ? "a" : "b"));
    SnapshotPtr head = Commit(Snapshot::Empty(), std::move(first));
    for (int round = 0; round < 80; ++round) {
      SCOPED_TRACE(fmt::format("seed {} round {}", seed, round));
      const std::vector<Change> changes = random.Set();
      const Model before = ModelOf(*head);
      Model model = before;
      std::vector<std::string> breaches = ApplyTo(model, changes);
      for (std::string& breach : BreachesOf(model)) breaches.push_back(std::move(breach));

      const auto logged = Validate(*head, changes);
      ASSERT_EQ(logged.ok(), breaches.empty()) << logged.status() << "\nmodel: " << testing::PrintToString(breaches);
      const auto again = Validate(*head, changes);
      if (!logged.ok()) {
        ++refused;
        EXPECT_EQ(ErrorInfoOf(logged.status()), ErrorInfoOf(again.status())) << "the order of errors is fixed";
        const ErrorInfo info = ErrorInfoOf(logged.status()).value();
        if (std::any_of(info.violations.begin(), info.violations.end(),
                        [](const Violation& violation) { return violation.reason == Reason::kCycle; })) {
          ++cycles;
          ExpectTrueCycle(info, model);
        }
        continue;
      }
      ++accepted;
      EXPECT_EQ(*logged, *again);
      const SnapshotPtr next = Applied(head, *logged);
      const Model after = ModelOf(*next);
      ASSERT_EQ(after.nodes, model.nodes);
      ASSERT_EQ(after.edges, model.edges);

      SnapshotBuilder undo(next);
      for (auto change = logged->rbegin(); change != logged->rend(); ++change) undo.Undo(*change);
      const Model undone = ModelOf(*std::move(undo).Build(head->revision()));
      ASSERT_EQ(undone.nodes, before.nodes);
      ASSERT_EQ(undone.edges, before.edges);
      head = next;
    }
  }
  // The laws say something only where all of it happens.
  EXPECT_GT(accepted, 2000);
  EXPECT_GT(refused, 2000);
  EXPECT_GT(cycles, 500);
  RecordProperty("accepted", accepted);
  RecordProperty("refused", refused);
  RecordProperty("cycles", cycles);
}

// --- DigestOf --------------------------------------------------------------------------------------------------------

TEST(DigestOf, TellsApartWhatAsksForDifferentThings) {
  ChangeSet plain;
  plain.changes = {N("a:1", "a"), E("a:1", "r", "a:2")};
  std::vector<ChangeSet> variants(1, plain);
  const auto vary = [&](const std::function<void(ChangeSet&)>& edit) { edit(variants.emplace_back(plain)); };
  vary([](ChangeSet& c) { c.changes.pop_back(); });
  vary([](ChangeSet& c) { std::swap(c.changes[0], c.changes[1]); });
  vary([](ChangeSet& c) { c.changes.emplace_back(N("a:1", "a")); });
  vary([](ChangeSet& c) { c.preconditions = {Exists{"a:1"}}; });
  vary([](ChangeSet& c) { c.preconditions = {Absent{"a:1"}}; });
  vary([](ChangeSet& c) { c.preconditions = {HeadIs{Revision{1}}}; });
  const auto node = [&](const std::function<void(Node&)>& edit) {
    vary([&](ChangeSet& c) { edit(std::get<PutNode>(c.changes[0]).node); });
  };
  node([](Node& n) {
    n.id = "a:1a";
    n.kind = "";
  });  // the same letters, cut elsewhere
  node([](Node& n) { n.aliases = {"x:1"}; });
  node([](Node& n) { n.replaced_by = {"x:1"}; });
  node([](Node& n) { n.obsolete = true; });
  node([](Node& n) { n.attributes = {{"x", std::int64_t{1}}}; });
  node([](Node& n) { n.attributes = {{"x", true}}; });
  node([](Node& n) { n.attributes = {{"x", 1.0}}; });
  node([](Node& n) { n.attributes = {{"x", "1"}}; });
  node([](Node& n) { n.attributes = {{"x", std::vector<std::string>{"1"}}}; });
  node([](Node& n) { n.mappings = {{"", "", "", "", {}, false, {}}}; });
  node([](Node& n) { n.mappings = {{"", "", "", "", 0.0, false, {}}}; });
  const auto edge = [&](const std::function<void(Edge&)>& edit) {
    vary([&](ChangeSet& c) { edit(std::get<PutEdge>(c.changes[1]).edge); });
  };
  edge([](Edge& e) { e.strength = 1; });
  edge([](Edge& e) { e.primary = true; });
  edge([](Edge& e) { e.sign = Sign::kPlus; });
  edge([](Edge& e) { e.certainty = Certainty::kNoSource; });
  edge([](Edge& e) { e.claims = {{Polarity::kSupports, {}, "", ""}}; });

  std::set<Digest128> digests;
  for (std::size_t i = 0; i < variants.size(); ++i) {
    EXPECT_TRUE(digests.insert(DigestOf(variants[i])).second) << "variant " << i;
  }
}

TEST(DigestOf, LeavesOutWhoWhyAndRevisions) {
  ChangeSet one;
  one.changes = {N("a:1", "a")};
  ChangeSet other = one;
  other.id = "id";
  other.author.name = "author";
  other.message = "message";
  std::get<PutNode>(other.changes[0]).node.update_revision = Revision{7};
  EXPECT_EQ(DigestOf(one), DigestOf(other));
}

}  // namespace
}  // namespace braid::graph
