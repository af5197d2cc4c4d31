// Protobuf's text form, read with a place for every complaint.
//
// Thread safety: pure functions.

#ifndef BRAID_ONTOLOGY_TEXT_FORM_H_
#define BRAID_ONTOLOGY_TEXT_FORM_H_

#include <map>
#include <string>
#include <string_view>

#include "absl/status/status.h"

namespace google::protobuf {
class Message;
}

namespace braid::ontology {

// A place in a text, counted from 1; columns in bytes, where a tab goes on to the next multiple of eight.
struct TextPlace {
  int line = 1;
  int column = 1;
};

// Where each element of the message's own repeated fields begins: `kinds[3]`.
using TextPlaces = std::map<std::string, TextPlace, std::less<>>;

// Reads `text` into `message`. `places` may be null.
// Errors: kInvalidArgument RECORD_INVALID, one violation a complaint; field `12:7`, metadata `line` and `column` of the
// first
absl::Status ParseTextForm(std::string_view text, google::protobuf::Message* message, TextPlaces* places = nullptr);

// One such complaint.
absl::Status TextFormError(TextPlace place, std::string_view complaint);

}  // namespace braid::ontology

#endif  // BRAID_ONTOLOGY_TEXT_FORM_H_
