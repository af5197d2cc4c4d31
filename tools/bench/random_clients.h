// Clients like none that was ever written down, as messages, over the shipped ontology: for tests and for benchmarks.

#ifndef BRAID_TOOLS_BENCH_RANDOM_CLIENTS_H_
#define BRAID_TOOLS_BENCH_RANDOM_CLIENTS_H_

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "braid/v1/profile.pb.h"
#include "graph/snapshot.h"

namespace braid {

class RandomClients {
 public:
  // `snapshot`: the shipped ontology.
  explicit RandomClients(const graph::Snapshot& snapshot);

  // Every field of a profile is set in some of them; each is valid. The same seed gives the same profile.
  v1::ClientProfile Profile(std::uint32_t seed) const;

 private:
  const std::vector<std::string>& Ids(const std::string& kind) const;

  std::vector<std::pair<std::string, std::vector<std::string>>> ids_;  // by kind
};

}  // namespace braid

#endif  // BRAID_TOOLS_BENCH_RANDOM_CLIENTS_H_
