// Takes the layer of a connecting map from any graph that a search can see (graph/search_view.h).
//
// It reads what can be reached from the terminals, and nothing else.
//
// Included only where it is instantiated: Boost.Graph is slow to compile.

#ifndef BRAID_GRAPH_MAP_LAYER_VIEW_H_
#define BRAID_GRAPH_MAP_LAYER_VIEW_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <string_view>
#include <tuple>
#include <unordered_map>
#include <utility>
#include <vector>

#include "graph/budget.h"
#include "graph/connecting_map.h"
#include "graph/map_layer.h"
#include "graph/search_view.h"

namespace braid::graph {

template <SearchView View>
class MapLayerReader {
 public:
  // All outlive the reader. REQUIRES: `query` is valid, as MapSearch::Start checks it.
  MapLayerReader(View& view, const MapQuery& query, Budget& budget)
      : view_(view), query_(query), budget_(budget), schema_(view.schema()) {
    for (std::size_t i = 0; i < schema_.relation_count(); ++i) {
      const RelationIndex relation{static_cast<std::uint16_t>(i)};
      if (schema_.relation(relation).walkable && (query.relations.empty() || query.relations[i])) {
        relations_.push_back(relation);
      }
    }
  }

  // O(n log n + m) of what is reached.
  MapLayer Read() {
    for (const NodeIndex node : query_.avoid) numbers_[Number(node)] = kNotInLayer;
    for (std::size_t i = 0; i < query_.terminals.size(); ++i) {
      for (const NodeIndex node : query_.terminals[i]) AddTerminal(node, i);
    }
    for (std::uint32_t at = 0; at < found_.size(); ++at) {
      if (Scan(at)) continue;
      MapLayer layer;
      layer.terminal_count = query_.terminals.size();
      layer.cut = true;
      return layer;
    }
    return Layer();
  }

 private:
  using Vertex = VertexOf<View>;
  static constexpr std::uint32_t kNotInLayer = 0xFFFF'FFFF;

  struct Found {
    Vertex vertex;
    MapLayer::Groups groups = 0;
    bool ends_only = false;
  };

  bool IsUsable(const NodeFacts& facts) const {
    return facts.usable && (!schema_.kind(facts.kind).needs_group || facts.group != kNoNode);
  }

  void AddTerminal(NodeIndex node, std::size_t terminal) {
    const auto [known, is_new] = numbers_.try_emplace(Number(node), kNotInLayer);
    if (is_new) {
      const Vertex vertex = view_.vertex(node);
      const NodeFacts facts = view_.node(vertex);
      if (!IsUsable(facts)) return;
      known->second = Add({vertex, 0, schema_.kind(facts.kind).ends_only});
    }
    if (known->second == kNotInLayer) return;
    MapLayer::Groups& groups = found_[known->second].groups;
    groups = static_cast<MapLayer::Groups>(groups | 1U << terminal);
  }

  std::uint32_t Add(Found found) {
    found_.push_back(found);
    return static_cast<std::uint32_t>(found_.size() - 1);
  }

  // The number of `vertex`, or kNotInLayer.
  std::uint32_t Find(const Vertex& vertex) {
    const auto [known, is_new] = numbers_.try_emplace(Number(view_.index(vertex)), kNotInLayer);
    if (!is_new) return known->second;
    const NodeFacts facts = view_.node(vertex);
    if (!IsUsable(facts) || schema_.kind(facts.kind).ends_only) return kNotInLayer;
    if (!query_.kinds.empty() && !query_.kinds[Number(facts.kind)]) return kNotInLayer;
    if (query_.inside && !query_.inside(view_.index(vertex))) return kNotInLayer;
    return known->second = Add({vertex, 0, false});
  }

  bool IsCrossed(const EdgeFacts& edge, RelationIndex relation) const {
    return edge.relation == relation && edge.supported &&
           (edge.certainty >= query_.min_certainty || !schema_.relation(relation).takes_certainty);
  }

  // Notes the edges that leave, and finds the nodes from which others enter: those are noted when their turn comes.
  bool Scan(std::uint32_t at) {
    const Vertex here = found_[at].vertex;
    for (const RelationIndex relation : relations_) {
      auto [out, out_end] = view_.OutEdges(here, relation);
      for (; out != out_end; ++out) {
        if (!budget_.Spend()) return false;
        const EdgeOf<View> edge = *out;
        if (!IsCrossed(view_.edge(edge), relation)) continue;
        const std::uint32_t to = Find(target(edge, view_.graph()));
        if (to == kNotInLayer || to == at) continue;
        links_.push_back({.subject = at,
                          .object = to,
                          .relation = relation,
                          .symmetric = schema_.relation(relation).symmetric,
                          .cost = view_.Cost(edge)});
      }
      auto [in, in_end] = view_.InEdges(here, relation);
      for (; in != in_end; ++in) {
        if (!budget_.Spend()) return false;
        const EdgeOf<View> edge = *in;
        if (IsCrossed(view_.edge(edge), relation)) Find(source(edge, view_.graph()));
      }
    }
    return true;
  }

  MapLayer Layer() {
    MapLayer layer;
    layer.terminal_count = query_.terminals.size();
    NumberByIds(layer);
    KeepCheapestLinks();
    layer.links = std::move(links_);
    AddArcs(layer);
    AddStarts(layer);
    return layer;
  }

