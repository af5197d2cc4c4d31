#include "ontology/evidence/synthesis.h"

#include <algorithm>
#include <cmath>
#include <memory>
#include <mutex>
#include <set>
#include <shared_mutex>
#include <unordered_map>
#include <utility>

#include "fmt/format.h"
#include "graph/error.h"
#include "ontology/evidence/distributions.h"

namespace braid::ontology {
namespace {

using graph::NodeIndex;
using graph::Polarity;
using graph::Snapshot;

// Numbers are compared in billionths, so that the last bits decide nothing.
long long Billionths(double x) { return std::llround(x * 1e9); }

std::uint64_t KeyOf(NodeIndex intervention, NodeIndex concern) {
  return (std::uint64_t{graph::Number(intervention)} << 32U) | graph::Number(concern);
}

// An intervention's own data for a concern, measured against usual care.
struct Own {
  Normal estimate;
  double tau_squared = 0;
  Stratum stratum;
  double factor = 1;
  NodeIndex through = graph::kNoNode;
};

// What the findings of one (intervention, concern) say by themselves.
struct PairData {
  NodeIndex intervention = graph::kNoNode, concern = graph::kNoNode;
  std::vector<PairFinding> findings;
  std::vector<Stratum> strata;
  std::optional<Own> own;       // of the ladder's first stratum with data
  std::optional<Own> indirect;  // through a comparator, where `own` is unset
  bool harm = false;
  bool nothing_found = false;  // studied, and every claim is null, against or harm
  std::size_t claims_without_finding = 0;
  std::optional<graph::Certainty> curated;
  std::string curator;
};

// The data at one concern, after shrinkage.
struct AtConcern {
  NodeIndex concern = graph::kNoNode;
  const Own* own = nullptr;
  NodeIndex modality = graph::kNoNode;
  std::optional<Normal> modality_estimate;
  Normal estimate;
  double tau_squared = 0;
  const Own* lender = nullptr;  // the modality's data
  const Own* base = nullptr;    // whose stratum is graded: `own`, else the modality's
};

bool IsInactive(ComparatorClass comparator) {
  return comparator == ComparatorClass::kUsualCare || comparator == ComparatorClass::kMixedInactive ||
         comparator == ComparatorClass::kWaitlist;
}

bool IsActive(ComparatorClass comparator) {
  return comparator == ComparatorClass::kActive || comparator == ComparatorClass::kMedication;
}

const Stratum* FindStratum(const std::vector<Stratum>& strata, EvidenceFamily family, ComparatorClass comparator,
                           TimePoint time) {
  for (const Stratum& stratum : strata) {
    if (stratum.family == family && stratum.comparator == comparator && stratum.time == time) return &stratum;
  }
  return nullptr;
}

Own Discounted(const Stratum& stratum, double factor) {
  const double squared = factor * factor;
  return {{factor * stratum.estimate.mean, squared * stratum.estimate.variance},
          squared * stratum.tau_squared,
          stratum,
          factor,
          graph::kNoNode};
}

// A share of people who fared badly, compared with nothing.
bool IsRateOfHarm(const PairFinding& finding) {
  return finding.polarity == Polarity::kHarm && finding.effect.comparator == ComparatorClass::kNone &&
         finding.finding.metric == "proportion";
}

BenefitInBrief Shorten(const Benefit& benefit) {
  return {benefit.status, benefit.place,         benefit.own.has_value(), benefit.certainty.certainty,
          benefit.rate,   benefit.estimate.mean, benefit.predictive_sd};
}

std::string LabelOf(const Snapshot& snapshot, NodeIndex node) { return std::string(snapshot.PreferredLabel(node)); }

}  // namespace

class EvidenceBase::Impl {
 public:
  Impl(graph::SnapshotPtr snapshot, const EvidencePolicy& policy) : snapshot_(std::move(snapshot)), policy_(policy) {
    const graph::Schema& schema = snapshot_->schema();
    treats_ = schema.FindRelation("treats");
    originates_in_ = schema.FindRelation("originates_in");
    technique_ = schema.FindKind("technique");
    modality_ = schema.FindKind("modality");
    concern_ = schema.FindKind("concern");
    if (!treats_.has_value() || !concern_.has_value()) return;
    ReadConcerns();
    for (const std::optional<graph::KindIndex>& kind : {modality_, technique_}) {
      if (kind.has_value()) ReadPairs(*kind);
    }
    for (auto& [key, pair] : pairs_) PoolPair(pair);
    CollectClaims();
    for (auto& [key, pair] : pairs_) {
      if (!pair.own.has_value()) pair.indirect = CompareIndirectly(pair);
    }
  }

