#include "ontology/plans/plan_value.h"

#include <algorithm>
#include <bitset>
#include <cmath>
#include <map>
#include <numeric>
#include <set>
#include <unordered_map>
#include <utility>

namespace braid::ontology {
namespace {

// The places of `list` in order of their ids.
template <typename List>
std::vector<std::size_t> InOrderOfIds(const List& list) {
  std::vector<std::size_t> order(list.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return list[a].id < list[b].id; });
  return order;
}

// Where each place went.
std::vector<std::uint32_t> Inverse(const std::vector<std::size_t>& order) {
  std::vector<std::uint32_t> places(order.size());
  for (std::size_t i = 0; i < order.size(); ++i) places[order[i]] = static_cast<std::uint32_t>(i);
  return places;
}

}  // namespace

std::int64_t RoundedValue(double value) { return std::llround(value * kValueUnits); }

absl::StatusOr<PlanModel> PlanModel::Make(const PlanProblem& problem) {
  if (absl::Status status = Validate(problem); !status.ok()) return status;
  PlanModel model;
  for (const std::size_t i : InOrderOfIds(problem.needs)) {
    model.need_ids_.push_back(problem.needs[i].id);
    model.weights_.push_back(problem.needs[i].weight);
    model.weight_sum_ += problem.needs[i].weight;
  }
  if (model.weight_sum_ > 0) {
    for (double& weight : model.weights_) weight /= model.weight_sum_;
  }
  model.max_items_ = std::min(problem.max_items, problem.candidates.size());
  if (problem.max_sessions) model.max_sessions_ = *problem.max_sessions;
  if (problem.home) model.home_share_ = problem.home->share;
  model.modality_cost_ = problem.modality_cost;
  model.change_cost_ = problem.change_cost;
  model.TakeItems(problem);
  return model;
}

void PlanModel::TakeItems(const PlanProblem& problem) {
  const std::vector<std::uint32_t> need_places = Inverse(InOrderOfIds(problem.needs));
  std::map<std::string_view, std::uint32_t> modalities;
  for (const std::size_t place : InOrderOfIds(problem.candidates)) {
    const PlanCandidate& candidate = problem.candidates[place];
    Item& item = items_.emplace_back();
    item.id = candidate.id;
    item.modality = modalities.emplace(candidate.modality, modalities.size()).first->second;
    item.sessions = candidate.sessions;
    item.burden = candidate.burden;
    item.linear = (candidate.in_force ? change_cost_ : -change_cost_) - candidate.burden;
    for (const PlanGain& gain : candidate.gains) {
      if (gain.benefit > 0)
        item.gains.push_back({need_places[gain.need], gain.benefit, 1 - gain.benefit, -std::log1p(-gain.benefit)});
    }
    std::sort(item.gains.begin(), item.gains.end(), [](const Gain& a, const Gain& b) { return a.need < b.need; });
    for (const std::size_t slot : candidate.slots) item.slots |= std::uint64_t{1} << slot;
    item.home = problem.home && candidate.modality == problem.home->modality;
    item.in_force = candidate.in_force;
    item.force = candidate.force;
    item.stage = candidate.stage;
    in_force_count_ += candidate.in_force ? 1 : 0;
    if (candidate.force == PlanForce::kIn) forced_in_.push_back(static_cast<PlanItem>(items_.size() - 1));
  }
  std::unordered_map<std::string_view, PlanItem> places;
  for (const Item& item : items_) places.emplace(item.id, static_cast<PlanItem>(places.size()));
  for (const PlanCandidate& candidate : problem.candidates) {
    PlanItems& required = items_[places.at(candidate.id)].requires_items;
    for (const std::string& id : candidate.requires_ids) {
      required.push_back(places.at(id));
      items_[required.back()].required = true;
    }
  }
  std::vector<std::size_t> place_of;  // by candidate
  for (const PlanCandidate& candidate : problem.candidates) place_of.push_back(places.at(candidate.id));
  conflicts_.assign(items_.size() * items_.size(), false);
  for (const auto& [one, other] : problem.conflicts) {
    const std::size_t a = place_of[one], b = place_of[other];
    conflicts_[a * items_.size() + b] = conflicts_[b * items_.size() + a] = true;
  }
}

