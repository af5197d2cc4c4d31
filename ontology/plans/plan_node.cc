#include "ontology/plans/plan_node.h"

#include <algorithm>
#include <bitset>
#include <cmath>
#include <functional>
#include <limits>

namespace braid::ontology {

int PlanNode::Count(std::uint64_t slots) { return static_cast<int>(std::bitset<64>(slots).count()); }

void PlanNode::SetRoot(const PlanModel& model, const PlanTangent& tangent) {
  model_ = &model;
  tangent_ = &tangent;
  taken_.clear();
  rest_.assign(model.weights().size(), 1);
  exponents_.assign(model.weights().size(), 0);
  benefit_ = 0;
  linear_ = -model.change_cost() * static_cast<double>(model.in_force_count());
  sessions_ = home_sessions_ = 0;
  slots_ = 0;
  value_ = linear_;
  for (const PlanItem item : model.Closure(model.forced_in())) Take(item);
  room_ = model.max_items() - taken_.size();
  open_.clear();
  for (std::size_t i = 0; i < model.items().size(); ++i) {
    const auto item = static_cast<PlanItem>(i);
    const bool conflicts =
        std::any_of(taken_.begin(), taken_.end(), [&](PlanItem other) { return model.in_conflict(item, other); });
    if (!IsTaken(item) && !conflicts && model.item(item).force != PlanForce::kOut) Admit(item);
  }
}

// As the parent, with the item taken and nothing open.
void PlanNode::SetTaken(const PlanNode& parent, PlanItem item) {
  model_ = parent.model_;
  tangent_ = parent.tangent_;
  taken_ = parent.taken_;
  rest_ = parent.rest_;
  exponents_ = parent.exponents_;
  benefit_ = parent.benefit_;
  linear_ = parent.linear_;
  sessions_ = parent.sessions_;
  home_sessions_ = parent.home_sessions_;
  slots_ = parent.slots_;
  Take(item);
  room_ = parent.room_ - 1;
  open_.clear();
}

void PlanNode::SetChild(const PlanNode& parent, std::size_t at, std::size_t end) {
  const PlanItem item = parent.open_[at].item;
  SetTaken(parent, item);
  for (std::size_t i = at + 1; i < end; ++i) {
    if (!model_->in_conflict(item, parent.open_[i].item)) Admit(parent.open_[i].item);
  }
}

void PlanNode::SetFillingChild(const PlanNode& parent, std::size_t at) {
  const PlanItem item = parent.open_[at].item;
  SetTaken(parent, item);
  for (std::size_t i = 0; i < parent.open_.size(); ++i) {
    const bool is_forbidden = i == at || (i < at && parent.Fills(i));
    if (!is_forbidden && !model_->in_conflict(item, parent.open_[i].item)) Admit(parent.open_[i].item);
  }
}

void PlanNode::Take(PlanItem item) {
  const PlanModel::Item& taken = model_->item(item);
  benefit_ += Gain(item) - taken.linear;
  linear_ += taken.linear;
  for (const PlanModel::Gain& gain : taken.gains) {
    rest_[gain.need] *= gain.rest;
    exponents_[gain.need] += gain.exponent;
  }
  sessions_ += taken.sessions;
  if (taken.home) home_sessions_ += taken.sessions;
  slots_ |= taken.slots;
  taken_.push_back(item);
  value_ = benefit_ + linear_ - model_->modality_cost() * static_cast<double>(model_->Opened(taken_));
}

// What one item adds. Taking it away from any larger plan would lose no more (submodularity), so an item that loses a
// unit of comparison here makes no plan tight, unless its absence breaks a constraint or empties a slot.
void PlanNode::Admit(PlanItem item) {
  const PlanModel::Item& open = model_->item(item);
  if (open.sessions > model_->max_sessions() - sessions_) return;
  const double gain = Gain(item);
  const bool needed = open.required || (open.slots & ~slots_) != 0 || (model_->has_home() && open.home);
  if (gain < -1 / kValueUnits - kValueSlack && !needed) return;
  open_.push_back({item, gain});
}

void PlanNode::Arrange() {
  std::sort(open_.begin(), open_.end(),
            [](const Open& a, const Open& b) { return a.gain != b.gain ? a.gain > b.gain : a.item < b.item; });
  sums_.assign(1, 0);
  for (const Open& open : open_) {
    if (open.gain <= 0) break;
    sums_.push_back(sums_.back() + open.gain);
  }
  by_session_.resize(sums_.size() - 1);
  for (std::size_t i = 0; i < by_session_.size(); ++i) by_session_[i] = static_cast<std::uint32_t>(i);
  if (model_->max_sessions() < std::numeric_limits<std::int64_t>::max()) {
    const auto sessions = [&](std::uint32_t at) { return static_cast<double>(model_->item(open_[at].item).sessions); };
    // Cross-multiplied: no division by no sessions.
    std::sort(by_session_.begin(), by_session_.end(), [&](std::uint32_t a, std::uint32_t b) {
      const double left = open_[a].gain * sessions(b), right = open_[b].gain * sessions(a);
      return left != right ? left > right : a < b;
    });
  }
  ArrangeScores();
  slots_from_.assign(open_.size() + 1, 0);
  for (std::size_t i = open_.size(); i-- > 0;) slots_from_[i] = slots_from_[i + 1] | model_->item(open_[i].item).slots;
}

void PlanNode::ArrangeScores() {
  tangent_base_ = TangentBase();
  scores_from_.assign(open_.size() + 1, 0);
  best_scores_.clear();
  for (std::size_t i = open_.size(); i-- > 0;) {
    scores_from_[i] = AddScore(tangent_->scores[open_[i].item], scores_from_[i + 1]);
  }
}

// Adds a score to best_scores_, whose sum is `sum`, and returns the new sum.
double PlanNode::AddScore(double score, double sum) {
  if (score <= 0 || (best_scores_.size() == room_ && score <= best_scores_.back())) return sum;
  if (best_scores_.size() == room_) {
    sum -= best_scores_.back();
    best_scores_.pop_back();
  }
  best_scores_.insert(std::upper_bound(best_scores_.begin(), best_scores_.end(), score, std::greater<>()), score);
  return sum + score;
}

// The tangent at what is taken already, the sessions left paid for.
double PlanNode::TangentBase() const {
  double base = value_;
  for (std::size_t i = 0; i < rest_.size(); ++i) {
    const double further = tangent_->exponents[i] - exponents_[i];
    base += model_->weights()[i] * rest_[i] - tangent_->slopes[i] * (1 + further);
  }
  if (tangent_->price > 0) base += tangent_->price * static_cast<double>(model_->max_sessions() - sessions_);
  return base;
}

double PlanNode::TangentBound(std::size_t at) const { return tangent_base_ + scores_from_[at]; }

double PlanNode::Gain(PlanItem item) const {
  double gain = model_->item(item).linear;
  for (const PlanModel::Gain& each : model_->item(item).gains) {
    gain += model_->weights()[each.need] * rest_[each.need] * each.benefit;
  }
  return gain;
}

bool PlanNode::IsTaken(PlanItem item) const { return std::find(taken_.begin(), taken_.end(), item) != taken_.end(); }

bool PlanNode::CanBeMadeFeasible() const {
  PlanItems missing = model_->Closure(taken_);
  missing.erase(std::remove_if(missing.begin(), missing.end(), [&](PlanItem item) { return IsTaken(item); }),
                missing.end());
  if (missing.size() > room_ || model_->Sessions(missing) > model_->max_sessions() - sessions_) return false;
  for (const PlanItem item : missing) {
    if (std::none_of(open_.begin(), open_.end(), [&](const Open& open) { return open.item == item; })) return false;
  }
  if (!model_->has_home()) return true;
  // The most sessions of home that could still be added: more of them never lowers the share.
  std::vector<std::int64_t> home;
  for (const Open& open : open_) {
    if (model_->item(open.item).home) home.push_back(model_->item(open.item).sessions);
  }
  std::sort(home.begin(), home.end(), std::greater<>());
  std::int64_t most = 0;
  for (std::size_t i = 0; i < std::min(room_, home.size()); ++i) most += home[i];
  most = std::min(most, model_->max_sessions() - sessions_);
  return model_->EnoughHome(home_sessions_ + most, sessions_ + most);
}

// Of the gains above 0 the first `count` from `at` on.
double PlanNode::GainsFrom(std::size_t at, std::size_t count) const {
  const std::size_t last = sums_.size() - 1;
  return sums_[std::min(at + count, last)] - sums_[std::min(at, last)];
}

double PlanNode::GainBound(std::size_t at) const { return value_ + GainsFrom(at, room_); }

double PlanNode::PairBound(std::size_t at, std::size_t other) const {
  const double pair = open_[at].gain + open_[other].gain;
  return value_ + pair + (room_ > 2 ? GainsFrom(at + 1, room_ - 2) : 0);
}

double PlanNode::SessionsBound(std::size_t at) const {
  if (model_->max_sessions() == std::numeric_limits<std::int64_t>::max()) return GainBound(at);
  auto left = static_cast<double>(model_->max_sessions() - sessions_);
  double bound = value_;
  for (const std::uint32_t place : by_session_) {
    if (place < at) continue;
    const auto sessions = static_cast<double>(model_->item(open_[place].item).sessions);
    if (sessions >= left && sessions > 0) return bound + open_[place].gain * left / sessions;
    bound += open_[place].gain;
    left -= sessions;
  }
  return bound;
}

double PlanNode::FactorBound() const {
  // The `room` smallest rests of each need, and the largest linear terms, as far as they help.
  const std::size_t needs = rest_.size();
  best_rests_.assign(needs * room_, 1);
  best_linear_.assign(room_, 0);
  const auto insert = [this](double* best, double value, auto before) {
    for (std::size_t i = 0; i < room_; ++i) {
      if (before(value, best[i])) std::swap(value, best[i]);
    }
  };
  for (const Open& open : open_) {
    const PlanModel::Item& item = model_->item(open.item);
    for (const PlanModel::Gain& gain : item.gains) {
      insert(&best_rests_[gain.need * room_], gain.rest, std::less<>());
    }
    insert(best_linear_.data(), item.linear, std::greater<>());
  }
  double bound = value_;
  for (std::size_t i = 0; i < needs; ++i) {
    double rest = 1;
    for (std::size_t k = 0; k < room_; ++k) rest *= best_rests_[i * room_ + k];
    bound += model_->weights()[i] * rest_[i] * (1 - rest);
  }
  for (const double linear : best_linear_) bound += linear;
  return bound;
}

int PlanNode::SlotsBound(std::size_t at) const { return Count(slots_ | slots_from_[at]); }

}  // namespace braid::ontology