  Synthesis Synthesize(NodeIndex intervention, NodeIndex concern) const {
    Synthesis synthesis;
    synthesis.intervention = intervention;
    synthesis.concern = concern;
    if (const PairData* pair = FindPair(intervention, concern)) {
      synthesis.findings = pair->findings;
      synthesis.strata = pair->strata;
      synthesis.claims_without_finding = pair->claims_without_finding;
    }
    synthesis.benefit = BenefitOf(intervention, concern);
    synthesis.cautions = CautionsOf(intervention, concern);
    return synthesis;
  }

  Benefit BenefitOf(NodeIndex intervention, NodeIndex concern) const {
    const PairData* pair = FindPair(intervention, concern);
    Benefit benefit;
    // What was studied here and found nothing is not borrowed for from elsewhere.
    const bool may_borrow = pair == nullptr || !pair->nothing_found;
    AtConcern at;
    benefit.place = Locate(intervention, concern, may_borrow, at);
    if (benefit.place != BenefitPlace::kNowhere) {
      Fill(at, benefit);
    } else {
      FillFromPriors(intervention, at, benefit);
    }
    benefit.shrinkage = ChainOf(intervention, at);
    benefit.certainty = Grade(at, benefit);
    Decide(pair, at, benefit);
    benefit.how = Describe(at, benefit);
    if (pair != nullptr && pair->curated.has_value()) {
      benefit.certainty = Override(std::move(benefit.certainty), *pair->curated, pair->curator);
    }
    return benefit;
  }

  const BriefRow& InBrief(NodeIndex concern) const {
    {
      const std::shared_lock lock(brief_mutex_);
      if (const auto known = brief_.find(concern); known != brief_.end()) return *known->second;
    }
    auto row = std::make_unique<BriefRow>();
    for (const std::optional<graph::KindIndex>& kind : {modality_, technique_}) {
      if (!kind.has_value()) continue;
      snapshot_->VisitNodes(*kind, {}, [&](NodeIndex intervention) {
        if (!snapshot_->IsObsolete(intervention)) row->emplace(intervention, Shorten(BenefitOf(intervention, concern)));
        return true;
      });
    }
    // Where another thread was as quick, its row stays: a row is never moved.
    const std::unique_lock lock(brief_mutex_);
    return *brief_.emplace(concern, std::move(row)).first->second;
  }

  std::vector<Pair> Pairs() const {
    std::vector<Pair> pairs;
    for (const auto& [key, pair] : pairs_) pairs.push_back({pair.intervention, pair.concern});
    std::sort(pairs.begin(), pairs.end(), [this](const Pair& a, const Pair& b) {
      return std::pair(snapshot_->id(a.intervention), snapshot_->id(a.concern)) <
             std::pair(snapshot_->id(b.intervention), snapshot_->id(b.concern));
    });
    return pairs;
  }

  bool IsStudied(NodeIndex intervention, NodeIndex concern) const {
    const PairData* pair = FindPair(intervention, concern);
    return pair != nullptr && (!pair->findings.empty() || pair->claims_without_finding > 0);
  }

  const std::vector<FindingClaim>& ClaimsOf(NodeIndex finding) const {
    static const std::vector<FindingClaim>& none = *new std::vector<FindingClaim>;
    const auto found = claims_.find(finding);
    return found == claims_.end() ? none : found->second;
  }

