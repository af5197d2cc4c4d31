#include "tests/scenarios/predicate.h"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <optional>
#include <set>
#include <utility>

#include "absl/status/status.h"
#include "fmt/format.h"
#include "fmt/ranges.h"
#include "graph/error.h"
#include "graph/nearest.h"
#include "tests/scenarios/reply.h"

namespace braid::scenarios {
namespace {

using Reply = v1::Recommendation;
using Statement = std::function<bool(const Reply&)>;

bool IsBlank(char c) { return c == ' ' || c == '\n' || c == '\t'; }
bool IsMark(char c) {
  return c == '(' || c == ')' || c == '[' || c == ']' || c == ',' || c == '=' || c == '>' || c == '<';
}

std::string Lower(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return lower;
}

// The number of an enum's value by its word: `reliably_worse` of MeasureCourse.
std::optional<int> NumberOf(const google::protobuf::EnumDescriptor& type, std::string_view word) {
  const std::string unset = type.FindValueByNumber(0)->name();
  const std::string prefix = unset.substr(0, unset.size() - std::string_view("UNSPECIFIED").size());
  for (int i = 0; i < type.value_count(); ++i) {
    const std::string name = Lower(type.value(i)->name().substr(prefix.size()));
    if (word == (type.value(i)->number() == 0 ? "unknown" : name)) return type.value(i)->number();
  }
  return std::nullopt;
}

std::string WordsOf(const google::protobuf::EnumDescriptor& type) {
  const std::string unset = type.FindValueByNumber(0)->name();
  std::vector<std::string> words = {"unknown"};
  for (int i = 1; i < type.value_count(); ++i) {
    words.push_back(Lower(type.value(i)->name().substr(unset.size() - std::string_view("UNSPECIFIED").size())));
  }
  return fmt::format("{}", fmt::join(words, ", "));
}

// One id, any of several, all of several.
struct Ids {
  std::vector<std::string> ids;
  bool all = true;

  bool AreIn(const std::set<std::string>& set) const {
    const auto is_in = [&](const std::string& id) { return set.contains(id); };
    return all ? std::all_of(ids.begin(), ids.end(), is_in) : std::any_of(ids.begin(), ids.end(), is_in);
  }
  template <typename Test>
  bool Are(const Test& test) const {
    return all ? std::all_of(ids.begin(), ids.end(), test) : std::any_of(ids.begin(), ids.end(), test);
  }
};

std::set<std::string> SetOf(const std::vector<std::string>& ids) { return {ids.begin(), ids.end()}; }

std::set<std::string> PlanSet(const Reply& reply) {
  if (reply.plans_size() == 0) return {};
  std::set<std::string> ids = SetOf(PlanIds(reply.plans(0)));
  ids.merge(ModalitiesOf(reply, reply.plans(0)));
  return ids;
}

std::set<std::string> IncludedIn(const Reply& reply) {
  std::set<std::string> ids = SetOf(SequenceOf(reply));
  ids.merge(PlanSet(reply));
  return ids;
}

const v1::PlanNeed* NeedOf(const Reply& reply, const std::string& id) {
  const auto at = std::find_if(reply.needs().begin(), reply.needs().end(),
                               [&](const v1::PlanNeed& need) { return need.node_id() == id; });
  return at == reply.needs().end() ? nullptr : &*at;
}

bool IsFirstOf(const Ids& left, const Ids& right, const Reply& reply) {
  const std::vector<std::string> sequence = SequenceOf(reply);
  const auto place = [&](const std::string& id) { return std::find(sequence.begin(), sequence.end(), id); };
  if (!left.AreIn(SetOf(sequence)) || !right.AreIn(SetOf(sequence))) return false;
  const auto before_all = [&](const std::string& id) {
    return place(id) != sequence.end() &&
           std::all_of(right.ids.begin(), right.ids.end(), [&](const std::string& other) {
             return place(other) == sequence.end() || place(id) < place(other);
           });
  };
  return left.Are(before_all);
}

bool Leads(const std::vector<std::string>& first, const Reply& reply) {
  const std::vector<std::string> sequence = SequenceOf(reply);
  return sequence.size() >= first.size() && std::equal(first.begin(), first.end(), sequence.begin());
}

bool Follows(const std::string& rule, const Reply& reply) {
  const auto names = [&](const auto& step) {
    return std::find(step.rule_ids().begin(), step.rule_ids().end(), rule) != step.rule_ids().end();
  };
  const auto prefers = [&](const v1::RecommendedTechnique& technique) {
    return std::any_of(technique.rules().begin(), technique.rules().end(),
                       [&](const v1::RuleEffect& effect) { return effect.prefers() && effect.rule_id() == rule; });
  };
  const auto& steps = reply.relationship().steps();
  return std::any_of(reply.safety().begin(), reply.safety().end(), names) ||
         std::any_of(steps.begin(), steps.end(), names) ||
         std::any_of(reply.techniques().begin(), reply.techniques().end(), prefers);
}

bool Asks(const google::protobuf::RepeatedPtrField<v1::OpenQuestion>& questions, const std::string& what) {
  return std::any_of(questions.begin(), questions.end(), [&](const v1::OpenQuestion& question) {
    return question.field() == what ||
           std::find(question.ids().begin(), question.ids().end(), what) != question.ids().end();
  });
}

struct Token {
  std::size_t at = 0;
  std::string_view text;
};

// Recursive descent, one token ahead; the way of ontology/conditions/parser.cc.
class Parser {
 public:
  Parser(std::string_view text, const graph::Snapshot& snapshot) : text_(text), snapshot_(snapshot) { Advance(); }

