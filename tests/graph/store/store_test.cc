// The store against a model: commits, groups, outcomes, history.

#include "graph/store/store.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rocksdb/db.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <future>
#include <map>
#include <random>
#include <set>
#include <thread>
#include <utility>
#include <vector>

#include "graph/store/ack_mark.h"
#include "graph/store/change_log.h"
#include "graph/store/codec.h"
#include "graph/validate.h"
#include "tests/graph/store/faulty_log.h"
#include "tests/graph/store/store_test_support.h"
#include "tests/temporary_directory.h"

namespace braid::graph::store {
namespace {

using std::chrono::steady_clock;

#define EXPECT_SAME(got, want) EXPECT_TRUE((got) == (want)) << Difference(got, want)

class StoreTest : public testing::Test {
 protected:
  // A store whose revision 1 is the test's schema.
  void OpenWithSchema(const StoreOptions& options = {}) {
    store_ = OpenOrDie(directory_.path(), options);
    if (Number(store_->head()->revision()) == 0) Put(TestSchema());
  }
  void Reopen() {
    store_.reset();
    store_ = OpenOrDie(directory_.path());
  }
  ChangeSet Set(std::vector<Change> changes) { return MakeChangeSet(TestId(99, next_id_++), std::move(changes)); }
  Revision Put(std::vector<Change> changes) {
    const absl::StatusOr<CommitResult> result = store_->Commit(Set(std::move(changes)));
    EXPECT_TRUE(result.ok()) << result.status();
    return result.ok() ? result->info.number : Revision{0};
  }
  GraphModel Graph() const { return GraphModel::Of(*store_->head()); }

