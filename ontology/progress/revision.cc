#include "ontology/progress/revision.h"

#include <algorithm>
#include <map>
#include <utility>

#include "fmt/format.h"
#include "graph/error.h"
#include "ontology/lookup.h"
#include "ontology/progress/technique_response.h"
#include "ontology/recommend/plan_question.h"

namespace braid::ontology {
namespace {

using graph::NodeIndex;

// λ from which on no change can be worth it: a plan's value is below 1.
constexpr double kNothingPays = 1;

bool Holds(const std::vector<NodeIndex>& nodes, NodeIndex node) {
  return std::find(nodes.begin(), nodes.end(), node) != nodes.end();
}

// The need of `needs` that a technique does most for, by weight; kNoNode: none.
NodeIndex LargestNeed(const std::vector<WeighedNeed>& needs, const TechniqueBenefit& benefit) {
  NodeIndex largest = graph::kNoNode;
  double most = 0;
  for (const NeedBenefit& one : benefit.needs) {
    const double worth = needs[one.need].share * one.benefit;
    if (worth > most) {
      most = worth;
      largest = needs[one.need].node;
    }
  }
  return largest;
}

// Puts one revision together.
class Reviser {
 public:
  Reviser(const Recommender& recommender, const RevisionQuestion& question, graph::Budget& budget)
      : recommender_(recommender),
        base_(recommender.base()),
        snapshot_(base_.snapshot),
        policy_(base_.policy.plans),
        question_(question),
        budget_(budget) {}

  absl::StatusOr<PlanRevision> Revise() {
    BRAID_RETURN_IF_ERROR(CheckQuestion(question_));
    ReadClient();
    BRAID_RETURN_IF_ERROR(ReviewNeeds());
    JudgeProgress();
    Taper();
    BRAID_RETURN_IF_ERROR(Recommend());
    TakeTechniques();
    TakeChanges();
    LookForAlternatives();
    AskForMeasurements();
    return std::move(revision_);
  }

 private:
  void ReadClient() {
    revision_.client = ClientAfter(snapshot_, question_.before, question_.course);
    revision_.session = SessionNow(question_.course);
    revision_.alliance = StateOf(snapshot_, revision_.client.alliance);
    revision_.change_cost = question_.change_cost.value_or(policy_.cost.change);
    for (const StageMovement& movement : StageMovements(snapshot_, question_.before, question_.course)) {
      if (movement.session > question_.plan_made_after) revision_.stage_movements.push_back(movement);
    }
    has_news_ = HasNewsAfter(question_.course, question_.plan_made_after);
    if (!FlagsToAddress(question_.course, question_.plan_made_after).empty()) {
      revision_.hold = RevisionHold::kSafety;
    } else if (revision_.alliance == AllianceState::kStrained || revision_.alliance == AllianceState::kRuptured) {
      revision_.hold = RevisionHold::kAlliance;
    }
  }

  // What the plan in force does for the client as they are now, and what the scores say of it.
  absl::Status ReviewNeeds() {
    const PlanQuestion plan(base_, revision_.client, question_.options);
    BRAID_RETURN_IF_ERROR(plan.status());
    for (const TechniqueBenefit& candidate : plan.candidates()) {
      if (!IsInForce(candidate.technique)) continue;
      served_by_[candidate.technique] = candidate;
      largest_need_[candidate.technique] = LargestNeed(plan.needs(), candidate);
    }
    const CourseReading reading{snapshot_,          policy_,
                                question_.before,   revision_.client,
                                question_.course,   revision_.hold == RevisionHold::kSafety,
                                revision_.alliance, question_.plan_made_after};
    const std::vector<MeasureReview> measures = ReviewMeasures(reading);
    for (std::size_t need = 0; need < plan.needs().size(); ++need) {
      const NodeIndex node = plan.needs()[need].node;
      revision_.needs.push_back(ReviewNeed(reading, measures, node, TechniquesFor(need, node)));
      revision_.consult |= revision_.needs.back().decision.consult;
    }
    return absl::OkStatus();
  }

