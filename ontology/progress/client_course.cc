#include "ontology/progress/client_course.h"

#include <algorithm>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>

#include "ontology/lookup.h"
#include "ontology/measure.h"

namespace braid::ontology {
namespace {

using graph::NodeIndex;

template <typename T>
void AddOnce(const T& value, std::vector<T>& values) {
  if (std::find(values.begin(), values.end(), value) == values.end()) values.push_back(value);
}

// Follows a client through the events of a course.
class Follower {
 public:
  Follower(const graph::Snapshot& snapshot, const Client& before, const ClientCourse& course)
      : snapshot_(snapshot), course_(course), client_(before) {}

  Client Follow() {
    if (course_.alliance_measure.has_value()) client_.alliance.measure = course_.alliance_measure;
    for (const ClientCourse::Session& session : course_.sessions) Take(session);
    Count();
    return std::move(client_);
  }

 private:
  void Take(const ClientCourse::Session& session) {
    if (session.alliance_score.has_value()) TakeAllianceScore(*session.alliance_score);
    for (const ClientCourse::Event& event : session.events) std::visit(*this, event);
    for (const ClientCourse::Score& score : session.scores) {
      const auto known = std::find_if(client_.measures.begin(), client_.measures.end(),
                                      [&](const Client::MeasureScores& m) { return m.measure == score.measure; });
      if (known == client_.measures.end()) {
        client_.measures.push_back({score.measure, {score.score}});
      } else {
        known->scores.push_back(score.score);
      }
    }
  }

  // Before the session's own ruptures are noticed: they are later than what went before its end.
  void TakeAllianceScore(double score) {
    client_.alliance.scores.push_back(score);
    const std::optional<bool> is_low = IsClinical(ReadMeasure(snapshot_, *client_.alliance.measure), score);
    if (is_low == false) client_.alliance.markers.clear();
  }

 public:
  void operator()(std::monostate) {}
  void operator()(const ClientCourse::FlagEvent& event) {
    if (event.change == FlagChange::kRaised) AddOnce(event.flag, client_.flags);
    if (event.change == FlagChange::kResolved) std::erase(client_.flags, event.flag);
  }
  void operator()(RuptureMarker marker) { client_.alliance.markers.push_back(marker); }
  void operator()(const ClientCourse::RuptureRepaired&) { client_.alliance.markers.clear(); }
  void operator()(const ClientCourse::StageEvent& event) { client_.stage = event.stage; }
  void operator()(const Client::Therapist& therapist) { client_.therapist = therapist; }
  void operator()(const ClientCourse::NeedsEvent& event) {
    client_.needs = event.needs;
    client_.concerns = event.concerns;
    client_.goals = event.goals;
    const std::vector<Client::ConcernWeight> before = std::move(client_.concern_weights);
    client_.concern_weights.clear();
    for (const NodeIndex concern : client_.concerns) {
      const auto known = std::find_if(before.begin(), before.end(),
                                      [&](const Client::ConcernWeight& w) { return w.concern == concern; });
      client_.concern_weights.push_back({concern, known == before.end() ? 1 : known->weight});
    }
  }
  void operator()(const Client::Preference& event) {
    std::erase_if(client_.preferences, [&](const Client::Preference& p) { return p.node == event.node; });
    client_.preferences.push_back(event);
  }

 private:
  void Count() {
    const std::int32_t last = SessionNow(course_);
    const auto missed = static_cast<std::int32_t>(std::count_if(
        course_.sessions.begin(), course_.sessions.end(), [](const ClientCourse::Session& s) { return s.missed; }));
    const std::int32_t held = last - missed;
    SessionCounts& sessions = client_.sessions;
    sessions.done = std::min(sessions.done.value_or(0) + held, kMaxSessionNumber);
    sessions.missed = std::min(sessions.missed.value_or(0) + missed, kMaxSessionNumber);
    if (sessions.available.has_value()) sessions.available = std::max(*sessions.available - held, 0);
  }

