#include "ontology/conditions/evaluation.h"

#include <algorithm>
#include <cstddef>
#include <map>
#include <set>
#include <utility>

namespace braid::ontology {
namespace {

Truth FromBool(bool value) { return value ? Truth::kTrue : Truth::kFalse; }

Truth Not(Truth truth) {
  if (truth == Truth::kUnknown) return truth;
  return FromBool(truth == Truth::kFalse);
}

Truth Contains(const SetValue* set, const std::string& id) {
  if (set == nullptr) return Truth::kUnknown;
  if (std::binary_search(set->ids.begin(), set->ids.end(), id)) return Truth::kTrue;
  return set->complete ? Truth::kFalse : Truth::kUnknown;
}

Truth Compare(double left, Operator op, double right) {
  switch (op) {
    case Operator::kEquals:
      return FromBool(left == right);
    case Operator::kDiffers:
      return FromBool(left != right);
    case Operator::kLess:
      return FromBool(left < right);
    case Operator::kAtMost:
      return FromBool(left <= right);
    case Operator::kMore:
      return FromBool(left > right);
    default:
      break;
  }
  return FromBool(left >= right);
}

// One condition, one set of values.
class Evaluator {
 public:
  Evaluator(const Condition& condition, const FieldValues& values)
      : vocabulary_(*condition.vocabulary), values_(values) {}

  Truth Of(const Expression& expression) const {
    switch (expression.type) {
      case Expression::Type::kTrue:
        return Truth::kTrue;
      case Expression::Type::kAtom:
        return Of(expression.atom);
      case Expression::Type::kNot:
        return Not(Of(expression.parts.front()));
      case Expression::Type::kAll:
        return Least(expression.parts, Truth::kTrue, [&](const Expression& part) { return Of(part); });
      case Expression::Type::kAny:
        break;
    }
    return Not(Least(expression.parts, Truth::kTrue, [&](const Expression& part) { return Not(Of(part)); }));
  }

  Explanation Explained(const Expression& expression) const {
    Explanation explanation{Of(expression), TextOf(expression, vocabulary_), {}};
    for (const Expression& part : expression.parts) explanation.parts.push_back(Explained(part));
    return explanation;
  }

  // Adds what keeps `expression`, which is unknown, from being decided: a part that is known has had its say.
  void AddUnknown(const Expression& expression, std::map<FieldIndex, std::set<std::string>>& unknown) const {
    if (expression.type == Expression::Type::kAtom) {
      std::set<std::string>& ids = unknown[expression.atom.field];
      if (vocabulary_[expression.atom.field].kind != FieldKind::kSet) return;
      for (const std::string& id : expression.atom.values) {
        if (Contains(values_.members(expression.atom.field), id) == Truth::kUnknown) ids.insert(id);
      }
    }
    for (const Expression& part : expression.parts) {
      if (Of(part) == Truth::kUnknown) AddUnknown(part, unknown);
    }
  }

 private:
  // The least of the truths of `items`, false before unknown before true: what `and` comes to.
  template <typename Items, typename TruthOfItem>
  static Truth Least(const Items& items, Truth least, const TruthOfItem& truth_of) {
    for (const auto& item : items) {
      least = std::min(least, truth_of(item));
      if (least == Truth::kFalse) break;
    }
    return least;
  }

  Truth Of(const Atom& atom) const {
    switch (vocabulary_[atom.field].kind) {
      case FieldKind::kSet:
        return OfSet(atom);
      case FieldKind::kWord: {
        const std::string* word = values_.word(atom.field);
        if (word == nullptr) return Truth::kUnknown;
        const bool found = std::find(atom.values.begin(), atom.values.end(), *word) != atom.values.end();
        return FromBool(found != (atom.op == Operator::kDiffers));
      }
      case FieldKind::kNumber: {
        const double* number = values_.number(atom.field);
        return number == nullptr ? Truth::kUnknown : Compare(*number, atom.op, atom.number);
      }
      case FieldKind::kFact:
        break;
    }
    const bool* fact = values_.fact(atom.field);
    return fact == nullptr ? Truth::kUnknown : FromBool(*fact);
  }

  Truth OfSet(const Atom& atom) const {
    const SetValue* set = values_.members(atom.field);
    const auto contains = [&](const std::string& id) { return Contains(set, id); };
    if (atom.op != Operator::kHasAny) return Least(atom.values, Truth::kTrue, contains);
    return Not(Least(atom.values, Truth::kTrue, [&](const std::string& id) { return Not(contains(id)); }));
  }

  const Vocabulary& vocabulary_;
  const FieldValues& values_;
};

}  // namespace

std::string_view TextOf(Truth truth) {
  switch (truth) {
    case Truth::kFalse:
      return "false";
    case Truth::kTrue:
      return "true";
    case Truth::kUnknown:
      break;
  }
  return "unknown";
}

Truth TruthOf(const Condition& condition, const FieldValues& values) {
  return Evaluator(condition, values).Of(condition.root);
}

Verdict Evaluate(const Condition& condition, const FieldValues& values) {
  const Evaluator evaluator(condition, values);
  Verdict verdict{evaluator.Of(condition.root), {}};
  if (verdict.truth != Truth::kUnknown) return verdict;
  std::map<FieldIndex, std::set<std::string>> unknown;
  evaluator.AddUnknown(condition.root, unknown);
  for (const auto& [field, ids] : unknown) {
    verdict.unknown.push_back({(*condition.vocabulary)[field].name, {ids.begin(), ids.end()}});
  }
  return verdict;
}

Explanation Explain(const Condition& condition, const FieldValues& values) {
  return Evaluator(condition, values).Explained(condition.root);
}

}  // namespace braid::ontology
