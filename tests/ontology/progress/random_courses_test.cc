// Courses that nobody wrote down: none breaks a law, in one revision or in a simulation.

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <map>
#include <string>
#include <vector>

#include "fmt/format.h"
#include "fmt/ranges.h"
#include "gtest/gtest.h"
#include "ontology/progress/revision.h"
#include "ontology/progress/technique_response.h"
#include "tests/ontology/progress/revision_laws.h"
#include "tests/ontology/recommend/clients.h"
#include "tests/ontology/shipped.h"
#include "tools/bench/random_course.h"

namespace braid::ontology {
namespace {

// BRAID_RANDOM_COURSES: how many. The release's hundred thousand take a quarter of an hour.
std::uint32_t Courses() {
  const char* wanted = std::getenv("BRAID_RANDOM_COURSES");
  return wanted == nullptr ? 200 : static_cast<std::uint32_t>(std::stoul(wanted));
}

const graph::Snapshot& Shipped() { return *ShippedOntology(); }

std::vector<std::string> Ids(const std::vector<graph::NodeIndex>& nodes) {
  std::vector<std::string> ids;
  for (const graph::NodeIndex node : nodes) ids.emplace_back(Shipped().id(node));
  return ids;
}

// A client with a plan by Recommend, of which a hard-pressed therapist takes what there is, and its course.
RevisionQuestion RandomQuestion(std::uint32_t seed) {
  const ClientProfile profile = RandomProfile(seed);
  RevisionQuestion question;
  question.before = ReadShipped(profile);
  const Recommendation plan = RecommendTo(profile);
  if (!plan.plans.empty()) {
    for (const RecommendedItem& item : plan.plans.front().items) {
      question.options.in_force.push_back(item.benefit.technique);
    }
  }
  const Course course = RandomCourse(Shipped(), profile, Ids(question.options.in_force), seed);
  auto read = ReadCourse(Shipped(), profile, question.before, course, nullptr);
  EXPECT_TRUE(read.ok()) << read.status();
  if (read.ok()) question.course = *std::move(read);
  return question;
}

PlanRevision ReviseFor(const RevisionQuestion& question) {
  graph::Budget budget;
  auto revision = Revise(ShippedRecommender(), question, budget);
  EXPECT_TRUE(revision.ok()) << revision.status();
  return revision.ok() ? *std::move(revision) : PlanRevision{};
}

TEST(RandomCourses, NoRevisionBreaksALaw) {
  for (std::uint32_t seed = 1; seed <= Courses(); ++seed) {
    SCOPED_TRACE(fmt::format("seed {}", seed));
    const RevisionQuestion question = RandomQuestion(seed);
    const PlanRevision revision = ReviseFor(question);
    EXPECT_EQ(fmt::format("{}", fmt::join(BrokenLaws(Shipped(), question, revision), "\n")), "");
    if (testing::Test::HasFailure()) return;
  }
}

// Else the laws above would say little.
TEST(RandomCourses, ReachEveryRuleKindCauseAndHold) {
  std::map<int, int> verbs, kinds, causes, holds;
  for (std::uint32_t seed = 1; seed <= 400; ++seed) {
    SCOPED_TRACE(fmt::format("seed {}", seed));
    const PlanRevision revision = ReviseFor(RandomQuestion(seed));
    ++holds[static_cast<int>(revision.hold)];
    for (const NeedReview& need : revision.needs) ++verbs[static_cast<int>(need.decision.verb)];
    for (const RevisedTechnique& change : revision.changes) {
      ++kinds[static_cast<int>(change.kind)];
      ++causes[static_cast<int>(change.cause)];
    }
  }
  EXPECT_EQ(verbs.size(), 10u) << fmt::format("{}", verbs);
  EXPECT_EQ(kinds.size(), 5u) << fmt::format("{}", kinds);
  EXPECT_EQ(causes.size(), 6u) << fmt::format("{}", causes) << ": all but FORCED, which nobody asks for here";
  EXPECT_EQ(holds.size(), 3u) << fmt::format("{}", holds);
}

TEST(RandomCourses, NoSimulationGoesToAndFroForNothing) {
  for (std::uint32_t seed = 1; seed <= Courses() / 4; ++seed) {
    SCOPED_TRACE(fmt::format("seed {}", seed));
    graph::Budget budget;
    const auto simulation = Simulate(ShippedRecommender(), RandomQuestion(seed), budget);
    ASSERT_TRUE(simulation.ok()) << simulation.status();
    for (const PlanFlap& flap : simulation->flaps) {
      ADD_FAILURE() << Shipped().id(flap.technique) << " changed at " << flap.changed_at << ", undone at "
                    << flap.undone_at;
    }
    if (testing::Test::HasFailure()) return;
  }
}

// From the cost on at which nothing can pay, what is not barred and not recovered from stays.
TEST(RandomCourses, WhereNothingPaysThePlanStays) {
  for (std::uint32_t seed = 1; seed <= Courses() / 4; ++seed) {
    SCOPED_TRACE(fmt::format("seed {}", seed));
    RevisionQuestion question = RandomQuestion(seed);
    if (question.options.in_force.empty()) continue;
    question.change_cost = kMaxChangeCost;
    for (const RevisedTechnique& change : ReviseFor(question).changes) {
      const bool may = change.kind == ChangeKind::kKept || change.kind == ChangeKind::kIntensified ||
                       change.cause == ChangeCause::kBarred || change.cause == ChangeCause::kRecovered ||
                       change.cause == ChangeCause::kPreventsRelapse;
      EXPECT_TRUE(may) << Shipped().id(change.technique);
    }
    if (testing::Test::HasFailure()) return;
  }
}

// Where changes cost nothing and do not wait, the plan is that of Recommend for the client as they are now, what had no
// response counting for less.
TEST(RandomCourses, WhereChangesAreFreeThePlanIsThatOfRecommend) {
  int compared = 0;
  for (std::uint32_t seed = 1; seed <= Courses() / 2; ++seed) {
    SCOPED_TRACE(fmt::format("seed {}", seed));
    RevisionQuestion question = RandomQuestion(seed);
    question.change_cost = 0;
    const PlanRevision revision = ReviseFor(question);
    const bool tapers = std::any_of(revision.needs.begin(), revision.needs.end(),
                                    [](const NeedReview& need) { return need.decision.verb == NeedVerb::kTaper; });
    if (revision.hold != RevisionHold::kNone || !revision.replanned || tapers) continue;
    RecommendOptions options;
    options.responses = ResponsesOf({Shipped(), ShippedRecommender().base().policy.plans, question.before,
                                     question.course, question.options.in_force},
                                    revision.needs);
    for (const graph::NodeIndex technique : TechniquesIn(question.course)) {
      options.delivered.push_back({technique, SessionsWith(question.course, technique)});
    }
    graph::Budget budget;
    const auto anew = ShippedRecommender().Recommend(revision.client, options, budget);
    ASSERT_TRUE(anew.ok()) << anew.status();
    ASSERT_EQ(anew->plans.size(), revision.recommendation.plans.size());
    for (std::size_t i = 0; i < anew->plans.size(); ++i) {
      EXPECT_EQ(IdsOf(anew->plans[i]), IdsOf(revision.recommendation.plans[i])) << i;
    }
    ++compared;
    if (testing::Test::HasFailure()) return;
  }
  EXPECT_GT(compared, static_cast<int>(Courses() / 10));
}

}  // namespace
}  // namespace braid::ontology
