// Writes random graphs with questions and our answers, a graph a line, as JSON for networkx_test.py.
//
// Usage: networkx_questions FIRST_SEED LAST_SEED
//
// Graphs have 30 to 200 nodes. What is written is what the graph holds and what was asked, never what we make of it:
// costs, degrees, groups and filters are worked out again by the reader.

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "fmt/format.h"
#include "graph/path_search.h"
#include "graph/pattern.h"
#include "tests/graph/path_oracle.h"

namespace braid::graph {
namespace {

// A pattern and the same as a regular expression over hops, each written as three letters: relation (a capital if it is
// crossed forwards), sign (+, -, 0), first letter of the kind that is entered. An alley is a lane.
struct PatternCase {
  const char* pattern;
  const char* regex;
};
constexpr PatternCase kPatterns[] = {
    {"-road+ >lane*", "(R..)+([LA]..)*"},
    {"(>lane <lane)+ -road*", "([LA]..[la]..)+(R..)*"},
    {"(-.@place){0,3} -.", "(..p){0,3}..."},
    {"(-lane[+] | -road | -belongs_to)*", "([LAla][+].|R..|B..|b..)*"},
    {"-.* -alley@place,member -.*", "(...)*[Aa].[pm](...)*"},
    {">lane[-]? -.{1,4}", "([LA]-.)?(...){1,4}"},
};

std::size_t Below(std::mt19937_64& random, std::size_t end) { return static_cast<std::size_t>(random() % end); }

// JSON of numbers, and of names that need no escape.
std::string Text(const std::string& value) { return fmt::format("\"{}\"", value); }
std::string Bool(bool value) { return value ? "true" : "false"; }

template <typename All, typename OneOf>
std::string List(const All& all, const OneOf& one_of) {
  std::string list;
  for (const auto& one : all) list += (list.empty() ? "" : ",") + one_of(one);
  return "[" + list + "]";
}

std::string Json(const Kind& kind) {
  return fmt::format(R"({{"name":"{}","ends_only":{},"is_group":{},"needs_group":{}}})", kind.name,
                     Bool(kind.ends_only), Bool(kind.is_group), Bool(kind.needs_group));
}

std::string Json(const Relation& relation) {
  return fmt::format(
      R"({{"name":"{}","symmetric":{},"walkable":{},"takes_certainty":{},"defines_group":{},"default_strength":{}}})",
      relation.name, Bool(relation.symmetric), Bool(relation.walkable), Bool(relation.takes_certainty),
      Bool(relation.defines_group), relation.default_strength ? fmt::format("{}", *relation.default_strength) : "null");
}

std::string Json(const Node& node) {
  return fmt::format(R"({{"id":"{}","kind":"{}","obsolete":{}}})", node.id, node.kind, Bool(node.obsolete));
}

std::string Json(const Edge& edge) {
  const char* sign = edge.sign == Sign::kPlus ? "+" : edge.sign == Sign::kMinus ? "-" : "0";
  return fmt::format(
      R"({{"subject":"{}","relation":"{}","object":"{}","strength":{},"sign":"{}","certainty":{},"primary":{},)"
      R"("claims_support":{}}})",
      edge.key.subject_id, edge.key.relation, edge.key.object_id,
      edge.strength ? fmt::format("{}", *edge.strength) : "null", sign, static_cast<int>(edge.certainty),
      Bool(edge.primary),
      List(edge.claims, [](const Claim& claim) { return Bool(claim.polarity == Polarity::kSupports); }));
}

std::string Json(const PlainQuery& query, const char* regex) {
  return fmt::format(
      R"("sources":{},"targets":{},"max_paths":{},"max_hops":{},"min_groups":{},"kinds":{},"relations":{},"avoid":{},)"
      R"("must_pass":{},"min_certainty":{},"pattern":{},"distinct_nodes":{},"degree_exponent":{},"hop_factor":{},)"
      R"("certainty_factor":{})",
      List(query.sources, Text), List(query.targets, Text), query.max_paths, query.max_hops, query.min_groups,
      List(query.kinds, Text), List(query.relations, Text), List(query.avoid, Text), List(query.must_pass, Text),
      static_cast<int>(query.min_certainty), regex != nullptr ? Text(regex) : "null", Bool(query.distinct_nodes),
      query.weights.degree_exponent, query.weights.hop_factor,
      List(query.weights.certainty_factor, [](double factor) { return fmt::format("{}", factor); }));
}

std::string Json(const PlainPath& path) {
  const auto hop = [](const PlainHop& one) { return fmt::format("[\"{}\",{}]", one.relation, Bool(one.reversed)); };
  return fmt::format("[{},{},{}]", path.cost, List(path.nodes, Text), List(path.hops, hop));
}

std::vector<std::string> SomeNodes(const PlainGraph& graph, std::mt19937_64& random, std::size_t count) {
  std::vector<std::string> ids;
  for (; count > 0; --count) ids.push_back(graph.nodes[Below(random, graph.nodes.size())].id);
  return ids;
}

void DrawWeights(std::mt19937_64& random, Weights& weights) {
  weights.degree_exponent = Below(random, 3) == 0 ? 0.0 : 0.4;
  weights.hop_factor = Below(random, 3) == 0 ? 1.0 : 0.9;
}

// networkx ranks the paths of a plain graph: one hop between two nodes, the cheapest. It knows no limit of hops, so
// each hop costs something, or it would go through countless long paths that we do not ask for.
PlainQuery DrawUnconstrained(const PlainGraph& graph, std::mt19937_64& random) {
  PlainQuery query;
  query.sources = SomeNodes(graph, random, 1);
  query.targets = SomeNodes(graph, random, 1);
  query.max_paths = 10;
  query.max_hops = 12;
  query.distinct_nodes = true;
  DrawWeights(random, query.weights);
  query.weights.hop_factor = 0.9;
  return query;
}

PlainQuery DrawConstrained(const PlainGraph& graph, std::mt19937_64& random) {
  const auto one_in = [&random](std::size_t n) { return Below(random, n) == 0; };
  PlainQuery query;
  query.sources = SomeNodes(graph, random, 1 + Below(random, 3));
  query.targets = SomeNodes(graph, random, 1 + Below(random, 3));
  query.max_paths = std::array<std::uint32_t, 4>{1, 5, 20, 1000}[Below(random, 4)];
  query.max_hops = static_cast<std::uint32_t>(3 + Below(random, 3));
  if (one_in(3)) query.min_groups = static_cast<std::uint32_t>(1 + Below(random, 3));
  if (one_in(6)) query.kinds = {"place", "member"};
  if (one_in(6)) query.relations = {"road", graph.relations[Below(random, graph.relations.size())].name};
  if (one_in(4)) query.avoid = SomeNodes(graph, random, graph.nodes.size() / 20);
  if (one_in(8)) query.must_pass = SomeNodes(graph, random, 1);
  if (one_in(6)) query.min_certainty = Certainty::kModerate;
  query.distinct_nodes = one_in(4);
  DrawWeights(random, query.weights);
  return query;
}

// The question with our answer.
std::string Ask(const Snapshot& snapshot, const PlainQuery& query, const PatternCase* pattern, const char* form) {
  PathQuery asked = QueryOf(snapshot, query);
  if (pattern != nullptr) asked.pattern = CompilePattern(pattern->pattern, snapshot.schema()).value();
  Budget budget;
  const PathAnswer answer = FindPaths(snapshot, asked, budget).value();
  return fmt::format(R"({{"form":"{}",{},"cut":{},"answer":{}}})", form,
                     Json(query, pattern != nullptr ? pattern->regex : nullptr), Bool(answer.cut_by != Limit::kNone),
                     List(PlainOf(snapshot, answer.paths), [](const PlainPath& path) { return Json(path); }));
}

std::string GraphWithQuestions(std::uint64_t seed) {
  std::mt19937_64 random(seed);
  const PlainGraph graph = RandomGraph(random, 30 + Below(random, 171));
  const SnapshotPtr snapshot = SnapshotOf(graph, &random);
  std::vector<std::string> questions;
  for (int i = 0; i < 4; ++i) {
    questions.push_back(Ask(*snapshot, DrawUnconstrained(graph, random), nullptr, "shortest_simple_paths"));
  }
  for (int i = 0; i < 12; ++i) {
    const PlainQuery query = DrawConstrained(graph, random);
    const PatternCase* pattern = Below(random, 3) == 0 ? &kPatterns[Below(random, std::size(kPatterns))] : nullptr;
    questions.push_back(Ask(*snapshot, query, pattern, "all_simple_paths"));
  }
  const auto json = [](const auto& one) { return Json(one); };
  return fmt::format(R"({{"seed":{},"kinds":{},"relations":{},"nodes":{},"edges":{},"questions":{}}})", seed,
                     List(graph.kinds, json), List(graph.relations, json), List(graph.nodes, json),
                     List(graph.edges, json), List(questions, [](const std::string& one) { return one; }));
}

}  // namespace
}  // namespace braid::graph

int main(int argc, char** argv) {
  if (argc != 3) {
    std::fputs("usage: networkx_questions FIRST_SEED LAST_SEED\n", stderr);
    return 2;
  }
  const std::uint64_t last = std::strtoull(argv[2], nullptr, 10);
  for (std::uint64_t seed = std::strtoull(argv[1], nullptr, 10); seed <= last; ++seed) {
    std::puts(braid::graph::GraphWithQuestions(seed).c_str());
  }
}
