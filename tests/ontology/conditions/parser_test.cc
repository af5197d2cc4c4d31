#include "ontology/conditions/parser.h"

#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "graph/error.h"
#include "gtest/gtest.h"
#include "ontology/conditions/expression.h"
#include "tests/ontology/conditions/random_condition.h"
#include "tests/ontology/sketch.h"

namespace braid::ontology {
namespace {

using testing::HasSubstr;

std::string Reprinted(std::string_view text) {
  const absl::StatusOr<Condition> condition = ParseCondition(text, ToyVocabulary());
  return condition.ok() ? TextOf(*condition) : std::string(condition.status().message());
}

TEST(ParseCondition, NotBindsTighterThanAndTighterThanOr) {
  const Condition condition = ParseCondition("not a and b or a", ToyVocabulary()).value();
  ASSERT_EQ(condition.root.type, Expression::Type::kAny);
  ASSERT_EQ(condition.root.parts.size(), 2U);
  const Expression& both = condition.root.parts[0];
  ASSERT_EQ(both.type, Expression::Type::kAll);
  EXPECT_EQ(both.parts[0].type, Expression::Type::kNot);
  EXPECT_EQ(both.parts[1].type, Expression::Type::kAtom);
  EXPECT_EQ(condition.root.parts[1].type, Expression::Type::kAtom);
}

TEST(ParseCondition, PrintsWithOneBlankAndTheParenthesesThatItNeeds) {
  EXPECT_EQ(Reprinted(" ( a )or((b)) "), "a or b");
  EXPECT_EQ(Reprinted("(a and b) or (a or b)"), "a and b or (a or b)");
  EXPECT_EQ(Reprinted("not(not a)and(a or b)"), "not not a and (a or b)");
  EXPECT_EQ(Reprinted("not (a and b)"), "not (a and b)");
  EXPECT_EQ(Reprinted("flag hasany[flag:x,flag:y]"), "flag hasany [flag:x, flag:y]");
  EXPECT_EQ(Reprinted("size>=0.50 and size!=3"), "size >= 0.5 and size != 3");
  EXPECT_EQ(Reprinted("colour in[red]or mood!=mood:low"), "colour in [red] or mood != mood:low");
  EXPECT_EQ(Reprinted("true"), "true");
}

TEST(ParseCondition, ReadsBackWhatItPrints) {
  for (unsigned seed = 1; seed <= 3000; ++seed) {
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    RandomCondition random(seed);
    const Expression expression = random.Next(5);
    const std::string text = TextOf(expression, ToyVocabulary());
    const absl::StatusOr<Condition> read = ParseCondition(text, ToyVocabulary());
    ASSERT_TRUE(read.ok()) << read.status() << "\n" << text;
    ASSERT_EQ(read->root, expression) << text << "\n" << TextOf(*read);
  }
}

// --- What it refuses.

struct BadCondition {
  const char* name;
  std::string text;
  const char* column;
  const char* expected;
  const char* nearest;  // empty: none
  friend void PrintTo(const BadCondition& value, std::ostream* out) { *out << value.name; }
};

std::string Repeat(const std::string& text, std::size_t count) {
  std::string all;
  for (std::size_t i = 0; i < count; ++i) all += text;
  return all;
}

std::string MetadataOf(const graph::ErrorInfo& info, std::string_view wanted) {
  for (const auto& [key, value] : info.metadata) {
    if (key == wanted) return value;
  }
  return {};
}

class BadConditionTest : public testing::TestWithParam<BadCondition> {};

TEST_P(BadConditionTest, IsRefusedAtItsColumnWithTheWayOut) {
  const BadCondition& bad = GetParam();
  const graph::SnapshotPtr snapshot = Sketch("flag:danger\nflag:mania\nconcern:panic");
  const absl::Status status = ParseCondition(bad.text, ToyVocabulary(), snapshot.get()).status();
  const std::optional<graph::ErrorInfo> info = graph::ErrorInfoOf(status);
  ASSERT_TRUE(info.has_value()) << status;
  EXPECT_EQ(info->reason, graph::Reason::kConditionInvalid);
  EXPECT_EQ(MetadataOf(*info, "column"), bad.column) << status;
  EXPECT_THAT(MetadataOf(*info, "expected"), HasSubstr(bad.expected)) << status;
  EXPECT_EQ(MetadataOf(*info, "nearest"), bad.nearest) << status;
  EXPECT_THAT(std::string(status.message()), HasSubstr(std::string("column ") + bad.column + ":"));
}

INSTANTIATE_TEST_SUITE_P(
    All, BadConditionTest,
    testing::Values(
        BadCondition{"empty", "", "1", "a field", ""}, BadCondition{"blank", "  \t\n", "5", "a field", ""},
        BadCondition{"misspelt_field", "a and sise > 3", "7", "a field", "size"},
        BadCondition{"unknown_field", "a or whatever", "6", "a field", ""},
        BadCondition{"nothing_after_and", "a and", "6", "a field", ""},
        BadCondition{"two_facts", "a b", "3", "`and`, `or` or the end", ""},
        BadCondition{"fact_with_a_value", "a = true", "3", "`and`, `or` or the end", ""},
        BadCondition{"open_group", "(a or b", "8", "`)`", ""},
        BadCondition{"closed_too_often", "a or b)", "7", "the end", ""},
        BadCondition{"misspelt_set_operator", "flag hasal [flag:danger]", "6", "`hasany`", "hasall,has,hasany"},
        BadCondition{"set_compared", "flag = flag:danger", "6", "`has`", ""},
        BadCondition{"list_without_bracket", "flag hasany flag:danger", "13", "`[`", ""},
        BadCondition{"empty_list", "flag hasany []", "14", "the id of a flag", ""},
        BadCondition{"list_ends_in_comma", "flag hasany [flag:danger,]", "26", "the id of a flag", ""},
        BadCondition{"open_list", "flag hasany [flag:danger", "25", "`,` or `]`", ""},
        BadCondition{"value_twice", "flag hasall [flag:danger, flag:danger]", "27", "each value once", ""},
        BadCondition{"not_an_id", "flag has danger", "10", "the id of a flag", ""},
        BadCondition{"misspelt_id", "flag has flag:dangre", "10", "the id of a flag", "flag:danger"},
        BadCondition{"id_of_another_kind", "flag has concern:panic", "10", "the id of a flag", ""},
        BadCondition{"word_out_of_range", "colour = rad", "10", "a value of colour (red, green, blue)", "red"},
        BadCondition{"word_ordered", "colour < red", "8", "`=`, `!=` or `in`", ""},
        BadCondition{"number_without_comparison", "size in [3]", "6", "`<=`", ""},
        BadCondition{"number_is_a_word", "size > many", "8", "a number from 0 to 10 metres", ""},
        BadCondition{"number_too_large", "size > 10.5", "8", "a number from 0 to 10 metres", ""},
        BadCondition{"number_negative", "size > -1", "8", "a number from 0 to 10", ""},
        BadCondition{"number_with_exponent", "size > 1e0", "8", "a number from 0 to 10", ""},
        BadCondition{"number_ends_in_point", "size > 1.", "8", "a number from 0 to 10", ""},
        BadCondition{"number_too_fine", "size > 0.1234567", "8", "a number from 0 to 10", ""},
        BadCondition{"number_too_long", "size > " + Repeat("9", 400), "8", "a number from 0 to 10", ""},
        BadCondition{"lone_exclamation_mark", "colour ! red", "8", "`!=`", ""},
        BadCondition{"not_ascii", "a and \xC3\xA9tat", "7", "a field", ""},
        BadCondition{"nul", std::string("a and \0", 7), "7", "a field", ""},
        BadCondition{"too_deep_in_parentheses", Repeat("(", 4000), "65", "at most 64 levels", ""},
        BadCondition{"too_deep_in_not", Repeat("not ", 2000) + "a", "257", "at most 64 levels", ""},
        BadCondition{"too_long", Repeat("a or ", 2000) + "a", "8193", "at most 8192 bytes", ""}),
    [](const auto& param_info) { return param_info.param.name; });

TEST(ParseCondition, TakesTheGreatestDepthAndLength) {
  EXPECT_TRUE(ParseCondition(Repeat("(", 64) + "a" + Repeat(")", 64), ToyVocabulary()).ok());
  EXPECT_TRUE(ParseCondition(Repeat("not ", 64) + "a", ToyVocabulary()).ok());
  EXPECT_TRUE(ParseCondition("a" + Repeat(" ", kMaxConditionBytes - 1), ToyVocabulary()).ok());
}

// Whatever the text, an error or a condition that reads back; never a crash.
TEST(ParseCondition, HoldsForMutilatedText) {
  for (unsigned seed = 1; seed <= 3000; ++seed) {
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    RandomCondition random(seed);
    std::string text = TextOf(random.Next(4), ToyVocabulary());
    for (int i = 0; i < 3; ++i) random.Mutilate(text);
    const absl::StatusOr<Condition> read = ParseCondition(text, ToyVocabulary());
    if (read.ok()) {
      EXPECT_EQ(ParseCondition(TextOf(*read), ToyVocabulary())->root, read->root) << text;
    } else {
      const std::optional<graph::ErrorInfo> info = graph::ErrorInfoOf(read.status());
      ASSERT_TRUE(info.has_value()) << read.status();
      const std::size_t column = std::stoul(MetadataOf(*info, "column"));
      EXPECT_GE(column, 1U);
      EXPECT_LE(column, text.size() + 1) << text;
    }
  }
}

}  // namespace
}  // namespace braid::ontology