  absl::StatusOr<Predicate> ParseAll() {
    BRAID_ASSIGN_OR_RETURN(Predicate all, ParseAny());
    if (!next_.text.empty()) return Expected("`and`, `or` or the end");
    return all;
  }

  static const std::vector<std::string_view>& Words() {
    static const std::vector<std::string_view>& words = *[] {
      auto* all = new std::vector<std::string_view>;
      for (const auto& [word, parse] : kAtoms) all->push_back(word);
      return all;
    }();
    return words;
  }

 private:
  using Parse = absl::StatusOr<Statement> (Parser::*)();

  void Advance() {
    last_ = next_.at + next_.text.size();
    std::size_t at = last_;
    while (at < text_.size() && IsBlank(text_[at])) ++at;
    std::size_t end = at;
    if (end < text_.size() && text_[end] == '"') {
      end = std::min(text_.find('"', end + 1), text_.size() - 1) + 1;
    } else if (end < text_.size() && IsMark(text_[end])) {
      ++end;
      if (end < text_.size() && (text_[at] == '>' || text_[at] == '<') && text_[end] == '=') ++end;
    } else {
      while (end < text_.size() && !IsBlank(text_[end]) && !IsMark(text_[end]) && text_[end] != '"') ++end;
    }
    next_ = {at, text_.substr(at, end - at)};
  }

  bool Take(std::string_view text) {
    if (next_.text != text) return false;
    Advance();
    return true;
  }

  absl::Status Expected(const std::string& what, const std::vector<std::string>& nearest = {}) const {
    const std::string found = next_.text.empty() ? "the end" : fmt::format("`{}`", next_.text);
    std::string message = fmt::format("column {}: {} is expected, {} was found", next_.at + 1, what, found);
    if (!nearest.empty()) message += fmt::format(" (did you mean {}?)", fmt::join(nearest, ", "));
    return absl::InvalidArgumentError(message);
  }

  absl::Status Need(std::string_view text) {
    return Take(text) ? absl::OkStatus() : Expected(fmt::format("`{}`", text));
  }

  absl::StatusOr<Predicate> ParseAny() { return ParseParts(Predicate::Type::kAny, "or", &Parser::ParseEvery); }
  absl::StatusOr<Predicate> ParseEvery() { return ParseParts(Predicate::Type::kAll, "and", &Parser::ParseFactor); }

  absl::StatusOr<Predicate> ParseParts(Predicate::Type type, std::string_view between,
                                       absl::StatusOr<Predicate> (Parser::*parse_part)()) {
    Predicate whole;
    whole.type = type;
    do {
      BRAID_ASSIGN_OR_RETURN(Predicate part, (this->*parse_part)());
      whole.parts.push_back(std::move(part));
    } while (Take(between));
    if (whole.parts.size() > 1) return whole;
    Predicate only = std::move(whole.parts.front());
    return only;
  }

