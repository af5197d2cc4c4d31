#include "ontology/recommend/exclusion.h"

#include <cstddef>

namespace braid::ontology {

bool IsBar(ExclusionReason reason) { return reason < ExclusionReason::kForcedOut; }

std::string_view NameOf(ExclusionReason reason) {
  constexpr std::string_view kNames[] = {
      "never_recommend", "no_modality", "flag",      "rule",  "modality_barred", "harm", "training", "competence",
      "refused",         "forced_out",  "certainty", "stage", "no_benefit",      "mode", "requires"};
  return kNames[static_cast<std::size_t>(reason)];
}

std::string_view ClauseOf(ExclusionReason reason) {
  constexpr std::string_view kClauses[] = {
      "it is known to harm and is never recommended",
      "it belongs to no modality, so that nobody is trained in it",
      "a raised safety flag bars or defers it",
      "a hard safety rule that holds bars it",
      "every modality that it belongs to is barred",
      "it was found to do harm in a concern of the client",
      "it asks for a higher level of training than the therapist has",
      "the therapist is competent in none of its modalities",
      "the client does not consent to it",
      "the request forces it out",
      "what is known of it is less certain than was asked for",
      "the leading model has no place for it at the client's stage",
      "no benefit of it is known for any need",
      "the way of integrating has no place for it",
      "it requires a technique that is excluded",
  };
  return kClauses[static_cast<std::size_t>(reason)];
}

}  // namespace braid::ontology
