// The two programs as a person meets them: braid against a real braidd that loaded the shipped ontology.

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <csignal>
#include <fstream>
#include <iterator>
#include <memory>
#include <regex>
#include <set>
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
  EXPECT_THAT(result.out, HasSubstr("5 paths crossing at least 2 modalities in at most 6 hops, exact"));
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

// --- Maps.

TEST_F(Cli, DrawsWhatDimensionsShareAsATree) {
  const auto result = Braid({"connect", "thoughts", "emotions", "relationships", "--alternatives"});
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_THAT(result.out, HasSubstr("(through Shame) meet in Shame:"));
  EXPECT_THAT(result.out, HasSubstr("   └─ Self-criticism "));
  EXPECT_THAT(result.out, HasSubstr("      └─ Shame * "));
  EXPECT_THAT(result.out, HasSubstr("         ├─ Emotions "));
  EXPECT_THAT(result.out, HasSubstr("If not through Shame, they meet in Hopelessness"));
  EXPECT_THAT(result.out, HasSubstr("exact, inside: process; over: acts_on, maintains, influences"));
  EXPECT_THAT(result.err, HasSubstr("the answer is general"));
}

TEST_F(Cli, AMapIsOneReplyForProgramsAndAPictureForGraphviz) {
  std::vector<std::string> question = {"connect", "dimension:thoughts", "dimension:emotions"};
  const auto with = [&](const std::vector<std::string>& flags) {
    auto arguments = question;
    arguments.insert(arguments.end(), flags.begin(), flags.end());
    return Braid(arguments).out;
  };
  EXPECT_THAT(with({"--output", "json"}), HasSubstr("\"outcome\": \"OUTCOME_FOUND\""));
  EXPECT_THAT(with({"--output", "textproto"}), HasSubstr("state: COMPLETENESS_STATE_EXACT"));
  EXPECT_THAT(with({"--dot"}), HasSubstr("digraph braid {"));
  EXPECT_THAT(with({"--dot"}), HasSubstr("\"dimension:thoughts\" -> "));
}

TEST_F(Cli, AMapForAClientHasTheClientsOwnProcesses) {
  const auto result = Braid({"connect", "thoughts", "emotions", "relationships", "--profile", "-"},
                            "needs { node_id: 'process:rumination' } needs { node_id: 'process:loneliness' } "
                            "concern_ids: 'concern:depression'");
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_THAT(result.out, HasSubstr("Thoughts (as Rumination)"));
}

TEST_F(Cli, TechniquesComeIntoAMapOnRequest) {
  const auto result = Braid({"connect", "rumination", "loneliness", "--include-kinds", "technique,process"});
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_THAT(result.out, HasSubstr("over: acts_on, maintains, influences, engages"));
}

TEST_F(Cli, AMapSaysWhatItCannotTellApartFindOrJoin) {
  auto result = Braid({"connect", "thoughts", "nonsense"});
  EXPECT_EQ(result.exit_code, 3);
  EXPECT_THAT(result.err, HasSubstr("named `nonsense`"));
  EXPECT_EQ(Braid({"connect", "thoughts"}).exit_code, 2);
  EXPECT_EQ(Braid({"connect"}).exit_code, 2);
  result = Braid({"connect", "thoughts", "emotions", "--relations", "influences"});
  EXPECT_EQ(result.exit_code, 1) << result.err;
  EXPECT_THAT(result.out, HasSubstr("No two of them can be joined."));
  EXPECT_THAT(result.out, HasSubstr("Without the limit by `relations`"));
  result = Braid({"connect", "thoughts", "emotions", "relationships", "--max-work", "1", "--exact"});
  EXPECT_EQ(result.exit_code, 5);
  EXPECT_THAT(result.err, HasSubstr("truncated (work)"));
}

// --- Evidence.