  absl::StatusOr<Predicate> ParseFactor() {
    if (Take("not")) {
      Predicate negation;
      negation.type = Predicate::Type::kNot;
      BRAID_ASSIGN_OR_RETURN(Predicate inner, ParseFactor());
      negation.parts.push_back(std::move(inner));
      return negation;
    }
    if (Take("(")) {
      BRAID_ASSIGN_OR_RETURN(Predicate inner, ParseAny());
      BRAID_RETURN_IF_ERROR(Need(")"));
      return inner;
    }
    Predicate atom;
    const std::size_t begin = next_.at;
    BRAID_ASSIGN_OR_RETURN(atom.holds, ParseAtom());
    atom.text = text_.substr(begin, last_ - begin);
    return atom;
  }

  absl::StatusOr<Statement> ParseAtom() {
    for (const auto& [word, parse] : kAtoms) {
      if (word != "before" && Take(word)) return (this->*parse)();
    }
    if (next_.text != "any" && next_.text != "all" && !graph::IsCurie(next_.text)) {
      return Expected("`not`, `(` or an atom", graph::NearestNames(Words(), next_.text));
    }
    return ParseBefore();
  }

  // --- Atoms, each after its first word.

  absl::StatusOr<Statement> ParseIncludes() { return ParseMembers(&IncludedIn, {"technique", "modality"}); }
  absl::StatusOr<Statement> ParsePlan() { return ParsePart(&PlanSet, {"technique", "modality"}); }
  absl::StatusOr<Statement> ParseSafety() {
    return ParsePart([](const Reply& reply) { return SetOf(SafetyIds(reply)); }, {"technique"});
  }
  absl::StatusOr<Statement> ParseRelationship() {
    return ParsePart([](const Reply& reply) { return SetOf(RelationshipIds(reply)); }, {"technique"});
  }
  absl::StatusOr<Statement> ParseRecommends() { return ParseMembers(&Recommended, {"technique", "modality"}); }

  absl::StatusOr<Statement> ParseExcludes() {
    const std::vector<std::string_view> kinds = {"technique", "modality"};
    Ids ids;
    ids.all = false;
    if (next_.text == "[") {
      BRAID_ASSIGN_OR_RETURN(ids.ids, ParseList(kinds));
    } else {
      BRAID_ASSIGN_OR_RETURN(std::string id, ParseId(kinds));
      ids.ids.push_back(std::move(id));
    }
    return [ids](const Reply& reply) { return !ids.AreIn(Recommended(reply)); };
  }

  absl::StatusOr<Statement> ParseLeads() {
    BRAID_RETURN_IF_ERROR(Need("with"));
    BRAID_ASSIGN_OR_RETURN(const std::vector<std::string> first, ParseList({"technique"}));
    return [first](const Reply& reply) { return Leads(first, reply); };
  }

  absl::StatusOr<Statement> ParseBefore() {
    BRAID_ASSIGN_OR_RETURN(const Ids left, ParseIds({"technique"}));
    BRAID_RETURN_IF_ERROR(Need("before"));
    BRAID_ASSIGN_OR_RETURN(const Ids right, ParseIds({"technique"}));
    return [left, right](const Reply& reply) { return IsFirstOf(left, right, reply); };
  }

  absl::StatusOr<Statement> ParseCovers() {
    BRAID_ASSIGN_OR_RETURN(const std::string id, ParseId({"dimension", "concern", "process"}));
    double least = 0;
    const bool has_least = Take(">=");
    if (has_least) {
      BRAID_ASSIGN_OR_RETURN(least, ParseNumber());
    }
    return [id, least](const Reply& reply) {
      const v1::PlanNeed* need = NeedOf(reply, id);
      return need != nullptr && need->cover() > 0 && need->cover() >= least;
    };
  }

