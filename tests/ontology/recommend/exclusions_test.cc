#include "ontology/recommend/exclusions.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "gtest/gtest.h"
#include "ontology/policy.h"
#include "tests/ontology/recommend/clients.h"
#include "tests/ontology/shipped.h"

namespace braid::ontology {
namespace {

using graph::Snapshot;

const Snapshot& Shipped() { return *ShippedOntology(); }

ScreenedTechnique Screen(const ClientProfile& profile, std::string_view id) {
  static const EvidenceBase& evidence = *new EvidenceBase(ShippedOntology(), PolicyOf(Shipped())->evidence);
  const Client client = ReadShipped(profile);
  ConcernBenefits benefits(evidence, client);
  for (const ScreenedTechnique& screened :
       ScreenTechniques(ShippedRecommender().base().techniques, client, {}, benefits, {})) {
    if (Shipped().id(screened.technique) == id) return screened;
  }
  ADD_FAILURE() << "no technique " << id;
  return {};
}

ClientProfile::Therapist TherapistIn(std::vector<std::string> modalities, const std::string& level) {
  ClientProfile::Therapist therapist;
  therapist.modalities = std::move(modalities);
  therapist.training_level = level;
  return therapist;
}

TEST(Exclusions, NameTheFlagThatBarsAndWhatWouldLiftIt) {
  ClientProfile profile;
  EXPECT_FALSE(Screen(profile, "technique:interoceptive_exposure").exclusion.has_value());
  profile.flags = {"flag:cardiac_disease"};
  const auto exclusion = Screen(profile, "technique:interoceptive_exposure").exclusion;
  ASSERT_TRUE(exclusion.has_value());
  EXPECT_EQ(exclusion->reason, ExclusionReason::kFlag);
  EXPECT_EQ(Shipped().id(exclusion->cause), "flag:cardiac_disease");
  EXPECT_EQ(exclusion->caution->level, CautionLevel::kExclude);
  EXPECT_FALSE(exclusion->lifted_by.empty());
  EXPECT_NE(exclusion->override_rule, OverrideRule::kNever);
}

TEST(Exclusions, AskAboutFlagsThatWereNotAssessed) {
  ClientProfile profile;
  const auto asked = Screen(profile, "technique:interoceptive_exposure").ask_first;
  const bool asks_for_heart = std::any_of(
      asked.begin(), asked.end(), [](graph::NodeIndex flag) { return Shipped().id(flag) == "flag:cardiac_disease"; });
  EXPECT_TRUE(asks_for_heart);
  profile.flags_assessed = true;
  EXPECT_TRUE(Screen(profile, "technique:interoceptive_exposure").ask_first.empty());
}

TEST(Exclusions, NothingLiftsWhatIsNeverRecommended) {
  const auto exclusion = Screen({}, "technique:critical_incident_debriefing").exclusion;
  ASSERT_TRUE(exclusion.has_value());
  EXPECT_EQ(exclusion->reason, ExclusionReason::kNeverRecommend);
  EXPECT_EQ(exclusion->override_rule, OverrideRule::kNever);
  EXPECT_TRUE(exclusion->lifted_by.empty());
}

TEST(Exclusions, AskForTrainingBeforeModality) {
  ClientProfile profile;
  profile.therapist = TherapistIn({"modality:cbt"}, "level:competent");
  EXPECT_EQ(Screen(profile, "technique:mentalizing_stop").exclusion->reason, ExclusionReason::kTraining);
  profile.therapist = TherapistIn({"modality:cbt"}, "level:specialist");
  EXPECT_EQ(Screen(profile, "technique:mentalizing_stop").exclusion->reason, ExclusionReason::kCompetence);
  profile.therapist = TherapistIn({"modality:mbt"}, "level:specialist");
  EXPECT_FALSE(Screen(profile, "technique:mentalizing_stop").exclusion.has_value());
}

// Rupture repair is part of the psychodynamic therapy that waits in a crisis; social rhythm of a therapy that waits in
// mania.
TEST(Exclusions, TellWhatIsBarredAsATreatmentAloneFromTheRest) {
  ClientProfile profile;
  profile.flags = {"flag:acute_suicidality"};
  profile.therapist = TherapistIn({"modality:stpp", "modality:mbt"}, "level:specialist");
  const ScreenedTechnique repair = Screen(profile, "technique:rupture_repair");
  EXPECT_TRUE(repair.exclusion.has_value());
  EXPECT_TRUE(repair.is_barred_as_treatment_alone);
  // What the flag bars itself, what the therapist never learnt, what the client refuses, what asks for more.
  EXPECT_FALSE(Screen(profile, "technique:transference_interpretation").is_barred_as_treatment_alone);
  EXPECT_FALSE(Screen(profile, "technique:chain_analysis").is_barred_as_treatment_alone);
  profile.preferences = {{"technique:rupture_repair", Attitude::kRefused}};
  EXPECT_FALSE(Screen(profile, "technique:rupture_repair").is_barred_as_treatment_alone);
  profile.preferences = {{"modality:stpp", Attitude::kRefused}};
  EXPECT_FALSE(Screen(profile, "technique:rupture_repair").is_barred_as_treatment_alone);
  profile.preferences.clear();
  profile.therapist = TherapistIn({"modality:stpp", "modality:mbt"}, "level:basic");
  EXPECT_FALSE(Screen(profile, "technique:rupture_repair").is_barred_as_treatment_alone);

  profile.flags = {"flag:mania"};
  profile.therapist = TherapistIn({"modality:ipsrt"}, "level:specialist");
  EXPECT_TRUE(Screen(profile, "technique:social_rhythm").is_barred_as_treatment_alone);
  profile.flags.clear();
  EXPECT_FALSE(Screen(profile, "technique:social_rhythm").is_barred_as_treatment_alone);
}

TEST(Exclusions, LeaveWhatAsksForTheLeastLevelToAnybody) {
  ClientProfile profile;
  profile.therapist = TherapistIn({"modality:emdr"}, "level:basic");
  EXPECT_FALSE(Screen(profile, "technique:safety_planning").exclusion.has_value());
}

TEST(Exclusions, RespectARefusalOfATechniqueAndOfEveryModalityThatItComesFrom) {
  ClientProfile profile;
  profile.preferences = {{"technique:change_talk", Attitude::kRefused}};
  EXPECT_EQ(Screen(profile, "technique:change_talk").exclusion->reason, ExclusionReason::kRefused);
  profile.preferences = {{"modality:mi", Attitude::kRefused}};
  EXPECT_EQ(Screen(profile, "technique:change_talk").exclusion->reason, ExclusionReason::kRefused);
}

TEST(Exclusions, TakeATechniqueFromHomeElseFromWhereTheTherapistIsCompetent) {
  ClientProfile profile;
  EXPECT_EQ(Shipped().id(Screen(profile, "technique:safety_planning").from), "modality:cbt");
  profile.therapist = TherapistIn({"modality:dbt", "modality:crisis"}, "level:specialist");
  EXPECT_EQ(Shipped().id(Screen(profile, "technique:safety_planning").from), "modality:dbt");
  profile.therapist->home_modality = "modality:crisis";
  EXPECT_EQ(Shipped().id(Screen(profile, "technique:safety_planning").from), "modality:crisis");
}

}  // namespace
}  // namespace braid::ontology
