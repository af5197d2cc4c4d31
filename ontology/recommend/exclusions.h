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
// Thread safety: pure functions on one snapshot; a ConcernBenefits belongs to one thread.

#ifndef BRAID_ONTOLOGY_RECOMMEND_EXCLUSIONS_H_
#define BRAID_ONTOLOGY_RECOMMEND_EXCLUSIONS_H_

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "graph/ids.h"
#include "graph/model.h"
#include "graph/snapshot.h"
#include "ontology/client_profile.h"
#include "ontology/evidence/synthesis.h"
#include "ontology/recommend/client_rules.h"

namespace braid::ontology {

// In the order in which they decide.
enum class ExclusionReason : std::uint8_t {
  kNeverRecommend,  // known to harm: kept so that it can be ruled out
  kNoModality,      // belongs to none, so nobody is trained in it
  kFlag,            // a raised safety flag bars or defers it
  kRule,            // a hard rule that holds bars it
  kModalityBarred,  // flags, rules or refusals bar every modality that it belongs to
  kHarm,            // found to harm in a concern of the client
  kTraining,        // asks for a higher level than the therapist has
  kCompetence,      // the therapist is competent in none of its modalities
  kRefused,         // the client does not consent to it
  kForcedOut,       // the question forces it out
  kCertainty,       // less certain than was asked for
  kStage,           // the leading model has no place for it at the client's stage
  kNoBenefit,       // does nothing for any need
  kMode,            // the way of integrating that was asked for has no place for it
  kRequires,        // requires a technique that is excluded
};

enum class CautionLevel : std::uint8_t { kAdapt, kDefer, kExclude };  // a greater one is stricter

// A caution of a raised flag.
struct FlagCaution {
  graph::NodeIndex flag = graph::kNoNode;
  graph::NodeIndex bearer = graph::kNoNode;  // the technique or modality, or what it is a kind of, that has the edge
  CautionLevel level = CautionLevel::kAdapt;

  friend bool operator==(const FlagCaution&, const FlagCaution&) = default;
};

struct Exclusion {
  graph::NodeIndex technique = graph::kNoNode;
  ExclusionReason reason = ExclusionReason::kNoBenefit;
  // The flag, rule, concern, level, modality or refused node that it is excluded by; kNoNode where there is none.
  graph::NodeIndex cause = graph::kNoNode;
  std::optional<FlagCaution> caution;  // kFlag, and kModalityBarred where a flag does it
  std::string because;                 // one sentence
  std::string lifted_by;               // one sentence; empty: nothing lifts it
  bool may_be_overridden = true;       // by a therapist who gives a reason
};

struct ScreenedTechnique {
  graph::NodeIndex technique = graph::kNoNode;
  // The modality that it is taken from: the therapist's home where it lists that, else the first listed that the
  // therapist is competent in, else the first listed; never one that is barred. kNoNode: excluded before that was
  // known.
  graph::NodeIndex from = graph::kNoNode;
  std::optional<Exclusion> exclusion;
  std::vector<FlagCaution> adaptations;     // usable with: of itself, then of `from`; by id of the flag
  std::vector<graph::NodeIndex> ask_first;  // flags that are not known to be absent and would bar it; by id
};

// The benefits of techniques for the concerns of one client, each computed once.
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
  const Benefit& Of(graph::NodeIndex technique, graph::NodeIndex concern);
  // Σ share · rate over concerns().
  double MeanRate(graph::NodeIndex technique);

 private:
  const EvidenceBase& evidence_;
  std::vector<Concern> concerns_;
  bool are_of_profile_ = true;
  std::map<std::pair<graph::NodeIndex, graph::NodeIndex>, Benefit> known_;
};

struct ScreeningOptions {
  // The least certainty of its benefit for one of the concerns; kUnset: any.
  graph::Certainty min_certainty = graph::Certainty::kUnset;
};

// Every technique that is not obsolete, by id; reasons up to kCertainty (those after it need benefits:
// plan_benefits.h). O(techniques · (ancestors · cautions + modalities + concerns)).
std::vector<ScreenedTechnique> ScreenTechniques(const graph::Snapshot& snapshot, const Client& client,
                                                const std::vector<RuleVerdict>& verdicts, ConcernBenefits& benefits,
                                                const ScreeningOptions& options);

// `never_recommend`, `flag`, …
std::string_view NameOf(ExclusionReason reason);

}  // namespace braid::ontology

#endif  // BRAID_ONTOLOGY_RECOMMEND_EXCLUSIONS_H_
