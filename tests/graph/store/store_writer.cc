// A process that writes until it is ended, for crash_test.cc.
//
//   store_writer DIRECTORY SEED [COMMITS [trim]]
//
// Two threads commit change sets; each puts the two nodes of its thread with the same stamp, so that a torn one would
// show. Lines on standard output: `start ID` before a commit, `done ID REVISION` after it. With `trim` the log is cut
// at the end.

#include <fmt/format.h>
#include <unistd.h>

#include <cstdint>
#include <cstdlib>
#include <limits>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "graph/store/database.h"
#include "graph/store/embedded_log.h"
#include "graph/store/store.h"
#include "tests/graph/store/store_test_support.h"

namespace braid::graph::store {
namespace {

void Say(const std::string& line) {
  // One write, which a pipe takes whole, and no buffer that a kill would lose.
  if (::write(STDOUT_FILENO, line.data(), line.size()) != static_cast<ssize_t>(line.size())) std::_Exit(2);
}

bool Commit(Store& store, const ChangeSet& change_set) {
  Say(fmt::format("start {}\n", change_set.id));
  const absl::StatusOr<CommitResult> result = store.Commit(change_set);
  if (!result.ok()) return false;
  Say(fmt::format("done {} {}\n", change_set.id, Number(result->info.number)));
  return true;
}

void Write(Store& store, std::uint64_t seed, std::uint64_t thread, std::uint64_t commits) {
  for (std::uint64_t i = 1; i <= commits; ++i) {
    const std::string id = TestId(seed * 2 + thread, i);
    std::vector<Change> changes;
    for (const char* half : {"a", "b"}) changes.push_back(PutNode{MakeNode(fmt::format("t:{}{}", thread, half), id)});
    if (!Commit(store, MakeChangeSet(id, std::move(changes)))) std::_Exit(3);
  }
}

int Run(const std::string& directory, std::uint64_t seed, std::uint64_t commits, bool trim) {
  {
    StoreOptions options;
    options.directory = directory;
    const absl::StatusOr<std::unique_ptr<Store>> store = Store::Open(options);
    if (!store.ok()) return 4;
    if (Number((*store)->head()->revision()) == 0) {
      if (!Commit(**store, MakeChangeSet(TestId(0, 0), TestSchema()))) return 3;
    }
    std::thread other([&] { Write(**store, seed, 1, commits); });
    Write(**store, seed, 0, commits);
    other.join();
  }
  if (!trim) return 0;
  const auto database = Database::Open(directory, false, std::make_shared<Health>());
  if (!database.ok()) return 4;
  return EmbeddedLog(**database).Trim(Revision{commits}).ok() ? 0 : 5;
}

}  // namespace
}  // namespace braid::graph::store

int main(int argc, char** argv) {
  if (argc < 3) return 1;
  const std::uint64_t commits =
      argc > 3 ? std::strtoull(argv[3], nullptr, 10) : std::numeric_limits<std::uint64_t>::max();
  return braid::graph::store::Run(argv[1], std::strtoull(argv[2], nullptr, 10), commits,
                                  argc > 4 && std::string_view(argv[4]) == "trim");
}
