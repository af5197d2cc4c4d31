#include "tests/scenarios/scenario_file.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <sstream>
#include <utility>

#include "absl/status/status.h"
#include "fmt/format.h"
#include "google/protobuf/io/tokenizer.h"
#include "google/protobuf/text_format.h"
#include "graph/error.h"
#include "graph/ids.h"

namespace braid::scenarios {
namespace {

namespace fs = std::filesystem;

constexpr const char* kEnding = ".textproto";

// Keeps the first thing that is wrong.
class FirstError : public google::protobuf::io::ErrorCollector {
 public:
  void AddError(int line, google::protobuf::io::ColumnNumber column, const std::string& message) override {
    if (text_.empty()) text_ = fmt::format("line {}, column {}: {}", line + 1, column + 1, message);
  }
  const std::string& text() const { return text_; }

 private:
  std::string text_;
};

std::string FileOf(const std::string& name) { return name + kEnding; }

absl::Status Wrong(const std::string& name, const std::string& what) {
  return absl::InvalidArgumentError(fmt::format("{}: {}", FileOf(name), what));
}

absl::Status CheckParts(const std::string& name, const Scenario& scenario) {
  if (scenario.title().empty()) return Wrong(name, "title is empty");
  if (scenario.source().empty()) return Wrong(name, "source is empty");
  if (scenario.story().empty()) return Wrong(name, "story is empty");
  if (scenario.question_case() == Scenario::QUESTION_NOT_SET) return Wrong(name, "neither request nor revise is set");
  if (scenario.has_refusal() == (scenario.expectations_size() > 0)) {
    return Wrong(name, "either expectations or a refusal must be there");
  }
  return absl::OkStatus();
}

// Every id in `became` is one of the request's.
absl::Status CheckMapping(const std::string& name, const Mapping& mapping, const std::string& request) {
  std::istringstream words(mapping.became());
  for (std::string word; words >> word;) {
    while (!word.empty() && (word.back() == ',' || word.back() == ';')) word.pop_back();
    if (graph::IsCurie(word) && request.find('"' + word + '"') == std::string::npos) {
      return Wrong(name, fmt::format("mapping of \"{}\": the request does not name {}", mapping.words(), word));
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<Predicate> CheckExpectation(const std::string& name, const Expectation& expectation, bool has_revision,
                                           const graph::Snapshot& snapshot) {
  const std::string where = fmt::format("expectation {}: ", expectation.id());
  if (expectation.id().empty()) return Wrong(name, "an expectation has no id");
  if (expectation.kind() == Expectation::KIND_UNSPECIFIED) return Wrong(name, where + "kind is not set");
  if (expectation.text().empty()) return Wrong(name, where + "text is empty");
  absl::StatusOr<Predicate> predicate = ParsePredicate(expectation.predicate(), snapshot);
  if (!predicate.ok()) return Wrong(name, where + std::string(predicate.status().message()));
  if (!has_revision && SpeaksOfRevision(*predicate)) return Wrong(name, where + "a recommendation has no revision");
  return predicate;
}

}  // namespace

absl::StatusOr<CheckedScenario> ReadScenario(const std::string& name, const std::string& text,
                                             const graph::Snapshot& snapshot) {
  CheckedScenario checked;
  checked.name = name;
  google::protobuf::TextFormat::Parser parser;
  FirstError error;
  parser.RecordErrorsTo(&error);
  if (!parser.ParseFromString(text, &checked.scenario)) return Wrong(name, error.text());
  BRAID_RETURN_IF_ERROR(CheckParts(name, checked.scenario));
  const bool has_revision = checked.scenario.has_revise();
  const std::string request =
      has_revision ? checked.scenario.revise().DebugString() : checked.scenario.request().DebugString();
  for (const Mapping& mapping : checked.scenario.mappings()) {
    BRAID_RETURN_IF_ERROR(CheckMapping(name, mapping, request));
  }
  std::set<std::string> ids;
  for (const Expectation& expectation : checked.scenario.expectations()) {
    BRAID_ASSIGN_OR_RETURN(Predicate predicate, CheckExpectation(name, expectation, has_revision, snapshot));
    if (!ids.insert(expectation.id()).second) {
      return Wrong(name, fmt::format("expectation {} is there twice", expectation.id()));
    }
    checked.expectations.push_back({expectation, std::move(predicate)});
  }
  return checked;
}

absl::StatusOr<std::vector<CheckedScenario>> ReadScenarios(const std::string& directory,
                                                           const graph::Snapshot& snapshot) {
  std::vector<fs::path> paths;
  std::error_code error;
  for (const fs::directory_entry& entry : fs::directory_iterator(directory, error)) {
    if (entry.path().extension() == kEnding) paths.push_back(entry.path());
  }
  if (paths.empty()) return absl::NotFoundError(fmt::format("no scenario in {}", directory));
  std::sort(paths.begin(), paths.end());
  std::vector<CheckedScenario> scenarios;
  for (const fs::path& path : paths) {
    std::ifstream file(path, std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
    BRAID_ASSIGN_OR_RETURN(CheckedScenario scenario, ReadScenario(path.stem().string(), text, snapshot));
    scenarios.push_back(std::move(scenario));
  }
  return scenarios;
}

}  // namespace braid::scenarios