  absl::StatusOr<Statement> ParseWeighs() {
    BRAID_ASSIGN_OR_RETURN(const std::string id, ParseId({"dimension", "concern", "process"}));
    BRAID_RETURN_IF_ERROR(Need("most"));
    return [id](const Reply& reply) {
      const v1::PlanNeed* need = NeedOf(reply, id);
      return need != nullptr && std::all_of(reply.needs().begin(), reply.needs().end(),
                                            [&](const v1::PlanNeed& other) { return other.share() <= need->share(); });
    };
  }

  absl::StatusOr<Statement> ParseExcluded() {
    BRAID_ASSIGN_OR_RETURN(const Ids ids, ParseIds({"technique"}));
    std::optional<int> reason;
    std::string cause;
    if (Take("because")) {
      reason = NumberOf(*v1::ExclusionReason_descriptor(), next_.text);
      if (reason.has_value()) {
        Advance();
      } else {
        BRAID_ASSIGN_OR_RETURN(cause,
                               ParseId({}, "a reason (" + WordsOf(*v1::ExclusionReason_descriptor()) + ") or an id"));
      }
    }
    return [ids, reason, cause](const Reply& reply) {
      return ids.Are([&](const std::string& id) {
        return std::any_of(reply.exclusions().begin(), reply.exclusions().end(), [&](const v1::Exclusion& exclusion) {
          return exclusion.technique_id() == id && (!reason.has_value() || *reason == exclusion.reason()) &&
                 (cause.empty() || cause == exclusion.cause_id());
        });
      });
    };
  }

  absl::StatusOr<Statement> ParseOverridden() {
    BRAID_ASSIGN_OR_RETURN(const Ids ids, ParseIds({"technique"}));
    return [ids](const Reply& reply) {
      return ids.Are([&](const std::string& id) {
        return std::any_of(reply.overrides().begin(), reply.overrides().end(), [&](const v1::AppliedOverride& applied) {
          return applied.override().technique_id() == id && applied.has_exclusion();
        });
      });
    };
  }

  absl::StatusOr<Statement> ParseNames() {
    BRAID_ASSIGN_OR_RETURN(const Ids ids, ParseIds({"modality"}));
    BRAID_RETURN_IF_ERROR(Need("as"));
    BRAID_ASSIGN_OR_RETURN(const int access, ParseWord(*v1::ModalityAccess_descriptor()));
    return [ids, access](const Reply& reply) {
      return ids.Are([&](const std::string& id) {
        return std::any_of(reply.modalities().begin(), reply.modalities().end(), [&](const v1::ModalityOption& option) {
          return option.modality_id() == id && option.access() == access;
        });
      });
    };
  }

  absl::StatusOr<Statement> ParseAdapts() {
    BRAID_ASSIGN_OR_RETURN(const Ids ids, ParseIds({"technique", "modality"}));
    std::string flag;
    if (Take("for")) {
      BRAID_ASSIGN_OR_RETURN(flag, ParseId({"flag"}));
    }
    return [ids, flag](const Reply& reply) {
      const auto says_how = [&](const auto& of) {
        return std::any_of(of.adaptations().begin(), of.adaptations().end(),
                           [&](const v1::FlagCaution& caution) { return flag.empty() || caution.flag_id() == flag; });
      };
      return ids.Are([&](const std::string& id) {
        return std::any_of(reply.techniques().begin(), reply.techniques().end(),
                           [&](const auto& of) { return of.technique_id() == id && says_how(of); }) ||
               std::any_of(reply.modalities().begin(), reply.modalities().end(),
                           [&](const auto& of) { return of.modality_id() == id && says_how(of); });
      });
    };
  }

  absl::StatusOr<Statement> ParseFollows() {
    BRAID_ASSIGN_OR_RETURN(const std::string rule, ParseId({"rule"}));
    return [rule](const Reply& reply) { return Follows(rule, reply); };
  }

  absl::StatusOr<Statement> ParseTracks() {
    BRAID_ASSIGN_OR_RETURN(const std::string id, ParseId({"measure"}));
    std::optional<int> course;
    if (Take("as")) {
      BRAID_ASSIGN_OR_RETURN(course, ParseWord(*v1::MeasureCourse_descriptor()));
    }
    return [id, course](const Reply& reply) {
      return std::any_of(reply.tracking().begin(), reply.tracking().end(), [&](const v1::MeasureTracking& measure) {
        return measure.measure_id() == id && (!course.has_value() || *course == measure.course());
      });
    };
  }