TEST_F(Cli, DrawsTheEvidenceForAPairAsAForestPlot) {
  const auto result = Braid({"evidence", "modality:cbt", "concern:depression"});
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_THAT(result.out, HasSubstr("Of 100 pairs of one treated and one in usual care, about "));
  EXPECT_THAT(result.out, HasSubstr("mixed inactive, post (trials)"));
  EXPECT_THAT(result.out, HasSubstr("as published, 409 studies"));
  EXPECT_THAT(result.out, HasSubstr("■"));
  EXPECT_THAT(result.out, HasSubstr("━◆━"));
  EXPECT_THAT(result.out, HasSubstr("in one setting"));
  EXPECT_THAT(result.out, HasSubstr("Certainty: moderate (computed)"));
  EXPECT_THAT(result.out, HasSubstr("doi:"));
  EXPECT_EQ(Braid({"evidence", "cbt", "depression"}).out, result.out) << "names do as well";
}

TEST_F(Cli, MarksEvidenceThatNoSourceVerified) {
  const auto result = Braid({"evidence", "modality:cbt", "concern:psychosis"});
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_THAT(result.err, HasSubstr("not verified in their source"));
  EXPECT_THAT(result.out, HasSubstr("* not verified in its source"));
}

TEST_F(Cli, EvidenceIsOneReplyForProgramsAndAPictureForPeople) {
  const std::vector<std::string> question = {"evidence", "technique:erp", "concern:ocd"};
  const auto with = [&](const std::vector<std::string>& flags) {
    auto arguments = question;
    arguments.insert(arguments.end(), flags.begin(), flags.end());
    return Braid(arguments);
  };
  EXPECT_THAT(with({"--output", "json"}).out, HasSubstr("\"status\": \"BENEFIT_STATUS_COMPUTED\""));
  EXPECT_THAT(with({"--output", "textproto"}).out, HasSubstr("use: FINDING_USE_POOLED"));
  const auto svg = with({"--svg", "-"});
  EXPECT_EQ(svg.exit_code, 0) << svg.err;
  EXPECT_THAT(svg.out, testing::StartsWith("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 960 "));
  EXPECT_THAT(svg.out, testing::EndsWith("</svg>\n"));
  EXPECT_THAT(svg.out, HasSubstr("prefers-color-scheme:dark"));
  EXPECT_EQ(with({"--svg", "-"}).out, svg.out);
  const test::TemporaryDirectory directory;
  const std::string file = directory.path() + "/forest.svg";
  EXPECT_EQ(with({"--svg", file}).exit_code, 0);
  std::ifstream written(file);
  EXPECT_EQ(std::string(std::istreambuf_iterator<char>(written), {}), svg.out);
  const auto nowhere = with({"--svg", directory.path() + "/no/such/folder.svg"});
  EXPECT_EQ(nowhere.exit_code, 2);
  EXPECT_THAT(nowhere.err, HasSubstr("cannot write"));
}

TEST_F(Cli, AnEvidencePictureHoldsWhatAnEditorWritesAsText) {
  const std::string change = R"(
    changes { put_node { node { id: "technique:angle" kind: "technique" labels { text: "A <b> & \"c\"" } } } }
    changes { put_edge { edge {
      key { subject_id: "technique:angle" relation: "treats" object_id: "concern:ocd" }
      claims { polarity: POLARITY_SUPPORTS note: "seen" } } } })";
  ASSERT_EQ(Braid({"commit", "-", "--author", "A"}, change).exit_code, 0);
  const auto svg = Braid({"evidence", "technique:angle", "concern:ocd", "--svg", "-"});
  EXPECT_EQ(svg.exit_code, 0) << svg.err;
  EXPECT_THAT(svg.out, HasSubstr("A &lt;b&gt; &amp; &quot;c&quot; for "));
  EXPECT_THAT(svg.out, Not(HasSubstr("<b>")));
}

