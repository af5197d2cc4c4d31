// Which revision a caller asks for, and what every reply says of the one it was given.
//
// Thread safety: pure functions.

#ifndef BRAID_SERVICE_WIRE_CONSISTENCY_H_
#define BRAID_SERVICE_WIRE_CONSISTENCY_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "braid/v1/common.pb.h"
#include "graph/ids.h"
#include "ontology/lookup.h"

namespace braid::service::wire {

struct ReadAt {
  enum class Mode : std::uint8_t { kHead, kAtLeast, kExactly };
  Mode mode = Mode::kHead;
  graph::Revision revision{};  // unless kHead
  std::string store_id;        // the caller's; empty: not checked
};

// Errors: kInvalidArgument VALUE_OUT_OF_RANGE: a negative revision; names the field
absl::StatusOr<ReadAt> DecodeConsistency(const v1::Consistency& message);

void EncodeNotice(const ontology::Notice& notice, v1::Notice* out);

}  // namespace braid::service::wire

#endif  // BRAID_SERVICE_WIRE_CONSISTENCY_H_