  const Snapshot& snapshot() const { return *snapshot_; }
  const EvidencePolicy& policy() const { return policy_; }

 private:
  // --- Reading

  void ReadConcerns() {
    snapshot_->VisitNodes(*concern_, {}, [&](NodeIndex concern) {
      if (snapshot_->IsObsolete(concern)) return true;
      if (snapshot_->id(concern) == kAnyConcernId) {
        any_concern_ = concern;
        return true;
      }
      for (const graph::Attribute& attribute : snapshot_->node(concern).attributes) {
        const auto* group = std::get_if<std::string>(&attribute.value);
        if (attribute.name != "group" || group == nullptr) continue;
        group_of_[concern] = *group;
        groups_[*group].push_back(concern);
      }
      return true;
    });
  }

  void ReadPairs(graph::KindIndex kind) {
    snapshot_->VisitNodes(kind, {}, [&](NodeIndex intervention) {
      if (snapshot_->IsObsolete(intervention)) return true;
      for (const graph::Arc& arc : snapshot_->out(intervention, *treats_)) {
        if (!snapshot_->IsObsolete(arc.node)) ReadPair(intervention, arc.node);
      }
      return true;
    });
  }

  void ReadPair(NodeIndex intervention, NodeIndex concern) {
    const std::optional<graph::EdgeEntry> edge = snapshot_->FindEdge(intervention, *treats_, concern);
    PairData& pair = pairs_[KeyOf(intervention, concern)];
    pair.intervention = intervention;
    pair.concern = concern;
    std::set<std::string_view> seen;
    bool nothing_found = true;
    std::size_t speaking = 0;  // findings about whether it helps
    for (const graph::Claim& claim : edge->claims) {
      if (claim.evidence_ids.empty()) ++pair.claims_without_finding;
      if (pair.curator.empty()) pair.curator = claim.asserted_by;
      for (const std::string& id : claim.evidence_ids) {
        const std::optional<NodeIndex> node = snapshot_->Find(id);
        if (!node.has_value() || snapshot_->IsObsolete(*node) || !seen.insert(id).second) continue;
        PairFinding& added = pair.findings.emplace_back();
        added.finding = ReadFinding(*snapshot_, *node);
        added.effect = ReadEffect(added.finding, policy_, snapshot_.get());
        added.polarity = claim.polarity;
        newest_year_ = std::max(newest_year_, added.finding.year);
        if (IsRateOfHarm(added)) continue;  // says what may go wrong, not whether it helps
        ++speaking;
        nothing_found &= claim.polarity == Polarity::kNull || claim.polarity == Polarity::kAgainst ||
                         claim.polarity == Polarity::kHarm;
      }
    }
    pair.nothing_found = nothing_found && speaking > 0;
    std::sort(pair.findings.begin(), pair.findings.end(),
              [](const PairFinding& a, const PairFinding& b) { return a.finding.id < b.finding.id; });
    if (edge->arc.certainty_basis() == graph::CertaintyBasis::kCurated) {
      pair.curated = edge->arc.certainty;
      if (pair.curator.empty()) pair.curator = "a curator";
    }
  }

  void CollectClaims() {
    for (const auto& [key, pair] : pairs_) {
      for (const PairFinding& finding : pair.findings) {
        claims_[finding.finding.node].push_back({pair.intervention, pair.concern, finding.polarity});
      }
    }
    for (auto& [finding, claims] : claims_) {
      std::sort(claims.begin(), claims.end(), [this](const FindingClaim& a, const FindingClaim& b) {
        return std::pair(snapshot_->id(a.intervention), snapshot_->id(a.concern)) <
               std::pair(snapshot_->id(b.intervention), snapshot_->id(b.concern));
      });
    }
  }

  // --- Pooling

