#include "graph/pattern.h"

#include <algorithm>
#include <limits>
#include <numeric>
#include <string>
#include <utility>

#include "fmt/format.h"
#include "graph/error.h"
#include "graph/pattern_syntax.h"

namespace braid::graph {
namespace {

constexpr std::size_t kMaxParts = 16'384;           // a pattern with its names and counts written out
constexpr std::size_t kMaxSubsets = 4'096;          // states before minimisation
constexpr std::size_t kMaxTransitions = 1U << 22U;  // subsets times symbols: 16 MiB while compiling
constexpr std::size_t kMaxSteps = 1U << 24U;        // of the subset construction: well under a second

absl::Status TooComplicated(std::string_view limit) {
  return MakeError(Reason::kPatternInvalid,
                   fmt::format("pattern: more than {}; use fewer alternatives and smaller counts", limit), {}, {},
                   {{"column", "1"}});
}

// The hops of a schema, numbered (relation, direction, sign, kind), and classes of those that no set of hops tells
// apart.
class Alphabet {
 public:
  Alphabet(const Schema& schema, const std::vector<HopSet>& hop_sets)
      : kind_count_(schema.kind_count()),
        symbol_of_(schema.relation_count() * kCrossingSigns * kind_count_, 0),
        symbols_of_(hop_sets.size()) {
    std::vector<std::size_t> size = {symbol_of_.size()};
    for (const HopSet& set : hop_sets) Split(set, size);
    symbol_count_ = size.size();
    for (std::size_t i = 0; i < hop_sets.size(); ++i) {
      std::vector<bool> has(symbol_count_, false);
      ForEachHopIn(hop_sets[i], [&](std::size_t hop) { has[symbol_of_[hop]] = true; });
      for (std::size_t symbol = 0; symbol < symbol_count_; ++symbol) {
        if (has[symbol]) symbols_of_[i].push_back(static_cast<std::uint32_t>(symbol));
      }
    }
  }

  std::size_t symbol_count() const { return symbol_count_; }
  // By hop.
  const std::vector<std::uint32_t>& symbol_of() const { return symbol_of_; }
  // The classes that make up one of the sets.
  const std::vector<std::uint32_t>& symbols_of(std::size_t hop_set) const { return symbols_of_[hop_set]; }

 private:
  static constexpr std::size_t kSigns = 3;
  static constexpr std::size_t kCrossingSigns = 2 * kSigns;

  template <typename Visit>
  void ForEachHopIn(const HopSet& set, Visit visit) const {
    for (std::size_t crossing = 0; crossing < set.crossings.size(); ++crossing) {
      if (!set.crossings[crossing]) continue;
      for (std::size_t sign = 0; sign < kSigns; ++sign) {
        if (set.sign && static_cast<std::size_t>(*set.sign) != sign) continue;
        for (std::size_t kind = 0; kind < kind_count_; ++kind) {
          if (set.kinds.empty() || set.kinds[kind]) visit((crossing * kSigns + sign) * kind_count_ + kind);
        }
      }
    }
  }

  // Cuts each class in what is in `set` and what is not. `size`: members by class.
  void Split(const HopSet& set, std::vector<std::size_t>& size) {
    std::vector<std::size_t> inside(size.size(), 0);
    ForEachHopIn(set, [&](std::size_t hop) { ++inside[symbol_of_[hop]]; });
    std::vector<std::uint32_t> part(inside.size());
    for (std::size_t symbol = 0; symbol < inside.size(); ++symbol) {
      part[symbol] = static_cast<std::uint32_t>(symbol);
      if (inside[symbol] == 0 || inside[symbol] == size[symbol]) continue;
      part[symbol] = static_cast<std::uint32_t>(size.size());
      size[symbol] -= inside[symbol];
      size.push_back(inside[symbol]);
    }
    ForEachHopIn(set, [&](std::size_t hop) { symbol_of_[hop] = part[symbol_of_[hop]]; });
  }

  std::size_t kind_count_;
  std::vector<std::uint32_t> symbol_of_;
  std::vector<std::vector<std::uint32_t>> symbols_of_;
  std::size_t symbol_count_ = 1;
};

// Thompson's construction: a nondeterministic automaton with free moves. State 0 is the start.
class Nfa {
 public:
  using State = std::uint32_t;
  struct Edges {
    std::vector<State> free;
    std::vector<std::pair<std::size_t, State>> hops;  // (set of hops, state)
  };