TEST_F(Cli, EvidenceSaysWhatNobodyStudiedOrCannotBeFound) {
  const auto result = Braid({"evidence", "technique:memory_recovery", "concern:insomnia"});
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_THAT(result.err, HasSubstr("no finding and no claim speaks about"));
  EXPECT_THAT(result.out, HasSubstr("a rationale only"));
  EXPECT_EQ(Braid({"evidence", "technique:erp"}).exit_code, 2);
  const auto unknown = Braid({"evidence", "technique:erpp", "concern:ocd"});
  EXPECT_EQ(unknown.exit_code, 3);
  EXPECT_THAT(unknown.err, HasSubstr("did you mean technique:erp"));
  EXPECT_EQ(Braid({"evidence", "concern:ocd", "concern:ocd"}).exit_code, 2);
}

// --- Plans.

// Panic with a heart condition, as in case 2 of the fact base.
constexpr char kPanic[] =
    "needs { node_id: 'process:catastrophic_misinterpretation' } needs { node_id: 'process:behavioural_avoidance' } "
    "concern_ids: 'concern:panic' flag_ids: 'flag:cardiac_disease' flags_assessed: true stage_id: 'stage:preparation' "
    "goals: 'take the bus alone' therapist { modality_ids: 'modality:cbt' training_level_id: 'level:competent' }";

TEST_F(Cli, RecommendsAPlanOnOneScreen) {
  const auto result = Braid({"recommend", "-"}, kPanic);
  EXPECT_EQ(result.exit_code, 0) << result.err;
  const std::vector<std::string> parts = {"SAFETY FIRST\n ! Cardiac disease, to be answered",
                                          "RELATIONSHIP\n",
                                          "BEST PLAN",
                                          "NEEDS",
                                          "NOT FOR THIS CLIENT",
                                          "“take the bus alone”",
                                          "NOTE ON USE: Decision support for professionals"};
  std::size_t at = 0;
  for (const std::string& part : parts) {
    at = result.out.find(part, at);
    ASSERT_NE(at, std::string::npos) << part << "\n" << result.out;
  }
  EXPECT_THAT(result.out, HasSubstr("Interoceptive exposure is not used while this is so: Cardiac disease."));
  EXPECT_LE(std::count(result.out.begin(), result.out.end(), '\n'), 65) << result.out;
}

TEST_F(Cli, RecommendsInFullWithWhatTheScreenHadNoRoomFor) {
  const auto brief = Braid({"recommend", "-"}, kPanic);
  const auto full = Braid({"recommend", "-", "--full", "--robustness"}, kPanic);
  EXPECT_EQ(full.exit_code, 0) << full.err;
  EXPECT_THAT(full.out, HasSubstr("Factors: stage "));
  EXPECT_THAT(full.out, HasSubstr("A therapist may override it with a reason"));
  EXPECT_THAT(full.out, HasSubstr("ASSUMED\n"));
  EXPECT_THAT(full.out, Not(HasSubstr("in the full text")));
  EXPECT_GT(full.out.size(), 4 * brief.out.size());
}

TEST_F(Cli, ARecommendationIsOneReplyForPrograms) {
  const auto result = Braid({"recommend", "-", "--output", "json"}, kPanic);
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_THAT(result.out, HasSubstr("\"outcome\": \"OUTCOME_FOUND\""));
  EXPECT_THAT(result.out, HasSubstr("\"note_on_use\": \"Decision support"));
  EXPECT_THAT(Braid({"recommend", "-", "--output", "textproto"}, kPanic).out, HasSubstr("note_on_use: "));
}

TEST_F(Cli, DrawsAPlanForAHealthRecordAndSaysWhatThatDoesNotCarry) {
  auto result = Braid({"recommend", "-", "--format", "fhir", "--subject", "Patient/7"}, kPanic);
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_THAT(result.out, HasSubstr("\"resourceType\": \"CarePlan\""));
  EXPECT_THAT(result.out, HasSubstr("\"reference\": \"Patient/7\""));
  EXPECT_THAT(result.err, HasSubstr("note: the format does not carry "));
  EXPECT_THAT(result.err, Not(HasSubstr("subject_reference")));
  result = Braid({"recommend", "-", "--format", "cds-hooks"}, kPanic);
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_THAT(result.out, HasSubstr("\"summary\": \"Cardiac disease: to be answered"));
  EXPECT_THAT(result.out, HasSubstr("\"overrideReasons\""));
}

