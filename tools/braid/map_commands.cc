#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "braid/v1/path_service.grpc.pb.h"
#include "tools/braid/commands.h"
#include "tools/braid/drawing.h"
#include "tools/braid/map_text.h"
#include "tools/braid/meaning.h"
#include "tools/braid/path_flags.h"
#include "tools/braid/text_input.h"
#include "tools/braid/words.h"

namespace braid::cli {
namespace {

struct MapFlags {
  std::vector<std::string> terminals;
  std::vector<std::string> kinds, relations, include_kinds, avoid, allow;
  v1::Certainty min_certainty = v1::CERTAINTY_UNSPECIFIED;
  std::int64_t max_work = 0;
  std::string profile;
  bool alternatives = false;
  DrawingFlags drawing;
};

// How the run ends where it cannot be filled.
ExitCode FillRequest(const Session& session, const MapFlags& flags, v1::ConnectDimensionsRequest* request) {
  for (const std::string& name : flags.terminals) {
    ExitCode code = kAnswer;
    const std::optional<std::string> id = IdMeant(session, name, {"dimension", "concern", "process"}, &code);
    if (!id.has_value()) return code;
    request->add_terminal_ids(*id);
  }
  const auto add = [](const std::vector<std::string>& values, auto* field) {
    field->Add(values.begin(), values.end());
  };
  add(flags.kinds, request->mutable_kinds());
  add(flags.relations, request->mutable_relations());
  add(flags.include_kinds, request->mutable_include_kinds());
  add(flags.avoid, request->mutable_avoid_ids());
  add(flags.allow, request->mutable_allow_ids());
  add(session.options().languages, request->mutable_languages());
  request->set_min_certainty(flags.min_certainty);
  request->set_alternatives(flags.alternatives);
  *request->mutable_consistency() = session.consistency();
  if (flags.max_work != 0) request->mutable_budget()->set_max_work(flags.max_work);
  if (!flags.profile.empty() && !ReadTextForm(flags.profile, request->mutable_profile())) return kUsage;
  return kAnswer;
}

std::string Draw(const v1::MapSummary& summary, const MapFlags& flags) {
  Drawing drawing;
  for (const v1::MapPart& part : summary.parts()) {
    const auto is_end = [&](const std::string& id) {
      const auto& terminals = part.map().terminals();
      return std::any_of(terminals.begin(), terminals.end(),
                         [&](const v1::MapTerminal& terminal) { return terminal.node_id() == id; });
    };
    for (const v1::Node& node : part.map().nodes()) drawing.AddNode(node, is_end(node.id()));
    for (const v1::Hop& edge : part.map().edges()) {
      drawing.AddEdge(edge.edge(), edge.from_id(), edge.to_id(), edge.strength());
    }
  }
  return drawing.Dot(fmt::format("{}", fmt::join(flags.terminals, " – ")));
}

ExitCode Finish(const Session& session, const MapFlags& flags, const v1::MapSummary& summary) {
  session.PrintNotices(summary.header());
  if (flags.drawing.wanted()) {
    if (const ExitCode printed = PrintDrawing(Draw(summary, flags), flags.drawing); printed != kAnswer) return printed;
  } else {
    session.Print(summary, [&] {
      const std::string question = fmt::format("What do {} share?\n", fmt::join(flags.terminals, ", "));
      return session.terminal().Styled(question, Style::kBold) + DrawMaps(summary, session.terminal());
    });
  }
  return session.Finish(summary.completeness(), summary.outcome() == v1::OUTCOME_FOUND);
}

ExitCode Connect(const Session& session, const MapFlags& flags) {
  v1::ConnectDimensionsRequest request;
  if (const ExitCode code = FillRequest(session, flags, &request); code != kAnswer) return code;
  const auto call = session.NewCall();
  const auto stream = v1::PathService::NewStub(session.channel())->ConnectDimensions(call.get(), request);
  std::optional<v1::MapSummary> summary;
  for (v1::ConnectDimensionsResponse part; stream->Read(&part);) {
    // The maps before the last are for whoever may leave early: the summary has the best.
    if (part.has_summary()) summary = std::move(*part.mutable_summary());
  }
  if (const grpc::Status status = stream->Finish(); !status.ok()) return session.Fail(status);
  if (!summary.has_value()) {
    return session.Fail(grpc::Status(grpc::INTERNAL, "the answer was broken off; try again"));
  }
  return Finish(session, flags, *summary);
}

}  // namespace

void AddMapCommands(CLI::App& app, Run* run) {
  auto flags = std::make_shared<MapFlags>();
  CLI::App* command = app.add_subcommand("connect", "Map what several dimensions, concerns or processes share");
  command->add_option("terminals", flags->terminals, "2 to 8 of them: ids, or names such as `thoughts`")->required();
  command->add_flag("--alternatives", flags->alternatives, "Also what there is if not through each node of the map");
  command
      ->add_option("--include-kinds", flags->include_kinds,
                   "Let in on top of what keeps problems going: technique, process (ways of change)")
      ->delimiter(',');
  command->add_option("--kinds", flags->kinds, "Only nodes of these kinds inside (default: the policy's layer)")
      ->delimiter(',');
  command->add_option("--relations", flags->relations, "Only these relations (default: the policy's layer)")
      ->delimiter(',');
  command->add_option("--avoid", flags->avoid, "Never through these nodes")->delimiter(',');
  command->add_option("--allow", flags->allow, "Nodes allowed although the policy keeps them off")->delimiter(',');
  AddMinCertaintyFlag(*command, &flags->min_certainty);
  AddMaxWorkFlag(*command, &flags->max_work);
  AddProfileFlag(*command, &flags->profile);
  AddDrawingFlags(*command, &flags->drawing);
  command->callback([=] { *run = [=](const Session& session) { return Connect(session, *flags); }; });
}

}  // namespace braid::cli