  // Errors: more than kMaxParts.
  static absl::StatusOr<Nfa> From(const PatternSyntax& syntax) {
    Nfa nfa;
    nfa.accepting_ = nfa.Build(syntax, syntax.root, nfa.NewState());
    if (nfa.parts_ > kMaxParts) return TooComplicated(fmt::format("{} parts when written out", kMaxParts));
    return nfa;
  }

  std::size_t state_count() const { return edges_.size(); }
  const Edges& edges(State state) const { return edges_[state]; }
  State accepting() const { return accepting_; }

 private:
  State NewState() {
    edges_.emplace_back();
    return static_cast<State>(edges_.size() - 1);
  }
  void Free(State from, State to) { edges_[from].free.push_back(to); }

  // Adds what leads from `from` over `index`; the state after it. Adds no edge into `from`, which alternatives may
  // share.
  State Build(const PatternSyntax& syntax, ExpressionIndex index, State from) {
    if (++parts_ > kMaxParts) return from;  // From() reports it
    const Expression& expression = syntax.expressions[index];
    switch (expression.type) {
      case Expression::Type::kHop: {
        const State to = NewState();
        edges_[from].hops.emplace_back(expression.hop, to);
        return to;
      }
      case Expression::Type::kSequence: {
        for (const ExpressionIndex child : expression.children) from = Build(syntax, child, from);
        return from;
      }
      case Expression::Type::kEither: {
        const State to = NewState();
        for (const ExpressionIndex child : expression.children) Free(Build(syntax, child, from), to);
        return to;
      }
      case Expression::Type::kRepeat:
        return BuildRepeat(syntax, expression, from);
    }
    return from;
  }

  State BuildRepeat(const PatternSyntax& syntax, const Expression& repeat, State from) {
    const ExpressionIndex child = repeat.children.front();
    for (std::uint32_t i = 0; i < repeat.least; ++i) from = Build(syntax, child, from);
    if (!repeat.most) {
      const State loop = NewState();
      Free(from, loop);
      Free(Build(syntax, child, loop), loop);
      return loop;
    }
    const State to = NewState();
    for (std::uint32_t i = repeat.least; i < *repeat.most; ++i) {
      Free(from, to);
      from = Build(syntax, child, from);
    }
    Free(from, to);
    return to;
  }

  std::vector<Edges> edges_;
  State accepting_ = 0;
  std::size_t parts_ = 0;
};

// A complete deterministic automaton: every state has a move on every symbol.
struct Dfa {
  static constexpr std::uint32_t kSink = 0;  // accepts nothing
  static constexpr std::uint32_t kStart = 1;

  std::size_t state_count() const { return accepting.size(); }

  std::size_t symbol_count = 0;
  std::vector<std::uint32_t> next;  // (state, symbol) → state
  std::vector<bool> accepting;
};

// The subset construction.
class Determinizer {
 public:
  Determinizer(const Nfa& nfa, const Alphabet& alphabet) : nfa_(nfa), alphabet_(alphabet), seen_(nfa.state_count(), 0) {
    dfa_.symbol_count = alphabet.symbol_count();
  }

  // Errors: one of the limits above.
  absl::StatusOr<Dfa> Run() && {
    StateOf({});  // Dfa::kSink
    StateOf(Close({0}));
    std::vector<std::vector<Nfa::State>> moves(dfa_.symbol_count);
    for (std::uint32_t state = Dfa::kStart; state < dfa_.state_count(); ++state) {
      for (const Nfa::State from : *subsets_[state]) {
        for (const auto& [hop_set, to] : nfa_.edges(from).hops) {
          steps_ += alphabet_.symbols_of(hop_set).size();
          for (const std::uint32_t symbol : alphabet_.symbols_of(hop_set)) moves[symbol].push_back(to);
        }
      }
      for (std::size_t symbol = 0; symbol < moves.size(); ++symbol) {
        if (moves[symbol].empty()) continue;
        // A name of its own: StateOf grows `next`.
        const std::uint32_t to = StateOf(Close(std::exchange(moves[symbol], {})));
        dfa_.next[state * dfa_.symbol_count + symbol] = to;
      }
      if (dfa_.state_count() > kMaxSubsets || dfa_.next.size() > kMaxTransitions || steps_ > kMaxSteps) {
        return TooComplicated("can be worked out; it may stand at too many of its places at once");
      }
    }
    return std::move(dfa_);
  }