  // Those of the plan in force that do most for the need; where there is none, those that do anything for it. By id.
  std::vector<NodeIndex> TechniquesFor(std::size_t need, NodeIndex node) const {
    std::vector<NodeIndex> most, any;
    for (const auto& [technique, benefit] : served_by_) {
      if (largest_need_.at(technique) == node) most.push_back(technique);
      const auto is_it = [&](const NeedBenefit& one) { return one.need == need; };
      if (std::any_of(benefit.needs.begin(), benefit.needs.end(), is_it)) any.push_back(technique);
    }
    std::vector<NodeIndex>& techniques = most.empty() ? any : most;
    std::sort(techniques.begin(), techniques.end(),
              [&](NodeIndex a, NodeIndex b) { return snapshot_.id(a) < snapshot_.id(b); });
    return techniques;
  }

  // What rules about progress read. Where the scores do not say, the profile's word stands.
  void JudgeProgress() {
    Client& client = revision_.client;
    bool alarm = false, off = false, on = false, early = false, any_dose = false;
    std::size_t recovered = 0;
    for (const NeedReview& need : revision_.needs) {
      any_dose |= need.dose_state != DoseState::kNothing;
      early |= need.dose_state == DoseState::kTooLittle;
      if (!need.score.has_value() || need.is_contradicted) continue;
      const ScoreCourse& course = need.score->course;
      alarm |= course.track == TrackState::kAlarm;
      off |= course.track == TrackState::kOffTrack || need.waiting_verb == NeedVerb::kReplan;
      on |= course.track == TrackState::kOnTrack || course.reliably_better;
      recovered += course.recovered ? 1 : 0;
    }
    if (alarm) {
      revision_.progress = ProgressState::kAlarm;
    } else if (recovered > 0 && recovered == revision_.needs.size()) {
      revision_.progress = ProgressState::kRecovered;
    } else if (off) {
      revision_.progress = ProgressState::kOffTrack;
    } else if (on) {
      revision_.progress = ProgressState::kOnTrack;
    } else if (early) {
      revision_.progress = ProgressState::kTooEarly;
    }
    if (revision_.progress != ProgressState::kUnknown) client.progress_state = revision_.progress;
    if (any_dose && !client.facts.adequate_dose.has_value()) client.facts.adequate_dose = !early;
  }

  // What serves recovered needs alone, and what prevents relapse.
  void Taper() {
    if (revision_.hold != RevisionHold::kNone) return;
    for (const std::string& id : policy_.progress.relapse_prevention_ids) {
      const std::optional<NodeIndex> technique = snapshot_.Find(id);
      if (!technique.has_value() || !AnyNeedRecovered()) continue;
      if (!Holds(question_.options.forced_out, *technique)) prevents_relapse_.push_back(*technique);
    }
    for (const auto& [technique, benefit] : served_by_) {
      const auto is_recovered = [&](const NeedBenefit& one) {
        return revision_.needs[one.need].decision.verb == NeedVerb::kTaper;
      };
      const bool all = std::all_of(benefit.needs.begin(), benefit.needs.end(), is_recovered);
      const bool may_go = !Holds(prevents_relapse_, technique) && !Holds(question_.options.forced_in, technique);
      if (all && may_go && !benefit.needs.empty()) tapered_.push_back(technique);
    }
  }

  absl::Status Recommend() {
    if (IsSought()) return Seek();
    BRAID_RETURN_IF_ERROR(Keep());
    const bool is_any_barred =
        std::any_of(question_.options.in_force.begin(), question_.options.in_force.end(),
                    [&](NodeIndex technique) { return BarOf(revision_.recommendation, technique) != nullptr; });
    return is_any_barred && MaySeek() ? Seek() : absl::OkStatus();
  }

  bool MaySeek() const { return revision_.hold == RevisionHold::kNone && revision_.change_cost < kNothingPays; }

  bool IsSought() const {
    if (question_.options.in_force.empty() && revision_.hold == RevisionHold::kNone) return true;
    if (!MaySeek()) return false;
    const std::vector<NodeIndex>& in = question_.options.forced_in;
    const std::vector<NodeIndex>& out = question_.options.forced_out;
    return revision_.change_cost == 0 || has_news_ || AnyNeedAsksForAnother() ||
           !std::all_of(in.begin(), in.end(), [&](NodeIndex node) { return IsInForce(node); }) ||
           std::any_of(out.begin(), out.end(), [&](NodeIndex node) { return IsInForce(node); });
  }

