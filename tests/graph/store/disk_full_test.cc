// A full disk: writes say so at once, reads go on, and writing comes back by itself once there is space.

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sched.h>
#include <sys/mount.h>
#include <unistd.h>

#include <chrono>
#include <fstream>
#include <map>
#include <random>
#include <string>
#include <thread>

#include "graph/store/store.h"
#include "tests/graph/store/store_test_support.h"
#include "tests/temporary_directory.h"

namespace braid::graph::store {
namespace {

using std::chrono::steady_clock;

constexpr std::size_t kBallastBytes = std::size_t{32} << 20;

// A small file system of this process alone.
class SmallDisk {
 public:
  SmallDisk() {
    mounted_ = ::unshare(CLONE_NEWNS) == 0 && ::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0 &&
               ::mount("tmpfs", directory_.path().c_str(), "tmpfs", 0, "size=64m") == 0;
  }
  ~SmallDisk() {
    if (mounted_) ::umount2(directory_.path().c_str(), MNT_DETACH);
  }
  bool mounted() const { return mounted_; }
  std::string store_path() const { return directory_.path() + "/store"; }
  std::string ballast_path() const { return directory_.path() + "/ballast"; }

 private:
  test::TemporaryDirectory directory_;
  bool mounted_ = false;
};

ChangeSet MakeLarge(std::uint64_t number) {
  // Not to be compressed away.
  std::string content;
  std::mt19937_64 random(number);
  while (content.size() < (std::size_t{200} << 10)) content += fmt::format("{:x}", random());
  return MakeChangeSet(TestId(1, number),
                       {PutDocument{{fmt::format("doc{}", number), "text/plain", content, Revision{}}}});
}

TEST(DiskFull, WritesAreRefusedReadsGoOnAndWritingComesBack) {
  const SmallDisk disk;
  if (!disk.mounted()) GTEST_SKIP() << "mounting a file system is not allowed here";
  std::ofstream(disk.ballast_path()) << std::string(kBallastBytes, 'b');
  std::unique_ptr<Store> store = OpenOrDie(disk.store_path());
  std::map<std::string, Revision> acknowledged;
  absl::Status full;
  std::uint64_t next = 0;
  steady_clock::duration took{};
  while (full.ok() && next < 2000) {
    const ChangeSet change_set = MakeLarge(next++);
    const auto start = steady_clock::now();
    const absl::StatusOr<CommitResult> result = store->Commit(change_set);
    took = steady_clock::now() - start;
    full = result.status();
    if (result.ok()) acknowledged.emplace(change_set.id, result->info.number);
  }
  EXPECT_EQ(ReasonOf(full), Reason::kDiskFull) << full;
  EXPECT_LT(took, std::chrono::seconds(5));
  EXPECT_GT(acknowledged.size(), 10u);
  EXPECT_FALSE(store->health().writable);
  EXPECT_FALSE(store->health().why.empty());
  for (const auto& [id, revision] : acknowledged) EXPECT_EQ(store->FindChangeSet(id)->number, revision);
  EXPECT_EQ(Number(store->head()->revision()), acknowledged.size());
  EXPECT_TRUE(store->At(Revision{acknowledged.size() / 2}).ok());

  ASSERT_EQ(::unlink(disk.ballast_path().c_str()), 0);
  const auto freed = steady_clock::now();
  absl::StatusOr<CommitResult> again = store->Commit(MakeLarge(next));
  while (!again.ok() && steady_clock::now() - freed < std::chrono::seconds(60)) {
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    again = store->Commit(MakeLarge(next));
  }
  ASSERT_TRUE(again.ok()) << again.status();
  const std::chrono::duration<double> back = steady_clock::now() - freed;
  fmt::print("{} commits, refused after {:.3f} s, writable again {:.1f} s after the disk had space\n",
             acknowledged.size(), std::chrono::duration<double>(took).count(), back.count());
  EXPECT_TRUE(store->health().writable);
  acknowledged.emplace(TestId(1, next), again->info.number);
  store.reset();
  store = OpenOrDie(disk.store_path());
  for (const auto& [id, revision] : acknowledged) EXPECT_EQ(store->FindChangeSet(id)->number, revision);
}

}  // namespace
}  // namespace braid::graph::store