 private:
  // `states` and all that free moves reach from them; sorted, those without a hop and not accepting left out.
  std::vector<Nfa::State> Close(std::vector<Nfa::State> states) {
    ++round_;
    std::vector<Nfa::State> closed;
    for (const Nfa::State state : states) seen_[state] = round_;
    std::sort(states.begin(), states.end());
    states.erase(std::unique(states.begin(), states.end()), states.end());
    while (!states.empty()) {
      const Nfa::State state = states.back();
      states.pop_back();
      ++steps_;
      if (!nfa_.edges(state).hops.empty() || state == nfa_.accepting()) closed.push_back(state);
      for (const Nfa::State to : nfa_.edges(state).free) {
        if (std::exchange(seen_[to], round_) != round_) states.push_back(to);
      }
    }
    std::sort(closed.begin(), closed.end());
    return closed;
  }

  std::uint32_t StateOf(std::vector<Nfa::State> subset) {
    const auto [entry, is_new] = state_of_.emplace(std::move(subset), static_cast<std::uint32_t>(dfa_.state_count()));
    if (is_new) {
      const std::vector<Nfa::State>& states = entry->first;
      subsets_.push_back(&states);
      dfa_.accepting.push_back(std::binary_search(states.begin(), states.end(), nfa_.accepting()));
      dfa_.next.resize(dfa_.next.size() + dfa_.symbol_count, Dfa::kSink);
    }
    return entry->second;
  }

  const Nfa& nfa_;
  const Alphabet& alphabet_;
  Dfa dfa_;
  std::map<std::vector<Nfa::State>, std::uint32_t> state_of_;
  std::vector<const std::vector<Nfa::State>*> subsets_;  // keys of state_of_
  std::vector<std::size_t> seen_;                        // by NFA state, the round that last met it
  std::size_t round_ = 0;
  std::size_t steps_ = 0;
};

// Hopcroft's algorithm: cuts the states in blocks that accept the same.
class Partition {
 public:
  using Block = std::uint32_t;

  explicit Partition(const Dfa& dfa) : dfa_(dfa), block_of_(dfa.state_count(), 0), place_of_(dfa.state_count()) {
    members_.resize(dfa.state_count());
    std::iota(members_.begin(), members_.end(), 0U);
    std::iota(place_of_.begin(), place_of_.end(), 0U);
    blocks_.push_back({0, static_cast<std::uint32_t>(members_.size()), 0});
    SortArrivals();
    std::vector<std::uint32_t> accepting;
    for (std::uint32_t state = 0; state < dfa.state_count(); ++state) {
      if (dfa.accepting[state]) accepting.push_back(state);
    }
    Split(accepting);
    for (Block block = 0; block < blocks_.size(); ++block) Await(block);
    Refine();
  }

  Block block_of(std::uint32_t state) const { return block_of_[state]; }

 private:
  struct Range {
    std::uint32_t begin, end;  // in members_
    std::uint32_t marked;      // how many at its beginning are marked
  };

  // Who moves to a state on a symbol, as one array cut at arrivals_begin_.
  void SortArrivals() {
    arrivals_begin_.assign(dfa_.next.size() + 1, 0);
    for (std::uint32_t state = 0; state < dfa_.state_count(); ++state) {
      for (std::size_t symbol = 0; symbol < dfa_.symbol_count; ++symbol) ++arrivals_begin_[Move(state, symbol) + 1];
    }
    std::partial_sum(arrivals_begin_.begin(), arrivals_begin_.end(), arrivals_begin_.begin());
    arrivals_.resize(dfa_.next.size());
    std::vector<std::uint32_t> at(arrivals_begin_.begin(), arrivals_begin_.end() - 1);
    for (std::uint32_t state = 0; state < dfa_.state_count(); ++state) {
      for (std::size_t symbol = 0; symbol < dfa_.symbol_count; ++symbol) arrivals_[at[Move(state, symbol)]++] = state;
    }
  }
  // The number of the pair (where `symbol` leads from `state`, `symbol`).
  std::size_t Move(std::uint32_t state, std::size_t symbol) const {
    return dfa_.next[state * dfa_.symbol_count + symbol] * dfa_.symbol_count + symbol;
  }

