#include "ontology/conditions/parser.h"

#include <algorithm>
#include <charconv>
#include <span>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "fmt/format.h"
#include "graph/error.h"
#include "graph/ids.h"
#include "graph/nearest.h"
#include "graph/text.h"

namespace braid::ontology {
namespace {

using graph::Reason;

constexpr std::string_view kComparisons[] = {"=", "!=", "<", "<=", ">", ">="};
constexpr Operator kComparisonOperators[] = {Operator::kEquals, Operator::kDiffers, Operator::kLess,
                                             Operator::kAtMost, Operator::kMore,    Operator::kAtLeast};
constexpr std::string_view kWordOperators[] = {"=", "!=", "in"};
constexpr std::string_view kSetOperators[] = {"has", "hasany", "hasall"};

constexpr std::size_t kLeastMisspelt = 3;  // bytes

bool IsBlank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }
bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsBracket(char c) { return c == '(' || c == ')' || c == '[' || c == ']' || c == ','; }
bool IsComparison(char c) { return c == '=' || c == '<' || c == '>' || c == '!'; }
bool IsPlain(char c) { return !IsBlank(c) && !IsBracket(c) && !IsComparison(c); }

// A word, a comparison or a bracket of the text; empty at its end.
struct Token {
  std::size_t at = 0;
  std::string_view text;
};

// Recursive descent, one token ahead.
class Parser {
 public:
  Parser(std::string_view text, const Vocabulary& vocabulary, const graph::Snapshot* snapshot)
      : text_(text), vocabulary_(vocabulary), snapshot_(snapshot) {
    Advance();
  }

  absl::StatusOr<Expression> ParseAll() {
    BRAID_ASSIGN_OR_RETURN(Expression all, ParseAny());
    if (!next_.text.empty()) return Expected("`and`, `or` or the end");
    return all;
  }

 private:
  void Advance() {
    std::size_t at = next_.at + next_.text.size();
    while (at < text_.size() && IsBlank(text_[at])) ++at;
    std::size_t end = at;
    if (end < text_.size() && IsBracket(text_[end])) {
      ++end;
    } else if (end < text_.size() && IsComparison(text_[end])) {
      ++end;
      if (end < text_.size() && text_[end] == '=' && text_[at] != '=') ++end;
    } else {
      while (end < text_.size() && IsPlain(text_[end])) ++end;
    }
    next_ = {at, text_.substr(at, end - at)};
  }

  bool Take(std::string_view text) {
    if (next_.text != text) return false;
    Advance();
    return true;
  }

  absl::Status ErrorAt(std::size_t at, std::string_view problem, std::string expected,
                       const std::vector<std::string>& nearest = {}) const {
    const std::string column = fmt::to_string(at + 1);
    std::string message = fmt::format("condition, column {}: {}", column, problem);
    std::vector<std::pair<std::string, std::string>> metadata = {{"column", column}, {"expected", std::move(expected)}};
    if (!nearest.empty()) {
      metadata.emplace_back("nearest", fmt::format("{}", fmt::join(nearest, ",")));
      message += fmt::format(" (did you mean {}?)", fmt::join(nearest, ", "));
    }
    return graph::MakeError(Reason::kConditionInvalid, std::move(message), {}, {}, std::move(metadata));
  }

  std::string Found() const {
    return next_.text.empty() ? std::string("the end") : fmt::format("\"{}\"", graph::Printable(next_.text));
  }

  // `what` in the place of the next token, which may be a misspelt one of `names`.
  absl::Status Expected(std::string what, std::span<const std::string_view> names = {}) const {
    const std::string problem = fmt::format("{} is expected, {} was found", what, Found());
    // Of a word of a letter or two everything short is near.
    const bool may_be_misspelt = next_.text.size() >= kLeastMisspelt && IsPlain(next_.text.front());
    return ErrorAt(next_.at, problem, std::move(what),
                   may_be_misspelt ? graph::NearestNames(names, next_.text) : std::vector<std::string>{});
  }

  absl::StatusOr<Expression> ParseAny() { return ParseParts(Expression::Type::kAny, "or", &Parser::ParseEvery); }
  absl::StatusOr<Expression> ParseEvery() { return ParseParts(Expression::Type::kAll, "and", &Parser::ParseFactor); }