  test::TemporaryDirectory directory_;
  std::unique_ptr<Store> store_;
  std::uint64_t next_id_ = 0;
};

TEST_F(StoreTest, StartsEmptyAndKeepsItsIdentity) {
  store_ = OpenOrDie(directory_.path());
  const std::string id(store_->store_id());
  EXPECT_TRUE(IsUuid(id));
  EXPECT_EQ(store_->head()->revision(), Revision{0});
  EXPECT_EQ(store_->head()->node_count(), 0u);
  EXPECT_TRUE(store_->health().writable);
  Reopen();
  EXPECT_EQ(store_->store_id(), id);
}

TEST_F(StoreTest, AgreesWithAModelOverRandomCommitsAndReopens) {
  for (std::uint64_t seed = 1; seed <= CountFromEnvironment("BRAID_MODEL_SEEDS", 4); ++seed) {
    SCOPED_TRACE(fmt::format("seed {}", seed));
    test::TemporaryDirectory directory;
    std::unique_ptr<Store> store = OpenOrDie(directory.path());
    std::mt19937_64 random(seed);
    GraphModel model;
    for (int i = 0; i < 120; ++i) {
      SCOPED_TRACE(fmt::format("commit {}", i));
      const std::string id = TestId(seed, static_cast<std::uint64_t>(i));
      const ChangeSet change_set = i == 0 ? MakeChangeSet(id, TestSchema()) : RandomChangeSet(id, model, random);
      const absl::StatusOr<CommitResult> result = store->Commit(change_set);
      ASSERT_TRUE(result.ok()) << result.status();
      model.Apply(change_set);
      ASSERT_EQ(result->info.number, model.revision);
      const GraphModel got = GraphModel::Of(*store->head());
      ASSERT_TRUE(got == model) << Difference(got, model);
      if (random() % 10 == 0) {
        store.reset();
        if (random() % 3 == 0) FlushTables(directory.path());
        store = OpenOrDie(directory.path());
        const GraphModel loaded = GraphModel::Of(*store->head());
        ASSERT_TRUE(loaded == model) << "after a reopen:\n" << Difference(loaded, model);
      }
    }
  }
}

TEST_F(StoreTest, GivesTheSameSlotsAfterAReopen) {
  OpenWithSchema();
  Put({PutNode{MakeNode("t:1", "one")}, PutNode{MakeNode("t:2", "two")}, PutNode{MakeNode("t:3", "three")}});
  Put({DeleteNode{"t:1"}, DeleteNode{"t:2"}});
  Reopen();
  Put({PutNode{MakeNode("t:4", "four")}, PutNode{MakeNode("t:5", "five")}, PutNode{MakeNode("t:6", "six")}});
  EXPECT_EQ(store_->head()->Find("t:4"), NodeIndex{0});
  EXPECT_EQ(store_->head()->Find("t:5"), NodeIndex{1});
  EXPECT_EQ(store_->head()->Find("t:3"), NodeIndex{2});
  EXPECT_EQ(store_->head()->Find("t:6"), NodeIndex{3});
}

TEST_F(StoreTest, TakesAnEdgeBeforeItsNodeAndANodeGoneBeforeItsEdge) {
  OpenWithSchema();
  Put({PutEdge{MakeEdge("t:1", "part_of", "t:2")}, PutNode{MakeNode("t:1", "one")}, PutNode{MakeNode("t:2", "two")}});
  const GraphModel with_edge = Graph();
  EXPECT_EQ(with_edge.edges.size(), 1u);
  Reopen();
  EXPECT_SAME(Graph(), with_edge);
  Put({DeleteNode{"t:1"}, DeleteEdge{{"t:1", "part_of", "t:2"}}});
  const GraphModel without = Graph();
  EXPECT_TRUE(without.edges.empty());
  Reopen();
  EXPECT_SAME(Graph(), without);
}

TEST_F(StoreTest, ARefusedChangeSetLeavesNothing) {
  OpenWithSchema();
  Put({PutNode{MakeNode("t:1", "one")}});
  const GraphModel before = Graph();
  const ChangeSet bad = Set({PutNode{MakeNode("t:2", "two")}, PutEdge{MakeEdge("t:2", "part_of", "t:nowhere")}});
  EXPECT_EQ(ReasonOf(store_->Commit(bad).status()), Reason::kNodeNotFound);
  EXPECT_SAME(Graph(), before);
  EXPECT_EQ(ReasonOf(store_->FindChangeSet(bad.id).status()), Reason::kChangeSetNotFound);
  Reopen();
  EXPECT_SAME(Graph(), before);
}

TEST_F(StoreTest, PreconditionsAreHeldAgainstTheHeadOfTheTurn) {
  OpenWithSchema();
  const Revision first = Put({PutNode{MakeNode("t:1", "one")}});
  Put({PutNode{MakeNode("t:1", "uno")}});
  ChangeSet stale = Set({PutNode{MakeNode("t:1", "eins")}});
  stale.preconditions = {EtagIs{"t:1", EtagOf(first)}};
  EXPECT_EQ(ReasonOf(store_->Commit(stale).status()), Reason::kEtagMismatch);
  ChangeSet moved = Set({PutNode{MakeNode("t:1", "eins")}});
  moved.preconditions = {HeadIs{first}};
  EXPECT_EQ(ReasonOf(store_->Commit(moved).status()), Reason::kHeadMoved);
  ChangeSet fresh = Set({PutNode{MakeNode("t:1", "eins")}});
  fresh.preconditions = {HeadIs{store_->head()->revision()}, Exists{"t:1"}, Absent{"t:2"}};
  EXPECT_TRUE(store_->Commit(fresh).ok());
}

TEST_F(StoreTest, TheValidatorSeesTheHeadAndRefuses) {
  const auto refuse_two = [](const Snapshot& head, const ChangeSet&) -> absl::Status {
    if (head.node_count() < 2) return absl::OkStatus();
    return MakeError(Reason::kSchemaViolation, "two are enough");
  };
  StoreOptions options;
  options.directory = directory_.path();
  store_ = Store::Open(options, refuse_two).value();
  Put(TestSchema());
  Put({PutNode{MakeNode("t:1", "one")}});
  Put({PutNode{MakeNode("t:2", "two")}});
  EXPECT_EQ(ReasonOf(store_->Commit(Set({PutNode{MakeNode("t:3", "three")}})).status()), Reason::kSchemaViolation);
}

TEST_F(StoreTest, ChecksTheEnvelopeOfAChangeSet) {
  OpenWithSchema();
  ChangeSet change_set = MakeChangeSet("not a UUID", {PutNode{MakeNode("t:1", "one")}});
  change_set.message = std::string(kMaxMessageBytes + 1, 'm');
  change_set.author.name = std::string(kMaxAuthorBytes + 1, 'a');
  const absl::Status status = store_->Commit(change_set).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(ErrorInfoOf(status)->violations.size(), 3u);
}

TEST_F(StoreTest, AppliesAnIdOnceAlsoAfterAReopen) {
  OpenWithSchema();
  const ChangeSet change_set = Set({PutNode{MakeNode("t:1", "one")}});
  const CommitResult first = store_->Commit(change_set).value();
  EXPECT_FALSE(first.repeated);
  Put({PutNode{MakeNode("t:1", "changed since")}});
  for (int i = 0; i < 2; ++i) {
    const CommitResult again = store_->Commit(change_set).value();
    EXPECT_TRUE(again.repeated);
    EXPECT_EQ(again.info, first.info);
    EXPECT_EQ(store_->FindChangeSet(change_set.id).value(), first.info);
    EXPECT_TRUE(store_->Validate(change_set).value().empty());
    Reopen();
  }
  EXPECT_EQ(Graph().nodes.at("t:1").labels.front().text, "changed since");
}

TEST_F(StoreTest, RefusesAnIdWithAnotherContent) {
  OpenWithSchema();
  ChangeSet change_set = Set({PutNode{MakeNode("t:1", "one")}});
  ASSERT_TRUE(store_->Commit(change_set).ok());
  change_set.changes = {PutNode{MakeNode("t:1", "another")}};
  EXPECT_EQ(ReasonOf(store_->Commit(change_set).status()), Reason::kChangeSetIdReused);
  EXPECT_EQ(ReasonOf(store_->Validate(change_set).status()), Reason::kChangeSetIdReused);
}

TEST_F(StoreTest, ValidateWritesNothing) {
  OpenWithSchema();
  const GraphModel before = Graph();
  const ChangeSet change_set = Set({PutNode{MakeNode("t:1", "one")}});
  const std::vector<LoggedChange> would = store_->Validate(change_set).value();
  EXPECT_SAME(Graph(), before);
  const Revision revision = store_->Commit(change_set)->info.number;
  EXPECT_EQ(store_->GetRevision(revision)->changes, would);
}

// Threads that all want the same few nodes: one order, each acknowledged exactly once, and each result what the log
// says.
TEST_F(StoreTest, CommitsOfManyThreadsFallIntoOneOrder) {
  StoreOptions options;
  options.max_group = 5;
  OpenWithSchema(options);
  constexpr int kThreads = 6;
  constexpr int kCommits = 25;
  std::vector<std::vector<std::pair<std::string, Revision>>> done(kThreads);
  std::atomic<int> refused = 0;
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < kCommits; ++i) {
        const std::string id = TestId(static_cast<std::uint64_t>(1000 + t), static_cast<std::uint64_t>(i));
        ChangeSet change_set = MakeChangeSet(id, {PutNode{MakeNode(fmt::format("t:{}", i % 4), id)}});
        // Every third is refused, in whatever group it falls.
        if (i % 3 == 2) change_set.preconditions = {Absent{"t:0"}, Exists{"t:0"}};
        const absl::StatusOr<CommitResult> result = store_->Commit(change_set);
        if (result.ok()) {
          done[static_cast<std::size_t>(t)].emplace_back(id, result->info.number);
        } else {
          EXPECT_EQ(ReasonOf(result.status()), Reason::kPreconditionFailed);
          ++refused;
        }
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(refused, kThreads * 8);
  std::set<Revision> revisions;
  for (const auto& results : done) {
    Revision last{0};
    for (const auto& [id, revision] : results) {
      EXPECT_GT(revision, last) << "a later commit of one thread must come later";
      last = revision;
      EXPECT_TRUE(revisions.insert(revision).second);
      EXPECT_EQ(store_->GetRevision(revision)->info.change_set_id, id);
    }
  }
  EXPECT_EQ(revisions.size(), static_cast<std::size_t>(kThreads * (kCommits - 8)));
  EXPECT_EQ(Number(store_->head()->revision()), revisions.size() + 1);
  const GraphModel graph = Graph();
  Reopen();
  EXPECT_SAME(Graph(), graph);
}

TEST_F(StoreTest, TheSameIdFromManyThreadsIsAppliedOnce) {
  OpenWithSchema();
  const ChangeSet change_set = Set({PutNode{MakeNode("t:1", "one")}});
  ChangeSet other = change_set;
  other.changes = {PutNode{MakeNode("t:1", "other")}};
  std::vector<std::future<absl::StatusOr<CommitResult>>> results;
  for (int i = 0; i < 12; ++i) {
    results.push_back(
        std::async(std::launch::async, [&, i] { return store_->Commit(i % 4 == 3 ? other : change_set); }));
  }
  int applied = 0;
  int reused = 0;
  for (auto& future : results) {
    const absl::StatusOr<CommitResult> result = future.get();
    if (!result.ok()) {
      EXPECT_EQ(ReasonOf(result.status()), Reason::kChangeSetIdReused);
      ++reused;
    } else {
      EXPECT_EQ(result->info.number, Revision{2});
      applied += result->repeated ? 0 : 1;
    }
  }
  EXPECT_EQ(applied, 1);
  EXPECT_TRUE(reused == 3 || reused == 9) << reused;
  EXPECT_EQ(store_->head()->revision(), Revision{2});
}

TEST_F(StoreTest, TimeTravelEqualsAReplayFromTheBeginning) {
  for (const std::uint64_t seed : {11U, 12U}) {
    SCOPED_TRACE(fmt::format("seed {}", seed));
    test::TemporaryDirectory directory;
    FillStore(directory.path(), seed, 80);
    const std::unique_ptr<Store> store = OpenOrDie(directory.path());
    std::vector<GraphModel> replayed(1);
    for (std::uint64_t i = 1; i <= 80; ++i) {
      replayed.push_back(replayed.back());
      replayed.back().Replay(store->GetRevision(Revision{i}).value());
    }
    const GraphModel head = GraphModel::Of(*store->head());
    EXPECT_SAME(head, replayed.back());
    std::mt19937_64 random(seed);
    for (int i = 0; i < 60; ++i) {
      const std::uint64_t revision = random() % 81;
      const absl::StatusOr<SnapshotPtr> past = store->At(Revision{revision});
      ASSERT_TRUE(past.ok()) << past.status();
      const GraphModel got = GraphModel::Of(**past);
      ASSERT_TRUE(got == replayed[revision]) << "revision " << revision << "\n" << Difference(got, replayed[revision]);
    }
  }
}

TEST_F(StoreTest, TravelsNoFurtherThanItsLimit) {
  StoreOptions options;
  options.max_travel_changes = 3;
  options.travel_cache = 0;
  OpenWithSchema(options);
  for (int i = 0; i < 6; ++i) Put({PutNode{MakeNode("t:1", std::to_string(i))}});
  EXPECT_TRUE(store_->At(Revision{7}).ok());
  EXPECT_TRUE(store_->At(Revision{4}).ok());
  const absl::Status too_far = store_->At(Revision{3}).status();
  EXPECT_EQ(ReasonOf(too_far), Reason::kRevisionNotKept);
  EXPECT_THAT(ErrorInfoOf(too_far)->metadata,
              testing::ElementsAre(testing::Pair("oldest_revision", "4"), testing::Pair("head_revision", "7")));
  EXPECT_EQ(ReasonOf(store_->At(Revision{8}).status()), Reason::kRevisionInFuture);
}

TEST_F(StoreTest, ListsRevisionsNewestFirst) {
  OpenWithSchema();
  for (int i = 0; i < 5; ++i) Put({PutNode{MakeNode("t:1", std::to_string(i))}});
  const auto numbers = [&](std::uint64_t before, std::size_t limit) {
    std::vector<std::uint64_t> out;
    const std::vector<RevisionInfo> infos = store_->ListRevisions(Revision{before}, limit).value();
    for (const RevisionInfo& info : infos) out.push_back(Number(info.number));
    return out;
  };
  EXPECT_THAT(numbers(0, 3), testing::ElementsAre(6, 5, 4));
  EXPECT_THAT(numbers(4, 9), testing::ElementsAre(3, 2, 1));
  EXPECT_THAT(numbers(1, 9), testing::IsEmpty());
  EXPECT_THAT(numbers(99, 1), testing::ElementsAre(6));
  const RevisionInfo info = store_->ListRevisions(Revision{0}, 1)->front();
  EXPECT_EQ(info.author, (Author{"tester", true}));
  EXPECT_EQ(info.message, "a test's change");
  EXPECT_EQ(info.change_count, 1u);
  EXPECT_EQ(store_->GetRevision(Revision{6})->info, info);
  EXPECT_EQ(ReasonOf(store_->GetRevision(Revision{7}).status()), Reason::kRevisionInFuture);
  EXPECT_EQ(ReasonOf(store_->GetRevision(Revision{0}).status()), Reason::kRevisionNotKept);
}

TEST_F(StoreTest, TimesNeverRunBackwards) {
  OpenWithSchema();
  for (int i = 0; i < 20; ++i) Put({PutNode{MakeNode("t:1", std::to_string(i))}});
  const std::vector<RevisionInfo> infos = store_->ListRevisions(Revision{0}, 100).value();
  for (std::size_t i = 1; i < infos.size(); ++i) EXPECT_LE(infos[i].time, infos[i - 1].time);
}

TEST_F(StoreTest, AtLeastWaitsForARevision) {
  OpenWithSchema();
  const auto soon = std::async(
      std::launch::async, [&] { return store_->AtLeast(Revision{2}, steady_clock::now() + std::chrono::seconds(60)); });
  Put({PutNode{MakeNode("t:1", "one")}});
  soon.wait();
  EXPECT_EQ(ReasonOf(store_->AtLeast(Revision{3}, steady_clock::now()).status()), Reason::kRevisionNotReached);
  const auto cancelled =
      store_->AtLeast(Revision{3}, steady_clock::now() + std::chrono::seconds(60), [] { return true; });
  EXPECT_EQ(ReasonOf(cancelled.status()), Reason::kCancelled);
}

TEST_F(StoreTest, OneDirectoryHasOneHolder) {
  OpenWithSchema();
  StoreOptions options;
  options.directory = directory_.path();
  const absl::Status second = Store::Open(options).status();
  EXPECT_EQ(second.code(), absl::StatusCode::kUnavailable) << second;
  EXPECT_THAT(std::string(second.message()), testing::HasSubstr("another process"));
}

TEST_F(StoreTest, RefusesANewerFormatAndTouchesNothing) {
  FillStore(directory_.path(), 3, 4);
  const std::string mark_path = directory_.path() + "/ACKNOWLEDGED";
  Mark mark = AckMark::Read(mark_path)->value();
  mark.format = kFormatVersion + 1;
  ASSERT_TRUE(AckMark::Open(mark_path, mark)->Write(mark).ok());
  StoreOptions options;
  options.directory = directory_.path();
  const absl::Status status = Store::Open(options).status();
  EXPECT_EQ(ReasonOf(status), Reason::kFormatNewer) << status;
  mark.format = kFormatVersion;
  ASSERT_TRUE(AckMark::Open(mark_path, mark)->Write(mark).ok());
  EXPECT_TRUE(Store::Open(options).ok());
}

TEST_F(StoreTest, RefusesATableThatItDoesNotKnow) {
  FillStore(directory_.path(), 3, 4);
  {
    std::vector<std::string> names;
    ASSERT_TRUE(rocksdb::DB::ListColumnFamilies(rocksdb::DBOptions(), directory_.path(), &names).ok());
    std::vector<rocksdb::ColumnFamilyDescriptor> families;
    for (const std::string& name : names) families.emplace_back(name, rocksdb::ColumnFamilyOptions());
    families.emplace_back("tomorrow", rocksdb::ColumnFamilyOptions());
    rocksdb::DBOptions options;
    options.create_missing_column_families = true;
    std::vector<rocksdb::ColumnFamilyHandle*> handles;
    rocksdb::DB* db = nullptr;
    ASSERT_TRUE(rocksdb::DB::Open(options, directory_.path(), families, &handles, &db).ok());
    for (rocksdb::ColumnFamilyHandle* handle : handles) db->DestroyColumnFamilyHandle(handle);
    delete db;
  }
  StoreOptions options;
  options.directory = directory_.path();
  EXPECT_EQ(ReasonOf(Store::Open(options).status()), Reason::kFormatNewer);
}

TEST_F(StoreTest, RefusesADirectoryOfAnotherDatabase) {
  {
    rocksdb::Options options;
    options.create_if_missing = true;
    rocksdb::DB* db = nullptr;
    ASSERT_TRUE(rocksdb::DB::Open(options, directory_.path(), &db).ok());
    ASSERT_TRUE(db->Put(rocksdb::WriteOptions(), "theirs", "value").ok());
    delete db;
  }
  StoreOptions options;
  options.directory = directory_.path();
  EXPECT_EQ(ReasonOf(Store::Open(options).status()), Reason::kStoreDamaged);
}

// --- Over a log that lives elsewhere and returns every outcome.

class ForeignLogTest : public StoreTest {
 protected:
  void OpenOver(std::shared_ptr<FaultyLog> log) {
    log_ = std::move(log);
    StoreOptions options;
    options.directory = directory_.path();
    store_ = Store::Open(options, {}, log_).value();
    if (Number(store_->head()->revision()) == 0) Put(TestSchema());
  }
  static LogEntry RivalEntry(Revision number) {
    LogEntry entry;
    entry.info.number = number;
    entry.info.change_set_id = TestId(0x1BAD, Number(number));
    BeforeAfter<Document> document;
    document.after = Document{fmt::format("rival{}", Number(number)), "text/plain", "", number};
    entry.changes = {document};
    entry.info.change_count = 1;
    return entry;
  }

