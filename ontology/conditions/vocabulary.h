// What conditions speak about: named fields, declared in one table, and values for them.
//
// A language of conditions is the grammar of condition.h over one table. What a field's atoms look like follows from
// its kind; another vocabulary is another table, and another form of atom another kind.
//
// Thread safety: a Vocabulary does not change; FieldValues as a standard container.

#ifndef BRAID_ONTOLOGY_CONDITIONS_VOCABULARY_H_
#define BRAID_ONTOLOGY_CONDITIONS_VOCABULARY_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace braid::ontology {

enum class FieldKind : std::uint8_t {
  kSet,     // of ids: `flag has flag:mania`, `concern hasany [concern:ocd, concern:panic]`, `process hasall […]`
  kWord,    // one of `words`, or an id of `id_kind`: `format = couple`, `stage in [stage:action, stage:maintenance]`
  kNumber,  // in [least, most]: `sessions.available < 12`
  kFact,    // true or false: `fact.shared_process`
};

// One field. Names and words are `[A-Za-z_][A-Za-z0-9_.]*` and none of the grammar's own (kReservedWords).
struct Field {
  std::string name;
  FieldKind kind = FieldKind::kFact;
  std::string id_kind = {};             // kind of the nodes that its values name; empty: none
  std::vector<std::string> words = {};  // what a kWord without `id_kind` may be
  std::string default_word = {};        // what it is unless told otherwise; empty: unknown
  std::string unit = {};                // of a kNumber, for people
  double least = 0;                     // of a kNumber, inclusive
  double most = 0;                      // of a kNumber, inclusive; below kMaxConditionNumber
};

// The words of the grammar, which no field may be called.
inline constexpr std::string_view kReservedWords[] = {"and", "or", "not", "true", "has", "hasany", "hasall", "in"};

// The place of a field in its vocabulary, from 0.
enum class FieldIndex : std::uint32_t {};

class Vocabulary {
 public:
  // REQUIRES: names differ and follow the rules of Field.
  explicit Vocabulary(std::vector<Field> fields) : fields_(std::move(fields)) {}

  std::size_t size() const { return fields_.size(); }
  const Field& operator[](FieldIndex index) const { return fields_[static_cast<std::size_t>(index)]; }
  // O(fields).
  std::optional<FieldIndex> Find(std::string_view name) const;
  // In the table's order.
  std::vector<std::string_view> Names() const;

 private:
  std::vector<Field> fields_;
};

// What is known of a set: its members so far, and whether there are no others.
struct SetValue {
  std::vector<std::string> ids;  // in byte order, each once
  bool complete = true;
};

// Values for the fields of one vocabulary, each known or not. A field of which nothing was said is unknown, unless it
// has a default word.
class FieldValues {
 public:
  // `vocabulary` outlives it.
  explicit FieldValues(const Vocabulary& vocabulary);

  // Sets a field of the kind in question. REQUIRES: the vocabulary has it, with that kind.
  void SetMembers(std::string_view field, std::vector<std::string> ids, bool complete = true);
  void SetWord(std::string_view field, std::string word);
  void SetNumber(std::string_view field, double number);
  void SetFact(std::string_view field, bool fact);

  const Vocabulary& vocabulary() const { return *vocabulary_; }

  // Null where it is unknown. REQUIRES: the field is of the kind in question.
  const SetValue* members(FieldIndex field) const { return Get<SetValue>(field); }
  const std::string* word(FieldIndex field) const { return Get<std::string>(field); }
  const double* number(FieldIndex field) const { return Get<double>(field); }
  const bool* fact(FieldIndex field) const { return Get<bool>(field); }

 private:
  using Value = std::variant<std::monostate, SetValue, std::string, double, bool>;

  template <typename T>
  const T* Get(FieldIndex field) const {
    return std::get_if<T>(&values_[static_cast<std::size_t>(field)]);
  }
  Value& At(std::string_view field);

  const Vocabulary* vocabulary_;
  std::vector<Value> values_;  // by FieldIndex
};

}  // namespace braid::ontology

#endif  // BRAID_ONTOLOGY_CONDITIONS_VOCABULARY_H_
