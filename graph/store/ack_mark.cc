#include "graph/store/ack_mark.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>
#include <xxhash.h>

#include <algorithm>
#include <cerrno>
#include <system_error>
#include <utility>

#include "graph/error.h"
#include "graph/store/bytes.h"
#include "graph/store/kill_point.h"

namespace braid::graph::store {
namespace {

constexpr std::string_view kMagic = "BRAIDACK";
constexpr std::size_t kChecksumOffset = AckMark::kSlotBytes - sizeof(std::uint64_t);

std::string EncodeSlot(const Mark& mark) {
  std::string slot(kMagic);
  AppendLittleEndian(mark.format, slot);
  AppendLittleEndian(std::uint32_t{0}, slot);
  slot.append(mark.store_id.begin(), mark.store_id.end());
  AppendLittleEndian(Number(mark.revision), slot);
  AppendLittleEndian(mark.chain.high, slot);
  AppendLittleEndian(mark.chain.low, slot);
  AppendLittleEndian(std::uint64_t{XXH3_64bits(slot.data(), slot.size())}, slot);
  return slot;
}

std::optional<Mark> DecodeSlot(std::string_view slot) {
  if (slot.size() < AckMark::kSlotBytes || slot.substr(0, kMagic.size()) != kMagic) return std::nullopt;
  if (ReadLittleEndian<std::uint64_t>(slot, kChecksumOffset) != XXH3_64bits(slot.data(), kChecksumOffset)) {
    return std::nullopt;
  }
  Mark mark;
  mark.format = ReadLittleEndian<std::uint32_t>(slot, 8);
  std::copy_n(slot.begin() + 16, mark.store_id.size(), mark.store_id.begin());
  mark.revision = Revision{ReadLittleEndian<std::uint64_t>(slot, 32)};
  mark.chain = {ReadLittleEndian<std::uint64_t>(slot, 40), ReadLittleEndian<std::uint64_t>(slot, 48)};
  return mark;
}

absl::Status WriteError(const std::string& path, int error) {
  const std::string what =
      fmt::format("acknowledged mark {}: {}", path, std::error_code(error, std::generic_category()).message());
  if (error == ENOSPC || error == EDQUOT) return MakeError(Reason::kDiskFull, what + "; free space on the disk");
  return MakeError(Reason::kStoreReadOnly, what);
}

bool WriteAll(int descriptor, std::string_view bytes, std::size_t offset) {
  while (!bytes.empty()) {
    const ssize_t written = ::pwrite(descriptor, bytes.data(), bytes.size(), static_cast<off_t>(offset));
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(written));
    offset += static_cast<std::size_t>(written);
  }
  return true;
}

// The file's name is on the disk only once its directory is.
bool SyncDirectoryOf(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  const std::string directory = slash == std::string::npos ? "." : path.substr(0, slash + 1);
  const int descriptor = ::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) return false;
  const bool synced = ::fsync(descriptor) == 0;
  ::close(descriptor);
  return synced;
}

}  // namespace

absl::StatusOr<std::optional<Mark>> AckMark::Read(const std::string& path) {
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0 && errno == ENOENT) return std::optional<Mark>();
  if (descriptor < 0) return WriteError(path, errno);
  std::string bytes(kSlotDistance + kSlotBytes, '\0');
  std::size_t length = 0;
  while (length < bytes.size()) {
    const ssize_t got = ::pread(descriptor, bytes.data() + length, bytes.size() - length, static_cast<off_t>(length));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) {
      const int error = errno;
      ::close(descriptor);
      return WriteError(path, error);
    }
    if (got == 0) break;
    length += static_cast<std::size_t>(got);
  }
  ::close(descriptor);

  const std::string_view read = std::string_view(bytes).substr(0, length);
  const std::optional<Mark> first = DecodeSlot(read.substr(0, kSlotBytes));
  const std::optional<Mark> second = DecodeSlot(read.substr(std::min(kSlotDistance, length)));
  if (!first && !second) {
    return MakeError(
        Reason::kStoreDamaged,
        fmt::format("acknowledged mark {}: neither slot has a valid checksum, so that a lost tail of the log "
                    "could not be noticed; keep the directory and restore it from a backup",
                    path));
  }
  if (first && second && first->store_id != second->store_id) {
    return MakeError(Reason::kStoreDamaged,
                     fmt::format("acknowledged mark {}: its slots belong to different stores; keep the directory and "
                                 "restore it from a backup",
                                 path));
  }
  if (!second || (first && first->revision >= second->revision)) return first;
  return second;
}

absl::StatusOr<AckMark> AckMark::Open(const std::string& path, const Mark& mark) {
  int descriptor = ::open(path.c_str(), O_WRONLY | O_CLOEXEC);
  if (descriptor >= 0) return AckMark(descriptor, path);
  if (errno != ENOENT) return WriteError(path, errno);

  const std::string fresh = path + ".new";
  descriptor = ::open(fresh.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  if (descriptor < 0) return WriteError(fresh, errno);
  AckMark made(descriptor, path);
  BRAID_RETURN_IF_ERROR(made.Write(mark));
  KillPoint("mark.before_rename");
  if (::rename(fresh.c_str(), path.c_str()) != 0 || !SyncDirectoryOf(path)) return WriteError(path, errno);
  return made;
}

absl::Status AckMark::Write(const Mark& mark) {
  const std::string slot = EncodeSlot(mark);
  KillPoint("mark.before_write");
  if (!WriteAll(descriptor_, slot, 0)) return WriteError(path_, errno);
  KillPoint("mark.between_slots");
  if (!WriteAll(descriptor_, slot, kSlotDistance)) return WriteError(path_, errno);
  KillPoint("mark.before_sync");
  if (::fdatasync(descriptor_) != 0) return WriteError(path_, errno);
  KillPoint("mark.after_sync");
  return absl::OkStatus();
}

AckMark::AckMark(int descriptor, std::string path) : descriptor_(descriptor), path_(std::move(path)) {}

AckMark::AckMark(AckMark&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)), path_(std::move(other.path_)) {}

AckMark& AckMark::operator=(AckMark&& other) noexcept {
  std::swap(descriptor_, other.descriptor_);
  std::swap(path_, other.path_);
  return *this;
}

AckMark::~AckMark() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

}  // namespace braid::graph::store
