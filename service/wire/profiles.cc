#include "service/wire/profiles.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace braid::service::wire {
namespace {

using google::protobuf::RepeatedPtrField;

// Our enums have the numbers of the API's, so that a cast is the table. Whoever breaks that is told here.
template <auto kOurs, auto kTheirs>
constexpr bool kSame = static_cast<int>(kOurs) == static_cast<int>(kTheirs);
static_assert(kSame<ontology::CopingStyle::kInternalising, v1::COPING_STYLE_INTERNALISING> &&
              kSame<ontology::CopingStyle::kMixed, v1::COPING_STYLE_MIXED> &&
              kSame<ontology::CopingStyle::kExternalising, v1::COPING_STYLE_EXTERNALISING>);
static_assert(kSame<ontology::Reactance::kLow, v1::REACTANCE_LOW> &&
              kSame<ontology::Reactance::kMedium, v1::REACTANCE_MEDIUM> &&
              kSame<ontology::Reactance::kHigh, v1::REACTANCE_HIGH>);
static_assert(kSame<ontology::FunctionalImpairment::kLow, v1::FUNCTIONAL_IMPAIRMENT_LOW> &&
              kSame<ontology::FunctionalImpairment::kModerate, v1::FUNCTIONAL_IMPAIRMENT_MODERATE> &&
              kSame<ontology::FunctionalImpairment::kHigh, v1::FUNCTIONAL_IMPAIRMENT_HIGH>);
static_assert(kSame<ontology::SubjectiveDistress::kLow, v1::SUBJECTIVE_DISTRESS_LOW> &&
              kSame<ontology::SubjectiveDistress::kModerate, v1::SUBJECTIVE_DISTRESS_MODERATE> &&
              kSame<ontology::SubjectiveDistress::kHigh, v1::SUBJECTIVE_DISTRESS_HIGH>);
static_assert(kSame<ontology::SocialSupport::kLow, v1::SOCIAL_SUPPORT_LOW> &&
              kSame<ontology::SocialSupport::kModerate, v1::SOCIAL_SUPPORT_MODERATE> &&
              kSame<ontology::SocialSupport::kHigh, v1::SOCIAL_SUPPORT_HIGH>);
static_assert(kSame<ontology::Attitude::kLiked, v1::ATTITUDE_LIKED> &&
              kSame<ontology::Attitude::kDisliked, v1::ATTITUDE_DISLIKED> &&
              kSame<ontology::Attitude::kRefused, v1::ATTITUDE_REFUSED>);
static_assert(kSame<ontology::PriorOutcome::kRecovered, v1::PRIOR_OUTCOME_RECOVERED> &&
              kSame<ontology::PriorOutcome::kImproved, v1::PRIOR_OUTCOME_IMPROVED> &&
              kSame<ontology::PriorOutcome::kUnchanged, v1::PRIOR_OUTCOME_UNCHANGED> &&
              kSame<ontology::PriorOutcome::kDeteriorated, v1::PRIOR_OUTCOME_DETERIORATED>);
static_assert(kSame<ontology::RuptureMarker::kWithdrawal, v1::RUPTURE_MARKER_WITHDRAWAL> &&
              kSame<ontology::RuptureMarker::kConfrontation, v1::RUPTURE_MARKER_CONFRONTATION>);
static_assert(kSame<ontology::ProgressState::kTooEarly, v1::PROGRESS_STATE_TOO_EARLY> &&
              kSame<ontology::ProgressState::kOnTrack, v1::PROGRESS_STATE_ON_TRACK> &&
              kSame<ontology::ProgressState::kOffTrack, v1::PROGRESS_STATE_OFF_TRACK> &&
              kSame<ontology::ProgressState::kAlarm, v1::PROGRESS_STATE_ALARM> &&
              kSame<ontology::ProgressState::kRecovered, v1::PROGRESS_STATE_RECOVERED>);
static_assert(kSame<ontology::TreatmentFormat::kIndividual, v1::TREATMENT_FORMAT_INDIVIDUAL> &&
              kSame<ontology::TreatmentFormat::kCouple, v1::TREATMENT_FORMAT_COUPLE> &&
              kSame<ontology::TreatmentFormat::kFamily, v1::TREATMENT_FORMAT_FAMILY> &&
              kSame<ontology::TreatmentFormat::kGroup, v1::TREATMENT_FORMAT_GROUP>);
static_assert(kSame<ontology::IntegrationMode::kResponsive, v1::INTEGRATION_MODE_RESPONSIVE> &&
              kSame<ontology::IntegrationMode::kTechnicalEclecticism, v1::INTEGRATION_MODE_TECHNICAL_ECLECTICISM> &&
              kSame<ontology::IntegrationMode::kTheoreticalIntegration, v1::INTEGRATION_MODE_THEORETICAL_INTEGRATION> &&
              kSame<ontology::IntegrationMode::kAssimilative, v1::INTEGRATION_MODE_ASSIMILATIVE> &&
              kSame<ontology::IntegrationMode::kCommonFactors, v1::INTEGRATION_MODE_COMMON_FACTORS> &&
              kSame<ontology::IntegrationMode::kModelLed, v1::INTEGRATION_MODE_MODEL_LED>);

std::vector<std::string> Texts(const RepeatedPtrField<std::string>& texts) { return {texts.begin(), texts.end()}; }

std::optional<std::string> OptionalId(const std::string& id) { return id.empty() ? std::nullopt : std::optional(id); }

// A field of a message, unset where it is.
#define BRAID_OPTIONAL(message, field) ((message).has_##field() ? std::optional((message).field()) : std::nullopt)

ontology::ClientTraits DecodeTraits(const v1::Traits& message) {
  return {static_cast<ontology::CopingStyle>(message.coping_style()),
          static_cast<ontology::Reactance>(message.reactance()),
          static_cast<ontology::FunctionalImpairment>(message.functional_impairment()),
          static_cast<ontology::SubjectiveDistress>(message.subjective_distress())};
}

ontology::ClientProfile::Alliance DecodeAlliance(const v1::Alliance& message) {
  ontology::ClientProfile::Alliance alliance;
  alliance.measure = OptionalId(message.measure_id());
  alliance.scores.assign(message.scores().begin(), message.scores().end());
  for (const int marker : message.markers()) {
    alliance.markers.push_back(static_cast<ontology::RuptureMarker>(marker));
  }
  return alliance;
}

ontology::ClientFactsGiven DecodeFacts(const v1::Facts& message) {
  return {BRAID_OPTIONAL(message, stated_preference),   BRAID_OPTIONAL(message, wants_mindfulness),
          BRAID_OPTIONAL(message, cultural_mismatch),   BRAID_OPTIONAL(message, adequate_dose),
          BRAID_OPTIONAL(message, symptom_level_tried), BRAID_OPTIONAL(message, shared_process),
          BRAID_OPTIONAL(message, avoids_a_modality),   BRAID_OPTIONAL(message, reliable_sequence)};
}

// Needs, concerns and flags.
void DecodeProblems(const v1::ClientProfile& message, ontology::ClientProfile& profile) {
  for (const v1::Need& need : message.needs()) profile.needs.push_back(DecodeNeed(need));
  profile.concerns = Texts(message.concern_ids());
  for (const v1::ConcernWeight& weight : message.concern_weights()) {
    profile.concern_weights.push_back({weight.concern_id(), weight.weight()});
  }
  profile.flags = Texts(message.flag_ids());
  profile.flags_assessed = message.flags_assessed();
}

// Who the client is and what they want.
void DecodePerson(const v1::ClientProfile& message, ontology::ClientProfile& profile) {
  profile.stage = OptionalId(message.stage_id());
  profile.traits = DecodeTraits(message.traits());
  profile.goals = Texts(message.goals());
  profile.strengths = Texts(message.strengths());
  for (const v1::Preference& preference : message.preferences()) {
    profile.preferences.push_back(DecodePreference(preference));
  }
  profile.social_support = static_cast<ontology::SocialSupport>(message.social_support());
  profile.facts = DecodeFacts(message.facts());
  profile.weeks_since_event = BRAID_OPTIONAL(message, weeks_since_event);
  profile.weeks_since_loss = BRAID_OPTIONAL(message, weeks_since_loss);
  profile.months_duration = BRAID_OPTIONAL(message, months_duration);
  profile.age_years = BRAID_OPTIONAL(message, age_years);
  profile.risk_item = BRAID_OPTIONAL(message, risk_item);
}

// The treatment, before, now and as it is wanted.
void DecodeTreatment(const v1::ClientProfile& message, ontology::ClientProfile& profile) {
  if (message.has_therapist()) profile.therapist = DecodeTherapist(message.therapist());
  for (const v1::PriorResponse& response : message.prior_responses()) {
    profile.prior_responses.push_back({response.id(), static_cast<ontology::PriorOutcome>(response.outcome()),
                                       response.dropped_out(), BRAID_OPTIONAL(response, session_count)});
  }
  profile.alliance = DecodeAlliance(message.alliance());
  for (const v1::MeasureScores& measure : message.measures()) {
    profile.measures.push_back({measure.measure_id(), {measure.scores().begin(), measure.scores().end()}});
  }
  profile.sessions = {BRAID_OPTIONAL(message.sessions(), available_count),
                      BRAID_OPTIONAL(message.sessions(), done_count), BRAID_OPTIONAL(message.sessions(), missed_count)};
  profile.progress_state = static_cast<ontology::ProgressState>(message.progress_state());
  profile.format = static_cast<ontology::TreatmentFormat>(message.format());
  profile.mode = static_cast<ontology::IntegrationMode>(message.mode());
  profile.model = OptionalId(message.model_id());
}

}  // namespace

ontology::ClientProfile::Need DecodeNeed(const v1::Need& message) {
  return {message.node_id(), BRAID_OPTIONAL(message, weight), BRAID_OPTIONAL(message, rating)};
}

#undef BRAID_OPTIONAL

ontology::ClientProfile::Therapist DecodeTherapist(const v1::Therapist& message) {
  return {Texts(message.modality_ids()), OptionalId(message.training_level_id()),
          OptionalId(message.home_modality_id())};
}

ontology::ClientProfile::Preference DecodePreference(const v1::Preference& message) {
  return {message.id(), static_cast<ontology::Attitude>(message.attitude())};
}

ontology::ClientProfile DecodeProfile(const v1::ClientProfile& message) {
  ontology::ClientProfile profile;
  DecodeProblems(message, profile);
  DecodePerson(message, profile);
  DecodeTreatment(message, profile);
  return profile;
}

}  // namespace braid::service::wire
