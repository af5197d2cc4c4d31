#include "ontology/evidence/certainty.h"

#include <algorithm>
#include <utility>

#include "fmt/format.h"

namespace braid::ontology {
namespace {

using graph::Certainty;

constexpr int kHighest = 4;
constexpr int kModerate = 3;
constexpr int kLow = 2;
constexpr int kLowest = 1;

Certainty ToCertainty(int grade) {
  constexpr Certainty kGrades[] = {Certainty::kVeryLow, Certainty::kLow, Certainty::kModerate, Certainty::kHigh};
  return kGrades[std::clamp(grade, kLowest, kHighest) - 1];
}

bool Holds(const Interval& interval, double value) { return interval.low <= value && value <= interval.high; }

// Goes through the domains in the order of GRADE and keeps the account.
class Assessor {
 public:
  Assessor(const CertaintyInput& input, const EvidencePolicy& policy) : in_(input), policy_(policy.certainty) {
    min_studies_ = policy.pooling.full_model_min_studies;
  }

  CertaintyAssessment Assess() {
    Start();
    RiskOfBias();
    Inconsistency();
    Indirectness();
    Imprecision();
    SmallStudyEffects();
    LargeEffect();
    for (const std::string& reason : in_.borrowing) Step(CertaintyDomain::kBorrowing, -1, reason);
    Caps();
    return {ToCertainty(grade_), std::move(steps_)};
  }

 private:
  void Step(CertaintyDomain domain, int change, std::string because) {
    grade_ += change;
    any_down_ |= change < 0;
    steps_.push_back({domain, true, change, grade_, std::move(because)});
  }
  void NotAssessed(CertaintyDomain domain, std::string because) {
    steps_.push_back({domain, false, 0, grade_, std::move(because)});
  }
  void AtMost(CertaintyDomain domain, bool assessed, int limit, std::string because) {
    const int change = std::min(0, limit - std::clamp(grade_, kLowest, kHighest));
    grade_ += change;
    steps_.push_back({domain, assessed, change, grade_, std::move(because)});
  }

  void Start() {
    switch (in_.start) {
      case CertaintyInput::Start::kRandomized:
        grade_ = kHighest;
        steps_.push_back({CertaintyDomain::kDesign, true, grade_, grade_, "randomised trials start at high"});
        break;
      case CertaintyInput::Start::kObservational:
        grade_ = kLow;
        steps_.push_back({CertaintyDomain::kDesign, true, grade_, grade_, "observational evidence starts at low"});
        break;
      case CertaintyInput::Start::kOpinion:
        grade_ = kLowest;
        steps_.push_back({CertaintyDomain::kDesign, true, grade_, grade_, "opinion starts at very low"});
        break;
    }
  }

  void RiskOfBias() {
    if (!in_.high_risk_share.has_value()) return NotAssessed(CertaintyDomain::kRiskOfBias, "not reported");
    const double share = *in_.high_risk_share;
    const std::string because = fmt::format("{:.0f} % of the weight is at high risk of bias", 100 * share);
    Step(CertaintyDomain::kRiskOfBias,
         share > policy_.high_risk_share_very_serious ? -2
         : share > policy_.high_risk_share_serious    ? -1
                                                      : 0,
         because);
  }

  void Inconsistency() {
    if (!in_.i_squared.has_value() || !in_.prediction.has_value()) {
      return NotAssessed(CertaintyDomain::kInconsistency, "no prediction interval: not assessable");
    }
    const double i_squared = *in_.i_squared;
    const Interval& prediction = *in_.prediction;
    const bool very = i_squared > policy_.i_squared_very_serious && Holds(prediction, -policy_.worthwhile_effect);
    const bool serious = i_squared > policy_.i_squared_serious && Holds(prediction, 0);
    Step(CertaintyDomain::kInconsistency,
         very      ? -2
         : serious ? -1
                   : 0,
         fmt::format("I² {:.0f} %, prediction interval {:.2f} to {:.2f}", 100 * i_squared, prediction.low,
                     prediction.high));
  }

  void Indirectness() {
    if (in_.indirectness.empty()) return Step(CertaintyDomain::kIndirectness, 0, "about what was asked for");
    int left = policy_.max_indirectness_steps;
    for (const std::string& reason : in_.indirectness) {
      const int change = left > 0 ? -1 : 0;
      left += change;
      Step(CertaintyDomain::kIndirectness, change,
           change != 0 ? reason
                       : fmt::format("{}; at most {} steps for indirectness", reason, policy_.max_indirectness_steps));
    }
  }

