// Crashes: a process that writes is killed, at any moment and at each named point. Nothing acknowledged is lost, no
// change set is torn, and every outcome can be told afterwards.

#include <fcntl.h>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <map>
#include <memory>
#include <random>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "graph/store/kill_point.h"
#include "graph/store/store.h"
#include "tests/graph/store/store_test_support.h"
#include "tests/temporary_directory.h"

extern char** environ;

namespace braid::graph::store {
namespace {

// A child with its standard output in a pipe.
class Child {
 public:
  Child(std::vector<std::string> arguments, const std::string& kill_point) {
    arguments.insert(arguments.begin(), BRAID_STORE_WRITER);
    std::vector<std::string> environment;
    for (char** variable = environ; *variable != nullptr; ++variable) environment.emplace_back(*variable);
    if (!kill_point.empty()) environment.push_back("BRAID_KILL_POINT=" + kill_point);
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) throw std::runtime_error("pipe2");
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
    const int error = ::posix_spawn(&pid_, BRAID_STORE_WRITER, &actions, nullptr, Pointers(arguments).data(),
                                    Pointers(environment).data());
    posix_spawn_file_actions_destroy(&actions);
    ::close(ends[1]);
    if (error != 0) throw std::runtime_error("posix_spawn");
    output_.reset(::fdopen(ends[0], "r"));
  }
  ~Child() { Wait(); }

  // The next line, without its end; empty once the child is gone.
  std::string ReadLine() {
    char line[256];
    if (std::fgets(line, sizeof(line), output_.get()) == nullptr) return "";
    std::string text(line);
    // A kill between the bytes of a write cannot be seen: a pipe takes a line whole or not at all.
    if (!text.empty() && text.back() == '\n') text.pop_back();
    return text;
  }
  void Kill() { ::kill(pid_, SIGKILL); }
  int Wait() {
    if (pid_ != 0) ::waitpid(std::exchange(pid_, 0), &status_, 0);
    return status_;
  }

 private:
  static std::vector<char*> Pointers(std::vector<std::string>& strings) {
    std::vector<char*> pointers;
    for (std::string& text : strings) pointers.push_back(text.data());
    pointers.push_back(nullptr);
    return pointers;
  }
  struct Closer {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };

  pid_t pid_ = 0;
  int status_ = 0;
  std::unique_ptr<std::FILE, Closer> output_;
};

// What a child said.
struct Said {
  std::set<std::string> started;
  std::map<std::string, Revision> done;

