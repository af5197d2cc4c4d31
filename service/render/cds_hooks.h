// A recommendation as the response of a CDS Hooks 2.0 service: cards (https://cds-hooks.hl7.org/2.0/).
//
// One card each for: every safety step, the relationship, the plan, the questions, what is not to be used for safety.
// The mapping, field by field, stands in README.md.
//
// Thread safety: pure functions.

#ifndef BRAID_SERVICE_RENDER_CDS_HOOKS_H_
#define BRAID_SERVICE_RENDER_CDS_HOOKS_H_

#include "braid/v1/common.pb.h"
#include "braid/v1/plan.pb.h"
#include "service/render/plan_document.h"

namespace braid::service {

// REQUIRES: FillWords was called. Summaries have fewer than 140 characters, as the specification asks; a longer one is
// cut at a word, ends in `…`, and stands whole in the detail. The same recommendation gives the same bytes, uuids
// included: they are named by what they stand for (RFC 4122, version 5).
PlanDocument CdsHooksCards(const v1::Recommendation& recommendation, const v1::ResponseHeader& header);

}  // namespace braid::service

#endif  // BRAID_SERVICE_RENDER_CDS_HOOKS_H_
