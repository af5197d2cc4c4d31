// Which techniques are out of the question for a client, why, and what would bring them back; and for those that are
// not, the modality that they are taken from and what to mind (algorithms.md, 5.1).
//
// The first reason decides, in the order of ExclusionReason. Cautions of a flag hold for what a technique is a kind of,
// unless the technique has an edge of its own to that flag; so they do for a modality, which they bar as the one that a
// technique is taken from. A technique whose every modality is barred is barred. What is refused or asks for more
// training is so for its kinds too.
//
// Competence: a therapist has their modalities and those alone, and what asks for no more than the least level is
// anybody's. Without a therapist nothing is known of it, and nothing is barred.
//
// Thread safety: pure functions on one snapshot; a ConcernBenefits never changes once made.

#ifndef BRAID_ONTOLOGY_RECOMMEND_EXCLUSIONS_H_
#define BRAID_ONTOLOGY_RECOMMEND_EXCLUSIONS_H_

#include <cstdint>
#include <optional>
#include <vector>

#include "graph/ids.h"
#include "graph/model.h"
#include "graph/snapshot.h"
#include "ontology/client_profile.h"
#include "ontology/evidence/synthesis.h"
#include "ontology/recommend/client_rules.h"
#include "ontology/recommend/exclusion.h"
#include "ontology/recommend/overrides.h"
#include "ontology/recommend/technique_index.h"

namespace braid::ontology {

struct ScreenedTechnique {
  graph::NodeIndex technique = graph::kNoNode;
  // The modality that it is taken from: the therapist's home where it lists that, else the first listed that the
  // therapist is competent in, else the first listed; never one that is barred. kNoNode: excluded before that was
  // known.
  graph::NodeIndex from = graph::kNoNode;
  std::optional<Exclusion> exclusion;
  // It is excluded for its modalities alone, one of which the therapist is competent in and a flag or rule bars. A
  // modality is barred as a treatment: to repair the relationship with what is also part of it, or to answer a flag, is
  // not that treatment. It may stand for safety or the relationship, and no plan holds it.
  bool is_barred_as_treatment_alone = false;
  std::vector<FlagCaution> adaptations;     // usable with: of itself, then of `from`; by id of the flag
  std::vector<graph::NodeIndex> ask_first;  // flags that are not known to be absent and would bar it; by id
};

// The benefits of techniques and modalities for the concerns of one client.
class ConcernBenefits {
 public:
  struct Concern {
    graph::NodeIndex node = graph::kNoNode;
    double share = 0;  // of 1
  };

  // `evidence` outlives it.
  ConcernBenefits(const EvidenceBase& evidence, const Client& client);

  // Of the profile, those among the needs included; where it names none, *any concern* with the share 1, and where the
  // ontology has no such node, nothing. By id.
  const std::vector<Concern>& concerns() const { return concerns_; }
  bool are_of_profile() const { return are_of_profile_; }
  const EvidenceBase& evidence() const { return evidence_; }
  // REQUIRES: a technique or modality that is not obsolete, and one of concerns().
  const BenefitInBrief& Of(graph::NodeIndex intervention, graph::NodeIndex concern) const;
  // Σ share · rate over concerns(). REQUIRES: as Of.
  double MeanRate(graph::NodeIndex intervention) const;

 private:
  const EvidenceBase& evidence_;
  std::vector<Concern> concerns_;
  std::vector<const EvidenceBase::BriefRow*> rows_;  // by place in concerns_
  bool are_of_profile_ = true;
};

struct ScreeningOptions {
  // The least certainty of its benefit for one of the concerns; kUnset: any.
  graph::Certainty min_certainty = graph::Certainty::kUnset;
  std::vector<graph::NodeIndex> forced_out = {};
  OverrideLedger* overrides = nullptr;  // nullptr: none
};

// Every technique that is not obsolete, by id; reasons up to kCertainty (those after it need benefits:
// plan_benefits.h). O(techniques · (ancestors + cautions + modalities + concerns)).
std::vector<ScreenedTechnique> ScreenTechniques(const TechniqueIndex& index, const Client& client,
                                                const std::vector<RuleVerdict>& verdicts,
                                                const ConcernBenefits& benefits, const ScreeningOptions& options);

// A modality as one to work from as a whole.
struct ScreenedModality {
  graph::NodeIndex modality = graph::kNoNode;
  bool is_barred = false;  // a raised flag bars or defers it, a hard rule bars it, or the client refuses it
  bool is_listed = true;   // the therapist is competent in it; true where nothing is known of the therapist
  graph::NodeIndex missing_level = graph::kNoNode;  // that it asks for, beyond the therapist's
  std::vector<FlagCaution> adaptations;             // of raised flags; by id of the flag
};

// Every modality that is not obsolete, by id. O(modalities · (ancestors + cautions)).
std::vector<ScreenedModality> ScreenModalities(const TechniqueIndex& index, const Client& client,
                                               const std::vector<RuleVerdict>& verdicts);

}  // namespace braid::ontology

#endif  // BRAID_ONTOLOGY_RECOMMEND_EXCLUSIONS_H_
