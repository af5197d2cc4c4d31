// What a document does not carry of a recommendation, found by looking at every field that is set.
//
// A format names the fields that it carries; all others that are set are losses, also those that were added to the
// message after the format was written. Fields are written as `plans[].value`; the name of a message stands for all of
// its fields.
//
// Thread safety: pure functions.

#ifndef BRAID_SERVICE_RENDER_RENDER_LOSSES_H_
#define BRAID_SERVICE_RENDER_RENDER_LOSSES_H_

#include <string>
#include <string_view>
#include <vector>

#include "braid/v1/plan.pb.h"
#include "braid/v1/plan_service.pb.h"

namespace braid::service {

struct LossReason {
  std::string_view field;    // the field or a message around it; the longest that fits counts
  std::string_view because;  // a sentence
};

struct RenderCoverage {
  std::vector<std::string_view> carried;
  std::vector<LossReason> reasons;
  std::string_view otherwise;  // the sentence for a loss without a reason of its own
};

// The fields of `recommendation` that are set and not carried, in the order of the message. A message of which nothing
// is carried is one loss. O(size of the message · fields of the coverage).
std::vector<v1::RenderLoss> LossesOf(const v1::Recommendation& recommendation, const RenderCoverage& coverage);

v1::RenderLoss Loss(std::string field, std::string because);

}  // namespace braid::service

#endif  // BRAID_SERVICE_RENDER_RENDER_LOSSES_H_
