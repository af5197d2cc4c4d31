// A recommendation as FHIR R4 (4.0.1): a Bundle of a CarePlan (a draft, a proposal), one Evidence a finding and
// concern, and the EvidenceVariables that those are about (https://hl7.org/fhir/R4/careplan.html, evidence.html). No
// extensions. The mapping, field by field, stands in README.md.
//
// Thread safety: pure functions.

#ifndef BRAID_SERVICE_RENDER_FHIR_CARE_PLAN_H_
#define BRAID_SERVICE_RENDER_FHIR_CARE_PLAN_H_

#include <string>

#include "braid/v1/common.pb.h"
#include "braid/v1/plan.pb.h"
#include "service/render/plan_document.h"

namespace braid::service {

// REQUIRES: FillWords was called. `subject_reference` (`Patient/123`) may be empty: then the subject is a display text
// that says so, since R4 requires one, and the losses name `subject_reference`. No times; ids are named by what they
// stand for (RFC 4122, version 5), so the same arguments give the same bytes.
PlanDocument FhirCarePlan(const v1::Recommendation& recommendation, const v1::ResponseHeader& header,
                          const std::string& subject_reference);

}  // namespace braid::service

#endif  // BRAID_SERVICE_RENDER_FHIR_CARE_PLAN_H_
