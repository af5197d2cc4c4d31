#include "tests/graph/draw.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <map>
#include <numeric>
#include <optional>
#include <random>
#include <set>
#include <stdexcept>
#include <utility>

#include "graph/change.h"
#include "graph/snapshot_builder.h"

namespace braid::graph {
namespace {

[[noreturn]] void Fail(std::string_view what, std::string_view word) {
  throw std::invalid_argument(fmt::format("drawing: {}: `{}`", what, word));
}

std::vector<std::string> Split(std::string_view text, std::string_view separators) {
  std::vector<std::string> parts;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find_first_of(separators), text.size());
    if (end > 0) parts.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return parts;
}

std::string IdOf(std::string_view name) {
  return name.find(':') == std::string_view::npos ? fmt::format("n:{}", name) : std::string(name);
}

const std::map<std::string, Certainty, std::less<>> kCertainties = {{"high", Certainty::kHigh},
                                                                    {"moderate", Certainty::kModerate},
                                                                    {"low", Certainty::kLow},
                                                                    {"very_low", Certainty::kVeryLow},
                                                                    {"no_source", Certainty::kNoSource}};

const std::map<std::string, Polarity, std::less<>> kPolarities = {
    {"supports", Polarity::kSupports}, {"no_difference", Polarity::kNoDifference},
    {"null", Polarity::kNull},         {"mixed", Polarity::kMixed},
    {"against", Polarity::kAgainst},   {"harm", Polarity::kHarm}};

const std::map<std::string, bool Kind::*, std::less<>> kKindFlags = {
    {"ends_only", &Kind::ends_only}, {"is_group", &Kind::is_group}, {"needs_group", &Kind::needs_group}};

struct RelationFlag {
  bool Relation::*field;
  bool value;
};
const std::map<std::string, RelationFlag, std::less<>> kRelationFlags = {
    {"symmetric", {&Relation::symmetric, true}},
    {"definitional", {&Relation::takes_certainty, false}},
    {"unwalkable", {&Relation::walkable, false}},
    {"no_strength", {&Relation::takes_strength, false}},
    {"defines_group", {&Relation::defines_group, true}},
    {"one_primary", {&Relation::one_primary, true}},
    {"acyclic", {&Relation::acyclic, true}},
    {"transitive", {&Relation::transitive, true}},
    {"no_loops", {&Relation::self_loops, false}}};

// An arrow without its dashes.
struct Arrow {
  std::string label;
  bool backwards = false;
  bool symmetric = false;
};

Arrow ReadArrow(std::string_view word) {
  const auto between = [&](std::string_view head, std::string_view tail) -> std::optional<std::string> {
    if (word.size() < head.size() + tail.size() || !word.starts_with(head) || !word.ends_with(tail))
      return std::nullopt;
    return std::string(word.substr(head.size(), word.size() - head.size() - tail.size()));
  };
  if (word == "->") return {};
  if (word == "<-") return {"", true, false};
  if (auto label = between("<-", "-"); label) return {*label, true, false};
  if (auto label = between("-", "->"); label) return {*label, false, false};
  if (auto label = between("-", "-"); label) return {*label, false, true};
  Fail("no arrow", word);
}

class Reader {
 public:
  Drawing Read(std::string_view text) {
    std::vector<std::vector<std::string>> chains;
    for (const std::string& statement : Split(text, ";\n")) {
      std::vector<std::string> words = Split(statement, " \t\r");
      if (words.empty()) continue;
      if (words.size() > 1 && words[0] == "kind") {
        DeclareKind(words);
      } else if (words.size() > 1 && words[0] == "relation") {
        DeclareRelation(words);
      } else {
        chains.push_back(std::move(words));
      }
    }
    for (const std::vector<std::string>& chain : chains) ReadChain(chain);
    for (Node& node : drawing_.nodes) {
      if (node.kind.empty()) node.kind = "node";
      NeedKind(node.kind);
    }
    // Now that it is known which relations are symmetric.
    for (Edge& edge : drawing_.edges) {
      if (NeedRelation(edge.key.relation).symmetric && edge.key.object_id < edge.key.subject_id) {
        std::swap(edge.key.subject_id, edge.key.object_id);
      }
      if (!keys_.insert(edge.key).second) Fail("an edge drawn twice", ToString(edge.key));
    }
    return std::move(drawing_);
  }

