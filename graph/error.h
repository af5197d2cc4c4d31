// The one vocabulary of errors: an absl::Status that carries a stable reason, the fields at fault and the way out.
//
// A status made here keeps its reason and violations as a payload, through copies and through every layer;
// `service/wire` turns them into google.rpc details. The code always follows from the reason (api.md, section 6), so
// that one reason can never travel under two codes.
//
// Thread safety: values; any use is safe.

#ifndef BRAID_GRAPH_ERROR_H_
#define BRAID_GRAPH_ERROR_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"

namespace braid::graph {

enum class Reason : std::uint8_t {
  // INVALID_ARGUMENT: wrong at any time.
  kFieldRequired,
  kCurieMalformed,
  kValueOutOfRange,
  kEnumUnknown,
  kPatternInvalid,
  kConditionInvalid,
  kPageTokenInvalid,
  kRecordInvalid,
  kQueryEmpty,
  // NOT_FOUND
  kNodeNotFound,
  kEdgeNotFound,
  kKindNotFound,
  kRelationNotFound,
  kChangeSetNotFound,
  kDocumentNotFound,
  // ALREADY_EXISTS
  kChangeSetIdReused,
  // FAILED_PRECONDITION: wrong for this state.
  kSchemaViolation,
  kCycle,
  kNodeInUse,
  kNodeExists,
  kPreconditionFailed,
  kStoreChanged,
  kFormatNewer,
  // ABORTED: lost a race; read again, then retry.
  kEtagMismatch,
  kHeadMoved,
  // OUT_OF_RANGE
  kRevisionNotKept,
  kRevisionInFuture,
  // RESOURCE_EXHAUSTED
  kLimitExceeded,
  kOverloaded,
  kDiskFull,
  // UNAVAILABLE: try again.
  kRevisionNotReached,
  kStoreReadOnly,
  kDraining,
  kOutcomeUnknown,
  // DEADLINE_EXCEEDED and CANCELLED
  kDeadlineExceeded,
  kCancelled,
  // DATA_LOSS, INTERNAL
  kStoreDamaged,
  kInternal,
};
inline constexpr std::size_t kReasonCount = static_cast<std::size_t>(Reason::kInternal) + 1;

// The reason's name on the wire, `NODE_NOT_FOUND` for kNodeNotFound.
std::string_view NameOf(Reason reason);

// The status code that `reason` always travels under.
absl::StatusCode CodeOf(Reason reason);

// One thing that is wrong.
struct Violation {
  Reason reason = Reason::kInternal;
  std::string field;  // path of the field at fault, `changes[3].put_edge.edge.strength`; empty where there is none
  std::string description;  // names the thing, the value and the way out
  std::string subject;      // the id of the resource concerned, where there is one

  friend bool operator==(const Violation&, const Violation&) = default;
};

// What a status of ours carries beside code and message. `reason` is that of the first violation.
struct ErrorInfo {
  Reason reason = Reason::kInternal;
  std::vector<Violation> violations;  // at least one
  std::vector<std::pair<std::string, std::string>>
      metadata;  // `nearest`, `expected`, `found`, …; in order, keys unique

  friend bool operator==(const ErrorInfo&, const ErrorInfo&) = default;
};

// A status with one violation, whose description is also the message.
[[nodiscard]] absl::Status MakeError(Reason reason, std::string description, std::string field = {},
                                     std::string subject = {},
                                     std::vector<std::pair<std::string, std::string>> metadata = {});

// A status with everything in `info`; the message is the first description, followed by how many more there are.
// REQUIRES: info.violations is not empty.
[[nodiscard]] absl::Status MakeError(const ErrorInfo& info);

// What `status` carries, or nullopt where it was not made here (a library's status).
std::optional<ErrorInfo> ErrorInfoOf(const absl::Status& status);

// `status` with `prefix` put before the field of each violation (`changes[3]` + `.` + field). A status that was not
// made here comes back unchanged.
[[nodiscard]] absl::Status PrefixFields(const absl::Status& status, std::string_view prefix);

// Collects violations so that a caller sees all of them at once, at most 100.
class ErrorList {
 public:
  static constexpr std::size_t kMaxViolations = 100;

  // Adds a violation; the ones past the limit are counted, not kept.
  void Add(Violation violation);
  // Adds all violations of `status`; OK adds nothing.
  void Add(const absl::Status& status);

  // Counts violations that the caller did not keep.
  void Drop(std::size_t count) { dropped_ += count; }

  bool empty() const { return info_.violations.empty(); }
  std::size_t dropped() const { return dropped_; }

  // OK when nothing was added. Metadata `violations_dropped` says how many were not kept, where any was.
  [[nodiscard]] absl::Status ToStatus() const;

 private:
  ErrorInfo info_;
  std::size_t dropped_ = 0;
};

#define BRAID_RETURN_IF_ERROR(expr)                                                     \
  do {                                                                                  \
    if (absl::Status braid_status_ = (expr); !braid_status_.ok()) return braid_status_; \
  } while (false)

#define BRAID_CONCAT_INNER_(a, b) a##b
#define BRAID_CONCAT_(a, b) BRAID_CONCAT_INNER_(a, b)
#define BRAID_ASSIGN_OR_RETURN(lhs, expr) BRAID_ASSIGN_OR_RETURN_(BRAID_CONCAT_(braid_or_, __LINE__), lhs, expr)
#define BRAID_ASSIGN_OR_RETURN_(tmp, lhs, expr) \
  auto tmp = (expr);                            \
  if (!tmp.ok()) return tmp.status();           \
  lhs = *std::move(tmp)

}  // namespace braid::graph

#endif  // BRAID_GRAPH_ERROR_H_
