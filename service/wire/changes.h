// Change sets and revisions, between messages and our types.
//
// Thread safety: pure functions.

#ifndef BRAID_SERVICE_WIRE_CHANGES_H_
#define BRAID_SERVICE_WIRE_CHANGES_H_

#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "braid/v1/change.pb.h"
#include "braid/v1/curation_service.pb.h"
#include "graph/change.h"

namespace braid::service::wire {

// `text`, a UUID in its canonical form (RFC 9562), in lower case. Errors: kInvalidArgument VALUE_OUT_OF_RANGE, naming
// `field`
absl::StatusOr<std::string> CanonicalUuid(std::string_view text, std::string_view field);
// A random UUID (version 4).
std::string MakeUuid();

// `request` as a change set by `author`: its id in lower case, one made where it gives none.
//
// Errors: kInvalidArgument, every bad field at once (`changes[3].put_edge.edge.key`): FIELD_REQUIRED, ENUM_UNKNOWN,
//         VALUE_OUT_OF_RANGE (a negative revision, an id that is no UUID, over a million changes)
absl::StatusOr<graph::ChangeSet> DecodeChangeSet(const v1::CommitRequest& request, const graph::Author& author);

void EncodeRevision(const graph::RevisionInfo& info, v1::Revision* out);
void EncodeAppliedChange(const graph::LoggedChange& change, v1::AppliedChange* out);

}  // namespace braid::service::wire

#endif  // BRAID_SERVICE_WIRE_CHANGES_H_
