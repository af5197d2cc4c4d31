#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>
#include <optional>
#include <string>

#include "braid/v1/evidence_service.grpc.pb.h"
#include "tools/braid/commands.h"
#include "tools/braid/forest_plot.h"
#include "tools/braid/meaning.h"
#include "tools/braid/svg.h"
#include "tools/braid/words.h"

namespace braid::cli {
namespace {

constexpr std::size_t kIndent = 3;

struct EvidenceFlags {
  std::string intervention, concern;
  std::string svg;  // a file, `-`: standard output; empty: none
};

std::size_t Width(const Terminal& terminal) { return std::min<std::size_t>(terminal.width(), 120); }

// `4`, where it starts; `−1`; `·`: nothing; `?`: not assessed.
std::string ChangeText(const v1::CertaintyStep& step) {
  if (step.domain() == v1::CERTAINTY_DOMAIN_DESIGN) return fmt::format("{}", step.grade());
  if (!step.assessed() && step.change() == 0) return "?";
  if (step.change() == 0) return "·";
  return step.change() < 0 ? fmt::format("−{}", -step.change()) : fmt::format("+{}", step.change());
}

std::string DrawCertainty(const v1::CertaintyAssessment& certainty, const Terminal& terminal) {
  std::string out =
      terminal.Styled(fmt::format("\nCertainty: {} ({})\n", EnumWord(v1::Certainty_descriptor(), certainty.certainty()),
                                  EnumWord(v1::CertaintyBasis_descriptor(), certainty.basis())),
                      Style::kBold);
  Table table({{"", true, Style::kYellow}, {"", false, Style::kCyan}, {""}});
  for (const v1::CertaintyStep& step : certainty.steps()) {
    table.AddRow({ChangeText(step), EnumWord(v1::CertaintyDomain_descriptor(), step.domain()), step.because()});
  }
  return certainty.steps().empty() ? out : out + table.Text(terminal, kIndent);
}

std::string SourceText(const v1::Finding& finding) {
  if (!finding.has_source()) return "no source";
  const std::string& doi = finding.source().doi();
  return doi.empty() ? finding.source().label() : fmt::format("{}, doi:{}", finding.source().label(), doi);
}

std::string DrawFindings(const v1::SynthesizeResponse& reply, const Terminal& terminal) {
  if (reply.findings().empty()) return {};
  std::string out = terminal.Styled("\nFindings\n", Style::kBold);
  for (const v1::PairFinding& pair : reply.findings()) {
    const v1::Finding& finding = pair.finding();
    const bool verified = finding.verification() == v1::VERIFICATION_SOURCE;
    std::string line =
        fmt::format("· {}{} – {}: {}; {}.", finding.label(), verified ? "" : "*",
                    EnumWord(v1::Polarity_descriptor(), pair.polarity()), pair.why(), SourceText(finding));
    if (!finding.value_text().empty()) line += fmt::format(" {}.", finding.value_text());
    if (!finding.note().empty()) line += fmt::format(" {}.", finding.note());
    out += Wrap(line, kIndent, Width(terminal));
  }
  for (const v1::EvidenceCaution& caution : reply.cautions()) {
    out += Wrap(terminal.Styled("Caution: ", Style::kRed) +
                    fmt::format("{} ({}).", caution.finding().label(), caution.finding().evidence_id()),
                kIndent, Width(terminal));
  }
  return out;
}

std::string Draw(const v1::SynthesizeResponse& reply, const Terminal& terminal) {
  const ForestPlot plot = PlotOf(reply);
  const v1::Benefit& benefit = reply.benefit();
  std::string out = terminal.Styled(plot.title + "\n", Style::kBold) + "\n";
  out += Wrap(benefit.summary(), kIndent, Width(terminal));
  out += Wrap(fmt::format("Rests on: {}.", benefit.how()), kIndent, Width(terminal));
  if (!plot.rows.empty()) out += "\n" + DrawForest(plot, terminal);
  out += DrawCertainty(benefit.certainty(), terminal);
  out += DrawFindings(reply, terminal);
  const bool starred = std::any_of(reply.findings().begin(), reply.findings().end(), [](const v1::PairFinding& pair) {
    return pair.finding().verification() != v1::VERIFICATION_SOURCE;
  });
  out += terminal.Styled(fmt::format("\n{}{}\nComputed certainty is a formula, and no judgement of a person.\n",
                                     HeaderText(reply.header()), starred ? " · * not verified in its source" : ""),
                         Style::kDim);
  return out;
}

ExitCode Evidence(const Session& session, const EvidenceFlags& flags) {
  ExitCode code = kAnswer;
  const std::optional<std::string> intervention =
      IdMeant(session, flags.intervention, {"technique", "modality"}, &code);
  if (!intervention.has_value()) return code;
  const std::optional<std::string> concern = IdMeant(session, flags.concern, {"concern"}, &code);
  if (!concern.has_value()) return code;
  v1::SynthesizeRequest request;
  request.set_intervention_id(*intervention);
  request.set_concern_id(*concern);
  request.mutable_languages()->Add(session.options().languages.begin(), session.options().languages.end());
  *request.mutable_consistency() = session.consistency();
  v1::SynthesizeResponse reply;
  const auto call = session.NewCall();
  const grpc::Status status = v1::EvidenceService::NewStub(session.channel())->Synthesize(call.get(), request, &reply);
  if (!status.ok()) return session.Fail(status);
  session.PrintNotices(reply.header());
  if (!flags.svg.empty()) {
    if (const ExitCode written = WriteSvg(ForestSvg(PlotOf(reply)), flags.svg); written != kAnswer) return written;
  } else {
    session.Print(reply, [&] { return Draw(reply, session.terminal()); });
  }
  return reply.findings().empty() && reply.claim_without_finding_count() == 0 ? kNegative : kAnswer;
}

}  // namespace

void AddEvidenceCommands(CLI::App& app, Run* run) {
  auto flags = std::make_shared<EvidenceFlags>();
  CLI::App* command =
      app.add_subcommand("evidence", "Put together what the literature says of a technique or modality for a concern");
  command->add_option("intervention", flags->intervention, "A technique or modality: its id, or its name")->required();
  command->add_option("concern", flags->concern, "A concern: its id, or its name")->required();
  command->add_option("--svg", flags->svg, "Draw the forest plot as SVG into this file; `-` is standard output")
      ->option_text("FILE|-");
  command->callback([=] { *run = [=](const Session& session) { return Evidence(session, *flags); }; });
}

}  // namespace braid::cli
