#include "ontology/evidence/stratum.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>
#include <tuple>
#include <utility>

#include "fmt/format.h"
#include "ontology/evidence/distributions.h"

namespace braid::ontology {
namespace {

using StratumKey = std::tuple<EvidenceFamily, ComparatorClass, TimePoint, std::string>;

EvidenceFamily FamilyOf(const Effect& effect) {
  if (effect.comparator == ComparatorClass::kAssociation) return EvidenceFamily::kCorrelational;
  return effect.design == Design::kObservational ? EvidenceFamily::kObservational : EvidenceFamily::kTrials;
}

bool IsSpecific(const Finding& finding) { return finding.intervention_count <= 1 && finding.concern_count <= 1; }

// The findings of one publication in a stratum: one sample.
struct Sample {
  std::vector<PairFinding*> findings;  // by id
  bool published_interval = false;     // of all
  bool specific = true;                // all are about this intervention and concern alone
  std::int64_t study_count = 0;        // the most that a finding names
  std::optional<std::int64_t> participants, year, search_year;
  Study study;
  const std::string& id() const { return findings.front()->finding.id; }
};

std::optional<std::int64_t> Larger(std::optional<std::int64_t> a, std::optional<std::int64_t> b) {
  return a.has_value() && b.has_value() ? std::max(a, b) : a.has_value() ? a : b;
}

class Pooler {
 public:
  Pooler(const StratumKey& key, std::vector<PairFinding*> findings, const EvidencePolicy& policy,
         std::optional<std::int64_t> reference_year)
      : policy_(policy), reference_year_(reference_year), findings_(std::move(findings)) {
    std::tie(stratum_.family, stratum_.comparator, stratum_.time, stratum_.comparator_id) = key;
  }

  Stratum Pool() {
    MakeSamples();
    if (!meta_analyses_.empty()) {
      PoolPublished();
    } else {
      PoolTrials();
    }
    Grade();
    return std::move(stratum_);
  }

 private:
  void MakeSamples() {
    std::map<std::pair<bool, std::string>, Sample> samples;  // by whether it is a meta-analysis, and publication
    for (PairFinding* finding : findings_) {
      const bool meta_analysis = finding->effect.design == Design::kMetaAnalysis;
      const graph::NodeIndex source = finding->finding.source;
      const std::string publication =
          source == graph::kNoNode ? finding->finding.id : fmt::format(" {}", graph::Number(source));
      samples[{meta_analysis, publication}].findings.push_back(finding);
    }
    for (auto& [key, sample] : samples) {
      Complete(sample);
      (key.first ? meta_analyses_ : trials_).push_back(std::move(sample));
    }
    const auto by_id = [](const Sample& a, const Sample& b) { return a.id() < b.id(); };
    std::sort(meta_analyses_.begin(), meta_analyses_.end(), by_id);
    std::sort(trials_.begin(), trials_.end(), by_id);
  }

  // Where a publication has figures with an interval, those without are left out: their variance is only assumed.
  void Complete(Sample& sample) {
    std::vector<PairFinding*>& findings = sample.findings;
    std::sort(findings.begin(), findings.end(),
              [](const PairFinding* a, const PairFinding* b) { return a->finding.id < b->finding.id; });
    const auto has_interval = [](const PairFinding* f) { return f->effect.interval_published; };
    sample.published_interval = std::any_of(findings.begin(), findings.end(), has_interval);
    if (sample.published_interval) {
      for (PairFinding* finding : findings) {
        if (has_interval(finding)) continue;
        finding->use = FindingUse::kBesideInterval;
        finding->why = "its publication gives a figure with an interval beside it";
      }
      findings.erase(std::remove_if(findings.begin(), findings.end(), std::not_fn(has_interval)), findings.end());
    }
    std::vector<Study> outcomes;
    for (const PairFinding* finding : findings) {
      outcomes.push_back({finding->finding.id, finding->effect.g, finding->effect.variance});
      sample.specific &= IsSpecific(finding->finding);
      sample.study_count = std::max(sample.study_count, finding->finding.study_count.value_or(0));
      sample.participants = Larger(sample.participants, finding->finding.participant_count);
      sample.year = Larger(sample.year, finding->finding.year);
      sample.search_year = Larger(sample.search_year, finding->finding.search_year);
    }
    sample.study = CombineOutcomes(std::move(outcomes), policy_.pooling.outcome_correlation);
    sample.study.variance *= AgeFactor(sample.year);
  }