  void PoolPair(PairData& pair) {
    pair.strata = PoolStrata(pair.findings, policy_, newest_year_);
    pair.own = FirstRung(pair);
    pair.harm = ShowsHarm(pair);
  }

  // The ladder: the first stratum whose effect can stand for one against usual care.
  std::optional<Own> FirstRung(const PairData& pair) const {
    struct Rung {
      ComparatorClass comparator;
      double factor;
    };
    const Rung rungs[] = {{ComparatorClass::kAdditive, 1},
                          {ComparatorClass::kUsualCare, 1},
                          {ComparatorClass::kMixedInactive, policy_.ladder.mixed_inactive_factor},
                          {ComparatorClass::kWaitlist, policy_.ladder.waitlist_factor}};
    for (const EvidenceFamily family : {EvidenceFamily::kTrials, EvidenceFamily::kObservational}) {
      for (const TimePoint time : {TimePoint::kPost, TimePoint::kFollowUp}) {
        for (const Rung& rung : rungs) {
          // What a whole modality adds to something else is not its effect against usual care.
          if (rung.comparator == ComparatorClass::kAdditive && !IsTechnique(pair.intervention)) continue;
          const Stratum* stratum = FindStratum(pair.strata, family, rung.comparator, time);
          if (stratum != nullptr) return Discounted(*stratum, rung.factor);
        }
      }
    }
    return std::nullopt;
  }

  // Harm that excludes: a comparison that shows it, for a concern that one can have.
  bool ShowsHarm(const PairData& pair) const {
    const bool claimed = std::any_of(pair.findings.begin(), pair.findings.end(), [](const PairFinding& f) {
      return f.polarity == Polarity::kHarm && f.effect.comparator != ComparatorClass::kNone;
    });
    if (claimed && pair.concern != any_concern_) return true;
    return std::any_of(pair.strata.begin(), pair.strata.end(), [](const Stratum& s) {
      return s.family == EvidenceFamily::kTrials && IsInactive(s.comparator) && Billionths(s.interval.high) < 0;
    });
  }

  // Bucher's indirect comparison through the named comparator with the least variance.
  std::optional<Own> CompareIndirectly(const PairData& pair) const {
    std::optional<Own> best;
    for (const Stratum& stratum : pair.strata) {
      if (stratum.family != EvidenceFamily::kTrials || !IsActive(stratum.comparator)) continue;
      const std::optional<NodeIndex> through = snapshot_->Find(stratum.comparator_id);
      if (!through.has_value() || *through == pair.intervention) continue;
      // Only inactive strata stand behind the comparator, so that no two interventions can lend to each other.
      const std::optional<AtConcern> comparator = At(*through, pair.concern, /*indirect=*/false);
      if (!comparator.has_value() || comparator->own == nullptr) continue;
      const Own sum = {{comparator->estimate.mean + stratum.estimate.mean,
                        comparator->estimate.variance + stratum.estimate.variance},
                       stratum.tau_squared,
                       stratum,
                       1,
                       *through};
      if (!best.has_value() ||
          IsSurer(sum.estimate, stratum.comparator_id, best->estimate, best->stratum.comparator_id)) {
        best = sum;
      }
    }
    return best;
  }

  static bool IsSurer(const Normal& a, std::string_view a_id, const Normal& b, std::string_view b_id) {
    const std::pair left(Billionths(a.variance), a_id);
    return left < std::pair(Billionths(b.variance), b_id);
  }

  // --- Shrinkage and borrowing

  const Own* OwnOf(NodeIndex intervention, NodeIndex concern, bool indirect) const {
    const PairData* pair = FindPair(intervention, concern);
    if (pair == nullptr) return nullptr;
    if (pair->own.has_value()) return &*pair->own;
    return indirect && pair->indirect.has_value() ? &*pair->indirect : nullptr;
  }

