#include "ontology/lookup.h"

#include <algorithm>
#include <set>
#include <string>
#include <tuple>

#include "gmock/gmock.h"
#include "graph/error.h"
#include "gtest/gtest.h"
#include "tests/ontology/sketch.h"

namespace braid::ontology {
namespace {

using graph::Label;
using graph::LabelRole;
using graph::Reason;
using graph::Snapshot;
using graph::SnapshotPtr;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

graph::PutNode WithAlias(const char* id, const char* alias) {
  graph::PutNode put = NodeOf(id);
  put.node.aliases = {alias};
  return put;
}
graph::PutNode Obsolete(const char* id, std::vector<std::string> replaced_by) {
  graph::PutNode put = NodeOf(id);
  put.node.obsolete = true;
  put.node.replaced_by = std::move(replaced_by);
  return put;
}

std::vector<NoticeReason> Reasons(const std::vector<Notice>& notices) {
  std::vector<NoticeReason> reasons;
  for (const Notice& notice : notices) reasons.push_back(notice.reason);
  return reasons;
}

class FindNodeTest : public testing::Test {
 protected:
  const SnapshotPtr snapshot_ = Sketch("process:a", {
                                                        WithAlias("process:b", "process:was_b"),
                                                        Obsolete("process:old", {"process:a"}),
                                                        Obsolete("process:older", {"process:old"}),
                                                        Obsolete("process:split", {"process:a", "process:b"}),
                                                        Obsolete("process:gone", {}),
                                                        Obsolete("process:ancient", {"process:split"}),
                                                    });
  std::vector<Notice> notices_;

