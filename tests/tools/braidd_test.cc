// braidd as its operator meets it: what it prints, what it refuses, how it ends.

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <regex>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/temporary_directory.h"
#include "tests/tools/process.h"

namespace braid {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

class Braidd : public ::testing::Test {
 protected:
  static test::RunResult Run(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), (test::ProgramDirectory() / "braidd").string());
    return test::Run(arguments);
  }
  std::string Path(const std::string& name) const { return directory_.path() + "/" + name; }
  void Write(const std::string& name, const std::string& text) const {
    std::filesystem::create_directories(std::filesystem::path(Path(name)).parent_path());
    std::ofstream(Path(name), std::ios::binary) << text;
  }
  // A seed of the shipped schema and policy with these nodes.
  std::string SeedWith(const std::string& nodes) const {
    for (const char* name : {"schema.textproto", "policy.textproto"}) {
      std::filesystem::create_directories(Path("seed"));
      std::filesystem::copy_file(test::SourceDirectory() / "ontology" / name, Path("seed") + "/" + name);
    }
    Write("seed/nodes.tsv", nodes);
    return Path("seed");
  }
  static std::string Shipped() { return (test::SourceDirectory() / "ontology").string(); }

 private:
  test::TemporaryDirectory directory_;
};

TEST_F(Braidd, GreetsOnceItServesAndLoadsASeedOnceOnly) {
  const std::regex greeting(
      R"(braidd \S+ listening on 127\.0\.0\.1:[1-9]\d* store [0-9a-f-]{36} revision 1 nodes ([1-9]\d*) edges ([1-9]\d*)\n?)");
  std::string first;
  {
    test::ServerProcess server(Path("data"), {"--seed", Shipped()});
    EXPECT_TRUE(std::regex_match(server.greeting(), greeting)) << server.greeting();
    first = server.greeting();
    EXPECT_EQ(server.Stop(SIGTERM), 0);
  }
  test::ServerProcess again(Path("data"), {"--seed", Shipped()});
  EXPECT_EQ(again.greeting().substr(again.greeting().find(" store ")), first.substr(first.find(" store ")));
  EXPECT_EQ(again.Stop(SIGINT), 0);
}

TEST_F(Braidd, ASeedThatCannotBeReadIsRefusedByFileAndLine) {
  const std::string seed = SeedWith(
      "id\tcategory\tname\n"
      "level:one\tlevel\tOne\n"
      "level:two\tlevell\tTwo\n");
  const test::RunResult result = Run({"--data", Path("data"), "--listen", "127.0.0.1:0", "--seed", seed});
  EXPECT_THAT(result.err, AllOf(HasSubstr("nodes.tsv:3"), HasSubstr("levell")));
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_EQ(result.out, "");
}

TEST_F(Braidd, ASeedAgainstTheSchemaIsRefusedByFileAndLine) {
  const std::string seed = SeedWith(
      "id\tcategory\tname\n"
      "level:one\tlevel\tOne\n"
      "level:two\tlevel\tTwo\n");
  Write("seed/edges.tsv",
        "subject\tpredicate\tobject\n"
        "level:one\trequires\tlevel:two\n");
  const test::RunResult result = Run({"--data", Path("data"), "--listen", "127.0.0.1:0", "--seed", seed});
  EXPECT_THAT(result.err,
              AllOf(HasSubstr("edges.tsv:2"), HasSubstr("`requires` does not run from a level to a level")));
  EXPECT_EQ(result.exit_code, 4);
}

TEST_F(Braidd, ASeedThatIsNotThereIsNotFound) {
  const test::RunResult result = Run({"--data", Path("data"), "--listen", "127.0.0.1:0", "--seed", Path("nothing")});
  EXPECT_EQ(result.exit_code, 3);
  EXPECT_THAT(result.err, HasSubstr("nothing"));
}