  std::shared_ptr<FaultyLog> log_;
};

TEST_F(ForeignLogTest, WritesTheRowsItself) {
  OpenOver(std::make_shared<FaultyLog>(1, FaultPlan{}));
  Put({PutNode{MakeNode("t:1", "one")}});
  const GraphModel graph = Graph();
  store_.reset();
  OpenOver(log_);
  EXPECT_SAME(Graph(), graph);
}

TEST_F(ForeignLogTest, AppliesWhatTheLogHasBeyondTheTables) {
  OpenOver(std::make_shared<FaultyLog>(1, FaultPlan{}));
  store_.reset();
  for (std::uint64_t i = 2; i < 200; ++i) {
    const LogEntry entry = RivalEntry(Revision{i});
    ASSERT_EQ(log_->Append(Revision{i - 1}, {&entry, 1}, nullptr).outcome, AppendOutcome::kCommitted);
  }
  for (int i = 0; i < 2; ++i) {
    OpenOver(log_);
    EXPECT_EQ(store_->head()->revision(), Revision{199});
    EXPECT_EQ(Graph().documents.size(), 198u);
    store_.reset();
  }
}

TEST_F(ForeignLogTest, RefusesALogThatEndsBeforeTheTables) {
  OpenOver(std::make_shared<FaultyLog>(1, FaultPlan{}));
  store_.reset();
  StoreOptions options;
  options.directory = directory_.path();
  const auto empty = std::make_shared<FaultyLog>(1, FaultPlan{});
  EXPECT_EQ(ReasonOf(Store::Open(options, {}, empty).status()), Reason::kStoreDamaged);
}

TEST_F(ForeignLogTest, ALateLandingIsDoubtfulUntilItLandsAndThenFound) {
  OpenOver(std::make_shared<FaultyLog>(1, FaultPlan{}));
  FaultPlan late;
  late.unknown_late = 100;
  log_->SetPlan(late);
  const ChangeSet change_set = Set({PutNode{MakeNode("t:1", "one")}});
  EXPECT_EQ(ReasonOf(store_->Commit(change_set).status()), Reason::kOutcomeUnknown);
  EXPECT_EQ(ReasonOf(store_->FindChangeSet(change_set.id).status()), Reason::kOutcomeUnknown);
  log_->LandLate();
  EXPECT_EQ(store_->FindChangeSet(change_set.id)->number, Revision{2});
  log_->SetPlan({});
  const CommitResult again = store_->Commit(change_set).value();
  EXPECT_TRUE(again.repeated);
  EXPECT_EQ(Graph().nodes.count("t:1"), 1u);
}

TEST_F(ForeignLogTest, ALostAppendIsAnsweredOnceAnotherTookItsPlace) {
  OpenOver(std::make_shared<FaultyLog>(1, FaultPlan{}));
  FaultPlan lost;
  lost.unknown_lost = 100;
  log_->SetPlan(lost);
  const ChangeSet change_set = Set({PutNode{MakeNode("t:1", "one")}});
  EXPECT_EQ(ReasonOf(store_->Commit(change_set).status()), Reason::kOutcomeUnknown);
  log_->SetPlan({});
  Put({PutNode{MakeNode("t:2", "two")}});
  EXPECT_EQ(ReasonOf(store_->FindChangeSet(change_set.id).status()), Reason::kChangeSetNotFound);
}

// Whatever the log answers: nothing acknowledged is lost, nothing refused appears, every unknown outcome can be told in
// the end, and the graph is what a replay of the log makes.
TEST_F(ForeignLogTest, KeepsItsPromisesThroughEveryOutcome) {
  for (std::uint64_t seed = 1; seed <= CountFromEnvironment("BRAID_OUTCOME_SEEDS", 6); ++seed) {
    SCOPED_TRACE(fmt::format("seed {}", seed));
    test::TemporaryDirectory directory;
    const FaultPlan plan{15, 10, 10, 10, 5};
    const auto log = std::make_shared<FaultyLog>(seed, FaultPlan{}, &ForeignLogTest::RivalEntry);
    StoreOptions options;
    options.directory = directory.path();
    std::unique_ptr<Store> store = Store::Open(options, {}, log).value();
    ASSERT_TRUE(store->Commit(MakeChangeSet(TestId(seed, 0), TestSchema())).ok());
    log->SetPlan(plan);
    std::mt19937_64 random(seed);
    std::map<std::string, Revision> acknowledged;
    std::set<std::string> refused;
    std::set<std::string> unknown;
    for (std::uint64_t i = 1; i <= 150; ++i) {
      const std::string id = TestId(seed, i);
      const ChangeSet change_set = MakeChangeSet(id, {PutNode{MakeNode(fmt::format("t:{}", random() % 9), id)}});
      absl::StatusOr<CommitResult> result = store->Commit(change_set);
      if (!result.ok() && ReasonOf(result.status()) == Reason::kOutcomeUnknown && random() % 2 == 0) {
        result = store->Commit(change_set);
      }
      if (result.ok()) {
        acknowledged.emplace(id, result->info.number);
      } else if (ReasonOf(result.status()) == Reason::kOutcomeUnknown) {
        unknown.insert(id);
      } else {
        refused.insert(id);
      }
      if (random() % 20 == 0) {
        store.reset();
        store = Store::Open(options, {}, log).value();
      }
    }
    log->SetPlan({});
    ASSERT_TRUE(store->Commit(MakeChangeSet(TestId(seed, 999), {PutNode{MakeNode("t:last", "last")}})).ok());
    for (const auto& [id, revision] : acknowledged) EXPECT_EQ(store->FindChangeSet(id)->number, revision);
    for (const std::string& id : unknown) {
      const absl::StatusOr<RevisionInfo> outcome = store->FindChangeSet(id);
      EXPECT_TRUE(outcome.ok() || ReasonOf(outcome.status()) == Reason::kChangeSetNotFound) << outcome.status();
    }
    GraphModel replayed;
    std::set<std::string> logged;
    for (std::uint64_t i = 1; i <= Number(store->head()->revision()); ++i) {
      const LogEntry entry = store->GetRevision(Revision{i}).value();
      EXPECT_TRUE(logged.insert(entry.info.change_set_id).second) << "applied twice";
      replayed.Replay(entry);
    }
    for (const std::string& id : refused) {
      EXPECT_TRUE(!logged.contains(id) || unknown.contains(id)) << id << " was refused and is there";
    }
    const GraphModel graph = GraphModel::Of(*store->head());
    EXPECT_TRUE(graph == replayed) << Difference(graph, replayed);
    store.reset();
    store = Store::Open(options, {}, log).value();
    const GraphModel loaded = GraphModel::Of(*store->head());
    EXPECT_TRUE(loaded == replayed) << Difference(loaded, replayed);
  }
}

}  // namespace
}  // namespace braid::graph::store
