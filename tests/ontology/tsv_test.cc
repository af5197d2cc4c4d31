#include "ontology/tsv.h"

#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace braid::ontology {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

TEST(Tsv, CutsLinesIntoCells) {
  std::vector<TsvError> errors;
  const std::string content = "id\tname\na\tAlpha\nb\t\n";
  const TsvTable table = ReadTsv(content, &errors);
  EXPECT_TRUE(errors.empty());
  ASSERT_EQ(table.rows.size(), 2U);
  EXPECT_EQ(table.Find("name"), 1U);
  EXPECT_EQ(table.Find("other"), std::nullopt);
  EXPECT_EQ(table.rows[0].line, 2U);
  EXPECT_EQ(table.rows[0].cells[1].Text(), "Alpha");
  EXPECT_TRUE(table.rows[1].cells[1].empty());
}

TEST(Tsv, GivesBackWhatWasEscaped) {
  std::vector<TsvError> errors;
  const std::string content =
      "text\n"
      R"(a\tb\nc\\d\|e)"
      "\n";
  const TsvTable table = ReadTsv(content, &errors);
  ASSERT_EQ(table.rows.size(), 1U);
  EXPECT_EQ(table.rows[0].cells[0].Text(), "a\tb\nc\\d|e");
  EXPECT_FALSE(table.rows[0].cells[0].HasBar());
}

TEST(Tsv, SplitsListsAtBareBarsOnly) {
  EXPECT_THAT((TsvCell{R"(a|b\|c|d)", 1}).Items(), ElementsAre("a", "b|c", "d"));
  EXPECT_THAT((TsvCell{"a|", 1}).Items(), ElementsAre("a", ""));
  EXPECT_THAT((TsvCell{"", 1}).Items(), ElementsAre());
  EXPECT_THAT((TsvCell{R"(a\\|b)", 1}).Items(), ElementsAre("a\\", "b"));
}

TEST(Tsv, CountsColumnsInCharacters) {
  std::vector<TsvError> errors;
  ReadTsv("id\tname\nä\tx\\q\n", &errors);
  ASSERT_EQ(errors.size(), 1U);
  EXPECT_EQ(errors[0].line, 2U);
  EXPECT_EQ(errors[0].column, 4U);
}

TEST(Tsv, ReadsOnAfterABadLine) {
  std::vector<TsvError> errors;
  const std::string content = "id\tname\na\nb\tB\nc\tC\td\n";
  const TsvTable table = ReadTsv(content, &errors);
  ASSERT_EQ(table.rows.size(), 1U);
  EXPECT_EQ(table.rows[0].line, 3U);
  ASSERT_EQ(errors.size(), 2U);
  EXPECT_EQ(errors[0].line, 2U);
  EXPECT_EQ(errors[1].line, 4U);
  EXPECT_EQ(errors[1].column, 5U);
}

struct BadFile {
  const char* name;
  std::string content;
  std::size_t line, column;
  const char* message;
  friend void PrintTo(const BadFile& value, std::ostream* out) { *out << value.name; }
};

class TsvBadFileTest : public testing::TestWithParam<BadFile> {};

TEST_P(TsvBadFileTest, IsRefusedWithItsPlace) {
  std::vector<TsvError> errors;
  ReadTsv(GetParam().content, &errors);
  ASSERT_EQ(errors.size(), 1U);
  EXPECT_EQ(errors[0].line, GetParam().line);
  EXPECT_EQ(errors[0].column, GetParam().column);
  EXPECT_THAT(errors[0].message, HasSubstr(GetParam().message));
}

INSTANTIATE_TEST_SUITE_P(All, TsvBadFileTest,
                         testing::Values(BadFile{"empty", "", 1, 1, "empty"},
                                         BadFile{"byte_order_mark", "\xEF\xBB\xBFid\na\n", 1, 1, "byte order mark"},
                                         BadFile{"blank_header", "\na\n", 1, 1, "blank line"},
                                         BadFile{"nameless_column", "id\t\na\tb\n", 1, 4, "without a name"},
                                         BadFile{"column_twice", "id\tid\na\tb\n", 1, 4, "twice"},
                                         BadFile{"no_final_line_feed", "id\nab", 2, 3, "line feed"},
                                         BadFile{"blank_line", "id\n\na\n", 2, 1, "blank line"},
                                         BadFile{"carriage_return", "id\na\r\n", 2, 2, "carriage return"},
                                         BadFile{"nul", std::string("id\na\0b\n", 7), 2, 2, "NUL"},
                                         BadFile{"not_utf8", "id\nab\xFFz\n", 2, 3, "UTF-8"},
                                         BadFile{"cut_utf8", "id\nab\xC3\n", 2, 3, "UTF-8"},
                                         BadFile{"too_few", "id\tname\na\n", 2, 1, "1 cells where the header has 2"},
                                         BadFile{"too_many", "id\na\tb\n", 2, 3, "2 cells where the header has 1"},
                                         BadFile{"unknown_escape", "id\na\\x\n", 2, 2, "backslash"},
                                         BadFile{"escape_at_end", "id\nab\\\n", 2, 3, "backslash"}),
                         [](const auto& param_info) { return param_info.param.name; });

}  // namespace
}  // namespace braid::ontology