  // The estimate at one concern, or nullopt where neither the intervention nor a modality that holds it has data.
  std::optional<AtConcern> At(NodeIndex intervention, NodeIndex concern, bool indirect) const {
    AtConcern at;
    at.concern = concern;
    at.own = at.base = OwnOf(intervention, concern, indirect);
    if (!IsTechnique(intervention)) {
      if (at.own == nullptr) return std::nullopt;
      at.estimate = ShrinkModality(at.own->estimate, policy_);
      at.tau_squared = at.own->tau_squared;
      return at;
    }
    at.lender = SurestModality(intervention, indirect, at);
    if (at.own == nullptr && at.lender == nullptr) return std::nullopt;
    const Normal prior = TechniquePrior(at.modality_estimate.value_or(ShrinkModality(std::nullopt, policy_)), policy_);
    at.estimate = at.own == nullptr ? prior : Combine(prior, at.own->estimate);
    if (at.own == nullptr) at.base = at.lender;
    at.tau_squared = at.base->tau_squared;
    return at;
  }

  // Sets the modality of `technique` with data at `at.concern` whose shrunken variance is least; returns its data.
  const Own* SurestModality(NodeIndex technique, bool indirect, AtConcern& at) const {
    const Own* lender = nullptr;
    for (const NodeIndex modality : ModalitiesOf(technique)) {
      const Own* own = OwnOf(modality, at.concern, indirect);
      if (own == nullptr) continue;
      const Normal estimate = ShrinkModality(own->estimate, policy_);
      if (lender != nullptr &&
          !IsSurer(estimate, snapshot_->id(modality), *at.modality_estimate, snapshot_->id(at.modality))) {
        continue;
      }
      lender = own;
      at.modality = modality;
      at.modality_estimate = estimate;
    }
    return lender;
  }

  std::vector<NodeIndex> ModalitiesOf(NodeIndex technique) const {
    std::vector<NodeIndex> modalities;
    if (!originates_in_.has_value()) return modalities;
    for (const graph::Arc& arc : snapshot_->out(technique, *originates_in_)) {
      if (!snapshot_->IsObsolete(arc.node)) modalities.push_back(arc.node);
    }
    return modalities;
  }

  // Where the data come from: the concern, else the surest other concern of its group, else any concern.
  BenefitPlace Locate(NodeIndex intervention, NodeIndex concern, bool may_borrow, AtConcern& at) const {
    if (std::optional<AtConcern> here = At(intervention, concern, true)) {
      at = *std::move(here);
      return BenefitPlace::kConcern;
    }
    if (!may_borrow) return BenefitPlace::kNowhere;
    std::optional<AtConcern> best;
    const auto group = group_of_.find(concern);
    if (group != group_of_.end()) {
      for (const NodeIndex other : groups_.at(group->second)) {
        if (other == concern) continue;
        std::optional<AtConcern> there = At(intervention, other, true);
        if (!there.has_value()) continue;
        if (best.has_value() &&
            !IsSurer(there->estimate, snapshot_->id(other), best->estimate, snapshot_->id(best->concern))) {
          continue;
        }
        best = std::move(there);
      }
    }
    if (best.has_value()) {
      at = *std::move(best);
      return BenefitPlace::kConcernGroup;
    }
    if (any_concern_ == graph::kNoNode || concern == any_concern_) return BenefitPlace::kNowhere;
    if (std::optional<AtConcern> any = At(intervention, any_concern_, true)) {
      at = *std::move(any);
      return BenefitPlace::kAnyConcern;
    }
    return BenefitPlace::kNowhere;
  }

  // --- Benefit

  void Fill(const AtConcern& at, Benefit& benefit) const {
    benefit.place_concern = at.concern;
    if (at.own != nullptr) benefit.own = at.own->estimate;
    benefit.stratum = at.base->stratum;
    benefit.ladder_factor = at.base->factor;
    benefit.compared_through = at.base->through;
    benefit.modality = at.modality;
    benefit.modality_estimate = at.modality_estimate;
    benefit.estimate = at.estimate;
    if (benefit.place == BenefitPlace::kConcernGroup) benefit.place_factor = policy_.benefit.concern_group_factor;
    benefit.estimate.mean *= benefit.place_factor;
    benefit.tau_squared = at.tau_squared;
    Predict(benefit);
  }

