// How RocksDB is set up, and what its errors mean here.
//
// For .cc files of this folder: nothing of RocksDB's is included, only named.

#ifndef BRAID_GRAPH_STORE_ROCKS_OPTIONS_H_
#define BRAID_GRAPH_STORE_ROCKS_OPTIONS_H_

#include <memory>
#include <string_view>

#include "absl/status/status.h"
#include "graph/store/health.h"

namespace rocksdb {
class Status;
struct ColumnFamilyOptions;
struct DBOptions;
struct ReadOptions;
struct WriteOptions;
}  // namespace rocksdb

namespace braid::graph::store {

// The options of section 3 of the reliability study: each is there because the default was seen to lose or hide damage.
rocksdb::DBOptions MakeDbOptions(const std::shared_ptr<Health>& health);

// `point_reads`: rows are looked up by whole keys, so that a filter pays.
rocksdb::ColumnFamilyOptions MakeTableOptions(bool point_reads);

rocksdb::WriteOptions SyncedWrite();
rocksdb::ReadOptions CheckedRead();  // a row
rocksdb::ReadOptions CheckedScan();  // a whole table: reads ahead and leaves the cache alone

// What `status` means: kDataLoss where bytes are not what was written, kResourceExhausted (DISK_FULL), else
// kUnavailable.
absl::Status FromRocks(const rocksdb::Status& status, std::string_view doing);

}  // namespace braid::graph::store

#endif  // BRAID_GRAPH_STORE_ROCKS_OPTIONS_H_
