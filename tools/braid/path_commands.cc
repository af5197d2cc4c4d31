#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "braid/v1/path_service.grpc.pb.h"
#include "tools/braid/commands.h"
#include "tools/braid/drawing.h"
#include "tools/braid/path_flags.h"
#include "tools/braid/path_text.h"
#include "tools/braid/words.h"

namespace braid::cli {
namespace {

constexpr int kIntegration = 2;  // modalities: the question of `paths` is integration; 0 asks for any path

struct PathFlags {
  std::vector<std::string> from, to;
  int max_path_count = 0;
  PathFilterFlags filter;
  bool distinct_nodes = false;
  double diverse_share = 0;
  std::string resume_token;
  DrawingFlags drawing;
};

struct SumFlags {
  std::string from, to;
  double degree_exponent = 0;
  double epsilon = 0;
  PathFilterFlags filter;
};

// False where a file that a flag names cannot be read.
bool FillRequest(const Session& session, const PathFlags& flags, const CLI::App& command,
                 v1::FindPathsRequest* request) {
  request->mutable_source_ids()->Add(flags.from.begin(), flags.from.end());
  request->mutable_target_ids()->Add(flags.to.begin(), flags.to.end());
  if (command.count("--max-paths") > 0) request->set_max_path_count(flags.max_path_count);
  if (command.count("--max-hops") > 0) request->set_max_hops(flags.filter.max_hops);
  if (command.count("--min-modalities") > 0) {
    request->set_min_modalities(flags.filter.min_modalities);
  } else if (flags.filter.pattern.empty()) {  // a pattern of the caller's own brings its own count
    request->set_min_modalities(kIntegration);
  }
  request->set_distinct_nodes(flags.distinct_nodes);
  request->set_diverse_share(flags.diverse_share);
  request->set_resume_token(flags.resume_token);
  *request->mutable_consistency() = session.consistency();
  const std::vector<std::string>& languages = session.options().languages;
  request->mutable_languages()->Add(languages.begin(), languages.end());
  return FillPathFilter(flags.filter, request);
}

// How an answer ends for a person.
std::string DrawSummary(const v1::PathsSummary& summary, int given, const Terminal& terminal) {
  if (given == 0) return NoPathText(summary.outcome(), summary.loosen());
  const v1::Completeness& completeness = summary.completeness();
  std::string out = terminal.Styled(
      fmt::format("\n{} {} crossing at least {} {} in at most {} hops, {}{} · {}\n"
                  "Strengths are the ontology's opinion, certainty says how sure; neither is a measured probability.\n",
                  given, given == 1 ? "path" : "paths", summary.min_modalities(),
                  summary.min_modalities() == 1 ? "modality" : "modalities", summary.max_hops(),
                  completeness.state() == v1::COMPLETENESS_STATE_EXACT ? "exact" : "truncated",
                  completeness.more_exist() ? ", more exist" : "", HeaderText(summary.header())),
      Style::kDim);
  if (!completeness.resume_token().empty()) {
    out += terminal.Styled(fmt::format("More: --resume {}\n", completeness.resume_token()), Style::kDim);
  }
  return out;
}

std::string Draw(const v1::FindPathsResponse& reply, const PathFlags& flags) {
  Drawing drawing;
  for (const v1::Path& path : reply.paths()) {
    for (int i = 0; i < path.nodes_size(); ++i) drawing.AddNode(path.nodes(i), i == 0 || i + 1 == path.nodes_size());
    for (const v1::Hop& hop : path.hops()) drawing.AddEdge(hop.edge(), hop.from_id(), hop.to_id(), hop.strength());
  }
  return drawing.Dot(fmt::format("{} – {}", fmt::join(flags.from, ", "), fmt::join(flags.to, ", ")));
}

// A stream of paths on its way to standard output: told one by one to a person, else kept for the whole.
class PathPrinter {
 public:
  PathPrinter(const Session& session, const PathFlags& flags) : session_(session), flags_(flags) {}

