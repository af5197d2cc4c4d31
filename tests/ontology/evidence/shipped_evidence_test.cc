// The evidence that is shipped: every pair has a synthesis, and people can read what it says.

#include <algorithm>
#include <cmath>
#include <set>
#include <string>
#include <vector>

#include "fmt/format.h"
#include "gmock/gmock.h"
#include "graph/snapshot_builder.h"
#include "graph/validate.h"
#include "gtest/gtest.h"
#include "ontology/evidence/synthesis.h"
#include "ontology/policy.h"
#include "ontology/seed.h"
#include "tests/ontology/golden.h"

namespace braid::ontology {
namespace {

class Slots : public graph::SlotAllocator {
 public:
  graph::NodeIndex Take() override { return graph::NodeIndex{next_++}; }

 private:
  std::uint32_t next_ = 0;
};

graph::SnapshotPtr LoadShipped() {
  const absl::StatusOr<Seed> seed = ReadSeed(std::string(BRAID_SOURCE_DIR) + "/ontology");
  EXPECT_TRUE(seed.ok()) << seed.status();
  if (!seed.ok()) return nullptr;
  const graph::SnapshotPtr empty = graph::Snapshot::Empty();
  Slots slots;
  const auto changes = graph::ValidateChangeSet(*empty, seed->change_set, graph::Revision{1}, slots);
  EXPECT_TRUE(changes.ok()) << changes.status();
  if (!changes.ok()) return nullptr;
  graph::SnapshotBuilder builder(empty);
  for (const graph::LoggedChange& change : *changes) builder.Apply(change, graph::Revision{1});
  return std::move(builder).Build(graph::Revision{1});
}

class ShippedEvidenceTest : public testing::Test {
 protected:
  void SetUp() override {
    static const graph::SnapshotPtr& shipped = *new graph::SnapshotPtr(LoadShipped());
    snapshot_ = shipped;
    ASSERT_NE(snapshot_, nullptr);
    static const EvidenceBase& base = *new EvidenceBase(snapshot_, PolicyOf(*snapshot_)->evidence);
    base_ = &base;
  }
  Synthesis Ask(const char* intervention, const char* concern) const {
    return base_->Synthesize(*snapshot_->Find(intervention), *snapshot_->Find(concern));
  }
  std::vector<graph::NodeIndex> OfKind(const char* kind) const {
    std::vector<graph::NodeIndex> nodes;
    snapshot_->VisitNodes(snapshot_->schema().FindKind(kind), {}, [&](graph::NodeIndex node) {
      nodes.push_back(node);
      return true;
    });
    return nodes;
  }

