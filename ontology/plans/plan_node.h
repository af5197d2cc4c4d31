// A node of the search for plans: the items taken, the items that may still be added, and what any addition is worth at
// most.
//
// Private to the search (plan_search.h); a header of its own so that its bounds can be tried against all completions.
//
// Thread safety: one thread at a time.

#ifndef BRAID_ONTOLOGY_PLANS_PLAN_NODE_H_
#define BRAID_ONTOLOGY_PLANS_PLAN_NODE_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "ontology/plans/plan_tangent.h"
#include "ontology/plans/plan_value.h"

namespace braid::ontology {

// More than the sums of a search can be wrong by, and far less than a unit of comparison: bounds are raised by it.
inline constexpr double kValueSlack = 1e-12;

class PlanNode {
 public:
  // An item that may be added; gain: what it adds to F beside the modality it may open, which is never credited.
  struct Open {
    PlanItem item = 0;
    double gain = 0;
  };

  // The root: what is forced in with all that it requires, and every item that may join it.
  // REQUIRES: the items forced in do not conflict and fit; `model` and `tangent` outlive the node.
  void SetRoot(const PlanModel& model, const PlanTangent& tangent);

  // The child that takes open()[at] of `parent` and forbids those before it. Of those after it, `end` and later are
  // left out as well. REQUIRES: at < end <= parent.open().size(), room of at least 1.
  void SetChild(const PlanNode& parent, std::size_t at, std::size_t end);

  // The child that takes open()[at], which fills an empty slot, and forbids those before it that do. The other items
  // stay open, so that each set with such an item is in the child of the first of them. REQUIRES: Fills(at), room of at
  // least 1.
  void SetFillingChild(const PlanNode& parent, std::size_t at);

  const PlanItems& taken() const { return taken_; }  // in the order of taking
  double value() const { return value_; }            // F of what is taken, unrounded
  std::size_t room() const { return room_; }         // how many may be added
  int slots_filled() const { return Count(slots_); }

  // Leaves out the open items for which `is_useless(bound, slots)` holds: no set with the item is worth more than
  // `bound` or fills more than `slots`. Called once, before any other question about open items is asked.
  template <typename IsUseless>
  void Prune(IsUseless is_useless);

  // By gain, largest first, then by id. Without the items that no tight plan adds here: those that lose, unless a slot,
  // another item or the share of home may need them.
  const std::vector<Open>& open() const { return open_; }

  // Whether open()[at] fills a slot that is empty.
  bool Fills(std::size_t at) const { return (model_->item(open_[at].item).slots & ~slots_) != 0; }

  // False: no addition makes what is taken feasible.
  bool CanBeMadeFeasible() const;

  // No set of the items taken and items of open()[at, …) is worth more. Never rises with `at`.
  double GainBound(std::size_t at) const;      // the `room` largest gains
  double SessionsBound(std::size_t at) const;  // as many gains, the last in part, as the sessions left allow
  double TangentBound(std::size_t at) const;   // the `room` largest scores of the tangent
  // The same of all of open(): each need takes the `room` items that do most for it.
  double FactorBound() const;
  // No such set fills more slots. Never rises with `at`.
  int SlotsBound(std::size_t at) const;
  // What a set with open()[at] and open()[other], at < other, is worth at most. Never rises with `other`.
  double PairBound(std::size_t at, std::size_t other) const;

 private:
  void SetTaken(const PlanNode& parent, PlanItem item);
  void Take(PlanItem item);
  void Admit(PlanItem item);
  void Arrange();
  void ArrangeScores();
  double AddScore(double score, double sum);
  double TangentBase() const;
  double Gain(PlanItem item) const;
  bool IsTaken(PlanItem item) const;
  static int Count(std::uint64_t slots);
  double GainsFrom(std::size_t at, std::size_t count) const;

  const PlanModel* model_ = nullptr;
  const PlanTangent* tangent_ = nullptr;
  PlanItems taken_;
  std::vector<double> rest_;       // by need: Π(1 − b) of what is taken
  std::vector<double> exponents_;  // by need: −ln(rest)
  double benefit_ = 0;
  double linear_ = 0;
  double value_ = 0;
  std::size_t room_ = 0;
  std::int64_t sessions_ = 0;
  std::int64_t home_sessions_ = 0;
  std::uint64_t slots_ = 0;

  std::vector<Open> open_;
  std::vector<double> sums_;               // sums_[i]: of the gains above 0 among the first i
  std::vector<std::uint32_t> by_session_;  // places in open_ of gains above 0, most gain a session first
  double tangent_base_ = 0;
  std::vector<double> scores_from_;         // of the scores above 0 of open_[i, …), the room_ largest
  std::vector<double> best_scores_;         // the largest met, first
  std::vector<std::uint64_t> slots_from_;   // slots that open_[i, …) fill; empty: the model has none
  mutable std::vector<double> best_rests_;  // of FactorBound
  mutable std::vector<double> best_linear_;
};

template <typename IsUseless>
void PlanNode::Prune(IsUseless is_useless) {
  if (room_ == 0) open_.clear();
  std::uint64_t slots = slots_;
  best_scores_.clear();
  double sum = 0;
  for (const Open& open : open_) {
    sum = AddScore(tangent_->scores[open.item], sum);
    slots |= model_->item(open.item).slots;
  }
  const double base = TangentBase();
  // The largest scores but the last make room for the item's own, unless it is among them.
  const double last = best_scores_.empty() || best_scores_.size() < room_ ? 0 : best_scores_.back();
  const auto useless = [&](const Open& open) {
    const double score = tangent_->scores[open.item];
    return score < last && is_useless(base + sum - last + score, Count(slots));
  };
  open_.erase(std::remove_if(open_.begin(), open_.end(), useless), open_.end());
  Arrange();
}

}  // namespace braid::ontology

#endif  // BRAID_ONTOLOGY_PLANS_PLAN_NODE_H_
