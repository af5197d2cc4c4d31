// Path patterns: a regular expression over hops, compiled to a minimal deterministic automaton.
//
// Text:
//
//   pattern     = alternative { "|" alternative } ;            either
//   alternative = { repeat } ;                                 one after the other; none: the path of no hops
//   repeat      = item [ "*" | "+" | "?" | "{" n [ "," [ m ] ] "}" ] ;    n, m in 0..12
//   item        = "(" pattern ")" | hop | name ;
//   hop         = ( ">" | "<" | "-" ) relation [ "[+]" | "[-]" ] [ "@" kind { "," kind } ] ;    without blanks
//   relation    = a relation's name, or "." for any
//   name        = an upper-case letter and letters, digits: a definition handed in beside the pattern
//
// Blanks may stand between all parts but those of a hop. `>r` crosses an edge of relation r from subject to object,
// `<r` from object to subject, `-r` either way; a symmetric relation is crossed by all three. `[+]` and `[-]` ask for
// the edge's sign, without them any or none does. `@kind` is the kind of the node entered; without it any. A relation
// matches its sub-relations. Example: `<acts_on U* L (D* U* L)* D* >acts_on` with U = `<influences`, D = `>influences`,
// L = `<engages >engages`.
//
// Thompson's construction (1968), subset construction (Rabin & Scott 1959), Hopcroft's minimisation (1971), states that
// cannot accept removed.
//
// Thread safety: an Automaton is immutable.

#ifndef BRAID_GRAPH_PATTERN_H_
#define BRAID_GRAPH_PATTERN_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "graph/ids.h"
#include "graph/model.h"
#include "graph/schema.h"

namespace braid::graph {

// A minimal DFA over hops: no two states accept the same, and each but the start of an automaton that accepts nothing
// can still accept. State 0 is the start. A dead hop leads to kDead.
class Automaton {
 public:
  static constexpr std::size_t kMaxStates = 64;
  using State = std::uint8_t;
  static constexpr State kDead = 0xFF;

  // Accepts every path: one state, all hops.
  static Automaton Any(const Schema& schema);

  // Whether this was compiled against a schema with as many kinds and relations: only then may hops of `schema` be
  // asked for.
  bool Fits(const Schema& schema) const {
    return kind_count_ == schema.kind_count() && relation_count_ == schema.relation_count();
  }

  std::size_t state_count() const { return accepting_.size(); }
  bool IsAccepting(State state) const { return accepting_[state]; }

  // Where a hop leads. `forwards`: from subject to object; symmetric relations are always walked forwards. `sign` is
  // the edge's; `entered` the kind of the node that the hop enters. REQUIRES: state != kDead.
  State Next(State state, RelationIndex relation, bool forwards, Sign sign, KindIndex entered) const {
    return next_[Symbol(relation, forwards, sign, entered) * state_count() + state];
  }
  // The states from which a hop leads to `state`: bit i for state i.
  std::uint64_t Previous(State state, RelationIndex relation, bool forwards, Sign sign, KindIndex entered) const {
    return previous_[Symbol(relation, forwards, sign, entered) * state_count() + state];
  }
  // Whether any hop over `relation` that way leads anywhere from `state`, or to `state` from anywhere: lets a search
  // skip whole relations.
  bool MayLeave(State state, RelationIndex relation, bool forwards) const {
    return may_leave_[Crossing(relation, forwards) * state_count() + state];
  }
  bool MayEnter(State state, RelationIndex relation, bool forwards) const {
    return may_enter_[Crossing(relation, forwards) * state_count() + state];
  }

 private:
  friend class AutomatonBuilder;

  static std::size_t Crossing(RelationIndex relation, bool forwards) {
    return Number(relation) * std::size_t{2} + (forwards ? 0U : 1U);
  }
  std::size_t Symbol(RelationIndex relation, bool forwards, Sign sign, KindIndex entered) const {
    return symbol_of_[(Crossing(relation, forwards) * kSigns + static_cast<std::size_t>(sign)) * kind_count_ +
                      Number(entered)];
  }
  static constexpr std::size_t kSigns = 3;

  std::size_t kind_count_ = 0;
  std::size_t relation_count_ = 0;
  std::vector<std::uint16_t> symbol_of_;  // (relation, direction, sign, kind) → class of hops that no state tells apart
  std::vector<State> next_;               // (symbol, state) → state
  std::vector<std::uint64_t> previous_;  // (symbol, state) → states
  std::vector<bool> accepting_;          // by state
  std::vector<bool> may_leave_;          // (relation, direction, state)
  std::vector<bool> may_enter_;          // (relation, direction, state)
};

// Definitions that a pattern may name: `U` → `<influences`. They may name one another, not in a circle.
using PatternDefinitions = std::map<std::string, std::string, std::less<>>;

// Compiles `text` against `schema`. `.` is every walkable relation.
//
// Errors: kInvalidArgument PATTERN_INVALID, message and metadata `column` (1-based, in bytes, in `text` or in the
// definition
//         named by metadata `definition`): a syntax error, an unknown relation, kind or name, a relation that is not
//         walkable, a circle of definitions, a text over 4 096 bytes, more than 64 states, or more than 100 levels or
//         16 384 parts when names and counts are written out. The field is left empty: the caller knows where the
//         pattern came from.
// O(2^hops) at worst, stopped at 64 states after minimisation and 4 096 before.
absl::StatusOr<Automaton> CompilePattern(std::string_view text, const Schema& schema,
                                         const PatternDefinitions& definitions = {});

}  // namespace braid::graph

#endif  // BRAID_GRAPH_PATTERN_H_