  double AgeFactor(std::optional<std::int64_t> year) const {
    if (policy_.pooling.half_life_years <= 0 || !year.has_value() || !reference_year_.has_value()) return 1;
    const double age = static_cast<double>(std::max<std::int64_t>(0, *reference_year_ - *year));
    return std::exp2(age / policy_.pooling.half_life_years);
  }

  // The most adequate first, then the newest: a figure with an interval, and one that is about nothing else.
  static bool Better(const Sample& a, const Sample& b) {
    const auto rank = [](const Sample& s) {
      return std::make_tuple(s.published_interval, s.specific, s.year.value_or(0), s.study_count);
    };
    return rank(a) != rank(b) ? rank(a) > rank(b) : a.id() < b.id();
  }

  void PoolPublished() {
    const Sample chosen = *std::min_element(meta_analyses_.begin(), meta_analyses_.end(), Better);
    for (const Sample& sample : meta_analyses_) {
      if (sample.id() == chosen.id()) continue;
      Leave(sample, FindingUse::kSuperseded, fmt::format("{} stands for this stratum", chosen.id()));
    }
    stratum_.from_meta_analysis = true;
    stratum_.tau_squared = TauSquaredOf(chosen);
    stratum_.estimate = {chosen.study.effect, chosen.study.variance};
    stratum_.study_count = static_cast<std::size_t>(chosen.study_count);
    if (chosen.participants.has_value()) stratum_.participant_count = static_cast<std::size_t>(*chosen.participants);
    std::vector<std::pair<const Sample*, double>> used = {{&chosen, 1 / chosen.study.variance}};
    for (const Sample& trial : trials_) {
      if (!AppearedAfter(trial, chosen)) {
        Leave(trial, FindingUse::kInMetaAnalysis, fmt::format("{} may hold this trial", chosen.id()));
        continue;
      }
      // A study more in a random-effects pool of known τ² has the weight 1/(v + τ²) beside the pool's 1/V.
      const double variance = trial.study.variance + stratum_.tau_squared;
      stratum_.estimate = Combine(stratum_.estimate, {trial.study.effect, variance});
      used.emplace_back(&trial, 1 / variance);
      ++stratum_.study_count;
      AddParticipants(trial);
    }
    const double total = 1 / stratum_.estimate.variance;
    for (const auto& [sample, precision] : used) {
      Take(*sample, precision / total,
           sample == &chosen ? "the newest adequate meta-analysis of this stratum"
                             : fmt::format("appeared after the search of {}", chosen.id()));
    }
    SetPublishedIntervals(chosen, used.size() == 1);
  }

  void SetPublishedIntervals(const Sample& chosen, bool alone) {
    const double reach = Normal95() * std::sqrt(stratum_.estimate.variance);
    stratum_.interval = {stratum_.estimate.mean - reach, stratum_.estimate.mean + reach};
    // One figure alone keeps the interval that was printed, which need not be symmetric.
    if (alone && chosen.findings.size() == 1 && AgeFactor(chosen.year) == 1) {
      stratum_.interval = chosen.findings.front()->effect.interval;
    }
    if (stratum_.tau_squared_assumed || stratum_.study_count < policy_.pooling.full_model_min_studies) return;
    const double t = StudentTQuantile(0.975, static_cast<double>(stratum_.study_count) - 2);
    const double half = t * std::sqrt(stratum_.tau_squared + stratum_.estimate.variance);
    stratum_.prediction = Interval{stratum_.estimate.mean - half, stratum_.estimate.mean + half};
  }

  double TauSquaredOf(const Sample& sample) {
    std::optional<double> largest;
    for (const PairFinding* finding : sample.findings) {
      const std::optional<double> own = finding->finding.tau_squared;
      if (own.has_value() && *own >= 0) largest = std::max(largest.value_or(0), *own);
    }
    stratum_.tau_squared_assumed = !largest.has_value();
    return largest.value_or(policy_.pooling.default_tau_squared);
  }

  static bool AppearedAfter(const Sample& trial, const Sample& meta_analysis) {
    const std::optional<std::int64_t> seen =
        meta_analysis.search_year.has_value() ? meta_analysis.search_year : meta_analysis.year;
    return trial.year.has_value() && seen.has_value() && *trial.year > *seen;
  }

