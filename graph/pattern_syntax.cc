#include "graph/pattern_syntax.h"

#include <algorithm>
#include <map>
#include <string>
#include <utility>

#include "fmt/format.h"
#include "graph/error.h"
#include "graph/text.h"

namespace braid::graph {
namespace {

bool IsBlank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }
bool IsUpper(char c) { return c >= 'A' && c <= 'Z'; }
bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsAlphanumeric(char c) { return IsUpper(c) || IsDigit(c) || (c >= 'a' && c <= 'z'); }
bool IsWord(char c) { return IsAlphanumeric(c) || c == '_'; }

// The way out of a typo: ` (did you mean "acts_on"?)`, or nothing where no name is near.
template <typename Names>
std::string Suggestion(std::string_view wrong, const Names& names) {
  constexpr std::size_t kFar = 3;
  std::size_t best = kFar;
  std::string_view nearest;
  for (const std::string_view name : names) {
    const std::size_t distance = EditDistance(wrong, name, kFar);
    if (distance < best) {
      best = distance;
      nearest = name;
    }
  }
  return nearest.empty() ? std::string() : fmt::format(" (did you mean \"{}\"?)", nearest);
}

// What the pattern and the definitions that it names share while they are read.
struct Reading {
  Reading(const Schema& schema_read, const PatternDefinitions& definitions_read)
      : schema(schema_read), definitions(definitions_read) {}

  const Schema& schema;
  const PatternDefinitions& definitions;
  PatternSyntax syntax;
  std::map<std::string_view, ExpressionIndex> read;  // definitions read to their end
  std::vector<std::string_view> open;                // definitions being read, outermost first
  std::size_t depth = 0;                             // of the parser's own recursion
};

// Recursive descent over one text: the pattern, or a definition of name `definition`.
class Parser {
 public:
  Parser(Reading& reading, std::string_view text, std::string_view definition)
      : reading_(reading), text_(text), definition_(definition) {}

  absl::StatusOr<ExpressionIndex> ParseAll() {
    if (text_.size() > kMaxPatternBytes) {
      return ErrorAt(kMaxPatternBytes,
                     fmt::format("a pattern has at most {} bytes, this has {}", kMaxPatternBytes, text_.size()));
    }
    BRAID_ASSIGN_OR_RETURN(const ExpressionIndex all, ParseEither());
    if (!AtEnd()) return ErrorAt(at_, "a \")\" without its \"(\"");
    return all;
  }

 private:
  bool AtEnd() const { return at_ == text_.size(); }
  char Peek() const { return AtEnd() ? '\0' : text_[at_]; }
  bool Take(char c) {
    if (Peek() != c) return false;
    ++at_;
    return true;
  }
  void SkipBlanks() {
    while (!AtEnd() && IsBlank(text_[at_])) ++at_;
  }
  std::string_view TakeWord() {
    const std::size_t begin = at_;
    while (!AtEnd() && IsWord(text_[at_])) ++at_;
    return text_.substr(begin, at_ - begin);
  }

  absl::Status ErrorAt(std::size_t at, std::string_view what) const {
    const std::string column = fmt::to_string(at + 1);
    std::vector<std::pair<std::string, std::string>> metadata = {{"column", column}};
    if (definition_.empty()) {
      return MakeError(Reason::kPatternInvalid, fmt::format("pattern, column {}: {}", column, what), {}, {}, metadata);
    }
    metadata.emplace_back("definition", definition_);
    return MakeError(Reason::kPatternInvalid,
                     fmt::format("pattern, definition {}, column {}: {}", definition_, column, what), {}, {}, metadata);
  }

  // Adds an expression, unless the tree grows too high for those who walk it.
  absl::StatusOr<ExpressionIndex> Add(Expression expression, std::size_t at) {
    std::vector<Expression>& all = reading_.syntax.expressions;
    for (const ExpressionIndex child : expression.children) {
      expression.height = std::max(expression.height, all[child].height + 1);
    }
    if (expression.height > kMaxPatternHeight) return TooDeep(at);
    all.push_back(std::move(expression));
    return static_cast<ExpressionIndex>(all.size() - 1);
  }
  absl::Status TooDeep(std::size_t at) const {
    return ErrorAt(at, fmt::format("more than {} levels of parentheses and definitions", kMaxPatternHeight));
  }

  absl::StatusOr<ExpressionIndex> ParseEither() {
    const std::size_t begin = at_;
    Expression either(Expression::Type::kEither);
    do {
      BRAID_ASSIGN_OR_RETURN(const ExpressionIndex alternative, ParseSequence());
      either.children.push_back(alternative);
    } while (Take('|'));
    if (either.children.size() == 1) return either.children.front();
    return Add(std::move(either), begin);
  }

