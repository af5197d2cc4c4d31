#include "ontology/plans/plan_search.h"

#include <algorithm>
#include <bitset>
#include <iterator>
#include <optional>
#include <utility>

namespace braid::ontology {
namespace {

PlanItems Without(const PlanItems& items, PlanItem item) {
  PlanItems rest;
  std::remove_copy(items.begin(), items.end(), std::back_inserter(rest), item);
  return rest;
}

PlanItems Union(const PlanItems& one, const PlanItems& other) {
  PlanItems both;
  std::set_union(one.begin(), one.end(), other.begin(), other.end(), std::back_inserter(both));
  return both;
}

}  // namespace

void PlanPool::Offer(const PlanItems& items) {
  if (!model_.Feasible(items)) return;
  Entry entry{items, model_.Rank(items)};
  const auto before = [](const Entry& a, const Entry& b) { return ComesBefore(a.rank, a.items, b.rank, b.items); };
  const auto at = std::lower_bound(entries_.begin(), entries_.end(), entry, before);
  if (at == entries_.end() && entries_.size() == size_) return;
  if (at != entries_.end() && at->items == items) return;
  if (!IsTight(entry)) return;
  entries_.insert(at, std::move(entry));
  if (entries_.size() > size_) entries_.pop_back();
}

bool PlanPool::IsTight(const Entry& entry) const {
  return std::none_of(entry.items.begin(), entry.items.end(), [&](PlanItem item) {
    const PlanItems fewer = Without(entry.items, item);
    return model_.Feasible(fewer) && ComesBefore(model_.Rank(fewer), fewer, entry.rank, entry.items);
  });
}

bool PlanPool::IsBehind(int slots, double value) const {
  if (entries_.size() < size_) return false;
  const PlanRank& last = entries_.back().rank;
  if (slots != last.slots) return slots < last.slots;
  const std::int64_t most = RoundedValue(value + kValueSlack);
  return ties_ == PlanTies::kAny ? most <= last.value : most < last.value;
}

int PlanPool::WantedSlots() const { return entries_.size() < size_ ? 0 : entries_.back().rank.slots; }

PlanSearch::PlanSearch(const PlanModel& model, std::size_t pool_size, graph::Budget& budget, PlanTies ties)
    : model_(model), budget_(budget), pool_(model, pool_size, ties) {
  for (std::size_t i = 0; i < model.items().size(); ++i) {
    closures_.push_back(model.Closure({static_cast<PlanItem>(i)}));
  }
}

void PlanSearch::Run() {
  const PlanItems start = model_.Closure(model_.forced_in());
  const bool out = std::any_of(start.begin(), start.end(),
                               [&](PlanItem item) { return model_.item(item).force == PlanForce::kOut; });
  bool conflict = false;
  for (const PlanItem a : start) {
    for (const PlanItem b : start) conflict = conflict || model_.in_conflict(a, b);
  }
  if (out || conflict || start.size() > model_.max_items() || model_.Sessions(start) > model_.max_sessions()) return;
  SeedGreedily(false);
  SeedGreedily(true);
  SeedBySwaps();
  nodes_.resize(std::min(model_.max_items(), model_.items().size()) - start.size() + 1);
  tangent_.emplace(model_, pool_.entries().empty() ? start : pool_.entries().front().items);
  nodes_[0].SetRoot(model_, *tangent_);
  Explore(0);
  if (pool_.entries().empty()) return;
  const PlanPool::Entry& best = pool_.entries().front();
  Leave(best.rank.slots, model_.Parts(best.items).value);
}

// Takes, as long as it pays, the item (with what it requires) that makes the best plan, or adds the most value a
// session.
void PlanSearch::SeedGreedily(bool by_session) {
  PlanItems items = model_.Closure(model_.forced_in());
  if (!model_.Feasible(items)) return;
  while (true) {
    const PlanRank now = model_.Rank(items);
    const std::int64_t sessions = model_.Sessions(items);
    std::optional<PlanItems> best;
    std::pair<int, double> most;
    for (const PlanItems& closure : closures_) {
      budget_.Spend();
      PlanItems more = Union(items, closure);
      if (more.size() == items.size() || !model_.Feasible(more)) continue;
      const PlanRank rank = model_.Rank(more);
      if (!ComesBefore(rank, more, now, items)) continue;
      const auto cost = by_session ? std::max<std::int64_t>(model_.Sessions(more) - sessions, 1) : 1;
      const std::pair<int, double> gain{rank.slots,
                                        static_cast<double>(rank.value - now.value) / static_cast<double>(cost)};
      if (best && gain <= most) continue;
      best = std::move(more);
      most = gain;
    }
    if (!best) break;
    items = std::move(*best);
  }
  Tighten(std::move(items));
}

// Offers `items` after everything that can go without loss.
void PlanSearch::Tighten(PlanItems items) {
  for (std::size_t i = 0; i < items.size();) {
    const PlanItems fewer = Without(items, items[i]);
    if (model_.Feasible(fewer) && ComesBefore(model_.Rank(fewer), fewer, model_.Rank(items), items)) {
      items = fewer;
      i = 0;
    } else {
      ++i;
    }
  }
  pool_.Offer(items);
}

// Every plan with one item changed of the best, until that finds no better one. Good bounds are worth more than the
// time.
void PlanSearch::SeedBySwaps() {
  if (pool_.entries().empty()) return;
  PlanItems from;
  while (from != pool_.entries().front().items) {
    from = pool_.entries().front().items;
    for (const PlanItem item : from) {
      const PlanItems fewer = Without(from, item);
      for (const PlanItems& closure : closures_) {
        if (!budget_.Spend()) return;
        pool_.Offer(Union(fewer, closure));
      }
    }
  }
}

void PlanSearch::Explore(std::size_t depth) {
  PlanNode& node = nodes_[depth];
  const bool cut = !budget_.Spend(1 + node.open().size());
  node.Prune([this](double bound, int slots) { return pool_.IsBehind(slots, bound); });
  const double factor_bound = node.FactorBound();
  if (cut) {
    stopped_ = true;
    Leave(node.SlotsBound(0), std::min(Bound(node, 0), factor_bound));
    return;
  }
  PlanItems taken = node.taken();
  std::sort(taken.begin(), taken.end());
  if (!pool_.IsBehind(node.SlotsBound(0), node.value())) pool_.Offer(taken);
  if (node.room() == 0 || !node.CanBeMadeFeasible()) return;
  if (pool_.IsBehind(node.SlotsBound(0), factor_bound)) return;

  if (node.slots_filled() < pool_.WantedSlots()) return ExploreFilling(depth);
  const std::size_t end = node.open().size();
  for (std::size_t at = 0; at < end; ++at) {
    // Neither bound rises with `at`: what comes later is behind as well.
    const int slots = node.SlotsBound(at);
    if (pool_.IsBehind(slots, Bound(node, at))) return;
    std::size_t last = at + 1;
    while (last < end && !pool_.IsBehind(slots, node.PairBound(at, last))) ++last;
    nodes_[depth + 1].SetChild(node, at, last);
    Explore(depth + 1);
    if (stopped_) {
      if (at + 1 < end) Leave(node.SlotsBound(at + 1), std::min(Bound(node, at + 1), factor_bound));
      return;
    }
  }
}

// Every plan of use has an item that fills a slot: to branch on those alone leaves one item less to choose, where
// bounds on worth, which know nothing of slots, would let through every set that is worth more without.
void PlanSearch::ExploreFilling(std::size_t depth) {
  PlanNode& node = nodes_[depth];
  for (std::size_t at = 0; at < node.open().size(); ++at) {
    if (!node.Fills(at)) continue;
    nodes_[depth + 1].SetFillingChild(node, at);
    Explore(depth + 1);
    if (stopped_) return Leave(node.SlotsBound(0), std::min(Bound(node, 0), node.FactorBound()));
  }
}

double PlanSearch::Bound(const PlanNode& node, std::size_t at) {
  return std::min({node.GainBound(at), node.SessionsBound(at), node.TangentBound(at)});
}

void PlanSearch::Leave(int slots, double value) {
  slots_bound_ = std::max(slots_bound_, slots);
  value_bound_ = std::max(value_bound_, value);
}

}  // namespace braid::ontology
