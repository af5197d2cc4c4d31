// A recommendation as text for people, in the order in which it is to be read: safety, the relationship, the plan.
//
// Plain UTF-8, no escape sequences, no line wider than kTextColumns. Deterministic.
//
// Thread safety: pure functions.

#ifndef BRAID_SERVICE_RENDER_PLAN_TEXT_H_
#define BRAID_SERVICE_RENDER_PLAN_TEXT_H_

#include <cstddef>
#include <string>

#include "braid/v1/common.pb.h"
#include "braid/v1/node.pb.h"
#include "braid/v1/plan.pb.h"
#include "google/protobuf/repeated_ptr_field.h"

namespace braid::service {

inline constexpr std::size_t kTextColumns = 100;

struct PlanTextOptions {
  // Everything: witnesses, factors, rules, evidence a concern, all exclusions, other plans, robustness, assumptions.
  // Else about one screen; what is left out is counted there, never dropped without a word.
  bool full = false;
};

// REQUIRES: FillWords was called.
std::string PlanText(const v1::Recommendation& recommendation, const v1::ResponseHeader& header,
                     const v1::Completeness& completeness, const PlanTextOptions& options);

}  // namespace braid::service

#endif  // BRAID_SERVICE_RENDER_PLAN_TEXT_H_
