#include "ontology/evidence/finding.h"

#include <algorithm>
#include <cmath>
#include <utility>
#include <variant>

#include "graph/model.h"
#include "graph/text.h"
#include "ontology/evidence/distributions.h"

namespace braid::ontology {
namespace {

using graph::NodeIndex;
using graph::Snapshot;

// √3/π, as a literal so that no compiler computes it anew: a logistic variable's standard deviation is π/√3.
constexpr double kLogOddsToD = 0.5513288954217921;

std::string* TextField(Finding& finding, std::string_view name) {
  if (name == "design") return &finding.design;
  if (name == "comparator") return &finding.comparator;
  if (name == "outcome") return &finding.outcome;
  if (name == "metric") return &finding.metric;
  if (name == "sign_convention") return &finding.sign_convention;
  if (name == "value_text") return &finding.value_text;
  if (name == "note") return &finding.note;
  return nullptr;
}

std::optional<double>* NumberField(Finding& finding, std::string_view name) {
  if (name == "value") return &finding.value;
  if (name == "ci_low") return &finding.ci_low;
  if (name == "ci_high") return &finding.ci_high;
  if (name == "ci_level") return &finding.ci_level;
  if (name == "tau_squared") return &finding.tau_squared;
  return nullptr;
}

std::optional<std::int64_t>* IntegerField(Finding& finding, std::string_view name) {
  if (name == "k_studies") return &finding.study_count;
  if (name == "n_participants") return &finding.participant_count;
  if (name == "search_year") return &finding.search_year;
  return nullptr;
}

RiskOfBias RiskOfBiasOf(std::string_view text) {
  if (text == "low") return RiskOfBias::kLow;
  if (text == "some_concerns") return RiskOfBias::kSomeConcerns;
  return text == "high" ? RiskOfBias::kHigh : RiskOfBias::kNotReported;
}

void ReadAttribute(const graph::Attribute& attribute, Finding& finding) {
  if (const auto* text = std::get_if<std::string>(&attribute.value)) {
    if (std::string* field = TextField(finding, attribute.name)) *field = *text;
    if (attribute.name == "verified") {
      finding.verified = *text == "source";
      finding.recalled = *text == "recalled";
    }
    if (attribute.name == "risk_of_bias") finding.risk_of_bias = RiskOfBiasOf(*text);
  } else if (const auto* number = std::get_if<double>(&attribute.value)) {
    if (std::optional<double>* field = NumberField(finding, attribute.name)) *field = *number;
  } else if (const auto* integer = std::get_if<std::int64_t>(&attribute.value)) {
    if (std::optional<std::int64_t>* field = IntegerField(finding, attribute.name)) *field = *integer;
  }
}

std::optional<std::int64_t> YearOf(const Snapshot& snapshot, NodeIndex source) {
  for (const graph::Attribute& attribute : snapshot.node(source).attributes) {
    const auto* year = std::get_if<std::int64_t>(&attribute.value);
    if (attribute.name == "year" && year != nullptr) return *year;
  }
  return std::nullopt;
}

bool IsIntervention(const Snapshot& snapshot, NodeIndex node) {
  const std::string& kind = snapshot.schema().kind(snapshot.kind(node)).name;
  return kind == "technique" || kind == "modality";
}

graph::Arcs Objects(const Snapshot& snapshot, NodeIndex node, std::string_view relation) {
  const std::optional<graph::RelationIndex> index = snapshot.schema().FindRelation(relation);
  return index.has_value() ? snapshot.out(node, *index) : graph::Arcs();
}

// The one intervention that `comparator` is a name of.
std::string NamedIntervention(const Snapshot& snapshot, std::string_view comparator) {
  std::string id;
  for (const graph::TermHit& hit : snapshot.FindTerms(graph::NormalizeLabel(comparator))) {
    if (snapshot.IsObsolete(hit.node) || !IsIntervention(snapshot, hit.node) || snapshot.id(hit.node) == id) continue;
    if (!id.empty()) return {};
    id = snapshot.id(hit.node);
  }
  return id;
}

void ClassifyComparator(const Finding& finding, const EvidencePolicy& policy, const Snapshot* snapshot,
                        Effect& effect) {
  if (finding.comparator.empty() || finding.comparator == "none") return;
  if (const ComparatorNames* list = policy.FindComparator(finding.comparator)) {
    effect.comparator = list->comparator;
    return;
  }
  effect.comparator = ComparatorClass::kUnclassified;
  if (snapshot == nullptr) return;
  effect.comparator_id = NamedIntervention(*snapshot, finding.comparator);
  if (!effect.comparator_id.empty()) effect.comparator = ComparatorClass::kActive;
}

enum class Metric { kStandardizedDifference, kOddsRatio, kCorrelation, kNotComparable };

Metric MetricOf(std::string_view metric) {
  if (metric == "g" || metric == "d" || metric == "SMD" || metric == "ES") return Metric::kStandardizedDifference;
  if (metric == "OR") return Metric::kOddsRatio;
  return metric == "r" ? Metric::kCorrelation : Metric::kNotComparable;
}

// 1 or -1; 0 where the metric has no such convention.
double SignOf(std::string_view convention, Metric metric) {
  if (metric == Metric::kOddsRatio) {
    if (convention == "above_1_favours_target") return 1;
    return convention == "below_1_favours_target" ? -1 : 0;
  }
  if (convention == "positive_favours_target") return 1;
  return convention == "negative_favours_target" ? -1 : 0;
}

// NaN where the figure is impossible in its metric.
double ToG(double figure, Metric metric, double sign) {
  if (metric == Metric::kOddsRatio) return figure > 0 ? sign * std::log(figure) * kLogOddsToD : std::nan("");
  if (metric == Metric::kCorrelation) {
    return std::abs(figure) < 1 ? sign * 2 * figure / std::sqrt(1 - figure * figure) : std::nan("");
  }
  return sign * figure;
}

// A variance for a figure without an interval: (τ² + 4k/n)/k, since a study of m participants has about 4/m.
double ImputedVariance(const Finding& finding, const EvidencePolicy& policy) {
  const double k = finding.study_count.value_or(0) > 0 ? static_cast<double>(*finding.study_count)
                                                       : static_cast<double>(policy.imputation.study_count);
  const double n = finding.participant_count.value_or(0) > 0
                       ? static_cast<double>(*finding.participant_count)
                       : k * static_cast<double>(policy.imputation.participants_per_study);
  return (policy.pooling.default_tau_squared + 4 * k / n) / k;
}

Unusable SetVariance(const Finding& finding, const EvidencePolicy& policy, Metric metric, double sign, Effect& effect) {
  effect.interval_published = finding.ci_low.has_value() && finding.ci_high.has_value();
  if (!effect.interval_published) {
    effect.variance = ImputedVariance(finding, policy);
    const double reach = Normal95() * std::sqrt(effect.variance);
    effect.interval = {effect.g - reach, effect.g + reach};
    return Unusable::kUsable;
  }
  effect.level_assumed = !finding.ci_level.has_value();
  const double level = finding.ci_level.value_or(95) / 100;
  if (!(level > 0 && level < 1)) return Unusable::kFigureOutOfRange;
  const double a = ToG(*finding.ci_low, metric, sign);
  const double b = ToG(*finding.ci_high, metric, sign);
  const double standard_error = std::abs(b - a) / (2 * NormalQuantile(0.5 + level / 2));
  effect.variance = standard_error * standard_error;
  if (!std::isfinite(effect.variance) || effect.variance <= 0) return Unusable::kFigureOutOfRange;
  effect.interval = {std::min(a, b), std::max(a, b)};
  if (level != 0.95) {  // shown and judged as all others: at 95 %
    effect.interval = {effect.g - Normal95() * standard_error, effect.g + Normal95() * standard_error};
  }
  return Unusable::kUsable;
}

Unusable SetFigures(const Finding& finding, const EvidencePolicy& policy, Effect& effect) {
  if (finding.sign_convention == "descriptive") return Unusable::kDescriptive;
  if (effect.design == Design::kOpinion) return Unusable::kOpinion;
  if (effect.design == Design::kUnknown) return Unusable::kUnknownDesign;
  if (!finding.value.has_value()) return Unusable::kNoFigure;
  const Metric metric = MetricOf(finding.metric);
  const double sign = SignOf(finding.sign_convention, metric);
  if (metric == Metric::kNotComparable || sign == 0) return Unusable::kMetricNotComparable;
  if (effect.comparator == ComparatorClass::kNone) return Unusable::kNoComparator;
  if (effect.comparator == ComparatorClass::kUnclassified) return Unusable::kUnclassifiedComparator;
  effect.metric_unstated = finding.metric == "ES";
  effect.g = ToG(*finding.value, metric, sign);
  if (!std::isfinite(effect.g)) return Unusable::kFigureOutOfRange;
  return SetVariance(finding, policy, metric, sign, effect);
}

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

}  // namespace

Finding ReadFinding(const Snapshot& snapshot, NodeIndex node) {
  const graph::Node value = snapshot.node(node);
  Finding finding;
  finding.node = node;
  finding.id = value.id;
  finding.label = value.PreferredLabel();
  for (const graph::Attribute& attribute : value.attributes) ReadAttribute(attribute, finding);
  for (const graph::Arc& arc : Objects(snapshot, node, "published_in")) finding.source = arc.node;
  if (finding.source != graph::kNoNode) finding.year = YearOf(snapshot, finding.source);
  for (const graph::Arc& arc : Objects(snapshot, node, "about")) {
    if (IsIntervention(snapshot, arc.node)) ++finding.intervention_count;
  }
  finding.concern_count = Objects(snapshot, node, "for_concern").size();
  return finding;
}

Effect ReadEffect(const Finding& finding, const EvidencePolicy& policy, const Snapshot* snapshot) {
  Effect effect;
  effect.design = DesignOf(finding.design);
  effect.time = TimePointOf(finding.outcome);
  ClassifyComparator(finding, policy, snapshot, effect);
  effect.unusable = SetFigures(finding, policy, effect);
  return effect;
}

Design DesignOf(std::string_view design) {
  constexpr std::pair<std::string_view, Design> kDesigns[] = {
      {"meta_analysis", Design::kMetaAnalysis},
      {"cochrane", Design::kMetaAnalysis},
      {"systematic_review", Design::kMetaAnalysis},
      {"network_meta_analysis", Design::kMetaAnalysis},
      {"component_network_meta_analysis", Design::kMetaAnalysis},
      {"multiverse_meta_analysis", Design::kMetaAnalysis},
      {"ipd_meta_analysis", Design::kMetaAnalysis},
      {"ipd_network_meta_analysis", Design::kMetaAnalysis},
      {"rct", Design::kTrial},
      {"open_trial", Design::kObservational},
      {"process_study", Design::kObservational},
      {"cohort_study", Design::kObservational},
      {"guideline", Design::kOpinion},
      {"expert_statement", Design::kOpinion},
      {"narrative_review", Design::kOpinion},
  };
  for (const auto& [name, value] : kDesigns) {
    if (name == design) return value;
  }
  return Design::kUnknown;
}

TimePoint TimePointOf(std::string_view outcome) {
  const std::string words = " " + graph::NormalizeLabel(outcome) + " ";
  if (words.find(" follow up ") != std::string::npos) return TimePoint::kFollowUp;
  for (const char* unit : {" week", " weeks", " month", " months", " year", " years"}) {
    const std::size_t at = words.find(std::string(unit) + " ");
    if (at == std::string::npos || at == 0) continue;
    const std::size_t begin = words.rfind(' ', at - 1) + 1;
    const std::string_view count = std::string_view(words).substr(begin, at - begin);
    if (count == "one" || std::all_of(count.begin(), count.end(), IsDigit)) return TimePoint::kFollowUp;
  }
  return TimePoint::kPost;
}

std::string_view WordsFor(Unusable reason) {
  switch (reason) {
    case Unusable::kUsable:
      return "can be computed with";
    case Unusable::kDescriptive:
      return "descriptive: shown, never computed with";
    case Unusable::kOpinion:
      return "a guideline, statement or narrative review: opinion is never pooled";
    case Unusable::kUnknownDesign:
      return "its design is not known here";
    case Unusable::kNoFigure:
      return "it gives no figure";
    case Unusable::kMetricNotComparable:
      return "its metric is not an effect size that can be put on one scale";
    case Unusable::kFigureOutOfRange:
      return "its figure or interval is impossible in its metric";
    case Unusable::kNoComparator:
      return "it compares with nothing";
    case Unusable::kUnclassifiedComparator:
      return "the policy does not say what kind of comparator it has";
  }
  return {};
}

}  // namespace braid::ontology
