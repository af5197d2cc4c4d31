#include "ontology/progress/need_review.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string_view>
#include <tuple>

#include "ontology/lookup.h"
#include "ontology/progress/client_course.h"

namespace braid::ontology {
namespace {

using graph::NodeIndex;
using graph::RelationIndex;
using graph::Snapshot;

bool Holds(const std::vector<NodeIndex>& nodes, NodeIndex node) {
  return std::find(nodes.begin(), nodes.end(), node) != nodes.end();
}

void SortById(const Snapshot& snapshot, std::vector<NodeIndex>& nodes) {
  std::sort(nodes.begin(), nodes.end(), [&](NodeIndex a, NodeIndex b) { return snapshot.id(a) < snapshot.id(b); });
}

// Of `node`, of what it is a kind of, and of its kinds.
void AddMeasuresOf(const Snapshot& snapshot, NodeIndex node, std::vector<NodeIndex>& measures) {
  const std::optional<RelationIndex> relation = snapshot.schema().FindRelation("measures");
  if (!relation.has_value()) return;
  std::vector<NodeIndex> about = WithAncestors(snapshot, {node});
  for (const NodeIndex kind : WithDescendants(snapshot, {node})) {
    if (!Holds(about, kind)) about.push_back(kind);
  }
  for (const NodeIndex one : about) {
    for (const graph::Arc& arc : snapshot.in(one, *relation)) {
      if (!Holds(measures, arc.node)) measures.push_back(arc.node);
    }
  }
}

std::vector<NodeIndex> MeasuresOfConcerns(const Snapshot& snapshot, const Client& client) {
  std::vector<NodeIndex> measures;
  for (const NodeIndex concern : client.concerns) AddMeasuresOf(snapshot, concern, measures);
  return measures;
}

bool IsGeneral(const Snapshot& snapshot, NodeIndex measure) {
  const std::optional<RelationIndex> relation = snapshot.schema().FindRelation("measures");
  return TextOf(snapshot, measure, "measure_type") == "outcome" &&
         (!relation.has_value() || snapshot.out(measure, *relation).empty());
}

// What a measure is expected to show.
std::vector<ExpectedResponse> BandsOf(const Snapshot& snapshot, NodeIndex measure) {
  std::vector<ExpectedResponse> bands;
  const std::optional<RelationIndex> relation = snapshot.schema().FindRelation("expected_on");
  if (!relation.has_value()) return bands;
  for (const graph::Arc& arc : snapshot.in(measure, *relation)) {
    const auto number = [&](std::string_view name) { return NumberOf(snapshot, arc.node, name).value_or(0); };
    bands.push_back({arc.node, number("intake_least"), number("intake_most"),
                     static_cast<std::int32_t>(std::llround(number("session"))), number("worst_tenth"),
                     number("worst_fifth")});
  }
  return bands;
}

// How bad a course looks: less is worse.
int StandingOf(const ScoreCourse& course) {
  if (course.change == ChangeState::kReliablyWorse || course.track == TrackState::kAlarm) return 0;
  if (course.track == TrackState::kOffTrack) return 1;
  if (course.change == ChangeState::kWorsening) return 2;
  if (course.change == ChangeState::kUnchanged) return 3;
  if (course.recovered) return 6;
  if (course.reliably_better) return 5;
  return course.change == ChangeState::kImproving ? 4 : 7;
}

class Reviewer {
 public:
  Reviewer(const CourseReading& reading, NodeIndex need) : reading_(reading), now_(SessionNow(reading.course)) {
    review_.need = need;
  }

  NeedReview Review(const std::vector<MeasureReview>& measures, const std::vector<NodeIndex>& techniques) {
    TakeScores(Speaking(measures));
    TakeDoses(techniques);
    NeedSituation situation;
    situation.flag_raised = reading_.flag_raised;
    situation.alliance = reading_.alliance;
    situation.sessions_done = now_;
    if (review_.score.has_value()) situation.course = review_.score->course;
    situation.contradicted = review_.is_contradicted;
    situation.dose = review_.dose_state;
    const NeedThresholds thresholds{reading_.policy.progress.measure_within_sessions};
    review_.decision = Decide(situation, thresholds);
    situation.flag_raised = false;
    situation.alliance = AllianceState::kOk;
    review_.waiting_verb = Decide(situation, thresholds).verb;
    if (review_.decision.verb == NeedVerb::kReview) review_.review_at_session = ReviewAt();
    return std::move(review_);
  }

 private:
  // Of the scored measures those of the first tier that has any.
  std::vector<MeasureReview> Speaking(const std::vector<MeasureReview>& measures) const {
    std::vector<NodeIndex> own;
    AddMeasuresOf(reading_.snapshot, review_.need, own);
    const std::vector<NodeIndex> of_concerns = MeasuresOfConcerns(reading_.snapshot, reading_.now);
    for (const int tier : {1, 2, 3}) {
      std::vector<MeasureReview> speaking;
      for (const MeasureReview& measure : measures) {
        const NodeIndex node = measure.measure.node;
        const bool speaks = tier == 1   ? Holds(own, node)
                            : tier == 2 ? Holds(of_concerns, node)
                                        : IsGeneral(reading_.snapshot, node);
        if (speaks) speaking.push_back(measure);
      }
      if (!speaking.empty()) return speaking;
    }
    return {};
  }

