#include "tests/scenarios/revision_atoms.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "graph/error.h"
#include "tests/scenarios/reply.h"

namespace braid::scenarios {
namespace {

using Reply = v1::PlanRevision;
using Statement = RevisionStatement;
using Change = v1::TechniqueChange;

const std::vector<std::string_view> kNeedKinds = {"dimension", "concern", "process"};

template <typename Messages, typename Test>
bool Any(const Messages& messages, const Test& test) {
  return std::any_of(messages.begin(), messages.end(), test);
}

bool AnyNeed(const Reply& reply, const std::string& id, const std::function<bool(const v1::NeedReview&)>& test) {
  return Any(reply.needs(), [&](const v1::NeedReview& need) { return need.need_id() == id && test(need); });
}

bool AnyScore(const Reply& reply, const std::string& measure, const std::function<bool(const v1::ScoreReview&)>& test) {
  const auto is_it = [&](const v1::ScoreReview& score) { return score.measure_id() == measure && test(score); };
  return Any(reply.needs(), [&](const v1::NeedReview& need) {
    return (need.has_score() && is_it(need.score())) || Any(need.other_scores(), is_it);
  });
}

bool Goes(const Change& change, const std::string& id) {
  return (change.kind() == v1::CHANGE_KIND_DROPPED && change.technique_id() == id) ||
         (change.kind() == v1::CHANGE_KIND_SWITCHED && change.replaced_technique_id() == id);
}
bool Comes(const Change& change, const std::string& id) {
  return change.technique_id() == id &&
         (change.kind() == v1::CHANGE_KIND_ADDED || change.kind() == v1::CHANGE_KIND_SWITCHED);
}
bool Grows(const Change& change, const std::string& id) {
  return change.technique_id() == id && change.kind() == v1::CHANGE_KIND_INTENSIFIED;
}
bool Stays(const Change& change, const std::string& id) {
  return change.technique_id() == id &&
         (change.kind() == v1::CHANGE_KIND_KEPT || change.kind() == v1::CHANGE_KIND_INTENSIFIED);
}

// --- Atoms, each after its first word.

absl::StatusOr<Statement> ReadNeed(PredicateReader& in) {
  BRAID_ASSIGN_OR_RETURN(const Ids ids, in.ReadIds(kNeedKinds));
  const bool waiting = in.Take("waiting");
  BRAID_ASSIGN_OR_RETURN(const int verb, in.ReadEqual(*v1::ReviewVerb_descriptor()));
  return [ids, waiting, verb](const Reply& reply) {
    return ids.Are([&](const std::string& id) {
      return AnyNeed(reply, id,
                     [&](const auto& need) { return verb == (waiting ? need.waiting_verb() : need.verb()); });
    });
  };
}

absl::StatusOr<Statement> ReadHeld(PredicateReader& in) {
  BRAID_RETURN_IF_ERROR(in.Need("by"));
  int hold = v1::REVISION_HOLD_UNSPECIFIED;
  if (!in.Take("nothing")) {
    BRAID_ASSIGN_OR_RETURN(hold, in.ReadWord(*v1::RevisionHold_descriptor()));
  }
  return [hold](const Reply& reply) { return reply.held_by() == hold; };
}

// That something becomes of techniques, and why.
absl::StatusOr<Statement> ReadChanges(PredicateReader& in, bool (*becomes)(const Change&, const std::string&)) {
  BRAID_ASSIGN_OR_RETURN(const Ids ids, in.ReadIds({"technique"}));
  std::optional<int> cause;
  std::string barred_by;
  if (in.Take("because")) {
    cause = NumberOf(*v1::ChangeCause_descriptor(), in.next());
    if (cause.has_value()) {
      in.Advance();
    } else {
      BRAID_ASSIGN_OR_RETURN(barred_by,
                             in.ReadId({}, "a cause (" + WordsOf(*v1::ChangeCause_descriptor()) + ") or an id"));
    }
  }
  return [ids, cause, barred_by, becomes](const Reply& reply) {
    return ids.Are([&](const std::string& id) {
      return Any(reply.changes(), [&](const Change& change) {
        return becomes(change, id) && (!cause.has_value() || *cause == change.cause()) &&
               (barred_by.empty() || barred_by == change.exclusion().cause_id());
      });
    });
  };
}
absl::StatusOr<Statement> ReadDrops(PredicateReader& in) { return ReadChanges(in, &Goes); }
absl::StatusOr<Statement> ReadAdds(PredicateReader& in) { return ReadChanges(in, &Comes); }
absl::StatusOr<Statement> ReadIntensifies(PredicateReader& in) { return ReadChanges(in, &Grows); }
absl::StatusOr<Statement> ReadKeeps(PredicateReader& in) { return ReadChanges(in, &Stays); }

absl::StatusOr<Statement> ReadSwitches(PredicateReader& in) {
  BRAID_ASSIGN_OR_RETURN(const std::string from, in.ReadId({"technique"}));
  BRAID_RETURN_IF_ERROR(in.Need("to"));
  BRAID_ASSIGN_OR_RETURN(const std::string to, in.ReadId({"technique"}));
  return [from, to](const Reply& reply) {
    return Any(reply.changes(), [&](const Change& change) {
      return change.kind() == v1::CHANGE_KIND_SWITCHED && Goes(change, from) && Comes(change, to);
    });
  };
}

absl::StatusOr<Statement> ReadNothingChanges(PredicateReader& in) {
  BRAID_RETURN_IF_ERROR(in.Need("nothing"));
  std::optional<int> cause;
  if (in.Take("but")) {
    BRAID_ASSIGN_OR_RETURN(cause, in.ReadWord(*v1::ChangeCause_descriptor()));
  }
  return [cause](const Reply& reply) {
    return !Any(reply.changes(), [&](const Change& change) {
      return change.kind() != v1::CHANGE_KIND_KEPT && (!cause.has_value() || *cause != change.cause());
    });
  };
}

absl::StatusOr<Statement> ReadConsults(PredicateReader& in) {
  if (!in.Take("for")) return [](const Reply& reply) { return reply.consult(); };
  BRAID_ASSIGN_OR_RETURN(const std::string id, in.ReadId(kNeedKinds));
  return [id](const Reply& reply) {
    return reply.consult() && AnyNeed(reply, id, [](const auto& need) { return need.consult(); });
  };
}

absl::StatusOr<Statement> ReadProgress(PredicateReader& in) {
  BRAID_ASSIGN_OR_RETURN(const int state, in.ReadEqual(*v1::ProgressState_descriptor()));
  return [state](const Reply& reply) { return reply.progress_state() == state; };
}

absl::StatusOr<Statement> ReadMoves(PredicateReader& in) {
  BRAID_RETURN_IF_ERROR(in.Need("to"));
  BRAID_ASSIGN_OR_RETURN(const std::string stage, in.ReadId({"stage"}));
  std::optional<int> direction;
  if (in.Take("as")) {
    BRAID_ASSIGN_OR_RETURN(direction, in.ReadWord(*v1::StageDirection_descriptor()));
  }
  return [stage, direction](const Reply& reply) {
    return Any(reply.stage_movements(), [&](const v1::StageMovement& movement) {
      return movement.to_id() == stage && (!direction.has_value() || *direction == movement.direction());
    });
  };
}

absl::StatusOr<Statement> ReadMeasures(PredicateReader& in) {
  BRAID_ASSIGN_OR_RETURN(const Ids ids, in.ReadIds({"measure"}));
  BRAID_RETURN_IF_ERROR(in.Need("by"));
  BRAID_ASSIGN_OR_RETURN(const double session, in.ReadNumber());
  return [ids, session](const Reply& reply) {
    return ids.Are([&](const std::string& id) {
      return Any(reply.next_measurements(), [&](const v1::NextMeasurement& next) {
        return next.measure_id() == id && next.session_number() <= session;
      });
    });
  };
}

absl::StatusOr<Statement> ReadReplans(PredicateReader&) {
  return [](const Reply& reply) { return reply.replanned(); };
}

absl::StatusOr<Statement> ReadRevision(PredicateReader& in) {
  BRAID_RETURN_IF_ERROR(in.Need("says"));
  BRAID_ASSIGN_OR_RETURN(const std::string words, in.ReadQuoted());
  return [words](const Reply& reply) { return Lower(TextOf(reply)).find(words) != std::string::npos; };
}

absl::StatusOr<Statement> ReadVanishes(PredicateReader& in) {
  BRAID_ASSIGN_OR_RETURN(const Ids ids, in.ReadIds({"technique"}));
  return [ids](const Reply& reply) {
    return ids.Are([&](const std::string& id) {
      return Any(reply.changes(), [&](const Change& change) {
        return (Goes(change, id) || Comes(change, id)) && change.has_vanishes_at() && change.vanishes_at() > 0;
      });
    });
  };
}

absl::StatusOr<Statement> ReadScore(PredicateReader& in) {
  BRAID_ASSIGN_OR_RETURN(const std::string measure, in.ReadId({"measure"}));
  BRAID_RETURN_IF_ERROR(in.Need("="));
  const std::optional<int> change = NumberOf(*v1::ScoreChange_descriptor(), in.next());
  const std::optional<int> track = NumberOf(*v1::ScoreTrack_descriptor(), in.next());
  std::function<bool(const v1::ScoreReview&)> test;
  if (in.Take("reliably_better")) {
    test = [](const auto& score) { return score.reliably_better(); };
  } else if (in.Take("recovered")) {
    test = [](const auto& score) { return score.recovered(); };
  } else if (in.Take("no_room")) {
    test = [](const auto& score) { return score.no_room(); };
  } else if (change.has_value()) {
    test = [change](const auto& score) { return score.change() == *change; };
    in.Advance();
  } else if (track.has_value()) {
    test = [track](const auto& score) { return score.track() == *track; };
    in.Advance();
  } else {
    return in.Expected("one of reliably_better, recovered, no_room, " + WordsOf(*v1::ScoreChange_descriptor()) + ", " +
                       WordsOf(*v1::ScoreTrack_descriptor()));
  }
  return [measure, test](const Reply& reply) { return AnyScore(reply, measure, test); };
}

absl::StatusOr<Statement> ReadContradicted(PredicateReader& in) {
  BRAID_ASSIGN_OR_RETURN(const Ids ids, in.ReadIds(kNeedKinds));
  return [ids](const Reply& reply) {
    return ids.Are([&](const std::string& id) {
      return AnyNeed(reply, id, [](const auto& need) { return need.contradicted(); });
    });
  };
}

absl::StatusOr<Statement> ReadLacks(PredicateReader& in) {
  BRAID_RETURN_IF_ERROR(in.Need("alternative"));
  BRAID_RETURN_IF_ERROR(in.Need("for"));
  BRAID_ASSIGN_OR_RETURN(const Ids ids, in.ReadIds(kNeedKinds));
  return [ids](const Reply& reply) {
    return ids.Are([&](const std::string& id) {
      return AnyNeed(reply, id, [](const auto& need) { return need.no_alternative(); });
    });
  };
}

absl::StatusOr<Statement> ReadDose(PredicateReader& in) {
  BRAID_ASSIGN_OR_RETURN(const Ids ids, in.ReadIds(kNeedKinds));
  BRAID_ASSIGN_OR_RETURN(const int dose, in.ReadEqual(*v1::DoseState_descriptor()));
  return [ids, dose](const Reply& reply) {
    return ids.Are([&](const std::string& id) {
      return AnyNeed(reply, id, [&](const auto& need) { return need.dose_state() == dose; });
    });
  };
}

absl::StatusOr<Statement> ReadReviews(PredicateReader& in) {
  BRAID_ASSIGN_OR_RETURN(const Ids ids, in.ReadIds(kNeedKinds));
  BRAID_RETURN_IF_ERROR(in.Need("by"));
  BRAID_ASSIGN_OR_RETURN(const double session, in.ReadNumber());
  return [ids, session](const Reply& reply) {
    return ids.Are([&](const std::string& id) {
      return AnyNeed(reply, id, [&](const auto& need) {
        return need.review_at_session() > 0 && need.review_at_session() <= session;
      });
    });
  };
}

}  // namespace

const std::vector<RevisionAtom>& RevisionAtoms() {
  static const std::vector<RevisionAtom>& atoms = *new std::vector<RevisionAtom>{
      {"need", &ReadNeed},
      {"held", &ReadHeld},
      {"drops", &ReadDrops},
      {"adds", &ReadAdds},
      {"intensifies", &ReadIntensifies},
      {"keeps", &ReadKeeps},
      {"switches", &ReadSwitches},
      {"changes", &ReadNothingChanges},
      {"consults", &ReadConsults},
      {"progress", &ReadProgress},
      {"moves", &ReadMoves},
      {"measures", &ReadMeasures},
      {"replans", &ReadReplans},
      {"revision", &ReadRevision},
      {"vanishes", &ReadVanishes},
      {"score", &ReadScore},
      {"contradicted", &ReadContradicted},
      {"lacks", &ReadLacks},
      {"dose", &ReadDose},
      {"reviews", &ReadReviews},
  };
  return atoms;
}

}  // namespace braid::scenarios