  graph::SnapshotPtr snapshot_;
  const EvidenceBase* base_ = nullptr;
};

std::string Line(const graph::Snapshot& snapshot, const Synthesis& s) {
  const Benefit& b = s.benefit;
  std::size_t used = 0;
  for (const PairFinding& finding : s.findings) used += finding.use == FindingUse::kPooled ? 1U : 0U;
  return fmt::format("{} | {} | {} of {} findings, {} strata | {} | m {:.9f} sd {:.9f} rate {:.9f} | {} | {}\n",
                     snapshot.id(s.intervention), snapshot.id(s.concern), used, s.findings.size(), s.strata.size(),
                     NameOf(b.status), b.estimate.mean, b.predictive_sd, b.rate, NameOf(b.certainty.certainty), b.how);
}

TEST_F(ShippedEvidenceTest, SummaryIsAsReviewed) {
  std::string text =
      "# Intervention | concern | findings pooled, strata | status | shrunken g, predictive sd, success-rate "
      "difference |\n"
      "# certainty | what it rests on. BRAID_UPDATE_GOLDEN=1 rewrites it.\n";
  for (const EvidenceBase::Pair& pair : base_->Pairs()) {
    text += Line(*snapshot_, base_->Synthesize(pair.intervention, pair.concern));
  }
  ExpectGolden("shipped_evidence.txt", text);
}

TEST_F(ShippedEvidenceTest, EveryTreatsEdgeHasASynthesisThatHolds) {
  const graph::RelationIndex treats = *snapshot_->schema().FindRelation("treats");
  std::size_t edges = 0;
  for (const char* kind : {"technique", "modality"}) {
    for (const graph::NodeIndex node : OfKind(kind)) edges += snapshot_->out(node, treats).size();
  }
  EXPECT_EQ(base_->Pairs().size(), edges);
  EXPECT_GT(edges, 200U);
  for (const EvidenceBase::Pair& pair : base_->Pairs()) {
    SCOPED_TRACE(fmt::format("{} {}", snapshot_->id(pair.intervention), snapshot_->id(pair.concern)));
    const Synthesis s = base_->Synthesize(pair.intervention, pair.concern);
    EXPECT_FALSE(s.findings.empty());
    for (const PairFinding& finding : s.findings) {
      EXPECT_FALSE(finding.why.empty());
      EXPECT_EQ(finding.use == FindingUse::kPooled, finding.weight > 0);
      EXPECT_EQ(finding.stratum.has_value(), finding.effect.usable());
    }
    std::vector<double> weights(s.strata.size(), 0);
    for (const PairFinding& finding : s.findings) {
      if (finding.stratum.has_value()) weights[*finding.stratum] += finding.weight;
    }
    for (std::size_t i = 0; i < s.strata.size(); ++i) {
      EXPECT_NEAR(weights[i], 1, 1e-9);
      EXPECT_GT(s.strata[i].estimate.variance, 0);
      EXPECT_LT(s.strata[i].interval.low, s.strata[i].interval.high);
      EXPECT_FALSE(s.strata[i].certainty.steps.empty());
    }
    const Benefit& b = s.benefit;
    EXPECT_TRUE(std::isfinite(b.estimate.mean) && b.predictive_sd > 0);
    EXPECT_GE(b.rate, 0);
    EXPECT_LT(b.rate, .5);  // no psychotherapy does more against usual care
    EXPECT_EQ(b.rate == 0, b.status == BenefitStatus::kHarm || b.status == BenefitStatus::kNoBenefitShown);
    EXPECT_FALSE(b.how.empty());
    EXPECT_EQ(b.rate, base_->BenefitOf(pair.intervention, pair.concern).rate);
  }
}

TEST_F(ShippedEvidenceTest, NoActiveContrastIsABenefit) {
  for (const EvidenceBase::Pair& pair : base_->Pairs()) {
    const Benefit b = base_->BenefitOf(pair.intervention, pair.concern);
    if (!b.stratum.has_value()) continue;
    const ComparatorClass comparator = b.stratum->comparator;
    const bool contrast = comparator == ComparatorClass::kActive || comparator == ComparatorClass::kMedication;
    EXPECT_EQ(contrast, b.compared_through != graph::kNoNode);
    EXPECT_NE(comparator, ComparatorClass::kAssociation);
  }
}

TEST_F(ShippedEvidenceTest, EveryInterventionHasABenefitForEveryConcern) {
  const std::vector<graph::NodeIndex> concerns = OfKind("concern");
  for (const char* kind : {"technique", "modality"}) {
    for (const graph::NodeIndex intervention : OfKind(kind)) {
      for (const graph::NodeIndex concern : concerns) {
        const Benefit b = base_->BenefitOf(intervention, concern);
        EXPECT_TRUE(std::isfinite(b.rate));
        EXPECT_GE(b.rate, 0);
        EXPECT_LT(b.rate, .5);
        EXPECT_NE(b.certainty.certainty, graph::Certainty::kUnset);
      }
    }
  }
}

// Cuijpers 2023: g = 0.79 against control conditions, 409 trials; a newer review covers several disorders at once.
TEST_F(ShippedEvidenceTest, CbtForDepressionIsWhatItsOwnReviewSays) {
  const Benefit b = Ask("modality:cbt", "concern:depression").benefit;
  ASSERT_TRUE(b.stratum.has_value());
  EXPECT_NEAR(b.stratum->estimate.mean, .79, 1e-12);
  EXPECT_EQ(b.stratum->study_count, 409U);
  EXPECT_NEAR(b.own->mean, .8 * .79, 1e-12);
  EXPECT_EQ(b.status, BenefitStatus::kComputed);
  EXPECT_EQ(b.certainty.certainty, graph::Certainty::kModerate);
}

TEST_F(ShippedEvidenceTest, DebriefingHarms) {
  EXPECT_EQ(Ask("technique:critical_incident_debriefing", "concern:recent_trauma").benefit.status,
            BenefitStatus::kHarm);
  EXPECT_EQ(Ask("technique:cathartic_venting", "concern:anger").benefit.status, BenefitStatus::kHarm);
}

// Comparators that no list names: each is a decision not to compute, and new ones should be noticed.
TEST_F(ShippedEvidenceTest, UnlistedComparatorsAreKnown) {
  std::set<std::string> unlisted;
  for (const EvidenceBase::Pair& pair : base_->Pairs()) {
    for (const PairFinding& finding : base_->Synthesize(pair.intervention, pair.concern).findings) {
      if (finding.effect.unusable == Unusable::kUnclassifiedComparator) unlisted.insert(finding.finding.comparator);
    }
  }
  EXPECT_THAT(unlisted,
              testing::ElementsAre("all comparisons", "other conditions pooled (stated as other interventions)",
                                   "other treatments or usual care", "trial comparators", "usual care or other"));
}

TEST_F(ShippedEvidenceTest, RecalledFiguresAreAtMostLow) {
  for (const EvidenceBase::Pair& pair : base_->Pairs()) {
    const Benefit b = base_->BenefitOf(pair.intervention, pair.concern);
    if (!b.stratum.has_value() || !b.stratum->grading.recalled) continue;
    EXPECT_LE(b.certainty.certainty, graph::Certainty::kLow);
  }
}

}  // namespace
}  // namespace braid::ontology
