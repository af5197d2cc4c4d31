// Keys, values, digests: what is written comes back, and what was not written is refused.

#include "graph/store/codec.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include "graph/store/digest.h"
#include "tests/graph/store/store_test_support.h"

namespace braid::graph::store {
namespace {

Node FullNode() {
  Node node;
  node.id = "technique:x";
  node.kind = "technique";
  node.labels = {{"Exposure", "en", LabelRole::kPreferred, ""}, {"ERP", "en", LabelRole::kAbbreviation, "narrow"}};
  node.definition = std::string("not \xFF UTF-8 and \0 nul", 21);
  node.attributes = {{"a", std::string("text")},
                     {"b", std::vector<std::string>{"one", ""}},
                     {"c", 0.1},
                     {"d", std::int64_t{-5}},
                     {"e", false},
                     {"f", std::vector<std::string>{}}};
  node.mappings = {{"skos:closeMatch", "X:1", "one", "semapv:ManualMappingCuration", 0.0, true, {{"row", true}}},
                   {"skos:exactMatch", "X:2", "", "", std::nullopt, false, {}}};
  node.obsolete = true;
  node.replaced_by = {"technique:y"};
  node.aliases = {"tq_x", "tq_z"};
  node.create_revision = Revision{3};
  node.update_revision = Revision{1ULL << 40};
  return node;
}

Edge FullEdge() {
  Edge edge;
  edge.strength = 0.123456789;
  edge.sign = Sign::kMinus;
  edge.certainty = Certainty::kHigh;
  edge.certainty_basis = CertaintyBasis::kComputed;
  edge.primary = true;
  edge.claims = {{Polarity::kHarm, {"evidence:1", "evidence:2"}, "somebody", "note"}};
  edge.attributes = {{"since", std::int64_t{1999}}};
  edge.update_revision = Revision{77};
  return edge;
}

TEST(Codec, GivesBackANodeWithEverything) { EXPECT_EQ(DecodeNode(EncodeNode(FullNode())).value(), FullNode()); }

TEST(Codec, GivesBackAnEdgeWithAndWithoutATail) {
  Edge read;
  ASSERT_TRUE(DecodeEdge(EncodeEdge(FullEdge()), read).ok());
  EXPECT_EQ(read, FullEdge());
  ASSERT_TRUE(DecodeEdge(EncodeEdge(Edge{}), read).ok());
  EXPECT_EQ(read, Edge{});
  EXPECT_EQ(EncodeEdge(Edge{}).size(), 16u);
}

TEST(Codec, WritesTheExampleOfFormatMd) {
  using std::string_literals::operator""s;
  Edge edge;
  edge.strength = 0.5;
  edge.certainty = Certainty::kLow;
  edge.certainty_basis = CertaintyBasis::kCurated;
  edge.update_revision = Revision{2};
  EXPECT_EQ(EncodeEdgeRowKey({NodeIndex{0}, RelationIndex{0}, NodeIndex{1}}), "\0\0\0\0\0\0\0\0\0\x01"s);
  EXPECT_EQ(EncodeEdge(edge), "\x01\x13\0\0\0\x65\xcd\x1d\x02\0\0\0\0\0\0\0"s);
}

TEST(Codec, KeepsStrengthsOfNineDigitsExactly) {
  std::mt19937_64 random(1);
  for (int i = 0; i < 10'000; ++i) {
    Edge edge;
    edge.strength = static_cast<double>(1 + random() % kStrengthUnit) / kStrengthUnit;
    Edge read;
    ASSERT_TRUE(DecodeEdge(EncodeEdge(edge), read).ok());
    ASSERT_EQ(read.strength, edge.strength);
  }
}

TEST(Codec, KeysSortAsTheirNumbersDo) {
  EXPECT_LT(NodeRowKey(NodeIndex{255}), NodeRowKey(NodeIndex{256}));
  const auto edge = [](std::uint32_t subject, std::uint16_t relation, std::uint32_t object) {
    return EncodeEdgeRowKey({NodeIndex{subject}, RelationIndex{relation}, NodeIndex{object}});
  };
  EXPECT_LT(edge(1, 300, 9), edge(2, 0, 0));
  EXPECT_LT(edge(1, 255, 9), edge(1, 256, 0));
  EXPECT_LT(edge(1, 1, 255), edge(1, 1, 256));
  EXPECT_LT(EncodeLogRowKey(Revision{255}, 7), EncodeLogRowKey(Revision{256}, 0));
  const EdgeRowKey key{NodeIndex{0xFEDC'BA98}, RelationIndex{0x1234}, NodeIndex{0x8765'4321}};
  EXPECT_EQ(ParseEdgeRowKey(EncodeEdgeRowKey(key)).value(), key);
}

TEST(Codec, GivesBackKindsRelationsAndDocuments) {
  for (const Change& change : TestSchema()) {
    if (const auto* put = std::get_if<PutKind>(&change)) {
      const DocumentRow row = DecodeDocumentRow(KindRowKey(KindIndex{7}), EncodeKind(put->kind)).value();
      EXPECT_EQ(row.number, 7);
      EXPECT_EQ(std::get<Kind>(row.value), put->kind);
    } else if (const auto* relation = std::get_if<PutRelation>(&change)) {
      const std::string key = RelationRowKey(RelationIndex{300});
      const DocumentRow row = DecodeDocumentRow(key, EncodeRelation(relation->relation)).value();
      EXPECT_EQ(row.number, 300);
      EXPECT_EQ(std::get<Relation>(row.value), relation->relation);
    }
  }
  const Document document{"policy", "text/plain", "content", Revision{4}};
  const DocumentRow row = DecodeDocumentRow(DocumentRowKey("policy"), EncodeDocument(document)).value();
  EXPECT_EQ(std::get<Document>(row.value), document);
}

TEST(Codec, StateCarriesItsChecksum) {
  StoreState state;
  state.store_id = TestId(1, 2);
  state.applied = Revision{5};
  state.chain = {1, 2};
  state.tables[2].Add("key", "value");
  const std::string value = EncodeState(state);
  EXPECT_EQ(DecodeState(value)->tables[2], state.tables[2]);
  for (std::size_t bit = 0; bit < value.size() * 8; ++bit) {
    std::string damaged = value;
    damaged[bit / 8] = static_cast<char>(damaged[bit / 8] ^ (1 << bit % 8));
    EXPECT_FALSE(DecodeState(damaged).ok()) << bit;
  }
}

// Bytes that nobody wrote: an error or a value, never a crash, and never more memory than the bytes could stand for.
TEST(Codec, RefusesWhatItCannotRead) {
  std::mt19937_64 random(2);
  const std::vector<std::string> values = {EncodeNode(FullNode()), EncodeEdge(FullEdge()),
                                           EncodeEntry(LogEntry{}, Digest128{}).parts.front()};
  for (int i = 0; i < 30'000; ++i) {
    std::string bytes = values[random() % values.size()];
    for (std::uint64_t flips = 1 + random() % 3; flips > 0; --flips) {
      bytes[random() % bytes.size()] = static_cast<char>(random());
    }
    if (random() % 4 == 0) bytes.resize(random() % bytes.size());
    Edge edge;
    EntryAssembler assembler;
    (void)DecodeNode(bytes);
    (void)DecodeEdge(bytes, edge);
    (void)DecodeDocumentRow(bytes, bytes);
    (void)DecodeRevisionInfo(bytes);
    (void)DecodeEntryHeader(bytes);
    (void)DecodeState(bytes);
    if (assembler.Add({Revision{1}, 0}, bytes).ok()) (void)assembler.Decode();
  }
  EXPECT_FALSE(DecodeNode(std::string("\xFF\xFF")).ok());
  EXPECT_FALSE(ParseNodeRowKey("abc").ok());
  EXPECT_FALSE(ParseEdgeRowKey("abc").ok());
}

TEST(Codec, KnowsAUuid) {
  EXPECT_TRUE(IsUuid("3f2b8c1e-7a54-4d0c-9b1e-2f6d8a90c471"));
  EXPECT_FALSE(IsUuid("3F2B8C1E-7A54-4D0C-9B1E-2F6D8A90C471"));
  EXPECT_FALSE(IsUuid("3f2b8c1e7a544d0c9b1e2f6d8a90c471"));
  EXPECT_FALSE(IsUuid("3f2b8c1e-7a54-4d0c-9b1e-2f6d8a90c47g"));
  EXPECT_FALSE(IsUuid(""));
  EXPECT_EQ(UuidBytes("3f2b8c1e-7a54-4d0c-9b1e-2f6d8a90c471")[15], 0x71);
}

TEST(TableDigest, DoesNotDependOnTheOrderAndTakesRowsBack) {
  std::vector<std::pair<std::string, std::string>> rows;
  for (int i = 0; i < 100; ++i) rows.emplace_back(std::to_string(i), std::string(static_cast<std::size_t>(i) * 5, 'v'));
  TableDigest forwards;
  for (const auto& [key, value] : rows) forwards.Add(key, value);
  std::shuffle(rows.begin(), rows.end(), std::mt19937_64(3));
  TableDigest shuffled;
  for (const auto& [key, value] : rows) shuffled.Add(key, value);
  EXPECT_EQ(forwards, shuffled);
  for (const auto& [key, value] : rows) shuffled.Subtract(key, value);
  EXPECT_EQ(shuffled, TableDigest{});
}

TEST(TableDigest, SeesAMovedByte) {
  TableDigest a;
  TableDigest b;
  a.Add("key", "value");
  b.Add("keyv", "alue");
  EXPECT_NE(a, b);
}

}  // namespace
}  // namespace braid::graph::store
