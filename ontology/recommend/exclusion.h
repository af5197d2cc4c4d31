// Why a technique is out of the question for a client, and whether a therapist may decide otherwise.
//
// Thread safety: values; pure functions.

#ifndef BRAID_ONTOLOGY_RECOMMEND_EXCLUSION_H_
#define BRAID_ONTOLOGY_RECOMMEND_EXCLUSION_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "graph/ids.h"

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
  // Up to here bars (IsBar); from here on about what it does, and about the request.
  kForcedOut,  // the request wants it in no plan
  kCertainty,  // less certain than was asked for
  kStage,      // the leading model has no place for it at the client's stage
  kNoBenefit,  // does nothing for any need
  kMode,       // the way of integrating that was asked for has no place for it
  kRequires,   // requires a technique that is excluded
};

enum class CautionLevel : std::uint8_t { kAdapt, kDefer, kExclude };  // a greater one is stricter

// A caution of a raised flag.
struct FlagCaution {
  graph::NodeIndex flag = graph::kNoNode;
  graph::NodeIndex bearer = graph::kNoNode;  // the technique or modality, or what it is a kind of, that has the edge
  CautionLevel level = CautionLevel::kAdapt;

  friend bool operator==(const FlagCaution&, const FlagCaution&) = default;
};

// Whether a therapist may override an exclusion (overrides.h).
enum class OverrideRule : std::uint8_t {
  kNever,  // known harm, no modality, a client's refusal, and what the request itself forces out
  kWithReason,
  kWithAcknowledgement  // a flag excludes it, or a hard rule: the cause must be acknowledged by its node
};

struct Exclusion {
  graph::NodeIndex technique = graph::kNoNode;
  ExclusionReason reason = ExclusionReason::kNoBenefit;
  // The flag, rule, concern, level, modality, refused node or required technique that it is excluded by; kNoNode where
  // there is none.
  graph::NodeIndex cause = graph::kNoNode;
  std::optional<FlagCaution> caution;  // kFlag, and kModalityBarred where a flag does it
  std::string because;                 // one sentence
  std::string lifted_by;               // one sentence; empty: nothing lifts it
  OverrideRule override_rule = OverrideRule::kWithReason;
};

// Whether it protects: excluded for safety, harm, training, competence or refusal, or recommended to nobody. Else it is
// about what a technique does, and about the request.
bool IsBar(ExclusionReason reason);

// `never_recommend`, `flag`, …
std::string_view NameOf(ExclusionReason reason);

// The same as a clause that names nothing of the client: `a raised safety flag bars or defers it`.
std::string_view ClauseOf(ExclusionReason reason);

}  // namespace braid::ontology

#endif  // BRAID_ONTOLOGY_RECOMMEND_EXCLUSION_H_
