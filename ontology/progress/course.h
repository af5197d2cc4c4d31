// A course of sessions, as a caller tells of it and as the ontology knows it.
//
// Both are one shape, braid.v1.Course (proto/braid/v1/course.proto, which says what each field means): with ids in it,
// as written, it is a Course; with nodes in it, checked, a ClientCourse.
//
// Thread safety: values; pure functions. Nothing of a course is kept, logged or put into an error: an error names the
// field.

#ifndef BRAID_ONTOLOGY_PROGRESS_COURSE_H_
#define BRAID_ONTOLOGY_PROGRESS_COURSE_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "absl/status/statusor.h"
#include "graph/ids.h"
#include "graph/snapshot.h"
#include "ontology/client_profile.h"
#include "ontology/lookup.h"

namespace braid::ontology {

// Numbered as the message's enum.
enum class FlagChange : std::int32_t { kUnspecified, kRaised, kAddressed, kResolved };

// `Ref` names a node: an id, or a NodeIndex.
template <typename Ref>
struct CourseOf {
  using Profile = ClientOf<Ref>;

  struct FlagEvent {
    Ref flag{};
    FlagChange change = FlagChange::kUnspecified;
  };
  struct StageEvent {
    Ref stage{};
  };
  struct NeedsEvent {
    std::vector<typename Profile::Need> needs;
    std::vector<Ref> concerns;
    std::vector<std::string> goals;
  };
  struct RuptureRepaired {
    bool is_true = true;
  };
  // monostate: none was given.
  using Event = std::variant<std::monostate, FlagEvent, RuptureMarker, RuptureRepaired, StageEvent,
                             typename Profile::Therapist, NeedsEvent, typename Profile::Preference>;
  struct Score {
    Ref measure{};
    double score = 0;
  };
  struct Session {
    std::int32_t number = 0;
    std::string date;
    bool missed = false;
    std::vector<Ref> techniques;
    std::vector<Score> scores;
    std::optional<double> alliance_score;
    std::vector<Event> events;
  };

  std::vector<Session> sessions;
  std::optional<Ref> alliance_measure;
};

using Course = CourseOf<std::string>;
using ClientCourse = CourseOf<graph::NodeIndex>;

inline constexpr std::size_t kMaxCourseSessions = 200;
inline constexpr std::int32_t kMaxSessionNumber = 1000;
inline constexpr std::size_t kMaxSessionTechniques = 20;
inline constexpr std::size_t kMaxSessionEntries = 64;  // scores, and events, of one session

// The course that `course` tells of, of a client with `profile` before it; `client` is what ReadClient made of that. An
// alliance measure that the profile names and the course does not is taken over.
//
// Errors, all at once, each with its field (`course.sessions[2].scores[0].score`) and the nearest ids, never a value:
// FIELD_REQUIRED (no record, an id, an event without content, a measure of the alliance for its scores),
// CURIE_MALFORMED, NODE_NOT_FOUND, ENUM_UNKNOWN, VALUE_OUT_OF_RANGE (numbers or dates that do not rise, a date that is
// none, a score out of its measure's range, a technique or measure twice, an intake or a missed session that was worked
// in, a measure that was scored at intake in the profile and here, a flag addressed or resolved that was not raised, an
// event that the profile would refuse, what the profile and the course contradict each other in, a list too long).
// `notices`, where not null, learns which ids were redirected, by their fields alone. O(course).
absl::StatusOr<ClientCourse> ReadCourse(const graph::Snapshot& snapshot, const ClientProfile& profile,
                                        const Client& client, const Course& course, std::vector<Notice>* notices);

// Reads one more session of a course that was read: fields under `session`. As ReadCourse with it at the end.
absl::StatusOr<ClientCourse::Session> ReadNextSession(const graph::Snapshot& snapshot, const ClientProfile& profile,
                                                      const Client& client, const ClientCourse& so_far,
                                                      const Course::Session& session, std::vector<Notice>* notices);

}  // namespace braid::ontology

#endif  // BRAID_ONTOLOGY_PROGRESS_COURSE_H_
