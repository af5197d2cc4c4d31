// How a request gets the one revision that it is answered at, and a reply the header that names it.
//
// Thread safety: pure functions but for the store, which has its own promise.

#ifndef BRAID_SERVICE_READING_H_
#define BRAID_SERVICE_READING_H_

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "braid/v1/common.pb.h"
#include "google/protobuf/message.h"
#include "graph/snapshot.h"
#include "ontology/lookup.h"
#include "service/call_context.h"
#include "service/core.h"
#include "service/wire/page_token.h"

namespace braid::service {

// The snapshot that `consistency` asks for; `at_least_as_fresh` waits until the call's StopBy, at most 10 s.
// Errors: kInvalidArgument a negative revision; kFailedPrecondition STORE_CHANGED; kUnavailable REVISION_NOT_REACHED;
//         kOutOfRange REVISION_NOT_KEPT, REVISION_IN_FUTURE; kCancelled, kDeadlineExceeded
absl::StatusOr<graph::SnapshotPtr> Pin(const Core& core, const CallContext& call, const v1::Consistency& consistency);

// Whether Pin answers `consistency` from memory at once; else it may wait or build.
bool IsAtHand(const v1::Consistency& consistency);

// Fills everything but the notices, or everything.
void FillHeader(const Core& core, const graph::Snapshot& snapshot, v1::ResponseHeader* header);
void FillHeader(const Core& core, const graph::Snapshot& snapshot, const std::vector<ontology::Notice>& notices,
                v1::ResponseHeader* header);

// One page of a list: where it begins, how long it may be, and the token for the next one.
class Page {
 public:
  // Pins the revision of `request`'s page token, or of its consistency on the first page; `Request` has page_size,
  // page_token and consistency. `parts` is the number of parts of a position. Errors: as Pin; kInvalidArgument
  // PAGE_TOKEN_INVALID, VALUE_OUT_OF_RANGE (page_size)
  template <typename Request>
  static absl::StatusOr<Page> Open(const Core& core, const CallContext& call, const Request& request,
                                   std::size_t parts) {
    return Open(core, call, request, request.page_size(), request.page_token(), request.consistency(), parts);
  }

  const graph::Snapshot& snapshot() const { return *snapshot_; }
  const graph::SnapshotPtr& snapshot_ptr() const { return snapshot_; }
  std::size_t size() const { return size_; }
  // Of the last item of the page before; empty on the first page.
  const std::vector<std::string>& position() const { return position_; }

  // The token of the page that follows the item at `position`.
  std::string NextToken(std::vector<std::string> position) const;

 private:
  static absl::StatusOr<Page> Open(const Core& core, const CallContext& call, const google::protobuf::Message& request,
                                   std::int32_t page_size, const std::string& token, const v1::Consistency& consistency,
                                   std::size_t parts);

  graph::SnapshotPtr snapshot_;
  std::size_t size_ = 0;
  std::uint64_t digest_ = 0;
  std::vector<std::string> position_;
};

}  // namespace braid::service

#endif  // BRAID_SERVICE_READING_H_
