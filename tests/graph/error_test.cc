#include "graph/error.h"

#include <set>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace braid::graph {
namespace {

using testing::ElementsAre;
using testing::Pair;

TEST(Error, EveryReasonHasItsOwnNameAndACodeThatIsAnError) {
  std::set<std::string_view> names;
  for (std::size_t i = 0; i < kReasonCount; ++i) {
    const auto reason = static_cast<Reason>(i);
    EXPECT_TRUE(names.insert(NameOf(reason)).second) << NameOf(reason);
    EXPECT_NE(CodeOf(reason), absl::StatusCode::kOk) << NameOf(reason);
  }
}

TEST(Error, TheCodeFollowsFromTheReason) {
  const struct {
    Reason reason;
    absl::StatusCode code;
    std::string_view name;
  } cases[] = {{Reason::kFieldRequired, absl::StatusCode::kInvalidArgument, "FIELD_REQUIRED"},
               {Reason::kNodeNotFound, absl::StatusCode::kNotFound, "NODE_NOT_FOUND"},
               {Reason::kChangeSetIdReused, absl::StatusCode::kAlreadyExists, "CHANGE_SET_ID_REUSED"},
               {Reason::kCycle, absl::StatusCode::kFailedPrecondition, "CYCLE"},
               {Reason::kEtagMismatch, absl::StatusCode::kAborted, "ETAG_MISMATCH"},
               {Reason::kRevisionNotKept, absl::StatusCode::kOutOfRange, "REVISION_NOT_KEPT"},
               {Reason::kOverloaded, absl::StatusCode::kResourceExhausted, "OVERLOADED"},
               {Reason::kOutcomeUnknown, absl::StatusCode::kUnavailable, "OUTCOME_UNKNOWN"},
               {Reason::kDeadlineExceeded, absl::StatusCode::kDeadlineExceeded, "DEADLINE_EXCEEDED"},
               {Reason::kCancelled, absl::StatusCode::kCancelled, "CANCELLED"},
               {Reason::kStoreDamaged, absl::StatusCode::kDataLoss, "STORE_DAMAGED"},
               {Reason::kInternal, absl::StatusCode::kInternal, "INTERNAL"}};
  for (const auto& c : cases) {
    EXPECT_EQ(NameOf(c.reason), c.name);
    EXPECT_EQ(MakeError(c.reason, "x").code(), c.code) << c.name;
  }
}

TEST(Error, WhatIsPutInComesBackThroughCopies) {
  const ErrorInfo info{Reason::kCycle,
                       {{Reason::kCycle, "changes[3].put_edge.edge", "a → b → a", "n:a"},
                        {Reason::kNodeNotFound, "", "no node \"x\"\n", std::string("\0\xFF", 2)}},
                       {{"cycle", "a,b,a"}, {"empty", ""}}};
  const absl::Status status = MakeError(info);
  const absl::StatusOr<int> wrapped = status;
  EXPECT_EQ(ErrorInfoOf(wrapped.status()), info);
  EXPECT_EQ(status.message(), "a → b → a (and 1 more)");
}

TEST(Error, OneViolationIsTheMessage) {
  const absl::Status status = MakeError(Reason::kNodeNotFound, "no node `x`", "id", "x", {{"nearest", "y"}});
  EXPECT_EQ(status.message(), "no node `x`");
  const ErrorInfo info = ErrorInfoOf(status).value();
  EXPECT_EQ(info.reason, Reason::kNodeNotFound);
  EXPECT_THAT(info.violations, ElementsAre(Violation{Reason::kNodeNotFound, "id", "no node `x`", "x"}));
  EXPECT_THAT(info.metadata, ElementsAre(Pair("nearest", "y")));
}

TEST(Error, AStatusMadeElsewhereCarriesNothing) {
  EXPECT_EQ(ErrorInfoOf(absl::OkStatus()), std::nullopt);
  EXPECT_EQ(ErrorInfoOf(absl::NotFoundError("x")), std::nullopt);
  EXPECT_EQ(PrefixFields(absl::NotFoundError("x"), "changes[0]"), absl::NotFoundError("x"));
}

TEST(Error, ADamagedPayloadIsNotRead) {
  const absl::Status status = MakeError(Reason::kCycle, "description", "field", "subject", {{"key", "value"}});
  std::string url;
  std::string payload;
  status.ForEachPayload([&](absl::string_view type, const absl::Cord& bytes) {
    url = std::string(type);
    payload = std::string(bytes);
  });
  for (std::size_t size = 0; size < payload.size(); ++size) {
    absl::Status cut(status.code(), "cut");
    cut.SetPayload(url, absl::Cord(payload.substr(0, size)));
    EXPECT_EQ(ErrorInfoOf(cut), std::nullopt) << size;
  }
  absl::Status longer(status.code(), "longer");
  longer.SetPayload(url, absl::Cord(payload + "x"));
  EXPECT_EQ(ErrorInfoOf(longer), std::nullopt);
}

TEST(Error, APrefixGoesBeforeEveryField) {
  ErrorList errors;
  errors.Add({Reason::kFieldRequired, "name", "a", {}});
  errors.Add({Reason::kFieldRequired, "", "b", {}});
  const ErrorInfo info = ErrorInfoOf(PrefixFields(errors.ToStatus(), "changes[3].put_kind.kind")).value();
  EXPECT_EQ(info.violations[0].field, "changes[3].put_kind.kind.name");
  EXPECT_EQ(info.violations[1].field, "changes[3].put_kind.kind");
}

TEST(ErrorList, IsOkUntilSomethingIsAdded) {
  ErrorList errors;
  errors.Add(absl::OkStatus());
  EXPECT_TRUE(errors.empty());
  EXPECT_TRUE(errors.ToStatus().ok());
}

TEST(ErrorList, KeepsAHundredAndCountsTheRest) {
  ErrorList errors;
  for (int i = 0; i < 105; ++i) errors.Add({Reason::kFieldRequired, std::to_string(i), "x", {}});
  errors.Add(MakeError(Reason::kCycle, "y", {}, {}, {{"cycle", "z"}}));
  errors.Drop(3);
  const ErrorInfo info = ErrorInfoOf(errors.ToStatus()).value();
  EXPECT_EQ(info.violations.size(), ErrorList::kMaxViolations);
  EXPECT_EQ(info.violations.back().field, "99");
  EXPECT_THAT(info.metadata, ElementsAre(Pair("violations_dropped", "9")));
}

TEST(ErrorList, TheFirstViolationDecidesAndTheFirstOfEachKeyIsKept) {
  ErrorList errors;
  errors.Add(MakeError(Reason::kNodeNotFound, "no node `a`", "x", "a", {{"nearest", "n:a"}}));
  errors.Add(MakeError(Reason::kCycle, "circle", "y", "b", {{"nearest", "n:b"}, {"cycle", "b,b"}}));
  const absl::Status status = errors.ToStatus();
  EXPECT_EQ(status.code(), absl::StatusCode::kNotFound);
  EXPECT_THAT(ErrorInfoOf(status).value().metadata, ElementsAre(Pair("nearest", "n:a"), Pair("cycle", "b,b")));
}

TEST(ErrorList, AStatusMadeElsewhereIsInternal) {
  ErrorList errors;
  errors.Add(absl::UnknownError("library"));
  EXPECT_EQ(errors.ToStatus().code(), absl::StatusCode::kInternal);
}

absl::StatusOr<int> Half(int number) {
  if (number % 2 != 0) return MakeError(Reason::kValueOutOfRange, "odd");
  return number / 2;
}

absl::StatusOr<int> Quarter(int number) {
  BRAID_ASSIGN_OR_RETURN(const int half, Half(number));
  BRAID_ASSIGN_OR_RETURN(const int quarter, Half(half));
  return quarter;
}

TEST(Error, TheMacrosReturnTheFirstFailure) {
  EXPECT_EQ(Quarter(12).value(), 3);
  EXPECT_EQ(Quarter(6).status().message(), "odd");
  EXPECT_EQ(ErrorInfoOf(Quarter(7).status())->reason, Reason::kValueOutOfRange);
}

}  // namespace
}  // namespace braid::graph
