// The sentences of single parts of a recommendation. plan_words.h puts them where they belong.
//
// Thread safety: pure functions.

#ifndef BRAID_SERVICE_RENDER_PLAN_SENTENCES_H_
#define BRAID_SERVICE_RENDER_PLAN_SENTENCES_H_

#include <cstdint>
#include <string>

#include "braid/v1/plan.pb.h"
#include "service/render/phrases.h"

namespace braid::service {

// What a technique stands for in a recommendation.
enum class TechniqueRole : std::uint8_t { kPlan, kSafety, kRelationship };

// The chain hop by hop, where the technique comes from, and what the hops rest on.
std::string WitnessText(const v1::Witness& witness);

std::string TechniqueText(const v1::RecommendedTechnique& technique, TechniqueRole role, const Labels& labels);
std::string RelationshipText(const v1::RelationshipBlock& relationship, const Labels& labels);
std::string ChangeLevelText(const v1::ChangeLevelMatch& match, const Labels& labels);
std::string ModalityText(const v1::ModalityOption& modality, const Labels& labels);
std::string TrackingText(const v1::MeasureTracking& tracking, const Labels& labels);
std::string ObstacleText(const v1::PlanObstacle& obstacle, const Labels& labels);
std::string ChangeText(const v1::PlanChange& change, const Labels& labels);

// Empty: the best plan does something for the need.
std::string UncoveredBecause(const v1::PlanNeed& need, v1::Outcome outcome);

// Empty: nothing was acknowledged.
std::string AcknowledgementText(const v1::AppliedOverride& applied);

std::string RobustnessText(const v1::Recommendation& recommendation, const Labels& labels);

}  // namespace braid::service

#endif  // BRAID_SERVICE_RENDER_PLAN_SENTENCES_H_