  absl::StatusOr<Expression> ParseParts(Expression::Type type, std::string_view between,
                                        absl::StatusOr<Expression> (Parser::*parse_part)()) {
    Expression whole;
    whole.type = type;
    do {
      BRAID_ASSIGN_OR_RETURN(Expression part, (this->*parse_part)());
      whole.parts.push_back(std::move(part));
    } while (Take(between));
    if (whole.parts.size() > 1) return whole;
    Expression only = std::move(whole.parts.front());
    return only;
  }

  absl::StatusOr<Expression> ParseFactor() {
    if (next_.text != "not" && next_.text != "(") return ParseStatement();
    if (depth_ == kMaxConditionDepth) {
      return ErrorAt(next_.at, fmt::format("more than {} levels of `not` and parentheses", kMaxConditionDepth),
                     fmt::format("at most {} levels", kMaxConditionDepth));
    }
    ++depth_;
    BRAID_ASSIGN_OR_RETURN(Expression factor, next_.text == "(" ? ParseGroup() : ParseNot());
    --depth_;
    return factor;
  }

  absl::StatusOr<Expression> ParseGroup() {
    Advance();
    BRAID_ASSIGN_OR_RETURN(Expression inner, ParseAny());
    if (!Take(")")) return Expected("`and`, `or` or `)`");
    return inner;
  }

  absl::StatusOr<Expression> ParseNot() {
    Advance();
    Expression negation;
    negation.type = Expression::Type::kNot;
    BRAID_ASSIGN_OR_RETURN(Expression inner, ParseFactor());
    negation.parts.push_back(std::move(inner));
    return negation;
  }

  absl::StatusOr<Expression> ParseStatement() {
    Expression statement;
    if (Take("true")) return statement;
    const std::optional<FieldIndex> field = vocabulary_.Find(next_.text);
    if (!field.has_value()) return Expected("a field, `true`, `not` or `(`", vocabulary_.Names());
    Advance();
    statement.type = Expression::Type::kAtom;
    BRAID_ASSIGN_OR_RETURN(statement.atom, ParseAtom(*field));
    return statement;
  }

  absl::StatusOr<Atom> ParseAtom(FieldIndex field) {
    switch (vocabulary_[field].kind) {
      case FieldKind::kSet:
        return ParseSetAtom(field);
      case FieldKind::kWord:
        return ParseWordAtom(field);
      case FieldKind::kNumber:
        return ParseNumberAtom(field);
      case FieldKind::kFact:
        break;
    }
    return Atom{field, Operator::kHolds, {}, 0};
  }

  absl::StatusOr<Atom> ParseSetAtom(FieldIndex field) {
    Atom atom{field, Operator::kHas, {}, 0};
    if (Take("has")) {
      BRAID_RETURN_IF_ERROR(ParseValue(atom));
      return atom;
    }
    if (Take("hasany")) {
      atom.op = Operator::kHasAny;
    } else if (Take("hasall")) {
      atom.op = Operator::kHasAll;
    } else {
      return Expected("`has`, `hasany` or `hasall`", kSetOperators);
    }
    BRAID_RETURN_IF_ERROR(ParseList(atom));
    return atom;
  }

  absl::StatusOr<Atom> ParseWordAtom(FieldIndex field) {
    Atom atom{field, Operator::kEquals, {}, 0};
    if (Take("in")) {
      atom.op = Operator::kIn;
      BRAID_RETURN_IF_ERROR(ParseList(atom));
      return atom;
    }
    if (Take("!=")) {
      atom.op = Operator::kDiffers;
    } else if (!Take("=")) {
      return Expected("`=`, `!=` or `in`", kWordOperators);
    }
    BRAID_RETURN_IF_ERROR(ParseValue(atom));
    return atom;
  }

  absl::StatusOr<Atom> ParseNumberAtom(FieldIndex field) {
    const auto* const comparison = std::find(std::begin(kComparisons), std::end(kComparisons), next_.text);
    if (comparison == std::end(kComparisons)) return Expected("`=`, `!=`, `<`, `<=`, `>` or `>=`");
    Advance();
    Atom atom{field, kComparisonOperators[comparison - std::begin(kComparisons)], {}, 0};
    BRAID_ASSIGN_OR_RETURN(atom.number, ParseNumber(vocabulary_[field]));
    return atom;
  }