  // By a score that the plan in force did not know: a plan is not sought twice for the same scores, so that it does not
  // go to and fro between two that are about as good.
  bool AnyNeedAsksForAnother() const {
    return std::any_of(revision_.needs.begin(), revision_.needs.end(), [&](const NeedReview& need) {
      const NeedVerb verb = need.decision.verb;
      return (verb == NeedVerb::kSwitch || verb == NeedVerb::kReplan) && need.score.has_value() &&
             need.score->course.latest_session > question_.plan_made_after;
    });
  }

  // Solves anew; where what is kept leaves no room, without it; where there is no plan even so, the plan in force
  // stays.
  absl::Status Seek() {
    revision_.replanned = true;
    RecommendOptions options = Options();
    options.stability = !options.in_force.empty();
    options.forced_out.insert(options.forced_out.end(), tapered_.begin(), tapered_.end());
    for (const NeedReview& need : revision_.needs) {
      if (need.decision.verb == NeedVerb::kTaper) options.met_needs.push_back(need.need);
    }
    if (revision_.change_cost > 0) options.kept = KeptByRules();
    options.kept.insert(options.kept.end(), prevents_relapse_.begin(), prevents_relapse_.end());
    BRAID_RETURN_IF_ERROR(Ask(options));
    if (IsPlan() || options.in_force.empty()) return absl::OkStatus();
    if (!options.kept.empty()) {
      options.kept.clear();
      BRAID_RETURN_IF_ERROR(Ask(options));
      revision_.rules_gave_way = IsPlan();
      if (IsPlan()) return absl::OkStatus();
    }
    revision_.replanned = false;
    const Recommendation without_plan = std::move(revision_.recommendation);
    BRAID_RETURN_IF_ERROR(Keep());
    revision_.recommendation.obstacles = without_plan.obstacles;
    revision_.recommendation.obstacles_together = without_plan.obstacles_together;
    revision_.recommendation.stopped_by = without_plan.stopped_by;
    return absl::OkStatus();
  }

  bool IsPlan() const { return revision_.recommendation.outcome == PlanOutcome::kSolved; }

  absl::Status Keep() {
    RecommendOptions options = Options();
    options.only_kept = true;
    for (const NodeIndex technique : options.in_force) {
      if (!Holds(tapered_, technique)) options.kept.push_back(technique);
    }
    options.kept.insert(options.kept.end(), prevents_relapse_.begin(), prevents_relapse_.end());
    // Nothing is sought, so that nothing is forced.
    options.forced_in.clear();
    options.forced_out.clear();
    return Ask(options);
  }

  RecommendOptions Options() const {
    RecommendOptions options = question_.options;
    options.change_cost = revision_.change_cost;
    options.responses =
        ResponsesOf({snapshot_, policy_, question_.before, question_.course, options.in_force}, revision_.needs);
    for (const NodeIndex technique : TechniquesIn(question_.course)) {
      options.delivered.push_back({technique, SessionsWith(question_.course, technique)});
    }
    return options;
  }

  // Of the plan in force: what works, and what had no time to or cannot be judged, unless something was learned since;
  // and what no need is known for, unless needs changed or it had its time.
  std::vector<NodeIndex> KeptByRules() const {
    std::vector<NodeIndex> kept;
    for (const NodeIndex technique : question_.options.in_force) {
      if (Holds(tapered_, technique) || Holds(question_.options.forced_out, technique)) continue;
      const auto largest = largest_need_.find(technique);
      if (largest == largest_need_.end() || largest->second == graph::kNoNode) {
        if (!has_news_ && !HadItsTime(technique)) kept.push_back(technique);
        continue;
      }
      switch (ReviewOf(largest->second)->decision.verb) {
        case NeedVerb::kKeep:
          kept.push_back(technique);
          break;
        case NeedVerb::kMeasure:
        case NeedVerb::kHold:
        case NeedVerb::kReview:
        case NeedVerb::kIntensify:
          if (!has_news_) kept.push_back(technique);
          break;
        default:
          break;
      }
    }
    return kept;
  }