  void PoolTrials() {
    PoolingOptions options;
    options.full_model_min_studies = policy_.pooling.full_model_min_studies;
    options.tau_squared_floor = policy_.pooling.tau_squared_floor;
    std::vector<Study> studies;
    for (const Sample& trial : trials_) studies.push_back(trial.study);
    const Pooled pooled = *braid::ontology::Pool(studies, options);
    stratum_.estimate = {pooled.mean, pooled.normal_variance};
    stratum_.interval = pooled.interval;
    stratum_.prediction = pooled.prediction;
    stratum_.tau_squared = pooled.tau_squared;
    stratum_.study_count = pooled.study_count;
    stratum_.participant_count = 0;
    for (std::size_t i = 0; i < trials_.size(); ++i) {
      AddParticipants(trials_[i]);
      Take(trials_[i], pooled.weights[i], "pooled with the other studies of this stratum");
    }
    stratum_.grading.i_squared = pooled.i_squared;
    stratum_.grading.egger_p = pooled.egger_p;
    stratum_.grading.pooled_here = true;
    stratum_.pooled = pooled;
  }

  void AddParticipants(const Sample& sample) {
    if (!sample.participants.has_value() || !stratum_.participant_count.has_value()) {
      stratum_.participant_count.reset();
    } else {
      *stratum_.participant_count += static_cast<std::size_t>(*sample.participants);
    }
  }

  void Take(const Sample& sample, double weight, const std::string& why) {
    const auto n = static_cast<double>(sample.findings.size());
    for (PairFinding* finding : sample.findings) {
      finding->use = FindingUse::kPooled;
      finding->weight = weight / n;
      finding->why = n > 1 ? fmt::format("{}; averaged with the other outcomes of its publication", why) : why;
      used_.push_back(finding);
    }
  }

  static void Leave(const Sample& sample, FindingUse use, const std::string& why) {
    for (PairFinding* finding : sample.findings) {
      finding->use = use;
      finding->why = why;
    }
  }

  void Grade() {
    CertaintyInput& in = stratum_.grading;
    in.start = stratum_.family == EvidenceFamily::kTrials ? CertaintyInput::Start::kRandomized
                                                          : CertaintyInput::Start::kObservational;
    in.interval = stratum_.interval;
    in.prediction = stratum_.prediction;
    in.participants = stratum_.participant_count;
    in.study_count = stratum_.study_count;
    in.all_risks_reported = true;
    bool several = false;
    for (const PairFinding* finding : used_) {
      const Finding& f = finding->finding;
      several |= !IsSpecific(f);
      in.interval_imputed |= !finding->effect.interval_published;
      in.recalled |= f.recalled;
      in.all_risks_reported &= f.risk_of_bias != RiskOfBias::kNotReported;
      if (f.risk_of_bias != RiskOfBias::kNotReported) {
        in.high_risk_share =
            in.high_risk_share.value_or(0) + (f.risk_of_bias == RiskOfBias::kHigh ? finding->weight : 0);
      }
    }
    if (several) in.indirectness.emplace_back("a figure covers several interventions or concerns");
    stratum_.certainty = AssessCertainty(in, policy_);
  }

  const EvidencePolicy& policy_;
  std::optional<std::int64_t> reference_year_;
  std::vector<PairFinding*> findings_;
  std::vector<Sample> meta_analyses_, trials_;
  std::vector<const PairFinding*> used_;
  Stratum stratum_;
};

}  // namespace

std::vector<Stratum> PoolStrata(std::vector<PairFinding>& findings, const EvidencePolicy& policy,
                                std::optional<std::int64_t> reference_year) {
  std::map<StratumKey, std::vector<PairFinding*>> groups;
  for (PairFinding& finding : findings) {
    const Effect& effect = finding.effect;
    if (!effect.usable()) {
      finding.use = FindingUse::kNotComputable;
      finding.why = WordsFor(effect.unusable);
      continue;
    }
    groups[{FamilyOf(effect), effect.comparator, effect.time, effect.comparator_id}].push_back(&finding);
  }
  std::vector<Stratum> strata;
  for (auto& [key, members] : groups) {
    for (PairFinding* member : members) member->stratum = strata.size();
    strata.push_back(Pooler(key, members, policy, reference_year).Pool());
  }
  return strata;
}

std::string_view NameOf(TimePoint time) { return time == TimePoint::kPost ? "after treatment" : "follow-up"; }

std::string_view NameOf(EvidenceFamily family) {
  switch (family) {
    case EvidenceFamily::kTrials:
      return "trials";
    case EvidenceFamily::kObservational:
      return "observational";
    case EvidenceFamily::kCorrelational:
      return "correlational";
  }
  return {};
}

std::string_view NameOf(FindingUse use) {
  switch (use) {
    case FindingUse::kPooled:
      return "pooled";
    case FindingUse::kNotComputable:
      return "not computed with";
    case FindingUse::kSuperseded:
      return "superseded";
    case FindingUse::kInMetaAnalysis:
      return "inside a meta-analysis";
    case FindingUse::kBesideInterval:
      return "without an interval";
  }
  return {};
}

}  // namespace braid::ontology
