#include "tests/scenarios/predicate.h"

#include <algorithm>
#include <utility>

#include "fmt/format.h"
#include "graph/error.h"
#include "graph/nearest.h"
#include "tests/scenarios/predicate_reader.h"
#include "tests/scenarios/recommendation_atoms.h"
#include "tests/scenarios/revision_atoms.h"

namespace braid::scenarios {
namespace {

// Recursive descent; the way of ontology/conditions/parser.cc.
class Parser {
 public:
  Parser(std::string_view text, const graph::Snapshot& snapshot) : text_(text), in_(text, snapshot) {}

  absl::StatusOr<Predicate> ParseAll() {
    BRAID_ASSIGN_OR_RETURN(Predicate all, ParseAny());
    if (!in_.next().empty()) return in_.Expected("`and`, `or` or the end");
    return all;
  }

 private:
  absl::StatusOr<Predicate> ParseAny() { return ParseParts(Predicate::Type::kAny, "or", &Parser::ParseEvery); }
  absl::StatusOr<Predicate> ParseEvery() { return ParseParts(Predicate::Type::kAll, "and", &Parser::ParseFactor); }

  absl::StatusOr<Predicate> ParseParts(Predicate::Type type, std::string_view between,
                                       absl::StatusOr<Predicate> (Parser::*parse_part)()) {
    Predicate whole;
    whole.type = type;
    do {
      BRAID_ASSIGN_OR_RETURN(Predicate part, (this->*parse_part)());
      whole.parts.push_back(std::move(part));
    } while (in_.Take(between));
    if (whole.parts.size() > 1) return whole;
    Predicate only = std::move(whole.parts.front());
    return only;
  }

  absl::StatusOr<Predicate> ParseFactor() {
    if (in_.Take("not")) {
      Predicate negation;
      negation.type = Predicate::Type::kNot;
      BRAID_ASSIGN_OR_RETURN(Predicate inner, ParseFactor());
      negation.parts.push_back(std::move(inner));
      return negation;
    }
    if (in_.Take("(")) {
      BRAID_ASSIGN_OR_RETURN(Predicate inner, ParseAny());
      BRAID_RETURN_IF_ERROR(in_.Need(")"));
      return inner;
    }
    const std::size_t begin = in_.at();
    BRAID_ASSIGN_OR_RETURN(Predicate atom, ParseAtom());
    atom.text = text_.substr(begin, in_.last() - begin);
    return atom;
  }

  absl::StatusOr<Predicate> ParseAtom() {
    for (const RecommendationAtom& one : RecommendationAtoms()) {
      if (in_.Take(one.word)) return OfRecommendation(one.read(in_));
    }
    for (const RevisionAtom& one : RevisionAtoms()) {
      if (!in_.Take(one.word)) continue;
      Predicate atom;
      BRAID_ASSIGN_OR_RETURN(const RevisionStatement statement, one.read(in_));
      atom.is_of_revision = true;
      atom.holds = [statement](const Reply& reply) { return statement(reply.revision()); };
      return atom;
    }
    if (in_.next() != "any" && in_.next() != "all" && !graph::IsCurie(in_.next())) {
      return in_.Expected("`not`, `(` or an atom", graph::NearestNames(AtomWords(), in_.next()));
    }
    return OfRecommendation(ReadBefore(in_));
  }

  static absl::StatusOr<Predicate> OfRecommendation(absl::StatusOr<RecommendationStatement> read) {
    Predicate atom;
    BRAID_ASSIGN_OR_RETURN(const RecommendationStatement statement, std::move(read));
    atom.holds = [statement](const Reply& reply) { return statement(reply.recommendation()); };
    return atom;
  }

  const std::string_view text_;
  PredicateReader in_;
};

void AddExplanation(const Predicate& predicate, const Reply& reply, std::string& text) {
  if (predicate.type == Predicate::Type::kAtom) {
    text += fmt::format("  {}  {}\n", predicate.holds(reply) ? "true " : "false", predicate.text);
  }
  for (const Predicate& part : predicate.parts) AddExplanation(part, reply, text);
}

}  // namespace

const std::vector<std::string_view>& AtomWords() {
  static const std::vector<std::string_view>& words = *[] {
    auto* all = new std::vector<std::string_view>;
    for (const RecommendationAtom& atom : RecommendationAtoms()) all->push_back(atom.word);
    all->push_back("before");
    for (const RevisionAtom& atom : RevisionAtoms()) all->push_back(atom.word);
    return all;
  }();
  return words;
}

absl::StatusOr<Predicate> ParsePredicate(std::string_view text, const graph::Snapshot& snapshot) {
  return Parser(text, snapshot).ParseAll();
}

bool SpeaksOfRevision(const Predicate& predicate) {
  return predicate.is_of_revision || std::any_of(predicate.parts.begin(), predicate.parts.end(), &SpeaksOfRevision);
}

bool Holds(const Predicate& predicate, const Reply& reply) {
  const auto holds = [&](const Predicate& part) { return Holds(part, reply); };
  switch (predicate.type) {
    case Predicate::Type::kNot:
      return !holds(predicate.parts.front());
    case Predicate::Type::kAll:
      return std::all_of(predicate.parts.begin(), predicate.parts.end(), holds);
    case Predicate::Type::kAny:
      return std::any_of(predicate.parts.begin(), predicate.parts.end(), holds);
    case Predicate::Type::kAtom:
      break;
  }
  return predicate.holds(reply);
}

std::string Explain(const Predicate& predicate, const Reply& reply) {
  std::string text;
  AddExplanation(predicate, reply, text);
  return text;
}

}  // namespace braid::scenarios
