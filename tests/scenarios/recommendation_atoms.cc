#include "tests/scenarios/recommendation_atoms.h"

#include <algorithm>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "fmt/format.h"
#include "graph/error.h"
#include "tests/scenarios/reply.h"

namespace braid::scenarios {
namespace {

using Reply = v1::Recommendation;
using Statement = RecommendationStatement;

std::set<std::string> SetOf(const std::vector<std::string>& ids) { return {ids.begin(), ids.end()}; }

std::set<std::string> PlanSet(const Reply& reply) {
  if (reply.plans_size() == 0) return {};
  std::set<std::string> ids = SetOf(PlanIds(reply.plans(0)));
  ids.merge(ModalitiesOf(reply, reply.plans(0)));
  return ids;
}

std::set<std::string> IncludedIn(const Reply& reply) {
  std::set<std::string> ids = SetOf(SequenceOf(reply));
  ids.merge(PlanSet(reply));
  return ids;
}

const v1::PlanNeed* NeedOf(const Reply& reply, const std::string& id) {
  const auto at = std::find_if(reply.needs().begin(), reply.needs().end(),
                               [&](const v1::PlanNeed& need) { return need.node_id() == id; });
  return at == reply.needs().end() ? nullptr : &*at;
}

bool IsFirstOf(const Ids& left, const Ids& right, const Reply& reply) {
  const std::vector<std::string> sequence = SequenceOf(reply);
  const auto place = [&](const std::string& id) { return std::find(sequence.begin(), sequence.end(), id); };
  if (!left.AreIn(SetOf(sequence)) || !right.AreIn(SetOf(sequence))) return false;
  const auto before_all = [&](const std::string& id) {
    return place(id) != sequence.end() &&
           std::all_of(right.ids.begin(), right.ids.end(), [&](const std::string& other) {
             return place(other) == sequence.end() || place(id) < place(other);
           });
  };
  return left.Are(before_all);
}

bool Leads(const std::vector<std::string>& first, const Reply& reply) {
  const std::vector<std::string> sequence = SequenceOf(reply);
  return sequence.size() >= first.size() && std::equal(first.begin(), first.end(), sequence.begin());
}

bool Follows(const std::string& rule, const Reply& reply) {
  const auto names = [&](const auto& step) {
    return std::find(step.rule_ids().begin(), step.rule_ids().end(), rule) != step.rule_ids().end();
  };
  const auto prefers = [&](const v1::RecommendedTechnique& technique) {
    return std::any_of(technique.rules().begin(), technique.rules().end(),
                       [&](const v1::RuleEffect& effect) { return effect.prefers() && effect.rule_id() == rule; });
  };
  const auto& steps = reply.relationship().steps();
  return std::any_of(reply.safety().begin(), reply.safety().end(), names) ||
         std::any_of(steps.begin(), steps.end(), names) ||
         std::any_of(reply.techniques().begin(), reply.techniques().end(), prefers);
}

bool Asks(const google::protobuf::RepeatedPtrField<v1::OpenQuestion>& questions, const std::string& what) {
  return std::any_of(questions.begin(), questions.end(), [&](const v1::OpenQuestion& question) {
    return question.field() == what ||
           std::find(question.ids().begin(), question.ids().end(), what) != question.ids().end();
  });
}

// --- Atoms, each after its first word.

template <typename SetOfReply>
absl::StatusOr<Statement> ReadMembers(PredicateReader& in, SetOfReply set, const std::vector<std::string_view>& kinds) {
  BRAID_ASSIGN_OR_RETURN(const Ids ids, in.ReadIds(kinds));
  return [ids, set](const Reply& reply) { return ids.AreIn(set(reply)); };
}
template <typename SetOfReply>
absl::StatusOr<Statement> ReadPart(PredicateReader& in, SetOfReply set, const std::vector<std::string_view>& kinds) {
  BRAID_RETURN_IF_ERROR(in.Need("includes"));
  return ReadMembers(in, set, kinds);
}

absl::StatusOr<Statement> ReadIncludes(PredicateReader& in) {
  return ReadMembers(in, &IncludedIn, {"technique", "modality"});
}
absl::StatusOr<Statement> ReadPlan(PredicateReader& in) { return ReadPart(in, &PlanSet, {"technique", "modality"}); }
absl::StatusOr<Statement> ReadSafety(PredicateReader& in) {
  return ReadPart(in, [](const Reply& reply) { return SetOf(SafetyIds(reply)); }, {"technique"});
}
absl::StatusOr<Statement> ReadRelationship(PredicateReader& in) {
  return ReadPart(in, [](const Reply& reply) { return SetOf(RelationshipIds(reply)); }, {"technique"});
}
absl::StatusOr<Statement> ReadRecommends(PredicateReader& in) {
  return ReadMembers(in, &Recommended, {"technique", "modality"});
}

absl::StatusOr<Statement> ReadExcludes(PredicateReader& in) {
  const std::vector<std::string_view> kinds = {"technique", "modality"};
  Ids ids;
  ids.all = false;
  if (in.next() == "[") {
    BRAID_ASSIGN_OR_RETURN(ids.ids, in.ReadList(kinds));
  } else {
    BRAID_ASSIGN_OR_RETURN(std::string id, in.ReadId(kinds));
    ids.ids.push_back(std::move(id));
  }
  return [ids](const Reply& reply) { return !ids.AreIn(Recommended(reply)); };
}

absl::StatusOr<Statement> ReadLeads(PredicateReader& in) {
  BRAID_RETURN_IF_ERROR(in.Need("with"));
  BRAID_ASSIGN_OR_RETURN(const std::vector<std::string> first, in.ReadList({"technique"}));
  return [first](const Reply& reply) { return Leads(first, reply); };
}

absl::StatusOr<Statement> ReadCovers(PredicateReader& in) {
  BRAID_ASSIGN_OR_RETURN(const std::string id, in.ReadId({"dimension", "concern", "process"}));
  double least = 0;
  const bool has_least = in.Take(">=");
  if (has_least) {
    BRAID_ASSIGN_OR_RETURN(least, in.ReadNumber());
  }
  return [id, least](const Reply& reply) {
    const v1::PlanNeed* need = NeedOf(reply, id);
    return need != nullptr && need->cover() > 0 && need->cover() >= least;
  };
}

absl::StatusOr<Statement> ReadWeighs(PredicateReader& in) {
  BRAID_ASSIGN_OR_RETURN(const std::string id, in.ReadId({"dimension", "concern", "process"}));
  BRAID_RETURN_IF_ERROR(in.Need("most"));
  return [id](const Reply& reply) {
    const v1::PlanNeed* need = NeedOf(reply, id);
    return need != nullptr && std::all_of(reply.needs().begin(), reply.needs().end(),
                                          [&](const v1::PlanNeed& other) { return other.share() <= need->share(); });
  };
}

absl::StatusOr<Statement> ReadExcluded(PredicateReader& in) {
  BRAID_ASSIGN_OR_RETURN(const Ids ids, in.ReadIds({"technique"}));
  std::optional<int> reason;
  std::string cause;
  if (in.Take("because")) {
    reason = NumberOf(*v1::ExclusionReason_descriptor(), in.next());
    if (reason.has_value()) {
      in.Advance();
    } else {
      BRAID_ASSIGN_OR_RETURN(cause,
                             in.ReadId({}, "a reason (" + WordsOf(*v1::ExclusionReason_descriptor()) + ") or an id"));
    }
  }
  return [ids, reason, cause](const Reply& reply) {
    return ids.Are([&](const std::string& id) {
      return std::any_of(reply.exclusions().begin(), reply.exclusions().end(), [&](const v1::Exclusion& exclusion) {
        return exclusion.technique_id() == id && (!reason.has_value() || *reason == exclusion.reason()) &&
               (cause.empty() || cause == exclusion.cause_id());
      });
    });
  };
}

absl::StatusOr<Statement> ReadOverridden(PredicateReader& in) {
  BRAID_ASSIGN_OR_RETURN(const Ids ids, in.ReadIds({"technique"}));
  return [ids](const Reply& reply) {
    return ids.Are([&](const std::string& id) {
      return std::any_of(reply.overrides().begin(), reply.overrides().end(), [&](const v1::AppliedOverride& applied) {
        return applied.override().technique_id() == id && applied.has_exclusion();
      });
    });
  };
}

absl::StatusOr<Statement> ReadNames(PredicateReader& in) {
  BRAID_ASSIGN_OR_RETURN(const Ids ids, in.ReadIds({"modality"}));
  BRAID_RETURN_IF_ERROR(in.Need("as"));
  BRAID_ASSIGN_OR_RETURN(const int access, in.ReadWord(*v1::ModalityAccess_descriptor()));
  return [ids, access](const Reply& reply) {
    return ids.Are([&](const std::string& id) {
      return std::any_of(reply.modalities().begin(), reply.modalities().end(), [&](const v1::ModalityOption& option) {
        return option.modality_id() == id && option.access() == access;
      });
    });
  };
}

absl::StatusOr<Statement> ReadAdapts(PredicateReader& in) {
  BRAID_ASSIGN_OR_RETURN(const Ids ids, in.ReadIds({"technique", "modality"}));
  std::string flag;
  if (in.Take("for")) {
    BRAID_ASSIGN_OR_RETURN(flag, in.ReadId({"flag"}));
  }
  return [ids, flag](const Reply& reply) {
    const auto says_how = [&](const auto& of) {
      return std::any_of(of.adaptations().begin(), of.adaptations().end(),
                         [&](const v1::FlagCaution& caution) { return flag.empty() || caution.flag_id() == flag; });
    };
    return ids.Are([&](const std::string& id) {
      return std::any_of(reply.techniques().begin(), reply.techniques().end(),
                         [&](const auto& of) { return of.technique_id() == id && says_how(of); }) ||
             std::any_of(reply.modalities().begin(), reply.modalities().end(),
                         [&](const auto& of) { return of.modality_id() == id && says_how(of); });
    });
  };
}

absl::StatusOr<Statement> ReadFollows(PredicateReader& in) {
  BRAID_ASSIGN_OR_RETURN(const std::string rule, in.ReadId({"rule"}));
  return [rule](const Reply& reply) { return Follows(rule, reply); };
}

absl::StatusOr<Statement> ReadTracks(PredicateReader& in) {
  BRAID_ASSIGN_OR_RETURN(const std::string id, in.ReadId({"measure"}));
  std::optional<int> course;
  if (in.Take("as")) {
    BRAID_ASSIGN_OR_RETURN(course, in.ReadWord(*v1::MeasureCourse_descriptor()));
  }
  return [id, course](const Reply& reply) {
    return std::any_of(reply.tracking().begin(), reply.tracking().end(), [&](const v1::MeasureTracking& measure) {
      return measure.measure_id() == id && (!course.has_value() || *course == measure.course());
    });
  };
}

absl::StatusOr<Statement> ReadAsks(PredicateReader& in) {
  const bool first = in.Take("first");
  if (in.next().empty()) return in.Expected("a field or an id");
  if (in.next().find(':') != std::string_view::npos) {
    BRAID_RETURN_IF_ERROR(in.CheckId({}, "an id"));
  }
  const std::string what(in.next());
  in.Advance();
  return [first, what](const Reply& reply) {
    return Asks(reply.ask_first(), what) || (!first && Asks(reply.assess(), what));
  };
}

absl::StatusOr<Statement> ReadSays(PredicateReader& in) {
  BRAID_ASSIGN_OR_RETURN(const std::string words, in.ReadQuoted());
  return [words](const Reply& reply) { return Lower(TextOf(reply)).find(words) != std::string::npos; };
}

absl::StatusOr<Statement> ReadHolds(PredicateReader& in) {
  BRAID_RETURN_IF_ERROR(in.Need("plan"));
  return [](const Reply& reply) { return reply.relationship().holds_plan(); };
}

absl::StatusOr<Statement> ReadSessions(PredicateReader& in) {
  BRAID_RETURN_IF_ERROR(in.Need("<="));
  BRAID_ASSIGN_OR_RETURN(const double most, in.ReadNumber());
  return [most](const Reply& reply) {
    return reply.plans_size() > 0 && static_cast<double>(reply.plans(0).session_count()) <= most;
  };
}

absl::StatusOr<Statement> ReadOutcome(PredicateReader& in) {
  BRAID_ASSIGN_OR_RETURN(const int outcome, in.ReadEqual(*v1::Outcome_descriptor()));
  return [outcome](const Reply& reply) { return reply.outcome() == outcome; };
}
absl::StatusOr<Statement> ReadAlliance(PredicateReader& in) {
  BRAID_ASSIGN_OR_RETURN(const int state, in.ReadEqual(*v1::AllianceState_descriptor()));
  return [state](const Reply& reply) { return reply.relationship().alliance() == state; };
}
absl::StatusOr<Statement> ReadUrgency(PredicateReader& in) {
  BRAID_RETURN_IF_ERROR(in.Need("="));
  if (in.Take("none")) return [](const Reply& reply) { return reply.safety().empty(); };
  BRAID_ASSIGN_OR_RETURN(const int urgency, in.ReadWord(*v1::FlagUrgency_descriptor()));
  return [urgency](const Reply& reply) { return !reply.safety().empty() && reply.safety(0).urgency() == urgency; };
}
absl::StatusOr<Statement> ReadObstacle(PredicateReader& in) {
  BRAID_ASSIGN_OR_RETURN(const int constraint, in.ReadEqual(*v1::PlanConstraint_descriptor()));
  return [constraint](const Reply& reply) {
    return std::any_of(reply.obstacles().begin(), reply.obstacles().end(),
                       [&](const v1::PlanObstacle& obstacle) { return obstacle.constraint() == constraint; });
  };
}

}  // namespace

absl::StatusOr<RecommendationStatement> ReadBefore(PredicateReader& in) {
  BRAID_ASSIGN_OR_RETURN(const Ids left, in.ReadIds({"technique"}));
  BRAID_RETURN_IF_ERROR(in.Need("before"));
  BRAID_ASSIGN_OR_RETURN(const Ids right, in.ReadIds({"technique"}));
  return [left, right](const Reply& reply) { return IsFirstOf(left, right, reply); };
}

const std::vector<RecommendationAtom>& RecommendationAtoms() {
  static const std::vector<RecommendationAtom>& atoms = *new std::vector<RecommendationAtom>{
      {"includes", &ReadIncludes},
      {"safety", &ReadSafety},
      {"relationship", &ReadRelationship},
      {"plan", &ReadPlan},
      {"recommends", &ReadRecommends},
      {"excludes", &ReadExcludes},
      {"leads", &ReadLeads},
      {"covers", &ReadCovers},
      {"weighs", &ReadWeighs},
      {"excluded", &ReadExcluded},
      {"overridden", &ReadOverridden},
      {"names", &ReadNames},
      {"adapts", &ReadAdapts},
      {"follows", &ReadFollows},
      {"tracks", &ReadTracks},
      {"asks", &ReadAsks},
      {"says", &ReadSays},
      {"holds", &ReadHolds},
      {"sessions", &ReadSessions},
      {"outcome", &ReadOutcome},
      {"alliance", &ReadAlliance},
      {"urgency", &ReadUrgency},
      {"obstacle", &ReadObstacle},
  };
  return atoms;
}

}  // namespace braid::scenarios