TEST_F(Cli, ARecommendationHoldsNoMoreThanItMay) {
  const auto result = Braid({"recommend", "--max-techniques", "1", "-"}, kPanic);
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_THAT(result.out, HasSubstr("BEST PLAN · 1 technique, "));
  EXPECT_EQ(Braid({"recommend", "--max-techniques", "21", "-"}, kPanic).exit_code, 2);
}

TEST_F(Cli, EveryOverrideNeedsItsReason) {
  const auto result = Braid({"recommend", "-", "--override", "technique:interoceptive_exposure"}, kPanic);
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_THAT(result.err, HasSubstr("give every --override a --reason"));
}

TEST_F(Cli, ARecommendationDoesAsTheTherapistDecides) {
  const std::string technique = "technique:graded_in_vivo_exposure";
  auto result = Braid({"recommend", "--force-out", technique, "-", "--full"}, kPanic);
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_THAT(result.out, HasSubstr("Graded in-vivo exposure (ruled out by the request"));
  result = Braid({"recommend", "--max-techniques", "1", "-"}, kPanic);
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_THAT(result.out, HasSubstr("BEST PLAN · 1 technique, "));
  EXPECT_EQ(Braid({"recommend", "--max-techniques", "21", "-"}, kPanic).exit_code, 2);
}

TEST_F(Cli, AnOverrideNeedsItsReasonAndItsAcknowledgement) {
  const std::vector<std::string> question = {"recommend", "-", "--override", "technique:interoceptive_exposure"};
  const auto with = [&](const std::vector<std::string>& flags) {
    auto arguments = question;
    arguments.insert(arguments.end(), flags.begin(), flags.end());
    return Braid(arguments, kPanic);
  };
  EXPECT_EQ(with({}).exit_code, 2);
  EXPECT_THAT(with({}).err, HasSubstr("give every --override a --reason"));
  EXPECT_EQ(with({"--reason", "cleared by cardiology"}).exit_code, 4);
  const auto result = with({"--reason", "cleared by cardiology", "--acknowledge", "flag:cardiac_disease"});
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_THAT(result.out, HasSubstr("OVERRIDDEN BY THE THERAPIST: Interoceptive exposure: “cleared by cardiology”. "
                                    "Acknowledged:\n   Interoceptive exposure is not used while this is so"));
}

TEST_F(Cli, ExplainsWhyATechniqueIsInThePlanOrNot) {
  auto result = Braid({"explain", "technique:behavioural_experiment", "-"}, kPanic);
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_THAT(result.out, HasSubstr("Behavioural experiment is in the best plan."));
  EXPECT_THAT(result.out, HasSubstr("What speaks for it and against it"));
  result = Braid({"explain", "interoceptive exposure", "-"}, kPanic);
  EXPECT_EQ(result.exit_code, 1) << result.err;
  EXPECT_THAT(result.out, HasSubstr("Interoceptive exposure is excluded."));
  EXPECT_EQ(Braid({"explain", "technique:nonsense", "-"}, kPanic).exit_code, 3);
}

TEST_F(Cli, WithoutANeedThereIsNoPlanAndTheRestIsThere) {
  const auto result = Braid({"recommend", "-"}, "flag_ids: 'flag:acute_suicidality'");
  EXPECT_EQ(result.exit_code, 1) << result.err;
  EXPECT_THAT(result.out, HasSubstr("There is no plan yet"));
  EXPECT_THAT(result.out, HasSubstr("SAFETY FIRST\n ! Acute suicidality, to be answered now:"));
  EXPECT_THAT(result.out, HasSubstr("RELATIONSHIP\n"));
}

