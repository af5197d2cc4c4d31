#include "ontology/evidence/synthesis.h"

#include <cmath>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "graph/error.h"
#include "gtest/gtest.h"
#include "ontology/evidence/distributions.h"
#include "tests/ontology/evidence/evidence_sketch.h"

namespace braid::ontology {
namespace {

using graph::Certainty;
using graph::Polarity;
using testing::HasSubstr;

// A meta-analysis with an interval of ± .2 around `g`, on CBT for depression.
FindingSketch Meta(std::string id, double g, int year = 2020) {
  FindingSketch finding;
  finding.id = std::move(id);
  finding.about = {"modality:cbt"};
  finding.concerns = {"concern:depression"};
  finding.value = g;
  finding.low = g - .2;
  finding.high = g + .2;
  finding.level = 95;
  finding.k = 20;
  finding.n = 2000;
  finding.year = year;
  return finding;
}

FindingSketch Trial(std::string id, double g, int year) {
  FindingSketch finding = Meta(std::move(id), g, year);
  finding.design = "rct";
  finding.k = 1;
  finding.n = 100;
  return finding;
}

const PairFinding& Of(const Synthesis& synthesis, const std::string& id) {
  for (const PairFinding& finding : synthesis.findings) {
    if (finding.finding.id == "evidence:" + id) return finding;
  }
  ADD_FAILURE() << "no finding " << id;
  return synthesis.findings.front();
}

const double kVariance = std::pow(.4 / (2 * Normal95()), 2);

TEST(Synthesis, AMetaAnalysisEntersAsItIsAndIsShrunk) {
  EvidenceSketch sketch;
  const Synthesis s = sketch.Add(Meta("a", .6)).Ask("modality:cbt", "concern:depression");
  ASSERT_EQ(s.strata.size(), 1U);
  const Stratum& stratum = s.strata[0];
  EXPECT_EQ(stratum.comparator, ComparatorClass::kUsualCare);
  EXPECT_TRUE(stratum.from_meta_analysis);
  EXPECT_TRUE(stratum.tau_squared_assumed);
  EXPECT_EQ(stratum.tau_squared, .04);
  EXPECT_EQ(stratum.study_count, 20U);
  EXPECT_NEAR(stratum.estimate.variance, kVariance, 1e-12);
  EXPECT_NEAR(stratum.interval.low, .4, 1e-12);
  const Benefit& b = s.benefit;
  EXPECT_EQ(b.status, BenefitStatus::kComputed);
  EXPECT_EQ(b.place, BenefitPlace::kConcern);
  const Normal shrunk = Combine({0, .1225}, {.6, kVariance});
  EXPECT_NEAR(b.estimate.mean, shrunk.mean, 1e-12);
  EXPECT_NEAR(b.rate, SuccessRateDifference(CautiousEffect(shrunk.mean, std::sqrt(shrunk.variance + .04), .25)), 1e-12);
  EXPECT_NEAR(*b.number_needed_to_treat, 1 / b.rate, 1e-12);
  EXPECT_EQ(b.certainty.certainty, Certainty::kModerate);  // nothing but unreported risk of bias
  EXPECT_EQ(Of(s, "a").use, FindingUse::kPooled);
  EXPECT_NEAR(Of(s, "a").weight, 1, 1e-12);
}

TEST(Synthesis, ReportsRiskOfBiasWhereItIsGiven) {
  EvidenceSketch sketch;
  FindingSketch finding = Meta("a", .6);
  finding.risk_of_bias = "low";
  EXPECT_EQ(sketch.Add(finding).Ask("modality:cbt", "concern:depression").benefit.certainty.certainty,
            Certainty::kHigh);
}

TEST(Synthesis, TheNewestAdequateMetaAnalysisStands) {
  EvidenceSketch sketch;
  FindingSketch newest_without = Meta("none", .9, 2023);
  newest_without.low.reset();
  newest_without.high.reset();
  FindingSketch larger = Meta("larger", .5, 2020);
  larger.k = 30;
  const Synthesis s = sketch.Add(newest_without)
                          .Add(Meta("older", .7, 2010))
                          .Add(Meta("same_year", .8, 2020))
                          .Add(larger)
                          .Ask("modality:cbt", "concern:depression");
  EXPECT_NEAR(s.strata[0].estimate.mean, .5, 1e-12);
  EXPECT_EQ(Of(s, "larger").use, FindingUse::kPooled);
  for (const char* id : {"none", "older", "same_year"}) EXPECT_EQ(Of(s, id).use, FindingUse::kSuperseded) << id;
  EXPECT_THAT(Of(s, "older").why, HasSubstr("evidence:larger"));
}

TEST(Synthesis, AFigureForThisAloneStandsBeforeANewerForSeveral) {
  EvidenceSketch sketch;
  FindingSketch wide = Meta("wide", .9, 2024);
  wide.concerns = {"concern:depression", "concern:panic"};
  const Synthesis s = sketch.Add(wide).Add(Meta("own", .6, 2020)).Ask("modality:cbt", "concern:depression");
  EXPECT_EQ(Of(s, "own").use, FindingUse::kPooled);
  EXPECT_EQ(Of(s, "wide").use, FindingUse::kSuperseded);
}

TEST(Synthesis, ARateOfAdverseEventsIsNoEvidenceAgainstABenefit) {
  EvidenceSketch sketch;
  FindingSketch rate = Meta("rate", .08);
  rate.about = {"technique:activation"};
  rate.metric = "proportion";
  rate.sign = "descriptive";
  rate.comparator = "none";
  rate.polarity = Polarity::kHarm;
  const Synthesis s = sketch.Add(Meta("cbt", .6)).Add(rate).Ask("technique:activation", "concern:depression");
  EXPECT_NE(s.benefit.status, BenefitStatus::kNoBenefitShown);
  EXPECT_NE(s.benefit.status, BenefitStatus::kHarm);
  EXPECT_EQ(s.cautions.size(), 1U);
}

TEST(Synthesis, AMetaAnalysisIsNeverPooledWithItsOwnTrials) {
  EvidenceSketch sketch;
  FindingSketch meta = Meta("m", .6, 2020);
  meta.search_year = 2018;
  sketch.Add(meta).Add(Trial("inside", 3, 2018)).Add(Trial("after", .1, 2019));
  const Synthesis s = sketch.Ask("modality:cbt", "concern:depression");
  EXPECT_EQ(Of(s, "inside").use, FindingUse::kInMetaAnalysis);
  EXPECT_EQ(Of(s, "inside").weight, 0);
  EXPECT_EQ(Of(s, "after").use, FindingUse::kPooled);
  const Normal both = Combine({.6, kVariance}, {.1, kVariance + .04});
  EXPECT_NEAR(s.strata[0].estimate.mean, both.mean, 1e-12);
  EXPECT_EQ(s.strata[0].study_count, 21U);
  EXPECT_EQ(s.strata[0].participant_count, 2100U);
  EXPECT_NEAR(Of(s, "after").weight + Of(s, "m").weight, 1, 1e-12);
}

TEST(Synthesis, WithoutASearchDateItsYearIsTheBound) {
  EvidenceSketch sketch;
  FindingSketch undated = Trial("undated", 3, 2019);
  undated.year.reset();
  const Synthesis s = sketch.Add(Meta("m", .6, 2020))
                          .Add(Trial("same", 3, 2020))
                          .Add(undated)
                          .Add(Trial("next", .1, 2021))
                          .Ask("modality:cbt", "concern:depression");
  EXPECT_EQ(Of(s, "same").use, FindingUse::kInMetaAnalysis);
  EXPECT_EQ(Of(s, "undated").use, FindingUse::kInMetaAnalysis);
  EXPECT_EQ(Of(s, "next").use, FindingUse::kPooled);
}

TEST(Synthesis, TrialsArePooledByTheRulesForFew) {
  EvidenceSketch sketch;
  const Synthesis s =
      sketch.Add(Trial("a", .35, 2001)).Add(Trial("b", .45, 2002)).Ask("modality:cbt", "concern:depression");
  const Pooled want = *Pool({{"a", .35, kVariance}, {"b", .45, kVariance}});
  ASSERT_TRUE(s.strata[0].pooled.has_value());
  EXPECT_NEAR(s.strata[0].estimate.mean, want.mean, 1e-12);
  EXPECT_NEAR(s.strata[0].estimate.variance, want.normal_variance, 1e-12);
  EXPECT_EQ(s.strata[0].tau_squared, .04);
  EXPECT_EQ(s.strata[0].participant_count, 200U);
}

TEST(Synthesis, OutcomesOfOnePublicationAreOneSample) {
  EvidenceSketch sketch;
  FindingSketch a = Meta("a", .4), b = Meta("b", .8);
  a.source = b.source = "one";
  const Synthesis s = sketch.Add(a).Add(b).Ask("modality:cbt", "concern:depression");
  EXPECT_NEAR(s.strata[0].estimate.mean, .6, 1e-12);
  EXPECT_NEAR(s.strata[0].estimate.variance, kVariance * (2 + 2 * .5) / 4, 1e-12);
  EXPECT_EQ(s.strata[0].study_count, 20U);  // not 40
  EXPECT_NEAR(Of(s, "a").weight, .5, 1e-12);
}

TEST(Synthesis, NeverPoolsAcrossComparatorsTimesOrDesigns) {
  EvidenceSketch sketch;
  FindingSketch waitlist = Meta("w", 1.2), later = Meta("l", .3), open = Meta("o", 1.5);
  waitlist.comparator = "waitlist";
  later.outcome = "symptoms at 12 months";
  open.design = "open_trial";
  const Synthesis s =
      sketch.Add(Meta("u", .6)).Add(waitlist).Add(later).Add(open).Ask("modality:cbt", "concern:depression");
  EXPECT_EQ(s.strata.size(), 4U);
  for (const PairFinding& finding : s.findings) EXPECT_NEAR(finding.weight, 1, 1e-12);
  EXPECT_NEAR(s.benefit.own->mean, .6, 1e-12);
}

TEST(Synthesis, TheLadderDiscountsWhatIsNotUsualCare) {
  struct Case {
    const char* comparator;
    double factor;
    Certainty certainty;
  };
  for (const Case& c : {Case{"usual care", 1, Certainty::kModerate}, Case{"controls", .8, Certainty::kModerate},
                        Case{"waitlist", .6, Certainty::kModerate}}) {
    EvidenceSketch sketch;
    FindingSketch finding = Meta("a", .6);
    finding.comparator = c.comparator;
    const Synthesis s = sketch.Add(finding).Ask("modality:cbt", "concern:depression");
    EXPECT_NEAR(s.benefit.own->mean, c.factor * .6, 1e-12) << c.comparator;
    EXPECT_NEAR(s.benefit.own->variance, c.factor * c.factor * kVariance, 1e-12) << c.comparator;
    EXPECT_NEAR(s.benefit.tau_squared, c.factor * c.factor * .04, 1e-12) << c.comparator;
    EXPECT_NEAR(s.strata[0].estimate.mean, .6, 1e-12) << "the stratum itself is not discounted";
    // High less one for the comparator is moderate, where unreported risk of bias would have capped it anyway.
    EXPECT_EQ(s.benefit.certainty.certainty, c.certainty) << c.comparator;
    finding.risk_of_bias = "low";
    EvidenceSketch low;
    EXPECT_EQ(low.Add(finding).Ask("modality:cbt", "concern:depression").benefit.certainty.certainty,
              c.factor == 1 ? Certainty::kHigh : Certainty::kModerate)
        << c.comparator;
  }
}

TEST(Synthesis, AnActiveContrastIsNeverTheBenefit) {
  EvidenceSketch sketch;
  FindingSketch active = Meta("active", .02), inactive = Meta("inactive", .7);
  active.comparator = "other bona fide therapies";
  inactive.comparator = "waitlist";
  const Synthesis s = sketch.Add(active).Add(inactive).Ask("modality:cbt", "concern:depression");
  EXPECT_NEAR(s.benefit.own->mean, .6 * .7, 1e-12);
  EXPECT_EQ(s.strata.size(), 2U);  // but it is shown

  EvidenceSketch alone;
  const Synthesis only = alone.Add(active).Ask("modality:cbt", "concern:depression");
  EXPECT_EQ(only.strata.size(), 1U);
  EXPECT_FALSE(only.benefit.own.has_value());
  EXPECT_EQ(only.benefit.status, BenefitStatus::kRationaleOnly);

  active.comparator = "medication";
  EvidenceSketch drug;
  EXPECT_FALSE(drug.Add(active).Ask("modality:cbt", "concern:depression").benefit.own.has_value());
}

TEST(Synthesis, NoDifferenceFromAStudiedTherapyTransfersItsBenefit) {
  EvidenceSketch sketch;
  FindingSketch contrast = Meta("contrast", -.05);
  contrast.about = {"modality:act"};
  contrast.comparator = "CBT";
  contrast.polarity = Polarity::kNoDifference;
  const Synthesis s = sketch.Add(Meta("cbt", .6)).Add(contrast).Ask("modality:act", "concern:depression");
  const Normal cbt = Combine({0, .1225}, {.6, kVariance});
  ASSERT_TRUE(s.benefit.own.has_value());
  EXPECT_NEAR(s.benefit.own->mean, cbt.mean - .05, 1e-12);
  EXPECT_NEAR(s.benefit.own->variance, cbt.variance + kVariance, 1e-12);
  EXPECT_EQ(s.benefit.status, BenefitStatus::kComputed);
  EXPECT_EQ(s.benefit.certainty.certainty, Certainty::kModerate);
  int borrowed = 0;
  for (const CertaintyStep& step : s.benefit.certainty.steps) {
    if (step.domain == CertaintyDomain::kBorrowing) borrowed += step.change;
  }
  EXPECT_EQ(borrowed, -1);
  EXPECT_THAT(s.benefit.how, HasSubstr("Cbt"));
  // Two that were compared with each other only lend each other nothing.
  EvidenceSketch circle;
  FindingSketch back = contrast;
  back.id = "back";
  back.about = {"modality:cbt"};
  back.comparator = "ACT";
  EXPECT_FALSE(circle.Add(contrast).Add(back).Ask("modality:act", "concern:depression").benefit.own.has_value());
}

TEST(Synthesis, AComparatorThatItselfStandsOnAComparisonLendsNothing) {
  EvidenceSketch sketch;
  FindingSketch diary = Meta("diary", .6), cbt = Meta("cbt", 0), act = Meta("act", 0);
  diary.about = {"technique:diary"};
  cbt.comparator = "Diary";
  act.about = {"modality:act"};
  act.comparator = "CBT";
  sketch.Add(diary).Add(cbt).Add(act);
  EXPECT_TRUE(sketch.Ask("modality:cbt", "concern:depression").benefit.own.has_value());
  EXPECT_FALSE(sketch.Ask("modality:act", "concern:depression").benefit.own.has_value());
}

TEST(Synthesis, ATechniqueBorrowsFromItsSurestModality) {
  EvidenceSketch sketch;
  FindingSketch act = Meta("act", .9);
  act.about = {"modality:act"};
  act.low = .3;
  act.high = 1.5;
  sketch.Add(Meta("cbt", .6)).Add(act);
  const Synthesis s = sketch.Ask("technique:diary", "concern:depression");
  const Normal cbt = Combine({0, .1225}, {.6, kVariance});
  EXPECT_NEAR(s.benefit.modality_estimate->mean, cbt.mean, 1e-12);
  EXPECT_NEAR(s.benefit.estimate.mean, .5 * cbt.mean, 1e-12);
  EXPECT_NEAR(s.benefit.estimate.variance, .25 * cbt.variance + .04, 1e-12);
  EXPECT_FALSE(s.benefit.own.has_value());
  EXPECT_TRUE(s.findings.empty());
  EXPECT_EQ(sketch.Ask("modality:cbt", "concern:depression").benefit.certainty.certainty, Certainty::kModerate);
  EXPECT_THAT(s.benefit.how, HasSubstr("borrowed from Cbt"));
}

TEST(Synthesis, BorrowingTakesAGrade) {
  EvidenceSketch sketch;
  FindingSketch cbt = Meta("cbt", 1.2);
  cbt.risk_of_bias = "low";
  sketch.Add(cbt);
  EXPECT_EQ(sketch.Ask("modality:cbt", "concern:depression").benefit.certainty.certainty, Certainty::kHigh);
  EXPECT_EQ(sketch.Ask("technique:diary", "concern:depression").benefit.certainty.certainty, Certainty::kModerate);
}

TEST(Synthesis, ATechniquesOwnDataAreShrunkTowardsItsModality) {
  EvidenceSketch sketch;
  FindingSketch own = Meta("own", .5);
  own.about = {"technique:diary"};
  const Synthesis s = sketch.Add(Meta("cbt", .6)).Add(own).Ask("technique:diary", "concern:depression");
  const Normal cbt = Combine({0, .1225}, {.6, kVariance});
  const Normal want = Combine({.5 * cbt.mean, .25 * cbt.variance + .04}, {.5, kVariance});
  EXPECT_NEAR(s.benefit.estimate.mean, want.mean, 1e-12);
  EXPECT_NEAR(s.benefit.estimate.variance, want.variance, 1e-12);
  EXPECT_THAT(s.benefit.how, HasSubstr("shrunk towards Cbt"));
}

TEST(Synthesis, AddingATechniqueIsItsOwnEffectAndNotAModalitys) {
  EvidenceSketch sketch;
  FindingSketch additive = Meta("with_and_without", .3);
  additive.about = {"technique:diary", "modality:act"};
  additive.comparator = "CBT without it";
  FindingSketch usual = Meta("usual", .9);
  usual.about = {"technique:diary", "modality:act"};
  sketch.Add(additive).Add(usual);
  EXPECT_NEAR(sketch.Ask("technique:diary", "concern:depression").benefit.own->mean, .3, 1e-12);
  EXPECT_NEAR(sketch.Ask("modality:act", "concern:depression").benefit.own->mean, .9, 1e-12);
}

TEST(Synthesis, FallsBackToTheGroupThenToAnyConcernThenToTheFloor) {
  EvidenceSketch sketch;
  FindingSketch any = Meta("any", .8);
  any.concerns = {"concern:any"};
  sketch.Add(any);
  const Benefit from_any = sketch.Ask("modality:cbt", "concern:dysthymia").benefit;
  EXPECT_EQ(from_any.place, BenefitPlace::kAnyConcern);
  EXPECT_NEAR(from_any.estimate.mean, Combine({0, .1225}, {.8, kVariance}).mean, 1e-12);

  sketch.Add(Meta("depression", .6));
  const Benefit from_group = sketch.Ask("modality:cbt", "concern:dysthymia").benefit;
  EXPECT_EQ(from_group.place, BenefitPlace::kConcernGroup);
  EXPECT_NEAR(from_group.estimate.mean, .7 * Combine({0, .1225}, {.6, kVariance}).mean, 1e-12);
  EXPECT_EQ(sketch.Ask("modality:cbt", "concern:panic").benefit.place, BenefitPlace::kAnyConcern);

  const Benefit nowhere = sketch.Ask("technique:alone", "concern:dysthymia").benefit;
  EXPECT_EQ(nowhere.place, BenefitPlace::kNowhere);
  EXPECT_EQ(nowhere.status, BenefitStatus::kRationaleOnly);
  EXPECT_EQ(nowhere.rate, .04);
  EXPECT_EQ(nowhere.certainty.certainty, Certainty::kVeryLow);
}

TEST(Synthesis, AnotherPopulationTakesAGrade) {
  EvidenceSketch sketch;
  FindingSketch finding = Meta("a", 1.4);
  finding.risk_of_bias = "low";
  sketch.Add(finding);
  EXPECT_EQ(sketch.Ask("modality:cbt", "concern:dysthymia").benefit.certainty.certainty, Certainty::kModerate);
}

TEST(Synthesis, AFigureForSeveralCountsForEachWithAGradeLess) {
  EvidenceSketch sketch;
  FindingSketch finding = Meta("a", .6);
  finding.about = {"modality:cbt", "modality:act"};
  finding.risk_of_bias = "low";
  sketch.Add(finding);
  for (const char* modality : {"modality:cbt", "modality:act"}) {
    const Benefit benefit = sketch.Ask(modality, "concern:depression").benefit;
    EXPECT_NEAR(benefit.own->mean, .6, 1e-12);
    EXPECT_EQ(benefit.certainty.certainty, Certainty::kModerate);
  }
}

TEST(Synthesis, WhatWasStudiedAndFoundNothingIsNotBorrowedFor) {
  EvidenceSketch sketch;
  FindingSketch null = Meta("null", 0);
  null.about = {"technique:activation"};
  null.metric = "RR";  // shown, not computed with
  null.polarity = Polarity::kNull;
  const Benefit benefit =
      sketch.Add(Meta("cbt", .6)).Add(null).Ask("technique:activation", "concern:depression").benefit;
  // The modality's data are of the same concern, and the finding of nothing is about the technique itself.
  EXPECT_EQ(benefit.status, BenefitStatus::kNoBenefitShown);
  EXPECT_EQ(benefit.rate, 0);
  EXPECT_FALSE(benefit.number_needed_to_treat.has_value());
}

// Not only its rate: a reply that says what it rests on must not name another concern's data.
TEST(Synthesis, WhatWasStudiedAndFoundNothingRestsOnNoOtherConcern) {
  FindingSketch null = Meta("null", 0);
  null.metric = "RR";  // shown, not computed with
  FindingSketch any = Meta("any", .8);
  any.concerns = {"concern:any"};
  FindingSketch group = Meta("group", .6);
  group.concerns = {"concern:dysthymia"};
  for (const Polarity polarity : {Polarity::kNull, Polarity::kSupports}) {
    SCOPED_TRACE(polarity == Polarity::kNull ? "found nothing" : "found something, without a figure");
    null.polarity = polarity;
    EvidenceSketch sketch;
    const Benefit benefit = sketch.Add(any).Add(group).Add(null).Ask("modality:cbt", "concern:depression").benefit;
    const bool nothing = polarity == Polarity::kNull;
    EXPECT_EQ(benefit.place, nothing ? BenefitPlace::kNowhere : BenefitPlace::kConcernGroup);
    EXPECT_EQ(benefit.stratum.has_value(), !nothing);
    EXPECT_EQ(benefit.rate == 0, nothing);
  }
}

TEST(Synthesis, AnEffectNotAboveZeroShowsNoBenefit) {
  EvidenceSketch sketch;
  const Benefit benefit = sketch.Add(Meta("a", -.05)).Ask("modality:cbt", "concern:depression").benefit;
  EXPECT_EQ(benefit.status, BenefitStatus::kNoBenefitShown);
  EXPECT_EQ(benefit.rate, 0);
  EXPECT_EQ(RateAt(benefit, .5, sketch.policy), 0);
}

TEST(Synthesis, TooLittleToBeSureIsARationaleOnly) {
  EvidenceSketch sketch;
  const Benefit benefit = sketch.Add(Meta("a", .1)).Ask("modality:cbt", "concern:depression").benefit;
  EXPECT_EQ(benefit.status, BenefitStatus::kRationaleOnly);
  EXPECT_EQ(benefit.rate, .04);
  EXPECT_EQ(benefit.certainty.certainty, Certainty::kVeryLow);
  EXPECT_EQ(benefit.certainty.steps.back().domain, CertaintyDomain::kRationaleOnly);
}

TEST(Synthesis, AComparisonThatShowsHarmExcludes) {
  EvidenceSketch interval;
  const Benefit below = interval.Add(Meta("a", -.5)).Ask("modality:cbt", "concern:depression").benefit;
  EXPECT_EQ(below.status, BenefitStatus::kHarm);
  EXPECT_EQ(below.rate, 0);

  FindingSketch told = Meta("told", 0);
  told.sign = "descriptive";
  told.polarity = Polarity::kHarm;
  told.comparator = "doing nothing at all";
  EvidenceSketch claim;
  EXPECT_EQ(claim.Add(Meta("b", .9)).Add(told).Ask("modality:cbt", "concern:depression").benefit.status,
            BenefitStatus::kHarm);

  told.comparator = "none";
  EvidenceSketch rate;
  const Synthesis warned = rate.Add(Meta("b", .9)).Add(told).Ask("modality:cbt", "concern:depression");
  EXPECT_EQ(warned.benefit.status, BenefitStatus::kComputed);
  EXPECT_EQ(warned.cautions.size(), 1U);

  told.comparator = "waitlist";
  told.concerns = {"concern:any"};
  EvidenceSketch any;
  const Synthesis cautioned = any.Add(Meta("b", .9)).Add(told).Ask("modality:cbt", "concern:depression");
  EXPECT_EQ(cautioned.benefit.status, BenefitStatus::kComputed);
  EXPECT_EQ(cautioned.cautions.size(), 1U);
}

// Worse than another therapy is not worse than nothing.
TEST(Synthesis, LosingToAnotherTherapyIsNoHarm) {
  EvidenceSketch sketch;
  FindingSketch contrast = Meta("a", -.5);
  contrast.comparator = "other therapies";
  EXPECT_EQ(sketch.Add(Meta("b", .9)).Add(contrast).Ask("modality:cbt", "concern:depression").benefit.status,
            BenefitStatus::kComputed);
}

TEST(Synthesis, ACuratorsGradeStandsWithItsName) {
  EvidenceSketch sketch;
  sketch.Add(Meta("a", .6)).Grade("modality:cbt", "concern:depression", Certainty::kHigh, "R. Editor");
  const Synthesis s = sketch.Ask("modality:cbt", "concern:depression");
  EXPECT_EQ(s.benefit.certainty.certainty, Certainty::kHigh);
  EXPECT_THAT(s.benefit.certainty.steps.back().because, HasSubstr("R. Editor"));
  EXPECT_EQ(s.claims_without_finding, 1U);
}

// Strength times certainty: the factor once, not in the rate and again in the path.
TEST(Synthesis, CertaintyCountsOnceInPlausibility) {
  EvidenceSketch sketch;
  const Benefit b = sketch.Add(Meta("a", .6)).Ask("modality:cbt", "concern:depression").benefit;
  ASSERT_EQ(b.certainty.certainty, Certainty::kModerate);
  const Normal shrunk = Combine({0, .1225}, {.6, kVariance});
  const double rate = SuccessRateDifference(shrunk.mean - .67448975 * std::sqrt(shrunk.variance + .04));
  EXPECT_NEAR(b.rate, rate, 1e-8);
  EXPECT_NEAR(PlausibilityOf(b, graph::Weights{}), rate * .8, 1e-8);
}

TEST(Synthesis, RatesAtQuantilesSpanARange) {
  EvidenceSketch sketch;
  const Benefit b = sketch.Add(Meta("a", .6)).Ask("modality:cbt", "concern:depression").benefit;
  EXPECT_EQ(RateAt(b, .25, sketch.policy), b.rate);
  EXPECT_GT(RateAt(b, .75, sketch.policy), b.rate);
  EXPECT_GE(RateAt(b, .01, sketch.policy), .04);
}

TEST(Synthesis, AgeCountsOnlyWhereThePolicySaysSo) {
  EvidenceSketch sketch;
  sketch.Add(Meta("old", .6, 2010)).Add([] {
    FindingSketch other = Meta("elsewhere", .2, 2020);
    other.concerns = {"concern:panic"};
    return other;
  }());
  EXPECT_NEAR(sketch.Ask("modality:cbt", "concern:depression").strata[0].estimate.variance, kVariance, 1e-12);
  sketch.policy.pooling.half_life_years = 10;
  EXPECT_NEAR(sketch.Ask("modality:cbt", "concern:depression").strata[0].estimate.variance, 2 * kVariance, 1e-12);
}

TEST(Synthesis, NamesWhatIsWrongWithAQuestion) {
  EvidenceSketch sketch;
  const graph::SnapshotPtr snapshot = sketch.Snapshot();
  const auto reason = [&](const char* intervention, const char* concern) {
    const auto info = graph::ErrorInfoOf(Synthesize(snapshot, sketch.policy, intervention, concern).status());
    return std::pair(info->reason, info->violations[0].field);
  };
  EXPECT_EQ(reason("modality:none", "concern:depression"),
            std::pair(graph::Reason::kNodeNotFound, std::string("intervention_id")));
  EXPECT_EQ(reason("modality:cbt", "concern:none"), std::pair(graph::Reason::kNodeNotFound, std::string("concern_id")));
  EXPECT_EQ(reason("concern:panic", "concern:depression"),
            std::pair(graph::Reason::kValueOutOfRange, std::string("intervention_id")));
  EXPECT_EQ(reason("modality:cbt", "modality:cbt"),
            std::pair(graph::Reason::kValueOutOfRange, std::string("concern_id")));
}

TEST(EvidenceBase, OfAGraphWithoutTheFieldsWordsIsEmpty) {
  const EvidenceBase base(graph::Snapshot::Empty(), EvidencePolicy{});
  EXPECT_TRUE(base.Pairs().empty());
}

}  // namespace
}  // namespace braid::ontology