TEST_F(Braidd, DataThatAnotherServerHoldsIsRefusedForNow) {
  test::ServerProcess server(Path("data"));
  const test::RunResult second = Run({"--data", Path("data"), "--listen", "127.0.0.1:0"});
  EXPECT_EQ(second.exit_code, 5);
  EXPECT_NE(second.err, "");
  const test::RunResult same_port = Run({"--data", Path("other"), "--listen", server.address()});
  EXPECT_EQ(same_port.exit_code, 5);
  EXPECT_THAT(same_port.err, HasSubstr(server.address()));
}

TEST_F(Braidd, AnAddressThatOthersReachIsRefusedBeforeAnythingIsTouched) {
  const test::RunResult result = Run({"--data", Path("data"), "--listen", "0.0.0.0:0"});
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_THAT(result.err, HasSubstr("insecure_i_know"));
  EXPECT_FALSE(std::filesystem::exists(Path("data")));
  EXPECT_EQ(Run({"--listen", "0.0.0.0:0", "--insecure_i_know", "--check-config"}).exit_code, 0);
}

TEST_F(Braidd, AFlagWinsOverAVariableAndAVariableOverTheFile) {
  Write("braid.conf",
        "# three of them\n"
        "limits.max_hops = 8\n"
        "data = \"in # the file\"\n"
        "[limits]\n"
        "streams = 7\n");
  const std::string program = (test::ProgramDirectory() / "braidd").string();
  const test::RunResult file = Run({"--config", Path("braid.conf"), "--check-config"});
  EXPECT_EQ(file.exit_code, 0) << file.err;
  EXPECT_THAT(file.out, AllOf(HasSubstr("limits.max_hops = 8\n"), HasSubstr("data = \"in # the file\"\n"),
                              HasSubstr("limits.streams = 7\n"), HasSubstr("limits.page_size = 1000\n")));
  const test::RunResult variable =
      test::Run({"/usr/bin/env", "BRAID_LIMITS_MAX_HOPS=9", program, "--config", Path("braid.conf"), "--check-config"});
  EXPECT_THAT(variable.out, HasSubstr("limits.max_hops = 9\n"));
  const test::RunResult flag = test::Run({"/usr/bin/env", "BRAID_LIMITS_MAX_HOPS=9", program, "--config",
                                          Path("braid.conf"), "--limits.max_hops", "10", "--check-config"});
  EXPECT_THAT(flag.out, HasSubstr("limits.max_hops = 10\n"));
}

TEST_F(Braidd, WhatItPrintsAsConfigurationItReadsAgain) {
  const test::RunResult printed = Run({"--check-config", "--limits.max_hops", "7", "--data", "a b"});
  Write("again.conf", printed.out);
  EXPECT_EQ(Run({"--config", Path("again.conf"), "--check-config"}).out, printed.out);
}

TEST_F(Braidd, BadUsageIsTwo) {
  Write("unknown.conf", "limits.max_hop = 8\n");
  const std::vector<std::vector<std::string>> bad = {
      {"--nothing"},
      {"--limits.max_hops", "13"},
      {"--limits.max_hops", "many"},
      {"--log.level", "loud"},
      {"--listen", "here"},
      {"--config", Path("no such file")},
      {"--config", Path("unknown.conf")},
  };
  for (std::vector<std::string> arguments : bad) {
    arguments.insert(arguments.end(), {"--data", Path("data"), "--check-config"});
    const test::RunResult result = Run(arguments);
    EXPECT_EQ(result.exit_code, 2) << arguments[0] << " " << arguments[1];
    EXPECT_NE(result.err, "") << arguments[0] << " " << arguments[1];
  }
}

TEST_F(Braidd, HelpTeachesAndVersionTells) {
  const test::RunResult help = Run({"--help"});
  EXPECT_EQ(help.exit_code, 0);
  EXPECT_THAT(help.out, AllOf(HasSubstr("--seed"), HasSubstr("BRAID_LIMITS_MAX_HOPS"), HasSubstr("Exit codes")));
  const test::RunResult version = Run({"--version"});
  EXPECT_EQ(version.exit_code, 0);
  EXPECT_TRUE(std::regex_match(version.out, std::regex(R"(braidd \d+\.\d+\.\d+\n)"))) << version.out;
}

}  // namespace
}  // namespace braid
