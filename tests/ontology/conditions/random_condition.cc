#include "tests/ontology/conditions/random_condition.h"

#include <algorithm>
#include <string_view>

namespace braid::ontology {
namespace {

std::vector<std::string> IdsOf(const Field& field) {
  return {field.id_kind + ":x", field.id_kind + ":y", field.id_kind + ":z"};
}

}  // namespace

const Vocabulary& ToyVocabulary() {
  static const Vocabulary& vocabulary = *new Vocabulary({
      {.name = "flag", .kind = FieldKind::kSet, .id_kind = "flag"},
      {.name = "concern", .kind = FieldKind::kSet, .id_kind = "concern"},
      {.name = "colour", .kind = FieldKind::kWord, .words = {"red", "green", "blue"}},
      {.name = "mood", .kind = FieldKind::kWord, .id_kind = "mood"},
      {.name = "state", .kind = FieldKind::kWord, .words = {"unknown", "good", "bad"}, .default_word = "unknown"},
      {.name = "size", .kind = FieldKind::kNumber, .unit = "metres", .least = 0, .most = 10},
      {.name = "a", .kind = FieldKind::kFact},
      {.name = "b", .kind = FieldKind::kFact},
  });
  return vocabulary;
}

std::vector<std::string> RandomCondition::Some(std::vector<std::string> values) {
  std::shuffle(values.begin(), values.end(), random_);
  values.resize(1 + Below(values.size()));
  return values;
}

Atom RandomCondition::NextAtom() {
  Atom atom;
  atom.field = static_cast<FieldIndex>(Below(ToyVocabulary().size()));
  const Field& field = ToyVocabulary()[atom.field];
  const std::vector<std::string> values = field.words.empty() ? IdsOf(field) : field.words;
  switch (field.kind) {
    case FieldKind::kSet:
      atom.op = static_cast<Operator>(Below(3));
      atom.values = Some(values);
      if (atom.op == Operator::kHas) atom.values.resize(1);
      break;
    case FieldKind::kWord:
      atom.op = static_cast<Operator>(3 + Below(3));
      atom.values = Some(values);
      if (atom.op != Operator::kIn) atom.values.resize(1);
      break;
    case FieldKind::kNumber:
      atom.op = static_cast<Operator>(4 + Below(6));
      atom.number = static_cast<double>(Below(10'000'000)) / 1'000'000;
      if (Below(2) == 0) atom.number = static_cast<double>(Below(11));
      break;
    case FieldKind::kFact:
      break;
  }
  return atom;
}

Expression RandomCondition::Next(std::size_t depth) {
  Expression expression;
  const std::size_t choice = depth == 0 ? Below(8) : Below(20);
  if (choice == 0) return expression;  // true
  if (choice < 8) {
    expression.type = Expression::Type::kAtom;
    expression.atom = NextAtom();
    return expression;
  }
  expression.type = choice < 11   ? Expression::Type::kNot
                    : choice < 15 ? Expression::Type::kAll
                                  : Expression::Type::kAny;
  const std::size_t parts = expression.type == Expression::Type::kNot ? 1 : 2 + Below(2);
  for (std::size_t i = 0; i < parts; ++i) expression.parts.push_back(Next(depth - 1));
  return expression;
}

FieldValues RandomCondition::Values(double share) {
  FieldValues values(ToyVocabulary());
  const auto known = [&] { return std::bernoulli_distribution(share)(random_); };
  for (const std::string_view name : ToyVocabulary().Names()) {
    const Field& field = ToyVocabulary()[*ToyVocabulary().Find(name)];
    if (!known()) continue;
    const std::vector<std::string> words = field.words.empty() ? IdsOf(field) : field.words;
    switch (field.kind) {
      case FieldKind::kSet: {
        std::vector<std::string> members = Some(words);
        if (Below(3) == 0) members.clear();
        values.SetMembers(name, members, Below(3) != 0);
        break;
      }
      case FieldKind::kWord:
        values.SetWord(name, words[Below(words.size())]);
        break;
      case FieldKind::kNumber:
        values.SetNumber(name, static_cast<double>(Below(11)));
        break;
      case FieldKind::kFact:
        values.SetFact(name, Below(2) == 0);
        break;
    }
  }
  return values;
}

void RandomCondition::Mutilate(std::string& text) {
  constexpr std::string_view kBytes = "()[],=<>!. a0\t\xC3";
  if (text.empty()) return;
  const std::size_t at = Below(text.size());
  switch (Below(3)) {
    case 0:
      text.erase(at, 1);
      break;
    case 1:
      text.insert(at, 1, text[at]);
      break;
    default:
      text[at] = kBytes[Below(kBytes.size())];
  }
}

}  // namespace braid::ontology