  // Of what no need is known for: it had its most dose, and a need asks for something else.
  bool HadItsTime(NodeIndex technique) const {
    const TechniqueDose dose = DoseOf(snapshot_, question_.course, technique);
    return dose.sessions >= dose.most && AnyNeedAsksForAnother();
  }

  absl::Status Ask(const RecommendOptions& options) {
    BRAID_ASSIGN_OR_RETURN(revision_.recommendation, recommender_.Recommend(revision_.client, options, budget_));
    const auto& stability = revision_.recommendation.stability;
    if (stability.has_value() && !stability->complete && revision_.recommendation.stopped_by == graph::Limit::kNone) {
      revision_.recommendation.stopped_by = stability->stopped_by;
    }
    return absl::OkStatus();
  }

  // Those of the best plan, then those of the plan in force that stand for safety or the relationship now.
  void TakeTechniques() {
    const Recommendation& answer = revision_.recommendation;
    if (!answer.plans.empty()) {
      for (const RecommendedItem& item : answer.plans.front().items) {
        revision_.techniques.push_back(item.benefit.technique);
      }
    }
    for (const NodeIndex technique : question_.options.in_force) {
      const bool stands = std::any_of(answer.standing.begin(), answer.standing.end(),
                                      [&](const RecommendedItem& item) { return item.benefit.technique == technique; });
      if (stands && !Holds(tapered_, technique) && !Holds(revision_.techniques, technique)) {
        revision_.techniques.push_back(technique);
      }
    }
  }

  void TakeChanges() {
    std::vector<RevisedTechnique> changes;
    for (const NodeIndex technique : question_.options.in_force) {
      changes.push_back(Holds(revision_.techniques, technique) ? Kept(technique) : Dropped(technique));
    }
    for (const NodeIndex technique : revision_.techniques) {
      if (!IsInForce(technique)) Join(Added(technique), changes);
    }
    std::sort(changes.begin(), changes.end(), [&](const RevisedTechnique& a, const RevisedTechnique& b) {
      return a.kind != b.kind ? a.kind < b.kind : snapshot_.id(a.technique) < snapshot_.id(b.technique);
    });
    revision_.changes = std::move(changes);
  }

  RevisedTechnique Kept(NodeIndex technique) const {
    RevisedTechnique change = Of(technique, ChangeKind::kKept);
    if (revision_.hold != RevisionHold::kNone) {
      change.cause = ChangeCause::kHeld;
    } else if (Holds(question_.options.forced_in, technique)) {
      change.cause = ChangeCause::kForced;
    } else if (revision_.replanned && (revision_.rules_gave_way || !Holds(KeptByRules(), technique))) {
      change.cause = ChangeCause::kWorthMore;
    }
    const NeedReview* review = ReviewOf(change.need);
    if (review != nullptr && review->decision.verb == NeedVerb::kIntensify) {
      const TechniqueDose dose = DoseOf(snapshot_, question_.course, technique);
      if (dose.sessions < dose.most) {
        change.kind = ChangeKind::kIntensified;
        change.cause = ChangeCause::kRules;
      }
    }
    return change;
  }

  RevisedTechnique Dropped(NodeIndex technique) const {
    RevisedTechnique change = Of(technique, ChangeKind::kDropped);
    change.cause = ChangeCause::kWorthMore;
    change.sessions = 0;
    for (const Exclusion& exclusion : revision_.recommendation.exclusions) {
      if (exclusion.technique == technique) change.exclusion = exclusion;
    }
    if (change.exclusion.has_value() && IsBar(change.exclusion->reason)) {
      change.cause = ChangeCause::kBarred;
    } else if (Holds(tapered_, technique)) {
      change.cause = ChangeCause::kRecovered;
      change.exclusion.reset();  // forced out by this revision itself
    } else if (Holds(question_.options.forced_out, technique)) {
      change.cause = ChangeCause::kForced;
    } else {
      change.vanishes_at = VanishesAt(technique);
    }
    return change;
  }

