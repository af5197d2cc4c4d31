// Words that several commands share.

#ifndef BRAID_TOOLS_BRAID_WORDS_H_
#define BRAID_TOOLS_BRAID_WORDS_H_

#include <string>

#include "braid/v1/change.pb.h"
#include "braid/v1/common.pb.h"
#include "braid/v1/node.pb.h"

namespace braid::cli {

// A number without trailing zeros, at most six significant digits.
std::string NumberText(double value);

// `revision 12 · policy 0123456789abcdef`
std::string HeaderText(const v1::ResponseHeader& header);

// `low`, or `definitional` where the relation takes none.
std::string CertaintyText(v1::Certainty certainty);

// The value as a person writes it.
std::string AttributeText(const v1::Attribute& attribute);

// `process:a influences process:b`
std::string KeyText(const v1::EdgeKey& key);

// `2026-11-25 01:10:36 UTC`
std::string TimeText(const google::protobuf::Timestamp& time);

// `A. Curator (stated)`; `unknown` where nobody was named.
std::string AuthorText(const v1::Author& author);

}  // namespace braid::cli

#endif  // BRAID_TOOLS_BRAID_WORDS_H_
