// The modalities to work from: those of the best plan, and those that would do as well and ask for a referral or for
// training.
//
// A plan holds what a therapist can do. Where another modality has as good a record for the client's concerns, a client
// should hear of it: so it is named, and what it takes.
//
// Thread safety: pure functions on one snapshot.

#ifndef BRAID_ONTOLOGY_RECOMMEND_MODALITY_OPTIONS_H_
#define BRAID_ONTOLOGY_RECOMMEND_MODALITY_OPTIONS_H_

#include <cstdint>
#include <map>
#include <vector>

#include "graph/ids.h"
#include "graph/model.h"
#include "ontology/client_profile.h"
#include "ontology/policy.h"
#include "ontology/recommend/client_fit.h"
#include "ontology/recommend/client_rules.h"
#include "ontology/recommend/exclusions.h"
#include "ontology/recommend/technique_index.h"

namespace braid::ontology {

enum class ModalityAccess : std::uint8_t {
  kUnknown,      // nothing is known of the therapist
  kDeliverable,  // the therapist lists it and has the level that it asks for
  kReferral      // refer, or train
};

struct ModalityOption {
  graph::NodeIndex modality = graph::kNoNode;
  ModalityAccess access = ModalityAccess::kUnknown;
  std::int64_t sessions = 0;  // of the best plan that are taken from it; 0: none
  double rate = 0;            // Σ share · success-rate difference over the concerns, [0, 1)
  ClientFit fit;
  double benefit = 0;                                     // rate · fit.product()
  graph::Certainty certainty = graph::Certainty::kUnset;  // of the surest of the concerns
  std::vector<FlagCaution> adaptations;                   // what a raised flag asks to do otherwise; by id of the flag
  graph::NodeIndex missing_level = graph::kNoNode;        // beyond the therapist's; kNoNode: none
};

// Best first:
//
//   1. those with sessions in `sessions` (of the best plan, by modality): by sessions, then benefit, then id
//   2. those that the therapist can work from, or where nothing is known of the therapist all, by benefit, then id
//   3. those that ask for a referral: by benefit, then id
//
// Of the latter two those that have a record for one of the client's concerns or of its group (where the profile names
// none: any), and whose benefit, the client's preference apart, is greater than 0 and at least that of the first of
// the plan's, the leading one, less equally_good_within: what a client would rather not comes later, and is not hidden.
// Of each at most policy.plans.report.most_modality_options, the best. Nothing that flags, hard rules, a refusal or
// found harm bar. O(modalities · (concerns + rules)).
std::vector<ModalityOption> ModalityOptions(const TechniqueIndex& index, const Policy& policy, const Client& client,
                                            const std::vector<RuleVerdict>& verdicts, const ConcernBenefits& benefits,
                                            const std::map<graph::NodeIndex, std::int64_t>& sessions);

}  // namespace braid::ontology

#endif  // BRAID_ONTOLOGY_RECOMMEND_MODALITY_OPTIONS_H_
