#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "braid/v1/lookup_service.grpc.pb.h"
#include "braid/v1/plan_service.grpc.pb.h"
#include "tools/braid/commands.h"
#include "tools/braid/course_plot.h"
#include "tools/braid/path_flags.h"
#include "tools/braid/revision_text.h"
#include "tools/braid/svg.h"
#include "tools/braid/text_input.h"

namespace braid::cli {
namespace {

struct CourseFlags {
  std::string course;
  std::string svg;  // a file, `-`: standard output; empty: none
  bool full = false;
  std::int64_t max_work = 0;
};

// What the file says; flags that were given go before it.
ExitCode ReadCourse(const Session& session, const CourseFlags& flags, v1::ReviseRequest* request) {
  if (!ReadTextForm(flags.course, request)) return kUsage;
  v1::RecommendRequest& question = *request->mutable_recommend();
  const v1::Consistency consistency = session.consistency();
  if (consistency.requirement_case() != v1::Consistency::REQUIREMENT_NOT_SET) {
    *question.mutable_consistency() = consistency;
  }
  const std::vector<std::string>& languages = session.options().languages;
  if (!languages.empty()) question.mutable_languages()->Assign(languages.begin(), languages.end());
  if (flags.max_work != 0) question.mutable_budget()->set_max_work(flags.max_work);
  if (flags.full && session.options().output != Output::kTable) question.set_view(v1::VIEW_FULL);
  return kAnswer;
}

// Every id of a measure that the request has.
std::vector<std::string> MeasureIds(const v1::ReviseRequest& request) {
  std::set<std::string> ids;
  const v1::ClientProfile& profile = request.recommend().profile();
  ids.insert(profile.alliance().measure_id());
  ids.insert(request.course().alliance_measure_id());
  for (const v1::MeasureScores& measure : profile.measures()) ids.insert(measure.measure_id());
  for (const v1::SessionRecord& record : request.course().sessions()) {
    for (const v1::Score& score : record.scores()) ids.insert(score.measure_id());
  }
  ids.erase("");
  return {ids.begin(), ids.end()};
}

// Range, direction and published constants of each, as of the question's revision.
grpc::Status LookUpMeasures(const Session& session, const v1::ReviseRequest& request,
                            std::map<std::string, v1::Node>* measures) {
  constexpr std::size_t kMostIds = 1000;  // of one call
  const std::vector<std::string> ids = MeasureIds(request);
  for (std::size_t at = 0; at < ids.size(); at += kMostIds) {
    v1::BatchLookupRequest lookup;
    for (std::size_t i = at; i < std::min(at + kMostIds, ids.size()); ++i) lookup.add_ids(ids[i]);
    *lookup.mutable_consistency() = request.recommend().consistency();
    *lookup.mutable_languages() = request.recommend().languages();
    lookup.set_no_redirect(request.recommend().no_redirect());
    lookup.set_view(v1::VIEW_FULL);
    v1::BatchLookupResponse reply;
    const auto call = session.NewCall();
    grpc::Status status = v1::LookupService::NewStub(session.channel())->BatchLookup(call.get(), lookup, &reply);
    if (!status.ok()) return status;
    for (const v1::BatchLookupItem& item : reply.items()) (*measures)[item.id()] = item.node();
  }
  return grpc::Status::OK;
}

grpc::Status Simulate(const Session& session, const v1::ReviseRequest& revise, v1::SimulateCourseResponse* reply) {
  v1::SimulateCourseRequest request;
  *request.mutable_revise() = revise;
  const auto call = session.NewCall();
  return v1::PlanService::NewStub(session.channel())->SimulateCourse(call.get(), request, reply);
}

ExitCode Finish(const Session& session, const v1::ReviseResponse& reply) {
  return session.Finish(reply.completeness(), reply.recommendation().outcome() == v1::OUTCOME_FOUND);
}

// What led to the revision is asked for at its revision of the ontology, so that all of a plot is of one.
ExitCode Draw(const Session& session, const CourseFlags& flags, v1::ReviseRequest request,
              const v1::ReviseResponse& reply) {
  request.mutable_recommend()->mutable_consistency()->set_at_exact_snapshot(reply.header().revision());
  v1::SimulateCourseResponse simulation;
  if (const grpc::Status status = Simulate(session, request, &simulation); !status.ok()) return session.Fail(status);
  std::map<std::string, v1::Node> measures;
  if (const grpc::Status status = LookUpMeasures(session, request, &measures); !status.ok()) {
    return session.Fail(status);
  }
  session.PrintNotices(reply.header());
  const CoursePlot plot = PlotOf({request, simulation, reply, measures});
  if (!flags.svg.empty()) {
    if (const ExitCode written = WriteSvg(CourseSvg(plot), flags.svg); written != kAnswer) return written;
  } else {
    fmt::print("{}", DrawRevision(reply, DrawCourse(plot, session.terminal()), session.terminal(), flags.full));
  }
  // Verbs that are missing are those of sessions that the simulation did not come to.
  if (const ExitCode code = session.Finish(simulation.completeness(), true); code != kAnswer) return code;
  return Finish(session, reply);
}

ExitCode Revise(const Session& session, const CourseFlags& flags) {
  v1::ReviseRequest request;
  if (const ExitCode code = ReadCourse(session, flags, &request); code != kAnswer) return code;
  v1::ReviseResponse reply;
  const auto call = session.NewCall();
  const grpc::Status status = v1::PlanService::NewStub(session.channel())->Revise(call.get(), request, &reply);
  if (!status.ok()) return session.Fail(status);
  if (session.options().output == Output::kTable || !flags.svg.empty()) return Draw(session, flags, request, reply);
  session.Print(reply, [] { return std::string(); });
  return Finish(session, reply);
}

ExitCode SimulateCourse(const Session& session, const CourseFlags& flags) {
  v1::ReviseRequest request;
  if (const ExitCode code = ReadCourse(session, flags, &request); code != kAnswer) return code;
  v1::SimulateCourseResponse reply;
  if (const grpc::Status status = Simulate(session, request, &reply); !status.ok()) return session.Fail(status);
  session.PrintNotices(reply.header());
  session.Print(reply, [&] { return DrawSimulation(reply, session.terminal(), flags.full); });
  return session.Finish(reply.completeness(), !reply.steps().empty());
}

void AddCourseFlags(CLI::App& command, CourseFlags* flags) {
  command
      .add_option("course", flags->course,
                  "The client, the plan in force and the course: a file with a ReviseRequest in text form "
                  "(-: standard input)")
      ->required();
  command.add_flag("--full", flags->full, "Everything: every reason, dose and score");
  AddMaxWorkFlag(command, &flags->max_work);
  command.footer(
      "Courses: recommend { profile { … } in_force_ids: 'technique:…' }\n"
      "  course { sessions { number: 1 scores { measure_id: 'measure:phq9' score: 17 } } }\n"
      "Decision support for professionals, not a diagnosis.");
}

}  // namespace

void AddCourseCommands(CLI::App& app, Run* run) {
  auto revise = std::make_shared<CourseFlags>();
  CLI::App* command = app.add_subcommand(
      "revise", "Revise a plan after a course of sessions: what to change now, why, the course drawn");
  AddCourseFlags(*command, revise.get());
  command->add_option("--svg", revise->svg, "Draw the course as SVG into this file; `-` is standard output")
      ->option_text("FILE|-");
  command->callback([=] { *run = [=](const Session& session) { return Revise(session, *revise); }; });

  auto simulate = std::make_shared<CourseFlags>();
  command = app.add_subcommand("simulate",
                               "Revise a plan after each session of a course, each time the plan as revised before");
  AddCourseFlags(*command, simulate.get());
  command->callback([=] { *run = [=](const Session& session) { return SimulateCourse(session, *simulate); }; });
}

}  // namespace braid::cli