  void Refine() {
    while (!waiting_.empty()) {
      const Block splitter = waiting_.back();
      waiting_.pop_back();
      is_waiting_[splitter] = false;
      // A copy: the splitter may split itself, and must still split others as the whole that it was.
      const std::vector<std::uint32_t> states(members_.begin() + blocks_[splitter].begin,
                                              members_.begin() + blocks_[splitter].end);
      std::vector<std::uint32_t> before;
      for (std::size_t symbol = 0; symbol < dfa_.symbol_count; ++symbol) {
        before.clear();
        for (const std::uint32_t state : states) {
          const std::size_t pair = state * dfa_.symbol_count + symbol;
          before.insert(before.end(), arrivals_.begin() + arrivals_begin_[pair],
                        arrivals_.begin() + arrivals_begin_[pair + 1]);
        }
        Split(before);
      }
    }
  }

  // Cuts each block in what is in `states` and what is not.
  void Split(const std::vector<std::uint32_t>& states) {
    std::vector<Block> touched;
    for (const std::uint32_t state : states) {
      Range& range = blocks_[block_of_[state]];
      if (range.marked == 0) touched.push_back(block_of_[state]);
      Swap(place_of_[state], range.begin + range.marked++);
    }
    for (const Block block : touched) {
      const std::uint32_t marked = std::exchange(blocks_[block].marked, 0);
      if (marked == blocks_[block].end - blocks_[block].begin) continue;
      const auto cut = static_cast<Block>(blocks_.size());
      blocks_.push_back({blocks_[block].begin, blocks_[block].begin + marked, 0});
      blocks_[block].begin += marked;
      for (std::uint32_t i = blocks_[cut].begin; i < blocks_[cut].end; ++i) block_of_[members_[i]] = cut;
      is_waiting_.resize(blocks_.size(), false);
      const bool cut_is_smaller = marked <= blocks_[block].end - blocks_[block].begin;
      // Hopcroft's point: of a block that has been used to split, the smaller half is enough.
      Await(is_waiting_[block] || cut_is_smaller ? cut : block);
    }
  }

  void Swap(std::uint32_t a, std::uint32_t b) {
    std::swap(members_[a], members_[b]);
    place_of_[members_[a]] = a;
    place_of_[members_[b]] = b;
  }

  void Await(Block block) {
    is_waiting_.resize(blocks_.size(), false);
    if (is_waiting_[block]) return;
    is_waiting_[block] = true;
    waiting_.push_back(block);
  }

  const Dfa& dfa_;
  std::vector<std::uint32_t> members_;   // states, block by block
  std::vector<Block> block_of_;          // by state
  std::vector<std::uint32_t> place_of_;  // by state, in members_
  std::vector<Range> blocks_;
  std::vector<Block> waiting_;
  std::vector<bool> is_waiting_;
  std::vector<std::uint32_t> arrivals_begin_;
  std::vector<std::uint32_t> arrivals_;
};

}  // namespace

// Lays a minimal automaton out in the tables that a search reads.
class AutomatonBuilder {
 public:
  explicit AutomatonBuilder(const Schema& schema) {
    automaton_.kind_count_ = schema.kind_count();
    automaton_.relation_count_ = schema.relation_count();
  }

  // Errors: more than Automaton::kMaxStates.
  absl::StatusOr<Automaton> Build(const Dfa& dfa, const Alphabet& alphabet) && {
    NumberBlocks(dfa, Partition(dfa));
    if (states_.size() > Automaton::kMaxStates) {
      return TooComplicated(fmt::format("{} states, where {} are allowed", states_.size(), Automaton::kMaxStates));
    }
    for (const std::uint32_t state : states_) automaton_.accepting_.push_back(dfa.accepting[state]);
    BRAID_RETURN_IF_ERROR(MergeSymbols(dfa, alphabet));
    FillBackwards();
    FillCrossings();
    return std::move(automaton_);
  }

 private:
  using State = Automaton::State;

  // Numbers the live blocks as a walk over symbols from the start meets them, so that the numbers depend on nothing
  // else.
  void NumberBlocks(const Dfa& dfa, const Partition& partition) {
    number_of_.assign(dfa.state_count(), kNoNumber);
    std::vector<std::size_t> number_of_block(dfa.state_count(), kNoNumber);
    const auto meet = [&](std::uint32_t state) {
      std::size_t& number = number_of_block[partition.block_of(state)];
      if (number != kNoNumber || partition.block_of(state) == partition.block_of(Dfa::kSink)) return;
      number = states_.size();
      states_.push_back(state);
    };
    meet(Dfa::kStart);
    for (std::size_t i = 0; i < states_.size(); ++i) {
      for (std::size_t symbol = 0; symbol < dfa.symbol_count; ++symbol) {
        meet(dfa.next[states_[i] * dfa.symbol_count + symbol]);
      }
    }
    // A pattern that no path matches: a start that leads nowhere.
    if (states_.empty()) states_.push_back(Dfa::kStart);
    for (std::uint32_t state = 0; state < dfa.state_count(); ++state) {
      number_of_[state] = number_of_block[partition.block_of(state)];
    }
  }

