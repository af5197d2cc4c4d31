// The commands, each a thin face of one method: flags in, one call, the reply drawn.
//
// Every Add… function declares its commands on `app`; parsing one sets `*run` to what carries it out.

#ifndef BRAID_TOOLS_BRAID_COMMANDS_H_
#define BRAID_TOOLS_BRAID_COMMANDS_H_

#include <functional>

#include "tools/braid/session.h"

namespace CLI {
class App;
}

namespace braid::cli {

using Run = std::function<ExitCode(const Session&)>;

void AddLookupCommands(CLI::App& app, Run* run);    // get, list, neighbors, schema, policy
void AddPathCommands(CLI::App& app, Run* run);      // paths, sum
void AddMapCommands(CLI::App& app, Run* run);       // connect
void AddEvidenceCommands(CLI::App& app, Run* run);  // evidence
void AddPlanCommands(CLI::App& app, Run* run);      // recommend, explain
void AddCourseCommands(CLI::App& app, Run* run);    // revise, simulate
void AddCurationCommands(CLI::App& app, Run* run);  // commit
void AddHistoryCommands(CLI::App& app, Run* run);   // log, show
void AddServerCommands(CLI::App& app, Run* run);    // info

}  // namespace braid::cli

#endif  // BRAID_TOOLS_BRAID_COMMANDS_H_
