#include "tests/ontology/evidence/evidence_sketch.h"

#include <algorithm>
#include <cstdint>
#include <fstream>
#include <iterator>
#include <set>
#include <utility>

#include "gtest/gtest.h"
#include "ontology/policy.h"
#include "ontology/schema_text.h"
#include "tests/ontology/sketch.h"

namespace braid::ontology {
namespace {

std::string ReadFile(const std::string& name) {
  std::ifstream in(std::string(BRAID_SOURCE_DIR) + "/ontology/" + name, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

template <typename T>
void Set(graph::Node& node, const char* name, const std::optional<T>& value) {
  if (value.has_value()) node.attributes.push_back({name, graph::AttributeValue(*value)});
}
void Set(graph::Node& node, const char* name, const std::string& value) {
  if (!value.empty()) node.attributes.push_back({name, graph::AttributeValue(value)});
}
void Set(graph::Node& node, const char* name, const std::optional<int>& value) {
  if (value.has_value()) node.attributes.push_back({name, graph::AttributeValue(std::int64_t{*value})});
}

graph::Node Sorted(graph::Node node) {
  std::sort(node.attributes.begin(), node.attributes.end(),
            [](const graph::Attribute& a, const graph::Attribute& b) { return a.name < b.name; });
  return node;
}

}  // namespace

EvidencePolicy ShippedEvidencePolicy() {
  const absl::StatusOr<Policy> policy = ParsePolicy(ReadFile("policy.textproto"));
  EXPECT_TRUE(policy.ok()) << policy.status();
  return policy.ok() ? policy->evidence : EvidencePolicy{};
}

EvidenceSketch::EvidenceSketch() : policy(ShippedEvidencePolicy()) {
  const std::pair<const char*, const char*> concerns[] = {{"concern:depression", "mood"},
                                                          {"concern:dysthymia", "mood"},
                                                          {"concern:panic", "anxiety"},
                                                          {"concern:any", "all"}};
  for (const auto& [id, group] : concerns) {
    graph::Node node = NodeOf(id).node;
    Set(node, "group", std::string(group));
    nodes_[id] = node;
  }
  for (const char* id :
       {"modality:cbt", "modality:act", "technique:activation", "technique:diary", "technique:alone"}) {
    nodes_[id] = NodeOf(id).node;
  }
  const std::pair<const char*, const char*> homes[] = {{"technique:activation", "modality:cbt"},
                                                       {"technique:diary", "modality:cbt"},
                                                       {"technique:diary", "modality:act"}};
  for (const auto& [technique, modality] : homes) {
    graph::Edge edge;
    edge.key = {technique, "originates_in", modality};
    edge.primary = std::string(modality) == "modality:cbt";
    edges_[edge.key] = edge;
  }
}

EvidenceSketch& EvidenceSketch::Add(FindingSketch finding) {
  graph::Node node = NodeOf("evidence:" + finding.id).node;
  Set(node, "design", finding.design);
  Set(node, "comparator", finding.comparator);
  Set(node, "outcome", finding.outcome);
  Set(node, "metric", finding.metric);
  Set(node, "sign_convention", finding.sign);
  Set(node, "value", finding.value);
  Set(node, "ci_low", finding.low);
  Set(node, "ci_high", finding.high);
  Set(node, "ci_level", finding.level);
  Set(node, "tau_squared", finding.tau_squared);
  Set(node, "k_studies", finding.k);
  Set(node, "n_participants", finding.n);
  Set(node, "search_year", finding.search_year);
  Set(node, "risk_of_bias", finding.risk_of_bias);
  Set(node, "verified", std::string(finding.recalled ? "recalled" : "source"));
  nodes_[node.id] = Sorted(node);
  const auto link = [&](const char* relation, const std::string& object) {
    graph::Edge edge;
    edge.key = {node.id, relation, object};
    edges_[edge.key] = edge;
  };
  if (!finding.source.empty() || finding.year.has_value()) {
    graph::Node source = NodeOf("source:" + (finding.source.empty() ? finding.id : finding.source)).node;
    Set(source, "year", finding.year);
    link("published_in", source.id);
    nodes_[source.id] = source;
  }
  for (const std::string& target : finding.about) link("about", target);
  for (const std::string& concern : finding.concerns) link("for_concern", concern);
  for (const std::string& target : finding.about) {
    for (const std::string& concern : finding.concerns) {
      graph::Edge& edge = edges_[{target, "treats", concern}];
      edge.key = {target, "treats", concern};
      edge.claims.push_back({finding.polarity, {node.id}, {}, {}});
    }
  }
  return *this;
}

EvidenceSketch& EvidenceSketch::Grade(const std::string& intervention, const std::string& concern,
                                      graph::Certainty certainty, const std::string& name) {
  graph::Edge& edge = edges_[{intervention, "treats", concern}];
  edge.key = {intervention, "treats", concern};
  edge.certainty = certainty;
  edge.certainty_basis = graph::CertaintyBasis::kCurated;
  edge.claims.push_back({graph::Polarity::kSupports, {}, name, {}});
  return *this;
}

graph::SnapshotPtr EvidenceSketch::Snapshot() const {
  std::vector<graph::Change> changes = SchemaChangesFromText(ReadFile("schema.textproto")).value();
  for (const auto& [id, node] : nodes_) changes.push_back(graph::PutNode{node});
  for (const auto& [key, edge] : edges_) changes.push_back(graph::PutEdge{edge});
  return Commit(graph::Snapshot::Empty(), std::move(changes));
}

Synthesis EvidenceSketch::Ask(const std::string& intervention, const std::string& concern) const {
  const absl::StatusOr<Synthesis> synthesis = Synthesize(Snapshot(), policy, intervention, concern);
  EXPECT_TRUE(synthesis.ok()) << synthesis.status();
  return synthesis.ok() ? *synthesis : Synthesis{};
}

}  // namespace braid::ontology
