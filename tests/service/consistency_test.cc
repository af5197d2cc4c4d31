// Which revision a read is answered at, and what becomes of a request that asks for another.

#include <atomic>
#include <future>
#include <string>

#include "gtest/gtest.h"
#include "tests/service/server_fixture.h"

namespace braid::service {
namespace {

class ConsistencyTest : public ServerTest {
 protected:
  v1::GetNodeRequest Ask(const std::string& id) {
    v1::GetNodeRequest request;
    request.set_id(id);
    return request;
  }
};

TEST_F(ConsistencyTest, APastRevisionIsServedAsItWas) {
  v1::Change renamed = PutNode("technique:reframing", "technique", "Positive reframing");
  ASSERT_EQ(Commit({renamed}), 3);
  v1::GetNodeRequest request = Ask("technique:reframing");
  v1::GetNodeResponse now;
  ASSERT_TRUE(lookup_->GetNode(Context().get(), request, &now).ok());
  EXPECT_EQ(now.node().preferred_label(), "Positive reframing");
  request.mutable_consistency()->set_at_exact_snapshot(2);
  v1::GetNodeResponse then;
  ASSERT_TRUE(lookup_->GetNode(Context().get(), request, &then).ok());
  EXPECT_EQ(then.node().preferred_label(), "Reframing");
  EXPECT_EQ(then.header().revision(), 2);
}

TEST_F(ConsistencyTest, TheSameRequestAtOneRevisionGivesTheSameBytes) {
  v1::GetNodeRequest request = Ask("technique:reframing");
  request.mutable_consistency()->set_at_exact_snapshot(2);
  v1::GetNodeResponse before, after;
  ASSERT_TRUE(lookup_->GetNode(Context().get(), request, &before).ok());
  Commit({PutNode("technique:other", "technique", "Other")});
  ASSERT_TRUE(lookup_->GetNode(Context().get(), request, &after).ok());
  EXPECT_EQ(before.SerializeAsString(), after.SerializeAsString());
}

TEST_F(ConsistencyTest, ARevisionToComeIsOutOfRangeAndSaysWhatThereIs) {
  v1::GetNodeRequest request = Ask("technique:reframing");
  request.mutable_consistency()->set_at_exact_snapshot(99);
  v1::GetNodeResponse response;
  const Failure failure(lookup_->GetNode(Context().get(), request, &response));
  EXPECT_EQ(failure.code, grpc::StatusCode::OUT_OF_RANGE);
  EXPECT_EQ(failure.info.reason(), "REVISION_IN_FUTURE");
  EXPECT_EQ(failure.metadata("head_revision"), "2");
}

TEST_F(ConsistencyTest, AtLeastAsFreshWaitsForTheRevision) {
  v1::GetNodeRequest request = Ask("technique:new");
  request.mutable_consistency()->set_at_least_as_fresh(3);
  v1::GetNodeResponse response;
  auto read = std::async(std::launch::async, [&] { return lookup_->GetNode(Context().get(), request, &response); });
  ASSERT_TRUE(Eventually([&] { return server().counts().begun == server().counts().ended + 1; }));
  ASSERT_EQ(Commit({PutNode("technique:new", "technique", "New")}), 3);
  const grpc::Status status = read.get();
  ASSERT_TRUE(status.ok()) << status.error_message();
  EXPECT_EQ(response.header().revision(), 3);
}

TEST_F(ConsistencyTest, AtLeastAsFreshGivesUpBeforeTheDeadlineAndSaysSo) {
  v1::GetNodeRequest request = Ask("technique:reframing");
  request.mutable_consistency()->set_at_least_as_fresh(3);
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + std::chrono::milliseconds(500));
  v1::GetNodeResponse response;
  const Failure failure(lookup_->GetNode(&context, request, &response));
  EXPECT_EQ(failure.code, grpc::StatusCode::UNAVAILABLE);
  EXPECT_EQ(failure.info.reason(), "REVISION_NOT_REACHED");
  google::rpc::RetryInfo retry;
  EXPECT_TRUE(failure.Has(&retry));
}

TEST_F(ConsistencyTest, AnotherStoresTokenIsRefused) {
  v1::GetNodeRequest request = Ask("technique:reframing");
  request.mutable_consistency()->set_store_id(std::string(store().store_id()));
  v1::GetNodeResponse response;
  EXPECT_TRUE(lookup_->GetNode(Context().get(), request, &response).ok());
  request.mutable_consistency()->set_store_id("00000000-0000-4000-8000-00000000abcd");
  const Failure failure(lookup_->GetNode(Context().get(), request, &response));
  EXPECT_EQ(failure.code, grpc::StatusCode::FAILED_PRECONDITION);
  EXPECT_EQ(failure.info.reason(), "STORE_CHANGED");
  EXPECT_EQ(failure.field(), "consistency.store_id");
}

TEST_F(ConsistencyTest, WhatWasAcknowledgedIsThereAfterARestart) {
  Commit({PutNode("technique:new", "technique", "New")});
  const std::string store_id(store().store_id());
  Restart();
  v1::GetNodeResponse response;
  ASSERT_TRUE(lookup_->GetNode(Context().get(), Ask("technique:new"), &response).ok());
  EXPECT_EQ(response.header().revision(), 3);
  EXPECT_EQ(response.header().store_id(), store_id);
}

}  // namespace
}  // namespace braid::service
