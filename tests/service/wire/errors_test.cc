// The table of errors: every reason, and what reaches the table without one.

#include "service/wire/errors.h"

#include <ostream>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "fmt/format.h"
#include "gmock/gmock.h"
#include "google/rpc/error_details.pb.h"
#include "graph/error.h"
#include "gtest/gtest.h"

namespace braid::service::wire {
namespace {

using absl::StatusCode;
using graph::Reason;
using testing::HasSubstr;
using testing::Not;

constexpr char kRequestId[] = "request-7";
constexpr char kSecret[] = "secret cause at /some/path";

// The details of a status by name of type, in order; `B` BadRequest, `F` PreconditionFailure, `I` RequestInfo, `Q`
// QuotaFailure, `R` ResourceInfo, `T` RetryInfo. ErrorInfo, which is always first, aside.
std::string DetailsOf(const google::rpc::Status& status) {
  std::string details;
  for (int i = 1; i < status.details_size(); ++i) {
    const auto& any = status.details(i);
    if (any.Is<google::rpc::BadRequest>()) details += 'B';
    if (any.Is<google::rpc::PreconditionFailure>()) details += 'F';
    if (any.Is<google::rpc::RequestInfo>()) details += 'I';
    if (any.Is<google::rpc::QuotaFailure>()) details += 'Q';
    if (any.Is<google::rpc::ResourceInfo>()) details += 'R';
    if (any.Is<google::rpc::RetryInfo>()) details += 'T';
  }
  return details;
}

std::string ReasonOf(const google::rpc::Status& status) {
  google::rpc::ErrorInfo info;
  if (status.details().empty() || !status.details(0).UnpackTo(&info)) return "";
  EXPECT_EQ(info.domain(), "braid");
  return info.reason();
}

struct ReasonCase {
  Reason reason;
  std::string name;
  StatusCode code;
  std::string details;
  bool hidden = false;
};
void PrintTo(const ReasonCase& c, std::ostream* out) { *out << c.name; }

const std::vector<ReasonCase> kReasons = {
    {Reason::kFieldRequired, "FIELD_REQUIRED", StatusCode::kInvalidArgument, "B"},
    {Reason::kCurieMalformed, "CURIE_MALFORMED", StatusCode::kInvalidArgument, "B"},
    {Reason::kValueOutOfRange, "VALUE_OUT_OF_RANGE", StatusCode::kInvalidArgument, "B"},
    {Reason::kEnumUnknown, "ENUM_UNKNOWN", StatusCode::kInvalidArgument, "B"},
    {Reason::kPatternInvalid, "PATTERN_INVALID", StatusCode::kInvalidArgument, "B"},
    {Reason::kConditionInvalid, "CONDITION_INVALID", StatusCode::kInvalidArgument, "B"},
    {Reason::kPageTokenInvalid, "PAGE_TOKEN_INVALID", StatusCode::kInvalidArgument, "B"},
    {Reason::kRecordInvalid, "RECORD_INVALID", StatusCode::kInvalidArgument, "B"},
    {Reason::kQueryEmpty, "QUERY_EMPTY", StatusCode::kInvalidArgument, "B"},
    {Reason::kNodeNotFound, "NODE_NOT_FOUND", StatusCode::kNotFound, "BR"},
    {Reason::kEdgeNotFound, "EDGE_NOT_FOUND", StatusCode::kNotFound, "BR"},
    {Reason::kKindNotFound, "KIND_NOT_FOUND", StatusCode::kNotFound, "BR"},
    {Reason::kRelationNotFound, "RELATION_NOT_FOUND", StatusCode::kNotFound, "BR"},
    {Reason::kChangeSetNotFound, "CHANGE_SET_NOT_FOUND", StatusCode::kNotFound, "BR"},
    {Reason::kDocumentNotFound, "DOCUMENT_NOT_FOUND", StatusCode::kNotFound, "BR"},
    {Reason::kChangeSetIdReused, "CHANGE_SET_ID_REUSED", StatusCode::kAlreadyExists, "B"},
    {Reason::kSchemaViolation, "SCHEMA_VIOLATION", StatusCode::kFailedPrecondition, "BF"},
    {Reason::kCycle, "CYCLE", StatusCode::kFailedPrecondition, "BF"},
    {Reason::kNodeInUse, "NODE_IN_USE", StatusCode::kFailedPrecondition, "BF"},
    {Reason::kNodeExists, "NODE_EXISTS", StatusCode::kFailedPrecondition, "BF"},
    {Reason::kPreconditionFailed, "PRECONDITION_FAILED", StatusCode::kFailedPrecondition, "BF"},
    {Reason::kStoreChanged, "STORE_CHANGED", StatusCode::kFailedPrecondition, "BF"},
    {Reason::kFormatNewer, "FORMAT_NEWER", StatusCode::kFailedPrecondition, "BF"},
    {Reason::kEtagMismatch, "ETAG_MISMATCH", StatusCode::kAborted, "BR"},
    {Reason::kHeadMoved, "HEAD_MOVED", StatusCode::kAborted, "BR"},
    {Reason::kRevisionNotKept, "REVISION_NOT_KEPT", StatusCode::kOutOfRange, "B"},
    {Reason::kRevisionInFuture, "REVISION_IN_FUTURE", StatusCode::kOutOfRange, "B"},
    {Reason::kLimitExceeded, "LIMIT_EXCEEDED", StatusCode::kResourceExhausted, "BQ"},
    {Reason::kOverloaded, "OVERLOADED", StatusCode::kResourceExhausted, "BQT"},
    {Reason::kDiskFull, "DISK_FULL", StatusCode::kResourceExhausted, "BQT"},
    {Reason::kRevisionNotReached, "REVISION_NOT_REACHED", StatusCode::kUnavailable, "BT"},
    {Reason::kStoreReadOnly, "STORE_READ_ONLY", StatusCode::kUnavailable, "BT"},
    {Reason::kDraining, "DRAINING", StatusCode::kUnavailable, "BT"},
    {Reason::kOutcomeUnknown, "OUTCOME_UNKNOWN", StatusCode::kUnavailable, "BT"},
    {Reason::kDeadlineExceeded, "DEADLINE_EXCEEDED", StatusCode::kDeadlineExceeded, "B"},
    {Reason::kCancelled, "CANCELLED", StatusCode::kCancelled, "B"},
    {Reason::kStoreDamaged, "STORE_DAMAGED", StatusCode::kDataLoss, "I", true},
    {Reason::kInternal, "INTERNAL", StatusCode::kInternal, "I", true},
};

TEST(ErrorTable, HoldsEveryReason) {
  ASSERT_EQ(kReasons.size(), graph::kReasonCount);
  for (std::size_t i = 0; i < kReasons.size(); ++i) EXPECT_EQ(static_cast<std::size_t>(kReasons[i].reason), i);
}

class ReasonTest : public testing::TestWithParam<ReasonCase> {};

TEST_P(ReasonTest, TravelsWithItsCodeAndDetails) {
  const ReasonCase& c = GetParam();
  const absl::Status made = graph::MakeError(c.reason, kSecret, "the.field", "the:subject", {{"key", "value"}});
  // A payload survives copies, and what a layer does to fields.
  for (const absl::Status& status : {made, graph::PrefixFields(made, "changes[0]")}) {
    const google::rpc::Status rpc = ToRpcStatus(status, kRequestId);
    EXPECT_EQ(rpc.code(), static_cast<int>(c.code));
    EXPECT_EQ(ReasonOf(rpc), c.name);
    EXPECT_EQ(DetailsOf(rpc), c.details);
    EXPECT_EQ(IsHidden(status), c.hidden);
    if (c.hidden) {
      EXPECT_THAT(rpc.ShortDebugString(), Not(HasSubstr("secret")));
      EXPECT_THAT(rpc.message(), HasSubstr(kRequestId));
    } else {
      EXPECT_EQ(rpc.message(), kSecret);
    }
    const grpc::Status grpc = ToGrpcStatus(status, kRequestId);
    EXPECT_EQ(static_cast<int>(grpc.error_code()), rpc.code());
    EXPECT_EQ(grpc.error_message(), rpc.message());
    EXPECT_EQ(grpc.error_details(), rpc.SerializeAsString());
  }
}

INSTANTIATE_TEST_SUITE_P(All, ReasonTest, testing::ValuesIn(kReasons),
                         [](const auto& param_info) { return param_info.param.name; });

struct ForeignCase {
  StatusCode from;
  StatusCode to;
  std::string reason;
};

TEST(ErrorTable, AStatusThatNobodyGaveAReasonIsAFaultOfOursAndHidesItsWords) {
  const std::vector<ForeignCase> cases = {
      {StatusCode::kCancelled, StatusCode::kCancelled, "CANCELLED"},
      {StatusCode::kUnknown, StatusCode::kInternal, "INTERNAL"},
      {StatusCode::kInvalidArgument, StatusCode::kInternal, "INTERNAL"},
      {StatusCode::kDeadlineExceeded, StatusCode::kDeadlineExceeded, "DEADLINE_EXCEEDED"},
      {StatusCode::kNotFound, StatusCode::kInternal, "INTERNAL"},
      {StatusCode::kAlreadyExists, StatusCode::kInternal, "INTERNAL"},
      {StatusCode::kPermissionDenied, StatusCode::kInternal, "INTERNAL"},
      {StatusCode::kResourceExhausted, StatusCode::kInternal, "INTERNAL"},
      {StatusCode::kFailedPrecondition, StatusCode::kInternal, "INTERNAL"},
      {StatusCode::kAborted, StatusCode::kInternal, "INTERNAL"},
      {StatusCode::kOutOfRange, StatusCode::kInternal, "INTERNAL"},
      {StatusCode::kUnimplemented, StatusCode::kInternal, "INTERNAL"},
      {StatusCode::kInternal, StatusCode::kInternal, "INTERNAL"},
      {StatusCode::kUnavailable, StatusCode::kInternal, "INTERNAL"},
      {StatusCode::kDataLoss, StatusCode::kDataLoss, "STORE_DAMAGED"},
      {StatusCode::kUnauthenticated, StatusCode::kInternal, "INTERNAL"},
  };
  for (const ForeignCase& c : cases) {
    const absl::Status status(c.from, kSecret);
    const google::rpc::Status rpc = ToRpcStatus(status, kRequestId);
    EXPECT_EQ(rpc.code(), static_cast<int>(c.to)) << status.ToString();
    EXPECT_EQ(ReasonOf(rpc), c.reason) << status.ToString();
    EXPECT_TRUE(IsHidden(status)) << status.ToString();
    EXPECT_THAT(rpc.ShortDebugString(), Not(HasSubstr("secret")));
    EXPECT_EQ(DetailsOf(rpc), "I");
  }
}

TEST(ErrorTable, OkIsOk) {
  EXPECT_FALSE(IsHidden(absl::OkStatus()));
  EXPECT_EQ(ToRpcStatus(absl::OkStatus(), kRequestId).ByteSizeLong(), 0U);
  EXPECT_TRUE(ToGrpcStatus(absl::OkStatus(), kRequestId).ok());
}

TEST(ErrorTable, EveryViolationIsOneDetailOfItsKind) {
  const absl::Status status =
      graph::MakeError(graph::ErrorInfo{Reason::kSchemaViolation,
                                        {{Reason::kSchemaViolation, "changes[0]", "first", "technique:a"},
                                         {Reason::kNodeNotFound, "changes[1]", "second", "technique:b"},
                                         {Reason::kValueOutOfRange, "changes[2]", "third", ""}},
                                        {{"nearest", "technique:c"}}});
  const google::rpc::Status rpc = ToRpcStatus(status, kRequestId);
  EXPECT_EQ(rpc.code(), static_cast<int>(StatusCode::kFailedPrecondition));
  EXPECT_EQ(DetailsOf(rpc), "BRF");
  google::rpc::BadRequest fields;
  ASSERT_TRUE(rpc.details(1).UnpackTo(&fields));
  ASSERT_EQ(fields.field_violations_size(), 3);
  EXPECT_EQ(fields.field_violations(2).field(), "changes[2]");
  EXPECT_EQ(fields.field_violations(2).reason(), "VALUE_OUT_OF_RANGE");
  google::rpc::ResourceInfo resource;
  ASSERT_TRUE(rpc.details(2).UnpackTo(&resource));
  EXPECT_EQ(resource.resource_type(), "node");
  EXPECT_EQ(resource.resource_name(), "technique:b");
  google::rpc::PreconditionFailure precondition;
  ASSERT_TRUE(rpc.details(3).UnpackTo(&precondition));
  ASSERT_EQ(precondition.violations_size(), 1);
  EXPECT_EQ(precondition.violations(0).type(), "SCHEMA_VIOLATION");
  EXPECT_EQ(precondition.violations(0).subject(), "technique:a");
  google::rpc::ErrorInfo info;
  ASSERT_TRUE(rpc.details(0).UnpackTo(&info));
  EXPECT_EQ(info.metadata().at("nearest"), "technique:c");
}

TEST(ErrorTable, WhatAHeaderCannotHoldIsCutBetweenCharactersAndCounted) {
  graph::ErrorList errors;
  std::string long_text;
  for (int i = 0; i < 2000; ++i) long_text += "é";
  for (int i = 0; i < 100; ++i)
    errors.Add({Reason::kNodeNotFound, fmt::format("changes[{}]", i), long_text, long_text});
  const google::rpc::Status rpc = ToRpcStatus(errors.ToStatus(), kRequestId);
  EXPECT_LE(rpc.ByteSizeLong(), kMaxDetailBytes);
  EXPECT_LE(rpc.message().size(), kMaxMessageBytes);
  google::rpc::BadRequest fields;
  ASSERT_TRUE(rpc.details(1).UnpackTo(&fields));
  google::rpc::ErrorInfo info;
  ASSERT_TRUE(rpc.details(0).UnpackTo(&info));
  EXPECT_EQ(info.metadata().at("violations_dropped"), fmt::format("{}", 100 - fields.field_violations_size()));
  EXPECT_THAT(fields.field_violations(0).description(), HasSubstr("é…"));
}

}  // namespace
}  // namespace braid::service::wire
