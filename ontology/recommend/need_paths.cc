#include "ontology/recommend/need_paths.h"

#include <algorithm>
#include <cmath>
#include <string_view>
#include <utility>

#include "ontology/lookup.h"

namespace braid::ontology {
namespace {

using graph::NodeIndex;
using graph::RelationIndex;
using graph::Snapshot;

std::vector<RelationIndex> WithSubRelations(const graph::Schema& schema, std::string_view name) {
  auto relations = FindRelations(schema, name, {});
  return relations.ok() ? *std::move(relations) : std::vector<RelationIndex>{};
}

}  // namespace

double PlausibilityOf(const NeedPath& path) { return std::exp(-static_cast<double>(path.cost_micronats) / 1e6); }

graph::Weights EvidenceAlone(graph::Weights weights) {
  weights.degree_exponent = 0;
  weights.hop_factor = 1;
  return weights;
}

NeedPaths::NeedPaths(const Snapshot& snapshot, const graph::Weights& weights, const std::vector<NodeIndex>& avoid)
    : snapshot_(snapshot),
      costs_(snapshot, EvidenceAlone(weights)),
      avoid_(avoid.begin(), avoid.end()),
      acts_on_(WithSubRelations(snapshot.schema(), "acts_on")),
      influences_(WithSubRelations(snapshot.schema(), "influences")),
      engages_(WithSubRelations(snapshot.schema(), "engages")) {}

std::map<NodeIndex, NeedPath> NeedPaths::From(NodeIndex need, const std::vector<NodeIndex>& ends) {
  const bool is_process = snapshot_.schema().kind(snapshot_.kind(need)).name == "process";
  Layer own;
  own.emplace(need, NeedPath{0, {need}, {}});
  Layer processes;
  if (is_process) {
    processes = own;
  } else {
    Extend(own, acts_on_, processes);
    const bool reads_all = ends.empty() || ends == std::vector<NodeIndex>{need};
    std::erase_if(processes, [&](const auto& process) {
      return !reads_all && std::find(ends.begin(), ends.end(), process.first) == ends.end();
    });
  }
  Layer upstream;
  Extend(processes, influences_, upstream);
  Layer techniques;
  Extend(processes, engages_, techniques);
  Extend(upstream, engages_, techniques);
  return techniques;
}

bool NeedPaths::IsOpen(NodeIndex node) const {
  const bool needs_group = snapshot_.schema().kind(snapshot_.kind(node)).needs_group;
  return !snapshot_.IsObsolete(node) && !avoid_.contains(node) &&
         (!needs_group || snapshot_.group(node) != graph::kNoNode);
}

bool NeedPaths::ComesBefore(const NeedPath& a, const NeedPath& b) const {
  if (a.cost_micronats != b.cost_micronats) return a.cost_micronats < b.cost_micronats;
  if (a.hops.size() != b.hops.size()) return a.hops.size() < b.hops.size();
  for (std::size_t i = 0; i < a.nodes.size(); ++i) {
    if (a.nodes[i] != b.nodes[i]) return snapshot_.id(a.nodes[i]) < snapshot_.id(b.nodes[i]);
  }
  for (std::size_t i = 0; i < a.hops.size(); ++i) {
    if (a.hops[i].relation == b.hops[i].relation) continue;
    return snapshot_.schema().relation(a.hops[i].relation).name < snapshot_.schema().relation(b.hops[i].relation).name;
  }
  return false;
}

void NeedPaths::Offer(NeedPath path, Layer& layer) const {
  const auto [at, is_new] = layer.try_emplace(path.nodes.back(), path);
  if (!is_new && ComesBefore(path, at->second)) at->second = std::move(path);
}

void NeedPaths::Extend(const Layer& from, const std::vector<RelationIndex>& relations, Layer& to) {
  for (const auto& [node, path] : from) {
    for (const RelationIndex relation : relations) {
      for (const graph::Arc& arc : snapshot_.in(node, relation)) {
        const bool is_on_path = std::find(path.nodes.begin(), path.nodes.end(), arc.node) != path.nodes.end();
        if (!arc.supported() || !IsOpen(arc.node) || is_on_path) continue;
        graph::Arc forwards = arc;  // as an out arc of the other end
        forwards.node = node;
        const graph::HopCost cost = costs_.Cost(arc.node, forwards);
        const auto known = to.find(arc.node);
        if (known != to.end() && known->second.cost_micronats < path.cost_micronats + cost.total()) continue;
        NeedPath longer = path;
        longer.cost_micronats += cost.total();
        longer.nodes.push_back(arc.node);
        longer.hops.push_back({node, arc.node, relation, true, cost});
        Offer(std::move(longer), to);
      }
    }
  }
}

}  // namespace braid::ontology
