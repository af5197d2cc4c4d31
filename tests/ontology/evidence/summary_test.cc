#include "ontology/evidence/summary.h"

#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "ontology/evidence/evidence_table.h"
#include "tests/ontology/evidence/evidence_sketch.h"

namespace braid::ontology {
namespace {

using graph::Polarity;
using testing::HasSubstr;

FindingSketch Meta(std::string id, double g) {
  FindingSketch finding;
  finding.id = std::move(id);
  finding.about = {"modality:cbt"};
  finding.concerns = {"concern:depression"};
  finding.value = g;
  finding.low = g - .2;
  finding.high = g + .2;
  finding.k = 20;
  finding.n = 2000;
  finding.year = 2020;
  return finding;
}

Benefit SketchedBenefit(double mean, double sd, double rate) {
  Benefit benefit;
  benefit.status = BenefitStatus::kComputed;
  benefit.estimate.mean = mean;
  benefit.predictive_sd = sd;
  benefit.predictive = {mean - 2 * sd, mean + 2 * sd};
  benefit.rate = rate;
  benefit.certainty.certainty = graph::Certainty::kLow;
  benefit.stratum.emplace();
  benefit.stratum->study_count = 12;
  benefit.stratum->participant_count = 900;
  return benefit;
}

TEST(Summary, GivesFiguresNoMorePreciseThanTheyAreKnown) {
  const EvidencePolicy policy;
  EXPECT_EQ(SummaryOf(SketchedBenefit(.412, .21, .137), policy),
            "Of 100 pairs of one treated and one in usual care, about 15 more favour the treatment, cautiously: g 0.4, "
            "in one setting 0.0 to 0.8 (95 %); low certainty; 12 studies, 900 participants.");
  EXPECT_THAT(SummaryOf(SketchedBenefit(.412, .19, .137), policy), HasSubstr("g 0.41, in one setting 0.03 to 0.79"));
}

TEST(Summary, SaysWhatWasRecalledAndWhatIsARationaleOnly) {
  const EvidencePolicy policy;
  Benefit benefit = SketchedBenefit(.412, .19, .137);
  benefit.stratum->study_count = 1;
  benefit.stratum->participant_count.reset();
  benefit.stratum->grading.recalled = true;
  EXPECT_THAT(SummaryOf(benefit, policy), HasSubstr("; 1 study; figures recalled, not verified."));
  benefit.status = BenefitStatus::kRationaleOnly;
  EXPECT_THAT(SummaryOf(benefit, policy), HasSubstr("Too little to be sure of a benefit: a rationale only. g 0.41"));
  benefit.stratum.reset();
  EXPECT_THAT(SummaryOf(benefit, policy), HasSubstr("Never studied with a figure that counts"));
}

TEST(EvidenceTable, AFilterLooksAtOneClaim) {
  EvidenceSketch sketch;
  FindingSketch help = Meta("help", .5);
  FindingSketch harm = Meta("harm", -.5);
  harm.concerns = {"concern:panic"};
  harm.polarity = Polarity::kHarm;
  harm.recalled = true;
  const graph::SnapshotPtr snapshot = sketch.Add(help).Add(harm).Snapshot();
  const EvidenceBase base(snapshot, sketch.policy);
  const auto node = [&](const char* id) { return *snapshot->Find(id); };
  const auto passes = [&](const FindingFilter& filter, const char* id) {
    return Match(base, filter, node(id)).has_value();
  };
  FindingFilter filter;
  filter.intervention = node("modality:cbt");
  EXPECT_TRUE(passes(filter, "evidence:help") && passes(filter, "evidence:harm"));
  filter.polarity = Polarity::kHarm;
  EXPECT_FALSE(passes(filter, "evidence:help"));
  EXPECT_TRUE(passes(filter, "evidence:harm"));
  filter.concern = node("concern:depression");  // harm is for panic
  EXPECT_FALSE(passes(filter, "evidence:harm"));
  FindingFilter verified;
  verified.verified = true;
  EXPECT_TRUE(passes(verified, "evidence:help"));
  EXPECT_FALSE(passes(verified, "evidence:harm"));
  const auto listed = Match(base, {}, node("evidence:harm"));
  ASSERT_EQ(listed->claims.size(), 1U);
  EXPECT_EQ(listed->claims[0].concern, node("concern:panic"));
}

TEST(EvidenceTable, ACellCountsFindingsAndKnowsWhatIsBorrowed) {
  EvidenceSketch sketch;
  FindingSketch recalled = Meta("recalled", .4);
  recalled.recalled = true;
  recalled.polarity = Polarity::kMixed;
  const graph::SnapshotPtr snapshot = sketch.Add(Meta("a", .5)).Add(Meta("b", .6)).Add(recalled).Snapshot();
  const EvidenceBase base(snapshot, sketch.policy);
  const auto cell = [&](const char* intervention, const char* concern) {
    return CellOf(base, *snapshot->Find(intervention), *snapshot->Find(concern));
  };
  const EvidenceCell own = cell("modality:cbt", "concern:depression");
  EXPECT_TRUE(own.studied);
  EXPECT_EQ(own.polarities[static_cast<std::size_t>(Polarity::kSupports)], 2U);
  EXPECT_EQ(own.polarities[static_cast<std::size_t>(Polarity::kMixed)], 1U);
  EXPECT_EQ(own.unverified_count, 1U);
  EXPECT_FALSE(IsBorrowed(own.benefit));
  const EvidenceCell other_concern = cell("modality:cbt", "concern:dysthymia");
  EXPECT_FALSE(other_concern.studied);
  EXPECT_TRUE(IsBorrowed(other_concern.benefit));
  EXPECT_EQ(other_concern.benefit.place_factor, .7);
  EXPECT_TRUE(IsBorrowed(cell("technique:activation", "concern:depression").benefit));
  EXPECT_FALSE(IsBorrowed(cell("technique:alone", "concern:depression").benefit));
}

// Its own finding is null: its modality's numbers are shown, as borrowed, and count for nothing.
TEST(EvidenceTable, WhatFoundNothingBorrowsToShowAndNotToCount) {
  EvidenceSketch sketch;
  FindingSketch null;
  null.id = "null";
  null.about = {"technique:activation"};
  null.concerns = {"concern:depression"};
  null.sign = "descriptive";
  null.polarity = Polarity::kNull;
  const Synthesis s = sketch.Add(Meta("a", .6)).Add(null).Ask("technique:activation", "concern:depression");
  const Benefit& benefit = s.benefit;
  EXPECT_EQ(benefit.status, BenefitStatus::kNoBenefitShown);
  EXPECT_EQ(benefit.rate, 0);
  EXPECT_FALSE(benefit.number_needed_to_treat.has_value());
  EXPECT_TRUE(IsBorrowed(benefit));
  EXPECT_GT(benefit.estimate.mean, 0);
  ASSERT_EQ(benefit.shrinkage.size(), 2U);
  EXPECT_TRUE(benefit.shrinkage[0].data.has_value());
  EXPECT_FALSE(benefit.shrinkage[1].data.has_value());
  EXPECT_THAT(benefit.how, HasSubstr("studied, and no benefit was found; beside it: against usual care"));
}

}  // namespace
}  // namespace braid::ontology