  const graph::Snapshot& snapshot_;
  const ClientCourse& course_;
  Client client_;
};

bool IsNews(const ClientCourse::Event& event) {
  return !std::holds_alternative<std::monostate>(event) && !std::holds_alternative<RuptureMarker>(event) &&
         !std::holds_alternative<ClientCourse::RuptureRepaired>(event);
}

double OrderOf(const graph::Snapshot& snapshot, NodeIndex stage) {
  return NumberOf(snapshot, stage, "order").value_or(0);
}

// The last of the stages is no step forward but the state of who fell back (schema: stage.order).
bool IsFallenBack(const graph::Snapshot& snapshot, NodeIndex stage) {
  bool is_last = true;
  const auto look_at = [&](NodeIndex other) {
    is_last = OrderOf(snapshot, other) <= OrderOf(snapshot, stage);
    return is_last;
  };
  snapshot.VisitNodes(snapshot.kind(stage), {}, look_at);
  return is_last;
}

// To the last stage, or to an earlier one; not from the last, where the client starts again.
bool IsRecycling(const graph::Snapshot& snapshot, NodeIndex from, NodeIndex to) {
  if (IsFallenBack(snapshot, to)) return true;
  return !IsFallenBack(snapshot, from) && OrderOf(snapshot, to) < OrderOf(snapshot, from);
}

}  // namespace

Client ClientAfter(const graph::Snapshot& snapshot, const Client& before, const ClientCourse& course) {
  return Follower(snapshot, before, course).Follow();
}

std::vector<ScorePoint> ScoresOf(const Client& before, const ClientCourse& course, NodeIndex measure) {
  std::vector<ScorePoint> points;
  for (const Client::MeasureScores& known : before.measures) {
    if (known.measure == measure) points.push_back({0, known.scores.back()});
  }
  for (const ClientCourse::Session& session : course.sessions) {
    for (const ClientCourse::Score& score : session.scores) {
      if (score.measure == measure) points.push_back({session.number, score.score});
    }
  }
  return points;
}

std::int32_t SessionsWith(const ClientCourse& course, NodeIndex technique) {
  std::int32_t count = 0;
  for (const ClientCourse::Session& session : course.sessions) {
    count += static_cast<std::int32_t>(std::count(session.techniques.begin(), session.techniques.end(), technique));
  }
  return count;
}

std::vector<StageMovement> StageMovements(const graph::Snapshot& snapshot, const Client& before,
                                          const ClientCourse& course) {
  std::vector<StageMovement> movements;
  NodeIndex at = before.stage.value_or(graph::kNoNode);
  for (const ClientCourse::Session& session : course.sessions) {
    for (const ClientCourse::Event& event : session.events) {
      const auto* stage = std::get_if<ClientCourse::StageEvent>(&event);
      if (stage == nullptr || stage->stage == at) continue;
      const bool is_recycling = at != graph::kNoNode && IsRecycling(snapshot, at, stage->stage);
      movements.push_back({session.number, at, stage->stage, is_recycling});
      at = stage->stage;
    }
  }
  return movements;
}

bool HasNewsAfter(const ClientCourse& course, std::int32_t number) {
  return std::any_of(course.sessions.begin(), course.sessions.end(), [&](const ClientCourse::Session& session) {
    return session.number > number && std::any_of(session.events.begin(), session.events.end(), IsNews);
  });
}

std::vector<NodeIndex> FlagsToAddress(const ClientCourse& course, std::int32_t number) {
  std::vector<NodeIndex> raised;
  for (const ClientCourse::Session& session : course.sessions) {
    if (session.number <= number) continue;
    for (const ClientCourse::Event& event : session.events) {
      const auto* flag = std::get_if<ClientCourse::FlagEvent>(&event);
      if (flag == nullptr) continue;
      if (flag->change == FlagChange::kRaised) {
        AddOnce(flag->flag, raised);
      } else {
        std::erase(raised, flag->flag);
      }
    }
  }
  return raised;
}

}  // namespace braid::ontology
