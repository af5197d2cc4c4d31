// What a person means who writes a name in the place of an id.

#ifndef BRAID_TOOLS_BRAID_MEANING_H_
#define BRAID_TOOLS_BRAID_MEANING_H_

#include <optional>
#include <string>
#include <vector>

#include "tools/braid/session.h"

namespace braid::cli {

// The id that a person means by `name`: itself where it is one; else that of the one node of `kinds` which has this
// name, or where none has, whose id is a kind, a colon and the name. Nullopt where there is none or several, or no
// answer; standard error says why then, and `*code` how the run ends.
std::optional<std::string> IdMeant(const Session& session, const std::string& name,
                                   const std::vector<std::string>& kinds, ExitCode* code);

}  // namespace braid::cli

#endif  // BRAID_TOOLS_BRAID_MEANING_H_
