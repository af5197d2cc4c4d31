// Damaged stores: each damage is reported when the store is opened, or has no effect on what is served.

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "graph/store/store.h"
#include "tests/graph/store/store_test_support.h"
#include "tests/temporary_directory.h"

namespace braid::graph::store {
namespace {

namespace fs = std::filesystem;

std::string ReadFile(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

void WriteFile(const fs::path& path, const std::string& bytes) { std::ofstream(path, std::ios::binary) << bytes; }

// A closed store with rows in table files and in the log files, and what it must serve.
class DamageTest : public testing::Test {
 protected:
  static constexpr std::uint64_t kSeed = 5;

  DamageTest() {
    FillStore(directory_.path(), kSeed, 60);
    FlushTables(directory_.path());
    const std::unique_ptr<Store> store = OpenOrDie(directory_.path());
    std::mt19937_64 random(kSeed + 1);
    GraphModel model = GraphModel::Of(*store->head());
    for (int i = 0; i < 15; ++i) {
      const ChangeSet change_set = RandomChangeSet(TestId(kSeed, Number(model.revision)), model, random);
      if (!store->Commit(change_set).ok()) throw std::runtime_error("commit");
      model.Apply(change_set);
    }
    want_ = Serve(*store);
  }

  // Everything that a store answers: the graph, the history, the outcomes.
  struct Served {
    GraphModel graph;
    std::vector<LogEntry> log;
    friend bool operator==(const Served&, const Served&) = default;
  };
  static Served Serve(const Store& store) {
    Served served{GraphModel::Of(*store.head()), {}};
    for (std::uint64_t i = 1; i <= Number(store.head()->revision()); ++i) {
      served.log.push_back(store.GetRevision(Revision{i}).value());
      const RevisionInfo& info = served.log.back().info;
      EXPECT_EQ(store.FindChangeSet(info.change_set_id).value(), info);
    }
    return served;
  }

  // Opens a copy of the store with `damage` done to it. True: reported as damage. Otherwise what it serves is compared.
  bool IsReported(const std::function<void(const fs::path& directory)>& damage, std::string* message = nullptr) const {
    test::TemporaryDirectory copy;
    fs::copy(directory_.path(), copy.path(), fs::copy_options::recursive | fs::copy_options::overwrite_existing);
    damage(copy.path());
    StoreOptions options;
    options.directory = copy.path();
    const absl::StatusOr<std::unique_ptr<Store>> store = Store::Open(options);
    if (store.ok()) {
      EXPECT_TRUE(Serve(**store) == want_) << "damage was served";
      return false;
    }
    EXPECT_EQ(store.status().code(), absl::StatusCode::kDataLoss) << store.status();
    EXPECT_EQ(ReasonOf(store.status()), Reason::kStoreDamaged);
    if (message != nullptr) *message = std::string(store.status().message());
    return true;
  }

  std::vector<std::string> Files() const {
    std::vector<std::string> names;
    for (const fs::directory_entry& file : fs::directory_iterator(directory_.path())) {
      const std::string name = file.path().filename().string();
      // LOCK is empty, and RocksDB's own diary is read by people only.
      if (fs::file_size(file.path()) > 0 && !name.starts_with("LOG")) names.push_back(name);
    }
    std::sort(names.begin(), names.end());
    return names;
  }

  static bool IsWal(const std::string& name) { return name.ends_with(".log"); }
  // Where a write-ahead log that RocksDB has filled with zeros in advance ends.
  static std::size_t UsedBytes(const std::string& bytes) { return bytes.find_last_not_of('\0') + 1; }

  test::TemporaryDirectory directory_;
  Served want_;
};

TEST_F(DamageTest, EveryFlippedBitIsReportedOrWithoutEffect) {
  const std::uint64_t flips = CountFromEnvironment("BRAID_FLIPS", 200);
  const std::uint64_t seed = CountFromEnvironment("BRAID_FLIP_SEED", kSeed);
  std::mt19937_64 random(seed);
  const std::vector<std::string> files = Files();
  std::map<std::string, std::pair<int, int>> counts;  // by sort of file: flips, reported
  for (std::uint64_t i = 0; i < flips; ++i) {
    // File by file, so that the small ones get their share.
    const std::string& name = files[i % files.size()];
    const std::uint64_t bit = random() % (fs::file_size(directory_.path() + "/" + name) * 8);
    SCOPED_TRACE(fmt::format("BRAID_FLIP_SEED={} flip {}: {} bit {}", seed, i, name, bit));
    const bool reported = IsReported([&](const fs::path& directory) {
      std::string bytes = ReadFile(directory / name);
      bytes[bit / 8] = static_cast<char>(bytes[bit / 8] ^ (1 << bit % 8));
      WriteFile(directory / name, bytes);
    });
    const fs::path path(name);
    auto& [count, found] = counts[path.has_extension() ? path.extension().string() : name.substr(0, name.find('-'))];
    ++count;
    found += reported ? 1 : 0;
    if (HasFailure()) break;
  }
  for (const auto& [sort, pair] : counts) {
    fmt::print("{}: {} flips, {} reported, {} without effect\n", sort, pair.first, pair.second,
               pair.first - pair.second);
  }
  EXPECT_GT(counts[".log"].second, 0);
  EXPECT_GT(counts[".sst"].second, 0);
  EXPECT_GT(counts["MANIFEST"].second, 0);
}

TEST_F(DamageTest, ATruncatedLogIsRefusedWithBothRevisions) {
  const std::vector<std::string> files = Files();
  const auto wal = std::find_if(files.rbegin(), files.rend(), [&](const std::string& name) {
    return IsWal(name) && UsedBytes(ReadFile(fs::path(directory_.path()) / name)) > 0;
  });
  ASSERT_NE(wal, files.rend());
  const std::size_t used = UsedBytes(ReadFile(fs::path(directory_.path()) / *wal));
  std::mt19937_64 random(kSeed);
  for (std::uint64_t i = 0; i < CountFromEnvironment("BRAID_TRUNCATIONS", 30); ++i) {
    const std::uint64_t length = random() % used;
    SCOPED_TRACE(fmt::format("seed {}: {} cut to {} of {} bytes", kSeed, *wal, length, used));
    std::string message;
    EXPECT_TRUE(IsReported([&](const fs::path& directory) { fs::resize_file(directory / *wal, length); }, &message));
    EXPECT_THAT(message, testing::HasSubstr(fmt::format("revision {} was acknowledged", want_.log.size())));
    EXPECT_THAT(message, testing::HasSubstr("the store ends at revision"));
    EXPECT_THAT(message, testing::HasSubstr("backup"));
  }
}

TEST_F(DamageTest, AMissingFileIsReportedOrWithoutEffect) {
  for (const std::string& name : Files()) {
    SCOPED_TRACE(name);
    const bool reported = IsReported([&](const fs::path& directory) { fs::remove(directory / name); });
    const bool harmless = name.starts_with("OPTIONS") || name == "IDENTITY" || (IsWal(name) && !reported);
    EXPECT_TRUE(reported || harmless) << name;
  }
}

TEST_F(DamageTest, AMarkOfAnotherStoreIsRefused) {
  test::TemporaryDirectory other;
  FillStore(other.path(), kSeed, 5);
  std::string message;
  EXPECT_TRUE(IsReported(
      [&](const fs::path& directory) {
        fs::copy_file(fs::path(other.path()) / "ACKNOWLEDGED", directory / "ACKNOWLEDGED",
                      fs::copy_options::overwrite_existing);
      },
      &message));
  EXPECT_THAT(message, testing::HasSubstr("another store"));
}

TEST_F(DamageTest, AnOlderStoreBesideANewerMarkIsRefused) {
  test::TemporaryDirectory older;
  fs::copy(directory_.path(), older.path(), fs::copy_options::recursive | fs::copy_options::overwrite_existing);
  {
    const std::unique_ptr<Store> store = OpenOrDie(directory_.path());
    ASSERT_TRUE(store->Commit(MakeChangeSet(TestId(77, 1), {PutNode{MakeNode("t:new", "new")}})).ok());
  }
  fs::copy_file(fs::path(directory_.path()) / "ACKNOWLEDGED", fs::path(older.path()) / "ACKNOWLEDGED",
                fs::copy_options::overwrite_existing);
  StoreOptions options;
  options.directory = older.path();
  EXPECT_EQ(ReasonOf(Store::Open(options).status()), Reason::kStoreDamaged);
}

TEST_F(DamageTest, ARefusedStoreOpensAgainOnceTheDamageIsMended) {
  test::TemporaryDirectory copy;
  fs::copy(directory_.path(), copy.path(), fs::copy_options::recursive | fs::copy_options::overwrite_existing);
  const fs::path mark = fs::path(copy.path()) / "ACKNOWLEDGED";
  const std::string whole = ReadFile(mark);
  WriteFile(mark, "");
  StoreOptions options;
  options.directory = copy.path();
  for (int i = 0; i < 3; ++i) EXPECT_EQ(ReasonOf(Store::Open(options).status()), Reason::kStoreDamaged);
  fs::remove(mark);
  for (int i = 0; i < 3; ++i) EXPECT_EQ(ReasonOf(Store::Open(options).status()), Reason::kStoreDamaged);
  WriteFile(mark, whole);
  const std::unique_ptr<Store> store = OpenOrDie(copy.path());
  EXPECT_TRUE(Serve(*store) == want_);
}

}  // namespace
}  // namespace braid::graph::store
