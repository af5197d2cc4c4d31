#include "tests/graph/path_oracle.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <tuple>
#include <utility>

#include "fmt/format.h"
#include "graph/change.h"
#include "graph/snapshot_builder.h"

namespace braid::graph {
namespace {

std::size_t Below(std::mt19937_64& random, std::size_t end) { return static_cast<std::size_t>(random() % end); }

template <typename T>
bool Has(const std::vector<T>& all, const T& one) {
  return std::find(all.begin(), all.end(), one) != all.end();
}

bool IsSupported(const Edge& edge, const Relation& relation) {
  if (!edge.strength && !relation.default_strength) return false;
  const auto supports = [](const Claim& claim) { return claim.polarity == Polarity::kSupports; };
  return edge.claims.empty() || std::any_of(edge.claims.begin(), edge.claims.end(), supports);
}

std::uint64_t Rounded(double nats) { return static_cast<std::uint64_t>(std::llround(1e6 * nats)); }

class Exhaustion {
 public:
  Exhaustion(const PlainGraph& graph, const PlainQuery& query)
      : graph_(graph), query_(query), schema_(SchemaOf(graph)) {
    for (const Kind& kind : graph.kinds) kinds_[kind.name] = &kind;
    for (const Relation& relation : graph.relations) relations_[relation.name] = &relation;
    for (const Node& node : graph.nodes) nodes_[node.id] = &node;
    for (const Edge& edge : graph.edges) {
      if (relations_.at(edge.key.relation)->defines_group && edge.primary) {
        groups_[edge.key.subject_id] = edge.key.object_id;
      }
      if (!IsSupported(edge, *relations_.at(edge.key.relation))) continue;
      const bool symmetric = relations_.at(edge.key.relation)->symmetric;
      ++out_degree_[{edge.key.subject_id, edge.key.relation}];
      ++in_degree_[{edge.key.object_id, edge.key.relation}];
      if (symmetric) ++out_degree_[{edge.key.object_id, edge.key.relation}];
      if (symmetric) ++in_degree_[{edge.key.subject_id, edge.key.relation}];
    }
    for (const Node& node : graph.nodes) {
      if (kinds_.at(node.kind)->is_group) groups_[node.id] = node.id;
    }
  }

  std::vector<PlainPath> Run() {
    for (const auto& [id, node] : nodes_) {
      if (!Has(query_.sources, id) || !IsWalkable(*node)) continue;
      path_ = PlainPath{.cost = 0, .nodes = {id}, .hops = {}, .groups = {}};
      Walk();
    }
    std::sort(found_.begin(), found_.end(), IsBefore);
    if (!query_.distinct_nodes) return found_;
    std::vector<PlainPath> distinct;
    std::set<std::vector<std::string>> seen;
    for (const PlainPath& path : found_) {
      if (seen.insert(path.nodes).second) distinct.push_back(path);
    }
    return distinct;
  }

 private:
  static bool IsBefore(const PlainPath& a, const PlainPath& b) {
    if (a.cost != b.cost) return a.cost < b.cost;
    if (a.hops.size() != b.hops.size()) return a.hops.size() < b.hops.size();
    if (a.nodes != b.nodes) return a.nodes < b.nodes;
    for (std::size_t i = 0; i < a.hops.size(); ++i) {
      const auto x = std::tie(a.hops[i].relation, a.hops[i].reversed);
      const auto y = std::tie(b.hops[i].relation, b.hops[i].reversed);
      if (x != y) return x < y;
    }
    return false;
  }

  bool IsWalkable(const Node& node) const {
    if (!query_.kinds.empty() && query_.kinds.count(node.kind) == 0) return false;
    if (node.obsolete || Has(query_.avoid, node.id)) return false;
    return !kinds_.at(node.kind)->needs_group || groups_.count(node.id) > 0;
  }

  void Walk() {
    const std::string here = path_.nodes.back();
    if (Has(query_.targets, here)) {
      if (MeetsAll()) Record();
      if (!path_.hops.empty()) return;
    }
    if (path_.hops.size() == query_.max_hops) return;
    for (const Edge& edge : graph_.edges) {
      if (edge.key.subject_id == here) Cross(edge, edge.key.object_id, false);
      if (edge.key.object_id == here) Cross(edge, edge.key.subject_id, true);
    }
  }

