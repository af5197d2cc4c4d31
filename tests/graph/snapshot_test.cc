#include "graph/snapshot.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <mutex>
#include <random>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "graph/error.h"
#include "graph/snapshot_builder.h"
#include "tests/graph/draw.h"
#include "tests/graph/snapshot_model.h"

namespace braid::graph {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

SnapshotPtr Next(const SnapshotPtr& base, const std::vector<LoggedChange>& changes) {
  const Revision revision{Number(base->revision()) + 1};
  SnapshotBuilder builder(base);
  for (const LoggedChange& change : changes) builder.Apply(change, revision);
  return std::move(builder).Build(revision);
}

SnapshotPtr Load(const GraphModel& model) {
  BulkLoader loader;
  for (const Kind& kind : model.kinds) loader.AddKind(kind);
  for (const Relation& relation : model.relations) loader.AddRelation(relation);
  for (const auto& [name, document] : model.documents) loader.AddDocument(document);
  for (const auto& [id, at] : model.nodes) loader.AddNode(at.index, at.node);
  std::vector<std::tuple<NodeIndex, RelationIndex, NodeIndex, Edge>> rows;
  for (const auto& [key, edge] : model.edges) {
    std::uint16_t relation = 0;
    while (model.relations[relation].name != key.relation) ++relation;
    Edge row = edge;
    row.key = {};
    rows.emplace_back(model.nodes.at(key.subject_id).index, RelationIndex{relation},
                      model.nodes.at(key.object_id).index, std::move(row));
  }
  std::sort(rows.begin(), rows.end(), [](const auto& a, const auto& b) {
    return std::tie(std::get<0>(a), std::get<1>(a), std::get<2>(a)) <
           std::tie(std::get<0>(b), std::get<1>(b), std::get<2>(b));
  });
  for (auto& [subject, relation, object, edge] : rows) loader.AddEdge(subject, relation, object, std::move(edge));
  return std::move(loader).Build(model.revision).value();
}

class SnapshotProperty : public testing::TestWithParam<std::uint64_t> {
 protected:
  static constexpr int kRevisions = 90;
  static constexpr int kCompareEvery = 15;
};

TEST_P(SnapshotProperty, IsTheModelAfterEveryEditAndOldOnesStayAsTheyWere) {
  SCOPED_TRACE(testing::Message() << "seed " << GetParam());
  RandomEdits edits(GetParam());
  SnapshotPtr head = Snapshot::Empty();
  std::vector<std::pair<SnapshotPtr, GraphModel>> kept;
  for (int i = 1; i <= kRevisions; ++i) {
    head = Next(head, edits.NextRevision());
    if (i % kCompareEvery != 0) continue;
    SCOPED_TRACE(testing::Message() << "revision " << i);
    ExpectSame(*head, edits.model());
    kept.emplace_back(head, edits.model());
    if (HasFailure()) return;
  }
  head = nullptr;
  // Old ones, and the rest of them once the first are gone: blocks are shared in every direction.
  for (auto& [snapshot, model] : kept) {
    ExpectSame(*snapshot, model);
    snapshot = nullptr;
  }
}

TEST_P(SnapshotProperty, UndoesEveryEditDownToTheEmptyGraph) {
  SCOPED_TRACE(testing::Message() << "seed " << GetParam());
  RandomEdits edits(GetParam());
  SnapshotPtr head = Snapshot::Empty();
  std::vector<std::vector<LoggedChange>> log;
  std::vector<GraphModel> models = {GraphModel{}};
  for (int i = 1; i <= kRevisions; ++i) {
    std::vector<LoggedChange> changes = edits.NextRevision();
    head = Next(head, changes);
    // As the log keeps it: each `before` and `after` with the revisions that it had.
    models.push_back(edits.model());
    log.push_back(std::move(changes));
  }
  SnapshotPtr from = head;
  for (int to : {kRevisions - 1, kRevisions - 2, kRevisions / 2, 7, 1, 0}) {
    SCOPED_TRACE(testing::Message() << "back to revision " << to);
    SnapshotBuilder builder(from);
    for (int at = static_cast<int>(Number(from->revision())); at > to; --at) {
      const std::vector<LoggedChange>& changes = log[static_cast<std::size_t>(at) - 1];
      std::for_each(changes.rbegin(), changes.rend(), [&](const LoggedChange& change) { builder.Undo(change); });
    }
    from = std::move(builder).Build(Revision{static_cast<std::uint64_t>(to)});
    ExpectSame(*from, models[static_cast<std::size_t>(to)]);
    if (HasFailure()) return;
  }
  EXPECT_EQ(from->slot_count(), 0U);
  ExpectSame(*head, edits.model());
}

TEST_P(SnapshotProperty, LoadsFromRowsAsItWasEdited) {
  SCOPED_TRACE(testing::Message() << "seed " << GetParam());
  RandomEdits edits(GetParam());
  std::vector<LoggedChange> changes;
  for (int i = 0; i < kRevisions; ++i) {
    edits.NextRevision();
    if (i % kCompareEvery != 0) continue;
    ExpectSame(*Load(edits.model()), edits.model());
    if (HasFailure()) return;
  }
  // And it takes edits as any other.
  SnapshotPtr head = Load(edits.model());
  for (int i = 0; i < 5; ++i) head = Next(head, edits.NextRevision());
  ExpectSame(*head, edits.model());
}

INSTANTIATE_TEST_SUITE_P(Seeds, SnapshotProperty, testing::Range<std::uint64_t>(1, 7));

// --- Hubs

BeforeAfter<Edge> PutEdge(const std::string& subject, const std::string& relation, const std::string& object) {
  Edge edge;
  edge.key = {subject, relation, object};
  edge.strength = 0.5;
  return {{}, edge};
}

BeforeAfter<Edge> Reversed(BeforeAfter<Edge> change) {
  std::swap(change.before, change.after);
  return change;
}

std::vector<NodeIndex> Ends(const Arcs& arcs) {
  std::vector<NodeIndex> ends;
  for (const Arc& arc : arcs) ends.push_back(arc.node);
  return ends;
}

TEST(SnapshotHub, CrossesTheChunkBoundBothWays) {
  std::string text = "a -x-> z";
  for (int i = 0; i < 600; ++i) text += " ; v" + std::to_string(i);
  SnapshotPtr head = Draw(text);
  const NodeIndex a = Named(*head, "a"), z = Named(*head, "z");
  const RelationIndex x = RelationNamed(*head, "x");
  std::vector<SnapshotPtr> steps = {head};
  const auto edit = [&](int i, bool put) {
    const std::string v = "n:v" + std::to_string(i);
    const auto out = PutEdge("n:a", "x", v), in = PutEdge(v, "x", "n:z");
    head =
        Next(head, put ? std::vector<LoggedChange>{out, in} : std::vector<LoggedChange>{Reversed(out), Reversed(in)});
    steps.push_back(head);
  };
  for (int i = 0; i < 600; ++i) edit(i, true);
  for (int i = 599; i >= 0; --i) edit(i, false);
  for (std::size_t step = 0; step < steps.size(); ++step) {
    const std::size_t want = 1 + std::min(step, 1200 - step);
    ASSERT_EQ(steps[step]->out(a).size(), want);
    ASSERT_EQ(steps[step]->OutDegree(a, x), want);
    ASSERT_EQ(steps[step]->InDegree(z, x), want);
    if (want < Snapshot::kChunkArcs - 2 || want > Snapshot::kChunkArcs + 3) continue;
    const std::vector<NodeIndex> out = Ends(steps[step]->out(a)), in = Ends(steps[step]->in(z));
    ASSERT_EQ(out.size(), want);
    ASSERT_TRUE(std::is_sorted(out.begin(), out.end()) && std::is_sorted(in.begin(), in.end()));
    ASSERT_EQ(out, Ends(steps[1200 - step]->out(a)));
  }
}

TEST(SnapshotHub, AnswersByRelationAcrossChunks) {
  const std::vector<std::string> relations = {"p", "q", "s", "t"};
  std::string text = "relation p ; relation q ; relation s ; relation t ; hub";
  for (int i = 0; i < 1500; ++i) text += " ; v" + std::to_string(i);
  SnapshotPtr head = Draw(text);
  const NodeIndex hub = Named(*head, "hub");
  std::vector<LoggedChange> puts;
  for (int i = 0; i < 1500; ++i) {
    for (const std::string& relation : relations) {
      if (relation != "s") puts.push_back(PutEdge("n:hub", relation, "n:v" + std::to_string(i)));
    }
  }
  std::shuffle(puts.begin(), puts.end(), std::mt19937_64(1));
  head = Next(head, puts);
  for (const std::string& relation : relations) {
    const std::size_t want = relation == "s" ? 0 : 1500;
    EXPECT_EQ(Ends(head->out(hub, RelationNamed(*head, relation))).size(), want);
    EXPECT_EQ(head->OutDegree(hub, RelationNamed(*head, relation)), want);
  }
  // Take all but every hundredth away: what is left is found, in order, though its chunks have been joined.
  std::vector<LoggedChange> takes;
  for (std::size_t i = 0; i < puts.size(); ++i) {
    if (i % 100 != 0) takes.push_back(Reversed(std::get<BeforeAfter<Edge>>(puts[i])));
  }
  const SnapshotPtr full = head;
  for (std::size_t i = 0; i < takes.size(); i += 40) {
    head = Next(head, {takes.begin() + static_cast<std::ptrdiff_t>(i),
                       takes.begin() + static_cast<std::ptrdiff_t>(std::min(i + 40, takes.size()))});
  }
  EXPECT_EQ(head->out(hub).size(), 45U);
  for (std::size_t i = 0; i < puts.size(); ++i) {
    const EdgeKey& key = std::get<BeforeAfter<Edge>>(puts[i]).after->key;
    ASSERT_EQ(head->FindEdge(key).has_value(), i % 100 == 0);
    ASSERT_TRUE(full->FindEdge(key).has_value());
  }
}

// --- Nodes and slots

TEST(Snapshot, StartsEmpty) {
  ExpectSame(*Snapshot::Empty(), GraphModel{});
  EXPECT_EQ(Snapshot::Empty()->Find("n:a"), std::nullopt);
}

TEST(Snapshot, LeavesAnIsolatedNamelessSlotThatALaterNodeTakes) {
  const SnapshotPtr base = Draw("relation r ; a ; b ; c");
  const NodeIndex b = Named(*base, "b");
  const NodeAt gone{base->node(b), b};
  const SnapshotPtr without = Next(base, {BeforeAfter<NodeAt>{gone, {}}});
  EXPECT_EQ(without->slot_count(), 3U);
  EXPECT_EQ(without->node_count(), 2U);
  EXPECT_FALSE(without->IsNode(b));
  EXPECT_EQ(without->id(b), "");

  NodeAt taker = gone;
  taker.node.id = "n:d";
  const SnapshotPtr with = Next(without, {BeforeAfter<NodeAt>{{}, taker}, PutEdge("n:d", "r", "n:a")});
  EXPECT_EQ(Named(*with, "d"), b);
  EXPECT_EQ(with->Find("n:b"), std::nullopt);
  EXPECT_EQ(base->id(b), "n:b") << "a snapshot that is read stays as it is";
}

TEST(Snapshot, CountsSlotsUpToTheLastNodeHoweverItCameToBe) {
  const SnapshotPtr base = Draw("a ; b ; c");
  const auto remove = [&](const char* name) {
    return BeforeAfter<NodeAt>{NodeAt{base->node(Named(*base, name)), Named(*base, name)}, {}};
  };
  const SnapshotPtr hole = Next(base, {remove("b")});
  EXPECT_EQ(hole->slot_count(), 3U);
  EXPECT_EQ(Next(hole, {remove("c")})->slot_count(), 1U);
}

TEST(Snapshot, FollowsTheSchemaInWhatIsAGroup) {
  const SnapshotPtr base = Draw(
      "kind school is_group ; relation from defines_group ; t -from,primary-> s@school ; "
      "t -from-> u@school ; v -from-> s");
  EXPECT_EQ(base->group(Named(*base, "t")), Named(*base, "s"));
  EXPECT_EQ(base->group(Named(*base, "s")), Named(*base, "s"));
  EXPECT_EQ(base->group(Named(*base, "v")), kNoNode) << "no edge is marked primary";

  const Relation from = base->schema().relation(RelationNamed(*base, "from"));
  Relation plain = from;
  plain.defines_group = false;
  EXPECT_EQ(Next(base, {BeforeAfter<Relation>{from, plain}})->group(Named(*base, "t")), kNoNode);

  const Edge primary = base->FindEdge({"n:t", "from", "n:s"}).value();
  Edge other = primary;
  other.primary = false;
  const SnapshotPtr unmarked = Next(base, {BeforeAfter<Edge>{primary, other}});
  EXPECT_EQ(unmarked->group(Named(*base, "t")), kNoNode);
  EXPECT_EQ(Next(base, {BeforeAfter<Edge>{primary, {}}})->group(Named(*base, "t")), kNoNode);
}

TEST(Snapshot, ForgetsTheGroupsOfARelationWhoseCreationIsUndone) {
  const SnapshotPtr base = Draw("t ; s");
  Relation from;
  from.name = "from";
  from.defines_group = true;
  BeforeAfter<Edge> edge = PutEdge("n:t", "from", "n:s");
  edge.after->primary = true;
  const std::vector<LoggedChange> changes = {BeforeAfter<Relation>{{}, from}, edge};
  const SnapshotPtr with = Next(base, changes);
  ASSERT_EQ(with->group(Named(*with, "t")), Named(*with, "s"));
  SnapshotBuilder builder(with);
  builder.Undo(changes[1]);
  builder.Undo(changes[0]);
  const SnapshotPtr back = std::move(builder).Build(base->revision());
  EXPECT_EQ(back->group(Named(*back, "t")), kNoNode);
  EXPECT_EQ(back->schema().FindRelation("from"), std::nullopt);
}

TEST(Snapshot, TakesAnEdgeBeforeItsNodesAndLetsItGoAgain) {
  const SnapshotPtr base = Draw("relation r ; a");
  const auto put = [](const char* id, std::uint32_t slot) {
    Node node;
    node.id = id;
    node.kind = "node";
    return BeforeAfter<NodeAt>{{}, NodeAt{node, NodeIndex{slot}}};
  };
  const BeforeAfter<Edge> kept = PutEdge("n:b", "r", "n:c"), gone = PutEdge("n:a", "r", "n:c");
  BeforeAfter<Edge> stronger = kept;
  stronger.before = kept.after;
  stronger.after->strength = 0.75;
  const SnapshotPtr g = Next(base, {kept, gone, stronger, put("n:c", 1), Reversed(gone), put("n:b", 2)});
  EXPECT_EQ(g->edge_count(), 1U);
  EXPECT_EQ(g->FindEdge(kept.after->key)->strength, 0.75);
  EXPECT_EQ(g->FindEdge(gone.after->key), std::nullopt);

  const SnapshotPtr never = Next(base, {kept, gone, Reversed(kept), Reversed(gone), put("n:c", 1)});
  EXPECT_EQ(never->edge_count(), 0U);
  EXPECT_TRUE(never->in(Named(*never, "c")).empty()) << "it went before its node came";
}

// --- Lookups

TEST(Snapshot, FindsASymmetricEdgeInEitherOrderAndCountsItOnceAtEachEnd) {
  const SnapshotPtr g = Draw("b -near- a ; c -near- b ; b -near- b");
  const RelationIndex near = RelationNamed(*g, "near");
  EXPECT_EQ(g->FindEdge({"n:b", "near", "n:a"}), g->FindEdge({"n:a", "near", "n:b"}));
  EXPECT_EQ(g->FindEdge({"n:b", "near", "n:a"})->key.subject_id, "n:a");
  EXPECT_EQ(g->OutDegree(Named(*g, "b"), near), 3U) << "two neighbours and a loop, which is one edge";
  EXPECT_EQ(g->InDegree(Named(*g, "b"), near), 3U);
  EXPECT_EQ(g->OutDegree(Named(*g, "a"), near), 1U);
}

TEST(Snapshot, GivesStrengthsBackAsTheyWereWritten) {
  for (const char* text : {"0.3", "0.123456789", "1", "0.000000001", "0.999999999"}) {
    const SnapshotPtr g = Draw(std::string("a -x:") + text + "-> b");
    EXPECT_EQ(g->FindEdge({"n:a", "x", "n:b"})->strength, std::stod(text));
  }
}

TEST(Snapshot, SupportsWhatIsClaimedInFavourAndHasAStrength) {
  const SnapshotPtr g = Draw(
      "relation x no_default ; relation y ; relation z no_strength ; "
      "a -x-> b ; a -x:0.5-> c ; a -y-> b ; a -z-> b ; a -y,null-> c ; a -y,null,supports-> d");
  const auto arc = [&](const char* relation, const char* object) {
    return g->FindEdge(Named(*g, "a"), RelationNamed(*g, relation), Named(*g, object))->arc;
  };
  EXPECT_FALSE(arc("x", "b").supported()) << "no strength and no default";
  EXPECT_TRUE(arc("x", "c").supported());
  EXPECT_TRUE(arc("y", "b").supported());
  EXPECT_TRUE(arc("z", "b").supported()) << "the relation takes no strength";
  EXPECT_FALSE(arc("y", "c").supported()) << "studied, and nothing found";
  EXPECT_TRUE(arc("y", "d").supported());
  EXPECT_TRUE(arc("y", "d").counter_evidence());
  EXPECT_EQ(g->OutDegree(Named(*g, "a"), RelationNamed(*g, "y")), 2U) << "counter-evidence alone counts nowhere";
}

TEST(Snapshot, ListsTheNeighboursOfAnIdThatNeedNotExist) {
  const SnapshotPtr g = Draw("a ; b ; d ; e ; f");
  const auto around = [&](const char* id, std::size_t count) {
    std::vector<std::string> names;
    for (const NodeIndex index : g->IdNeighborhood(id, count)) names.push_back(NameOf(*g, index));
    return names;
  };
  EXPECT_THAT(around("n:c", 2), ElementsAre("a", "b", "d", "e"));
  EXPECT_THAT(around("n:b", 1), ElementsAre("a", "b"));
  EXPECT_THAT(around("", 2), ElementsAre("a", "b"));
  EXPECT_THAT(around("z", 2), ElementsAre("e", "f"));
  EXPECT_TRUE(around("n:c", 0).empty());
}

TEST(Snapshot, StopsAVisitWhereItIsTold) {
  const SnapshotPtr g = Draw("a ; b ; c");
  int seen = 0;
  g->VisitNodes(std::nullopt, "", [&](NodeIndex) { return ++seen < 2; });
  EXPECT_EQ(seen, 2);
}

TEST(Snapshot, PrefersLabelsByLanguageThenEnglishThenAny) {
  Node node;
  node.id = "n:a";
  EXPECT_EQ(node.PreferredLabel(), "n:a");
  node.labels = {{"syn", "fr", LabelRole::kSynonym, ""}};
  EXPECT_EQ(node.PreferredLabel(), "syn");
  node.labels.push_back({"deutsch", "de-AT", LabelRole::kPreferred, ""});
  EXPECT_EQ(node.PreferredLabel({"fr"}), "deutsch");
  node.labels.push_back({"english", "en-GB", LabelRole::kPreferred, ""});
  EXPECT_EQ(node.PreferredLabel({"fr"}), "english");
  EXPECT_EQ(node.PreferredLabel({"fr", "DE"}), "deutsch");
  EXPECT_EQ(node.PreferredLabel({"d"}), "english");
}

// --- Limits

TEST(Snapshot, KeepsWithinItsBytesANodeAndAnEdge) {
  constexpr std::uint32_t kNodes = 50'000;
  BulkLoader loader;
  Kind kind;
  kind.name = "node";
  loader.AddKind(kind);
  for (const char* name : {"p", "q", "s"}) {
    Relation relation;
    relation.name = name;
    loader.AddRelation(relation);
  }
  for (std::uint32_t i = 0; i < kNodes; ++i) {
    Node node;
    node.id = "node:" + std::to_string(1'000'000 + i);
    node.kind = "node";
    loader.AddNode(NodeIndex{i}, std::move(node));
  }
  std::mt19937_64 random(1);
  for (std::uint32_t i = 0; i < kNodes; ++i) {
    for (std::uint16_t r = 0; r < 3; ++r) {
      const auto a = static_cast<std::uint32_t>(random() % (kNodes - 1)), b = a + 1;
      loader.AddEdge(NodeIndex{i}, RelationIndex{r}, NodeIndex{a}, Edge{});
      loader.AddEdge(NodeIndex{i}, RelationIndex{r}, NodeIndex{b}, Edge{});
    }
  }
  const SnapshotPtr g = std::move(loader).Build(Revision{1}).value();
  const MemoryUse use = g->MemoryBytes();
  EXPECT_LE(use.pages + use.records + use.indexes, 48 * g->edge_count() + 160 * g->node_count());
  EXPECT_EQ(use.values, 0U) << "nothing is said beside ids and arcs";
}

TEST(Snapshot, IsReadWhileTheNextOnesAreMade) {
  std::mutex mutex;
  SnapshotPtr head = Draw("a -x-> b");
  const auto pin = [&] {
    const std::lock_guard lock(mutex);
    return head;
  };
  std::atomic<bool> done = false;
  std::atomic<std::uint64_t> torn = 0;
  std::vector<std::thread> readers;
  for (int t = 0; t < 2; ++t) {
    readers.emplace_back([&] {
      while (!done) {
        const SnapshotPtr g = pin();
        // Revision n has n edges, each in both lists.
        std::size_t out = 0, in = 0;
        for (std::uint32_t i = 0; i < g->slot_count(); ++i) {
          out += g->out(NodeIndex{i}).size();
          in += g->in(NodeIndex{i}).size();
        }
        if (out != Number(g->revision()) || in != out) ++torn;
      }
    });
  }
  for (std::uint32_t i = 2; i < 400; ++i) {
    Node node;
    node.id = "n:v" + std::to_string(i);
    node.kind = "node";
    SnapshotPtr next = Next(pin(), {BeforeAfter<NodeAt>{{}, NodeAt{node, NodeIndex{i}}}, PutEdge("n:a", "x", node.id)});
    const std::lock_guard lock(mutex);
    head.swap(next);
  }
  done = true;
  for (std::thread& reader : readers) reader.join();
  EXPECT_EQ(torn, 0U);
}

// --- Rows that do not fit

struct BadRows {
  const char* name;
  std::function<void(BulkLoader&)> add;
  const char* message;
};

class BulkLoaderRefusal : public testing::TestWithParam<BadRows> {};

Node NodeNamed(const std::string& id, const std::string& kind = "node") {
  Node node;
  node.id = id;
  node.kind = kind;
  return node;
}

TEST_P(BulkLoaderRefusal, NamesTheRow) {
  BulkLoader loader;
  Kind kind;
  kind.name = "node";
  loader.AddKind(kind);
  Relation relation;
  relation.name = "x";
  loader.AddRelation(relation);
  loader.AddNode(NodeIndex{0}, NodeNamed("n:a"));
  loader.AddNode(NodeIndex{2}, NodeNamed("n:c"));
  GetParam().add(loader);
  const auto built = std::move(loader).Build(Revision{1});
  ASSERT_FALSE(built.ok());
  EXPECT_EQ(ErrorInfoOf(built.status())->reason, Reason::kStoreDamaged);
  EXPECT_THAT(std::string(built.status().message()), HasSubstr(GetParam().message));
}

void AddEdge(BulkLoader& loader, std::uint32_t subject, std::uint16_t relation, std::uint32_t object) {
  loader.AddEdge(NodeIndex{subject}, RelationIndex{relation}, NodeIndex{object}, Edge{});
}

INSTANTIATE_TEST_SUITE_P(
    All, BulkLoaderRefusal,
    testing::Values(BadRows{"slot_twice", [](BulkLoader& l) { l.AddNode(NodeIndex{0}, NodeNamed("n:b")); }, "slot 0"},
                    BadRows{"no_slot", [](BulkLoader& l) { l.AddNode(kNoNode, NodeNamed("n:b")); }, "slot 4294967295"},
                    BadRows{"id_twice", [](BulkLoader& l) { l.AddNode(NodeIndex{1}, NodeNamed("n:a")); }, "n:a"},
                    BadRows{"unknown_kind", [](BulkLoader& l) { l.AddNode(NodeIndex{1}, NodeNamed("n:b", "k")); },
                            "kind k"},
                    BadRows{"unknown_relation", [](BulkLoader& l) { AddEdge(l, 0, 1, 2); }, "edge 0 1 2"},
                    BadRows{"free_object", [](BulkLoader& l) { AddEdge(l, 0, 0, 1); }, "slot 1 is free"},
                    BadRows{"object_past_the_end", [](BulkLoader& l) { AddEdge(l, 0, 0, 3); }, "free slot"},
                    BadRows{"free_subject", [](BulkLoader& l) { AddEdge(l, 1, 0, 0); }, "free slot"},
                    BadRows{"edge_twice",
                            [](BulkLoader& l) {
                              AddEdge(l, 0, 0, 2);
                              AddEdge(l, 0, 0, 2);
                            },
                            "order"},
                    BadRows{"edges_out_of_order",
                            [](BulkLoader& l) {
                              AddEdge(l, 2, 0, 0);
                              AddEdge(l, 0, 0, 2);
                            },
                            "order"},
                    BadRows{"node_after_edge",
                            [](BulkLoader& l) {
                              AddEdge(l, 0, 0, 2);
                              l.AddNode(NodeIndex{1}, NodeNamed("n:b"));
                            },
                            "n:b comes after"},
                    BadRows{"document_twice",
                            [](BulkLoader& l) {
                              l.AddDocument({"policy", "text/plain", "", {}});
                              l.AddDocument({"policy", "text/plain", "", {}});
                            },
                            "policy"}),
    [](const auto& param_info) { return param_info.param.name; });

}  // namespace
}  // namespace braid::graph