  RevisedTechnique Added(NodeIndex technique) const {
    RevisedTechnique change = Of(technique, ChangeKind::kAdded);
    change.cause = ChangeCause::kWorthMore;
    if (Holds(prevents_relapse_, technique)) {
      change.cause = ChangeCause::kPreventsRelapse;
    } else if (Holds(question_.options.forced_in, technique)) {
      change.cause = ChangeCause::kForced;
    } else {
      change.vanishes_at = VanishesAt(technique);
    }
    return change;
  }

  RevisedTechnique Of(NodeIndex technique, ChangeKind kind) const {
    RevisedTechnique change;
    change.kind = kind;
    change.technique = technique;
    if (const auto known = largest_need_.find(technique); known != largest_need_.end()) change.need = known->second;
    if (revision_.recommendation.plans.empty()) return change;
    for (const RecommendedItem& item : revision_.recommendation.plans.front().items) {
      if (item.benefit.technique != technique) continue;
      change.sessions = item.sessions;
      if (change.need == graph::kNoNode) change.need = LargestNeed(revision_.recommendation.needs, item.benefit);
    }
    return change;
  }

  // With a drop that shares its largest need, what comes in is one switch.
  void Join(RevisedTechnique added, std::vector<RevisedTechnique>& changes) const {
    const auto dropped = std::find_if(changes.begin(), changes.end(), [&](const RevisedTechnique& change) {
      return change.kind == ChangeKind::kDropped && change.cause == ChangeCause::kWorthMore &&
             added.cause == ChangeCause::kWorthMore && change.need != graph::kNoNode && change.need == added.need;
    });
    if (dropped == changes.end()) {
      changes.push_back(std::move(added));
      return;
    }
    added.kind = ChangeKind::kSwitched;
    added.replaced = dropped->technique;
    added.exclusion = dropped->exclusion;
    if (!added.vanishes_at.has_value() ||
        (dropped->vanishes_at.has_value() && dropped->vanishes_at < added.vanishes_at)) {
      added.vanishes_at = dropped->vanishes_at;
    }
    *dropped = std::move(added);
  }

  std::optional<double> VanishesAt(NodeIndex technique) const {
    const std::optional<StabilityAnswer>& stability = revision_.recommendation.stability;
    if (!stability.has_value()) return std::nullopt;
    for (const PlanChange& change : stability->changes) {
      if (change.id == snapshot_.id(technique)) return change.vanishes_at;
    }
    return std::nullopt;
  }

  // Where nothing better is known for a need that asks for it, people have to think.
  void LookForAlternatives() {
    if (!revision_.replanned || revision_.recommendation.plans.empty()) return;
    const std::vector<RecommendedItem>& items = revision_.recommendation.plans.front().items;
    for (std::size_t need = 0; need < revision_.needs.size(); ++need) {
      NeedReview& review = revision_.needs[need];
      if (review.decision.verb != NeedVerb::kSwitch && review.decision.verb != NeedVerb::kReplan) continue;
      review.no_alternative = std::none_of(items.begin(), items.end(), [&](const RecommendedItem& item) {
        const std::vector<NeedBenefit>& served = item.benefit.needs;
        return !IsInForce(item.benefit.technique) &&
               std::any_of(served.begin(), served.end(), [&](const NeedBenefit& one) { return one.need == need; });
      });
      review.decision.consult |= review.no_alternative;
      revision_.consult |= review.no_alternative;
    }
  }

