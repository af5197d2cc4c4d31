// Messages that a caller writes by hand, in protobuf's text form.

#ifndef BRAID_TOOLS_BRAID_TEXT_INPUT_H_
#define BRAID_TOOLS_BRAID_TEXT_INPUT_H_

#include <google/protobuf/message.h>

#include <string>

namespace braid::cli {

// Reads `file` (`-`: standard input) into `message`. False where it cannot be read; standard error says why then, with
// line and column.
bool ReadTextForm(const std::string& file, google::protobuf::Message* message);

}  // namespace braid::cli

#endif  // BRAID_TOOLS_BRAID_TEXT_INPUT_H_
