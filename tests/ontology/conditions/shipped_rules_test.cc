// Every `when` of the shipped rules, in the language of conditions over what is known of a client.

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "ontology/client_vocabulary.h"
#include "ontology/conditions/evaluation.h"
#include "ontology/conditions/parser.h"
#include "tests/ontology/shipped.h"

namespace braid::ontology {
namespace {

struct Rule {
  std::string id;
  std::string when;
};

std::vector<Rule> ShippedRules() {
  const graph::SnapshotPtr snapshot = ShippedOntology();
  std::vector<Rule> rules;
  snapshot->VisitNodes(snapshot->schema().FindKind("rule").value(), {}, [&](graph::NodeIndex node) {
    for (const graph::Attribute& attribute : snapshot->attributes(node)) {
      if (attribute.name != "when") continue;
      rules.push_back({std::string(snapshot->id(node)), std::get<std::string>(attribute.value)});
    }
    return true;
  });
  return rules;
}

TEST(ShippedRules, AllSayWhenInIdsThatExistAndAsTheyAreWritten) {
  const graph::SnapshotPtr snapshot = ShippedOntology();
  const std::vector<Rule> rules = ShippedRules();
  EXPECT_GE(rules.size(), 84U);
  for (const Rule& rule : rules) {
    const absl::StatusOr<Condition> condition = ParseCondition(rule.when, ClientVocabulary(), snapshot.get());
    ASSERT_TRUE(condition.ok()) << rule.id << ": " << condition.status();
    const std::string text = TextOf(*condition);
    EXPECT_EQ(ParseCondition(text, ClientVocabulary(), snapshot.get())->root, condition->root) << rule.id;
  }
}

TEST(ShippedRules, AreUnknownOfAClientOfWhomNothingIsKnownUnlessTheyAlwaysHold) {
  const FieldValues nothing(ClientVocabulary());
  for (const Rule& rule : ShippedRules()) {
    const Verdict verdict = Evaluate(ParseCondition(rule.when, ClientVocabulary()).value(), nothing);
    const bool is_always = rule.when == "true" || rule.when == "alliance.state = unknown";
    const bool is_of_progress = rule.when.rfind("progress.state", 0) == 0;  // `unknown` is none of its states
    const Truth truth = is_always ? Truth::kTrue : is_of_progress ? Truth::kFalse : Truth::kUnknown;
    EXPECT_EQ(verdict.truth, truth) << rule.id << ": " << rule.when;
  }
}

// A client of whom everything is known: no rule is left open.
TEST(ShippedRules, AreDecidedWhereEverythingIsKnown) {
  FieldValues values(ClientVocabulary());
  for (const std::string_view name : ClientVocabulary().Names()) {
    const Field& field = ClientVocabulary()[*ClientVocabulary().Find(name)];
    if (field.kind == FieldKind::kSet) values.SetMembers(name, {});
    if (field.kind == FieldKind::kWord) values.SetWord(name, field.words.empty() ? "stage:action" : field.words[0]);
    if (field.kind == FieldKind::kNumber) values.SetNumber(name, field.least);
    if (field.kind == FieldKind::kFact) values.SetFact(name, false);
  }
  for (const Rule& rule : ShippedRules()) {
    const Verdict verdict = Evaluate(ParseCondition(rule.when, ClientVocabulary()).value(), values);
    EXPECT_NE(verdict.truth, Truth::kUnknown) << rule.id << ": " << rule.when;
  }
}

TEST(ShippedRules, AskForTheFlagsThatAScreeningLeftOpen) {
  FieldValues values(ClientVocabulary());
  values.SetMembers("concern", {"concern:couple_distress"});
  values.SetMembers("flag", {"flag:pregnancy"}, /*complete=*/false);
  const std::vector<Rule> rules = ShippedRules();
  const auto rule = std::find_if(rules.begin(), rules.end(), [](const Rule& r) { return r.id == "rule:ibct_choice"; });
  ASSERT_NE(rule, rules.end());
  const Condition condition = ParseCondition(rule->when, ClientVocabulary()).value();
  const Verdict verdict = Evaluate(condition, values);
  EXPECT_EQ(verdict.truth, Truth::kUnknown);
  EXPECT_THAT(verdict.unknown,
              testing::ElementsAre(UnknownField{"flag",
                                                {"flag:intimate_violence", "flag:intoxication_withdrawal",
                                                 "flag:ongoing_abuse", "flag:violence_risk"}}));
  values.SetMembers("flag", {"flag:pregnancy"});
  EXPECT_EQ(TruthOf(condition, values), Truth::kTrue);
  values.SetMembers("flag", {"flag:ongoing_abuse"}, /*complete=*/false);
  EXPECT_EQ(TruthOf(condition, values), Truth::kFalse);
}

}  // namespace
}  // namespace braid::ontology
