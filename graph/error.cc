#include "graph/error.h"

#include <array>

#include "absl/strings/cord.h"
#include "fmt/format.h"

namespace braid::graph {
namespace {

// Names the payload; whoever meets it elsewhere can tell whose it is.
constexpr char kPayloadUrl[] = "type.braid/braid.graph.ErrorInfo";

struct ReasonRow {
  Reason reason;
  std::string_view name;
  absl::StatusCode code;
};

// In the order of the enum, which a static_assert below holds it to.
constexpr std::array<ReasonRow, kReasonCount> kReasons = {{
    {Reason::kFieldRequired, "FIELD_REQUIRED", absl::StatusCode::kInvalidArgument},
    {Reason::kCurieMalformed, "CURIE_MALFORMED", absl::StatusCode::kInvalidArgument},
    {Reason::kValueOutOfRange, "VALUE_OUT_OF_RANGE", absl::StatusCode::kInvalidArgument},
    {Reason::kEnumUnknown, "ENUM_UNKNOWN", absl::StatusCode::kInvalidArgument},
    {Reason::kPatternInvalid, "PATTERN_INVALID", absl::StatusCode::kInvalidArgument},
    {Reason::kConditionInvalid, "CONDITION_INVALID", absl::StatusCode::kInvalidArgument},
    {Reason::kPageTokenInvalid, "PAGE_TOKEN_INVALID", absl::StatusCode::kInvalidArgument},
    {Reason::kRecordInvalid, "RECORD_INVALID", absl::StatusCode::kInvalidArgument},
    {Reason::kQueryEmpty, "QUERY_EMPTY", absl::StatusCode::kInvalidArgument},
    {Reason::kNodeNotFound, "NODE_NOT_FOUND", absl::StatusCode::kNotFound},
    {Reason::kEdgeNotFound, "EDGE_NOT_FOUND", absl::StatusCode::kNotFound},
    {Reason::kKindNotFound, "KIND_NOT_FOUND", absl::StatusCode::kNotFound},
    {Reason::kRelationNotFound, "RELATION_NOT_FOUND", absl::StatusCode::kNotFound},
    {Reason::kChangeSetNotFound, "CHANGE_SET_NOT_FOUND", absl::StatusCode::kNotFound},
    {Reason::kDocumentNotFound, "DOCUMENT_NOT_FOUND", absl::StatusCode::kNotFound},
    {Reason::kChangeSetIdReused, "CHANGE_SET_ID_REUSED", absl::StatusCode::kAlreadyExists},
    {Reason::kSchemaViolation, "SCHEMA_VIOLATION", absl::StatusCode::kFailedPrecondition},
    {Reason::kCycle, "CYCLE", absl::StatusCode::kFailedPrecondition},
    {Reason::kNodeInUse, "NODE_IN_USE", absl::StatusCode::kFailedPrecondition},
    {Reason::kNodeExists, "NODE_EXISTS", absl::StatusCode::kFailedPrecondition},
    {Reason::kPreconditionFailed, "PRECONDITION_FAILED", absl::StatusCode::kFailedPrecondition},
    {Reason::kStoreChanged, "STORE_CHANGED", absl::StatusCode::kFailedPrecondition},
    {Reason::kFormatNewer, "FORMAT_NEWER", absl::StatusCode::kFailedPrecondition},
    {Reason::kEtagMismatch, "ETAG_MISMATCH", absl::StatusCode::kAborted},
    {Reason::kHeadMoved, "HEAD_MOVED", absl::StatusCode::kAborted},
    {Reason::kRevisionNotKept, "REVISION_NOT_KEPT", absl::StatusCode::kOutOfRange},
    {Reason::kRevisionInFuture, "REVISION_IN_FUTURE", absl::StatusCode::kOutOfRange},
    {Reason::kLimitExceeded, "LIMIT_EXCEEDED", absl::StatusCode::kResourceExhausted},
    {Reason::kOverloaded, "OVERLOADED", absl::StatusCode::kResourceExhausted},
    {Reason::kDiskFull, "DISK_FULL", absl::StatusCode::kResourceExhausted},
    {Reason::kRevisionNotReached, "REVISION_NOT_REACHED", absl::StatusCode::kUnavailable},
    {Reason::kStoreReadOnly, "STORE_READ_ONLY", absl::StatusCode::kUnavailable},
    {Reason::kDraining, "DRAINING", absl::StatusCode::kUnavailable},
    {Reason::kOutcomeUnknown, "OUTCOME_UNKNOWN", absl::StatusCode::kUnavailable},
    {Reason::kDeadlineExceeded, "DEADLINE_EXCEEDED", absl::StatusCode::kDeadlineExceeded},
    {Reason::kCancelled, "CANCELLED", absl::StatusCode::kCancelled},
    {Reason::kStoreDamaged, "STORE_DAMAGED", absl::StatusCode::kDataLoss},
    {Reason::kInternal, "INTERNAL", absl::StatusCode::kInternal},
}};

constexpr bool RowsAreInOrder() {
  for (std::size_t i = 0; i < kReasons.size(); ++i) {
    if (static_cast<std::size_t>(kReasons[i].reason) != i) return false;
  }
  return true;
}
static_assert(RowsAreInOrder());

// The payload: counts and lengths as four bytes, little-endian; texts as length and bytes; reasons as one byte. It
// lives in memory only, so it needs no version.
class Writer {
 public:
  void Put(Reason reason) { bytes_.push_back(static_cast<char>(reason)); }
  void Put(std::size_t count) {
    for (int shift = 0; shift < 32; shift += 8) bytes_.push_back(static_cast<char>((count >> shift) & 0xFF));
  }
  void Put(std::string_view text) {
    Put(text.size());
    bytes_.append(text);
  }
  absl::Cord Finish() && { return absl::Cord(std::move(bytes_)); }

