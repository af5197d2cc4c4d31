#include "ontology/text_form.h"

#include <algorithm>

#include "fmt/format.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/io/tokenizer.h"
#include "google/protobuf/message.h"
#include "google/protobuf/text_format.h"
#include "graph/error.h"

namespace braid::ontology {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::TextFormat;

class Complaints : public google::protobuf::io::ErrorCollector {
 public:
  void AddError(int line, google::protobuf::io::ColumnNumber column, const std::string& message) override {
    // The parser counts from zero, and says -1 where it knows no place.
    errors_.Add(TextFormError({std::max(line, 0) + 1, std::max(column, 0) + 1}, message));
  }
  const graph::ErrorList& errors() const { return errors_; }

 private:
  graph::ErrorList errors_;
};

void CollectPlaces(const Message& message, const TextFormat::ParseInfoTree& tree, TextPlaces* places) {
  const google::protobuf::Descriptor& type = *message.GetDescriptor();
  for (int f = 0; f < type.field_count(); ++f) {
    const FieldDescriptor* field = type.field(f);
    if (!field->is_repeated()) continue;
    for (int i = 0; i < message.GetReflection()->FieldSize(message, field); ++i) {
      const TextFormat::ParseLocation at = tree.GetLocation(field, i);
      (*places)[fmt::format("{}[{}]", field->name(), i)] = {at.line + 1, at.column + 1};
    }
  }
}

}  // namespace

absl::Status TextFormError(TextPlace place, std::string_view complaint) {
  return graph::MakeError(graph::Reason::kRecordInvalid,
                          fmt::format("line {}, column {}: {}", place.line, place.column, complaint),
                          fmt::format("{}:{}", place.line, place.column), {},
                          {{"line", std::to_string(place.line)}, {"column", std::to_string(place.column)}});
}

absl::Status ParseTextForm(std::string_view text, Message* message, TextPlaces* places) {
  Complaints complaints;
  TextFormat::ParseInfoTree tree;
  TextFormat::Parser parser;
  parser.RecordErrorsTo(&complaints);
  parser.WriteLocationsTo(&tree);
  const bool parsed = parser.ParseFromString(std::string(text), message);
  BRAID_RETURN_IF_ERROR(complaints.errors().ToStatus());
  if (!parsed) return TextFormError({}, fmt::format("not a text form of {}", message->GetTypeName()));
  if (places != nullptr) CollectPlaces(*message, tree, places);
  return absl::OkStatus();
}

}  // namespace braid::ontology