  absl::StatusOr<ExpressionIndex> ParseSequence() {
    Expression sequence(Expression::Type::kSequence);
    SkipBlanks();
    const std::size_t begin = at_;
    while (!AtEnd() && Peek() != '|' && Peek() != ')') {
      BRAID_ASSIGN_OR_RETURN(const ExpressionIndex part, ParseRepeat());
      sequence.children.push_back(part);
      SkipBlanks();
    }
    if (sequence.children.size() == 1) return sequence.children.front();
    return Add(std::move(sequence), begin);
  }

  absl::StatusOr<ExpressionIndex> ParseRepeat() {
    const std::size_t begin = at_;
    BRAID_ASSIGN_OR_RETURN(const ExpressionIndex item, ParseItem());
    SkipBlanks();
    Expression repeat(Expression::Type::kRepeat);
    repeat.children.push_back(item);
    if (Take('?')) {
      repeat.most = 1;
    } else if (Take('+')) {
      repeat.least = 1;
    } else if (Take('{')) {
      BRAID_RETURN_IF_ERROR(ParseCounts(repeat));
    } else if (!Take('*')) {
      return item;
    }
    return Add(std::move(repeat), begin);
  }

  absl::Status ParseCounts(Expression& repeat) {
    BRAID_ASSIGN_OR_RETURN(repeat.least, ParseCount());
    repeat.most = repeat.least;
    if (Take(',')) {
      repeat.most.reset();
      if (Peek() != '}') {
        const std::size_t begin = at_;
        BRAID_ASSIGN_OR_RETURN(repeat.most, ParseCount());
        if (*repeat.most < repeat.least) {
          return ErrorAt(begin, fmt::format("at most {} after at least {}", *repeat.most, repeat.least));
        }
      }
    }
    if (!Take('}')) return ErrorAt(at_, R"("}" is missing)");
    return absl::OkStatus();
  }

  absl::StatusOr<std::uint32_t> ParseCount() {
    const std::size_t begin = at_;
    std::uint32_t count = 0;
    while (IsDigit(Peek()) && count <= kMaxPatternCount) {
      count = count * 10 + static_cast<std::uint32_t>(text_[at_++] - '0');
    }
    if (at_ == begin || count > kMaxPatternCount) {
      return ErrorAt(begin, fmt::format("a number from 0 to {} is expected", kMaxPatternCount));
    }
    return count;
  }

  absl::StatusOr<ExpressionIndex> ParseItem() {
    switch (const char c = Peek()) {
      case '(':
        return ParseGroup();
      case '>':
      case '<':
      case '-':
        return ParseHop();
      case '*':
      case '+':
      case '?':
      case '{':
        return ErrorAt(at_, fmt::format("\"{}\" has nothing to repeat; a repetition of a repetition takes ( )", c));
      default:
        if (IsUpper(c)) return ParseName();
        return ErrorAt(at_, "a hop (>, <, -), a definition's name or ( is expected");
    }
  }

  absl::StatusOr<ExpressionIndex> ParseGroup() {
    const std::size_t begin = at_++;
    if (++reading_.depth > kMaxPatternHeight) return TooDeep(begin);
    BRAID_ASSIGN_OR_RETURN(const ExpressionIndex inner, ParseEither());
    --reading_.depth;
    if (!Take(')')) return ErrorAt(begin, "a \"(\" without its \")\"");
    return inner;
  }

  absl::StatusOr<ExpressionIndex> ParseName() {
    const std::size_t begin = at_;
    while (!AtEnd() && IsAlphanumeric(text_[at_])) ++at_;
    const std::string_view written = text_.substr(begin, at_ - begin);
    const auto definition = reading_.definitions.find(written);
    if (definition == reading_.definitions.end()) {
      return ErrorAt(begin, fmt::format("there is no definition \"{}\"", written));
    }
    const std::string_view name = definition->first;
    if (const auto known = reading_.read.find(name); known != reading_.read.end()) return known->second;

    const auto open = std::find(reading_.open.begin(), reading_.open.end(), name);
    if (open != reading_.open.end()) {
      std::string circle;
      for (auto each = open; each != reading_.open.end(); ++each) circle += fmt::format("{} -> ", *each);
      return ErrorAt(begin, fmt::format("definitions in a circle: {}{}", circle, name));
    }
    if (++reading_.depth > kMaxPatternHeight) return TooDeep(begin);
    reading_.open.push_back(name);
    BRAID_ASSIGN_OR_RETURN(const ExpressionIndex meaning, Parser(reading_, definition->second, name).ParseAll());
    reading_.open.pop_back();
    --reading_.depth;
    reading_.read.emplace(name, meaning);
    return meaning;
  }