  std::string Find(const char* id, bool redirect = true) {
    notices_.clear();
    const absl::StatusOr<graph::NodeIndex> node = FindNode(*snapshot_, id, "ids[3]", redirect, &notices_);
    if (!node.ok()) return std::string(graph::NameOf(graph::ErrorInfoOf(node.status())->reason));
    return std::string(snapshot_->id(*node));
  }
};

TEST_F(FindNodeTest, AnIdIsItself) {
  EXPECT_EQ(Find("process:a"), "process:a");
  EXPECT_THAT(notices_, IsEmpty());
}

TEST_F(FindNodeTest, FollowsAnAliasAndSaysSo) {
  EXPECT_EQ(Find("process:was_b"), "process:b");
  ASSERT_THAT(Reasons(notices_), ElementsAre(NoticeReason::kAliasFollowed));
  EXPECT_EQ(notices_[0].field, "ids[3]");
  EXPECT_EQ(notices_[0].from_id, "process:was_b");
  EXPECT_EQ(notices_[0].to_id, "process:b");
}

TEST_F(FindNodeTest, FollowsSoleReplacementsToTheEndOfTheChain) {
  EXPECT_EQ(Find("process:older"), "process:a");
  EXPECT_THAT(Reasons(notices_), ElementsAre(NoticeReason::kReplacementFollowed, NoticeReason::kReplacementFollowed));
  EXPECT_EQ(notices_[1].from_id, "process:old");
}

TEST_F(FindNodeTest, FollowsAReplacementThatWasRenamedLater) {
  const SnapshotPtr renamed =
      Commit(snapshot_, {graph::DeleteNode{"process:a"}, WithAlias("process:alpha", "process:a")});
  const absl::StatusOr<graph::NodeIndex> node = FindNode(*renamed, "process:old", "id", true, &notices_);
  ASSERT_TRUE(node.ok()) << node.status();
  EXPECT_EQ(renamed->id(*node), "process:alpha");
}

TEST_F(FindNodeTest, SeveralReplacementsAreListedAndNoneFollowed) {
  EXPECT_EQ(Find("process:split"), "process:split");
  ASSERT_THAT(Reasons(notices_), ElementsAre(NoticeReason::kSeveralReplacements));
  EXPECT_THAT(notices_[0].message, HasSubstr("`process:a`, `process:b`"));
  EXPECT_EQ(notices_[0].to_id, "");
}

TEST_F(FindNodeTest, AChainEndsWhereItForks) {
  EXPECT_EQ(Find("process:ancient"), "process:split");
  EXPECT_THAT(Reasons(notices_), ElementsAre(NoticeReason::kReplacementFollowed, NoticeReason::kSeveralReplacements));
}

TEST_F(FindNodeTest, ObsoleteWithoutReplacementIsItselfWithANotice) {
  EXPECT_EQ(Find("process:gone"), "process:gone");
  EXPECT_THAT(Reasons(notices_), ElementsAre(NoticeReason::kObsolete));
}

TEST_F(FindNodeTest, WithoutRedirectGivesTheThingItself) {
  EXPECT_EQ(Find("process:older", false), "process:older");
  EXPECT_THAT(notices_, IsEmpty());
  EXPECT_EQ(Find("process:was_b", false), "NODE_NOT_FOUND");
}

TEST_F(FindNodeTest, RefusesWhatIsNoIdOrNotThere) {
  EXPECT_EQ(Find("thoughts"), "CURIE_MALFORMED");
  EXPECT_EQ(Find(""), "CURIE_MALFORMED");
  EXPECT_EQ(Find("process:bb"), "NODE_NOT_FOUND");
  const absl::Status status = FindNode(*snapshot_, "process:bb", "ids[3]", true, nullptr).status();
  const graph::ErrorInfo info = *graph::ErrorInfoOf(status);
  EXPECT_EQ(info.violations[0].field, "ids[3]");
  EXPECT_THAT(info.metadata, testing::Contains(testing::Pair("nearest", HasSubstr("process:b"))));
}

class ResolveTest : public testing::Test {
 protected:
  static graph::PutNode Cbt() {
    graph::PutNode put = NodeOf("modality:cbt", {{"Cognitive behavioural therapy", "en", LabelRole::kPreferred, ""},
                                                 {"Kognitive Verhaltenstherapie", "de", LabelRole::kPreferred, ""},
                                                 {"Cognitive-behavior therapy", "en", LabelRole::kSynonym, "exact"},
                                                 {"CBT", "en", LabelRole::kAbbreviation, ""}});
    put.node.aliases = {"modality:kvt"};
    put.node.mappings = {{"skos:exactMatch", "MESH:D015928", "", "semapv:ManualMappingCuration", {}, false, {}}};
    return put;
  }
  static graph::PutNode Bpd() {
    graph::PutNode put = NodeOf(
        "concern:bpd", {{"Borderline", "en", LabelRole::kPreferred, ""}, {"PD", "en", LabelRole::kAbbreviation, ""}});
    put.node.mappings = {{"skos:closeMatch", "MESH:D015928", "", "semapv:ManualMappingCuration", {}, false, {}}};
    return put;
  }
  const SnapshotPtr snapshot_ = Sketch(
      "", {Cbt(), Bpd(),
           NodeOf("concern:panic",
                  {{"Panic", "en", LabelRole::kPreferred, ""}, {"PD", "en", LabelRole::kAbbreviation, ""}}),
           NodeOf("process:pd", {{"pd", "en", LabelRole::kPreferred, ""}}), Obsolete("modality:kbt", {"modality:cbt"}),
           Obsolete("modality:forked", {"modality:cbt", "concern:bpd"})});
  std::vector<Notice> notices_;

