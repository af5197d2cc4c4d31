#include "ontology/conditions/expression.h"

#include "fmt/format.h"
#include "ontology/conditions/parser.h"

namespace braid::ontology {
namespace {

// Digits as the grammar has them: no exponent, no zeros at the end. What was read is what is written, since a number
// has at most 15 digits that count.
std::string Digits(double number) {
  std::string digits = fmt::format("{:.{}f}", number, kMaxFractionDigits);
  digits.erase(digits.find_last_not_of('0') + 1);
  if (digits.back() == '.') digits.pop_back();
  return digits;
}

std::string AtomText(const Atom& atom, const Vocabulary& vocabulary) {
  const Field& field = vocabulary[atom.field];
  if (field.kind == FieldKind::kFact) return field.name;
  if (field.kind == FieldKind::kNumber)
    return fmt::format("{} {} {}", field.name, TextOf(atom.op), Digits(atom.number));
  if (atom.op == Operator::kHas || atom.op == Operator::kEquals || atom.op == Operator::kDiffers) {
    return fmt::format("{} {} {}", field.name, TextOf(atom.op), atom.values.front());
  }
  return fmt::format("{} {} [{}]", field.name, TextOf(atom.op), fmt::join(atom.values, ", "));
}

// Whether `part` of `whole` would be read differently without parentheses.
bool NeedsParentheses(const Expression& part, const Expression& whole) {
  using Type = Expression::Type;
  if (part.type == Type::kAny) return true;
  return part.type == Type::kAll && whole.type != Type::kAny;
}

}  // namespace

std::string_view TextOf(Operator op) {
  switch (op) {
    case Operator::kHas:
      return "has";
    case Operator::kHasAny:
      return "hasany";
    case Operator::kHasAll:
      return "hasall";
    case Operator::kIn:
      return "in";
    case Operator::kEquals:
      return "=";
    case Operator::kDiffers:
      return "!=";
    case Operator::kLess:
      return "<";
    case Operator::kAtMost:
      return "<=";
    case Operator::kMore:
      return ">";
    case Operator::kAtLeast:
      return ">=";
    case Operator::kHolds:
      break;
  }
  return "";
}

std::string TextOf(const Expression& expression, const Vocabulary& vocabulary) {
  if (expression.type == Expression::Type::kTrue) return "true";
  if (expression.type == Expression::Type::kAtom) return AtomText(expression.atom, vocabulary);
  std::vector<std::string> parts;
  for (const Expression& part : expression.parts) {
    parts.push_back(TextOf(part, vocabulary));
    if (NeedsParentheses(part, expression)) parts.back() = fmt::format("({})", parts.back());
  }
  if (expression.type == Expression::Type::kNot) return fmt::format("not {}", parts.front());
  return fmt::format("{}", fmt::join(parts, expression.type == Expression::Type::kAll ? " and " : " or "));
}

}  // namespace braid::ontology
