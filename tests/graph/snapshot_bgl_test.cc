#include "graph/snapshot_bgl.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <boost/concept/assert.hpp>
#include <boost/graph/adjacency_list.hpp>
#include <boost/graph/breadth_first_search.hpp>
#include <boost/graph/dijkstra_shortest_paths.hpp>
#include <boost/graph/filtered_graph.hpp>
#include <boost/graph/graph_concepts.hpp>
#include <boost/property_map/function_property_map.hpp>
#include <cstdint>
#include <limits>
#include <map>
#include <random>
#include <string>
#include <tuple>
#include <vector>

#include "graph/snapshot_builder.h"
#include "tests/graph/draw.h"

namespace braid::graph {
namespace {

BOOST_CONCEPT_ASSERT((boost::IncidenceGraphConcept<Snapshot>));
BOOST_CONCEPT_ASSERT((boost::BidirectionalGraphConcept<Snapshot>));
BOOST_CONCEPT_ASSERT((boost::VertexListGraphConcept<Snapshot>));
BOOST_CONCEPT_ASSERT((boost::EdgeListGraphConcept<Snapshot>));
BOOST_CONCEPT_ASSERT((boost::VertexAndEdgeListGraphConcept<Snapshot>));
BOOST_CONCEPT_ASSERT((boost::ReadablePropertyGraphConcept<Snapshot, NodeIndex, boost::vertex_index_t>));
BOOST_CONCEPT_ASSERT((boost::ReadablePropertyGraphConcept<Snapshot, NodeIndex, boost::vertex_name_t>));
BOOST_CONCEPT_ASSERT((boost::ReadablePropertyMapConcept<WeightMap<std::uint64_t>, EdgeDescriptor>));

using Plain = boost::adjacency_list<boost::vecS, boost::vecS, boost::bidirectionalS, boost::no_property,
                                    boost::property<boost::edge_weight_t, std::uint64_t>>;
constexpr std::uint64_t kFar = std::numeric_limits<std::uint64_t>::max();

// Any weight that both graphs can say: strength and relation.
std::uint64_t WeightOf(const EdgeDescriptor& edge) { return edge.arc.strength / 1000 + Number(edge.arc.relation); }

// The same edges in Boost's own graph, read by FindEdge and not through the face under test.
Plain PlainOf(const Snapshot& snapshot, const std::vector<EdgeKey>& keys) {
  Plain plain(snapshot.slot_count());
  for (const EdgeKey& key : keys) {
    const NodeIndex subject = *snapshot.Find(key.subject_id);
    const NodeIndex object = *snapshot.Find(key.object_id);
    const EdgeEntry entry = *snapshot.FindEdge(subject, *snapshot.schema().FindRelation(key.relation), object);
    boost::add_edge(Number(subject), Number(object), WeightOf({subject, entry.arc}), plain);
  }
  return plain;
}

template <typename Graph, typename Vertex, typename IndexMap, typename Weights>
std::vector<std::uint64_t> Distances(const Graph& g, Vertex from, IndexMap index, Weights weights) {
  std::vector<std::uint64_t> distance(num_vertices(g));
  std::vector<Vertex> parent(num_vertices(g));
  boost::dijkstra_shortest_paths(g, from,
                                 boost::distance_map(boost::make_iterator_property_map(distance.begin(), index))
                                     .predecessor_map(boost::make_iterator_property_map(parent.begin(), index))
                                     .vertex_index_map(index)
                                     .weight_map(weights));
  return distance;
}

template <typename Graph, typename Vertex, typename IndexMap>
std::vector<std::size_t> Depths(const Graph& g, Vertex from, IndexMap index) {
  std::vector<std::size_t> depth(num_vertices(g), std::numeric_limits<std::size_t>::max());
  depth[get(index, from)] = 0;
  const auto record =
      boost::record_distances(boost::make_iterator_property_map(depth.begin(), index), boost::on_tree_edge());
  boost::breadth_first_search(g, from, boost::visitor(boost::make_bfs_visitor(record)).vertex_index_map(index));
  return depth;
}

struct RandomGraph {
  SnapshotPtr snapshot;
  std::vector<EdgeKey> keys;
};

// Parallel edges, loops, and a free slot in the middle.
RandomGraph Make(std::mt19937_64& random) {
  const std::size_t nodes = 2 + random() % 40;
  const std::size_t arrows = random() % 160;
  std::string text = "relation p ; relation q ; ";
  std::map<std::tuple<std::size_t, std::size_t, std::size_t>, bool> drawn;
  for (std::size_t i = 0; i < nodes; ++i) text += "v" + std::to_string(i) + " ; ";
  for (std::size_t i = 0; i < arrows; ++i) {
    const std::size_t a = random() % nodes, b = random() % nodes, r = random() % 2;
    if (std::exchange(drawn[{a, r, b}], true)) continue;
    text += "v" + std::to_string(a) + (r == 0 ? " -p:0." : " -q:0.") + std::to_string(1 + random() % 9) + "-> v" +
            std::to_string(b) + " ; ";
  }
  const Drawing drawing = ReadDrawing(text);
  RandomGraph made{Draw(drawing, random()), {}};
  for (const Edge& edge : drawing.edges) made.keys.push_back(edge.key);

  const NodeIndex middle{static_cast<std::uint32_t>(nodes / 2 - 1)};
  const Node gone = made.snapshot->node(middle);
  SnapshotBuilder builder(made.snapshot);
  for (const EdgeKey& key : made.keys) {
    if (key.subject_id != gone.id && key.object_id != gone.id) continue;
    builder.Apply(BeforeAfter<Edge>{made.snapshot->FindEdge(key), {}}, Revision{2});
  }
  builder.Apply(BeforeAfter<NodeAt>{NodeAt{gone, middle}, {}}, Revision{2});
  made.snapshot = std::move(builder).Build(Revision{2});
  std::erase_if(made.keys, [&](const EdgeKey& key) { return key.subject_id == gone.id || key.object_id == gone.id; });
  return made;
}

class SnapshotBgl : public testing::TestWithParam<std::uint64_t> {};

TEST_P(SnapshotBgl, ListsTheSameEdgesEveryWay) {
  SCOPED_TRACE(testing::Message() << "seed " << GetParam());
  std::mt19937_64 random(GetParam());
  const RandomGraph made = Make(random);
  const Snapshot& g = *made.snapshot;
  std::vector<EdgeDescriptor> want;
  for (const EdgeKey& key : made.keys) {
    const NodeIndex subject = *g.Find(key.subject_id);
    want.push_back({subject, g.FindEdge(subject, RelationNamed(g, key.relation), *g.Find(key.object_id))->arc});
  }
  std::sort(want.begin(), want.end());

  const auto [begin, end] = edges(g);
  EXPECT_EQ(std::vector<EdgeDescriptor>(begin, end), want);
  EXPECT_EQ(num_edges(g), want.size());
  std::vector<EdgeDescriptor> outs, ins;
  const auto [first, last] = vertices(g);
  for (auto v = first; v != last; ++v) {
    const auto out = out_edges(*v, g);
    outs.insert(outs.end(), out.first, out.second);
    for (auto e = out.first; e != out.second; ++e) EXPECT_EQ(source(*e, g), *v);
    const auto in = in_edges(*v, g);
    ins.insert(ins.end(), in.first, in.second);
    for (auto e = in.first; e != in.second; ++e) EXPECT_EQ(target(*e, g), *v);
    EXPECT_EQ(out_degree(*v, g) + in_degree(*v, g), degree(*v, g));
    EXPECT_EQ(get(boost::vertex_name, g, *v), g.id(*v));
    EXPECT_TRUE(g.IsNode(*v) || degree(*v, g) == 0) << "a free slot has edges";
  }
  EXPECT_EQ(outs, want);
  std::sort(ins.begin(), ins.end());
  EXPECT_EQ(ins, want);
}

TEST_P(SnapshotBgl, AgreesWithBoostsOwnGraphInDijkstraAndBreadthFirstSearch) {
  SCOPED_TRACE(testing::Message() << "seed " << GetParam());
  std::mt19937_64 random(GetParam());
  const RandomGraph made = Make(random);
  const Plain plain = PlainOf(*made.snapshot, made.keys);
  const auto index = get(boost::vertex_index, *made.snapshot);
  for (std::uint32_t from = 0; from < made.snapshot->slot_count(); from += 7) {
    EXPECT_EQ(Distances(*made.snapshot, NodeIndex{from}, index, WeightMap<std::uint64_t>{WeightOf}),
              Distances(plain, from, get(boost::vertex_index, plain), get(boost::edge_weight, plain)));
    EXPECT_EQ(Depths(*made.snapshot, NodeIndex{from}, index), Depths(plain, from, get(boost::vertex_index, plain)));
  }
}

struct OfRelation {
  RelationIndex relation{};
  bool operator()(const EdgeDescriptor& edge) const { return edge.arc.relation == relation; }
};

TEST_P(SnapshotBgl, FiltersAsBoostsOwnGraphWithoutTheEdges) {
  SCOPED_TRACE(testing::Message() << "seed " << GetParam());
  std::mt19937_64 random(GetParam());
  const RandomGraph made = Make(random);
  std::vector<EdgeKey> kept = made.keys;
  std::erase_if(kept, [](const EdgeKey& key) { return key.relation != "q"; });
  const Plain plain = PlainOf(*made.snapshot, kept);
  const boost::filtered_graph<Snapshot, OfRelation> filtered(*made.snapshot, {RelationNamed(*made.snapshot, "q")});
  const auto index = get(boost::vertex_index, *made.snapshot);
  for (std::uint32_t from = 0; from < made.snapshot->slot_count(); from += 7) {
    EXPECT_EQ(Distances(filtered, NodeIndex{from}, index, WeightMap<std::uint64_t>{WeightOf}),
              Distances(plain, from, get(boost::vertex_index, plain), get(boost::edge_weight, plain)));
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, SnapshotBgl, testing::Range<std::uint64_t>(1, 41));

TEST(SnapshotBglExample, FindsTheCheapestOfParallelEdges) {
  const SnapshotPtr g = Draw("a -dear:0.2-> b ; a -cheap:0.8-> b ; b -cheap:1-> b ; c");
  CostModel costs(*g, {.degree_exponent = 0, .hop_factor = 1});
  const auto distance = Distances(*g, Named(*g, "a"), get(boost::vertex_index, *g), CostMap(costs));
  EXPECT_EQ(distance[Number(Named(*g, "b"))], 223144U);  // -1e6·ln 0.8
  EXPECT_EQ(distance[Number(Named(*g, "c"))], kFar);
  EXPECT_EQ(out_degree(Named(*g, "b"), *g), 1U) << "the loop is kept";
}

}  // namespace
}  // namespace braid::graph
