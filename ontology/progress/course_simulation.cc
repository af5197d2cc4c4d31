#include <algorithm>
#include <utility>

#include "graph/error.h"
#include "ontology/progress/revision.h"

namespace braid::ontology {
namespace {

using graph::NodeIndex;

bool Holds(const std::vector<NodeIndex>& nodes, NodeIndex node) {
  return std::find(nodes.begin(), nodes.end(), node) != nodes.end();
}

bool SaysNothingNew(const ClientCourse::Session& session) {
  return session.scores.empty() && !session.alliance_score.has_value() && session.events.empty();
}

// Techniques that came in or went out at one step and the other way at the next, nothing being barred.
void AddFlaps(const std::vector<NodeIndex>& before, const PlanRevision& step, const PlanRevision& next,
              std::vector<PlanFlap>& flaps) {
  const auto is_barred = [&](NodeIndex technique) {
    return std::any_of(next.changes.begin(), next.changes.end(), [&](const RevisedTechnique& change) {
      return change.cause == ChangeCause::kBarred && change.technique == technique;
    });
  };
  for (const NodeIndex technique : step.techniques) {
    if (Holds(before, technique) || Holds(next.techniques, technique) || is_barred(technique)) continue;
    flaps.push_back({technique, step.session, next.session});
  }
  for (const NodeIndex technique : before) {
    if (Holds(step.techniques, technique) || !Holds(next.techniques, technique)) continue;
    flaps.push_back({technique, step.session, next.session});
  }
}

}  // namespace

RevisionQuestion Continued(const RevisionQuestion& question, const PlanRevision& revision) {
  RevisionQuestion next = question;
  next.options.in_force = revision.techniques;
  if (revision.hold == RevisionHold::kNone) next.plan_made_after = revision.session;
  return next;
}

absl::StatusOr<CourseSimulation> Simulate(const Recommender& recommender, const RevisionQuestion& question,
                                          graph::Budget& budget) {
  BRAID_RETURN_IF_ERROR(CheckQuestion(question));
  CourseSimulation simulation;
  RevisionQuestion now = question;
  std::vector<NodeIndex> before;  // the plan that the last step but one left
  now.course.sessions.clear();
  for (const ClientCourse::Session& session : question.course.sessions) {
    now.course.sessions.push_back(session);
    if (session.number <= question.plan_made_after) continue;
    BRAID_ASSIGN_OR_RETURN(PlanRevision step, Revise(recommender, now, budget));
    simulation.stopped_by = step.recommendation.stopped_by;
    if (simulation.stopped_by != graph::Limit::kNone) break;
    if (!simulation.steps.empty() && SaysNothingNew(session)) {
      AddFlaps(before, simulation.steps.back(), step, simulation.flaps);
    }
    before = now.options.in_force;
    step.recommendation = {};
    now = Continued(now, step);
    simulation.steps.push_back(std::move(step));
  }
  return simulation;
}

}  // namespace braid::ontology
