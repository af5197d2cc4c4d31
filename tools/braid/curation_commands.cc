#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <boost/uuid/random_generator.hpp>
#include <boost/uuid/uuid_io.hpp>
#include <memory>
#include <string>

#include "braid/v1/curation_service.grpc.pb.h"
#include "tools/braid/commands.h"
#include "tools/braid/text_input.h"
#include "tools/braid/words.h"

namespace braid::cli {
namespace {

struct CommitFlags {
  std::string file, message, change_set_id, outcome;
  bool validate_only = false;
};

std::string DrawCommit(const v1::CommitResponse& reply, bool validate_only, const Terminal& terminal) {
  const std::string changes =
      fmt::format("{} {}", reply.change_count(), reply.change_count() == 1 ? "change" : "changes");
  if (validate_only) {
    return fmt::format("{} {} would be made, checked against revision {}. Nothing was written.\n",
                       terminal.Styled("Valid:", Style::kGreen), changes, reply.header().revision());
  }
  return fmt::format("{} revision {}, {}, change set {}\n", terminal.Styled("Committed:", Style::kGreen),
                     reply.revision().number(), changes, reply.change_set_id());
}

// What became of `id`, and how the run ends.
ExitCode Outcome(const Session& session, const std::string& id) {
  v1::GetChangeSetRequest request;
  request.set_change_set_id(id);
  v1::GetChangeSetResponse reply;
  const grpc::Status status =
      v1::CurationService::NewStub(session.channel())->GetChangeSet(session.NewCall().get(), request, &reply);
  if (!status.ok()) return session.Fail(status);
  session.Print(reply, [&] {
    return fmt::format("Change set {} is revision {}, {}, by {}.\n", id, reply.revision().number(),
                       TimeText(reply.revision().time()), AuthorText(reply.revision().author()));
  });
  return kAnswer;
}

ExitCode Commit(const Session& session, const CommitFlags& flags) {
  if (!flags.outcome.empty()) return Outcome(session, flags.outcome);
  v1::CommitRequest request;
  if (!ReadTextForm(flags.file, &request)) return kUsage;
  if (!flags.message.empty()) request.set_message(flags.message);
  if (!flags.change_set_id.empty()) request.set_change_set_id(flags.change_set_id);
  // The id is chosen here, so that an outcome that does not arrive can be asked for.
  if (request.change_set_id().empty()) request.set_change_set_id(to_string(boost::uuids::random_generator()()));
  request.set_validate_only(request.validate_only() || flags.validate_only);

  v1::CommitResponse reply;
  const auto stub = v1::CurationService::NewStub(session.channel());
  const grpc::Status status = stub->Commit(session.NewCall().get(), request, &reply);
  if (!status.ok()) {
    const bool unseen = status.error_code() == grpc::UNAVAILABLE || status.error_code() == grpc::DEADLINE_EXCEEDED;
    if (!unseen || request.validate_only()) return session.Fail(status);
    fmt::print(stderr, "braid: the outcome was not seen ({}); asking for change set {}\n", status.error_message(),
               request.change_set_id());
    return Outcome(session, request.change_set_id());
  }
  session.PrintNotices(reply.header());
  session.Print(reply, [&] { return DrawCommit(reply, request.validate_only(), session.terminal()); });
  return kAnswer;
}

}  // namespace

void AddCurationCommands(CLI::App& app, Run* run) {
  auto flags = std::make_shared<CommitFlags>();
  CLI::App* command = app.add_subcommand("commit", "Apply a change set, whole or not at all");
  command->footer(R"(FILE is the text form of braid.v1.CommitRequest:
  message: "Exposure also strengthens mastery"
  changes { put_edge { edge {
    key { subject_id: "technique:graded_in_vivo_exposure" relation: "engages" object_id: "process:self_efficacy" }
    strength: 0.6  sign: SIGN_PLUS
    claims { polarity: POLARITY_SUPPORTS asserted_by: "A. Curator" }
  } } })");
  auto* file = command->add_option("file", flags->file, "The change set; - for standard input");
  command->add_option("-m,--message", flags->message, "Why, for the history");
  command->add_option("--change-set-id", flags->change_set_id, "A UUID, by which a repeat is known");
  command->add_flag("--validate-only", flags->validate_only, "Check everything, write nothing");
  auto* outcome =
      command->add_option("--outcome", flags->outcome, "Ask what became of this change-set id")->excludes(file);
  command->callback([=] {
    if (file->count() + outcome->count() == 0) throw CLI::RequiredError("FILE or --outcome");
    *run = [=](const Session& session) { return Commit(session, *flags); };
  });
}

}  // namespace braid::cli
