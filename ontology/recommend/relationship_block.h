// The relationship, at the head of every plan (algorithms.md, section 7): a block beside the plan, since correlations
// and the effects of trials cannot be ranked on one scale.
//
// Thread safety: pure functions on one snapshot.

#ifndef BRAID_ONTOLOGY_RECOMMEND_RELATIONSHIP_BLOCK_H_
#define BRAID_ONTOLOGY_RECOMMEND_RELATIONSHIP_BLOCK_H_

#include <functional>
#include <vector>

#include "graph/ids.h"
#include "graph/snapshot.h"
#include "ontology/alliance.h"
#include "ontology/client_profile.h"
#include "ontology/recommend/client_rules.h"
#include "ontology/recommend/plan_policy.h"

namespace braid::ontology {

struct RelationshipStep {
  graph::NodeIndex technique = graph::kNoNode;
  bool is_repair = false;
  std::vector<graph::NodeIndex> rules;    // that prefer it, by id
  std::vector<graph::NodeIndex> factors;  // that it fosters, by id
  std::vector<std::string> evidence_ids;  // of findings that support those, in byte order
};

struct RelationshipBlock {
  AllianceState alliance = AllianceState::kUnknown;
  // The alliance is not known: measure it before anything else, with one of these, by id.
  std::vector<graph::NodeIndex> measure_with;
  // The alliance is strained or ruptured: no technique of the plan is taken up before it is repaired.
  bool holds_plan = false;
  std::vector<RelationshipStep> steps;  // repair first, then the strongest preference, then by id
};

// `is_allowed`: whether a technique may stand for the relationship. O(rules · targets + measures).
RelationshipBlock RelationshipOf(const graph::Snapshot& snapshot, const PlanPolicy& policy, const Client& client,
                                 const std::vector<RuleVerdict>& verdicts,
                                 const std::function<bool(graph::NodeIndex)>& is_allowed);

}  // namespace braid::ontology

#endif  // BRAID_ONTOLOGY_RECOMMEND_RELATIONSHIP_BLOCK_H_