  absl::StatusOr<Statement> ParseAsks() {
    const bool first = Take("first");
    if (next_.text.empty()) return Expected("a field or an id");
    if (next_.text.find(':') != std::string_view::npos) {
      BRAID_RETURN_IF_ERROR(CheckId({}, "an id"));
    }
    const std::string what(next_.text);
    Advance();
    return [first, what](const Reply& reply) {
      return Asks(reply.ask_first(), what) || (!first && Asks(reply.assess(), what));
    };
  }

  absl::StatusOr<Statement> ParseSays() {
    const std::string_view quoted = next_.text;
    if (quoted.size() < 3 || quoted.front() != '"' || quoted.back() != '"') return Expected("text in quotes");
    const std::string words = Lower(quoted.substr(1, quoted.size() - 2));
    Advance();
    return [words](const Reply& reply) { return Lower(TextOf(reply)).find(words) != std::string::npos; };
  }

  absl::StatusOr<Statement> ParseHolds() {
    BRAID_RETURN_IF_ERROR(Need("plan"));
    return [](const Reply& reply) { return reply.relationship().holds_plan(); };
  }

  absl::StatusOr<Statement> ParseSessions() {
    BRAID_RETURN_IF_ERROR(Need("<="));
    BRAID_ASSIGN_OR_RETURN(const double most, ParseNumber());
    return [most](const Reply& reply) {
      return reply.plans_size() > 0 && static_cast<double>(reply.plans(0).session_count()) <= most;
    };
  }

  absl::StatusOr<Statement> ParseOutcome() {
    BRAID_ASSIGN_OR_RETURN(const int outcome, ParseEqual(*v1::Outcome_descriptor()));
    return [outcome](const Reply& reply) { return reply.outcome() == outcome; };
  }
  absl::StatusOr<Statement> ParseAlliance() {
    BRAID_ASSIGN_OR_RETURN(const int state, ParseEqual(*v1::AllianceState_descriptor()));
    return [state](const Reply& reply) { return reply.relationship().alliance() == state; };
  }
  absl::StatusOr<Statement> ParseUrgency() {
    BRAID_RETURN_IF_ERROR(Need("="));
    if (Take("none")) return [](const Reply& reply) { return reply.safety().empty(); };
    BRAID_ASSIGN_OR_RETURN(const int urgency, ParseWord(*v1::FlagUrgency_descriptor()));
    return [urgency](const Reply& reply) { return !reply.safety().empty() && reply.safety(0).urgency() == urgency; };
  }
  absl::StatusOr<Statement> ParseObstacle() {
    BRAID_ASSIGN_OR_RETURN(const int constraint, ParseEqual(*v1::PlanConstraint_descriptor()));
    return [constraint](const Reply& reply) {
      return std::any_of(reply.obstacles().begin(), reply.obstacles().end(),
                         [&](const v1::PlanObstacle& obstacle) { return obstacle.constraint() == constraint; });
    };
  }

  // --- Parts of atoms.

  template <typename SetOfReply>
  absl::StatusOr<Statement> ParseMembers(SetOfReply set, const std::vector<std::string_view>& kinds) {
    BRAID_ASSIGN_OR_RETURN(const Ids ids, ParseIds(kinds));
    return [ids, set](const Reply& reply) { return ids.AreIn(set(reply)); };
  }
  template <typename SetOfReply>
  absl::StatusOr<Statement> ParsePart(SetOfReply set, const std::vector<std::string_view>& kinds) {
    BRAID_RETURN_IF_ERROR(Need("includes"));
    return ParseMembers(set, kinds);
  }

  absl::StatusOr<Ids> ParseIds(const std::vector<std::string_view>& kinds) {
    Ids ids;
    ids.all = next_.text != "any";
    if (Take("any") || Take("all")) {
      BRAID_ASSIGN_OR_RETURN(ids.ids, ParseList(kinds));
    } else {
      BRAID_ASSIGN_OR_RETURN(std::string id, ParseId(kinds));
      ids.ids.push_back(std::move(id));
    }
    return ids;
  }

