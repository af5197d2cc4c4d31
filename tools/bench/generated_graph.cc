#include "tools/bench/generated_graph.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "graph/snapshot_builder.h"

namespace braid::bench {
namespace {

using graph::Edge;
using graph::Kind;
using graph::Node;
using graph::Relation;

constexpr const char* kRelations[] = {"r0", "r1", "r2", "r3", "origin"};
constexpr std::uint32_t kOrigin = 4;

std::string GroupId(std::uint32_t group) { return fmt::format("g:{}", group); }

// SplitMix64 (Steele, Lea & Flood 2014).
class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}
  std::uint64_t Next() {
    state_ += 0x9E3779B97F4A7C15ULL;
    std::uint64_t z = state_;
    z = (z ^ (z >> 30U)) * 0xBF58476D1CE4E5B9ULL;
    z = (z ^ (z >> 27U)) * 0x94D049BB133111EBULL;
    return z ^ (z >> 31U);
  }
  double Unit() { return static_cast<double>(Next() >> 11U) * 0x1.0p-53; }

 private:
  std::uint64_t state_;
};

struct Drawn {
  std::uint32_t relation;
  std::uint32_t object;
  friend auto operator<=>(const Drawn&, const Drawn&) = default;
};

std::uint32_t DrawObject(Random& random, std::uint32_t nodes, double hub_power) {
  const double unit = random.Unit();
  const double place = (random.Next() & 1U) != 0 ? unit : std::pow(unit, hub_power);
  return std::min(static_cast<std::uint32_t>(place * nodes), nodes - 1);
}

// The edges of one subject, in order, none twice and none to itself.
std::vector<Drawn> DrawEdges(const GraphSize& size, std::uint32_t subject, Random& random) {
  std::vector<Drawn> edges;
  for (std::uint32_t i = 0; i < size.edges_per_node; ++i) {
    edges.push_back({static_cast<std::uint32_t>(random.Next() % 4), DrawObject(random, size.nodes, size.hub_power)});
  }
  if (subject > 0 && subject <= size.hub_edges) edges.push_back({0, 0});
  std::sort(edges.begin(), edges.end());
  edges.erase(std::unique(edges.begin(), edges.end()), edges.end());
  std::erase_if(edges, [&](const Drawn& edge) { return edge.object == subject; });
  return edges;
}

std::vector<Kind> Kinds() {
  Kind a;
  a.name = a.id_prefix = "a";
  Kind b;
  b.name = b.id_prefix = "b";
  Kind g;
  g.name = g.id_prefix = "g";
  g.is_group = true;
  return {a, b, g};
}

Relation MakeRelation(const std::string& name) {
  Relation relation;
  relation.name = name;
  relation.inverse_name = name + "_of";
  relation.phrase = "leads to";
  relation.inverse_phrase = "follows from";
  relation.walkable = relation.takes_strength = relation.takes_certainty = true;
  relation.default_strength = 0.5;
  return relation;
}

// What ties a node to its group: read, not walked.
Relation MakeOrigin() {
  Relation relation = MakeRelation(kRelations[kOrigin]);
  relation.walkable = relation.takes_strength = relation.takes_certainty = false;
  relation.defines_group = true;
  return relation;
}

std::vector<Relation> Relations() {
  std::vector<Relation> relations;
  for (std::uint32_t i = 0; i < kOrigin; ++i) relations.push_back(MakeRelation(kRelations[i]));
  relations.push_back(MakeOrigin());
  return relations;
}

bool HasGroup(std::uint32_t node) { return node % 4 == 0; }

Node MakeNode(const GraphSize& size, std::uint32_t number) {
  Node node;
  node.id = number < size.nodes ? NodeId(number) : GroupId(number - size.nodes);
  node.kind = number >= size.nodes ? "g" : HasGroup(number) ? "b" : "a";
  return node;
}

Edge MakeEdge(Random& random) {
  Edge edge;
  edge.strength = static_cast<double>(1 + random.Next() % 9) / 10;
  edge.certainty = static_cast<graph::Certainty>(1 + random.Next() % 5);
  edge.certainty_basis = graph::CertaintyBasis::kCurated;
  return edge;
}

// Calls `put(subject, relation, object, edge)` in order.
template <typename Put>
void ForEachEdge(const GraphSize& size, const Put& put) {
  Random random(size.seed);
  for (std::uint32_t subject = 0; subject < size.nodes; ++subject) {
    for (const Drawn& drawn : DrawEdges(size, subject, random)) {
      put(subject, drawn.relation, drawn.object, MakeEdge(random));
    }
    if (size.groups == 0 || !HasGroup(subject)) continue;
    Edge origin;
    origin.primary = true;
    // Multiplied, so that neighbours in number are not of one group.
    put(subject, kOrigin, size.nodes + static_cast<std::uint32_t>(subject * 2'654'435'761ULL >> 16U) % size.groups,
        origin);
  }
}

}  // namespace

std::string NodeId(std::uint32_t node) { return fmt::format("{}:{}", node % 4 == 0 ? "b" : "a", node); }

void Generate(const GraphSize& size, const std::function<void(graph::Change)>& put) {
  for (Kind& kind : Kinds()) put(graph::PutKind{std::move(kind)});
  for (Relation& relation : Relations()) put(graph::PutRelation{std::move(relation)});
  for (std::uint32_t node = 0; node < size.nodes + size.groups; ++node) put(graph::PutNode{MakeNode(size, node)});
  ForEachEdge(size, [&](std::uint32_t subject, std::uint32_t relation, std::uint32_t object, Edge edge) {
    edge.key = {NodeId(subject), kRelations[relation],
                object < size.nodes ? NodeId(object) : GroupId(object - size.nodes)};
    put(graph::PutEdge{std::move(edge)});
  });
}

graph::SnapshotPtr GenerateSnapshot(const GraphSize& size) {
  graph::BulkLoader loader;
  for (Kind& kind : Kinds()) loader.AddKind(std::move(kind));
  for (Relation& relation : Relations()) loader.AddRelation(std::move(relation));
  for (std::uint32_t node = 0; node < size.nodes + size.groups; ++node) {
    loader.AddNode(graph::NodeIndex{node}, MakeNode(size, node));
  }
  ForEachEdge(size, [&](std::uint32_t subject, std::uint32_t relation, std::uint32_t object, Edge edge) {
    loader.AddEdge(graph::NodeIndex{subject}, graph::RelationIndex{static_cast<std::uint16_t>(relation)},
                   graph::NodeIndex{object}, std::move(edge));
  });
  return std::move(loader).Build(graph::Revision{1}).value();  // what is generated fits
}

}  // namespace braid::bench
