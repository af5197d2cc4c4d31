#include "graph/nearest.h"

#include <string>
#include <string_view>
#include <vector>

#include "fmt/format.h"
#include "gmock/gmock.h"
#include "graph/snapshot_builder.h"
#include "gtest/gtest.h"

namespace braid::graph {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

struct Named {
  std::string id;
  std::string label = {};
  std::vector<std::string> aliases = {};
};

// A graph of kinds `technique` and `modality` with these nodes.
SnapshotPtr Graph(const std::vector<Named>& nodes) {
  SnapshotBuilder builder(Snapshot::Empty());
  for (const char* name : {"technique", "modality"}) {
    Kind kind;
    kind.name = kind.id_prefix = name;
    builder.Apply(BeforeAfter<Kind>{std::nullopt, kind}, Revision{1});
  }
  for (std::uint32_t i = 0; i < nodes.size(); ++i) {
    Node node;
    node.id = nodes[i].id;
    node.kind = "technique";
    node.aliases = nodes[i].aliases;
    if (!nodes[i].label.empty()) node.labels = {{nodes[i].label, "en", LabelRole::kPreferred, ""}};
    builder.Apply(BeforeAfter<NodeAt>{std::nullopt, NodeAt{node, NodeIndex{i}}}, Revision{1});
  }
  return std::move(builder).Build(Revision{1});
}

SnapshotPtr Sample() {
  return Graph({{"modality:cbt", "Cognitive behavioural therapy", {"old:cbt"}},
                {"modality:act", "ACT"},
                {"technique:exposure", "Exposure"},
                {"technique:exposure_in_vivo", "Exposure in vivo"},
                {"technique:thought_record", "Thought record"},
                {"technique:chair_work", "Chair work"}});
}

TEST(NearestIds, FindsWhatWasMeant) {
  const SnapshotPtr graph = Sample();
  const std::pair<const char*, const char*> cases[] = {
      {"technique:exposre", "technique:exposure"},       // a letter lost
      {"technique:expsoure", "technique:exposure"},      // two swapped
      {"tecnique:chair_work", "technique:chair_work"},   // in the prefix
      {"Technique:Chair_Work", "technique:chair_work"},  // in another case
      {"technique:cbt", "modality:cbt"},                 // under another prefix
      {"chair_work", "technique:chair_work"},            // without one
      {"thought record", "technique:thought_record"},    // a label
      {"technique:thought-record", "technique:thought_record"},
      {"technique:hair_work", "technique:chair_work"},  // the first letter lost
      {"old:cbt", "modality:cbt"},                      // an alias
  };
  for (const auto& [asked, meant] : cases) {
    const std::vector<std::string> near = NearestIds(*graph, asked);
    ASSERT_FALSE(near.empty()) << asked;
    EXPECT_EQ(near.front(), meant) << asked;
  }
}

TEST(NearestIds, FindsNothingWhereNothingIsNear) {
  EXPECT_THAT(NearestIds(*Sample(), "technique:zzzzzzzz"), IsEmpty());
  EXPECT_THAT(NearestIds(*Sample(), ""), IsEmpty());
  EXPECT_THAT(NearestIds(*Snapshot::Empty(), "technique:exposure"), IsEmpty());
}

TEST(NearestIds, GivesTheNearestFirstTiesByIdAndNoMoreThanAsked) {
  const SnapshotPtr graph = Graph({{"t:word_b"}, {"t:word_a"}, {"t:word_c"}, {"t:wrod_x"}});
  EXPECT_THAT(NearestIds(*graph, "t:word_x"), ElementsAre("t:word_a", "t:word_b", "t:word_c", "t:wrod_x"));
  EXPECT_THAT(NearestIds(*graph, "t:word_x", 2), ElementsAre("t:word_a", "t:word_b"));
}

TEST(NearestIds, LooksAtIdsThatAreAboutToBe) {
  const std::vector<std::string_view> more = {"technique:new_thing", "technique:other"};
  EXPECT_THAT(NearestIds(*Sample(), "technique:new_thin", 5, more), ElementsAre("technique:new_thing"));
}

TEST(NearestIds, TakesAnyBytes) {
  EXPECT_THAT(NearestIds(*Sample(), std::string(100'000, 'x')), IsEmpty());
  EXPECT_THAT(NearestIds(*Sample(), "\xFF\xFE:\x80"), IsEmpty());
}

TEST(NearestIds, FindsATypoInAnIdAmongManyThatShareItsStart) {
  std::vector<Named> nodes;
  for (int i = 0; i < 20'000; ++i) nodes.push_back({fmt::format("technique:t{:05}", i)});
  const SnapshotPtr graph = Graph(nodes);
  EXPECT_THAT(NearestIds(*graph, "technique:t100001"), Contains("technique:t10000"));
  EXPECT_THAT(NearestIds(*graph, "technique:t10000x"), SizeIs(5));
}

TEST(NearestNames, SuggestsWithinAFewEdits) {
  const std::vector<std::string_view> names = {"engages", "targets", "treats", "is_a"};
  EXPECT_THAT(NearestNames(names, "engage"), ElementsAre("engages"));
  EXPECT_THAT(NearestNames(names, "Treats"), ElementsAre("treats"));
  EXPECT_THAT(NearestNames(names, "bridges"), IsEmpty());
}

}  // namespace
}  // namespace braid::graph
