// How a revision of a plan reads in a terminal: what to do now, what changes and why, what each need's scores say.
//
// In brief what is kept is listed without its reasons; in full every reason, dose and score is there.
//
// Thread safety: pure functions.

#ifndef BRAID_TOOLS_BRAID_REVISION_TEXT_H_
#define BRAID_TOOLS_BRAID_REVISION_TEXT_H_

#include <string>

#include "braid/v1/plan_service.pb.h"
#include "tools/braid/terminal.h"

namespace braid::cli {

// The verdict, safety, `plot` as it is, changes, needs, when to measure next, the relationship, the note on use.
std::string DrawRevision(const v1::ReviseResponse& reply, const std::string& plot, const Terminal& terminal, bool full);

// A block a session, and what went to and fro for nothing.
std::string DrawSimulation(const v1::SimulateCourseResponse& reply, const Terminal& terminal, bool full);

}  // namespace braid::cli

#endif  // BRAID_TOOLS_BRAID_REVISION_TEXT_H_
