#include "graph/ids.h"

#include <string>

#include "gtest/gtest.h"

namespace braid::graph {
namespace {

TEST(Ids, TakesCuries) {
  for (const std::string id : {"a:b", "technique:exposure", "Gene::7157", "BCIO:042000", "x-1.y_z:Q", "a:é", "a:治療",
                               "http://x/y#z", "a:b,c", "A:1"}) {
    EXPECT_TRUE(IsCurie(id)) << id;
  }
  EXPECT_TRUE(IsCurie("a:" + std::string(200, 'x')));
}

TEST(Ids, RefusesWhatIsNoCurie) {
  const std::string cases[] = {"",           ":",
                               "a",          ":b",
                               "a:",         "1a:b",
                               "_a:b",       "a b:c",
                               "a:b c",      "a:b\tc",
                               "a:b\nc",     "a:b|c",
                               "é:b",        "a/b:c",
                               "a:\x7F",     std::string("a:\0", 3),
                               "a:\xFF",     "a:\xC3",
                               "a:\xC0\xAF", "a:\xED\xA0\x80",
                               "a:\xC2\xA0", "a:\xE3\x80\x80",
                               "a:\xC2\x85"};
  for (const std::string& id : cases) EXPECT_FALSE(IsCurie(id)) << testing::PrintToString(id);
  EXPECT_FALSE(IsCurie("a:" + std::string(201, 'x')));
  EXPECT_FALSE(IsCurie("a:" + std::string(199, 'x') + "é")) << "201 bytes";
}

TEST(Ids, APrefixIsWhatMayStandBeforeTheColon) {
  EXPECT_TRUE(IsCuriePrefix("change_level"));
  EXPECT_TRUE(IsCuriePrefix("X-1.y"));
  EXPECT_FALSE(IsCuriePrefix(""));
  EXPECT_FALSE(IsCuriePrefix("a:"));
  EXPECT_FALSE(IsCuriePrefix("9"));
}

}  // namespace
}  // namespace braid::graph
