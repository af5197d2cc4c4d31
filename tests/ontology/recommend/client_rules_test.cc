#include "ontology/recommend/client_rules.h"

#include <optional>
#include <string>

#include "absl/status/status.h"
#include "graph/error.h"
#include "gtest/gtest.h"
#include "tests/ontology/sketch.h"

namespace braid::ontology {
namespace {

// The commit refuses such a rule; an ontology that was written before that may hold one.
TEST(RuleBook, RefusesTheRevisionAndNamesEachRuleThatCannotBeRead) {
  const graph::SnapshotPtr snapshot = Sketch(
      "rule:good when=true\n"
      "rule:bad when=flag\n"
      "rule:worse when=nonsense\n");
  const auto book = RuleBook::Read(*snapshot);
  EXPECT_EQ(book.status().code(), absl::StatusCode::kFailedPrecondition) << "no fault of the caller's";
  const std::optional<graph::ErrorInfo> info = graph::ErrorInfoOf(book.status());
  ASSERT_TRUE(info.has_value());
  ASSERT_EQ(info->violations.size(), 2U);
  EXPECT_EQ(info->reason, graph::Reason::kPreconditionFailed);
  EXPECT_EQ(info->violations[0].subject, "rule:bad");
  EXPECT_EQ(info->violations[1].subject, "rule:worse");
}

}  // namespace
}  // namespace braid::ontology