  void FillFromPriors(NodeIndex intervention, AtConcern& at, Benefit& benefit) const {
    const Normal modality = ShrinkModality(std::nullopt, policy_);
    at.estimate = IsTechnique(intervention) ? TechniquePrior(modality, policy_) : modality;
    benefit.estimate = at.estimate;
    benefit.tau_squared = policy_.pooling.default_tau_squared;
    Predict(benefit);
  }

  std::vector<ShrinkageStep> ChainOf(NodeIndex intervention, const AtConcern& at) const {
    const Normal nothing_known = ShrinkModality(std::nullopt, policy_);
    const std::optional<Normal> own = at.own != nullptr ? std::optional(at.own->estimate) : std::nullopt;
    if (!IsTechnique(intervention)) return {{intervention, nothing_known, own, at.estimate}};
    std::vector<ShrinkageStep> chain;
    if (at.lender != nullptr) chain.push_back({at.modality, nothing_known, at.lender->estimate, *at.modality_estimate});
    const Normal prior = TechniquePrior(at.modality_estimate.value_or(nothing_known), policy_);
    chain.push_back({intervention, prior, own, at.estimate});
    return chain;
  }

  void Predict(Benefit& benefit) const {
    const double mean = benefit.estimate.mean;
    benefit.predictive_sd = PredictiveSd(benefit.estimate.variance, benefit.tau_squared);
    const double reach = Normal95() * benefit.predictive_sd;
    benefit.predictive = {mean - reach, mean + reach};
    benefit.cautious_effect = CautiousEffect(mean, benefit.predictive_sd, policy_.benefit.cautious_quantile);
    benefit.rate = SuccessRateDifference(benefit.cautious_effect);
  }

  CertaintyAssessment Grade(const AtConcern& at, const Benefit& benefit) const {
    if (at.base == nullptr) return {};
    CertaintyInput in = at.base->stratum.grading;
    const Stratum& stratum = at.base->stratum;
    if (stratum.comparator == ComparatorClass::kMixedInactive || stratum.comparator == ComparatorClass::kWaitlist) {
      in.indirectness.push_back(fmt::format("measured against {}, not usual care", NameOf(stratum.comparator)));
    }
    if (benefit.place == BenefitPlace::kConcernGroup) {
      in.indirectness.push_back(
          fmt::format("found for {}, another concern of the group", LabelOf(*snapshot_, at.concern)));
    } else if (benefit.place == BenefitPlace::kAnyConcern) {
      in.indirectness.emplace_back("found for concerns of any kind");
    }
    if (at.base->through != graph::kNoNode) {
      // The sum is what has to be precise, not the difference: that is near nothing between two therapies that work.
      const double reach = Normal95() * std::sqrt(at.base->estimate.variance);
      in.interval = Interval{at.base->estimate.mean - reach, at.base->estimate.mean + reach};
      in.prediction.reset();
      in.borrowing.push_back(fmt::format("an indirect comparison through {}", LabelOf(*snapshot_, at.base->through)));
    }
    if (at.own == nullptr) {
      in.borrowing.push_back(fmt::format("borrowed from {}", LabelOf(*snapshot_, at.modality)));
    }
    return AssessCertainty(in, policy_);
  }

