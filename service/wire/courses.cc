#include "service/wire/courses.h"

#include <string>
#include <utility>
#include <variant>

#include "graph/error.h"
#include "ontology/policy.h"
#include "service/wire/plans.h"
#include "service/wire/profiles.h"
#include "service/wire/resources.h"

namespace braid::service::wire {
namespace {

using graph::Snapshot;

// Our enums have the numbers of the API's, so that a cast is the table. Whoever breaks that is told here.
template <auto kOurs, auto kTheirs>
constexpr bool kSame = static_cast<int>(kOurs) == static_cast<int>(kTheirs);
static_assert(kSame<ontology::FlagChange::kRaised, v1::FLAG_CHANGE_RAISED> &&
              kSame<ontology::FlagChange::kAddressed, v1::FLAG_CHANGE_ADDRESSED> &&
              kSame<ontology::FlagChange::kResolved, v1::FLAG_CHANGE_RESOLVED>);
static_assert(kSame<ontology::ChangeState::kImproving, v1::SCORE_CHANGE_IMPROVING> &&
              kSame<ontology::ChangeState::kUnchanged, v1::SCORE_CHANGE_UNCHANGED> &&
              kSame<ontology::ChangeState::kWorsening, v1::SCORE_CHANGE_WORSENING> &&
              kSame<ontology::ChangeState::kReliablyWorse, v1::SCORE_CHANGE_RELIABLY_WORSE>);
static_assert(kSame<ontology::TrackState::kOnTrack, v1::SCORE_TRACK_ON_TRACK> &&
              kSame<ontology::TrackState::kOffTrack, v1::SCORE_TRACK_OFF_TRACK> &&
              kSame<ontology::TrackState::kAlarm, v1::SCORE_TRACK_ALARM>);
static_assert(kSame<ontology::ChangeKind::kDropped, v1::CHANGE_KIND_DROPPED> &&
              kSame<ontology::ChangeKind::kSwitched, v1::CHANGE_KIND_SWITCHED> &&
              kSame<ontology::ChangeKind::kAdded, v1::CHANGE_KIND_ADDED> &&
              kSame<ontology::ChangeKind::kIntensified, v1::CHANGE_KIND_INTENSIFIED> &&
              kSame<ontology::ChangeKind::kKept, v1::CHANGE_KIND_KEPT>);
static_assert(kSame<ontology::ChangeCause::kBarred, v1::CHANGE_CAUSE_BARRED> &&
              kSame<ontology::ChangeCause::kRecovered, v1::CHANGE_CAUSE_RECOVERED> &&
              kSame<ontology::ChangeCause::kPreventsRelapse, v1::CHANGE_CAUSE_PREVENTS_RELAPSE> &&
              kSame<ontology::ChangeCause::kWorthMore, v1::CHANGE_CAUSE_WORTH_MORE> &&
              kSame<ontology::ChangeCause::kRules, v1::CHANGE_CAUSE_RULES> &&
              kSame<ontology::ChangeCause::kHeld, v1::CHANGE_CAUSE_HELD> &&
              kSame<ontology::ChangeCause::kForced, v1::CHANGE_CAUSE_FORCED>);
static_assert(kSame<ontology::RevisionHold::kSafety, v1::REVISION_HOLD_SAFETY> &&
              kSame<ontology::RevisionHold::kAlliance, v1::REVISION_HOLD_ALLIANCE>);

// Of these the API's begin with one more, *unspecified*; else the order is ours.
template <auto kOurs, auto kTheirs>
constexpr bool kFollows = static_cast<int>(kOurs) + 1 == static_cast<int>(kTheirs);
static_assert(kFollows<ontology::NeedVerb::kSafety, v1::REVIEW_VERB_SAFETY> &&
              kFollows<ontology::NeedVerb::kRepair, v1::REVIEW_VERB_REPAIR> &&
              kFollows<ontology::NeedVerb::kMeasure, v1::REVIEW_VERB_MEASURE> &&
              kFollows<ontology::NeedVerb::kTaper, v1::REVIEW_VERB_TAPER> &&
              kFollows<ontology::NeedVerb::kKeep, v1::REVIEW_VERB_KEEP> &&
              kFollows<ontology::NeedVerb::kHold, v1::REVIEW_VERB_HOLD> &&
              kFollows<ontology::NeedVerb::kReview, v1::REVIEW_VERB_REVIEW> &&
              kFollows<ontology::NeedVerb::kSwitch, v1::REVIEW_VERB_SWITCH> &&
              kFollows<ontology::NeedVerb::kIntensify, v1::REVIEW_VERB_INTENSIFY> &&
              kFollows<ontology::NeedVerb::kReplan, v1::REVIEW_VERB_REPLAN>);
static_assert(kFollows<ontology::DoseState::kNothing, v1::DOSE_STATE_NOTHING> &&
              kFollows<ontology::DoseState::kTooLittle, v1::DOSE_STATE_TOO_LITTLE> &&
              kFollows<ontology::DoseState::kAdequate, v1::DOSE_STATE_ADEQUATE> &&
              kFollows<ontology::DoseState::kFull, v1::DOSE_STATE_FULL>);

v1::ReviewVerb VerbOf(ontology::NeedVerb verb) { return static_cast<v1::ReviewVerb>(static_cast<int>(verb) + 1); }

ontology::Course::NeedsEvent DecodeNeeds(const v1::NeedsEvent& message) {
  ontology::Course::NeedsEvent event;
  for (const v1::Need& need : message.needs()) event.needs.push_back(DecodeNeed(need));
  event.concerns.assign(message.concern_ids().begin(), message.concern_ids().end());
  event.goals.assign(message.goals().begin(), message.goals().end());
  return event;
}

ontology::Course::Event DecodeEvent(const v1::CourseEvent& message) {
  switch (message.event_case()) {
    case v1::CourseEvent::kFlag:
      return ontology::Course::FlagEvent{message.flag().flag_id(),
                                         static_cast<ontology::FlagChange>(message.flag().change())};
    case v1::CourseEvent::kRupture:
      return static_cast<ontology::RuptureMarker>(message.rupture());
    case v1::CourseEvent::kRuptureRepaired:
      return ontology::Course::RuptureRepaired{message.rupture_repaired()};
    case v1::CourseEvent::kStageId:
      return ontology::Course::StageEvent{message.stage_id()};
    case v1::CourseEvent::kTherapist:
      return DecodeTherapist(message.therapist());
    case v1::CourseEvent::kNeeds:
      return DecodeNeeds(message.needs());
    case v1::CourseEvent::kPreference:
      return DecodePreference(message.preference());
    case v1::CourseEvent::EVENT_NOT_SET:
      break;
  }
  return std::monostate{};
}

// Puts one revision into messages.
class Encoder {
 public:
  Encoder(const Snapshot& snapshot, NamedNodes& named) : snapshot_(snapshot), named_(named) {}

