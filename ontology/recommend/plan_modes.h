// The ways of integrating approaches, as constraints on a plan (algorithms.md, 5.2).
//
//   responsive               μ for each modality beyond the first; the default
//   technical eclecticism    μ = 0: a technique is taken from wherever it is
//   theoretical integration  every two techniques must have theories that go together: the same, declared compatible,
//                            parts of one integrative model, or joined by at most max_bridge_hops `bridges`. A declared
//                            incompatibility of theories is a conflict, whatever else joins them. What comes from one
//                            modality goes together
//   assimilative             at least home_share of the sessions in the therapist's home; each import needs a path over
//                            `bridges` and `compatible_with` from one of its theories to one of the home's, of at least
//                            least_bridge_plausibility, which is kept as its rationale
//   common factors           techniques that foster a common factor, and no others
//   model-led                a model of stage_model_ids: the stage decides (StageMatchingOf), and there is a slot for
//   the
//                            level of change to begin at (change_levels.h). A model of grid_model_ids: a slot for each
//                            dimension of at least slot_weight. The rules of any model count (client_rules.h)
//
// A model's own rules lead, too: there is a slot for each that holds, for a candidate that does something for a need
// and that the rule prefers. Where no model leads, and the client's stage is one of start_stage_ids, so there is for
// the rules of stages: who is not ready to act, or guards what was reached, is met there first.
//
// In every mode techniques that are declared to conflict exclude each other, and so do those of modalities that
// conflict, unless theories of the two are bridged, and those of two packages that are alternatives (`alternative_to`),
// bridged or not: one is delivered at a time. What counts is the modality that a technique is taken from. The theories
// of a technique are its own, else its modality's.
//
// Thread safety: pure functions on one snapshot.

#ifndef BRAID_ONTOLOGY_RECOMMEND_PLAN_MODES_H_
#define BRAID_ONTOLOGY_RECOMMEND_PLAN_MODES_H_

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "graph/ids.h"
#include "graph/snapshot.h"
#include "ontology/client_profile.h"
#include "ontology/plans/plan_problem.h"
#include "ontology/policy.h"
#include "ontology/recommend/exclusions.h"
#include "ontology/recommend/plan_benefits.h"

namespace braid::ontology {

// Why a technique of another modality fits the home.
struct TheoryBridge {
  graph::NodeIndex technique = graph::kNoNode;
  std::vector<graph::NodeIndex> theories;  // from the technique's to the home's; one where they share it
  double plausibility = 1;                 // Π s·κ
};

struct ModeConstraints {
  double modality_cost = 0;
  std::optional<PlanHome> home;
  std::vector<std::string> slots;                                        // ids of dimensions, then of rules
  std::vector<std::pair<graph::NodeIndex, graph::NodeIndex>> conflicts;  // candidates, the first by id first
  std::vector<TheoryBridge> bridges;                                     // assimilative: of each import
};

// kUnspecified is kResponsive.
IntegrationMode ModeOf(const Client& client);
StageMatching StageMatchingOf(const graph::Snapshot& snapshot, const PlanPolicy& policy, const Client& client);

// What the client's mode asks of a plan of `candidates`; those for which it has no place are taken out, and get their
// exclusion in `screened`, unless one of `overrides` (nullptr: none) sets it aside. Without a therapist's home
// (ReadClient does not let that pass) assimilative is responsive. O(candidates² · theories²).
ModeConstraints ConstraintsOf(const graph::Snapshot& snapshot, const Policy& policy, const Client& client,
                              const std::vector<WeighedNeed>& needs, OverrideLedger* overrides,
                              std::vector<TechniqueBenefit>& candidates, std::vector<ScreenedTechnique>& screened);

}  // namespace braid::ontology

#endif  // BRAID_ONTOLOGY_RECOMMEND_PLAN_MODES_H_
