#include "ontology/evidence/summary.h"

#include <cmath>
#include <cstdlib>

#include "fmt/format.h"

namespace braid::ontology {
namespace {

std::string Counted(std::size_t count, const char* one, const char* many) {
  return fmt::format("{} {}", count, count == 1 ? one : many);
}

// `g 0.4, in one setting 0.1 to 0.7 (95 %)`
std::string FigureText(const Benefit& benefit, const EvidencePolicy& policy) {
  const auto text = [&](double effect) { return EffectText(effect, benefit.predictive_sd, policy); };
  return fmt::format("g {}, in one setting {} to {} (95 %)", text(benefit.estimate.mean), text(benefit.predictive.low),
                     text(benefit.predictive.high));
}

// `low certainty; 12 studies, 900 participants; recalled figures`
std::string BasisText(const Benefit& benefit) {
  std::string text = fmt::format("{} certainty", NameOf(benefit.certainty.certainty));
  if (!benefit.stratum.has_value()) return text;
  if (benefit.stratum->study_count > 0) {  // 0: not reported
    text += "; " + Counted(benefit.stratum->study_count, "study", "studies");
  }
  if (benefit.stratum->participant_count.has_value()) {
    text += ", " + Counted(*benefit.stratum->participant_count, "participant", "participants");
  }
  return benefit.stratum->grading.recalled ? text + "; figures recalled, not verified" : text;
}

}  // namespace

std::string EffectText(double effect, double predictive_sd, const EvidencePolicy& policy) {
  const Rounded rounded = RoundEffect(effect, predictive_sd, policy);
  const std::string digits = fmt::format("{:.{}f}", std::abs(rounded.value), rounded.decimals);
  return rounded.value < 0 ? "−" + digits : digits;
}

std::string SummaryOf(const Benefit& benefit, const EvidencePolicy& policy) {
  switch (benefit.status) {
    case BenefitStatus::kHarm:
      return "A comparison shows harm: it is in no plan.";
    case BenefitStatus::kNoBenefitShown:
      return benefit.stratum.has_value() ? fmt::format("Studied, and no benefit was shown. Shown beside it: {}; {}.",
                                                       FigureText(benefit, policy), BasisText(benefit))
                                         : "Studied, and no benefit was shown.";
    case BenefitStatus::kRationaleOnly:
      return benefit.stratum.has_value()
                 ? fmt::format("Too little to be sure of a benefit: a rationale only. {}; {}.",
                               FigureText(benefit, policy), BasisText(benefit))
                 : "Never studied with a figure that counts: a rationale only, very low certainty.";
    case BenefitStatus::kComputed:
      break;
  }
  return fmt::format(
      "Of 100 pairs of one treated and one in usual care, about {:.0f} more favour the treatment, cautiously: {}; {}.",
      100 * RoundRate(benefit.rate, policy), FigureText(benefit, policy), BasisText(benefit));
}

}  // namespace braid::ontology
