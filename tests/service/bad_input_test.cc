// What a caller learns who asks for something wrong: a table of code, reason and field, through a real client.

#include <chrono>
#include <cmath>
#include <functional>
#include <limits>
#include <ostream>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/service/hard_question.h"
#include "tests/service/server_fixture.h"

namespace braid::service {
namespace {

using grpc::StatusCode;
using testing::HasSubstr;

class BadInputTest;

struct BadInput {
  std::string name;
  std::function<grpc::Status(BadInputTest&)> call;
  StatusCode code;
  std::string reason;  // empty: gRPC refuses it itself, without details
  std::string field;   // empty: names none
};
void PrintTo(const BadInput& input, std::ostream* out) { *out << input.name; }

class BadInputTest : public ServerTest, public testing::WithParamInterface<BadInput> {
 public:
  grpc::Status Get(const std::string& id) {
    v1::GetNodeRequest request;
    request.set_id(id);
    v1::GetNodeResponse response;
    return lookup_->GetNode(Context().get(), request, &response);
  }
  grpc::Status Put(const v1::Change& change, const std::vector<v1::Precondition>& preconditions = {}) {
    v1::CommitRequest request = Request({change});
    for (const v1::Precondition& precondition : preconditions) *request.add_preconditions() = precondition;
    v1::CommitResponse response;
    return curation_->Commit(Context().get(), request, &response);
  }
  grpc::Status PutAll(const std::vector<v1::Change>& changes) {
    v1::CommitResponse response;
    return curation_->Commit(Context().get(), Request(changes), &response);
  }
  grpc::Status List(const v1::ListNodesRequest& request) {
    v1::ListNodesResponse response;
    return lookup_->ListNodes(Context().get(), request, &response);
  }
  grpc::Status Neighbors(const v1::ListNeighborsRequest& request) {
    v1::ListNeighborsResponse response;
    return lookup_->ListNeighbors(Context().get(), request, &response);
  }
  grpc::Status Batch(int count) {
    v1::BatchLookupRequest request;
    for (int i = 0; i < count; ++i) request.add_ids("modality:cbt");
    v1::BatchLookupResponse response;
    return lookup_->BatchLookup(Context().get(), request, &response);
  }
  // Asks for paths between thoughts and relationships after `edit`.
  grpc::Status Paths(const std::function<void(v1::FindPathsRequest&)>& edit) {
    v1::FindPathsRequest request;
    request.add_source_ids("dimension:thoughts");
    request.add_target_ids("dimension:relationships");
    edit(request);
    v1::FindPathsResponse response;
    return paths_->FindPaths(Context().get(), request, &response);
  }
  grpc::Status HardWithin(std::chrono::milliseconds time) {
    Commit(HardGraph());
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() + time);
    v1::FindPathsResponse response;
    return paths_->FindPaths(&context, HardQuestion(), &response);
  }
  grpc::Status CommitAs(const std::string& author) {
    const auto context = Context();
    context->AddMetadata("braid-author-bin", author);
    v1::CommitResponse response;
    return curation_->Commit(context.get(), Request({PutNode("technique:new", "technique", "New")}), &response);
  }
};

v1::Precondition EtagOf(const std::string& id, const std::string& etag) {
  v1::Precondition precondition;
  precondition.mutable_etag()->set_id(id);
  precondition.mutable_etag()->set_etag(etag);
  return precondition;
}

v1::Precondition HeadIs(std::int64_t revision) {
  v1::Precondition precondition;
  precondition.set_head_revision(revision);
  return precondition;
}

v1::Precondition Absent(const std::string& id) {
  v1::Precondition precondition;
  precondition.set_absent(id);
  return precondition;
}

v1::Change DeleteNode(const std::string& id) {
  v1::Change change;
  change.mutable_delete_node()->set_id(id);
  return change;
}

const v1::Change kNewTechnique = PutNode("technique:new", "technique", "New");
const std::string kEdge = "technique:reframing engages process:rigidity";
constexpr char kStrength[] = "changes[0].put_edge.edge.strength";

TEST_P(BadInputTest, GetsItsCodeReasonAndField) {
  const BadInput& input = GetParam();
  const Failure failure(input.call(*this));
  EXPECT_EQ(failure.code, input.code) << failure.message;
  EXPECT_EQ(failure.info.reason(), input.reason) << failure.message;
  EXPECT_EQ(failure.field(), input.field) << failure.message;
  if (input.reason.empty()) return;
  EXPECT_EQ(failure.info.domain(), "braid");
  EXPECT_EQ(failure.status.code(), static_cast<int>(failure.code));
  EXPECT_EQ(failure.status.message(), failure.message);
  EXPECT_FALSE(failure.message.empty());
}

INSTANTIATE_TEST_SUITE_P(
    All, BadInputTest,
    testing::Values(
        BadInput{"unknown_id", [](auto& self) { return self.Get("technique:refraiming"); }, StatusCode::NOT_FOUND,
                 "NODE_NOT_FOUND", "id"},
        BadInput{"no_id", [](auto& self) { return self.Get(""); }, StatusCode::INVALID_ARGUMENT, "FIELD_REQUIRED",
                 "id"},
        BadInput{"malformed_curie", [](auto& self) { return self.Get("thoughts"); }, StatusCode::INVALID_ARGUMENT,
                 "CURIE_MALFORMED", "id"},
        BadInput{"malformed_curie_in_a_change",
                 [](auto& self) { return self.Put(PutNode("no blanks:x y", "technique", "X")); },
                 StatusCode::INVALID_ARGUMENT, "CURIE_MALFORMED", "changes[0].put_node.node.id"},
        BadInput{"unknown_kind", [](auto& self) { return self.Put(PutNode("technique:x", "techniqe", "X")); },
                 StatusCode::NOT_FOUND, "KIND_NOT_FOUND", "changes[0].put_node.node.kind"},
        BadInput{"unknown_relation",
                 [](auto& self) { return self.Put(PutEdge("technique:reframing engagez process:rigidity")); },
                 StatusCode::NOT_FOUND, "RELATION_NOT_FOUND", "changes[0].put_edge.edge.key.relation"},
        BadInput{"unknown_relation_asked_for",
                 [](auto& self) {
                   v1::ListNeighborsRequest request;
                   request.set_id("modality:cbt");
                   request.set_relation("engagez");
                   return self.Neighbors(request);
                 },
                 StatusCode::NOT_FOUND, "RELATION_NOT_FOUND", "relation"},
        BadInput{"unknown_end",
                 [](auto& self) { return self.Put(PutEdge("technique:reframing engages process:nothing")); },
                 StatusCode::NOT_FOUND, "NODE_NOT_FOUND", "changes[0].put_edge.edge.key.object_id"},
        BadInput{"strength_above_one", [](auto& self) { return self.Put(PutEdge(kEdge, 1.4)); },
                 StatusCode::INVALID_ARGUMENT, "VALUE_OUT_OF_RANGE", kStrength},
        BadInput{"strength_zero", [](auto& self) { return self.Put(PutEdge(kEdge, 0)); }, StatusCode::INVALID_ARGUMENT,
                 "VALUE_OUT_OF_RANGE", kStrength},
        BadInput{"strength_not_a_number",
                 [](auto& self) { return self.Put(PutEdge(kEdge, std::numeric_limits<double>::quiet_NaN())); },
                 StatusCode::INVALID_ARGUMENT, "VALUE_OUT_OF_RANGE", kStrength},
        BadInput{"strength_infinite",
                 [](auto& self) { return self.Put(PutEdge(kEdge, std::numeric_limits<double>::infinity())); },
                 StatusCode::INVALID_ARGUMENT, "VALUE_OUT_OF_RANGE", kStrength},
        BadInput{"unknown_enum",
                 [](auto& self) {
                   v1::Change change = PutEdge(kEdge);
                   change.mutable_put_edge()->mutable_edge()->set_certainty(static_cast<v1::Certainty>(99));
                   return self.Put(change);
                 },
                 StatusCode::INVALID_ARGUMENT, "ENUM_UNKNOWN", "changes[0].put_edge.edge.certainty"},
        BadInput{"domain_breach", [](auto& self) { return self.Put(PutEdge("modality:cbt engages process:rigidity")); },
                 StatusCode::FAILED_PRECONDITION, "SCHEMA_VIOLATION", "changes[0].put_edge.edge.key.relation"},
        BadInput{"range_breach",
                 [](auto& self) { return self.Put(PutEdge("technique:reframing engages modality:cbt")); },
                 StatusCode::FAILED_PRECONDITION, "SCHEMA_VIOLATION", "changes[0].put_edge.edge.key.relation"},
        BadInput{"cycle",
                 [](auto& self) {
                   return self.PutAll({PutEdge("technique:reframing requires technique:restructuring"),
                                       PutEdge("technique:restructuring requires technique:reframing")});
                 },
                 StatusCode::FAILED_PRECONDITION, "CYCLE", "changes[1].put_edge.edge"},
        BadInput{"node_in_use", [](auto& self) { return self.Put(DeleteNode("modality:cbt")); },
                 StatusCode::FAILED_PRECONDITION, "NODE_IN_USE", "changes[0].delete_node.id"},
        BadInput{"stale_etag", [](auto& self) { return self.Put(kNewTechnique, {EtagOf("modality:cbt", "0")}); },
                 StatusCode::ABORTED, "ETAG_MISMATCH", "preconditions[0].etag.etag"},
        BadInput{"head_moved", [](auto& self) { return self.Put(kNewTechnique, {HeadIs(1)}); }, StatusCode::ABORTED,
                 "HEAD_MOVED", "preconditions[0].head_revision"},
        BadInput{"not_absent", [](auto& self) { return self.Put(kNewTechnique, {Absent("modality:cbt")}); },
                 StatusCode::FAILED_PRECONDITION, "PRECONDITION_FAILED", "preconditions[0].absent"},
        BadInput{"nothing_to_commit", [](auto& self) { return self.PutAll({}); }, StatusCode::INVALID_ARGUMENT,
                 "FIELD_REQUIRED", "changes"},
        BadInput{"k_zero", [](auto& self) { return self.Paths([](auto& r) { r.set_max_path_count(0); }); },
                 StatusCode::INVALID_ARGUMENT, "VALUE_OUT_OF_RANGE", "max_path_count"},
        BadInput{"k_a_million", [](auto& self) { return self.Paths([](auto& r) { r.set_max_path_count(1'000'000); }); },
                 StatusCode::INVALID_ARGUMENT, "VALUE_OUT_OF_RANGE", "max_path_count"},
        BadInput{"too_many_hops", [](auto& self) { return self.Paths([](auto& r) { r.set_max_hops(13); }); },
                 StatusCode::INVALID_ARGUMENT, "VALUE_OUT_OF_RANGE", "max_hops"},
        BadInput{"no_source", [](auto& self) { return self.Paths([](auto& r) { r.clear_source_ids(); }); },
                 StatusCode::INVALID_ARGUMENT, "FIELD_REQUIRED", "source_ids"},
        BadInput{"too_many_sources",
                 [](auto& self) {
                   return self.Paths([](auto& r) {
                     for (int i = 0; i < 64; ++i) r.add_source_ids("dimension:thoughts");
                   });
                 },
                 StatusCode::INVALID_ARGUMENT, "VALUE_OUT_OF_RANGE", "source_ids"},
        BadInput{"unknown_source",
                 [](auto& self) { return self.Paths([](auto& r) { r.set_source_ids(0, "dimension:thots"); }); },
                 StatusCode::NOT_FOUND, "NODE_NOT_FOUND", "source_ids[0]"},
        BadInput{"bad_pattern", [](auto& self) { return self.Paths([](auto& r) { r.set_pattern("<acts_on ("); }); },
                 StatusCode::INVALID_ARGUMENT, "PATTERN_INVALID", "pattern"},
        BadInput{"no_work", [](auto& self) { return self.Paths([](auto& r) { r.mutable_budget()->set_max_work(0); }); },
                 StatusCode::INVALID_ARGUMENT, "VALUE_OUT_OF_RANGE", "budget.max_work"},
        BadInput{"no_time",
                 [](auto& self) { return self.Paths([](auto& r) { r.mutable_budget()->mutable_max_duration(); }); },
                 StatusCode::INVALID_ARGUMENT, "VALUE_OUT_OF_RANGE", "budget.max_duration"},
        BadInput{
            "negative_revision",
            [](auto& self) { return self.Paths([](auto& r) { r.mutable_consistency()->set_at_exact_snapshot(-1); }); },
            StatusCode::INVALID_ARGUMENT, "VALUE_OUT_OF_RANGE", "consistency.at_exact_snapshot"},
        BadInput{"negative_page_size",
                 [](auto& self) {
                   v1::ListNodesRequest request;
                   request.set_page_size(-1);
                   return self.List(request);
                 },
                 StatusCode::INVALID_ARGUMENT, "VALUE_OUT_OF_RANGE", "page_size"},
        BadInput{"unknown_kind_asked_for",
                 [](auto& self) {
                   v1::ListNodesRequest request;
                   request.set_kind("techniqe");
                   return self.List(request);
                 },
                 StatusCode::NOT_FOUND, "KIND_NOT_FOUND", "kind"},
        BadInput{"empty_batch", [](auto& self) { return self.Batch(0); }, StatusCode::INVALID_ARGUMENT,
                 "FIELD_REQUIRED", "ids"},
        BadInput{"batch_too_large", [](auto& self) { return self.Batch(1001); }, StatusCode::INVALID_ARGUMENT,
                 "VALUE_OUT_OF_RANGE", "ids"},
        BadInput{"author_with_control_characters", [](auto& self) { return self.CommitAs("a\nb"); },
                 StatusCode::INVALID_ARGUMENT, "VALUE_OUT_OF_RANGE", "braid-author"},
        BadInput{"oversized_message", [](auto& self) { return self.Get(std::string(5 << 20, 'x')); },
                 StatusCode::RESOURCE_EXHAUSTED, "", ""}),
    [](const auto& param_info) { return param_info.param.name; });

TEST_F(BadInputTest, AHardQuestionWithADeadlineOfAMillisecondIsTheErrorItIs) {
  // Whichever side sees it first says so; the server, where its word arrives, with the reason.
  const Failure failure(HardWithin(std::chrono::milliseconds(1)));
  EXPECT_EQ(failure.code, StatusCode::DEADLINE_EXCEEDED);
  EXPECT_THAT(failure.info.reason(), testing::AnyOf("", "DEADLINE_EXCEEDED"));
}

TEST_F(BadInputTest, AnUnknownIdComesWithTheNearestOnes) {
  const Failure failure(Get("technique:refraiming"));
  EXPECT_THAT(failure.metadata("nearest"), HasSubstr("technique:reframing"));
  google::rpc::ResourceInfo resource;
  ASSERT_TRUE(failure.Has(&resource));
  EXPECT_EQ(resource.resource_type(), "node");
  EXPECT_EQ(resource.resource_name(), "technique:refraiming");
}

TEST_F(BadInputTest, ACycleIsListed) {
  const Failure failure(PutAll({PutEdge("technique:reframing requires technique:restructuring"),
                                PutEdge("technique:restructuring requires technique:reframing")}));
  EXPECT_THAT(failure.metadata("cycle"), HasSubstr("technique:reframing"));
  EXPECT_THAT(failure.metadata("cycle"), HasSubstr("technique:restructuring"));
  google::rpc::PreconditionFailure precondition;
  ASSERT_TRUE(failure.Has(&precondition));
  EXPECT_EQ(precondition.violations(0).type(), "CYCLE");
}

TEST_F(BadInputTest, AStaleEtagComesWithTheOneThatIsThere) {
  const Failure failure(Put(kNewTechnique, {EtagOf("modality:cbt", "0")}));
  EXPECT_EQ(failure.metadata("expected"), "0");
  EXPECT_FALSE(failure.metadata("found").empty());
  EXPECT_NE(failure.metadata("found"), "0");
}

TEST_F(BadInputTest, ManyViolationsArriveAsManyAsAHeaderHoldsAndTheOthersAreCounted) {
  std::vector<v1::Change> changes;
  for (int i = 0; i < 90; ++i) changes.push_back(PutEdge(kEdge, 1.5 + i));
  const Failure failure(PutAll(changes));
  EXPECT_EQ(failure.code, StatusCode::INVALID_ARGUMENT);
  const int sent = failure.bad_request.field_violations_size();
  EXPECT_GE(sent, 10);
  EXPECT_EQ(failure.metadata("violations_dropped"), std::to_string(90 - sent));
}

TEST_F(BadInputTest, NothingOfARefusedChangeSetIsApplied) {
  EXPECT_FALSE(PutAll({kNewTechnique, PutEdge(kEdge, 1.4)}).ok());
  EXPECT_EQ(Failure(Get("technique:new")).code, StatusCode::NOT_FOUND);
}

}  // namespace
}  // namespace braid::service
