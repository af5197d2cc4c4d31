#include "tests/ontology/recommend/clients.h"

#include <algorithm>

#include "graph/budget.h"
#include "gtest/gtest.h"
#include "ontology/policy.h"
#include "tests/ontology/shipped.h"

namespace braid::ontology {
namespace {

using graph::NodeIndex;

std::string IdOf(NodeIndex node) { return std::string(ShippedOntology()->id(node)); }

}  // namespace

const Recommender& ShippedRecommender() {
  static const Recommender& recommender = *[] {
    const graph::SnapshotPtr snapshot = ShippedOntology();
    auto made = Recommender::Create(snapshot, PolicyOf(*snapshot));
    EXPECT_TRUE(made.ok()) << made.status();
    return new Recommender(*std::move(made));
  }();
  return recommender;
}

Client ReadShipped(const ClientProfile& profile) {
  auto client = ReadClient(*ShippedOntology(), profile, nullptr);
  EXPECT_TRUE(client.ok()) << client.status();
  return client.ok() ? *std::move(client) : Client{};
}

absl::StatusOr<Recommendation> AskFor(const ClientProfile& profile, const RecommendOptions& options) {
  graph::Budget budget;
  return ShippedRecommender().Recommend(ReadShipped(profile), options, budget);
}

Recommendation RecommendTo(const ClientProfile& profile, const RecommendOptions& options) {
  auto recommendation = AskFor(profile, options);
  EXPECT_TRUE(recommendation.ok()) << recommendation.status();
  return recommendation.ok() ? *std::move(recommendation) : Recommendation{};
}

std::vector<std::string> IdsOf(const RecommendedPlan& plan) {
  std::vector<std::string> ids;
  for (const RecommendedItem& item : plan.items) ids.push_back(IdOf(item.benefit.technique));
  return ids;
}

std::vector<std::string> SafetyIds(const Recommendation& recommendation) {
  std::vector<std::string> ids;
  for (const SafetyStep& step : recommendation.safety) {
    for (const NodeIndex technique : step.techniques) ids.push_back(IdOf(technique));
  }
  return ids;
}

std::vector<std::string> RelationshipIds(const Recommendation& recommendation) {
  std::vector<std::string> ids;
  for (const RelationshipStep& step : recommendation.relationship.steps) ids.push_back(IdOf(step.technique));
  return ids;
}

std::set<std::string> AllIds(const Recommendation& recommendation) {
  std::set<std::string> all;
  for (const std::string& id : SafetyIds(recommendation)) all.insert(id);
  for (const std::string& id : RelationshipIds(recommendation)) all.insert(id);
  for (const RecommendedPlan& plan : recommendation.plans) {
    for (const std::string& id : IdsOf(plan)) all.insert(id);
  }
  return all;
}

const Exclusion* ExclusionOf(const Recommendation& recommendation, std::string_view id) {
  const auto& all = recommendation.exclusions;
  const auto at = std::find_if(all.begin(), all.end(), [&](const Exclusion& e) { return IdOf(e.technique) == id; });
  return at == all.end() ? nullptr : &*at;
}

ClientProfile RandomProfile(std::uint32_t seed) { return RandomProfile(*ShippedOntology(), seed); }

ClientProfile CaseProfile(int number) {
  ClientProfile p;
  p.flags_assessed = true;
  const auto needs = [&](std::vector<double> ratings, const std::vector<std::string>& processes) {
    const char* const dimensions[] = {"thoughts", "emotions", "behaviours", "relationships", "context"};
    for (std::size_t i = 0; i < ratings.size(); ++i) {
      p.needs.push_back({std::string("dimension:") + dimensions[i], {}, ratings[i]});
    }
    for (const std::string& process : processes) p.needs.push_back({"process:" + process});
  };
  const auto therapist = [&](std::vector<std::string> modalities, std::string level) {
    p.therapist.emplace();
    p.therapist->modalities = std::move(modalities);
    p.therapist->training_level = std::move(level);
  };
  p.traits = {CopingStyle::kInternalising, Reactance::kLow, FunctionalImpairment::kModerate, SubjectiveDistress::kHigh};
  p.alliance.measure = "measure:srs";
  p.format = TreatmentFormat::kIndividual;
  switch (number) {
    case 1:
      needs({0.7, 0.6, 0.8, 0.5, 0.3},
            {"rumination", "low_mood", "withdrawal_inactivity", "loneliness", "ambivalence"});
      p.concerns = {"concern:depression"};
      p.stage = "stage:contemplation";
      p.traits.reactance = Reactance::kMedium;
      p.traits.subjective_distress = SubjectiveDistress::kModerate;
      // "Worksheets", mapped by hand.
      p.preferences = {{"technique:thought_record", Attitude::kDisliked}};
      therapist({"modality:cbt", "modality:ba", "modality:mi"}, "level:competent");
      p.alliance.scores = {36};
      p.measures = {{"measure:phq9", {16}}, {"measure:gad7", {9}}};
      break;
    case 2:
      needs({0.8, 0.7, 0.9, 0.2, 0.2},
            {"catastrophic_misinterpretation", "anxiety_arousal", "safety_behaviours", "behavioural_avoidance"});
      p.concerns = {"concern:panic"};
      p.stage = "stage:preparation";
      p.flags = {"flag:cardiac_disease", "flag:respiratory_disease"};
      therapist({"modality:cbt", "modality:up", "modality:act"}, "level:competent");
      p.alliance.scores = {38};
      p.measures = {{"measure:gad7", {13}}, {"measure:phq9", {8}}};
      break;
    case 3:
      needs({0.5, 1.0, 0.9, 0.9, 0.5}, {"emotion_dysregulation", "impulsive_self_damage", "insecure_attachment",
                                        "trauma_memory", "invalidating_environment", "hopelessness"});
      p.concerns = {"concern:bpd", "concern:self_harm", "concern:suicidality", "concern:complex_trauma"};
      p.stage = "stage:preparation";
      p.traits = {CopingStyle::kExternalising, Reactance::kMedium, FunctionalImpairment::kHigh,
                  SubjectiveDistress::kHigh};
      p.flags = {"flag:acute_suicidality", "flag:active_self_harm", "flag:low_affect_tolerance"};
      p.prior_responses = {{"modality:stpp", PriorOutcome::kDeteriorated, true, 4}};
      therapist({"modality:stpp", "modality:mbt"}, "level:specialist");
      p.alliance.scores = {33};
      p.measures = {{"measure:phq9", {22}}, {"measure:core10", {31}}};
      p.risk_item = 3;
      break;
    case 4:
      needs({0.8, 0.9, 0.7, 0.3, 0.2}, {"trauma_memory", "behavioural_avoidance", "shame", "sleep_disruption"});
      p.concerns = {"concern:ptsd"};
      p.stage = "stage:preparation";
      // "Telling the story over and over in detail", mapped by hand.
      p.preferences = {{"technique:imaginal_exposure", Attitude::kDisliked}};
      p.prior_responses = {{"modality:person_centred", PriorOutcome::kUnchanged, false, 10}};
      therapist({"modality:cbt", "modality:cpt", "modality:emdr"}, "level:specialist");
      p.alliance.scores = {38};
      p.measures = {{"measure:pcl5", {52}}, {"measure:phq9", {13}}};
      break;
    case 5:
      needs({0.3, 0.6, 0.4, 0.9, 1.0}, {"interpersonal_conflict", "social_adversity", "anxiety_arousal", "loneliness"});
      p.concerns = {"concern:couple_distress"};
      p.stage = "stage:contemplation";
      p.flags = {"flag:intimate_violence", "flag:ongoing_threat"};
      p.preferences = {{"modality:eft_couples", Attitude::kLiked}};
      therapist({"modality:eft_couples", "modality:systemic", "modality:integrative"}, "level:specialist");
      p.alliance.scores = {37};
      break;
    default:
      needs({0.8, 0.6, 0.7, 0.6, 0.2}, {"attentional_bias", "safety_behaviours", "perfectionistic_standards",
                                        "self_criticism", "shame", "alliance_rupture"});
      p.concerns = {"concern:social_anxiety", "concern:perfectionism", "concern:depression"};
      p.stage = "stage:action";
      p.traits.reactance = Reactance::kHigh;
      p.flags = {"flag:high_reactance", "flag:unrepaired_rupture"};
      p.prior_responses = {{"modality:cbt", PriorOutcome::kDeteriorated, false, 7}};
      therapist({"modality:cbt", "modality:cft", "modality:integrative"}, "level:competent");
      p.alliance.scores = {37, 37, 36, 35, 33, 31, 29};
      p.alliance.markers = {RuptureMarker::kWithdrawal};
      p.measures = {{"measure:phq9", {9, 10, 10, 12, 13, 15, 16}}};
      p.sessions.done = 7;
      break;
  }
  return p;
}

}  // namespace braid::ontology
