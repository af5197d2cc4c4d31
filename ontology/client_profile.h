// A client, as a caller tells of them and as the ontology knows them.
//
// Both are one shape, braid.v1.ClientProfile (proto/braid/v1/profile.proto, which says what each field means): with ids
// in it, as written, it is a ClientProfile; with nodes in it, checked, a Client. Unset is unknown.
//
// Thread safety: values; pure functions. Nothing of a profile is kept, logged or put into an error: an error names the
// field.

#ifndef BRAID_ONTOLOGY_CLIENT_PROFILE_H_
#define BRAID_ONTOLOGY_CLIENT_PROFILE_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "graph/ids.h"
#include "graph/snapshot.h"
#include "ontology/lookup.h"

namespace braid::ontology {

// Numbered as the messages' enums.
enum class CopingStyle : std::int32_t { kUnknown, kInternalising, kMixed, kExternalising };
enum class Reactance : std::int32_t { kUnknown, kLow, kMedium, kHigh };
enum class FunctionalImpairment : std::int32_t { kUnknown, kLow, kModerate, kHigh };
enum class SubjectiveDistress : std::int32_t { kUnknown, kLow, kModerate, kHigh };
enum class SocialSupport : std::int32_t { kUnknown, kLow, kModerate, kHigh };
enum class Attitude : std::int32_t { kUnspecified, kLiked, kDisliked, kRefused };
enum class PriorOutcome : std::int32_t { kUnknown, kRecovered, kImproved, kUnchanged, kDeteriorated };
enum class RuptureMarker : std::int32_t { kUnspecified, kWithdrawal, kConfrontation };
enum class ProgressState : std::int32_t { kUnknown, kTooEarly, kOnTrack, kOffTrack, kAlarm, kRecovered };
enum class TreatmentFormat : std::int32_t { kUnknown, kIndividual, kCouple, kFamily, kGroup };
enum class IntegrationMode : std::int32_t {
  kUnspecified,  // kResponsive
  kResponsive,
  kTechnicalEclecticism,
  kTheoreticalIntegration,
  kAssimilative,
  kCommonFactors,
  kModelLed,
};

struct ClientTraits {
  CopingStyle coping_style = CopingStyle::kUnknown;
  Reactance reactance = Reactance::kUnknown;
  FunctionalImpairment functional_impairment = FunctionalImpairment::kUnknown;
  SubjectiveDistress subjective_distress = SubjectiveDistress::kUnknown;
};

struct SessionCounts {
  std::optional<std::int32_t> available;
  std::optional<std::int32_t> done;
  std::optional<std::int32_t> missed;
};

struct ClientFactsGiven {
  std::optional<bool> stated_preference;
  std::optional<bool> wants_mindfulness;
  std::optional<bool> cultural_mismatch;
  std::optional<bool> adequate_dose;
  std::optional<bool> symptom_level_tried;
  std::optional<bool> shared_process;
  std::optional<bool> avoids_a_modality;
  std::optional<bool> reliable_sequence;
};

// `Ref` names a node: an id, or a NodeIndex.
template <typename Ref>
struct ClientOf {
  struct Need {
    Ref node{};
    std::optional<double> weight = {};  // unset: the rating, else 1
    std::optional<double> rating = {};

    bool is_need() const { return rating != 0.0; }
    // REQUIRES: is_need().
    double effective_weight() const { return weight.value_or(rating.value_or(1)); }
  };
  struct ConcernWeight {
    Ref concern{};
    double weight = 1;
  };
  struct Preference {
    Ref node{};
    Attitude attitude = Attitude::kUnspecified;
  };
  struct Therapist {
    std::vector<Ref> modalities;
    std::optional<Ref> training_level;
    std::optional<Ref> home_modality;
  };
  struct PriorResponse {
    Ref node{};
    PriorOutcome outcome = PriorOutcome::kUnknown;
    bool dropped_out = false;
    std::optional<std::int32_t> session_count = {};
  };
  struct Alliance {
    std::optional<Ref> measure;
    std::vector<double> scores;  // oldest first
    std::vector<RuptureMarker> markers;
  };
  struct MeasureScores {
    Ref measure{};
    std::vector<double> scores;  // oldest first
  };

  std::vector<Need> needs;
  std::vector<Ref> concerns;
  std::vector<Ref> flags;
  std::vector<ConcernWeight> concern_weights;  // of a Client: one for each of `concerns`, in their order
  bool flags_assessed = false;
  std::optional<Ref> stage;
  ClientTraits traits;
  std::vector<std::string> goals;
  std::vector<std::string> strengths;
  std::vector<Preference> preferences;
  std::optional<Therapist> therapist;
  std::vector<PriorResponse> prior_responses;
  Alliance alliance;
  std::vector<MeasureScores> measures;
  SessionCounts sessions;
  ProgressState progress_state = ProgressState::kUnknown;
  TreatmentFormat format = TreatmentFormat::kUnknown;
  SocialSupport social_support = SocialSupport::kUnknown;
  ClientFactsGiven facts;
  std::optional<std::int32_t> weeks_since_event;
  std::optional<std::int32_t> weeks_since_loss;
  std::optional<std::int32_t> months_duration;
  std::optional<std::int32_t> age_years;
  std::optional<std::int32_t> risk_item;
  IntegrationMode mode = IntegrationMode::kUnspecified;
  std::optional<Ref> model;
};

using ClientProfile = ClientOf<std::string>;
using Client = ClientOf<graph::NodeIndex>;

inline constexpr std::size_t kMaxProfileEntries = 64;  // of each list of a profile, scores aside
inline constexpr std::size_t kMaxProfileScores = 500;  // of one measure
inline constexpr std::size_t kMaxProfileText = 1000;   // bytes of a goal or strength
inline constexpr double kMaxProfileWeight = 1000;

// The client that `profile` tells of. Concerns and flags are there once each, at their first place.
//
// Errors, all at once, each with its field (`profile.needs[2].node_id`) and the nearest ids, never a value:
// FIELD_REQUIRED, CURIE_MALFORMED, NODE_NOT_FOUND, ENUM_UNKNOWN, VALUE_OUT_OF_RANGE (a kind that does not fit, a number
// or score out of range, an entry that came before, fields that contradict one another, a list or text too long).
// `notices`, where not null, learns which ids were redirected, by their fields alone. O(profile).
absl::StatusOr<Client> ReadClient(const graph::Snapshot& snapshot, const ClientProfile& profile,
                                  std::vector<Notice>* notices);

}  // namespace braid::ontology

#endif  // BRAID_ONTOLOGY_CLIENT_PROFILE_H_
