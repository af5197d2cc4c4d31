// The conformance suite over the logs that there are, and what is the embedded one's own.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <utility>

#include "graph/store/database.h"
#include "graph/store/embedded_log.h"
#include "tests/graph/store/change_log_conformance.h"
#include "tests/graph/store/faulty_log.h"
#include "tests/graph/store/store_test_support.h"
#include "tests/temporary_directory.h"

namespace braid::graph::store {
namespace {

std::unique_ptr<Database> OpenDatabase(const std::string& directory, bool may_create) {
  absl::StatusOr<std::unique_ptr<Database>> database =
      Database::Open(directory, may_create, std::make_shared<Health>());
  EXPECT_TRUE(database.ok()) << database.status();
  return *std::move(database);
}

class EmbeddedUnderTest : public LogUnderTest {
 public:
  EmbeddedUnderTest() { Open(true); }
  ChangeLog& log() override { return *log_; }
  void Reopen() override {
    log_.reset();
    database_.reset();
    Open(false);
  }

 private:
  void Open(bool may_create) {
    database_ = OpenDatabase(directory_.path(), may_create);
    log_.emplace(*database_);
  }

  test::TemporaryDirectory directory_;
  std::unique_ptr<Database> database_;
  std::optional<EmbeddedLog> log_;
};

class FaultyUnderTest : public LogUnderTest {
 public:
  ChangeLog& log() override { return log_; }

 private:
  FaultyLog log_{1, FaultPlan{}};
};

INSTANTIATE_TEST_SUITE_P(Embedded, ChangeLogConformance,
                         testing::Values(LogFactory([] { return std::make_unique<EmbeddedUnderTest>(); })));
INSTANTIATE_TEST_SUITE_P(InMemory, ChangeLogConformance,
                         testing::Values(LogFactory([] { return std::make_unique<FaultyUnderTest>(); })));

LogEntry EmptyEntry(std::uint64_t number) {
  LogEntry entry;
  entry.info.number = Revision{number};
  entry.info.change_set_id = TestId(1, number);
  return entry;
}

TEST(EmbeddedLog, WritesTheRowsWithTheEntriesAndKeepsTheirDigest) {
  test::TemporaryDirectory directory;
  StoreState state;
  {
    const std::unique_ptr<Database> database = OpenDatabase(directory.path(), true);
    EmbeddedLog log(*database);
    RowBatch rows;
    rows.Put(Table::kNodes, "one", "1");
    rows.Put(Table::kNodes, "two", "2");
    const LogEntry first = EmptyEntry(1);
    const AppendResult appended = log.Append(Revision{0}, {&first, 1}, &rows);
    ASSERT_EQ(appended.outcome, AppendOutcome::kCommitted);
    EXPECT_TRUE(appended.rows_written);
    RowBatch more;
    more.Put(Table::kNodes, "one", "changed");
    more.Erase(Table::kNodes, "two");
    more.Erase(Table::kNodes, "never there");
    more.Put(Table::kNodes, "three", "3");
    const LogEntry second = EmptyEntry(2);
    ASSERT_EQ(log.Append(Revision{1}, {&second, 1}, &more).outcome, AppendOutcome::kCommitted);
  }
  const std::unique_ptr<Database> database = OpenDatabase(directory.path(), false);
  state = database->State().value();
  EXPECT_EQ(state.applied, Revision{2});
  TableDigest want;
  want.Add("one", "changed");
  want.Add("three", "3");
  EXPECT_EQ(state.tables[static_cast<std::size_t>(Table::kNodes)], want);
  for (const Table table : {Table::kNodes, Table::kLog, Table::kChangeSets}) {
    TableDigest read;
    ASSERT_TRUE(database
                    ->Scan(table, {},
                           [&read](std::string_view key, std::string_view value) {
                             read.Add(key, value);
                             return true;
                           })
                    .ok());
    EXPECT_EQ(state.tables[static_cast<std::size_t>(table)], read) << NameOf(table);
  }
}

TEST(EmbeddedLog, KeepsDigestsThroughATrimOfManySteps) {
  test::TemporaryDirectory directory;
  const std::unique_ptr<Database> database = OpenDatabase(directory.path(), true);
  EmbeddedLog log(*database);
  std::vector<LogEntry> entries;
  for (std::uint64_t i = 1; i <= 2500; ++i) entries.push_back(EmptyEntry(i));
  ASSERT_EQ(log.Append(Revision{0}, entries, nullptr).outcome, AppendOutcome::kCommitted);
  ASSERT_TRUE(log.Trim(Revision{2400}).ok());
  const StoreState state = database->State().value();
  EXPECT_EQ(state.log_oldest, Revision{2400});
  EXPECT_EQ(state.tables[static_cast<std::size_t>(Table::kLog)].row_count, 101u);
  EXPECT_EQ(state.tables[static_cast<std::size_t>(Table::kChangeSets)].row_count, 2500u);
}

}  // namespace
}  // namespace braid::graph::store
