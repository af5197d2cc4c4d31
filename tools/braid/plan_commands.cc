#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "braid/v1/plan_service.grpc.pb.h"
#include "tools/braid/commands.h"
#include "tools/braid/explanation_text.h"
#include "tools/braid/meaning.h"
#include "tools/braid/path_flags.h"
#include "tools/braid/text_input.h"

namespace braid::cli {
namespace {

struct PlanFlags {
  std::string profile;
  std::vector<std::string> force_in, force_out, in_force;
  std::vector<std::string> overrides, reasons, acknowledged;
  int max_techniques = 0;
  v1::Certainty min_certainty = v1::CERTAINTY_UNSPECIFIED;
  std::int64_t max_work = 0;
};

struct RecommendFlags {
  PlanFlags plan;
  bool full = false;
  bool robustness = false;
  v1::PlanFormat format = v1::PLAN_FORMAT_TEXT;
  std::string subject;
};

struct ExplainFlags {
  PlanFlags plan;
  std::string technique;
};

constexpr char kNothing[] = "-";  // acknowledges nothing

// The ids of techniques that are meant, into `field`. How the run ends where one is not found.
ExitCode AddTechniques(const Session& session, const std::vector<std::string>& names,
                       google::protobuf::RepeatedPtrField<std::string>* field) {
  for (const std::string& name : names) {
    ExitCode code = kAnswer;
    const std::optional<std::string> id = IdMeant(session, name, {"technique"}, &code);
    if (!id.has_value()) return code;
    *field->Add() = *id;
  }
  return kAnswer;
}

ExitCode AddOverrides(const Session& session, const PlanFlags& flags, v1::RecommendRequest* request) {
  if (flags.reasons.size() != flags.overrides.size() || flags.acknowledged.size() > flags.overrides.size()) {
    fmt::print(stderr,
               "braid: give every --override a --reason, and at most one --acknowledge, in the same order; {}\n",
               "--acknowledge - acknowledges nothing");
    return kUsage;
  }
  for (std::size_t i = 0; i < flags.overrides.size(); ++i) {
    ExitCode code = kAnswer;
    const std::optional<std::string> id = IdMeant(session, flags.overrides[i], {"technique"}, &code);
    if (!id.has_value()) return code;
    v1::Override& override = *request->add_overrides();
    override.set_technique_id(*id);
    override.set_reason(flags.reasons[i]);
    if (i < flags.acknowledged.size() && flags.acknowledged[i] != kNothing) {
      override.set_acknowledged_cause_id(flags.acknowledged[i]);
    }
  }
  return kAnswer;
}

ExitCode FillRequest(const Session& session, const PlanFlags& flags, v1::RecommendRequest* request) {
  if (!ReadTextForm(flags.profile, request->mutable_profile())) return kUsage;
  if (const ExitCode code = AddTechniques(session, flags.force_in, request->mutable_forced_in_ids()); code != kAnswer) {
    return code;
  }
  if (const ExitCode code = AddTechniques(session, flags.force_out, request->mutable_forced_out_ids());
      code != kAnswer) {
    return code;
  }
  if (const ExitCode code = AddTechniques(session, flags.in_force, request->mutable_in_force_ids()); code != kAnswer) {
    return code;
  }
  if (const ExitCode code = AddOverrides(session, flags, request); code != kAnswer) return code;
  if (flags.max_techniques != 0) request->set_max_technique_count(flags.max_techniques);
  request->set_min_certainty(flags.min_certainty);
  if (flags.max_work != 0) request->mutable_budget()->set_max_work(flags.max_work);
  *request->mutable_consistency() = session.consistency();
  const std::vector<std::string>& languages = session.options().languages;
  request->mutable_languages()->Add(languages.begin(), languages.end());
  return kAnswer;
}

void PrintLosses(const v1::RenderPlanResponse& reply) {
  if (reply.losses().empty()) return;
  std::vector<std::string> fields;
  for (const v1::RenderLoss& loss : reply.losses()) fields.push_back(loss.field());
  fmt::print(stderr, "note: the format does not carry {} (--output json says why)\n", fmt::join(fields, ", "));
}

ExitCode Render(const Session& session, const RecommendFlags& flags, const v1::RecommendRequest& question) {
  v1::RenderPlanRequest request;
  *request.mutable_recommend() = question;
  request.set_format(flags.format);
  request.set_subject_reference(flags.subject);
  if (flags.format == v1::PLAN_FORMAT_FHIR) request.mutable_recommend()->set_view(v1::VIEW_FULL);  // definitions
  v1::RenderPlanResponse reply;
  const auto call = session.NewCall();
  const grpc::Status status = v1::PlanService::NewStub(session.channel())->RenderPlan(call.get(), request, &reply);
  if (!status.ok()) return session.Fail(status);
  session.PrintNotices(reply.header());
  session.Print(reply, [&] { return reply.content(); });
  if (session.options().output == Output::kTable) PrintLosses(reply);
  return session.Finish(reply.completeness(), reply.outcome() == v1::OUTCOME_FOUND);
}

// The whole reply, for programs.
ExitCode PrintRecommendation(const Session& session, const v1::RecommendRequest& request) {
  v1::RecommendResponse reply;
  const auto call = session.NewCall();
  const grpc::Status status = v1::PlanService::NewStub(session.channel())->Recommend(call.get(), request, &reply);
  if (!status.ok()) return session.Fail(status);
  session.Print(reply, [] { return std::string(); });
  return session.Finish(reply.completeness(), reply.recommendation().outcome() == v1::OUTCOME_FOUND);
}

ExitCode Recommend(const Session& session, RecommendFlags flags) {
  if (!flags.subject.empty() && flags.format != v1::PLAN_FORMAT_FHIR) {
    fmt::print(stderr, "braid: --subject goes with --format fhir\n");
    return kUsage;
  }
  if (flags.full && flags.format != v1::PLAN_FORMAT_TEXT) {
    fmt::print(stderr, "braid: --full goes with --format text\n");
    return kUsage;
  }
  v1::RecommendRequest request;
  if (const ExitCode code = FillRequest(session, flags.plan, &request); code != kAnswer) return code;
  request.set_robustness(flags.robustness);
  if (flags.format == v1::PLAN_FORMAT_TEXT && session.options().output != Output::kTable) {
    if (flags.full) request.set_view(v1::VIEW_FULL);
    return PrintRecommendation(session, request);
  }
  if (flags.full) flags.format = v1::PLAN_FORMAT_FULL_TEXT;
  return Render(session, flags, request);
}

// Whether the technique has a place now, or would have one as good.
bool IsIn(v1::TechniqueStanding standing) {
  switch (standing) {
    case v1::TECHNIQUE_STANDING_SAFETY:
    case v1::TECHNIQUE_STANDING_RELATIONSHIP:
    case v1::TECHNIQUE_STANDING_CHOSEN:
    case v1::TECHNIQUE_STANDING_EQUALLY_GOOD:
      return true;
    default:
      return false;
  }
}

ExitCode Explain(const Session& session, const ExplainFlags& flags) {
  v1::ExplainRequest request;
  if (const ExitCode code = FillRequest(session, flags.plan, request.mutable_recommend()); code != kAnswer) return code;
  ExitCode code = kAnswer;
  const std::optional<std::string> technique = IdMeant(session, flags.technique, {"technique"}, &code);
  if (!technique.has_value()) return code;
  request.set_technique_id(*technique);
  v1::ExplainResponse reply;
  const auto call = session.NewCall();
  const grpc::Status status = v1::PlanService::NewStub(session.channel())->Explain(call.get(), request, &reply);
  if (!status.ok()) return session.Fail(status);
  session.PrintNotices(reply.header());
  session.Print(reply, [&] { return DrawExplanation(reply, session.terminal()); });
  return session.Finish(reply.completeness(), IsIn(reply.explanation().standing()));
}

void AddPlanFlags(CLI::App& command, PlanFlags* flags) {
  // One value an option, so that the profile may follow it.
  const auto add = [&](const char* name, std::vector<std::string>* values, const char* description) {
    return command.add_option(name, *values, description)->allow_extra_args(false);
  };
  command
      .add_option("profile", flags->profile, "The client: a file with a ClientProfile in text form (-: standard input)")
      ->required();
  add("--force-in", &flags->force_in, "Techniques that every plan must hold")->delimiter(',');
  add("--force-out", &flags->force_out, "Techniques that no plan may hold")->delimiter(',');
  add("--in-force", &flags->in_force, "Techniques of the plan in force: changing it costs a little")->delimiter(',');
  add("--override", &flags->overrides, "A technique whose exclusion the therapist sets aside");
  add("--reason", &flags->reasons, "Why, one for each --override, in their order");
  add("--acknowledge", &flags->acknowledged,
      "The cause that was seen (a flag or rule), one for each --override, in their order; -: none")
      ->option_text("ID|-");
  command.add_option("--max-techniques", flags->max_techniques, "Most techniques of a plan (default: the policy's)")
      ->check(CLI::Range(1, 20));
  AddMinCertaintyFlag(command, &flags->min_certainty);
  command.get_option("--min-certainty")->description("Least certainty of a technique's benefit");
  AddMaxWorkFlag(command, &flags->max_work);
  command.footer(
      "Profiles: needs { node_id: 'process:rumination' } concern_ids: 'concern:depression' flag_ids: 'flag:…'\n"
      "Decision support for professionals, not a diagnosis.");
}

}  // namespace

void AddPlanCommands(CLI::App& app, Run* run) {
  auto recommend = std::make_shared<RecommendFlags>();
  CLI::App* command = app.add_subcommand("recommend", "Recommend a plan for a client, explained, on one screen");
  AddPlanFlags(*command, &recommend->plan);
  command->add_flag("--full", recommend->full, "Everything: evidence, ways, factors, all exclusions, other plans");
  command->add_flag("--robustness", recommend->robustness,
                    "Also how the plan holds under other settings of the policy");
  command->add_option("--format", recommend->format, "As text, as CDS Hooks cards, or as a FHIR R4 care plan")
      ->transform(CLI::CheckedTransformer(std::map<std::string, v1::PlanFormat>{
          {"text", v1::PLAN_FORMAT_TEXT}, {"cds-hooks", v1::PLAN_FORMAT_CDS_HOOKS}, {"fhir", v1::PLAN_FORMAT_FHIR}}))
      ->option_text("text|cds-hooks|fhir");
  command->add_option("--subject", recommend->subject, "With --format fhir: the patient, Patient/123");
  command->callback([=] { *run = [=](const Session& session) { return Recommend(session, *recommend); }; });

  auto explain = std::make_shared<ExplainFlags>();
  command = app.add_subcommand("explain", "Explain why a technique is recommended for a client, or why not");
  command->add_option("technique", explain->technique, "A technique: its id, or its name")->required();
  AddPlanFlags(*command, &explain->plan);
  command->callback([=] { *run = [=](const Session& session) { return Explain(session, *explain); }; });
}

}  // namespace braid::cli
