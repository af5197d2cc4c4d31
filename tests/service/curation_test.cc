// CurationService and HistoryService through a real client: what is written, once, and what is remembered of it.

#include <google/protobuf/util/message_differencer.h>

#include <string>
#include <vector>

#include "fmt/format.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/service/server_fixture.h"

namespace braid::service {
namespace {

constexpr char kId[] = "0b6ab2f6-6a3c-4a55-9d3a-0f5fd1b1c7aa";

class CurationTest : public ServerTest {
 protected:
  grpc::Status Send(const v1::CommitRequest& request, v1::CommitResponse* response, const std::string& author = "") {
    const auto context = Context();
    if (!author.empty()) context->AddMetadata("braid-author", author);
    return curation_->Commit(context.get(), request, response);
  }
  std::vector<v1::GetRevisionResponse> GetRevision(std::int64_t number) {
    v1::GetRevisionRequest request;
    request.set_number(number);
    const auto context = Context();
    const auto reader = history_->GetRevision(context.get(), request);
    std::vector<v1::GetRevisionResponse> parts;
    for (v1::GetRevisionResponse part; reader->Read(&part);) parts.push_back(part);
    const grpc::Status status = reader->Finish();
    EXPECT_TRUE(status.ok()) << status.error_message();
    return parts;
  }
};

bool HasNotice(const v1::ResponseHeader& header, v1::NoticeReason reason) {
  for (const v1::Notice& notice : header.notices()) {
    if (notice.reason() == reason) return true;
  }
  return false;
}

TEST_F(CurationTest, ACommitIsVisibleAndSaysWhatItBecame) {
  v1::CommitRequest request = Request({PutNode("technique:new", "technique", "New")});
  request.set_message("a new technique");
  v1::CommitResponse response;
  ASSERT_TRUE(Send(request, &response, "Carl Rogers").ok());
  EXPECT_EQ(response.header().revision(), 3);
  EXPECT_EQ(response.change_set_id().size(), 36U);
  EXPECT_EQ(response.change_count(), 1);
  EXPECT_EQ(response.revision().number(), 3);
  EXPECT_EQ(response.revision().author().name(), "Carl Rogers");
  EXPECT_FALSE(response.revision().author().proved());
  EXPECT_EQ(response.revision().message(), "a new technique");
  EXPECT_GT(response.revision().time().seconds(), 0);
  EXPECT_TRUE(HasNotice(response.header(), v1::NOTICE_REASON_AUTHOR_STATED));
  v1::GetNodeRequest get;
  get.set_id("technique:new");
  v1::GetNodeResponse node;
  EXPECT_TRUE(lookup_->GetNode(Context().get(), get, &node).ok());
}

TEST_F(CurationTest, AnAuthorWhoseNameIsNotAsciiTravelsInTheBinaryKey) {
  const auto context = Context();
  context->AddMetadata("braid-author-bin", "Zoë Ångström");
  v1::CommitResponse response;
  ASSERT_TRUE(
      curation_->Commit(context.get(), Request({PutNode("technique:new", "technique", "New")}), &response).ok());
  EXPECT_EQ(response.revision().author().name(), "Zoë Ångström");
}

TEST_F(CurationTest, SentTwiceItIsAppliedOnceAndTheFirstReplyComesAgain) {
  v1::CommitRequest request = Request({PutNode("technique:new", "technique", "New")});
  request.set_change_set_id(kId);
  v1::CommitResponse first, second;
  ASSERT_TRUE(Send(request, &first).ok());
  ASSERT_TRUE(Send(request, &second).ok());
  EXPECT_TRUE(google::protobuf::util::MessageDifferencer::Equals(first.revision(), second.revision()));
  EXPECT_EQ(second.header().revision(), 3);
  EXPECT_FALSE(HasNotice(first.header(), v1::NOTICE_REASON_REPEATED));
  EXPECT_TRUE(HasNotice(second.header(), v1::NOTICE_REASON_REPEATED));
  EXPECT_EQ(graph::Number(store().head()->revision()), 3U);
}

TEST_F(CurationTest, AnIdIsOneIdWhicheverCaseItIsWrittenIn) {
  v1::CommitRequest request = Request({PutNode("technique:new", "technique", "New")});
  request.set_change_set_id("0B6AB2F6-6A3C-4A55-9D3A-0F5FD1B1C7AA");
  v1::CommitResponse response;
  ASSERT_TRUE(Send(request, &response).ok());
  EXPECT_EQ(response.change_set_id(), kId);
}

TEST_F(CurationTest, AnIdUsedForAnotherContentIsRefused) {
  v1::CommitRequest request = Request({PutNode("technique:new", "technique", "New")});
  request.set_change_set_id(kId);
  v1::CommitResponse response;
  ASSERT_TRUE(Send(request, &response).ok());
  *request.mutable_changes(0) = PutNode("technique:newer", "technique", "Newer");
  const Failure failure(Send(request, &response));
  EXPECT_EQ(failure.code, grpc::StatusCode::ALREADY_EXISTS);
  EXPECT_EQ(failure.info.reason(), "CHANGE_SET_ID_REUSED");
  EXPECT_EQ(failure.field(), "change_set_id");
}

TEST_F(CurationTest, ValidateOnlyChecksEverythingAndWritesNothing) {
  v1::CommitRequest request = Request({PutNode("technique:new", "technique", "New")});
  request.set_validate_only(true);
  v1::CommitResponse response;
  ASSERT_TRUE(Send(request, &response).ok());
  EXPECT_EQ(response.header().revision(), 2);
  EXPECT_EQ(response.change_count(), 1);
  EXPECT_FALSE(response.has_revision());
  EXPECT_EQ(graph::Number(store().head()->revision()), 2U);
  *request.add_changes() = PutEdge("technique:new engages process:nothing");
  const Failure failure(Send(request, &response));
  EXPECT_EQ(failure.code, grpc::StatusCode::NOT_FOUND);
  EXPECT_EQ(failure.field(), "changes[1].put_edge.edge.key.object_id");
}

TEST_F(CurationTest, GetChangeSetTellsWhatBecameOfAnId) {
  v1::GetChangeSetRequest ask;
  ask.set_change_set_id(kId);
  v1::GetChangeSetResponse answer;
  const Failure before(curation_->GetChangeSet(Context().get(), ask, &answer));
  EXPECT_EQ(before.code, grpc::StatusCode::NOT_FOUND);
  EXPECT_EQ(before.info.reason(), "CHANGE_SET_NOT_FOUND");
  google::rpc::ResourceInfo resource;
  ASSERT_TRUE(before.Has(&resource));
  EXPECT_EQ(resource.resource_type(), "change_set");
  EXPECT_EQ(resource.resource_name(), kId);

  v1::CommitRequest request = Request({PutNode("technique:new", "technique", "New")});
  request.set_change_set_id(kId);
  v1::CommitResponse response;
  ASSERT_TRUE(Send(request, &response).ok());
  ASSERT_TRUE(curation_->GetChangeSet(Context().get(), ask, &answer).ok());
  EXPECT_TRUE(google::protobuf::util::MessageDifferencer::Equals(answer.revision(), response.revision()));
}

TEST_F(CurationTest, EverythingWrongWithTheFormOfAChangeSetComesBackAtOnce) {
  v1::CommitRequest request;
  request.add_changes();
  request.add_changes()->mutable_put_node();
  *request.add_changes() = PutEdge("technique:reframing engages process:rigidity");
  request.mutable_changes(2)->mutable_put_edge()->mutable_edge()->add_claims();
  request.mutable_changes(2)->mutable_put_edge()->mutable_edge()->set_sign(static_cast<v1::Sign>(77));
  request.add_preconditions();
  request.set_change_set_id("not a uuid");
  v1::CommitResponse response;
  const Failure failure(Send(request, &response));
  EXPECT_EQ(failure.code, grpc::StatusCode::INVALID_ARGUMENT);
  std::vector<std::string> problems;
  for (const auto& violation : failure.bad_request.field_violations()) {
    problems.push_back(violation.field() + " " + violation.reason());
  }
  EXPECT_THAT(problems, testing::UnorderedElementsAre(
                            "change_set_id VALUE_OUT_OF_RANGE", "changes[0].action FIELD_REQUIRED",
                            "changes[1].put_node.node FIELD_REQUIRED",
                            "changes[2].put_edge.edge.claims[0].polarity FIELD_REQUIRED",
                            "changes[2].put_edge.edge.sign ENUM_UNKNOWN", "preconditions[0].condition FIELD_REQUIRED"));
}

TEST_F(CurationTest, AnEdgeAndANodeComeBackAsTheyWerePut) {
  v1::Change put = PutNode("technique:new", "technique", "New");
  v1::Node* node = put.mutable_put_node()->mutable_node();
  node->set_definition("What is new.");
  v1::Label* synonym = node->add_labels();
  synonym->set_text("Neu");
  synonym->set_language("de");
  synonym->set_role(v1::LABEL_ROLE_SYNONYM);
  synonym->set_scope("exact");
  v1::Mapping* mapping = node->add_mappings();
  mapping->set_predicate_id("skos:closeMatch");
  mapping->set_object_id("BCIO:042000");
  mapping->set_object_label("Something near");
  mapping->set_justification("semapv:ManualMappingCuration");
  mapping->set_confidence(0.75);
  v1::Change edge = PutEdge("technique:new engages process:rigidity", 0.123456789, v1::SIGN_MINUS);
  v1::Claim* claim = edge.mutable_put_edge()->mutable_edge()->add_claims();
  claim->set_polarity(v1::POLARITY_MIXED);
  claim->set_asserted_by("Virginia Satir");
  claim->set_note("it depends");
  Commit({put, edge});

  v1::GetNodeRequest get;
  get.set_id("technique:new");
  v1::GetNodeResponse got;
  ASSERT_TRUE(lookup_->GetNode(Context().get(), get, &got).ok());
  EXPECT_EQ(got.node().definition(), "What is new.");
  ASSERT_EQ(got.node().labels_size(), 2);
  EXPECT_EQ(got.node().labels(1).SerializeAsString(), synonym->SerializeAsString());
  ASSERT_EQ(got.node().mappings_size(), 1);
  EXPECT_EQ(got.node().mappings(0).SerializeAsString(), mapping->SerializeAsString());

  v1::ListNeighborsRequest ask;
  ask.set_id("technique:new");
  v1::ListNeighborsResponse neighbors;
  ASSERT_TRUE(lookup_->ListNeighbors(Context().get(), ask, &neighbors).ok());
  ASSERT_EQ(neighbors.neighbors_size(), 1);
  const v1::Edge& stored = neighbors.neighbors(0).edge();
  EXPECT_DOUBLE_EQ(stored.strength(), 0.123456789);
  EXPECT_EQ(stored.sign(), v1::SIGN_MINUS);
  EXPECT_EQ(stored.certainty(), v1::CERTAINTY_LOW);
  ASSERT_EQ(stored.claims_size(), 1);
  EXPECT_EQ(stored.claims(0).SerializeAsString(), claim->SerializeAsString());
}

TEST_F(CurationTest, SetPolicyReplacesThePolicyAndABadOneIsRefused) {
  v1::GetPolicyResponse before;
  ASSERT_TRUE(lookup_->GetPolicy(Context().get(), {}, &before).ok());
  v1::CommitRequest request;
  *request.add_changes()->mutable_set_policy()->mutable_policy() = before.policy();
  request.mutable_changes(0)->mutable_set_policy()->mutable_policy()->mutable_weights()->set_hop_factor(0.8);
  v1::CommitResponse response;
  ASSERT_TRUE(Send(request, &response).ok());
  v1::GetPolicyResponse after;
  ASSERT_TRUE(lookup_->GetPolicy(Context().get(), {}, &after).ok());
  EXPECT_DOUBLE_EQ(after.policy().weights().hop_factor(), 0.8);
  EXPECT_EQ(after.update_revision(), 3);
  EXPECT_NE(after.header().policy_version(), before.header().policy_version());

  request.mutable_changes(0)->mutable_set_policy()->mutable_policy()->mutable_weights()->set_hop_factor(1.5);
  const Failure failure(Send(request, &response));
  EXPECT_EQ(failure.code, grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_THAT(failure.field(), testing::HasSubstr("weights.hop_factor"));
}

TEST_F(CurationTest, KindsAndRelationsAreChangesLikeOthers) {
  v1::CommitRequest request;
  v1::Kind* kind = request.add_changes()->mutable_put_kind()->mutable_kind();
  kind->set_name("setting");
  kind->set_id_prefix("setting");
  v1::Relation* relation = request.add_changes()->mutable_put_relation()->mutable_relation();
  relation->set_name("held_in");
  relation->set_inverse_name("hosts");
  relation->set_phrase("is held in");
  relation->set_inverse_phrase("hosts");
  *request.add_changes() = PutNode("setting:group", "setting", "Group");
  *request.add_changes() = PutEdge("technique:reframing held_in setting:group");
  v1::CommitResponse response;
  const grpc::Status status = Send(request, &response);
  ASSERT_TRUE(status.ok()) << status.error_message();
  EXPECT_EQ(response.change_count(), 4);
}

TEST_F(CurationTest, ListRevisionsIsNewestFirstAtEveryPageSize) {
  for (int i = 0; i < 5; ++i) Commit({PutNode(fmt::format("technique:t{}", i), "technique", "T")});
  for (const int page_size : {1, 2, 7, 0}) {
    v1::ListRevisionsRequest request;
    request.set_page_size(page_size);
    std::vector<std::int64_t> numbers;
    do {
      v1::ListRevisionsResponse page;
      ASSERT_TRUE(history_->ListRevisions(Context().get(), request, &page).ok());
      for (const v1::Revision& revision : page.revisions()) numbers.push_back(revision.number());
      request.set_page_token(page.next_page_token());
    } while (!request.page_token().empty());
    EXPECT_THAT(numbers, testing::ElementsAre(7, 6, 5, 4, 3, 2, 1)) << "page size " << page_size;
  }
}

TEST_F(CurationTest, GetRevisionShowsBeforeAndAfter) {
  Commit({PutNode("technique:reframing", "technique", "Positive reframing")});
  v1::CommitRequest request;
  *request.add_changes()->mutable_delete_edge()->mutable_key() = KeyOf("technique:reframing engages process:rigidity");
  v1::CommitResponse response;
  ASSERT_TRUE(Send(request, &response).ok());

  const auto renamed = GetRevision(3);
  ASSERT_EQ(renamed.size(), 1U);
  EXPECT_TRUE(renamed[0].last_part());
  EXPECT_EQ(renamed[0].revision().number(), 3);
  ASSERT_EQ(renamed[0].changes_size(), 1);
  EXPECT_EQ(renamed[0].changes(0).node().before().preferred_label(), "Reframing");
  EXPECT_EQ(renamed[0].changes(0).node().after().preferred_label(), "Positive reframing");

  const auto deleted = GetRevision(4);
  ASSERT_EQ(deleted.size(), 1U);
  ASSERT_EQ(deleted[0].changes_size(), 1);
  EXPECT_TRUE(deleted[0].changes(0).edge().has_before());
  EXPECT_FALSE(deleted[0].changes(0).edge().has_after());

  const auto seed = GetRevision(1);
  ASSERT_EQ(seed.size(), 1U);
  EXPECT_TRUE(seed[0].changes(0).kind().has_after());
  EXPECT_EQ(seed[0].changes().rbegin()->document().name(), "policy");
}

TEST_F(CurationTest, ALargeRevisionComesInPartsOfAtMostAMebibyte) {
  v1::CommitRequest request;
  for (int i = 0; i < 12; ++i) {
    v1::Change put = PutNode(fmt::format("technique:large_{:02}", i), "technique", "Large");
    put.mutable_put_node()->mutable_node()->set_definition(std::string(300'000, 'x'));
    *request.add_changes() = put;
  }
  v1::CommitResponse response;
  ASSERT_TRUE(Send(request, &response).ok());
  const auto parts = GetRevision(3);
  EXPECT_GE(parts.size(), 4U);
  int changes = 0;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    EXPECT_LE(parts[i].ByteSizeLong(), std::size_t{1} << 20U);
    EXPECT_EQ(parts[i].last_part(), i + 1 == parts.size());
    EXPECT_EQ(parts[i].revision().number(), 3);
    changes += parts[i].changes_size();
  }
  EXPECT_EQ(changes, 12);
}

TEST_F(CurationTest, ARevisionThatIsNotThereIsOutOfRange) {
  for (const std::int64_t number : {std::int64_t{0}, std::int64_t{-1}, std::int64_t{99}}) {
    v1::GetRevisionRequest request;
    request.set_number(number);
    const auto context = Context();
    const auto reader = history_->GetRevision(context.get(), request);
    v1::GetRevisionResponse part;
    EXPECT_FALSE(reader->Read(&part));
    const Failure failure(reader->Finish());
    EXPECT_EQ(failure.info.reason(), number > 0 ? "REVISION_IN_FUTURE" : "VALUE_OUT_OF_RANGE") << number;
  }
}

}  // namespace
}  // namespace braid::service
