// Graphs drawn in text, for tests.
//
//   Draw("a -1-> b -x:0.5,low-> c ; a -near- c ; d@place <-x- c")
//
// A drawing is a list of statements, separated by `;` or line ends. Words are separated by blanks.
//
//   statement := node { edge node }        a chain of edges, or a node alone
//              | `kind` NAME { flag }       ends_only is_group needs_group
//              | `relation` NAME { flag }   symmetric definitional unwalkable no_default no_strength defines_group
//                                           one_primary acyclic transitive no_loops below=NAME
//   node      := NAME [ `@` KIND ] [ `!` ]  `!`: obsolete. The kind, said once anywhere, is `node` if never said
//   edge      := `-` label `->`             from left to right
//              | `<-` label `-`             from right to left
//              | `-` label `-`              of a symmetric relation, which this makes symmetric
//   label     := [ RELATION ] [ [ `:` ] STRENGTH ] { `,` option }
//   option    := certainty                  high moderate low very_low no_source; high if none is given
//              | `+` | `-`                  the sign
//              | `primary`
//              | polarity                   supports no_difference null mixed against harm: a claim; may be repeated
//
// A label without a relation is of relation `r`; without a label the arrows are `->`, `<-`, `--`. A relation that no
// statement declares is walkable, takes strength, sign and certainty, allows loops, and has the default strength 1.
// `definitional`: takes no certainty. `no_default`: an edge without a strength is not walkable. The id of node `a` is
// `n:a`; a name with a colon is an id as it stands. Slots are given in the order of first mention.
//
// A malformed drawing throws std::invalid_argument, which names the word.

#ifndef BRAID_TESTS_GRAPH_DRAW_H_
#define BRAID_TESTS_GRAPH_DRAW_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "graph/model.h"
#include "graph/schema.h"
#include "graph/snapshot.h"

namespace braid::graph {

// A drawing taken apart, in order of first mention; symmetric edges run from the lesser id to the greater.
struct Drawing {
  std::vector<Kind> kinds;
  std::vector<Relation> relations;
  std::vector<Node> nodes;
  std::vector<Edge> edges;
};

Drawing ReadDrawing(std::string_view text);

// The snapshot of a drawing, at revision 1. `shuffle`, unless 0, is the seed of a shuffled numbering of the nodes,
// which must not matter to any answer.
SnapshotPtr Draw(std::string_view text, std::uint64_t shuffle = 0);
SnapshotPtr Draw(const Drawing& drawing, std::uint64_t shuffle = 0);

// The node drawn under `name`; throws std::invalid_argument where there is none.
NodeIndex Named(const Snapshot& snapshot, std::string_view name);
// The relation or kind of this name; throws where there is none.
RelationIndex RelationNamed(const Snapshot& snapshot, std::string_view name);
KindIndex KindNamed(const Snapshot& snapshot, std::string_view name);
// What Named takes.
std::string NameOf(const Snapshot& snapshot, NodeIndex index);

}  // namespace braid::graph

#endif  // BRAID_TESTS_GRAPH_DRAW_H_
