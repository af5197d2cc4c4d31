#include "service/revise_handlers.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "fmt/format.h"
#include "google/protobuf/repeated_ptr_field.h"
#include "graph/error.h"
#include "ontology/progress/course.h"
#include "ontology/progress/revision.h"
#include "ontology/recommend/recommend_question.h"
#include "service/reading.h"
#include "service/render/plan_words.h"
#include "service/render/revision_words.h"
#include "service/search_budget.h"
#include "service/wire/courses.h"
#include "service/wire/named_nodes.h"
#include "service/wire/plans.h"
#include "service/wire/resources.h"

namespace braid::service {
namespace {

using graph::Reason;

// A course that was read, of the question that it belongs to, at its revision.
struct AskedCourse {
  Asked asked;
  ontology::ClientProfile profile;  // as written: what is told later is read against it
  ontology::RevisionQuestion question;
  v1::Budget budget;
  bool redirect = true;
};

// Of the request's own numbers, so that they are named beside the fields of the course.
void CheckRanges(const wire::ReviseRequest& request, graph::ErrorList& errors) {
  std::int32_t most = 0;  // numbers that do not rise are named where they stand
  for (const ontology::Course::Session& session : request.course.sessions) most = std::max(most, session.number);
  if (request.plan_made_after < 0 || request.plan_made_after > most) {
    errors.Add({Reason::kValueOutOfRange, "plan_made_after_session",
                "plan_made_after_session is out of range; use 0 to the number of the last record", ""});
  }
  // Negated, so that a NaN is out of range.
  const double cost = request.change_cost.value_or(0);
  if (!(cost >= 0 && cost <= ontology::kMaxChangeCost)) {
    errors.Add({Reason::kValueOutOfRange, "change_cost",
                fmt::format("change_cost is {}; use a value in [0, {}]", cost, ontology::kMaxChangeCost), ""});
  }
}

absl::StatusOr<AskedCourse> Read(const Core& core, Recommenders& recommenders, const CallContext& call,
                                 const v1::ReviseRequest& request) {
  BRAID_ASSIGN_OR_RETURN(wire::ReviseRequest decoded, wire::DecodeReviseRequest(request));
  absl::StatusOr<Asked> asked = ReadAsked(core, recommenders, call, request.recommend(), decoded.recommend);
  BRAID_RETURN_IF_ERROR(graph::PrefixFields(asked.status(), "recommend"));
  for (ontology::Notice& notice : asked->notices) notice.field = "recommend." + notice.field;
  const ontology::Client& client = asked->question.client;
  graph::ErrorList errors;
  CheckRanges(decoded, errors);
  absl::StatusOr<ontology::ClientCourse> sessions =
      ontology::ReadCourse(*asked->snapshot, decoded.recommend.profile, client, decoded.course, &asked->notices);
  errors.Add(sessions.status());
  BRAID_RETURN_IF_ERROR(errors.ToStatus());
  AskedCourse course;
  course.question.course = *std::move(sessions);
  course.question.before = client;
  course.question.options = asked->question.options;
  course.question.plan_made_after = decoded.plan_made_after;
  course.question.change_cost = decoded.change_cost;
  course.asked = *std::move(asked);
  course.profile = std::move(decoded.recommend.profile);
  course.budget = request.recommend().budget();
  course.redirect = decoded.recommend.redirect;
  return course;
}

absl::StatusOr<SearchBudget> BudgetOf(const Core& core, const CallContext& call, const AskedCourse& course) {
  absl::StatusOr<SearchBudget> budget = MakeSearchBudget(core.limits, call, course.budget);
  BRAID_RETURN_IF_ERROR(graph::PrefixFields(budget.status(), "recommend"));
  return budget;
}

// Revises, and fills the whole response. `now`: the call, or as if it had begun with the message that is answered.
absl::StatusOr<ontology::PlanRevision> Answer(const Core& core, CallContext& call, const CallContext& now,
                                              const AskedCourse& course, v1::ReviseResponse* response) {
  const Asked& asked = course.asked;
  BRAID_ASSIGN_OR_RETURN(SearchBudget budget, BudgetOf(core, now, course));
  absl::StatusOr<ontology::PlanRevision> revision =
      ontology::Revise(*asked.recommender, course.question, budget.budget);
  BRAID_RETURN_IF_ERROR(CheckNotCancelled(call, budget.budget));
  BRAID_RETURN_IF_ERROR(graph::PrefixFields(revision.status(), "recommend"));
  const ontology::Recommendation& recommendation = revision->recommendation;
  wire::EncodeRecommendation({asked.recommender->base(), revision->client, asked.view}, recommendation,
                             response->mutable_recommendation());
  FillWords(*response->mutable_recommendation());
  wire::NamedNodes named(*asked.snapshot);
  wire::EncodeRevision(*asked.snapshot, *revision, named, response->mutable_revision());
  named.Encode(asked.view, response->mutable_nodes());
  FillWords(response->nodes(), *response->mutable_revision());
  FillCompleteness(recommendation.stopped_by, recommendation.gap, budget, response->mutable_completeness());
  FillHeader(core, *asked.snapshot, asked.notices, response->mutable_header());
  return revision;
}

// The steps that there is room for, their flaps and nodes. Returns what cut them.
graph::Limit FillSteps(const Asked& asked, const ontology::CourseSimulation& simulation,
                       v1::SimulateCourseResponse* out) {
  graph::Limit stopped_by = simulation.stopped_by;
  wire::NamedNodes named(*asked.snapshot);
  std::size_t bytes = 0;
  for (const ontology::PlanRevision& step : simulation.steps) {
    wire::NamedNodes named_here(*asked.snapshot);
    v1::PlanRevision message;
    wire::EncodeRevision(*asked.snapshot, step, named_here, &message);
    google::protobuf::RepeatedPtrField<v1::Node> nodes;
    named_here.Encode(asked.view, &nodes);
    FillWords(nodes, message);
    bytes += message.ByteSizeLong();
    if (bytes > wire::kMaxReplyBytes) {
      stopped_by = graph::Limit::kSize;
      break;
    }
    out->add_steps()->Swap(&message);
    named.Add(named_here);
  }
  const std::int32_t last = out->steps().empty() ? 0 : out->steps().rbegin()->session_number();
  for (const ontology::PlanFlap& flap : simulation.flaps) {
    if (flap.undone_at <= last) wire::EncodeFlap(flap, named, out->add_flaps());
  }
  named.Encode(asked.view, out->mutable_nodes());
  return stopped_by;
}

// One call of ReviseSession, from its first message to its last.
class Session {
 public:
  Session(const Core& core, Recommenders& recommenders, CallContext& call)
      : core_(core), recommenders_(recommenders), call_(call) {}