  void Encode(const ontology::PlanRevision& revision, v1::PlanRevision* out) {
    out->set_session_number(revision.session);
    for (const ontology::NeedReview& need : revision.needs) EncodeNeed(need, out->add_needs());
    for (const ontology::RevisedTechnique& change : revision.changes) EncodeChange(change, out->add_changes());
    out->set_held_by(static_cast<v1::RevisionHold>(revision.hold));
    out->set_consult(revision.consult);
    for (const auto& movement : revision.stage_movements) EncodeMovement(movement, out->add_stage_movements());
    for (const ontology::NextMeasurement& next : revision.next_measurements) {
      v1::NextMeasurement* message = out->add_next_measurements();
      message->set_measure_id(named_.Name(next.measure));
      message->set_session_number(next.session);
    }
    out->set_alliance(static_cast<v1::AllianceState>(revision.alliance));
    out->set_replanned(revision.replanned);
    out->set_rules_gave_way(revision.rules_gave_way);
    out->set_change_cost(revision.change_cost);
    named_.Add(revision.techniques, out->mutable_technique_ids());
    out->set_progress_state(static_cast<v1::ProgressState>(revision.progress));
  }

 private:
  void EncodeNeed(const ontology::NeedReview& review, v1::NeedReview* out) {
    out->set_need_id(named_.Name(review.need));
    out->set_verb(VerbOf(review.decision.verb));
    out->set_waiting_verb(VerbOf(review.waiting_verb));
    out->set_consult(review.decision.consult);
    if (review.score.has_value()) EncodeScore(*review.score, out->mutable_score());
    for (const ontology::MeasureReview& score : review.other_scores) EncodeScore(score, out->add_other_scores());
    out->set_contradicted(review.is_contradicted);
    for (const ontology::TechniqueDose& dose : review.doses) {
      v1::Dose* message = out->add_doses();
      message->set_technique_id(named_.Name(dose.technique));
      message->set_session_count(dose.sessions);
      message->set_least(dose.least);
      message->set_most(dose.most);
    }
    out->set_dose_state(static_cast<v1::DoseState>(static_cast<int>(review.dose_state) + 1));
    out->set_review_at_session(review.review_at_session);
    out->set_no_alternative(review.no_alternative);
    out->set_because(review.decision.because);
  }

