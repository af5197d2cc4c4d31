// Random path patterns with a naive meaning: what tests hold the compiler of patterns against.

#ifndef BRAID_TESTS_GRAPH_PATTERN_ORACLE_H_
#define BRAID_TESTS_GRAPH_PATTERN_ORACLE_H_

#include <cstddef>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "graph/ids.h"
#include "graph/model.h"
#include "graph/schema.h"

namespace braid::graph {

// A hop as a pattern sees it. Symmetric relations are crossed forwards.
struct PatternHop {
  RelationIndex relation{};
  bool forwards = true;
  Sign sign = Sign::kUnset;
  KindIndex entered{};
};

// A pattern as a tree, with a text and a meaning that share nothing with the compiler.
class OraclePattern {
 public:
  // A tree of up to `depth` levels over the walkable relations of `schema`.
  static OraclePattern Random(const Schema& schema, std::mt19937_64& random, int depth);

  std::string Text() const;

  // Whether the whole of `hops` fits.
  bool Matches(const std::vector<PatternHop>& hops) const;

  // Hops that fit, with repetitions kept short.
  std::vector<PatternHop> Sample(std::mt19937_64& random) const;

 private:
  enum class Type { kHop, kSequence, kEither, kRepeat };

  // Every place in `hops` where what begins at `begin` may end.
  std::set<std::size_t> Ends(const std::vector<PatternHop>& hops, std::size_t begin) const;
  bool Accepts(const PatternHop& hop) const;
  std::string HopText() const;
  void SampleInto(std::mt19937_64& random, std::vector<PatternHop>& hops) const;
  PatternHop SampleHop(std::mt19937_64& random) const;

  const Schema* schema_ = nullptr;
  Type type_ = Type::kSequence;
  std::vector<OraclePattern> children_;
  std::size_t least_ = 0;
  std::optional<std::size_t> most_;
  char direction_ = '-';
  std::optional<RelationIndex> relation_;  // unset: any
  std::optional<Sign> sign_;
  std::vector<KindIndex> kinds_;  // empty: any
};

// Every hop that the walkable relations of `schema` allow.
std::vector<PatternHop> AllHops(const Schema& schema);

}  // namespace braid::graph

#endif  // BRAID_TESTS_GRAPH_PATTERN_ORACLE_H_
