// What a hop costs (algorithms.md, section 1).
//
//   cost(u→v by r) = max(1, llround(-1e6·ln(s·κ)))            evidence
//                  + Lw[outdeg_r(u)] + Lw[indeg_r(v)]         specificity, Lw[d] = llround(1e6·(w/2)·ln d)
//                  + llround(-1e6·ln γ)                       length
//
// in integer micro-nats, so that sums are associative and ties are real. exp(-cost/1e6) is the path's own term of a
// degree-weighted path count (Himmelstein & Baranzini 2015; their damping at each degree is w/2).
//
// s is the edge's strength or, where it has none, its relation's default; κ the factor of its certainty, and that of
// kUnset for a relation that takes none. Degrees are those of the unfiltered snapshot: a filter never changes what it
// leaves.
//
// Thread safety: a CostModel is for one search (it remembers logarithms).

#ifndef BRAID_GRAPH_WEIGHTS_H_
#define BRAID_GRAPH_WEIGHTS_H_

#include <array>
#include <cstdint>
#include <vector>

#include "graph/snapshot.h"

namespace braid::graph {

// No term of a hop costs more than this (p about 1e-29), so that the sums of 12 hops fit any integer.
inline constexpr std::uint64_t kMaxTermMicronats = 1ULL << 26;

// The numbers a policy gives. Defaults are those of the shipped policy; tests and the service set their own.
struct Weights {
  // By Certainty; kUnset is what a relation without certainty (definitional) has.
  std::array<double, kCertaintyCount> certainty_factor = {1.0, 0.10, 0.25, 0.50, 0.80, 1.0};
  double degree_exponent = 0.4;  // w >= 0; 0: hubs cost nothing
  double hop_factor = 0.9;       // γ in (0, 1]; 1: length costs nothing
};

// Whether each factor is in (0, 1] and the exponent finite and >= 0; NaN is not.
bool IsValid(const Weights& weights);

// The parts of one hop's cost, in micro-nats.
struct HopCost {
  std::uint64_t evidence = 0;
  std::uint64_t specificity = 0;  // both degree terms
  std::uint64_t length = 0;
  std::uint64_t total() const { return evidence + specificity + length; }
  friend bool operator==(const HopCost&, const HopCost&) = default;
};

class CostModel {
 public:
  // REQUIRES: IsValid(weights).
  CostModel(const Snapshot& snapshot, const Weights& weights);

  // The cost of crossing `arc`, an out arc of `subject` (arc.node is the object); the same whichever way it is walked.
  // REQUIRES: arc.supported().
  HopCost Cost(NodeIndex subject, const Arc& arc);

  // No more than Cost(subject, arc).total(): without the degree at the end that is not `here`, one of the two.
  std::uint64_t LeastCost(NodeIndex subject, const Arc& arc, NodeIndex here);

  // No more than the cost of any arc of `relation` that leaves (`is_subject`) or enters `node`.
  std::uint64_t LeastCost(RelationIndex relation, NodeIndex node, bool is_subject);

  // s·κ: what the arc's strength and certainty make plausible.
  double Plausibility(const Arc& arc) const;

  // What the hop contributes to a path's term of a degree-weighted path count: s·κ·(d_u d_v)^(-w/2)·γ, in double, from
  // the exact degrees. Cost(subject, arc).total() is -1e6·ln of it up to rounding: more than that by no more than
  // kMaxCostExcess. REQUIRES: as Cost.
  double Contribution(NodeIndex subject, const Arc& arc) const;
  // In micro-nats: half of one for each of three terms, and the one that evidence costs where its logarithm is 0; the
  // rest is for the doubles.
  static constexpr std::uint64_t kMaxCostExcess = 3;

 private:
  // Evidence terms seen lately, each at the place that its arc's strength, certainty and relation give it: a graph has
  // few different ones, and a search asks for them at every arc.
  struct Remembered {
    std::uint64_t key = ~std::uint64_t{0};
    std::uint64_t term = 0;
  };
  // The degree term asked for last.
  struct Own {
    RelationIndex relation{};
    NodeIndex node = kNoNode;
    bool is_subject = false;
    std::uint64_t term = 0;
  };

  std::uint64_t EvidenceTerm(const Arc& arc);
  std::uint64_t OwnDegreeTerm(RelationIndex relation, NodeIndex node, bool is_subject);
  std::uint64_t DegreeTerm(std::uint32_t degree);

  const Snapshot* snapshot_;
  Weights weights_;
  std::uint64_t hop_;
  std::vector<std::uint64_t> degree_term_;  // by degree, small ones only, grown as met
  std::vector<Remembered> evidence_term_;
  Own last_own_;
};

}  // namespace braid::graph

#endif  // BRAID_GRAPH_WEIGHTS_H_
