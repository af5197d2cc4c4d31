#include "graph/store/database.h"

#include <fmt/format.h>
#include <rocksdb/db.h>
#include <rocksdb/options.h>
#include <rocksdb/write_batch.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <mutex>
#include <random>
#include <utility>
#include <vector>

#include "graph/error.h"
#include "graph/store/bytes.h"
#include "graph/store/kill_point.h"
#include "graph/store/rocks_options.h"

namespace braid::graph::store {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kFormatKey = "format";
constexpr std::string_view kStateKey = "state";

constexpr std::array<Table, kTableCount> kTables = {Table::kNodes, Table::kEdges, Table::kDocuments, Table::kLog,
                                                    Table::kChangeSets};

rocksdb::Slice ToSlice(std::string_view bytes) { return {bytes.data(), bytes.size()}; }
std::string_view ToView(const rocksdb::Slice& slice) { return {slice.data(), slice.size()}; }

absl::Status FormatNewer(std::string_view what) {
  return MakeError(
      Reason::kFormatNewer,
      fmt::format("the store was written by a newer Braid ({}); this one reads format {}: use the newer one, "
                  "or a store that this one wrote",
                  what, kFormatVersion));
}

// A random UUID, version 4.
std::string NewStoreId() {
  std::random_device random;
  std::array<std::uint32_t, 4> words = {random(), random(), random(), random()};
  words[1] = (words[1] & 0xFFFF'0FFF) | 0x4000;
  words[2] = (words[2] & 0x3FFF'FFFF) | 0x8000'0000;
  return fmt::format("{:08x}-{:04x}-{:04x}-{:04x}-{:04x}{:08x}", words[0], words[1] >> 16, words[1] & 0xFFFF,
                     words[2] >> 16, words[2] & 0xFFFF, words[3]);
}

// Whether `directory` holds rows of a RocksDB that its CURRENT file should name and does not.
bool HoldsOrphanedFiles(const std::string& directory) {
  std::error_code error;
  for (fs::directory_iterator file(directory, error), end; !error && file != end; file.increment(error)) {
    const fs::path extension = file->path().extension();
    if (extension == ".sst" || extension == ".log") return true;
  }
  return false;
}

std::vector<rocksdb::ColumnFamilyDescriptor> Families() {
  // The metadata lie in the family that every RocksDB has.
  std::vector<rocksdb::ColumnFamilyDescriptor> families = {
      {rocksdb::kDefaultColumnFamilyName, MakeTableOptions(false)}};
  for (const Table table : kTables) {
    families.emplace_back(std::string(NameOf(table)),
                          MakeTableOptions(table != Table::kDocuments && table != Table::kLog));
  }
  return families;
}

absl::Status CheckFamilies(const rocksdb::DBOptions& options, const std::string& directory) {
  std::vector<std::string> names;
  BRAID_RETURN_IF_ERROR(
      FromRocks(rocksdb::DB::ListColumnFamilies(options, directory, &names), fmt::format("opening {}", directory)));
  for (const std::string& name : names) {
    const bool known = name == rocksdb::kDefaultColumnFamilyName ||
                       std::any_of(kTables.begin(), kTables.end(), [&](Table table) { return NameOf(table) == name; });
    if (!known) return FormatNewer(fmt::format("it has a table {}", name));
  }
  return absl::OkStatus();
}

absl::Status OpenError(const rocksdb::Status& status, const std::string& directory) {
  const std::string text = status.ToString();
  if (status.IsIOError() &&
      (text.find("While lock file") != std::string::npos || text.find("lock hold by") != std::string::npos)) {
    return MakeError(Reason::kStoreReadOnly,
                     fmt::format("{} is held by another process; stop that one or use another directory", directory));
  }
  return FromRocks(status, fmt::format("opening {}", directory));
}

}  // namespace

class Database::Impl {
 public:
  absl::Status Open(const std::string& directory, bool may_create, const std::shared_ptr<Health>& health);
  ~Impl();

  absl::StatusOr<StoreState> State();
  absl::StatusOr<StoreState> SettledState();
  WriteResult Write(const RowBatch& batch, const std::function<void(StoreState&)>& update);

  rocksdb::ColumnFamilyHandle* family(Table table) const { return families_[static_cast<std::size_t>(table) + 1]; }
  const std::vector<rocksdb::ColumnFamilyHandle*>& families() const { return families_; }
  rocksdb::DB& db() const { return *db_; }

 private:
  rocksdb::ColumnFamilyHandle* metadata() const { return families_.front(); }
  absl::Status Initialize();
  absl::Status CheckFormat();
  absl::StatusOr<bool> IsEmpty() const;
  absl::Status AddChanges(Table table, const RowBatch::Rows& rows, TableDigest& digest, rocksdb::WriteBatch& out) const;

  std::unique_ptr<rocksdb::DB> db_;
  std::vector<rocksdb::ColumnFamilyHandle*> families_;
  std::mutex write_mutex_;  // held through a write; readers of the state do not wait for it
  std::mutex state_mutex_;  // of what follows
  StoreState state_;
  bool state_known_ = false;
};

absl::Status Database::Impl::Open(const std::string& directory, bool may_create,
                                  const std::shared_ptr<Health>& health) {
  rocksdb::DBOptions options = MakeDbOptions(health);
  std::error_code ignored;
  const bool exists = fs::exists(fs::path(directory) / "CURRENT", ignored);
  if (!exists && (!may_create || HoldsOrphanedFiles(directory))) {
    return Damaged(fmt::format("{}: the file CURRENT is missing", directory));
  }
  if (exists) BRAID_RETURN_IF_ERROR(CheckFamilies(options, directory));
  // Never on a store that was complete once: a table that went missing must be noticed.
  options.create_if_missing = may_create;
  options.create_missing_column_families = may_create;
  rocksdb::DB* db = nullptr;
  const rocksdb::Status status = rocksdb::DB::Open(options, directory, Families(), &families_, &db);
  if (!status.ok()) return OpenError(status, directory);
  db_.reset(db);
  KillPoint("open.created");

  std::string format;
  const rocksdb::Status found = db_->Get(CheckedRead(), metadata(), ToSlice(kFormatKey), &format);
  if (found.IsNotFound() && may_create) {
    BRAID_RETURN_IF_ERROR(Initialize());
  } else {
    BRAID_RETURN_IF_ERROR(FromRocks(found, "reading the format's version"));
  }
  BRAID_RETURN_IF_ERROR(CheckFormat());
  return State().status();
}

Database::Impl::~Impl() {
  if (db_ == nullptr) return;
  for (rocksdb::ColumnFamilyHandle* family : families_) db_->DestroyColumnFamilyHandle(family);
  db_->Close();
}

absl::StatusOr<bool> Database::Impl::IsEmpty() const {
  for (rocksdb::ColumnFamilyHandle* family : families_) {
    const std::unique_ptr<rocksdb::Iterator> rows(db_->NewIterator(CheckedRead(), family));
    rows->SeekToFirst();
    if (rows->Valid()) return false;
    BRAID_RETURN_IF_ERROR(FromRocks(rows->status(), "looking for rows"));
  }
  return true;
}

absl::Status Database::Impl::Initialize() {
  BRAID_ASSIGN_OR_RETURN(const bool empty, IsEmpty());
  if (!empty) return Damaged("the directory holds rows but no format's version");
  StoreState fresh;
  fresh.store_id = NewStoreId();
  std::string version;
  AppendLittleEndian(kFormatVersion, version);
  rocksdb::WriteBatch batch;
  batch.Put(metadata(), ToSlice(kFormatKey), version);
  batch.Put(metadata(), ToSlice(kStateKey), EncodeState(fresh));
  return FromRocks(db_->Write(SyncedWrite(), &batch), "making a new store");
}

absl::Status Database::Impl::CheckFormat() {
  std::string format;
  BRAID_RETURN_IF_ERROR(
      FromRocks(db_->Get(CheckedRead(), metadata(), ToSlice(kFormatKey), &format), "reading the format's version"));
  if (format.size() != sizeof(std::uint32_t)) return Damaged("the format's version cannot be read");
  const auto version = ReadLittleEndian<std::uint32_t>(format, 0);
  if (version > kFormatVersion) return FormatNewer(fmt::format("format {}", version));
  if (version == 0) return Damaged("the format's version is 0");
  return absl::OkStatus();
}

absl::StatusOr<StoreState> Database::Impl::State() {
  const std::lock_guard lock(state_mutex_);
  if (state_known_) return state_;
  std::string value;
  BRAID_RETURN_IF_ERROR(
      FromRocks(db_->Get(CheckedRead(), metadata(), ToSlice(kStateKey), &value), "reading the state"));
  BRAID_ASSIGN_OR_RETURN(state_, DecodeState(value));
  state_known_ = true;
  return state_;
}

absl::StatusOr<StoreState> Database::Impl::SettledState() {
  const std::lock_guard turn(write_mutex_);
  return State();
}

absl::Status Database::Impl::AddChanges(Table table, const RowBatch::Rows& rows, TableDigest& digest,
                                        rocksdb::WriteBatch& out) const {
  // In order of keys, which both the look-ups and RocksDB's own list take fastest.
  std::vector<const RowBatch::Rows::value_type*> ordered;
  ordered.reserve(rows.size());
  for (const RowBatch::Rows::value_type& row : rows) ordered.push_back(&row);
  std::sort(ordered.begin(), ordered.end(), [](const auto* a, const auto* b) { return a->first < b->first; });
  rocksdb::PinnableSlice old;
  for (const RowBatch::Rows::value_type* row : ordered) {
    const auto& [key, value] = *row;
    old.Reset();
    const rocksdb::Status found = db_->Get(CheckedRead(), family(table), key, &old);
    if (found.ok()) {
      digest.Subtract(key, ToView(old));
    } else if (!found.IsNotFound()) {
      return FromRocks(found, fmt::format("reading a row of {}", NameOf(table)));
    }
    if (value) {
      digest.Add(key, *value);
      out.Put(family(table), key, *value);
    } else if (found.ok()) {
      out.Delete(family(table), key);
    }
  }
  return absl::OkStatus();
}

Database::WriteResult Database::Impl::Write(const RowBatch& batch, const std::function<void(StoreState&)>& update) {
  const std::lock_guard turn(write_mutex_);
  absl::StatusOr<StoreState> state = State();
  if (!state.ok()) return {state.status()};
  StoreState next = *std::move(state);
  update(next);
  rocksdb::WriteBatch out;
  for (const Table table : kTables) {
    absl::Status status = AddChanges(table, batch.rows(table), next.tables[static_cast<std::size_t>(table)], out);
    if (!status.ok()) return {status};
  }
  out.Put(metadata(), ToSlice(kStateKey), EncodeState(next));
  KillPoint("database.before_write");
  const rocksdb::Status status = db_->Write(SyncedWrite(), &out);
  KillPoint("database.after_write");
  const std::lock_guard lock(state_mutex_);
  state_known_ = status.ok();
  if (status.ok()) state_ = std::move(next);
  return {FromRocks(status, "writing to the store"), true};
}

absl::StatusOr<std::unique_ptr<Database>> Database::Open(const std::string& directory, bool may_create,
                                                         const std::shared_ptr<Health>& health) {
  auto impl = std::make_unique<Impl>();
  BRAID_RETURN_IF_ERROR(impl->Open(directory, may_create, health));
  return std::unique_ptr<Database>(new Database(std::move(impl)));
}

Database::Database(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Database::~Database() = default;

absl::StatusOr<StoreState> Database::State() const { return impl_->State(); }
absl::StatusOr<StoreState> Database::SettledState() const { return impl_->SettledState(); }

Database::WriteResult Database::Write(const RowBatch& batch, const std::function<void(StoreState&)>& update) {
  return impl_->Write(batch, update);
}

absl::Status Database::ReleaseLogs() {
  rocksdb::FlushOptions options;
  options.wait = false;
  options.allow_write_stall = true;
  return FromRocks(impl_->db().Flush(options, impl_->families()), "flushing the replayed log");
}

absl::StatusOr<std::optional<std::string>> Database::Get(Table table, std::string_view key) const {
  std::string value;
  const rocksdb::Status status = impl_->db().Get(CheckedRead(), impl_->family(table), ToSlice(key), &value);
  if (status.IsNotFound()) return std::optional<std::string>();
  BRAID_RETURN_IF_ERROR(FromRocks(status, fmt::format("reading a row of {}", NameOf(table))));
  return std::optional<std::string>(std::move(value));
}

absl::Status Database::Scan(Table table, std::string_view from,
                            const std::function<bool(std::string_view key, std::string_view value)>& visit) const {
  const std::unique_ptr<rocksdb::Iterator> rows(impl_->db().NewIterator(CheckedScan(), impl_->family(table)));
  for (rows->Seek(ToSlice(from)); rows->Valid(); rows->Next()) {
    if (!visit(ToView(rows->key()), ToView(rows->value()))) return absl::OkStatus();
  }
  return FromRocks(rows->status(), fmt::format("reading the table {}", NameOf(table)));
}

}  // namespace braid::graph::store
