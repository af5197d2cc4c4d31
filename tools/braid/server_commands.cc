#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <string>

#include "braid/v1/server_service.grpc.pb.h"
#include "tools/braid/commands.h"
#include "tools/braid/words.h"

namespace braid::cli {
namespace {

std::string DrawInfo(const v1::GetServerInfoResponse& reply, const Terminal& terminal) {
  Table table({{"", false, Style::kCyan}, {""}});
  table.AddRow({"software", reply.header().software_version()});
  table.AddRow({"store", reply.header().store_id()});
  table.AddRow(
      {"revision", fmt::format("{} (changes kept from {})", reply.header().revision(), reply.oldest_revision())});
  table.AddRow({"policy", reply.header().policy_version()});
  table.AddRow({"nodes", fmt::format("{}", reply.node_count())});
  table.AddRow({"edges", fmt::format("{}", reply.edge_count())});
  table.AddRow({"storage format", fmt::format("{}", reply.storage_format())});
  table.AddRow({"takes writes", reply.writable() ? "yes" : "no: " + reply.read_only_reason()});
  for (const v1::LimitInForce& limit : reply.limits()) table.AddRow({limit.name(), fmt::format("{}", limit.value())});
  table.AddRow({"features", fmt::format("{}", fmt::join(reply.features(), ", "))});
  return table.Text(terminal);
}

ExitCode Info(const Session& session) {
  v1::GetServerInfoResponse reply;
  const grpc::Status status =
      v1::ServerService::NewStub(session.channel())->GetServerInfo(session.NewCall().get(), {}, &reply);
  if (!status.ok()) return session.Fail(status);
  session.Print(reply, [&] { return DrawInfo(reply, session.terminal()); });
  return kAnswer;
}

}  // namespace

void AddServerCommands(CLI::App& app, Run* run) {
  app.add_subcommand("info", "Show what the server is and holds")->callback([=] { *run = Info; });
}

}  // namespace braid::cli
