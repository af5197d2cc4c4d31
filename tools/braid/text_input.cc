#include "tools/braid/text_input.h"

#include <fmt/format.h>
#include <google/protobuf/io/tokenizer.h>
#include <google/protobuf/text_format.h>

#include <fstream>
#include <iostream>
#include <iterator>
#include <optional>
#include <utility>

namespace braid::cli {
namespace {

// Reports where a text form cannot be read, as `file:line:column: why`.
class LineErrors : public google::protobuf::io::ErrorCollector {
 public:
  explicit LineErrors(std::string file) : file_(std::move(file)) {}
  void AddError(int line, google::protobuf::io::ColumnNumber column, const std::string& message) override {
    fmt::print(stderr, "{}:{}:{}: {}\n", file_, line + 1, column + 1, message);
  }

 private:
  std::string file_;
};

std::optional<std::string> ReadAll(const std::string& file) {
  if (file == "-") return std::string(std::istreambuf_iterator<char>(std::cin), {});
  std::ifstream in(file, std::ios::binary);
  if (!in) return std::nullopt;
  return std::string(std::istreambuf_iterator<char>(in), {});
}

}  // namespace

bool ReadTextForm(const std::string& file, google::protobuf::Message* message) {
  const auto text = ReadAll(file);
  if (!text) {
    fmt::print(stderr, "braid: cannot read {}\n", file);
    return false;
  }
  LineErrors errors(file);
  google::protobuf::TextFormat::Parser parser;
  parser.RecordErrorsTo(&errors);
  return parser.ParseFromString(*text, message);
}

}  // namespace braid::cli
