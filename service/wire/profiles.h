// A client's profile, from a message to our type.
//
// Thread safety: pure functions.

#ifndef BRAID_SERVICE_WIRE_PROFILES_H_
#define BRAID_SERVICE_WIRE_PROFILES_H_

#include "braid/v1/profile.pb.h"
#include "ontology/client_profile.h"

namespace braid::service::wire {

// Nothing is checked here: ontology::ReadClient names every bad field, and no value.
ontology::ClientProfile DecodeProfile(const v1::ClientProfile& message);

// Parts of it that a course tells of, too.
ontology::ClientProfile::Need DecodeNeed(const v1::Need& message);
ontology::ClientProfile::Therapist DecodeTherapist(const v1::Therapist& message);
ontology::ClientProfile::Preference DecodePreference(const v1::Preference& message);

}  // namespace braid::service::wire

#endif  // BRAID_SERVICE_WIRE_PROFILES_H_
