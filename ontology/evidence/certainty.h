// Computed certainty: how sure a pooled effect is, step by step (algorithms.md, section 3.3).
//
// It follows the domains of GRADE (Guyatt et al. 2008) by formula. GRADE is a judgement and this is none, hence
// *computed certainty*; a curator's grade stands above it. Every step is data, so that a reply can show how the grade
// came about, and what could not be assessed.
//
// Thread safety: pure functions.

#ifndef BRAID_ONTOLOGY_EVIDENCE_CERTAINTY_H_
#define BRAID_ONTOLOGY_EVIDENCE_CERTAINTY_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "graph/model.h"
#include "ontology/evidence/evidence_policy.h"
#include "ontology/evidence/meta_analysis.h"

namespace braid::ontology {

enum class CertaintyDomain : std::uint8_t {
  kDesign,  // where it starts
  kRiskOfBias,
  kInconsistency,
  kIndirectness,
  kImprecision,
  kSmallStudyEffects,
  kLargeEffect,  // the only way up
  kBorrowing,    // from a modality, or through a comparator
  kUnverified,   // recalled figures, unpublished intervals
  kFewStudies,
  kRationaleOnly,
  kCurator
};

std::string_view NameOf(CertaintyDomain domain);

struct CertaintyStep {
  CertaintyDomain domain = CertaintyDomain::kDesign;
  bool assessed = true;  // false: the data do not say; the change is then 0 or that of a cap
  int change = 0;        // in grades; of the start, the grade itself
  int grade = 0;         // after the step, before it is kept within 1 to 4
  std::string because;   // one sentence without a full stop
};

struct CertaintyAssessment {
  graph::Certainty certainty = graph::Certainty::kVeryLow;  // kVeryLow to kHigh
  std::vector<CertaintyStep> steps;
};

// What is known of a pooled effect. What is not known is unset.
struct CertaintyInput {
  enum class Start : std::uint8_t { kRandomized, kObservational, kOpinion };
  Start start = Start::kRandomized;
  // Share of the weight at high risk of bias, and whether every study reports its risk. Unset: none does.
  std::optional<double> high_risk_share;
  bool all_risks_reported = false;
  std::optional<double> i_squared;
  std::optional<Interval> prediction;
  std::optional<Interval> interval;  // unset: no estimate, so that imprecision cannot be judged
  std::optional<std::size_t> participants;
  std::size_t study_count = 0;
  std::optional<double> egger_p;
  // Each is one grade down, at most max_indirectness_steps: what makes the effect one of another comparator,
  // population or intervention than was asked for.
  std::vector<std::string> indirectness;
  // Each is one grade down without limit.
  std::vector<std::string> borrowing;
  bool interval_imputed = false;  // one grade down
  bool recalled = false;          // at most low
  // We pooled them ourselves, and they are few: at most low (1) or moderate (below full_model_min_studies).
  bool pooled_here = false;
};

CertaintyAssessment AssessCertainty(const CertaintyInput& input, const EvidencePolicy& policy);

// The same, brought down to very low: there is a rationale, and no effect that could be relied on.
CertaintyAssessment RationaleOnly(CertaintyAssessment assessment, std::string because);

// A curator's grade in the place of the computed one, whose steps stay. `name`: who gave it.
CertaintyAssessment Override(CertaintyAssessment assessment, graph::Certainty certainty, std::string_view name);

// `high`, `moderate`, `low`, `very low`, `no source`.
std::string_view NameOf(graph::Certainty certainty);

}  // namespace braid::ontology

#endif  // BRAID_ONTOLOGY_EVIDENCE_CERTAINTY_H_
