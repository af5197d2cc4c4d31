#include "ontology/formats/metapsy.h"

#include <cstddef>
#include <string>

#include "gmock/gmock.h"
#include "graph/error.h"
#include "gtest/gtest.h"
#include "tests/ontology/formats/metapsy_data.h"

namespace braid::ontology {
namespace {

MetapsyRow OneRow(const std::string& name, const std::string& text) {
  const absl::StatusOr<MetapsyTable> table = ReadMetapsy(*FindMetapsyFormat(name), text);
  EXPECT_TRUE(table.ok()) << table.status();
  EXPECT_EQ(table->rows.size(), 1U);
  return table->rows[0];
}

TEST(Metapsy, OneNumberIsBenefitInOneTableAndHarmInAnother) {
  const std::string text = "\"\";study;.g;.g_se\n1;Doe;-0,5;0,25\n";
  EXPECT_EQ(OneRow("depression-psyctr", text).g, -.5);
  EXPECT_EQ(OneRow("gad-psyctr", text).g, .5);
  EXPECT_EQ(OneRow("gad-psyctr", text).g_se, .25);
}

TEST(Metapsy, ReadsTheColumnsByName) {
  const MetapsyRow row = OneRow("ptsd",
                                ".g_se,study,condition_arm1,condition_arm1.lumped_category,condition_arm2,n_arm1,year,"
                                "rob,.g,multi_arm1\n0.2,\"Doe, 2001\",PE,TF-CBT,Waitlist,NR,2001,High,1.5,NA\n");
  EXPECT_EQ(row.study, "Doe, 2001");
  EXPECT_EQ(row.intervention, "PE");
  EXPECT_EQ(row.intervention_class, "TF-CBT");
  EXPECT_EQ(row.comparator, "Waitlist");
  EXPECT_FALSE(row.n_arm1.has_value());
  EXPECT_EQ(row.year, 2001);
  EXPECT_EQ(row.risk_of_bias, "High");
  EXPECT_EQ(row.multi_arm1, "");
  const Study study = *EffectOf(row);
  EXPECT_EQ(study.effect, 1.5);
  EXPECT_DOUBLE_EQ(study.variance, .04);
}

TEST(Metapsy, ARowWithoutAnEffectIsListedAndNotPooled) {
  for (const char* cells : {"NA;0,2", "0,5;NA", "0,5;0", "0,5;-1"}) {
    EXPECT_FALSE(EffectOf(OneRow("ptsd-psyctr", "study;.g;.g_se\nDoe;" + std::string(cells) + "\n")).has_value());
  }
}

TEST(Metapsy, RefusesAnEffectThatIsNoNumber) {
  const auto status = ReadMetapsy(*FindMetapsyFormat("ptsd-psyctr"), "study;.g\na;1\nb;much\n").status();
  EXPECT_EQ(graph::ErrorInfoOf(status)->violations[0].field, "line 3");
  EXPECT_FALSE(ReadMetapsy(*FindMetapsyFormat("ptsd-psyctr"), "x;.g\na;1\n").ok());
  EXPECT_EQ(FindMetapsyFormat("tarot"), nullptr);
}

struct TableFacts {
  const char* name;
  std::size_t rows;
};

// The counts of the data's own description, and the sign against what the arms' means say.
TEST(Metapsy, EveryTableIsReadWithItsOwnSign) {
  const TableFacts tables[] = {
      {"depression-psyctr", 900},
      {"depression-inpatients", 143},
      {"depression-anxiety-transdiagnostic", 122},
      {"gad-psyctr", 126},
      {"sad-psyctr", 315},
      {"ocd-psyctr", 90},
      {"panic-psyctr", 82},
      {"ptsd-psyctr", 131},
      {"psychosis-psyctr", 206},
      {"borderline-psyctr", 54},
      {"suicide-psyctr", 190},
      {"grief-psyctr", 38},
      {"total-response", 569},
  };
  if (!MetapsyDataIsThere()) GTEST_SKIP() << kNoMetapsyData;
  for (const TableFacts& facts : tables) {
    SCOPED_TRACE(facts.name);
    const absl::StatusOr<MetapsyTable> table =
        ReadMetapsy(*FindMetapsyFormat(facts.name), ReadOutsideFile("metapsy/" + std::string(facts.name) + ".csv"));
    ASSERT_TRUE(table.ok()) << table.status();
    EXPECT_EQ(table->rows.size(), facts.rows);
    std::size_t compared = 0, agreeing = 0, effects = 0, logs = 0;
    for (const MetapsyRow& row : table->rows) {
      if (EffectOf(row).has_value()) ++effects;
      if (row.log_risk_ratio.has_value() && row.log_risk_ratio_se.has_value()) ++logs;
      if (!row.g.has_value() || !row.mean_arm1.has_value() || !row.mean_arm2.has_value()) continue;
      // On nearly all instruments less is better, so the first arm did better where its mean is lower.
      if (*row.g == 0 || *row.mean_arm1 == *row.mean_arm2) continue;
      ++compared;
      if ((*row.g > 0) == (*row.mean_arm1 < *row.mean_arm2)) ++agreeing;
    }
    if (std::string(facts.name) == "total-response") {
      EXPECT_EQ(effects, 0U);
      EXPECT_EQ(logs, facts.rows);
      continue;
    }
    EXPECT_GT(effects, 0U);
    if (compared > 0) {
      EXPECT_GE(static_cast<double>(agreeing), .8 * static_cast<double>(compared)) << agreeing << " of " << compared;
    }
    RecordProperty(std::string(facts.name) + "_sign", std::to_string(agreeing) + "/" + std::to_string(compared));
  }
}

}  // namespace
}  // namespace braid::ontology
