#include "ontology/progress/need_rules.h"

#include <array>
#include <cstdlib>

#include "fmt/format.h"

namespace braid::ontology {
namespace {

using Situation = NeedSituation;
using Thresholds = NeedThresholds;

bool HadDose(const Situation& s) { return s.dose != DoseState::kTooLittle; }

bool IsAllianceStrained(const Situation& s) {
  return s.alliance == AllianceState::kStrained || s.alliance == AllianceState::kRuptured;
}

bool IsUnmeasured(const Situation& s, const Thresholds& t) {
  return !s.course.latest.has_value() || s.sessions_done - s.course.latest_session >= t.measure_within_sessions;
}

bool IsOnTrack(const Situation& s) { return s.course.track == TrackState::kOnTrack || s.course.reliably_better; }

bool IsReliablyWorse(const Situation& s) { return s.course.change == ChangeState::kReliablyWorse; }

std::string Points(double points) { return fmt::format("{:.4g} {}", points, points == 1 ? "point" : "points"); }

// `from 16 to 9, 7 points better`.
std::string ChangeText(const ScoreCourse& course) {
  if (!course.improvement.has_value()) return "one score so far";
  const double points = *course.improvement;
  const std::string scores = fmt::format("from {:.4g} to {:.4g}", *course.baseline, *course.latest);
  if (points == 0) return scores + ", no change";
  return fmt::format("{}, {} {}", scores, Points(std::abs(points)), points > 0 ? "better" : "worse");
}

std::string TrackText(const ScoreCourse& course) {
  if (!course.expected.has_value()) return "no expected response is known for this measure and session";
  return fmt::format("at session {} one in five with such a start is worse off than {:.4g}, one in ten than {:.4g}",
                     course.expected->session, course.expected->worst_fifth, course.expected->worst_tenth);
}

// One rule of the table; its place is its number.
struct Rule {
  NeedVerb verb;
  bool (*holds)(const Situation&, const Thresholds&);
  bool consults;
  std::string (*because)(const Situation&, const Thresholds&);
};

constexpr std::array<Rule, 10> kRules = {{
    {NeedVerb::kSafety, [](const Situation& s, const Thresholds&) { return s.flag_raised; }, true,
     [](const Situation&, const Thresholds&) {
       return std::string("A safety flag was raised: it comes first, and every other change waits");
     }},
    {NeedVerb::kRepair, [](const Situation& s, const Thresholds&) { return IsAllianceStrained(s); }, false,
     [](const Situation& s, const Thresholds&) {
       return fmt::format("The alliance is {}: it is repaired first, and changes of technique wait",
                          s.alliance == AllianceState::kRuptured ? "ruptured" : "strained");
     }},
    {NeedVerb::kMeasure,
     [](const Situation& s, const Thresholds& t) {
       return s.contradicted || IsUnmeasured(s, t) ||
              (HadDose(s) && s.course.change == ChangeState::kUnknown && !IsOnTrack(s));
     },
     false,
     [](const Situation& s, const Thresholds& t) {
       if (!s.course.latest.has_value()) return std::string("It was never measured");
       if (s.contradicted) {
         return fmt::format("Reliably worse by one measure ({}) and reliably better by another: ask, and measure again",
                            ChangeText(s.course));
       }
       if (IsUnmeasured(s, t)) {
         return fmt::format("The last measurement is {} sessions old", s.sessions_done - s.course.latest_session);
       }
       if (s.course.no_room) {
         return std::string("The first score leaves no room for a reliable improvement: use another measure");
       }
       return std::string("The scores do not say yet what came of the work: too few, or no reliable change is known");
     }},
    {NeedVerb::kTaper, [](const Situation& s, const Thresholds&) { return s.course.recovered; }, false,
     [](const Situation& s, const Thresholds&) {
       return fmt::format("Recovered at the last two measurements: {}", ChangeText(s.course));
     }},
    {NeedVerb::kKeep,
     [](const Situation& s, const Thresholds&) {
       return (IsOnTrack(s) && !IsReliablyWorse(s)) ||
              (s.dose == DoseState::kNothing && s.course.change == ChangeState::kImproving);
     },
     false,
     [](const Situation& s, const Thresholds&) {
       return fmt::format("{}: {}", s.course.reliably_better ? "Reliably better" : "On the way", ChangeText(s.course));
     }},
    {NeedVerb::kHold, [](const Situation& s, const Thresholds&) { return IsReliablyWorse(s) && !HadDose(s); }, true,
     [](const Situation& s, const Thresholds&) {
       return fmt::format(
           "Reliably worse ({}) before the techniques had their least dose: ask what happened, step nothing "
           "up, measure at the next session",
           ChangeText(s.course));
     }},
    {NeedVerb::kReview, [](const Situation& s, const Thresholds&) { return !HadDose(s); }, false,
     [](const Situation& s, const Thresholds&) {
       return fmt::format(
           "Not better enough to tell ({}; {}), and the techniques had less than their least dose: keep "
           "them, and review when they had it",
           ChangeText(s.course), TrackText(s.course));
     }},
    {NeedVerb::kSwitch, [](const Situation& s, const Thresholds&) { return IsReliablyWorse(s); }, true,
     [](const Situation& s, const Thresholds&) {
       return fmt::format(
           "Reliably worse ({}){}", ChangeText(s.course),
           s.dose == DoseState::kNothing ? ", and the plan has nothing for it" : " in spite of the dose");
     }},
    {NeedVerb::kIntensify,
     [](const Situation& s, const Thresholds&) {
       return s.course.change == ChangeState::kImproving && s.dose == DoseState::kAdequate;
     },
     false,
     [](const Situation& s, const Thresholds&) {
       return fmt::format("Improving, not reliably yet ({}), and the dose may grow", ChangeText(s.course));
     }},
    {NeedVerb::kReplan, [](const Situation&, const Thresholds&) { return true; }, false,
     [](const Situation& s, const Thresholds&) {
       return fmt::format(
           "{} ({}){}", s.course.change == ChangeState::kImproving ? "Improving, not reliably" : "No better",
           ChangeText(s.course),
           s.dose == DoseState::kNothing ? ", and the plan has nothing for it" : " in spite of the dose");
     }},
}};

}  // namespace

NeedDecision Decide(const NeedSituation& situation, const NeedThresholds& thresholds) {
  for (const Rule& rule : kRules) {
    if (!rule.holds(situation, thresholds)) continue;
    return {rule.verb, rule.consults || situation.course.track == TrackState::kAlarm,
            rule.because(situation, thresholds)};
  }
  std::abort();  // the last rule always holds
}

std::string_view NameOf(NeedVerb verb) {
  constexpr std::array<std::string_view, 10> kNames = {"SAFETY", "REPAIR", "MEASURE", "TAPER",     "KEEP",
                                                       "HOLD",   "REVIEW", "SWITCH",  "INTENSIFY", "REPLAN"};
  return kNames[static_cast<std::size_t>(verb)];
}

}  // namespace braid::ontology
