#include "graph/map_tree.h"

#include <algorithm>
#include <array>
#include <numeric>
#include <set>
#include <utility>

namespace braid::graph {
namespace {

using Groups = MapLayer::Groups;
using Link = MapLayer::Link;

// Disjoint sets with path halving.
class Sets {
 public:
  explicit Sets(std::size_t count) : parent_(count) { std::iota(parent_.begin(), parent_.end(), 0U); }
  std::uint32_t Find(std::uint32_t at) {
    while (parent_[at] != at) at = parent_[at] = parent_[parent_[at]];
    return at;
  }
  // False: they were one already.
  bool Unite(std::uint32_t a, std::uint32_t b) {
    a = Find(a);
    b = Find(b);
    parent_[std::max(a, b)] = std::min(a, b);
    return a != b;
  }

 private:
  std::vector<std::uint32_t> parent_;
};

std::uint32_t PlaceOf(const std::vector<std::uint32_t>& sorted, std::uint32_t value) {
  return static_cast<std::uint32_t>(std::lower_bound(sorted.begin(), sorted.end(), value) - sorted.begin());
}

void SortUnique(std::vector<std::uint32_t>& values) {
  std::sort(values.begin(), values.end());
  values.erase(std::unique(values.begin(), values.end()), values.end());
}

// The tree that TreeWithin makes, while it is made.
class Trimmer {
 public:
  Trimmer(const MapLayer& layer, Groups wanted, std::uint32_t root, std::vector<std::uint32_t> links)
      : layer_(layer), wanted_(wanted) {
    nodes_ = {root};
    for (const std::uint32_t link : links) {
      nodes_.push_back(layer.links[link].subject);
      nodes_.push_back(layer.links[link].object);
    }
    SortUnique(nodes_);
    SortUnique(links);
    KeepSpanning(std::move(links));
    CountCover();
  }

  LayerTree Run() {
    for (std::size_t at = 0; at < links_.size();) {
      // A link that is dropped may lay another end bare: begin again from the dearest.
      at = TryDrop(at) ? 0 : at + 1;
    }
    LayerTree tree;
    for (std::size_t i = 0; i < nodes_.size(); ++i) {
      if (is_there_[i]) tree.nodes.push_back(nodes_[i]);
    }
    for (const std::uint32_t link : links_) tree.cost += layer_.links[link].scaled_cost();
    std::sort(links_.begin(), links_.end());
    tree.links = std::move(links_);
    return tree;
  }

 private:
  // The cheapest links that still join everything. Those to ends-only nodes are no part of what joins.
  void KeepSpanning(std::vector<std::uint32_t> links) {
    std::sort(links.begin(), links.end(), [this](std::uint32_t a, std::uint32_t b) {
      return std::pair(layer_.links[a].cost.total(), a) < std::pair(layer_.links[b].cost.total(), b);
    });
    Sets sets(nodes_.size());
    std::set<std::uint32_t> hung;
    for (const std::uint32_t number : links) {
      const Link& link = layer_.links[number];
      const bool hangs = layer_.ends_only[link.subject] || layer_.ends_only[link.object];
      const bool is_kept = hangs ? hung.insert(layer_.ends_only[link.subject] ? link.subject : link.object).second
                                 : sets.Unite(PlaceOf(nodes_, link.subject), PlaceOf(nodes_, link.object));
      if (is_kept) links_.push_back(number);
    }
    std::reverse(links_.begin(), links_.end());  // the dearest first
  }

  void CountCover() {
    degree_.assign(nodes_.size(), 0);
    is_there_.assign(nodes_.size(), true);
    for (const std::uint32_t link : links_) {
      ++degree_[PlaceOf(nodes_, layer_.links[link].subject)];
      ++degree_[PlaceOf(nodes_, layer_.links[link].object)];
    }
    for (const std::uint32_t node : nodes_) AddCover(node, 1);
  }

  void AddCover(std::uint32_t node, int count) {
    for (std::size_t i = 0; i < kMaxTerminals; ++i) {
      if ((layer_.groups[node] & wanted_ & 1U << i) != 0) cover_[i] += count;
    }
  }

  // Whether every wanted terminal is touched without `node`.
  bool IsNeeded(std::uint32_t node) const {
    for (std::size_t i = 0; i < kMaxTerminals; ++i) {
      if ((layer_.groups[node] & wanted_ & 1U << i) != 0 && cover_[i] == 1) return true;
    }
    return false;
  }

  bool TryDrop(std::size_t at) {
    const Link& link = layer_.links[links_[at]];
    for (const auto& [end, other] : {std::pair(link.subject, link.object), std::pair(link.object, link.subject)}) {
      const std::uint32_t place = PlaceOf(nodes_, end);
      if (degree_[place] != 1 || IsNeeded(end)) continue;
      is_there_[place] = false;
      --degree_[PlaceOf(nodes_, other)];
      AddCover(end, -1);
      links_.erase(links_.begin() + static_cast<std::ptrdiff_t>(at));
      return true;
    }
    return false;
  }

