#include "tests/ontology/sketch.h"

#include <algorithm>
#include <cctype>
#include <map>
#include <sstream>
#include <utility>

#include "graph/snapshot_builder.h"
#include "graph/validate.h"
#include "gtest/gtest.h"
#include "ontology/schema_text.h"

namespace braid::ontology {

const char kSketchSchema[] = R"(
kinds { name: "dimension" id_prefix: "dimension" ends_only: true }
kinds { name: "concern" id_prefix: "concern" ends_only: true }
kinds { name: "process" id_prefix: "process" attributes { name: "role" type: ATTRIBUTE_TYPE_TEXT } }
kinds { name: "technique" id_prefix: "technique" needs_group: true }
kinds { name: "modality" id_prefix: "modality" is_group: true }
kinds { name: "flag" id_prefix: "flag" }
kinds { name: "factor" id_prefix: "factor" attributes { name: "group" type: ATTRIBUTE_TYPE_TEXT } }
kinds { name: "evidence" id_prefix: "evidence" }
kinds { name: "rule" id_prefix: "rule" attributes { name: "when" type: ATTRIBUTE_TYPE_TEXT } }
relations { name: "maintains" inverse_name: "maintained_by" phrase: "helps maintain" inverse_phrase: "is maintained in part by"
            sub_relation_of: "acts_on" walkable: true takes_strength: true takes_certainty: true default_strength: 0.6 }
relations { name: "acts_on" inverse_name: "acted_on_by" phrase: "shapes" inverse_phrase: "is shaped by"
            walkable: true takes_strength: true default_strength: 0.6 }
relations { name: "influences" inverse_name: "influenced_by" phrase: "influences" inverse_phrase: "is influenced by"
            plus_phrase: "feeds" plus_inverse_phrase: "is fed by" minus_phrase: "reduces" minus_inverse_phrase: "is reduced by"
            walkable: true takes_strength: true takes_sign: true takes_certainty: true default_strength: 0.6 }
relations { name: "engages" inverse_name: "engaged_by" phrase: "engages" inverse_phrase: "is engaged by"
            plus_phrase: "strengthens" plus_inverse_phrase: "is strengthened by"
            minus_phrase: "weakens" minus_inverse_phrase: "is weakened by"
            walkable: true takes_strength: true takes_sign: true takes_certainty: true default_strength: 0.6 }
relations { name: "originates_in" inverse_name: "origin_of" phrase: "originates in" inverse_phrase: "is the origin of"
            walkable: true default_strength: 1 defines_group: true one_primary: true }
relations { name: "is_a" phrase: "is a kind of" same_kind: true walkable: true default_strength: 1 transitive: true acyclic: true }
relations { name: "tension_with" phrase: "is in tension with" symmetric: true takes_strength: true
            attributes { name: "note" type: ATTRIBUTE_TYPE_TEXT } }
relations { name: "conflicts_with" phrase: "conflicts with" symmetric: true takes_strength: true
            attributes { name: "note" type: ATTRIBUTE_TYPE_TEXT } }
relations { name: "about" phrase: "is about" }
relations { name: "answered_by" phrase: "is answered by" }
relations { name: "fosters" phrase: "fosters" inverse_phrase: "is fostered by" default_strength: 1 }
relations { name: "supported_by" phrase: "is supported by" }
)";

namespace {

class Slots : public graph::SlotAllocator {
 public:
  explicit Slots(const graph::Snapshot& base) : next_(static_cast<std::uint32_t>(base.slot_count())) {}
  graph::NodeIndex Take() override { return graph::NodeIndex{next_++}; }

 private:
  std::uint32_t next_;
};

std::string LabelOf(std::string_view id) {
  std::string label(id.substr(id.find(':') + 1));
  std::replace(label.begin(), label.end(), '_', ' ');
  label[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(label[0])));
  return label;
}

graph::Edge EdgeOf(const std::string& subject, std::string relation, const std::string& object, std::istream& rest) {
  graph::Edge edge;
  if (relation.back() == '+' || relation.back() == '-') {
    edge.sign = relation.back() == '+' ? graph::Sign::kPlus : graph::Sign::kMinus;
    relation.pop_back();
  }
  edge.key = {subject, std::move(relation), object};
  const std::map<std::string, graph::Certainty> certainties = {{"no_source", graph::Certainty::kNoSource},
                                                               {"very_low", graph::Certainty::kVeryLow},
                                                               {"low", graph::Certainty::kLow},
                                                               {"moderate", graph::Certainty::kModerate},
                                                               {"high", graph::Certainty::kHigh}};
  for (std::string word; rest >> word;) {
    if (word == "primary") {
      edge.primary = true;
    } else if (const auto certainty = certainties.find(word); certainty != certainties.end()) {
      edge.certainty = certainty->second;
    } else {
      edge.strength = std::stod(word);
    }
  }
  return edge;
}

}  // namespace

graph::PutNode NodeOf(std::string id, std::vector<graph::Label> labels) {
  graph::Node node;
  node.kind = id.substr(0, id.find(':'));
  node.labels = std::move(labels);
  if (node.labels.empty()) node.labels.push_back({LabelOf(id), "en", graph::LabelRole::kPreferred, {}});
  node.id = std::move(id);
  return {std::move(node)};
}

std::vector<graph::Change> SketchChanges(std::string_view drawing) {
  std::vector<graph::Change> changes = SchemaChangesFromText(kSketchSchema).value();
  std::map<std::string, graph::PutNode> nodes;
  std::vector<graph::Change> edges;
  std::istringstream lines{std::string(drawing)};
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words(line);
    std::string subject, relation, object;
    if (!(words >> subject)) continue;
    graph::PutNode& node = nodes.emplace(subject, NodeOf(subject)).first->second;
    words >> relation;
    for (std::size_t at = relation.find('='); at != std::string::npos; at = relation.find('=')) {
      node.node.attributes.push_back({relation.substr(0, at), relation.substr(at + 1)});
      relation.clear();
      words >> relation;
    }
    if (!(words >> object)) continue;
    nodes.emplace(object, NodeOf(object));
    edges.push_back(graph::PutEdge{EdgeOf(subject, relation, object, words)});
  }
  for (auto& [id, node] : nodes) changes.push_back(std::move(node));
  for (graph::Change& edge : edges) changes.push_back(std::move(edge));
  return changes;
}

graph::SnapshotPtr Commit(const graph::SnapshotPtr& base, std::vector<graph::Change> changes) {
  graph::ChangeSet change_set;
  change_set.id = "00000000-0000-4000-8000-000000000001";
  change_set.changes = std::move(changes);
  const graph::Revision next{Number(base->revision()) + 1};
  Slots slots(*base);
  const auto logged = graph::ValidateChangeSet(*base, change_set, next, slots);
  EXPECT_TRUE(logged.ok()) << logged.status();
  graph::SnapshotBuilder builder(base);
  if (logged.ok()) {
    for (const graph::LoggedChange& change : *logged) builder.Apply(change, next);
  }
  return std::move(builder).Build(next);
}

graph::SnapshotPtr Sketch(std::string_view drawing, std::vector<graph::Change> more) {
  std::vector<graph::Change> changes = SketchChanges(drawing);
  for (graph::Change& change : more) changes.push_back(std::move(change));
  return Commit(graph::Snapshot::Empty(), std::move(changes));
}

}  // namespace braid::ontology
