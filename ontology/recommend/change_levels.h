// How deep to begin: the level of change of a plan that a model of stages leads (algorithms.md, 5.2). The
// transtheoretical model matches stage × process × level (Prochaska & DiClemente): the stage and the process are in a
// technique's benefit (plan_benefits.h), the level is a slot of the plan, filled before benefits are compared.
//
//   candidates  levels that cover a dimension in which the client's needs lie. A dimension lies in itself; a process in
//               those that it acts on; a concern in those of the processes that keep it going, or of the client's own
//               among them where the profile names any (client_focus.h)
//   lowest      the nearest to the surface: the model begins at symptoms and goes deeper only where it must
//   key level   one dimension has the policy's share of the needs: the lowest level that covers it
//   deeper      work would begin at the surface of all levels, and a rule of the policy says that it was tried there in
//               vain: the next candidate below
//
// Shares, and that a share makes a key level, are judgement.
//
// Thread safety: pure functions; values.

#ifndef BRAID_ONTOLOGY_RECOMMEND_CHANGE_LEVELS_H_
#define BRAID_ONTOLOGY_RECOMMEND_CHANGE_LEVELS_H_

#include <cstdint>
#include <optional>
#include <vector>

#include "graph/ids.h"
#include "graph/snapshot.h"
#include "ontology/client_profile.h"
#include "ontology/policy.h"
#include "ontology/recommend/client_rules.h"
#include "ontology/recommend/plan_benefits.h"

namespace braid::ontology {

enum class ChangeLevelStrategy : std::uint8_t {
  kLowest,  // also where the key level is the lowest
  kDeeper,
  kKey
};

struct DimensionShare {
  graph::NodeIndex dimension = graph::kNoNode;
  double share = 0;  // of the needs' weight that lies in a dimension, (0, 1]; all of them sum to 1
};

// What of the needs lies in each dimension, by id; empty where nothing does. A need that lies in several is spread over
// them in proportion to the strengths by which it does. O(needs · processes of a concern).
std::vector<DimensionShare> SharesOfDimensions(const graph::Snapshot& snapshot, const Policy& policy,
                                               const Client& client, const std::vector<WeighedNeed>& needs);

struct ChangeLevelMatch {
  graph::NodeIndex level = graph::kNoNode;
  ChangeLevelStrategy strategy = ChangeLevelStrategy::kLowest;
  // Of the dimensions that the level covers, the one with the greatest share.
  DimensionShare dimension;
  // The modalities that fill the slot, by id: those that work at the level, for which a candidate that does something
  // for a need is taken from. Empty: none is within reach.
  std::vector<graph::NodeIndex> modalities;
  // They are used at the level in the client's stage. Else no candidate's is, or the stage is unknown, and they are
  // those that the level names for no stage; with an unknown stage, all.
  bool for_stage = false;

  // Whether a plan with `candidate` has something for the level.
  bool IsFilledBy(const TechniqueBenefit& candidate) const;
};

// nullopt: no model of stages leads, or no level covers what the client needs.
// O(levels + SharesOfDimensions + candidates · levels of a modality).
std::optional<ChangeLevelMatch> ChangeLevelOf(const graph::Snapshot& snapshot, const Policy& policy,
                                              const Client& client, const std::vector<WeighedNeed>& needs,
                                              const std::vector<RuleVerdict>& verdicts,
                                              const std::vector<TechniqueBenefit>& candidates);

}  // namespace braid::ontology

#endif  // BRAID_ONTOLOGY_RECOMMEND_CHANGE_LEVELS_H_