TEST_F(Cli, RecommendSaysWhatItCannotUse) {
  EXPECT_EQ(Braid({"recommend"}).exit_code, 2);
  EXPECT_EQ(Braid({"recommend", "/nonexistent.textproto"}).exit_code, 2);
  EXPECT_EQ(Braid({"recommend", "-", "--subject", "Patient/7"}, kPanic).exit_code, 2);
  EXPECT_EQ(Braid({"recommend", "-", "--full", "--format", "fhir"}, kPanic).exit_code, 2);
  EXPECT_EQ(Braid({"recommend", "-"}, "needs { node_id: 'process:nonsense' }").exit_code, 3);
  EXPECT_EQ(Braid({"recommend", "-", "--force-in", "nonsense"}, kPanic).exit_code, 3);
}

// --- Every command.

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

TEST_F(Cli, GoesOnWithTheTokenThatAnAnswerEndedWith) {
  const std::vector<std::string> question = {"paths", "--from", "dimension:thoughts", "--to",
                                             "dimension:relationships"};
  const auto ask = [&](const std::vector<std::string>& flags) {
    auto arguments = question;
    arguments.insert(arguments.end(), flags.begin(), flags.end());
    return Braid(arguments);
  };
  // What is told of each path, ranks aside.
  const auto stories = [](const std::string& out) {
    std::vector<std::string> found;
    const std::regex story("\n[0-9]+\\. ([^\n]*\n[^\n]*)\n");
    for (std::sregex_iterator at(out.begin(), out.end(), story), end; at != end; ++at) found.push_back((*at)[1]);
    return found;
  };
  const auto whole = ask({"-k", "4"});
  const auto first = ask({"-k", "2"});
  EXPECT_EQ(stories(first.out).size(), 2U) << first.out;
  std::smatch token;
  ASSERT_TRUE(std::regex_search(first.out, token, std::regex("More: --resume (\\S+)")));
  const auto rest = ask({"-k", "2", "--resume", token[1]});
  EXPECT_EQ(rest.exit_code, 0) << rest.err;
  auto joined = stories(first.out);
  for (const std::string& story : stories(rest.out)) joined.push_back(story);
  EXPECT_EQ(joined, stories(whole.out));
  EXPECT_EQ(ask({"-k", "2", "--distinct", "--resume", token[1]}).exit_code, 2) << "a token of another question";
}

TEST_F(Cli, AnswersForOneClient) {
  const std::string profile =
      "needs { node_id: 'process:rumination' } needs { node_id: 'process:loneliness' } concern_ids: "
      "'concern:depression'";
  const std::vector<std::string> question = {"paths", "--from", "dimension:thoughts", "--to", "dimension:relationships",
                                             "-k",    "3",      "--profile",          "-"};
  const auto result = Braid(question, profile);
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_THAT(result.out, HasSubstr("From Rumination"));
  EXPECT_THAT(result.out, Not(HasSubstr("eating")));
  EXPECT_THAT(result.err, Not(HasSubstr("general")));

  const auto wide = Braid(question, profile + R"( stage_id: 'stage:contemplation' flags_assessed: true
      traits { reactance: REACTANCE_MEDIUM } preferences { id: 'technique:thought_record' attitude: ATTITUDE_DISLIKED }
      measures { measure_id: 'measure:phq9' scores: 16 } risk_item: 0 goals: 'get back to football')");
  EXPECT_EQ(wide.exit_code, 0) << wide.err;
  const auto before_token = [](const std::string& out) { return out.substr(0, out.find("More: ")); };
  EXPECT_EQ(before_token(wide.out), before_token(result.out)) << "paths need no more than needs, concerns and flags";

  const auto unknown = Braid(question, "needs { node_id: 'process:secret_sorrow' }");
  EXPECT_EQ(unknown.exit_code, 3);
  EXPECT_THAT(unknown.err, HasSubstr("profile.needs[0].node_id"));
  EXPECT_THAT(unknown.err, Not(HasSubstr("secret_sorrow")));
  const auto unreadable = Braid(question, "needs {\n  nodeid: 'x' }");
  EXPECT_EQ(unreadable.exit_code, 2);
  EXPECT_THAT(unreadable.err, HasSubstr("-:2:"));
}

