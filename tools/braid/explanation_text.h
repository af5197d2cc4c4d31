// Why a technique is recommended or not, as a person reads it in a terminal.

#ifndef BRAID_TOOLS_BRAID_EXPLANATION_TEXT_H_
#define BRAID_TOOLS_BRAID_EXPLANATION_TEXT_H_

#include <string>

#include "braid/v1/plan_service.pb.h"
#include "tools/braid/terminal.h"

namespace braid::cli {

// Where it stands, what it does for each need and by which way, what would bring it in, the note on use.
std::string DrawExplanation(const v1::ExplainResponse& reply, const Terminal& terminal);

}  // namespace braid::cli

#endif  // BRAID_TOOLS_BRAID_EXPLANATION_TEXT_H_
