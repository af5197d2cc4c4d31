// A plan with what is known of each of its techniques.
//
// Thread safety: values.

#ifndef BRAID_ONTOLOGY_RECOMMEND_RECOMMENDED_PLAN_H_
#define BRAID_ONTOLOGY_RECOMMEND_RECOMMENDED_PLAN_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "graph/ids.h"
#include "ontology/plans/plan_value.h"
#include "ontology/recommend/exclusion.h"
#include "ontology/recommend/plan_benefits.h"
#include "ontology/recommend/plan_modes.h"
#include "ontology/recommend/technique_grounds.h"

namespace braid::ontology {

struct RecommendedItem {
  TechniqueBenefit benefit;  // of what stands for safety or the relationship alone: without needs, factors 1
  std::int64_t sessions = 1;
  graph::NodeIndex earliest_stage = graph::kNoNode;  // that it suits; kNoNode: it suits all
  std::vector<FlagCaution> adaptations;
  std::vector<graph::NodeIndex> ask_first;  // flags to ask about before it is taken up
  std::optional<TheoryBridge> bridge;       // of an import into the home
  TechniqueGrounds grounds;
  // In how many of the policy's variants the best plan holds it; nullopt: not asked for.
  std::optional<std::size_t> kept_in_variants;
  bool is_fragile = false;  // kept in few of them (policy)
};

struct CoverRange {
  double low = 0, high = 0;  // low <= high, [0, 1)
};

struct RecommendedPlan {
  std::vector<RecommendedItem> items;  // in the order to take them up
  std::int64_t sessions = 0;
  int slots_filled = 0;
  PlanParts parts;  // covers as Recommendation::needs
  double modality_cost = 0, change_cost = 0;
  // Of the best plan: its cover where every rate is at the cautious quantile of its predictive distribution, which is
  // parts.benefit, and where every one is at one less that quantile (algorithms.md, 3.6: the quartiles). A range of
  // readings, no confidence interval.
  std::optional<CoverRange> cover_range;
};

}  // namespace braid::ontology

#endif  // BRAID_ONTOLOGY_RECOMMEND_RECOMMENDED_PLAN_H_