  void Imprecision() {
    if (!in_.interval.has_value()) return NotAssessed(CertaintyDomain::kImprecision, "there is no estimate");
    const Interval& interval = *in_.interval;
    const bool both_ways = Holds(interval, -policy_.worthwhile_effect) && Holds(interval, policy_.large_effect);
    const bool unsure = Holds(interval, 0) && Holds(interval, policy_.worthwhile_effect);
    const bool small = in_.participants.has_value() && *in_.participants < policy_.optimal_participants;
    const std::string participants =
        in_.participants.has_value() ? fmt::format("{} participants", *in_.participants) : "participants not reported";
    Step(CertaintyDomain::kImprecision,
         both_ways || (unsure && small) ? -2
         : unsure || small              ? -1
                                        : 0,
         fmt::format("interval {:.2f} to {:.2f}, {}", interval.low, interval.high, participants));
    if (in_.interval_imputed)
      Step(CertaintyDomain::kUnverified, -1, "no interval was published: the variance is assumed");
  }

  void SmallStudyEffects() {
    if (in_.study_count < policy_.egger_min_studies || !in_.egger_p.has_value()) {
      return NotAssessed(CertaintyDomain::kSmallStudyEffects,
                         fmt::format("needs the effects of at least {} studies", policy_.egger_min_studies));
    }
    Step(CertaintyDomain::kSmallStudyEffects, *in_.egger_p < policy_.egger_p ? -1 : 0,
         fmt::format("Egger's test, p = {:.3f}", *in_.egger_p));
  }

  void LargeEffect() {
    if (in_.start != CertaintyInput::Start::kObservational || any_down_) return;
    if (!in_.interval.has_value() || in_.interval->low <= policy_.large_effect) return;
    Step(CertaintyDomain::kLargeEffect, 1,
         fmt::format("nothing against it, and the whole interval is above {:.1f}", policy_.large_effect));
  }

  void Caps() {
    if (!in_.high_risk_share.has_value() || !in_.all_risks_reported) {
      AtMost(CertaintyDomain::kRiskOfBias, false, kModerate, "risk of bias not reported by all: at most moderate");
    }
    if (in_.recalled) {
      AtMost(CertaintyDomain::kUnverified, true, kLow, "a figure is from memory, not verified: at most low");
    }
    if (!in_.pooled_here || in_.study_count >= min_studies_) return;
    if (in_.study_count == 1) {
      AtMost(CertaintyDomain::kFewStudies, true, kLow, "one study: at most low");
    } else {
      AtMost(CertaintyDomain::kFewStudies, true, kModerate,
             fmt::format("{} studies: at most moderate", in_.study_count));
    }
  }

  const CertaintyInput& in_;
  const decltype(EvidencePolicy::certainty)& policy_;
  std::size_t min_studies_ = 0;
  int grade_ = 0;
  bool any_down_ = false;
  std::vector<CertaintyStep> steps_;
};

}  // namespace

std::string_view NameOf(CertaintyDomain domain) {
  switch (domain) {
    case CertaintyDomain::kDesign:
      return "design";
    case CertaintyDomain::kRiskOfBias:
      return "risk of bias";
    case CertaintyDomain::kInconsistency:
      return "inconsistency";
    case CertaintyDomain::kIndirectness:
      return "indirectness";
    case CertaintyDomain::kImprecision:
      return "imprecision";
    case CertaintyDomain::kSmallStudyEffects:
      return "small-study effects";
    case CertaintyDomain::kLargeEffect:
      return "large effect";
    case CertaintyDomain::kBorrowing:
      return "borrowing";
    case CertaintyDomain::kUnverified:
      return "unverified figures";
    case CertaintyDomain::kFewStudies:
      return "few studies";
    case CertaintyDomain::kRationaleOnly:
      return "rationale only";
    case CertaintyDomain::kCurator:
      return "curator";
  }
  return {};
}

std::string_view NameOf(Certainty certainty) {
  switch (certainty) {
    case Certainty::kHigh:
      return "high";
    case Certainty::kModerate:
      return "moderate";
    case Certainty::kLow:
      return "low";
    case Certainty::kVeryLow:
      return "very low";
    case Certainty::kNoSource:
      return "no source";
    case Certainty::kUnset:
      return "not given";
  }
  return {};
}

CertaintyAssessment AssessCertainty(const CertaintyInput& input, const EvidencePolicy& policy) {
  return Assessor(input, policy).Assess();
}

CertaintyAssessment RationaleOnly(CertaintyAssessment assessment, std::string because) {
  const int before = assessment.steps.empty() ? kLowest : std::clamp(assessment.steps.back().grade, kLowest, kHighest);
  assessment.steps.push_back({CertaintyDomain::kRationaleOnly, true, kLowest - before, kLowest, std::move(because)});
  assessment.certainty = Certainty::kVeryLow;
  return assessment;
}

CertaintyAssessment Override(CertaintyAssessment assessment, Certainty certainty, std::string_view name) {
  const int grade = std::max(0, static_cast<int>(certainty) - static_cast<int>(Certainty::kNoSource));
  const int before = assessment.steps.empty() ? grade : std::clamp(assessment.steps.back().grade, kLowest, kHighest);
  assessment.steps.push_back({CertaintyDomain::kCurator, true, grade - before, grade,
                              fmt::format("{} graded it {}; the computed grade was {}", name, NameOf(certainty),
                                          NameOf(assessment.certainty))});
  assessment.certainty = certainty;
  return assessment;
}

}  // namespace braid::ontology