  void EncodeScore(const ontology::MeasureReview& review, v1::ScoreReview* out) {
    const ontology::ScoreCourse& course = review.course;
    out->set_measure_id(named_.Name(review.measure.node));
    out->set_baseline(course.baseline.value_or(0));
    out->set_latest(course.latest.value_or(0));
    out->set_latest_session(course.latest_session);
    if (course.improvement.has_value()) out->set_improvement(*course.improvement);
    if (course.index.has_value()) out->set_reliable_change_index(*course.index);
    if (const auto least = ontology::LeastReliableChange(review.measure)) out->set_reliable_change(*least);
    if (const auto cutoff = ontology::CutoffOf(review.measure)) out->set_clinical_cutoff(*cutoff);
    out->set_change(static_cast<v1::ScoreChange>(course.change));
    out->set_track(static_cast<v1::ScoreTrack>(course.track));
    out->set_reliably_better(course.reliably_better);
    out->set_recovered(course.recovered);
    if (course.expected.has_value()) EncodeExpected(*course.expected, out->mutable_expected());
    out->set_verification(VerificationOf(review.measure.node));
    out->set_no_room(course.no_room);
  }

  void EncodeExpected(const ontology::ExpectedResponse& expected, v1::ExpectedBand* out) {
    out->set_band_id(named_.Name(expected.node));
    out->set_session_number(expected.session);
    out->set_worst_tenth(expected.worst_tenth);
    out->set_worst_fifth(expected.worst_fifth);
  }

  v1::Verification VerificationOf(graph::NodeIndex measure) const {
    if (ontology::Matches(snapshot_, measure, {"verified", {"source"}})) return v1::VERIFICATION_SOURCE;
    return ontology::Matches(snapshot_, measure, {"verified", {"recalled", "partial"}}) ? v1::VERIFICATION_RECALLED
                                                                                        : v1::VERIFICATION_UNSPECIFIED;
  }

  void EncodeChange(const ontology::RevisedTechnique& change, v1::TechniqueChange* out) {
    out->set_kind(static_cast<v1::ChangeKind>(change.kind));
    out->set_technique_id(named_.Name(change.technique));
    out->set_replaced_technique_id(named_.Name(change.replaced));
    out->set_need_id(named_.Name(change.need));
    if (change.vanishes_at.has_value()) out->set_vanishes_at(*change.vanishes_at);
    if (change.exclusion.has_value()) EncodeExclusion(snapshot_, *change.exclusion, named_, out->mutable_exclusion());
    out->set_session_count(change.sessions);
    out->set_cause(static_cast<v1::ChangeCause>(change.cause));
  }

  void EncodeMovement(const ontology::StageMovement& movement, v1::StageMovement* out) {
    out->set_session_number(movement.session);
    out->set_from_id(named_.Name(movement.from));
    out->set_to_id(named_.Name(movement.to));
    if (movement.from == graph::kNoNode) return;
    out->set_direction(movement.is_recycling ? v1::STAGE_DIRECTION_RECYCLING : v1::STAGE_DIRECTION_ONWARD);
  }

  const Snapshot& snapshot_;
  NamedNodes& named_;
};

}  // namespace

ontology::Course::Session DecodeSession(const v1::SessionRecord& message) {
  ontology::Course::Session session;
  session.number = message.number();
  session.date = message.date();
  session.missed = message.missed();
  session.techniques.assign(message.technique_ids().begin(), message.technique_ids().end());
  for (const v1::Score& score : message.scores()) session.scores.push_back({score.measure_id(), score.score()});
  if (message.has_alliance_score()) session.alliance_score = message.alliance_score();
  for (const v1::CourseEvent& event : message.events()) session.events.push_back(DecodeEvent(event));
  return session;
}

ontology::Course DecodeCourse(const v1::Course& message) {
  ontology::Course course;
  for (const v1::SessionRecord& session : message.sessions()) course.sessions.push_back(DecodeSession(session));
  if (!message.alliance_measure_id().empty()) course.alliance_measure = message.alliance_measure_id();
  return course;
}

absl::StatusOr<ReviseRequest> DecodeReviseRequest(const v1::ReviseRequest& request) {
  graph::ErrorList errors;
  ReviseRequest decoded;
  if (request.has_recommend()) {
    absl::StatusOr<ontology::RecommendRequest> recommend = DecodeRecommendRequest(request.recommend());
    errors.Add(graph::PrefixFields(recommend.status(), "recommend"));
    if (recommend.ok()) decoded.recommend = *std::move(recommend);
  } else {
    AddRequired("recommend", errors);
  }
  if (!request.has_course()) AddRequired("course", errors);
  BRAID_RETURN_IF_ERROR(errors.ToStatus());
  decoded.course = DecodeCourse(request.course());
  decoded.plan_made_after = request.plan_made_after_session();
  if (request.has_change_cost()) decoded.change_cost = request.change_cost();
  return decoded;
}

void EncodeRevision(const Snapshot& snapshot, const ontology::PlanRevision& revision, NamedNodes& named,
                    v1::PlanRevision* out) {
  Encoder(snapshot, named).Encode(revision, out);
}

void EncodeFlap(const ontology::PlanFlap& flap, NamedNodes& named, v1::PlanFlap* out) {
  out->set_technique_id(named.Name(flap.technique));
  out->set_changed_at_session(flap.changed_at);
  out->set_undone_at_session(flap.undone_at);
}

}  // namespace braid::service::wire
