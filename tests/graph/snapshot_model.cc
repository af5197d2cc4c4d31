#include "tests/graph/snapshot_model.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <set>
#include <tuple>
#include <utility>

#include "graph/text.h"

namespace braid::graph {
namespace {

constexpr const char* kHub = "n:0";

RelationIndex RelationOf(const GraphModel& model, const std::string& name) {
  const auto at = std::find_if(model.relations.begin(), model.relations.end(),
                               [&](const Relation& relation) { return relation.name == name; });
  return RelationIndex{static_cast<std::uint16_t>(at - model.relations.begin())};
}

bool IsSupported(const Edge& edge, const Relation& relation) {
  bool supports = edge.claims.empty();
  for (const Claim& claim : edge.claims) supports = supports || claim.polarity == Polarity::kSupports;
  return supports && (edge.strength.has_value() || relation.default_strength || !relation.takes_strength);
}

// What an arc says, in the order of arcs.
using ArcTuple =
    std::tuple<std::uint16_t, std::uint32_t, std::uint32_t, Certainty, CertaintyBasis, Sign, bool, bool, bool>;

ArcTuple TupleOf(const Arc& arc) {
  return {Number(arc.relation), Number(arc.node), arc.strength,  arc.certainty,         arc.certainty_basis(),
          arc.sign(),           arc.supported(),  arc.primary(), arc.counter_evidence()};
}

ArcTuple TupleOf(const Edge& edge, RelationIndex index, const Relation& relation, NodeIndex other) {
  bool counter = false;
  for (const Claim& claim : edge.claims) counter = counter || claim.polarity != Polarity::kSupports;
  const double parts = std::round(edge.strength.value_or(0) * 1e9);
  return {Number(index),
          Number(other),
          static_cast<std::uint32_t>(parts),
          edge.certainty,
          edge.certainty_basis,
          edge.sign,
          IsSupported(edge, relation),
          edge.primary,
          counter};
}

std::vector<ArcTuple> TuplesOf(const Arcs& arcs) {
  std::vector<ArcTuple> tuples;
  for (const Arc& arc : arcs) tuples.push_back(TupleOf(arc));
  EXPECT_EQ(tuples.size(), arcs.size());
  return tuples;
}

struct NodeArcs {
  std::vector<ArcTuple> out, in;
  std::vector<std::uint32_t> out_degree, in_degree, loops;  // by relation; supported ones
};

std::map<std::string, NodeArcs> ArcsOf(const GraphModel& model) {
  std::map<std::string, NodeArcs> arcs;
  for (const auto& [id, at] : model.nodes) {
    NodeArcs& own = arcs[id];
    own.out_degree.resize(model.relations.size());
    own.in_degree = own.loops = own.out_degree;
  }
  for (const auto& [key, edge] : model.edges) {
    const RelationIndex index = RelationOf(model, key.relation);
    const Relation& relation = model.relations[Number(index)];
    NodeArcs& subject = arcs.at(key.subject_id);
    NodeArcs& object = arcs.at(key.object_id);
    subject.out.push_back(TupleOf(edge, index, relation, model.nodes.at(key.object_id).index));
    object.in.push_back(TupleOf(edge, index, relation, model.nodes.at(key.subject_id).index));
    if (!IsSupported(edge, relation)) continue;
    ++subject.out_degree[Number(index)];
    ++object.in_degree[Number(index)];
    if (key.subject_id == key.object_id) ++subject.loops[Number(index)];
  }
  for (auto& [id, own] : arcs) {
    std::sort(own.out.begin(), own.out.end());
    std::sort(own.in.begin(), own.in.end());
  }
  return arcs;
}

NodeIndex GroupIn(const GraphModel& model, const NodeAt& at) {
  for (const Kind& kind : model.kinds) {
    if (kind.name == at.node.kind && kind.is_group) return at.index;
  }
  for (const Relation& relation : model.relations) {
    if (!relation.defines_group) continue;
    std::optional<NodeIndex> least;
    for (auto it = model.edges.lower_bound({at.node.id, relation.name, ""}); it != model.edges.end(); ++it) {
      const auto& [key, edge] = *it;
      if (key.subject_id != at.node.id || key.relation != relation.name) break;
      if (!edge.primary) continue;
      const NodeIndex object = model.nodes.at(key.object_id).index;
      least = least ? std::min(*least, object) : object;
    }
    if (least) return *least;
  }
  return kNoNode;
}

void ExpectSameNode(const Snapshot& snapshot, const GraphModel& model, const NodeAt& at, const NodeArcs& arcs) {
  const NodeIndex index = at.index;
  ASSERT_EQ(snapshot.Find(at.node.id), index);
  ASSERT_EQ(snapshot.id(index), at.node.id);
  ASSERT_TRUE(snapshot.IsNode(index));
  EXPECT_EQ(snapshot.node(index), at.node);
  EXPECT_EQ(snapshot.schema().kind(snapshot.kind(index)).name, at.node.kind);
  EXPECT_EQ(snapshot.IsObsolete(index), at.node.obsolete);
  EXPECT_EQ(snapshot.group(index), GroupIn(model, at));
  EXPECT_EQ(snapshot.update_revision(index), at.node.update_revision);
  EXPECT_EQ(snapshot.PreferredLabel(index), at.node.PreferredLabel());

  EXPECT_EQ(TuplesOf(snapshot.out(index)), arcs.out);
  EXPECT_EQ(TuplesOf(snapshot.in(index)), arcs.in);
  for (std::uint16_t r = 0; r < model.relations.size(); ++r) {
    const auto only = [&](std::vector<ArcTuple> tuples) {
      std::erase_if(tuples, [&](const ArcTuple& tuple) { return std::get<0>(tuple) != r; });
      return tuples;
    };
    EXPECT_EQ(TuplesOf(snapshot.out(index, RelationIndex{r})), only(arcs.out));
    EXPECT_EQ(TuplesOf(snapshot.in(index, RelationIndex{r})), only(arcs.in));
    const std::uint32_t incident = arcs.out_degree[r] + arcs.in_degree[r] - arcs.loops[r];
    const bool symmetric = model.relations[r].symmetric;
    EXPECT_EQ(snapshot.OutDegree(index, RelationIndex{r}), symmetric ? incident : arcs.out_degree[r]);
    EXPECT_EQ(snapshot.InDegree(index, RelationIndex{r}), symmetric ? incident : arcs.in_degree[r]);
  }
}

void ExpectSameTerms(const Snapshot& snapshot, const GraphModel& model) {
  std::map<std::string, std::set<std::pair<TermField, std::string>>> want;
  for (const auto& [id, at] : model.nodes) {
    for (const std::string& alias : at.node.aliases) want[alias].insert({TermField::kAlias, id});
    for (const Mapping& mapping : at.node.mappings) {
      if (!mapping.negated) want[mapping.object_id].insert({TermField::kCode, id});
    }
    for (const Label& label : at.node.labels) {
      const TermField field = label.role == LabelRole::kPreferred ? TermField::kPreferredLabel
                              : label.role == LabelRole::kSynonym ? TermField::kSynonym
                                                                  : TermField::kAbbreviation;
      want[NormalizeLabel(label.text)].insert({field, id});
    }
  }
  want["never a term"];
  for (const auto& [text, hits] : want) {
    std::vector<std::pair<TermField, std::string>> got;
    for (const TermHit& hit : snapshot.FindTerms(text)) got.emplace_back(hit.field, std::string(snapshot.id(hit.node)));
    EXPECT_EQ(got, (std::vector<std::pair<TermField, std::string>>(hits.begin(), hits.end()))) << text;
  }
}

void ExpectSameOrder(const Snapshot& snapshot, const GraphModel& model) {
  const auto ids = [&](std::optional<KindIndex> kind, const std::string& after) {
    std::vector<std::string> visited;
    snapshot.VisitNodes(kind, after, [&](NodeIndex index) {
      visited.emplace_back(snapshot.id(index));
      return true;
    });
    return visited;
  };
  const auto want = [&](const std::string& kind, const std::string& after) {
    std::vector<std::string> listed;
    for (const auto& [id, at] : model.nodes) {
      if (id > after && (kind.empty() || at.node.kind == kind)) listed.push_back(id);
    }
    return listed;
  };
  for (const std::string after : {"", "n:2", "n:33", "z"}) {
    EXPECT_EQ(ids(std::nullopt, after), want("", after));
    for (std::uint16_t k = 0; k < model.kinds.size(); ++k) {
      EXPECT_EQ(ids(KindIndex{k}, after), want(model.kinds[k].name, after));
    }
  }
}

}  // namespace

void ExpectSame(const Snapshot& snapshot, const GraphModel& model) {
  EXPECT_EQ(snapshot.revision(), model.revision);
  EXPECT_EQ(snapshot.node_count(), model.nodes.size());
  EXPECT_EQ(snapshot.edge_count(), model.edges.size());
  ASSERT_EQ(snapshot.schema().kind_count(), model.kinds.size());
  ASSERT_EQ(snapshot.schema().relation_count(), model.relations.size());
  for (std::uint16_t k = 0; k < model.kinds.size(); ++k) {
    EXPECT_EQ(snapshot.schema().kind(KindIndex{k}), model.kinds[k]);
  }
  for (std::uint16_t r = 0; r < model.relations.size(); ++r) {
    EXPECT_EQ(snapshot.schema().relation(RelationIndex{r}), model.relations[r]);
  }

  std::set<NodeIndex> free;
  std::size_t slots = 0;
  for (const auto& [id, at] : model.nodes) slots = std::max<std::size_t>(slots, Number(at.index) + 1U);
  ASSERT_EQ(snapshot.slot_count(), slots);
  for (std::uint32_t i = 0; i < slots; ++i) free.insert(NodeIndex{i});
  const std::map<std::string, NodeArcs> arcs = ArcsOf(model);
  for (const auto& [id, at] : model.nodes) {
    SCOPED_TRACE(id);
    free.erase(at.index);
    ExpectSameNode(snapshot, model, at, arcs.at(id));
    if (testing::Test::HasFatalFailure()) return;
  }
  std::set<NodeIndex> found_free;
  snapshot.VisitFreeSlots([&](NodeIndex index) { found_free.insert(index); });
  EXPECT_EQ(found_free, free);
  for (const NodeIndex index : free) {
    EXPECT_TRUE(!snapshot.IsNode(index) && snapshot.id(index).empty() && snapshot.out(index).empty() &&
                snapshot.in(index).empty() && snapshot.group(index) == kNoNode);
  }
  for (const auto& [key, edge] : model.edges) {
    const std::optional<Edge> found = snapshot.FindEdge(key);
    ASSERT_TRUE(found.has_value()) << ToString(key);
    EXPECT_EQ(*found, edge) << ToString(key);
  }
  ExpectSameOrder(snapshot, model);
  ExpectSameTerms(snapshot, model);

  std::vector<Document> documents;
  snapshot.VisitDocuments([&](const Document& document) {
    documents.push_back(document);
    return true;
  });
  ASSERT_EQ(documents.size(), model.documents.size());
  std::size_t i = 0;
  for (const auto& [name, document] : model.documents) {
    EXPECT_EQ(documents[i++], document);
    EXPECT_EQ(*snapshot.document(name), document);
  }
}

// --- Random edits

RandomEdits::RandomEdits(std::uint64_t seed) : random_(seed) {
  model_.revision = Revision{1};
  for (const char* name : {"plain", "grouped", "school"}) {
    Kind kind;
    kind.name = name;
    kind.is_group = kind.name == "school";
    PutKind(kind);
  }
  for (const char* name : {"bare", "near", "origin", "walks"}) {
    Relation relation;
    relation.name = name;
    relation.takes_strength = relation.name != "origin";
    relation.symmetric = relation.self_loops = relation.name == "near";
    relation.defines_group = relation.name == "origin";
    if (relation.name == "walks") relation.default_strength = 0.5;
    PutRelation(relation);
  }
  for (int i = 0; i < 300; ++i) {
    const std::string id = "n:" + std::to_string(i);
    if (model_.nodes.count(id) == 0) PutNode(id);
  }
}

std::vector<LoggedChange> RandomEdits::NextRevision() {
  // The first revision is the one that the constructor began.
  if (changes_.empty()) model_.revision = Revision{Number(model_.revision) + 1};
  for (std::uint64_t left = 1 + Below(20); left > 0; --left) {
    switch (Below(12)) {
      case 0:
      case 1:
        PutNode(AnyId());
        break;
      case 2:
        DeleteNode(AnyId());
        break;
      case 3:
        EditDocument();
        break;
      case 4:
        if (Chance(6)) EditSchema();
        break;
      case 5:
      case 6:
        EditHub();
        break;
      case 7:
        if (!model_.edges.empty()) {
          auto it = model_.edges.lower_bound(DrawKey());
          if (it != model_.edges.end()) DeleteEdge(EdgeKey(it->first));
        }
        break;
      default:
        PutEdge(DrawKey());
    }
  }
  freed_.clear();
  return std::exchange(changes_, {});
}

// The least free slot; but within one revision an id has one slot and a slot one id.
NodeIndex RandomEdits::SlotFor(const std::string& id) const {
  if (const auto freed = freed_.find(id); freed != freed_.end()) return freed->second;
  std::set<NodeIndex> taken;
  for (const auto& [other, at] : model_.nodes) taken.insert(at.index);
  for (const auto& [other, index] : freed_) taken.insert(index);
  std::uint32_t slot = 0;
  while (taken.count(NodeIndex{slot}) != 0) ++slot;
  return NodeIndex{slot};
}

Node RandomEdits::DrawNode(const std::string& id) {
  static const std::vector<std::string> kWords = {"Exposure", "low mood", "Éxposure", "CBT", "ab", "A-B"};
  Node node;
  node.id = id;
  node.kind = model_.kinds[Below(model_.kinds.size())].name;
  node.obsolete = Chance(5);
  if (node.obsolete && Chance(2)) node.replaced_by = {"n:1"};
  for (std::uint64_t i = Below(3); i > 0; --i) {
    node.labels.push_back(
        {kWords[Below(kWords.size())], Chance(2) ? "en" : "de", static_cast<LabelRole>(1 + Below(3)), ""});
  }
  if (Chance(3)) node.aliases = {"old:" + std::to_string(Below(9)), "Alias:X"};
  if (Chance(3)) {
    node.mappings.push_back({"skos:closeMatch", "MESH:" + std::to_string(Below(5)), "", "", 0.5, Chance(3), {}});
  }
  if (Chance(4)) node.definition = "what it is";
  if (Chance(4)) node.attributes = {{"size", std::int64_t{4}}, {"tags", std::vector<std::string>{"a", "b"}}};
  return node;
}

Edge RandomEdits::DrawEdge(const EdgeKey& key) {
  Edge edge;
  edge.key = key;
  if (!Chance(4)) edge.strength = static_cast<double>(1 + Below(1000)) / 1000;
  edge.sign = static_cast<Sign>(Below(3));
  edge.certainty = static_cast<Certainty>(Below(6));
  edge.certainty_basis = static_cast<CertaintyBasis>(Below(3));
  edge.primary = Chance(2);
  for (std::uint64_t i = Chance(3) ? 1 + Below(2) : 0; i > 0; --i) {
    edge.claims.push_back({static_cast<Polarity>(1 + Below(6)), {"n:1"}, "someone", "a note"});
  }
  if (Chance(5)) edge.attributes = {{"row", std::string("r") + std::to_string(Below(10))}};
  return edge;
}

EdgeKey RandomEdits::DrawKey() {
  EdgeKey key{AnyId(), AnyRelation().name, AnyId()};
  if (key.relation == "near" && key.object_id < key.subject_id) std::swap(key.subject_id, key.object_id);
  if (key.relation == "near" && Chance(10)) key.object_id = key.subject_id;
  return key;
}

void RandomEdits::PutKind(Kind kind) {
  const auto at = std::find_if(model_.kinds.begin(), model_.kinds.end(),
                               [&](const Kind& other) { return other.name == kind.name; });
  const bool is_new = at == model_.kinds.end();
  changes_.push_back(BeforeAfter<Kind>{is_new ? std::nullopt : std::optional(*at), kind});
  is_new ? model_.kinds.push_back(kind) : static_cast<void>(*at = kind);
}

void RandomEdits::PutRelation(Relation relation) {
  const auto at = std::find_if(model_.relations.begin(), model_.relations.end(),
                               [&](const Relation& other) { return other.name == relation.name; });
  const bool is_new = at == model_.relations.end();
  changes_.push_back(BeforeAfter<Relation>{is_new ? std::nullopt : std::optional(*at), relation});
  is_new ? model_.relations.push_back(relation) : static_cast<void>(*at = relation);
}

void RandomEdits::PutNode(const std::string& id) {
  BeforeAfter<NodeAt> change;
  const auto known = model_.nodes.find(id);
  NodeAt at{DrawNode(id), known == model_.nodes.end() ? SlotFor(id) : known->second.index};
  if (known != model_.nodes.end()) change.before = known->second;
  change.after = at;  // the builder sets the revisions
  changes_.push_back(change);
  at.node.create_revision = change.before ? change.before->node.create_revision : model_.revision;
  at.node.update_revision = model_.revision;
  model_.nodes[id] = at;
}

void RandomEdits::DeleteNode(const std::string& id) {
  const auto known = model_.nodes.find(id);
  if (known == model_.nodes.end() || id == kHub) return;
  std::vector<EdgeKey> touching;
  for (const auto& [key, edge] : model_.edges) {
    if (key.subject_id == id || key.object_id == id) touching.push_back(key);
  }
  const LoggedChange change = BeforeAfter<NodeAt>{known->second, {}};
  const bool node_first = Chance(2);
  if (node_first) changes_.push_back(change);
  for (const EdgeKey& key : touching) DeleteEdge(key);
  if (!node_first) changes_.push_back(change);
  freed_[id] = known->second.index;
  model_.nodes.erase(known);
}

void RandomEdits::PutEdge(const EdgeKey& key) {
  // Now and then the edge comes before its nodes.
  Edge edge = DrawEdge(key);
  BeforeAfter<Edge> change;
  if (const auto known = model_.edges.find(key); known != model_.edges.end()) change.before = known->second;
  change.after = edge;
  const bool edge_first = Chance(2);
  if (edge_first) changes_.push_back(change);
  for (const std::string& id : {key.subject_id, key.object_id}) {
    if (model_.nodes.count(id) == 0) PutNode(id);
  }
  if (!edge_first) changes_.push_back(change);
  edge.update_revision = model_.revision;
  model_.edges[key] = edge;
}

void RandomEdits::DeleteEdge(const EdgeKey& key) {
  changes_.push_back(BeforeAfter<Edge>{model_.edges.at(key), {}});
  model_.edges.erase(key);
}

void RandomEdits::EditSchema() {
  if (Chance(2)) {
    Kind kind = model_.kinds[Below(model_.kinds.size())];
    if (Chance(3)) kind.name += "x";
    kind.is_group = !kind.is_group;
    PutKind(kind);
  } else {
    Relation relation = AnyRelation();
    if (Chance(3) && relation.name != "near") relation.name += "x";
    relation.defines_group = !relation.defines_group;
    PutRelation(relation);
  }
}

void RandomEdits::EditDocument() {
  const std::string name = "doc" + std::to_string(Below(5));
  BeforeAfter<Document> change;
  const auto known = model_.documents.find(name);
  if (known != model_.documents.end()) change.before = known->second;
  if (known != model_.documents.end() && Chance(3)) {
    model_.documents.erase(name);
  } else {
    Document document{name, "text/plain", std::to_string(random_()), {}};
    change.after = document;
    document.update_revision = model_.revision;
    model_.documents[name] = document;
  }
  changes_.push_back(change);
}

// Edges at one node, in both directions, until it has many; then they go again.
void RandomEdits::EditHub() {
  std::vector<EdgeKey> at_hub;
  for (const auto& [key, edge] : model_.edges) {
    if (key.subject_id == kHub || key.object_id == kHub) at_hub.push_back(key);
  }
  if (at_hub.size() > 2000) hub_grows_ = false;
  if (at_hub.size() < 300) hub_grows_ = true;
  if (hub_grows_) {
    for (std::uint64_t i = Below(120); i > 0; --i) {
      EdgeKey key = DrawKey();
      const bool is_first = key.relation == "near" || Chance(2);  // kHub is the least id
      (is_first ? key.subject_id : key.object_id) = kHub;
      PutEdge(key);
    }
  } else {
    std::shuffle(at_hub.begin(), at_hub.end(), random_);
    at_hub.resize(Below(200));
    for (const EdgeKey& key : at_hub) DeleteEdge(key);
  }
}

}  // namespace braid::graph
