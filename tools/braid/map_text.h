// Connecting maps as a person reads them in a terminal.

#ifndef BRAID_TOOLS_BRAID_MAP_TEXT_H_
#define BRAID_TOOLS_BRAID_MAP_TEXT_H_

#include <string>

#include "braid/v1/path_service.pb.h"
#include "tools/braid/terminal.h"

namespace braid::cli {

// The map told, then drawn as a tree from its first terminal, one line an edge; what several terminals share is marked.
std::string DrawMap(const v1::ConnectingMap& map, const Terminal& terminal);

// The whole answer: every part with its alternatives, or why there is no map.
std::string DrawMaps(const v1::MapSummary& summary, const Terminal& terminal);

}  // namespace braid::cli

#endif  // BRAID_TOOLS_BRAID_MAP_TEXT_H_