  absl::StatusOr<std::vector<std::string>> ParseList(const std::vector<std::string_view>& kinds) {
    std::vector<std::string> ids;
    BRAID_RETURN_IF_ERROR(Need("["));
    do {
      BRAID_ASSIGN_OR_RETURN(std::string id, ParseId(kinds));
      ids.push_back(std::move(id));
    } while (Take(","));
    BRAID_RETURN_IF_ERROR(Need("]"));
    return ids;
  }

  absl::StatusOr<std::string> ParseId(const std::vector<std::string_view>& kinds, const std::string& what = "") {
    BRAID_RETURN_IF_ERROR(
        CheckId(kinds, what.empty() ? fmt::format("the id of a {}", fmt::join(kinds, " or ")) : what));
    std::string id(next_.text);
    Advance();
    return id;
  }

  // `kinds` empty: any.
  absl::Status CheckId(const std::vector<std::string_view>& kinds, const std::string& what) const {
    const std::optional<graph::NodeIndex> node = snapshot_.Find(next_.text);
    if (!node.has_value()) return Expected(what, graph::NearestIds(snapshot_, next_.text, 3));
    const std::string& kind = snapshot_.schema().kind(snapshot_.kind(*node)).name;
    if (kinds.empty() || std::find(kinds.begin(), kinds.end(), kind) != kinds.end()) return absl::OkStatus();
    return Expected(what);
  }

  absl::StatusOr<double> ParseNumber() {
    double number = 0;
    const char* const end = next_.text.data() + next_.text.size();
    const auto [at, error] = std::from_chars(next_.text.data(), end, number);
    if (error != std::errc{} || at != end) return Expected("a number");
    Advance();
    return number;
  }

  absl::StatusOr<int> ParseEqual(const google::protobuf::EnumDescriptor& type) {
    BRAID_RETURN_IF_ERROR(Need("="));
    return ParseWord(type);
  }
  absl::StatusOr<int> ParseWord(const google::protobuf::EnumDescriptor& type) {
    const std::optional<int> number = NumberOf(type, next_.text);
    if (!number.has_value()) return Expected("one of " + WordsOf(type));
    Advance();
    return *number;
  }

  static constexpr std::pair<std::string_view, Parse> kAtoms[] = {
      {"includes", &Parser::ParseIncludes},
      {"safety", &Parser::ParseSafety},
      {"relationship", &Parser::ParseRelationship},
      {"plan", &Parser::ParsePlan},
      {"recommends", &Parser::ParseRecommends},
      {"excludes", &Parser::ParseExcludes},
      {"leads", &Parser::ParseLeads},
      {"before", &Parser::ParseBefore},
      {"covers", &Parser::ParseCovers},
      {"weighs", &Parser::ParseWeighs},
      {"excluded", &Parser::ParseExcluded},
      {"overridden", &Parser::ParseOverridden},
      {"names", &Parser::ParseNames},
      {"adapts", &Parser::ParseAdapts},
      {"follows", &Parser::ParseFollows},
      {"tracks", &Parser::ParseTracks},
      {"asks", &Parser::ParseAsks},
      {"says", &Parser::ParseSays},
      {"holds", &Parser::ParseHolds},
      {"sessions", &Parser::ParseSessions},
      {"outcome", &Parser::ParseOutcome},
      {"alliance", &Parser::ParseAlliance},
      {"urgency", &Parser::ParseUrgency},
      {"obstacle", &Parser::ParseObstacle},
  };

  const std::string_view text_;
  const graph::Snapshot& snapshot_;
  Token next_;
  std::size_t last_ = 0;  // the end of the token before
};

void AddExplanation(const Predicate& predicate, const Reply& reply, std::string& text) {
  if (predicate.type == Predicate::Type::kAtom) {
    text += fmt::format("  {}  {}\n", predicate.holds(reply) ? "true " : "false", predicate.text);
  }
  for (const Predicate& part : predicate.parts) AddExplanation(part, reply, text);
}

}  // namespace

const std::vector<std::string_view>& AtomWords() { return Parser::Words(); }

absl::StatusOr<Predicate> ParsePredicate(std::string_view text, const graph::Snapshot& snapshot) {
  return Parser(text, snapshot).ParseAll();
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