  void Add(v1::StreamPathsResponse& part) {
    PrintHeading();
    if (part.has_summary()) {
      summary_ = std::move(*part.mutable_summary());
      ended_ = true;
      return;
    }
    ++given_;
    if (TellsAtOnce()) {
      fmt::print("{}", DrawPath(part.path(), given_, session_.terminal()));
      std::fflush(stdout);
    } else {
      *reply_.add_paths() = std::move(*part.mutable_path());
    }
  }

  // A stream without a summary was broken off.
  bool ended() const { return ended_; }

  ExitCode Finish() {
    session_.PrintNotices(summary_.header());
    const v1::Completeness completeness = summary_.completeness();
    if (TellsAtOnce()) {
      fmt::print("{}", DrawSummary(summary_, given_, session_.terminal()));
    } else if (const ExitCode printed = PrintWhole(); printed != kAnswer) {
      return printed;
    }
    return session_.Finish(completeness, given_ != 0);
  }

 private:
  bool TellsAtOnce() const { return session_.options().output == Output::kTable && !flags_.drawing.wanted(); }

  // With the first part: before it there may still be an error.
  void PrintHeading() {
    if (!TellsAtOnce() || std::exchange(heading_printed_, true)) return;
    fmt::print("{}", session_.terminal().Styled(fmt::format("Which paths connect {} and {}?\n",
                                                            fmt::join(flags_.from, ", "), fmt::join(flags_.to, ", ")),
                                                Style::kBold));
  }

  ExitCode PrintWhole() {
    if (flags_.drawing.wanted()) return PrintDrawing(Draw(reply_, flags_), flags_.drawing);
    // As FindPaths gives it: its fields and the summary's are the same.
    *reply_.mutable_header() = summary_.header();
    *reply_.mutable_completeness() = summary_.completeness();
    reply_.set_outcome(summary_.outcome());
    reply_.set_loosen(summary_.loosen());
    reply_.set_pattern(summary_.pattern());
    reply_.set_max_path_count(summary_.max_path_count());
    reply_.set_max_hops(summary_.max_hops());
    reply_.set_min_modalities(summary_.min_modalities());
    session_.Print(reply_, [] { return std::string(); });
    return kAnswer;
  }

