#include "graph/weights.h"

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace braid::graph {
namespace {

constexpr double kMicronats = 1e6;
constexpr std::size_t kRememberedDegrees =
    1024;  // beyond, a logarithm is cheaper than the memory of a hub's whole range

constexpr unsigned kRememberedTermBits = 10;

bool IsFactor(double value) { return value > 0.0 && value <= 1.0; }

// `nats` in micro-nats, rounded once and held to [0, kMaxTermMicronats].
std::uint64_t ToMicronats(double nats) {
  const double micronats = kMicronats * nats;
  if (micronats >= static_cast<double>(kMaxTermMicronats)) return kMaxTermMicronats;
  return static_cast<std::uint64_t>(std::max(0LL, std::llround(micronats)));
}

}  // namespace

bool IsValid(const Weights& weights) {
  return std::all_of(weights.certainty_factor.begin(), weights.certainty_factor.end(), IsFactor) &&
         IsFactor(weights.hop_factor) && std::isfinite(weights.degree_exponent) && weights.degree_exponent >= 0.0;
}

CostModel::CostModel(const Snapshot& snapshot, const Weights& weights)
    : snapshot_(&snapshot),
      weights_(weights),
      hop_(ToMicronats(-std::log(weights.hop_factor))),
      evidence_term_(std::size_t{1} << kRememberedTermBits) {}

HopCost CostModel::Cost(NodeIndex subject, const Arc& arc) {
  return HopCost{.evidence = EvidenceTerm(arc),
                 .specificity = DegreeTerm(snapshot_->OutDegree(subject, arc.relation)) +
                                DegreeTerm(snapshot_->InDegree(arc.node, arc.relation)),
                 .length = hop_};
}

std::uint64_t CostModel::LeastCost(NodeIndex subject, const Arc& arc, NodeIndex here) {
  return EvidenceTerm(arc) + OwnDegreeTerm(arc.relation, here, here == subject) + hop_;
}

std::uint64_t CostModel::LeastCost(RelationIndex relation, NodeIndex node, bool is_subject) {
  return 1 + OwnDegreeTerm(relation, node, is_subject) + hop_;
}

// A search asks for one node's arcs in order of relations.
std::uint64_t CostModel::OwnDegreeTerm(RelationIndex relation, NodeIndex node, bool is_subject) {
  if (relation != last_own_.relation || node != last_own_.node || is_subject != last_own_.is_subject) {
    const std::uint32_t degree =
        is_subject ? snapshot_->OutDegree(node, relation) : snapshot_->InDegree(node, relation);
    last_own_ = {relation, node, is_subject, DegreeTerm(degree)};
  }
  return last_own_.term;
}

double CostModel::Plausibility(const Arc& arc) const {
  const Relation& relation = snapshot_->schema().relation(arc.relation);
  const double strength = arc.strength != 0 ? static_cast<double>(arc.strength) / static_cast<double>(kStrengthUnit)
                                            : relation.default_strength.value_or(1.0);
  // An edge written before its relation took a certainty has none to show: nobody vouches for it.
  const Certainty certainty = !relation.takes_certainty            ? Certainty::kUnset
                              : arc.certainty == Certainty::kUnset ? Certainty::kNoSource
                                                                   : arc.certainty;
  return strength * weights_.certainty_factor[static_cast<std::size_t>(certainty)];
}

double CostModel::Contribution(NodeIndex subject, const Arc& arc) const {
  const double degrees = static_cast<double>(snapshot_->OutDegree(subject, arc.relation)) *
                         static_cast<double>(snapshot_->InDegree(arc.node, arc.relation));
  return Plausibility(arc) * std::pow(degrees, -weights_.degree_exponent / 2.0) * weights_.hop_factor;
}

std::uint64_t CostModel::EvidenceTerm(const Arc& arc) {
  const std::uint64_t key = std::uint64_t{arc.strength} << 32U | std::uint64_t{Number(arc.relation)} << 8U |
                            static_cast<std::uint64_t>(arc.certainty);
  // Multiplied by 2^64 / golden ratio, so that near keys fall apart (Knuth, The Art of Computer Programming, 6.4).
  Remembered& entry = evidence_term_[key * 0x9E3779B97F4A7C15ULL >> (64U - kRememberedTermBits)];
  // At least 1: with every hop dearer than nothing, no circle is free and Dijkstra's labels settle once.
  if (entry.key != key) entry = {key, std::max<std::uint64_t>(1, ToMicronats(-std::log(Plausibility(arc))))};
  return entry.term;
}

std::uint64_t CostModel::DegreeTerm(std::uint32_t degree) {
  const auto term = [this](std::size_t d) {
    return d < 2 ? 0 : ToMicronats(weights_.degree_exponent / 2.0 * std::log(static_cast<double>(d)));
  };
  if (degree >= kRememberedDegrees) return term(degree);
  while (degree_term_.size() <= degree) degree_term_.push_back(term(degree_term_.size()));
  return degree_term_[degree];
}

}  // namespace braid::graph