  void Cross(const Edge& edge, const std::string& to, bool from_object) {
    const Relation& relation = *relations_.at(edge.key.relation);
    const Node& node = *nodes_.at(to);
    if (!relation.walkable || !IsSupported(edge, relation)) return;
    if (!query_.relations.empty() && query_.relations.count(relation.name) == 0) return;
    if (relation.takes_certainty && edge.certainty < query_.min_certainty) return;
    if (!IsWalkable(node) || Has(path_.nodes, to)) return;
    // Inside a path: no source, no target, no kind that is for ends only.
    if (!Has(query_.targets, to) && (Has(query_.sources, to) || kinds_.at(node.kind)->ends_only)) return;

    const bool reversed = from_object && !relation.symmetric;
    const std::uint64_t cost = CostOf(edge, relation);
    path_.nodes.push_back(to);
    path_.hops.push_back(PlainHop{relation.name, reversed});
    path_.cost += cost;
    pattern_hops_.push_back(PatternHop{schema_.FindRelation(relation.name).value(), !reversed, edge.sign,
                                       schema_.FindKind(node.kind).value()});
    Walk();
    pattern_hops_.pop_back();
    path_.cost -= cost;
    path_.hops.pop_back();
    path_.nodes.pop_back();
  }

  std::uint64_t CostOf(const Edge& edge, const Relation& relation) const {
    const double strength = edge.strength ? *edge.strength : *relation.default_strength;
    const std::size_t certainty = relation.takes_certainty ? static_cast<std::size_t>(edge.certainty) : 0;
    const double plausibility = strength * query_.weights.certainty_factor[certainty];
    const double half = query_.weights.degree_exponent / 2;
    const int out = out_degree_.at({edge.key.subject_id, edge.key.relation});
    const int in = in_degree_.at({edge.key.object_id, edge.key.relation});
    return std::max<std::uint64_t>(1, Rounded(-std::log(plausibility))) + Rounded(half * std::log(out)) +
           Rounded(half * std::log(in)) + Rounded(-std::log(query_.weights.hop_factor));
  }

  std::vector<std::string> GroupsOnPath() const {
    std::vector<std::string> groups;
    for (const std::string& node : path_.nodes) {
      const auto group = groups_.find(node);
      if (group != groups_.end() && !Has(groups, group->second)) groups.push_back(group->second);
    }
    return groups;
  }

  bool MeetsAll() const {
    for (const std::string& node : query_.must_pass) {
      if (!Has(path_.nodes, node)) return false;
    }
    if (GroupsOnPath().size() < query_.min_groups) return false;
    return !query_.pattern || query_.pattern->Matches(pattern_hops_);
  }

  void Record() {
    found_.push_back(path_);
    found_.back().groups = GroupsOnPath();
  }

