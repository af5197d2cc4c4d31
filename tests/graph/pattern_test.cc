#include "graph/pattern.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "fmt/format.h"
#include "graph/error.h"
#include "tests/graph/pattern_oracle.h"

namespace braid::graph {
namespace {

using ::testing::HasSubstr;
using State = Automaton::State;

Kind KindNamed(const std::string& name) {
  Kind kind;
  kind.name = name;
  kind.id_prefix = name;
  return kind;
}

Relation RelationNamed(const std::string& name, bool symmetric = false, const std::string& super = {}) {
  Relation relation;
  relation.name = name;
  relation.symmetric = symmetric;
  relation.sub_relation_of = super;
  relation.walkable = true;
  relation.takes_sign = true;
  relation.default_strength = 1.0;
  if (!symmetric) relation.inverse_name = name + "_back";
  return relation;
}

Schema TestSchema() {
  Schema schema;
  for (const char* name : {"town", "house", "gate"}) schema = schema.With(KindNamed(name)).value();
  schema = schema.With(RelationNamed("road")).value();
  schema = schema.With(RelationNamed("lane", false, "road")).value();
  schema = schema.With(RelationNamed("alley", false, "lane")).value();
  schema = schema.With(RelationNamed("bridge", true)).value();
  Relation sealed = RelationNamed("sealed", false, "road");
  sealed.walkable = false;
  return schema.With(sealed).value();
}

bool Accepts(const Automaton& automaton, const std::vector<PatternHop>& hops) {
  State state = 0;
  for (const PatternHop& hop : hops) {
    state = automaton.Next(state, hop.relation, hop.forwards, hop.sign, hop.entered);
    if (state == Automaton::kDead) return false;
  }
  return automaton.IsAccepting(state);
}

// `>road@town`, `<lane[-]@gate`: a hop as a test writes it.
PatternHop HopOf(const Schema& schema, const std::string& text) {
  const std::size_t at = text.find('@');
  std::string relation = text.substr(1, at - 1);
  PatternHop hop;
  hop.forwards = text[0] != '<';
  if (const std::size_t sign = relation.find('['); sign != std::string::npos) {
    hop.sign = relation[sign + 1] == '+' ? Sign::kPlus : Sign::kMinus;
    relation.resize(sign);
  }
  hop.relation = schema.FindRelation(relation).value();
  hop.entered = schema.FindKind(text.substr(at + 1)).value();
  return hop;
}

std::vector<PatternHop> HopsOf(const Schema& schema, const std::vector<std::string>& texts) {
  std::vector<PatternHop> hops;
  for (const std::string& text : texts) hops.push_back(HopOf(schema, text));
  return hops;
}

// Classes of equal states by Moore's refinement over all hops; the dead state is one.
std::size_t MooreClasses(const Automaton& automaton, const std::vector<PatternHop>& hops) {
  const std::size_t states = automaton.state_count();
  std::vector<std::size_t> class_of(states + 1, 0);  // the last: dead
  for (std::size_t i = 0; i < states; ++i) class_of[i] = automaton.IsAccepting(static_cast<State>(i)) ? 1 : 0;
  for (std::size_t count = 0;;) {
    std::map<std::vector<std::size_t>, std::size_t> numbers;
    std::vector<std::size_t> next_class(states + 1);
    for (std::size_t i = 0; i <= states; ++i) {
      std::vector<std::size_t> row = {class_of[i]};
      for (const PatternHop& hop : hops) {
        std::size_t to = states;
        if (i < states) {
          const State next = automaton.Next(static_cast<State>(i), hop.relation, hop.forwards, hop.sign, hop.entered);
          if (next != Automaton::kDead) to = next;
        }
        row.push_back(class_of[to]);
      }
      next_class[i] = numbers.emplace(row, numbers.size()).first->second;
    }
    class_of = next_class;
    if (numbers.size() == count) return count;
    count = numbers.size();
  }
}

void ExpectTablesAgree(const Automaton& automaton, const std::vector<PatternHop>& hops) {
  std::map<std::pair<std::uint16_t, bool>, std::uint64_t> leaves, enters;
  for (const PatternHop& hop : hops) {
    std::vector<std::uint64_t> previous(automaton.state_count(), 0);
    for (std::size_t i = 0; i < automaton.state_count(); ++i) {
      const State to = automaton.Next(static_cast<State>(i), hop.relation, hop.forwards, hop.sign, hop.entered);
      if (to == Automaton::kDead) continue;
      ASSERT_LT(to, automaton.state_count());
      previous[to] |= std::uint64_t{1} << i;
      leaves[{Number(hop.relation), hop.forwards}] |= std::uint64_t{1} << i;
      enters[{Number(hop.relation), hop.forwards}] |= std::uint64_t{1} << to;
    }
    for (std::size_t i = 0; i < automaton.state_count(); ++i) {
      EXPECT_EQ(automaton.Previous(static_cast<State>(i), hop.relation, hop.forwards, hop.sign, hop.entered),
                previous[i]);
    }
  }
  for (const PatternHop& hop : hops) {
    for (std::size_t i = 0; i < automaton.state_count(); ++i) {
      const auto crossing = std::pair{Number(hop.relation), hop.forwards};
      EXPECT_EQ(automaton.MayLeave(static_cast<State>(i), hop.relation, hop.forwards),
                (leaves[crossing] >> i & 1) == 1);
      EXPECT_EQ(automaton.MayEnter(static_cast<State>(i), hop.relation, hop.forwards),
                (enters[crossing] >> i & 1) == 1);
    }
  }
}

TEST(PatternTest, AgreesWithANaiveMatcherOnRandomPatterns) {
  const Schema schema = TestSchema();
  const std::vector<PatternHop> hops = AllHops(schema);
  int compiled = 0;
  for (std::uint64_t seed = 1; seed <= 3000; ++seed) {
    SCOPED_TRACE(fmt::format("seed {}", seed));
    std::mt19937_64 random(seed);
    const OraclePattern oracle = OraclePattern::Random(schema, random, 5);
    SCOPED_TRACE(oracle.Text());
    const absl::StatusOr<Automaton> automaton = CompilePattern(oracle.Text(), schema);
    if (!automaton.ok()) {
      EXPECT_THAT(automaton.status().message(), HasSubstr("states")) << automaton.status();
      continue;
    }
    ++compiled;
    for (int i = 0; i < 30; ++i) {
      std::vector<PatternHop> path = oracle.Sample(random);
      if (path.size() > 12) continue;
      EXPECT_TRUE(Accepts(*automaton, path));
      // Near misses tell more than random paths do.
      if (!path.empty() && i % 3 == 0) path[random() % path.size()] = hops[random() % hops.size()];
      if (!path.empty() && i % 3 == 1) path.pop_back();
      if (i % 3 == 2) path.push_back(hops[random() % hops.size()]);
      EXPECT_EQ(Accepts(*automaton, path), oracle.Matches(path));
    }
    if (HasFailure()) return;
  }
  EXPECT_GT(compiled, 2900);
}

TEST(PatternTest, IsMinimalAndItsTablesAgree) {
  const Schema schema = TestSchema();
  const std::vector<PatternHop> hops = AllHops(schema);
  for (std::uint64_t seed = 1; seed <= 400; ++seed) {
    SCOPED_TRACE(fmt::format("seed {}", seed));
    std::mt19937_64 random(seed);
    const OraclePattern oracle = OraclePattern::Random(schema, random, 5);
    SCOPED_TRACE(oracle.Text());
    const absl::StatusOr<Automaton> automaton = CompilePattern(oracle.Text(), schema);
    if (!automaton.ok()) continue;
    // No two states are equal, and none but the dead one is hopeless.
    EXPECT_EQ(MooreClasses(*automaton, hops), automaton->state_count() + 1);
    ExpectTablesAgree(*automaton, hops);
    if (HasFailure()) return;
  }
}

TEST(PatternTest, MatchesByDirectionSignKindAndSubRelation) {
  const Schema schema = TestSchema();
  struct Case {
    const char* pattern;
    std::vector<std::string> hops;
    bool matches;
  };
  const Case cases[] = {
      {"", {}, true},
      {"", {">road@town"}, false},
      {"()", {}, true},
      {">road|", {}, true},
      {">road", {">road@town"}, true},
      {">road", {"<road@town"}, false},
      {"<road", {"<road@town"}, true},
      {"-road", {"<road@town"}, true},
      {">road", {">alley@town"}, true},     // a sub-relation of a sub-relation
      {">lane", {">road@town"}, false},     // not the other way round
      {"<bridge", {">bridge@town"}, true},  // symmetric relations have no direction
      {">.", {">lane@gate"}, true},
      {">.", {"<lane@gate"}, false},
      {"-.", {"<lane@gate"}, true},
      {">road@town", {">road@house"}, false},
      {">road@town,house", {">road@house"}, true},
      {">road[+]", {">road[+]@house"}, true},
      {">road[+]", {">road[-]@house"}, false},
      {">road[+]", {">road@house"}, false},  // no sign is not a plus
      {">road", {">road[-]@house"}, true},
      {">road[-]@gate+", {">road[-]@gate", ">road[-]@gate"}, true},
      {">road>lane", {">road@town", ">lane@town"}, true},
      {">road{2}", {">road@town", ">road@town"}, true},
      {">road{2}", {">road@town"}, false},
      {">road{0}", {}, true},
      {">road{1,2}", {">road@town", ">road@town", ">road@town"}, false},
      {">road{2,}", {">road@town", ">road@town", ">road@town"}, true},
      {"\n >road\t( <lane | >alley ) ?\n", {">road@town"}, true},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.pattern);
    const absl::StatusOr<Automaton> automaton = CompilePattern(c.pattern, schema);
    ASSERT_TRUE(automaton.ok()) << automaton.status();
    EXPECT_EQ(Accepts(*automaton, HopsOf(schema, c.hops)), c.matches) << ::testing::PrintToString(c.hops);
  }
}

TEST(PatternTest, WritesDefinitionsOut) {
  const Schema schema = TestSchema();
  const PatternDefinitions definitions = {{"U", "<road"}, {"D", ">road"}, {"L1", "<lane U? >lane"}, {"Broken", "("}};
  const absl::StatusOr<Automaton> named = CompilePattern("<bridge U* L1 (D* U* L1)* D* >bridge", schema, definitions);
  const absl::StatusOr<Automaton> written = CompilePattern(
      "<bridge (<road)* (<lane <road? >lane) (>road* <road* (<lane <road? >lane))* >road* >bridge", schema);
  ASSERT_TRUE(named.ok()) << named.status();
  ASSERT_TRUE(written.ok()) << written.status();
  ASSERT_EQ(named->state_count(), written->state_count());
  for (std::size_t i = 0; i < named->state_count(); ++i) {
    const auto state = static_cast<State>(i);
    EXPECT_EQ(named->IsAccepting(state), written->IsAccepting(state));
    for (const PatternHop& hop : AllHops(schema)) {
      EXPECT_EQ(named->Next(state, hop.relation, hop.forwards, hop.sign, hop.entered),
                written->Next(state, hop.relation, hop.forwards, hop.sign, hop.entered));
    }
  }
}

TEST(PatternTest, NeverCrossesWhatIsNotWalkable) {
  const Schema schema = TestSchema();
  const RelationIndex sealed = schema.FindRelation("sealed").value();
  const absl::StatusOr<Automaton> automaton = CompilePattern("-.*", schema);
  ASSERT_TRUE(automaton.ok()) << automaton.status();
  EXPECT_EQ(automaton->state_count(), 1);
  EXPECT_FALSE(automaton->MayLeave(0, sealed, true));
  EXPECT_EQ(automaton->Next(0, sealed, true, Sign::kUnset, KindIndex{0}), Automaton::kDead);
}

TEST(PatternTest, AnyTakesEveryHop) {
  const Schema schema = TestSchema();
  const Automaton any = Automaton::Any(schema);
  EXPECT_TRUE(any.Fits(schema));
  EXPECT_FALSE(any.Fits(schema.With(KindNamed("moor")).value()));
  EXPECT_EQ(any.state_count(), 1);
  EXPECT_TRUE(any.IsAccepting(0));
  ExpectTablesAgree(any, AllHops(schema));
  for (const PatternHop& hop : AllHops(schema)) {
    EXPECT_EQ(any.Next(0, hop.relation, hop.forwards, hop.sign, hop.entered), 0);
  }
}

TEST(PatternTest, OfASchemaWithoutWalkableRelationsTakesNoHop) {
  const Schema schema = Schema().With(KindNamed("town")).value();
  const absl::StatusOr<Automaton> automaton = CompilePattern(">.", schema);
  ASSERT_TRUE(automaton.ok()) << automaton.status();
  EXPECT_EQ(automaton->state_count(), 1);
  EXPECT_FALSE(automaton->IsAccepting(0));
}

struct ErrorCase {
  std::string name, pattern, column, words, definition;
};

class PatternErrorTest : public ::testing::TestWithParam<ErrorCase> {};

TEST_P(PatternErrorTest, NamesTheColumnAndTheWayOut) {
  const ErrorCase& c = GetParam();
  const PatternDefinitions definitions = {{"U", "<road"}, {"Bad", "<road >nowhere"},       {"A", ">road B"}, {"B", "A"},
                                          {"Own", "Own"}, {"Long", std::string(4097, ' ')}};
  const absl::StatusOr<Automaton> automaton = CompilePattern(c.pattern, TestSchema(), definitions);
  ASSERT_FALSE(automaton.ok());
  EXPECT_EQ(automaton.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(automaton.status().message()), HasSubstr(c.words));
  const std::optional<ErrorInfo> info = ErrorInfoOf(automaton.status());
  ASSERT_TRUE(info.has_value());
  EXPECT_EQ(info->reason, Reason::kPatternInvalid);
  std::vector<std::pair<std::string, std::string>> metadata = {{"column", c.column}};
  if (!c.definition.empty()) metadata.emplace_back("definition", c.definition);
  EXPECT_EQ(info->metadata, metadata);
}

std::string Repeated(const std::string& text, int times) {
  std::string all;
  for (int i = 0; i < times; ++i) all += text;
  return all;
}

INSTANTIATE_TEST_SUITE_P(
    All, PatternErrorTest,
    ::testing::Values(
        ErrorCase{"unknown_relation", ">raod", "2", "did you mean \"road\"", ""},
        ErrorCase{"relation_without_neighbour", ">road  <motorway", "9", "no relation \"motorway\"", ""},
        ErrorCase{"not_walkable", ">road >sealed", "8", "not walkable", ""},
        ErrorCase{"unknown_kind", ">road@twon", "7", "did you mean \"town\"", ""},
        ErrorCase{"second_kind", ">road@town,moor", "12", "no kind \"moor\"", ""},
        ErrorCase{"no_kind", ">road@", "7", "kind's name", ""},
        ErrorCase{"no_relation", "> road", "2", "relation's name", ""},
        ErrorCase{"end_after_direction", "<", "2", "relation's name", ""},
        ErrorCase{"bad_sign", ">road[*]", "6", "[+]", ""}, ErrorCase{"open_sign", ">road[+", "6", "[+]", ""},
        ErrorCase{"no_hop", ">road road", "7", "is expected", ""},
        ErrorCase{"open_group", ">road (>lane", "7", "without its", ""},
        ErrorCase{"closed_too_often", ">road) >lane", "6", "without its", ""},
        ErrorCase{"nothing_to_repeat", "*", "1", "nothing to repeat", ""},
        ErrorCase{"repeated_twice", ">road**", "7", "nothing to repeat", ""},
        ErrorCase{"count_missing", ">road{}", "7", "0 to 12", ""},
        ErrorCase{"count_from_nothing", ">road{,3}", "7", "0 to 12", ""},
        ErrorCase{"count_too_large", ">road{13}", "7", "0 to 12", ""},
        ErrorCase{"count_far_too_large", ">road{2,99999999999}", "9", "0 to 12", ""},
        ErrorCase{"counts_turned_round", ">road{3,2}", "9", "at most 2 after at least 3", ""},
        ErrorCase{"count_not_closed", ">road{3", "8", "missing", ""},
        ErrorCase{"unknown_name", ">road V", "7", "no definition \"V\"", ""},
        ErrorCase{"broken_definition", "U Bad", "8", "no relation \"nowhere\"", "Bad"},
        ErrorCase{"circle", "U A", "1", "A -> B -> A", "B"}, ErrorCase{"own_circle", "Own", "1", "Own -> Own", "Own"},
        ErrorCase{"too_long", std::string(4097, ' '), "4097", "4096 bytes", ""},
        ErrorCase{"definition_too_long", "Long", "4097", "4096 bytes", "Long"},
        ErrorCase{"too_deep", Repeated("(", 101) + Repeated(")", 101), "101", "100 levels", ""},
        ErrorCase{"too_many_states", "(>road{12}){6}", "1", "64 are allowed", ""},
        ErrorCase{"too_many_parts", "((((>road{12}){12}){12}){12})", "1", "16384 parts", ""},
        ErrorCase{"too_many_empty_parts", "(((((((){12}){12}){12}){12}){12}){12})", "1", "16384 parts", ""},
        ErrorCase{"too_many_subsets", "(>road|<road)* >road (>road|<road){12}", "1", "at once", ""}),
    [](const auto& param_info) { return param_info.param.name; });

TEST(PatternTest, TakesAsManyStatesAsAreAllowed) {
  const Schema schema = TestSchema();
  const absl::StatusOr<Automaton> automaton = CompilePattern("(>road{12}){5} >road{3}", schema);
  ASSERT_TRUE(automaton.ok()) << automaton.status();
  EXPECT_EQ(automaton->state_count(), 64);
  ExpectTablesAgree(*automaton, AllHops(schema));
}

}  // namespace
}  // namespace braid::graph
