// What a scenario expects of a recommendation or of a revised plan, as a condition over the reply.
//
//   expr     = term { "or" term }
//   term     = factor { "and" factor }
//   factor   = "not" factor | "(" expr ")" | atom
//   atom     = "includes" ids                  in safety, in the relationship block or in the best plan
//            | ( "safety" | "relationship" | "plan" ) "includes" ids
//            | "recommends" ids                anywhere: those three, another plan, or an option of the modalities
//            | "excludes" ( id | list )        not one of them is recommended anywhere
//            | "leads" "with" list             the reply begins with these, in this order
//            | ids "before" ids                the first of the left comes before each of the right that is there
//            | "covers" need [ ">=" number ]   the best plan does something for it, or so much
//            | "weighs" need "most"            no need has a greater share
//            | "excluded" ids [ "because" ( REASON | id ) ]     a reason of ExclusionReason, or what is the cause
//            | "overridden" ids                set aside by the therapist
//            | "names" modality "as" ( "deliverable" | "referral" )
//            | "adapts" ids [ "for" flag ]     usable, and the reply says how to adapt it
//            | "follows" rule                  something is recommended by that rule
//            | "tracks" measure [ "as" COURSE ]
//            | "asks" [ "first" ] ( id | FIELD )
//            | "says" "TEXT"                   in the recommendation's text, but the client's own; whatever the case
//            | "holds" "plan"                  until the alliance is repaired
//            | "sessions" "<=" number          of the best plan
//            | ( "outcome" | "alliance" | "urgency" | "obstacle" ) "=" word
//
// and of a revision, in a scenario that asks for one:
//
//            | "need" ids [ "waiting" ] "=" VERB   what to do about it, or what would be done if nothing had to wait
//            | "dose" ids "=" DOSE            whether its techniques had enough sessions
//            | "reviews" ids "by" number      the date of the review, at that session or before
//            | "contradicted" ids             its measures contradict each other
//            | "lacks" "alternative" "for" ids     plans were sought, and nothing came in for it
//            | "score" measure "=" ( CHANGE | TRACK | "reliably_better" | "recovered" | "no_room" )
//            | "held" "by" ( HOLD | "nothing" )
//            | "drops" ids [ BECAUSE ]        it goes, by itself or for another
//            | "adds" ids [ BECAUSE ]         it comes in, by itself or instead of another
//            | "keeps" ids [ BECAUSE ]        it stays, with or without one more step
//            | "intensifies" ids [ BECAUSE ]  it stays, with one more step
//            | "switches" id "to" id          one goes and the other comes in for the same need
//            | "changes" "nothing" [ "but" CAUSE ]   the plan stays as it is, but for what rests on that
//            | "vanishes" ids                 it goes or comes in, and from which cost on it would not is known
//            | "replans"                      plans were sought anew
//            | "consults" [ "for" need ]
//            | "progress" "=" STATE
//            | "moves" "to" stage [ "as" DIRECTION ]
//            | "measures" ids "by" number     next, at that session or before
//            | "revision" "says" "TEXT"       in the text of the revision, whatever the case of letters
//   BECAUSE  = "because" ( CAUSE | id )       a cause of ChangeCause, or what bars it
//
//   ids      = id | "any" list | "all" list
//   list     = "[" id { "," id } "]"
//
// Words in capitals are those of the API's enums in small letters, without their prefix: `flag`, `reliably_worse`,
// `infeasible`. `urgency` is that of the first safety step, `none` without one. A modality is included where a
// technique of the best plan is taken from it.
//
// The grammar of `and`, `or` and `not` is that of ontology/conditions. The parser is not: there an atom speaks of one
// field with one value, here of how two things stand in a reply (`before`, `because`, `for`), and quoted text is no
// value of a condition. A condition has three values, since a client is known in part; a reply is known in full, so
// that a predicate holds or does not.
//
// Thread safety: values; pure functions.

#ifndef BRAID_TESTS_SCENARIOS_PREDICATE_H_
#define BRAID_TESTS_SCENARIOS_PREDICATE_H_

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "braid/v1/plan_service.pb.h"
#include "graph/snapshot.h"

namespace braid::scenarios {

// Of Recommend its recommendation alone.
using Reply = v1::ReviseResponse;

struct Predicate {
  enum class Type { kAtom, kNot, kAll, kAny };
  Type type = Type::kAtom;
  std::vector<Predicate> parts;             // of kNot one, of kAll and kAny two or more
  std::string text;                         // of a kAtom, as written
  bool is_of_revision = false;              // of a kAtom
  std::function<bool(const Reply&)> holds;  // of a kAtom
};

// The words that an atom may begin with; one that begins with `before`'s left side has that.
const std::vector<std::string_view>& AtomWords();

// Every id must be a node of `snapshot`, of a kind that the atom speaks of: what is misspelt would never be there, and
// a must-not would hold for nothing. Errors: INVALID_ARGUMENT, with the column, in bytes from 1, and what is expected
// there.
absl::StatusOr<Predicate> ParsePredicate(std::string_view text, const graph::Snapshot& snapshot);

// Whether any atom is of a revision.
bool SpeaksOfRevision(const Predicate& predicate);

bool Holds(const Predicate& predicate, const Reply& reply);

// Each atom with what it comes to, a line each.
std::string Explain(const Predicate& predicate, const Reply& reply);

}  // namespace braid::scenarios

#endif  // BRAID_TESTS_SCENARIOS_PREDICATE_H_
