// What a recommendation and a revision hold, in the words in which scenarios speak of it (predicate.h).
//
// Thread safety: pure functions.

#ifndef BRAID_TESTS_SCENARIOS_REPLY_H_
#define BRAID_TESTS_SCENARIOS_REPLY_H_

#include <set>
#include <string>
#include <vector>

#include "braid/v1/course.pb.h"
#include "braid/v1/plan.pb.h"

namespace braid::scenarios {

// The techniques, in the order in which a reader meets them.
std::vector<std::string> SafetyIds(const v1::Recommendation& reply);
std::vector<std::string> RelationshipIds(const v1::Recommendation& reply);
std::vector<std::string> PlanIds(const v1::Plan& plan);
// The three after one another, of the best plan, each technique once.
std::vector<std::string> SequenceOf(const v1::Recommendation& reply);

// The modalities from which the techniques of `plan` are taken.
std::set<std::string> ModalitiesOf(const v1::Recommendation& reply, const v1::Plan& plan);

// Techniques of safety, relationship and any plan; their modalities; and the modalities that are named as options.
std::set<std::string> Recommended(const v1::Recommendation& reply);

// All text that Braid wrote into the reply: neither ids nor labels nor what the client or the therapist wrote.
std::string TextOf(const v1::Recommendation& reply);
std::string TextOf(const v1::PlanRevision& reply);

// What a reader needs to see why an expectation fails: the parts, the modalities and the safety steps, by id; the needs
// with their scores and what is done about them, the changes and what is measured next.
std::string Outline(const v1::Recommendation& reply);
std::string Outline(const v1::PlanRevision& reply);

}  // namespace braid::scenarios

#endif  // BRAID_TESTS_SCENARIOS_REPLY_H_
