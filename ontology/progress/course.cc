#include "ontology/progress/course.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "absl/time/civil_time.h"
#include "fmt/format.h"
#include "graph/error.h"

namespace braid::ontology {
namespace {

using graph::NodeIndex;
using graph::Reason;

bool Holds(const std::vector<NodeIndex>& nodes, NodeIndex node) {
  return std::find(nodes.begin(), nodes.end(), node) != nodes.end();
}

void Replace(std::string_view from, std::string_view to, std::string& text) {
  for (std::size_t at = 0; (at = text.find(from, at)) != std::string::npos; at += to.size()) {
    text.replace(at, from.size(), to);
  }
}

// Reads the records of a course one after the other. What a profile can say too is read as one that says nothing else,
// so that a course is checked by the same rules.
class Reader {
 public:
  Reader(const graph::Snapshot& snapshot, const ClientProfile& profile, const Client& client,
         std::vector<Notice>* notices)
      : snapshot_(snapshot), profile_(profile), client_(client), notices_(notices), flags_(client.flags) {}

  void ReadAllianceMeasure(const std::optional<std::string>& id) {
    alliance_measure_ = client_.alliance.measure;
    if (!id.has_value()) return;
    ClientProfile said;
    said.alliance.measure = id;
    const std::optional<Client> read = Read(said, {{"profile.alliance.measure_id", "course.alliance_measure_id"}});
    if (!read.has_value()) return;
    if (alliance_measure_.has_value() && alliance_measure_ != read->alliance.measure) {
      Add(Reason::kValueOutOfRange, "course.alliance_measure_id",
          "contradicts profile.alliance.measure_id; leave one of them unset");
    }
    alliance_measure_ = read->alliance.measure;
  }

  // Takes account of a session that was read before.
  void Follow(const ClientCourse::Session& session) {
    number_ = session.number;
    if (!session.date.empty()) date_ = session.date;
    for (const ClientCourse::Event& event : session.events) FollowFlag(event);
  }
  void Follow(std::optional<NodeIndex> alliance_measure) { alliance_measure_ = alliance_measure; }

  ClientCourse::Session ReadSession(const Course::Session& session, const std::string& at) {
    ClientCourse::Session read;
    read.number = session.number;
    read.date = session.date;
    read.missed = session.missed;
    ReadNumber(session, at);
    ReadDate(session.date, at + ".date");
    ReadTechniques(session, at, read);
    ReadScores(session, at, read);
    ReadAllianceScore(session, at, read);
    if (CheckSize(session.events.size(), kMaxSessionEntries, at + ".events")) {
      for (std::size_t i = 0; i < session.events.size(); ++i) {
        ReadEvent(session.events[i], fmt::format("{}.events[{}]", at, i), read.events);
      }
    }
    return read;
  }

  void Add(Reason reason, const std::string& field, std::string_view rule) {
    errors_.Add({reason, field, fmt::format("{} {}", field, rule), {}});
  }
  bool CheckSize(std::size_t size, std::size_t most, const std::string& field) {
    if (size <= most) return true;
    Add(Reason::kValueOutOfRange, field, fmt::format("has more than {} entries", most));
    return false;
  }
  absl::Status status() const { return errors_.ToStatus(); }
  std::optional<NodeIndex> alliance_measure() const { return alliance_measure_; }

 private:
  // What a field of a profile is called here.
  struct Renamed {
    std::string_view from;
    std::string to;
  };

  // `said` as a client, its fields renamed in what is told of them; nullopt: it is refused.
  std::optional<Client> Read(const ClientProfile& said, const std::vector<Renamed>& fields) {
    std::vector<Notice> told;
    absl::StatusOr<Client> client = ReadClient(snapshot_, said, &told);
    if (client.ok()) {
      for (Notice& notice : told) {
        for (const Renamed& field : fields) Replace(field.from, field.to, notice.field);
        if (notices_ != nullptr) notices_->push_back(std::move(notice));
      }
      return *std::move(client);
    }
    graph::ErrorInfo wrong = graph::ErrorInfoOf(client.status()).value();
    for (graph::Violation& violation : wrong.violations) {
      for (const Renamed& field : fields) {
        Replace(field.from, field.to, violation.field);
        Replace(field.from, field.to, violation.description);
      }
      errors_.Add(std::move(violation));
    }
    return std::nullopt;
  }

  void ReadNumber(const Course::Session& session, const std::string& at) {
    const std::string field = at + ".number";
    if (session.number < 0 || session.number > kMaxSessionNumber) {
      Add(Reason::kValueOutOfRange, field, fmt::format("is out of range; use [0, {}]", kMaxSessionNumber));
    } else if (number_.has_value() && session.number <= *number_) {
      Add(Reason::kValueOutOfRange, field, "is not above that of the record before; order them, each number once");
    } else {
      number_ = session.number;
    }
  }

