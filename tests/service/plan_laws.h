// What must hold of every recommendation, to whomever.

#ifndef BRAID_TESTS_SERVICE_PLAN_LAWS_H_
#define BRAID_TESTS_SERVICE_PLAN_LAWS_H_

#include <string>
#include <vector>

#include "braid/v1/plan.pb.h"
#include "braid/v1/profile.pb.h"
#include "graph/snapshot.h"

namespace braid::service {

// What `recommendation` does that none may, a line each; empty where it is in order. Everything is looked up in the
// edges themselves, and nothing of what screens and chooses techniques is used but the verdict on each rule's
// condition:
//
//   never      harmful ones, vetoed or deferred by a raised flag or a hard rule, beyond the therapist's competence or
//              training, refused by the client; two that conflict in one plan, or that come from
//              alternative packages
//   always     the relationship's base layer, or its exclusion; every technique explained; every node named
std::vector<std::string> Broken(const graph::Snapshot& snapshot, const v1::ClientProfile& profile,
                                const v1::Recommendation& recommendation);

}  // namespace braid::service

#endif  // BRAID_TESTS_SERVICE_PLAN_LAWS_H_
