// Clients that nobody wrote down, for tests and for tools/bench.

#ifndef BRAID_TOOLS_BENCH_RANDOM_PROFILE_H_
#define BRAID_TOOLS_BENCH_RANDOM_PROFILE_H_

#include <cstdint>

#include "graph/snapshot.h"
#include "ontology/client_profile.h"

namespace braid::ontology {

// A client like none that was ever written down: any needs, concerns, flags, therapist, preferences, mode. The same
// seed gives the same one.
ClientProfile RandomProfile(const graph::Snapshot& snapshot, std::uint32_t seed);

}  // namespace braid::ontology

#endif  // BRAID_TOOLS_BENCH_RANDOM_PROFILE_H_