  const Session& session_;
  const PathFlags& flags_;
  v1::FindPathsResponse reply_;
  v1::PathsSummary summary_;
  int given_ = 0;
  bool heading_printed_ = false;
  bool ended_ = false;
};

ExitCode FindPaths(const Session& session, const PathFlags& flags, const CLI::App& command) {
  v1::FindPathsRequest request;
  if (!FillRequest(session, flags, command, &request)) return kUsage;
  const auto call = session.NewCall();
  const auto stream = v1::PathService::NewStub(session.channel())->StreamPaths(call.get(), request);
  PathPrinter printer(session, flags);
  for (v1::StreamPathsResponse part; stream->Read(&part);) printer.Add(part);
  if (const grpc::Status status = stream->Finish(); !status.ok()) return session.Fail(status);
  if (!printer.ended()) return session.Fail(grpc::Status(grpc::INTERNAL, "the answer was broken off; try again"));
  return printer.Finish();
}

std::string DrawSum(const v1::SumPathsResponse& reply, const SumFlags& flags, const Terminal& terminal) {
  std::string out = terminal.Styled(fmt::format("How do {} and {} relate?\n", flags.from, flags.to), Style::kBold);
  if (reply.path_count() == 0) return out + NoPathText(reply.outcome(), reply.loosen());
  out += fmt::format("{} over {} {}\n", NumberText(reply.sum()), reply.path_count(),
                     reply.path_count() == 1 ? "path" : "paths");
  out += reply.largest_omitted() > 0
             ? fmt::format("No path left out would add more than {}.\n", NumberText(reply.largest_omitted()))
             : "No path was left out.\n";
  out +=
      terminal.Styled(fmt::format("at most {} hops, degree exponent {}, epsilon {}, {} · {}\n"
                                  "A degree-weighted path count: an ordering aid, not a measured probability.\n",
                                  reply.max_hops(), NumberText(reply.degree_exponent()), NumberText(reply.epsilon()),
                                  reply.completeness().state() == v1::COMPLETENESS_STATE_EXACT ? "exact" : "truncated",
                                  HeaderText(reply.header())),
                      Style::kDim);
  return out;
}

ExitCode SumPaths(const Session& session, const SumFlags& flags, const CLI::App& command) {
  v1::SumPathsRequest request;
  request.add_source_ids(flags.from);
  request.add_target_ids(flags.to);
  if (command.count("--max-hops") > 0) request.set_max_hops(flags.filter.max_hops);
  if (command.count("--min-modalities") > 0) request.set_min_modalities(flags.filter.min_modalities);
  if (command.count("--degree-exponent") > 0) request.set_degree_exponent(flags.degree_exponent);
  if (command.count("--epsilon") > 0) request.set_epsilon(flags.epsilon);
  *request.mutable_consistency() = session.consistency();
  if (!FillPathFilter(flags.filter, &request)) return kUsage;
  v1::SumPathsResponse reply;
  const auto call = session.NewCall();
  const grpc::Status status = v1::PathService::NewStub(session.channel())->SumPaths(call.get(), request, &reply);
  if (!status.ok()) return session.Fail(status);
  session.PrintNotices(reply.header());
  session.Print(reply, [&] { return DrawSum(reply, flags, session.terminal()); });
  return session.Finish(reply.completeness(), reply.path_count() != 0);
}

void AddPathsCommand(CLI::App& app, Run* run) {
  auto flags = std::make_shared<PathFlags>();
  CLI::App* command = app.add_subcommand("paths", "Find the best integrative paths between nodes");
  command->add_option("--from", flags->from, "Where paths begin: ids")->required()->delimiter(',');
  command->add_option("--to", flags->to, "Where paths end: ids")->required()->delimiter(',');
  command->add_option("-k,--max-paths", flags->max_path_count, "How many, 1 to 1000 (default 5)");
  command->add_option("--max-hops", flags->filter.max_hops, "Most hops, 1 to 12 (default: the pattern's)");
  command->add_option("--min-modalities", flags->filter.min_modalities,
                      "Least modalities crossed, 0 to 4 (default 2; with --pattern: the pattern's)");
  command->add_flag("--distinct", flags->distinct_nodes, "Of paths over the same nodes only the best");
  command->add_option("--diverse", flags->diverse_share,
                      "Only paths of whose interior this share, 0 to 1, is new against each one before");
  command->add_option("--resume", flags->resume_token, "Go on after an answer before: the token that it ended with");
  AddPathFilterFlags(*command, &flags->filter);
  AddDrawingFlags(*command, &flags->drawing);
  command->callback([=] { *run = [=](const Session& session) { return FindPaths(session, *flags, *command); }; });
}

void AddSumCommand(CLI::App& app, Run* run) {
  auto flags = std::make_shared<SumFlags>();
  CLI::App* command = app.add_subcommand("sum", "Sum how two nodes relate over all paths between them");
  command->add_option("from", flags->from, "Where paths begin: an id")->required();
  command->add_option("to", flags->to, "Where paths end: an id")->required();
  command->add_option("--max-hops", flags->filter.max_hops, "Most hops, 1 to 12 (default 4)");
  command->add_option("--min-modalities", flags->filter.min_modalities, "Least modalities crossed, 0 to 4 (default 0)");
  command->add_option("--degree-exponent", flags->degree_exponent,
                      "How much a hub damps, 0 to 4 (default: the policy's)");
  command->add_option("--epsilon", flags->epsilon,
                      "Leave out what adds less than this share of the sum, 0 to 1 (default 1e-6; 0: nothing)");
  AddPathFilterFlags(*command, &flags->filter);
  command->callback([=] { *run = [=](const Session& session) { return SumPaths(session, *flags, *command); }; });
}

}  // namespace

void AddPathCommands(CLI::App& app, Run* run) {
  AddPathsCommand(app, run);
  AddSumCommand(app, run);
}

}  // namespace braid::cli
