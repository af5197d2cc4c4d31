#include "graph/store/rocks_options.h"

#include <fmt/format.h>
#include <rocksdb/cache.h>
#include <rocksdb/env.h>
#include <rocksdb/file_checksum.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/listener.h>
#include <rocksdb/options.h>
#include <rocksdb/sst_file_manager.h>
#include <rocksdb/status.h>
#include <rocksdb/table.h>

#include <utility>

#include "graph/error.h"
#include "graph/store/codec.h"

namespace braid::graph::store {
namespace {

constexpr std::size_t kWriteBufferBytes = std::size_t{32} << 20;  // a table
constexpr std::uint64_t kMaxWalBytes = std::uint64_t{128} << 20;  // bounds what a start replays
constexpr std::size_t kBlockCacheBytes = std::size_t{32}
                                         << 20;  // reads are served from memory: only commits look up rows
constexpr std::uint64_t kDiskReserveBytes = std::uint64_t{16} << 20;
constexpr std::uint64_t kProtectionBytes = 8;
constexpr std::size_t kScanReadahead = std::size_t{2} << 20;
constexpr std::size_t kMaxInfoLogBytes = std::size_t{8} << 20;

bool IsFull(const rocksdb::Status& status) {
  return status.IsNoSpace() || status.subcode() == rocksdb::Status::SubCode::kSpaceLimit;
}

// Turns the store read-only as soon as RocksDB knows that it cannot write, and back when it has recovered.
class HealthListener : public rocksdb::EventListener {
 public:
  explicit HealthListener(std::shared_ptr<Health> health) : health_(std::move(health)) {}

  void OnBackgroundError(rocksdb::BackgroundErrorReason /*reason*/, rocksdb::Status* error) override {
    if (IsFull(*error)) {
      health_->Fail(Failure::kDiskFull, error->ToString());
    } else if (error->severity() >= rocksdb::Status::kFatalError || error->IsCorruption()) {
      health_->Fail(Failure::kLasting, error->ToString());
    } else {
      health_->Fail(Failure::kPassing, error->ToString());
    }
  }

  void OnErrorRecoveryEnd(const rocksdb::BackgroundErrorRecoveryInfo& info) override {
    if (info.new_bg_error.ok()) health_->Recover();
  }

 private:
  std::shared_ptr<Health> health_;
};

}  // namespace

rocksdb::DBOptions MakeDbOptions(const std::shared_ptr<Health>& health) {
  rocksdb::DBOptions options;
  // The default, kPointInTimeRecovery, opens without a word on the records before a flipped bit and drops what came
  // after, also what was acknowledged. This mode refuses every damaged record and still forgives one that a crash cut
  // short; that none of those was acknowledged is what the mark tells (ack_mark.h).
  options.wal_recovery_mode = rocksdb::WALRecoveryMode::kTolerateCorruptedTailRecords;
  options.track_and_verify_wals_in_manifest = true;
  options.paranoid_checks = true;
  options.file_checksum_gen_factory = rocksdb::GetFileChecksumGenCrc32cFactory();
  options.fail_if_options_file_error = true;
  options.allow_data_in_errors = false;
  options.best_efforts_recovery = false;
  options.manual_wal_flush = false;
  options.recycle_log_file_num = 0;
  // A start that refuses a store must leave its log as it found it: the rows are not flushed, and the log not dropped,
  // before everything was checked.
  options.avoid_flush_during_recovery = true;
  options.max_total_wal_size = kMaxWalBytes;
  options.max_background_jobs = 2;
  options.listeners.push_back(std::make_shared<HealthListener>(health));
  options.sst_file_manager.reset(rocksdb::NewSstFileManager(rocksdb::Env::Default()));
  options.sst_file_manager->SetCompactionBufferSize(kDiskReserveBytes);
  options.max_log_file_size = kMaxInfoLogBytes;
  options.keep_log_file_num = 4;
  options.stats_dump_period_sec = 0;
  options.stats_persist_period_sec = 0;
  return options;
}

rocksdb::ColumnFamilyOptions MakeTableOptions(bool point_reads) {
  static const std::shared_ptr<rocksdb::Cache> cache = rocksdb::NewLRUCache(kBlockCacheBytes);
  rocksdb::ColumnFamilyOptions options;
  options.paranoid_file_checks = true;
  options.memtable_protection_bytes_per_key = kProtectionBytes;
  options.write_buffer_size = kWriteBufferBytes;
  options.compression = rocksdb::kLZ4Compression;
  rocksdb::BlockBasedTableOptions table;
  table.block_cache = cache;
  table.block_size = std::size_t{16} << 10;
  table.format_version = 5;
  table.checksum = rocksdb::kXXH3;
  if (point_reads) table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(10));
  options.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
  return options;
}

rocksdb::WriteOptions SyncedWrite() {
  rocksdb::WriteOptions options;
  options.sync = true;
  options.protection_bytes_per_key = kProtectionBytes;
  return options;
}

rocksdb::ReadOptions CheckedRead() {
  rocksdb::ReadOptions options;
  options.verify_checksums = true;
  return options;
}

rocksdb::ReadOptions CheckedScan() {
  rocksdb::ReadOptions options = CheckedRead();
  options.fill_cache = false;
  options.readahead_size = kScanReadahead;
  return options;
}

absl::Status FromRocks(const rocksdb::Status& status, std::string_view doing) {
  if (status.ok()) return absl::OkStatus();
  const std::string what = fmt::format("{}: {}", doing, status.ToString());
  // A file that the MANIFEST names and that is not there is damage, not an error that may pass.
  if (status.IsCorruption() || status.IsPathNotFound() || status.IsNotFound() || status.IsInvalidArgument()) {
    return Damaged(what);
  }
  if (IsFull(status)) {
    return MakeError(Reason::kDiskFull, what + "; free space on the disk, then try again");
  }
  return MakeError(Reason::kStoreReadOnly, what);
}

}  // namespace braid::graph::store