  const MapLayer& layer_;
  const Groups wanted_;
  std::vector<std::uint32_t> nodes_;  // ascending
  std::vector<std::uint32_t> links_;  // dearest first
  std::vector<std::uint32_t> degree_;
  std::vector<bool> is_there_;
  std::array<int, kMaxTerminals> cover_{};
};

// The hop from `from` over `link`.
Hop HopFrom(const MapLayer& layer, const Link& link, std::uint32_t from) {
  const bool backwards = link.object == from;
  return {.from = layer.nodes[from],
          .to = layer.nodes[backwards ? link.subject : link.object],
          .relation = link.relation,
          .reversed = backwards && !link.symmetric,
          .cost = link.cost};
}

// The hops of a tree, depth first.
std::vector<Hop> HopsFrom(const MapLayer& layer, const LayerTree& tree, std::uint32_t root) {
  struct Step {
    std::uint32_t to, link, from;
  };
  std::vector<std::vector<Step>> steps(tree.nodes.size());
  for (const std::uint32_t number : tree.links) {
    const auto& [subject, object] = std::pair(layer.links[number].subject, layer.links[number].object);
    steps[PlaceOf(tree.nodes, subject)].push_back({object, number, subject});
    steps[PlaceOf(tree.nodes, object)].push_back({subject, number, object});
  }
  std::vector<Hop> hops;
  std::vector<Step> open;
  // The last of `open` comes next, so the greatest goes on it first.
  const auto open_all = [&](std::uint32_t at, std::uint32_t came_from) {
    std::vector<Step>& here = steps[PlaceOf(tree.nodes, at)];
    std::sort(here.begin(), here.end(), [](const Step& a, const Step& b) { return a.to > b.to; });
    for (const Step& step : here) {
      if (step.to != came_from) open.push_back(step);
    }
  };
  open_all(root, root);
  while (!open.empty()) {
    const Step step = open.back();
    open.pop_back();
    hops.push_back(HopFrom(layer, layer.links[step.link], step.from));
    open_all(step.to, step.from);
  }
  return hops;
}

}  // namespace

LayerTree TreeWithin(const MapLayer& layer, Groups wanted, std::uint32_t root, std::vector<std::uint32_t> links) {
  return Trimmer(layer, wanted, root, std::move(links)).Run();
}

ConnectingTree ConnectingTreeOf(const MapLayer& layer, const LayerTree& tree,
                                const std::vector<std::size_t>& terminals) {
  ConnectingTree out;
  std::vector<std::uint32_t> touches;
  for (const std::size_t terminal : terminals) {
    touches.push_back(*std::find_if(tree.nodes.begin(), tree.nodes.end(),
                                    [&](std::uint32_t node) { return (layer.groups[node] & 1U << terminal) != 0; }));
    out.touches.push_back(layer.nodes[touches.back()]);
  }
  std::vector<std::size_t> degree(tree.nodes.size(), 0);
  for (const std::uint32_t number : tree.links) {
    const Link& link = layer.links[number];
    out.cost += link.cost.total();
    for (const std::uint32_t end : {link.subject, link.object}) ++degree[PlaceOf(tree.nodes, end)];
  }
  for (std::size_t i = 0; i < tree.nodes.size(); ++i) {
    out.nodes.push_back(layer.nodes[tree.nodes[i]]);
    if (degree[i] >= 3) out.branching.push_back(out.nodes.back());
  }
  out.edges = HopsFrom(layer, tree, touches.front());
  return out;
}

std::vector<std::uint32_t> AvoidableNodes(const MapLayer& layer, const LayerTree& tree) {
  std::array<std::size_t, kMaxTerminals> members{};
  for (const Groups groups : layer.groups) {
    for (std::size_t i = 0; i < kMaxTerminals; ++i) members[i] += groups >> i & 1U;
  }
  std::vector<std::uint32_t> avoidable;
  for (const std::uint32_t node : tree.nodes) {
    bool is_avoidable = !layer.ends_only[node];
    for (std::size_t i = 0; i < kMaxTerminals; ++i) {
      if ((layer.groups[node] >> i & 1U) != 0 && members[i] == 1) is_avoidable = false;
    }
    if (is_avoidable) avoidable.push_back(node);
  }
  return avoidable;
}

std::optional<std::vector<std::vector<std::size_t>>> JoinableTerminals(const MapLayer& layer, Groups among,
                                                                       std::optional<std::uint32_t> without,
                                                                       Budget& budget) {
  Sets sets(layer.size());
  for (const Link& link : layer.links) {
    if (!budget.Spend()) return std::nullopt;
    if (layer.ends_only[link.subject] || layer.ends_only[link.object]) continue;
    if (link.subject != without && link.object != without) sets.Unite(link.subject, link.object);
  }
  std::vector<Groups> touched(layer.size(), 0);
  std::set<Groups> joined;
  for (const MapLayer::Start& start : layer.starts) {
    if (!budget.Spend()) return std::nullopt;
    if (start.at == without || start.terminal == without) continue;
    Groups& groups = touched[sets.Find(start.at)];
    groups = static_cast<Groups>(groups | (start.groups & among));
  }
  joined.insert(touched.begin(), touched.end());
  for (const MapLayer::Outside& outside : layer.outside) joined.insert(static_cast<Groups>(outside.groups & among));

  std::vector<std::vector<std::size_t>> maximal;
  for (const Groups groups : joined) {
    const bool is_covered = std::any_of(joined.begin(), joined.end(),
                                        [&](Groups other) { return other != groups && (groups & ~other) == 0; });
    if (groups == 0 || is_covered) continue;
    std::vector<std::size_t>& terminals = maximal.emplace_back();
    for (std::size_t i = 0; i < kMaxTerminals; ++i) {
      if ((groups >> i & 1U) != 0) terminals.push_back(i);
    }
  }
  std::sort(maximal.begin(), maximal.end(),
            [](const auto& a, const auto& b) { return a.size() != b.size() ? a.size() > b.size() : a < b; });
  return maximal;
}

}  // namespace braid::graph
