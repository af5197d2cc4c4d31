#include "tests/graph/store/store_test_support.h"

#include <fmt/format.h>
#include <rocksdb/db.h>
#include <stdlib.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <stdexcept>
#include <utility>

namespace braid::graph::store {
namespace {

constexpr int kIdCount = 30;  // few enough that ids come back after they were deleted

std::uint64_t Below(std::uint64_t bound, std::mt19937_64& random) { return random() % bound; }

template <typename Map>
typename Map::const_iterator Pick(const Map& map, std::mt19937_64& random) {
  auto it = map.begin();
  std::advance(it, static_cast<std::ptrdiff_t>(Below(map.size(), random)));
  return it;
}

std::string RandomText(std::mt19937_64& random) {
  return fmt::format("{}{}", Below(8, random) == 0 ? std::string(300, 'x') : "text ", Below(1000, random));
}

Node RandomNode(std::mt19937_64& random) {
  const std::uint64_t number = Below(kIdCount, random);
  Node node = MakeNode(fmt::format("t:{}", number), RandomText(random));
  // The kind of a node never changes, so it follows from the id.
  node.kind = number % 3 == 0 ? "place" : "thing";
  if (Below(2, random) == 0) node.definition = RandomText(random);
  if (Below(2, random) == 0) {
    node.attributes = {{"count", std::int64_t(Below(100, random)) - 50}, {"names", std::vector<std::string>{"a", "b"}}};
  }
  if (Below(4, random) == 0) node.aliases = {fmt::format("alias:{}", number)};
  if (Below(4, random) == 0) {
    node.mappings = {{"skos:closeMatch", "X:1", "one", "semapv:ManualMappingCuration", 0.5, false, {}}};
  }
  return node;
}

Edge RandomEdge(const GraphModel& model, std::mt19937_64& random) {
  const std::string& subject = Pick(model.nodes, random)->first;
  std::string object = Pick(model.nodes, random)->first;
  Edge edge = MakeEdge(subject, Below(3, random) == 0 ? "part_of" : "touches", std::move(object));
  if (edge.key.relation == "part_of") return edge;
  edge.strength = static_cast<double>(1 + Below(kStrengthUnit, random)) / kStrengthUnit;
  edge.certainty = static_cast<Certainty>(1 + Below(5, random));
  edge.certainty_basis = CertaintyBasis::kCurated;
  edge.sign = static_cast<Sign>(Below(3, random));
  if (Below(3, random) == 0) edge.claims = {{Polarity::kSupports, {}, "somebody", RandomText(random)}};
  return edge;
}

bool HasEdge(const GraphModel& model, const std::string& id) {
  return std::any_of(model.edges.begin(), model.edges.end(),
                     [&id](const auto& edge) { return edge.first.subject_id == id || edge.first.object_id == id; });
}

template <typename Map, typename Value>
void Set(Map& map, const typename Map::key_type& key, const std::optional<Value>& value) {
  if (value) {
    map.insert_or_assign(key, *value);
  } else {
    map.erase(key);
  }
}

template <typename Values, typename Value>
void SetByName(Values& values, const Value& value) {
  const auto found =
      std::find_if(values.begin(), values.end(), [&value](const Value& other) { return other.name == value.name; });
  if (found == values.end()) {
    values.push_back(value);
  } else {
    *found = value;
  }
}

template <typename Map>
void SetUpdateRevisions(const Map& before, Revision revision, Map& after) {
  for (auto& [key, value] : after) {
    const auto was = before.find(key);
    if (was != before.end()) {
      value.update_revision = was->second.update_revision;
      if (value == was->second) continue;
    }
    value.update_revision = revision;
  }
}

template <typename Map>
std::string MapDifference(std::string_view what, const Map& got, const Map& want) {
  const auto name = [](const auto& key) {
    if constexpr (std::is_same_v<std::decay_t<decltype(key)>, EdgeKey>) {
      return ToString(key);
    } else {
      return key;
    }
  };
  std::string out;
  for (const auto& [key, value] : want) {
    const auto found = got.find(key);
    if (found == got.end()) out += fmt::format("{} {} is missing\n", what, name(key));
    if (found != got.end() && !(found->second == value)) {
      out += fmt::format("{} {} differs: update revision {}, wanted {}\n", what, name(key),
                         Number(found->second.update_revision), Number(value.update_revision));
    }
  }
  for (const auto& [key, value] : got) {
    if (!want.contains(key)) out += fmt::format("{} {} should not be there\n", what, name(key));
  }
  return out;
}

}  // namespace

std::string TestId(std::uint64_t seed, std::uint64_t number) {
  return fmt::format("{:08x}-0000-4000-8000-{:012x}", seed & 0xFFFF'FFFF, number);
}

std::uint64_t CountFromEnvironment(const char* name, std::uint64_t fallback) {
  const char* value = std::getenv(name);
  return value == nullptr ? fallback : std::strtoull(value, nullptr, 10);
}

std::vector<Change> TestSchema() {
  Kind thing;
  thing.name = "thing";
  thing.id_prefix = "t";
  thing.attributes.resize(2);
  thing.attributes[0].name = "count";
  thing.attributes[0].type = AttributeType::kInteger;
  thing.attributes[1].name = "names";
  thing.attributes[1].type = AttributeType::kTextList;
  Kind place = thing;
  place.name = "place";

  Relation touches;
  touches.name = "touches";
  touches.inverse_name = "touched_by";
  touches.phrase = "touches";
  touches.inverse_phrase = "is touched by";
  touches.endpoints = {EndpointRule{}};
  touches.walkable = true;
  touches.takes_strength = touches.takes_sign = touches.takes_certainty = true;
  touches.self_loops = true;
  Relation part_of;
  part_of.name = "part_of";
  part_of.inverse_name = "has_part";
  part_of.phrase = "is part of";
  part_of.inverse_phrase = "has part";
  part_of.endpoints = {EndpointRule{}};
  part_of.walkable = true;
  part_of.default_strength = 0.5;
  part_of.self_loops = true;
  return {PutKind{thing}, PutKind{place}, PutRelation{touches}, PutRelation{part_of}};
}

Node MakeNode(std::string id, std::string label) {
  Node node;
  node.id = std::move(id);
  node.kind = "thing";
  node.labels = {{std::move(label), "en", LabelRole::kPreferred, ""}};
  return node;
}

Edge MakeEdge(std::string subject, std::string relation, std::string object) {
  Edge edge;
  edge.key = {std::move(subject), std::move(relation), std::move(object)};
  return edge;
}

ChangeSet MakeChangeSet(std::string id, std::vector<Change> changes) {
  ChangeSet change_set;
  change_set.id = std::move(id);
  change_set.author = {"tester", true};
  change_set.message = "a test's change";
  change_set.changes = std::move(changes);
  return change_set;
}

std::unique_ptr<Store> OpenOrDie(const std::string& directory, const StoreOptions& options) {
  StoreOptions mine = options;
  mine.directory = directory;
  absl::StatusOr<std::unique_ptr<Store>> store = Store::Open(mine);
  if (!store.ok()) throw std::runtime_error(store.status().ToString());
  return *std::move(store);
}

std::optional<Reason> ReasonOf(const absl::Status& status) {
  const std::optional<ErrorInfo> info = ErrorInfoOf(status);
  if (!info) return std::nullopt;
  return info->reason;
}

GraphModel GraphModel::Of(const Snapshot& snapshot) {
  GraphModel model;
  model.revision = snapshot.revision();
  const Schema& schema = snapshot.schema();
  for (std::size_t i = 0; i < schema.kind_count(); ++i) {
    model.kinds.push_back(schema.kind(KindIndex{static_cast<std::uint16_t>(i)}));
  }
  for (std::size_t i = 0; i < schema.relation_count(); ++i) {
    model.relations.push_back(schema.relation(RelationIndex{static_cast<std::uint16_t>(i)}));
  }
  snapshot.VisitNodes(std::nullopt, {}, [&](NodeIndex index) {
    model.nodes.emplace(snapshot.id(index), snapshot.node(index));
    for (const Arc& arc : snapshot.out(index)) {
      const std::optional<EdgeEntry> entry = snapshot.FindEdge(index, arc.relation, arc.node);
      if (!entry) throw std::logic_error("an arc without an edge");
      Edge edge = snapshot.edge(*entry);
      const EdgeKey key = edge.key;
      model.edges.emplace(key, std::move(edge));
    }
    return true;
  });
  snapshot.VisitDocuments([&](const Document& document) {
    model.documents.emplace(document.name, document);
    return true;
  });
  if (model.nodes.size() != snapshot.node_count() || model.edges.size() != snapshot.edge_count()) {
    throw std::logic_error("the snapshot's counts are wrong");
  }
  return model;
}

void GraphModel::Apply(const ChangeSet& change_set) {
  const GraphModel before = *this;
  revision = Revision{Number(revision) + 1};
  for (const Change& change : change_set.changes) {
    if (const auto* node = std::get_if<PutNode>(&change)) {
      nodes.insert_or_assign(node->node.id, node->node);
    } else if (const auto* gone_node = std::get_if<DeleteNode>(&change)) {
      nodes.erase(gone_node->id);
    } else if (const auto* edge = std::get_if<PutEdge>(&change)) {
      edges.insert_or_assign(edge->edge.key, edge->edge);
    } else if (const auto* gone_edge = std::get_if<DeleteEdge>(&change)) {
      edges.erase(gone_edge->key);
    } else if (const auto* kind = std::get_if<PutKind>(&change)) {
      SetByName(kinds, kind->kind);
    } else if (const auto* relation = std::get_if<PutRelation>(&change)) {
      SetByName(relations, relation->relation);
    } else if (const auto* document = std::get_if<PutDocument>(&change)) {
      documents.insert_or_assign(document->document.name, document->document);
    }
  }
  // What counts is what the whole set changes: a node that was there keeps its first revision, and what is put as it
  // was keeps all of it.
  for (auto& [id, node] : nodes) {
    const auto was = before.nodes.find(id);
    node.create_revision = was == before.nodes.end() ? revision : was->second.create_revision;
  }
  SetUpdateRevisions(before.nodes, revision, nodes);
  SetUpdateRevisions(before.edges, revision, edges);
  SetUpdateRevisions(before.documents, revision, documents);
}

void GraphModel::Replay(const LogEntry& entry) {
  revision = entry.info.number;
  for (const LoggedChange& change : entry.changes) {
    if (const auto* node = std::get_if<BeforeAfter<NodeAt>>(&change)) {
      const std::string id = (node->after ? node->after : node->before)->node.id;
      std::optional<Node> after;
      if (node->after) after = node->after->node;
      Set(nodes, id, after);
    } else if (const auto* edge = std::get_if<BeforeAfter<Edge>>(&change)) {
      const EdgeKey key = (edge->after ? edge->after : edge->before)->key;
      Set(edges, key, edge->after);
    } else if (const auto* document = std::get_if<BeforeAfter<Document>>(&change)) {
      const std::string name = (document->after ? document->after : document->before)->name;
      Set(documents, name, document->after);
    } else if (const auto* kind = std::get_if<BeforeAfter<Kind>>(&change)) {
      SetByName(kinds, *kind->after);
    } else if (const auto* relation = std::get_if<BeforeAfter<Relation>>(&change)) {
      SetByName(relations, *relation->after);
    }
  }
}

std::string Difference(const GraphModel& got, const GraphModel& want) {
  std::string out;
  if (got.revision != want.revision) {
    out += fmt::format("revision {}, wanted {}\n", Number(got.revision), Number(want.revision));
  }
  out += MapDifference("node", got.nodes, want.nodes);
  out += MapDifference("edge", got.edges, want.edges);
  out += MapDifference("document", got.documents, want.documents);
  if (got.kinds != want.kinds) out += "the kinds differ\n";
  if (got.relations != want.relations) out += "the relations differ\n";
  return out;
}

ChangeSet RandomChangeSet(std::string id, const GraphModel& model, std::mt19937_64& random) {
  std::vector<Change> changes;
  // Each set is checked against the graph as its own changes leave it, which the copy follows.
  GraphModel now = model;
  const std::uint64_t count = 1 + Below(6, random);
  // A choice may find nothing to do; a change set without a change would be refused.
  for (std::uint64_t i = 0; i < count || changes.empty(); ++i) {
    ChangeSet one;
    const std::uint64_t choice = Below(10, random);
    if (choice < 4 || now.nodes.size() < 2) {
      one.changes.push_back(PutNode{RandomNode(random)});
    } else if (choice < 7) {
      one.changes.push_back(PutEdge{RandomEdge(now, random)});
    } else if (choice == 7 && !now.edges.empty()) {
      one.changes.push_back(DeleteEdge{Pick(now.edges, random)->first});
    } else if (choice == 8) {
      const std::string& victim = Pick(now.nodes, random)->first;
      if (!HasEdge(now, victim)) one.changes.push_back(DeleteNode{victim});
    } else {
      one.changes.push_back(
          PutDocument{{fmt::format("doc{}", Below(4, random)), "text/plain", RandomText(random), Revision{}}});
    }
    now.Apply(one);
    now.revision = model.revision;
    std::move(one.changes.begin(), one.changes.end(), std::back_inserter(changes));
  }
  return MakeChangeSet(std::move(id), std::move(changes));
}

GraphModel FillStore(const std::string& directory, std::uint64_t seed, int commits) {
  const std::unique_ptr<Store> store = OpenOrDie(directory);
  std::mt19937_64 random(seed);
  GraphModel model = GraphModel::Of(*store->head());
  for (int i = 0; i < commits; ++i) {
    const std::string id = TestId(seed, Number(model.revision));
    const ChangeSet change_set =
        Number(model.revision) == 0 ? MakeChangeSet(id, TestSchema()) : RandomChangeSet(id, model, random);
    const absl::StatusOr<CommitResult> result = store->Commit(change_set);
    if (!result.ok()) throw std::runtime_error(result.status().ToString());
    model.Apply(change_set);
  }
  return model;
}

void FlushTables(const std::string& directory) {
  rocksdb::DBOptions options;
  std::vector<std::string> names;
  rocksdb::Status status = rocksdb::DB::ListColumnFamilies(options, directory, &names);
  std::vector<rocksdb::ColumnFamilyDescriptor> families;
  for (const std::string& name : names) families.emplace_back(name, rocksdb::ColumnFamilyOptions());
  std::vector<rocksdb::ColumnFamilyHandle*> handles;
  rocksdb::DB* db = nullptr;
  if (status.ok()) status = rocksdb::DB::Open(options, directory, families, &handles, &db);
  const std::unique_ptr<rocksdb::DB> owner(db);
  if (status.ok()) status = db->Flush(rocksdb::FlushOptions(), handles);
  for (rocksdb::ColumnFamilyHandle* handle : handles) db->DestroyColumnFamilyHandle(handle);
  if (!status.ok()) throw std::runtime_error(status.ToString());
}

}  // namespace braid::graph::store