  void Take(const std::string& line) {
    std::istringstream words(line);
    std::string verb;
    std::string id;
    std::uint64_t revision = 0;
    words >> verb >> id >> revision;
    if (verb == "start") started.insert(id);
    if (verb == "done") done.emplace(id, Revision{revision});
  }
};

std::string LabelOf(const Snapshot& snapshot, const std::string& id) {
  const std::optional<NodeIndex> index = snapshot.Find(id);
  return index ? std::string(snapshot.PreferredLabel(*index)) : "";
}

// Opens what the child left and holds it against what it said. Returns how many change sets were there unacknowledged.
int CheckStore(const std::string& directory, const Said& said) {
  StoreOptions options;
  options.directory = directory;
  const absl::StatusOr<std::unique_ptr<Store>> opened = Store::Open(options);
  EXPECT_TRUE(opened.ok()) << opened.status();
  if (!opened.ok()) return 0;
  const Store& store = **opened;
  for (const auto& [id, revision] : said.done) {
    const absl::StatusOr<RevisionInfo> info = store.FindChangeSet(id);
    EXPECT_TRUE(info.ok()) << "acknowledged and lost: " << id << ": " << info.status();
    EXPECT_EQ(info.ok() ? info->number : Revision{0}, revision);
  }
  int unacknowledged = 0;
  for (const std::string& id : said.started) {
    const absl::StatusOr<RevisionInfo> info = store.FindChangeSet(id);
    EXPECT_TRUE(info.ok() || ReasonOf(info.status()) == Reason::kChangeSetNotFound) << info.status();
    if (info.ok() && !said.done.contains(id)) ++unacknowledged;
  }
  const SnapshotPtr head = store.head();
  for (const char* thread : {"0", "1"}) {
    EXPECT_EQ(LabelOf(*head, fmt::format("t:{}a", thread)), LabelOf(*head, fmt::format("t:{}b", thread))) << "torn";
  }
  GraphModel replayed;
  const Revision oldest = store.oldest_revision();
  if (oldest == Revision{1}) {
    for (std::uint64_t i = 1; i <= Number(head->revision()); ++i)
      replayed.Replay(store.GetRevision(Revision{i}).value());
    const GraphModel graph = GraphModel::Of(*head);
    EXPECT_TRUE(graph == replayed) << Difference(graph, replayed);
  }
  return unacknowledged;
}

TEST(Crash, KilledAtAnyMomentTheStoreKeepsWhatItAcknowledged) {
  const std::uint64_t kills = CountFromEnvironment("BRAID_KILLS", 20);
  const std::uint64_t seed = CountFromEnvironment("BRAID_KILL_SEED", 1);
  std::mt19937_64 random(seed);
  int unacknowledged = 0;
  test::TemporaryDirectory directory;
  Said said;
  for (std::uint64_t i = 0; i < kills; ++i) {
    SCOPED_TRACE(fmt::format("BRAID_KILL_SEED={} kill {}", seed, i));
    Child child({directory.path(), std::to_string(i + 1)}, "");
    for (std::uint64_t lines = random() % 80; lines > 0; --lines) said.Take(child.ReadLine());
    child.Kill();
    for (std::string line = child.ReadLine(); !line.empty(); line = child.ReadLine()) said.Take(line);
    EXPECT_TRUE(WIFSIGNALED(child.Wait()));
    unacknowledged = CheckStore(directory.path(), said);
    if (testing::Test::HasFailure()) break;
  }
  fmt::print("{} kills, {} change sets acknowledged, {} durable but not acknowledged\n", kills, said.done.size(),
             unacknowledged);
  EXPECT_FALSE(said.done.empty());
}

class KillPointTest : public testing::TestWithParam<const char*> {};

TEST_P(KillPointTest, LeavesAStoreThatOpensAndKeepsItsPromises) {
  const std::string point = GetParam();
  for (std::uint64_t pass = 1; pass <= CountFromEnvironment("BRAID_KILL_PASSES", 3); ++pass) {
    SCOPED_TRACE(fmt::format("BRAID_KILL_POINT={}:{}", point, pass));
    test::TemporaryDirectory directory;
    Said said;
    const bool trim = point == "log.before_trim";
    const bool once = point.starts_with("open.") || point == "mark.before_rename" || trim;
    const std::string kill_point = fmt::format("{}:{}", point, once ? 1 : pass);
    {
      std::vector<std::string> arguments = {directory.path(), "1", "20"};
      if (trim) arguments.emplace_back("trim");
      Child child(arguments, kill_point);
      for (std::string line = child.ReadLine(); !line.empty(); line = child.ReadLine()) said.Take(line);
      const int status = child.Wait();
      ASSERT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == kKillPointExit) << "the point was not passed";
    }
    CheckStore(directory.path(), said);
    // And it goes on from there.
    Said more;
    Child child({directory.path(), "2", "5"}, "");
    for (std::string line = child.ReadLine(); !line.empty(); line = child.ReadLine()) more.Take(line);
    EXPECT_EQ(child.Wait(), 0);
    EXPECT_GE(more.done.size(), 10u);
    said.started.merge(more.started);
    said.done.merge(more.done);
    CheckStore(directory.path(), said);
    if (once) break;
  }
}

INSTANTIATE_TEST_SUITE_P(All, KillPointTest,
                         testing::Values("open.created", "open.before_mark", "mark.before_rename", "mark.before_write",
                                         "mark.between_slots", "mark.before_sync", "mark.after_sync",
                                         "commit.before_append", "database.before_write", "database.after_write",
                                         "commit.after_append", "commit.before_publish", "commit.after_publish",
                                         "log.before_trim"),
                         [](const auto& param_info) {
                           std::string name = param_info.param;
                           for (char& c : name) c = c == '.' ? '_' : c;
                           return name;
                         });

TEST(Crash, AnotherProcessCannotOpenAHeldDirectory) {
  test::TemporaryDirectory directory;
  const std::unique_ptr<Store> store = OpenOrDie(directory.path());
  Child child({directory.path(), "1", "1"}, "");
  EXPECT_EQ(child.ReadLine(), "");
  const int status = child.Wait();
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 4);
}

}  // namespace
}  // namespace braid::graph::store
