// Paths as a person reads them in a terminal.

#ifndef BRAID_TOOLS_BRAID_PATH_TEXT_H_
#define BRAID_TOOLS_BRAID_PATH_TEXT_H_

#include <string>

#include "braid/v1/path.pb.h"
#include "tools/braid/terminal.h"

namespace braid::cli {

// The path told, one line a hop, what speaks against it, and the relationship factors beside its techniques.
std::string DrawPath(const v1::Path& path, int rank, const Terminal& terminal);

// What speaks against an answer, and the relationship factors beside its techniques; nothing where there is neither.
std::string DrawBeside(const google::protobuf::RepeatedPtrField<v1::CounterEvidence>& counter_evidence,
                       const google::protobuf::RepeatedPtrField<v1::RelationshipFactor>& factors,
                       const Terminal& terminal);

// What a hop rests on, without the certainty that has a column of its own.
std::string RestsOnText(const v1::Hop& hop);

// Why there is no path, and what would help.
std::string NoPathText(v1::Outcome outcome, const std::string& loosen);

}  // namespace braid::cli

#endif  // BRAID_TOOLS_BRAID_PATH_TEXT_H_