  absl::StatusOr<bool> Take(const v1::ReviseSessionRequest& message, v1::ReviseSessionResponse* reply) {
    if (!course_.has_value() && message.part_case() != v1::ReviseSessionRequest::kBegin) {
      return graph::MakeError(Reason::kFieldRequired, "begin must be set in the first message", "begin");
    }
    switch (message.part_case()) {
      case v1::ReviseSessionRequest::kBegin:
        BRAID_RETURN_IF_ERROR(Begin(message.begin()));
        break;
      case v1::ReviseSessionRequest::kSession:
        BRAID_RETURN_IF_ERROR(Add(message.session()));
        break;
      case v1::ReviseSessionRequest::kPlanTaken:
        BRAID_RETURN_IF_ERROR(TakeUp(message.plan_taken()));
        return false;
      case v1::ReviseSessionRequest::PART_NOT_SET:
        return graph::MakeError(Reason::kFieldRequired, "session or plan_taken must be set", "session");
    }
    BRAID_RETURN_IF_ERROR(Reply(reply->mutable_revise()));
    return true;
  }

 private:
  absl::Status Begin(const v1::ReviseRequest& request) {
    if (course_.has_value()) {
      return graph::MakeError(Reason::kValueOutOfRange, "begin is set in the first message alone; send a session",
                              "begin");
    }
    absl::StatusOr<AskedCourse> course = Read(core_, recommenders_, call_, request);
    BRAID_RETURN_IF_ERROR(graph::PrefixFields(course.status(), "begin"));
    course_ = *std::move(course);
    return absl::OkStatus();
  }

