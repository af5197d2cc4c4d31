// Clients like none that was ever written down, as messages, over the shipped ontology; and what must hold of every
// recommendation to one.

#ifndef BRAID_TESTS_SERVICE_RANDOM_CLIENTS_H_
#define BRAID_TESTS_SERVICE_RANDOM_CLIENTS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "braid/v1/plan.pb.h"
#include "braid/v1/profile.pb.h"
#include "graph/snapshot.h"

namespace braid::service {

class RandomClients {
 public:
  // `snapshot`: the shipped ontology.
  explicit RandomClients(graph::SnapshotPtr snapshot);

  // Every field of a profile is set in some of them; each is valid. The same seed gives the same profile.
  v1::ClientProfile Profile(std::uint32_t seed) const;

 private:
  const std::vector<std::string>& Ids(const std::string& kind) const;

  std::vector<std::pair<std::string, std::vector<std::string>>> ids_;  // by kind
};

// What `recommendation` does that none may, a line each; empty where it is in order. Everything is looked up in the
// edges themselves, and nothing of what screens and chooses techniques is used but the verdict on each rule's
// condition:
//
//   never      harmful ones, vetoed or deferred by a raised flag or a hard rule, beyond the therapist's competence or
//              training, refused by the client; two that conflict in one plan
//   always     the relationship's base layer, or its exclusion; every technique explained; every node named
std::vector<std::string> Broken(const graph::Snapshot& snapshot, const v1::ClientProfile& profile,
                                const v1::Recommendation& recommendation);

}  // namespace braid::service

#endif  // BRAID_TESTS_SERVICE_RANDOM_CLIENTS_H_