  absl::StatusOr<double> ParseNumber(const Field& field) {
    const std::string expected =
        fmt::format("a number from {} to {}{}{}", field.least, field.most, field.unit.empty() ? "" : " ", field.unit);
    const std::string_view digits = next_.text;
    const std::size_t point = std::min(digits.find('.'), digits.size());
    const std::string_view whole = digits.substr(0, point);
    const std::string_view fraction = digits.substr(std::min(point + 1, digits.size()));
    const bool is_number = !whole.empty() && std::all_of(whole.begin(), whole.end(), IsDigit) &&
                           std::all_of(fraction.begin(), fraction.end(), IsDigit) &&
                           fraction.empty() == (point == digits.size());
    if (!is_number) return Expected(expected);
    if (fraction.size() > static_cast<std::size_t>(kMaxFractionDigits)) {
      return ErrorAt(next_.at, fmt::format("more than {} digits after the point", kMaxFractionDigits), expected);
    }
    double number = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
    // Beyond a double's range is beyond the field's.
    if (error != std::errc{} || !(number >= field.least && number <= field.most)) return Expected(expected);
    Advance();
    return number;
  }

  absl::Status ParseList(Atom& atom) {
    if (!Take("[")) return Expected("`[`");
    do {
      BRAID_RETURN_IF_ERROR(ParseValue(atom));
    } while (Take(","));
    if (!Take("]")) return Expected("`,` or `]`");
    return absl::OkStatus();
  }

  absl::Status ParseValue(Atom& atom) {
    const Field& field = vocabulary_[atom.field];
    BRAID_RETURN_IF_ERROR(field.kind == FieldKind::kWord && field.id_kind.empty() ? CheckWord(field) : CheckId(field));
    if (std::find(atom.values.begin(), atom.values.end(), next_.text) != atom.values.end()) {
      return ErrorAt(next_.at, fmt::format("{} came before in this list", Found()), "each value once");
    }
    atom.values.emplace_back(next_.text);
    Advance();
    return absl::OkStatus();
  }

  absl::Status CheckWord(const Field& field) const {
    if (std::find(field.words.begin(), field.words.end(), next_.text) != field.words.end()) return absl::OkStatus();
    const std::vector<std::string_view> words(field.words.begin(), field.words.end());
    return Expected(fmt::format("a value of {} ({})", field.name, fmt::join(words, ", ")), words);
  }

  absl::Status CheckId(const Field& field) const {
    const std::string expected = field.id_kind.empty() ? "an id" : fmt::format("the id of a {}", field.id_kind);
    if (!graph::IsCurie(next_.text)) return Expected(expected);
    if (snapshot_ == nullptr) return absl::OkStatus();
    if (const std::optional<graph::NodeIndex> node = snapshot_->Find(next_.text); node.has_value()) {
      if (field.id_kind.empty() || KindOf(*node) == field.id_kind) return absl::OkStatus();
      return ErrorAt(next_.at, fmt::format("{} is expected, {} is a {}", expected, Found(), KindOf(*node)), expected);
    }
    std::vector<std::string> nearest = graph::NearestIds(*snapshot_, next_.text);
    std::erase_if(nearest, [&](const std::string& id) {
      return !field.id_kind.empty() && KindOf(*snapshot_->Find(id)) != field.id_kind;
    });
    return ErrorAt(next_.at, fmt::format("{} is expected, {} is no node", expected, Found()), expected, nearest);
  }

  const std::string& KindOf(graph::NodeIndex node) const {
    return snapshot_->schema().kind(snapshot_->kind(node)).name;
  }

  const std::string_view text_;
  const Vocabulary& vocabulary_;
  const graph::Snapshot* const snapshot_;
  Token next_;
  std::size_t depth_ = 0;
};

}  // namespace

absl::StatusOr<Condition> ParseCondition(std::string_view text, const Vocabulary& vocabulary,
                                         const graph::Snapshot* snapshot) {
  if (text.size() > kMaxConditionBytes) {
    return graph::MakeError(Reason::kConditionInvalid,
                            fmt::format("condition, column {}: a condition has at most {} bytes, this has {}",
                                        kMaxConditionBytes + 1, kMaxConditionBytes, text.size()),
                            {}, {},
                            {{"column", fmt::to_string(kMaxConditionBytes + 1)},
                             {"expected", fmt::format("at most {} bytes", kMaxConditionBytes)}});
  }
  BRAID_ASSIGN_OR_RETURN(Expression root, Parser(text, vocabulary, snapshot).ParseAll());
  return Condition{&vocabulary, std::move(root)};
}

}  // namespace braid::ontology
