// Clients for tests of recommendations, over the shipped ontology.

#ifndef BRAID_TESTS_ONTOLOGY_RECOMMEND_CLIENTS_H_
#define BRAID_TESTS_ONTOLOGY_RECOMMEND_CLIENTS_H_

#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "graph/snapshot.h"
#include "ontology/client_profile.h"
#include "ontology/recommend/recommendation.h"
#include "tools/bench/random_profile.h"

namespace braid::ontology {

// One for all tests of a program. Fails the test where the ontology or its rules cannot be read.
const Recommender& ShippedRecommender();

// The client of `profile`. Fails the test where it is refused.
Client ReadShipped(const ClientProfile& profile);

// What comes of asking for a recommendation without limits.
absl::StatusOr<Recommendation> AskFor(const ClientProfile& profile, const RecommendOptions& options);

// The recommendation for `profile`, without limits. Fails the test where there is none.
Recommendation RecommendTo(const ClientProfile& profile, const RecommendOptions& options = {});

// The ids of the techniques of a plan, of the safety steps, of the relationship block, and of all of them and all
// plans.
std::vector<std::string> IdsOf(const RecommendedPlan& plan);
std::vector<std::string> SafetyIds(const Recommendation& recommendation);
std::vector<std::string> RelationshipIds(const Recommendation& recommendation);
std::set<std::string> AllIds(const Recommendation& recommendation);

// The exclusion of a technique, or nullptr.
const Exclusion* ExclusionOf(const Recommendation& recommendation, std::string_view id);

// RandomProfile (random_profile.h) of the shipped ontology.
ClientProfile RandomProfile(std::uint32_t seed);

// The six clients of the founding fact base, `case_01` to `case_06`, as its cases.md tells of them.
ClientProfile CaseProfile(int number);

}  // namespace braid::ontology

#endif  // BRAID_TESTS_ONTOLOGY_RECOMMEND_CLIENTS_H_
