#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cmath>
#include <memory>
#include <string>
#include <vector>

#include "braid/v1/path_service.grpc.pb.h"
#include "tools/braid/commands.h"
#include "tools/braid/words.h"

namespace braid::cli {
namespace {

struct PathFlags {
  std::vector<std::string> from, to;
  int max_path_count = 0;
  int max_hops = 0;
  int min_modalities = 2;  // the question here is integration; 0 asks for any path
  std::string pattern;
  std::vector<std::string> kinds, excluded_kinds, relations, excluded_relations, avoid, must_pass, allow;
  v1::Certainty min_certainty = v1::CERTAINTY_UNSPECIFIED;
  bool distinct_nodes = false;
  std::int64_t max_work = 0;
};

v1::FindPathsRequest Request(const Session& session, const PathFlags& flags, const CLI::App& command) {
  v1::FindPathsRequest request;
  const auto add = [](const std::vector<std::string>& values, auto* field) {
    for (const std::string& value : values) *field->Add() = value;
  };
  add(flags.from, request.mutable_source_ids());
  add(flags.to, request.mutable_target_ids());
  if (command.count("--max-paths") > 0) request.set_max_path_count(flags.max_path_count);
  if (command.count("--max-hops") > 0) request.set_max_hops(flags.max_hops);
  // A pattern of the caller's own brings its own count.
  if (command.count("--min-modalities") > 0 || flags.pattern.empty()) request.set_min_modalities(flags.min_modalities);
  request.set_pattern(flags.pattern);
  add(flags.kinds, request.mutable_kinds());
  add(flags.excluded_kinds, request.mutable_excluded_kinds());
  add(flags.relations, request.mutable_relations());
  add(flags.excluded_relations, request.mutable_excluded_relations());
  add(flags.avoid, request.mutable_avoid_ids());
  add(flags.must_pass, request.mutable_must_pass_ids());
  add(flags.allow, request.mutable_allow_ids());
  request.set_min_certainty(flags.min_certainty);
  request.set_distinct_nodes(flags.distinct_nodes);
  if (command.count("--max-work") > 0) request.mutable_budget()->set_max_work(flags.max_work);
  *request.mutable_consistency() = session.consistency();
  add(session.options().languages, request.mutable_languages());
  return request;
}

const v1::Node* FindNode(const v1::Path& path, const std::string& id) {
  for (const v1::Node& node : path.nodes()) {
    if (node.id() == id) return &node;
  }
  return nullptr;
}

std::string Label(const v1::Path& path, const std::string& id) {
  const v1::Node* node = FindNode(path, id);
  return node == nullptr ? id : node->preferred_label();
}

std::string KindOf(const v1::Path& path, const std::string& id) {
  const v1::Node* node = FindNode(path, id);
  return node == nullptr ? std::string() : node->kind();
}

// What a hop rests on, without the certainty that has a column of its own.
std::string RestsOn(const v1::Hop& hop) { return hop.rests_on().substr(0, hop.rests_on().find(" (")); }

// One line a node, each with the hop that led to it.
std::string DrawHops(const v1::Path& path, const Terminal& terminal) {
  if (path.hops().empty()) return {};
  Table table({{"hop", false, Style::kCyan},
               {"node"},
               {"kind", false, Style::kDim},
               {"strength", true},
               {"certainty"},
               {"rests on", false, Style::kDim}});
  const std::string& start = path.hops(0).from_id();
  table.AddRow({"", Label(path, start), KindOf(path, start), "", "", ""});
  for (const v1::Hop& hop : path.hops()) {
    const std::string& relation = hop.edge().key().relation();
    table.AddRow({hop.reversed() ? "◄ " + relation : "► " + relation, Label(path, hop.to_id()),
                  KindOf(path, hop.to_id()), NumberText(hop.strength()), CertaintyText(hop.edge().certainty()),
                  RestsOn(hop)});
  }
  return table.Text(terminal, 3);
}

std::string DrawPath(const v1::Path& path, int rank, const Terminal& terminal) {
  std::string modalities = fmt::format("{}", fmt::join(path.modality_labels(), " + "));
  std::string out = fmt::format(
      "\n{}. {}   {}\n", rank, terminal.Styled(modalities.empty() ? "no modality crossed" : modalities, Style::kBold),
      terminal.Styled(fmt::format("cost {:.3f} = plausibility {:.2g} × specificity {:.2g} × length {:.2g}",
                                  static_cast<double>(path.cost_micronats()) / 1e6, path.plausibility(),
                                  path.specificity(), path.length_factor()),
                      Style::kDim));
  out += Wrap(path.explanation(), 3, std::min<std::size_t>(terminal.width(), 120));
  out += DrawHops(path, terminal);
  for (const v1::CounterEvidence& counter : path.counter_evidence()) {
    out += Wrap(terminal.Styled("Against: ", Style::kYellow) + counter.text(), 3,
                std::min<std::size_t>(terminal.width(), 120));
  }
  return out;
}

std::string Nothing(const v1::FindPathsResponse& reply) {
  switch (reply.outcome()) {
    case v1::OUTCOME_NO_PATH:
      return reply.loosen().empty()
                 ? "No path meets every constraint, and loosening one alone does not help.\n"
                 : fmt::format("No path meets every constraint. Without `{}` there is one.\n", reply.loosen());
    case v1::OUTCOME_ENDPOINT_EXCLUDED:
      return "Every source, or every target, is excluded: obsolete, avoided, or not among the kinds asked for.\n";
    case v1::OUTCOME_NOT_REACHED:
      return "Cut before any path was certain. Raise --timeout or --max-work.\n";
    default:
      return "Nothing.\n";
  }
}

std::string Draw(const v1::FindPathsResponse& reply, const PathFlags& flags, const Terminal& terminal) {
  std::string out = terminal.Styled(
      fmt::format("Which paths connect {} and {}, crossing at least {} modalities in at most {} hops?\n",
                  fmt::join(flags.from, ", "), fmt::join(flags.to, ", "), reply.min_modalities(), reply.max_hops()),
      Style::kBold);
  if (reply.paths().empty()) return out + Nothing(reply);
  for (int i = 0; i < reply.paths_size(); ++i) out += DrawPath(reply.paths(i), i + 1, terminal);
  const bool exact = reply.completeness().state() == v1::COMPLETENESS_STATE_EXACT;
  out += terminal.Styled(
      fmt::format("\n{} {}, {}{} · {}\n"
                  "Strengths are the ontology's opinion, certainty says how sure; neither is a measured probability.\n",
                  reply.paths_size(), reply.paths_size() == 1 ? "path" : "paths", exact ? "exact" : "truncated",
                  reply.completeness().more_exist() ? ", more exist" : "", HeaderText(reply.header())),
      Style::kDim);
  return out;
}

ExitCode FindPaths(const Session& session, const PathFlags& flags, const CLI::App& command) {
  v1::FindPathsResponse reply;
  const auto call = session.NewCall();
  const grpc::Status status =
      v1::PathService::NewStub(session.channel())->FindPaths(call.get(), Request(session, flags, command), &reply);
  if (!status.ok()) return session.Fail(status);
  session.PrintNotices(reply.header());
  session.Print(reply, [&] { return Draw(reply, flags, session.terminal()); });
  if (reply.completeness().state() == v1::COMPLETENESS_STATE_TRUNCATED) {
    fmt::print(stderr, "braid: the answer is truncated ({}). {}\n",
               EnumWord(v1::CompletenessLimit_descriptor(), reply.completeness().limit()),
               reply.completeness().advice());
    if (session.options().exact) return kTryAgain;
  }
  return reply.paths().empty() ? kNegative : kAnswer;
}

}  // namespace

void AddPathCommands(CLI::App& app, Run* run) {
  auto flags = std::make_shared<PathFlags>();
  CLI::App* command = app.add_subcommand("paths", "Find the best integrative paths between nodes");
  command->footer(
      "Patterns: a name of the policy (bridge, spread, mechanism), `any`, or hops such as\n"
      "  '<engages >engages'   one technique between two processes\n"
      "with > from subject to object, < back, - either way, | * + ? {n,m} ( ) as usual.");
  command->add_option("--from", flags->from, "Where paths begin: ids")->required()->delimiter(',');
  command->add_option("--to", flags->to, "Where paths end: ids")->required()->delimiter(',');
  command->add_option("-k,--max-paths", flags->max_path_count, "How many, 1 to 1000 (default 5)");
  command->add_option("--max-hops", flags->max_hops, "Most hops, 1 to 12 (default: the pattern's)");
  command->add_option("--min-modalities", flags->min_modalities,
                      "Least modalities crossed, 0 to 4 (default 2; with --pattern: the pattern's)");
  command->add_option("--pattern", flags->pattern, "A pattern's name or text (default: the policy's)");
  command->add_option("--kinds", flags->kinds, "Only nodes of these kinds")->delimiter(',');
  command->add_option("--exclude-kinds", flags->excluded_kinds, "No node of these kinds")->delimiter(',');
  command->add_option("--relations", flags->relations, "Only these relations")->delimiter(',');
  command->add_option("--exclude-relations", flags->excluded_relations, "None of these relations")->delimiter(',');
  command->add_option("--avoid", flags->avoid, "Never through these nodes")->delimiter(',');
  command->add_option("--through", flags->must_pass, "Through each of these nodes, at most 3")->delimiter(',');
  command->add_option("--allow", flags->allow, "Nodes allowed although the policy keeps them off")->delimiter(',');
  command->add_option("--min-certainty", flags->min_certainty, "Least certainty of a hop")
      ->transform(CLI::CheckedTransformer(std::map<std::string, v1::Certainty>{{"no_source", v1::CERTAINTY_NO_SOURCE},
                                                                               {"very_low", v1::CERTAINTY_VERY_LOW},
                                                                               {"low", v1::CERTAINTY_LOW},
                                                                               {"moderate", v1::CERTAINTY_MODERATE},
                                                                               {"high", v1::CERTAINTY_HIGH}}))
      ->option_text("no_source|very_low|low|moderate|high");
  command->add_flag("--distinct", flags->distinct_nodes, "Of paths over the same nodes only the best");
  command->add_option("--max-work", flags->max_work, "Most work units (arcs and heap steps)");
  command->callback([=] { *run = [=](const Session& session) { return FindPaths(session, *flags, *command); }; });
}

}  // namespace braid::cli