TEST_F(Cli, DiversePathsTakeOtherWays) {
  const auto result =
      Braid({"paths", "--from", "dimension:thoughts", "--to", "dimension:relationships", "-k", "2", "--diverse", "1"});
  EXPECT_EQ(result.exit_code, 0) << result.err;
  const std::string family = "In-session family meal", body = "Body-image disturbance";
  EXPECT_THAT(result.out, HasSubstr(family));
  EXPECT_EQ(result.out.rfind("◄ acts_on  " + body), result.out.find("◄ acts_on  " + body)) << "one way through it";
}

TEST_F(Cli, ShowsTheRelationshipBesideTheTechniques) {
  const auto result = Braid({"paths", "--from", "dimension:thoughts", "--to", "dimension:relationships", "-k", "300"});
  EXPECT_THAT(result.out, testing::ContainsRegex("Relationship: [^\n]* is fostered by "));
}

TEST_F(Cli, SumsHowTwoThingsRelate) {
  const auto result =
      Braid({"sum", "process:rumination", "process:low_mood", "--pattern", ">influences", "--degree-exponent", "0"});
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_THAT(result.out, HasSubstr("0.36 over 1 path"));
  EXPECT_THAT(result.out, HasSubstr("No path was left out."));
  const auto some = Braid({"sum", "dimension:thoughts", "dimension:relationships", "--epsilon", "0.05"});
  EXPECT_THAT(some.out, HasSubstr("No path left out would add more than"));
  EXPECT_EQ(
      Braid({"sum", "process:rumination", "process:low_mood", "--max-hops", "1", "--min-modalities", "2"}).exit_code,
      1);
  EXPECT_EQ(Braid({"sum", "process:rumination"}).exit_code, 2);
}

TEST_F(Cli, DrawsAnAnswerInGraphvizsLanguage) {
  const std::vector<std::string> question = {
      "paths", "--from", "dimension:thoughts", "--to", "dimension:relationships", "-k", "3", "--dot"};
  const auto result = Braid(question);
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_THAT(result.out, testing::StartsWith("digraph braid {"));
  EXPECT_THAT(result.out, HasSubstr("\"dimension:thoughts\" [label=\"Thoughts\", shape=ellipse"));
  EXPECT_THAT(result.out, HasSubstr("peripheries=2"));
  EXPECT_THAT(result.out,
              HasSubstr("\"technique:open_weighing\" -> \"process:disordered_eating\" [label=\"engages −0.9\""));
  // Each node and each edge once, whatever the number of paths through it.
  std::set<std::string> lines;
  std::istringstream text(result.out);
  for (std::string line; std::getline(text, line);) EXPECT_TRUE(lines.insert(line).second) << line;
}

TEST_F(Cli, DrawsAnAnswerAsSvgWhereGraphvizIs) {
  const std::vector<std::string> question = {
      "paths", "--from", "dimension:thoughts", "--to", "dimension:relationships", "-k", "2", "--svg"};
  if (test::Run({"sh", "-c", "command -v dot"}).exit_code != 0) {
    GTEST_SKIP() << "Graphviz is not installed: tools/setup test installs it";
  }
  const auto result = Braid(question);
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_THAT(result.out, HasSubstr("<svg"));
  EXPECT_THAT(result.out, HasSubstr(">Thoughts</text>"));
  EXPECT_THAT(result.out, HasSubstr("</svg>"));
}

