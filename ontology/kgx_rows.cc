#include "ontology/kgx_rows.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <optional>
#include <utility>

#include "fmt/format.h"
#include "graph/ids.h"

namespace braid::ontology {
namespace {

using graph::AttributeSchema;
using graph::AttributeType;

constexpr std::array<std::string_view, 2> kNodeRequired = {"id", "category"};
constexpr std::array<std::string_view, 10> kNodeOptional = {
    "name",         "description", "exact_synonym", "narrow_synonym", "broad_synonym", "related_synonym",
    "abbreviation", "obsolete",    "replaced_by",   "alias"};
constexpr std::array<std::string_view, 3> kEdgeRequired = {"subject", "predicate", "object"};
constexpr std::array<std::string_view, 4> kEdgeOwn = {"strength", "sign", "certainty", "primary"};
constexpr std::array<std::string_view, 4> kEdgeClaim = {"claim_polarity", "claim_evidence", "claim_asserted_by",
                                                        "claim_note"};
constexpr std::array<std::string_view, 4> kMappingRequired = {"subject_id", "predicate_id", "object_id",
                                                              "mapping_justification"};
constexpr std::array<std::string_view, 3> kMappingOptional = {"object_label", "confidence", "predicate_modifier"};

// A synonym column and the scope of what stands in it.
constexpr std::array<std::pair<std::string_view, std::string_view>, 4> kSynonymScopes = {
    {{"exact_synonym", "exact"},
     {"narrow_synonym", "narrow"},
     {"broad_synonym", "broad"},
     {"related_synonym", "related"}}};

template <typename T>
using Words = std::vector<std::pair<std::string_view, T>>;

const Words<graph::Sign>& Signs() {
  static const Words<graph::Sign> words = {{"+", graph::Sign::kPlus}, {"-", graph::Sign::kMinus}};
  return words;
}
const Words<graph::Certainty>& Certainties() {
  static const Words<graph::Certainty> words = {{"high", graph::Certainty::kHigh},
                                                {"moderate", graph::Certainty::kModerate},
                                                {"low", graph::Certainty::kLow},
                                                {"very_low", graph::Certainty::kVeryLow},
                                                {"no_source", graph::Certainty::kNoSource}};
  return words;
}
const Words<graph::Polarity>& Polarities() {
  static const Words<graph::Polarity> words = {
      {"supports", graph::Polarity::kSupports}, {"no_difference", graph::Polarity::kNoDifference},
      {"null", graph::Polarity::kNull},         {"mixed", graph::Polarity::kMixed},
      {"against", graph::Polarity::kAgainst},   {"harm", graph::Polarity::kHarm}};
  return words;
}
const Words<bool>& Booleans() {
  static const Words<bool> words = {{"true", true}, {"false", false}};
  return words;
}

template <typename T>
std::string Listed(const Words<T>& words) {
  std::string text;
  for (const auto& word : words) text += fmt::format("{}`{}`", text.empty() ? "" : ", ", word.first);
  return text;
}

template <std::size_t N>
bool Holds(const std::array<std::string_view, N>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

template <typename T>
std::optional<T> NumberOf(std::string_view text) {
  T value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

// Cuts the language tag off `text@de`. What follows the last `@` is a tag where it looks like one: two or three letters
// in lower case, then perhaps subtags.
std::string CutLanguage(std::string& text) {
  const std::size_t at = text.rfind('@');
  if (at == std::string::npos) return "en";
  std::string tag = text.substr(at + 1);
  const std::string_view primary = std::string_view(tag).substr(0, tag.find('-'));
  const auto is_lower = [](char c) { return c >= 'a' && c <= 'z'; };
  const auto is_subtag = [&](char c) {
    return is_lower(c) || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-';
  };
  if (primary.size() < 2 || primary.size() > 3 || !std::all_of(primary.begin(), primary.end(), is_lower) ||
      !std::all_of(tag.begin(), tag.end(), is_subtag)) {
    return "en";
  }
  text.resize(at);
  return tag;
}

const AttributeSchema* FindAttribute(const std::vector<AttributeSchema>& attributes, std::string_view name) {
  const auto at =
      std::find_if(attributes.begin(), attributes.end(), [&](const AttributeSchema& a) { return a.name == name; });
  return at == attributes.end() ? nullptr : &*at;
}

}  // namespace

// One file while it is read: its table, and how a cell of it becomes a value or an error.
class KgxReader::File {
 public:
  File(std::string name, std::string_view content, std::vector<FileError>* errors)
      : name_(std::move(name)), errors_(errors) {
    std::vector<TsvError> found;
    table_ = ReadTsv(content, &found);
    for (TsvError& error : found) errors_->push_back({name_, std::move(error)});
  }

  const TsvTable& table() const { return table_; }
  RowPlace PlaceOf(const TsvRow& row) const { return {name_, row.line}; }

  void Fail(std::size_t line, std::size_t column, std::string message) {
    failed_ = true;
    errors_->push_back({name_, {line, column, std::move(message)}});
  }
  void Fail(const TsvRow& row, const TsvCell& cell, std::string message) {
    Fail(row.line, cell.column, std::move(message));
  }
  // Whether anything was wrong since the last call.
  bool TakeFailed() { return std::exchange(failed_, false); }

  // Whether the header has every column of `required` and otherwise only what `is_known` says.
  template <std::size_t N, typename IsKnown>
  bool HasColumns(const std::array<std::string_view, N>& required, IsKnown is_known) {
    if (table_.header.empty()) return false;
    for (const std::string_view name : required) {
      if (!table_.Find(name).has_value()) Fail(1, 1, fmt::format("column `{}` is missing", name));
    }
    for (const TsvCell& cell : table_.header) {
      if (!Holds(required, cell.raw) && !is_known(cell.raw)) {
        Fail(1, cell.column,
             fmt::format("column `{}` is neither one of the format nor an attribute in the schema", cell.raw));
      }
    }
    return !TakeFailed();
  }

  // The cell of `column`, empty where the file has no such column.
  TsvCell Cell(const TsvRow& row, std::string_view column) const {
    const std::optional<std::size_t> at = table_.Find(column);
    return at.has_value() ? row.cells[*at] : TsvCell{};
  }

  std::string Text(const TsvRow& row, const TsvCell& cell) {
    if (cell.HasBar()) Fail(row, cell, R"(a `|` where one text is wanted; write \|)");
    return cell.Text();
  }
  std::string Text(const TsvRow& row, std::string_view column) { return Text(row, Cell(row, column)); }

  std::vector<std::string> Items(const TsvRow& row, const TsvCell& cell) {
    std::vector<std::string> items = cell.Items();
    if (std::find(items.begin(), items.end(), "") != items.end()) Fail(row, cell, "an empty item in a list");
    return items;
  }

  std::string Required(const TsvRow& row, std::string_view column) {
    const TsvCell cell = Cell(row, column);
    if (cell.empty()) Fail(row, cell, fmt::format("`{}` is empty", column));
    return Text(row, cell);
  }

  std::string Id(const TsvRow& row, std::string_view column) {
    std::string id = Required(row, column);
    if (!id.empty()) CheckId(row, Cell(row, column), id);
    return id;
  }
  std::vector<std::string> Ids(const TsvRow& row, std::string_view column) {
    const TsvCell cell = Cell(row, column);
    std::vector<std::string> ids = Items(row, cell);
    for (const std::string& id : ids) CheckId(row, cell, id);
    return ids;
  }

  // The value that a word stands for; T{} and an error where it is none of `words`, T{} alone where the cell is empty.
  template <typename T>
  T Word(const TsvRow& row, std::string_view column, const Words<T>& words) {
    const TsvCell cell = Cell(row, column);
    if (cell.empty()) return T{};
    for (const auto& [word, value] : words) {
      if (cell.raw == word) return value;
    }
    Fail(row, cell, fmt::format("`{}` is no {}; use {}", cell.raw, column, Listed(words)));
    return T{};
  }

  std::optional<double> Number(const TsvRow& row, const TsvCell& cell) {
    if (cell.empty()) return std::nullopt;
    const std::optional<double> value = NumberOf<double>(cell.raw);
    if (value.has_value() && std::isfinite(*value)) return value;
    Fail(row, cell, fmt::format("`{}` is not a number", cell.raw));
    return std::nullopt;
  }

  // REQUIRES: the cell is not empty.
  graph::AttributeValue Value(const TsvRow& row, const TsvCell& cell, AttributeType type) {
    switch (type) {
      case AttributeType::kText:
        break;
      case AttributeType::kTextList:
        return Items(row, cell);
      case AttributeType::kNumber:
        return Number(row, cell).value_or(0.0);
      case AttributeType::kInteger:
        if (const std::optional<std::int64_t> value = NumberOf<std::int64_t>(cell.raw)) return *value;
        Fail(row, cell, fmt::format("`{}` is not a whole number", cell.raw));
        return std::int64_t{0};
      case AttributeType::kBoolean:
        if (cell.raw != "true" && cell.raw != "false") {
          Fail(row, cell, fmt::format("`{}` is neither `true` nor `false`", cell.raw));
        }
        return cell.raw == "true";
    }
    return Text(row, cell);
  }

  // The attributes in the columns that `is_fixed` does not claim, sorted by name; `owner` says what they are of.
  template <typename IsFixed>
  std::vector<graph::Attribute> Attributes(const TsvRow& row, const std::vector<AttributeSchema>& schemas,
                                           std::string_view owner, IsFixed is_fixed) {
    std::vector<graph::Attribute> attributes;
    for (std::size_t i = 0; i < row.cells.size(); ++i) {
      const std::string_view name = table_.header[i].raw;
      const TsvCell& cell = row.cells[i];
      if (cell.empty() || is_fixed(name)) continue;
      const AttributeSchema* schema = FindAttribute(schemas, name);
      if (schema == nullptr) {
        Fail(row, cell, fmt::format("{} has no attribute `{}`", owner, name));
      } else {
        attributes.push_back({std::string(name), Value(row, cell, schema->type)});
      }
    }
    std::sort(attributes.begin(), attributes.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
    return attributes;
  }

 private:
  void CheckId(const TsvRow& row, const TsvCell& cell, std::string_view id) {
    if (graph::IsCurie(id)) return;
    Fail(row, cell, fmt::format("`{}` is no id; write prefix, colon, name: `technique:exposure`", id));
  }

  std::string name_;
  std::vector<FileError>* errors_;
  TsvTable table_;
  bool failed_ = false;
};

namespace {

bool IsFixedNodeColumn(std::string_view name) { return Holds(kNodeRequired, name) || Holds(kNodeOptional, name); }
bool IsFixedEdgeColumn(std::string_view name) {
  return Holds(kEdgeRequired, name) || Holds(kEdgeOwn, name) || Holds(kEdgeClaim, name);
}

// Whether any element of the schema (kind or relation, `count` of them) has an attribute of this name.
template <typename ElementAt>
bool IsAttributeOfAny(std::size_t count, ElementAt element_at, std::string_view name) {
  for (std::size_t i = 0; i < count; ++i) {
    if (FindAttribute(element_at(i).attributes, name) != nullptr) return true;
  }
  return false;
}

// Adds one label; a text that is nothing but a language tag is no label.
bool AddLabel(std::string text, graph::LabelRole role, std::string_view scope, graph::Node& node) {
  std::string language = CutLanguage(text);
  if (text.empty()) return false;
  node.labels.push_back({std::move(text), std::move(language), role, std::string(scope)});
  return true;
}

}  // namespace

void KgxReader::ReadNodes(const std::string& name, std::string_view content) {
  File file(name, content, &errors_);
  const auto is_known = [&](std::string_view column) {
    return IsFixedNodeColumn(column) ||
           IsAttributeOfAny(
               schema_->kind_count(),
               [&](std::size_t i) -> const graph::Kind& { return schema_->kind(static_cast<graph::KindIndex>(i)); },
               column);
  };
  if (!file.HasColumns(kNodeRequired, is_known)) return;
  for (const TsvRow& row : file.table().rows) AddNode(file, row);
}

void KgxReader::AddNode(File& file, const TsvRow& row) {
  graph::Node node;
  node.id = file.Id(row, "id");
  node.kind = file.Required(row, "category");
  const std::optional<graph::KindIndex> kind = schema_->FindKind(node.kind);
  if (!kind.has_value() && !node.kind.empty()) {
    file.Fail(row, file.Cell(row, "category"), fmt::format("the schema has no kind `{}`", node.kind));
  }
  const auto add_label = [&](std::string_view column, std::string text, graph::LabelRole role, std::string_view scope) {
    if (!AddLabel(std::move(text), role, scope, node)) file.Fail(row, file.Cell(row, column), "a label without a text");
  };
  if (const TsvCell cell = file.Cell(row, "name"); !cell.empty()) {
    add_label("name", file.Text(row, cell), graph::LabelRole::kPreferred, {});
  }
  for (const auto& [column, scope] : kSynonymScopes) {
    for (std::string& text : file.Items(row, file.Cell(row, column))) {
      add_label(column, std::move(text), graph::LabelRole::kSynonym, scope);
    }
  }
  for (std::string& text : file.Items(row, file.Cell(row, "abbreviation"))) {
    add_label("abbreviation", std::move(text), graph::LabelRole::kAbbreviation, {});
  }
  node.definition = file.Text(row, "description");
  node.obsolete = file.Word(row, "obsolete", Booleans());
  node.replaced_by = file.Ids(row, "replaced_by");
  node.aliases = file.Ids(row, "alias");
  if (kind.has_value()) {
    node.attributes =
        file.Attributes(row, schema_->kind(*kind).attributes, fmt::format("kind `{}`", node.kind), IsFixedNodeColumn);
  }
  if (const auto known = node_by_id_.find(node.id); known != node_by_id_.end()) {
    const RowPlace& first = nodes_[known->second].place;
    file.Fail(row, file.Cell(row, "id"),
              fmt::format("`{}` comes twice; it is at {}:{} too", node.id, first.file, first.line));
  }
  if (file.TakeFailed()) return;
  node_by_id_.emplace(node.id, nodes_.size());
  nodes_.push_back({std::move(node), file.PlaceOf(row)});
}

void KgxReader::ReadEdges(const std::string& name, std::string_view content) {
  File file(name, content, &errors_);
  const auto is_known = [&](std::string_view column) {
    return IsFixedEdgeColumn(column) || IsAttributeOfAny(
                                            schema_->relation_count(),
                                            [&](std::size_t i) -> const graph::Relation& {
                                              return schema_->relation(static_cast<graph::RelationIndex>(i));
                                            },
                                            column);
  };
  if (!file.HasColumns(kEdgeRequired, is_known)) return;
  for (const TsvRow& row : file.table().rows) AddEdge(file, row);
}

void KgxReader::AddEdge(File& file, const TsvRow& row) {
  graph::Edge edge;
  edge.key = {file.Id(row, "subject"), file.Required(row, "predicate"), file.Id(row, "object")};
  const std::optional<graph::RelationIndex> relation = schema_->FindRelation(edge.key.relation);
  if (!relation.has_value() && !edge.key.relation.empty()) {
    file.Fail(row, file.Cell(row, "predicate"), fmt::format("the schema has no relation `{}`", edge.key.relation));
  }
  edge.strength = file.Number(row, file.Cell(row, "strength"));
  edge.sign = file.Word(row, "sign", Signs());
  edge.certainty = file.Word(row, "certainty", Certainties());
  if (edge.certainty != graph::Certainty::kUnset) edge.certainty_basis = graph::CertaintyBasis::kCurated;
  edge.primary = file.Word(row, "primary", Booleans());
  if (relation.has_value()) {
    edge.attributes = file.Attributes(row, schema_->relation(*relation).attributes,
                                      fmt::format("relation `{}`", edge.key.relation), IsFixedEdgeColumn);
  }

  const bool has_claim = std::any_of(kEdgeClaim.begin(), kEdgeClaim.end(),
                                     [&](std::string_view column) { return !file.Cell(row, column).empty(); });
  if (has_claim) {
    if (file.Cell(row, "claim_polarity").empty()) {
      file.Fail(row, file.Cell(row, "claim_polarity"),
                fmt::format("a claim without a polarity; use {}", Listed(Polarities())));
    }
    edge.claims.push_back({file.Word(row, "claim_polarity", Polarities()), file.Ids(row, "claim_evidence"),
                           file.Text(row, "claim_asserted_by"), file.Text(row, "claim_note")});
  }

  const auto known = edge_by_key_.find(edge.key);
  if (known == edge_by_key_.end()) {
    if (file.TakeFailed()) return;
    edge_by_key_.emplace(edge.key, edges_.size());
    edges_.push_back({std::move(edge), file.PlaceOf(row)});
    return;
  }
  // A further row of an edge adds a claim and says nothing else.
  Placed<graph::Edge>& first = edges_[known->second];
  if (!has_claim || edge.strength.has_value() || edge.sign != graph::Sign::kUnset || edge.primary ||
      edge.certainty != graph::Certainty::kUnset || !edge.attributes.empty()) {
    file.Fail(
        row, file.Cell(row, "subject"),
        fmt::format("this edge is at {}:{} already; a further row adds a claim and leaves the other columns empty",
                    first.place.file, first.place.line));
  }
  if (!file.TakeFailed()) first.value.claims.push_back(std::move(edge.claims.front()));
}

void KgxReader::ReadMappings(const std::string& name, std::string_view content) {
  File file(name, content, &errors_);
  // Other columns are kept as attributes: SSSOM has many.
  if (!file.HasColumns(kMappingRequired, [](std::string_view) { return true; })) return;
  for (const TsvRow& row : file.table().rows) AddMapping(file, row);
}

void KgxReader::AddMapping(File& file, const TsvRow& row) {
  const std::string subject_id = file.Id(row, "subject_id");
  const auto node = node_by_id_.find(subject_id);
  if (node == node_by_id_.end() && !subject_id.empty()) {
    file.Fail(row, file.Cell(row, "subject_id"), fmt::format("no file of nodes has `{}`", subject_id));
  }
  graph::Mapping mapping;
  mapping.predicate_id = file.Id(row, "predicate_id");
  mapping.object_id = file.Id(row, "object_id");
  mapping.object_label = file.Text(row, "object_label");
  mapping.justification = file.Id(row, "mapping_justification");
  mapping.confidence = file.Number(row, file.Cell(row, "confidence"));
  mapping.negated = file.Word(row, "predicate_modifier", Words<bool>{{"Not", true}});
  for (std::size_t i = 0; i < row.cells.size(); ++i) {
    const std::string_view column = file.table().header[i].raw;
    if (row.cells[i].empty() || Holds(kMappingRequired, column) || Holds(kMappingOptional, column)) continue;
    mapping.attributes.push_back({std::string(column), file.Text(row, row.cells[i])});
  }
  std::sort(mapping.attributes.begin(), mapping.attributes.end(),
            [](const auto& a, const auto& b) { return a.name < b.name; });
  if (!file.TakeFailed()) nodes_[node->second].value.mappings.push_back(std::move(mapping));
}

}  // namespace braid::ontology
