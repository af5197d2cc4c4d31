#include "graph/group_steiner.h"

#include <algorithm>
#include <bit>
#include <functional>
#include <utility>

namespace braid::graph {

GroupSteinerSearch::GroupSteinerSearch(const MapLayer& layer, const std::vector<std::size_t>& terminals,
                                       std::optional<std::uint32_t> without, Budget& budget,
                                       std::size_t max_dense_states)
    : layer_(layer),
      without_(without),
      budget_(budget),
      count_(terminals.size()),
      all_(static_cast<Groups>((1U << count_) - 1)),
      index_(layer.size(), count_, max_dense_states) {
  for (std::size_t i = 0; i < count_; ++i) {
    wanted_ = static_cast<MapLayer::Groups>(wanted_ | 1U << terminals[i]);
    for (std::size_t set = 0; set < local_.size(); ++set) {
      if ((set >> terminals[i] & 1U) != 0) local_[set] = static_cast<Groups>(local_[set] | 1U << i);
    }
  }
}

// --- Which state is which.

GroupSteinerSearch::StateIndex::StateIndex(std::size_t nodes, std::size_t terminals, std::size_t max_dense)
    : terminals_(terminals) {
  if (nodes << terminals <= max_dense) dense_.assign(nodes << terminals, kNone);
}

std::uint32_t GroupSteinerSearch::StateIndex::Find(std::uint32_t node, Groups groups) const {
  if (!dense_.empty()) return dense_[Key(node, groups)];
  const auto at = sparse_.find(Key(node, groups));
  return at == sparse_.end() ? kNone : at->second;
}

std::uint32_t& GroupSteinerSearch::StateIndex::FindOrAdd(std::uint32_t node, Groups groups) {
  return dense_.empty() ? sparse_.try_emplace(Key(node, groups), kNone).first->second : dense_[Key(node, groups)];
}

// --- The search as a whole.

std::uint64_t GroupSteinerSearch::lower_bound() const {
  if (ended_ && !cut_) return upper_;
  // What was cut may have been about to push states that cost no more than the one that it came from.
  if (cut_ || open_.empty()) return std::min(upper_, lower_);
  // The first may be stale, but its key is still no more than that of any live one.
  return std::min(upper_, std::max(lower_, open_.front().key));
}

bool GroupSteinerSearch::Improve() {
  if (ended_) return false;
  const std::uint64_t before = upper_;
  if (!begun_) {
    begun_ = true;
    cut_ = !Begin();
  }
  while (!cut_ && upper_ == before) {
    if (open_.empty() || open_.front().key >= upper_) {
      ended_ = true;
      return false;
    }
    std::pop_heap(open_.begin(), open_.end(), std::greater<>());
    const Open open = open_.back();
    open_.pop_back();
    lower_ = std::max(lower_, open.key);
    const State& state = states_[open.state];
    if (state.closed || state.cost + state.bound != open.key) continue;
    cut_ = !Expand(open.state);
  }
  ended_ = cut_;
  return upper_ < before;
}

// --- What is known before the search begins.

bool GroupSteinerSearch::Begin() {
  TakeOutside();
  distances_.assign(layer_.size() * count_, kFar);
  for (std::size_t i = 0; i < count_; ++i) {
    if (!FindDistances(i)) return false;
  }
  FindTerminalDistances();
  last_closed_.assign(layer_.size(), kNone);
  return TakeBestStar();
}

void GroupSteinerSearch::TakeOutside() {
  for (const MapLayer::Outside& outside : layer_.outside) {
    if (Local(outside.groups) != all_) continue;
    LayerTree tree{.cost = outside.cost, .nodes = {outside.node}, .links = {}};
    if (outside.link.has_value()) {
      const MapLayer::Link& link = layer_.links[*outside.link];
      tree.nodes = {std::min(link.subject, link.object), std::max(link.subject, link.object)};
      tree.links = {*outside.link};
    }
    return Take(std::move(tree));
  }
}

// Dijkstra from all that stands for a terminal.
bool GroupSteinerSearch::FindDistances(std::size_t terminal) {
  using Reached = std::pair<std::uint64_t, std::uint32_t>;
  std::vector<Reached> heap;
  const auto reach = [&](std::uint32_t node, std::uint64_t distance) {
    if (IsLeftOut(node) || distance >= Distance(node, terminal)) return;
    Distance(node, terminal) = distance;
    heap.emplace_back(distance, node);
    std::push_heap(heap.begin(), heap.end(), std::greater<>());
  };
  for (const MapLayer::Start& start : layer_.starts) {
    if ((Local(start.groups) >> terminal & 1U) != 0 && !IsLeftOut(start.terminal)) reach(start.at, start.cost);
  }
  while (!heap.empty()) {
    std::pop_heap(heap.begin(), heap.end(), std::greater<>());
    const auto [distance, node] = heap.back();
    heap.pop_back();
    if (!budget_.Spend()) return false;
    if (distance > Distance(node, terminal)) continue;
    const std::span<const MapLayer::Arc> arcs = layer_.ArcsOf(node);
    for (const MapLayer::Arc& arc : arcs) {
      if (!budget_.Spend()) return false;
      reach(arc.to, distance + arc.cost);
    }
  }
  return true;
}

// How far any two terminals are from each other; one node, or one ends-only node, may be both.
void GroupSteinerSearch::FindTerminalDistances() {
  for (auto& row : between_) row.fill(kFar);
  for (const MapLayer::Start& start : layer_.starts) {
    if (IsLeftOut(start.at) || IsLeftOut(start.terminal)) continue;
    const Groups groups = Local(start.groups);
    for (std::size_t i = 0; i < count_; ++i) {
      if ((groups >> i & 1U) == 0) continue;
      for (std::size_t j = 0; j < count_; ++j) {
        const bool is_both = (groups >> j & 1U) != 0;
        const std::uint64_t distance = is_both ? 0 : start.cost + Distance(start.at, j);
        between_[i][j] = std::min(between_[i][j], distance);
        between_[j][i] = std::min(between_[j][i], distance);
      }
    }
  }
}

std::uint64_t GroupSteinerSearch::StarCost(std::uint32_t node, Groups groups) const {
  std::uint64_t cost = 0;
  for (std::size_t i = 0; i < count_; ++i) {
    if ((groups >> i & 1U) != 0) cost += Distance(node, i);
  }
  return cost;
}

// The ways from one node to every terminal. Where no node has them all, nothing is left to search.
bool GroupSteinerSearch::TakeBestStar() {
  std::uint32_t best = kNone;
  std::uint64_t least = kFar;
  for (std::uint32_t node = 0; node < layer_.size(); ++node) {
    if (!budget_.Spend()) return false;
    const std::uint64_t cost = StarCost(node, all_);
    if (cost >= least) continue;
    least = cost;
    best = node;
  }
  if (best == kNone) return true;
  std::vector<std::uint32_t> links;
  AddStar(best, all_, &links);
  Take(TreeWithin(layer_, wanted_, best, std::move(links)));
  PushStarts();
  return true;
}

void GroupSteinerSearch::PushStarts() {
  for (std::uint32_t i = 0; i < layer_.starts.size(); ++i) {
    const MapLayer::Start& start = layer_.starts[i];
    const Groups groups = Local(start.groups);
    if (IsLeftOut(start.at) || IsLeftOut(start.terminal)) continue;
    // Every part of what it stands for: another node of the tree may stand for the rest.
    for (unsigned part = groups; part != 0; part = (part - 1) & groups) {
      Push(start.at, static_cast<Groups>(part), start.cost, Made::kStart, i, kNone);
    }
  }
}

// --- The search.

bool GroupSteinerSearch::Expand(std::uint32_t at) {
  if (!budget_.Spend()) return false;
  State& state = states_[at];
  state.closed = true;
  state.next_closed = std::exchange(last_closed_[state.node], at);
  const Groups rest = static_cast<Groups>(all_ & ~state.groups);

  if (state.cost + StarCost(state.node, rest) < upper_) {
    std::vector<std::uint32_t> links;
    AddLinksOf(at, &links);
    AddStar(state.node, rest, &links);
    Take(TreeWithin(layer_, wanted_, state.node, std::move(links)));
  }
  if (const std::uint32_t other = index_.Find(state.node, rest);
      other != kNone && states_[other].closed && state.cost + states_[other].cost < upper_) {
    std::vector<std::uint32_t> links;
    AddLinksOf(at, &links);
    AddLinksOf(other, &links);
    Take(TreeWithin(layer_, wanted_, state.node, std::move(links)));
    // And go on: under the two rules below, what is closed need not be the least, so neither need this tree.
  }
  // A tree falls at some node into parts of at most half its cost: what is dearer is no part, only a whole's other
  // side.
  if (2 * state.cost > upper_) return true;
  return Merge(at) && Grow(at);
}

bool GroupSteinerSearch::Merge(std::uint32_t at) {
  const std::uint32_t node = states_[at].node;
  for (std::uint32_t other = states_[at].next_closed; other != kNone; other = states_[other].next_closed) {
    if (!budget_.Spend()) return false;
    const Groups groups = static_cast<Groups>(states_[at].groups | states_[other].groups);
    if ((states_[at].groups & states_[other].groups) != 0 || groups == all_) continue;
    const std::uint64_t cost = states_[at].cost + states_[other].cost;
    // Such parts can be put together two by two without one of more than two thirds.
    if (3 * cost <= 2 * upper_) Push(node, groups, cost, Made::kMerged, at, other);
  }
  return true;
}

bool GroupSteinerSearch::Grow(std::uint32_t at) {
  const State state = states_[at];
  for (const MapLayer::Arc& arc : layer_.ArcsOf(state.node)) {
    if (!budget_.Spend()) return false;
    if (!IsLeftOut(arc.to)) Push(arc.to, state.groups, state.cost + arc.cost, Made::kGrown, at, arc.link);
  }
  return true;
}

void GroupSteinerSearch::Push(std::uint32_t node, Groups groups, std::uint64_t cost, Made made, std::uint32_t from,
                              std::uint32_t with) {
  if (groups == all_) return;  // a whole tree, which Expand finds with its other side
  std::uint32_t& place = index_.FindOrAdd(node, groups);
  if (place == kNone) {
    place = static_cast<std::uint32_t>(states_.size());
    State& added = states_.emplace_back();
    added.node = node;
    added.groups = groups;
    added.bound = Bound(node, static_cast<Groups>(all_ & ~groups));
  }
  State& state = states_[place];
  if (state.closed || cost >= state.cost || cost + state.bound >= upper_) return;
  state.cost = cost;
  state.made = made;
  state.from = from;
  state.with = with;
  const auto fewer_groups = static_cast<std::uint64_t>(count_ - static_cast<std::size_t>(std::popcount(groups)));
  open_.push_back({cost + state.bound, fewer_groups << 56U | std::uint64_t{node} << 8U | groups, place});
  std::push_heap(open_.begin(), open_.end(), std::greater<>());
}

// No tree that hangs on `node` and touches `missing` costs less: it reaches the furthest of them, and half a tour over
// any two. Consistent: a step lessens it by at most its cost, and so does a tree that is merged in.
std::uint64_t GroupSteinerSearch::Bound(std::uint32_t node, Groups missing) const {
  std::uint64_t bound = 0;
  for (std::size_t i = 0; i < count_; ++i) {
    if ((missing >> i & 1U) == 0) continue;
    const std::uint64_t distance = Distance(node, i);
    if (distance >= kFar) return kFar;
    bound = std::max(bound, distance);
    for (std::size_t j = 0; j < i; ++j) {
      if ((missing >> j & 1U) == 0) continue;
      bound = std::max(bound, (distance + Distance(node, j) + between_[i][j] + 1) / 2);
    }
  }
  return bound;
}

// --- Trees from states.

void GroupSteinerSearch::AddLinksOf(std::uint32_t state, std::vector<std::uint32_t>* links) const {
  for (std::vector<std::uint32_t> open = {state}; !open.empty();) {
    const State& at = states_[open.back()];
    open.pop_back();
    switch (at.made) {
      case Made::kStart:
        if (const auto link = layer_.starts[at.from].link; link.has_value()) links->push_back(*link);
        break;
      case Made::kGrown:
        links->push_back(at.with);
        open.push_back(at.from);
        break;
      case Made::kMerged:
        open.push_back(at.from);
        open.push_back(at.with);
        break;
    }
  }
}

void GroupSteinerSearch::AddStar(std::uint32_t node, Groups groups, std::vector<std::uint32_t>* links) const {
  for (std::size_t i = 0; i < count_; ++i) {
    if ((groups >> i & 1U) != 0) AddWayTo(node, i, links);
  }
}

// A cheapest way: each step is one that the distances account for.
void GroupSteinerSearch::AddWayTo(std::uint32_t node, std::size_t terminal, std::vector<std::uint32_t>* links) const {
  while (true) {
    const std::uint64_t left = Distance(node, terminal);
    const auto starts = layer_.StartsAt(node);
    const auto start = std::find_if(starts.begin(), starts.end(), [&](const MapLayer::Start& s) {
      return (Local(s.groups) >> terminal & 1U) != 0 && s.cost == left && !IsLeftOut(s.terminal);
    });
    if (start != starts.end()) {
      if (start->link.has_value()) links->push_back(*start->link);
      return;
    }
    const auto arcs = layer_.ArcsOf(node);
    const auto arc = std::find_if(arcs.begin(), arcs.end(),
                                  [&](const MapLayer::Arc& a) { return Distance(a.to, terminal) + a.cost == left; });
    links->push_back(arc->link);
    node = arc->to;
  }
}

void GroupSteinerSearch::Take(LayerTree tree) {
  if (tree.cost >= upper_) return;
  upper_ = tree.cost;
  best_ = std::move(tree);
}

}  // namespace braid::graph