TEST_F(Cli, WithoutGraphvizSaysHowToGoOn) {
  const auto result =
      test::Run({"env", "PATH=/nowhere", (test::ProgramDirectory() / "braid").string(), "--server", server_->address(),
                 "paths", "--from", "dimension:thoughts", "--to", "dimension:relationships", "--svg"});
  EXPECT_EQ(result.exit_code, 4);
  EXPECT_THAT(result.err, HasSubstr("Install the package graphviz, or write --dot"));
  EXPECT_EQ(result.out, "");
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

// --- Courses.

std::string ExampleCourse() { return (test::SourceDirectory() / "tools/braid/example_course.textproto").string(); }

TEST_F(Cli, RevisesAPlanAfterACourseAndDrawsIt) {
  const auto result = Braid({"revise", ExampleCourse()});
  EXPECT_EQ(result.exit_code, 0) << result.err;
  for (const char* part :
       {"After session 8: intensify\n", "PHQ-9, 0 to 27, lower is better\n",
        "● score; ─ clinical cut-off 10; ┄ reliably better from 12", "SRS, the alliance, 0 to 40, higher is better\n",
        "─ clinical cut-off 36", "rupt", "mend", "Low mood", "changes wait", "alli = until the alliance is repaired",
        "Plan from now on (", "Functional behavioural activation", "Measure next", "Relationship\n", "no diagnosis"}) {
    EXPECT_THAT(result.out, HasSubstr(part));
  }
  EXPECT_EQ(Braid({"revise", ExampleCourse()}).out, result.out);
  EXPECT_THAT(result.out, HasSubstr("↑ Intensified: Functional behavioural activation"));
  EXPECT_THAT(Braid({"revise", ExampleCourse(), "--full"}).out, HasSubstr("typically 6 to 12."));
}

TEST_F(Cli, ARevisionIsOneReplyForProgramsAndAPictureForPeople) {
  const auto with = [](const std::vector<std::string>& flags) {
    std::vector<std::string> arguments = {"revise", ExampleCourse()};
    arguments.insert(arguments.end(), flags.begin(), flags.end());
    return Braid(arguments);
  };
  EXPECT_THAT(with({"--output", "json"}).out, HasSubstr("\"verb\": \"REVIEW_VERB_"));
  EXPECT_THAT(with({"--output", "textproto"}).out, HasSubstr("next_measurements {"));
  const auto svg = with({"--svg", "-"});
  EXPECT_EQ(svg.exit_code, 0) << svg.err;
  EXPECT_THAT(svg.out, testing::StartsWith("<svg xmlns=\"http://www.w3.org/2000/svg\""));
  EXPECT_THAT(svg.out, HasSubstr("<desc>PHQ-9, 0 to 27, lower is better: 18 at session 0; 18 at session 1;"));
  EXPECT_THAT(svg.out, testing::EndsWith("</svg>\n"));
  const test::TemporaryDirectory directory;
  const std::string file = directory.path() + "/course.svg";
  EXPECT_EQ(with({"--svg", file}).exit_code, 0);
  std::ifstream written(file);
  EXPECT_EQ(std::string(std::istreambuf_iterator<char>(written), {}), svg.out);
  EXPECT_EQ(with({"--svg", directory.path() + "/no/such/folder.svg"}).exit_code, 2);
}

TEST_F(Cli, SimulatesACourseRevisionByRevision) {
  const auto result = Braid({"simulate", ExampleCourse()});
  EXPECT_EQ(result.exit_code, 0) << result.err;
  for (int session = 1; session <= 8; ++session) {
    EXPECT_THAT(result.out, HasSubstr(fmt::format("After session {}", session)));
  }
  EXPECT_THAT(result.out, testing::ContainsRegex("After session 4[^\n]*repair first, changes wait"));
  EXPECT_THAT(result.out, Not(HasSubstr("To and fro")));
  EXPECT_THAT(Braid({"simulate", ExampleCourse(), "--output", "json"}).out, HasSubstr("\"steps\": ["));
}

TEST_F(Cli, ABadCourseIsNamedByItsFieldAndNeverByItsValue) {
  const auto result = Braid({"revise", "-"},
                            "recommend { profile { needs { node_id: 'process:low_mood' } } }"
                            "course { sessions { number: 1 scores { measure_id: 'measure:phq9' score: 31.25 } } }");
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_THAT(result.err, HasSubstr("course.sessions[0].scores[0].score"));
  EXPECT_THAT(result.err, Not(HasSubstr("31.25")));
  EXPECT_EQ(Braid({"revise", "no/such/file"}).exit_code, 2);
  EXPECT_EQ(Braid({"simulate", "-"}, "course {").exit_code, 2);
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
