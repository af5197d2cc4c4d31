#include "service/wire/profiles.h"

namespace braid::service::wire {

ontology::ClientProfile DecodeProfile(const v1::ClientProfile& message) {
  ontology::ClientProfile profile;
  for (const v1::Need& need : message.needs()) {
    profile.needs.push_back({need.node_id(), need.has_weight() ? need.weight() : 1});
  }
  profile.concern_ids.assign(message.concern_ids().begin(), message.concern_ids().end());
  profile.flag_ids.assign(message.flag_ids().begin(), message.flag_ids().end());
  return profile;
}

}  // namespace braid::service::wire
