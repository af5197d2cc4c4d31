#include "tools/bench/random_clients.h"

#include <algorithm>

#include "tools/bench/dice.h"

namespace braid {
namespace {

void RollFacts(Dice& dice, v1::Facts* facts) {
  const google::protobuf::Descriptor* descriptor = v1::Facts::descriptor();
  for (int i = 0; i < descriptor->field_count(); ++i) {
    if (dice.OneIn(3)) facts->GetReflection()->SetBool(facts, descriptor->field(i), dice.OneIn(2));
  }
}

void RollTraits(Dice& dice, v1::Traits* traits) {
  traits->set_coping_style(dice.Value<v1::CopingStyle>(4));
  traits->set_reactance(dice.Value<v1::Reactance>(4));
  traits->set_functional_impairment(dice.Value<v1::FunctionalImpairment>(4));
  traits->set_subjective_distress(dice.Value<v1::SubjectiveDistress>(4));
}

void RollAlliance(Dice& dice, v1::Alliance* alliance) {
  if (dice.OneIn(2)) {
    alliance->set_measure_id("measure:srs");
    for (int i = dice.Between(1, 4); i > 0; --i) alliance->add_scores(dice.Between(20, 40));
  }
  if (dice.OneIn(4)) alliance->add_markers(static_cast<v1::RuptureMarker>(dice.Between(1, 2)));
}

void RollTimes(Dice& dice, v1::ClientProfile* profile) {
  if (dice.OneIn(6)) profile->set_weeks_since_event(dice.Below(20));
  if (dice.OneIn(6)) profile->set_weeks_since_loss(dice.Below(60));
  if (dice.OneIn(4)) profile->set_months_duration(dice.Below(60));
  if (dice.OneIn(2)) profile->set_age_years(dice.Between(12, 90));
  if (dice.OneIn(4)) profile->set_risk_item(dice.Below(4));
  if (dice.OneIn(2)) profile->mutable_sessions()->set_available_count(dice.Below(40));
  if (dice.OneIn(3)) profile->mutable_sessions()->set_done_count(dice.Below(20));
  if (dice.OneIn(5)) profile->mutable_sessions()->set_missed_count(dice.Below(5));
}

}  // namespace

RandomClients::RandomClients(const graph::Snapshot& snapshot) {
  for (const char* kind :
       {"dimension", "process", "concern", "flag", "stage", "modality", "level", "technique", "model"}) {
    std::vector<std::string> ids;
    snapshot.VisitNodes(snapshot.schema().FindKind(kind), {}, [&](graph::NodeIndex node) {
      if (!snapshot.IsObsolete(node)) ids.emplace_back(snapshot.id(node));
      return true;
    });
    ids_.emplace_back(kind, std::move(ids));
  }
}

const std::vector<std::string>& RandomClients::Ids(const std::string& kind) const {
  return std::find_if(ids_.begin(), ids_.end(), [&](const auto& entry) { return entry.first == kind; })->second;
}

v1::ClientProfile RandomClients::Profile(std::uint32_t seed) const {
  Dice dice(seed);
  v1::ClientProfile profile;
  for (const std::string& id : dice.Some(Ids("dimension"), 5)) {
    v1::Need* need = profile.add_needs();
    need->set_node_id(id);
    need->set_rating(0.1 * dice.Below(11));
  }
  for (const std::string& id : dice.Some(Ids("process"), 5)) profile.add_needs()->set_node_id(id);
  for (const std::string& id : dice.Some(Ids("concern"), 3)) {
    profile.add_concern_ids(id);
    if (dice.OneIn(3)) profile.add_needs()->set_node_id(id);
  }
  for (v1::Need& need : *profile.mutable_needs()) {
    if (dice.OneIn(4)) need.set_weight(dice.Between(1, 5));
  }
  for (const std::string& id : dice.Some(Ids("flag"), 3)) profile.add_flag_ids(id);
  profile.set_flags_assessed(dice.OneIn(2));
  if (!dice.OneIn(3)) profile.set_stage_id(dice.One(Ids("stage")));
  if (dice.OneIn(2)) {
    for (const std::string& id : dice.Some(Ids("modality"), 6)) profile.mutable_therapist()->add_modality_ids(id);
    profile.mutable_therapist()->set_training_level_id(dice.One(Ids("level")));
  }
  for (const char* kind : {"technique", "modality"}) {
    for (const std::string& id : dice.Some(Ids(kind), 3)) {
      v1::Preference* preference = profile.add_preferences();
      preference->set_id(id);
      preference->set_attitude(static_cast<v1::Attitude>(dice.Between(1, 3)));
    }
  }
  for (const std::string& id : dice.Some(Ids("modality"), 2)) {
    v1::PriorResponse* response = profile.add_prior_responses();
    response->set_id(id);
    response->set_outcome(static_cast<v1::PriorOutcome>(dice.Between(1, 4)));
    response->set_dropped_out(dice.OneIn(3));
  }
  if (dice.OneIn(2)) {
    profile.add_measures()->set_measure_id("measure:phq9");
    for (int i = dice.Between(1, 5); i > 0; --i) profile.mutable_measures(0)->add_scores(dice.Below(28));
  }
  RollTraits(dice, profile.mutable_traits());
  RollAlliance(dice, profile.mutable_alliance());
  RollTimes(dice, &profile);
  RollFacts(dice, profile.mutable_facts());
  if (!profile.preferences().empty()) profile.mutable_facts()->clear_stated_preference();  // they say so already
  profile.set_progress_state(dice.Value<v1::ProgressState>(6));
  profile.set_format(dice.Value<v1::TreatmentFormat>(5));
  profile.set_social_support(dice.Value<v1::SocialSupport>(4));
  profile.set_mode(dice.Value<v1::IntegrationMode>(7));
  if (profile.mode() == v1::INTEGRATION_MODE_MODEL_LED) profile.set_model_id(dice.One(Ids("model")));
  if (profile.mode() == v1::INTEGRATION_MODE_ASSIMILATIVE) {
    v1::Therapist* therapist = profile.mutable_therapist();
    if (therapist->modality_ids().empty()) therapist->add_modality_ids(dice.One(Ids("modality")));
    therapist->set_home_modality_id(therapist->modality_ids(0));
  }
  return profile;
}

}  // namespace braid