 private:
  std::string bytes_;
};

class Reader {
 public:
  explicit Reader(std::string_view bytes) : rest_(bytes) {}

  bool Get(Reason& reason) {
    if (rest_.empty() || static_cast<unsigned char>(rest_[0]) >= kReasonCount) return false;
    reason = static_cast<Reason>(rest_[0]);
    rest_.remove_prefix(1);
    return true;
  }
  bool Get(std::size_t& count) {
    if (rest_.size() < 4) return false;
    count = 0;
    for (std::size_t i = 0; i < 4; ++i) count |= std::size_t{static_cast<unsigned char>(rest_[i])} << (8 * i);
    rest_.remove_prefix(4);
    return true;
  }
  bool Get(std::string& text) {
    std::size_t size = 0;
    if (!Get(size) || size > rest_.size()) return false;
    text.assign(rest_.substr(0, size));
    rest_.remove_prefix(size);
    return true;
  }
  bool AtEnd() const { return rest_.empty(); }

 private:
  std::string_view rest_;
};

absl::Cord Encode(const ErrorInfo& info) {
  Writer out;
  out.Put(info.violations.size());
  for (const Violation& violation : info.violations) {
    out.Put(violation.reason);
    out.Put(violation.field);
    out.Put(violation.description);
    out.Put(violation.subject);
  }
  out.Put(info.metadata.size());
  for (const auto& [key, value] : info.metadata) {
    out.Put(key);
    out.Put(value);
  }
  return std::move(out).Finish();
}

std::optional<ErrorInfo> Decode(std::string_view bytes) {
  Reader in(bytes);
  ErrorInfo info;
  std::size_t count = 0;
  if (!in.Get(count) || count == 0) return std::nullopt;
  for (; count > 0; --count) {
    Violation& violation = info.violations.emplace_back();
    if (!in.Get(violation.reason) || !in.Get(violation.field) || !in.Get(violation.description) ||
        !in.Get(violation.subject)) {
      return std::nullopt;
    }
  }
  if (!in.Get(count)) return std::nullopt;
  for (; count > 0; --count) {
    auto& [key, value] = info.metadata.emplace_back();
    if (!in.Get(key) || !in.Get(value)) return std::nullopt;
  }
  if (!in.AtEnd()) return std::nullopt;
  info.reason = info.violations.front().reason;
  return info;
}

}  // namespace

std::string_view NameOf(Reason reason) { return kReasons[static_cast<std::size_t>(reason)].name; }

absl::StatusCode CodeOf(Reason reason) { return kReasons[static_cast<std::size_t>(reason)].code; }

absl::Status MakeError(Reason reason, std::string description, std::string field, std::string subject,
                       std::vector<std::pair<std::string, std::string>> metadata) {
  ErrorInfo info{.reason = reason, .violations = {}, .metadata = std::move(metadata)};
  info.violations.push_back({reason, std::move(field), std::move(description), std::move(subject)});
  return MakeError(info);
}

absl::Status MakeError(const ErrorInfo& info) {
  const Violation& first = info.violations.front();
  const std::size_t more = info.violations.size() - 1;
  std::string message = more == 0 ? first.description : fmt::format("{} (and {} more)", first.description, more);
  absl::Status status(CodeOf(first.reason), message);
  status.SetPayload(kPayloadUrl, Encode(info));
  return status;
}

std::optional<ErrorInfo> ErrorInfoOf(const absl::Status& status) {
  const absl::optional<absl::Cord> payload = status.GetPayload(kPayloadUrl);
  if (!payload.has_value()) return std::nullopt;
  return Decode(std::string(*payload));
}

absl::Status PrefixFields(const absl::Status& status, std::string_view prefix) {
  std::optional<ErrorInfo> info = ErrorInfoOf(status);
  if (!info.has_value()) return status;
  for (Violation& violation : info->violations) {
    violation.field = violation.field.empty() ? std::string(prefix) : fmt::format("{}.{}", prefix, violation.field);
  }
  // Not MakeError: the message may have been given context on its way.
  absl::Status prefixed = status;
  prefixed.SetPayload(kPayloadUrl, Encode(*info));
  return prefixed;
}

void ErrorList::Add(Violation violation) {
  if (info_.violations.size() >= kMaxViolations) {
    ++dropped_;
    return;
  }
  if (info_.violations.empty()) info_.reason = violation.reason;
  info_.violations.push_back(std::move(violation));
}

void ErrorList::Add(const absl::Status& status) {
  if (status.ok()) return;
  std::optional<ErrorInfo> info = ErrorInfoOf(status);
  if (!info.has_value()) {
    Add(Violation{Reason::kInternal, {}, std::string(status.message()), {}});
    return;
  }
  const bool kept = info_.violations.size() < kMaxViolations;
  for (Violation& violation : info->violations) Add(std::move(violation));
  if (!kept) return;
  for (auto& [key, value] : info->metadata) {
    bool known = false;
    for (const auto& entry : info_.metadata) known = known || entry.first == key;
    if (!known) info_.metadata.emplace_back(std::move(key), std::move(value));
  }
}

absl::Status ErrorList::ToStatus() const {
  if (empty()) return absl::OkStatus();
  if (dropped_ == 0) return MakeError(info_);
  ErrorInfo info = info_;
  info.metadata.emplace_back("violations_dropped", std::to_string(dropped_));
  return MakeError(info);
}

}  // namespace braid::graph
