#include "ontology/conditions/evaluation.h"

#include <algorithm>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "ontology/conditions/parser.h"
#include "tests/ontology/conditions/random_condition.h"

namespace braid::ontology {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

Condition Read(std::string_view text) { return ParseCondition(text, ToyVocabulary()).value(); }

// --- The oracle: a world in which everything is known, two values, and every world that agrees with what is known.

// A world gives each field of the toy vocabulary a value; sets as the ids in them.
struct World {
  std::map<std::string, std::set<std::string>> sets;
  std::map<std::string, std::string> words;
  double size = 0;
  std::map<std::string, bool> facts;
};

bool HoldsIn(const World& world, const Atom& atom) {
  const Field& field = ToyVocabulary()[atom.field];
  if (field.kind == FieldKind::kFact) return world.facts.at(field.name);
  if (field.kind == FieldKind::kWord) {
    const bool among = std::count(atom.values.begin(), atom.values.end(), world.words.at(field.name)) > 0;
    return atom.op == Operator::kDiffers ? !among : among;
  }
  if (field.kind == FieldKind::kSet) {
    const std::set<std::string>& members = world.sets.at(field.name);
    const auto inside = static_cast<std::size_t>(
        std::count_if(atom.values.begin(), atom.values.end(), [&](const auto& id) { return members.contains(id); }));
    return atom.op == Operator::kHasAny ? inside > 0 : inside == atom.values.size();
  }
  switch (atom.op) {
    case Operator::kEquals:
      return world.size == atom.number;
    case Operator::kDiffers:
      return world.size != atom.number;
    case Operator::kLess:
      return world.size < atom.number;
    case Operator::kAtMost:
      return world.size <= atom.number;
    case Operator::kMore:
      return world.size > atom.number;
    default:
      return world.size >= atom.number;
  }
}

bool HoldsIn(const World& world, const Expression& expression) {
  switch (expression.type) {
    case Expression::Type::kTrue:
      return true;
    case Expression::Type::kAtom:
      return HoldsIn(world, expression.atom);
    case Expression::Type::kNot:
      return !HoldsIn(world, expression.parts[0]);
    case Expression::Type::kAll:
      return std::all_of(expression.parts.begin(), expression.parts.end(),
                         [&](const Expression& part) { return HoldsIn(world, part); });
    case Expression::Type::kAny:
      break;
  }
  return std::any_of(expression.parts.begin(), expression.parts.end(),
                     [&](const Expression& part) { return HoldsIn(world, part); });
}

void NumbersOf(const Expression& expression, std::set<double>& numbers) {
  if (expression.type == Expression::Type::kAtom) numbers.insert(expression.atom.number);
  for (const Expression& part : expression.parts) NumbersOf(part, numbers);
}

void FieldsOf(const Expression& expression, std::set<std::string>& fields) {
  if (expression.type == Expression::Type::kAtom) fields.insert(ToyVocabulary()[expression.atom.field].name);
  for (const Expression& part : expression.parts) FieldsOf(part, fields);
}

// The size may be any number: one on each side of, and at, each number that is named stands for all.
std::vector<double> SizesFor(const Expression& expression) {
  std::set<double> numbers = {0, 10};
  NumbersOf(expression, numbers);
  std::vector<double> sizes(numbers.begin(), numbers.end());
  for (std::size_t i = sizes.size() - 1; i > 0; --i) sizes.push_back((sizes[i] + sizes[i - 1]) / 2);
  return sizes;
}

std::vector<std::set<std::string>> SetsFor(const std::string& kind, const SetValue* known) {
  std::vector<std::set<std::string>> sets;
  for (unsigned mask = 0; mask < 8; ++mask) {
    std::set<std::string> set;
    for (unsigned i = 0; i < 3; ++i) {
      if ((mask & (1U << i)) != 0) set.insert(kind + ":" + std::string(1, static_cast<char>('x' + i)));
    }
    const bool fits = known == nullptr ||
                      (known->complete ? std::equal(set.begin(), set.end(), known->ids.begin(), known->ids.end())
                                       : std::includes(set.begin(), set.end(), known->ids.begin(), known->ids.end()));
    if (fits) sets.push_back(std::move(set));
  }
  return sets;
}

// Calls `visit` with every world that agrees with `values`, as far as the fields of `expression` go.
void VisitWorlds(const Expression& expression, const FieldValues& values,
                 const std::function<void(const World&)>& visit) {
  std::set<std::string> used;
  FieldsOf(expression, used);
  const std::vector<std::string> fields(used.begin(), used.end());
  World world;
  const std::function<void(std::size_t)> fill = [&](std::size_t i) {
    if (i == fields.size()) return visit(world);
    const std::string& name = fields[i];
    const FieldIndex index = *ToyVocabulary().Find(name);
    const Field& field = ToyVocabulary()[index];
    switch (field.kind) {
      case FieldKind::kSet:
        for (auto& set : SetsFor(field.id_kind, values.members(index))) {
          world.sets[name] = std::move(set);
          fill(i + 1);
        }
        return;
      case FieldKind::kWord: {
        const std::vector<std::string> moods = {"mood:x", "mood:y", "mood:z", "mood:other"};
        for (const std::string& word : field.words.empty() ? moods : field.words) {
          if (values.word(index) != nullptr && *values.word(index) != word) continue;
          world.words[name] = word;
          fill(i + 1);
        }
        return;
      }
      case FieldKind::kNumber:
        for (const double size :
             values.number(index) != nullptr ? std::vector<double>{*values.number(index)} : SizesFor(expression)) {
          world.size = size;
          fill(i + 1);
        }
        return;
      case FieldKind::kFact:
        for (const bool fact : {false, true}) {
          if (values.fact(index) != nullptr && *values.fact(index) != fact) continue;
          world.facts[name] = fact;
          fill(i + 1);
        }
    }
  };
  fill(0);
}

TEST(Evaluate, WhatItCallsTrueOrFalseIsSoInEveryWorldThatIsPossible) {
  int decided = 0;
  int undecided = 0;
  for (unsigned seed = 1; seed <= 1500; ++seed) {
    RandomCondition random(seed);
    const Condition condition{&ToyVocabulary(), random.Next(3)};
    const FieldValues values = random.Values(0.5);
    SCOPED_TRACE(testing::Message() << "seed " << seed << ": " << TextOf(condition));
    const Verdict verdict = Evaluate(condition, values);
    ASSERT_EQ(verdict.truth, TruthOf(condition, values));
    ASSERT_EQ(verdict.truth, Explain(condition, values).truth);
    ASSERT_EQ(verdict.unknown.empty(), verdict.truth != Truth::kUnknown);
    ++(verdict.truth == Truth::kUnknown ? undecided : decided);
    if (verdict.truth == Truth::kUnknown) continue;
    VisitWorlds(condition.root, values,
                [&](const World& world) { ASSERT_EQ(HoldsIn(world, condition.root), verdict.truth == Truth::kTrue); });
  }
  EXPECT_GT(decided, 400);
  EXPECT_GT(undecided, 200);
}

// Where every field is named at most once, Kleene's unknown is exact, and so is the list of what to ask.
TEST(Evaluate, WhereEachFieldIsNamedOnceUnknownMeansThatBothArePossible) {
  int seen = 0;
  for (unsigned seed = 1; seed <= 4000; ++seed) {
    RandomCondition random(seed);
    const Condition condition{&ToyVocabulary(), random.Next(2)};
    std::set<std::string> fields;
    FieldsOf(condition.root, fields);
    const std::string text = TextOf(condition);
    const auto times = [&](const std::string& field) {
      int count = 0;
      for (std::size_t at = (" " + text + " ").find(" " + field + " "); at != std::string::npos;
           at = (" " + text + " ").find(" " + field + " ", at + 1)) {
        ++count;
      }
      return count;
    };
    // A comparison that every size passes is one that a size cannot change.
    if (fields.contains("size") || text.find('(') != std::string::npos) continue;
    if (std::any_of(fields.begin(), fields.end(), [&](const auto& field) { return times(field) != 1; })) continue;
    const FieldValues values = random.Values(0.4);
    const Verdict verdict = Evaluate(condition, values);
    // As is `colour in [red, green, blue]`.
    if (text.find("in [") != std::string::npos || verdict.truth != Truth::kUnknown) continue;
    SCOPED_TRACE(testing::Message() << "seed " << seed << ": " << text);
    ++seen;
    int holds = 0;
    int fails = 0;
    VisitWorlds(condition.root, values, [&](const World& w) { ++(HoldsIn(w, condition.root) ? holds : fails); });
    EXPECT_GT(holds, 0);
    EXPECT_GT(fails, 0);
  }
  EXPECT_GT(seen, 200);
}

TEST(Evaluate, KnowingWhatItAsksForDecidesIt) {
  int seen = 0;
  for (unsigned seed = 1; seed <= 1500; ++seed) {
    RandomCondition random(seed);
    const Condition condition{&ToyVocabulary(), random.Next(4)};
    FieldValues values = random.Values(0.4);
    const FieldValues answers = random.Values(1);
    SCOPED_TRACE(testing::Message() << "seed " << seed << ": " << TextOf(condition));
    for (const UnknownField& unknown : Evaluate(condition, values).unknown) {
      ++seen;
      const FieldIndex field = *ToyVocabulary().Find(unknown.field);
      EXPECT_EQ(unknown.ids.empty(), ToyVocabulary()[field].kind != FieldKind::kSet);
      switch (ToyVocabulary()[field].kind) {
        case FieldKind::kSet:
          values.SetMembers(unknown.field, answers.members(field)->ids);
          break;
        case FieldKind::kWord:
          values.SetWord(unknown.field, *answers.word(field));
          break;
        case FieldKind::kNumber:
          values.SetNumber(unknown.field, *answers.number(field));
          break;
        case FieldKind::kFact:
          values.SetFact(unknown.field, *answers.fact(field));
      }
    }
    EXPECT_NE(TruthOf(condition, values), Truth::kUnknown);
  }
  EXPECT_GT(seen, 500);
}

// --- Examples.

struct TruthCase {
  const char* name;
  const char* text;
  Truth truth;
  std::vector<UnknownField> unknown;
  friend void PrintTo(const TruthCase& value, std::ostream* out) { *out << value.name; }
};

class TruthTest : public testing::TestWithParam<TruthCase> {};

// Known: a is true, flags x and perhaps others, concerns x alone, size 3, colour red. Not known: b, mood.
TEST_P(TruthTest, IsWhatKleeneSays) {
  FieldValues values(ToyVocabulary());
  values.SetFact("a", true);
  values.SetMembers("flag", {"flag:x"}, false);
  values.SetMembers("concern", {"concern:x"});
  values.SetNumber("size", 3);
  values.SetWord("colour", "red");
  const Verdict verdict = Evaluate(Read(GetParam().text), values);
  EXPECT_EQ(verdict.truth, GetParam().truth);
  EXPECT_EQ(verdict.unknown, GetParam().unknown);
}

INSTANTIATE_TEST_SUITE_P(
    All, TruthTest,
    testing::Values(
        TruthCase{"fact", "a", Truth::kTrue, {}}, TruthCase{"negated", "not a", Truth::kFalse, {}},
        TruthCase{"unknown_fact", "b", Truth::kUnknown, {{"b", {}}}},
        TruthCase{"unknown_negated", "not b", Truth::kUnknown, {{"b", {}}}},
        TruthCase{"or_with_a_true_side", "b or a", Truth::kTrue, {}},
        TruthCase{"and_with_a_false_side", "b and not a", Truth::kFalse, {}},
        TruthCase{"what_is_decided_is_not_asked", "(b and not a) or mood = mood:x", Truth::kUnknown, {{"mood", {}}}},
        TruthCase{
            "asked_once_in_the_tables_order", "b or mood = mood:x or b", Truth::kUnknown, {{"mood", {}}, {"b", {}}}},
        TruthCase{"raised_flag", "flag has flag:x", Truth::kTrue, {}},
        TruthCase{"flag_not_screened", "flag has flag:y", Truth::kUnknown, {{"flag", {"flag:y"}}}},
        TruthCase{"any_with_one_raised", "flag hasany [flag:y, flag:x]", Truth::kTrue, {}},
        TruthCase{"all_asks_for_the_rest",
                  "flag hasall [flag:z, flag:y, flag:x]",
                  Truth::kUnknown,
                  {{"flag", {"flag:y", "flag:z"}}}},
        TruthCase{"silence_is_not_absence",
                  "not flag hasany [flag:y, flag:z]",
                  Truth::kUnknown,
                  {{"flag", {"flag:y", "flag:z"}}}},
        TruthCase{"complete_set", "concern hasany [concern:y, concern:z]", Truth::kFalse, {}},
        TruthCase{"default_word_is_a_value", "state = unknown", Truth::kTrue, {}},
        TruthCase{"default_word_is_not_another", "state in [good, bad]", Truth::kFalse, {}},
        TruthCase{"word_differs", "colour != red", Truth::kFalse, {}},
        TruthCase{"unknown_word_differs", "mood != mood:x", Truth::kUnknown, {{"mood", {}}}},
        TruthCase{"at_most", "size <= 3", Truth::kTrue, {}}, TruthCase{"less", "size < 3", Truth::kFalse, {}},
        TruthCase{"true", "true", Truth::kTrue, {}}),
    [](const auto& param_info) { return param_info.param.name; });

TEST(Explain, GivesEachPartItsTruthAndNoValue) {
  FieldValues values(ToyVocabulary());
  values.SetNumber("size", 7.25);
  const Explanation explanation = Explain(Read("size > 3 and (a or not colour = red)"), values);
  EXPECT_EQ(explanation.truth, Truth::kUnknown);
  EXPECT_EQ(explanation.text, "size > 3 and (a or not colour = red)");
  ASSERT_EQ(explanation.parts.size(), 2U);
  EXPECT_EQ(explanation.parts[0].text, "size > 3");
  EXPECT_EQ(explanation.parts[0].truth, Truth::kTrue);
  EXPECT_THAT(explanation.parts[0].parts, IsEmpty());
  ASSERT_EQ(explanation.parts[1].parts.size(), 2U);
  EXPECT_EQ(explanation.parts[1].parts[1].text, "not colour = red");
  EXPECT_EQ(explanation.parts[1].parts[1].parts[0].truth, Truth::kUnknown);
}

TEST(FieldValues, KeepsAMemberOnceWhateverTheOrder) {
  FieldValues values(ToyVocabulary());
  values.SetMembers("flag", {"flag:z", "flag:x", "flag:z"});
  EXPECT_THAT(values.members(*ToyVocabulary().Find("flag"))->ids, ElementsAre("flag:x", "flag:z"));
}

}  // namespace
}  // namespace braid::ontology
