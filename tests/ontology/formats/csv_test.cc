#include "ontology/formats/csv.h"

#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "graph/error.h"
#include "gtest/gtest.h"

namespace braid::ontology {
namespace {

using testing::ElementsAre;

TEST(Csv, ReadsQuotesBreaksAndMixedLineEnds) {
  const CsvTable table = ReadCsv("\xEF\xBB\xBF\"\",name;text\r\n1,\"a \"\"b\"\"\n c, d\"\r2,plain\n\n3,\n").value();
  EXPECT_THAT(table.header, ElementsAre("", "name;text"));
  ASSERT_EQ(table.rows.size(), 3U);
  EXPECT_THAT(table.rows[0].cells, ElementsAre("1", "a \"b\"\n c, d"));
  EXPECT_EQ(table.rows[0].line, 2U);
  EXPECT_THAT(table.rows[1].cells, ElementsAre("2", "plain"));
  EXPECT_EQ(table.rows[1].line, 4U);
  EXPECT_THAT(table.rows[2].cells, ElementsAre("3", ""));
  EXPECT_EQ(table.rows[2].line, 6U);
  EXPECT_EQ(table.Find("name;text"), 1U);
  EXPECT_FALSE(table.Find("other").has_value());
}

TEST(Csv, TakesAnotherDelimiter) { EXPECT_THAT(ReadCsv("a;b\n1,5;2\n", ';')->rows[0].cells, ElementsAre("1,5", "2")); }

TEST(Csv, NeedsNoBreakAtTheEnd) {
  EXPECT_THAT(ReadCsv("a,b\n1,\"2\"")->rows[0].cells, ElementsAre("1", "2"));
  EXPECT_TRUE(ReadCsv("a,b")->rows.empty());
}

TEST(Csv, SaysWhichLineIsWrong) {
  const auto field = [](const char* text) {
    const auto info = graph::ErrorInfoOf(ReadCsv(text).status());
    EXPECT_EQ(info->reason, graph::Reason::kRecordInvalid);
    return info->violations[0].field;
  };
  EXPECT_EQ(field(""), "line 1");
  EXPECT_EQ(field("a,b\n1,2\n3\n"), "line 3");
  EXPECT_EQ(field("a,b\n1,2,3\n"), "line 2");
  EXPECT_EQ(field("a,b\n1,\"2\n3,4\n"), "line 2");
  EXPECT_EQ(field("a,b\n\"1\"x,2\n"), "line 2");
}

}  // namespace
}  // namespace braid::ontology
