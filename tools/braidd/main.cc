// braidd, the server: opens the store, loads a seed into an empty one, serves until a signal.

#include <grpc/support/log.h>
#include <pthread.h>

#include <csignal>
#include <cstdio>
#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "fmt/format.h"
#include "graph/error.h"
#include "graph/store/store.h"
#include "ontology/rules.h"
#include "ontology/seed.h"
#include "service/log.h"
#include "service/server.h"
#include "tools/braidd/config.h"

namespace braid::braidd {
namespace {

using graph::store::Store;
using service::Log;
using service::LogLevel;

int ExitCodeOf(const absl::Status& status) {
  switch (status.code()) {
    case absl::StatusCode::kOk:
      return 0;
    case absl::StatusCode::kInvalidArgument:
    case absl::StatusCode::kOutOfRange:
      return kExitUsage;
    case absl::StatusCode::kNotFound:
      return kExitNotFound;
    case absl::StatusCode::kFailedPrecondition:
    case absl::StatusCode::kAborted:
    case absl::StatusCode::kAlreadyExists:
      return kExitRefused;
    case absl::StatusCode::kUnavailable:
    case absl::StatusCode::kResourceExhausted:
    case absl::StatusCode::kDeadlineExceeded:
      return kExitTryAgain;
    default:
      return kExitDamaged;
  }
}

// Prints every violation of `status` on a line of its own, where it is first: `nodes_technique.tsv:17: …`.
void PrintError(const absl::Status& status) {
  const std::optional<graph::ErrorInfo> info = graph::ErrorInfoOf(status);
  if (!info.has_value()) {
    fmt::print(stderr, "braidd: {}\n", std::string(status.message()));
    return;
  }
  for (const graph::Violation& violation : info->violations) {
    const bool named = violation.field.empty() || violation.description.find(violation.field) != std::string::npos;
    fmt::print(stderr, "braidd: {}{}\n", named ? "" : violation.field + ": ", violation.description);
  }
  for (const auto& [key, value] : info->metadata) {
    if (key == "violations_dropped") fmt::print(stderr, "braidd: and {} more\n", value);
  }
}

// SIGTERM and SIGINT wait for sigwait instead of ending the process. Threads inherit this: to be called before there
// are any.
sigset_t HoldSignals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  return signals;
}

// gRPC's own words are for whoever debugs the transport.
void QuietGrpc(const Log& log) {
  if (log.Writes(LogLevel::kDebug)) return;
  gpr_set_log_function([](gpr_log_func_args*) {});
}

absl::Status LoadSeed(Store& store, const std::string& directory, const Log& log) {
  if (directory.empty()) return absl::OkStatus();
  if (graph::Number(store.head()->revision()) > 0) {
    log.Write(LogLevel::kInfo, "the store holds revisions already: the seed is not loaded");
    return absl::OkStatus();
  }
  BRAID_ASSIGN_OR_RETURN(const ontology::Seed seed, ontology::ReadSeed(directory));
  const absl::StatusOr<graph::store::CommitResult> committed = store.Commit(seed.change_set);
  if (!committed.ok()) return ontology::TraceToLines(committed.status(), seed);
  log.Write(LogLevel::kInfo, fmt::format("the seed is revision {} with {} changes",
                                         graph::Number(committed->info.number), committed->info.change_count));
  return absl::OkStatus();
}

void Greet(const Store& store, const service::Server& server) {
  const graph::SnapshotPtr head = store.head();
  fmt::print("braidd {} listening on {} store {} revision {} nodes {} edges {}\n", BRAID_VERSION, server.address(),
             store.store_id(), graph::Number(head->revision()), head->node_count(), head->edge_count());
  std::fflush(stdout);
}

absl::Status Serve(const Config& config) {
  const Log log(config.log_level);
  const sigset_t signals = HoldSignals();
  QuietGrpc(log);

  graph::store::StoreOptions options;
  options.directory = config.data;
  options.max_travel_changes = static_cast<std::uint64_t>(config.server.limits.max_travel_changes);
  BRAID_ASSIGN_OR_RETURN(const std::unique_ptr<Store> store, Store::Open(options, ontology::CheckChangeSet));
  BRAID_RETURN_IF_ERROR(LoadSeed(*store, config.seed, log));
  BRAID_ASSIGN_OR_RETURN(const std::unique_ptr<service::Server> server,
                         service::Server::Start(*store, config.server, log));
  Greet(*store, *server);

  int signal = 0;
  sigwait(&signals, &signal);
  log.Write(LogLevel::kInfo, fmt::format("{}: no new calls are taken", signal == SIGTERM ? "SIGTERM" : "SIGINT"));
  // A second signal ends the process at once, for whoever will not wait.
  pthread_sigmask(SIG_UNBLOCK, &signals, nullptr);
  server->Shutdown();
  log.Write(LogLevel::kInfo, "stopped");
  return absl::OkStatus();
}

int Main(int argc, char** argv) {
  const Asked asked = ReadConfig(argc, argv);
  if (asked.exit_code.has_value()) return *asked.exit_code;
  absl::Status status = service::CheckOptions(asked.config.server);
  try {
    if (status.ok()) status = asked.check_only ? absl::OkStatus() : Serve(asked.config);
  } catch (const std::exception& e) {
    status = absl::InternalError(fmt::format("a fault of ours: {}", e.what()));
  }
  if (!status.ok()) PrintError(status);
  return ExitCodeOf(status);
}

}  // namespace
}  // namespace braid::braidd

int main(int argc, char** argv) { return braid::braidd::Main(argc, argv); }