  void Decide(const PairData* pair, const AtConcern& at, Benefit& benefit) const {
    const bool here = benefit.place == BenefitPlace::kConcern && at.own != nullptr;
    const bool not_above_zero =
        here && (Billionths(at.own->estimate.mean) <= 0 || Billionths(benefit.estimate.mean) <= 0);
    if (pair != nullptr && pair->harm) {
      SetStatus(BenefitStatus::kHarm, 0, benefit);
    } else if (not_above_zero || (pair != nullptr && pair->nothing_found && !here)) {
      SetStatus(BenefitStatus::kNoBenefitShown, 0, benefit);
    } else if (Billionths(benefit.rate) > Billionths(policy_.benefit.rationale_only_rate)) {
      SetStatus(BenefitStatus::kComputed, benefit.rate, benefit);
    } else {
      SetStatus(BenefitStatus::kRationaleOnly, policy_.benefit.rationale_only_rate, benefit);
      benefit.certainty =
          RationaleOnly(std::move(benefit.certainty), at.base == nullptr ? "never studied with a figure that counts"
                                                                         : "too little to be sure of a benefit");
    }
  }

  static void SetStatus(BenefitStatus status, double rate, Benefit& benefit) {
    benefit.status = status;
    benefit.rate = rate;
    if (rate > 0) benefit.number_needed_to_treat = 1 / rate;
  }

  std::string Describe(const AtConcern& at, const Benefit& benefit) const {
    if (benefit.status == BenefitStatus::kHarm) return "a comparison shows harm";
    if (at.base == nullptr) {
      return benefit.status == BenefitStatus::kNoBenefitShown ? "studied, and no benefit was found"
                                                              : "a rationale without a figure that counts";
    }
    const Stratum& stratum = at.base->stratum;
    // What is only borrowed counts for nothing where the intervention itself was studied and found wanting.
    std::string how = benefit.status == BenefitStatus::kNoBenefitShown && at.own == nullptr
                          ? "studied, and no benefit was found; beside it: "
                          : "";
    how += stratum.comparator == ComparatorClass::kAdditive
               ? fmt::format("with and without it, {}", NameOf(stratum.time))
               : fmt::format("against {}, {}", NameOf(stratum.comparator), NameOf(stratum.time));
    if (at.base->factor != 1) how += fmt::format(", times {:g} for usual care", at.base->factor);
    if (at.base->through != graph::kNoNode) {
      how += fmt::format(", added to what {} does against usual care", LabelOf(*snapshot_, at.base->through));
    }
    if (at.own == nullptr) {
      how += fmt::format("; borrowed from {}", LabelOf(*snapshot_, at.modality));
    } else if (at.modality != graph::kNoNode) {
      how += fmt::format("; shrunk towards {}", LabelOf(*snapshot_, at.modality));
    }
    if (benefit.place == BenefitPlace::kConcernGroup) {
      how += fmt::format("; found for {}, times {:g}", LabelOf(*snapshot_, at.concern),
                         policy_.benefit.concern_group_factor);
    } else if (benefit.place == BenefitPlace::kAnyConcern) {
      how += "; found for concerns of any kind";
    }
    return how;
  }

  std::vector<Caution> CautionsOf(NodeIndex intervention, NodeIndex concern) const {
    std::vector<Caution> cautions;
    std::vector<NodeIndex> concerns = {concern};
    if (any_concern_ != graph::kNoNode && any_concern_ != concern) concerns.push_back(any_concern_);
    for (const NodeIndex at : concerns) {
      const PairData* pair = FindPair(intervention, at);
      if (pair == nullptr) continue;
      for (const PairFinding& finding : pair->findings) {
        if (finding.polarity != Polarity::kHarm) continue;
        if (at == any_concern_ || finding.effect.comparator == ComparatorClass::kNone) {
          cautions.push_back({finding.finding.node, at});
        }
      }
    }
    return cautions;
  }

  const PairData* FindPair(NodeIndex intervention, NodeIndex concern) const {
    const auto found = pairs_.find(KeyOf(intervention, concern));
    return found == pairs_.end() ? nullptr : &found->second;
  }

  bool IsTechnique(NodeIndex node) const { return technique_.has_value() && snapshot_->kind(node) == *technique_; }

  static constexpr std::string_view kAnyConcernId = "concern:any";