  // Symbols were told apart by the text; what the automaton does not tell apart becomes one.
  absl::Status MergeSymbols(const Dfa& dfa, const Alphabet& alphabet) {
    std::map<std::vector<State>, std::size_t> symbol_of_column;
    std::vector<std::uint16_t> merged(dfa.symbol_count);
    for (std::size_t symbol = 0; symbol < dfa.symbol_count; ++symbol) {
      std::vector<State> column;
      for (const std::uint32_t state : states_) {
        const std::size_t number = number_of_[dfa.next[state * dfa.symbol_count + symbol]];
        column.push_back(number == kNoNumber ? Automaton::kDead : static_cast<State>(number));
      }
      const auto [entry, is_new] = symbol_of_column.emplace(column, symbol_of_column.size());
      if (is_new) automaton_.next_.insert(automaton_.next_.end(), column.begin(), column.end());
      if (entry->second > std::numeric_limits<std::uint16_t>::max()) return TooComplicated("65536 classes of hops");
      merged[symbol] = static_cast<std::uint16_t>(entry->second);
    }
    automaton_.symbol_of_.reserve(alphabet.symbol_of().size());
    for (const std::uint32_t symbol : alphabet.symbol_of()) automaton_.symbol_of_.push_back(merged[symbol]);
    return absl::OkStatus();
  }

  void FillBackwards() {
    const std::size_t states = automaton_.state_count();
    automaton_.previous_.assign(automaton_.next_.size(), 0);
    for (std::size_t i = 0; i < automaton_.next_.size(); ++i) {
      const State to = automaton_.next_[i];
      if (to != Automaton::kDead) automaton_.previous_[i / states * states + to] |= std::uint64_t{1} << (i % states);
    }
  }

  void FillCrossings() {
    const std::size_t states = automaton_.state_count();
    const std::size_t crossings = automaton_.relation_count_ * 2;
    const std::size_t hops = Automaton::kSigns * automaton_.kind_count_;  // of one crossing
    automaton_.may_leave_.assign(crossings * states, false);
    automaton_.may_enter_.assign(crossings * states, false);
    for (std::size_t hop = 0; hop < automaton_.symbol_of_.size(); ++hop) {
      const std::size_t column = automaton_.symbol_of_[hop] * states;
      for (std::size_t state = 0; state < states; ++state) {
        const std::size_t crossing = hop / hops * states + state;
        if (automaton_.next_[column + state] != Automaton::kDead) automaton_.may_leave_[crossing] = true;
        if (automaton_.previous_[column + state] != 0) automaton_.may_enter_[crossing] = true;
      }
    }
  }

  static constexpr std::size_t kNoNumber = std::numeric_limits<std::size_t>::max();

  Automaton automaton_;
  std::vector<std::uint32_t> states_;   // by number, one DFA state of the block
  std::vector<std::size_t> number_of_;  // by DFA state; kNoNumber: cannot accept
};

Automaton Automaton::Any(const Schema& schema) {
  Automaton any;
  any.kind_count_ = schema.kind_count();
  any.relation_count_ = schema.relation_count();
  any.symbol_of_.assign(schema.relation_count() * 2 * kSigns * schema.kind_count(), 0);
  any.next_ = {0};
  any.previous_ = {1};
  any.accepting_ = {true};
  any.may_leave_.assign(schema.relation_count() * 2, true);
  any.may_enter_.assign(schema.relation_count() * 2, true);
  return any;
}

absl::StatusOr<Automaton> CompilePattern(std::string_view text, const Schema& schema,
                                         const PatternDefinitions& definitions) {
  BRAID_ASSIGN_OR_RETURN(const PatternSyntax syntax, ParsePattern(text, schema, definitions));
  BRAID_ASSIGN_OR_RETURN(const Nfa nfa, Nfa::From(syntax));
  const Alphabet alphabet(schema, syntax.hops);
  BRAID_ASSIGN_OR_RETURN(const Dfa dfa, Determinizer(nfa, alphabet).Run());
  return AutomatonBuilder(schema).Build(dfa, alphabet);
}

}  // namespace braid::graph
