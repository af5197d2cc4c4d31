#include "service/wire/evidence.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <variant>

#include "fmt/format.h"
#include "graph/error.h"
#include "ontology/evidence/summary.h"

namespace braid::service::wire {
namespace {

using graph::NodeIndex;
using graph::Snapshot;

// The API's enums begin with one more, *unspecified*; else the order is ours. Whoever breaks that is told here.
template <auto kOurs, auto kTheirs>
constexpr bool kFollows = static_cast<int>(kOurs) + 1 == static_cast<int>(kTheirs);
static_assert(kFollows<ontology::FindingUse::kPooled, v1::FINDING_USE_POOLED> &&
              kFollows<ontology::FindingUse::kBesideInterval, v1::FINDING_USE_BESIDE_INTERVAL>);
static_assert(kFollows<ontology::TimePoint::kPost, v1::TIME_POINT_POST> &&
              kFollows<ontology::TimePoint::kFollowUp, v1::TIME_POINT_FOLLOW_UP>);
static_assert(kFollows<ontology::EvidenceFamily::kTrials, v1::EVIDENCE_FAMILY_TRIALS> &&
              kFollows<ontology::EvidenceFamily::kCorrelational, v1::EVIDENCE_FAMILY_CORRELATIONAL>);
static_assert(kFollows<ontology::CertaintyDomain::kDesign, v1::CERTAINTY_DOMAIN_DESIGN> &&
              kFollows<ontology::CertaintyDomain::kBorrowing, v1::CERTAINTY_DOMAIN_BORROWING> &&
              kFollows<ontology::CertaintyDomain::kCurator, v1::CERTAINTY_DOMAIN_CURATOR>);
static_assert(kFollows<ontology::BenefitStatus::kComputed, v1::BENEFIT_STATUS_COMPUTED> &&
              kFollows<ontology::BenefitStatus::kHarm, v1::BENEFIT_STATUS_HARM>);
static_assert(kFollows<ontology::ComparatorClass::kUsualCare, v1::COMPARATOR_CLASS_USUAL_CARE> &&
              kFollows<ontology::ComparatorClass::kAssociation, v1::COMPARATOR_CLASS_ASSOCIATION>);

template <typename Theirs, typename Ours>
Theirs Following(Ours ours) {
  return static_cast<Theirs>(static_cast<int>(ours) + 1);
}

void EncodeInterval(const ontology::Interval& interval, v1::EffectInterval* out) {
  out->set_low(interval.low);
  out->set_high(interval.high);
}

void EncodeEstimate(const ontology::Normal& normal, v1::EffectEstimate* out) {
  out->set_mean(normal.mean);
  out->set_variance(normal.variance);
}

std::string IdOr(const Snapshot& snapshot, NodeIndex node) {
  return node == graph::kNoNode ? std::string() : std::string(snapshot.id(node));
}

void EncodeSource(const Snapshot& snapshot, const ontology::Finding& finding, const NodeView& view,
                  v1::EvidenceSource* out) {
  out->set_source_id(std::string(snapshot.id(finding.source)));
  out->set_label(std::string(snapshot.PreferredLabel(finding.source, view.languages)));
  if (finding.year.has_value()) out->set_year(*finding.year);
  for (const graph::Attribute& attribute : snapshot.node(finding.source).attributes) {
    const auto* text = std::get_if<std::string>(&attribute.value);
    if (attribute.name == "doi" && text != nullptr) out->set_doi(*text);
  }
}

v1::Verification VerificationOf(const ontology::Finding& finding) {
  if (finding.verified) return v1::VERIFICATION_SOURCE;
  return finding.recalled ? v1::VERIFICATION_RECALLED : v1::VERIFICATION_UNSPECIFIED;
}

void EncodeFinding(const Snapshot& snapshot, const ontology::Finding& finding, const NodeView& view, v1::Finding* out) {
  out->set_evidence_id(finding.id);
  out->set_label(std::string(snapshot.PreferredLabel(finding.node, view.languages)));
  out->set_verification(VerificationOf(finding));
  out->set_design(finding.design);
  out->set_comparator(finding.comparator);
  out->set_outcome(finding.outcome);
  out->set_metric(finding.metric);
  out->set_sign_convention(finding.sign_convention);
  if (finding.value.has_value()) out->set_value(*finding.value);
  if (finding.ci_low.has_value()) out->set_ci_low(*finding.ci_low);
  if (finding.ci_high.has_value()) out->set_ci_high(*finding.ci_high);
  if (finding.ci_level.has_value()) out->set_ci_level(*finding.ci_level);
  out->set_value_text(finding.value_text);
  if (finding.study_count.has_value()) out->set_study_count(*finding.study_count);
  if (finding.participant_count.has_value()) out->set_participant_count(*finding.participant_count);
  out->set_note(finding.note);
  if (finding.source != graph::kNoNode) EncodeSource(snapshot, finding, view, out->mutable_source());
}

void EncodeEffect(const ontology::Effect& effect, v1::FindingEffect* out) {
  out->set_g(effect.g);
  out->set_variance(effect.variance);
  EncodeInterval(effect.interval, out->mutable_interval());
  out->set_interval_published(effect.interval_published);
  out->set_level_assumed(effect.level_assumed);
  out->set_metric_unstated(effect.metric_unstated);
}

void EncodePairFinding(const Snapshot& snapshot, const ontology::PairFinding& finding, const NodeView& view,
                       v1::PairFinding* out) {
  EncodeFinding(snapshot, finding.finding, view, out->mutable_finding());
  out->set_polarity(static_cast<v1::Polarity>(finding.polarity));
  out->set_use(Following<v1::FindingUse>(finding.use));
  out->set_why(finding.why);
  if (finding.effect.usable()) EncodeEffect(finding.effect, out->mutable_effect());
  if (finding.stratum.has_value()) out->set_stratum_index(static_cast<std::int32_t>(*finding.stratum));
  out->set_weight(finding.weight);
}

void EncodeCertainty(const ontology::CertaintyAssessment& assessment, v1::CertaintyAssessment* out) {
  out->set_certainty(static_cast<v1::Certainty>(assessment.certainty));
  out->set_basis(v1::CERTAINTY_BASIS_COMPUTED);
  for (const ontology::CertaintyStep& step : assessment.steps) {
    if (step.domain == ontology::CertaintyDomain::kCurator) out->set_basis(v1::CERTAINTY_BASIS_CURATED);
    v1::CertaintyStep* message = out->add_steps();
    message->set_domain(Following<v1::CertaintyDomain>(step.domain));
    message->set_assessed(step.assessed);
    message->set_change(step.change);
    message->set_grade(step.grade);
    message->set_because(step.because);
  }
}

void EncodeStratum(const ontology::Stratum& stratum, v1::EvidenceStratum* out) {
  out->set_comparator(Following<v1::ComparatorClass>(stratum.comparator));
  out->set_comparator_id(stratum.comparator_id);
  out->set_time_point(Following<v1::TimePoint>(stratum.time));
  out->set_family(Following<v1::EvidenceFamily>(stratum.family));
  out->set_from_meta_analysis(stratum.from_meta_analysis);
  out->set_estimate(stratum.estimate.mean);
  out->set_variance(stratum.estimate.variance);
  EncodeInterval(stratum.interval, out->mutable_interval());
  if (stratum.prediction.has_value()) EncodeInterval(*stratum.prediction, out->mutable_prediction());
  v1::Heterogeneity* heterogeneity = out->mutable_heterogeneity();
  heterogeneity->set_tau_squared(stratum.tau_squared);
  heterogeneity->set_tau_squared_assumed(stratum.tau_squared_assumed);
  if (stratum.pooled.has_value()) {
    heterogeneity->set_i_squared(stratum.pooled->i_squared);
    heterogeneity->set_q(stratum.pooled->q);
    if (stratum.pooled->egger_p.has_value()) heterogeneity->set_egger_p(*stratum.pooled->egger_p);
  }
  out->set_study_count(static_cast<std::int64_t>(stratum.study_count));
  if (stratum.participant_count.has_value()) {
    out->set_participant_count(static_cast<std::int64_t>(*stratum.participant_count));
  }
  EncodeCertainty(stratum.certainty, out->mutable_certainty());
}

void EncodeBorrowing(const Snapshot& snapshot, const ontology::Benefit& benefit, v1::BorrowedFrom* out) {
  if (!benefit.own.has_value()) out->set_modality_id(IdOr(snapshot, benefit.modality));
  if (benefit.place != ontology::BenefitPlace::kConcern) out->set_concern_id(IdOr(snapshot, benefit.place_concern));
  out->set_concern_factor(benefit.place_factor);
  out->set_comparator_id(IdOr(snapshot, benefit.compared_through));
}

}  // namespace

absl::StatusOr<std::optional<graph::Polarity>> DecodePolarity(v1::Polarity polarity) {
  if (polarity == v1::POLARITY_UNSPECIFIED) return std::nullopt;
  if (!v1::Polarity_IsValid(polarity)) {
    return graph::MakeError(graph::Reason::kEnumUnknown,
                            fmt::format("polarity: this version knows no value {}", static_cast<int>(polarity)),
                            "polarity");
  }
  return static_cast<graph::Polarity>(polarity);
}

void EncodeSynthesis(const ontology::EvidenceBase& base, const ontology::Synthesis& synthesis, const NodeView& view,
                     v1::SynthesizeResponse* out) {
  const Snapshot& snapshot = base.snapshot();
  EncodeNode(snapshot, synthesis.intervention, view, out->mutable_intervention());
  EncodeNode(snapshot, synthesis.concern, view, out->mutable_concern());
  for (const ontology::PairFinding& finding : synthesis.findings) {
    EncodePairFinding(snapshot, finding, view, out->add_findings());
  }
  for (const ontology::Stratum& stratum : synthesis.strata) EncodeStratum(stratum, out->add_strata());
  EncodeBenefit(snapshot, synthesis.benefit, base.policy(), view, out->mutable_benefit());
  for (const ontology::Caution& caution : synthesis.cautions) {
    v1::EvidenceCaution* message = out->add_cautions();
    EncodeFinding(snapshot, ontology::ReadFinding(snapshot, caution.finding), view, message->mutable_finding());
    message->set_concern_id(std::string(snapshot.id(caution.concern)));
  }
  out->set_claim_without_finding_count(static_cast<std::int32_t>(synthesis.claims_without_finding));
}

void EncodeBenefit(const Snapshot& snapshot, const ontology::Benefit& benefit, const ontology::EvidencePolicy& policy,
                   const NodeView& view, v1::Benefit* out) {
  out->set_status(Following<v1::BenefitStatus>(benefit.status));
  out->set_summary(ontology::SummaryOf(benefit, policy));
  out->set_how(benefit.how);
  out->set_rate(benefit.rate);
  if (benefit.number_needed_to_treat.has_value()) out->set_number_needed_to_treat(*benefit.number_needed_to_treat);
  out->set_cautious_effect(benefit.cautious_effect);
  out->set_cautious_quantile(policy.benefit.cautious_quantile);
  EncodeEstimate(benefit.estimate, out->mutable_estimate());
  out->set_predictive_sd(benefit.predictive_sd);
  EncodeInterval(benefit.predictive, out->mutable_prediction());
  out->set_tau_squared(benefit.tau_squared);
  for (const ontology::ShrinkageStep& step : benefit.shrinkage) {
    v1::ShrinkageStep* message = out->add_shrinkage();
    message->set_node_id(std::string(snapshot.id(step.node)));
    message->set_label(std::string(snapshot.PreferredLabel(step.node, view.languages)));
    EncodeEstimate(step.prior, message->mutable_prior());
    if (step.data.has_value()) EncodeEstimate(*step.data, message->mutable_data());
    EncodeEstimate(step.estimate, message->mutable_estimate());
  }
  if (benefit.stratum.has_value()) EncodeStratum(*benefit.stratum, out->mutable_stratum());
  out->set_comparator_factor(benefit.ladder_factor);
  if (ontology::IsBorrowed(benefit)) EncodeBorrowing(snapshot, benefit, out->mutable_borrowed_from());
  EncodeCertainty(benefit.certainty, out->mutable_certainty());
}

void EncodeListedFinding(const Snapshot& snapshot, const ontology::ListedFinding& listed, const NodeView& view,
                         v1::ListedFinding* out) {
  EncodeFinding(snapshot, listed.finding, view, out->mutable_finding());
  for (const ontology::FindingClaim& claim : listed.claims) {
    v1::FindingClaim* message = out->add_claims();
    message->set_intervention_id(std::string(snapshot.id(claim.intervention)));
    message->set_concern_id(std::string(snapshot.id(claim.concern)));
    message->set_polarity(static_cast<v1::Polarity>(claim.polarity));
  }
}

void EncodeCell(const Snapshot& snapshot, const ontology::EvidenceCell& cell, NodeIndex concern,
                v1::EvidenceCell* out) {
  out->set_concern_id(std::string(snapshot.id(concern)));
  out->set_studied(cell.studied);
  for (std::size_t i = 0; i < cell.polarities.size(); ++i) {
    if (cell.polarities[i] == 0) continue;
    v1::PolarityCount* count = out->add_polarity_counts();
    count->set_polarity(static_cast<v1::Polarity>(i));
    count->set_count(static_cast<std::int32_t>(cell.polarities[i]));
  }
  out->set_unverified_count(static_cast<std::int32_t>(cell.unverified_count));
  out->set_status(Following<v1::BenefitStatus>(cell.benefit.status));
  out->set_rate(cell.benefit.rate);
  out->set_certainty(static_cast<v1::Certainty>(cell.benefit.certainty.certainty));
  out->set_borrowed(ontology::IsBorrowed(cell.benefit));
}

}  // namespace braid::service::wire
