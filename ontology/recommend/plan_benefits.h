// How far each technique alone would meet each need of a client, with every factor kept (algorithms.md, 5.1).
//
//   b = reach · rate · stage · preference · rules · response, at most the policy's greatest
//
//   reach       min(1, Π p / full_reach_plausibility) of the most plausible path (need_paths.h); 1 where the need is a
//               concern for which the technique has data of its own. A dimension or concern is read as the client's own
//               processes in it where the profile names any (client_focus.h), as by paths and maps
//   rate        success-rate difference: for a concern that of this concern, else the mean over the client's concerns
//   stage       how much the client's stage of change leans on a process that the technique engages or that corresponds
//               to one; 1 where the technique itself is said to suit the stage; at least the floor. Where the scheme
//               decides, the former goes first, and the latter is for techniques outside it. 1 where the stage is not
//               known
//   preference  the policy's factor where the client dislikes the technique or its modality
//   rules       Π over rules that hold: 1 − strength where one avoids it, 1 + share · strength where one prefers it;
//   what
//               one avoids with strength 1 is barred (exclusions.h), and that is no factor; a rule that names both the
//               technique and its modality counts once, by the greater strength
//   response    the policy's factor where the technique or its modality was tried before and did not help
//
// What holds for a technique or modality holds for its kinds. Sums run in the order of ids.
//
// Thread safety: pure functions.

#ifndef BRAID_ONTOLOGY_RECOMMEND_PLAN_BENEFITS_H_
#define BRAID_ONTOLOGY_RECOMMEND_PLAN_BENEFITS_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "graph/ids.h"
#include "graph/snapshot.h"
#include "ontology/client_profile.h"
#include "ontology/policy.h"
#include "ontology/recommend/client_fit.h"
#include "ontology/recommend/client_rules.h"
#include "ontology/recommend/exclusions.h"
#include "ontology/recommend/need_paths.h"

namespace braid::ontology {

struct WeighedNeed {
  graph::NodeIndex node = graph::kNoNode;
  double share = 0;  // of all weight, (0, 1]
};

// By id; a need with rating 0 is none. Empty: the profile names no need.
std::vector<WeighedNeed> NeedsOf(const graph::Snapshot& snapshot, const Client& client);

struct NeedBenefit {
  std::size_t need = 0;  // place in the needs
  double reach = 0;      // (0, 1]
  bool is_direct = false;
  double rate = 0;      // (0, 1)
  double response = 1;  // (0, 1]: NeedResponse::factor
  double benefit = 0;   // b, (0, 1)
  NeedPath witness;     // is_direct: the one hop over `treats`, at no cost
};

struct TechniqueBenefit {
  graph::NodeIndex technique = graph::kNoNode;
  graph::NodeIndex from = graph::kNoNode;
  double stage = 1;
  ClientFit fit;
  std::vector<NeedBenefit> needs;  // those with a benefit
};

enum class StageMatching : std::uint8_t {
  kFloor,   // a poor fit counts as the policy's floor
  kDecides  // the scheme of stages leads: what does not fit is excluded
};

// What benefits depend on beside the client.
struct BenefitQuestion {
  const graph::Snapshot& snapshot;
  const Policy& policy;
  const Client& client;
  const std::vector<RuleVerdict>& verdicts;
  std::vector<graph::NodeIndex> avoid;  // as NeedPaths
  StageMatching stage_matching = StageMatching::kFloor;
  // Whether what has no benefit, but is required, comes with what requires it. Not where sessions of a home count:
  // there it would fill the home's share.
  bool bring_required = true;
  OverrideLedger* overrides = nullptr;  // nullptr: none
  std::vector<NeedResponse> responses = {};
  std::vector<graph::NodeIndex> met_needs = {};  // of which no benefit counts
};

// The benefits of the techniques of `screened` that are not excluded, by id. What is `made_for` problems of which the
// client has none has none, whatever it works on. Those that have none get their exclusion
// there: kStage or kNoBenefit, unless an override sets it aside: then the stage counts as its floor, or it comes
// without needs. Those without benefit that one of the others requires, however far, come with it,
// without needs. O(needs · arcs within three hops + techniques · (needs + rules)).
std::vector<TechniqueBenefit> WeighTechniques(const BenefitQuestion& question, const std::vector<WeighedNeed>& needs,
                                              const ConcernBenefits& benefits,
                                              std::vector<ScreenedTechnique>& screened);

// The techniques that `technique` requires, and its kinds do, by id.
std::vector<graph::NodeIndex> RequiredBy(const graph::Snapshot& snapshot, graph::NodeIndex technique);

// Takes out of `candidates`, which are by id, what requires a technique that is neither among them nor `in_place`,
// until there is none; it gets its exclusion in `screened`: kRequires, unless one of `overrides` (nullptr: none) sets
// it aside.
void DropUnmet(const graph::Snapshot& snapshot, const std::vector<graph::NodeIndex>& in_place,
               OverrideLedger* overrides, std::vector<TechniqueBenefit>& candidates,
               std::vector<ScreenedTechnique>& screened);

}  // namespace braid::ontology

#endif  // BRAID_ONTOLOGY_RECOMMEND_PLAN_BENEFITS_H_
