#include "tests/ontology/progress/courses.h"

#include <utility>

#include "gtest/gtest.h"
#include "tests/ontology/recommend/clients.h"
#include "tests/ontology/shipped.h"

namespace braid::ontology {

using graph::NodeIndex;

NodeIndex Node(std::string_view id) {
  const std::optional<NodeIndex> node = ShippedOntology()->Find(id);
  EXPECT_TRUE(node.has_value()) << id;
  return node.value();
}

std::vector<NodeIndex> Nodes(const std::vector<std::string>& ids) {
  std::vector<NodeIndex> nodes;
  for (const std::string& id : ids) nodes.push_back(Node(id));
  return nodes;
}

std::vector<std::string> IdsOf(const std::vector<NodeIndex>& nodes) {
  std::vector<std::string> ids;
  for (const NodeIndex node : nodes) ids.emplace_back(ShippedOntology()->id(node));
  return ids;
}

ClientProfile LowMood() {
  ClientProfile profile;
  profile.needs = {{"concern:depression"}, {"process:behavioural_avoidance", 0.5, {}}, {"process:rumination", 0.5, {}}};
  profile.concerns = {"concern:depression"};
  profile.flags_assessed = true;
  profile.stage = "stage:action";
  profile.alliance.measure = "measure:srs";
  profile.alliance.scores = {38};
  return profile;
}

ClientCourse CourseOfScores(std::string_view measure, const std::vector<double>& scores,
                            const std::vector<std::string>& techniques) {
  ClientCourse course;
  course.alliance_measure = Node("measure:srs");
  for (const double score : scores) {
    ClientCourse::Session session;
    session.number = static_cast<std::int32_t>(course.sessions.size());
    session.scores = {{Node(measure), score}};
    if (session.number > 0) {
      session.techniques = Nodes(techniques);
      session.alliance_score = 38;
    }
    course.sessions.push_back(std::move(session));
  }
  return course;
}

RevisionQuestion LowMoodQuestion(const std::vector<double>& scores, const std::vector<std::string>& plan) {
  RevisionQuestion question;
  question.before = ReadShipped(LowMood());
  question.options.in_force = Nodes(plan);
  question.course = CourseOfScores("measure:phq9", scores, plan);
  return question;
}

PlanRevision ReviseFor(const RevisionQuestion& question) {
  graph::Budget budget;
  auto revision = Revise(ShippedRecommender(), question, budget);
  EXPECT_TRUE(revision.ok()) << revision.status();
  return revision.ok() ? *std::move(revision) : PlanRevision{};
}

const NeedReview& ReviewOf(const PlanRevision& revision, std::string_view need) {
  for (const NeedReview& review : revision.needs) {
    if (review.need == Node(need)) return review;
  }
  ADD_FAILURE() << need << " has no review";
  static const NeedReview none;
  return none;
}

const RevisedTechnique& ChangeOf(const PlanRevision& revision, std::string_view technique) {
  for (const RevisedTechnique& change : revision.changes) {
    if (change.technique == Node(technique) || change.replaced == Node(technique)) return change;
  }
  ADD_FAILURE() << technique << " is not accounted for";
  static const RevisedTechnique none;
  return none;
}

}  // namespace braid::ontology