  // Soon where something waits for it or was changed, else before what is known is too old.
  void AskForMeasurements() {
    std::map<NodeIndex, std::int32_t> due;
    const auto ask = [&](NodeIndex measure, std::int32_t session) {
      const auto [at, is_new] = due.emplace(measure, session);
      if (!is_new) at->second = std::min(at->second, session);
    };
    const std::int32_t next = revision_.session + 1;
    const bool is_changed = std::any_of(revision_.changes.begin(), revision_.changes.end(),
                                        [](const auto& change) { return change.kind != ChangeKind::kKept; });
    for (const NeedReview& need : revision_.needs) {
      const NeedVerb verb = need.waiting_verb;
      const bool soon = is_changed || need.decision.consult || verb == NeedVerb::kMeasure || verb == NeedVerb::kHold;
      if (need.score.has_value() && !IsAtItsEnd(need)) {
        const std::int32_t at = need.score->course.latest_session + policy_.progress.measure_within_sessions;
        ask(need.score->measure.node, soon ? next : std::max(at, next));
        // What contradicts it is measured with it.
        for (const MeasureReview& other : need.other_scores) {
          if (need.is_contradicted) ask(other.measure.node, next);
        }
      } else {
        for (const NodeIndex measure : OtherMeasuresOf(need)) ask(measure, next);
      }
    }
    const std::optional<NodeIndex>& alliance = revision_.client.alliance.measure;
    if (revision_.hold == RevisionHold::kAlliance && alliance.has_value()) ask(*alliance, next);
    for (const auto& [measure, session] : due) revision_.next_measurements.push_back({measure, session});
    std::sort(revision_.next_measurements.begin(), revision_.next_measurements.end(),
              [&](const NextMeasurement& a, const NextMeasurement& b) {
                return snapshot_.id(a.measure) < snapshot_.id(b.measure);
              });
  }

  // Its measure can show no improvement, and the need has others.
  bool IsAtItsEnd(const NeedReview& need) const { return need.score->course.no_room && !OtherMeasuresOf(need).empty(); }

  // The measures that speak for the need, but for the one that it is read from.
  std::vector<NodeIndex> OtherMeasuresOf(const NeedReview& need) const {
    std::vector<NodeIndex> measures = MeasuresOf(snapshot_, revision_.client, need.need);
    if (need.score.has_value()) std::erase(measures, need.score->measure.node);
    return measures;
  }

  bool IsInForce(NodeIndex technique) const { return Holds(question_.options.in_force, technique); }

  bool AnyNeedRecovered() const {
    return std::any_of(revision_.needs.begin(), revision_.needs.end(),
                       [](const NeedReview& need) { return need.decision.verb == NeedVerb::kTaper; });
  }

  const NeedReview* ReviewOf(NodeIndex need) const {
    const auto review = std::find_if(revision_.needs.begin(), revision_.needs.end(),
                                     [&](const NeedReview& one) { return one.need == need; });
    return review == revision_.needs.end() ? nullptr : &*review;
  }

  static const Exclusion* BarOf(const Recommendation& answer, NodeIndex technique) {
    for (const Exclusion& exclusion : answer.exclusions) {
      if (exclusion.technique == technique && IsBar(exclusion.reason)) return &exclusion;
    }
    return nullptr;
  }

  const Recommender& recommender_;
  const QuestionBase base_;
  const graph::Snapshot& snapshot_;
  const PlanPolicy& policy_;
  const RevisionQuestion& question_;
  graph::Budget& budget_;
  PlanRevision revision_;
  bool has_news_ = false;
  std::map<NodeIndex, TechniqueBenefit> served_by_;  // of the plan in force
  std::map<NodeIndex, NodeIndex> largest_need_;      // of the same
  std::vector<NodeIndex> tapered_, prevents_relapse_;
};

}  // namespace

absl::Status CheckQuestion(const RevisionQuestion& question) {
  graph::ErrorList errors;
  const std::int32_t now = SessionNow(question.course);
  if (question.plan_made_after < 0 || question.plan_made_after > now) {
    errors.Add({graph::Reason::kValueOutOfRange, "plan_made_after_session",
                "plan_made_after_session is out of range; use 0 to the number of the last record", ""});
  }
  // Negated, so that a NaN is out of range.
  if (const auto& cost = question.change_cost; cost.has_value() && !(*cost >= 0 && *cost <= kMaxChangeCost)) {
    errors.Add({graph::Reason::kValueOutOfRange, "change_cost",
                fmt::format("change_cost is {}; use a value in [0, {}]", *cost, kMaxChangeCost), ""});
  }
  return errors.ToStatus();
}

absl::StatusOr<PlanRevision> Revise(const Recommender& recommender, const RevisionQuestion& question,
                                    graph::Budget& budget) {
  return Reviser(recommender, question, budget).Revise();
}

}  // namespace braid::ontology
