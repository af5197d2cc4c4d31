// The small words that every drawing of a recommendation is made of.
//
// Thread safety: pure functions; a Labels only reads.

#ifndef BRAID_SERVICE_RENDER_PHRASES_H_
#define BRAID_SERVICE_RENDER_PHRASES_H_

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "braid/v1/node.pb.h"
#include "braid/v1/plan.pb.h"
#include "google/protobuf/repeated_ptr_field.h"

namespace braid::service {

using Ids = google::protobuf::RepeatedPtrField<std::string>;

// Labels by id; the nodes outlive it.
class Labels {
 public:
  explicit Labels(const google::protobuf::RepeatedPtrField<v1::Node>& nodes);

  // The preferred label; of an id without a node the id itself.
  std::string Of(const std::string& id) const;
  // `A, B and C`, in the order of `ids`.
  std::string ListOf(const Ids& ids) const;
  // `A, B or C`.
  std::string EitherOf(const Ids& ids) const;

  // Nullptr: there is none.
  const v1::Node* Find(const std::string& id) const;

 private:
  std::map<std::string_view, const v1::Node*> nodes_;
};

// `1 session`, `4 sessions`.
std::string Counted(std::int64_t count, std::string_view one, std::string_view many);

// The text with a full stop, unless it ends in a mark already. Empty stays empty.
std::string Sentence(std::string_view text);

// Sentences one after the other, the empty ones left out.
std::string Joined(const std::vector<std::string>& sentences);

// A number without trailing zeros, at most four significant digits.
std::string NumberText(double value);

// `very low`; `not rated` where there is none.
std::string CertaintyWords(v1::Certainty certainty);

// A success-rate difference to the nearest 5: `about 20`; `fewer than 5` below 2.5; `none` at 0.
std::string RateIn100(double rate);

// One concern's benefit: `about 20 more in 100 than in usual care, moderate certainty`, or what is known in its place.
std::string EffectWords(const v1::ConcernBenefit& benefit);

// The same, behind the concern: `Depression: about 20 more …`.
std::string BenefitWords(const v1::ConcernBenefit& benefit, const Labels& labels);

// What a technique's rate rests on above all: of what is computed, else of all, the concern with the greatest share,
// the first of equals. Nullptr: there is none.
const v1::ConcernBenefit* MainEvidence(const v1::RecommendedTechnique& technique);

// `Cardiac disease: medical clearance first`.
std::string CautionWords(const v1::FlagCaution& caution, const Labels& labels);

// `to be answered now`, `to be kept in mind`.
std::string_view UrgencyWords(v1::FlagUrgency urgency);

// What a safety step is about: its flag, or the rules that ask for it.
std::string SafetySubject(const v1::SafetyStep& step, const Labels& labels);

// A safety step in words: `Suicidal ideation, to be answered now: Make a safety plan. Offer Crisis response plan.`
std::string SafetyWords(const v1::SafetyStep& step, const Labels& labels);

// `flag or rule` of an exclusion: whether safety is what excludes, and not fit, training or the request.
bool IsForSafety(v1::ExclusionReason reason);

// `model led`; `responsive` where it is unspecified.
std::string ModeWords(v1::IntegrationMode mode);

// What a finding that does not support a technique found: `no benefit`.
std::string_view CounterWords(v1::Polarity polarity);

// What techniques that are excluded for the reason have in common: `does nothing for any need`.
std::string_view ReasonWords(v1::ExclusionReason reason);

// The explained technique; nullptr: `techniques` does not hold it.
const v1::RecommendedTechnique* FindTechnique(const v1::Recommendation& recommendation, const std::string& id);

// The best plan; nullptr: there is none.
const v1::Plan* BestPlan(const v1::Recommendation& recommendation);

}  // namespace braid::service

#endif  // BRAID_SERVICE_RENDER_PHRASES_H_
