// What a recommendation is drawn as for another program.

#ifndef BRAID_SERVICE_RENDER_PLAN_DOCUMENT_H_
#define BRAID_SERVICE_RENDER_PLAN_DOCUMENT_H_

#include <string>
#include <vector>

#include "braid/v1/plan_service.pb.h"

namespace braid::service {

struct PlanDocument {
  std::string content;                 // JSON, UTF-8, two blanks an indent
  std::vector<v1::RenderLoss> losses;  // fields that are set and not carried, in the order of the message
};

}  // namespace braid::service

#endif  // BRAID_SERVICE_RENDER_PLAN_DOCUMENT_H_