  bool IsFresh(const MeasureReview& measure) const {
    return now_ - measure.course.latest_session < reading_.policy.progress.measure_within_sessions;
  }

  void TakeScores(std::vector<MeasureReview> measures) {
    const auto is_fresh = [&](const MeasureReview& measure) { return IsFresh(measure); };
    const bool any_fresh = std::any_of(measures.begin(), measures.end(), is_fresh);
    // Stale ones last, then by how bad they look, then by id.
    const auto key = [&](const MeasureReview& measure) {
      return std::tuple(any_fresh && !IsFresh(measure), StandingOf(measure.course),
                        measure.course.index.value_or(std::numeric_limits<double>::max()),
                        reading_.snapshot.id(measure.measure.node));
    };
    std::sort(measures.begin(), measures.end(),
              [&](const MeasureReview& a, const MeasureReview& b) { return key(a) < key(b); });
    if (measures.empty()) return;
    review_.score = measures.front();
    review_.is_contradicted = review_.score->course.change == ChangeState::kReliablyWorse &&
                              std::any_of(measures.begin(), measures.end(), [&](const MeasureReview& measure) {
                                return measure.course.reliably_better && (!any_fresh || IsFresh(measure));
                              });
    review_.other_scores.assign(measures.begin() + 1, measures.end());
    std::sort(review_.other_scores.begin(), review_.other_scores.end(),
              [&](const MeasureReview& a, const MeasureReview& b) {
                return reading_.snapshot.id(a.measure.node) < reading_.snapshot.id(b.measure.node);
              });
  }

  void TakeDoses(const std::vector<NodeIndex>& techniques) {
    std::int32_t least_of_all = 0;
    for (const NodeIndex technique : techniques) {
      review_.doses.push_back(DoseOf(reading_.snapshot, reading_.course, technique));
      least_of_all += review_.doses.back().least;
    }
    if (review_.doses.empty()) return;
    const bool is_young = now_ - reading_.plan_made_after < least_of_all;
    bool any = false, too_little = false, may_grow = false;
    for (const TechniqueDose& dose : review_.doses) {
      if (dose.sessions == 0 && !is_young) continue;
      any = true;
      too_little |= dose.sessions < dose.least;
      may_grow |= dose.sessions < dose.most;
    }
    review_.dose_state = !any || too_little ? DoseState::kTooLittle
                         : may_grow         ? DoseState::kAdequate
                                            : DoseState::kFull;
  }

  std::int32_t ReviewAt() const {
    std::int32_t missing = 0;
    for (const TechniqueDose& dose : review_.doses) missing += std::max(dose.least - dose.sessions, 0);
    return now_ + std::max(missing, 1);
  }

  const CourseReading& reading_;
  const std::int32_t now_;
  NeedReview review_;
};

}  // namespace

std::vector<MeasureReview> ReviewMeasures(const CourseReading& reading) {
  std::vector<NodeIndex> scored;
  for (const Client::MeasureScores& measure : reading.now.measures) scored.push_back(measure.measure);
  SortById(reading.snapshot, scored);
  std::vector<MeasureReview> reviews;
  for (const NodeIndex node : scored) {
    const Measure measure = ReadMeasure(reading.snapshot, node);
    reviews.push_back(
        {measure, ScoreCourseOf(measure, ScoresOf(reading.before, reading.course, node),
                                BandsOf(reading.snapshot, node), {reading.policy.progress.improving_index})});
  }
  return reviews;
}

TechniqueDose DoseOf(const Snapshot& snapshot, const ClientCourse& course, NodeIndex technique) {
  const auto sessions = [&](std::string_view attribute) {
    const double number = NumberOf(snapshot, technique, attribute).value_or(1);
    return static_cast<std::int32_t>(std::clamp<long long>(std::llround(number), 1, kMaxSessionNumber));
  };
  TechniqueDose dose;
  dose.technique = technique;
  dose.sessions = SessionsWith(course, technique);
  dose.least = sessions("sessions_min");
  dose.most = std::max(dose.least, sessions("sessions_max"));
  return dose;
}

NeedReview ReviewNeed(const CourseReading& reading, const std::vector<MeasureReview>& measures, NodeIndex need,
                      const std::vector<NodeIndex>& techniques) {
  return Reviewer(reading, need).Review(measures, techniques);
}

std::vector<NodeIndex> MeasuresOf(const Snapshot& snapshot, const Client& client, NodeIndex need) {
  std::vector<NodeIndex> measures;
  AddMeasuresOf(snapshot, need, measures);
  if (measures.empty()) measures = MeasuresOfConcerns(snapshot, client);
  SortById(snapshot, measures);
  return measures;
}

}  // namespace braid::ontology
