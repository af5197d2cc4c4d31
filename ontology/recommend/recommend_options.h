// What a request for a recommendation asks beside the client.
//
// Thread safety: values.

#ifndef BRAID_ONTOLOGY_RECOMMEND_RECOMMEND_OPTIONS_H_
#define BRAID_ONTOLOGY_RECOMMEND_RECOMMEND_OPTIONS_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "graph/ids.h"
#include "graph/model.h"
#include "ontology/recommend/client_fit.h"
#include "ontology/recommend/overrides.h"

namespace braid::ontology {

inline constexpr std::size_t kMaxPlanTechniques = 20;

struct RecommendOptions {
  std::optional<std::size_t> max_techniques = {};  // in [1, kMaxPlanTechniques]; nullopt: the policy's
  graph::Certainty min_certainty = graph::Certainty::kUnset;
  std::vector<graph::NodeIndex> in_force = {};  // techniques of the plan in force; empty: there is none
  // Techniques that every plan holds. What stands for safety or the relationship already is held there; what is
  // excluded cannot be forced in.
  std::vector<graph::NodeIndex> forced_in = {};
  // Techniques that no plan holds. Safety and the relationship may still ask for them.
  std::vector<graph::NodeIndex> forced_out = {};
  std::vector<ExclusionOverride> overrides = {};
  bool robustness = false;  // also under the policy's variants

  // What a course of sessions adds (ontology/progress).

  // Techniques that every plan keeps, unless they are barred: excluded for safety, harm, training, competence or
  // refusal. One that does nothing for a need is in the best plan all the same.
  std::vector<graph::NodeIndex> kept = {};
  bool only_kept = false;                  // the one plan is `kept`, whatever it is worth: nothing is sought
  std::optional<double> change_cost = {};  // λ, >= 0; nullopt: the policy's
  std::vector<NeedResponse> responses = {};
  std::vector<graph::NodeIndex> met_needs = {};  // recovered from: nothing is planned for them
  // Sessions that techniques had so far: a plan asks for the rest of their least dose, and for one at least.
  struct Delivered {
    graph::NodeIndex technique = graph::kNoNode;
    std::int64_t sessions = 0;
  };
  std::vector<Delivered> delivered = {};
  bool stability = false;  // of each change against the plan in force, at which λ it vanishes
};

}  // namespace braid::ontology

#endif  // BRAID_ONTOLOGY_RECOMMEND_RECOMMEND_OPTIONS_H_
