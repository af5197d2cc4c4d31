// The text of a path pattern, read into a tree (grammar: graph/pattern.h). Private to the compiler of patterns.

#ifndef BRAID_GRAPH_PATTERN_SYNTAX_H_
#define BRAID_GRAPH_PATTERN_SYNTAX_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "graph/model.h"
#include "graph/pattern.h"
#include "graph/schema.h"

namespace braid::graph {

// A set of hops: those that one hop of a pattern accepts.
struct HopSet {
  std::vector<bool> crossings;  // by 2·relation + (backwards ? 1 : 0)
  std::vector<bool> kinds;      // by kind; empty: any
  std::optional<Sign> sign;     // unset: any or none

  friend bool operator==(const HopSet&, const HopSet&) = default;
};

using ExpressionIndex = std::uint32_t;

// A node of the tree; its children stand before it in PatternSyntax::expressions.
struct Expression {
  enum class Type : std::uint8_t { kHop, kSequence, kEither, kRepeat };
  explicit Expression(Type expression_type) : type(expression_type) {}

  Type type;                              // a sequence of nothing is the path of no hops
  std::size_t hop = 0;                    // kHop: into PatternSyntax::hops
  std::vector<ExpressionIndex> children;  // kRepeat: one
  std::uint32_t least = 0;                // kRepeat
  std::optional<std::uint32_t> most;      // kRepeat; unset: any number
  std::size_t height = 1;                 // levels, itself included
};

// A pattern with its definitions in place. A definition that is named twice is one expression with two parents.
struct PatternSyntax {
  std::vector<HopSet> hops;  // no two are equal
  std::vector<Expression> expressions;
  ExpressionIndex root = 0;
};

inline constexpr std::size_t kMaxPatternBytes = 4096;
inline constexpr std::size_t kMaxPatternHeight = 100;  // what recursion over a tree may cost in stack
inline constexpr std::uint32_t kMaxPatternCount = 12;  // of a repetition: no path has more hops

// Errors: as CompilePattern, without those of size.
absl::StatusOr<PatternSyntax> ParsePattern(std::string_view text, const Schema& schema,
                                           const PatternDefinitions& definitions);

}  // namespace braid::graph

#endif  // BRAID_GRAPH_PATTERN_SYNTAX_H_