  absl::Status Add(const v1::SessionRecord& record) {
    ontology::ClientCourse& so_far = course_->question.course;
    BRAID_ASSIGN_OR_RETURN(
        ontology::ClientCourse::Session session,
        ontology::ReadNextSession(*course_->asked.snapshot, course_->profile, course_->question.before, so_far,
                                  wire::DecodeSession(record), &course_->asked.notices));
    so_far.sessions.push_back(std::move(session));
    return absl::OkStatus();
  }

  absl::Status TakeUp(const v1::PlanTaken& plan) {
    const std::vector<std::string> ids(plan.technique_ids().begin(), plan.technique_ids().end());
    BRAID_ASSIGN_OR_RETURN(course_->question.options.in_force,
                           ontology::ReadPlanInForce(*course_->asked.snapshot, ids, "plan_taken.technique_ids",
                                                     course_->redirect, &course_->asked.notices));
    return absl::OkStatus();
  }

  // A budget is of a reply, so that each is reckoned from its message on.
  absl::Status Reply(v1::ReviseResponse* response) {
    CallContext now = call_;
    now.start = CallContext::Clock::now();
    const absl::StatusOr<ontology::PlanRevision> revision = Answer(core_, call_, now, *course_, response);
    BRAID_RETURN_IF_ERROR(graph::PrefixFields(revision.status(), "begin"));
    course_->question = ontology::Continued(course_->question, *revision);
    course_->asked.notices.clear();
    return absl::OkStatus();
  }

  const Core& core_;
  Recommenders& recommenders_;
  CallContext& call_;
  std::optional<AskedCourse> course_;  // unset: not begun
};

}  // namespace

absl::Status ReviseHandlers::Revise(CallContext& call, const v1::ReviseRequest& request,
                                    v1::ReviseResponse* response) const {
  BRAID_ASSIGN_OR_RETURN(const AskedCourse course, Read(core_, recommenders_, call, request));
  return Answer(core_, call, call, course, response).status();
}

absl::Status ReviseHandlers::SimulateCourse(CallContext& call, const v1::SimulateCourseRequest& request,
                                            v1::SimulateCourseResponse* response) const {
  if (!request.has_revise()) return graph::MakeError(Reason::kFieldRequired, "revise must be set", "revise");
  const absl::StatusOr<AskedCourse> course = Read(core_, recommenders_, call, request.revise());
  BRAID_RETURN_IF_ERROR(graph::PrefixFields(course.status(), "revise"));
  absl::StatusOr<SearchBudget> budget = BudgetOf(core_, call, *course);
  BRAID_RETURN_IF_ERROR(graph::PrefixFields(budget.status(), "revise"));
  const absl::StatusOr<ontology::CourseSimulation> simulation =
      ontology::Simulate(*course->asked.recommender, course->question, budget->budget);
  BRAID_RETURN_IF_ERROR(CheckNotCancelled(call, budget->budget));
  BRAID_RETURN_IF_ERROR(graph::PrefixFields(simulation.status(), "revise.recommend"));
  const graph::Limit stopped_by = FillSteps(course->asked, *simulation, response);
  response->set_note_on_use(NoteOnUse());
  FillCompleteness(stopped_by, 0, *budget, response->mutable_completeness());
  FillHeader(core_, *course->asked.snapshot, course->asked.notices, response->mutable_header());
  return absl::OkStatus();
}

absl::StatusOr<Conversation<v1::ReviseSessionRequest, v1::ReviseSessionResponse>> ReviseHandlers::ReviseSession(
    CallContext& call) const {
  return Conversation<v1::ReviseSessionRequest, v1::ReviseSessionResponse>(
      [session = std::make_shared<Session>(core_, recommenders_, call)](const v1::ReviseSessionRequest& message,
                                                                        v1::ReviseSessionResponse* reply) {
        return session->Take(message, reply);
      });
}

}  // namespace braid::service