  absl::StatusOr<ExpressionIndex> ParseHop() {
    const std::size_t begin = at_;
    const char direction = text_[at_++];
    HopSet hop;
    BRAID_ASSIGN_OR_RETURN(hop.crossings, ParseRelation(direction));
    if (Peek() == '[') {
      BRAID_ASSIGN_OR_RETURN(hop.sign, ParseSign());
    }
    if (Take('@')) {
      BRAID_ASSIGN_OR_RETURN(hop.kinds, ParseKinds());
    }
    std::vector<HopSet>& hops = reading_.syntax.hops;
    const auto same = std::find(hops.begin(), hops.end(), hop);
    Expression expression(Expression::Type::kHop);
    expression.hop = static_cast<std::size_t>(same - hops.begin());
    if (same == hops.end()) hops.push_back(std::move(hop));
    return Add(std::move(expression), begin);
  }

  absl::StatusOr<std::vector<bool>> ParseRelation(char direction) {
    const Schema& schema = reading_.schema;
    std::optional<RelationIndex> wanted;  // unset: any
    if (!Take('.')) {
      const std::size_t begin = at_;
      const std::string_view name = TakeWord();
      if (name.empty()) return ErrorAt(begin, R"(a relation's name or "." is expected)");
      wanted = schema.FindRelation(name);
      if (!wanted) {
        return ErrorAt(begin, fmt::format("there is no relation \"{}\"{}", name, Suggestion(name, WalkableNames())));
      }
      if (!schema.relation(*wanted).walkable) {
        return ErrorAt(begin, fmt::format("relation \"{}\" is not walkable, so no path crosses it", name));
      }
    }
    std::vector<bool> crossings(schema.relation_count() * 2, false);
    for (std::size_t i = 0; i < schema.relation_count(); ++i) {
      const RelationIndex index{static_cast<std::uint16_t>(i)};
      const Relation& relation = schema.relation(index);
      if (!relation.walkable || (wanted && !schema.IsSubRelation(index, *wanted))) continue;
      // A symmetric relation has one direction, whichever way the pattern points.
      crossings[i * 2] = relation.symmetric || direction != '<';
      crossings[i * 2 + 1] = !relation.symmetric && direction != '>';
    }
    return crossings;
  }

  absl::StatusOr<Sign> ParseSign() {
    const std::string_view sign = text_.substr(at_, 3);
    if (sign != "[+]" && sign != "[-]") return ErrorAt(at_, R"(a sign is written "[+]" or "[-]")");
    at_ += sign.size();
    return sign == "[+]" ? Sign::kPlus : Sign::kMinus;
  }

  absl::StatusOr<std::vector<bool>> ParseKinds() {
    std::vector<bool> kinds(reading_.schema.kind_count(), false);
    do {
      const std::size_t begin = at_;
      const std::string_view name = TakeWord();
      if (name.empty()) return ErrorAt(begin, "a kind's name is expected");
      const std::optional<KindIndex> kind = reading_.schema.FindKind(name);
      if (!kind) return ErrorAt(begin, fmt::format("there is no kind \"{}\"{}", name, Suggestion(name, KindNames())));
      kinds[Number(*kind)] = true;
    } while (Take(','));
    return kinds;
  }

  std::vector<std::string_view> WalkableNames() const {
    std::vector<std::string_view> names;
    for (std::size_t i = 0; i < reading_.schema.relation_count(); ++i) {
      const Relation& relation = reading_.schema.relation(RelationIndex{static_cast<std::uint16_t>(i)});
      if (relation.walkable) names.push_back(relation.name);
    }
    return names;
  }
  std::vector<std::string_view> KindNames() const {
    std::vector<std::string_view> names;
    for (std::size_t i = 0; i < reading_.schema.kind_count(); ++i) {
      names.push_back(reading_.schema.kind(KindIndex{static_cast<std::uint16_t>(i)}).name);
    }
    return names;
  }

  Reading& reading_;
  const std::string_view text_;
  const std::string_view definition_;  // empty: the pattern itself
  std::size_t at_ = 0;
};

}  // namespace

absl::StatusOr<PatternSyntax> ParsePattern(std::string_view text, const Schema& schema,
                                           const PatternDefinitions& definitions) {
  Reading reading(schema, definitions);
  BRAID_ASSIGN_OR_RETURN(const ExpressionIndex root, Parser(reading, text, {}).ParseAll());
  reading.syntax.root = root;
  return std::move(reading.syntax);
}

}  // namespace braid::graph
