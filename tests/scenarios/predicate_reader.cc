#include "tests/scenarios/predicate_reader.h"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <utility>

#include "absl/status/status.h"
#include "fmt/format.h"
#include "fmt/ranges.h"
#include "graph/error.h"
#include "graph/nearest.h"

namespace braid::scenarios {
namespace {

bool IsBlank(char c) { return c == ' ' || c == '\n' || c == '\t'; }
bool IsMark(char c) {
  return c == '(' || c == ')' || c == '[' || c == ']' || c == ',' || c == '=' || c == '>' || c == '<';
}

std::string PrefixOf(const google::protobuf::EnumDescriptor& type) {
  const std::string unset = type.FindValueByNumber(0)->name();
  return unset.substr(0, unset.size() - std::string_view("UNSPECIFIED").size());
}

// `reliably_worse` of MeasureCourse; `unknown` of 0.
std::string WordOf(const google::protobuf::EnumValueDescriptor& value) {
  return value.number() == 0 ? "unknown" : Lower(value.name().substr(PrefixOf(*value.type()).size()));
}

}  // namespace

std::string Lower(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return lower;
}

std::optional<int> NumberOf(const google::protobuf::EnumDescriptor& type, std::string_view word) {
  for (int i = 0; i < type.value_count(); ++i) {
    if (word == WordOf(*type.value(i))) return type.value(i)->number();
  }
  return std::nullopt;
}

std::string WordsOf(const google::protobuf::EnumDescriptor& type) {
  std::vector<std::string> words;
  for (int i = 0; i < type.value_count(); ++i) words.push_back(WordOf(*type.value(i)));
  return fmt::format("{}", fmt::join(words, ", "));
}

void PredicateReader::Advance() {
  last_ = next_.at + next_.text.size();
  std::size_t at = last_;
  while (at < text_.size() && IsBlank(text_[at])) ++at;
  std::size_t end = at;
  if (end < text_.size() && text_[end] == '"') {
    end = std::min(text_.find('"', end + 1), text_.size() - 1) + 1;
  } else if (end < text_.size() && IsMark(text_[end])) {
    ++end;
    if (end < text_.size() && (text_[at] == '>' || text_[at] == '<') && text_[end] == '=') ++end;
  } else {
    while (end < text_.size() && !IsBlank(text_[end]) && !IsMark(text_[end]) && text_[end] != '"') ++end;
  }
  next_ = {at, text_.substr(at, end - at)};
}

bool PredicateReader::Take(std::string_view text) {
  if (next_.text != text) return false;
  Advance();
  return true;
}

absl::Status PredicateReader::Expected(const std::string& what, const std::vector<std::string>& nearest) const {
  const std::string found = next_.text.empty() ? "the end" : fmt::format("`{}`", next_.text);
  std::string message = fmt::format("column {}: {} is expected, {} was found", next_.at + 1, what, found);
  if (!nearest.empty()) message += fmt::format(" (did you mean {}?)", fmt::join(nearest, ", "));
  return absl::InvalidArgumentError(message);
}

absl::Status PredicateReader::Need(std::string_view text) {
  return Take(text) ? absl::OkStatus() : Expected(fmt::format("`{}`", text));
}

absl::StatusOr<Ids> PredicateReader::ReadIds(const std::vector<std::string_view>& kinds) {
  Ids ids;
  ids.all = next_.text != "any";
  if (Take("any") || Take("all")) {
    BRAID_ASSIGN_OR_RETURN(ids.ids, ReadList(kinds));
  } else {
    BRAID_ASSIGN_OR_RETURN(std::string id, ReadId(kinds));
    ids.ids.push_back(std::move(id));
  }
  return ids;
}

absl::StatusOr<std::vector<std::string>> PredicateReader::ReadList(const std::vector<std::string_view>& kinds) {
  std::vector<std::string> ids;
  BRAID_RETURN_IF_ERROR(Need("["));
  do {
    BRAID_ASSIGN_OR_RETURN(std::string id, ReadId(kinds));
    ids.push_back(std::move(id));
  } while (Take(","));
  BRAID_RETURN_IF_ERROR(Need("]"));
  return ids;
}

absl::StatusOr<std::string> PredicateReader::ReadId(const std::vector<std::string_view>& kinds,
                                                    const std::string& what) {
  BRAID_RETURN_IF_ERROR(CheckId(kinds, what.empty() ? fmt::format("the id of a {}", fmt::join(kinds, " or ")) : what));
  std::string id(next_.text);
  Advance();
  return id;
}

// `kinds` empty: any.
absl::Status PredicateReader::CheckId(const std::vector<std::string_view>& kinds, const std::string& what) const {
  const std::optional<graph::NodeIndex> node = snapshot_.Find(next_.text);
  if (!node.has_value()) return Expected(what, graph::NearestIds(snapshot_, next_.text, 3));
  const std::string& kind = snapshot_.schema().kind(snapshot_.kind(*node)).name;
  if (kinds.empty() || std::find(kinds.begin(), kinds.end(), kind) != kinds.end()) return absl::OkStatus();
  return Expected(what);
}

absl::StatusOr<double> PredicateReader::ReadNumber() {
  double number = 0;
  const char* const end = next_.text.data() + next_.text.size();
  const auto [at, error] = std::from_chars(next_.text.data(), end, number);
  if (error != std::errc{} || at != end) return Expected("a number");
  Advance();
  return number;
}

absl::StatusOr<int> PredicateReader::ReadEqual(const google::protobuf::EnumDescriptor& type) {
  BRAID_RETURN_IF_ERROR(Need("="));
  return ReadWord(type);
}
absl::StatusOr<int> PredicateReader::ReadWord(const google::protobuf::EnumDescriptor& type) {
  const std::optional<int> number = NumberOf(type, next_.text);
  if (!number.has_value()) return Expected("one of " + WordsOf(type));
  Advance();
  return *number;
}

absl::StatusOr<std::string> PredicateReader::ReadQuoted() {
  const std::string_view quoted = next_.text;
  if (quoted.size() < 3 || quoted.front() != '"' || quoted.back() != '"') return Expected("text in quotes");
  const std::string words = Lower(quoted.substr(1, quoted.size() - 2));
  Advance();
  return words;
}

}  // namespace braid::scenarios
