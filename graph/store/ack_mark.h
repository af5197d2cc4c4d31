// The last acknowledged revision, kept outside RocksDB so that a log that lost its tail is noticed.
//
// A write-ahead log cut short at a record's end reads as a clean, shorter log: nothing inside it can tell. So each
// group of commits, once durable, is marked in a small file of its own before anyone is told, and open refuses a store
// that is behind.
//
// The file has two slots of 64 bytes, each on a block of its own and with its own checksum, and both hold the same
// mark: they are written one after the other and synced together before the acknowledgement. Hence, whatever is damaged
// in one slot, the other holds all that was ever acknowledged; a crash between the two leaves the newer one ahead,
// which promises nothing that is not durable already, because the mark is only written after the log was synced. Both
// slots damaged is reported.
//
// Thread safety: one writer.

#ifndef BRAID_GRAPH_STORE_ACK_MARK_H_
#define BRAID_GRAPH_STORE_ACK_MARK_H_

#include <array>
#include <cstdint>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "graph/change.h"
#include "graph/ids.h"

namespace braid::graph::store {

struct Mark {
  std::uint32_t format = 0;                    // of the store's files (FORMAT.md)
  std::array<std::uint8_t, 16> store_id = {};  // the UUID's bytes
  Revision revision{};
  Digest128 chain;  // the chain hash of `revision`
  friend bool operator==(const Mark&, const Mark&) = default;
};

class AckMark {
 public:
  static constexpr std::size_t kSlotBytes = 64;
  static constexpr std::size_t kSlotDistance = 4096;

  // The mark in `path`: the greater of the valid slots; nullopt where there is no such file.
  // Errors: kDataLoss (STORE_DAMAGED) no slot is valid, or they belong to different stores; kUnavailable it cannot be
  // read
  static absl::StatusOr<std::optional<Mark>> Read(const std::string& path);

  // Opens `path` for writing; where it does not exist it appears whole, with `mark`.
  // Errors: kUnavailable (STORE_READ_ONLY), kResourceExhausted (DISK_FULL)
  static absl::StatusOr<AckMark> Open(const std::string& path, const Mark& mark);

  // Writes both slots and syncs them. After a failure the mark is either the new or the old one. Errors as Open.
  absl::Status Write(const Mark& mark);

  AckMark(AckMark&& other) noexcept;
  AckMark& operator=(AckMark&& other) noexcept;
  ~AckMark();

 private:
  AckMark(int descriptor, std::string path);

  int descriptor_ = -1;
  std::string path_;
};

}  // namespace braid::graph::store

#endif  // BRAID_GRAPH_STORE_ACK_MARK_H_
