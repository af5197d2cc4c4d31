#include "tests/ontology/progress/revision_laws.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <utility>
#include <variant>

#include "fmt/format.h"
#include "ontology/lookup.h"

namespace braid::ontology {
namespace {

using graph::NodeIndex;

using Nodes = std::set<NodeIndex>;

class Judge {
 public:
  Judge(const graph::Snapshot& snapshot, const RevisionQuestion& question, const PlanRevision& revision)
      : snapshot_(snapshot),
        question_(question),
        revision_(revision),
        before_(question.options.in_force.begin(), question.options.in_force.end()),
        after_(revision.techniques.begin(), revision.techniques.end()) {}

  std::vector<std::string> Broken() && {
    CheckHold();
    CheckVetoes();
    CheckDrops();
    CheckAccount();
    CheckReasons();
    return std::move(broken_);
  }

 private:
  template <typename... T>
  void Break(fmt::format_string<T...> text, T&&... values) {
    broken_.push_back(fmt::format(text, std::forward<T>(values)...));
  }
  std::string_view IdOf(NodeIndex node) const { return snapshot_.id(node); }

  // A flag that was raised since the plan and never addressed or resolved, read anew from the events.
  bool MustHold() const {
    std::map<NodeIndex, bool> open;
    for (const ClientCourse::Session& session : question_.course.sessions) {
      for (const ClientCourse::Event& event : session.events) {
        const auto* flag = std::get_if<ClientCourse::FlagEvent>(&event);
        if (flag == nullptr || session.number <= question_.plan_made_after) continue;
        open[flag->flag] = flag->change == FlagChange::kRaised;
      }
    }
    const bool any = std::any_of(open.begin(), open.end(), [](const auto& flag) { return flag.second; });
    return any || revision_.alliance == AllianceState::kStrained || revision_.alliance == AllianceState::kRuptured;
  }

  void CheckHold() {
    if (MustHold() != (revision_.hold != RevisionHold::kNone)) Break("the hold is not what the course says");
    if (revision_.hold == RevisionHold::kNone) return;
    for (const NodeIndex technique : after_) {
      if (!before_.contains(technique)) Break("{} came in during a hold", IdOf(technique));
    }
    for (const RevisedTechnique& change : revision_.changes) {
      const bool is_barred = change.kind == ChangeKind::kDropped && change.cause == ChangeCause::kBarred;
      if (change.kind != ChangeKind::kKept && !is_barred) Break("{} changed during a hold", IdOf(change.technique));
    }
  }

  bool IsVetoed(NodeIndex node) const {
    const graph::RelationIndex relation = *snapshot_.schema().FindRelation("contraindicated_by");
    return std::any_of(revision_.client.flags.begin(), revision_.client.flags.end(), [&](NodeIndex flag) {
      const std::optional<graph::EdgeEntry> edge = snapshot_.FindEdge(node, relation, flag);
      return edge.has_value() && std::any_of(edge->attributes.begin(), edge->attributes.end(), [](const auto& one) {
               return one.name == "caution" && std::get<std::string>(one.value) != "ADAPT";
             });
    });
  }

  void CheckVetoes() {
    for (const NodeIndex technique : after_) {
      if (IsVetoed(technique)) Break("{} is vetoed by a flag", IdOf(technique));
      if (TextOf(snapshot_, technique, "safety_status") == "never_recommend") Break("{} harms", IdOf(technique));
      for (const Client::Preference& preference : revision_.client.preferences) {
        const bool refused = preference.attitude == Attitude::kRefused && preference.node == technique;
        if (refused) Break("{} is refused", IdOf(technique));
      }
    }
  }

  // Whether something beside the scores may change a plan.
  bool IsOpen() const {
    if (revision_.change_cost == 0 || revision_.rules_gave_way) return true;
    return std::any_of(question_.course.sessions.begin(), question_.course.sessions.end(), [&](const auto& session) {
      return session.number > question_.plan_made_after && !session.events.empty();
    });
  }

  void CheckDrops() {
    if (IsOpen()) return;
    for (const RevisedTechnique& change : revision_.changes) {
      const bool goes = change.kind == ChangeKind::kDropped || change.kind == ChangeKind::kSwitched;
      if (!goes || change.cause != ChangeCause::kWorthMore || change.need == graph::kNoNode) continue;
      for (const NeedReview& need : revision_.needs) {
        if (need.need != change.need) continue;
        const NeedVerb verb = need.decision.verb;
        if (verb == NeedVerb::kSwitch || verb == NeedVerb::kReplan || verb == NeedVerb::kTaper) continue;
        Break("{} went though its need says {}", IdOf(change.technique), NameOf(verb));
      }
    }
  }

  void CheckAccount() {
    std::map<NodeIndex, int> out, in, stays;
    for (const RevisedTechnique& change : revision_.changes) {
      if (change.kind == ChangeKind::kDropped) ++out[change.technique];
      if (change.kind == ChangeKind::kAdded) ++in[change.technique];
      if (change.kind == ChangeKind::kSwitched) ++in[change.technique], ++out[change.replaced];
      if (change.kind == ChangeKind::kKept || change.kind == ChangeKind::kIntensified) ++stays[change.technique];
    }
    for (const NodeIndex technique : before_) {
      const bool is_after = after_.contains(technique);
      if (out[technique] != (is_after ? 0 : 1) || stays[technique] != (is_after ? 1 : 0) || in[technique] != 0) {
        Break("{} of the plan in force is not accounted for once", IdOf(technique));
      }
    }
    for (const NodeIndex technique : after_) {
      if (!before_.contains(technique) && (in[technique] != 1 || out[technique] != 0)) {
        Break("{} came in and is not accounted for once", IdOf(technique));
      }
    }
  }

  void CheckReasons() {
    for (const NeedReview& need : revision_.needs) {
      if (need.decision.because.empty()) Break("{} has no reason", IdOf(need.need));
    }
    for (const RevisedTechnique& change : revision_.changes) {
      if (change.kind == ChangeKind::kNone || change.cause == ChangeCause::kNone) {
        Break("{} has no kind or no cause", IdOf(change.technique));
      }
      if (change.cause == ChangeCause::kBarred && !change.exclusion.has_value()) {
        Break("{} is barred by nothing", IdOf(change.technique));
      }
    }
    if (revision_.needs.size() != revision_.recommendation.needs.size()) Break("a need has no review");
  }

  const graph::Snapshot& snapshot_;
  const RevisionQuestion& question_;
  const PlanRevision& revision_;
  const Nodes before_, after_;
  std::vector<std::string> broken_;
};

}  // namespace

std::vector<std::string> BrokenLaws(const graph::Snapshot& snapshot, const RevisionQuestion& question,
                                    const PlanRevision& revision) {
  return Judge(snapshot, question, revision).Broken();
}

}  // namespace braid::ontology