  void NumberByIds(MapLayer& layer) {
    std::vector<std::uint32_t> order(found_.size());
    std::iota(order.begin(), order.end(), 0U);
    std::sort(order.begin(), order.end(), [this](std::uint32_t a, std::uint32_t b) {
      return std::string_view(view_.id(found_[a].vertex)) < std::string_view(view_.id(found_[b].vertex));
    });
    std::vector<std::uint32_t> number_of(found_.size());
    for (const std::uint32_t at : order) {
      number_of[at] = static_cast<std::uint32_t>(layer.nodes.size());
      layer.nodes.push_back(view_.index(found_[at].vertex));
      layer.groups.push_back(found_[at].groups);
      layer.ends_only.push_back(found_[at].ends_only);
    }
    for (MapLayer::Link& link : links_) {
      link.subject = number_of[link.subject];
      link.object = number_of[link.object];
    }
  }

  // Of equally cheap ones the first by relation name, then the one from the lesser end.
  void KeepCheapestLinks() {
    const auto ends = [](const MapLayer::Link& link) { return std::minmax(link.subject, link.object); };
    const auto key = [&](const MapLayer::Link& link) {
      return std::tuple(ends(link), link.cost.total(), std::string_view(schema_.relation(link.relation).name),
                        link.subject);
    };
    std::sort(links_.begin(), links_.end(), [&](const auto& a, const auto& b) { return key(a) < key(b); });
    links_.erase(
        std::unique(links_.begin(), links_.end(), [&](const auto& a, const auto& b) { return ends(a) == ends(b); }),
        links_.end());
  }

  static void AddArcs(MapLayer& layer) {
    layer.first_arc.assign(layer.size() + 1, 0);
    const auto for_each_end = [&](const auto& visit) {
      for (std::uint32_t i = 0; i < layer.links.size(); ++i) {
        const MapLayer::Link& link = layer.links[i];
        if (layer.ends_only[link.subject] || layer.ends_only[link.object]) continue;
        visit(link.subject, link.object, i);
        visit(link.object, link.subject, i);
      }
    };
    for_each_end([&](std::uint32_t from, std::uint32_t, std::uint32_t) { ++layer.first_arc[from + 1]; });
    std::partial_sum(layer.first_arc.begin(), layer.first_arc.end(), layer.first_arc.begin());
    layer.arcs.resize(layer.first_arc.back());
    std::vector<std::uint32_t> next(layer.first_arc.begin(), layer.first_arc.end() - 1);
    for_each_end([&](std::uint32_t from, std::uint32_t to, std::uint32_t link) {
      layer.arcs[next[from]++] = {to, link, layer.links[link].scaled_cost()};
    });
    for (std::uint32_t node = 0; node < layer.size(); ++node) {
      std::sort(layer.arcs.begin() + layer.first_arc[node], layer.arcs.begin() + layer.first_arc[node + 1],
                [](const MapLayer::Arc& a, const MapLayer::Arc& b) { return a.to < b.to; });
    }
  }

  static void AddStarts(MapLayer& layer) {
    for (std::uint32_t node = 0; node < layer.size(); ++node) {
      if (layer.groups[node] == 0) continue;
      if (layer.ends_only[node]) {
        layer.outside.push_back({.groups = layer.groups[node], .cost = 0, .node = node, .link = {}});
      } else {
        layer.starts.push_back({.at = node, .terminal = node, .groups = layer.groups[node], .cost = 0, .link = {}});
      }
    }
    for (std::uint32_t i = 0; i < layer.links.size(); ++i) AddStart(layer, i);
    std::sort(layer.starts.begin(), layer.starts.end(), [](const MapLayer::Start& a, const MapLayer::Start& b) {
      return std::pair(a.at, a.terminal) < std::pair(b.at, b.terminal);
    });
    std::sort(layer.outside.begin(), layer.outside.end(), [](const MapLayer::Outside& a, const MapLayer::Outside& b) {
      return std::tuple(a.cost, a.node, a.link) < std::tuple(b.cost, b.node, b.link);
    });
    layer.first_start.assign(layer.size() + 1, 0);
    for (const MapLayer::Start& start : layer.starts) ++layer.first_start[start.at + 1];
    std::partial_sum(layer.first_start.begin(), layer.first_start.end(), layer.first_start.begin());
  }

  // What the link to or between ends-only terminals becomes.
  static void AddStart(MapLayer& layer, std::uint32_t number) {
    const MapLayer::Link& link = layer.links[number];
    const bool subject_out = layer.ends_only[link.subject];
    const bool object_out = layer.ends_only[link.object];
    if (subject_out && object_out) {
      layer.outside.push_back(
          {.groups = static_cast<MapLayer::Groups>(layer.groups[link.subject] | layer.groups[link.object]),
           .cost = link.scaled_cost(),
           .node = std::min(link.subject, link.object),
           .link = number});
    } else if (subject_out || object_out) {
      const std::uint32_t terminal = subject_out ? link.subject : link.object;
      layer.starts.push_back({.at = subject_out ? link.object : link.subject,
                              .terminal = terminal,
                              .groups = layer.groups[terminal],
                              .cost = link.scaled_cost(),
                              .link = number});
    }
  }

  View& view_;
  const MapQuery& query_;
  Budget& budget_;
  const Schema& schema_;
  std::vector<RelationIndex> relations_;
  std::unordered_map<std::uint32_t, std::uint32_t> numbers_;  // by Number(NodeIndex); also of what was turned away
  std::vector<Found> found_;
  std::vector<MapLayer::Link> links_;
};

// REQUIRES: `query` is valid on the view's graph.
template <SearchView View>
MapLayer MapLayerOf(View& view, const MapQuery& query, Budget& budget) {
  return MapLayerReader<View>(view, query, budget).Read();
}

}  // namespace braid::graph

#endif  // BRAID_GRAPH_MAP_LAYER_VIEW_H_
