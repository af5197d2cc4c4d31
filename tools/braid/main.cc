// braid: the command line of Braid. `braid --help` teaches it.

#include <google/protobuf/stubs/common.h>

#include <CLI/CLI.hpp>
#include <clocale>
#include <cstdio>
#include <map>
#include <string>

#include "tools/braid/commands.h"
#include "tools/braid/session.h"

namespace braid::cli {
namespace {

constexpr char kDescription[] =
    "Asks a Braid server which integrative paths connect a client's dimensions and which plan fits, and edits its "
    "ontology.";

constexpr char kFooter[] = R"(Examples
  braid paths --from dimension:thoughts --to dimension:relationships -k 5
  braid paths --from dimension:thoughts --to dimension:relationships --profile client.textproto --svg > paths.svg
  braid sum process:rumination process:low_mood --pattern '>influences+'
  braid connect thoughts emotions relationships --alternatives
  braid evidence technique:erp concern:ocd --svg forest.svg
  braid recommend client.textproto --full
  braid explain technique:graded_in_vivo_exposure client.textproto
  braid revise course.textproto --svg course.svg
  braid get technique:activity_scheduling
  braid list modality
  braid neighbors process:rumination --relation influences
  braid commit change.textproto --author "A. Curator"
  braid log

Exit status
  0 an answer (a truncated one says so on standard error)   4 refused for the state: a precondition, a conflict
  1 an empty or negative answer                              5 try again: unavailable, exhausted, past the deadline
  2 bad usage or a bad argument                              6 not allowed
  3 a thing that was named does not exist                    7 damage, or a fault of the server)";

void AddOptions(CLI::App& app, Options* options) {
  app.add_option("--server", options->server, "Where the server listens")
      ->capture_default_str()
      ->envname("BRAID_SERVER")
      ->take_last();
  app.add_option("--output", options->output, "table (for people), json or textproto (the whole reply, for programs)")
      ->transform(CLI::CheckedTransformer(std::map<std::string, Output>{
          {"table", Output::kTable}, {"json", Output::kJson}, {"textproto", Output::kTextproto}}))
      ->option_text("table|json|textproto");
  auto* at = app.add_option("--at-revision", options->at_revision, "Read exactly this past revision (time travel)")
                 ->check(CLI::PositiveNumber);
  app.add_option("--at-least", options->at_least, "Wait until the server holds this revision")
      ->check(CLI::PositiveNumber)
      ->excludes(at);
  app.add_option("--timeout", options->timeout, "Deadline of the call: 500ms, 10s, 2m")
      ->capture_default_str()
      ->check([](const std::string& text) {
        return ParseDuration(text) ? std::string() : "is not a length of time: write 500ms, 10s or 2m";
      });
  app.add_option("--author", options->author, "Who edits, where the server proves no identity")
      ->envname("BRAID_AUTHOR");
  app.add_option("--color", options->color, "auto, always or never")
      ->transform(CLI::CheckedTransformer(std::map<std::string, ColorMode>{
          {"auto", ColorMode::kAuto}, {"always", ColorMode::kAlways}, {"never", ColorMode::kNever}}))
      ->option_text("auto|always|never");
  app.add_option("--language", options->languages, "Preferred languages of labels, best first");
  app.add_flag("--exact", options->exact, "A truncated answer ends with exit status 5");
}

int Main(int argc, char** argv) {
  std::setlocale(LC_ALL, "C.UTF-8");  // widths of characters
  CLI::App app(kDescription, "braid");
  app.footer(kFooter);
  app.require_subcommand(1);
  app.fallthrough();
  app.set_version_flag("--version", std::string("braid ") + BRAID_VERSION);
  Options options;
  AddOptions(app, &options);
  Run run;
  AddPathCommands(app, &run);
  AddMapCommands(app, &run);
  AddEvidenceCommands(app, &run);
  AddPlanCommands(app, &run);
  AddCourseCommands(app, &run);
  AddLookupCommands(app, &run);
  AddCurationCommands(app, &run);
  AddHistoryCommands(app, &run);
  AddServerCommands(app, &run);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? kAnswer : kUsage;
  }
  const ExitCode code = run(Session(options));
  return std::fflush(stdout) == 0 ? code : kDamage;
}

}  // namespace
}  // namespace braid::cli

int main(int argc, char** argv) { return braid::cli::Main(argc, argv); }
