// The two programs as a person meets them: braid against a real braidd that loaded the shipped ontology.

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <csignal>
#include <fstream>
#include <memory>
#include <regex>
#include <sstream>
#include <string>
#include <vector>

#include "tests/temporary_directory.h"
#include "tests/tools/process.h"

namespace braid {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

// One server for all tests of this program: reads do not disturb each other, and each edit is of its own things.
class Cli : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    directory_ = std::make_unique<test::TemporaryDirectory>();
    server_ = std::make_unique<test::ServerProcess>(
        directory_->path() + "/data",
        std::vector<std::string>{"--seed", (test::SourceDirectory() / "ontology").string()});
  }
  static void TearDownTestSuite() {
    server_.reset();
    directory_.reset();
  }

  static test::RunResult Braid(std::vector<std::string> arguments, const std::string& input = {}) {
    std::vector<std::string> argv = {(test::ProgramDirectory() / "braid").string(), "--server", server_->address()};
    argv.insert(argv.end(), arguments.begin(), arguments.end());
    return test::Run(argv, input);
  }

  static std::unique_ptr<test::TemporaryDirectory> directory_;
  static std::unique_ptr<test::ServerProcess> server_;
};
std::unique_ptr<test::TemporaryDirectory> Cli::directory_;
std::unique_ptr<test::ServerProcess> Cli::server_;

TEST_F(Cli, AnswersTheQuestionWithIntegrativePaths) {
  const auto result = Braid({"paths", "--from", "dimension:thoughts", "--to", "dimension:relationships", "-k", "5"});
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_THAT(result.out, HasSubstr("5 paths, exact"));
  EXPECT_THAT(result.out, HasSubstr(" + ")) << "two modalities";
  EXPECT_THAT(result.out, HasSubstr("engages"));
  EXPECT_THAT(result.out, HasSubstr("expert opinion"));
}

TEST_F(Cli, PrintsTheWholeReplyForPrograms) {
  const std::vector<std::string> question = {"paths", "--from", "dimension:thoughts", "--to",
                                             "dimension:relationships"};
  auto json = question, text = question;
  json.insert(json.end(), {"--output", "json"});
  text.insert(text.end(), {"--output", "textproto"});
  EXPECT_THAT(Braid(json).out, HasSubstr("\"state\": \"COMPLETENESS_STATE_EXACT\""));
  EXPECT_THAT(Braid(text).out, HasSubstr("state: COMPLETENESS_STATE_EXACT"));
}

TEST_F(Cli, SaysWhatItCannotFindAndWhatIsNear) {
  const auto result = Braid({"get", "technique:activity_schedulng"});
  EXPECT_EQ(result.exit_code, 3);
  EXPECT_THAT(result.err, HasSubstr("NODE_NOT_FOUND"));
  EXPECT_THAT(result.err, HasSubstr("did you mean technique:activity_scheduling"));
}

TEST_F(Cli, EndsWithTheDocumentedStatus) {
  EXPECT_EQ(Braid({"get", "thoughts"}).exit_code, 2) << "malformed id";
  EXPECT_EQ(Braid({"paths", "--from", "dimension:thoughts"}).exit_code, 2) << "missing flag";
  EXPECT_EQ(Braid({"--timeout", "soon", "info"}).exit_code, 2) << "bad flag";
  EXPECT_EQ(Braid({"get", "technique:no_such_thing"}).exit_code, 3);
  EXPECT_EQ(Braid({"--server", "127.0.0.1:1", "info"}).exit_code, 5) << "nobody listens";
  EXPECT_EQ(Braid({"paths", "--from", "dimension:thoughts", "--to", "dimension:relationships", "--min-modalities", "4",
                   "--max-hops", "2"})
                .exit_code,
            1)
      << "no path";
  EXPECT_EQ(Braid({"--at-revision", "999", "info", "--help"}).exit_code, 0);
  EXPECT_EQ(Braid({"--at-revision", "999", "get", "dimension:thoughts"}).exit_code, 2) << "a revision to come";
}

TEST_F(Cli, TellsATruncatedAnswer) {
  const std::vector<std::string> question = {"paths", "--from", "dimension:thoughts", "--to", "dimension:relationships",
                                             "-k",    "1000",   "--max-work",         "1024"};
  const auto result = Braid(question);
  EXPECT_THAT(result.err, HasSubstr("truncated (work)"));
  auto exact = question;
  exact.push_back("--exact");
  EXPECT_EQ(Braid(exact).exit_code, 5);
}

TEST_F(Cli, ListsNeighboursAndPages) {
  const auto first = Braid({"list", "modality", "--page-size", "10"});
  EXPECT_EQ(first.exit_code, 0) << first.err;
  EXPECT_THAT(first.out, HasSubstr("More: --page-token"));
  const auto all = Braid({"list", "modality", "--page-size", "10", "--all"});
  EXPECT_THAT(all.out, HasSubstr("72 nodes"));
  EXPECT_THAT(all.out, Not(HasSubstr("More:")));
  const auto neighbors = Braid({"neighbors", "process:rumination", "--relation", "influences", "--direction", "out"});
  EXPECT_THAT(neighbors.out, HasSubstr("process:low_mood"));
}