  void ReadDate(const std::string& date, const std::string& field) {
    if (date.empty()) return;
    absl::CivilDay day;
    if (date.size() != 10 || !absl::ParseCivilTime(date, &day)) {
      Add(Reason::kValueOutOfRange, field, "is no day; write year, month, day as `2026-11-25`");
    } else if (!date_.empty() && date < date_) {
      Add(Reason::kValueOutOfRange, field, "is before that of an earlier record");
    } else {
      date_ = date;
    }
  }

  void ReadTechniques(const Course::Session& session, const std::string& at, ClientCourse::Session& read) {
    const std::string field = at + ".technique_ids";
    if (!CheckSize(session.techniques.size(), kMaxSessionTechniques, field)) return;
    if (!session.techniques.empty() && (session.missed || session.number == 0)) {
      Add(Reason::kValueOutOfRange, field,
          session.missed ? "is of a session that was missed; leave it empty" : "is of an intake; leave it empty");
    }
    for (std::size_t i = 0; i < session.techniques.size(); ++i) {
      ClientProfile said;
      said.preferences.push_back({session.techniques[i], Attitude::kLiked});
      const std::string here = fmt::format("{}[{}]", field, i);
      const std::optional<Client> client =
          Read(said, {{"profile.preferences[0].id", here}, {"use technique, modality, model", "use technique"}});
      if (!client.has_value()) continue;
      const NodeIndex technique = client->preferences[0].node;
      if (snapshot_.schema().kind(snapshot_.kind(technique)).name != "technique") {
        Add(Reason::kValueOutOfRange, here, "is of another kind; use technique");
      } else if (Holds(read.techniques, technique)) {
        Add(Reason::kValueOutOfRange, here, "came before; name each once");
      } else {
        read.techniques.push_back(technique);
      }
    }
  }

  void ReadScores(const Course::Session& session, const std::string& at, ClientCourse::Session& read) {
    if (!CheckSize(session.scores.size(), kMaxSessionEntries, at + ".scores")) return;
    std::vector<NodeIndex> seen;
    for (std::size_t i = 0; i < session.scores.size(); ++i) {
      const std::string here = fmt::format("{}.scores[{}]", at, i);
      ClientProfile said;
      said.measures.push_back({session.scores[i].measure, {session.scores[i].score}});
      const std::optional<Client> client =
          Read(said, {{"profile.measures[0].scores[0]", here + ".score"}, {"profile.measures[0]", here}});
      if (!client.has_value()) continue;
      const NodeIndex measure = client->measures[0].measure;
      const std::string field = here + ".measure_id";
      if (Holds(seen, measure)) Add(Reason::kValueOutOfRange, field, "came before; name each once");
      if (TextOf(snapshot_, measure, "measure_type") == "alliance") {
        Add(Reason::kValueOutOfRange, field, "is a measure of the alliance; use alliance_score");
      }
      if (session.number == 0 && IsInProfile(measure)) {
        Add(Reason::kValueOutOfRange, field,
            "has scores in profile.measures, of which the last is that of the intake; give it once");
      }
      seen.push_back(measure);
      read.scores.push_back({measure, session.scores[i].score});
    }
  }

  bool IsInProfile(NodeIndex measure) const {
    return std::any_of(client_.measures.begin(), client_.measures.end(),
                       [&](const Client::MeasureScores& m) { return m.measure == measure; });
  }

  void ReadAllianceScore(const Course::Session& session, const std::string& at, ClientCourse::Session& read) {
    if (!session.alliance_score.has_value()) return;
    const std::string field = at + ".alliance_score";
    if (session.missed) Add(Reason::kValueOutOfRange, field, "is of a session that was missed; leave it unset");
    if (!alliance_measure_.has_value()) {
      Add(Reason::kFieldRequired, "course.alliance_measure_id",
          "is empty; say which measure the alliance scores are of");
      return;
    }
    ClientProfile said;
    said.alliance.measure = std::string(snapshot_.id(*alliance_measure_));
    said.alliance.scores = {*session.alliance_score};
    if (Read(said, {{"profile.alliance.scores[0]", field}}).has_value()) read.alliance_score = session.alliance_score;
  }

