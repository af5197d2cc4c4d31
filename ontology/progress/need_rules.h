// What to do about one need now: an ordered table of rules, of which the first that holds decides (algorithms.md,
// section 6).
//
//   0 SAFETY      a safety flag was raised: consult, and every other change waits
//   1 REPAIR      the alliance is strained or ruptured: changes of technique wait
//   2 MEASURE     there is no measurement of the last `measure_within_sessions` sessions; or the techniques had their
//                 least dose and the scores are too few, the measure has no index, or its range no room, to say what
//                 came of it; or two measures contradict each other
//   3 TAPER       recovered
//   4 KEEP        on track, or reliably better; or improving, and the plan has nothing for the need
//   5 HOLD        reliably worse before the techniques had their least dose: consult, ask what happened, measure again
//   6 REVIEW      not on track before they had it: keep, with a date
//   7 SWITCH      reliably worse in spite of the dose: switch, and consult
//   8 INTENSIFY   improving, not enough, and the dose may still grow
//   9 REPLAN      no better in spite of the dose: add or switch
//
// One missing score is no evidence of no change: only rule 2 speaks of it. An alarm asks for consultation at once,
// whichever rule decides.
//
// Thread safety: pure functions.

#ifndef BRAID_ONTOLOGY_PROGRESS_NEED_RULES_H_
#define BRAID_ONTOLOGY_PROGRESS_NEED_RULES_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "ontology/alliance.h"
#include "ontology/progress/score_course.h"

namespace braid::ontology {

// Numbered as the rules.
enum class NeedVerb : std::uint8_t {
  kSafety,
  kRepair,
  kMeasure,
  kTaper,
  kKeep,
  kHold,
  kReview,
  kSwitch,
  kIntensify,
  kReplan
};

// Whether the techniques of the plan for a need had enough sessions to work.
enum class DoseState : std::uint8_t {
  kNothing,    // the plan has no technique for the need
  kTooLittle,  // one of them had less than its least
  kAdequate,   // all had their least, and one may have more
  kFull        // all had their most
};

struct NeedSituation {
  bool flag_raised = false;  // since the plan was made, and not resolved
  AllianceState alliance = AllianceState::kUnknown;
  std::int32_t sessions_done = 0;
  ScoreCourse course;
  bool contradicted = false;  // another measure is reliably better where this one is reliably worse
  DoseState dose = DoseState::kNothing;
};

struct NeedThresholds {
  std::int32_t measure_within_sessions = 4;  // >= 1
};

struct NeedDecision {
  NeedVerb verb = NeedVerb::kKeep;  // its number is the rule's
  bool consult = false;             // an alarm, or the rule asks for it
  std::string because;              // one sentence, with the numbers
};

NeedDecision Decide(const NeedSituation& situation, const NeedThresholds& thresholds);

// `SAFETY`, `REPAIR`, …
std::string_view NameOf(NeedVerb verb);

}  // namespace braid::ontology

#endif  // BRAID_ONTOLOGY_PROGRESS_NEED_RULES_H_
