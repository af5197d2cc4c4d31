#include "tests/graph/store/change_log_conformance.h"

#include <gmock/gmock.h>

#include <chrono>
#include <string>
#include <utility>
#include <vector>

#include "graph/error.h"
#include "tests/graph/store/store_test_support.h"

namespace braid::graph::store {
namespace {

LogEntry MakeEntry(std::uint64_t number) {
  LogEntry entry;
  entry.info.number = Revision{number};
  entry.info.change_set_id = TestId(7, number);
  entry.info.author = {"tester", number % 2 == 0};
  entry.info.time = std::chrono::system_clock::time_point(std::chrono::microseconds(1'000'000 + number));
  entry.info.message = "entry";
  entry.info.request_digest = {number, ~number};
  BeforeAfter<NodeAt> node;
  node.after = NodeAt{MakeNode("t:1", "one"), NodeIndex{3}};
  if (number % 2 == 0) node.before = NodeAt{MakeNode("t:1", "before"), NodeIndex{3}};
  BeforeAfter<Edge> edge;
  edge.before = MakeEdge("t:1", "touches", "t:2");
  edge.before->strength = 0.123456789;
  edge.before->claims = {{Polarity::kMixed, {"evidence:1"}, "somebody", "note"}};
  edge.before->attributes = {{"name", 0.5}};
  BeforeAfter<Document> document;
  document.after = Document{"policy", "text/plain", std::string("\xFF\0raw", 5), Revision{number}};
  entry.changes = {node, edge, document};
  entry.info.change_count = entry.changes.size();
  return entry;
}

std::vector<LogEntry> MakeEntries(std::uint64_t first, std::uint64_t count) {
  std::vector<LogEntry> entries;
  for (std::uint64_t i = 0; i < count; ++i) entries.push_back(MakeEntry(first + i));
  return entries;
}

std::vector<LogEntry> ReadFrom(ChangeLog& log, std::uint64_t from, std::size_t limit = 1000) {
  std::vector<LogEntry> entries;
  const absl::Status status = log.Read(Revision{from}, limit, [&entries](const LogEntry& entry) {
    entries.push_back(entry);
    return true;
  });
  EXPECT_TRUE(status.ok()) << status;
  return entries;
}

void AppendOk(ChangeLog& log, std::uint64_t head, const std::vector<LogEntry>& entries) {
  const AppendResult result = log.Append(Revision{head}, entries, nullptr);
  ASSERT_EQ(result.outcome, AppendOutcome::kCommitted) << result.cause;
}

TEST_P(ChangeLogConformance, StartsEmpty) {
  EXPECT_EQ(log().Head().value(), Revision{0});
  EXPECT_EQ(log().Oldest().value(), Revision{1});
  EXPECT_THAT(ReadFrom(log(), 1), testing::IsEmpty());
  EXPECT_EQ(log().Resolve(TestId(7, 1)).value(), std::nullopt);
}

TEST_P(ChangeLogConformance, GivesBackEveryEntryAsItWasAppended) {
  AppendOk(log(), 0, MakeEntries(1, 1));
  AppendOk(log(), 1, MakeEntries(2, 4));
  Reopen();
  EXPECT_EQ(log().Head().value(), Revision{5});
  EXPECT_EQ(ReadFrom(log(), 1), MakeEntries(1, 5));
  EXPECT_EQ(ReadFrom(log(), 3), MakeEntries(3, 3));
  EXPECT_EQ(log().ReadInfo(Revision{4}).value(), MakeEntry(4).info);
}

TEST_P(ChangeLogConformance, KeepsAnEntryOfSeveralParts) {
  LogEntry large = MakeEntry(1);
  BeforeAfter<Document> document;
  document.after = Document{"large", "text/plain", std::string(std::size_t{3} << 20, 'x'), Revision{1}};
  for (int i = 0; i < 3; ++i) large.changes.push_back(document);
  large.info.change_count = large.changes.size();
  AppendOk(log(), 0, {large, MakeEntry(2)});
  Reopen();
  EXPECT_TRUE(ReadFrom(log(), 1) == (std::vector<LogEntry>{large, MakeEntry(2)}));
  EXPECT_EQ(log().ReadInfo(Revision{1}).value(), large.info);
}

TEST_P(ChangeLogConformance, ReadStopsWhereItIsTold) {
  AppendOk(log(), 0, MakeEntries(1, 6));
  EXPECT_EQ(ReadFrom(log(), 2, 3), MakeEntries(2, 3));
  EXPECT_THAT(ReadFrom(log(), 2, 0), testing::IsEmpty());
  EXPECT_THAT(ReadFrom(log(), 7), testing::IsEmpty());
  int visited = 0;
  EXPECT_TRUE(log().Read(Revision{1}, 100, [&visited](const LogEntry&) { return ++visited < 2; }).ok());
  EXPECT_EQ(visited, 2);
}

TEST_P(ChangeLogConformance, RefusesAnAppendToAnotherHeadAndAppendsNothing) {
  AppendOk(log(), 0, MakeEntries(1, 2));
  for (const std::uint64_t wrong : {0U, 1U, 3U}) {
    const AppendResult result = log().Append(Revision{wrong}, MakeEntries(wrong + 1, 2), nullptr);
    EXPECT_EQ(result.outcome, AppendOutcome::kConflict);
    EXPECT_TRUE(result.cause.ok());
  }
  EXPECT_EQ(log().Head().value(), Revision{2});
  EXPECT_EQ(ReadFrom(log(), 1), MakeEntries(1, 2));
  EXPECT_EQ(log().Resolve(TestId(7, 4)).value(), std::nullopt);
}

TEST_P(ChangeLogConformance, ResolvesTheIdsOfWhatCommitted) {
  AppendOk(log(), 0, MakeEntries(1, 3));
  Reopen();
  EXPECT_EQ(log().Resolve(TestId(7, 2)).value(), MakeEntry(2).info);
  EXPECT_EQ(log().Resolve(TestId(7, 9)).value(), std::nullopt);
}

TEST_P(ChangeLogConformance, WakesTailsUntilTheirHandleIsGone) {
  int first = 0;
  int second = 0;
  auto keep = log().Tail([&first] { ++first; });
  {
    const auto gone = log().Tail([&second] { ++second; });
    AppendOk(log(), 0, MakeEntries(1, 1));
  }
  AppendOk(log(), 1, MakeEntries(2, 1));
  EXPECT_GE(first, 2);
  EXPECT_GE(second, 1);
  const int before = second;
  AppendOk(log(), 2, MakeEntries(3, 1));
  EXPECT_EQ(second, before);
}

TEST_P(ChangeLogConformance, TrimForgetsEntriesButNotOutcomes) {
  AppendOk(log(), 0, MakeEntries(1, 5));
  ASSERT_TRUE(log().Trim(Revision{4}).ok());
  Reopen();
  EXPECT_EQ(log().Oldest().value(), Revision{4});
  EXPECT_EQ(log().Head().value(), Revision{5});
  EXPECT_EQ(ReadFrom(log(), 4), MakeEntries(4, 2));
  const absl::Status read = log().Read(Revision{3}, 1, [](const LogEntry&) { return true; });
  EXPECT_EQ(ReasonOf(read), Reason::kRevisionNotKept) << read;
  EXPECT_EQ(ReasonOf(log().ReadInfo(Revision{3}).status()), Reason::kRevisionNotKept);
  EXPECT_EQ(log().Resolve(TestId(7, 2)).value(), MakeEntry(2).info);
  AppendOk(log(), 5, MakeEntries(6, 1));
  EXPECT_EQ(ReadFrom(log(), 4), MakeEntries(4, 3));
}

TEST_P(ChangeLogConformance, TrimOfEverythingKeepsTheHead) {
  AppendOk(log(), 0, MakeEntries(1, 3));
  ASSERT_TRUE(log().Trim(Revision{4}).ok());
  Reopen();
  EXPECT_EQ(log().Head().value(), Revision{3});
  EXPECT_EQ(log().Oldest().value(), Revision{4});
  EXPECT_FALSE(log().Trim(Revision{6}).ok());
  AppendOk(log(), 3, MakeEntries(4, 1));
  EXPECT_EQ(ReadFrom(log(), 4), MakeEntries(4, 1));
}

}  // namespace
}  // namespace braid::graph::store
