#include "tools/bench/random_profile.h"

#include <string>
#include <string_view>
#include <vector>

#include "tools/bench/dice.h"

namespace braid::ontology {
std::vector<std::string> IdsOf(const graph::Snapshot& snapshot, std::string_view kind) {
  std::vector<std::string> ids;
  snapshot.VisitNodes(snapshot.schema().FindKind(kind), {}, [&](graph::NodeIndex node) {
    ids.emplace_back(snapshot.id(node));
    return true;
  });
  return ids;
}

ClientProfile RandomProfile(const graph::Snapshot& snapshot, std::uint32_t seed) {
  Dice dice(seed);
  ClientProfile profile;
  for (const std::string& id : dice.Some(IdsOf(snapshot, "dimension"), 5)) {
    profile.needs.push_back({id, {}, 0.1 * dice.Below(11)});
  }
  for (const std::string& id : dice.Some(IdsOf(snapshot, "process"), 5)) profile.needs.push_back({id});
  profile.concerns = dice.Some(IdsOf(snapshot, "concern"), 3);
  profile.flags = dice.Some(IdsOf(snapshot, "flag"), 3);
  profile.flags_assessed = dice.OneIn(2);
  if (!dice.OneIn(3)) profile.stage = dice.One(IdsOf(snapshot, "stage"));
  if (dice.OneIn(2)) {
    auto& therapist = profile.therapist.emplace();
    therapist.modalities = dice.Some(IdsOf(snapshot, "modality"), 6);
    therapist.training_level = dice.One(IdsOf(snapshot, "level"));
  }
  for (const std::string& id : dice.Some(IdsOf(snapshot, "technique"), 3)) {
    profile.preferences.push_back({id, static_cast<Attitude>(1 + dice.Below(3))});
  }
  for (const std::string& id : dice.Some(IdsOf(snapshot, "modality"), 2)) {
    profile.preferences.push_back({id, static_cast<Attitude>(1 + dice.Below(3))});
  }
  if (dice.OneIn(2)) profile.sessions.available = dice.Below(30);
  if (dice.OneIn(4)) profile.alliance.markers.push_back(RuptureMarker::kWithdrawal);
  profile.traits.reactance = static_cast<Reactance>(dice.Below(4));
  profile.mode = static_cast<IntegrationMode>(dice.Below(7));
  if (profile.mode == IntegrationMode::kModelLed) profile.model = dice.One(IdsOf(snapshot, "model"));
  if (profile.mode == IntegrationMode::kAssimilative) {
    auto& therapist = profile.therapist.has_value() ? *profile.therapist : profile.therapist.emplace();
    if (therapist.modalities.empty()) therapist.modalities = {dice.One(IdsOf(snapshot, "modality"))};
    therapist.home_modality = therapist.modalities.front();
  }
  return profile;
}

}  // namespace braid::ontology