std::optional<PlanItem> PlanModel::Find(std::string_view id) const {
  const auto at = std::lower_bound(items_.begin(), items_.end(), id,
                                   [](const Item& item, std::string_view sought) { return item.id < sought; });
  if (at == items_.end() || at->id != id) return std::nullopt;
  return static_cast<PlanItem>(at - items_.begin());
}

std::int64_t PlanModel::Sessions(const PlanItems& items) const {
  std::int64_t sessions = 0;
  for (const PlanItem item : items) sessions += items_[item].sessions;
  return sessions;
}

bool PlanModel::Feasible(const PlanItems& items) const {
  if (items.size() > max_items_) return false;
  std::int64_t home = 0;
  for (std::size_t i = 0; i < items.size(); ++i) {
    const Item& item = items_[items[i]];
    if (item.force == PlanForce::kOut) return false;
    if (item.home) home += item.sessions;
    for (std::size_t k = 0; k < i; ++k) {
      if (in_conflict(items[k], items[i])) return false;
    }
    for (const PlanItem required : item.requires_items) {
      if (!std::binary_search(items.begin(), items.end(), required)) return false;
    }
  }
  if (!std::includes(items.begin(), items.end(), forced_in_.begin(), forced_in_.end())) return false;
  const std::int64_t sessions = Sessions(items);
  return sessions <= max_sessions_ && EnoughHome(home, sessions);
}

PlanItems PlanModel::Closure(const PlanItems& items) const {
  std::set<PlanItem> closure(items.begin(), items.end());
  PlanItems open = items;
  while (!open.empty()) {
    const PlanItem item = open.back();
    open.pop_back();
    for (const PlanItem required : items_[item].requires_items) {
      if (closure.insert(required).second) open.push_back(required);
    }
  }
  return {closure.begin(), closure.end()};
}

std::size_t PlanModel::Opened(const PlanItems& items) const {
  std::size_t distinct = 0;
  for (std::size_t i = 0; i < items.size(); ++i) {
    const Item& item = items_[items[i]];
    if (item.home) continue;
    const bool seen = std::any_of(items.begin(), items.begin() + static_cast<std::ptrdiff_t>(i),
                                  [&](PlanItem other) { return items_[other].modality == item.modality; });
    if (!seen) ++distinct;
  }
  return has_home() || distinct == 0 ? distinct : distinct - 1;
}

PlanParts PlanModel::Parts(const PlanItems& items) const {
  PlanParts parts;
  parts.covers.assign(weights_.size(), 1);
  std::size_t kept = 0;
  for (const PlanItem item : items) {
    for (const Gain& gain : items_[item].gains) parts.covers[gain.need] *= gain.rest;
    parts.burden += items_[item].burden;
    if (items_[item].in_force) ++kept;
  }
  for (std::size_t i = 0; i < weights_.size(); ++i) {
    if (parts.covers[i] < 1) parts.covered_weight += weights_[i];
    parts.covers[i] = 1 - parts.covers[i];
    parts.benefit += weights_[i] * parts.covers[i];
  }
  parts.opened = Opened(items);
  parts.changes = items.size() + in_force_count_ - 2 * kept;
  parts.value = parts.benefit - modality_cost_ * static_cast<double>(parts.opened) - parts.burden -
                change_cost_ * static_cast<double>(parts.changes);
  return parts;
}

PlanRank PlanModel::Rank(const PlanItems& items) const {
  std::uint64_t slots = 0;
  for (const PlanItem item : items) slots |= items_[item].slots;
  const PlanParts parts = Parts(items);
  return {static_cast<int>(std::bitset<64>(slots).count()), RoundedValue(parts.value),
          RoundedValue(parts.covered_weight), Sessions(items)};
}

bool ComesBefore(const PlanRank& one, const PlanItems& one_items, const PlanRank& other, const PlanItems& other_items) {
  if (one.slots != other.slots) return one.slots > other.slots;
  if (one.value != other.value) return one.value > other.value;
  if (one.covered_weight != other.covered_weight) return one.covered_weight > other.covered_weight;
  if (one_items.size() != other_items.size()) return one_items.size() < other_items.size();
  if (one.sessions != other.sessions) return one.sessions < other.sessions;
  return one_items < other_items;
}

}  // namespace braid::ontology
