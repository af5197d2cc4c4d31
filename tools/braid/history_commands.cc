#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>
#include <string>

#include "braid/v1/history_service.grpc.pb.h"
#include "tools/braid/commands.h"
#include "tools/braid/words.h"

namespace braid::cli {
namespace {

struct LogFlags {
  int page_size = 0;
  std::string page_token;
  std::int64_t revision = 0;
};

std::string DrawLog(const v1::ListRevisionsResponse& reply, const Terminal& terminal) {
  Table table({{"revision", true, Style::kCyan}, {"time"}, {"author"}, {"changes", true}, {"message"}});
  for (const v1::Revision& revision : reply.revisions()) {
    table.AddRow({fmt::format("{}", revision.number()), TimeText(revision.time()), AuthorText(revision.author()),
                  fmt::format("{}", revision.change_count()), revision.message()});
  }
  std::string out = table.Text(terminal);
  if (!reply.next_page_token().empty()) {
    out += terminal.Styled(fmt::format("Older: --page-token {}\n", reply.next_page_token()), Style::kDim);
  }
  return out;
}

ExitCode Log(const Session& session, const LogFlags& flags) {
  v1::ListRevisionsRequest request;
  request.set_page_size(flags.page_size);
  request.set_page_token(flags.page_token);
  v1::ListRevisionsResponse reply;
  const grpc::Status status =
      v1::HistoryService::NewStub(session.channel())->ListRevisions(session.NewCall().get(), request, &reply);
  if (!status.ok()) return session.Fail(status);
  session.Print(reply, [&] { return DrawLog(reply, session.terminal()); });
  return reply.revisions().empty() ? kNegative : kAnswer;
}

template <typename ThingChange>
std::string Verb(const ThingChange& change) {
  if (!change.has_before()) return "added";
  return change.has_after() ? "changed" : "removed";
}

template <typename ThingChange>
const auto& Current(const ThingChange& change) {
  return change.has_after() ? change.after() : change.before();
}

std::string StrengthText(const v1::Edge& edge) {
  return edge.has_strength() ? NumberText(edge.strength()) : std::string("none");
}

std::string EdgeDetail(const v1::EdgeChange& change) {
  if (!change.has_before() || !change.has_after() || StrengthText(change.before()) == StrengthText(change.after())) {
    return {};
  }
  return fmt::format("strength {} → {}", StrengthText(change.before()), StrengthText(change.after()));
}

void AddChange(const v1::AppliedChange& change, Table* table) {
  switch (change.thing_case()) {
    case v1::AppliedChange::kNode: {
      const v1::Node& node = Current(change.node());
      table->AddRow({Verb(change.node()), "node", node.id(), node.preferred_label()});
      break;
    }
    case v1::AppliedChange::kEdge:
      table->AddRow({Verb(change.edge()), "edge", KeyText(Current(change.edge()).key()), EdgeDetail(change.edge())});
      break;
    case v1::AppliedChange::kKind:
      table->AddRow({Verb(change.kind()), "kind", Current(change.kind()).name(), ""});
      break;
    case v1::AppliedChange::kRelation:
      table->AddRow({Verb(change.relation()), "relation", Current(change.relation()).name(), ""});
      break;
    case v1::AppliedChange::kDocument:
      table->AddRow(
          {change.document().before().empty() ? "added" : "changed", "document", change.document().name(), ""});
      break;
    case v1::AppliedChange::THING_NOT_SET:
      break;
  }
}

std::string DrawRevision(const v1::GetRevisionResponse& whole, const Terminal& terminal) {
  const v1::Revision& revision = whole.revision();
  std::string out =
      fmt::format("{}   {}\n", terminal.Styled(fmt::format("Revision {}", revision.number()), Style::kBold),
                  terminal.Styled(revision.change_set_id(), Style::kDim));
  out += fmt::format("{}, {}\n", AuthorText(revision.author()), TimeText(revision.time()));
  if (!revision.message().empty()) out += revision.message() + "\n";
  Table table({{"", false, Style::kGreen}, {"", false, Style::kDim}, {"what", false, Style::kCyan}, {""}});
  for (const v1::AppliedChange& change : whole.changes()) AddChange(change, &table);
  return out + table.Text(terminal);
}

ExitCode Show(const Session& session, const LogFlags& flags) {
  v1::GetRevisionRequest request;
  request.set_number(flags.revision);
  const auto call = session.NewCall();
  const auto reader = v1::HistoryService::NewStub(session.channel())->GetRevision(call.get(), request);
  v1::GetRevisionResponse whole;
  for (v1::GetRevisionResponse part; reader->Read(&part);) {
    *whole.mutable_header() = part.header();
    *whole.mutable_revision() = part.revision();
    whole.mutable_changes()->MergeFrom(part.changes());
    whole.set_last_part(part.last_part());
  }
  grpc::Status status = reader->Finish();
  if (status.ok() && !whole.last_part()) status = {grpc::UNAVAILABLE, "the revision broke off before its last part"};
  if (!status.ok()) return session.Fail(status);
  session.Print(whole, [&] { return DrawRevision(whole, session.terminal()); });
  return kAnswer;
}

}  // namespace

void AddHistoryCommands(CLI::App& app, Run* run) {
  auto log = std::make_shared<LogFlags>();
  CLI::App* command = app.add_subcommand("log", "List revisions, newest first");
  command->add_option("--page-size", log->page_size, "Revisions a page, at most 1000 (default 50)");
  command->add_option("--page-token", log->page_token, "Go on where a page ended");
  command->callback([=] { *run = [=](const Session& session) { return Log(session, *log); }; });

  auto show = std::make_shared<LogFlags>();
  command = app.add_subcommand("show", "Show what one revision changed");
  command->add_option("revision", show->revision, "Its number")->required();
  command->callback([=] { *run = [=](const Session& session) { return Show(session, *show); }; });
}

}  // namespace braid::cli