 private:
  Kind& NeedKind(const std::string& name) {
    const auto at =
        std::find_if(drawing_.kinds.begin(), drawing_.kinds.end(), [&](const Kind& kind) { return kind.name == name; });
    if (at != drawing_.kinds.end()) return *at;
    Kind kind;
    kind.name = kind.id_prefix = name;
    return drawing_.kinds.emplace_back(std::move(kind));
  }

  Relation& NeedRelation(const std::string& name) {
    const auto at = std::find_if(drawing_.relations.begin(), drawing_.relations.end(),
                                 [&](const Relation& relation) { return relation.name == name; });
    if (at != drawing_.relations.end()) return *at;
    Relation relation;
    relation.name = relation.phrase = name;
    relation.inverse_name = relation.inverse_phrase = name + "_of";
    relation.walkable = relation.takes_strength = relation.takes_sign = relation.takes_certainty = true;
    relation.self_loops = true;
    relation.default_strength = 1;
    return drawing_.relations.emplace_back(std::move(relation));
  }

  void MakeSymmetric(Relation& relation) {
    relation.symmetric = true;
    relation.inverse_name = relation.inverse_phrase = "";
  }

  void DeclareKind(const std::vector<std::string>& words) {
    Kind& kind = NeedKind(words[1]);
    for (std::size_t i = 2; i < words.size(); ++i) {
      const auto flag = kKindFlags.find(words[i]);
      if (flag == kKindFlags.end()) Fail("no flag of a kind", words[i]);
      kind.*flag->second = true;
    }
  }

  void DeclareRelation(const std::vector<std::string>& words) {
    Relation& relation = NeedRelation(words[1]);
    for (std::size_t i = 2; i < words.size(); ++i) {
      if (words[i].starts_with("below=")) {
        relation.sub_relation_of = words[i].substr(6);
      } else if (words[i] == "no_default") {
        relation.default_strength.reset();
      } else {
        const auto flag = kRelationFlags.find(words[i]);
        if (flag == kRelationFlags.end()) Fail("no flag of a relation", words[i]);
        relation.*flag->second.field = flag->second.value;
      }
    }
    if (relation.symmetric) MakeSymmetric(relation);
    if (!relation.takes_strength) relation.default_strength.reset();
  }

  // The id of the node that `word` mentions.
  std::string ReadNode(std::string_view word) {
    const std::string_view whole = word;
    const bool obsolete = word.ends_with('!');
    if (obsolete) word.remove_suffix(1);
    const std::size_t at = word.find('@');
    const std::string id = IdOf(word.substr(0, at));
    const std::string_view kind = at == std::string_view::npos ? std::string_view() : word.substr(at + 1);
    if (id == "n:" || word.starts_with('-') || word.starts_with('<')) Fail("no node", whole);
    auto [place, is_new] = node_by_id_.emplace(id, drawing_.nodes.size());
    if (is_new) drawing_.nodes.emplace_back().id = id;
    Node& node = drawing_.nodes[place->second];
    if (obsolete) node.obsolete = true;
    if (!kind.empty() && !node.kind.empty() && node.kind != kind) Fail("a second kind for a node", whole);
    if (!kind.empty()) node.kind = kind;
    return id;
  }

  void ReadChain(const std::vector<std::string>& words) {
    if (words.size() % 2 == 0) Fail("an arrow without an end", words.back());
    std::string left = ReadNode(words[0]);
    for (std::size_t i = 1; i < words.size(); i += 2) {
      std::string right = ReadNode(words[i + 1]);
      AddEdge(left, words[i], right);
      left = std::move(right);
    }
  }

  void AddEdge(const std::string& left, const std::string& word, const std::string& right) {
    const Arrow arrow = ReadArrow(word);
    Edge edge;
    const std::vector<std::string> fields = Split(arrow.label, ",");
    // `x,low` and `,low`: an empty first field names no relation.
    const bool has_first = !fields.empty() && !arrow.label.starts_with(',');
    Relation& relation = ReadRelation(has_first ? fields[0] : "", word, edge);
    if (arrow.symmetric) MakeSymmetric(relation);
    edge.key = {arrow.backwards ? right : left, relation.name, arrow.backwards ? left : right};
    for (std::size_t i = has_first ? 1 : 0; i < fields.size(); ++i) ReadOption(fields[i], word, edge);
    if (!relation.takes_certainty) {
      edge.certainty = Certainty::kUnset;
    } else if (edge.certainty == Certainty::kUnset) {
      edge.certainty = Certainty::kHigh;
    }
    drawing_.edges.push_back(std::move(edge));
  }