TEST_F(Cli, ShowsSchemaPolicyAndServer) {
  EXPECT_THAT(Braid({"schema"}).out, HasSubstr("originates_in"));
  EXPECT_THAT(Braid({"policy"}).out, HasSubstr("bridge (default)"));
  EXPECT_THAT(Braid({"info"}).out, HasSubstr("takes writes"));
}

TEST_F(Cli, CommitsOnceAndShowsTheHistory) {
  const std::string change =
      "changes { put_node { node { id: 'technique:cli_test' kind: 'technique' labels { text: 'From the shell' } } } }";
  const std::string id = "6f2b2c2e-8d7a-4a51-9f0e-0123456789ab";
  const std::vector<std::string> commit = {"commit", "-",      "--change-set-id", id,
                                           "-m",     "a test", "--author",        "T. Ëster"};
  auto validate = commit;
  validate.push_back("--validate-only");
  EXPECT_THAT(Braid(validate, change).out, HasSubstr("Nothing was written"));
  EXPECT_EQ(Braid({"get", "technique:cli_test"}).exit_code, 3);

  const auto first = Braid(commit, change);
  EXPECT_EQ(first.exit_code, 0) << first.err;
  EXPECT_THAT(first.out, HasSubstr("Committed: revision"));
  const auto second = Braid(commit, change);
  EXPECT_EQ(second.out, first.out) << "sent twice, applied once";
  EXPECT_THAT(Braid({"commit", "--outcome", id}).out, HasSubstr("T. Ëster (stated)"));
  EXPECT_THAT(Braid({"get", "technique:cli_test"}).out, HasSubstr("From the shell"));
  EXPECT_THAT(Braid({"log"}).out, HasSubstr("a test"));
  std::smatch revision;
  ASSERT_TRUE(std::regex_search(first.out, revision, std::regex("revision (\\d+)")));
  EXPECT_THAT(Braid({"show", revision[1]}).out, HasSubstr("technique:cli_test"));
  EXPECT_EQ(Braid({"--at-revision", "1", "get", "technique:cli_test"}).exit_code, 3) << "time travel";
}

TEST_F(Cli, NamesTheFieldOfABadChange) {
  const auto result =
      Braid({"commit", "-"},
            "changes { put_edge { edge { key { subject_id: 'technique:graded_in_vivo_exposure' relation: 'engages' "
            "object_id: 'process:no_such' } strength: 1.4 } } }");
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_THAT(result.err, HasSubstr("changes[0].put_edge.edge.strength"));
  EXPECT_THAT(result.err, HasSubstr("1.4"));
}

TEST_F(Cli, SaysWhereATextFormCannotBeRead) {
  const auto result = Braid({"commit", "-"}, "changes {\n  put_noode {}\n}");
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_THAT(result.err, HasSubstr("-:2:"));
}

// README.md: every console block whose commands begin with build/bin/braid, with the output that it shows. A line `…`
// stands for any lines.
struct Example {
  std::string command, expected;
};

std::vector<Example> ReadmeExamples() {
  std::ifstream readme(test::SourceDirectory() / "README.md");
  std::vector<Example> examples;
  bool inside = false;
  for (std::string line; std::getline(readme, line);) {
    if (line.starts_with("```")) {
      inside = line == "```console";
    } else if (inside && line.starts_with("$ ")) {
      examples.push_back({line.substr(2), ""});
    } else if (inside && !examples.empty()) {
      examples.back().expected += line + "\n";
    }
  }
  std::erase_if(examples, [](const Example& example) { return !example.command.starts_with("build/bin/braid "); });
  return examples;
}

// Whether `lines` is `pattern` with something in the place of each `…` line.
bool Matches(const std::string& pattern, const std::string& text) {
  std::size_t at = 0;
  bool anything = false;
  std::istringstream lines(pattern);
  for (std::string line; std::getline(lines, line);) {
    if (line == "…") {
      anything = true;
      continue;
    }
    const std::size_t found = text.find(line + "\n", at);
    if (found == std::string::npos || (!anything && found != at)) return false;
    at = found + line.size() + 1;
    anything = false;
  }
  return anything || at == text.size();
}

TEST_F(Cli, ReadmeShowsWhatTheProgramsPrint) {
  const auto examples = ReadmeExamples();
  ASSERT_GE(examples.size(), 3U);
  for (const Example& example : examples) {
    SCOPED_TRACE(example.command);
    const std::string program = (test::ProgramDirectory() / "braid").string() + " --server " + server_->address();
    const auto result = test::Run(
        {"env", "COLUMNS=120", "sh", "-c", program + example.command.substr(std::string("build/bin/braid").size())}, {},
        test::SourceDirectory());
    EXPECT_TRUE(Matches(example.expected, result.out)) << "README says:\n"
                                                       << example.expected << "\nit prints:\n"
                                                       << result.out << result.err;
  }
}

}  // namespace
}  // namespace braid