  graph::SnapshotPtr snapshot_;
  EvidencePolicy policy_;
  std::optional<graph::RelationIndex> treats_, originates_in_;
  std::optional<graph::KindIndex> technique_, modality_, concern_;
  NodeIndex any_concern_ = graph::kNoNode;
  std::unordered_map<NodeIndex, std::string> group_of_;
  std::unordered_map<std::string, std::vector<NodeIndex>> groups_;  // members by id
  std::unordered_map<std::uint64_t, PairData> pairs_;
  std::unordered_map<NodeIndex, std::vector<FindingClaim>> claims_;  // by finding
  std::optional<std::int64_t> newest_year_;
  mutable std::shared_mutex brief_mutex_;
  mutable std::unordered_map<NodeIndex, std::unique_ptr<const BriefRow>> brief_;  // by concern
};

EvidenceBase::EvidenceBase(graph::SnapshotPtr snapshot, const EvidencePolicy& policy)
    : impl_(std::make_unique<const Impl>(std::move(snapshot), policy)) {}
EvidenceBase::~EvidenceBase() = default;
EvidenceBase::EvidenceBase(EvidenceBase&&) noexcept = default;
EvidenceBase& EvidenceBase::operator=(EvidenceBase&&) noexcept = default;

Synthesis EvidenceBase::Synthesize(NodeIndex intervention, NodeIndex concern) const {
  return impl_->Synthesize(intervention, concern);
}
Benefit EvidenceBase::BenefitOf(NodeIndex intervention, NodeIndex concern) const {
  return impl_->BenefitOf(intervention, concern);
}
const EvidenceBase::BriefRow& EvidenceBase::InBrief(NodeIndex concern) const { return impl_->InBrief(concern); }
std::vector<EvidenceBase::Pair> EvidenceBase::Pairs() const { return impl_->Pairs(); }
bool EvidenceBase::IsStudied(NodeIndex intervention, NodeIndex concern) const {
  return impl_->IsStudied(intervention, concern);
}
const std::vector<FindingClaim>& EvidenceBase::ClaimsOf(NodeIndex finding) const { return impl_->ClaimsOf(finding); }
const Snapshot& EvidenceBase::snapshot() const { return impl_->snapshot(); }
const EvidencePolicy& EvidenceBase::policy() const { return impl_->policy(); }

absl::StatusOr<Synthesis> Synthesize(const graph::SnapshotPtr& snapshot, const EvidencePolicy& policy,
                                     std::string_view intervention_id, std::string_view concern_id) {
  std::vector<Notice> notices;
  BRAID_ASSIGN_OR_RETURN(const NodeIndex intervention,
                         FindIntervention(*snapshot, intervention_id, "intervention_id", false, &notices));
  BRAID_ASSIGN_OR_RETURN(const NodeIndex concern, FindConcern(*snapshot, concern_id, "concern_id", false, &notices));
  return EvidenceBase(snapshot, policy).Synthesize(intervention, concern);
}

double RateAt(const Benefit& benefit, double quantile, const EvidencePolicy& policy) {
  return RateAt(Shorten(benefit), quantile, policy);
}
double RateAt(const BenefitInBrief& benefit, double quantile, const EvidencePolicy& policy) {
  if (benefit.status == BenefitStatus::kHarm || benefit.status == BenefitStatus::kNoBenefitShown) return 0;
  const double effect = CautiousEffect(benefit.mean, benefit.predictive_sd, quantile);
  return std::max(SuccessRateDifference(effect), policy.benefit.rationale_only_rate);
}

double PlausibilityOf(const Benefit& benefit, const graph::Weights& weights) {
  return benefit.rate * weights.certainty_factor[static_cast<std::size_t>(benefit.certainty.certainty)];
}

std::string_view NameOf(BenefitStatus status) {
  switch (status) {
    case BenefitStatus::kComputed:
      return "computed";
    case BenefitStatus::kRationaleOnly:
      return "rationale only";
    case BenefitStatus::kNoBenefitShown:
      return "no benefit shown";
    case BenefitStatus::kHarm:
      return "harm";
  }
  return {};
}

}  // namespace braid::ontology
