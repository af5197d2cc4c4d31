#include "tests/graph/map_oracle.h"

#include <algorithm>

#include "fmt/format.h"

namespace braid::graph {
namespace {

std::size_t Below(std::mt19937_64& random, std::size_t end) { return static_cast<std::size_t>(random() % end); }

bool OneIn(std::mt19937_64& random, std::size_t n) { return Below(random, n) == 0; }

template <typename T>
std::vector<T> Chosen(const std::vector<T>& all, std::size_t mask) {
  std::vector<T> chosen;
  for (std::size_t i = 0; i < all.size(); ++i) {
    if ((mask >> i & 1U) != 0) chosen.push_back(all[i]);
  }
  return chosen;
}

}  // namespace

MapQuery MapQueryOf(const Snapshot& snapshot, const PlainMapQuery& query) {
  const auto nodes = [&snapshot](const std::vector<std::string>& ids) {
    std::vector<NodeIndex> indexes;
    for (const std::string& id : ids) indexes.push_back(snapshot.Find(id).value());
    return indexes;
  };
  MapQuery result;
  for (const auto& terminal : query.terminals) result.terminals.push_back(nodes(terminal));
  const Schema& schema = snapshot.schema();
  if (!query.kinds.empty()) result.kinds.assign(schema.kind_count(), false);
  for (const std::string& kind : query.kinds) result.kinds[Number(schema.FindKind(kind).value())] = true;
  if (!query.relations.empty()) result.relations.assign(schema.relation_count(), false);
  for (const std::string& name : query.relations) result.relations[Number(schema.FindRelation(name).value())] = true;
  result.avoid = nodes(query.avoid);
  result.min_certainty = query.min_certainty;
  result.weights = query.weights;
  return result;
}

MapOracle::MapOracle(const PlainGraph& graph, const PlainMapQuery& query) : terminal_count_(query.terminals.size()) {
  for (std::size_t i = 0; i < terminal_count_; ++i) {
    for (const std::string& id : query.terminals[i]) cover_[id] |= 1U << i;
  }
  for (const Kind& kind : graph.kinds) {
    for (const Node& node : graph.nodes) {
      if (kind.ends_only && node.kind == kind.name) ends_only_.insert(node.id);
    }
  }
  PlainQuery hop;
  hop.max_hops = 1;
  hop.relations = query.relations;
  hop.avoid = query.avoid;
  hop.min_certainty = query.min_certainty;
  hop.weights = query.weights;
  for (const Node& node : graph.nodes) {
    const bool is_terminal = cover_.count(node.id) > 0;
    if (!is_terminal && !query.kinds.empty() && query.kinds.count(node.kind) == 0) continue;
    if (!is_terminal && IsEndsOnly(node.id)) continue;
    // A node is a path of its own exactly where it may be used.
    hop.sources = hop.targets = {node.id};
    if (FindAllPaths(graph, hop).empty()) continue;
    (IsEndsOnly(node.id) ? leaves_ : inner_).push_back(node.id);
  }
  std::vector<std::string> all = inner_;
  all.insert(all.end(), leaves_.begin(), leaves_.end());
  for (const std::string& a : all) {
    for (const std::string& b : all) {
      if (a == b) continue;
      hop.sources = {a};
      hop.targets = {b};
      const std::vector<PlainPath> paths = FindAllPaths(graph, hop);
      if (!paths.empty()) cost_[{a, b}] = paths.front().cost;
    }
  }
}

std::optional<std::uint64_t> MapOracle::CostBetween(const std::string& a, const std::string& b) const {
  const auto at = cost_.find({a, b});
  return at == cost_.end() ? std::nullopt : std::optional(at->second);
}

// Prim.
std::optional<TreeSize> MapOracle::Spanning(const std::vector<std::string>& nodes) const {
  TreeSize size;
  std::set<std::string> in = {nodes.front()};
  while (in.size() < nodes.size()) {
    std::optional<std::pair<std::uint64_t, std::string>> nearest;
    for (const std::string& a : in) {
      for (const std::string& b : nodes) {
        const auto cost = CostBetween(a, b);
        if (in.count(b) > 0 || !cost.has_value()) continue;
        if (!nearest.has_value() || *cost < nearest->first) nearest = {*cost, b};
      }
    }
    if (!nearest.has_value()) return std::nullopt;
    size.cost += nearest->first;
    ++size.edges;
    in.insert(nearest->second);
  }
  return size;
}

MapOracle::Trees MapOracle::Enumerate(const std::string& without) const {
  std::vector<std::string> inner = inner_;
  inner.erase(std::remove(inner.begin(), inner.end(), without), inner.end());
  Trees trees;
  const auto note = [&](Cover cover, const TreeSize& size) {
    const auto [at, is_new] = trees.emplace(cover, size);
    if (!is_new) at->second = std::min(at->second, size);
  };
  const auto cover_of = [&](const std::vector<std::string>& nodes) {
    Cover cover = 0;
    for (const std::string& node : nodes) cover |= cover_.count(node) > 0 ? cover_.at(node) : 0;
    return cover;
  };
  for (const std::string& a : leaves_) {
    note(cover_of({a}), {});
    for (const std::string& b : leaves_) {
      if (const auto cost = CostBetween(a, b)) note(cover_of({a, b}), {*cost, 1});
    }
  }
  for (std::size_t mask = 1; mask < std::size_t{1} << inner.size(); ++mask) {
    const std::vector<std::string> nodes = Chosen(inner, mask);
    const std::optional<TreeSize> spanning = Spanning(nodes);
    if (!spanning.has_value()) continue;
    // What each ends-only terminal adds.
    std::vector<std::pair<std::string, std::uint64_t>> hung;
    for (const std::string& leaf : leaves_) {
      std::optional<std::uint64_t> least;
      for (const std::string& node : nodes) {
        const auto cost = CostBetween(leaf, node);
        if (cost.has_value() && (!least.has_value() || *cost < *least)) least = cost;
      }
      if (least.has_value()) hung.emplace_back(leaf, *least);
    }
    for (std::size_t leaves = 0; leaves < std::size_t{1} << hung.size(); ++leaves) {
      TreeSize size = *spanning;
      Cover cover = cover_of(nodes);
      for (const auto& [leaf, cost] : Chosen(hung, leaves)) {
        size.cost += cost;
        ++size.edges;
        cover |= cover_.at(leaf);
      }
      note(cover, size);
    }
  }
  trees.erase(0);
  return trees;
}

const MapOracle::Trees& MapOracle::TreesWithout(const std::string& without) {
  const auto known = trees_.find(without);
  return known != trees_.end() ? known->second : trees_.emplace(without, Enumerate(without)).first->second;
}

std::optional<TreeSize> MapOracle::Best(const std::vector<std::size_t>& terminals, const std::string& without) {
  Cover wanted = 0;
  for (const std::size_t terminal : terminals) wanted |= 1U << terminal;
  std::optional<TreeSize> best;
  for (const auto& [cover, size] : TreesWithout(without)) {
    if ((cover & wanted) == wanted && (!best.has_value() || size < *best)) best = size;
  }
  return best;
}

std::vector<std::vector<std::size_t>> MapOracle::Joinable(const std::string& without) {
  std::vector<std::vector<std::size_t>> sets;
  const Trees& trees = TreesWithout(without);
  for (const auto& [cover, size] : trees) {
    const bool is_maximal = std::none_of(trees.begin(), trees.end(), [&, own = cover](const auto& other) {
      return other.first != own && (own & ~other.first) == 0;
    });
    if (!is_maximal) continue;
    std::vector<std::size_t>& set = sets.emplace_back();
    for (std::size_t i = 0; i < terminal_count_; ++i) {
      if ((cover >> i & 1U) != 0) set.push_back(i);
    }
  }
  std::sort(sets.begin(), sets.end(),
            [](const auto& a, const auto& b) { return a.size() != b.size() ? a.size() > b.size() : a < b; });
  return sets;
}

PlainMapQuery RandomMapQuery(const PlainGraph& graph, std::mt19937_64& random) {
  PlainMapQuery query;
  const auto some = [&](std::size_t most) {
    std::vector<std::string> ids;
    for (std::size_t i = Below(random, most) + 1; i > 0; --i) {
      ids.push_back(graph.nodes[Below(random, graph.nodes.size())].id);
    }
    return ids;
  };
  for (std::size_t i = 3 + Below(random, 3); i > 0; --i) query.terminals.push_back(some(3));
  if (OneIn(random, 5)) query.kinds = {"place", graph.nodes[0].kind};
  if (OneIn(random, 5)) query.relations = {"road", graph.relations[Below(random, 5)].name};
  if (OneIn(random, 4)) query.avoid = some(2);
  if (OneIn(random, 6)) query.min_certainty = Certainty::kModerate;
  query.weights.degree_exponent = OneIn(random, 3) ? 0.4 : 0.0;
  query.weights.hop_factor = OneIn(random, 2) ? 1.0 : 0.9;
  return query;
}

std::pair<PlainGraph, PlainMapQuery> RandomPendants(std::mt19937_64& random) {
  PlainGraph graph;
  for (const char* name : {"place", "gate"}) {
    Kind& kind = graph.kinds.emplace_back();
    kind.name = kind.id_prefix = name;
  }
  graph.kinds[1].ends_only = true;
  Relation& road = graph.relations.emplace_back();
  road.name = "road";
  road.walkable = road.takes_strength = road.symmetric = true;

  const auto add_node = [&](std::string id, const char* kind) {
    Node& node = graph.nodes.emplace_back();
    node.id = std::move(id);
    node.kind = kind;
    return node.id;
  };
  std::set<EdgeKey> keys;
  const bool is_coarse = OneIn(random, 2);  // costs of 1, 2 and 3 units, so that ties abound
  const auto add_edge = [&](std::string a, std::string b) {
    if (b < a) std::swap(a, b);
    if (a == b || !keys.insert({a, "road", b}).second) return;
    Edge& edge = graph.edges.emplace_back();
    edge.key = {a, "road", b};
    const std::size_t steps = Below(random, is_coarse ? 3 : 7);
    edge.strength = is_coarse ? 0.5 / static_cast<double>(1U << steps) : 0.9 - 0.1 * static_cast<double>(steps);
  };

  constexpr std::size_t kCore = 7;
  std::vector<std::string> core;
  for (std::size_t i = 0; i < kCore; ++i) core.push_back(add_node(fmt::format("n:c{}", i), "place"));
  for (std::size_t i = 1; i < kCore; ++i) add_edge(core[i], core[Below(random, i)]);
  for (std::size_t i = Below(random, 4); i > 0; --i) add_edge(core[Below(random, kCore)], core[Below(random, kCore)]);

  PlainMapQuery query;
  for (std::size_t i = 0; i < 5; ++i) {
    const bool is_gate = OneIn(random, 2);
    const std::string id = add_node(fmt::format("n:t{}", i), is_gate ? "gate" : "place");
    for (std::size_t edges = is_gate ? 1 + Below(random, 3) : 1; edges > 0; --edges) {
      add_edge(id, core[Below(random, kCore)]);
    }
    query.terminals.push_back({id});
  }
  query.weights.degree_exponent = 0;
  query.weights.hop_factor = 1;
  return {graph, query};
}

}  // namespace braid::graph