  // `id field exact|normal` of each candidate.
  std::vector<std::string> Names(ResolveQuery query) {
    notices_.clear();
    const absl::StatusOr<std::vector<Candidate>> candidates = Resolve(*snapshot_, query, &notices_);
    EXPECT_TRUE(candidates.ok()) << candidates.status();
    const char* fields[] = {"", "id", "alias", "code", "label", "synonym", "abbreviation"};
    std::vector<std::string> names;
    for (const Candidate& candidate : *candidates) {
      names.push_back(std::string(snapshot_->id(candidate.node)) + " " + fields[static_cast<int>(candidate.field)] +
                      " " + (candidate.exact ? "exact" : "normal"));
    }
    return names;
  }
  std::vector<std::string> Names(const char* text) { return Names(ResolveQuery{text, std::nullopt, false}); }
};

TEST_F(ResolveTest, ById) { EXPECT_THAT(Names(" modality:cbt\n"), ElementsAre("modality:cbt id exact")); }
TEST_F(ResolveTest, ByAlias) { EXPECT_THAT(Names("modality:kvt"), ElementsAre("modality:cbt alias exact")); }

TEST_F(ResolveTest, ByForeignCode) {
  EXPECT_THAT(Names("MESH:D015928"), ElementsAre("concern:bpd code exact", "modality:cbt code exact"));
  const std::vector<Candidate> candidates = Resolve(*snapshot_, {"MESH:D015928", std::nullopt, false}, nullptr).value();
  EXPECT_EQ(candidates[0].predicate_id, "skos:closeMatch");
  EXPECT_EQ(candidates[1].predicate_id, "skos:exactMatch");
  EXPECT_EQ(candidates[1].matched_text, "MESH:D015928");
}

TEST_F(ResolveTest, ByLabelExactOrNormalised) {
  EXPECT_THAT(Names("Cognitive behavioural therapy"), ElementsAre("modality:cbt label exact"));
  EXPECT_THAT(Names("  COGNITIVE  Behavioural-Therapy "), ElementsAre("modality:cbt label normal"));
  const std::vector<Candidate> german =
      Resolve(*snapshot_, {"kognitive verhaltenstherapie", std::nullopt, false}, nullptr).value();
  ASSERT_EQ(german.size(), 1U);
  EXPECT_EQ(german[0].language, "de");
  EXPECT_EQ(german[0].matched_text, "Kognitive Verhaltenstherapie");
}

TEST_F(ResolveTest, BySynonymExactOrNormalised) {
  EXPECT_THAT(Names("Cognitive-behavior therapy"), ElementsAre("modality:cbt synonym exact"));
  EXPECT_THAT(Names("cognitive behavior therapy"), ElementsAre("modality:cbt synonym normal"));
}

TEST_F(ResolveTest, AnAmbiguousAbbreviationGivesSeveralBestFirst) {
  EXPECT_THAT(Names("PD"), ElementsAre("process:pd label normal", "concern:bpd abbreviation exact",
                                       "concern:panic abbreviation exact"));
  EXPECT_THAT(Names("cbt"), ElementsAre("modality:cbt abbreviation normal"));
}

TEST_F(ResolveTest, KeepsToTheKindAskedFor) {
  EXPECT_THAT(Names({"PD", snapshot_->schema().FindKind("concern"), false}),
              ElementsAre("concern:bpd abbreviation exact", "concern:panic abbreviation exact"));
}

TEST_F(ResolveTest, NothingIsAnAnswer) { EXPECT_THAT(Names("horoscope"), IsEmpty()); }

TEST_F(ResolveTest, AnObsoleteNodeIsAnsweredByItsReplacement) {
  EXPECT_THAT(Names("Kbt"), ElementsAre("modality:cbt label exact"));
  EXPECT_THAT(Reasons(notices_), ElementsAre(NoticeReason::kReplacementFollowed));
  EXPECT_THAT(Names("Forked"), IsEmpty());
  EXPECT_THAT(Reasons(notices_), ElementsAre(NoticeReason::kSeveralReplacements));
  EXPECT_THAT(Names({"Kbt", std::nullopt, true}), ElementsAre("modality:kbt label exact"));
}

TEST_F(ResolveTest, RefusesNothingToLookForAndTooMuch) {
  for (const char* text : {"", "  ", "!?", "-"}) {
    EXPECT_EQ(graph::ErrorInfoOf(Resolve(*snapshot_, {text, std::nullopt, false}, nullptr).status())->reason,
              Reason::kQueryEmpty)
        << text;
  }
  EXPECT_EQ(
      graph::ErrorInfoOf(Resolve(*snapshot_, {std::string(1001, 'a'), std::nullopt, false}, nullptr).status())->reason,
      Reason::kValueOutOfRange);
}

constexpr char kNeighborhood[] = R"(
technique:t engages+ process:b
technique:t engages+ process:a
technique:s engages- process:a
process:a influences+ process:b
process:b influences- process:a
process:a acts_on dimension:d
process:a maintains concern:c
modality:m tension_with modality:l
modality:m tension_with modality:n
)";

// `relation > id` of each neighbour, in order.
std::vector<std::string> Lines(const Snapshot& snapshot, const std::vector<Neighbor>& neighbors) {
  std::vector<std::string> lines;
  for (const Neighbor& neighbor : neighbors) {
    lines.push_back(snapshot.schema().relation(neighbor.edge.arc.relation).name + (neighbor.outgoing ? " > " : " < ") +
                    std::string(snapshot.id(neighbor.node)));
  }
  return lines;
}

NeighborQuery QueryFor(const Snapshot& snapshot, const char* id) {
  NeighborQuery query;
  query.node = *snapshot.Find(id);
  return query;
}

TEST(ListNeighbors, OrdersByRelationDirectionAndId) {
  const SnapshotPtr snapshot = Sketch(kNeighborhood);
  const NeighborPage page = ListNeighbors(*snapshot, QueryFor(*snapshot, "process:a"), {}, 100);
  EXPECT_FALSE(page.next.has_value());
  EXPECT_THAT(Lines(*snapshot, page.neighbors),
              ElementsAre("acts_on > dimension:d", "engages < technique:s", "engages < technique:t",
                          "influences > process:b", "influences < process:b", "maintains > concern:c"));
  EXPECT_EQ(page.neighbors[1].edge.arc.sign(), graph::Sign::kMinus);
  EXPECT_EQ(page.neighbors[1].edge.subject, *snapshot->Find("technique:s"));
}

TEST(ListNeighbors, PagesOfAnySizeMakeUpTheWhole) {
  const SnapshotPtr snapshot = Sketch(kNeighborhood);
  for (const char* id : {"process:a", "process:b", "modality:m", "technique:t", "dimension:d"}) {
    const NeighborQuery query = QueryFor(*snapshot, id);
    const std::vector<std::string> whole = Lines(*snapshot, ListNeighbors(*snapshot, query, {}, 100).neighbors);
    for (std::size_t size = 1; size <= whole.size() + 1; ++size) {
      std::vector<std::string> pages;
      std::optional<NeighborPosition> position = NeighborPosition{};
      while (position.has_value()) {
        const NeighborPage page = ListNeighbors(*snapshot, query, *position, size);
        EXPECT_LE(page.neighbors.size(), size);
        for (std::string& line : Lines(*snapshot, page.neighbors)) pages.push_back(std::move(line));
        position = page.next;
      }
      EXPECT_EQ(pages, whole) << id << " in pages of " << size;
    }
  }
}

TEST(ListNeighbors, KeepsToRelationDirectionAndKind) {
  const SnapshotPtr snapshot = Sketch(kNeighborhood);
  const graph::Schema& schema = snapshot->schema();
  NeighborQuery query = QueryFor(*snapshot, "process:a");
  query.relations = FindRelations(schema, "acts_on", "relation").value();
  EXPECT_THAT(Lines(*snapshot, ListNeighbors(*snapshot, query, {}, 100).neighbors),
              ElementsAre("acts_on > dimension:d", "maintains > concern:c"));
  query = QueryFor(*snapshot, "process:a");
  query.outgoing = false;
  EXPECT_THAT(Lines(*snapshot, ListNeighbors(*snapshot, query, {}, 100).neighbors),
              ElementsAre("engages < technique:s", "engages < technique:t", "influences < process:b"));
  query = QueryFor(*snapshot, "process:a");
  query.kind = schema.FindKind("process");
  EXPECT_THAT(Lines(*snapshot, ListNeighbors(*snapshot, query, {}, 100).neighbors),
              ElementsAre("influences > process:b", "influences < process:b"));
}

TEST(ListNeighbors, ListsASymmetricEdgeOnceAtEitherEnd) {
  const SnapshotPtr snapshot = Sketch(kNeighborhood);
  EXPECT_THAT(Lines(*snapshot, ListNeighbors(*snapshot, QueryFor(*snapshot, "modality:m"), {}, 100).neighbors),
              ElementsAre("tension_with > modality:n", "tension_with < modality:l"));
}

TEST(FindRelations, NamesWhatThereIsWhereThereIsNone) {
  const SnapshotPtr snapshot = Sketch("");
  const absl::Status relation = FindRelations(snapshot->schema(), "knows", "relation").status();
  EXPECT_EQ(graph::ErrorInfoOf(relation)->reason, Reason::kRelationNotFound);
  EXPECT_THAT(std::string(relation.message()), HasSubstr("`acts_on`"));
  const absl::Status kind = FindKind(snapshot->schema(), "ghost", "kind").status();
  EXPECT_EQ(graph::ErrorInfoOf(kind)->reason, Reason::kKindNotFound);
  EXPECT_EQ(graph::ErrorInfoOf(kind)->violations[0].field, "kind");
}

}  // namespace
}  // namespace braid::ontology
