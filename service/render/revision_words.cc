#include "service/render/revision_words.h"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "fmt/format.h"
#include "ontology/path_words.h"
#include "service/render/phrases.h"

namespace braid::service {
namespace {

using ontology::Listed;

std::string HeldUntil(const v1::PlanRevision& revision) {
  switch (revision.held_by()) {
    case v1::REVISION_HOLD_SAFETY:
      return "Until the safety flag that was raised is addressed or resolved.";
    case v1::REVISION_HOLD_ALLIANCE:
      return revision.alliance() == v1::ALLIANCE_STATE_RUPTURED
                 ? "Until the rupture is repaired, or a later score of the alliance says so."
                 : "Until a score of the alliance does not show strain any more.";
    default:
      return {};
  }
}

std::string_view HeldBecause(v1::RevisionHold hold) {
  return hold == v1::REVISION_HOLD_SAFETY ? "Changes wait, because a safety flag comes first."
                                          : "Changes wait, because the working alliance is repaired first.";
}

const v1::NeedReview* ReviewOf(const v1::PlanRevision& revision, const std::string& need_id) {
  const auto review = std::find_if(revision.needs().begin(), revision.needs().end(),
                                   [&](const v1::NeedReview& one) { return one.need_id() == need_id; });
  return review == revision.needs().end() ? nullptr : &*review;
}

template <typename Test>
std::string NeedsThat(const v1::PlanRevision& revision, const Labels& labels, Test test) {
  std::vector<std::string> needs;
  for (const v1::NeedReview& need : revision.needs()) {
    if (test(need)) needs.push_back(labels.Of(need.need_id()));
  }
  return Listed(needs);
}

bool AnyChange(const v1::PlanRevision& revision, bool (*test)(const v1::TechniqueChange& change)) {
  return std::any_of(revision.changes().begin(), revision.changes().end(), test);
}

// --- Changes

// Why what goes is excluded now.
std::string ExclusionText(const v1::TechniqueChange& change, const Labels& labels) {
  if (!change.has_exclusion()) return {};
  std::string because = Sentence(change.exclusion().because());
  if (change.kind() != v1::CHANGE_KIND_SWITCHED) return because;
  return fmt::format("{}: {}", labels.Of(change.replaced_technique_id()), because);
}

// From which λ on it would not pay.
std::string StabilityText(const v1::TechniqueChange& change, const v1::PlanRevision& revision) {
  if (!change.has_vanishes_at()) return {};
  return fmt::format("It would not be done if each change had to be worth {} or more (now {}; a ranking aid).",
                     NumberText(change.vanishes_at()), NumberText(revision.change_cost()));
}

// What the scores say of the need that it does most for.
std::string NeedText(const v1::TechniqueChange& change, const v1::PlanRevision& revision, const Labels& labels) {
  const v1::NeedReview* review = ReviewOf(revision, change.need_id());
  if (review == nullptr) return {};
  return Sentence(fmt::format("{}: {}", labels.Of(review->need_id()), review->because()));
}

std::string WorthText(const v1::TechniqueChange& change, const Labels& labels) {
  switch (change.kind()) {
    case v1::CHANGE_KIND_DROPPED:
      return "The best plan for the client as they are now is without it.";
    case v1::CHANGE_KIND_SWITCHED:
      return fmt::format("The best plan for the client as they are now has it in the place of {}.",
                         labels.Of(change.replaced_technique_id()));
    case v1::CHANGE_KIND_ADDED:
      return "The best plan for the client as they are now has it.";
    default:
      return "Plans were sought anew, and it stays in the best one.";
  }
}

std::string RulesText(const v1::TechniqueChange& change, const v1::PlanRevision& revision, const Labels& labels) {
  const v1::NeedReview* review = ReviewOf(revision, change.need_id());
  if (review == nullptr) return "Nothing calls for a change of it.";
  std::vector<std::string> text = {NeedText(change, revision, labels)};
  if (change.kind() == v1::CHANGE_KIND_INTENSIFIED) {
    text.emplace_back("One more step of its dose.");
  } else if (review->verb() == v1::REVIEW_VERB_SWITCH || review->verb() == v1::REVIEW_VERB_REPLAN) {
    text.emplace_back("It stays, since no other plan was taken up.");
  }
  return Joined(text);
}

std::string ForcedText(const v1::TechniqueChange& change) {
  switch (change.kind()) {
    case v1::CHANGE_KIND_DROPPED:
      return "The request wants it in no plan.";
    case v1::CHANGE_KIND_ADDED:
    case v1::CHANGE_KIND_SWITCHED:
      return "The request wants it in the plan.";
    default:
      return "The request wants it to stay in the plan.";
  }
}

std::string ChangeBecause(const v1::TechniqueChange& change, const v1::PlanRevision& revision, const Labels& labels) {
  switch (change.cause()) {
    case v1::CHANGE_CAUSE_BARRED:
      return Joined({"It is barred now, and goes whatever else is weighed.", ExclusionText(change, labels)});
    case v1::CHANGE_CAUSE_RECOVERED:
      return Joined({NeedText(change, revision, labels), "It does nothing for a need that has not recovered."});
    case v1::CHANGE_CAUSE_PREVENTS_RELAPSE:
      return fmt::format("It helps to keep what was won: {}.", NeedsThat(revision, labels, [](const auto& need) {
                           return need.verb() == v1::REVIEW_VERB_TAPER;
                         }));
    case v1::CHANGE_CAUSE_WORTH_MORE:
      return Joined({NeedText(change, revision, labels), WorthText(change, labels), ExclusionText(change, labels),
                     StabilityText(change, revision)});
    case v1::CHANGE_CAUSE_RULES:
      return RulesText(change, revision, labels);
    case v1::CHANGE_CAUSE_HELD:
      return std::string(HeldBecause(revision.held_by()));
    case v1::CHANGE_CAUSE_FORCED:
      return ForcedText(change);
    default:
      return {};
  }
}

// --- Stages of change

std::string MovementText(const v1::StageMovement& movement, const Labels& labels) {
  const std::string to = labels.Of(movement.to_id());
  const std::string from = labels.Of(movement.from_id());
  switch (movement.direction()) {
    case v1::STAGE_DIRECTION_ONWARD:
      return fmt::format("From {} on to {}: what suits that stage counts from now on.", from, to);
    case v1::STAGE_DIRECTION_RECYCLING:
      return fmt::format(
          "From {} to {}: change goes in a spiral, and most people pass through its stages more than once. What was "
          "learned is kept, and what suits the stage where the client is now counts from now on.",
          from, to);
    default:
      return fmt::format("The client is at {}: what suits that stage counts from now on.", to);
  }
}

// --- Measurements

std::string_view MeasureBecause(const v1::NeedReview& need) {
  switch (need.waiting_verb()) {
    case v1::REVIEW_VERB_MEASURE:
      return "the scores do not say yet what to do";
    case v1::REVIEW_VERB_HOLD:
      return "it is reliably worse before there was time to help";
    default:
      return need.consult() ? "its course is to be discussed" : std::string_view();
  }
}

bool IsAmong(const google::protobuf::RepeatedPtrField<v1::ScoreReview>& scores, const std::string& measure_id) {
  return std::any_of(scores.begin(), scores.end(),
                     [&](const v1::ScoreReview& score) { return score.measure_id() == measure_id; });
}

// Of a measure that no need is read from: one that contradicts what is read, that of the alliance, or one that was not
// taken yet.
std::string OtherBecause(const v1::NextMeasurement& next, const v1::PlanRevision& revision, const Labels& labels) {
  const std::string contradicted = NeedsThat(revision, labels, [&](const auto& need) {
    return need.contradicted() && IsAmong(need.other_scores(), next.measure_id());
  });
  if (!contradicted.empty())
    return fmt::format("Two measures contradict each other on {}: take both again.", contradicted);
  const std::string no_room = NeedsThat(revision, labels, [](const auto& need) { return need.score().no_room(); });
  if (!no_room.empty()) return fmt::format("What was taken leaves no room to see an improvement of {}.", no_room);
  const std::string unscored = NeedsThat(revision, labels, [](const auto& need) { return !need.has_score(); });
  if (!unscored.empty()) return fmt::format("There is no score yet that speaks of {}.", unscored);
  return "It says whether the working alliance is repaired.";
}

std::string MeasurementBecause(const v1::NextMeasurement& next, const v1::PlanRevision& revision,
                               const Labels& labels) {
  std::vector<std::string> text;
  const v1::NeedReview* read_from_it = nullptr;
  for (const v1::NeedReview& need : revision.needs()) {
    if (!need.has_score() || need.score().measure_id() != next.measure_id()) continue;
    read_from_it = &need;
    const std::string_view because = MeasureBecause(need);
    if (!because.empty()) text.push_back(fmt::format("{}: {}.", labels.Of(need.need_id()), because));
  }
  if (read_from_it == nullptr) return OtherBecause(next, revision, labels);
  if (text.empty() && AnyChange(revision, [](const auto& change) { return change.kind() != v1::CHANGE_KIND_KEPT; })) {
    text.emplace_back("It shows what comes of the change.");
  }
  if (text.empty()) {
    text.push_back(fmt::format("Its last score is of {}, and is to be renewed before it says too little.",
                               read_from_it->score().latest_session() == 0
                                   ? "the intake"
                                   : fmt::format("session {}", read_from_it->score().latest_session())));
  }
  return Joined(text);
}

// --- The whole, a sentence each

std::string_view VerbText(v1::ReviewVerb verb) {
  switch (verb) {
    case v1::REVIEW_VERB_SAFETY:
      return "safety first";
    case v1::REVIEW_VERB_REPAIR:
      return "repair the alliance first";
    case v1::REVIEW_VERB_MEASURE:
      return "measure";
    case v1::REVIEW_VERB_TAPER:
      return "recovered, taper";
    case v1::REVIEW_VERB_KEEP:
      return "keep what is done";
    case v1::REVIEW_VERB_HOLD:
      return "reliably worse, hold and ask what happened";
    case v1::REVIEW_VERB_REVIEW:
      return "keep, and review when it had its dose";
    case v1::REVIEW_VERB_SWITCH:
      return "reliably worse, switch";
    case v1::REVIEW_VERB_INTENSIFY:
      return "improving, intensify";
    case v1::REVIEW_VERB_REPLAN:
      return "no better, plan anew";
    default:
      return {};
  }
}

// `What the scores ask for: measure (A); keep what is done (B and C).`, in the order of the rules.
std::string VerbsText(const v1::PlanRevision& revision, const Labels& labels) {
  std::string text;
  for (int verb = v1::REVIEW_VERB_SAFETY; verb <= v1::ReviewVerb_MAX; ++verb) {
    const std::string needs = NeedsThat(revision, labels, [&](const auto& need) { return need.verb() == verb; });
    if (needs.empty()) continue;
    text += fmt::format("{}{} ({})", text.empty() ? "What to do, need by need: " : "; ",
                        VerbText(static_cast<v1::ReviewVerb>(verb)), needs);
  }
  return text.empty() ? "No need is known yet." : text + ".";
}

std::string ChangesOf(v1::ChangeKind kind, const v1::PlanRevision& revision, const Labels& labels) {
  std::vector<std::string> techniques;
  for (const v1::TechniqueChange& change : revision.changes()) {
    if (change.kind() != kind) continue;
    const std::string name = labels.Of(change.technique_id());
    techniques.push_back(kind == v1::CHANGE_KIND_SWITCHED
                             ? fmt::format("{} in the place of {}", name, labels.Of(change.replaced_technique_id()))
                             : name);
  }
  return Listed(techniques);
}

// `Goes: A. Comes in: B. Stays: C.`
std::string ChangesText(const v1::PlanRevision& revision, const Labels& labels) {
  struct Line {
    v1::ChangeKind kind;
    std::string_view word;
  };
  constexpr std::array kLines = {Line{v1::CHANGE_KIND_DROPPED, "Goes"}, Line{v1::CHANGE_KIND_SWITCHED, "Switched"},
                                 Line{v1::CHANGE_KIND_ADDED, "Comes in"},
                                 Line{v1::CHANGE_KIND_INTENSIFIED, "Stays, one more step of its dose"},
                                 Line{v1::CHANGE_KIND_KEPT, "Stays"}};
  std::vector<std::string> text;
  for (const Line& line : kLines) {
    const std::string techniques = ChangesOf(line.kind, revision, labels);
    if (!techniques.empty()) text.push_back(fmt::format("{}: {}.", line.word, techniques));
  }
  return text.empty() ? "There is no plan in force, and none to take up yet." : Joined(text);
}

bool IsStay(const v1::TechniqueChange& change) {
  return change.kind() == v1::CHANGE_KIND_KEPT || change.kind() == v1::CHANGE_KIND_INTENSIFIED;
}

// Which plan this is: as it was, or one that was sought.
std::string PlanText(const v1::PlanRevision& revision) {
  if (revision.held_by() != v1::REVISION_HOLD_UNSPECIFIED) {
    const bool is_any_barred =
        AnyChange(revision, [](const auto& change) { return change.cause() == v1::CHANGE_CAUSE_BARRED; });
    return Joined({std::string(HeldBecause(revision.held_by())), HeldUntil(revision),
                   is_any_barred ? "What is barred goes all the same." : ""});
  }
  if (!revision.replanned()) {
    return AnyChange(revision, [](const auto& change) { return !IsStay(change); })
               ? "The plan in force stands, but for what is said here."
               : "The plan in force stands.";
  }
  if (revision.change_cost() == 0) return "Plans were sought anew, as if none were in force.";
  const std::string_view gave_way =
      "What the rules would keep left no room for a plan, and was weighed like everything else.";
  return Joined({fmt::format("Plans were sought anew; each change had to be worth {} (a ranking aid).",
                             NumberText(revision.change_cost())),
                 std::string(revision.rules_gave_way() ? gave_way : "")});
}

std::string ConsultText(const v1::PlanRevision& revision, const Labels& labels) {
  if (!revision.consult()) return {};
  return fmt::format("Discuss the case with a supervisor or colleagues before the next session, for {}.",
                     NeedsThat(revision, labels, [](const auto& need) { return need.consult(); }));
}

std::string NoAlternativeText(const v1::PlanRevision& revision, const Labels& labels) {
  const std::string needs = NeedsThat(revision, labels, [](const auto& need) { return need.no_alternative(); });
  if (needs.empty()) return {};
  return fmt::format("Nothing was found to come in for {}: look again at what keeps the problem going.", needs);
}

std::string MovementsText(const v1::PlanRevision& revision) {
  return revision.stage_movements().empty() ? std::string() : revision.stage_movements().rbegin()->text();
}

std::string NextText(const v1::PlanRevision& revision, const Labels& labels) {
  std::vector<std::string> next;
  for (const v1::NextMeasurement& measurement : revision.next_measurements()) {
    next.push_back(fmt::format("{} by session {}", labels.Of(measurement.measure_id()), measurement.session_number()));
  }
  return next.empty() ? std::string() : fmt::format("Measure next: {}.", Listed(next));
}

std::string RevisionText(const v1::PlanRevision& revision, const Labels& labels) {
  return Joined({PlanText(revision), ConsultText(revision, labels), VerbsText(revision, labels),
                 ChangesText(revision, labels), NoAlternativeText(revision, labels), MovementsText(revision),
                 NextText(revision, labels)});
}

}  // namespace

void FillWords(const google::protobuf::RepeatedPtrField<v1::Node>& nodes, v1::PlanRevision& revision) {
  const Labels labels(nodes);
  revision.set_held_until(HeldUntil(revision));
  for (v1::TechniqueChange& change : *revision.mutable_changes()) {
    change.set_because(ChangeBecause(change, revision, labels));
  }
  for (v1::StageMovement& movement : *revision.mutable_stage_movements()) {
    movement.set_text(MovementText(movement, labels));
  }
  for (v1::NextMeasurement& next : *revision.mutable_next_measurements()) {
    next.set_because(MeasurementBecause(next, revision, labels));
  }
  revision.set_text(RevisionText(revision, labels));
}

}  // namespace braid::service