  const PlainGraph& graph_;
  const PlainQuery& query_;
  const Schema schema_;
  std::map<std::string, const Kind*> kinds_;
  std::map<std::string, const Relation*> relations_;
  std::map<std::string, const Node*> nodes_;
  std::map<std::string, std::string> groups_;
  std::map<std::pair<std::string, std::string>, int> out_degree_, in_degree_;
  PlainPath path_;
  std::vector<PatternHop> pattern_hops_;
  std::vector<PlainPath> found_;
};

Kind MakeKind(const std::string& name) {
  Kind kind;
  kind.name = name;
  kind.id_prefix = name;
  return kind;
}

Relation MakeRelation(const std::string& name) {
  Relation relation;
  relation.name = name;
  relation.inverse_name = name + "_back";
  relation.walkable = true;
  relation.takes_strength = true;
  return relation;
}

std::vector<std::string> SomeNodes(const PlainGraph& graph, std::mt19937_64& random, std::size_t most) {
  std::vector<std::string> ids;
  for (std::size_t i = Below(random, most) + 1; i > 0; --i)
    ids.push_back(graph.nodes[Below(random, graph.nodes.size())].id);
  return ids;
}

}  // namespace

Schema SchemaOf(const PlainGraph& graph) {
  Schema schema;
  for (const Kind& kind : graph.kinds) schema = schema.With(kind).value();
  for (const Relation& relation : graph.relations) schema = schema.With(relation).value();
  return schema;
}

SnapshotPtr SnapshotOf(const PlainGraph& graph, std::mt19937_64* shuffle) {
  PlainGraph order = graph;
  std::vector<std::uint32_t> slots(graph.nodes.size());
  std::iota(slots.begin(), slots.end(), 0U);
  if (shuffle != nullptr) {
    std::shuffle(order.kinds.begin(), order.kinds.end(), *shuffle);
    std::shuffle(order.nodes.begin(), order.nodes.end(), *shuffle);
    std::shuffle(order.edges.begin(), order.edges.end(), *shuffle);
    std::shuffle(slots.begin(), slots.end(), *shuffle);
  }
  constexpr Revision kRevision{1};
  SnapshotBuilder builder(Snapshot::Empty());
  for (const Kind& kind : order.kinds) builder.Apply(BeforeAfter<Kind>{{}, kind}, kRevision);
  for (const Relation& relation : order.relations) builder.Apply(BeforeAfter<Relation>{{}, relation}, kRevision);
  for (std::size_t i = 0; i < slots.size(); ++i) {
    builder.Apply(BeforeAfter<NodeAt>{{}, NodeAt{order.nodes[i], NodeIndex{slots[i]}}}, kRevision);
  }
  for (const Edge& edge : order.edges) builder.Apply(BeforeAfter<Edge>{{}, edge}, kRevision);
  return std::move(builder).Build(kRevision);
}

PathQuery QueryOf(const Snapshot& snapshot, const PlainQuery& query) {
  const auto nodes = [&snapshot](const std::vector<std::string>& ids) {
    std::vector<NodeIndex> indexes;
    for (const std::string& id : ids) indexes.push_back(snapshot.Find(id).value());
    return indexes;
  };
  PathQuery result;
  result.sources = nodes(query.sources);
  result.targets = nodes(query.targets);
  result.max_paths = query.max_paths;
  result.max_hops = query.max_hops;
  result.min_groups = query.min_groups;
  if (!query.kinds.empty()) {
    result.kinds.assign(snapshot.schema().kind_count(), false);
    for (const std::string& kind : query.kinds) result.kinds[Number(snapshot.schema().FindKind(kind).value())] = true;
  }
  if (!query.relations.empty()) {
    result.relations.assign(snapshot.schema().relation_count(), false);
    for (const std::string& relation : query.relations) {
      result.relations[Number(snapshot.schema().FindRelation(relation).value())] = true;
    }
  }
  result.avoid = nodes(query.avoid);
  result.must_pass = nodes(query.must_pass);
  result.min_certainty = query.min_certainty;
  if (query.pattern) result.pattern = CompilePattern(query.pattern->Text(), snapshot.schema()).value();
  result.distinct_nodes = query.distinct_nodes;
  result.weights = query.weights;
  return result;
}

std::ostream& operator<<(std::ostream& out, const PlainPath& path) {
  out << path.cost << ": " << path.nodes.front();
  for (std::size_t i = 0; i < path.hops.size(); ++i) {
    out << (path.hops[i].reversed ? " <" : " >") << path.hops[i].relation << ' ' << path.nodes[i + 1];
  }
  out << " [";
  for (const std::string& group : path.groups) out << group << ' ';
  return out << ']';
}

PlainPath PlainOf(const Snapshot& snapshot, const FoundPath& path) {
  PlainPath plain{.cost = path.cost, .nodes = {}, .hops = {}, .groups = {}};
  for (const NodeIndex node : path.nodes) plain.nodes.emplace_back(snapshot.id(node));
  for (const Hop& hop : path.hops) {
    plain.hops.push_back(PlainHop{snapshot.schema().relation(hop.relation).name, hop.reversed});
  }
  for (const NodeIndex group : path.groups) plain.groups.emplace_back(snapshot.id(group));
  return plain;
}

std::vector<PlainPath> PlainOf(const Snapshot& snapshot, const std::vector<FoundPath>& paths) {
  std::vector<PlainPath> plain;
  for (const FoundPath& path : paths) plain.push_back(PlainOf(snapshot, path));
  return plain;
}

std::vector<PlainPath> FindAllPaths(const PlainGraph& graph, const PlainQuery& query) {
  return Exhaustion(graph, query).Run();
}

PlainGraph RandomGraph(std::mt19937_64& random) { return RandomGraph(random, 9 + Below(random, 4)); }

PlainGraph RandomGraph(std::mt19937_64& random, std::size_t count) {
  PlainGraph graph;
  for (const char* name : {"place", "gate", "club", "member"}) graph.kinds.push_back(MakeKind(name));
  graph.kinds[1].ends_only = true;
  graph.kinds[2].is_group = true;
  graph.kinds[3].needs_group = true;

  for (const char* name : {"road", "lane", "alley", "belongs_to", "rumour"})
    graph.relations.push_back(MakeRelation(name));
  graph.relations[0].symmetric = true;
  graph.relations[0].inverse_name.clear();
  graph.relations[1].takes_certainty = true;
  graph.relations[1].takes_sign = true;
  graph.relations[2].sub_relation_of = "lane";
  graph.relations[2].self_loops = true;
  graph.relations[2].default_strength = 0.5;
  graph.relations[3].defines_group = true;
  graph.relations[3].one_primary = true;
  graph.relations[3].default_strength = 1.0;
  graph.relations[4].walkable = false;

  std::vector<std::string> names;
  for (std::size_t i = 0; i < count; ++i) {
    const char letter = static_cast<char>('a' + i % 26);
    names.push_back(i < 26 ? fmt::format("n:{}", letter) : fmt::format("n:{}{}", letter, i / 26));
  }
  std::shuffle(names.begin(), names.end(), random);
  for (const std::string& name : names) {
    Node node;
    node.id = name;
    node.kind = graph.kinds[std::array<std::size_t, 10>{0, 0, 0, 0, 0, 1, 2, 3, 3, 3}[Below(random, 10)]].name;
    node.obsolete = Below(random, 20) == 0;
    graph.nodes.push_back(node);
  }

  std::set<EdgeKey> keys;
  const auto add = [&](Edge edge) {
    if (keys.insert(edge.key).second) graph.edges.push_back(std::move(edge));
  };
  std::vector<std::string> clubs;
  for (const Node& node : graph.nodes) {
    if (node.kind == "club") clubs.push_back(node.id);
  }
  for (const Node& node : graph.nodes) {
    if (clubs.empty() || node.kind == "club" || Below(random, 4) == 0) continue;
    Edge edge;
    edge.key = EdgeKey{node.id, "belongs_to", clubs[Below(random, clubs.size())]};
    edge.primary = true;
    add(edge);
  }
  const std::size_t edges = 2 * count + Below(random, count);
  for (std::size_t i = 0; i < edges; ++i) {
    const Relation& relation = graph.relations[std::array<std::size_t, 8>{0, 0, 0, 1, 1, 2, 2, 4}[Below(random, 8)]];
    std::string subject = names[Below(random, count)];
    std::string object = names[Below(random, count)];
    if (subject == object && !relation.self_loops) continue;
    if (relation.symmetric && object < subject) std::swap(subject, object);
    Edge edge;
    edge.key = EdgeKey{subject, relation.name, object};
    if (Below(random, 8) != 0) edge.strength = Below(random, 3) == 0 ? 1.0 : 0.5;
    if (relation.takes_sign) edge.sign = static_cast<Sign>(Below(random, 3));
    if (relation.takes_certainty) edge.certainty = Below(random, 2) == 0 ? Certainty::kHigh : Certainty::kLow;
    for (std::size_t claims = Below(random, 10) < 2 ? Below(random, 2) + 1 : 0; claims > 0; --claims) {
      edge.claims.push_back(Claim{.polarity = Below(random, 2) == 0 ? Polarity::kSupports : Polarity::kAgainst,
                                  .evidence_ids = {},
                                  .asserted_by = "test",
                                  .note = {}});
    }
    add(std::move(edge));
  }
  return graph;
}

namespace {

PlainQuery DrawQuery(const PlainGraph& graph, const Schema& schema, std::mt19937_64& random) {
  const auto one_in = [&random](std::size_t n) { return Below(random, n) == 0; };
  PlainQuery query;
  query.sources = SomeNodes(graph, random, 3);
  query.targets = SomeNodes(graph, random, 3);
  query.max_paths = std::array<std::uint32_t, 6>{1, 2, 3, 5, 10, 1000}[Below(random, 6)];
  query.max_hops = static_cast<std::uint32_t>(one_in(4) ? Below(random, 3) + 1 : Below(random, 4) + 3);
  if (one_in(2)) query.min_groups = static_cast<std::uint32_t>(Below(random, 3) + 1);
  if (one_in(6)) query.kinds = {"place", graph.nodes[0].kind, graph.nodes[1].kind};
  if (one_in(6)) query.relations = {"road", graph.relations[Below(random, 5)].name};
  if (one_in(5)) query.avoid = SomeNodes(graph, random, 2);
  if (one_in(4)) query.must_pass = SomeNodes(graph, random, 3);
  if (one_in(6)) query.min_certainty = Certainty::kModerate;
  if (one_in(3)) {
    // One that compiles: what is too large is a matter of pattern_test.
    do query.pattern = OraclePattern::Random(schema, random, 4);
    while (!CompilePattern(query.pattern->Text(), schema).ok());
  }
  query.distinct_nodes = one_in(4);
  query.weights.degree_exponent = one_in(4) ? 0.4 : 0.0;
  query.weights.hop_factor = one_in(2) ? 1.0 : 0.9;
  return query;
}

}  // namespace

PlainQuery RandomQuery(const PlainGraph& graph, const Schema& schema, std::mt19937_64& random) {
  // Drawn again where nothing answers it, but not for ever: that nothing does is an answer to test too.
  for (int draw = 1;; ++draw) {
    PlainQuery query = DrawQuery(graph, schema, random);
    if (draw == 4 || !FindAllPaths(graph, query).empty()) return query;
  }
}

}  // namespace braid::graph
