// How long a store takes to open, as a multiple of a raw one-thread RocksDB scan of the same rows in the same run.
//
//   build/bin/load_bench [NODES] [REPEATS]          (1 000 000 nodes, 6 edges a node, 3 times)
//
// Bar (issue "Foundation", architecture section 3): at most 2 ×.

#include <fmt/format.h>
#include <rocksdb/db.h>

#include <algorithm>
#include <boost/uuid/name_generator_sha1.hpp>
#include <boost/uuid/uuid_io.hpp>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "graph/store/store.h"
#include "tools/bench/generated_graph.h"

namespace braid::bench {
namespace {

using Clock = std::chrono::steady_clock;
constexpr std::size_t kChangesPerCommit = 100'000;

double Seconds(Clock::time_point since) { return std::chrono::duration<double>(Clock::now() - since).count(); }

[[noreturn]] void Die(const std::string& why) {
  fmt::print(stderr, "load_bench: {}\n", why);
  std::exit(1);
}

std::unique_ptr<graph::store::Store> Open(const std::string& directory) {
  auto store = graph::store::Store::Open({.directory = directory});
  if (!store.ok()) Die(store.status().ToString());
  return *std::move(store);
}

void Fill(const std::string& directory, const GraphSize& size) {
  const auto store = Open(directory);
  graph::ChangeSet set;
  std::uint64_t number = 0;
  const auto commit = [&] {
    if (set.changes.empty()) return;
    set.id = to_string(boost::uuids::name_generator_sha1(boost::uuids::ns::oid())(fmt::format("{}", ++number)));
    const auto done = store->Commit(set);
    if (!done.ok()) Die(done.status().ToString());
    set.changes.clear();
  };
  Generate(size, [&](graph::Change change) {
    set.changes.push_back(std::move(change));
    if (set.changes.size() == kChangesPerCommit) commit();
  });
  commit();
}

// Reads every row of every column family, checksums verified, on one thread.
std::pair<double, std::uint64_t> Scan(const std::string& directory) {
  std::vector<std::string> names;
  rocksdb::Options options;
  if (!rocksdb::DB::ListColumnFamilies(options, directory, &names).ok()) Die("cannot list column families");
  std::vector<rocksdb::ColumnFamilyDescriptor> families;
  for (const std::string& name : names) families.emplace_back(name, rocksdb::ColumnFamilyOptions());
  std::vector<rocksdb::ColumnFamilyHandle*> handles;
  rocksdb::DB* raw = nullptr;
  if (const auto status = rocksdb::DB::Open(options, directory, families, &handles, &raw); !status.ok()) {
    Die("cannot open for a scan: " + status.ToString());
  }
  const std::unique_ptr<rocksdb::DB> db(raw);
  const auto start = Clock::now();
  std::uint64_t bytes = 0;
  for (rocksdb::ColumnFamilyHandle* handle : handles) {
    rocksdb::ReadOptions read;
    read.fill_cache = false;
    const std::unique_ptr<rocksdb::Iterator> rows(db->NewIterator(read, handle));
    for (rows->SeekToFirst(); rows->Valid(); rows->Next()) bytes += rows->key().size() + rows->value().size();
  }
  const double seconds = Seconds(start);
  for (rocksdb::ColumnFamilyHandle* handle : handles) db->DestroyColumnFamilyHandle(handle);
  return {seconds, bytes};
}

int Main(int argc, char** argv) {
  GraphSize size;
  if (argc > 1) size.nodes = static_cast<std::uint32_t>(std::strtoul(argv[1], nullptr, 10));
  const int repeats = argc > 2 ? std::atoi(argv[2]) : 3;
  const auto directory = std::filesystem::temp_directory_path() / fmt::format("braid-load-bench-{}", std::rand());
  std::filesystem::remove_all(directory);
  const auto start = Clock::now();
  Fill(directory.string(), size);
  fmt::print("filled in {:.1f} s\n", Seconds(start));
  std::vector<double> ratios;
  for (int i = 0; i < repeats; ++i) {
    const auto [scan, bytes] = Scan(directory.string());
    const auto open_start = Clock::now();
    const auto store = Open(directory.string());
    const double open = Seconds(open_start);
    ratios.push_back(open / scan);
    fmt::print("scan {:.2f} s ({} MB), open {:.2f} s: {:.2f} ×, {} nodes, {} edges\n", scan, bytes >> 20U, open,
               open / scan, store->head()->node_count(), store->head()->edge_count());
  }
  std::sort(ratios.begin(), ratios.end());
  fmt::print("median {:.2f} ×\n", ratios[ratios.size() / 2]);
  std::filesystem::remove_all(directory);
  return 0;
}

}  // namespace
}  // namespace braid::bench

int main(int argc, char** argv) { return braid::bench::Main(argc, argv); }
