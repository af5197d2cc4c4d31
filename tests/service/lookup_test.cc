// LookupService through a real client.

#include <set>
#include <string>
#include <vector>

#include "fmt/format.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/service/server_fixture.h"

namespace braid::service {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class LookupTest : public ServerTest {
 protected:
  grpc::Status GetNode(const v1::GetNodeRequest& request, v1::GetNodeResponse* response) {
    return lookup_->GetNode(Context().get(), request, response);
  }
  grpc::Status ListNodes(const v1::ListNodesRequest& request, v1::ListNodesResponse* response) {
    return lookup_->ListNodes(Context().get(), request, response);
  }
  grpc::Status ListNeighbors(const v1::ListNeighborsRequest& request, v1::ListNeighborsResponse* response) {
    return lookup_->ListNeighbors(Context().get(), request, response);
  }
};

template <typename Nodes>
std::vector<std::string> Ids(const Nodes& nodes) {
  std::vector<std::string> ids;
  for (const v1::Node& node : nodes) ids.push_back(node.id());
  return ids;
}

v1::Change Obsolete(const std::string& id, const std::string& kind, const std::vector<std::string>& replaced_by) {
  v1::Change change = PutNode(id, kind, id);
  change.mutable_put_node()->mutable_node()->set_obsolete(true);
  for (const std::string& other : replaced_by) change.mutable_put_node()->mutable_node()->add_replaced_by_ids(other);
  return change;
}

TEST_F(LookupTest, GetNodeGivesAllOfANodeWithTheRevisionItWasReadAt) {
  v1::GetNodeRequest request;
  request.set_id("technique:reframing");
  v1::GetNodeResponse response;
  ASSERT_TRUE(GetNode(request, &response).ok());
  EXPECT_EQ(response.node().kind(), "technique");
  EXPECT_EQ(response.node().preferred_label(), "Reframing");
  EXPECT_EQ(response.node().labels(0).role(), v1::LABEL_ROLE_PREFERRED);
  EXPECT_EQ(response.node().labels(0).language(), "en");
  EXPECT_EQ(response.node().create_revision(), 2);
  EXPECT_FALSE(response.node().etag().empty());
  EXPECT_EQ(response.header().revision(), 2);
  EXPECT_EQ(response.header().store_id(), std::string(store().store_id()));
  EXPECT_EQ(response.header().policy_version().size(), 16U);
  EXPECT_EQ(response.header().software_version(), "test");
}

TEST_F(LookupTest, ABasicViewLeavesOutWhatAListDoesNotShow) {
  v1::GetNodeRequest request;
  request.set_id("technique:reframing");
  request.set_view(v1::VIEW_BASIC);
  v1::GetNodeResponse response;
  ASSERT_TRUE(GetNode(request, &response).ok());
  EXPECT_EQ(response.node().preferred_label(), "Reframing");
  EXPECT_FALSE(response.node().etag().empty());
  EXPECT_EQ(response.node().labels_size(), 0);
  EXPECT_EQ(response.node().create_revision(), 0);
}

TEST_F(LookupTest, AliasesAndSoleReplacementsAreFollowedAndSaidUnlessTheThingItselfIsAsked) {
  v1::Change aliased = PutNode("technique:reframing", "technique", "Reframing");
  aliased.mutable_put_node()->mutable_node()->add_alias_ids("technique:relabelling");
  Commit({aliased, Obsolete("technique:old", "technique", {"technique:reframing"}),
          Obsolete("technique:split", "technique", {"technique:reframing", "technique:restructuring"})});

  v1::GetNodeRequest request;
  v1::GetNodeResponse response;
  request.set_id("technique:relabelling");
  ASSERT_TRUE(GetNode(request, &response).ok());
  EXPECT_EQ(response.node().id(), "technique:reframing");
  ASSERT_EQ(response.header().notices_size(), 1);
  EXPECT_EQ(response.header().notices(0).reason(), v1::NOTICE_REASON_ALIAS_FOLLOWED);
  EXPECT_EQ(response.header().notices(0).from_id(), "technique:relabelling");
  EXPECT_EQ(response.header().notices(0).to_id(), "technique:reframing");
  EXPECT_EQ(response.header().notices(0).field(), "id");

  request.set_id("technique:old");
  ASSERT_TRUE(GetNode(request, &response).ok());
  EXPECT_EQ(response.node().id(), "technique:reframing");
  ASSERT_EQ(response.header().notices_size(), 1);
  EXPECT_EQ(response.header().notices(0).reason(), v1::NOTICE_REASON_REPLACEMENT_FOLLOWED);

  request.set_id("technique:split");
  ASSERT_TRUE(GetNode(request, &response).ok());
  EXPECT_EQ(response.node().id(), "technique:split");
  ASSERT_EQ(response.header().notices_size(), 1);
  EXPECT_EQ(response.header().notices(0).reason(), v1::NOTICE_REASON_SEVERAL_REPLACEMENTS);

  request.set_id("technique:old");
  request.set_no_redirect(true);
  ASSERT_TRUE(GetNode(request, &response).ok());
  EXPECT_EQ(response.node().id(), "technique:old");
  EXPECT_TRUE(response.node().obsolete());
}

TEST_F(LookupTest, BatchLookupAnswersEachItemByValueOrStatusInOrder) {
  v1::BatchLookupRequest request;
  for (const char* id : {"modality:cbt", "technique:refraiming", "no curie", "modality:cbt"}) request.add_ids(id);
  v1::BatchLookupResponse response;
  ASSERT_TRUE(lookup_->BatchLookup(Context().get(), request, &response).ok());
  ASSERT_EQ(response.items_size(), 4);
  EXPECT_EQ(response.items(0).node().id(), "modality:cbt");
  EXPECT_EQ(response.items(1).status().code(), grpc::StatusCode::NOT_FOUND);
  google::rpc::ErrorInfo info;
  ASSERT_TRUE(response.items(1).status().details(0).UnpackTo(&info));
  EXPECT_EQ(info.reason(), "NODE_NOT_FOUND");
  EXPECT_THAT(info.metadata().at("nearest"), HasSubstr("technique:reframing"));
  EXPECT_EQ(response.items(2).status().code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(response.items(3).node().id(), "modality:cbt");
}

TEST_F(LookupTest, ListNodesGivesTheSameWholeAtEveryPageSize) {
  v1::ListNodesRequest request;
  v1::ListNodesResponse whole;
  ASSERT_TRUE(ListNodes(request, &whole).ok());
  EXPECT_EQ(whole.nodes_size(), 9);
  EXPECT_TRUE(whole.next_page_token().empty());
  for (int page_size = 1; page_size <= 10; ++page_size) {
    SCOPED_TRACE(page_size);
    std::vector<std::string> ids;
    v1::ListNodesRequest part;
    part.set_page_size(page_size);
    do {
      v1::ListNodesResponse page;
      ASSERT_TRUE(ListNodes(part, &page).ok());
      ASSERT_LE(page.nodes_size(), page_size);
      for (const std::string& id : Ids(page.nodes())) ids.push_back(id);
      part.set_page_token(page.next_page_token());
    } while (!part.page_token().empty());
    EXPECT_EQ(ids, Ids(whole.nodes()));
  }
}

TEST_F(LookupTest, ListNodesKeepsToOneKindAndLeavesObsoleteOnesOutUnlessAsked) {
  Commit({Obsolete("technique:old", "technique", {"technique:reframing"})});
  v1::ListNodesRequest request;
  request.set_kind("technique");
  v1::ListNodesResponse response;
  ASSERT_TRUE(ListNodes(request, &response).ok());
  EXPECT_THAT(Ids(response.nodes()), ElementsAre("technique:reframing", "technique:restructuring"));
  request.set_include_obsolete(true);
  ASSERT_TRUE(ListNodes(request, &response).ok());
  EXPECT_THAT(Ids(response.nodes()), ElementsAre("technique:old", "technique:reframing", "technique:restructuring"));
}

TEST_F(LookupTest, ALaterPageStaysAtTheRevisionOfTheFirst) {
  v1::ListNodesRequest request;
  request.set_kind("technique");
  request.set_page_size(1);
  v1::ListNodesResponse first;
  ASSERT_TRUE(ListNodes(request, &first).ok());
  Commit({PutNode("technique:resonance", "technique", "Resonance")});  // would come between the two pages
  request.set_page_token(first.next_page_token());
  v1::ListNodesResponse second;
  ASSERT_TRUE(ListNodes(request, &second).ok());
  EXPECT_THAT(Ids(second.nodes()), ElementsAre("technique:restructuring"));
  EXPECT_EQ(second.header().revision(), first.header().revision());
  EXPECT_TRUE(second.next_page_token().empty());
}

TEST_F(LookupTest, APageTokenIsRefusedWhereItIsNotOfThisRequest) {
  v1::ListNodesRequest request;
  request.set_page_size(2);
  v1::ListNodesResponse page;
  ASSERT_TRUE(ListNodes(request, &page).ok());
  const std::string token = page.next_page_token();
  ASSERT_FALSE(token.empty());

  std::vector<v1::ListNodesRequest> refused(4, request);
  refused[0].set_page_token(token.substr(1));
  refused[1].set_page_token(token);
  refused[1].set_kind("technique");
  refused[2].set_page_token("?");
  refused[3].set_page_token(token);
  refused[3].mutable_page_token()->at(token.size() / 2) ^= 1;
  for (const v1::ListNodesRequest& bad : refused) {
    const Failure failure(ListNodes(bad, &page));
    EXPECT_EQ(failure.code, grpc::StatusCode::INVALID_ARGUMENT) << bad.ShortDebugString();
    EXPECT_EQ(failure.info.reason(), "PAGE_TOKEN_INVALID");
    EXPECT_EQ(failure.field(), "page_token");
  }
  request.set_page_token(token);
  request.set_page_size(100);  // of all fields, this one may change
  EXPECT_TRUE(ListNodes(request, &page).ok());

  v1::ListNeighborsRequest other;
  other.set_id("modality:cbt");
  other.set_page_token(token);
  v1::ListNeighborsResponse neighbors;
  EXPECT_EQ(Failure(ListNeighbors(other, &neighbors)).info.reason(), "PAGE_TOKEN_INVALID");
}

TEST_F(LookupTest, ListNeighborsIsOrderedAndFiltersByRelationDirectionAndKind) {
  v1::ListNeighborsRequest request;
  request.set_id("technique:reframing");
  v1::ListNeighborsResponse response;
  ASSERT_TRUE(ListNeighbors(request, &response).ok());
  EXPECT_EQ(response.node().id(), "technique:reframing");
  ASSERT_EQ(response.neighbors_size(), 3);
  EXPECT_EQ(response.neighbors(0).node().id(), "process:reappraisal");
  EXPECT_EQ(response.neighbors(1).node().id(), "process:rigidity");
  EXPECT_EQ(response.neighbors(2).node().id(), "modality:systemic");
  EXPECT_EQ(response.neighbors(1).edge().sign(), v1::SIGN_MINUS);
  EXPECT_DOUBLE_EQ(response.neighbors(1).edge().strength(), 0.9);
  EXPECT_TRUE(response.neighbors(2).edge().primary());
  EXPECT_TRUE(response.neighbors(2).outgoing());

  request.set_relation("engages");
  ASSERT_TRUE(ListNeighbors(request, &response).ok());
  EXPECT_EQ(response.neighbors_size(), 2);
  request.set_direction(v1::DIRECTION_INCOMING);
  ASSERT_TRUE(ListNeighbors(request, &response).ok());
  EXPECT_THAT(response.neighbors(), IsEmpty());
  request.clear_direction();
  request.clear_relation();
  request.set_kind("modality");
  ASSERT_TRUE(ListNeighbors(request, &response).ok());
  ASSERT_EQ(response.neighbors_size(), 1);
  EXPECT_EQ(response.neighbors(0).node().id(), "modality:systemic");
}

TEST_F(LookupTest, ListNeighborsGivesTheSameWholeAtEveryPageSize) {
  std::vector<std::string> whole;
  for (int page_size = 5; page_size >= 1; --page_size) {
    v1::ListNeighborsRequest request;
    request.set_id("technique:reframing");
    request.set_page_size(page_size);
    std::vector<std::string> ids;
    do {
      v1::ListNeighborsResponse page;
      ASSERT_TRUE(ListNeighbors(request, &page).ok());
      for (const v1::Neighbor& neighbor : page.neighbors()) ids.push_back(neighbor.node().id());
      request.set_page_token(page.next_page_token());
    } while (!request.page_token().empty());
    if (whole.empty()) whole = ids;
    EXPECT_EQ(ids, whole) << "page size " << page_size;
  }
  EXPECT_EQ(whole.size(), 3U);
}

TEST_F(LookupTest, SchemaAndPolicyComeBackAsTheyWerePut) {
  v1::GetSchemaResponse schema;
  ASSERT_TRUE(lookup_->GetSchema(Context().get(), {}, &schema).ok());
  std::set<std::string> relations;
  for (const v1::Relation& relation : schema.schema().relations()) relations.insert(relation.name());
  EXPECT_TRUE(relations.contains("engages"));
  EXPECT_TRUE(relations.contains("acts_on"));
  v1::GetPolicyResponse policy;
  ASSERT_TRUE(lookup_->GetPolicy(Context().get(), {}, &policy).ok());
  EXPECT_EQ(policy.policy().default_pattern(), "bridge");
  EXPECT_EQ(policy.update_revision(), 1);
}

TEST_F(LookupTest, BeforeAPolicyIsLoadedThereIsNone) {
  v1::GetPolicyRequest request;
  request.mutable_consistency()->set_at_exact_snapshot(0);
  v1::GetPolicyResponse response;
  const Failure failure(lookup_->GetPolicy(Context().get(), request, &response));
  EXPECT_EQ(failure.code, grpc::StatusCode::NOT_FOUND);
  EXPECT_EQ(failure.info.reason(), "DOCUMENT_NOT_FOUND");
}

TEST_F(LookupTest, ResolveFindsIdsLabelsInNormalFormAndNothing) {
  v1::ResolveRequest request;
  v1::ResolveResponse response;
  request.set_text("cognitive RESTRUCTURING");
  ASSERT_TRUE(lookup_->Resolve(Context().get(), request, &response).ok());
  ASSERT_EQ(response.candidates_size(), 1);
  EXPECT_EQ(response.candidates(0).node().id(), "technique:restructuring");
  EXPECT_EQ(response.candidates(0).field(), v1::MATCH_FIELD_PREFERRED_LABEL);
  EXPECT_FALSE(response.candidates(0).exact());

  request.set_text("technique:reframing");
  ASSERT_TRUE(lookup_->Resolve(Context().get(), request, &response).ok());
  ASSERT_EQ(response.candidates_size(), 1);
  EXPECT_EQ(response.candidates(0).field(), v1::MATCH_FIELD_ID);
  EXPECT_TRUE(response.candidates(0).exact());

  request.set_text("nothing of that name");
  ASSERT_TRUE(lookup_->Resolve(Context().get(), request, &response).ok());
  EXPECT_THAT(response.candidates(), IsEmpty());

  request.set_text(" -- ");
  EXPECT_EQ(Failure(lookup_->Resolve(Context().get(), request, &response)).info.reason(), "QUERY_EMPTY");
}

}  // namespace
}  // namespace braid::service