  // Reads one alternative at a time: `at` is the path of the event.
  void ReadEvent(const Course::Event& event, const std::string& at, std::vector<ClientCourse::Event>& events) {
    ClientProfile said;
    if (const auto* flag = std::get_if<Course::FlagEvent>(&event)) {
      ReadFlag(*flag, at + ".flag", events);
    } else if (const auto* rupture = std::get_if<RuptureMarker>(&event)) {
      said.alliance.markers = {*rupture};
      if (Read(said, {{"profile.alliance.markers[0]", at + ".rupture"}}).has_value()) events.emplace_back(*rupture);
    } else if (const auto* repaired = std::get_if<Course::RuptureRepaired>(&event)) {
      if (!repaired->is_true) Add(Reason::kValueOutOfRange, at + ".rupture_repaired", "is false; leave it unset");
      events.emplace_back(ClientCourse::RuptureRepaired{});
    } else if (const auto* stage = std::get_if<Course::StageEvent>(&event)) {
      said.stage = stage->stage;
      const std::optional<Client> client = Read(said, {{"profile.stage_id", at + ".stage_id"}});
      if (client.has_value()) events.emplace_back(ClientCourse::StageEvent{*client->stage});
    } else if (const auto* therapist = std::get_if<ClientProfile::Therapist>(&event)) {
      said.therapist = *therapist;
      if (profile_.mode == IntegrationMode::kAssimilative) said.mode = profile_.mode;
      const std::optional<Client> client = Read(said, {{"profile.therapist", at + ".therapist"}});
      if (client.has_value()) events.emplace_back(*client->therapist);
    } else if (const auto* needs = std::get_if<Course::NeedsEvent>(&event)) {
      said.needs = needs->needs;
      said.concerns = needs->concerns;
      said.goals = needs->goals;
      const std::optional<Client> client = Read(said, {{"profile.", at + ".needs."}});
      if (client.has_value()) {
        events.emplace_back(ClientCourse::NeedsEvent{client->needs, client->concerns, client->goals});
      }
    } else if (const auto* preference = std::get_if<ClientProfile::Preference>(&event)) {
      said.preferences = {*preference};
      const std::optional<Client> client = Read(said, {{"profile.preferences[0]", at + ".preference"}});
      if (client.has_value()) events.emplace_back(client->preferences[0]);
    } else {
      Add(Reason::kFieldRequired, at, "is empty; say what happened");
    }
  }

  void ReadFlag(const Course::FlagEvent& event, const std::string& at, std::vector<ClientCourse::Event>& events) {
    if (event.change < FlagChange::kUnspecified || event.change > FlagChange::kResolved) {
      Add(Reason::kEnumUnknown, at + ".change", "is no value that this version knows");
    } else if (event.change == FlagChange::kUnspecified) {
      Add(Reason::kFieldRequired, at + ".change", "is unset; say raised, addressed or resolved");
    }
    ClientProfile said;
    said.flags = {event.flag};
    const std::optional<Client> client = Read(said, {{"profile.flag_ids[0]", at + ".flag_id"}});
    if (!client.has_value()) return;
    const ClientCourse::FlagEvent read{client->flags[0], event.change};
    const bool needs_flag = event.change == FlagChange::kAddressed || event.change == FlagChange::kResolved;
    if (needs_flag && !Holds(flags_, read.flag)) {
      Add(Reason::kValueOutOfRange, at + ".flag_id", "was not raised before; raise it first, or leave the event out");
    }
    FollowFlag(read);
    events.emplace_back(read);
  }

  void FollowFlag(const ClientCourse::Event& event) {
    const auto* flag = std::get_if<ClientCourse::FlagEvent>(&event);
    if (flag == nullptr) return;
    if (flag->change == FlagChange::kRaised && !Holds(flags_, flag->flag)) flags_.push_back(flag->flag);
    if (flag->change == FlagChange::kResolved) std::erase(flags_, flag->flag);
  }

  const graph::Snapshot& snapshot_;
  const ClientProfile& profile_;
  const Client& client_;
  std::vector<Notice>* notices_;
  std::optional<NodeIndex> alliance_measure_;
  std::optional<std::int32_t> number_;  // of the record before
  std::string date_;                    // the last that was given
  std::vector<NodeIndex> flags_;        // that are raised
  graph::ErrorList errors_;
};

}  // namespace

absl::StatusOr<ClientCourse> ReadCourse(const graph::Snapshot& snapshot, const ClientProfile& profile,
                                        const Client& client, const Course& course, std::vector<Notice>* notices) {
  Reader reader(snapshot, profile, client, notices);
  ClientCourse read;
  if (course.sessions.empty()) reader.Add(Reason::kFieldRequired, "course.sessions", "is empty; give a record");
  reader.ReadAllianceMeasure(course.alliance_measure);
  if (reader.CheckSize(course.sessions.size(), kMaxCourseSessions, "course.sessions")) {
    for (std::size_t i = 0; i < course.sessions.size(); ++i) {
      read.sessions.push_back(reader.ReadSession(course.sessions[i], fmt::format("course.sessions[{}]", i)));
    }
  }
  BRAID_RETURN_IF_ERROR(reader.status());
  read.alliance_measure = reader.alliance_measure();
  return read;
}

absl::StatusOr<ClientCourse::Session> ReadNextSession(const graph::Snapshot& snapshot, const ClientProfile& profile,
                                                      const Client& client, const ClientCourse& so_far,
                                                      const Course::Session& session, std::vector<Notice>* notices) {
  Reader reader(snapshot, profile, client, notices);
  reader.Follow(so_far.alliance_measure);
  for (const ClientCourse::Session& before : so_far.sessions) reader.Follow(before);
  if (so_far.sessions.size() >= kMaxCourseSessions) {
    reader.Add(Reason::kValueOutOfRange, "session", fmt::format("is one more than {}; begin anew", kMaxCourseSessions));
  }
  ClientCourse::Session read = reader.ReadSession(session, "session");
  BRAID_RETURN_IF_ERROR(reader.status());
  return read;
}

}  // namespace braid::ontology
