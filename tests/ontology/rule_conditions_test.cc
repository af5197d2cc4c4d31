#include "ontology/rule_conditions.h"

#include <string>
#include <utility>
#include <vector>

#include "graph/error.h"
#include "gtest/gtest.h"
#include "tests/ontology/sketch.h"

namespace braid::ontology {
namespace {

using graph::Reason;

graph::PutNode Rule(const std::string& id, const std::string& condition) {
  graph::PutNode put = NodeOf(id);
  put.node.attributes.push_back({"when", condition});
  return put;
}

absl::Status Check(const graph::SnapshotPtr& head, std::vector<graph::Change> changes) {
  graph::ChangeSet change_set;
  change_set.changes = std::move(changes);
  return CheckRuleConditions(*head, change_set);
}

struct Refusal {
  Reason reason;
  std::string field;
  friend bool operator==(const Refusal&, const Refusal&) = default;
};
std::ostream& operator<<(std::ostream& out, const Refusal& refusal) {
  return out << static_cast<int>(refusal.reason) << " at " << refusal.field;
}

std::vector<Refusal> RefusalsOf(const absl::Status& status) {
  std::vector<Refusal> refusals;
  const std::optional<graph::ErrorInfo> info = graph::ErrorInfoOf(status);
  if (!info.has_value()) return refusals;
  for (const graph::Violation& violation : info->violations) refusals.push_back({violation.reason, violation.field});
  return refusals;
}

TEST(CheckRuleConditions, TakesWhatCanBeRead) {
  const graph::SnapshotPtr head = Sketch("flag:mania");
  EXPECT_TRUE(Check(head, {Rule("rule:a", "flag has flag:mania"), Rule("rule:b", "true")}).ok());
  EXPECT_TRUE(Check(head, {Rule("rule:a", "concern has concern:ocd"), NodeOf("concern:ocd")}).ok()) << "order is free";
  EXPECT_TRUE(Check(head, {NodeOf("process:p")}).ok());
}

TEST(CheckRuleConditions, RefusesEachRuleThatCannotBeRead) {
  const graph::SnapshotPtr head = Sketch("flag:mania\nconcern:ocd");
  const absl::Status status = Check(
      head, {Rule("rule:good", "true"), Rule("rule:syntax", "flag has"), Rule("rule:unknown", "flag has flag:manja"),
             Rule("rule:kind", "flag has concern:ocd"), NodeOf("rule:bare")});
  EXPECT_EQ(RefusalsOf(status), (std::vector<Refusal>{
                                    {Reason::kConditionInvalid, "changes[1].put_node.node.attributes[0]"},
                                    {Reason::kConditionInvalid, "changes[2].put_node.node.attributes[0]"},
                                    {Reason::kConditionInvalid, "changes[3].put_node.node.attributes[0]"},
                                    {Reason::kConditionInvalid, "changes[4].put_node.node.attributes"},
                                }))
      << status;
}

TEST(CheckRuleConditions, LeavesObsoleteRulesAlone) {
  graph::PutNode rule = Rule("rule:old", "flag has nothing that there is");
  rule.node.obsolete = true;
  EXPECT_TRUE(Check(Sketch(""), {rule}).ok());
}

TEST(CheckRuleConditions, KeepsWhatConditionsName) {
  const graph::SnapshotPtr head = Sketch("flag:mania\nflag:other", {Rule("rule:a", "not flag has flag:mania")});
  EXPECT_TRUE(Check(head, {graph::DeleteNode{"flag:other"}}).ok());
  EXPECT_EQ(RefusalsOf(Check(head, {graph::DeleteNode{"flag:other"}, graph::DeleteNode{"flag:mania"}})),
            (std::vector<Refusal>{{Reason::kNodeInUse, "changes[1].delete_node.id"}}));
  EXPECT_TRUE(Check(head, {graph::DeleteNode{"flag:mania"}, Rule("rule:a", "true")}).ok()) << "the rule changes too";
  EXPECT_TRUE(Check(head, {graph::DeleteNode{"flag:mania"}, graph::DeleteNode{"rule:a"}}).ok());
}

TEST(CheckRuleConditions, RefusesARuleThatNamesWhatGoes) {
  const graph::SnapshotPtr head = Sketch("flag:mania");
  EXPECT_EQ(RefusalsOf(Check(head, {graph::DeleteNode{"flag:mania"}, Rule("rule:a", "flag has flag:mania")})),
            (std::vector<Refusal>{{Reason::kConditionInvalid, "changes[1].put_node.node.attributes[0]"}}));
}

}  // namespace
}  // namespace braid::ontology
