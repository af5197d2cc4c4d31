#include "tools/bench/course_message.h"

#include <variant>

namespace braid {
namespace {

using Profile = ontology::ClientProfile;

// Writes one alternative of an event.
struct EventWriter {
  v1::CourseEvent* out;

  void operator()(std::monostate) const {}
  void operator()(const ontology::Course::FlagEvent& event) const {
    out->mutable_flag()->set_flag_id(event.flag);
    out->mutable_flag()->set_change(static_cast<v1::FlagChange>(event.change));
  }
  void operator()(ontology::RuptureMarker marker) const { out->set_rupture(static_cast<v1::RuptureMarker>(marker)); }
  void operator()(const ontology::Course::RuptureRepaired& event) const { out->set_rupture_repaired(event.is_true); }
  void operator()(const ontology::Course::StageEvent& event) const { out->set_stage_id(event.stage); }
  void operator()(const Profile::Therapist& therapist) const {
    v1::Therapist* message = out->mutable_therapist();
    message->mutable_modality_ids()->Add(therapist.modalities.begin(), therapist.modalities.end());
    message->set_training_level_id(therapist.training_level.value_or(""));
    message->set_home_modality_id(therapist.home_modality.value_or(""));
  }
  void operator()(const ontology::Course::NeedsEvent& event) const {
    v1::NeedsEvent* message = out->mutable_needs();
    for (const Profile::Need& need : event.needs) {
      v1::Need* one = message->add_needs();
      one->set_node_id(need.node);
      if (need.weight.has_value()) one->set_weight(*need.weight);
      if (need.rating.has_value()) one->set_rating(*need.rating);
    }
    message->mutable_concern_ids()->Add(event.concerns.begin(), event.concerns.end());
    message->mutable_goals()->Add(event.goals.begin(), event.goals.end());
  }
  void operator()(const Profile::Preference& preference) const {
    out->mutable_preference()->set_id(preference.node);
    out->mutable_preference()->set_attitude(static_cast<v1::Attitude>(preference.attitude));
  }
};

}  // namespace

v1::Course MessageOf(const ontology::Course& course) {
  v1::Course message;
  message.set_alliance_measure_id(course.alliance_measure.value_or(""));
  for (const ontology::Course::Session& session : course.sessions) {
    v1::SessionRecord* record = message.add_sessions();
    record->set_number(session.number);
    record->set_date(session.date);
    record->set_missed(session.missed);
    record->mutable_technique_ids()->Add(session.techniques.begin(), session.techniques.end());
    for (const ontology::Course::Score& score : session.scores) {
      v1::Score* one = record->add_scores();
      one->set_measure_id(score.measure);
      one->set_score(score.score);
    }
    if (session.alliance_score.has_value()) record->set_alliance_score(*session.alliance_score);
    for (const ontology::Course::Event& event : session.events) std::visit(EventWriter{record->add_events()}, event);
  }
  return message;
}

}  // namespace braid
