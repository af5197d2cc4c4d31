// Clients that nobody wrote down, for tests and for tools/bench.

#ifndef BRAID_TOOLS_BENCH_RANDOM_PROFILE_H_
#define BRAID_TOOLS_BENCH_RANDOM_PROFILE_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "graph/snapshot.h"
#include "ontology/client_profile.h"

namespace braid::ontology {

// The ids of all nodes of a kind, in byte order.
std::vector<std::string> IdsOf(const graph::Snapshot& snapshot, std::string_view kind);

// A client like none that was ever written down: any needs, concerns, flags, therapist, preferences, mode. The same
// seed gives the same one.
ClientProfile RandomProfile(const graph::Snapshot& snapshot, std::uint32_t seed);

}  // namespace braid::ontology

#endif  // BRAID_TOOLS_BENCH_RANDOM_PROFILE_H_