  // `x`, `x:0.5`, `:0.5`, `0.5` or nothing. Sets the strength.
  Relation& ReadRelation(std::string_view field, const std::string& word, Edge& edge) {
    const std::size_t colon = field.find(':');
    const bool bare_number = !field.empty() && std::isdigit(static_cast<unsigned char>(field[0])) != 0;
    const std::string_view name = bare_number ? std::string_view() : field.substr(0, colon);
    const bool has_number = bare_number || colon != std::string_view::npos;
    if (has_number) {
      const std::string number(bare_number ? field : field.substr(colon + 1));
      std::size_t read = 0;
      try {
        edge.strength = std::stod(number, &read);
      } catch (const std::exception&) {
        Fail("no strength", word);
      }
      if (read != number.size() || !(*edge.strength > 0 && *edge.strength <= 1)) Fail("no strength in (0, 1]", word);
    }
    return NeedRelation(name.empty() ? "r" : std::string(name));
  }

  void ReadOption(const std::string& option, const std::string& word, Edge& edge) {
    if (const auto certainty = kCertainties.find(option); certainty != kCertainties.end()) {
      edge.certainty = certainty->second;
    } else if (const auto polarity = kPolarities.find(option); polarity != kPolarities.end()) {
      edge.claims.emplace_back().polarity = polarity->second;
    } else if (option == "+") {
      edge.sign = Sign::kPlus;
    } else if (option == "-") {
      edge.sign = Sign::kMinus;
    } else if (option == "primary") {
      edge.primary = true;
    } else {
      Fail("no option of an edge", word);
    }
  }

  Drawing drawing_;
  std::map<std::string, std::size_t, std::less<>> node_by_id_;
  std::set<EdgeKey> keys_;
};

}  // namespace

Drawing ReadDrawing(std::string_view text) { return Reader().Read(text); }

SnapshotPtr Draw(std::string_view text, std::uint64_t shuffle) { return Draw(ReadDrawing(text), shuffle); }

SnapshotPtr Draw(const Drawing& drawing, std::uint64_t shuffle) {
  std::vector<std::uint32_t> slots(drawing.nodes.size());
  std::iota(slots.begin(), slots.end(), 0U);
  if (shuffle != 0) std::shuffle(slots.begin(), slots.end(), std::mt19937_64(shuffle));
  constexpr Revision kFirst{1};
  SnapshotBuilder builder(Snapshot::Empty());
  for (const Kind& kind : drawing.kinds) builder.Apply(BeforeAfter<Kind>{{}, kind}, kFirst);
  for (const Relation& relation : drawing.relations) builder.Apply(BeforeAfter<Relation>{{}, relation}, kFirst);
  for (std::size_t i = 0; i < drawing.nodes.size(); ++i) {
    builder.Apply(BeforeAfter<NodeAt>{{}, NodeAt{drawing.nodes[i], NodeIndex{slots[i]}}}, kFirst);
  }
  for (const Edge& edge : drawing.edges) builder.Apply(BeforeAfter<Edge>{{}, edge}, kFirst);
  return std::move(builder).Build(kFirst);
}

NodeIndex Named(const Snapshot& snapshot, std::string_view name) {
  const std::optional<NodeIndex> index = snapshot.Find(IdOf(name));
  if (!index) Fail("no node was drawn under this name", name);
  return *index;
}

RelationIndex RelationNamed(const Snapshot& snapshot, std::string_view name) {
  const std::optional<RelationIndex> index = snapshot.schema().FindRelation(name);
  if (!index) Fail("no relation was drawn under this name", name);
  return *index;
}

KindIndex KindNamed(const Snapshot& snapshot, std::string_view name) {
  const std::optional<KindIndex> index = snapshot.schema().FindKind(name);
  if (!index) Fail("no kind was drawn under this name", name);
  return *index;
}

std::string NameOf(const Snapshot& snapshot, NodeIndex index) {
  const std::string_view id = snapshot.id(index);
  return std::string(id.starts_with("n:") ? id.substr(2) : id);
}

}  // namespace braid::graph
