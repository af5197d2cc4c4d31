// The best plans of a model: greedy to begin with, then branch and bound, so that what comes back is certain.
//
// Private to ontology/plans: callers use plan_solver.h.
//
// Thread safety: one thread at a time.

#ifndef BRAID_ONTOLOGY_PLANS_PLAN_SEARCH_H_
#define BRAID_ONTOLOGY_PLANS_PLAN_SEARCH_H_

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <vector>

#include "graph/budget.h"
#include "ontology/plans/plan_node.h"
#include "ontology/plans/plan_tangent.h"
#include "ontology/plans/plan_value.h"

namespace braid::ontology {

// Whether of plans with equal slots and value the first by PlanRank is sought, or any will do: that is quicker.
enum class PlanTies : std::uint8_t { kInOrder, kAny };

// The best tight plans that were offered. A plan is tight if no item can go without loss: each feasible set with one
// item less comes later in the order. Without that word a pool would fill with the best plan and useless additions.
class PlanPool {
 public:
  struct Entry {
    PlanItems items;
    PlanRank rank;
  };

  PlanPool(const PlanModel& model, std::size_t size, PlanTies ties) : model_(model), size_(size), ties_(ties) {}

  // Takes `items` in if it is a tight plan among the best so far. Any set will do, and a set that is in already.
  void Offer(const PlanItems& items);
  // Whether plans of no more than so many slots and no more than such a value are of no use to a full pool.
  bool IsBehind(int slots, double value) const;
  // Plans that fill fewer slots are of no use: those of the last one of a full pool.
  int WantedSlots() const;

  const std::vector<Entry>& entries() const { return entries_; }  // best first

 private:
  bool IsTight(const Entry& entry) const;

  const PlanModel& model_;
  const std::size_t size_;
  const PlanTies ties_;
  std::vector<Entry> entries_;
};

class PlanSearch {
 public:
  // `model` and `budget` outlive the search. A unit of work is an item looked at.
  PlanSearch(const PlanModel& model, std::size_t pool_size, graph::Budget& budget, PlanTies ties = PlanTies::kInOrder);

  // Fills the pool. What the greedy search finds is there whatever the budget.
  void Run();

  const std::vector<PlanPool::Entry>& plans() const { return pool_.entries(); }
  bool stopped() const { return stopped_; }
  // No plan comes before one of so many slots and such a value: those of the best plan, unless the budget ended the
  // search.
  int slots_bound() const { return slots_bound_; }
  double value_bound() const { return value_bound_; }

 private:
  void SeedGreedily(bool by_session);
  void SeedBySwaps();
  void Tighten(PlanItems items);
  void Explore(std::size_t depth);
  void ExploreFilling(std::size_t depth);
  static double Bound(const PlanNode& node, std::size_t at);
  void Leave(int slots, double value);

  const PlanModel& model_;
  graph::Budget& budget_;
  PlanPool pool_;
  std::vector<PlanItems> closures_;     // by item
  std::optional<PlanTangent> tangent_;  // at the best plan of the greedy search
  std::vector<PlanNode> nodes_;         // by depth
  bool stopped_ = false;
  int slots_bound_ = 0;
  double value_bound_ = -std::numeric_limits<double>::infinity();
};

}  // namespace braid::ontology

#endif  // BRAID_ONTOLOGY_PLANS_PLAN_SEARCH_H_
